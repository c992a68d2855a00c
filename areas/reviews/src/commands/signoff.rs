//! The customer's confirmation: offering a revision, their words on its lines, their names, and what ends it.

use customers::{Occasion, Topic};
use jiff::{SignedDuration, ToSpan};
use kernel::{
    Addressee, Ask, Audience, Body, Case, Error, Faults, Letter, Life, Made, Meaning, New, NewPass, Part,
    Pass, PersonId, Proven, Reader, Refusal, Result, Signing, Tie, Vocabulary, Work, text,
};
use serde::Serialize;
use serde_json::json;
use web::t;

use super::review::settle_offer;
use super::{Signer, clarification, must_be_intact, or_nothing, reasoned};
use crate::letters::{self, Offering, Words};
use crate::model::{SignOff, SignOffState, SignOffStep, ToBeOffered, Word};
use crate::queries::{self, Subject};

/// What a pass to a sign-off is for.
pub const CONFIRM: &str = "confirm";
/// What a pass to the certificate of a sign-off is for, and how long it is good.
pub const CERTIFICATE: &str = "certificate";
const CERTIFICATE_LASTS: SignedDuration = SignedDuration::from_hours(24 * 90);
/// So many days before the last one a signatory is reminded.
const REMINDED_BEFORE: i64 = 3;

/// Offers a revision to the customer: they see it from now on, and each signatory whose turn it is gets a letter.
///
/// # Errors
/// Refuses what was not reviewed, what is approved in a way of its own, what belongs to nobody, and signatories whose address nobody made sure of.
pub fn offer_to_customer(work: &mut Work, new: &New, wanted: &SignOff) -> Result<Made> {
    SignOff::CREATE.covers(work.actor, None)?;
    let subject = queries::subject(work, wanted.subject)?;
    let party = subject.party;
    let body = planned(work, &subject, wanted)?;
    work.announce(&ToBeOffered {
        record: subject.id,
        number: subject.number.clone(),
        revision: body.revision,
    })?;
    let title = match new.title.trim() {
        "" => t!("{title}, revision {no}", title = &subject.title, no = body.revision),
        title => title.to_owned(),
    };
    let title: String = title.chars().take(300).collect();
    let made = work.create(&New { title: &title, party, due: Some(body.until), ..*new }, &body)?;
    work.tie(made.id, Tie::Concerns, subject.id)?;
    settle_offer(work, subject.id)?;
    if subject.happens(work, "ask_sign_off") {
        work.bring_about(subject.id, "ask_sign_off")?;
        work.tell_offered_state_of(subject.id)?;
    }
    let case = work.find::<SignOff>(&made.number)?;
    name_what_was_offered(work, &case)?;
    invite(work, &case, Hours::Any)?;
    work.called("sign_off_asked");
    Ok(made)
}

/// What is offered is never edited, and the log names it as it stands.
fn name_what_was_offered(work: &mut Work, case: &Case<SignOff>) -> Result<()> {
    let (id, it) = (case.record.id.raw(), &case.body);
    let (since, in_turn) = (or_nothing(it.since), if it.in_turn { "in turn" } else { "" });
    let signatories = json!(it.signatories);
    work.note_row(
        id,
        &[&id, &it.subject, &it.revision, &it.digest, &since, &it.summary, &signatories, &in_turn, &it.until],
    )
}

