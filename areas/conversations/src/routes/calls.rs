//! The addresses of calls.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::{SignedDuration, Timestamp, ToSpan};
use kernel::{AnyCase, Body, Error, Faults, PartyId, PersonId, Reader, Result, text};
use maud::{Markup, html};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Colleagues, Form, Page, Path, Posted, Routes, Visit};

use super::{Capture, shown, statements};
use crate::commands::{self, Closing, FollowUp, NewCall};
use crate::model::{Call, Caller};
use crate::pages::{self, Calling, Card, Kept};
use crate::queries;
use crate::rules::call::{last_digits, lines_of};

/// A call that is longer than this was not measured but left open.
const LONGEST_MEASURED: SignedDuration = SignedDuration::from_hours(4);

pub fn routes(capture: Capture) -> Routes {
    Routes::default()
        .get("/calls", list)
        .get("/calls/new", begin)
        .get("/calls/people", people)
        .get("/calls/card", card)
        .post("/calls", record)
        .get("/calls/{number}", move |number, visit| show(number, visit, capture))
        .get("/calls/{number}/write", write)
        .post("/calls/{number}/close", close)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "CA", |reader| {
        let new =
            Button::open("/calls/new", web::t!("Write down a call")).first().symbol(Symbol::Phone).small();
        Ok(web::list::Extras {
            purpose: web::t!("What was said on the telephone stands here and in its conversation. Press c wherever you are."),
            first: reader.actor.writes_for_the_house().then_some(new),
            ..web::list::Extras::default()
        })
    })
    .await
}

/// What one looked at when one pressed the key says who may be on the telephone.
async fn begin(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    let referer = visit.envelope.header("referer").unwrap_or_default();
    let from = referer.split_once("://").and_then(|(_, it)| it.find('/').map(|at| it[at..].to_owned()));
    let path = if asked.has("at") { asked.text("at").to_owned() } else { from.unwrap_or_default() };
    visit
        .read(move |reader| {
            let at = queries::looked_at(reader, &path)?;
            let mut pairs = asked.pairs().to_vec();
            let mut put = |name: &str, value: Option<String>| {
                if let Some(value) = value.filter(|_| !asked.has(name)) {
                    pairs.push((name.to_owned(), value));
                }
            };
            put("party", at.party.map(|it| it.to_string()));
            put("number", at.conversation);
            if let Some(person) = at.person.map(|it| queries::contact(reader, it)).transpose()?.flatten() {
                put("person", Some(person.id.to_string()));
                put("with", Some(person.name));
                put("phone", Some(person.phone));
            }
            form_page(reader, None, Form::of(pairs))
        })
        .await
}

/// The form for a call that rings already.
async fn write(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Call>(&number)?;
            let zone = web::language::time_zone();
            let body = case.body;
            let pairs = [
                ("with", if body.name.is_empty() { body.phone.clone() } else { body.name }),
                ("phone", body.phone),
                ("person", body.person.map(|it| it.to_string()).unwrap_or_default()),
                ("party", case.record.party.map(|it| it.to_string()).unwrap_or_default()),
                ("direction", kernel::Vocabulary::code(body.direction)),
                ("title", case.record.title),
                ("notes", body.words),
                ("outcome", body.outcome),
                ("began", local(body.began_at, &zone)),
            ];
            form_page(reader, Some(number), Form::of(pairs))
        })
        .await
}

/// A moment as a field for moments shows it.
pub(super) fn local(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

fn form_page(reader: &Reader, number: Option<String>, form: Form) -> Result<Page> {
    if !reader.actor.writes_for_the_house() {
        return Err(Error::NotFound);
    }
    let person = form.text("person").parse().ok();
    let party = form.text("party").parse().ok();
    let mut card = card_of(reader, party, person)?;
    form.text("number").clone_into(&mut card.chosen);
    card.fault = form.faults.of("number").map(web::language::say);
    let is_listed = card.chosen.is_empty() || card.conversations.iter().any(|(it, _)| *it == card.chosen);
    if !is_listed && let Ok(it) = reader.mention_of(&card.chosen) {
        card.conversations.insert(0, (it.number.clone(), format!("{} {}", it.number, it.title)));
    }
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Call::KIND.prefix, &form)?,
    };
    let calling = Calling {
        extra,
        number,
        card,
        customer: Choosing::of(reader, Among::Organisations, &form, "party")?,
        colleagues: Colleagues::of(reader)?,
        now: local(reader.now, &web::language::time_zone()),
        opened: form.text("opened").parse().unwrap_or_else(|_| reader.now.as_microsecond()),
        me: reader.actor.person.to_string(),
        form,
    };
    let page = Page::new(web::t!("Write down a call"), "/calls", pages::call(&calling));
    Ok(page.with(&["draft.js", "call.js"]))
}

