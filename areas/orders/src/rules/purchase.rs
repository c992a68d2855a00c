//! How is a customer's order read from a table, whoever made it?

use jiff::civil::Date;
use kernel::{Faults, text};

use super::{Amount, MOST_LINES};
use crate::model::{Line, Purchase};

/// What a column of lines holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Heading {
    Line,
    Article,
    Words,
    Quantity,
    Unit,
    Price,
    Total,
    Wanted,
    Further(String),
    Nothing,
}

/// Reads an order: what stands above the table of lines, and the lines. Each row comes with its number in the file,
/// which is told where something is wrong.
///
/// # Errors
/// Names each row that holds a formula, or no number where one must be; or says that there is no table of lines.
pub fn read(rows: &[Vec<String>], numbers: &[usize]) -> Result<Purchase, Faults> {
    let mut faults = Faults::default();
    let number = |place: usize| numbers.get(place).copied().unwrap_or(place + 1).to_string();
    for (place, row) in rows.iter().enumerate() {
        let sentence = text!("Row {row} holds a formula. Send the values alone.", row = number(place));
        faults.unless(!row.iter().any(|it| is_formula(it)), "file", sentence);
    }
    let Some(head) = rows.iter().position(|row| is_head(row)) else {
        faults.add(
            "file",
            text!("No table of lines is found. It needs columns like Pos, Article, Qty and Unit price."),
        );
        return Err(faults);
    };
    let mut purchase = Purchase::default();
    for row in &rows[..head] {
        above(&mut purchase, row);
    }
    let headings: Vec<Heading> = rows[head].iter().map(|it| heading(it)).collect();
    if purchase.currency.is_empty() {
        purchase.currency = rows[head].iter().find_map(|it| currency_in(it)).unwrap_or_default();
    }
    for (place, row) in
        rows.iter().enumerate().skip(head + 1).filter(|(_, row)| row.iter().any(|it| !it.trim().is_empty()))
    {
        if let Some(total) = total_of(&headings, row) {
            purchase.total = total;
            continue;
        }
        let line = line(&headings, row, (&number(place), purchase.lines.len()), &mut faults);
        purchase.lines.push(line);
    }
    faults.unless(!purchase.lines.is_empty(), "file", text!("There is no line below the headings."));
    let most = i64::try_from(MOST_LINES).unwrap_or(i64::MAX);
    faults.unless(
        purchase.lines.len() <= MOST_LINES,
        "file",
        text!("Keep it to {count} lines.", count = most),
    );
    faults.into_result()?;
    Ok(purchase)
}

/// What a spreadsheet would calculate, or a careless one run.
pub(super) fn is_formula(cell: &str) -> bool {
    let cell = cell.trim();
    let signed = cell.starts_with(['+', '-'])
        && cell.len() > 1
        && Amount::written(&cell[1..]).is_none()
        && !cell.starts_with("- ");
    cell.starts_with(['=', '@']) || signed
}

