//! What is the same for every kind of record: steps, remarks, tasks, files, proofs, search, home.

pub(crate) mod around;
mod door;
mod fields;
pub mod files;
pub mod heads;
pub(crate) mod home;
pub(crate) mod impact;
mod jobs;
pub mod letterhead;
mod letters;
pub mod links;
pub(crate) mod lists;
pub mod notices;
mod proof;
mod search;
pub mod validity;
mod verify;

pub(crate) use search::asked_for;

use kernel::{Ask, Audience, Error, Registry, Result, Taken};

use crate::form::Form;
use crate::path::{Path, is_ours};
use crate::routes::Routes;
use crate::visit::{Answer, Posted};

/// The pages that every kind of record has, and those that belong to none.
pub fn routes(registry: &Registry) -> Routes {
    let kinds = registry.all().iter().fold(Routes::default(), |routes, entry| {
        let at = |rest: &str| format!("/{}/{{number}}/{rest}", entry.kind.path);
        let path = entry.kind.path;
        routes
            .post(&at("steps/{step}"), move |path: Path<(String, String)>, posted| advance(path, posted))
            .post(&at("remarks"), move |number, posted| remark(path, number, posted))
            .post(&at("files"), move |number, sent| files::attach(path, number, sent))
            .post(&at("tasks"), move |number, posted| ask(path, number, posted))
            .post(&at("watch"), move |number, posted| watch(path, number, posted, true))
            .post(&at("unwatch"), move |number, posted| watch(path, number, posted, false))
    });
    kinds
        .post("/tasks/{id}/settle", settle)
        .post("/remarks/{id}/strike", strike)
        .and(links::routes(registry))
        .and(around::routes(registry))
        .and(impact::routes(registry))
        .and(validity::routes(registry))
        .and(home::routes())
        .and(letters::routes())
        .and(notices::routes())
        .and(crate::live::routes())
        .and(jobs::routes())
        .and(search::routes())
        .and(lists::routes(registry))
        .and(fields::routes(registry))
        .and(files::routes())
        .and(proof::routes())
        .and(heads::routes())
        .and(verify::routes())
        .and(door::routes())
}

/// Takes a plain step: one that asks for no more than a reason.
async fn advance(Path((number, step)): Path<(String, String)>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text("reason").to_owned();
    visit
        .write(move |work| {
            let entry = work.registry().of_number(&number).ok_or(Error::NotFound)?;
            work.because(&reason);
            entry.advance(work, &Taken { number: &number, step: &step, version: None })?;
            Ok(entry.kind.address(&number))
        })
        .await
}

async fn remark(path: &'static str, Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let mut words = visit.form.raw("words").to_owned();
    // What is said of one thing that a record holds names it first.
    let about = visit.form.text("about");
    if !about.is_empty() && !words.trim().is_empty() {
        words = format!("{about}: {words}");
    }
    let to = Some(visit.form.text("to")).filter(|it| is_ours(it)).map(str::to_owned);
    let audience = if visit.form.text("audience") == "party" { Audience::Party } else { Audience::Internal };
    let place = (visit.known.actor.person, format!("remark:{number}"));
    let db = std::sync::Arc::clone(&visit.edge.db);
    let answer = visit
        .write(move |work| {
            let record = work.mention_of(&number)?;
            work.remark(record.id, &words, audience)?;
            Ok(to.clone().unwrap_or_else(|| format!("/{path}/{number}#timeline")))
        })
        .await?;
    crate::visit::off_the_loop(move || db.drop_draft(place.0, &place.1)).await.ok();
    Ok(answer)
}

async fn ask(path: &'static str, Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let (request, person, due) =
        (visit.form.text("request").to_owned(), visit.form.whole("person"), visit.form.day("due"));
    let faults = std::mem::take(&mut visit.form.faults);
    visit
        .write(move |work| {
            faults.clone().into_result()?;
            let record = work.mention_of(&number)?;
            work.ask(record.id, &Ask { request: &request, person, due, ..Ask::default() })?;
            Ok(format!("/{path}/{number}#tasks"))
        })
        .await
}

async fn watch(path: &'static str, Path(number): Path<String>, Posted(visit): Posted, on: bool) -> Answer {
    visit
        .write(move |work| {
            let record = work.mention_of(&number)?;
            work.watch(record.id, on)?;
            Ok(format!("/{path}/{number}"))
        })
        .await
}

async fn settle(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let back = local(&visit.form, visit.envelope.header("referer"));
    visit
        .write(move |work| {
            work.settle(id)?;
            Ok(back.clone())
        })
        .await
}

async fn strike(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            let remark = work.remark_at(id)?;
            work.strike_out(id)?;
            let it = work.mention(remark.record_id)?.ok_or(Error::NotFound)?;
            Ok(format!("{}#timeline", work.registry().address(&it.kind, &it.number)))
        })
        .await
}

/// Where one came from, if that was one of our own pages; home otherwise.
pub(crate) fn local(form: &Form, referer: Option<&str>) -> String {
    let asked = form.text("to");
    if is_ours(asked) {
        return asked.to_owned();
    }
    let path =
        referer.and_then(|it| it.split_once("://")).and_then(|(_, it)| it.find('/').map(|at| &it[at..]));
    path.filter(|it| is_ours(it)).unwrap_or("/").to_owned()
}

/// A number in an address; nothing is there where it is none.
pub(crate) fn whole(words: &str) -> Result<i64> {
    words.parse().map_err(|_| Error::NotFound)
}
