//! Deeds and words in the order of time, whatever record they touched: the whole way of a set, of an order, of any record.

use std::collections::HashMap;
use std::str::FromStr;

use jiff::Timestamp;
use kernel::{Deed, Error, Faults, Kind, Reader, Registry, Result, Text, text};
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::language::say;
use crate::parts::{self, Button, Difference, Entry, Head, Symbol};
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Visit};
use crate::{Page, t};

/// So many records are named beside one deed.
const NAMED: usize = 6;
/// How much of a text is shown, in characters.
const FIRST_WORDS: usize = 280;
/// So many steps stand on one page.
const ON_A_PAGE: usize = 500;
/// And so many where as many as a page can bear are asked for.
const MOST: usize = 2_000;

/// What a way is made of: the records whose deeds stand on it, and what was said.
#[derive(Clone, Debug, Default)]
pub struct Way {
    pub records: Vec<i64>,
    pub said: Vec<Said>,
}

/// Words on a way: the beginning of a text, the passage that became a record, a question, an answer.
#[derive(Clone, Debug)]
pub struct Said {
    pub at: Timestamp,
    pub stands: Stands,
    /// Who said it; empty where that is not known.
    pub by: String,
    pub words: String,
}

/// Where words stand.
#[derive(Clone, Debug)]
pub enum Stands {
    /// In a text, by its key and what it is called.
    Text { source: i64, name: String },
    /// In a passage of a text, which became a record.
    Passage { source: i64, passage: i64, number: String, title: String },
    /// In the question that a record asks.
    Question { record: i64, number: String },
    /// In an answer to the question that a record asks.
    Answer { answer: i64, number: String },
}

/// Gathers what the way of a record is made of.
pub type Gather = fn(&Reader, i64) -> Result<Way>;

/// Who said a text, by name, and when; none where nobody knows.
pub type Speaks = fn(&Reader, i64) -> Result<Option<(String, Timestamp)>>;

/// A kind of whose way its area says what it is made of.
#[derive(Clone, Copy)]
pub struct Told {
    /// The beginning of its numbers.
    pub prefix: &'static str,
    /// What its page says first.
    pub lead: fn() -> Text,
    pub gather: Gather,
}

/// Of what the ways of all kinds are made.
#[derive(Clone, Copy)]
pub struct Ways {
    pub own: &'static [Told],
    /// Of every other kind.
    pub other: Gather,
}

impl Ways {
    /// What the page of a kind says first, and of what its way is made.
    pub(crate) fn of(&self, kind: Kind) -> (fn() -> Text, Gather) {
        let own = self.own.iter().find(|it| it.prefix == kind.prefix);
        own.map_or((lead, self.other), |it| (it.lead, it.gather))
    }
}

fn lead() -> Text {
    text!(
        "What was done to it and to its parts, what was asked about it and answered, the oldest first. Each deed offers its proof."
    )
}

/// A way of the deeds of a record and of its parts alone.
pub fn plain(reader: &Reader, record: i64) -> Result<Way> {
    Ok(Way { records: reader.with_parts(record)?, said: Vec::new() })
}

/// One step of a way.
pub enum Step {
    Said(Said),
    Deed(Deed),
}

/// Where a step stands: its moment, then words that led to deeds, deeds, questions and answers, then its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(i64, u8, i64);

/// From where steps of a way are wanted, and how many of them.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// At most so many after a place, or from the first on.
    After(Option<Place>, usize),
    /// At most so many before a place.
    Before(Place, usize),
}

/// Some steps of a way, in their order.
pub struct Part {
    pub steps: Vec<Step>,
    /// How many steps the whole way has, and how many of them come before these.
    pub all: usize,
    pub earlier: usize,
    /// The first of these, where others come before it, and the last, where others come after it.
    pub before: Option<Place>,
    pub next: Option<Place>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Place {
    type Err = Faults;

    fn from_str(words: &str) -> std::result::Result<Self, Faults> {
        let mut parts = words.split('.');
        let mut whole = || parts.next().and_then(|it| it.parse::<i64>().ok());
        let mut place = || Some(Self(whole()?, u8::try_from(whole()?).ok()?, whole()?));
        place().ok_or_else(|| Faults::one("after", text!("Send what the page before gave as next.")))
    }
}

impl Said {
    fn place(&self) -> Place {
        let (rank, key) = match self.stands {
            Stands::Text { source, .. } => (0, source),
            Stands::Passage { passage, .. } => (1, passage),
            Stands::Question { record, .. } => (3, record),
            Stands::Answer { answer, .. } => (4, answer),
        };
        Place(self.at.as_microsecond(), rank, key)
    }

