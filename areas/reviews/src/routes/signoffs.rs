//! Addresses of sign-offs: offering a revision, what became of it, and the customer's own page of it.

use axum::response::Response;
use jiff::civil::Date;
use kernel::{Body, Case, Error, New, Part, PassState, Reader, Result};
use maud::html;
use serde_json::Value as Json;
use web::parts::{Button, Difference, Note, note, words_changed};
use web::picture::{Pictures, files_shown};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::besides::around;
use super::clarifications::questions;
use super::items::{begins_with, differences, listed_otherwise, measured, statement};
use super::{base, shown};
use crate::commands::{self, CONFIRM, Confirmed, Signer, Spoken};
use crate::model::{SignOff, SignOffState, Signatory, Word};
use crate::pages::customer::{self, LineShown, Offered, Proves};
use crate::pages::{review, sign, signoff as page};
use crate::queries;

const PLACE: &str = "/sign-offs";

pub fn routes() -> Routes {
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/sign-offs/new", new)
        .get("/sign-offs/{number}", show)
        .get("/sign-offs/{number}/files/{digest}", file)
        .post("/sign-offs/{number}/words", say)
        .post("/sign-offs/{number}/confirm", confirm)
        .post("/sign-offs/{number}/link", link)
        .post("/sign-offs/{number}/resume", resume)
        .get("/sign-offs/{number}/withdraw", ask_to_withdraw)
        .post("/sign-offs/{number}/withdraw", withdraw)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "SF", |reader| Ok(web::list::Extras {
        purpose: web::list::purpose(
            reader,
            t!("In a sign-off the customer confirms a revision, line by line. Offer one from the page of what is to be confirmed."),
            t!("What we ask you to confirm stands here, line by line, with your answers."),
        ),
        ..web::list::Extras::default()
    }))
    .await
}

async fn new(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            SignOff::CREATE.covers(reader.actor, None)?;
            offer_page(reader, &asked)
        })
        .await
}

fn offer_page(reader: &Reader, written: &Form) -> Result<Page> {
    let subject: i64 = written.text("subject").parse().map_err(|_| Error::NotFound)?;
    let subject = queries::subject(reader, subject).map_err(|_| Error::NotFound)?;
    subject.must_be_judged_here()?;
    let people = candidates(reader, subject.party)?;
    let revision = subject.released.unwrap_or(0);
    let extra = web::extra::opening(reader, SignOff::KIND.prefix, written)?;
    let otherwise = customers::told_otherwise(reader, subject.party, customers::Topic::Everything)?;
    let extra = html! {
        (extra)
        @if let Some(words) = otherwise { (note(Note::Asks, web::language::say(&words))) }
    };
    let body = page::offer((&subject.number, &subject.title, revision), &people, &extra, written);
    Ok(Page::new(t!("Offer to the customer"), PLACE, body))
}

/// Who of the customer could sign, each with the language in which they are written to.
fn candidates(reader: &Reader, party: Option<kernel::PartyId>) -> Result<Vec<page::Candidate>> {
    let people = party.map(|it| queries::signatories(reader, it)).transpose()?.unwrap_or_default();
    let one = |(id, name, address, is_sure): (i64, String, String, bool)| {
        let code = customers::language_to(reader, (party, Some(id)), customers::Topic::Everything)?;
        let known = web::language::LANGUAGES.iter().find(|(it, _)| code.starts_with(it));
        let language = known.map_or(code.clone(), |(_, name)| (*name).to_owned());
        Ok(page::Candidate { id, name, address, is_sure, language })
    };
    people.into_iter().map(one).collect()
}

