//! What people ask: what a batch would do, row by row, and how far it is.

pub mod extra;

use std::collections::HashMap;

use kernel::{
    Applied, Asked, Case, Db, Effect, Error, Faults, Fields, Foresight, IntakeRow, Keys, Reader, Record,
    Refusal, Result, Target, Text, Vocabulary, sql, text, values,
};
use serde::Deserialize;

use crate::model::{Batch, Choice, Outcome};
use crate::rules::columns::{fields_of, guess, header_row, still_right};
use crate::rules::read::{Content, fields_of_clause, read_by};
use crate::rules::{first_choice, formula, lacking, may_take_back, misread};

/// How many rows of a batch stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Counts {
    pub all: i64,
    pub new: i64,
    pub changes: i64,
    pub same: i64,
    pub duplicates: i64,
    pub faults: i64,
    /// Rows about which nobody decided yet.
    pub open: i64,
    /// Rows that were decided and wait for being taken in.
    pub ready: i64,
    /// Rows that are left out.
    pub left_out: i64,
    /// Rows that made or changed something.
    pub taken_in: i64,
    /// Rows that could not be taken in when their turn came.
    pub kept: i64,
    pub reverted: i64,
    /// Rows of which something stays although the batch was taken back.
    pub stays: i64,
    /// Rows that lack what your house asks of each new record; they are not taken in until they say it.
    pub lacking: i64,
}

/// An extra field that rows of a batch lack, and how many do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Lack {
    /// Its name among the fields of a row: `extra.cost_centre`.
    pub field: String,
    /// What people call it.
    pub name: String,
    pub rows: i64,
}

/// One row with what was found and decided.
#[derive(Clone, Debug)]
pub struct RowLine {
    pub id: i64,
    pub place: i64,
    pub line: i64,
    pub fields: Fields,
    pub title: String,
    pub effect: Effect,
    pub choice: Choice,
    /// Which candidate it is merged into, counted from 0.
    pub candidate: i64,
    pub finding: Foresight,
    pub words: Option<(i64, i64)>,
    pub outcome: Outcome,
    pub made: Option<i64>,
    pub done: Done,
}

/// What a row did, or why it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct Done {
    pub applied: Option<Applied>,
    pub why: Option<Text>,
}

#[derive(Deserialize)]
struct Stored {
    id: i64,
    place: i64,
    line: i64,
    fields: String,
    title: String,
    effect: String,
    choice: String,
    candidate: i64,
    finding: String,
    start_at: Option<i64>,
    end_at: Option<i64>,
    outcome: String,
    made: Option<i64>,
    done: String,
}

impl Stored {
    fn line(self) -> Result<RowLine> {
        Ok(RowLine {
            id: self.id,
            place: self.place,
            line: self.line,
            fields: serde_json::from_str(&self.fields)?,
            title: self.title,
            effect: Effect::of(&self.effect).unwrap_or_default(),
            choice: Choice::of(&self.choice).unwrap_or_default(),
            candidate: self.candidate,
            finding: serde_json::from_str(&self.finding)?,
            words: self.start_at.zip(self.end_at),
            outcome: Outcome::of(&self.outcome).unwrap_or_default(),
            made: self.made,
            done: serde_json::from_str(&self.done)?,
        })
    }
}

/// The counts that guards ask for.
pub fn standing(reader: &Reader, record: &Record<Batch>, _: &Batch) -> Result<Counts> {
    counts(reader, record.id.raw())
}

