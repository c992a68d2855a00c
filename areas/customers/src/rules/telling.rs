//! How a customer is told of something, and from when on they may be disturbed.

use jiff::Timestamp;
use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use kernel::after_quiet;

use crate::model::{Channel, Profile, ProfileLine, Topic, time_of_day};

/// In which hours nobody is written to by itself where nothing was agreed.
const FROM: Time = time(7, 0, 0, 0);
const UNTIL: Time = time(20, 0, 0, 0);

/// What a record of a kind is about, where its number begins so.
pub fn topic_of(kind: &str) -> Topic {
    match kind {
        "SO" | "QU" => Topic::Order,
        "CR" | "NO" => Topic::Change,
        _ => Topic::Everything,
    }
}

/// What was agreed about a topic: the line about it, else the one about everything.
pub fn line_for(profile: &Profile, topic: Topic) -> Option<&ProfileLine> {
    // A line about a part of the topic says nothing about the rest of it.
    let about =
        |topic: Topic| profile.lines.iter().find(move |it| it.topic == topic && it.subject.trim().is_empty());
    about(topic).or_else(|| about(Topic::Everything))
}

/// By which way they are told of a topic.
pub fn channel_for(profile: &Profile, topic: Topic) -> Channel {
    line_for(profile, topic).map(|it| it.channel).or(profile.channel).unwrap_or_default()
}

/// The first moment from now on at which they may be disturbed, by a clock of their zone.
pub fn hours_from(profile: &Profile, zone: &TimeZone, now: Timestamp) -> Timestamp {
    after_quiet(quiet_hours(profile), zone, now)
}

/// From when until when they are not disturbed.
pub fn quiet_hours(profile: &Profile) -> (Time, Time) {
    match (time_of_day(&profile.calls_from), time_of_day(&profile.calls_until)) {
        (Some(from), Some(until)) if from < until => (until, from),
        _ => (UNTIL, FROM),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        let line = |topic, subject: &str, channel| ProfileLine {
            topic,
            subject: subject.into(),
            channel,
            ..ProfileLine::default()
        };
        Profile {
            channel: Some(Channel::Telephone),
            calls_from: "09:00".into(),
            calls_until: "16:30".into(),
            zone: "Europe/London".into(),
            lines: vec![
                line(Topic::Change, "wetted material", Channel::Letter),
                line(Topic::Change, "", Channel::Portal),
                line(Topic::Order, "", Channel::Email),
            ],
            ..Profile::default()
        }
    }

    #[test]
    fn the_line_about_a_topic_counts_before_what_holds_for_everything() {
        let it = profile();
        assert_eq!(channel_for(&it, Topic::Order), Channel::Email);
        assert_eq!(channel_for(&it, Topic::Change), Channel::Portal);
        assert_eq!(channel_for(&it, Topic::Complaint), Channel::Telephone);
        assert_eq!(channel_for(&Profile::default(), Topic::Complaint), Channel::Email);
        assert_eq!(channel_for(&it, topic_of("QU")), Channel::Email);
        assert_eq!(channel_for(&it, topic_of("NO")), Channel::Portal);
        assert_eq!(channel_for(&it, topic_of("RS")), Channel::Telephone);
    }

    #[test]
    fn nobody_is_disturbed_outside_their_hours_by_their_clock() {
        let it = profile();
        let zone = TimeZone::get(&it.zone).unwrap();
        let goes = |now: &str| hours_from(&it, &zone, now.parse().unwrap()).to_string();
        assert_eq!(goes("2026-03-02T10:00:00Z"), "2026-03-02T10:00:00Z");
        assert_eq!(goes("2026-03-02T05:00:00Z"), "2026-03-02T09:00:00Z");
        assert_eq!(goes("2026-03-02T16:30:00Z"), "2026-03-03T09:00:00Z");
        // Summer time there.
        assert_eq!(goes("2026-07-02T22:00:00Z"), "2026-07-03T08:00:00Z");
        let unsaid = Profile::default();
        assert_eq!(
            hours_from(&unsaid, &TimeZone::UTC, "2026-03-02T23:10:00Z".parse().unwrap()).to_string(),
            "2026-03-03T07:00:00Z"
        );
    }
}
