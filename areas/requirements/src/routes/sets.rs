//! Addresses of requirement sets.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use kernel::{
    Body, Case, Error, Faults, New, Permit, Reader, Result, Revision, Role, Vocabulary, Work, text,
};
use maud::{Markup, html};
use web::extra::Cells;
use web::parts::{Button, Note, Symbol, note};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit, t};

use super::{Agreement, faults_of, functions, once};
use crate::commands::{self, Description, NewRequirement};
use crate::model::{Reading, Requirement, RequirementSet, Section, Seen, set};
use crate::pages::files::Format;
use crate::pages::form::Written;
use crate::pages::{self, compare, document, export, list, of_set, requirement, set as heading, table};
use crate::queries::{self, At};
use crate::rules;

const PLACE: &str = "/requirement-sets";

pub fn routes(agreement: Agreement) -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    let routes = Routes::default()
        .get(PLACE, list_sets)
        .post(PLACE, open)
        .get("/requirement-sets/new", new)
        .get(&of(""), move |number, visit| show(number, visit, agreement))
        .get(&of("/edit"), edit)
        .post(&of("/edit"), describe)
        .get(&of("/sections"), sections)
        .post(&of("/sections"), add_section)
        .post(&of("/sections/{key}"), edit_section)
        .post(&of("/sections/{key}/move"), move_section)
        .post(&of("/sections/{key}/remove"), remove_section)
        .get(&of("/new"), new_requirement)
        .post(&of("/new"), add_requirement)
        .get(&of("/table"), show_table)
        .post(&of("/bulk"), set_marked)
        .get(&of("/bulk/edit"), ask_for_value)
        .post(&of("/bulk/edit"), ask_for_value_of)
        .post(&of("/bulk/withdraw"), withdraw_marked)
        .get(&of("/document"), show_document)
        .get(&of("/print"), print)
        .get(&of("/compare"), show_comparison)
        .get(&of("/revisions/{no}"), show_revision)
        .get(&of("/release"), ask_for_release)
        .post(&of("/release"), release)
        .post(&of("/offer"), offer)
        .get(&of("/export"), show_export);
    Format::ALL.into_iter().fold(routes, |routes, format| {
        routes.get(&of(&format!("/export.{}", format.ending())), move |number, visit| {
            download(format, number, visit)
        })
    })
}

