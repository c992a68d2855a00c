//! Who may stand in for whom: not oneself, and not round in a circle.

use jiff::civil::Date;
use kernel::{Faults, PersonId, text};

/// Somebody absent, and who acts for them, from a day until a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    pub person: PersonId,
    pub deputy: PersonId,
    pub since: Date,
    pub until: Date,
}

/// The longest absence that is entered at once, in days.
const LONGEST: i32 = 366;

/// Says what is wrong with a new absence, given those that are known.
pub fn check_absence(new: &Absence, known: &[Absence], today: Date) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.unless(new.until >= new.since, "until", text!("It cannot end before it begins."));
    faults.unless(new.until >= today, "until", text!("This is over already. Give a day to come."));
    let days = (new.until - new.since).get_days();
    faults.unless(days <= LONGEST, "until", text!("Let it end within a year."));
    faults.unless(
        new.deputy != new.person,
        "deputy",
        text!("Nobody stands in for themselves. Choose somebody else."),
    );
    let is_circle = new.deputy != new.person && leads_to(new.deputy, new, known);
    let sentence = text!(
        "That goes round in a circle: they are absent then too, and it comes back to the same person. Choose somebody else."
    );
    faults.unless(!is_circle, "deputy", sentence);
    faults.into_result()
}

/// Whether what is asked of `from` comes to whoever is absent, along the absences of the same days.
fn leads_to(from: PersonId, new: &Absence, known: &[Absence]) -> bool {
    let overlaps = |it: &&Absence| it.since <= new.until && it.until >= new.since;
    let (mut seen, mut next) = (vec![from], vec![from]);
    while let Some(person) = next.pop() {
        for it in known.iter().filter(overlaps).filter(|it| it.person == person) {
            if it.deputy == new.person {
                return true;
            }
            if !seen.contains(&it.deputy) {
                seen.push(it.deputy);
                next.push(it.deputy);
            }
        }
    }
    false
}

/// For whom somebody stands in on a day, through others who are absent too, with the last day of each.
pub fn absent_behind(deputy: PersonId, known: &[Absence], today: Date) -> Vec<(PersonId, Date)> {
    let mut all: Vec<(PersonId, Date)> = Vec::new();
    let mut next = vec![(deputy, Date::MAX)];
    while let Some((person, until)) = next.pop() {
        for it in known.iter().filter(|it| it.deputy == person && it.since <= today && it.until >= today) {
            if it.person != deputy && all.iter().all(|(person, _)| *person != it.person) {
                all.push((it.person, it.until.min(until)));
                next.push((it.person, it.until.min(until)));
            }
        }
    }
    all
}

/// Whether somebody acts on a day for whoever is away: their deputy has not left and is here, or is away in turn and
/// has one who is.
pub fn is_manned(absence: &Absence, known: &[Absence], gone: &[PersonId], day: Date) -> bool {
    let (mut seen, mut next) = (vec![absence.person], vec![absence.deputy]);
    while let Some(person) = next.pop() {
        if seen.contains(&person) || gone.contains(&person) {
            continue;
        }
        seen.push(person);
        let away = known.iter().filter(|it| it.person == person && it.since <= day && it.until >= day);
        let deputies: Vec<PersonId> = away.map(|it| it.deputy).collect();
        if deputies.is_empty() {
            return true;
        }
        next.extend(deputies);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(words: &str) -> Date {
        words.parse().unwrap()
    }

    fn absence(person: PersonId, deputy: PersonId, since: &str, until: &str) -> Absence {
        Absence { person, deputy, since: day(since), until: day(until) }
    }

    #[test]
    fn nobody_stands_in_for_themselves_or_round_in_a_circle() {
        let today = day("2026-03-02");
        let known = [absence(2, 3, "2026-03-04", "2026-03-10"), absence(3, 4, "2026-03-05", "2026-03-06")];
        let check = |new: Absence| check_absence(&new, &known, today).is_ok();
        assert!(check(absence(1, 2, "2026-03-04", "2026-03-06")), "from one to the next is no circle");
        assert!(!check(absence(1, 1, "2026-03-04", "2026-03-06")));
        assert!(!check(absence(3, 2, "2026-03-04", "2026-03-06")));
        assert!(!check(absence(4, 2, "2026-03-06", "2026-03-09")), "over two others");
        assert!(check(absence(4, 2, "2026-03-11", "2026-03-12")), "on other days there is none");
        assert!(!check(absence(1, 2, "2026-03-06", "2026-03-04")));
        assert!(!check(absence(1, 2, "2026-02-06", "2026-02-08")), "what is over");
        assert!(!check(absence(1, 2, "2026-03-06", "2028-03-04")));
    }

    #[test]
    fn whoever_is_away_is_alone_when_their_deputies_have_left_or_are_away_without_any() {
        let known = [absence(1, 2, "2026-03-01", "2026-03-10"), absence(2, 3, "2026-03-04", "2026-03-05")];
        let manned = |gone: &[PersonId], on: &str| is_manned(&known[0], &known, gone, day(on));
        assert!(manned(&[], "2026-03-02") && manned(&[], "2026-03-04"));
        assert!(!manned(&[2], "2026-03-02"), "the deputy has left");
        assert!(manned(&[3], "2026-03-02"), "the deputy is here");
        assert!(!manned(&[3], "2026-03-04"), "the deputy is away, and theirs has left");
    }

    #[test]
    fn what_is_asked_of_an_absent_deputy_goes_on_to_theirs() {
        let known = [absence(1, 2, "2026-03-01", "2026-03-10"), absence(2, 3, "2026-03-01", "2026-03-05")];
        assert_eq!(absent_behind(2, &known, day("2026-03-04")), [(1, day("2026-03-10"))]);
        assert_eq!(
            absent_behind(3, &known, day("2026-03-04")),
            [(2, day("2026-03-05")), (1, day("2026-03-05"))]
        );
        assert_eq!(absent_behind(3, &known, day("2026-03-06")), []);
    }
}
