//! Addresses where words of a text become a requirement.

use kernel::{Body, Error, Faults, PartyId, Reader, Result, text};
use maud::Markup;
use web::{Answer, Form, Page, Posted, Routes, Visit, t};

use super::requirements::body_of;
use super::{faults_of, functions, once};
use crate::commands::{self, Capture, Into, NewRequirement, Words};
use crate::model::{Requirement, RequirementSet};
use crate::pages::capture::{Capturing, Place, beside, page};
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
        places: Vec::new(),
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
    let chosen = form.text("place");
    let found = if marked(form).is_some() { Vec::new() } else { kernel::locate_all(&source.body, &sent) };
    let place = marked(form).or(match found[..] {
        [place] => Some(place),
        _ => None,
    });
    let places: Vec<Place> = match found.len() {
        0 | 1 => Vec::new(),
        _ => found.iter().map(|it| around(&source.body, *it, chosen)).collect(),
    };
    let shown = place.or(found.first().copied());
    let exact = shown.map_or(sent, |(start, end)| commands::slice(&source.body, start, end));
    // Which of several places is meant is asked where they are shown.
    let mut faults = faults;
    for (field, _) in faults.0.iter_mut().filter(|(it, _)| it == "exact" && !places.is_empty()) {
        "place".clone_into(field);
    }
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
        places,
        sets,
        set,
        set_title: form.text("set_title").to_owned(),
        written,
        functions: functions(reader)?,
        extra: web::extra::opening(reader, Requirement::KIND.prefix, &super::sets::with(form, &faults))?,
        faults,
        once: once(),
    });
    Ok(Page::new(t!("Make a requirement of these words"), "/inbox", body).with(&[
        "draft.js",
        "rich.js",
        "wording.js",
    ]))
}

/// From which to which character words were marked.
fn marked(form: &Form) -> Option<(i64, i64)> {
    Some((form.text("start").parse().ok()?, form.text("end").parse().ok()?))
}

/// The place that was marked, or chosen among several.
fn place(form: &Form) -> Option<(i64, i64)> {
    let chosen = || {
        let (start, end) = form.text("place").split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    marked(form).or_else(chosen)
}

/// Words at one of several places, with what stands around them.
fn around(body: &str, (start, end): (i64, i64), chosen: &str) -> Place {
    /// So many characters stand on either side.
    const BESIDE: i64 = 60;
    let one_line = |words: String| words.split_whitespace().collect::<Vec<_>>().join(" ");
    let value = format!("{start}-{end}");
    Place {
        words: one_line(commands::slice(body, (start - BESIDE).max(0), end + BESIDE)),
        is_chosen: value == chosen,
        value,
    }
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
    fn each_of_several_places_is_shown_with_what_stands_around_it() {
        let body = format!("{}Supply:\n24 V DC for the drives", "x".repeat(200));
        let it = around(&body, (208, 215), "208-215");
        assert_eq!(it.words, format!("{}Supply: 24 V DC for the drives", "x".repeat(52)));
        assert!(it.is_chosen && it.value == "208-215");
        let form = |place: &str| Form::of([("place", place.to_owned())]);
        assert_eq!(
            (place(&form("208-215")), place(&form("208")), place(&form("a-b"))),
            (Some((208, 215)), None, None)
        );
    }

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
