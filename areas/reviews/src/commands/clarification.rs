//! Asking the customer from within a review, and writing their answer down.

use customers::{Occasion, Topic};
use jiff::SignedDuration;
use kernel::{
    Audience, Body, Case, Faults, Letter, Made, New, NewPass, PartyId, Pass, PersonId, Refusal, Result, Tie,
    Work, text,
};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{must_be_staff, or_nothing};
use crate::letters;
use crate::model::{Clarification, ClarificationStep, Review, SignOff};
use crate::queries;

/// How long the link to an answer is good.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A question to somebody of the customer.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub words: String,
    /// Who is asked; by whichever way the owner asks them where nobody is named.
    pub person: Option<PersonId>,
    /// `en` or `de`; their own where nothing is said.
    pub language: String,
    /// Where the customer reaches us: `https://reqord.example`.
    pub base: String,
    /// The number it had elsewhere; the next free one where nothing is said.
    pub number: Option<String>,
    /// Why it goes so, where it was agreed with them otherwise: another way, somebody else, another language.
    pub why: String,
    /// What it says in the extra fields of the house, each as its field holds it.
    pub extra: Map<String, Json>,
}

/// From what, and about what, is asked.
#[derive(Clone, Debug)]
pub struct About {
    pub from: i64,
    pub item: String,
    pub item_title: String,
    pub party: Option<PartyId>,
}

/// Asks the customer about an item of a review, or about the whole: a letter with a link to the answer.
///
/// # Errors
/// Refuses where what is reviewed belongs to no customer, or the person is not theirs; asks for what the house keeps of
/// each question.
pub fn ask(work: &mut Work, review: &str, item: &str, question: &Question) -> Result<Made> {
    must_be_staff(work)?;
    let case = work.find::<Review>(review)?;
    let items = queries::items(work, &case.body)?;
    let known = items.into_iter().map(|(it, _)| it).find(|it| it.number == item);
    let sentence = text!("{item} is not part of this review.", item = item);
    if !item.is_empty() && known.is_none() {
        return Err(Faults::one("item", sentence).into());
    }
    let about = About {
        from: case.record.id.raw(),
        item: item.to_owned(),
        item_title: known.map(|it| it.title).unwrap_or_default(),
        party: case.record.party,
    };
    let made = open(work, &about, (None, question))?;
    work.called("clarification_asked");
    Ok(made)
}

/// Opens no question by itself: ours to a customer is asked from a review, which writes the letter, and theirs to us is
/// what they query in a sign-off.
///
/// # Errors
/// Always refuses, and says where it is asked.
pub fn ask_elsewhere(work: &mut Work, _: &New, question: &Clarification) -> Result<Made> {
    must_be_staff(work)?;
    let review = work.mention(question.review)?.filter(|it| it.kind == Review::KIND.prefix);
    let number = review.map_or_else(|| "RV-…".to_owned(), |it| it.number);
    let sentence = text!(
        "A question is asked from its review: send it to /api/v1/reviews/{number}/clarifications, which writes to the person of the customer whom you name.",
        number = number
    );
    Err(Refusal::because(sentence).into())
}

/// Opens the question and writes the letter.
pub(super) fn open(work: &mut Work, about: &About, (function, it): (Option<i64>, &Question)) -> Result<Made> {
    let sentence =
        text!("This belongs to no customer, so nobody can be asked. Say in a remark what is unclear.");
    let party = about.party.ok_or_else(|| Refusal::because(sentence))?;
    let language = if it.language.is_empty() {
        customers::language_to(work, (Some(party), it.person), Topic::Everything)?
    } else {
        letters::language(&it.language).to_owned()
    };
    let body = Clarification {
        review: about.from,
        item: about.item.clone(),
        item_title: about.item_title.clone(),
        function,
        question: it.words.trim().to_owned(),
        person: it.person,
        is_theirs: false,
        language,
    };
    let title: String = if about.item.is_empty() {
        it.words.trim().to_owned()
    } else {
        format!("{}: {}", about.item, it.words.trim())
    };
    let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    let made = work.create(
        &New { title: &title, party: Some(party), number: it.number.as_deref(), ..New::default() },
        &body,
    )?;
    work.fill_opened::<Clarification>(&made.number, it.extra.clone())?;
    work.tie(made.id, Tie::Concerns, about.from)?;
    if let Ok(item) = work.mention_of(&about.item) {
        work.tie(made.id, Tie::Concerns, item.id)?;
    }
    if let Some(person) = it.person {
        send(work, &made, (person, party), it, &body)?;
    }
    Ok(made)
}

