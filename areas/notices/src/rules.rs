//! The law: when somebody may be told, how long before, and what their answer does.

use changes::{DECIDERS, Outcome};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Permit::{Nobody, Owner};
use kernel::{
    Actor, Bearing, Body, Case, Faults, Flow, Kind, Missing, Numbers, PartyId, Reader, Record, Refusal,
    Result, Role, Rule, Sharing, Text, Tone, Verdict, Vocabulary, nothing, rule, text,
};
use serde_json::Value as Json;

use crate::model::State::{Acknowledged, Approved, Excused, Issued, Objected, Prepared, Settled, Withdrawn};
use crate::model::Step::{Acknowledge, Approve, Excuse, Issue, Lapse, Object, Settle, Withdraw};
use crate::model::{Asks, Because, Notice, Side, State, Step};
use crate::queries;

/// How far the change is of which a notice tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Course {
    /// It is closed, or nothing comes of it.
    #[default]
    Over,
    /// It is still to be put in force.
    Coming,
    InForce,
}

/// What only the database knows of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeFacts {
    /// The day it is.
    pub today: Date,
    /// Who is written to has an address for mail.
    pub reaches: bool,
    /// Somebody made sure of that address.
    pub is_sure: bool,
    pub course: Course,
    /// The change proposes what it proposed when they were told.
    pub is_still_so: bool,
    /// Its words were written for what the change says, or follow it.
    pub is_in_step: bool,
    /// It was agreed with them that they approve this change; asked as long as it is prepared.
    pub they_approve: bool,
    /// Whoever acts neither opened it or its change nor ever answered for one of them, themselves or for somebody absent;
    /// asked where their approval is theirs to give.
    pub is_anothers: bool,
}

/// What they do not read.
const OURS: [&str; 7] = ["change", "blocks", "waiver", "reasons", "notice_days", "stands_for", "words_for"];

impl Body for Notice {
    type State = State;
    type Step = Step;
    type Facts = NoticeFacts;