async fn list_sets(visit: Visit) -> Answer {
    web::list::show(visit, RequirementSet::KIND.prefix, |reader| {
        let new = Button::open("/requirement-sets/new", t!("Open a set")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            title: Some(t!("Requirements")),
            purpose: web::list::purpose(
                reader,
                t!("A set holds what one customer wants in one matter. Open one, or highlight words in a message."),
                t!("What we understood of what you want stands here, as it was offered to you."),
            ),
            first: reader.actor.writes_for_the_house().then_some(new),
            more: vec![Button::open("/requirements", t!("All requirements")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn new(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| opening(reader, &asked, &Faults::default())).await
}

fn opening(reader: &Reader, form: &Form, faults: &Faults) -> Result<Page> {
    RequirementSet::CREATE.covers(reader.actor, None)?;
    let text = |name: &str| form.text(name).to_owned();
    let sent = with(form, faults);
    let written = list::Opening {
        title: text("title"),
        customer: Choosing::of(reader, Among::Organisations, &sent, "customer")?,
        matter: text("matter"),
        intended_use: text("intended_use"),
        conversation: text("conversation"),
        is_standing: form.has("standing"),
        extra: web::extra::opening(reader, RequirementSet::KIND.prefix, &sent)?,
    };
    let body = list::open(&written, &once(), faults);
    Ok(Page::new(t!("Open a requirement set"), PLACE, body))
}

/// What was typed, with what is wrong with it.
pub(super) fn with(form: &Form, faults: &Faults) -> Form {
    let mut form = form.clone();
    form.faults = faults.clone();
    form
}

async fn open(Posted(mut visit): Posted) -> Answer {
    let (party, conversation) = (visit.form.whole("customer"), visit.form.whole("conversation"));
    let form = visit.form.clone();
    let again = visit.form.clone();
    visit
        .write_or(
            move |work| {
                form.faults.clone().into_result()?;
                let body = RequirementSet {
                    matter: form.text("matter").to_owned(),
                    intended_use: form.raw("intended_use").trim().to_owned(),
                    conversation,
                    is_standing: form.has("standing"),
                    ..RequirementSet::default()
                };
                let extra = web::extra::read_opening(work, RequirementSet::KIND.prefix, &form)?;
                let new = New { title: form.text("title"), party, extra: Some(&extra), ..New::default() };
                let made = commands::open_set(work, &new, &body)?;
                Ok(of_set(&made.number, ""))
            },
            move |reader, error| opening(reader, &again, &faults_of(error)),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit, agreement: Agreement) -> Answer {
    visit.read(move |reader| record_page(reader, &number, agreement)).await
}

fn record_page(reader: &Reader, number: &str, agreement: Agreement) -> Result<Page> {
    let kind = reader.registry().kind(RequirementSet::KIND.prefix).ok_or(Error::NotFound)?;
    let case = kind.find(reader, number)?;
    let reading = queries::read(reader, number, At::Now)?;
    let revisions = reader.revisions(case.id)?;
    let conversation = case.body["conversation"].as_i64().map(|it| reader.mention(it)).transpose()?.flatten();
    let conversation = conversation
        .map(|it| (format!("{} {}", it.number, it.title), reader.registry().address(&it.kind, &it.number)));
    let may_offer = case.party.is_some() && may_offer(reader, case.owner);
    let to = |rest: &str| of_set(number, rest);
    let mut tools = vec![
        Button::open(to("table"), t!("Table")).small(),
        Button::open(to("document"), t!("Document")).small().symbol(Symbol::Document),
        Button::open(to("compare"), t!("Compare")).small(),
        Button::open(to("export"), t!("Export")).small(),
    ];
    if let Some(no) = case.released.filter(|_| sheets::IS_BUILT) {
        let sheet = to(&format!("revisions/{no}/sheet.pdf"));
        tools.push(Button::open(sheet, t!("PDF of revision {no}", no = no)).small().symbol(Symbol::Document));
    }
    if case.is_open {
        let file = format!("/imports/new?target=requirements&set={number}");
        tools.push(Button::open(file, t!("Take in a file")).small());
    }
    if !reader.actor.is_outside() {
        tools.push(Button::open(to("coverage"), t!("Coverage")).small());
        tools.push(Button::open(to("matrix"), t!("Matrix")).small());
    }
    let mut beside = vec![heading::revisions(number, &revisions, may_offer, case.offered)];
    if let Some(no) = case.released.filter(|_| !reader.actor.is_outside()) {
        let readers = queries::readers(reader, case.id, no)?;
        let mine = readers.iter().any(|it| it.person == reader.actor.person && it.read_at.is_none());
        let nobody = queries::told_nobody(reader, case.id)?;
        beside.push(crate::pages::distribution::beside(number, (&readers, &nobody), mine));
    }
    if !reader.actor.is_outside() {
        let set = reader.find::<RequirementSet>(number)?;
        beside.push(pages::wording::beside_set(number, queries::findings_of(reader, &set)?.open()));
        let meant = queries::proposed(reader, &set)?.into_iter().filter(|it| it.is_meant).count();
        beside.push(pages::checklist::beside_set(number, &queries::asked_about(reader, &set)?, meant));
    }
    let (agreed, next) = agreement(reader, case.id)?;
    beside.extend(agreed);
    let altered = case.released.map(|no| record::altered(reader, case.id, no)).transpose()?.flatten();
    let is_off = RequirementSet::OFF.iter().any(|it| it.code() == case.state.code);
    let extra = Extra {
        body: html! { @if let Some(words) = altered { (note(Note::Warn, words)) } @if is_off { (heading::is_off()) } (heading::body(&reading, conversation, case.is_open)) (super::standing::of_set_page(reader, number)?) },
        tools,
        aside: case.released.map(|no| html! { (t!("Revision {no} was released last", no = no)) }),
        beside,
        steps_elsewhere: vec![("release", to("release"))],
        deeds: next.into_iter().collect(),
        ..Extra::default()
    };
    record::show(reader, &case, extra)
}

/// Whoever answers for a set, or writes requirements, shows it to the customer.
#[track_caller]
fn may_offer(reader: &Reader, owner: i64) -> bool {
    let owns = Permit::Owner.covers(reader.actor, Some(owner));
    owns.or(Permit::Has(Role::Engineer).covers(reader.actor, None)).is_ok()
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let set = reader.find::<RequirementSet>(&number)?;
            Permit::Staff.covers(reader.actor, None)?;
            let body = heading::edit(&heading::Describing {
                set: &heading_of(&set),
                title: &set.record.title,
                body: &set.body,
                theirs: None,
                faults: &Faults::default(),
            });
            Ok(Page::new(number.clone(), PLACE, body).with(&["draft.js", "rich.js"]))
        })
        .await
}

fn heading_of(set: &Case<RequirementSet>) -> heading::Heading {
    heading::Heading {
        number: set.record.number.clone(),
        title: set.record.title.clone(),
        next: set.record.released.unwrap_or(0) + 1,
        version: set.record.version,
    }
}

async fn describe(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let version = visit.form.whole("version");
    let form = visit.form.clone();
    let (again, to) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let intended_use = form.raw("intended_use").trim();
                let it = Description { title: form.text("title"), matter: form.text("matter"), intended_use };
                commands::describe_set(work, &number, version, &it)?;
                Ok(of_set(&number, ""))
            },
            move |reader, error| {
                let set = reader.find::<RequirementSet>(&to)?;
                let written = RequirementSet {
                    matter: again.text("matter").to_owned(),
                    intended_use: again.raw("intended_use").to_owned(),
                    ..RequirementSet::default()
                };
                let is_stale = matches!(error, Error::Stale);
                let mut there = heading_of(&set);
                // Whoever was not shown what is there now has still seen what they had.
                there.version = version.filter(|_| !is_stale).unwrap_or(there.version);
                let body = heading::edit(&heading::Describing {
                    set: &there,
                    title: again.text("title"),
                    body: &written,
                    theirs: is_stale.then_some((set.record.title.as_str(), &set.body)),
                    faults: &faults_of(error),
                });
                Ok(Page::new(to.clone(), PLACE, body).with(&["draft.js", "rich.js"]))
            },
        )
        .await
}

async fn sections(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| section_page(reader, &number, None)).await
}

/// The forms of all sections; what was typed into one and not kept stands in it, with the reason.
fn section_page(reader: &Reader, number: &str, unkept: Option<(&Section, &Error)>) -> Result<Page> {
    let set = reader.find::<RequirementSet>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let faults = unkept.map(|(_, error)| faults_of(error)).unwrap_or_default();
    let unkept =
        unkept.map(|(section, error)| heading::Unkept { section, is_stale: matches!(error, Error::Stale) });
    let body = heading::sections(&heading_of(&set), &set.body.sections, &faults, unkept.as_ref());
    let body = html! { (body) (pictures(reader, &set)?) };
    Ok(Page::new(number, PLACE, body).with(&["draft.js", "rich.js"]))
}

/// The pictures of a set that can be put into its text.
fn pictures(reader: &Reader, set: &Case<RequirementSet>) -> Result<Markup> {
    let files = queries::files_for_text(reader, set.record.id.raw(), None)?;
    Ok(pages::picture::offered(&files, set.record.party.is_some()))
}

async fn add_section(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (title, prose) = (visit.form.text("title").to_owned(), visit.form.raw("prose").trim().to_owned());
    let section = Section { key: String::new(), title, prose };
    let (again, to) = (section.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let key = commands::add_section(work, &number, &section.title, &section.prose)?;
                Ok(of_set(&number, &format!("sections#{key}")))
            },
            move |reader, error| section_page(reader, &to, Some((&again, error))),
        )
        .await
}

