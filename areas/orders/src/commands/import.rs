//! Orders of another system: looked at before, taken in all or none, and the same number is the same order.

use std::collections::BTreeSet;

use kernel::{Body, EXTRA, Error, Faults, New, PartyId, Reader, Result, Text, Work, text};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{last_day_of_ordering, name_articles};
use crate::model::{CameBy, Order, OrderState};
use crate::queries;
use crate::rules::{ImportedOrder, KEEPERS, MOST_ORDERS, is_called};

/// What taking an order in would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    New,
    Changes,
    Same,
    Refused,
}

/// An order of another system with what taking it in would do, or did.
#[derive(Clone, Debug)]
pub struct Foreseen {
    pub external_id: String,
    pub row: usize,
    pub effect: Effect,
    /// The number of the order here; empty where it is new.
    pub number: String,
    /// Why it cannot be taken in.
    pub fault: Option<Text>,
    /// The short names of the extra fields that have to be said of a new order and that it does not say.
    pub lacks: Vec<String>,
    party: Option<PartyId>,
    /// What it says of the extra fields, as they hold it.
    extra: Map<String, Json>,
}

/// What taking orders in would do, one by one. Nothing is written.
pub fn foresee_orders(reader: &Reader, all: &[ImportedOrder]) -> Result<Vec<Foreseen>> {
    let mut seen = BTreeSet::new();
    all.iter().map(|it| foresee(reader, it, seen.insert(it.external_id.clone()))).collect()
}

fn foresee(reader: &Reader, it: &ImportedOrder, is_first: bool) -> Result<Foreseen> {
    let mut foreseen = Foreseen {
        external_id: it.external_id.clone(),
        row: it.row,
        effect: Effect::Refused,
        number: String::new(),
        fault: None,
        lacks: Vec::new(),
        party: queries::customer_by_number(reader, &it.customer)?,
        extra: Map::new(),
    };
    foreseen.fault = match fault_of(reader, it, (&mut foreseen, is_first))? {
        Some(fault) => Some(fault),
        None => match queries::by_external_id(reader, &it.external_id)? {
            Some(known) => foresee_known(reader, it, &mut foreseen, known)?,
            None => foresee_new(reader, &mut foreseen)?,
        },
    };
    Ok(foreseen)
}

/// Why an order cannot be taken in whatever is here; otherwise what it says of the extra fields is read.
fn fault_of(
    reader: &Reader,
    it: &ImportedOrder,
    (foreseen, is_first): (&mut Foreseen, bool),
) -> Result<Option<Text>> {
    if it.external_id.trim().is_empty() {
        return Ok(Some(text!("It has no number. Without one nobody knows whether it is here already.")));
    }
    if !is_first {
        return Ok(Some(text!("{order} comes twice. Send it once.", order = &it.external_id)));
    }
    if foreseen.party.is_none() {
        let customer = &it.customer;
        return Ok(Some(text!(
            "There is no customer {customer}. Give a number like K-1001.",
            customer = customer
        )));
    }
    if it.ordered_on.is_some_and(|day| day > last_day_of_ordering(reader)) {
        return Ok(Some(text!("It was ordered on a day that has not come yet.")));
    }
    match extra_of(reader, it) {
        Ok(extra) => foreseen.extra = extra,
        Err(Error::Invalid(faults)) => {
            let (field, fault) = faults.0.into_iter().next().ok_or(Error::NotFound)?;
            let known = reader.fields_of(Order::KIND.prefix)?.into_iter();
            let known = known.filter(|it| it.place_of_fault() == field).map(|it| it.title).next();
            let field = known.unwrap_or(field);
            return Ok(Some(text!("{field}: {fault}", field = field, fault = fault)));
        }
        Err(other) => return Err(other),
    }
    Ok(None)
}

/// An order that is not here yet says what the house asks of each.
fn foresee_new(reader: &Reader, foreseen: &mut Foreseen) -> Result<Option<Text>> {
    let fields = reader.fields_of(Order::KIND.prefix)?;
    let unsaid = kernel::unsaid(&fields, &foreseen.extra);
    if unsaid.is_empty() {
        foreseen.effect = Effect::New;
        return Ok(None);
    }
    foreseen.lacks = unsaid.iter().map(|it| it.key.clone()).collect();
    let names = unsaid.iter().map(|it| it.title.as_str()).collect::<Vec<_>>().join(", ");
    Ok(Some(text!(
        "Your house asks for {fields} of each new order. Add a column called so, or say one value for all orders that lack it.",
        fields = names
    )))
}

/// An order that is here already changes while nothing is decided about it.
fn foresee_known(
    reader: &Reader,
    it: &ImportedOrder,
    foreseen: &mut Foreseen,
    (number, party): (String, Option<PartyId>),
) -> Result<Option<Text>> {
    foreseen.number.clone_from(&number);
    if party != foreseen.party {
        let order = &it.external_id;
        return Ok(Some(text!(
            "{order} is {number}, which belongs to another customer.",
            order = order,
            number = number
        )));
    }
    let case = reader.find::<Order>(&number)?;
    let mut told = written(it, &case.body);
    name_articles(reader, &mut told.lines)?;
    let is_said = |(key, it): (&String, &Json)| case.record.extra.get(key) == Some(it);
    if told == case.body && foreseen.extra.iter().all(is_said) {
        foreseen.effect = Effect::Same;
    } else if case.record.state == OrderState::Received {
        foreseen.effect = Effect::Changes;
    } else {
        return Ok(Some(text!(
            "{number} was decided already and says something else. Raise a change request.",
            number = number
        )));
    }
    Ok(None)
}

