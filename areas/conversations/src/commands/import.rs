//! Mail by the file: single mails and archives, each mail a deed of its own; a broken one stops no other. Each is kept
//! as it came before it is read, and waits with the reason where it could not be filed.

use kernel::{Actor, Db, Error, Permit, Result, Text, Vocabulary, Work, text};
use serde::Serialize;

use super::foresight::Foresight;
use super::{Taken, read_apart, take_in};
use crate::queries;
use crate::rules::intake::{self, Intake};
use crate::rules::{MAIL, MAIL_ROOM};

/// The largest mail that is taken in, in bytes.
pub const LARGEST: usize = 100 << 20;

/// What became of one mail of a file.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The file, and which of its mails where it holds many.
    pub name: String,
    pub subject: String,
    /// The conversation in which it is now, or would be.
    pub number: Option<String>,
    pub message: Option<i64>,
    pub what: What,
    #[serde(serialize_with = "in_words")]
    pub because: Text,
    /// The digest under which the mail is kept as it came, where it could not be filed.
    pub kept: Option<String>,
}

kernel::vocabulary! {
    pub enum What {
        /// It went to a conversation that was there.
        #[default]
        Joined = text!("joined a conversation"),
        Began = text!("began a conversation"),
        WasKnown = text!("was here already"),
        Refused = text!("was not taken in"),
    }
}

/// Takes in the mails of a file, an archive's in the order of their dates. With `dry_run` nothing is written,
/// and each outcome says what would happen.
pub fn import(db: &Db, actor: &Actor, bytes: &[u8], name: &str, dry_run: bool) -> Vec<Outcome> {
    take_each(&mut Importing::new(db, actor, dry_run), &[(name, bytes)])
}

/// Takes in the mails of many files, by name and bytes: all of them in the order of their dates, wherever they lie.
pub fn import_all(db: &Db, actor: &Actor, files: &[(&str, &[u8])]) -> Vec<Outcome> {
    take_each(&mut Importing::new(db, actor, false), files)
}

fn take_each(importing: &mut Importing, files: &[(&str, &[u8])]) -> Vec<Outcome> {
    let mut all: Vec<Lying> = files.iter().flat_map(|(name, bytes)| mails(bytes, name)).collect();
    all.sort_by_key(|it| it.date);
    all.into_iter().map(|it| importing.take(it.raw(), &it.name)).collect()
}

/// Mails that are taken in one after the other, wherever they lie.
pub struct Importing<'a> {
    db: &'a Db,
    actor: &'a Actor,
    dry_run: bool,
    /// What came before and is not in the database, because nothing is written.
    foresight: Foresight,
}

impl<'a> Importing<'a> {
    /// With `dry_run` nothing is written.
    pub fn new(db: &'a Db, actor: &'a Actor, dry_run: bool) -> Self {
        Self { db, actor, dry_run, foresight: Foresight::default() }
    }

    /// Takes in one mail; `name` says where it lay. It is kept as it came before anything reads it.
    pub fn take(&mut self, raw: Vec<u8>, name: &str) -> Outcome {
        let may = Permit::Staff.covers(self.actor, None).map_err(Error::from);
        if let Err(error) = may.and_then(|()| check(&raw)) {
            return Outcome::refused(name, String::new(), &error);
        }
        if !self.dry_run {
            return match self.db.keep_unfiled(self.actor, (MAIL, name), &raw) {
                Ok(digest) => filed(self.db, self.actor, &digest, (raw, name)),
                Err(error) => Outcome::refused(name, String::new(), &error),
            };
        }
        let it = read_apart(self.db, raw);
        foretold(self.db, self.actor, &it, &mut self.foresight).map_or_else(
            |error| Outcome::refused(name, it.mail.subject.clone(), &error),
            |outcome| Outcome { name: name.to_owned(), ..outcome },
        )
    }
}

/// Reads a mail that is kept as it came, and files it; where that comes to nothing, it goes on waiting with the reason.
fn filed(db: &Db, actor: &Actor, digest: &str, (raw, name): (Vec<u8>, &str)) -> Outcome {
    let it = read_apart(db, raw);
    let done = db.write(actor, |work| {
        let taken = take_in(work, &it)?;
        work.filed(digest)?;
        Ok(taken)
    });
    match done {
        Ok(taken) => Outcome { name: name.to_owned(), ..Outcome::of(&it, taken) },
        Err(error) => {
            let outcome = Outcome::refused(name, it.mail.subject.clone(), &error);
            if let Err(error) = db.not_filed(digest, &outcome.because) {
                tracing::error!(digest, "why a mail was not filed was not noted: {error:#}");
            }
            Outcome { kept: Some(digest.to_owned()), ..outcome }
        }
    }
}

/// Files a mail that is kept as it came and could not be filed before.
///
/// # Errors
/// Refuses whoever does not look after the mail. Not found where it was filed meanwhile.
pub fn file_again(db: &Db, actor: &Actor, digest: &str) -> Result<Outcome> {
    MAIL_ROOM.covers(actor, None)?;
    let (it, raw) = db.read(actor, |reader| queries::unfiled_mail(reader, digest))?;
    Ok(filed(db, actor, digest, (raw, &it.name)))
}

/// Throws away a mail that could not be filed and is not wanted: advertising, or what came by mistake.
///
/// # Errors
/// Refuses whoever does not look after the mail, and asks for the reason. Not found where it was filed meanwhile;
/// outsiders learn nothing.
pub fn throw_away(work: &mut Work, digest: &str, reason: &str) -> Result<()> {
    work.actor.must_be_inside()?;
    MAIL_ROOM.covers(work.actor, None)?;
    work.called("mail_thrown_away");
    work.throw_away_unfiled(MAIL, digest, reason)
}

