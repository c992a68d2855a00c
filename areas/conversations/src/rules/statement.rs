//! The law of what was only said: when it may be relied on, and what stands in the way (ISO 9001, 8.2.3.1).

use jiff::civil::Date;

use crate::model::{Statement, StatementState};

/// The kinds of records at which it is kept what somebody said: calls, meetings, orders, changes.
pub const KEPT_AT: [&str; 4] = ["CA", "MT", "SO", "CR"];
/// Those of them in which people speak with each other.
pub const TALKS: [&str; 2] = ["CA", "MT"];

/// How something that was said stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is not put in writing.
    Said,
    /// They were asked, and their day is not over.
    Asked,
    /// Their day is over and they said nothing: that is no consent.
    Silent,
    /// They confirmed it.
    Confirmed,
    /// They said nothing until the day, and a frame contract says that this is consent.
    Consented,
    /// They do not agree, and nobody has done anything about it yet.
    Objected,
    /// They did not agree, and somebody of ours said what follows from it.
    Heeded,
}

impl Standing {
    /// Whether nobody may rely on it yet.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Said | Self::Asked | Self::Silent | Self::Objected)
    }
}

/// How it stands on a day, the last of which is still theirs.
pub fn standing(it: &Statement, today: Date) -> Standing {
    let is_over = it.due.is_some_and(|due| today > due);
    match it.state {
        StatementState::Said => Standing::Said,
        StatementState::Asked if is_over && it.frame_contract.is_empty() => Standing::Silent,
        StatementState::Asked if is_over => Standing::Consented,
        StatementState::Asked => Standing::Asked,
        StatementState::Confirmed => Standing::Confirmed,
        StatementState::Otherwise | StatementState::Denied if it.heeded_at.is_none() => Standing::Objected,
        StatementState::Otherwise | StatementState::Denied => Standing::Heeded,
    }
}

/// Whether there is a documented statement of the customer in it: their yes, their own words instead, or the silence that
/// a frame contract takes for a yes.
pub fn is_documented(it: &Statement, today: Date) -> bool {
    match standing(it, today) {
        Standing::Confirmed | Standing::Consented => true,
        Standing::Heeded => it.state == StatementState::Otherwise,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use jiff::civil::date;

    fn asked(frame_contract: &str) -> Statement {
        Statement {
            state: StatementState::Asked,
            due: Some(date(2026, 11, 18)),
            frame_contract: frame_contract.into(),
            ..Statement::default()
        }
    }

    #[test]
    fn silence_is_no_consent_unless_the_frame_contract_says_so_and_the_day_is_over() {
        let (last, later) = (date(2026, 11, 18), date(2026, 11, 19));
        assert_eq!(standing(&asked(""), last), Standing::Asked);
        assert_eq!(standing(&asked(""), later), Standing::Silent);
        assert!(standing(&asked(""), later).is_open());
        assert_eq!(standing(&asked("FC-12, 4.2"), last), Standing::Asked, "the last day is still theirs");
        assert_eq!(standing(&asked("FC-12, 4.2"), later), Standing::Consented);
        let spoke = Statement { state: StatementState::Otherwise, ..asked("FC-12, 4.2") };
        assert!(standing(&spoke, later).is_open(), "they spoke");
    }

    #[test]
    fn an_objection_is_over_when_somebody_says_what_follows_and_only_their_own_words_are_a_statement() {
        let today = date(2026, 11, 12);
        let objected = Statement { state: StatementState::Otherwise, ..Statement::default() };
        assert!(standing(&objected, today).is_open() && !is_documented(&objected, today));
        let heeded = Statement { heeded_at: Some(Timestamp::UNIX_EPOCH), ..objected };
        assert!(!standing(&heeded, today).is_open() && is_documented(&heeded, today));
        let denied = Statement { state: StatementState::Denied, ..heeded };
        assert!(!standing(&denied, today).is_open(), "nothing rests on it");
        assert!(!is_documented(&denied, today), "that they deny it states nothing");
    }
}
