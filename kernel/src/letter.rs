//! Letters: what we tell people outside or among us, written within a deed and sent after it.
//!
//! [`Work::tell`] puts a letter below its record in the transaction of the deed that tells it: no deed
//! without its letter, no letter of a deed that failed. A mail server is set up by [`Db::open_post`]; until
//! then letters are *held*, readable. Whoever carries letters takes them one by one with
//! [`Db::take_letter`], which writes the attempt down *before* it is made, and says how it ended with
//! [`Db::letter_ended`].
//!
//! No letter is sent twice by itself. What failed before the server had it is tried again; what the server
//! refused for good is given up; where nobody can know, because the connection or the program was lost
//! after the words had gone out, the letter is *uncertain*: whoever answers for the record is asked to
//! look, and says [`Work::send_again`] or [`Work::has_arrived`].

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::engine::Connection;
use crate::revision::fingerprint;
use crate::{
    Actor, Ask, Attachment, Audience, Db, Error, Faults, PartyId, Permit, PersonId, Reader, Refusal, Result,
    Text, Tone, Vocabulary, Work, random, sql, text, values,
};

/// So long a node may have a letter in hand before the others take it for lost. A mail server is waited
/// for much shorter.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// So long a letter is tried; then a person decides.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(48);
/// The shortest and the longest wait between two attempts; between them it is as long as it was tried so far.
const SHORTEST_WAIT: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(2);
/// So many letters are tried at once because somebody says so.
const TRIED_AT_ONCE: i64 = 500;
/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 1000;
/// The most people a letter goes to.
const MOST_ADDRESSEES: usize = 100;

crate::vocabulary! {
    /// What became of a letter.
    pub enum LetterState {
        /// It is sent as soon as it is its turn; tried again where the server asked to come later.
        #[default]
        Queued = text!("Waiting to be sent"),
        /// No mail server is set up.
        Held = text!("Held"),
        /// A node has it in hand.
        Sending = text!("Being sent"),
        /// The mail server took it.
        Sent = text!("Sent"),
        /// It may have been sent: the connection was lost before the server could say so.
        Uncertain = text!("Perhaps sent"),
        /// It is not sent: the server refused it, or somebody decided so.
        GivenUp = text!("Not sent"),
        /// The server took it and it came back.
        Returned = text!("Came back"),
    }
}

impl LetterState {
    pub fn tone(self) -> Tone {
        match self {
            Self::Queued | Self::Sending => Tone::Waiting,
            Self::Held => Tone::Idle,
            Self::Sent => Tone::Good,
            Self::Uncertain => Tone::Doubtful,
            Self::GivenUp | Self::Returned => Tone::Stopped,
        }
    }

    /// Whether a person may have it sent once more.
    pub fn may_go_again(self) -> bool {
        matches!(self, Self::Uncertain | Self::GivenUp | Self::Returned)
    }

    /// Whether a person may decide that it is not sent.
    pub fn may_be_given_up(self) -> bool {
        matches!(self, Self::Queued | Self::Held | Self::Uncertain)
    }
}

/// Somebody to whom a letter goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
pub struct Addressee {
    /// May be empty.
    pub name: String,
    /// Like `carl@meridian.example`.
    pub address: String,
    /// Gets it as a copy.
    pub is_copy: bool,
}

/// A letter that is to be told. All but record, addressees, subject and words may be left at its default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Letter<'a> {
    /// What it is about; it stands below this record.
    pub record: i64,
    /// Whether the party of the record may read it there, too.
    pub audience: Audience,
    /// A code of what it is for: `reply`, `notice`.
    pub purpose: &'a str,
    pub to: &'a [Addressee],
    /// One line.
    pub subject: &'a str,
    /// What it says, as plain text.
    pub words: &'a str,
    /// The same as HTML that is safe to show, for whoever reads that.
    pub html: Option<&'a str>,
    /// A code like `de`; unsaid where empty.
    pub language: &'a str,
    /// Files at records that go with it, by the key of the attachment.
    pub enclosed: &'a [i64],
    /// The identity of the mail that it answers, without angle brackets.
    pub answers: Option<&'a str>,
    /// The identities of the mails before it, the oldest first.
    pub refers: &'a [String],
    /// Why they are written to, a line under the words: “You are told this because …”.
    pub reason: &'a str,
    /// Where answers go, where not to the house's own address.
    pub reply_to: Option<&'a str>,
    /// Written by the product: it says so (RFC 3834), and no machine should answer it.
    pub is_automatic: bool,
    /// Before when it is not carried, for the hours of whoever gets it, in which it is also tried again; at once where
    /// nothing is said.
    pub not_before: Option<Timestamp>,
    /// What is told under the same words before is not told again.
    pub once: Option<&'a str>,
    /// What nobody but the addressee reads: the link or code that stands in the words as [`SECRET`]. It is kept
    /// sealed and put in when the letter is carried.
    pub secret: Option<&'a str>,
}

