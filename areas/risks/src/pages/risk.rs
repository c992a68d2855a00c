//! A risk: what it is, how bad, what is done, who bears it; and its forms.

use jiff::civil::Date;
use kernel::Case;
use maud::{Markup, PreEscaped, html};
use web::language::{day, near_moment, word};
use web::parts::{
    self, Button, Field, Head, Note, Symbol, form, form_kept, hidden, page_head, section, section_with,
};
use web::{Choosing, Form, t};

use super::matrix::{drawn, step};
use super::{Options, level, or_none, words_of};
use crate::model::{Level, Risk, RiskState, Treatment};
use crate::queries::Acceptance;
use crate::rules::{level_now, steps_now};

/// An address below a risk.
pub fn of_risk(number: &str, rest: &str) -> String {
    web::below(&format!("/risks/{number}"), rest)
}

/// What the page of a risk shows besides the envelope.
pub struct Shown<'a> {
    pub case: &'a Case<Risk>,
    /// Who accepted it when, the last first, each with their name.
    pub accepted: Vec<(Acceptance, String)>,
    pub may_write: bool,
    pub now: jiff::Timestamp,
}

/// The sections of a risk.
pub fn body(it: &Shown) -> Markup {
    let (case, risk) = (it.case, &it.case.body);
    let edit = Button::open(of_risk(&case.record.number, "edit"), t!("Edit")).symbol(Symbol::Edit).small();
    let buttons = if it.may_write { vec![edit] } else { Vec::new() };
    let facts: Vec<(String, Markup)> =
        [(t!("Why it would happen"), &risk.cause), (t!("What follows"), &risk.effect)]
            .into_iter()
            .filter(|(_, words)| !words.trim().is_empty())
            .map(|(label, words)| (label, html! { (words) }))
            .collect();
    html! {
        @if case.record.state == RiskState::Expired {
            (parts::note(Note::Warn, t!("Nobody bears this risk any more: the acceptance is over. Treat it, or have it accepted again.")))
        }
        (section_with("risk", t!("The risk"), &buttons, html! {
            @if facts.is_empty() { p.quiet-text { (t!("Nothing is said about its cause and effect yet.")) } }
            (parts::facts(&facts))
        }))
        (section("rating", t!("How bad it is"), rating(case)))
        (section("treatment", t!("Treatment"), html! {
            p { strong { (word(risk.treatment)) } }
            @if risk.plan.trim().is_empty() { p.quiet-text { (t!("Nobody said yet what is done about it.")) } }
            @else { (parts::prose(PreEscaped(markdown::html(&risk.plan, 3)))) }
            p.fine { (t!("What has to be done is asked for as tasks, each with a name and a day.")) }
        }))
        @if !it.accepted.is_empty() {
            (section("accepted", t!("Accepted by"), html! { ul.signatures {
                @for (place, (one, name)) in it.accepted.iter().enumerate() {
                    @let holds = place == 0 && case.record.state == RiskState::Accepted;
                    li class=[holds.then_some("good")] {
                        (if holds { parts::State::Good } else { parts::State::Over }.symbol())
                        div {
                            strong { (name) } " " (t!("until {day}", day = day(one.until_day))) br;
                            (one.reason) br;
                            span.fine {
                                (near_moment(one.at, it.now)) " · " (word(one.level)) " · "
                                (t!("revision {no}", no = one.matrix_revision))
                                @if !holds { " · " (t!("over")) }
                            }
                        }
                    }
                }
            } }))
        }
    }
}

fn rating(case: &Case<Risk>) -> Markup {
    let Some(by) = &case.facts.by else {
        return html! { p.quiet-text { (t!("No risk matrix is in force yet. It says what likely and bad mean here.")) } };
    };
    let steps = |pair: Option<i64>, other: Option<i64>, is: Option<Level>| match (pair, other, is) {
        (Some(likelihood), Some(severity), Some(is)) => html! {
            (level(is)) " "
            span.fine {
                (step(&by.matrix.likelihood, usize::try_from(likelihood).unwrap_or(0))) " × "
                (step(&by.matrix.severity, usize::try_from(severity).unwrap_or(0)))
            }
        },
        _ => html! { span.quiet-text { (t!("not rated yet")) } },
    };
    let risk = &case.body;
    let mut facts = vec![
        (t!("Before anything is done"), steps(risk.likelihood, risk.severity, case.facts.before)),
        (t!("What is left"), steps(risk.residual_likelihood, risk.residual_severity, case.facts.after)),
    ];
    if let (Some(now), true) = (level_now(case), case.record.state != RiskState::Closed) {
        facts.insert(0, (t!("As it stands"), level(now)));
    }
    let here = steps_now(case);
    let mark =
        |row: i64, column: i64| html! { @if here == Some((row, column)) { strong.here { (t!("here")) } } };
    html! {
        (parts::facts(&facts))
        @if here.is_some() { (drawn(&by.matrix, &t!("Where it stands"), &mark)) }
        p.fine { (t!("Rated by")) " " a href={ "/risk-matrices/" (by.number) } { (by.number) } ", " (t!("revision {no}", no = by.revision)) }
    }
}

