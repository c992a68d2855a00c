//! The addresses of meetings, for people and for programs.

use axum::http::StatusCode;
use jiff::tz::TimeZone;
use kernel::{
    AnyCase, Body, Case, Error, Faults, PartyId, PersonId, Reader, Refusal, Result, Vocabulary, text,
};
use maud::{Markup, html};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of};

use super::calls::local;
use super::{Capture, shown, statements};
use crate::commands::{self, Minutes, Planning};
use crate::letters;
use crate::model::{
    Action, Agenda, Attendance, Decision, Meeting, MeetingState, OpenPoint, Participant, Point, Recipient,
};
use crate::pages::{self, Goes, Going, Held, Minuting, Planned};
use crate::queries;
use crate::rules::call::lines_of;
use crate::rules::reply;

/// So many lines of each sort a form of minutes holds at most.
const MOST: usize = 220;

/// What is open of a record, which becomes an agenda; another area's, put in by the product.
pub type Points = fn(&Reader, &str) -> Result<Option<Agenda>>;

pub fn routes(capture: Capture, points: Points) -> Routes {
    Routes::default()
        .get("/meetings", list)
        .get("/meetings/new", move |visit| begin(visit, points))
        .post("/meetings", move |visit| open(visit, points))
        .get("/meetings/{number}", move |number, visit| show(number, visit, capture))
        .get("/meetings/{number}/edit", edit)
        .post("/meetings/{number}", change)
        .get("/meetings/{number}/minutes", write)
        .post("/meetings/{number}/minutes", keep)
        .get("/meetings/{number}/approval", |number, visit| look(number, visit, Goes::Approval))
        .post("/meetings/{number}/approval", approve)
        .get("/meetings/{number}/invitation", |number, visit| look(number, visit, Goes::Invitation))
        .post("/meetings/{number}/invitation", invite)
        .get("/meetings/{number}/letter", |number, visit| look(number, visit, Goes::Minutes))
        .post("/meetings/{number}/letter", send)
        .get("/meetings/{number}/cancellation", |number, visit| look(number, visit, Goes::Cancellation))
        .post("/meetings/{number}/cancellation", cancel)
        .and(for_programs())
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, "MT", |reader| {
        let new = Button::open("/meetings/new", web::t!("Plan a meeting")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            purpose: web::t!("Agenda, invitation and minutes of a meeting. What is to be done becomes tasks, and words of the minutes become requirements."),
            first: reader.actor.writes_for_the_house().then_some(new),
            ..web::list::Extras::default()
        })
    })
    .await
}

/// What one looked at says with whom, and which points are open.
async fn begin(visit: Visit, points: Points) -> Answer {
    let mut asked = visit.envelope.asked();
    let referer = visit.envelope.header("referer").unwrap_or_default();
    let from = referer.split_once("://").and_then(|(_, it)| it.find('/').map(|at| it[at..].to_owned()));
    let path = if asked.has("at") { asked.text("at").to_owned() } else { from.unwrap_or_default() };
    visit
        .read(move |reader| {
            web::choosing::read(reader, &mut asked)?;
            let mut pairs: Vec<(String, String)> = asked.pairs().to_vec();
            if !asked.has("title") {
                let at = queries::looked_at(reader, &path)?;
                let party = at.party.map(|it| it.to_string());
                let conversation =
                    at.conversation.map(|it| queries::talk_key(reader, &it)).transpose()?.flatten();
                pairs.extend(party.filter(|_| !asked.has("party")).map(|it| ("party".to_owned(), it)));
                pairs.extend(conversation.map(|it| ("conversation".to_owned(), it.to_string())));
                pairs.extend(at.person.map(|it| ("person".to_owned(), it.to_string())));
                pairs.push(("person".to_owned(), reader.actor.person.to_string()));
                if let Some(open) =
                    queries::number_in(reader, &path)?.map(|it| points(reader, &it)).transpose()?.flatten()
                {
                    pairs.extend(open.points.into_iter().map(|it| ("point".to_owned(), it.title)));
                    pairs.push(("review".to_owned(), open.review));
                }
            }
            let mut form = Form::of(pairs);
            form.faults.0.extend(asked.faults.0);
            begin_page(reader, form, points)
        })
        .await
}