async fn edit_section(Path((number, key)): Path<(String, String)>, Posted(mut visit): Posted) -> Answer {
    let version = visit.form.whole("version");
    let title = visit.form.text(&format!("title-{key}")).to_owned();
    let prose = visit.form.raw(&format!("prose-{key}")).trim().to_owned();
    let section = Section { key, title, prose };
    let (again, to) = (section.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                commands::edit_section(work, &number, version, &section)?;
                Ok(of_set(&number, &format!("sections#{}", section.key)))
            },
            move |reader, error| section_page(reader, &to, Some((&again, error))),
        )
        .await
}

async fn move_section(Path((number, key)): Path<(String, String)>, Posted(mut visit): Posted) -> Answer {
    let to = visit.form.whole("to").and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
    visit
        .write(move |work| {
            commands::move_section(work, &number, &key, to)?;
            Ok(of_set(&number, "sections"))
        })
        .await
}

async fn remove_section(Path((number, key)): Path<(String, String)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::remove_section(work, &number, &key)?;
            Ok(of_set(&number, "sections"))
        })
        .await
}

async fn new_requirement(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| adding(reader, &number, &asked, Faults::default())).await
}

fn adding(reader: &Reader, number: &str, form: &Form, faults: Faults) -> Result<Page> {
    let set = reader.find::<RequirementSet>(number)?;
    RequirementSet::must_be_open(&set)?;
    let body = requirement::add(&requirement::Adding {
        set: &reader.mention_of(number)?,
        sections: &set.body.sections,
        section: form.text("section").to_owned(),
        added: queries::in_set(reader, &set, form.text("added"))?,
        written: Written::sent(form),
        functions: functions(reader)?,
        pictures: pictures(reader, &set)?,
        extra: web::extra::opening(reader, Requirement::KIND.prefix, &with(form, &faults))?,
        faults,
        once: once(),
    });
    Ok(Page::new(t!("Add a requirement"), PLACE, body).with(&["draft.js", "rich.js", "wording.js"]))
}