/// What stands in the words of a letter where only the addressee reads something.
pub const SECRET: &str = "⟦…⟧";

/// For what the secret of a letter is sealed.
const SEALED: &str = "letter";

/// A letter that was told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Told {
    pub id: i64,
    /// Its identity as a mail: answers to it name it. Without angle brackets.
    pub message_id: String,
}

/// A file that goes with a letter.
#[derive(Clone, Debug, Deserialize, Serialize, schemars::JsonSchema)]
pub struct Enclosure {
    /// The key of the attachment.
    pub attachment: i64,
    pub name: String,
    pub media_type: String,
    /// SHA-256 in hexadecimal.
    pub digest: String,
    /// In bytes.
    pub size: i64,
}

/// A letter as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct Kept {
    pub id: i64,
    pub record_id: i64,
    /// The number and title of its record.
    pub number: String,
    pub kind: String,
    pub title: String,
    pub audience: Audience,
    pub purpose: String,
    pub message_id: String,
    pub answers: Option<String>,
    pub refers: Vec<String>,
    pub recipients: Vec<Addressee>,
    pub subject: String,
    pub words: String,
    pub html: Option<String>,
    pub language: String,
    pub reason: String,
    pub reply_to: Option<String>,
    pub is_automatic: bool,
    /// Whether it goes in the hours of whoever gets it alone, also where it is tried again.
    pub keeps_hours: bool,
    pub enclosed: Vec<Enclosure>,
    #[serde(with = "crate::micros")]
    pub written_at: Timestamp,
    pub written_by: PersonId,
    pub state: LetterState,
    #[serde(with = "crate::micros")]
    pub queued_at: Timestamp,
    /// When it is tried next, where it waits.
    #[serde(with = "crate::micros")]
    pub due_at: Timestamp,
    /// How often it was tried since it was queued.
    pub attempts: i64,
    #[serde(with = "crate::micros::option")]
    pub settled_at: Option<Timestamp>,
}

/// A letter as a line of a list.
#[derive(Clone, Debug, Deserialize)]
pub struct LetterLine {
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub purpose: String,
    pub recipients: Vec<Addressee>,
    pub subject: String,
    #[serde(with = "crate::micros")]
    pub written_at: Timestamp,
    pub written_by: PersonId,
    pub state: LetterState,
    #[serde(with = "crate::micros")]
    pub due_at: Timestamp,
    pub attempts: i64,
}

/// One attempt to send a letter.
#[derive(Clone, Debug, Deserialize)]
pub struct Delivery {
    pub no: i64,
    #[serde(with = "crate::micros")]
    pub at: Timestamp,
    #[serde(with = "crate::micros::option")]
    pub ended_at: Option<Timestamp>,
    pub outcome: Attempted,
    /// What the server said, or what went wrong.
    pub words: String,
}

crate::vocabulary! {
    /// How an attempt ended.
    pub enum Attempted {
        /// It has not, as far as anybody knows.
        #[default]
        Begun = text!("begun"),
        /// The server took the letter.
        Taken = text!("taken"),
        /// The server did not have it, and may take it later.
        Later = text!("to be tried again"),
        /// The server refused it for good.
        Refused = text!("refused"),
        /// The words had gone out when the connection was lost.
        Lost = text!("connection lost"),
    }
}

/// The mail server of the installation.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// As people read it: `mail.kestrel.example:587`.
    pub server: &'a str,
    /// The house's own address.
    pub from: &'a str,
}

/// A letter in hand, with its files.
#[derive(Clone, Debug)]
pub struct InHand {
    pub letter: Kept,
    pub files: Vec<(Attachment, Vec<u8>)>,
}

/// How an attempt ended, with the words of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Taken(String),
    Later(String),
    Refused(String),
    Lost(String),
}

