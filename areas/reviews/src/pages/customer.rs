//! What the customer sees of a sign-off: one page, line by line, with a word for each and one button to sign.
//!
//! The same content stands behind the link of a letter and on the customer's own pages. It works without scripts.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{day, exact_moment, word};
use web::page::House;
use web::parts::{self, Button, Difference, Field, Note, State, Symbol};
use web::{Action, Form, t};

use super::proof_fields;
use super::review::Around;
use crate::model::{SignOffState, Word};
use crate::queries::Waiting;

/// A revision that waits for somebody's name, among their next actions.
pub fn to_sign(it: Waiting) -> Action {
    let title = t!("Confirm: {title}", title = &it.title);
    let why = t!("your name is asked for");
    Action { sort: "sign", symbol: Symbol::Seal, ..waiting(it, "sign-offs", title, &why) }
}

/// A question that we asked them.
pub fn to_answer(it: Waiting) -> Action {
    let title = t!("Answer our question: {title}", title = &it.title);
    let why = t!("we go on when we know");
    waiting(it, "clarifications", title, &why)
}

fn waiting(it: Waiting, path: &str, title: String, why: &str) -> Action {
    Action {
        sort: "answer",
        symbol: Symbol::Talk,
        title,
        address: format!("/{path}/{}", it.number),
        why: format!("{} · {why}", it.number),
        number: it.number,
        stands_in: None,
        due: it.until,
        since: it.since,
        done: None,
    }
}

/// A line of the revision as the customer reads it.
pub struct LineShown {
    pub number: String,
    pub title: String,
    /// Whether what it says begins with its title: then that is read once.
    pub says_title: bool,
    /// What it says, with what changed marked.
    pub words: Markup,
    /// What is measured of it, and how it is shown that it is met.
    pub measured: Vec<(String, String)>,
    /// The files that are frozen with it: name and fingerprint.
    pub files: Vec<(String, String)>,
    /// What else it says otherwise than before: a limit, for one.
    pub differences: Vec<Difference>,
    /// Whether it is new, changed or taken away since they confirmed last.
    pub note: String,
    /// Their word on it so far, and what they remarked.
    pub given: Option<Word>,
    pub remark: String,
    /// What we answered to their query.
    pub answer: Option<String>,
}

/// How the customer proves who they are when they sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proves {
    /// By the code that was typed when the link was opened.
    Link,
    /// By password, and the code of a device where there is one.
    Password { has_factor: bool },
}

/// All that the page says.
pub struct Offered {
    /// Where its forms go: `/sign/…` or `/sign-offs/SF-…`.
    pub action: String,
    /// Where the same is as a paper, to be read, kept or passed on to colleagues.
    pub sheet: Option<String>,
    pub subject: String,
    pub title: String,
    pub revision: i64,
    /// From where on it holds, where that was said.
    pub holds: Option<String>,
    pub digest: String,
    pub summary: String,
    /// The files that are frozen with the whole: name and fingerprint.
    pub files: Vec<(String, String)>,
    pub since: Option<(i64, Timestamp)>,
    pub to: String,
    pub by: String,
    pub sent_at: Timestamp,
    pub until: Date,
    pub state: SignOffState,
    /// Changed since they confirmed last, or all where they never did.
    pub changed: Vec<LineShown>,
    pub same: Vec<LineShown>,
    /// Confirmed last, and no part of this any more.
    pub gone: Vec<LineShown>,
    /// What is no line: title, prose, files of the whole; all of it, or what became of it.
    pub besides: Around,
    /// Whether it is their turn to sign.
    pub is_next: bool,
    pub has_signed: bool,
    /// What is said where what is stored is not what was released: then nothing is signed.
    pub altered: Option<String>,
    pub statement: String,
    /// As what they sign, as far as it is known.
    pub role: String,
    pub proves: Proves,
}

