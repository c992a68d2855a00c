//! A contingency plan: when it begins, what is done, whether the customer agreed, and when it was used.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::Case;
use maud::{Markup, PreEscaped, html};
use web::language::{day, near_moment};
use web::parts::{
    self, Button, Field, Head, State, Symbol, form, form_kept, hidden, page_head, section, section_with,
};
use web::{Choosing, Form, t};

use crate::model::{Contingency, ContingencyState};

/// An address below a plan.
pub fn of_plan(number: &str, rest: &str) -> String {
    web::below(&format!("/contingency-plans/{number}"), rest)
}

/// The sections of a plan. Names of those who began and ended it come with it.
pub fn body(case: &Case<Contingency>, names: &[String], (now, may_write): (Timestamp, bool)) -> Markup {
    let (it, number) = (&case.body, &case.record.number);
    let edit = Button::open(of_plan(number, "edit"), t!("Edit")).symbol(Symbol::Edit).small();
    let is_open = may_write && case.record.state == ContingencyState::Draft;
    let agree = Button::open(of_plan(number, "agree"), t!("Note their consent")).small();
    let may_agree = may_write && case.record.state != ContingencyState::Retired;
    let words = |words: &str, none: String| {
        html! {
            @if words.trim().is_empty() { p.quiet-text { (none) } }
            @else { (parts::prose(PreEscaped(markdown::html(words, 3)))) }
        }
    };
    html! {
        (section_with("trigger", t!("When it begins"), &(if is_open { vec![edit] } else { vec![] }), words(&it.trigger_words, t!("Nothing is said yet."))))
        (section("response", t!("What is done then"), words(&it.response, t!("Nothing is said yet."))))
        @if !it.resources.trim().is_empty() { (section("resources", t!("What has to be there"), words(&it.resources, String::new()))) }
        (section_with("agreed", t!("Agreed with the customer"), &(if may_agree { vec![agree] } else { vec![] }), html! {
            @if case.facts.holds().is_none() {
                p { (parts::state(State::Asks, t!("No"))) " "
                    @if !case.facts.agreements.is_empty() { (t!("What they agreed to said something else.")) } }
            }
            ul.signatures { @for one in &case.facts.agreements {
                @let holds = one.digest == case.facts.digest;
                li class=[holds.then_some("good")] {
                    (if holds { State::Good } else { State::Over }.symbol())
                    div {
                        @if holds { (t!("Yes")) ": " }
                        strong { (one.name) } ", " (day(one.day)) br;
                        span.fine { (one.source) @if !holds { " · " (t!("historic: the plan says something else now")) } }
                    }
                }
            } }
        }))
        @if !case.facts.uses.is_empty() {
            (section("uses", t!("When it was used"), html! { ul.signatures {
                @for (one, name) in case.facts.uses.iter().zip(names) {
                    li {
                        (if one.is_over { State::Over } else { State::Underway }.symbol())
                        div {
                            strong { @if one.is_over { (t!("Over")) } @else { (t!("Begun")) } } " " (one.words) br;
                            span.fine { (name) " · " (near_moment(one.at, now)) }
                        }
                    }
                }
            } }))
        }
    }
}

/// When a plan was tried last.
pub fn tried(tested_on: Option<Date>) -> Option<(String, Markup)> {
    tested_on.map(|it| (t!("Last tried"), html! { (day(it)) }))
}

/// The form of a plan; a new one has its extra fields in it.
pub fn edit(
    number: Option<&str>,
    (owner, customer): (&Choosing, &Choosing),
    extra: &Markup,
    written: &Form,
) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    let (action, key) = match number {
        Some(number) => (of_plan(number, "edit"), format!("contingency:{number}")),
        None => ("/contingency-plans".to_owned(), "contingency:new".to_owned()),
    };
    let back = number.map_or_else(|| "/contingency-plans".to_owned(), |it| of_plan(it, ""));
    let title = number.map_or_else(|| t!("Write a contingency plan"), |it| t!("Plan {number}", number = it));
    html! {
        (page_head(&Head { place: Some((t!("Contingency plans"), back.clone())), title: html! { (title) }, ..Head::default() }))
        (identity::summary(written))
        (form_kept(&action, &key, html! {
            @if number.is_some() { (hidden("version", written.text("version"))) }
            (filled("title", Field::text("title", t!("What it is for")).required().example(t!("The skid comes late"))))
            (filled("trigger_words", Field::area("trigger_words", t!("When it begins")).lines(2)))
            (filled("response", Field::area("response", t!("What is done then")).lines(3)))
            (filled("resources", Field::area("resources", t!("What has to be there")).lines(2)))
            (owner.field(t!("Who carries it out"), t!("Me")))
            (customer.field(t!("Customer"), t!("That of what it is for")))
            @if number.is_none() {
                (filled("concerns", Field::text("concerns", t!("For")).help(t!("The number of an order, a requirement set, a risk."))))
            }
            (filled("tested_on", Field::day("tested_on", t!("Last tried"))))
            (extra)
            div.row { (Button::send(t!("Save")).first()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}

/// That the customer agreed.
pub fn agree(number: &str, title: &str, written: &Form) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_plan(number, ""))),
            title: html! { (t!("They agreed to “{title}”", title = title)) },
            lead: Some(html! { (t!("It holds for what the plan says now. Once that changes, they are asked again.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&of_plan(number, "agree"), html! {
            (filled("name", Field::text("name", t!("Who of the customer agreed")).required()))
            (filled("source", Field::text("source", t!("By what one sees it")).required().example(t!("mail of 24 June"))))
            (filled("day", Field::day("day", t!("On which day")).required()))
            div.row { (Button::send(t!("Keep it")).first()) (Button::open(of_plan(number, ""), t!("Cancel")).bare()) }
        }))
    }
}
