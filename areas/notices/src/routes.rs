//! At which address a notice is prepared, sent, read and answered.

mod api;
mod link;

use axum::response::Response;
use identity::reached_at;
use kernel::{Body, Case, Error, LetterState, Reader, Result, Vocabulary};
use maud::Markup;
use web::language::{self, word};
use web::parts::{Beside, State as Mark};
use web::picture::{Pictures, files_shown};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit, t};

use crate::commands::{self, Addition, Answering, Edit, Signer};
use crate::model::{Notice, State, Step};
use crate::pages::change::{self, ByHand, Told};
use crate::pages::read::{self, Offered, Proves};
use crate::pages::{self, Shown, of_notice};
use crate::queries;
use crate::rules::lets_begin;

/// What waits for an answer of whoever is outside.
pub fn to_do(reader: &Reader) -> Result<Vec<web::Action>> {
    Ok(queries::to_answer(reader)?.iter().map(pages::to_do).collect())
}

const PLACE: &str = "/change-notices";
const CHANGES: &str = "/changes";

/// Every address of the area.
pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .get(&of(""), show)
        .get(&of("/edit"), ask_for_edit)
        .post(&of("/edit"), edit)
        .get(&of("/issue"), ask_whether)
        .post(&of("/issue"), issue)
        .post(&of("/again"), again)
        .post(&of("/answer"), answer)
        .get(&of("/files/{digest}"), file)
        .get(&of("/end"), ask_why)
        .post(&of("/end"), end)
        .get("/changes/{number}/notices", told)
        .post("/changes/{number}/notices", prepare)
        .get("/changes/{number}/notices/add", ask_to_add)
        .post("/changes/{number}/notices/add", add)
        .and(link::routes())
        .and(api::routes())
}

/// What stands beside a change for those of the house: who is told of it.
pub fn of_change(reader: &Reader, change: i64) -> Result<Option<Beside>> {
    let number = reader.mention(change)?.map(|it| it.number).unwrap_or_default();
    Ok(Some(change::beside(&number, &queries::notices(reader, change)?)))
}

/// What a customer reads at their order of changes to what they ordered.
pub fn of_order(reader: &Reader, order: i64) -> Result<Markup> {
    let state = |code: &str| State::of(code).unwrap_or_default();
    let all: Vec<(String, String, Mark, String)> = queries::notices_of_order(reader, order)?
        .into_iter()
        .map(|(number, title, code)| (number, title, change::mark(state(&code)), word(state(&code))))
        .collect();
    Ok(read::of_order(&all))
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "NO", |reader| {
        Ok(web::list::Extras {
            purpose: web::list::purpose(
                reader,
                t!("What customers and suppliers were told of changes, and what they answered."),
                t!("What we told you of changes stands here, with your answers."),
            ),
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| record_page(reader, &number, &Form::default())).await
}

fn record_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let any = reader.registry().kind("NO").ok_or(Error::NotFound)?.find(reader, number)?;
    let case = reader.find::<Notice>(number)?;
    let answers = queries::answers(reader, case.record.id.raw())?;
    if reader.actor.is_outside() {
        let has_factor = identity::has_factor(reader, reader.actor.person)?;
        let to = (of_notice(number, ""), Proves::Password { has_factor });
        let body = read::content(&offered(reader, &case, &answers, to)?, written);
        return record::show(reader, &any, Extra { body, ..Extra::default() });
    }
    let change = match case.body.change {
        Some(id) => reader.mention(id)?,
        None => None,
    };
    let change = change.map(|it| {
        let to = reader.registry().address(&it.kind, &it.number);
        (it.number, it.title, to)
    });
    let letters = reader.letters_of(case.record.id.raw())?.into_iter().map(|(_, id, state)| {
        let came_back = if state == LetterState::Returned {
            t!("It came back. Find another address.")
        } else {
            String::new()
        };
        (format!("{} {came_back}", word(state)).trim().to_owned(), format!("/letters/{id}"))
    });
    let body = pages::body(
        &Shown {
            number,
            state: case.record.state,
            notice: &case.body,
            change,
            answers: &answers,
            signed: &reader.signatures(case.record.id.raw())?,
            became: &queries::outcomes(reader, case.record.id.raw())?,
            letters: &letters.collect::<Vec<_>>(),
            person: case.body.person.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
            excused_by: queries::excused_by(reader, &case)?.unwrap_or_default(),
            may_write: !reader.actor.only_reads,
            today: language::day_of(reader.now),
        },
        written,
    );
    let end = |step: &str| of_notice(number, &format!("end?step={step}"));
    let steps_elsewhere = vec![
        ("issue", of_notice(number, "issue")),
        ("excuse", end("excuse")),
        ("settle", end("settle")),
        ("withdraw", end("withdraw")),
    ];
    record::show(reader, &any, Extra { body, steps_elsewhere, ..Extra::default() })
}

/// What somebody of the customer or supplier reads.
fn offered<'a>(
    reader: &Reader,
    case: &'a Case<Notice>,
    answers: &'a [crate::model::Answered],
    (action, proves): (String, Proves),
) -> Result<Offered<'a>> {
    let no = case.record.offered.ok_or(Error::NotFound)?;
    let shown = files_shown([case.body.words.as_str()]);
    Ok(Offered {
        pictures: Pictures::below(&action, &queries::told_among(reader, case, &shown)?),
        number: case.record.number.clone(),
        title: case.record.title.clone(),
        state: case.record.state,
        notice: &case.body,
        digest: reader.revision(case.record.id.raw(), no)?.0.digest,
        by: reader.name_of(case.record.owner)?,
        answers,
        signed: reader.signatures(case.record.id.raw())?,
        became: queries::outcomes(reader, case.record.id.raw())?,
        action,
        role: identity::job_title_of(reader, reader.actor.person)?,
        today: reader.today(),
        proves,
    })
}

