//! Beginning a review, judging in it, signing for a function, closing it; and what a later revision does to it.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{
    Ask, Audience, Body, Case, Error, Faults, Made, Meaning, New, PersonId, Proven, Refusal, Result, Signing,
    Text, Tie, Vocabulary, Work, text,
};
use serde::Serialize;
use serde_json::json;
use web::t;

use super::clarification::{self, Question};
use super::condition::{NewCondition, set_condition, settle_conditions};
use super::{Signer, must_be_intact, or_nothing, reasoned, words_must_be_intact};
use crate::model::{Answer, Feasible, Review, ReviewState, ReviewStep, Scope, SignOffStep, Verdict};
use crate::queries::{self, Subject};
use crate::rules::{Item, asked_for, is_judged_by, waits_for_approval};

/// Begins a review of a frozen revision: freezes whom the template asks, and asks those whose turn it is.
///
/// # Errors
/// Refuses what was never released or is approved in a way of its own, and what is reviewed already; names what is not said.
pub fn open(work: &mut Work, new: &New, wanted: &Review) -> Result<Made> {
    Review::CREATE.covers(work.actor, None)?;
    let subject = queries::subject(work, wanted.subject)?;
    let body = planned(work, &subject, wanted)?;
    let known = queries::open_reviews(work, subject.id)?.first().copied();
    if let Some(known) = known.map(|it| work.mention(it)).transpose()?.flatten() {
        let sentence =
            text!("{number} is under review in {review}.", number = &subject.number, review = &known.number);
        return Err(Refusal(vec![kernel::Missing {
            sentence,
            link: Some(format!("/reviews/{}", known.number)),
        }])
        .into());
    }
    let title = match new.title.trim() {
        "" => {
            let called = work.revision_name(&subject.number, body.revision)?;
            t!("{title}, revision {no}", title = &subject.title, no = called)
        }
        title => title.to_owned(),
    };
    let title: String = title.chars().take(300).collect();
    let due = new.due.or_else(|| due(work, body.policy.days));
    let made = work.create(&New { title: &title, party: subject.party, due, ..*new }, &body)?;
    work.tie(made.id, Tie::Concerns, subject.id)?;
    if subject.happens(work, "review") {
        work.bring_about(subject.id, "review")?;
    }
    let case = work.find::<Review>(&made.number)?;
    ask_whose_turn_it_is(work, &case)?;
    work.called("review_begun");
    Ok(made)
}

/// The log names whom a review asks what, as it stands in its row whenever that is written.
pub fn name_what_is_asked(work: &mut Work, id: i64, it: &Review) -> Result<()> {
    work.note_row(id, &[&id, &json!(it.policy), &json!(it.asked)])
}

/// The review as it begins: revision, digest and policy are those of now.
fn planned(work: &Work, subject: &Subject, wanted: &Review) -> Result<Review> {
    subject.must_be_judged_here()?;
    let sentence = text!("Release {number} first. A review judges what is frozen.", number = &subject.number);
    let newest = subject.released.ok_or_else(|| Faults::one("subject", sentence))?;
    let revision = if wanted.revision == 0 { newest } else { wanted.revision };
    let (frozen, _) = work.revision(subject.id, revision)?;
    let mut body = Review { revision, digest: frozen.digest, ..wanted.clone() };
    if let Some(template) = wanted.template {
        let sentence = text!("This template is not in force. Choose another.");
        let found = queries::template_in_force(work, template)?;
        let (no, template) = found.ok_or_else(|| Faults::one("template", sentence))?;
        (body.policy, body.template_revision) = (template.policy, Some(no));
    }
    body.matter.new_customer |= queries::is_new_customer(work, subject.party)?;
    body.asked = asked_for(&body.policy, &body.matter).into_iter().map(|(it, _)| it).collect();
    let mut faults = Faults::default();
    // Who is asked is for the house to say, not for whoever begins the review.
    let is_by_template = wanted.template.is_some() || work.actor.side == kernel::Side::System;
    let sentence = text!("Choose a template: it says who is asked.");
    faults.unless(is_by_template && !body.asked.is_empty(), "template", sentence);
    if body.scope == Scope::Changes {
        body.baseline = queries::reviewed_before(work, subject.id, (revision, wanted.baseline))?;
        let sentence = match wanted.baseline {
            Some(no) => text!("Revision {no} was not reviewed before this one. Review everything.", no = no),
            None => text!("No earlier revision was reviewed. Review everything."),
        };
        faults.unless(body.baseline.is_some(), "scope", sentence);
    } else {
        body.baseline = None;
    }
    faults.into_result()?;
    Ok(body)
}

