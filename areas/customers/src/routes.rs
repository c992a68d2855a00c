//! The addresses of customers, for people and for programs.

mod api;
mod contract;
mod merge;
mod people;
mod profile;

use std::collections::BTreeMap;

use axum::response::IntoResponse;
use identity::{Person, setup};
use kernel::{AnyCase, Body, Error, Faults, New, PartyId, Reader, Result, text};
use maud::Markup;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit, words};

use crate::commands::{self, NewContact};
use crate::model::{Organisation, Way};
use crate::pages::{self, Group, RecordLine, Shown};
use crate::queries::{self, Alike, WithThem};
use crate::rules::{FRAMERS, KEEPERS, MERGERS, Outline};

/// What always holds for a party, as another area shows it: its standing requirements.
pub type Required = fn(&Reader, PartyId) -> Result<Markup>;

/// Every address of the area.
pub fn routes(required: Required) -> Routes {
    Routes::default()
        .get("/customers", list)
        .get("/customers/new", begin)
        .post("/customers", open)
        .get("/customers/{number}", move |number, visit| show(number, visit, required))
        .get("/customers/{number}/edit", edit)
        .post("/customers/{number}", keep)
        .get("/customers/{number}/contacts/new", begin_contact)
        .post("/customers/{number}/contacts", add_contact)
        .post("/customers/{number}/addresses", move |number, posted| add_address(number, posted, required))
        .post("/customers/{number}/addresses/{address}/remove", remove_address)
        .get("/setup/customer", ask_first)
        .post("/setup/customer", open_first)
        .and(profile::routes())
        .and(people::routes(required))
        .and(contract::routes(required))
        .and(merge::routes())
        .and(api::routes())
}

#[track_caller]
fn may_add(reader: &Reader) -> bool {
    KEEPERS.covers(reader.actor, None).is_ok()
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "K", |reader| {
        let add =
            Button::open("/customers/new", web::t!("Add a customer")).symbol(Symbol::Plus).first().small();
        // Looking for doubles reads every name; only whoever can do something about it is asked.
        let doubles = if may_add(reader) { queries::likely_doubles(reader)?.len() } else { 0 };
        let is_outside = reader.actor.is_outside();
        Ok(web::list::Extras {
            title: is_outside.then(|| web::t!("Your organisation")),
            lead: (!is_outside).then(|| {
                web::t!("The organisations that require something of us, and what is with each now.")
            }),
            purpose: web::t!(
                "Everything that is agreed belongs to a customer. Mail finds its customer by their addresses."
            ),
            first: may_add(reader).then_some(add),
            more: may_add(reader).then(take_in).into_iter().collect(),
            note: pages::doubles(doubles),
            below: Some(below),
            ..web::list::Extras::default()
        })
    })
    .await
}

/// How customers come in from the spreadsheet of the old system.
fn take_in() -> Button {
    Button::open("/imports/new?target=customers", web::t!("Take in a file")).small()
}

/// What stands below the names in the list.
fn below(reader: &Reader, ids: &[i64]) -> Result<BTreeMap<i64, Markup>> {
    let today = web::language::day_of(reader.now);
    let found = reader.find_many::<Organisation>(ids)?.into_iter();
    Ok(found.map(|(record, it)| (record.id.raw(), pages::below_name(&it, today))).collect())
}

async fn show(Path(number): Path<String>, visit: Visit, required: Required) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read_or_go(move |reader| {
            let own = reader.find::<Organisation>(&number)?.record.id.raw();
            // What was merged leads on; `itself` shows what was kept of it.
            match reader.successor(own)?.filter(|_| !asked.has("itself")) {
                Some(it) => Ok(Err(format!("/customers/{}?instead={number}", it.number))),
                None => Ok(Ok(record_page(reader, &number, asked, required)?)),
            }
        })
        .await
}

fn record_page(reader: &Reader, number: &str, form: Form, required: Required) -> Result<Page> {
    let case = reader.registry().kind("K").ok_or(Error::NotFound)?.find(reader, number)?;
    let body = pages::record(&shown(reader, &case, form, required)?);
    let edit =
        || Button::open(format!("/customers/{number}/edit"), web::t!("Change")).symbol(Symbol::Edit).small();
    let is_merged = reader.successor(case.id)?.is_some();
    let tools = if case.is_open && !is_merged { vec![edit()] } else { vec![] };
    record::show(reader, &case, Extra { body, tools, ..Extra::default() })
}

