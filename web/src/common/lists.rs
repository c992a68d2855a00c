//! What every list can: be shown otherwise, be kept as a view, leave as a file, be changed row by row at once.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use kernel::{
    Db, Entry, Error, Field as Extra, Listed, Look, Reader, Registry, Result, Shared, View, Wanted, text,
};
use maud::{Markup, html};
use serde_json::Value as Json;
use table::{Cell, Sheet, Signature};
use tokio::sync::mpsc;

use crate::bulk::{self, Change, Outcome, Picked};
use crate::choosing::{Among, Choosing, Colleagues};
use crate::columns::{self, Col, Names};
use crate::edge::{Edge, Page};
use crate::extra;
use crate::failure::Failure;
use crate::form::Form;
use crate::language;
use crate::list::{Listing, MOST_AT_ONCE, asking};
use crate::parts::{self, Button, Column, Field, Head, Line, Note, Table};
use crate::path::Path;
use crate::routes::Routes;
use crate::t;
use crate::visit::{Answer, Posted, Visit, off_the_loop};

/// So many rows are read from the database at once for a file.
const AT_ONCE: usize = 1000;
/// So many refused rows are shown; of more, the file of the outcome would be longer than anybody reads.
const SHOWN: usize = 500;
/// Of so many rows each is sent with the version that was seen.
const NAMED: usize = 500;

pub fn routes(registry: &Registry) -> Routes {
    registry.all().iter().fold(Routes::default(), |routes, entry| {
        let kind = entry.kind.prefix;
        let at = |rest: &str| format!("/lists/{}/{rest}", entry.kind.path);
        routes
            .get(&at("export.csv"), move |visit| export(kind, Format::Csv, visit))
            .get(&at("export.xlsx"), move |visit| export(kind, Format::Xlsx, visit))
            .post(&at("columns"), move |posted| choose_columns(kind, posted))
            .post(&at("columns/forget"), move |posted| forget_columns(kind, posted))
            .post(&at("views"), move |posted| keep_view(kind, None, posted))
            .post(&at("views/{view}"), move |view: Path<i64>, posted| keep_view(kind, Some(view.0), posted))
            .post(&at("views/{view}/remove"), move |view, posted| remove_view(kind, view, posted))
            .post(&at("bulk/choose"), move |posted| choose(kind, posted))
            .post(&at("bulk"), move |posted| change(kind, posted))
            .get(&at("bulk/{batch}"), move |batch, visit| outcome(kind, batch, visit))
            .post(&at("bulk/{batch}/undo"), move |batch, posted| undo(kind, batch, posted))
    })
}

fn entry_of<'a>(registry: &'a Registry, kind: &str) -> Result<&'a Entry> {
    registry.kind(kind).ok_or(Error::NotFound)
}

/// Does something that is off the trail, in the language of the visitor, and goes on to an address.
async fn aside(visit: Visit, task: impl FnOnce(&Edge, &Visit) -> Result<String> + Send + 'static) -> Answer {
    let (edge, envelope) = (Arc::clone(&visit.edge), visit.envelope.clone());
    let form = visit.form.clone();
    let done = off_the_loop(move || {
        let language = visit.envelope.language(Some(&visit.known));
        language.with(|| task(&edge, &visit))
    });
    let address = done.await.map_err(|error| Failure::of(error, &envelope).keeping(&form))?;
    Ok(Redirect::to(&address).into_response())
}

/// The address of the list that a form came from.
fn back(entry: &Entry, form: &Form, view: &str) -> String {
    let fields = ["q", "sort", "down"].map(|name| (name.to_owned(), form.raw(name).to_owned()));
    let mut fields = fields.to_vec();
    fields.push(("view".to_owned(), view.to_owned()));
    asking(&entry.list(), &fields)
}

