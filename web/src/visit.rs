//! One request of somebody known: it leaves the event loop here, once, and comes back as an answer.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, IF_MATCH, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::tz::TimeZone;
use kernel::{Actor, Answered, Db, Error, Reader, Result, Work, fingerprint};

use crate::choosing;
use crate::edge::{Edge, Key, Known, Page};
use crate::failure::{self, Failure};
use crate::form::{Form, fields_of};
use crate::language::Language;
use crate::page::{Frame, Theme, Viewer};

pub type Answer = Result<Response, Failure>;

// What an address asks or does is boxed at the door: the way through it is compiled once, not for each of the many
// hundred addresses.
type Question = Box<dyn FnOnce(&Visit, &Reader) -> Result<Response> + Send>;
type Deed<T> = Box<dyn Fn(&mut Work) -> Result<T> + Send>;
type Again = Box<dyn FnOnce(&Reader, &Error) -> Result<Page> + Send>;

/// The cookie of a session.
pub const SESSION: &str = "reqord";

/// The most a form may hold, in bytes; files go another way.
const LARGEST_FORM: usize = 4 << 20;
/// The most fields of a form, and members of an object that a program sends: reading them costs more than their bytes.
const MOST_FIELDS: usize = 20_000;
const MOST_MEMBERS: usize = 1000;
/// The most that may be uploaded at once, in bytes.
pub const LARGEST_UPLOAD: usize = 64 << 20;

/// What a request carries, whoever makes it.
#[derive(Clone)]
pub struct Envelope {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    /// Language and zone of whoever makes it, once they are known: what goes wrong is told in them too.
    spoken: Option<(Option<String>, Option<String>)>,
}

/// A request of somebody who need not be known: sign-in, trust, verification.
pub struct Guest {
    pub edge: Arc<Edge>,
    pub envelope: Envelope,
}

/// A request of somebody known.
pub struct Visit {
    pub edge: Arc<Edge>,
    pub known: Known,
    pub envelope: Envelope,
    /// What was posted; empty for a request that only asks.
    pub form: Form,
    /// The secret of the session, where there is one.
    pub session: Option<String>,
}

impl Envelope {
    pub(crate) fn of(parts: &Parts) -> Self {
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            spoken: None,
        }
    }

    /// The fields of the query.
    pub fn asked(&self) -> Form {
        Form::of(fields_of(&self.query))
    }

    /// Whether a program asks, which is answered in JSON.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// What the program or browser is known by, before anybody asks whether it is still good.
    pub(crate) fn secret(&self) -> Option<String> {
        let bearer = self.header(AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer "));
        bearer.map(str::to_owned).or_else(|| self.cookie(SESSION))
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
        let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        pairs.find(|(it, _)| *it == name).map(|(_, value)| value.to_owned())
    }

    pub fn header(&self, name: impl axum::http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok())
    }

    /// The language and zone in which a page is written.
    pub fn language(&self, known: Option<&Known>) -> Language {
        let asked = || Language::asked(self.header(ACCEPT_LANGUAGE).unwrap_or_default()).to_owned();
        // What was chosen in this browser last counts before what is kept of the person.
        let (kept, zone) = match known {
            Some(it) => (it.language.clone(), it.zone.clone()),
            None => self.spoken.clone().unwrap_or_default(),
        };
        let code = self.cookie("language").or(kept).unwrap_or_else(asked);
        let zone = zone.and_then(|it| TimeZone::get(&it).ok());
        Language::new(&code, zone.unwrap_or(TimeZone::UTC))
    }

    pub fn theme(&self) -> Theme {
        Theme::of(&self.cookie("theme").unwrap_or_default())
    }

    /// Whether another site made the browser send this (fetch metadata, else the origin).
    fn is_forged(&self) -> bool {
        if matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS) || self.has_bearer() {
            return false;
        }
        match self.header("sec-fetch-site") {
            Some(site) => !kernel::may(matches!(site, "same-origin" | "none")),
            None => self.header("origin").is_some_and(|origin| {
                let host = self.header("host").unwrap_or_default();
                !kernel::may(origin.split_once("://").is_some_and(|(_, it)| it == host))
            }),
        }
    }

    /// Names the headers in which a program says something else than the description of the interface allows, whether
    /// its deed asks for them or not.
    fn check_headers(&self) -> Result<(), kernel::Faults> {
        let mut faults = kernel::Faults::default();
        let fits = |name: &str, is_right: fn(&str) -> bool| {
            self.headers.get(name).is_none_or(|it| it.to_str().is_ok_and(is_right))
        };
        let sentence = kernel::text!("Send the ETag that you were given, like \"5\".");
        faults.unless(fits("if-match", |it| it == "*" || version_in(it).is_some()), "If-Match", sentence);
        let sentence = kernel::text!("Take a key of 1 to 200 letters, digits and these marks: . _ : -");
        faults.unless(fits("idempotency-key", is_key), "Idempotency-Key", sentence);
        faults.into_result()
    }

    fn has_bearer(&self) -> bool {
        self.header(AUTHORIZATION).is_some_and(|it| it.starts_with("Bearer "))
    }
}

