//! How is a mail built: which of its parts are the body, and which stand beside it (RFC 2045 to 2049)?
//!
//! The message is walked here, with limits, and not by the parser of the headers: a hostile message may hold any
//! number of parts in any depth, and every byte is looked at no more than once a level.

use std::borrow::Cow;

use mail_parser::HeaderName;

use crate::{Disposition, Limits, Part, Role, Warning, decoding, headers::Headers, plain_text, safe_name};

/// What the walk brings home.
#[derive(Default)]
pub(crate) struct Structure {
    pub body: Vec<Piece>,
    pub parts: Vec<Part>,
}

/// One stretch of the body, in one form or in both.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Piece {
    /// Canonical text, if the sender gave one.
    pub plain: Option<String>,
    /// As the sender wrote it: not yet safe.
    pub html: Option<String>,
}

/// Takes the mail with these headers and this body apart.
pub(crate) fn take_apart(
    headers: &Headers,
    body: &[u8],
    limits: &Limits,
    warnings: &mut Vec<Warning>,
) -> Structure {
    let mut walk = Walk { limits, warnings, parts: Vec::new(), leaves: 0 };
    let body = walk.entity(headers, body, &Place { depth: 0, among: Among::Alone });
    Structure { body, parts: walk.parts }
}

struct Walk<'a> {
    limits: &'a Limits,
    warnings: &'a mut Vec<Warning>,
    parts: Vec<Part>,
    leaves: usize,
}

struct Place {
    depth: usize,
    among: Among,
}

/// Where a part stands, which decides what it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Among {
    /// It is the whole mail.
    Alone,
    /// In a row, or as one of several forms of the same: text without a name is body.
    Body,
    /// In a digest: what has no type is a mail (RFC 2046, 5.1.5).
    Digest,
    /// Belongs to something else, such as a picture to its HTML.
    Beside,
}

impl Walk<'_> {
    fn entity(&mut self, headers: &Headers, body: &[u8], place: &Place) -> Vec<Piece> {
        let unnamed = if place.among == Among::Digest { "message/rfc822" } else { "text/plain" };
        let media_type = headers.media_type().unwrap_or_else(|| unnamed.to_string());
        match media_type.strip_prefix("multipart/") {
            Some(form) => self.multipart(headers, body, form, place.depth),
            None => self.leaf(headers, body, media_type, place.among),
        }
    }

    fn multipart(&mut self, headers: &Headers, body: &[u8], form: &str, depth: usize) -> Vec<Piece> {
        if depth >= self.limits.nesting {
            self.warn(Warning::NestingCut);
            return self.leaf(headers, body, "text/plain".to_string(), Among::Beside);
        }
        let boundary = headers.parameter("boundary").unwrap_or_default();
        let Some((sections, is_closed)) = sections(body, boundary, self.limits.parts) else {
            self.warn(Warning::BoundaryMissing);
            return self.leaf(headers, body, "text/plain".to_string(), Among::Alone);
        };
        if !is_closed {
            self.warn(Warning::EndMissing);
        }
        if form == "encrypted" {
            self.warn(Warning::Encrypted);
        }
        let mut children = Vec::new();
        for (index, section) in sections.into_iter().enumerate() {
            if self.leaves >= self.limits.parts {
                self.warn(Warning::PartsCut);
                break;
            }
            let (headers, start) = Headers::read(section, self.limits, self.warnings);
            let place = Place { depth: depth + 1, among: position(form, index) };
            children.push(self.entity(&headers, &section[start..], &place));
        }
        if form == "alternative" { alternatives(&children) } else { children.into_iter().flatten().collect() }
    }

    fn leaf(&mut self, headers: &Headers, body: &[u8], media_type: String, among: Among) -> Vec<Piece> {
        self.leaves += 1;
        let encoding = headers.text(&HeaderName::ContentTransferEncoding).unwrap_or_default();
        let content = decoding::transferred(body, encoding.trim(), self.warnings);
        let is_attached = headers.disposition().is_some_and(|it| it == "attachment");
        let may_be_body = match among {
            Among::Alone => !is_attached,
            Among::Body => !is_attached && headers.file_name().is_none(),
            Among::Digest | Among::Beside => false,
        };
        if may_be_body && media_type == "text/html" {
            let html = self.characters(&content, headers, self.limits.html, Warning::HtmlCut);
            return vec![Piece { plain: None, html: Some(html) }];
        }
        if may_be_body && matches!(media_type.as_str(), "text/plain" | "text") {
            let plain = self.characters(&content, headers, self.limits.text, Warning::TextCut);
            let plain = plain_text::canonical(&plain, plain_text::Form::of(headers));
            return vec![Piece { plain: Some(plain), html: None }];
        }
        if media_type.ends_with("pkcs7-mime") {
            self.warn(Warning::Encrypted);
        }
        self.parts.push(part(headers, media_type, content));
        Vec::new()
    }

    fn characters(&mut self, content: &[u8], headers: &Headers, most: usize, cut: Warning) -> String {
        let mut content = content;
        if content.len() > most {
            self.warn(cut);
            content = &content[..most];
        }
        let declared = headers.parameter("charset").map(str::to_string);
        let declared = declared.or_else(|| charset_in_html(content).filter(|_| is_html(headers)));
        decoding::characters(content, declared.as_deref(), self.warnings)
    }

    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

