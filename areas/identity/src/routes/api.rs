//! The same for programs: who one is, one's sessions and tokens, roles and passwords.

mod door;

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Actor, Db, Error, Reader, Result, Role, Vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use web::api::{answer, said as read};
use web::{Answer, Doc, Failure, Path, Routes, Sent, Visit, off_the_loop, schema_of, schema_of_sent};

use super::must_be_signed_in;
use crate::commands::{self, NewPassword, NewToken};
use crate::model::{Person, Scope};
use crate::queries::{self, SessionLine, TokenLine};
use crate::rules::{check_password, hash, sealed};

pub fn routes() -> Routes {
    Routes::default()
        .api_get("/api/v1/me", doc::<(), Me>("Who you are and what you may do"), me)
        .api_patch(
            "/api/v1/me",
            doc::<Settings, Me>("Keeps your language, time zone and keys"),
            keep_settings,
        )
        .api_post(
            "/api/v1/me/password",
            Doc {
                each_counts: true,
                ..doc::<Password, Done>("Changes your password; your other sessions end")
            },
            change_password,
        )
        .api_get("/api/v1/me/sessions", doc::<(), Vec<Session>>("Where you are signed in"), sessions)
        .api_post(
            "/api/v1/me/sessions/{session}/end",
            doc::<(), Done>("Ends one of your sessions"),
            end_session,
        )
        .api_get("/api/v1/me/tokens", doc::<(), Vec<Token>>("Your tokens, without their secrets"), tokens)
        .api_post(
            "/api/v1/me/tokens",
            doc::<WantedToken, MadeToken>("Makes a token; its secret is told this once"),
            make_token,
        )
        .api_post("/api/v1/me/tokens/{token}/end", doc::<(), Done>("Ends one of your tokens"), end_token)
        .api_get(
            "/api/v1/people/{number}/memberships",
            doc::<(), Vec<Membership>>("The further organisations whose matters somebody of outside sees"),
            memberships,
        )
        .api_post(
            "/api/v1/people/{number}/memberships",
            doc::<WantedMembership, Vec<Membership>>(
                "Lets somebody of outside see a further organisation's matters, from a day until a day",
            ),
            join,
        )
        .api_post(
            "/api/v1/people/{number}/memberships/{membership}/end",
            doc::<(), Vec<Membership>>("Ends that at once"),
            part,
        )
        .api_post("/api/v1/people/{number}/roles", doc::<Roles, Done>("Says what somebody may do"), set_roles)
        .api_post(
            "/api/v1/people/{number}/password",
            Doc { each_counts: true, ..doc::<FirstPassword, Done>("Gives somebody a password") },
            set_password,
        )
        .api_post(
            "/api/v1/people/{number}/leave",
            doc::<(), Done>("Marks somebody as left and ends their keys"),
            leave,
        )
        .api_post("/api/v1/people/{number}/return", doc::<(), Done>("Takes somebody back"), come_back)
        .and(door::routes())
}

fn doc<Request: JsonSchema, Response: JsonSchema>(summary: &'static str) -> Doc {
    let request = schema_of_sent::<Request>();
    Doc { summary, tag: "People", request, response: schema_of::<Response>(), ..Doc::default() }
}

#[derive(Serialize, JsonSchema)]
struct Me {
    person: i64,
    number: String,
    name: String,
    email: String,
    language: String,
    /// Empty where it is that of the house.
    zone: String,
    keys_off: bool,
    roles: Vec<String>,
    functions: Vec<i64>,
    /// The organisations whose matters you see; empty for staff, who see all.
    parties: Vec<i64>,
    only_reads: bool,
    version: i64,
}

#[derive(Deserialize, JsonSchema)]
struct Settings {
    language: Option<String>,
    zone: Option<String>,
    keys_off: Option<bool>,
}

#[derive(Deserialize, JsonSchema)]
struct Password {
    old_password: String,
    new_password: String,
}

#[derive(Deserialize, JsonSchema)]
struct FirstPassword {
    password: String,
}

#[derive(Deserialize, JsonSchema)]
struct Roles {
    roles: Vec<Role>,
}

