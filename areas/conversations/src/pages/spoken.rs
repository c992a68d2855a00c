//! What was said and not written: what became of each, and the letter that asks to confirm it.

use jiff::civil::Date;
use maud::{Markup, html};
use web::parts::{self, Button, Choice, Choices, Field, Head, Note, State, Symbol, page_head};
use web::{Form, language, t};

use crate::model::{Spoken, SpokenState};

/// One thing that was said, as a page shows it.
pub struct Line {
    pub it: Spoken,
    /// Where the letter stands that asked to confirm it.
    pub letter: Option<String>,
    /// Who noted the answer.
    pub settled_by: String,
}

/// What was said in a call or a meeting. `path` is the first part of the address of its kind.
pub fn said(number: &str, path: &str, all: &[Line], may_write: bool, today: Date) -> Markup {
    let address = format!("/{path}/{number}");
    let is_open = all.iter().any(|it| it.it.state.is_open());
    let buttons = if is_open && may_write {
        vec![
            Button::open(format!("{address}/confirmation"), t!("Put it in writing"))
                .symbol(Symbol::Mail)
                .small(),
        ]
    } else {
        Vec::new()
    };
    let inside = html! {
        @if all.is_empty() { p.quiet-text { (t!("Nothing that would have to be confirmed in writing.")) } }
        ul.spoken { @for line in all { (one(line, may_write, today)) } }
        @if may_write {
            details {
                summary class="button small bare" { (Symbol::Plus.icon()) (t!("Note something that was said")) }
                (parts::form(&format!("{address}/said"), html! {
                    (Field::text("said", t!("What was said")).required())
                    (Button::send(t!("Note it")).small())
                }))
            }
        }
    };
    parts::section_with("said", t!("Said, not written"), &buttons, inside)
}

fn one(line: &Line, may_write: bool, today: Date) -> Markup {
    let said = &line.it;
    html! {
        li id={ "said-" (said.id) } {
            p { (said.words) }
            p.row {
                (parts::state(State::from(said.state.tone()), language::word(said.state)))
                @if let Some(letter) = &line.letter { a.fine href=(letter) { (t!("The letter")) } }
                @if let Some(due) = said.due.filter(|_| said.state == SpokenState::Asked) { (parts::due(due, today)) }
                @if let Some(at) = said.settled_at { span.fine { (line.settled_by) " · " (language::exact_moment(at)) } }
            }
            @if !said.answer.is_empty() { blockquote.said { (said.answer) } }
            @if may_write && said.state.is_open() {
                form.row method="post" action={ "/spoken/" (said.id) "/answer" } {
                    (parts::once())
                    label.unseen for={ "answer-" (said.id) } { (t!("Their words, where they said it otherwise")) }
                    input.input id={ "answer-" (said.id) } name="answer" placeholder=(t!("Their words, where they said it otherwise"));
                    (Button::send(t!("They confirmed it")).sends("state", "confirmed").small())
                    (Button::send(t!("They said it otherwise")).sends("state", "otherwise").small())
                    (Button::send(t!("They did not confirm it")).sends("state", "denied").small().bare())
                }
            }
        }
    }
}

/// The letter that asks to confirm what was said, before it goes.
pub struct Asking {
    pub number: String,
    pub title: String,
    pub path: &'static str,
    pub form: Form,
    pub to: String,
    pub copies: String,
    pub subject: String,
    pub words: String,
    pub due: String,
    pub said: Vec<Spoken>,
    /// Letters of ours that stand in the conversation already: key and word.
    pub letters: Vec<(String, String)>,
    /// Why it could not be sent, where it was refused as a whole.
    pub refused: Option<String>,
    pub has_post: bool,
}

pub fn asking(it: &Asking) -> Markup {
    let fault = |name: &str| it.form.faults.of(name).map(language::say);
    let choices = it.said.iter().map(|said| {
        let is_chosen = !it.form.has("letter") || it.form.all("said").contains(&said.id.to_string().as_str());
        Choice::new(said.id.to_string(), said.words.clone()).chosen(is_chosen)
    });
    let faults: Vec<(String, String)> =
        it.form.faults.0.iter().map(|(name, sentence)| (name.clone(), language::say(sentence))).collect();
    let address = format!("/{}/{}", it.path, it.number);
    html! {
        (page_head(&Head {
            place: Some((it.title.clone(), address.clone())),
            number: Some(it.number.clone()),
            title: html! { (t!("Put in writing what was said")) },
            lead: Some(html! { (t!("They are asked to confirm it. Until they do, nobody relies on it: silence is no consent.")) }),
            ..Head::default()
        }))
        (parts::fault_summary(&faults))
        @if let Some(sentence) = &it.refused { (parts::note(Note::Warn, sentence)) }
        @if !it.has_post { (parts::note(Note::Asks, t!("No mail server is set up. The letter is kept and sent once there is one."))) }
        (parts::form_kept(&format!("{address}/confirmation"), &format!("confirmation:{}", it.number), html! {
            (Choices::any("said", t!("What is to be confirmed"), choices.collect()).fault(fault("said")))
            @if !it.letters.is_empty() {
                @let none = std::iter::once((String::new(), t!("No, this letter is to go")));
                (Field::select("message", t!("Were they asked already?"), none.chain(it.letters.iter().cloned()))
                    .value(it.form.text("message")).fault(fault("message"))
                    .help(t!("Choose the letter that asked them. Then nothing is sent.")))
            }
            (Field::text("to", t!("To")).value(it.to.clone()).fault(fault("to")))
            (Field::text("copies", t!("Copies to")).value(it.copies.clone()).fault(fault("copies")))
            (Field::day("due", t!("Answer asked for by")).value(it.due.clone()).fault(fault("due")).required())
            (Field::text("subject", t!("Subject")).value(it.subject.clone()).fault(fault("subject")))
            (Field::area("letter", t!("Letter")).value(it.words.clone()).fault(fault("reply")).lines(14)
                .help(t!("Look through it before it goes: it leaves just as it stands here.")))
            div.row { (Button::send(t!("Send")).first()) (Button::open(address, t!("Cancel")).bare()) }
        }))
    }
}
