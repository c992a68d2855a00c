//! Consent: asked of the functions that the policy names, given by signature under exactly what is proposed.

use kernel::{
    Ask, Audience, Case, Error, Faults, Meaning, Mention, Permit, Proven, Reader, Refusal, Result, Signing,
    Task, Text, Work, hundredths, text,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use web::t;

use super::{being_written, function_of, mention, must_belong_to, reasoned};
use crate::model::{
    Approver, AskedBy, Became, ChangeRequest, CustomersTurn, Objected, Outcome, State, Step, Turn,
};
use crate::queries;
use crate::rules::{LAWGIVERS, standing, unready};

#[derive(Serialize)]
struct NewApprover {
    record_id: i64,
    function: i64,
    rank: i64,
    needs: i64,
    asked_at: i64,
    asked_by: i64,
}

#[derive(Serialize)]
struct NewPolicy<'a> {
    record_id: i64,
    track: &'a str,
    rank: i64,
    needs: i64,
    above: &'a str,
    at: i64,
    by: i64,
}

/// Who signs, as it is to stand there.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    pub name: &'a str,
    /// The language in which it was shown, and the zone of the signer.
    pub language: &'a str,
    pub zone: &'a str,
}

/// A line of the policy: when a function has to consent.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The number of the function.
    pub function: &'a str,
    /// `fast`, `full` or `both`.
    pub track: &'a str,
    pub rank: i64,
    pub needs: i64,
    pub above: &'a str,
}

/// Asks for approval everybody whom the policy names, and every function that said what the change means for it.
///
/// # Errors
/// Names everything that is missing: who has not answered, which redline is not written.
pub fn ask_approval(work: &mut Work, number: &str) -> Result<()> {
    let mut case = being_written(work, number)?;
    let change = mention(&case);
    let due = queries::due_approvers(work, change.id)?;
    work.advance(&mut case, Step::AskApproval)?;
    ask_nobody_any_more(work, &change)?;
    for it in due {
        ask_consent(work, change.id, &it)?;
    }
    // Whoever signed exactly what is proposed, before it was sent back, need not sign it again.
    if work.find::<ChangeRequest>(number)?.facts.signed.iter().any(|it| it.counts && it.consents) {
        go_on(work, number)?;
    } else {
        ask_those_whose_turn_it_is(work, number)?;
    }
    work.called("approval_asked");
    Ok(())
}

/// Forgets whose consent was asked: it is found anew where it is asked again.
fn ask_nobody_any_more(work: &mut Work, change: &Mention) -> Result<()> {
    for line in queries::approver_lines(work, change.id)? {
        work.remove("change_approver", change.id, line)?;
    }
    for task in requests(work, change.id, &change.number)? {
        work.settle_within(task.id)?;
    }
    Ok(())
}

fn ask_consent(work: &mut Work, change: i64, it: &Approver) -> Result<()> {
    let line = NewApprover {
        record_id: change,
        function: it.function,
        rank: it.rank,
        needs: it.needs,
        asked_at: work.now.as_microsecond(),
        asked_by: work.actor.person,
    };
    work.add("change_approver", change, &line).map(drop)
}

/// Asks whoever has a word by now and had none when approval was asked: because it costs more, or reaches further.
fn ask_whoever_is_due_by_now(work: &mut Work, change: i64) -> Result<()> {
    let asked = queries::approvers(work, change)?;
    let is_asked = |it: &Approver| asked.iter().any(|one| one.function == it.function);
    let due = queries::due_approvers(work, change)?.into_iter().filter(|it| !is_asked(it));
    for it in due.collect::<Vec<_>>() {
        ask_consent(work, change, &it)?;
    }
    Ok(())
}

/// What the task of a function is called that is asked to sign.
fn request_of(number: &str) -> Text {
    text!("Look at {number} and sign", number = number)
}

/// The open tasks by which functions are asked to sign, and no other that they have at the change.
fn requests(reader: &Reader, change: i64, number: &str) -> Result<Vec<Task>> {
    let request = request_of(number).to_string();
    let mut all = reader.tasks(change)?;
    all.retain(|it| it.settled_at.is_none() && it.function.is_some() && it.request == request);
    Ok(all)
}

