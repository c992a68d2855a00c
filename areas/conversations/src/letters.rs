//! What we tell people beside answers: what we understood of a call, invitations, minutes.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{SECRET, Tongue, text};
use web::language::{Language, say};

use crate::model::Attendance;

/// What is written to whoever said something.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// Whom it goes to.
    pub name: String,
    /// The day on which it was said.
    pub day: Date,
    /// What was said, one thing each.
    pub said: Vec<String>,
    /// Until when they are asked to answer.
    pub due: Option<Date>,
    /// Who writes.
    pub from: String,
}

fn in_language<T>(code: &str, write: impl FnOnce() -> T) -> T {
    Language::new(code, TimeZone::UTC).with(write)
}

fn below_each_other(parts: &[String]) -> String {
    parts.iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join("\n\n")
}

fn counted(said: &[String]) -> String {
    (1..).zip(said).map(|(no, said)| format!("{no}. {said}")).collect::<Vec<_>>().join("\n")
}

/// Subject and words of the letter that asks to confirm what was said, as far as whoever writes may change them: what
/// silence means comes below (ISO 9001, 8.2.3.1: requirements that were not stated in writing are confirmed before they
/// are accepted).
pub fn understood(it: &Understood, language: &str) -> (String, String) {
    in_language(language, || {
        let words = below_each_other(&[
            say(&text!("Dear {name},", name = it.name.as_str())),
            say(&text!("when we spoke on {day}, we understood the following:", day = it.day)),
            counted(&it.said),
        ]);
        (say(&text!("We understood the following")), words)
    })
}

/// What comes below such a letter: until when they are asked, what silence means, where to answer, and who writes.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    pub due: Option<Date>,
    /// The clause of the frame contract by which silence is consent; empty where it is none.
    pub frame_contract: &'a str,
    /// Whether there is a link to the answer.
    pub has_link: bool,
    pub from: &'a str,
}

pub fn ending(language: &str, it: &Ending) -> String {
    in_language(language, || {
        let asked = match (it.due, it.frame_contract) {
            (Some(due), "") => say(&text!(
                "Please say yes or no to each by {day}. We do not take silence as yes.",
                day = due
            )),
            (None, "") => say(&text!("Please say yes or no to each. We do not take silence as yes.")),
            (due, clause) => {
                let asked = due.map_or_else(String::new, |due| {
                    say(&text!("Please say yes or no to each by {day}.", day = due)) + " "
                });
                let silence =
                    text!("Without your answer it holds by {clause} of our frame contract.", clause = clause);
                asked + &say(&silence)
            }
        };
        let here = if it.has_link {
            say(&text!("Please answer here, no account is needed:\n{link}", link = SECRET))
        } else {
            String::new()
        };
        below_each_other(&[asked, here, format!("{}\n{}", say(&text!("Kind regards")), it.from)])
    })
}

/// The same once more, where nobody answered until the day.
pub fn understood_again(it: &Understood, language: &str) -> (String, String) {
    in_language(language, || {
        let asked = it.due.map_or_else(String::new, |due| {
            say(&text!("We asked you to answer by {day} and have heard nothing. Without your yes we do nothing: we do not take silence as yes.", day = due))
        });
        let words = below_each_other(&[
            say(&text!("Dear {name},", name = it.name.as_str())),
            say(&text!("when we spoke on {day}, we understood the following:", day = it.day)),
            counted(&it.said),
            asked,
            say(&text!("Please answer here, no account is needed:\n{link}", link = SECRET)),
            format!("{}\n{}", say(&text!("Kind regards")), it.from),
        ]);
        (say(&text!("Reminder: we understood the following")), words)
    })
}

/// A meeting in words: who, when, where, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct InWords {
    pub number: String,
    pub title: String,
    pub purpose: String,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub place: String,
    pub link: String,
    /// Who takes part, and whether they came.
    pub participants: Vec<(String, Attendance)>,
    /// Title, whoever brings it forward, and what was said about it.
    pub points: Vec<(String, Option<String>, String)>,
    /// What was decided, and who answers for it.
    pub decisions: Vec<(String, Option<String>)>,
    /// What is to be done, by whom, until when.
    pub actions: Vec<(String, String, Option<Date>)>,
    /// Who writes.
    pub from: String,
}