/// What there is to choose from in the form of a risk.
pub struct Choices {
    pub owner: Choosing,
    pub customer: Choosing,
    pub likelihood: Options,
    pub severity: Options,
    /// The extra fields of a new one.
    pub extra: Markup,
}

/// Noting a risk, or saying it anew.
pub fn edit(number: Option<&str>, choices: &Choices, written: &Form) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    let (action, key) = match number {
        Some(number) => (of_risk(number, "edit"), format!("risk:{number}")),
        None => ("/risks".to_owned(), "risk:new".to_owned()),
    };
    let back = number.map_or_else(|| "/risks".to_owned(), |it| of_risk(it, ""));
    let title = number.map_or_else(|| t!("Note a risk"), |it| t!("Risk {number}", number = it));
    let unrated = || t!("not rated yet");
    let pick = |name: &'static str, label: String, all: &Options| {
        filled(name, Field::select(name, label, or_none(unrated(), all.clone())))
    };
    html! {
        (page_head(&Head {
            place: Some((t!("Risks"), back.clone())),
            title: html! { (title) },
            lead: Some(html! { (t!("Everything can be saved as it is. What is missing is asked for at the step that needs it.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        @if choices.likelihood.is_empty() {
            (parts::note_with(Note::Plain, t!("No risk matrix is in force yet"), html! {
                p { (t!("Note the risk now, and rate it once the matrix says what likely and bad mean here.")) }
                p { a href="/risk-matrices" { (t!("To the risk matrix")) } }
            }))
        }
        (form_kept(&action, &key, html! {
            @if number.is_some() { (hidden("version", written.text("version"))) }
            (filled("title", Field::text("title", t!("What can go wrong")).required().example(t!("Castings come late"))))
            (filled("cause", Field::area("cause", t!("Why it would happen")).lines(2)))
            (filled("effect", Field::area("effect", t!("What follows")).lines(2)))
            @if !choices.likelihood.is_empty() {
                div.row {
                    (pick("likelihood", t!("Likelihood"), &choices.likelihood))
                    (pick("severity", t!("Severity"), &choices.severity))
                }
            }
            (filled("treatment", Field::select("treatment", t!("Treatment"), words_of::<Treatment>())))
            (filled("plan", Field::area("plan", t!("What is done about it")).lines(3)))
            @if !choices.likelihood.is_empty() {
                div.row {
                    (pick("residual_likelihood", t!("Likelihood that is left"), &choices.likelihood))
                    (pick("residual_severity", t!("Severity that is left"), &choices.severity))
                }
            }
            (choices.owner.field(t!("Owner"), t!("Me")))
            (filled("due", Field::day("due", t!("To be looked at again on"))))
            (choices.customer.field(t!("Customer"), t!("That of what led to it")))
            @if number.is_none() {
                (filled("origin", Field::text("origin", t!("What led to it")).help(t!("The number of a review, a conversation, an order."))))
                (filled("affects", Field::text("affects", t!("What it puts at risk")).help(t!("The number of a requirement, an order."))))
            }
            (choices.extra)
            div.row {
                (Button::send(if number.is_some() { t!("Save") } else { t!("Note it") }).first())
                (Button::open(back, t!("Cancel")).bare())
            }
        }))
    }
}

/// Bearing a risk until a day.
pub fn accept(case: &Case<Risk>, latest: Option<Date>, written: &Form) -> Markup {
    let number = &case.record.number;
    html! {
        (page_head(&Head {
            place: Some((number.clone(), of_risk(number, ""))),
            title: html! { (t!("Accept “{title}”", title = &case.record.title)) },
            lead: Some(html! { (t!("You bear it in the name of the house until a day. Then it is asked about again.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        @if let Some(now) = level_now(case) { p { (t!("As it stands")) ": " (level(now)) } }
        (form(&of_risk(number, "accept"), html! {
            (identity::filled(written, "until", Field::day("until", t!("Until")).required())
                .help(latest.map_or_else(String::new, |it| t!("{day} at the latest, says the risk matrix.", day = day(it)))))
            (identity::filled(written, "reason", Field::area("reason", t!("Why it is borne")).lines(3).required()))
            div.row { (Button::send(t!("Accept it")).first()) (Button::open(of_risk(number, ""), t!("Cancel")).bare()) }
        }))
    }
}
