//! What people ask: how bad risks are, who bears them until when, and what plans are there.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Error, Faults, PartyId, PersonId, Reader, Record, Result, sql, text, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Contingency, Level, Risk, RiskMatrix, RiskState};
use crate::rules::{Consent, InForce, Rated, digest_of};

/// Where it stands who bears which risk, for the audit: as `note_row` named it.
pub const KEPT: &kernel::Sql = sql!(
    "select it.id, visible.number, 'Acceptance ' || cast(it.id as text) as what,
     cast(it.record_id as text) || '|' || cast(it.likelihood as text) || '|' || cast(it.severity as text) || '|' ||
     it.level || '|' || cast(it.matrix as text) || '|' || cast(it.matrix_revision as text) || '|' ||
     it.until_day || '|' || it.reason || '|' || cast(it.person as text) || '|' || cast(it.at as text) as words
     from visible_risk_acceptance as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
);

/// That somebody bears a risk.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Acceptance {
    pub likelihood: i64,
    pub severity: i64,
    pub level: Level,
    pub matrix_revision: i64,
    #[schemars(with = "String")]
    pub until_day: Date,
    pub reason: String,
    pub person: PersonId,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
}

/// That the customer agreed to a plan.
#[derive(Clone, Debug, Deserialize)]
pub struct AgreementLine {
    pub digest: String,
    pub name: String,
    pub source: String,
    pub day: Date,
}

/// That a plan was begun or ended.
#[derive(Clone, Debug, Deserialize)]
pub struct UseLine {
    pub is_over: bool,
    pub words: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub by: PersonId,
}

/// A risk on the map.
#[derive(Clone, Debug, Deserialize)]
pub struct Placed {
    pub number: String,
    pub title: String,
    pub state: RiskState,
    pub likelihood: Option<i64>,
    pub severity: Option<i64>,
    pub residual_likelihood: Option<i64>,
    pub residual_severity: Option<i64>,
    /// As it was accepted last.
    pub accepted_likelihood: Option<i64>,
    pub accepted_severity: Option<i64>,
}

/// The matrix that holds now; none before the first was put in force.
pub fn in_force(reader: &Reader) -> Result<Option<InForce>> {
    let known: Option<(i64, String, i64)> = reader.maybe(
        sql!(
            "select id, number, released from visible where kind = 'RM' and released is not null order by id limit 1"
        ),
        &[],
    )?;
    let Some((id, number, revision)) = known else { return Ok(None) };
    let (_, content) = reader.revision(id, revision)?;
    Ok(Some(InForce { id, number, revision, matrix: serde_json::from_value(content)? }))
}

/// The house has one matrix; it is revised and not written a second time.
pub fn it_is_the_only_one(reader: &Reader, _: &RiskMatrix) -> Result<()> {
    let known: Option<String> =
        reader.maybe(sql!("select number from visible where kind = 'RM' order by id limit 1"), &[])?;
    let Some(number) = known else { return Ok(()) };
    Err(text!("The risk matrix of the house is {number}. Revise that one.", number = number).into())
}

/// What the guards of a risk ask.
pub fn rated(reader: &Reader, record: &Record<Risk>, body: &Risk) -> Result<Rated> {
    let by = in_force(reader)?;
    let level =
        |likelihood: Option<i64>, severity: Option<i64>| by.as_ref()?.matrix.level(likelihood?, severity?);
    Ok(Rated {
        before: level(body.likelihood, body.severity),
        after: level(body.residual_likelihood, body.residual_severity),
        accepted: acceptances(reader, record.id.raw())?.into_iter().next(),
        by,
    })
}

/// A risk is rated by steps that the matrix in force has.
pub fn its_steps_are_of_the_matrix(
    reader: &Reader,
    before: Option<&kernel::Case<Risk>>,
    after: &Risk,
) -> Result<()> {
    let rating = |it: &Risk| [it.likelihood, it.severity, it.residual_likelihood, it.residual_severity];
    let given = rating(after);
    if given.iter().all(Option::is_none) || before.is_some_and(|it| rating(&it.body) == given) {
        return Ok(());
    }
    let Some(it) = in_force(reader)? else {
        let sentence = text!("Put a risk matrix in force first: it says what likely and bad mean here.");
        return Err(Faults::one("likelihood", sentence).into());
    };
    let mut faults = Faults::default();
    let scales = [
        ("likelihood", after.likelihood, &it.matrix.likelihood),
        ("severity", after.severity, &it.matrix.severity),
        ("residual_likelihood", after.residual_likelihood, &it.matrix.likelihood),
        ("residual_severity", after.residual_severity, &it.matrix.severity),
    ];
    for (field, given, scale) in scales {
        let most = i64::try_from(scale.len()).unwrap_or(i64::MAX);
        let fits = given.is_none_or(|it| (1..=most).contains(&it));
        faults.unless(fits, field, text!("Give a step from 1 to {most}.", most = most));
    }
    Ok(faults.into_result()?)
}