async fn add_requirement(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    let (again, to) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let (title, body) = super::requirements::body_of(&form)?;
                let section = form.text("section").to_owned();
                let made = commands::add(
                    work,
                    &number,
                    &NewRequirement { title, section: section.clone(), body, ..Default::default() },
                )?;
                web::extra::opened::<Requirement>(work, &made.number, &form)?;
                Ok(match form.text("then") {
                    "another" => {
                        let known = [("section", section.as_str()), ("added", made.number.as_str())];
                        pages::asking(&of_set(&number, "new"), &known)
                    }
                    _ => pages::of_requirement(&made.number),
                })
            },
            move |reader, error| adding(reader, &to, &again, faults_of(error)),
        )
        .await
}

async fn show_table(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| table_page(reader, &number, &asked)).await
}

fn table_page(reader: &Reader, number: &str, asked: &Form) -> Result<Page> {
    let set = reader.find::<RequirementSet>(number)?;
    let reading = queries::read(reader, number, At::Now)?;
    let findings = queries::findings_of(reader, &set)?;
    let with_all_columns = asked.text("columns") == "all";
    let names = extra_names(reader)?;
    let typed = format!("{} {}", asked.text("kept"), asked.text("filter"));
    let body = table::page(&table::Rows {
        reading: &reading,
        findings: &findings,
        state: state_of(reader, &set),
        is_open: reader.actor.writes_for_the_house() && set.record.state == set::State::Draft,
        functions: functions(reader)?,
        conditions: conditions(reader, number, table::Conditions::of(&typed, &names))?,
        names,
        with_all_columns,
        extra: extra_columns(reader, &reading, with_all_columns)?,
    });
    Ok(Page::new(t!("Requirements of {number}", number = number), PLACE, body)
        .with(&["grid.js", "wording.js"]))
}

