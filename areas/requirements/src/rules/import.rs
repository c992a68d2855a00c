//! How does a row of a file read as a requirement, and what would it do?

use std::collections::HashMap;

use kernel::{Candidate, Change, Effect, Faults, Fields, Foresight, IntakeRow, KEY, TargetField, text};

use crate::model::Requirement;
use crate::rules::{FIELDS, are_cited};

/// What a file may say of a requirement, with what its columns are called.
pub const IMPORTED: &[TargetField] = &[
    field(
        KEY,
        || text!("External id"),
        &[
            "id",
            "req id",
            "requirement id",
            "identifier",
            "external id",
            "foreign id",
            "reqif.foreignid",
            "number",
            "no",
            "nr",
            "nummer",
            "kennung",
            "anforderungsnummer",
            "anforderungs id",
        ],
    ),
    field(
        "section",
        || text!("Section"),
        &["section", "chapter", "heading", "group", "reqif.chaptername", "abschnitt", "kapitel", "gruppe"],
    ),
    field(
        "title",
        || text!("Title"),
        &["title", "name", "short title", "reqif.name", "titel", "kurztext", "bezeichnung"],
    ),
    field(
        "statement",
        || text!("Statement"),
        &[
            "statement",
            "text",
            "requirement",
            "requirement text",
            "description",
            "reqif.text",
            "shall",
            "anforderung",
            "anforderungstext",
            "beschreibung",
            "wortlaut",
        ],
    ),
    field("class", || text!("Class"), &["class", "klasse"]),
    field("kind", || text!("Kind"), &["kind", "type", "category", "art", "typ", "kategorie"]),
    field("source", || text!("Source"), &["source", "origin", "reference", "quelle", "herkunft", "verweis"]),
    field(
        "passage",
        || text!("Words it comes from"),
        &["passage", "quotation", "words", "zitat", "wörtlich"],
    ),
    field(
        "said_by_name",
        || text!("Said by"),
        &["said by", "author", "stakeholder", "requested by", "gesagt von", "urheber", "anforderer"],
    ),
    field("said_at", || text!("Said at"), &["said at", "said on", "gesagt am", "geäußert am"]),
    field("rationale", || text!("Rationale"), &["rationale", "reason", "why", "begründung", "grund"]),
    field("priority", || text!("Priority"), &["priority", "prio", "moscow", "priorität"]),
    field("kano", || text!("Effect on satisfaction"), &["kano", "satisfaction", "zufriedenheit"]),
    field(
        "acceptance",
        || text!("Acceptance criterion"),
        &[
            "acceptance",
            "acceptance criterion",
            "acceptance criteria",
            "fit criterion",
            "abnahme",
            "abnahmekriterium",
        ],
    ),
    field(
        "verification",
        || text!("Verified by"),
        &[
            "verification",
            "method",
            "verification method",
            "verified by",
            "verifikation",
            "prüfmethode",
            "methode",
            "nachweis",
        ],
    ),
    field(
        "function",
        || text!("Function"),
        &["function", "department", "responsible function", "funktion", "abteilung", "bereich"],
    ),
    field("product", || text!("Product"), &["product", "part", "item", "produkt", "erzeugnis", "artikel"]),
    field(
        "characteristic",
        || text!("Characteristic"),
        &["characteristic", "parameter", "quantity", "merkmal", "kenngröße"],
    ),
    field("value", || text!("Value"), &["value", "target", "nominal", "wert", "sollwert", "nennwert"]),
    field(
        "lower",
        || text!("Lower limit"),
        &["lower", "lower limit", "min", "minimum", "untere grenze", "untergrenze"],
    ),
    field(
        "upper",
        || text!("Upper limit"),
        &["upper", "upper limit", "max", "maximum", "obere grenze", "obergrenze"],
    ),
    field("unit", || text!("Unit"), &["unit", "uom", "einheit"]),
];

const fn field(
    name: &'static str,
    label: fn() -> kernel::Text,
    headings: &'static [&'static str],
) -> TargetField {
    TargetField { name, label, headings, is_needed: false }
}

/// A requirement that is there, as far as a row can change it.
#[derive(Clone, Debug)]
pub struct There {
    pub id: i64,
    pub number: String,
    pub title: String,
    /// The heading of its section.
    pub section: String,
    pub body: Requirement,
    /// The words of texts that it cites, where the file brings others.
    pub cited: Vec<String>,
}

/// What rows are held against.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The requirements that rows name by their keys.
    pub by_key: HashMap<String, There>,
    /// Of each statement of the set, plainly written, the requirement that says it; empty where nobody asks.
    pub saying: HashMap<String, (i64, String, String)>,
    /// Functions by their names in small letters.
    pub functions: HashMap<String, i64>,
}