fn due(work: &Work, days: i64) -> Option<Date> {
    let today = web::language::day_of(work.now);
    (days > 0).then(|| today.checked_add(days.days()).ok()).flatten()
}

/// Asks each function whose turn it is, that has not answered, and that is not asked yet.
fn ask_whose_turn_it_is(work: &mut Work, case: &Case<Review>) -> Result<()> {
    let id = case.record.id.raw();
    let open: Vec<_> =
        case.facts.progress.functions.iter().filter(|it| it.is_its_turn && !it.has_answered()).collect();
    for it in open {
        if !queries::tasks_of_function(work, id, it.function)?.is_empty() {
            continue;
        }
        let name = case.facts.names.get(&it.function).cloned().unwrap_or_default();
        let request = text!(
            "Judge {number}, revision {no}, for {function}",
            number = &case.facts.subject,
            no = case.body.revision,
            function = name
        );
        work.ask(
            id,
            &Ask {
                said: Some(&request),
                function: Some(it.function),
                due: case.record.due,
                place: Some(&Review::KIND.address(&case.record.number)),
                ..Ask::default()
            },
        )?;
    }
    Ok(())
}

fn settle_of(work: &mut Work, id: i64, function: i64) -> Result<()> {
    queries::tasks_of_function(work, id, function)?.iter().try_for_each(|it| work.settle_in_its_place(it.id))
}

fn settle_all(work: &mut Work, case: &Case<Review>) -> Result<()> {
    let id = case.record.id.raw();
    for it in &case.body.asked {
        for task in queries::tasks_of_function(work, id, it.function)? {
            work.settle_within(task.id)?;
        }
    }
    settle_approval(work, case)
}

/// What whoever approves is asked once nothing else is missing.
fn approval(case: &Case<Review>) -> Text {
    text!(
        "Approve {number}, revision {no}: all functions have judged and signed",
        number = &case.facts.subject,
        no = case.body.revision
    )
}

/// Asks whoever may approve, once nothing but their signature is missing: so it stands among what waits for them.
pub(super) fn ask_for_approval(work: &mut Work, number: &str) -> Result<()> {
    let case = work.find::<Review>(number)?;
    let id = case.record.id.raw();
    let request = approval(&case);
    if !waits_for_approval(&case) || !open_tasks(work, id, &request)?.is_empty() {
        return Ok(());
    }
    for person in queries::approvers(work, &case.body)? {
        let place = Review::KIND.address(number);
        let ask = Ask {
            said: Some(&request),
            person: Some(person),
            due: case.record.due,
            place: Some(&place),
            ..Ask::default()
        };
        work.ask_by_itself(id, &ask)?;
    }
    Ok(())
}

/// What was asked of whoever approves is done, or not theirs to do any more.
fn settle_approval(work: &mut Work, case: &Case<Review>) -> Result<()> {
    let all = open_tasks(work, case.record.id.raw(), &approval(case))?;
    all.into_iter().try_for_each(|it| work.settle_in_its_place(it))
}

pub(super) fn open_tasks(work: &Work, record: i64, request: &Text) -> Result<Vec<i64>> {
    let words = request.to_string();
    let all = work.tasks(record)?.into_iter();
    Ok(all.filter(|it| it.settled_at.is_none() && it.request == words).map(|it| it.id).collect())
}

/// What somebody says in a review for a function.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    pub function: i64,
    pub verdicts: Vec<Given>,
    pub answers: Vec<GivenAnswer>,
}

/// A word on one item.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub item: String,
    pub verdict: Verdict,
    pub remark: String,
    /// The digest of the item as it was seen, and the revision in which it was, where they are known.
    pub seen: Option<String>,
    pub seen_in: Option<i64>,
    pub condition: Option<NewCondition>,
    pub question: Option<Question>,
}

/// An answer to a question of the checklist.
#[derive(Clone, Debug, Default)]
pub struct GivenAnswer {
    pub row: String,
    pub answer: Answer,
    pub remark: String,
}

