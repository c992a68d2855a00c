//! Carries letters to the mail server (SMTP, RFC 5321), and says truthfully how each attempt ended.
//!
//! A letter goes to all its addressees or to none: if the server refuses one of them, nothing is sent and
//! the letter names whom it refused. Nothing is tried twice here; the kernel decides when to try again.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use kernel::{Addressee, Ending, InHand, Kept};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::{Address, Message};
use serde::Deserialize;

/// So long the server is waited for, each time.
const PATIENCE: Duration = Duration::from_secs(30);
/// So many identities of earlier mails are named, the nearest.
const MOST_REFERENCES: usize = 20;

/// The mail server of an installation: the section `[mail]` of its configuration.
#[derive(Clone, Debug)]
pub struct Mail {
    pub server: String,
    pub port: u16,
    pub security: Security,
    pub sign_in: Option<(String, Password)>,
    /// The house's own address.
    pub from: Address,
    /// The name beside it.
    pub name: Option<String>,
    /// A certificate in PEM that is trusted beside those of the system.
    pub authority: Option<PathBuf>,
}

/// How the way to the server is kept from others' eyes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte; port 465 (RFC 8314).
    Tls,
    /// STARTTLS, without which nothing is sent; port 587.
    #[default]
    Starttls,
    /// STARTTLS where the server offers it; whoever sits between can take the offer away.
    Opportunistic,
    /// In the open; port 25.
    None,
}

/// A password that is never printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("…")
    }
}

/// The section as it is written; all may be left out but the server and the house's own address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub server: Option<String>,
    pub port: Option<u16>,
    pub security: Option<Security>,
    pub user: Option<String>,
    pub password: Option<Password>,
    pub from: Option<String>,
    pub name: Option<String>,
    pub authority: Option<PathBuf>,
}

impl Said {
    /// What is said here, and where nothing is, what the other says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            server: self.server.or(other.server),
            port: self.port.or(other.port),
            security: self.security.or(other.security),
            user: self.user.or(other.user),
            password: self.password.or(other.password),
            from: self.from.or(other.from),
            name: self.name.or(other.name),
            authority: self.authority.or(other.authority),
        }
    }
}

impl Mail {
    /// The mail server that is set up; none where none is named.
    ///
    /// # Errors
    /// Names the setting that cannot be used, and what it should look like.
    pub fn read(said: Said) -> Result<Option<Self>> {
        let Some(server) = said.server else {
            let is_empty = said.from.is_none() && said.user.is_none() && said.password.is_none();
            ensure!(is_empty, "mail.server: name the mail server, like mail.kestrel.example");
            return Ok(None);
        };
        let from = said.from.context("mail.from: give the house’s own address, like post@kestrel.example")?;
        let from = from
            .parse()
            .ok()
            .filter(|_| kernel::is_address(&from))
            .with_context(|| format!("mail.from: “{from}” is no address like post@kestrel.example"))?;
        let breaks = said.name.as_deref().is_some_and(|it| it.contains(char::is_control));
        ensure!(!breaks, "mail.name: write the name of the house in one line, like Kestrel Dosing Systems");
        let security = said.security.unwrap_or_default();
        let usual = match security {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::Opportunistic | Security::None => 25,
        };
        let sign_in = match (said.user, said.password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            (Some(_), None) => {
                bail!("mail.password: the user needs a password; REQORD_MAIL_PASSWORD may hold it")
            }
            (None, Some(_)) => bail!("mail.user: say whose password it is"),
        };
        let is_near = matches!(server.as_str(), "localhost" | "127.0.0.1" | "::1");
        let is_open = matches!(security, Security::None | Security::Opportunistic);
        ensure!(
            sign_in.is_none() || is_near || !is_open,
            "mail.security: a password goes only over “tls” or “starttls”"
        );
        let name = said.name.filter(|it| !it.contains(char::is_control));
        let port = said.port.unwrap_or(usual);
        Ok(Some(Self { server, port, security, sign_in, from, name, authority: said.authority }))
    }

    /// As people read it.
    pub fn address(&self) -> String {
        format!("{}:{}", self.server, self.port)
    }

    /// Connects, signs in and leaves again: whether letters could be sent.
    ///
    /// # Errors
    /// Says what went wrong, in the words of the server where it said some.
    pub fn greet(&self) -> Result<()> {
        let mut connection = connect(self).map_err(|it| anyhow::anyhow!("mail: {}: {it}", self.address()))?;
        let _ = connection.quit();
        Ok(())
    }
}

/// Whoever carries letters; keeps the connection while there are more.
pub struct Carrier<'a> {
    mail: &'a Mail,
    connection: Option<SmtpConnection>,
}

impl<'a> Carrier<'a> {
    pub fn new(mail: &'a Mail) -> Self {
        Self { mail, connection: None }
    }

    /// Makes one attempt to send a letter.
    pub fn carry(&mut self, it: &InHand) -> Ending {
        let message = match compose(self.mail, it) {
            Ok(message) => message,
            Err(fault) => return Ending::Refused(format!("{fault:#}")),
        };
        let mut connection = match self.connection() {
            Ok(connection) => connection,
            Err(fault) => return Ending::Later(fault),
        };
        let (ending, may_go_on) = send(&mut connection, &message);
        if may_go_on {
            self.connection = Some(connection);
        } else {
            connection.abort();
        }
        ending
    }

