//! What the functions judged, what the customer was asked, and what Carl confirmed (`demo/review`).

use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Db, Means, New, Proven, Work};
use reviews::{
    Answering, Asked, Closing, Committing, Confirmed, Feasible, Gate, Given, GivenAnswer, Judging, Matter,
    NewCondition, Policy, Question, Review, RiskClass, Row, Scope, Share, SignOff, Signatory, Signer,
    Template, Verdict, When,
};
use serde::Deserialize;

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::{files, sets, teller};

const LARGE: &str = "Customer requirements";
const SMALL: &str = "Changes to what was reviewed";
const CARL: &str = "carl.whitfield@meridian-dairies.example";

#[derive(Clone, Deserialize)]
struct ReviewRow {
    review: String,
    set: String,
    revision: i64,
    scope: String,
    opened: i64,
    closed: Option<i64>,
    outcome: String,
    functions: String,
}

#[derive(Clone, Deserialize)]
struct VerdictRow {
    review: String,
    item: String,
    function: String,
    by: String,
    verdict: String,
    remark: String,
    day: i64,
    carried_over: String,
}

#[derive(Clone, Deserialize)]
struct ConditionRow {
    review: String,
    item: String,
    condition: String,
    owner: String,
    due: i64,
    gate: String,
    state: String,
    closed: Option<i64>,
    /// By what one sees that it is met; where it failed, what is missing behind a semicolon; where it is no longer asked,
    /// why.
    evidence: String,
}

#[derive(Clone, Deserialize)]
struct ClarificationRow {
    id: String,
    review: String,
    item: String,
    question: String,
    asked: i64,
    to: String,
    answer: String,
    answered: Option<i64>,
    effect: String,
}

#[derive(Clone, Deserialize)]
struct CommitmentRow {
    review: String,
    function: String,
    by: String,
    commitment: String,
    statement: String,
    day: i64,
}

/// Everything that the files say of one review.
#[derive(Clone)]
struct Told {
    time: Time,
    row: ReviewRow,
    verdicts: Vec<VerdictRow>,
    conditions: Vec<ConditionRow>,
    clarifications: Vec<ClarificationRow>,
    commitments: Vec<CommitmentRow>,
}

/// Whether the review of a smaller set is told here, so that its agreement has to wait for that.
pub(super) fn is_reviewed(set: &str) -> bool {
    matches!(set, "RS-2025-0003" | "RS-2026-0014")
}

/// Every review, and the two sign-offs of the main set.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<ReviewRow> = files::rows("review/reviews.csv")?;
    let verdicts: Vec<VerdictRow> = files::rows("review/verdicts.csv")?;
    let conditions: Vec<ConditionRow> = files::rows("review/conditions.csv")?;
    let clarifications: Vec<ClarificationRow> = files::rows("review/clarifications.csv")?;
    let commitments: Vec<CommitmentRow> = files::rows("review/commitments.csv")?;
    let mut told = vec![Chapter::new(time.at(-660, 9, 0)?, templates)];
    for row in rows {
        let of = row.review.clone();
        let review = Told {
            time: time.clone(),
            verdicts: verdicts
                .iter()
                .filter(|it| it.review == of && it.carried_over == "no")
                .cloned()
                .collect(),
            conditions: conditions.iter().filter(|it| it.review == of).cloned().collect(),
            clarifications: clarifications.iter().filter(|it| it.review == of).cloned().collect(),
            commitments: commitments.iter().filter(|it| it.review == of).cloned().collect(),
            row,
        };
        told.extend(chapters(time, &review)?);
    }
    told.push(Chapter::new(time.at(-164, 10, 30)?, make_sure));
    let summary = "The flow of the CIP supply is 20 m³/h, so both lines get a KD-80. A relief valve opens at 7 bar, and a stub waits for nitric acid.";
    told.extend(sign_off(time, (-115, 9, 30), (-112, 15, 2), summary)?);
    let summary = "Seals by line: PTFE-jacketed FKM where peracetic acid flows, EPDM where caustic does. The pump heads are marked, so that nobody swaps them, and immersion is proved before FAT.";
    told.extend(sign_off(time, (-33, 9, 25), (-31, 11, 48), summary)?);
    Ok(told)
}

fn asked(company: &Company, all: &[(&str, When)]) -> Vec<Asked> {
    let one = |(code, when): &(&str, When)| {
        let function = company.functions.get(*code).copied()?;
        Some(Asked { function, quorum: 1, turn: 0, when: when.clone() })
    };
    all.iter().filter_map(one).collect()
}