/// A further organisation of somebody of outside.
#[derive(Serialize, JsonSchema)]
struct Membership {
    id: i64,
    /// The number of the organisation.
    party: String,
    name: String,
    #[schemars(with = "String", extend("format" = "date"))]
    since: Date,
    /// The last day on which it counts; none where it has no end.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    until: Option<Date>,
}

#[derive(Clone, Deserialize, JsonSchema)]
struct WantedMembership {
    /// The number of the organisation.
    party: String,
    /// The first day; today where nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    since: Option<Date>,
    /// The last day; none where nothing is said.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    until: Option<Date>,
}

#[derive(Serialize, JsonSchema)]
struct Done {
    done: bool,
}

#[derive(Serialize, JsonSchema)]
struct Session {
    id: i64,
    created_at: String,
    seen_at: String,
    expires_at: String,
    agent: String,
    /// Whether it is the one that asks.
    is_here: bool,
}

#[derive(Deserialize, JsonSchema)]
struct WantedToken {
    name: String,
    #[serde(default)]
    scope: Scope,
    /// In how many days it ends, at most 366.
    days: i64,
}

#[derive(Serialize, JsonSchema)]
struct MadeToken {
    id: i64,
    /// Shown this once and kept by nobody.
    secret: String,
}

#[derive(Serialize, JsonSchema)]
struct Token {
    id: i64,
    name: String,
    scope: Scope,
    created_at: String,
    expires_at: String,
    used_at: Option<String>,
}

fn done() -> Json {
    json!({ "done": true })
}

fn who(reader: &Reader) -> Result<Me> {
    let own = reader.find_by_id::<Person>(reader.actor.person)?;
    let Person { email, language, zone, keys_off, .. } = own.body;
    Ok(Me {
        person: reader.actor.person,
        number: own.record.number,
        name: own.record.title,
        email,
        language,
        zone,
        keys_off,
        roles: reader.actor.roles().iter().map(|it| it.code()).collect(),
        functions: queries::functions_of(reader, reader.actor.person)?,
        parties: reader.actor.parties().to_vec(),
        only_reads: reader.actor.only_reads,
        version: own.record.version,
    })
}

async fn me(visit: Visit) -> Answer {
    visit.respond(|reader| answer(&who(reader)?)).await
}

async fn keep_settings(Sent(visit, value): Sent) -> Answer {
    let (wanted, version): (Settings, _) = (read(&visit, &value)?, visit.must_have_seen()?);
    visit
        .change(value, move |work| {
            let seen = who(work)?.version;
            if version.is_some_and(|it| it != seen) {
                return Err(Error::Stale);
            }
            let Person { language, zone, keys_off, .. } = work.find_by_id::<Person>(work.actor.person)?.body;
            let language = wanted.language.clone().unwrap_or(language);
            let zone = wanted.zone.clone().unwrap_or(zone);
            commands::change_settings(work, &language, &zone, wanted.keys_off.unwrap_or(keys_off))?;
            Ok(serde_json::to_value(who(work)?)?)
        })
        .await
}

/// A deed that hashes first, or whose answer must not be remembered.
async fn aside(visit: Visit, deed: impl FnOnce(&Db, &Actor) -> Result<Json> + Send + 'static) -> Answer {
    must_be_signed_in(&visit)?;
    let (edge, actor) = (Arc::clone(&visit.edge), visit.known.actor.clone());
    let told = off_the_loop(move || deed(&edge.db, &actor)).await;
    let told = told.map_err(|error| Failure::of(error, &visit.envelope))?;
    Ok(web::api::json(StatusCode::OK, &told))
}

async fn change_password(Sent(visit, value): Sent) -> Answer {
    let Password { old_password: old, new_password: new } = read(&visit, &value)?;
    let session = visit.session.clone();
    aside(visit, move |db, actor| {
        commands::change_password(
            db,
            actor,
            &NewPassword { old: &old, new: &new, session: session.as_deref() },
        )?;
        Ok(done())
    })
    .await
}

