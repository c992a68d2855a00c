//! What do the headers of a mail or of a part say?

use std::borrow::Cow;

use mail_parser::{Addr, DateTime, HeaderName, HeaderValue, Message, MessageParser};

use filename::is_deceptive;

use crate::{Limits, Mailbox, Warning, decoding};

/// The headers of one mail or part.
pub(crate) struct Headers {
    message: Option<Message<'static>>,
}

impl Headers {
    /// Reads the header section at the beginning of `entity`, and says where the body begins.
    pub(crate) fn read(entity: &[u8], limits: &Limits, warnings: &mut Vec<Warning>) -> (Self, usize) {
        let (end, body) = end_of_headers(entity);
        let mut section = &entity[..end];
        if section.len() > limits.headers {
            warnings.push(Warning::HeadersCut);
            section = whole_lines(&section[..limits.headers]);
        }
        let mut section = characters(section, warnings).into_owned();
        section.extend_from_slice(b"\n\n");
        let message = MessageParser::default().parse_headers(&section).map(Message::into_owned);
        (Self { message }, body)
    }

    pub(crate) fn text(&self, name: &HeaderName<'static>) -> Option<String> {
        match self.value(name)? {
            HeaderValue::Text(text) => Some(one_line(text)),
            HeaderValue::TextList(list) => Some(one_line(&list.join(", "))),
            _ => None,
        }
        .filter(|text| !text.is_empty())
    }

    /// A header that is not parsed, in small letters and without what is in parentheses.
    pub(crate) fn keyword(&self, name: &'static str) -> Option<String> {
        let text = self.raw(name)?;
        let keyword = text.split(['(', ';']).next().unwrap_or_default();
        Some(keyword.trim().to_lowercase())
    }

    /// A header as it stands there, on one line.
    pub(crate) fn raw(&self, name: &str) -> Option<String> {
        let message = self.message.as_ref()?;
        let header = message.headers().iter().find(|header| header.name().eq_ignore_ascii_case(name))?;
        let raw = message.raw_message.get(header.offset_start as usize..header.offset_end as usize)?;
        Some(one_line(&String::from_utf8_lossy(raw)))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    pub(crate) fn mailboxes(&self, name: &HeaderName<'static>, limits: &Limits) -> (Vec<Mailbox>, bool) {
        let Some(HeaderValue::Address(addresses)) = self.value(name) else { return (Vec::new(), false) };
        let mut all = addresses.iter().filter_map(mailbox);
        (all.by_ref().take(limits.list).collect(), all.next().is_some())
    }

    /// The ids in a header, without angle brackets. Where there are too many, the first and the newest are kept:
    /// the first names the conversation, the newest the answer.
    pub(crate) fn ids(&self, name: &HeaderName<'static>, limits: &Limits) -> (Vec<String>, bool) {
        let mut ids: Vec<String> = match self.value(name) {
            Some(HeaderValue::Text(text)) => vec![one_line(text)],
            Some(HeaderValue::TextList(list)) => list.iter().map(|id| one_line(id)).collect(),
            _ => Vec::new(),
        };
        ids.retain(|id| !id.is_empty() && id.len() < 1000);
        let superfluous = ids.len().saturating_sub(limits.list.max(1));
        if superfluous > 0 {
            ids.drain(1..=superfluous);
        }
        (ids, superfluous > 0)
    }

    pub(crate) fn moment(&self, name: &HeaderName<'static>) -> Option<i64> {
        match self.value(name)? {
            HeaderValue::DateTime(date) => micros(date),
            HeaderValue::Received(received) => received.date().as_ref().and_then(micros),
            _ => None,
        }
    }

    /// Type and subtype in small letters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let content = self.value(&HeaderName::ContentType)?.as_content_type()?;
        let media_type = match content.subtype() {
            Some(subtype) => format!("{}/{subtype}", content.ctype()),
            None => content.ctype().to_string(),
        };
        Some(media_type.to_ascii_lowercase()).filter(|it| it.len() < 128 && it.is_ascii())
    }

    pub(crate) fn disposition(&self) -> Option<String> {
        Some(self.value(&HeaderName::ContentDisposition)?.as_content_type()?.ctype().to_ascii_lowercase())
    }

    /// A parameter of the content type, such as `boundary` or `charset`.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.value(&HeaderName::ContentType)?.as_content_type()?.attribute(name)
    }

    /// The file name, which stands with the disposition or, in older mail, with the type.
    pub(crate) fn file_name(&self) -> Option<&str> {
        let disposition = self.value(&HeaderName::ContentDisposition).and_then(HeaderValue::as_content_type);
        disposition.and_then(|it| it.attribute("filename")).or_else(|| self.parameter("name"))
    }

    fn value(&self, name: &HeaderName<'static>) -> Option<&HeaderValue<'static>> {
        // The first one counts: what stands above was put there by the servers nearer to us.
        self.message
            .as_ref()?
            .headers()
            .iter()
            .find(|header| header.name == *name)
            .map(|header| &header.value)
    }
}

