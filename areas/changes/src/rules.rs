//! The law: which way a change goes, what must hold at each gate, and who may take which step.

mod approval;
mod course;
mod issue;
mod rebase;
mod track;

use jiff::civil::Date;
use kernel::Permit::{Any, Nobody, Owner};
use kernel::Role::{Administrator, Approver, Engineer, Quality};
use kernel::{
    Actor, Basis, Bearing, Body, Case, Faults, Flow, Kind, Missing, Numbers, PartyId, Permit, Reader, Record,
    Refusal, Result, Rule, Sharing, Starts, Text, Tone, Verdict, Vocabulary, hundredths, nothing, rule, text,
};

pub use self::approval::{Asked, Signed, Standing, standing};
pub use self::course::{Course, Milestones, course, milestones};
pub use self::issue::IssueFacts;
pub use self::rebase::{meeting, meeting_in_editions, rebase};
pub use self::track::{Reached, track};
use crate::model::State::{
    Approval, Approved, Closed, CustomerApproval, Deferred, Impact, Implementing, Planned, Raised, Rejected,
    Screened, Superseded, Verifying, Withdrawn,
};
use crate::model::Step::{
    Analyse, Approve, AskApproval, AskCustomer, Close, Defer, Fail, Implement, Plan, Reject, Release, Resume,
    Screen, SendBack, Supersede, Verify, Withdraw,
};
use crate::model::{AskedBy, ChangeRequest, Edition, Issue, Item, Reach, Risk, Source, State, Step, Track};
use crate::{commands, queries};

/// Who looks at what was raised, and says what becomes of it.
pub const SCREENERS: Permit = Any(&[Quality, Engineer, Approver]);
/// Who says no for the house.
pub const DECIDERS: Permit = Any(&[Quality, Approver]);
/// Who says which functions approve changes.
pub const LAWGIVERS: Permit = Any(&[Quality, Administrator]);

/// Whether somebody names who looks instead of the person that was fixed: whoever owns the change, or gives the rules.
///
/// # Errors
/// Says who may.
#[track_caller]
pub fn names_who_looks(actor: &kernel::Actor, owner: kernel::PersonId) -> Verdict {
    Permit::Owner.covers(actor, Some(owner)).or_else(|_| LAWGIVERS.covers(actor, None))
}

/// Whether somebody says what becomes of a change that is in force, of an end to come or of whoever has not read it:
/// whoever may release it.
///
/// # Errors
/// Says who may.
#[track_caller]
pub fn answers_for_it(actor: &kernel::Actor, owner: kernel::PersonId) -> Verdict {
    Permit::Owner.covers(actor, Some(owner)).or_else(|_| DECIDERS.covers(actor, None))
}

/// Whether somebody lets the customer of a change follow it, or no longer: whoever owns it, or looks at what was raised.
///
/// # Errors
/// Says who may.
#[track_caller]
pub fn lets_follow(actor: &kernel::Actor, owner: kernel::PersonId) -> Verdict {
    Permit::Owner.covers(actor, Some(owner)).or_else(|_| SCREENERS.covers(actor, None))
}

/// What is missing before the customer of a change can follow it.
pub fn missing_to_follow(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let mut all = Vec::new();
    if case.record.party.is_none() {
        let sentence = text!("Say for which customer it is: they are the ones who follow it.");
        all.push(missing(sentence, on(case, "/edit")));
    }
    if case.body.for_customer.trim().is_empty() {
        let sentence = text!("Say it in the words of the customer: that is what they read.");
        all.push(missing(sentence, on(case, "/edit")));
    }
    // Part of what it put in force is mended: neither word for that would be true.
    if case.record.state == Implementing && case.facts.in_force > 0 {
        all.push(missing(
            text!("Verify it again first: it is in force, and something of it is mended."),
            None,
        ));
    }
    all
}

/// The gate before a change is put in force: whoever has a word in it says what is missing.
pub const RELEASE: &str = "change.release";

