//! What is missing before an order is accepted, what it rests on, and who agreed to pass all the same.

use super::{compared, left_over, lines, name_of_revision, quoted};
use crate::model::{CameBy, Order, OrderSort, OrderState, Waiver};
use crate::rules::{ACCEPT, Amount, DELIVER, Gate};
use catalogue::{Effective, ThatHold};
use jiff::civil::Date;
use kernel::{Body, Mention, Missing, On, PartyId, Reader, Record, Result, Starts, Text, sql, text, values};
use schemars::JsonSchema;
use serde::Serialize;

/// What an order rests on: for whoever has a word in the gate.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The number of the order.
    pub number: String,
    pub party: Option<PartyId>,
    /// The requirement set and its revision.
    pub set: Option<(i64, i64)>,
    /// Its lines that are of the catalogue, each with its item.
    pub items: Vec<(i64, i64)>,
    /// The day on which it was ordered.
    pub ordered_on: Date,
    /// The sum of its lines.
    pub total: Amount,
}

/// What an order rests on, by its key.
pub fn basis_of(reader: &Reader, order: i64) -> Result<Option<Basis>> {
    let found = reader.find_many::<Order>(&[order])?.into_iter().next();
    Ok(found.map(|(record, body)| Basis {
        number: record.number,
        party: record.party,
        set: body.requirement_set.zip(body.set_revision),
        items: body.lines.iter().filter_map(|it| Some((it.no, it.item?))).collect(),
        ordered_on: body.ordered_on.unwrap_or_else(|| reader.today()),
        total: crate::rules::total(&body.lines),
    }))
}

/// The revisions of an item that a line of an order gets: what a change decided for the line, else what held on the day of
/// the order, and from which lot or serial number on it gets a newer one. Its page and its gates ask the same.
pub fn held_for(reader: &Reader, item: i64, (number, line): (&str, i64), day: Date) -> Result<ThatHold> {
    let order = format!("{number}/{line}");
    catalogue::that_hold(reader, item, &On { order: &order, ..On::day(day) })
}

/// The revision of an article that a line of an order gets.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineGets {
    pub line: i64,
    pub article: String,
    /// The number of the item of the catalogue.
    pub item: String,
    /// Whether a change decided it for this line.
    pub is_decided: bool,
    /// The revision that it gets; none where none held on the day of the order.
    pub now: Option<Effective>,
    /// Newer ones that it gets from a lot or serial number on, the newest first.
    pub later: Vec<Later>,
    /// From where on it gets none, where the item ended.
    pub ended: Option<Starts>,
}

/// A revision that a line gets from somewhere on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Later {
    pub revision: Effective,
    pub starts: Starts,
}

/// Which revision of each article the lines of an order get; lines of no article of the catalogue are left out.
pub fn gets(reader: &Reader, number: &str, order: &Order) -> Result<Vec<LineGets>> {
    let day = order.ordered_on.unwrap_or_else(|| reader.today());
    let mut all = Vec::new();
    for line in &order.lines {
        let Some(item) = mention(reader, line.item)? else { continue };
        let held = held_for(reader, item.id, (number, line.no), day)?;
        let said = reader.holdings(item.id)?;
        let is_of = |it: &kernel::Decided| {
            it.line == line.no && it.order.eq_ignore_ascii_case(number) && it.counts(&said)
        };
        let is_decided = reader.decided_for_lines(item.id)?.iter().any(is_of);
        let later = held.later.into_iter().map(|(revision, starts)| Later { revision, starts }).collect();
        let (article, now, ended) = (line.article.clone(), held.now, held.ended);
        all.push(LineGets { line: line.no, article, item: item.number, is_decided, now, later, ended });
    }
    Ok(all)
}

/// What the gates say of an order: that of acceptance before it is accepted, that of delivery before its service begins.
/// Customers are told nothing of it.
pub fn gate(reader: &Reader, record: &Record<Order>, body: &Order) -> Result<Gate> {
    let id = record.id.raw();
    if reader.actor.is_outside() {
        return Ok(Gate::default());
    }
    if record.state == OrderState::Accepted && body.sort == OrderSort::Service {
        return Ok(Gate { before_service: reader.missing_at(DELIVER, id)?, ..Gate::default() });
    }
    if record.state != OrderState::Received {
        return Ok(Gate::default());
    }
    let missing = reader.missing_at(ACCEPT, id)?;
    let is_waived = !missing.is_empty()
        && waiver_for(reader, id, body, &missing)?.is_some_and(|(_, consent)| consent.is_some());
    Ok(Gate { missing, is_waived, ..Gate::default() })
}

