//! What a raw mail says, read completely before anything is written: its words, its files and their texts.

use std::cell::Cell;
use std::time::{Duration, Instant};

use document::{Extracted, Fault, Words};
use jiff::Timestamp;
use kernel::begun;
use mail::{Kind, Mail, Role, Warning};

use crate::model::{
    Appointment, Arrival, Because, Delivered, MessageKind, Oddity, PartRole, Recipient, Unread,
};

/// A mail, read.
#[derive(Clone, Debug)]
pub struct Intake {
    pub raw: Vec<u8>,
    pub mail: Mail,
    /// What each part of the mail says, in the same order.
    pub texts: Vec<PartText>,
    /// How many parts are its own; behind them stand the files of the mails that it sends on.
    pub own_parts: usize,
    /// The conversation in which it stood elsewhere: where no header leads it on, it goes there, or begins it.
    pub number: Option<String>,
    /// The number that the meeting had elsewhere which it proposes.
    pub meeting: Option<String>,
}

/// What a part says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartText {
    Words {
        words: String,
        extractor: &'static str,
    },
    /// One would expect words, and there are none.
    Unread(Unread),
    /// A picture, a table: nothing to read.
    None,
}

/// What made the text of a mail. It changes whenever the same mail would give another text.
pub const MAIL_VERSION: &str = "mail 1";

/// The files of one mail have no more words than this together, in bytes; each has its own limits besides.
const MOST_OF_ALL: usize = 20_000_000;
/// So long the files of one mail are read; those that are left are read one by one when somebody asks for it.
const LONGEST: Duration = Duration::from_mins(3);

/// No more of a mail without a subject makes its title, in characters.
const LONGEST_BEGINNING: usize = 72;

impl Intake {
    /// Reads a raw mail of a house that is trusted: its files are read in this very process. What comes from outside
    /// goes through [`Intake::read_by`].
    pub fn read(raw: Vec<u8>) -> Self {
        Self::read_by(raw, |kind, bytes| {
            document::read(kind, bytes, &document::Limits::default()).map_err(Some)
        })
    }

    /// Reads a raw mail, whose documents `extract` reads. It never fails: what had to be guessed is told in its
    /// warnings, and what could not be read at its file.
    pub fn read_by(raw: Vec<u8>, extract: impl Fn(&str, &[u8]) -> Extracted) -> Self {
        let mut mail = mail::read(&raw);
        let own_parts = mail.parts.len();
        add_files_within(&mut mail);
        let (room, begun) = (Cell::new(MOST_OF_ALL), Instant::now());
        let extract = |kind: &str, bytes: &[u8]| -> Extracted {
            if begun.elapsed() > LONGEST {
                return Err(None);
            }
            let it = extract(kind, bytes)?;
            let left = room.get().checked_sub(it.text.len());
            room.set(left.ok_or(Some(Fault::TooLarge { limit: "characters" }))?);
            Ok(it)
        };
        let texts = mail.parts.iter().map(|it| part_text(it, &extract)).collect();
        Self { raw, mail, texts, own_parts, number: None, meeting: None }
    }

    /// Reads a mail for its own words alone, and none of its files.
    pub fn of_words(raw: Vec<u8>) -> Self {
        Self { mail: mail::read(&raw), raw, texts: Vec::new(), own_parts: 0, number: None, meeting: None }
    }

    /// The texts of the files that it brings.
    pub fn file_texts(&self) -> Vec<&str> {
        let all = self.texts.iter().filter_map(|it| match it {
            PartText::Words { words, .. } => Some(words.as_str()),
            PartText::Unread(_) | PartText::None => None,
        });
        all.collect()
    }

    /// When it was sent; when it arrived or `now` where it does not say. Never later than now: a clock that is
    /// ahead must not keep a conversation at the top of the list.
    pub fn sent_at(&self, now: Timestamp) -> Timestamp {
        let told = self.mail.date.or(self.mail.received).and_then(|it| Timestamp::from_microsecond(it).ok());
        told.unwrap_or(now).min(now)
    }

