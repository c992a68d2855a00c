//! The form of a communication profile.

use kernel::{Reader, Result, Vocabulary};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit};

use crate::commands;
use crate::model::{Organisation, Profile, ProfileLine, Topic};
use crate::pages::profile::{self as page, SPARE};
use crate::queries;
use crate::rules::{KEEPERS, MOST_LINES};

pub fn routes() -> Routes {
    Routes::default().get("/customers/{number}/profile", begin).post("/customers/{number}/profile", keep)
}

async fn begin(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Organisation>(&number)?;
            KEEPERS.covers(reader.actor, None)?;
            edit_page(reader, &number, &Form::of(written(case.record.version, &case.body)))
        })
        .await
}

fn edit_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    let case = reader.find::<Organisation>(number)?;
    let mut people = queries::contacts(reader, case.record.id.raw())?;
    people.retain(|it| it.state == "active");
    let body = page::edit((number, &case.record.title), &people, form);
    Ok(Page::new(web::t!("How they want to be told"), "/customers", body).with(&["draft.js"]))
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (version, profile) = (form.whole("version").unwrap_or(0), read_profile(form));
                form.check()?;
                commands::agree_profile(work, &number, version, &profile, form.text("sensitivity"))?;
                Ok(format!("/customers/{number}#profile"))
            },
            move |reader, form| edit_page(reader, &same, &form.seen_of::<Organisation>(reader, &same)?),
        )
        .await
}

/// What the form says; lines without a topic are left out.
fn read_profile(form: &mut Form) -> Profile {
    let mut lines = Vec::new();
    for place in 1..=MOST_LINES {
        let of = |name: &str| format!("{name}{place}");
        let Some(topic) = form.maybe_word::<Topic>(&of("topic")) else { continue };
        lines.push(ProfileLine {
            topic,
            subject: form.text(&of("subject")).to_owned(),
            channel: form.maybe_word(&of("way")).unwrap_or_default(),
            person: form.whole(&of("person")),
            role: form.maybe_word(&of("role")),
            language: form.text(&of("language")).to_owned(),
            notice_days: form.whole(&of("notice")).unwrap_or(0),
            needs_approval: form.has(&of("approval")),
            threshold: form.text(&of("threshold")).to_owned(),
        });
    }
    Profile {
        channel: form.maybe_word("channel"),
        calls_from: form.text("calls_from").to_owned(),
        calls_until: form.text("calls_until").to_owned(),
        zone: form.text("profile_zone").to_owned(),
        lines,
        agreed_on: form.day("agreed_on"),
        review_on: form.day("review_on"),
    }
}

/// A profile as the form writes it.
fn written(version: i64, it: &Organisation) -> Vec<(String, String)> {
    let profile = &it.profile;
    let day = |it: Option<jiff::civil::Date>| it.map(|it| it.to_string()).unwrap_or_default();
    let mut pairs = vec![
        ("version", version.to_string()),
        ("count", (profile.lines.len() + SPARE).to_string()),
        ("channel", profile.channel.map(Vocabulary::code).unwrap_or_default()),
        ("calls_from", profile.calls_from.clone()),
        ("calls_until", profile.calls_until.clone()),
        ("profile_zone", profile.zone.clone()),
        ("agreed_on", day(profile.agreed_on)),
        ("review_on", day(profile.review_on)),
        ("sensitivity", it.sensitivity.clone()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect::<Vec<_>>();
    for (place, line) in (1..).zip(&profile.lines) {
        let fields = [
            ("topic", line.topic.code()),
            ("subject", line.subject.clone()),
            ("way", line.channel.code()),
            ("person", line.person.map(|it| it.to_string()).unwrap_or_default()),
            ("role", line.role.map(Vocabulary::code).unwrap_or_default()),
            ("language", line.language.clone()),
            ("notice", if line.notice_days == 0 { String::new() } else { line.notice_days.to_string() }),
            ("threshold", line.threshold.clone()),
        ];
        pairs.extend(fields.map(|(name, value)| (format!("{name}{place}"), value)));
        if line.needs_approval {
            pairs.push((format!("approval{place}"), "on".to_owned()));
        }
    }
    pairs
}
