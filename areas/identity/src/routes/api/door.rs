//! The same for programs: the second factor, links, who knocked, who stands in, and why somebody sees something.

use std::sync::Arc;

use jiff::civil::Date;
use kernel::{Error, Faults, Permit, Reader, Result, Work, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::api::Versioned;
use web::language::say;
use web::{Answer, Doc, Failure, Path, Routes, Sent, Visit, off_the_loop};

use super::{Done, answer, aside, doc, done, read};
use crate::commands::{self, ADMINISTRATORS, MadeLink, NewAbsence};
use crate::model::{Function, How, Outcome, Person, Purpose};
use crate::queries::{self, AbsenceLine, KnockLine};
use crate::routes::access;
use crate::routes::must_be_signed_in;
use crate::rules::factor;

pub fn routes() -> Routes {
    Routes::default()
        .api_get("/api/v1/me/factor", doc::<(), Standing>("How it stands with your second factor"), standing)
        .api_post(
            "/api/v1/me/factor/begin",
            Doc {
                each_counts: true,
                ..doc::<(), Begun>(
                    "Begins to set up your second factor; its key is told until a code confirms it",
                )
            },
            begin,
        )
        .api_post(
            "/api/v1/me/factor",
            Doc {
                each_counts: true,
                ..doc::<Code, Codes>("Confirms your second factor; tells the recovery codes this once")
            },
            confirm,
        )
        .api_post(
            "/api/v1/me/factor/codes",
            Doc {
                each_counts: true,
                ..doc::<Present, Codes>("Makes new recovery codes; tells them this once")
            },
            renew,
        )
        .api_post(
            "/api/v1/me/factor/end",
            Doc { each_counts: true, ..doc::<Present, Done>("Switches your second factor off") },
            end,
        )
        .api_get("/api/v1/me/sign-ins", doc::<(), Vec<Knock>>("Who tried to sign in in your name"), my_knocks)
        .api_get(
            "/api/v1/people/{number}/sign-ins",
            doc::<(), Vec<Knock>>("Who tried to sign in in somebody's name"),
            knocks,
        )
        .api_post(
            "/api/v1/people/{number}/link",
            doc::<(), Link>("Makes a link by which somebody sets their password; it is told this once"),
            make_link,
        )
        .api_post(
            "/api/v1/people/{number}/link/end",
            doc::<(), Done>("Takes somebody's links to a password back"),
            revoke_links,
        )
        .api_post(
            "/api/v1/people/{number}/factor/reset",
            doc::<(), Done>("Takes somebody's second factor away and ends their sessions"),
            reset_factor,
        )
        .api_get(
            "/api/v1/people/{number}/absences",
            doc::<(), Vec<Absence>>("Who stands in for somebody, and for whom they stand in"),
            absences,
        )
        .api_post(
            "/api/v1/people/{number}/absences",
            doc::<WantedAbsence, Done>("Names who stands in for somebody, from a day until a day"),
            name_deputy,
        )
        .api_post(
            "/api/v1/people/{number}/absences/{absence}/end",
            doc::<(), Done>("Ends an absence at once"),
            end_absence,
        )
        .api_get(
            "/api/v1/people/{number}/why",
            Doc {
                query: &[("record", "The number of the record, like RS-2026-0017")],
                ..doc::<(), Why>("Why somebody sees a record or not, and what they may do with it")
            },
            why,
        )
        .api_get(
            "/api/v1/sight",
            Doc {
                query: &[("record", "The number of the record, like RS-2026-0017")],
                ..doc::<(), Seen>("Who sees a record; why, is told for each person by `/people/{number}/why`")
            },
            sight,
        )
        .api_get("/api/v1/access", doc::<(), Versioned<Rules>>("How people come in"), rules)
        .api_patch(
            "/api/v1/access",
            doc::<WantedRules, Versioned<Rules>>("Says how people come in"),
            keep_rules,
        )
}

#[derive(Serialize, JsonSchema)]
struct Standing {
    is_on: bool,
    /// Whether a key waits to be confirmed.
    is_begun: bool,
    codes_left: i64,
    /// Whether the house demands it of you.
    is_demanded: bool,
}

#[derive(Serialize, JsonSchema)]
struct Begun {
    /// The key in letters (base32), for devices that cannot scan.
    key: String,
    /// The key as devices read it (`otpauth:`).
    address: String,
}

#[derive(Deserialize, JsonSchema)]
struct Code {
    /// The code that your device shows now.
    code: String,
}

#[derive(Deserialize, JsonSchema)]
struct Present {
    /// Your present password.
    password: String,
}

#[derive(Serialize, JsonSchema)]
struct Codes {
    codes: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Knock {
    at: String,
    outcome: Outcome,
    /// By what they proved who they are; none where they did not, or it was not written down then.
    how: Option<How>,
    /// The network address; empty where it was not known.
    place: String,
    agent: String,
    is_new: bool,
}

#[derive(Serialize, JsonSchema)]
struct Link {
    link: String,
    purpose: Purpose,
    /// Whether it went to the person by letter.
    is_mailed: bool,
}

#[derive(Serialize, JsonSchema)]
struct Absence {
    id: i64,
    /// The numbers of who is absent and of who stands in.
    person: String,
    deputy: String,
    /// The number of the function; none where it is for everything.
    function: Option<String>,
    since: String,
    until: String,
    /// Whether the deputy has left: then nobody stands in.
    deputy_left: bool,
}

#[derive(Deserialize, JsonSchema)]
struct WantedAbsence {
    /// The number of the person who stands in.
    deputy: String,
    /// The number of a function, where it is for that one only.
    function: Option<String>,
    #[schemars(with = "String", extend("format" = "date"))]
    since: Date,
    #[schemars(with = "String", extend("format" = "date"))]
    until: Date,
}

#[derive(Serialize, JsonSchema)]
struct Why {
    record: String,
    sees: bool,
    reasons: Vec<String>,
    steps: Vec<WhyStep>,
}

#[derive(Serialize, JsonSchema)]
struct WhyStep {
    step: String,
    may: bool,
    missing: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Seen {
    record: String,
    /// How many work here; all of them read every record.
    colleagues: usize,
    /// Those of outside who can sign in, those of the organisation of the record first.
    outside: Vec<Beholder>,
    /// There are more of outside than stand here.
    is_cut: bool,
}

#[derive(Serialize, JsonSchema)]
struct Beholder {
    person: String,
    name: String,
    organisation: String,
    sees: bool,
}

#[derive(Serialize, JsonSchema)]
struct Rules {
    staff_need_factor: bool,
    history_days: i64,
}

#[derive(Deserialize, JsonSchema)]
struct WantedRules {
    staff_need_factor: Option<bool>,
    history_days: Option<i64>,
}

async fn standing(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            let person = reader.actor.person;
            let factor = queries::factor_of(reader, person)?;
            let is_on = factor.as_ref().is_some_and(|it| it.confirmed_at.is_some());
            answer(&Standing {
                is_on,
                is_begun: factor.is_some() && !is_on,
                codes_left: queries::codes_left(reader, person)?,
                is_demanded: !reader.actor.is_outside() && queries::staff_need_factor(reader)?,
            })
        })
        .await
}

async fn begin(Sent(visit, _): Sent) -> Answer {
    aside(visit, |db, actor| {
        let secret = factor::new_factor()?;
        db.write(actor, |work| commands::begin_factor(work, &secret))?;
        let (house, email) = db.read(actor, |reader| {
            Ok((queries::company(reader)?.name, queries::claimant_of(reader, reader.actor.person)?.email))
        })?;
        let address = factor::address(&secret, &house, &email)?;
        Ok(serde_json::to_value(Begun { key: factor::typed(&secret)?, address })?)
    })
    .await
}

async fn confirm(Sent(visit, value): Sent) -> Answer {
    let Code { code } = read(&visit, &value)?;
    let session = visit.session.clone();
    aside(visit, move |db, actor| {
        let codes = commands::confirm_factor(db, actor, &code, session.as_deref())?;
        Ok(json!({ "codes": codes }))
    })
    .await
}

async fn renew(Sent(visit, value): Sent) -> Answer {
    let Present { password } = read(&visit, &value)?;
    aside(visit, move |db, actor| {
        Ok(json!({ "codes": commands::renew_recovery_codes(db, actor, &password)? }))
    })
    .await
}

async fn end(Sent(visit, value): Sent) -> Answer {
    let Present { password } = read(&visit, &value)?;
    let session = visit.session.clone();
    aside(visit, move |db, actor| {
        commands::end_factor(db, actor, &password, session.as_deref())?;
        Ok(done())
    })
    .await
}

fn knock(it: KnockLine) -> Knock {
    let KnockLine { at, outcome, how, place, agent, is_new, .. } = it;
    Knock { at: at.to_string(), outcome, how, place, agent, is_new }
}

async fn my_knocks(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            let all = queries::knocks_of(reader, reader.actor.person)?;
            answer(&all.into_iter().map(knock).collect::<Vec<_>>())
        })
        .await
}

