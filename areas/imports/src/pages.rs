//! What people see: the file as it was read, what each row would do, and what there is to decide.

use kernel::{Effect, Foresight, Holds, Reader, Result, Target, Vocabulary};
use maud::{Markup, html};
use web::language::{count, say, word};
use web::parts::{
    self, Button, Column, Difference, Field, Head, Line, Note, Pager, Progress, State, Tab, Table, Tools,
    page_head, pager, tabs,
};
use web::{Form, t};

use identity::{filled, summary};

use crate::model::{Batch, BatchState, Choice, Outcome};
use crate::queries::{Counts, Lack, Reach, RowLine};
use crate::rules::columns::doubled;
use crate::rules::may_choose;

/// What is asked before a file is looked at.
pub struct Asking<'a> {
    pub targets: Vec<&'static Target>,
    /// The sets that requirements can go into.
    pub sets: Vec<(String, String)>,
    pub form: &'a Form,
}

pub fn new(it: &Asking) -> Markup {
    let targets = it.targets.iter().map(|target| (target.code.to_owned(), say(&(target.many)())));
    let nothing = std::iter::once((String::new(), t!("Nothing: they are no requirements")));
    let sets = it.sets.iter().map(|(number, title)| (number.clone(), format!("{number} {title}")));
    html! {
        (page_head(&Head {
            place: Some((t!("Imports"), "/imports".to_owned())),
            title: html! { (t!("Take in a file")) },
            lead: Some(html! { (t!("First you see what each row would do. Nothing is written before you say so.")) }),
            ..Head::default()
        }))
        (summary(it.form))
        (parts::files_form("/imports", html! {
            (filled(it.form, "target", Field::select("target", t!("What is in the file"), targets)))
            (filled(it.form, "set", Field::select("set", t!("The requirement set they go into"), nothing.chain(sets))
                .help(t!("For requirements only."))))
            div.field {
                label for="file" { (t!("File")) }
                input id="file" name="file" type="file" required
                    accept=".csv,.tsv,.txt,.xlsx,.md,.docx,.pdf" aria-describedby="file-help";
                span.help id="file-help" {
                    (t!("CSV or XLSX for everything; Markdown, DOCX and PDF for requirements. The separator is found, and the encoding where it is UTF-8, UTF-16 or Windows-1252."))
                }
                @if let Some(fault) = it.form.faults.of("file") { (parts::fault("file-fault", &say(fault))) }
            }
            div.row { (Button::send(t!("Look at it")).first()) (Button::open("/imports", t!("Back"))) }
        }))
    }
}

/// A batch with one page of its rows.
pub struct Shown<'a> {
    pub number: &'a str,
    /// The version that is shown: whoever decides goes by it.
    pub version: i64,
    pub state: BatchState,
    pub batch: &'a Batch,
    pub target: &'static Target,
    /// The extra fields that a column can be taken for.
    pub extra: Vec<kernel::Field>,
    pub counts: &'a Counts,
    /// What rows lack of what the house asks of each new record.
    pub lacks: Vec<Lack>,
    pub rows: Vec<RowLine>,
    /// The rows below the headings, for the examples of each column.
    pub examples: Vec<Vec<String>>,
    pub effect: Option<Effect>,
    pub only_open: bool,
    pub after: i64,
    /// The place of the last row shown, where more follow.
    pub next: Option<i64>,
    pub may_decide: bool,
    /// What others did since the version that the form went by.
    pub since: Vec<kernel::Text>,
    /// The places of the rows that others decided about since.
    pub theirs: Vec<i64>,
    pub form: Form,
}

/// What is typed or chosen goes by the version that is shown.
fn seen(it: &Shown) -> Markup {
    parts::hidden("version", it.version)
}

