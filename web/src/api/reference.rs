//! The reference of the programming interface: the document for programs, and the same as a page.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use kernel::{Entry, Registry, Result, fingerprint};
use maud::{Markup, html};
use serde_json::Value as Json;

use super::BASE;
use crate::edge::Page;
use crate::failure::Failure;
use crate::parts::{self, Button, Head, Tools};
use crate::routes::{Address, Doc, Routes};
use crate::visit::{Answer, Guest, Visit, off_the_loop};
use crate::{openapi, t};

/// Where people read it.
const PAGE: &str = "/api";

/// Describes all addresses that are given: adds the document and the page that show them.
///
/// The document is written when the first program asks for it, and kept as text: as values in memory it would take
/// thirty times as much, in a program that perhaps nobody ever asks.
#[must_use]
pub fn documented(routes: Routes) -> Routes {
    let description = Arc::new(OnceLock::new());
    let (served, shown) = (Arc::clone(&description), Arc::clone(&description));
    let doc = Doc { summary: "This description, as OpenAPI 3.1", tag: "Description", ..Doc::default() };
    let routes = routes
        .api_get(openapi::ADDRESS, doc, move |guest: Guest| serve(Arc::clone(&served), guest))
        .get(PAGE, move |visit: Visit| show(Arc::clone(&shown), visit));
    // It describes itself, too, so what there is is known only now.
    let addresses = routes.addresses().iter().filter(|it| it.doc.is_some()).cloned().collect();
    description.get_or_init(|| Description { addresses, written: OnceLock::new() });
    routes
}

/// What is described, and the description once it was written.
struct Description {
    addresses: Vec<Address>,
    written: OnceLock<Written>,
}

/// The document as it is sent.
struct Written {
    text: Bytes,
    /// Its entity tag: another document has another (RFC 9110, 8.8.3).
    tag: HeaderValue,
}

impl Description {
    fn written(&self) -> Result<&Written> {
        if let Some(written) = self.written.get() {
            return Ok(written);
        }
        let text = serde_json::to_vec(&openapi::document(&self.addresses))?;
        let tag = format!("\"{}\"", &fingerprint(&text)[..32]);
        let tag = HeaderValue::try_from(tag).map_err(kernel::broken)?;
        Ok(self.written.get_or_init(|| Written { text: text.into(), tag }))
    }
}

fn described(description: &OnceLock<Description>) -> Result<&Description> {
    description.get().ok_or(kernel::Error::NotFound)
}

async fn serve(description: Arc<OnceLock<Description>>, guest: Guest) -> Answer {
    let known = guest.envelope.header(header::IF_NONE_MATCH).map(str::to_owned);
    let answer = off_the_loop(move || {
        let it = described(&description)?.written()?;
        let tags =
            [(header::ETAG, it.tag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
        let knows =
            |known: &String| known.split(',').any(|known| known.trim().as_bytes() == it.tag.as_bytes());
        if known.as_ref().is_some_and(knows) {
            return Ok((StatusCode::NOT_MODIFIED, tags).into_response());
        }
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Ok((tags, kind, it.text.clone()).into_response())
    });
    answer.await.map_err(|error| Failure::of(error, &guest.envelope))
}

async fn show(description: Arc<OnceLock<Description>>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let document = openapi::document(&described(&description)?.addresses);
            Ok(Page::new(t!("Programming interface"), PAGE, page(&document, reader.registry())))
        })
        .await
}

fn page(document: &Json, registry: &Registry) -> Markup {
    let lead = t!("Everything the pages do, programs can do too, with the same rights and the same rules.");
    let head = Head {
        title: html! { (t!("Programming interface")) },
        lead: Some(html! { (lead) }),
        tools: Tools { first: None, more: vec![Button::open(openapi::ADDRESS, t!("OpenAPI document"))] },
        ..Head::default()
    };
    let operations = operations(document, registry);
    let tags = document["tags"].as_array().into_iter().flatten().filter_map(|it| it["name"].as_str());
    html! {
        (parts::page_head(&head))
        (basics())
        @for (place, tag) in tags.enumerate() {
            (parts::section(&format!("tag-{place}"), tag, html! {
                @for operation in operations.iter().filter(|it| it.about["tags"][0] == tag) {
                    (operation.show(document))
                }
            }))
        }
    }
}

fn basics() -> Markup {
    parts::section(
        "basics",
        t!("How to ask"),
        html! {
            ul {
                li { (t!("Make a token on your own page and send it with every request:")) " " code { "Authorization: Bearer …" } }
                li { (t!("Lists come in pages: send what stands in “next” as “after” to read on.")) }
                li { (t!("A record comes with its version as ETag. Send it as If-Match to change the record; whoever changed it first wins, and you are told.")) }
                li { (t!("Send a word of your own as Idempotency-Key where the address takes one: the same request sent again has one effect.")) }
                li { (t!("What goes wrong is answered as application/problem+json (RFC 9457), with what is missing or which field to mend.")) }
                li { (t!("People, organisations and functions are named by their numbers, like PE-0003 and K-1001.")) }
                li { (t!("Each token may ask 1,200 times a minute.")) }
            }
        },
    )
}

/// One address with one method.
struct Operation<'a> {
    method: String,
    path: &'a str,
    about: &'a Json,
    /// The kind of record that it is about, where it is about one.
    kind: Option<&'a Entry>,
}

