//! What was said by word of mouth: noting it, putting it in writing, and what they answer.

use customers::{ContractEnded, Occasion, Says, Topic};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use kernel::{
    Actor, Addressee, Ask, Audience, Faults, Letter, Mention, NewPass, Pass, Permit, PersonId, Refusal,
    Result, Tie, Vocabulary, Work, fingerprint, text,
};
use serde::Serialize;
use serde_json::json;

use super::reply::{Reply, addressee, must_not_be_another_customer, reply};
use crate::letters::{self, Ending, Understood};
use crate::model::{Call, Direction, Recipient, Statement, StatementState};
use crate::queries::{self, Correspondents};
use crate::rules::Whose;
use crate::rules::statement::{Standing, TALKS, standing};

/// What a link in such a letter is for.
pub const UNDERSTOOD: &str = "understood";
/// How long the link to an answer is good.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// So many days after the day of an answer nobody is reminded any more.
const LONGEST_REMINDED: i64 = 60;

/// Something that somebody said, on its way.
#[derive(Clone, Debug, Default)]
pub struct NewStatement {
    pub words: String,
    /// Who said it; whoever was on the telephone where nothing is said.
    pub said_by: String,
    /// Who of theirs that is.
    pub person: Option<PersonId>,
    /// On which day; today, or that of the call, where nothing is said.
    pub said_on: Option<Date>,
    /// The statement that it says anew, because they objected to that.
    pub instead_of: Option<i64>,
}

#[derive(Serialize)]
struct Row<'a> {
    record_id: i64,
    words: &'a str,
    said_by: &'a str,
    person: Option<PersonId>,
    said_on: Option<Date>,
    state: StatementState,
    frame_contract: &'a str,
    instead_of: Option<i64>,
    heeded: &'a str,
    at: i64,
    by: PersonId,
    audience: Audience,
}

/// Notes something that was said and has to be confirmed in writing: at a call, a meeting, an order or a change.
///
/// # Errors
/// Names what is missing, and a day that has not come.
pub fn note_statement(work: &mut Work, number: &str, new: &NewStatement) -> Result<i64> {
    Permit::Staff.covers(work.actor, None)?;
    let record = queries::keeping(work, number)?;
    let (said_by, person, said_on) = speaker(work, &record, new)?;
    let words = new.words.trim();
    let mut faults = Faults::default();
    faults.unless(!words.is_empty(), "said", text!("Write what was said."));
    let fits = words.chars().count() <= 10_000;
    faults.unless(fits, "said", text!("Shorten it to {count} characters.", count = 10_000i64));
    let is_talk = TALKS.contains(&record.kind.as_str());
    faults.unless(is_talk || !said_by.is_empty(), "said_by", text!("Say who said it."));
    let fits = said_by.chars().count() <= 300;
    faults.unless(fits, "said_by", text!("Shorten it to {count} characters.", count = 300i64));
    let today = work.today();
    faults.unless(said_on.is_none_or(|it| it <= today), "said_on", text!("That day has not come yet."));
    faults.into_result()?;
    if let Some(before) = new.instead_of {
        let before = queries::statement(work, before)?;
        let sentence = text!("That is not open any more, or does not stand here. Reload the page.");
        let is_objected = standing(&before, today) == Standing::Objected && before.record_id == record.id;
        Refusal::unless(is_objected, sentence)?;
        keep_heeded(work, &before, "")?;
    }
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    let row = Row {
        record_id: record.id,
        words,
        said_by: &said_by,
        person,
        said_on,
        state: StatementState::Said,
        frame_contract: "",
        instead_of: new.instead_of,
        heeded: "",
        at,
        by,
        audience: Audience::Internal,
    };
    let id = work.add("statement", record.id, &row)?;
    work.note_content(record.id, &fingerprint(words.as_bytes()))?;
    work.called("noted_statement");
    Ok(id)
}

