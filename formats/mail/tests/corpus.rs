//! Does any damage to the mails of the demo make the reader fail?
//!
//! Mutations are drawn from a fixed seed, so a failure comes back. `MAIL_ROUNDS` in the build environment makes more
//! of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use mail::{Limits, Mail, mbox_places, one_of_mbox, place, questions, read_within, split_mbox, unquote_mbox};

/// Enough for some thousands of mutations on a slow machine.
const LONGEST: Duration = Duration::from_secs(20);
const ROUNDS: usize = 4000;

/// Small ones, so that mutations reach them.
const LIMITS: Limits = Limits {
    headers: 8 * 1024,
    list: 20,
    nesting: 8,
    parts: 12,
    text: 64 * 1024,
    html: 64 * 1024,
    html_elements: 2000,
    html_nesting: 40,
    events: 5,
};

struct Chance(u64);

impl Chance {
    /// Xorshift: even enough, and the same everywhere.
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/mail");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Pieces of syntax that make parsers stumble.
const TOKENS: [&[u8]; 24] = [
    b"\r\n\r\n",
    b"\n\n",
    b"--",
    b"\0",
    b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    b"=?utf-8?q?=",
    b"<",
    b">",
    b"\"",
    b"(((((",
    b"\xff\xfe",
    b"\xc3",
    b"=\r\n",
    b"=3D=",
    b"&#x0;",
    b"<svg><style>",
    b"<!--",
    b"]]>",
    b"\\",
    b"BEGIN:VEVENT\r\n",
    b"\r\nContent-Type: message/rfc822\r\n\r\n",
    b"DTSTART:99999999T999999Z\r\n",
    "\u{202e}".as_bytes(),
    b"\r\nDate: Fri, 32 Oct 9999 99:99:99 +9999\r\n",
];

fn mutate(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut mail = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(mail.len() + 1);
        let until = at + chance.below((mail.len() - at).min(400) + 1);
        match chance.below(6) {
            0 if at < mail.len() => mail[at] ^= 1 << chance.below(8),
            1 => drop(mail.drain(at..until)),
            2 => {
                let copy = mail[at..until].repeat(1 + chance.below(20));
                mail.splice(at..at, copy);
            }
            3 => {
                let other = &corpus[chance.below(corpus.len())];
                let from = chance.below(other.len());
                mail.truncate(at);
                mail.extend_from_slice(&other[from..]);
            }
            4 => drop(mail.splice(at..at, TOKENS[chance.below(TOKENS.len())].iter().copied())),
            _ => mail.truncate(until.max(at)),
        }
    }
    mail
}

fn assert_within_limits(mail: &Mail, raw: &[u8]) {
    assert!(mail.text.len() <= LIMITS.text);
    assert!(mail.text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
    assert!(mail.subject.chars().all(|c| !c.is_control()));
    assert!(mail.parts.len() <= LIMITS.parts);
    assert!(mail.parts.iter().map(|part| part.bytes.len()).sum::<usize>() <= raw.len());
    assert!(mail.to.len() <= LIMITS.list && mail.references.len() <= LIMITS.list);
    assert!(mail.calendar.len() <= LIMITS.events);
    let mut end = 0;
    for range in &mail.quoted {
        assert!(end <= range.start && range.start < range.end && mail.text.get(range.clone()).is_some());
        end = range.end;
    }
    if let Some(html) = &mail.html {
        assert_harmless(html);
        let _ = mail::with_pictures(html, |index| format!("/{index}"));
    }
    for part in &mail.parts {
        let name = part.name.as_deref().unwrap_or("x");
        assert!(
            !name.is_empty() && name.len() <= 120 && !name.contains(['/', '\\', '\0', '\u{202e}']),
            "{name:?}"
        );
    }
    let known = mail::Known::<u8, u8> {
        sender: mail::Sender::Stranger,
        receivers: vec![],
        held: vec![],
        following: vec![],
        same_subject: vec![],
        numbered: vec![],
    };
    let _ = (place(mail, &known), mail::answered(mail), mail::root(mail), questions(mail, &[&mail.text]));
}

/// In tags, for in texts everything is harmless.
fn assert_harmless(html: &str) {
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
        let forbidden =
            ["script", "style", "iframe", "object", "form", "input", "svg", "math", "base", "meta", "link"];
        assert!(!forbidden.contains(&name), "{tag}");
        let mut rest = tag;
        while let Some((before, after)) = rest.split_once("=\"") {
            let attribute = before.rsplit(' ').next().unwrap_or_default();
            let (value, remaining) = after.split_once('"').unwrap_or((after, ""));
            assert!(!attribute.starts_with("on"), "{tag}");
            let is_safe_source = value.starts_with("cid:") || value.starts_with("data:image/");
            assert!(attribute != "src" || is_safe_source, "{tag}");
            assert!(attribute != "style" || !value.contains("url("), "{tag}");
            assert!(
                !value.trim_start().to_lowercase().starts_with("javascript:") || attribute != "href",
                "{tag}"
            );
            rest = remaining;
        }
    }
}

#[test]
fn no_damage_makes_the_reader_fail() {
    let rounds = option_env!("MAIL_ROUNDS").and_then(|it| it.parse().ok()).unwrap_or(ROUNDS);
    let corpus = corpus();
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let begun = Instant::now();
    let mut done = 0;
    for round in 0..rounds {
        if begun.elapsed() > LONGEST && option_env!("MAIL_ROUNDS").is_none() {
            break;
        }
        let raw = mutate(&corpus, &mut chance);
        let one = Instant::now();
        assert_within_limits(&read_within(&raw, &LIMITS), &raw);
        // Read line by line, an archive holds the same mails as read at once.
        let places = mbox_places(&raw[..]).unwrap();
        let mails: Vec<_> = split_mbox(&raw).map(|it| unquote_mbox(&raw[it])).collect();
        let place = |it: &Range<u64>| usize::try_from(it.start).unwrap()..usize::try_from(it.end).unwrap();
        let one_by_one: Vec<_> = places.iter().map(|it| one_of_mbox(&raw[place(it)])).collect();
        assert_eq!(mails, one_by_one, "round {round}");
        assert!(one.elapsed() < Duration::from_secs(10), "round {round} takes {:?}", one.elapsed());
        done = round + 1;
    }
    assert!(done > 200, "only {done} mutations in {LONGEST:?}");
}

#[test]
fn any_bytes_are_a_mail() {
    let mut chance = Chance(42);
    for _ in 0..2000 {
        let raw: Vec<u8> = (0..chance.below(300)).map(|_| u8::try_from(chance.below(256)).unwrap()).collect();
        assert_within_limits(&read_within(&raw, &LIMITS), &raw);
    }
}