fn planned(work: &Work, subject: &Subject, wanted: &SignOff) -> Result<SignOff> {
    subject.must_be_judged_here()?;
    let sentence =
        text!("Release {number} first. The customer confirms what is frozen.", number = &subject.number);
    let newest = subject.released.ok_or_else(|| Faults::one("subject", sentence))?;
    let revision = if wanted.revision == 0 { newest } else { wanted.revision };
    let (frozen, _) = work.revision(subject.id, revision)?;
    let mut faults = Faults::default();
    let is_address = wanted.base.starts_with("https://") || wanted.base.starts_with("http://");
    let sentence =
        text!("Give the address under which the customer reaches us, like https://reqord.example.");
    faults.unless(is_address, "base", sentence);
    let sentence = text!("Revision {no} was released since. Offer that one.", no = newest);
    faults.unless(revision == newest, "revision", sentence);
    let sentence = text!("Choose the customer of it first: it belongs to nobody.");
    faults.unless(subject.party.is_some(), "subject", sentence);
    let sentence =
        text!("Have revision {no} reviewed and accepted first. Then it can be promised.", no = revision);
    faults.unless(queries::has_accepted_review(work, subject.id, &frozen.digest)?, "subject", sentence);
    let under_review = !queries::open_reviews(work, subject.id)?.is_empty();
    let sentence = text!("It is under review. Close the review first.");
    faults.unless(!under_review, "subject", sentence);
    let open = queries::open_sign_offs(work, subject.id)?;
    let sentence = text!("It lies with the customer already. Withdraw that sign-off first.");
    faults.unless(open.is_empty(), "subject", sentence);
    let today = web::language::day_of(work.now);
    let until =
        if wanted.until == jiff::civil::Date::ZERO { today.saturating_add(14.days()) } else { wanted.until };
    let latest = today.saturating_add(90.days());
    let sentence = text!("Let it end between tomorrow and {day}.", day = latest);
    faults.unless(until > today && until <= latest, "until", sentence);
    if let Some(party) = subject.party {
        let all = queries::signatories(work, party)?;
        for it in &wanted.signatories {
            match all.iter().find(|(id, ..)| *id == it.person) {
                None => {
                    faults.add("signatories", text!("Choose people of this customer."));
                }
                Some((_, name, address, is_sure)) => {
                    let sentence = text!(
                        "Make sure of the address of {name} first, on the page of the customer: the code goes there.",
                        name = name
                    );
                    faults.unless(*is_sure && !address.is_empty(), "signatories", sentence);
                }
            }
        }
    }
    faults.into_result()?;
    let since = queries::last_confirmed(work, subject.id)?;
    Ok(SignOff { revision, digest: frozen.digest, since, until, ..wanted.clone() })
}

/// In which language a signatory is written to: as was said for this sign-off, else their own.
fn language_of(reader: &Reader, case: &Case<SignOff>, person: PersonId) -> Result<String> {
    if !case.body.language.is_empty() {
        return Ok(letters::language(&case.body.language).to_owned());
    }
    customers::language_to(reader, (case.record.party, Some(person)), Topic::Everything)
}

/// When a letter leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hours {
    /// At once: one of us asked for it now.
    Any,
    /// In the hours in which they may be disturbed: it follows from what somebody else did.
    Theirs,
}

/// Writes to each signatory whose turn it is and who has no good link yet.
fn invite(work: &mut Work, case: &Case<SignOff>, hours: Hours) -> Result<()> {
    for person in case.body.next(&case.facts.signed) {
        let passes = work.passes(case.record.id.raw())?;
        let has = passes.iter().any(|it| {
            it.person == person && it.purpose == CONFIRM && it.state(work.now) == kernel::PassState::Good
        });
        if !has {
            send_link(work, case, person, (letters::offer, None, hours))?;
        }
    }
    Ok(())
}

/// The letter of an offering in words.
type Write = fn(&str, &Offering) -> Words;

fn send_link(
    work: &mut Work,
    case: &Case<SignOff>,
    person: PersonId,
    (write, once, hours): (Write, Option<&str>, Hours),
) -> Result<()> {
    let id = case.record.id.raw();
    let last =
        jiff::tz::TimeZone::UTC.to_timestamp(case.body.until.at(23, 59, 59, 0)).map_err(kernel::broken)?;
    let lasts = last.duration_since(work.now).max(SignedDuration::ZERO);
    let language = &language_of(work, case, person)?;
    let secret = work.make_pass(&NewPass { record: id, person, purpose: CONFIRM, lasts, language })?;
    let link = work.leads_to(&format!("/sign/{secret}"), &case.body.base)?;
    write_to(
        work,
        case,
        person,
        &Sending {
            purpose: "sign_off",
            once,
            secret: Some(&link),
            hours,
            write: &|code, it| write(code, it),
        },
    )
}

