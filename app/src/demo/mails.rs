//! What customers and suppliers wrote, each mail taken in at its own moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use conversations::{Conversation, ConversationStep, Intake};
use jiff::fmt::rfc2822;
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use kernel::Db;
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::files;

#[derive(Clone, Deserialize)]
struct RecordRow {
    number: String,
    kind: String,
    state: String,
    owner: String,
}

#[derive(Deserialize)]
struct IndexRow {
    file: String,
    thread: String,
}

/// Every mail of the company, as it came.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let mut threads: BTreeMap<String, String> = BTreeMap::new();
    for row in files::rows::<IndexRow>("mail/index.csv")? {
        threads.entry(row.file).or_insert(row.thread);
    }
    let mut told = Vec::new();
    let mut alone = 0;
    for path in files::names("mail", ".eml")? {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let known = threads.get(&name).filter(|it| it.starts_with("CV-")).cloned();
        let number = known.unwrap_or_else(|| {
            alone += 1;
            format!("CV-2026-{:04}", 400 + alone)
        });
        let meeting = (name == "main-28.eml").then(|| "MT-2026-0027".to_owned());
        told.push(chapter(shifted(files::bytes(&path)?, time), number, meeting, time)?);
    }
    let archive = files::bytes("mail/archive.mbox")?;
    for range in mail::split_mbox(archive) {
        let raw = mail::unquote_mbox(&archive[range]);
        told.push(chapter(shifted(&raw, time), "CV-2025-0147".to_owned(), None, time)?);
    }
    told.extend(looked_after(&told)?);
    Ok(told)
}

/// Who looks after each conversation, and which are over: settled an hour after its last mail.
fn looked_after(mails: &[Chapter]) -> Result<Vec<Chapter>> {
    let last = mails.iter().map(|it| it.at).max().unwrap_or_default();
    let at = last + jiff::SignedDuration::from_hours(1);
    let records = files::rows::<RecordRow>("records.csv")?.into_iter().filter(|it| it.kind == "conversation");
    Ok(records
        .map(|record| Chapter::new(at, move |db, company, at| look_after(db, company, at, &record)))
        .collect())
}

fn look_after(db: &Arc<Db>, company: &Company, at: Timestamp, record: &RecordRow) -> Result<()> {
    let owner = company.person(&record.owner)?;
    db.write_at(owner, at, |work| {
        if work.mention_of(&record.number).is_err() {
            return Ok(());
        }
        conversations::assign(work, &record.number, owner.person)?;
        if record.state == "closed" {
            let mut case = work.find::<Conversation>(&record.number)?;
            work.advance(&mut case, ConversationStep::Close)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// `meeting` is the number of the meeting that it proposes.
fn chapter(raw: Vec<u8>, number: String, meeting: Option<String>, time: &Time) -> Result<Chapter> {
    let read = mail::read(&raw);
    let at = read.date.or(read.received).and_then(|it| Timestamp::from_microsecond(it).ok());
    // A mail that does not say when it was sent came in on a quiet morning.
    let at = at.map_or_else(|| time.at(-200, 7, 30), Ok)?;
    Ok(Chapter::new(at, move |db, company, at| {
        let mut intake = Intake::read(raw.clone());
        intake.number = Some(number.clone());
        intake.meeting.clone_from(&meeting);
        db.write_at(company.person("ben")?, at, |work| conversations::take_in(work, &intake))
            .with_context(|| format!("a mail of {number} was not taken in"))?;
        Ok(())
    }))
}

/// The mail with the dates of its header and calendar shifted by whole weeks; its prose stays.
fn shifted(raw: &[u8], time: &Time) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut in_header = true;
    for line in raw.split_inclusive(|it| *it == b'\n') {
        in_header &= !line.trim_ascii().is_empty();
        let text = std::str::from_utf8(line).ok();
        let moved = text.and_then(|text| if in_header { header(text, time) } else { event(text, time) });
        out.extend_from_slice(moved.as_deref().map_or(line, str::as_bytes));
    }
    out
}

fn header(line: &str, time: &Time) -> Option<String> {
    let date = line.strip_prefix("Date:")?.trim();
    let moment: ZonedDateTime = rfc2822::parse(date).ok()?;
    let moment = moment.checked_add(time.shift()).ok()?;
    Some(format!("Date: {}\r\n", rfc2822::to_string(&moment).ok()?))
}

/// `DTSTART;TZID=…:20261124T090000` and its like.
fn event(line: &str, time: &Time) -> Option<String> {
    let (name, value) = line.split_once(':')?;
    if !["DTSTART", "DTEND", "DTSTAMP"].iter().any(|it| name.starts_with(it)) {
        return None;
    }
    let (day, rest) = value.split_at_checked(8)?;
    let day = jiff::civil::Date::strptime("%Y%m%d", day).ok()?;
    let day = day.checked_add(i64::from((time.today - super::chronicle::BASE).get_days()).days()).ok()?;
    Some(format!("{name}:{}{rest}", day.strftime("%Y%m%d")))
}
