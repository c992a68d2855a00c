//! How often a program may ask: so many requests a minute for each session or token, counted in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many requests of one session or token are answered within a minute.
const MOST: u32 = 1200;
const MINUTE: Duration = Duration::from_mins(1);
/// So many callers are remembered before those are forgotten whose minute is over.
const REMEMBERED: usize = 10_000;

/// Counts requests.
#[derive(Default)]
pub(crate) struct Pace(Mutex<HashMap<String, Count>>);

struct Count {
    since: Instant,
    requests: u32,
}

impl Pace {
    /// Counts a request.
    ///
    /// # Errors
    /// How long the caller has to wait where there were too many.
    pub fn count(&self, caller: &str, now: Instant) -> Result<(), Duration> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > REMEMBERED {
            counts.retain(|_, it| now.duration_since(it.since) < MINUTE);
        }
        // The secret itself is not kept.
        let count =
            counts.entry(kernel::fingerprint(caller.as_bytes())).or_insert(Count { since: now, requests: 0 });
        let passed = now.duration_since(count.since);
        if passed >= MINUTE {
            *count = Count { since: now, requests: 0 };
        }
        count.requests += 1;
        if count.requests > MOST { Err(MINUTE.saturating_sub(passed)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_too_often_waits_until_the_minute_is_over_and_nobody_else_does() {
        let (pace, begun) = (Pace::default(), Instant::now());
        let within = begun + Duration::from_secs(20);
        assert!((0..MOST).all(|_| pace.count("token", begun).is_ok()));
        assert_eq!(pace.count("token", within), Err(Duration::from_secs(40)));
        assert_eq!(pace.count("another", within), Ok(()));
        assert_eq!(pace.count("token", begun + MINUTE), Ok(()));
    }
}
