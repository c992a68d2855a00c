//! Addresses of what a change touches: found, decided, written, put right.

use std::collections::BTreeSet;

use kernel::ColumnHolds::{Choice, Day, Truth, Whole};
use kernel::{Audience, Case, Error, Faults, Permit, Reader, Result, Vocabulary};
use maud::Markup;
use serde_json::{Map, Value as Json, json};
use web::{Answer, Form, Page, Path, Posted, Routes, Uploaded, Visit, t, words};

use super::{PLACE, addresses, fragment};
use crate::commands;
use crate::model::{Action, ChangeRequest, Item, ItemFile, Lying, Meeting, NewItem, ToldFile};
use crate::pages::affected::{self as page, Asked, Deciding, Redlined, Row};
use crate::pages::of_change;
use crate::queries::{self, Found};
use crate::rules::answers_for_it;

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}/{rest}");
    Routes::default()
        .get(&of("affected"), show)
        .post(&of("affected"), decide)
        .post(&of("affected/accept"), accept)
        .post(&of("replace"), replace)
        .post(&of("affected/{line}/undo"), undo)
        .post(&of("affected/{line}/done"), done)
        .get(&of("affected/{line}/go-on"), ask_why_it_goes_on)
        .post(&of("affected/{line}/go-on"), go_on)
        .post(&of("affected/{line}/rebase"), rebase)
        .get(&of("affected/{line}/redline"), ask_for_redline)
        .post(&of("affected/{line}/redline"), redline)
        .post(&of("affected/{line}/files"), propose_files)
        .post(&of("affected/{line}/files/away"), take_file_away)
        .post(&of("affected/{line}/files/{file}/undo"), leave_file)
        .get(&of("found"), found)
        .get(&of("redlines"), show_redlines)
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let at = (asked.text("words"), asked.text("from"));
            deciding(reader, &number, at, &Form::default())
        })
        .await
}

fn deciding(reader: &Reader, number: &str, (words, from): (&str, &str), written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    let is_open = case.record.state.is_being_written();
    let (found, kinds) =
        if is_open { found_in(reader, &case, words)? } else { (Found::default(), Vec::new()) };
    let items = queries::items(reader, case.record.id.raw())?;
    let place = page::Place::of(from, items.len(), page::DECIDED);
    let mut items: Vec<Item> = items.into_iter().skip(place.from).take(place.each).collect();
    queries::with_names(reader, &mut items)?;
    let rows = rows(reader, &case, items)?;
    let body = page::page(&Deciding {
        number,
        title: &case.record.title,
        found: &found,
        kinds,
        words,
        rows: &rows,
        place,
        may_write: is_open && !reader.actor.only_reads,
        takes_done: case.record.state.is_carried_out() && !reader.actor.only_reads,
        written,
    });
    Ok(Page::new(t!("What {number} affects", number = number), PLACE, body).with(&["found.js"]))
}

type Kinds = Vec<(String, String)>;

fn found_in(reader: &Reader, case: &Case<ChangeRequest>, words: &str) -> Result<(Found, Kinds)> {
    let found = queries::found_from(reader, case.record.id.raw(), case.body.cause, words)?;
    let registry = reader.registry();
    let kinds = found.items.iter().map(|it| match registry.kind(&it.kind) {
        Some(kind) => (web::language::say(&(kind.kind.one)()), registry.address(&it.kind, &it.number)),
        None => (t!("Document"), String::new()),
    });
    let kinds = kinds.collect();
    Ok((found, kinds))
}

