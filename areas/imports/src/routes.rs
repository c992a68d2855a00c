//! The addresses of imports, for people and for programs.

mod api;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use kernel::{
    AnyCase, Body, Case, Effect, Error, Faults, Fields, Reader, Result, Target, Vocabulary, Work, text,
};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Failure, Form, Page, Path, Posted, Routes, Uploaded, Visit, off_the_loop, t};

use crate::Targets;
use crate::commands::{self, Decision, Mapping, Seen, target_of};
use crate::model::{Batch, BatchState, Choice};
use crate::pages::{self, Asking, Shown};
use crate::queries::{self, Arrived};
use crate::rules::may_take_back;
use crate::rules::read::read;

/// So many rows stand on one page.
const ON_A_PAGE: i64 = 100;
/// So many pieces are taken in within one request.
const PIECES: usize = 40;
/// So many rows are looked at for the examples of each column.
const EXAMPLES: usize = 30;

/// Every address of the area; `targets` is what can be taken in.
pub fn routes(targets: Targets) -> Routes {
    Routes::default()
        .get("/imports", move |visit| list(visit, targets))
        .get("/imports/new", move |visit| begin(visit, targets))
        .post("/imports", move |uploaded| stage(uploaded, targets))
        .get("/imports/{number}", move |visit, number| show(visit, number, targets))
        .post("/imports/{number}/columns", move |number, posted| map(number, posted, targets))
        .post("/imports/{number}/rows", move |number, posted| decide(number, posted, targets))
        .get("/imports/{number}/rows/{place}", move |visit, at| begin_row(visit, at, targets))
        .post("/imports/{number}/rows/{place}", move |at, posted| mend(at, posted, targets))
        .post("/imports/{number}/choose", move |number, posted| choose(number, posted, targets))
        .post("/imports/{number}/for-all", move |number, posted| for_all(number, posted, targets))
        .post("/imports/{number}/apply", move |number, posted| apply(number, posted, targets))
        .get("/imports/{number}/revert", move |visit, number| begin_revert(visit, number, targets))
        .post("/imports/{number}/revert", move |number, posted| revert(number, posted, targets))
        .and(api::routes(targets))
}

#[track_caller]
fn may_import(reader: &Reader, target: &Target) -> bool {
    <Batch as Body>::CREATE.covers(reader.actor, None).is_ok()
        && target.permit.covers(reader.actor, None).is_ok()
}

async fn list(visit: Visit, targets: Targets) -> Answer {
    web::list::show(visit, Batch::KIND.prefix, move |reader| {
        reader.actor.must_be_inside()?;
        let may = targets.iter().any(|it| may_import(reader, it));
        let new = Button::open("/imports/new", t!("Take in a file")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            lead: Some(t!("Files that came in, what each made and changed, and the way back.")),
            purpose: t!("Bring customers, contacts, requirements and the catalogue from your spreadsheets and documents. You see what each row would do before anything is written, and can take it all back."),
            first: may.then_some(new),
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit, targets: Targets) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            reader.actor.must_be_inside()?;
            if targets.iter().all(|it| !may_import(reader, it)) {
                <Batch as Body>::CREATE.covers(reader.actor, None)?;
            }
            asking(reader, targets, &asked)
        })
        .await
}

fn asking(reader: &Reader, targets: Targets, form: &Form) -> Result<Page> {
    let may: Vec<&'static Target> = targets.iter().filter(|it| may_import(reader, it)).collect();
    let kinds = may.iter().filter_map(|it| it.into);
    let sets = kinds.map(|kind| queries::places(reader, kind)).collect::<Result<Vec<_>>>()?.concat();
    let body = pages::new(&Asking { targets: may, sets, form });
    Ok(Page::new(t!("Take in a file"), "/imports", body))
}

