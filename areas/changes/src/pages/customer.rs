//! A change as the customer reads it: why, what, from when on, and what of theirs would say something else.

use jiff::Timestamp;
use kernel::Starts;
use maud::{Markup, html};
use web::Form;
use web::language::{day_of, exact_moment, say};
use web::parts::{self, Button, Field, Head, Note, facts, form, hidden, page_head, section};
use web::t;

use super::affected::Redlined;
use super::consent::proof_fields;
use super::{of_change, starts};
use crate::model::State;
use crate::rules::{Milestones, Part, in_their_words};

/// What the customer sees of a change.
#[derive(Clone, Debug)]
pub struct Offered {
    pub number: String,
    pub title: String,
    /// What they said that it comes from, and where, as far as they see that: its number, address and title.
    pub asked: String,
    pub asked_in: Option<(String, String, String)>,
    pub words: String,
    pub starts: Starts,
    pub changes: Vec<Redlined>,
    pub digest: String,
    pub waits: bool,
    pub state: State,
    pub part: Part,
    /// Whether they asked for it.
    pub is_from_them: bool,
    pub came: Milestones,
    /// When it was shown to them.
    pub shown_at: Timestamp,
    pub answers: Vec<Answered>,
    /// What they were asked about, where another form of it came into force.
    pub before: Option<Before>,
    /// As what whoever reads it signs, as far as it is known.
    pub role: String,
}

/// Who of theirs answered, whether they approved, and when; the first first.
pub type Answered = (String, bool, Timestamp);

/// A revision about which the customer was asked, and in place of which another form of the change came into force.
#[derive(Clone, Debug)]
pub struct Before {
    pub no: i64,
    pub shown_at: Timestamp,
    pub answers: Vec<Answered>,
    pub words: String,
    pub changes: Vec<Redlined>,
}

impl Before {
    /// What they said of it last, on which day.
    fn sentence(&self) -> String {
        let (no, day) = (self.no, |at: Timestamp| web::language::day(day_of(at)));
        match self.answers.last() {
            Some((name, true, at)) => {
                t!("{name} approved revision {no} of it on {day}.", name = name, no = no, day = day(*at))
            }
            Some((name, false, at)) => {
                t!(
                    "{name} did not approve revision {no} of it on {day}.",
                    name = name,
                    no = no,
                    day = day(*at)
                )
            }
            None => t!(
                "We asked you on {day} whether you approve revision {no} of it.",
                day = day(self.shown_at),
                no = no
            ),
        }
    }

    /// What came of it, and what it said.
    fn note(&self) -> Markup {
        parts::note_with(
            Note::Plain,
            t!("It came into force in another form"),
            html! {
                p { (self.sentence()) " " (t!("Below stands what came into force instead.")) }
                details {
                    summary { (t!("What you were asked")) }
                    (parts::prose(html! { (maud::PreEscaped(markdown::html(&self.words, 3))) }))
                    @for it in &self.changes { h3 { (it.name) " " (it.title) } (it.said()) }
                }
            },
        )
    }
}

/// How far it is, in their words, with every day.
fn standing(it: &Offered) -> Markup {
    let moment = |words: String, at: Option<Timestamp>| Some((words, html! { (exact_moment(at?)) }));
    let received = it.came.raised_at.filter(|_| it.is_from_them);
    let shown = (it.part != Part::Follows).then_some(it.shown_at);
    let mut dates: Vec<(String, Markup)> = [
        moment(t!("Received"), received),
        moment(t!("Looked at"), it.came.screened_at),
        moment(t!("Shown to you"), shown),
    ]
    .into_iter()
    .flatten()
    .collect();
    dates.extend(it.answers.iter().map(|(name, consents, at)| {
        let said = if *consents {
            t!("Approved by {name}", name = name)
        } else {
            t!("Not approved by {name}", name = name)
        };
        (said, html! { (exact_moment(*at)) })
    }));
    dates.extend(moment(t!("Decided"), it.came.decided_at));
    dates.extend(moment(t!("In force since"), it.came.in_force_at));
    if !it.starts.starts.is_empty() {
        dates.push((t!("Holds"), html! { (starts(&it.starts)) }));
    }
    html! {
        p.lead { (say(&in_their_words(it.state, it.part))) }
        (facts(&dates))
    }
}

pub fn body(it: &Offered) -> Markup {
    html! {
        (standing(it))
        @if let Some(before) = &it.before { (before.note()) }
        @if !it.asked.is_empty() { (section("asked", t!("Your words"), html! {
            blockquote.quote { (it.asked) }
            @if let Some((number, to, title)) = &it.asked_in { p.fine { a href=(to) { (number) } " " (title) } }
        })) }
        (section("what", t!("What changes, and why"), html! {
            (parts::prose(html! { (maud::PreEscaped(markdown::html(&it.words, 3))) }))
        }))
        @for one in &it.changes { (one.section()) }
        @if it.waits { p { (Button::open(of_change(&it.number, "confirm"), t!("Answer")).first()) } }
    }
}

/// The form in which they answer, under the fingerprint of what lies before them.
pub fn confirm(it: &Offered, read: &str, has_factor: bool, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((it.number.clone(), of_change(&it.number, ""))),
            title: html! { (t!("Do you approve {number} {title}?", number = &it.number, title = &it.title)) },
            lead: Some(html! { (t!("Your name, the moment and the fingerprint of what stands here are recorded.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (body(&Offered { waits: false, ..it.clone() }))
        (form(&of_change(&it.number, "confirm"), html! {
            (hidden("read", read))
            (Field::area("words", t!("What you say with it")).lines(2).value(written.text("words")).help(t!("If you do not approve, say why."))
                .fault(written.faults.of("reason").map(say)))
            (identity::role_field(written, &it.role))
            (proof_fields(written, has_factor))
            div.row {
                (Button::send(t!("I approve it")).first().sends("decision", "approve"))
                (Button::send(t!("I do not approve it")).stop().sends("decision", "decline"))
                (Button::open(of_change(&it.number, ""), t!("Not now")).bare())
            }
            p.fine { (t!("The signature is under this fingerprint:")) " " (parts::digest(&it.digest)) }
        }))
    }
}