/// Short name and label of each extra field of requirements in use.
fn extra_names(reader: &Reader) -> Result<pages::Options> {
    let fields = reader.fields_of(Requirement::KIND.prefix)?.into_iter().filter(kernel::Field::is_in_use);
    Ok(fields.map(|it| (it.key.clone(), it.name(web::language::code()).to_owned())).collect())
}

/// The conditions with the requirements of the set of which holds what they ask of extra fields, as in every list.
fn conditions(reader: &Reader, set: &str, mut it: table::Conditions) -> Result<table::Conditions> {
    let typed = it.asked_of_house();
    if typed.is_empty() {
        return Ok(it);
    }
    let kind = Requirement::KIND.prefix;
    let query = match web::question::read(reader, Some(kind), &format!("set_id:{set} {typed}")) {
        Ok(query) => query,
        Err(Error::Invalid(Faults(faults))) => {
            it.fault = faults.first().map(|(_, sentence)| web::language::say(sentence));
            return Ok(it);
        }
        Err(other) => return Err(other),
    };
    let zone = Some(web::language::time_zone());
    let mut wanted = kernel::Wanted { query, zone, limit: Some(1000), ..kernel::Wanted::default() };
    let mut among = BTreeSet::new();
    loop {
        let page = reader.list(kind, &wanted)?;
        among.extend(page.rows.into_iter().map(|it| it.number));
        wanted.after = page.next;
        if wanted.after.is_none() {
            break;
        }
    }
    it.among = Some(among);
    Ok(it)
}

/// The extra fields in use as columns of the table: at first those that have to be said, all where all are wanted.
/// A customer sees the revision that was offered, and reads them on the page of each requirement.
fn extra_columns(reader: &Reader, reading: &Reading, with_all: bool) -> Result<Vec<table::Extra>> {
    if reader.actor.is_outside() {
        return Ok(Vec::new());
    }
    let mut cells = Cells::new(reader);
    let fields = reader.fields_of(Requirement::KIND.prefix)?;
    let shown = fields.iter().filter(|it| it.is_in_use() && (it.required || with_all));
    let column = |field: &kernel::Field| -> Result<table::Extra> {
        let mut says = HashMap::new();
        for it in &reading.lines {
            let said = (cells.written(field, &it.extra)?, cells.shown(field, &it.extra)?);
            says.insert(it.number.clone(), said);
        }
        Ok(table::Extra {
            name: field.place_of_fault(),
            label: field.name(web::language::code()).to_owned(),
            control: web::extra::control(reader, field)?,
            is_asked: field.required,
            says,
            now: reader.now,
        })
    };
    shown.map(column).collect()
}

async fn set_marked(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    let marked: Vec<String> = form.all("marked").into_iter().map(str::to_owned).collect();
    // A field of the house is sent under its own name.
    let own = form.has("value").then(|| (form.text("field").to_owned(), form.text("value").to_owned()));
    let seen = versions(&form);
    visit
        .write(move |work| {
            let edit = |it: &String| commands::Edit {
                version: seen.get(it).copied(),
                number: it.clone(),
                fields: own
                    .iter()
                    .map(|(field, words)| (field.clone(), super::typed(field, words)))
                    .collect(),
            };
            let extra = web::extra::read(work, Requirement::KIND.prefix, &form)?;
            for mut case in commands::edit_many(work, &marked.iter().map(edit).collect::<Vec<_>>())? {
                work.fill(&mut case, &extra)?;
            }
            Ok(of_set(&number, "table"))
        })
        .await
}

async fn ask_for_value(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| value_page(reader, &number, &asked)).await
}

async fn ask_for_value_of(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit.read(move |reader| value_page(reader, &number, &form)).await
}