/// Who is on the telephone, and what is with them.
fn card_of(reader: &Reader, party: Option<PartyId>, person: Option<PersonId>) -> Result<Card> {
    let mut card = Card::default();
    let person = person.map(|it| queries::contact(reader, it)).transpose()?.flatten();
    let mut party = party;
    if let Some(it) = person {
        party = party.or(it.party);
        (card.name, card.job_title, card.phone, card.email) = (it.name, it.job_title, it.phone, it.email);
    }
    let open = queries::open_conversations(reader, party)?;
    card.conversations =
        open.into_iter().map(|(_, number, title)| (number.clone(), format!("{number} {title}"))).collect();
    let Some(party) = party else { return Ok(card) };
    let Some(firm) = reader.mention(party)?.filter(|it| it.kind == "K") else { return Ok(card) };
    card.organisation = Some((firm.title, reader.registry().address(&firm.kind, &firm.number)));
    card.wishes = shown::wishes(reader, party)?;
    card.with_them = shown::with_them(reader, party, "")?;
    card.unconfirmed = queries::unconfirmed_of(reader, party)?
        .into_iter()
        .map(|it| {
            let address = reader.registry().address(&it.kind, &it.number);
            (it.words, it.number, format!("{address}#statement-{}", it.id))
        })
        .collect();
    Ok(card)
}

/// The people who may be on the telephone, while one types.
async fn people(visit: Visit) -> Answer {
    let typed = visit.envelope.asked().text("q").to_owned();
    visit
        .respond(move |reader| {
            if !reader.actor.writes_for_the_house() {
                return Err(Error::NotFound);
            }
            let found = queries::callers(reader, &typed)?;
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(found)?))
        })
        .await
}

/// The card and the conversations of whoever was chosen, to be put in place.
async fn card(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            if !reader.actor.writes_for_the_house() {
                return Err(Error::NotFound);
            }
            // What is typed may mean nobody yet.
            web::choosing::read(reader, &mut asked)?;
            let (party, person) = (asked.whole("party"), asked.whole("person"));
            let card = card_of(reader, party, person)?;
            Ok(html! { (pages::matter(&card)) (pages::card(&card)) }.into_response())
        })
        .await
}