    const KIND: Kind = Kind {
        prefix: "NO",
        table: "notice_of_change",
        path: "change-notices",
        numbers: Numbers::Yearly,
        sharing: Sharing::Offered,
        symbol: "mail",
        one: || text!("Notice of change"),
        many: || text!("Notices of change"),
    };
    const BEARING: Bearing = Bearing::Beside;
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [Step] = &[Issue, Excuse, Settle, Withdraw];
    const OPEN: &'static [State] = &[Prepared];
    const ASIDE: &'static [State] = &[Withdrawn];
    const SETTLED: &'static [State] = &[Acknowledged, Approved, Settled];
    const KEYS: &'static [&'static str] = &["change", "person"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<NoticeFacts> = queries::facts;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, words, most) in [("words", &self.words, 20_000), ("waiver", &self.waiver, 2000)] {
            let fits = words.chars().count() <= most;
            let count = i64::try_from(most).unwrap_or(i64::MAX);
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = count));
        }
        let days = (0..=730).contains(&self.notice_days);
        faults.unless(days, "notice_days", text!("Give a number of days from 0 to 730."));
        faults.unless(self.package.len() <= 10_000, "package", text!("Tell them of less at once."));
        faults.into_result()
    }

    /// What was agreed is a floor: who goes below it says why.
    fn may_write(_: &Actor, _: Option<PartyId>, before: Option<&Case<Self>>, after: &Self) -> Verdict {
        let is_less = before.is_some_and(|it| it.body.is_less(after.notice_days, after.asks));
        Refusal::unless(!is_less || !after.waiver.trim().is_empty(), less_than_agreed())
    }

    /// What they read does not say whom else it touches, nor what we waived.
    fn content(&self) -> Result<Json> {
        let mut content = serde_json::to_value(self)?;
        if let Some(fields) = content.as_object_mut() {
            for ours in OURS {
                fields.remove(ours);
            }
        }
        Ok(content)
    }

    fn words(&self) -> String {
        let items = self.package.iter().take(200).map(|it| format!("{} {}", it.item, it.title));
        format!("{}\n{}", self.words, items.collect::<Vec<_>>().join("\n"))
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "change" => text!("Change request"),
            "side" => text!("To"),
            "asks" => text!("What is asked of them"),
            "blocks" => text!("The release waits for them"),
            "person" => text!("Written to"),
            "language" => text!("Language"),
            "words" => text!("What changes, and why"),
            "basis" => text!("Holds by"),
            "starts" => text!("Holds from"),
            "effective_on" => text!("They get something else from"),
            "notice_days" => text!("Days of notice"),
            "issued_on" => text!("Sent on"),
            "answer_by" => text!("Answer by"),
            "waiver" => text!("Why they are told later"),
            "reasons" => text!("Why they are told"),
            "package" => text!("What they are told of"),
            "stands_for" => text!("Fingerprint of what they are told of"),
            "words_for" => text!("Fingerprint of what the change said when this was written"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "side" => Side::of(code).map(Vocabulary::text),
            "asks" => Asks::of(code).map(Vocabulary::text),
            "because" => Because::of(code).map(Vocabulary::text),
            "basis" => kernel::Basis::of(code).map(Vocabulary::text),
            _ => None,
        }
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Notice>] = &[
    //   from          step         to            by         needs
    rule(Prepared,     Issue,       Issued,       Owner,     they_can_be_told_as_agreed),
    rule(Prepared,     Excuse,      Excused,      Owner,     no_approval_was_agreed),
    // What was agreed is not taken back by whoever answers for the change alone.
    rule(Prepared,     Issue,       Issued,       DECIDERS,  another_asks_less_and_they_can_be_told),
    rule(Prepared,     Excuse,      Excused,      DECIDERS,  another_excuses_an_approval),
    rule(Prepared,     Withdraw,    Withdrawn,    Owner,     nothing),
    rule(Issued,       Acknowledge, Acknowledged, Nobody,    a_word_suffices),
    rule(Issued,       Approve,     Approved,     Nobody,    it_is_still_so),
    rule(Issued,       Object,      Objected,     Nobody,    nothing),
    rule(Issued,       Withdraw,    Withdrawn,    Owner,     nothing),
    rule(Objected,     Settle,      Settled,      Owner,     nothing),
    rule(Objected,     Withdraw,    Withdrawn,    Owner,     nothing),
    rule(Prepared,     Lapse,       Withdrawn,    Nobody,    nothing),
    rule(Issued,       Lapse,       Withdrawn,    Nobody,    nothing),
    rule(Objected,     Lapse,       Withdrawn,    Nobody,    nothing),
    // They are told anew: of something else, or where they did not approve.
    rule(Acknowledged, Withdraw,    Withdrawn,    Owner,     it_is_still_coming),
    rule(Approved,     Withdraw,    Withdrawn,    Owner,     it_is_still_coming),
    rule(Settled,      Withdraw,    Withdrawn,    Owner,     it_is_still_coming),
    rule(Excused,      Withdraw,    Withdrawn,    Owner,     it_is_still_coming),
];

impl kernel::State for State {
    fn tone(self) -> Tone {
        match self {
            Prepared => Tone::Idle,
            Issued => Tone::Waiting,
            Acknowledged | Approved | Settled => Tone::Good,
            Objected => Tone::Stopped,
            Excused | Withdrawn => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Prepared => text!("Being prepared by us"),
            Issued => text!("Waiting for your answer"),
            Objected => text!("Your objection is with us"),
            Settled => text!("Your objection is settled"),
            _ => self.text(),
        }
    }
}

impl State {
    /// Whether they said yes, or their objection was settled with them.
    pub fn is_yes(self) -> bool {
        matches!(self, Acknowledged | Approved | Settled)
    }

    /// Whether it went out and was not taken back.
    pub fn was_sent(self) -> bool {
        matches!(self, Issued | Objected) || self.is_yes()
    }