async fn choose_columns(kind: &'static str, Posted(visit): Posted) -> Answer {
    aside(visit, move |edge, visit| {
        let form = &visit.form;
        let entry = entry_of(edge.db.registry(), kind)?;
        let mut codes: Vec<(i64, String)> = Vec::new();
        for (place, code) in form.all("column").into_iter().enumerate() {
            let at =
                form.text(&format!("at.{code}")).parse().unwrap_or(i64::try_from(place).unwrap_or(0) + 1);
            codes.push((at, code.to_owned()));
        }
        codes.sort_by_key(|(at, _)| *at);
        let columns = codes.into_iter().map(|(_, code)| code).collect();
        let look = Look { columns, sort: form.text("sort").to_owned(), descending: form.text("down") == "1" };
        edge.db.keep_look(&visit.known.actor, kind, form.text("view"), &look)?;
        Ok(back(entry, form, form.text("view")))
    })
    .await
}

async fn forget_columns(kind: &'static str, Posted(visit): Posted) -> Answer {
    aside(visit, move |edge, visit| {
        let entry = entry_of(edge.db.registry(), kind)?;
        let view = visit.form.text("view").to_owned();
        edge.db.keep_look(&visit.known.actor, kind, &view, &Look::default())?;
        Ok(asking(&entry.list(), &[("view".to_owned(), view)]))
    })
    .await
}

async fn keep_view(kind: &'static str, known: Option<i64>, Posted(mut visit): Posted) -> Answer {
    let shared = visit.form.word::<Shared>("shared");
    let faults = std::mem::take(&mut visit.form.faults);
    aside(visit, move |edge, visit| {
        faults.into_result()?;
        let form = &visit.form;
        let entry = entry_of(edge.db.registry(), kind)?;
        let functions = edge.db.read(&visit.known.actor, edge.functions)?;
        let columns = form.text("columns").split(',').filter(|it| !it.is_empty()).map(str::to_owned);
        let view = View {
            id: known.unwrap_or(0),
            owner: visit.known.actor.person,
            kind: kind.to_owned(),
            name: form.text("name").to_owned(),
            query: form.text("q").to_owned(),
            columns: columns.collect(),
            sort: form.text("sort").to_owned(),
            descending: form.text("down") == "1",
            shared,
            function: functions.first().copied().filter(|_| shared == Shared::Function),
        };
        let id = edge.db.keep_view(&visit.known.actor, &view)?;
        Ok(asking(&entry.list(), &[("view".to_owned(), id.to_string())]))
    })
    .await
}

