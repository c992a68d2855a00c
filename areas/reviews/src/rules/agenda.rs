//! What is still open in a review, point by point: what a meeting about it has to speak about.

use kernel::{Body, Case, Text, text};

use super::condition::what_a_condition_wants;
use super::progress::FunctionProgress;
use super::review::{what_waits, what_was_released_since};
use crate::model::{Fulfilment, Review, Row};
use crate::queries::{ClarificationLine, ConditionLine};

/// Something that is open, and the page where it is settled.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenPoint {
    /// The number of the item; empty where it is about the whole.
    pub item: String,
    pub words: Text,
    pub link: String,
}

/// Everything that is open: questions and what they ask, conditions, and in a review that is not closed what functions
/// reject, want clarified, left open or still owe.
pub fn open_points(
    case: &Case<Review>,
    asked: &[ClarificationLine],
    conditions: &[ConditionLine],
) -> Vec<OpenPoint> {
    let asked: Vec<&ClarificationLine> = asked.iter().filter(|it| it.state == "asked").collect();
    let mut points: Vec<OpenPoint> = asked.iter().map(|it| of_question(it)).collect();
    let page = Review::KIND.address(&case.record.number);
    let of_condition = |it: &ConditionLine| {
        let words = match it.stands() {
            Fulfilment::Open => text!("{words}", words = &it.words),
            Fulfilment::Met => what_a_condition_wants(it)?,
            Fulfilment::Confirmed | Fulfilment::NoLongerAsked => return None,
        };
        Some(OpenPoint { item: it.item.clone(), words, link: format!("{page}#conditions") })
    };
    let holding = conditions.iter().filter(|_| case.record.state.holds_conditions());
    points.extend(holding.filter_map(of_condition));
    if !Review::OPEN.contains(&case.record.state) {
        return points;
    }
    if let Some(it) = what_was_released_since(case) {
        points.push(OpenPoint { item: String::new(), words: it, link: page.clone() });
    }
    let is_asked = |item: &str| asked.iter().any(|it| it.item == item);
    for it in &case.facts.progress.functions {
        let name = case.facts.names.get(&it.function).map_or("", String::as_str);
        let page = format!("{page}?function={}", it.function);
        points.extend(of_function((name, it), &case.body.policy.checklist, &page, is_asked));
    }
    points
}

fn of_question(it: &ClarificationLine) -> OpenPoint {
    let words = if it.is_theirs {
        text!("They ask: {question}", question = &it.question)
    } else {
        text!("{words}", words = &it.question)
    };
    OpenPoint { item: it.item.clone(), words, link: format!("/clarifications/{}", it.number) }
}

fn of_function(
    (name, it): (&str, &FunctionProgress),
    checklist: &[Row],
    page: &str,
    is_asked: impl Fn(&str) -> bool,
) -> Vec<OpenPoint> {
    let mut points = Vec::new();
    let mut point = |item: &str, words: Text| {
        let link = if item.is_empty() { page.to_owned() } else { format!("{page}#verdict-{item}") };
        points.push(OpenPoint { item: item.to_owned(), words, link });
    };
    for item in &it.rejected {
        point(item, text!("{name} rejects it.", name = name));
    }
    // What the customer was asked about it stands there as their question.
    for item in it.clarify.iter().filter(|item| !is_asked(item)) {
        point(item, text!("{name} wants it clarified.", name = name));
    }
    for row in checklist.iter().filter(|row| it.not_ok.contains(&row.key)) {
        point(
            "",
            text!("{name} left this open or not OK: {question}", name = name, question = &row.question),
        );
    }
    for words in what_waits(name, it) {
        point("", words);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_customer_was_asked_is_no_point_of_a_function_and_everything_else_that_is_open_is() {
        let design = FunctionProgress {
            function: 7,
            quorum: 1,
            clarify: vec!["REQ-1".into(), "REQ-2".into()],
            rejected: vec!["REQ-3".into()],
            not_ok: vec!["c1".into()],
            waiting: vec!["REQ-4".into()],
            ..FunctionProgress::default()
        };
        let row =
            |key: &str, question: &str| Row { key: key.into(), question: question.into(), ..Row::default() };
        let checklist = [row("c1", "Certificates?"), row("c2", "Tooling?")];
        let all =
            of_function(("Design", &design), &checklist, "/reviews/RV-1?function=7", |it| it == "REQ-1");
        let said: Vec<String> =
            all.iter().map(|it| format!("{}|{}|{}", it.item, it.words, it.link)).collect();
        let expected = [
            "REQ-3|Design rejects it.|/reviews/RV-1?function=7#verdict-REQ-3",
            "REQ-2|Design wants it clarified.|/reviews/RV-1?function=7#verdict-REQ-2",
            "|Design left this open or not OK: Certificates?|/reviews/RV-1?function=7",
            "|Design still has to judge 1.|/reviews/RV-1?function=7",
        ];
        assert_eq!(said, expected);
    }
}
