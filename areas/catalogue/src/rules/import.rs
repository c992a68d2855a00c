//! What a row of a file says of an item of the catalogue, and what would differ by it.

use kernel::{Body, Change, Fields, KEY, TargetField, Text, Vocabulary, text};

use crate::model::{CatalogueItem, Sort};

const fn field(name: &'static str, label: fn() -> Text, headings: &'static [&'static str]) -> TargetField {
    TargetField { name, label, headings, is_needed: false }
}

/// What a file may say of an item, with what its columns are called.
pub const IMPORTED: &[TargetField] = &[
    field(
        KEY,
        || text!("External id"),
        &["id", "external id", "key", "erp number", "erp no", "kennung", "erp nummer"],
    ),
    TargetField {
        name: "code",
        label: || text!("Article number"),
        headings: &[
            "article",
            "article number",
            "article no",
            "code",
            "sku",
            "part number",
            "material",
            "artikel",
            "artikelnummer",
            "product",
        ],
        is_needed: true,
    },
    field("title", || text!("Name"), &["name", "title", "designation", "bezeichnung", "benennung", "titel"]),
    field("sort", || text!("What it is"), &["sort", "type", "kind", "art", "typ"]),
    field(
        "summary",
        || text!("What it is and does"),
        &["summary", "description", "text", "beschreibung", "langtext"],
    ),
    field("unit", || text!("Unit"), &["unit", "uom", "unit of measure", "einheit", "mengeneinheit"]),
    field("price", || text!("List price"), &["price", "list price", "unit price", "preis", "listenpreis"]),
    field("currency", || text!("Currency"), &["currency", "währung"]),
    field(
        "lead_time_days",
        || text!("Lead time in days"),
        &["lead time", "lead time in days", "lieferzeit", "lieferzeit in tagen"],
    ),
    field("packing", || text!("Packing"), &["packing", "packaging", "verpackung"]),
];

/// The words of a row for one field.
pub fn word<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |it| it.trim())
}

/// Whether a spreadsheet would run it instead of showing it (OWASP, CSV injection). A number may begin with a sign.
pub fn is_formula(words: &str) -> bool {
    let rest = words.trim_start();
    match rest.chars().next() {
        Some('=' | '@') => true,
        Some('+' | '-') => rest[1..].parse::<f64>().is_err(),
        _ => false,
    }
}

/// A decimal as it is kept, of what people write: 1,690.00 and 1.690,00 are 1690.00.
fn plain(words: &str) -> String {
    let words: String = words.chars().filter(|it| !it.is_whitespace() && *it != '\u{202f}').collect();
    match (words.rfind('.'), words.rfind(',')) {
        (Some(dot), Some(comma)) if comma > dot => words.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => words.replace(',', ""),
        (None, Some(_)) => words.replace(',', "."),
        _ => words,
    }
}

/// An item as a row has it, with the fields that cannot be read. What the row does not say stays as it is.
pub fn written(known: &CatalogueItem, fields: &Fields) -> (CatalogueItem, Vec<(String, Text)>) {
    let mut item = known.clone();
    let mut faults = Vec::new();
    for (name, words) in fields {
        if is_formula(words) {
            let sentence = text!("A formula stands there. Put the value itself into the cell.");
            faults.push((name.clone(), sentence));
        }
    }
    let said = |name: &str| Some(word(fields, name)).filter(|it| !it.is_empty());
    let take = |name: &str, place: &mut String| {
        if let Some(words) = said(name) {
            words.clone_into(place);
        }
    };
    take("code", &mut item.code);
    take("summary", &mut item.summary);
    take("unit", &mut item.unit);
    take("packing", &mut item.packing);
    if let Some(words) = said("currency") {
        item.currency = words.to_uppercase();
    }
    if let Some(words) = said("price") {
        item.price = plain(words);
    }
    if let Some(words) = said("sort") {
        let is = |it: &&Sort| {
            it.code().eq_ignore_ascii_case(&words.replace(' ', "_"))
                || it.text().to_string().eq_ignore_ascii_case(words)
        };
        match Sort::ALL.iter().find(is) {
            Some(it) => item.sort = *it,
            None => faults.push(("sort".to_owned(), text!("Write Product, Option, Spare part or Service."))),
        }
    }
    if let Some(words) = said("lead_time_days") {
        match words.parse() {
            Ok(days) => item.lead_time_days = Some(days),
            Err(_) => {
                faults.push(("lead_time_days".to_owned(), text!("Give a number of days from 0 to 3650.")));
            }
        }
    }
    if let Err(wrong) = item.check() {
        faults.extend(wrong.0);
    }
    (item, faults)
}