/// How many rows of a batch stand where.
pub fn counts(reader: &Reader, batch: i64) -> Result<Counts> {
    let groups: Vec<(String, String, String, i64)> = reader.rows(
        sql!(
            "select effect, choice, outcome, count(*) from visible_import_row where record_id = $1
             group by effect, choice, outcome"
        ),
        values![batch],
    )?;
    let mut counts = Counts::default();
    for (effect, choice, outcome, count) in groups {
        counts.all += count;
        match Effect::of(&effect).unwrap_or_default() {
            Effect::New => counts.new += count,
            Effect::Changes => counts.changes += count,
            Effect::Same => counts.same += count,
            Effect::Duplicate => counts.duplicates += count,
            Effect::Fault => counts.faults += count,
        }
        match (Outcome::of(&outcome).unwrap_or_default(), Choice::of(&choice).unwrap_or_default()) {
            (Outcome::Waiting, Choice::Open) => counts.open += count,
            (Outcome::Waiting, Choice::Take | Choice::Merge) => counts.ready += count,
            (Outcome::Waiting, Choice::Leave) => counts.left_out += count,
            (Outcome::Made | Outcome::Changed, _) => counts.taken_in += count,
            (Outcome::Kept, _) => counts.kept += count,
            (Outcome::Reverted, _) => counts.reverted += count,
            (Outcome::Stays, _) => counts.stays += count,
            (Outcome::Waiting | Outcome::Nothing, _) => {}
        }
    }
    counts.lacking = reader.one(
        sql!(
            "select count(*) from visible_import_row where record_id = $1 and lacks <> ''
             and outcome in ('waiting', 'kept') and choice not in ('merge', 'leave')"
        ),
        values![batch],
    )?;
    Ok(counts)
}

/// What the rows of a batch lack of what the house asks of each new record, and how many rows do.
pub fn lacks(reader: &Reader, target: &Target, batch: i64) -> Result<Vec<Lack>> {
    let found: Vec<(String, i64)> = reader.rows(
        sql!(
            "select lacks, count(*) from visible_import_row where record_id = $1 and lacks <> ''
             and outcome in ('waiting', 'kept') and choice not in ('merge', 'leave') group by lacks"
        ),
        values![batch],
    )?;
    lacks_of(
        reader,
        target,
        found.iter().flat_map(|(lacks, rows)| lacks.split(' ').map(move |it| (it, *rows))),
    )
}

/// What some rows lack, put together in the order of the fields.
fn lacks_of<'a>(
    reader: &Reader,
    target: &Target,
    found: impl Iterator<Item = (&'a str, i64)>,
) -> Result<Vec<Lack>> {
    let mut count: HashMap<&str, i64> = HashMap::new();
    for (field, rows) in found {
        *count.entry(field).or_default() += rows;
    }
    let fields = extra::in_use(reader, target)?.into_iter();
    let told = fields.filter_map(|it| {
        let field = it.place_of_fault();
        let rows = *count.get(field.as_str())?;
        Some(Lack { field, name: it.title, rows })
    });
    Ok(told.collect())
}

/// Some rows that lack something, in the order of the file, behind a place.
pub fn rows_that_lack(reader: &Reader, batch: i64, (after, limit): (i64, i64)) -> Result<Vec<RowLine>> {
    let found: Vec<Stored> = reader.rows(
        sql!(
            "select id, place, line, fields, title, effect, choice, candidate, finding, start_at, end_at, outcome, made, done
             from visible_import_row where record_id = $1 and lacks <> ''
             and outcome in ('waiting', 'kept') and choice not in ('merge', 'leave')
             and place > $2 order by place limit $3"
        ),
        values![batch, after, limit],
    )?;
    found.into_iter().map(Stored::line).collect()
}

/// Some rows of a batch, in the order of the file, behind a place; of one effect where one is named, and only those
/// that wait for a decision where that is asked.
pub fn rows(
    reader: &Reader,
    batch: i64,
    (effect, only_open): (Option<Effect>, bool),
    (after, limit): (i64, i64),
) -> Result<Vec<RowLine>> {
    let found: Vec<Stored> = reader.rows(
        sql!(
            "select id, place, line, fields, title, effect, choice, candidate, finding, start_at, end_at, outcome, made, done
             from visible_import_row where record_id = $1 and (cast($2 as text) is null or effect = $2)
             and (cast($3 as bigint) = 0 or (choice = 'open' and outcome = 'waiting'))
             and place > $4 order by place limit $5"
        ),
        values![batch, effect.map(Vocabulary::code), i64::from(only_open), after, limit],
    )?;
    found.into_iter().map(Stored::line).collect()
}

