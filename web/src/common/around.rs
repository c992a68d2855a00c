//! What stands around a record, two ties far: as a picture whose every box is a link, and as a list.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Error, Neighbour, Reader, Registry, Result, Vocabulary};
use maud::{Markup, html};

use crate::edge::Page;
use crate::language::say;
use crate::parts::{self, Arc, Column, Graph, Head, Line, Lines, Node, Table};
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Visit};
use crate::{t, words};

/// How far the picture reaches.
const STEPS: i64 = 2;
/// So many ties of one record are drawn in each direction; the list of its links has all.
const EACH: usize = 8;
/// So many are asked for, to know whether there are more.
const ASKED: i64 = 60;

pub fn routes(registry: &Registry) -> Routes {
    registry.all().iter().fold(Routes::default(), |routes, entry| {
        let path = entry.kind.path;
        routes.get(&format!("/{path}/{{number}}/around"), move |number, visit| around(path, number, visit))
    })
}

async fn around(path: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            let middle = reader.mention_of(&number)?;
            let found = Around::of(reader, &middle)?;
            let title = t!("Around {number} {title}", number = &middle.number, title = &middle.title);
            let head = Head {
                place: Some((middle.number.clone(), format!("/{path}/{number}"))),
                title: html! { (title) },
                lead: Some(
                    html! { (t!("At the left what led here, at the right what follows; two links far.")) },
                ),
                ..Head::default()
            };
            let body = html! { (parts::page_head(&head)) (found.shown(reader, &title)) };
            Ok(Page::new(title, &format!("/{path}"), body))
        })
        .await
}

/// The records around one, found step by step.
pub(crate) struct Around {
    graph: Graph,
    /// Every tie, by the column to which it leads, with the number of the record at which it was met.
    lines: BTreeMap<i64, Vec<(Neighbour, String)>>,
    /// The keys of these ties.
    links: BTreeSet<i64>,
    /// Records of which not all ties are drawn.
    pub(crate) left_out: Vec<String>,
}

impl Around {
    pub(crate) fn of(reader: &Reader, middle: &kernel::Mention) -> Result<Self> {
        let to = reader.registry().address(&middle.kind, &middle.number);
        let here = Node {
            number: middle.number.clone(),
            title: middle.title.clone(),
            note: state(reader, &middle.kind, &middle.state),
            address: to,
            ..Node::default()
        };
        let graph = Graph { nodes: vec![here], ..Graph::default() };
        let mut it = Self { graph, lines: BTreeMap::new(), links: BTreeSet::new(), left_out: Vec::new() };
        let mut places = BTreeMap::from([(middle.id, 0)]);
        let mut edge = vec![(middle.id, 0usize)];
        for _ in 0..STEPS {
            let mut next = Vec::new();
            for (id, place) in edge {
                next.extend(it.step(reader, (id, place), &mut places)?);
            }
            edge = next;
        }
        Ok(it)
    }

    /// Adds what is tied to one record, away from the middle; tells what is new.
    fn step(
        &mut self,
        reader: &Reader,
        (id, place): (i64, usize),
        places: &mut BTreeMap<i64, usize>,
    ) -> Result<Vec<(i64, usize)>> {
        let column = self.graph.nodes[place].column;
        let mut ties = reader.neighbours(id, ASKED)?;
        ties.sort_by(|a, b| (a.led_here(), &a.number).cmp(&(b.led_here(), &b.number)));
        let (mut new, mut drawn) = (Vec::new(), BTreeMap::<i64, usize>::new());
        for tie in ties {
            let away = if tie.led_here() { -1 } else { 1 };
            if column * away < 0 {
                continue;
            }
            let other = match places.get(&tie.id) {
                Some(known) => *known,
                None if drawn.get(&away).is_some_and(|it| *it == EACH) => {
                    let number = &self.graph.nodes[place].number;
                    if !self.left_out.contains(number) {
                        self.left_out.push(number.clone());
                    }
                    continue;
                }
                None => {
                    *drawn.entry(away).or_default() += 1;
                    self.graph.nodes.push(node(reader, &tie, column + away));
                    let at = self.graph.nodes.len() - 1;
                    places.insert(tie.id, at);
                    new.push((tie.id, at));
                    at
                }
            };
            let (from, to) = if away < 0 { (other, place) } else { (place, other) };
            let arc = Arc { from, to, is_suspect: tie.is_suspect };
            // Two records may be tied in more than one way: that is one arc, and a line each.
            if !self.graph.arcs.contains(&arc) {
                self.graph.arcs.push(arc);
            }
            if self.links.insert(tie.link) {
                let of = self.graph.nodes[place].number.clone();
                self.lines.entry(column + away).or_default().push((tie, of));
            }
        }
        Ok(new)
    }

