//! How a change went through its states: how long each took, how often it was sent back, when it was in force.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::Vocabulary;

use crate::model::State;

/// The way of a change through its states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Whole days in each state that it left, by its code.
    pub stages: BTreeMap<String, i64>,
    /// How often it was sent back.
    pub bounced: usize,
    /// When it was approved last, first put in force after that, and closed.
    pub approved_at: Option<Timestamp>,
    pub in_force_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}

impl Course {
    /// Days from being raised to being closed; none where it is not.
    pub fn days(&self, raised: Timestamp) -> Option<i64> {
        self.closed_at.map(|end| days_between(raised, end))
    }

    /// Days from the approval until it was in force, or until now; none before it was approved.
    pub fn days_from_approval(&self, now: Timestamp) -> Option<i64> {
        self.approved_at.map(|start| days_between(start, self.in_force_at.unwrap_or(now)))
    }
}

/// The way of a change, from the moments at which it left one state for another, the first first. What opened it has no
/// state before.
pub fn course(steps: impl Iterator<Item = (Timestamp, Option<State>, State)>) -> Course {
    let mut course = Course::default();
    let mut since: Option<Timestamp> = None;
    for (at, from, to) in steps {
        let Some(from) = from.filter(|it| *it != to) else {
            since = since.or(Some(at));
            continue;
        };
        if let Some(since) = since {
            *course.stages.entry(from.code()).or_default() += days_between(since, at);
        }
        let to_impact = to == State::Impact && from != State::Screened;
        course.bounced += usize::from(to_impact || (from, to) == (State::Verifying, State::Implementing));
        match to {
            State::Approved => (course.approved_at, course.in_force_at) = (Some(at), None),
            State::Verifying => course.in_force_at = course.in_force_at.or(Some(at)),
            _ => {}
        }
        course.closed_at = (to == State::Closed).then_some(at);
        since = Some(at);
    }
    course
}

/// When a change came as far as its customer is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    pub raised_at: Option<Timestamp>,
    /// When it was looked at first.
    pub screened_at: Option<Timestamp>,
    /// When it was said last whether it is carried out; none where it was sent back since.
    pub decided_at: Option<Timestamp>,
    pub in_force_at: Option<Timestamp>,
}

/// The same moments as of its way, as far as it came.
pub fn milestones(steps: impl Iterator<Item = (Timestamp, Option<State>, State)>) -> Milestones {
    let mut all = Milestones::default();
    for (at, _, to) in steps {
        match to {
            State::Raised => all.raised_at = all.raised_at.or(Some(at)),
            State::Screened => all.screened_at = all.screened_at.or(Some(at)),
            State::Impact => all.decided_at = None,
            State::Approved | State::Rejected | State::Withdrawn | State::Superseded => {
                all.decided_at = Some(at);
            }
            State::Verifying => all.in_force_at = all.in_force_at.or(Some(at)),
            _ => {}
        }
    }
    all
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State::{
        Approval, Approved, Closed, Impact, Implementing, Raised, Screened, Verifying,
    };

    fn on(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    #[test]
    fn each_stage_has_its_days_and_what_was_sent_back_counts() {
        let steps = [
            (0, None, Raised),
            (2, Some(Raised), Screened),
            (3, Some(Screened), Impact),
            (10, Some(Impact), Approval),
            (12, Some(Approval), Impact),
            (15, Some(Impact), Approval),
            (16, Some(Approval), Approved),
            (20, Some(Approved), Implementing),
            (30, Some(Implementing), Verifying),
            (40, Some(Verifying), Implementing),
            (45, Some(Implementing), Verifying),
            (50, Some(Verifying), Closed),
        ];
        let it = course(steps.into_iter().map(|(day, from, to)| (on(day), from, to)));
        assert_eq!((it.stages["impact"], it.stages["raised"], it.bounced), (10, 2, 2));
        assert_eq!((it.days(on(0)), it.days_from_approval(on(99))), (Some(50), Some(14)));
    }

    #[test]
    fn a_customer_is_told_what_was_decided_last_and_since_when_it_holds() {
        let steps = [
            (0, None, Raised),
            (2, Some(Raised), Screened),
            (3, Some(Screened), Approval),
            (4, Some(Approval), Approved),
            (5, Some(Approved), Impact),
        ];
        let told = |steps: &[(i64, Option<State>, State)]| {
            milestones(steps.iter().map(|(day, from, to)| (on(*day), *from, *to)))
        };
        let it = told(&steps);
        assert_eq!((it.raised_at, it.screened_at, it.decided_at), (Some(on(0)), Some(on(2)), None));
        let later = [
            (6, Some(Approval), Approved),
            (9, Some(Approved), Verifying),
            (12, Some(Verifying), Implementing),
            (15, Some(Implementing), Verifying),
        ];
        let it = told(&[&steps[..], &later[..]].concat());
        assert_eq!((it.decided_at, it.in_force_at), (Some(on(6)), Some(on(9))));
    }

    #[test]
    fn what_is_not_in_force_yet_takes_until_now_and_what_is_not_approved_takes_nothing() {
        let steps = [(0, None, Raised), (4, Some(Approval), Approved)];
        let it = course(steps.into_iter().map(|(day, from, to)| (on(day), from, to)));
        assert_eq!((it.days(on(0)), it.days_from_approval(on(9))), (None, Some(5)));
        assert_eq!(Course::default().days_from_approval(on(9)), None);
    }
}