async fn ask_for_edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Notice>(&number)?;
            let it = queries::as_it_goes_out(reader, &case)?;
            let day = |it: Option<jiff::civil::Date>| it.map(|it| it.to_string()).unwrap_or_default();
            let mut pairs = vec![
                ("version", case.record.version.to_string()),
                ("person", it.person.map(|it| it.to_string()).unwrap_or_default()),
                ("language", it.language.clone()),
                ("words", it.words.clone()),
                ("effective_on", day(it.effective_on)),
                ("answer_by", day(it.answer_by)),
                ("notice_days", it.notice_days.to_string()),
                ("asks", it.asks.code()),
                ("waiver", it.waiver.clone()),
            ];
            if it.blocks {
                pairs.push(("blocks", "yes".to_owned()));
            }
            edit_page(reader, &number, &Form::of(pairs))
        })
        .await
}

fn edit_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find_ours::<Notice>(number)?;
    case.lets_edit(reader.actor)?;
    let party = case.record.party.ok_or(Error::NotFound)?;
    let body = pages::edit(number, &queries::people_of(reader, party)?, case.body.asks, written);
    Ok(Page::new(t!("Change the notice {number}", number = number), PLACE, body)
        .with(&["draft.js", "rich.js"]))
}

async fn edit(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let it = Edit {
                    version: form.whole("version"),
                    person: form.whole("person"),
                    language: form.text("language").to_owned(),
                    words: Some(form.raw("words").to_owned()),
                    effective_on: form.day("effective_on"),
                    answer_by: form.day("answer_by"),
                    notice_days: form.whole("notice_days"),
                    asks: form.word("asks"),
                    blocks: form.has("blocks"),
                    waiver: form.raw("waiver").to_owned(),
                };
                form.check()?;
                commands::edit(work, &number, &it)?;
                Ok(of_notice(&number, ""))
            },
            move |reader, form| edit_page(reader, &same, &form.seen_of::<Notice>(reader, &same)?),
        )
        .await
}

async fn ask_whether(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| issue_page(reader, &number, &Form::default())).await
}

fn issue_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find_ours::<Notice>(number)?;
    lets_begin(&case, reader.actor, Step::Issue)?;
    let person = case.body.person.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default();
    let body = pages::ask_whether(number, &queries::as_it_goes_out(reader, &case)?, &person, written);
    Ok(Page::new(t!("Send {number}", number = number), PLACE, body))
}

async fn issue(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let base = reached_at(&visit.envelope, visit.edge.is_secure);
    visit
        .write_form(
            move |work, _| {
                commands::issue(work, &number, &base)?;
                Ok(of_notice(&number, ""))
            },
            move |reader, form| issue_page(reader, &same, &form),
        )
        .await
}

async fn again(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let base = reached_at(&visit.envelope, visit.edge.is_secure);
    visit
        .write(move |work| {
            work.find_ours::<Notice>(&number)?;
            commands::send_again(work, &number, &base)?;
            Ok(of_notice(&number, "#letters"))
        })
        .await
}

/// Keeps an answer; whoever approves signs with their password.
fn take(
    work: &mut kernel::Work,
    number: &str,
    it: &Answering,
    (proof, role, zone): (Option<&identity::Again>, &str, &str),
) -> Result<()> {
    let Some(proof) = proof else { return commands::answer(work, number, it, (None, None)) };
    let proven = identity::prove(work, proof)?;
    let name = work.actor.name.clone();
    let signer = Signer { name: &name, role, language: language::code(), zone, proven: &proven };
    commands::answer(work, number, it, (None, Some(&signer)))
}

