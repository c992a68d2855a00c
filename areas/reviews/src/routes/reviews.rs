//! Addresses of reviews: beginning one, its page, judging in it, its conditions.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Body, Case, Error, New, Part, Reader, Result, Tone};
use maud::{Markup, html};
use serde_json::{Value as Json, json};
use web::language::{day_of, say};
use web::parts::{self, Button, Difference, State, Symbol};
use web::record::{self, Extra};
use web::{Answer, Colleagues, Form, Page, Path, Posted, Routes, Visit, t};

use super::{Minutes, base, shown};
use crate::commands::{self, Given, GivenAnswer, Judging, NewCondition, Question};
use crate::model::{Answer as Row, Clarification, Matter, Minuted, Review, Scope, Verdict};
use crate::pages::paper::{AnswerTold, FunctionTold, Recorded};
use crate::pages::review::{
    self as page, ConditionShown, Counts, FunctionShown, ItemLine, ItemShown, Mine, QuestionShown, RowShown,
    Spoke, Told,
};
use crate::pages::sign::Laid;
use crate::pages::{Options, rich, start};
use crate::queries::{self, VerdictLine};
use crate::rules::{FunctionProgress, Item, is_judged_by};
use web::paper::For;

const PLACE: &str = "/reviews";

pub fn routes(minutes: Minutes) -> Routes {
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/reviews/new", new)
        .post("/reviews/who", who)
        .get("/reviews/{number}", move |number, visit| show(number, visit, minutes))
        .post("/reviews/{number}/verdicts", move |number, visit| judge(number, visit, minutes))
        .post("/reviews/{number}/take-up", take_up)
        .post("/reviews/{number}/conditions/{id}/meet", meet)
        .post("/reviews/{number}/conditions/{id}/confirm", confirm)
        .post("/reviews/{number}/conditions/{id}/send-back", send_back)
        .post("/reviews/{number}/conditions/{id}/no-longer-asked", no_longer_asked)
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

async fn new(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| begin_page(reader, &asked, false)).await
}

/// Whom it would ask; nothing is begun.
async fn who(Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit.read(move |reader| begin_page(reader, &form, true)).await
}

fn begin_page(reader: &Reader, written: &Form, simulates: bool) -> Result<Page> {
    Review::CREATE.covers(reader.actor, None)?;
    let named = |number: String, title: String, no: i64| {
        t!("{number} {title}, revision {no}", number = number, title = title, no = no)
    };
    let mut subjects: Options = (queries::reviewable(reader)?.into_iter())
        .map(|(id, number, title, no)| (id.to_string(), named(number, title, no)))
        .collect();
    let subject = subject_of(written.text("subject"));
    // Whoever is led here from a gate is led to the revision that is asked for, however old it is.
    if let Some((id, no)) = subject
        && subjects.iter().all(|(it, _)| it != written.text("subject"))
        && reader.mention(id)?.is_some()
    {
        let it = queries::subject(reader, id)?;
        if let Some(no) = no.or(it.released) {
            subjects.retain(|(known, _)| *known != id.to_string());
            subjects.insert(0, (written.text("subject").to_owned(), named(it.number, it.title, no)));
        }
    }
    let subject = subject.filter(|_| subjects.iter().any(|(it, _)| it == written.text("subject")));
    let templates = queries::templates(reader)?;
    let template = written.text("template").parse().ok().or(templates.first().map(|(id, ..)| *id));
    let party = subject.map(|(it, _)| queries::subject(reader, it)).transpose()?.and_then(|it| it.party);
    let is_new = queries::is_new_customer(reader, party)?;
    let matter =
        |form: &mut Form| Matter { new_customer: form.has("new_customer") || is_new, ..matter(form) };
    let would = match template
        .filter(|_| simulates)
        .map(|it| queries::template_in_force(reader, it))
        .transpose()?
        .flatten()
    {
        Some((_, template)) => Some(queries::would_ask(reader, &template, &matter(&mut written.clone()))?),
        None => None,
    };
    let templates: Options = templates
        .into_iter()
        .map(|(id, number, title)| (id.to_string(), format!("{title} ({number})")))
        .collect();
    let extra = web::extra::opening(reader, Review::KIND.prefix, written)?;
    let body = start::begin(&subjects, &templates, (would.as_deref(), is_new), &extra, written);
    Ok(Page::new(t!("Begin a review"), PLACE, body))
}

/// What is to be reviewed, as the form names it: its key, and with `:2` behind it its second revision; the last one else.
fn subject_of(words: &str) -> Option<(i64, Option<i64>)> {
    let (id, no) = words.split_once(':').map_or((words, None), |(id, no)| (id, Some(no)));
    Some((id.parse().ok()?, no.map(str::parse).transpose().ok()?))
}