async fn open(Posted(visit): Posted) -> Answer {
    let base = base(&visit.envelope, visit.edge.is_secure);
    visit
        .write_form(
            move |work, form| {
                let (subject, until) = (form.whole("subject"), form.day("until"));
                let chosen = form.all("signatory").into_iter().filter_map(|it| it.parse().ok());
                let mut signatories: Vec<Signatory> = chosen.map(|person| Signatory { person }).collect();
                signatories.sort_by_key(|it| form.whole(&page::turn_of(it.person)).unwrap_or(i64::MAX));
                let body = SignOff {
                    subject: subject.unwrap_or(0),
                    summary: form.text("summary").to_owned(),
                    signatories,
                    in_turn: form.has("in_turn"),
                    until: until.unwrap_or(Date::ZERO),
                    language: form.text("language").to_owned(),
                    base: base.clone(),
                    ..SignOff::default()
                };
                form.check()?;
                let made = commands::offer_to_customer(work, &New::default(), &body)?;
                web::extra::opened::<SignOff>(work, &made.number, form)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, form| offer_page(reader, &form),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| record_page(reader, &number, &Form::default())).await
}

fn record_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<SignOff>(number)?;
    let id = case.record.id.raw();
    let signatures = reader.signatures(id)?;
    let shown = shown(reader, &signatures, &case.body.digest)?;
    let body = if reader.actor.is_outside() {
        let proves = Proves::Password { has_factor: identity::has_factor(reader, reader.actor.person)? };
        customer::content(&offered(reader, &case, (format!("{PLACE}/{number}"), proves))?, written)
    } else {
        html! {
        @if let Some(words) = record::altered(reader, case.body.subject, case.body.revision)? { (note(Note::Warn, words)) }
        @if let Some(words) = not_as_signed(reader, &case)? { (note(Note::Warn, words)) }
        (page::body(&for_staff(reader, &case)?)) (review::questions(&questions(reader, id)?)) }
    };
    let any = reader.registry().kind("SF").ok_or(Error::NotFound)?.find(reader, number)?;
    let extra = Extra {
        body,
        beside: vec![crate::pages::signatures(&shown, "")],
        deeds: vec![],
        tools: certificate(&case),
        steps_elsewhere: vec![
            ("withdraw", format!("{PLACE}/{number}/withdraw")),
            ("resume", format!("{PLACE}/{number}#again")),
        ],
        ..Extra::default()
    };
    let extra = with_resume(&case, reader, extra);
    record::show(reader, &any, extra)
}

/// What is said where what is stored is not what the customer signed.
fn not_as_signed(reader: &Reader, case: &Case<SignOff>) -> Result<Option<String>> {
    let is_intact = queries::their_words_are_intact(reader, case)?;
    Ok((!is_intact).then(|| web::language::say(&queries::not_as_signed(&case.record.number))))
}

/// Where the certificate is, once all have signed.
fn certificate(case: &Case<SignOff>) -> Vec<Button> {
    let to = format!("{PLACE}/{}/certificate.pdf", case.record.number);
    let is_there = sheets::IS_BUILT && case.record.state == SignOffState::Confirmed;
    let button = Button::open(to, t!("Certificate as PDF")).small().symbol(web::parts::Symbol::Document);
    is_there.then_some(button).into_iter().collect()
}

/// Asking again is a deed of its own: it writes letters.
fn with_resume(case: &Case<SignOff>, reader: &Reader, mut extra: Extra) -> Extra {
    let may = SignOff::EDIT.covers(reader.actor, Some(case.record.owner)).is_ok();
    if may && case.record.state == SignOffState::Queried && case.facts.queries.is_empty() {
        let to = format!("{PLACE}/{}/resume", case.record.number);
        extra.deeds.push(Button::post(to, t!("Ask the customer again")).first());
    }
    extra
}

fn for_staff<'a>(reader: &Reader, case: &'a Case<SignOff>) -> Result<page::Shown<'a>> {
    let id = case.record.id.raw();
    let (subject, passes) = (queries::subject(reader, case.body.subject)?, reader.passes(id)?);
    let next = case.body.next(&case.facts.signed);
    let is_open = matches!(case.record.state, SignOffState::Open | SignOffState::Queried);
    let mut signatories = Vec::new();
    for it in &case.body.signatories {
        let mut own = passes.iter().filter(|one| one.person == it.person && one.purpose == CONFIRM);
        let is_opened =
            |one: &kernel::Pass| one.opened_at.filter(|_| one.state(reader.now) == PassState::Good);
        let opened_at = own.clone().find_map(is_opened);
        let link = match own.next().map(|one| (one.state(reader.now), opened_at)) {
            None => t!("no letter yet"),
            Some((PassState::Used, _)) => t!("signed by the link"),
            Some((PassState::Withdrawn, _)) => t!("the link was taken back"),
            Some((PassState::Expired, _)) => t!("the link is too old"),
            Some((PassState::Good, None)) => t!("has a link, did not open it yet"),
            Some((PassState::Good, Some(_))) => t!("has opened the link"),
        };
        let has_signed = case.facts.signed.iter().any(|by| by.person == it.person);
        signatories.push(page::SignatoryShown {
            person: it.person,
            name: reader.name_of(it.person)?,
            has_signed,
            is_next: is_open && next.contains(&it.person),
            link: if has_signed { t!("has signed") } else { link },
        });
    }
    let mut words = Vec::new();
    for it in queries::words_of(reader, id)? {
        words.push((it.item, reader.name_of(it.person)?, it.word, it.remark));
    }
    Ok(page::Shown {
        number: &case.record.number,
        body: &case.body,
        subject: (
            format!("{} {}", subject.number, subject.title),
            reader.registry().address(&subject.kind, &subject.number),
        ),
        signatories,
        words,
        may_send: SignOff::EDIT.covers(reader.actor, Some(case.record.owner)).is_ok(),
    })
}

