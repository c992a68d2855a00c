//! The nouns: conversations, what is said in them, and why each message stands where it stands.

mod call;
mod meeting;
mod statement;

use jiff::Timestamp;
use kernel::{Actor, Audience, PersonId, Text, Vocabulary, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::call::{Call, CallState, CallStep, Caller};
pub use self::meeting::{
    Action, Agenda, Approved, Attendance, Decision, Meeting, MeetingState, MeetingStep, OpenPoint,
    Participant, Point,
};
pub use self::statement::{Statement, StatementAnswer, StatementState};

/// Everything said with a customer about one matter, over all channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Conversation {
    /// What it is about, as the first message says it.
    pub subject: String,
    pub channel: Channel,
    /// When the last thing was said, in microseconds since 1970, UTC.
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub last_at: Timestamp,
    /// Who said it.
    pub last_from: String,
    pub waits_for: WaitsFor,
    /// The address of ours that it came to.
    pub mailbox: String,
}

impl Default for Conversation {
    fn default() -> Self {
        Self {
            subject: String::new(),
            channel: Channel::default(),
            last_at: Timestamp::UNIX_EPOCH,
            last_from: String::new(),
            waits_for: WaitsFor::default(),
            mailbox: String::new(),
        }
    }
}

kernel::vocabulary! {
    /// By which way a conversation began.
    pub enum Channel {
        #[default]
        Mail = text!("E-mail"),
        Telephone = text!("Telephone"),
        Meeting = text!("Meeting"),
        Portal = text!("Portal"),
    }
}

kernel::vocabulary! {
    /// Whose turn it is.
    pub enum WaitsFor {
        Us = text!("Waits for us"),
        Them = text!("Waits for them"),
        #[default]
        Nobody = text!("Waits for nobody"),
    }
}

impl WaitsFor {
    /// The same to whom we speak with.
    pub fn to_party(self) -> Text {
        match self {
            Self::Us => text!("With us"),
            Self::Them => text!("Waiting for your answer"),
            Self::Nobody => self.text(),
        }
    }

    /// The word as somebody reads it.
    pub fn said_to(self, actor: &Actor) -> Text {
        if actor.is_outside() { self.to_party() } else { self.text() }
    }
}

kernel::vocabulary! {
    pub enum ConversationState {
        #[default]
        Open = text!("Open"),
        Waiting = text!("Waiting"),
        Closed = text!("Closed"),
    }
}

kernel::vocabulary! {
    pub enum ConversationStep {
        /// The answer is theirs.
        #[default]
        Wait = text!("Wait for them"),
        Close = text!("Close"),
        Reopen = text!("Reopen"),
    }
}

kernel::vocabulary! {
    /// Which way a message went.
    pub enum Direction {
        #[default]
        In = text!("from outside"),
        Out = text!("from us"),
        /// Among colleagues.
        Note = text!("internal note"),
    }
}

kernel::vocabulary! {
    /// Who or what wrote a message, and what for (RFC 3834, RFC 3464, RFC 8098).
    pub enum MessageKind {
        #[default]
        Ordinary = text!("Message"),
        Calendar = text!("Appointment"),
        Bulk = text!("To many"),
        AutoReply = text!("Automatic reply"),
        Automatic = text!("Written by a machine"),
        Bounce = text!("Not delivered"),
        DeliveryReport = text!("Delivery report"),
        ReadReceipt = text!("Read receipt"),
        Call = text!("Call"),
        Note = text!("Note"),
    }
}

impl MessageKind {
    /// Whether a person speaks: only then is somebody's turn over, and only then is anything reopened.
    pub fn is_by_a_person(self) -> bool {
        matches!(self, Self::Ordinary | Self::Calendar | Self::Call)
    }

    /// Whether a mail server or program reports on a mail of ours.
    pub fn is_a_report(self) -> bool {
        matches!(self, Self::Bounce | Self::DeliveryReport | Self::ReadReceipt)
    }
}

/// One message of a conversation, without its words: those are a text to be cited from.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    pub id: i64,
    pub record_id: i64,
    pub message_id: String,
    pub direction: Direction,
    pub kind: MessageKind,
    #[serde(with = "kernel::micros")]
    pub sent_at: Timestamp,
    #[serde(with = "kernel::micros")]
    pub received_at: Timestamp,
    pub from_name: String,
    pub from_address: String,
    pub from_person: Option<PersonId>,
    pub recipients: Vec<Recipient>,
    pub subject: String,
    pub placed: Because,
    pub proposals: Vec<Proposed>,
    pub raw: Option<i64>,
    pub raw_digest: String,
    pub has_html: bool,
    pub remote_removed: i64,
    pub quoted: Vec<(i64, i64)>,
    pub parts: Vec<PartLine>,
    pub calendar: Vec<Appointment>,
    pub warnings: Vec<Oddity>,
    pub report: Vec<Delivered>,
    pub audience: Audience,
    /// The call or meeting that it tells of.
    pub about: Option<i64>,
}

