//! What always holds for a customer: on their page, on the page of a set, and where one takes it over or departs
//! from it.

use kernel::Faults;
use maud::{Markup, html};
use web::language::word;
use web::parts::{self, Button, Column, Field, Head, Line, Note, State, Symbol, Table, form, page_head};
use web::t;

use super::{Options, fault, of_requirement, of_set, summary};
use crate::model::standing::{Applying, Override, Pull, Stand};

/// The standing requirements that reach a customer, as their own page shows them.
pub fn of_customer(all: &[Applying], open: Option<String>) -> Markup {
    let button = open.map(|to| Button::open(to, t!("Open a standing set")).symbol(Symbol::Plus).small());
    parts::section_with(
        "required",
        t!("What always holds"),
        &button.into_iter().collect::<Vec<_>>(),
        html! {
            @if all.is_empty() {
                p.quiet-text { (t!("No standing requirements. A standing set says what holds for everything they order, and is taken over into each new set.")) }
            }
            @for group in by_set(all) {
                @if let Some(first) = group.first() {
                    h3 {
                        a href=(of_set(&first.set, "")) { (&first.organisation_name) }
                        " " span.fine { (t!("revision {no} of {set}", no = first.set_revision, set = &first.set)) }
                    }
                    ul { @for it in group { li { (one(it)) } } }
                }
            }
        },
    )
}

fn by_set(all: &[Applying]) -> impl Iterator<Item = &[Applying]> {
    all.chunk_by(|one, other| one.set == other.set)
}

fn one(it: &Applying) -> Markup {
    html! {
        a href=(of_requirement(&it.number)) { (it.title) } " " span.fine { (it.number) }
        @if let Some(why) = &it.overridden {
            br;
            (parts::state(State::Condition, t!("does not hold here")))
            " " span.fine {
                @match &why.instead {
                    Some(number) => (t!("{organisation} has {number} instead: {reason}", organisation = &why.organisation_name, number = number, reason = &why.reason)),
                    None => (t!("{organisation}: {reason}", organisation = &why.organisation_name, reason = &why.reason)),
                }
            }
        }
    }
}

/// The section of a set's page: how it stands to what always holds for its customer.
pub fn of_matter(number: &str, pulls: &[Pull]) -> Markup {
    if pulls.is_empty() {
        return html! {};
    }
    let count = |wanted: Stand| pulls.iter().filter(|it| it.stand == wanted).count();
    let open = count(Stand::Missing) + count(Stand::Newer) + count(Stand::Gone);
    let look = Button::open(of_set(number, "standing"), t!("Look at them")).small();
    parts::section_with(
        "standing",
        t!("What always holds for them"),
        &[look],
        html! {
            p {
                (t!("{count} standing requirement reaches this customer." | "{count} standing requirements reach this customer.",
                    count = pulls.iter().filter(|it| it.stand != Stand::Gone).count()))
            }
            @if open > 0 {
                (parts::note(Note::Asks, t!("{count} of them changed or is missing here." | "{count} of them changed or are missing here.", count = open)))
            }
        },
    )
}

/// The section of a standing set's page: for whom it holds, and where its departures stand.
pub fn of_standing(number: &str, departures: usize) -> Markup {
    let look = Button::open(of_set(number, "standing"), t!("What holds above it")).small();
    parts::section_with(
        "standing",
        t!("Always holds"),
        &[look],
        html! {
            p { (t!("This holds for everything that the customer and the parts of their house order. Once it is released, each new set takes it over.")) }
            @if departures > 0 {
                p { (t!("It departs from {count} requirement above." | "It departs from {count} requirements above.", count = departures)) }
            }
        },
    )
}