/// The form of a new meeting, with what is open of the review that it is about.
fn begin_page(reader: &Reader, form: Form, points: Points) -> Result<Page> {
    let review = form.text("review").to_owned();
    let open = if review.is_empty() { None } else { points(reader, &review)? };
    plan_page(reader, None, form, open.map(|it| it.points).unwrap_or_default())
}

fn plan_page(
    reader: &Reader,
    known: Option<&Case<Meeting>>,
    form: Form,
    proposed: Vec<OpenPoint>,
) -> Result<Page> {
    if !reader.actor.writes_for_the_house() {
        return Err(Error::NotFound);
    }
    let party: Option<PartyId> = match known {
        Some(case) => case.record.party,
        None => form.text("party").parse().ok(),
    };
    let open = queries::open_conversations(reader, party)?;
    let conversations =
        open.into_iter().map(|(id, number, title)| (id.to_string(), format!("{number} {title}"))).collect();
    let theirs = match party {
        Some(party) => customers::contacts(reader, party)?
            .into_iter()
            .filter(|it| it.state == "active")
            .map(|it| (it.id.to_string(), it.name))
            .collect(),
        None => Vec::new(),
    };
    let extra = match known {
        Some(_) => html! {},
        None => web::extra::opening(reader, Meeting::KIND.prefix, &form)?,
    };
    let page = pages::plan(&Planned {
        extra,
        number: known.map(|it| it.record.number.clone()),
        version: known.map_or(0, |it| it.record.version),
        customer: Choosing::of(reader, Among::Organisations, &form, "party")?,
        conversations,
        theirs,
        ours: record::people(reader)?,
        proposed,
        form,
    });
    Ok(Page::new(web::t!("Plan a meeting"), "/meetings", page).with(&["draft.js"]))
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Meeting>(&number)?;
            let zone = web::language::time_zone();
            let body = &case.body;
            let mut pairs = vec![
                ("title", case.record.title.clone()),
                ("purpose", body.purpose.clone()),
                ("starts", body.starts_at.map(|it| local(it, &zone)).unwrap_or_default()),
                ("ends", body.ends_at.map(|it| local(it, &zone)).unwrap_or_default()),
                ("place", body.place.clone()),
                ("link", body.link.clone()),
                ("points", body.points.iter().map(|it| it.title.as_str()).collect::<Vec<_>>().join("\n")),
            ];
            let guests = body.participants.iter().filter(|it| it.person.is_none());
            let guest = |it: &Participant| {
                if it.address.is_empty() { it.name.clone() } else { format!("{} <{}>", it.name, it.address) }
            };
            pairs.push(("guests", guests.map(guest).collect::<Vec<_>>().join("\n")));
            pairs.extend(
                body.participants.iter().filter_map(|it| it.person).map(|it| ("person", it.to_string())),
            );
            let review = body.review.map(|it| reader.mention(it)).transpose()?.flatten();
            pairs.extend(review.map(|it| ("review", it.number)));
            plan_page(reader, Some(&case), Form::of(pairs), Vec::new())
        })
        .await
}

/// What the form says; points and people that were there before keep what was said of them.
fn planning(reader: &Reader, form: &mut Form, zone: &TimeZone, before: Option<&Meeting>) -> Result<Planning> {
    let (starts_at, ends_at) = (form.moment("starts", zone), form.moment("ends", zone));
    let conversation = form.whole("conversation");
    let mut participants = Vec::new();
    let known = |person: Option<PersonId>, name: &str| {
        let mut all = before.into_iter().flat_map(|it| &it.participants);
        let same = all.find(|it| it.person == person && (person.is_some() || it.name == name));
        same.map_or(Attendance::Invited, |it| it.attendance)
    };
    let mut people: Vec<PersonId> = form.all("person").into_iter().filter_map(|it| it.parse().ok()).collect();
    people.dedup();
    for person in people {
        if participants.iter().all(|it: &Participant| it.person != Some(person)) {
            let attendance = known(Some(person), "");
            participants.push(Participant { person: Some(person), attendance, ..Participant::default() });
        }
    }
    let guests = guests(form);
    participants.extend(guests.into_iter().map(|it| Participant { attendance: known(None, &it.name), ..it }));
    let chosen = form.all("point").into_iter().map(|it| it.trim().to_owned());
    let titles = lines_of(form.raw("points")).into_iter().chain(chosen).filter(|it| !it.is_empty());
    let points = titles.map(|title| {
        let mut all = before.into_iter().flat_map(|it| &it.points);
        match all.find(|it| it.title == title) {
            Some(known) => Ok(known.clone()),
            None => named(reader, title),
        }
    });
    let points = points.collect::<Result<_>>()?;
    let review = match form.text("review") {
        "" => None,
        number => Some(reader.mention_of(number)?.id),
    };
    let body = Meeting {
        purpose: form.text("purpose").to_owned(),
        starts_at,
        ends_at,
        zone: zone.iana_name().unwrap_or_default().to_owned(),
        place: form.text("place").to_owned(),
        link: form.text("link").to_owned(),
        conversation,
        review,
        participants,
        points,
        ..Meeting::default()
    };
    form.check()?;
    Ok(Planning { title: form.text("title").to_owned(), body })
}

