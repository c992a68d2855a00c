//! How are orders of another system read from a table: a row for each line, grouped by the number they have there?

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{Faults, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::Amount;
use super::purchase::{day, is_formula, plain, shortest};
use crate::model::Line;

/// So many orders are taken in at once, in one deed.
pub const MOST_ORDERS: usize = 500;

/// An order as another system tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ImportedOrder {
    /// The number by which the other system calls it; the same number is the same order.
    pub external_id: String,
    /// The number of the customer here: `K-1001`.
    pub customer: String,
    pub title: String,
    pub purchase_order: String,
    #[schemars(with = "Option<String>")]
    pub ordered_on: Option<Date>,
    pub currency: String,
    pub lines: Vec<Line>,
    /// What it says of the extra fields: from a program by their short names; from a file what stands below each heading
    /// that is none of ours.
    pub extra: Map<String, Json>,
    /// The row of the file in which it begins; 0 where it came from a program.
    pub row: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Order,
    Customer,
    Title,
    Purchase,
    Ordered,
    Currency,
    Line,
    Article,
    Words,
    Quantity,
    Unit,
    Price,
    Wanted,
}

fn field(heading: &str) -> Option<Field> {
    Some(match plain(heading).as_str() {
        "order" | "order number" | "order no" | "external id" | "sales order" | "auftrag"
        | "auftragsnummer" => Field::Order,
        "customer" | "customer number" | "customer no" | "kunde" | "kundennummer" => Field::Customer,
        "title" | "name" | "titel" | "betreff" => Field::Title,
        "purchase order" | "po" | "po number" | "customer order" | "bestellnummer" | "bestellung" => {
            Field::Purchase
        }
        "ordered on" | "order date" | "date" | "datum" | "bestelldatum" | "auftragsdatum" => Field::Ordered,
        "currency" | "währung" => Field::Currency,
        "line" | "pos" | "position" | "item" => Field::Line,
        "article" | "article number" | "part" | "part number" | "material" | "sku" | "artikel"
        | "artikelnummer" => Field::Article,
        "text" | "description" | "bezeichnung" | "beschreibung" => Field::Words,
        "quantity" | "qty" | "menge" | "anzahl" => Field::Quantity,
        "unit" | "uom" | "einheit" => Field::Unit,
        "price" | "unit price" | "preis" | "einzelpreis" => Field::Price,
        "wanted on" | "delivery date" | "wunschtermin" | "liefertermin" => Field::Wanted,
        _ => return None,
    })
}

/// Reads orders from the rows of a table whose first row holds the headings. Each row comes with its number in the file.
///
/// # Errors
/// Names each row that holds a formula, no number where one must be, or says something else of its order than the row
/// in which that begins.
pub fn read_orders(rows: &[Vec<String>], numbers: &[usize]) -> Result<Vec<ImportedOrder>, Faults> {
    let mut faults = Faults::default();
    let Some((head, body)) = rows.split_first() else {
        return Err(Faults::one("file", text!("Nothing is in the file.")));
    };
    let fields: Vec<Option<Field>> = head.iter().map(|it| field(it)).collect();
    for (wanted, sentence) in [
        (Field::Order, text!("A column with the number of the order is missing. Call it Order.")),
        (Field::Customer, text!("A column with the number of the customer is missing. Call it Customer.")),
        (Field::Article, text!("A column with the article number is missing. Call it Article.")),
        (Field::Quantity, text!("A column with the quantity is missing. Call it Quantity.")),
    ] {
        faults.unless(fields.contains(&Some(wanted)), "file", sentence);
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    let mut orders: BTreeMap<String, ImportedOrder> = BTreeMap::new();
    for (place, row) in body.iter().enumerate() {
        let number = numbers.get(place + 1).copied().unwrap_or(place + 2);
        let row: Row = Row { cells: row, fields: &fields, head, number };
        row.read(&mut orders, &mut faults);
    }
    let most = i64::try_from(MOST_ORDERS).unwrap_or(i64::MAX);
    faults.unless(
        orders.len() <= MOST_ORDERS,
        "file",
        text!("Take in at most {count} orders at once.", count = most),
    );
    faults.into_result()?;
    let mut all: Vec<ImportedOrder> = orders.into_values().collect();
    all.sort_by_key(|it| it.row);
    Ok(all)
}

/// What another system exports calculates nothing: what a formula came to may be of another day.
///
/// # Errors
/// Names each row of a workbook in which a formula stands.
pub fn must_be_values(formulas: &[usize]) -> Result<(), Faults> {
    let mut faults = Faults::default();
    for row in formulas {
        faults.add("file", text!("Row {row} holds a formula. Send the values alone.", row = row.to_string()));
    }
    faults.into_result()
}

/// Whether a column of a file is called like an extra field.
pub fn is_called(field: &kernel::Field, heading: &str) -> bool {
    field.headings().any(|it| plain(&it) == plain(heading))
}

struct Row<'a> {
    cells: &'a [String],
    fields: &'a [Option<Field>],
    head: &'a [String],
    number: usize,
}