impl Message {
    /// Whether it bears an address of ours without being proven to be from us.
    pub fn is_not_proven(&self) -> bool {
        self.warnings.contains(&Oddity::NotProven)
    }
}

/// The same on its way in: the fields are the columns.
#[derive(Clone, Debug, Serialize)]
pub struct NewMessage {
    pub record_id: i64,
    pub message_id: String,
    /// The mail that it answers, and the one with which all of it began; empty where it names none.
    pub answers: String,
    pub root: String,
    pub content_digest: String,
    pub base_subject: String,
    pub direction: Direction,
    pub kind: MessageKind,
    #[serde(with = "kernel::micros")]
    pub sent_at: Timestamp,
    #[serde(with = "kernel::micros")]
    pub received_at: Timestamp,
    pub from_name: String,
    pub from_address: String,
    pub from_person: Option<PersonId>,
    pub recipients: Vec<Recipient>,
    pub subject: String,
    pub placed: Because,
    pub proposals: Vec<Proposed>,
    pub raw: Option<i64>,
    pub raw_digest: String,
    pub html: Option<String>,
    pub remote_removed: i64,
    pub quoted: Vec<(i64, i64)>,
    pub parts: Vec<PartLine>,
    pub calendar: Vec<Appointment>,
    pub warnings: Vec<Oddity>,
    pub report: Vec<Delivered>,
    pub audience: Audience,
    /// The call or meeting that it tells of.
    pub about: Option<i64>,
}

/// Somebody to whom a message went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recipient {
    pub name: String,
    /// In small letters.
    pub address: String,
    pub is_copy: bool,
}

/// A part of a mail beside its text, filed as an attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartLine {
    pub attachment: i64,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub role: PartRole,
    /// Why it has no text to be cited from, where one would expect one.
    pub unread: Option<Unread>,
}

kernel::vocabulary! {
    /// What a part is for.
    pub enum PartRole {
        /// Shown within the message.
        Inline = text!("Picture in the message"),
        #[default]
        Attachment = text!("File"),
        Calendar = text!("Calendar"),
        ForwardedMail = text!("Forwarded mail"),
        /// A file of a mail that was forwarded as a whole.
        Within = text!("File of the forwarded mail"),
        DeliveryReport = text!("Report of a mail server"),
    }
}

kernel::vocabulary! {
    /// Why a file gave no text. The file itself is kept in any case.
    pub enum Unread {
        #[default]
        Broken = text!("Its text could not be read. The file is kept as it came."),
        Encrypted = text!("It opens with a password only. The file is kept as it came; ask for an open copy to cite from it."),
        TooLarge = text!("It is too large for its text to be read, or all files of its mail together are. The file is kept as it came. Try again to read it alone."),
        /// Whoever read it fell over or took too long, and was ended.
        GaveUp = text!("Its text could not be read: reading it, or all files of its mail, took more time or memory than it may. The file is kept as it came. Try again, or ask for another copy."),
        /// Pictures of pages.
        Empty = text!("It holds no text, perhaps only pictures of pages. The file is kept as it came."),
    }
}

impl Unread {
    /// Whether another try may have another end: what a file says of itself it says again.
    pub fn may_come_out_otherwise(self) -> bool {
        matches!(self, Self::GaveUp | Self::Broken | Self::TooLarge)
    }
}

/// An appointment that a message announces (RFC 5545).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub summary: String,
    /// As written: the clock of its own zone.
    pub start: String,
    pub end: String,
    pub zone: String,
    pub place: String,
    pub organiser: String,
    pub is_cancelled: bool,
}

/// What a mail server says of one receiver of a mail of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub recipient: String,
    pub outcome: Arrival,
    /// What the server said.
    pub words: String,
}

kernel::vocabulary! {
    pub enum Arrival {
        Failed = text!("not delivered"),
        #[default]
        Delayed = text!("delayed"),
        Delivered = text!("delivered"),
    }
}

/// Why a message is where it is, or why it may belong elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// In-Reply-To names this mail.
    Answers(String),
    /// References name this mail.
    Refers(String),
    /// A server reports on this mail.
    ReportsOn(String),
    /// This mail, which came before it, answers it.
    IsAnswered(String),
    /// It begins with the same mail as this one, which came before it.
    SameRoot(String),
    /// Another mail bears the same Message-ID.
    BorrowedId(String),
    /// It names this mail, which stands in a conversation of another customer.
    OtherCustomer(String),
    /// It names this mail, but whoever wrote is not known there.
    Stranger(String),
    SameSubject,
    /// It names this number.
    NamesNumber(String),
    /// Nothing leads to another conversation.
    New,
    /// It was here before.
    SameMail,
    /// A person put it here.
    ByHand,
    /// It was written here.
    Written,
}

