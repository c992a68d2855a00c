//! The law of meetings: when one may be held, when its minutes are complete.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::Permit::{Owner, Staff};
use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Refusal, Result, Sharing, State, Text, Tone, Verdict,
    nothing, rule, text,
};
use serde_json::Value as Json;

use crate::model::MeetingState::{Cancelled, Held, Minuted, Planned, Proposed};
use crate::model::MeetingStep::{Approve, Cancel, Hold, Plan, Revise};
use crate::model::{Attendance, Meeting, MeetingState, MeetingStep};
use crate::queries;

/// The most participants, points, decisions and actions.
const MOST: usize = 200;
/// The longest line, in characters.
const LONGEST_LINE: usize = 1000;
/// The longest minutes of one point, in characters.
const LONGEST_MINUTES: usize = 50_000;

impl State for MeetingState {
    fn tone(self) -> Tone {
        match self {
            Proposed => Tone::Doubtful,
            Planned => Tone::Waiting,
            Held => Tone::Working,
            Minuted => Tone::Good,
            Cancelled => Tone::Stopped,
        }
    }
}

impl Body for Meeting {
    type State = MeetingState;
    type Step = MeetingStep;
    /// The moment at which somebody asks: what lies ahead was not held.
    type Facts = Timestamp;

    const KIND: Kind = Kind {
        prefix: "MT",
        table: "meeting",
        path: "meetings",
        numbers: Numbers::Yearly,
        sharing: Sharing::Offered,
        symbol: "people",
        one: || text!("Meeting"),
        many: || text!("Meetings"),
    };
    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from      step     to         by     needs
        rule(Proposed, Plan,    Planned,   Staff, it_has_a_time),
        rule(Planned,  Hold,    Held,      Staff, it_has_begun),
        rule(Held,     Approve, Minuted,   Owner, its_minutes_are_complete),
        rule(Minuted,  Revise,  Held,      Staff, nothing),
        rule(Proposed, Cancel,  Cancelled, Staff, nothing),
        rule(Planned,  Cancel,  Cancelled, Staff, nothing),
    ]);
    const WITHIN: &'static [MeetingStep] = &[Approve, Cancel];
    const OPEN: &'static [MeetingState] = &[Proposed, Planned, Held];
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> Result<Timestamp> = queries::asked_at;
    const FITS: fn(&kernel::Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::meeting_fits;
    const PERSONAL: &'static [&'static str] = &["participants"];
    const KEYS: &'static [&'static str] = &["conversation", "review", "item", "person", "owner"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let is_ordered = match (self.starts_at, self.ends_at) {
            (Some(start), Some(end)) => end >= start,
            (None, Some(_)) => false,
            _ => true,
        };
        faults.unless(is_ordered, "ends_at", text!("It ends before it begins. Mend one of the two."));
        let is_zone = self.zone.is_empty() || TimeZone::get(&self.zone).is_ok();
        faults.unless(is_zone, "zone", text!("Give a time zone like Europe/Berlin."));
        let is_link = self.link.is_empty() || is_web_address(&self.link);
        faults.unless(
            is_link,
            "link",
            text!("Give an address that begins with https://, or leave it empty."),
        );
        for (field, words) in [("purpose", &self.purpose), ("place", &self.place)] {
            short(&mut faults, field, words, LONGEST_LINE);
        }
        let many = text!("Keep it to {count}.", count = 200_i64);
        for (field, count) in [
            ("participants", self.participants.len()),
            ("points", self.points.len()),
            ("decisions", self.decisions.len()),
            ("actions", self.actions.len()),
        ] {
            faults.unless(count <= MOST, field, many.clone());
        }
        for it in &self.participants {
            let is_known = it.person.is_some() || !it.name.trim().is_empty();
            faults.unless(is_known, "participants", text!("Give each participant a name."));
            let sentence = text!("“{address}” is no mail address.", address = it.address.as_str());
            let is_reached = it.address.is_empty() || kernel::is_address(&it.address);
            faults.unless(is_reached, "participants", sentence);
            short(&mut faults, "participants", &it.name, LONGEST_LINE);
        }
        for it in &self.points {
            faults.unless(!it.title.trim().is_empty(), "points", text!("Give each point a title."));
            short(&mut faults, "points", &it.title, LONGEST_LINE);
            short(&mut faults, "points", &it.minutes, LONGEST_MINUTES);
        }
        for it in &self.decisions {
            faults.unless(!it.words.trim().is_empty(), "decisions", text!("Say what was decided."));
            short(&mut faults, "decisions", &it.words, LONGEST_LINE);
        }
        for it in &self.actions {
            faults.unless(!it.words.trim().is_empty(), "actions", text!("Say what is to be done."));
            short(&mut faults, "actions", &it.words, LONGEST_LINE);
        }
        faults.into_result()
    }

    /// Minutes hold who somebody is, and not what they are called or how they are reached, wherever that is known.
    fn content(&self) -> Result<Json> {
        let mut kept = self.clone();
        kept.uid.clear();
        kept.invitations = 0;
        for it in &mut kept.participants {
            it.address.clear();
            if it.person.is_some() {
                it.name.clear();
            }
        }
        for it in &mut kept.actions {
            it.task = None;
        }
        Ok(serde_json::to_value(kept)?)
    }

    fn words(&self) -> String {
        let points = self.points.iter().flat_map(|it| [it.title.as_str(), it.minutes.as_str()]);
        let rest = self.decisions.iter().map(|it| it.words.as_str());
        let rest = rest.chain(self.actions.iter().map(|it| it.words.as_str()));
        let own = [self.purpose.as_str(), self.place.as_str()];
        own.into_iter().chain(points).chain(rest).collect::<Vec<_>>().join("\n")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "purpose" => text!("What it is for"),
            "starts_at" => text!("Begins"),
            "ends_at" => text!("Ends"),
            "zone" => text!("Time zone"),
            "place" => text!("Place"),
            "link" => text!("Link for taking part"),
            "conversation" => text!("Conversation"),
            "review" => text!("Review"),
            "uid" => text!("Identity in calendars"),
            "invitations" => text!("Invitations"),
            "participants" => text!("Participants"),
            "points" => text!("Agenda"),
            "decisions" => text!("Decisions"),
            "actions" => text!("What is to be done"),
            _ => return None,
        })
    }
}

