//! The reference of the programming interface: the document for programs, and the same as a page.

use std::sync::{Arc, OnceLock};

use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Entry, Registry};
use maud::{Markup, html};
use serde_json::Value as Json;

use super::{BASE, json as in_json};
use crate::edge::Page;
use crate::parts::{self, Button, Head, Tools};
use crate::routes::{Doc, Routes};
use crate::visit::{Answer, Guest, Visit};
use crate::{openapi, t};

/// Where people read it.
const PAGE: &str = "/api";

/// Describes all addresses that are given: adds the document and the page that show them.
#[must_use]
pub fn documented(routes: Routes) -> Routes {
    let document = Arc::new(OnceLock::new());
    let (served, shown) = (Arc::clone(&document), Arc::clone(&document));
    let doc = Doc { summary: "This description, as OpenAPI 3.1", tag: "Description", ..Doc::default() };
    let routes = routes
        .api_get(openapi::ADDRESS, doc, move |_: Guest| std::future::ready(serve(&served)))
        .get(PAGE, move |visit: Visit| show(Arc::clone(&shown), visit));
    // It describes itself, too, so it can be written only now.
    document.get_or_init(|| openapi::document(routes.addresses()));
    routes
}

fn serve(document: &OnceLock<Json>) -> Response {
    in_json(StatusCode::OK, document.get().unwrap_or(&Json::Null))
}

async fn show(document: Arc<OnceLock<Json>>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let body = page(document.get().unwrap_or(&Json::Null), reader.registry());
            Ok(Page::new(t!("Programming interface"), PAGE, body))
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
                li { (t!("Send a word of your own as Idempotency-Key: the same request sent again has one effect.")) }
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
    use super::*;

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
}
