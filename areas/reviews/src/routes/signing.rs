//! Addresses at which one of ours signs: for a function, to close a review, and to take a signature back.

use kernel::{Reader, Result, Role};
use web::parts;
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::recorded::laid;
use crate::commands::{self, Closing, Committing, Signer};
use crate::model::{Review, ReviewStep};
use crate::pages::sign;
use crate::queries;
use crate::rules::FunctionProgress;

const PLACE: &str = "/reviews";

pub fn routes() -> Routes {
    Routes::default()
        .get("/reviews/{number}/commit", ask_to_commit)
        .post("/reviews/{number}/commit", commit)
        .get("/reviews/{number}/close", ask_to_close)
        .post("/reviews/{number}/close", close)
        .get("/reviews/{number}/withdraw", ask_to_withdraw)
        .post("/reviews/{number}/withdraw", withdraw)
        .post("/signatures/{id}/revoke", revoke)
}

async fn ask_to_commit(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| commit_page(reader, &number, &asked)).await
}

fn commit_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<Review>(number)?;
    kernel::Permit::Staff.covers(reader.actor, None)?;
    let function: i64 = written.text("function").parse().map_err(|_| kernel::Error::NotFound)?;
    let stands = case.facts.progress.of(function).ok_or(kernel::Error::NotFound)?;
    let name = case.facts.names.get(&function).cloned().unwrap_or_default();
    let laid = laid(reader, reader.find::<Review>(number)?, Some(function))?;
    let page = sign::commit(
        &sign::Signing {
            number,
            subject: &case.facts.subject,
            revision: case.body.revision,
            digest: &case.body.digest,
            read: &written.read_or(|| queries::read_of(reader, &case, Some(function)))?,
            function: (function, &name),
            said: &said(stands),
            laid: &laid,
            names: &[],
            now: reader.now,
            has_factor: identity::has_factor(reader, reader.actor.person)?,
        },
        written,
    );
    Ok(Page::new(t!("Sign for {function}", function = name), PLACE, page))
}

fn said(it: &FunctionProgress) -> String {
    let judged = it.items.len() - it.waiting.len();
    let mut words =
        vec![t!("{part} of {whole} judged", part = judged.to_string(), whole = it.items.len().to_string())];
    if it.conditions > 0 {
        words.push(t!("{count} with a condition", count = it.conditions.to_string()));
    }
    if it.carried > 0 {
        words.push(t!("{count} carried over", count = it.carried.to_string()));
    }
    if !it.clarify.is_empty() {
        words.push(t!("to be clarified: {items}", items = it.clarify.join(", ")));
    }
    if !it.rejected.is_empty() {
        words.push(t!("rejected: {items}", items = it.rejected.join(", ")));
    }
    words.join(" · ")
}

async fn commit(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let (proof, zone) = (identity::says_again(&visit).await?, visit.zone());
    visit
        .write_form(
            move |work, form| {
                let function = form.whole("function").unwrap_or(0);
                let feasible = form.maybe_word("feasible");
                let sentence = kernel::text!("Choose one of the three.");
                form.faults.unless(feasible.is_some(), "feasible", sentence);
                form.check()?;
                let proven = identity::prove(work, &proof)?;
                let name = work.actor.name.clone();
                let signer = Signer { name: &name, role: "", language: web::language::code(), zone: &zone };
                let it = Committing {
                    function,
                    feasible: feasible.unwrap_or_default(),
                    statement: form.text("statement"),
                    read: form.text("read"),
                    signer,
                };
                commands::commit(work, &number, &it, &proven)?;
                Ok(format!("{PLACE}/{number}?view=all#signatures"))
            },
            move |reader, form| commit_page(reader, &same, &form),
        )
        .await
}

async fn ask_to_close(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| close_page(reader, &number, &Form::default())).await
}

fn close_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find::<Review>(number)?;
    let step =
        if case.facts.other_conditions > 0 { ReviewStep::AcceptWithConditions } else { ReviewStep::Accept };
    case.lets_take(reader.actor, step)?;
    let refusal = crate::rules::why_not(&case, reader.actor, step);
    let (answered, all) = (case.facts.progress.answered(), case.facts.progress.functions.len());
    let laid = laid(reader, reader.find::<Review>(number)?, None)?;
    let signatures: Vec<_> =
        reader.signatures(case.record.id.raw())?.into_iter().filter(kernel::Signature::counts).collect();
    let page = sign::close(
        &sign::Signing {
            number,
            subject: &case.facts.subject,
            revision: case.body.revision,
            digest: &case.body.digest,
            read: &written.read_or(|| queries::read_of(reader, &case, None))?,
            function: (0, ""),
            said: &t!(
                "{part} of {whole} functions have answered.",
                part = answered.to_string(),
                whole = all.to_string()
            ),
            laid: &laid,
            names: &super::shown(reader, &signatures, &case.body.digest)?,
            now: reader.now,
            has_factor: identity::has_factor(reader, reader.actor.person)?,
        },
        refusal.as_ref(),
        written,
    );
    Ok(Page::new(t!("Close the review"), PLACE, page))
}

async fn close(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let (proof, zone) = (identity::says_again(&visit).await?, visit.zone());
    visit
        .write_form(
            move |work, form| {
                let proven = identity::prove(work, &proof)?;
                let (name, role) = (work.actor.name.clone(), title_of(work)?);
                let signer =
                    Signer { name: &name, role: &role, language: web::language::code(), zone: &zone };
                let it = Closing { outcome: form.text("outcome"), read: form.text("read"), signer };
                match form.text("decision") {
                    "accept" => commands::complete(work, &number, &it, &proven)?,
                    _ => commands::decline(work, &number, &it, &proven)?,
                }
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| close_page(reader, &same, &form),
        )
        .await
}

/// As what somebody of ours closes a review: by their job title, or by the role by which they may where they have none.
pub fn title_of(reader: &Reader) -> Result<String> {
    let title = identity::job_title_of(reader, reader.actor.person)?;
    let by = [Role::Approver, Role::Quality].into_iter().find(|it| reader.actor.has(*it));
    let role = by.map(web::language::word).unwrap_or_default();
    Ok(if title.trim().is_empty() { role } else { title })
}

async fn ask_to_withdraw(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| withdraw_page(reader, &number, &Form::default())).await
}

fn withdraw_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    reader.find::<Review>(number)?.lets_take(reader.actor, ReviewStep::Withdraw)?;
    let (at, title) = (format!("{PLACE}/{number}"), t!("Withdraw the review {number}", number = number));
    let page = sign::with_reason(&format!("{at}/withdraw"), &at, (&title, &t!("Withdraw")), written);
    Ok(Page::new(title, PLACE, parts::stack(page)))
}

async fn withdraw(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (reason, same) = (visit.form.text("reason").to_owned(), number.clone());
    visit
        .write_form(
            move |work, _| {
                commands::withdraw(work, &number, &reason)?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, form| withdraw_page(reader, &same, &form),
        )
        .await
}

async fn revoke(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text("reason").to_owned();
    visit
        .write(move |work| {
            let number = commands::revoke(work, id, &reason)?;
            Ok(format!("{PLACE}/{number}"))
        })
        .await
}
