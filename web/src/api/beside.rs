//! What stands beside a record of any kind, for programs: trail, ties, remarks, tasks, revisions, files.

use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Ask, Audience, Error, Faults, Kind, Mention, Reader, Result, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::paging::{PAGED, Part, one_more, page_of, paged};
use super::records::{about, limit};
use super::shapes::{
    AttachmentSeen, Below, DeedSeen, Link, NewLink, NewRemark, NewTask, Numbers, Page, RemarkSeen,
    RevisionSeen, TaskSeen, WayPage, WholeRevision, colleague, named,
};
use super::{BASE, json as in_json, made};
use crate::common::files;
use crate::failure::Failure;
use crate::path::Path;
use crate::routes::{Doc, Routes, Schema, schema_of};
use crate::visit::{Answer, LARGEST_UPLOAD, Sent, Upload, Visit};
use crate::way::{self, Gather, Wanted};

/// The addresses below the records of one kind.
pub(super) fn routes(kind: Kind, gather: Gather) -> Routes {
    talk(kind).and(past(kind)).api_get(
        &below(kind, "way"),
        lists(
            kind,
            "The whole way: what was said, and what was done to it and to what hangs on it, the oldest first",
            schema_of::<WayPage>(),
        ),
        move |number, visit: Visit| whole_way(kind, gather, number, visit),
    )
}

/// What people say, ask and tie.
fn talk(kind: Kind) -> Routes {
    let [remarks_at, tasks_at, links_at] = ["remarks", "tasks", "links"].map(|it| below(kind, it));
    Routes::default()
        .api_get(
            &remarks_at,
            lists(kind, "What was said about it, the oldest first", schema_of::<Page<RemarkSeen>>()),
            move |number, visit: Visit| remarks(kind, number, visit),
        )
        .api_post(
            &remarks_at,
            tells(kind, "Says something about it", schema_of::<NewRemark>()),
            move |number, sent: Sent| remark(kind, number, sent),
        )
        .api_get(
            &tasks_at,
            lists(kind, "What somebody must do about it, open tasks first", schema_of::<Page<TaskSeen>>()),
            move |number, visit: Visit| tasks(kind, number, visit),
        )
        .api_post(
            &tasks_at,
            tells(kind, "Asks somebody to do something", schema_of::<NewTask>()),
            move |number, sent: Sent| ask_for(kind, number, sent),
        )
        .api_get(
            &links_at,
            lists(kind, "The records tied to it, the newest ties first", schema_of::<Page<Link>>()),
            move |number, visit: Visit| links(kind, number, visit),
        )
        .api_post(
            &links_at,
            Doc {
                response: schema_of::<Page<Link>>(),
                ..tells(kind, "Ties it to another record", schema_of::<NewLink>())
            },
            move |number, sent: Sent| tie(kind, number, sent),
        )
}

/// What was done, frozen and filed.
fn past(kind: Kind) -> Routes {
    Routes::default()
        .api_get(
            &below(kind, "trail"),
            lists(kind, "What was done to it, the oldest first", schema_of::<Page<DeedSeen>>()),
            move |number, visit: Visit| trail(kind, number, visit),
        )
        .api_get(
            &below(kind, "revisions"),
            lists(kind, "What was frozen of it, the newest first", schema_of::<Page<RevisionSeen>>()),
            move |number, visit: Visit| revisions(kind, number, visit),
        )
        .api_get(
            &below(kind, "revisions/{no}"),
            asks(kind, "One revision with its content", schema_of::<WholeRevision>()),
            move |at, visit: Visit| revision(kind, at, visit),
        )
        .api_get(
            &below(kind, "attachments"),
            lists(kind, "The files at it, the oldest first", schema_of::<Page<AttachmentSeen>>()),
            move |number, visit: Visit| attachments(kind, number, visit),
        )
        .api_post(
            &below(kind, "attachments"),
            Doc {
                query: &[
                    ("name", "What the file is called, with its ending."),
                    ("audience", "Who may read it: `internal` (where nothing is said) or `party`."),
                ],
                takes_bytes: true,
                ..tells(kind, "Attaches a file: its bytes, as they are", None)
            },
            move |number, visit: Visit, body: Body| attach(kind, number, visit, body),
        )
}

async fn attach(kind: Kind, Path(number): Path<String>, visit: Visit, body: Body) -> Answer {
    let address = format!("{BASE}/{}/{number}/attachments", kind.path);
    let file = SentFile::of(&visit, body).await?;
    let (sent, audience) = (file.told(), file.audience.unwrap_or_default());
    let read = files::received(&visit, vec![file.upload]).await?;
    let answer = visit
        .changed(sent, move |work| {
            let record = record(work, kind, &number)?;
            let file = read.first().ok_or(Error::NotFound)?;
            Ok(json!({ "id": files::filed(work, record.id, &file.filing(audience))? }))
        })
        .await?;
    Ok(made(&answer, &address))
}

/// A file that a program sends as it is, by the name and for whom the query says.
#[derive(Debug)]
pub struct SentFile {
    pub upload: Upload,
    /// None where nothing is said.
    pub audience: Option<Audience>,
}

