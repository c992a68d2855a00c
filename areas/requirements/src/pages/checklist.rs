//! A checklist as it is read and written, and its questions beside a set.

use kernel::{State as _, Vocabulary};
use maud::{Markup, html};
use web::language::{say, word};
use web::parts::{
    self, Beside, Button, Column, Field, Head, Line, Note, Symbol, Table, form, hidden, note, page_head,
    section,
};
use web::{Form, t};

use super::{of_requirement, of_set, words_of};
use crate::model::{Asked, Checklist, Class, Laid, Nature, Question, Row, Stand};
use crate::queries::Proposed;

/// So many places for new questions stand below those that are there.
const ROOM: usize = 5;

/// A checklist as it is read.
pub fn body(it: &Checklist, edit: Option<&str>) -> Markup {
    let columns = vec![Column::title(t!("Question")), Column::text(t!("Class")), Column::text(t!("Kind"))];
    let rows = it.questions.iter().map(|it| {
        Line::new(
            &it.key,
            vec![
                html! { (it.question) @if !it.why.is_empty() { br; span.fine { (it.why) } } },
                html! { (word(it.class)) },
                html! { (word(it.kind)) },
            ],
        )
    });
    html! {
        (section("about", t!("What it is for"), html! {
            @if it.purpose.is_empty() { p.quiet-text { (t!("Nothing is said about it yet.")) } } @else { p { (it.purpose) } }
            @if !it.signs.is_empty() {
                p.fine { (t!("Proposed for sets that speak of: {words}", words = it.signs.join(", "))) }
            }
            @if let Some(to) = edit { (Button::open(to, t!("Edit")).small().symbol(Symbol::Edit)) }
        }))
        (section("questions", t!("Questions"), html! {
            @if it.questions.is_empty() { p.quiet-text { (t!("It asks nothing yet.")) } }
            @else { (Table::new(t!("Questions"), columns, rows.collect()).compact()) }
        }))
    }
}

/// The form of a checklist: a part for each question, and room for new ones.
///
/// A new one has its extra fields in it.
pub fn edit(
    number: Option<&str>,
    version: i64,
    (title, it): (&str, &Checklist),
    extra: &Markup,
    written: &Form,
) -> Markup {
    let action = number.map_or("/checklists".to_owned(), |it| format!("/checklists/{it}/edit"));
    let back = number.map_or("/checklists".to_owned(), |it| format!("/checklists/{it}"));
    let empty = Question { class: Class::Implied, ..Question::default() };
    let rows = it.questions.iter().chain(std::iter::repeat_n(&empty, ROOM));
    html! {
        (page_head(&Head {
            place: Some((t!("Checklists"), back.clone())),
            title: html! { (t!("Checklist")) },
            lead: Some(html! { (t!("What customers of such a product often leave unsaid, and what it costs not to ask.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&action, html! {
            (hidden("version", version))
            (Field::text("title", t!("Kind of product")).value(title).required().fault(written.faults.of("title").map(say)))
            (Field::text("purpose", t!("For which sets")).value(&it.purpose))
            (Field::text("signs", t!("Words by which such a set is known")).value(it.signs.join(", "))
                .fault(written.faults.of("signs").map(say)).help(t!("Parted by commas. A set whose title, matter, use or products hold one of them is proposed this checklist.")))
            @if let Some(words) = written.faults.of("questions") { (note(Note::Bad, say(words))) }
            @for (no, row) in rows.enumerate() { (editable(no, row)) }
            (extra)
            div.row { (Button::send(t!("Save")).first()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}

fn editable(no: usize, it: &Question) -> Markup {
    let place = no + 1;
    html! {
        fieldset.field {
            legend { (t!("Question {no}", no = place)) }
            (hidden(&format!("key-{no}"), &it.key))
            (Field::text(format!("question-{no}"), t!("Question")).value(&it.question))
            (Field::text(format!("why-{no}"), t!("Why it is asked")).value(&it.why))
            div.row {
                (Field::select(format!("class-{no}"), t!("Class"), words_of::<Class>()).value(it.class.code()).short())
                (Field::select(format!("kind-{no}"), t!("Kind"), words_of::<Nature>()).value(it.kind.code()).short())
            }
        }
    }
}

/// Putting a checklist in force.
pub fn release(number: &str, title: &str, written: &Form) -> Markup {
    let back = format!("/checklists/{number}");
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), back.clone())),
            title: html! { (t!("Put “{title}” in force", title = title)) },
            lead: Some(html! { (t!("Sets that are asked by an earlier revision go on with it until somebody takes this one up.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&format!("{back}/release"), html! {
            (identity::filled(written, "reason", Field::area("reason", t!("Reason")).lines(3).required()))
            div.row { (Button::send(t!("Put in force")).first()) (Button::open(back.clone(), t!("Cancel")).bare()) }
        }))
    }
}

/// The questions beside a set.
pub struct Page<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub laid: &'a [Laid],
    pub proposed: &'a [Proposed],
    /// Numbers and titles of the requirements to choose from.
    pub held: &'a [(String, String)],
    /// Where the customer is written to, where a conversation is known.
    pub conversation: Option<(String, String)>,
    pub may_answer: bool,
    /// Whether new requirements may be written.
    pub is_open: bool,
    pub written: &'a Form,
}

pub fn page(it: &Page) -> Markup {
    let asked = Asked::of(it.laid);
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_set(it.number, ""))),
            title: html! { (t!("What is unsaid in {title}", title = it.title)) },
            lead: Some(html! { (t!("What the customer did not say and the product needs all the same. Each question is stated by a requirement, does not apply for a reason, or is asked of the customer.")) }),
            aside: (!it.laid.is_empty()).then(|| html! { (t!("{count} open" | "{count} open", count = asked.open)) }),
            ..Head::default()
        }))
        (identity::summary(it.written))
        @if !it.laid.is_empty() {
            (parts::figures(&figures(&asked)))
            @if asked.open == 0 { (note(Note::Good, t!("Nothing is open: each question is stated, does not apply, or waits for the customer."))) }
        }
        datalist id="held" { @for (number, title) in it.held { option value=(number) { (title) } } }
        @for laid in it.laid { (checklist(it, laid)) }
        (choosing(it))
    }
}

