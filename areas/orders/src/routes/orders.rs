//! Addresses of orders: the list, the page and the form.

use kernel::{AnyCase, Body, Error, Faults, New, Reader, Result, Vocabulary, text};
use maud::html;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::{Others, choices, may_keep};
use crate::commands;
use crate::model::{CameBy, Order, OrderState};
use crate::pages::form::{self, What};
use crate::pages::{of_order, order};
use crate::queries;
use crate::rules::{KEEPERS, may_pass};

const PLACE: &str = "/orders";

pub fn routes(others: Others) -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/orders/new", begin)
        .get(&of(""), move |number, visit| show(others, number, visit))
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Order::KIND.prefix, |reader| {
        let new = Button::open("/orders/new", t!("Take an order down")).first().symbol(Symbol::Plus).small();
        let is_staff = !reader.actor.is_outside();
        let import = Button::open("/orders/import", t!("Take in a file")).small();
        Ok(web::list::Extras {
            purpose: web::list::purpose(
                reader,
                t!("What customers ordered stands here, with every day that was promised."),
                t!("Your orders stand here, with every day that we promised."),
            ),
            first: may_keep(reader).then_some(new),
            more: if is_staff {
                let import = may_keep(reader).then_some(import);
                let promises = Button::open("/promises", t!("Promises")).small();
                let quotations = Button::open("/quotations", t!("Quotations")).small();
                let count = queries::overridden(reader, None)?;
                let overridden = (count > 0).then(|| {
                    let words = t!("{count} with an override" | "{count} with an override", count = count);
                    Button::open("/orders?q=is%3Aoverridden", words).small()
                });
                [Some(promises), import, Some(quotations), overridden].into_iter().flatten().collect()
            } else {
                vec![]
            },
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            KEEPERS.covers(reader.actor, None)?;
            edit_page(reader, None, &asked)
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, form: &Form) -> Result<Page> {
    let own = number.map(|it| reader.find::<Order>(it)).transpose()?;
    let title = own
        .as_ref()
        .map_or_else(|| t!("Take an order down"), |it| t!("Change {name}", name = &it.record.title));
    let party = own.and_then(|it| it.record.party);
    let mut choices = choices(reader, party, form)?;
    if number.is_none() {
        choices.extra = web::extra::opening(reader, Order::KIND.prefix, form)?;
    }
    let body = form::edit(What::Order, number, &title, &choices, form);
    Ok(Page::new(title, PLACE, body).with(&["draft.js"]))
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let order = read_order(work, form, &Order::default())?;
                let party = form.whole("customer");
                form.faults.unless(party.is_some(), "customer", text!("Say whose order it is."));
                form.check()?;
                let new = New { title: form.text("title"), party, ..New::default() };
                let made = commands::open_order(work, &new, &order)?;
                web::extra::opened::<Order>(work, &made.number, form)?;
                Ok(of_order(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            KEEPERS.covers(reader.actor, None)?;
            let case = reader.find::<Order>(&number)?;
            let form = Form::of(form::written_order(&case.record.title, case.record.version, &case.body));
            edit_page(reader, Some(&number), &form)
        })
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let known = work.find::<Order>(&number)?.body;
                let order = read_order(work, form, &known)?;
                let version = form.whole("version").unwrap_or(0);
                form.check()?;
                commands::change_order(work, &number, version, form.text("title"), order)?;
                Ok(of_order(&number, ""))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Order>(reader, &same)?),
        )
        .await
}

/// What the form says of an order; what it does not ask stays as it was.
fn read_order(reader: &Reader, form: &mut Form, known: &Order) -> Result<Order> {
    let set = form.whole("requirement_set");
    let revision = form.whole("set_revision");
    let order = Order {
        purchase_order: form.text("purchase_order").to_owned(),
        external_id: form.text("external_id").to_owned(),
        sort: form.word("sort"),
        came_by: form.word::<CameBy>("came_by"),
        ordered_on: form.day("ordered_on").or(known.ordered_on),
        requirement_set: set,
        set_revision: revision_of(reader, set, revision)?,
        conversation: form.whole("conversation"),
        currency: form.text("currency").to_uppercase(),
        terms: form::read_terms(form, &known.terms),
        lines: form::read_lines("", form, &known.lines),
        note: form.text("note").to_owned(),
        ..known.clone()
    };
    form.check()?;
    Ok(order)
}

