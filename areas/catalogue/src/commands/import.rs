//! Items by the file: looked at row by row, taken in under the number that another system has for them, taken back.

use std::collections::BTreeSet;

use kernel::{
    Applied, Asked, Case, Change, Effect, Fields, Foresight, KEY, New, Reader, Result, Reverted, TakenRow,
    Taking, Target, Text, Undo, Work, text,
};

use crate::model::{CatalogueItem, State, Step};
use crate::queries;
use crate::rules::KEEPERS;
use crate::rules::import::{IMPORTED, changes, put, said, word, written};

/// Items of the catalogue.
pub const IMPORT: Target = Target {
    code: "catalogue",
    many: || text!("Catalogue"),
    kind: "CI",
    permit: KEEPERS,
    into: None,
    names: &[],
    fields: IMPORTED,
    foresee: foreseen,
    apply: taken_in,
    revert: taken_back,
};

type Wrong = Vec<(String, Text)>;

/// What each row would do. A number of another system that means one item and an article number that means another are
/// told, and nobody guesses.
fn foreseen(reader: &Reader, asked: &Asked) -> Result<Vec<Foresight>> {
    let (mut keys, mut codes) = (BTreeSet::new(), BTreeSet::new());
    let mut all = Vec::with_capacity(asked.rows.len());
    for row in asked.rows {
        let (key, code) = (word(&row.fields, KEY), word(&row.fields, "code"));
        let mut wrong = Vec::new();
        twice(&mut keys, (KEY, key), &mut wrong);
        twice(&mut codes, ("code", code), &mut wrong);
        let by_key = asked.keys.own(key).filter(|_| !key.is_empty());
        let by_code = if code.is_empty() { None } else { queries::article(reader, code)?.map(|(id, _)| id) };
        if let (Some(one), Some(other)) = (by_key, by_code)
            && one != other
        {
            let sentence = text!(
                "The external id means {one} and the article number {other}. Put one of them right.",
                one = name(reader, one)?,
                other = name(reader, other)?
            );
            wrong.push((KEY.to_owned(), sentence));
        }
        all.push(foresee(reader, &row.fields, (by_key.or(by_code), wrong))?);
    }
    Ok(all)
}

/// Notes what was said in a column, and whether it was said before.
fn twice(known: &mut BTreeSet<String>, (field, words): (&str, &str), wrong: &mut Wrong) {
    if !words.is_empty() && !known.insert(words.to_lowercase()) {
        let sentence = text!("{words} comes twice in the file. Leave one of the rows out.", words = words);
        wrong.push((field.to_owned(), sentence));
    }
}

fn name(reader: &Reader, id: i64) -> Result<String> {
    Ok(reader.mention(id)?.map(|it| format!("{} {}", it.number, it.title)).unwrap_or_default())
}

fn foresee(reader: &Reader, fields: &Fields, (target, mut wrong): (Option<i64>, Wrong)) -> Result<Foresight> {
    let known = target.map(|id| reader.find_by_id::<CatalogueItem>(id)).transpose()?;
    let before = known.as_ref().map(|it| it.body.clone()).unwrap_or_default();
    let (after, unread) = written(&before, fields);
    wrong.extend(unread);
    if word(fields, "code").is_empty() && known.is_none() {
        wrong.push(("code".to_owned(), text!("Give it an article number: orders name it by that.")));
    }
    let title = title_of(fields, known.as_ref(), &after);
    let mut seen = Foresight { title: title.clone(), target, ..Foresight::default() };
    let Some(case) = known else {
        seen.effect = Effect::New;
        return Ok(seen.faulty(wrong));
    };
    seen.number.clone_from(&case.record.number);
    seen.changes = changes((&case.record.title, &before), (&title, &after));
    seen.effect = if seen.changes.is_empty() { Effect::Same } else { Effect::Changes };
    if seen.effect == Effect::Changes {
        wrong.extend(why_not(reader, &case)?.map(|it| ("code".to_owned(), it)));
        if case.record.state == State::Released {
            seen.notes.push(text!("Its released revision stays as it is; the next one is worked on."));
        }
    }
    Ok(seen.faulty(wrong))
}