/// Who said it and when: as it is told, else whoever was on the telephone.
fn speaker(
    work: &Work,
    record: &Mention,
    new: &NewStatement,
) -> Result<(String, Option<PersonId>, Option<Date>)> {
    let mut said_by = new.said_by.trim().to_owned();
    let mut person = new.person;
    if record.kind == "CA" && said_by.is_empty() && person.is_none() {
        let call = work.find_by_id::<Call>(record.id)?.body;
        (said_by, person) = (call.name, call.person);
    }
    if let Some(id) = person {
        let sentence = text!("Choose somebody of a customer or supplier.");
        let contact = queries::contact(work, id)?.ok_or_else(|| Faults::one("person", sentence))?;
        if said_by.is_empty() {
            said_by = contact.name;
        }
    }
    Ok((said_by, person, new.said_on))
}

/// A letter by which somebody is asked to confirm what was said.
#[derive(Clone, Debug, Default)]
pub struct Writing {
    pub recipients: Vec<Recipient>,
    pub subject: String,
    /// The letter, as it was looked at before it goes; what silence means, and the link to the answer, come below it.
    pub words: String,
    /// What of it is asked for, by key.
    pub said: Vec<i64>,
    /// Until when an answer is asked for.
    pub due: Option<Date>,
    /// The frame contract by which silence is consent, as it is recorded with the customer; empty where it is none.
    pub frame_contract: String,
    /// The message of ours in the conversation by which they were asked already: then no letter goes.
    pub message: Option<i64>,
    /// Where the customer reaches us where that was not said: `https://reqord.example`.
    pub base: String,
}

/// By what they were asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Put {
    /// The message in the conversation.
    pub message: Option<i64>,
    pub letter: Option<i64>,
}

#[derive(Serialize)]
struct AskedRow<'a> {
    state: StatementState,
    message: Option<i64>,
    letter: Option<i64>,
    due: Option<Date>,
    task: Option<i64>,
    frame_contract: &'a str,
    said_by: &'a str,
    person: Option<PersonId>,
    audience: Audience,
}

/// Asks by letter that what was said be confirmed: in the conversation of a call or meeting, at the order or change
/// itself. Where the letter goes to one person of theirs whom we know, it carries a link by which they answer without an
/// account. Whoever asks is told to look when the day has come: silence is no consent.
///
/// # Errors
/// Names what is missing; refuses what was answered already, and an addressee of another customer.
pub fn put_in_writing(work: &mut Work, number: &str, it: &Writing) -> Result<Put> {
    Permit::Staff.covers(work.actor, None)?;
    let record = queries::keeping(work, number)?;
    let mut faults = Faults::default();
    faults.unless(!it.said.is_empty(), "said", text!("Choose what is to be confirmed."));
    let due = it.due.unwrap_or(Date::MIN);
    let sentence = text!("Say until when you ask for an answer: a day from today on.");
    faults.unless(due >= work.today(), "due", sentence);
    faults.into_result()?;
    let it = &Writing { frame_contract: recorded(work, &record, it)?, ..it.clone() };
    let all = queries::statements(work, record.id)?;
    let mut asked: Vec<&Statement> = Vec::new();
    for id in &it.said {
        let known = all.iter().find(|said| said.id == *id && said.state.is_unanswered());
        let sentence = text!("That was answered already, or does not stand here. Reload the page.");
        asked.push(known.ok_or_else(|| Refusal::because(sentence))?);
    }
    let person = answerer(work, &it.recipients)?;
    let put = if TALKS.contains(&record.kind.as_str()) {
        in_conversation(work, &record, it, person)?
    } else {
        at_the_record(work, &record, it, person)?
    };
    let task = watched(work, &record, it)?;
    let is_talk = TALKS.contains(&record.kind.as_str());
    let audience = if is_talk { Audience::Internal } else { Audience::Party };
    for said in asked {
        let named = it.recipients.iter().find(|to| !to.is_copy).map_or("", |to| to.name.as_str());
        let row = AskedRow {
            state: StatementState::Asked,
            message: put.message,
            letter: put.letter,
            due: it.due,
            task,
            frame_contract: &it.frame_contract,
            said_by: if said.said_by.is_empty() { named } else { &said.said_by },
            person: person.or(said.person),
            audience,
        };
        work.amend("statement", record.id, said.id, &row)?;
    }
    work.note(record.id, json!({ "understood": { "answer_by": it.due, "silence": it.frame_contract } }))?;
    work.called("asked_to_confirm");
    Ok(put)
}

