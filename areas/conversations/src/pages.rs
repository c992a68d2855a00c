//! What people see: the inbox, a conversation, a text with what became of it, the way in for mail.

mod call;
mod conversation;
mod import;
mod inbox;
mod meeting;
mod statement;
mod text;

pub use call::{Calling, Card, Kept, call, card, kept, matter};
pub use conversation::{Choice, Customer, Deed, ELSEWHERE, Opened, Replying, Said, conversation, in_record};
pub use import::{Arrival, Waiting, import, not_filed, throwing_away};
pub use inbox::{Inbox, Line as InboxLine, inbox, latest, on_the_telephone};
pub use meeting::{Goes, Going, Kept as Held, Minuting, Planned, going, kept as held, minuting, plan};
pub use statement::{Asking, Line as StatementLine, Section, asking, by_link, said};
pub use text::{Note, Words, capture_by_page, source};
