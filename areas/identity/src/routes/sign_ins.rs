//! The book of the door as a list: everybody's own, and all of it for administrators; by page and by program.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Error, Faults, PersonId, Reader, Result, text};
use schemars::JsonSchema;
use serde::Serialize;
use web::api::{Paged, answer, one_more, page_of, paged};
use web::language::time_zone;
use web::{Answer, Doc, Form, Page, Routes, Visit, schema_of, t};

use super::names;
use crate::commands::ADMINISTRATORS;
use crate::model::{How, Outcome, Person};
use crate::pages::access::{self as page, SignIns};
use crate::queries::{self, KnockLine, SoughtKnocks};

/// Where everybody reads their own, and administrators all.
const OWN: &str = "/me/sign-ins";
const ALL: &str = "/access/sign-ins";
/// So many stand on a page.
const SHOWN: usize = 50;

pub fn routes() -> Routes {
    Routes::default().get(OWN, show_own).get(ALL, show_all).api_get(
        "/api/v1/sign-ins",
        Doc {
            summary: "Who tried to sign in in anybody's name, the newest first",
            tag: "People",
            response: schema_of::<Paged<SignIn>>(),
            query: &[
                ("person", "Only in the name of this person: a number or a mail address."),
                ("outcome", "Only those that ended so, like `wrong_password`."),
                ("place", "Only from this network address."),
                ("since", "From this day on."),
                ("until", "Up to this day."),
                ("limit", "How many to a page, 50 where nothing is said."),
                ("after", "Where the page begins: the `next` of the page before."),
            ],
            ..Doc::default()
        },
        sign_ins,
    )
}

async fn show_own(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| list(reader, Some(reader.actor.person), asked)).await
}

async fn show_all(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            ADMINISTRATORS.covers(reader.actor, None)?;
            list(reader, None, asked)
        })
        .await
}

/// The page; what is asked for and cannot be is told at its field, and nothing is listed.
fn list(reader: &Reader, own: Option<PersonId>, mut form: Form) -> Result<Page> {
    let (_, before) = page_of(&mut form, SHOWN);
    let sought = sought(reader, own, &mut form);
    let found = match sought {
        Ok(it) => queries::sought_knocks(reader, &it, before, one_more(SHOWN))?,
        Err(Error::Invalid(faults)) => {
            form.faults = faults;
            Vec::new()
        }
        Err(other) => return Err(other),
    };
    let page = paged(found, SHOWN, |it: &KnockLine| it.id);
    let names = names(reader, page.items.iter().filter_map(|it| it.person))?;
    let (title, address) = match own {
        Some(_) => (t!("Your sign-ins"), OWN),
        None => (t!("Sign-ins"), ALL),
    };
    let body = page::sign_ins(&SignIns {
        title: &title,
        address,
        is_own: own.is_some(),
        knocks: &page.items,
        names: &names,
        next: page.next,
        kept_for: queries::history_days(reader)?,
        form: &form,
        now: reader.now,
    });
    Ok(Page::new(title, if own.is_some() { "/me" } else { "/people" }, body))
}

/// What somebody asks the book for.
///
/// # Errors
/// Names the field that cannot be read.
fn sought(reader: &Reader, own: Option<PersonId>, form: &mut Form) -> Result<SoughtKnocks> {
    let outcome = form.maybe_word::<Outcome>("outcome");
    let (since, until) = (form.day("since"), form.day("until"));
    let person = match own {
        Some(own) => Some(own),
        None => named(reader, form)?,
    };
    form.check()?;
    let midnight = |day: Date| {
        let at = day.to_zoned_datetime(time_zone()).map(|it| it.timestamp());
        at.unwrap_or(Timestamp::MAX)
    };
    Ok(SoughtKnocks {
        person,
        outcome,
        place: form.text("place").to_owned(),
        since: since.map(midnight),
        until: until.and_then(|it| it.tomorrow().ok()).map(midnight),
    })
}

/// The person whom the field names.
fn named(reader: &Reader, form: &mut Form) -> Result<Option<PersonId>> {
    let words = form.text("person").to_owned();
    if words.is_empty() {
        return Ok(None);
    }
    if let Some((person, ..)) = queries::person_with_email(reader, &words)? {
        return Ok(Some(person));
    }
    match reader.find::<Person>(&words) {
        Ok(case) => Ok(Some(case.record.id.raw())),
        Err(Error::NotFound) => {
            let sentence = text!("Give the number or the mail address of somebody who is known here.");
            Err(Faults::one("person", sentence).into())
        }
        Err(other) => Err(other),
    }
}

#[derive(Serialize, JsonSchema)]
struct SignIn {
    id: i64,
    /// The number of the person; none where nobody has the address that was typed.
    person: Option<String>,
    #[schemars(with = "String", extend("format" = "date-time"))]
    at: Timestamp,
    outcome: Outcome,
    /// By what they proved who they are; none where they did not, or it was not written down then.
    how: Option<How>,
    /// The network address; empty where it was not known.
    place: String,
    /// What the browser called itself.
    agent: String,
    /// Whether the person came in with this browser for the first time.
    is_new: bool,
}

async fn sign_ins(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            ADMINISTRATORS.covers(reader.actor, None)?;
            let (limit, before) = page_of(&mut asked, SHOWN);
            let sought = sought(reader, None, &mut asked)?;
            let found = queries::sought_knocks(reader, &sought, before, one_more(limit))?;
            let shape = |it: KnockLine| {
                let person = match it.person {
                    Some(id) => reader.mention(id)?.map(|it| it.number),
                    None => None,
                };
                let KnockLine { id, at, outcome, how, place, agent, is_new, .. } = it;
                Ok(SignIn { id, person, at, outcome, how, place, agent, is_new })
            };
            let items = found.into_iter().map(shape).collect::<Result<Vec<_>>>()?;
            answer(&paged(items, limit, |it: &SignIn| it.id))
        })
        .await
}