    /// Leaves the server in peace until there are letters again.
    pub fn rest(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = connection.quit();
        }
    }

    /// The connection that is still good, or a new one.
    fn connection(&mut self) -> Result<SmtpConnection, String> {
        let kept = self.connection.take();
        if let Some(mut connection) = kept {
            if connection.command(Noop).is_ok() {
                return Ok(connection);
            }
            connection.abort();
        }
        connect(self.mail)
    }
}

fn connect(mail: &Mail) -> Result<SmtpConnection, String> {
    let hello = ClientId::default();
    let tls = match mail.security {
        Security::None => None,
        _ => Some(tls(mail).map_err(|it| format!("{it:#}"))?),
    };
    let from_the_start = tls.as_ref().filter(|_| mail.security == Security::Tls);
    let server = (mail.server.as_str(), mail.port);
    let mut connection = SmtpConnection::connect(server, Some(PATIENCE), &hello, from_the_start, None)
        .map_err(|it| words(&it))?;
    let offers_tls = connection.can_starttls();
    match (mail.security, &tls) {
        (Security::Starttls, _) if !offers_tls => {
            connection.abort();
            return Err("The server does not offer STARTTLS, without which nothing is sent.".to_owned());
        }
        (Security::Starttls | Security::Opportunistic, Some(tls)) if offers_tls => {
            connection.starttls(tls, &hello).map_err(|it| words(&it))?;
        }
        _ => {}
    }
    if let Some((user, password)) = &mail.sign_in {
        let credentials = Credentials::new(user.clone(), password.0.clone());
        connection.auth(DEFAULT_MECHANISMS, &credentials).map_err(|it| {
            connection.abort();
            format!("The server does not let “{user}” in: {}", words(&it))
        })?;
    }
    Ok(connection)
}

