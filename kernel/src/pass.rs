//! Passes: links in letters. Each lets one person do one thing at one record, without an account, until a day.
//!
//! The secret in the link is kept by its digest. Looking at a link changes nothing, for programs that look through
//! mail open every link; what is done through it is posted. Where it counts who came, a code goes to the person's
//! verified address, and the browser in which it was typed holds a key for a while.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::revision::fingerprint;
use crate::{
    Actor, Ask, Db, Error, Faults, Means, PartyId, PersonId, Proven, Reader, Refusal, Result, Text, Work,
    may, random, sql, text, values,
};

/// How long a code is good, how often a wrong one may be typed for it, and how often one is sent in an hour.
const CODE_LASTS: SignedDuration = SignedDuration::from_mins(15);
const WRONG_CODES: i64 = 5;
const CODES_AN_HOUR: i64 = 6;
/// How long a browser in which the code was typed may go on.
const OPENS_FOR: SignedDuration = SignedDuration::from_hours(4);

/// A pass that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewPass<'a> {
    pub record: i64,
    pub person: PersonId,
    /// A code of the area: `answer`, `confirm`.
    pub purpose: &'a str,
    /// How long it is good.
    pub lasts: SignedDuration,
    /// In which language the letter is written that carries it.
    pub language: &'a str,
}

/// A pass as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Pass {
    pub id: i64,
    pub record_id: i64,
    /// The number and kind of its record.
    pub number: String,
    pub kind: String,
    pub party: Option<PartyId>,
    pub person: PersonId,
    pub purpose: String,
    pub made_by: PersonId,
    #[serde(with = "crate::micros")]
    pub made_at: Timestamp,
    #[serde(with = "crate::micros")]
    pub expires_at: Timestamp,
    #[serde(with = "crate::micros::option")]
    pub opened_at: Option<Timestamp>,
    #[serde(with = "crate::micros::option")]
    pub used_at: Option<Timestamp>,
    #[serde(with = "crate::micros::option")]
    pub withdrawn_at: Option<Timestamp>,
    /// In which language the letter is written that carries it; unknown of those from before it was kept.
    pub language: Option<String>,
}

/// How a pass stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassState {
    Good,
    Used,
    Withdrawn,
    Expired,
}

#[derive(Deserialize)]
struct Code {
    id: i64,
    code: String,
    wrong: i64,
}

#[derive(Serialize)]
struct NewLine<'a> {
    record_id: i64,
    person: PersonId,
    purpose: &'a str,
    secret: String,
    made_by: PersonId,
    made_at: i64,
    expires_at: i64,
    language: &'a str,
}

#[derive(Serialize)]
struct NewCode {
    record_id: i64,
    pass: i64,
    code: String,
    made_at: i64,
    expires_at: i64,
    wrong: i64,
}

#[derive(Serialize)]
struct Typed {
    used_at: i64,
    opens: String,
    opens_until: i64,
}

#[derive(Serialize)]
struct Wrong {
    wrong: i64,
}

#[derive(Serialize)]
struct Withdrawn {
    withdrawn_at: i64,
}

#[derive(Serialize)]
struct Used {
    used_at: i64,
}

impl Pass {
    /// How it stands at a moment.
    pub fn state(&self, now: Timestamp) -> PassState {
        if self.withdrawn_at.is_some() {
            PassState::Withdrawn
        } else if self.used_at.is_some() {
            PassState::Used
        } else if self.expires_at <= now {
            PassState::Expired
        } else {
            PassState::Good
        }
    }

    /// Whoever holds it, as an actor: the person, of the party of its record and of no other.
    pub fn actor(&self, name: &str) -> Actor {
        let parties: Vec<PartyId> = self.party.into_iter().collect();
        Actor::outside(self.person, name, &parties)
    }
}

/// A secret for a link: 256 bits in hexadecimal.
fn secret() -> Result<String> {
    Ok(random()?.iter().map(|it| format!("{it:02x}")).collect())
}