#[derive(Serialize)]
struct NewVerdict<'a> {
    record_id: i64,
    item: &'a str,
    digest: &'a str,
    revision: i64,
    function: i64,
    person: PersonId,
    acts_for: Option<PersonId>,
    verdict: Verdict,
    remark: &'a str,
    at: i64,
}

#[derive(Serialize)]
struct NewAnswer<'a> {
    record_id: i64,
    row_key: &'a str,
    revision: i64,
    function: i64,
    person: PersonId,
    acts_for: Option<PersonId>,
    answer: Answer,
    remark: &'a str,
    at: i64,
}

#[derive(Serialize)]
struct NewOutcome<'a> {
    record_id: i64,
    revision: i64,
    digest: &'a str,
    words: &'a str,
    at: i64,
}

/// For whom the actor judges for a function: for themselves, or for somebody absent.
fn judges_for(work: &Work, case: &Case<Review>, function: i64) -> Result<Option<PersonId>> {
    kernel::Permit::Staff.covers(work.actor, None)?;
    let asked = case.facts.progress.of(function);
    let asked = asked.ok_or_else(|| Faults::one("function", text!("This function is not asked here.")))?;
    let name = case.facts.names.get(&function).cloned().unwrap_or_default();
    let mine = queries::my_functions(work)?.into_iter().find(|(it, _)| kernel::may(*it == function));
    let sentence = text!(
        "Only whoever answers for {function}, or stands in for them, may judge for it.",
        function = name
    );
    let (_, absent) = mine.ok_or_else(|| Refusal::because(sentence))?;
    Refusal::unless(asked.is_its_turn, text!("Others are asked first. You are told when it is your turn."))?;
    Ok(absent)
}

/// Refuses what no longer belongs into a review that is closed.
fn must_be_open(case: &Case<Review>) -> Result<()> {
    let sentence = text!(
        "{number} is closed. Open another review, or have a signature taken back.",
        number = &case.record.number
    );
    Ok(Refusal::unless(Review::OPEN.contains(&case.record.state), sentence)?)
}

/// Judges items and answers questions for a function. Every word stays; the last of each person counts.
///
/// # Errors
/// Names what a verdict lacks: the condition, the question, the reason; refuses whoever has signed for the function.
pub fn judge(work: &mut Work, number: &str, it: &Judging) -> Result<()> {
    let case = work.find::<Review>(number)?;
    must_be_open(&case)?;
    let acts_for = judges_for(work, &case, it.function)?;
    must_not_stand_under_a_signature(work, &case, it.function)?;
    must_not_unsay_what_others_signed(work, &case, it)?;
    let items: Vec<Item> = queries::items(work, &case.body)?.into_iter().map(|(it, _)| it).collect();
    let mut faults = Faults::default();
    let something = !it.verdicts.is_empty() || !it.answers.is_empty();
    faults.unless(something, "verdict", text!("Judge at least one item."));
    let mut lists = queries::Lists::new(work, case.body.subject);
    for given in &it.verdicts {
        check(&case, &items, (it.function, given, work.today()), &mut faults);
        if let Some(no) = given.seen_in.filter(|no| *no != case.body.revision) {
            let is_another = match lists.differ(&given.item, (no, case.body.revision)) {
                Err(Error::NotFound) => true,
                known => known?,
            };
            faults.unless(!is_another, &format!("verdict-{}", given.item), says_something_else(given));
        }
    }
    for given in &it.answers {
        let is_known = case.body.policy.checklist.iter().any(|row| row.key == given.row);
        faults.unless(is_known, "row", text!("There is no such question in the checklist."));
    }
    faults.into_result()?;
    for given in &it.verdicts {
        let item = items.iter().find(|item| item.number == given.item).expect("it was looked for above");
        say(work, &case, item, (it.function, acts_for), given)?;
    }
    for given in &it.answers {
        answer(work, &case, (it.function, acts_for), given)?;
    }
    if let Some(absent) = acts_for {
        work.on_behalf_of(absent);
    }
    work.called("verdict_given");
    Ok(())
}