async fn answer(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let is_outside = visit.known.actor.is_outside();
    let proof = match visit.form.text("answer") {
        "approved" if is_outside => Some(identity::says_again(&visit).await?),
        _ => None,
    };
    let zone = visit.zone();
    visit
        .write_form(
            move |work, form| {
                let it = Answering {
                    answer: form.word("answer"),
                    words: form.raw("words").to_owned(),
                    name: form.text("name").to_owned(),
                    source: if is_outside { "account".to_owned() } else { form.text("source").to_owned() },
                };
                form.check()?;
                take(work, &number, &it, (proof.as_ref(), form.text("role"), &zone))?;
                Ok(of_notice(&number, "#answers"))
            },
            move |reader, form| record_page(reader, &same, &form),
        )
        .await
}

/// A file of which a notice tells, as it may safely leave.
fn told_file(reader: &Reader, number: &str, digest: &str) -> Result<Response> {
    let (file, bytes) = queries::file_of(reader, number, digest)?;
    Ok(web::common::files::sent(&file.name, &file.media_type, bytes))
}

async fn file(Path((number, digest)): Path<(String, String)>, visit: Visit) -> Answer {
    visit.respond(move |reader| told_file(reader, &number, &digest)).await
}

/// The steps that take a reason, with what they are called.
fn ending(step: &str) -> Result<(Step, String)> {
    let step = Step::of(step).ok_or(Error::NotFound)?;
    let takes_reason = matches!(step, Step::Excuse | Step::Settle | Step::Withdraw);
    if takes_reason { Ok((step, word(step))) } else { Err(Error::NotFound) }
}

async fn ask_why(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| end_page(reader, &number, asked.text("step"), &Form::default())).await
}

fn end_page(reader: &Reader, number: &str, step: &str, written: &Form) -> Result<Page> {
    let (case, (way, title)) = (reader.find_ours::<Notice>(number)?, ending(step)?);
    lets_begin(&case, reader.actor, way)?;
    Ok(Page::new(title.clone(), PLACE, pages::ending(number, step, &title, written)))
}

async fn end(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                finish(work, &number, (form.text("step"), form.text("reason")))?;
                Ok(of_notice(&number, ""))
            },
            move |reader, form| end_page(reader, &same, form.text("step"), &form),
        )
        .await
}

fn finish(work: &mut kernel::Work, number: &str, (step, reason): (&str, &str)) -> Result<()> {
    match step {
        "excuse" => commands::excuse(work, number, reason),
        "settle" => commands::settle(work, number, reason),
        "withdraw" => commands::withdraw(work, number, reason),
        _ => Err(Error::NotFound),
    }
}

async fn told(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| told_page(reader, &number, &Form::default())).await
}

fn told_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<changes::ChangeRequest>(number)?;
    let id = case.record.id.raw();
    let body = change::page(
        &Told {
            change: number,
            title: &case.record.title,
            recipients: &queries::recipients(reader, id)?,
            notices: &queries::notices(reader, id)?,
            may_write: !reader.actor.only_reads && !case.record.state.is_over(),
            today: language::day_of(reader.now),
            extra: web::extra::opening(reader, Notice::KIND.prefix, written)?,
        },
        written,
    );
    Ok(Page::new(t!("Who is told of {number}", number = number), CHANGES, body))
}

async fn ask_to_add(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| add_page(reader, &number, &Form::default())).await
}

fn add_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    reader.actor.must_be_inside()?;
    let case = queries::open_change(reader, number)?;
    let items = changes::items(reader, case.record.id.raw())?;
    let items = items.into_iter().filter(|it| it.action.changes());
    let body = change::by_hand(
        &ByHand {
            change: number,
            title: &case.record.title,
            items: &items.map(|it| (it.name, it.title.unwrap_or_default())).collect::<Vec<_>>(),
            party: Choosing::of(reader, Among::Organisations, written, "party")?,
            extra: web::extra::opening(reader, Notice::KIND.prefix, written)?,
        },
        written,
    );
    Ok(Page::new(t!("Tell somebody else"), CHANGES, body))
}

async fn prepare(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let extra = web::extra::read(work, Notice::KIND.prefix, form)?;
                commands::prepare_with(work, &number, &extra)?;
                Ok(format!("{CHANGES}/{number}/notices#notices"))
            },
            move |reader, form| told_page(reader, &same, &form),
        )
        .await
}

async fn add(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let it = Addition {
                    party: form.whole("party"),
                    side: form.word("side"),
                    items: form.all("items").into_iter().map(str::to_owned).collect(),
                    reason: form.text("reason").to_owned(),
                    blocks: form.has("blocks"),
                };
                form.check()?;
                let made = commands::add(work, &number, &it)?;
                web::extra::opened::<Notice>(work, &made.number, form)?;
                Ok(of_notice(&made.number, ""))
            },
            move |reader, form| add_page(reader, &same, &form),
        )
        .await
}