/// What the rules of a change ask beyond the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeFacts {
    pub today: Date,
    pub reached: Reached,
    /// Items that were accepted with a redline still to be written, by their names.
    pub without_redline: Vec<String>,
    /// Documents in force that nobody said yet were exchanged where they are kept.
    pub waiting: Vec<String>,
    /// Documents of which another change put an edition in force since their redline was written, by their names.
    pub overtaken: Vec<(String, Edition)>,
    /// Items under it that another change took away meanwhile, by their numbers.
    pub ended: Vec<String>,
    /// Items under it that another change ends on a day that is still to come, each with the number of that change.
    pub ending: Vec<(String, String)>,
    /// Items that end and that nothing else holds, by their names: they end on a day.
    pub ends_alone: Vec<String>,
    /// Files that only the house reads, each with its item, where no revision says from where on they hold.
    pub ours_alone: Vec<(String, String)>,
    /// What was decided about in any way, without what each said before; and how many are to change.
    pub decided: Vec<Item>,
    pub changing: usize,
    /// How many were put in force already, and how many still come.
    pub in_force: usize,
    pub coming: usize,
    /// The functions that were asked for an impact, that have not answered, and that say it cannot be done.
    pub asked: usize,
    pub unanswered: Vec<String>,
    pub impossible: Vec<String>,
    pub options: usize,
    pub chosen: usize,
    pub approvers: Vec<Asked>,
    pub signed: Vec<Signed>,
    /// By what the customer has to approve, where they have to, and whether they approved what is proposed now.
    pub asks_customer: Option<AskedBy>,
    pub customer_approved: bool,
    pub criteria: usize,
    pub open_criteria: Vec<String>,
    pub failed_criteria: Vec<String>,
    /// Open lines of orders about which nobody decided; looked for once it is approved.
    pub open_orders: Vec<String>,
    /// Open lines that are not to get such a file yet.
    pub held_back: Vec<String>,
    /// What other parts of the product ask before it is put in force; looked for once it is approved.
    pub asked_elsewhere: Vec<Missing>,
    /// Tasks of the plan that are still open; what has a place of its own is asked there.
    pub open_plan: Vec<String>,
    /// Who was asked to read what it put in force, and is still here, and has not: by name.
    pub unread: Vec<String>,
    /// What came up on the way and is not settled: number and title.
    pub open_issues: Vec<(String, String)>,
}

impl Body for ChangeRequest {
    type State = State;
    type Step = Step;
    type Facts = ChangeFacts;

    const KIND: Kind = Kind {
        prefix: "CR",
        table: "change_request",
        path: "changes",
        numbers: Numbers::Yearly,
        sharing: Sharing::Offered,
        symbol: "change",
        one: || text!("Change request"),
        many: || text!("Changes"),
    };

    const BEARING: Bearing = Bearing::Beside;
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [Step] =
        &[Analyse, AskApproval, Release, SendBack, Defer, Resume, Supersede, Reject, Withdraw];
    const OPEN: &'static [State] =
        &[Raised, Screened, Impact, Approval, Approved, Planned, Implementing, Verifying, Deferred];
    const STILL_PLANNED: &'static [State] = &[Raised, Screened, Impact, Approval, CustomerApproval, Deferred];
    const OFF: &'static [State] = &[Rejected, Withdrawn, Superseded];
    /// What differs in their words. What fails once it is in force is mended, and holds meanwhile.
    const TOLD: &'static [State] = &[
        Screened,
        Impact,
        CustomerApproval,
        Approved,
        Verifying,
        Closed,
        Deferred,
        Rejected,
        Withdrawn,
        Superseded,
    ];
    const KEYS: &'static [&'static str] = &["cause"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<ChangeFacts> = queries::facts;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        commands::keep_with_its_cause;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, words) in [
            ("need", &self.need),
            ("proposal", &self.proposal),
            ("for_customer", &self.for_customer),
            ("passage", &self.passage),
            ("risk_words", &self.risk_words),
            ("served", &self.served),
            ("missed", &self.missed),
            ("lesson", &self.lesson),
        ] {
            let fits = words.chars().count() <= LONGEST;
            let count = i64::try_from(LONGEST).unwrap_or(i64::MAX);
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = count));
        }
        for (field, words) in [("reference", &self.reference), ("lesson_for", &self.lesson_for)] {
            let fits = words.chars().count() <= 200;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 200i64));
        }
        if !self.effective_from.trim().is_empty()
            && let Err(Faults(wrong)) = self.starts().check()
        {
            faults.0.extend(wrong);
        }
        faults.unless(
            self.actual_cost.is_empty() || hundredths(&self.actual_cost).is_some(),
            "actual_cost",
            text!("Give an amount like 1250.00."),
        );
        faults.into_result()
    }

    /// What functions answered for and approvers signed stays what it is until it is sent back.
    fn may_write(_: &Actor, _: Option<PartyId>, before: Option<&Case<Self>>, after: &Self) -> Verdict {
        match before {
            Some(case) if case.body.is_signed_for() != after.is_signed_for() => Self::must_be_written(case),
            _ => Ok(()),
        }
    }

    /// Its title stands under the signatures like the rest.
    fn may_retitle(case: &Case<Self>) -> Verdict {
        Self::must_be_written(case)
    }

    fn words(&self) -> String {
        [
            &self.need,
            &self.proposal,
            &self.for_customer,
            &self.passage,
            &self.reference,
            &self.risk_words,
            &self.lesson,
        ]
        .map(String::as_str)
        .join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "source" => text!("Source"),
            "cause" => text!("Caused by"),
            "passage" => text!("Words it comes from"),
            "reference" => text!("Reference"),
            "need" => text!("What makes it necessary"),
            "proposal" => text!("What is proposed"),
            "for_customer" => text!("In the words of the customer"),
            "reach" => text!("How far it goes"),
            "risk" => text!("Risk"),
            "risk_after" => text!("Risk afterwards"),
            "risk_words" => text!("What can go wrong"),
            "effective_by" => text!("Holds by"),
            "effective_from" => text!("Holds from"),
            "needs_customer" => text!("The customer has to approve"),
            "actual_cost" => text!("What it cost"),
            "deferred_until" => text!("Deferred until"),
            "served" => text!("Did it do what it was for?"),
            "missed" => text!("What was seen too late?"),
            "lesson" => text!("What others should know"),
            "lesson_for" => text!("Where that belongs"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "source" => Source::of(code).map(Vocabulary::text),
            "reach" => Reach::of(code).map(Vocabulary::text),
            "risk" | "risk_after" => Risk::of(code).map(Vocabulary::text),
            "effective_by" => kernel::Basis::of(code).map(Vocabulary::text),
            _ => None,
        }
    }
}

