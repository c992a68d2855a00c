//! What the company says about the Meridian matter among itself, and what everybody has read of it.

use std::sync::Arc;

use anyhow::Result;
use kernel::{Audience, Db, Heard};

use super::chronicle::{Chapter, Time};
use super::company::Company;

/// The set that all of them work on.
const SET: &str = "RS-2026-0017";
/// Who says what on which day, at which hour and minute.
const SAID: [(&str, i64, i8, i8, &str); 4] = [
    (
        "franka",
        -3,
        14,
        10,
        "@ada.lindqvist, the rings for the immersion are with Lea since Wednesday. Do we need a second set for the retest?",
    ),
    (
        "ada",
        -3,
        14,
        32,
        "One set is enough, @franka.petersen. @lea.brinkmann, please keep two rings back in any case.",
    ),
    ("bob", -3, 15, 5, "Let us ask Meridian again before the laboratory has answered."),
    (
        "bob",
        -3,
        15,
        20,
        "@ada.lindqvist, I take that back: first the laboratory, then Meridian. Will you tell Carl when we know?",
    ),
];

/// Every remark, and who watches.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let mut chapters = vec![Chapter::new(time.at(-60, 9, 0)?, |db, company, at| {
        for short in ["bob", "henrik"] {
            db.write_at(company.person(short)?, at, |work| work.watch(work.mention_of(SET)?.id, true))?;
        }
        Ok(())
    })];
    for (who, day, hour, minute, words) in SAID {
        chapters.push(Chapter::new(time.at(day, hour, minute)?, move |db, company, at| {
            db.write_at(company.person(who)?, at, |work| {
                let set = work.mention_of(SET)?.id;
                // What he takes back, he strikes out.
                let mut known = work.remarks(set)?.into_iter().filter(|it| it.author == work.actor.person);
                let taken_back =
                    known.find(|it| words.contains("take that back") && it.words.starts_with("Let us ask"));
                if let Some(it) = taken_back {
                    work.strike_out(it.id)?;
                }
                work.remark(set, words, Audience::Internal)
            })?;
            Ok(())
        }));
    }
    Ok(chapters)
}

/// What is older than a few days, everybody has read.
pub fn read(db: &Arc<Db>, time: &Time, company: &Company) -> Result<()> {
    let since = time.at(-3, 12, 0)?;
    for actor in company.everybody() {
        let known = db.read(actor, |reader| reader.notices(true, None, 100_000))?;
        let old = known.iter().filter(|it| it.at < since).map(|it| it.entry).max();
        if let Some(entry) = old {
            db.write(actor, |work| work.hear(Heard::UpTo(entry)))?;
        }
    }
    Ok(())
}