fn shown(reader: &Reader, case: &AnyCase, form: Form, required: Required) -> Result<Shown> {
    let organisation: Organisation = serde_json::from_value(case.body.clone())?;
    let parent = organisation.parent.map(|it| reader.mention(it)).transpose()?.flatten();
    let (may_add, may_merge) = (may_add(reader), may_merge(reader));
    let with_them = queries::with_them(reader, case.id)?;
    let house = queries::house(reader, case.id)?;
    let contacts = queries::contacts(reader, case.id)?;
    let people = if may_add { candidates(reader, case.id, &house)? } else { Vec::new() };
    Ok(Shown {
        id: case.id,
        number: case.number.clone(),
        parent: parent.map(|it| (it.title, format!("/customers/{}", it.number))),
        roles: queries::roles(reader, case.id)?,
        contracts: queries::frame_contracts(reader, case.id)?,
        contracts_above: queries::contracts_above(reader, case.id, web::language::day_of(reader.now))?,
        twins: if may_add { queries::twins(reader, case.id)? } else { Vec::new() },
        addresses: queries::addresses(reader, case.id)?,
        checks: queries::checks(reader, case.id)?,
        with_them: with_them.into_iter().map(|it| group(reader, it)).collect(),
        required: required(reader, case.id)?,
        mergers: reader.mergers(case.id)?,
        is_staff: !reader.actor.is_outside(),
        today: web::language::day_of(reader.now),
        now: reader.now,
        house,
        contacts,
        people,
        may_frame: FRAMERS.covers(reader.actor, None).is_ok(),
        may_add,
        may_merge,
        organisation,
        form,
    })
}

#[track_caller]
fn may_merge(reader: &Reader) -> bool {
    MERGERS.covers(reader.actor, None).is_ok()
}

/// Whoever could do something for an organisation: its own people first, then those of its house.
fn candidates(
    reader: &Reader,
    party: PartyId,
    house: &[queries::HouseLine],
) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    let others = house.iter().filter(|it| it.id != party).take(pages::AT_ONCE);
    for (id, name) in std::iter::once((party, None)).chain(others.map(|it| (it.id, Some(&it.title)))) {
        for person in queries::contacts(reader, id)?.into_iter().filter(|it| it.state == "active") {
            let word = name.map_or_else(|| person.name.clone(), |it| format!("{}, {it}", person.name));
            all.push((person.id.to_string(), word));
        }
    }
    Ok(all)
}

fn group(reader: &Reader, it: WithThem) -> Group {
    let entry = reader.registry().kind(it.kind).expect("it was listed by its kind");
    let line = |row: kernel::Listed| {
        let state = entry.state(&row.state, reader.actor);
        RecordLine {
            symbol: words::symbol(reader, it.kind),
            address: entry.kind.address(&row.number),
            number: row.number,
            title: row.title,
            state: (words::shape(state.tone), state.text),
            changed_at: row.changed_at,
        }
    };
    let list = format!("/{}", entry.kind.path);
    Group { title: (entry.kind.many)(), list, lines: it.rows.into_iter().map(line).collect(), all: it.all }
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
    let own = number.map(|it| reader.mention_of(it)).transpose()?;
    let mut parent = Choosing::of(reader, Among::Organisations, form, "parent")?;
    if let Some(own) = own {
        parent = parent.without(own.id);
    }
    let is_new = number.is_none() && form.faults.of("all_the_same").is_some();
    let found = if is_new { queries::alike(reader, &outline(form))? } else { Vec::new() };
    let known = number.map(|it| reader.find::<Organisation>(it)).transpose()?;
    let extra = match known {
        Some(known) => web::extra::fields(reader, "K", form, &known.record.extra)?,
        None => web::extra::opening(reader, "K", form)?,
    };
    let body = pages::edit(number, &pages::Around { parent, found: &found, extra }, form);
    Ok(Page::new(web::t!("Customer"), "/customers", body).with(&["draft.js"]))
}

/// What of a form is compared with those who are there.
fn outline(form: &Form) -> Outline {
    let said = |name: &str| form.text(name).to_owned();
    Outline {
        name: said("name"),
        street: said("street"),
        post_code: said("post_code"),
        town: said("town"),
        country: said("country"),
        domains: domains(form),
    }
}

fn domains(form: &Form) -> Vec<String> {
    let parted = form.text("domains").split([' ', ',', ';', '\n']).filter(|it| !it.is_empty());
    parted.map(|it| it.trim_start_matches('@').to_lowercase()).collect()
}

/// Refuses a customer who may be there already, until somebody said that it is another one.
fn must_be_another(reader: &Reader, form: &Form, own: PartyId) -> Result<()> {
    let number = reader.mention(own)?.map(|it| it.number);
    let mut found: Vec<Alike> =
        if form.has("all_the_same") { Vec::new() } else { queries::alike(reader, &outline(form))? };
    found.retain(|it| Some(&it.one.0) != number.as_ref());
    let Some(first) = found.first() else { return Ok(()) };
    let sentence = text!(
        "{name} ({number}) may be the same. Look at it, or say below that this is another one.",
        name = &first.one.1,
        number = &first.one.0
    );
    Err(Faults::one("all_the_same", sentence).into())
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let organisation = read_organisation(form, Organisation::default())?;
                let extra = web::extra::read_opening(work, "K", form)?;
                let new = New { title: form.text("name"), extra: Some(&extra), ..New::default() };
                let made = commands::open(work, &new, &organisation)?;
                // Asked after it was opened, so that faults of the form come first; then nothing was opened.
                must_be_another(work, form, made.id)?;
                Ok(format!("/customers/{}", made.number))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Organisation>(&number)?;
            KEEPERS.covers(reader.actor, None)?;
            edit_page(reader, Some(&number), &written(&case.record.title, case.record.version, &case.body))
        })
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let kept = work.find::<Organisation>(&number)?.body;
                let organisation = read_organisation(form, kept)?;
                let version = form.whole("version").unwrap_or(0);
                commands::change(work, &number, version, form.text("name"), organisation)?;
                web::extra::keep::<Organisation>(work, &number, form)?;
                Ok(format!("/customers/{number}"))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Organisation>(reader, &same)?),
        )
        .await
}

