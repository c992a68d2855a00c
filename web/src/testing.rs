//! A browser for tests: it keeps cookies, sends forms and JSON, and hands back what came.

use axum::Router;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::StreamExt;
use serde_json::Value as Json;
use tower::ServiceExt;

/// Somebody in front of the product, without a network between.
pub struct Client {
    router: Router,
    runtime: tokio::runtime::Runtime,
    cookies: Vec<(String, String)>,
    /// What goes with every request.
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Came {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The same as bytes, for files.
    pub bytes: Vec<u8>,
}

impl Client {
    pub fn new(router: Router) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a test has a runtime");
        Self { router, runtime, cookies: Vec::new(), headers: Vec::new() }
    }

    /// With a cookie from the beginning.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.keep(name, value);
        self
    }

    /// With a token.
    #[must_use]
    pub fn with_bearer(self, token: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// With a header on every request; none twice.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(it, _)| it != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a cookie that was set.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub fn get(&mut self, path: &str) -> Came {
        self.send(Method::GET, path, &[], Body::empty())
    }

    /// Sends a form as a page would.
    pub fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Came {
        let form: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(
            Method::POST,
            path,
            &[(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")],
            form.into(),
        )
    }

    /// Sends a form with files, each with its name and bytes, all in the field `files`.
    pub fn post_files(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Came {
        const BETWEEN: &str = "----between-the-parts";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BETWEEN}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{BETWEEN}\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BETWEEN}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BETWEEN}");
        self.send(Method::POST, path, &[(CONTENT_TYPE.as_str(), &kind)], body.into())
    }

    pub fn post_json(&mut self, path: &str, value: &Json) -> Came {
        self.send_json(Method::POST, path, &[], value)
    }

    /// Changes what has this entity tag; says no tag where none is given.
    pub fn patch_json(&mut self, path: &str, tag: Option<&str>, value: &Json) -> Came {
        let tag: Vec<(&str, &str)> = tag.map(|it| ("if-match", it)).into_iter().collect();
        self.send_json(Method::PATCH, path, &tag, value)
    }

    pub fn send_json(&mut self, method: Method, path: &str, headers: &[(&str, &str)], value: &Json) -> Came {
        let headers = [headers, &[(CONTENT_TYPE.as_str(), "application/json")]].concat();
        self.send(method, path, &headers, value.to_string().into())
    }

    /// Puts words there, as drafts are kept.
    pub fn put(&mut self, path: &str, fields: &[(&str, &str)]) -> Came {
        let form: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(
            Method::PUT,
            path,
            &[(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")],
            form.into(),
        )
    }

    /// Takes something away.
    pub fn delete(&mut self, path: &str) -> Came {
        self.send(Method::DELETE, path, &[], Body::empty())
    }

    /// Sends anything.
    pub fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Came {
        let request = self.request(method, path, headers, body);
        let router = self.router.clone();
        let (status, headers, bytes) = self.runtime.block_on(async move {
            let response = router.oneshot(request).await.expect("a router always answers");
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.expect("an answer can be read");
            (parts.status, parts.headers, bytes.to_vec())
        });
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|it| it.to_str().ok()) {
            let pair = cookie.split(';').next().and_then(|it| it.split_once('='));
            if let Some((name, value)) = pair {
                self.keep(name, value);
            }
        }
        Came { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).header("host", "reqord.test");
        if !self.cookies.is_empty() {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        for (name, value) in self
            .headers
            .iter()
            .map(|(it, value)| (it.as_str(), value.as_str()))
            .chain(headers.iter().copied())
        {
            request = request.header(name, value);
        }
        request.body(body).expect("a test sends what can be sent")
    }

    /// Listens at an address whose answer does not end: what is said comes piece by piece.
    pub fn listen(&mut self, path: &str, headers: &[(&str, &str)]) -> Stream<'_> {
        let request = self.request(Method::GET, path, headers, Body::empty());
        let router = self.router.clone();
        let response = self.runtime.block_on(router.oneshot(request)).expect("a router always answers");
        let (parts, body) = response.into_parts();
        Stream {
            runtime: &self.runtime,
            status: parts.status,
            frames: body.into_data_stream(),
            heard: String::new(),
        }
    }

    fn keep(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(it, _)| it != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// An answer that goes on.
pub struct Stream<'a> {
    runtime: &'a tokio::runtime::Runtime,
    pub status: StatusCode,
    frames: BodyDataStream,
    heard: String,
}

impl Stream<'_> {
    /// The next event with this name: what it says as JSON. None where it is over, or was not said in time.
    pub fn hears(&mut self, name: &str, within: Duration) -> Option<Json> {
        let end = tokio::time::Instant::now() + within;
        loop {
            while let Some((event, rest)) = self.heard.split_once("\n\n") {
                let field = |of: &str| event.lines().find_map(|it| it.strip_prefix(of)).map(str::trim);
                let found =
                    (field("event:") == Some(name)).then(|| field("data:").unwrap_or_default().to_owned());
                self.heard = rest.to_owned();
                if let Some(said) = found {
                    return serde_json::from_str(&said).ok();
                }
            }
            let (frames, runtime) = (&mut self.frames, self.runtime);
            let frame =
                runtime.block_on(async { tokio::time::timeout_at(end, frames.next()).await }).ok()??;
            self.heard.push_str(&String::from_utf8_lossy(&frame.ok()?));
        }
    }
}

impl Came {
    /// A header, where there is one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok())
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The answer as JSON; null where it is none.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}