fn matter(form: &mut Form) -> Matter {
    Matter {
        value: form.whole("value"),
        risk: form.word("risk"),
        new_customer: form.has("new_customer"),
        new_technology: form.has("new_technology"),
    }
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (template, due) = (form.whole("template"), form.day("due"));
                let (subject, revision) = subject_of(form.text("subject")).unwrap_or_default();
                let body = Review {
                    subject,
                    revision: revision.unwrap_or(0),
                    template,
                    scope: form.word("scope"),
                    matter: matter(form),
                    ..Review::default()
                };
                form.check()?;
                let made = commands::open(work, &New { due, ..New::default() }, &body)?;
                web::extra::opened::<Review>(work, &made.number, form)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, form| begin_page(reader, &form, false),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit, minutes: Minutes) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| record_page(reader, &number, &asked, minutes)).await
}

/// All that the page of a review is made of.
struct Whole {
    case: Case<Review>,
    items: Vec<(Item, Part)>,
    /// What was said of each item, the oldest first.
    said: BTreeMap<String, Vec<VerdictLine>>,
    conditions: Vec<queries::ConditionLine>,
    /// What was said in meetings.
    minuted: Vec<Minuted>,
}

impl Whole {
    fn of(reader: &Reader, case: Case<Review>, minutes: Minutes) -> Result<Self> {
        let minuted = minutes(reader, case.record.id.raw())?;
        Ok(Self { minuted, ..Self::judged(reader, case)? })
    }

    /// What was judged, without what was said in meetings.
    fn judged(reader: &Reader, case: Case<Review>) -> Result<Self> {
        let mut said: BTreeMap<String, Vec<VerdictLine>> = BTreeMap::new();
        for it in queries::words_on_items(reader, case.record.id.raw(), &case.body)? {
            said.entry(it.item.clone()).or_default().push(it);
        }
        let conditions = queries::conditions(reader, case.record.id.raw())?;
        Ok(Self { items: queries::items(reader, &case.body)?, said, conditions, minuted: Vec::new(), case })
    }

    /// What was said of an item in meetings.
    fn minuted_of(&self, item: &str) -> Vec<Minuted> {
        self.minuted.iter().filter(|it| it.item.as_deref() == Some(item)).cloned().collect()
    }

    /// What was said in meetings and is about none of its items.
    fn minuted_besides(&self) -> Vec<Minuted> {
        let is_item = |it: &String| self.items.iter().any(|(item, _)| item.number == *it);
        self.minuted.iter().filter(|it| !it.item.as_ref().is_some_and(is_item)).cloned().collect()
    }

    fn said_of(&self, item: &Item) -> &[VerdictLine] {
        self.said.get(&item.number).map_or(&[], Vec::as_slice)
    }
}