impl InWords {
    /// When it is, on the clock of the zone of the language.
    fn when(&self, language: &Language) -> Option<String> {
        let start = self.starts_at?;
        let zone = language.zone.iana_name().unwrap_or("UTC").to_owned();
        let from = language.moment(start);
        let is_one_day = |end: Timestamp| day_in(language, end) == day_in(language, start);
        Some(match self.ends_at {
            Some(end) if is_one_day(end) => {
                let until = end.to_zoned_datetime(language.zone.clone()).strftime("%H:%M").to_string();
                say(&text!("{from} to {until} ({zone})", from = from, until = until, zone = zone))
            }
            Some(end) => {
                let until = language.moment(end);
                say(&text!("{from} to {until} ({zone})", from = from, until = until, zone = zone))
            }
            None => format!("{from} ({zone})"),
        })
    }

    /// What stands at the head: when, where, and who.
    fn head(&self, language: &Language) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(self.when(language).map(|when| say(&text!("When: {when}", when = when))));
        if !self.place.is_empty() {
            lines.push(say(&text!("Where: {place}", place = self.place.as_str())));
        }
        if !self.link.is_empty() {
            lines.push(say(&text!("Take part from elsewhere: {link}", link = self.link.as_str())));
        }
        lines
    }

    fn agenda(&self) -> Vec<String> {
        (1..)
            .zip(&self.points)
            .map(|(no, (title, owner, _))| numbered(&no.to_string(), title, owner.as_deref()))
            .collect()
    }
}

fn day_in(language: &Language, at: Timestamp) -> Date {
    at.to_zoned_datetime(language.zone.clone()).date()
}

fn numbered(no: &str, words: &str, owner: Option<&str>) -> String {
    match owner {
        Some(owner) => format!("{no}. {words} ({owner})"),
        None => format!("{no}. {words}"),
    }
}

/// Subject and words of the letter that invites.
pub fn invitation(it: &InWords, language: &Language) -> (String, String) {
    language.clone().with(|| {
        let subject = say(&text!("Invitation: {title}", title = it.title.as_str()));
        let mut lines =
            vec![say(&text!("We invite you to “{title}”.", title = it.title.as_str())), String::new()];
        lines.extend(it.head(language));
        if !it.purpose.is_empty() {
            lines.extend([String::new(), it.purpose.clone()]);
        }
        if !it.points.is_empty() {
            lines.extend([String::new(), say(&text!("Agenda"))]);
            lines.extend(it.agenda());
        }
        lines.extend([
            String::new(),
            say(&text!("The invitation for your calendar is enclosed. Write back if a point is missing.")),
            String::new(),
            say(&text!("Kind regards")),
            it.from.clone(),
        ]);
        (subject, lines.join("\n"))
    })
}

/// Subject and words of the letter that calls a meeting off.
pub fn called_off(it: &InWords, reason: &str, language: &Language) -> (String, String) {
    language.clone().with(|| {
        let subject = say(&text!("Called off: {title}", title = it.title.as_str()));
        let mut lines = vec![say(&text!("“{title}” does not take place.", title = it.title.as_str()))];
        lines.extend(it.when(language));
        if !reason.is_empty() {
            lines.extend([String::new(), reason.to_owned()]);
        }
        lines.extend([String::new(), say(&text!("Kind regards")), it.from.clone()]);
        (subject, lines.join("\n"))
    })
}

