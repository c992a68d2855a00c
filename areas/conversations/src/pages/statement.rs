//! What was only said: what became of each thing, the letter that asks to confirm it, and where whoever said it answers.

use jiff::civil::Date;
use kernel::Vocabulary;
use maud::{Markup, html};
use web::page::House;
use web::parts::{self, Button, Choice, Choices, Field, Head, Note, State, Symbol, page_head};
use web::{Form, language, t};

use crate::model::{Statement, StatementAnswer, StatementState};
use crate::rules::statement::{Standing, standing};

/// One thing that was said, as a page shows it.
pub struct Line {
    pub it: Statement,
    /// The record at which it is kept, where that is another one: number and address.
    pub at: Option<(String, String)>,
    /// Where the letter stands that asked to confirm it.
    pub letter: Option<String>,
    /// What they answered, each with the name of whoever wrote it down.
    pub answers: Vec<(StatementAnswer, String)>,
    /// Who said what follows from an objection.
    pub heeded_by: String,
}

/// What was said, at the record that it bears on.
pub struct Section {
    pub number: String,
    pub lines: Vec<Line>,
    /// Whether something can be noted and put in writing here.
    pub may_write: bool,
    /// Whether whoever said it has to be named: nobody was on the telephone.
    pub names_speaker: bool,
    pub is_outside: bool,
    /// What could be tied: talks from which an order came, or orders and changes that came of a talk; number and title.
    pub to_tie: Vec<(String, String)>,
    /// Whether it is a call or meeting.
    pub is_talk: bool,
    pub today: Date,
}

/// The section of a page. An outsider reads what they were asked, and answers it.
pub fn said(it: &Section) -> Markup {
    if it.is_outside && it.lines.is_empty() {
        return Markup::default();
    }
    let can_be_asked = it.lines.iter().any(|line| line.at.is_none() && line.it.state.is_unanswered());
    let buttons = if can_be_asked && it.may_write {
        vec![
            Button::open(format!("/said/{}/confirmation", it.number), t!("Put it in writing"))
                .symbol(Symbol::Mail)
                .small(),
        ]
    } else {
        Vec::new()
    };
    let inside = html! {
        @if it.lines.is_empty() { p.quiet-text { (t!("Nothing that would have to be confirmed in writing.")) } }
        ul.spoken { @for line in &it.lines { (one(it, line)) } }
        @if it.may_write {
            div.row {
                details {
                    summary class="button small bare" { (Symbol::Plus.icon()) (t!("Note something that was said")) }
                    (note_form(it, None))
                }
                @if !it.to_tie.is_empty() { (tie_form(it)) }
            }
        }
    };
    parts::section_with("statements", t!("Said, not written"), &buttons, inside)
}

fn note_form(it: &Section, instead_of: Option<&Line>) -> Markup {
    let said_by = instead_of.map(|line| line.it.said_by.clone()).unwrap_or_default();
    let words = instead_of.and_then(|line| line.answers.last()).map(|(it, _)| it.words.clone());
    let name =
        |rest: &str| instead_of.map_or_else(|| rest.to_owned(), |line| format!("{rest}-{}", line.it.id));
    parts::form(
        &format!("/said/{}", it.number),
        html! {
            @if let Some(line) = instead_of { (parts::hidden("instead_of", line.it.id)) }
            (Field::area(name("said"), t!("What was said")).lines(2).required().value(words.unwrap_or_default()))
            @if it.names_speaker {
                div.beside-each-other {
                    (Field::text(name("said_by"), t!("Who said it")).required().value(said_by))
                    (Field::day(name("said_on"), t!("On which day")).help(t!("Today, where you leave it empty.")))
                }
            }
            (Button::send(t!("Note it")).small())
        },
    )
}

/// Ties what came of a talk to it.
fn tie_form(it: &Section) -> Markup {
    let (open, label, button) = if it.is_talk {
        (t!("An order or a change came of it"), t!("Order or change"), t!("It came of this"))
    } else {
        (t!("It came of a call or a meeting"), t!("Call or meeting"), t!("It came of that"))
    };
    let all = it.to_tie.iter().map(|(number, title)| (number.clone(), format!("{number} {title}")));
    html! {
        details {
            summary class="button small bare" { (Symbol::Share.icon()) (open) }
            (parts::form(&format!("/said/{}/ties", it.number), html! {
                (Field::select("other", label, all))
                (Button::send(button).small())
            }))
        }
    }
}

fn mark(it: &Statement, today: Date) -> Markup {
    let due = it.due.map(language::day).unwrap_or_default();
    match standing(it, today) {
        Standing::Silent => parts::state(State::Bad, t!("no answer; silence is no consent")),
        Standing::Consented => parts::state(State::Good, t!("holds by the frame contract")),
        Standing::Asked => parts::state(State::Waits, t!("waits for an answer until {day}", day = due)),
        Standing::Heeded => parts::state(State::Over, language::word(it.state)),
        _ => parts::state(State::from(it.state.tone()), language::word(it.state)),
    }
}

