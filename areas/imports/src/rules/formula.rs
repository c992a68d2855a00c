//! What is told of a row in which a formula stands.

use kernel::{Effect, Fields, Foresight, text};

/// Notes a cell that a spreadsheet would calculate, or a careless one run. It is kept as text; where the row is faulty,
/// it says enough.
pub fn note(it: &mut Foresight, fields: &Fields) {
    if it.effect != Effect::Same && it.faults.is_empty() && fields.values().any(|it| is_formula(it)) {
        it.notes.push(text!("A cell looks like a formula. It is kept as text and never run."));
    }
}

/// Notes that a cell of a workbook was calculated: what stands here is what it came to.
pub fn note_calculated(it: &mut Foresight) {
    it.notes
        .push(text!("A formula stands in this row. Taken is what it came to when the file was saved last."));
}

/// A sign before digits is a number of a telephone, or an amount.
fn is_formula(words: &str) -> bool {
    let words = words.trim();
    words.starts_with(['=', '+', '@'])
        && words.len() > 1
        && words.chars().any(|it| !it.is_ascii_digit() && !" +()/-".contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(words: &str, it: &Foresight) -> usize {
        let mut it = it.clone();
        note(&mut it, &[("note".to_owned(), words.to_owned())].into());
        it.notes.len()
    }

    #[test]
    fn a_cell_that_would_be_run_is_told_and_a_telephone_is_none() {
        let new = Foresight::default();
        for words in ["=cmd|' /C calc'!A0", " =1+1", "@SUM(A1)", "+HYPERLINK(1)"] {
            assert_eq!(noted(words, &new), 1, "{words}");
        }
        for words in ["+49 421 (0) 12-34", "KD-20", "=", "", "a = b"] {
            assert_eq!(noted(words, &new), 0, "{words}");
        }
        let faulty = Foresight::default().faulty(vec![("code".to_owned(), text!("A formula stands there."))]);
        assert_eq!(noted("=1+1", &faulty), 0, "its fault says so");
        assert_eq!(noted("=1+1", &Foresight { effect: Effect::Same, ..Foresight::default() }), 0);
    }
}
