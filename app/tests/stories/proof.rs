//! What was agreed can be proved; what somebody alters behind the program's back is named.

use std::fs;

use axum::http::StatusCode;
use kernel::{Actor, Address, Audience, Ending, Post};
use serde_json::json;

use crate::world::{World, client, program};

/// Statements for whoever gets at the database itself.
fn behind_the_back(world: &World, table: &str, statement: &str) {
    let (drop, truth) = match world.address {
        Address::Sqlite(_) => (format!("drop trigger if exists {table}_no_update;"), statement.to_owned()),
        Address::Postgres(_) => {
            (format!("drop trigger if exists {table}_no_change on {table};"), statement.to_owned())
        }
    };
    testbed::tamper(&world.address, &format!("{drop} {truth};")).unwrap();
}

fn findings(world: &World) -> Vec<String> {
    world.db.seal().unwrap();
    let report = app::audit::verify(&world.db, &[], |_, _| {}).unwrap();
    assert!(report.contents > 1, "{report}");
    report.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_revision_that_was_altered_is_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, 'Northallerton', 'Northampton') where record_id in (select id from record where kind = 'REQ')",
        );
        let found = findings(&world);
        assert!(found[0].starts_with("Revision 1 of REQ-"), "{found:?}");
        assert!(found.len() == 1 && !found[0].contains(&set), "{found:?}");
    }
}

#[test]
fn a_revision_that_was_put_in_or_taken_away_is_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        behind_the_back(
            &world,
            "revision",
            "insert into revision (record_id, no, title, content, digest, reason, released_at, released_by)
             select record_id, 9, title, content, digest, reason, released_at, released_by from revision
             where content like '%skid stands in%'",
        );
        let found = findings(&world);
        assert!(found.iter().any(|it| it.starts_with("Revision 9 of REQ-")), "{found:?}");
        let system = Actor::system();
        let id = world.db.read(&system, |reader| Ok(reader.mention_of(&set)?.id)).unwrap();
        if let Address::Sqlite(_) = world.address {
            testbed::tamper(&world.address, "drop trigger revision_no_delete;").unwrap();
        }
        testbed::tamper(&world.address, &format!("delete from revision where record_id = {id} and no = 1;"))
            .unwrap();
        let found = findings(&world);
        let gone = format!("Revision 1 of {set}, of which");
        assert!(found.iter().any(|it| it.starts_with(&gone)), "{found:?}");
    }
}

#[test]
fn words_and_files_that_were_altered_are_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let ada = world.ada();
        ada.does(|work| {
            let id = work.mention_of(&set)?.id;
            work.remark(id, "Carl wants it before Easter.", Audience::Internal)?;
            work.attach(id, ("plan.txt", "text/plain"), b"as it was", Audience::Internal)
        })
        .unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(&world, "remark", "update remark set words = 'Carl wants it after Easter.'");
        let found = findings(&world);
        assert!(found.iter().any(|it| it.starts_with("Remark 1 at ")), "{found:?}");
        assert!(found.iter().any(|it| it.starts_with("The content with the digest ")), "{found:?}");
        assert_eq!(found.len(), 2, "{found:?}");
    }
}

#[test]
fn a_drawing_of_a_requirement_that_was_renamed_in_a_released_set_is_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        world
            .ada()
            .does(|work| {
                let number = requirements::read(work, &set, requirements::At::Now)?.lines[0].number.clone();
                let id = work.mention_of(&number)?.id;
                work.attach(id, ("drawing-400.pdf", "application/pdf"), b"%PDF-1.7", Audience::Party)?;
                let mut case = work.find::<requirements::RequirementSet>(&set)?;
                work.advance(&mut case, requirements::set::Step::Revise)?;
                requirements::release(work, &set, "with its drawing")
            })
            .unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, 'drawing-400.pdf', 'drawing-401.pdf')",
        );
        let found = findings(&world);
        let altered = format!("Revision 2 of {set}");
        assert!(found.len() == 1 && found[0].starts_with(&altered), "{found:?}");
    }
}

#[test]
fn a_database_in_which_nothing_is_is_no_installation_and_nothing_is_made_in_it() {
    for world in World::empty_on_each_engine() {
        assert!(kernel::is_installed(&world.address).unwrap());
    }
    for address in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        for _ in 0..2 {
            assert!(!kernel::is_installed(&address).unwrap(), "{address:?}");
        }
        testbed::forget(&address);
    }
}

/// Says by program to whom heads go.
fn names(world: &World, short: &str, addresses: &[&str]) -> (StatusCode, String) {
    let told =
        program(world, short).patch_json("/api/v1/heads", Some("*"), &json!({ "addresses": addresses }));
    (told.status, told.text)
}

/// Does what the product does by itself now, and has a mail server take every letter; tells to whom heads went, and what
/// was said.
fn sent(world: &World) -> Vec<(String, String)> {
    while world.db.run_job().unwrap() {}
    let mut all = Vec::new();
    while let Some(taken) = world.db.take_letter().unwrap() {
        world.db.letter_ended(&taken.letter, &Ending::Taken("250 Ok".into())).unwrap();
        if taken.letter.purpose == "head" {
            all.push((taken.letter.recipients[0].address.clone(), taken.letter.words));
        }
    }
    all
}