fn short(faults: &mut Faults, field: &str, words: &str, longest: usize) {
    let count = i64::try_from(longest).unwrap_or(i64::MAX);
    let sentence = text!("Shorten it to {count} characters.", count = count);
    faults.unless(words.chars().count() <= longest, field, sentence);
}

/// Whether it is an address that a browser may open.
fn is_web_address(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    rest.is_some_and(|it| !it.is_empty() && !it.contains(|it: char| it.is_whitespace() || it.is_control()))
}

fn it_has_a_time(case: &Case<Meeting>) -> Verdict {
    Refusal::unless(case.body.starts_at.is_some(), text!("Say first when it begins."))
}

fn it_has_begun(case: &Case<Meeting>) -> Verdict {
    it_has_a_time(case)?;
    let start = case.body.starts_at.unwrap_or(case.facts);
    Refusal::unless(
        start <= case.facts,
        text!("It begins {moment}. Minutes are written when it was held.", moment = start),
    )
}

fn its_minutes_are_complete(case: &Case<Meeting>) -> Verdict {
    let link = Some(format!("/meetings/{}/minutes", case.record.number));
    let mut missing = Vec::new();
    if !case.body.participants.iter().any(|it| it.attendance == Attendance::Present) {
        missing.push(Missing { sentence: text!("Say who was there."), link: link.clone() });
    }
    if case.body.points.is_empty() {
        let sentence = text!("Add at least one point, and write what came of it.");
        missing.push(Missing { sentence, link: link.clone() });
    }
    for point in case.body.points.iter().filter(|it| it.minutes.trim().is_empty()) {
        let sentence =
            text!("Write what came of “{point}”, or that it was not reached.", point = point.title.as_str());
        missing.push(Missing { sentence, link: link.clone() });
    }
    for action in case.body.actions.iter().filter(|it| it.person.is_none()) {
        let sentence = text!("Say who does this: “{action}”.", action = action.words.as_str());
        missing.push(Missing { sentence, link: link.clone() });
    }
    if missing.is_empty() { Ok(()) } else { Err(Refusal(missing)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Action, Participant, Point};

    fn held() -> Meeting {
        Meeting {
            participants: vec![Participant {
                person: Some(7),
                name: "Carl Whitfield".into(),
                address: "carl@meridian.example".into(),
                attendance: Attendance::Present,
                ..Participant::default()
            }],
            points: vec![Point {
                title: "Room".into(),
                minutes: "5 °C in winter.".into(),
                ..Point::default()
            }],
            ..Meeting::default()
        }
    }

    #[test]
    fn minutes_hold_keys_and_not_names_or_addresses() {
        let content = held().content().unwrap().to_string();
        assert!(content.contains("5 °C") && content.contains("\"person\":7"), "{content}");
        assert!(!content.contains("Whitfield") && !content.contains("meridian.example"), "{content}");
    }

    #[test]
    fn a_link_that_runs_something_is_none() {
        for wrong in ["javascript:alert(1)", "https://", "https://a b", "ftp://x"] {
            assert!(Meeting { link: wrong.into(), ..held() }.check().is_err(), "{wrong}");
        }
        assert!(Meeting { link: "https://meet.example/x".into(), ..held() }.check().is_ok());
    }

    #[test]
    fn an_end_needs_a_beginning_before_it() {
        let end = "2026-03-02T10:00:00Z".parse().ok();
        assert!(Meeting { ends_at: end, ..held() }.check().is_err());
        let start = "2026-03-02T09:00:00Z".parse().ok();
        assert!(Meeting { starts_at: start, ends_at: end, ..held() }.check().is_ok());
        assert!(Meeting { starts_at: end, ends_at: start, ..held() }.check().is_err());
    }

    #[test]
    fn an_action_without_words_is_none() {
        assert!(
            Meeting { actions: vec![Action::default()], ..held() }
                .check()
                .unwrap_err()
                .of("actions")
                .is_some()
        );
    }
}