/// One row.
pub fn row(reader: &Reader, batch: i64, place: i64) -> Result<RowLine> {
    let found: Stored = reader.one(
        sql!(
            "select id, place, line, fields, title, effect, choice, candidate, finding, start_at, end_at, outcome, made, done
             from visible_import_row where record_id = $1 and place = $2"
        ),
        values![batch, place],
    )?;
    found.line()
}

/// The rows whose turn it is to be taken in: those that others name come first.
pub fn next_ready(reader: &Reader, batch: i64, limit: i64) -> Result<Vec<RowLine>> {
    let found: Vec<Stored> = reader.rows(
        sql!(
            "select id, place, line, fields, title, effect, choice, candidate, finding, start_at, end_at, outcome, made, done
             from visible_import_row where record_id = $1 and outcome = 'waiting' and choice in ('take', 'merge')
             order by turn, place limit $2"
        ),
        values![batch, limit],
    )?;
    found.into_iter().map(Stored::line).collect()
}

/// The rows whose turn it is to be taken back: the last first.
pub fn next_done(reader: &Reader, batch: i64, limit: i64) -> Result<Vec<RowLine>> {
    let found: Vec<Stored> = reader.rows(
        sql!(
            "select id, place, line, fields, title, effect, choice, candidate, finding, start_at, end_at, outcome, made, done
             from visible_import_row where record_id = $1 and outcome in ('made', 'changed')
             order by turn desc, place desc limit $2"
        ),
        values![batch, limit],
    )?;
    found.into_iter().map(Stored::line).collect()
}

/// What somebody decided about a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Since {
    line: i64,
    choice: String,
    decided_by: i64,
}

/// So many decisions of others are told one by one.
const TOLD: i64 = 10;

/// What happened to a batch since somebody looked at a version of it: who decided what, and how it stands now.
pub fn since(reader: &Reader, number: &str, version: i64) -> Result<Vec<Text>> {
    let case = reader.find::<Batch>(number)?;
    let batch = case.record.id.raw();
    let mut decided: Vec<Since> = reader.rows(
        sql!(
            "select line, choice, decided_by from visible_import_row
             where record_id = $1 and decided_in > $2 order by place limit $3"
        ),
        values![batch, version, TOLD + 1],
    )?;
    let are_more = decided.len() > usize::try_from(TOLD).unwrap_or(usize::MAX);
    decided.truncate(usize::try_from(TOLD).unwrap_or(usize::MAX));
    let mut told = Vec::with_capacity(decided.len() + 1);
    for it in decided {
        let choice = Choice::of(&it.choice).unwrap_or_default().text();
        told.push(text!(
            "{name} decided about line {line}: “{choice}”.",
            name = reader.name_of(it.decided_by)?,
            line = it.line.to_string(),
            choice = choice
        ));
    }
    if are_more {
        told.push(text!("More lines were decided about than are named here."));
    }
    let state = case.record.state.text();
    if told.is_empty() {
        let last = reader.newest_trail(batch, 20)?;
        let last = last.iter().rev().find(|it| it.deed != "remarked").map_or(0, |it| it.actor);
        let name = reader.name_of(last)?;
        told.push(text!(
            "{name} went on with it: it is “{state}” now, and its columns may be read in another way.",
            name = name,
            state = state
        ));
    } else {
        told.push(text!("It is “{state}” now.", state = state));
    }
    Ok(told)
}

/// Which lines of a batch others decided about since somebody looked at a version of it, by their places.
pub fn decided_since(reader: &Reader, batch: i64, version: i64) -> Result<Vec<i64>> {
    reader.rows(
        sql!("select place from visible_import_row where record_id = $1 and decided_in > $2 order by place"),
        values![batch, version],
    )
}

