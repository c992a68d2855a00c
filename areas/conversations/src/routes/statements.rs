//! The addresses of what was only said: noting it, putting it in writing, what they answer, and what follows.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Error, Mention, Reader, Result};
use maud::Markup;
use web::{Answer, Form, Page, Path, Posted, Routes, Visit};

use super::calls::forget_draft;
use crate::commands::{self, NewStatement, Replying, Writing};
use crate::letters::{self, Ending, Understood};
use crate::model::{Call, Direction, MessageKind, Statement, StatementState};
use crate::pages::{self, Asking, Section, StatementLine};
use crate::queries::{self, Kept};
use crate::rules::reply;
use crate::rules::statement::TALKS;

pub fn routes() -> Routes {
    Routes::default()
        .post("/said/{number}", note)
        .get("/said/{number}/confirmation", ask_to_confirm)
        .post("/said/{number}/confirmation", put_in_writing)
        .post("/said/{number}/ties", tie)
        .post("/statements/{id}/answer", answer)
        .post("/statements/{id}/heed", heed)
}

/// What stands at an order or a change of what was said: at it, and in the talks among these records, which led to it.
pub fn said_about(reader: &Reader, record: i64, led: &[i64]) -> Result<Markup> {
    let at = reader.mention(record)?.ok_or(Error::NotFound)?;
    let mut records = vec![record];
    records.extend(led);
    Ok(pages::said(&shown(reader, &at, queries::said_about(reader, &records)?)?))
}

/// The section of a call or meeting.
pub(super) fn section(reader: &Reader, at: &Mention) -> Result<Markup> {
    let kept = queries::statements(reader, at.id)?.into_iter();
    let kept = kept.map(|it| Kept { it, number: at.number.clone(), kind: at.kind.clone() });
    Ok(pages::said(&shown(reader, at, kept.collect())?))
}

fn shown(reader: &Reader, at: &Mention, all: Vec<Kept>) -> Result<Section> {
    let is_talk = TALKS.contains(&at.kind.as_str());
    let party = queries::party_of(reader, at.id)?;
    let may_write = reader.actor.writes_for_the_house();
    let is_ready = !is_talk || queries::conversation_of(reader, at.id)?.is_some();
    let lines = all.into_iter().map(|it| line(reader, at, it)).collect::<Result<_>>()?;
    let to_tie = if may_write { queries::could_be_tied(reader, at, party)? } else { Vec::new() };
    Ok(Section {
        number: at.number.clone(),
        lines,
        may_write: may_write && is_ready,
        names_speaker: at.kind != "CA",
        is_outside: reader.actor.is_outside(),
        to_tie,
        is_talk,
        today: reader.today(),
    })
}

fn line(reader: &Reader, here: &Mention, Kept { it, number, kind }: Kept) -> Result<StatementLine> {
    let at = (it.record_id != here.id).then(|| {
        let address = format!("{}#statement-{}", reader.registry().address(&kind, &number), it.id);
        (number, address)
    });
    let message = it.message.map(|id| queries::message(reader, id)).transpose();
    let letter = match message {
        Ok(Some(message)) => {
            let number = queries::number_of(reader, message.record_id)?;
            Some(format!("/conversations/{number}#message-{}", message.id))
        }
        Ok(None) => it.letter.map(|id| format!("/letters/{id}")),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let mut answers = Vec::new();
    for answer in queries::answers(reader, it.record_id)?.into_iter().filter(|one| one.statement == it.id) {
        let by = reader.name_of(answer.by)?;
        answers.push((answer, by));
    }
    let heeded_by = it.heeded_by.map(|by| reader.name_of(by)).transpose()?.unwrap_or_default();
    Ok(StatementLine { it, at, letter, answers, heeded_by })
}

/// The page of a record at a place on it.
fn page_of(reader: &Reader, number: &str, place: &str) -> String {
    let address = reader.registry().of_number(number).map(|it| it.kind.address(number));
    format!("{}#{place}", address.unwrap_or_default())
}

async fn note(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write(move |work| {
            let mut form = form.clone();
            let instead_of = form.whole("instead_of");
            let named = |name: &str| instead_of.map_or_else(|| name.to_owned(), |id| format!("{name}-{id}"));
            let said_on = form.day(&named("said_on"));
            form.check()?;
            let new = NewStatement {
                words: form.raw(&named("said")).to_owned(),
                said_by: form.text(&named("said_by")).to_owned(),
                person: None,
                said_on,
                instead_of,
            };
            commands::note_statement(work, &number, &new)?;
            Ok(page_of(work, &number, "statements"))
        })
        .await
}

async fn tie(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let other = visit.form.text("other").to_uppercase();
    visit
        .write(move |work| {
            commands::tie_talk(work, &number, &other)?;
            Ok(page_of(work, &number, "statements"))
        })
        .await
}

async fn answer(Path(id): Path<i64>, Posted(mut visit): Posted) -> Answer {
    let answer = visit.form.word::<StatementState>("state");
    let (words, faults) = (visit.form.text("answer").to_owned(), std::mem::take(&mut visit.form.faults));
    visit
        .write(move |work| {
            faults.clone().into_result()?;
            let it = Replying { answer, words: words.clone(), ..Replying::default() };
            let number = commands::answer_statement(work, id, &it)?;
            Ok(page_of(work, &number, &format!("statement-{id}")))
        })
        .await
}

async fn heed(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let words = visit.form.text(&format!("heeded-{id}")).to_owned();
    visit
        .write(move |work| {
            let number = commands::heed(work, id, &words)?;
            Ok(page_of(work, &number, &format!("statement-{id}")))
        })
        .await
}

async fn ask_to_confirm(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| asking_page(reader, &number, Form::default(), None)).await
}

