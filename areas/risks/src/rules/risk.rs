//! Who may do what about a risk, who may bear it, and for how long.

use jiff::civil::Date;
use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Refusal, Result, Role, Rule, Sharing,
    State, Text, Tone, Verdict, Vocabulary, nothing, rule, text,
};

use super::InForce;
use crate::commands;
use crate::model::{Level, Risk, RiskState, RiskStep, Treatment};
use crate::queries::{self, Acceptance};

/// Who may bear a risk in the name of the house.
pub const ACCEPTORS: Permit = Permit::Any(&[Role::Approver, Role::Quality]);

/// What is known of a risk beside what it says: how bad it is, and who bears it.
#[derive(Clone, Debug, Default)]
pub struct Rated {
    pub by: Option<InForce>,
    /// How bad it is before anything is done.
    pub before: Option<Level>,
    /// How bad it is once that is done.
    pub after: Option<Level>,
    /// The last acceptance.
    pub accepted: Option<Acceptance>,
}

impl Body for Risk {
    type State = RiskState;
    type Step = RiskStep;
    type Facts = Rated;

    const KIND: Kind = Kind {
        prefix: "RK",
        table: "risk",
        path: "risks",
        numbers: Numbers::Forever,
        sharing: Sharing::Internal,
        symbol: "warn",
        one: || text!("Risk"),
        many: || text!("Risks"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [RiskStep] = &[RiskStep::Accept, RiskStep::Close];
    const ASIDE: &'static [RiskState] = &[RiskState::Expired];
    const OPEN: &'static [RiskState] = &[RiskState::Open, RiskState::Treated, RiskState::Expired];
    const SETTLED: &'static [RiskState] = &[RiskState::Treated, RiskState::Accepted];
    const FACTS: fn(&Reader, &kernel::Record<Self>, &Self) -> Result<Rated> = queries::rated;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::its_steps_are_of_the_matrix;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::tied(work, id, body);
    const KEYS: &'static [&'static str] = &["origin", "affects"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let pairs = [
            ("severity", self.likelihood, self.severity),
            ("residual_severity", self.residual_likelihood, self.residual_severity),
        ];
        for (field, likelihood, severity) in pairs {
            let is_whole = likelihood.is_some() == severity.is_some();
            faults.unless(is_whole, field, text!("Rate both, or neither: how likely, and how bad."));
        }
        for (field, words) in [("cause", &self.cause), ("effect", &self.effect), ("plan", &self.plan)] {
            let fits = words.chars().count() <= 5_000;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 5_000i64));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        [self.cause.as_str(), &self.effect, &self.plan].join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("What can go wrong"),
            "cause" => text!("Why it would happen"),
            "effect" => text!("What follows"),
            "likelihood" => text!("Likelihood"),
            "severity" => text!("Severity"),
            "treatment" => text!("Treatment"),
            "plan" => text!("What is done about it"),
            "residual_likelihood" => text!("Likelihood that is left"),
            "residual_severity" => text!("Severity that is left"),
            "origin" => text!("What led to it"),
            "affects" => text!("What it puts at risk"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        (field == "treatment").then(|| Treatment::of(code)).flatten().map(Vocabulary::text)
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Risk>] = &[
    //   from                 step              to                   by              needs
    rule(RiskState::Open,     RiskStep::Treat,  RiskState::Treated,  Permit::Staff,  what_is_left_was_rated),
    rule(RiskState::Expired,  RiskStep::Treat,  RiskState::Treated,  Permit::Staff,  what_is_left_was_rated),
    rule(RiskState::Open,     RiskStep::Accept, RiskState::Accepted, ACCEPTORS,      it_may_be_borne),
    rule(RiskState::Treated,  RiskStep::Accept, RiskState::Accepted, ACCEPTORS,      it_may_be_borne),
    rule(RiskState::Expired,  RiskStep::Accept, RiskState::Accepted, ACCEPTORS,      it_may_be_borne),
    rule(RiskState::Accepted, RiskStep::Expire, RiskState::Expired,  Permit::Nobody, nothing),
    rule(RiskState::Treated,  RiskStep::Reopen, RiskState::Open,     Permit::Staff,  nothing),
    rule(RiskState::Accepted, RiskStep::Reopen, RiskState::Open,     Permit::Staff,  nothing),
    rule(RiskState::Expired,  RiskStep::Reopen, RiskState::Open,     Permit::Staff,  nothing),
    rule(RiskState::Closed,   RiskStep::Reopen, RiskState::Open,     Permit::Staff,  nothing),
    rule(RiskState::Open,     RiskStep::Close,  RiskState::Closed,   Permit::Owner,  nothing_is_to_be_done),
    rule(RiskState::Treated,  RiskStep::Close,  RiskState::Closed,   Permit::Owner,  nothing_is_to_be_done),
    rule(RiskState::Accepted, RiskStep::Close,  RiskState::Closed,   Permit::Owner,  nothing_is_to_be_done),
    rule(RiskState::Expired,  RiskStep::Close,  RiskState::Closed,   Permit::Owner,  nothing_is_to_be_done),
];

impl State for RiskState {
    fn tone(self) -> Tone {
        match self {
            Self::Open => Tone::Working,
            Self::Treated | Self::Accepted => Tone::Good,
            Self::Expired => Tone::Doubtful,
            Self::Closed => Tone::Past,
        }
    }
}

fn nothing_is_to_be_done(case: &Case<Risk>) -> Verdict {
    Refusal::unless(case.open_tasks == 0, text!("Finish the open tasks first."))
}

/// What was planned is done, and somebody said what is left of the risk.
fn what_is_left_was_rated(case: &Case<Risk>) -> Verdict {
    let edit = Some(format!("{}/edit", Risk::KIND.address(&case.record.number)));
    let mut missing = Vec::new();
    if case.facts.before.is_none() {
        let sentence = text!("Rate how likely and how bad it was before anything was done.");
        missing.push(Missing { sentence, link: edit.clone() });
    }
    if case.facts.after.is_none() {
        missing.push(Missing { sentence: text!("Rate what is left of it."), link: edit.clone() });
    }
    if case.body.plan.trim().is_empty() {
        missing.push(Missing { sentence: text!("Say what was done about it."), link: edit });
    }
    if case.open_tasks > 0 {
        missing.push(Missing { sentence: text!("Finish the open tasks first."), link: None });
    }
    Refusal::of(missing)
}

/// A risk is borne as it stands: rated, and not so bad that the matrix lets nobody bear it.
fn it_may_be_borne(case: &Case<Risk>) -> Verdict {
    let edit = Some(format!("{}/edit", Risk::KIND.address(&case.record.number)));
    let (Some(level), Some(by)) = (level_now(case), &case.facts.by) else {
        let sentence = text!("Rate how likely and how bad it is: nobody bears what was not rated.");
        return Refusal::of(vec![Missing { sentence, link: edit }]);
    };
    Refusal::unless(
        by.matrix.holds.days(level) > 0,
        text!("Reduce it first: nobody may bear a risk that is “{level}”.", level = level.text()),
    )
}

/// How bad a risk is as it stands: what is left once it was treated, what was accepted while that holds, otherwise
/// what it is before anything is done. None where nobody rated it.
pub fn level_now(case: &Case<Risk>) -> Option<Level> {
    let (likelihood, severity) = steps_now(case)?;
    case.facts.by.as_ref()?.matrix.level(likelihood, severity)
}

/// The steps of the matrix at which a risk stands.
pub fn steps_now(case: &Case<Risk>) -> Option<(i64, i64)> {
    let it = &case.body;
    match case.record.state {
        RiskState::Accepted => case.facts.accepted.as_ref().map(|it| (it.likelihood, it.severity)),
        RiskState::Treated => it.residual_likelihood.zip(it.residual_severity),
        RiskState::Open | RiskState::Expired | RiskState::Closed => it.likelihood.zip(it.severity),
    }
}

/// The last day until which a risk may be accepted today.
pub fn latest(case: &Case<Risk>, today: Date) -> Option<Date> {
    let days = case.facts.by.as_ref()?.matrix.holds.days(level_now(case)?);
    today.checked_add(jiff::Span::new().days(days)).ok()
}

/// Whether an acceptance no longer covers a risk: its day is over, or the matrix calls it worse than it was called then.
pub fn is_over(case: &Case<Risk>, today: Date) -> bool {
    let Some(accepted) = &case.facts.accepted else { return true };
    accepted.until_day < today || level_now(case).is_none_or(|level| level > accepted.level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_rating_is_none() {
        let half = Risk { likelihood: Some(3), ..Risk::default() };
        assert!(half.check().unwrap_err().of("severity").is_some());
        let whole = Risk { likelihood: Some(3), severity: Some(2), ..Risk::default() };
        assert!(whole.check().is_ok());
    }
}