/// What a signatory has before them.
pub(super) fn offered(
    reader: &Reader,
    case: &Case<SignOff>,
    (action, proves): (String, Proves),
) -> Result<Offered> {
    let (id, body, person) = (case.record.id.raw(), &case.body, reader.actor.person);
    let subject = queries::subject(reader, body.subject)?;
    let before = match body.since {
        Some(no) => reader.parts_of(body.subject, no)?,
        None => Vec::new(),
    };
    let words = queries::words_of(reader, id)?;
    let asked = queries::clarifications_of(reader, id)?;
    let (mut changed, mut same) = (Vec::new(), Vec::new());
    let mut lists = queries::Lists::new(reader, body.subject);
    let parts = reader.parts_of(body.subject, body.revision)?;
    let shown = files_shown(parts.iter().filter_map(|it| it.content["statement"].as_str()));
    let pictures = Pictures::below(&action, &queries::frozen_among(reader, body, (&parts, &shown))?);
    let gone = before.iter().filter(|old| parts.iter().all(|it| it.number != old.number));
    let gone = gone.map(|it| taken_away(it, body.since.unwrap_or(0), &pictures)).collect();
    for part in parts {
        let old = before.iter().find(|it| it.number == part.number);
        let others = match body.since {
            Some(no) => listed_otherwise(&mut lists, &part.number, (no, body.revision))?,
            None => Vec::new(),
        };
        let is_same = old.is_some_and(|it| it.digest == part.digest) && others.is_empty();
        let last = words
            .iter()
            .rev()
            .find(|it| it.item == part.number && it.person == person && it.digest == part.digest);
        let answer = match last.and_then(|it| it.clarification) {
            Some(clarification) if asked.iter().any(|it| it.id == clarification) => {
                queries::answers_of(reader, clarification)?
                    .pop()
                    .map(|it| t!("{name} answered: {words}", name = it.name, words = it.words))
            }
            _ => None,
        };
        let note = match (body.since, old) {
            (None, _) => String::new(),
            (Some(no), None) => t!("new since revision {no}", no = no),
            (Some(no), Some(_)) if !is_same => t!("changed since revision {no}", no = no),
            _ => String::new(),
        };
        let mut differences = match old.filter(|_| !is_same) {
            Some(old) => also_changed(reader, &old.content, &part)?,
            None => Vec::new(),
        };
        differences.extend(others);
        let line = LineShown {
            differences,
            measured: measured(reader, &part)?,
            // What is frozen with a line is confirmed with it, whether it changed or not.
            files: lists.files(&part.number, body.revision)?.map(queries::frozen_files).unwrap_or_default(),
            words: html! { (statement(old.map(|it| &it.content), &part, &pictures)) (acceptance(old.map(|it| &it.content), &part.content)) },
            says_title: begins_with(part.content["statement"].as_str().unwrap_or_default(), &part.title),
            number: part.number,
            title: part.title,
            note,
            given: last.map(|it| it.word),
            remark: last.map(|it| it.remark.clone()).unwrap_or_default(),
            answer,
        };
        if is_same { same.push(line) } else { changed.push(line) }
    }
    let since = body
        .since
        .map(|no| Ok::<_, Error>((no, reader.revision(body.subject, no)?.0.released_at)))
        .transpose()?;
    let besides = around(reader, &subject, (body.since, body.revision))?;
    let altered = record::altered(reader, body.subject, body.revision)?;
    let (count, what) =
        (changed.len() + same.len(), format!("{} revision {}", subject.number, body.revision));
    // What is confirmed by a step of its own is a set, of which there is a sheet; behind a link it is handed out there.
    let has_sheet = sheets::IS_BUILT && subject.happens(reader, "ask_sign_off");
    let at = match proves {
        Proves::Link => action.clone(),
        Proves::Password { .. } => {
            format!(
                "{}/revisions/{}",
                reader.registry().address(&subject.kind, &subject.number),
                body.revision
            )
        }
    };
    Ok(Offered {
        sheet: has_sheet.then(|| format!("{at}/sheet.pdf")),
        action,
        subject: subject.number,
        title: subject.title,
        revision: body.revision,
        holds: web::common::validity::told_from_when(reader, (body.subject, body.revision))?,
        digest: body.digest.clone(),
        summary: body.summary.clone(),
        files: queries::frozen_files(&reader.revision(body.subject, body.revision)?.1["files"]),
        since,
        to: reader.actor.name.clone(),
        by: reader.name_of(case.record.owner)?,
        sent_at: case.record.created_at,
        until: body.until,
        state: case.record.state,
        changed,
        same,
        gone,
        besides,
        is_next: body.next(&case.facts.signed).contains(&person),
        has_signed: case.facts.signed.iter().any(|it| it.person == person),
        altered: altered.or(not_as_signed(reader, case)?),
        statement: commands::statement(&what, count),
        role: identity::job_title_of(reader, person)?,
        proves,
    })
}