    /// When it arrived at our server; `now` where nobody noted it.
    pub fn received_at(&self, now: Timestamp) -> Timestamp {
        self.mail.received.and_then(|it| Timestamp::from_microsecond(it).ok()).unwrap_or(now).min(now)
    }

    /// Whether a mail server brought it here: only what lay in a folder of our own bears no trace of its way
    /// (RFC 5321, 4.4). Anybody may write an address of ours into a mail that comes this way.
    pub fn was_delivered(&self) -> bool {
        const TRACES: [&str; 5] =
            ["received", "return-path", "delivered-to", "authentication-results", "x-received"];
        let head = headers_of(&self.raw);
        let names = head.split(|it| *it == b'\n').filter_map(|line| line.split(|it| *it == b':').next());
        names
            .map(|it| it.trim_ascii().to_ascii_lowercase())
            .any(|it| TRACES.iter().any(|name| name.as_bytes() == it))
    }

    pub fn kind(&self) -> MessageKind {
        match &self.mail.kind {
            Kind::Ordinary => MessageKind::Ordinary,
            Kind::Calendar => MessageKind::Calendar,
            Kind::Bulk => MessageKind::Bulk,
            Kind::AutoReply => MessageKind::AutoReply,
            Kind::Automatic => MessageKind::Automatic,
            Kind::Bounce(_) => MessageKind::Bounce,
            Kind::DeliveryNotice(_) => MessageKind::DeliveryReport,
            Kind::ReadReceipt { .. } => MessageKind::ReadReceipt,
        }
    }

    /// Who wrote: name and address in small letters; both empty where the mail does not say it.
    pub fn from(&self) -> (String, String) {
        let Some(from) = self.mail.from.first().or(self.mail.sender.as_ref()) else {
            return Default::default();
        };
        let address = from.address.to_lowercase();
        (from.name.clone().unwrap_or_else(|| address.clone()), address)
    }

    pub fn recipients(&self) -> Vec<Recipient> {
        let of = |all: &[mail::Mailbox], is_copy| -> Vec<Recipient> {
            let recipient = |it: &mail::Mailbox| {
                let address = it.address.to_lowercase();
                Recipient { name: it.name.clone().unwrap_or_else(|| address.clone()), address, is_copy }
            };
            all.iter().map(recipient).collect()
        };
        [of(&self.mail.to, false), of(&self.mail.cc, true)].concat()
    }

    /// The title of a conversation that begins with it: the subject without what replies put before it; without one the
    /// first words of the mail, then who sent it. It is kept, so no word of ours is in it: each reads it in their language.
    pub fn title(&self) -> String {
        let subject = self.mail.subject.trim();
        let base = &self.mail.base_subject;
        let places = subject.char_indices().map(|(at, _)| at);
        let own = places.map(|at| subject[at..].trim()).find(|it| it.to_lowercase() == *base);
        let own = if base.is_empty() { Some("") } else { own };
        let title: String = own.unwrap_or(subject).chars().take(300).collect();
        if title.trim().is_empty() { self.title_without_subject() } else { title }
    }

    fn title_without_subject(&self) -> String {
        let is_own = |it: &&str| !it.trim().is_empty() && !it.starts_with('>');
        let own = self.mail.text.lines().find(is_own).map(|it| begun(it, LONGEST_BEGINNING));
        let file = self.mail.parts.iter().find_map(|it| it.name.clone());
        let all = [own, file, Some(self.from().0)].into_iter().flatten();
        let found = all.map(|it| it.trim().chars().take(300).collect::<String>()).find(|it| !it.is_empty());
        found.unwrap_or_else(|| "…".to_owned())
    }

    /// What the part at a place is for.
    pub fn role(&self, place: usize) -> PartRole {
        if place >= self.own_parts { PartRole::Within } else { role(self.mail.parts[place].role) }
    }

