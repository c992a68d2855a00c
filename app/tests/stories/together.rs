//! Working together: whom a deed concerns and why, who is named, what is struck out.

use axum::http::StatusCode;
use kernel::{Ask, Audience, Because, Heard, New, Notice, Work};
use requirements::RequirementSet;
use serde_json::json;

use crate::world::{Person, World, program, refusal};

/// A set of Meridian's that Ada owns.
fn set(world: &World) -> String {
    let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

fn says(who: &Person, number: &str, words: &str) -> i64 {
    who.does(|work| {
        let record = work.mention_of(number)?.id;
        work.remark(record, words, Audience::Internal)
    })
    .unwrap()
}

fn unread(who: &Person) -> Vec<Notice> {
    who.asks(|reader| reader.notices(true, None, 100))
}

fn reads_all(who: &Person) {
    who.does(|work| work.hear(Heard::UpTo(i64::MAX))).unwrap();
}

fn renames(work: &mut Work, number: &str, title: &str) -> kernel::Result<()> {
    let mut case = work.find::<RequirementSet>(number)?;
    work.retitle(&mut case, title)
}

#[test]
fn whoever_is_named_is_told_and_watches_from_then_on() {
    for world in World::on_each_engine() {
        let number = set(&world);
        says(
            &world.ada(),
            &number,
            "Will the seals do, @bob.okafor? Mail eve@hallander.example, not @nobody.",
        );
        let told = unread(&world.bob());
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].because, told[0].actor), (Because::Mentioned, world.ada().actor.person));
        assert!(unread(&world.ada()).is_empty(), "whoever does it is not told");
        assert!(unread(&world.henrik()).is_empty());
        reads_all(&world.bob());
        world.ada().does(|work| renames(work, &number, "CIP 3, second thoughts")).unwrap();
        let told = unread(&world.bob());
        assert_eq!((told.len(), told[0].because), (1, Because::Watching));
        let page = program(&world, "bob").get("/notices").text;
        assert!(
            page.contains("CIP 3, second thoughts") && page.contains("You get this because you watch it.")
        );
    }
}

#[test]
fn changes_of_one_person_are_told_once_until_they_are_read() {
    for world in World::on_each_engine() {
        let number = set(&world);
        for (count, title) in ["One", "Two", "Three"].into_iter().enumerate() {
            world.bob().does(|work| renames(work, &number, title)).unwrap();
            let told = unread(&world.ada());
            assert_eq!((told.len(), told[0].deeds), (1, i64::try_from(count + 1).unwrap()));
            assert_eq!(
                (told[0].because, told[0].fields.as_slice()),
                (Because::Owner, &["title".to_owned()][..])
            );
        }
        world.henrik().does(|work| renames(work, &number, "Four")).unwrap();
        assert_eq!(unread(&world.ada()).len(), 2, "another person is told of by themselves");
        reads_all(&world.ada());
        world.bob().does(|work| renames(work, &number, "Five")).unwrap();
        assert_eq!(unread(&world.ada())[0].deeds, 1);
    }
}

#[test]
fn a_deed_that_is_refused_tells_nobody_of_itself() {
    for world in World::on_each_engine() {
        let number = set(&world);
        let refused = world.bob().does(|work| {
            renames(work, &number, "Half done")?;
            let record = work.mention_of(&number)?.id;
            work.remark(record, "  ", Audience::Internal)
        });
        assert!(refused.is_err() && unread(&world.ada()).is_empty());
    }
}

#[test]
fn whoever_is_asked_is_told_and_whoever_asked_hears_that_it_is_done() {
    for world in World::on_each_engine() {
        let number = set(&world);
        let task = world
            .ada()
            .does(|work| {
                let record = work.mention_of(&number)?.id;
                let person = Some(world.bob().actor.person);
                work.ask(record, &Ask { request: "Look at the seals", person, ..Ask::default() })
            })
            .unwrap();
        assert_eq!(unread(&world.bob())[0].because, Because::Asked);
        world.bob().does(|work| work.settle(task)).unwrap();
        assert_eq!(unread(&world.ada())[0].because, Because::Asked);
        let page = program(&world, "ada").get("/notices").text;
        assert!(page.contains("settled: Look at the seals"), "{page}");
    }
}