impl FromRequestParts<Arc<Edge>> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let envelope = Envelope::of(parts);
        if envelope.is_forged() {
            return Err(Failure::forged(&envelope));
        }
        Ok(Self { edge: Arc::clone(edge), envelope })
    }
}

impl FromRequestParts<Arc<Edge>> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let Guest { edge, mut envelope } = Guest::from_request_parts(parts, edge).await?;
        let session = envelope.cookie(SESSION);
        let bearer =
            envelope.header(AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer ")).map(str::to_owned);
        let (inner, asked) = (Arc::clone(&edge), session.clone());
        let known = off_the_loop(move || match (bearer, asked) {
            (Some(token), _) => (inner.door.token)(&inner.db, &token),
            (None, Some(session)) => (inner.door.session)(&inner.db, &session),
            (None, None) => Ok(None),
        })
        .await
        .map_err(|error| Failure::of(error, &envelope))?;
        let Some(known) = known else { return Err(Failure::unknown(&envelope)) };
        envelope.spoken = Some((known.language.clone(), known.zone.clone()));
        if envelope.is_api() && envelope.method != Method::GET {
            envelope.check_headers().map_err(|faults| Failure::of(faults.into(), &envelope))?;
        }
        Ok(Self { edge, known, envelope, form: Form::default(), session })
    }
}

/// A visit that posts a form.
pub struct Posted(pub Visit);

impl FromRequest<Arc<Edge>> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let mut visit = Visit::from_request_parts(&mut parts, edge).await?;
        visit.form = Form::of(posted(&visit.envelope, body).await?);
        Ok(Self(visit.meaning_records().await?))
    }
}

/// Somebody unknown who posts a form: sign-in, set-up.
pub struct GuestPosted(pub Guest, pub Form);

impl FromRequest<Arc<Edge>> for GuestPosted {
    type Rejection = Failure;

    async fn from_request(request: Request, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let guest = Guest::from_request_parts(&mut parts, edge).await?;
        let form = Form::of(posted(&guest.envelope, body).await?);
        Ok(Self(guest, form))
    }
}

async fn posted(envelope: &Envelope, body: Body) -> Result<Vec<(String, String)>, Failure> {
    let bytes = axum::body::to_bytes(body, LARGEST_FORM).await.map_err(|_| Failure::too_large(envelope))?;
    let kind = envelope.header(CONTENT_TYPE).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") || bytes.is_empty() {
        let fields: Vec<_> = form_urlencoded::parse(&bytes).into_owned().take(MOST_FIELDS + 1).collect();
        return if fields.len() > MOST_FIELDS { Err(Failure::too_large(envelope)) } else { Ok(fields) };
    }
    Err(Failure::wrong_kind(envelope))
}

/// A file that was sent.
#[derive(Clone, Debug)]
pub struct Upload {
    pub name: String,
    pub bytes: Bytes,
}

/// A visit that posts a form with files.
pub struct Uploaded(pub Visit, pub Vec<Upload>);

impl FromRequest<Arc<Edge>> for Uploaded {
    type Rejection = Failure;

