//! What people see of a notice: our page of it, what they read, and who is told of a change.

pub mod change;
pub mod read;

use jiff::civil::Date;
use kernel::Signature;
use maud::{Markup, html};
use web::language::{day, exact_moment, word};
use web::parts::{
    self, Button, Choice, Choices, Field, Head, Note, State as Mark, Symbol, facts, form, form_kept, hidden,
    page_head, section, section_with,
};
use web::t;
use web::{Action, Form};

use crate::model::{self, Answered, Asks, Because, Heard, Notice, Reason, State};
use crate::queries::Unanswered;

/// A notice that waits for an answer, among one's next actions.
pub fn to_do(it: &Unanswered) -> Action {
    Action {
        sort: "answer",
        number: it.number.clone(),
        symbol: Symbol::Change,
        title: t!("Answer what changes: {title}", title = &it.title),
        address: of_notice(&it.number, ""),
        why: format!("{} · {}", it.number, word(it.asks)),
        stands_in: None,
        due: it.answer_by,
        since: it.changed_at,
        done: None,
    }
}

/// The address of a page of a notice.
pub fn of_notice(number: &str, rest: &str) -> String {
    web::below(&format!("/change-notices/{number}"), rest)
}

/// A notice as our people see it.
pub struct Shown<'a> {
    pub number: &'a str,
    pub state: State,
    pub notice: &'a Notice,
    /// Number, title and address of the change.
    pub change: Option<(String, String, String)>,
    pub answers: &'a [Answered],
    /// The signatures with which they approved.
    pub signed: &'a [Signature],
    /// What became of the change, as they were told.
    pub became: &'a [Heard],
    /// What became of its letters, with the address of each.
    pub letters: &'a [(String, String)],
    pub person: String,
    /// Who said that they are not told; empty where nobody did.
    pub excused_by: String,
    pub may_write: bool,
    pub today: Date,
}

/// The sections of a notice for our people.
pub fn body(it: &Shown, written: &Form) -> Markup {
    let notice = it.notice;
    let edit = [Button::open(of_notice(it.number, "edit"), t!("Change")).small()];
    let may_edit = it.may_write && it.state == State::Prepared;
    let buttons: &[Button] = if may_edit { &edit } else { &[] };
    let mut known = vec![];
    if let Some((number, title, to)) = &it.change {
        known.push((t!("Change request"), html! { a href=(to) { (number) } " " (title) }));
    }
    known.push((
        t!("Written to"),
        html! { @if it.person.is_empty() { (t!("nobody yet")) } @else { (parts::outsider(&it.person)) } },
    ));
    known.push((t!("What is asked of them"), html! { (word(notice.asks)) @if notice.blocks { br; span.fine { (t!("The release waits for their answer.")) } } }));
    known.push((t!("Days of notice"), html! {
        (t!("{count} day" | "{count} days", count = notice.notice_days))
        @if let Some(from) = notice.effective_on { br; span.fine { (t!("They get something else from {day} on.", day = day(from))) } }
    }));
    if let Some(on) = notice.issued_on {
        known.push((t!("Sent on"), html! { (day(on)) }));
    }
    if let Some(by) = notice.answer_by {
        known.push((
            t!("Answer by"),
            if it.state == State::Issued { parts::due(by, it.today) } else { parts::day(by, it.today) },
        ));
    }
    for one in it.became {
        known.push((t!("They were told"), html! { (word(one.outcome)) @if !one.item.is_empty() { ": " (one.item) } " · " (day(one.on_day)) }));
    }
    html! {
        (identity::summary(written))
        @if it.state == State::Excused { (parts::note_with(Note::Plain, t!("They are not told"), html! {
            p { (notice.waiver) }
            @if !it.excused_by.is_empty() { p.fine { (t!("Decided by {name}", name = it.excused_by.as_str())) } }
        })) }
        @else if !notice.waiver.is_empty() { (parts::note_with(Note::Warn, t!("They are told later or less than was agreed"), html! { p { (notice.waiver) } })) }
        (section("why", t!("Why they are told"), why(&notice.reasons)))
        (section_with("what", t!("What they are told"), buttons, html! { (told(notice)) (facts(&known)) }))
        (read::package(&notice.package, &of_notice(it.number, ""), it.became))
        (section("answers", t!("Their answer"), html! {
            @if it.answers.is_empty() { p.quiet-text { (t!("There is no answer yet.")) } }
            @for one in it.answers { (answered(one)) }
            (signed(it.signed))
            @if it.state == State::Issued && it.may_write { (write_down(it.number, written)) }
        }))
        @if !it.letters.is_empty() {
            (section("letters", t!("Letters"), html! {
                ul { @for (words, to) in it.letters { li { a href=(to) { (words) } } } }
                @if it.state == State::Issued && it.may_write {
                    form.alone method="post" action=(of_notice(it.number, "again")) { (parts::once()) (Button::send(t!("Send another link")).small()) }
                }
            }))
        }
    }
}

