//! Records around a record as a picture: in columns, drawn on the server, the same for the same records.

use std::collections::BTreeMap;

use maud::{Markup, Render, html};

/// The picture of some records and their ties.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// What it shows, for whoever does not see it.
    pub title: String,
    pub nodes: Vec<Node>,
    pub arcs: Vec<Arc>,
}

/// A record in the picture.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// In which column it stands, from left to right; the record in the middle stands in 0.
    pub column: i64,
    pub number: String,
    pub title: String,
    pub address: String,
    /// How it is tied, and what it is.
    pub note: String,
    pub is_suspect: bool,
}

/// A tie in the picture, by the places of its ends among the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    pub from: usize,
    pub to: usize,
    pub is_suspect: bool,
}

const WIDTH: i64 = 216;
const HEIGHT: i64 = 62;
const BETWEEN_COLUMNS: i64 = 64;
const BETWEEN_ROWS: i64 = 14;
const EDGE: i64 = 6;
/// So many characters of a title fit into a box, in each of its lines.
const FIT: usize = 30;

impl Graph {
    /// Where the left upper corner of each box is, and how wide and high all of it is.
    fn places(&self) -> (Vec<(i64, i64)>, i64, i64) {
        let columns = self.columns();
        let most = columns.values().map(Vec::len).max().unwrap_or(0);
        let height = rows_high(most);
        let mut places = vec![(0, 0); self.nodes.len()];
        for (nth, nodes) in (0i64..).zip(columns.values()) {
            let above = (height - rows_high(nodes.len())) / 2;
            for (row, node) in (0i64..).zip(nodes) {
                let x = EDGE + nth * (WIDTH + BETWEEN_COLUMNS);
                places[*node] = (x, EDGE + above + row * (HEIGHT + BETWEEN_ROWS));
            }
        }
        let wide = i64::try_from(columns.len()).unwrap_or(1);
        (places, 2 * EDGE + wide * (WIDTH + BETWEEN_COLUMNS) - BETWEEN_COLUMNS, 2 * EDGE + height)
    }

    /// The nodes of each column in their order: near what they are tied to in the column towards the middle, then
    /// by number. The order is found from the middle outwards, so it never depends on chance.
    fn columns(&self) -> BTreeMap<i64, Vec<usize>> {
        let mut columns: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (place, node) in self.nodes.iter().enumerate() {
            columns.entry(node.column).or_default().push(place);
        }
        let mut ranks: BTreeMap<usize, usize> = BTreeMap::new();
        let mut outwards: Vec<i64> = columns.keys().copied().collect();
        outwards.sort_by_key(|it| it.abs());
        for column in outwards {
            let Some(nodes) = columns.get_mut(&column) else { continue };
            nodes.sort_by_key(|it| (self.rank_of_inner(*it, &ranks), self.nodes[*it].number.clone()));
            ranks.extend(nodes.iter().enumerate().map(|(rank, node)| (*node, rank)));
        }
        columns
    }

    /// The mean place, in hundredths, of what a node is tied to nearer to the middle.
    fn rank_of_inner(&self, node: usize, ranks: &BTreeMap<usize, usize>) -> usize {
        let others = self.arcs.iter().filter_map(|it| match (it.from == node, it.to == node) {
            (true, false) => Some(it.to),
            (false, true) => Some(it.from),
            _ => None,
        });
        let inner = |it: &usize| self.nodes[*it].column.abs() < self.nodes[node].column.abs();
        let found: Vec<usize> = others.filter(inner).filter_map(|it| ranks.get(&it).copied()).collect();
        if found.is_empty() { 0 } else { found.iter().sum::<usize>() * 100 / found.len() }
    }

