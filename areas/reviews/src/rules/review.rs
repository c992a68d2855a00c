//! When may a review be closed, and by whom?

use std::collections::BTreeMap;

use kernel::{
    Actor, Body, Case, Faults, Flow, Kind, Missing, Numbers, PartyId, Permit::*, Reader, Record, Refusal,
    Result, Role, Rule, Sharing, Text, Tone, Verdict, Vocabulary, nothing, rule, text,
};

use super::progress::{FunctionProgress, Progress};
use crate::model::{
    Feasible, Review,
    ReviewState::{self, *},
    ReviewStep::{self, *},
    Scope,
};
use crate::{commands, queries};

/// What the guards of a review ask.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub progress: Progress,
    /// What the functions are called.
    pub names: BTreeMap<i64, String>,
    /// The number of what is reviewed, and its revision that was frozen last.
    pub subject: String,
    pub newest: Option<i64>,
    /// Whether each of its revisions holds for its own days, so that a later one does not overtake the one that is judged.
    pub holds_by_day: bool,
    /// Whether the actor owns what is reviewed, or ever did.
    pub is_own: bool,
    /// Questions to the customer without an answer.
    pub asked: Vec<String>,
    /// What conditions want that block closing, and how many others are not met.
    pub blocking: Vec<Text>,
    pub other_conditions: usize,
}

/// Who opens reviews and looks after them.
const MODERATORS: kernel::Permit = Any(&[Role::Quality, Role::Engineer, Role::Approver]);
const APPROVERS: kernel::Permit = Any(&[Role::Quality, Role::Approver]);

impl Body for Review {
    type State = ReviewState;
    type Step = ReviewStep;
    type Facts = Standing;