fn one(section: &Section, line: &Line) -> Markup {
    let (said, today) = (&line.it, section.today);
    let stands = standing(said, today);
    let may_answer = if section.is_outside {
        said.state == StatementState::Asked
    } else {
        section.may_write && said.state.is_unanswered()
    };
    html! {
        li id={ "statement-" (said.id) } {
            p { @for words in said.words.lines() { (words) br; } }
            p.row {
                (mark(said, today))
                @if !said.said_by.is_empty() { span.fine { (said.said_by) @if let Some(on) = said.said_on { ", " (language::day(on)) } } }
                @if let Some((number, address)) = &line.at { a.fine href=(address) { (number) } }
                @if let Some(letter) = line.letter.as_ref().filter(|_| !section.is_outside) { a.fine href=(letter) { (t!("The letter")) } }
                @if !said.frame_contract.is_empty() { span.fine { (t!("silence is consent by {clause}", clause = &said.frame_contract)) } }
            }
            @for (answer, by) in &line.answers { (answered(answer, by)) }
            @if let Some(at) = said.heeded_at {
                p.fine { (t!("What follows from it:")) " " @if said.heeded.is_empty() { (t!("it was written anew")) } @else { (said.heeded) }
                    " · " (line.heeded_by) " · " (language::exact_moment(at)) }
            }
            @if may_answer { (answer_form(section, said)) }
            @if stands == Standing::Objected && section.may_write && line.at.is_none() {
                div.row {
                    details {
                        summary class="button small" { (t!("Write it anew")) }
                        (note_form(section, Some(line)))
                    }
                    details {
                        summary class="button small bare" { (t!("Say what follows from it")) }
                        (parts::form(&format!("/statements/{}/heed", said.id), html! {
                            (Field::text(format!("heeded-{}", said.id), t!("What follows from it")).required()
                                .help(t!("The order says so now, or nothing rests on it.")))
                            (Button::send(t!("Note it")).small())
                        }))
                    }
                }
            }
        }
    }
}

fn answered(it: &StatementAnswer, by: &str) -> Markup {
    let source = match it.source.as_str() {
        "link" => t!("by the link in our letter"),
        "account" => t!("signed in"),
        _ if it.name.is_empty() || it.name == by => String::new(),
        _ => t!("noted by {name}", name = by),
    };
    let name = if it.name.is_empty() { by } else { &it.name };
    html! {
        blockquote.said {
            strong { (language::word(it.answer)) } @if !it.words.is_empty() { ": " (it.words) }
            " " span.fine { (name) " · " (language::exact_moment(it.at)) @if !source.is_empty() { " · " (source) } }
        }
    }
}

fn answer_form(section: &Section, said: &Statement) -> Markup {
    let id = said.id;
    let (label, yes, otherwise, no) = if section.is_outside {
        (t!("What is right instead"), t!("That is right"), t!("It is otherwise"), t!("I did not say that"))
    } else {
        (
            t!("How they answered: the mail, or their words"),
            t!("They confirmed it"),
            t!("They said it otherwise"),
            t!("They did not confirm it"),
        )
    };
    html! {
        form.row method="post" action={ "/statements/" (id) "/answer" } {
            (parts::once())
            label.unseen for={ "answer-" (id) } { (label) }
            input.input id={ "answer-" (id) } name="answer" placeholder=(label);
            (Button::send(yes).sends("state", StatementState::Confirmed.code()).small())
            (Button::send(otherwise).sends("state", StatementState::Otherwise.code()).small())
            (Button::send(no).sends("state", StatementState::Denied.code()).small().bare())
        }
    }
}

