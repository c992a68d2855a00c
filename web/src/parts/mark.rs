//! The small marks of a line: states, people, numbers, times, counts, keys.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use maud::{Markup, Render, html};

use super::Symbol;
use crate::{language, t};

/// How something stands. Each has a shape of its own; the word is said beside it, the colour repeats both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Begun, seen by nobody else.
    Draft,
    /// Open, nothing done yet.
    Open,
    /// Under way.
    Underway,
    /// Where we are.
    Here,
    /// Waits for somebody.
    Waits,
    /// As it should be.
    Good,
    /// As it should be, on a condition.
    Condition,
    /// Has to be looked at.
    Warn,
    /// Asks a question.
    Asks,
    /// Not as it should be.
    Bad,
    /// No longer counts.
    Over,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Open,
        Self::Underway,
        Self::Here,
        Self::Waits,
        Self::Good,
        Self::Condition,
        Self::Warn,
        Self::Asks,
        Self::Bad,
        Self::Over,
    ];

    /// Its shape.
    pub const fn symbol(self) -> Symbol {
        match self {
            Self::Draft => Symbol::Draft,
            Self::Open => Symbol::Open,
            Self::Underway => Symbol::Half,
            Self::Here => Symbol::Here,
            Self::Waits => Symbol::Waits,
            Self::Good => Symbol::Done,
            Self::Condition => Symbol::Condition,
            Self::Warn => Symbol::Warn,
            Self::Asks => Symbol::Ask,
            Self::Bad => Symbol::No,
            Self::Over => Symbol::Off,
        }
    }

    /// Its colour, as a word of the style sheet.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Open | Self::Waits | Self::Over => "",
            Self::Underway | Self::Here => "now",
            Self::Good => "good",
            Self::Condition | Self::Warn => "warn",
            Self::Asks => "ask",
            Self::Bad => "bad",
        }
    }
}

impl From<kernel::Tone> for State {
    fn from(tone: kernel::Tone) -> Self {
        match tone {
            kernel::Tone::Idle => Self::Draft,
            kernel::Tone::Working => Self::Underway,
            kernel::Tone::Waiting => Self::Waits,
            kernel::Tone::Good => Self::Good,
            kernel::Tone::Doubtful => Self::Warn,
            kernel::Tone::Stopped => Self::Bad,
            kernel::Tone::Past => Self::Over,
        }
    }
}

/// A state in a line.
pub fn state(state: State, word: impl Render) -> Markup {
    html! { span class={ "state " (state.tone()) } { (state.symbol()) (word) } }
}

/// The one state of a page, in its head.
pub fn state_boxed(state: State, word: impl Render) -> Markup {
    html! { span class={ "state boxed " (state.tone()) } { (state.symbol()) (word) } }
}

/// One of ours, with initials.
pub fn person(name: &str) -> Markup {
    html! { span.person { i aria-hidden="true" { (initials(name)) } (name) } }
}

/// Somebody of another house, a customer or supplier.
pub fn outsider(name: &str) -> Markup {
    html! { span.person.outside { i aria-hidden="true" { (initials(name)) } (name) } }
}

/// The initials alone, where the name stands beside them anyway. `whose` is `""` or `"outside"`.
pub(super) fn initials_of(name: &str, whose: &str) -> Markup {
    html! { i.outside[whose == "outside"] aria-hidden="true" { (initials(name)) } }
}

/// The initials alone, large, for the head of what somebody said.
pub fn portrait(name: &str, whose: super::Whose) -> Markup {
    html! { span class={ "person large " (whose.class()) } { i aria-hidden="true" { (initials(name)) } } }
}

/// An organisation, with its first letter.
pub fn organisation(name: &str) -> Markup {
    let letter = name.chars().find(|it| it.is_alphanumeric()).map(|it| it.to_uppercase().to_string());
    html! { span.org { i aria-hidden="true" { (letter.unwrap_or_default()) } (name) } }
}

/// The number of a record, as a link to it: RS-2026-0017.
pub fn number(number: &str, address: &str) -> Markup {
    html! { a.number href=(address) { (number) } }
}

/// A link.
pub fn link(address: &str, words: impl Render) -> Markup {
    html! { a href=(address) { (words) } }
}

/// How many there are, in small print beside a title.
pub fn count(count: impl TryInto<i64>) -> Markup {
    html! { span.count { (said(count)) } }
}

/// How many wait for the reader; nothing where none does.
pub fn count_waiting(count: i64) -> Markup {
    html! {
        @if count > 0 {
            span.count.now { (language::count(count)) span.unseen { " " (t!("waiting")) } }
        }
    }
}

/// That others did something which the reader has not read.
pub fn unread() -> Markup {
    html! { span.count.now { (t!("new")) span.unseen { " " (t!("not read yet")) } } }
}