#[derive(Serialize)]
struct NewLetter<'a> {
    record_id: i64,
    audience: Audience,
    purpose: &'a str,
    once: Option<&'a str>,
    message_id: &'a str,
    answers: Option<&'a str>,
    refers: &'a [String],
    recipients: &'a [Addressee],
    subject: &'a str,
    words: &'a str,
    html: Option<&'a str>,
    language: &'a str,
    reason: &'a str,
    reply_to: Option<&'a str>,
    is_automatic: bool,
    keeps_hours: bool,
    enclosed: Vec<Enclosure>,
    written_at: i64,
    written_by: PersonId,
    state: LetterState,
    queued_at: i64,
    due_at: i64,
    attempts: i64,
    sealed: Option<String>,
}

impl Work<'_> {
    /// Tells somebody something by letter. It is sent when the deed is done, and only then; the trail keeps
    /// the digest of its words.
    ///
    /// # Errors
    /// Names what is wrong: an address, a subject of several lines, nothing said.
    pub fn tell(&mut self, letter: &Letter) -> Result<Told> {
        self.must_not_only_read(letter.record)?;
        check(letter)?;
        if let Some(told) = letter.once.map(|it| self.told_once(it)).transpose()?.flatten() {
            return Ok(told);
        }
        let message_id = self.next_message_id(letter.reply_to)?;
        let (now, written_by) = (self.now.as_microsecond(), self.actor.person);
        let row = NewLetter {
            record_id: letter.record,
            audience: letter.audience,
            purpose: letter.purpose,
            once: letter.once,
            message_id: &message_id,
            answers: letter.answers,
            refers: letter.refers,
            recipients: letter.to,
            subject: letter.subject.trim(),
            words: letter.words.trim_end(),
            html: letter.html,
            language: letter.language,
            reason: letter.reason,
            reply_to: letter.reply_to,
            is_automatic: letter.is_automatic,
            keeps_hours: letter.not_before.is_some(),
            enclosed: self.enclosures(letter.enclosed)?,
            written_at: now,
            written_by,
            state: if self.has_post()? { LetterState::Queued } else { LetterState::Held },
            queued_at: now,
            due_at: letter.not_before.map_or(now, |it| it.as_microsecond().max(now)),
            attempts: 0,
            sealed: letter.secret.map(|it| self.secrets().seal(SEALED, it.as_bytes())).transpose()?,
        };
        let id = self.add("letter", letter.record, &row)?;
        self.note_content(letter.record, &fingerprint(row.words.as_bytes()))?;
        self.note(letter.record, json!({ "letter": message_id, "is": "written" }))?;
        Ok(Told { id, message_id })
    }

    /// Has a letter sent once more that came back, was given up, or may have been lost.
    ///
    /// # Errors
    /// Refuses for a letter that is on its way or has arrived.
    pub fn send_again(&mut self, id: i64) -> Result<()> {
        let letter = self.letter_to_decide(id)?;
        let sentence = text!("This letter is on its way or has arrived. Write a new one.");
        Refusal::unless(letter.state.may_go_again(), sentence)?;
        let state = if self.has_post()? { LetterState::Queued } else { LetterState::Held };
        self.execute(
            sql!(
                "update letter set state = $1, queued_at = $2, due_at = $2, settled_at = null, lease_until = null
                 where id = $3"
            ),
            values![state.code(), self.now, id],
        )?;
        self.note_letter(&letter, "queued again", "letter_queued")
    }

    /// Has a letter tried now that waits: for another attempt, or for the hours of whoever gets it.
    ///
    /// # Errors
    /// Refuses for a letter that does not wait, and where there is no mail server.
    pub fn try_now(&mut self, id: i64) -> Result<()> {
        let letter = self.letter_to_decide(id)?;
        let sentence = text!("No mail server is set up. It is sent once there is one.");
        Refusal::unless(letter.state != LetterState::Held, sentence)?;
        let sentence = text!("This letter does not wait to be sent.");
        Refusal::unless(letter.state == LetterState::Queued, sentence)?;
        self.hurry(&letter)
    }

    /// Has every letter tried now that the mail server did not take yet; tells how many, so many at once. Those that
    /// wait for the hours of whoever gets them go on waiting.
    ///
    /// # Errors
    /// Refuses where none waits for another attempt.
    pub fn try_all_now(&mut self) -> Result<usize> {
        Permit::Staff.covers(self.actor, None)?;
        let waiting: Vec<i64> = self.rows(
            sql!(
                "select id from visible_letter where state = 'queued' and attempts > 0 and due_at > $1
                 order by due_at, id limit $2"
            ),
            values![self.now, TRIED_AT_ONCE],
        )?;
        let mut count = 0;
        for id in waiting {
            let letter = self.letter(id)?;
            if self.carried_from(&letter, self.now)? <= self.now {
                self.hurry(&letter)?;
                count += 1;
            }
        }
        Refusal::unless(count > 0, text!("No letter waits for another attempt."))?;
        Ok(count)
    }

    /// A letter that a node took in hand meanwhile is being tried already.
    fn hurry(&mut self, letter: &Kept) -> Result<()> {
        self.execute(
            sql!("update letter set due_at = $1 where id = $2 and state = 'queued'"),
            values![self.now, letter.id],
        )?;
        self.note_letter(letter, "tried now", "letter_hurried")
    }

    /// Decides that a letter is not sent.
    ///
    /// # Errors
    /// Refuses for a letter that was sent or is being sent.
    pub fn give_up(&mut self, id: i64) -> Result<()> {
        let letter = self.letter_to_decide(id)?;
        let sentence = text!("This letter was sent or is being sent. It cannot be called back.");
        Refusal::unless(letter.state.may_be_given_up(), sentence)?;
        self.settle_letter(id, LetterState::GivenUp)?;
        self.note_letter(&letter, "given up", "letter_given_up")
    }

    /// What was to be told once and waits still, for its hours or for a mail server, is told no more: it holds no
    /// longer. Under the same words it may be told another time.
    pub fn lapses(&mut self, once: &str) -> Result<()> {
        let waits: Option<(i64, i64, String)> = self.maybe(
            sql!(
                "select id, record_id, message_id from letter where once = $1 and state in ('queued', 'held')"
            ),
            values![once],
        )?;
        let Some((id, record, message_id)) = waits else { return Ok(()) };
        let taken_back = self.execute(
            sql!(
                "update letter set state = $1, settled_at = $2, lease_until = null, once = null
                 where id = $3 and state in ('queued', 'held')"
            ),
            values![LetterState::GivenUp.code(), self.now, id],
        )?;
        // A node that has it in hand meanwhile sends it.
        if taken_back > 0 {
            self.note(record, json!({ "letter": message_id, "is": "given up" }))?;
        }
        Ok(())
    }

    /// Says that a letter of which nobody knew has arrived.
    ///
    /// # Errors
    /// Refuses where there is no doubt.
    pub fn has_arrived(&mut self, id: i64) -> Result<()> {
        let letter = self.letter_to_decide(id)?;
        let sentence = text!("Nobody doubts what became of this letter.");
        Refusal::unless(letter.state == LetterState::Uncertain, sentence)?;
        self.settle_letter(id, LetterState::Sent)?;
        self.note_letter(&letter, "said to have arrived", "letter_arrived")
    }

    /// Says that a letter came back, in the words of whoever sent it back. Tells whether it is news.
    pub fn came_back(&mut self, message_id: &str, words: &str) -> Result<bool> {
        let Some(letter) = self.letter_named(message_id)? else { return Ok(false) };
        if !matches!(letter.state, LetterState::Sent | LetterState::Uncertain | LetterState::Sending) {
            return Ok(false);
        }
        self.settle_letter(letter.id, LetterState::Returned)?;
        self.note_letter(&letter, "came back", "letter_returned")?;
        let request = text!(
            "A letter came back: “{subject}”. {words}",
            subject = &letter.subject,
            words = one_line(words)
        );
        self.ask_about(&letter, &request)?;
        Ok(true)
    }

    #[track_caller]
    fn letter_to_decide(&self, id: i64) -> Result<Kept> {
        let letter = self.letter(id)?;
        Permit::Staff.covers(self.actor, None)?;
        Ok(letter)
    }

    fn settle_letter(&self, id: i64, state: LetterState) -> Result<()> {
        self.execute(
            sql!("update letter set state = $1, settled_at = $2, lease_until = null where id = $3"),
            values![state.code(), self.now, id],
        )?;
        Ok(())
    }

    fn note_letter(&mut self, letter: &Kept, is: &str, deed: &'static str) -> Result<()> {
        self.called(deed);
        self.note(letter.record_id, json!({ "letter": letter.message_id, "is": is }))
    }

    /// Asks whoever answers for the record of a letter, else whoever wrote it. A mail that told somebody of a notice
    /// asks nobody: that would be told by mail again.
    fn ask_about(&mut self, letter: &Kept, request: &Text) -> Result<()> {
        if letter.purpose == crate::NOTICE {
            return self.mails_return(letter.record_id);
        }
        let owner: i64 =
            self.one(sql!("select owner from record where id = $1"), values![letter.record_id])?;
        // A head of the log stands with whoever said that it goes there.
        let named = if letter.purpose == crate::HEAD { letter.record_id } else { 0 };
        let all = [named, owner, letter.written_by];
        let Some(person) = all.into_iter().find(|it| *it != 0) else { return Ok(()) };
        let deed = self.deed_so_far();
        self.ask(letter.record_id, &Ask { said: Some(request), person: Some(person), ..Ask::default() })?;
        if let Some(deed) = deed {
            self.called(deed);
        }
        Ok(())
    }

    /// Whether something was told under these words.
    pub fn was_told(&self, once: &str) -> Result<bool> {
        Ok(self.told_once(once)?.is_some())
    }

    fn told_once(&self, once: &str) -> Result<Option<Told>> {
        self.maybe(sql!("select id, message_id from letter where once = $1"), values![once])
    }

    /// A new identity; nobody can guess it, so whoever names it has seen the letter.
    /// Its domain is the house's: that of its own address, else that of where answers go.
    fn next_message_id(&self, reply_to: Option<&str>) -> Result<String> {
        let from = self.post_from()?.or_else(|| reply_to.map(str::to_owned)).unwrap_or_default();
        let domain = from.rsplit_once('@').map_or("reqord.invalid", |(_, domain)| domain);
        let unique: String = random()?.iter().take(16).map(|it| format!("{it:02x}")).collect();
        Ok(format!("{unique}@{domain}"))
    }

    fn enclosures(&self, attachments: &[i64]) -> Result<Vec<Enclosure>> {
        let line = |id: &i64| {
            let row: Attachment = self.one(
                sql!(
                    "select id, record_id, digest, name, media_type, size, audience, at, by, ended_at
                     from visible_attachment where id = $1"
                ),
                values![*id],
            )?;
            Ok(Enclosure {
                attachment: row.id,
                name: row.name,
                media_type: row.media_type,
                digest: row.digest,
                size: row.size,
            })
        };
        attachments.iter().map(line).collect()
    }
}