/// What a batch made or changed, as it is told before it is taken back.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// How many records it made or changed.
    pub records: i64,
    /// Those of them that somebody changed since: number, title and kind.
    pub changed: Vec<(String, String, String)>,
}

/// How many records a batch made or changed, and which of them somebody changed since.
pub fn reach(reader: &Reader, batch: i64) -> Result<Reach> {
    let records = reader.one(
        sql!(
            "select count(distinct made) from visible_import_row
             where record_id = $1 and outcome in ('made', 'changed')"
        ),
        values![batch],
    )?;
    let changed = reader.rows(
        sql!(
            "select visible.number, visible.title, visible.kind from visible join (
                 select made, max(done_at) as done_at from visible_import_row
                 where record_id = $1 and outcome in ('made', 'changed') group by made
             ) as it on it.made = visible.id
             where visible.changed_at > it.done_at order by visible.id"
        ),
        values![batch],
    )?;
    Ok(Reach { records, changed })
}

/// Refuses whoever may not take a batch back.
///
/// # Errors
/// Names whom to ask instead.
pub fn must_be_theirs_to_take_back(reader: &Reader, case: &Case<Batch>) -> Result<()> {
    let owner = case.record.owner;
    if may_take_back(reader.actor, owner) {
        return Ok(());
    }
    let administrators = identity::administrators(reader)?.into_iter().take(3);
    let named = administrators.map(|it| reader.name_of(it)).collect::<Result<Vec<_>>>()?.join(", ");
    let sentence = if owner == 0 {
        text!(
            "It was taken in on the command line. Ask an administrator to take it back: {named}.",
            named = named
        )
    } else {
        text!(
            "Only {name}, who answers for this import, whoever stands in for them, or an administrator may take it back. Ask {name}, or {named}.",
            name = reader.name_of(owner)?,
            named = named
        )
    };
    Ok(Refusal::unless(false, sentence)?)
}

/// The record that a row of a batch made or changed.
pub fn made_by(reader: &Reader, batch: i64, place: i64) -> Result<Option<i64>> {
    reader.one(
        sql!("select made from visible_import_row where record_id = $1 and place = $2"),
        values![batch, place],
    )
}

/// Under which scope a target keeps its keys: those of requirements are told apart by their sets.
pub fn scope_of(target: &Target, into: Option<i64>) -> String {
    into.map_or_else(|| target.code.to_owned(), |it| format!("{}:{it}", target.code))
}

/// The keys of a target, and those of others that its rows may name. What was merged leads to where it went.
pub fn keys(reader: &Reader, target: &Target, into: Option<i64>) -> Result<Keys> {
    let mut keys = Keys::default();
    let gone = merged(reader)?;
    let stands = |mut record: i64| {
        // A chain of merges is short, and never a circle.
        for _ in 0..50 {
            match gone.get(&record) {
                Some(next) => record = *next,
                None => break,
            }
        }
        record
    };
    for (word, made) in keys_in(reader, &scope_of(target, into))? {
        keys.add(&word, stands(made));
    }
    for other in target.names {
        for (word, made) in keys_in(reader, other)? {
            keys.add_of(other, &word, stands(made));
        }
    }
    Ok(keys)
}

fn keys_in(reader: &Reader, scope: &str) -> Result<Vec<(String, i64)>> {
    reader.rows(sql!("select word, made from visible_import_key where scope = $1"), values![scope])
}

fn merged(reader: &Reader) -> Result<HashMap<i64, i64>> {
    let all: Vec<(i64, i64)> =
        reader.rows(sql!("select other, record_id from visible_merger where undone_at is null"), &[])?;
    Ok(all.into_iter().collect())
}

/// The row in which a key is kept, with the record that it names.
pub fn key(reader: &Reader, scope: &str, word: &str) -> Result<Option<(i64, i64)>> {
    reader.maybe(
        sql!("select id, record_id from visible_import_key where scope = $1 and word = $2"),
        values![scope, word],
    )
}

