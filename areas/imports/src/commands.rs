//! What people do: look at a file, decide about its rows, take it in piece by piece, and take it back.

mod extra;

use kernel::{
    Actor, Applied, Asked, Audience, Body, Case, Db, EXTRA, Effect, Error, Faults, Fields, Filing, Foresight,
    IntakeRow, KEY, Keys, Made, New, Result, Reverted, TakenRow, Taking, Target, Text, Undo, Vocabulary,
    Work, text,
};
use serde::Serialize;
use serde_json::json;

use crate::Targets;
use crate::model::{Batch, BatchState, BatchStep, Choice, Form, Outcome};
use crate::queries::extra::{Known, is_extra};
use crate::queries::{self, Arrived, Done, Laid, RowLine};
use crate::rules::read::{Content, MOST_COLUMNS, read};
use crate::rules::{first_choice, lacking, may_choose};

/// So many rows are one deed.
pub const PIECE: i64 = 500;

/// What can be taken in under a name.
pub fn target_of(targets: Targets, code: &str) -> Result<&'static Target> {
    targets.iter().find(|it| it.code == code).ok_or(Error::NotFound)
}

/// Keeps what each row of a file would do; `content` is what [`queries::read_apart`] read in it. Nothing else is
/// written yet.
///
/// # Errors
/// Says what is wrong with the columns of the file, or with the record that it goes into.
pub fn stage(work: &mut Work, target: &Target, it: &Arrived, content: &Content) -> Result<Made> {
    target.permit.covers(work.actor, None)?;
    let name = filename::safe_name(it.name).unwrap_or_else(|| "file".to_owned());
    let into = queries::opened(work, target, it, content)?;
    let laid = queries::laid(work, target, content, None, &name)?;
    let body = Batch {
        target: target.code.to_owned(),
        into_record: into,
        file_name: name,
        form: content.form,
        encoding: content.encoding.clone(),
        separator: content.separator.clone(),
        sheet: content.sheet.clone(),
        sheets: content.sheets.clone(),
        header_row: laid.header_row,
        headings: laid.headings.clone(),
        columns: laid.columns.clone(),
        is_mapped_by_hand: false,
    };
    let made = work.create(&New { title: &body.file_name, ..New::default() }, &body)?;
    let filing = Filing {
        name: &body.file_name,
        media_type: document::sniff(it.bytes, it.name),
        bytes: it.bytes,
        words: content.text.as_ref().map(|(words, extractor)| (words.as_str(), *extractor)),
        audience: Audience::Internal,
    };
    work.file(made.id, &filing)?;
    lay_out(work, (target, into), made.id, (content.form, laid))?;
    work.called("staged");
    Ok(made)
}

#[derive(Serialize)]
struct NewRow<'a> {
    record_id: i64,
    place: i64,
    line: i64,
    fields: String,
    title: &'a str,
    effect: Effect,
    choice: Choice,
    candidate: i64,
    finding: String,
    turn: i64,
    lacks: String,
    start_at: Option<i64>,
    end_at: Option<i64>,
    outcome: Outcome,
    made: Option<i64>,
    done: String,
}

/// Keeps the rows of a file with what each would do.
fn lay_out(
    work: &mut Work,
    (target, into): (&Target, Option<i64>),
    batch: i64,
    (form, laid): (Form, Laid),
) -> Result<()> {
    if laid.rows.is_empty() {
        return Err(Faults::one(
            "file",
            text!("Below the headings there is no row. Choose another row of headings."),
        )
        .into());
    }
    let all = i64::try_from(laid.rows.len()).unwrap_or(i64::MAX);
    let told = queries::foretell(work, target, (into, laid))?;
    let done = serde_json::to_string(&Done::default())?;
    for (start, found) in (0..).step_by(1_000).zip(told.found.chunks(1_000)) {
        let mut rows = Vec::with_capacity(found.len());
        for (at, it) in found.iter().enumerate() {
            let (row, words) = (&told.laid.rows[start + at], told.laid.words[start + at]);
            rows.push(NewRow {
                record_id: batch,
                place: row.id,
                line: told.laid.lines[start + at],
                fields: serde_json::to_string(&row.fields)?,
                title: &it.title,
                effect: it.effect,
                choice: first_choice(it.effect, form.is_document()),
                candidate: 0,
                finding: serde_json::to_string(it)?,
                turn: i64::from(it.waits),
                lacks: it.lacks.join(" "),
                start_at: words.map(|it| it.0),
                end_at: words.map(|it| it.1),
                outcome: Outcome::Waiting,
                made: None,
                done: done.clone(),
            });
        }
        work.add_many("import_row", batch, &rows)?;
    }
    work.note(batch, json!({ "rows": all }))
}

