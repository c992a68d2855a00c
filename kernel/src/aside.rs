//! What is kept off the trail: drafts that are no deed yet, knocks at the door and their book, answers to repeated
//! requests; and who has which letter or job in hand (`letter.rs`, `job.rs`), whose ends are deeds.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Db, Faults, Permit, PersonId, Reader, Result, Role, Work, fingerprint, row, sql, text, values};

/// The setting that says where browsers reach us.
pub(crate) const SITE: &str = "site.address";
/// The time zone of the house.
pub(crate) const ZONE: &str = "company.zone";

/// A setting stands on the trail as it is up to so many bytes, a longer one by its digest.
const LONGEST_TOLD: usize = 2000;

/// What somebody was writing and has not sent.
#[derive(Clone, Debug, Deserialize)]
pub struct Draft {
    pub words: String,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
}

/// The answer that a request was given when it came first.
#[derive(Clone, Debug, Deserialize)]
pub struct Answered {
    pub status: i64,
    pub body: String,
}

impl Db {
    /// Keeps what somebody is writing at a place.
    pub fn keep_draft(&self, person: PersonId, place: &str, words: &str) -> Result<()> {
        let now = self.now();
        self.aside(|db| {
            db.execute(
                sql!(
                    "insert into draft (person, place, words, at) values ($1, $2, $3, $4)
                     on conflict (person, place) do update set words = excluded.words, at = excluded.at"
                )
                .text,
                values![person, place, words, now],
            )
        })?;
        Ok(())
    }

    /// What somebody was writing at a place.
    pub fn draft(&self, person: PersonId, place: &str) -> Result<Option<Draft>> {
        self.aside(|db| {
            let rows = db.rows(
                sql!("select words, at from draft where person = $1 and place = $2").text,
                values![person, place],
            )?;
            rows.into_iter().next().map(|row| row.read()).transpose()
        })
    }

    /// Throws a draft away: it was sent, or given up.
    pub fn drop_draft(&self, person: PersonId, place: &str) -> Result<()> {
        self.aside(|db| {
            db.execute(
                sql!("delete from draft where person = $1 and place = $2").text,
                values![person, place],
            )
        })?;
        Ok(())
    }

    /// Counts a knock at the door; tells how many there were within `window`, this one included.
    pub fn knock(&self, subject: &str, window: SignedDuration) -> Result<i64> {
        let now = self.now();
        let before = now - window;
        self.aside(|db| {
            db.one(
                sql!(
                    "insert into attempt (subject, count, since) values ($1, 1, $2)
                     on conflict (subject) do update set
                     count = case when attempt.since < $3 then 1 else attempt.count + 1 end,
                     since = case when attempt.since < $3 then excluded.since else attempt.since end
                     returning count"
                )
                .text,
                values![subject, now, before],
            )?
            .read()
        })
    }

    /// Forgets the knocks of a subject: it was let in.
    pub fn let_in(&self, subject: &str) -> Result<()> {
        self.aside(|db| db.execute(sql!("delete from attempt where subject = $1").text, values![subject]))?;
        Ok(())
    }

    /// A setting of the installation.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.aside(|db| {
            let rows = db.rows(sql!("select value from setting where name = $1").text, values![name])?;
            rows.into_iter().next().map(|row| row.read()).transpose()
        })
    }

    /// Says where browsers reach us from now on: `https://reqord.kestrel.example`. Letters lead there; what a request
    /// says of it is never believed.
    pub fn open_site(&self, address: Option<&str>) -> Result<()> {
        self.set(SITE, address.unwrap_or_default())
    }

    /// Changes a setting of the installation.
    pub fn set(&self, name: &str, value: &str) -> Result<()> {
        self.aside(|db| {
            db.execute(
                sql!(
                    "insert into setting (name, value) values ($1, $2)
                     on conflict (name) do update set value = excluded.value"
                )
                .text,
                values![name, value],
            )
        })?;
        Ok(())
    }
}

impl Reader<'_> {
    /// A setting of the installation.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.maybe(sql!("select value from setting where name = $1"), values![name])
    }
}

impl Work<'_> {
    /// Changes a setting of the installation, within a deed of an administrator. It stands on the trail of whoever did
    /// it, with what it was and is; a long value, such as a picture, and addresses of people by their digest.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        Permit::Has(Role::Administrator).covers(self.actor, None)?;
        let before = self.setting(name)?.unwrap_or_default();
        if before == value {
            return Ok(());
        }
        self.execute(
            sql!(
                "insert into setting (name, value) values ($1, $2)
                 on conflict (name) do update set value = excluded.value"
            ),
            values![name, value],
        )?;
        if self.mention(self.actor.person)?.is_some() {
            // Addresses are people's: nobody could ever take them out of the trail again.
            let is_told =
                |it: &str| it.is_empty() || it.len() <= LONGEST_TOLD && name != crate::witness::HEADS_TO;
            let told = |it: &str| if is_told(it) { it.to_owned() } else { fingerprint(it.as_bytes()) };
            let note = json!({ "set": { "name": name, "from": told(&before), "to": told(value) } });
            self.note(self.actor.person, note)?;
            self.default_deed("changed_settings");
        }
        Ok(())
    }

    /// Forgets the knocks of a subject, within the deed that let it in.
    pub fn let_in(&mut self, subject: &str) -> Result<()> {
        self.execute(sql!("delete from attempt where subject = $1"), values![subject])?;
        Ok(())
    }

    /// Writes a line into a book that is kept off the trail: who knocked at the door. It is nobody's deed. Fields
    /// are the columns of its table, one of which is `at`.
    pub fn jot(&mut self, table: &'static str, line: &impl Serialize) -> Result<i64> {
        row::insert(self.connection, table, line)
    }

    /// Forgets the lines of such a book from before a moment.
    pub fn forget(&mut self, table: &'static str, before: Timestamp) -> Result<u64> {
        self.connection.execute(&format!("delete from {table} where at < $1"), values![before])
    }

    /// The answer that the same request was given before: a retry or a double click has one effect.
    ///
    /// # Errors
    /// The same key with another request is refused.
    pub fn answered(&self, key: &str, request: &str) -> Result<Option<Answered>> {
        if key.is_empty() || key.len() > 200 {
            return Err(Faults::one("Idempotency-Key", text!("Take a key of 1 to 200 characters.")).into());
        }
        let key = format!("{}:{key}", self.actor.person);
        let known: Option<(String, i64, String)> =
            self.maybe(sql!("select request, status, body from answer where key = $1"), values![key])?;
        match known {
            None => Ok(None),
            Some((before, status, body)) if before == request => Ok(Some(Answered { status, body })),
            Some(_) => {
                let sentence = text!("This key was used for another request. Take a new one.");
                Err(Faults::one("Idempotency-Key", sentence).into())
            }
        }
    }

    /// Remembers the answer, within the deed that it answers.
    pub fn remember(&mut self, key: &str, request: &str, answer: &Answered) -> Result<()> {
        let key = format!("{}:{key}", self.actor.person);
        self.execute(
            sql!(
                "insert into answer (key, person, request, status, body, at) values ($1, $2, $3, $4, $5, $6)"
            ),
            values![key, self.actor.person, request, answer.status, &answer.body, self.now],
        )?;
        Ok(())
    }
}
