//! When may a checklist be put in force, which sets is it meant for, and how does a question stand?

use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit, Refusal, Role, Rule, Sharing, State, Text, Tone,
    Verdict, no_facts, nothing, rule, text,
};

use crate::model::{Answer, Checklist, ChecklistState, ChecklistStep, Elicited, Question, Stand};

const KEEPERS: Permit = Permit::Any(&[Role::Quality, Role::Administrator]);
/// More than anybody answers for one set.
const MOST: usize = 200;
const LONGEST: usize = 500;

impl Body for Checklist {
    type State = ChecklistState;
    type Step = ChecklistStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "CK",
        table: "checklist",
        path: "checklists",
        numbers: Numbers::Forever,
        sharing: Sharing::Internal,
        symbol: "assure",
        one: || text!("Checklist"),
        many: || text!("Checklists"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const WITHIN: &'static [ChecklistStep] = &[ChecklistStep::Release];
    const OPEN: &'static [ChecklistState] = &[ChecklistState::Draft];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<()> = no_facts;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(
            self.questions.len() <= MOST,
            "questions",
            text!("Keep to {count} questions; part the list where there are more.", count = 200i64),
        );
        for it in &self.questions {
            let twins = self.questions.iter().filter(|other| other.key == it.key).count();
            let fits = !it.key.is_empty() && twins == 1 && !it.question.trim().is_empty();
            faults.unless(fits, "questions", text!("Give each question words, and a key of its own."));
            let is_short = it.question.chars().count() <= LONGEST && it.why.chars().count() <= LONGEST;
            let sentence =
                text!("Keep each question, and each reason, to {count} characters.", count = 500i64);
            faults.unless(is_short, "questions", sentence);
        }
        let fits = self.signs.len() <= 50 && self.signs.iter().all(|it| it.chars().count() <= 60);
        faults.unless(fits, "signs", text!("Give at most 50 words of at most 60 characters each."));
        faults.into_result()
    }

    fn words(&self) -> String {
        let rows = self.questions.iter().flat_map(|it| [it.question.as_str(), it.why.as_str()]);
        std::iter::once(self.purpose.as_str()).chain(rows).collect::<Vec<_>>().join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "purpose" => text!("For which sets"),
            "signs" => text!("Words by which such a set is known"),
            "questions" => text!("Questions"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Checklist>] = &[
    rule(ChecklistState::Draft,   ChecklistStep::Release, ChecklistState::InForce, KEEPERS, something_is_asked),
    rule(ChecklistState::InForce, ChecklistStep::Revise,  ChecklistState::Draft,   KEEPERS, nothing),
    rule(ChecklistState::InForce, ChecklistStep::Retire,  ChecklistState::Retired, KEEPERS, nothing),
];

impl State for ChecklistState {
    fn tone(self) -> Tone {
        match self {
            Self::Draft => Tone::Idle,
            Self::InForce => Tone::Good,
            Self::Retired => Tone::Past,
        }
    }
}

fn something_is_asked(case: &Case<Checklist>) -> Verdict {
    Refusal::unless(!case.body.questions.is_empty(), text!("Write at least one question."))
}

/// Whether the words of a set speak of what a checklist is meant for. Whole words count, whatever their case.
pub fn is_meant_for(checklist: &Checklist, words: &str) -> bool {
    let words = parted(words);
    checklist
        .signs
        .iter()
        .map(|it| parted(it))
        .any(|sign| !sign.is_empty() && words.windows(sign.len()).any(|it| it == sign))
}

/// The words of a text, whatever their case.
fn parted(text: &str) -> Vec<String> {
    let folded = kernel::fold(text);
    let words = folded.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_owned).collect()
}

/// What is known about the last answer beyond itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// The requirement that states it is in its set no longer.
    pub is_withdrawn: bool,
    /// The task that asks the customer is settled.
    pub is_settled: bool,
}

