//! Addresses of the conditions of a review: who says that one is met, confirms it, sends it back or lets it go; and the same
//! for programs.

use jiff::civil::Date;
use kernel::{Case, Error, Reader, Result, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::{Answer, Path, Posted, Routes, Sent, Visit};

use super::api::{Done, Reasoned, doc, done, in_json, number_of, reasoned};
use super::reviews::PLACE;
use crate::commands;
use crate::model::{ConditionWord, Fulfilment, Gate, Review};
use crate::pages::review::ConditionShown;
use crate::queries;

pub fn routes() -> Routes {
    let of = |deed: &str| format!("{PLACE}/{{number}}/conditions/{{id}}/{deed}");
    let by_program = |deed: &str| format!("/api/v1{}", of(deed));
    Routes::default()
        .post(&of("meet"), meet)
        .post(&of("confirm"), confirm)
        .post(&of("send-back"), send_back)
        .post(&of("no-longer-asked"), no_longer_asked)
        .api_get(
            "/api/v1/reviews/{number}/conditions",
            doc::<(), Vec<ConditionSeen>>(
                "Its conditions, each with the gate that it blocks until it is met",
            ),
            list,
        )
        .api_post(
            &by_program("meet"),
            doc::<Met, Done>("Says by what one sees that a condition is met; quality confirms it"),
            meet_by_program,
        )
        .api_post(
            &by_program("confirm"),
            doc::<(), Done>("Confirms that a condition is met: its gate opens"),
            confirm_by_program,
        )
        .api_post(
            &by_program("send-back"),
            doc::<Reasoned, Done>("Sends a condition back that is not met, with the reason"),
            send_back_by_program,
        )
        .api_post(
            &by_program("no-longer-asked"),
            doc::<Reasoned, Done>("Says that a condition is no longer asked, and why: its gate opens"),
            no_longer_asked_by_program,
        )
}

async fn meet(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let evidence = visit.form.text(&format!("evidence-{id}")).to_owned();
    visit
        .write(move |work| {
            commands::meet(work, &number, id, &evidence)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

async fn confirm(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::confirm_condition(work, &number, id)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

async fn send_back(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text(&format!("reason-{id}")).to_owned();
    visit
        .write(move |work| {
            commands::send_condition_back(work, &number, id, &reason)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

async fn no_longer_asked(Path((number, id)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text(&format!("why-{id}")).to_owned();
    visit
        .write(move |work| {
            commands::ask_no_longer(work, &number, id, &reason)?;
            Ok(format!("{PLACE}/{number}#conditions"))
        })
        .await
}

/// The conditions of a review, or of one function in it, as they are shown to whoever asks.
pub(super) fn conditions(
    reader: &Reader,
    case: &Case<Review>,
    function: Option<i64>,
) -> Result<Vec<ConditionShown>> {
    let mut all = queries::conditions(reader, case.record.id.raw())?;
    all.retain(|it| function.is_none_or(|function| it.function == function));
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = queries::may_meet(reader, &all, case.record.owner)?;
    let (confirmers, holds) = (queries::Confirmers::of(reader)?, case.record.state.holds_conditions());
    let set_on = queries::set_on_something_else(reader, case, &all)?;
    let line = |it: queries::ConditionLine| {
        let (evidence, said_by) =
            it.no_longer_asked().map_or_else(|| it.evidence(), |it| (it.words.as_str(), Some(it.person)));
        let sent_back =
            it.sent_back().map(|it| Ok::<_, Error>((reader.name_of(it.person)?, it.words.clone())));
        Ok(ConditionShown {
            may_meet: holds && theirs.contains(&it.id),
            may_confirm: holds && confirmers.may(reader, &it),
            may_end: holds && confirmers.ends_for(reader, &it)?.is_some(),
            stands: it.stands(),
            set_on: set_on.get(&it.id).copied(),
            evidence: evidence.to_owned(),
            said_by: said_by.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
            sent_back: sent_back.transpose()?,
            id: it.id,
            item: it.item,
            words: it.words,
            gate: it.gate,
            who: it.person.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
            due: it.due,
        })
    };
    all.into_iter().map(line).collect()
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Met {
    evidence: String,
}

/// A condition of a yes.
#[derive(Serialize, JsonSchema)]
struct ConditionSeen {
    /// Names it where it is said to be met.
    id: i64,
    item: String,
    words: String,
    blocks: Gate,
    /// The number of the function that asked for it.
    function: String,
    /// The number of whoever meets it.
    owner: Option<String>,
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    due: Option<Date>,
    /// Whether somebody said by what one sees that it is met, and it was not sent back.
    is_met: bool,
    /// Its gate opens once it is confirmed.
    state: Fulfilment,
    evidence: String,
    /// The number of whoever said that it is met.
    said_by: Option<String>,
    /// Why it was sent back, where nobody said anything since.
    sent_back: Option<String>,
    /// Why it is no longer asked, and the number of whoever said so.
    no_longer_asked: Option<String>,
    ended_by: Option<String>,
    /// The revision on which it was set, where its item says something else now or was taken away.
    set_on: Option<i64>,
    /// When it was set, in microseconds.
    at: i64,
    /// What was said of it since, the first first.
    said: Vec<ConditionWordSeen>,
}

/// What somebody said of a condition.
#[derive(Serialize, JsonSchema)]
struct ConditionWordSeen {
    word: ConditionWord,
    /// By what one sees that it is met, why it was sent back, or why it is no longer asked.
    words: String,
    /// The number of whoever said it.
    person: String,
    /// In microseconds.
    at: i64,
}

async fn list(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let case = reader.find::<Review>(&number)?;
            let all = queries::conditions(reader, case.record.id.raw())?;
            let set_on = queries::set_on_something_else(reader, &case, &all)?;
            let seen = all.into_iter().map(|it| {
                let ended = it.no_longer_asked();
                let said = it.said.iter().map(|word| {
                    Ok(ConditionWordSeen {
                        word: word.word,
                        words: word.words.clone(),
                        person: number_of(reader, word.person)?,
                        at: word.at.as_microsecond(),
                    })
                });
                Ok(ConditionSeen {
                    is_met: matches!(it.stands(), Fulfilment::Met | Fulfilment::Confirmed),
                    state: it.stands(),
                    evidence: it.evidence().0.to_owned(),
                    said_by: it.evidence().1.map(|it| number_of(reader, it)).transpose()?,
                    sent_back: it.sent_back().map(|it| it.words.clone()),
                    no_longer_asked: ended.map(|it| it.words.clone()),
                    ended_by: ended.map(|it| number_of(reader, it.person)).transpose()?,
                    set_on: set_on.get(&it.id).copied(),
                    at: it.at.as_microsecond(),
                    said: said.collect::<Result<_>>()?,
                    id: it.id,
                    item: it.item,
                    words: it.words,
                    blocks: it.gate,
                    function: number_of(reader, it.function)?,
                    owner: it.person.map(|it| number_of(reader, it)).transpose()?,
                    due: it.due,
                })
            });
            in_json(&seen.collect::<Result<Vec<_>>>()?)
        })
        .await
}

async fn meet_by_program(Path((number, id)): Path<(String, i64)>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Met { evidence } = typed(sent)?;
        commands::meet(work, &number, id, &evidence)?;
        Ok(done())
    })
    .await
}

async fn confirm_by_program(Path((number, id)): Path<(String, i64)>, Sent(visit, sent): Sent) -> Answer {
    visit
        .change(sent, move |work| {
            commands::confirm_condition(work, &number, id)?;
            Ok(done())
        })
        .await
}

async fn send_back_by_program(Path((number, id)): Path<(String, i64)>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| commands::send_condition_back(work, &number, id, reason)).await
}

async fn no_longer_asked_by_program(Path((number, id)): Path<(String, i64)>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| commands::ask_no_longer(work, &number, id, reason)).await
}
