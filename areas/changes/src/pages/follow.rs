//! What the customer of a change sees of it, for those of the house: whether they follow it, and what they read.

use maud::{Markup, html};
use web::language::say;
use web::parts::{Beside, Button, facts};
use web::t;

use super::{of_change, prose, starts};
use crate::queries::{Following, Reads};

/// What stands beside a change about its customer.
pub struct Seen<'a> {
    pub number: &'a str,
    pub version: i64,
    pub following: &'a Following,
    /// What whoever follows it reads.
    pub shown: Option<Read<'a>>,
    /// What they would read, were it shown to them now.
    pub now: Read<'a>,
    /// Whether whoever looks lets them follow it, or no longer.
    pub may: bool,
    /// Whether the page offers that first, above.
    pub is_first: bool,
    /// What is missing for it: the sentence, and where it is said.
    pub missing: &'a [kernel::Missing],
}

/// All that stands before the customer of a change, beside how far it is.
pub struct Read<'a> {
    pub reads: &'a Reads,
    /// What extra fields say for them: how each is called, and what it says.
    pub extra: Vec<(String, String)>,
}

impl Read<'_> {
    fn markup(&self) -> Markup {
        let Reads { title, asked, words, starts: from, .. } = self.reads;
        let mut said = Vec::new();
        if !from.starts.is_empty() {
            said.push((t!("Holds"), html! { (starts(from)) }));
        }
        said.extend(self.extra.iter().map(|(name, value)| (name.clone(), html! { (value) })));
        html! {
            p { strong { (title) } }
            @if !said.is_empty() { (facts(&said)) }
            @if !asked.is_empty() { blockquote.quote { (asked) } }
            (prose(words))
        }
    }
}

/// The button that lets the customer follow a change as it was seen.
pub fn let_follow(number: &str, version: i64, words: String) -> Button {
    Button::post(of_change(number, "follow"), words).sends("version", version.to_string())
}

/// What the customer of a change sees of it, beside it.
pub fn beside(it: &Seen) -> Beside {
    let lets = |words: String| {
        html! { @if it.may {
            @for one in it.missing { p.fine {
                (say(&one.sentence)) @if let Some(to) = &one.link { " " a href=(to) { (t!("Say it")) } }
            } }
            @if it.missing.is_empty() { (let_follow(it.number, it.version, words).small()) }
        } }
    };
    let no_more = || {
        let button = Button::post(of_change(it.number, "unfollow"), t!("Let them follow it no longer"));
        button.sends("version", it.version.to_string()).small().bare()
    };
    let inside = html! { @match it.following {
        Following::No => {
            p.quiet-text { (t!("They see nothing of it yet.")) }
            @if it.may && it.missing.is_empty() { p { (t!("Once they follow it, they read how far it is, and this:")) } (it.now.markup()) }
            @if !it.is_first { (lets(t!("Let the customer follow it"))) }
        },
        Following::Yes { since, is_old, .. } => {
            p { (t!("They follow it: how far it is, and this since {moment}.", moment = web::language::exact_moment(*since))) }
            @if let Some(shown) = &it.shown { (shown.markup()) }
            @if *is_old {
                p { (t!("By now you say it otherwise.")) }
                @if it.may && it.missing.is_empty() { (it.now.markup()) }
                (lets(t!("Show them what it says now")))
            }
            @if it.may { " " (no_more()) }
        },
        Following::Asked { instead_of: None } => p { (t!("They were asked whether they approve it. They see what was shown to them, and how far it is.")) },
        Following::Asked { instead_of: Some(no) } => p { (t!("They were asked whether they approve revision {no}, and it came into force in another form. They see that, and what they were asked and said before.", no = *no)) },
    } };
    Beside { id: "follow", title: t!("What the customer sees"), count: None, inside }
}