async fn remove_view(kind: &'static str, Path(view): Path<i64>, Posted(visit): Posted) -> Answer {
    aside(visit, move |edge, visit| {
        let entry = entry_of(edge.db.registry(), kind)?;
        edge.db.drop_view(&visit.known.actor, view)?;
        Ok(entry.list())
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
}

/// The list just as it is seen, all of its pages, as a file: same question, columns, order and rights.
pub(crate) async fn export(kind: &'static str, format: Format, visit: Visit) -> Answer {
    let (asked, functions) = (visit.envelope.asked(), visit.edge.functions);
    let (edge, known, envelope) = (Arc::clone(&visit.edge), visit.known.clone(), visit.envelope.clone());
    let zone_of = move || envelope.language(Some(&known));
    let (actor, again) = (visit.known.actor.clone(), visit.envelope.clone());
    let language = zone_of.clone();
    let planned = off_the_loop({
        let (edge, actor) = (Arc::clone(&edge), actor.clone());
        move || {
            language().with(|| {
                edge.db.read(&actor, |reader| {
                    let entry = entry_of(reader.registry(), kind)?;
                    let listing = Listing::of(reader, entry, &asked, &functions(reader)?)?;
                    if let Some(fault) = &listing.fault {
                        return Err(kernel::Faults::one("q", text!("{fault}", fault = fault)).into());
                    }
                    let sort = asked.text("sort");
                    if !sort.is_empty() && sort != listing.sort {
                        let sentence = text!("There is no column “{name}” to sort by.", name = sort);
                        return Err(kernel::Faults::one("sort", sentence).into());
                    }
                    Ok(Plan { kind, columns: listing.columns.clone(), wanted: listing.wanted(reader) })
                })
            })
        }
    });
    let plan = planned.await.map_err(|error| Failure::of(error, &again))?;
    let name =
        format!("{}.{}", edge.db.registry().kind(kind).map_or(kind, |it| it.kind.path), format.ending());
    let body = match format {
        Format::Csv => {
            let (into, out) = mpsc::channel(8);
            tokio::task::spawn_blocking(move || {
                let written = zone_of().with(|| write_csv(&edge.db, &actor, plan, &into));
                if let Err(error) = written {
                    tracing::warn!("an export ended early: {error}");
                    // The connection ends without its last chunk, so that nobody takes a part for the whole.
                    let _ = into.blocking_send(Err(std::io::Error::other("the export ended early")));
                }
            });
            let chunks = futures_util::stream::unfold(out, |mut out| async {
                out.recv().await.map(|chunk| (chunk, out))
            });
            // Whoever packs the answer asks once more after its end.
            Body::from_stream(futures_util::StreamExt::fuse(chunks))
        }
        Format::Xlsx => {
            let bytes = off_the_loop(move || zone_of().with(|| write_xlsx(&edge.db, &actor, plan)));
            Body::from(bytes.await.map_err(|error| Failure::of(error, &again))?)
        }
    };
    Ok(file(format, &name, body))
}

fn file(format: Format, name: &str, body: Body) -> Response {
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

impl Format {
    pub fn ending(self) -> &'static str {
        if self == Self::Csv { "csv" } else { "xlsx" }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What an export was asked for, once it is known that it can be had.
struct Plan {
    kind: &'static str,
    columns: Vec<Col>,
    wanted: Wanted,
}

/// The rows of a list, some at a time, each time with a connection of its own: whoever reads slowly holds none.
struct Pages<'a> {
    db: &'a Db,
    actor: &'a kernel::Actor,
    plan: Plan,
    names: Names,
    ready: std::vec::IntoIter<Vec<Cell>>,
    is_over: bool,
    failed: Option<Error>,
}

impl<'a> Pages<'a> {
    fn of(db: &'a Db, actor: &'a kernel::Actor, mut plan: Plan) -> Self {
        plan.wanted.limit = Some(AT_ONCE);
        plan.wanted.after = None;
        Self {
            db,
            actor,
            plan,
            names: Names::default(),
            ready: Vec::new().into_iter(),
            is_over: false,
            failed: None,
        }
    }

    fn turn(&mut self) -> Result<()> {
        let (plan, names) = (&mut self.plan, &mut self.names);
        let (rows, next) = self.db.read(self.actor, |reader| {
            let entry = entry_of(reader.registry(), plan.kind)?;
            let page = reader.list(plan.kind, &plan.wanted)?;
            let cells = columns::cells(reader, entry, &plan.columns, &page.rows, names)?;
            Ok((cells, page.next))
        })?;
        let rows: Vec<Vec<Cell>> =
            rows.into_iter().map(|row| row.into_iter().map(columns::Shown::cell).collect()).collect();
        self.ready = rows.into_iter();
        self.is_over = next.is_none();
        plan.wanted.after = next;
        Ok(())
    }
}

impl Iterator for Pages<'_> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        loop {
            if let Some(row) = self.ready.next() {
                return Some(row);
            }
            if self.is_over {
                return None;
            }
            if let Err(error) = self.turn() {
                self.failed = Some(error);
                return None;
            }
        }
    }
}

fn headings(plan: &Plan) -> Vec<String> {
    plan.columns.iter().map(|it| it.label.clone()).collect()
}

type Chunk = std::io::Result<Bytes>;

fn write_csv(db: &Db, actor: &kernel::Actor, plan: Plan, into: &mpsc::Sender<Chunk>) -> Result<()> {
    let headings = headings(&plan);
    let mut pages = Pages::of(db, actor, plan);
    let mut out = std::io::BufWriter::with_capacity(64 << 10, Pipe(into));
    table::csv_out(&headings, &mut pages, Signature::ByteOrderMark, &mut out).map_err(kernel::broken)?;
    std::io::Write::flush(&mut out)?;
    pages.failed.map_or(Ok(()), Err)
}

