//! Single checks of rights, switched off one at a time to see whether a test notices.
//!
//! Rights of steps and kinds are asked through permits, which are checks by themselves. Where a deed compares people
//! itself (whose it is, who was asked, who came second), the claim goes through [`may`], so that it is one too.
//!
//! Only with the feature `mutants`, which no ordinary build has and no build without debug checks accepts. A check is
//! known by the place in the sources where it is asked; which places there are shows when the product runs.

#[cfg(not(feature = "mutants"))]
mod ordinary {
    use crate::Verdict;

    /// A claim on which a right depends.
    #[inline]
    #[must_use]
    pub fn may(claim: bool) -> bool {
        claim
    }

    /// A verdict about a right.
    #[inline]
    pub fn right(verdict: Verdict) -> Verdict {
        verdict
    }

    /// What a kind of record asks of whoever opens or edits one.
    #[inline]
    pub(crate) fn of_kind(_prefix: &str, _deed: &str, verdict: Verdict) -> Verdict {
        verdict
    }

    /// A condition of the view of outsiders; without it the view says what stands last.
    #[inline]
    pub(crate) fn condition(_whose: &str, sql: &'static str, _without: &'static str) -> &'static str {
        sql
    }
}

#[cfg(not(feature = "mutants"))]
pub use ordinary::*;

#[cfg(feature = "mutants")]
mod switched {
    use std::collections::BTreeSet;
    use std::panic::Location;
    use std::sync::{Mutex, PoisonError};

    use crate::Verdict;

    static OFF: Mutex<Option<String>> = Mutex::new(None);
    static MET: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    /// The conditions of the views that were made.
    static VIEWS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

    /// Switches one check off, and the one before on again.
    pub fn switch_off(check: Option<&str>) {
        *OFF.lock().unwrap_or_else(PoisonError::into_inner) = check.map(str::to_owned);
    }

    /// The checks that were asked since this was called last.
    pub fn met() -> BTreeSet<String> {
        std::mem::take(&mut *MET.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_named_off(check: String) -> bool {
        let is_off = OFF.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(&check);
        MET.lock().unwrap_or_else(PoisonError::into_inner).insert(check);
        is_off
    }

    /// Whether the check that is asked at the place of the caller is switched off.
    #[track_caller]
    pub(crate) fn is_off(what: &str) -> bool {
        let place = Location::caller();
        is_named_off(format!("{}:{}:{} {what}", place.file(), place.line(), place.column()))
    }

    /// A claim on which a right depends; it holds while it is switched off.
    #[track_caller]
    #[must_use]
    pub fn may(claim: bool) -> bool {
        is_off("claim") || claim
    }

    /// A verdict about a right; there is no objection while it is switched off.
    #[track_caller]
    pub fn right(verdict: Verdict) -> Verdict {
        if is_off("verdict") { Ok(()) } else { verdict }
    }

    /// What a kind of record asks of whoever opens or edits one; there is no objection while it is switched off.
    pub(crate) fn of_kind(prefix: &str, deed: &str, verdict: Verdict) -> Verdict {
        if is_named_off(format!("kind {prefix}: {deed}")) { Ok(()) } else { verdict }
    }

    /// A condition of the view of outsiders; while it is switched off, the view says what stands last.
    pub(crate) fn condition(whose: &str, sql: &'static str, without: &'static str) -> &'static str {
        let words: Vec<&str> = sql.split_whitespace().collect();
        let check = format!("view {whose}: {}", words.join(" "));
        let is_off = OFF.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(&check);
        VIEWS.lock().unwrap_or_else(PoisonError::into_inner).insert(check);
        if is_off { without } else { sql }
    }

    /// Notes which conditions of views a statement asks: those of its tables, and of the records that these are below.
    pub(crate) fn are_asked_by(statement: &str) {
        if !statement.contains("_to_outside") {
            return;
        }
        let is_asked = |check: &&String| {
            let view = check["view ".len()..].split([':', ' ']).next().unwrap_or_default();
            view == "visible" || statement.contains(&format!("{view}_to_outside"))
        };
        let views = VIEWS.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = views.iter().filter(is_asked).cloned();
        MET.lock().unwrap_or_else(PoisonError::into_inner).extend(asked);
    }
}

#[cfg(feature = "mutants")]
pub use switched::*;

#[cfg(all(feature = "mutants", not(debug_assertions)))]
compile_error!("Checks of rights can be switched off with this feature. It is for tests only.");