async fn sessions(visit: Visit) -> Answer {
    let here = visit.session.as_deref().map(sealed);
    visit
        .respond(move |reader| {
            let line = |it: SessionLine| Session {
                id: it.id,
                created_at: it.created_at.to_string(),
                seen_at: it.seen_at.to_string(),
                expires_at: it.expires_at.to_string(),
                is_here: here.as_ref() == Some(&it.secret),
                agent: it.agent,
            };
            answer(&queries::my_sessions(reader)?.into_iter().map(line).collect::<Vec<_>>())
        })
        .await
}

async fn end_session(Path(session): Path<i64>, Sent(visit, value): Sent) -> Answer {
    must_be_signed_in(&visit)?;
    visit.change(value, move |work| commands::revoke_session(work, session).map(|()| done())).await
}

async fn tokens(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            let line = |it: TokenLine| Token {
                id: it.id,
                name: it.name,
                scope: it.scope,
                created_at: it.created_at.to_string(),
                expires_at: it.expires_at.to_string(),
                used_at: it.used_at.map(|it| it.to_string()),
            };
            answer(&queries::my_tokens(reader)?.into_iter().map(line).collect::<Vec<_>>())
        })
        .await
}

async fn make_token(Sent(visit, value): Sent) -> Answer {
    let WantedToken { name, scope, days } = read(&visit, &value)?;
    let word = visit.envelope.header("idempotency-key").unwrap_or_default().to_owned();
    aside(visit, move |db, actor| {
        let wanted = NewToken { name: &name, scope, days };
        let (id, secret) = commands::make_token_once(db, actor, &wanted, &word)?;
        Ok(json!({ "id": id, "secret": secret }))
    })
    .await
}

async fn end_token(Path(token): Path<i64>, Sent(visit, value): Sent) -> Answer {
    must_be_signed_in(&visit)?;
    visit.change(value, move |work| commands::revoke_token(work, token).map(|()| done())).await
}

/// What stands there after a deed, and where one only asks.
fn memberships_of(reader: &Reader, number: &str) -> Result<Vec<Membership>> {
    let person = reader.find::<Person>(number)?.record.id.raw();
    let shape = |it: queries::MembershipLine| {
        let party = reader.mention(it.party)?.map(|it| it.number).unwrap_or_default();
        Ok(Membership { id: it.id, party, name: it.name, since: it.since, until: it.until })
    };
    queries::memberships(reader, person)?.into_iter().map(shape).collect()
}

async fn memberships(visit: Visit, Path(number): Path<String>) -> Answer {
    visit.respond(move |reader| answer(&memberships_of(reader, &number)?)).await
}

async fn join(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let wanted: WantedMembership = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let party = match work.mention_of(&wanted.party) {
                Ok(it) => it.id,
                // The deed says at which field.
                Err(Error::NotFound) => 0,
                Err(other) => return Err(other),
            };
            let since = wanted.since.unwrap_or(work.today());
            commands::join(work, &number, party, (since, wanted.until))?;
            Ok(serde_json::to_value(memberships_of(work, &number)?)?)
        })
        .await
}

async fn part(Path((number, membership)): Path<(String, i64)>, Sent(visit, value): Sent) -> Answer {
    visit
        .change(value, move |work| {
            commands::part(work, &number, membership)?;
            Ok(serde_json::to_value(memberships_of(work, &number)?)?)
        })
        .await
}

async fn set_roles(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let Roles { roles } = read(&visit, &value)?;
    visit.change(value, move |work| commands::set_roles(work, &number, &roles).map(|()| done())).await
}

async fn set_password(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let FirstPassword { password } = read(&visit, &value)?;
    aside(visit, move |db, actor| {
        let case = db.read(actor, |reader| reader.find::<Person>(&number))?;
        commands::ADMINISTRATORS.covers(actor, None)?;
        check_password("password", &password, (&case.record.title, &case.body.email))?;
        let hashed = hash(&password)?;
        db.write(actor, |work| commands::keep_password(work, case.record.id.raw(), &hashed))?;
        Ok(done())
    })
    .await
}

async fn leave(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    visit.change(value, move |work| commands::leave(work, &number).map(|()| done())).await
}

async fn come_back(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    visit.change(value, move |work| commands::return_to_work(work, &number).map(|()| done())).await
}
