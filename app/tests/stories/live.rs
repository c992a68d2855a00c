//! Live updates: a colleague changes what I look at, and I hear of it, at whichever node, for as long as I may.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use kernel::{Address, Audience, Clock, Db, Secrets};
use requirements::{NewRequirement, Requirement, RequirementSet};
use web::Edge;
use web::testing::Client;

use crate::world::{Person, World, monday};

/// Long enough for whoever is told at all.
pub(crate) const SOON: Duration = Duration::from_secs(8);
/// Long enough to be sure that nothing comes.
pub(crate) const A_WHILE: Duration = Duration::from_millis(1200);

/// A node that listens to the trail while it is there.
pub(crate) struct Node {
    edge: Arc<Edge>,
    is_over: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Node {
    pub(crate) fn of(db: &Arc<Db>) -> Self {
        let edge = app::wiring::edge(Arc::clone(db), false);
        let is_over = Arc::new(AtomicBool::new(false));
        let (live, db, over) = (Arc::clone(&edge.live), Arc::clone(db), Arc::clone(&is_over));
        let listener = std::thread::spawn(move || live.listen(&db, || over.load(Ordering::SeqCst)));
        while !edge.live.is_listening() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { edge, is_over, listener: Some(listener) }
    }

    /// A window of somebody's, signed in by a session of their own.
    pub(crate) fn window(&self, world: &World, short: &str) -> Client {
        let hashed = identity::hash_at(identity::Cost::LIGHT, "seven quiet otters").unwrap();
        let person = world.person(short).actor.person;
        world.sam().does(|work| identity::keep_password(work, person, &hashed)).unwrap();
        let email = world.sam().asks(|reader| Ok(reader.find_by_id::<identity::Person>(person)?.body.email));
        let mut window = Client::new(web::router(app::wiring::routes(), Arc::clone(&self.edge)))
            .with_header("user-agent", "story");
        let form = [("email", email.as_str()), ("password", "seven quiet otters"), ("to", "/me")];
        assert_eq!(window.post_form("/sign-in", &form).location(), "/me");
        window
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn reopens(who: &Person, number: &str) {
    who.does(|work| {
        let mut case = work.find::<RequirementSet>(number)?;
        work.redirect(&mut case, |it| it.due = it.due.map_or_else(|| "2026-03-09".parse().ok(), |_| None))
    })
    .unwrap();
}

pub(crate) fn listens(number: &str) -> String {
    format!("/live?record={number}")
}

#[test]
fn whoever_looks_at_a_record_hears_what_a_colleague_changed() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let mut ada = node.window(&world, "ada");
        let page = ada.get(&format!("/requirement-sets/{number}")).text;
        assert!(page.contains(&format!("data-live=\"/live?record={number}&amp;since=")), "{page}");
        let address = listens(&number);
        let mut stream = ada.listen(&address, &[]);
        assert_eq!(stream.status, StatusCode::OK);
        assert!(stream.hears("counts", SOON).is_some());
        let begun = Instant::now();
        reopens(&world.bob(), &number);
        let told = stream.hears("changed", SOON).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
        assert_eq!(told["words"], "Bob Okafor changed this at 10:00.");
        assert_eq!((told["is_own"].as_bool(), told["is_beside"].as_bool()), (Some(false), Some(false)));
        assert_eq!(stream.hears("counts", SOON).unwrap()["about"], 1, "Ada owns it and was told");
        world
            .bob()
            .does(|work| work.remark(work.mention_of(&number)?.id, "Looks right.", Audience::Internal))
            .unwrap();
        let told = stream.hears("changed", SOON).unwrap();
        assert_eq!(
            (told["words"].as_str(), told["is_beside"].as_bool()),
            (Some("Bob Okafor said something at 10:00."), Some(true))
        );
    }
}

#[test]
fn whoever_looks_at_a_set_or_a_list_hears_of_what_is_in_it() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let mut ada = node.window(&world, "ada");
        let other = world
            .bob()
            .does(|work| {
                let new =
                    kernel::New { title: "Another", party: Some(world.hallander), ..kernel::New::default() };
                let set = requirements::open_set(work, &new, &RequirementSet::default())?;
                let body = Requirement { statement: "It hangs.".into(), ..Requirement::default() };
                let it = NewRequirement { body, ..NewRequirement::default() };
                Ok((set.number.clone(), requirements::add(work, &set.number, &it)?.number))
            })
            .unwrap();
        let mut stream = ada.listen(&format!("/live?record={}", other.0), &[]);
        stream.hears("counts", SOON).unwrap();
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<Requirement>(&other.1)?;
                work.revise(&mut case, |it| it.statement = "It stands.".into())
            })
            .unwrap();
        let told = stream.hears("changed", SOON).unwrap();
        assert_eq!(told["words"], format!("Bob Okafor changed {} at 10:00.", other.1));
        drop(stream);
        let mut stream = ada.listen("/live?kind=RS", &[]);
        stream.hears("counts", SOON).unwrap();
        reopens(&world.bob(), &number);
        assert_eq!(stream.hears("changed", SOON).unwrap()["record"], number.as_str());
        drop(stream);
        assert_eq!(ada.listen("/live?record=RS-2026-9999", &[]).status, StatusCode::NOT_FOUND);
        assert_eq!(ada.listen("/live?kind=NONE", &[]).status, StatusCode::NOT_FOUND);
        assert_eq!(ada.listen("/live?since=soon", &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[test]
fn somebody_outside_hears_nothing_of_what_they_do_not_see() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let (mut carl, mut eve) = (node.window(&world, "carl"), node.window(&world, "eve"));
        assert_eq!(eve.listen(&listens(&number), &[]).status, StatusCode::NOT_FOUND);
        let address = listens(&number);
        let mut stream = carl.listen(&address, &[]);
        stream.hears("counts", SOON).unwrap();
        reopens(&world.bob(), &number);
        let says = |words: &str, audience| {
            world.ada().does(|work| work.remark(work.mention_of(&number)?.id, words, audience)).unwrap();
        };
        says("Among us.", Audience::Internal);
        assert!(stream.hears("changed", A_WHILE).is_none());
        says("Dear Carl.", Audience::Party);
        assert_eq!(stream.hears("changed", SOON).unwrap()["words"], "Ada Lindqvist said something at 10:00.");
        assert!(stream.hears("here", A_WHILE).is_none(), "nobody outside is told who of us looks");
    }
}