/// The two templates of the house, in force from the beginning.
fn templates(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    let always = When::default;
    let functions = |code: &str| company.functions.get(code).copied().into_iter().collect::<Vec<_>>();
    let row = |key: &str, question: &str, code: &str| Row {
        key: key.into(),
        question: question.into(),
        functions: functions(code),
    };
    let large = Policy {
        asked: asked(
            company,
            &[
                ("design", always()),
                ("production", always()),
                ("quality", always()),
                ("purchasing", always()),
                ("logistics", always()),
                ("regulatory", When { risk_from: Some(RiskClass::Medium), ..When::default() }),
                ("service", When { new_technology: true, ..When::default() }),
                ("training", When { new_technology: true, ..When::default() }),
                ("finance", When { value_from: Some(25_000), ..When::default() }),
            ],
        ),
        share: Share::Answering,
        checklist: vec![
            row("c1", "Is there capacity in the week that is asked for?", "production"),
            row("c2", "Can suppliers deliver what is needed in time?", "purchasing"),
            row("c3", "Can every characteristic be measured with what we have?", "quality"),
            row("c4", "Which law applies, and who declares that it is met?", "regulatory"),
        ],
        forbids_self_approval: true,
        days: 10,
        ..Policy::default()
    };
    let small = Policy {
        asked: asked(company, &[("design", always()), ("quality", always())]),
        share: Share::Answering,
        forbids_self_approval: true,
        days: 5,
        ..Policy::default()
    };
    let purposes =
        ["What a customer asks of us, before we quote", "What differs from a revision that was reviewed"];
    for ((title, policy), purpose) in [(LARGE, large), (SMALL, small)].into_iter().zip(purposes) {
        db.write_at(company.person("bob")?, at, |work| {
            let body = Template { purpose: purpose.to_owned(), policy: policy.clone() };
            let made = work.create(&New { title, ..New::default() }, &body)?;
            reviews::release_template(work, &made.number, "In force with the handbook")
        })?;
    }
    Ok(())
}

/// Carl answered from his address, so letters and codes may go there.
fn make_sure(db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
    db.write_at(company.person("ada")?, at, |work| {
        customers::verify(work, "K-1001", CARL, customers::Proof::Answered)
    })?;
    Ok(())
}

fn chapters(time: &Time, it: &Told) -> Result<Vec<Chapter>> {
    // A review begins after the release that it judges.
    let opened = if it.row.review == "RV-2025-0011" { -649 } else { it.row.opened };
    let mut told = vec![Chapter::new(time.at(opened, 13, 10)?, {
        let it = it.clone();
        move |db, company, at| open(db, company, at, &it)
    })];
    let last = it.row.closed.map_or(0, |it| it - 1);
    for clarification in &it.clarifications {
        told.push(Chapter::new(time.at(clarification.asked, 15, 0)?, {
            let (review, row) = (it.row.review.clone(), clarification.clone());
            move |db, company, at| ask(db, company, at, (&review, &row))
        }));
        if let Some(day) = clarification.answered {
            told.push(Chapter::new(time.at(day.min(last), 11, 20)?, {
                let row = clarification.clone();
                move |db, company, at| answer(db, company, at, &row)
            }));
        }
    }
    let first = it.verdicts.iter().map(|it| it.day).min();
    let judged = first.unwrap_or(opened + 2).max(opened + 1);
    let again = it.clone();
    told.push(Chapter::new(time.at(judged, 10, 0)?, move |db, company, at| judge(db, company, at, &again)));
    for condition in it.conditions.iter().filter(|it| it.closed.is_some() || it.state == "failed") {
        let (row, review) = (condition.clone(), it.row.review.clone());
        let closed = condition.closed.unwrap_or(condition.due).max(judged + 1);
        told.push(Chapter::new(time.at(closed, 16, 30)?, move |db, company, at| {
            meet(db, company, at, (&review, &row))
        }));
    }
    let Some(closed) = it.row.closed else {
        for row in it.commitments.clone() {
            let review = it.clone();
            told.push(Chapter::new(time.at(row.day, 14, 0)?, move |db, company, at| {
                accept_rest(db, company, at, (&review, &row.function, &row.by))?;
                commit(db, company, at + SignedDuration::from_mins(20), (&review, &row.function, &row.by))
            }));
        }
        return Ok(told);
    };
    let it = it.clone();
    told.push(Chapter::new(time.at(closed, 9, 0)?, move |db, company, at| close(db, company, at, &it)));
    Ok(told)
}

