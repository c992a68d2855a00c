//! What stands beside records: remarks, tasks, ties, revisions, files, search, entries and proofs.

use kernel::{Actor, Audience, Role};
use serde_json::{Value as Json, json};
use web::testing::Client;

use crate::world::{Note, World};

#[test]
fn what_is_said_is_read_by_whom_it_is_for() {
    for world in World::on_each_engine() {
        let mut dora = with_two_notes(&world);
        let at = "/api/v1/notes/NT-0001/remarks";
        assert_eq!(dora.post_json(at, &json!({ "words": "For us." })).status, 201);
        assert_eq!(dora.post_json(at, &json!({ "words": "For you.", "audience": "party" })).status, 201);
        assert_eq!(dora.post_json(at, &json!({ "words": " " })).status, 422);
        let words = |it: &Json| {
            it["items"].as_array().unwrap().iter().map(|it| it["words"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(words(&dora.get(at).json()), ["For us.", "For you."]);
        assert_eq!(words(&world.program("carl").get(at).json()), ["For you."]);
    }
}

#[test]
fn what_is_asked_waits_for_that_colleague_until_it_is_settled() {
    for world in World::on_each_engine() {
        let mut dora = with_two_notes(&world);
        let at = "/api/v1/notes/NT-0001/tasks";
        let request = |person: &str| json!({ "request": "Weigh it.", "person": person, "due": "2026-03-09" });
        let asked = dora.post_json(at, &request("PE-0002"));
        assert_eq!(asked.status, 201, "{}", asked.text);
        assert_eq!(dora.post_json(at, &request("PE-0004")).status, 422);
        let mut bob = world.program("bob");
        let mine = bob.get("/api/v1/me/tasks").json();
        let mine = &mine["items"][0];
        assert_eq!((&mine["record"], &mine["asked_by"]), (&json!("NT-0001"), &json!("PE-0001")));
        let settle = format!("/api/v1/tasks/{}/settle", asked.json()["id"]);
        assert_eq!(bob.post_json(&settle, &json!({})).json()["settled"], json!(true));
        assert_eq!(bob.post_json(&settle, &json!({})).status, 404);
        assert_eq!(bob.get("/api/v1/me/tasks").json()["items"], json!([]));
        assert_eq!(bob.get(at).json()["items"][0]["settled_by"], json!("PE-0002"));
    }
}

#[test]
fn a_tie_is_read_from_both_ends_and_made_only_where_it_means_something() {
    for world in World::on_each_engine() {
        let mut dora = with_two_notes(&world);
        let at = "/api/v1/notes/NT-0001/links";
        let tie = |role: &str, to: &str| json!({ "role": role, "to": to });
        assert_eq!(dora.post_json(at, &tie("depends_on", "NT-0002")).status, 201);
        let back = dora.get("/api/v1/notes/NT-0002/links").json();
        let wanted = json!([{
            "id": back["items"][0]["id"], "is_suspect": false, "role": "depends_on", "outward": false, "number": "NT-0001", "title": "Pump", "state": "active",
        }]);
        assert_eq!(back["items"], wanted);
        for (role, to) in
            [("part_of", "NT-0002"), ("concerns", "NT-0001"), ("concerns", "NT-0099"), ("likes", "NT-0002")]
        {
            assert_eq!(dora.post_json(at, &tie(role, to)).status, 422, "{role} {to}");
        }
        assert_eq!(world.program("carl").post_json(at, &tie("concerns", "K-0001")).status, 409);
    }
}

fn with_two_notes(world: &World) -> Client {
    let mut dora = world.program("dora");
    dora.post_json("/api/v1/notes", &json!({ "title": "Pump", "party": "K-0001" }));
    dora.post_json("/api/v1/notes", &json!({ "title": "Valve" }));
    dora
}

#[test]
fn revisions_and_files_are_told() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        dora.post_json("/api/v1/notes", &json!({ "title": "Pump", "words": "first" }));
        let bob = Actor::staff(2, "Bob", &[Role::Quality]);
        let freeze = |work: &mut kernel::Work| {
            let mut case = work.find::<Note>("NT-0001")?;
            work.release(&mut case)?;
            work.attach(case.record.id.raw(), ("plan.txt", "text/plain"), b"abc", Audience::Internal)
        };
        world.db.write(&bob, freeze).unwrap();
        let all = dora.get("/api/v1/notes/NT-0001/revisions").json();
        let one = dora.get("/api/v1/notes/NT-0001/revisions/1").json();
        assert_eq!(one["content"]["words"], json!("first"));
        assert_eq!(all["items"][0]["digest"], one["digest"]);
        assert_eq!(dora.get("/api/v1/notes/NT-0001/revisions/2").status, 404);
        let files = dora.get("/api/v1/notes/NT-0001/attachments").json();
        assert_eq!((&files["items"][0]["name"], &files["items"][0]["size"]), (&json!("plan.txt"), &json!(3)));
        let file = files["items"][0]["file"].as_str().unwrap().to_owned();
        assert_eq!(dora.get(&file).text, "abc");
        // Under the path of another kind there is no such record.
        assert_eq!(dora.get("/api/v1/people/NT-0001/revisions").status, 404);
    }
}

#[test]
fn an_entry_has_its_proof_once_the_head_is_signed() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        dora.post_json("/api/v1/notes", &json!({ "title": "Impeller" }));
        world.db.seal().unwrap();
        let trail = dora.get("/api/v1/notes/NT-0001/trail").json();
        let entry = format!("/api/v1/entries/{}", trail["items"][0]["entry"]);
        assert_eq!(dora.get(&entry).json()["deed"], json!("created"));
        let proof = dora.get(&format!("{entry}/proof"));
        assert_eq!(proof.header("content-type"), Some("text/plain; charset=utf-8"));
        assert!(proof.text.starts_with("c2sp.org/tlog-proof"), "{}", proof.text);
        assert_eq!(world.program("carl").get(&entry).status, 404);
        let found = dora.get("/api/v1/search?q=impel").json();
        assert_eq!(found["items"][0]["number"], json!("NT-0001"));
        assert_eq!(dora.get("/api/v1/search?q=impel&kind=PE").json()["items"], json!([]));
    }
}