    const KIND: Kind = Kind {
        prefix: "RV",
        table: "review",
        path: "reviews",
        numbers: Numbers::Yearly,
        sharing: Sharing::Internal,
        symbol: "assure",
        one: || text!("Review"),
        many: || text!("Reviews"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [ReviewStep] = &[Accept, AcceptWithConditions, Decline, Withdraw];
    const OPEN: &'static [ReviewState] = &[Open];
    const SETTLED: &'static [ReviewState] = &[Accepted, Conditional];
    const CREATE: kernel::Permit = MODERATORS;
    const EDIT: kernel::Permit = MODERATORS;
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Standing> = queries::standing;
    const KEYS: &'static [&'static str] = &["subject", "template", "function", "functions"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(self.subject != 0, "subject", text!("Say what is reviewed."));
        let fits = self.outcome.chars().count() <= 4000;
        faults.unless(fits, "outcome", text!("Shorten it to {count} characters.", count = 4000i64));
        faults.into_result()
    }

    /// What a review judges, and who is asked, stays as it began; only a later revision of the same is taken up.
    fn may_write(_: &Actor, _: Option<PartyId>, before: Option<&Case<Self>>, after: &Self) -> Verdict {
        let is_kept = before.is_none_or(|it| {
            let now = Review {
                revision: after.revision,
                digest: after.digest.clone(),
                outcome: after.outcome.clone(),
                ..it.body.clone()
            };
            now == *after && after.revision >= it.body.revision
        });
        Refusal::unless(
            is_kept,
            text!("What a review judges and whom it asks stays as it began. Open another one."),
        )
    }

    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::is_of_its_subject;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::name_what_is_asked(work, id, body);

    fn words(&self) -> String {
        self.outcome.clone()
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "subject" => text!("What is reviewed"),
            "revision" => text!("Revision"),
            "scope" => text!("Scope"),
            "template" => text!("Template"),
            "outcome" => text!("Outcome"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        match field {
            "scope" => Scope::of(code).map(Vocabulary::text),
            "verdict" => crate::model::Verdict::of(code).map(Vocabulary::text),
            "answer" => crate::model::Answer::of(code).map(Vocabulary::text),
            "feasible" => Feasible::of(code).map(Vocabulary::text),
            _ => None,
        }
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Review>] = &[
    //   from         step                  to           by         needs
    rule(Open,        Accept,               Accepted,    APPROVERS, all_agree_without_conditions),
    rule(Open,        AcceptWithConditions, Conditional, APPROVERS, all_agree_with_conditions),
    rule(Open,        Decline,              Declined,    APPROVERS, nothing),
    rule(Open,        Withdraw,             Withdrawn,   Owner,     nothing),
    rule(Accepted,    Reopen,               Open,        Nobody,    nothing),
    rule(Conditional, Reopen,               Open,        Nobody,    nothing),
];

/// Why a step cannot be taken; none where it can.
pub fn why_not(case: &Case<Review>, actor: &Actor, step: ReviewStep) -> Option<Refusal> {
    Review::FLOW.target(case, actor, step).err()
}

impl kernel::State for ReviewState {
    fn tone(self) -> Tone {
        match self {
            Open => Tone::Working,
            Accepted | Conditional => Tone::Good,
            Declined => Tone::Stopped,
            Withdrawn => Tone::Past,
        }
    }
}

fn all_agree_without_conditions(case: &Case<Review>) -> Verdict {
    let mut missing = what_is_missing(case);
    if missing.is_empty() && case.facts.other_conditions > 0 {
        missing.push(said(case, text!("There are conditions for later. Accept it with conditions.")));
    }
    Refusal::of(missing)
}

fn all_agree_with_conditions(case: &Case<Review>) -> Verdict {
    let mut missing = what_is_missing(case);
    if missing.is_empty() && case.facts.other_conditions == 0 {
        missing.push(said(case, text!("No condition is left for later. Accept it without conditions.")));
    }
    Refusal::of(missing)
}

fn said(case: &Case<Review>, sentence: Text) -> Missing {
    Missing { sentence, link: Some(Review::KIND.address(&case.record.number)) }
}

/// Whether nothing but the signature of whoever approves is missing, whoever that is.
pub fn waits_for_approval(case: &Case<Review>) -> bool {
    case.record.state == Open && what_others_owe(case).is_empty()
}

/// Everything that keeps the actor from closing a review, each with the page where it is mended.
fn what_is_missing(case: &Case<Review>) -> Vec<Missing> {
    let mut missing = what_others_owe(case);
    let is_forbidden = case.body.policy.forbids_self_approval && case.facts.is_own;
    if !kernel::may(!is_forbidden) {
        let sentence =
            text!("You own {number}, or did. Somebody else has to approve it.", number = &case.facts.subject);
        missing.push(said(case, sentence));
    }
    missing
}

/// What is missing whoever closes it.
fn what_others_owe(case: &Case<Review>) -> Vec<Missing> {
    let facts = &case.facts;
    let released = what_was_released_since(case).map(|it| said(case, it));
    let owed = facts.progress.functions.iter().flat_map(|it| of_function(case, it));
    let mut missing: Vec<Missing> = released.into_iter().chain(owed).collect();
    for number in &facts.asked {
        let sentence = text!("{number} waits for the customer's answer.", number = number);
        missing.push(Missing { sentence, link: Some(format!("/clarifications/{number}")) });
    }
    missing.extend(facts.blocking.iter().map(|it| said(case, it.clone())));
    missing
}

/// That what is judged was released again, where that overtakes what is judged.
pub(super) fn what_was_released_since(case: &Case<Review>) -> Option<Text> {
    let facts = &case.facts;
    let newest = facts.newest.filter(|it| !facts.holds_by_day && *it != case.body.revision)?;
    Some(text!(
        "{number} was released again. Take revision {no} up first.",
        number = &facts.subject,
        no = newest
    ))
}

fn of_function(case: &Case<Review>, it: &FunctionProgress) -> Vec<Missing> {
    let name = case.facts.names.get(&it.function).cloned().unwrap_or_default();
    let link = Some(format!("{}?function={}", Review::KIND.address(&case.record.number), it.function));
    let mut sentences = Vec::new();
    for number in &it.rejected {
        sentences.push(text!(
            "{name} rejects {number}. Change it, or decline the whole.",
            name = &name,
            number = number
        ));
    }
    for number in &it.clarify {
        sentences.push(text!("{name} wants {number} clarified.", name = &name, number = number));
    }
    if !it.not_ok.is_empty() {
        let count = it.not_ok.len();
        sentences.push(text!(
            "{name} left {count} of the checklist open or not OK.",
            name = &name,
            count = i64::try_from(count).unwrap_or(0)
        ));
    }
    sentences.extend(what_waits(&name, it));
    sentences.into_iter().map(|sentence| Missing { sentence, link: link.clone() }).collect()
}

/// What a function has not judged or signed, and that it says no to the whole.
pub(super) fn what_waits(name: &str, it: &FunctionProgress) -> Vec<Text> {
    let mut sentences = Vec::new();
    if it.feasible == Some(Feasible::NotFeasible) {
        sentences.push(text!(
            "{name} says that it is not feasible. Change it, or decline the whole.",
            name = name
        ));
    }
    let waiting = i64::try_from(it.waiting.len() + it.unanswered.len()).unwrap_or(0);
    if waiting > 0 {
        sentences.push(text!("{name} still has to judge {count}.", name = name, count = waiting));
    } else if !it.has_signed() {
        sentences.push(text!("{name} still has to sign.", name = name));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_closes_a_review_by_hand_but_with_a_signature() {
        assert!(RULES.iter().filter(|it| it.from == Open).all(|it| Review::WITHIN.contains(&it.step)));
        assert!(RULES.iter().filter(|it| it.step == Reopen).all(|it| it.by == Nobody));
    }
}
