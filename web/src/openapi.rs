//! The description of the programming interface: an `OpenAPI` 3.1 document made from the addresses themselves.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::routes::{Address, Doc, Schema};

/// Where the document is served.
pub const ADDRESS: &str = "/api/v1/openapi.json";

/// The media type of bytes as they are.
pub const BYTES: &str = "application/octet-stream";

/// What can go wrong with any request, and what can besides where something is sent.
const ALWAYS: &[u16] = &[401, 403, 404, 405, 409, 422, 429];
const WHERE_SENT: &[u16] = &[400, 412, 413, 415];

/// The document of all addresses that say what they do.
pub fn document(addresses: &[Address]) -> Json {
    let mut schemas = Schemas::default();
    schemas.add("Problem", problem());
    let mut paths = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for address in addresses {
        let Some(doc) = &address.doc else { continue };
        if !tags.contains(&doc.tag) {
            tags.push(doc.tag);
        }
        let path = paths.entry(address.path.clone()).or_insert_with(|| json!({}));
        path[address.method.to_lowercase()] = operation(address, doc, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Reqord",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "What customers want, what was agreed, and the proof of it.",
            "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }, { "session": [] }],
        "tags": tags.iter().map(|it| json!({ "name": it })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas.into_json(),
            "responses": problems(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "A token, made on your own page." },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::SESSION, "description": "Whoever is signed in." },
            },
        },
    })
}

fn operation(address: &Address, doc: &Doc, schemas: &mut Schemas) -> Json {
    let is_sent = address.method != "GET";
    let mut operation = json!({
        "operationId": operation_id(address), "summary": doc.summary, "tags": [doc.tag],
        "parameters": parameters(address, doc),
    });
    if let Some(schema) = doc.request.as_ref().map(Schema::to_json) {
        let needed = schema["required"].as_array().is_some_and(|it| !it.is_empty());
        operation["requestBody"] = json!({ "required": needed, "content": { "application/json": { "schema": schemas.take(schema) } } });
    }
    if doc.takes_bytes {
        operation["requestBody"] = json!({ "required": true, "content": { BYTES: { "schema": { "type": "string", "format": "binary" } } } });
    }
    if doc.takes_table {
        for kind in crate::visit::TABLES {
            operation["requestBody"]["content"][kind] =
                json!({ "schema": { "type": "string", "format": "binary" } });
        }
    }
    let mut responses = Map::new();
    responses.insert(if doc.makes { "201" } else { "200" }.to_owned(), answer(doc, schemas));
    let mut wrong: Vec<u16> = ALWAYS.to_vec();
    if is_sent {
        wrong.extend(WHERE_SENT);
    }
    if address.method == "PATCH" || doc.must_have_seen {
        wrong.push(428);
    }
    wrong.sort_unstable();
    for status in wrong {
        responses.insert(
            status.to_string(),
            json!({ "$ref": format!("#/components/responses/{}", status_name(status)) }),
        );
    }
    operation["responses"] = Json::Object(responses);
    if address.path == ADDRESS {
        operation["security"] = json!([]);
    }
    operation
}

fn answer(doc: &Doc, schemas: &mut Schemas) -> Json {
    let what = if doc.makes { "It was made." } else { "It was done." };
    let mut answer =
        json!({ "description": if doc.request.is_some() || doc.takes_bytes { what } else { doc.summary } });
    let response = doc.response.as_ref().map(Schema::to_json);
    let mut headers = Map::new();
    if response.as_ref().is_some_and(|it| it["properties"].get("version").is_some()) {
        let description = "The version, to be sent as If-Match.";
        headers
            .insert("ETag".to_owned(), json!({ "description": description, "schema": { "type": "string" } }));
    }
    if doc.makes {
        let description = "Where it is.";
        headers.insert(
            "Location".to_owned(),
            json!({ "description": description, "schema": { "type": "string" } }),
        );
    }
    if !headers.is_empty() {
        answer["headers"] = Json::Object(headers);
    }
    answer["content"] = match (response, doc.media_type) {
        // Each event has a name and data of its own; tools take the schema for that of an event.
        (_, Some("text/event-stream")) => json!({ "text/event-stream": { "schema": {} } }),
        (_, Some(media_type)) => json!({ media_type: { "schema": { "type": "string" } } }),
        (Some(schema), None) => json!({ "application/json": { "schema": schemas.take(schema) } }),
        (None, None) => json!({ "application/json": { "schema": {} } }),
    };
    answer
}

/// A name for programs that make functions of addresses: `get_people_number_trail`.
fn operation_id(address: &Address) -> String {
    let path = address.path.strip_prefix(crate::api::BASE).unwrap_or(&address.path);
    let words = path.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    std::iter::once(address.method.to_lowercase().as_str()).chain(words).collect::<Vec<_>>().join("_")
}

