//! A revision as a paper that one sends to a customer.

use std::collections::HashMap;

use kernel::Revision;
use sheets::{Block, Check, Fact, Paper, Picture, Shown};
use web::language::{self, word};
use web::paper::{Letterhead, Part};
use web::t;

use super::measured;
use crate::model::{Line, Reading, Requirement};

/// What a sheet may show or leave out, in the order in which it is offered.
pub const PARTS: &[Part] = &[
    Part { code: "cover", word: || t!("Cover"), is_usual: true },
    Part { code: "contents", word: || t!("Contents"), is_usual: true },
    Part { code: "intended_use", word: || t!("Intended use"), is_usual: true },
    Part { code: "files", word: || t!("Files and pictures"), is_usual: true },
    Part { code: "value", word: || t!("Value"), is_usual: true },
    Part { code: "acceptance", word: || t!("Accepted if"), is_usual: true },
    Part { code: "verification", word: || t!("Verification"), is_usual: true },
    Part { code: "source", word: || t!("Source"), is_usual: true },
    Part { code: "extra", word: || t!("Extra fields"), is_usual: true },
    Part { code: "class", word: || t!("Class"), is_usual: false },
    Part { code: "kind", word: || t!("Kind"), is_usual: false },
    Part { code: "priority", word: || t!("Priority"), is_usual: false },
    Part { code: "rationale", word: || t!("Why it is wanted"), is_usual: false },
];

/// What stands on the paper.
pub struct Printed<'a> {
    pub reading: &'a Reading,
    pub revision: &'a Revision,
    /// Who released it.
    pub by: String,
    pub customer: Option<String>,
    pub check: Check,
    pub look: Letterhead,
    /// The pictures among its files that the customer may see: name and bytes.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// Those that its texts show, where they stand.
    pub shown: Vec<Shown>,
    /// What the extra fields that the customer reads say of each requirement, by its number.
    pub extra: HashMap<String, Vec<(String, String)>>,
}

impl Printed<'_> {
    fn shows(&self, code: &str) -> bool {
        PARTS.iter().any(|it| it.code == code && self.look.shows(it))
    }
}

/// The paper, in the language of the page, in the dress of the house that `blank` has.
pub fn paper(it: &Printed, blank: Paper) -> Paper {
    let Printed { reading, revision, .. } = it;
    let edition = t!("Revision {no}", no = revision.no);
    let has_many = reading.sections.len() > 1;
    let (first, cover) = (facts_of_all(it, edition.clone()), it.shows("cover"));
    let mut blocks = Vec::new();
    if !cover {
        blocks.push(Block::Facts { facts: first.clone() });
    }
    blocks.extend(self::blocks(it));
    Paper {
        sort: t!("Requirement specification"),
        title: reading.title.clone(),
        number: reading.number.clone(),
        edition,
        cover: if cover { first } else { Vec::new() },
        contents: (has_many && it.shows("contents")).then(|| t!("Contents")),
        is_numbered: true,
        blocks,
        shown: it.shown.clone(),
        foot: format!("SHA-256 {}…", revision.digest.chars().take(16).collect::<String>()),
        check: Some(it.check.clone()),
        day: web::paper::day_of(revision.released_at),
        ..blank
    }
}

/// The texts of a revision that stand on a paper with their pictures.
pub fn texts(reading: &Reading) -> impl Iterator<Item = &str> {
    let prose = reading.sections.iter().map(|it| it.prose.as_str());
    let lines = reading.lines.iter().map(|it| it.body.statement.as_str());
    std::iter::once(reading.intended_use.as_str()).chain(prose).chain(lines)
}

fn fact(label: String, value: impl Into<String>) -> Option<Fact> {
    let value = value.into();
    (!value.trim().is_empty()).then_some(Fact { label, value, is_exact: false })
}