/// The frame contract by which silence is consent, as it is recorded with the customer; nothing where none is named. It
/// has to hold until the day of the answer.
fn recorded(work: &Work, record: &Mention, it: &Writing) -> Result<String> {
    let named = it.frame_contract.trim();
    if named.is_empty() {
        return Ok(String::new());
    }
    let fault = |sentence| Faults::one("frame_contract", sentence);
    let customer =
        queries::party_of(work, record.id)?.map(|party| work.mention(party)).transpose()?.flatten();
    let sentence = text!("It belongs to no customer, so no frame contract holds. Leave it empty.");
    let customer = customer.ok_or_else(|| fault(sentence))?;
    let due = it.due.unwrap_or(Date::MIN);
    let all = customers::contracts_in_force(work, customer.id, Says::Silence, (work.today(), due))?;
    let found =
        all.iter().map(customers::FrameContract::words).find(|it| it.to_lowercase() == named.to_lowercase());
    let sentence = text!(
        "“{contract}” is not recorded with {customer} as a frame contract that holds until {day}. Have quality or an approver record it at {number}, or leave it empty.",
        contract = named,
        customer = customer.title,
        day = due,
        number = customer.number
    );
    Ok(found.ok_or_else(|| fault(sentence))?)
}

/// The one person of a customer to whom a letter goes: whose link it carries. Nobody where it goes to several.
fn answerer(work: &Work, to: &[Recipient]) -> Result<Option<PersonId>> {
    let [only] = to else { return Ok(None) };
    let found = identity::person_with_email(work, &only.address)?.map(|(id, ..)| id);
    let contact = found.map(|it| queries::contact(work, it)).transpose()?.flatten();
    Ok(contact.map(|it| it.id))
}

/// A link by which a person of theirs answers; the ones before it open nothing any more.
fn link_for(
    work: &mut Work,
    record: i64,
    (person, base): (PersonId, &str),
    language: &str,
) -> Result<String> {
    work.withdraw_passes(record, UNDERSTOOD, Some(person))?;
    another_link(work, record, (person, base), language)
}

/// The same beside the ones before it, for a letter that waits for their hours: until then they have but those.
fn another_link(
    work: &mut Work,
    record: i64,
    (person, base): (PersonId, &str),
    language: &str,
) -> Result<String> {
    let wanted = NewPass { record, person, purpose: UNDERSTOOD, lasts: LINK_LASTS, language };
    let secret = work.make_pass(&wanted)?;
    work.leads_to(&format!("/understood/{secret}"), base)
}

/// The letter as an answer in the conversation in which the call or meeting stands.
fn in_conversation(work: &mut Work, record: &Mention, it: &Writing, person: Option<PersonId>) -> Result<Put> {
    let conversation = queries::conversation_of(work, record.id)?;
    let sentence =
        text!("It stands in no conversation yet, so nobody could answer. Choose its conversation first.");
    let conversation = conversation.ok_or_else(|| Refusal::because(sentence))?;
    if let Some(message) = it.message {
        asked_already(work, &conversation, message)?;
        return Ok(Put { message: Some(message), letter: None });
    }
    let language = language_for(work, record, person)?;
    let mut letter = Reply {
        recipients: it.recipients.clone(),
        subject: it.subject.clone(),
        words: whole(work, it, (&language, false)),
        in_writing: Some(Topic::Order),
        ..Reply::default()
    };
    if let Some(person) = person {
        let link = link_for(work, record.id, (person, &it.base), &language)?;
        letter.letter = Some((whole(work, it, (&language, true)), link));
    }
    let replied = reply(work, &conversation, &letter)?;
    Ok(Put { message: Some(replied.message), letter: Some(replied.letter.id) })
}