/// The sections of a batch.
pub fn batch(reader: &Reader, it: &Shown) -> Result<Markup> {
    let rows = it.rows.iter().map(|row| line(reader, it, row)).collect::<Result<Vec<_>>>()?;
    let is_open = it.may_decide && matches!(it.state, BatchState::Staged | BatchState::Applied);
    let columns = vec![
        Column::plain(if it.batch.form.is_document() { t!("Clause") } else { t!("Line") }),
        Column::title(t!("Row")),
        Column::text(t!("What it does")),
        Column::text(if is_open { t!("Decision") } else { t!("Outcome") }),
    ];
    let table = Table::new(t!("The rows of the file, in their order"), columns, rows);
    Ok(html! {
        (summary(&it.form))
        (meanwhile(it))
        (told(it))
        (lacking(reader, it)?)
        @if !it.batch.form.is_document() { (mapping(it)) }
        section.section aria-labelledby="rows" {
            h2 id="rows" { (t!("Rows")) }
            (tabs(&t!("Rows by what they do"), &by_effect(it)))
            @if is_open && it.counts.open > 0 { (bulk(it)) }
            @if it.rows.is_empty() { p.quiet-text { (t!("No row is like that.")) } }
            @else if is_open {
                (parts::form(&format!("/imports/{}/rows", it.number), html! {
                    (seen(it))
                    (parts::hidden("effect", it.effect.map(Vocabulary::code).unwrap_or_default()))
                    (parts::hidden("open", if it.only_open { "1" } else { "" }))
                    (parts::hidden("after", it.after))
                    (table)
                    div.row { (Button::send(t!("Keep the decisions of this page"))) }
                }))
            } @else { (table) }
            (pager(&Pager {
                shown: it.rows.len(),
                all: usize::try_from(in_view(it)).ok(),
                before: (it.after > 0).then(|| address(it, it.effect, it.only_open, 0)),
                after: it.next.map(|next| address(it, it.effect, it.only_open, next)),
            }))
        }
    })
}

/// What others decided since the page was opened, above what there is now.
fn meanwhile(it: &Shown) -> Markup {
    html! {
        @if !it.since.is_empty() {
            (parts::note_with(
                Note::Warn,
                t!("Somebody else was faster, and nothing of theirs was overwritten"),
                html! { ul { @for sentence in &it.since { li { (say(sentence)) } } } },
            ))
        }
    }
}

fn in_view(it: &Shown) -> i64 {
    if it.only_open {
        return it.counts.open;
    }
    it.effect.map_or(it.counts.all, |effect| of_effect(it.counts, effect))
}

fn of_effect(counts: &Counts, effect: Effect) -> i64 {
    match effect {
        Effect::New => counts.new,
        Effect::Changes => counts.changes,
        Effect::Same => counts.same,
        Effect::Duplicate => counts.duplicates,
        Effect::Fault => counts.faults,
    }
}

fn address(it: &Shown, effect: Option<Effect>, only_open: bool, after: i64) -> String {
    let start = format!("/imports/{}?", it.number);
    let place = start.len();
    let mut query = form_urlencoded::Serializer::for_suffix(start, place);
    if let Some(effect) = effect {
        query.append_pair("effect", &effect.code());
    }
    if only_open {
        query.append_pair("open", "1");
    }
    if after > 0 {
        query.append_pair("after", &after.to_string());
    }
    format!("{}#rows", query.finish().trim_end_matches('?'))
}

/// How the file was read, and how far it is.
fn told(it: &Shown) -> Markup {
    let (batch, counts) = (it.batch, it.counts);
    let read: Vec<String> = [
        (t!("Encoding"), batch.encoding.clone()),
        (t!("Separator"), batch.separator.clone()),
        (t!("Sheet"), batch.sheet.clone()),
    ]
    .into_iter()
    .filter(|(_, words)| !words.is_empty())
    .map(|(label, words)| format!("{label}: {words}"))
    .collect();
    let done = u64::try_from(counts.taken_in + counts.kept + counts.reverted + counts.stays).unwrap_or(0);
    let whole = done + u64::try_from(counts.ready).unwrap_or(0);
    html! {
        @match it.state {
            BatchState::Applying => (parts::progress(&Progress {
                title: t!("Being taken in"),
                note: t!("It stopped between two pieces. Nothing is half done; go on, or take it back."),
                done: Some((done, whole)), state: State::Underway, stop: None,
            })),
            BatchState::Reverting => (parts::progress(&Progress {
                title: t!("Being taken back"),
                note: t!("It stopped between two pieces. Nothing is half done; go on."),
                done: Some((u64::try_from(counts.reverted + counts.stays).unwrap_or(0), done)),
                state: State::Underway, stop: None,
            })),
            BatchState::Staged if counts.open > 0 => (parts::note(Note::Warn, if batch.form.is_document() {
                t!("{count} clause waits: confirm it, mend it, or leave it out." | "{count} clauses wait: confirm each, mend it, or leave it out.", count = counts.open)
            } else {
                t!("{count} row waits for your decision." | "{count} rows wait for your decision.", count = counts.open)
            })),
            _ => {}
        }
        @if counts.kept > 0 && matches!(it.state, BatchState::Applied) {
            (parts::note(Note::Warn, t!("{count} row could not be taken in; each says why." | "{count} rows could not be taken in; each says why.", count = counts.kept)))
        }
        @if counts.stays > 0 && it.state == BatchState::Reverted {
            (parts::note(Note::Warn, t!("Of {count} row something stays, because somebody went on from there." | "Of {count} rows something stays, because somebody went on from there.", count = counts.stays)))
        }
        @if !read.is_empty() { p.fine { (read.join(" · ")) } }
    }
}