async fn stage(Uploaded(visit, files): Uploaded, targets: Targets) -> Answer {
    // Nothing of a file is read for somebody outside.
    visit.actor().must_be_inside().map_err(|error| Failure::of(error, &visit.envelope))?;
    let files = Arc::new(files);
    let content = match files.first() {
        Some(_) => {
            let (edge, files) = (Arc::clone(&visit.edge), Arc::clone(&files));
            let read = move || {
                let arrived = Arrived { name: &files[0].name, bytes: &files[0].bytes, into: "", sheet: "" };
                Ok(queries::read_apart(&edge.db, &arrived))
            };
            let envelope = visit.envelope.clone();
            off_the_loop(read).await.map_err(|error| Failure::of(error, &envelope))?
        }
        None => Err(Faults::one("file", text!("Choose a file."))),
    };
    visit
        .write_form(
            move |work, form| {
                let target = target_of(targets, form.text("target"))?;
                target.permit.covers(work.actor, None)?;
                let content = content.clone()?;
                let file = files.first().ok_or(Error::NotFound)?;
                let into = form.text("set");
                let arrived = Arrived { name: &file.name, bytes: &file.bytes, into, sheet: "" };
                let made = commands::stage(work, target, &arrived, &content)?;
                Ok(format!("/imports/{}", made.number))
            },
            move |reader, form| asking(reader, targets, &form),
        )
        .await
}

async fn show(visit: Visit, Path(number): Path<String>, targets: Targets) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| batch_page(reader, &number, targets, (&asked, Again::default()))).await
}

/// A form that is shown again, with what others did since the version that it went by.
#[derive(Default)]
struct Again {
    form: Form,
    since: Vec<kernel::Text>,
    theirs: Vec<i64>,
}

impl Again {
    /// What was sent, after a refusal; where somebody was faster, what they did.
    fn of(reader: &Reader, number: &str, sent: &Form, error: &Error) -> Result<Self> {
        if !matches!(error, Error::Stale) {
            return Ok(Self { form: sent.refused(error), ..Self::default() });
        }
        let version = version_of(sent);
        let batch = reader.find::<Batch>(number)?.record.id.raw();
        Ok(Self {
            form: sent.clone(),
            since: queries::since(reader, number, version)?,
            theirs: queries::decided_since(reader, batch, version)?,
        })
    }
}

/// The version that a form went by; 0, which none has, where it does not say.
fn version_of(form: &Form) -> i64 {
    form.text("version").parse().unwrap_or(0)
}

fn seen<'a>(number: &'a str, form: &Form) -> Seen<'a> {
    Seen { number, version: Some(version_of(form)) }
}

/// Does what a form of a batch says; where it is refused or somebody was faster, the page of the batch says so.
async fn changed(
    visit: Visit,
    (number, targets): (String, Targets),
    deed: impl Fn(&mut Work, &mut Form, &str) -> Result<String> + Send + 'static,
) -> Answer {
    let (form, sent, same) = (visit.form.clone(), visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| deed(work, &mut form.clone(), &number),
            move |reader, error| {
                let again = Again::of(reader, &same, &sent, error)?;
                batch_page(reader, &same, targets, (&sent, again))
            },
        )
        .await
}

