//! Forms of a change: raising and editing it, asking, answering, ending, releasing, closing.

use kernel::{Basis, Missing, Vocabulary};
use maud::{Markup, html};
use web::language::{say, word};
use web::parts::{
    self, Button, Choice as Pick, Choices, Field, Head, Note, form, form_kept, hidden, page_head,
};
use web::{Choosing, Form, t};

use super::of_change;
use crate::model::{Aspect, Impact, Lesson, Reach, Risk, Source};

fn head(number: &str, title: String, lead: Option<String>) -> Markup {
    let place = match number {
        "" => (t!("Changes"), "/changes".to_owned()),
        number => (number.to_owned(), of_change(number, "")),
    };
    page_head(&Head {
        place: Some(place),
        title: html! { (title) },
        lead: lead.map(|it| html! { (it) }),
        ..Head::default()
    })
}

fn picks<V: Vocabulary>(written: &Form, name: &str, legend: String) -> Choices {
    let given = written.text(name);
    let first = V::ALL.first().copied();
    let choices = V::ALL.iter().map(|it| {
        let is_given = it.code() == given || (given.is_empty() && Some(*it) == first);
        Pick::new(it.code(), word(*it)).chosen(is_given)
    });
    Choices::one(name, legend, choices.collect()).fault(written.faults.of(name).map(say))
}

/// Raising a change, or saying it anew.
///
/// Beside the customer stand the extra fields of a new one.
pub fn edit(
    number: Option<&str>,
    (customer, extra): (&Choosing, &Markup),
    lessons: &[Lesson],
    written: &Form,
) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    let (action, key) = match number {
        Some(number) => (of_change(number, "edit"), format!("change:{number}")),
        None => ("/changes".to_owned(), "change:new".to_owned()),
    };
    let title = number.map_or_else(|| t!("Raise a change"), |it| t!("Change {number}", number = it));
    let lead =
        t!("Everything can be saved as it is. What is missing is asked for at the step that needs it.");
    html! {
        (head(number.unwrap_or_default(), title, Some(lead)))
        (identity::summary(written))
        // While a new one is written, what others learned follows what is typed.
        div role="status" data-found-of="title source need" data-found-at=[number.is_none().then_some("/changes/new")] {
            @if !lessons.is_empty() { (super::lessons(lessons)) }
        }
        (form_kept(&action, &key, html! {
            @if number.is_some() { (hidden("version", written.text("version"))) }
            (filled("title", Field::text("title", t!("What it is about")).required()))
            (picks::<Source>(written, "source", t!("What makes it necessary?")))
            (customer.field(t!("Customer"), t!("Nobody in particular")))
            (filled("cause", Field::text("cause", t!("Caused by")).help(t!("The number of the conversation, call, complaint or regulatory requirement that led to it."))))
            (filled("passage", Field::area("passage", t!("The very words")).lines(2).help(t!("Copied from there, so that one jump leads back."))))
            (filled("reference", Field::text("reference", t!("Reference")).help(t!("The edition of a regulation, the number of a supplier's notice."))))
            (filled("need", Field::area("need", t!("What has to change, and why")).lines(4).rich()))
            (filled("proposal", Field::area("proposal", t!("What is proposed")).lines(4).rich()))
            (filled("for_customer", Field::area("for_customer", t!("The same in the words of the customer")).lines(3).rich().help(t!("They read this and nothing of the rest."))))
            (picks::<Reach>(written, "reach", t!("How far does it go?")))
            (picks::<Risk>(written, "risk", t!("How bad could it become?")))
            (picks::<Risk>(written, "risk_after", t!("And once it is done?")))
            (filled("risk_words", Field::area("risk_words", t!("What can go wrong, and how that is met")).lines(2)))
            (picks::<Basis>(written, "effective_by", t!("From when on does it hold?")))
            (filled("effective_from", Field::text("effective_from", t!("Holds from")).help(t!("A day like 2026-11-16, a lot, a serial number, or orders with commas between them."))))
            (Choices::any("needs_customer", t!("Approval"), vec![Pick::new("yes", t!("The customer has to approve")).chosen(written.has("needs_customer")).help(t!("Also where their profile or a frame contract with them says so."))]))
            (filled("due", Field::day("due", t!("Due"))))
            (extra)
            div.row {
                (Button::send(if number.is_some() { t!("Save") } else { t!("Raise it") }).first())
                (Button::open(number.map_or_else(|| "/changes".to_owned(), |it| of_change(it, "")), t!("Cancel")).bare())
            }
        }))
    }
}