#[test]
fn somebody_of_outside_hears_only_of_what_was_said_to_them_or_offered() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        for who in [world.carl(), world.eve()] {
            let watched = who.does(|work| {
                let record = work.mention_of(&number)?.id;
                work.watch(record, true)
            });
            assert_eq!(watched.is_ok(), who.actor.person == world.carl().actor.person);
        }
        says(&world.ada(), &number, "Among us: the margin is thin.");
        let person = Some(world.bob().actor.person);
        let ask = Ask { request: "Look at the margin", person, ..Ask::default() };
        world.ada().does(|work| work.ask(work.mention_of(&number)?.id, &ask)).unwrap();
        assert!(unread(&world.carl()).is_empty());
        world
            .ada()
            .does(|work| {
                let record = work.mention_of(&number)?.id;
                work.remark(record, "Dear Carl, revision 2 follows.", Audience::Party)
            })
            .unwrap();
        assert_eq!(unread(&world.carl()).len(), 1);
        let page = program(&world, "carl").get("/notices").text;
        assert!(page.contains("revision 2 follows") && !page.contains("margin"));
        assert!(!program(&world, "eve").get("/notices").text.contains("CIP 3"));
        // What Carl says is heard by whoever owns the matter.
        reads_all(&world.ada());
        says(&world.carl(), &number, "Thank you, @henrik.sorensen.");
        assert_eq!(unread(&world.ada())[0].because, Because::Owner);
        assert!(unread(&world.henrik()).is_empty(), "nobody outside names our people");
        assert_eq!(program(&world, "carl").get("/mentions?q=a").json(), json!({ "people": [] }));
        // Whoever no longer sees a record is no longer told of it, either.
        world.carl().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        let hallander = kernel::Actor::outside(world.carl().actor.person, "Carl", &[world.hallander]);
        let still = world.db.read(&hallander, |reader| reader.unread_notices()).unwrap();
        assert_eq!(still, 0);
    }
}

#[test]
fn what_is_struck_out_stays_legible_to_us_and_is_gone_for_the_customer() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let said = world
            .ada()
            .does(|work| {
                let record = work.mention_of(&number)?.id;
                work.remark(record, "It costs 48,000, @bob.", Audience::Party)
            })
            .unwrap();
        let refused = refusal(world.bob().does(|work| work.strike_out(said)));
        assert_eq!(refused, "Only whoever wrote it may strike it out. Say what you think of it below.");
        assert!(world.eve().does(|work| work.strike_out(said)).is_err());
        let mut ada = program(&world, "ada");
        assert_eq!(
            ada.post_json(&format!("/api/v1/remarks/{said}/strike"), &json!({})).status,
            StatusCode::OK
        );
        let again = refusal(world.ada().does(|work| work.strike_out(said)));
        assert_eq!(again, "It is struck out already.");
        let page = ada.get(&format!("/requirement-sets/{number}")).text;
        assert!(page.contains("48,000") && page.contains("<del"), "{page}");
        let shown = program(&world, "carl").get(&format!("/requirement-sets/{number}")).text;
        assert!(!shown.contains("48,000") && shown.contains("struck out"), "{shown}");
        assert!(!program(&world, "bob").get("/notices").text.contains("48,000"));
        let remarks = ada.get(&format!("/api/v1/requirement-sets/{number}/remarks")).json();
        assert!(
            remarks["items"][0]["struck_at"].is_string() && remarks["items"][0]["mentions"][0].is_string()
        );
    }
}

#[test]
fn a_program_reads_its_notices_and_says_so() {
    for world in World::on_each_engine() {
        let number = set(&world);
        says(&world.bob(), &number, "One");
        says(&world.bob(), &number, "Two, @ada");
        let mut ada = program(&world, "ada");
        let all = ada.get("/api/v1/me/notices?unread=true&limit=1").json();
        assert_eq!(all["items"][0]["what"], "mentioned you: “Two, @ada”");
        let next = all["next"].as_str().unwrap();
        let rest = ada.get(&format!("/api/v1/me/notices?unread=true&after={next}")).json();
        assert_eq!(rest["items"][0]["what"], "said: “One”");
        let one = all["items"][0]["id"].as_i64().unwrap();
        assert_eq!(ada.post_json("/api/v1/me/notices/read", &json!({ "id": one })).json()["unread"], 1);
        let mut eve = program(&world, "eve");
        assert_eq!(
            eve.post_json("/api/v1/me/notices/read", &json!({ "id": one })).status,
            StatusCode::NOT_FOUND
        );
        let both = json!({ "id": one, "record": number });
        assert_eq!(ada.post_json("/api/v1/me/notices/read", &both).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ada.post_json("/api/v1/me/notices/read", &json!({})).json()["unread"], 0);
        assert_eq!(ada.get("/api/v1/me/notices?unread=perhaps").status, StatusCode::UNPROCESSABLE_ENTITY);
        let found = ada.get("/mentions?q=bo").json();
        assert_eq!(found["people"][0]["write"], "@bob.okafor");
    }
}