fn rows(reader: &Reader, case: &Case<ChangeRequest>, items: Vec<Item>) -> Result<Vec<Row>> {
    let meetings = queries::meetings_at(reader, case.record.id.raw(), &items)?;
    let mut conflicts = queries::conflicts(reader, &items)?;
    let addresses = addresses(reader, &items);
    let takes_back = answers_for_it(reader.actor, case.record.owner).is_ok();
    let ending = if takes_back { reader.ends_to_come(case.record.id.raw())? } else { BTreeSet::new() };
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let kind = reader.registry().of_number(&item.name).map_or("", |it| it.kind.prefix);
        let said = |field: &str, value: &Json| (words::label(reader, kind, field), written(value));
        let met_here = || meetings.iter().filter(|it| it.item == item.name);
        let says_same = |it: &&Meeting| it.edition().is_none() && it.fields.iter().all(|it| it.agree);
        let also = met_here().filter(says_same).map(|it| it.change.clone());
        let also = also.collect();
        let editions = met_here().filter_map(|it| Some((it.change.clone(), it.edition()?.to_owned())));
        let editions = editions.collect();
        let meets = met_here().filter(|it| !it.is_document).flat_map(|met| {
            met.fields.iter().filter(|it| !it.agree).map(|it| {
                let ((label, ours), (_, theirs)) = (said(&it.field, &it.ours), said(&it.field, &it.theirs));
                (met.change.clone(), label, ours, theirs)
            })
        });
        let meets = meets.collect();
        let conflict = conflicts.remove(&item.id).map(|it| {
            let both = it.both.into_iter().map(|it| {
                let label = words::label(reader, kind, &it.field);
                let said = [&it.then, &it.ours, &it.now].map(written);
                (label, it, said)
            });
            both.collect()
        });
        let moved = queries::moved_files(reader, &item)?.into_iter().map(|(it, _)| it.name).collect();
        let may_go_on = item.item.is_some_and(|it| ending.contains(&it));
        let address = addresses.get(&item.name).cloned();
        let in_force = queries::edition_in_force(reader, &item)?;
        let is_overtaken =
            in_force.as_ref().is_some_and(|now| !item.lacks_redline() && item.is_overtaken(now));
        rows.push(Row {
            item,
            address,
            meets,
            also,
            editions,
            in_force,
            is_overtaken,
            conflict,
            moved,
            may_go_on,
        });
    }
    Ok(rows)
}

/// A value as people read it.
pub fn written(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(words) => words.clone(),
        Json::Array(all) => all.iter().map(written).collect::<Vec<_>>().join("\n"),
        Json::Object(fields) => {
            // Yes and no say nothing where nothing says of what.
            let said = fields.values().filter(|it| !it.is_boolean()).map(written);
            said.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ")
        }
        Json::Bool(true) => t!("yes"),
        Json::Bool(false) => t!("no"),
        other => other.to_string(),
    }
}

/// What of a proposal says something else, with what people call each field, as customers may read it.
pub fn compared(reader: &Reader, item: &Item) -> Result<Vec<(String, String, String)>> {
    let (kind, (base, proposed)) = (queries::kind_of(reader, item), queries::says_to_them(reader, item)?);
    let mut fields =
        if item.is_document() { editions(item) } else { redlined(reader, kind, (&base, &proposed)) };
    fields.extend(item.told_files(Audience::Party).into_iter().map(|it| {
        let side = |it: Option<Lying>| it.map(|it| lying(&it)).unwrap_or_default();
        (t!("File {name}", name = it.name), side(it.before), side(it.after))
    }));
    Ok(fields)
}

/// A file where it is not opened: by its size and its fingerprint.
fn lying(it: &Lying) -> String {
    t!("{size}, fingerprint {digest}", size = web::record::size(it.size), digest = &it.digest)
}

/// What fields say and would say, with what people call each and in the words of its choices.
pub fn redlined(
    reader: &Reader,
    kind: &str,
    (base, proposed): (&Map<String, Json>, &Map<String, Json>),
) -> Vec<(String, String, String)> {
    let said = |field: &str, value: &Json| match reader.registry().kind(kind) {
        Some(entry) => in_words(reader, entry, (field, value)),
        None => written(value),
    };
    let fields = proposed.iter().map(|(field, after)| {
        let before = base.get(field).map(|it| said(field, it)).unwrap_or_default();
        (words::label(reader, kind, field), before, said(field, after))
    });
    fields.collect()
}

/// What a field says, a choice by its word.
fn in_words(reader: &Reader, entry: &kernel::Entry, (field, value): (&str, &Json)) -> String {
    let is_choice = entry.columns.iter().any(|it| it.name == field && matches!(it.holds, Choice(_)));
    match value {
        Json::String(code) if is_choice && !code.is_empty() => {
            web::language::say(&entry.word(field, code, reader.actor))
        }
        value => written(value),
    }
}

