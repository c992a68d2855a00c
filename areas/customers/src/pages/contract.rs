//! What frame contracts with a customer say: those that hold, those that are over, and the form.

use identity::filled;
use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{self, say, word};
use web::parts::{self, Button, Choice, Choices, Field, State, Symbol};
use web::t;

use super::Shown;
use crate::model::{FrameContract, Says};

/// The section of a customer's page, for colleagues.
pub fn section(it: &Shown) -> Markup {
    parts::section(
        "contracts",
        t!("Frame contracts"),
        html! {
            @if it.contracts.is_empty() && it.contracts_above.is_empty() {
                p.quiet-text { (t!("None is recorded: whoever does not answer has not agreed, and their profile alone says which changes they approve.")) }
            } @else {
                @if !it.contracts.is_empty() {
                    ul { @for line in it.contracts.iter().take(super::AT_ONCE) { li { (contract(it, line)) } } }
                }
                (super::further(it.contracts.len()))
                @if !it.contracts_above.is_empty() { (of_those_above(it)) }
            }
            @if it.may_frame { (form(it)) }
        },
    )
}

/// What binds a part of a house by a contract with one above it; there it is ended, too.
fn of_those_above(it: &Shown) -> Markup {
    let named = |line: &FrameContract| {
        t!("Frame contract {number}, clause {clause}", number = &line.number, clause = &line.clause)
    };
    html! {
        p.fine { (t!("What was recorded with those above it in its house holds here, too:")) }
        ul {
            @for (part, line) in it.contracts_above.iter().take(super::AT_ONCE) {
                li {
                    (named(line)) ": " (word(line.says)) " "
                    a href={ "/customers/" (part.number) "#contracts" } { (part.title) }
                }
            }
        }
    }
}

fn contract(it: &Shown, line: &FrameContract) -> Markup {
    let end = format!("/customers/{}/contracts/{}/end", it.number, line.id);
    html! {
        (t!("Frame contract {number}, clause {clause}", number = &line.number, clause = &line.clause)) ": "
        (word(line.says)) " "
        span.fine {
            (t!("since {day}", day = language::day(line.holds_from)))
            @if let Some(day) = line.holds_until { " " (t!("until {day}", day = language::day(day))) }
        }
        @if !line.holds(it.today, it.today) { " " (parts::state(State::Over, t!("does not hold today"))) }
        @if line.holds_until.is_none() && it.may_frame && line.holds_from <= it.today {
            " " (Button::post(end, t!("End today")).small().bare())
        }
    }
}

fn form(it: &Shown) -> Markup {
    let given = it.form.text("says");
    let says = Says::ALL.iter().map(|one| {
        let is_given = one.code() == given || (given.is_empty() && *one == Says::default());
        Choice::new(one.code(), word(*one)).chosen(is_given)
    });
    html! {
        details open[!it.form.faults.0.is_empty() && it.form.has("clause")] {
            summary.button { (Symbol::Plus.icon()) (t!("Record a frame contract")) }
            (parts::form(&format!("/customers/{}/contracts", it.number), html! {
                (filled(&it.form, "contract", Field::text("contract", t!("Number of the contract")).required()))
                (filled(&it.form, "clause", Field::text("clause", t!("Clause of the contract")).required()))
                (Choices::one("says", t!("What does it say?"), says.collect()).fault(it.form.faults.of("says").map(say)))
                (filled(&it.form, "holds_from", Field::day("holds_from", t!("Since")).help(t!("Today, where you leave it empty."))))
                (filled(&it.form, "holds_until", Field::day("holds_until", t!("Until"))))
                p.fine { (t!("It holds for every part of their house. Letters that ask to confirm what was said offer it where silence is consent; where it asks for their approval, no change of theirs is released without it.")) }
                div.row { (Button::send(t!("Record it"))) }
            }))
        }
    }
}