pub(super) fn said(count: impl TryInto<i64>) -> String {
    language::count(count.try_into().unwrap_or(i64::MAX))
}

/// A key of the keyboard.
pub fn key(name: impl Render) -> Markup {
    html! { kbd { (name) } }
}

/// The first sixteen figures of a digest in hexadecimal, in groups of four; the rest is one click away.
pub fn digest(hexadecimal: &str) -> Markup {
    let figures: Vec<char> = hexadecimal.chars().take(16).collect();
    let groups: Vec<String> = figures.chunks(4).map(|it| it.iter().collect()).collect();
    html! { span.digest title=(hexadecimal) { (groups.join(" ")) } }
}

/// Part of a whole, with its figure beside it: 68 of 72.
pub fn meter(part: usize, whole: usize, tone: Option<State>) -> Markup {
    let figure = t!("{part} of {whole}", part = part, whole = whole);
    html! {
        span.row.nowrap {
            progress class={ "meter " (tone.map_or("", State::tone)) } max=(whole.max(1)) value=(part) aria-label=(figure) {}
            " " (figure)
        }
    }
}

/// What takes a moment; the words say what.
pub fn busy(words: impl Render) -> Markup {
    html! { span.busy { (words) } }
}

/// The way from a deed or signature to its place in the log.
pub fn proof(address: &str) -> Markup {
    html! { a.proof href=(address) { (Symbol::Seal) (t!("Proof")) } }
}

/// A moment as people say it; the exact one on focus and for programs.
pub fn when(moment: Timestamp, now: Timestamp) -> Markup {
    html! {
        time.fine datetime=(moment) title=(language::exact_moment(moment)) tabindex="0" {
            (language::near_moment(moment, now))
        }
    }
}

/// A day as people say it.
pub fn day(day: Date, today: Date) -> Markup {
    html! { time datetime=(day) title=(language::day(day)) { (language::near_day(day, today)) } }
}

/// A day by which something is due: as people say it, and how late once it has passed.
pub fn due(day: Date, today: Date) -> Markup {
    let late = (today - day).get_days();
    html! {
        @if late > 0 {
            time datetime=(day) title=(language::day(day)) {
                (state(State::Bad, t!("{count} day over" | "{count} days over", count = late)))
            }
        } @else {
            (super::day(day, today))
        }
    }
}

/// How the time of a promise to a customer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// So much is left.
    Left(Duration),
    /// So little is left that it has to be done now.
    Short(Duration),
    /// So much too late.
    Over(Duration),
    /// Does not run while we wait for the customer.
    Paused,
}

/// The time left of a promise; with `counted`, opens to how it was counted.
pub fn clock(clock: Clock, counted: Option<Markup>) -> Markup {
    let (tone, symbol, words) = match clock {
        Clock::Left(left) => ("", Symbol::Clock, t!("{time} left", time = spell(left))),
        Clock::Short(left) => ("warn", Symbol::Clock, t!("{time} left", time = spell(left))),
        Clock::Over(late) => ("bad", Symbol::Clock, t!("{time} over", time = spell(late))),
        Clock::Paused => ("", Symbol::Waits, t!("Paused, waits for the customer")),
    };
    html! {
        @if let Some(counted) = counted {
            details.opens { summary class={ "clock " (tone) } { (symbol) (words) } div { (counted) } }
        } @else {
            span class={ "clock " (tone) } { (symbol) (words) }
        }
    }
}

/// A length of time in hours and minutes: 3 h 49 min.
fn spell(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let ends = match words.as_slice() {
        [] => vec![],
        [only] => vec![*only],
        [first, .., last] => vec![*first, *last],
    };
    ends.iter().filter_map(|it| it.chars().next()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_last_name() {
        assert_eq!(initials("Ada Lindqvist"), "AL");
        assert_eq!(initials("Anna Maria van Oss"), "AO");
        assert_eq!(initials("Åsa"), "Å");
        assert_eq!(initials(""), "");
    }

    #[test]
    fn what_people_wrote_never_becomes_markup() {
        assert!(person("<b>Eve</b>").into_string().contains("&lt;b&gt;Eve"));
    }

    #[test]
    fn time_is_spelt_as_people_do() {
        assert_eq!(spell(Duration::from_mins(229)), "3 h 49 min");
        assert_eq!(spell(Duration::from_hours(6)), "6 h");
        assert_eq!(spell(Duration::from_mins(18)), "18 min");
    }

    #[test]
    fn what_is_late_says_how_late() {
        let today = date(2026, 10, 12);
        assert!(due(date(2026, 10, 9), today).into_string().contains("3 days over"));
        assert!(due(date(2026, 10, 13), today).into_string().contains("tomorrow"));
    }

    #[test]
    fn a_digest_is_read_in_groups() {
        let shown = digest("9f3c71ae00112233445566778899").into_string();
        assert!(shown.contains(">9f3c 71ae 0011 2233<"));
    }
}