impl SentFile {
    /// # Errors
    /// Asks for a name that harms nobody; refuses more than is kept.
    pub async fn of(visit: &Visit, body: Body) -> Result<Self, Failure> {
        let envelope = &visit.envelope;
        let bytes = to_bytes(body, LARGEST_UPLOAD).await.map_err(|_| Failure::too_large(envelope))?;
        let asked = envelope.asked();
        let name = filename::safe_name(asked.text("name"));
        let said = asked.text("audience");
        let audience = Audience::of(said);
        let mut faults = Faults::default();
        faults.unless(name.is_some(), "name", text!("Say what the file is called: ?name=plan.pdf."));
        let is_known = said.is_empty() || audience.is_some();
        faults.unless(is_known, "audience", text!("Choose `internal` or `party`."));
        faults.into_result().map_err(|it| Failure::of(it.into(), envelope))?;
        Ok(Self { upload: Upload { name: name.unwrap_or_default(), bytes }, audience })
    }

    /// What tells one such request from another.
    pub fn told(&self) -> Json {
        let Upload { name, bytes } = &self.upload;
        json!({ "name": name, "audience": self.audience, "digest": kernel::fingerprint(bytes) })
    }
}

fn below(kind: Kind, rest: &str) -> String {
    format!("{BASE}/{}/{{number}}/{rest}", kind.path)
}

fn asks(kind: Kind, summary: &'static str, response: Option<Schema>) -> Doc {
    Doc { summary, response, ..about(kind) }
}

fn lists(kind: Kind, summary: &'static str, response: Option<Schema>) -> Doc {
    Doc { query: PAGED, ..asks(kind, summary, response) }
}

fn tells(kind: Kind, summary: &'static str, request: Option<Schema>) -> Doc {
    Doc { summary, request, response: schema_of::<Below>(), makes: true, ..about(kind) }
}

/// The record of a kind with a number.
fn record(reader: &Reader, kind: Kind, number: &str) -> Result<Mention> {
    let it = reader.mention_of(number)?;
    if it.kind == kind.prefix { Ok(it) } else { Err(Error::NotFound) }
}

/// Answers with one thing about a record.
async fn told<T: Serialize>(
    kind: Kind,
    Path(number): Path<String>,
    visit: Visit,
    question: impl FnOnce(&Reader, Mention) -> Result<T> + Send + 'static,
) -> Answer {
    visit
        .respond(move |reader| {
            let answer = question(reader, record(reader, kind, &number)?)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(answer)?))
        })
        .await
}

async fn trail(kind: Kind, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        let (limit, after) = page_of(&mut asked, 50);
        asked.check()?;
        let deeds = reader.trail(record.id, false, after.unwrap_or(0), one_more(limit))?;
        let mut numbers = Numbers::new(reader);
        paged(deeds, limit, |it| it.entry).told(|it| numbers.deed(it))
    })
    .await
}

async fn whole_way(kind: Kind, gather: Gather, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        if reader.actor.is_outside() {
            return Err(Error::NotFound);
        }
        let limit = limit(&mut asked, 50);
        let after = Some(asked.text("after")).filter(|it| !it.is_empty()).map(str::parse).transpose()?;
        asked.check()?;
        let part = way::part(reader, gather(reader, record.id)?, Wanted::After(after, limit))?;
        let next = part.next.map(|it| it.to_string());
        let mut numbers = Numbers::new(reader);
        let items = part.steps.into_iter().map(|it| numbers.step(it)).collect::<Result<_>>()?;
        Ok(WayPage { items, next, count: part.all })
    })
    .await
}

async fn links(kind: Kind, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        let (limit, before) = page_of(&mut asked, 50);
        asked.check()?;
        neighbours(reader, record.id, (limit, before))
    })
    .await
}

fn neighbours(reader: &Reader, id: i64, (limit, before): (usize, Option<i64>)) -> Result<Page<Link>> {
    let mut ties = reader.neighbours_before(id, before.unwrap_or(i64::MAX), one_more(limit))?;
    ties.sort_by_key(|it| std::cmp::Reverse(it.link));
    paged(ties, limit, |it| it.link).told(|it| {
        Ok(Link {
            id: it.link,
            is_suspect: it.is_suspect,
            role: it.role,
            outward: it.is_target,
            number: it.number,
            title: it.title,
            state: it.state,
        })
    })
}

async fn tie(kind: Kind, Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let address = format!("{BASE}/{}/{number}/links", kind.path);
    let fields = sent.clone();
    let answer = visit
        .changed(sent, move |work| {
            let source = record(work, kind, &number)?;
            let new: NewLink = crate::api::typed(fields.clone())?;
            let target = named(work, "to", Some(&new.to), &[])?.ok_or(Error::NotFound)?;
            work.link_by_hand(&source, new.role, &target)?;
            Ok(serde_json::to_value(neighbours(work, source.id, (50, None))?)?)
        })
        .await?;
    Ok(made(&answer, &address))
}

