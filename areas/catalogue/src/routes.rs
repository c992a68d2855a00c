//! At which address what is offered is found, read and changed.

mod api;
mod sheet;

use kernel::{Body, Error, New, Reader, Result, Vocabulary, text};
use maud::html;
use web::choosing::LISTED;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t, words};

use crate::commands::{self, NewRevision};
use crate::model::{CatalogueItem, Characteristic};
use crate::pages::{self, Bases, SPARE, of_item};
use crate::queries;
use crate::rules::{self, KEEPERS, MOST};

const PLACE: &str = "/catalogue";

/// What stands beside an item because of others: its reviews.
pub type Agreement = fn(&Reader, i64) -> Result<(Option<web::parts::Beside>, Option<web::parts::Button>)>;

pub fn routes(agreement: Agreement) -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/catalogue/new", begin)
        .get(&of(""), move |number, visit| show(number, visit, agreement))
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/release"), ask_for_release)
        .post(&of("/release"), release)
        .post(&of("/publish"), publish)
        .get(&of("/compare"), compare)
        .get(&of("/revisions/{no}"), show_revision)
        .post(&of("/revisions/{no}/from"), hold_from)
        .get(&of("/used"), used)
        .and(sheet::routes())
        .and(api::routes())
}

#[track_caller]
fn may_keep(reader: &Reader) -> bool {
    KEEPERS.covers(reader.actor, None).is_ok()
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, CatalogueItem::KIND.prefix, |reader| {
        let new = Button::open("/catalogue/new", t!("Add an item")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            title: Some(t!("Catalogue")),
            lead: Some(t!("Products and services, what each can do, and which revision holds.")),
            purpose: t!("What is offered to everybody stands here, each revision for ever. Orders and requirements hold to it."),
            first: may_keep(reader).then_some(new),
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            KEEPERS.covers(reader.actor, None)?;
            edit_page(reader, None, &Form::default())
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, form: &Form) -> Result<Page> {
    let own = number.map(|it| reader.find::<CatalogueItem>(it)).transpose()?;
    let bases = bases(reader, own.as_ref().map(|it| it.record.id.raw()), form)?;
    let title = match &own {
        Some(own) => t!("Change {name}", name = &own.record.title),
        None => t!("Add an item"),
    };
    let extra = match own {
        Some(_) => html! {},
        None => web::extra::opening(reader, CatalogueItem::KIND.prefix, form)?,
    };
    let body = pages::edit(number, &title, (&bases, &extra), form);
    Ok(Page::new(title.clone(), PLACE, body).with(&["draft.js"]))
}

/// What the item of a form can be a variant of; never of itself.
fn bases(reader: &Reader, own: Option<i64>, form: &Form) -> Result<Bases> {
    let mut all = queries::bases(reader, i64::try_from(LISTED + 1).unwrap_or(i64::MAX))?;
    if all.len() <= LISTED {
        all.retain(|(id, _)| Some(*id) != own);
        return Ok(Bases::Listed(all));
    }
    if form.has("base_code") {
        return Ok(Bases::Told(form.text("base_code").to_owned()));
    }
    let chosen = form.text("base").parse().ok().map(|it| queries::item_of(reader, it)).transpose()?.flatten();
    Ok(Bases::Told(chosen.map(|(.., it)| it.code).unwrap_or_default()))
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let item = read_item(work, form, None)?;
                let made = commands::open(work, &New { title: form.text("title"), ..New::default() }, &item)?;
                web::extra::opened::<CatalogueItem>(work, &made.number, form)?;
                Ok(of_item(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            KEEPERS.covers(reader.actor, None)?;
            let case = reader.find::<CatalogueItem>(&number)?;
            let form = Form::of(written(&case.record.title, case.record.version, &case.body));
            edit_page(reader, Some(&number), &form)
        })
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let version = form.whole("version").unwrap_or(0);
                let mut case = work.find::<CatalogueItem>(&number)?;
                let item = read_item(work, form, Some(case.record.id.raw()))?;
                case.must_be_at(version)?;
                work.retitle(&mut case, form.text("title"))?;
                work.revise(&mut case, |it| *it = item)?;
                Ok(of_item(&number, ""))
            },
            move |reader, form| {
                edit_page(reader, Some(&same), &form.seen_of::<CatalogueItem>(reader, &same)?)
            },
        )
        .await
}