/// The digest of what an order says: an override holds for it alone.
pub fn content_of(body: &Order) -> Result<String> {
    kernel::digest(&body.content()?)
}

/// The override that holds for an order as it is: the last request that names all that is missing now, with the row by
/// which a second person agreed.
pub fn waiver_for(
    reader: &Reader,
    order: i64,
    body: &Order,
    missing: &[Missing],
) -> Result<Option<(Waiver, Option<Waiver>)>> {
    let (all, content) = (waivers(reader, order)?, content_of(body)?);
    let names_all = |it: &&Waiver| {
        // What an older house kept in words is compared as words, like the rest.
        let named: Vec<String> = it.missing.iter().map(Text::to_string).collect();
        missing.iter().all(|one| named.contains(&one.sentence.to_string()))
    };
    let asked = all.iter().rfind(|it| it.consents_to.is_none() && it.content == content && names_all(it));
    Ok(asked.map(|asked| {
        let consent = all.iter().rfind(|it| it.consents_to == Some(asked.id) && it.by != asked.by);
        (asked.clone(), consent.cloned())
    }))
}

/// Every request to pass the gate of an order, and every consent, the first first.
pub fn waivers(reader: &Reader, order: i64) -> Result<Vec<Waiver>> {
    reader.rows(
        sql!(
            "select id, content, missing, reason, consents_to, at, by from visible_gate_waiver
             where record_id = $1 and gate = 'order.accept' order by id"
        ),
        values![order],
    )
}

/// The orders whose gate a second person agreed to pass although something was missing.
pub const OVERRIDDEN: &kernel::Sql =
    sql!("select record_id from visible_gate_waiver where gate = 'order.accept' and consents_to is not null");

/// How many they are; of those that rest on a requirement set, where one is named.
pub fn overridden(reader: &Reader, set: Option<i64>) -> Result<i64> {
    reader.one(
        sql!(
            "select count(distinct it.record_id) from visible_gate_waiver as it
             join sales_order as so on so.id = it.record_id
             where it.gate = 'order.accept' and it.consents_to is not null
             and (cast($1 as bigint) is null or so.requirement_set = $1)"
        ),
        values![set],
    )
}

/// How an order reached us.
pub fn came_by(reader: &Reader, order: i64) -> Result<CameBy> {
    let found = reader.find_many::<Order>(&[order])?.into_iter().next();
    Ok(found.map(|(_, body)| body.came_by).unwrap_or_default())
}

/// What orders themselves ask before one is accepted (ISO 9001, 8.2.3.1).
pub fn missing_of_order(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let Some((record, body)) = reader.find_many::<Order>(&[order])?.into_iter().next() else {
        return Ok(Vec::new());
    };
    let at = Order::KIND.address(&record.number);
    let mut missing = shape(&record, &body, &at);
    let day = body.ordered_on.unwrap_or_else(|| reader.today());
    missing.extend(basis(reader, (&record.number, &body), day, &at)?);
    missing.extend(offer(reader, &body, day)?);
    let all = compared(reader, order, &body)?;
    for it in left_over(reader, order, &body, &all)? {
        let sentence = text!(
            "“{place}” of the order says what an earlier order of theirs said. Have somebody who keeps orders write there what holds now.",
            place = &it.place
        );
        missing.push(Missing { sentence, link: Some(format!("{at}/edit")) });
    }
    for it in all.into_iter().filter(|it| it.is_open) {
        let place = it.is.place.clone();
        let to_settle = format!("{at}/differences#{}", anchor(&place));
        let (sentence, link) = if it.is_to_be_ours() {
            let sentence = text!(
                "Ours was kept in “{place}”, and the order does not say so. Have somebody who keeps orders write ours there.",
                place = &place
            );
            (sentence, format!("{at}/edit"))
        } else if it.is_written {
            let sentence = text!(
                "Settle the difference in “{place}”: our paper, their order and what was agreed do not say the same.",
                place = &place
            );
            (sentence, to_settle)
        } else {
            let sentence = text!(
                "Theirs was accepted in “{place}”, and the order does not say so. Have somebody who keeps orders accept it there once more, which writes it into the order, or write it there.",
                place = &place
            );
            (sentence, to_settle)
        };
        missing.push(Missing { sentence, link: Some(link) });
    }
    for line in lines(reader, order)?.into_iter().filter(|it| it.promises == 0) {
        let sentence = text!("Promise a day for line {line}.", line = line.line.to_string());
        missing.push(Missing { sentence, link: Some(format!("{at}#promises")) });
    }
    Ok(missing)
}

/// The anchor of a place on the page of differences.
pub fn anchor(place: &str) -> String {
    place.chars().map(|it| if it.is_alphanumeric() { it } else { '-' }).collect()
}