/// What each row would do.
pub fn foresee(rows: &[IntakeRow], known: &Known, looks_for_doubles: bool) -> Vec<Foresight> {
    let mut keys: HashMap<&str, usize> = HashMap::new();
    let mut said: HashMap<String, (i64, String, String)> = HashMap::new();
    let mut all = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let (body, mut faults) = written(&Requirement::default(), &row.fields, known);
        let word = |name: &str| row.fields.get(name).map_or("", |it| it.trim());
        let key = word(KEY);
        if !key.is_empty() && keys.insert(key, place).is_some() {
            faults.push((KEY.to_owned(), text!("Another row has this external id, too. Give each its own.")));
        }
        let title = title(word("title"), &body.statement);
        if title.chars().count() > 300 {
            faults.push(("title".to_owned(), text!("Shorten it to {count} characters.", count = 300i64)));
        }
        if let Err(wrong) = kernel::Body::check(&body) {
            faults.extend(wrong.0);
        }
        let found = Foresight { title, ..Foresight::default() };
        all.push(match known.by_key.get(key).filter(|_| !key.is_empty()) {
            Some(there) => {
                let passage = word("passage");
                if !passage.is_empty()
                    && passage != there.body.passage
                    && let Err(wrong) = are_cited(passage, there.cited.iter().map(String::as_str))
                {
                    faults.extend(wrong.0);
                }
                changes(found, there, &row.fields, known).faulty(faults)
            }
            None if body.statement.is_empty() && word("title").is_empty() => {
                faults.push(("statement".to_owned(), text!("Say what shall be, or leave the row out.")));
                found.faulty(faults)
            }
            None if looks_for_doubles => doubled(found, row, &body, (known, &mut said)).faulty(faults),
            None => found.faulty(faults),
        });
    }
    all
}

/// The body that the fields of a row make of another one, and what is wrong with them. Empty cells change nothing.
pub fn written(
    before: &Requirement,
    fields: &Fields,
    known: &Known,
) -> (Requirement, Vec<(String, kernel::Text)>) {
    let (mut body, mut faults) = (before.clone(), Vec::new());
    for (name, words) in
        fields.iter().filter(|(name, words)| FIELDS.contains(&name.as_str()) && !words.trim().is_empty())
    {
        let outcome = match name.as_str() {
            "function" => match function(words, known) {
                Some(id) => {
                    body.function = Some(id);
                    Ok(())
                }
                None => Err(Faults::one(
                    "function",
                    text!(
                        "No function is called “{name}”. Name one that is there, or leave it empty.",
                        name = words.trim()
                    ),
                )),
            },
            _ => body.write(name, words),
        };
        if let Err(Faults(wrong)) = outcome {
            faults.extend(wrong);
        }
    }
    (body, faults)
}

/// A function by its name, or by how its name begins where only one begins so.
fn function(words: &str, known: &Known) -> Option<i64> {
    let words = words.trim().to_lowercase();
    if let Some(id) = known.functions.get(&words) {
        return Some(*id);
    }
    let mut begin = known.functions.iter().filter(|(name, _)| name.starts_with(&words));
    match (begin.next(), begin.next()) {
        (Some((_, id)), None) => Some(*id),
        _ => None,
    }
}

/// A title of its own, or the first words of the statement.
pub fn title(given: &str, statement: &str) -> String {
    if given.is_empty() { crate::commands::title_of(statement) } else { given.to_owned() }
}

fn changes(found: Foresight, there: &There, fields: &Fields, known: &Known) -> Foresight {
    let (body, _) = written(&there.body, fields, known);
    let mut changes: Vec<Change> = FIELDS
        .iter()
        .map(|field| Change {
            field: (*field).to_owned(),
            old: there.body.written(field),
            new: body.written(field),
        })
        .filter(|it| it.old != it.new)
        .collect();
    for (name, old) in [("title", &there.title), ("section", &there.section)] {
        if let Some(new) = fields.get(name).map(|it| it.trim()).filter(|it| !it.is_empty() && it != old) {
            changes.insert(0, Change { field: name.to_owned(), old: old.clone(), new: new.to_owned() });
        }
    }
    let effect = if changes.is_empty() { Effect::Same } else { Effect::Changes };
    Foresight { effect, target: Some(there.id), number: there.number.clone(), changes, ..found }
}

type Said<'a> = (&'a Known, &'a mut HashMap<String, (i64, String, String)>);