/// Text on one line, blanks single, nothing invisible.
pub(crate) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let visible: String = visible.chars().filter(|c| !is_deceptive(*c)).collect();
    visible.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// End of the header section and beginning of the body. Without a blank line everything is header, unless no line
/// looks like one.
fn end_of_headers(entity: &[u8]) -> (usize, usize) {
    if entity.starts_with(b"\r\n") {
        return (0, 2);
    }
    if entity.starts_with(b"\n") {
        return (0, 1);
    }
    let mut at = 0;
    while let Some(feed) = entity[at..].iter().position(|&byte| byte == b'\n') {
        at += feed + 1;
        if entity[at..].starts_with(b"\n") {
            return (at, at + 1);
        }
        if entity[at..].starts_with(b"\r\n") {
            return (at, at + 2);
        }
    }
    if looks_like_a_header(entity) { (entity.len(), entity.len()) } else { (0, 0) }
}

fn looks_like_a_header(entity: &[u8]) -> bool {
    let name = entity.iter().take_while(|&&byte| byte.is_ascii_graphic() && byte != b':').count();
    name > 0 && entity.get(name) == Some(&b':')
}

fn whole_lines(section: &[u8]) -> &[u8] {
    section.iter().rposition(|&byte| byte == b'\n').map_or(section, |end| &section[..=end])
}

/// Raw bytes above ASCII are not allowed in headers but common: each line is UTF-8, or else Windows-1252.
fn characters<'a>(section: &'a [u8], warnings: &mut Vec<Warning>) -> Cow<'a, [u8]> {
    if std::str::from_utf8(section).is_ok() {
        return Cow::Borrowed(section);
    }
    warnings.push(Warning::HeaderNotAscii);
    let lines = section.split_inclusive(|&byte| byte == b'\n').map(|line| match std::str::from_utf8(line) {
        Ok(line) => Cow::Borrowed(line),
        Err(_) => Cow::Owned(decoding::windows_1252(line)),
    });
    Cow::Owned(lines.collect::<String>().into_bytes())
}

fn mailbox(addr: &Addr<'_>) -> Option<Mailbox> {
    let address = one_line(addr.address.as_deref().unwrap_or_default());
    let name = one_line(addr.name.as_deref().unwrap_or_default());
    let name = Some(name).filter(|name| !name.is_empty());
    (!address.is_empty() || name.is_some()).then_some(Mailbox { name, address })
}

fn micros(date: &DateTime) -> Option<i64> {
    let is_plausible = date.is_valid() && (1970..2200).contains(&date.year);
    is_plausible.then(|| date.to_timestamp() * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(section: &[u8]) -> (Headers, Vec<Warning>) {
        let mut warnings = Vec::new();
        let (headers, _) = Headers::read(section, &Limits::default(), &mut warnings);
        (headers, warnings)
    }

    #[test]
    fn raw_eight_bit_headers_are_read_and_told() {
        let (headers, warnings) = headers(b"Subject: R\xfcckfrage\nFrom: J\xc3\xbcrgen <j@x.example>\n\n");
        assert_eq!(headers.text(&HeaderName::Subject).as_deref(), Some("Rückfrage"));
        let (from, _) = headers.mailboxes(&HeaderName::From, &Limits::default());
        assert_eq!(from[0].name.as_deref(), Some("Jürgen"));
        assert_eq!(warnings, [Warning::HeaderNotAscii]);
    }

    #[test]
    fn of_too_many_references_the_first_and_the_newest_stay() {
        let (headers, _) = headers(b"References: <a@x> <b@x>\r\n <c@x> <d@x>\r\n\r\n");
        let limits = Limits { list: 2, ..Limits::default() };
        assert_eq!(headers.ids(&HeaderName::References, &limits), (vec!["a@x".into(), "d@x".into()], true));
    }

    #[test]
    fn headers_without_a_body_are_headers() {
        let (headers, _) = headers(b"Subject: short");
        assert_eq!(headers.text(&HeaderName::Subject).as_deref(), Some("short"));
    }

    #[test]
    fn an_impossible_date_is_none() {
        let (headers, _) = headers(b"Date: Fri, 99 Foo 99999 99:99:99 +9999\n\n");
        assert_eq!(headers.moment(&HeaderName::Date), None);
    }

    #[test]
    fn a_marker_of_direction_does_not_survive_in_a_name() {
        assert_eq!(one_line("a\u{202e}b \r\n\t c\0"), "ab c");
    }
}