fn figures(it: &Asked) -> [parts::Figure; 4] {
    let figure = |label: String, count: usize| parts::Figure {
        label,
        value: t!("{part} of {whole}", part = count, whole = it.questions),
        note: String::new(),
    };
    [
        figure(t!("Stated"), it.stated),
        figure(t!("Not applicable"), it.not_applicable),
        figure(t!("The customer is asked"), it.waiting),
        figure(t!("Open"), it.open),
    ]
}

fn checklist(it: &Page, laid: &Laid) -> Markup {
    let open = laid.rows.iter().filter(|it| it.stand.is_open()).count();
    let title = html! { (laid.title) " " (parts::count(i64::try_from(open).unwrap_or(0))) };
    html! {
        (section(&laid.number, title, html! {
            p.fine.row {
                (parts::number(&laid.number, &format!("/checklists/{}", laid.number))) " "
                (t!("revision {no}", no = laid.revision))
            }
            @if let Some(no) = laid.newer {
                (parts::note_with(Note::Plain, t!("Revision {no} is in force", no = no), html! {
                    p { (t!("What was answered counts on where the question is the same.")) }
                    @if it.may_answer {
                        (form(&of_set(it.number, "checklists"), html! {
                            (hidden("checklist", &laid.number))
                            (Button::send(t!("Take it up")).small())
                        }))
                    }
                }))
            }
            ul.plain.findings { @for row in &laid.rows { (question(it, laid, row)) } }
            @if it.may_answer {
                details {
                    summary { (t!("These questions are not meant for this set")) }
                    (form(&of_set(it.number, &format!("checklists/{}/remove", laid.number)), html! {
                        (Field::text(format!("reason-{}", laid.number), t!("Why these questions are not asked here")).required())
                        (Button::send(t!("Take it away")).small())
                    }))
                }
            }
        }))
    }
}

fn anchor(laid: &Laid, row: &Row) -> String {
    format!("{}-{}", laid.number, row.question.key)
}

fn question(it: &Page, laid: &Laid, row: &Row) -> Markup {
    let tone = if row.stand.is_open() { "finding warning" } else { "finding hint" };
    html! {
        li id=(anchor(laid, row)) {
            div class=(tone) {
                strong { (row.question.question) }
                @if !row.question.why.is_empty() { span.fine { (row.question.why) } }
                span.row {
                    (parts::state(row.stand.tone().into(), word(row.stand)))
                    @if let Some(found) = row.requirement.as_ref().filter(|_| row.stand == Stand::Stated || row.stand == Stand::Lost) {
                        (parts::number(&found.number, &of_requirement(&found.number))) " " (found.title)
                    }
                    @if !row.reason.is_empty() { span { (row.reason) } }
                    @if let Some(at) = row.at { span.fine { (row.by) " · " (web::language::exact_moment(at)) } }
                    @if let Some((number, to)) = it.conversation.as_ref().filter(|_| row.stand == Stand::Waiting) {
                        a href=(to) { (t!("Write to them in {number}", number = number)) }
                    }
                }
                @if it.may_answer { (answers(it, laid, row)) }
            }
        }
    }
}