fn open(db: &Arc<Db>, company: &Company, at: Timestamp, it: &Told) -> Result<()> {
    db.write_at(company.person("bob")?, at, |work| {
        let is_small = it.row.functions == "design;quality";
        let all = work.list("RT", &kernel::Wanted::default())?;
        let wanted = if is_small { SMALL } else { LARGE };
        let template = all.rows.into_iter().find(|row| row.title == wanted).map(|row| row.id);
        let has = |code: &str| it.row.functions.split(';').any(|it| it == code);
        let value = match it.row.set.as_str() {
            sets::MAIN if has("service") => Some(38_400),
            "RS-2026-0024" => Some(92_000),
            _ => None,
        };
        let body = Review {
            subject: work.mention_of(&it.row.set)?.id,
            revision: it.row.revision,
            template,
            scope: if it.row.scope == "everything" { Scope::Everything } else { Scope::Changes },
            matter: Matter {
                value,
                risk: if has("regulatory") { RiskClass::Medium } else { RiskClass::Low },
                new_technology: has("service"),
                ..Matter::default()
            },
            ..Review::default()
        };
        reviews::open(work, &New { number: Some(&it.row.review), ..New::default() }, &body)
    })?;
    Ok(())
}

fn ask(
    db: &Arc<Db>,
    company: &Company,
    at: Timestamp,
    (review, row): (&str, &ClarificationRow),
) -> Result<()> {
    let question = Question {
        words: row.question.clone(),
        person: company.contact(&row.to).filter(|_| row.to != "delbrueck").map(|(id, _)| id),
        base: "http://localhost".to_owned(),
        number: Some(row.id.clone()),
        ..Question::default()
    };
    db.write_at(company.person("ada")?, at, |work| {
        // What became a requirement only by the answer is asked about the whole.
        let body = work.find::<Review>(review)?.body;
        let is_there = work.parts_of(body.subject, body.revision)?.iter().any(|it| it.number == row.item);
        reviews::ask(work, review, if is_there { &row.item } else { "" }, &question)
    })?;
    Ok(())
}

fn answer(db: &Arc<Db>, company: &Company, at: Timestamp, row: &ClarificationRow) -> Result<()> {
    let name = company.contact(&row.to).map_or_else(|| row.to.clone(), |(_, name)| name);
    let words = row.answer.clone();
    db.write_at(company.person("ada")?, at, |work| {
        let it = Answering { words: words.clone(), name: name.clone(), source: "Mail".to_owned() };
        reviews::answer(work, &row.id, &it, None)
    })?;
    db.write_at(company.person("ada")?, at + SignedDuration::from_hours(2), |work| {
        let effect = if row.effect.is_empty() { "Nothing follows from it" } else { row.effect.as_str() };
        reviews::settle_with(work, &row.id, effect)
    })?;
    Ok(())
}

fn judge(db: &Arc<Db>, company: &Company, at: Timestamp, it: &Told) -> Result<()> {
    let mut people: Vec<(String, String)> = Vec::new();
    for row in &it.verdicts {
        let key = (row.by.clone(), row.function.clone());
        if !people.contains(&key) {
            people.push(key);
        }
    }
    for (place, (by, function)) in (0i64..).zip(&people) {
        let later = at + SignedDuration::from_mins(25 * place);
        let rows = it.verdicts.iter().filter(|row| row.by == *by && row.function == *function);
        let known = items_of(db, company, (&it.row.review, function))?;
        let given: Vec<Given> = rows
            .filter(|row| known.contains(&row.item))
            .map(|row| given(company, it, row))
            .collect::<Result<_>>()?;
        if !given.is_empty() {
            say(db, company, later, (&it.row.review, function, by), (given, Vec::new()))?;
        }
    }
    Ok(())
}

/// The items that are a function's to judge.
fn items_of(db: &Arc<Db>, company: &Company, (review, function): (&str, &str)) -> Result<Vec<String>> {
    let function = *company.functions.get(function).context("there is no such function")?;
    Ok(db.read(&teller(), |reader| {
        let progress = reader.find::<Review>(review)?.facts.progress;
        Ok(progress.of(function).map(|it| it.items.clone()).unwrap_or_default())
    })?)
}

fn given(company: &Company, it: &Told, row: &VerdictRow) -> Result<Given> {
    let verdict = match row.verdict.as_str() {
        "accept with condition" => Verdict::Condition,
        "clarify" => Verdict::Clarify,
        "reject" => Verdict::Reject,
        _ => Verdict::Accept,
    };
    let condition =
        it.conditions.iter().find(|condition| condition.item == row.item && verdict == Verdict::Condition);
    Ok(Given {
        item: row.item.clone(),
        verdict,
        remark: row.remark.clone(),
        condition: condition.map(|row| new_condition(company, &it.time, row)).transpose()?,
        ..Given::default()
    })
}