async fn remarks(kind: Kind, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        let part = Part::asked(&mut asked)?.of(reader.remarks(record.id)?, |it| vec![it.id]);
        let mut numbers = Numbers::new(reader);
        let namings = reader.namings(record.id)?;
        part.told(|it| {
            let author = numbers.of(it.author)?;
            let named = namings.iter().filter(|naming| naming.remark == it.id);
            let mentions = named.map(|naming| numbers.of(naming.person)).collect::<Result<Vec<_>>>()?;
            Ok(RemarkSeen {
                id: it.id,
                author,
                at: it.at,
                words: it.words,
                audience: it.audience,
                struck_at: it.struck_at,
                mentions: mentions.into_iter().flatten().collect(),
            })
        })
    })
    .await
}

async fn remark(kind: Kind, number: Path<String>, sent: Sent) -> Answer {
    make(kind, number, sent, "remarks", |work, record, fields| {
        let new: NewRemark = crate::api::typed(fields)?;
        work.remark(record.id, &new.words, new.audience)
    })
    .await
}

/// Makes something below a record.
async fn make(
    kind: Kind,
    Path(number): Path<String>,
    Sent(visit, sent): Sent,
    what: &'static str,
    deed: impl Fn(&mut Work, &Mention, Json) -> Result<i64> + Send + 'static,
) -> Answer {
    let address = format!("{BASE}/{}/{number}/{what}", kind.path);
    let fields = sent.clone();
    let answer = visit
        .changed(sent, move |work| {
            let record = record(work, kind, &number)?;
            Ok(json!({ "id": deed(work, &record, fields.clone())? }))
        })
        .await?;
    Ok(made(&answer, &address))
}

async fn tasks(kind: Kind, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        let part = Part::asked(&mut asked)?;
        let mut tasks = reader.tasks(record.id)?;
        tasks.sort_by_key(urgency);
        let mut numbers = Numbers::new(reader);
        part.of(tasks, urgency).told(|it| -> Result<TaskSeen> { numbers.task(it) })
    })
    .await
}

/// Open tasks first, the most urgent of them before those without a day.
fn urgency(it: &kernel::Task) -> Vec<i64> {
    let day = |it: Date| i64::from(it.year()) * 10_000 + i64::from(it.month()) * 100 + i64::from(it.day());
    vec![i64::from(it.settled_at.is_some()), it.due.map_or(i64::MAX, day), it.id]
}

async fn ask_for(kind: Kind, number: Path<String>, sent: Sent) -> Answer {
    make(kind, number, sent, "tasks", |work, record, fields| {
        let new: NewTask = crate::api::typed(fields)?;
        let person = colleague(work, "person", new.person.as_deref())?;
        let function = named(work, "function", new.function.as_deref(), &["FN"])?.map(|it| it.id);
        let ask = Ask { request: &new.request, person, function, due: new.due, ..Ask::default() };
        work.ask(record.id, &ask)
    })
    .await
}

async fn revisions(kind: Kind, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        let part = Part::asked(&mut asked)?.of(reader.revisions(record.id)?, |it| vec![-it.no]);
        let mut numbers = Numbers::new(reader);
        part.told(|it| frozen(&mut numbers, it))
    })
    .await
}

fn frozen(numbers: &mut Numbers, it: kernel::Revision) -> Result<RevisionSeen> {
    Ok(RevisionSeen {
        no: it.no,
        title: it.title,
        digest: it.digest,
        reason: it.reason,
        released_at: it.released_at,
        released_by: numbers.of(it.released_by)?,
        life: it.life,
    })
}

async fn revision(kind: Kind, Path((number, no)): Path<(String, i64)>, visit: Visit) -> Answer {
    told(kind, Path(number), visit, move |reader, record| {
        let (revision, content) = reader.revision(record.id, no)?;
        let mut numbers = Numbers::new(reader);
        let files = reader.files_of_revision(record.id, no)?.into_iter();
        let files = files.map(|it| attached(&mut numbers, &[], it)).collect::<Result<_>>()?;
        Ok(WholeRevision { revision: frozen(&mut numbers, revision)?, content, files })
    })
    .await
}

async fn attachments(kind: Kind, number: Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    told(kind, number, visit, move |reader, record| {
        let mut files = reader.attachments(record.id)?;
        files.retain(|it| it.belongs(None));
        let for_others = crate::common::files::proposed_for(reader, record.id)?;
        let part = Part::asked(&mut asked)?.of(files, |it| vec![it.id]);
        let mut numbers = Numbers::new(reader);
        part.told(|it| attached(&mut numbers, &for_others, it))
    })
    .await
}

fn attached(
    numbers: &mut Numbers,
    for_others: &[kernel::ProposedFor],
    it: kernel::Attachment,
) -> Result<AttachmentSeen> {
    Ok(AttachmentSeen {
        file: format!("/files/{}", it.id),
        proposed_for: for_others.iter().find(|one| one.file == it.id).map(|one| one.name.clone()),
        by: numbers.of(it.by)?,
        id: it.id,
        name: it.name,
        media_type: it.media_type,
        size: it.size,
        digest: it.digest,
        audience: it.audience,
        at: it.at,
    })
}