fn record_page(reader: &Reader, number: &str, written: &Form, minutes: Minutes) -> Result<Page> {
    let whole = Whole::of(reader, reader.find::<Review>(number)?, minutes)?;
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
        @if !asked.is_empty() && is_open { (page::tabs(number, &asked, here, everything)) }
        @match here {
            Some(function) => (page::mine(&of_function(reader, &whole, (function, &mine), written)?, written)),
            None => (page::items(&lines(reader, &whole)?, Some(number).filter(|_| !reader.actor.only_reads), reader.now)),
        }
        (page::conditions(number, &conditions(reader, case, None)?, day_of(reader.now)))
        (page::questions(&questions(reader, id)?))
        (page::minutes(&whole.minuted_besides()))
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

/// What was judged before, or stood in the revision with which it is compared, and is no part of it any more.
fn taken_away(reader: &Reader, whole: &Whole) -> Result<Option<String>> {
    let body = &whole.case.body;
    let before = body.baseline.map(|no| reader.parts_of(body.subject, no)).transpose()?.unwrap_or_default();
    let mut gone: BTreeSet<&str> = whole.said.keys().map(String::as_str).collect();
    gone.extend(before.iter().map(|it| it.number.as_str()));
    for (item, _) in &whole.items {
        gone.remove(item.number.as_str());
    }
    let items = gone.into_iter().collect::<Vec<_>>().join(", ");
    Ok((!items.is_empty()).then(|| t!("Taken away since it was judged: {items}", items = items)))
}

/// A meeting about what is open in a review: that becomes its agenda.
fn meeting(number: &str, is_open: bool) -> Option<Button> {
    let to = format!("/meetings/new?at={PLACE}/{number}");
    is_open.then(|| Button::open(to, t!("Plan a meeting")).symbol(Symbol::People).small())
}

fn name(case: &Case<Review>, function: i64) -> String {
    case.facts.names.get(&function).cloned().unwrap_or_default()
}

fn waiting(it: &FunctionProgress) -> usize {
    it.waiting.len() + it.unanswered.len()
}

fn deeds(case: &Case<Review>, is_open: bool) -> Vec<Button> {
    let newest = case.facts.newest.filter(|it| is_open && *it > case.body.revision);
    let to = format!("{PLACE}/{}/take-up", case.record.number);
    newest.map(|no| Button::post(to, t!("Take revision {no} up", no = no)).first()).into_iter().collect()
}

fn facts(reader: &Reader, case: &Case<Review>) -> Result<Vec<(String, Markup)>> {
    let subject = queries::subject(reader, case.body.subject)?;
    let to = reader.registry().address(&subject.kind, &subject.number);
    let what = html! { a href=(to) { (subject.number) } ", " (t!("revision {no}", no = case.body.revision)) " " (parts::digest(&case.body.digest)) };
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

/// What is said where a word of a review is not what was signed.
fn altered_words(reader: &Reader, case: &Case<Review>) -> Result<Option<String>> {
    let is_intact = queries::words_are_intact(reader, case)?;
    Ok((!is_intact).then(|| {
        t!("What is stored of the words in this review is not what was signed. Have the log checked: reqord audit verify.")
    }))
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

/// Whoever said something, and for whom they stood in.
fn by(reader: &Reader, person: i64, acts_for: Option<i64>) -> Result<String> {
    let who = reader.name_of(person)?;
    Ok(match acts_for {
        Some(absent) => t!("{who} for {whom}", who = who, whom = reader.name_of(absent)?),
        None => who,
    })
}

/// Who gave an answer to the checklist, and to which revision, where that is an earlier one.
fn answered_by(reader: &Reader, case: &Case<Review>, it: &queries::AnswerRow) -> Result<String> {
    let who = by(reader, it.person, it.acts_for)?;
    let is_carried = it.revision < case.body.revision;
    let carried = is_carried.then(|| t!("carried over from revision {no}", no = it.revision));
    Ok(carried.map_or(who.clone(), |it| format!("{who} · {it}")))
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

/// What items said in earlier revisions, read once each.
struct Earlier<'a> {
    reader: &'a Reader<'a>,
    subject: i64,
    known: BTreeMap<i64, HashMap<String, Json>>,
    files: queries::FilesOf<'a, 'a>,
}

impl<'a> Earlier<'a> {
    fn new(reader: &'a Reader<'a>, review: &Review) -> Self {
        let files = queries::FilesOf::new(reader, review.subject);
        Self { reader, subject: review.subject, known: BTreeMap::new(), files }
    }

    fn content(&mut self, revision: i64, item: &str) -> Result<Option<Json>> {
        if !self.known.contains_key(&revision) {
            let parts = self.reader.parts_of(self.subject, revision)?;
            self.known.insert(revision, parts.into_iter().map(|it| (it.number, it.content)).collect());
        }
        Ok(self.known[&revision].get(item).cloned())
    }
}

/// The files of an item in two revisions, where they are others.
pub(super) fn files_changed(
    files: &mut queries::FilesOf,
    item: &str,
    (before, now): (i64, i64),
) -> Result<Option<Difference>> {
    if !files.differ(item, (before, now))? {
        return Ok(None);
    }
    let (before, now) = (files.named(item, before)?, files.named(item, now)?);
    Ok(Some(Difference::words(t!("Files"), &before, &now)))
}

fn item_shown(
    reader: &Reader,
    (whole, function): (&Whole, i64),
    (item, part): (&Item, &Part),
    earlier: &mut Earlier,
) -> Result<ItemShown> {
    let review = &whole.case.body;
    let mut said = whole.said_of(item).iter().rev();
    let own = said.find(|it| it.function == function && !it.is_on(item));
    let (before, why) = match (own, review.baseline) {
        (Some(own), _) => (
            earlier.content(own.revision, &item.number)?,
            t!("changed since your verdict on revision {no}", no = own.revision),
        ),
        (None, Some(baseline)) => match earlier.content(baseline, &item.number)? {
            Some(before) => (Some(before), t!("changed since revision {no}", no = baseline)),
            None => (None, t!("new since revision {no}", no = baseline)),
        },
        (None, None) => (None, String::new()),
    };
    let compared = own.map(|it| it.revision).or(review.baseline);
    let mut changed =
        before.as_ref().map(|it| differences(reader, it, part)).transpose()?.unwrap_or_default();
    if let Some(no) = compared {
        changed.extend(files_changed(&mut earlier.files, &item.number, (no, review.revision))?);
    }
    let mut facts = if before.is_some() { Vec::new() } else { facts_of(reader, part)? };
    let named = earlier.files.named(&item.number, review.revision)?;
    facts.extend((!named.is_empty()).then(|| (t!("Files"), named)));
    let last = whole.said_of(item).iter().rev().find(|it| it.function == function);
    changed.extend(last.and_then(|it| conditions_changed(whole, item, it.at)));
    Ok(ItemShown {
        number: item.number.clone(),
        title: item.title.clone(),
        address: reader.registry().address(&part.kind, &part.number),
        digest: item.digest.clone(),
        statement: statement(before.as_ref(), part),
        facts,
        lines: if before.is_some() { Vec::new() } else { lines_of(reader, part).unwrap_or_default() },
        differences: changed,
        why,
        talk: Vec::new(),
        minuted: Vec::new(),
        told: Vec::new(),
        questions: Vec::new(),
    })
}

/// What became of the conditions of an item since a moment: those that were set, met, confirmed, sent back, or are no longer
/// asked.
fn conditions_changed(whole: &Whole, item: &Item, since: jiff::Timestamp) -> Option<Difference> {
    let of_item: Vec<_> = whole.conditions.iter().filter(|it| it.item == item.number).collect();
    let told =
        |it: &queries::ConditionLine, stands| format!("{} · {}", it.words, web::language::word(stands));
    let before: Vec<String> = of_item.iter().filter_map(|it| Some(told(it, it.stood(since)?))).collect();
    let now: Vec<String> = of_item.iter().map(|it| told(it, it.stands())).collect();
    (before != now).then(|| Difference::words(t!("Conditions"), &before.join("; "), &now.join("; ")))
}

/// What was said in a review about each of its items, as remarks at the review that name the item first; under no name what
/// was said about the whole.
fn talk(reader: &Reader, whole: &Whole) -> Result<BTreeMap<String, Vec<Spoke>>> {
    let mut all: BTreeMap<String, Vec<Spoke>> = BTreeMap::new();
    for it in reader.remarks(whole.case.record.id.raw())?.into_iter().filter(|it| it.struck_at.is_none()) {
        let is_item = |item: &str| whole.items.iter().any(|(known, _)| known.number == item);
        let about = it.words.split_once(": ").filter(|(item, _)| is_item(item));
        let (item, words) = about.unwrap_or(("", &it.words));
        let said = Spoke { who: reader.name_of(it.author)?, at: it.at, words: words.to_owned() };
        all.entry(item.to_owned()).or_default().push(said);
    }
    Ok(all)
}

/// The fields that say where something stands, not what it is.
const PLACES: [&str; 6] = ["set_id", "section", "place", "statement", "passage", "function"];

/// What an item says, with the words that changed marked.
pub(super) fn statement(before: Option<&Json>, part: &Part) -> Markup {
    let words = |it: &Json| it.get("statement").and_then(Json::as_str).map(str::to_owned);
    let now = words(&part.content).unwrap_or_else(|| part.title.clone());
    match before.and_then(words).filter(|it| *it != now) {
        Some(before) => html! { p { (parts::words_changed(&before, &now)) } },
        None => rich(&now),
    }
}

/// What an item says line by line, where its kind reads so.
fn lines_of(reader: &Reader, part: &Part) -> Option<Vec<(String, String)>> {
    Some((reader.registry().kind(&part.kind)?.reads?)(&part.content))
}

/// What became of each line of an item; lines that are gone come last.
fn lines_changed(before: &[(String, String)], after: &[(String, String)]) -> Vec<Difference> {
    let of = |all: &[(String, String)], name: &str| {
        all.iter().find(|(it, _)| it == name).map(|(_, words)| words.clone()).unwrap_or_default()
    };
    let gone = before.iter().filter(|(name, _)| after.iter().all(|(it, _)| it != name));
    let all = after.iter().chain(gone).map(|(name, _)| (name, of(before, name), of(after, name)));
    all.filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| Difference::words(name, &before, &after))
        .collect()
}

/// The other facts of an item that say something.
fn facts_of(reader: &Reader, part: &Part) -> Result<Vec<(String, String)>> {
    let mut facts = facts_named(reader, part, |field| !PLACES.contains(&field));
    facts.extend(extra_of(reader, part)?);
    Ok(facts)
}

/// What is measured of an item, how it is shown that it is met, and what its extra fields say; line by line where its
/// kind reads so.
pub(super) fn measured(reader: &Reader, part: &Part) -> Result<Vec<(String, String)>> {
    const FIELDS: [&str; 6] = ["characteristic", "value", "lower", "upper", "unit", "verification"];
    let mut measured =
        lines_of(reader, part).unwrap_or_else(|| facts_named(reader, part, |field| FIELDS.contains(&field)));
    measured.extend(extra_of(reader, part)?);
    Ok(measured)
}

/// What the extra fields say that were frozen with an item.
fn extra_of(reader: &Reader, part: &Part) -> Result<Vec<(String, String)>> {
    let mut said = Vec::new();
    for field in reader.fields_of(&part.kind)? {
        let words = frozen(reader, &field, &part.content)?;
        if !words.is_empty() {
            said.push((field.name(web::language::code()).to_owned(), words));
        }
    }
    Ok(said)
}

/// What an extra field says in frozen content, in words.
fn frozen(reader: &Reader, field: &kernel::Field, content: &Json) -> Result<String> {
    web::extra::in_words(reader, field, &content["extra"][&field.key])
}

fn facts_named(reader: &Reader, part: &Part, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let Some(entry) = reader.registry().kind(&part.kind).filter(|it| it.reads.is_none()) else {
        return Vec::new();
    };
    let fields = part.content.as_object().into_iter().flatten();
    let shown = fields.filter(|(field, _)| is_wanted(field)).filter_map(|(field, value)| {
        let label = say(&(entry.label)(field)?);
        let words = value.as_str().filter(|it| !it.is_empty())?;
        let is_code = entry
            .columns
            .iter()
            .any(|it| it.name == *field && matches!(it.holds, kernel::ColumnHolds::Choice(_)));
        Some((label, if is_code { say(&entry.word(field, words, reader.actor)) } else { words.to_owned() }))
    });
    shown.collect()
}

/// What else an item says now than before.
pub(super) fn differences(reader: &Reader, before: &Json, part: &Part) -> Result<Vec<Difference>> {
    let mut all = match reader.registry().kind(&part.kind).and_then(|it| it.reads) {
        Some(reads) => lines_changed(&reads(before), &reads(&part.content)),
        None => fields_changed(reader, before, part)?,
    };
    for field in reader.fields_of(&part.kind)? {
        let (old, new) = (frozen(reader, &field, before)?, frozen(reader, &field, &part.content)?);
        if old != new {
            all.push(Difference::words(field.name(web::language::code()), &old, &new));
        }
    }
    Ok(all)
}

fn fields_changed(reader: &Reader, before: &Json, part: &Part) -> Result<Vec<Difference>> {
    let fields = part.content.as_object().into_iter().flatten();
    let change: serde_json::Map<String, Json> = fields
        .filter(|(field, value)| {
            !PLACES.contains(&field.as_str()) && before.get(field.as_str()) != Some(value)
        })
        .map(|(field, value)| (field.clone(), json!([before.get(field.as_str()), value])))
        .collect();
    record::differences(
        reader,
        &json!({ "kind": part.kind, "number": part.number, "state": ["x", "x"], "change": change }),
    )
}

/// Every item with the words on it.
fn lines(reader: &Reader, whole: &Whole) -> Result<Vec<ItemLine>> {
    let body = &whole.case.body;
    let (mut talk, asked) = (talk(reader, whole)?, questions(reader, whole.case.record.id.raw())?);
    let mut all = Vec::with_capacity(whole.items.len());
    for (item, part) in &whole.items {
        let judges = (body.asked.iter().map(|it| it.function))
            .filter(|function| is_judged_by(&body.policy, &body.asked, item, *function));
        let mut shown = line(reader, whole, (item, part), &judges.collect::<Vec<_>>())?;
        shown.talk = talk.remove(&item.number).unwrap_or_default();
        shown.minuted = whole.minuted_of(&item.number);
        shown.questions = asked.iter().filter(|it| it.item == item.number).cloned().collect();
        all.push(shown);
    }
    let functions: Vec<i64> = body.asked.iter().map(|it| it.function).collect();
    for (item, part) in gone(reader, whole)? {
        all.push(line(reader, whole, (&item, &part), &functions)?);
    }
    Ok(all)
}

/// An item with the words of functions on it.
fn line(reader: &Reader, whole: &Whole, (item, part): (&Item, &Part), functions: &[i64]) -> Result<ItemLine> {
    Ok(ItemLine {
        number: item.number.clone(),
        title: item.title.clone(),
        address: reader.registry().address(&part.kind, &part.number),
        is_in_scope: item.is_in_scope,
        told: told(reader, whole, item, functions)?,
        talk: Vec::new(),
        minuted: Vec::new(),
        questions: Vec::new(),
    })
}

/// The words of functions on an item: of each person the last on what it says now, and the last on what it said.
fn told(reader: &Reader, whole: &Whole, item: &Item, functions: &[i64]) -> Result<Vec<Told>> {
    let mut all = every_word(reader, whole, item, functions)?;
    all.retain(|it| it.counts != Counts::Overtaken);
    Ok(all)
}

/// All words of functions on an item, the first first.
fn every_word(reader: &Reader, whole: &Whole, item: &Item, functions: &[i64]) -> Result<Vec<Told>> {
    let (case, of_item, mut all) = (&whole.case, whole.said_of(item), Vec::new());
    let is_gone = whole.items.iter().all(|(known, _)| known.number != item.number);
    for (place, said) in of_item.iter().enumerate() {
        let is_by_the_same = |it: &VerdictLine| {
            let what = |it: &VerdictLine| (it.function, it.person, it.digest.clone(), it.is_on_other_files);
            what(it) == what(said)
        };
        if !functions.contains(&said.function) {
            continue;
        }
        let counts = match () {
            () if of_item[place + 1..].iter().any(is_by_the_same) => Counts::Overtaken,
            () if is_gone => Counts::TakenAway,
            () if !said.is_on(item) => Counts::Historic,
            () if said.revision < case.body.revision => Counts::Carried,
            () => Counts::Now,
        };
        let who = by(reader, said.person, said.acts_for)?;
        all.push(Told {
            function: name(case, said.function),
            who,
            verdict: said.verdict,
            remark: said.remark.clone(),
            at: said.at,
            revision: said.revision,
            counts,
        });
    }
    Ok(all)
}

/// All that a signature in a review covers: of one function, or of all where the review is closed.
pub(super) fn laid(reader: &Reader, case: Case<Review>, function: Option<i64>) -> Result<Laid> {
    let whole = Whole::judged(reader, case)?;
    let is_theirs = |it: i64| function.is_none_or(|function| it == function);
    let functions: Vec<i64> =
        whole.case.body.asked.iter().map(|it| it.function).filter(|it| is_theirs(*it)).collect();
    let mut items = Vec::new();
    for (item, part) in whole.items.iter().cloned().chain(gone(reader, &whole)?) {
        let told = every_word(reader, &whole, &item, &functions)?;
        if !told.is_empty() {
            items.push(ItemLine { told, ..line(reader, &whole, (&item, &part), &[])? });
        }
    }
    let case = &whole.case;
    Ok(Laid {
        items,
        answers: answers(reader, case, function)?,
        conditions: conditions(reader, case, function)?,
        functions: if function.is_none() {
            functions_told(reader, case, case.record.id.raw())?
        } else {
            Vec::new()
        },
    })
}

/// What was judged and is no part of what is judged any more, as it stood in the revision of the last word on it.
fn gone(reader: &Reader, whole: &Whole) -> Result<Vec<(Item, Part)>> {
    let subject = whole.case.body.subject;
    let (mut all, mut known) = (Vec::new(), BTreeMap::new());
    for (number, said) in &whole.said {
        let is_there = whole.items.iter().any(|(it, _)| it.number == *number);
        let Some(last) = said.last().filter(|_| !is_there) else { continue };
        let before = match known.entry(last.revision) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(place) => {
                let parts = reader.parts_of(subject, last.revision)?.into_iter();
                place.insert(parts.map(|it| (it.number.clone(), it)).collect::<HashMap<_, _>>())
            }
        };
        let Some(part) = before.remove(number) else { continue };
        let (number, title) = (number.clone(), part.title.clone());
        all.push((Item { number, title, is_in_scope: true, ..Item::default() }, part));
    }
    Ok(all)
}

/// All answers to the checklist, the first first: of one function, or of all.
fn answers(reader: &Reader, case: &Case<Review>, function: Option<i64>) -> Result<Vec<AnswerTold>> {
    let all = queries::checklist(reader, case.record.id.raw())?.into_iter();
    all.filter(|it| function.is_none_or(|function| it.function == function))
        .map(|it| {
            let row = case.body.policy.checklist.iter().find(|row| row.key == it.row_key);
            Ok(AnswerTold {
                question: row.map_or_else(|| it.row_key.clone(), |row| row.question.clone()),
                function: name(case, it.function),
                who: answered_by(reader, case, &it)?,
                answer: it.answer,
                remark: it.remark,
            })
        })
        .collect()
}

/// All that the record of a review says. It is ours: outsiders learn nothing of it.
pub(super) fn recorded(reader: &Reader, number: &str, wanted: &For, minutes: Minutes) -> Result<Recorded> {
    if reader.actor.is_outside() {
        return Err(Error::NotFound);
    }
    let whole = Whole::of(reader, reader.find::<Review>(number)?, minutes)?;
    let (case, id) = (&whole.case, whole.case.record.id.raw());
    let subject = queries::subject(reader, case.body.subject)?;
    let code = reader.paper_code(&subject.number, case.body.revision, &case.body.digest);
    Ok(Recorded {
        number: case.record.number.clone(),
        title: case.record.title.clone(),
        facts: facts_in_words(reader, case)?,
        altered: [
            record::altered(reader, case.body.subject, case.body.revision)?,
            altered_words(reader, case)?,
        ]
        .into_iter()
        .flatten()
        .collect(),
        digest: case.body.digest.clone(),
        functions: functions_told(reader, case, id)?,
        items: lines(reader, &whole)?,
        talk: talk(reader, &whole)?.remove("").unwrap_or_default(),
        minuted: whole.minuted_besides(),
        answers: answers(reader, case, None)?,
        conditions: conditions(reader, case, None)?,
        questions: questions(reader, id)?,
        signed: super::papers::signed(reader, reader.signatures(id)?)?,
        edition: t!("{number}, revision {no}", number = &subject.number, no = case.body.revision),
        changed_at: case.record.changed_at,
        check: wanted.check(&code),
    })
}

fn facts_in_words(reader: &Reader, case: &Case<Review>) -> Result<Vec<(String, String)>> {
    let (record, body) = (&case.record, &case.body);
    let subject = queries::subject(reader, body.subject)?;
    let what = t!(
        "{number} {title}, revision {no}",
        number = &subject.number,
        title = &subject.title,
        no = body.revision
    );
    let scope = match (body.scope, body.baseline) {
        (Scope::Changes, Some(no)) => t!("Changes since revision {no}", no = no),
        _ => t!("Everything"),
    };
    let mut facts = vec![(t!("What is reviewed"), what)];
    if let Some(it) = record.party.map(|it| reader.mention(it)).transpose()?.flatten() {
        facts.push((t!("Customer"), it.title));
    }
    facts.push((t!("Scope"), scope));
    if let Some(it) = body.template.map(|it| reader.mention(it)).transpose()?.flatten() {
        let no = body.template_revision.unwrap_or(1);
        facts.push((t!("Template"), t!("{number}, revision {no}", number = it.title, no = no)));
    }
    facts.push((t!("Begun"), web::language::exact_moment(record.created_at)));
    facts.push((t!("Moderated by"), reader.name_of(record.owner)?));
    facts.push((t!("State"), web::language::word(record.state)));
    if !body.outcome.is_empty() {
        facts.push((t!("Outcome"), body.outcome.clone()));
    }
    Ok(facts)
}

/// What each function that was asked committed to, by whom.
fn functions_told(reader: &Reader, case: &Case<Review>, id: i64) -> Result<Vec<FunctionTold>> {
    let committed = queries::commitments(reader, id)?;
    let mut all = Vec::new();
    for it in &case.facts.progress.functions {
        let of_it = committed.iter().filter(|said| {
            said.function == it.function && said.revision == case.body.revision && said.ended_at.is_none()
        });
        let mut words = Vec::new();
        for said in of_it {
            let who = by(reader, said.person, said.acts_for)?;
            let statement =
                if said.statement.is_empty() { String::new() } else { format!(": {}", said.statement) };
            words.push(format!("{who} · {}{statement}", web::language::word(said.feasible)));
        }
        let word = match (words.is_empty(), waiting(it)) {
            (false, _) => words.join("\n"),
            (true, 0) => t!("judged, not signed yet"),
            (true, count) => t!("{count} waits" | "{count} wait", count = count),
        };
        all.push(FunctionTold { name: name(case, it.function), word });
    }
    Ok(all)
}

fn conditions(reader: &Reader, case: &Case<Review>, function: Option<i64>) -> Result<Vec<ConditionShown>> {
    let mut all = queries::conditions(reader, case.record.id.raw())?;
    all.retain(|it| function.is_none_or(|function| it.function == function));
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = queries::may_meet(reader, &all, case.record.owner)?;
    let (confirmers, holds) = (queries::Confirmers::of(reader)?, case.record.state.holds_conditions());
    let set_on = queries::set_on_something_else(reader, case, &all)?;
    let line = |it: queries::ConditionLine| {
        let (evidence, said_by) =
            it.no_longer_asked().map_or_else(|| it.evidence(), |it| (it.words.as_str(), Some(it.person)));
        let sent_back =
            it.sent_back().map(|it| Ok::<_, Error>((reader.name_of(it.person)?, it.words.clone())));
        Ok(ConditionShown {
            may_meet: holds && theirs.contains(&it.id),
            may_confirm: holds && confirmers.may(reader, &it),
            may_end: holds && confirmers.ends_for(reader, &it)?.is_some(),
            stands: it.stands(),
            set_on: set_on.get(&it.id).copied(),
            evidence: evidence.to_owned(),
            said_by: said_by.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
            sent_back: sent_back.transpose()?,
            id: it.id,
            item: it.item,
            words: it.words,
            gate: it.gate,
            who: it.person.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
            due: it.due,
        })
    };
    all.into_iter().map(line).collect()
}

pub(super) fn questions(reader: &Reader, from: i64) -> Result<Vec<QuestionShown>> {
    let entry = reader.registry().kind("CL").ok_or(Error::NotFound)?;
    let line = |it: queries::ClarificationLine| {
        let state = entry.state(&it.state, reader.actor);
        let answers = queries::answers_of(reader, it.id)?.into_iter().map(|it| (it.name, it.words)).collect();
        let mark = State::from(state.tone.unwrap_or(Tone::Idle));
        Ok(QuestionShown {
            number: it.number,
            item: it.item,
            question: it.question,
            is_theirs: it.is_theirs,
            state: (mark, say(&state.text)),
            answers,
        })
    };
    queries::clarifications_of(reader, from)?.into_iter().map(line).collect()
}

async fn judge(Path(number): Path<String>, Posted(visit): Posted, minutes: Minutes) -> Answer {
    let base = base(&visit.envelope, visit.edge.is_secure);
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let mut judging = read(form, &base);
                form.check()?;
                let extra = web::extra::read(work, Clarification::KIND.prefix, form)?;
                for question in judging.verdicts.iter_mut().filter_map(|it| it.question.as_mut()) {
                    question.extra.clone_from(&extra);
                }
                commands::judge(work, &number, &judging)?;
                Ok(format!("{PLACE}/{number}?function={}#mine", judging.function))
            },
            move |reader, form| record_page(reader, &same, &form, minutes),
        )
        .await
}