/// A batch as somebody saw it who does something with it now.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub number: &'a str,
    /// The version that was looked at; none where whoever acts goes by what is there now.
    pub version: Option<i64>,
}

impl<'a> Seen<'a> {
    /// The batch as it is now.
    pub fn now(number: &'a str) -> Self {
        Self { number, version: None }
    }

    fn must_hold(&self, case: &Case<Batch>) -> Result<()> {
        self.version.map_or(Ok(()), |it| case.must_be_at(it))
    }
}

/// How the columns of a batch are read.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The sheet; as it was where it is empty.
    pub sheet: String,
    /// The row of the headings, counted from 1; 0 where there are none.
    pub header_row: i64,
    /// The field of each column, empty where it is left out; as the headings say where the list is empty.
    pub columns: Vec<String>,
}

/// Reads the file of a batch again, with other columns; what was decided about its rows is decided anew. The next
/// file with the same headings is read the same way.
///
/// # Errors
/// Names a field that stands over two columns, or that there is not. Stale where somebody decided or mapped since.
pub fn map(work: &mut Work, seen: Seen, targets: Targets, it: &Mapping) -> Result<()> {
    let (mut case, target) = staged(work, seen, targets)?;
    if case.body.form.is_document() {
        return Err(text!("A document has no columns. Mend its clauses one by one.").into());
    }
    check(&it.columns, target, &queries::extra::in_use(work, target)?)?;
    let batch = case.record.id.raw();
    let file = work.attachments(batch)?.into_iter().next().ok_or(Error::NotFound)?;
    let (_, bytes) = work.attachment(file.id)?;
    let sheet = if it.sheet.is_empty() { case.body.sheet.clone() } else { it.sheet.clone() };
    let content = read(&case.body.file_name, &bytes, &sheet)?;
    let is_another_sheet = sheet != case.body.sheet;
    let said = if is_another_sheet { None } else { Some((it.header_row, it.columns.as_slice())) };
    let laid = queries::laid(work, target, &content, said, &case.body.file_name)?;
    let (headings, columns, header_row) = (laid.headings.clone(), laid.columns.clone(), laid.header_row);
    work.revise(&mut case, |body| {
        body.sheet.clone_from(&content.sheet);
        body.header_row = header_row;
        body.headings = headings;
        body.columns = columns;
        body.is_mapped_by_hand = !is_another_sheet && !it.columns.is_empty();
    })?;
    work.moved_on(&mut case)?;
    work.clear("import_row", batch)?;
    lay_out(work, (target, case.body.into_record), batch, (content.form, laid))
}

fn check(columns: &[String], target: &Target, extra: &[kernel::Field]) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.unless(
        columns.len() <= MOST_COLUMNS,
        "columns",
        text!("There are more columns than the file has."),
    );
    for (place, field) in columns.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
        let name = format!("column{}", place + 1);
        let known = target.field(field).map(|it| (it.label)());
        let known = known.or_else(|| {
            let found = extra.iter().find(|it| it.place_of_fault() == *field)?;
            Some(text!("{name}", name = &found.title))
        });
        match known {
            None => {
                faults.add(&name, text!("There is no such field. Choose one of the list."));
            }
            Some(label) if columns[..place].contains(field) => {
                faults.add(
                    &name,
                    text!("“{field}” is chosen for two columns. Leave one of them out.", field = label),
                );
            }
            Some(_) => {}
        }
    }
    faults.into_result()
}

/// A batch, with what it takes in, for whoever may take that in.
fn theirs(work: &Work, number: &str, targets: Targets) -> Result<(Case<Batch>, &'static Target)> {
    let case = work.find::<Batch>(number)?;
    Batch::EDIT.covers(work.actor, Some(case.record.owner))?;
    let target = target_of(targets, &case.body.target)?;
    target.permit.covers(work.actor, None)?;
    Ok((case, target))
}