impl Reader<'_> {
    /// The letters in a state, or all; the newest first, those before `before`.
    pub fn letters(
        &self,
        state: Option<LetterState>,
        before: Option<i64>,
        at_most: i64,
    ) -> Result<Vec<LetterLine>> {
        self.rows(
            sql!(
                "select it.id, number, kind, title, purpose, recipients, subject, written_at, written_by,
                 it.state, due_at, attempts from visible_letter as it join visible on visible.id = record_id
                 where it.state = coalesce($1, it.state) and it.id < $2 order by it.id desc limit $3"
            ),
            values![state.map(Vocabulary::code), before.unwrap_or(i64::MAX), at_most],
        )
    }

    /// How many letters wait for another attempt, because the mail server did not take them yet.
    pub fn letters_to_try(&self) -> Result<i64> {
        self.one(
            sql!(
                "select count(*) from visible_letter where state = 'queued' and attempts > 0 and due_at > $1"
            ),
            values![self.now],
        )
    }

    /// How many letters there are in each state that has any.
    pub fn letter_counts(&self) -> Result<Vec<(LetterState, i64)>> {
        self.rows(sql!("select state, count(*) from visible_letter group by state order by state"), &[])
    }

    /// One letter.
    pub fn letter(&self, id: i64) -> Result<Kept> {
        self.one(
            sql!(
                "select it.id, record_id, number, kind, title, audience, purpose, message_id, answers, refers,
                 recipients, subject, words, html, language, reason, reply_to, is_automatic, keeps_hours, enclosed,
                 written_at, written_by, it.state, queued_at, due_at, attempts, settled_at
                 from visible_letter as it join visible on visible.id = record_id where it.id = $1"
            ),
            values![id],
        )
    }

    /// One letter as its addressee reads it, with what is kept sealed in its words.
    ///
    /// # Errors
    /// Not found for everybody but the product itself, which carries it.
    pub fn opened(&self, id: i64) -> Result<Kept> {
        if !crate::may(self.actor.side == crate::Side::System) {
            return Err(Error::NotFound);
        }
        let mut letter = self.letter(id)?;
        let sealed: Option<String> =
            self.one(sql!("select sealed from visible_letter where id = $1"), values![id])?;
        if let Some(sealed) = sealed {
            let secret = String::from_utf8(self.secrets().open(SEALED, &sealed)?).map_err(crate::broken)?;
            letter.words = letter.words.replace(SECRET, &secret);
            letter.html = letter.html.map(|it| it.replace(SECRET, &secret));
        }
        Ok(letter)
    }

    /// The first moment from `at` on at which a letter is tried again: in the hours of whoever gets it, where it keeps them.
    fn carried_from(&self, letter: &Kept, at: Timestamp) -> Result<Timestamp> {
        if letter.purpose == crate::NOTICE {
            return self.told_from(letter.record_id, at);
        }
        if !letter.keeps_hours {
            return Ok(at);
        }
        let party: Option<PartyId> =
            self.one(sql!("select party from record where id = $1"), values![letter.record_id])?;
        (self.house.people.undisturbed)(&self.product(), party, &letter.recipients, at)
    }

    /// The letter that went out under an identity.
    pub fn letter_named(&self, message_id: &str) -> Result<Option<Kept>> {
        let id: Option<i64> =
            self.maybe(sql!("select id from visible_letter where message_id = $1"), values![message_id])?;
        id.map(|it| self.letter(it)).transpose()
    }

    /// What became of the letters of a record: identity, key and state of each.
    pub fn letters_of(&self, record: i64) -> Result<Vec<(String, i64, LetterState)>> {
        self.rows(
            sql!("select message_id, id, state from visible_letter where record_id = $1 order by id"),
            values![record],
        )
    }

    /// The attempts to send a letter, the oldest first. Only staff are told.
    pub fn deliveries(&self, letter: i64) -> Result<Vec<Delivery>> {
        self.rows(
            sql!(
                "select no, at, ended_at, outcome, words from visible_delivery where letter = $1 order by no"
            ),
            values![letter],
        )
    }

    /// The mail server that letters go to; none where they are held.
    pub fn post_server(&self) -> Result<Option<String>> {
        Ok(self.setting(POST_SERVER)?.filter(|it| !it.is_empty()))
    }

    /// The house's own address, where a mail server is set up.
    pub fn post_from(&self) -> Result<Option<String>> {
        Ok(self.setting(POST_FROM)?.filter(|it| !it.is_empty()))
    }

    fn has_post(&self) -> Result<bool> {
        Ok(self.post_server()?.is_some())
    }
}

