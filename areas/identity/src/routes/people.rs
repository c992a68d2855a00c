//! People: their list, their record, and what administrators do for them.

use std::collections::BTreeMap;

use kernel::{AnyCase, Body, Error, New, Permit, Reader, Result, Role, roles_of};
use maud::{Markup, html};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Form, Page, Path, Posted, Routes, Visit};

use super::{hashing, must_be_signed_in, names};
use crate::commands::{self, ADMINISTRATORS, Change, is_administrator};
use crate::model::{Person, PersonStep};
use crate::pages::me::Absences;
use crate::pages::people::{self as page, Edited, Shown, Way};
use crate::queries;
use crate::rules::{check_password, hash};

pub fn routes() -> Routes {
    Routes::default()
        .get("/people", list)
        .get("/people/new", begin)
        .post("/people", add)
        .get("/people/{number}", show)
        .get("/people/{number}/edit", edit)
        .post("/people/{number}", keep)
        .post("/people/{number}/roles", set_roles)
        .post("/people/{number}/password", set_password)
        .post("/people/{number}/memberships", join)
        .post("/people/{number}/memberships/{membership}/end", part)
        .get("/people/{number}/leave", ask_to_leave)
        .post("/people/{number}/leave", leave)
        .get("/people/{number}/return", ask_to_return)
        .post("/people/{number}/return", come_back)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "PE", |reader| {
        let may_add = reader.actor.has(Role::Administrator) && !reader.actor.only_reads;
        let add = Button::open("/people/new", web::t!("Add a person")).symbol(Symbol::Plus).first().small();
        let rules = Button::open("/access", web::t!("How people come in")).small();
        Ok(web::list::Extras {
            lead: Some(web::t!("Who works here, what they answer for and what they may do.")),
            purpose: web::t!("Everything that is done has somebody who did it."),
            first: may_add.then_some(add),
            more: may_add.then_some(rules).into_iter().collect(),
            below: Some(below),
            ..web::list::Extras::default()
        })
    })
    .await
}

/// What stands below the names in the list.
fn below(reader: &Reader, ids: &[i64]) -> Result<BTreeMap<i64, Markup>> {
    let people = reader.find_many::<Person>(ids)?;
    let names = names(reader, people.iter().flat_map(|(_, it)| it.functions.iter().copied()))?;
    let said =
        people.iter().filter_map(|(record, it)| Some((record.id.raw(), page::below_name(it, &names)?)));
    Ok(said.collect())
}

async fn show(visit: Visit, Path(number): Path<String>) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read_or_go(move |reader| {
            // Whoever was merged leads to whoever they are; `itself` shows what was kept of them.
            let own = reader.find::<Person>(&number)?.record.id.raw();
            match reader.successor(own)?.filter(|_| !asked.has("itself")) {
                Some(it) => Ok(Err(format!("/people/{}?instead={number}", it.number))),
                None => Ok(Ok(record_page(reader, &number, Form::default(), None)?)),
            }
        })
        .await
}

/// The record of a person; `fresh` is a link that was made just now and is shown once.
pub fn record_page(
    reader: &Reader,
    number: &str,
    form: Form,
    fresh: Option<crate::pages::link::Fresh>,
) -> Result<Page> {
    let case = reader.registry().kind("PE").ok_or(Error::NotFound)?.find(reader, number)?;
    let shown = Shown { fresh, ..shown(reader, &case, form)? };
    let address = format!("/people/{number}");
    let mut tools = Vec::new();
    let may_edit = case.is_open && (shown.is_administrator || case.party.is_some());
    if may_edit {
        tools.push(Button::open(format!("{address}/edit"), web::t!("Change")).symbol(Symbol::Edit).small());
    }
    if shown.is_administrator && shown.is_active {
        tools.push(
            Button::open(format!("{address}/why"), web::t!("What they see")).symbol(Symbol::Eye).small(),
        );
    }
    let extra = Extra {
        body: page::record(&shown),
        tools,
        steps_elsewhere: vec![("leave", format!("{address}/leave")), ("return", format!("{address}/return"))],
        ..Extra::default()
    };
    record::show(reader, &case, extra)
}

