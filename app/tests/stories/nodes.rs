//! Two equal nodes on one PostgreSQL database: nothing in the memory of one that the other needs.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use kernel::{
    Address, Addressee, Audience, Clock, Db, Ending, Job, JobState, Letter, LetterState, New, Post, Role,
    Secrets,
};
use requirements::RequirementSet;
use serde_json::json;

use crate::world::{World, client, monday};

/// The world as one node sees it, and a second node on the same database; none where there is no PostgreSQL.
fn two_nodes() -> Option<(World, Arc<Db>)> {
    let world = World::on_each_engine().find(|it| matches!(it.address, Address::Postgres(_)))?;
    let clock: Clock = Arc::new(monday);
    let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    let other = app::wiring::open(world.address.clone(), testbed::folder(), clock, secrets).unwrap();
    Some((world, other))
}

/// Ada at a node, by the session that she has at another one.
fn session(world: &World) -> String {
    let hashed = identity::hash_at(identity::Cost::LIGHT, "seven quiet otters").unwrap();
    let ada = world.ada().actor.person;
    world.sam().does(|work| identity::keep_password(work, ada, &hashed)).unwrap();
    let email = world.sam().asks(|reader| Ok(reader.find_by_id::<identity::Person>(ada)?.body.email));
    let mut browser = client(&world.db);
    let form = [("email", email.as_str()), ("password", "seven quiet otters"), ("to", "/me")];
    assert_eq!(browser.post_form("/sign-in", &form).location(), "/me");
    browser.cookie("reqord").unwrap().to_owned()
}

#[test]
fn a_session_is_good_at_every_node_and_ended_at_every_node() {
    let Some((world, other)) = two_nodes() else { return };
    let secret = session(&world);
    let (mut here, mut there) =
        (client(&world.db).with_cookie("reqord", &secret), client(&other).with_cookie("reqord", &secret));
    assert!(there.get("/me").text.contains("Ada Lindqvist"));
    here.post_form("/sign-out", &[]);
    assert!(there.get("/me").location().starts_with("/sign-in"));
}

#[test]
fn whoever_leaves_is_out_at_every_node() {
    let Some((world, other)) = two_nodes() else { return };
    let secret = session(&world);
    let mut there = client(&other).with_cookie("reqord", &secret);
    assert!(there.get("/me").text.contains("Ada Lindqvist"));
    let ada = world.ada().actor.person;
    let number = world.sam().asks(|reader| Ok(reader.find_by_id::<identity::Person>(ada)?.record.number));
    world.sam().does(|work| identity::leave(work, &number)).unwrap();
    assert!(there.get("/me").location().starts_with("/sign-in"));
}

#[test]
fn numbers_are_given_once_and_without_gaps() {
    const EACH: usize = 12;
    let Some((world, other)) = two_nodes() else { return };
    let ada = world.ada().actor;
    let start = Arc::new(Barrier::new(4));
    let writers: Vec<_> = [&world.db, &other, &world.db, &other]
        .into_iter()
        .map(|db| {
            let (db, ada, start, meridian) =
                (Arc::clone(db), ada.clone(), Arc::clone(&start), world.meridian);
            thread::spawn(move || {
                start.wait();
                let open = || {
                    let new = New { title: "Skid", party: Some(meridian), ..New::default() };
                    db.write(&ada, |work| requirements::open_set(work, &new, &RequirementSet::default()))
                };
                (0..EACH).map(|_| open().unwrap().number).collect::<Vec<_>>()
            })
        })
        .collect();
    let numbers: Vec<String> = writers.into_iter().flat_map(|it| it.join().unwrap()).collect();
    let all: BTreeSet<&String> = numbers.iter().collect();
    assert_eq!(all.len(), 4 * EACH, "a number was given twice");
    assert_eq!(all.first().unwrap().as_str(), "RS-2026-0001");
    assert_eq!(all.last().unwrap().as_str(), format!("RS-2026-{:04}", 4 * EACH));
    // Both nodes seal; the log stays one.
    let sealing = Arc::clone(&other);
    let beside = thread::spawn(move || sealing.seal().unwrap());
    world.db.seal().unwrap();
    beside.join().unwrap();
    world.db.seal().unwrap();
    let report = app::audit::verify(&other, &[], |_, _| {}).unwrap();
    assert!(report.is_clean(), "{report}");
}