/// A letter to a signatory.
struct Sending<'a> {
    purpose: &'a str,
    once: Option<&'a str>,
    secret: Option<&'a str>,
    hours: Hours,
    write: &'a dyn Fn(&str, &Offering) -> Words,
}

fn write_to(work: &mut Work, case: &Case<SignOff>, person: PersonId, it: &Sending) -> Result<()> {
    let (name, address) = queries::address_of(work, person)?;
    let subject = queries::subject(work, case.body.subject)?;
    let (house, by) = (queries::house(work)?, work.name_of(case.record.owner)?);
    let language = language_of(work, case, person)?;
    let words = (it.write)(
        &language,
        &Offering {
            name: &name,
            house: &house,
            by: &by,
            title: &subject.title,
            number: &subject.number,
            revision: case.body.revision,
            summary: &case.body.summary,
            until: case.body.until,
        },
    );
    let to = [Addressee { name, address, is_copy: false }];
    let letter = Letter {
        record: case.record.id.raw(),
        audience: Audience::Party,
        purpose: it.purpose,
        to: &to,
        subject: &words.subject,
        words: &words.words,
        language: &language,
        reason: &words.reason,
        is_automatic: it.purpose != "sign_off" || it.once.is_some(),
        once: it.once,
        secret: it.secret,
        ..Letter::default()
    };
    match it.once {
        Some(_) => customers::tell(work, case.record.party, Topic::Everything, &letter).map(|_| ()),
        None if it.purpose == "sign_off" => {
            let (party, topic) = (case.record.party, Topic::Everything);
            let occasion = match it.hours {
                Hours::Any => Occasion::InWriting { party, topic },
                Hours::Theirs => Occasion::InWritingInTheirHours { party, topic },
            };
            customers::write(work, occasion, &letter).map(|_| ())
        }
        None => customers::write(work, Occasion::Answer, &letter).map(|_| ()),
    }
}

/// Sends a signatory another link; the one before opens nothing any more.
pub fn link_again(work: &mut Work, number: &str, person: PersonId) -> Result<()> {
    let case = work.find::<SignOff>(number)?;
    SignOff::EDIT.covers(work.actor, Some(case.record.owner))?;
    let sentence = text!("There is nothing to sign any more.");
    Refusal::unless(matches!(case.record.state, SignOffState::Open | SignOffState::Queried), sentence)?;
    let is_next = case.body.next(&case.facts.signed).contains(&person);
    Refusal::unless(is_next, text!("It is not this person's turn to sign."))?;
    work.withdraw_passes(case.record.id.raw(), CONFIRM, Some(person))?;
    send_link(work, &case, person, (letters::offer, None, Hours::Any))?;
    work.called("link_sent_again");
    Ok(())
}

/// The customer's word on one line.
#[derive(Clone, Debug, Default)]
pub struct Spoken {
    pub item: String,
    pub word: Word,
    pub remark: String,
}

#[derive(Serialize)]
struct NewWord<'a> {
    record_id: i64,
    audience: Audience,
    person: PersonId,
    item: &'a str,
    digest: &'a str,
    word: Word,
    remark: &'a str,
    clarification: Option<i64>,
    at: i64,
}

/// The sign-off that somebody of the customer has before them, while it is theirs to answer.
///
/// # Errors
/// Says what became of it: the content changed, it was withdrawn, it is over, it is another's turn.
fn before_them(work: &Work, number: &str, digest: &str) -> Result<Case<SignOff>> {
    let case = work.find::<SignOff>(number)?;
    let sentence = match case.record.state {
        SignOffState::Open | SignOffState::Queried => None,
        SignOffState::Overtaken => Some(text!(
            "The content changed since you opened it. Nothing was recorded. You get a new letter for the new revision."
        )),
        SignOffState::Confirmed => Some(text!("This is confirmed already. Nothing more is asked of you.")),
        SignOffState::Withdrawn => Some(text!("We took this back. Nothing is asked of you.")),
        SignOffState::Expired => Some(text!("The time for this is over. Ask us for a new link.")),
    };
    if let Some(sentence) = sentence {
        return Err(Refusal::because(sentence).into());
    }
    let sentence =
        text!("The content changed since you opened it. Nothing was recorded. Open it again and read it.");
    Refusal::unless(digest == case.body.digest, sentence)?;
    let is_asked = case.body.signatories.iter().any(|it| it.person == work.actor.person);
    if !kernel::may(is_asked) {
        return Err(Error::NotFound);
    }
    Ok(case)
}

