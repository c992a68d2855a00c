//! Who is there twice, the chooser, and parting again; for organisations and people.

use identity::Person;
use kernel::{Body, Faults, Reader, Result, Work, text};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::{may_add, may_merge};
use crate::commands;
use crate::model::{Left, Merging, Organisation};
use crate::pages::merge::{self as page, Chooser, Side};
use crate::queries;
use crate::rules::MERGERS;

pub fn routes() -> Routes {
    Routes::default()
        .get("/customers/doubles", doubles)
        .post("/customers/{number}/apart", keep_apart)
        .get("/customers/{number}/merge", |number, visit| choose("customers", number, visit))
        .post("/customers/{number}/merge", |number, posted| merge("customers", number, posted))
        .post("/customers/{number}/mergers/{merger}/undo", |at, posted| part("customers", at, posted))
        .get("/people/{number}/merge", |number, visit| choose("people", number, visit))
        .post("/people/{number}/merge", |number, posted| merge("people", number, posted))
        .post("/people/{number}/mergers/{merger}/undo", |at, posted| part("people", at, posted))
}

async fn doubles(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            reader.actor.must_be_inside()?;
            let pairs = queries::likely_doubles(reader)?;
            let body = page::doubles(&pairs, page::May { merge: may_merge(reader), keep: may_add(reader) });
            Ok(Page::new(t!("There twice?"), "/customers", body))
        })
        .await
}

async fn keep_apart(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            commands::keep_apart(work, &number, form.text("other"), form.text("reason"))?;
            Ok("/customers/doubles".to_owned())
        })
        .await
}

async fn choose(path: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            // Whoever may not see the record learns nothing of it from what they may not do.
            reader.mention_of(&number)?;
            MERGERS.covers(reader.actor, None)?;
            chooser(reader, path, &number, asked)
        })
        .await
}

fn chooser(reader: &Reader, path: &'static str, number: &str, form: Form) -> Result<Page> {
    let with = form.text("with").to_owned();
    let (survivor, other, preview, kind) = if path == "people" {
        let preview = queries::people_preview(reader, number, &with)?;
        (side::<Person>(reader, number)?, side::<Person>(reader, &with)?, preview, "PE")
    } else {
        let preview = queries::merge_preview(reader, number, &with)?;
        (side::<Organisation>(reader, number)?, side::<Organisation>(reader, &with)?, preview, "K")
    };
    let called = |code: &String| {
        reader.registry().kind(code).map_or_else(|| code.clone(), |it| web::language::say(&(it.kind.many)()))
    };
    let records = preview.records.iter().map(|(code, count)| (called(code), *count)).collect();
    let fields = page::fields(reader, kind, &preview.fields)?;
    let title = t!("Merge");
    let body = page::choose(&Chooser { path, survivor, other, preview, fields, records, form });
    Ok(Page::new(title, &format!("/{path}"), body))
}

fn side<B: Body>(reader: &Reader, number: &str) -> Result<Side> {
    let record = reader.find::<B>(number)?.record;
    Ok(Side { number: record.number, name: record.title, version: record.version })
}

async fn merge(path: &'static str, Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (one, other) = (form.whole("version"), form.whole("other_version"));
                form.check()?;
                work.because(form.text("reason"));
                let merging = Merging {
                    survivor: number.clone(),
                    other: form.text("with").to_owned(),
                    from_other: chosen(form),
                    seen: one.zip(other),
                };
                must_name_another(&merging)?;
                if path == "people" {
                    commands::merge_people(work, &merging)?;
                } else {
                    commands::merge(work, &merging)?;
                }
                Ok(format!("/{path}/{number}?instead={}", merging.other))
            },
            move |reader, form| chooser(reader, path, &same, form),
        )
        .await
}

fn must_name_another(it: &Merging) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.unless(!it.other.is_empty(), "with", text!("Say with which record it is merged."));
    faults.into_result()
}

/// The fields whose value is taken from the other.
fn chosen(form: &Form) -> Vec<String> {
    form.pairs().iter().filter(|(_, value)| value == "other").map(|(name, _)| name.clone()).collect()
}

async fn part(
    path: &'static str,
    Path((number, merger)): Path<(String, i64)>,
    Posted(visit): Posted,
) -> Answer {
    visit
        .write(move |work| {
            let left = parted(work, path, &number, merger)?;
            Ok(told(work, (path, &number), merger, &left))
        })
        .await
}

fn parted(work: &mut Work, path: &str, number: &str, merger: i64) -> Result<Left> {
    if path == "people" {
        commands::part_people(work, number, merger)
    } else {
        commands::part(work, number, merger)
    }
}

/// Where one goes after parting, with what stayed.
fn told(reader: &Reader, (path, number): (&str, &str), merger: i64, left: &Left) -> String {
    let start = format!("/{path}/{number}?");
    let place = start.len();
    let kind = if path == "people" { "PE" } else { "K" };
    let fields = left.fields.iter().map(|it| web::words::label(reader, kind, it));
    let mut stayed: Vec<String> = left.records.iter().cloned().chain(fields).collect();
    if left.others > 0 {
        stayed.push(format!("+{}", left.others));
    }
    let mut query = form_urlencoded::Serializer::for_suffix(start, place);
    query.append_pair("parted", &merger.to_string());
    query.append_pair("stayed", &stayed.join(", "));
    query.finish()
}