fn write_xlsx(db: &Db, actor: &kernel::Actor, plan: Plan) -> Result<Vec<u8>> {
    let headings = headings(&plan);
    let name = language::say(&(entry_of(db.registry(), plan.kind)?.kind.many)());
    let made = db.now().to_zoned_datetime(language::time_zone()).datetime();
    let mut pages = Pages::of(db, actor, plan);
    let widths: Vec<f64> = headings.iter().map(|it| if it.len() > 12 { 24.0 } else { 18.0 }).collect();
    let sheet = Sheet { name: &name, headings: &headings, widths: &widths, made };
    let bytes = table::xlsx_out(&sheet, &mut pages).map_err(kernel::broken)?;
    pages.failed.map_or(Ok(bytes), Err)
}

/// Where a file is written: whoever waits for it reads it while it is made.
struct Pipe<'a>(&'a mpsc::Sender<Chunk>);

impl std::io::Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let gone = |_| std::io::Error::new(std::io::ErrorKind::BrokenPipe, "nobody waits for it any more");
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The records that a bulk form means: those that were marked, or everything that its question finds.
fn meant(reader: &Reader, kind: &str, form: &Form) -> Result<Vec<Picked>> {
    if form.text("all") == "1" {
        return found(reader, kind, form.raw("q"));
    }
    let listed = form.raw("rows").split_whitespace();
    let mut marked: Vec<Picked> = form.all("marked").into_iter().chain(listed).map(Picked::of).collect();
    marked.dedup();
    kernel::Refusal::unless(!marked.is_empty(), text!("Mark at least one row."))?;
    let sentence = text!("Mark at most {count} at once.", count = MOST_AT_ONCE);
    kernel::Refusal::unless(marked.len() <= MOST_AT_ONCE, sentence)?;
    Ok(marked)
}

/// Everything that a question finds, as it is now.
///
/// # Errors
/// Refuses more than a bulk deed takes.
pub(crate) fn found(reader: &Reader, kind: &str, typed: &str) -> Result<Vec<Picked>> {
    let query = crate::question::read(reader, Some(kind), typed)?;
    let mut wanted =
        Wanted { query, zone: Some(language::time_zone()), limit: Some(1000), ..Wanted::default() };
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let page = reader.list(kind, &wanted)?;
        all.extend(page.rows);
        let sentence = text!("More than {count} match. Narrow the filter first.", count = MOST_AT_ONCE);
        kernel::Refusal::unless(all.len() <= MOST_AT_ONCE, sentence)?;
        match page.next {
            Some(next) => wanted.after = Some(next),
            None => {
                let picked =
                    all.into_iter().map(|it| Picked { number: it.number, version: Some(it.version) });
                return Ok(picked.collect());
            }
        }
    }
}

/// Rows as one field of a form: `RS-2026-0017@4 RS-2026-0018@1`.
fn listed(rows: &[Picked]) -> String {
    rows.iter().map(Picked::sent).collect::<Vec<_>>().join(" ")
}

/// Whether everything that was found is as it was when the person decided.
fn must_be_as_seen(form: &Form, rows: &[Picked]) -> Result<()> {
    let counted = form.text("count").parse::<usize>().unwrap_or(rows.len());
    let sentence =
        text!("Meanwhile {count} match, not as many as you saw. Look at the list again.", count = rows.len());
    kernel::Refusal::unless(counted == rows.len(), sentence)?;
    let is_same = !form.has("seen") || form.text("seen") == kernel::fingerprint(listed(rows).as_bytes());
    let sentence = text!("Somebody changed one of them since you saw them. Look at the list again.");
    Ok(kernel::Refusal::unless(is_same, sentence)?)
}

#[track_caller]
fn may_change(reader: &Reader) -> Result<()> {
    Ok(kernel::Permit::Staff.covers(reader.actor, None)?)
}

