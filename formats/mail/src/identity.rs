//! When are two messages the same mail?

use sha2::{Digest, Sha256};

use crate::structure::Structure;
use crate::{Mailbox, read};

/// What makes the same mail twice one mail: its Message-ID, or a digest of its content if it has none.
///
/// A Message-ID is only a claim: a different mail may bear the same. Compare [`crate::Mail::content_digest`] before
/// one is taken for the other.
pub fn identity(raw: &[u8]) -> String {
    read(raw).identity()
}

/// Digest of what a mail says, in hexadecimal. Trace headers, line ends, transfer encodings and boundaries do not
/// count, for servers change them on the way.
pub(crate) fn content_digest(
    from: &[Mailbox],
    date: Option<i64>,
    subject: &str,
    content: &Structure,
) -> String {
    let mut digest = Sha256::new();
    // Each field with its length before it, so that no two contents run together into the same bytes.
    let mut field = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    for mailbox in from {
        field(mailbox.address.to_lowercase().as_bytes());
    }
    field(&date.unwrap_or_default().to_be_bytes());
    field(subject.as_bytes());
    for piece in &content.body {
        field(words(piece.plain.as_deref()).as_bytes());
        field(words(piece.html.as_deref()).as_bytes());
    }
    for part in &content.parts {
        field(part.media_type.as_bytes());
        field(&part.bytes);
    }
    format!("{:x}", digest.finalize())
}

fn words(text: Option<&str>) -> String {
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: a@x.example\r\nSubject: s\r\nDate: Fri, 23 Oct 2026 10:00:00 +0200\r\n";

    #[test]
    fn the_same_mail_by_two_ways_is_one_mail() {
        let one = format!("Received: by a\r\nX-Delivered-To: a\r\n{MAIL}\r\nGr=C3=BC=C3=9Fe");
        let one = one.replacen("Subject", "Content-Transfer-Encoding: quoted-printable\r\nSubject", 1);
        let other = format!("Delivered-To: b\n{MAIL}\nGrüße\n").replace("\r\n", "\n");
        assert_eq!(identity(one.as_bytes()), identity(other.as_bytes()));
        assert!(identity(one.as_bytes()).starts_with("sha256:"));
    }

    #[test]
    fn a_borrowed_message_id_does_not_hide_another_mail() {
        let one = read(format!("Message-ID: <1@x>\r\n{MAIL}\r\none").as_bytes());
        let other = read(format!("Message-ID: <1@x>\r\n{MAIL}\r\nother").as_bytes());
        assert_eq!(one.identity(), other.identity());
        assert_ne!(one.content_digest, other.content_digest);
    }
}