async fn record(Posted(visit): Posted) -> Answer {
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    let (form, again) = (visit.form.clone(), visit.form.clone());
    let (place, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    let answer = visit
        .write_or(
            move |work| {
                let new = read_call(&mut form.clone(), &zone, work)?;
                let kept = commands::record_call(work, &new)?;
                web::extra::opened::<Call>(work, &kept.number, &form)?;
                Ok(format!("/calls/{}", kept.number))
            },
            move |reader, error| form_page(reader, None, with_faults(again, error)),
        )
        .await?;
    forget_draft(answer.status(), db, place, "call".to_owned()).await;
    Ok(answer)
}

async fn close(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    let (form, again) = (visit.form.clone(), visit.form.clone());
    let (place, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    let (asked, shown) = (number.clone(), number.clone());
    let answer = visit
        .write_or(
            move |work| {
                let new = read_call(&mut form.clone(), &zone, work)?;
                let mut case = work.find::<Call>(&asked)?;
                work.redirect(&mut case, |it| it.party = new.party)?;
                if !new.title.is_empty() {
                    work.retitle(&mut case, &new.title)?;
                }
                let call = new.call;
                work.revise(&mut case, |it| *it = call)?;
                commands::close_call(work, &asked, &new.closing)?;
                Ok(format!("/calls/{asked}"))
            },
            move |reader, error| form_page(reader, Some(number), with_faults(again, error)),
        )
        .await?;
    forget_draft(answer.status(), db, place, format!("call:{shown}")).await;
    Ok(answer)
}

pub(super) async fn forget_draft(
    status: StatusCode,
    db: std::sync::Arc<kernel::Db>,
    person: PersonId,
    place: String,
) {
    if status.is_redirection() {
        // The deed is done; that its draft could not be thrown away harms nobody.
        let _ = web::off_the_loop(move || db.drop_draft(person, &place)).await;
    }
}

/// The form with what is wrong with it. What is refused as a whole stands at the words.
fn with_faults(mut form: Form, error: &Error) -> Form {
    match error {
        Error::Invalid(faults) => {
            let renamed = faults.0.iter().map(|(field, it)| {
                let field = match field.as_str() {
                    "name" => "with",
                    "words" => "notes",
                    other => other,
                };
                (field.to_owned(), it.clone())
            });
            form.faults = Faults(renamed.collect());
        }
        Error::Refused(refusal) => {
            form.faults =
                Faults(refusal.0.iter().map(|it| ("notes".to_owned(), it.sentence.clone())).collect());
        }
        _ => {}
    }
    form
}

fn read_call(form: &mut Form, zone: &jiff::tz::TimeZone, work: &Reader) -> Result<NewCall> {
    let party = form.whole("party");
    let direction = form.word::<Caller>("direction");
    let person = form.whole("person");
    let opened = form.whole("opened").and_then(|it| Timestamp::from_microsecond(it).ok());
    let began = form.moment("began", zone);
    let minutes = form.whole("minutes");
    let is_length = minutes.is_none_or(|it| (0..=24 * 60).contains(&it));
    form.faults.unless(is_length, "minutes", text!("Give a number of minutes, of one day at most."));
    let (follow_person, follow_due) = (form.whole("follow_person"), form.day("follow_due"));
    form.check()?;
    let with = form.text("with").to_owned();
    let phone = form.text("phone").to_owned();
    let is_number = last_digits(&with).is_some();
    // Somebody else may have been typed after one was chosen.
    let person =
        person.filter(|it| queries::contact(work, *it).ok().flatten().is_some_and(|it| it.name == with));
    // A moment of the form is one of whole minutes; the one at which the form was opened is exact.
    let is_untouched = |began: Timestamp| {
        opened.is_some_and(|it| it.duration_since(began).abs() < SignedDuration::from_mins(1))
    };
    let began_at = match (began, opened) {
        (Some(began), Some(opened)) if is_untouched(began) => opened,
        (Some(began), _) => began,
        (None, Some(opened)) => opened,
        (None, None) => work.now,
    }
    .min(work.now);
    let measured = Some(work.now)
        .filter(|it| began.is_none_or(is_untouched) && it.duration_since(began_at) <= LONGEST_MEASURED);
    let told = minutes.and_then(|it| began_at.checked_add(it.minutes()).ok());
    let follow_up = Some(form.text("follow_up").to_owned()).filter(|it| !it.is_empty()).map(|request| {
        FollowUp { request, person: follow_person.unwrap_or(work.actor.person), due: follow_due }
    });
    let typed = |name: &str| form.text(name).to_owned();
    Ok(NewCall {
        call: Call {
            direction,
            person,
            name: with.clone(),
            phone: if is_number && phone.is_empty() { with } else { phone },
            began_at,
            ended_at: told.or(measured),
            words: form.raw("notes").trim_end().to_owned(),
            outcome: typed("outcome"),
        },
        title: typed("title"),
        number: None,
        party,
        closing: Closing {
            conversation: Some(typed("number")).filter(|it| !it.is_empty()),
            said: lines_of(form.raw("said")),
            follow_up,
            ..Closing::default()
        },
    })
}

async fn show(Path(number): Path<String>, visit: Visit, capture: Capture) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind("CA").ok_or(Error::NotFound)?.find(reader, &number)?;
            let body = pages::kept(&kept(reader, &case, capture)?);
            record::show(reader, &case, Extra { body, scripts: vec!["capture.js"], ..Extra::default() })
        })
        .await
}

fn kept(reader: &Reader, case: &AnyCase, capture: Capture) -> Result<Kept> {
    let body: Call = serde_json::from_value(case.body.clone())?;
    let stands = queries::stands_in(reader, case.id)?;
    let source = stands.as_ref().map(|it| reader.source_of("call", it.message)).transpose()?.flatten();
    let words = source.map(|it| shown::words_of(reader, it.id, &[])).transpose()?;
    let person = body.person.map(|it| reader.mention(it)).transpose()?.flatten();
    // Whoever is outside finds no call.
    let may_write = !reader.actor.only_reads;
    let has_words = words.is_some() && may_write;
    let at = reader.mention(case.id)?.ok_or(Error::NotFound)?;
    Ok(Kept {
        number: case.number.clone(),
        is_open: case.is_open,
        person: person.map(|it| {
            let address = reader.registry().address(&it.kind, &it.number);
            (it.title, address)
        }),
        stands: stands.map(|it| (it.number, it.title, it.message)),
        words,
        said: if case.is_open { Markup::default() } else { statements::section(reader, &at)? },
        capture: if has_words { capture(reader, case.party)? } else { Markup::default() },
        may_write,
        body,
    })
}
