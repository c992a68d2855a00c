//! How are cells read that were copied in a spreadsheet?

/// Rows and cells of text from the clipboard: cells are parted by tabs, and in quotation marks only where they
/// hold a tab, a line feed or a quotation mark, as Excel, Calc and Sheets put it there. A quotation mark that is
/// not closed before the end of a cell is a plain character.
pub fn tsv_in(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    if text.is_empty() {
        return Vec::new();
    }
    let last_quote = text.rfind('"').unwrap_or(0);
    let mut rows = vec![Vec::new()];
    let mut place = 0;
    loop {
        // Without a mark behind, no quotation can end; looking for its end again and again would be slow.
        let quoted = (place < last_quote).then(|| quotation(&text[place..])).flatten();
        let (cell, length) = quoted.unwrap_or_else(|| {
            let length = text[place..].find(['\t', '\n']).unwrap_or(text.len() - place);
            (text[place..place + length].to_owned(), length)
        });
        place += length;
        rows.last_mut().into_iter().for_each(|row: &mut Vec<String>| row.push(cell.clone()));
        match text.as_bytes().get(place) {
            None => return rows,
            Some(b'\n') => rows.push(Vec::new()),
            Some(_) => {}
        }
        place += 1;
    }
}

/// Longer cells are none; Excel holds 32,767 characters.
const LONGEST: usize = 200_000;

/// A cell in quotation marks and how many bytes it takes.
fn quotation(text: &str) -> Option<(String, usize)> {
    let body = text.strip_prefix('"')?;
    let mut cell = String::new();
    let mut from = 0;
    while from < LONGEST {
        let at = from + body[from..].find('"')?;
        cell.push_str(&body[from..at]);
        match body.as_bytes().get(at + 1) {
            Some(b'"') => cell.push('"'),
            None | Some(b'\t' | b'\n') => return Some((cell, at + 2)),
            Some(_) => return None,
        }
        from = at + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_spreadsheet_are_cells() {
        assert_eq!(tsv_in("a\tb\r\n1\t\r\n"), [["a", "b"], ["1", ""]]);
        assert_eq!(tsv_in("alone"), [["alone"]]);
        assert_eq!(tsv_in(""), Vec::<Vec<String>>::new());
    }

    #[test]
    fn lines_tabs_and_quotation_marks_stay_within_a_quoted_cell() {
        assert_eq!(
            tsv_in("\"a\nb\"\t\"say \"\"x\"\"\"\r\n\"c\td\"\te\r\n"),
            [["a\nb", "say \"x\""], ["c\td", "e"]]
        );
    }

    #[test]
    fn a_quotation_mark_alone_is_a_character() {
        assert_eq!(tsv_in("\"5 inch\tx\n6\" pipe\ty"), [["\"5 inch", "x"], ["6\" pipe", "y"]]);
        assert_eq!(tsv_in("\"a\" and b\tc"), [["\"a\" and b", "c"]]);
    }

    #[test]
    fn a_table_of_open_quotation_marks_takes_no_time() {
        let text = "\"x\t".repeat(200_000);
        assert_eq!(tsv_in(&text)[0].len(), 200_001);
    }
}
