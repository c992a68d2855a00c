//! What people ask: what is missing before an order is accepted, what it rests on, and how it differs from what we offered.

mod gate;
mod promises;

use jiff::civil::Date;
use kernel::{Case, Error, Faults, Mention, PartyId, Reader, Result, sql, text, values};
use serde::Deserialize;

pub use self::gate::{
    Basis, LineGets, OVERRIDDEN, anchor, basis_of, came_by, content_of, gate, gets, held_for, is_confirmed,
    mention, missing_of_order, overridden, waiver_for, waivers,
};
pub use self::promises::{
    KeptWord, answered_late, deliveries, kept_word_of, kept_words, line, lines, open_promises, promise,
    promises, sizes, slips, told,
};
use crate::model::{Difference, Line, Order, Quotation, Resolution, Settled};
use crate::rules::{self, Agreed, Beside, label};

/// What stands in the rows that the log names, for the audit: how differences were settled, and who passed a gate.
pub const KEPT: [&kernel::Sql; 5] = [
    sql!(
        "select it.id, visible.number, 'Difference ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || it.place || '|' || it.ours || '|' || it.theirs || '|' ||
         it.resolution || '|' || it.words || '|' || it.told || '|' || cast(it.at as text) || '|' ||
         cast(it.by as text) || case when it.agreed = '' then '' else '|' || it.agreed end as words
         from visible_difference_settled as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Waiver ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || it.gate || '|' || it.content || '|' ||
         it.missing || '|' || it.reason || '|' || coalesce(cast(it.consents_to as text), '') || '|' ||
         cast(it.at as text) || '|' || cast(it.by as text) as words
         from visible_gate_waiver as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Promise ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.line as text) || '|' || cast(it.no as text) || '|' ||
         it.promised_on || '|' || it.reason || '|' || it.words || '|' || cast(it.at as text) || '|' ||
         cast(it.by as text) as words
         from visible_promise as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Word on a promise ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.promise as text) || '|' || it.what || '|' ||
         it.channel || '|' || it.words || '|' || cast(it.at as text) || '|' || cast(it.by as text) as words
         from visible_promise_told as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Delivery ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.line as text) || '|' || it.quantity || '|' ||
         it.delivered_on || '|' || it.words || '|' || cast(it.at as text) || '|' || cast(it.by as text) as words
         from visible_order_delivery as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
];

/// The requirement sets that an order or quotation can rest on, newest first; of one customer where one is named.
pub fn sets(reader: &Reader, party: Option<PartyId>) -> Result<Vec<(i64, String, String, Option<i64>)>> {
    reader.rows(
        sql!(
            "select id, number, title, released from visible where kind = 'RS' and released is not null
             and (cast($1 as bigint) is null or party = $1) order by id desc limit 500"
        ),
        values![party],
    )
}

/// A set must be there, and belong to the customer of whatever rests on it.
///
/// # Errors
/// Names the field.
pub fn basis_fits(reader: &Reader, set: Option<i64>, party: Option<PartyId>) -> Result<()> {
    let Some(set) = set else { return Ok(()) };
    let found: Option<(String, Option<PartyId>)> =
        reader.maybe(sql!("select kind, party from visible where id = $1"), values![set])?;
    let sentence = text!("There is no such requirement set. Choose one of the list.");
    let Some((kind, theirs)) = found else { return Err(Faults::one("requirement_set", sentence).into()) };
    let mut faults = Faults::default();
    faults.unless(kind == "RS", "requirement_set", sentence);
    let is_of_both = kernel::may(party.is_none() || theirs.is_none() || party == theirs);
    faults.unless(
        is_of_both,
        "requirement_set",
        text!("This set is of another customer. Choose one of theirs."),
    );
    Ok(faults.into_result()?)
}

/// The party of a record that the actor may see.
pub fn party_of(reader: &Reader, record: i64) -> Result<Option<PartyId>> {
    reader.one(sql!("select party from visible where id = $1"), values![record])
}

