//! What people see of people: the door, their own page, lists, records and the set-up.

pub mod access;
pub mod company;
pub mod factor;
pub mod letter;
pub mod link;
pub mod me;
pub mod people;
pub mod setup;
pub mod sign_in;

use web::language::say;
use web::parts::{self, Field};
use web::{Form, t};

/// A field with what the form holds and what is wrong there.
pub fn filled(form: &Form, name: &str, field: Field) -> Field {
    field.value(form.text(name)).fault(form.faults.of(name).map(say))
}

/// The field in which somebody says as what they sign; what is known of them stands in it.
pub fn role_field(form: &Form, known: &str) -> Field {
    let said = if form.has("role") { form.text("role") } else { known };
    let field = Field::text("role", t!("Your role")).required().remembers("organization-title");
    filled(form, "role", field).value(said)
}

/// All that is wrong with a form, at its head.
pub fn summary(form: &Form) -> maud::Markup {
    let faults: Vec<(String, String)> =
        form.faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    parts::fault_summary(&faults)
}

/// The languages that a person may choose, and that the browser says.
pub fn languages() -> Vec<(String, String)> {
    let browser = [(String::new(), web::t!("As the browser asks"))];
    let ours = web::language::LANGUAGES.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned()));
    browser.into_iter().chain(ours).collect()
}