    /// The places of quoted history, in characters.
    pub fn quoted(&self) -> Vec<(i64, i64)> {
        let mut places = Vec::with_capacity(self.mail.quoted.len());
        let (mut byte, mut character) = (0, 0_i64);
        let mut upto = |end: usize| {
            character += i64::try_from(self.mail.text[byte..end].chars().count()).unwrap_or(0);
            byte = end;
            character
        };
        for range in &self.mail.quoted {
            let start = upto(range.start);
            places.push((start, upto(range.end)));
        }
        places
    }

    pub fn appointments(&self) -> Vec<Appointment> {
        self.mail.calendar.iter().map(appointment).collect()
    }

    pub fn oddities(&self) -> Vec<Oddity> {
        self.mail.warnings.iter().map(oddity).collect()
    }

    pub fn report(&self) -> Vec<Delivered> {
        let (Kind::Bounce(report) | Kind::DeliveryNotice(report)) = &self.mail.kind else {
            return Vec::new();
        };
        report.deliveries.iter().map(delivered).collect()
    }
}

/// When a raw mail says it was sent, without reading more than its headers.
pub fn date_of(raw: &[u8]) -> Option<i64> {
    mail::read(headers_of(raw)).date
}

fn headers_of(raw: &[u8]) -> &[u8] {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let end = ends.iter().filter_map(|end| raw.windows(end.len()).position(|it| it == *end)).min();
    &raw[..end.unwrap_or(raw.len().min(1 << 16))]
}

/// Puts the files of the mails that a mail brings as a whole behind its own parts; what lies deeper stays in its mail.
/// All together are no more than one mail may have.
fn add_files_within(mail: &mut Mail) {
    let mut room = mail::Limits::default().parts.saturating_sub(mail.parts.len());
    let (mut files, mut is_cut) = (Vec::new(), false);
    for sent_on in mail.parts.iter().filter(|it| it.role == Role::ForwardedMail) {
        let within = mail::read(&sent_on.bytes);
        let brought = files.len();
        files.extend(within.parts.into_iter().filter(|it| it.role == Role::Attachment));
        is_cut |= files.len() - brought > room || within.warnings.contains(&Warning::PartsCut);
        files.truncate(brought + room);
        room -= files.len() - brought;
        // How much more there is nobody has to count.
        if is_cut && room == 0 {
            break;
        }
    }
    mail.parts.extend(files);
    if is_cut && !mail.warnings.contains(&Warning::PartsCut) {
        mail.warnings.push(Warning::PartsCut);
    }
}

fn role(role: Role) -> PartRole {
    match role {
        Role::Inline => PartRole::Inline,
        Role::Attachment => PartRole::Attachment,
        Role::Calendar => PartRole::Calendar,
        Role::ForwardedMail => PartRole::ForwardedMail,
        Role::DeliveryReport => PartRole::DeliveryReport,
    }
}

/// The reasons of the mail crate, as they are kept.
pub fn because(reason: mail::Reason) -> Because {
    match reason {
        mail::Reason::Answers(id) => Because::Answers(id),
        mail::Reason::Refers(id) => Because::Refers(id),
        mail::Reason::ReportsOn(id) => Because::ReportsOn(id),
        mail::Reason::IsAnswered(id) => Because::IsAnswered(id),
        mail::Reason::SameRoot(id) => Because::SameRoot(id),
        mail::Reason::SameMail => Because::SameMail,
        mail::Reason::BorrowedId(id) => Because::BorrowedId(id),
        mail::Reason::OtherCustomer(id) => Because::OtherCustomer(id),
        mail::Reason::Stranger(id) => Because::Stranger(id),
        mail::Reason::SameSubject => Because::SameSubject,
        mail::Reason::NamesNumber(number) => Because::NamesNumber(number),
        mail::Reason::New => Because::New,
    }
}

fn part_text(part: &mail::Part, extract: &impl Fn(&str, &[u8]) -> Extracted) -> PartText {
    let name = part.name.as_deref().unwrap_or_default();
    match part.role {
        Role::ForwardedMail => Words::of(&mail::read(&part.bytes).text, MAIL_VERSION).into(),
        Role::Attachment => document::words_of((&part.media_type, name), &part.bytes, extract).into(),
        _ => PartText::None,
    }
}

