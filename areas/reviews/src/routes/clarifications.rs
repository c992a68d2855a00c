//! Addresses of questions to the customer and from them.

use jiff::Timestamp;
use kernel::{Body, Error, Permit, Reader, Result, Tone};
use schemars::JsonSchema;
use serde::Serialize;
use web::language::say;
use web::parts::{Button, State};
use web::record::{self, Extra};
use web::way::{Said, Stands};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::api::{doc, in_json};
use crate::commands::{self, Answering};
use crate::model::{Clarification, ClarificationState, Review, SignOff};
use crate::pages::review::QuestionShown;
use crate::pages::{clarification as page, sign};
use crate::queries;

const PLACE: &str = "/clarifications";

pub fn routes() -> Routes {
    Routes::default()
        .get(PLACE, list)
        .get("/clarifications/{number}", show)
        .post("/clarifications/{number}/answer", answer)
        .get("/clarifications/{number}/settle", ask_to_settle)
        .post("/clarifications/{number}/settle", settle)
        .api_get(
            "/api/v1/clarifications/{number}/answers",
            doc::<(), Vec<AnswerSeen>>("What was answered, the oldest first"),
            answers,
        )
        .api_get(
            "/api/v1/reviews/{number}/clarifications",
            doc::<(), Vec<QuestionSeen>>("What the customer was asked from it, with the answers"),
            asked_from_a_review,
        )
        .api_get(
            "/api/v1/sign-offs/{number}/clarifications",
            doc::<(), Vec<QuestionSeen>>("What the customer queried in it, with the answers"),
            asked_from_a_sign_off,
        )
}

/// An answer to a question.
#[derive(Serialize, JsonSchema)]
struct AnswerSeen {
    words: String,
    /// Who answered, by name.
    name: String,
    /// How it came: `link`, `account`, or in words.
    source: String,
    /// In microseconds.
    at: i64,
}

/// A question to the customer or from them.
#[derive(Serialize, JsonSchema)]
struct QuestionSeen {
    number: String,
    /// The number of the item that it is about; none where it is about the whole.
    item: Option<String>,
    question: String,
    /// Whether the customer asks us.
    is_theirs: bool,
    state: String,
    /// The oldest first.
    answers: Vec<AnswerSeen>,
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "CL", |reader| Ok(web::list::Extras {
        purpose: web::list::purpose(
            reader,
            t!("What has to be clarified with the customer is asked from a review, and what they query comes from a sign-off."),
            t!("Questions between you and us stand here, each with its answers."),
        ),
        more: if reader.actor.is_outside() { Vec::new() } else { vec![Button::open("/reviews", t!("Reviews")).small()] },
        ..web::list::Extras::default()
    }))
    .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| record_page(reader, &number, &Form::default())).await
}

fn record_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<Clarification>(number)?;
    let answers = queries::answers_of(reader, case.record.id.raw())?;
    let from = if case.body.review == 0 { None } else { reader.mention(case.body.review)? };
    let is_outside = reader.actor.is_outside();
    let is_asked = case.record.state == ClarificationState::Asked && !reader.actor.only_reads;
    let body = page::body(
        &page::Asked {
            number,
            body: &case.body,
            from: from.map(|it| {
                (format!("{} {}", it.number, it.title), reader.registry().address(&it.kind, &it.number))
            }),
            answers: &answers,
            may_answer: is_asked && (!is_outside || !case.body.is_theirs),
            is_outside,
        },
        written,
    );
    let any = reader.registry().kind("CL").ok_or(Error::NotFound)?.find(reader, number)?;
    let address = Clarification::KIND.address(number);
    let steps_elsewhere =
        vec![("answer", format!("{address}#answers")), ("settle", format!("{address}/settle"))];
    record::show(reader, &any, Extra { body, steps_elsewhere, ..Extra::default() })
}

async fn answer(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let is_outside = work.actor.is_outside();
                let it = Answering {
                    words: form.text("words").to_owned(),
                    name: if is_outside { String::new() } else { form.text("name").to_owned() },
                    source: if is_outside { "account".to_owned() } else { form.text("source").to_owned() },
                };
                commands::answer(work, &number, &it, None)?;
                Ok(format!("{PLACE}/{number}#answers"))
            },
            move |reader, form| record_page(reader, &same, &form),
        )
        .await
}

async fn ask_to_settle(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| settle_page(reader, &number, &Form::default())).await
}

fn settle_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    reader.find::<Clarification>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let (at, title) =
        (format!("{PLACE}/{number}"), t!("What follows from the answer to {number}?", number = number));
    let page = sign::with_reason(&format!("{at}/settle"), &at, (&title, &t!("Settle")), written);
    Ok(Page::new(title, PLACE, page))
}

async fn settle(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::settle_with(work, &number, &reason)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| settle_page(reader, &same, &form),
        )
        .await
}

async fn answers(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            in_json(&answers_to(reader, reader.find::<Clarification>(&number)?.record.id.raw())?)
        })
        .await
}

async fn asked_from_a_review(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| in_json(&asked_from(reader, reader.find::<Review>(&number)?.record.id.raw())?))
        .await
}

async fn asked_from_a_sign_off(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            in_json(&asked_from(reader, reader.find::<SignOff>(&number)?.record.id.raw())?)
        })
        .await
}

fn asked_from(reader: &Reader, from: i64) -> Result<Vec<QuestionSeen>> {
    let seen = queries::clarifications_of(reader, from)?.into_iter().map(|it| {
        Ok(QuestionSeen {
            answers: answers_to(reader, it.id)?,
            number: it.number,
            item: Some(it.item).filter(|it| !it.is_empty()),
            question: it.question,
            is_theirs: it.is_theirs,
            state: it.state,
        })
    });
    seen.collect()
}

fn answers_to(reader: &Reader, clarification: i64) -> Result<Vec<AnswerSeen>> {
    let seen = queries::answers_of(reader, clarification)?.into_iter().map(|it| AnswerSeen {
        words: it.words,
        name: it.name,
        source: it.source,
        at: it.at.as_microsecond(),
    });
    Ok(seen.collect())
}

/// What was asked and answered among these records, for the whole way of what they are about.
pub fn asked_and_answered(reader: &Reader, records: &[i64]) -> Result<Vec<Said>> {
    let (questions, answers) = queries::questions_among(reader, records)?;
    let moment = |at: i64| Timestamp::from_microsecond(at).unwrap_or(reader.now);
    let mut all = Vec::new();
    for (record, number, words, is_theirs, person, at) in questions {
        // Whoever of ours asks stands with the deed.
        let by = person.filter(|_| is_theirs).map(|it| reader.name_of(it)).transpose()?.unwrap_or_default();
        all.push(Said { at: moment(at), stands: Stands::Question { record, number }, by, words });
    }
    all.extend(answers.into_iter().map(|(answer, number, words, by, at)| Said {
        at: moment(at),
        stands: Stands::Answer { answer, number },
        by,
        words,
    }));
    Ok(all)
}

/// The questions that were asked from a review or a sign-off, as they are shown there.
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