/// The list from which one takes over.
pub fn pulls(number: &str, title: &str, pulls: &[Pull], is_open: bool, faults: &Faults) -> Markup {
    let lines = pulls.iter().map(|it| {
        let pick = html! {
            @if is_open && it.can_be_picked() {
                label.unseen for={ "pick-" (it.origin) } { (t!("Take over {title}", title = &it.title)) }
                input type="checkbox" id={ "pick-" (it.origin) } name="origin" value=(it.origin) checked[it.is_offered()];
            }
        };
        let what = html! {
            a href=(of_requirement(&it.origin)) { (it.title) } br;
            span.fine { @if it.source.is_empty() { (it.origin) } @else { (it.source) } }
        };
        let here = html! {
            @if let Some(here) = &it.here { (parts::number(here, &of_requirement(here))) }
            @if it.is_changed_here { br; span.fine { (t!("changed in this set")) } }
        };
        let revisions = match (it.taken, it.now) {
            (Some(taken), Some(now)) if taken != now => t!("{taken}, now {now}", taken = taken, now = now),
            (Some(no), _) | (None, Some(no)) => no.to_string(),
            (None, None) => String::new(),
        };
        let stand = html! {
            (parts::state(shape(it.stand), word(it.stand)))
            @if !it.reason.is_empty() { br; span.fine { (it.reason) } }
            @if it.stand == Stand::Gone && is_open { br; span.fine { (t!("Picking it withdraws it from this set.")) } }
            @if it.stand == Stand::Newer && it.is_changed_here { br; span.fine { (t!("Picking it replaces the words that were changed here.")) } }
        };
        Line::new(&it.origin, vec![pick, what, here, html! { (revisions) }, stand])
    });
    let columns = vec![
        Column::text(t!("Pick")),
        Column::title(t!("What always holds")),
        Column::text(t!("Here")),
        Column::text(t!("Revision")),
        Column::text(t!("How it stands")),
    ];
    let can = is_open && pulls.iter().any(Pull::can_be_picked);
    let table = Table::new(t!("Standing requirements, the nearest first"), columns, lines.collect());
    html! {
        (head(number, t!("What always holds for {title}", title = title)))
        (summary(faults))
        @if pulls.is_empty() {
            p.quiet-text { (t!("No standing requirement reaches the customer of this set.")) }
        } @else if can {
            (form(&of_set(number, "standing"), html! {
                (table)
                div.row { (Button::send(t!("Take over what is picked")).first()) (Button::open(of_set(number, ""), t!("Back"))) }
            }))
        } @else {
            (table)
            p.quiet-text { @if is_open { (t!("Everything is taken over.")) } @else { (t!("Revise the set first, then take over what changed.")) } }
        }
    }
}

fn shape(it: Stand) -> State {
    match it {
        Stand::Missing => State::Asks,
        Stand::Current => State::Good,
        Stand::Newer | Stand::Gone => State::Warn,
        Stand::LeftOut => State::Over,
        Stand::Overridden => State::Condition,
    }
}

fn head(number: &str, title: String) -> Markup {
    page_head(&Head {
        place: Some((number.to_owned(), of_set(number, ""))),
        title: html! { (title) },
        ..Head::default()
    })
}

/// What the page of the departures of a standing set shows.
pub struct Departures<'a> {
    pub number: &'a str,
    pub title: &'a str,
    /// What holds above it, whether it departs from it or not.
    pub above: &'a [Applying],
    /// Its departures, as the set is worked on.
    pub own: &'a [Override],
    /// The requirements of the set, to choose from.
    pub held: Options,
    pub is_open: bool,
    pub form: &'a web::Form,
}

/// Where a standing set departs from what holds above it.
pub fn departures(it: &Departures) -> Markup {
    let Departures { number, own, above, form: sent, .. } = it;
    let to = of_set(number, "standing/overrides");
    let free: Vec<&Applying> =
        above.iter().filter(|that| own.iter().all(|kept| kept.origin_id != that.origin)).collect();
    let none = std::iter::once((String::new(), t!("Nothing: it does not apply")));
    html! {
        (head(number, t!("What holds above {title}", title = it.title)))
        (summary(&sent.faults))
        (parts::section("own", t!("From what it departs"), html! {
            @if own.is_empty() { p.quiet-text { (t!("From nothing. All that holds above holds here, too.")) } }
            ul.rows { @for kept in *own {
                li {
                    (Symbol::Change)
                    div {
                        p.title { (kept.origin_title) " " span.number { (kept.origin) } }
                        p.why {
                            @match &kept.instead { Some(number) => (t!("Instead: {number} {title}.", number = number, title = kept.instead_title.as_deref().unwrap_or_default())), None => (t!("It does not apply here.")) }
                            " " (&kept.reason)
                        }
                    }
                    @if it.is_open { div.end { (Button::post(format!("{to}/{}/end", kept.id), t!("Follow it again")).small()) } }
                }
            } }
            p.fine { (t!("A departure counts from the next release of this set on.")) }
        }))
        (of_customer(above, None))
        @if it.is_open && !free.is_empty() {
            (parts::section("depart", t!("Depart from one"), form(&to, html! {
                (Field::select("origin", t!("What does not hold here"), free.iter().map(|it| (it.number.clone(), format!("{} ({})", it.title, it.organisation_name))))
                    .value(sent.text("origin")).fault(fault(&sent.faults, "origin")))
                (Field::select("instead", t!("What holds instead"), none.chain(it.held.iter().cloned()))
                    .value(sent.text("instead")).fault(fault(&sent.faults, "instead")))
                (Field::area("reason", t!("Reason")).value(sent.text("reason")).required().fault(fault(&sent.faults, "reason")))
                div.row { (Button::send(t!("Depart from it")).first()) }
            })))
        }
        @if !it.is_open { p.quiet-text { (t!("Revise the set first, then change from what it departs.")) } }
    }
}