/// The letter at the order or change itself.
fn at_the_record(work: &mut Work, record: &Mention, it: &Writing, person: Option<PersonId>) -> Result<Put> {
    let party = queries::party_of(work, record.id)?;
    let sentence = text!("It belongs to no customer, so nobody could answer. Say whose it is first.");
    Refusal::unless(party.is_some(), sentence)?;
    if it.message.is_some() {
        let sentence = text!("No message stands here. Leave it out, or put it in writing where they spoke.");
        return Err(Faults::one("message", sentence).into());
    }
    if it.recipients.is_empty() {
        // They were asked in another way; what is kept is until when they were asked to answer.
        return Ok(Put::default());
    }
    let mut faults = Faults::default();
    faults.unless(it.recipients.iter().any(|to| !to.is_copy), "to", text!("Say to whom it goes."));
    faults.unless(!it.words.trim().is_empty(), "reply", text!("Write something first."));
    faults.into_result()?;
    let people = Correspondents::of(work, it.recipients.iter().map(|to| to.address.as_str()))?;
    for to in &it.recipients {
        let whose: Whose = people.whose(&to.address);
        must_not_be_another_customer(work, party, to, whose)?;
    }
    let language = language_for(work, record, person)?;
    let link = person.map(|person| link_for(work, record.id, (person, &it.base), &language)).transpose()?;
    let words = whole(work, it, (&language, link.is_some()));
    let to: Vec<Addressee> = it.recipients.iter().map(addressee).collect();
    let letter = Letter {
        record: record.id,
        audience: Audience::Party,
        purpose: UNDERSTOOD,
        to: &to,
        subject: &it.subject,
        words: &words,
        language: &language,
        secret: link.as_deref(),
        ..Letter::default()
    };
    Ok(Put {
        message: None,
        letter: Some(customers::write(work, Occasion::InWriting { party, topic: Topic::Order }, &letter)?.id),
    })
}

/// What was written, and below it what silence means, where to answer and who writes; nothing where nothing was written.
fn whole(work: &Work, it: &Writing, (language, has_link): (&str, bool)) -> String {
    let ending = Ending { due: it.due, frame_contract: &it.frame_contract, has_link, from: &work.actor.name };
    let words = it.words.trim_end();
    if words.is_empty() {
        String::new()
    } else {
        format!("{words}\n\n{}", letters::ending(language, &ending))
    }
}

/// The language in which somebody of theirs is asked: their own, else that of the customer.
fn language_for(work: &Work, record: &Mention, person: Option<PersonId>) -> Result<String> {
    customers::language_to(work, (queries::party_of(work, record.id)?, person), Topic::Order)
}

/// A letter of ours that stands in the conversation asked them already.
fn asked_already(work: &Work, conversation: &str, message: i64) -> Result<()> {
    let sentence =
        text!("Choose a letter of ours that stands in {conversation}.", conversation = conversation);
    let wrong = || Faults::one("message", sentence.clone());
    let found = match queries::message(work, message) {
        Err(kernel::Error::NotFound) => return Err(wrong().into()),
        found => found?,
    };
    let stands = queries::number(work, found.record_id)? == conversation;
    if !stands || found.direction != Direction::Out || !found.kind.is_by_a_person() {
        return Err(wrong().into());
    }
    Ok(())
}

/// Has whoever asks look when the day has come.
fn watched(work: &mut Work, record: &Mention, it: &Writing) -> Result<Option<i64>> {
    if work.actor.person == 0 {
        return Ok(None);
    }
    let names: Vec<&str> = it.recipients.iter().filter(|to| !to.is_copy).map(|to| to.name.as_str()).collect();
    let request = if names.is_empty() {
        text!("See whether they confirmed what was said. Silence is no consent.")
    } else {
        text!("See whether {name} confirmed what was said. Silence is no consent.", name = names.join(", "))
    };
    let ask = Ask { said: Some(&request), person: Some(work.actor.person), due: it.due, ..Ask::default() };
    work.ask(record.id, &ask).map(Some)
}