    /// Each tie with the number of the record at which it was met, what led here first.
    pub(crate) fn ties(&self) -> impl Iterator<Item = (&Neighbour, &str)> {
        self.lines.values().flatten().map(|(tie, of)| (tie, of.as_str()))
    }

    /// Each record but the one in the middle, with its column: below 0 what led here, above it what follows.
    pub(crate) fn records(&self) -> Vec<(i64, &Neighbour)> {
        let met: BTreeMap<&str, &Neighbour> = self.ties().map(|(it, _)| (it.number.as_str(), it)).collect();
        let nodes = self.graph.nodes.iter().skip(1);
        nodes.filter_map(|it| Some((it.column, *met.get(it.number.as_str())?))).collect()
    }

    fn shown(mut self, reader: &Reader, title: &str) -> Markup {
        title.clone_into(&mut self.graph.title);
        if self.graph.nodes.len() == 1 {
            return html! { p.quiet-text { (t!("Nothing is tied to it yet.")) } };
        }
        html! {
            (self.graph)
            @if !self.left_out.is_empty() {
                p.fine { (t!("{numbers}: more is tied to it than can be drawn. Its list of links has all.", numbers = self.left_out.join(", "))) }
            }
            (parts::section("ties", t!("The same as a list"), self.table(reader)))
        }
    }

    fn table(&self, reader: &Reader) -> Table {
        let groups = self.lines.iter().map(|(column, ties)| Lines {
            title: Some(html! { (group(*column)) }),
            lines: ties.iter().map(|(tie, of)| line(reader, tie, of)).collect(),
        });
        let columns = vec![
            Column::plain(t!("Number")),
            Column::title(t!("Title")),
            Column::text(t!("How it is tied")),
            Column::text(t!("State")),
        ];
        Table { caption: t!("The same as a list"), columns, groups: groups.collect(), ..Table::default() }
            .compact()
    }
}

fn group(column: i64) -> String {
    match column {
        ..-1 => t!("What led to what led here"),
        -1 => t!("What led here"),
        0 => t!("Beside it"),
        1 => t!("What follows"),
        _ => t!("What follows from that"),
    }
}

fn node(reader: &Reader, it: &Neighbour, column: i64) -> Node {
    let note = format!("{} · {}", say(&role(it)), state(reader, &it.kind, &it.state));
    let note = if it.is_suspect { t!("suspect · {note}", note = note) } else { note };
    Node {
        column,
        number: it.number.clone(),
        title: it.title.clone(),
        address: reader.registry().address(&it.kind, &it.number),
        note,
        is_suspect: it.is_suspect,
    }
}

/// How a neighbour is tied to the record it was met at, read from that record.
fn role(it: &Neighbour) -> kernel::Text {
    if it.is_target { it.role.text() } else { it.role.reversed() }
}

fn state(reader: &Reader, kind: &str, code: &str) -> String {
    reader.state_of(kind, code).map_or_else(String::new, |it| say(&it.text))
}

fn line(reader: &Reader, it: &Neighbour, of: &str) -> Line {
    let to = reader.registry().address(&it.kind, &it.number);
    Line::new(
        &it.number,
        vec![
            parts::number(&it.number, &to),
            html! { a href=(to) { (it.title) } },
            html! {
                (of) " " a href={ "/links/" (it.link) } { (say(&role(it))) } " " (it.number)
                @if it.is_suspect { " " (parts::state(parts::State::Warn, t!("Suspect"))) }
            },
            words::state(reader, &it.kind, &it.state),
        ],
    )
}
