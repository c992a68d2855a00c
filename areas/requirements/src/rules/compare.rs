//! What was added, removed, moved and changed from one reading of a set to another?

use std::collections::{BTreeMap, BTreeSet};

use difference::{Move, sequence};
use kernel::EXTRA;

use super::FIELDS;
use crate::model::{
    Comparison, Enclosed, FieldChange, Filed, Line, LineChange, Reading, SectionChange, Spot, What,
};

/// Compares two readings. Requirements are the same by their number, sections by their key, files by their digest;
/// files of a requirement by their name, so that one with another digest was replaced.
pub fn compare(before: &Reading, after: &Reading) -> Comparison {
    let (lines, same) = lines(before, after);
    Comparison {
        fields: of_the_set(before, after),
        sections: sections(before, after),
        lines,
        files_added: lacking(&after.files, &before.files),
        files_removed: lacking(&before.files, &after.files),
        lacks_enclosed: lacks_enclosed(before, after),
        same,
    }
}

fn of_the_set(before: &Reading, after: &Reading) -> Vec<FieldChange> {
    let fields = [
        ("title", &before.title, &after.title),
        ("matter", &before.matter, &after.matter),
        ("intended_use", &before.intended_use, &after.intended_use),
    ];
    let changed = fields.into_iter().filter(|(_, before, after)| before != after);
    let own = changed.map(|(field, before, after)| FieldChange {
        field: field.to_owned(),
        before: before.clone(),
        after: after.clone(),
    });
    own.chain(extra(&before.told, &after.told)).collect()
}

/// What differs in extra fields.
fn extra(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<FieldChange> {
    by_name(before, after).map(|it| FieldChange { field: format!("{EXTRA}{}", it.field), ..it }).collect()
}

/// What is called alike and says something else, or is said in one of both only.
fn by_name<'a>(
    before: &'a BTreeMap<String, String>,
    after: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = FieldChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let said = |of: &BTreeMap<String, String>, name: &String| of.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .map(move |it| FieldChange { field: it.clone(), before: said(before, it), after: said(after, it) })
        .filter(|it| it.before != it.after)
}

/// Those of the first files that the second have not.
fn lacking(files: &[Filed], others: &[Filed]) -> Vec<Filed> {
    files.iter().filter(|it| others.iter().all(|other| other != *it)).cloned().collect()
}

/// What is not known of one is not called a change in the other.
fn lacks_enclosed(before: &Reading, after: &Reading) -> bool {
    before.lacks_enclosed || after.lacks_enclosed
}

fn sections(before: &Reading, after: &Reading) -> Vec<SectionChange> {
    let keys = |reading: &Reading| reading.sections.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
    let said = |reading: &Reading, place: usize| {
        let section = &reading.sections[place];
        Some((section.title.clone(), section.prose.clone()))
    };
    let (old, new) = (keys(before), keys(after));
    let changes = sequence(&old, &new).into_iter().map(|it| match it {
        Move::Added { to } => {
            SectionChange { key: new[to].clone(), before: None, after: said(after, to), is_moved: false }
        }
        Move::Removed { from } => {
            SectionChange { key: old[from].clone(), before: said(before, from), after: None, is_moved: false }
        }
        Move::Kept { from, to } | Move::Moved { from, to } => SectionChange {
            key: new[to].clone(),
            before: said(before, from),
            after: said(after, to),
            is_moved: matches!(it, Move::Moved { .. }),
        },
    });
    changes.filter(|it| it.is_moved || it.before != it.after).collect()
}

fn lines(before: &Reading, after: &Reading) -> (Vec<LineChange>, usize) {
    let numbers = |reading: &Reading| reading.lines.iter().map(|it| it.number.clone()).collect::<Vec<_>>();
    let (spots_before, spots_after) = (spots(before), spots(after));
    // What only went to another section in the same order has moved as well.
    let settled: BTreeSet<_> = before.lines.iter().map(|it| (&it.number, &it.body.section)).collect();
    let mut changes = Vec::new();
    let mut same = 0;
    for step in sequence(&numbers(before), &numbers(after)) {
        let (line, what) = match step {
            Move::Added { to } => {
                let line = &after.lines[to];
                (line, What::Added { statement: line.body.statement.clone(), files: written(line) })
            }
            Move::Removed { from } => {
                let line = &before.lines[from];
                (line, What::Removed { statement: line.body.statement.clone(), files: written(line) })
            }
            Move::Kept { from, to } | Move::Moved { from, to } => {
                let (old, new) = (&before.lines[from], &after.lines[to]);
                let is_moved = matches!(step, Move::Moved { .. })
                    || !settled.contains(&(&new.number, &new.body.section));
                let moved =
                    is_moved.then(|| (spots_before[&old.number].clone(), spots_after[&new.number].clone()));
                let mut fields = fields(old, new);
                if !lacks_enclosed(before, after) {
                    fields.extend(files(&old.enclosed, &new.enclosed));
                }
                (new, What::Kept { moved, fields })
            }
        };
        if matches!(&what, What::Kept { moved: None, fields } if fields.is_empty()) {
            same += 1;
            continue;
        }
        let reading = if matches!(what, What::Removed { .. }) { before } else { after };
        let section = reading.section_title(&line.body.section).to_owned();
        changes.push(LineChange { number: line.number.clone(), title: line.title.clone(), section, what });
    }
    (changes, same)
}

