//! The law of answers: to whom, under which subject, naming which mails.

use kernel::{Text, text};

use crate::model::{Direction, Message, Recipient};
use crate::rules::Whose;

/// So many earlier mails are named.
const MOST_REFERENCES: usize = 20;

/// The message that an answer answers: the last mail of theirs, else the last of ours.
pub fn answered(messages: &[Message]) -> Option<&Message> {
    let mails = || messages.iter().rev().filter(|it| is_of_a_mail(&it.message_id) && !it.kind.is_a_report());
    mails().find(|it| it.direction == Direction::In).or_else(|| mails().next())
}

/// Whether it answers by mail whoever wrote by mail: each addressee sent or got a mail of theirs in it. That needs no
/// reason, whatever they prefer.
pub fn is_an_answer(messages: &[Message], recipients: &[Recipient]) -> bool {
    let is_theirs = |it: &&Message| {
        it.direction == Direction::In && it.kind.is_by_a_person() && is_of_a_mail(&it.message_id)
    };
    let theirs: Vec<&Message> = messages.iter().filter(is_theirs).collect();
    let took_part = |address: &str| {
        let is_same = |other: &str| other.eq_ignore_ascii_case(address);
        theirs
            .iter()
            .any(|it| is_same(&it.from_address) || it.recipients.iter().any(|other| is_same(&other.address)))
    };
    recipients.iter().all(|it| took_part(&it.address))
}

/// The code of the language in which words are written; nothing where anybody could doubt it.
pub fn language_of(words: &str) -> &'static str {
    wording::clear_language(words).map_or("", wording::Language::code)
}

/// What somebody outside wrote after the last message that was seen.
pub fn newer(messages: &[Message], seen: i64) -> Option<&Message> {
    let from_outside = |it: &&Message| it.direction == Direction::In && it.kind.is_by_a_person();
    messages.iter().filter(from_outside).filter(|it| it.id > seen).max_by_key(|it| it.id)
}

/// Whether it is the identity of a mail that others know, and not one that was made up here.
pub fn is_of_a_mail(message_id: &str) -> bool {
    let is_clean = |it: char| !it.is_whitespace() && !it.is_control() && !matches!(it, '<' | '>');
    message_id.contains('@') && !message_id.starts_with("written:") && message_id.chars().all(is_clean)
}

/// The identities of the mails of a conversation, the oldest first, the last ones only.
pub fn identities(messages: &[Message]) -> Vec<String> {
    let mut all: Vec<String> =
        messages.iter().map(|it| it.message_id.clone()).filter(|it| is_of_a_mail(it)).collect();
    all.drain(..all.len().saturating_sub(MOST_REFERENCES));
    all
}

/// The subject as it was written, else that of the conversation with one “Re:” before it.
pub fn subject(written: &str, of_conversation: &str, title: &str) -> String {
    let words =
        [written, of_conversation, title].map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    let [written, known, title] = words;
    if !written.is_empty() {
        return written;
    }
    let known = if known.is_empty() { title } else { known };
    let is_answer = known.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("re:"));
    if is_answer { known } else { format!("Re: {known}") }
}

/// Each line behind a sign, as mail programs do and know (RFC 3676, 4.5).
pub fn quoted(words: &str) -> String {
    let line =
        |it: &str| if it.is_empty() || it.starts_with('>') { format!(">{it}") } else { format!("> {it}") };
    words.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

/// To whom an answer would go: whoever wrote last; everybody else who takes part gets a copy. Ours are left
/// out. `whose` knows whom an address belongs to.
pub fn proposed(messages: &[Message], whose: impl Fn(&str) -> Whose) -> Vec<Recipient> {
    let Some(last) = answered(messages) else { return Vec::new() };
    let mut all: Vec<Recipient> = Vec::new();
    let mut add = |name: &str, address: &str, is_copy: bool| {
        let is_known = all.iter().any(|it| it.address == address);
        if !address.is_empty() && !is_known && !matches!(whose(address), Whose::Ours(_)) {
            all.push(Recipient { name: name.to_owned(), address: address.to_owned(), is_copy });
        }
    };
    if last.direction == Direction::In {
        add(&last.from_name, &last.from_address, false);
        last.recipients.iter().for_each(|it| add(&it.name, &it.address, true));
    } else {
        last.recipients.iter().for_each(|it| add(&it.name, &it.address, it.is_copy));
    }
    all
}

/// What stands in a field of addresses: `Carl Whitfield <carl@…>; priya@…`.
///
/// # Errors
/// Names the piece that is none.
pub fn addresses(words: &str, is_copy: bool) -> Result<Vec<Recipient>, Text> {
    let pieces = words.split([',', ';', '\n']).map(str::trim).filter(|it| !it.is_empty());
    pieces.map(|it| address(it, is_copy)).collect()
}

fn address(piece: &str, is_copy: bool) -> Result<Recipient, Text> {
    let (name, address) = match piece.split_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"').trim(), rest.trim_end_matches('>').trim()),
        None => ("", piece),
    };
    let address = address.to_lowercase();
    if !kernel::is_address(&address) || name.contains(char::is_control) {
        return Err(text!("“{address}” is no mail address.", address = piece));
    }
    let name = if name.is_empty() { address.clone() } else { name.to_owned() };
    Ok(Recipient { name, address, is_copy })
}

/// The same as a field shows it.
pub fn in_a_field(recipients: &[Recipient], is_copy: bool) -> String {
    let one = |it: &Recipient| match it.name == it.address || it.name.is_empty() {
        true => it.address.clone(),
        // A comma would part the name in two.
        false => format!("{} <{}>", it.name.replace([',', ';', '<', '>'], " "), it.address),
    };
    recipients.iter().filter(|it| it.is_copy == is_copy).map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_re_stands_before_a_subject() {
        assert_eq!(subject("", "Skid  3", "x"), "Re: Skid 3");
        assert_eq!(subject("", "RE: Skid 3", "x"), "RE: Skid 3");
        assert_eq!(subject("", "", "Skid"), "Re: Skid");
        assert_eq!(subject("Other\r\nBcc: eve@x.example", "Skid", "x"), "Other Bcc: eve@x.example");
    }

    #[test]
    fn addresses_are_read_as_they_are_shown() {
        let field = "Carl, W. <carl@meridian.example>";
        let carl =
            Recipient { name: "Carl, W.".into(), address: "carl@meridian.example".into(), is_copy: false };
        let shown = in_a_field(&[carl], false);
        assert_eq!(addresses(&shown, false).unwrap()[0].address, "carl@meridian.example");
        assert!(addresses(field, false).is_err(), "a comma parts addresses");
        assert_eq!(addresses("PRIYA@meridian.example;", true).unwrap()[0].address, "priya@meridian.example");
        assert!(addresses("carl@meridian.example\r\nBcc: eve@x.example", false).is_err());
    }

    #[test]
    fn quoted_lines_stand_behind_a_sign() {
        assert_eq!(quoted("one\n\n> two\n\n"), "> one\n>\n>> two");
    }

    #[test]
    fn only_identities_that_others_know_are_named() {
        assert!(is_of_a_mail("a@meridian.example"));
        assert!(!is_of_a_mail("written:12@x") && !is_of_a_mail("sha256:1") && !is_of_a_mail("a@b\r\nBcc: x"));
    }
}
