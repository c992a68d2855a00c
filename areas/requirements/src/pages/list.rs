//! The form that opens a set.

use kernel::Faults;
use maud::{Markup, html};
use web::parts::{self, Button, Field, Head, form, page_head};
use web::{Choosing, t};

use super::{fault, summary};

/// What was written in the form that opens a set.
#[derive(Clone, Debug)]
pub struct Opening {
    pub title: String,
    pub customer: Choosing,
    pub matter: String,
    pub intended_use: String,
    pub conversation: String,
    /// Whether it holds for everything that the customer orders.
    pub is_standing: bool,
    /// The extra fields of the house.
    pub extra: Markup,
}

pub fn open(it: &Opening, once: &str, faults: &Faults) -> Markup {
    let head = Head {
        place: Some((t!("Requirement sets"), "/requirement-sets".to_owned())),
        title: html! { (t!("Open a requirement set")) },
        ..Head::default()
    };
    html! {
        (page_head(&head))
        (summary(faults))
        (form("/requirement-sets", html! {
            (parts::hidden("once", once))
            (parts::hidden("conversation", &it.conversation))
            (Field::text("title", t!("Title")).value(&it.title).required().fault(fault(faults, "title"))
                .example(t!("Dosing skid for peracetic acid")))
            (it.customer.field(t!("Customer"), t!("Nobody: it is for a product"))
                .help(t!("What always holds for the customer, and for their house, is in the set from the beginning.")))
            (Field::text("matter", t!("What it is about")).value(&it.matter).fault(fault(faults, "matter")))
            (Field::area("intended_use", t!("Intended use")).value(&it.intended_use)
                .help(t!("What the thing is meant for. Validation asks for this.")))
            (parts::Choices::any("standing", t!("What it holds for"), vec![
                parts::Choice::new("on", t!("It always holds: for everything that this customer and the parts of their house order"))
                    .chosen(it.is_standing),
            ]))
            (it.extra)
            div.row {
                (Button::send(t!("Open the set")).first())
                (Button::open("/requirement-sets", t!("Cancel")).bare())
            }
        }))
    }
}
