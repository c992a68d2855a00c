//! The forms of quotations and orders: what they rest on, their terms and their lines.

use identity::{filled, summary};
use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::word;
use web::parts::{self, Button, Field, Head};
use web::{Choosing, Form, t};

use crate::model::{CameBy, Line, Order, OrderSort, Quotation, Terms};

/// So many empty lines a form offers beyond those that are there.
pub const SPARE: usize = 3;
/// What stands before the names of fields that say what the customer's own order says.
pub const THEIRS: &str = "their_";

/// What can be chosen in a form.
#[derive(Clone)]
pub struct Choices {
    pub customer: Choosing,
    /// Key, number, title and last released revision of each requirement set.
    pub sets: Vec<(i64, String, String, Option<i64>)>,
    /// The extra fields of a new record.
    pub extra: Markup,
}

/// What the form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Quotation,
    Order,
}

impl What {
    fn place(self) -> (String, &'static str) {
        match self {
            Self::Quotation => (t!("Quotations"), "/quotations"),
            Self::Order => (t!("Orders"), "/orders"),
        }
    }
}

/// The form of a new record, or of one that is worked on.
pub fn edit(what: What, number: Option<&str>, title: &str, choices: &Choices, form: &Form) -> Markup {
    let (place, list) = what.place();
    let address = number.map_or_else(|| list.to_owned(), |it| format!("{list}/{it}"));
    let action = number.map_or_else(|| address.clone(), |_| format!("{address}/edit"));
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    let count = form.text("count").parse::<usize>().unwrap_or(SPARE).min(crate::rules::MOST_LINES);
    html! {
        (parts::page_head(&Head {
            place: Some((place, list.to_owned())),
            number: number.map(str::to_owned),
            title: html! { (title) },
            ..Head::default()
        }))
        (summary(form))
        (parts::form_kept(&action, &format!("{list}:{}", number.unwrap_or("new")), html! {
            (parts::hidden("version", form.text("version")))
            (parts::hidden("count", count))
            (parts::hidden("conversation", form.text("conversation")))
            (text("title", t!("Title")).required().example(t!("Dosing skid for peracetic acid")))
            @if number.is_none() { (choices.customer.field(t!("Customer"), t!("Choose a customer"))) }
            @if what == What::Order {
                (text("purchase_order", t!("Customer's order number")))
                (filled(form, "came_by", Field::select("came_by", t!("How it came"), CameBy::ALL.iter().map(|it| (it.code(), word(*it))))))
                (filled(form, "ordered_on", Field::day("ordered_on", t!("Ordered on"))).help(t!("Today where nothing is said.")))
                (filled(form, "sort", Field::select("sort", t!("Sort of order"), OrderSort::ALL.iter().map(|it| (it.code(), word(*it))))))
            }
            (set(choices, form))
            (text("set_revision", t!("Revision of the set")).short().help(t!("The last released one where nothing is said.")))
            @if what == What::Quotation {
                (filled(form, "valid_until", Field::day("valid_until", t!("Valid until"))))
            }
            (text("currency", t!("Currency")).short().example("EUR"))
            fieldset.stack {
                legend { (t!("Lines")) }
                p.quiet-text { (t!("Lines without an article and words are left out.")) }
                @for place in 1..=count { (line("", form, place)) }
            }
            fieldset.stack {
                legend { (t!("Terms")) }
                (text("delivery", t!("Delivery")).example(t!("14 weeks, week 46")))
                (text("incoterm", t!("Terms of delivery")).example("DAP Ulm, Incoterms 2020"))
                (text("payment", t!("Payment")))
                (text("penalty", t!("Penalty")))
                (text("warranty", t!("Warranty")))
                (text("packing", t!("Packing")))
            }
            (text("external_id", t!("Number elsewhere")).help(t!("By which another system of yours calls it. No two orders have the same.")))
            (filled(form, "note", Field::area("note", t!("Note"))).help(t!("For colleagues; the customer does not see it.")))
            (choices.extra)
            div.row {
                (Button::send(if number.is_some() { t!("Save") } else { t!("Open it") }).first())
                (Button::open(address, t!("Cancel")).bare())
            }
        }))
    }
}

fn set(choices: &Choices, form: &Form) -> Markup {
    let none = std::iter::once((String::new(), t!("None: everything is of the catalogue")));
    let all = choices.sets.iter().map(|(id, number, title, last)| {
        let last = last.map(|no| t!("revision {no}", no = no)).unwrap_or_default();
        (id.to_string(), format!("{number} {title}, {last}"))
    });
    html! { (filled(form, "requirement_set", Field::select("requirement_set", t!("Requirement set"), none.chain(all))).help(t!("What it must do, as it was agreed with the customer."))) }
}

