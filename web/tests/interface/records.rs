//! Records of any kind: lists in pages, opening, changing, steps.

use serde_json::{Value as Json, json};

use crate::world::World;

#[test]
fn a_record_is_opened_read_changed_and_moved_on() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        let sent = json!({ "title": "Pump", "party": "K-0001", "words": "", "deputy": "PE-0002", "due": "2026-04-01" });
        let made = dora.post_json("/api/v1/notes", &sent);
        assert_eq!((made.status.as_u16(), made.location()), (201, "/api/v1/notes/NT-0001"), "{}", made.text);
        let it = dora.get(made.location());
        assert_eq!(it.header("etag"), Some("\"1\""));
        assert_eq!(it.json(), made.json());
        let it = it.json();
        assert_eq!(
            (&it["owner"], &it["party"], &it["body"]["deputy"]),
            (&json!("PE-0001"), &json!("K-0001"), &json!("PE-0002"))
        );
        assert_eq!((&it["due"], &it["page"]), (&json!("2026-04-01"), &json!("/notes/NT-0001")));
        let offer = &it["offers"][0];
        assert_eq!(
            (&offer["step"], &offer["missing"][0]["detail"]),
            (&json!("finish"), &json!("Write something first."))
        );

        let refused = dora.post_json("/api/v1/notes/NT-0001/steps/finish", &json!({}));
        assert_eq!(
            (refused.status.as_u16(), refused.header("content-type")),
            (409, Some("application/problem+json"))
        );
        assert_eq!(refused.json()["missing"], json!([{ "detail": "Write something first.", "link": null }]));

        let change = json!({ "words": "It pumps.", "title": "The pump", "owner": "PE-0002", "due": null, "deputy": null });
        let changed = dora.patch_json("/api/v1/notes/NT-0001", Some("\"1\""), &change).json();
        assert_eq!((&changed["title"], &changed["owner"]), (&json!("The pump"), &json!("PE-0002")));
        assert_eq!((&changed["due"], &changed["body"]["deputy"]), (&Json::Null, &Json::Null));

        let done = dora.post_json("/api/v1/notes/NT-0001/steps/finish", &json!({ "reason": "It works." }));
        assert_eq!((done.status.as_u16(), &done.json()["state"]), (200, &json!("done")));
        let trail = dora.get("/api/v1/notes/NT-0001/trail").json();
        let last = trail["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["by"], &last["content"]["reason"]), (&json!("PE-0001"), &json!("It works.")));
    }
}

#[test]
fn whoever_changes_must_have_seen_the_last_version() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        dora.post_json("/api/v1/notes", &json!({ "title": "Pump" }));
        let change = json!({ "words": "a" });
        let mut status =
            |tag: Option<&str>| dora.patch_json("/api/v1/notes/NT-0001", tag, &change).status.as_u16();
        assert_eq!(status(None), 428);
        assert_eq!(status(Some("\"7\"")), 412);
        assert_eq!(status(Some("yesterday")), 422);
        assert_eq!(status(Some("\"1\"")), 200);
        let late = dora.patch_json("/api/v1/notes/NT-0001", Some("\"1\""), &change);
        assert_eq!(late.status.as_u16(), 412);
        let detail = late.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("send its ETag as If-Match") && !detail.contains("kept below"), "{detail}");
        let closed = json!({ "reason": "" });
        let late = dora.send_json(
            axum::http::Method::POST,
            "/api/v1/notes/NT-0001/steps/finish",
            &[("if-match", "\"1\"")],
            &closed,
        );
        assert_eq!(late.status, 412);
    }
}