async fn found(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let case = reader.find_ours::<ChangeRequest>(&number)?;
            if !case.record.state.is_being_written() {
                return Ok(fragment(maud::html! {}));
            }
            let (found, kinds) = found_in(reader, &case, asked.text("words"))?;
            let shown = (number.as_str(), asked.text("words"));
            Ok(fragment(page::found(shown, &found, &kinds, !reader.actor.only_reads)))
        })
        .await
}

/// The way on which something is found that somebody names.
pub(super) fn way_to(reader: &Reader, number: &str, name: &str) -> Result<Vec<String>> {
    queries::way_to(reader, reader.find::<ChangeRequest>(number)?.record.id.raw(), name.trim())
}

async fn decide(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let action = form.word::<Action>("action");
                form.check()?;
                let new = NewItem {
                    name: form.text("item"),
                    sort: form.text("sort"),
                    action,
                    reason: form.text("reason"),
                    way: way_to(work, &number, form.text("item"))?,
                };
                commands::decide(work, &number, &new)?;
                Ok(of_change(&number, "affected#decided"))
            },
            move |reader, form| deciding(reader, &same, ("", ""), &form),
        )
        .await
}

async fn replace(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::replace_words(work, &number, (form.text("from"), form.text("to")))?;
                Ok(of_change(&number, "redlines"))
            },
            move |reader, form| deciding(reader, &same, ("", ""), &form),
        )
        .await
}

async fn accept(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let action = form.maybe_word::<Action>("action");
                let sentence = kernel::text!("Say what becomes of them.");
                form.faults.unless(action.is_some(), "action", sentence);
                form.check()?;
                let what = (action.unwrap_or_default(), form.text("reason"));
                if form.text("all") == "yes" {
                    commands::accept_found(work, &number, form.text("words"), what)?;
                } else {
                    let names: Vec<String> = form.all("marked").into_iter().map(str::to_owned).collect();
                    commands::accept_all(work, &number, (&names, form.text("words")), what)?;
                }
                Ok(of_change(&number, "affected#decided"))
            },
            move |reader, form| {
                // What belongs to the other form is not filled in there.
                let empty = Form::default().refused(&kernel::Error::Invalid(form.faults.clone()));
                deciding(reader, &same, (form.text("words"), ""), &empty)
            },
        )
        .await
}

async fn undo(Path((number, line)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::undecide(work, &number, line)?;
            Ok(of_change(&number, "affected"))
        })
        .await
}

async fn done(Path((number, line)): Path<(String, i64)>, Posted(mut visit): Posted) -> Answer {
    let day = visit.form.day("done_on");
    let faults = std::mem::take(&mut visit.form.faults);
    visit
        .write(move |work| {
            faults.clone().into_result()?;
            let sentence = kernel::text!("Give the day on which it was done, today at the latest.");
            let day = day.ok_or_else(|| Faults::one("done_on", sentence))?;
            commands::done(work, &number, line, day)?;
            Ok(of_change(&number, "affected"))
        })
        .await
}

async fn ask_why_it_goes_on(Path((number, line)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit.read(move |reader| go_on_page(reader, (&number, line), &Form::default())).await
}

fn go_on_page(reader: &Reader, (number, line): (&str, i64), written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    answers_for_it(reader.actor, case.record.owner)?;
    let item = queries::item(reader, case.record.id.raw(), line)?;
    Ok(Page::new(t!("{item} goes on", item = &item.name), PLACE, page::go_on(number, &item, written)))
}

async fn go_on(Path((number, line)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::take_end_back(work, &number, line, form.text("reason"))?;
                Ok(of_change(&number, "affected"))
            },
            move |reader, form| go_on_page(reader, (&same, line), &form),
        )
        .await
}