/// The letter as it is proposed, or as it was written.
fn asking_page(reader: &Reader, number: &str, form: Form, refused: Option<String>) -> Result<Page> {
    if !reader.actor.writes_for_the_house() {
        return Err(Error::NotFound);
    }
    let record = queries::keeping(reader, number)?;
    let mut said = queries::statements(reader, record.id)?;
    said.retain(|it| it.state.is_unanswered());
    let proposed = proposed(reader, &record, &said)?;
    let is_sent = form.has("letter");
    let value = |name: &str, otherwise: String| if is_sent { form.raw(name).to_owned() } else { otherwise };
    let asking = Asking {
        number: record.number.clone(),
        title: record.title.clone(),
        address: reader.registry().address(&record.kind, &record.number),
        to: value("to", proposed.to),
        copies: value("copies", String::new()),
        subject: value("subject", proposed.subject),
        words: value("letter", proposed.words),
        ending: proposed.ending,
        due: value("due", proposed.due.to_string()),
        said,
        letters: letters_before(reader, record.id)?,
        people: proposed.people,
        contracts: contracts(reader, record.id)?,
        refused,
        otherwise: customers::told_otherwise(
            reader,
            queries::party_of(reader, record.id)?,
            customers::Topic::Order,
        )?
        .map(|it| web::language::say(&it)),
        has_post: reader.post_server()?.is_some(),
        form,
    };
    Ok(Page::new(web::t!("Put in writing what was said"), "/calls", pages::asking(&asking))
        .with(&["draft.js"]))
}

/// The frame contracts of its customer that hold today, as they are named.
fn contracts(reader: &Reader, record: i64) -> Result<Vec<String>> {
    let Some(party) = queries::party_of(reader, record)? else { return Ok(Vec::new()) };
    let today = reader.today();
    let all = customers::contracts_in_force(reader, party, customers::Says::Silence, (today, today))?;
    Ok(all.iter().map(customers::FrameContract::words).collect())
}

/// What we wrote in the conversation, the last first.
fn letters_before(reader: &Reader, record: i64) -> Result<Vec<(String, String)>> {
    let is_talk = reader.mention(record)?.is_some_and(|it| TALKS.contains(&it.kind.as_str()));
    let conversation = if is_talk { queries::conversation_of(reader, record)? } else { None };
    let Some(number) = conversation else { return Ok(Vec::new()) };
    let conversation = reader.mention_of(&number)?.id;
    let ours = queries::messages(reader, conversation)?
        .into_iter()
        .filter(|it| it.direction == Direction::Out && it.kind == MessageKind::Ordinary);
    let word = |it: crate::Message| {
        (
            it.id.to_string(),
            format!("{} · {}", it.subject, web::language::near_moment(it.sent_at, reader.now)),
        )
    };
    let mut all: Vec<_> = ours.map(word).collect();
    all.reverse();
    all.truncate(20);
    Ok(all)
}

struct Proposed {
    to: String,
    subject: String,
    words: String,
    ending: String,
    due: Date,
    people: Vec<String>,
}

