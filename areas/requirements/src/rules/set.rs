//! When may a set be released, revised and agreed, and when is its content closed?

use kernel::{
    Actor, Bearing, Body, Case, Faults, Flow, Kind, Missing, Numbers, PartyId, Permit::*, Reader, Record,
    Refusal, Result, Role, Rule, Sharing, State as _, Text, Tone, Verdict, nothing, rule, text,
};

use crate::model::RequirementSet;
use crate::model::set::{
    State::{self, *},
    Step::{self, *},
};
use crate::queries;

/// What the guards of a set ask about its requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many it holds.
    pub held: i64,
    pub gaps: Vec<Gap>,
}

/// What a requirement lacks before its set can be released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub number: String,
    pub lack: Lack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    Statement,
    /// The lower limit is above the upper one.
    Limits,
}

const ENGINEER: kernel::Permit = Has(Role::Engineer);

impl Body for RequirementSet {
    type State = State;
    type Step = Step;
    type Facts = Standing;

    const KIND: Kind = Kind {
        prefix: "RS",
        table: "requirement_set",
        path: "requirement-sets",
        numbers: Numbers::Yearly,
        sharing: Sharing::Offered,
        symbol: "agree",
        one: || text!("Requirement set"),
        many: || text!("Requirement sets"),
    };

    const BEARING: Bearing = Bearing::Demand;

    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(RULES);

    const WITHIN: &'static [Step] = &[Release];
    const OPEN: &'static [State] = &[Draft];
    const SETTLED: &'static [State] = &[Agreed];
    const ASIDE: &'static [State] = &[Withdrawn, Declined];
    const OFF: &'static [State] = &[Withdrawn, Declined];
    const KEYS: &'static [&'static str] = &["conversation"];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Standing> = queries::standing;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::its_sections_hold_everything;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.unless(
            self.matter.chars().count() <= 2000,
            "matter",
            text!("Shorten it to {count} characters.", count = 2000i64),
        );
        for section in &self.sections {
            let twins = self.sections.iter().filter(|it| it.key == section.key).count();
            faults.unless(
                !section.key.is_empty() && twins == 1,
                "sections",
                text!("Give each section a key of its own."),
            );
            faults.unless(!section.title.trim().is_empty(), "sections", text!("Give each section a title."));
        }
        faults.into_result()
    }

    /// What always holds, holds for somebody; and what others took over from stays what it is.
    fn may_write(_: &Actor, party: Option<PartyId>, before: Option<&Case<Self>>, after: &Self) -> Verdict {
        let sentence = text!("A standing set holds for a customer. Say for which.");
        Refusal::unless(!after.is_standing || party.is_some(), sentence)?;
        let is_kept = before.is_none_or(|it| it.body.is_standing == after.is_standing);
        let sentence = text!("Whether a set is a standing one is said when it is opened. Open another one.");
        Refusal::unless(is_kept, sentence)
    }

    fn words(&self) -> String {
        let sections = self.sections.iter().flat_map(|it| [it.title.as_str(), it.prose.as_str()]);
        [self.matter.as_str(), self.intended_use.as_str()]
            .into_iter()
            .chain(sections)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "matter" => text!("What it is about"),
            "intended_use" => text!("Intended use"),
            "sections" => text!("Sections"),
            "conversation" => text!("Conversation"),
            "is_standing" => text!("Always holds"),
            _ => return None,
        })
    }
}

#[rustfmt::skip]
const RULES: &[Rule<RequirementSet>] = &[
    //   from      step        to          by        needs
    rule(Draft,    Release,    Released,   Owner,    everything_is_said),
    rule(Draft,    Release,    Released,   ENGINEER, everything_is_said),
    rule(Released, Review,     InReview,   Nobody,   nothing),
    rule(InReview, AskSignOff, SignOff,    Nobody,   nothing),
    rule(SignOff,  Agree,      Agreed,     Nobody,   nothing),
    rule(Released, Agree,      Agreed,     Nobody,   nothing),
    rule(Released, AskSignOff, SignOff,    Nobody,   nothing),
    rule(InReview, TakeBack,   Released,   Nobody,   nothing),
    rule(SignOff,  TakeBack,   Released,   Nobody,   nothing),
    rule(Released, Revise,     Draft,      Owner,    nothing),
    rule(Released, Revise,     Draft,      ENGINEER, nothing),
    rule(InReview, Revise,     Draft,      Owner,    nothing),
    rule(InReview, Revise,     Draft,      ENGINEER, nothing),
    rule(Agreed,   Revise,     Draft,      Nobody,   nothing),
    rule(Agreed,   Withdraw,   Withdrawn,  Nobody,   nothing),
    rule(Draft,    Withdraw,   Withdrawn,  Owner,    nothing),
    rule(Released, Withdraw,   Withdrawn,  Owner,    nothing),
    rule(Released, Decline,    Declined,   Owner,    nothing),
    rule(InReview, Decline,    Declined,   Owner,    nothing),
];