/// A point is about what its title names first.
fn named(reader: &Reader, title: String) -> Result<Point> {
    Ok(Point { item: queries::named_first(reader, &title)?, title, ..Point::default() })
}

/// `Name <address>`, or a name alone, one a line.
fn guests(form: &mut Form) -> Vec<Participant> {
    let mut all = Vec::new();
    for line in lines_of(form.raw("guests")) {
        if !line.contains(['<', '@']) {
            all.push(Participant { name: line, ..Participant::default() });
            continue;
        }
        match reply::addresses(&line, false) {
            Ok(some) => all.extend(some.into_iter().map(|it| Participant {
                name: it.name,
                address: it.address,
                ..Participant::default()
            })),
            Err(sentence) => {
                form.faults.add("guests", sentence);
            }
        }
    }
    all
}

async fn open(Posted(visit): Posted, points: Points) -> Answer {
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    let (form, again) = (visit.form.clone(), visit.form.clone());
    let (person, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    let answer = visit
        .write_or(
            move |work| {
                let mut form = form.clone();
                let party = form.whole("party");
                let it = planning(work, &mut form, &zone, None)?;
                let new = kernel::New { title: &it.title, party, ..kernel::New::default() };
                let made = commands::open_meeting(work, &new, &it.body)?;
                web::extra::opened::<Meeting>(work, &made.number, &form)?;
                Ok(format!("/meetings/{}", made.number))
            },
            move |reader, error| begin_page(reader, with_faults(again, error), points),
        )
        .await?;
    super::calls::forget_draft(answer.status(), db, person, "meeting".to_owned()).await;
    Ok(answer)
}

async fn change(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let zone = visit.envelope.language(Some(&visit.known)).zone;
    let (form, again, asked) = (visit.form.clone(), visit.form.clone(), number.clone());
    let (person, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    let key = format!("meeting:{number}");
    let answer = visit
        .write_or(
            move |work| {
                let mut form = form.clone();
                let version = form.whole("version");
                let before = as_seen(work, &number, version)?;
                let it = planning(work, &mut form, &zone, Some(&before))?;
                commands::change_meeting(work, &number, version, &it)?;
                Ok(format!("/meetings/{number}"))
            },
            move |reader, error| {
                let case = reader.find::<Meeting>(&asked)?;
                plan_page(reader, Some(&case), with_faults(again, error), Vec::new())
            },
        )
        .await?;
    super::calls::forget_draft(answer.status(), db, person, key).await;
    Ok(answer)
}

/// What a meeting says, where it is as whoever sends a form saw it. That is asked before their fields: what was refused is
/// shown again with the version of now, so they hear of the other first.
fn as_seen(reader: &Reader, number: &str, version: Option<i64>) -> Result<Meeting> {
    let case = reader.find::<Meeting>(number)?;
    if let Some(it) = version {
        case.must_be_at(it)?;
    }
    Ok(case.body)
}

fn with_faults(mut form: Form, error: &Error) -> Form {
    match error {
        Error::Invalid(faults) => form.faults = faults.clone(),
        Error::Refused(refusal) => {
            form.faults =
                Faults(refusal.0.iter().map(|it| ("title".to_owned(), it.sentence.clone())).collect());
        }
        Error::Stale => {
            let sentence = text!("Somebody else changed it meanwhile. Look at it, then send this again.");
            form.faults = Faults::one("title", sentence);
        }
        _ => {}
    }
    form
}

async fn show(Path(number): Path<String>, visit: Visit, capture: Capture) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind("MT").ok_or(Error::NotFound)?.find(reader, &number)?;
            let state = MeetingState::of(&case.state.code).unwrap_or_default();
            let body = pages::held(&held(reader, &case, state, capture)?);
            let address = format!("/meetings/{number}");
            let (deeds, tools) = if reader.actor.writes_for_the_house() {
                buttons(state, &address)
            } else {
                Default::default()
            };
            let elsewhere = [("cancel", "cancellation"), ("approve", "approval")];
            let steps_elsewhere = elsewhere.map(|(step, path)| (step, format!("{address}/{path}"))).to_vec();
            let extra = Extra {
                body,
                deeds,
                tools,
                steps_elsewhere,
                scripts: vec!["capture.js"],
                ..Extra::default()
            };
            record::show(reader, &case, extra)
        })
        .await
}