/// Asks each function whose turn it is and that has no word under what is proposed now; those whose turn it is no more are
/// asked again later.
fn ask_those_whose_turn_it_is(work: &mut Work, number: &str) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    let id = case.record.id.raw();
    let open = requests(work, id, number)?;
    for it in standing(&case.facts.approvers, &case.facts.signed) {
        let function = it.asked.function;
        let asked: Vec<i64> =
            open.iter().filter(|task| task.function == Some(function)).map(|it| it.id).collect();
        if !it.is_due {
            asked.into_iter().try_for_each(|task| work.settle_within(task))?;
        } else if !it.is_reached() && it.declined.is_empty() && asked.is_empty() {
            let request = request_of(number);
            let ask = Ask {
                said: Some(&request),
                function: Some(function),
                due: case.record.due,
                ..Ask::default()
            };
            work.ask_by_itself(id, &ask)?;
        }
    }
    Ok(())
}

/// Asks whoever signed again once what they signed says something else, whichever deed changed it.
pub fn ask_anew(work: &mut Work, change: i64) -> Result<()> {
    let it = work.mention(change)?.filter(|it| it.state == kernel::Vocabulary::code(State::Approval));
    match it {
        Some(it) if !work.signatures(change)?.is_empty() => ask_those_whose_turn_it_is(work, &it.number),
        _ => Ok(()),
    }
}

/// What a function says of what is proposed.
#[derive(Clone, Copy, Debug)]
pub struct Consent<'a> {
    /// The number of the function for which somebody signs.
    pub function: &'a str,
    pub consents: bool,
    /// What they say with it; a no says why.
    pub words: &'a str,
    /// The fingerprint of what they read before they signed.
    pub read: &'a str,
}

/// What a customer says of what was shown to them.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    pub consents: bool,
    /// What they say with it; a no says why.
    pub words: &'a str,
    /// As what they sign.
    pub role: &'a str,
    /// The fingerprint of what they read before they signed.
    pub read: &'a str,
}

/// Signs for a function, under the digest of proposal, redlines, impacts and options. With the last signature the
/// change goes on by itself, to the customer where they have to approve.
///
/// # Errors
/// Nobody approves a change that they raised or that was ever theirs; who is not of the function, or whose turn has not come, is told so.
pub fn sign(
    work: &mut Work,
    number: &str,
    (consent, signer): (&Consent, &Signer),
    proven: &Proven,
) -> Result<()> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    let (change, function) = (mention(&case), function_of(work, consent.function)?);
    let sentence = text!("{number} is not under approval.", number = number);
    Refusal::unless(case.record.state == State::Approval, sentence)?;
    must_belong_to(work, &function)?;
    let said = queries::sealed_now(work, &case.record, &case.body)?;
    kernel::must_be_as_read(&kernel::digest(&said)?, consent.read)?;
    let me = work.actor.person;
    // Who belongs to the function signs as themselves, anybody else for whom they stand in.
    let own_function = identity::functions_of(work, me)?.contains(&function.id);
    let absent = work.actor.stands_in_at(function.id).map(|it| it.person).filter(|_| !own_function);
    let is_own = queries::is_or_was_theirs(work, change.id, absent)?;
    let sentence = text!(
        "Nobody approves their own change. Ask somebody else of {function}, who neither raised it nor ever answered for it.",
        function = function.title.as_str()
    );
    Refusal::unless(kernel::may(!is_own), sentence)?;
    let all = standing(&case.facts.approvers, &case.facts.signed);
    let own = all.iter().find(|it| it.asked.function == function.id);
    let sentence = text!("{function} is not asked for its consent.", function = function.title.as_str());
    let own = own.ok_or_else(|| Refusal::because(sentence))?;
    Refusal::unless(own.is_due, text!("Others sign first. You are asked when it is your turn."))?;
    let signed = case.facts.signed.iter().any(|it| {
        it.counts && it.by == me && it.function == Some(function.id) && it.consents == consent.consents
    });
    Refusal::unless(!signed, text!("You have signed what is proposed now."))?;
    if consent.consents {
        Refusal::of(unready(&case))?;
    } else {
        reasoned(work, consent.words)?;
    }
    let statement = if consent.consents {
        t!(
            "{function} approves {number} {title}.",
            function = &function.title,
            number = number,
            title = &change.title
        )
    } else {
        t!(
            "{function} declines {number} {title}.",
            function = &function.title,
            number = number,
            title = &change.title
        )
    };
    let statement = match consent.words.trim() {
        "" => statement,
        words => format!("{statement} {words}"),
    };
    work.sign(
        &Signing {
            record: change.id,
            audience: Audience::Internal,
            meaning: if consent.consents { Meaning::Approved } else { Meaning::Declined },
            what: number,
            seen: &said,
            statement: &statement,
            name: signer.name,
            role: &function.title,
            function: Some(function.id),
            acts_for: absent,
            language: signer.language,
            zone: signer.zone,
        },
        proven,
    )?;
    settle_of(work, &change, function.id)?;
    go_on(work, number)
}