/// Takes the customer's words on lines: what they query becomes a question to us.
///
/// # Errors
/// A query wants words; a line that is not in the revision is named.
pub fn say(work: &mut Work, number: &str, digest: &str, words: &[Spoken]) -> Result<()> {
    let mut case = before_them(work, number, digest)?;
    let parts = work.parts_of(case.body.subject, case.body.revision)?;
    let mut faults = Faults::default();
    faults.unless(!words.is_empty(), "word", text!("Accept or query at least one line."));
    for it in words {
        let is_there = parts.iter().any(|part| part.number == it.item);
        faults.unless(
            is_there,
            &format!("word-{}", it.item),
            text!("{item} is not part of this.", item = &it.item),
        );
        let is_said = it.word == Word::Accept || !it.remark.trim().is_empty();
        faults.unless(
            is_said,
            &format!("remark-{}", it.item),
            text!("Say what is wrong with {item}, or what you want to know.", item = &it.item),
        );
        let fits = it.remark.chars().count() <= 4000;
        faults.unless(
            fits,
            &format!("remark-{}", it.item),
            text!("Shorten it to {count} characters.", count = 4000i64),
        );
    }
    faults.into_result()?;
    for it in words {
        let part = parts.iter().find(|part| part.number == it.item).expect("it was looked for above");
        take_word(work, &case, part, it)?;
    }
    let queries = words.iter().any(|it| it.word == Word::Query);
    if queries && case.record.state == SignOffState::Open {
        work.advance(&mut case, SignOffStep::Query)?;
        give_back(work, &case)?;
        remind_no_more(work, &case)?;
    }
    work.called(if queries { "queried" } else { "line_accepted" });
    Ok(())
}

fn take_word(work: &mut Work, case: &Case<SignOff>, part: &Part, it: &Spoken) -> Result<()> {
    let id = case.record.id.raw();
    let clarification = match it.word {
        Word::Accept => None,
        Word::Query => Some(clarification::query(work, case, (&part.number, &part.title), &it.remark)?),
    };
    let row = NewWord {
        record_id: id,
        audience: Audience::Party,
        person: work.actor.person,
        item: &part.number,
        digest: &part.digest,
        word: it.word,
        remark: it.remark.trim(),
        clarification,
        at: work.now.as_microsecond(),
    };
    work.add("customer_word", id, &row)?;
    work.note_row(
        id,
        &[
            &id,
            &row.person,
            &row.item,
            &row.digest,
            &row.word.code(),
            &row.remark,
            &or_nothing(clarification),
            &row.at,
        ],
    )?;
    work.note(id, json!({ "word": it.word, "on": part.number, "digest": part.digest }))
}

/// The name that somebody of the customer puts under a revision.
#[derive(Clone, Copy, Debug)]
pub struct Confirmed<'a> {
    /// The digest of what they read.
    pub digest: &'a str,
    pub signer: Signer<'a>,
    /// The link by which they came, where they came by one.
    pub pass: Option<&'a Pass>,
}