/// A signature is under exactly what was judged: whoever signed says nothing else below it.
fn must_not_stand_under_a_signature(work: &Work, case: &Case<Review>, function: i64) -> Result<()> {
    let is_own = |it: &queries::CommitmentLine| {
        it.ended_at.is_none()
            && it.revision == case.body.revision
            && (it.function, it.person) == (function, work.actor.person)
    };
    let has_signed = queries::commitments(work, case.record.id.raw())?.iter().any(is_own);
    let name = case.facts.names.get(&function).cloned().unwrap_or_default();
    let sentence = text!(
        "You have signed for {function}. Take your signature back first, then judge anew and sign again.",
        function = name
    );
    Ok(Refusal::unless(!has_signed, sentence)?)
}

/// Of the checklist the last answer of a function counts, whoever gave it: none is given otherwise below a signature of a
/// colleague, who signed for that one.
fn must_not_unsay_what_others_signed(work: &Work, case: &Case<Review>, it: &Judging) -> Result<()> {
    if it.answers.is_empty() {
        return Ok(());
    }
    let id = case.record.id.raw();
    let counts = |one: &queries::CommitmentLine| {
        one.ended_at.is_none() && (one.revision, one.function) == (case.body.revision, it.function)
    };
    let Some(signed) = queries::commitments(work, id)?.into_iter().find(counts) else { return Ok(()) };
    let known = queries::checklist(work, id)?;
    let last =
        |row: &str| known.iter().rfind(|it| (it.row_key.as_str(), it.function) == (row, signed.function));
    let is_otherwise = it.answers.iter().any(|one| last(&one.row).is_some_and(|it| it.answer != one.answer));
    let sentence = text!(
        "{name} has signed for the function with another answer. Have that signature taken back first, then answer anew.",
        name = work.name_of(signed.person)?
    );
    Ok(Refusal::unless(!is_otherwise, sentence)?)
}

/// What a word on an item lacks.
fn check(
    case: &Case<Review>,
    items: &[Item],
    (function, it, today): (i64, &Given, Date),
    faults: &mut Faults,
) {
    let field = |name: &str| format!("{name}-{}", it.item);
    let item = items.iter().find(|item| item.number == it.item && item.is_in_scope);
    let Some(item) = item else {
        faults.add(&field("verdict"), text!("{item} is not judged in this review.", item = &it.item));
        return;
    };
    let is_theirs = is_judged_by(&case.body.policy, &case.body.asked, item, function);
    let sentence = text!("{item} is judged by another function.", item = &it.item);
    faults.unless(is_theirs, &field("verdict"), sentence);
    let is_as_seen = it.seen.as_ref().is_none_or(|seen| *seen == item.digest);
    faults.unless(is_as_seen, &field("verdict"), says_something_else(it));
    let fits = it.remark.chars().count() <= 4000;
    faults.unless(fits, &field("remark"), text!("Shorten it to {count} characters.", count = 4000i64));
    match it.verdict {
        Verdict::Accept => {}
        Verdict::Condition => {
            let condition = it.condition.as_ref();
            let is_said = condition.is_some_and(|it| !it.words.trim().is_empty());
            faults.unless(
                is_said,
                &field("condition"),
                text!("Say on which condition {item} is accepted.", item = &it.item),
            );
            let has_owner = condition.is_some_and(|it| it.owner.is_some());
            faults.unless(has_owner, &field("owner"), text!("Choose who meets the condition."));
            let has_day = condition.and_then(|it| it.due).is_some_and(|it| it >= today);
            let sentence = text!("Say by when the condition is met: a day from today on.");
            faults.unless(has_day, &field("due"), sentence);
        }
        Verdict::Clarify => {
            let is_said = it.question.as_ref().is_some_and(|it| !it.words.trim().is_empty());
            let is_said = is_said || !it.remark.trim().is_empty();
            faults.unless(
                is_said,
                &field("question"),
                text!("Write what has to be clarified about {item}.", item = &it.item),
            );
        }
        Verdict::Reject => {
            let is_said = !it.remark.trim().is_empty();
            faults.unless(is_said, &field("remark"), text!("Say why {item} is rejected.", item = &it.item));
        }
    }
}

fn says_something_else(it: &Given) -> Text {
    text!("{item} says something else since you opened the page. Read it again.", item = &it.item)
}