/// What rows lack of what the house asks of each new record, with a value for all of them.
fn lacking(reader: &Reader, it: &Shown) -> Result<Markup> {
    let is_open = it.may_decide && matches!(it.state, BatchState::Staged | BatchState::Applied);
    if it.lacks.is_empty() || !is_open {
        return Ok(html! {});
    }
    let mut asked = Vec::new();
    for lack in &it.lacks {
        let Some(field) = it.extra.iter().find(|it| it.place_of_fault() == lack.field) else { continue };
        let sent = it.form.raw(&lack.field).to_owned();
        asked.push((
            t!("{count} row does not say it." | "{count} rows do not say it.", count = lack.rows),
            web::extra::field_of(reader, field, sent)?.fault(it.form.faults.of(&lack.field).map(say)),
        ));
    }
    Ok(html! {
        section.section aria-labelledby="lacking" {
            h2 id="lacking" { (t!("What your house asks of each new one")) }
            (parts::note(Note::Warn, t!(
                "{count} row lacks something that your house asks of each new record, and is not taken in so." |
                "{count} rows lack something that your house asks of each new record, and are not taken in so.",
                count = it.counts.lacking
            )))
            (parts::form(&format!("/imports/{}/for-all", it.number), html! {
                (seen(it))
                (parts::hidden("effect", it.effect.map(Vocabulary::code).unwrap_or_default()))
                @for (rows, field) in asked { (field) p.fine { (rows) } }
                div.row { (Button::send(t!("Say it for all rows that lack it"))) }
                p.fine { (t!("What a row says itself stays. Mend a row where it is to say something else.")) }
            }))
        }
    })
}

fn by_effect(it: &Shown) -> Vec<Tab> {
    let size = |it: i64| usize::try_from(it).ok();
    let mut all = vec![Tab {
        label: t!("All"),
        address: address(it, None, false, 0),
        count: size(it.counts.all),
        is_here: it.effect.is_none() && !it.only_open,
    }];
    if it.counts.open > 0 || it.only_open {
        all.push(Tab {
            label: t!("Not decided"),
            address: address(it, None, true, 0),
            count: size(it.counts.open),
            is_here: it.only_open,
        });
    }
    let effects =
        Effect::ALL.iter().filter(|effect| of_effect(it.counts, **effect) > 0 || it.effect == Some(**effect));
    all.extend(effects.map(|effect| Tab {
        label: word(*effect),
        address: address(it, Some(*effect), false, 0),
        count: size(of_effect(it.counts, *effect)),
        is_here: it.effect == Some(*effect) && !it.only_open,
    }));
    all
}

/// What can be decided about all rows that wait.
fn bulk(it: &Shown) -> Markup {
    let one = |choice: Choice, words: String| Button::send(words).sends("choice", choice.code()).small();
    html! {
        (parts::form(&format!("/imports/{}/choose", it.number), html! {
            (seen(it))
            (parts::hidden("effect", it.effect.map(Vocabulary::code).unwrap_or_default()))
            div.row {
                span.fine { (t!("All that wait in this view:")) }
                (one(Choice::Take, if it.batch.form.is_document() { t!("Confirm") } else { t!("Take in as new") }))
                @if it.counts.duplicates > 0 { (one(Choice::Merge, t!("Merge the certain ones"))) }
                (one(Choice::Leave, t!("Leave out")))
            }
        }))
    }
}