fn spots(reading: &Reading) -> BTreeMap<String, Spot> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let mut spots = BTreeMap::new();
    for line in &reading.lines {
        let place = count.entry(&line.body.section).and_modify(|it| *it += 1).or_insert(1);
        let section = reading.section_title(&line.body.section).to_owned();
        spots.insert(line.number.clone(), Spot { section, place: *place });
    }
    spots
}

fn fields(before: &Line, after: &Line) -> Vec<FieldChange> {
    let all = std::iter::once("title").chain(FIELDS.iter().copied());
    all.map(|field| FieldChange {
        field: field.to_owned(),
        before: before.written(field),
        after: after.written(field),
    })
    .filter(|it| it.before != it.after)
    .chain(extra(&before.told, &after.told))
    .collect()
}

fn written(line: &Line) -> Vec<String> {
    line.enclosed.iter().map(Enclosed::written).collect()
}

/// What became of the files of a requirement, by their names.
fn files(before: &[Enclosed], after: &[Enclosed]) -> Vec<FieldChange> {
    let named = |files: &[Enclosed]| {
        files.iter().map(|it| (it.name.clone(), it.written())).collect::<BTreeMap<String, String>>()
    };
    let (old, new) = (named(before), named(after));
    by_name(&old, &new).map(|it| FieldChange { field: "file".to_owned(), ..it }).collect()
}