const POST_SERVER: &str = "post.server";
const POST_FROM: &str = "post.from";

impl Db {
    /// Says which mail server letters go to from now on; held letters are queued then. Without one the
    /// queued are held. Where several nodes disagree, whoever started last is believed.
    pub fn open_post(&self, post: Option<Post>) -> Result<()> {
        let (server, from) = post.map_or(("", ""), |it| (it.server, it.from));
        self.set(POST_SERVER, server)?;
        self.set(POST_FROM, from)?;
        let (before, after) = match post {
            Some(_) => (LetterState::Held, LetterState::Queued),
            None => (LetterState::Queued, LetterState::Held),
        };
        let now = self.now();
        self.aside(|db| {
            db.execute(
                sql!(
                    "update letter set state = $1, queued_at = $2,
                     due_at = case when due_at > $2 then due_at else $2 end where state = $3"
                )
                .text,
                values![after.code(), now, before.code()],
            )
        })?;
        Ok(())
    }

    /// Takes the next letter whose turn it is. The attempt is written down before it is made, so that
    /// whatever happens now, nobody takes the letter for untried.
    pub fn take_letter(&self) -> Result<Option<InHand>> {
        let now = self.now();
        let Some(id) = self.aside(|db| take(db, now))? else { return Ok(None) };
        self.read(&Actor::system(), |reader| {
            let letter = reader.opened(id)?;
            let files = letter.enclosed.iter().map(|it| reader.attachment(it.attachment));
            let files = files.collect::<Result<_>>()?;
            Ok(Some(InHand { letter, files }))
        })
    }