async fn rebase(Path((number, line)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let kept: Vec<String> = visit.form.all("kept").into_iter().map(str::to_owned).collect();
    visit
        .write(move |work| {
            commands::put_on_what_it_says_now(work, &number, line, &kept)?;
            Ok(of_change(&number, "affected"))
        })
        .await
}

async fn ask_for_redline(Path((number, line)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit.read(move |reader| redline_page(reader, &number, line, None, &Faults::default())).await
}

fn redline_page(
    reader: &Reader,
    number: &str,
    line: i64,
    sent: Option<&Form>,
    faults: &Faults,
) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let item = queries::item(reader, case.record.id.raw(), line)?;
    if item.is_document() && !item.action.changes() {
        return Err(Error::NotFound);
    }
    let mut fields = asked(reader, &item)?;
    if let Some(sent) = sent {
        for it in &mut fields {
            sent.raw(&it.name).clone_into(&mut it.proposed);
        }
    }
    let extra = asked_of_house(reader, &item, sent, faults)?;
    let told = |it: &ItemFile| it.told(Audience::Internal).map(|told| (it.id, told));
    let files: Vec<(i64, ToldFile)> = item.files.iter().filter_map(told).collect();
    let lying = queries::lying_at(reader, &item)?.into_iter();
    let lying = lying.filter(|it| item.files.iter().all(|one| one.name != it.name));
    let lying: Vec<(i64, String)> = lying.map(|it| (it.id, it.name)).collect();
    let body = page::redline(&page::Redline {
        number,
        item: &item,
        fields: &fields,
        extra,
        files: &files,
        lying: &lying,
        faults,
    });
    Ok(Page::new(t!("What {item} is to say", item = &item.name), PLACE, body).with(&["draft.js", "rich.js"]))
}

/// The fields of the house for something new.
fn asked_of_house(reader: &Reader, item: &Item, sent: Option<&Form>, faults: &Faults) -> Result<Markup> {
    if item.action != Action::Add || item.is_document() {
        return Ok(maud::html! {});
    }
    let kind = queries::kind_of(reader, item);
    let (_, written) = web::extra::parted(&item.proposed.clone().unwrap_or_default())?;
    let said = match web::extra::read_row(reader, kind, &written) {
        Err(Error::Invalid(_)) => written,
        read => read?,
    };
    let mut form = sent.cloned().unwrap_or_default();
    form.faults = faults.clone();
    web::extra::asked(reader, kind, &form, &said)
}

/// The kind of what an item would say: of the record, or of what is put into it.
fn kind_of<'a>(reader: &'a Reader, item: &Item) -> Result<&'a kernel::Entry> {
    let registry = reader.registry();
    let own = registry.of_number(&item.name).ok_or(Error::NotFound)?;
    match item.action {
        Action::Add => own.holds_kind().and_then(|it| registry.kind(it)).ok_or(Error::NotFound),
        _ => Ok(own),
    }
}