/// Which column is taken for what.
fn mapping(it: &Shown) -> Markup {
    let batch = it.batch;
    let taken = batch.columns.iter().filter(|it| !it.is_empty()).count();
    let missing: Vec<String> = it
        .target
        .fields
        .iter()
        .filter(|field| field.is_needed && !batch.columns.iter().any(|it| it == field.name))
        .map(|field| say(&(field.label)()))
        .collect();
    let twice = doubled(&batch.headings);
    let may_map = it.may_decide && it.state == BatchState::Staged;
    let fields: Vec<(String, String)> = std::iter::once((String::new(), t!("Left out")))
        .chain(it.target.fields.iter().map(|it| (it.name.to_owned(), say(&(it.label)()))))
        .chain(it.extra.iter().map(|it| (it.place_of_fault(), called_here(it))))
        .collect();
    let lines = batch.columns.iter().enumerate().map(|(place, chosen)| {
        let heading = batch.headings.get(place).filter(|it| !it.trim().is_empty());
        let heading = heading.cloned().unwrap_or_else(|| t!("Column {number}", number = (place + 1).to_string()));
        let name = format!("column{}", place + 1);
        let examples: Vec<&str> = it
            .examples
            .iter()
            .filter_map(|row| row.get(place))
            .map(|it| it.trim())
            .filter(|it| !it.is_empty())
            .take(3)
            .collect();
        let label = fields.iter().find(|(code, _)| code == chosen).map_or_else(String::new, |(_, it)| it.clone());
        Line::new("", vec![
            html! { (heading) },
            html! { span.fine { (short(&examples.join(" · "), 80)) } },
            html! {
                @if may_map {
                    select name=(name) aria-label=(t!("What “{heading}” is taken for", heading = &heading)) {
                        @for (code, label) in &fields { option value=(code) selected[code == chosen] { (label) } }
                    }
                    @if let Some(fault) = it.form.faults.of(&name) { (parts::fault(&format!("{name}-fault"), &say(fault))) }
                } @else { (label) }
            },
        ])
    });
    let table = Table::new(
        t!("The columns of the file"),
        vec![Column::title(t!("Column")), Column::text(t!("Examples")), Column::text(t!("Is taken for"))],
        lines.collect(),
    )
    .compact();
    html! {
        @if !missing.is_empty() {
            (parts::note(Note::Warn, t!("No column is taken for “{field}”. Choose one below.", field = missing.join(", "))))
        }
        @if !twice.is_empty() {
            (parts::note(Note::Warn, t!("“{heading}” stands over more than one column. Only the first is taken; choose below what the other is.", heading = twice.join(", "))))
        }
        details.section open[!missing.is_empty() || !it.form.faults.0.is_empty()] {
            summary { (t!("{taken} of {all} columns are taken in", taken = count(i64::try_from(taken).unwrap_or(0)), all = count(i64::try_from(batch.columns.len()).unwrap_or(0)))) }
            @if may_map {
                (parts::form(&format!("/imports/{}/columns", it.number), html! {
                    (seen(it))
                    @if batch.sheets.len() > 1 {
                        (Field::select("sheet", t!("Sheet"), batch.sheets.iter().map(|it| (it.clone(), it.clone()))).value(&batch.sheet))
                    }
                    (filled(&it.form, "header_row", Field::number("header_row", t!("Row of the headings")).short().help(t!("Counted from 1; 0 where there are none."))).value(batch.header_row.to_string()))
                    (table)
                    div.row { (Button::send(t!("Read it like this"))) }
                    p.fine { (t!("The next file with the same headings is read the same way.")) }
                }))
            } @else { (table) }
        }
    }
}

/// What an extra field is called in the language of the page.
fn called_here(field: &kernel::Field) -> String {
    field.name(web::language::code()).to_owned()
}

fn short(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    format!("{}…", words.chars().take(most).collect::<String>().trim_end())
}

