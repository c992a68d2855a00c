//! What people see of a change: its record, what it touches, what it means, who consents, whether it works.

pub mod affected;
pub mod consent;
pub mod customer;
pub mod follow;
pub mod form;
pub mod issue;
pub mod orders;
pub mod plan;
pub mod procedure;
pub mod readers;

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Starts, Tie, Vocabulary};
use maud::{Markup, html};
use web::language::{self, say, word};
use web::parts::{
    self, Beside, Button, Choice as Pick, Choices, Column, Field, Line, Signature, State, Table, form, hidden,
};
use web::{Colleagues, t};

use crate::model::{
    Alternative, AskedBy, BELONGS_TO, ChangeRequest, Choice, Criterion, HAS_FILE, HAS_VARIANT, Impact, Item,
    Lesson, Meeting, Track, Verdict,
};
use crate::queries::Plan;
use crate::rules::Standing;

/// The address of a page of a change.
pub fn of_change(number: &str, rest: &str) -> String {
    web::below(&format!("/changes/{number}"), rest)
}

/// Values to choose from, each with its word.
pub type Options = Vec<(String, String)>;

/// What is proposed, as whoever signs reads it.
#[derive(Clone, Copy)]
pub struct Proposed<'a> {
    pub number: &'a str,
    pub body: &'a ChangeRequest,
    pub track: (Track, &'a [String]),
    pub items: &'a [Item],
    /// The addresses of the records among them, by their numbers.
    pub addresses: &'a BTreeMap<String, String>,
    pub impacts: &'a [Impact],
    pub options: &'a [Alternative],
    pub total: i64,
    /// From when on it holds, where it was released after the day that it says.
    pub holds_later: Option<&'a Starts>,
    pub today: Date,
}

/// A criterion with the people who look.
pub struct Looked {
    pub criterion: Criterion,
    pub who: String,
    /// Who entered the result, and for whom where they stood in.
    pub judged_by: Option<String>,
    /// Whether the viewer is the one who looks, or stands in for them.
    pub is_mine: bool,
}

/// A change as its page shows it.
pub struct Shown<'a> {
    pub proposed: Proposed<'a>,
    /// How many things may be affected and were not decided about.
    pub found: usize,
    /// Where other open changes meet it: the first of them, and how many there are.
    pub meetings: (&'a [Meeting], i64),
    pub criteria: &'a [Looked],
    pub lessons: &'a [Lesson],
    /// Open lines of orders that it touches, and how many of them are decided.
    pub orders: (usize, usize),
    pub plan: &'a Plan,
    pub people: Colleagues,
    pub may_write: bool,
    pub is_being_written: bool,
    /// Whether functions can be asked now.
    pub asks_functions: bool,
    pub takes_results: bool,
    pub takes_criteria: bool,
    /// Whether the viewer names somebody else who looks.
    pub names_who_looks: bool,
    pub is_over: bool,
    /// The functions for which the viewer may answer, by their keys.
    pub own_functions: Vec<i64>,
}

/// Words of Markdown in a section.
fn prose(words: &str) -> Markup {
    parts::prose(html! { (maud::PreEscaped(markdown::html(words, 3))) })
}

pub fn record(it: &Shown) -> Markup {
    html! {
        (need(it))
        (affected(it))
        (impact(it))
        (plan::in_short(it.proposed.number, it.plan, it.proposed.today))
        (verification(it))
        (learned(it))
    }
}

/// All that is signed beside the redlines: what makes it necessary, what it touches, what each function says.
pub fn proposed(it: &Proposed) -> Markup {
    let (changing, others): (Vec<&Item>, Vec<&Item>) = it.items.iter().partition(|it| it.action.changes());
    let shown = changing.into_iter().chain(others).take(affected::REDLINES);
    html! {
        (parts::section("need", t!("Need and options"), needed(it)))
        (parts::section("affected", t!("Affected"), html! {
            (decided(t!("What was decided about; what changes comes first"), shown, it.addresses))
            (affected::unread(&of_change(it.number, "affected"), it.items.len()))
        }))
        (parts::section("impact", t!("What it means for each function"), answers(it, |_| html! {})))
    }
}

