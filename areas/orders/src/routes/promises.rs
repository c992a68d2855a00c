//! Addresses of what is promised to everybody.

use jiff::civil::Date;
use web::{Answer, Page, Routes, Visit, t};

use crate::pages::promises as pages;
use crate::queries;

pub fn routes() -> Routes {
    Routes::default().get("/promises", open).get("/promises/kept", kept)
}

/// Promises to all customers are ours to see.
async fn open(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            reader.actor.must_be_inside()?;
            let after = place(asked.text("after"));
            let all = queries::open_promises(reader, after)?;
            let after = (all.len() == 100)
                .then(|| all.last())
                .flatten()
                .map(|it| format!("/promises?after={}_{}", it.promised_on, it.id));
            let mut rows = Vec::with_capacity(all.len());
            for it in all {
                let customer = it.party.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default();
                rows.push((it, customer));
            }
            let body = pages::open(&rows, queries::answered_late(reader)?, reader.today(), after);
            Ok(Page::new(t!("Promises"), "/promises", body))
        })
        .await
}

/// Where a page begins: a day and a key.
pub(super) fn place(words: &str) -> Option<(Date, i64)> {
    let (day, key) = words.split_once('_')?;
    Some((day.parse().ok()?, key.parse().ok()?))
}

async fn kept(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            reader.actor.must_be_inside()?;
            Ok(Page::new(t!("Promises"), "/promises", pages::kept(&queries::kept_words(reader)?)))
        })
        .await
}