impl From<Words> for PartText {
    fn from(it: Words) -> Self {
        match it {
            Words::Read { words, extractor } => Self::Words { words, extractor },
            Words::Empty => Self::Unread(Unread::Empty),
            Words::Nothing | Words::Unread(Some(Fault::NotSupported)) => Self::None,
            Words::Unread(None) => Self::Unread(Unread::GaveUp),
            Words::Unread(Some(Fault::Encrypted)) => Self::Unread(Unread::Encrypted),
            Words::Unread(Some(Fault::Broken(_))) => Self::Unread(Unread::Broken),
            Words::Unread(Some(Fault::TooLarge { .. })) => Self::Unread(Unread::TooLarge),
        }
    }
}

fn appointment(it: &mail::Event) -> Appointment {
    let local =
        |it: &Option<mail::Moment>| it.as_ref().map_or_else(String::new, |it| it.local.replace('T', " "));
    let zone = it.start.as_ref().and_then(|it| it.zone.clone());
    let organiser = it.organiser.as_ref().map(|it| it.name.clone().unwrap_or_else(|| it.address.clone()));
    Appointment {
        summary: it.summary.clone(),
        start: local(&it.start),
        end: local(&it.end),
        zone: zone.unwrap_or_default(),
        place: it.place.clone().unwrap_or_default(),
        organiser: organiser.unwrap_or_default(),
        is_cancelled: it.cancelled || it.method == "CANCEL",
    }
}

fn delivered(it: &mail::Delivery) -> Delivered {
    let outcome = match it.outcome {
        mail::Outcome::Failed => Arrival::Failed,
        mail::Outcome::Delayed => Arrival::Delayed,
        mail::Outcome::Delivered => Arrival::Delivered,
    };
    let words = it.diagnostic.clone().or_else(|| it.status.clone());
    Delivered {
        recipient: it.recipient.clone().unwrap_or_default(),
        outcome,
        words: words.unwrap_or_default(),
    }
}