/// Why somebody is told, a line for each reason.
pub fn why(all: &[Reason]) -> Markup {
    html! {
        ul { @for it in all { li {
            @match it.because {
                Because::Asked => (t!("The change was raised for them.")),
                Because::Theirs => (t!("{item} belongs to them.", item = &it.item)),
                Because::OpenOrder => (t!("{order} is open and has {item}.", order = &it.order, item = &it.item)),
                Because::Delivered => (t!("They have {item} from {order}.", order = &it.order, item = &it.item)),
                Because::Affected if it.item.is_empty() => (t!("It was decided that they are told.")),
                Because::Affected => (t!("It was decided that they are told: {item} leads to them.", item = &it.item)),
                Because::ByHand => {
                    (t!("Somebody added them: {reason}", reason = &it.words))
                    @if !it.item.is_empty() { " " span.fine { (it.item) } }
                },
            }
        } } }
    }
}

fn told(it: &Notice) -> Markup {
    html! {
        @if it.words.trim().is_empty() { p.quiet-text { (t!("Nobody has said yet what changes, in their words.")) } }
        (parts::prose(html! { (maud::PreEscaped(markdown::html(&it.words, 3))) }))
    }
}

/// An answer with who gave it and how it came.
pub fn answered(it: &Answered) -> Markup {
    let source = match it.source.as_str() {
        "link" => t!("by the link in our letter"),
        "account" => t!("signed in"),
        words => words.to_owned(),
    };
    let mark = if it.answer == model::Answer::Objected { Mark::Bad } else { Mark::Good };
    html! {
        div.section {
            p { (parts::state(mark, word(it.answer))) " · " strong { (it.name) } " " span.fine { (exact_moment(it.at)) " · " (source) } }
            @if !it.words.is_empty() { (parts::prose(html! { p { (it.words) } })) }
        }
    }
}

/// The names under what they were told, each with the time and the fingerprint of what was read.
pub fn signed(all: &[Signature]) -> Markup {
    let lines: Vec<_> = all.iter().map(|it| parts::Signature {
        name: it.name.clone(),
        meaning: word(it.meaning),
        note: html! { @if !it.role.is_empty() { (it.role) " · " } (exact_moment(it.at)) " · " (it.zone) " · " (parts::digest(&it.digest)) },
        state: if it.counts() { Mark::Good } else { Mark::Over },
    }).collect();
    html! { @if !lines.is_empty() { (parts::signatures(&lines)) } }
}