#[test]
fn the_newest_head_leaves_the_house_by_letter_and_the_page_of_an_entry_says_to_how_many() {
    for world in World::on_each_engine() {
        for short in ["ada", "amelia", "carl", "eve"] {
            let (status, text) = names(&world, short, &["eve@hallander-pharma.example"]);
            assert!(status.is_client_error(), "{short}: {text}");
            assert!(program(&world, short).get("/api/v1/heads").status.is_client_error(), "{short}");
            assert!(program(&world, short).get("/heads").status.is_client_error(), "{short}");
        }
        let (status, text) = names(&world, "sam", &["log@auditor.example", "the auditor"]);
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("“the auditor” is no mail address."), "{text}");
        let both = ["log@auditor.example", "heads@bank.example", "LOG@auditor.example"];
        let (status, text) = names(&world, "sam", &both);
        assert_eq!(status, StatusCode::OK, "{text}");
        let told = program(&world, "sam").get("/api/v1/heads").json();
        assert_eq!(told["addresses"], json!(["log@auditor.example", "heads@bank.example"]));
        world.offered_set();
        world.db.seal().unwrap();
        // While there is no mail server nothing is written, and the page says so.
        let page = program(&world, "sam").get("/heads").text;
        assert!(
            page.contains("No mail server is set up: nothing is sent") && page.contains("heads@bank.example")
        );
        let deeds = world.ada().asks(|reader| reader.newest_deeds(i64::MAX, 50));
        assert!(
            deeds.iter().all(|it| !it.content.to_string().contains("auditor.example")),
            "an address is told"
        );
        let entry = deeds.iter().find(|it| it.deed == "released").unwrap().entry;
        let witnesses =
            || program(&world, "ada").get(&format!("/api/v1/entries/{entry}")).json()["witnesses"].clone();
        assert_eq!(witnesses(), 0);
        world.db.open_post(Some(Post { server: "mail:587", from: "post@kestrel-dosing.example" })).unwrap();
        let letters = sent(&world);
        let to: Vec<&str> = letters.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(to, ["log@auditor.example", "heads@bank.example"]);
        let head = client(&world.db).get("/trust/head").text;
        assert!(letters.iter().all(|(_, words)| words.contains(head.trim_end())), "{letters:?}");
        assert_eq!(witnesses(), 2);
        let page = program(&world, "ada").get(&format!("/entries/{entry}")).text;
        assert!(page.contains("A head that covers it was sent to 2 addresses"), "{page}");
        let heard = world.sam().asks(|reader| reader.my_tasks(&[]));
        assert!(heard.is_empty(), "nobody is asked about what arrived: {heard:?}");
        // What was done since is covered by none of them.
        let set = world.offered_set();
        world.db.seal().unwrap();
        let later = world.ada().asks(|reader| reader.newest_trail(reader.mention_of(&set)?.id, 1))[0].entry;
        let page = program(&world, "ada").get(&format!("/entries/{later}")).text;
        assert!(page.contains("Place ") && !page.contains("A head that covers it"), "{page}");
        // An address that is no more is told to whoever named it.
        let (status, _) = names(&world, "sam", &["gone@auditor.example"]);
        assert_eq!(status, StatusCode::OK);
        world.db.write(&Actor::system(), web::common::heads::send).unwrap();
        let taken = world.db.take_letter().unwrap().unwrap();
        world.db.letter_ended(&taken.letter, &Ending::Refused("550 no such user".into())).unwrap();
        let asked = world.sam().asks(|reader| reader.my_tasks(&[]));
        assert!(asked.iter().any(|it| it.request.contains("550 no such user")), "{asked:?}");
        assert_eq!(findings(&world), Vec::<String>::new());
    }
}

#[test]
fn the_newest_head_is_kept_in_a_file_once_a_day() {
    for world in World::on_each_engine() {
        let folder = testbed::folder();
        world.offered_set();
        world.db.seal().unwrap();
        let head = client(&world.db).get("/trust/head").text;
        let file = app::heads::keep(&world.db, &folder).unwrap().unwrap();
        assert_eq!(file, folder.join("heads/2026-03-02.txt"));
        assert_eq!(fs::read_to_string(&file).unwrap(), head);
        world.offered_set();
        world.db.seal().unwrap();
        assert_ne!(client(&world.db).get("/trust/head").text, head);
        assert_eq!(app::heads::keep(&world.db, &folder).unwrap(), None, "one a day");
        assert_eq!(fs::read_dir(folder.join("heads")).unwrap().count(), 1);
        let report = app::audit::verify(&world.db, &[head], |_, _| {}).unwrap();
        assert!(report.findings.is_empty(), "{report}");
        fs::remove_dir_all(folder).unwrap();
    }
}