#[test]
fn a_session_that_is_ended_ends_its_streams_within_a_second() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let (mut here, mut there) = (node.window(&world, "ada"), node.window(&world, "ada"));
        // The second window's password ended the first one's session, so it comes in again.
        let email = "ada.lindqvist@kestrel-dosing.example";
        here.post_form("/sign-in", &[("email", email), ("password", "seven quiet otters"), ("to", "/me")]);
        let mut stream = here.listen(&format!("/live?record={number}"), &[]);
        stream.hears("counts", SOON).unwrap();
        let begun = Instant::now();
        there.post_form("/me/sessions/end", &[]);
        let farewell = stream.hears("over", SOON).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(1), "it took {:?}", begun.elapsed());
        assert_eq!(farewell["words"], "You are signed out here.");
        reopens(&world.bob(), &number);
        assert!(stream.hears("changed", SOON).is_none(), "it is over");
        // Whoever leaves the house hears nothing more, either.
        let mut stream = there.listen(&format!("/live?record={number}"), &[]);
        stream.hears("counts", SOON).unwrap();
        let ada = world.ada().actor.person;
        let ada = world.sam().asks(|reader| Ok(reader.find_by_id::<identity::Person>(ada)?.record.number));
        world.sam().does(|work| identity::leave(work, &ada)).unwrap();
        assert!(stream.hears("over", Duration::from_secs(1)).is_some());
    }
}