fn new_condition(company: &Company, time: &Time, it: &ConditionRow) -> Result<NewCondition> {
    Ok(NewCondition {
        words: it.condition.clone(),
        owner: Some(company.person(&it.owner)?.person),
        due: Some(time.day(it.due)?),
        gate: if it.gate == "order.accept" { Gate::OrderAccept } else { Gate::Delivery },
    })
}

type Words = (Vec<Given>, Vec<GivenAnswer>);

fn say(
    db: &Arc<Db>,
    company: &Company,
    at: Timestamp,
    (review, function, by): (&str, &str, &str),
    words: Words,
) -> Result<()> {
    let function = *company.functions.get(function).context("there is no such function")?;
    let judging = Judging { function, verdicts: words.0, answers: words.1 };
    db.write_at(company.person(by)?, at, |work| reviews::judge(work, review, &judging))?;
    Ok(())
}

/// A function accepts what still waits for it: what was clarified meanwhile, and what nobody had doubts about.
fn accept_rest(
    db: &Arc<Db>,
    company: &Company,
    at: Timestamp,
    (it, function, by): (&Told, &str, &str),
) -> Result<()> {
    let key = *company.functions.get(function).context("there is no such function")?;
    let left = db.read(&teller(), |reader| {
        Ok(reader.find::<Review>(&it.row.review)?.facts.progress.of(key).cloned().unwrap_or_default())
    })?;
    let answered =
        |item: &str| it.clarifications.iter().find(|row| row.item == item && row.answered.is_some());
    let reworded = |item: &str| it.clarifications.iter().find(|row| row.effect.contains(item));
    let verdict = |item: &String| -> Result<Given> {
        let about = answered(item).or_else(|| reworded(item));
        let remark = about.map_or_else(String::new, |row| format!("Clarified in {}: {}", row.id, row.answer));
        let condition = it.conditions.iter().find(|row| row.item == *item);
        let condition = condition.map(|row| new_condition(company, &it.time, row)).transpose()?;
        let verdict = if condition.is_some() { Verdict::Condition } else { Verdict::Accept };
        Ok(Given { item: item.clone(), verdict, remark, condition, ..Given::default() })
    };
    let open: Vec<Given> =
        left.waiting.iter().chain(&left.clarify).chain(&left.rejected).map(verdict).collect::<Result<_>>()?;
    let answers: Vec<GivenAnswer> = left
        .unanswered
        .iter()
        .map(|row| GivenAnswer { row: row.clone(), ..GivenAnswer::default() })
        .collect();
    if open.is_empty() && answers.is_empty() {
        return Ok(());
    }
    say(db, company, at, (&it.row.review, function, by), (open, answers))
}

pub(super) fn proven(work: &Work) -> Proven {
    Proven { person: work.actor.person, means: Means::Demo, at: work.now }
}

/// As what Henrik closes a review; whoever signs for a function signs as that.
pub(super) fn signer(name: &str) -> Signer<'_> {
    Signer { name, role: "Managing director", language: "en", zone: "Europe/Berlin" }
}

fn commit(
    db: &Arc<Db>,
    company: &Company,
    at: Timestamp,
    (it, function, by): (&Told, &str, &str),
) -> Result<()> {
    let row = it.commitments.iter().find(|row| row.function == function);
    let feasible = match row.map(|it| it.commitment.as_str()) {
        Some("feasible with changes") => Feasible::WithChanges,
        Some("not feasible") => Feasible::NotFeasible,
        _ => Feasible::AsGiven,
    };
    let statement = row.map_or("", |it| it.statement.as_str());
    let function = *company.functions.get(function).context("there is no such function")?;
    db.write_at(company.person(by)?, at, |work| {
        let (proven, name) = (proven(work), work.actor.name.clone());
        let read = &reviews::as_read(work, &it.row.review, Some(function))?;
        let committing = Committing { function, feasible, statement, read, signer: signer(&name) };
        reviews::commit(work, &it.row.review, &committing, &proven)
    })?;
    Ok(())
}

/// Who answers for a function in the company.
fn leader(db: &Arc<Db>, function: i64) -> Result<Actor> {
    Ok(db.read(&teller(), |reader| {
        let leader =
            reader.find_by_id::<identity::Function>(function)?.body.leader.ok_or(kernel::Error::NotFound)?;
        identity::actor_of(reader, leader)
    })?)
}

