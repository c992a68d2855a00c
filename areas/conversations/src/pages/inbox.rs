//! The list of conversations, as a page and beside one that is open.

use jiff::Timestamp;
use maud::{Markup, html};
use web::parts::{self, State, Symbol, Tab};
use web::{language, t};

use crate::model::{ConversationState, Direction, WaitsFor};
use crate::queries::{Latest, Ringing};
use crate::rules::beginning_of;

/// The list beside a conversation that is open.
pub struct Inbox {
    /// The views that the reader has, with how much each holds.
    pub tabs: Vec<Tab>,
    pub lines: Vec<Line>,
    /// Where the page of older ones begins.
    pub older: Option<String>,
    /// The whole list: its address, and what it is filtered by.
    pub list: (String, String),
    /// The number of the conversation that is open.
    pub open: String,
    /// Calls that are being written down.
    pub ringing: Vec<Ringing>,
    pub now: Timestamp,
}

/// One line of it.
pub struct Line {
    pub number: String,
    pub title: String,
    pub address: String,
    pub state: ConversationState,
    pub waits_for: WaitsFor,
    /// Whose turn it is, in words.
    pub turn: String,
    pub last_at: Timestamp,
    pub last_from: String,
    /// The customer, where it is known.
    pub customer: Option<String>,
    /// Whether the reader was told of something there and did not read it.
    pub is_unread: bool,
}

pub fn inbox(it: &Inbox) -> Markup {
    html! {
        h1.unseen { (t!("Inbox")) }
        section class="pane views" id="views" aria-label=(t!("Views and conversations")) {
            (parts::tabs(&t!("Views"), &it.tabs))
            @if !it.list.1.is_empty() { p.fine { a href=(it.list.0) { (Symbol::Search.icon()) " " (it.list.1) } } }
            (on_the_telephone(&it.ringing))
            @if it.lines.is_empty() { p.quiet-text { (t!("Nothing here.")) } }
            ul.letters data-walk { @for line in &it.lines { (letter(it, line)) } }
            @if let Some(older) = &it.older { p { a href=(older) { (t!("Older ones")) } } }
        }
    }
}

/// Calls that ring or are being written down: each opens where one writes.
pub fn on_the_telephone(ringing: &[Ringing]) -> Markup {
    html! {
        @if !ringing.is_empty() {
            ul.letters.ringing aria-label=(t!("On the telephone now")) {
                @for it in ringing {
                    li {
                        a href={ "/calls/" (it.number) "/write" } {
                            strong { (Symbol::Phone.icon()) " " @if it.name.is_empty() { (it.title) } @else { (it.name) } }
                            span.fine { (it.number) }
                            span.fine { @match &it.customer { Some(customer) => (customer), None => (t!("no customer yet")) } }
                        }
                    }
                }
            }
        }
    }
}

/// What was said last, in a line below the title of a conversation.
pub fn latest(it: &Latest) -> Markup {
    let words = it.words.as_deref().map(beginning_of).unwrap_or_default();
    html! {
        @if !words.is_empty() {
            p.fine.excerpt {
                @if it.direction == Direction::Note { (parts::state(State::Open, t!("Internal note"))) " " }
                @if !it.from_name.is_empty() { (it.from_name) ": " }
                (words)
            }
        }
    }
}

fn letter(it: &Inbox, line: &Line) -> Markup {
    let is_here = it.open == line.number;
    html! {
        li {
            a href=(line.address) aria-current=[is_here.then_some("true")] {
                strong { @if line.last_from.is_empty() { (line.number) } @else { (line.last_from) } }
                time.fine datetime=(line.last_at) { (language::near_moment(line.last_at, it.now)) }
                span { @if line.is_unread { (parts::unread()) " " } (line.title) }
                span class="row fine" {
                    (turn(line.state, line.waits_for, &line.turn)) " "
                    @match &line.customer {
                        Some(customer) => (customer),
                        None => (t!("no customer yet")),
                    }
                }
            }
        }
    }
}

/// Whose turn it is, as a state with these words.
pub fn turn(state: ConversationState, waits_for: WaitsFor, said: &str) -> Markup {
    let shape = match (state, waits_for) {
        (ConversationState::Closed, _) => return parts::state(State::Over, language::word(state)),
        (_, WaitsFor::Us) => State::Here,
        (_, WaitsFor::Them) => State::Waits,
        (_, WaitsFor::Nobody) => State::Open,
    };
    parts::state(shape, said)
}
