//! A retry and a double click have one effect.

use axum::http::Method;
use serde_json::json;

use crate::world::World;

#[test]
fn a_request_with_a_key_has_one_effect_and_one_answer() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        let mut send = |key: &str, title: &str| {
            dora.send_json(
                Method::POST,
                "/api/v1/notes",
                &[("idempotency-key", key)],
                &json!({ "title": title }),
            )
        };
        let (first, again) = (send("one", "Pump"), send("one", "Pump"));
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
        assert_eq!(
            (first.text, first.headers.get("location")),
            (again.text.clone(), again.headers.get("location"))
        );
        assert_eq!(send("one", "Valve").status, 422);
        for wrong in ["", "two words", &"k".repeat(201)] {
            assert_eq!(send(wrong, "Valve").status, 422);
        }
        assert_eq!(send("two", "Pump").status, 201);
        assert_eq!(dora.get("/api/v1/notes").json()["items"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_double_click_has_one_effect_and_whoever_goes_back_and_mends_sends_something_new() {
    for world in World::on_each_engine() {
        let mut dora = world.browser("dora");
        let mut click = |title: &str| {
            dora.post_form("/notes", &[("once", "abc"), ("title", title)]).location().to_owned()
        };
        assert_eq!(
            (click("Pump"), click("Pump")),
            ("/notes/NT-0001".to_owned(), "/notes/NT-0001".to_owned())
        );
        assert_eq!(click("Pump 2"), "/notes/NT-0002");
    }
}