async fn knocks(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let person = reader.find::<Person>(&number)?.record.id.raw();
            ADMINISTRATORS.covers(reader.actor, None)?;
            answer(&queries::knocks_of(reader, person)?.into_iter().map(knock).collect::<Vec<_>>())
        })
        .await
}

async fn make_link(Path(number): Path<String>, Sent(visit, _): Sent) -> Answer {
    let base = access::reached_at(&visit.envelope, visit.edge.is_secure);
    let word = visit.envelope.header("idempotency-key").map(str::to_owned);
    aside(visit, move |db, actor| {
        let (secret, made) = commands::make_link_once(db, actor, &number, word.as_deref())?;
        let base = db.read(actor, |reader| reader.site())?.unwrap_or(base);
        let MadeLink { purpose, is_mailed } = made;
        Ok(json!({ "link": format!("{base}/password/{secret}"), "purpose": purpose, "is_mailed": is_mailed }))
    })
    .await
}

async fn revoke_links(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    visit.change(value, move |work| commands::revoke_links(work, &number).map(|()| done())).await
}

async fn reset_factor(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    must_be_signed_in(&visit)?;
    visit.change(value, move |work| commands::reset_factor(work, &number).map(|()| done())).await
}

async fn absences(visit: Visit, Path(number): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let person = reader.find::<Person>(&number)?.record.id.raw();
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let lines = queries::absences_of(reader, person)?;
            answer(&lines.into_iter().map(|it| told(reader, it)).collect::<Result<Vec<_>>>()?)
        })
        .await
}