fn shape(record: &Record<Order>, body: &Order, at: &str) -> Vec<Missing> {
    let mut missing = Vec::new();
    let mut needs = |holds: bool, sentence| {
        if !holds {
            missing.push(Missing { sentence, link: Some(format!("{at}/edit")) });
        }
    };
    needs(record.party.is_some(), text!("Say whose order it is."));
    needs(!body.lines.is_empty(), text!("Add at least one line."));
    for line in &body.lines {
        let is_whole = Amount::plain(&line.quantity).is_some_and(Amount::is_positive)
            && Amount::plain(&line.price).is_some();
        needs(is_whole, text!("Say how many and at what price in line {line}.", line = line.no.to_string()));
    }
    missing
}

/// Whether the customer confirmed a revision of a requirement set, or it is in force since.
pub fn is_confirmed(reader: &Reader, set: i64, no: i64) -> Result<bool> {
    let lives: i64 = reader.one(
        sql!(
            "select count(*) from revision_life as life join visible on visible.id = life.record_id
             where life.record_id = $1 and life.no = $2 and life.life in ('confirmed', 'effective')"
        ),
        values![set, no],
    )?;
    Ok(lives > 0)
}

/// Whether it is said what must be reviewed: a revision of a set, or an item of the catalogue for each line.
fn basis(reader: &Reader, (order, body): (&str, &Order), day: Date, at: &str) -> Result<Vec<Missing>> {
    let Some(set) = mention(reader, body.requirement_set)? else {
        return from_catalogue(reader, (order, body), day, at);
    };
    if body.set_revision.is_some() {
        return Ok(Vec::new());
    }
    let sentence = text!("Say which revision of {number} was ordered.", number = set.number);
    Ok(vec![Missing { sentence, link: Some(format!("{at}/edit")) }])
}

/// What is sold from the catalogue was reviewed with the item (ISO 9001, 8.2.3.1, note on catalogue sales).
fn from_catalogue(
    reader: &Reader,
    (order, body): (&str, &Order),
    day: Date,
    at: &str,
) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for line in &body.lines {
        let no = line.no.to_string();
        let Some(item) = line.item else {
            let sentence = text!(
                "Line {line} is not of the catalogue, and no requirement set says what it must do. Name the article or the set.",
                line = &no
            );
            missing.push(Missing { sentence, link: Some(format!("{at}/edit")) });
            continue;
        };
        let held = held_for(reader, item, (order, line.no), day)?;
        let known = catalogue::item_of(reader, item)?;
        let (number, ends) = known.map(|(number, _, it)| (number, it.last_order_on)).unwrap_or_default();
        let link = Some(format!("/catalogue/{number}"));
        if held.ended.is_some() {
            let sentence = text!(
                "{article} had ended by the day of the order. Offer what replaces it.",
                article = &line.article
            );
            missing.push(Missing { sentence, link: link.clone() });
        } else if held.now.is_none() {
            let sentence = text!(
                "No released revision of {article} held on the day of the order. Release one.",
                article = &line.article
            );
            missing.push(Missing { sentence, link: link.clone() });
        }
        if ends.is_some_and(|last| last < day) {
            let sentence = text!(
                "{article} could not be ordered any more on that day. Offer what replaces it.",
                article = &line.article
            );
            missing.push(Missing { sentence, link });
        }
    }
    Ok(missing)
}

/// Whether our offer was still good on the day of the order.
fn offer(reader: &Reader, body: &Order, day: Date) -> Result<Vec<Missing>> {
    let Some((quotation, revision)) = body.quotation.zip(body.quotation_revision) else {
        return Ok(Vec::new());
    };
    let Some(mention) = reader.mention(quotation)? else { return Ok(Vec::new()) };
    let link = Some(format!("/quotations/{}", mention.number));
    let name = name_of_revision(&mention, Some(revision));
    if !reader.revision_is_intact(quotation, revision)? {
        let sentence = text!(
            "What is stored of {quotation} is not what was sent. Have the log checked: reqord audit verify.",
            quotation = name
        );
        return Ok(vec![Missing { sentence, link }]);
    }
    let until = quoted(reader, quotation, revision)?.valid_until;
    if until.is_none_or(|until| day <= until) {
        return Ok(Vec::new());
    }
    let sentence = text!(
        "{quotation} was not valid any more on the day of the order. Renew it, so that price and day hold again.",
        quotation = name
    );
    Ok(vec![Missing { sentence, link }])
}

/// A record that the reader may see, as it is spoken of.
pub fn mention(reader: &Reader, id: Option<i64>) -> Result<Option<Mention>> {
    Ok(id.map(|it| reader.mention(it)).transpose()?.flatten())
}