fn position(form: &str, index: usize) -> Among {
    match form {
        "digest" => Among::Digest,
        "encrypted" => Among::Beside,
        "related" | "report" | "signed" if index > 0 => Among::Beside,
        _ => Among::Body,
    }
}

/// The sections between the lines of a boundary (RFC 2046, 5.1.1), and whether the last one was closed. At most one
/// more than `most`. `None` if there is no such line.
fn sections<'a>(body: &'a [u8], boundary: &str, most: usize) -> Option<(Vec<&'a [u8]>, bool)> {
    if boundary.is_empty() {
        return None;
    }
    let mut sections = Vec::new();
    let mut begun: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(b"--").and_then(|it| it.strip_prefix(boundary.as_bytes())) else {
            continue;
        };
        let is_end = rest.starts_with(b"--");
        if !is_end && !rest.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Some(from) = begun {
            sections.push(without_line_end(&body[from..start]));
        }
        begun = (!is_end).then_some(at);
        if is_end || sections.len() > most {
            return Some((sections, true));
        }
    }
    sections.push(&body[begun?..]);
    Some((sections, false))
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(section: &[u8]) -> &[u8] {
    let section = section.strip_suffix(b"\n").unwrap_or(section);
    section.strip_suffix(b"\r").unwrap_or(section)
}

/// One piece out of several forms of the same: the plain form of the first that has one, the HTML of the last.
fn alternatives(children: &[Vec<Piece>]) -> Vec<Piece> {
    let plain = children.iter().find_map(|pieces| joined_plain(pieces));
    let html = children.iter().rev().find_map(|pieces| joined_html(pieces));
    if plain.is_none() && html.is_none() {
        return Vec::new();
    }
    vec![Piece { plain, html }]
}

fn joined_plain(pieces: &[Piece]) -> Option<String> {
    let texts: Vec<&str> = pieces.iter().filter_map(|piece| piece.plain.as_deref()).collect();
    (!texts.is_empty() && pieces.iter().all(|piece| piece.plain.is_some())).then(|| texts.join("\n\n"))
}

/// The pieces as one HTML, plain ones included, if at least one is HTML.
pub(crate) fn joined_html(pieces: &[Piece]) -> Option<String> {
    pieces.iter().any(|piece| piece.html.is_some()).then(|| pieces.iter().map(as_html).collect())
}