    /// The beginning of a text; everything else is told whole.
    pub fn first_words(&self) -> String {
        if !matches!(self.stands, Stands::Text { .. }) {
            return self.words.clone();
        }
        let words: String = self.words.chars().take(FIRST_WORDS).collect();
        let goes_on = self.words.chars().nth(FIRST_WORDS).is_some();
        format!("{}{}", words.trim(), if goes_on { "…" } else { "" })
    }
}

/// The steps of a way that are wanted, the oldest first.
pub fn part(reader: &Reader, way: Way, wanted: Wanted) -> Result<Part> {
    let deeds = reader.entries_of(&way.records)?.into_iter().map(|(entry, at)| (Place(at, 2, entry), None));
    let said = way.said.into_iter().map(|it| (it.place(), Some(it)));
    let mut places: Vec<(Place, Option<Said>)> = said.chain(deeds).collect();
    places.sort_by_key(|(place, _)| *place);
    places.dedup_by_key(|(place, _)| *place);
    let all = places.len();
    let (earlier, end) = wanted.among(&places.iter().map(|(place, _)| *place).collect::<Vec<_>>());
    let some: Vec<(Place, Option<Said>)> = places.drain(earlier..end).collect();
    let before = some.first().filter(|_| earlier > 0).map(|(place, _)| *place);
    let next = some.last().filter(|_| end < all).map(|(place, _)| *place);
    let entries: Vec<i64> = some.iter().filter(|(_, it)| it.is_none()).map(|(place, _)| place.2).collect();
    let mut deeds: HashMap<i64, Deed> =
        reader.deeds_at(&entries)?.into_iter().map(|it| (it.entry, it)).collect();
    let steps = some.into_iter().filter_map(|(place, said)| match said {
        Some(said) => Some(Step::Said(said)),
        None => deeds.remove(&place.2).map(Step::Deed),
    });
    Ok(Part { steps: steps.collect(), all, earlier, before, next })
}

impl Wanted {
    /// Where among all steps those that are wanted begin and end.
    fn among(self, all: &[Place]) -> (usize, usize) {
        match self {
            Self::After(after, most) => {
                let begin = after.map_or(0, |after| all.partition_point(|it| *it <= after));
                (begin, all.len().min(begin + most))
            }
            Self::Before(before, most) => {
                let end = all.partition_point(|it| *it < before);
                (end.saturating_sub(most), end)
            }
        }
    }
}

/// The pages of every kind.
pub fn routes(registry: &Registry, ways: Ways) -> Routes {
    registry.all().iter().fold(Routes::default(), |routes, entry| {
        let kind = entry.kind;
        routes.get(&format!("/{}/{{number}}/way", kind.path), move |number, visit| {
            show(ways, kind, number, visit)
        })
    })
}

async fn show(ways: Ways, kind: Kind, Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    let (lead, gather) = ways.of(kind);
    visit
        .read(move |reader| {
            let record = reader.mention_of(&number)?;
            if reader.actor.is_outside() || record.kind != kind.prefix {
                return Err(Error::NotFound);
            }
            let place = |field: &str| {
                Some(asked.text(field)).filter(|it| !it.is_empty()).map(str::parse::<Place>).transpose()
            };
            let is_large = asked.has("whole");
            let most = if is_large { MOST } else { ON_A_PAGE };
            let wanted = match place("before")? {
                Some(before) => Wanted::Before(before, most),
                None => Wanted::After(place("after")?, most),
            };
            let part = part(reader, gather(reader, record.id)?, wanted)?;
            let title = t!("The whole way of {title}", title = &record.title);
            let head = Head {
                place: Some((number.clone(), kind.address(&number))),
                title: html! { (title) },
                lead: Some(html! { (say(&lead())) }),
                ..Head::default()
            };
            let address = format!("{}/way", kind.address(&number));
            let leads = if is_large { Leads::large(&part, &address) } else { Leads::usual(&part, &address) };
            let body = page(reader, &head, &part, &leads)?;
            Ok(Page::new(title, &format!("/{}", kind.path), body))
        })
        .await
}

/// What a page of a way says of how much of it stands there, and where the rest stands.
struct Leads {
    words: String,
    /// What shows more of it at once: address and words.
    larger: Option<(String, String)>,
    before: Option<String>,
    next: Option<String>,
}

impl Leads {
    /// Of a page that is asked for without a word about its size.
    fn usual(part: &Part, address: &str) -> Self {
        let words = if part.all > MOST {
            t!("The first {most} on one page", most = MOST)
        } else {
            t!("All on one page")
        };
        Self {
            words: stands(part),
            larger: part.is_some_of_it().then(|| (format!("{address}?whole=1"), words)),
            before: part.before.map(|it| format!("{address}?before={it}")),
            next: part.next.map(|it| format!("{address}?after={it}")),
        }
    }