/// What the form says of an item; lines without a name are left out.
fn read_item(reader: &Reader, form: &mut Form, own: Option<i64>) -> Result<CatalogueItem> {
    let said = |form: &Form, name: &str| form.text(name).to_owned();
    let lines = |form: &Form, name: &str| {
        form.text(name).lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
    };
    let mut characteristics = Vec::new();
    for place in 1..=MOST {
        let of = |name: &str| said(form, &format!("{name}{place}"));
        let it = Characteristic {
            name: of("name"),
            value: of("value"),
            lower: of("lower"),
            upper: of("upper"),
            unit: of("unit"),
            method: of("method"),
            is_critical: form.has(&format!("critical{place}")),
        };
        let is_bare = Characteristic { is_critical: false, ..it.clone() } == Characteristic::default();
        if !is_bare {
            characteristics.push(it);
        }
    }
    let item = CatalogueItem {
        code: said(form, "code"),
        sort: form.word("sort"),
        summary: said(form, "summary"),
        base: base_of(reader, form, own)?,
        characteristics,
        features: lines(form, "features"),
        options: lines(form, "options"),
        exclusions: lines(form, "exclusions"),
        unit: said(form, "unit"),
        price: said(form, "price"),
        currency: said(form, "currency").to_uppercase(),
        lead_time_days: form.whole("lead_time_days"),
        markets: form
            .text("markets")
            .split([' ', ',', ';'])
            .filter(|it| !it.is_empty())
            .map(str::to_uppercase)
            .collect(),
        packing: said(form, "packing"),
        review_on: form.day("review_on"),
        last_order_on: form.day("last_order_on"),
    };
    form.check()?;
    Ok(item)
}

/// The item that another is a variant of: by its key out of a list, or by its article number.
fn base_of(reader: &Reader, form: &mut Form, own: Option<i64>) -> Result<Option<i64>> {
    if !form.has("base_code") {
        return Ok(form.whole("base"));
    }
    let code = form.text("base_code").to_owned();
    if code.is_empty() {
        return Ok(None);
    }
    let found = queries::base_called(reader, &code)?.filter(|it| Some(*it) != own);
    let sentence = text!(
        "No item of which this can be a variant has the article number {code}. Give one that stands in the catalogue.",
        code = &code
    );
    form.faults.unless(found.is_some(), "base_code", sentence);
    Ok(found)
}

/// An item as the form writes it.
fn written(title: &str, version: i64, it: &CatalogueItem) -> Vec<(String, String)> {
    let day = |it: Option<jiff::civil::Date>| it.map(|it| it.to_string()).unwrap_or_default();
    let whole = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    let mut pairs: Vec<(String, String)> = [
        ("title", title.to_owned()),
        ("version", version.to_string()),
        ("count", (it.characteristics.len() + SPARE).to_string()),
        ("code", it.code.clone()),
        ("sort", it.sort.code()),
        ("summary", it.summary.clone()),
        ("base", whole(it.base)),
        ("features", it.features.join("\n")),
        ("options", it.options.join("\n")),
        ("exclusions", it.exclusions.join("\n")),
        ("unit", it.unit.clone()),
        ("price", it.price.clone()),
        ("currency", it.currency.clone()),
        ("lead_time_days", whole(it.lead_time_days)),
        ("markets", it.markets.join(" ")),
        ("packing", it.packing.clone()),
        ("review_on", day(it.review_on)),
        ("last_order_on", day(it.last_order_on)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    for (place, one) in (1..).zip(&it.characteristics) {
        let fields = [
            ("name", &one.name),
            ("value", &one.value),
            ("lower", &one.lower),
            ("upper", &one.upper),
            ("unit", &one.unit),
            ("method", &one.method),
        ];
        pairs.extend(fields.map(|(name, value)| (format!("{name}{place}"), value.clone())));
        if one.is_critical {
            pairs.push((format!("critical{place}"), "on".to_owned()));
        }
    }
    pairs
}

async fn show(Path(number): Path<String>, visit: Visit, agreement: Agreement) -> Answer {
    visit
        .read(move |reader| {
            let case = reader
                .registry()
                .kind(CatalogueItem::KIND.prefix)
                .ok_or(Error::NotFound)?
                .find(reader, &number)?;
            let item: CatalogueItem = serde_json::from_value(case.body.clone())?;
            let base = item.base.map(|it| queries::item_of(reader, it)).transpose()?.flatten();
            let revisions = queries::revisions(reader, case.id)?;
            let today = web::language::day_of(reader.now);
            let now = queries::effective_on(reader, case.id, &kernel::On::day(today))?;
            let users = queries::users(reader, case.id)?.into_iter();
            let shown = pages::Shown {
                number: number.clone(),
                base,
                variants: queries::variants(reader, case.id)?,
                users: users
                    .filter_map(|(kind, count)| Some((reader.registry().kind(&kind)?.kind, count)))
                    .collect(),
                is_open: case.is_open,
                today,
                item,
            };
            let mut beside = vec![pages::revisions(
                &number,
                &revisions,
                now.as_ref().map(|it| it.no),
                case.offered,
                may_keep(reader),
            )];
            let (agreed, next) = agreement(reader, case.id)?;
            beside.extend(agreed);
            let aside = now.map(|it| html! { (t!("Revision {label} holds today", label = it.label)) });
            let extra = Extra {
                body: pages::body(&shown),
                aside,
                beside,
                steps_elsewhere: vec![("release", of_item(&number, "release"))],
                deeds: next.into_iter().collect(),
                ..Extra::default()
            };
            record::show(reader, &case, extra)
        })
        .await
}

async fn ask_for_release(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| release_page(reader, &number, &Form::default())).await
}

fn release_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    KEEPERS.covers(reader.actor, None)?;
    let case = reader.find::<CatalogueItem>(number)?;
    let missing = rules::why_not(&case, reader.actor);
    let last = queries::revisions(reader, case.record.id.raw())?.into_iter().next();
    let last = last.map(|it| queries::held(reader, case.record.id.raw(), it.no)).transpose()?;
    let files = queries::files_now(reader, case.record.id.raw())?;
    let changes = last.map(|it| rules::compare((&it.says, &it.files), (&case.body, &files)));
    let body = pages::release(number, &case.record.title, missing.as_ref(), changes.as_ref(), form);
    Ok(Page::new(t!("Release"), PLACE, body))
}

