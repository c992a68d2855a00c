//! An issue on the way: what came up, what it does to the plan, what was done; and its forms.

use jiff::civil::Date;
use kernel::{Case, State as _};
use maud::{Markup, PreEscaped, html};
use web::language::word;
use web::parts::{
    self, Button, Field, Head, Note, State, Symbol, form, form_kept, hidden, page_head, section, section_with,
};
use web::{Colleagues, Form, t};

use super::{Options, money, of_change};
use crate::model::{Issue, IssueLine, IssueState};

/// An address below an issue.
pub fn of_issue(number: &str, rest: &str) -> String {
    web::below(&format!("/change-issues/{number}"), rest)
}

/// The button that raises an issue of a change, perhaps of one step of its plan.
pub fn new_issue(change: &str, task: Option<i64>) -> Button {
    let of = task.map(|it| format!("&task={it}")).unwrap_or_default();
    Button::open(format!("/change-issues/new?change={change}{of}"), t!("Something came up"))
        .symbol(Symbol::Plus)
        .small()
}

/// An issue as a line of a list.
pub fn line(it: &IssueLine, today: Date) -> Markup {
    html! { li {
        a href=(of_issue(&it.number, "")) { (it.number) } " " (it.title) " · "
        (parts::state(State::from(it.state.tone()), word(it.state)))
        @if let Some(due) = it.due.filter(|_| it.is_open()) { " · " (parts::due(due, today)) }
        @if let Some(days) = it.days.filter(|it| *it > 0) { " · " (t!("{count} day later" | "{count} days later", count = days)) }
        @if let Some(cents) = kernel::hundredths(&it.cost).filter(|it| *it > 0) { " · " (money(cents)) }
    } }
}

/// What the page of an issue shows beside the envelope.
pub struct Shown<'a> {
    pub case: &'a Case<Issue>,
    /// Number and title of its change, and what its step is called.
    pub change: Option<(String, String)>,
    pub step: Option<(i64, String)>,
    pub may_write: bool,
}

/// The sections of an issue.
pub fn body(it: &Shown) -> Markup {
    let (number, body) = (&it.case.record.number, &it.case.body);
    let edit = Button::open(of_issue(number, "edit"), t!("Edit")).symbol(Symbol::Edit).small();
    let buttons = if it.may_write { vec![edit] } else { Vec::new() };
    let mut facts = Vec::new();
    if let Some((change, title)) = &it.change {
        facts.push((
            t!("Change request"),
            html! { a href=(of_change(change, "plan")) { (change) } " " (title) },
        ));
        if let Some((task, step)) = &it.step {
            facts.push((
                t!("It holds up"),
                html! { a href=(super::plan::of_step(change, *task, "")) { (step) } },
            ));
        }
    }
    if let Some(days) = body.days {
        facts.push((t!("Days later"), html! { (days) }));
    }
    if let Some(cents) = kernel::hundredths(&body.cost) {
        facts.push((t!("What it costs"), html! { (money(cents)) }));
    }
    html! {
        @if it.case.record.state == IssueState::Escalated {
            (parts::note(Note::Warn, t!("Whoever answers for the change has to decide.")))
        }
        (section_with("issue", t!("What happened"), &buttons, html! {
            @if body.happened.trim().is_empty() { p.quiet-text { (t!("Nothing more is said about it yet.")) } }
            (prose(&body.happened))
            (parts::facts(&facts))
        }))
        @if !body.effect.trim().is_empty() { (section("effect", t!("What it does to the plan"), prose(&body.effect))) }
        (section("answer", t!("What was done about it"), html! {
            @if body.answer.trim().is_empty() { p.quiet-text { (t!("Nothing yet.")) } }
            (prose(&body.answer))
        }))
    }
}

fn prose(words: &str) -> Markup {
    parts::prose(PreEscaped(markdown::html(words, 3)))
}

/// What there is to choose from in the form of an issue.
pub struct Choice {
    pub people: Colleagues,
    /// The steps of the plan, where the change is known.
    pub steps: Options,
    /// The extra fields of a new one.
    pub extra: Markup,
}

/// Raising an issue, or saying it anew.
pub fn edit(number: Option<&str>, choice: &Choice, written: &Form) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    let (action, key) = match number {
        Some(number) => (of_issue(number, "edit"), format!("issue:{number}")),
        None => ("/change-issues".to_owned(), "issue:new".to_owned()),
    };
    let change = written.text("change");
    let back = match (number, change) {
        (Some(number), _) => of_issue(number, ""),
        (None, "") => "/change-issues".to_owned(),
        (None, change) => of_change(change, "plan"),
    };
    let title = number.map_or_else(|| t!("Something came up"), |it| t!("Issue {number}", number = it));
    let steps =
        std::iter::once((String::new(), t!("The change as a whole"))).chain(choice.steps.iter().cloned());
    html! {
        (page_head(&Head {
            place: Some((t!("Issues on the way"), back.clone())),
            title: html! { (title) },
            lead: Some(html! { (t!("It stands on the change until it is settled, and holds back that the change is verified.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form_kept(&action, &key, html! {
            @if number.is_some() { (hidden("version", written.text("version"))) }
            (filled("title", Field::text("title", t!("What came up")).required().example(t!("Rings come two weeks late"))))
            @if number.is_none() {
                (filled("change", Field::text("change", t!("Change request")).required().example("CR-2026-0009")))
                @if !choice.steps.is_empty() { (filled("task", Field::select("task", t!("It holds up"), steps))) }
            }
            (filled("happened", Field::area("happened", t!("What happened")).lines(3).rich()))
            (filled("effect", Field::area("effect", t!("What it does to the plan")).lines(2).rich()))
            div.row {
                (filled("days", Field::number("days", t!("Days later"))))
                (filled("cost", Field::text("cost", t!("What it costs")).example("1250.00").short()))
            }
            (choice.people.field(written, "owner", t!("Who settles it"), Some(t!("Me"))))
            (filled("due", Field::day("due", t!("Until")).required()))
            @if number.is_some() { (filled("answer", Field::area("answer", t!("What was done about it")).lines(3).rich().help(t!("Asked before it is solved, or said to be none.")))) }
            (choice.extra)
            div.row {
                (Button::send(if number.is_some() { t!("Save") } else { t!("Raise it") }).first())
                (Button::open(back, t!("Cancel")).bare())
            }
        }))
    }
}

/// Escalating an issue, with the reason.
pub fn escalate(number: &str, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_issue(number, ""))),
            title: html! { (t!("Escalate {number}", number = number)) },
            lead: Some(html! { (t!("Whoever answers for the change is asked to decide today.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&of_issue(number, "escalate"), html! {
            (identity::filled(written, "reason", Field::area("reason", t!("Reason")).lines(3).required()))
            div.row { (Button::send(t!("Escalate")).first()) (Button::open(of_issue(number, ""), t!("Cancel")).bare()) }
        }))
    }
}
