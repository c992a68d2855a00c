//! The law of conversations: their steps, whose turn it is, who may read what.

pub mod calendar;
pub mod call;
pub mod intake;
pub mod marks;
pub mod meeting;
pub mod reply;
pub mod statement;

use kernel::Permit::Staff;
use kernel::{
    Actor, Audience, Body, Case, Faults, Flow, Kind, Numbers, PartyId, Permit, Refusal, Role, Sharing, State,
    Text, Tone, Verdict, Vocabulary, no_facts, nothing, rule, text,
};

use crate::model::ConversationState::{Closed, Open, Waiting};
use crate::model::ConversationStep::{Close, Reopen, Wait};
use crate::model::{
    Channel, Conversation, ConversationState, ConversationStep, Direction, MessageKind, WaitsFor,
};

/// The channel under which mails are kept as they came until they are filed.
pub const MAIL: &str = "mail";

/// Whoever looks after mails that came in and could not be filed.
pub const MAIL_ROOM: Permit = Permit::Any(&[Role::Agent, Role::Administrator]);

/// Whether somebody may read mails that came in and could not be filed: they belong to no customer yet.
///
/// # Errors
/// Says who may.
#[track_caller]
pub fn may_read_unfiled(actor: &Actor) -> Verdict {
    let reads = [Role::Agent, Role::Administrator, Role::Auditor].into_iter().any(|it| actor.has(it));
    if reads { Ok(()) } else { MAIL_ROOM.covers(actor, None) }
}

impl State for ConversationState {
    fn tone(self) -> Tone {
        match self {
            Open => Tone::Working,
            Waiting => Tone::Waiting,
            Closed => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Open => text!("With us"),
            Waiting => text!("Waiting for your answer"),
            Closed => self.text(),
        }
    }
}

impl Body for Conversation {
    type State = ConversationState;
    type Step = ConversationStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "CV",
        table: "conversation",
        path: "conversations",
        numbers: Numbers::Yearly,
        sharing: Sharing::Working,
        symbol: "talk",
        one: || text!("Conversation"),
        many: || text!("Conversations"),
    };
    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from     step    to       by     needs
        rule(Open,    Wait,   Waiting, Staff, nothing),
        rule(Open,    Close,  Closed,  Staff, no_task_is_open),
        rule(Waiting, Reopen, Open,    Staff, nothing),
        rule(Waiting, Close,  Closed,  Staff, no_task_is_open),
        rule(Closed,  Reopen, Open,    Staff, nothing),
    ]);
    const OPEN: &'static [ConversationState] = &[Open, Waiting, Closed];
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<()> = no_facts::<Self>;
    const PERSONAL: &'static [&'static str] = &["title", "subject", "last_from"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(
            self.subject.chars().count() <= 1000,
            "subject",
            text!("Shorten the subject to {count} characters.", count = 1000_i64),
        );
        faults.into_result()
    }

    fn words(&self) -> String {
        self.subject.clone()
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "subject" => text!("Subject"),
            "channel" => text!("Channel"),
            "last_at" => text!("Last message"),
            "last_from" => text!("Last message from"),
            "waits_for" => text!("Whose turn it is"),
            "mailbox" => text!("Mailbox"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "channel" => Channel::of(code).map(Vocabulary::text),
            "waits_for" => WaitsFor::of(code).map(Vocabulary::text),
            _ => None,
        }
    }

    fn word_to_party(field: &str, code: &str) -> Option<Text> {
        if field == "waits_for" { WaitsFor::of(code).map(WaitsFor::to_party) } else { None }
    }
}

fn no_task_is_open(case: &Case<Conversation>) -> Verdict {
    Refusal::unless(case.open_tasks == 0, text!("Finish the open tasks first."))
}

/// How what was said begins, on one line of a list: without what was quoted and without white space.
pub fn beginning_of(words: &str) -> String {
    const FIT: usize = 140;
    let own = words.lines().map(str::trim).filter(|it| !it.starts_with('>'));
    let plain = own.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    let mut first: String = plain.chars().take(FIT).collect();
    if first.len() < plain.len() {
        first.push('…');
    }
    first
}

/// Whose turn it is after a message; none where nobody's is over by it.
pub fn turn_after(direction: Direction, kind: MessageKind) -> Option<WaitsFor> {
    match direction {
        Direction::Note => None,
        _ if !kind.is_by_a_person() => None,
        Direction::In => Some(WaitsFor::Us),
        Direction::Out => Some(WaitsFor::Them),
    }
}

/// The step that a message takes by itself: theirs reopens, ours waits. A machine's takes none.
pub fn step_after(state: ConversationState, turn: Option<WaitsFor>) -> Option<ConversationStep> {
    match (turn?, state) {
        (WaitsFor::Us, Waiting | Closed) => Some(Reopen),
        (WaitsFor::Them, Open) => Some(Wait),
        _ => None,
    }
}