/// A batch that can still be decided about, with what it takes in.
fn staged(work: &Work, seen: Seen, targets: Targets) -> Result<(Case<Batch>, &'static Target)> {
    let (case, target) = theirs(work, seen.number, targets)?;
    seen.must_hold(&case)?;
    let sentence = text!(
        "It is “{state}”. Only a batch that is staged can be read in another way.",
        state = case.record.state.text()
    );
    kernel::Refusal::unless(case.record.state == BatchState::Staged, sentence)?;
    Ok((case, target))
}

/// A batch whose rows can be decided about: also after others were taken in.
fn open(work: &Work, seen: Seen, targets: Targets) -> Result<(Case<Batch>, &'static Target)> {
    let (case, target) = theirs(work, seen.number, targets)?;
    seen.must_hold(&case)?;
    let is_open = matches!(case.record.state, BatchState::Staged | BatchState::Applied);
    let sentence = text!(
        "It is “{state}”. Nothing can be decided about its rows now.",
        state = case.record.state.text()
    );
    kernel::Refusal::unless(is_open, sentence)?;
    Ok((case, target))
}

/// What is decided about a row.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    pub choice: Choice,
    /// Which candidate it is merged into, counted from 0.
    pub candidate: i64,
    /// What its cells say instead; as they are where nothing is said.
    pub fields: Option<Fields>,
}

#[derive(Serialize)]
struct Decided {
    fields: String,
    title: String,
    effect: Effect,
    choice: Choice,
    candidate: i64,
    finding: String,
    turn: i64,
    lacks: String,
    decided_by: i64,
    /// The version of the batch with this decision.
    decided_in: i64,
}

/// Decides about one row; where its words are mended, it is looked at again first.
///
/// # Errors
/// Names what is wrong with the row as it would be taken in. Stale where somebody decided since it was looked at.
pub fn decide(work: &mut Work, (seen, place): (Seen, i64), targets: Targets, it: &Decision) -> Result<()> {
    let (mut case, target) = open(work, seen, targets)?;
    let batch = case.record.id.raw();
    let row = queries::row(work, batch, place)?;
    decide_row(work, (&case, target), row, it)?;
    work.moved_on(&mut case)
}

/// Decides about several rows, all or none.
///
/// # Errors
/// As [`decide`].
pub fn decide_rows(
    work: &mut Work,
    seen: Seen,
    targets: Targets,
    decisions: &[(i64, Decision)],
) -> Result<()> {
    let (mut case, target) = open(work, seen, targets)?;
    let mut is_decided = false;
    for (place, it) in decisions {
        let row = queries::row(work, case.record.id.raw(), *place)?;
        if row.choice != it.choice || row.candidate != it.candidate {
            decide_row(work, (&case, target), row, it)?;
            is_decided = true;
        }
    }
    if is_decided { work.moved_on(&mut case) } else { Ok(()) }
}