#[test]
fn a_trail_is_read_in_pages() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        dora.post_json("/api/v1/notes", &json!({ "title": "Pump" }));
        for words in ["a", "b"] {
            dora.patch_json("/api/v1/notes/NT-0001", Some("*"), &json!({ "words": words }));
        }
        let first = dora.get("/api/v1/notes/NT-0001/trail?limit=2").json();
        let next = first["next"].as_str().unwrap();
        let rest = dora.get(&format!("/api/v1/notes/NT-0001/trail?limit=2&after={next}")).json();
        assert_eq!(
            (first["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()),
            (2, 1)
        );
        assert_eq!(rest["next"], json!(null));
    }
}

#[test]
fn files_are_attached_by_form_and_by_program() {
    for world in World::on_each_engine() {
        let mut dora = world.program("dora");
        dora.post_json("/api/v1/notes", &json!({ "title": "Pump", "party": "K-0001" }));
        let at = "/api/v1/notes/NT-0001/attachments";
        let sent = dora.send(axum::http::Method::POST, &format!("{at}?name=../plan.pdf"), &[], "%PDF".into());
        assert_eq!((sent.status.as_u16(), sent.location()), (201, at));
        let unnamed = dora.send(axum::http::Method::POST, at, &[], "%PDF".into());
        assert_eq!(unnamed.status, 422);
        assert!(unnamed.text.contains("?name="), "{}", unnamed.text);
        assert_eq!(
            dora.send(axum::http::Method::POST, &format!("{at}?name=a.txt"), &[], "".into()).status,
            422
        );

        let mut browser = world.browser("dora");
        let files: &[(&str, &[u8])] = &[("photo.png", b"\x89PNG"), ("cell.xlsx", b"PK")];
        let came = browser.post_files("/notes/NT-0001/files", &[("audience", "party")], files);
        assert_eq!(came.location(), "/notes/NT-0001#files");
        let items = dora.get(at).json()["items"].clone();
        let told: Vec<_> = items
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (&it["name"], &it["media_type"], &it["audience"]))
            .collect();
        let (pdf, party) = (json!("application/pdf"), json!("party"));
        assert_eq!(told[0], (&json!("plan.pdf"), &pdf, &json!("internal")));
        assert_eq!(told[1], (&json!("photo.png"), &json!("image/png"), &party));
        assert_eq!(told.len(), 3);
        let deeds = dora.get("/api/v1/notes/NT-0001/trail").json();
        assert_eq!(deeds["items"][1]["deed"], json!("attached"));
        // Nothing chosen, or nothing in it: said so, and nothing is filed.
        assert_eq!(browser.post_files("/notes/NT-0001/files", &[], &[]).status, 422);
        let half: &[(&str, &[u8])] = &[("whole.txt", b"whole"), ("empty.txt", b"")];
        assert_eq!(browser.post_files("/notes/NT-0001/files", &[], half).status, 422);
        assert_eq!(dora.get(at).json()["items"].as_array().unwrap().len(), 3);
        // Whoever is outside, or only reads, attaches nothing.
        for who in ["carl", "eve"] {
            let sent = world.program(who).send(
                axum::http::Method::POST,
                &format!("{at}?name=a.txt"),
                &[],
                "x".into(),
            );
            assert!([404, 409].contains(&sent.status.as_u16()), "{who}: {}", sent.status);
        }
    }
}