/// An answer to something that was said, on its way.
#[derive(Clone, Debug, Default)]
pub struct Replying {
    pub answer: StatementState,
    /// What they say instead; where one of us writes it down, how they said it.
    pub words: String,
    /// Who answered, where one of us writes it down; whoever said it where nothing is said.
    pub name: String,
}

#[derive(Serialize)]
struct AnswerRow<'a> {
    record_id: i64,
    statement: i64,
    answer: StatementState,
    words: &'a str,
    name: &'a str,
    source: &'a str,
    at: i64,
    by: PersonId,
    audience: Audience,
}

#[derive(Serialize)]
struct StateRow {
    state: StatementState,
}

/// Keeps what they answered to something that was said: they say so on their pages, or one of us writes down how they
/// said it. Tells the number of the record at which it is kept.
///
/// # Errors
/// Asks for their words where they say it otherwise, and for the mail or letter where one of us writes it down.
pub fn answer_statement(work: &mut Work, id: i64, it: &Replying) -> Result<String> {
    let is_outside = work.actor.is_outside();
    if !is_outside {
        Permit::Staff.covers(work.actor, None)?;
    }
    let said = queries::statement(work, id)?;
    let mut faults = Faults::default();
    faults.unless(!it.answer.is_unanswered(), "state", text!("Say whether they confirmed it."));
    let words = it.words.trim();
    let sentence = match it.answer {
        StatementState::Otherwise if is_outside => text!("Say what is right instead."),
        StatementState::Otherwise => text!("Write what they said instead."),
        _ => text!("Say how they said it: the mail or the letter."),
    };
    let needs_words = it.answer == StatementState::Otherwise || !is_outside;
    faults.unless(!needs_words || !words.is_empty(), "answer", sentence);
    let fits = words.chars().count() <= 10_000;
    faults.unless(fits, "answer", text!("Shorten it to {count} characters.", count = 10_000i64));
    faults.into_result()?;
    Refusal::unless(said.state.is_unanswered(), text!("It was answered already. Reload the page."))?;
    let name = match (is_outside, it.name.trim()) {
        (true, _) => work.actor.name.clone(),
        (false, "") => said.said_by.clone(),
        (false, name) => name.to_owned(),
    };
    let source = if is_outside { "account" } else { "hand" };
    keep_answer(work, &said, (it.answer, words), (&name, source))?;
    work.called("answered_statement");
    queries::number(work, said.record_id)
}

/// Keeps the answers of whoever came by the link of our letter: one to each thing that they were asked, all at once.
///
/// # Errors
/// Asks for an answer to each, and for their words where they say it otherwise.
pub fn answer_by_link(work: &mut Work, pass: &Pass, answers: &[(i64, StatementState, String)]) -> Result<()> {
    // The call in which they said it is not theirs to see; what they are asked is.
    let asked =
        work.seen_by(&Actor::system(), |reader| queries::asked_of(reader, pass.record_id, pass.person))?;
    let sentence = text!("This was answered meanwhile. Nothing more is asked of you.");
    Refusal::unless(!asked.is_empty(), sentence)?;
    let mut faults = Faults::default();
    for said in &asked {
        let given = answers.iter().find(|(id, ..)| *id == said.id);
        let is_given = given.is_some_and(|(_, answer, _)| !answer.is_unanswered());
        let field = format!("answer-{}", said.id);
        faults.unless(is_given, &field, text!("Say of each whether it is right."));
        let says_what = given.is_none_or(|(_, answer, words)| {
            *answer != StatementState::Otherwise || !words.trim().is_empty()
        });
        faults.unless(says_what, &format!("words-{}", said.id), text!("Say what is right instead."));
        let fits = given.is_none_or(|(.., words)| words.chars().count() <= 10_000);
        let sentence = text!("Shorten it to {count} characters.", count = 10_000i64);
        faults.unless(fits, &format!("words-{}", said.id), sentence);
    }
    faults.into_result()?;
    let name = work.actor.name.clone();
    for said in &asked {
        let given = answers.iter().find(|(id, ..)| *id == said.id);
        if let Some((_, answer, words)) = given {
            keep_answer(work, said, (*answer, words.trim()), (&name, "link"))?;
        }
    }
    work.use_pass(pass)?;
    work.called("answered_statement");
    Ok(())
}