fn tls(mail: &Mail) -> Result<TlsParameters> {
    let mut tls = TlsParameters::builder(mail.server.clone());
    if let Some(path) = &mail.authority {
        let pem = std::fs::read(path).with_context(|| format!("mail.authority: {}", path.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("mail.authority: {} is no certificate in PEM", path.display()))?;
        tls = tls.add_root_certificate(certificate);
    }
    Ok(tls.build_rustls()?)
}

/// The dialogue of RFC 5321, 3.3. Tells whether the connection may be used again.
fn send(connection: &mut SmtpConnection, message: &Message) -> (Ending, bool) {
    let envelope = message.envelope();
    let bytes = message.formatted();
    let mut options = Vec::new();
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses.any(|it| !it.to_string().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return (Ending::Refused("The server takes no addresses with such letters.".to_owned()), true);
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    if let Err(fault) = connection.command(MailFrom::new(envelope.from().cloned(), options)) {
        return (before_the_words(&fault, None), false);
    }
    for to in envelope.to() {
        if let Err(fault) = connection.command(Rcpt::new(to.clone(), Vec::new())) {
            return (before_the_words(&fault, Some(to)), false);
        }
    }
    if let Err(fault) = connection.command(Data) {
        return (before_the_words(&fault, None), false);
    }
    match connection.message(&bytes) {
        Ok(response) => (Ending::Taken(response.message().collect::<Vec<_>>().join(" ")), true),
        Err(fault) if fault.is_permanent() => (Ending::Refused(words(&fault)), false),
        Err(fault) if fault.is_transient() => (Ending::Later(words(&fault)), false),
        // All of it may have arrived, only the answer did not.
        Err(fault) => (Ending::Lost(words(&fault)), false),
    }
}

/// The server cannot have taken what it was not yet given.
fn before_the_words(fault: &SmtpError, to: Option<&Address>) -> Ending {
    let said = words(fault);
    let said = to.map_or_else(|| said.clone(), |to| format!("{to}: {said}"));
    if fault.is_permanent() { Ending::Refused(said) } else { Ending::Later(said) }
}

/// What went wrong and why, in one line.
fn words(fault: &SmtpError) -> String {
    let mut said = fault.to_string();
    let mut source = std::error::Error::source(fault);
    while let Some(it) = source {
        let more = it.to_string();
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        source = it.source();
    }
    said
}

/// The letter as a mail (RFC 5322).
///
/// # Errors
/// Says what makes it no mail: an address that none can be written to.
pub fn compose(mail: &Mail, it: &InHand) -> Result<Message> {
    let letter = &it.letter;
    let mut builder = Message::builder()
        .from(Mailbox::new(mail.name.clone(), mail.from.clone()))
        .date(moment(letter.written_at))
        .message_id(Some(format!("<{}>", letter.message_id)))
        .subject(letter.subject.clone());
    for to in &letter.recipients {
        let mailbox = mailbox(to)?;
        builder = if to.is_copy { builder.cc(mailbox) } else { builder.to(mailbox) };
    }
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(Mailbox::new(None, reply_to.parse()?));
    }
    if let Some(answers) = &letter.answers {
        builder = builder.in_reply_to(format!("<{answers}>")).references(references(letter));
    }
    if !letter.language.is_empty() {
        builder = builder.raw_header(plain("Content-Language", &letter.language)?);
    }
    if letter.is_automatic {
        builder = builder
            .raw_header(plain("Auto-Submitted", "auto-generated")?)
            .raw_header(plain("X-Auto-Response-Suppress", "All")?);
    }
    let text = if letter.reason.is_empty() {
        letter.words.clone()
    } else {
        format!("{}\n\n{}\n", letter.words, letter.reason)
    };
    if letter.html.is_none() && it.files.is_empty() {
        return Ok(builder.singlepart(SinglePart::plain(text))?);
    }
    let calendar = it.files.iter().find_map(|(file, bytes)| calendar(&file.media_type, bytes));
    let mut said = match &letter.html {
        Some(html) => {
            let reason = html_of(&letter.reason);
            Some(MultiPart::alternative_plain_html(text.clone(), format!("{html}{reason}")))
        }
        None if calendar.is_some() => {
            Some(MultiPart::alternative().singlepart(SinglePart::plain(text.clone())))
        }
        None => None,
    };
    // A calendar offers to take an invitation up where it stands beside the words, not among the files.
    if let Some(calendar) = calendar {
        said = said.map(|it| it.singlepart(calendar));
    }
    let has_files = it.files.iter().any(|(file, _)| !is_calendar(&file.media_type));
    Ok(match said {
        Some(said) if has_files => builder.multipart(with_files(MultiPart::mixed().multipart(said), it))?,
        Some(said) => builder.multipart(said)?,
        None => builder.multipart(with_files(MultiPart::mixed().singlepart(SinglePart::plain(text)), it))?,
    })
}

fn is_calendar(media_type: &str) -> bool {
    media_type.starts_with("text/calendar;") && media_type.contains("method=")
}

fn calendar(media_type: &str, bytes: &[u8]) -> Option<SinglePart> {
    let kind = ContentType::parse(media_type).ok().filter(|_| is_calendar(media_type))?;
    Some(SinglePart::builder().header(kind).body(String::from_utf8_lossy(bytes).into_owned()))
}

fn with_files(parts: MultiPart, it: &InHand) -> MultiPart {
    it.files.iter().filter(|(file, _)| !is_calendar(&file.media_type)).fold(parts, |parts, (file, bytes)| {
        let kind = ContentType::parse(&file.media_type);
        let kind = kind.or_else(|_| ContentType::parse("application/octet-stream"));
        let name = file.name.replace(char::is_control, " ");
        match kind {
            Ok(kind) => parts.singlepart(Attachment::new(name).body(bytes.clone(), kind)),
            Err(_) => parts,
        }
    })
}

fn mailbox(to: &Addressee) -> Result<Mailbox> {
    let address = to.address.parse().with_context(|| format!("“{}” is no mail address", to.address))?;
    Ok(Mailbox::new(Some(to.name.clone()).filter(|it| !it.is_empty()), address))
}

/// Those before it and the one that it answers, the nearest last (RFC 5322, 3.6.4).
fn references(letter: &Kept) -> String {
    let before = letter.refers.iter().filter(|it| letter.answers.as_ref() != Some(it));
    let mut all: Vec<_> = before.chain(&letter.answers).map(|it| format!("<{it}>")).collect();
    all.drain(..all.len().saturating_sub(MOST_REFERENCES));
    all.join(" ")
}

fn moment(at: jiff::Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_second().unsigned_abs())
}

fn plain(name: &str, value: &str) -> Result<HeaderValue> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| anyhow::anyhow!("{name}"))?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

fn html_of(reason: &str) -> String {
    if reason.is_empty() {
        return String::new();
    }
    let escaped = reason.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p><small>{escaped}</small></p>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Said {
        Said {
            server: Some("mail.kestrel.example".into()),
            from: Some("post@kestrel.example".into()),
            ..Said::default()
        }
    }

    #[test]
    fn a_password_goes_only_over_a_way_that_nobody_reads() {
        let open = Said {
            user: Some("reqord".into()),
            password: Some(Password("secret".into())),
            security: Some(Security::Opportunistic),
            ..said()
        };
        let fault = Mail::read(open.clone()).unwrap_err().to_string();
        assert!(fault.contains("mail.security"), "{fault}");
        let closed = Mail::read(Said { security: None, ..open }).unwrap().unwrap();
        assert_eq!((closed.port, closed.security), (587, Security::Starttls));
        assert!(!format!("{closed:?}").contains("secret"));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(Mail::read(Said::default()).unwrap().is_none());
        let fault = |said| Mail::read(said).unwrap_err().to_string();
        assert!(fault(Said { server: None, ..said() }).contains("mail.server"));
        assert!(fault(Said { from: Some("post".into()), ..said() }).contains("“post” is no address"));
        assert!(fault(Said { user: Some("reqord".into()), ..said() }).contains("mail.password"));
        assert!(fault(Said { name: Some("Kestrel\r\nBcc: x".into()), ..said() }).contains("in one line"));
    }
}