fn as_html(piece: &Piece) -> Cow<'_, str> {
    match (&piece.html, &piece.plain) {
        (Some(html), _) => Cow::Borrowed(html),
        (None, Some(plain)) => {
            Cow::Owned(format!("<div style=\"white-space: pre-wrap\">{}</div>", ammonia::clean_text(plain)))
        }
        (None, None) => Cow::Borrowed(""),
    }
}

fn part(headers: &Headers, media_type: String, content: Cow<'_, [u8]>) -> Part {
    let content_id = headers.ids(&HeaderName::ContentId, &Limits::default()).0.into_iter().next();
    let disposition = match headers.disposition().as_deref() {
        Some("inline") => Disposition::Inline,
        None if content_id.is_some() && media_type.starts_with("image/") => Disposition::Inline,
        _ => Disposition::Attachment,
    };
    let role = match media_type.as_str() {
        "text/calendar" | "application/ics" => Role::Calendar,
        "message/rfc822" | "message/global" => Role::ForwardedMail,
        "message/delivery-status"
        | "message/global-delivery-status"
        | "message/disposition-notification"
        | "message/rfc822-headers"
        | "text/rfc822-headers" => Role::DeliveryReport,
        picture if picture.starts_with("image/") && disposition == Disposition::Inline => Role::Inline,
        _ => Role::Attachment,
    };
    let name = headers.file_name().and_then(safe_name);
    Part { name, media_type, disposition, content_id, bytes: content.into_owned(), role }
}

fn is_html(headers: &Headers) -> bool {
    headers.media_type().is_some_and(|it| it == "text/html")
}

/// The character set that an HTML page declares in its first kilobyte.
fn charset_in_html(content: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&content[..content.len().min(1024)]).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let is_of_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = after.trim_start_matches(['"', '\'', ' ']).chars().take_while(is_of_name).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(raw: &str) -> (Structure, Vec<Warning>) {
        let (limits, mut warnings) = (Limits::default(), Vec::new());
        let (headers, start) = Headers::read(raw.as_bytes(), &limits, &mut warnings);
        (take_apart(&headers, &raw.as_bytes()[start..], &limits, &mut warnings), warnings)
    }

    #[test]
    fn of_two_forms_both_are_kept_as_one_piece() {
        let (it, warnings) = taken(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n",
        );
        assert_eq!(it.body, [Piece { plain: Some("plain".into()), html: Some("<p>rich</p>".into()) }]);
        assert_eq!((it.parts.len(), warnings.len()), (0, 0));
    }

    #[test]
    fn text_after_an_attachment_is_still_text() {
        let (it, _) = taken(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png; name=\"../x.png\"\n\nPNG\n--b\n\ntwo\n--b--\n",
        );
        assert_eq!(it.body.len(), 2);
        assert_eq!(it.parts[0].name.as_deref(), Some("x.png"));
        assert_eq!((it.parts[0].role, &it.parts[0].bytes[..]), (Role::Attachment, &b"PNG"[..]));
    }

    #[test]
    fn a_named_text_is_an_attachment() {
        let (it, _) = taken(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n--b\nContent-Type: text/plain; name=log.txt\n\nlog\n--b--\n",
        );
        assert_eq!((it.body.len(), it.parts.len()), (1, 1));
    }

    #[test]
    fn a_boundary_that_only_begins_alike_ends_nothing() {
        let (it, _) =
            taken("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bb\nstill one\n--b--\n");
        assert_eq!(it.body[0].plain.as_deref(), Some("one\n--bb\nstill one"));
    }

    #[test]
    fn a_missing_end_is_told_and_nothing_is_lost() {
        let (it, warnings) = taken("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nto the last word");
        assert_eq!(it.body[0].plain.as_deref(), Some("to the last word"));
        assert_eq!(warnings, [Warning::EndMissing]);
    }

    #[test]
    fn a_page_may_say_its_character_set_itself() {
        assert_eq!(charset_in_html(b"<meta charset=\"ISO-8859-1\">").as_deref(), Some("iso-8859-1"));
        assert_eq!(charset_in_html(b"<p>none</p>"), None);
    }
}
