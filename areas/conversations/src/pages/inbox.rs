//! The list of conversations, beside which one is open.

use jiff::Timestamp;
use kernel::Vocabulary;
use maud::{Markup, html};
use web::parts::{self, Button, Empty, State, Symbol, Tab};
use web::{language, t};

use crate::model::{ConversationState, WaitsFor};
use crate::queries::{Line, Ringing, View};

/// A view of the inbox.
pub struct Inbox {
    pub view: View,
    /// The views that the reader has, with how much each holds.
    pub views: Vec<(View, i64)>,
    pub lines: Vec<Line>,
    /// Where the page of older ones begins.
    pub older: Option<String>,
    /// The number of the conversation that is open.
    pub open: Option<String>,
    /// Calls that are being written down.
    pub ringing: Vec<Ringing>,
    pub may_write: bool,
    pub now: Timestamp,
}

pub fn inbox(it: &Inbox) -> Markup {
    let tab = |(view, count): &(View, i64)| Tab {
        label: language::word(*view),
        address: format!("/inbox?view={}", view.code()),
        count: usize::try_from(*count).ok().filter(|_| *view != View::Closed),
        is_here: *view == it.view,
    };
    let tabs: Vec<Tab> = it.views.iter().map(tab).collect();
    html! {
        h1.unseen { (t!("Inbox")) }
        section class="pane views" id="views" aria-label=(t!("Views and conversations")) {
            (parts::tabs(&t!("Views"), &tabs))
            @if !it.ringing.is_empty() {
                ul.letters.ringing aria-label=(t!("On the telephone now")) {
                    @for call in &it.ringing { (ringing(call)) }
                }
            }
            @if it.lines.is_empty() { p.quiet-text { (t!("Nothing here.")) } }
            ul.letters data-walk { @for line in &it.lines { (letter(it, line)) } }
            @if let Some(older) = &it.older { p { a href=(older) { (t!("Older ones")) } } }
            @if it.may_write {
                p.row {
                    (Button::open("/import", t!("Take in mail")).symbol(Symbol::Mail).small())
                    (Button::open("/calls/new", t!("Write down a call")).symbol(Symbol::Phone).small())
                }
            }
        }
    }
}

/// A call that rings or is being written down: it opens where one writes.
fn ringing(it: &Ringing) -> Markup {
    html! {
        li {
            a href={ "/calls/" (it.number) "/write" } {
                strong { (Symbol::Phone.icon()) " " @if it.name.is_empty() { (it.title) } @else { (it.name) } }
                span.fine { (it.number) }
                span.fine { @match &it.customer { Some(customer) => (customer), None => (t!("no customer yet")) } }
            }
        }
    }
}

fn letter(it: &Inbox, line: &Line) -> Markup {
    let is_here = it.open.as_ref() == Some(&line.number);
    html! {
        li {
            a href={ "/conversations/" (line.number) "?view=" (it.view.code()) } aria-current=[is_here.then_some("true")] {
                strong { @if line.last_from.is_empty() { (line.number) } @else { (line.last_from) } }
                time.fine datetime=(line.last_at) { (language::near_moment(line.last_at, it.now)) }
                span { (line.title) }
                span class="row fine" {
                    (turn(line.state, line.waits_for)) " "
                    @match &line.customer {
                        Some(customer) => (customer),
                        None => (t!("no customer yet")),
                    }
                }
            }
        }
    }
}

/// Whose turn it is, as a state.
pub fn turn(state: ConversationState, waits_for: WaitsFor) -> Markup {
    let shape = match (state, waits_for) {
        (ConversationState::Closed, _) => return parts::state(State::Over, language::word(state)),
        (_, WaitsFor::Us) => State::Here,
        (_, WaitsFor::Them) => State::Waits,
        (_, WaitsFor::Nobody) => State::Open,
    };
    parts::state(shape, language::word(waits_for))
}

/// Beside the list while no conversation is open.
pub fn nothing_open(it: &Inbox) -> Markup {
    let begin = || Button::open("/import", t!("Take in mail")).symbol(Symbol::Mail).first();
    let buttons = if it.may_write { vec![begin()] } else { Vec::new() };
    let is_empty = it.views.iter().all(|(_, count)| *count == 0);
    let empty = if is_empty {
        Empty {
            title: t!("No conversations yet"),
            purpose: t!(
                "Everything said with a customer about one matter stands together here: mails, calls, notes. Drop mails on the page to take them in."
            ),
            buttons,
        }
    } else {
        Empty {
            title: t!("Choose a conversation"),
            purpose: t!("Its messages open here, with what became of their words."),
            buttons: Vec::new(),
        }
    };
    html! { section class="pane talk nothing-open" aria-label=(t!("Conversation")) { (parts::empty(&empty)) } }
}