fn told(reader: &Reader, it: AbsenceLine) -> Result<Absence> {
    let number = |id: i64| Ok::<_, Error>(reader.mention(id)?.map(|it| it.number).unwrap_or_default());
    Ok(Absence {
        id: it.id,
        person: number(it.person)?,
        deputy: number(it.deputy)?,
        function: it.function.map(number).transpose()?,
        since: it.since.to_string(),
        until: it.until.to_string(),
        deputy_left: it.deputy_left(),
    })
}

async fn name_deputy(Path(number): Path<String>, Sent(visit, value): Sent) -> Answer {
    let wanted: WantedAbsence = read(&visit, &value)?;
    visit
        .change(value, move |work| {
            let deputy = found(work.find::<Person>(&wanted.deputy).map(|it| it.record.id.raw()), "deputy")?;
            let function = match &wanted.function {
                Some(number) => {
                    Some(found(work.find::<Function>(number).map(|it| it.record.id.raw()), "function")?)
                }
                None => None,
            };
            let WantedAbsence { since, until, .. } = wanted;
            commands::name_deputy(work, &number, &NewAbsence { deputy, function, since, until })?;
            Ok(done())
        })
        .await
}

/// A record that a field names; where there is none, the field is told.
fn found(found: Result<i64>, field: &str) -> Result<i64> {
    found.map_err(|error| match error {
        Error::NotFound => Faults::one(field, text!("There is nothing with this number.")).into(),
        error => error,
    })
}