/// So many characters a text of a change may have.
const LONGEST: usize = 20_000;

#[rustfmt::skip]
const RULES: &[Rule<ChangeRequest>] = &[
    //   from              step         to                by         needs
    rule(Raised,           Screen,      Screened,         SCREENERS, it_is_understood),
    rule(Screened,         Analyse,     Impact,           Owner,     something_is_affected),
    rule(Screened,         Analyse,     Impact,           SCREENERS, something_is_affected),
    rule(Screened,         AskApproval, Approval,         Owner,     it_goes_fast_and_is_ready),
    rule(Impact,           AskApproval, Approval,         Owner,     it_is_ready_for_approval),
    rule(Impact,           AskApproval, Approval,         SCREENERS, it_is_ready_for_approval),
    rule(Approval,         AskCustomer, CustomerApproval, Nobody,    the_house_consents),
    rule(Approval,         Approve,     Approved,         Nobody,    the_house_consents),
    rule(CustomerApproval, Approve,     Approved,         Nobody,    nothing),
    rule(Approved,         Plan,        Planned,          Owner,     one_will_see_whether_it_works),
    rule(Planned,          Implement,   Implementing,     Owner,     nothing),
    rule(Implementing,     Release,     Verifying,        Owner,     everything_is_ready),
    rule(Implementing,     Release,     Verifying,        DECIDERS,  everything_is_ready),
    rule(Approved,         Release,     Verifying,        Owner,     it_goes_fast_and_everything_is_ready),
    rule(Approved,         Release,     Verifying,        DECIDERS,  it_goes_fast_and_everything_is_ready),
    rule(Implementing,     Verify,      Verifying,        Owner,     it_was_released),
    rule(Verifying,        Close,       Closed,           DECIDERS,  it_works_and_was_learned_from),
    rule(Verifying,        Fail,        Implementing,     Nobody,    nothing),
    rule(Approval,         SendBack,    Impact,           Owner,     nothing),
    rule(Approval,         SendBack,    Impact,           DECIDERS,  nothing),
    rule(CustomerApproval, SendBack,    Impact,           Owner,     nothing),
    rule(Approved,         SendBack,    Impact,           Owner,     nothing),
    rule(Planned,          SendBack,    Impact,           Owner,     nothing_is_in_force),
    rule(Planned,          SendBack,    Impact,           DECIDERS,  nothing_is_in_force),
    rule(Implementing,     SendBack,    Impact,           Owner,     nothing_is_in_force),
    rule(Implementing,     SendBack,    Impact,           DECIDERS,  nothing_is_in_force),
    rule(Raised,           Defer,       Deferred,         SCREENERS, nothing),
    rule(Screened,         Defer,       Deferred,         SCREENERS, nothing),
    rule(Impact,           Defer,       Deferred,         SCREENERS, nothing),
    rule(Deferred,         Resume,      Screened,         SCREENERS, it_is_understood),
    rule(Raised,           Reject,      Rejected,         DECIDERS,  nothing),
    rule(Screened,         Reject,      Rejected,         DECIDERS,  nothing),
    rule(Impact,           Reject,      Rejected,         DECIDERS,  nothing),
    rule(Approval,         Reject,      Rejected,         DECIDERS,  nothing),
    rule(CustomerApproval, Reject,      Rejected,         DECIDERS,  nothing),
    rule(Raised,           Withdraw,    Withdrawn,        Owner,     nothing),
    rule(Screened,         Withdraw,    Withdrawn,        Owner,     nothing),
    rule(Impact,           Withdraw,    Withdrawn,        Owner,     nothing),
    rule(Approval,         Withdraw,    Withdrawn,        Owner,     nothing),
    rule(CustomerApproval, Withdraw,    Withdrawn,        Owner,     nothing),
    rule(Approved,         Withdraw,    Withdrawn,        Owner,     nothing_is_in_force),
    rule(Planned,          Withdraw,    Withdrawn,        Owner,     nothing_is_in_force),
    rule(Implementing,     Withdraw,    Withdrawn,        Owner,     nothing_is_in_force),
    rule(Screened,         Supersede,   Superseded,       Owner,     nothing),
    rule(Impact,           Supersede,   Superseded,       Owner,     nothing),
    rule(Approval,         Supersede,   Superseded,       Owner,     nothing),
];