fn batch_page(
    reader: &Reader,
    number: &str,
    targets: Targets,
    (asked, again): (&Form, Again),
) -> Result<Page> {
    let mut case = reader.registry().kind("IB").ok_or(Error::NotFound)?.find(reader, number)?;
    let batch: Batch = serde_json::from_value(case.body.clone())?;
    let state = BatchState::of(&case.state.code).unwrap_or_default();
    let target = target_of(targets, &batch.target)?;
    let counts = queries::counts(reader, case.id)?;
    let effect = Effect::of(asked.text("effect"));
    let only_open = asked.text("open") == "1";
    let after = asked.text("after").parse().unwrap_or(0i64);
    let mut rows = queries::rows(reader, case.id, (effect, only_open), (after, ON_A_PAGE + 1))?;
    let page = usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let next = rows.last().filter(|_| more).map(|it| it.place);
    let may_decide = may_import(reader, target);
    let examples = if batch.form.is_document() { Vec::new() } else { examples(reader, case.id, &batch)? };
    let shown = Shown {
        number,
        version: case.version,
        state,
        batch: &batch,
        target,
        extra: queries::extra::in_use(reader, target)?,
        counts: &counts,
        lacks: queries::lacks(reader, target, case.id)?,
        rows,
        examples,
        effect,
        only_open,
        after,
        next,
        may_decide,
        since: again.since,
        theirs: again.theirs,
        form: again.form,
    };
    let body = pages::batch(reader, &shown)?;
    let may_take_back = may_decide && may_take_back(reader.actor, case.owner);
    let deeds = if may_decide { deeds(&case, &counts, (state, may_take_back)) } else { Vec::new() };
    // These are more than steps: each is a button of its own, or happens by itself.
    case.offers.retain(|it| {
        let is_refused_apply = it.step.code == "apply" && !it.missing.is_empty() && counts.open > 0;
        is_refused_apply || it.step.code == "discard"
    });
    let mut facts = vec![(t!("What is taken in"), maud::html! { (web::language::say(&(target.many)())) })];
    if let Some(into) = batch.into_record.map(|it| reader.mention(it)).transpose()?.flatten() {
        let to = reader.registry().address(&into.kind, &into.number);
        facts.push((t!("Into"), maud::html! { a href=(to) { (into.number) " " (into.title) } }));
    }
    record::show(reader, &case, Extra { body, deeds, facts, ..Extra::default() })
}

/// The first rows of the file as they came, for the examples of each column.
fn examples(reader: &Reader, batch: i64, it: &Batch) -> Result<Vec<Vec<String>>> {
    let Some(file) = reader.attachments(batch)?.into_iter().next() else { return Ok(Vec::new()) };
    // A large file is not read again for its examples.
    if file.size > 2_000_000 {
        return Ok(Vec::new());
    }
    let (_, bytes) = reader.attachment(file.id)?;
    let content = read(&it.file_name, &bytes, &it.sheet)?;
    let header = usize::try_from(it.header_row).unwrap_or(0);
    Ok(content.rows.into_iter().skip(header).take(EXAMPLES).collect())
}

fn deeds(
    case: &AnyCase,
    counts: &queries::Counts,
    (state, may_take_back): (BatchState, bool),
) -> Vec<Button> {
    let to = |deed: &str| format!("/imports/{}/{deed}", case.number);
    let ready = counts.ready;
    let apply = match state {
        BatchState::Applying => Some(t!("Go on taking in")),
        BatchState::Staged | BatchState::Applied if ready > 0 => {
            Some(t!("Take in {count} row" | "Take in {count} rows", count = ready))
        }
        _ => None,
    };
    let revert = match state {
        BatchState::Reverting => Some(t!("Go on taking back")),
        BatchState::Applied | BatchState::Applying => Some(t!("Take it all back")),
        _ => None,
    };
    let apply =
        apply.map(|words| Button::post(to("apply"), words).sends("version", case.version.to_string()));
    let revert = revert.filter(|_| may_take_back).map(|words| Button::open(to("revert"), words));
    apply.into_iter().chain(revert).collect()
}

async fn map(Path(number): Path<String>, Posted(visit): Posted, targets: Targets) -> Answer {
    changed(visit, (number, targets), move |work, form, number| {
        let header_row = form.whole("header_row").unwrap_or(1);
        form.check()?;
        let columns = (1..).map(|it| format!("column{it}")).take_while(|it| form.has(it));
        let columns = columns.map(|it| form.text(&it).to_owned()).collect();
        let mapping = Mapping { sheet: form.text("sheet").to_owned(), header_row, columns };
        commands::map(work, seen(number, form), targets, &mapping)?;
        Ok(format!("/imports/{number}"))
    })
    .await
}

/// The address of the view that a form was sent from.
fn view(number: &str, form: &Form) -> String {
    let start = format!("/imports/{number}?");
    let place = start.len();
    let mut query = form_urlencoded::Serializer::for_suffix(start, place);
    for name in ["effect", "open", "after"] {
        if !form.text(name).is_empty() && form.text(name) != "0" {
            query.append_pair(name, form.text(name));
        }
    }
    format!("{}#rows", query.finish().trim_end_matches('?'))
}