/// The verdicts that a form holds; items without one are left for later.
fn read(form: &mut Form, base: &str) -> Judging {
    let function = form.whole("function").unwrap_or(0);
    let fields: Vec<(String, String)> = form.pairs().to_vec();
    let mut judging = Judging { function, ..Judging::default() };
    for (field, value) in &fields {
        if let Some(item) = field.strip_prefix("verdict-").filter(|_| !value.is_empty()) {
            judging.verdicts.extend(given(form, item, base));
        }
        if let Some(row) = field.strip_prefix("answer-").filter(|_| !value.is_empty()) {
            let answer = form.word(field);
            let remark = form.text(&format!("about-{row}")).to_owned();
            judging.answers.push(GivenAnswer { row: row.to_owned(), answer, remark });
        }
    }
    judging
}

fn given(form: &mut Form, item: &str, base: &str) -> Option<Given> {
    let named = |name: &str| format!("{name}-{item}");
    let verdict = form.maybe_word::<Verdict>(&named("verdict"))?;
    let condition = NewCondition {
        words: form.text(&named("condition")).to_owned(),
        owner: form.whole(&named("owner")),
        due: form.day(&named("due")),
        gate: form.word(&named("gate")),
    };
    let question = Question {
        words: form.text(&named("question")).to_owned(),
        person: form.whole(&named("to")),
        language: String::new(),
        base: base.to_owned(),
        number: None,
        why: form.text(&named("why")).to_owned(),
        extra: serde_json::Map::new(),
    };
    Some(Given {
        item: item.to_owned(),
        verdict,
        remark: form.text(&named("remark")).to_owned(),
        seen: Some(form.text(&named("seen")).to_owned()).filter(|it| !it.is_empty()),
        seen_in: form.whole("revision"),
        condition: (verdict == Verdict::Condition).then_some(condition),
        question: (verdict == Verdict::Clarify).then_some(question),
    })
}

