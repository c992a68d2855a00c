//! When may a template be put in force, and whom does it ask in a matter?

use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit, Refusal, Role, Rule, Sharing, State, Text, Tone,
    Verdict, no_facts, nothing, rule, text,
};

use crate::model::{Asked, Matter, Policy, RiskClass, Template, TemplateState, TemplateStep, When};

const KEEPERS: Permit = Permit::Any(&[Role::Quality, Role::Administrator]);

impl Body for Template {
    type State = TemplateState;
    type Step = TemplateStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "RT",
        table: "review_template",
        path: "review-templates",
        numbers: Numbers::Forever,
        sharing: Sharing::Internal,
        symbol: "assure",
        one: || text!("Review template"),
        many: || text!("Review templates"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [TemplateStep] = &[TemplateStep::Release];
    const OPEN: &'static [TemplateState] = &[TemplateState::Draft];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<()> = no_facts;
    const KEYS: &'static [&'static str] = &["function", "functions"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let policy = &self.policy;
        faults.unless(
            (0..=365).contains(&policy.days),
            "days",
            text!("Let it be due within {count} days.", count = 365i64),
        );
        for it in &policy.asked {
            let twins = policy.asked.iter().filter(|other| other.function == it.function).count();
            faults.unless(twins == 1, "asked", text!("Name each function once."));
            let fits = (1..=20).contains(&it.quorum);
            faults.unless(fits, "asked", text!("Ask for 1 to {count} people of a function.", count = 20i64));
        }
        for it in &policy.checklist {
            let twins = policy.checklist.iter().filter(|other| other.key == it.key).count();
            let fits = !it.key.is_empty() && twins == 1 && !it.question.trim().is_empty();
            faults.unless(fits, "checklist", text!("Give each question words, and a key of its own."));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        let rows = self.policy.checklist.iter().map(|it| it.question.as_str());
        std::iter::once(self.purpose.as_str()).chain(rows).collect::<Vec<_>>().join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "purpose" => text!("For which matters"),
            "policy" => text!("Who is asked"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Template>] = &[
    rule(TemplateState::Draft,   TemplateStep::Release, TemplateState::InForce, KEEPERS, somebody_is_asked),
    rule(TemplateState::InForce, TemplateStep::Revise,  TemplateState::Draft,   KEEPERS, nothing),
    rule(TemplateState::InForce, TemplateStep::Retire,  TemplateState::Retired, KEEPERS, nothing),
];

impl State for TemplateState {
    fn tone(self) -> Tone {
        match self {
            Self::Draft => Tone::Idle,
            Self::InForce => Tone::Good,
            Self::Retired => Tone::Past,
        }
    }
}

fn somebody_is_asked(case: &Case<Template>) -> Verdict {
    let always = case.body.policy.asked.iter().any(|it| it.when.is_always());
    Refusal::unless(always, text!("Name at least one function that is always asked."))
}

impl When {
    /// Whether it is asked in every matter.
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a function is asked in a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Always,
    Value,
    Risk,
    NewCustomer,
    NewTechnology,
    Export,
}

impl Why {
    pub fn text(self) -> Text {
        match self {
            Self::Always => text!("always"),
            Self::Value => text!("because of its value"),
            Self::Risk => text!("because of its risk"),
            Self::NewCustomer => text!("because the customer is new"),
            Self::NewTechnology => text!("because the technology is new"),
            Self::Export => text!("because it is exported"),
        }
    }
}

/// Whom a policy asks in a matter, and why, in the order of the turns.
pub fn asked_for(policy: &Policy, matter: &Matter) -> Vec<(Asked, Why)> {
    let mut asked: Vec<(Asked, Why)> =
        policy.asked.iter().filter_map(|it| Some((it.clone(), why(&it.when, matter)?))).collect();
    asked.sort_by_key(|(it, _)| it.turn);
    asked
}

fn why(when: &When, matter: &Matter) -> Option<Why> {
    let reaches = |class: RiskClass| matter.risk >= class;
    if when.is_always() {
        Some(Why::Always)
    } else if when.value_from.is_some_and(|least| matter.value.is_some_and(|it| it >= least)) {
        Some(Why::Value)
    } else if when.risk_from.is_some_and(reaches) {
        Some(Why::Risk)
    } else if when.new_customer && matter.new_customer {
        Some(Why::NewCustomer)
    } else if when.new_technology && matter.new_technology {
        Some(Why::NewTechnology)
    } else if when.export && matter.export {
        Some(Why::Export)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(function: i64, turn: i64, when: When) -> Asked {
        Asked { function, quorum: 1, turn, when }
    }

    #[test]
    fn who_is_asked_depends_on_the_matter_and_stands_in_turn() {
        let policy = Policy {
            asked: vec![
                asked(9, 2, When { value_from: Some(25_000), ..When::default() }),
                asked(1, 1, When::default()),
                asked(5, 1, When { risk_from: Some(RiskClass::Medium), ..When::default() }),
                asked(6, 1, When { new_technology: true, ..When::default() }),
                asked(7, 1, When { export: true, ..When::default() }),
            ],
            ..Policy::default()
        };
        let who = |matter: &Matter| -> Vec<(i64, Why)> {
            asked_for(&policy, matter).into_iter().map(|(it, why)| (it.function, why)).collect()
        };
        assert_eq!(who(&Matter::default()), [(1, Why::Always)]);
        let dear = Matter { value: Some(25_000), risk: RiskClass::High, ..Matter::default() };
        assert_eq!(who(&dear), [(1, Why::Always), (5, Why::Risk), (9, Why::Value)]);
        let abroad = Matter { export: true, ..Matter::default() };
        assert_eq!(who(&abroad), [(1, Why::Always), (7, Why::Export)]);
        let below = Matter { value: Some(24_999), new_technology: true, ..Matter::default() };
        assert_eq!(who(&below), [(1, Why::Always), (6, Why::NewTechnology)]);
    }

    #[test]
    fn a_function_is_named_once_and_a_quorum_is_somebody() {
        let twice = Policy {
            asked: vec![asked(1, 0, When::default()), asked(1, 0, When::default())],
            ..Policy::default()
        };
        assert!(Template { policy: twice, ..Template::default() }.check().is_err());
        let nobody =
            Policy { asked: vec![Asked { quorum: 0, ..asked(1, 0, When::default()) }], ..Policy::default() };
        assert!(Template { policy: nobody, ..Template::default() }.check().is_err());
    }
}
