//! A revision as a paper that one sends to a customer.

use jiff::tz::TimeZone;
use kernel::Revision;
use sheets::{Block, Check, Fact, House, Paper};
use web::language::{self, word};
use web::t;

use super::measured;
use crate::model::{Line, Reading};

/// What stands on the paper.
pub struct Printed<'a> {
    pub reading: &'a Reading,
    pub revision: &'a Revision,
    /// Who released it.
    pub by: String,
    pub customer: Option<String>,
    /// What the house is called.
    pub house: String,
    /// The address at which anybody can ask whether it is current, and its code.
    pub check: (String, String),
}

/// The paper, in the language of the page.
pub fn paper(it: &Printed) -> Paper {
    let Printed { reading, revision, .. } = it;
    let day = TimeZone::UTC.to_datetime(revision.released_at).date();
    let part = |it: i8| u8::try_from(it).unwrap_or(1);
    let edition = t!("Revision {no}", no = revision.no);
    let check = Check {
        heading: t!("Is this paper current?"),
        sentence: t!(
            "Scan the code, or type the address. It says whether a later revision replaced this one."
        ),
        address: it.check.0.clone(),
        code: it.check.1.clone(),
    };
    Paper {
        language: language::code().to_owned(),
        house: House { name: it.house.clone(), ..House::default() },
        sort: t!("Requirement specification"),
        title: reading.title.clone(),
        number: reading.number.clone(),
        edition: edition.clone(),
        cover: cover(it, edition),
        contents: (reading.sections.len() > 1).then(|| t!("Contents")),
        is_numbered: true,
        blocks: blocks(reading),
        foot: format!("SHA-256 {}…", revision.digest.chars().take(16).collect::<String>()),
        counting: (t!("Page"), t!("of")),
        check: Some(check),
        attached: Vec::new(),
        day: Some((i32::from(day.year()), part(day.month()), part(day.day()))),
        boxes: t!("A box stands for a sign that no typeface of this paper has."),
    }
}

fn fact(label: String, value: impl Into<String>) -> Option<Fact> {
    let value = value.into();
    (!value.trim().is_empty()).then_some(Fact { label, value, is_exact: false })
}

fn cover(it: &Printed, edition: String) -> Vec<Fact> {
    let digest = Fact { label: t!("Digest (SHA-256)"), value: it.revision.digest.clone(), is_exact: true };
    let facts = [
        it.customer.as_ref().and_then(|customer| fact(t!("Customer"), customer)),
        fact(t!("Number"), &it.reading.number),
        fact(t!("Edition"), edition),
        fact(t!("Matter"), &it.reading.matter),
        fact(t!("Released"), language::exact_moment(it.revision.released_at)),
        fact(t!("Released by"), &it.by),
        fact(t!("Requirements"), it.reading.lines.len().to_string()),
        Some(digest),
    ];
    facts.into_iter().flatten().collect()
}

fn blocks(reading: &Reading) -> Vec<Block> {
    let mut all = Vec::new();
    let heading = |words: String| Block::Heading { level: 1, words };
    if !reading.intended_use.trim().is_empty() {
        all.push(heading(t!("Intended use")));
        all.push(Block::Prose { markdown: reading.intended_use.clone() });
    }
    for section in &reading.sections {
        all.push(heading(section.title.clone()));
        if !section.prose.trim().is_empty() {
            all.push(Block::Prose { markdown: section.prose.clone() });
        }
        all.extend(reading.lines_of(&section.key).map(clause));
    }
    if !reading.files.is_empty() {
        all.push(heading(t!("Files")));
        let row = |it: &crate::model::Filed| vec![it.name.clone(), it.digest.clone()];
        all.push(Block::Table {
            head: vec![t!("File"), t!("Digest (SHA-256)")],
            rows: reading.files.iter().map(row).collect(),
            widths: vec![2, 3],
        });
    }
    all
}

fn clause(line: &Line) -> Block {
    let body = &line.body;
    let measured = measured(body).map(|value| match body.characteristic.trim() {
        "" => value,
        characteristic => format!("{characteristic}: {value}"),
    });
    let facts = [
        measured.and_then(|it| fact(t!("Value"), it)),
        fact(t!("Accepted if"), &body.acceptance),
        body.verification.and_then(|it| fact(t!("Verification"), word(it))),
        fact(t!("Source"), &body.source),
    ];
    let says_nothing = body.statement.trim().is_empty();
    Block::Clause {
        number: line.number.clone(),
        markdown: if says_nothing { line.title.clone() } else { body.statement.clone() },
        facts: facts.into_iter().flatten().collect(),
    }
}