/// The minutes as a text: made once when they are approved, cited and sent as it is.
pub fn minutes(it: &InWords, language: &Language) -> String {
    language.clone().with(|| {
        let mut lines = vec![say(&text!(
            "Minutes {number}: {title}",
            number = it.number.as_str(),
            title = it.title.as_str()
        ))];
        lines.push(String::new());
        lines.extend(it.head(language));
        let there = |wanted: Attendance| {
            let names = it.participants.iter().filter(|(_, is)| *is == wanted).map(|(name, _)| name.as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        let (present, absent) = (there(Attendance::Present), there(Attendance::Absent));
        lines.push(say(&text!("Present: {names}", names = present)));
        if !absent.is_empty() {
            lines.push(say(&text!("Absent: {names}", names = absent)));
        }
        for (no, (title, owner, words)) in (1..).zip(&it.points) {
            lines.extend([
                String::new(),
                numbered(&no.to_string(), title, owner.as_deref()),
                words.trim().to_owned(),
            ]);
        }
        if !it.decisions.is_empty() {
            lines.extend([String::new(), say(&text!("Decisions"))]);
            let decided = (1..).zip(&it.decisions);
            lines.extend(
                decided.map(|(no, (words, owner))| numbered(&format!("D{no}"), words, owner.as_deref())),
            );
        }
        if !it.actions.is_empty() {
            lines.extend([String::new(), say(&text!("What is to be done"))]);
            lines.extend((1..).zip(&it.actions).map(|(no, (words, who, due))| match due {
                Some(due) => say(&text!(
                    "A{no}. {words} ({who}, by {day})",
                    no = no.to_string(),
                    words = words.as_str(),
                    who = who.as_str(),
                    day = *due
                )),
                None => numbered(&format!("A{no}"), words, Some(who)),
            }));
        }
        lines.join("\n")
    })
}

/// Subject and first lines of the letter with which minutes are sent.
pub fn covering(title: &str, no: i64, language: &Language) -> (String, String) {
    language.clone().with(|| {
        if no > 1 {
            let subject = say(&text!("Revised minutes: {title}", title = title));
            let words = say(&text!(
                "These minutes replace those that we sent before. Tell us if something is missing or wrong."
            ));
            return (subject, words);
        }
        let subject = say(&text!("Minutes: {title}", title = title));
        (subject, say(&text!("Here are the minutes. Tell us if something is missing or wrong.")))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_letter_counts_what_was_said() {
        let it = Understood {
            name: "Marta Ruiz".into(),
            day: date(2026, 10, 8),
            said: vec!["Two KD-80-PV-E with 230 V.".into(), "Delivery by week 48.".into()],
            due: Some(date(2026, 10, 14)),
            from: "Ada Lindqvist".into(),
        };
        let (subject, words) = understood(&it, "en");
        assert_eq!(subject, "We understood the following");
        assert!(words.ends_with("1. Two KD-80-PV-E with 230 V.\n2. Delivery by week 48."), "{words}");
    }

    #[test]
    fn what_silence_means_stands_below_every_letter_and_the_link_as_a_mark_only() {
        let due = Some(date(2026, 10, 15));
        let it = Ending { due, frame_contract: "", has_link: false, from: "Ada Lindqvist" };
        let words = ending("en", &it);
        assert!(words.contains("by 15 October 2026. We do not take silence as yes."), "{words}");
        assert!(!words.contains(SECRET) && words.ends_with("Ada Lindqvist"), "{words}");
        let words = ending("en", &Ending { frame_contract: "FC-12, 4.2", has_link: true, ..it });
        assert!(
            words.contains("it holds by FC-12, 4.2 of our frame contract") && words.contains(SECRET),
            "{words}"
        );
        let said = vec!["Two KD-80".to_owned()];
        let again = Understood { name: "Marta".into(), said, due, ..Understood::default() };
        let (_, words) = understood_again(&again, "en");
        assert!(words.contains("1. Two KD-80") && words.contains(SECRET), "{words}");
    }

    fn site_visit() -> InWords {
        InWords {
            number: "MT-2026-0014".into(),
            title: "Site visit".into(),
            starts_at: Some("2026-06-19T08:00:00Z".parse().unwrap()),
            ends_at: Some("2026-06-19T11:00:00Z".parse().unwrap()),
            place: "Northallerton".into(),
            participants: vec![
                ("Ada Lindqvist".into(), Attendance::Present),
                ("Gordon Ames".into(), Attendance::Absent),
            ],
            points: vec![("Room".into(), Some("Ada Lindqvist".into()), "5 °C in winter.".into())],
            decisions: vec![("The tank is heated.".into(), None)],
            actions: vec![("Send the P&ID".into(), "Carl Whitfield".into(), Some(date(2026, 6, 26)))],
            ..InWords::default()
        }
    }

    #[test]
    fn minutes_say_who_was_there_what_was_said_and_what_is_to_be_done() {
        let words = minutes(&site_visit(), &Language::new("en", TimeZone::get("Europe/London").unwrap()));
        for line in [
            "When: 19 June 2026, 09:00 to 12:00 (Europe/London)",
            "Present: Ada Lindqvist\nAbsent: Gordon Ames",
            "1. Room (Ada Lindqvist)\n5 °C in winter.",
            "D1. The tank is heated.",
            "A1. Send the P&ID (Carl Whitfield, by 26 June 2026)",
        ] {
            assert!(words.contains(line), "{line}: {words}");
        }
    }

    #[test]
    fn revised_minutes_say_that_they_replace_those_before() {
        let language = Language::new("en", TimeZone::UTC);
        assert_eq!(covering("FAT", 1, &language).0, "Minutes: FAT");
        assert!(covering("FAT", 2, &language).1.contains("replace those"));
    }
}
