//! Where in an archive does each mail begin and end?

use std::borrow::Cow;
use std::io::{BufRead, Result};
use std::ops::Range;

/// The mails of an mbox archive as byte ranges, each without its `From ` line and the blank line that ends it.
///
/// A mail begins at a `From ` line at the start or after a blank line, if the next line looks like a header, so that
/// a sentence beginning with "From" in an archive of the older kind does not tear a mail apart. The text of each
/// still has its `From ` lines quoted; see [`unquote_mbox`].
pub fn split_mbox(archive: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut next = envelopes(archive, 0).next();
    std::iter::from_fn(move || {
        let envelope = next.take()?;
        next = envelopes(archive, envelope.body).next();
        let end = next.as_ref().map_or(archive.len(), |following| following.start);
        Some(envelope.body..without_blank_line(archive, envelope.body, end))
    })
}

/// The places of the mails of an archive that is larger than anybody wants to hold: in bytes from its beginning, each
/// with the blank line that ends it; [`one_of_mbox`] makes a mail of what stands there. Mails begin as [`split_mbox`]
/// says. No more than a line is held at a time.
///
/// # Errors
/// What the reader tells.
pub fn mbox_places(mut archive: impl BufRead) -> Result<Vec<Range<u64>>> {
    let mut places: Vec<Range<u64>> = Vec::new();
    let (mut at, mut after_blank, mut line) = (0_u64, true, Vec::new());
    // A line that may begin a mail; whether it does is told by the next one.
    let mut envelope: Option<(u64, u64)> = None;
    loop {
        line.clear();
        archive.read_until(b'\n', &mut line)?;
        if let Some((start, body)) = envelope.take().filter(|_| begins_a_mail(&line)) {
            if let Some(last) = places.last_mut() {
                last.end = start;
            }
            places.push(body..body);
        }
        if line.is_empty() {
            break;
        }
        let end = at + line.len() as u64;
        if after_blank && line.starts_with(b"From ") {
            envelope = Some((at, end));
        }
        after_blank = line.iter().all(u8::is_ascii_whitespace);
        at = end;
    }
    if let Some(last) = places.last_mut() {
        last.end = at;
    }
    Ok(places)
}

/// The mail that stands at a place of an archive.
pub fn one_of_mbox(bytes: &[u8]) -> Cow<'_, [u8]> {
    unquote_mbox(&bytes[..without_blank_line(bytes, 0, bytes.len())])
}

/// Takes one `>` from each line that begins with `>From ` (mboxo) or `>>From ` and so on (mboxrd).
pub fn unquote_mbox(mail: &[u8]) -> Cow<'_, [u8]> {
    if !mail.windows(6).any(|window| window == b">From ") {
        return Cow::Borrowed(mail);
    }
    let mut unquoted = Vec::with_capacity(mail.len());
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        let quotes = line.iter().take_while(|&&byte| byte == b'>').count();
        let is_quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
        unquoted.extend_from_slice(&line[usize::from(is_quoted)..]);
    }
    Cow::Owned(unquoted)
}

/// Where a `From ` line stands.
struct Envelope {
    start: usize,
    /// Where what follows it begins.
    body: usize,
}

fn envelopes(archive: &[u8], from: usize) -> impl Iterator<Item = Envelope> + '_ {
    let mut start = from;
    let mut after_blank = from == 0;
    std::iter::from_fn(move || {
        while start < archive.len() {
            let line_start = start;
            let line_end = end_of_line(archive, line_start);
            let line = &archive[line_start..line_end];
            let is_envelope =
                after_blank && line.starts_with(b"From ") && begins_a_mail(&archive[line_end..]);
            after_blank = line.iter().all(u8::is_ascii_whitespace);
            start = line_end;
            if is_envelope {
                return Some(Envelope { start: line_start, body: line_end });
            }
        }
        None
    })
}

/// Whether the first line is a header, or a `>From ` line that some programs put before the headers.
fn begins_a_mail(rest: &[u8]) -> bool {
    let line = &rest[..end_of_line(rest, 0)];
    let name = line.iter().take_while(|&&byte| byte.is_ascii_graphic() && byte != b':').count();
    line.starts_with(b">From ") || name > 0 && line.get(name) == Some(&b':')
}

fn end_of_line(archive: &[u8], from: usize) -> usize {
    archive[from..].iter().position(|&byte| byte == b'\n').map_or(archive.len(), |at| from + at + 1)
}

fn without_blank_line(archive: &[u8], start: usize, end: usize) -> usize {
    let mail = &archive[start..end];
    if mail.ends_with(b"\r\n\r\n") {
        return end - 2;
    }
    if mail.ends_with(b"\n\n") { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(archive: &[u8]) -> Vec<&[u8]> {
        split_mbox(archive).map(|range| &archive[range]).collect()
    }

    #[test]
    fn each_mail_is_found_without_its_envelope() {
        let archive = b"From a Mon\nSubject: 1\n\none\n\nFrom b Tue\nSubject: 2\n\ntwo\n";
        assert_eq!(mails(archive), [&b"Subject: 1\n\none\n"[..], b"Subject: 2\n\ntwo\n"]);
    }

    #[test]
    fn a_sentence_that_begins_with_from_tears_nothing_apart() {
        let archive = b"From a Mon\nSubject: 1\n\nHi\n\nFrom my view it is fine.\nYes.\n";
        assert_eq!(mails(archive).len(), 1);
    }

    #[test]
    fn quoted_from_lines_lose_one_mark() {
        assert_eq!(
            &*unquote_mbox(b">From here\n>>From there\n> From x\n"),
            b"From here\n>From there\n> From x\n"
        );
        assert!(matches!(unquote_mbox(b"nothing"), Cow::Borrowed(_)));
    }

    #[test]
    fn an_archive_that_is_read_by_the_line_holds_the_same_mails() {
        let place = |it: u64| usize::try_from(it).unwrap();
        let archives: [&[u8]; 6] = [
            b"From a Mon\nSubject: 1\n\none\n\nFrom b Tue\nSubject: 2\n\n>From two\n",
            b"From a Mon\nSubject: 1\n\nHi\n\nFrom my view it is fine.\nYes.\n\nFrom b Tue\r\nA: 2\r\n\r\n2\r\n\r\n",
            b"From a\nFrom b\nSubject: 1\n\nx",
            b"Subject: plain\n\nhello\n",
            b"From a",
            b"",
        ];
        for archive in archives {
            let found: Vec<Vec<u8>> = mbox_places(archive)
                .unwrap()
                .into_iter()
                .map(|it| one_of_mbox(&archive[place(it.start)..place(it.end)]).into_owned())
                .collect();
            let wanted: Vec<Vec<u8>> =
                mails(archive).into_iter().map(|it| unquote_mbox(it).into_owned()).collect();
            assert_eq!(found, wanted, "{:?}", String::from_utf8_lossy(archive));
        }
    }

    #[test]
    fn what_is_no_archive_holds_no_mail() {
        assert_eq!(mails(b"Subject: plain\n\nhello\n").len(), 0);
        assert_eq!(mails(b"").len(), 0);
    }
}