/// To whoever said it, in their language, with four days to answer.
fn proposed(reader: &Reader, record: &Mention, said: &[Statement]) -> Result<Proposed> {
    let today = reader.today();
    let due = today.checked_add(4.days()).unwrap_or(today);
    let party = queries::party_of(reader, record.id)?;
    let call = if record.kind == "CA" { Some(reader.find_by_id::<Call>(record.id)?.body) } else { None };
    let addressed = |name: &str, email: &str| format!("{name} <{email}>");
    let contacts = party.map(|it| customers::contacts(reader, it)).transpose()?.unwrap_or_default();
    let contacts: Vec<_> =
        contacts.into_iter().filter(|it| it.state == "active" && !it.email.is_empty()).collect();
    let name = said.iter().map(|it| it.said_by.clone()).find(|it| !it.is_empty());
    let name = name.or_else(|| call.as_ref().map(|it| it.name.clone())).unwrap_or_default();
    let person = said.iter().find_map(|it| it.person).or_else(|| call.as_ref().and_then(|it| it.person));
    let known = person.map(|it| queries::contact(reader, it)).transpose()?.flatten();
    let known = known.filter(|it| !it.email.is_empty()).map(|it| (it.id, it.name, it.email));
    let by_name = || contacts.iter().find(|it| it.name == name);
    let known = known.or_else(|| by_name().map(|it| (it.id, it.name.clone(), it.email.clone())));
    let to = (party, known.as_ref().map(|(id, ..)| *id));
    let code = customers::language_to(reader, to, customers::Topic::Order)?;
    let day = said.iter().find_map(|it| it.said_on);
    let (subject, words) = letters::understood(
        &Understood {
            name,
            day: day.unwrap_or_else(|| web::language::day_of(call.map_or(reader.now, |it| it.began_at))),
            said: said.iter().map(|it| it.words.clone()).collect(),
            due: Some(due),
            from: reader.actor.name.clone(),
        },
        &code,
    );
    let from = reader.actor.name.as_str();
    let ending = Ending { due: Some(due), frame_contract: "", has_link: known.is_some(), from };
    let is_talk = TALKS.contains(&record.kind.as_str());
    let subject = if is_talk { subject } else { format!("{subject} ({})", record.number) };
    Ok(Proposed {
        to: known.map(|(_, name, email)| addressed(&name, &email)).unwrap_or_default(),
        subject,
        words,
        ending: letters::ending(&code, &ending).replace(kernel::SECRET, "https://…"),
        due,
        people: contacts.iter().map(|it| addressed(&it.name, &it.email)).collect(),
    })
}

async fn put_in_writing(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, again, same) = (visit.form.clone(), visit.form.clone(), number.clone());
    let (place, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    let base = identity::reached_at(&visit.envelope, visit.edge.is_secure);
    let key = format!("confirmation:{number}");
    let answer = visit
        .write_or(
            move |work| {
                let writing = read_writing(&mut form.clone(), &base)?;
                commands::put_in_writing(work, &number, &writing)?;
                Ok(page_of(work, &number, "statements"))
            },
            move |reader, error| {
                let mut again = again;
                let mut refused = None;
                match error {
                    Error::Invalid(faults) => again.faults = faults.clone(),
                    Error::Refused(refusal) => {
                        refused = refusal.0.first().map(|it| web::language::say(&it.sentence));
                    }
                    _ => {}
                }
                asking_page(reader, &same, again, refused)
            },
        )
        .await?;
    forget_draft(answer.status(), db, place, key).await;
    Ok(answer)
}

fn read_writing(form: &mut Form, base: &str) -> Result<Writing> {
    let (due, message) = (form.day("due"), form.whole("message"));
    let said = form.all("said").iter().filter_map(|it| it.parse().ok()).collect();
    let mut recipients = Vec::new();
    for (field, is_copy) in [("to", false), ("copies", true)] {
        match reply::addresses(form.raw(field), is_copy) {
            Ok(some) => recipients.extend(some),
            Err(sentence) => {
                form.faults.add(field, sentence);
            }
        }
    }
    form.check()?;
    Ok(Writing {
        recipients,
        subject: form.text("subject").to_owned(),
        words: form.raw("letter").to_owned(),
        said,
        due,
        frame_contract: form.text("frame_contract").to_owned(),
        message,
        base: base.to_owned(),
    })
}