/// The revision that was named, or the last that was released.
///
/// # Errors
/// Names a revision that there is not.
pub(super) fn revision_of(reader: &Reader, set: Option<i64>, named: Option<i64>) -> Result<Option<i64>> {
    let Some(set) = set else { return Ok(None) };
    let all = reader.revisions(set)?;
    let Some(no) = named else { return Ok(all.first().map(|it| it.no)) };
    let sentence = text!("There is no revision {no} of this set.", no = no.to_string());
    if all.iter().any(|it| it.no == no) {
        Ok(Some(no))
    } else {
        Err(Faults::one("set_revision", sentence).into())
    }
}

/// What a requirement set with its revision is called, and its address; none where the reader does not see it.
pub(super) fn set_of(
    reader: &Reader,
    set: Option<i64>,
    revision: Option<i64>,
) -> Result<Option<(String, String)>> {
    let Some(it) = queries::mention(reader, set)? else { return Ok(None) };
    let address = reader.registry().address(&it.kind, &it.number);
    Ok(Some(match revision {
        Some(no) => (
            t!("{number} {title}, revision {no}", number = &it.number, title = &it.title, no = no),
            format!("{address}/revisions/{no}"),
        ),
        None => (format!("{} {}", it.number, it.title), address),
    }))
}

async fn show(others: Others, Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| page_with(reader, &number, Form::default(), others)).await
}

/// The page of an order; the form is one that was refused.
pub(super) fn page(reader: &Reader, number: &str, form: Form) -> Result<Page> {
    page_with(reader, number, form, |_, _| Ok(html! {}))
}

fn page_with(reader: &Reader, number: &str, form: Form, others: Others) -> Result<Page> {
    let case = reader.registry().kind(Order::KIND.prefix).ok_or(Error::NotFound)?.find(reader, number)?;
    let shown = shown(reader, &case, form)?;
    let to = |rest: &str| of_order(number, rest);
    let aside = html! { (order::sum(&shown.order)) };
    let mut tools = Vec::new();
    if shown.is_staff {
        tools.push(Button::open(to("differences"), t!("Quotation and order")).small());
    }
    let is_held = shown.state == OrderState::Received
        && shown.may_pass
        && case.offers.iter().any(|it| it.step.code == "accept" && !it.missing.is_empty());
    if is_held {
        tools.push(Button::open(to("gate"), t!("Accept it all the same")).small());
    }
    let extra = Extra {
        body: html! { (order::body(&shown)) (others(reader, case.id)?) },
        tools,
        aside: (!shown.order.lines.is_empty()).then_some(aside),
        steps_elsewhere: vec![
            ("accept", to("accept")),
            ("deliver_part", to("deliver")),
            ("deliver", to("deliver")),
        ],
        ..Extra::default()
    };
    record::show(reader, &case, extra)
}

