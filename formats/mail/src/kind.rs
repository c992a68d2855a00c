//! Who or what wrote a mail, and what for (RFC 3834, RFC 3464, RFC 8098)?

use crate::headers::{Headers, one_line};
use crate::{Event, Kind, Limits, Mailbox, Part, Role, subject};

/// What a mail server says about a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bounce {
    /// One for each recipient.
    pub deliveries: Vec<Delivery>,
    /// The mail it is about, without angle brackets.
    pub original_message_id: Option<String>,
}

impl Bounce {
    /// Whether nothing will arrive at one of the addresses, however often we try.
    pub fn is_permanent(&self) -> bool {
        self.deliveries.iter().any(Delivery::is_permanent)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub recipient: Option<String>,
    pub outcome: Outcome,
    /// Such as `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// What the other server said.
    pub diagnostic: Option<String>,
}

impl Delivery {
    pub fn is_permanent(&self) -> bool {
        self.outcome == Outcome::Failed && self.status.as_deref().is_none_or(|status| status.starts_with('5'))
    }
}

/// `Action` of RFC 3464, 2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Failed,
    Delayed,
    /// Also relayed and expanded.
    Delivered,
}

/// What the kind is judged by.
pub(crate) struct Evidence<'a> {
    pub headers: &'a Headers,
    pub from: &'a [Mailbox],
    pub subject: &'a str,
    pub text: &'a str,
    pub parts: &'a [Part],
    pub calendar: &'a [Event],
}

pub(crate) fn kind(evidence: &Evidence<'_>) -> Kind {
    if let Some(report) = delivery_report(evidence).or_else(|| old_report(evidence)) {
        let has_failed = report.deliveries.iter().any(|it| it.outcome == Outcome::Failed);
        return if has_failed { Kind::Bounce(report) } else { Kind::DeliveryNotice(report) };
    }
    if let Some(receipt) = part_of_type(evidence, "message/disposition-notification") {
        let field = fields(receipt).into_iter().find(|(name, _)| name == "original-message-id");
        return Kind::ReadReceipt { original_message_id: field.map(|(_, id)| without_brackets(&id)) };
    }
    by_headers(evidence)
}

fn by_headers(evidence: &Evidence<'_>) -> Kind {
    let headers = evidence.headers;
    let says = |name, values: &[&str]| headers.keyword(name).is_some_and(|it| values.contains(&it.as_str()));
    let is_answer = says("Auto-Submitted", &["auto-replied"])
        || says("Precedence", &["auto_reply", "auto-reply"])
        || ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply"]
            .iter()
            .any(|name| headers.has(name))
        || subject::is_automatic(evidence.subject);
    if is_answer {
        return Kind::AutoReply;
    }
    // An invitation sent by a calendar program is marked as automatic too, but a person made it.
    if evidence.calendar.iter().any(|event| event.method != "PUBLISH") {
        return Kind::Calendar;
    }
    if headers.keyword("Auto-Submitted").is_some_and(|it| !it.is_empty() && it != "no") {
        return Kind::Automatic;
    }
    if says("Precedence", &["bulk", "list", "junk"])
        || ["List-Id", "List-Unsubscribe"].iter().any(|it| headers.has(it))
    {
        return Kind::Bulk;
    }
    if headers.raw("Return-Path").is_some_and(|path| path == "<>") || is_a_server(evidence.from) {
        return Kind::Automatic;
    }
    if evidence.calendar.is_empty() { Kind::Ordinary } else { Kind::Calendar }
}

/// `MAILER-DAEMON` and its like.
fn is_a_server(from: &[Mailbox]) -> bool {
    from.iter().any(|mailbox| {
        let local = mailbox.address.split('@').next().unwrap_or_default().to_lowercase();
        matches!(local.as_str(), "mailer-daemon" | "postmaster" | "mail-daemon" | "microsoftexchange")
            || local.starts_with("microsoftexchange329")
    })
}