fn need(it: &Shown) -> Markup {
    let to_edit = [Button::open(of_change(it.proposed.number, "edit"), t!("Edit")).small()];
    let buttons: &[Button] = if it.is_being_written && it.may_write { &to_edit } else { &[] };
    parts::section_with(
        "need",
        t!("Need and options"),
        buttons,
        html! {
            (needed(&it.proposed))
            @if it.is_being_written && it.may_write { (comparing(it.proposed.number)) }
            @if !it.lessons.is_empty() && !it.is_over { (lessons(it.lessons)) }
        },
    )
}

/// What makes it necessary, what is proposed, its risk before and after, and the options that were compared.
fn needed(it: &Proposed) -> Markup {
    let body = it.body;
    let (track, why) = it.track;
    html! {
        @if body.need.is_empty() { p.quiet-text { (t!("Nobody has said yet what makes it necessary.")) } }
        (prose(&body.need))
        @if !body.passage.is_empty() { blockquote.quote { (body.passage) } }
        @if !body.proposal.is_empty() { h3 { (t!("What is proposed")) } (prose(&body.proposal)) }
        (parts::facts(&[
            (t!("Source"), html! { (word(body.source)) @if !body.reference.is_empty() { " · " (body.reference) } }),
            (t!("How far it goes"), html! { (word(body.reach)) }),
            (t!("Risk"), html! { (t!("{before}, afterwards {after}", before = word(body.risk), after = word(body.risk_after)))
                @if !body.risk_words.is_empty() { br; (body.risk_words) } }),
            (t!("Way"), html! { strong { (word(track)) } @for why in why { br; span.fine { (why) } } }),
            (t!("Holds"), html! {
                (starts(it.holds_later.unwrap_or(&body.starts())))
                @if it.holds_later.is_some() { br; span.fine { (t!("The day that was approved was over when it was released.")) } }
            }),
        ]))
        @if !it.options.is_empty() { (alternatives(it.options)) }
    }
}

/// From when on it holds, in words.
pub fn starts(it: &Starts) -> String {
    if it.starts.is_empty() {
        return t!("not said yet");
    }
    let from = match it.starts.parse::<Date>() {
        Ok(day) if it.basis == kernel::Basis::Day => web::language::short_day(day, day),
        _ => it.starts.clone(),
    };
    format!("{}: {from}", word(it.basis))
}

/// What others learned in changes like this one.
pub fn lessons(all: &[Lesson]) -> Markup {
    parts::note_with(
        parts::Note::Plain,
        t!("Learned in changes like this one"),
        html! {
            ul { @for it in all { li {
                a href=(of_change(&it.number, "")) { (it.number) } " " (it.title) ": " (it.lesson)
                @if !it.applies_to.is_empty() { " " span.fine { "(" (it.applies_to) ")" } }
            } } }
        },
    )
}

/// An amount of hundredths, as people write it.
pub fn money(cents: i64) -> String {
    web::language::decimal(&format!("{}.{:02}", cents / 100, cents % 100))
}

fn amount(words: &str) -> Markup {
    html! { @match kernel::hundredths(words) { Some(cents) => (money(cents)), None => (words) } }
}

/// The options beside each other.
fn alternatives(options: &[Alternative]) -> Markup {
    let columns = vec![
        Column::title(t!("Option")),
        Column::text(t!("Risk")),
        Column::figure(t!("Cost")),
        Column::text(t!("Decision")),
    ];
    let lines = options.iter().map(|one| {
        let state = match one.verdict {
            Choice::Open => State::Open,
            Choice::Chosen => State::Good,
            Choice::Refused => State::Bad,
        };
        let decided =
            html! { (parts::state(state, word(one.verdict))) @if !one.why.is_empty() { ": " (one.why) } };
        Line::new(
            "",
            vec![html! { (one.label) " " (one.title) }, html! { (one.risk) }, amount(&one.cost), decided],
        )
    });
    html! { (Table::new(t!("Options by their letters"), columns, lines.collect()).compact()) }
}