fn decide_row(
    work: &mut Work,
    (case, target): (&Case<Batch>, &Target),
    row: RowLine,
    it: &Decision,
) -> Result<()> {
    let waits = matches!(row.outcome, Outcome::Waiting | Outcome::Kept);
    let sentence = text!("Row {line} was taken in already.", line = row.line.to_string());
    kernel::Refusal::unless(waits, sentence)?;
    let batch = case.record.id.raw();
    let fields = it.fields.clone().unwrap_or_else(|| row.fields.clone());
    check_fields(&fields, target, &queries::extra::in_use(work, target)?)?;
    let is_mended = fields != row.fields;
    let mut finding = row.finding.clone();
    // Whoever takes a double in says that it is none, and whoever mends a row has it looked at again.
    let was_kept = row.outcome == Outcome::Kept && it.choice == Choice::Take;
    if is_mended || was_kept || it.choice == Choice::Take && row.effect == Effect::Duplicate {
        let looks_for_doubles = is_mended && it.choice != Choice::Take;
        let known = looked_at(work, (target, case.body.into_record), &fields, looks_for_doubles)?;
        let candidates = std::mem::take(&mut finding.candidates);
        finding =
            Foresight { candidates: if is_mended { known.candidates.clone() } else { candidates }, ..known };
    }
    let choice = match it.choice {
        Choice::Open | Choice::None => first_choice(finding.effect, case.body.form.is_document()),
        choice => choice,
    };
    if choice == Choice::Take && finding.effect == Effect::Fault && !is_mended {
        return Err(Faults(finding.faults).into());
    }
    let choice =
        if finding.effect == Effect::Fault || finding.effect == Effect::Same { Choice::None } else { choice };
    let effect = if is_mended { finding.effect } else { row.effect };
    let has = usize::try_from(it.candidate).is_ok_and(|at| at < finding.candidates.len());
    let fits = choice == Choice::None || may_choose(effect, choice) && (choice != Choice::Merge || has);
    let sentence = text!(
        "This cannot be decided about row {line}. Choose one of what is offered.",
        line = row.line.to_string()
    );
    kernel::Refusal::unless(fits, sentence)?;
    let turn = if choice == Choice::Merge { 2 } else { i64::from(finding.waits) };
    let line = Decided {
        fields: serde_json::to_string(&fields)?,
        title: finding.title.clone(),
        effect,
        choice,
        candidate: it.candidate,
        finding: serde_json::to_string(&finding)?,
        turn,
        lacks: finding.lacks.join(" "),
        decided_by: work.actor.person,
        decided_in: case.record.version + 1,
    };
    work.amend("import_row", batch, row.id, &line)?;
    if row.outcome == Outcome::Kept {
        wait_again(work, (batch, row.id))?;
    }
    work.called("decided");
    work.note(batch, json!({ "row": row.place, "choice": choice.code() }))
}

/// A row that could not be taken in may be tried again.
fn wait_again(work: &mut Work, (batch, row): (i64, i64)) -> Result<()> {
    let done = serde_json::to_string(&Done::default())?;
    let again = Outcomes { outcome: Outcome::Waiting, made: None, done_at: None, done };
    work.amend("import_row", batch, row, &again)
}

/// Says one value for all rows that lack it of what the house asks of each new record; tells of how many.
///
/// # Errors
/// Names the field that the value does not fit; refuses where no row lacks it. Stale where somebody decided since it
/// was looked at.
pub fn for_all(work: &mut Work, seen: Seen, targets: Targets, said: &Fields) -> Result<i64> {
    let (mut case, target) = open(work, seen, targets)?;
    let said = queries::extra::for_all(work, target, said)?;
    let batch = case.record.id.raw();
    let (mut after, mut count) = (0, 0);
    loop {
        let rows = queries::rows_that_lack(work, batch, (after, PIECE))?;
        let Some(last) = rows.last() else { break };
        after = last.place;
        for row in rows {
            count += i64::from(given(work, &case, row, &said)?);
        }
    }
    kernel::Refusal::unless(count > 0, text!("No row lacks what you said. Look at the rows again."))?;
    work.called("said_for_all");
    // The values are those of the records: of people they are personal, and stand on no trail of a batch.
    work.note(batch, json!({ "for_all": said.keys().collect::<Vec<_>>(), "rows": count }))?;
    work.moved_on(&mut case)?;
    Ok(count)
}

#[derive(Serialize)]
struct Given {
    fields: String,
    effect: Effect,
    choice: Choice,
    finding: String,
    lacks: String,
}

/// Gives one row what was said for all; tells whether it lacked any of it.
fn given(work: &mut Work, case: &Case<Batch>, row: RowLine, said: &Fields) -> Result<bool> {
    let (mut fields, mut finding) = (row.fields, row.finding);
    if !lacking::give((&mut fields, &mut finding), said) {
        return Ok(false);
    }
    let batch = case.record.id.raw();
    let is_faulty = row.effect == Effect::Fault;
    let effect = if is_faulty { finding.effect } else { row.effect };
    let choice = if is_faulty { first_choice(effect, case.body.form.is_document()) } else { row.choice };
    let line = Given {
        fields: serde_json::to_string(&fields)?,
        effect,
        choice,
        finding: serde_json::to_string(&finding)?,
        lacks: finding.lacks.join(" "),
    };
    work.amend("import_row", batch, row.id, &line)?;
    if row.outcome == Outcome::Kept {
        wait_again(work, (batch, row.id))?;
    }
    Ok(true)
}