async fn choose(kind: &'static str, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .read(move |reader| {
            may_change(reader)?;
            let entry = entry_of(reader.registry(), kind)?;
            let rows = meant(reader, kind, &form)?;
            let body = choosing(reader, entry, &form, &rows)?;
            Ok(Page::new(t!("Change them"), &entry.list(), body))
        })
        .await
}

fn choosing(reader: &Reader, entry: &Entry, form: &Form, rows: &[Picked]) -> Result<Markup> {
    let list = entry.list();
    let action = format!("/lists/{}/bulk", entry.kind.path);
    let which = html! {
        (parts::once())
        // Few go along one by one, so that what somebody changes meanwhile is named; many are found again, all or none.
        @if form.text("all") == "1" && rows.len() > NAMED {
            (parts::hidden("all", "1")) (parts::hidden("q", form.raw("q"))) (parts::hidden("count", rows.len()))
            (parts::hidden("seen", kernel::fingerprint(listed(rows).as_bytes())))
        } @else { (parts::hidden("rows", listed(rows))) }
    };
    let one = |change: &str, inside: Markup, button: String| {
        parts::form(
            &action,
            html! { (which) (parts::hidden("change", change)) (inside) (Button::send(button)) },
        )
    };
    let steps = entry.steps.iter().map(|it| (it.code.clone(), language::say(&it.text)));
    let extra: Vec<Extra> =
        reader.fields_of(entry.kind.prefix)?.into_iter().filter(Extra::is_in_use).collect();
    let mut fields = Vec::new();
    for field in &extra {
        let drawn = extra::field_of(reader, field, String::new())?;
        let inside = html! { (parts::hidden("field", &field.key)) (drawn) };
        fields.push(one("extra", inside, t!("Set “{field}”", field = field.name(language::code()))));
    }
    let head = Head {
        place: Some((language::say(&(entry.kind.many)()), list.clone())),
        title: html! { (t!("Change one record" | "Change {count} records", count = rows.len())) },
        lead: Some(
            html! { (t!("Each is judged by its own rules. What is refused is told with its reason, and the others are changed.")) },
        ),
        ..Head::default()
    };
    let some: Vec<&str> = rows.iter().take(12).map(|it| it.number.as_str()).collect();
    Ok(html! {
        (parts::page_head(&head))
        p.fine { (some.join(", ")) @if rows.len() > some.len() { " …" } }
        (parts::section("change-owner", t!("Another owner"), html! {
            (one("take", html! {}, t!("Take them over")))
            (one("owner", html! { (Colleagues::of(reader)?.field(form, "person", t!("Owner"), None)) }, t!("Pass them on")))
        }))
        @if entry.gives.is_some() {
            (parts::section("change-customer", t!("Another customer"), one("customer", html! {
                (Choosing::of(reader, Among::Organisations, form, "customer")?.field(t!("Customer"), t!("No customer")))
            }, t!("Give them this customer"))))
        }
        (parts::section("change-due", t!("Another due day"), one("due",
            html! { (Field::day("due", t!("Due")).help(t!("Left empty, the due day is taken away."))) }, t!("Set the due day"))))
        @if !entry.steps.is_empty() {
            (parts::section("change-step", t!("A step"), one("step", html! {
                (Field::select("step", t!("Step"), steps))
                (Field::text("reason", t!("Reason")))
            }, t!("Take the step"))))
        }
        @if !fields.is_empty() {
            (parts::section("change-fields", t!("Extra fields"), html! { @for field in fields { (field) } }))
        }
        (parts::section("change-watching", t!("Watching"), html! { div.row {
            (one("watch", html! {}, t!("Watch them")))
            (one("unwatch", html! {}, t!("Watch them no longer")))
        } }))
        p { (Button::open(list, t!("Back to the list")).bare()) }
    })
}