/// A quotation must be there, and have gone to the customer whose order answers it.
///
/// # Errors
/// Names the field.
pub fn quotation_fits(reader: &Reader, quotation: Option<i64>, party: Option<PartyId>) -> Result<()> {
    let Some(quotation) = quotation else { return Ok(()) };
    let found: Option<(String, Option<PartyId>)> =
        reader.maybe(sql!("select kind, party from visible where id = $1"), values![quotation])?;
    let fits = found.is_some_and(|(kind, theirs)| kind == "QU" && kernel::may(theirs == party));
    let mut faults = Faults::default();
    faults.unless(fits, "quotation", text!("This quotation went to another customer. Choose one of theirs."));
    Ok(faults.into_result()?)
}

/// No two orders bear the same number of another system, and what was promised stays on paper.
pub fn order_fits(reader: &Reader, before: Option<&Case<Order>>, order: &Order) -> Result<()> {
    basis_fits(reader, order.requirement_set, before.and_then(|it| it.record.party))?;
    let own = before.map_or(0, |it| it.record.id.raw());
    if !order.external_id.is_empty() {
        let taken: Option<String> = reader.maybe(
            sql!(
                "select number from visible join sales_order as it on it.id = visible.id
                 where external_id = $1 and visible.id <> $2"
            ),
            values![&order.external_id, own],
        )?;
        if let Some(number) = taken {
            let sentence = text!(
                "{number} has this number already. Change that order, or give another number.",
                number = number
            );
            return Err(Faults::one("external_id", sentence).into());
        }
    }
    let Some(before) = before else { return Ok(()) };
    let promised = lines(reader, before.record.id.raw())?.into_iter().filter(|it| it.promises > 0);
    let gone = promised.map(|it| it.line).find(|line| order.lines.iter().all(|it| it.no != *line));
    let Some(line) = gone else { return Ok(()) };
    let sentence = text!(
        "Line {line} was promised and cannot be taken out. Keep it, or decline the order.",
        line = line.to_string()
    );
    Err(Faults::one("lines", sentence).into())
}

/// The order that bears a number of another system, with its customer.
pub fn by_external_id(reader: &Reader, external_id: &str) -> Result<Option<(String, Option<PartyId>)>> {
    reader.maybe(
        sql!(
            "select number, party from visible join sales_order as it on it.id = visible.id where external_id = $1"
        ),
        values![external_id],
    )
}

/// The customer of a number.
pub fn customer_by_number(reader: &Reader, number: &str) -> Result<Option<PartyId>> {
    reader.maybe(sql!("select id from visible where kind = 'K' and number = $1"), values![number])
}

/// The quotation whose revision an order answers, as it was sent.
pub fn quoted(reader: &Reader, quotation: i64, revision: i64) -> Result<Quotation> {
    let (_, content) = reader.revision(quotation, revision)?;
    Ok(serde_json::from_value(content)?)
}

/// What a quotation's revision is called and until when it is valid.
pub fn name_of_revision(mention: &Mention, revision: Option<i64>) -> String {
    match revision {
        Some(no) => format!("{} rev {}", mention.number, label(no)),
        None => mention.number.clone(),
    }
}