fn line(reader: &Reader, it: &Shown, row: &RowLine) -> Result<Line> {
    let is_open = it.may_decide && matches!(it.state, BatchState::Staged | BatchState::Applied);
    let may_decide = is_open && matches!(row.outcome, Outcome::Waiting | Outcome::Kept);
    let to = format!("/imports/{}/rows/{}", it.number, row.place);
    let clause = row.fields.get(kernel::KEY).filter(|it| !it.is_empty());
    let place = match clause {
        Some(clause) if it.batch.form.is_document() => clause.clone(),
        _ => count(row.line),
    };
    let title = if row.title.is_empty() { t!("Without a name") } else { row.title.clone() };
    let statement = row.fields.get("statement").filter(|_| it.batch.form.is_document());
    Ok(Line::new(
        "",
        vec![
            html! { span.number { (place) } },
            html! {
                @if may_decide { a href=(to) { (title) } } @else { (title) }
                @if let Some(words) = statement { br; span.fine { (words) } }
            },
            html! { (effect(reader, it, row)?) },
            html! {
                @if may_decide { (choices(it, row)) }
                @else { (outcome(reader, row)?) }
                @if row.outcome == Outcome::Kept { @if let Some(why) = &row.done.why { br; span.fine { (say(why)) } } }
            },
        ],
    ))
}

/// What a row would do, with every reason.
fn effect(reader: &Reader, it: &Shown, row: &RowLine) -> Result<Markup> {
    let finding = &row.finding;
    let shape = match row.effect {
        Effect::New => State::Open,
        Effect::Changes => State::Underway,
        Effect::Same => State::Over,
        Effect::Duplicate => State::Asks,
        Effect::Fault => State::Bad,
    };
    let mut candidates = Vec::new();
    for candidate in &finding.candidates {
        let reasons: Vec<String> = candidate.reasons.iter().map(say).collect();
        let what = match candidate.record {
            Some(record) => {
                let found = reader.mention(record)?;
                let address =
                    found.map(|it| reader.registry().address(&it.kind, &it.number)).unwrap_or_default();
                html! { a href=(address) { (candidate.number) " " (candidate.title) } }
            }
            None => {
                html! { (t!("row “{title}” of this file", title = format!("{} {}", candidate.number, candidate.title).trim())) }
            }
        };
        let sure = if candidate.is_certain { t!("certain") } else { t!("likely") };
        candidates.push(html! { li { (what) " " span.fine { "(" (sure) ": " (reasons.join(", ")) ")" } } });
    }
    Ok(html! {
        (parts::state(shape, word(row.effect)))
        @if !finding.number.is_empty() && row.effect != Effect::Duplicate {
            " " (parts::number(&finding.number, &reader.registry().address(it.target.kind, &finding.number)))
        }
        @if !candidates.is_empty() { ul { @for it in &candidates { (it) } } }
        @if row.effect != Effect::Duplicate { (changed(reader, it, finding)?) }
        @for (field, sentence) in &finding.faults {
            p.fault { strong { (label(it, field)) ": " } (say(sentence)) }
        }
        @for note in &finding.notes { p.fine { (say(note)) } }
    })
}

fn label(it: &Shown, field: &str) -> String {
    if let Some(extra) = it.extra.iter().find(|it| it.place_of_fault() == field) {
        return called_here(extra);
    }
    it.target.field(field).map_or_else(|| web::language::say(&kernel_label(field)), |it| say(&(it.label)()))
}

fn kernel_label(field: &str) -> kernel::Text {
    match field {
        "title" => kernel::text!("Name"),
        "state" => kernel::text!("State"),
        other => kernel::text!("{field}", field = other),
    }
}

fn changed(reader: &Reader, it: &Shown, finding: &Foresight) -> Result<Markup> {
    let mut all = Vec::new();
    for change in &finding.changes {
        let extra = it.extra.iter().find(|it| it.place_of_fault() == change.field).map(|it| it.holds);
        let shown = |words: &str| match (change.field.as_str(), words.parse::<i64>()) {
            // A function and a person are kept by their keys and read by their names.
            ("function", Ok(id)) => reader.name_of(id),
            (_, Ok(id)) if extra == Some(Holds::Person) => reader.name_of(id),
            _ if extra == Some(Holds::Truth) && words == "true" => Ok(t!("yes")),
            _ if extra == Some(Holds::Truth) && words == "false" => Ok(t!("no")),
            _ => Ok(words.to_owned()),
        };
        all.push(Difference::words(label(it, &change.field), &shown(&change.old)?, &shown(&change.new)?));
    }
    Ok(if all.is_empty() {
        html! {}
    } else {
        parts::differences(&all)
    })
}