/// That a risk was accepted, the last first.
pub fn acceptances(reader: &Reader, risk: i64) -> Result<Vec<Acceptance>> {
    reader.rows(
        sql!(
            "select likelihood, severity, level, matrix_revision, until_day, reason, person, at
             from visible_risk_acceptance where record_id = $1 order by id desc"
        ),
        values![risk],
    )
}

/// The risks that somebody bears now.
pub fn accepted(reader: &Reader) -> Result<Vec<i64>> {
    reader.rows(sql!("select id from visible where kind = 'RK' and state = 'accepted' order by id"), &[])
}

/// The risks that are not closed, with the steps at which each could be placed.
pub fn placed(reader: &Reader) -> Result<Vec<Placed>> {
    reader.rows(
        sql!(
            "select number, title, state, it.likelihood, it.severity, residual_likelihood, residual_severity,
             borne.likelihood as accepted_likelihood, borne.severity as accepted_severity
             from visible join risk as it on it.id = visible.id
             left join visible_risk_acceptance as borne on borne.record_id = visible.id
             and not exists (select 1 from visible_risk_acceptance as later
             where later.record_id = visible.id and later.id > borne.id)
             where kind = 'RK' and state <> 'closed' order by visible.id limit 2000"
        ),
        &[],
    )
}

/// The same by key, for the rows of a list.
pub fn placed_of(reader: &Reader, ids: &[i64]) -> Result<Vec<(i64, Placed)>> {
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        let found: Option<Placed> = reader.maybe(
            sql!(
                "select number, title, state, it.likelihood, it.severity, residual_likelihood, residual_severity,
                 borne.likelihood as accepted_likelihood, borne.severity as accepted_severity
                 from visible join risk as it on it.id = visible.id
                 left join visible_risk_acceptance as borne on borne.record_id = visible.id
                 and not exists (select 1 from visible_risk_acceptance as later
                 where later.record_id = visible.id and later.id > borne.id)
                 where visible.id = $1"
            ),
            values![*id],
        )?;
        all.extend(found.map(|it| (*id, it)));
    }
    Ok(all)
}

impl Placed {
    /// The steps at which it stands.
    pub fn now(&self) -> Option<(i64, i64)> {
        match self.state {
            RiskState::Treated => self.left(),
            RiskState::Accepted => self.accepted_likelihood.zip(self.accepted_severity),
            RiskState::Open | RiskState::Expired | RiskState::Closed => self.before(),
        }
    }

    /// The steps before anything is done.
    pub fn before(&self) -> Option<(i64, i64)> {
        self.likelihood.zip(self.severity)
    }

    /// The steps that are left once that is done.
    pub fn left(&self) -> Option<(i64, i64)> {
        self.residual_likelihood.zip(self.residual_severity)
    }
}

/// What the guards of a plan ask.
pub fn consent(reader: &Reader, record: &Record<Contingency>, body: &Contingency) -> Result<Consent> {
    let id = record.id.raw();
    let agreements = reader.rows(
        sql!(
            "select digest, name, source, day from visible_contingency_agreement where record_id = $1 order by id desc"
        ),
        values![id],
    )?;
    let uses = reader.rows(
        sql!(
            "select is_over, words, at, by from visible_contingency_use where record_id = $1 order by id desc"
        ),
        values![id],
    )?;
    Ok(Consent { agreements, digest: digest_of(body)?, uses })
}

/// The customer to whom a record belongs.
pub fn party_of(reader: &Reader, record: Option<i64>) -> Result<Option<PartyId>> {
    let Some(id) = record else { return Ok(None) };
    let found: Option<Option<PartyId>> =
        reader.maybe(sql!("select party from visible where id = $1"), values![id])?;
    Ok(found.flatten())
}

/// Refuses a record that is not there for whoever names it.
pub fn must_be_there(reader: &Reader, record: i64) -> Result<()> {
    reader.mention(record)?.map(|_| ()).ok_or(Error::NotFound)
}