fn decision(words: &str) -> Option<Decision> {
    let candidate = words.strip_prefix("merge-").map(str::parse).transpose().ok()?;
    let choice = if candidate.is_some() { Choice::Merge } else { Choice::of(words)? };
    Some(Decision { choice, candidate: candidate.unwrap_or(0), fields: None })
}

async fn decide(Path(number): Path<String>, Posted(visit): Posted, targets: Targets) -> Answer {
    changed(visit, (number, targets), move |work, form, number| {
        let mut decisions = Vec::new();
        for (name, words) in form.pairs() {
            let Some(place) = name.strip_prefix("row-").and_then(|it| it.parse().ok()) else {
                continue;
            };
            let sentence = text!("Choose one of what is offered.");
            let it = decision(words).ok_or_else(|| kernel::Faults::one(name, sentence))?;
            decisions.push((place, it));
        }
        commands::decide_rows(work, seen(number, form), targets, &decisions)?;
        Ok(view(number, form))
    })
    .await
}

/// A batch as it is shown to whoever may decide about it, without its rows.
fn without_rows<'a>(case: &'a Case<Batch>, target: &'static Target, again: Again) -> Shown<'a> {
    Shown {
        number: &case.record.number,
        version: case.record.version,
        state: case.record.state,
        batch: &case.body,
        target,
        extra: Vec::new(),
        counts: &case.facts,
        lacks: Vec::new(),
        rows: Vec::new(),
        examples: Vec::new(),
        effect: None,
        only_open: false,
        after: 0,
        next: None,
        may_decide: true,
        since: again.since,
        theirs: again.theirs,
        form: again.form,
    }
}

async fn begin_row(visit: Visit, Path((number, place)): Path<(String, i64)>, targets: Targets) -> Answer {
    visit.read(move |reader| row_page(reader, (&number, place), targets, Again::default())).await
}

fn row_page(reader: &Reader, (number, place): (&str, i64), targets: Targets, again: Again) -> Result<Page> {
    let case = reader.find::<Batch>(number)?;
    let target = target_of(targets, &case.body.target)?;
    target.permit.covers(reader.actor, None)?;
    let row = queries::row(reader, case.record.id.raw(), place)?;
    let source = reader.sources(case.record.id.raw())?.first().map(|it| it.id);
    let extra = queries::extra::in_use(reader, target)?;
    let shown = Shown { extra, ..without_rows(&case, target, again) };
    let body = pages::row(reader, &shown, &row, source)?;
    Ok(Page::new(t!("Row {line}", line = row.line.to_string()), "/imports", body))
}

async fn mend(Path((number, place)): Path<(String, i64)>, Posted(visit): Posted, targets: Targets) -> Answer {
    let (form, sent, same) = (visit.form.clone(), visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let case = work.find::<Batch>(&number)?;
                let target = target_of(targets, &case.body.target)?;
                let before = queries::row(work, case.record.id.raw(), place)?;
                let mut fields: Fields = before.fields.clone();
                for field in target.fields.iter().filter(|it| form.has(it.name)) {
                    fields.insert(field.name.to_owned(), form.raw(field.name).trim().to_owned());
                }
                for field in queries::extra::in_use(work, target)? {
                    let name = field.place_of_fault();
                    if form.has(&name) {
                        fields.insert(name.clone(), form.raw(&name).trim().to_owned());
                    }
                }
                let choice = Choice::of(form.text("choice")).unwrap_or_default();
                let decision = Decision { choice, candidate: 0, fields: Some(fields) };
                commands::decide(work, (seen(&number, &form), place), targets, &decision)?;
                Ok(format!("/imports/{number}#rows"))
            },
            move |reader, error| {
                let again = Again::of(reader, &same, &sent, error)?;
                row_page(reader, (&same, place), targets, again)
            },
        )
        .await
}