fn parameters(address: &Address, doc: &Doc) -> Vec<Json> {
    let of_path = names_in(&address.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": part_of_path(name) }));
    let of_query = doc.query.iter().map(|(name, meaning)| {
        let schema = if doc.media_type.is_some() && *name == "sort" {
            json!({ "type": "string" }) // files are sorted by any of their columns
        } else {
            field_of_query(name)
        };
        json!({ "name": name, "in": "query", "description": meaning, "schema": schema })
    });
    let mut all: Vec<Json> = of_path.chain(of_query).collect();
    let is_change = address.method == "PATCH" || doc.must_have_seen;
    if is_change || address.path.contains("/steps/") {
        all.push(json!({
            "name": "If-Match", "in": "header", "required": is_change,
            "description": "The ETag that was read with the record, or * for any.",
            "schema": { "type": "string", "pattern": "^(\"[0-9]{1,18}\"|[0-9]{1,18}|\\*)$" }, "example": "\"5\"",
        }));
    }
    if address.method != "GET" && !doc.each_counts {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header",
            "description": "A word of your own for this request: sent again, it has one effect and the same answer.",
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,200}$" },
        }));
    }
    all
}

/// The names between braces in a path.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|it| it.split_once('}')).map(|(name, _)| name)
}

fn part_of_path(name: &str) -> Json {
    match name {
        "id" | "no" | "batch" => json!({ "type": "integer", "format": "int64", "minimum": 1 }),
        _ => json!({ "type": "string", "minLength": 1 }),
    }
}

fn field_of_query(name: &str) -> Json {
    match name {
        "limit" => json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 50 }),
        "descending" => json!({ "type": "boolean", "default": false }),
        "sort" => json!({
            "type": "string", "default": "number",
            "anyOf": [{ "enum": crate::api::sorts() }, { "pattern": "^(extra\\.[a-z][a-z0-9_]*)?$" }],
        }),
        "state" => json!({ "type": "array", "items": { "type": "string" } }),
        "q" => json!({ "type": "string", "maxLength": crate::api::LONGEST_QUESTION }),
        _ => json!({ "type": "string" }),
    }
}

fn problem() -> Json {
    json!({
        "title": "Problem", "type": "object", "description": "What went wrong and what to do (RFC 9457).",
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "instance": { "type": "string", "description": "The code of this occurrence in the log." },
            "missing": {
                "type": "array", "description": "What is missing, each with the page where it is mended.",
                "items": {
                    "type": "object",
                    "properties": { "detail": { "type": "string" }, "link": { "type": ["string", "null"] } },
                    "required": ["detail", "link"],
                },
            },
            "errors": {
                "type": "array", "description": "What is wrong with a field.",
                "items": {
                    "type": "object",
                    "properties": { "field": { "type": "string" }, "detail": { "type": "string" } },
                    "required": ["field", "detail"],
                },
            },
        },
        "required": ["type", "title", "status", "detail"],
    })
}

const STATUSES: &[(u16, &str, &str)] = &[
    (400, "NotJson", "What was sent is not JSON."),
    (401, "Unknown", "Nobody known asks: the token is missing or no longer good."),
    (403, "Forged", "Another site made the browser send it."),
    (404, "NotFound", "There is no such thing, or you may not see it."),
    (405, "AnotherWay", "This cannot be done at this address."),
    (409, "Refused", "The rules say no; `missing` says what has to be done first."),
    (412, "Stale", "Somebody else changed it first: read it again."),
    (413, "TooLarge", "It is too large."),
    (415, "WrongKind", "Send JSON, as application/json."),
    (422, "Invalid", "Something that was sent cannot be accepted; `errors` says which field."),
    (428, "Unconditional", "Say with If-Match which version you have seen."),
    (429, "TooMany", "Too many requests: wait as long as Retry-After says."),
];

fn status_name(status: u16) -> &'static str {
    STATUSES.iter().find(|(it, ..)| *it == status).map_or("Invalid", |(_, name, _)| name)
}