/// What can be done beside the steps.
fn buttons(state: MeetingState, address: &str) -> (Vec<Button>, Vec<Button>) {
    let open = |path: &str, word: String| Button::open(format!("{address}/{path}"), word);
    let edit = || vec![open("edit", web::t!("Change")).symbol(Symbol::Edit).small()];
    match state {
        MeetingState::Proposed => (Vec::new(), edit()),
        MeetingState::Planned => (
            vec![
                open("invitation", web::t!("Invite to it")).symbol(Symbol::Mail),
                open("minutes", web::t!("Write the minutes")),
            ],
            edit(),
        ),
        MeetingState::Held => {
            (vec![open("minutes", web::t!("Write the minutes")).symbol(Symbol::Edit)], edit())
        }
        MeetingState::Minuted => {
            (vec![open("letter", web::t!("Send the minutes")).symbol(Symbol::Mail)], Vec::new())
        }
        MeetingState::Cancelled => (Vec::new(), Vec::new()),
    }
}

fn held(reader: &Reader, case: &AnyCase, state: MeetingState, capture: Capture) -> Result<Held> {
    let body: Meeting = serde_json::from_value(case.body.clone())?;
    let is_outside = reader.actor.is_outside();
    let mut names: Vec<(i64, String)> = Vec::new();
    let owners = body.points.iter().map(|it| it.owner).chain(body.decisions.iter().map(|it| it.owner));
    for person in owners.chain(body.actions.iter().map(|it| it.person)).flatten() {
        if names.iter().all(|(it, _)| *it != person) {
            names.push((person, reader.name_of(person)?));
        }
    }
    let mut earlier = Vec::new();
    for it in queries::approved(reader, case.id)? {
        if let Some(source) = reader.source_of("minutes", it.id)? {
            earlier.push((it.no, it.at, reader.name_of(it.by)?, source.id));
        }
    }
    // While minutes are being revised, the working copy is shown; the approved ones stand below it.
    let shows_text = state == MeetingState::Minuted || is_outside;
    let last = earlier.first().filter(|_| shows_text);
    let minutes = last
        .map(|(no, .., source)| Ok::<_, Error>((*no, shown::words_of(reader, *source, &[])?)))
        .transpose()?;
    let conversation = body.conversation.map(|it| reader.mention(it)).transpose()?.flatten();
    let review = body.review.map(|it| reader.mention(it)).transpose()?.flatten();
    let mut items = Vec::new();
    for item in body.points.iter().filter_map(|it| it.item) {
        if let Some(it) = reader.mention(item)? {
            items.push((item, it.number.clone(), reader.registry().address(&it.kind, &it.number)));
        }
    }
    let may_write = reader.actor.writes_for_the_house();
    let may_cite = minutes.is_some() && may_write;
    let at = reader.mention(case.id)?.ok_or(Error::NotFound)?;
    Ok(Held {
        state,
        people: queries::attendees(reader, &body)?,
        names,
        conversation: conversation.map(|it| (it.number, it.title)),
        review: review.map(|it| (it.number, it.title)),
        items,
        minutes,
        earlier,
        told: if is_outside { Vec::new() } else { queries::told_of(reader, case.id)? },
        said: if is_outside { Markup::default() } else { statements::section(reader, &at)? },
        capture: if may_cite { capture(reader, case.party)? } else { Markup::default() },
        may_write,
        is_outside,
        today: web::language::day_of(reader.now),
        now: reader.now,
        body,
    })
}

async fn write(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| minutes_page(reader, &number, None, Form::default(), None)).await
}