/// Where one of ours writes down what they answered in another way.
fn write_down(number: &str, written: &Form) -> Markup {
    let choices = [model::Answer::Acknowledged, model::Answer::Objected].map(|it| {
        let code = kernel::Vocabulary::code(it);
        Choice::new(&code, word(it)).chosen(written.text("answer") == code)
    });
    html! {
        details open[!written.faults.0.is_empty()] {
            summary.button.small { (t!("Write down what they answered")) }
            (form(&of_notice(number, "answer"), html! {
                (Choices::one("answer", t!("What do they say?"), choices.to_vec()))
                (identity::filled(written, "name", Field::text("name", t!("Who answered")).required()))
                (identity::filled(written, "source", Field::text("source", t!("How it came")).example(t!("Mail of 24 June")).required()))
                (identity::filled(written, "words", Field::area("words", t!("Their words")).lines(3)))
                (Button::send(t!("Keep the answer")))
            }))
        }
    }
}

/// The form of a notice before it is sent.
pub fn edit(number: &str, people: &[(i64, String)], asks: Asks, written: &Form) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    let nobody = std::iter::once((String::new(), t!("Nobody yet")));
    let people = nobody.chain(people.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let wanted = |code: &str| {
        written.text("asks") == code || (!written.has("asks") && kernel::Vocabulary::code(asks) == code)
    };
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_notice(number, ""))),
            title: html! { (t!("Change the notice {number}", number = number)) },
            lead: Some(html! { (t!("They read it once it is sent, and not before.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form_kept(&of_notice(number, "edit"), &format!("notice:{number}"), html! {
            (hidden("version", written.text("version")))
            (filled("person", Field::select("person", t!("Written to"), people)))
            (filled("language", Field::select("language", t!("Language"), [("en", "English"), ("de", "Deutsch")].map(|(code, name)| (code.to_owned(), name.to_owned())))))
            (filled("words", Field::area("words", t!("What changes, and why, in their words")).lines(5).rich().required()))
            (filled("effective_on", Field::day("effective_on", t!("They get something else from")).required()))
            (filled("notice_days", Field::number("notice_days", t!("So many days before they have to know")).help(t!("As it stands in their profile. Less wants a reason below."))))
            (filled("answer_by", Field::day("answer_by", t!("Answer by")).help(t!("Three weeks after it is sent where nothing is said."))))
            (Choices::one("asks", t!("What is asked of them?"), [Asks::Acknowledgement, Asks::Approval].map(|it| { let code = kernel::Vocabulary::code(it); Choice::new(&code, word(it)).chosen(wanted(&code)) }).to_vec()))
            (Choices::any("blocks", t!("Release"), vec![Choice::new("yes", t!("The release waits for their answer")).chosen(written.has("blocks"))]))
            (filled("waiver", Field::area("waiver", t!("Why they are told later, or less is asked than was agreed")).lines(2).help(t!("It stands on the trail with your name. They do not read it."))))
            div.row { (Button::send(t!("Save")).first()) (Button::open(of_notice(number, ""), t!("Cancel")).bare()) }
        }))
    }
}

/// Looking once more at what goes out.
pub fn ask_whether(number: &str, notice: &Notice, person: &str, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_notice(number, ""))),
            title: html! { (t!("Send {number} to {name}?", number = number, name = person)) },
            lead: Some(html! { (t!("It stays as it is sent. They get a letter with a link of their own.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (section("what", t!("What they are told"), told(notice)))
        (read::package(&notice.package, &of_notice(number, ""), &[]))
        (form(&of_notice(number, "issue"), html! {
            div.row { (Button::send(t!("Send it")).first()) (Button::open(of_notice(number, ""), t!("Not now")).bare()) }
        }))
    }
}

/// Something that ends a notice, with the reason.
pub fn ending(number: &str, step: &str, title: &str, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_notice(number, ""))),
            title: html! { (title) ": " (number) },
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&of_notice(number, "end"), html! {
            (hidden("step", step))
            (identity::filled(written, "reason", Field::area("reason", if step == "settle" { t!("What was agreed with them") } else { t!("Reason") }).lines(3).required()))
            div.row { (Button::send(title).first()) (Button::open(of_notice(number, ""), t!("Cancel")).bare()) }
        }))
    }
}