/// How a question stands after what was said to it last.
pub fn stand(question: &Question, last: Option<&Elicited>, since: Since) -> Stand {
    let Some(last) = last else { return Stand::Open };
    match last.answer {
        Answer::Open => Stand::Open,
        _ if last.asked != question.question => Stand::AskedAnew,
        Answer::Stated if since.is_withdrawn => Stand::Lost,
        Answer::Stated => Stand::Stated,
        Answer::NotApplicable => Stand::NotApplicable,
        Answer::Asked if since.is_settled => Stand::Told,
        Answer::Asked => Stand::Waiting,
    }
}

impl State for Stand {
    fn tone(self) -> Tone {
        match self {
            Self::Open | Self::AskedAnew | Self::Lost | Self::Told => Tone::Doubtful,
            Self::Waiting => Tone::Waiting,
            Self::Stated => Tone::Good,
            Self::NotApplicable => Tone::Past,
        }
    }
}

/// The key of a question that is new: made of its words, so that one that comes back finds its answers again, and no
/// other ever has it.
pub fn key_of(question: &str) -> String {
    let words = question.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("q{}", &kernel::fingerprint(words.as_bytes())[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(key: &str, question: &str) -> Question {
        Question { key: key.into(), question: question.into(), ..Question::default() }
    }

    fn said(answer: Answer, asked: &str) -> Elicited {
        Elicited {
            checklist: 1,
            question: "q1".into(),
            asked: asked.into(),
            answer,
            requirement: None,
            task: None,
            reason: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
        }
    }

    #[test]
    fn an_answer_counts_for_the_question_that_was_asked() {
        let it = question("q1", "Which language?");
        let on = Since::default();
        assert_eq!(stand(&it, None, on), Stand::Open);
        assert_eq!(
            stand(&it, Some(&said(Answer::NotApplicable, "Which language?")), on),
            Stand::NotApplicable
        );
        assert_eq!(stand(&it, Some(&said(Answer::NotApplicable, "Which languages?")), on), Stand::AskedAnew);
        assert_eq!(stand(&it, Some(&said(Answer::Open, "Which language?")), on), Stand::Open);
    }

    #[test]
    fn what_stated_it_must_still_be_there_and_who_was_asked_is_waited_for() {
        let it = question("q1", "Which language?");
        let stated = said(Answer::Stated, "Which language?");
        assert_eq!(stand(&it, Some(&stated), Since::default()), Stand::Stated);
        assert_eq!(stand(&it, Some(&stated), Since { is_withdrawn: true, ..Since::default() }), Stand::Lost);
        let asked = said(Answer::Asked, "Which language?");
        assert_eq!(stand(&it, Some(&asked), Since::default()), Stand::Waiting);
        let settled = Since { is_settled: true, ..Since::default() };
        assert_eq!(stand(&it, Some(&asked), settled), Stand::Told);
        assert!(Stand::Told.is_open() && Stand::Lost.is_open() && !Stand::Waiting.is_open());
    }

    #[test]
    fn a_checklist_is_meant_for_sets_that_speak_of_its_product_in_whole_words() {
        let it = Checklist { signs: vec!["skid".into(), "dosing station".into()], ..Checklist::default() };
        assert!(is_meant_for(&it, "Two-line CIP dosing SKID for Meridian"));
        assert!(is_meant_for(&it, "A dosing\nstation"));
        assert!(!is_meant_for(&it, "Skidding tests of a dosing pump"));
        assert!(!is_meant_for(&Checklist::default(), "skid"));
    }

    #[test]
    fn a_question_that_comes_back_has_its_key_again_and_no_other_has_it() {
        assert_eq!(key_of("Which market?"), key_of(" Which  market? "));
        assert_ne!(key_of("Which market?"), key_of("Which language?"));
    }

    #[test]
    fn a_question_without_words_or_with_the_key_of_another_is_refused() {
        let of = |questions| Checklist { questions, ..Checklist::default() }.check();
        assert!(of(vec![question("q1", "Which market?")]).is_ok());
        assert!(of(vec![question("q1", " ")]).is_err());
        assert!(of(vec![question("q1", "A?"), question("q1", "B?")]).is_err());
    }
}