/// Whether the set, or a row before, says the same already.
fn doubled(found: Foresight, row: &IntakeRow, body: &Requirement, (known, said): Said) -> Foresight {
    let words = plainly(&body.statement);
    if words.is_empty() {
        return found;
    }
    let reason = text!("It says the same, word for word.");
    if let Some((id, number, title)) = known.saying.get(&words) {
        let candidate = Candidate {
            record: Some(*id),
            number: number.clone(),
            title: title.clone(),
            is_certain: true,
            reasons: vec![reason],
            ..Candidate::default()
        };
        return Foresight { effect: Effect::Duplicate, candidates: vec![candidate], ..found };
    }
    if let Some((id, key, title)) = said.get(&words) {
        let candidate = Candidate {
            row: Some(*id),
            number: key.clone(),
            title: title.clone(),
            is_certain: true,
            reasons: vec![reason],
            ..Candidate::default()
        };
        return Foresight { effect: Effect::Duplicate, candidates: vec![candidate], ..found };
    }
    let key = row.fields.get(KEY).map_or("", |it| it.trim()).to_owned();
    said.insert(words, (row.id, key, found.title.clone()));
    found
}

/// The letters and figures of a statement, whatever stands between them.
pub fn plainly(statement: &str) -> String {
    let plain = markdown::plain(statement).to_lowercase();
    let kept: String =
        plain.chars().filter(|it| it.is_alphanumeric() || matches!(it, '.' | '±' | '%' | '-')).collect();
    kept.trim_end_matches('.').to_owned()
}

/// The words of a field as they are told in a change: a function by its key becomes its name again.
pub fn is_written(body: &Requirement, change: &Change) -> bool {
    body.written(&change.field) == change.new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, pairs: &[(&str, &str)]) -> IntakeRow {
        IntakeRow {
            id,
            fields: pairs.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect(),
        }
    }

    fn there() -> Known {
        let body =
            Requirement { statement: "It shall stand.".into(), unit: "mm".into(), ..Requirement::default() };
        let there = There {
            id: 7,
            number: "REQ-0007".into(),
            title: "Stand".into(),
            section: "Site".into(),
            body,
            cited: vec!["It has to stand".into()],
        };
        let saying = [(plainly("It shall stand."), (7, "REQ-0007".to_owned(), "Stand".to_owned()))];
        Known {
            by_key: [("A1".to_owned(), there)].into(),
            saying: saying.into(),
            functions: [("design".to_owned(), 3)].into(),
        }
    }

    #[test]
    fn a_row_with_a_known_key_tells_what_it_changes_and_an_empty_cell_changes_nothing() {
        let rows =
            [row(1, &[(KEY, "A1"), ("statement", "It shall lie."), ("unit", ""), ("section", "Site")])];
        let it = &foresee(&rows, &there(), true)[0];
        assert_eq!((it.effect, it.target), (Effect::Changes, Some(7)));
        assert_eq!(it.changes.len(), 1);
        assert_eq!(
            (it.changes[0].old.as_str(), it.changes[0].new.as_str()),
            ("It shall stand.", "It shall lie.")
        );
        let same = [row(1, &[(KEY, "A1"), ("statement", "It shall stand."), ("title", "Stand")])];
        assert_eq!(foresee(&same, &there(), true)[0].effect, Effect::Same);
    }

    #[test]
    fn a_row_never_writes_over_words_that_are_cited() {
        let of = |words: &str| foresee(&[row(1, &[(KEY, "A1"), ("passage", words)])], &there(), true);
        assert_eq!(of("It may lie")[0].faults[0].0, "passage");
        assert_eq!(of("has to stand")[0].faults[0].0, "passage", "fewer are others");
        assert_eq!(of("It has  to stand")[0].effect, Effect::Changes);
    }

    #[test]
    fn what_says_the_same_is_a_likely_duplicate_with_the_reason() {
        let rows = [
            row(1, &[("statement", "it shall  stand!")]),
            row(2, &[("statement", "It shall be blue.")]),
            row(3, &[("statement", "It shall be **blue**.")]),
        ];
        let found = foresee(&rows, &there(), true);
        assert_eq!((found[0].effect, found[0].candidates[0].record), (Effect::Duplicate, Some(7)));
        assert_eq!(found[1].effect, Effect::New);
        assert_eq!((found[2].effect, found[2].candidates[0].row), (Effect::Duplicate, Some(2)));
    }

    #[test]
    fn faults_name_the_field_and_the_remedy() {
        let rows = [
            row(
                1,
                &[
                    ("statement", "It shall."),
                    ("value", "about 5"),
                    ("function", "magic"),
                    ("priority", "urgent"),
                ],
            ),
            row(2, &[("section", "Site")]),
            row(3, &[(KEY, "B"), ("statement", "One shall.")]),
            row(4, &[(KEY, "B"), ("statement", "Two shall.")]),
        ];
        let found = foresee(&rows, &there(), true);
        let fields: Vec<&str> = found[0].faults.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["function", "priority", "value"]);
        assert_eq!(found[1].faults[0].0, "statement");
        assert_eq!((found[2].effect, found[3].effect), (Effect::New, Effect::Fault));
    }
}