fn operations<'a>(document: &'a Json, registry: &'a Registry) -> Vec<Operation<'a>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let each = paths.flat_map(|(path, methods)| {
        let kind = path.strip_prefix(BASE).and_then(|it| it.split('/').nth(1)).and_then(|it| registry.at(it));
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, about)| Operation { method: method.to_uppercase(), path, about, kind })
    });
    each.collect()
}

impl Operation<'_> {
    fn show(&self, document: &Json) -> Markup {
        let summary = self.about["summary"].as_str().unwrap_or_default();
        html! {
            details {
                summary { code { (self.method) " " (self.path) } " " span lang="en" { (summary) } }
                @let facts = self.facts();
                @if !facts.is_empty() { (parts::facts(&facts)) }
                p.fine { (t!("Example")) }
                (parts::program_text(&self.example(document)))
            }
        }
    }

    fn facts(&self) -> Vec<(String, Markup)> {
        let parameters = self.about["parameters"].as_array().into_iter().flatten();
        let line = |it: &Json| {
            let place = match it["in"].as_str() {
                Some("path") => t!("in the path"),
                Some("header") => t!("as a header"),
                _ => t!("in the query"),
            };
            let meaning = it["description"].as_str().unwrap_or_default().to_owned();
            let needed = it["required"] == true && it["in"] != "path";
            let words = html! {
                span.fine { (place) @if needed { ", " (t!("must be there")) } } " " span lang="en" { (meaning) }
            };
            (it["name"].as_str().unwrap_or_default().to_owned(), words)
        };
        parameters.map(line).collect()
    }

    /// What is sent and what comes back.
    fn example(&self, document: &Json) -> String {
        let mut lines = vec![format!("{} {}", self.method, self.path_filled())];
        if self.method == "PATCH" {
            lines.push("If-Match: \"5\"".to_owned());
        }
        let sent = &self.about["requestBody"]["content"]["application/json"]["schema"];
        if !sent.is_null() {
            lines.push("Content-Type: application/json".to_owned());
            lines.push(String::new());
            lines.push(written(&openapi::example(document, sent)));
        }
        if self.about["requestBody"]["content"].get(openapi::BYTES).is_some() {
            lines.push(format!("Content-Type: {}", openapi::BYTES));
            lines.push(String::new());
            lines.push("…".to_owned());
        }
        let status = if self.about["responses"].get("201").is_some() { "201" } else { "200" };
        lines.push(String::new());
        lines.push(status.to_owned());
        let content = self.about["responses"][status]["content"].as_object();
        if let Some((media_type, answer)) = content.and_then(|it| it.iter().next()) {
            lines.push(format!("Content-Type: {media_type}"));
            let schema =
                answer["schema"].as_object().filter(|it| !it.is_empty() && media_type == "application/json");
            if schema.is_some() {
                lines.push(String::new());
                lines.push(written(&openapi::example(document, &answer["schema"])));
            }
        }
        lines.join("\n")
    }

    fn path_filled(&self) -> String {
        let number = self.kind.map(|it| it.kind.example()).unwrap_or_default();
        let step = self.kind.and_then(|it| it.steps.first()).map(|it| it.code.clone()).unwrap_or_default();
        let path = self.path.replace("{number}", &number).replace("{step}", &step);
        path.replace("{id}", "42").replace("{no}", "1")
    }
}

fn written(value: &Json) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::routes::Schema;

    #[test]
    fn the_page_shows_every_address_that_is_described() {
        let doc = || Doc { summary: "Says it", tag: "Notes", ..Doc::default() };
        let routes = Routes::default()
            .api_get("/api/v1/notes", doc(), async || "")
            .api_post("/api/v1/notes/{number}/steps/{step}", doc(), async || "")
            .get("/notes", async || "");
        let routes = documented(routes);
        let document = openapi::document(routes.addresses());
        let shown = page(&document, &Registry::default()).into_string();
        assert!(
            shown.contains("GET /api/v1/notes</code>")
                && shown.contains("POST /api/v1/notes/{number}/steps/{step}")
        );
        assert!(shown.contains(openapi::ADDRESS) && !shown.contains("GET /notes"));
    }

    #[test]
    fn nothing_is_written_before_somebody_asks_and_then_once() {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let response = Schema::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            serde_json::json!({ "title": "Note", "type": "object" })
        });
        let doc = Doc { summary: "Says it", tag: "Notes", response: Some(response), ..Doc::default() };
        let routes = documented(Routes::default().api_get("/api/v1/notes", doc, async || ""));
        let described = Description { addresses: routes.addresses().to_vec(), written: OnceLock::new() };
        assert_eq!(asked.load(Ordering::SeqCst), 0, "the start of the program writes no schema");
        let first = described.written().unwrap();
        let times = asked.load(Ordering::SeqCst);
        assert!(times > 0);
        let again = described.written().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), times);
        assert_eq!((&first.text, &first.tag), (&again.text, &again.tag));
        let document: Json = serde_json::from_slice(&first.text).unwrap();
        assert_eq!(document, openapi::document(routes.addresses()));
        assert_eq!(document["components"]["schemas"]["Note"]["type"], "object");
    }
}
