//! The ledger of promises, how each line stands, and how far we kept our word.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{PartyId, Reader, Result, sql, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Delivery, Late, LineStanding, OnTime, Promise, Told};

/// How the lines of an order stand.
pub fn lines(reader: &Reader, order: i64) -> Result<Vec<LineStanding>> {
    reader.rows(
        sql!(
            "select id, line, item, article, quantity, wanted_on, first_promised_on, promised_on, promises, promise,
             is_told, delivered, done_on from visible_order_line where record_id = $1 order by line"
        ),
        values![order],
    )
}

/// How one line stands.
pub fn line(reader: &Reader, order: i64, line: i64) -> Result<Option<LineStanding>> {
    Ok(lines(reader, order)?.into_iter().find(|it| it.line == line))
}

/// Every day that was promised for an order, the first first.
pub fn promises(reader: &Reader, order: i64) -> Result<Vec<Promise>> {
    reader.rows(
        sql!(
            "select id, line, no, promised_on, reason, words, at, by from visible_promise
             where record_id = $1 order by line, no"
        ),
        values![order],
    )
}

/// One promise of an order.
pub fn promise(reader: &Reader, order: i64, id: i64) -> Result<Promise> {
    reader.one(
        sql!(
            "select id, line, no, promised_on, reason, words, at, by from visible_promise
             where record_id = $1 and id = $2"
        ),
        values![order, id],
    )
}

/// What the customer was told of promises and said to them, the first first.
pub fn told(reader: &Reader, order: i64) -> Result<Vec<Told>> {
    reader.rows(
        sql!(
            "select promise, what, channel, words, at, by from visible_promise_told where record_id = $1 order by id"
        ),
        values![order],
    )
}

/// What was delivered of an order, the first first.
pub fn deliveries(reader: &Reader, order: i64) -> Result<Vec<Delivery>> {
    reader.rows(
        sql!(
            "select id, line, quantity, delivered_on, words, at, by from visible_order_delivery
             where record_id = $1 order by id"
        ),
        values![order],
    )
}

/// So many promises are on one page.
const PAGE: i64 = 100;

/// Every promised line that is not delivered, the earliest day first, from behind a place on.
pub fn open_promises(reader: &Reader, after: Option<(Date, i64)>) -> Result<Vec<Late>> {
    let (day, key) = after.map_or((String::new(), 0), |(day, key)| (day.to_string(), key));
    reader.rows(
        sql!(
            "select it.id, number, title, state, party, line, article, first_promised_on, promised_on, promises, is_told
             from visible_order_line as it join visible on visible.id = it.record_id
             where done_on is null and promised_on is not null and (promised_on > $1 or (promised_on = $1 and it.id > $2))
             and state in ('accepted', 'in_production', 'part_delivered') order by promised_on, it.id limit $3"
        ),
        values![day, key, PAGE],
    )
}

/// Promises that moved and of which the customer was not told: how many.
pub fn answered_late(reader: &Reader) -> Result<i64> {
    reader.one(
        sql!(
            "select count(*) from visible_order_line as it join visible on visible.id = it.record_id
             where done_on is null and promised_on is not null and promises > 1 and is_told = $1
             and state in ('accepted', 'in_production', 'part_delivered')"
        ),
        values![false],
    )
}

/// How far we kept our word with a customer.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct KeptWord {
    pub party: PartyId,
    pub number: String,
    pub title: String,
    pub lines: i64,
    pub by_first: i64,
    pub by_last: i64,
    pub moved: i64,
}

/// How far we kept our word, customer by customer, the worst first.
pub fn kept_words(reader: &Reader) -> Result<Vec<KeptWord>> {
    reader.rows(
        sql!(
            "select kept.party, visible.number, visible.title, lines, by_first, by_last, moved from (
                 select own.party as party, count(*) as lines,
                 cast(sum(case when it.done_on <= it.first_promised_on then 1 else 0 end) as bigint) as by_first,
                 cast(sum(case when it.done_on <= it.promised_on then 1 else 0 end) as bigint) as by_last,
                 cast(sum(case when it.promises > 1 then 1 else 0 end) as bigint) as moved
                 from visible_order_line as it join visible as own on own.id = it.record_id
                 where it.done_on is not null and it.promised_on is not null and own.party is not null group by own.party
             ) as kept join visible on visible.id = kept.party
             order by cast(kept.by_first as double precision) / kept.lines, visible.title limit 1000"
        ),
        &[],
    )
}

/// How far we kept our word with one customer.
pub fn kept_word_of(reader: &Reader, party: PartyId) -> Result<OnTime> {
    reader.one(
        sql!(
            "select count(*) as lines,
             cast(coalesce(sum(case when it.done_on <= it.first_promised_on then 1 else 0 end), 0) as bigint) as by_first,
             cast(coalesce(sum(case when it.done_on <= it.promised_on then 1 else 0 end), 0) as bigint) as by_last,
             cast(coalesce(sum(case when it.promises > 1 then 1 else 0 end), 0) as bigint) as moved
             from visible_order_line as it join visible as own on own.id = it.record_id
             where own.party = $1 and it.done_on is not null and it.promised_on is not null"
        ),
        values![party],
    )
}

/// How many lines each of these orders has.
pub fn sizes(reader: &Reader, orders: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let counts: Vec<(i64, i64)> = reader.rows_among(
        sql!("select record_id, count(*) from visible_order_line where record_id in ($1) group by record_id"),
        orders,
    )?;
    Ok(counts.into_iter().collect())
}

/// How often a promised day of each of these orders moved.
pub fn slips(reader: &Reader, orders: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let counts: Vec<(i64, i64)> = reader.rows_among(
        sql!(
            "select record_id, cast(sum(case when promises > 1 then promises - 1 else 0 end) as bigint)
             from visible_order_line where record_id in ($1) group by record_id"
        ),
        orders,
    )?;
    Ok(counts.into_iter().collect())
}