/// The quotation that an order answers, as it was sent; none where it answers none, or none that one may see.
fn answered(reader: &Reader, order: &Order) -> Result<Option<Quotation>> {
    match order.quotation.zip(order.quotation_revision) {
        Some((quotation, revision)) => match quoted(reader, quotation, revision) {
            Ok(it) => Ok(Some(it)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        },
        None => Ok(None),
    }
}

/// The lines of the quotation that was sent, or of the order as we understand it.
pub fn our_lines(reader: &Reader, order: &Order) -> Result<Vec<Line>> {
    Ok(answered(reader, order)?.map_or_else(|| order.lines.clone(), |it| it.lines))
}

/// What we said, as an order is compared with it: the quotation that was sent, or the order as we understand it.
fn our_paper(reader: &Reader, order: &Order) -> Result<Beside> {
    let quoted = answered(reader, order)?;
    let (set, revision) = match &quoted {
        Some(it) if it.requirement_set.is_some() => (it.requirement_set, it.set_revision),
        _ => (order.requirement_set, order.set_revision),
    };
    let specification = specification_of(reader, set, revision)?;
    // What was agreed is what the order rests on, whatever was quoted.
    let agreed = match (order.requirement_set, order.set_revision) {
        (Some(set), Some(no)) => agreed(reader, Some(set), Some(no))?,
        _ => agreed(reader, set, revision)?,
    };
    let own = specification_of(reader, order.requirement_set, order.set_revision)?;
    let rests_on = if own == specification { String::new() } else { own };
    Ok(match quoted {
        Some(it) => Beside {
            specification,
            rests_on,
            currency: it.currency,
            terms: it.terms,
            lines: it.lines,
            agreed,
        },
        None => Beside {
            specification,
            rests_on,
            currency: order.currency.clone(),
            terms: order.terms.clone(),
            lines: order.lines.clone(),
            agreed,
        },
    })
}

/// Our paper beside theirs, whatever was agreed.
pub fn ours_beside(reader: &Reader, order: &Order) -> Result<Vec<(Difference, bool)>> {
    let Some(theirs) = &order.purchase else { return Ok(Vec::new()) };
    Ok(rules::beside(&our_paper(reader, order)?.alone(), theirs))
}

/// The order itself beside theirs: what of theirs it does not say yet.
pub fn itself_beside(reader: &Reader, order: &Order) -> Result<Vec<(Difference, bool)>> {
    let Some(theirs) = &order.purchase else { return Ok(Vec::new()) };
    let itself = Beside {
        specification: specification_of(reader, order.requirement_set, order.set_revision)?,
        currency: order.currency.clone(),
        terms: order.terms.clone(),
        lines: order.lines.clone(),
        ..Beside::default()
    };
    Ok(rules::beside(&itself, theirs))
}

/// What is measured in a revision of a requirement set.
fn agreed(reader: &Reader, set: Option<i64>, revision: Option<i64>) -> Result<Vec<Agreed>> {
    let Some((set, revision)) = set.zip(revision) else { return Ok(Vec::new()) };
    let parts = match reader.parts_of(set, revision) {
        Ok(it) => it,
        Err(Error::NotFound) => Vec::new(),
        Err(error) => return Err(error),
    };
    let one = |it: kernel::Part| {
        let of = |field: &str| it.content[field].as_str().unwrap_or_default().trim().to_owned();
        Agreed {
            product: of("product"),
            name: of("characteristic"),
            value: of("value"),
            lower: of("lower"),
            upper: of("upper"),
            unit: of("unit"),
        }
    };
    let is_measured = |it: &Agreed| {
        !it.name.is_empty() && [&it.value, &it.lower, &it.upper].iter().any(|it| !it.is_empty())
    };
    Ok(parts.into_iter().map(one).filter(is_measured).collect())
}

fn specification_of(reader: &Reader, set: Option<i64>, revision: Option<i64>) -> Result<String> {
    let Some(set) = set.map(|it| reader.mention(it)).transpose()?.flatten() else { return Ok(String::new()) };
    Ok(revision.map_or_else(|| set.number.clone(), |no| format!("{} revision {no}", set.number)))
}

/// The revision of the set on which an order rests that their paper names; that of the order where it names none that is
/// released.
pub fn revision_meant(reader: &Reader, order: &Order, it: &Difference) -> Result<Option<i64>> {
    let named = order.requirement_set.zip(rules::revision_named(&it.ours, &it.theirs));
    let Some((set, no)) = named else { return Ok(order.set_revision) };
    match reader.revision(set, no) {
        Ok(_) => Ok(Some(no)),
        Err(Error::NotFound) => Ok(order.set_revision),
        Err(error) => Err(error),
    }
}

/// The set on which an order rests with the revision of it that their paper names, where nobody released such a revision.
pub fn revision_lacking(reader: &Reader, order: &Order, theirs: &str) -> Result<Option<(String, i64)>> {
    let own = specification_of(reader, order.requirement_set, order.set_revision)?;
    let Some((set, no)) = order.requirement_set.zip(rules::revision_named(&own, theirs)) else {
        return Ok(None);
    };
    match reader.revision(set, no) {
        Ok(_) => Ok(None),
        Err(Error::NotFound) => Ok(mention(reader, Some(set))?.map(|it| (it.number, no))),
        Err(error) => Err(error),
    }
}

/// Both papers field by field, with how each difference was settled.
pub fn compared(reader: &Reader, id: i64, order: &Order) -> Result<Vec<Compared>> {
    let Some(purchase) = &order.purchase else { return Ok(Vec::new()) };
    let settled = settled(reader, id)?;
    let paper = our_paper(reader, order)?;
    let all = rules::beside(&paper, purchase);
    // Where the papers differ between themselves, whatever was agreed.
    let ours = rules::beside(&paper.alone(), purchase);
    let differing: Vec<_> = all.iter().filter(|(_, differs)| *differs).map(|(it, _)| it.clone()).collect();
    let open: Vec<String> =
        rules::open_differences(&differing, &settled).into_iter().map(|it| it.place.clone()).collect();
    let itself = itself_beside(reader, order)?;
    Ok(all
        .into_iter()
        .map(|(it, differs)| {
            // Where the order is our paper, it says theirs once that was accepted, and nothing differs any more.
            let last = settled.iter().rfind(|one| if differs { one.is_of(&it) } else { one.led_to(&it) });
            let is_written = !differs || last.is_none_or(|one| rules::is_written(one, &ours, &itself));
            Compared {
                is_open: differs && (open.contains(&it.place) || !is_written),
                is_written,
                settled: last.cloned(),
                is: it,
                differs,
            }
        })
        .collect())
}

/// What an order says because it was accepted of an earlier order of theirs, where that holds no more: theirs says something
/// else now. What is open anyway is left out.
pub fn left_over(reader: &Reader, id: i64, order: &Order, all: &[Compared]) -> Result<Vec<Difference>> {
    let (itself, settled) = (itself_beside(reader, order)?, settled(reader, id)?);
    let is_open = |place: &str| all.iter().any(|it| it.is_open && it.is.place == place);
    let left = rules::left_over(&itself, &settled).into_iter().filter(|it| !is_open(&it.place));
    Ok(left.cloned().collect())
}

/// One field of both papers.
#[derive(Clone, Debug)]
pub struct Compared {
    pub is: Difference,
    pub differs: bool,
    /// Whether nobody has settled it yet, or the order does not say yet what it was settled to.
    pub is_open: bool,
    /// Whether the order says what was accepted of theirs, and not theirs where ours was kept; true where nothing is
    /// settled.
    pub is_written: bool,
    pub settled: Option<Settled>,
}

impl Compared {
    /// Whether ours was kept and the order goes on saying theirs.
    pub fn is_to_be_ours(&self) -> bool {
        let is_kept = self.settled.as_ref().is_some_and(|it| it.resolution == Resolution::KeepOurs);
        is_kept && !self.is_written
    }
}

/// How differences of an order were settled, the first first.
pub fn settled(reader: &Reader, order: i64) -> Result<Vec<Settled>> {
    reader.rows(
        sql!(
            "select place, ours, agreed, theirs, resolution, words, told, at, by from visible_difference_settled
             where record_id = $1 order by id"
        ),
        values![order],
    )
}

/// The quotations that are with customers and whose day comes: key, number, owner and day.
#[derive(Clone, Debug, Deserialize)]
pub struct Expiring {
    pub id: i64,
    pub number: String,
    pub owner: i64,
    pub valid_until: Date,
}

/// The quotations with customers that are valid until a day or less.
pub fn expiring(reader: &Reader, until: Date) -> Result<Vec<Expiring>> {
    reader.rows(
        sql!(
            "select visible.id, number, owner, valid_until from visible join quotation as it on it.id = visible.id
             where state = 'sent' and valid_until is not null and valid_until <= $1 order by valid_until, visible.id limit 500"
        ),
        values![until.to_string()],
    )
}

/// Whether somebody was asked about a quotation's end already.
pub fn is_asked(reader: &Reader, record: i64, request: &str) -> Result<bool> {
    let count: i64 = reader.one(
        sql!("select count(*) from visible_task where record_id = $1 and request = $2"),
        values![record, request],
    )?;
    Ok(count > 0)
}

/// The ties of a record to what it rests on: target and its kind.
pub fn rests_on(reader: &Reader, record: i64) -> Result<Vec<(i64, String)>> {
    reader.rows(
        sql!(
            "select target, kind from link join visible on visible.id = target
             where source = $1 and role in ('derives_from', 'concerns')"
        ),
        values![record],
    )
}

/// A text that was said or written.
#[derive(Clone, Debug, Deserialize)]
pub struct Text {
    pub id: i64,
    pub name: String,
    pub body: String,
    #[serde(with = "kernel::micros")]
    pub at: jiff::Timestamp,
}

/// The records that led to an order, and those that judged or changed what it rests on: itself, its quotation, its set
/// with reviews and questions, the conversation.
pub fn origins(reader: &Reader, order: i64) -> Result<Vec<i64>> {
    let mut all = vec![order];
    let mut next = vec![order];
    for _ in 0..3 {
        let mut found = Vec::new();
        for id in &next {
            let led: Vec<i64> = reader.rows(
                sql!(
                    "select target from link join visible on visible.id = target
                     where source = $1 and role = 'derives_from'"
                ),
                values![*id],
            )?;
            found.extend(led);
        }
        found.retain(|it| !all.contains(it));
        found.sort_unstable();
        found.dedup();
        all.extend(&found);
        next = found;
    }
    // What judges or changes the set and the order: reviews, sign-offs, changes, notices; not the parts of the set.
    for id in all.clone() {
        let judged: Vec<i64> = reader.rows(
            sql!(
                "select source from link join visible on visible.id = source
                 where target = $1 and kind in ('RV', 'CL', 'SF', 'CR', 'NO', 'CP')"
            ),
            values![id],
        )?;
        all.extend(judged);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The reviews of the items that an order sells, and of those that they are variants of.
pub fn reviews_of_items(reader: &Reader, order: i64) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select link.source from link join visible on visible.id = link.source
             where visible.kind = 'RV' and link.target in (
                 select ol.item from visible_order_line as ol where ol.record_id = $1 and ol.item is not null
                 union select item.base from visible_order_line as ol join catalogue_item as item on item.id = ol.item
                 where ol.record_id = $1 and item.base is not null)"
        ),
        values![order],
    )
}

