//! What we tell customers and suppliers: that something changes, from when on, and where they answer.

use changes::Outcome;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Basis, SECRET, Starts};
use web::common::validity::from_when;
use web::language::{self, Language};
use web::t;

use crate::model::{Asks, Notice, Side};

/// So many things are named in a letter; the others are counted, and read by the link.
const NAMED: usize = 40;

/// A letter in words.
#[derive(Clone, Debug)]
pub struct Words {
    pub subject: String,
    pub words: String,
    /// Why they are written to.
    pub reason: String,
}

/// The language of a letter: one that we can write.
pub fn language(code: &str) -> &'static str {
    if code.to_lowercase().starts_with("de") { "de" } else { "en" }
}

/// What is told, to whom, by whom.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    pub language: &'a str,
    pub name: &'a str,
    pub house: &'a str,
    pub by: &'a str,
    pub title: &'a str,
    pub number: &'a str,
    pub notice: &'a Notice,
}

/// Tells somebody of a change; the link leads to where they read all of it and answer.
pub fn notice(it: &Telling) -> Words {
    Language::new(language(it.language), TimeZone::UTC).with(|| {
        let notice = it.notice;
        let from = notice.effective_on.map(|day| t!("It reaches you from {day} on.", day = language::day(day)));
        let answer_by = notice.answer_by.map(language::day).unwrap_or_default();
        let mut items: Vec<String> = notice.package.iter().take(NAMED).map(line).collect();
        if notice.package.len() > NAMED {
            items.push(t!("And {count} more.", count = notice.package.len() - NAMED));
        }
        let asked = match notice.asks {
            Asks::Acknowledgement => t!(
                "Please read what changes and tell us until {day} that you know, or what you object to. No account is needed:\n{link}",
                day = answer_by,
                link = SECRET
            ),
            Asks::Approval => t!(
                "We change it only if you approve. Please read it and answer until {day}. This is your own link. When you open it, we send a code to the address that this letter went to.\n{link}",
                day = answer_by,
                link = SECRET
            ),
        };
        let parts = [
            t!("Dear {name},", name = it.name),
            notice.words.clone(),
            from.unwrap_or_default(),
            holds_from(notice).unwrap_or_default(),
            if items.is_empty() {
                String::new()
            } else {
                format!("{}\n{}", t!("These change:"), items.join("\n"))
            },
            asked,
            format!("{}\n{}", it.by, it.house),
        ];
        Words {
            subject: t!("Notice of change {number}: {title}", number = it.number, title = it.title),
            words: parts.iter().filter(|it| !it.trim().is_empty()).cloned().collect::<Vec<_>>().join("\n\n"),
            reason: match notice.side {
                Side::Customer => t!("You get this letter because the change reaches something that you have or ordered."),
                Side::Supplier => t!("You get this letter because you supply what changes."),
            },
        }
    })
}

/// From which day, lot or serial number on the change holds, where that is not the day on which it reaches them; whose
/// orders are meant is told to nobody.
pub fn holds_from(it: &Notice) -> Option<String> {
    let is_told = match it.basis {
        Basis::Day => it.starts.parse().is_ok_and(|day: Date| it.effective_on != Some(day)),
        Basis::Lot | Basis::Serial => true,
        Basis::Order => false,
    };
    is_told.then(|| from_when(&Starts { basis: it.basis, starts: it.starts.clone() }))
}

/// Tells whoever was told of a change what became of it.
/// `item` names the one thing that goes on.
pub fn became(it: &Telling, (outcome, item): (Outcome, &str)) -> Words {
    Language::new(language(it.language), TimeZone::UTC).with(|| {
        let from =
            it.notice.effective_on.map(|day| t!("It reaches you from {day} on.", day = language::day(day)));
        let (subject, told, more) = match outcome {
            Outcome::InForce => (
                t!("In force: {title} ({number})", title = it.title, number = it.number),
                t!("The change of which we told you with {number} is in force.", number = it.number),
                [from, holds_from(it.notice)].into_iter().flatten().collect::<Vec<_>>().join("\n"),
            ),
            Outcome::LookedAtAgain => (
                t!("We look at it again: {title} ({number})", title = it.title, number = it.number),
                t!("We look again at the change of which we told you with {number}.", number = it.number),
                t!("Nothing is asked of you now, and nothing changes before we tell you anew."),
            ),
            Outcome::Ended => (
                t!("We do not go on with it: {title} ({number})", title = it.title, number = it.number),
                t!("We do not go on with the change of which we told you with {number}.", number = it.number),
                t!("Nothing changes for you by it, and nothing is asked of you."),
            ),
            Outcome::GoesOn => (
                t!("It goes on: {item} ({number})", item = item, number = it.number),
                t!("We told you with {number} that {item} ends.", item = item, number = it.number),
                t!("It does not end: it goes on as you know it, and nothing is asked of you."),
            ),
        };
        let parts = [t!("Dear {name},", name = it.name), told, more, format!("{}\n{}", it.by, it.house)];
        Words {
            subject,
            words: parts.iter().filter(|it| !it.trim().is_empty()).cloned().collect::<Vec<_>>().join("\n\n"),
            reason: t!("You get this letter because we told you of this change."),
        }
    })
}