/// Reads what is to be changed.
fn change_of(reader: &Reader, kind: &str, form: &mut Form) -> Result<Change> {
    let change = match form.text("change") {
        "owner" => {
            let person = form.whole("person").unwrap_or_default();
            let is_told = form.faults.of("person").is_some();
            let is_ours = is_told || Colleagues::of(reader)?.has(person);
            form.faults.unless(is_ours, "person", text!("Choose a colleague."));
            Change::Owner(person)
        }
        "take" => Change::Owner(reader.actor.person),
        "customer" => Change::Customer(organisation(reader, form)?),
        "due" => Change::Due(form.day("due")),
        "step" => Change::Step { step: form.text("step").to_owned(), reason: form.text("reason").to_owned() },
        "extra" => {
            let key = form.text("field").to_owned();
            let field =
                reader.fields_of(kind)?.into_iter().find(|it| it.key == key).ok_or(Error::NotFound)?;
            let value = field.read(reader, form.raw(&field.place_of_fault()))?;
            Change::Extra { key, value }
        }
        "watch" => Change::Watch(true),
        "unwatch" => Change::Watch(false),
        _ => return Err(kernel::Faults::one("change", text!("Choose what is to be changed.")).into()),
    };
    form.check()?;
    Ok(change)
}

/// The organisation that was chosen; none where nobody was.
fn organisation(reader: &Reader, form: &mut Form) -> Result<Option<i64>> {
    let Some(id) = form.whole("customer") else { return Ok(None) };
    let kind = reader.mention(id)?.and_then(|it| reader.registry().kind(&it.kind));
    let is_one = kind.is_some_and(|it| it.is_party);
    form.faults.unless(is_one, "customer", text!("Choose a customer or supplier that you can see."));
    Ok(Some(id))
}

async fn change(kind: &'static str, Posted(visit): Posted) -> Answer {
    aside(visit, move |edge, visit| {
        let (db, actor) = (&edge.db, &visit.known.actor);
        let entry = entry_of(db.registry(), kind)?;
        let at = |batch: i64| format!("/lists/{}/bulk/{batch}", entry.kind.path);
        let request =
            visit.form.pairs().iter().map(|(name, it)| format!("{name}={it}\n")).collect::<String>();
        let request = kernel::fingerprint(request.as_bytes());
        let once = format!("bulk:{}", visit.form.text("once"));
        let known = db.write(actor, |work| work.answered(&once, &request))?;
        if let Some(known) = known {
            return Ok(at(known.body.parse().unwrap_or_default()));
        }
        let (change, rows) = db.read(actor, |reader| {
            may_change(reader)?;
            let mut form = visit.form.clone();
            let change = change_of(reader, kind, &mut form)?;
            let rows = meant(reader, kind, &form)?;
            // What was counted and read when the person decided is what they decided about.
            must_be_as_seen(&form, &rows)?;
            Ok((change, rows))
        })?;
        let outcome = bulk::make(db, actor, kind, &change, &rows)?;
        let batch =
            db.keep_batch(actor, kind, &serde_json::to_value(&change)?, &serde_json::to_value(&outcome)?)?;
        db.write(actor, |work| {
            work.remember(&once, &request, &kernel::Answered { status: 303, body: batch.to_string() })
        })?;
        Ok(at(batch))
    })
    .await
}

async fn outcome(kind: &'static str, Path(batch): Path<i64>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let entry = entry_of(reader.registry(), kind)?;
            let known = reader.batch(batch)?;
            if known.kind != kind {
                return Err(Error::NotFound);
            }
            let change: Change = serde_json::from_value(known.change)?;
            let outcome: Outcome = serde_json::from_value(known.outcome)?;
            let may_undo = change.can_be_undone() && known.undone_at.is_none() && !outcome.done.is_empty();
            let undo = may_undo.then(|| format!("/lists/{}/bulk/{batch}/undo", entry.kind.path));
            let told = Told { outcome, undo, is_undone: known.undone_at.is_some() };
            let body = tell(entry, &said(reader, entry, &change)?, &told);
            Ok(Page::new(t!("What became of it"), &entry.list(), body))
        })
        .await
}