/// What the form says of an organisation; what it does not ask stays as it is kept.
fn read_organisation(form: &mut Form, kept: Organisation) -> Result<Organisation> {
    let parent = form.whole("parent");
    let level = form.maybe_word("level").unwrap_or(kept.level);
    form.check()?;
    let said = |name: &str| form.text(name).to_owned();
    Ok(Organisation {
        legal_form: said("legal_form"),
        street: said("street"),
        post_code: said("post_code"),
        town: said("town"),
        country: said("country").to_uppercase(),
        trade: said("trade"),
        domains: domains(form),
        language: said("language"),
        note: said("note"),
        is_customer: form.has("is_customer"),
        is_supplier: form.has("is_supplier"),
        parent,
        level,
        ..kept
    })
}

/// An organisation as the form writes it.
fn written(name: &str, version: i64, it: &Organisation) -> Form {
    let mut pairs = vec![
        ("name", name.to_owned()),
        ("version", version.to_string()),
        ("legal_form", it.legal_form.clone()),
        ("street", it.street.clone()),
        ("post_code", it.post_code.clone()),
        ("town", it.town.clone()),
        ("country", it.country.clone()),
        ("trade", it.trade.clone()),
        ("domains", it.domains.join(" ")),
        ("language", it.language.clone()),
        ("note", it.note.clone()),
        ("parent", it.parent.map(|it| it.to_string()).unwrap_or_default()),
        ("level", kernel::Vocabulary::code(it.level)),
    ];
    let roles = [("is_customer", it.is_customer), ("is_supplier", it.is_supplier)];
    pairs.extend(roles.iter().filter(|(_, is)| *is).map(|(name, _)| (*name, "on".to_owned())));
    Form::of(pairs)
}

async fn begin_contact(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            reader.find::<Organisation>(&number)?;
            KEEPERS.covers(reader.actor, None)?;
            contact_page(reader, &number, &Form::default())
        })
        .await
}

fn contact_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    let name = reader.find::<Organisation>(number)?.record.title;
    let extra = web::extra::opening(reader, Person::KIND.prefix, form)?;
    let body = pages::new_contact((number, &name), &extra, form);
    Ok(Page::new(web::t!("Contact"), "/customers", body).with(&["draft.js"]))
}

async fn add_contact(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let contact = NewContact {
                    name: form.text("name"),
                    email: form.text("email"),
                    phone: form.text("phone"),
                    language: form.text("language"),
                    job_title: form.text("job_title"),
                };
                let made = commands::add_contact(work, &number, &contact)?;
                web::extra::opened::<Person>(work, &made.number, form)?;
                Ok(format!("/customers/{number}#contacts"))
            },
            move |reader, form| contact_page(reader, &same, &form),
        )
        .await
}

async fn add_address(Path(number): Path<String>, Posted(visit): Posted, required: Required) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (person, way) =
                    (form.whole("person"), form.maybe_word::<Way>("kind").unwrap_or_default());
                form.check()?;
                let organisation = work.find::<Organisation>(&number)?.record.id.raw();
                commands::know_by(work, organisation, (way, form.text("address")), person)?;
                Ok(format!("/customers/{number}#addresses"))
            },
            move |reader, form| record_page(reader, &same, form, required),
        )
        .await
}

async fn remove_address(Path((number, address)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::forget(work, &number, address)?;
            Ok(format!("/customers/{number}#addresses"))
        })
        .await
}

async fn ask_first(visit: Visit) -> Answer {
    let envelope = visit.envelope.clone();
    visit
        .respond(move |reader| {
            if !identity::is_administrator(reader.actor) {
                return Err(Error::NotFound);
            }
            let house = identity::house(reader, &envelope)?;
            let content = pages::first_customer(&Form::default());
            Ok(setup::page(&house, "/setup/customer", &content).into_response())
        })
        .await
}

async fn open_first(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let organisation =
                    Organisation { is_customer: true, ..read_organisation(form, Organisation::default())? };
                let new = New { title: form.text("name"), ..New::default() };
                commands::open(work, &new, &organisation)?;
                Ok(setup::next("/setup/customer"))
            },
            move |_, form| Ok(Page::new(web::t!("Set up"), "/", pages::first_customer(&form))),
        )
        .await
}
