//! The law of calls: what must be written before one is kept, and what a number of a telephone is.

use kernel::Permit::Staff;
use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Refusal, Sharing, State, Text, Tone, Verdict, nothing,
    rule, text,
};

use crate::model::CallState::{Done, Dropped, Open};
use crate::model::CallStep::{Close, Drop};
use crate::model::{Call, CallState, CallStep, Caller};

/// The longest name, number and outcome, in characters.
const LONGEST_LINE: usize = 300;
/// The longest notes of a call, in characters.
const LONGEST_WORDS: usize = 100_000;
/// A number that is known by fewer digits than these might be anybody's.
const FEWEST_DIGITS: usize = 6;

impl State for CallState {
    fn tone(self) -> Tone {
        match self {
            Open => Tone::Working,
            Done => Tone::Good,
            Dropped => Tone::Stopped,
        }
    }
}

impl Body for Call {
    type State = CallState;
    type Step = CallStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "CA",
        table: "phone_call",
        path: "calls",
        numbers: Numbers::Yearly,
        sharing: Sharing::Internal,
        symbol: "phone",
        one: || text!("Call"),
        many: || text!("Calls"),
    };
    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from  step   to       by     needs
        rule(Open, Close, Done,    Staff, it_says_who_and_what),
        rule(Open, Drop,  Dropped, Staff, nothing),
    ]);
    const WITHIN: &'static [CallStep] = &[Close];
    const OPEN: &'static [CallState] = &[Open];
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<()> =
        kernel::no_facts::<Self>;
    const PERSONAL: &'static [&'static str] = &["title", "name", "phone", "words", "outcome"];
    const KEYS: &'static [&'static str] = &["person"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, words, longest) in [
            ("name", &self.name, LONGEST_LINE),
            ("phone", &self.phone, LONGEST_LINE),
            ("outcome", &self.outcome, LONGEST_WORDS),
            ("words", &self.words, LONGEST_WORDS),
        ] {
            let count = i64::try_from(longest).unwrap_or(i64::MAX);
            let sentence = text!("Shorten it to {count} characters.", count = count);
            faults.unless(words.chars().count() <= longest, field, sentence);
        }
        let sentence = text!("It ends before it begins. Mend one of the two.");
        faults.unless(self.ended_at.is_none_or(|it| it >= self.began_at), "ended_at", sentence);
        faults.into_result()
    }

    fn words(&self) -> String {
        [self.name.as_str(), self.phone.as_str(), self.outcome.as_str()].join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "direction" => text!("Who called"),
            "person" => text!("Person"),
            "name" => text!("With whom"),
            "phone" => text!("Number"),
            "began_at" => text!("Began"),
            "ended_at" => text!("Ended"),
            "words" => text!("What was said"),
            "outcome" => text!("What came of it"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        use kernel::Vocabulary;
        (field == "direction").then(|| Caller::of(code)).flatten().map(Vocabulary::text)
    }
}

fn it_says_who_and_what(case: &Case<Call>) -> Verdict {
    let mut missing = Vec::new();
    if case.body.name.trim().is_empty() {
        missing.push(Missing { sentence: text!("Say who was on the telephone."), link: None });
    }
    if case.body.words.trim().is_empty() {
        missing.push(Missing { sentence: text!("Write down what was said."), link: None });
    }
    if missing.is_empty() { Ok(()) } else { Err(Refusal(missing)) }
}

/// The text of a call, to be cited from: what was said, then what came of it.
pub fn text_of(call: &Call) -> String {
    let parts = [call.words.trim_end(), call.outcome.trim()];
    parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The last digits of a number, by which it is found however it is written: `+44 7700 900 417` and
/// `07700 900417` are the same. None where it has too few to tell anybody apart.
pub fn last_digits(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let is_number = typed.chars().all(|it| it.is_ascii_digit() || " +-/().".contains(it));
    let start = digits.len().saturating_sub(9);
    (is_number && digits.len() >= FEWEST_DIGITS).then(|| digits[start..].to_owned())
}

/// Lines that were written one below the other, without the empty ones.
pub fn lines_of(written: &str) -> Vec<String> {
    let bare = |it: &str| it.trim().trim_start_matches(['-', '*', '•', '–']).trim().to_owned();
    written.lines().map(bare).filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        assert_eq!(last_digits("+44 7700 900 417"), last_digits("07700/900417"));
        assert_eq!(last_digits("900 417"), Some("900417".into()));
        assert_eq!(last_digits("90041"), None);
        assert_eq!(last_digits("Carl 7700900417"), None);
    }

    #[test]
    fn the_text_of_a_call_is_what_was_said_and_what_came_of_it() {
        let call =
            Call { words: "Two KD-80.\n".into(), outcome: " Offer by Friday ".into(), ..Call::default() };
        assert_eq!(text_of(&call), "Two KD-80.\n\nOffer by Friday");
        assert_eq!(text_of(&Call { outcome: String::new(), ..call }), "Two KD-80.");
    }

    #[test]
    fn a_call_that_ends_before_it_begins_is_none() {
        let began_at = "2026-03-02T09:00:00Z".parse().unwrap();
        let call =
            Call { began_at, ended_at: Some("2026-03-02T08:59:00Z".parse().unwrap()), ..Call::default() };
        assert!(call.check().unwrap_err().of("ended_at").is_some());
        let call = Call { ended_at: Some("2026-03-02T09:04:01Z".parse().unwrap()), ..call };
        assert_eq!((call.check(), call.minutes()), (Ok(()), Some(5)));
    }

    #[test]
    fn lines_lose_their_bullets_and_the_empty_ones() {
        assert_eq!(lines_of("- one\n\n• two \nthree-phase"), ["one", "two", "three-phase"]);
    }
}