/// Asking functions what a change means for them.
pub fn ask(number: &str, functions: &[(String, String, Option<&Impact>)], written: &Form) -> Markup {
    let choices = functions.iter().map(|(number, name, asked)| {
        let it = Pick::new(number, name).chosen(written.all("function").contains(&number.as_str()));
        match asked {
            Some(asked) if asked.answered_at.is_none() => it.cannot(t!("asked already")),
            Some(_) => it.help(t!("has answered; tick it to ask again")),
            None => it,
        }
    });
    html! {
        (head(number, t!("Ask what {number} means", number = number), Some(t!("Each gets a task. Without every answer nothing can be approved."))))
        (identity::summary(written))
        (form(&of_change(number, "ask"), html! {
            (Choices::any("function", t!("Functions"), choices.collect()).fault(written.faults.of("function").map(say)))
            (identity::filled(written, "due", Field::day("due", t!("Answer by")).required()))
            div.row { (Button::send(t!("Ask them")).first()) (Button::open(of_change(number, ""), t!("Cancel")).bare()) }
        }))
    }
}

/// A function's answer.
pub fn answer(number: &str, (function, name): (i64, &str), written: &Form) -> Markup {
    let given = written.all("aspect");
    let aspects = Aspect::ALL
        .iter()
        .map(|it| Pick::new(it.code(), word(*it)).chosen(given.contains(&it.code().as_str())));
    let possible = written.text("possible");
    html! {
        (head(number, t!("What {number} means for {function}", number = number, function = name), None))
        (identity::summary(written))
        (form(&of_change(number, &format!("impact/{function}")), html! {
            (Choices::one("possible", t!("Can it be done?"), vec![
                Pick::new("yes", t!("Yes")).chosen(possible != "no"),
                Pick::new("no", t!("No")).chosen(possible == "no"),
            ]))
            (identity::filled(written, "finding", Field::area("finding", t!("What it means for you")).lines(4).required()))
            (Choices::any("aspect", t!("It touches"), aspects.collect()))
            (identity::filled(written, "cost", Field::text("cost", t!("Cost")).example("1250.00").short()))
            (identity::filled(written, "days", Field::number("days", t!("Days it takes"))))
            div.row { (Button::send(t!("Answer")).first()) (Button::open(of_change(number, ""), t!("Cancel")).bare()) }
        }))
    }
}

/// Something that ends a change or puts it off, with the reason.
pub fn ending(number: &str, step: &str, title: &str, written: &Form) -> Markup {
    html! {
        (head(number, format!("{title}: {number}"), None))
        (identity::summary(written))
        (form(&of_change(number, "end"), html! {
            (hidden("step", step))
            @if step == "defer" { (identity::filled(written, "until", Field::day("until", t!("Until")).required())) }
            @if step == "supersede" { (identity::filled(written, "by", Field::text("by", t!("The change that stands for it")).example("CR-2026-0042").required())) }
            (identity::filled(written, "reason", Field::area("reason", t!("Reason")).lines(3).required()))
            div.row { (Button::send(title).first()) (Button::open(of_change(number, ""), t!("Cancel")).bare()) }
        }))
    }
}

/// What a release would put in force.
pub struct Releasing<'a> {
    pub number: &'a str,
    pub starts: String,
    /// Whether the day that was approved is over, so that it holds from the release on.
    pub is_late: bool,
    /// What comes into force: number and what becomes of it.
    pub coming: &'a [(String, String)],
    pub missing: &'a [Missing],
    pub written: &'a Form,
}

pub fn release(it: &Releasing) -> Markup {
    html! {
        (head(it.number, t!("Release {number}", number = it.number), Some(t!("All of it comes into force together, or nothing does."))))
        (identity::summary(it.written))
        @if !it.missing.is_empty() {
            (parts::note_with(Note::Warn, t!("It cannot be released yet"), html! {
                ul.missing { @for one in it.missing { li {
                    @match &one.link { Some(to) => a href=(to) { (say(&one.sentence)) }, None => (say(&one.sentence)) }
                } } }
            }))
        }
        p {
            (t!("It holds: {when}.", when = &it.starts))
            @if it.is_late { " " (t!("The day that was approved is over.")) }
        }
        ul { @for (number, what) in it.coming { li { (number) ": " (what) } } }
        @if it.missing.is_empty() {
            (form(&of_change(it.number, "release"), html! {
                div.row { (Button::send(t!("Put it in force")).first()) (Button::open(of_change(it.number, ""), t!("Cancel")).bare()) }
            }))
        }
    }
}

/// The closing questions.
pub fn closing(number: &str, written: &Form) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(written, name, field);
    html! {
        (head(number, t!("What was learned from {number}", number = number), None))
        (identity::summary(written))
        (form(&of_change(number, "closing"), html! {
            (filled("served", Field::area("served", t!("Did it do what it was for?")).lines(2)))
            (filled("missed", Field::area("missed", t!("What was seen too late?")).lines(2)))
            (filled("lesson", Field::area("lesson", t!("What others should know")).lines(2).help(t!("It is shown when a change like this one is raised."))))
            (filled("lesson_for", Field::text("lesson_for", t!("Where that belongs")).example(t!("review checklist"))))
            (filled("actual_cost", Field::text("actual_cost", t!("What it cost")).example("1250.00").short()))
            div.row { (Button::send(t!("Save")).first()) (Button::open(of_change(number, ""), t!("Cancel")).bare()) }
        }))
    }
}