fn value_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    let set = reader.mention_of(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let (marked, mut seen) = (marked(form)?, versions(form));
    for it in &marked {
        if let Entry::Vacant(place) = seen.entry(it.clone()) {
            place.insert(reader.find::<Requirement>(it)?.record.version);
        }
    }
    let field = form.text("field");
    let fields = reader.fields_of(Requirement::KIND.prefix)?;
    let chosen = fields.iter().find(|it| it.is_in_use() && it.place_of_fault() == field);
    let extra = extra_names(reader)?.into_iter().map(|(key, label)| (format!("extra.{key}"), label));
    let body = requirement::bulk(&requirement::Giving {
        set: &set,
        marked: &marked,
        seen: &seen,
        field,
        functions: &functions(reader)?,
        extra: extra.collect(),
        extra_value: chosen.map(|it| web::extra::field_of(reader, it, String::new())).transpose()?,
    });
    Ok(Page::new(t!("Give them a value"), PLACE, body))
}

/// The versions of requirements that a form carries, as `REQ-2026-0001:3`.
fn versions(form: &Form) -> BTreeMap<String, i64> {
    let pairs = form.all("seen").into_iter().filter_map(|it| it.split_once(':'));
    pairs.filter_map(|(number, version)| Some((number.to_owned(), version.parse().ok()?))).collect()
}

fn marked(form: &Form) -> Result<Vec<String>, Faults> {
    let marked: Vec<String> = form.all("marked").into_iter().map(str::to_owned).collect();
    let mut faults = Faults::default();
    faults.unless(!marked.is_empty(), "marked", text!("Mark at least one requirement in the table first."));
    faults.into_result()?;
    Ok(marked)
}

/// Asks first, then does it.
async fn withdraw_marked(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    if form.text("sure") != "yes" {
        return visit
            .read(move |reader| {
                let body = requirement::withdraw(&reader.mention_of(&number)?, &marked(&form)?, &once());
                Ok(Page::new(t!("Withdraw"), PLACE, body))
            })
            .await;
    }
    visit
        .write(move |work| {
            commands::withdraw_many(work, &marked(&form)?, form.text("reason"))?;
            Ok(of_set(&number, "table"))
        })
        .await
}

async fn show_document(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    visit
        .read(move |reader| {
            let at = at(&asked, &zone)?;
            document_page(reader, &number, at, asked.text("at"))
        })
        .await
}

/// Which reading is asked for: a revision, a moment in the zone of the reader, or the present.
pub fn at(asked: &Form, zone: &jiff::tz::TimeZone) -> Result<At, Faults> {
    if !asked.text("at").is_empty() {
        let moment: Option<Timestamp> = rules::moment_of(asked.text("at"), zone);
        let sentence = text!("Give a moment like 2026-06-01T12:00.");
        return moment.map(At::Moment).ok_or_else(|| Faults::one("at", sentence));
    }
    match asked.text("revision") {
        "" => Ok(At::Now),
        no => {
            no.parse().map(At::Revision).map_err(|_| Faults::one("revision", text!("Give a whole number.")))
        }
    }
}

fn document_page(reader: &Reader, number: &str, at: At, typed: &str) -> Result<Page> {
    with_document(reader, (number, at), typed, |it| {
        Ok(Page::new(format!("{number} {}", it.reading.title), PLACE, document::page(it)))
    })
}

/// The state of a set as whoever reads it calls it.
fn state_of(reader: &Reader, set: &Case<RequirementSet>) -> Markup {
    web::words::state_boxed(reader, RequirementSet::KIND.prefix, &set.record.state.code())
}

