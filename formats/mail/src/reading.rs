//! How does a raw message become a [`Mail`]?

use mail_parser::HeaderName;

use crate::headers::Headers;
use crate::structure::{Piece, Structure, joined_html, take_apart};
use crate::{
    Event, Limits, Mail, Part, Role, Warning, base_subject, calendar, decoding, html, identity, kind,
    plain_text, quotation, rendering,
};

/// Reads a mail within the usual limits. Never fails: what cannot be read is missing or empty, and a warning says so.
pub fn read(raw: &[u8]) -> Mail {
    read_within(raw, &Limits::default())
}

/// Reads a mail within limits of your own.
pub fn read_within(raw: &[u8], limits: &Limits) -> Mail {
    let mut warnings = Vec::new();
    let (headers, start) = Headers::read(raw, limits, &mut warnings);
    let mut content = take_apart(&headers, &raw[start..], limits, &mut warnings);
    let mut mail = by_headers(&headers, limits, &mut warnings);
    mail.content_digest = identity::content_digest(&mail.from, mail.date, &mail.subject, &content);
    show(&mut mail, &mut content, limits, &mut warnings);
    mail.quoted = quotation::quoted(&mail.text);
    mail.calendar = appointments(&content.parts, limits);
    mail.parts = content.parts;
    mail.kind = kind::kind(&kind::Evidence {
        headers: &headers,
        from: &mail.from,
        subject: &mail.subject,
        text: &mail.text,
        parts: &mail.parts,
        calendar: &mail.calendar,
    });
    let mut told = std::collections::HashSet::new();
    warnings.retain(|warning| told.insert(warning.clone()));
    mail.warnings = warnings;
    mail
}

fn by_headers(headers: &Headers, limits: &Limits, warnings: &mut Vec<Warning>) -> Mail {
    let mut is_cut = false;
    let mut whole = |(list, list_is_cut)| {
        is_cut |= list_is_cut;
        list
    };
    let from = whole(headers.mailboxes(&HeaderName::From, limits));
    let sender = whole(headers.mailboxes(&HeaderName::Sender, limits));
    let reply_to = whole(headers.mailboxes(&HeaderName::ReplyTo, limits));
    let to = whole(headers.mailboxes(&HeaderName::To, limits));
    let cc = whole(headers.mailboxes(&HeaderName::Cc, limits));
    let (references, references_are_cut) = headers.ids(&HeaderName::References, limits);
    let (in_reply_to, answers_are_cut) = headers.ids(&HeaderName::InReplyTo, limits);
    let message_id = headers.ids(&HeaderName::MessageId, limits).0.into_iter().next();
    let date = headers.moment(&HeaderName::Date);
    let missing = [
        (is_cut || references_are_cut || answers_are_cut, Warning::ListsCut),
        (message_id.is_none(), Warning::MessageIdMissing),
        (from.iter().all(|mailbox| mailbox.address.is_empty()), Warning::SenderMissing),
        (date.is_none(), Warning::DateMissing),
    ];
    warnings.extend(missing.into_iter().filter(|(holds, _)| *holds).map(|(_, warning)| warning));
    let subject = headers.text(&HeaderName::Subject).unwrap_or_default();
    Mail {
        message_id,
        in_reply_to,
        references,
        from,
        sender: sender.into_iter().next(),
        reply_to,
        to,
        cc,
        date,
        received: headers.moment(&HeaderName::Received),
        base_subject: base_subject(&subject),
        subject,
        text: String::new(),
        quoted: Vec::new(),
        html: None,
        remote_removed: 0,
        parts: Vec::new(),
        calendar: Vec::new(),
        kind: crate::Kind::Ordinary,
        content_digest: String::new(),
        warnings: Vec::new(),
    }
}

/// Text and HTML as people see them. The text is the plain form where there is one that says something, and else the
/// HTML in words.
fn show(mail: &mut Mail, content: &mut Structure, limits: &Limits, warnings: &mut Vec<Warning>) {
    let mut in_words = String::new();
    if let Some(source) = joined_html(&content.body) {
        let clean = html::clean(&source, &|id| part_with_id(&content.parts, id), limits);
        let (text, misleading) = rendering::text_of(&clean.html);
        in_words = text;
        warnings.extend(clean.is_cut.then_some(Warning::HtmlCut));
        warnings.extend(misleading);
        mail.remote_removed = clean.remote_removed;
        mail.html = Some(clean.html);
        for index in clean.shown {
            content.parts[index].role = Role::Inline;
        }
    }
    let is_in_plain = content.body.iter().any(says_it_in_plain);
    mail.text = if is_in_plain { texts(&content.body, limits) } else { in_words };
    if mail.text.len() > limits.text {
        mail.text.truncate(mail.text.floor_char_boundary(limits.text));
        warnings.push(Warning::TextCut);
    }
}

fn texts(body: &[Piece], limits: &Limits) -> String {
    let texts = body.iter().map(|piece| match (&piece.plain, &piece.html) {
        (Some(plain), _) if says_it_in_plain(piece) => plain.clone(),
        (_, Some(source)) => rendering::text_of(&html::clean(source, &|_| None, limits).html).0,
        _ => String::new(),
    });
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn says_it_in_plain(piece: &Piece) -> bool {
    piece.plain.as_ref().is_some_and(|plain| !plain.trim().is_empty())
}

fn part_with_id(parts: &[Part], id: &str) -> Option<usize> {
    let wanted = id.trim_matches(['<', '>']);
    parts
        .iter()
        .position(|part| part.content_id.as_deref() == Some(wanted) && part.media_type.starts_with("image/"))
}

fn appointments(parts: &[Part], limits: &Limits) -> Vec<Event> {
    let calendars = parts.iter().filter(|part| part.role == Role::Calendar);
    let events = calendars.flat_map(|part| {
        let bytes = &part.bytes[..part.bytes.len().min(limits.text)];
        let calendar = decoding::characters(bytes, None, &mut Vec::new());
        calendar::events(&plain_text::canonical(&calendar, plain_text::Form::Fixed), limits)
    });
    // Office programs send the same calendar twice: as a form of the body and as a file.
    let mut known = std::collections::HashSet::new();
    events.filter(|event| known.insert((event.uid.clone(), event.sequence))).take(limits.events).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn nothing_is_a_mail_too() {
        let mail = read(b"");
        assert_eq!((mail.kind, mail.text.as_str()), (Kind::Ordinary, ""));
        assert_eq!(mail.warnings, [Warning::MessageIdMissing, Warning::SenderMissing, Warning::DateMissing]);
    }

    #[test]
    fn html_alone_gives_the_text() {
        let mail = read(b"Content-Type: text/html\n\n<p>flow goes from 18 to <b>20 m&sup3;/h</b></p>");
        assert_eq!(mail.text, "flow goes from 18 to 20 m³/h");
        assert_eq!(mail.html.as_deref(), Some("<p>flow goes from 18 to <b>20 m³/h</b></p>"));
    }

    #[test]
    fn the_topmost_received_counts() {
        let mail = read(b"Received: from a by b; Fri, 23 Oct 2026 10:00:01 +0000\nReceived: from c by a; Thu, 1 Jan 2026 00:00:00 +0000\n\nx");
        assert_eq!(mail.received, Some(1_792_749_601_000_000));
    }

    #[test]
    fn too_much_text_is_cut_and_told() {
        let limits = Limits { text: 10, ..Limits::default() };
        let mail = read_within("Subject: x\n\nääääääääääää".as_bytes(), &limits);
        assert!(mail.text.len() <= 10, "{}", mail.text);
        assert!(mail.warnings.contains(&Warning::TextCut));
    }
}