/// What changed or changes of an order: the changes that touch what was ordered, the requirement set on which it rests
/// or a requirement of it, and the notices with which its customer was told.
pub fn changes_of(reader: &Reader, order: i64) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "with basis as (
                 select so.requirement_set as id from sales_order as so
                 where so.id = $1 and so.requirement_set is not null
                 union select q.requirement_set from sales_order as so join quotation as q on q.id = so.quotation
                 where so.id = $1 and q.requirement_set is not null
             ), subject as (
                 select v.id from visible as v where v.id = $1
                 union select ol.item from visible_order_line as ol where ol.record_id = $1 and ol.item is not null
                 union select item.base from visible_order_line as ol join catalogue_item as item on item.id = ol.item
                 where ol.record_id = $1 and item.base is not null
                 union select basis.id from basis
                 union select part.source from basis join link as part on part.target = basis.id
                 and part.role = 'part_of'
             ), touching as (
                 select link.source as id from subject join link on link.target = subject.id
                 where link.role = 'affects'
             )
             select v.id from visible as v where v.id in (select touching.id from touching) and v.kind = 'CR'
             union select n.id from visible as o join visible as n on n.party = o.party and n.kind = 'NO'
             join link as own on own.source = n.id and own.role = 'concerns'
             where o.id = $1 and own.target in (
                 select subject.id from subject union select touching.id from touching)
             order by 1"
        ),
        values![order],
    )
}

/// The texts of conversations among these records.
pub fn texts_of(reader: &Reader, records: &[i64]) -> Result<Vec<Text>> {
    let mut all = Vec::new();
    for record in records {
        let texts: Vec<Text> = reader.rows(
            sql!(
                "select it.id, it.name, it.body, it.at from visible_source as it
                 where it.record_id = $1 and it.origin in ('message', 'call', 'minutes') order by it.at"
            ),
            values![*record],
        )?;
        all.extend(texts);
    }
    Ok(all)
}
