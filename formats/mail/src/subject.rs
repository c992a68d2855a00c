//! What is a subject without its prefixes?

/// Reply and forward prefixes of mail programs, in small letters.
const BY_A_PERSON: [&str; 34] = [
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "vá",
    "rif",
    "r",
    "res",
    "odp",
    "ynt",
    "atb",
    "bls",
    "απ",
    "回复",
    "fw",
    "fwd",
    "wg",
    "tr",
    "rv",
    "enc",
    "vl",
    "vb",
    "i",
    "fs",
    "doorst",
    "pd",
    "yml",
    "πρθ",
    "转发",
    "转寄",
    "回覆",
    "továbbítás",
];

/// Prefixes of automatic answers, in small letters.
const BY_A_MACHINE: [&str; 15] = [
    "automatic reply",
    "auto reply",
    "autoreply",
    "automatische antwort",
    "out of office",
    "abwesend",
    "abwesenheitsnotiz",
    "fraværsmelding",
    "autosvar",
    "automatisch svar",
    "automatiskt svar",
    "réponse automatique",
    "respuesta automática",
    "risposta automatica",
    "automatisch antwoord",
];

/// The subject without reply and forward prefixes, blanks made single, in small letters.
///
/// ```
/// assert_eq!(mail::base_subject("AW: Re[2]: FWD:  Price  and date"), "price and date");
/// ```
pub fn base_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    while let Some((_, after)) = rest.split_once(':').filter(|(before, _)| is_prefix(before)) {
        rest = after.trim_start();
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether the subject begins as those of automatic answers do.
pub(crate) fn is_automatic(subject: &str) -> bool {
    subject.split_once(':').is_some_and(|(prefix, _)| BY_A_MACHINE.contains(&without_count(prefix).as_str()))
}

fn is_prefix(prefix: &str) -> bool {
    let prefix = without_count(prefix);
    BY_A_PERSON.contains(&prefix.as_str()) || BY_A_MACHINE.contains(&prefix.as_str())
}

/// `Re[2]`, `Re(2)` and `Re^2` count the replies.
fn without_count(prefix: &str) -> String {
    let counts = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^');
    prefix.trim().trim_end_matches(counts).trim_end().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_many_languages_fall_away_however_often_they_stand_there() {
        for subject in
            ["SV: VS: Keg line", "Antw: WG: Keg line", "RE[3]: fwd: keg  line", "Fraværsmelding: Keg line"]
        {
            assert_eq!(base_subject(subject), "keg line", "{subject}");
        }
    }

    #[test]
    fn a_colon_alone_makes_no_prefix() {
        assert_eq!(
            base_subject("Notice NO-2026-0003: seals of pumps"),
            "notice no-2026-0003: seals of pumps"
        );
        assert_eq!(base_subject("Re:"), "");
    }

    #[test]
    fn only_prefixes_of_machines_are_automatic() {
        assert!(is_automatic("Automatic reply: Quotation"));
        assert!(is_automatic("Fraværsmelding: Notice"));
        assert!(!is_automatic("Re: Quotation"));
        assert!(!is_automatic("转寄: Quotation"));
    }
}