fn oddity(it: &Warning) -> Oddity {
    match it.clone() {
        Warning::HeadersCut => Oddity::HeadersCut,
        Warning::ListsCut => Oddity::ListsCut,
        Warning::PartsCut => Oddity::PartsCut,
        Warning::NestingCut => Oddity::NestingCut,
        Warning::TextCut => Oddity::TextCut,
        Warning::HtmlCut => Oddity::HtmlCut,
        Warning::BoundaryMissing => Oddity::BoundaryMissing,
        Warning::EndMissing => Oddity::EndMissing,
        Warning::CharsetUnknown(name) => Oddity::CharsetUnknown(name),
        Warning::CharsetWrong(name) => Oddity::CharsetWrong(name),
        Warning::TransferDamaged => Oddity::TransferDamaged,
        Warning::HeaderNotAscii => Oddity::HeaderNotAscii,
        Warning::MessageIdMissing => Oddity::MessageIdMissing,
        Warning::SenderMissing => Oddity::SenderMissing,
        Warning::DateMissing => Oddity::DateMissing,
        Warning::Encrypted => Oddity::Encrypted,
        Warning::MisleadingLink { shown, leads_to } => Oddity::MisleadingLink { shown, leads_to },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intake(raw: &str) -> Intake {
        Intake::read(raw.as_bytes().to_vec())
    }

    #[test]
    fn a_title_keeps_its_case_and_loses_what_replies_put_before_it() {
        assert_eq!(intake("Subject: RE: AW: CIP 3 dosing Skid\n\nx").title(), "CIP 3 dosing Skid");
        let of = |head: &str| {
            intake(&format!("{head}\n\n> Yesterday\n\n  The pump leaks.\nSince noon.\n")).title()
        };
        assert_eq!([of("Subject: Re:"), of("To: us@ours.example")], ["The pump leaks.", "The pump leaks."]);
        assert_eq!(intake("From: Carl <carl@meridian.example>\n\n").title(), "Carl");
        assert_eq!(intake("").title(), "…", "a word of ours would be in one language for everybody");
        assert_eq!(
            intake("Subject: Re:\n\nx").from(),
            Default::default(),
            "each reader is told so in their language"
        );
    }

    #[test]
    fn a_hundred_mails_with_a_hundred_files_each_are_a_thousand_parts() {
        let with_files = |files: usize| {
            let file = "--i\nContent-Type: image/png\nContent-Disposition: attachment\n\nx\n";
            format!("Content-Type: multipart/mixed; boundary=i\n\n{}--i--\n", file.repeat(files))
        };
        let sent_on = |mails: usize, files: usize| {
            let one = format!("--b\nContent-Type: message/rfc822\n\n{}\n", with_files(files));
            intake(&format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", one.repeat(mails)))
        };
        for (mails, files, parts, is_cut) in [
            (100, 100, 1000, true),
            (10, 99, 1000, false),
            (10, 100, 1000, true),
            (1, 5, 6, false),
            (1000, 1, 1000, true),
            (1000, 0, 1000, false),
        ] {
            let it = sent_on(mails, files);
            assert_eq!((it.mail.parts.len(), it.texts.len()), (parts, parts), "{mails} mails, {files} files");
            assert_eq!(it.oddities().contains(&Oddity::PartsCut), is_cut, "{mails} mails, {files} files");
        }
    }

    #[test]
    fn the_files_of_one_mail_have_twenty_million_letters_together() {
        let file = "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF-1.7\n";
        let raw = format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", file.repeat(5));
        let it = Intake::read_by(raw.into_bytes(), |_, _| {
            let text = "x".repeat(5_000_000);
            Ok(document::Document { text, pages: Vec::new(), title: None, unread: Vec::new() })
        });
        assert_eq!(it.file_texts().len(), 4);
        assert_eq!(it.texts[4], PartText::Unread(Unread::TooLarge), "it is told at its place");
    }

    #[test]
    fn quoted_places_are_counted_in_characters() {
        let it = intake("Content-Type: text/plain; charset=utf-8\n\nGrüße\n\n> früher\n> mehr\n");
        let (start, end) = it.quoted()[0];
        let (start, end) = (usize::try_from(start).unwrap(), usize::try_from(end).unwrap());
        let quoted: String = it.mail.text.chars().skip(start).take(end - start).collect();
        assert_eq!(quoted.trim_end(), "> früher\n> mehr");
    }

    #[test]
    fn a_clock_that_is_ahead_is_not_believed() {
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        assert_eq!(intake("Date: Fri, 1 Jan 2100 00:00:00 +0000\n\nx").sent_at(now), now);
        assert_eq!(intake("\nx").sent_at(now), now);
    }

    #[test]
    fn a_broken_pdf_is_told_and_kept() {
        let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n\
                   Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF-1.7 broken\n--b--\n";
        let it = intake(raw);
        assert_eq!((it.mail.parts.len(), it.texts.as_slice()), (1, &[PartText::Unread(Unread::Broken)][..]));
    }

    #[test]
    fn bytes_that_are_no_mail_are_read_all_the_same() {
        let it = Intake::read(vec![0xff, 0x00, 0xfe, b'\n']);
        assert!(it.oddities().contains(&Oddity::SenderMissing));
        assert_eq!(it.from().1, "");
    }

    #[test]
    fn a_mail_that_came_by_a_server_bears_its_trace() {
        assert!(intake("From: a@b\nReceived: from x by y; Mon\n\nx").was_delivered());
        assert!(intake("RETURN-PATH: <a@b>\r\n\r\nx").was_delivered());
        assert!(!intake("From: a@b\nSubject: x\n\nReceived: from x").was_delivered());
    }

    #[test]
    fn the_date_is_read_from_the_headers_alone() {
        assert!(date_of(b"Date: Fri, 31 Jul 2026 15:57:00 +0100\r\n\r\nDate: no").is_some());
        assert_eq!(date_of(b"\n\nDate: Fri, 31 Jul 2026 15:57:00 +0100"), None);
    }
}