fn problems() -> Json {
    let one = |(status, name, meaning): &(u16, &str, &str)| {
        let mut response = json!({
            "description": meaning,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        if *status == 429 {
            response["headers"] =
                json!({ "Retry-After": { "description": "Seconds.", "schema": { "type": "integer" } } });
        }
        ((*name).to_owned(), response)
    };
    Json::Object(STATUSES.iter().map(one).collect())
}

/// The schemas of the document. Each has a name of its own; what two addresses share is there once.
#[derive(Default)]
struct Schemas {
    /// As they stand in the document.
    named: BTreeMap<String, Json>,
    /// As they came, to know them again.
    came: BTreeMap<String, Json>,
}

impl Schemas {
    fn add(&mut self, name: &str, schema: Json) {
        self.named.insert(name.to_owned(), schema.clone());
        self.came.insert(name.to_owned(), schema);
    }

    /// Takes a schema with all that it refers to; tells how to refer to it.
    fn take(&mut self, mut root: Json) -> Json {
        let mut parts = Map::new();
        gather(&mut root, &mut parts);
        // What stands among the parts of another has no title; without it, both are seen to be the same.
        let title = root.as_object_mut().and_then(|it| it.remove("title"));
        let title = title.as_ref().and_then(Json::as_str).map(sound);
        let names: BTreeMap<String, String> =
            parts.iter().map(|(name, part)| (name.clone(), self.name_for(&sound(name), part))).collect();
        let root_name = title.map(|it| self.name_for(&it, &root));
        for (name, mut part) in parts {
            refer(&mut part, &names, root_name.as_deref());
            self.named.insert(names[&name].clone(), part);
        }
        refer(&mut root, &names, root_name.as_deref());
        let Some(name) = root_name else { return root };
        self.named.insert(name.clone(), root);
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// The name under which a schema is known, or will be: with a number behind it where another has it.
    fn name_for(&mut self, name: &str, schema: &Json) -> String {
        let mut candidates = std::iter::once(name.to_owned()).chain((2..).map(|it| format!("{name}{it}")));
        let free = |it: &String| self.came.get(it).is_none_or(|known| known == schema);
        let name = candidates.find(free).expect("there is always a further number");
        self.came.insert(name.clone(), schema.clone());
        name
    }

    fn into_json(self) -> Json {
        Json::Object(self.named.into_iter().collect())
    }
}

/// Takes all `$defs` out, at whatever depth, and what only whole documents have.
fn gather(schema: &mut Json, parts: &mut Map<String, Json>) {
    match schema {
        Json::Object(fields) => {
            fields.remove("$schema");
            if let Some(Json::Object(inner)) = fields.remove("$defs") {
                for (name, mut part) in inner {
                    gather(&mut part, parts);
                    parts.insert(name, part);
                }
            }
            fields.values_mut().for_each(|it| gather(it, parts));
        }
        Json::Array(all) => all.iter_mut().for_each(|it| gather(it, parts)),
        _ => {}
    }
}

/// Lets references point into the document.
fn refer(schema: &mut Json, names: &BTreeMap<String, String>, root: Option<&str>) {
    match schema {
        Json::Object(fields) => {
            if let Some(Json::String(to)) = fields.get_mut("$ref") {
                let part = to.strip_prefix("#/$defs/").and_then(|it| names.get(it)).map(String::as_str);
                if let Some(name) = part.or(root.filter(|_| to == "#")) {
                    *to = format!("#/components/schemas/{name}");
                }
            }
            fields.values_mut().for_each(|it| refer(it, names, root));
        }
        Json::Array(all) => all.iter_mut().for_each(|it| refer(it, names, root)),
        _ => {}
    }
}

/// Letters and digits only, as names of schemas are.
fn sound(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect()
}

/// What a value of a schema could look like.
pub fn example(document: &Json, schema: &Json) -> Json {
    example_at(document, schema, 0)
}

fn example_at(document: &Json, schema: &Json, depth: u8) -> Json {
    if depth > 8 {
        return Json::Null;
    }
    let within = |it: &Json| example_at(document, it, depth + 1);
    if let Some(it) = schema.get("examples").and_then(|it| it.get(0)).or(schema.get("const")) {
        return it.clone();
    }
    if let Some(it) = schema.get("default").filter(|it| !it.is_null()) {
        return it.clone();
    }
    if let Some(to) = schema["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
        return document.pointer(to).map_or(Json::Null, within);
    }
    if let Some(it) =
        ["enum", "oneOf", "anyOf", "allOf"].iter().find_map(|it| schema.get(it)).and_then(|it| it.get(0))
    {
        return if schema.get("enum").is_some() { it.clone() } else { within(it) };
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Json::Object(fields.map(|(name, it)| (name.clone(), within(it))).collect())
        }
        "array" => json!([within(&schema["items"])]),
        "integer" => json!(1),
        "number" => json!(1.5),
        "boolean" => json!(true),
        "string" => json!(match schema["format"].as_str() {
            Some("date") => "2026-11-16",
            Some("date-time") => "2026-11-16T09:30:00Z",
            _ => "…",
        }),
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(method: &'static str, path: &str, doc: Doc) -> Address {
        Address { method, path: path.to_owned(), doc: Some(doc) }
    }

    fn record(content: &'static str) -> Schema {
        Schema::new(move || {
            json!({
                "$schema": "x", "title": "Record", "type": "object",
                "properties": { "version": { "type": "integer" }, "body": { "$ref": "#/$defs/Body" } },
                "required": ["body"],
                "$defs": { "Body": { "type": "object", "properties": { "is": { "const": content } } } },
            })
        })
    }

    #[test]
    fn every_reference_leads_to_something_and_pages_are_left_out() {
        let mut addresses = vec![
            address("GET", "/api/v1/notes/{number}", Doc { response: Some(record("a")), ..Doc::default() }),
            address(
                "PATCH",
                "/api/v1/notes/{number}",
                Doc { request: Some(record("b")), response: Some(record("a")), ..Doc::default() },
            ),
        ];
        addresses.push(Address { method: "GET", path: "/notes".to_owned(), doc: None });
        let document = document(&addresses);
        assert_eq!(document["paths"].as_object().unwrap().len(), 1);
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.len() > 10);
        for to in references {
            assert!(document.pointer(to.strip_prefix('#').unwrap()).is_some(), "{to}");
        }
        // The two records differ in their bodies only: neither takes the other's name.
        let schemas = &document["components"]["schemas"];
        assert_ne!(schemas["Body"], schemas["Body2"]);
        assert!(schemas.to_string().find("$defs").is_none());
    }

    fn collect(value: &Json, references: &mut Vec<String>) {
        match value {
            Json::Object(fields) => {
                references.extend(fields.get("$ref").and_then(Json::as_str).map(str::to_owned));
                fields.values().for_each(|it| collect(it, references));
            }
            Json::Array(all) => all.iter().for_each(|it| collect(it, references)),
            _ => {}
        }
    }

    #[test]
    fn a_change_must_say_what_it_has_seen_and_a_question_need_not() {
        let doc = || Doc { response: Some(record("a")), request: Some(record("b")), ..Doc::default() };
        let document =
            document(&[address("PATCH", "/api/v1/x/{number}", doc()), address("GET", "/api/v1/x", doc())]);
        let change = &document["paths"]["/api/v1/x/{number}"]["patch"];
        assert!(change["responses"].get("428").is_some());
        let headers = change["parameters"].as_array().unwrap().iter().filter(|it| it["in"] == "header");
        assert_eq!(
            headers.map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>(),
            ["If-Match", "Idempotency-Key"]
        );
        assert_eq!(change["responses"]["200"]["headers"]["ETag"]["schema"]["type"], "string");
        assert!(document["paths"]["/api/v1/x"]["get"]["responses"].get("428").is_none());
    }

    #[test]
    fn a_word_for_a_request_is_described_where_it_is_heeded() {
        let doc = |each_counts| Doc { response: Some(record("a")), each_counts, ..Doc::default() };
        let document =
            document(&[address("POST", "/api/v1/x", doc(false)), address("POST", "/api/v1/y", doc(true))]);
        let takes = |path: &str| {
            let all = document["paths"][path]["post"]["parameters"].as_array().cloned().unwrap_or_default();
            all.iter().any(|it| it["name"] == "Idempotency-Key")
        };
        assert!(takes("/api/v1/x") && !takes("/api/v1/y"));
    }

    #[test]
    fn bytes_are_described_as_bytes() {
        let doc = Doc { takes_bytes: true, response: Some(record("a")), ..Doc::default() };
        let document = document(&[address("POST", "/api/v1/x", doc)]);
        let body = &document["paths"]["/api/v1/x"]["post"]["requestBody"];
        assert_eq!(body["required"], true);
        assert!(body["content"].get("application/json").is_none() && body["content"].get(BYTES).is_some());
    }

    #[test]
    fn a_table_is_described_beside_the_json_that_says_the_same() {
        let doc = Doc { takes_table: true, request: Some(record("a")), ..Doc::default() };
        let document = document(&[address("POST", "/api/v1/x", doc)]);
        let content = &document["paths"]["/api/v1/x"]["post"]["requestBody"]["content"];
        let kinds: Vec<&str> = content.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(kinds.contains(&"application/json") && kinds.contains(&"text/csv"), "{kinds:?}");
        assert_eq!((kinds.len(), &content["text/csv"]["schema"]["format"]), (3, &json!("binary")));
    }

    #[test]
    fn an_example_follows_references() {
        let document =
            document(&[address("GET", "/api/v1/x", Doc { response: Some(record("a")), ..Doc::default() })]);
        let schema = json!({ "$ref": "#/components/schemas/Record" });
        assert_eq!(example(&document, &schema), json!({ "version": 1, "body": { "is": "a" } }));
    }
}