/// Puts a name of the customer under a revision; tells the digest of what they saw. When the last whose name is asked for has signed, it is agreed.
///
/// # Errors
/// Refuses while a query is open, and when it is another's turn; the content must be what was read, and what others signed
/// before must stand as they did.
pub fn confirm(work: &mut Work, number: &str, it: &Confirmed, proven: &Proven) -> Result<String> {
    let case = before_them(work, number, it.digest)?;
    let sentence = text!("You asked about lines. We answer first; then you get a letter, and can sign.");
    Refusal::unless(case.record.state == SignOffState::Open, sentence)?;
    let person = work.actor.person;
    let has_signed = case.facts.signed.iter().any(|by| by.person == person);
    Refusal::unless(!has_signed, text!("You have signed this already."))?;
    let is_next = case.body.next(&case.facts.signed).contains(&person);
    Refusal::unless(
        kernel::may(is_next),
        text!("Others sign before you. You get a letter when it is your turn."),
    )?;
    let as_signed = queries::their_words_are_intact(work, &case)?;
    Refusal::unless(as_signed, queries::not_as_signed(number))?;
    let signature = put_name(work, &case, it, proven)?;
    work.lapses(&reminder_of(&case, person))?;
    let mut case = work.find::<SignOff>(number)?;
    if let Some(pass) = it.pass {
        work.use_pass(pass)?;
    }
    let id = case.record.id.raw();
    let language = &language_of(work, &case, person)?;
    let wanted = NewPass { record: id, person, purpose: CERTIFICATE, lasts: CERTIFICATE_LASTS, language };
    let secret = work.make_pass(&wanted)?;
    let link = work.leads_to(&format!("/certificate/{secret}"), &case.body.base)?;
    write_to(
        work,
        &case,
        person,
        &Sending {
            purpose: "confirmation",
            once: None,
            secret: Some(&link),
            hours: Hours::Any,
            write: &|code, offering| letters::copy(code, offering, &signature),
        },
    )?;
    if case.body.next(&case.facts.signed).is_empty() {
        work.advance(&mut case, SignOffStep::Confirm)?;
        agree(work, &case)?;
    } else {
        invite(work, &case, Hours::Theirs)?;
    }
    work.called("confirmed");
    Ok(signature)
}

fn put_name(work: &mut Work, case: &Case<SignOff>, it: &Confirmed, proven: &Proven) -> Result<String> {
    let subject = queries::subject(work, case.body.subject)?;
    must_be_intact(work, subject.id, case.body.revision)?;
    let parts = work.parts_of(subject.id, case.body.revision)?;
    let said = queries::words_of(work, case.record.id.raw())?;
    let lines: Vec<_> = parts
        .iter()
        .map(|part| {
            let last = said.iter().rev().find(|it| it.item == part.number && it.person == work.actor.person);
            let word = last.filter(|it| it.digest == part.digest).map(|it| it.word);
            json!({ "number": part.number, "revision": part.revision, "digest": part.digest, "word": word })
        })
        .collect();
    let before = case.body.since.map(|no| work.parts_of(subject.id, no)).transpose()?.unwrap_or_default();
    let taken_away: Vec<&String> = before
        .iter()
        .map(|it| &it.number)
        .filter(|it| parts.iter().all(|part| part.number != **it))
        .collect();
    let what = format!("{} revision {}", subject.number, case.body.revision);
    let statement = statement(&what, parts.len());
    let seen = json!({
        "sign_off": case.record.number, "subject": subject.number, "revision": case.body.revision,
        "digest": case.body.digest, "since": case.body.since, "summary": case.body.summary, "lines": lines,
        "taken_away": taken_away,
        "question": statement, "language": it.signer.language,
    });
    let signing = Signing {
        record: case.record.id.raw(),
        audience: Audience::Party,
        meaning: Meaning::Confirmed,
        what: &what,
        seen: &seen,
        statement: &statement,
        name: it.signer.name,
        role: it.signer.role,
        function: None,
        acts_for: None,
        language: it.signer.language,
        zone: it.signer.zone,
    };
    Ok(work.sign(&signing, proven)?.digest)
}

/// The sentence that the customer signs, in the language of the page.
pub fn statement(what: &str, lines: usize) -> String {
    t!(
        "I confirm {what} with all of its {count} lines as what we agreed.",
        what = what,
        count = lines.to_string()
    )
}

/// Everybody has signed: the revision is confirmed, and what holds it is agreed.
fn agree(work: &mut Work, case: &Case<SignOff>) -> Result<()> {
    let subject = queries::subject(work, case.body.subject)?;
    work.live_by_id(subject.id, case.body.revision, Life::Confirmed)?;
    if subject.happens(work, "agree") {
        work.bring_about(subject.id, "agree")?;
        work.tell_offered_state_of(subject.id)?;
    }
    let request = text!("{number} is agreed: the customer confirmed it", number = &subject.number);
    work.ask_by_itself(
        case.record.id.raw(),
        &Ask { said: Some(&request), person: Some(case.record.owner), ..Ask::default() },
    )?;
    Ok(())
}

