//! How a customer wants to be told what: the communication profile, in its first form (ISO 9001, 8.2.1).

use jiff::civil::{Date, Time};
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ContactRole;

/// What was agreed with a customer about being told things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Profile {
    /// How they like to be reached, where nothing else is said.
    pub channel: Option<Channel>,
    /// From when on they may be called, like `09:00`, in their zone.
    pub calls_from: String,
    /// Until when they may be called.
    pub calls_until: String,
    /// Their time zone (IANA); ours where it is empty.
    pub zone: String,
    /// Who gets what, the narrower lines first.
    pub lines: Vec<ProfileLine>,
    /// When it was agreed with them.
    #[schemars(with = "Option<String>")]
    pub agreed_on: Option<Date>,
    /// When somebody has to ask whether it still holds.
    #[schemars(with = "Option<String>")]
    pub review_on: Option<Date>,
}

/// Who is told about one topic, how, in which language, how long before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ProfileLine {
    pub topic: Topic,
    /// What of the topic, where not all of it: `wetted material`.
    pub subject: String,
    pub channel: Channel,
    /// Who is told, where that is one person.
    pub person: Option<PersonId>,
    /// Whoever has this role is told, where no person is named.
    pub role: Option<ContactRole>,
    /// The language of it; that of the organisation where it is empty.
    pub language: String,
    /// How many days before it takes effect they must know.
    pub notice_days: i64,
    /// Whether they have to approve; a notice does not suffice.
    pub needs_approval: bool,
    /// From when on they want to be told: `2 days` of delay.
    pub threshold: String,
}

kernel::vocabulary! {
    /// What somebody is told about.
    pub enum Topic {
        #[default]
        Everything = text!("Everything"),
        Order = text!("Orders"),
        Delay = text!("Delays"),
        Change = text!("Changes of product or document"),
        Commercial = text!("Prices and terms"),
        Complaint = text!("Complaints"),
        Information = text!("Product information"),
    }
}

kernel::vocabulary! {
    /// By which way.
    pub enum Channel {
        #[default]
        Email = text!("E-mail"),
        Letter = text!("E-mail with a letter as PDF"),
        Telephone = text!("Telephone"),
        Portal = text!("Customer pages"),
        Meeting = text!("Meeting"),
    }
}

impl Profile {
    /// Whether nothing was agreed yet.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The line that says how they are told of something: the one whose subject stands in the words first, then the one
    /// about the whole topic, then the one about everything.
    pub fn about(&self, topic: Topic, words: &str) -> Option<&ProfileLine> {
        let words = words.to_lowercase();
        let is_named = |it: &&ProfileLine| {
            let subject = it.subject.trim();
            !subject.is_empty() && words.contains(&subject.to_lowercase())
        };
        let of = |topic: Topic| self.lines.iter().filter(move |it| it.topic == topic);
        let whole = |topic: Topic| of(topic).find(|it| it.subject.trim().is_empty());
        of(topic).find(is_named).or_else(|| whole(topic)).or_else(|| whole(Topic::Everything))
    }

    /// Whether its day of review is over.
    pub fn is_stale(&self, today: Date) -> bool {
        self.review_on.is_some_and(|it| it < today)
    }
}

/// A time of day as people write it: `09:00`.
pub fn time_of_day(words: &str) -> Option<Time> {
    let (hour, minute) = words.trim().split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrower_line_comes_before_the_wider_one() {
        let line = |topic, subject: &str, notice_days| ProfileLine {
            topic,
            subject: subject.into(),
            notice_days,
            ..ProfileLine::default()
        };
        let lines = vec![
            line(Topic::Everything, "", 7),
            line(Topic::Change, "", 30),
            line(Topic::Change, "Wetted material", 60),
        ];
        let profile = Profile { lines, ..Profile::default() };
        let days = |topic, words: &str| profile.about(topic, words).map(|it| it.notice_days);
        assert_eq!(days(Topic::Change, "another wetted material of the seals"), Some(60));
        assert_eq!(days(Topic::Change, "another label"), Some(30));
        assert_eq!(days(Topic::Delay, "two days"), Some(7));
        assert_eq!(Profile::default().about(Topic::Change, "x"), None);
    }
}