/// RFC 3464: fields for the mail first, then a block for each recipient.
fn delivery_report(evidence: &Evidence<'_>) -> Option<Bounce> {
    let status = part_of_type(evidence, "message/delivery-status")
        .or_else(|| part_of_type(evidence, "message/global-delivery-status"))?;
    let mut deliveries: Vec<Delivery> = Vec::new();
    for block in blocks(status).iter().take(100) {
        let field = |name: &str| block.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        let Some(action) = field("action") else { continue };
        let outcome = match action.to_lowercase().as_str() {
            "delayed" => Outcome::Delayed,
            "delivered" | "relayed" | "expanded" => Outcome::Delivered,
            _ => Outcome::Failed,
        };
        let recipient = field("original-recipient").or_else(|| field("final-recipient"));
        deliveries.push(Delivery {
            recipient: recipient.map(|it| without_type(it).to_string()),
            outcome,
            status: field("status").and_then(status_in),
            diagnostic: field("diagnostic-code").map(|it| without_type(it).to_string()),
        });
    }
    if deliveries.is_empty() {
        deliveries.push(unread_failure(evidence));
    }
    Some(Bounce { deliveries, original_message_id: original_message_id(evidence) })
}

/// Servers that do not know RFC 3464 write a letter.
fn old_report(evidence: &Evidence<'_>) -> Option<Bounce> {
    let recipients = evidence.headers.raw("X-Failed-Recipients");
    let subject = evidence.subject.to_lowercase();
    let says_so = [
        "undelivered mail",
        "undeliverable",
        "unzustellbar",
        "delivery status notification (failure)",
        "delivery failure",
        "mail delivery failed",
        "returned mail",
        "failure notice",
        "delivery has failed",
        "non remis",
        "no se puede entregar",
    ]
    .iter()
    .any(|words| subject.contains(words));
    let is_by_server =
        is_a_server(evidence.from) || evidence.headers.raw("Return-Path").is_some_and(|it| it == "<>");
    if recipients.is_none() && !(says_so && is_by_server) {
        return None;
    }
    let named: Vec<String> = recipients.iter().flat_map(|it| it.split(',')).map(one_line).take(100).collect();
    let failure = unread_failure(evidence);
    let deliveries = if named.is_empty() {
        vec![failure]
    } else {
        named.into_iter().map(|it| Delivery { recipient: Some(it), ..failure.clone() }).collect()
    };
    Some(Bounce { deliveries, original_message_id: original_message_id(evidence) })
}

fn unread_failure(evidence: &Evidence<'_>) -> Delivery {
    let said = evidence.text.lines().take(200).find(|line| status_in(line).is_some() || line.contains("550"));
    let address = evidence.text.split_whitespace().take(2000).find(|word| {
        word.contains('@')
            && word.trim_matches(['<', '>', ':', ',', '.']).split('@').all(|side| !side.is_empty())
    });
    Delivery {
        recipient: address.map(|word| word.trim_matches(['<', '>', ':', ',', '.', '(', ')']).to_string()),
        outcome: Outcome::Failed,
        status: said.and_then(status_in),
        diagnostic: said.map(one_line),
    }
}

/// The id in the mail sent back, whole or its headers only, or quoted in the text.
fn original_message_id(evidence: &Evidence<'_>) -> Option<String> {
    let returned = evidence.parts.iter().filter(|part| {
        part.role == Role::ForwardedMail
            || matches!(part.media_type.as_str(), "message/rfc822-headers" | "text/rfc822-headers")
    });
    let in_parts = returned.filter_map(|part| {
        let (headers, _) = Headers::read(&part.bytes, &Limits::default(), &mut Vec::new());
        headers.ids(&mail_parser::HeaderName::MessageId, &Limits::default()).0.into_iter().next()
    });
    in_parts.chain(evidence.text.lines().filter_map(id_in_line)).next()
}

fn id_in_line(line: &str) -> Option<String> {
    let line = line.trim_start_matches(['>', ' ', '\t']);
    let is_field = line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:"));
    is_field.then(|| without_brackets(line.get(11..).unwrap_or_default())).filter(|id| !id.is_empty())
}

fn part_of_type<'a>(evidence: &Evidence<'a>, media_type: &str) -> Option<&'a Part> {
    evidence.parts.iter().find(|part| part.media_type == media_type)
}

