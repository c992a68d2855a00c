//! How each way of going wrong looks from outside: a page that helps, or a problem document (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Error, Missing, Refusal, Text, text};
use maud::{Markup, html};
use serde_json::json;

use crate::form::{Form, IN_WORDS};
use crate::language::{Language, say};
use crate::page::{House, Theme, Trouble, trouble};
use crate::parts::{self, Button, Field, State};
use crate::t;
use crate::visit::Envelope;

/// A request that ended badly, with all that its answer needs.
pub struct Failure {
    what: What,
    language: Language,
    theme: Theme,
    is_api: bool,
    path: String,
    /// What was sent, so that nothing typed is lost.
    form: Option<Form>,
}

enum What {
    Error(Error),
    /// Nobody known asks: to the door, and back afterwards.
    Unknown {
        back: String,
    },
    Forged,
    TooLarge,
    WrongKind,
    /// A form with files that ends before its end, or is parted otherwise than it says.
    Torn,
    /// Not JSON, from the character at this line and column on.
    NotJson {
        line: usize,
        column: usize,
    },
    /// The address is right, what is done to it is not possible.
    AnotherWay,
    /// A change without saying which version was seen.
    Unconditional,
    /// Too many requests; the next is answered after so many seconds.
    TooMany(u64),
}

/// The status that goes with an error.
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Refused(_) => StatusCode::CONFLICT,
        Error::Stale => StatusCode::PRECONDITION_FAILED,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Failure {
    fn new(what: What, envelope: &Envelope) -> Self {
        Self {
            what,
            language: envelope.language(None),
            theme: envelope.theme(),
            is_api: envelope.is_api(),
            path: envelope.path.clone(),
            form: None,
        }
    }

    pub fn of(error: Error, envelope: &Envelope) -> Self {
        Self::new(What::Error(error), envelope)
    }

    pub fn unknown(envelope: &Envelope) -> Self {
        let query = if envelope.query.is_empty() { String::new() } else { format!("?{}", envelope.query) };
        let back =
            if envelope.method == "GET" { format!("{}{query}", envelope.path) } else { "/".to_owned() };
        Self::new(What::Unknown { back }, envelope)
    }

    pub fn forged(envelope: &Envelope) -> Self {
        Self::new(What::Forged, envelope)
    }

    pub fn too_large(envelope: &Envelope) -> Self {
        Self::new(What::TooLarge, envelope)
    }

    pub fn wrong_kind(envelope: &Envelope) -> Self {
        Self::new(What::WrongKind, envelope)
    }

    pub fn torn(envelope: &Envelope) -> Self {
        Self::new(What::Torn, envelope)
    }

    pub fn not_json(error: &serde_json::Error, envelope: &Envelope) -> Self {
        Self::new(What::NotJson { line: error.line(), column: error.column() }, envelope)
    }

    pub fn another_way(envelope: &Envelope) -> Self {
        Self::new(What::AnotherWay, envelope)
    }

    pub fn unconditional(envelope: &Envelope) -> Self {
        Self::new(What::Unconditional, envelope)
    }

    pub fn too_many(seconds: u64, envelope: &Envelope) -> Self {
        Self::new(What::TooMany(seconds), envelope)
    }

    /// Keeps what was sent.
    #[must_use]
    pub fn keeping(mut self, form: &Form) -> Self {
        self.form = Some(form.clone());
        self
    }

    /// Why, in one sentence, for whoever keeps it with what could not be done.
    pub fn sentence(&self) -> Text {
        let first = match &self.what {
            What::Error(Error::Refused(Refusal(missing))) => missing.first().map(|it| it.sentence.clone()),
            What::Error(Error::Invalid(faults)) => faults.0.first().map(|(_, sentence)| sentence.clone()),
            _ => None,
        };
        first.unwrap_or_else(|| self.words().0)
    }

    fn status(&self) -> StatusCode {
        match &self.what {
            What::Error(error) => status_of(error),
            What::Unknown { .. } => StatusCode::UNAUTHORIZED,
            What::Forged => StatusCode::FORBIDDEN,
            What::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            What::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            What::Torn | What::NotJson { .. } => StatusCode::BAD_REQUEST,
            What::AnotherWay => StatusCode::METHOD_NOT_ALLOWED,
            What::Unconditional => StatusCode::PRECONDITION_REQUIRED,
            What::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What happened, and what to do.
    fn words(&self) -> (Text, Text) {
        match &self.what {
            What::Error(Error::Refused(_)) => {
                (text!("This cannot be done yet"), text!("Nothing was changed. This is missing:"))
            }
            What::Error(Error::Stale) => (text!("Somebody else changed it first"), self.after_another()),
            What::Error(Error::Invalid(_)) => (text!("Something needs mending"), self.to_be_mended()),
            What::Error(Error::NotFound) => (
                text!("There is nothing here that you can see"),
                text!(
                    "The address may be mistyped, or what it names is not yours to see. Nothing was changed."
                ),
            ),
            What::Error(Error::Broken(_)) => (
                text!("It is our fault, and nothing was saved"),
                text!(
                    "The fault was written down. Try again; if it stays, tell your administrator the code."
                ),
            ),
            What::Unknown { .. } => (text!("Sign in first"), text!("Send a token, or sign in on the page.")),
            What::Forged => (
                text!("This did not come from one of our pages"),
                text!("Nothing was changed. Open the page here and do it again."),
            ),
            What::TooLarge => {
                (text!("This is too large"), text!("Nothing was saved. Send it in smaller parts."))
            }
            What::WrongKind => (
                text!("This cannot be read"),
                text!(
                    "Send a form, or JSON to the programming interface; a table as CSV or workbook only where it takes one. Nothing was changed."
                ),
            ),
            What::Torn => (
                text!("This did not come whole"),
                text!("Nothing was saved. Send the form and its files once more."),
            ),
            What::AnotherWay => (
                text!("This cannot be done at this address"),
                text!(
                    "Nothing was changed. Open the page and use its buttons, or look into the description of the interface."
                ),
            ),
            What::Unconditional => (
                text!("Say which version you have seen"),
                text!("Nothing was changed. Read the record, and send its ETag as If-Match."),
            ),
            What::TooMany(_) => (
                text!("These were too many requests"),
                text!("Nothing was changed. Wait as long as Retry-After says, in seconds, then go on."),
            ),
            What::NotJson { .. } => (
                text!("This is not JSON"),
                text!("Nothing was changed. Mend the document and send it again."),
            ),
        }
    }

    /// Whether what was sent is shown once more below, to be sent again.
    fn shows_form(&self) -> bool {
        !self.is_api && self.form.as_ref().is_some_and(|it| it.pairs().iter().any(|(name, _)| is_typed(name)))
    }

    fn after_another(&self) -> Text {
        if self.is_api {
            text!(
                "Nothing was overwritten. Read it again, and send its ETag as If-Match with what you want now."
            )
        } else if self.shows_form() {
            text!(
                "Nothing was overwritten, and your words are kept below. Look at what is there now, then send again."
            )
        } else {
            text!("Nothing was overwritten. Look at what is there now, then do it again.")
        }
    }

    fn to_be_mended(&self) -> Text {
        if self.is_api {
            text!("Nothing was saved. Each of the errors names a field and says what to send there.")
        } else if self.shows_form() {
            text!("Nothing was saved yet. Your words are kept below.")
        } else {
            text!("Nothing was saved yet. Mend what is named here, then send it again.")
        }
    }

    fn problem(&self, code: &str) -> Response {
        let (title, detail) = self.words();
        let mut detail = say(&detail);
        let mut problem =
            json!({ "type": "about:blank", "title": say(&title), "status": self.status().as_u16() });
        match &self.what {
            What::Error(Error::Refused(Refusal(missing))) => {
                detail = missing.iter().map(|it| say(&it.sentence)).collect::<Vec<_>>().join(" ");
                let lines = missing.iter().map(|it| json!({ "detail": say(&it.sentence), "link": it.link }));
                problem["missing"] = lines.collect();
            }
            What::Error(Error::Invalid(faults)) => {
                let lines = faults.0.iter().map(|(field, it)| json!({ "field": field, "detail": say(it) }));
                problem["errors"] = lines.collect();
            }
            What::NotJson { line, column } => {
                let why = t!(
                    "It cannot be read from line {line}, column {column} on.",
                    line = *line,
                    column = *column
                );
                problem["errors"] = json!([{ "field": "body", "detail": why }]);
            }
            What::Error(Error::Broken(_)) => problem["instance"] = json!(code),
            _ => {}
        }
        problem["detail"] = json!(detail);
        let mut response = (self.status(), problem.to_string()).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let What::TooMany(seconds) = self.what {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    fn page(&self, code: &str) -> Response {
        let (title, words) = self.words();
        let state = match &self.what {
            What::Error(Error::Broken(_)) => parts::state_boxed(State::Bad, t!("Broken")),
            What::Error(Error::NotFound) => parts::state_boxed(State::Over, t!("Not found")),
            _ => parts::state_boxed(State::Warn, t!("Not done")),
        };
        let is_broken = matches!(self.what, What::Error(Error::Broken(_)));
        let content = html! {
            (trouble(&Trouble {
                state,
                title: say(&title),
                words: say(&words),
                buttons: vec![Button::open("/", t!("To my next actions"))],
                code: is_broken.then(|| code.to_owned()),
            }))
            (self.details())
        };
        let house = House { name: "Reqord".to_owned(), logo: None, theme: self.theme };
        (self.status(), house.letter(&say(&title), html! {}, content)).into_response()
    }

    /// What is missing or at fault, and the words that were sent, ready to be sent again.
    fn details(&self) -> Markup {
        let faults = match &self.what {
            What::Error(Error::Invalid(faults)) => faults.0.clone(),
            _ => Vec::new(),
        };
        html! {
            @if let What::Error(Error::Refused(Refusal(missing))) = &self.what {
                ul.missing { @for it in missing { li { (line(it)) } } }
            }
            @if !faults.is_empty() {
                (parts::fault_summary(&faults.iter().map(|(field, it)| (field.clone(), say(it))).collect::<Vec<_>>()))
            }
            @if let Some(form) = self.form.as_ref().filter(|_| self.shows_form()) {
                (parts::form(&self.path, html! {
                    // Whoever lost a race sends again with what is there now in view: the version they had is over.
                    @if form.has("version") && !matches!(self.what, What::Error(Error::Stale)) {
                        (parts::hidden("version", form.text("version")))
                    }
                    @for it in form.all(IN_WORDS) { (parts::hidden(IN_WORDS, it)) }
                    @for (name, value) in form.pairs().iter().filter(|(name, _)| is_typed(name)) {
                        @let fault = faults.iter().find(|(it, _)| it == name).map(|(_, it)| say(it));
                        (Field::area(name.clone(), crate::words::field(name)).value(value.clone()).fault(fault))
                    }
                    div.row { (Button::send(t!("Send again")).first()) }
                }))
            }
        }
    }
}

/// Whether a person wrote what stands in a field of a form, and may read it again.
fn is_typed(name: &str) -> bool {
    !matches!(name, "once" | "draft" | "version" | IN_WORDS) && !name.contains("password")
}

fn line(missing: &Missing) -> Markup {
    html! {
        @match &missing.link {
            Some(link) => a href=(link) { (say(&missing.sentence)) },
            None => (say(&missing.sentence)),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let code = kernel::random().map(|it| kernel::fingerprint(&it)[..8].to_owned()).unwrap_or_default();
        if let What::Error(Error::Broken(error)) = &self.what {
            tracing::error!(code, path = self.path, "{error:#}");
        }
        if let (What::Unknown { back }, false) = (&self.what, self.is_api) {
            let to: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
            return Redirect::to(&format!("/sign-in?to={to}")).into_response();
        }
        let language = self.language.clone();
        language.with(|| if self.is_api { self.problem(&code) } else { self.page(&code) })
    }
}