    async fn from_request(request: Request, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let mut visit = Visit::from_request_parts(&mut parts, edge).await?;
        let envelope = visit.envelope.clone();
        let kind = envelope.header(CONTENT_TYPE).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            visit.form = Form::of(posted(&envelope, body).await?);
            return Ok(Self(visit.meaning_records().await?, Vec::new()));
        }
        let request = Request::from_parts(parts, body);
        let form =
            Multipart::from_request(request, edge).await.map_err(|_| Failure::wrong_kind(&envelope))?;
        let (fields, files) = parted(form).await.map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Failure::too_large(&envelope),
            _ => Failure::torn(&envelope),
        })?;
        visit.form = Form::of(fields);
        Ok(Self(visit.meaning_records().await?, files))
    }
}

async fn parted(
    mut form: Multipart,
) -> Result<(Vec<(String, String)>, Vec<Upload>), axum::extract::multipart::MultipartError> {
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) if file.is_empty() => {}
            Some(file) => files.push(Upload { name: file, bytes: part.bytes().await? }),
            None => fields.push((name, String::from_utf8_lossy(&part.bytes().await?).into_owned())),
        }
    }
    Ok((fields, files))
}

/// A visit of a program that sends JSON.
pub struct Sent(pub Visit, pub serde_json::Value);

impl FromRequest<Arc<Edge>> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, edge).await?;
        let envelope = &visit.envelope;
        let bytes =
            axum::body::to_bytes(body, LARGEST_FORM).await.map_err(|_| Failure::too_large(envelope))?;
        if bytes.is_empty() {
            return Ok(Self(visit, serde_json::json!({})));
        }
        if !envelope.header(CONTENT_TYPE).unwrap_or_default().starts_with("application/json") {
            return Err(Failure::wrong_kind(envelope));
        }
        let value = serde_json::from_slice(&bytes).map_err(|error| Failure::not_json(&error, envelope))?;
        if !is_small(&value) {
            return Err(Failure::too_large(envelope));
        }
        if has_nul(&value) {
            let sentence = kernel::text!("Leave the character U+0000 out. Nothing can hold it.");
            return Err(Failure::of(kernel::Faults::one("body", sentence).into(), envelope));
        }
        Ok(Self(visit, value))
    }
}

impl Sent {
    /// Does a deed with what was sent and answers in JSON. `Idempotency-Key` makes a retry have one effect.
    pub fn change(
        self,
        deed: impl Fn(&mut Work, serde_json::Value) -> Result<serde_json::Value> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        let Self(visit, sent) = self;
        let asked = sent.clone();
        visit.change(sent, move |work| deed(work, asked.clone()))
    }
}

/// The media types of a table that is sent as it is: CSV, and a workbook.
pub const TABLES: [&str; 2] =
    ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"];

/// A visit of a program that sends JSON, or the same as a table, its bytes as they are: then the file, by the name that
/// the query says, and in place of the JSON what tells one request from another.
pub struct SentTable(pub Visit, pub serde_json::Value, pub Option<Upload>);

impl FromRequest<Arc<Edge>> for SentTable {
    type Rejection = Failure;

    async fn from_request(request: Request, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some(place) = TABLES.iter().position(|it| *it == kind) else {
            let Sent(visit, value) = Sent::from_request(request, edge).await?;
            return Ok(Self(visit, value, None));
        };
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, edge).await?;
        let bytes = axum::body::to_bytes(body, LARGEST_UPLOAD)
            .await
            .map_err(|_| Failure::too_large(&visit.envelope))?;
        let name = match visit.envelope.asked().text("name") {
            "" => ["table.csv", "table.xlsx"][place].to_owned(),
            name => name.to_owned(),
        };
        let value = serde_json::json!({ "name": name, "digest": fingerprint(&bytes) });
        Ok(Self(visit, value, Some(Upload { name, bytes })))
    }
}

/// Whether no object in it has more members than any that means something.
fn is_small(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Array(all) => all.iter().all(is_small),
        serde_json::Value::Object(fields) => fields.len() <= MOST_MEMBERS && fields.values().all(is_small),
        _ => true,
    }
}

/// Whether there is a character in it that no database holds and no person types.
fn has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(words) => words.contains('\0'),
        serde_json::Value::Array(all) => all.iter().any(has_nul),
        serde_json::Value::Object(fields) => {
            fields.iter().any(|(name, it)| name.contains('\0') || has_nul(it))
        }
        _ => false,
    }
}