fn shown(reader: &Reader, case: &AnyCase, form: Form) -> Result<order::Shown> {
    let order: Order = serde_json::from_value(case.body.clone())?;
    let (id, is_staff) = (case.id, !reader.actor.is_outside());
    let compared = if is_staff { queries::compared(reader, id, &order)? } else { Vec::new() };
    let differences = order.purchase.as_ref().filter(|_| is_staff).map(|_| {
        (compared.iter().filter(|it| it.is_open).count(), compared.iter().filter(|it| it.differs).count())
    });
    let waivers = queries::waivers(reader, id)?.into_iter();
    let waivers = waivers.map(|it| Ok((it.clone(), reader.name_of(it.by)?))).collect::<Result<Vec<_>>>()?;
    let (promises, told, deliveries) =
        (queries::promises(reader, id)?, queries::told(reader, id)?, queries::deliveries(reader, id)?);
    let mut people: Vec<i64> = promises.iter().map(|it| it.by).chain(told.iter().map(|it| it.by)).collect();
    people.extend(deliveries.iter().map(|it| it.by));
    people.sort_unstable();
    people.dedup();
    let names = people.into_iter().map(|it| Ok((it, reader.name_of(it)?))).collect::<Result<Vec<_>>>()?;
    Ok(order::Shown {
        number: case.number.clone(),
        state: OrderState::of(&case.state.code).unwrap_or_default(),
        is_staff,
        may_keep: may_keep(reader),
        may_pass: may_pass(reader.actor).is_ok(),
        is_open: case.is_open,
        lines: queries::lines(reader, id)?,
        promises,
        told,
        deliveries,
        waivers,
        basis: basis(reader, &order)?,
        differences,
        revisions: revisions(reader, (&case.number, &order))?,
        names,
        now: reader.now,
        order,
        form,
    })
}

/// What an order rests on, as far as the reader sees it.
fn basis(reader: &Reader, order: &Order) -> Result<Vec<(String, String, String)>> {
    let mut all = Vec::new();
    if let Some(it) = queries::mention(reader, order.quotation)? {
        let words = queries::name_of_revision(&it, order.quotation_revision);
        let to = order.quotation_revision.map_or_else(
            || format!("/quotations/{}", it.number),
            |no| format!("/quotations/{}/revisions/{no}", it.number),
        );
        all.push((t!("Quotation"), words, to));
    }
    if let Some((mut words, to)) = set_of(reader, order.requirement_set, order.set_revision)? {
        for sentence in web::common::validity::to_come(reader, order.requirement_set.unwrap_or_default())? {
            words = format!("{words}. {sentence}");
        }
        all.push((t!("Requirement set"), words, to));
    }
    if let Some(it) = queries::mention(reader, order.conversation)? {
        all.push((
            t!("Conversation"),
            format!("{} {}", it.number, it.title),
            reader.registry().address(&it.kind, &it.number),
        ));
    }
    Ok(all)
}

/// From which lot or serial number on a line gets a newer revision.
fn from_then_on(label: &str, it: &kernel::Starts) -> String {
    match it.basis {
        kernel::Basis::Lot => t!("from lot {lot} on revision {label}", lot = &it.starts, label = label),
        kernel::Basis::Serial => {
            t!("from serial number {serial} on revision {label}", serial = &it.starts, label = label)
        }
        basis => t!(
            "{basis}: {starts}, revision {label}",
            basis = web::language::word(basis),
            starts = &it.starts,
            label = label
        ),
    }
}

/// Which revision of each article holds for the order: what a change decided for its lines, else what held on its day.
fn revisions(reader: &Reader, (number, order): (&str, &Order)) -> Result<Vec<(i64, String, String)>> {
    let shown = |it: queries::LineGets| {
        let (mut words, to) = match &it.now {
            Some(held) if it.is_decided => (
                t!(
                    "{article}, revision {label}, as a change decided for this line",
                    article = &it.article,
                    label = &held.label
                ),
                format!("/catalogue/{}/valid?order={number}/{}", it.item, it.line),
            ),
            Some(held) => (
                t!(
                    "{article}, revision {label}, {since}",
                    article = &it.article,
                    label = &held.label,
                    since = catalogue::holds_from(held)
                ),
                format!("/catalogue/{}/revisions/{}", it.item, held.no),
            ),
            None if it.ended.is_some() => (
                t!("{article}: it ended, no revision holds any more", article = &it.article),
                format!("/catalogue/{}", it.item),
            ),
            None => (
                t!("{article}: no revision held on that day", article = &it.article),
                format!("/catalogue/{}", it.item),
            ),
        };
        for later in &it.later {
            words = format!("{words}; {}", from_then_on(&later.revision.label, &later.starts));
        }
        (it.line, words, to)
    };
    Ok(queries::gets(reader, number, order)?.into_iter().map(shown).collect())
}