fn with_document<T>(
    reader: &Reader,
    (number, at): (&str, At),
    typed: &str,
    shown: impl FnOnce(&document::Document) -> Result<T>,
) -> Result<T> {
    let set = reader.find::<RequirementSet>(number)?;
    let is_worked_on = set.record.state == set::State::Draft && !reader.actor.is_outside();
    // A set that nobody works on says what its last revision says.
    let at = match set.record.released {
        Some(no) if at == At::Now && !is_worked_on => At::Revision(no),
        _ => at,
    };
    let reading = queries::read(reader, number, at)?;
    let revisions = reader.revisions(set.record.id.raw())?;
    let has_working_copy = is_worked_on || revisions.is_empty();
    let customer = set.record.party.map(|it| reader.mention(it)).transpose()?.flatten().map(|it| it.title);
    shown(&document::Document {
        reading: &reading,
        state: state_of(reader, &set),
        revisions: &revisions,
        at: typed.to_owned(),
        has_working_copy,
        customer,
        extra: queries::extra_told(reader, &reading)?,
    })
}

/// The document without the frame, as it goes on paper.
async fn print(Path(number): Path<String>, visit: Visit) -> Answer {
    let (asked, envelope) = (visit.envelope.asked(), visit.envelope.clone());
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    visit
        .respond(move |reader| {
            let at = at(&asked, &zone)?;
            let house = identity::house(reader, &envelope)?;
            with_document(reader, (&number, at), "", |it| {
                let title = format!("{number} {}", it.reading.title);
                Ok(house.printed(&title, document::running(it), document::printed(it)).into_response())
            })
        })
        .await
}

async fn show_comparison(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| comparison_page(reader, &number, &asked)).await
}

/// The two revisions that are asked for; the last two, or the last and the working copy, where nothing is.
pub fn ends(reader: &Reader, revisions: &[Revision], asked: &Form) -> (String, String) {
    let last = revisions.first().map(|it| it.no.to_string()).unwrap_or_default();
    let before = revisions.get(1).map(|it| it.no.to_string());
    let (from, to) = match before {
        Some(before) if reader.actor.is_outside() => (before, last),
        _ if reader.actor.is_outside() => (last.clone(), last),
        _ => (last, "now".to_owned()),
    };
    let asked_or = |name: &str, otherwise: String| match asked.text(name) {
        "" => otherwise,
        it => it.to_owned(),
    };
    (asked_or("from", from), asked_or("to", to))
}

/// `now`, or the number of a revision.
pub fn end(code: &str) -> Result<At, Faults> {
    match code {
        "now" | "" => Ok(At::Now),
        no => no.parse().map(At::Revision).map_err(|_| Faults::one("from", text!("Give a whole number."))),
    }
}

/// A set as people compare it.
pub(super) fn as_read(reader: &Reader, number: &str, at: At) -> Result<Reading> {
    queries::to_compare(reader, number, at, |cells, field, extra| Ok(cells.shown(field, extra)?.words()))
}

fn comparison_page(reader: &Reader, number: &str, asked: &Form) -> Result<Page> {
    let set = reader.find::<RequirementSet>(number)?;
    let revisions = reader.revisions(set.record.id.raw())?;
    let (from, to) = ends(reader, &revisions, asked);
    let (before, after) = (as_read(reader, number, end(&from)?)?, as_read(reader, number, end(&to)?)?);
    let comparison = rules::compare(&before, &after);
    let now = (!reader.actor.is_outside()).then(|| ("now".to_owned(), t!("Working copy")));
    let choices = revisions.iter().map(|it| {
        let day = web::language::day(web::language::day_of(it.released_at));
        (it.no.to_string(), t!("Revision {no}, {day}", no = it.no, day = day))
    });
    let body = compare::page(&compare::Compared {
        after: &after,
        comparison: &comparison,
        choices: now.into_iter().chain(choices).collect(),
        extra: queries::extra_labels(reader)?,
        from,
        to,
    });
    Ok(Page::new(t!("What changed in {title}", title = &after.title), PLACE, body))
}