/// The form in which an option is put beside the others.
fn comparing(number: &str) -> Markup {
    html! {
        details { summary.button.small { (t!("Add or change an option")) }
            (form(&of_change(number, "options"), html! {
                (Field::text("label", t!("Letter")).example("A").required().short())
                (Field::text("option", t!("What would be done")).required())
                (Field::text("risk", t!("What can go wrong")))
                (Field::text("cost", t!("Cost")).example("1250.00").short())
                (Choices::one("verdict", t!("Decision"), Choice::ALL.iter().map(|it| Pick::new(it.code(), word(*it)).chosen(*it == Choice::Open)).collect()))
                (Field::text("why", t!("Why")))
                (Button::send(t!("Keep the option")))
            }))
        }
    }
}

/// The way on which something was found, in words.
pub fn way(steps: &[String]) -> Markup {
    html! {
        @for (place, step) in steps.iter().enumerate() {
            @if place > 0 { " " }
            @match role(step).filter(|_| place % 2 == 1) {
                Some(words) => span.fine { (words) },
                None => (step),
            }
        }
    }
}

/// A role of a way, in words.
fn role(step: &str) -> Option<String> {
    match (step.strip_prefix('~').and_then(Tie::of), Tie::of(step)) {
        (Some(role), _) => Some(say(&role.reversed())),
        (None, Some(role)) => Some(say(&role.text())),
        (None, None) if step == BELONGS_TO => Some(t!("belongs to")),
        (None, None) if step == HAS_VARIANT => Some(t!("has the variant")),
        (None, None) if step == HAS_FILE => Some(t!("has the file")),
        (None, None) => None,
    }
}

/// What was decided about an item, as a state.
pub fn decision(it: &Item) -> Markup {
    use crate::model::Action;
    let state = match it.action {
        _ if it.released_no.is_some() || it.done_on.is_some() => State::Good,
        Action::Change | Action::Add if it.lacks_redline() => State::Waits,
        Action::Change | Action::Add | Action::Remove => State::Underway,
        Action::Tell => State::Good,
        Action::Keep | Action::Dismiss => State::Over,
    };
    html! {
        (parts::state(state, word(it.action)))
        @match it.released_no { Some(_) if it.is_document() => { " · " (in_force(it)) }, Some(0) if it.goes_on => { " · " (t!("its end was taken back")) }, Some(0) => { " · " (t!("ended")) }, Some(_) => { " · " (t!("revision {no}", no = it.revision())) }, None => {} }
        @if let Some(day) = it.done_on { " · " (exchanged(it, &language::day(day))) }
        @if it.lacks_redline() { " · " (t!("not written yet")) }
        @if !it.reason.is_empty() { br; span.fine { (it.reason) } }
    }
}

/// Since when a document is in force by a change, or was taken away by it.
fn in_force(it: &Item) -> String {
    let day = it.in_force_at.map(|it| language::day(language::day_of(it))).unwrap_or_default();
    match it.edition() {
        Some(edition) => t!("edition {edition} in force since {day}", edition = edition, day = day),
        None => t!("taken away on {day}", day = day),
    }
}

/// When it was exchanged where it is kept; or changed by hand, as before a release put documents in force.
fn exchanged(it: &Item, day: &str) -> String {
    match it.released_no {
        Some(_) => t!("exchanged on {day}", day = day),
        None => t!("done on {day}", day = day),
    }
}

/// Items with what was decided about each.
fn decided<'a>(
    caption: String,
    items: impl Iterator<Item = &'a Item>,
    addresses: &BTreeMap<String, String>,
) -> Markup {
    let columns = vec![
        Column::title(t!("What")),
        Column::text(t!("Because of this way")),
        Column::text(t!("Decision")),
    ];
    let lines = items.map(|one| {
        let address = addresses.get(&one.name).map(String::as_str);
        Line::new("", vec![affected::named(one, address), way(&one.way), decision(one)])
    });
    html! { (Table::new(caption, columns, lines.collect()).compact()) }
}