fn minutes_page(
    reader: &Reader,
    number: &str,
    written: Option<Minutes>,
    form: Form,
    refused: Option<String>,
) -> Result<Page> {
    if !reader.actor.writes_for_the_house() {
        return Err(Error::NotFound);
    }
    let case = reader.find::<Meeting>(number)?;
    let (points, decisions, actions) = match written {
        Some(it) => (it.points, it.decisions, it.actions),
        None => (case.body.points.clone(), case.body.decisions.clone(), case.body.actions.clone()),
    };
    let people = queries::attendees(reader, &case.body)?;
    let mut everybody = record::people(reader)?;
    let theirs = people.iter().filter(|it| !it.is_ours);
    everybody.extend(theirs.filter_map(|it| it.person.map(|person| (person.to_string(), it.name.clone()))));
    let key = |it: Option<PersonId>| it.map(|it| it.to_string()).unwrap_or_default();
    let page = pages::minuting(&Minuting {
        number: number.to_owned(),
        title: case.record.title.clone(),
        version: case.record.version,
        people,
        points: points.into_iter().map(|it| (it.title, key(it.owner), it.minutes)).collect(),
        decisions: decisions.into_iter().map(|it| (it.words, key(it.owner))).collect(),
        actions: actions
            .into_iter()
            .map(|it| (it.words, key(it.person), it.due.map(|it| it.to_string()).unwrap_or_default()))
            .collect(),
        everybody,
        refused,
        form,
    });
    Ok(Page::new(web::t!("Write the minutes"), "/meetings", page).with(&["draft.js"]))
}

/// What the form of minutes says; lines without words are left out.
fn minutes_of(reader: &Reader, form: &mut Form, before: &Meeting) -> Result<Minutes> {
    let mut participants = before.participants.clone();
    for (no, it) in participants.iter_mut().enumerate() {
        it.attendance = form.maybe_word(&format!("attendance-{no}")).unwrap_or(it.attendance);
    }
    let others = guests(form).into_iter();
    participants.extend(others.map(|it| Participant { attendance: Attendance::Present, ..it }));
    let mut minutes = Minutes { participants, ..Minutes::default() };
    for no in 0..MOST {
        let has = |name: &str| form.has(&format!("{name}-{no}"));
        if !has("point") && !has("decision") && !has("action") {
            break;
        }
        let title = form.text(&format!("point-{no}")).to_owned();
        let written = form.raw(&format!("point-minutes-{no}")).trim_end().to_owned();
        if !title.is_empty() || !written.is_empty() {
            let owner = form.whole(&format!("point-owner-{no}"));
            // A point stays about what it was about, whatever it is called now.
            let known = before.points.get(no).and_then(|it| it.item);
            let point = named(reader, title)?;
            let item = known.or(point.item);
            minutes.points.push(Point { item, owner, minutes: written, ..point });
        }
        let words = form.text(&format!("decision-{no}")).to_owned();
        if !words.is_empty() {
            minutes.decisions.push(Decision { words, owner: form.whole(&format!("decision-owner-{no}")) });
        }
        let words = form.text(&format!("action-{no}")).to_owned();
        if !words.is_empty() {
            let (person, due) =
                (form.whole(&format!("action-person-{no}")), form.day(&format!("action-due-{no}")));
            minutes.actions.push(Action { words, person, due, task: None });
        }
    }
    Ok(minutes)
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, again, asked) = (visit.form.clone(), visit.form.clone(), number.clone());
    let (person, db) = (visit.known.actor.person, std::sync::Arc::clone(&visit.edge.db));
    let key = format!("minutes:{number}");
    let answer = visit
        .write_or(
            move |work| {
                let mut form = form.clone();
                let version = form.whole("version");
                let before = as_seen(work, &number, version)?;
                let minutes = minutes_of(work, &mut form, &before)?;
                form.check()?;
                commands::write_minutes(work, &number, version, &minutes)?;
                Ok(format!("/meetings/{number}"))
            },
            move |reader, error| {
                let mut form = again;
                let case = reader.find::<Meeting>(&asked)?;
                let written = minutes_of(reader, &mut form, &case.body)?;
                let refused = match error {
                    Error::Invalid(faults) => {
                        form.faults = faults.clone();
                        None
                    }
                    Error::Refused(it) => it.0.first().map(|it| web::language::say(&it.sentence)),
                    _ => {
                        Some(web::t!("Somebody else changed it meanwhile. Look at it, then send this again."))
                    }
                };
                minutes_page(reader, &asked, Some(written), form, refused)
            },
        )
        .await?;
    super::calls::forget_draft(answer.status(), db, person, key).await;
    Ok(answer)
}