impl kernel::State for State {
    fn tone(self) -> Tone {
        match self {
            Raised => Tone::Idle,
            Screened | Impact | Planned | Implementing | Verifying => Tone::Working,
            Approval | CustomerApproval | Deferred => Tone::Waiting,
            Approved => Tone::Good,
            Closed | Withdrawn | Superseded => Tone::Past,
            Rejected => Tone::Stopped,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Raised | Screened | Impact | Approval => text!("Being checked by us"),
            CustomerApproval => text!("Waiting for your answer"),
            Approved | Planned | Implementing => text!("Approved, being prepared"),
            Verifying | Closed => text!("In force"),
            Rejected | Withdrawn | Superseded => text!("Not carried out"),
            Deferred => self.text(),
        }
    }
}

impl State {
    /// Whether nothing more comes of it.
    pub fn is_over(self) -> bool {
        matches!(self, Closed | Withdrawn | Superseded | Rejected)
    }

    /// Whether results of its verification are entered: it was begun, and is not closed.
    pub fn takes_results(self) -> bool {
        matches!(self, Implementing | Verifying)
    }

    /// Whether it is in force: all of it was released.
    pub fn is_in_force(self) -> bool {
        matches!(self, Verifying | Closed)
    }

    /// Whether it was approved and is not closed: now what it proposes is carried out.
    pub fn is_carried_out(self) -> bool {
        matches!(self, Approved | Planned | Implementing | Verifying)
    }

    /// Whether what it touches and proposes may still be changed.
    pub fn is_being_written(self) -> bool {
        matches!(self, Raised | Screened | Impact | Approval | Deferred)
    }
}

/// The part that a customer has in a change that they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// They follow it, and nothing was asked of them.
    Follows,
    /// They were asked whether they approve it.
    Asked,
    /// They did not approve it.
    Declined,
}

/// What a customer is told of a change that they see.
pub fn in_their_words(state: State, part: Part) -> Text {
    match state {
        CustomerApproval if part == Part::Declined => {
            text!("You did not approve it. We talk to you before anything changes.")
        }
        CustomerApproval => text!("We ask you whether you approve it. Nothing changes before you do."),
        Approved | Planned | Implementing => {
            text!("It is approved, and we prepare it. Until it is in force, everything stays as it is.")
        }
        Verifying | Closed => text!("It is in force."),
        Rejected | Withdrawn | Superseded => text!("We do not go on with it. Nothing changes for you by it."),
        Deferred => text!("We have put it off. Nothing changes until we take it up again."),
        Raised | Screened | Impact | Approval if part == Part::Follows => {
            text!("We look at it. Nothing is asked of you now.")
        }
        Raised | Screened | Impact | Approval => text!("We look at it again. Nothing is asked of you now."),
    }
}

impl ChangeRequest {
    /// What of it stands under the signatures: all but what is said when it is put off or closed.
    fn is_signed_for(&self) -> Self {
        let said_later = Self::default();
        Self {
            actual_cost: said_later.actual_cost,
            deferred_until: said_later.deferred_until,
            served: said_later.served,
            missed: said_later.missed,
            lesson: said_later.lesson,
            lesson_for: said_later.lesson_for,
            ..self.clone()
        }
    }

    /// What whoever is told of it reads: its words for customers, or what is proposed.
    pub fn for_whoever_is_told(&self) -> &str {
        if self.for_customer.trim().is_empty() { &self.proposal } else { &self.for_customer }
    }

    /// From when on it holds.
    pub fn starts(&self) -> Starts {
        Starts { basis: self.effective_by, starts: self.effective_from.trim().to_owned() }
    }

    /// Refuses what would change what functions answer for and approvers sign, once that is decided.
    ///
    /// # Errors
    /// Says what opens it again.
    pub fn must_be_written(case: &Case<Self>) -> Verdict {
        Self::must_be_written_in(&case.record.number, case.record.state)
    }