fn shown(reader: &Reader, case: &AnyCase, form: Form) -> Result<Shown> {
    let person: Person = serde_json::from_value(case.body.clone())?;
    let is_administrator = is_administrator(reader.actor) && !reader.actor.only_reads;
    let keys: Vec<i64> = person.functions.iter().copied().chain(person.deputy).collect();
    // Somebody of outside sees none of ours.
    let absences = match case.party {
        None => Some(absences(reader, &case.number, (case.id, &person), &form)?),
        Some(_) => None,
    };
    Ok(Shown {
        absences,
        links: if is_administrator { queries::links_of(reader, case.id)? } else { Vec::new() },
        has_factor: is_administrator && queries::has_factor(reader, case.id)?,
        knocks: if is_administrator { queries::knocks_of(reader, case.id)? } else { Vec::new() },
        now: reader.now,
        fresh: None,
        number: case.number.clone(),
        names: names(reader, keys)?,
        person,
        party: case.party,
        memberships: queries::memberships(reader, case.id)?,
        further: if is_administrator {
            Some(Choosing::of(reader, Among::Organisations, &form, "party")?)
        } else {
            None
        },
        has_account: is_administrator && queries::has_account(reader, case.id)?,
        is_administrator,
        is_active: case.state.code == "active",
        form,
    })
}

/// Who stands in for one of ours, with what the section needs; whoever may name nobody gets no form.
pub fn absences(
    reader: &Reader,
    number: &str,
    (id, person): (i64, &Person),
    form: &Form,
) -> Result<Absences> {
    let lines = queries::absences_of(reader, id)?;
    let may_name = !reader.actor.not_even_own
        && (reader.actor.person == id || (is_administrator(reader.actor) && !reader.actor.only_reads));
    let keys = lines.iter().flat_map(|it| [Some(it.person), Some(it.deputy), it.function]).flatten();
    let (mut deputy, mut functions) = (None, Vec::new());
    if may_name {
        let begun = Form::of(person.deputy.map(|it| ("deputy", it.to_string())));
        let form = if form.has("deputy") { form } else { &begun };
        deputy = Some(Choosing::of(reader, Among::Colleagues, form, "deputy")?.without(id));
        for function in queries::functions_of(reader, id)? {
            functions.push((function.to_string(), reader.name_of(function)?));
        }
    }
    let names = names(reader, keys)?;
    Ok(Absences { number: number.to_owned(), id, lines, names, deputy, functions })
}

async fn begin(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            ADMINISTRATORS.covers(reader.actor, None)?;
            edit_page(reader, None, Form::default())
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, form: Form) -> Result<Page> {
    let party = match number {
        Some(number) => reader.find::<Person>(number)?.record.party,
        None => None,
    };
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Person::KIND.prefix, &form)?,
    };
    let edited = Edited {
        extra,
        number: number.map(str::to_owned),
        organisation: party.map(|it| reader.name_of(it)).transpose()?,
        functions: queries::functions(reader)?,
        deputy: Choosing::of(reader, Among::Colleagues, &form, "deputy")?,
        form,
    };
    Ok(Page::new(web::t!("Person"), "/people", page::edit(&edited)).with(&["draft.js"]))
}

async fn add(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let person = read_person(form, Person::default())?;
                let made =
                    commands::add_person(work, &New { title: form.text("name"), ..New::default() }, &person)?;
                web::extra::opened::<Person>(work, &made.number, form)?;
                Ok(format!("/people/{}", made.number))
            },
            move |reader, form| edit_page(reader, None, form),
        )
        .await
}

async fn edit(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Person>(&number)?;
            let keepers = if case.record.party.is_some() { Permit::Staff } else { ADMINISTRATORS };
            keepers.covers(reader.actor, None)?;
            edit_page(reader, Some(&number), written(&case.record.title, case.record.version, &case.body))
        })
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let before = work.find::<Person>(&number)?;
                let person = read_person(form, before.body)?;
                let version = form.whole("version");
                let change = Change { number: &number, name: form.text("name"), version };
                commands::edit_person(work, &change, |it| *it = person)?;
                Ok(format!("/people/{number}"))
            },
            move |reader, form| edit_page(reader, Some(&same), form.seen_of::<Person>(reader, &same)?),
        )
        .await
}