/// What an order says of the extra fields that are in use: by program as each holds it, in a file in words below a column
/// that is called like it.
fn extra_of(reader: &Reader, it: &ImportedOrder) -> Result<Map<String, Json>> {
    let kind = Order::KIND.prefix;
    if it.row == 0 {
        return reader.given_extra(kind, &it.extra);
    }
    let (mut said, mut faults) = (Map::new(), Faults::default());
    for field in reader.fields_of(kind)?.iter().filter(|it| it.is_in_use()) {
        let below = it.extra.iter().find(|(heading, _)| is_called(field, heading)).map(|(_, it)| it);
        let sentence =
            text!("Its rows say more than one thing. Say the same in each, or in the first alone.");
        faults.unless(!below.is_some_and(Json::is_array), &field.place_of_fault(), sentence);
        match field.read(reader, below.and_then(Json::as_str).unwrap_or_default()) {
            Ok(Json::Null) => {}
            Ok(value) => {
                said.insert(field.key.clone(), value);
            }
            Err(Error::Invalid(more)) => faults.0.extend(more.0),
            Err(other) => return Err(other),
        }
    }
    faults.into_result()?;
    Ok(said)
}

/// Says once of every new order that lacks an extra field what that is.
///
/// # Errors
/// Names the field that there is not, or that a value does not fit.
pub fn say_for_all(reader: &Reader, all: &mut [ImportedOrder], said: &Map<String, Json>) -> Result<()> {
    let fields = reader.fields_of(Order::KIND.prefix)?;
    let mut faults = Faults::default();
    for (key, value) in said {
        let Some(field) = fields.iter().find(|it| it.key == *key && it.is_in_use()) else {
            faults.add(&format!("{EXTRA}{key}"), text!("There is no such field. Leave it out."));
            continue;
        };
        // What is wrong with a value of a program is told with its order.
        if let Some(words) = value.as_str() {
            match field.read(reader, words) {
                Err(Error::Invalid(wrong)) => faults.0.extend(wrong.0),
                read => drop(read?),
            }
        }
    }
    faults.into_result()?;
    let foreseen = foresee_orders(reader, all)?;
    for (it, told) in all.iter_mut().zip(foreseen) {
        for field in fields.iter().filter(|field| told.lacks.contains(&field.key)) {
            let Some(value) = said.get(&field.key) else { continue };
            let name = if it.row == 0 { &field.key } else { &field.title };
            it.extra.insert(name.clone(), value.clone());
        }
    }
    Ok(())
}

/// An order as the other system tells it; what that does not say stays as it was.
fn written(it: &ImportedOrder, known: &Order) -> Order {
    let or = |told: &str, known: &str| if told.is_empty() { known.to_owned() } else { told.to_owned() };
    Order {
        external_id: it.external_id.clone(),
        purchase_order: or(&it.purchase_order, &known.purchase_order),
        currency: or(&it.currency, &known.currency),
        ordered_on: it.ordered_on.or(known.ordered_on),
        lines: if it.lines.is_empty() { known.lines.clone() } else { it.lines.clone() },
        came_by: CameBy::OtherSystem,
        ..known.clone()
    }
}

/// Takes orders in, all or none. The same order again changes nothing.
///
/// # Errors
/// Names each order that cannot be taken in, by its row where it has one.
pub fn import_orders(work: &mut Work, all: &[ImportedOrder]) -> Result<Vec<Foreseen>> {
    KEEPERS.covers(work.actor, None)?;
    let most = i64::try_from(MOST_ORDERS).unwrap_or(i64::MAX);
    let mut faults = Faults::default();
    faults.unless(
        all.len() <= MOST_ORDERS,
        "file",
        text!("Take in at most {count} orders at once.", count = most),
    );
    let mut foreseen = foresee_orders(work, all)?;
    for it in &foreseen {
        let Some(fault) = &it.fault else { continue };
        faults.add(
            "file",
            if it.row == 0 {
                fault.clone()
            } else {
                text!("Row {row}: {fault}", row = it.row.to_string(), fault = fault.clone())
            },
        );
    }
    faults.into_result()?;
    work.called("orders_taken_in");
    for (it, told) in foreseen.iter_mut().zip(all) {
        match it.effect {
            Effect::New => {
                let title =
                    if told.title.is_empty() { told.external_id.as_str() } else { told.title.as_str() };
                let new = New { title, party: it.party, extra: Some(&it.extra), ..New::default() };
                it.number = super::open_order(work, &new, &written(told, &Order::default()))?.number;
            }
            Effect::Changes => {
                let mut case = work.find::<Order>(&it.number)?;
                let mut order = written(told, &case.body);
                name_articles(work, &mut order.lines)?;
                work.revise(&mut case, |it| *it = order)?;
                work.fill(&mut case, &it.extra)?;
            }
            Effect::Same | Effect::Refused => {}
        }
    }
    Ok(foreseen)
}