fn say(
    work: &mut Work,
    case: &Case<Review>,
    item: &Item,
    (function, acts_for): (i64, Option<PersonId>),
    given: &Given,
) -> Result<()> {
    let id = case.record.id.raw();
    let row = NewVerdict {
        record_id: id,
        item: &item.number,
        digest: &item.digest,
        revision: case.body.revision,
        function,
        person: work.actor.person,
        acts_for,
        verdict: given.verdict,
        remark: given.remark.trim(),
        at: work.now.as_microsecond(),
    };
    work.add("verdict", id, &row)?;
    work.note_row(
        id,
        &[
            &id,
            &row.item,
            &row.digest,
            &row.revision,
            &function,
            &row.person,
            &or_nothing(acts_for),
            &row.verdict.code(),
            &row.remark,
            &row.at,
        ],
    )?;
    work.note(
        id,
        json!({ "verdict": given.verdict, "on": item.number, "digest": item.digest, "function": function, "remark": row.remark }),
    )?;
    if let Some(condition) = given.condition.as_ref().filter(|_| given.verdict == Verdict::Condition) {
        set_condition(work, case, (function, &item.number), condition)?;
    }
    if let Some(question) =
        given.question.as_ref().filter(|it| !it.words.trim().is_empty() && given.verdict == Verdict::Clarify)
    {
        let about = clarification::About {
            from: id,
            item: item.number.clone(),
            item_title: item.title.clone(),
            party: case.record.party,
        };
        clarification::open(work, &about, (Some(function), question))
            .map_err(|it| at_item(it, &given.item))?;
    }
    Ok(())
}

/// The form of a review calls the fields of a question by its item.
fn at_item(error: Error, item: &str) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let named = |field: String| match field.as_str() {
        "person" => format!("to-{item}"),
        "why" | "question" => format!("{field}-{item}"),
        _ => field,
    };
    Faults(faults.0.into_iter().map(|(field, sentence)| (named(field), sentence)).collect()).into()
}

fn answer(
    work: &mut Work,
    case: &Case<Review>,
    (function, acts_for): (i64, Option<PersonId>),
    it: &GivenAnswer,
) -> Result<()> {
    let id = case.record.id.raw();
    let row = NewAnswer {
        record_id: id,
        row_key: &it.row,
        revision: case.body.revision,
        function,
        person: work.actor.person,
        acts_for,
        answer: it.answer,
        remark: it.remark.trim(),
        at: work.now.as_microsecond(),
    };
    work.add("checklist_answer", id, &row)?;
    work.note_row(
        id,
        &[
            &id,
            &row.row_key,
            &row.revision,
            &function,
            &row.person,
            &or_nothing(acts_for),
            &row.answer.code(),
            &row.remark,
            &row.at,
        ],
    )?;
    let asked = case.body.policy.checklist.iter().find(|row| row.key == it.row);
    let question = asked.map_or(it.row.as_str(), |row| row.question.as_str());
    work.note(
        id,
        json!({ "answer": it.answer, "to": it.row, "question": question, "function": function, "remark": row.remark }),
    )
}

/// A function's word on feasibility.
#[derive(Clone, Copy, Debug)]
pub struct Committing<'a> {
    pub function: i64,
    pub feasible: Feasible,
    /// On what it depends, in words.
    pub statement: &'a str,
    /// The fingerprint of what they read before they signed.
    pub read: &'a str,
    pub signer: Signer<'a>,
}

#[derive(Serialize)]
struct NewCommitment<'a> {
    record_id: i64,
    revision: i64,
    function: i64,
    person: PersonId,
    acts_for: Option<PersonId>,
    feasible: Feasible,
    statement: &'a str,
    signature: i64,
    at: i64,
}

