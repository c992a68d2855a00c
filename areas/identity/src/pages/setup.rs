//! Setting a house up: one question a page, each kept as it is answered.

use kernel::{Text, text};
use maud::{Markup, html};
use web::page::{House, Question, question};
use web::parts::{Choice, Choices, Field};
use web::{Form, t};

use super::{filled, summary};

/// The questions in their order. The last ones belong to other areas, which take their place with [`place`].
pub const QUESTIONS: [&str; 5] =
    ["/setup", "/setup/company", "/setup/functions", "/setup/people", "/setup/customer"];

/// So many people can be named at once.
pub const PEOPLE: usize = 6;

/// Which question an address is, and how many there are.
pub fn place(address: &str) -> (usize, usize) {
    let place = QUESTIONS.iter().position(|it| *it == address).unwrap_or(0);
    (place + 1, QUESTIONS.len())
}

/// The address of the question behind one; home behind the last.
pub fn next(address: &str) -> String {
    let (place, _) = place(address);
    QUESTIONS.get(place).map_or("/", |it| it).to_owned()
}

/// The question before; none before the company, for the first administrator is made once.
pub fn before(address: &str) -> Option<String> {
    let (place, _) = place(address);
    QUESTIONS.get(place.checked_sub(2)?).filter(|it| **it != QUESTIONS[0]).map(|it| (*it).to_owned())
}

/// A page of the set-up that stands by itself.
pub fn page(house: &House, address: &str, content: &Markup) -> Markup {
    let (place, all) = place(address);
    let aside = t!("Question {place} of {all}", place = place, all = all);
    house.letter(&t!("Set up"), aside, content)
}

/// The first: who sets it up.
pub fn administrator(form: &Form) -> Markup {
    let answer = html! {
        (summary(form))
        (filled(form, "name", Field::text("name", t!("Your name")).required().remembers("name")))
        (filled(form, "email", Field::email("email", t!("E-mail address")).required().remembers("username")))
        (filled(form, "password", Field::password("password", t!("Password")).required().remembers("new-password")
            .help(t!("At least 12 characters. A few words in a row are good."))))
    };
    ask(
        "/setup",
        Asked {
            title: t!("Who looks after Reqord?"),
            lead: t!(
                "You become the administrator: you add people and say what they may do. Others can be administrators later."
            ),
            why: None,
            answer,
            later: false,
        },
    )
}

/// What the house is called.
pub fn company(form: &Form) -> Markup {
    let answer = html! {
        (summary(form))
        (filled(form, "name", Field::text("name", t!("Name of your company")).required().remembers("organization")))
        (filled(form, "zone", Field::text("zone", t!("Time zone")).required().example("Europe/Berlin")))
    };
    ask(
        "/setup/company",
        Asked {
            title: t!("What is your company called?"),
            lead: t!(
                "The name stands on what customers read. The time zone says when a day ends. Both can be changed."
            ),
            why: None,
            answer,
            later: false,
        },
    )
}

/// Which functions judge what customers want.
pub fn functions(form: &Form) -> Markup {
    let chosen = form.all("functions");
    let choices = suggested().map(|(code, name, about)| {
        let is_chosen = if form.has("sent") { chosen.contains(&code) } else { true };
        Choice::new(code, web::language::say(&name)).help(web::language::say(&about)).chosen(is_chosen)
    });
    let answer = html! {
        (summary(form))
        (web::parts::hidden("sent", "1"))
        (Choices::any("functions", t!("Functions"), choices.to_vec()))
        (filled(form, "more", Field::area("more", t!("Others, one a line"))))
    };
    ask(
        "/setup/functions",
        Asked {
            title: t!("Which functions are asked before you commit?"),
            lead: t!(
                "Each gives its word on a requirement. Take what you have; you can add and close functions later."
            ),
            why: Some(t!(
                "Clause 8.2.3 asks you to make sure that you can meet what you promise, before you promise it."
            )),
            answer,
            later: true,
        },
    )
}

/// The functions that most houses have: code, name, what they answer for.
pub fn suggested() -> [(&'static str, Text, Text); 8] {
    [
        ("sales", text!("Sales"), text!("inquiries, quotations, requirement sets")),
        ("design", text!("Design"), text!("products, drawings, calculations")),
        ("production", text!("Production"), text!("capacity, assembly, tests")),
        ("quality", text!("Quality"), text!("complaints, change control, audits")),
        ("purchasing", text!("Purchasing"), text!("suppliers and what they deliver")),
        ("logistics", text!("Logistics"), text!("orders, dates, delivery")),
        ("service", text!("Customer service"), text!("telephone, repairs, feedback")),
        ("management", text!("Management"), text!("approval and objectives")),
    ]
}

/// Who works with it.
pub fn people(form: &Form) -> Markup {
    let answer = html! {
        (summary(form))
        @for place in 1..=PEOPLE {
            @let (name, email) = (format!("name{place}"), format!("email{place}"));
            div.row {
                (filled(form, &name, Field::text(&name, t!("Name of person {place}", place = place))))
                (filled(form, &email, Field::email(&email, t!("E-mail address of person {place}", place = place))))
            }
        }
    };
    ask(
        "/setup/people",
        Asked {
            title: t!("Who works with you?"),
            lead: t!(
                "Name a few people. On their records you say later what they may do and set their first password."
            ),
            why: None,
            answer,
            later: true,
        },
    )
}

/// What one page of the set-up asks.
pub struct Asked {
    pub title: String,
    pub lead: String,
    pub why: Option<String>,
    pub answer: Markup,
    /// Whether it may be left open.
    pub later: bool,
}

/// One question at its address.
pub fn ask(address: &str, it: Asked) -> Markup {
    let Asked { title, lead, why, answer, later } = it;
    let later = later.then(|| next(address));
    question(
        address,
        &Question { place: place(address), title, lead, answer, why, back: before(address), later },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_follow_each_other_and_end_at_home() {
        assert_eq!(place("/setup/company"), (2, QUESTIONS.len()));
        assert_eq!(next("/setup"), "/setup/company");
        assert_eq!(next("/setup/customer"), "/");
        assert_eq!(before("/setup/company"), None, "the first administrator is made once");
        assert_eq!(before("/setup/functions").as_deref(), Some("/setup/company"));
    }
}
