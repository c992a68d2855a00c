//! A template: who is asked when, as a table that one writes in.

use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{say, word};
use web::parts::{self, Button, Choice, Choices, Field, Head, Symbol, form, hidden, page_head, section};
use web::{Form, t};

use super::{Options, words_of};
use crate::model::{Order, Policy, RiskClass, Share, Template};

/// A template as it is read.
pub fn body(it: &Template, name_of: &dyn Fn(i64) -> String, edit: Option<&str>) -> Markup {
    let policy = &it.policy;
    html! {
        (section("asked", t!("Who is asked"), html! {
            @if !it.purpose.is_empty() { p { (it.purpose) } }
            ul.signatures {
                @for asked in &policy.asked {
                    li { (parts::State::Open.symbol()) div {
                        strong { (name_of(asked.function)) } br;
                        span.fine {
                            (when(asked))
                            @if asked.quorum > 1 { " · " (t!("{count} must judge", count = asked.quorum.to_string())) }
                            @if policy.order == Order::Sequence { " · " (t!("turn {no}", no = asked.turn)) }
                        }
                    } }
                }
            }
            p.fine {
                (word(policy.order)) " · " (word(policy.share))
                @if policy.forbids_self_approval { " · " (t!("whoever owns it may not approve it")) }
                @if policy.days > 0 { " · " (t!("due in {count} day" | "due in {count} days", count = policy.days)) }
            }
            @if let Some(to) = edit { (Button::open(to, t!("Edit")).small().symbol(Symbol::Edit)) }
        }))
        @if !policy.checklist.is_empty() {
            (section("checklist", t!("Checklist"), html! { ol { @for row in &policy.checklist { li { (row.question) } } } }))
        }
    }
}

fn when(it: &crate::model::Asked) -> String {
    let when = &it.when;
    if when.is_always() {
        return t!("always");
    }
    let mut all = Vec::new();
    if let Some(value) = when.value_from {
        all.push(t!("from {value} EUR on", value = web::language::count(value)));
    }
    if let Some(risk) = when.risk_from {
        all.push(t!("from risk “{risk}” on", risk = word(risk)));
    }
    if when.new_customer {
        all.push(t!("for new customers"));
    }
    if when.new_technology {
        all.push(t!("for new technology"));
    }
    if when.export {
        all.push(t!("for export"));
    }
    all.join(", ")
}

/// The form of a template: a line for each function there is, and one for each question.
pub fn edit(
    number: Option<&str>,
    version: i64,
    (title, purpose): (&str, &str),
    (policy, functions, extra): (&Policy, &Options, &Markup),
    written: &Form,
) -> Markup {
    let action = number.map_or("/review-templates".to_owned(), |it| format!("/review-templates/{it}/edit"));
    let back = number.map_or("/review-templates".to_owned(), |it| format!("/review-templates/{it}"));
    let rows: Vec<String> = policy.checklist.iter().map(|it| row(it, functions)).collect();
    html! {
        (page_head(&Head { place: Some((t!("Review templates"), back.clone())), title: html! { (t!("Review template")) }, ..Head::default() }))
        (identity::summary(written))
        (form(&action, html! {
            (hidden("version", version))
            (Field::text("title", t!("Name")).value(title).required().fault(written.faults.of("title").map(say)))
            (Field::text("purpose", t!("For which matters")).value(purpose))
            fieldset.field {
                legend { (t!("Who is asked")) }
                @for (id, name) in functions {
                    @let asked = policy.asked.iter().find(|it| it.function.to_string() == *id);
                    @let always = asked.is_some_and(|it| it.when.is_always());
                    @let value = asked.and_then(|it| it.when.value_from).map(|it| it.to_string()).unwrap_or_default();
                    @let risk = asked.and_then(|it| it.when.risk_from).map(|it| it.code()).unwrap_or_default();
                    details open[asked.is_some()] {
                        summary.button { (Symbol::Down.icon()) (name) span.fine { " " (asked.map_or_else(|| t!("never"), when)) } }
                        div class="row section" {
                        (Field::select(format!("when-{id}"), t!("Asked"), whens()).value(if asked.is_none() { "never" } else if always { "always" } else { "where" }).short())
                        (Field::number(format!("value-{id}"), t!("From EUR")).value(value))
                        (Field::select(format!("risk-{id}"), t!("From risk"), std::iter::once((String::new(), "–".to_owned())).chain(words_of::<RiskClass>())).value(risk).short())
                        label.choice { input type="checkbox" name={ "customer-" (id) } value="on" checked[asked.is_some_and(|it| it.when.new_customer)]; span { (t!("new customer")) } }
                        label.choice { input type="checkbox" name={ "technology-" (id) } value="on" checked[asked.is_some_and(|it| it.when.new_technology)]; span { (t!("new technology")) } }
                        label.choice { input type="checkbox" name={ "export-" (id) } value="on" checked[asked.is_some_and(|it| it.when.export)]; span { (t!("export")) } }
                        (Field::number(format!("quorum-{id}"), t!("How many")).value(asked.map_or(1, |it| it.quorum).to_string()))
                        (Field::number(format!("turn-{id}"), t!("Turn")).value(asked.map_or(0, |it| it.turn).to_string()))
                        }
                    }
                }
            }
            (Choices::one("order", t!("In which order"), Order::ALL.iter().map(|it| Choice::new(it.code(), word(*it)).chosen(*it == policy.order)).collect()))
            (Choices::one("share", t!("Who judges what"), Share::ALL.iter().map(|it| Choice::new(it.code(), word(*it)).chosen(*it == policy.share)).collect()))
            (Field::area("checklist", t!("Checklist, one question a line")).lines(6).value(rows.join("\n"))
                .help(t!("Begin a line with the name of a function and a colon, and only that one is asked.")))
            (Choices::any("rules", t!("Rules"), vec![Choice::new("no_self", t!("Whoever owns it may not approve it")).chosen(policy.forbids_self_approval)]))
            (Field::number("days", t!("Due after so many days")).value(policy.days.to_string()).fault(written.faults.of("days").map(say)))
            (extra)
            div.row { (Button::send(t!("Save")).first()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}

/// A question as it is written: behind the names of those who are asked, where not everybody is.
fn row(it: &crate::model::Row, functions: &Options) -> String {
    let name =
        |id: &i64| functions.iter().find(|(key, _)| *key == id.to_string()).map(|(_, name)| name.as_str());
    let names: Vec<&str> = it.functions.iter().filter_map(name).collect();
    if names.is_empty() { it.question.clone() } else { format!("{}: {}", names.join(", "), it.question) }
}

fn whens() -> Options {
    vec![
        ("never".to_owned(), t!("never")),
        ("always".to_owned(), t!("always")),
        ("where".to_owned(), t!("where one of these holds")),
    ]
}