    /// Whether nothing is asked of them any more by what became of the change: an answer stands, and an objection is
    /// talked about as long as the change may come.
    pub fn lapses(self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::InForce | Outcome::GoesOn => false,
            Outcome::LookedAtAgain => self == Issued,
            Outcome::Ended => matches!(self, Prepared | Issued | Objected),
        }
    }
}

impl Notice {
    /// The first day from which they may get something else, were they told on a day: so long before they have to know
    /// (J-STD-046 and what was agreed in the profile of the customer).
    pub fn earliest(&self, told_on: Date) -> Date {
        told_on.saturating_add(self.notice_days.days())
    }

    /// Whether they know early enough, or somebody said why not.
    pub fn keeps_the_period(&self, told_on: Date) -> bool {
        !self.waiver.trim().is_empty() || self.effective_on.is_some_and(|it| it >= self.earliest(told_on))
    }
}

impl Notice {
    /// Whether fewer days or less than their approval would be asked than stands there.
    pub fn is_less(&self, days: i64, asks: Asks) -> bool {
        days < self.notice_days || (self.asks == Asks::Approval && asks == Asks::Acknowledgement)
    }
}

/// The fingerprint of words; space around them says nothing.
fn digest_of(words: &str) -> String {
    kernel::fingerprint(words.trim().as_bytes())
}

impl Notice {
    /// Whether its words are those that were copied from the change: nobody wrote others.
    pub fn is_copied(&self) -> bool {
        digest_of(&self.words) == self.words_for
    }

    /// Whether its words were written for what the change says, or say the same.
    pub fn is_written_for(&self, says: &str) -> bool {
        let now = digest_of(says);
        self.words_for == now || digest_of(&self.words) == now
    }

    /// Takes over what the change says, where its words are copied from there.
    pub fn follow(&mut self, says: &str) {
        if self.is_copied() {
            says.clone_into(&mut self.words);
            self.words_for = digest_of(says);
        }
    }

    /// Takes words that somebody read while the change says this. A copy that is saved as it is stays one.
    pub fn say(&mut self, words: &str, says: &str) {
        if !self.is_copied() || self.words.trim() != words.trim() {
            self.words_for = digest_of(says);
        }
        words.trim().clone_into(&mut self.words);
    }
}

/// The sentence that asks why it is less than was agreed.
pub fn less_than_agreed() -> Text {
    text!("It is less than was agreed with them. Say why.")
}

/// The sentence that says from which day on they may get something else.
pub fn too_early(it: &Notice, today: Date) -> Text {
    text!(
        "They have to know {count} days before: they get something else from {day} on at the earliest. Choose that day, or say why they are told later.",
        count = it.notice_days,
        day = it.earliest(today)
    )
}

/// The sentence that says who excuses an approval.
fn ask_another_to_excuse() -> Text {
    text!(
        "Their approval was agreed. Ask somebody with the role “{one}” or “{two}” to excuse it, who neither raised the change nor prepared this notice, and never answered for either.",
        one = Role::Quality.text(),
        two = Role::Approver.text()
    )
}

/// The sentence that says who sends what asks less than was agreed.
fn ask_another_to_send() -> Text {
    text!(
        "It was agreed with them that they approve it. Ask for their approval, or have it sent by somebody with the role “{one}” or “{two}” who neither raised the change nor prepared this notice, and never answered for either.",
        one = Role::Quality.text(),
        two = Role::Approver.text()
    )
}

/// Whether less is asked of them than their approval, which was agreed.
fn asks_less(case: &Case<Notice>) -> bool {
    case.facts.they_approve && case.body.asks == Asks::Acknowledgement
}

/// Whether they are to approve it, or it was agreed that they do.
fn approval_is_theirs(case: &Case<Notice>) -> bool {
    case.facts.they_approve || case.body.asks == Asks::Approval
}

fn no_approval_was_agreed(case: &Case<Notice>) -> Verdict {
    Refusal::unless(!approval_is_theirs(case), ask_another_to_excuse())
}

fn another_excuses_an_approval(case: &Case<Notice>) -> Verdict {
    Refusal::unless(approval_is_theirs(case), Owner.whose())?;
    Refusal::unless(case.facts.is_anothers, ask_another_to_excuse())
}