fn line(it: &crate::model::Stamped) -> String {
    let name = format!("{} {}", it.item, it.title);
    match (it.ends, it.revision) {
        (true, _) => t!("{item} (ends)", item = name.trim()),
        (false, 0) => name.trim().to_owned(),
        (false, _) => t!("{item} (until now revision {no})", item = name.trim(), no = it.revision_called()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stamped;

    #[test]
    fn a_day_or_a_lot_is_told_and_nobody_elses_orders() {
        let told =
            |basis, starts: &str| holds_from(&Notice { basis, starts: starts.into(), ..Notice::default() });
        assert_eq!(told(Basis::Lot, "L-118").unwrap(), "It holds from lot L-118 on.");
        assert!(told(Basis::Order, "SO-2026-0118").is_none() && told(Basis::Day, "").is_none());
        let of_a_day = Notice { starts: "2026-05-01".into(), ..Notice::default() };
        assert!(holds_from(&of_a_day).unwrap().starts_with("It holds from"));
        let known = Notice { effective_on: "2026-05-01".parse().ok(), ..of_a_day };
        assert!(holds_from(&known).is_none(), "it is the day on which it reaches them");
    }

    #[test]
    fn a_letter_names_forty_things_and_says_how_many_more_change() {
        let many = |count: usize| {
            let of = |no: usize| Stamped { item: format!("REQ-{no:04}"), ..Stamped::default() };
            let notice = Notice { package: (1..=count).map(of).collect(), ..Notice::default() };
            let told = Telling {
                language: "en",
                name: "Carl",
                house: "Kestrel",
                by: "Ada",
                title: "Seals",
                number: "NO-2026-0001",
                notice: &notice,
            };
            self::notice(&told).words
        };
        assert!(many(40).contains("REQ-0040\n") && !many(40).contains(" more."));
        let words = many(201);
        assert!(words.contains("REQ-0040\nAnd 161 more.") && !words.contains("REQ-0041"), "{words}");
    }

    #[test]
    fn a_notice_says_what_from_when_and_where_one_answers() {
        let notice = Notice {
            words: "Your seals last longer.".into(),
            effective_on: "2026-05-04".parse().ok(),
            answer_by: "2026-03-23".parse().ok(),
            basis: Basis::Lot,
            starts: "L-118".into(),
            ..Notice::default()
        };
        let telling = Telling {
            language: "en-GB",
            name: "Carl",
            house: "Kestrel",
            by: "Ada",
            title: "Seals",
            number: "NO-2026-0001",
            notice: &notice,
        };
        let words = self::notice(&telling);
        assert!(words.words.contains(SECRET) && words.words.contains("Your seals last longer."));
        assert!(words.subject.contains("NO-2026-0001"));
        assert!(words.words.contains("It holds from lot L-118 on."), "{}", words.words);
        assert!(self::notice(&Telling { language: "de", ..telling }).words.contains(SECRET));
        let ended = became(&telling, (Outcome::Ended, ""));
        assert!(ended.subject.contains("We do not go on with it: Seals (NO-2026-0001)"), "{}", ended.subject);
        assert!(!ended.words.contains("It reaches you") && !ended.words.contains(SECRET), "{}", ended.words);
        assert!(became(&telling, (Outcome::InForce, "")).words.contains("It reaches you from"));
        let goes_on = became(&telling, (Outcome::GoesOn, "CI-0001 Dosing pump KD-20"));
        assert!(
            goes_on.subject.contains("CI-0001 Dosing pump KD-20")
                && goes_on.words.contains("It does not end")
        );
    }
}
