//! At which address each page and each deed of organisations is.

use axum::extract::Path;
use kernel::{Error, Faults, New, PartyId, Reader, Result, Sort, Wanted};
use maud::html;
use web::parts::Head;
use web::{Answer, Form, Page, Posted, Routes, Visit, language, parts, record, t, words};

use crate::commands::{self, NewContact};
use crate::model::{Organisation, Standing};
use crate::pages::{self, List, Shown, With};
use crate::queries;

const LIST: &str = "/customers";

pub fn routes() -> Routes {
    Routes::default()
        .get("/customers", list)
        .get("/customers/new", new)
        .post("/customers", open)
        .get("/customers/{number}", show)
        .get("/customers/{number}/edit", edit)
        .post("/customers/{number}/edit", change)
        .get("/customers/{number}/contacts/new", new_contact)
        .post("/customers/{number}/contacts", add_contact)
        .get("/setup/customer", first)
}

async fn list(visit: Visit) -> Answer {
    let query = visit.envelope.asked();
    visit.read(move |reader| list_page(reader, &query)).await
}

fn list_page(reader: &Reader, query: &Form) -> Result<Page> {
    let wanted = Wanted {
        words: query.text("q").to_owned(),
        after: Some(query.text("after").to_owned()).filter(|it| !it.is_empty()),
        sort: Sort::Number,
        limit: Some(100),
        ..Wanted::default()
    };
    let page = reader.list("K", &wanted)?;
    let ends = page.rows.first().zip(page.rows.last());
    let places = ends.map(|(from, to)| queries::places(reader, &from.number, &to.number)).transpose()?;
    let next = page.next.as_ref().map(|after| {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &wanted.words)
            .append_pair("after", after)
            .finish();
        format!("/customers?{query}")
    });
    let body = pages::list(&List {
        page: &page,
        places: &places.unwrap_or_default(),
        words: &wanted.words,
        may_open: may_keep(reader),
        next,
    });
    Ok(Page::new(t!("Customers"), LIST, body))
}

fn may_keep(reader: &Reader) -> bool {
    <Organisation as kernel::Body>::CREATE.covers(reader.actor, None).is_ok()
}

async fn show(visit: Visit, Path(number): Path<String>) -> Answer {
    visit.read(move |reader| record_page(reader, &number)).await
}

fn record_page(reader: &Reader, number: &str) -> Result<Page> {
    let case = reader.find::<Organisation>(number)?;
    let any = reader.registry().kind("K").ok_or(Error::NotFound)?.find(reader, number)?;
    let id: PartyId = case.record.id.raw();
    let matters = queries::matters(reader, id, 20)?.into_iter().map(|it| With {
        symbol: words::symbol(reader, &it.kind),
        address: reader.registry().address(&it.kind, &it.number),
        title: format!("{} {}", it.number, it.title),
        state: reader.registry().kind(&it.kind).map(|kind| language::say(&kind.state(&it.state).text)).unwrap_or_default(),
    });
    let shown = Shown {
        number,
        body: &case.body,
        contacts: &queries::contacts(reader, id)?,
        addresses: &queries::addresses(reader, id)?,
        may_edit: may_keep(reader),
    };
    let extra = record::Extra {
        body: pages::body(&shown),
        beside: vec![pages::with_them(&matters.collect::<Vec<_>>())],
        ..record::Extra::default()
    };
    record::show(reader, &any, extra)
}

async fn new(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            may_open(reader)?;
            Ok(new_page(LIST, "", &Organisation { is_customer: true, ..Organisation::default() }, &Faults::default()))
        })
        .await
}

/// The first customer of an empty installation.
async fn first(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            may_open(reader)?;
            Ok(new_page(LIST, "", &Organisation { is_customer: true, ..Organisation::default() }, &Faults::default()))
        })
        .await
}

fn may_open(reader: &Reader) -> Result<()> {
    Ok(<Organisation as kernel::Body>::CREATE.covers(reader.actor, None)?)
}

fn new_page(address: &str, name: &str, body: &Organisation, faults: &Faults) -> Page {
    let head = Head {
        place: Some((t!("Customers"), LIST.to_owned())),
        title: html! { (t!("New customer")) },
        ..Head::default()
    };
    let inside = html! { (parts::page_head(&head)) (pages::form(address, name, body, None, faults)) };
    Page::new(t!("New customer"), LIST, inside)
}

async fn open(Posted(mut visit): Posted) -> Answer {
    let name = visit.form.text("title").to_owned();
    let body = organisation(&visit.form, Organisation::default());
    let faults = std::mem::take(&mut visit.form.faults);
    let (again, again_name) = (body.clone(), name.clone());
    visit
        .write_or(
            move |work| {
                faults.clone().into_result()?;
                let made = commands::open(work, &New { title: &name, ..New::default() }, &body)?;
                Ok(format!("/customers/{}", made.number))
            },
            move |_, error| Ok(new_page(LIST, &again_name, &again, &faults_of(error))),
        )
        .await
}