async fn release(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let from = form.day("from");
                form.check()?;
                let new = NewRevision { label: form.text("label"), from, reason: form.text("reason") };
                let frozen = commands::release(work, &number, &new)?;
                if form.has("publish") {
                    commands::publish(work, &number, frozen.no)?;
                }
                Ok(of_item(&number, ""))
            },
            move |reader, form| release_page(reader, &same, &form),
        )
        .await
}

async fn publish(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let no = visit.form.whole("revision");
    visit
        .write(move |work| {
            commands::publish(work, &number, no.ok_or(Error::NotFound)?)?;
            Ok(of_item(&number, "#revisions"))
        })
        .await
}

async fn compare(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let (one, other, differs) = api::compared(reader, &number, &mut asked)?;
            let title = reader.find::<CatalogueItem>(&number)?.record.title;
            let body = pages::compare(&number, &title, (&one, &other), &differs);
            Ok(Page::new(t!("What changed"), PLACE, body))
        })
        .await
}

async fn show_revision(Path((number, no)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit.read(move |reader| revision_page(reader, &number, no, &Form::default())).await
}

fn revision_page(reader: &Reader, number: &str, no: i64, form: &Form) -> Result<Page> {
    let case = reader.find::<CatalogueItem>(number)?;
    let held = queries::held(reader, case.record.id.raw(), no)?;
    let by = reader.name_of(held.is.released_by)?;
    let body = pages::revision(number, &case.record.title, &held, &by, may_keep(reader), form);
    Ok(Page::new(t!("Revision {label}", label = held.is.label), PLACE, body))
}

async fn hold_from(Path((number, no)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let from = form.day("from");
                form.faults.unless(from.is_some(), "from", kernel::text!("Say from which day."));
                form.check()?;
                commands::hold_from(work, &number, no, from.unwrap_or_default(), form.text("reason"))?;
                Ok(of_item(&number, &format!("revisions/{no}")))
            },
            move |reader, form| revision_page(reader, &same, no, &form),
        )
        .await
}

async fn used(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let case = reader.find::<CatalogueItem>(&number)?;
            let kind = reader.registry().kind(asked.text("kind")).ok_or(Error::NotFound)?;
            let before = asked.whole("before").unwrap_or(0);
            let rows = queries::used_by(reader, case.record.id.raw(), kind.kind.prefix, before)?;
            let marked = rows.into_iter().map(|row| {
                let state = kind.state(&row.state, reader.actor);
                (row, words::shape(state.tone), web::language::say(&state.text))
            });
            let body =
                pages::used(&number, &case.record.title, &kind.kind, &marked.collect::<Vec<_>>(), reader.now);
            Ok(Page::new(t!("Where it is used"), PLACE, body))
        })
        .await
}