#[test]
fn the_same_request_at_two_nodes_has_one_effect() {
    let Some((world, other)) = two_nodes() else { return };
    let secret = identity::token_secret().unwrap();
    let wanted = identity::NewToken { name: "retry", scope: identity::Scope::Write, days: 30 };
    world.ada().does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    let start = Arc::new(Barrier::new(2));
    let asking: Vec<_> = [&world.db, &other]
        .into_iter()
        .map(|db| {
            let (mut program, start) = (client(db).with_bearer(&secret), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                let body = json!({ "title": "Once" });
                let method = axum::http::Method::POST;
                let key = [("idempotency-key", "one-and-the-same")];
                let came = program.send_json(method, "/api/v1/requirement-sets", &key, &body);
                (came.status.as_u16(), came.text.clone())
            })
        })
        .collect();
    let answers: Vec<_> = asking.into_iter().map(|it| it.join().unwrap()).collect();
    assert_eq!(answers[0], answers[1]);
    let sets = world.ada().asks(|reader| Ok(reader.list("RS", &kernel::Wanted::default())?.rows.len()));
    assert_eq!((answers[0].0, sets), (201, 1));
}

#[test]
fn files_and_words_are_there_at_the_other_node_at_once() {
    let Some((world, other)) = two_nodes() else { return };
    let set = world.offered_set();
    let file = world
        .ada()
        .does(|work| {
            let id = work.mention_of(&set)?.id;
            work.attach(id, ("plan.txt", "text/plain"), b"as it is", Audience::Internal)
        })
        .unwrap();
    let (_, bytes) = other.read(&world.ada().actor, |reader| reader.attachment(file)).unwrap();
    assert_eq!(bytes, b"as it is");
    let found = other.read(&world.ada().actor, |reader| reader.search("northallerton", None, 9)).unwrap();
    assert!(!found.is_empty());
}

#[test]
fn news_wake_the_other_node() {
    let Some((world, other)) = two_nodes() else { return };
    let (told, hears) = std::sync::mpsc::channel();
    let listening = Arc::clone(&other);
    let (listens, ready) = std::sync::mpsc::channel();
    thread::spawn(move || {
        // The first wait begins to listen; the second would last far longer than anybody waits for it.
        listening.wait_for_news(Duration::from_millis(50)).unwrap();
        listens.send(()).unwrap();
        listening.wait_for_news(Duration::from_mins(5)).unwrap();
        told.send(())
    });
    ready.recv().unwrap();
    world.offered_set();
    hears.recv_timeout(Duration::from_secs(10)).unwrap();
}

#[test]
fn each_letter_is_sent_once_whichever_node_takes_it() {
    const LETTERS: usize = 12;
    let Some((world, other)) = two_nodes() else { return };
    let post = Post { server: "mail.kestrel.example:587", from: "post@kestrel.example" };
    world.db.open_post(Some(post)).unwrap();
    let set = world.offered_set();
    let to = [Addressee {
        name: "Carl Whitfield".into(),
        address: "carl.whitfield@meridian-dairies.example".into(),
        is_copy: false,
    }];
    let record = world.ada().asks(|reader| Ok(reader.mention_of(&set)?.id));
    let write = |db: &Db, no: usize| {
        let words = format!("Letter {no}: it fits.");
        let letter = Letter { record, to: &to, subject: "CIP 3", words: &words, ..Letter::default() };
        db.write(&world.ada().actor, |work| work.tell(&letter)).unwrap().message_id
    };
    // Written at either node, each is taken by whichever is there first.
    let written: BTreeSet<String> =
        (0..LETTERS).map(|no| write(if no % 2 == 0 { &world.db } else { &other }, no)).collect();
    let start = Arc::new(Barrier::new(2));
    let carriers: Vec<_> = [&world.db, &other]
        .into_iter()
        .map(|db| {
            let (db, start) = (Arc::clone(db), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                let mut carried = Vec::new();
                while let Some(it) = db.take_letter().unwrap() {
                    db.letter_ended(&it.letter, &Ending::Taken("250 Ok".into())).unwrap();
                    carried.push(it.letter.message_id);
                }
                carried
            })
        })
        .collect();
    let carried: Vec<String> = carriers.into_iter().flat_map(|it| it.join().unwrap()).collect();
    let once: BTreeSet<String> = carried.iter().cloned().collect();
    assert_eq!(carried.len(), once.len(), "a letter was sent twice: {carried:?}");
    assert!(written.len() == LETTERS && written.is_subset(&once), "a letter was not sent: {carried:?}");
    let (states, attempts) = world.ada().asks(|reader| {
        let all = reader.letters_of(record)?;
        let attempts = all.iter().map(|(_, id, _)| Ok(reader.deliveries(*id)?.len()));
        Ok((all.iter().map(|it| it.2).collect::<Vec<_>>(), attempts.collect::<kernel::Result<Vec<_>>>()?))
    });
    assert!(states.iter().all(|it| *it == LetterState::Sent), "{states:?}");
    assert!(attempts.iter().all(|it| *it == 1), "{attempts:?}");
    assert!(other.take_letter().unwrap().is_none() && world.db.take_letter().unwrap().is_none());
}

