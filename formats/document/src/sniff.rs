//! What is a file, whatever it says it is?

use crate::{DOCX, PDF, XLSX};

const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
pub const OLE: &str = "application/x-ole-storage";
const UNKNOWN: &str = "application/octet-stream";

/// The media type by content; the name (or a declared media type) decides only between kinds of text.
///
/// What could be a page or a script in a browser is never called anything else, so that nobody is served a page
/// that came as a picture.
pub fn sniff(bytes: &[u8], name: &str) -> &'static str {
    by_signature(bytes).unwrap_or_else(|| by_words(bytes, name))
}

/// Whether a browser may show it from our address. All else is offered for saving only.
pub fn may_be_shown(media_type: &str) -> bool {
    matches!(media_type, PDF | "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "text/plain")
}

fn by_signature(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"Rar!\x1a\x07", "application/vnd.rar"),
        (b"\x1f\x8b", "application/gzip"),
        (b"{\\rtf", "application/rtf"),
        (b"MZ", "application/x-msdownload"),
        (b"\x7fELF", "application/x-elf"),
    ];
    // Readers of PDF accept the signature anywhere within the first 1,024 bytes (ISO 32000-1, annex H.3.4.1).
    let head = &bytes[..bytes.len().min(1_024)];
    if head.starts_with(b"%PDF-") || head.windows(5).any(|it| it == b"%PDF-") && !is_text(head) {
        return Some(PDF);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(in_zip(bytes));
    }
    let is_binary = |bytes: &[u8]| !is_text(&bytes[..bytes.len().min(1_024)]);
    let found = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature))?.1;
    // Two letters are too few to tell a picture or a program from a letter that begins with them.
    let is_sure = !matches!(found, "image/bmp" | "application/x-msdownload") || is_binary(bytes);
    is_sure.then_some(found)
}

/// Office files are told by the folder in which their parts lie.
fn in_zip(bytes: &[u8]) -> &'static str {
    let Ok(archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
        return "application/zip";
    };
    if archive.index_for_name("word/document.xml").is_some() {
        DOCX
    } else if archive.index_for_name("xl/workbook.xml").is_some() {
        XLSX
    } else if archive.index_for_name("ppt/presentation.xml").is_some() {
        PPTX
    } else {
        "application/zip"
    }
}

fn by_words(bytes: &[u8], name: &str) -> &'static str {
    if !is_text(bytes) {
        return UNKNOWN;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]).to_lowercase();
    let begins = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if head.contains("<svg") {
        return "image/svg+xml";
    }
    let marks = ["<html", "<!doctype html", "<script", "<body", "<head", "<iframe", "<img", "<meta"];
    if marks.iter().any(|it| head.contains(it)) && !is_message(begins, name) {
        return "text/html";
    }
    if begins.starts_with("<?xml") {
        return "application/xml";
    }
    if is_message(begins, name) {
        return "message/rfc822";
    }
    let name = name.to_lowercase();
    let is = |ending: &str, media_type: &str| name.ends_with(ending) || name.starts_with(media_type);
    match () {
        () if is(".csv", "text/csv") => "text/csv",
        () if is(".ics", "text/calendar") || begins.starts_with("begin:vcalendar") => "text/calendar",
        () if is(".md", "text/markdown") => "text/markdown",
        () if is(".json", "application/json") => "application/json",
        () => "text/plain",
    }
}

fn is_message(begins: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let says_so = is_named(&name, "eml") || name.starts_with("message/rfc822");
    let first = begins.lines().next().unwrap_or_default();
    let is_header = first.split_once(':').is_some_and(|(word, _)| {
        !word.is_empty() && word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    });
    says_so && (is_header || first.starts_with("from "))
}

fn is_named(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, it)| it == ending)
}

/// Without zeros and other control characters, in any encoding that keeps those of ASCII.
fn is_text(bytes: &[u8]) -> bool {
    let utf_16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let is_strange = |it: &u8| matches!(it, 0..=8 | 11 | 14..=26 | 28..=31 | 127);
    utf_16 || !bytes.iter().any(is_strange)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_and_not_the_name() {
        assert_eq!(sniff(b"%PDF-1.4\n", "drawing.png"), PDF);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0", "a.pdf"), "image/png");
        assert_eq!(sniff(b"MZ\x90\0\x03", "harmless.txt"), "application/x-msdownload");
        assert_eq!(sniff(b"\0\x01\x02", "a.txt"), "application/octet-stream");
        assert_eq!(sniff(b"", "a.txt"), "text/plain");
    }

    #[test]
    fn a_page_is_a_page_even_under_the_name_of_a_picture() {
        for page in ["<!DOCTYPE html><p>x", " \n<HTML>", "text <script>x</script>", "\u{feff}<body onload=x>"]
        {
            assert_eq!(sniff(page.as_bytes(), "picture.png"), "text/html", "{page}");
            assert!(!may_be_shown(sniff(page.as_bytes(), "a.txt")));
        }
        assert_eq!(sniff(b"<?xml version='1.0'?><svg xmlns='x' onload='y'/>", "a.png"), "image/svg+xml");
        assert!(!may_be_shown("image/svg+xml"));
    }

    #[test]
    fn kinds_of_text_are_told_by_their_name() {
        assert_eq!(sniff(b"a;b\n1;2", "list.CSV"), "text/csv");
        assert_eq!(sniff(b"BM, the second letter", "a.txt"), "text/plain");
        assert_eq!(sniff(b"From: Carl <carl@meridian.example>\n\n<html>", "a.eml"), "message/rfc822");
        assert_eq!(sniff(b"BEGIN:VCALENDAR\r\n", "invite"), "text/calendar");
    }
}