    /// Says how an attempt ended: the letter is sent, tried again later, given up, or shown to a person.
    pub fn letter_ended(&self, letter: &Kept, ending: &Ending) -> Result<()> {
        self.write(&Actor::system(), |work| end(work, letter, ending))
    }

    /// Shows letters to a person that a node had in hand and never said what became of. Tells how many.
    pub fn find_lost_letters(&self) -> Result<usize> {
        let now = self.now();
        let lost: Vec<i64> = self.aside(|db| {
            let rows = db.rows(
                sql!("select id from letter where state = 'sending' and lease_until < $1 order by id").text,
                values![now],
            )?;
            rows.into_iter().map(|it| it.read()).collect()
        })?;
        for id in &lost {
            let letter = self.read(&Actor::system(), |reader| reader.letter(*id))?;
            let ending = Ending::Lost("The program stopped while it sent this letter.".to_owned());
            self.letter_ended(&letter, &ending)?;
        }
        Ok(lost.len())
    }
}

/// Two nodes never take the same letter: on PostgreSQL the one that another is taking is skipped, on
/// SQLite only one writes at a time.
fn take(db: &Connection, now: Timestamp) -> Result<Option<i64>> {
    const TAKE: &str = "update letter set state = 'sending', attempts = attempts + 1, lease_until = $2
         where id = (select id from letter where state = 'queued' and due_at <= $1 order by due_at, id limit 1";
    let text = match db {
        Connection::Sqlite(_) => format!("{TAKE}) returning id, record_id"),
        Connection::Postgres(_) => format!("{TAKE} for update skip locked) returning id, record_id"),
    };
    let Some(row) = db.rows(&text, values![now, now + LEASE])?.into_iter().next() else { return Ok(None) };
    let (id, record): (i64, i64) = row.read()?;
    db.execute(
        sql!(
            "insert into delivery (record_id, letter, no, at, outcome, words)
             select $1, $2, coalesce(max(no), 0) + 1, $3, 'begun', '' from delivery where letter = $2"
        )
        .text,
        values![record, id, now],
    )?;
    Ok(Some(id))
}

/// A node that comes too late, for its letter was taken for lost, may still say what it knows.
fn end(work: &mut Work, known: &Kept, ending: &Ending) -> Result<()> {
    let letter = work.letter(known.id)?;
    let is_ours = matches!(letter.state, LetterState::Sending | LetterState::Uncertain);
    if !is_ours || letter.attempts != known.attempts {
        return Ok(());
    }
    let (outcome, words) = match ending {
        Ending::Taken(words) => (Attempted::Taken, words),
        Ending::Later(words) => (Attempted::Later, words),
        Ending::Refused(words) => (Attempted::Refused, words),
        Ending::Lost(words) => (Attempted::Lost, words),
    };
    work.execute(
        sql!(
            "update delivery set ended_at = $1, outcome = $2, words = $3 where letter = $4 and no =
             (select max(no) from delivery where letter = $4)"
        ),
        values![work.now, outcome.code(), words, letter.id],
    )?;
    let is_over = work.now.duration_since(letter.queued_at) > TRIED_FOR;
    match ending {
        Ending::Taken(_) => {
            work.settle_letter(letter.id, LetterState::Sent)?;
            work.note_letter(&letter, "sent", "letter_sent")
        }
        Ending::Later(_) if !is_over => {
            let due = work.now + wait_after(work.now.duration_since(letter.queued_at));
            let due = work.carried_from(&letter, due)?;
            work.execute(
                sql!("update letter set state = 'queued', due_at = $1, lease_until = null where id = $2"),
                values![due, letter.id],
            )?;
            Ok(())
        }
        Ending::Later(_) | Ending::Refused(_) => {
            work.settle_letter(letter.id, LetterState::GivenUp)?;
            work.note_letter(&letter, "not sent", "letter_given_up")?;
            let request = text!(
                "A letter was not sent: “{subject}”. {words}",
                subject = &letter.subject,
                words = one_line(words)
            );
            work.ask_about(&letter, &request)
        }
        Ending::Lost(_) if letter.state == LetterState::Uncertain => Ok(()),
        Ending::Lost(_) => {
            work.settle_letter(letter.id, LetterState::Uncertain)?;
            work.note_letter(&letter, "perhaps sent", "letter_lost")?;
            let request =
                text!("Find out whether this letter arrived: “{subject}”.", subject = &letter.subject);
            work.ask_about(&letter, &request)
        }
    }
}

/// So that the wait doubles with each attempt.
fn wait_after(tried_for: SignedDuration) -> SignedDuration {
    tried_for.clamp(SHORTEST_WAIT, LONGEST_WAIT)
}

fn one_line(words: &str) -> String {
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}

/// What a mail server or a reader of mail would take for something else is refused here: a line break in a
/// header begins another header (RFC 5322, 2.2).
fn check(letter: &Letter) -> Result<(), Error> {
    let mut faults = Faults::default();
    let is_one_line = |it: &str| !it.contains(char::is_control);
    faults.unless(!letter.to.is_empty(), "to", text!("Say to whom it goes."));
    let receives = letter.to.iter().any(|it| !it.is_copy);
    faults.unless(receives || letter.to.is_empty(), "to", text!("Choose one who gets it, not only a copy."));
    faults.unless(
        letter.to.len() <= MOST_ADDRESSEES,
        "to",
        text!("Write to {count} people at most.", count = i64::try_from(MOST_ADDRESSEES).unwrap_or(0)),
    );
    for it in letter.to {
        let sentence = text!("“{address}” is no mail address.", address = it.address.as_str());
        faults.unless(is_address(&it.address) && is_one_line(&it.name), "to", sentence);
    }
    faults.unless(!letter.subject.trim().is_empty(), "subject", text!("Give it a subject."));
    faults.unless(is_one_line(letter.subject), "subject", text!("Write the subject in one line."));
    faults.unless(
        letter.subject.chars().count() <= LONGEST_SUBJECT,
        "subject",
        text!("Shorten the subject to {count} characters.", count = 1000_i64),
    );
    faults.unless(!letter.words.trim().is_empty(), "words", text!("Write something first."));
    faults.unless(letter.words.len() <= 500_000, "words", text!("Shorten it, or attach it as a file."));
    let reply_to = letter.reply_to.is_none_or(is_address);
    faults.unless(reply_to, "reply_to", text!("Give a mail address for answers."));
    let identities = letter.answers.into_iter().chain(letter.refers.iter().map(String::as_str));
    let are_clean =
        identities.into_iter().all(|it| !it.contains(|c: char| c.is_control() || c.is_whitespace()));
    faults.unless(are_clean, "answers", text!("The mail that is answered has no usable identity."));
    Ok(faults.into_result()?)
}

/// Whether it looks like an address that a mail server takes (RFC 5321, 4.5.3.1: 64 and 255 bytes at most).
pub fn is_address(it: &str) -> bool {
    let Some((local, domain)) = it.rsplit_once('@') else { return false };
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c);
    let is_part = |it: &str, most| !it.is_empty() && it.len() <= most && it.chars().all(is_plain);
    is_part(local, 64)
        && !local.contains('@')
        && is_part(domain, 255)
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && !domain.contains("..")
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_as_long_as_it_was_tried() {
        let wait = |tried| wait_after(SignedDuration::from_mins(tried)).as_mins();
        assert_eq!([0, 1, 2, 4, 64, 500].map(wait), [1, 1, 2, 4, 64, 120]);
    }

    #[test]
    fn an_address_holds_nothing_that_begins_another_header() {
        assert!(is_address("carl@meridian.example") && is_address("o'neil+cip@a-b.example"));
        for it in [
            "",
            "carl",
            "@x.example",
            "carl@",
            "a b@x.example",
            "a@x.example\r\nBcc: b@x.example",
            "a@b@c",
            "<a@x.example>",
            "a@x..example",
            ".a@x.example",
            "a,b@x.example",
        ] {
            assert!(!is_address(it), "{it}");
        }
    }

    #[test]
    fn a_subject_of_two_lines_is_refused() {
        let to = [Addressee { address: "carl@meridian.example".into(), ..Addressee::default() }];
        let letter = |subject| Letter { to: &to, subject, words: "x", ..Letter::default() };
        assert!(check(&letter("Housing")).is_ok());
        assert!(check(&letter("Housing\r\nBcc: eve@hallander.example")).is_err());
    }
}
