//! The form on which a call is written down while one speaks.

use maud::{Markup, html};
use web::parts::{self, Button, Field, Head, page_head};
use web::{Form, t};

use super::conversation::Choice;

/// What the form is filled with.
pub struct Calling {
    pub form: Form,
    pub customers: Vec<Choice>,
    pub conversations: Vec<Choice>,
}

pub fn call(it: &Calling) -> Markup {
    let fault = |name: &str| it.form.faults.of(name).map(web::language::say);
    let said = |name: &str| it.form.text(name).to_owned();
    let ways = [("in", t!("They called")), ("out", t!("We called"))];
    let new = std::iter::once((String::new(), t!("A new conversation")));
    let nobody = std::iter::once((String::new(), t!("Nobody yet")));
    html! {
        (page_head(&Head {
            place: Some((t!("Inbox"), "/inbox".to_owned())),
            title: html! { (t!("Write down a call")) },
            lead: Some(html! { (t!("What was said can be cited like a mail. The customer does not see it.")) }),
            ..Head::default()
        }))
        (parts::form_kept("/calls", "call", html! {
            (Field::text("with", t!("With whom")).value(said("with")).fault(fault("with")).required())
            (Field::select("direction", t!("Who called"), ways).value(said("direction")))
            (Field::select("number", t!("Conversation"), new.chain(it.conversations.iter().cloned())).value(said("number")).fault(fault("number")))
            (Field::text("title", t!("What it was about")).value(said("title")).fault(fault("title")).help(t!("Needed for a new conversation.")))
            (Field::select("party", t!("Customer"), nobody.chain(it.customers.iter().cloned())).value(said("party")).fault(fault("party")))
            (Field::area("words", t!("What was said")).value(it.form.raw("words")).fault(fault("words")).lines(10).required())
            div.row { (Button::send(t!("Keep the call")).first()) (Button::open("/inbox", t!("Cancel")).bare()) }
        }))
    }
}