fn affected(it: &Shown) -> Markup {
    let Proposed { number, items, addresses, .. } = it.proposed;
    let to = of_change(number, "affected");
    let decide = [Button::open(to.clone(), t!("Decide what is affected")).small()];
    let buttons: &[Button] = if it.is_being_written && it.may_write { &decide } else { &[] };
    parts::section_with(
        "affected",
        t!("Affected"),
        buttons,
        html! {
            @if items.is_empty() { p.quiet-text { (t!("Nothing was decided yet.")) } }
            @if it.found > 0 { p { a href=(to) { (t!("{count} more may be affected" | "{count} more may be affected", count = it.found)) } } }
            @for met in it.meetings.0 {
                (parts::note(parts::Note::Warn, html! {
                    (affected::met(met)) " "
                    @if !met.fields.is_empty() { a href=(format!("{to}#{}", met.item)) { (t!("See where they meet")) } }
                }))
            }
            @if it.meetings.1 > affected::MET {
                @let more = it.meetings.1 - affected::MET;
                p.fine { a href=(to) { (t!("And {count} more.", count = more)) } }
            }
            @if !items.is_empty() { (decided(t!("What was decided about, in that order"), items.iter().take(affected::SHOWN), addresses)) }
            @if it.orders.0 > 0 {
                @let (all, decided) = it.orders;
                p { a href=(of_change(number, "orders")) {
                    (t!("{count} open line of an order has what changes" | "{count} open lines of orders have what changes", count = all))
                } " " span.fine { (t!("{count} decided", count = decided)) } }
            }
            @if items.len() > affected::SHOWN { p.fine { a href=(of_change(number, "affected")) { (t!("All {count}", count = items.len())) } } }
            @if items.iter().any(Item::is_read) {
                p { a href=(of_change(number, "redlines")) { (t!("Read everything that would say something else")) } }
            }
        },
    )
}

fn impact(it: &Shown) -> Markup {
    let number = it.proposed.number;
    let again = |one: &Impact| {
        let is_own = it.is_being_written && it.own_functions.contains(&one.function);
        let label = if one.answered_at.is_some() { t!("Say it anew") } else { t!("Answer") };
        let to = of_change(number, &format!("impact/{}", one.function));
        html! { @if is_own { " " (Button::open(to, label).small()) } }
    };
    let ask = [Button::open(of_change(number, "ask"), t!("Ask functions")).small()];
    let buttons: &[Button] = if it.asks_functions && it.may_write { &ask } else { &[] };
    let title = t!("What it means for each function");
    parts::section_with("impact", title, buttons, answers(&it.proposed, again))
}

/// What each function says, and what that comes to together.
fn answers(it: &Proposed, beside: impl Fn(&Impact) -> Markup) -> Markup {
    let columns = vec![
        Column::title(t!("Function")),
        Column::text(t!("What it means")),
        Column::figure(t!("Cost")),
        Column::figure(t!("Days")),
    ];
    let mut lines: Vec<Line> = it.impacts.iter().map(|one| Line::new("", vec![
        html! { (one.function_name) },
        html! {
            @match (one.answered_at, one.is_possible) {
                (Some(_), true) => (one.finding),
                (Some(_), false) => { (parts::state(State::Bad, t!("Cannot be done"))) ": " (one.finding) },
                (None, _) => {
                    (parts::state(State::Waits, t!("Not answered yet")))
                    @if let Some(due) = one.due.as_deref().and_then(|it| it.parse().ok()) { " " (parts::due(due, it.today)) }
                },
            }
            @if !one.aspects.is_empty() {
                br; span.fine { @for (place, aspect) in one.aspects.iter().enumerate() { @if place > 0 { ", " } (word(*aspect)) } }
            }
            (beside(one))
        },
        amount(&one.cost),
        html! { @if let Some(days) = one.days { (days) } },
    ])).collect();
    if it.impacts.is_empty() {
        return html! { p.quiet-text { (t!("Nobody was asked yet.")) } };
    }
    let days = it.impacts.iter().filter_map(|it| it.days).max();
    lines.push(Line::new(
        "",
        vec![
            html! { strong { (t!("Together")) } },
            html! {},
            html! { strong { (money(it.total)) } },
            html! { @if let Some(days) = days { strong { (days) } } },
        ],
    ));
    html! { (Table::new(t!("Functions, in the order in which they were asked"), columns, lines).compact()) }
}