    /// The same for a change of which only number and state are known.
    ///
    /// # Errors
    /// Says what opens it again.
    pub fn must_be_written_in(number: &str, state: State) -> Verdict {
        let state_text = Vocabulary::text(state);
        let sentence = if state.is_over() || state == Verifying {
            text!("{number} is “{state}”. Raise another change.", number = number, state = state_text)
        } else {
            text!(
                "{number} is “{state}”. Send it back to impact to change what it touches and proposes.",
                number = number,
                state = state_text
            )
        };
        Refusal::unless(state.is_being_written(), sentence)
    }
}

/// The middle of some figures, the lower of two; none where there are none.
pub fn median(mut all: Vec<i64>) -> Option<i64> {
    all.sort_unstable();
    all.get(all.len().checked_sub(1)? / 2).copied()
}

#[expect(clippy::unnecessary_wraps, reason = "what is missing may have no place of its own")]
fn on(case: &Case<ChangeRequest>, rest: &str) -> Option<String> {
    Some(format!("{}{rest}", ChangeRequest::KIND.address(&case.record.number)))
}

fn missing(sentence: Text, link: Option<String>) -> Missing {
    Missing { sentence, link }
}

/// What still has to be done before a step can be taken; nothing where it can.
pub fn missing_for(step: Step, case: &Case<ChangeRequest>, actor: &kernel::Actor) -> Vec<Missing> {
    ChangeRequest::FLOW.target(case, actor, step).err().map(|it| it.0).unwrap_or_default()
}

/// What a source must say of itself is asked here, and not while it is written (ISO 9001, 8.2.4).
fn understood(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let it = &case.body;
    let mut all = Vec::new();
    let mut needs = |holds: bool, sentence: Text| {
        if !holds {
            all.push(missing(sentence, on(case, "/edit")));
        }
    };
    needs(!it.need.trim().is_empty(), text!("Say what makes it necessary."));
    needs(!it.proposal.trim().is_empty(), text!("Say what is proposed."));
    match it.source {
        Source::Customer => {
            needs(case.record.party.is_some(), text!("Say for which customer it is."));
            let is_told = it.cause.is_some() || !it.passage.trim().is_empty();
            needs(is_told, text!("Name the message or call in which the customer asked for it."));
        }
        Source::Complaint => {
            let is_told = it.cause.is_some() || !it.reference.is_empty();
            needs(is_told, text!("Name the complaint, or the conversation in which it came."));
        }
        Source::Legal => {
            needs(!it.reference.is_empty(), text!("Name the law or standard with its edition."));
            let is_told = it.cause.is_some() || !it.passage.trim().is_empty();
            let sentence = text!(
                "Name the regulatory requirement or the message by which you know of it, or copy the words of the new edition."
            );
            needs(is_told, sentence);
        }
        Source::Supplier => {
            let is_told = it.cause.is_some() || !it.reference.is_empty();
            needs(is_told, text!("Name the supplier's notice, or the message in which it came."));
        }
        Source::Internal => {}
    }
    all
}

fn it_is_understood(case: &Case<ChangeRequest>) -> Verdict {
    Refusal::of(understood(case))
}

fn something_is_affected(case: &Case<ChangeRequest>) -> Verdict {
    let sentence = text!("Decide what it affects: name at least one thing that changes.");
    Refusal::of(match case.facts.changing {
        0 => vec![missing(sentence, on(case, "/affected"))],
        _ => Vec::new(),
    })
}

/// So many things of a sort are named by a refusal; the others are counted.
const NAMED: usize = 10;

/// What is accepted and not written yet.
fn unwritten(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let all = &case.facts.without_redline;
    let named = all.iter().take(NAMED).map(|name| {
        let sentence = text!("Write what {name} is to say.", name = name.as_str());
        missing(sentence, on(case, "/affected"))
    });
    named.chain(others(all, case)).collect()
}

/// That there are more than were named.
fn others(all: &[String], case: &Case<ChangeRequest>) -> Option<Missing> {
    let more = i64::try_from(all.len().saturating_sub(NAMED)).unwrap_or(i64::MAX);
    let sentence = text!("The same is missing of {count} others.", count = more);
    (more > 0).then(|| missing(sentence, on(case, "/affected")))
}

/// What another change took away, or will: nothing of it can change any more, unless its end is taken back before its day.
fn ended(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let named = case.facts.ended.iter().take(NAMED).map(|name| {
        let sentence = text!(
            "{number} was ended by another change. Decide that it stays as it is, or raise another change.",
            number = name.as_str()
        );
        missing(sentence, on(case, "/affected"))
    });
    let ending = case.facts.ending.iter().take(NAMED).map(|(name, change)| {
        let sentence = text!(
            "{number} ends by {change} on a day to come. Decide that it stays as it is, or have its end taken back at {change} first.",
            number = name.as_str(),
            change = change.as_str()
        );
        missing(sentence, Some(format!("{}/affected", ChangeRequest::KIND.address(change))))
    });
    named.chain(others(&case.facts.ended, case)).chain(ending).collect()
}