fn settle_of(work: &mut Work, change: &Mention, function: i64) -> Result<()> {
    let open = requests(work, change.id, &change.number)?;
    for task in open.iter().filter(|it| it.function == Some(function)) {
        work.settle(task.id)?;
    }
    work.called("signed");
    Ok(())
}

/// Goes on where everybody has consented, else asks those whose turn it is now.
fn go_on(work: &mut Work, number: &str) -> Result<()> {
    let id = work.mention_of(number)?.id;
    ask_whoever_is_due_by_now(work, id)?;
    let case = work.find::<ChangeRequest>(number)?;
    let all = standing(&case.facts.approvers, &case.facts.signed);
    if all.iter().any(|it| !it.is_reached()) {
        return ask_those_whose_turn_it_is(work, number);
    }
    let Some(asked) = case.facts.asks_customer.filter(|_| !case.facts.customer_approved) else {
        return work.bring_about(id, "approve");
    };
    work.bring_about(id, "ask_customer")?;
    if let AskedBy::Contract(contract) = asked {
        work.note(id, json!({ "asks_customer": { "contract": contract } }))?;
    }
    show_customer(work, number)
}

/// Freezes what the customer reads of the change and shows it to them.
fn show_customer(work: &mut Work, number: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    let content = queries::for_customer(work, &case)?;
    let frozen = work.freeze(&mut case.record, &content)?;
    show_files(work, case.record.id.raw(), &content)?;
    let words = case.body.for_customer.clone();
    work.offer(&mut case.record, frozen.no, &words)?;
    work.called("signed");
    work.announce(&CustomersTurn { record: case.record.id.raw(), turn: Turn::Comes })
}

/// Lets the customer open the files of which they are told: until now they were ours.
pub(super) fn show_files(work: &mut Work, change: i64, content: &Json) -> Result<()> {
    let told = content["changes"].as_array().into_iter().flatten().flat_map(queries::files_in);
    for file in told.filter_map(|it| it.after) {
        let file = work.file_of(file.file)?;
        if file.audience == Audience::Internal {
            work.move_file(&file, change, Audience::Party)?;
        }
    }
    Ok(())
}

/// The customer approves, or does not, under exactly what was shown to them.
///
/// # Errors
/// Only somebody of the customer, under what they read; a no says why.
pub fn confirm(
    work: &mut Work,
    number: &str,
    (reply, signer): (&Reply, &Signer),
    proven: &Proven,
) -> Result<()> {
    waits_for_them(work, number)?;
    kernel::must_be_as_read(&queries::read_of(work, number)?, reply.read)?;
    keep_their_word(work, number, (reply, signer), (None, proven))
}

/// The customer approves what a letter told them of the change: their name is under exactly that.
///
/// # Errors
/// Only somebody of the customer, and only while the change waits for them.
pub fn confirm_as_told(
    work: &mut Work,
    number: &str,
    (words, role, signer): (&str, &str, &Signer),
    (told, proven): (&Json, &Proven),
) -> Result<()> {
    let reply = Reply { consents: true, words, role, read: "" };
    keep_their_word(work, number, (&reply, signer), (Some(told), proven))
}

/// A change that waits for the word of the customer for whom the actor speaks.
#[track_caller]
fn waits_for_them(work: &Work, number: &str) -> Result<Case<ChangeRequest>> {
    let case = work.find::<ChangeRequest>(number)?;
    Permit::Party.covers(work.actor, None)?;
    let sentence = text!("{number} does not wait for your approval.", number = number);
    Refusal::unless(case.record.state == State::CustomerApproval, sentence)?;
    Ok(case)
}