fn verification(it: &Shown) -> Markup {
    let columns = vec![
        Column::title(t!("What has to be met")),
        Column::text(t!("How")),
        Column::text(t!("Who")),
        Column::text(t!("Result")),
    ];
    let lines = it.criteria.iter().map(|looked| (looked, &looked.criterion)).map(|(looked, one)| Line::new("", vec![
        html! { (one.criterion) @if !one.bound.is_empty() { br; span.fine { (t!("allowed: {bound}", bound = &one.bound)) } } },
        html! { (one.method) @if !one.sample.is_empty() { ", " (one.sample) } },
        html! { (parts::person(&looked.who)) (entrusting(it, one)) },
        result(it, looked),
    ]));
    parts::section(
        "verification",
        t!("Does it work?"),
        html! {
            @if it.criteria.is_empty() { p.quiet-text { (t!("Nobody has fixed yet how one will see whether it works.")) } }
            @else { (Table::new(t!("Criteria, in the order in which they were fixed"), columns, lines.collect()).compact()) }
            @if it.may_write && it.takes_criteria {
                details { summary.button.small { (t!("Fix a criterion")) }
                    (form(&of_change(it.proposed.number, "criteria"), html! {
                        (Field::text("criterion", t!("What has to be met")).required())
                        (Field::text("method", t!("How it is looked at")).required())
                        (Field::text("sample", t!("On what")).example(t!("6 rings")).required())
                        (Field::text("bound", t!("What is allowed")).example("±5 %"))
                        (it.people.chosen("person", t!("Who looks"), None, ""))
                        (Button::send(t!("Fix it")))
                    }))
                }
            }
        },
    )
}

/// The form in which somebody else is named who looks.
fn entrusting(it: &Shown, one: &Criterion) -> Markup {
    let is_time = it.takes_criteria || it.takes_results;
    html! { @if it.names_who_looks && is_time && one.verdict != Verdict::Pass {
        details { summary.button.small { (t!("Somebody else looks")) }
            (form(&of_change(it.proposed.number, &format!("criteria/{}/person", one.id)), html! {
                (it.people.chosen("person", t!("Who looks"), None, ""))
                (Field::text("reason", t!("Reason")).required())
                (Button::send(t!("Name them")))
            }))
        }
    } }
}

fn result(it: &Shown, looked: &Looked) -> Markup {
    let one = &looked.criterion;
    let state = match one.verdict {
        Verdict::Open => State::Open,
        Verdict::Pass => State::Good,
        Verdict::Fail => State::Bad,
    };
    html! {
        (parts::state(state, word(one.verdict)))
        @if !one.result.is_empty() {
            ": " (one.result) br; span.fine { (one.evidence) @if let Some(who) = &looked.judged_by { " · " (who) } }
        }
        @if it.may_write && it.takes_results && looked.is_mine {
            details { summary.button.small { (t!("Enter the result")) }
                (form(&of_change(it.proposed.number, &format!("criteria/{}", one.id)), html! {
                    (Choices::one("verdict", t!("Was it met?"), [Verdict::Pass, Verdict::Fail].into_iter().map(|it| Pick::new(it.code(), word(it))).collect()))
                    (Field::text("result", t!("What was found")).required())
                    (Field::text("evidence", t!("Evidence")).example(t!("report L-26-77")).required())
                    (Button::send(t!("Enter it")))
                }))
            }
        }
        @if it.may_write && it.takes_criteria && one.judged_at.is_none() {
            form.row method="post" action=(of_change(it.proposed.number, &format!("criteria/{}/drop", one.id))) {
                (parts::once()) (hidden("reason", t!("not needed"))) (Button::send(t!("Not needed")).small())
            }
        }
    }
}