/// Six digits, each as likely as any other.
fn new_code() -> Result<String> {
    loop {
        let bytes = random()?;
        let number = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        // The few numbers at the top would make small codes likelier.
        if number < 4_294_000_000 {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

/// A code is kept with the pass in its digest, so that the same digits look different elsewhere.
fn kept(pass: i64, code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    fingerprint(format!("pass {pass} code {digits}").as_bytes())
}

impl Work<'_> {
    /// Makes a pass; tells the secret for its link, which nobody keeps.
    pub fn make_pass(&mut self, it: &NewPass) -> Result<String> {
        let secret = secret()?;
        let row = NewLine {
            record_id: it.record,
            person: it.person,
            purpose: it.purpose,
            secret: fingerprint(secret.as_bytes()),
            made_by: self.actor.person,
            made_at: self.now.as_microsecond(),
            expires_at: (self.now + it.lasts).as_microsecond(),
            language: it.language,
        };
        self.add("pass", it.record, &row)?;
        self.note(it.record, json!({ "pass": it.purpose, "for": it.person, "is": "made" }))?;
        Ok(secret)
    }

    /// Takes the passes of a record for a purpose back that are still good; of one person, or of all.
    pub fn withdraw_passes(&mut self, record: i64, purpose: &str, person: Option<PersonId>) -> Result<()> {
        let all = self.passes(record)?.into_iter().filter(|it| it.purpose == purpose);
        for it in all.filter(|it| person.is_none_or(|person| person == it.person)) {
            if it.state(self.now) == PassState::Good {
                let row = Withdrawn { withdrawn_at: self.now.as_microsecond() };
                self.amend("pass", record, it.id, &row)?;
                self.note(record, json!({ "pass": it.purpose, "for": it.person, "is": "withdrawn" }))?;
            }
        }
        Ok(())
    }

    /// Uses a pass up, and with it the others by which the same person could do the same, as where a reminder brought
    /// another one: they open nothing any more.
    pub fn use_pass(&mut self, pass: &Pass) -> Result<()> {
        let is_same = |it: &Pass| it.purpose == pass.purpose && it.person == pass.person;
        let now = self.now;
        let all = self.passes(pass.record_id)?.into_iter().filter(is_same);
        for it in all.filter(|it| it.id == pass.id || it.state(now) == PassState::Good) {
            self.amend("pass", pass.record_id, it.id, &Used { used_at: now.as_microsecond() })?;
            self.note(pass.record_id, json!({ "pass": pass.purpose, "for": pass.person, "is": "used" }))?;
        }
        Ok(())
    }

    /// Makes a code for a pass; the ones before it are worth nothing any more. Whoever calls sends it to the
    /// verified address of the person.
    pub fn make_code(&mut self, pass: &Pass) -> Result<String> {
        let code = new_code()?;
        let row = NewCode {
            record_id: pass.record_id,
            pass: pass.id,
            code: kept(pass.id, &code),
            made_at: self.now.as_microsecond(),
            expires_at: (self.now + CODE_LASTS).as_microsecond(),
            wrong: 0,
        };
        self.add("pass_code", pass.record_id, &row)?;
        self.note(pass.record_id, json!({ "pass": pass.purpose, "for": pass.person, "is": "code sent" }))?;
        self.called("code_sent");
        Ok(code)
    }
}

impl Db {
    /// The pass behind the secret of a link, whatever became of it; none where nobody made such a link. It changes
    /// nothing.
    pub fn pass(&self, secret: &str) -> Result<Option<Pass>> {
        self.read(&Actor::system(), |reader| reader.pass_behind(secret))
    }

    /// Refuses whoever guesses: a place from which links come that nobody made.
    pub fn must_not_guess(&self, place: Option<&str>) -> Result<()> {
        let Some(place) = place else { return Ok(()) };
        let count = self.knock(&format!("pass-from:{place}"), SignedDuration::from_mins(15))?;
        Ok(Refusal::unless(
            count <= 30,
            text!("Too many links that open nothing. Wait a quarter of an hour."),
        )?)
    }

    /// Refuses whoever asks for codes too often.
    pub fn must_not_ask_for_codes_too_often(&self, pass: &Pass) -> Result<()> {
        let count = self.knock(&format!("pass-code:{}", pass.id), SignedDuration::from_hours(1))?;
        let sentence = text!("Too many codes were asked for. Take the last one, or wait an hour.");
        Ok(Refusal::unless(count <= CODES_AN_HOUR, sentence)?)
    }

    /// Takes a code that was typed; tells the key that the browser keeps. After too many wrong ones the code is
    /// worth nothing, and whoever answers for the record is told, in the words of `request`.
    ///
    /// # Errors
    /// Says that the code is wrong or too old, and what to do.
    pub fn type_code(&self, pass: &Pass, code: &str, request: &Text) -> Result<String> {
        let actor = self.read(&Actor::system(), |reader| Ok(pass.actor(&reader.name_of(pass.person)?)))?;
        let key = secret()?;
        // What is refused leaves no trace, so a wrong code is a deed of its own.
        let is_right = self.write(&actor, |work| work.take_code(pass, code, (&key, request)))?;
        if is_right {
            return Ok(key);
        }
        let sentence = text!(
            "This code is not right or is too old. Type the last one that you got, or ask for another."
        );
        Err(Faults::one("code", sentence).into())
    }
}

impl Work<'_> {
    fn take_code(&mut self, pass: &Pass, code: &str, (key, request): (&str, &Text)) -> Result<bool> {
        let Some(last) = self.last_code(pass.id)? else { return Ok(false) };
        if may(last.code == kept(pass.id, code)) {
            let row = Typed {
                used_at: self.now.as_microsecond(),
                opens: fingerprint(key.as_bytes()),
                opens_until: (self.now + OPENS_FOR).as_microsecond(),
            };
            self.amend("pass_code", pass.record_id, last.id, &row)?;
            self.note(
                pass.record_id,
                json!({ "pass": pass.purpose, "for": pass.person, "is": "code right" }),
            )?;
            self.called("code_right");
            return Ok(true);
        }
        self.amend("pass_code", pass.record_id, last.id, &Wrong { wrong: last.wrong + 1 })?;
        self.note(pass.record_id, json!({ "pass": pass.purpose, "for": pass.person, "is": "wrong code" }))?;
        if last.wrong + 1 == WRONG_CODES {
            self.tell_of_wrong_codes(pass, request)?;
        }
        self.called("code_wrong");
        Ok(false)
    }

    /// Asks whoever answers for the record to look at what goes on with a link.
    fn tell_of_wrong_codes(&mut self, pass: &Pass, request: &Text) -> Result<()> {
        let owner: i64 = self.one(sql!("select owner from record where id = $1"), values![pass.record_id])?;
        self.ask_by_itself(
            pass.record_id,
            &Ask { said: Some(request), person: Some(owner), ..Ask::default() },
        )?;
        Ok(())
    }

    /// That the browser with this key proved by a code whose it is.
    ///
    /// # Errors
    /// Not found is a key that opens nothing, or no longer.
    pub fn proven_by_pass(&self, pass: &Pass, key: &str) -> Result<Proven> {
        if self.pass_is_open(pass, key)? {
            return Ok(Proven { person: pass.person, means: Means::LinkAndCode, at: self.now });
        }
        Err(Error::NotFound)
    }
}

impl Reader<'_> {
    /// The passes of a record, the newest first.
    pub fn passes(&self, record: i64) -> Result<Vec<Pass>> {
        self.rows(
            sql!(
                "select it.id, record_id, number, kind, party, person, purpose, made_by, made_at, expires_at, opened_at,
                 used_at, withdrawn_at, language from pass as it join record on record.id = record_id
                 where record_id = $1 order by it.id desc"
            ),
            values![record],
        )
    }

    /// The pass behind the secret of a link, whatever became of it.
    pub fn pass_behind(&self, secret: &str) -> Result<Option<Pass>> {
        self.maybe(
            sql!(
                "select it.id, record_id, number, kind, party, person, purpose, made_by, made_at, expires_at, opened_at,
                 used_at, withdrawn_at, language from pass as it join record on record.id = record_id where secret = $1"
            ),
            values![fingerprint(secret.as_bytes())],
        )
    }

    /// Whether a browser with this key typed the code of a pass, not too long ago.
    pub fn pass_is_open(&self, pass: &Pass, key: &str) -> Result<bool> {
        let count: i64 = self.one(
            sql!("select count(*) from pass_code where pass = $1 and opens = $2 and opens_until > $3"),
            values![pass.id, fingerprint(key.as_bytes()), self.now],
        )?;
        Ok(may(count > 0 && pass.state(self.now) == PassState::Good))
    }

    /// The last code of a pass while it is good: not typed yet, not too old, not wrong too often.
    fn last_code(&self, pass: i64) -> Result<Option<Code>> {
        let last: Option<Code> = self.maybe(
            sql!(
                "select id, code, wrong from pass_code
                 where pass = $1 and used_at is null and expires_at > $2 order by id desc limit 1"
            ),
            values![pass, self.now],
        )?;
        Ok(last.filter(|it| it.wrong < WRONG_CODES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_and_is_kept_differently_for_each_link() {
        let code = new_code().unwrap();
        assert!(code.len() == 6 && code.chars().all(|it| it.is_ascii_digit()));
        assert_eq!(kept(1, "123 456"), kept(1, "123456"));
        assert_ne!(kept(1, "123456"), kept(2, "123456"));
        assert_ne!(kept(1, "123456"), kept(1, "123457"));
    }

    #[test]
    fn a_pass_that_was_taken_back_says_so_before_anything_else() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let pass = Pass {
            id: 1,
            record_id: 2,
            number: "SF-2026-0001".into(),
            kind: "SF".into(),
            party: Some(3),
            person: 4,
            purpose: "confirm".into(),
            made_by: 5,
            made_at: now,
            expires_at: now + SignedDuration::from_hours(1),
            opened_at: None,
            used_at: None,
            withdrawn_at: None,
            language: None,
        };
        assert_eq!(pass.state(now), PassState::Good);
        assert_eq!(pass.state(now + SignedDuration::from_hours(2)), PassState::Expired);
        let used = Pass { used_at: Some(now), ..pass.clone() };
        assert_eq!(used.state(now), PassState::Used);
        assert_eq!(Pass { withdrawn_at: Some(now), ..used }.state(now), PassState::Withdrawn);
        assert_eq!(pass.actor("Carl").parties(), [3]);
    }
}