/// When a mail was written, by its head: in microseconds, none where it does not say.
pub fn date_of(head: &[u8]) -> Option<i64> {
    intake::date_of(head)
}

/// How many mails bytes hold: one, or those of an archive.
pub fn mails_in(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"From ") { mail::split_mbox(bytes).count().max(1) } else { 1 }
}

/// A mail where it lies.
struct Lying<'a> {
    date: Option<i64>,
    name: String,
    bytes: &'a [u8],
    is_of_an_archive: bool,
}

impl Lying<'_> {
    fn raw(&self) -> Vec<u8> {
        if self.is_of_an_archive { mail::unquote_mbox(self.bytes).into_owned() } else { self.bytes.to_vec() }
    }
}

/// The mails of a file with their names: an archive's in the order of their dates, so that questions come
/// before answers.
fn mails<'a>(bytes: &'a [u8], name: &str) -> Vec<Lying<'a>> {
    let is_of_an_archive = bytes.starts_with(b"From ");
    let ranges: Vec<_> = if is_of_an_archive { mail::split_mbox(bytes).collect() } else { Vec::new() };
    if ranges.is_empty() {
        let date = intake::date_of(bytes);
        return vec![Lying { date, name: name.to_owned(), bytes, is_of_an_archive: false }];
    }
    let lying = |range: std::ops::Range<usize>| {
        let bytes = &bytes[range];
        Lying { date: intake::date_of(bytes), name: String::new(), bytes, is_of_an_archive }
    };
    let mut all: Vec<Lying> = ranges.into_iter().map(lying).collect();
    all.sort_by_key(|it| it.date);
    let of = all.len();
    for (it, place) in all.iter_mut().zip(1..) {
        it.name = format!("{name} {place}/{of}");
    }
    all
}

fn check(raw: &[u8]) -> Result<()> {
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(text!("It is empty. Save the mail again and send it once more.").into());
    }
    if raw.len() > LARGEST {
        return Err(
            text!("It is larger than {count} MB. Send its files apart.", count = LARGEST >> 20).into()
        );
    }
    Ok(())
}

/// What would happen.
fn foretold(db: &Db, actor: &Actor, it: &Intake, foresight: &mut Foresight) -> Result<Outcome> {
    let fate = db.read(actor, |reader| foresight.next(reader, it))?;
    Ok(Outcome {
        name: String::new(),
        subject: it.mail.subject.clone(),
        number: fate.number,
        message: None,
        what: fate.what,
        because: fate.because,
        kept: None,
    })
}

impl Outcome {
    pub(crate) fn of(it: &Intake, taken: Taken) -> Self {
        let what = match (taken.was_known, taken.began) {
            (true, _) => What::WasKnown,
            (_, true) => What::Began,
            _ => What::Joined,
        };
        Self {
            name: String::new(),
            subject: it.mail.subject.clone(),
            number: Some(taken.number),
            message: Some(taken.message),
            what,
            because: taken.because,
            kept: None,
        }
    }

    /// One of which not even the bytes could be had.
    pub fn unread(name: &str, reason: &str) -> Self {
        let error = text!("It cannot be read: {reason}", reason = reason).into();
        Self::refused(name, String::new(), &error)
    }

    fn refused(name: &str, subject: String, error: &Error) -> Self {
        let because = match error {
            Error::Refused(refusal) => refusal.0.first().map(|it| it.sentence.clone()),
            Error::Invalid(faults) => faults.0.first().map(|(_, sentence)| sentence.clone()),
            _ => None,
        };
        if let Error::Broken(error) = error {
            tracing::error!(name, "a mail was not taken in: {error:#}");
        }
        let ours = || text!("It is our fault. Try again; if it stays, tell your administrator.");
        Self {
            name: name.to_owned(),
            subject,
            number: None,
            message: None,
            what: What::Refused,
            because: because.unwrap_or_else(ours),
            kept: None,
        }
    }
}

/// A line for whoever reads it in a terminal.
impl std::fmt::Display for Outcome {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        let number = self.number.as_deref().unwrap_or("-");
        write!(to, "{}\t{number}\t{}\t{}\t{}", self.name, self.what.text(), self.subject, self.because)
    }
}

fn in_words<S: serde::Serializer>(text: &Text, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&web::language::say(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_told_in_the_order_of_its_dates() {
        let archive = b"From a Mon\nSubject: later\nDate: Tue, 3 Mar 2026 09:00:00 +0000\n\n2\n\n\
                        From b Mon\nSubject: earlier\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\n1\n";
        let mails = mails(archive, "a.mbox");
        assert_eq!(mails[0].name, "a.mbox 1/2");
        assert!(mails[0].raw().starts_with(b"Subject: earlier"));
    }

    #[test]
    fn a_single_mail_is_taken_as_it_is() {
        let mails = mails(b"Subject: x\n\nFrom here", "a.eml");
        let told: Vec<_> = mails.iter().map(|it| (it.name.as_str(), it.raw())).collect();
        assert_eq!(told, [("a.eml", b"Subject: x\n\nFrom here".to_vec())]);
    }

    #[test]
    fn an_empty_file_is_refused_with_what_to_do() {
        assert!(check(b" \r\n").unwrap_err().to_string().contains("Save the mail again"));
    }
}