fn check_fields(fields: &Fields, target: &Target, extra: &[kernel::Field]) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for (name, words) in fields {
        let is_known = target.field(name).is_some() || extra.iter().any(|it| it.place_of_fault() == *name);
        faults.unless(is_known, name, text!("There is no such field. Leave it out."));
        let fits = words.chars().count() <= 50_000;
        faults.unless(fits, name, text!("Shorten it to {count} characters.", count = 50_000i64));
    }
    faults.into_result()
}

fn looked_at(
    work: &Work,
    (target, into): (&Target, Option<i64>),
    fields: &Fields,
    looks_for_doubles: bool,
) -> Result<Foresight> {
    let keys = queries::keys(work, target, into)?;
    let rows = [IntakeRow { id: 0, fields: fields.clone() }];
    let asked = Asked { into, rows: &rows, keys: &keys, looks_for_doubles };
    queries::looked_at(work, target, &asked)?.into_iter().next().ok_or(Error::NotFound)
}

/// Decides the same about all rows that wait, of one effect where one is named; tells about how many. Merged are only
/// those that are certain.
///
/// # Errors
/// Refuses where no row can be decided so. Stale where somebody decided since it was looked at.
pub fn choose(
    work: &mut Work,
    seen: Seen,
    targets: Targets,
    (effect, choice): (Option<Effect>, Choice),
) -> Result<i64> {
    let (mut case, target) = open(work, seen, targets)?;
    let batch = case.record.id.raw();
    let (mut after, mut count) = (0, 0);
    loop {
        let rows = queries::rows(work, batch, (effect, true), (after, PIECE))?;
        let Some(last) = rows.last() else { break };
        after = last.place;
        for row in rows {
            let is_certain = row.finding.candidates.first().is_some_and(|it| it.is_certain);
            if !may_choose(row.effect, choice) || choice == Choice::Merge && !is_certain {
                continue;
            }
            match decide_row(work, (&case, target), row, &Decision { choice, ..Decision::default() }) {
                Ok(()) => count += 1,
                // One that would be faulty goes on waiting.
                Err(Error::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    let sentence = text!("No row that waits can be decided so.");
    kernel::Refusal::unless(count > 0, sentence)?;
    work.moved_on(&mut case)?;
    Ok(count)
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub is_done: bool,
    /// How many rows this did.
    pub rows: i64,
    /// The version of the batch after it.
    pub version: i64,
}

/// Takes a batch in, at most so many pieces of it, each a deed of its own; where it was stopped, it goes on. What was
/// seen is asked before the first piece.
pub fn apply(db: &Db, actor: &Actor, seen: Seen, (targets, pieces): (Targets, usize)) -> Result<Progress> {
    go_on(seen, pieces, |seen| db.write(actor, |work| take_some(work, seen, targets)))
}

/// Takes a batch back, at most so many pieces of it.
///
/// # Errors
/// As [`take_some_back`].
pub fn revert(db: &Db, actor: &Actor, seen: Seen, (targets, pieces): (Targets, usize)) -> Result<Progress> {
    go_on(seen, pieces, |seen| db.write(actor, |work| take_some_back(work, seen, targets)))
}

/// Each piece goes by the version that the one before it left: whoever comes between is not overrun.
fn go_on(mut seen: Seen, pieces: usize, one: impl Fn(Seen) -> Result<Progress>) -> Result<Progress> {
    let mut all = Progress { is_done: false, rows: 0, version: 0 };
    for _ in 0..pieces {
        let it = one(seen)?;
        all = Progress { rows: all.rows + it.rows, ..it };
        seen.version = seen.version.map(|_| it.version);
        if it.is_done {
            break;
        }
    }
    Ok(all)
}

#[derive(Serialize)]
struct Outcomes {
    outcome: Outcome,
    made: Option<i64>,
    done_at: Option<i64>,
    done: String,
}

/// Takes one piece of a batch in. Each row is looked at again first: what changed since is not overwritten.
///
/// # Errors
/// Refuses where nothing is decided. Stale where somebody decided, or went on, since it was looked at.
pub fn take_some(work: &mut Work, seen: Seen, targets: Targets) -> Result<Progress> {
    let (mut case, target) = theirs(work, seen.number, targets)?;
    seen.must_hold(&case)?;
    work.moved_on(&mut case)?;
    if case.record.state != BatchState::Applying {
        work.advance(&mut case, BatchStep::Apply)?;
    }
    let (batch, into) = (case.record.id.raw(), case.body.into_record);
    let mut rows = queries::next_ready(work, batch, PIECE)?;
    // What is merged into a row of the same file comes in a piece of its own, once that one is there.
    let own_pieces = rows.iter().position(|it| it.choice == Choice::Merge).filter(|it| *it > 0);
    rows.truncate(own_pieces.unwrap_or(rows.len()));
    let keys = queries::keys(work, target, into)?;
    let (taken, ready) = sorted_out(work, (target, into, &keys), batch, rows)?;
    let (applied, whys) = written(work, target, (into, owner_of(&case), &keys), &ready)?;
    cite(work, batch, taken.iter().zip(&applied))?;
    keep_keys(work, (batch, &queries::scope_of(target, into)), &keys, taken.iter().zip(&applied))?;
    for ((row, it), why) in taken.iter().zip(applied).zip(whys) {
        let outcome = if it.is_new { Outcome::Made } else { Outcome::Changed };
        let made = Some(it.record);
        settle(work, (batch, row.id), (outcome, made), &Done { applied: Some(it), why })?;
    }
    work.called("imported");
    let file = case.body.file_name.clone();
    work.because(&file);
    work.note(batch, json!({ "taken_in": ready.len() }))?;
    let left = queries::next_ready(work, batch, 1)?;
    if left.is_empty() {
        work.advance(&mut case, BatchStep::Finish)?;
    }
    let rows = i64::try_from(ready.len()).unwrap_or(i64::MAX);
    Ok(Progress { is_done: left.is_empty(), rows, version: case.record.version })
}

fn owner_of(case: &Case<Batch>) -> i64 {
    case.record.owner
}

/// Writes rows, their extra fields last; tells of each what it did, and what of it could not be written.
fn written(
    work: &mut Work,
    target: &Target,
    (into, owner, keys): (Option<i64>, i64, &Keys),
    ready: &[TakenRow],
) -> Result<(Vec<Applied>, Vec<Option<Text>>)> {
    // Where only extra fields change, there is nothing to do for the area of the record.
    let is_plain = |it: &&TakenRow| it.target.is_none() || it.only_fills || !it.changes.iter().all(is_extra);
    let plain: Vec<TakenRow> = ready
        .iter()
        .filter(is_plain)
        .map(|it| {
            let mut it = it.clone();
            it.changes.retain(|change| !is_extra(change));
            it.fields.retain(|name, _| !name.starts_with(EXTRA));
            it
        })
        .collect();
    let order = Taking { into, owner, keys, rows: &plain };
    let mut done = if plain.is_empty() { Vec::new() } else { (target.apply)(work, &order)? }.into_iter();
    let mut applied = Vec::with_capacity(ready.len());
    for row in ready {
        applied.push(match row.target {
            Some(record) if !is_plain(&row) => Applied { record, ..Applied::default() },
            _ => done.next().ok_or(Error::NotFound)?,
        });
    }
    let mut whys = vec![None; ready.len()];
    if let Some(known) = Known::of(work, target, ready.iter().map(|it| &it.fields))? {
        for ((row, it), why) in ready.iter().zip(&mut applied).zip(&mut whys) {
            *why = extra::write(work, (target, &known), (&row.fields, row.only_fills), it)?;
        }
    }
    Ok((applied, whys))
}

/// Parts the rows that can be taken in from those that cannot any more, which are told why.
fn sorted_out(
    work: &mut Work,
    (target, into, keys): (&Target, Option<i64>, &Keys),
    batch: i64,
    rows: Vec<RowLine>,
) -> Result<(Vec<RowLine>, Vec<TakenRow>)> {
    let asked: Vec<IntakeRow> =
        rows.iter().map(|it| IntakeRow { id: it.place, fields: it.fields.clone() }).collect();
    let asked = Asked { into, rows: &asked, keys, looks_for_doubles: false };
    let found = if rows.is_empty() { Vec::new() } else { queries::looked_at(work, target, &asked)? };
    let (mut taken, mut ready) = (Vec::new(), Vec::new());
    for (row, now) in rows.into_iter().zip(found) {
        if !now.lacks.is_empty() && row.choice == Choice::Take {
            keep_lack(work, (batch, row.id), &row.finding, &now)?;
        }
        match judged(work, batch, &row, now)? {
            Judged::Ready(it) => {
                ready.push(it);
                taken.push(row);
            }
            Judged::Nothing(record) => {
                settle(work, (batch, row.id), (Outcome::Nothing, record), &Done::default())?;
            }
            Judged::Kept(why) => {
                settle(
                    work,
                    (batch, row.id),
                    (Outcome::Kept, None),
                    &Done { applied: None, why: Some(why) },
                )?;
            }
        }
    }
    Ok((taken, ready))
}

#[derive(Serialize)]
struct Lacking {
    finding: String,
    lacks: String,
}

/// A field that has to be said only since a row was looked at can be said for all rows that lack it, too.
fn keep_lack(work: &mut Work, (batch, row): (i64, i64), before: &Foresight, now: &Foresight) -> Result<()> {
    let finding = Foresight { candidates: before.candidates.clone(), ..now.clone() };
    let line = Lacking { finding: serde_json::to_string(&finding)?, lacks: now.lacks.join(" ") };
    work.amend("import_row", batch, row, &line)
}

enum Judged {
    Ready(TakenRow),
    Nothing(Option<i64>),
    Kept(Text),
}

fn judged(work: &Work, batch: i64, row: &RowLine, now: Foresight) -> Result<Judged> {
    let ready = |target: Option<i64>, only_fills: bool| {
        Judged::Ready(TakenRow {
            fields: row.fields.clone(),
            target,
            only_fills,
            changes: row.finding.changes.clone(),
        })
    };
    if row.choice == Choice::Merge {
        let candidate = usize::try_from(row.candidate).ok().and_then(|it| row.finding.candidates.get(it));
        let record = match candidate {
            Some(it) => match (it.record, it.row) {
                (Some(record), _) => Some(record),
                (None, Some(place)) => queries::made_by(work, batch, place)?,
                (None, None) => None,
            },
            None => None,
        };
        let Some(record) = record else {
            return Ok(Judged::Kept(text!(
                "The row that it is merged into was not taken in. Decide about that one first."
            )));
        };
        let record = work.successor(record)?.map_or(record, |it| it.id);
        return Ok(ready(Some(record), true));
    }
    let was_new = row.finding.target.is_none();
    Ok(match now.effect {
        Effect::Fault => {
            Judged::Kept(now.faults.into_iter().next().map_or_else(|| text!("It is faulty."), |(_, it)| it))
        }
        Effect::Same => Judged::Nothing(now.target),
        Effect::New | Effect::Duplicate if was_new => ready(None, false),
        Effect::Changes if now.target == row.finding.target && now.changes == row.finding.changes => {
            ready(now.target, false)
        }
        Effect::New | Effect::Duplicate | Effect::Changes => Judged::Kept(text!(
            "It changed here since it was looked at. Look at the row again, then take it in."
        )),
    })
}

fn settle(
    work: &mut Work,
    (batch, row): (i64, i64),
    (outcome, made): (Outcome, Option<i64>),
    done: &Done,
) -> Result<()> {
    let done_at = Some(work.now.as_microsecond());
    let done = serde_json::to_string(done)?;
    work.amend("import_row", batch, row, &Outcomes { outcome, made, done_at, done })
}

/// Each requirement of a document keeps the words that it was made of.
fn cite<'a>(
    work: &mut Work,
    batch: i64,
    done: impl Iterator<Item = (&'a RowLine, &'a Applied)>,
) -> Result<()> {
    let cited: Vec<((i64, i64), i64)> = done
        .filter_map(|(row, it)| row.words.filter(|_| it.is_new).map(|words| (words, it.record)))
        .collect();
    if cited.is_empty() {
        return Ok(());
    }
    let source = work.sources(batch)?.into_iter().next().ok_or(Error::NotFound)?;
    work.cite_many(&source, &cited)
}

#[derive(Serialize)]
struct NewKey<'a> {
    record_id: i64,
    scope: &'a str,
    word: &'a str,
    made: i64,
}

/// Keeps the keys under which the file knows its rows, so that the same file twice changes nothing.
fn keep_keys<'a>(
    work: &mut Work,
    (batch, scope): (i64, &str),
    keys: &Keys,
    done: impl Iterator<Item = (&'a RowLine, &'a Applied)>,
) -> Result<()> {
    let mut new: Vec<NewKey> = Vec::new();
    for (row, it) in done {
        let word = row.fields.get(KEY).map_or("", |it| it.trim());
        if word.is_empty() || it.record == 0 {
            continue;
        }
        match keys.own(word) {
            Some(record) if record == it.record => continue,
            Some(_) => forget_key(work, scope, word)?,
            None => {}
        }
        new.push(NewKey { record_id: batch, scope, word, made: it.record });
    }
    work.add_many("import_key", batch, &new)
}

/// What a key named is gone: a requirement that was withdrawn came in anew.
fn forget_key(work: &mut Work, scope: &str, word: &str) -> Result<()> {
    match queries::key(work, scope, word)? {
        Some((id, brought_by)) => work.remove("import_key", brought_by, id),
        None => Ok(()),
    }
}

/// Takes one piece of a batch back, the last row first.
///
/// # Errors
/// Names whom to ask where it is not the actor's to take back. Stale where somebody went on since it was looked at.
pub fn take_some_back(work: &mut Work, seen: Seen, targets: Targets) -> Result<Progress> {
    let (mut case, target) = theirs(work, seen.number, targets)?;
    queries::must_be_theirs_to_take_back(work, &case)?;
    seen.must_hold(&case)?;
    work.moved_on(&mut case)?;
    if case.record.state != BatchState::Reverting {
        work.advance(&mut case, BatchStep::Revert)?;
    }
    let batch = case.record.id.raw();
    let rows = queries::next_done(work, batch, PIECE)?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let file = case.body.file_name.clone();
    work.because(&file);
    let known = Known::of(work, target, rows.iter().map(|it| &it.fields))?;
    for row in rows {
        let applied = row.done.applied.clone().ok_or(Error::NotFound)?;
        let outcome = undone(work, (target, known.as_ref()), &row.fields, &applied)?;
        let (outcome, why) = match outcome {
            Reverted::Whole => (Outcome::Reverted, None),
            Reverted::Stays(why) => (Outcome::Stays, Some(why)),
        };
        settle(work, (batch, row.id), (outcome, row.made), &Done { applied: Some(applied), why })?;
    }
    work.called("import_reverted");
    work.note(batch, json!({ "taken_back": count }))?;
    let left = queries::next_done(work, batch, 1)?;
    if left.is_empty() {
        work.advance(&mut case, BatchStep::FinishRevert)?;
    }
    Ok(Progress { is_done: left.is_empty(), rows: count, version: case.record.version })
}

/// Takes back what a row did, its extra fields first.
fn undone(
    work: &mut Work,
    (target, known): (&Target, Option<&Known>),
    fields: &Fields,
    applied: &Applied,
) -> Result<Reverted> {
    let extras = match known {
        Some(known) if applied.is_new && known.is_said_otherwise(work, fields, applied.record)? => {
            let number = work.mention(applied.record)?.ok_or(Error::NotFound)?.number;
            let sentence =
                text!("{number} was changed since. End it yourself if it shall go.", number = number);
            return Ok(Reverted::Stays(sentence));
        }
        Some(known) => extra::put_back(work, (target, known), applied)?,
        None => Reverted::Whole,
    };
    let mut plain = applied.clone();
    plain.changes.retain(|it| !is_extra(it));
    let mut fields = fields.clone();
    fields.retain(|name, _| !name.starts_with(EXTRA));
    let has_rest = applied.is_new || !plain.changes.is_empty() || !plain.beside.is_empty();
    let rest = if has_rest {
        (target.revert)(work, &Undo { fields: &fields, applied: &plain })?
    } else {
        Reverted::Whole
    };
    Ok(match (extras, rest) {
        (Reverted::Whole, rest) => rest,
        (extras, Reverted::Whole) => extras,
        (Reverted::Stays(one), Reverted::Stays(other)) => {
            Reverted::Stays(text!("{one} {other}", one = one, other = other))
        }
    })
}