impl Because {
    /// The mail beside which it stands here: that it names, or that answers it.
    pub fn named_mail(&self) -> Option<&str> {
        match self {
            Self::Answers(id)
            | Self::Refers(id)
            | Self::ReportsOn(id)
            | Self::IsAnswered(id)
            | Self::SameRoot(id) => Some(id),
            _ => None,
        }
    }

    /// In words. `told` is the moment of the mail that it names, where that is known.
    pub fn text(&self, told: Option<Timestamp>) -> Text {
        match (self, told) {
            (Self::Answers(_), Some(at)) => text!("It answers the message of {moment}.", moment = at),
            (Self::Answers(_), None) => text!("It answers a message of this conversation."),
            (Self::Refers(_), Some(at)) => text!("It refers to the message of {moment}.", moment = at),
            (Self::Refers(_), None) => text!("It refers to a message of this conversation."),
            (Self::ReportsOn(_), Some(at)) => text!("It reports on the message of {moment}.", moment = at),
            (Self::ReportsOn(_), None) => text!("It reports on a message of this conversation."),
            (Self::IsAnswered(_), Some(at)) => text!("The message of {moment} answers it.", moment = at),
            (Self::IsAnswered(_), None) => text!("A message of this conversation answers it."),
            (Self::SameRoot(_), Some(at)) => {
                text!("It began with the same message as that of {moment}.", moment = at)
            }
            (Self::SameRoot(_), None) => {
                text!("It began with the same message as others of this conversation.")
            }
            (Self::BorrowedId(_), _) => {
                text!("It bears the identity of another mail, so it began a conversation of its own.")
            }
            (Self::OtherCustomer(_), _) => {
                text!("It names a message of another customer’s conversation, so it was not joined to it.")
            }
            (Self::Stranger(_), _) => {
                text!("It names a message of this conversation, but nobody knows the sender there.")
            }
            (Self::SameSubject, _) => text!("It has the same subject."),
            (Self::NamesNumber(number), _) => text!("It names {number}.", number = number),
            (Self::New, _) => text!("Nothing leads to another conversation, so it began this one."),
            (Self::SameMail, _) => text!("The same mail was here already."),
            (Self::ByHand, _) => text!("Somebody moved it here."),
            (Self::Written, _) => text!("It was written here."),
        }
    }
}

/// A conversation to which a message may belong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    pub conversation: i64,
    pub because: Because,
}

/// What a reader should know about how a mail was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    HeadersCut,
    ListsCut,
    PartsCut,
    NestingCut,
    TextCut,
    HtmlCut,
    BoundaryMissing,
    EndMissing,
    CharsetUnknown(String),
    CharsetWrong(String),
    TransferDamaged,
    HeaderNotAscii,
    MessageIdMissing,
    SenderMissing,
    DateMissing,
    Encrypted,
    MisleadingLink {
        shown: String,
        leads_to: String,
    },
    /// It bears an address of ours and came from outside.
    NotProven,
}

impl Oddity {
    pub fn text(&self) -> Text {
        match self {
            Self::HeadersCut => text!("Its headers are longer than we read. The raw mail has them all."),
            Self::ListsCut => {
                text!("It names more addresses or references than we read. The raw mail has them all.")
            }
            Self::PartsCut => text!("It has more parts than we read. The raw mail has them all."),
            Self::NestingCut => {
                text!("Its parts lie deeper in each other than we read. What is below is one file.")
            }
            Self::TextCut => text!("Its text is longer than we read. The raw mail has all of it."),
            Self::HtmlCut => text!("Part of its layout is not shown, for it is too large."),
            Self::BoundaryMissing => text!("Its parts could not be told apart. Everything is shown as text."),
            Self::EndMissing => text!("Its end is missing; perhaps it did not arrive whole."),
            Self::CharsetUnknown(name) => {
                text!("Its character set “{name}” is unknown; letters may be wrong.", name = name)
            }
            Self::CharsetWrong(name) => {
                text!("It is not written in “{name}” as it says; letters may be wrong.", name = name)
            }
            Self::TransferDamaged => text!("Part of it was damaged on its way. What could be read is kept."),
            Self::HeaderNotAscii => text!("Its headers break the rules of mail; letters may be wrong."),
            Self::MessageIdMissing => text!("It has no identity of its own; it is known by its content."),
            Self::SenderMissing => text!("It does not say who sent it."),
            Self::DateMissing => text!("It does not say when it was sent; the moment it came in is shown."),
            Self::Encrypted => text!("It is encrypted and cannot be read here."),
            Self::MisleadingLink { shown, leads_to } => {
                text!("A link shows {shown} and leads to {target}.", shown = shown, target = leads_to)
            }
            Self::NotProven => {
                text!(
                    "It says it is from us, and that is not proven: it came from outside and is no letter of ours. It counts as nobody’s, and no customer sees it."
                )
            }
        }
    }

    /// Whether a person should be wary, rather than only know.
    pub fn is_serious(&self) -> bool {
        !matches!(self, Self::HeaderNotAscii | Self::MessageIdMissing)
    }
}