/// Signs for a function: that it judged all that was its to judge, and whether it can be done.
///
/// # Errors
/// Says what still has to be judged; a change or a no wants words.
pub fn commit(work: &mut Work, number: &str, it: &Committing, proven: &Proven) -> Result<()> {
    let case = work.find::<Review>(number)?;
    must_be_open(&case)?;
    let acts_for = judges_for(work, &case, it.function)?;
    let mut faults = Faults::default();
    let is_said = it.feasible == Feasible::AsGiven || !it.statement.trim().is_empty();
    faults.unless(is_said, "statement", text!("Say what would have to change, or why it cannot be done."));
    faults.into_result()?;
    let stands = case.facts.progress.of(it.function).cloned().unwrap_or_default();
    let left = i64::try_from(stands.waiting.len() + stands.unanswered.len()).unwrap_or(0);
    Refusal::unless(
        stands.can_sign(),
        text!("Judge {count} more first. Then sign for the whole.", count = left),
    )?;
    must_be_intact(work, case.body.subject, case.body.revision)?;
    words_must_be_intact(work, &case)?;
    let mut seen = queries::laid_before(work, &case, Some(it.function))?;
    kernel::must_be_as_read(&kernel::digest(&seen)?, it.read)?;
    seen["feasible"] = json!(it.feasible);
    seen["statement"] = json!(it.statement.trim());
    seen["language"] = json!(it.signer.language);
    let name = case.facts.names.get(&it.function).cloned().unwrap_or_default();
    let what = format!("{} revision {}", case.facts.subject, case.body.revision);
    let statement = format!("{name}: {}. {}", web::language::word(it.feasible), it.statement.trim());
    let signing = Signing {
        record: case.record.id.raw(),
        audience: Audience::Internal,
        meaning: match it.feasible {
            Feasible::NotFeasible => Meaning::NotFeasible,
            Feasible::AsGiven | Feasible::WithChanges => Meaning::Feasible,
        },
        what: &what,
        seen: &seen,
        statement: statement.trim(),
        name: it.signer.name,
        role: &name,
        function: Some(it.function),
        acts_for,
        language: it.signer.language,
        zone: it.signer.zone,
    };
    let signature = work.sign(&signing, proven)?;
    let row = NewCommitment {
        record_id: case.record.id.raw(),
        revision: case.body.revision,
        function: it.function,
        person: work.actor.person,
        acts_for,
        feasible: it.feasible,
        statement: it.statement.trim(),
        signature: signature.id,
        at: work.now.as_microsecond(),
    };
    work.add("commitment", case.record.id.raw(), &row)?;
    work.note_row(
        case.record.id.raw(),
        &[
            &row.record_id,
            &row.revision,
            &row.function,
            &row.person,
            &or_nothing(acts_for),
            &row.feasible.code(),
            &row.statement,
            &row.signature,
            &row.at,
        ],
    )?;
    work.note(
        case.record.id.raw(),
        json!({ "feasible": it.feasible, "of": name, "statement": row.statement }),
    )?;
    go_on(work, number, it.function)?;
    work.called("committed");
    Ok(())
}

/// Settles what a function was asked once it has answered, and asks those whose turn comes then.
fn go_on(work: &mut Work, number: &str, function: i64) -> Result<()> {
    let case = work.find::<Review>(number)?;
    if case.facts.progress.of(function).is_some_and(crate::rules::FunctionProgress::has_answered) {
        settle_of(work, case.record.id.raw(), function)?;
    }
    ask_whose_turn_it_is(work, &case)?;
    ask_for_approval(work, number)
}

/// How a review is closed.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// What was decided, in words.
    pub outcome: &'a str,
    /// The fingerprint of what they read before they signed.
    pub read: &'a str,
    pub signer: Signer<'a>,
}

/// Closes a review with yes: approves the revision by a signature. With conditions, where some are for later.
pub fn complete(work: &mut Work, number: &str, it: &Closing, proven: &Proven) -> Result<()> {
    let case = work.find::<Review>(number)?;
    let step =
        if case.facts.other_conditions > 0 { ReviewStep::AcceptWithConditions } else { ReviewStep::Accept };
    let accepted = (case.body.subject, case.body.revision);
    close(work, case, (step, Meaning::Approved), it, proven)?;
    ask_to_offer(work, accepted)?;
    work.called("review_accepted");
    Ok(())
}

/// What whoever owns an accepted revision is asked, where it is its customer's to confirm.
fn to_offer(number: &str, revision: i64, customer: &str) -> Text {
    text!(
        "Offer {number}, revision {no}, to {customer}: it was reviewed and accepted",
        number = number,
        no = revision,
        customer = customer
    )
}

/// Asks whoever owns what was accepted to offer it to its customer.
fn ask_to_offer(work: &mut Work, (subject, revision): (i64, i64)) -> Result<()> {
    let it = queries::subject(work, subject)?;
    let customer = it.party.map(|it| work.mention(it)).transpose()?.flatten();
    if let Some(customer) = customer.filter(|_| it.happens(work, "ask_sign_off")) {
        let owner = queries::owner_of(work, subject)?;
        work.ask_soon(subject, &to_offer(&it.number, revision, &customer.title), owner, None)?;
    }
    Ok(())
}