async fn end_absence(Path((number, absence)): Path<(String, i64)>, Sent(visit, value): Sent) -> Answer {
    visit.change(value, move |work| commands::end_absence(work, &number, absence).map(|()| done())).await
}

async fn why(visit: Visit, Path(number): Path<String>) -> Answer {
    let (edge, actor) = (Arc::clone(&visit.edge), visit.actor().clone());
    let record = visit.envelope.asked().text("record").to_owned();
    let language = visit.envelope.language(Some(&visit.known));
    let explained = off_the_loop(move || {
        language.with(|| {
            let person = edge.db.read(&actor, |reader| reader.find::<Person>(&number))?.record.id.raw();
            let (found, _) = access::explanation(&edge.db, &actor, (person, &record))?;
            let steps = found.offers.iter().map(|it| WhyStep {
                step: it.step.code.clone(),
                may: it.missing.is_empty(),
                missing: it.missing.iter().map(|it| say(&it.sentence)).collect(),
            });
            answer(&Why {
                record: found.record.number.clone(),
                sees: found.sees,
                reasons: found.reasons.iter().map(say).collect(),
                steps: steps.collect(),
            })
        })
    });
    explained.await.map_err(|error| Failure::of(error, &visit.envelope))
}

async fn sight(visit: Visit) -> Answer {
    let (edge, actor) = (Arc::clone(&visit.edge), visit.actor().clone());
    let record = visit.envelope.asked().text("record").trim().to_owned();
    let seen = off_the_loop(move || {
        edge.db.read(&actor, |reader| Ok(Permit::Staff.covers(reader.actor, None)?))?;
        if record.is_empty() {
            return Err(Faults::one("record", text!("Give a number like RS-2026-0017.")).into());
        }
        let found = access::beholders(&edge.db, &actor, &record)?;
        let outside = found.outside.into_iter().map(|(it, sees)| Beholder {
            person: it.number,
            name: it.name,
            organisation: it.organisation,
            sees,
        });
        let (record, colleagues) = (found.record.number, found.colleagues.len());
        answer(&Seen { record, colleagues, outside: outside.collect(), is_cut: found.is_cut })
    });
    seen.await.map_err(|error| Failure::of(error, &visit.envelope))
}

fn present_rules(reader: &Reader) -> Result<Versioned<Rules>> {
    ADMINISTRATORS.covers(reader.actor, None)?;
    Versioned::of(Rules {
        staff_need_factor: queries::staff_need_factor(reader)?,
        history_days: queries::history_days(reader)?,
    })
}

async fn rules(visit: Visit) -> Answer {
    visit.respond(|reader| answer(&present_rules(reader)?)).await
}

async fn keep_rules(Sent(visit, value): Sent) -> Answer {
    must_be_signed_in(&visit)?;
    let (wanted, version): (WantedRules, _) = (read(&visit, &value)?, visit.must_have_seen()?);
    let keep = move |work: &mut Work| {
        let Rules { staff_need_factor, history_days } = present_rules(work)?.seen(version)?;
        let (need, days) = (
            wanted.staff_need_factor.unwrap_or(staff_need_factor),
            wanted.history_days.unwrap_or(history_days),
        );
        commands::set_entry_rules(work, need, days)?;
        Ok(serde_json::to_value(present_rules(work)?)?)
    };
    visit.change(value, keep).await
}