async fn edit(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            may_open(reader)?;
            let case = reader.find::<Organisation>(&number)?;
            Ok(edit_page(&number, &case.record.title, &case.body, case.record.version, &Faults::default()))
        })
        .await
}

fn edit_page(number: &str, name: &str, body: &Organisation, version: i64, faults: &Faults) -> Page {
    let to = format!("/customers/{number}");
    let head = Head {
        place: Some((t!("Customers"), LIST.to_owned())),
        number: Some(number.to_owned()),
        title: html! { (t!("Edit {name}", name = name)) },
        ..Head::default()
    };
    let inside = html! {
        (parts::page_head(&head))
        (pages::form(&format!("{to}/edit"), name, body, Some(version), faults))
    };
    Page::new(format!("{number} {name}"), LIST, inside)
}

async fn change(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let name = visit.form.text("title").to_owned();
    let version = visit.form.whole("version").unwrap_or(0);
    let form = visit.form.clone();
    let faults = std::mem::take(&mut visit.form.faults);
    let (again, again_name) = (number.clone(), name.clone());
    let again_form = form.clone();
    visit
        .write_or(
            move |work| {
                faults.clone().into_result()?;
                let before = work.find::<Organisation>(&number)?.body;
                commands::change(work, &number, version, &name, organisation(&form, before))?;
                Ok(format!("/customers/{number}"))
            },
            move |reader, error| {
                let case = reader.find::<Organisation>(&again)?;
                let body = organisation(&again_form, case.body);
                Ok(edit_page(&again, &again_name, &body, case.record.version, &faults_of(error)))
            },
        )
        .await
}

async fn new_contact(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            may_open(reader)?;
            let name = reader.find::<Organisation>(&number)?.record.title;
            Ok(contact_page(&number, &name, &[], &Faults::default()))
        })
        .await
}

fn contact_page(number: &str, name: &str, values: &[(String, String)], faults: &Faults) -> Page {
    let head = Head {
        place: Some((t!("Customers"), LIST.to_owned())),
        number: Some(number.to_owned()),
        title: html! { (t!("New contact at {name}", name = name)) },
        ..Head::default()
    };
    let inside = html! { (parts::page_head(&head)) (pages::contact_form(number, values, faults)) };
    Page::new(t!("New contact"), LIST, inside)
}

async fn add_contact(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    let (again, values) = (number.clone(), form.pairs().to_vec());
    visit
        .write_or(
            move |work| {
                let contact = NewContact {
                    name: form.text("name"),
                    email: form.text("email"),
                    phone: form.text("phone"),
                    language: form.text("language"),
                    job_title: form.text("job_title"),
                };
                commands::add_contact(work, &number, &contact)?;
                Ok(format!("/customers/{number}#contacts"))
            },
            move |reader, error| {
                let name = reader.find::<Organisation>(&again)?.record.title;
                Ok(contact_page(&again, &name, &values, &faults_of(error)))
            },
        )
        .await
}

/// An organisation as a form says it; what the form does not ask stays as it was.
fn organisation(form: &Form, before: Organisation) -> Organisation {
    let listed = |name: &str| {
        let words = form.text(name).split([',', ';', '\n']).map(|it| it.trim().to_lowercase());
        words.filter(|it| !it.is_empty()).collect()
    };
    let standing = form.text("standing").lines().filter(|it| !it.trim().is_empty()).map(|line| {
        let (title, words) = line.split_once(':').unwrap_or((line, ""));
        Standing { title: title.trim().to_owned(), words: words.trim().to_owned() }
    });
    let roles = form.all("role");
    Organisation {
        legal_form: form.text("legal_form").to_owned(),
        street: form.text("street").to_owned(),
        post_code: form.text("post_code").to_owned(),
        town: form.text("town").to_owned(),
        country: form.text("country").to_uppercase(),
        trade: form.text("trade").to_owned(),
        domains: listed("domains"),
        language: form.text("language").to_owned(),
        note: form.raw("note").to_owned(),
        is_customer: roles.contains(&"customer"),
        is_supplier: roles.contains(&"supplier"),
        standing: standing.collect(),
        ..before
    }
}

/// What a form is told: its own faults, or the refusal as one at its head.
fn faults_of(error: &Error) -> Faults {
    match error {
        Error::Invalid(faults) => faults.clone(),
        Error::Refused(refusal) => Faults(refusal.0.iter().map(|it| ("title".to_owned(), it.sentence.clone())).collect()),
        _ => Faults::one("title", kernel::text!("Somebody else changed it first. Look at what is there now, then save again.")),
    }
}