/// The content of the page, below the head of the house.
pub fn content(it: &Offered, written: &Form) -> Markup {
    html! {
        section.stack {
            p.fine { (t!("Sent to {name} by {by} on {when}. Good until {day}.", name = &it.to, by = &it.by, when = exact_moment(it.sent_at), day = day(it.until))) }
            @let title = t!("Is this what we agreed for {title}?", title = &it.title);
            // On their own pages the record has its heading already.
            @if it.proves == Proves::Link { h1 { (title) } } @else { h2 { (title) } }
            p { (it.summary) }
            @if let Some((no, at)) = it.since {
                p { (t!("You confirmed revision {no} on {when}. Since then {count} line changed; the others are as they were." | "You confirmed revision {no} on {when}. Since then {count} lines changed; the others are as they were.", count = it.changed.len() + it.gone.len(), no = no, when = exact_moment(at))) }
            }
            p.fine { (it.subject) " · " (t!("revision {no}", no = it.revision)) " · " (t!("{count} line" | "{count} lines", count = it.changed.len() + it.same.len())) }
            @if let Some(words) = &it.holds { p { (words) } }
            (files(&it.files, &it.action))
            @if let Some(to) = &it.sheet {
                p { (Button::open(to, t!("Read it as PDF")).symbol(Symbol::Document).small()) }
            }
            (standing(it))
        }
        (identity::summary(written))
        @if let Some(words) = &it.altered { (parts::note(Note::Warn, words)) }
        @let is_open = it.altered.is_none() && matches!(it.state, SignOffState::Open | SignOffState::Queried) && !it.has_signed;
        form.stack method="post" action={ (it.action) "/words" } {
            (parts::hidden("digest", &it.digest))
            (lines("changed", if it.since.is_some() { t!("What changed") } else { t!("What is to be confirmed") }, (&it.changed, &it.action), is_open, written))
            @if !it.gone.is_empty() { (lines("gone", t!("Taken away"), (&it.gone, &it.action), false, written)) }
            @if !it.besides.is_empty() {
                section aria-labelledby="besides" {
                    h2 id="besides" { (t!("What changed besides the lines")) }
                    (it.besides.folded())
                }
            }
            @if !it.same.is_empty() {
                details {
                    summary.button { (Symbol::Down.icon()) (t!("{count} line that did not change" | "{count} lines that did not change", count = it.same.len())) }
                    (lines("same", t!("Unchanged"), (&it.same, &it.action), is_open, written))
                }
            }
            @if is_open {
                section class="stack signing" aria-labelledby="signing" {
                    @if it.state == SignOffState::Open && it.is_next {
                        h2 id="signing" { (t!("Sign")) }
                        p { (it.statement) }
                        (identity::filled(written, "name", Field::text("name", t!("Your name")).value(&it.to).required().remembers("name")).value(if written.has("name") { written.text("name") } else { &it.to }))
                        (identity::role_field(written, &it.role))
                        @if let Proves::Password { has_factor } = it.proves { (proof_fields(written, has_factor)) }
                        (Button::send_to(format!("{}/confirm", it.action), t!("Sign revision {no}", no = it.revision)).first().wide())
                    } @else {
                        h2 id="signing" { (t!("Your queries")) }
                    }
                    (Button::send(t!("Send my queries to {name}", name = &it.by)).wide().mark("formnovalidate", ""))
                    p.fine {
                        (t!("We record your name, role, the time, and the fingerprint of this text:")) " " (parts::digest(&it.digest)) " "
                        (t!("You get a copy by mail. Nothing is ordered by this."))
                    }
                }
            }
        }
    }
}

/// How it stands, where there is something to say.
fn standing(it: &Offered) -> Markup {
    let (note, words) = match it.state {
        _ if it.has_signed && it.state == SignOffState::Open => {
            (Note::Good, t!("You have signed. Others still have to."))
        }
        SignOffState::Open if !it.is_next => {
            (Note::Plain, t!("Others sign before you. You get a letter when it is your turn."))
        }
        SignOffState::Open => return html! {},
        SignOffState::Queried => (
            Note::Asks,
            t!("Your queries are with {name}. You get a letter when they are answered.", name = &it.by),
        ),
        SignOffState::Confirmed => {
            (Note::Good, t!("This is confirmed. From now on it changes only together with you."))
        }
        SignOffState::Expired => {
            (Note::Warn, t!("The time for this is over. Ask {name} for a new link.", name = &it.by))
        }
        SignOffState::Withdrawn => {
            (Note::Warn, t!("{name} took this back. Nothing is asked of you.", name = &it.by))
        }
        SignOffState::Overtaken => (
            Note::Warn,
            t!(
                "The content changed since this was sent. Nothing is asked of you here; you get a new letter."
            ),
        ),
    };
    parts::note(note, words)
}

/// Files that are frozen, each to be opened.
fn files(all: &[(String, String)], action: &str) -> Markup {
    html! {
        @if !all.is_empty() {
            p.fine { (t!("Files")) ":" @for (name, digest) in all { " " a href={ (action) "/files/" (digest) } { (name) } " " (parts::digest(digest)) } }
        }
    }
}

fn lines(
    id: &str,
    title: String,
    (all, action): (&[LineShown], &str),
    is_open: bool,
    written: &Form,
) -> Markup {
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (title) }
            ul.agree-list { @for it in all { (line((it, action), is_open, written)) } }
        }
    }
}

