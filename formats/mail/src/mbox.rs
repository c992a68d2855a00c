//! Where in an archive does each mail begin and end?

use std::borrow::Cow;
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
    fn what_is_no_archive_holds_no_mail() {
        assert_eq!(mails(b"Subject: plain\n\nhello\n").len(), 0);
        assert_eq!(mails(b"").len(), 0);
    }
}
