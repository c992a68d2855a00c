//! What functions say of the items of a review: the form in which they say it, and all that was said by now.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use kernel::{Body, Part, Reader, Result};
use serde_json::Value as Json;
use web::parts::Difference;
use web::picture::Pictures;
use web::{Answer, Form, Path, Posted, Routes, t};

use super::clarifications::questions;
use super::items::{differences, facts_of, lines_of, listed_otherwise, statement};
use super::reviews::{PLACE, record_page};
use super::whole::{Whole, by, name};
use super::{Elsewhere, base};
use crate::commands::{self, Given, GivenAnswer, Judging, NewCondition, Question};
use crate::model::{Clarification, Review, Verdict};
use crate::pages::review::{Counts, ItemLine, ItemShown, Spoke, Told};
use crate::queries::{self, VerdictLine};
use crate::rules::{Item, is_judged_by};

pub fn routes(elsewhere: Elsewhere) -> Routes {
    Routes::default().post("/reviews/{number}/verdicts", move |number, visit| judge(number, visit, elsewhere))
}

async fn judge(Path(number): Path<String>, Posted(visit): Posted, elsewhere: Elsewhere) -> Answer {
    let base = base(&visit.envelope, visit.edge.is_secure);
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let mut judging = read(form, &base);
                form.check()?;
                let extra = web::extra::read(work, Clarification::KIND.prefix, form)?;
                for question in judging.verdicts.iter_mut().filter_map(|it| it.question.as_mut()) {
                    question.extra.clone_from(&extra);
                }
                commands::judge(work, &number, &judging)?;
                Ok(format!("{PLACE}/{number}?function={}#mine", judging.function))
            },
            move |reader, form| record_page(reader, &same, &form, elsewhere),
        )
        .await
}

/// The verdicts that a form holds; items without one are left for later.
fn read(form: &mut Form, base: &str) -> Judging {
    let function = form.whole("function").unwrap_or(0);
    let fields: Vec<(String, String)> = form.pairs().to_vec();
    let mut judging = Judging { function, ..Judging::default() };
    for (field, value) in &fields {
        if let Some(item) = field.strip_prefix("verdict-").filter(|_| !value.is_empty()) {
            judging.verdicts.extend(given(form, item, base));
        }
        if let Some(row) = field.strip_prefix("answer-").filter(|_| !value.is_empty()) {
            let answer = form.word(field);
            let remark = form.text(&format!("about-{row}")).to_owned();
            judging.answers.push(GivenAnswer { row: row.to_owned(), answer, remark });
        }
    }
    judging
}

fn given(form: &mut Form, item: &str, base: &str) -> Option<Given> {
    let named = |name: &str| format!("{name}-{item}");
    let verdict = form.maybe_word::<Verdict>(&named("verdict"))?;
    let condition = NewCondition {
        words: form.text(&named("condition")).to_owned(),
        owner: form.whole(&named("owner")),
        due: form.day(&named("due")),
        gate: form.word(&named("gate")),
    };
    let question = Question {
        words: form.text(&named("question")).to_owned(),
        person: form.whole(&named("to")),
        language: String::new(),
        base: base.to_owned(),
        number: None,
        why: form.text(&named("why")).to_owned(),
        extra: serde_json::Map::new(),
    };
    Some(Given {
        item: item.to_owned(),
        verdict,
        remark: form.text(&named("remark")).to_owned(),
        seen: Some(form.text(&named("seen")).to_owned()).filter(|it| !it.is_empty()),
        seen_in: form.whole("revision"),
        condition: (verdict == Verdict::Condition).then_some(condition),
        question: (verdict == Verdict::Clarify).then_some(question),
    })
}

/// What items said in earlier revisions, read once each.
pub(super) struct Earlier<'a> {
    reader: &'a Reader<'a>,
    subject: i64,
    known: BTreeMap<i64, HashMap<String, Json>>,
    lists: queries::Lists<'a, 'a>,
}

impl<'a> Earlier<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, review: &Review) -> Self {
        let lists = queries::Lists::new(reader, review.subject);
        Self { reader, subject: review.subject, known: BTreeMap::new(), lists }
    }

    fn content(&mut self, revision: i64, item: &str) -> Result<Option<Json>> {
        if !self.known.contains_key(&revision) {
            let parts = self.reader.parts_of(self.subject, revision)?;
            self.known.insert(revision, parts.into_iter().map(|it| (it.number, it.content)).collect());
        }
        Ok(self.known[&revision].get(item).cloned())
    }
}