/// What can be decided about a row. What was chosen and not kept is chosen still, but for what somebody else decided
/// meanwhile: there it is named beside theirs.
fn choices(shown: &Shown, row: &RowLine) -> Markup {
    let sent = shown.form.text(&format!("row-{}", row.place));
    let is_theirs = shown.theirs.contains(&row.place);
    let mut all: Vec<(String, String, bool)> = Vec::new();
    for choice in [Choice::Open, Choice::Take, Choice::Leave] {
        if may_choose(row.effect, choice) {
            let words = match (choice, row.effect) {
                (Choice::Open, _) => t!("Not decided"),
                (Choice::Take, Effect::Changes) => t!("Change it"),
                (Choice::Take, _) => t!("Take in as new"),
                _ => t!("Leave out"),
            };
            all.push((choice.code(), words, row.choice == choice));
        }
    }
    if row.effect == Effect::Duplicate {
        for (place, candidate) in (0..).zip(&row.finding.candidates) {
            let name = if candidate.number.is_empty() { &candidate.title } else { &candidate.number };
            let words = t!("Merge into {name}", name = name);
            all.push((
                format!("merge-{place}"),
                words,
                row.choice == Choice::Merge && row.candidate == place,
            ));
        }
    }
    let yours = all.iter().find(|(value, ..)| value == sent).map(|(_, words, _)| words.clone());
    if yours.is_some() && !is_theirs {
        for (value, _, is_chosen) in &mut all {
            *is_chosen = value.as_str() == sent;
        }
    }
    let is_kept = all.iter().any(|(value, _, is_chosen)| *is_chosen && value == sent);
    let yours = yours.filter(|_| is_theirs && !is_kept);
    html! {
        @if all.is_empty() { span.fine { (if row.effect == Effect::Fault { t!("Mend it, or it stays out") } else { t!("Nothing to do") }) } }
        @else {
            select name={ "row-" (row.place) } aria-label=(t!("What happens to {title}", title = &row.title)) {
                @for (value, words, is_chosen) in &all { option value=(value) selected[*is_chosen] { (words) } }
            }
            @if let Some(words) = yours { br; span.fine { (t!("You had chosen “{words}”.", words = words)) } }
        }
    }
}

fn outcome(reader: &Reader, row: &RowLine) -> Result<Markup> {
    let made = row.made.map(|it| reader.mention(it)).transpose()?.flatten();
    let shape = match row.outcome {
        Outcome::Waiting | Outcome::Nothing => State::Open,
        Outcome::Made | Outcome::Changed => State::Good,
        Outcome::Reverted => State::Over,
        Outcome::Kept | Outcome::Stays => State::Warn,
    };
    let words = if row.outcome == Outcome::Waiting { word(row.choice) } else { word(row.outcome) };
    Ok(html! {
        (parts::state(shape, words))
        @if let Some(it) = made { " " (parts::number(&it.number, &reader.registry().address(&it.kind, &it.number))) }
        @if matches!(row.outcome, Outcome::Stays | Outcome::Made | Outcome::Changed) {
            @if let Some(why) = &row.done.why { p.fine { (say(why)) } }
        }
    })
}

/// So many records that were changed since are named one by one.
const NAMED: usize = 20;

