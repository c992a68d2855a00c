//! When is a matrix sound, and how bad does it say that something is?

use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit, Reader, Refusal, Result, Role, Rule, Sharing, State,
    Text, Tone, Verdict, no_facts, nothing, rule, text,
};

use crate::model::{Holds, Level, MatrixState, MatrixStep, RiskMatrix};
use crate::queries;

const KEEPERS: Permit = Permit::Any(&[Role::Quality, Role::Administrator]);
/// So many steps a scale has at most.
const MOST: usize = 10;

impl Body for RiskMatrix {
    type State = MatrixState;
    type Step = MatrixStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "RM",
        table: "risk_matrix",
        path: "risk-matrices",
        numbers: Numbers::Forever,
        sharing: Sharing::Internal,
        symbol: "assure",
        one: || text!("Risk matrix"),
        many: || text!("Risk matrices"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [MatrixStep] = &[MatrixStep::Release];
    const OPEN: &'static [MatrixState] = &[MatrixState::Draft];
    const SETTLED: &'static [MatrixState] = &[MatrixState::InForce];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const FACTS: fn(&Reader, &kernel::Record<Self>, &Self) -> Result<()> = no_facts;
    const ADMIT: fn(&Reader, &Self) -> Result<()> = queries::it_is_the_only_one;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, scale) in [("likelihood", &self.likelihood), ("severity", &self.severity)] {
            let fits = (2..=MOST).contains(&scale.len());
            faults.unless(fits, field, text!("Give a scale 2 to {count} steps.", count = MOST));
            let are_short = scale.iter().all(|it| it.chars().count() <= 200);
            faults.unless(are_short, field, text!("Shorten it to {count} characters.", count = 200i64));
        }
        let is_whole = self.levels.len() == self.likelihood.len()
            && self.levels.iter().all(|row| row.len() == self.severity.len());
        faults.unless(is_whole, "levels", text!("Give a level for each likelihood with each severity."));
        let Holds { low, medium, high, very_high } = self.holds;
        for (field, days) in [("low", low), ("medium", medium), ("high", high), ("very_high", very_high)] {
            let fits = (0..=3650).contains(&days);
            faults.unless(fits, field, text!("Give a number of days from 0 to 3650."));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        self.likelihood.iter().chain(&self.severity).cloned().collect::<Vec<_>>().join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Name"),
            "likelihood" => text!("Likelihood"),
            "severity" => text!("Severity"),
            "levels" => text!("How bad it is"),
            "holds" => text!("For how long it may be accepted"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<RiskMatrix>] = &[
    //   from                  step                 to                    by       needs
    rule(MatrixState::Draft,   MatrixStep::Release, MatrixState::InForce, KEEPERS, what_is_worse_is_never_less),
    rule(MatrixState::InForce, MatrixStep::Revise,  MatrixState::Draft,   KEEPERS, nothing),
];

impl State for MatrixState {
    fn tone(self) -> Tone {
        match self {
            Self::Draft => Tone::Idle,
            Self::InForce => Tone::Good,
        }
    }
}

/// What is likelier or more severe is never of a lower level.
fn what_is_worse_is_never_less(case: &Case<RiskMatrix>) -> Verdict {
    let levels = &case.body.levels;
    let along = levels.iter().all(|row| row.is_sorted());
    let down = levels.windows(2).all(|two| two[0].iter().zip(&two[1]).all(|(one, next)| one <= next));
    Refusal::unless(
        along && down,
        text!("Put the levels right: what is likelier or more severe is never of a lower level."),
    )
}

/// The matrix that holds now.
#[derive(Clone, Debug)]
pub struct InForce {
    pub id: i64,
    pub number: String,
    /// Which revision of it.
    pub revision: i64,
    pub matrix: RiskMatrix,
}

impl RiskMatrix {
    /// How bad a pair of steps is, counted from 1; none where the matrix has no such step.
    pub fn level(&self, likelihood: i64, severity: i64) -> Option<Level> {
        let row = usize::try_from(likelihood.checked_sub(1)?).ok()?;
        let column = usize::try_from(severity.checked_sub(1)?).ok()?;
        self.levels.get(row)?.get(column).copied()
    }
}

impl Holds {
    /// For how many days a risk of a level may be accepted at most; 0 where it may not be.
    pub fn days(&self, level: Level) -> i64 {
        match level {
            Level::Low => self.low,
            Level::Medium => self.medium,
            Level::High => self.high,
            Level::VeryHigh => self.very_high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customary;

    #[test]
    fn a_pair_of_steps_has_a_level_and_what_lies_outside_has_none() {
        let it = customary();
        assert_eq!(it.level(1, 1), Some(Level::Low));
        assert_eq!(it.level(3, 5), Some(Level::High));
        assert_eq!(it.level(5, 5), Some(Level::VeryHigh));
        assert_eq!((it.level(0, 3), it.level(6, 1), it.level(i64::MIN, 1)), (None, None, None));
    }

    #[test]
    fn a_matrix_has_a_level_for_every_pair_and_days_that_are_some() {
        assert!(customary().check().is_ok());
        let mut gap = customary();
        gap.levels[2].pop();
        assert!(gap.check().unwrap_err().of("levels").is_some());
        let mut odd = customary();
        odd.holds.high = -1;
        assert!(odd.check().unwrap_err().of("high").is_some());
    }
}