/// Every function says its last words and signs; then Henrik approves.
fn close(db: &Arc<Db>, company: &Company, at: Timestamp, it: &Told) -> Result<()> {
    let asked = db.read(&teller(), |reader| Ok(reader.find::<Review>(&it.row.review)?.body.asked))?;
    let before = at - SignedDuration::from_hours(20);
    for (place, asked) in (0i64..).zip(&asked) {
        let code =
            company.functions.iter().find(|(_, id)| **id == asked.function).map(|(code, _)| code.clone());
        let code = code.context("a function has no code")?;
        let leader = leader(db, asked.function)?;
        let by = it.commitments.iter().find(|row| row.function == code).map(|row| row.by.clone());
        let by = by.unwrap_or_else(|| company.short_of(leader.person).unwrap_or_default());
        let later = before + SignedDuration::from_mins(20 * place);
        accept_rest(db, company, later, (it, &code, &by))?;
        commit(db, company, later + SignedDuration::from_mins(8), (it, &code, &by))?;
    }
    db.write_at(company.person("henrik")?, at, |work| {
        let (proven, name) = (proven(work), work.actor.name.clone());
        let outcome = if it.row.outcome == "accepted" {
            "We can meet it."
        } else {
            "We can meet it, on the conditions that are named."
        };
        let read = &reviews::as_read(work, &it.row.review, None)?;
        reviews::complete(work, &it.row.review, &Closing { outcome, read, signer: signer(&name) }, &proven)
    })?;
    Ok(())
}

/// Whoever meets a condition says by what one sees it; quality confirms it, or sends it back. One that fell away is no
/// longer asked.
fn meet(db: &Arc<Db>, company: &Company, at: Timestamp, (review, row): (&str, &ConditionRow)) -> Result<()> {
    let known = db.read(&teller(), |reader| {
        let id = reader.mention_of(review)?.id;
        Ok(reviews::conditions(reader, id)?
            .into_iter()
            .find(|it| it.item == row.item && it.stands() == reviews::Fulfilment::Open))
    })?;
    let Some(known) = known else { return Ok(()) };
    if row.state == "no longer asked" {
        return Ok(db.write_at(company.person("bob")?, at, |work| {
            reviews::ask_no_longer(work, review, known.id, &row.evidence)
        })?);
    }
    let (evidence, missing) = match row.state.as_str() {
        "failed" => row.evidence.split_once("; ").unwrap_or((&row.evidence, "Nobody agreed to it yet")),
        _ => (row.evidence.as_str(), ""),
    };
    db.write_at(company.person(&row.owner)?, at, |work| reviews::meet(work, review, known.id, evidence))?;
    let by = if row.owner == "bob" { "henrik" } else { "bob" };
    db.write_at(company.person(by)?, at + SignedDuration::from_mins(40), |work| match missing {
        "" => reviews::confirm_condition(work, review, known.id),
        missing => reviews::send_condition_back(work, review, known.id, missing),
    })?;
    Ok(())
}

/// A moment of the chronicle: day, hour, minute.
type Moment = (i64, i8, i8);

/// Ada offers the last revision of the main set to Carl, who confirms it.
fn sign_off(time: &Time, offered: Moment, confirmed: Moment, summary: &'static str) -> Result<Vec<Chapter>> {
    let until = time.day(offered.0 + 14)?;
    let offer = Chapter::new(time.at(offered.0, offered.1, offered.2)?, move |db, company, at| {
        let carl = company.person("carl")?.person;
        db.write_at(company.person("ada")?, at, |work| {
            let body = SignOff {
                subject: work.mention_of(sets::MAIN)?.id,
                summary: summary.to_owned(),
                signatories: vec![Signatory { person: carl }],
                until,
                language: "en".to_owned(),
                base: "http://localhost".to_owned(),
                ..SignOff::default()
            };
            reviews::offer_to_customer(work, &New::default(), &body)
        })?;
        Ok(())
    });
    let confirm = Chapter::new(time.at(confirmed.0, confirmed.1, confirmed.2)?, |db, company, at| {
        let number = db.read(&teller(), |reader| {
            let subject = reader.mention_of(sets::MAIN)?.id;
            Ok(reviews::sign_offs_of(reader, subject)?.remove(0).0)
        })?;
        db.write_at(company.person("carl")?, at, |work| {
            let (proven, case) = (proven(work), work.find::<SignOff>(&number)?);
            let signer = Signer {
                name: "Carl Whitfield",
                role: "Project engineer",
                language: "en",
                zone: "Europe/London",
            };
            reviews::confirm(
                work,
                &number,
                &Confirmed { digest: &case.body.digest, signer, pass: None },
                &proven,
            )
        })?;
        Ok(())
    });
    Ok(vec![offer, confirm])
}