fn keep_answer(
    work: &mut Work,
    said: &Statement,
    (answer, words): (StatementState, &str),
    (name, source): (&str, &str),
) -> Result<()> {
    let row = AnswerRow {
        record_id: said.record_id,
        statement: said.id,
        answer,
        words,
        name,
        source,
        at: work.now.as_microsecond(),
        by: work.actor.person,
        audience: Audience::Party,
    };
    work.add("statement_answer", said.record_id, &row)?;
    work.amend("statement", said.record_id, said.id, &StateRow { state: answer })?;
    work.note_content(said.record_id, &fingerprint(words.as_bytes()))?;
    let digest = fingerprint(said.words.as_bytes());
    work.note(said.record_id, json!({ "answered": { "digest": digest, "is": answer, "by": source } }))?;
    if answer.is_objection() && work.actor.is_outside() {
        let request = text!("{name} says that it is otherwise: do what follows from it", name = name);
        if said.by != 0 {
            work.ask_soon(said.record_id, &request, said.by, None)?;
        }
    }
    remind_no_more(work, said)?;
    end_watch(work, said)
}

#[derive(Serialize)]
struct SettledRow {
    settled_at: i64,
    settled_by: PersonId,
}

/// Nothing is left to look for once each thing that was asked by the same letter is answered.
fn end_watch(work: &mut Work, said: &Statement) -> Result<()> {
    let Some(task) = said.task else { return Ok(()) };
    let is_open = work.seen_by(&Actor::system(), |reader| {
        let rest = queries::statements(reader, said.record_id)?;
        let is_over = !rest.iter().any(|it| it.task == Some(task) && it.state.is_unanswered());
        let tasks = reader.tasks(said.record_id)?;
        Ok(is_over && tasks.iter().any(|it| it.id == task && it.settled_at.is_none()))
    })?;
    if !is_open {
        return Ok(());
    }
    if !work.actor.is_outside() && work.actor.person != 0 {
        return work.settle(task);
    }
    // Whoever answers settles it by that; it is nobody's task of theirs.
    let row = SettledRow { settled_at: work.now.as_microsecond(), settled_by: work.actor.person };
    work.amend("task", said.record_id, task, &row)
}

#[derive(Serialize)]
struct HeededRow<'a> {
    heeded: &'a str,
    heeded_at: i64,
    heeded_by: PersonId,
}

/// Says what follows from it that they do not agree: the order says so now, or nothing rests on it.
///
/// # Errors
/// Asks what follows; refuses what they did not object to.
pub fn heed(work: &mut Work, id: i64, words: &str) -> Result<String> {
    Permit::Staff.covers(work.actor, None)?;
    let said = queries::statement(work, id)?;
    let words = words.trim();
    let mut faults = Faults::default();
    faults.unless(!words.is_empty(), "heeded", text!("Say what follows from it."));
    let fits = words.chars().count() <= 2000;
    faults.unless(fits, "heeded", text!("Shorten it to {count} characters.", count = 2000i64));
    faults.into_result()?;
    let is_objected = standing(&said, work.today()) == Standing::Objected;
    let sentence = text!("That is not open any more, or does not stand here. Reload the page.");
    Refusal::unless(is_objected, sentence)?;
    work.because(words);
    keep_heeded(work, &said, words)?;
    work.called("heeded_objection");
    queries::number(work, said.record_id)
}