fn facts_of_all(it: &Printed, edition: String) -> Vec<Fact> {
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

fn blocks(it: &Printed) -> Vec<Block> {
    let reading = it.reading;
    let mut all = Vec::new();
    let heading = |words: String| Block::Heading { level: 1, words };
    if it.shows("intended_use") && !reading.intended_use.trim().is_empty() {
        all.push(heading(t!("Intended use")));
        all.push(Block::Prose { markdown: reading.intended_use.clone() });
    }
    for section in &reading.sections {
        all.push(heading(section.title.clone()));
        if !section.prose.trim().is_empty() {
            all.push(Block::Prose { markdown: section.prose.clone() });
        }
        all.extend(reading.lines_of(&section.key).map(|line| clause(it, line)));
    }
    if it.shows("files") && !reading.files.is_empty() {
        all.push(heading(t!("Files")));
        let row = |it: &crate::model::Filed| vec![it.name.clone(), it.digest.clone()];
        all.push(Block::Table {
            head: vec![t!("File"), t!("Digest (SHA-256)")],
            rows: reading.files.iter().map(row).collect(),
            widths: vec![2, 3],
        });
        let picture = |(name, bytes): &(String, Vec<u8>)| Block::Picture {
            picture: Picture { bytes: bytes.clone(), words: name.clone() },
            caption: name.clone(),
        };
        all.extend(it.pictures.iter().map(picture));
    }
    all
}

fn clause(it: &Printed, line: &Line) -> Block {
    let body = &line.body;
    let says_nothing = body.statement.trim().is_empty();
    let facts = PARTS.iter().filter(|part| it.look.shows(part)).filter_map(|part| said(part.code, body));
    let extra = it.extra.get(&line.number).into_iter().flatten().filter(|_| it.shows("extra"));
    let extra = extra.filter_map(|(label, words)| fact(label.clone(), words));
    let files = line.enclosed.iter().filter(|_| it.shows("files"));
    let files = files.filter_map(|file| fact(t!("File"), file.written()));
    Block::Clause {
        number: line.number.clone(),
        markdown: if says_nothing { line.title.clone() } else { body.statement.clone() },
        facts: facts.chain(extra).chain(files).collect(),
    }
}

/// What a requirement says under the code of a part.
fn said(code: &str, body: &Requirement) -> Option<Fact> {
    match code {
        "value" => {
            let value = measured(body)?;
            let characteristic = body.characteristic.trim();
            let of = if characteristic.is_empty() { value } else { format!("{characteristic}: {value}") };
            fact(t!("Value"), of)
        }
        "acceptance" => fact(t!("Accepted if"), &body.acceptance),
        "verification" => fact(t!("Verification"), word(body.verification?)),
        "source" => fact(t!("Source"), &body.source),
        "class" => fact(t!("Class"), word(body.class)),
        "kind" => fact(t!("Kind"), word(body.kind)),
        "priority" => fact(t!("Priority"), word(body.priority?)),
        "rationale" => fact(t!("Why it is wanted"), markdown::plain(&body.rationale)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn a_sheet_shows_the_parts_that_the_house_chose() {
        let body = Requirement {
            section: "s1".into(),
            statement: "Shall dose.".into(),
            value: "1.50".into(),
            unit: "l".into(),
            rationale: "For **hygiene**.".into(),
            ..Requirement::default()
        };
        let section =
            crate::model::Section { key: "s1".into(), title: "Process".into(), prose: String::new() };
        let scheme = crate::model::Enclosed { name: "scheme.pdf".into(), digest: "cd".into(), size: 9 };
        let line = Line { number: "REQ-1".into(), body, enclosed: vec![scheme], ..Line::default() };
        let reading = Reading { sections: vec![section], lines: vec![line], ..Reading::default() };
        let revision = Revision {
            record_id: 1,
            no: 2,
            title: String::new(),
            digest: "ab".repeat(32),
            reason: String::new(),
            released_at: Timestamp::UNIX_EPOCH,
            released_by: 1,
            life: None,
            shown: false,
        };
        let of = |look: Letterhead| {
            let it = Printed {
                reading: &reading,
                revision: &revision,
                by: "Ada".into(),
                customer: None,
                check: Check::default(),
                look,
                pictures: Vec::new(),
                shown: Vec::new(),
                extra: HashMap::from([("REQ-1".into(), vec![("Works".into(), "Kiel".into())])]),
            };
            paper(&it, Paper::default())
        };
        let facts = |it: &Paper| match it.blocks.last() {
            Some(Block::Clause { facts, .. }) => facts.iter().map(|it| it.value.clone()).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let usual = of(Letterhead::default());
        assert!(!usual.cover.is_empty());
        assert_eq!(facts(&usual), ["1.50 l", "Kiel", "scheme.pdf, 9 bytes, SHA-256 cd"]);
        let chosen = of(Letterhead { parts: Some(vec!["rationale".into()]), ..Letterhead::default() });
        assert!(chosen.cover.is_empty(), "no cover was chosen");
        assert_eq!(facts(&chosen), ["For hygiene."]);
    }
}