impl Guest {
    /// Answers with something that is written in the guest's language.
    pub async fn write_page(
        self,
        write: impl FnOnce(&Edge, &Envelope) -> Result<Response> + Send + 'static,
    ) -> Answer {
        let envelope = self.envelope.clone();
        let answer =
            off_the_loop(move || self.envelope.language(None).with(|| write(&self.edge, &self.envelope)));
        answer.await.map_err(|error| Failure::of(error, &envelope))
    }
}

impl Visit {
    pub fn actor(&self) -> &Actor {
        &self.known.actor
    }

    /// The time zone of the visitor (IANA), as it is kept beside a signature.
    pub fn zone(&self) -> String {
        self.known.zone.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| "UTC".to_owned())
    }

    /// With the keys of records in the place of the words that mean them.
    async fn meaning_records(mut self) -> Result<Self, Failure> {
        if self.form.in_words().is_empty() {
            return Ok(self);
        }
        let envelope = self.envelope.clone();
        let read = off_the_loop(move || {
            let mut form = std::mem::take(&mut self.form);
            self.edge.db.read(&self.known.actor, |reader| choosing::read(reader, &mut form))?;
            Ok(Self { form, ..self })
        });
        read.await.map_err(|error| Failure::of(error, &envelope))
    }

    /// What the visitor was recognised by.
    pub(crate) fn key(&self) -> Key {
        let bearer = self.envelope.header(AUTHORIZATION).and_then(|it| it.strip_prefix("Bearer "));
        match (bearer, &self.session) {
            (Some(token), _) => Key::Token(token.to_owned()),
            (None, session) => Key::Session(session.clone().unwrap_or_default()),
        }
    }

    pub fn db(&self) -> &Db {
        &self.edge.db
    }

    /// Answers a question with a page in its frame.
    pub fn read(
        self,
        question: impl FnOnce(&Reader) -> Result<Page> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.answer(StatusCode::OK, question)
    }

    /// The same with another status: a form that is shown again with its faults.
    pub fn answer(
        self,
        status: StatusCode,
        question: impl FnOnce(&Reader) -> Result<Page> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.respond_with(Box::new(move |visit, reader| {
            Ok((status, visit.framed(reader, question(reader)?)?).into_response())
        }))
    }

    /// Answers with a page, or sends the visitor on to where the question says: a record that was merged leads to
    /// the one that stands for it.
    pub fn read_or_go(
        self,
        question: impl FnOnce(&Reader) -> Result<std::result::Result<Page, String>> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.respond_with(Box::new(move |visit, reader| match question(reader)? {
            Ok(page) => Ok(visit.framed(reader, page)?.into_response()),
            Err(address) => Ok(Redirect::to(&address).into_response()),
        }))
    }

    /// Answers a question with a response of its own: a file, JSON, an export.
    pub fn respond(
        self,
        question: impl FnOnce(&Reader) -> Result<Response> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.respond_with(Box::new(move |_, reader| question(reader)))
    }

    async fn respond_with(self, question: Question) -> Answer {
        let envelope = self.envelope.clone();
        let answer = off_the_loop(move || {
            let language = self.envelope.language(Some(&self.known));
            language.with(|| self.edge.db.read(&self.known.actor, |reader| question(&self, reader)))
        });
        answer.await.map_err(|error| Failure::of(error, &envelope))
    }

    fn framed(&self, reader: &Reader, page: Page) -> Result<maud::Markup> {
        let viewer = Viewer {
            name: self.known.actor.name.clone(),
            theme: self.envelope.theme(),
            places: (self.edge.places)(reader)?,
            waiting: (self.edge.waiting)(reader)?,
            notices: reader.unread_notices()?,
            live: crate::live::address(
                reader.registry(),
                (&self.envelope.path, page.lists),
                reader.newest_entry()?,
            ),
            shortcuts: (self.edge.shortcuts)(reader),
            is_without_keys: self.known.is_without_keys,
        };
        let frame = Frame { title: page.title, place: &page.place, scripts: &page.scripts, toast: None };
        Ok(if page.is_wide { frame.panes(&viewer, page.body) } else { frame.sheet(&viewer, page.body) })
    }

    /// Does a deed, then sends the visitor to the address it returns. What was typed is never lost: a
    /// refusal shows the form's own words again, to be sent once more.
    pub fn write(
        self,
        deed: impl Fn(&mut Work) -> Result<String> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.write_with(Box::new(deed))
    }

    async fn write_with(self, deed: Deed<String>) -> Answer {
        let (envelope, form) = (self.envelope.clone(), self.form.clone());
        let address = off_the_loop(move || self.done_once(&deed)).await;
        let address = address.map_err(|error| Failure::of(error, &envelope).keeping(&form))?;
        Ok(Redirect::to(&address).into_response())
    }

    /// The same; where the deed is refused, the page that `again` writes says why, at its fields.
    pub fn write_or(
        self,
        deed: impl Fn(&mut Work) -> Result<String> + Send + 'static,
        again: impl FnOnce(&Reader, &Error) -> Result<Page> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.write_or_with(Box::new(deed), Box::new(again))
    }

    async fn write_or_with(self, deed: Deed<String>, again: Again) -> Answer {
        let (envelope, form) = (self.envelope.clone(), self.form.clone());
        let answer = off_the_loop(move || match self.done_once(&deed) {
            Ok(address) => Ok(Redirect::to(&address).into_response()),
            Err(Error::Broken(error)) => Err(Error::Broken(error)),
            Err(Error::NotFound) => Err(Error::NotFound),
            Err(refused) => {
                let status = failure::status_of(&refused);
                let language = self.envelope.language(Some(&self.known));
                let page = language.with(|| {
                    self.edge
                        .db
                        .read(&self.known.actor, |reader| self.framed(reader, again(reader, &refused)?))
                })?;
                Ok((status, page).into_response())
            }
        });
        answer.await.map_err(|error| Failure::of(error, &envelope).keeping(&form))
    }

    /// Does what a form says; where it is refused, the page that `again` writes shows the form once more, with
    /// what is wrong at each field.
    pub fn write_form(
        self,
        deed: impl Fn(&mut Work, &mut Form) -> Result<String> + Send + 'static,
        again: impl FnOnce(&Reader, Form) -> Result<Page> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        let (form, sent) = (self.form.clone(), self.form.clone());
        self.write_or(
            move |work| deed(work, &mut form.clone()),
            move |reader, error| again(reader, sent.refused(error)),
        )
    }

    /// A double click is one deed: the form carries a word that is good for one.
    fn done_once(&self, deed: &Deed<String>) -> Result<String> {
        let once = self.form.text("once").to_owned();
        let request = self.request(self.form.pairs());
        // Words that a deed itself puts down, a first heading for one, are in the language of whoever does it.
        let language = self.envelope.language(Some(&self.known));
        let done = |work: &mut Work| {
            if once.is_empty() {
                return deed(work);
            }
            // The request is part of the key: whoever goes back and mends what was typed sends something new.
            if let Some(known) = work.answered(&request, &request)? {
                return Ok(known.body);
            }
            let address = deed(work)?;
            work.remember(&request, &request, &Answered { status: 303, body: address.clone() })?;
            Ok(address)
        };
        let address = language.with(|| self.edge.db.write(&self.known.actor, done))?;
        self.end_draft();
        Ok(address)
    }

    /// What a form kept while it was written is over when it is done.
    fn end_draft(&self) {
        let place = self.form.text("draft");
        if place.is_empty() {
            return;
        }
        if let Err(error) = self.edge.db.drop_draft(self.known.actor.person, place) {
            tracing::warn!(place, "a draft stays although it was sent: {error:#}");
        }
    }

    fn request(&self, pairs: &[(String, String)]) -> String {
        let words =
            format!("{} {}?{} {pairs:?}", self.envelope.method, self.envelope.path, self.envelope.query);
        fingerprint(words.as_bytes())
    }

    /// Does a deed for a program and answers in JSON. `Idempotency-Key` makes a retry have one effect.
    pub fn change(
        self,
        sent: serde_json::Value,
        deed: impl Fn(&mut Work) -> Result<serde_json::Value> + Send + 'static,
    ) -> impl Future<Output = Answer> + Send {
        self.change_with(sent, Box::new(deed))
    }

    async fn change_with(self, sent: serde_json::Value, deed: Deed<serde_json::Value>) -> Answer {
        Ok(crate::api::json(StatusCode::OK, &self.changed_with(sent, deed).await?))
    }

    /// The same with the answer still in hand, for those that say more with it than that it is done.
    pub fn changed(
        self,
        sent: serde_json::Value,
        deed: impl Fn(&mut Work) -> Result<serde_json::Value> + Send + 'static,
    ) -> impl Future<Output = Result<serde_json::Value, Failure>> + Send {
        self.changed_with(sent, Box::new(deed))
    }

    async fn changed_with(
        self,
        sent: serde_json::Value,
        deed: Deed<serde_json::Value>,
    ) -> Result<serde_json::Value, Failure> {
        let envelope = self.envelope.clone();
        let answer = off_the_loop(move || {
            let key = self.envelope.header("idempotency-key").map(str::to_owned);
            let request = self.request(&[("body".to_owned(), sent.to_string())]);
            let once = |work: &mut Work| {
                let Some(key) = &key else { return deed(work) };
                if let Some(known) = work.answered(key, &request)? {
                    return Ok(serde_json::from_str(&known.body)?);
                }
                let answer = deed(work)?;
                work.remember(key, &request, &Answered { status: 200, body: answer.to_string() })?;
                Ok(answer)
            };
            let language = self.envelope.language(Some(&self.known));
            language.with(|| self.edge.db.write(&self.known.actor, once))
        });
        answer.await.map_err(|error| Failure::of(error, &envelope))
    }

    /// The same for a deed that wants to know it: none only where the program says that any will do.
    ///
    /// # Errors
    /// Asks for the header where it is missing.
    #[expect(
        clippy::result_large_err,
        reason = "a failure ends the request and holds all that its page needs"
    )]
    pub fn must_have_seen(&self) -> Result<Option<i64>, Failure> {
        if self.envelope.header(IF_MATCH).is_none() {
            return Err(Failure::unconditional(&self.envelope));
        }
        self.if_match().map_err(|faults| Failure::of(faults.into(), &self.envelope))
    }

    /// The version of a record that a program has seen, from `If-Match`.
    ///
    /// # Errors
    /// Names the header if it holds something else.
    pub fn if_match(&self) -> Result<Option<i64>, kernel::Faults> {
        let Some(tag) = self.envelope.header(IF_MATCH) else { return Ok(None) };
        if tag == "*" {
            return Ok(None);
        }
        version_in(tag).map(Some).ok_or_else(|| {
            kernel::Faults::one("If-Match", kernel::text!("Send the ETag that you were given, like \"5\"."))
        })
    }
}

