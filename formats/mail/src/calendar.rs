//! Which appointments does a calendar part announce (RFC 5545, RFC 5546)?

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::{Limits, Mailbox, headers::one_line};

/// An appointment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Event {
    /// The same in every message about this appointment.
    pub uid: String,
    /// `REQUEST`, `REPLY`, `CANCEL` and so on; `PUBLISH` where none is given.
    pub method: String,
    /// Grows with each revision of the appointment.
    pub sequence: u32,
    pub summary: String,
    pub start: Option<Moment>,
    pub end: Option<Moment>,
    pub place: Option<String>,
    pub organiser: Option<Mailbox>,
    pub attendees: Vec<Mailbox>,
    pub cancelled: bool,
}

/// When something begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970, UTC. `None` for whole days, for times that are the same everywhere, and where the
    /// zone is unknown.
    pub at: Option<i64>,
    /// The time of the clock as written, such as `2026-11-24T08:00:00`, or the day, such as `2026-11-24`.
    pub local: String,
    /// The zone as written; `UTC` for times in UTC.
    pub zone: Option<String>,
}

/// The events of a calendar, as many as the limits allow; repetitions are not unfolded.
pub(crate) fn events(calendar: &str, limits: &Limits) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut method = "PUBLISH".to_string();
    // Names of the open components: an alarm inside an event has a summary of its own.
    let mut open: Vec<String> = Vec::new();
    for line in unfolded(calendar) {
        let Some(property) = Property::of(&line) else { continue };
        match (property.name.as_str(), open.last().map(String::as_str)) {
            ("BEGIN", _) if open.len() < limits.nesting => {
                let component = property.value.trim().to_ascii_uppercase();
                if component == "VEVENT" {
                    if events.len() >= limits.events {
                        break;
                    }
                    events.push(Event::default());
                }
                open.push(component);
            }
            ("END", _) => drop(open.pop()),
            ("METHOD", Some("VCALENDAR")) => method = one_line(&property.value).to_ascii_uppercase(),
            (_, Some("VEVENT")) => {
                if let Some(event) = events.last_mut() {
                    note(event, &property, limits);
                }
            }
            _ => {}
        }
    }
    for event in &mut events {
        event.cancelled |= method == "CANCEL";
        event.method.clone_from(&method);
    }
    events
}

fn note(event: &mut Event, property: &Property, limits: &Limits) {
    match property.name.as_str() {
        "UID" => event.uid = one_line(&property.value),
        "SEQUENCE" => event.sequence = property.value.trim().parse().unwrap_or_default(),
        "SUMMARY" => event.summary = property.text(),
        "LOCATION" => event.place = Some(property.text()).filter(|place| !place.is_empty()),
        "DTSTART" => event.start = moment(property),
        "DTEND" => event.end = moment(property),
        "STATUS" => event.cancelled = property.value.trim().eq_ignore_ascii_case("cancelled"),
        "ORGANIZER" => event.organiser = mailbox(property),
        "ATTENDEE" if event.attendees.len() < limits.list => event.attendees.extend(mailbox(property)),
        _ => {}
    }
}

/// Long lines are folded with a blank at the beginning of the next (RFC 5545, 3.1).
fn unfolded(calendar: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in calendar.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_string()),
        }
    }
    lines
}