#[test]
fn whoever_comes_back_hears_what_was_missed() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let mut ada = node.window(&world, "ada");
        let before = world.ada().asks(|reader| reader.newest_entry());
        reopens(&world.bob(), &number);
        let address = listens(&number);
        let mut stream = ada.listen(&address, &[("last-event-id", &before.to_string())]);
        assert_eq!(stream.hears("changed", SOON).unwrap()["words"], "Bob Okafor changed this at 10:00.");
        drop(stream);
        let now = world.ada().asks(|reader| reader.newest_entry());
        let mut stream = ada.listen(&format!("{address}&since={now}"), &[]);
        assert!(stream.hears("changed", A_WHILE).is_none());
    }
}

#[test]
fn who_else_looks_at_a_record_is_shown_and_who_writes_there() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let (mut ada, mut bob) = (node.window(&world, "ada"), node.window(&world, "bob"));
        let address = listens(&number);
        let mut stream = ada.listen(&address, &[]);
        assert_eq!(stream.hears("here", SOON).unwrap()["people"].as_array().unwrap().len(), 0);
        let key = bob.cookie(web::SESSION).unwrap().to_owned();
        let mut beside = bob.listen(&address, &[]);
        beside.hears("counts", SOON).unwrap();
        let is_bob = |told: &serde_json::Value| told["people"][0]["name"] == "Bob Okafor";
        let arrived = std::iter::repeat_with(|| stream.hears("here", SOON).unwrap()).find(is_bob).unwrap();
        assert_eq!(arrived["people"][0]["does"], "looks at this too");
        let mut hands = Client::new(web::router(app::wiring::routes(), Arc::clone(&node.edge)))
            .with_cookie(web::SESSION, &key);
        assert_eq!(hands.post_form("/live/writing", &[("record", &number)]).status, StatusCode::NO_CONTENT);
        let writes = |told: &serde_json::Value| told["people"][0]["does"] == "is writing";
        assert!(std::iter::repeat_with(|| stream.hears("here", SOON).unwrap()).take(8).any(|it| writes(&it)));
        drop(beside);
        let gone = |told: &serde_json::Value| told["people"].as_array().unwrap().is_empty();
        assert!(std::iter::repeat_with(|| stream.hears("here", SOON).unwrap()).take(8).any(|it| gone(&it)));
    }
}

#[test]
fn news_and_presence_are_the_same_at_every_node() {
    let Some(world) = World::on_each_engine().find(|it| matches!(it.address, Address::Postgres(_))) else {
        return;
    };
    let clock: Clock = Arc::new(monday);
    let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    let other = app::wiring::open(world.address.clone(), testbed::folder(), clock, secrets).unwrap();
    let number = world.offered_set();
    let (here, there) = (Node::of(&world.db), Node::of(&other));
    let (mut ada, mut bob) = (here.window(&world, "ada"), there.window(&world, "bob"));
    let address = listens(&number);
    let mut stream = ada.listen(&address, &[]);
    stream.hears("counts", SOON).unwrap();
    let mut beside = bob.listen(&address, &[]);
    beside.hears("counts", SOON).unwrap();
    let is_bob = |told: &serde_json::Value| told["people"][0]["name"] == "Bob Okafor";
    assert!(std::iter::repeat_with(|| stream.hears("here", SOON).unwrap()).take(8).any(|it| is_bob(&it)));
    let begun = Instant::now();
    other
        .write(&world.bob().actor, |work| {
            let mut case = work.find::<RequirementSet>(&number)?;
            work.redirect(&mut case, |it| it.due = "2026-03-09".parse().ok())
        })
        .unwrap();
    assert_eq!(stream.hears("changed", SOON).unwrap()["words"], "Bob Okafor changed this at 10:00.");
    assert!(begun.elapsed() < Duration::from_secs(2), "it took {:?}", begun.elapsed());
}