/// What was accepted was offered, or is not to be offered any more.
pub(super) fn settle_offer(work: &mut Work, subject: i64) -> Result<()> {
    let request = to_offer("", 0, "");
    let mut asked = work.tasks(subject)?;
    asked.retain(|it| it.settled_at.is_none() && it.words().key == request.key);
    asked.into_iter().try_for_each(|it| work.settle_within(it.id))
}

/// Closes a review with no, by a signature and with a reason; whoever owns what was reviewed tells its customer.
pub fn decline(work: &mut Work, number: &str, it: &Closing, proven: &Proven) -> Result<()> {
    reasoned(work, it.outcome)?;
    let case = work.find::<Review>(number)?;
    let (id, subject, revision) = (case.record.id.raw(), case.body.subject, case.body.revision);
    close(work, case, (ReviewStep::Decline, Meaning::Declined), it, proven)?;
    settle_conditions(work, id)?;
    have_the_customer_told(work, id, (subject, revision))?;
    work.called("review_declined");
    Ok(())
}

/// Asks whoever owns what was declined to tell its customer: how is for a person to say.
fn have_the_customer_told(work: &mut Work, review: i64, (subject, revision): (i64, i64)) -> Result<()> {
    let it = queries::subject(work, subject)?;
    let customer = it.party.map(|it| work.mention(it)).transpose()?.flatten();
    let Some(customer) = customer else { return Ok(()) };
    let request = text!(
        "Tell {customer} that {number}, revision {no}, was declined, and why",
        customer = customer.title,
        number = it.number,
        no = revision
    );
    let owner = queries::owner_of(work, subject)?;
    work.ask_soon(review, &request, owner, None)?;
    Ok(())
}

/// The sentence under which somebody puts their name who closes a review, in the language in which they read it.
pub fn what_is_signed(meaning: Meaning) -> String {
    match meaning {
        Meaning::Declined => t!("I decline this revision."),
        _ => t!("I approve this revision: it was reviewed, and we can meet it."),
    }
}

fn close(
    work: &mut Work,
    mut case: Case<Review>,
    (step, meaning): (ReviewStep, Meaning),
    it: &Closing,
    proven: &Proven,
) -> Result<()> {
    Review::FLOW.target(&case, work.actor, step)?;
    must_be_intact(work, case.body.subject, case.body.revision)?;
    words_must_be_intact(work, &case)?;
    let mut seen = queries::laid_before(work, &case, None)?;
    kernel::must_be_as_read(&kernel::digest(&seen)?, it.read)?;
    seen["outcome"] = json!(it.outcome.trim());
    seen["language"] = json!(it.signer.language);
    work.revise(&mut case, |body| it.outcome.trim().clone_into(&mut body.outcome))?;
    let id = case.record.id.raw();
    let what = format!("{} revision {}", case.facts.subject, case.body.revision);
    let statement = &what_is_signed(meaning);
    let signing = Signing {
        record: id,
        audience: Audience::Internal,
        meaning,
        what: &what,
        seen: &seen,
        statement,
        name: it.signer.name,
        role: it.signer.role,
        function: None,
        acts_for: None,
        language: it.signer.language,
        zone: it.signer.zone,
    };
    work.sign(&signing, proven)?;
    work.advance(&mut case, step)?;
    keep_outcome(work, &case)?;
    settle_all(work, &case)?;
    give_back(work, &case)
}

/// Keeps what was decided as a row of its own, which the log names: the review may be opened again.
fn keep_outcome(work: &mut Work, case: &Case<Review>) -> Result<()> {
    let (id, it) = (case.record.id.raw(), &case.body);
    let at = work.now.as_microsecond();
    let row = NewOutcome { record_id: id, revision: it.revision, digest: &it.digest, words: &it.outcome, at };
    let line = work.add("review_outcome", id, &row)?;
    work.note_row(id, &[&line, &id, &row.revision, &row.digest, &row.words, &row.at])
}

/// Withdraws a review that nobody needs any more, with a reason.
pub fn withdraw(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    reasoned(work, reason)?;
    let mut case = work.find::<Review>(number)?;
    work.advance(&mut case, ReviewStep::Withdraw)?;
    settle_all(work, &case)?;
    settle_conditions(work, case.record.id.raw())?;
    give_back(work, &case)?;
    work.called("review_withdrawn");
    Ok(())
}