/// What another change put in force meanwhile: the edition from which this one starts holds no more.
fn overtaken(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let all = case.facts.overtaken.iter().take(NAMED);
    let named = all.map(|(name, now)| {
        let (name, change) = (name.as_str(), now.change.as_str());
        let sentence = match now.edition.as_deref() {
            Some(edition) => text!(
                "{name} is in force in edition {edition} by {change} since this was written. Say what it is to say now, from that edition on.",
                name = name,
                edition = edition,
                change = change
            ),
            None => text!(
                "{name} was taken away by {change} since this was written. Say what it is to say now, or decide that it does not change.",
                name = name,
                change = change
            ),
        };
        missing(sentence, on(case, "/affected"))
    });
    named.collect()
}

/// What nothing else holds ends on a day: by lot, serial number or order it cannot.
fn ends_on_no_day(case: &Case<ChangeRequest>) -> Option<Missing> {
    let name = case.facts.ends_alone.first().filter(|_| case.body.effective_by != Basis::Day)?;
    let sentence = text!(
        "{name} can end on a day alone, not by lot, serial number or order. Say from which day the change holds, or end it by a change of its own.",
        name = name.as_str()
    );
    Some(missing(sentence, on(case, "/edit")))
}

/// What only we read comes with the release: no revision says from where on it holds.
fn comes_with_the_release(case: &Case<ChangeRequest>) -> Option<Missing> {
    let (file, item) = case.facts.ours_alone.first().filter(|_| case.body.effective_by != Basis::Day)?;
    let sentence = text!(
        "“{file}” of {item} is read by us alone and comes with the release: it cannot hold from a lot, a serial number or for an order. Say from which day, or let the customer read it.",
        file = file.as_str(),
        item = item.as_str()
    );
    Some(missing(sentence, on(case, "/edit")))
}

/// Nor would it hold from a day to come: it is released on that day.
fn comes_too_early(case: &Case<ChangeRequest>) -> Option<Missing> {
    let (file, item) = case.facts.ours_alone.first().filter(|_| case.body.effective_by == Basis::Day)?;
    let day = case.body.starts().starts.parse::<Date>().ok().filter(|it| *it > case.facts.today)?;
    let sentence = text!(
        "“{file}” of {item} is read by us alone and comes with the release, and the change holds from {day} on. Release it on that day, or let the customer read the file.",
        file = file.as_str(),
        item = item.as_str(),
        day = day
    );
    Some(missing(sentence, on(case, "/affected")))
}

fn complete(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let facts = &case.facts;
    let mut all = understood(case);
    if facts.changing == 0 {
        let sentence = text!("Decide what it affects: name at least one thing that changes.");
        all.push(missing(sentence, on(case, "/affected")));
    }
    all.extend(unwritten(case));
    all.extend(ended(case));
    all.extend(overtaken(case));
    all.extend(ends_on_no_day(case));
    all.extend(comes_with_the_release(case));
    if case.body.starts().check().is_err() {
        all.push(missing(text!("Say from when on it holds."), on(case, "/edit")));
    }
    if facts.approvers.is_empty() {
        let sentence = text!("Say which functions approve changes.");
        all.push(missing(sentence, Some("/changes/policy".to_owned())));
    }
    all
}

/// Nobody is asked to approve what would hold before they did.
fn begins_too_early(case: &Case<ChangeRequest>) -> Option<Missing> {
    let starts = case.body.starts();
    let day = starts.starts.parse::<Date>().ok().filter(|_| starts.is_over(case.facts.today))?;
    let sentence = text!("{day} is over. Say from when on it holds: today at the earliest.", day = day);
    Some(missing(sentence, on(case, "/edit")))
}

fn it_goes_fast_and_is_ready(case: &Case<ChangeRequest>) -> Verdict {
    let (way, _) = track(&case.body, &case.facts.reached);
    let sentence = text!("It goes the full way: ask the functions what it means for them first.");
    Refusal::unless(way == Track::Fast, sentence)?;
    Refusal::of(complete(case).into_iter().chain(begins_too_early(case)).collect())
}

/// What a function has not answered cannot be approved.
fn it_is_ready_for_approval(case: &Case<ChangeRequest>) -> Verdict {
    Refusal::of(unready(case).into_iter().chain(begins_too_early(case)).collect())
}

