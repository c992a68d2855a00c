//! Looking back on the changes of a year: somebody is asked to, and records what they saw and what follows.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Ask, Faults, PersonId, Result, Work, text};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::function_of;
use crate::model::AsItStood;
use crate::queries::{self, Procedure};
use crate::rules::LAWGIVERS;

/// So many days a function has to look back on a year that is over.
const LOOK_IN: i64 = 30;

/// What somebody records who looked back on a year.
#[derive(Clone, Copy, Debug, Default)]
pub struct LookingBack<'a> {
    pub year: i16,
    /// The number of the function for which they do.
    pub function: &'a str,
    pub seen: &'a str,
    /// What follows, or that nothing does.
    pub follows: &'a str,
    /// Who sees to what follows, and by when; nobody where nothing does.
    pub person: Option<PersonId>,
    pub due: Option<Date>,
}

#[derive(Serialize)]
struct NewYear<'a> {
    record_id: i64,
    year: i64,
    seen: &'a str,
    follows: &'a str,
    figures: &'a AsItStood,
    at: i64,
    by: PersonId,
}

/// Records that somebody looked back on the changes of a year, with what they saw, what follows, and how the year stood.
/// It stays as it is; whoever looks again records that too. Tells how the year stands.
///
/// # Errors
/// Only those who answer for the quality system; names what is missing.
pub fn look_back(work: &mut Work, it: &LookingBack) -> Result<Procedure> {
    LAWGIVERS.covers(work.actor, None)?;
    let function = function_of(work, it.function)?;
    let (seen, follows) = (it.seen.trim(), it.follows.trim());
    let mut faults = Faults::default();
    let is_over = (2000..work.today().year()).contains(&it.year);
    faults.unless(is_over, "year", text!("Name a year that is over."));
    faults.unless(!seen.is_empty(), "seen", text!("Say what was seen."));
    faults.unless(!follows.is_empty(), "follows", text!("Say what follows, or that nothing does."));
    for (field, words) in [("seen", seen), ("follows", follows)] {
        let fits = words.chars().count() <= 5_000;
        faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 5_000i64));
    }
    if let Some(person) = it.person {
        faults.unless(queries::is_colleague(work, person)?, "person", text!("Choose a colleague."));
        let today = work.today();
        let sentence = text!("Say by when, from today on.");
        faults.unless(it.due.is_some_and(|it| it >= today), "due", sentence);
    }
    faults.into_result()?;
    let mut year = queries::procedure(work, it.year)?;
    let figures = year.as_it_stands();
    let line = NewYear {
        record_id: function.id,
        year: i64::from(it.year),
        seen,
        follows,
        figures: &figures,
        at: work.now.as_microsecond(),
        by: work.actor.person,
    };
    work.add("change_year", function.id, &line)?;
    let told = json!({ "year": it.year, "seen": seen, "follows": follows, "figures": figures });
    work.note(function.id, json!({ "looked_back": told }))?;
    // Whoever was asked, for whichever function somebody looked.
    let place = place_of(it.year);
    for asked in queries::functions_asked(work, &place)? {
        work.settle_by_itself(asked, &place)?;
    }
    if let Some(person) = it.person {
        let said = text!(
            "It follows from the changes of {year}: {what}",
            year = it.year.to_string(),
            what = follows
        );
        work.ask(
            function.id,
            &Ask { said: Some(&said), person: Some(person), due: it.due, ..Ask::default() },
        )?;
    }
    work.called("year_looked_back");
    year.looks_back = queries::looks_back(work, it.year)?;
    Ok(year)
}

/// Asks the function that looks back on changes to do so, once, when a year is over in which some were raised. A job does
/// this.
pub fn have_the_year_looked_back_on(work: &mut Work, _: &Json) -> Result<()> {
    let today = work.today();
    let year = today.year() - 1;
    if queries::raised_in(work, year)? == 0 || !queries::looks_back(work, year)?.is_empty() {
        return Ok(());
    }
    let place = place_of(year);
    let asked = queries::functions_asked(work, &place)?;
    let known = queries::functions(work)?;
    if known.iter().any(|(id, ..)| asked.contains(id)) {
        return Ok(());
    }
    let Some(function) = queries::who_looks_back(work)? else { return Ok(()) };
    let said =
        text!("Look back on how changes went in {year}, and record what follows", year = year.to_string());
    let due = today.checked_add(LOOK_IN.days()).ok();
    let ask = Ask { said: Some(&said), function: Some(function), due, place: Some(&place), ..Ask::default() };
    work.ask_by_itself(function, &ask)?;
    work.called("year_asked_about");
    Ok(())
}

/// Where one looks back on a year.
fn place_of(year: i16) -> String {
    format!("/changes/procedure?year={year}")
}