impl Line {
    /// What a field says, `title` and the name of the function included.
    pub fn written(&self, field: &str) -> String {
        match field {
            "title" => self.title.clone(),
            "function" => self.function.clone(),
            _ => self.body.written(field),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Requirement, Section};

    const WORLD: [&str; 3] = [
        include_str!("../../../../demo/requirements/rs-2026-0017-rev-1.csv"),
        include_str!("../../../../demo/requirements/rs-2026-0017-rev-2.csv"),
        include_str!("../../../../demo/requirements/rs-2026-0017-rev-3.csv"),
    ];
    const CHANGES: &str = include_str!("../../../../demo/requirements/rs-2026-0017-changes.csv");

    /// A set as a sheet tells it.
    fn reading(sheet: &str) -> Reading {
        let mut reading = Reading { title: "CIP 3 dosing skid".into(), ..Reading::default() };
        for row in rows_of(sheet) {
            let key = row["section"].clone();
            if reading.sections.iter().all(|it| it.key != key) {
                reading.sections.push(Section { key: key.clone(), title: key.clone(), prose: String::new() });
            }
            let mut body =
                Requirement { section: key, said_by_name: row["said_by"].clone(), ..Requirement::default() };
            for (column, words) in &row {
                match column.as_str() {
                    "id" | "section" | "title" | "said_by" | "function" => {}
                    "method" => body.write("verification", words).unwrap(),
                    field => body.write(field, words).unwrap(),
                }
            }
            let function = row["function"].clone();
            reading.lines.push(Line {
                number: row["id"].clone(),
                title: row["title"].clone(),
                function,
                body,
                ..Line::default()
            });
        }
        reading
    }

    fn rows_of(sheet: &str) -> Vec<BTreeMap<String, String>> {
        let mut lines = csv::Reader::from_reader(sheet.as_bytes());
        lines.deserialize().map(|it| it.unwrap()).collect()
    }

    /// The rows of the sheet of changes for one step.
    fn told(before: &Reading, after: &Reading, revision: &str) -> BTreeSet<Vec<String>> {
        let mut rows = BTreeSet::new();
        for row in compare(before, after).rows() {
            rows.insert([vec![revision.to_owned()], row.to_vec()].concat());
        }
        rows
    }

    #[test]
    fn the_three_revisions_of_the_main_set_differ_exactly_as_the_world_says() {
        let [first, second, third] = WORLD.map(reading);
        let wanted: BTreeSet<Vec<String>> = rows_of(CHANGES)
            .into_iter()
            .map(|row| {
                ["revision", "id", "kind", "field", "before", "after"].map(|it| row[it].clone()).to_vec()
            })
            .collect();
        assert_eq!(wanted.len(), 34);
        let found: BTreeSet<_> =
            told(&first, &second, "2").into_iter().chain(told(&second, &third, "3")).collect();
        assert_eq!(found, wanted);
        assert_eq!(compare(&second, &third).same, 69 - 1 + 2 - 2);
        assert_eq!(compare(&third, &third), Comparison { same: 72, ..Comparison::default() });
    }

    fn small(numbers: &[(&str, &str)]) -> Reading {
        let mut reading = Reading::default();
        for (key, title) in [("s1", "Process"), ("s2", "Law")] {
            reading.sections.push(Section { key: key.into(), title: title.into(), prose: String::new() });
        }
        for (number, section) in numbers {
            let body = Requirement { section: (*section).into(), ..Requirement::default() };
            reading.lines.push(Line { number: (*number).into(), body, ..Line::default() });
        }
        reading
    }

    #[test]
    fn one_that_moved_is_told_alone() {
        let before = small(&[("A", "s1"), ("B", "s1"), ("C", "s1"), ("D", "s2")]);
        let after = small(&[("B", "s1"), ("C", "s1"), ("A", "s1"), ("D", "s2")]);
        let told = compare(&before, &after);
        assert_eq!((told.lines.len(), told.same), (1, 3));
        let spot = |place| Spot { section: "Process".into(), place };
        let moved = What::Kept { moved: Some((spot(1), spot(3))), fields: Vec::new() };
        assert_eq!((told.lines[0].number.as_str(), &told.lines[0].what), ("A", &moved));
    }

    #[test]
    fn the_same_order_in_another_section_has_moved() {
        let before = small(&[("A", "s1"), ("B", "s1"), ("D", "s2")]);
        let after = small(&[("A", "s1"), ("B", "s2"), ("D", "s2")]);
        let told = compare(&before, &after);
        assert_eq!(
            told.rows(),
            [["B".to_owned(), "moved".into(), String::new(), "Process, 2".into(), "Law, 1".into()]]
        );
    }

    #[test]
    fn prose_headings_and_files_are_compared_too() {
        let before = small(&[]);
        let mut after = small(&[]);
        after.sections[1].title = "Laws".into();
        after.sections.push(Section {
            key: "s3".into(),
            title: "Service".into(),
            prose: "As agreed.".into(),
        });
        after.files.push(Filed { name: "scheme.pdf".into(), digest: "ab".into() });
        after.intended_use = "Dose.".into();
        let told = compare(&before, &after);
        assert_eq!(told.sections.len(), 2);
        assert_eq!(told.sections[1].before, None);
        assert_eq!((told.files_added.len(), told.fields.len()), (1, 1));
    }

    fn enclosed(name: &str, digest: &str) -> Enclosed {
        Enclosed { name: name.into(), digest: digest.into(), size: 9 }
    }

    #[test]
    fn a_file_of_a_requirement_is_added_replaced_and_removed() {
        let (mut before, mut after) =
            (small(&[("A", "s1"), ("B", "s1")]), small(&[("A", "s1"), ("B", "s1")]));
        before.lines[0].enclosed = vec![enclosed("old.pdf", "01"), enclosed("scheme.pdf", "02")];
        after.lines[0].enclosed = vec![enclosed("new.pdf", "03"), enclosed("scheme.pdf", "04")];
        let told = compare(&before, &after);
        let row = |before: &str, after: &str| ["A", "changed", "file", before, after].map(str::to_owned);
        assert_eq!(
            told.rows(),
            [
                row("", "new.pdf, 9 bytes, SHA-256 03"),
                row("old.pdf, 9 bytes, SHA-256 01", ""),
                row("scheme.pdf, 9 bytes, SHA-256 02", "scheme.pdf, 9 bytes, SHA-256 04"),
            ]
        );
        assert_eq!((told.same, told.lacks_enclosed), (1, false));
    }

    #[test]
    fn files_come_and_go_with_their_requirement() {
        let (before, mut after) = (small(&[]), small(&[("A", "s1")]));
        after.lines[0].enclosed = vec![enclosed("scheme.pdf", "02")];
        let words = "scheme.pdf, 9 bytes, SHA-256 02";
        assert_eq!(compare(&before, &after).rows()[1], ["A", "added", "file", "", words]);
        assert_eq!(compare(&after, &before).rows()[1], ["A", "removed", "file", words, ""]);
    }

    #[test]
    fn what_extra_fields_say_is_compared_where_it_was_read_for_that() {
        let (mut before, mut after) = (small(&[("A", "s1")]), small(&[("A", "s1")]));
        let said = |words: &str| BTreeMap::from([("works".to_owned(), words.to_owned())]);
        (before.lines[0].told, after.lines[0].told) = (said("Kiel"), said("Lyon"));
        after.told = said("Lyon");
        let told = compare(&before, &after);
        assert_eq!(told.rows(), [["A", "changed", "extra.works", "Kiel", "Lyon"].map(str::to_owned)]);
        assert_eq!((told.fields[0].field.as_str(), told.fields[0].before.as_str()), ("extra.works", ""));
        after.lines[0].extra.insert("works".into(), "Bern".into());
        assert_eq!(compare(&after, &after), Comparison { same: 1, ..Comparison::default() });
    }

    #[test]
    fn what_a_revision_did_not_freeze_is_not_called_a_change() {
        let (mut before, mut after) = (small(&[("A", "s1")]), small(&[("A", "s1")]));
        before.lacks_enclosed = true;
        after.lines[0].enclosed = vec![enclosed("scheme.pdf", "02")];
        let told = compare(&before, &after);
        assert_eq!((told.lines.len(), told.same, told.lacks_enclosed), (0, 1, true));
    }
}