/// The letter that asks to confirm what was said, before it goes.
pub struct Asking {
    pub number: String,
    pub title: String,
    /// The page of the record.
    pub address: String,
    pub form: Form,
    pub to: String,
    pub copies: String,
    pub subject: String,
    pub words: String,
    /// What comes below the words by itself.
    pub ending: String,
    pub due: String,
    pub said: Vec<Statement>,
    /// Letters of ours that stand in the conversation already: key and word.
    pub letters: Vec<(String, String)>,
    /// People of theirs who could be asked: an address with a name.
    pub people: Vec<String>,
    /// Frame contracts by which their silence is consent, as they are recorded.
    pub contracts: Vec<String>,
    /// Why it could not be sent, where it was refused as a whole.
    pub refused: Option<String>,
    /// That they want no mail, where that is so.
    pub otherwise: Option<String>,
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
    html! {
        (page_head(&Head {
            place: Some((it.title.clone(), it.address.clone())),
            number: Some(it.number.clone()),
            title: html! { (t!("Put in writing what was said")) },
            lead: Some(html! { (t!("They are asked to confirm it. Until they do, nobody relies on it: silence is no consent.")) }),
            ..Head::default()
        }))
        (parts::fault_summary(&faults))
        @if let Some(sentence) = &it.refused { (parts::note(Note::Warn, sentence)) }
        @if let Some(words) = &it.otherwise { (parts::note(Note::Asks, words)) }
        @if !it.has_post { (parts::note(Note::Asks, t!("No mail server is set up. The letter is kept and sent once there is one."))) }
        (parts::form_kept(&format!("/said/{}/confirmation", it.number), &format!("confirmation:{}", it.number), html! {
            (Choices::any("said", t!("What is to be confirmed"), choices.collect()).fault(fault("said")))
            @if !it.letters.is_empty() {
                @let none = std::iter::once((String::new(), t!("No, this letter is to go")));
                (Field::select("message", t!("Were they asked already?"), none.chain(it.letters.iter().cloned()))
                    .value(it.form.text("message")).fault(fault("message"))
                    .help(t!("Choose the letter that asked them. Then nothing is sent.")))
            }
            (Field::text("to", t!("To")).value(it.to.clone()).fault(fault("to")).mark("list", "theirs")
                .help(t!("Whoever of theirs gets it alone answers by a link in it, without an account.")))
            datalist id="theirs" { @for address in &it.people { option value=(address) {} } }
            (Field::text("copies", t!("Copies to")).value(it.copies.clone()).fault(fault("copies")))
            div.beside-each-other {
                (Field::day("due", t!("Answer asked for by")).value(it.due.clone()).fault(fault("due")).required())
                @let none = std::iter::once((String::new(), t!("None: silence is no consent")));
                (Field::select("frame_contract", t!("Frame contract by which silence is consent"), none.chain(it.contracts.iter().map(|it| (it.clone(), it.clone()))))
                    .value(it.form.text("frame_contract")).fault(fault("frame_contract"))
                    .help(t!("Quality and approvers record it with the customer, under “Frame contracts”.")))
            }
            (Field::text("subject", t!("Subject")).value(it.subject.clone()).fault(fault("subject")))
            (Field::area("letter", t!("Letter")).value(it.words.clone()).fault(fault("reply")).lines(10))
            section.section {
                p.fine { (t!("Below it stands by itself, with the day and the contract that you name:")) }
                blockquote { @for line in it.ending.lines() { (line) br; } }
            }
            div.row { (Button::send(t!("Send")).first()) (Button::open(it.address.clone(), t!("Cancel")).bare()) }
        }))
    }
}

/// The page behind the link in such a letter: each thing that was understood, and one button.
pub fn by_link(house: &House, secret: &str, (all, by): (&[Statement], &str), written: &Form) -> Markup {
    let title = t!("We understood the following");
    let last = all.iter().filter_map(|it| it.due).max();
    let contract = all.iter().map(|it| it.frame_contract.as_str()).find(|it| !it.is_empty());
    let content = html! {
        (parts::form(&format!("/understood/{secret}"), html! {
            h1 { (title) }
            p.fine { (t!("Asked by {name}. No account is needed.", name = by)) }
            p {
                @if let Some(last) = last { (t!("Please say of each by {day} whether it is right.", day = language::day(last))) " " }
                @match contract {
                    Some(clause) => { (t!("Without your answer it holds by {clause} of our frame contract.", clause = clause)) },
                    None => { (t!("Without your answer we do nothing: silence is no consent.")) },
                }
            }
            (identity::summary(written))
            @for said in all { (asked(said, written)) }
            (Button::send(t!("Send the answer")).first().wide())
            p.fine { (t!("We record your answer, your name and the time.")) }
        }))
    };
    house.letter_to_customer(&title, html! {}, html! { div class="paper stack wide" { (content) } })
}

fn asked(said: &Statement, written: &Form) -> Markup {
    let (answer, words) = (format!("answer-{}", said.id), format!("words-{}", said.id));
    let given = written.text(&answer).to_owned();
    let choice =
        |state: StatementState, word: String| Choice::new(state.code(), word).chosen(given == state.code());
    let choices = vec![
        choice(StatementState::Confirmed, t!("That is right")),
        choice(StatementState::Otherwise, t!("It is otherwise")),
        choice(StatementState::Denied, t!("I did not say that")),
    ];
    html! {
        section.section {
            blockquote { @for line in said.words.lines() { (line) br; } }
            @if let Some(on) = said.said_on { p.fine { (language::day(on)) } }
            (Choices::one(&answer, t!("Is that right?"), choices).fault(written.faults.of(&answer).map(language::say)))
            (identity::filled(written, &words, Field::text(words.clone(), t!("What is right instead"))))
        }
    }
}
