//! A meeting as a calendar knows it: the invitation that goes out (RFC 5545, RFC 5546).

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What an invitation says. Times are told in UTC, which every calendar reads.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    pub uid: String,
    /// Grows with each invitation, so that calendars replace the one before.
    pub sequence: i64,
    /// Takes it out of calendars.
    pub is_cancelled: bool,
    pub summary: String,
    pub description: String,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub place: String,
    pub link: String,
    /// Who invites: name and address.
    pub organiser: (String, String),
    /// Who is invited: name and address.
    pub attendees: Vec<(String, String)>,
    pub written_at: Timestamp,
}

/// The longest line in bytes, without its end (RFC 5545, 3.1).
const LONGEST: usize = 75;

impl Invitation {
    /// The media type of the part that holds it.
    pub fn media_type(&self) -> String {
        format!("text/calendar; method={}; charset=utf-8", self.method())
    }

    fn method(&self) -> &'static str {
        if self.is_cancelled { "CANCEL" } else { "REQUEST" }
    }

    /// The invitation as a calendar reads it.
    pub fn written(&self) -> String {
        let status = if self.is_cancelled { "CANCELLED" } else { "CONFIRMED" };
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "PRODID:-//Reqord//Meetings//EN".to_owned(),
            "VERSION:2.0".to_owned(),
            format!("METHOD:{}", self.method()),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", escaped(&self.uid)),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(self.written_at)),
            format!("DTSTART:{}", utc(self.starts_at)),
        ];
        lines.extend(self.ends_at.map(|it| format!("DTEND:{}", utc(it))));
        lines.push(format!("SUMMARY:{}", escaped(&self.summary)));
        for (name, words) in
            [("DESCRIPTION", &self.description), ("LOCATION", &self.place), ("URL", &self.link)]
        {
            if !words.is_empty() {
                let words = if name == "URL" { words.clone() } else { escaped(words) };
                lines.push(format!("{name}:{words}"));
            }
        }
        let (name, address) = &self.organiser;
        lines.push(format!("ORGANIZER;CN={}:mailto:{address}", parameter(name)));
        for (name, address) in &self.attendees {
            lines.push(format!(
                "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN={}:mailto:{address}",
                parameter(name)
            ));
        }
        lines.extend([format!("STATUS:{status}"), "END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
        lines.iter().map(|it| folded(it)).collect()
    }
}

fn utc(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value (RFC 5545, 3.3.11).
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for it in words.replace("\r\n", "\n").chars() {
        match it {
            '\\' | ';' | ',' => out.extend(['\\', it]),
            '\n' => out.push_str("\\n"),
            it if it.is_control() => {}
            it => out.push(it),
        }
    }
    out
}

/// A value of a parameter, in quotes, which it cannot hold itself (RFC 5545, 3.2).
fn parameter(words: &str) -> String {
    let clean: String = words.chars().filter(|it| !it.is_control() && *it != '"').collect();
    format!("\"{clean}\"")
}

/// A line with its end, folded where it is too long; no character is cut in two.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::with_capacity(line.len() + 8), 0);
    for it in line.chars() {
        if length + it.len_utf8() > LONGEST {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(it);
        length += it.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            uid: "mt-1@kestrel.example".into(),
            sequence: 1,
            summary: "FAT, CIP 3; second part".into(),
            description:
                "1. Protocol\n2. Schilder: graviert, 5 mm, mit einem sehr langen Satz über Größe und Größen"
                    .into(),
            starts_at: "2026-11-24T08:00:00Z".parse().unwrap(),
            ends_at: Some("2026-11-24T15:00:00Z".parse().unwrap()),
            place: "Bremen".into(),
            organiser: ("Ada \"A\" Lindqvist".into(), "ada@kestrel.example".into()),
            attendees: vec![("Carl Whitfield".into(), "carl@meridian.example".into())],
            written_at: "2026-11-10T09:33:00Z".parse().unwrap(),
            ..Invitation::default()
        }
    }

    /// What a mail program makes of it.
    fn read(written: &str) -> mail::Event {
        let raw = format!("From: a@b.example\r\nContent-Type: text/calendar; charset=utf-8\r\n\r\n{written}");
        mail::read(raw.as_bytes()).calendar.remove(0)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let it = invitation();
        let event = read(&it.written());
        assert_eq!(
            (event.uid.as_str(), event.sequence, event.method.as_str()),
            (it.uid.as_str(), 1, "REQUEST")
        );
        assert_eq!(event.summary, it.summary);
        assert_eq!(event.start.unwrap().at, Some(it.starts_at.as_microsecond()));
        assert_eq!(event.end.unwrap().at, it.ends_at.map(|it| it.as_microsecond()));
        assert_eq!(event.organiser.unwrap().address, "ada@kestrel.example");
        assert_eq!(event.attendees[0].address, "carl@meridian.example");
    }

    #[test]
    fn lines_are_short_and_no_character_is_cut() {
        let written = invitation().written();
        assert!(written.split("\r\n").all(|it| it.len() <= LONGEST), "{written}");
        assert!(written.replace("\r\n ", "").contains("Größe und Größen"), "{written}");
    }

    #[test]
    fn nobody_writes_lines_of_their_own_into_it() {
        let it = Invitation { summary: "x\r\nATTENDEE:mailto:eve@x.example".into(), ..invitation() };
        let event = read(&it.written());
        assert_eq!(event.attendees.len(), 1);
    }

    #[test]
    fn what_is_called_off_leaves_the_calendar() {
        let it = Invitation { is_cancelled: true, ..invitation() };
        assert!(read(&it.written()).cancelled && it.media_type().contains("method=CANCEL"));
    }
}