/// The fields of a line; `whose` stands before their names.
pub fn line(whose: &str, form: &Form, place: usize) -> Markup {
    let field = |name: &str, label: String| {
        let name = format!("{whose}{name}{place}");
        filled(form, &name, Field::text(&name, label))
    };
    let wanted = format!("{whose}wanted{place}");
    html! {
        div.row.cells {
            (field("line", t!("Line {no}", no = place)).short())
            (field("article", t!("Article number")).short())
            (field("words", t!("What")))
            (field("quantity", t!("Quantity")).short())
            (field("unit", t!("Unit")).short())
            (field("price", t!("Price each")).short())
            (filled(form, &wanted, Field::day(&wanted, t!("Wanted on"))))
        }
    }
}

/// The lines that a form says, in fields whose names begin with `whose`; those without an article and words are left out.
pub fn read_lines(whose: &str, form: &mut Form, known: &[Line]) -> Vec<Line> {
    let mut lines = Vec::new();
    for place in 1..=crate::rules::MOST_LINES {
        let of = |form: &Form, name: &str| form.text(&format!("{whose}{name}{place}")).to_owned();
        let (article, words) = (of(form, "article"), of(form, "words"));
        if article.is_empty() && words.is_empty() {
            continue;
        }
        let next = i64::try_from((lines.len() + 1) * 10).unwrap_or(0);
        let no = form.whole(&format!("{whose}line{place}")).unwrap_or(next);
        lines.push(Line {
            no,
            article,
            item: None,
            words,
            quantity: of(form, "quantity"),
            unit: of(form, "unit"),
            price: of(form, "price"),
            wanted_on: form.day(&format!("{whose}wanted{place}")),
            further: known.iter().find(|it| it.no == no).map(|it| it.further.clone()).unwrap_or_default(),
        });
    }
    lines
}

/// The terms that a form says; what it does not ask stays as it was.
pub fn read_terms(form: &Form, known: &Terms) -> Terms {
    let said = |name: &str| form.text(name).to_owned();
    Terms {
        delivery: said("delivery"),
        incoterm: said("incoterm"),
        payment: said("payment"),
        penalty: said("penalty"),
        warranty: said("warranty"),
        packing: said("packing"),
        further: known.further.clone(),
    }
}

/// An order as its form writes it.
pub fn written_order(title: &str, version: i64, it: &Order) -> Vec<(String, String)> {
    let mut pairs = common(
        title,
        version,
        (it.requirement_set, it.set_revision, it.conversation),
        (&it.currency, &it.external_id, &it.note),
    );
    let own = [
        ("purchase_order", it.purchase_order.clone()),
        ("came_by", it.came_by.code()),
        ("sort", it.sort.code()),
        ("ordered_on", it.ordered_on.map(|it| it.to_string()).unwrap_or_default()),
    ];
    pairs.extend(own.map(|(name, value)| (name.to_owned(), value)));
    pairs.extend(written_lines(&it.lines, &it.terms));
    pairs
}

/// A quotation as its form writes it.
pub fn written_quotation(title: &str, version: i64, it: &Quotation) -> Vec<(String, String)> {
    let mut pairs = common(
        title,
        version,
        (it.requirement_set, it.set_revision, it.conversation),
        (&it.currency, &it.external_id, &it.note),
    );
    pairs.push(("valid_until".to_owned(), it.valid_until.map(|it| it.to_string()).unwrap_or_default()));
    pairs.extend(written_lines(&it.lines, &it.terms));
    pairs
}

fn common(
    title: &str,
    version: i64,
    keys: (Option<i64>, Option<i64>, Option<i64>),
    (currency, external_id, note): (&str, &str, &str),
) -> Vec<(String, String)> {
    let whole = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    let pairs = [
        ("title", title.to_owned()),
        ("version", version.to_string()),
        ("requirement_set", whole(keys.0)),
        ("set_revision", whole(keys.1)),
        ("conversation", whole(keys.2)),
        ("currency", currency.to_owned()),
        ("external_id", external_id.to_owned()),
        ("note", note.to_owned()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

fn written_lines(lines: &[Line], terms: &Terms) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = [
        ("count", (lines.len() + SPARE).to_string()),
        ("delivery", terms.delivery.clone()),
        ("incoterm", terms.incoterm.clone()),
        ("payment", terms.payment.clone()),
        ("penalty", terms.penalty.clone()),
        ("warranty", terms.warranty.clone()),
        ("packing", terms.packing.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    pairs.extend(written_rows("", lines));
    pairs
}

/// Lines as the fields of a form write them; `whose` stands before their names.
pub fn written_rows(whose: &str, lines: &[Line]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (place, line) in (1..).zip(lines) {
        let fields = [
            ("line", line.no.to_string()),
            ("article", line.article.clone()),
            ("words", line.words.clone()),
            ("quantity", line.quantity.clone()),
            ("unit", line.unit.clone()),
            ("price", line.price.clone()),
            ("wanted", line.wanted_on.map(|it| it.to_string()).unwrap_or_default()),
        ];
        pairs.extend(fields.map(|(name, value)| (format!("{whose}{name}{place}"), value)));
    }
    pairs
}
