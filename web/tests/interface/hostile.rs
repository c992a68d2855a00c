//! Whatever is sent to whichever address: a clear answer that the description announces, never a fault of ours.

use axum::body::Body;
use axum::http::Method;
use serde_json::{Value as Json, json};
use web::testing::{Came, Client};

use crate::world::World;

/// What stands for a part of a path.
const PARTS: &[&str] = &[
    "NT-0001",
    "1",
    "0",
    "-1",
    "99999999999999999999",
    "9223372036854775807",
    "%00",
    "%FF%FE",
    "a%2Fb",
    "..%2F..",
    "%F0%9F%92%A7",
    "'%20or%201=1--",
    "%",
    "finish",
    "x",
];
const QUERIES: &[&str] = &[
    "",
    "?limit=0",
    "?limit=99999999999999999999",
    "?limit=a&after=%00",
    "?after=1.x&sort=changed",
    "?q=%FF%00%25_%5C",
    "?q=%22*%28%29%3A&state=%27",
    "?sort=title&after=5.%F0%9F%92%A7",
    "?descending=maybe",
    "?party=K-0001&owner=%00",
    "?&&=&=",
    "?q=a%20b%20AND%20NOT%20NEAR&kind=NT",
];

#[test]
fn no_address_and_no_query_makes_us_fail() {
    for world in World::on_each_engine() {
        // Two take turns: one alone would ask more than is answered in a minute.
        let mut both = [with_a_note(&world), world.program("ada")];
        let document = document(&world);
        let gets: Vec<_> = world.routes.iter().filter(|it| it.method == "GET").cloned().collect();
        for (turn, address) in gets.iter().enumerate() {
            let bob = &mut both[turn % 2];
            for path in filled(&address.path) {
                for query in if address.path.contains('{') { &QUERIES[..2] } else { QUERIES } {
                    let came = bob.get(&format!("{path}{query}"));
                    assert!(came.status.as_u16() < 500, "GET {path}{query}: {} {}", came.status, came.text);
                    assert_ne!(came.status, 429, "what was answered tells nothing");
                    if address.doc.is_some() {
                        is_announced(&document, "get", &address.path, &came);
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_that_is_sent_makes_us_fail() {
    let bodies: Vec<Json> = vec![
        json!({}),
        json!([]),
        json!(null),
        json!("x"),
        json!(1e300),
        json!({ "title": null }),
        json!({ "title": "A", "words": 1, "reason": {}, "role": [], "to": 5, "person": {} }),
        json!({ "title": "x".repeat(5000), "words": "w".repeat(200_000) }),
        json!({ "title": "A", "weight": 1e308, "lines": [{ "what": "\u{202e}", "count": i64::MAX }] }),
        json!({ "title": "A", "weight": u64::MAX, "lines": "[]" }),
        json!({ "words": "a\u{0}b", "title": "\u{0}" }),
        json!({ "request": "r", "person": "PE-0001", "due": "9999-12-31" }),
        json!({ "request": "r", "person": "'; drop table record; --" }),
        json!({ "role": "depends_on", "to": "\u{1F4A7}" }),
    ];
    for world in World::on_each_engine() {
        let mut bob = with_a_note(&world);
        let document = document(&world);
        let sent: Vec<_> =
            world.routes.iter().filter(|it| it.method != "GET" && it.doc.is_some()).cloned().collect();
        for address in &sent {
            let method: Method = address.method.parse().unwrap();
            let path = filled(&address.path).into_iter().next().unwrap();
            for body in &bodies {
                let came = bob.send_json(method.clone(), &path, &[("if-match", "*")], body);
                is_announced(&document, &address.method.to_lowercase(), &address.path, &came);
            }
            for (headers, raw) in raw() {
                let came = bob.send(method.clone(), &path, &headers, Body::from(raw));
                is_announced(&document, &address.method.to_lowercase(), &address.path, &came);
            }
        }
    }
}

type Headers = Vec<(&'static str, &'static str)>;

/// What is no JSON, or says it is something else; with headers that say nothing.
fn raw() -> Vec<(Headers, Vec<u8>)> {
    let json = ("content-type", "application/json");
    vec![
        (vec![json], b"{".to_vec()),
        (vec![json], b"\xff\xfe".to_vec()),
        (vec![json], br#"{"title":"\ud800"}"#.to_vec()),
        (vec![json], vec![b'['; 100_000]),
        (vec![json, ("if-match", "W/\"1\"")], b"{}".to_vec()),
        (vec![json, ("if-match", "\"99999999999999999999\"")], b"{}".to_vec()),
        (vec![json, ("idempotency-key", "")], b"{}".to_vec()),
        (vec![("content-type", "text/xml")], b"<a/>".to_vec()),
        (vec![], b"{}".to_vec()),
        (vec![json], vec![b' '; 5 << 20]),
    ]
}

#[test]
fn another_method_is_told_which_there_are() {
    for world in World::on_each_engine() {
        let came = world.program("bob").send(Method::DELETE, "/api/v1/notes", &[], Body::empty());
        assert_eq!(
            (came.status.as_u16(), came.header("content-type")),
            (405, Some("application/problem+json"))
        );
        assert!(
            came.header("allow").is_some_and(|it| it.contains("GET") && it.contains("POST")),
            "{:?}",
            came.headers
        );
    }
}

#[test]
fn every_address_for_programs_is_described_and_its_description_is_sound() {
    for world in World::on_each_engine().take(1) {
        let document = document(&world);
        let described: usize =
            document["paths"].as_object().unwrap().values().map(|it| it.as_object().unwrap().len()).sum();
        let addresses = world.routes.iter().filter(|it| it.path.starts_with("/api/v1"));
        assert_eq!(described, addresses.count());
        let mut ids: Vec<_> = operations(&document).map(|it| it["operationId"].as_str().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        let fields = &document["components"]["schemas"]["NewNote"]["properties"];
        assert_eq!(fields["deputy"]["type"], json!(["string", "null"]));
        assert_eq!(document["components"]["schemas"]["NewNote"]["required"], json!(["title"]));
        let page = world.browser("bob").get("/api");
        assert!(page.text.contains("PATCH /api/v1/notes/{number}"), "{}", page.text);
    }
}

fn operations(document: &Json) -> impl Iterator<Item = &Json> {
    document["paths"].as_object().unwrap().values().flat_map(|it| it.as_object().unwrap().values())
}

fn with_a_note(world: &World) -> Client {
    let mut bob = world.program("bob");
    let sent = json!({ "title": "Pump", "party": "K-0001", "lines": [{ "what": "a", "count": 1 }] });
    assert_eq!(bob.post_json("/api/v1/notes", &sent).status, 201);
    bob
}

fn document(world: &World) -> Json {
    world.nobody().get("/api/v1/openapi.json").json()
}

/// The path with each of the strange parts in its first place.
fn filled(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let (_, after) = rest.split_once('}').unwrap();
    let others = after.replace("{step}", "finish").replace("{no}", "1").replace("{name}", "x");
    PARTS.iter().map(|it| format!("{before}{it}{others}")).collect()
}

/// The answer is one of those that the description announces, of its media type.
fn is_announced(document: &Json, method: &str, path: &str, came: &Came) {
    let responses = &document["paths"][path][method]["responses"];
    let mut response = &responses[came.status.as_u16().to_string()];
    if let Some(to) = response["$ref"].as_str() {
        response = document.pointer(&to[1..]).unwrap();
    }
    assert!(response.is_object(), "{method} {path}: {} is not announced: {}", came.status, came.text);
    let kind = came.header("content-type").unwrap_or_default().split(';').next().unwrap();
    assert!(response["content"].get(kind).is_some(), "{method} {path}: {} is not {kind}", came.status);
}