#[test]
fn what_does_not_fit_is_named_by_its_field_and_nothing_is_opened() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        let mut field = |sent: Json| {
            let came = dora.post_json("/api/v1/notes", &sent);
            assert_eq!(came.status, 422, "{sent}: {}", came.text);
            // What to send, in a sentence: no words of a parser, and none that are meant for whoever sees a form.
            for words in ["invalid type", "missing field", "unknown field", "expected ", "kept below"] {
                assert!(!came.text.contains(words), "{words}: {sent}: {}", came.text);
            }
            came.json()["errors"][0]["field"].as_str().unwrap().to_owned()
        };
        assert_eq!(field(json!({ "words": "a" })), "title");
        assert_eq!(field(json!({ "title": " " })), "title");
        assert_eq!(field(json!({ "title": 5 })), "title");
        assert_eq!(field(json!({ "title": "A", "weight": "heavy" })), "weight");
        assert_eq!(
            field(
                json!({ "title": "A", "lines": [{ "what": "a", "count": 1 }, { "what": "b", "count": "2" }] })
            ),
            "lines[1].count"
        );
        assert_eq!(field(json!({ "title": "A", "lines": [{ "what": "a" }] })), "lines[0].count");
        assert_eq!(
            field(json!({ "title": "A", "lines": [{ "what": "a", "count": 99_999_999_999_999_999_999.0 }] })),
            "lines[0].count"
        );
        assert_eq!(field(json!({ "title": "A", "colour": "red" })), "colour");
        assert_eq!(field(json!({ "title": "A", "party": "K-9999" })), "party");
        assert_eq!(field(json!({ "title": "A", "owner": "PE-0004" })), "owner");
        assert_eq!(field(json!({ "title": "A", "deputy": 3 })), "deputy");
        assert_eq!(field(json!({ "title": "A", "due": "tomorrow" })), "due");
        assert_eq!(field(json!({ "title": "A\u{0}" })), "body");
        assert_eq!(field(json!(["title"])), "body");
        assert_eq!(dora.get("/api/v1/notes").json()["items"], json!([]));
    }
}

#[test]
fn a_list_is_read_to_its_end_in_pages_that_do_not_overlap() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        for title in ["d", "a", "c", "b", "e"] {
            dora.post_json("/api/v1/notes", &json!({ "title": title }));
        }
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page =
                dora.get(&format!("/api/v1/notes?limit=2&sort=title&descending=true&after={after}")).json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|it| it["title"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = form_urlencoded::byte_serialize(next.as_bytes()).collect(),
                None => break,
            }
        }
        assert_eq!(seen, ["e", "d", "c", "b", "a"]);
        let found = dora.get("/api/v1/notes?q=c").json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        assert_eq!(dora.get("/api/v1/notes?state=done").json()["items"], json!([]));
        assert_eq!(dora.get("/api/v1/notes?after=garbage").status, 422);
        assert_eq!(dora.get("/api/v1/notes?sort=colour").status, 422);
    }
}

#[test]
fn outsiders_see_only_what_is_shared_with_them_and_may_not_open_anything() {
    for world in World::on_each_engine() {
        let mut bob = world.program("bob");
        bob.post_json("/api/v1/notes", &json!({ "title": "For Acme", "party": "K-0001" }));
        bob.post_json("/api/v1/notes", &json!({ "title": "For us" }));
        let (mut carl, mut eve) = (world.program("carl"), world.program("eve"));
        let numbers = |it: Json| {
            it["items"].as_array().unwrap().iter().map(|it| it["number"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(carl.get("/api/v1/notes").json()), [json!("NT-0001")]);
        assert!(numbers(eve.get("/api/v1/notes").json()).is_empty());
        // Whose organisation it is not is told the same as where there is nothing.
        let mut unknown = eve.get("/api/v1/notes/NT-9999").json();
        unknown["x"] = json!(1);
        let mut hidden = eve.get("/api/v1/notes/NT-0001").json();
        hidden["x"] = json!(1);
        assert_eq!(unknown, hidden);
        assert_eq!(carl.get("/api/v1/notes/NT-0001/trail").json()["items"], json!([]));
        let refused = carl.post_json("/api/v1/notes", &json!({ "title": "Mine", "party": "K-0001" }));
        assert_eq!(refused.status, 409, "{}", refused.text);
        let mut amelia = world.program("amelia");
        assert_eq!(amelia.get("/api/v1/notes/NT-0001").status, 200);
        assert_eq!(
            amelia.patch_json("/api/v1/notes/NT-0001", Some("*"), &json!({ "words": "x" })).status,
            409
        );
        assert_eq!(world.nobody().get("/api/v1/notes").status, 401);
    }
}
