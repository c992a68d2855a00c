//! Which column of a file is taken for which field?

use std::collections::HashMap;

use kernel::{Field, Fields, TargetField};

/// So many rows from the top may be the one with the headings.
const LOOKED_AT: usize = 15;

/// A heading as it is compared: small letters and figures, one space between words.
pub fn plain(heading: &str) -> String {
    let letters = heading.to_lowercase();
    let spaced: String = letters.chars().map(|it| if it.is_alphanumeric() { it } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The field of each column, by what stands above it; empty where nothing fits. No field is given twice. An extra
/// field is known by its names, where no other field is called so.
pub fn guess(headings: &[String], (fields, extra): (&[TargetField], &[Field])) -> Vec<String> {
    let names: Vec<String> = extra.iter().map(Field::place_of_fault).collect();
    let mut known: HashMap<String, &str> = HashMap::new();
    for field in fields {
        known.insert(plain(&field.name.replace('_', " ")), field.name);
        for heading in field.headings {
            known.entry(plain(heading)).or_insert(field.name);
        }
    }
    for (field, name) in extra.iter().zip(&names) {
        for heading in field.headings() {
            known.entry(plain(&heading)).or_insert(name);
        }
    }
    let mut given: Vec<&str> = Vec::new();
    let mut columns = Vec::with_capacity(headings.len());
    for heading in headings {
        let field = known.get(&plain(heading)).copied().filter(|it| !given.contains(it)).unwrap_or_default();
        if !field.is_empty() {
            given.push(field);
        }
        columns.push(field.to_owned());
    }
    columns
}

/// Columns as they were chosen last time, without fields that there are not any more. A column that was left out then
/// is taken for a field that has to be said and is called like it.
pub fn still_right(
    mut columns: Vec<String>,
    guessed: Vec<String>,
    (fields, extra): (&[TargetField], &[Field]),
) -> Vec<String> {
    for column in &mut columns {
        let is_known = fields.iter().any(|it| it.name == *column)
            || extra.iter().any(|it| it.place_of_fault() == *column);
        if !is_known {
            column.clear();
        }
    }
    for (place, field) in guessed.into_iter().enumerate() {
        let is_asked = extra.iter().any(|it| it.required && it.place_of_fault() == field);
        let is_taken = columns.contains(&field);
        if let Some(column) = columns.get_mut(place).filter(|it| it.is_empty() && is_asked && !is_taken) {
            *column = field;
        }
    }
    columns
}

/// The row that holds the headings, counted from 1: the one near the top in which most words are known as such; the
/// first one where none are.
pub fn header_row(rows: &[Vec<String>], fields: (&[TargetField], &[Field])) -> usize {
    let known = |row: &Vec<String>| guess(row, fields).iter().filter(|it| !it.is_empty()).count();
    let mut best = (0, 0);
    for (place, row) in rows.iter().take(LOOKED_AT).enumerate() {
        let count = known(row);
        if count > best.1 {
            best = (place, count);
        }
    }
    best.0 + 1
}

/// What the cells of a row say, by field. A column that no cell reaches is empty.
pub fn fields_of(row: &[String], columns: &[String]) -> Fields {
    let named = columns.iter().enumerate().filter(|(_, field)| !field.is_empty());
    named
        .map(|(place, field)| (field.clone(), row.get(place).map_or("", |it| it.trim()).to_owned()))
        .collect()
}

/// Headings that stand over more than one column, each once.
pub fn doubled(headings: &[String]) -> Vec<String> {
    let mut count: HashMap<String, usize> = HashMap::new();
    let mut doubled = Vec::new();
    for heading in headings.iter().filter(|it| !it.trim().is_empty()) {
        let count = count.entry(plain(heading)).or_default();
        *count += 1;
        if *count == 2 {
            doubled.push(heading.trim().to_owned());
        }
    }
    doubled
}

#[cfg(test)]
mod tests {
    use kernel::text;

    use super::*;

    const FIELDS: &[TargetField] = &[
        TargetField {
            name: "key",
            label: || text!("External id"),
            headings: &["kundennr", "account id"],
            is_needed: false,
        },
        TargetField {
            name: "name",
            label: || text!("Name"),
            headings: &["firma", "account name"],
            is_needed: true,
        },
        TargetField { name: "post_code", label: || text!("Post code"), headings: &["plz"], is_needed: false },
        TargetField {
            name: "email",
            label: || text!("E-mail address"),
            headings: &["e mail"],
            is_needed: false,
        },
    ];

    fn of(words: &[&str]) -> Vec<String> {
        words.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn headings_are_known_in_both_languages_however_they_are_set() {
        let columns =
            guess(&of(&["KundenNr.", "Firma", "Post-Code", "E-Mail", "Umsatz", "firma"]), (FIELDS, &[]));
        assert_eq!(columns, ["key", "name", "post_code", "email", "", ""]);
        assert_eq!(doubled(&of(&["Firma", "firma ", "FIRMA", "", ""])), ["firma"]);
    }

    #[test]
    fn an_extra_field_is_known_by_each_of_its_names_but_takes_none_of_another_field() {
        let field = |key: &str, title: &str, german: &str| -> Field {
            serde_json::from_value(serde_json::json!({
                "id": 1, "number": "XF-0001", "title": title, "state": "in_use", "of_kind": "K", "key": key,
                "holds": "text", "unit": "", "choices": [], "names": { "de": german }, "help": "",
                "audience": "internal", "place": 10, "required": false,
            }))
            .unwrap()
        };
        let extra = [field("cost_centre", "Cost centre", "Kostenstelle"), field("company", "Firma", "Firma")];
        let columns = guess(&of(&["Kostenstelle", "Firma", "cost-centre"]), (FIELDS, &extra));
        assert_eq!(columns, ["extra.cost_centre", "name", ""]);
    }

    #[test]
    fn what_was_chosen_last_time_holds_as_far_as_there_are_such_fields() {
        let field = |key: &str, required: bool| -> Field {
            serde_json::from_value(serde_json::json!({
                "id": 1, "number": "XF-0001", "title": key, "state": "in_use", "of_kind": "K", "key": key,
                "holds": "text", "unit": "", "choices": [], "names": {}, "help": "", "audience": "internal",
                "place": 10, "required": required,
            }))
            .unwrap()
        };
        let extra = [field("plant", true), field("trade", false)];
        let headings = of(&["Firma", "Old mark", "Plant", "Trade", "PLZ"]);
        let columns = still_right(
            of(&["name", "extra.old_mark", "", "", ""]),
            guess(&headings, (FIELDS, &extra)),
            (FIELDS, &extra),
        );
        assert_eq!(columns, ["name", "", "extra.plant", "", ""]);
    }

    #[test]
    fn headings_may_stand_below_a_title() {
        let rows = vec![of(&["Customers of 2026"]), of(&["Account ID", "Account name"]), of(&["1", "A"])];
        assert_eq!(header_row(&rows, (FIELDS, &[])), 2);
        assert_eq!(header_row(&[of(&["x", "y"])], (FIELDS, &[])), 1);
    }

    #[test]
    fn any_headings_are_columns_and_no_field_is_given_twice() {
        let mut random = 88_172_645_463_325_252_u64;
        let mut draw = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
        };
        let pieces = [
            "firma", "PLZ", "e mail", "Key", " ", "\u{301}", "İ", "ß", "_", "\0", "extra.", "\u{202e}", "名",
        ];
        for _ in 0..2_000 {
            let rows: Vec<Vec<String>> = (0..draw(4))
                .map(|_| (0..draw(9)).map(|_| (0..draw(5)).map(|_| pieces[draw(13)]).collect()).collect())
                .collect();
            let head = header_row(&rows, (FIELDS, &[]));
            assert!((1..=rows.len().max(1)).contains(&head), "{rows:?}");
            for row in &rows {
                let columns = guess(row, (FIELDS, &[]));
                assert_eq!(columns.len(), row.len());
                let mut given: Vec<&String> = columns.iter().filter(|it| !it.is_empty()).collect();
                let fields = fields_of(row, &columns);
                assert_eq!(fields.len(), given.len(), "{row:?}");
                given.sort_unstable();
                assert!(given.windows(2).all(|it| it[0] != it[1]), "{row:?}");
                let again = still_right(columns.clone(), row.clone(), (FIELDS, &[]));
                assert_eq!(again, columns, "what is right stays: {row:?}");
                assert!(doubled(row).iter().all(|it| row.iter().any(|cell| cell.trim() == it)));
            }
        }
    }

    #[test]
    fn a_short_row_has_empty_cells() {
        let fields = fields_of(&of(&["1"]), &of(&["key", "name", ""]));
        assert_eq!(fields.get("name").map(String::as_str), Some(""));
        assert_eq!(fields.len(), 2);
    }
}