impl Row<'_> {
    fn cell(&self, wanted: Field) -> &str {
        let place = self.fields.iter().position(|it| *it == Some(wanted));
        place.and_then(|it| self.cells.get(it)).map_or("", |it| it.trim())
    }

    fn read(&self, orders: &mut BTreeMap<String, ImportedOrder>, faults: &mut Faults) {
        let row = self.number.to_string();
        if self.cells.iter().any(|it| is_formula(it)) {
            faults.add("file", text!("Row {row} holds a formula. Send the values alone.", row = &row));
            return;
        }
        let id = self.cell(Field::Order).to_owned();
        if id.is_empty() {
            faults.add("file", text!("Row {row} says no number of an order.", row = &row));
            return;
        }
        let told = |wanted: Field| self.cell(wanted).to_owned();
        let ordered_on = self.day(Field::Ordered, faults);
        let extra = self.extra();
        let line = self.line(orders.get(&id).map_or(0, |it| it.lines.len()), faults);
        let order = orders.entry(id.clone()).or_insert_with(|| ImportedOrder {
            external_id: id.clone(),
            customer: told(Field::Customer),
            title: told(Field::Title),
            purchase_order: told(Field::Purchase),
            ordered_on,
            currency: told(Field::Currency).to_uppercase(),
            lines: Vec::new(),
            extra: Map::new(),
            row: self.number,
        });
        let says_other = |words: String, known: &str| !words.is_empty() && words != known;
        let differs = says_other(told(Field::Customer), &order.customer)
            || says_other(told(Field::Purchase), &order.purchase_order)
            || says_other(told(Field::Currency).to_uppercase(), &order.currency)
            || ordered_on.is_some() && ordered_on != order.ordered_on;
        for (heading, it) in extra {
            let known = order.extra.entry(heading).or_insert_with(|| it.clone());
            if *known != it {
                // Whether that matters is known to whoever knows which fields the house has.
                *known = json!([known.take(), it]);
            }
        }
        let first = order.row.to_string();
        let sentence = text!(
            "Row {row} says something else of {order} than row {first}.",
            row = &row,
            order = &id,
            first = first
        );
        faults.unless(!differs, "file", sentence);
        let is_new = order.lines.iter().all(|it| it.no != line.no);
        let sentence = text!(
            "Row {row}: line {line} of {order} stands there twice.",
            row = &row,
            line = line.no.to_string(),
            order = &id
        );
        faults.unless(is_new, "file", sentence);
        order.lines.push(line);
    }

    /// What stands below headings that are none of ours.
    fn extra(&self) -> Map<String, Json> {
        let columns = self.head.iter().zip(self.cells).zip(self.fields);
        let others = columns.filter(|((heading, words), field)| {
            field.is_none() && !heading.trim().is_empty() && !words.trim().is_empty()
        });
        others.map(|((heading, words), _)| (heading.trim().to_owned(), json!(words.trim()))).collect()
    }

    fn day(&self, wanted: Field, faults: &mut Faults) -> Option<Date> {
        let words = self.cell(wanted);
        let found = day(words);
        let sentence = text!(
            "Row {row}: “{words}” is no day. Write it like 2026-11-16.",
            row = self.number.to_string(),
            words = words
        );
        faults.unless(words.is_empty() || found.is_some(), "file", sentence);
        found
    }

    fn line(&self, before: usize, faults: &mut Faults) -> Line {
        let mut number = |wanted: Field| {
            let words = self.cell(wanted);
            let found = Amount::written(words).filter(|it| !it.is_negative());
            let sentence = text!(
                "Row {row}: “{words}” is no number that can only be read one way. Write it like 1425.00.",
                row = self.number.to_string(),
                words = words
            );
            faults.unless(words.is_empty() || found.is_some(), "file", sentence);
            found
        };
        let (no, quantity, price) = (number(Field::Line), number(Field::Quantity), number(Field::Price));
        let counted = i64::try_from((before + 1) * 10).unwrap_or(0);
        Line {
            no: no.and_then(|it| shortest(it).parse().ok()).unwrap_or(counted),
            article: self.cell(Field::Article).to_owned(),
            words: self.cell(Field::Words).to_owned(),
            quantity: quantity.map(shortest).unwrap_or_default(),
            unit: self.cell(Field::Unit).to_owned(),
            price: price.map(|it| it.to_string()).unwrap_or_default(),
            wanted_on: self.day(Field::Wanted, faults),
            ..Line::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<ImportedOrder>, String> {
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
        read_orders(&rows, &[])
            .map_err(|it| it.0.into_iter().map(|(_, it)| it.to_string()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn rows_of_one_number_are_one_order() {
        let all = read("Order|Customer|Article|Quantity|Price\nERP-1|K-1001|KD-20|2|1.690,00\nERP-1||KD-80|1|2480\nERP-2|K-1002|KD-20|1|").unwrap();
        assert_eq!(
            all.iter().map(|it| (it.external_id.as_str(), it.lines.len(), it.row)).collect::<Vec<_>>(),
            [("ERP-1", 2, 2), ("ERP-2", 1, 4)]
        );
        assert_eq!((all[0].lines[0].price.as_str(), all[0].lines[1].no), ("1690.00", 20));
    }

    #[test]
    fn what_stands_below_headings_of_the_house_is_kept_once_an_order() {
        let head = "Order|Customer|Article|Quantity|Cost centre\n";
        let all = read(&format!("{head}ERP-1|K-1001|KD-20|2|4711\nERP-1||KD-80|1|")).unwrap();
        assert_eq!(Json::Object(all[0].extra.clone()), json!({ "Cost centre": "4711" }));
        let all = read(&format!("{head}ERP-1|K-1001|KD-20|2|4711\nERP-1||KD-80|1|4712")).unwrap();
        assert_eq!(all[0].extra["Cost centre"], json!(["4711", "4712"]), "both are told");
    }

    #[test]
    fn what_contradicts_itself_or_calculates_is_named_by_its_row() {
        let head = "Order|Customer|Line|Article|Quantity\n";
        assert!(
            read(&format!("{head}ERP-1|K-1001|10|KD-20|2\nERP-1|K-1002|20|KD-20|2"))
                .unwrap_err()
                .contains("Row 3 says something else of ERP-1 than row 2")
        );
        assert!(
            read(&format!("{head}ERP-1|K-1001|10|KD-20|2\nERP-1|K-1001|10|KD-80|2"))
                .unwrap_err()
                .contains("Row 3: line 10 of ERP-1 stands there twice")
        );
        assert!(
            read(&format!("{head}ERP-1|K-1001|10|=HYPERLINK(1)|2"))
                .unwrap_err()
                .contains("Row 2 holds a formula")
        );
        assert!(
            read(&format!("{head}|K-1001|10|KD-20|2"))
                .unwrap_err()
                .contains("Row 2 says no number of an order")
        );
        assert!(read(&format!("{head}ERP-1|K-1001|10|KD-20|1,425")).unwrap_err().contains("Row 2: “1,425”"));
        assert!(read("Hello|there").unwrap_err().contains("Call it Order"));
        assert!(read("").unwrap_err().contains("Nothing is in the file"));
    }
}