/// The fields that a file may say, as people write them.
pub fn said(title: &str, item: &CatalogueItem) -> Vec<(&'static str, String)> {
    vec![
        ("title", title.to_owned()),
        ("code", item.code.clone()),
        ("sort", item.sort.code()),
        ("summary", item.summary.clone()),
        ("unit", item.unit.clone()),
        ("price", item.price.clone()),
        ("currency", item.currency.clone()),
        ("lead_time_days", item.lead_time_days.map(|it| it.to_string()).unwrap_or_default()),
        ("packing", item.packing.clone()),
    ]
}

/// What would differ.
pub fn changes(
    (title, item): (&str, &CatalogueItem),
    (after_title, after): (&str, &CatalogueItem),
) -> Vec<Change> {
    let before = said(title, item);
    let after = said(after_title, after);
    let both = before.into_iter().zip(after);
    both.filter(|((_, old), (_, new))| old != new)
        .map(|((field, old), (_, new))| Change { field: field.to_owned(), old, new })
        .collect()
}

/// Has an item say what was said in one field.
pub fn put(item: &mut CatalogueItem, field: &str, words: &str) {
    match field {
        "code" => words.clone_into(&mut item.code),
        "sort" => item.sort = Sort::of(words).unwrap_or(item.sort),
        "summary" => words.clone_into(&mut item.summary),
        "unit" => words.clone_into(&mut item.unit),
        "price" => words.clone_into(&mut item.price),
        "currency" => words.clone_into(&mut item.currency),
        "lead_time_days" => item.lead_time_days = words.parse().ok(),
        "packing" => words.clone_into(&mut item.packing),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(all: &[(&str, &str)]) -> Fields {
        all.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned())).collect()
    }

    #[test]
    fn prices_are_read_as_people_write_them() {
        for (words, kept) in
            [("1,690.00", "1690.00"), ("1.690,00", "1690.00"), ("86,5", "86.5"), ("1 690", "1690")]
        {
            let (item, faults) =
                written(&CatalogueItem::default(), &row(&[("code", "KD-20"), ("price", words)]));
            assert_eq!((item.price.as_str(), faults.len()), (kept, 0), "{words}");
        }
    }

    #[test]
    fn a_formula_is_told_at_its_field_and_a_sign_is_none() {
        let (_, faults) =
            written(&CatalogueItem::default(), &row(&[("code", "=cmd|' /C calc'!A0"), ("packing", "+49")]));
        assert!(faults.iter().any(|(field, _)| field == "code"));
        assert!(faults.iter().all(|(field, _)| field != "packing"));
        assert!(is_formula("@SUM(A1)") && is_formula("-cmd") && !is_formula("-20") && !is_formula("KD-20"));
    }

    #[test]
    fn what_a_row_does_not_say_stays() {
        let known = CatalogueItem {
            code: "KD-20".into(),
            unit: "pc".into(),
            price: "1.00".into(),
            ..CatalogueItem::default()
        };
        let (item, _) = written(&known, &row(&[("code", "KD-20"), ("price", "2.00"), ("unit", "")]));
        let changed = changes(("Pump", &known), ("Pump", &item));
        assert_eq!((changed.len(), changed[0].field.as_str(), item.unit.as_str()), (1, "price", "pc"));
    }
}