/// Whom an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One of ours; somebody by name, or a shared mailbox.
    Ours(Option<i64>),
    Theirs {
        person: Option<i64>,
        party: PartyId,
    },
    Unknown,
}

impl Whose {
    /// The customer whose it is.
    pub fn party(self) -> Option<PartyId> {
        match self {
            Self::Theirs { party, .. } => Some(party),
            Self::Ours(_) | Self::Unknown => None,
        }
    }
}

/// Who may read a message in a conversation of a party: the party only what it wrote or was sent, never what
/// we say among ourselves and never the reports of mail servers. `vouched` says that somebody decided that
/// unknown addresses in it are the party's.
pub fn audience_of(party: Option<PartyId>, kind: MessageKind, present: &[Whose], vouched: bool) -> Audience {
    let is_theirs = |it: &Whose| match it {
        Whose::Theirs { party: other, .. } => kernel::may(party.is_none_or(|party| party == *other)),
        Whose::Unknown => vouched || party.is_none(),
        Whose::Ours(_) => false,
    };
    let may = !kind.is_a_report() && kind != MessageKind::Note && present.iter().any(is_theirs);
    if may { Audience::Party } else { Audience::Internal }
}

/// Whether a message may stand in a conversation of a party: never where it is with other customers only.
pub fn may_stand_with(party: Option<PartyId>, present: &[Whose]) -> bool {
    let mut parties = present.iter().filter_map(|it| match it {
        Whose::Theirs { party, .. } => Some(*party),
        _ => None,
    });
    let Some(first) = parties.next() else { return true };
    party.is_none_or(|party| party == first || parties.any(|it| it == party))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MERIDIAN: i64 = 1;
    const HALLANDER: i64 = 2;

    fn theirs(party: i64) -> Whose {
        Whose::Theirs { person: None, party }
    }

    #[test]
    fn a_line_of_a_list_begins_with_what_is_new() {
        assert_eq!(beginning_of("> Is it 15 %?\n\n  Yes,\n\tit is.  \n>> old"), "Yes, it is.");
        assert_eq!(beginning_of("> only quoted"), "");
        let long = beginning_of(&"größe ".repeat(100));
        assert!(long.ends_with('…') && long.chars().count() == 141, "{long}");
    }

    #[test]
    fn a_machine_reopens_nothing() {
        for kind in [MessageKind::AutoReply, MessageKind::Bounce, MessageKind::Bulk, MessageKind::ReadReceipt]
        {
            assert_eq!(step_after(Closed, turn_after(Direction::In, kind)), None, "{kind:?}");
        }
        assert_eq!(step_after(Closed, turn_after(Direction::In, MessageKind::Ordinary)), Some(Reopen));
    }

    #[test]
    fn after_our_answer_we_wait() {
        let turn = turn_after(Direction::Out, MessageKind::Ordinary);
        assert_eq!((turn, step_after(Open, turn)), (Some(WaitsFor::Them), Some(Wait)));
        assert_eq!(step_after(Closed, turn), None, "what is closed stays closed when we add something");
    }

    #[test]
    fn a_note_is_nobodys_turn() {
        assert_eq!(turn_after(Direction::Note, MessageKind::Note), None);
    }

    #[test]
    fn what_we_say_among_ourselves_stays_inside() {
        let ours = [Whose::Ours(Some(7)), Whose::Ours(None)];
        assert_eq!(audience_of(Some(MERIDIAN), MessageKind::Ordinary, &ours, true), Audience::Internal);
    }

    #[test]
    fn what_another_customer_wrote_is_not_shown_to_this_one() {
        let present = [Whose::Ours(None), theirs(HALLANDER)];
        assert_eq!(audience_of(Some(MERIDIAN), MessageKind::Ordinary, &present, true), Audience::Internal);
        assert_eq!(audience_of(Some(HALLANDER), MessageKind::Ordinary, &present, false), Audience::Party);
    }

    #[test]
    fn an_unknown_address_is_the_customers_only_if_somebody_says_so() {
        let present = [Whose::Ours(None), Whose::Unknown];
        assert_eq!(audience_of(Some(MERIDIAN), MessageKind::Ordinary, &present, false), Audience::Internal);
        assert_eq!(audience_of(Some(MERIDIAN), MessageKind::Ordinary, &present, true), Audience::Party);
    }

    #[test]
    fn what_is_with_other_customers_only_stands_with_none_but_them() {
        let present = [Whose::Ours(None), theirs(HALLANDER)];
        assert!(!may_stand_with(Some(MERIDIAN), &present));
        assert!(may_stand_with(Some(MERIDIAN), &[theirs(HALLANDER), theirs(MERIDIAN)]));
        assert!(may_stand_with(Some(MERIDIAN), &[Whose::Unknown]) && may_stand_with(None, &present));
    }

    #[test]
    fn reports_of_servers_are_ours_alone() {
        let present = [theirs(MERIDIAN), Whose::Ours(None)];
        assert_eq!(audience_of(Some(MERIDIAN), MessageKind::Bounce, &present, true), Audience::Internal);
    }
}
