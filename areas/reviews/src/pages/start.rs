//! Beginning a review: what, how much of it, by which template; and whom that would ask.

use maud::{Markup, html};
use web::language::{say, word};
use web::parts::{self, Button, Choice, Choices, Field, Head, Note, State, form, page_head, section};
use web::{Form, t};

use super::{Options, words_of};
use crate::model::{RiskClass, Scope};
use crate::queries::WouldAsk;
use kernel::Vocabulary;

/// The form that begins a review. Whoever changes the matter sees whom it would ask before anybody is asked; that a customer
/// is new is known.
pub fn begin(
    subjects: &Options,
    (templates, template): (&Options, Option<i64>),
    (would, is_new): (Option<&[WouldAsk]>, bool),
    extra: &Markup,
    written: &Form,
) -> Markup {
    let scope = written.text("scope");
    let scopes = Scope::ALL.iter().enumerate().map(|(place, it)| {
        Choice::new(it.code(), word(*it)).chosen(it.code() == scope || (scope.is_empty() && place == 0))
    });
    html! {
        (page_head(&Head {
            place: Some((t!("Reviews"), "/reviews".to_owned())),
            title: html! { (t!("Begin a review")) },
            lead: Some(html! { (t!("A review judges a frozen revision before we commit to it. The template says who is asked.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        @if templates.is_empty() {
            (parts::note_with(Note::Warn, t!("There is no template in force yet"), html! {
                p { (t!("A template says which functions are asked. Write one and put it in force.")) }
                (Button::open("/review-templates/new", t!("Write a template")))
            }))
        }
        (form("/reviews", html! {
            (identity::filled(written, "subject", Field::select("subject", t!("What is reviewed"), subjects.clone()).required()))
            (identity::filled(written, "template", Field::select("template", t!("Template"), templates.clone()).required()).value(template.map(|it| it.to_string()).unwrap_or_default()))
            (Choices::one("scope", t!("Scope"), scopes.collect()).fault(written.faults.of("scope").map(say)))
            fieldset.field {
                legend { (t!("What is known of the matter")) }
                div.row {
                    (identity::filled(written, "value", Field::number("value", t!("Value in EUR"))))
                    (identity::filled(written, "risk", Field::select("risk", t!("Risk"), words_of::<RiskClass>())))
                }
                div.choices {
                    label.choice { input type="checkbox" name="new_customer" value="on" checked[is_new || written.has("new_customer")]; span { (t!("The customer is new")) @if is_new { " " span.fine { (t!("nothing was agreed with them yet")) } } } }
                    label.choice { input type="checkbox" name="new_technology" value="on" checked[written.has("new_technology")]; span { (t!("The technology is new to us")) } }
                    label.choice { input type="checkbox" name="export" value="on" checked[written.has("export")]; span { (t!("It is exported")) } }
                }
            }
            (identity::filled(written, "due", Field::day("due", t!("Due")).help(t!("As the template says where it is empty."))))
            (extra)
            div.row {
                (Button::send(t!("Begin the review")).first())
                (Button::send_to("/reviews/who", t!("Show who is asked")))
                (Button::open("/reviews", t!("Cancel")).bare())
            }
        }))
        @if let Some(would) = would { (who(would)) }
    }
}

/// Whom a template would ask.
pub fn who(would: &[WouldAsk]) -> Markup {
    section(
        "who",
        t!("Who would be asked"),
        html! {
            @if would.is_empty() { p.quiet-text { (t!("Nobody. Choose another template.")) } }
            ul.signatures {
                @for it in would {
                    li {
                        (if it.people.is_empty() { State::Warn } else { State::Open }.symbol())
                        div {
                            strong { (it.name) } " " (say(&it.why.text())) br;
                            span.fine {
                                @if it.people.is_empty() { (t!("Nobody answers for this function. Name somebody first.")) }
                                @else { (it.people.join(", ")) }
                                @if it.quorum > 1 { " · " (t!("{count} must judge", count = it.quorum.to_string())) }
                                @if it.turn > 0 { " · " (t!("turn {no}", no = it.turn)) }
                            }
                        }
                    }
                }
            }
        },
    )
}