async fn take_up(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::take_up(work, &number)?;
            Ok(format!("{PLACE}/{number}"))
        })
        .await
}

async fn meet(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let evidence = visit.form.text(&format!("evidence-{id}")).to_owned();
    visit
        .write(move |work| {
            commands::meet(work, &number, id, &evidence)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

async fn confirm(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::confirm_condition(work, &number, id)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

async fn send_back(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text(&format!("reason-{id}")).to_owned();
    visit
        .write(move |work| {
            commands::send_condition_back(work, &number, id, &reason)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

async fn no_longer_asked(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text(&format!("why-{id}")).to_owned();
    visit
        .write(move |work| {
            commands::ask_no_longer(work, &number, id, &reason)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

/// The codes of verdicts, as forms send them.
#[cfg(test)]
mod tests {
    use kernel::Vocabulary;

    use super::*;

    #[test]
    fn a_form_holds_only_the_items_that_have_a_verdict() {
        let mut form = Form::of(web::fields_of(
            "function=7&verdict-REQ-1=accept&verdict-REQ-2=&verdict-REQ-3=condition&condition-REQ-3=28+days&owner-REQ-3=4&gate-REQ-3=delivery&answer-c1=ok",
        ));
        let judging = read(&mut form, "http://x");
        assert_eq!((judging.function, judging.verdicts.len(), judging.answers.len()), (7, 2, 1));
        assert_eq!(
            judging.verdicts[1].condition.as_ref().map(|it| (it.words.as_str(), it.gate.code())),
            Some(("28 days", "delivery".to_owned()))
        );
    }
}