/// Why a step cannot be taken; none where it can.
pub fn why_not(case: &Case<RequirementSet>, actor: &kernel::Actor, step: Step) -> Option<Refusal> {
    RequirementSet::FLOW.target(case, actor, step).err()
}

impl kernel::State for State {
    fn tone(self) -> Tone {
        match self {
            Draft => Tone::Idle,
            Released | InReview => Tone::Working,
            SignOff => Tone::Waiting,
            Agreed => Tone::Good,
            Withdrawn => Tone::Past,
            Declined => Tone::Stopped,
        }
    }

    fn to_party(self) -> Text {
        match self {
            Draft | Released => text!("With us"),
            InReview => text!("Being checked by us"),
            SignOff => text!("Waiting for your answer"),
            Declined => text!("Declined by us"),
            _ => kernel::Vocabulary::text(self),
        }
    }
}

fn everything_is_said(case: &Case<RequirementSet>) -> Verdict {
    if case.facts.held == 0 {
        let sentence = text!("Add at least one requirement.");
        let link = format!("{}/table", RequirementSet::KIND.address(&case.record.number));
        return Err(Refusal(vec![Missing { sentence, link: Some(link) }]));
    }
    Refusal::of(case.facts.gaps.iter().map(Gap::missing).collect())
}

impl Gap {
    fn missing(&self) -> Missing {
        let number = &self.number;
        let sentence = match self.lack {
            Lack::Statement => text!("Say what {number} demands.", number = number),
            Lack::Limits => {
                text!(
                    "Put the limits of {number} right: the lower one is above the upper one.",
                    number = number
                )
            }
        };
        Missing { sentence, link: Some(format!("/requirements/{number}/edit")) }
    }
}

impl RequirementSet {
    /// Refuses what would change its content while that is closed.
    ///
    /// # Errors
    /// Says what opens it: a revision, or a change request once it was agreed (ISO 9001, 8.2.4).
    pub fn must_be_open(case: &Case<Self>) -> Verdict {
        if Self::OPEN.contains(&case.record.state) {
            return Ok(());
        }
        let (number, state) = (&case.record.number, case.record.state.text_of());
        let sentence = match case.record.state {
            Agreed => text!(
                "{number} was agreed with the customer. Raise a change request to change it.",
                number = number
            ),
            Released | InReview => {
                text!(
                    "{number} is “{state}” and closed. Revise it to go on with its working copy.",
                    number = number,
                    state = state
                )
            }
            _ => text!(
                "{number} is “{state}” and closed. Open a new set instead.",
                number = number,
                state = state
            ),
        };
        let link = Some(Self::KIND.address(number));
        Err(Refusal(vec![Missing { sentence, link }]))
    }
}

impl State {
    fn text_of(self) -> Text {
        kernel::Vocabulary::text(self)
    }

    /// Whether the tone says that nothing more will come of it.
    pub fn is_over(self) -> bool {
        matches!(self.tone(), Tone::Past | Tone::Stopped)
    }
}

/// A key for another section: the next number that was never used in the set.
pub fn next_key(set: &RequirementSet) -> String {
    let used = set.sections.iter().filter_map(|it| it.key.strip_prefix('s')?.parse::<u32>().ok()).max();
    format!("s{}", used.unwrap_or(0) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(held: i64, gaps: &[(&str, Lack)]) -> Standing {
        Standing {
            held,
            gaps: gaps.iter().map(|(it, lack)| Gap { number: (*it).into(), lack: *lack }).collect(),
        }
    }

    #[test]
    fn every_gap_is_told_with_the_page_where_it_is_mended() {
        let gaps = standing(2, &[("REQ-0001", Lack::Statement), ("REQ-0002", Lack::Limits)]).gaps;
        let missing: Vec<_> = gaps.iter().map(Gap::missing).collect();
        assert_eq!(missing[0].sentence.to_string(), "Say what REQ-0001 demands.");
        assert_eq!(missing[1].link.as_deref(), Some("/requirements/REQ-0002/edit"));
    }

    #[test]
    fn agreed_content_is_opened_by_the_product_alone() {
        let out_of_agreed: Vec<_> = RULES.iter().filter(|it| it.from == Agreed).collect();
        assert!(!out_of_agreed.is_empty() && out_of_agreed.iter().all(|it| it.by == Nobody));
        assert!(RULES.iter().all(|it| !it.from.is_over()), "what is over stays over");
    }

    #[test]
    fn a_key_is_not_given_twice_though_titles_change() {
        let section = |key: &str| crate::Section { key: key.into(), title: "T".into(), prose: String::new() };
        let set =
            RequirementSet { sections: vec![section("s1"), section("s7")], ..RequirementSet::default() };
        assert_eq!(next_key(&set), "s8");
        let twins =
            RequirementSet { sections: vec![section("s1"), section("s1")], ..RequirementSet::default() };
        assert!(twins.check().is_err());
    }
}