async fn approve(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, asked) = (visit.form.clone(), number.clone());
    let reason = form.text("reason").to_owned();
    visit
        .write_or(
            move |work| {
                commands::approve_minutes(work, &number, &reason)?;
                Ok(format!("/meetings/{number}"))
            },
            move |reader, error| again(reader, &asked, Goes::Approval, form, error),
        )
        .await
}

async fn look(Path(number): Path<String>, visit: Visit, what: Goes) -> Answer {
    visit.read(move |reader| going_page(reader, &number, what, Form::default(), None)).await
}

/// What would go out, as it would be read.
fn going_page(
    reader: &Reader,
    number: &str,
    what: Goes,
    form: Form,
    refused: Option<String>,
) -> Result<Page> {
    if !reader.actor.writes_for_the_house() {
        return Err(Error::NotFound);
    }
    let case = reader.find::<Meeting>(number)?;
    let is_told = what != Goes::Cancellation || case.body.invitations > 0;
    let what = if is_told { what } else { Goes::Nothing };
    let words = queries::in_words(reader, &case.record, &case.body)?;
    let code = shown::language_of(reader, case.record.party)?;
    let zone = TimeZone::get(&case.body.zone).unwrap_or(TimeZone::UTC);
    let language = web::language::Language::new(&code, zone);
    let people = queries::attendees(reader, &case.body)?;
    let reached: Vec<Recipient> = people
        .into_iter()
        .filter(|it| !it.address.is_empty() && it.person != Some(reader.actor.person))
        .map(|it| Recipient { name: it.name, address: it.address, is_copy: false })
        .collect();
    let approved = queries::approved(reader, case.record.id.raw())?.into_iter().next();
    let is_revised = approved.is_some();
    let (subject, letter, before) = match what {
        Goes::Invitation => {
            let (subject, words) = letters::invitation(&words, &language);
            (subject, words, String::new())
        }
        Goes::Cancellation => {
            let (subject, words) = letters::called_off(&words, "", &language);
            (subject, words, String::new())
        }
        Goes::Minutes => {
            let sentence = text!("Approve the minutes first. Then they are sent.");
            let approved = approved.ok_or_else(|| Refusal::because(sentence))?;
            let (subject, before) = letters::covering(&case.record.title, approved.no, &language);
            let source = reader.source_of("minutes", approved.id)?.ok_or(Error::NotFound)?;
            (subject, source.body, before)
        }
        Goes::Approval => (String::new(), letters::minutes(&words, &language), String::new()),
        Goes::Nothing => Default::default(),
    };
    let is_sent = form.has("to");
    let value = |name: &str, otherwise: String| if is_sent { form.raw(name).to_owned() } else { otherwise };
    let page = pages::going(&Going {
        number: number.to_owned(),
        title: case.record.title.clone(),
        what,
        to: value("to", reply::in_a_field(&reached, false)),
        copies: value("copies", String::new()),
        before: value("before", before),
        subject,
        words: letter,
        refused,
        otherwise: customers::told_otherwise(reader, case.record.party, customers::Topic::Everything)?
            .map(|it| web::language::say(&it)),
        has_post: reader.post_server()?.is_some(),
        is_revised,
        form,
    });
    Ok(Page::new(case.record.title, "/meetings", page))
}

fn again(reader: &Reader, number: &str, what: Goes, mut form: Form, error: &Error) -> Result<Page> {
    let refused = match error {
        Error::Invalid(faults) => {
            form.faults = faults.clone();
            faults.0.first().map(|(_, sentence)| web::language::say(sentence))
        }
        Error::Refused(it) => it.0.first().map(|it| web::language::say(&it.sentence)),
        _ => Some(web::t!("Somebody else changed it meanwhile. Look at it, then send this again.")),
    };
    going_page(reader, number, what, form, refused)
}

async fn invite(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, asked) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                commands::invite(work, &number)?;
                Ok(format!("/meetings/{number}"))
            },
            move |reader, error| again(reader, &asked, Goes::Invitation, form, error),
        )
        .await
}