type Fields = Vec<(String, String)>;

fn fields(part: &Part) -> Fields {
    blocks(part).into_iter().flatten().collect()
}

/// Fields in blocks parted by blank lines; names in small letters.
fn blocks(part: &Part) -> Vec<Fields> {
    let mut blocks: Vec<Fields> = vec![Vec::new()];
    for line in String::from_utf8_lossy(&part.bytes).lines() {
        let last = blocks.last_mut().filter(|block| !block.is_empty());
        if line.trim().is_empty() {
            if last.is_some() {
                blocks.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = last.and_then(|block| block.last_mut()) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let (Some((name, value)), Some(block)) = (line.split_once(':'), blocks.last_mut()) {
            block.push((name.trim().to_lowercase(), one_line(value)));
        }
    }
    blocks
}

/// `rfc822; a@b` is an address of the type rfc822.
fn without_type(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, value)| value).trim()
}

fn without_brackets(id: &str) -> String {
    one_line(id).trim_matches(['<', '>', ' ']).to_string()
}

/// The first status such as `5.1.1` in a text.
fn status_in(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    words.map(|word| word.trim_matches('.')).find(|word| is_status(word)).map(str::to_string)
}

fn is_status(word: &str) -> bool {
    let numbers: Vec<&str> = word.split('.').collect();
    matches!(numbers[..], ["2" | "4" | "5", subject, detail] if subject.len() <= 3 && detail.len() <= 3)
        && numbers.iter().all(|number| !number.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Outcome, read};

    #[test]
    fn marks_of_machines_are_believed() {
        let kind = |headers: &str| read(format!("From: a@x.example\n{headers}\n\nhello").as_bytes()).kind;
        assert_eq!(kind("Auto-Submitted: auto-replied (vacation)"), Kind::AutoReply);
        assert_eq!(kind("Auto-Submitted: auto-generated"), Kind::Automatic);
        assert_eq!(kind("Auto-Submitted: no"), Kind::Ordinary);
        assert_eq!(kind("Precedence: bulk"), Kind::Bulk);
        assert_eq!(kind("List-Id: <news.x.example>"), Kind::Bulk);
        assert_eq!(kind("X-Autoreply: yes"), Kind::AutoReply);
        assert_eq!(kind("Return-Path: <>"), Kind::Automatic);
        assert_eq!(kind("Return-Path: <a@x.example>"), Kind::Ordinary);
    }

    #[test]
    fn a_bounce_without_a_report_is_still_a_bounce() {
        let mail = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. <pieter@d.example>:\n550 5.1.1 no such user\n\n--- Below this line\nMessage-ID: <77@k.example>\n";
        let Kind::Bounce(bounce) = read(mail.as_bytes()).kind else { panic!("no bounce") };
        assert_eq!(bounce.original_message_id.as_deref(), Some("77@k.example"));
        assert_eq!(bounce.deliveries[0].recipient.as_deref(), Some("pieter@d.example"));
        assert_eq!(bounce.deliveries[0].status.as_deref(), Some("5.1.1"));
        assert!(bounce.is_permanent());
    }

    #[test]
    fn a_delay_is_no_bounce() {
        let mail = "From: postmaster@mx.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nlate\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; p@d.example\nAction: delayed\nStatus: 4.4.1\n--b--\n";
        let Kind::DeliveryNotice(notice) = read(mail.as_bytes()).kind else { panic!("no notice") };
        assert_eq!(notice.deliveries[0].outcome, Outcome::Delayed);
        assert!(!notice.is_permanent());
    }

    #[test]
    fn a_person_who_writes_of_undelivered_mail_is_a_person() {
        let mail = "From: carl@x.example\nSubject: Re: undeliverable\n\nIt came back, 550 5.1.1\n";
        assert_eq!(read(mail.as_bytes()).kind, Kind::Ordinary);
    }

    #[test]
    fn a_receipt_names_what_was_read() {
        let mail = "From: a@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: <1@k.example>\n--b--\n";
        let expected = Kind::ReadReceipt { original_message_id: Some("1@k.example".into()) };
        assert_eq!(read(mail.as_bytes()).kind, expected);
    }
}