fn keep_heeded(work: &mut Work, said: &Statement, words: &str) -> Result<()> {
    let (heeded_at, heeded_by) = (work.now.as_microsecond(), work.actor.person);
    work.amend("statement", said.record_id, said.id, &HeededRow { heeded: words, heeded_at, heeded_by })?;
    let digest = fingerprint(said.words.as_bytes());
    work.note(said.record_id, json!({ "heeded": { "digest": digest } }))
}

/// Ties an order or a change to the call or meeting from which it came, whichever of the two is named first: what was
/// said there counts for it from then on.
///
/// # Errors
/// Refuses two that do not belong together.
pub fn tie_talk(work: &mut Work, one: &str, other: &str) -> Result<()> {
    let wrong = text!("Name a call or meeting and the order or change that came of it.");
    let find = |number: &str| match queries::keeping(work, number) {
        Err(kernel::Error::NotFound) => Err(Faults::one("other", wrong.clone()).into()),
        found => found,
    };
    let (one, other) = (queries::keeping(work, one)?, find(other)?);
    let is_talk = |it: &Mention| TALKS.contains(&it.kind.as_str());
    let (talk, matter) = match (is_talk(&one), is_talk(&other)) {
        (true, false) => (one, other),
        (false, true) => (other, one),
        _ => return Err(Faults::one("other", wrong).into()),
    };
    let (theirs, ours) = (queries::party_of(work, talk.id)?, queries::party_of(work, matter.id)?);
    let sentence = text!("That was spoken of with another customer. Choose one of theirs.");
    if !kernel::may(theirs.is_none() || ours.is_none() || theirs == ours) {
        return Err(Faults::one("other", sentence).into());
    }
    work.link_by_hand(&matter, Tie::DerivesFrom, &talk)?;
    Ok(())
}

#[derive(Serialize)]
struct NoContract {
    frame_contract: &'static str,
}

/// Whoever was asked under a frame contract that ends before their day, and has no other of that name, does not agree by
/// silence any more.
///
/// # Errors
/// Only where the database fails.
pub fn contract_ended(work: &mut Work, it: &ContractEnded) -> Result<()> {
    for said in queries::asked_under(work, &it.contract, it.until)? {
        let (Some(due), Some(party)) = (said.due, queries::party_of(work, said.record_id)?) else { continue };
        let still = customers::contracts_in_force(work, party, Says::Silence, (due, due))?;
        if still.iter().all(|one| one.words() != it.contract) {
            work.amend("statement", said.record_id, said.id, &NoContract { frame_contract: "" })?;
            work.note(said.record_id, json!({ "understood": { "silence": "" } }))?;
        }
    }
    Ok(())
}

/// What the product does each hour: reminds, once, whoever was asked and said nothing until their day; sees to it that
/// somebody of ours looks; and lets that be over which holds by a frame contract.
///
/// # Errors
/// Only where the database fails, or somebody left to whom a letter would go.
pub fn remind_of_statements(work: &mut Work) -> Result<()> {
    let today = work.today();
    let since = today.checked_sub(LONGEST_REMINDED.days()).unwrap_or(today);
    let overdue = queries::overdue(work, today, since)?;
    let mut told: Vec<(i64, Option<PersonId>, Option<Date>)> = Vec::new();
    for said in &overdue {
        if standing(said, today) == Standing::Consented {
            hold_by_contract(work, said)?;
            continue;
        }
        must_be_watched(work, said)?;
        let letter = (said.record_id, said.person, said.due);
        if !told.contains(&letter) {
            told.push(letter);
            let same = |it: &&Statement| (it.record_id, it.person, it.due) == letter;
            let all: Vec<&Statement> =
                overdue.iter().filter(same).filter(|it| standing(it, today) == Standing::Silent).collect();
            remind_of(work, said, &all)?;
        }
    }
    Ok(())
}