struct Property {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Property {
    fn of(line: &str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = line.char_indices().find(|&(_, c)| {
            is_quoted ^= c == '"';
            c == ':' && !is_quoted
        })?;
        let (head, value) = (&line[..colon.0], &line[colon.0 + 1..]);
        let mut pieces = head.split(';');
        let name = pieces.next()?.trim().to_ascii_uppercase();
        let parameters = pieces.filter_map(|piece| piece.split_once('=')).take(50);
        let parameters =
            parameters.map(|(key, value)| (key.to_ascii_uppercase(), value.trim_matches('"').to_string()));
        Some(Self { name, parameters: parameters.collect(), value: value.to_string() })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value with its escapes undone (RFC 5545, 3.3.11), on one line.
    fn text(&self) -> String {
        let plain = self.value.replace("\\n", " ").replace("\\N", " ");
        one_line(&plain.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\"))
    }
}

fn mailbox(property: &Property) -> Option<Mailbox> {
    let value = property.value.trim();
    let is_mailto = value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let address = one_line(if is_mailto { &value[7..] } else { value });
    let name = property.parameter("CN").map(one_line).filter(|name| !name.is_empty());
    (!address.is_empty()).then_some(Mailbox { name, address })
}

fn moment(property: &Property) -> Option<Moment> {
    let value = property.value.trim();
    let (value, is_utc) = value.strip_suffix(['Z', 'z']).map_or((value, false), |value| (value, true));
    if value.len() == 8 {
        let day = Date::strptime("%Y%m%d", value).ok()?;
        return Some(Moment { at: None, local: day.to_string(), zone: None });
    }
    let local = DateTime::strptime("%Y%m%dT%H%M%S", value).ok()?;
    let zone = if is_utc { Some("UTC".to_string()) } else { property.parameter("TZID").map(one_line) };
    let at = zone.as_deref().and_then(time_zone).and_then(|zone| zone.to_timestamp(local).ok());
    Some(Moment { at: at.map(|it| it.as_microsecond()), local: local.to_string(), zone })
}

fn time_zone(name: &str) -> Option<TimeZone> {
    if name.eq_ignore_ascii_case("UTC") {
        return Some(TimeZone::UTC);
    }
    let of_an_office_program = OFFICE_ZONES.iter().find(|(office, _)| office.eq_ignore_ascii_case(name));
    // Some programs put a path before the name: "/freeassociation.sourceforge.net/Europe/Berlin".
    let name = of_an_office_program.map_or(name, |(_, name)| name);
    let tail =
        || name.rsplitn(3, '/').take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/");
    TimeZone::get(name).or_else(|_| TimeZone::get(&tail())).ok()
}

/// Names of zones in Windows for Europe and where customers of Europe sit, with those of the IANA (CLDR, windowsZones).
#[rustfmt::skip]
const OFFICE_ZONES: [(&str, &str); 18] = [
    ("GMT Standard Time",              "Europe/London"),
    ("Greenwich Standard Time",        "Atlantic/Reykjavik"),
    ("W. Europe Standard Time",        "Europe/Berlin"),
    ("Central Europe Standard Time",   "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Romance Standard Time",          "Europe/Paris"),
    ("E. Europe Standard Time",        "Europe/Chisinau"),
    ("FLE Standard Time",              "Europe/Kiev"),
    ("GTB Standard Time",              "Europe/Bucharest"),
    ("Turkey Standard Time",           "Europe/Istanbul"),
    ("Eastern Standard Time",          "America/New_York"),
    ("Central Standard Time",          "America/Chicago"),
    ("Mountain Standard Time",         "America/Denver"),
    ("Pacific Standard Time",          "America/Los_Angeles"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("India Standard Time",            "Asia/Calcutta"),
    ("China Standard Time",            "Asia/Shanghai"),
    ("Tokyo Standard Time",            "Asia/Tokyo"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn event(lines: &str) -> Event {
        let calendar = format!(
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        events(&calendar, &Limits::default()).remove(0)
    }

    #[test]
    fn an_invitation_says_what_when_where_and_who() {
        let it = event(
            "UID:1@x\r\nSUMMARY:FAT\\, skid\r\n  3\r\nDTSTART:20261124T080000Z\r\nLOCATION:Bremen\r\nORGANIZER;CN=\"Whitfield: Carl\":mailto:c@x.example\r\nATTENDEE:MAILTO:a@x.example\r\nBEGIN:VALARM\r\nSUMMARY:Alarm\r\nEND:VALARM",
        );
        assert_eq!(
            (it.summary.as_str(), it.place.as_deref(), it.cancelled),
            ("FAT, skid 3", Some("Bremen"), false)
        );
        assert_eq!(it.start.and_then(|start| start.at), Some(1_795_507_200_000_000));
        assert_eq!(it.organiser.and_then(|it| it.name).as_deref(), Some("Whitfield: Carl"));
        assert_eq!(it.attendees[0].address, "a@x.example");
    }

    #[test]
    fn whole_days_and_unknown_zones_have_no_moment() {
        let it = event("DTSTART;VALUE=DATE:20261124\r\nDTEND;TZID=Mars/Olympus:20261124T120000");
        assert_eq!(it.start, Some(Moment { at: None, local: "2026-11-24".into(), zone: None }));
        let end = Moment { at: None, local: "2026-11-24T12:00:00".into(), zone: Some("Mars/Olympus".into()) };
        assert_eq!(it.end, Some(end));
    }

    #[test]
    fn cancelled_is_cancelled_by_method_or_by_status() {
        assert!(event("STATUS:CANCELLED").cancelled);
        let calendar = "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR";
        assert!(events(calendar, &Limits::default())[0].cancelled);
    }

    #[test]
    fn a_calendar_without_end_is_bounded() {
        let calendar = "BEGIN:VCALENDAR\n".to_string() + &"BEGIN:VEVENT\nEND:VEVENT\n".repeat(5000);
        assert_eq!(events(&calendar, &Limits::default()).len(), 100);
    }
}