/// The fields of a record in which something can be proposed: its words, choices and days, and the words within its
/// lists. What says where it stands is not among them.
fn asked(reader: &Reader, item: &Item) -> Result<Vec<Asked>> {
    if item.is_document() {
        return asked_of_document(reader, item);
    }
    let entry = kind_of(reader, item)?;
    let now = match item.action {
        Action::Add => Map::new(),
        _ => queries::says_now(reader, &item.name)?.0,
    };
    let mut then = now.clone();
    then.extend(item.proposed.clone().unwrap_or_default());
    let label = |field: &str| words::label(reader, entry.kind.prefix, field);
    let text = |all: &Map<String, Json>, field: &str| all.get(field).map(written).unwrap_or_default();
    let of = |name: &str, choices| Asked {
        name: name.to_owned(),
        label: label(name),
        now: text(&now, name),
        proposed: text(&then, name),
        choices,
    };
    let mut fields = vec![of("title", Vec::new())];
    for column in entry.columns.iter().filter(|it| entry.is_said(&it.name)) {
        use kernel::ColumnHolds::{Choice, Day, Decimal, Truth, Whole, Words};
        let choices = match &column.holds {
            Words | Day | Decimal | Whole => Vec::new(),
            Choice(codes) => {
                let none = (String::new(), t!("Nothing"));
                let words = codes
                    .iter()
                    .map(|it| (it.clone(), web::language::say(&entry.word(&column.name, it, reader.actor))));
                std::iter::once(none).chain(words).collect()
            }
            Truth => vec![("true".to_owned(), t!("Yes")), ("false".to_owned(), t!("No"))],
            _ => continue,
        };
        fields.push(of(&column.name, choices));
    }
    for (field, value) in &then {
        let Json::Array(all) = value else { continue };
        if entry.keys.contains(&field.as_str()) {
            continue;
        }
        for (place, line) in all.iter().enumerate() {
            let lines: Vec<(String, &Json)> = match line {
                Json::Object(inner) => inner.iter().map(|(name, it)| (format!(".{name}"), it)).collect(),
                it => vec![(String::new(), it)],
            };
            for (name, it) in lines.into_iter().filter(|(name, it)| it.is_string() && name != ".key") {
                let before = now.get(field).and_then(|it| it.get(place));
                let before = if name.is_empty() { before } else { before.and_then(|it| it.get(&name[1..])) };
                fields.push(Asked {
                    name: format!("{field}.{place}{name}"),
                    label: t!(
                        "{field} {place}: {name}",
                        field = label(field),
                        place = place + 1,
                        name = words::field(name.trim_start_matches('.'))
                    ),
                    now: before.map(written).unwrap_or_default(),
                    proposed: written(it),
                    choices: Vec::new(),
                });
            }
        }
    }
    Ok(fields)
}

/// What is asked of a document: the edition that it has, unless it is new; the one that it gets and what changes in it,
/// unless it goes.
fn asked_of_document(reader: &Reader, item: &Item) -> Result<Vec<Asked>> {
    let in_force = queries::edition_in_force(reader, item)?.and_then(|it| it.edition);
    // What is in force by now is what it starts from, whatever was written.
    let before = in_force.or_else(|| item.edition_before().map(str::to_owned)).unwrap_or_default();
    let of = |name: &str, label: String, said: &str| Asked {
        name: name.to_owned(),
        label,
        now: said.to_owned(),
        proposed: said.to_owned(),
        choices: Vec::new(),
    };
    let mut fields = Vec::new();
    if item.action != Action::Add {
        fields.push(of("edition_before", t!("Edition today"), &before));
    }
    if item.action != Action::Remove {
        fields.push(of("edition", t!("Edition that it gets"), item.edition().unwrap_or_default()));
        fields.push(of("changes", t!("What changes in it"), item.changes_in_it()));
    }
    Ok(fields)
}

async fn redline(Path((number, line)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let item = queries::item(work, work.mention_of(&number)?.id, line)?;
                let fields = sent(work, &item, form)?;
                commands::propose(work, &number, line, &fields)?;
                Ok(of_change(&number, "affected#decided"))
            },
            move |reader, form| redline_page(reader, &same, line, Some(&form), &form.faults),
        )
        .await
}

async fn propose_files(
    Path((number, line)): Path<(String, i64)>,
    Uploaded(visit, files): Uploaded,
) -> Answer {
    let read_by = Audience::of(visit.form.text("audience"));
    let files = web::common::files::received(&visit, files).await?;
    visit
        .write(move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            if files.is_empty() {
                return Err(Faults::one("files", kernel::text!("Choose at least one file.")).into());
            }
            for file in &files {
                let it = (&file.filing(Audience::Internal), read_by);
                commands::propose_file(work, &number, line, it)?;
            }
            Ok(of_change(&number, &format!("affected/{line}/redline#files")))
        })
        .await
}

async fn take_file_away(Path((number, line)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let name = visit.form.text("name").to_owned();
    visit
        .write(move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            commands::take_file_away(work, &number, line, &name)?;
            Ok(of_change(&number, &format!("affected/{line}/redline#files")))
        })
        .await
}

async fn leave_file(Path((number, line, file)): Path<(String, i64, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            commands::leave_file(work, &number, line, file)?;
            Ok(of_change(&number, &format!("affected/{line}/redline#files")))
        })
        .await
}