/// Their silence holds by the contract: nobody has to look any more. It is noted once.
fn hold_by_contract(work: &mut Work, said: &Statement) -> Result<()> {
    let Some(task) = said.task else { return Ok(()) };
    let tasks = work.tasks(said.record_id)?;
    if !tasks.iter().any(|it| it.id == task && it.settled_at.is_none()) {
        return Ok(());
    }
    let row = SettledRow { settled_at: work.now.as_microsecond(), settled_by: 0 };
    work.amend("task", said.record_id, task, &row)?;
    work.note(said.record_id, json!({ "holds_by": said.frame_contract }))?;
    work.called("holds_by_contract");
    Ok(())
}

#[derive(Serialize)]
struct TaskRow {
    task: i64,
}

/// Somebody of ours looks whether they answered, also where nobody was asked to.
fn must_be_watched(work: &mut Work, said: &Statement) -> Result<()> {
    if said.task.is_some() || said.by == 0 {
        return Ok(());
    }
    let request = text!("See whether they confirmed what was said. Silence is no consent.");
    let ask = Ask { said: Some(&request), person: Some(said.by), due: said.due, ..Ask::default() };
    let task = work.ask_by_itself(said.record_id, &ask)?;
    work.amend("statement", said.record_id, said.id, &TaskRow { task })
}

/// Under which words somebody is reminded once of all that one letter asked.
fn reminder_of(record: i64, person: PersonId, due: Date) -> String {
    format!("statement:{record}:{person}:{due}:reminder")
}

/// Whoever answered all that one letter asked, while its reminder waited for their hours, is not reminded any more.
fn remind_no_more(work: &mut Work, said: &Statement) -> Result<()> {
    let (Some(person), Some(due)) = (said.person, said.due) else { return Ok(()) };
    let waits = work.seen_by(&Actor::system(), |reader| {
        let all = queries::statements(reader, said.record_id)?;
        let is_asked =
            |it: &Statement| (it.person, it.due) == (said.person, said.due) && it.state.is_unanswered();
        Ok(all.iter().any(is_asked))
    })?;
    if waits { Ok(()) } else { work.lapses(&reminder_of(said.record_id, person, due)) }
}

/// Writes to whoever was asked and did not answer; where they want no mail, one of us is asked to remind them.
fn remind_of(work: &mut Work, first: &Statement, all: &[&Statement]) -> Result<()> {
    let record = first.record_id;
    let number = queries::number(work, record)?;
    let party = queries::party_of(work, record)?;
    if let Some(channel) = customers::other_way(work, party, Topic::Order)? {
        let way = channel.text();
        let request =
            text!("Remind them of {number}: they want to be told by “{way}”", number = &number, way = way);
        let is_asked = work.tasks(record)?.iter().any(|it| it.request == request.to_string());
        if !is_asked && first.by != 0 {
            work.ask_soon(record, &request, first.by, None)?;
        }
        return Ok(());
    }
    let (Some(person), Some(due), Some(site)) = (first.person, first.due, work.site()?) else {
        return Ok(());
    };
    let once = reminder_of(record, person, due);
    let (name, address) = identity::address_of(work, person)?;
    if address.is_empty() || work.was_told(&once)? || queries::has_left(work, person)? {
        return Ok(());
    }
    let language = customers::language_to(work, (party, Some(person)), Topic::Order)?;
    let link = another_link(work, record, (person, &site), &language)?;
    let it = Understood {
        name: name.clone(),
        day: first.said_on.unwrap_or_else(|| first.at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()),
        said: all.iter().map(|it| it.words.clone()).collect(),
        due: Some(due),
        from: work.name_of(first.by)?,
    };
    let (subject, words) = letters::understood_again(&it, &language);
    let to = [Addressee { name, address, is_copy: false }];
    let letter = Letter {
        record,
        audience: Audience::Party,
        purpose: UNDERSTOOD,
        to: &to,
        subject: &subject,
        words: &words,
        language: &language,
        once: Some(&once),
        secret: Some(&link),
        ..Letter::default()
    };
    customers::tell(work, party, Topic::Order, &letter)?;
    work.called("customer_reminded");
    Ok(())
}
