//! At which address the customer of a change is let follow it, or no longer, and what they read by a program.

use axum::http::StatusCode;
use kernel::{Body, Case, Permit, Reader, Result, Starts, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::api::json as in_json;
use web::language::say;
use web::parts::{Beside, Button};
use web::{Answer, Doc, Path, Posted, Routes, Sent, Visit, schema_of, t};

use super::consent::offered;
use crate::commands;
use crate::model::{ChangeRequest, Source, State};
use crate::pages::{customer, follow as page, of_change};
use crate::queries::{self, Following, Reads};
use crate::rules::{in_their_words, lets_follow, missing_to_follow};

pub fn routes() -> Routes {
    let does = |summary| Doc {
        summary,
        tag: "Changes",
        request: schema_of::<Nothing>(),
        response: schema_of::<Followed>(),
        must_have_seen: true,
        ..Doc::default()
    };
    Routes::default()
        .post("/changes/{number}/follow", let_follow)
        .post("/changes/{number}/unfollow", follow_no_more)
        .api_post(
            "/api/v1/changes/{number}/follow",
            does("Lets the customer of a change follow it, or shows whoever follows it what it says now"),
            let_follow_by_program,
        )
        .api_post(
            "/api/v1/changes/{number}/unfollow",
            does("Lets the customer of a change follow it no longer"),
            follow_no_more_by_program,
        )
        .api_get(
            "/api/v1/changes/{number}/told",
            Doc {
                summary: "What the customer of a change reads of it, asked by them: how far it is, in their words",
                tag: "Changes",
                response: schema_of::<Told>(),
                ..Doc::default()
            },
            told,
        )
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NothingOfFollowing")]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FollowedChange")]
struct Followed {
    /// The number of the change.
    number: String,
    /// Whether its customer follows it now.
    is_followed: bool,
    version: i64,
}

fn followed(reader: &Reader, number: &str) -> Result<Json> {
    let case = reader.find::<ChangeRequest>(number)?;
    let is_followed = queries::following(reader, &case)? != Following::No;
    let version = case.record.version;
    Ok(serde_json::to_value(Followed { number: case.record.number, is_followed, version })?)
}

/// What the customer of a change sees of it, beside it; and what is offered first: where they asked for it, and it was
/// looked at, that they follow it.
pub fn beside(reader: &Reader, case: &Case<ChangeRequest>) -> Result<(Option<Beside>, Vec<Button>)> {
    if case.record.party.is_none() {
        return Ok((None, Vec::new()));
    }
    let (following, missing) = (queries::following(reader, case)?, missing_to_follow(case));
    let may = lets_follow(reader.actor, case.record.owner).is_ok();
    let is_awaited = (case.record.state, case.body.source) == (State::Screened, Source::Customer);
    let is_first = may && is_awaited && missing.is_empty() && following == Following::No;
    let (number, version) = (&case.record.number, case.record.version);
    let now = queries::would_read(reader, case)?;
    let extra = |it: &Reads| extra_of(reader, it);
    let shown = match &following {
        Following::Yes { reads, .. } => Some((reads, extra(reads)?)),
        Following::No | Following::Asked { .. } => None,
    };
    let seen = page::Seen {
        number,
        version,
        following: &following,
        shown: shown.map(|(reads, extra)| page::Read { reads, extra }),
        now: page::Read { reads: &now, extra: extra(&now)? },
        may,
        is_first,
        missing: &missing,
    };
    let first = is_first.then(|| page::let_follow(number, version, t!("Let the customer follow it")));
    Ok((Some(page::beside(&seen)), first.into_iter().collect()))
}

/// What extra fields say for the customer: how each is called, and what it says.
fn extra_of(reader: &Reader, it: &Reads) -> Result<Vec<(String, String)>> {
    let fields = reader.fields_of(ChangeRequest::KIND.prefix)?;
    let said = fields.iter().filter_map(|field| Some((field, it.extra.get(&field.key)?)));
    said.map(|(field, value)| {
        Ok((field.name(web::language::code()).to_owned(), web::extra::in_words(reader, field, value)?))
    })
    .collect()
}

async fn let_follow(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let version = visit.form.clone().whole("version");
    visit
        .write(move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            commands::let_follow(work, &number, version)?;
            Ok(of_change(&number, "#follow"))
        })
        .await
}

async fn follow_no_more(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let version = visit.form.clone().whole("version");
    visit
        .write(move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            commands::follow_no_more(work, &number, version)?;
            Ok(of_change(&number, "#follow"))
        })
        .await
}

async fn let_follow_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    let version = sent.0.must_have_seen()?;
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let Nothing {} = typed(sent)?;
        commands::let_follow(work, &number, version)?;
        followed(work, &number)
    })
    .await
}

async fn follow_no_more_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    let version = sent.0.must_have_seen()?;
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let Nothing {} = typed(sent)?;
        commands::follow_no_more(work, &number, version)?;
        followed(work, &number)
    })
    .await
}

/// A change as its customer reads it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangeToldToItsCustomer")]
struct Told {
    number: String,
    title: String,
    /// How far it is, in the language that was asked for.
    says: String,
    /// Whether it waits for their answer.
    waits: bool,
    /// When it was received, where they asked for it.
    received_at: Option<String>,
    looked_at: Option<String>,
    /// When it was said whether it is carried out.
    decided_at: Option<String>,
    in_force_at: Option<String>,
    /// From when on it holds; none where that was not said yet.
    starts: Option<Starts>,
    /// What they said that it comes from, and the number of the record in which that stands.
    asked: Option<Asked>,
    /// What changes, and why. Markdown.
    words: String,
    /// The numbers of what of theirs would say something else, once that was shown to them or is in force.
    changes: Vec<String>,
    /// About which revision they were asked, where another form of it came into force.
    instead_of: Option<AskedBefore>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangeAskedBefore")]
struct AskedBefore {
    revision: i64,
    /// What they said of it, the first first.
    answers: Vec<AnsweredBefore>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangeAnsweredBefore")]
struct AnsweredBefore {
    name: String,
    approved: bool,
    at: String,
}

impl From<customer::Before> for AskedBefore {
    fn from(it: customer::Before) -> Self {
        let answers = it.answers.into_iter();
        let answered =
            |(name, approved, at): customer::Answered| AnsweredBefore { name, approved, at: at.to_string() };
        Self { revision: it.no, answers: answers.map(answered).collect() }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangeAskedFor")]
struct Asked {
    words: String,
    record: Option<String>,
}

async fn told(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let it = offered(reader, &number)?;
            Permit::Party.covers(reader.actor, None)?;
            let moment = |at: Option<jiff::Timestamp>| at.map(|it| it.to_string());
            let asked = (!it.asked.is_empty())
                .then(|| Asked { words: it.asked.clone(), record: it.asked_in.map(|(number, ..)| number) });
            let told = Told {
                says: say(&in_their_words(it.state, it.part)),
                waits: it.waits,
                received_at: moment(it.came.raised_at.filter(|_| it.is_from_them)),
                looked_at: moment(it.came.screened_at),
                decided_at: moment(it.came.decided_at),
                in_force_at: moment(it.came.in_force_at),
                starts: Some(it.starts).filter(|it| !it.starts.is_empty()),
                asked,
                words: it.words,
                changes: it.changes.into_iter().filter(|it| !it.goes_on).map(|it| it.name).collect(),
                instead_of: it.before.map(AskedBefore::from),
                number: it.number,
                title: it.title,
            };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(told)?))
        })
        .await
}
