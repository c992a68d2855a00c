//! What a signature in a review covers, and what the record of a review says: all that was said, in words.

use kernel::{Case, Reader, Result};
use web::paper::For;
use web::{record, t};

use super::clarifications::questions;
use super::conditions::conditions;
use super::items::in_full;
use super::reviews::around_of;
use super::verdicts::{every_word, gone, line, lines, talk};
use super::whole::{Whole, answered_by, by, name, waiting};
use super::{Elsewhere, besides};
use crate::model::{Review, Scope};
use crate::pages::paper::{AnswerTold, FunctionTold, Recorded};
use crate::pages::review::ItemLine;
use crate::pages::sign::Laid;
use crate::queries;

/// All that the record of a review says. It is ours, as the review is: outsiders find none.
pub(super) fn recorded(
    reader: &Reader,
    number: &str,
    wanted: &For,
    elsewhere: Elsewhere,
) -> Result<Recorded> {
    let whole = Whole::of(reader, reader.find::<Review>(number)?, elsewhere)?;
    let (case, id) = (&whole.case, whole.case.record.id.raw());
    let subject = queries::subject(reader, case.body.subject)?;
    let code = reader.paper_code(&subject.number, case.body.revision, &case.body.digest);
    Ok(Recorded {
        number: case.record.number.clone(),
        title: case.record.title.clone(),
        facts: facts_in_words(reader, case)?,
        altered: [
            record::altered(reader, case.body.subject, case.body.revision)?,
            altered_words(reader, case)?,
        ]
        .into_iter()
        .flatten()
        .collect(),
        digest: case.body.digest.clone(),
        functions: functions_told(reader, case, id)?,
        around: around_in_words(reader, &subject, &case.body)?,
        items: lines(reader, &whole)?,
        talk: talk(reader, &whole)?.remove("").unwrap_or_default(),
        minuted: whole.minuted_besides(),
        let_stand: whole.let_stand.clone(),
        answers: answers(reader, case, None)?,
        conditions: conditions(reader, case, None)?,
        questions: questions(reader, id)?,
        signed: super::papers::signed(reader, reader.signatures(id)?)?,
        edition: t!("{number}, revision {no}", number = &subject.number, no = case.body.revision),
        changed_at: case.record.changed_at,
        check: wanted.check(&code),
    })
}

/// All that a signature in a review covers: of one function, or of all where the review is closed.
pub(super) fn laid(reader: &Reader, case: Case<Review>, function: Option<i64>) -> Result<Laid> {
    let whole = Whole::judged(reader, case)?;
    let is_theirs = |it: i64| function.is_none_or(|function| it == function);
    let functions: Vec<i64> =
        whole.case.body.asked.iter().map(|it| it.function).filter(|it| is_theirs(*it)).collect();
    let mut items = Vec::new();
    for (item, part) in whole.items.iter().cloned().chain(gone(reader, &whole)?) {
        let told = every_word(reader, &whole, &item, &functions)?;
        if !told.is_empty() {
            let in_full = Some(in_full(&part));
            items.push(ItemLine { in_full, told, ..line(reader, &whole, (&item, &part), &[])? });
        }
    }
    let case = &whole.case;
    Ok(Laid {
        around: around_of(reader, case, function)?,
        items,
        answers: answers(reader, case, function)?,
        conditions: conditions(reader, case, function)?,
        functions: if function.is_none() {
            functions_told(reader, case, case.record.id.raw())?
        } else {
            Vec::new()
        },
    })
}

/// What the revision says besides its items, and which of it was otherwise in the one with which it is compared.
fn around_in_words(
    reader: &Reader,
    subject: &queries::Subject,
    body: &Review,
) -> Result<Vec<(String, String)>> {
    let mut all = besides::in_words(reader, subject, body.revision)?;
    if let Some(no) = body.baseline {
        let changed = besides::besides(reader, subject, (no, body.revision))?.into_iter();
        let labels = changed.map(|it| it.field).collect::<Vec<_>>().join(", ");
        all.extend((!labels.is_empty()).then(|| (t!("changed since revision {no}", no = no), labels)));
    }
    Ok(all)
}

fn facts_in_words(reader: &Reader, case: &Case<Review>) -> Result<Vec<(String, String)>> {
    let (record, body) = (&case.record, &case.body);
    let subject = queries::subject(reader, body.subject)?;
    let what = t!(
        "{number} {title}, revision {no}",
        number = &subject.number,
        title = &subject.title,
        no = body.revision
    );
    let scope = match (body.scope, body.baseline) {
        (Scope::Changes, Some(no)) => t!("Changes since revision {no}", no = no),
        _ => t!("Everything"),
    };
    let mut facts = vec![(t!("What is reviewed"), what)];
    if let Some(it) = record.party.map(|it| reader.mention(it)).transpose()?.flatten() {
        facts.push((t!("Customer"), it.title));
    }
    facts.push((t!("Scope"), scope));
    if let Some(it) = body.template.map(|it| reader.mention(it)).transpose()?.flatten() {
        let no = body.template_revision.unwrap_or(1);
        facts.push((t!("Template"), t!("{number}, revision {no}", number = it.title, no = no)));
    }
    facts.push((t!("Begun"), web::language::exact_moment(record.created_at)));
    facts.push((t!("Moderated by"), reader.name_of(record.owner)?));
    facts.push((t!("State"), web::language::word(record.state)));
    if !body.outcome.is_empty() {
        facts.push((t!("Outcome"), body.outcome.clone()));
    }
    Ok(facts)
}

/// What each function that was asked committed to, by whom.
fn functions_told(reader: &Reader, case: &Case<Review>, id: i64) -> Result<Vec<FunctionTold>> {
    let committed = queries::commitments(reader, id)?;
    let mut all = Vec::new();
    for it in &case.facts.progress.functions {
        let of_it = committed.iter().filter(|said| {
            said.function == it.function && said.revision == case.body.revision && said.ended_at.is_none()
        });
        let mut words = Vec::new();
        for said in of_it {
            let who = by(reader, said.person, said.acts_for)?;
            let statement =
                if said.statement.is_empty() { String::new() } else { format!(": {}", said.statement) };
            words.push(format!("{who} · {}{statement}", web::language::word(said.feasible)));
        }
        let word = match (words.is_empty(), waiting(it)) {
            (false, _) => words.join("\n"),
            (true, 0) => t!("judged, not signed yet"),
            (true, count) => t!("{count} waits" | "{count} wait", count = count),
        };
        all.push(FunctionTold { name: name(case, it.function), word });
    }
    Ok(all)
}

/// All answers to the checklist, the first first: of one function, or of all.
fn answers(reader: &Reader, case: &Case<Review>, function: Option<i64>) -> Result<Vec<AnswerTold>> {
    let all = queries::checklist(reader, case.record.id.raw())?.into_iter();
    all.filter(|it| function.is_none_or(|function| it.function == function))
        .map(|it| {
            let row = case.body.policy.checklist.iter().find(|row| row.key == it.row_key);
            Ok(AnswerTold {
                question: row.map_or_else(|| it.row_key.clone(), |row| row.question.clone()),
                function: name(case, it.function),
                who: answered_by(reader, case, &it)?,
                answer: it.answer,
                remark: it.remark,
            })
        })
        .collect()
}

/// What is said where a word of a review is not what was signed.
pub(super) fn altered_words(reader: &Reader, case: &Case<Review>) -> Result<Option<String>> {
    let is_intact = queries::words_are_intact(reader, case)?;
    Ok((!is_intact).then(|| {
        t!("What is stored of the words in this review is not what was signed. Have the log checked: reqord audit verify.")
    }))
}
