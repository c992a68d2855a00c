//! What is told of a row whose letters were read in another encoding than they were written in.

use kernel::{Effect, Fields, Foresight, text};

/// Signs that stand between the letters of no word: so a list looks that an old program or a Mac wrote.
const SIGNS: &str = "£¥¢¤¶§¹³‚„”†‡€‰ˆ˜";
/// Capital letters that stand neither behind a small one nor behind any letter and before a small one.
const CAPITALS: &str = "ŸŠŽŒ";
/// So much of a word is told, in characters.
const TOLD: usize = 40;

/// Notes a word whose letters look wrong, so that nobody takes it in unseen.
pub fn note(it: &mut Foresight, fields: &Fields) {
    let wrong = fields.values().flat_map(|it| it.split_whitespace()).find(|it| is_misread(it));
    if let Some(word) = wrong.filter(|_| it.effect != Effect::Same) {
        let told: String =
            word.chars().take(TOLD).map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect();
        it.notes.push(text!(
            "The letters of “{word}” look wrong: this file is in an encoding that is not known. Save it as XLSX or as CSV in UTF-8, and send it again.",
            word = told
        ));
    }
}

fn is_misread(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let all: Vec<char> = word.chars().collect();
    let is_between = |it: &[char]| SIGNS.contains(it[1]) && it[0].is_alphabetic() && it[2].is_alphabetic();
    // What Windows-1252 leaves free is written by old programs and Macs.
    all.iter().any(|it| ('\u{80}'..='\u{9f}').contains(it))
        || all.windows(3).any(is_between)
        || all.windows(2).any(|it| it[0].is_lowercase() && CAPITALS.contains(it[1]))
        || all.windows(3).any(|it| it[0].is_alphabetic() && CAPITALS.contains(it[1]) && it[2].is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_another_encoding_are_told_and_those_of_our_languages_are_not() {
        // “Käserei”, “Köln”, “Müller” of DOS; “Müller”, “Straße”, “garçon” of a Mac; “Wacław”, “Łódź” of Eastern Europe.
        for word in ["K„serei", "K”ln", "M\u{81}ller", "MŸller", "Stra§e", "gar\u{8d}on", "Wac³aw", "£ódŸ"]
        {
            assert!(is_misread(word), "{word}");
        }
        let right = [
            "Käserei",
            "m³/h",
            "m³",
            "20°C",
            "±2",
            "„Reinigung“",
            "“seals”,",
            "§4",
            "£20",
            "100€",
            "Škoda",
            "ŠKODA",
            "Œuvre",
            "L'Œuvre",
            "Łódź",
            "Říha",
            "Nord–Süd",
            "O’Neill",
            "Ångström",
            "ŽĎÁR",
            "Kamenný",
            "",
        ];
        for word in right {
            assert!(!is_misread(word), "{word}");
        }
    }

    #[test]
    fn what_is_the_same_already_is_not_told() {
        let fields: Fields = [("name".to_owned(), "Hof M\u{81}ller".to_owned())].into();
        let (mut new, mut same) =
            (Foresight::default(), Foresight { effect: Effect::Same, ..Foresight::default() });
        note(&mut new, &fields);
        note(&mut same, &fields);
        assert!(new.notes[0].to_string().contains("“M\u{fffd}ller”"), "{:?}", new.notes);
        assert_eq!((new.notes.len(), same.notes.len()), (1, 0));
    }
}