fn learned(it: &Shown) -> Markup {
    let body = it.proposed.body;
    let is_answered = ![&body.served, &body.missed, &body.lesson].iter().all(|it| it.is_empty());
    let answer = [Button::open(of_change(it.proposed.number, "closing"), t!("Answer")).small()];
    let buttons: &[Button] = if it.takes_results && it.may_write { &answer } else { &[] };
    html! { @if is_answered || it.takes_results {
        (parts::section_with("closing", t!("What was learned"), buttons, html! {
            @if is_answered {
                (parts::facts(&[
                    (t!("Did it do what it was for?"), html! { (body.served) }),
                    (t!("What was seen too late?"), html! { (body.missed) }),
                    (t!("What others should know"), html! { (body.lesson) @if !body.lesson_for.is_empty() { " " span.fine { "(" (body.lesson_for) ")" } } }),
                    (t!("What it cost"), html! {
                        (amount(&body.actual_cost))
                        @if it.plan.against.cost_booked > 0 { " " span.fine { (t!("booked: {amount}", amount = money(it.plan.against.cost_booked))) } }
                        @if it.proposed.total > 0 { " " span.fine { (t!("estimated: {amount}", amount = money(it.proposed.total))) } }
                    }),
                ]))
            } @else { p.quiet-text { (t!("The closing questions are not answered yet.")) } }
        }))
    } }
}

/// What is asked of the customer of a change.
pub struct AskedOfThem {
    pub name: String,
    /// By what they have to approve it.
    pub asked: AskedBy,
    pub stands: Stands,
}

/// How it stands with what is asked of the customer of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    AfterTheOthers,
    Now,
    Approved,
    /// The others consented, and it goes on: what was agreed with the customer since then asks for it.
    NotYet,
}

impl AskedOfThem {
    fn line(&self) -> Signature {
        Signature {
            name: self.name.clone(),
            meaning: match self.stands {
                Stands::AfterTheOthers => t!("asked after the others"),
                Stands::Now => t!("asked"),
                Stands::Approved => t!("approved"),
                Stands::NotYet => t!("not asked yet"),
            },
            note: html! { (say(&self.asked.text())) },
            state: if self.stands == Stands::Approved { State::Good } else { State::Waits },
        }
    }
}

/// Who consents, beside the change: the functions, and after them the customer where they have to approve it.
pub fn approval(
    number: &str,
    (all, customer): (&[Standing], Option<&AskedOfThem>),
    historic: usize,
    may_sign: bool,
) -> Beside {
    let reached = all.iter().filter(|it| it.is_reached()).count();
    let functions = all
        .iter()
        .map(|it| Signature {
            name: it.asked.name.clone(),
            meaning: match (it.declined.first(), it.is_reached()) {
                (Some(who), _) => t!("declined by {who}", who = who),
                (None, true) => t!("approved by {who}", who = it.consented.join(", ")),
                (None, false) if it.is_due => t!("asked"),
                (None, false) => t!("asked after the others"),
            },
            note: html! { @if it.asked.needs > 1 { (t!("{part} of {whole}", part = it.consented.len(), whole = it.asked.needs)) } },
            state: match (it.declined.is_empty(), it.is_reached()) {
                (false, _) => State::Bad,
                (true, true) => State::Good,
                (true, false) => State::Waits,
            },
        });
    let lines: Vec<Signature> = functions.chain(customer.map(AskedOfThem::line)).collect();
    Beside {
        id: "approval",
        title: t!("Approval"),
        count: (!all.is_empty()).then(|| t!("{part} of {whole}", part = reached, whole = all.len())),
        inside: html! {
            @if all.is_empty() { p.quiet-text { (t!("No function approves changes yet.")) " " a href="/changes/policy" { (t!("Say which")) } } }
            (parts::signatures(&lines))
            @if historic > 0 { p.fine { (t!("{count} signature is historic: something else is proposed now." | "{count} signatures are historic: something else is proposed now.", count = historic)) } }
            @if may_sign { p { (Button::open(of_change(number, "sign"), t!("Read it and sign")).first().small()) } }
            p.fine { a href="/changes/policy" { (t!("Who approves which changes")) } }
        },
    }
}