/// The columns that somebody chose for the same headings last time.
pub fn remembered(reader: &Reader, target: &str, headings: &[String]) -> Result<Option<Vec<String>>> {
    let headings = serde_json::to_string(headings)?;
    let found: Option<String> = reader.maybe(
        sql!(
            "select columns from visible join import_batch as it on it.id = visible.id
             where target = $1 and headings = $2 and is_mapped_by_hand = $3 order by visible.id desc limit 1"
        ),
        values![target, headings, true],
    )?;
    found.map(|it| Ok(serde_json::from_str(&it)?)).transpose()
}

/// The records that rows can go into: those that are worked on, the newest first.
pub fn places(reader: &Reader, kind: &str) -> Result<Vec<(String, String)>> {
    reader.rows(
        sql!(
            "select number, title from visible where kind = $1 and state = 'draft' order by id desc limit 500"
        ),
        values![kind],
    )
}

/// A file that arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
    /// The number of the record that rows go into; empty where they go into none.
    pub into: &'a str,
    /// The sheet that is read; the first one with rows where it is empty.
    pub sheet: &'a str,
}

/// Reads a file that arrived, before anything is asked or written: documents in a process of their own, so that one
/// that is made to harm us harms nobody, and no deed waits for it.
///
/// # Errors
/// Says what is wrong with the file.
pub fn read_apart(db: &Db, it: &Arrived) -> Result<Content, Faults> {
    read_by(it.name, it.bytes, it.sheet, |kind, bytes| web::common::files::extracted(db, kind, bytes))
}

/// Finds the record that the rows of a file go into.
///
/// # Errors
/// Says that the record is not there, or that a document holds nothing of what is wanted.
pub fn opened(reader: &Reader, target: &Target, it: &Arrived, content: &Content) -> Result<Option<i64>> {
    if content.form.is_document() && target.into.is_none() {
        let sentence =
            text!("A document holds requirements. For {many} send CSV or XLSX.", many = (target.many)());
        return Err(Faults::one("file", sentence).into());
    }
    into_of(reader, target, it.into)
}

fn into_of(reader: &Reader, target: &Target, number: &str) -> Result<Option<i64>> {
    let Some(kind) = target.into else { return Ok(None) };
    let found = if number.is_empty() { Err(Error::NotFound) } else { reader.mention_of(number) };
    match found {
        Ok(found) if found.kind == kind => Ok(Some(found.id)),
        Ok(_) | Err(Error::NotFound) => {
            let sentence = text!("Choose the requirement set that the rows go into, like RS-2026-0017.");
            Err(Faults::one("set", sentence).into())
        }
        Err(error) => Err(error),
    }
}

/// What a file would do, without keeping anything.
pub fn preview(reader: &Reader, target: &Target, it: &Arrived, content: &Content) -> Result<Foretold> {
    target.permit.covers(reader.actor, None)?;
    let into = opened(reader, target, it, content)?;
    let laid = laid(reader, target, content, None, it.name)?;
    foretell(reader, target, (into, laid))
}

/// The rows of a file as they are to be looked at, with their lines and the places of their words.
#[derive(Clone, Debug, Default)]
pub struct Laid {
    pub rows: Vec<IntakeRow>,
    pub lines: Vec<i64>,
    pub words: Vec<Option<(i64, i64)>>,
    pub headings: Vec<String>,
    pub columns: Vec<String>,
    pub header_row: i64,
    /// Which of the rows a formula of a workbook calculated, by their place in `rows`.
    pub calculated: Vec<usize>,
}

