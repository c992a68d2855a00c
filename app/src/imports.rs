//! Files of customers, contacts and requirements from the command line.

use std::path::Path;

use ::imports::{Arrived, Counts, Lack, Seen};
use anyhow::{Context, Result};
use kernel::{Actor, Db, Effect, Fields, Foresight, Vocabulary};
use serde::Serialize;

use crate::wiring::TARGETS;

/// So many rows are one deed.
pub const PIECE: i64 = 500;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `customers`, `contacts` or `requirements`.
    pub target: &'a str,
    pub path: &'a Path,
    /// The set that requirements go into.
    pub set: &'a str,
    /// The sheet of a workbook; the first one with rows where it is empty.
    pub sheet: &'a str,
    /// What is said for all rows that lack it, by the names of extra fields.
    pub for_all: &'a Fields,
    pub dry_run: bool,
}

/// What became of a file.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub file: String,
    /// The batch; none where nothing was to be changed.
    pub batch: Option<String>,
    pub rows: i64,
    pub new: i64,
    pub changes: i64,
    pub same: i64,
    pub duplicates: i64,
    pub faults: i64,
    /// Rows that made or changed something.
    pub taken_in: i64,
    /// Rows that wait for a person, or would.
    pub waiting: i64,
    /// What new rows lack of what your house asks of each new record.
    pub lacks: Vec<Lack>,
    /// Rows that somebody has to look at, with the reason.
    pub findings: Vec<Finding>,
}

/// A row that somebody has to look at.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub line: i64,
    pub title: String,
    pub effect: String,
    pub why: String,
}

/// Takes a file in as far as nobody has to decide anything; tells how far it is after each piece.
///
/// # Errors
/// Says what is wrong with the file, or with what it goes into.
pub fn run(db: &Db, asked: &Asked, mut told: impl FnMut(i64, i64)) -> Result<Report> {
    let actor = Actor::system();
    let bytes =
        std::fs::read(asked.path).with_context(|| format!("{} cannot be read", asked.path.display()))?;
    let name = asked.path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let target = ::imports::target_of(TARGETS, asked.target)?;
    let arrived = Arrived { name: &name, bytes: &bytes, into: asked.set, sheet: asked.sheet };
    let content = ::imports::read_apart(db, &arrived).map_err(kernel::Error::from)?;
    if asked.dry_run {
        return Ok(db.read(&actor, |reader| {
            let foretold = ::imports::preview(reader, target, &arrived, &content)?;
            let foretold = foretold.said_for_all(reader, target, asked.for_all)?;
            let lacks = foretold.lacks(reader, target)?;
            Ok(Report { lacks, ..foretelling(name.clone(), &foretold) })
        })?);
    }
    if !asked.for_all.is_empty() {
        // What does not fit is told before anything is written.
        db.read(&actor, |reader| ::imports::said_for_all(reader, target, asked.for_all))?;
    }
    let made = db.write(&actor, |work| ::imports::stage(work, target, &arrived, &content))?;
    let lacks = db.read(&actor, |reader| ::imports::lacks(reader, target, made.id))?;
    if lacks.iter().any(|it| asked.for_all.contains_key(&it.field)) {
        let seen = Seen::now(&made.number);
        db.write(&actor, |work| ::imports::for_all(work, seen, TARGETS, asked.for_all))?;
    }
    let counts = db.read(&actor, |reader| ::imports::counts(reader, made.id))?;
    if counts.ready > 0 {
        let mut done = 0;
        loop {
            let it = ::imports::apply(db, &actor, Seen::now(&made.number), (TARGETS, 1))?;
            done += it.rows;
            told(done, counts.ready);
            if it.is_done {
                break;
            }
        }
    }
    let counts = db.read(&actor, |reader| ::imports::counts(reader, made.id))?;
    let findings = db.read(&actor, |reader| {
        let mut all = Vec::new();
        for effect in [Effect::Fault, Effect::Duplicate] {
            let rows = ::imports::rows(reader, made.id, (Some(effect), false), (0, 200))?;
            all.extend(rows.iter().map(|it| finding(it.line, &it.finding)));
        }
        let kept = ::imports::rows(reader, made.id, (None, false), (0, 1_000_000))?;
        let kept = kept.iter().filter_map(|it| Some((it, it.done.why.as_ref()?)));
        all.extend(kept.map(|(it, why)| Finding {
            line: it.line,
            title: it.title.clone(),
            effect: it.outcome.code(),
            why: why.to_string(),
        }));
        Ok(all)
    })?;
    let lacks = db.read(&actor, |reader| ::imports::lacks(reader, target, made.id))?;
    Ok(Report { lacks, findings, ..of_counts(name, Some(made.number), &counts) })
}