pub(super) fn plain(words: &str) -> String {
    let bare = words.trim().trim_end_matches([':', '.', '#']).to_lowercase();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_head(row: &[String]) -> bool {
    let known: Vec<Heading> = row.iter().map(|it| heading(it)).collect();
    let has = |it: &Heading| known.contains(it);
    has(&Heading::Quantity) && (has(&Heading::Article) || has(&Heading::Words)) && known.len() >= 3
}

fn heading(cell: &str) -> Heading {
    let name = plain(cell);
    let starts = |some: &[&str]| some.iter().any(|it| name == *it || name.starts_with(&format!("{it} ")));
    match name.as_str() {
        "" => Heading::Nothing,
        _ if starts(&["pos", "position", "line", "line no", "item", "item no", "no", "nr", "zeile"]) => {
            Heading::Line
        }
        _ if starts(&[
            "article",
            "artikel",
            "artikelnummer",
            "part",
            "part no",
            "part number",
            "material",
            "sku",
            "product",
        ]) =>
        {
            Heading::Article
        }
        _ if starts(&["text", "description", "bezeichnung", "beschreibung", "designation"]) => Heading::Words,
        _ if starts(&["qty", "quantity", "menge", "anzahl", "stück"]) => Heading::Quantity,
        _ if starts(&["unit price", "price", "einzelpreis", "preis", "e-preis", "rate"]) => Heading::Price,
        _ if starts(&["unit", "uom", "einheit", "me"]) => Heading::Unit,
        _ if starts(&["total", "amount", "gesamt", "gesamtpreis", "summe", "betrag", "line total"]) => {
            Heading::Total
        }
        _ if starts(&[
            "date",
            "delivery",
            "delivery date",
            "required",
            "wanted",
            "wunschtermin",
            "liefertermin",
            "termin",
        ]) =>
        {
            Heading::Wanted
        }
        _ => Heading::Further(cell.trim().to_owned()),
    }
}

/// A row above the table: a label and what it says.
fn above(purchase: &mut Purchase, row: &[String]) {
    let mut cells = row.iter().map(|it| it.trim()).filter(|it| !it.is_empty());
    let (Some(label), words) = (cells.next(), cells.collect::<Vec<_>>().join(" ")) else { return };
    let terms = &mut purchase.terms;
    let place =
        match plain(label).as_str() {
            "purchase order" | "order" | "order no" | "order number" | "po" | "po number" | "po no"
            | "bestellung" | "bestellnummer" => &mut purchase.number,
            "specification" | "spec" | "requirements" | "requirement set" | "spezifikation"
            | "lastenheft" => &mut purchase.specification,
            "delivery" | "delivery date" | "delivery time" | "lieferung" | "liefertermin" | "lieferzeit" => {
                &mut terms.delivery
            }
            "terms" | "delivery terms" | "incoterm" | "incoterms" | "lieferbedingung"
            | "lieferbedingungen" => &mut terms.incoterm,
            "payment" | "payment terms" | "zahlung" | "zahlungsbedingungen" | "zahlungsziel" => {
                &mut terms.payment
            }
            "penalty" | "liquidated damages" | "vertragsstrafe" | "pönale" => &mut terms.penalty,
            "warranty" | "guarantee" | "gewährleistung" | "garantie" => &mut terms.warranty,
            "packing" | "packaging" | "verpackung" => &mut terms.packing,
            "currency" | "währung" => &mut purchase.currency,
            // Who writes to whom, when and about which offer is no condition.
            "quotation" | "quotation no" | "offer" | "angebot" | "customer" | "kunde" | "supplier"
            | "lieferant" | "vendor" | "date" | "datum" | "page" | "seite" | "buyer" | "besteller" => return,
            _ if words.is_empty() => return,
            _ => terms.further.entry(label.trim_end_matches(':').to_owned()).or_default(),
        };
    *place = words;
}

/// A currency that a heading names: `Unit price EUR`.
fn currency_in(heading: &str) -> Option<String> {
    let words = heading.split(|it: char| !it.is_alphabetic());
    words
        .filter(|it| it.len() == 3 && it.chars().all(|it| it.is_ascii_uppercase()))
        .map(str::to_owned)
        .next_back()
}

/// The total that a row names, where it is no line.
fn total_of(headings: &[Heading], row: &[String]) -> Option<String> {
    let is_empty = |wanted: &[Heading]| {
        row.iter().zip(headings).filter(|(_, it)| wanted.contains(it)).all(|(cell, _)| cell.trim().is_empty())
    };
    let named = row.iter().any(|it| {
        matches!(
            plain(it).as_str(),
            "total" | "sum" | "summe" | "gesamt" | "gesamtsumme" | "total amount" | "net total"
        )
    });
    if !named || !is_empty(&[Heading::Line, Heading::Article, Heading::Quantity]) {
        return None;
    }
    row.iter().rev().find_map(|it| Amount::written(it)).map(|it| it.to_string())
}

fn line(headings: &[Heading], row: &[String], (number, before): (&str, usize), faults: &mut Faults) -> Line {
    let mut line = Line { no: i64::try_from((before + 1) * 10).unwrap_or(0), ..Line::default() };
    for (cell, heading) in row.iter().map(|it| it.trim()).zip(headings).filter(|(cell, _)| !cell.is_empty()) {
        match heading {
            Heading::Line => {
                match Amount::written(cell).and_then(|it| it.to_string().strip_suffix(".00")?.parse().ok()) {
                    Some(no) => line.no = no,
                    None => {
                        faults.add(
                            "file",
                            text!("Row {row}: “{words}” is no number of a line.", row = number, words = cell),
                        );
                    }
                }
            }
            Heading::Article => cell.clone_into(&mut line.article),
            Heading::Words => cell.clone_into(&mut line.words),
            Heading::Unit => cell.clone_into(&mut line.unit),
            Heading::Quantity | Heading::Price => {
                match Amount::written(cell).filter(|it| !it.is_negative()) {
                    Some(it) if *heading == Heading::Quantity => line.quantity = shortest(it),
                    Some(it) => line.price = it.to_string(),
                    None => {
                        let sentence = text!(
                            "Row {row}: “{words}” is no number that can only be read one way. Write it like 1425.00.",
                            row = number,
                            words = cell
                        );
                        faults.add("file", sentence);
                    }
                }
            }
            Heading::Wanted => match day(cell) {
                Some(day) => line.wanted_on = Some(day),
                None => {
                    line.further.insert("delivery".to_owned(), cell.to_owned());
                }
            },
            Heading::Further(name) => {
                line.further.insert(name.clone(), cell.to_owned());
            }
            Heading::Total | Heading::Nothing => {}
        }
    }
    let has_quantity = !line.quantity.is_empty() || !headings.contains(&Heading::Quantity);
    faults.unless(has_quantity, "file", text!("Row {row} says no quantity.", row = number));
    line
}

/// A quantity without the zeros that money needs.
pub(super) fn shortest(it: Amount) -> String {
    let words = it.to_string();
    words.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A day as papers write it: 2026-11-16, 16.11.2026, 16/11/2026.
pub(super) fn day(words: &str) -> Option<Date> {
    if let Ok(day) = words.get(..10).unwrap_or(words).parse() {
        return Some(day);
    }
    let parts: Vec<i16> = words.split(['.', '/']).map(|it| it.trim().parse().ok()).collect::<Option<_>>()?;
    let [day, month, year] = parts.as_slice() else { return None };
    Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    fn faults(text: &str) -> String {
        read(&rows(text), &[])
            .unwrap_err()
            .0
            .into_iter()
            .map(|(_, it)| it.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn an_order_is_read_in_english_and_german() {
        let english = read(&rows("Purchase order|4711\nPayment|90 days net\n\nPos|Article|Text|Qty|Unit|Unit price EUR|Total EUR\n10|KD-20|Pump|2|pc|1,690.00|3,380.00\n|||||Total|3,380.00"), &[]).unwrap();
        assert_eq!(
            (english.number.as_str(), english.terms.payment.as_str(), english.currency.as_str()),
            ("4711", "90 days net", "EUR")
        );
        assert_eq!((english.lines.len(), english.total.as_str()), (1, "3380.00"));
        let german = read(&rows("Bestellnummer:|4711\nZahlungsziel:|90 Tage netto\nPos.|Artikel|Bezeichnung|Menge|Einheit|Einzelpreis EUR\n10|KD-20|Pumpe|2|St|1.690,00"), &[]).unwrap();
        assert_eq!((german.lines[0].quantity.as_str(), german.lines[0].price.as_str()), ("2", "1690.00"));
        assert_eq!(german.terms.payment, "90 Tage netto");
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_row() {
        let head = "Pos|Article|Qty|Unit price\n";
        assert!(faults(&format!("{head}10|KD-20|=1+1|5")).contains("Row 2 holds a formula"));
        assert!(faults(&format!("{head}10|@SUM(A1)|1|5")).contains("Row 2 holds a formula"));
        assert!(faults(&format!("{head}10|KD-20|two|5")).contains("Row 2: “two” is no number"));
        assert!(faults(&format!("{head}10|KD-20|1|1,425")).contains("can only be read one way"));
        assert!(faults(&format!("{head}10|KD-20||5")).contains("Row 2 says no quantity"));
        assert!(faults("Hello|there").contains("No table of lines"));
        assert!(faults("").contains("No table of lines"));
        assert!(
            read(&rows(&format!("{head}10|-5 °C kit|1|5")), &[]).is_err(),
            "a sign before words is what a spreadsheet runs"
        );
    }

    #[test]
    fn what_is_no_known_column_stays_with_its_name() {
        let read = read(&rows("Article|Qty|Seal\nKD-20|1|FKM"), &[]).unwrap();
        assert_eq!(read.lines[0].further.get("Seal").map(String::as_str), Some("FKM"));
        assert_eq!(read.lines[0].no, 10, "counted where they are not");
    }
}
