//! Mail as it comes: what does a raw message say, what kind is it, and where does it belong?
//!
//! Everything here is pure. [`read`] never fails and never panics, whatever the bytes; what had to be cut or
//! guessed is told in [`Mail::warnings`]. [`split_mbox`] takes an archive apart, and [`place`] says to which
//! conversation a mail belongs and why.

mod calendar;
mod decoding;
mod headers;
mod html;
mod identity;
mod kind;
mod mbox;
mod plain_text;
mod quotation;
mod reading;
mod rendering;
mod structure;
mod subject;
mod threading;

use std::ops::Range;

pub use calendar::{Event, Moment};
pub use filename::safe_name;
pub use html::with_pictures;
pub use identity::identity;
pub use kind::{Bounce, Delivery, Outcome};
pub use mbox::{mbox_places, one_of_mbox, split_mbox, unquote_mbox};
pub use reading::{read, read_within};
pub use subject::base_subject;
pub use threading::{
    Candidate, Follows, Held, Known, Placement, Proposal, Questions, Reason, Sender, answered, place,
    questions, root,
};

/// A mail, read. Texts are clean of control characters (but line feed and tab).
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Without angle brackets, in the order of the header.
    pub in_reply_to: Vec<String>,
    /// Without angle brackets, oldest first (RFC 5322, 3.6.4).
    pub references: Vec<String>,
    pub from: Vec<Mailbox>,
    pub sender: Option<Mailbox>,
    pub reply_to: Vec<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    /// What the sender says, in microseconds since 1970, UTC.
    pub date: Option<i64>,
    /// What the topmost `Received` says, in microseconds since 1970, UTC.
    pub received: Option<i64>,
    pub subject: String,
    /// The subject without reply and forward prefixes, in small letters: what is compared.
    pub base_subject: String,
    /// The canonical text, lines ended by a line feed. Passages count in it.
    pub text: String,
    /// Byte ranges of `text`, whole lines, ascending, that are quoted history or a signature.
    pub quoted: Vec<Range<usize>>,
    /// Sanitised HTML. Pictures sent along have `src="cid:N"`, N being an index of `parts`; see
    /// [`with_pictures`].
    pub html: Option<String>,
    /// How many pictures, styles and other things the HTML wanted to fetch from elsewhere; all are removed.
    pub remote_removed: usize,
    /// Everything that is not the body, in the order of the message.
    pub parts: Vec<Part>,
    pub calendar: Vec<Event>,
    pub kind: Kind,
    /// Digest of sender, date, subject and body parts, in hexadecimal: the same for two copies of one mail that
    /// came by different ways, another for a mail that only borrows a Message-ID.
    pub content_digest: String,
    pub warnings: Vec<Warning>,
}

impl Mail {
    /// The Message-ID, or the digest of the content where it is missing: what makes the same mail twice one mail.
    pub fn identity(&self) -> String {
        self.message_id.clone().unwrap_or_else(|| format!("sha256:{}", self.content_digest))
    }
}

/// A name and an address as a header gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: Option<String>,
    /// As written; compare without regard to case.
    pub address: String,
}

/// An attachment or another part beside the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// A safe file name (see [`safe_name`]), if one was given.
    pub name: Option<String>,
    /// In small letters, without parameters, such as `application/pdf`.
    pub media_type: String,
    pub disposition: Disposition,
    /// Without angle brackets.
    pub content_id: Option<String>,
    pub bytes: Vec<u8>,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    Inline,
    Attachment,
}

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A picture that the HTML shows or the sender meant to stand in the text.
    Inline,
    Attachment,
    Calendar,
    /// A whole mail; `read` its bytes.
    ForwardedMail,
    /// The part for machines of a delivery report or a receipt.
    DeliveryReport,
}

/// Who or what wrote the mail and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Ordinary,
    /// An invitation, its answer or its cancellation (RFC 6047).
    Calendar,
    /// To many: a list, a newsletter, a bulk mail.
    Bulk,
    /// A machine answers, such as an absence notice (RFC 3834).
    AutoReply,
    /// A machine writes of itself (RFC 3834, `auto-generated`).
    Automatic,
    /// What we sent did not arrive (RFC 3464 or one of the older forms).
    Bounce(Bounce),
    /// What we sent is late, or did arrive (RFC 3464).
    DeliveryNotice(Bounce),
    /// What we sent was opened (RFC 8098).
    ReadReceipt {
        original_message_id: Option<String>,
    },
}

impl Kind {
    /// Whether no person wrote it: never answered automatically, reopens nothing (RFC 3834, 2).
    pub fn is_by_a_machine(&self) -> bool {
        !matches!(self, Self::Ordinary | Self::Calendar)
    }
}

/// What a reader should know about how the mail was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Warning {
    /// The headers were longer than the limit; the rest was not read.
    HeadersCut,
    /// There were more addresses or references than the limit.
    ListsCut,
    /// There were more parts than the limit.
    PartsCut,
    /// Parts lay deeper in each other than the limit; what is below is kept as one attachment.
    NestingCut,
    /// The text was longer than the limit.
    TextCut,
    /// The HTML was longer, deeper or had more elements than the limit; part of it is not shown.
    HtmlCut,
    /// The parts announced could not be found; everything is shown as text.
    BoundaryMissing,
    /// The last part had no end; the mail may be incomplete.
    EndMissing,
    /// The character set is not known; Windows-1252 or UTF-8 was assumed.
    CharsetUnknown(String),
    /// The text is not in the character set it says; Windows-1252 was assumed.
    CharsetWrong(String),
    /// A part's base64 or quoted-printable is damaged; what could be read is kept.
    TransferDamaged,
    /// A header held bytes that are not allowed there; Windows-1252 was assumed.
    HeaderNotAscii,
    /// There is no Message-ID.
    MessageIdMissing,
    /// There is no sender.
    SenderMissing,
    /// There is no date, or it cannot be read.
    DateMissing,
    /// The content is encrypted.
    Encrypted,
    /// A link shows one address and leads to another.
    MisleadingLink { shown: String, leads_to: String },
}

/// How much of a mail is read. Beyond it the mail is cut, and a warning says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one header section.
    pub headers: usize,
    /// Addresses in one header, and references.
    pub list: usize,
    /// Multiparts in each other.
    pub nesting: usize,
    /// Leaf parts.
    pub parts: usize,
    /// Bytes of the text, and of one text part.
    pub text: usize,
    /// Bytes of the HTML, before and after sanitising.
    pub html: usize,
    /// Elements of the HTML.
    pub html_elements: usize,
    /// HTML elements in each other.
    pub html_nesting: usize,
    /// Calendar events.
    pub events: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: 256 * 1024,
            list: 1000,
            nesting: 20,
            parts: 1000,
            text: 5 * 1024 * 1024,
            html: 5 * 1024 * 1024,
            html_elements: 100_000,
            html_nesting: 200,
            events: 100,
        }
    }
}