/// What the form says of a person; what it does not hold stays.
fn read_person(form: &mut Form, before: Person) -> Result<Person> {
    let contact = !form.has("joined_on");
    let functions = form.all("functions").iter().filter_map(|it| it.parse().ok()).collect();
    let (deputy, joined_on) = (form.whole("deputy"), form.day("joined_on"));
    form.check()?;
    let said = |name: &str| form.text(name).to_owned();
    let read = Person {
        email: said("email").to_lowercase(),
        phone: said("phone"),
        job_title: said("job_title"),
        site: said("site"),
        language: said("language"),
        zone: said("zone"),
        ..before
    };
    Ok(if contact { read } else { Person { functions, deputy, joined_on, ..read } })
}

/// A person as the form writes it.
fn written(name: &str, version: i64, it: &Person) -> Form {
    let mut pairs = vec![
        ("name", name.to_owned()),
        ("version", version.to_string()),
        ("email", it.email.clone()),
        ("phone", it.phone.clone()),
        ("job_title", it.job_title.clone()),
        ("site", it.site.clone()),
        ("language", it.language.clone()),
        ("zone", it.zone.clone()),
        ("deputy", it.deputy.map(|it| it.to_string()).unwrap_or_default()),
        ("joined_on", it.joined_on.map(|it| it.to_string()).unwrap_or_default()),
    ];
    pairs.extend(it.functions.iter().map(|it| ("functions", it.to_string())));
    Form::of(pairs)
}

async fn set_roles(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let codes: Vec<String> = form.all("roles").iter().map(|it| (*it).to_owned()).collect();
                commands::set_roles(work, &number, &roles_of(&codes))?;
                Ok(format!("/people/{number}#roles"))
            },
            move |reader, form| record_page(reader, &same, form, None),
        )
        .await
}

async fn set_password(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    must_be_signed_in(&visit)?;
    let (form, again, same) = (visit.form.clone(), visit.form.clone(), number.clone());
    hashing(
        visit,
        move |db, actor| {
            let case = db.read(actor, |reader| reader.find::<Person>(&number))?;
            ADMINISTRATORS.covers(actor, None)?;
            let password = form.raw("password");
            check_password("password", password, (&case.record.title, &case.body.email))?;
            let hashed = hash(password)?;
            db.write(actor, |work| commands::keep_password(work, case.record.id.raw(), &hashed))?;
            Ok(format!("/people/{number}#access"))
        },
        move |reader, error| record_page(reader, &same, again.refused(error), None),
    )
    .await
}

async fn join(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let since = form.day("since").unwrap_or(work.today());
                let (party, until) = (form.whole("party").unwrap_or(0), form.day("until"));
                form.check()?;
                commands::join(work, &number, party, (since, until))?;
                Ok(format!("/people/{number}#memberships"))
            },
            move |reader, form| record_page(reader, &same, form, None),
        )
        .await
}

async fn part(Path((number, membership)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::part(work, &number, membership)?;
            Ok(format!("/people/{number}#memberships"))
        })
        .await
}

async fn ask_to_leave(visit: Visit, Path(number): Path<String>) -> Answer {
    visit.read(move |reader| farewell(reader, &number, Way::Out)).await
}

async fn ask_to_return(visit: Visit, Path(number): Path<String>) -> Answer {
    visit.read(move |reader| farewell(reader, &number, Way::Back)).await
}

fn farewell(reader: &Reader, number: &str, way: Way) -> Result<Page> {
    let step = match way {
        Way::Out => PersonStep::Leave,
        Way::Back => PersonStep::Return,
    };
    let name = commands::whose_farewell(reader, number, step)?;
    Ok(Page::new(name.clone(), "/people", page::farewell(number, &name, way)))
}

async fn leave(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::leave(work, &number)?;
            Ok(format!("/people/{number}"))
        })
        .await
}

async fn come_back(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::return_to_work(work, &number)?;
            Ok(format!("/people/{number}"))
        })
        .await
}