struct Told {
    outcome: Outcome,
    undo: Option<String>,
    is_undone: bool,
}

/// What was to be changed, as a sentence without its subject.
fn said(reader: &Reader, entry: &Entry, change: &Change) -> Result<String> {
    Ok(match change {
        Change::Step { step, .. } => {
            let word = entry
                .steps
                .iter()
                .find(|it| it.code == *step)
                .map_or_else(|| step.clone(), |it| language::say(&it.text));
            t!("Step “{step}”", step = word)
        }
        Change::Owner(person) => t!("Owner: {who}", who = reader.name_of(*person)?),
        Change::Due(Some(day)) => t!("Due: {day}", day = language::day(*day)),
        Change::Due(None) => t!("No due day"),
        Change::Extra { key, value } => {
            let fields = reader.fields_of(entry.kind.prefix)?;
            let name =
                fields.iter().find(|it| it.key == *key).map_or(key.as_str(), |it| it.name(language::code()));
            let words = match value {
                Json::Null => t!("nothing"),
                Json::String(words) => words.parse::<Date>().map_or_else(|_| words.clone(), language::day),
                Json::Bool(true) => t!("yes"),
                Json::Bool(false) => t!("no"),
                Json::Number(id)
                    if fields.iter().any(|it| it.key == *key && it.holds == kernel::Holds::Person) =>
                {
                    reader.name_of(id.as_i64().unwrap_or_default())?
                }
                other => language::decimal(&other.to_string()),
            };
            format!("{name}: {words}")
        }
        Change::Customer(Some(party)) => t!("Customer: {who}", who = reader.name_of(*party)?),
        Change::Customer(None) => t!("No customer"),
        Change::Watch(true) => t!("Watching"),
        Change::Watch(false) => t!("Watching no longer"),
    })
}

fn tell(entry: &Entry, change: &str, told: &Told) -> Markup {
    let Outcome { done, refused } = &told.outcome;
    let list = entry.list();
    let head = Head {
        place: Some((language::say(&(entry.kind.many)()), list.clone())),
        title: html! { (change) },
        lead: Some(html! {
            (t!("{count} changed" | "{count} changed", count = done.len()))
            ", " (t!("{count} refused" | "{count} refused", count = refused.len())) "."
        }),
        ..Head::default()
    };
    let lines = refused.iter().take(SHOWN).map(|it| {
        let cells = vec![parts::number(&it.number, &entry.kind.address(&it.number)), html! { (it.why) }];
        Line::new("", cells)
    });
    let columns = vec![Column::plain(t!("Number")), Column::text(t!("Why not"))];
    let numbers: Vec<&str> = done.iter().take(60).map(|it| it.number.as_str()).collect();
    html! {
        (parts::page_head(&head))
        @if told.is_undone { (parts::note(Note::Plain, t!("This was taken back."))) }
        div.row {
            @if let Some(to) = &told.undo { (Button::post(to.clone(), t!("Take it back"))) }
            (Button::open(list, t!("Back to the list")).first())
        }
        @if !refused.is_empty() {
            (parts::section("refused", t!("Refused"), html! {
                (Table::new(t!("Refused rows with their reasons"), columns, lines.collect()))
                @if refused.len() > SHOWN { p.fine { (t!("The first {count} are shown.", count = SHOWN)) } }
            }))
        }
        @if !done.is_empty() {
            (parts::section("done", t!("Changed"), html! { p { (numbers.join(", ")) @if done.len() > numbers.len() { " …" } } }))
        }
    }
}

async fn undo(kind: &'static str, Path(batch): Path<i64>, Posted(visit): Posted) -> Answer {
    aside(visit, move |edge, visit| {
        let entry = entry_of(edge.db.registry(), kind)?;
        let (told, _) = bulk::take_back(&edge.db, &visit.known.actor, kind, batch)?;
        Ok(format!("/lists/{}/bulk/{told}", entry.kind.path))
    })
    .await
}