/// What nobody can put their name under yet; it is asked of each signature again, for what is proposed may change while
/// it is under approval.
pub fn unready(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let facts = &case.facts;
    let mut all = complete(case);
    let to_impact = || on(case, "#impact");
    let (way, _) = track(&case.body, &facts.reached);
    if facts.asked == 0 && way == Track::Full {
        // It went the fast way until more came under it.
        let (sentence, link) = if case.record.state == Approval {
            let sentence = text!(
                "It goes the full way by now. Send it back to impact, and ask at least one function what it means for it."
            );
            (sentence, on(case, "/end?step=send_back"))
        } else {
            (text!("Ask at least one function what it means for it."), to_impact())
        };
        all.push(missing(sentence, link));
    }
    for name in &facts.unanswered {
        let sentence = text!("{function} has not said what it means for it.", function = name.as_str());
        all.push(missing(sentence, to_impact()));
    }
    for name in &facts.impossible {
        let sentence = text!(
            "{function} says that it cannot be done. Change the proposal, or ask again.",
            function = name.as_str()
        );
        all.push(missing(sentence, to_impact()));
    }
    if facts.options > 0 && facts.chosen != 1 {
        all.push(missing(text!("Choose one of the options."), on(case, "#need")));
    }
    all
}

fn the_house_consents(case: &Case<ChangeRequest>) -> Verdict {
    let all = standing(&case.facts.approvers, &case.facts.signed);
    let lacking = all.iter().filter(|it| !it.is_reached());
    Refusal::of(lacking.map(|it| missing(it.sentence(), on(case, "#approval"))).collect())
}

fn one_will_see_whether_it_works(case: &Case<ChangeRequest>) -> Verdict {
    let sentence = text!("Fix how one will see that it works, before it is begun.");
    Refusal::of(match case.facts.criteria {
        0 => vec![missing(sentence, on(case, "#verification"))],
        _ => Vec::new(),
    })
}

fn ready(case: &Case<ChangeRequest>) -> Vec<Missing> {
    let facts = &case.facts;
    let mut all = the_house_consents(case).err().map(|it| it.0).unwrap_or_default();
    if facts.asks_customer.is_some() && !facts.customer_approved {
        all.push(missing(
            text!("The customer has not approved what is proposed now."),
            on(case, "#approval"),
        ));
    }
    all.extend(unwritten(case));
    all.extend(ended(case));
    all.extend(overtaken(case));
    all.extend(ends_on_no_day(case));
    all.extend(comes_with_the_release(case));
    // It was approved once: whatever its signatures were under, or one of them, is no more.
    if !all.is_empty() {
        let sentence = text!("Send it back to impact and ask for approval again.");
        all.push(missing(sentence, on(case, "/end?step=send_back")));
    }
    all.extend(comes_too_early(case));
    if facts.criteria == 0 {
        let sentence = text!("Fix how one will see that it works, before it is released.");
        all.push(missing(sentence, on(case, "#verification")));
    }
    // What was tried before the release and failed comes into force for nobody (ISO 9001, 8.2.4).
    for name in &facts.failed_criteria {
        let sentence = text!(
            "“{criterion}” was not met. Mend that, and enter the new result.",
            criterion = name.as_str()
        );
        all.push(missing(sentence, on(case, "#verification")));
    }
    let mut undecided = facts.open_orders.clone();
    undecided.dedup();
    if let [first, rest @ ..] = undecided.as_slice() {
        let sentence = match rest.len() {
            0 => text!("Decide what {line} gets: the new revision or the one before.", line = first.as_str()),
            more => text!(
                "Decide what {line} and {count} other open lines of orders get: the new revision or the one before.",
                line = first.as_str(),
                count = i64::try_from(more).unwrap_or(i64::MAX)
            ),
        };
        all.push(missing(sentence, on(case, "/orders")));
    }
    for name in facts.held_back.iter().take(NAMED) {
        let sentence = text!(
            "{line} cannot get a file later that is read by us alone: it comes with the release. Decide that the line gets the new revision with the change, let the customer read the file, or take it out of the change.",
            line = name.as_str()
        );
        all.push(missing(sentence, on(case, "/orders")));
    }
    all.extend(facts.asked_elsewhere.iter().cloned());
    all.extend(unsettled(facts));
    // What was changed by hand before a release put documents in force: a release of nothing else only says so.
    if facts.coming == 0 && facts.in_force > 0 {
        all.push(missing(text!("Nothing is left to put in force."), None));
    }
    all
}

/// What came up on the way is settled before anybody sees whether it works: each is named, and leads to where it is
/// settled.
fn unsettled(facts: &ChangeFacts) -> Vec<Missing> {
    let open = facts.open_issues.iter();
    open.map(|(number, title)| {
        let sentence = text!(
            "“{issue}” ({number}) came up on the way and is open. Solve it first, or say that it is none.",
            issue = title.as_str(),
            number = number.as_str()
        );
        missing(sentence, Some(Issue::KIND.address(number)))
    })
    .collect()
}