fn they_can_be_told_as_agreed(case: &Case<Notice>) -> Verdict {
    let mut all = what_keeps_it_here(case);
    if asks_less(case) {
        let link = Some(format!("{}/edit", Notice::KIND.address(&case.record.number)));
        all.push(Missing { sentence: ask_another_to_send(), link });
    }
    Refusal::of(all)
}

fn another_asks_less_and_they_can_be_told(case: &Case<Notice>) -> Verdict {
    Refusal::unless(asks_less(case), Owner.whose())?;
    Refusal::unless(case.facts.is_anothers, ask_another_to_send())?;
    Refusal::of(what_keeps_it_here(case))
}

/// Whether the form of a step is for whoever asks: what is another's is shown to whoever decides, all else to whoever owns it.
///
/// # Errors
/// Says who may.
pub fn lets_begin(case: &Case<Notice>, actor: &Actor, step: Step) -> Verdict {
    case.lets_take(actor, step)?;
    let is_anothers = match step {
        Issue => asks_less(case),
        Excuse => approval_is_theirs(case),
        _ => true,
    };
    if is_anothers { Ok(()) } else { Owner.covers(actor, Some(case.record.owner)) }
}

/// Refuses what is a second person's to whoever is none and does not own the notice: the table tells them that it is the
/// owner's, who could not do it either.
///
/// # Errors
/// Says whom to ask.
pub fn lets_decide(case: &Case<Notice>, actor: &Actor, step: Step) -> Verdict {
    let is_owners = Owner.covers(actor, Some(case.record.owner)).is_ok();
    let may = is_owners || case.facts.is_anothers || case.record.state != Prepared;
    match step {
        Excuse if approval_is_theirs(case) => Refusal::unless(may, ask_another_to_excuse()),
        Issue if asks_less(case) => Refusal::unless(may, ask_another_to_send()),
        _ => Ok(()),
    }
}

/// What is missing before they can be told.
fn what_keeps_it_here(case: &Case<Notice>) -> Vec<Missing> {
    let (it, facts) = (&case.body, &case.facts);
    let to = Notice::KIND.address(&case.record.number);
    let mut all = Vec::new();
    let mut needs = |holds: bool, sentence: Text| {
        if !holds {
            all.push(Missing { sentence, link: Some(format!("{to}/edit")) });
        }
    };
    needs(facts.course != Course::Over, text!("The change is over. Nobody has to be told of it any more."));
    needs(!it.words.trim().is_empty(), text!("Say what changes, and why, in their words."));
    let sentence = text!("The change says something else by now. Read the words and save them again.");
    needs(facts.is_in_step, sentence);
    needs(it.person.is_some(), text!("Choose who is written to."));
    if it.person.is_some() {
        let sentence = text!("Whoever is written to has no e-mail address. Add it, or choose somebody else.");
        needs(facts.reaches, sentence);
    }
    if it.asks == Asks::Approval && it.person.is_some() && facts.reaches {
        let sentence = text!(
            "Make sure of the address first, on the page of the customer or supplier: the code with which they sign goes there."
        );
        needs(facts.is_sure, sentence);
    }
    needs(it.effective_on.is_some(), text!("Say from which day on they get something else."));
    // Of what is in force already they are told the day on which it reached them, with the reason.
    if facts.course == Course::Coming && it.effective_on.is_some_and(|it| it < facts.today) {
        let sentence =
            text!("The day from which on they get something else is over. Choose today or a later day.");
        needs(false, sentence);
    } else if it.effective_on.is_some() {
        needs(it.keeps_the_period(facts.today), too_early(it, facts.today));
    }
    let sentence = text!("The day until which they are to answer is over. Choose a later one.");
    needs(it.answer_by.is_none_or(|it| it > facts.today), sentence);
    all
}

fn a_word_suffices(case: &Case<Notice>) -> Verdict {
    let sentence =
        text!("It was agreed that they approve changes like this one. Let them approve it by signature.");
    Refusal::unless(case.body.asks == Asks::Acknowledgement, sentence)
}

