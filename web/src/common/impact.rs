//! Everything that hangs on a record, each with the way that leads there as its reason.

use std::collections::BTreeMap;

use kernel::{Error, Impact, Mention, Reached, Reader, Registry, Result, Vocabulary};
use maud::{Markup, html};

use crate::edge::Page;
use crate::language::say;
use crate::parts::{self, Column, Field, Head, Line, Lines, Note, Table, look_up};
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Visit};
use crate::{t, words};

/// How far one looks where nothing is said, and at most.
pub(crate) const DEPTH: usize = 3;
pub(crate) const DEEPEST: usize = 5;
/// So many stand on one page; programs get all.
const SHOWN: usize = 400;

pub fn routes(registry: &Registry) -> Routes {
    registry.all().iter().fold(Routes::default(), |routes, entry| {
        let path = entry.kind.path;
        routes.get(&format!("/{path}/{{number}}/impact"), move |number, visit| impact(path, number, visit))
    })
}

async fn impact(path: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    let depth = visit.envelope.asked().text("depth").parse().unwrap_or(DEPTH).clamp(1, DEEPEST);
    visit
        .read(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let from = reader.mention_of(&number)?;
            let found = reader.impact(from.id, depth)?;
            let title = t!("What hangs on {number} {title}", number = &from.number, title = &from.title);
            let body = html! {
                (parts::page_head(&Head {
                    place: Some((from.number.clone(), format!("/{path}/{number}"))),
                    title: html! { (title) },
                    lead: Some(html! { (t!("What would have to be looked at if it said something else, each with the way that leads there.")) }),
                    ..Head::default()
                }))
                (look_up(&format!("/{path}/{number}/impact"), html! {
                    (Field::select("depth", t!("How far"), (1..=DEEPEST).map(|it| (it.to_string(), t!("{count} link" | "{count} links", count = it)))).value(depth.to_string()))
                    (parts::Button::send(t!("Show")))
                }))
                (shown(reader, &from, &found)?)
            };
            Ok(Page::new(title, &format!("/{path}"), body))
        })
        .await
}

fn shown(reader: &Reader, from: &Mention, found: &Impact) -> Result<Markup> {
    let count = found.reached.len();
    let ids: Vec<i64> = found.reached.iter().take(SHOWN).map(|it| it.id).collect();
    let mut known = reader.mentions(&ids)?;
    known.insert(from.id, from.clone());
    let mut groups: BTreeMap<usize, Vec<Line>> = BTreeMap::new();
    for (it, way) in found.reached.iter().zip(found.ways()).take(SHOWN) {
        let Some(mention) = known.get(&it.id) else { continue };
        groups.entry(it.depth).or_default().push(line(reader, mention, way_in(&known, from, &way)));
    }
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Title")),
        Column::text(t!("State")),
        Column::text(t!("Why")),
    ];
    let groups = groups.into_iter().map(|(depth, lines)| Lines {
        title: Some(html! { (t!("{count} link away" | "{count} links away", count = depth)) }),
        lines,
    });
    let table = Table {
        caption: t!("What hangs on it, the nearest first"),
        columns,
        groups: groups.collect(),
        ..Table::default()
    };
    Ok(html! {
        @if found.is_capped {
            (parts::note(Note::Warn, t!("More than {count} records hang on it. These are the nearest; look less far, or treat everything as affected.", count = count)))
        } @else {
            p { (t!("{count} record hangs on it." | "{count} records hang on it.", count = count)) }
        }
        @if count > SHOWN { p.fine { (t!("The nearest {shown} are shown. Programs get all of them.", shown = SHOWN)) } }
        @if count > 0 { (table.compact()) }
    })
}

/// The way as it is read: `REQ-0007 → satisfied by → REQ-0012 → part of → RS-2026-0017`.
pub(crate) fn way_in(known: &BTreeMap<i64, Mention>, from: &Mention, way: &[&Reached]) -> String {
    let number = |id: i64| known.get(&id).map_or("…", |it| it.number.as_str());
    let mut words = vec![from.number.clone()];
    for step in way {
        // Read from the record before: it is the target of a tie that the next one is the source of.
        let role = if step.is_source { step.role.reversed() } else { step.role.text() };
        words.extend([say(&role), number(step.id).to_owned()]);
    }
    words.join(" → ")
}

fn line(reader: &Reader, it: &Mention, way: String) -> Line {
    let to = reader.registry().address(&it.kind, &it.number);
    Line::new(
        &it.number,
        vec![
            parts::number(&it.number, &to),
            html! { a href=(to) { (it.title) } },
            words::state(reader, &it.kind, &it.state),
            html! { (way) },
        ],
    )
}