fn everything_is_ready(case: &Case<ChangeRequest>) -> Verdict {
    Refusal::of(ready(case))
}

fn it_goes_fast_and_everything_is_ready(case: &Case<ChangeRequest>) -> Verdict {
    let (way, _) = track(&case.body, &case.facts.reached);
    let sentence = text!("It goes the full way: fix the plan and begin first.");
    Refusal::unless(way == Track::Fast, sentence)?;
    Refusal::of(ready(case))
}

fn it_was_released(case: &Case<ChangeRequest>) -> Verdict {
    let is_done = case.facts.in_force > 0 && case.facts.coming == 0;
    Refusal::unless(is_done, text!("Release it first."))?;
    Refusal::of(unsettled(&case.facts))
}

fn it_works_and_was_learned_from(case: &Case<ChangeRequest>) -> Verdict {
    let (facts, body) = (&case.facts, &case.body);
    let mut all = unsettled(facts);
    for name in &facts.open_criteria {
        let sentence = text!("Enter the result of “{criterion}”.", criterion = name.as_str());
        all.push(missing(sentence, on(case, "#verification")));
    }
    for name in &facts.failed_criteria {
        let sentence =
            text!("“{criterion}” was not met. Send it back to implementing.", criterion = name.as_str());
        all.push(missing(sentence, on(case, "#verification")));
    }
    for name in facts.waiting.iter().take(NAMED) {
        let sentence = text!("Say when {name} was exchanged where it is kept.", name = name.as_str());
        all.push(missing(sentence, on(case, "/affected")));
    }
    all.extend(others(&facts.waiting, case));
    for name in facts.unread.iter().take(NAMED) {
        let sentence = text!("{name} has not read what it put in force.", name = name.as_str());
        all.push(missing(sentence, on(case, "/read")));
    }
    for name in &facts.open_plan {
        all.push(missing(text!("Finish “{task}” first.", task = name.as_str()), on(case, "#plan")));
    }
    let questions = [
        (&body.served, text!("Answer: did it do what it was for?")),
        (&body.missed, text!("Answer: what was seen too late?")),
        (&body.lesson, text!("Say what others should know, or that there is nothing.")),
    ];
    for (answer, sentence) in questions {
        if answer.trim().is_empty() {
            all.push(missing(sentence, on(case, "/closing")));
        }
    }
    Refusal::of(all)
}

fn nothing_is_in_force(case: &Case<ChangeRequest>) -> Verdict {
    let sentence = text!("Part of it is in force. Raise another change to take that back.");
    Refusal::unless(case.facts.in_force == 0, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_said_before_the_approval_is_signed_for() {
        let it = ChangeRequest::default();
        let edits: [fn(&mut ChangeRequest); 4] = [
            |it| it.risk_words = "It swells".into(),
            |it| it.reference = "EU 1935/2004".into(),
            |it| it.needs_customer = true,
            |it| it.source = Source::Legal,
        ];
        for edit in edits {
            let mut other = it.clone();
            edit(&mut other);
            assert_ne!(other.is_signed_for(), it.is_signed_for());
        }
        let learned = ChangeRequest { lesson: "Ask earlier".into(), served: "Yes".into(), ..it.clone() };
        assert_eq!(learned.is_signed_for(), it.is_signed_for());
    }

    #[test]
    fn the_middle_is_one_of_them() {
        assert_eq!(
            [median(vec![]), median(vec![9]), median(vec![8, 2]), median(vec![30, 1, 4])],
            [None, Some(9), Some(2), Some(4)]
        );
    }

    #[test]
    fn as_long_as_nothing_is_in_force_there_is_a_way_back_to_approval_and_a_way_out() {
        for from in [Approval, CustomerApproval, Approved, Planned, Implementing] {
            for step in [SendBack, Withdraw] {
                assert!(RULES.iter().any(|it| (it.from, it.step, it.by) == (from, step, Owner)), "{from:?}");
            }
        }
    }

    #[test]
    fn results_are_of_what_was_begun_and_not_closed_yet() {
        let takes: Vec<State> = State::ALL.iter().copied().filter(|it| it.takes_results()).collect();
        assert_eq!(takes, [Implementing, Verifying]);
    }

    #[test]
    fn what_is_over_stays_over_and_what_moves_the_house_is_never_taken_by_hand_alone() {
        assert!(RULES.iter().all(|it| !it.from.is_over()));
        for step in [Approve, AskCustomer] {
            assert!(RULES.iter().filter(|it| it.step == step).all(|it| it.by == Nobody), "{step:?}");
        }
    }
}