pub(super) fn item_shown(
    reader: &Reader,
    (whole, function): (&Whole, i64),
    (item, part): (&Item, &Part),
    earlier: &mut Earlier,
) -> Result<ItemShown> {
    let review = &whole.case.body;
    let mut said = whole.said_of(item).iter().rev();
    let own = said.find(|it| it.function == function && !it.is_on(item));
    let (before, why) = match (own, review.baseline) {
        (Some(own), _) => (
            earlier.content(own.revision, &item.number)?,
            t!("changed since your verdict on revision {no}", no = own.revision),
        ),
        (None, Some(baseline)) => match earlier.content(baseline, &item.number)? {
            Some(before) => (Some(before), t!("changed since revision {no}", no = baseline)),
            None => (None, t!("new since revision {no}", no = baseline)),
        },
        (None, None) => (None, String::new()),
    };
    let compared = own.map(|it| it.revision).or(review.baseline);
    let mut changed =
        before.as_ref().map(|it| differences(reader, it, part)).transpose()?.unwrap_or_default();
    if let Some(no) = compared {
        changed.extend(listed_otherwise(&mut earlier.lists, &item.number, (no, review.revision))?);
    }
    let mut facts = if before.is_some() { Vec::new() } else { facts_of(reader, part)? };
    let files = earlier.lists.files(&item.number, review.revision)?;
    let named = files.map(queries::files_named).unwrap_or_default();
    facts.extend((!named.is_empty()).then(|| (t!("Files"), named)));
    let last = whole.said_of(item).iter().rev().find(|it| it.function == function);
    changed.extend(last.and_then(|it| conditions_changed(whole, item, it.at)));
    Ok(ItemShown {
        number: item.number.clone(),
        title: item.title.clone(),
        address: reader.registry().address(&part.kind, &part.number),
        digest: item.digest.clone(),
        statement: statement(before.as_ref(), part, &Pictures::Lying),
        facts,
        lines: if before.is_some() { Vec::new() } else { lines_of(reader, part).unwrap_or_default() },
        differences: changed,
        why,
        talk: Vec::new(),
        minuted: Vec::new(),
        told: Vec::new(),
        questions: Vec::new(),
    })
}

/// What became of the conditions of an item since a moment: those that were set, met, confirmed, sent back, or are no longer
/// asked.
fn conditions_changed(whole: &Whole, item: &Item, since: jiff::Timestamp) -> Option<Difference> {
    let of_item: Vec<_> = whole.conditions.iter().filter(|it| it.item == item.number).collect();
    let told =
        |it: &queries::ConditionLine, stands| format!("{} · {}", it.words, web::language::word(stands));
    let before: Vec<String> = of_item.iter().filter_map(|it| Some(told(it, it.stood(since)?))).collect();
    let now: Vec<String> = of_item.iter().map(|it| told(it, it.stands())).collect();
    (before != now).then(|| Difference::words(t!("Conditions"), &before.join("; "), &now.join("; ")))
}

/// Every item with the words on it.
pub(super) fn lines(reader: &Reader, whole: &Whole) -> Result<Vec<ItemLine>> {
    let body = &whole.case.body;
    let (mut talk, asked) = (talk(reader, whole)?, questions(reader, whole.case.record.id.raw())?);
    let mut all = Vec::with_capacity(whole.items.len());
    for (item, part) in &whole.items {
        let judges = (body.asked.iter().map(|it| it.function))
            .filter(|function| is_judged_by(&body.policy, &body.asked, item, *function));
        let mut shown = line(reader, whole, (item, part), &judges.collect::<Vec<_>>())?;
        shown.talk = talk.remove(&item.number).unwrap_or_default();
        shown.minuted = whole.minuted_of(&item.number);
        shown.questions = asked.iter().filter(|it| it.item == item.number).cloned().collect();
        all.push(shown);
    }
    let functions: Vec<i64> = body.asked.iter().map(|it| it.function).collect();
    for (item, part) in gone(reader, whole)? {
        all.push(line(reader, whole, (&item, &part), &functions)?);
    }
    Ok(all)
}

/// An item with the words of functions on it.
pub(super) fn line(
    reader: &Reader,
    whole: &Whole,
    (item, part): (&Item, &Part),
    functions: &[i64],
) -> Result<ItemLine> {
    Ok(ItemLine {
        number: item.number.clone(),
        title: item.title.clone(),
        in_full: None,
        address: reader.registry().address(&part.kind, &part.number),
        is_in_scope: item.is_in_scope,
        told: told(reader, whole, item, functions)?,
        talk: Vec::new(),
        minuted: Vec::new(),
        questions: Vec::new(),
    })
}