async fn send(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, once_more, asked) = (visit.form.clone(), visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let mut form = form.clone();
                let mut to = Vec::new();
                for (field, is_copy) in [("to", false), ("copies", true)] {
                    match reply::addresses(form.raw(field), is_copy) {
                        Ok(some) => to.extend(some),
                        Err(sentence) => {
                            form.faults.add(field, sentence);
                        }
                    }
                }
                form.check()?;
                commands::send_minutes(work, &number, &to, form.raw("before"))?;
                Ok(format!("/meetings/{number}"))
            },
            move |reader, error| again(reader, &asked, Goes::Minutes, once_more, error),
        )
        .await
}

async fn cancel(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, asked) = (visit.form.clone(), number.clone());
    let reason = form.text("reason").to_owned();
    visit
        .write_or(
            move |work| {
                commands::cancel_meeting(work, &number, &reason)?;
                Ok(format!("/meetings/{number}"))
            },
            move |reader, error| again(reader, &asked, Goes::Cancellation, form, error),
        )
        .await
}

fn for_programs() -> Routes {
    let about = |summary| Doc { summary, tag: "Meetings", ..Doc::default() };
    let at = |rest: &str| format!("/api/v1/meetings/{{number}}/{rest}");
    Routes::default()
        .api_post(
            &at("invitation"),
            Doc { response: schema_of::<Told>(), ..about("Invites everybody who takes part") },
            invite_by_program,
        )
        .api_post(
            &at("cancellation"),
            Doc {
                request: schema_of::<Why>(),
                response: schema_of::<Told>(),
                ..about("Calls the meeting off and tells whoever was invited")
            },
            cancel_by_program,
        )
        .api_get(
            &at("minutes"),
            Doc {
                response: schema_of::<Vec<MinutesShape>>(),
                ..about("The minutes as they were approved, the last first")
            },
            read_minutes,
        )
        .api_post(
            &at("minutes"),
            Doc {
                request: schema_of::<Why>(),
                response: schema_of::<Revised>(),
                ..about("Approves the minutes as they are written")
            },
            approve_by_program,
        )
        .api_post(
            &at("letter"),
            Doc {
                request: schema_of::<Sending>(),
                response: schema_of::<Told>(),
                ..about("Sends the approved minutes")
            },
            send_by_program,
        )
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Why {
    reason: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ToldOfMeeting")]
struct Told {
    number: String,
    /// The message in the conversation, where the meeting belongs to one.
    message: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApprovedMinutes")]
struct Revised {
    number: String,
    /// The number of the revision.
    revision: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Minutes")]
struct MinutesShape {
    revision: i64,
    approved_at: String,
    approved_by: String,
    /// The text, to be cited from: see `/api/v1/sources/{id}`.
    source: i64,
    text: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SendMinutes")]
struct Sending {
    recipients: Vec<Recipient>,
    /// What is written before the minutes.
    #[serde(default)]
    before: String,
}

async fn invite_by_program(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .change(serde_json::json!({}), move |work| {
            let message = commands::invite(work, &number)?;
            Ok(serde_json::to_value(Told { number: number.clone(), message })?)
        })
        .await
}

async fn cancel_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Why = web::api::typed(sent)?;
        commands::cancel_meeting(work, &number, &it.reason)?;
        Ok(serde_json::to_value(Told { number: number.clone(), message: None })?)
    })
    .await
}

async fn approve_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Why = web::api::typed(sent)?;
        let revision = commands::approve_minutes(work, &number, &it.reason)?;
        Ok(serde_json::to_value(Revised { number: number.clone(), revision })?)
    })
    .await
}

async fn send_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Sending = web::api::typed(sent)?;
        let message = commands::send_minutes(work, &number, &it.recipients, &it.before)?;
        Ok(serde_json::to_value(Told { number: number.clone(), message })?)
    })
    .await
}

async fn read_minutes(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let meeting = reader.find::<Meeting>(&number)?.record.id.raw();
            let mut all = Vec::new();
            for it in queries::approved(reader, meeting)? {
                let Some(source) = reader.source_of("minutes", it.id)? else { continue };
                all.push(MinutesShape {
                    revision: it.no,
                    approved_at: it.at.to_string(),
                    approved_by: reader.name_of(it.by)?,
                    source: source.id,
                    text: source.body,
                });
            }
            Ok(web::api::json(StatusCode::OK, &serde_json::to_value(all)?))
        })
        .await
}