/// The queries are answered: it lies with the customer again, and they are told.
pub fn resume(work: &mut Work, number: &str) -> Result<()> {
    let mut case = work.find::<SignOff>(number)?;
    work.advance(&mut case, SignOffStep::Resume)?;
    let subject = queries::subject(work, case.body.subject)?;
    let sentence =
        text!("{number} was revised since. Release it and offer the new revision.", number = &subject.number);
    Refusal::unless(subject.released == Some(case.body.revision) && subject.state != "draft", sentence)?;
    if subject.state == "released" && subject.happens(work, "ask_sign_off") {
        work.bring_about(subject.id, "ask_sign_off")?;
        work.tell_offered_state_of(subject.id)?;
    }
    let id = case.record.id.raw();
    work.withdraw_passes(id, CONFIRM, None)?;
    let case = work.find::<SignOff>(number)?;
    invite(work, &case, Hours::Any)?;
    work.called("sign_off_resumed");
    Ok(())
}

/// Takes the request back from the customer, with a reason.
pub fn withdraw_sign_off(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    reasoned(work, reason)?;
    let mut case = work.find::<SignOff>(number)?;
    work.advance(&mut case, SignOffStep::Withdraw)?;
    work.withdraw_passes(case.record.id.raw(), CONFIRM, None)?;
    remind_no_more(work, &case)?;
    give_back(work, &case)?;
    work.called("sign_off_withdrawn");
    Ok(())
}

/// What was with the customer no longer is.
fn give_back(work: &mut Work, case: &Case<SignOff>) -> Result<()> {
    let subject = queries::subject(work, case.body.subject)?;
    if subject.state == "sign_off" && subject.happens(work, "take_back") {
        work.bring_about(subject.id, "take_back")?;
        work.tell_offered_state_of(subject.id)?;
    }
    Ok(())
}

/// What the product does each hour: reminds signatories near the last day, once, and ends what is over.
pub fn expire_and_remind(work: &mut Work, _: &serde_json::Value) -> Result<()> {
    let today = web::language::day_of(work.now);
    let near = today.saturating_add(REMINDED_BEFORE.days()).to_string();
    for (id, number, until) in queries::due_sign_offs(work, &near)? {
        let mut case = work.find_by_id::<SignOff>(id)?;
        if until < today.to_string() {
            let waits_for_us = case.record.state == SignOffState::Queried;
            work.advance(&mut case, SignOffStep::Expire)?;
            work.withdraw_passes(id, CONFIRM, None)?;
            remind_no_more(work, &case)?;
            give_back(work, &case)?;
            let request = match waits_for_us {
                true => {
                    text!("{number} is over: their questions were not answered in time", number = &number)
                }
                false => text!("{number} is over: nobody confirmed it in time", number = &number),
            };
            work.ask_soon(id, &request, case.record.owner, None)?;
        } else if case.record.state == SignOffState::Open {
            remind(work, &case)?;
        }
    }
    Ok(())
}

/// Under which words a signatory is reminded once.
fn reminder_of(case: &Case<SignOff>, person: PersonId) -> String {
    format!("sign-off:{}:{person}:{}", case.record.number, SignOffState::Open.code())
}

/// Whoever was to be reminded in their hours, and is asked nothing any more, is not.
fn remind_no_more(work: &mut Work, case: &Case<SignOff>) -> Result<()> {
    case.body.signatories.iter().try_for_each(|it| work.lapses(&reminder_of(case, it.person)))
}

fn remind(work: &mut Work, case: &Case<SignOff>) -> Result<()> {
    let id = case.record.id.raw();
    if let Some(channel) = customers::other_way(work, case.record.party, Topic::Everything)? {
        return super::by_hand(work, channel, (id, case.record.owner), &case.record.number);
    }
    for person in case.body.next(&case.facts.signed) {
        let once = reminder_of(case, person);
        if !work.was_told(&once)? {
            // The link that they have goes on leading there: the letter waits for their hours.
            send_link(work, case, person, (letters::reminder, Some(&once), Hours::Theirs))?;
        }
    }
    Ok(())
}
