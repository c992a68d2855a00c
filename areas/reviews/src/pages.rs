//! What people see: a review with its items, how it stands, what is asked of the customer, and what they confirm.

pub mod clarification;
pub mod customer;
pub mod paper;
pub mod review;
pub mod sign;
pub mod signoff;
pub mod start;
pub mod template;

use kernel::{Means, Signature};
use maud::{Markup, PreEscaped, html};
use web::language::{exact_moment, word};
use web::parts::{self, Beside, Button, State, Symbol};
use web::t;

/// Pairs of value and word, as fields offer them.
pub type Options = Vec<(String, String)>;

/// By so many levels headings in a text go down, so that they stay below those of the page.
pub const HEADINGS_BELOW: u8 = 4;

/// Markdown as it is read.
pub fn rich(words: &str) -> Markup {
    PreEscaped(markdown::html(words, HEADINGS_BELOW))
}

/// The words of a closed list that a field offers.
pub fn words_of<V: kernel::Vocabulary>() -> Options {
    V::ALL.iter().map(|it| (it.code(), word(*it))).collect()
}

/// A signature as it is shown beside a record.
pub struct Shown<'a> {
    pub signature: &'a Signature,
    /// Whether it is under what stands there now.
    pub is_current: bool,
    /// The absent person for whom it was given.
    pub acts_for: Option<String>,
    /// Whether the reader may take it back.
    pub is_own: bool,
}

/// The names under a record, each with what was signed; where they can be taken back, if they can here.
pub fn names(all: &[Shown], action: &str) -> Markup {
    html! {
        @if all.is_empty() { p.quiet-text { (t!("Nobody signed yet.")) } }
        ul.signatures { @for it in all { (one(it, action)) } }
    }
}

/// The names under a record.
pub fn signatures(all: &[Shown], action: &str) -> Beside {
    let inside = names(all, action);
    let counting = all.iter().filter(|it| it.signature.counts()).count();
    Beside {
        id: "signatures",
        title: t!("Signatures"),
        count: (counting > 0).then(|| counting.to_string()),
        inside,
    }
}

fn one(it: &Shown, action: &str) -> Markup {
    let signature = it.signature;
    let state = if !signature.counts() {
        State::Over
    } else if it.is_current {
        State::Good
    } else {
        State::Waits
    };
    let class = match state {
        State::Good => "good",
        State::Over => "void",
        _ => "",
    };
    let who = match &it.acts_for {
        Some(absent) => t!("{who} for {whom}", who = &signature.name, whom = absent),
        None => signature.name.clone(),
    };
    html! {
        li class=(class) {
            (state.symbol())
            div {
                strong { (who) } " " (word(signature.meaning)) " " (signature.what)
                br;
                @if !signature.statement.is_empty() { q { (signature.statement) } br; }
                span.fine {
                    @if !signature.role.is_empty() { (signature.role) " · " }
                    (exact_moment(signature.at)) " · " (signature.zone) " · " (means(signature.means)) " · " (parts::digest(&signature.digest))
                }
                @if !signature.is_intact() {
                    (parts::note(parts::Note::Bad, t!("What is stored is not what was signed. Have the log checked: reqord audit verify.")))
                }
                @if let (Some(at), Some(reason)) = (signature.ended_at, &signature.end_reason) {
                    br; span.fine { (t!("Taken back on {when}: {reason}", when = exact_moment(at), reason = reason)) }
                } @else if !it.is_current {
                    br; span.fine { (t!("For an earlier revision. It says something else by now.")) }
                }
                @if it.is_own && signature.counts() && !action.is_empty() {
                    details { summary class="button small bare" { (Symbol::Down.icon()) (t!("Take it back")) }
                        (parts::form(&format!("{action}/{}/revoke", signature.id), html! {
                            (parts::Field::area("reason", t!("Reason")).lines(2).required())
                            (Button::send(t!("Take my signature back")).stop().small())
                        }))
                    }
                }
            }
        }
    }
}

fn means(it: Means) -> String {
    t!("proved by {means}", means = word(it))
}

/// The fields with which one proves who one is, to sign.
pub fn proof_fields(form: &web::Form, has_factor: bool) -> Markup {
    html! {
        (identity::filled(form, "password", parts::Field::password("password", t!("Your password")).required().remembers("current-password")
            .help(t!("You sign with it. A click alone signs nothing."))))
        @if has_factor {
            (identity::filled(form, "code", parts::Field::text("code", t!("Code of your device")).required().short()
                .remembers("one-time-code").mark("inputmode", "numeric")))
        }
    }
}
