//! Who answers a question, and when is it settled?

use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit::*, Refusal, Rule, Sharing, State, Text, Tone, Verdict,
    no_facts, nothing, rule, text,
};

use crate::model::{
    Clarification,
    ClarificationState::{self, *},
    ClarificationStep::{self, *},
};

impl Body for Clarification {
    type State = ClarificationState;
    type Step = ClarificationStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "CL",
        table: "clarification",
        path: "clarifications",
        numbers: Numbers::Yearly,
        sharing: Sharing::Working,
        symbol: "ask",
        one: || text!("Clarification"),
        many: || text!("Clarifications"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [ClarificationStep] = &[Answer];
    const OPEN: &'static [ClarificationState] = &[];
    const SETTLED: &'static [ClarificationState] = &[Settled];
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<()> = no_facts;
    const KEYS: &'static [&'static str] = &["review", "function", "person"];
    const INTERNAL: &'static [&'static str] = &["review", "function"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(!self.question.trim().is_empty(), "question", text!("Write the question."));
        let fits = self.question.chars().count() <= 4000;
        faults.unless(fits, "question", text!("Shorten it to {count} characters.", count = 4000i64));
        faults.into_result()
    }

    fn words(&self) -> String {
        format!("{} {}\n{}", self.item, self.item_title, self.question)
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "review" => text!("Asked from"),
            "item" => text!("About"),
            "question" => text!("Question"),
            "function" => text!("Function"),
            "person" => text!("Asked of"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Clarification>] = &[
    //   from      step      to         by     needs
    rule(Asked,    Answer,   Answered,  Staff, nothing),
    rule(Asked,    Answer,   Answered,  Party, it_is_asked_of_them),
    rule(Answered, Settle,   Settled,   Staff, nothing),
    rule(Asked,    Withdraw, Withdrawn, Owner, nothing),
];

fn it_is_asked_of_them(case: &Case<Clarification>) -> Verdict {
    Refusal::unless(!case.body.is_theirs, text!("You asked this. The answer comes from us."))
}

impl State for ClarificationState {
    fn tone(self) -> Tone {
        match self {
            Asked => Tone::Waiting,
            Answered => Tone::Doubtful,
            Settled => Tone::Good,
            Withdrawn => Tone::Past,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Asked => text!("Not answered yet"),
            _ => kernel::Vocabulary::text(self),
        }
    }
}
