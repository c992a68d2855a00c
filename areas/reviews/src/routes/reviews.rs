//! Addresses of reviews: their list, the page of one, and taking up the last revision.

use std::collections::BTreeSet;

use kernel::{Body, Case, Error, Reader, Result};
use maud::{Markup, html};
use web::language::day_of;
use web::parts::{self, Button, State, Symbol};
use web::record::{self, Extra};
use web::{Answer, Colleagues, Form, Page, Path, Posted, Routes, Visit, t};

use super::clarifications::questions;
use super::conditions::conditions;
use super::recorded::altered_words;
use super::verdicts::{Earlier, item_shown, line, lines, talk, told};
use super::whole::{Whole, answered_by, by, name, waiting};
use super::{Elsewhere, besides, shown};
use crate::commands;
use crate::model::{Answer as Row, Clarification, Review, Scope};
use crate::pages::review::{self as page, FunctionShown, Mine, RowShown};
use crate::queries;

pub(super) const PLACE: &str = "/reviews";

pub fn routes(elsewhere: Elsewhere) -> Routes {
    Routes::default()
        .get(PLACE, list)
        .get("/reviews/{number}", move |number, visit| show(number, visit, elsewhere))
        .post("/reviews/{number}/take-up", take_up)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "RV", |reader| {
        let may = Review::CREATE.covers(reader.actor, None).is_ok();
        let new = Button::open("/reviews/new", t!("Begin a review")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            purpose: t!(
                "In a review the functions say whether we can meet what is asked, before we commit to it."
            ),
            first: may.then_some(new),
            more: vec![
                Button::open("/review-templates", t!("Templates")).small(),
                Button::open("/clarifications", t!("Clarifications")).small(),
                Button::open("/sign-offs", t!("Sign-offs")).small(),
            ],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn show(Path(number): Path<String>, visit: Visit, elsewhere: Elsewhere) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| record_page(reader, &number, &asked, elsewhere)).await
}

pub(super) fn record_page(
    reader: &Reader,
    number: &str,
    written: &Form,
    elsewhere: Elsewhere,
) -> Result<Page> {
    let whole = Whole::of(reader, reader.find::<Review>(number)?, elsewhere)?;
    let (case, id) = (&whole.case, whole.case.record.id.raw());
    let mine = queries::my_functions(reader)?;
    let asked: Vec<(i64, String, usize)> = (case.facts.progress.functions.iter())
        .filter(|it| mine.iter().any(|(function, _)| *function == it.function))
        .map(|it| (it.function, name(case, it.function), waiting(it)))
        .collect();
    let wanted = written.text("function").parse().ok().filter(|it| asked.iter().any(|(id, ..)| id == it));
    let is_open = Review::OPEN.contains(&case.record.state) && !reader.actor.only_reads;
    let first = asked.iter().find(|(_, _, waiting)| *waiting > 0).or(asked.first()).map(|(id, ..)| *id);
    let here = if written.text("view") == "all" || !is_open { None } else { wanted.or(first) };
    let everything = whole.items.len();
    let body = html! {
        @if let Some(words) = taken_away(reader, &whole)? { (parts::note(parts::Note::Plain, words)) }
        (page::around(&around_of(reader, case, here)?))
        @if !asked.is_empty() && is_open { (page::tabs(number, &asked, here, everything)) }
        @match here {
            Some(function) => (page::mine(&of_function(reader, &whole, (function, &mine), written)?, written)),
            None => (page::items(&lines(reader, &whole)?, Some(number).filter(|_| !reader.actor.only_reads), reader.now)),
        }
        (page::conditions(number, &conditions(reader, case, None)?, day_of(reader.now)))
        (page::questions(&questions(reader, id)?))
        (page::minutes(&whole.minuted_besides()))
        (page::let_stand(&whole.let_stand))
    };
    let signatures = reader.signatures(id)?;
    let shown = shown(reader, &signatures, &case.body.digest)?;
    let mut any = reader.registry().kind("RV").ok_or(Error::NotFound)?.find(reader, number)?;
    // Both ways of saying yes want the same; only the one that its conditions ask for is offered.
    let other = if case.facts.other_conditions > 0 { "accept" } else { "accept_with_conditions" };
    any.offers.retain(|it| it.step.code != other);
    let record = format!("{PLACE}/{number}/record.pdf");
    let record = Button::open(record, t!("Record as PDF")).small().symbol(Symbol::Document);
    let tools = meeting(number, is_open).into_iter().chain(sheets::IS_BUILT.then_some(record)).collect();
    let extra = Extra {
        body,
        tools,
        beside: vec![progress(reader, case, id)?, crate::pages::signatures(&shown, "/signatures")],
        facts: facts(reader, case)?,
        aside: aside(reader, case)?,
        deeds: deeds(case, is_open),
        steps_elsewhere: vec![
            ("accept", format!("{PLACE}/{number}/close")),
            ("accept_with_conditions", format!("{PLACE}/{number}/close")),
            ("decline", format!("{PLACE}/{number}/close")),
            ("withdraw", format!("{PLACE}/{number}/withdraw")),
        ],
        ..Extra::default()
    };
    record::show(reader, &any, extra)
}

fn taken_away(reader: &Reader, whole: &Whole) -> Result<Option<String>> {
    let items = items_taken_away(reader, whole)?.join(", ");
    Ok((!items.is_empty()).then(|| t!("Taken away since it was judged: {items}", items = items)))
}

/// What was judged before, or stood in the revision with which it is compared, and is no part of it any more.
pub(super) fn items_taken_away(reader: &Reader, whole: &Whole) -> Result<Vec<String>> {
    let body = &whole.case.body;
    let before = body.baseline.map(|no| reader.parts_of(body.subject, no)).transpose()?.unwrap_or_default();
    let mut gone: BTreeSet<&str> = whole.said.keys().map(String::as_str).collect();
    gone.extend(before.iter().map(|it| it.number.as_str()));
    for (item, _) in &whole.items {
        gone.remove(item.number.as_str());
    }
    Ok(gone.into_iter().map(str::to_owned).collect())
}

/// What stands around the items, for whoever judges and signs for a function.
pub(super) fn around_of(reader: &Reader, case: &Case<Review>, function: Option<i64>) -> Result<page::Around> {
    let subject = queries::subject(reader, case.body.subject)?;
    besides::around(reader, &subject, (known_since(reader, case, function)?, case.body.revision))
}

/// Since when what stands around the items is told: since the revision that one signed last for a function, or since the one
/// with which the review compares; all of it where there is neither.
pub(super) fn known_since(
    reader: &Reader,
    case: &Case<Review>,
    function: Option<i64>,
) -> Result<Option<i64>> {
    let (body, person) = (&case.body, reader.actor.person);
    let is_own = |it: &queries::CommitmentLine| Some(it.function) == function && it.person == person;
    let signed = queries::commitments(reader, case.record.id.raw())?.into_iter().filter(is_own);
    let last = signed.map(|it| it.revision).filter(|it| *it < body.revision).max();
    Ok(last.or(body.baseline))
}

/// A meeting about what is open in a review: that becomes its agenda.
fn meeting(number: &str, is_open: bool) -> Option<Button> {
    let to = format!("/meetings/new?at={PLACE}/{number}");
    is_open.then(|| Button::open(to, t!("Plan a meeting")).symbol(Symbol::People).small())
}

fn deeds(case: &Case<Review>, is_open: bool) -> Vec<Button> {
    let newest = case.facts.newest.filter(|it| is_open && *it > case.body.revision);
    let to = format!("{PLACE}/{}/take-up", case.record.number);
    newest.map(|no| Button::post(to, t!("Take revision {no} up", no = no)).first()).into_iter().collect()
}

fn facts(reader: &Reader, case: &Case<Review>) -> Result<Vec<(String, Markup)>> {
    let subject = queries::subject(reader, case.body.subject)?;
    let to = reader.registry().address(&subject.kind, &subject.number);
    let called = reader.revision_name(&subject.number, case.body.revision)?;
    let what = html! { a href=(to) { (subject.number) } ", " (t!("revision {no}", no = called)) " " (parts::digest(&case.body.digest)) };
    let mut facts = vec![(t!("What is reviewed"), what)];
    let scope = match (case.body.scope, case.body.baseline) {
        (Scope::Changes, Some(no)) => t!("Changes since revision {no}", no = no),
        _ => t!("Everything"),
    };
    facts.push((t!("Scope"), html! { (scope) }));
    if let Some(it) = case.body.template.map(|it| reader.mention(it)).transpose()?.flatten() {
        let no = case.body.template_revision.unwrap_or(1);
        facts.push((t!("Template"), html! { a href={ "/review-templates/" (it.number) } { (it.title) } " " (t!("revision {no}", no = no)) }));
    }
    if !case.body.outcome.is_empty() {
        facts.push((t!("Outcome"), html! { (case.body.outcome) }));
    }
    Ok(facts)
}

/// What is not as it should be with what is judged.
fn aside(reader: &Reader, case: &Case<Review>) -> Result<Option<Markup>> {
    if let Some(words) = record::altered(reader, case.body.subject, case.body.revision)? {
        return Ok(Some(html! { strong { (words) } }));
    }
    if let Some(words) = altered_words(reader, case)? {
        return Ok(Some(html! { strong { (words) } }));
    }
    let (answered, all) = (case.facts.progress.answered(), case.facts.progress.functions.len());
    Ok(Some(
        html! { (t!("{part} of {whole} functions", part = answered.to_string(), whole = all.to_string())) },
    ))
}

fn progress(reader: &Reader, case: &Case<Review>, id: i64) -> Result<parts::Beside> {
    let committed = queries::commitments(reader, id)?;
    let mut all = Vec::new();
    let asked = queries::clarifications_of(reader, id)?.into_iter().filter(|it| it.state == "asked");
    // An item that several want clarified is one; a question about none is one, too.
    let mut clarify: BTreeSet<String> =
        asked.map(|it| if it.item.is_empty() { it.number } else { it.item }).collect();
    for it in &case.facts.progress.functions {
        clarify.extend(it.clarify.iter().cloned());
        let last = committed.iter().rev().find(|said| {
            said.function == it.function && said.revision == case.body.revision && said.ended_at.is_none()
        });
        let note = match last.filter(|_| it.has_signed()) {
            Some(said) => {
                let who = by(reader, said.person, said.acts_for)?;
                let statement =
                    if said.statement.is_empty() { String::new() } else { format!(": {}", said.statement) };
                format!("{who} · {}{statement}", web::language::word(said.feasible))
            }
            None if !it.is_its_turn => t!("asked later"),
            None if waiting(it) > 0 => t!("{count} waits" | "{count} wait", count = waiting(it)),
            None => t!("judged, not signed yet"),
        };
        let is_bad = it.feasible == Some(crate::model::Feasible::NotFeasible) || !it.rejected.is_empty();
        let state = match () {
            () if is_bad => State::Bad,
            () if it.has_answered() => State::Good,
            () if !it.is_its_turn => State::Waits,
            () => State::Open,
        };
        all.push(FunctionShown { name: name(case, it.function), note, state });
    }
    Ok(page::progress(&all, case.facts.progress.answered(), clarify.len()))
}

/// What waits for one function of the actor's, and what it has judged.
fn of_function(
    reader: &Reader,
    whole: &Whole,
    (function, mine): (i64, &[(i64, Option<i64>)]),
    written: &Form,
) -> Result<Mine> {
    let case = &whole.case;
    let stands = case.facts.progress.of(function).cloned().unwrap_or_default();
    let mut earlier = Earlier::new(reader, &case.body);
    let (talk, asked) = (talk(reader, whole)?, questions(reader, case.record.id.raw())?);
    let (mut items, mut doubted, mut judged) = (Vec::new(), Vec::new(), Vec::new());
    let own: BTreeSet<&String> = stands.items.iter().collect();
    for (item, part) in whole.items.iter().filter(|(it, _)| own.contains(&it.number)) {
        let waits = stands.waiting.contains(&item.number);
        let is_doubted = stands.clarify.contains(&item.number) || stands.rejected.contains(&item.number);
        if !waits && !is_doubted && !is_wanted_again(&item.number, written) {
            judged.push(line(reader, whole, (item, part), &[function])?);
            continue;
        }
        let mut shown = item_shown(reader, (whole, function), (item, part), &mut earlier)?;
        shown.talk = talk.get(&item.number).cloned().unwrap_or_default();
        shown.minuted = whole.minuted_of(&item.number);
        shown.told = told(reader, whole, item, &[function])?;
        shown.told.retain(|it| !it.is_historic());
        shown.questions = asked.iter().filter(|it| it.item == item.number).cloned().collect();
        if waits { items.push(shown) } else { doubted.push(shown) }
    }
    let absent = mine.iter().find(|(it, _)| *it == function).and_then(|(_, absent)| *absent);
    let contacts = match case.record.party {
        Some(party) => {
            let people = queries::signatories(reader, party)?
                .into_iter()
                .filter(|(_, _, address, _)| !address.is_empty());
            people.map(|(id, name, ..)| (id.to_string(), name)).collect()
        }
        None => Vec::new(),
    };
    let (rows, answered) =
        rows(reader, case, function)?.into_iter().partition(|it| match it.given.as_ref().map(|it| it.0) {
            None | Some(Row::NotOk | Row::Clarify) => true,
            Some(Row::Ok | Row::NotApplicable) => false,
        });
    Ok(Mine {
        number: case.record.number.clone(),
        revision: case.body.revision,
        function,
        name: name(case, function),
        acts_for: absent.map(|it| reader.name_of(it)).transpose()?,
        is_its_turn: stands.is_its_turn,
        carried: stands.carried,
        rows,
        answered,
        doubted,
        judged,
        can_sign: stands.can_sign(),
        has_signed: stands.signed.contains(&reader.actor.person),
        people: Colleagues::of(reader)?,
        of_questions: if contacts.is_empty() {
            html! {}
        } else {
            web::extra::fields(reader, Clarification::KIND.prefix, written, &serde_json::Map::new())?
        },
        contacts,
        risk: risk_form(reader, &case.record.number),
        items,
    })
}

/// Whether somebody wants to say another word on an item, or has written one that was not taken yet.
fn is_wanted_again(item: &str, written: &Form) -> bool {
    written.text("again") == item || !written.text(&format!("verdict-{item}")).is_empty()
}

/// The questions of the checklist that a function answers, each with its last answer.
fn rows(reader: &Reader, case: &Case<Review>, function: i64) -> Result<Vec<RowShown>> {
    let said = queries::checklist(reader, case.record.id.raw())?;
    let asked = (case.body.policy.checklist.iter())
        .filter(|it| it.functions.is_empty() || it.functions.contains(&function));
    asked
        .map(|it| {
            let last = said.iter().rev().find(|said| said.row_key == it.key && said.function == function);
            let given = last
                .map(|it| Ok::<_, Error>((it.answer, answered_by(reader, case, it)?, it.remark.clone())))
                .transpose()?;
            Ok(RowShown { key: it.key.clone(), question: it.question.clone(), given })
        })
        .collect()
}

/// The form in which a risk that was seen in a review is noted; none where the house keeps none, or one only reads.
fn risk_form(reader: &Reader, review: &str) -> Option<String> {
    let form = reader.registry().kind("RK").filter(|_| !reader.actor.only_reads)?.raised_at?;
    Some(format!("{form}?cause={review}"))
}

async fn take_up(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::take_up(work, &number)?;
            Ok(format!("{PLACE}/{number}"))
        })
        .await
}
