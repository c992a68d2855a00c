//! Which lines of a text are quoted history or a signature?

use std::ops::Range;

/// Words for *from*, *sent*, *to* and *subject* with which mail programs head the mail they quote.
const FROM: [&str; 11] =
    ["from:", "von:", "de:", "da:", "fra:", "från:", "van:", "od:", "lähettäjä:", "de :", "from :"];
const SENT: [&str; 16] = [
    "sent:",
    "date:",
    "gesendet:",
    "datum:",
    "envoyé:",
    "envoyé :",
    "enviado:",
    "enviado el:",
    "fecha:",
    "inviato:",
    "data:",
    "sendt:",
    "dato:",
    "skickat:",
    "verzonden:",
    "date :",
];
const TO: [&str; 15] = [
    "to:", "an:", "à:", "à :", "para:", "a:", "til:", "till:", "aan:", "subject:", "betreff:", "objet :",
    "asunto:", "oggetto:", "emne:",
];

/// Words with which a line introduces a quotation, such as "On Tuesday Ada wrote:".
const WROTE: [&str; 13] = [
    "wrote:",
    "schrieb:",
    "a écrit :",
    "a écrit:",
    "escribió:",
    "ha scritto:",
    "skrev:",
    "schreef:",
    "napisał:",
    "kirjoitti:",
    "writes:",
    "geschrieben:",
    "escreveu:",
];

/// The byte ranges of whole lines, ascending and apart.
pub(crate) fn quoted(text: &str) -> Vec<Range<usize>> {
    let lines = lines(text);
    let mut marks = vec![false; lines.len()];
    mark_quotations(text, &lines, &mut marks);
    if let Some(first) = first_of_tail(text, &lines, &marks) {
        marks[first..].fill(true);
    }
    ranges(&lines, &marks)
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &str| {
        let range = start..start + line.len();
        start = range.end;
        range
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Lines behind `>`, blank lines between them, and the line that introduces them.
fn mark_quotations(text: &str, lines: &[Range<usize>], marks: &mut [bool]) {
    let content = |index: usize| text[lines[index].clone()].trim();
    for index in 0..lines.len() {
        if !content(index).starts_with('>') {
            continue;
        }
        marks[index] = true;
        let near = index.saturating_sub(3)..index;
        let Some(before) = near.rev().find(|&earlier| !content(earlier).is_empty()) else { continue };
        if marks[before] {
            marks[before..index].fill(true);
        } else if let Some(first) = introduction(text, lines, before) {
            marks[first..index].fill(true);
        }
    }
}

/// The line that introduces a quotation may be broken in two.
fn introduction(text: &str, lines: &[Range<usize>], last: usize) -> Option<usize> {
    let content = |index: usize| text[lines[index].clone()].trim().to_lowercase();
    let line = content(last);
    if !line.ends_with(':') {
        return None;
    }
    let names_day = |line: &str| {
        ["on ", "am ", "le ", "el ", "il ", "op ", "den ", "w dniu "].iter().any(|day| line.starts_with(day))
    };
    let names_verb = line.split_whitespace().any(|word| matches!(word, "schrieb" | "skrev"));
    let introduces = names_verb || WROTE.iter().any(|verb| line.ends_with(verb));
    if names_day(&line) || introduces && last == 0 {
        return Some(last);
    }
    if !introduces {
        return None;
    }
    Some(if names_day(&content(last - 1)) { last - 1 } else { last })
}

/// Where the history below an answer, or the signature, begins.
fn first_of_tail(text: &str, lines: &[Range<usize>], marks: &[bool]) -> Option<usize> {
    let content = |index: usize| text.get(lines.get(index)?.clone()).map(str::trim);
    (0..lines.len()).filter(|&index| !marks[index]).find(|&index| {
        let line = text[lines[index].clone()].trim_end_matches('\n');
        // The mark of a signature is "-- "; programs that trim lines lose the blank.
        if line == "-- " || line == "--" {
            return true;
        }
        is_divider(line.trim()) || is_head_of_quoted_mail(index, &content)
    })
}

/// `-----Original Message-----` and its like.
fn is_divider(line: &str) -> bool {
    let inner = line.trim_matches('-').trim().to_lowercase();
    line.starts_with("--")
        && line.ends_with("--")
        && [
            "original message",
            "ursprüngliche nachricht",
            "original-nachricht",
            "originalnachricht",
            "message d'origine",
            "mensaje original",
            "messaggio originale",
            "oprindelig meddelelse",
            "opprinnelig melding",
            "ursprungligt meddelande",
            "oorspronkelijk bericht",
            "forwarded message",
            "weitergeleitete nachricht",
        ]
        .contains(&inner.as_str())
}

/// Three lines *from*, *sent*, *to* or *subject* in a row.
fn is_head_of_quoted_mail<'a>(index: usize, content: &impl Fn(usize) -> Option<&'a str>) -> bool {
    let begins = |offset: usize, words: &[&str]| {
        content(index + offset).is_some_and(|line| {
            let line = line.trim_start_matches('*').to_lowercase().replace('*', "");
            words.iter().any(|word| line.starts_with(word))
        })
    };
    begins(0, &FROM) && begins(1, &SENT) && begins(2, &TO)
}

fn ranges(lines: &[Range<usize>], marks: &[bool]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (line, _) in lines.iter().zip(marks).filter(|(_, is_quoted)| **is_quoted) {
        match ranges.last_mut() {
            Some(last) if last.end == line.start => last.end = line.end,
            _ => ranges.push(line.clone()),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(text: &str) -> String {
        let mut fresh = String::new();
        let mut at = 0;
        for range in quoted(text) {
            fresh.push_str(&text[at..range.start]);
            at = range.end;
        }
        fresh + &text[at..]
    }

    #[test]
    fn answers_between_quotations_stay() {
        let text = "On Tue, Ada wrote:\n> 1. Is it?\n> really?\n\nYes.\n\n> 2. And?\n\nNo.\n";
        assert_eq!(fresh(text), "\nYes.\n\n\nNo.\n");
    }

    #[test]
    fn an_introduction_in_two_lines_is_quoted_too() {
        assert_eq!(
            fresh("Ja.\n\nAm 5. Mai 2026 um 10:00\nschrieb Ada <a@b.example>:\n\n> Nein?\n"),
            "Ja.\n\n"
        );
    }

    #[test]
    fn everything_below_the_head_of_a_quoted_mail_is_history() {
        let text = "Fine.\n\nFrom: Ada\nSent: Monday 10:05\nTo: Carl\nSubject: Re: x\n\nold words\n";
        assert_eq!(fresh(text), "Fine.\n\n");
        let text = "Gut.\n\n-----Ursprüngliche Nachricht-----\nalt\n";
        assert_eq!(fresh(text), "Gut.\n\n");
    }

    #[test]
    fn a_signature_ends_the_text() {
        assert_eq!(fresh("Hello.\n-- \nCarl\nEngineer"), "Hello.\n");
    }

    #[test]
    fn an_address_block_in_the_text_is_no_history() {
        let text = "Send it\nFrom: Bremen\nTo: Northallerton\nplease:\n";
        assert_eq!(quoted(text), []);
    }

    #[test]
    fn ten_thousand_lines_are_no_burden() {
        let text = "> a\n\nb\n".repeat(10_000);
        assert_eq!(quoted(&text).len(), 10_000);
    }
}