/// What was reviewed is no longer under review.
fn give_back(work: &mut Work, case: &Case<Review>) -> Result<()> {
    let subject = queries::subject(work, case.body.subject)?;
    if subject.state == "in_review" && subject.happens(work, "take_back") {
        work.bring_about(subject.id, "take_back")?;
    }
    Ok(())
}

/// Takes a later revision up: words on what it leaves as it was carry over, the others are historic, and whoever has
/// to judge or sign again is asked.
///
/// # Errors
/// Refuses where there is none.
pub fn take_up(work: &mut Work, number: &str) -> Result<()> {
    let mut case = work.find::<Review>(number)?;
    must_be_open(&case)?;
    let subject = queries::subject(work, case.body.subject)?;
    let newest = subject.released.filter(|it| *it > case.body.revision);
    let sentence = text!("There is no later revision of {number} yet.", number = &subject.number);
    let newest = newest.ok_or_else(|| Refusal::because(sentence))?;
    let is_as_signed = queries::words_are_intact(work, &case)?;
    Refusal::unless(is_as_signed, queries::not_as_signed(number))?;
    let (revision, _) = work.revision(subject.id, newest)?;
    // What was asked of each function named the revision before; who has to judge or sign is asked anew.
    settle_all(work, &case)?;
    work.revise(&mut case, |it| (it.revision, it.digest) = (newest, revision.digest.clone()))?;
    if subject.state == "released" && subject.happens(work, "review") {
        work.bring_about(subject.id, "review")?;
    }
    let case = work.find::<Review>(number)?;
    ask_whose_turn_it_is(work, &case)?;
    work.called("taken_up");
    Ok(())
}

/// A record was released: who reviews it is told, and what its customer was to confirm is overtaken.
pub fn released(work: &mut Work, subject: i64, no: i64) -> Result<()> {
    for (sign_off, revision) in queries::open_sign_offs(work, subject)? {
        if revision != no {
            work.bring_about(sign_off, &kernel::Vocabulary::code(SignOffStep::Overtake))?;
        }
    }
    settle_offer(work, subject)?;
    for review in queries::open_reviews(work, subject)? {
        let case = work.find_by_id::<Review>(review)?;
        if case.body.revision < no {
            let request = text!(
                "Take revision {no} of {number} up in the review",
                no = no,
                number = &case.facts.subject
            );
            work.ask_by_itself(
                review,
                &Ask { said: Some(&request), person: Some(case.record.owner), ..Ask::default() },
            )?;
        }
    }
    Ok(())
}

/// Takes one's own signature in a review back, with a reason; a review that was closed by it is opened again.
///
/// # Errors
/// Refuses where what was reviewed has been agreed since, or lies with the customer.
pub fn revoke(work: &mut Work, signature: i64, reason: &str) -> Result<String> {
    let record = work.signature(signature)?.record_id;
    let case = work.find_by_id::<Review>(record)?;
    let is_closed = matches!(case.record.state, ReviewState::Accepted | ReviewState::Conditional);
    let sentence = text!("This review was ended without a yes. There is nothing to take back.");
    Refusal::unless(is_closed || case.record.state == ReviewState::Open, sentence)?;
    work.revoke_signature(signature, reason)?;
    if is_closed {
        reopen(work, &case)?;
    }
    let case = work.find_by_id::<Review>(record)?;
    if !waits_for_approval(&case) {
        settle_approval(work, &case)?;
    }
    ask_whose_turn_it_is(work, &case)?;
    ask_for_approval(work, &case.record.number)?;
    work.called("signature_revoked");
    Ok(case.record.number)
}

fn reopen(work: &mut Work, case: &Case<Review>) -> Result<()> {
    let subject = queries::subject(work, case.body.subject)?;
    let is_bound = matches!(subject.state.as_str(), "sign_off" | "agreed");
    let sentence = text!(
        "{number} lies with the customer or was agreed. Withdraw the sign-off first, or raise a change request.",
        number = &subject.number
    );
    Refusal::unless(!is_bound || subject.released != Some(case.body.revision), sentence)?;
    settle_offer(work, subject.id)?;
    work.bring_about(case.record.id.raw(), &kernel::Vocabulary::code(ReviewStep::Reopen))?;
    if subject.state == "released" && subject.happens(work, "review") {
        work.bring_about(subject.id, "review")?;
    }
    Ok(())
}