/// The words of functions on an item: of each person the last on what it says now, and the last on what it said.
pub(super) fn told(reader: &Reader, whole: &Whole, item: &Item, functions: &[i64]) -> Result<Vec<Told>> {
    let mut all = every_word(reader, whole, item, functions)?;
    all.retain(|it| it.counts != Counts::Overtaken);
    Ok(all)
}

/// All words of functions on an item, the first first.
pub(super) fn every_word(
    reader: &Reader,
    whole: &Whole,
    item: &Item,
    functions: &[i64],
) -> Result<Vec<Told>> {
    let (case, of_item, mut all) = (&whole.case, whole.said_of(item), Vec::new());
    let is_gone = whole.items.iter().all(|(known, _)| known.number != item.number);
    for (place, said) in of_item.iter().enumerate() {
        let is_by_the_same = |it: &VerdictLine| {
            let what = |it: &VerdictLine| (it.function, it.person, it.digest.clone(), it.is_on_another);
            what(it) == what(said)
        };
        if !functions.contains(&said.function) {
            continue;
        }
        let counts = match () {
            () if of_item[place + 1..].iter().any(is_by_the_same) => Counts::Overtaken,
            () if is_gone => Counts::TakenAway,
            () if !said.is_on(item) => Counts::Historic,
            () if said.revision < case.body.revision => Counts::Carried,
            () => Counts::Now,
        };
        let who = by(reader, said.person, said.acts_for)?;
        all.push(Told {
            function: name(case, said.function),
            who,
            verdict: said.verdict,
            remark: said.remark.clone(),
            at: said.at,
            revision: said.revision,
            counts,
        });
    }
    Ok(all)
}

/// What was judged and is no part of what is judged any more, as it stood in the revision of the last word on it.
pub(super) fn gone(reader: &Reader, whole: &Whole) -> Result<Vec<(Item, Part)>> {
    let subject = whole.case.body.subject;
    let (mut all, mut known) = (Vec::new(), BTreeMap::new());
    for (number, said) in &whole.said {
        let is_there = whole.items.iter().any(|(it, _)| it.number == *number);
        let Some(last) = said.last().filter(|_| !is_there) else { continue };
        let before = match known.entry(last.revision) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(place) => {
                let parts = reader.parts_of(subject, last.revision)?.into_iter();
                place.insert(parts.map(|it| (it.number.clone(), it)).collect::<HashMap<_, _>>())
            }
        };
        let Some(part) = before.remove(number) else { continue };
        let (number, title) = (number.clone(), part.title.clone());
        all.push((Item { number, title, is_in_scope: true, ..Item::default() }, part));
    }
    Ok(all)
}

/// What was said in a review about each of its items, as remarks at the review that name the item first; under no name what
/// was said about the whole.
pub(super) fn talk(reader: &Reader, whole: &Whole) -> Result<BTreeMap<String, Vec<Spoke>>> {
    let mut all: BTreeMap<String, Vec<Spoke>> = BTreeMap::new();
    for it in reader.remarks(whole.case.record.id.raw())?.into_iter().filter(|it| it.struck_at.is_none()) {
        let is_item = |item: &str| whole.items.iter().any(|(known, _)| known.number == item);
        let about = it.words.split_once(": ").filter(|(item, _)| is_item(item));
        let (item, words) = about.unwrap_or(("", &it.words));
        let said = Spoke { who: reader.name_of(it.author)?, at: it.at, words: words.to_owned() };
        all.entry(item.to_owned()).or_default().push(said);
    }
    Ok(all)
}

/// The codes of verdicts, as forms send them.
#[cfg(test)]
mod tests {
    use kernel::Vocabulary;

    use super::*;

    #[test]
    fn a_form_holds_only_the_items_that_have_a_verdict() {
        let mut form = Form::of(web::fields_of(
            "function=7&verdict-REQ-1=accept&verdict-REQ-2=&verdict-REQ-3=condition&condition-REQ-3=28+days&owner-REQ-3=4&gate-REQ-3=delivery&answer-c1=ok",
        ));
        let judging = read(&mut form, "http://x");
        assert_eq!((judging.function, judging.verdicts.len(), judging.answers.len()), (7, 2, 1));
        assert_eq!(
            judging.verdicts[1].condition.as_ref().map(|it| (it.words.as_str(), it.gate.code())),
            Some(("28 days", "delivery".to_owned()))
        );
    }
}
