//! A revision of an item as a paper: its data sheet.

use jiff::civil::Date;
use kernel::Audience;
use sheets::{Block, Check, Fact, Paper};
use web::language::{self, day, word};
use web::t;

use super::{figure, limits};
use crate::model::Characteristic;
use crate::queries::Held;

/// What stands on the paper.
pub struct Printed<'a> {
    pub number: &'a str,
    /// What the item was called when it was released.
    pub title: String,
    pub held: &'a Held,
    /// Who released it.
    pub by: String,
    /// The number of the item that it is a variant of.
    pub base: Option<String>,
    /// The day since when it is discontinued.
    pub over: Option<Date>,
    pub check: Check,
}

/// The paper, in the language of the page, in the dress of the house that `blank` has. Prices are no part of it: they
/// stand in quotations.
pub fn paper(it: &Printed, blank: Paper) -> Paper {
    let Held { is, says, .. } = it.held;
    let mut blocks = vec![Block::Facts { facts: facts(it) }];
    let heading = |words: String| Block::Heading { level: 1, words };
    if !says.summary.trim().is_empty() {
        blocks.push(heading(t!("What it is and does")));
        blocks.push(Block::Prose { markdown: says.summary.clone() });
    }
    if !says.characteristics.is_empty() {
        blocks.push(heading(t!("Characteristics")));
        blocks.push(characteristics(&says.characteristics));
    }
    if let Some(base) = &it.base {
        let sentence =
            t!("It is a variant of {number}; what that sheet says holds for it, too.", number = base);
        blocks.push(Block::Prose { markdown: sentence });
    }
    for (title, lines) in [
        (t!("Features"), &says.features),
        (t!("Options"), &says.options),
        (t!("Not included"), &says.exclusions),
    ] {
        if !lines.is_empty() {
            blocks.push(heading(title));
            let all: Vec<String> = lines.iter().map(|it| format!("- {it}")).collect();
            blocks.push(Block::Prose { markdown: all.join("\n") });
        }
    }
    // Whoever has the paper reads of no file that only the house reads.
    let theirs = it.held.files.iter().filter(|it| it.audience == Audience::Party);
    let rows: Vec<_> = theirs.map(|it| vec![it.name.clone(), it.digest.clone()]).collect();
    if !rows.is_empty() {
        blocks.push(heading(t!("Files")));
        let head = vec![t!("File"), t!("Digest (SHA-256)")];
        blocks.push(Block::Table { head, rows, widths: vec![2, 4] });
    }
    Paper {
        sort: t!("Data sheet"),
        title: it.title.clone(),
        number: it.number.to_owned(),
        edition: t!("Revision {label}", label = &is.label),
        is_numbered: false,
        blocks,
        foot: format!("SHA-256 {}…", is.digest.chars().take(16).collect::<String>()),
        check: Some(it.check.clone()),
        day: web::paper::day_of(is.released_at),
        ..blank
    }
}

fn facts(it: &Printed) -> Vec<Fact> {
    let Held { is, says, .. } = it.held;
    let fact = |label: String, value: String| {
        (!value.trim().is_empty()).then_some(Fact { label, value, is_exact: false })
    };
    let lead_time = says.lead_time_days.map(|it| t!("{count} day" | "{count} days", count = it));
    let until = says.last_order_on.map(day);
    let all = [
        fact(t!("Article number"), says.code.clone()),
        fact(t!("What it is"), word(says.sort)),
        fact(t!("Number"), it.number.to_owned()),
        fact(t!("Revision"), is.label.clone()),
        fact(t!("Holds"), super::holds_from(is)),
        fact(t!("Lead time"), lead_time.unwrap_or_default()),
        fact(t!("Markets"), says.markets.join(", ")),
        fact(t!("Packing"), says.packing.clone()),
        fact(t!("Last day to order"), until.unwrap_or_default()),
        fact(t!("Discontinued since"), it.over.map(day).unwrap_or_default()),
        fact(t!("Released"), language::exact_moment(is.released_at)),
        fact(t!("Released by"), it.by.clone()),
        Some(Fact { label: t!("Digest (SHA-256)"), value: is.digest.clone(), is_exact: true }),
    ];
    all.into_iter().flatten().collect()
}

fn characteristics(all: &[Characteristic]) -> Block {
    let row = |it: &Characteristic| {
        let name = if it.is_critical { format!("{} ({})", it.name, t!("critical")) } else { it.name.clone() };
        let value = format!("{} {}", figure(&it.value), it.unit).trim().to_owned();
        vec![name, value, limits(it), it.method.clone()]
    };
    Block::Table {
        head: vec![t!("Characteristic"), t!("Value"), t!("Limits"), t!("Method")],
        rows: all.iter().map(row).collect(),
        widths: vec![3, 2, 2, 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CatalogueItem;
    use crate::queries::Effective;

    #[test]
    fn a_sheet_says_what_the_revision_says_and_no_price() {
        let one = Characteristic {
            name: "Flow".into(),
            value: "18.50".into(),
            upper: "20".into(),
            unit: "l/h".into(),
            method: "Flow test".into(),
            is_critical: true,
            ..Characteristic::default()
        };
        let says = CatalogueItem {
            code: "KD-20".into(),
            summary: "A **pump**.".into(),
            price: "1690.00".into(),
            characteristics: vec![one],
            exclusions: vec!["Motor".into()],
            ..CatalogueItem::default()
        };
        let is = Effective {
            no: 2,
            label: "B".into(),
            from_day: jiff::civil::date(2026, 3, 2),
            basis: kernel::Basis::Day,
            starts: "2026-03-02".into(),
            digest: "ab".repeat(32),
            released_at: jiff::Timestamp::UNIX_EPOCH,
            released_by: 1,
            reason: String::new(),
        };
        let held = Held { is, says, files: Vec::new() };
        let printed = Printed {
            number: "CI-0001",
            title: "Dosing pump".into(),
            held: &held,
            by: "Clara".into(),
            base: Some("CI-0009".into()),
            over: None,
            check: Check::default(),
        };
        let paper = paper(&printed, Paper::default());
        assert_eq!((paper.number.as_str(), paper.edition.as_str()), ("CI-0001", "Revision B"));
        let rows = paper.blocks.iter().find_map(|it| match it {
            Block::Table { rows, .. } => Some(rows.clone()),
            _ => None,
        });
        assert_eq!(rows.unwrap()[0], ["Flow (critical)", "18.50 l/h", "at most 20", "Flow test"]);
        let said = format!("{:?}", paper.blocks);
        assert!(said.contains("- Motor") && said.contains("CI-0009"), "{said}");
        assert!(!said.contains("1690"), "prices stand in quotations: {said}");
    }
}