/// Why an item cannot say something else by a file.
fn why_not(reader: &Reader, case: &Case<CatalogueItem>) -> Result<Option<Text>> {
    let number = case.record.number.as_str();
    if let Some(change) = reader.changes_of(case.record.id.raw())?.first() {
        return Ok(Some(text!(
            "{number} is under change {change}. Open the change and propose it there.",
            number = number,
            change = &change.number
        )));
    }
    let is_over = case.record.state == State::Discontinued;
    Ok(is_over.then(|| text!("{number} is discontinued. Take it up again first.", number = number)))
}

fn title_of(fields: &Fields, known: Option<&Case<CatalogueItem>>, item: &CatalogueItem) -> String {
    match (word(fields, "title"), known) {
        ("", Some(case)) => case.record.title.clone(),
        ("", None) => item.code.clone(),
        (title, _) => title.to_owned(),
    }
}

fn taken_in(work: &mut Work, order: &Taking) -> Result<Vec<Applied>> {
    order.rows.iter().map(|row| take(work, row, order.owner)).collect()
}

fn take(work: &mut Work, row: &TakenRow, owner: i64) -> Result<Applied> {
    let Some(id) = row.target else {
        let (item, _) = written(&CatalogueItem::default(), &row.fields);
        let title = title_of(&row.fields, None, &item);
        let made = work.create(&New { title: &title, owner: Some(owner), ..New::default() }, &item)?;
        return Ok(Applied { record: made.id, is_new: true, ..Applied::default() });
    };
    let mut case = work.find_by_id::<CatalogueItem>(id)?;
    let (after, _) = written(&case.body, &row.fields);
    let title = title_of(&row.fields, Some(&case), &after);
    let mut differs = changes((&case.record.title, &case.body), (&title, &after));
    if row.only_fills {
        differs.retain(|it| it.old.is_empty());
    }
    let fields: Vec<(&str, &str)> = differs.iter().map(|it| (it.field.as_str(), it.new.as_str())).collect();
    say(work, &mut case, &fields)?;
    Ok(Applied { record: id, is_new: false, changes: differs, beside: String::new() })
}

/// Has an item say something else; where it was released, in the working copy of its next revision.
fn say(work: &mut Work, case: &mut Case<CatalogueItem>, fields: &[(&str, &str)]) -> Result<()> {
    if fields.is_empty() {
        return Ok(());
    }
    if case.record.state == State::Released {
        work.advance(case, Step::Revise)?;
    }
    if let Some((_, title)) = fields.iter().find(|(field, _)| *field == "title") {
        work.retitle(case, title)?;
    }
    work.revise(case, |item| fields.iter().for_each(|(field, words)| put(item, field, words)))
}

/// What a row changed says again what it said, where nobody went on from there. What it opened stays: article numbers are
/// never given twice.
fn taken_back(work: &mut Work, undo: &Undo) -> Result<Reverted> {
    let mut case = work.find_by_id::<CatalogueItem>(undo.applied.record)?;
    let number = case.record.number.clone();
    if undo.applied.is_new {
        return Ok(Reverted::Stays(text!(
            "{number} stays in preparation: it is offered to nobody until somebody releases it.",
            number = &number
        )));
    }
    if let Some(sentence) = why_not(work, &case)? {
        return Ok(Reverted::Stays(sentence));
    }
    let now = said(&case.record.title, &case.body);
    let is_ours = |it: &&Change| now.iter().any(|(field, words)| *field == it.field && *words == it.new);
    let (ours, theirs): (Vec<&Change>, Vec<&Change>) = undo.applied.changes.iter().partition(is_ours);
    let fields: Vec<(&str, &str)> = ours.iter().map(|it| (it.field.as_str(), it.old.as_str())).collect();
    say(work, &mut case, &fields)?;
    if theirs.is_empty() {
        return Ok(Reverted::Whole);
    }
    Ok(Reverted::Stays(text!("{number} was changed since and stayed as it is in part.", number = &number)))
}