fn line((it, action): (&LineShown, &str), is_open: bool, written: &Form) -> Markup {
    let name = format!("word-{}", it.number);
    let remark = format!("remark-{}", it.number);
    let given =
        if written.has(&name) { Some(written.text(&name).to_owned()) } else { it.given.map(|it| it.code()) };
    let is_query = given.as_deref() == Some("query") || !written.text(&remark).is_empty();
    let words = Word::ALL
        .iter()
        .map(|it| (it.code(), word(*it), if *it == Word::Accept { State::Good } else { State::Asks }));
    html! {
        li id=(name) {
            h3 class=[it.says_title.then_some("unseen")] { (it.title) }
            div.prose { (it.words) }
            @if !it.differences.is_empty() { (parts::differences(&it.differences)) }
            @if !it.measured.is_empty() {
                p.fine { @for (place, (label, value)) in it.measured.iter().enumerate() { @if place > 0 { " · " } (label) ": " (value) } }
            }
            (files(&it.files, action))
            p.fine { (it.number) @if !it.note.is_empty() { " · " (it.note) } }
            @if it.given == Some(Word::Query) && !it.remark.is_empty() { p.fine { (t!("You asked: {words}", words = &it.remark)) } }
            @if let Some(answer) = &it.answer { (parts::note(Note::Plain, answer)) }
            @if is_open {
                (parts::Verdict { name, legend: t!("Your word on {item}", item = &it.number), words: words.collect(), given })
                details open[is_query] {
                    summary class="button small bare" { (Symbol::Down.icon()) (t!("What is wrong with it?")) }
                    (Field::area(&remark, t!("Your query about {item}", item = &it.number)).lines(2).value(written.text(&remark))
                        .fault(written.faults.of(&remark).map(web::language::say)))
                }
            } @else if let Some(given) = it.given { p.fine { (word(given)) } }
        }
    }
}

/// The page behind the link, once the code was typed.
pub fn by_link(house: &House, it: &Offered, written: &Form) -> Markup {
    let title = t!("Requirements, revision {no}", no = it.revision);
    house.letter_to_customer(
        &title,
        html! {},
        html! { div class="paper stack wide" { (content(it, written)) } },
    )
}

/// What was recorded of a name that was put under a revision.
pub struct Signed {
    pub name: String,
    pub role: String,
    pub at: Timestamp,
    pub subject: String,
    pub revision: i64,
    /// Of the text, as the page before showed it.
    pub digest: String,
    pub signature: String,
}

/// The page once they have signed by the link: what was recorded, so that it can be compared with the copy.
pub fn signed(house: &House, it: &Signed) -> Markup {
    let title = t!("Thank you, {name}", name = &it.name);
    let who = [&it.name, &it.role].into_iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>();
    let recorded = [
        (t!("Who"), html! { (who.join(", ")) }),
        (t!("When"), html! { (exact_moment(it.at)) }),
        (t!("What"), html! { (it.subject) ", " (t!("revision {no}", no = it.revision)) }),
        (t!("Fingerprint of the text"), parts::digest(&it.digest)),
        (t!("Fingerprint of the signature"), parts::digest(&it.signature)),
    ];
    let content = html! {
        div class="paper stack wide" {
            section.stack {
                p { (parts::state_boxed(State::Good, t!("Signed"))) }
                h1 { (title) }
                p { (t!("Your name stands under it, with the time and the fingerprint of what you read.")) }
            }
            section aria-labelledby="recorded" {
                h2 id="recorded" { (t!("What was recorded")) }
                (parts::facts(&recorded))
            }
            p.fine { (t!("You get a copy by mail.")) }
        }
    };
    house.letter_to_customer(&title, html! {}, content)
}

/// The page behind the link to a certificate, once the code was typed.
pub fn certificate_by_link(house: &House, at: &str, what: &str, is_there: bool) -> Markup {
    let title = t!("Your certificate");
    let content = html! {
        p { (what) }
        @if !is_there {
            (parts::note(Note::Plain, t!("There is no certificate before all have signed. This link leads to it as soon as they have.")))
        } @else if sheets::IS_BUILT {
            @for (code, word) in web::language::LANGUAGES {
                (Button::open(format!("{at}/certificate.pdf?language={code}"), t!("Certificate as PDF: {language}", language = word)).symbol(Symbol::Document).wide())
            }
            p.fine { (t!("It holds your signature, exactly what you signed, and its proof inside. Keep it: it can be checked without us.")) }
        }
    };
    house.card_to_customer(&title, content, html! {})
}
