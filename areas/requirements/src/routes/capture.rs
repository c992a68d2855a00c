//! Addresses where words of a text become a requirement.

use kernel::{Body, Error, Faults, PartyId, Reader, Result, text};
use maud::Markup;
use web::{Answer, Form, Page, Posted, Routes, Visit, t};

use super::requirements::body_of;
use super::{faults_of, functions, once};
use crate::commands::{self, Capture, Into, NewRequirement, Words};
use crate::model::{Requirement, RequirementSet};
use crate::pages::capture::{Capturing, beside, page};
use crate::pages::form::Written;
use crate::pages::{Options, of_requirement};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default().get("/passages/new", new).post("/passages", make)
}

/// The form that stands in the page of a text; a script fills it with the words that were marked.
pub fn form(reader: &Reader, party: Option<PartyId>) -> Result<Markup> {
    Ok(beside(&Capturing {
        source: None,
        start: String::new(),
        end: String::new(),
        exact: String::new(),
        sets: sets(reader, party)?,
        set: String::new(),
        set_title: String::new(),
        written: Written::of("", &Requirement::default()),
        functions: functions(reader)?,
        extra: web::extra::opening(reader, Requirement::KIND.prefix, &Form::default())?,
        faults: Faults::default(),
        once: once(),
    }))
}

fn sets(reader: &Reader, party: Option<PartyId>) -> Result<Options> {
    let sets = queries::open_sets(reader, party)?;
    Ok(sets.iter().flat_map(|(record, body)| places_in(&record.number, &record.title, body)).collect())
}

/// Where in a set a requirement can come: the section of its own that comes first, then the others, standing ones too.
fn places_in(number: &str, title: &str, set: &RequirementSet) -> Options {
    let first = set.first_own_section();
    let whole = match first {
        Some(section) if set.sections.len() > 1 => format!("{number} {title} · {}", section.title),
        _ => format!("{number} {title}"),
    };
    let others = set.sections.iter().filter(|it| Some(*it) != first);
    let others =
        others.map(|it| (format!("{number}#{}", it.key), format!("{number} {title} · {}", it.title)));
    std::iter::once((number.to_owned(), whole)).chain(others).collect()
}

async fn new(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| capturing(reader, &asked, Faults::default())).await
}

/// The form on a page of its own. Words that stand in the text are found, so that only they need be given.
fn capturing(reader: &Reader, form: &Form, faults: Faults) -> Result<Page> {
    kernel::Permit::Staff.covers(reader.actor, None)?;
    let source = reader.source(form.text("text").parse().map_err(|_| Error::NotFound)?)?;
    let party = queries::party_of(reader, source.record_id)?;
    let sent = form.raw("exact").trim().to_owned();
    let place = place(form).or_else(|| kernel::locate(&source.body, &sent));
    let words = |(start, end): (i64, i64)| {
        let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(0));
        source.body.chars().skip(start).take(end.saturating_sub(start)).collect::<String>()
    };
    let exact = place.map_or(sent, words);
    let statement = exact.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = Requirement { statement, source: source.name.clone(), ..Requirement::default() };
    let written = if form.has("statement") { Written::sent(form) } else { Written::of("", &body) };
    let of = |end: fn((i64, i64)) -> i64| place.map(|it| end(it).to_string()).unwrap_or_default();
    let sets = sets(reader, party)?;
    let set = if form.has("set") {
        form.text("set").to_owned()
    } else {
        sets.first().map(|it| it.0.clone()).unwrap_or_default()
    };
    let body = page(&Capturing {
        source: Some((source.id, source.name.clone())),
        start: of(|it| it.0),
        end: of(|it| it.1),
        exact,
        sets,
        set,
        set_title: form.text("set_title").to_owned(),
        written,
        functions: functions(reader)?,
        extra: web::extra::opening(reader, Requirement::KIND.prefix, &super::sets::with(form, &faults))?,
        faults,
        once: once(),
    });
    Ok(Page::new(t!("Make a requirement of these words"), "/inbox", body).with(&["draft.js", "rich.js"]))
}

fn place(form: &Form) -> Option<(i64, i64)> {
    Some((form.text("start").parse().ok()?, form.text("end").parse().ok()?))
}

async fn make(Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    let again = visit.form.clone();
    visit
        .write_or(
            move |work| {
                let capture = capture_of(&form)?;
                if matches!(capture.into, Into::New(_)) {
                    must_be_open_in_passing(work)?;
                }
                let made = commands::capture(work, &capture)?;
                web::extra::opened::<Requirement>(work, &made.number, &form)?;
                Ok(of_requirement(&made.number))
            },
            move |reader, error| capturing(reader, &again, faults_of(error)),
        )
        .await
}

/// A set is opened in passing only where the house asks for nothing beside its title.
pub fn must_be_open_in_passing(reader: &Reader) -> Result<()> {
    match reader.must_say(RequirementSet::KIND.prefix, &serde_json::Map::new()) {
        Err(Error::Invalid(_)) => {
            let sentence =
                text!("Your house asks for more where a set is opened. Open it by its own form first.");
            Err(Faults::one("set_title", sentence).into())
        }
        other => other,
    }
}

fn capture_of(form: &Form) -> Result<Capture> {
    let source = form.text("text").parse().map_err(|_| Error::NotFound)?;
    let (title, body) = body_of(form)?;
    let mut section = String::new();
    let into = match (form.text("set"), form.text("set_title")) {
        ("", "") => {
            let sentence = text!("Choose a set, or give a new one its title.");
            return Err(Faults::one("set", sentence).into());
        }
        ("", title) => Into::New(title.to_owned()),
        (place, _) => {
            let (number, key) = place.split_once('#').unwrap_or((place, ""));
            key.clone_into(&mut section);
            Into::Set(number.to_owned())
        }
    };
    let words = place(form)
        .map_or_else(|| Words::Exact(form.raw("exact").to_owned()), |(start, end)| Words::At(start, end));
    Ok(Capture {
        source,
        words,
        into,
        new: NewRequirement { title, section, body, ..NewRequirement::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Section;

    #[test]
    fn captured_words_come_into_a_section_of_the_sets_own_and_each_other_can_be_chosen() {
        let section =
            |key: &str, title: &str| Section { key: key.into(), title: title.into(), ..Section::default() };
        let sections =
            vec![section("s1", "Standing requirements"), section("s2", "Dosing"), section("s3", "Papers")];
        let set = RequirementSet { sections, ..RequirementSet::default() };
        let places = places_in("RS-1", "Line A", &set);
        let shown: Vec<(&str, &str)> =
            places.iter().map(|(it, shown)| (it.as_str(), shown.as_str())).collect();
        let expected = [
            ("RS-1", "RS-1 Line A · Dosing"),
            ("RS-1#s1", "RS-1 Line A · Standing requirements"),
            ("RS-1#s3", "RS-1 Line A · Papers"),
        ];
        assert_eq!(shown, expected);
    }
}