/// The version that an entity tag tells, with quotes or without.
fn version_in(tag: &str) -> Option<i64> {
    let digits = tag.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(tag);
    let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

/// Whether a program may name its request so.
fn is_key(word: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"._:-".contains(&it);
    (1..=200).contains(&word.len()) && word.bytes().all(is_plain)
}

/// The only place where the asynchronous edge meets the synchronous core.
pub fn off_the_loop<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> impl Future<Output = Result<T>> + Send {
    apart(Box::new(work))
}

async fn apart<T: Send + 'static>(work: Box<dyn FnOnce() -> Result<T> + Send>) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(kernel::broken)?
}

/// A response with a cookie.
pub fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

impl Edge {
    /// A cookie that scripts cannot read and other sites cannot send along.
    pub fn cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_tag_tells_a_version_with_quotes_or_without() {
        assert_eq!((version_in("\"5\""), version_in("17")), (Some(5), Some(17)));
        for wrong in ["", "\"\"", "\"5", "5\"", "+5", "W/\"5\"", "5,6", "9999999999999999999", "*"] {
            assert_eq!(version_in(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_request_is_named_by_a_word() {
        for right in ["k", "2026-03-02.a_b:c", &"k".repeat(200)] {
            assert!(is_key(right), "{right}");
        }
        for wrong in ["", "two words", "é", "a,b", &"k".repeat(201)] {
            assert!(!is_key(wrong), "{wrong}");
        }
    }
}