fn keep_their_word(
    work: &mut Work,
    number: &str,
    (reply, signer): (&Reply, &Signer),
    (told, proven): (Option<&Json>, &Proven),
) -> Result<()> {
    let case = waits_for_them(work, number)?;
    let Reply { consents, words, role, .. } = *reply;
    let id = case.record.id.raw();
    let no = case.record.offered.ok_or(Error::NotFound)?;
    let (revision, content) = work.revision(id, no)?;
    if !consents {
        reasoned(work, words)?;
    }
    let seen = json!({ "number": number, "revision": no, "digest": revision.digest,
        "content": told.unwrap_or(&content), "proposal": content["stands_for"] });
    let statement = match (consents, words.trim()) {
        (true, "") => t!("I approve {number} {title}.", number = number, title = &case.record.title),
        (true, words) => {
            format!(
                "{} {words}",
                t!("I approve {number} {title}.", number = number, title = &case.record.title)
            )
        }
        (false, words) => {
            format!(
                "{} {words}",
                t!("I do not approve {number} {title}.", number = number, title = &case.record.title)
            )
        }
    };
    work.sign(
        &Signing {
            record: id,
            audience: Audience::Party,
            meaning: if consents { Meaning::Confirmed } else { Meaning::Declined },
            what: number,
            seen: &seen,
            statement: &statement,
            name: signer.name,
            role,
            function: None,
            acts_for: None,
            language: signer.language,
            zone: signer.zone,
        },
        proven,
    )?;
    work.announce(&CustomersTurn { record: id, turn: Turn::Ends })?;
    if consents {
        return work.bring_about(id, "approve");
    }
    talk_about_it(work, &case, (signer.name, words.trim()))
}

/// What a customer does not approve is talked about with them: whoever owns the change has that to do.
fn talk_about_it(work: &mut Work, case: &Case<ChangeRequest>, (name, words): (&str, &str)) -> Result<()> {
    let (change, owner) = (mention(case), case.record.owner);
    let said =
        text!("{name} does not approve it: talk to them, then send it back or withdraw it", name = name);
    work.ask_by_itself(change.id, &Ask { said: Some(&said), person: Some(owner), ..Ask::default() })?;
    work.announce(&Objected {
        record: change.id,
        number: change.number,
        title: change.title,
        party: case.record.party,
        owner,
        name: name.to_owned(),
        person: Some(work.actor.person),
        words: words.to_owned(),
    })
}

/// Sends a change back to where its impacts are asked.
pub fn send_back(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    let mut case = work.find::<ChangeRequest>(number)?;
    reasoned(work, reason)?;
    work.advance(&mut case, Step::SendBack)?;
    let change = mention(&case);
    let id = change.id;
    ask_nobody_any_more(work, &change)?;
    super::verification::open_results(work, id)?;
    work.announce(&Became { record: id, outcome: Outcome::LookedAtAgain, item: None })
}

/// Says when a function has to consent to a change; what was said of it before is replaced.
///
/// # Errors
/// Only those who answer for the quality system; names what does not fit.
pub fn keep_policy(work: &mut Work, it: &Policy) -> Result<()> {
    LAWGIVERS.covers(work.actor, None)?;
    let function = function_of(work, it.function)?;
    let mut faults = Faults::default();
    let is_track = ["fast", "full", "both"].contains(&it.track);
    faults.unless(is_track, "track", text!("Choose one of the words in the list."));
    faults.unless((1..=9).contains(&it.rank), "rank", text!("Give a number from 1 to 9."));
    faults.unless((1..=9).contains(&it.needs), "needs", text!("Give a number from 1 to 9."));
    let is_amount = it.above.trim().is_empty() || hundredths(it.above).is_some();
    faults.unless(is_amount, "above", text!("Give an amount like 1250.00."));
    let people = identity::answering_for(work, function.id)?.len();
    let sentence = text!(
        "Only {count} of {function} could sign.",
        count = i64::try_from(people).unwrap_or(0),
        function = function.title.as_str()
    );
    faults.unless(usize::try_from(it.needs).is_ok_and(|it| it <= people.max(1)), "needs", sentence);
    faults.into_result()?;
    let line = NewPolicy {
        record_id: function.id,
        track: it.track,
        rank: it.rank,
        needs: it.needs,
        above: it.above.trim(),
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    match line_of(work, &function)? {
        Some(known) => work.amend("change_policy", function.id, known, &line)?,
        None => {
            work.add("change_policy", function.id, &line)?;
        }
    }
    let told = json!({ "track": it.track, "rank": it.rank, "needs": it.needs, "above": line.above });
    work.note(function.id, json!({ "approves_changes": told }))?;
    work.called("approvers_named");
    Ok(())
}

/// Asks a function for no consent any more, unless it said what a change means for it.
pub fn remove_policy(work: &mut Work, function: &str) -> Result<()> {
    LAWGIVERS.covers(work.actor, None)?;
    let function = function_of(work, function)?;
    let Some(known) = line_of(work, &function)? else { return Ok(()) };
    work.remove("change_policy", function.id, known)?;
    work.note(function.id, json!({ "approves_changes": false }))?;
    work.called("approvers_named");
    Ok(())
}

fn line_of(work: &Work, function: &Mention) -> Result<Option<i64>> {
    Ok(queries::policy(work)?.into_iter().find(|it| it.function == function.id).map(|it| it.id))
}