/// A line that was confirmed last and is no part of it any more.
fn taken_away(part: &Part, since: i64, pictures: &Pictures) -> LineShown {
    LineShown {
        words: html! { del { (statement(None, part, pictures)) } },
        measured: Vec::new(),
        files: Vec::new(),
        differences: Vec::new(),
        says_title: begins_with(part.content["statement"].as_str().unwrap_or_default(), &part.title),
        number: part.number.clone(),
        title: part.title.clone(),
        note: t!("taken away since revision {no}", no = since),
        given: None,
        remark: String::new(),
        answer: None,
    }
}

/// What else a line says otherwise than before; how one sees that it is met has its own marks.
fn also_changed(reader: &Reader, before: &Json, part: &Part) -> Result<Vec<Difference>> {
    let mut now = part.clone();
    if let Some(fields) = now.content.as_object_mut() {
        fields.insert("acceptance".to_owned(), before["acceptance"].clone());
    }
    differences(reader, before, &now)
}

/// How one will see that it is met, with what changed marked.
fn acceptance(before: Option<&Json>, now: &Json) -> maud::Markup {
    let of = |it: &Json| it.get("acceptance").and_then(Json::as_str).unwrap_or_default().to_owned();
    let (now, old) = (of(now), before.map(of));
    html! {
        @if !now.is_empty() {
            p.fine { (t!("Accepted if:")) " " @match old { Some(old) if old != now => (words_changed(&old, &now)), _ => (now) } }
        }
    }
}

/// A file that is frozen with what a sign-off is about.
pub(super) fn frozen(reader: &Reader, number: &str, digest: &str) -> Result<Response> {
    let body = reader.find::<SignOff>(number)?.body;
    let (file, bytes) = queries::file_of(reader, &body, digest)?;
    Ok(web::common::files::sent(&file.name, &file.media_type, bytes))
}

async fn file(Path((number, digest)): Path<(String, String)>, visit: Visit) -> Answer {
    visit.respond(move |reader| frozen(reader, &number, &digest)).await
}

/// The words on lines that a form holds.
pub(super) fn spoken(form: &Form) -> Vec<Spoken> {
    let fields = form.pairs().iter().filter(|(_, value)| !value.is_empty());
    let lines = fields.filter_map(|(field, value)| {
        Some((field.strip_prefix("word-")?, <Word as kernel::Vocabulary>::of(value)?))
    });
    lines
        .map(|(item, word)| Spoken {
            item: item.to_owned(),
            word,
            remark: form.text(&format!("remark-{item}")).to_owned(),
        })
        .collect()
}

async fn say(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::say(work, &number, form.text("digest"), &spoken(form))?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| record_page(reader, &same, &form),
        )
        .await
}

async fn confirm(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let (proof, zone) = (identity::says_again(&visit).await?, visit.zone());
    visit
        .write_form(
            move |work, form| {
                let proven = identity::prove(work, &proof)?;
                let signer = Signer {
                    name: form.text("name"),
                    role: form.text("role"),
                    language: web::language::code(),
                    zone: &zone,
                };
                let words = spoken(form);
                if !words.is_empty() {
                    commands::say(work, &number, form.text("digest"), &words)?;
                }
                let it = Confirmed { digest: form.text("digest"), signer, pass: None };
                commands::confirm(work, &number, &it, &proven)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| record_page(reader, &same, &form),
        )
        .await
}

async fn link(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let person: i64 = visit.form.text("person").parse().unwrap_or(0);
    visit
        .write(move |work| {
            commands::link_again(work, &number, person)?;
            Ok(format!("{PLACE}/{number}#signatories"))
        })
        .await
}

async fn resume(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::resume(work, &number)?;
            Ok(format!("{PLACE}/{number}"))
        })
        .await
}

async fn ask_to_withdraw(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| withdraw_page(reader, &number, &Form::default())).await
}

fn withdraw_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<SignOff>(number)?;
    SignOff::EDIT.covers(reader.actor, Some(case.record.owner))?;
    let (at, title) =
        (format!("{PLACE}/{number}"), t!("Take {number} back from the customer", number = number));
    let page = sign::with_reason(&format!("{at}/withdraw"), &at, (&title, &t!("Withdraw")), written);
    Ok(Page::new(title, PLACE, page))
}

async fn withdraw(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::withdraw_sign_off(work, &number, &reason)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| withdraw_page(reader, &same, &form),
        )
        .await
}