/// The fields that a form proposes, each as its kind keeps it.
fn sent(reader: &Reader, item: &Item, form: &Form) -> Result<Map<String, Json>> {
    if item.is_document() {
        let asked = asked_of_document(reader, item)?.into_iter();
        return Ok(asked.map(|it| (it.name.clone(), json!(form.raw(&it.name)))).collect());
    }
    let entry = kind_of(reader, item)?;
    let now = match item.action {
        Action::Add => Map::new(),
        _ => queries::says_now(reader, &item.name)?.0,
    };
    let mut fields: Map<String, Json> = Map::new();
    for it in asked(reader, item)?.into_iter().filter(|it| form.has(&it.name)) {
        let words = form.raw(&it.name).trim();
        if let Some((list, place)) = it.name.split_once('.') {
            let whole =
                fields.entry(list.to_owned()).or_insert_with(|| now.get(list).cloned().unwrap_or_default());
            let pointer = format!("/{}", place.replace('.', "/"));
            if let Some(at) = whole.pointer_mut(&pointer) {
                *at = json!(words);
            }
            continue;
        }
        if item.action == Action::Add && words.is_empty() {
            continue;
        }
        let holds = entry.columns.iter().find(|column| column.name == it.name).map(|it| &it.holds);
        let value = match (holds, words) {
            (Some(Choice(_) | Day | Whole), "") => Json::Null,
            (Some(Whole), words) => words.parse::<i64>().map_or_else(|_| json!(words), |it| json!(it)),
            (Some(Truth), words) => json!(words == "true"),
            (_, words) => json!(words),
        };
        // A choice that must be one of its words is left as it is where nothing is chosen.
        if !(value.is_null() && now.get(&it.name).is_some_and(Json::is_string)) {
            fields.insert(it.name, value);
        }
    }
    if item.action == Action::Add {
        let house = reader.fields_of(entry.kind.prefix)?;
        let sent = house.iter().map(kernel::Field::place_of_fault).filter(|it| form.has(it));
        fields.extend(sent.map(|it| (it.clone(), json!(form.raw(&it)))));
    }
    Ok(fields)
}

async fn show_redlines(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let case = reader.find_ours::<ChangeRequest>(&number)?;
            let all = to_read(reader, case.record.id.raw())?;
            let place = page::Place::of(asked.text("from"), all.len(), page::REDLINES);
            let shown = all.into_iter().skip(place.from).take(place.each);
            let shown = shown.map(|it| redline_of(reader, it)).collect::<Result<Vec<_>>>()?;
            let body = page::redlines(&number, &shown, place);
            Ok(Page::new(t!("What {number} changes", number = &number), PLACE, body))
        })
        .await
}

/// Everything that is taken away or would say something else.
pub fn to_read(reader: &Reader, change: i64) -> Result<Vec<Item>> {
    let mut all = queries::items(reader, change)?;
    all.retain(Item::is_read);
    Ok(all)
}

/// What such an item says and would say, word by word.
pub fn redline_of(reader: &Reader, it: Item) -> Result<Redlined> {
    let (kind, none) = (queries::kind_of(reader, &it), Map::new());
    let fields = if it.is_document() {
        editions(&it)
    } else if it.is_taken_away() {
        let gone = queries::goes(reader, &it)?;
        let nothing = gone.keys().map(|field| (field.clone(), Json::Null)).collect();
        redlined(reader, kind, (&gone, &nothing))
    } else {
        let (base, proposed) = (it.base.as_ref().unwrap_or(&none), it.proposed.as_ref().unwrap_or(&none));
        redlined(reader, kind, (base, proposed))
    };
    let files = it.told_files(Audience::Internal);
    let Item { name, title, action, goes_on, .. } = it;
    Ok(Redlined { name, title: title.unwrap_or_default(), action, fields, files, goes_on })
}

/// What of a document becomes another: its edition, and what changes in it.
fn editions(it: &Item) -> Vec<(String, String, String)> {
    let said = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let mut all = vec![(t!("Edition"), said(it.edition_before()), said(it.edition()))];
    if !it.changes_in_it().is_empty() {
        all.push((t!("What changes in it"), String::new(), it.changes_in_it().to_owned()));
    }
    all
}
