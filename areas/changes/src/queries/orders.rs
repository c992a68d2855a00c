//! Which open lines of orders a change touches, and what was decided about each.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Basis, Gets, Reader, Result, sql, values};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An open line of an order that gets something that changes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct OpenLine {
    #[serde(skip_serializing)]
    pub order_id: i64,
    /// The number of the order.
    pub order_number: String,
    pub title: String,
    pub customer: Option<String>,
    pub line: i64,
    pub article: String,
    #[schemars(with = "Option<String>")]
    pub promised_on: Option<Date>,
    /// Who ordered it.
    #[serde(skip_serializing)]
    pub party: Option<i64>,
    #[serde(skip_serializing)]
    pub item: i64,
    /// The number of what changes of it.
    pub item_number: String,
    /// Whether it ends: with the new revision the line then gets none of it any more.
    pub ends: bool,
    /// What was decided; none where nobody did yet.
    pub takes: Option<Gets>,
    pub basis: Option<Basis>,
    pub starts: Option<String>,
    pub reason: Option<String>,
}

impl OpenLine {
    /// As people name it: `SO-2026-0118 line 10`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.order_number, self.line)
    }

    /// Whether it was decided that it does not get what is new as soon as the change holds.
    pub fn is_held_back(&self) -> bool {
        let starts = self.starts.as_deref().unwrap_or_default();
        self.takes.is_some_and(|it| it == Gets::Old || !starts.is_empty())
    }
}

/// The open lines of orders that a change touches: of an item of the catalogue or a variant of it that changes, and of
/// orders that rest on a requirement set in which something changes, by themselves or by their quotation. By order and
/// line.
///
/// It begins with what changes, and goes on with the lines which that reaches (`cross join`), of which there are few beside
/// all orders. Each of them is told, however many there are: what is not told would be decided by nobody. Outsiders are
/// told none: they see nothing of what a change touches.
pub fn open_lines(reader: &Reader, change: i64) -> Result<Vec<OpenLine>> {
    reader.rows(
        sql!(
            "with touched as (
                 select it.item as item, it.item as ordered from visible_change_item as it
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove') and it.item is not null
                 union select it.item, variant.id from visible_change_item as it
                 join catalogue_item as variant on variant.base = it.item
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove')
             ), sets as (
                 select it.item as set_id from visible_change_item as it
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove') and it.item is not null
                 union select link.target from visible_change_item as it
                 join link on link.source = it.item and link.role = 'part_of'
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove')
             ), reached as (
                 select ol.record_id as order_id, ol.line, touched.item from touched
                 cross join visible_order_line as ol where ol.item = touched.ordered and ol.done_on is null
                 union select ol.record_id, ol.line, sets.set_id from sets
                 cross join sales_order as so cross join visible_order_line as ol
                 where so.requirement_set = sets.set_id and ol.record_id = so.id and ol.done_on is null
                 union select ol.record_id, ol.line, sets.set_id from sets cross join quotation as q
                 cross join sales_order as so cross join visible_order_line as ol
                 where q.requirement_set = sets.set_id and so.quotation = q.id
                 and (so.requirement_set is null or so.set_revision is null)
                 and ol.record_id = so.id and ol.done_on is null
             )
             select o.id as order_id, o.number as order_number, o.title, k.title as customer, ol.line, ol.article,
             ol.promised_on, o.party, reached.item, named.number as item_number, exists (
                 select 1 from visible_change_item as gone where gone.record_id = $1 and gone.item = reached.item
                 and gone.action = 'remove') as ends, d.takes, d.basis, d.starts, d.reason
             from reached cross join visible as o cross join visible_order_line as ol cross join visible as named
             left join visible as k on k.id = o.party
             left join visible_change_order_line as d on d.record_id = $1 and d.order_id = reached.order_id
             and d.line = reached.line and d.item = reached.item
             where o.id = reached.order_id and ol.record_id = reached.order_id and ol.line = reached.line
             and named.id = reached.item and o.state not in ('declined', 'cancelled', 'delivered', 'ended')
             order by o.id, ol.line, reached.item"
        ),
        values![change],
    )
}

/// So many open lines are looked at, whatever the size of the house.
const LOOKED_AT: i64 = 1000;

/// How many customers have what changes or have it on order, and how many open lines of orders have it. As this is asked
/// on every page of a change, it looks at so many lines and no more.
///
/// Where it says `in` of one thing, SQLite would read all lines and orders first, to filter by them: eight times as long in
/// a house with fifty thousand orders.
pub(super) fn reached(reader: &Reader, change: i64) -> Result<(i64, i64)> {
    reader.one(
        sql!(
            "with touched as (
                 select it.item as ordered from visible_change_item as it
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove') and it.item is not null
                 union select variant.id from visible_change_item as it
                 join catalogue_item as variant on variant.base = it.item
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove')
             ), sets as (
                 select it.item as set_id from visible_change_item as it
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove') and it.item is not null
                 union select link.target from visible_change_item as it
                 join link on link.source = it.item and link.role = 'part_of'
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove')
             ), reached as (
                 select ol.record_id as order_id, ol.line from touched
                 cross join visible_order_line as ol where ol.item = touched.ordered and ol.done_on is null
                 union all select ol.record_id, ol.line from sets
                 cross join sales_order as so cross join visible_order_line as ol
                 where so.requirement_set = sets.set_id and ol.record_id in (so.id) and ol.done_on is null
                 union all select ol.record_id, ol.line from sets cross join quotation as q
                 cross join sales_order as so cross join visible_order_line as ol
                 where q.requirement_set = sets.set_id and so.quotation in (q.id)
                 and (so.requirement_set is null or so.set_revision is null)
                 and ol.record_id in (so.id) and ol.done_on is null
             ), looked_at as (
                 select reached.order_id, reached.line, o.party from reached
                 cross join visible as o
                 where o.id in (reached.order_id)
                 and o.state not in ('declined', 'cancelled', 'delivered', 'ended') limit $2
             ), whose as (
                 select looked_at.party from looked_at
                 union all select v.party from visible_change_item as it join visible as v on v.id = it.item
                 where it.record_id = $1 and it.action in ('change', 'add', 'remove')
             ), line_of as (select distinct looked_at.order_id, looked_at.line from looked_at)
             select (select count(distinct whose.party) from whose) as customers,
             (select count(*) from line_of) as lines"
        ),
        values![change, LOOKED_AT],
    )
}

/// How many lines those are, and how many of them are decided: a line stands there once for each thing that changes of it.
pub fn lines_decided(all: &[OpenLine]) -> (usize, usize) {
    let line = |it: &OpenLine| (it.order_id, it.line);
    let each: BTreeSet<(i64, i64)> = all.iter().map(line).collect();
    let open: BTreeSet<(i64, i64)> = all.iter().filter(|it| it.takes.is_none()).map(line).collect();
    (each.len(), each.len() - open.len())
}

/// The key of what was decided about a line.
pub fn order_line(reader: &Reader, change: i64, it: &OpenLine) -> Result<Option<i64>> {
    reader.maybe(
        sql!(
            "select id from visible_change_order_line
             where record_id = $1 and order_id = $2 and line = $3 and item = $4"
        ),
        values![change, it.order_id, it.line, it.item],
    )
}