    /// Of one with as many steps as a page can bear.
    fn large(part: &Part, address: &str) -> Self {
        let bound = t!(
            "No page holds more than {most} steps. “What came next” leads on, and programs read all of them.",
            most = MOST
        );
        let words = stands(part);
        Self {
            words: if part.next.is_some() { format!("{words} {bound}") } else { words },
            larger: None,
            before: part.before.map(|it| format!("{address}?whole=1&before={it}")),
            next: part.next.map(|it| format!("{address}?whole=1&after={it}")),
        }
    }
}

impl Part {
    fn is_some_of_it(&self) -> bool {
        self.all > self.steps.len()
    }
}

/// Which steps of a way stand on a page.
fn stands(part: &Part) -> String {
    if part.is_some_of_it() {
        let (first, last) = (part.earlier + 1, part.earlier + part.steps.len());
        return t!(
            "Steps {first} to {last} of {all} stand on this page.",
            first = first,
            last = last,
            all = part.all
        );
    }
    t!(
        "{count} step stands on this page: the whole way."
            | "{count} steps stand on this page: the whole way.",
        count = part.all
    )
}

fn page(reader: &Reader, head: &Head, part: &Part, leads: &Leads) -> Result<Markup> {
    let lines: Vec<Entry> = part.steps.iter().map(|it| line(reader, it)).collect::<Result<_>>()?;
    Ok(html! {
        (parts::page_head(head))
        @if part.all == 0 { p.quiet-text { (t!("Nothing was said or done yet.")) } } @else {
            p.row {
                span.fine { (leads.words) }
                @if let Some((address, words)) = &leads.larger { (Button::open(address.as_str(), words.as_str()).small()) }
            }
        }
        @if let Some(address) = &leads.before { p { (Button::open(address.as_str(), t!("What came before"))) } }
        (parts::timeline(&lines))
        @if let Some(address) = &leads.next { p { (Button::open(address.as_str(), t!("What came next"))) } }
    })
}

fn line(reader: &Reader, step: &Step) -> Result<Entry> {
    match step {
        Step::Said(it) => Ok(said(reader, it)),
        Step::Deed(it) => done(reader, it),
    }
}

fn said(reader: &Reader, it: &Said) -> Entry {
    let number_of = |number: &str| {
        let address = reader.registry().of_number(number).map(|kind| kind.kind.address(number));
        html! { @if let Some(address) = address { (parts::number(number, &address)) " " } }
    };
    let head = html! {
        @match &it.stands {
            Stands::Text { source, name } => { a href={ "/sources/" (source) } { (name) } " " }
            Stands::Passage { source, passage, number, title } => {
                a href={ "/sources/" (source) "#passage-" (passage) } { (t!("Words became a requirement")) } " "
                (number_of(number)) (title) " "
            }
            Stands::Question { number, .. } => { (t!("Question")) " " (number_of(number)) }
            Stands::Answer { number, .. } => { (t!("What was answered")) " " (number_of(number)) }
        }
        @if !it.by.is_empty() { (it.by) " " }
        (parts::when(it.at, reader.now))
    };
    let words = match it.stands {
        Stands::Passage { .. } => html! { blockquote { (it.words) } },
        _ => html! { p { (it.first_words()) } },
    };
    Entry::wrote(head, words)
}

/// One deed with the records that it was about, what it changed in them, what was judged and signed, and its proof.
fn done(reader: &Reader, deed: &Deed) -> Result<Entry> {
    let all = deed.content["records"].as_array().cloned().unwrap_or_default();
    // What was only touched, as a set is by its new requirement, is not what the deed was about.
    let says_more = |it: &&Json| it.as_object().is_some_and(|it| it.len() > 2);
    let telling: Vec<Json> = all.iter().filter(says_more).cloned().collect();
    let records = if telling.is_empty() { all } else { telling };
    let word = reader.registry().deed(&deed.deed).map_or_else(|| t!("worked on"), |it| say(&it));
    let name = match deed.on_behalf_of() {
        None => reader.name_of(deed.actor)?,
        Some(absent) => {
            t!("{who} for {whom}", who = reader.name_of(deed.actor)?, whom = reader.name_of(absent)?)
        }
    };
    let links: Vec<Markup> = records.iter().take(NAMED).map(|it| link(reader, it)).collect::<Result<_>>()?;
    let head = html! {
        strong { (name) } " " (word) " "
        @for link in &links { (link) " " }
        @if records.len() > NAMED { (t!("and {count} more" | "and {count} more", count = records.len() - NAMED)) " " }
        (parts::when(deed.at, reader.now)) " " (parts::proof(&format!("/entries/{}", deed.entry)))
        @if let Some(reason) = deed.content["reason"].as_str() { br; span.fine { (t!("Because: {reason}", reason = reason)) } }
        @for words in records.iter().flat_map(|it| noted(reader, it)) { br; span.fine { (words) } }
    };
    let mut differences: Vec<Difference> = Vec::new();
    // What a deed opened is read on its page.
    for record in records.iter().take(NAMED).filter(|it| it["state"][0] != "") {
        differences.extend(crate::record::differences(reader, record)?);
    }
    let symbol = if deed.deed == "released" { Symbol::Seal } else { Symbol::Edit };
    Ok(if differences.is_empty() {
        Entry::deed(symbol, head)
    } else {
        Entry::changed(symbol, head, parts::differences(&differences))
    })
}

fn link(reader: &Reader, record: &Json) -> Result<Markup> {
    let (kind, number) =
        (record["kind"].as_str().unwrap_or_default(), record["number"].as_str().unwrap_or_default());
    let revision = record["revision"]["no"].as_i64();
    let revision = revision.map(|no| reader.revision_name(number, no)).transpose()?;
    Ok(html! {
        (parts::number(number, &reader.registry().address(kind, number)))
        @if let Some(no) = revision { " " (t!("revision {no}", no = no)) }
    })
}

/// What was judged, on which condition, and signed with which meaning, a sentence each.
fn noted(reader: &Reader, record: &Json) -> Vec<String> {
    let kind = reader.registry().kind(record["kind"].as_str().unwrap_or_default());
    let word = |field: &str, code: &str| {
        kind.map_or_else(|| code.to_owned(), |it| say(&it.word(field, code, reader.actor)))
    };
    let notes = record["notes"].as_array().into_iter().flatten();
    let told = notes.filter_map(|note| {
        let on = note["on"].as_str().unwrap_or_default();
        if let Some(code) = note["verdict"].as_str() {
            return Some(with_reason(
                t!("{item}: {word}", item = on, word = word("verdict", code)),
                &note["remark"],
            ));
        }
        if let Some(code) = note["word"].as_str() {
            return Some(t!("{item}: {word}", item = on, word = word("word", code)));
        }
        if let Some(words) = note["condition"].as_str() {
            return Some(t!("{item}, on condition: {words}", item = on, words = words));
        }
        if let (Some(code), Some(question)) = (note["answer"].as_str(), note["question"].as_str()) {
            return Some(with_reason(format!("{question} {}", word("answer", code)), &note["remark"]));
        }
        if let (Some(words), Some(evidence)) = (note["met"].as_str(), note["by"].as_str()) {
            return Some(t!(
                "Condition met: {words}. One sees it by: {evidence}",
                words = words,
                evidence = evidence
            ));
        }
        if let Some(words) = note["confirmed"].as_str() {
            return Some(t!("Condition confirmed: {words}", words = words));
        }
        if let Some(words) = note["sent_back"].as_str() {
            return Some(t!("Condition sent back: {words}", words = words));
        }
        if let Some(words) = note["no_longer_asked"].as_str() {
            return Some(t!("Condition no longer asked: {words}", words = words));
        }
        if let Some(code) = note["feasible"].as_str() {
            let told = t!(
                "{item}: {word}",
                item = note["of"].as_str().unwrap_or_default(),
                word = word("feasible", code)
            );
            return Some(with_reason(told, &note["statement"]));
        }
        let signed = note.get("signed")?;
        let code = signed["meaning"].as_str()?;
        let meaning = <kernel::Meaning as kernel::Vocabulary>::of(code)
            .map_or_else(|| code.to_owned(), crate::language::word);
        let digest: String = signed["digest"].as_str().unwrap_or_default().chars().take(16).collect();
        let what = signed["of"].as_str().unwrap_or_default();
        Some(t!(
            "Signature under {what}: {meaning}, fingerprint {digest}…",
            what = what,
            meaning = meaning,
            digest = digest
        ))
    });
    told.collect()
}

/// What was said, with the words that say why.
fn with_reason(told: String, reason: &Json) -> String {
    match reason.as_str().map(str::trim).filter(|it| !it.is_empty()) {
        Some(words) => format!("{told}. {words}"),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_on_and_back_and_no_step_is_lost_between_them() {
        let all: Vec<Place> = (0..7).map(|at| Place(at, 2, at)).collect();
        assert_eq!(Wanted::After(None, 3).among(&all), (0, 3));
        assert_eq!(Wanted::After(Some(all[2]), 3).among(&all), (3, 6));
        assert_eq!(Wanted::After(Some(all[5]), 3).among(&all), (6, 7));
        assert_eq!(Wanted::Before(all[6], 3).among(&all), (3, 6));
        assert_eq!(Wanted::Before(all[2], 3).among(&all), (0, 2), "the first page is shorter");
        assert_eq!(Wanted::After(None, MOST).among(&all), (0, 7));
        assert_eq!(Wanted::After(None, MOST).among(&[]), (0, 0));
    }

    /// Of a way of so many steps those between two.
    fn part_of(all: usize, from: usize, to: usize) -> Part {
        let asked = |at: usize| {
            let record = i64::try_from(at).unwrap();
            let stands = Stands::Question { record, number: "CL-2026-0001".into() };
            let at = Timestamp::from_second(record).unwrap();
            Step::Said(Said { at, stands, by: "Ada".into(), words: "How cold?".into() })
        };
        let place = |at: usize| Place(i64::try_from(at).unwrap(), 3, 0);
        Part {
            steps: (from..to).map(asked).collect(),
            all,
            earlier: from,
            before: (from > 0).then(|| place(from)),
            next: (to < all).then(|| place(to)),
        }
    }

    #[test]
    fn no_page_is_without_an_end_and_each_says_how_one_reads_on() {
        let few = Leads::large(&part_of(700, 0, 700), "/orders/SO-1/way");
        assert_eq!(few.words, "700 steps stand on this page: the whole way.");
        assert!(few.before.is_none() && few.next.is_none() && few.larger.is_none());
        let some = Leads::usual(&part_of(700, 0, 500), "/orders/SO-1/way");
        assert_eq!(some.larger, Some(("/orders/SO-1/way?whole=1".into(), "All on one page".into())));
        let many = Leads::usual(&part_of(2_500, 0, 500), "/orders/SO-1/way");
        assert_eq!(many.larger.unwrap().1, "The first 2,000 on one page");
        let large = Leads::large(&part_of(2_500, 0, MOST), "/orders/SO-1/way");
        assert!(large.words.starts_with("Steps 1 to 2,000 of 2,500 stand on this page. No page holds more"));
        assert_eq!(large.next.unwrap(), "/orders/SO-1/way?whole=1&after=2000.3.0", "as large again");
        let last = Leads::large(&part_of(2_500, MOST, 2_500), "/orders/SO-1/way");
        assert_eq!(last.words, "Steps 2,001 to 2,500 of 2,500 stand on this page.");
        assert_eq!(last.before.unwrap(), "/orders/SO-1/way?whole=1&before=2000.3.0");
    }

    #[test]
    fn a_place_is_written_and_read_again() {
        let place = Place(1_772_442_000_000_000, 2, 41);
        assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        for wrong in ["", "1.2", "1.x.3", "1.900.3"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
        assert!(Place(1, 0, 9) < Place(1, 1, 2) && Place(1, 2, 5) < Place(2, 0, 1), "words before deeds");
    }
}
