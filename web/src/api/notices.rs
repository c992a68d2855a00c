//! Notices and what is struck out, for programs.

use axum::http::StatusCode;
use kernel::{Error, Faults, Heard, Result, Telling, Vocabulary, text};
use serde_json::Value as Json;

use super::records::limit;
use super::shapes::{NewTelling, NoticeSeen, Numbers, Page, Read, Settled, TellingSeen, Unread, Versioned};
use super::{BASE, json as in_json};
use crate::common::notices::{Told, address, typed};
use crate::language::say;
use crate::path::Path;
use crate::routes::{Doc, Routes, schema_of};
use crate::visit::{Answer, Sent, Visit};

const TAG: &str = "Notices";

pub(super) fn routes() -> Routes {
    Routes::default()
        .api_get(
            &format!("{BASE}/me/notices"),
            Doc {
                summary: "What you were told, the newest first",
                tag: TAG,
                query: ASKED,
                response: schema_of::<Page<NoticeSeen>>(),
                ..Doc::default()
            },
            notices,
        )
        .api_post(
            &format!("{BASE}/me/notices/read"),
            Doc {
                summary: "Says that you have read notices",
                tag: TAG,
                request: schema_of::<Read>(),
                response: schema_of::<Unread>(),
                ..Doc::default()
            },
            read,
        )
        .api_get(
            &format!("{BASE}/me/telling"),
            Doc {
                summary: "How you are told by mail",
                tag: TAG,
                response: schema_of::<Versioned<TellingSeen>>(),
                ..Doc::default()
            },
            telling,
        )
        .api_patch(
            &format!("{BASE}/me/telling"),
            Doc {
                summary: "Changes how you are told by mail",
                tag: TAG,
                request: schema_of::<NewTelling>(),
                response: schema_of::<Versioned<TellingSeen>>(),
                ..Doc::default()
            },
            change_telling,
        )
        .api_post(
            &format!("{BASE}/remarks/{{id}}/strike"),
            Doc {
                summary: "Strikes out a remark of yours; it stays legible to your colleagues",
                tag: "Remarks",
                response: schema_of::<Settled>(),
                ..Doc::default()
            },
            strike,
        )
}

const ASKED: &[(&str, &str)] = &[
    ("unread", "Only what you have not read: `true`."),
    ("limit", "How many to a page, 50 where nothing is said."),
    ("after", "Where the page begins: the `next` of the page before."),
];

async fn notices(visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let (limit, before) = (limit(&mut asked, 50), asked.whole("after"));
            let unread = asked.text("unread").to_owned();
            let is_known = ["", "true", "false"].contains(&unread.as_str());
            asked.faults.unless(is_known, "unread", text!("Say `true` or `false`."));
            asked.check()?;
            let at_most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
            let mut all = reader.notices(unread == "true", before, at_most)?;
            let has_more = all.len() > limit;
            all.truncate(limit);
            let next = all.last().filter(|_| has_more).map(|it| it.entry.to_string());
            let (told, mut numbers) = (Told::of(reader, &all)?, Numbers::new(reader));
            let items = all.into_iter().map(|it| {
                Ok(NoticeSeen {
                    what: told.what(&it)?,
                    page: address(reader, &it),
                    by: numbers.of(it.actor)?,
                    reason: say(&reader.why_told(&[&it])?),
                    stands_in_for: numbers.of(it.stands_in_for)?,
                    id: it.id,
                    record: it.number,
                    title: it.title,
                    because: it.because,
                    deed: it.deed,
                    deeds: it.deeds,
                    fields: it.fields,
                    others: it.others,
                    at: it.at,
                    read_at: it.read_at,
                })
            });
            let page = Page { items: items.collect::<Result<Vec<_>>>()?, next };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(page)?))
        })
        .await
}

async fn read(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let Read { id, record } = crate::api::typed(sent)?;
        let heard = match (id, record) {
            (Some(_), Some(_)) => {
                let sentence = text!("Name a notice or a record, not both.");
                return Err(Faults::one("record", sentence).into());
            }
            (Some(id), None) => Heard::One(id),
            (None, Some(number)) => Heard::About(work.mention_of(&number)?.id),
            (None, None) => Heard::UpTo(i64::MAX),
        };
        work.hear(heard)?;
        Ok::<Json, Error>(serde_json::to_value(Unread { unread: work.unread_notices()? })?)
    })
    .await
}

fn told(it: &Telling) -> Result<Versioned<TellingSeen>> {
    Versioned::of(TellingSeen {
        ways: it.ways.iter().map(|(because, way)| (because.code(), *way)).collect(),
        quiet_from: typed(it.quiet.0),
        quiet_until: typed(it.quiet.1),
        daily_at: typed(it.daily_at),
        returned_at: it.returned_at,
    })
}

async fn telling(visit: Visit) -> Answer {
    visit
        .respond(|reader| Ok(in_json(StatusCode::OK, &serde_json::to_value(told(&reader.telling()?)?)?)))
        .await
}

async fn change_telling(Sent(visit, sent): Sent) -> Answer {
    let (fields, version) = (sent.clone(), visit.must_have_seen()?);
    visit
        .change(sent, move |work| {
            let new: NewTelling = crate::api::typed(fields.clone())?;
            let known = work.telling()?;
            told(&known)?.seen(version)?;
            let hour = |said: &Option<String>, kept| said.clone().unwrap_or_else(|| typed(kept));
            let (from, until, daily) = (
                hour(&new.quiet_from, known.quiet.0),
                hour(&new.quiet_until, known.quiet.1),
                hour(&new.daily_at, known.daily_at),
            );
            let hours = [("quiet_from", from.as_str()), ("quiet_until", &until), ("daily_at", &daily)];
            let ways: Vec<_> = new.ways.into_iter().collect();
            let telling = known.with(hours, &ways)?;
            work.wants_to_be_told(&telling)?;
            Ok::<Json, Error>(serde_json::to_value(told(&telling)?)?)
        })
        .await
}

async fn strike(Path(id): Path<i64>, Sent(visit, sent): Sent) -> Answer {
    let is_empty = sent.as_object().is_some_and(serde_json::Map::is_empty);
    visit
        .change(sent, move |work| {
            if !is_empty {
                return Err(Faults::one("body", text!("Send nothing, or an empty object.")).into());
            }
            work.strike_out(id)?;
            Ok::<Json, Error>(serde_json::to_value(Settled { id, settled: true })?)
        })
        .await
}