#[test]
fn each_job_runs_once_whichever_node_takes_it() {
    let Some((world, other)) = two_nodes() else { return };
    let jobs = |db: &Db| db.read(&world.sam().actor, |reader| reader.jobs(None, None, 1_000)).unwrap();
    let before = jobs(&other);
    let due = before.iter().filter(|it| it.state == JobState::Waiting && it.due_at <= monday()).count();
    assert!(due > 3, "each node plans the same jobs, once: {due}");
    let again_and_again = || before.iter().filter(|it| it.every.is_some());
    let names: BTreeSet<&str> = again_and_again().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), again_and_again().count(), "a second node plans nothing twice");
    let start = Arc::new(Barrier::new(2));
    let running: Vec<_> = [&world.db, &other]
        .into_iter()
        .map(|db| {
            let (db, start) = (Arc::clone(db), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                let mut count = 0;
                while db.run_job().unwrap() {
                    count += 1;
                }
                count
            })
        })
        .collect();
    let ran: usize = running.into_iter().map(|it| it.join().unwrap()).sum();
    let after = jobs(&world.db);
    // What a job asked for besides is another job, which ran once, too.
    let known: BTreeSet<i64> = before.iter().map(|it| it.id).collect();
    let asked_for = after.iter().filter(|it| !known.contains(&it.id) && it.state == JobState::Done).count();
    assert_eq!(ran, due + asked_for, "{after:?}");
    assert!(after.iter().all(|it| it.fault.is_empty()), "{after:?}");
    let waits = |it: &Job| it.state == JobState::Waiting && it.due_at <= monday();
    assert!(!after.iter().any(waits), "what is done again and again waits for its next time: {after:?}");
}

#[test]
fn changed_rights_count_at_the_other_node_within_a_second() {
    let Some((world, other)) = two_nodes() else { return };
    let secret = session(&world);
    let mut there = client(&other).with_cookie("reqord", &secret);
    let ada = world.ada().actor.person;
    let number = world.sam().asks(|reader| Ok(reader.find_by_id::<identity::Person>(ada)?.record.number));
    let sets = || {
        let wanted = kernel::Wanted::default();
        other.read(&world.sam().actor, |reader| Ok(reader.list("RS", &wanted)?.rows.len())).unwrap()
    };
    let body = json!({ "title": "Skid" });
    let open =
        |there: &mut web::testing::Client| there.post_json("/api/v1/requirement-sets", &body).status.as_u16();
    assert_eq!((open(&mut there), sets()), (201, 1));

    let begun = Instant::now();
    world.sam().does(|work| identity::set_roles(work, &number, &[Role::Auditor])).unwrap();
    let refused = open(&mut there);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!([401, 409].contains(&refused), "she only reads now, at this node too: {refused}");
    assert_eq!(sets(), 1, "nothing was opened");

    world.sam().does(|work| identity::set_roles(work, &number, &[Role::Engineer, Role::Agent])).unwrap();
    let secret = session(&world);
    let mut there = client(&other).with_cookie("reqord", &secret);
    assert_eq!((open(&mut there), sets()), (201, 2), "and what is given counts there as fast");
}