async fn show_revision(Path((number, no)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let set = reader.find::<RequirementSet>(&number)?;
            let (revision, _) = queries::manifest(reader, set.record.id.raw(), no)?;
            let reading = queries::read(reader, &number, At::Revision(no))?;
            let is_last = set.record.released == Some(no);
            let is_comparable = reader.revisions(set.record.id.raw())?.iter().any(|it| it.no == no - 1);
            let nobody =
                if is_last { queries::told_nobody(reader, set.record.id.raw())? } else { Vec::new() };
            let body = html! {
                @if let Some(words) = record::altered(reader, set.record.id.raw(), no)? { (note(Note::Warn, words)) }
                (pages::distribution::heard_by_nobody(&nobody))
                (heading::revision(&reading, &revision, &reader.name_of(revision.released_by)?, is_comparable))
            };
            Ok(Page::new(t!("Revision {no} of {number}", no = no, number = &number), PLACE, body))
        })
        .await
}

async fn ask_for_release(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| release_page(reader, &number, &Form::default(), Faults::default())).await
}

/// The form that releases; where something else was seen before, with what changed since.
fn release_page(reader: &Reader, number: &str, sent: &Form, faults: Faults) -> Result<Page> {
    let set = reader.find::<RequirementSet>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let missing = rules::why_not(&set, reader.actor, set::Step::Release);
    let reading = queries::read(reader, number, At::Now)?;
    let drafts = reading.lines.iter().filter(|it| it.state == crate::model::requirement::State::Draft);
    let open = queries::findings_of(reader, &set)?.open();
    let asked = queries::asked_about(reader, &set)?;
    let doubts = html! {
        (pages::wording::at_release(number, open)) (pages::checklist::at_release(number, &asked))
        (pages::distribution::at_release(number, &queries::told_nobody(reader, set.record.id.raw())?))
    };
    let seen = Seen::of(set.record.version, &reading);
    let before = if sent.has("seen") { Seen::read(sent.text("seen")) } else { seen.clone() };
    let body = heading::release(
        &heading_of(&set),
        &heading::Releasing {
            changes: drafts.count(),
            missing,
            doubts,
            once: once(),
            since: before.unlike(&seen).into_iter().map(|it| heading::since(&reading, it)).collect(),
            reason: sent.text("reason").to_owned(),
            seen,
            faults,
        },
    );
    Ok(Page::new(t!("Release"), PLACE, body))
}

async fn release(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    if !visit.form.has("seen") {
        let reason = visit.form.text("reason").to_owned();
        return visit
            .write(move |work| {
                commands::release(work, &number, &reason)?;
                Ok(of_set(&number, ""))
            })
            .await;
    }
    let (form, again, to) = (visit.form.clone(), visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let seen = Seen::read(form.text("seen"));
                commands::release_seen(work, &number, form.text("reason"), &seen)?;
                // What follows, a review or an offer to the customer, begins there.
                Ok(of_set(&number, ""))
            },
            move |reader, error| release_page(reader, &to, &again, faults_of(error)),
        )
        .await
}

async fn offer(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let no = visit.form.whole("revision");
    visit
        .write(move |work: &mut Work| {
            let no = no.ok_or_else(|| Faults::one("revision", text!("Give a whole number.")))?;
            commands::offer(work, &number, no)?;
            Ok(of_set(&number, ""))
        })
        .await
}

async fn show_export(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    let revision = asked.whole("revision");
    visit
        .read(move |reader| {
            asked.faults.into_result()?;
            let set = reader.find::<RequirementSet>(&number)?;
            let revisions = reader.revisions(set.record.id.raw())?;
            let is_ours = !reader.actor.is_outside();
            let body = export::page((&number, &set.record.title), revision, &revisions, is_ours);
            Ok(Page::new(t!("Export"), PLACE, body))
        })
        .await
}

/// The set as a file, for people and for programs.
pub(super) async fn download(format: Format, Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    let revision = asked.whole("revision");
    visit
        .respond(move |reader| {
            asked.faults.into_result()?;
            let file = queries::export(reader, &number, revision, format)?;
            Ok(as_file(file))
        })
        .await
}

fn as_file(file: queries::Exported) -> Response {
    let name = format!("attachment; filename=\"{}\"", file.name);
    let headers = [("content-type", file.media_type.to_owned()), ("content-disposition", name)];
    (headers, file.bytes).into_response()
}