fn send(
    work: &mut Work,
    made: &Made,
    (person, party): (PersonId, PartyId),
    it: &Question,
    body: &Clarification,
) -> Result<()> {
    let all = queries::signatories(work, party)?;
    let sentence = text!("Choose somebody of this customer.");
    let (_, name, address, _) =
        all.into_iter().find(|(id, ..)| *id == person).ok_or_else(|| Faults::one("person", sentence))?;
    let sentence = text!("{name} has no e-mail address. Add it, or ask in another way.", name = &name);
    if address.is_empty() {
        return Err(Faults::one("person", sentence).into());
    }
    let secret = work.make_pass(&for_answer(made.id, person, &body.language))?;
    let link = work.leads_to(&format!("/answer/{secret}"), &it.base)?;
    let words = letters::question(
        &body.language,
        &letters::Asking {
            name: &name,
            house: &queries::house(work)?,
            by: &work.actor.name,
            item: &about_words(body),
            question: &body.question,
            number: &made.number,
        },
    );
    let to = [kernel::Addressee { name, address, is_copy: false }];
    let letter = Letter {
        record: made.id,
        audience: Audience::Party,
        purpose: "clarification",
        to: &to,
        subject: &words.subject,
        words: &words.words,
        language: &body.language,
        reason: &words.reason,
        secret: Some(&link),
        ..Letter::default()
    };
    let occasion = Occasion::Tells { party: Some(party), topic: Topic::Everything, why: &it.why };
    customers::write(work, occasion, &letter).map(|_| ())
}

/// The link by which somebody answers a question.
fn for_answer(record: i64, person: PersonId, language: &str) -> NewPass<'_> {
    NewPass { record, person, purpose: "answer", lasts: LINK_LASTS, language }
}

/// So many days after a question, and after the reminder, that nobody answered, somebody is told.
const REMINDED_AFTER: i64 = 5;
const ASKED_AGAIN_AFTER: i64 = 12;

/// What the product does each hour: reminds whoever of the customer was asked and did not answer, once; later it asks
/// whoever asked them. Where the customer wants no mail about it, one of us is asked to remind them.
pub fn remind_of_questions(work: &mut Work) -> Result<()> {
    let days = |count: i64| SignedDuration::from_hours(24 * count);
    for id in queries::unanswered(work, work.now - days(REMINDED_AFTER), work.now - days(60))? {
        let case = work.find_by_id::<Clarification>(id)?;
        remind_of(work, &case)?;
        let again = case.record.created_at < work.now - days(ASKED_AGAIN_AFTER);
        let said = text!("Nobody answered {number}: ask them in another way", number = &case.record.number);
        if again && !work.tasks(id)?.iter().any(|it| it.request == said.to_string()) {
            work.ask_soon(id, &said, case.record.owner, None)?;
        }
    }
    Ok(())
}

/// Under which words a question is asked once more.
fn reminder_of(number: &str) -> String {
    format!("clarification:{number}:reminder")
}

fn remind_of(work: &mut Work, case: &Case<Clarification>) -> Result<()> {
    let (id, number) = (case.record.id.raw(), &case.record.number);
    let once = reminder_of(number);
    if let Some(channel) = customers::other_way(work, case.record.party, Topic::Everything)? {
        return super::by_hand(work, channel, (id, case.record.owner), number);
    }
    let (Some(person), Some(site)) = (case.body.person, work.site()?) else { return Ok(()) };
    let (name, address) = queries::address_of(work, person)?;
    if work.was_told(&once)? || address.is_empty() {
        return Ok(());
    }
    // The link that they have goes on leading there: the letter waits for their hours.
    let secret = work.make_pass(&for_answer(id, person, &case.body.language))?;
    let link = work.leads_to(&format!("/answer/{secret}"), &site)?;
    let asking = letters::Asking {
        name: &name,
        house: &queries::house(work)?,
        by: &work.name_of(case.record.owner)?,
        item: &about_words(&case.body),
        question: &case.body.question,
        number,
    };
    let words = letters::question_again(&case.body.language, &asking);
    let to = [kernel::Addressee { name, address, is_copy: false }];
    let letter = Letter {
        record: id,
        audience: Audience::Party,
        purpose: "clarification",
        to: &to,
        subject: &words.subject,
        words: &words.words,
        language: &case.body.language,
        reason: &words.reason,
        once: Some(&once),
        secret: Some(&link),
        ..Letter::default()
    };
    customers::tell(work, case.record.party, Topic::Everything, &letter)?;
    work.called("customer_reminded");
    Ok(())
}