/// What can be answered: four ways, each a form of its own.
fn answers(it: &Page, laid: &Laid, row: &Row) -> Markup {
    let to = of_set(it.number, &format!("checklists/{}", laid.number));
    let name = |field: &str| format!("{field}-{}", anchor(laid, row));
    let way = |answer: &str, words: String, inside: Markup| {
        html! {
            (form(&to, html! {
                (hidden("question", &row.question.key))
                (hidden("answer", answer))
                (inside)
                (Button::send(words).small())
            }))
        }
    };
    let is_settled = !row.stand.is_open();
    let typed = |field: &str| it.written.text(&name(field)).to_owned();
    let is_typed = it.written.text("question") == row.question.key;
    html! {
        details open[is_typed] {
            summary { @if is_settled { (t!("Answer it otherwise")) } @else { (t!("Answer")) } }
            @if it.is_open {
                (way("written", t!("Add the requirement"), html! {
                    (Field::area(name("statement"), t!("What shall be")).lines(2).required().value(typed("statement"))
                        .help(t!("It becomes a requirement: {class}, {kind}.", class = word(row.question.class), kind = word(row.question.kind))))
                    (hidden("kind", row.question.kind.code()))
                    div data-findings=(name("statement")) role="status" {}
                }))
            }
            (way("stated", t!("It is stated there"), html! {
                (Field::text(name("requirement"), t!("Number of the requirement that states it")).short().required().value(typed("requirement")).mark("list", "held"))
            }))
            (way("not_applicable", t!("It does not apply"), html! {
                (Field::text(name("reason"), t!("Why it does not apply")).required().value(typed("reason")))
            }))
            @if row.stand != Stand::Waiting {
                (way("asked", t!("Ask the customer"), html! {
                    (Field::day(name("due"), t!("Until when")).help(t!("Whoever owns the set gets a task.")))
                }))
            }
            @if is_settled {
                (way("open", t!("Open it again"), html! {
                    (Field::text(name("again"), t!("Why it is open again")).required().value(typed("again")))
                }))
            }
        }
    }
}

fn choosing(it: &Page) -> Markup {
    let lay = |number: &str| {
        html! {
            (form(&of_set(it.number, "checklists"), html! {
                (hidden("checklist", number))
                (Button::send(t!("Ask these questions")).small())
            }))
        }
    };
    html! {
        @if it.may_answer && !it.proposed.is_empty() {
            (section("choose", t!("Checklists that could be asked"), html! {
                ul.signatures {
                    @for found in it.proposed {
                        li { (Symbol::Check) div {
                            (parts::number(&found.number, &format!("/checklists/{}", found.number))) " " strong { (found.title) }
                            @if found.is_meant { br; span.fine { (t!("The words of this set say that it is meant for it.")) } }
                            (lay(&found.number))
                        } }
                    }
                }
            }))
        } @else if it.laid.is_empty() {
            (note(Note::Plain, t!("No checklist is in force that could be asked here.")))
            p { a href="/checklists" { (t!("Checklists")) } }
        }
    }
}

/// What stands beside a set about its questions.
pub fn beside_set(number: &str, asked: &Asked, proposed: usize) -> Beside {
    let to = of_set(number, "checklists");
    let inside = html! {
        @if asked.questions == 0 && proposed == 0 {
            p.quiet-text { a href=(to) { (t!("No checklist is asked.")) } }
        } @else if asked.questions == 0 {
            p { a href=(to) { (t!("{count} checklist is meant for it" | "{count} checklists are meant for it", count = proposed)) } }
        } @else if asked.open == 0 {
            p.quiet-text { a href=(to) { (t!("Each question is answered.")) } }
        } @else {
            p { a href=(to) { (t!("{count} question: open" | "{count} questions: open", count = asked.open)) } }
        }
        @if asked.waiting > 0 { p.fine { (t!("{count} waits for the customer" | "{count} wait for the customer", count = asked.waiting)) } }
    };
    Beside { id: "unsaid", title: t!("What is unsaid"), count: None, inside }
}

/// What the release says of open questions: it shows them, and does not forbid.
pub fn at_release(number: &str, asked: &Asked) -> Markup {
    html! {
        @if asked.open > 0 {
            (parts::note_with(Note::Warn, t!("{count} question of the checklist is open" | "{count} questions of the checklist are open", count = asked.open), html! {
                p { (t!("They do not stop the release. What the customer left unsaid is cheaper to ask now.")) }
                p { a href=(of_set(number, "checklists")) { (t!("Show the questions")) } }
            }))
        }
    }
}

/// What the coverage of a set says of them.
pub fn in_coverage(number: &str, asked: &Asked) -> Markup {
    html! {
        (section("unsaid", html! { (t!("What is unsaid")) " " (parts::count(i64::try_from(asked.open).unwrap_or(0))) }, html! {
            @if asked.questions == 0 {
                p.quiet-text { (t!("No checklist is asked.")) " " a href=(of_set(number, "checklists")) { (t!("Choose one")) } }
            } @else {
                p {
                    (t!("{answered} of {whole} questions are answered.", answered = asked.stated + asked.not_applicable, whole = asked.questions)) " "
                    @if asked.waiting > 0 { (t!("{count} waits for the customer" | "{count} wait for the customer", count = asked.waiting)) ". " }
                    a href=(of_set(number, "checklists")) { (t!("Show the questions")) }
                }
            }
        }))
    }
}