async fn choose(Path(number): Path<String>, Posted(visit): Posted, targets: Targets) -> Answer {
    changed(visit, (number, targets), move |work, form, number| {
        let choice = Choice::of(form.text("choice")).unwrap_or_default();
        let all = (Effect::of(form.text("effect")), choice);
        commands::choose(work, seen(number, form), targets, all)?;
        Ok(view(number, form))
    })
    .await
}

async fn for_all(Path(number): Path<String>, Posted(visit): Posted, targets: Targets) -> Answer {
    changed(visit, (number, targets), move |work, form, number| {
        let said = form.pairs().iter().filter(|(name, _)| name.starts_with("extra."));
        let said = said.map(|(name, words)| (name.clone(), words.clone())).collect();
        commands::for_all(work, seen(number, form), targets, &said)?;
        Ok(view(number, form))
    })
    .await
}

async fn apply(Path(number): Path<String>, Posted(visit): Posted, targets: Targets) -> Answer {
    go_on(visit, (number, targets), Way::In).await
}

async fn begin_revert(visit: Visit, Path(number): Path<String>, targets: Targets) -> Answer {
    visit.read(move |reader| revert_page(reader, &number, targets, Again::default())).await
}

fn revert_page(reader: &Reader, number: &str, targets: Targets, again: Again) -> Result<Page> {
    let case = reader.find::<Batch>(number)?;
    let target = target_of(targets, &case.body.target)?;
    target.permit.covers(reader.actor, None)?;
    queries::must_be_theirs_to_take_back(reader, &case)?;
    let has_something =
        matches!(case.record.state, BatchState::Applying | BatchState::Applied | BatchState::Reverting);
    let sentence = text!("It is “{state}”. There is nothing to take back.", state = case.record.state.text());
    kernel::Refusal::unless(has_something, sentence)?;
    let reach = queries::reach(reader, case.record.id.raw())?;
    let shown = without_rows(&case, target, again);
    let title = t!("Take back {file}", file = &case.body.file_name);
    Ok(Page::new(title, "/imports", pages::take_back(reader, &shown, &reach)))
}

async fn revert(Path(number): Path<String>, Posted(visit): Posted, targets: Targets) -> Answer {
    go_on(visit, (number, targets), Way::Back).await
}

/// Whether a batch is taken in or back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Back,
}

/// Each piece is a deed of its own; whoever sends twice finds done what is done.
async fn go_on(visit: Visit, (number, targets): (String, Targets), way: Way) -> Answer {
    let envelope = visit.envelope.clone();
    let (to, same) = (format!("/imports/{number}"), number.clone());
    let done = off_the_loop(move || {
        let case = visit.db().read(visit.actor(), |reader| reader.find::<Batch>(&number))?;
        // The second click comes when the first is done.
        let is_over = matches!(case.record.state, BatchState::Reverted | BatchState::Discarded);
        let nothing_left =
            case.record.state == BatchState::Applied && way == Way::In && case.facts.ready == 0;
        if is_over || nothing_left {
            return Ok((visit, None));
        }
        let (db, actor) = (visit.db(), visit.actor());
        let seen = seen(&number, &visit.form);
        let done = match way {
            Way::In => commands::apply(db, actor, seen, (targets, PIECES)),
            Way::Back => commands::revert(db, actor, seen, (targets, PIECES)),
        };
        match done {
            Ok(_) => Ok((visit, None)),
            Err(Error::Stale) => Ok((visit, Some(Error::Stale))),
            Err(other) => Err(other),
        }
    });
    let (visit, overtaken) = done.await.map_err(|error| Failure::of(error, &envelope))?;
    let Some(stale) = overtaken else { return Ok(Redirect::to(&to).into_response()) };
    let sent = visit.form.clone();
    visit
        .answer(StatusCode::PRECONDITION_FAILED, move |reader| {
            let again = Again::of(reader, &same, &sent, &stale)?;
            match way {
                Way::In => batch_page(reader, &same, targets, (&Form::default(), again)),
                Way::Back => revert_page(reader, &same, targets, again),
            }
        })
        .await
}