/// Lays the rows of a file out: under the columns that are given, else as they were chosen last time, else as the
/// headings say.
pub fn laid(
    reader: &Reader,
    target: &Target,
    content: &Content,
    said: Option<(i64, &[String])>,
    name: &str,
) -> Result<Laid> {
    if content.form.is_document() {
        return Ok(laid_clauses(content, name));
    }
    let count = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let extra = extra::in_use(reader, target)?;
    let header = match said {
        Some((row, _)) => usize::try_from(row).unwrap_or(0).min(content.rows.len()),
        None => header_row(&content.rows, (target.fields, &extra)),
    };
    let width = content.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut headings = if header == 0 { Vec::new() } else { content.rows[header - 1].clone() };
    headings.resize(width, String::new());
    let mut columns = match said {
        Some((_, columns)) if !columns.is_empty() => columns.to_vec(),
        _ => {
            let guessed = guess(&headings, (target.fields, &extra));
            match remembered(reader, target.code, &headings)? {
                Some(columns) => still_right(columns, guessed, (target.fields, &extra)),
                None => guessed,
            }
        }
    };
    columns.resize(width, String::new());
    let rows = content.rows.iter().zip(&content.lines).skip(header);
    let mut laid = Laid { headings, header_row: count(header), ..Laid::default() };
    for (place, (row, line)) in (1..).zip(rows) {
        if content.formulas.binary_search(line).is_ok() {
            laid.calculated.push(laid.rows.len());
        }
        laid.rows.push(IntakeRow { id: place, fields: fields_of(row, &columns) });
        laid.lines.push(count(*line));
        laid.words.push(None);
    }
    laid.columns = columns;
    Ok(laid)
}

fn laid_clauses(content: &Content, name: &str) -> Laid {
    let count = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let mut laid = Laid::default();
    for (place, clause) in (1..).zip(&content.clauses) {
        laid.rows.push(IntakeRow { id: place, fields: fields_of_clause(clause, name) });
        laid.lines.push(place);
        laid.words.push(Some((count(clause.range.start), count(clause.range.end))));
    }
    laid
}

/// What a file would do.
#[derive(Clone, Debug, Default)]
pub struct Foretold {
    pub laid: Laid,
    pub found: Vec<Foresight>,
}

impl Foretold {
    /// How many rows would wait for somebody to decide: doubles, and every clause of a document.
    pub fn waiting(&self) -> i64 {
        let choices = self
            .found
            .iter()
            .zip(&self.laid.words)
            .map(|(it, words)| first_choice(it.effect, words.is_some()));
        i64::try_from(choices.filter(|it| *it == Choice::Open).count()).unwrap_or(i64::MAX)
    }

    /// What it would be with a value said for all rows that lack it.
    ///
    /// # Errors
    /// Names the field that the value does not fit.
    pub fn said_for_all(mut self, reader: &Reader, target: &Target, said: &Fields) -> Result<Self> {
        if said.is_empty() {
            return Ok(self);
        }
        let said = extra::for_all(reader, target, said)?;
        for (row, it) in self.laid.rows.iter_mut().zip(&mut self.found) {
            lacking::give((&mut row.fields, it), &said);
        }
        Ok(self)
    }

    /// What the rows lack of what the house asks of each new record.
    pub fn lacks(&self, reader: &Reader, target: &Target) -> Result<Vec<Lack>> {
        let names = self.found.iter().flat_map(|it| &it.lacks);
        lacks_of(reader, target, names.map(|it| (it.as_str(), 1)))
    }
}

/// What each row of a file would do, without keeping anything.
pub fn foretell(reader: &Reader, target: &Target, (into, laid): (Option<i64>, Laid)) -> Result<Foretold> {
    let keys = keys(reader, target, into)?;
    let asked = Asked { into, rows: &laid.rows, keys: &keys, looks_for_doubles: true };
    let mut found = looked_at(reader, target, &asked)?;
    for place in &laid.calculated {
        formula::note_calculated(&mut found[*place]);
    }
    Ok(Foretold { laid, found })
}

/// What each row would do, its extra fields with it.
pub fn looked_at(reader: &Reader, target: &Target, asked: &Asked) -> Result<Vec<Foresight>> {
    let mut found = (target.foresee)(reader, asked)?;
    extra::foresee(reader, target, asked.rows, &mut found)?;
    for (row, it) in asked.rows.iter().zip(&mut found) {
        formula::note(it, &row.fields);
        misread::note(it, &row.fields);
    }
    Ok(found)
}