/// What is asked before a batch is taken back: how much it is, and what somebody went on with since.
pub fn take_back(reader: &Reader, it: &Shown, reach: &Reach) -> Markup {
    let to = format!("/imports/{}", it.number);
    let count_of = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let changed = count_of(reach.changed.len());
    let more = count_of(reach.changed.len().saturating_sub(NAMED));
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), to.clone())),
            title: html! { (t!("Take back {file}", file = &it.batch.file_name)) },
            lead: Some(html! { (t!("What is new is withdrawn or removed as far as the rules allow, and what was changed is set back. What somebody changed since stays as they left it, and each row says so.")) }),
            ..Head::default()
        }))
        (summary(&it.form))
        (meanwhile(it))
        p { (t!("{count} record came or changed with this file." | "{count} records came or changed with this file.", count = reach.records)) }
        @if changed == 0 { p { (t!("Nobody changed any of them since.")) } }
        @else {
            (parts::note(Note::Warn, t!("{count} of them was changed since:" | "{count} of them were changed since:", count = changed)))
            ul {
                @for (number, title, kind) in reach.changed.iter().take(NAMED) {
                    li { (parts::number(number, &reader.registry().address(kind, number))) " " (title) }
                }
                @if more > 0 { li { (t!("and {count} more" | "and {count} more", count = more)) } }
            }
        }
        (parts::form(&format!("{to}/revert"), html! {
            (seen(it))
            div.row {
                (Button::send(t!("Take back {count} record" | "Take back {count} records", count = reach.records)).stop())
                (Button::open(to, t!("Back")))
            }
        }))
    }
}

/// The form that mends one row.
pub fn row(reader: &Reader, it: &Shown, row: &RowLine, source: Option<i64>) -> Result<Markup> {
    let to = format!("/imports/{}", it.number);
    let mapped: Vec<&kernel::TargetField> = it
        .target
        .fields
        .iter()
        .filter(|field| row.fields.contains_key(field.name) || it.form.faults.of(field.name).is_some())
        .collect();
    let long = ["statement", "passage", "rationale", "acceptance", "note"];
    let extra = extra_of(reader, it, row)?;
    Ok(html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), to.clone())),
            title: html! { (t!("Row {line}", line = count(row.line))) },
            lead: Some(html! { (t!("Mend what the row says. It is looked at again; the file stays as it came.")) }),
            tools: Tools { first: None, more: source.map(|it| Button::open(format!("/sources/{it}"), t!("Show the text")).small()).into_iter().collect() },
            ..Head::default()
        }))
        (summary(&it.form))
        (meanwhile(it))
        (parts::form(&format!("{to}/rows/{}", row.place), html! {
            (seen(it))
            @for field in mapped {
                @let words = row.fields.get(field.name).map_or("", String::as_str);
                @let label = say(&(field.label)());
                @let input = if long.contains(&field.name) { Field::area(field.name, label) } else { Field::text(field.name, label) };
                @let fault = it.form.faults.of(field.name).or_else(|| row.finding.faults.iter().find(|(name, _)| name == field.name).map(|(_, it)| it));
                (input.value(if it.form.has(field.name) { it.form.raw(field.name) } else { words }).fault(fault.map(say)))
            }
            @for field in extra { (field) }
            div.row {
                (Button::send(t!("Keep and take in")).first().sends("choice", "take"))
                (Button::send(t!("Keep, decide later")).sends("choice", "open"))
                (Button::open(format!("{to}#rows"), t!("Back")))
            }
        }))
    })
}

/// The extra fields that a row says or lacks; every one of a clause, which has no columns. What a cell says stands as
/// it came, what it does not say is chosen as in any form.
fn extra_of(reader: &Reader, it: &Shown, row: &RowLine) -> Result<Vec<Field>> {
    let mut asked = Vec::new();
    for field in &it.extra {
        let name = field.place_of_fault();
        let is_lacking = row.finding.lacks.contains(&name);
        let is_asked = it.batch.form.is_document() || it.form.has(&name);
        if !row.fields.contains_key(&name) && !is_lacking && !is_asked {
            continue;
        }
        let came = row.fields.get(&name).map_or("", String::as_str);
        let words = if it.form.has(&name) { it.form.raw(&name) } else { came };
        let fault = it.form.faults.of(&name);
        let found = row.finding.faults.iter().find(|(of, _)| *of == name).map(|(_, it)| it);
        let drawn = if came.trim().is_empty() {
            web::extra::field_of(reader, field, words.to_owned())?
        } else {
            Field::text(&name, called_here(field)).value(words)
        };
        let drawn = drawn.fault(fault.or(found).map(say));
        asked.push(if is_lacking { drawn.required() } else { drawn });
    }
    Ok(asked)
}
