//! What a program sends, made from the description of the interface: what has to be there, and words where a person
//! would write some.

use serde_json::{Map, Value as Json, json};

use super::samples;

/// The most objects within objects that are filled in; a schema may name itself.
const DEEPEST: u8 = 6;

/// What is sent to an address. Where nothing is to be sent, an object in which nothing is.
pub fn sent(description: &Json, method: &str, pattern: &str, told: &dyn Fn(&str) -> String) -> Json {
    let schema =
        &described(description, method, pattern)["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() { json!({}) } else { Writer { description, told }.value(schema, "", 0) }
}

/// Whether a program has to say which version it has seen.
pub fn must_have_seen(description: &Json, method: &str, pattern: &str) -> bool {
    described(description, method, pattern)["responses"].get("428").is_some()
}

/// What the description says of an address.
fn described<'a>(description: &'a Json, method: &str, pattern: &str) -> &'a Json {
    // The steps of a kind stand there as one address.
    let path = match pattern.rsplit_once("/steps/") {
        Some((before, _)) => format!("{before}/steps/{{step}}"),
        None => pattern.to_owned(),
    };
    &description["paths"][path.as_str()][method.to_lowercase().as_str()]
}

struct Writer<'a> {
    description: &'a Json,
    told: &'a dyn Fn(&str) -> String,
}

impl Writer<'_> {
    /// A value that the schema takes, in the field of this name.
    fn value(&self, schema: &Json, name: &str, depth: u8) -> Json {
        let schema = self.meant(schema);
        if depth > DEEPEST {
            return Json::Null;
        }
        if let Some(it) = schema.get("const").or_else(|| schema["enum"].get(0)) {
            return it.clone();
        }
        match kind_of(schema) {
            "object" => self.object(schema, depth),
            "array" => json!([self.value(&schema["items"], name, depth + 1)]),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
            "boolean" => json!(true),
            "string" => json!(match schema["format"].as_str() {
                Some("date") => samples::day_of(name).to_owned(),
                Some("date-time") => "2026-03-02T08:30:00Z".to_owned(),
                _ => (self.told)(samples::sent_as(name).unwrap_or_else(|| samples::of_kind("text"))),
            }),
            _ => Json::Null,
        }
    }

    /// An object with what has to be there, and what the samples know by its name.
    fn object(&self, schema: &Json, depth: u8) -> Json {
        let needed =
            |name: &str| schema["required"].as_array().is_some_and(|it| it.iter().any(|it| it == name));
        let mut fields = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let meant = self.meant(property);
            let is_written = kind_of(meant) == "string"
                && meant.get("enum").or_else(|| meant.get("const")).is_none()
                && samples::sent_as(name).is_some();
            if needed(name) || is_written {
                fields.insert(name.clone(), self.value(property, name, depth + 1));
            }
        }
        Json::Object(fields)
    }

    /// The schema behind references; of several that may stand there, the first that is more than nothing.
    fn meant<'b>(&'b self, schema: &'b Json) -> &'b Json {
        if let Some(it) =
            schema["$ref"].as_str().and_then(|it| self.description.pointer(it.strip_prefix('#')?))
        {
            return self.meant(it);
        }
        let several = ["oneOf", "anyOf", "allOf"].iter().find_map(|it| schema[*it].as_array());
        let first = several.and_then(|all| all.iter().find(|it| it["type"] != "null"));
        first.map_or(schema, |it| self.meant(it))
    }
}

/// The kind of value: of several, the first.
fn kind_of(schema: &Json) -> &str {
    schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default()
}

#[test]
fn what_has_to_be_there_is_sent_with_words_where_there_are_some() {
    let description = json!({
        "paths": { "/api/v1/notes/{number}/steps/{step}": { "post": { "requestBody": { "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/Note" } } } },
            "responses": { "428": {} } } } },
        "components": { "schemas": {
            "Side": { "oneOf": [{ "type": "string", "const": "us" }, { "type": "string", "const": "them" }] },
            "Note": {
                "type": "object",
                "properties": {
                    "due": { "type": "string", "format": "date" },
                    "party": { "type": ["string", "null"] },
                    "side": { "$ref": "#/components/schemas/Side" },
                    "colour": { "type": "string" },
                    "lines": { "type": "array", "items": { "type": "integer", "minimum": 10 } },
                },
                "required": ["due", "side", "lines"],
            },
        } },
    });
    let told = |it: &str| it.replace("{customers}", "K-1001");
    let body = sent(&description, "POST", "/api/v1/notes/{number}/steps/close", &told);
    assert_eq!(body, json!({ "due": "2026-04-01", "party": "K-1001", "side": "us", "lines": [10] }));
    assert!(must_have_seen(&description, "POST", "/api/v1/notes/{number}/steps/close"));
    assert_eq!(sent(&description, "POST", "/api/v1/other", &told), json!({}));
    assert!(!must_have_seen(&description, "POST", "/api/v1/other"));
}