/// Nobody puts their name under what the page before them does not say.
fn it_is_still_so(case: &Case<Notice>) -> Verdict {
    let sentence = text!(
        "What we propose is something else by now. Wait for our next letter: it says what you would approve."
    );
    Refusal::unless(case.facts.is_still_so, sentence)
}

fn it_is_still_coming(case: &Case<Notice>) -> Verdict {
    let sentence = text!("The change is in force or over. What they were told of it and answered stands.");
    Refusal::unless(case.facts.course == Course::Coming, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(words: &str) -> Date {
        words.parse().unwrap()
    }

    #[test]
    fn whoever_has_to_know_sixty_days_before_is_told_sixty_days_before() {
        let mut it = Notice { notice_days: 60, effective_on: Some(day("2026-05-01")), ..Notice::default() };
        assert_eq!(it.earliest(day("2026-03-02")), day("2026-05-01"));
        assert!(it.keeps_the_period(day("2026-03-02")) && !it.keeps_the_period(day("2026-03-03")));
        it.waiver = "Agreed with Priya by telephone".into();
        assert!(it.keeps_the_period(day("2026-04-30")));
        it = Notice::default();
        assert!(!it.keeps_the_period(day("2026-03-02")), "no day is no day");
    }

    #[test]
    fn copied_words_follow_the_change_and_written_ones_are_read_again() {
        let mut it = Notice::default();
        it.say("Seals FKM.", "Seals FKM.");
        it.say(" Seals FKM.\n", "Seals FKM, jacketed.");
        assert!(it.is_copied(), "nobody wrote anything");
        it.follow("Seals FKM, jacketed.");
        assert!(it.words == "Seals FKM, jacketed." && it.is_written_for("Seals FKM, jacketed."));
        it.say("They last longer.", "Seals FKM, jacketed.");
        assert!(!it.is_copied() && it.is_written_for("Seals FKM, jacketed.\n"));
        it.follow("Seals PTFE.");
        assert!(it.words == "They last longer." && !it.is_written_for("Seals PTFE."));
        it.say("They last longer.", "Seals PTFE.");
        assert!(it.is_written_for("Seals PTFE."), "somebody read them");
        it.words_for.clear();
        assert!(!it.is_written_for("Seals PTFE.") && it.is_written_for("They last longer."));
    }

    #[test]
    fn whoever_was_told_can_be_told_anew_from_every_state_but_the_end() {
        for from in [Prepared, Issued, Acknowledged, Approved, Objected, Settled, Excused] {
            assert!(RULES.iter().any(|it| (it.from, it.step, it.by) == (from, Withdraw, Owner)), "{from:?}");
        }
    }

    #[test]
    fn what_is_off_asks_nobody_any_more_and_what_was_answered_stands() {
        for state in [Prepared, Issued, Objected] {
            assert!(state.lapses(Outcome::Ended) && !state.lapses(Outcome::InForce), "{state:?}");
            assert!(RULES.iter().any(|it| (it.from, it.step) == (state, Lapse)), "{state:?}");
        }
        for state in [Acknowledged, Approved, Settled, Excused] {
            assert!(!state.lapses(Outcome::Ended), "{state:?}");
        }
        assert!(Issued.lapses(Outcome::LookedAtAgain) && !Objected.lapses(Outcome::LookedAtAgain));
    }

    #[test]
    fn their_answer_is_theirs_and_what_they_read_names_nobody_else() {
        for step in [Acknowledge, Approve, Object] {
            assert!(RULES.iter().filter(|it| it.step == step).all(|it| it.by == Nobody), "{step:?}");
        }
        let reasons = vec![crate::model::Reason { order: "SO-1".into(), ..Default::default() }];
        let it = Notice { reasons, waiver: "late".into(), change: Some(7), ..Notice::default() };
        let content = it.content().unwrap();
        assert!(
            ["reasons", "waiver", "change", "blocks", "notice_days", "stands_for", "words_for"]
                .iter()
                .all(|ours| content.get(ours).is_none())
        );
    }
}