fn about_words(it: &Clarification) -> String {
    if it.item.is_empty() {
        String::new()
    } else {
        format!("{} {}", it.item, it.item_title).trim().to_owned()
    }
}

/// An answer on its way.
#[derive(Clone, Debug, Default)]
pub struct Answering {
    pub words: String,
    /// Who said it, where one of ours writes it down.
    pub name: String,
    /// How it came, in words: `mail of 24 June`; or a code: `link`, `account`.
    pub source: String,
}

#[derive(Serialize)]
struct AnswerRow<'a> {
    record_id: i64,
    audience: Audience,
    words: &'a str,
    name: &'a str,
    person: Option<PersonId>,
    source: &'a str,
    at: i64,
    by: PersonId,
}

/// Writes an answer down: the customer's own, or what one of ours was told. It lands at the item from which it was
/// asked, and whoever looks after the review is told.
///
/// # Errors
/// Words are asked.
pub fn answer(work: &mut Work, number: &str, it: &Answering, pass: Option<&Pass>) -> Result<()> {
    let mut case = work.find::<Clarification>(number)?;
    let mut faults = Faults::default();
    faults.unless(!it.words.trim().is_empty(), "words", text!("Write the answer."));
    let fits = it.words.chars().count() <= 20_000;
    faults.unless(fits, "words", text!("Shorten it to {count} characters.", count = 20_000i64));
    faults.into_result()?;
    let is_outside = work.actor.is_outside();
    let name = if it.name.trim().is_empty() { work.actor.name.clone() } else { it.name.trim().to_owned() };
    let row = AnswerRow {
        record_id: case.record.id.raw(),
        audience: Audience::Party,
        words: it.words.trim(),
        name: &name,
        person: is_outside.then_some(work.actor.person),
        source: it.source.trim(),
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    work.add("clarification_answer", case.record.id.raw(), &row)?;
    let person = or_nothing(row.person);
    work.note_row(
        row.record_id,
        &[&row.record_id, &row.words, &row.name, &person, &row.source, &row.at, &row.by],
    )?;
    let digest = kernel::fingerprint(row.words.as_bytes());
    work.note(case.record.id.raw(), json!({ "answer": digest, "by": row.source }))?;
    work.advance(&mut case, ClarificationStep::Answer)?;
    work.lapses(&reminder_of(number))?;
    if let Some(pass) = pass {
        work.use_pass(pass)?;
    }
    tell_the_owner(work, &case, &name)?;
    work.called("clarification_answered");
    Ok(())
}

fn tell_the_owner(work: &mut Work, case: &Case<Clarification>, name: &str) -> Result<()> {
    if !work.actor.is_outside() {
        return Ok(());
    }
    let request = text!("{name} answered: judge {item} again", name = name, item = &case.body.item);
    work.ask_soon(case.record.id.raw(), &request, case.record.owner, None)?;
    Ok(())
}

/// Says that what follows from an answer is done, and what that was.
pub fn settle_with(work: &mut Work, number: &str, effect: &str) -> Result<()> {
    super::reasoned(work, effect)?;
    let mut case = work.find::<Clarification>(number)?;
    work.advance(&mut case, ClarificationStep::Settle)
}

/// A query of the customer in a sign-off becomes a question to us.
pub(super) fn query(
    work: &mut Work,
    sign_off: &Case<SignOff>,
    (item, title): (&str, &str),
    words: &str,
) -> Result<i64> {
    let body = Clarification {
        review: sign_off.record.id.raw(),
        item: item.to_owned(),
        item_title: title.to_owned(),
        function: None,
        question: words.trim().to_owned(),
        person: Some(work.actor.person),
        is_theirs: true,
        language: customers::language_to(
            work,
            (sign_off.record.party, Some(work.actor.person)),
            Topic::Everything,
        )?,
    };
    let title: String = format!("{item}: {}", words.split_whitespace().collect::<Vec<_>>().join(" "))
        .chars()
        .take(120)
        .collect();
    let new = New {
        title: &title,
        party: sign_off.record.party,
        owner: Some(sign_off.record.owner),
        ..New::default()
    };
    let made = work.create_by_itself(&new, &body)?;
    work.tie(made.id, Tie::Concerns, sign_off.record.id.raw())?;
    work.note(sign_off.record.id.raw(), json!({ "query": item }))?;
    let request = text!("Answer the customer's query about {item}", item = item);
    work.ask_soon(made.id, &request, sign_off.record.owner, Some(sign_off.body.until))?;
    Ok(made.id)
}