/// Everything of a list, read two at a time, with how many pages there were.
fn page_by_page(client: &mut Client, at: &str, sign: &str) -> (Vec<Json>, usize) {
    let (mut all, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = client.get(&format!("{at}{sign}limit=2{after}"));
        assert_eq!(page.status, 200, "{at}: {}", page.text);
        let page = page.json();
        let items = page["items"].as_array().unwrap().clone();
        assert!((1..=2).contains(&items.len()), "{at}: {page}");
        all.extend(items);
        pages += 1;
        let Some(next) = page["next"].as_str() else { return (all, pages) };
        after = format!("&after={next}");
    }
}

#[test]
fn what_stands_beside_a_record_is_read_whole_page_by_page_whatever_is_done_meanwhile() {
    for world in World::on_each_engine() {
        let mut dora = with_two_notes(&world);
        let of = |what: &str| format!("/api/v1/notes/NT-0001/{what}");
        for no in 1..=5 {
            dora.post_json(&of("remarks"), &json!({ "words": format!("Remark {no}.") }));
            let day = if no == 3 { Json::Null } else { json!(format!("2026-03-{:02}", 20 - no)) };
            let asked = json!({ "request": format!("Task {no}."), "person": "PE-0002", "due": day });
            assert_eq!(dora.post_json(&of("tasks"), &asked).status, 201);
            dora.post_json("/api/v1/notes", &json!({ "title": format!("Pump {no}") }));
            let tied = dora
                .post_json(&of("links"), &json!({ "role": "depends_on", "to": format!("NT-{:04}", no + 2) }));
            assert_eq!(tied.status, 201, "{}", tied.text);
            let file = dora.send(
                axum::http::Method::POST,
                &format!("{}?name={no}.txt", of("attachments")),
                &[],
                "1".into(),
            );
            assert_eq!(file.status, 201, "{}", file.text);
        }
        let words = |all: &[Json], field: &str| {
            all.iter().map(|it| it[field].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for (what, field, wanted) in [
            ("remarks", "words", ["Remark 1.", "Remark 2.", "Remark 3.", "Remark 4.", "Remark 5."]),
            ("tasks", "request", ["Task 5.", "Task 4.", "Task 2.", "Task 1.", "Task 3."]),
            ("links", "number", ["NT-0007", "NT-0006", "NT-0005", "NT-0004", "NT-0003"]),
            ("attachments", "name", ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"]),
        ] {
            let (all, pages) = page_by_page(&mut dora, &of(what), "?");
            assert_eq!((words(&all, field), pages), (wanted.map(str::to_owned).to_vec(), 3), "{what}");
        }
        // The task with which the first page ended is settled before the second is read: none is missed.
        let first = dora.get(&format!("{}?limit=2", of("tasks"))).json();
        let last = &first["items"][1];
        world.program("bob").post_json(&format!("/api/v1/tasks/{}/settle", last["id"]), &json!({}));
        let next = first["next"].as_str().unwrap();
        let second = dora.get(&format!("{}?limit=2&after={next}", of("tasks"))).json();
        assert_eq!(words(second["items"].as_array().unwrap(), "request"), ["Task 2.", "Task 1."]);
        for wrong in ["x", "1.x"] {
            assert_eq!(dora.get(&format!("{}?after={wrong}", of("remarks"))).status, 422);
        }

        let (found, pages) = page_by_page(&mut dora, "/api/v1/search?q=pump&kind=NT", "&");
        assert_eq!((found.len(), pages), (6, 3));
        assert_eq!(dora.get("/api/v1/search?q=pump&after=-2").status, 422);
    }
}

#[test]
fn the_trail_of_the_house_is_read_back_to_its_beginning_by_our_own_people_alone() {
    for world in World::on_each_engine() {
        let mut dora = with_two_notes(&world);
        let (all, pages) = page_by_page(&mut dora, "/api/v1/entries", "?");
        let entries: Vec<i64> = all.iter().map(|it| it["entry"].as_i64().unwrap()).collect();
        assert!(pages > 1 && entries.is_sorted_by(|one, other| one > other), "the newest first: {entries:?}");
        let ours = Actor::staff(2, "Bob", &[Role::Quality]);
        let deeds = world.db.read(&ours, |reader| reader.newest_deeds(i64::MAX, 1000)).unwrap();
        assert_eq!(entries, deeds.iter().map(|it| it.entry).collect::<Vec<_>>(), "back to the first");
        let mut one = dora.get(&format!("/api/v1/entries/{}", entries[0])).json();
        let witnesses = one.as_object_mut().unwrap().remove("witnesses");
        assert_eq!(
            witnesses,
            Some(json!(0)),
            "to how many its head was sent, one is told that asks for it alone"
        );
        assert_eq!(all[0], one, "each as it is told alone");
        let outside = world.program("carl").get("/api/v1/entries");
        assert!(outside.status == 404 && !outside.text.contains("Pump"), "{}", outside.text);
    }
}