    fn line(&self, arc: &Arc, places: &[(i64, i64)]) -> Markup {
        let ((a, b), (c, d)) = (places[arc.from], places[arc.to]);
        let (middle, half) = (HEIGHT / 2, BETWEEN_COLUMNS / 2);
        let path = match a.cmp(&c) {
            std::cmp::Ordering::Less => {
                let (x, y, u, v) = (a + WIDTH, b + middle, c, d + middle);
                format!("M{x} {y}C{} {y} {} {v} {u} {v}", x + half, u - half)
            }
            std::cmp::Ordering::Greater => {
                let (x, y, u, v) = (a, b + middle, c + WIDTH, d + middle);
                format!("M{x} {y}C{} {y} {} {v} {u} {v}", x - half, u + half)
            }
            // Within a column the line bends around the boxes between.
            std::cmp::Ordering::Equal => {
                let (x, y, v) = (a + WIDTH, b + middle, d + middle);
                format!("M{x} {y}C{} {y} {} {v} {x} {v}", x + half, x + half)
            }
        };
        html! { path class={ "arc" @if arc.is_suspect { " suspect" } } d=(path) {} }
    }
}

fn rows_high(rows: usize) -> i64 {
    let rows = i64::try_from(rows).unwrap_or(0);
    (rows * (HEIGHT + BETWEEN_ROWS) - BETWEEN_ROWS).max(0)
}

impl Render for Graph {
    fn render(&self) -> Markup {
        let (places, width, height) = self.places();
        html! {
            figure.drawn { div.scrolls tabindex="0" role="group" aria-label=(self.title) {
                svg.chart.around viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) {
                    title { (self.title) }
                    @for arc in &self.arcs { (self.line(arc, &places)) }
                    @for (node, place) in self.nodes.iter().zip(&places) { (node.drawn(*place)) }
                }
            } }
        }
    }
}

impl Node {
    fn drawn(&self, (x, y): (i64, i64)) -> Markup {
        let class = match (self.column == 0, self.is_suspect) {
            (true, _) => "node here",
            (false, true) => "node suspect",
            (false, false) => "node",
        };
        html! {
            a class=(class) href=(self.address) {
                title { (self.number) " " (self.title) ", " (self.note) }
                rect x=(x) y=(y) width=(WIDTH) height=(HEIGHT) rx="4" {}
                text.strong x=(x + 10) y=(y + 19) { (self.number) }
                text x=(x + 10) y=(y + 37) { (cut(&self.title)) }
                text.small x=(x + 10) y=(y + 53) { (cut(&self.note)) }
            }
        }
    }
}

fn cut(words: &str) -> String {
    if words.chars().count() <= FIT {
        return words.to_owned();
    }
    let kept: String = words.chars().take(FIT - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(number: &str, column: i64) -> Node {
        Node { number: number.into(), column, ..Node::default() }
    }

    #[test]
    fn boxes_stand_in_columns_near_what_they_are_tied_to() {
        let arc = |from, to| Arc { from, to, is_suspect: false };
        let nodes = vec![node("A", 0), node("C", 1), node("B", 1), node("Z", 2), node("D", 2)];
        // Z hangs on B, which stands above C; so Z stands above D, which hangs on C.
        let graph =
            Graph { nodes, arcs: vec![arc(0, 1), arc(0, 2), arc(2, 3), arc(1, 4)], ..Graph::default() };
        assert_eq!(graph.columns(), BTreeMap::from([(0, vec![0]), (1, vec![2, 1]), (2, vec![3, 4])]));
        let (places, ..) = graph.places();
        assert!(places[0].0 < places[1].0 && places[1].0 < places[3].0 && places[3].1 < places[4].1);
        assert!(
            places[2].1 < places[0].1 && places[0].1 < places[1].1,
            "one box stands in the middle of two"
        );
    }

    #[test]
    fn a_long_title_is_cut_and_told_whole_to_whoever_asks() {
        let node = Node { title: "The pump of line A shall deliver 8.7 l/h".into(), ..node("REQ-0001", 1) };
        let drawn = node.drawn((0, 0)).into_string();
        assert!(drawn.contains("The pump of line A shall deli…"), "{drawn}");
        assert!(drawn.contains("shall deliver 8.7 l/h,"), "{drawn}");
    }
}