fn of_counts(file: String, batch: Option<String>, it: &Counts) -> Report {
    Report {
        file,
        batch,
        rows: it.all,
        new: it.new,
        changes: it.changes,
        same: it.same,
        duplicates: it.duplicates,
        faults: it.faults,
        taken_in: it.taken_in,
        waiting: it.open,
        lacks: Vec::new(),
        findings: Vec::new(),
    }
}

fn foretelling(file: String, it: &::imports::Foretold) -> Report {
    let count = |effect: Effect| {
        i64::try_from(it.found.iter().filter(|it| it.effect == effect).count()).unwrap_or(i64::MAX)
    };
    let to_look_at = |it: &&Foresight| matches!(it.effect, Effect::Fault | Effect::Duplicate);
    let lines = it.laid.lines.iter().zip(&it.found).filter(|(_, it)| to_look_at(it));
    Report {
        file,
        batch: None,
        rows: i64::try_from(it.found.len()).unwrap_or(i64::MAX),
        new: count(Effect::New),
        changes: count(Effect::Changes),
        same: count(Effect::Same),
        duplicates: count(Effect::Duplicate),
        faults: count(Effect::Fault),
        taken_in: 0,
        waiting: it.waiting(),
        lacks: Vec::new(),
        findings: lines.take(200).map(|(line, it)| finding(*line, it)).collect(),
    }
}

fn finding(line: i64, it: &Foresight) -> Finding {
    let faults = it.faults.iter().map(|(field, sentence)| format!("{field}: {sentence}"));
    let doubles = it.candidates.iter().map(|it| {
        let reasons: Vec<String> = it.reasons.iter().map(ToString::to_string).collect();
        format!("like {} {} ({})", it.number, it.title, reasons.join(", "))
    });
    Finding {
        line,
        title: it.title.clone(),
        effect: it.effect.code(),
        why: faults.chain(doubles).collect::<Vec<_>>().join("; "),
    }
}

impl Report {
    /// Whether nobody has to look at anything.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.waiting == 0
    }
}

/// For whoever reads it in a terminal.
impl std::fmt::Display for Report {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { file, rows, new, changes, same, duplicates, faults, .. } = self;
        for it in &self.findings {
            writeln!(to, "line {}\t{}\t{}\t{}", it.line, it.effect, it.title, it.why)?;
        }
        writeln!(
            to,
            "{file}: {rows} rows: {new} new, {changes} changes, {same} the same, {duplicates} likely duplicates, {faults} faulty"
        )?;
        for Lack { field, name, rows } in &self.lacks {
            let field = field.trim_start_matches("extra.");
            writeln!(
                to,
                "{rows} lack “{name}”, which your house asks of each new one. Say it for all with --for-all {field}=VALUE, or row by row in the browser."
            )?;
        }
        match &self.batch {
            None if self.waiting > 0 => {
                writeln!(to, "Nothing was written. {} would wait for a decision.", self.waiting)
            }
            None => writeln!(to, "Nothing was written."),
            Some(batch) if self.waiting > 0 => writeln!(
                to,
                "{} taken in. {} wait for a decision: open /imports/{batch} in the browser.",
                self.taken_in, self.waiting
            ),
            Some(batch) => writeln!(to, "{} taken in as {batch}.", self.taken_in),
        }
    }
}
