//! Customers and suppliers are told of a change: found with the reasons, long enough before, and heard.

use axum::http::StatusCode;
use changes::{Action, ChangeRequest};
use customers::{Organisation, Profile, ProfileLine, Topic};
use kernel::{Audience, Filing, New, Post, fingerprint};
use notices::{Addition, Answering, Asks, Because, Edit, Notice, Side, State};
use serde_json::json;
use web::testing::Client;

use crate::changes::{
    agreed_set, approved, fields, fix, management_approves, propose, raise, sign, statement, step, take,
};
use crate::judged::findings;
use crate::reviews::{behind_the_back, never_go};
use crate::world::{World, client, program, refusal, version_of, was_taken};

const POST: Post = Post { server: "mail.kestrel.example:587", from: "reqord@kestrel.example" };
pub(crate) const BASE: &str = "https://reqord.kestrel.example";
const CARL: &str = "carl.whitfield@meridian-dairies.example";

/// It was agreed with a customer that they know of changes so long before, and perhaps that they approve them.
fn agree(world: &World, customer: &str, (notice_days, needs_approval): (i64, bool)) {
    world
        .ada()
        .does(|work| {
            let version = work.find::<Organisation>(customer)?.record.version;
            let line =
                ProfileLine { topic: Topic::Change, notice_days, needs_approval, ..ProfileLine::default() };
            let profile = Profile { lines: vec![line], ..Profile::default() };
            customers::agree_profile(work, customer, version, &profile, "")
        })
        .unwrap();
}

/// The next letter that waits, as its addressee reads it; it counts as sent then.
fn next_letter(world: &World) -> String {
    let taken = world.db.take_letter().unwrap().expect("a letter waits");
    world.db.letter_ended(&taken.letter, &kernel::Ending::Taken("250 OK".into())).unwrap();
    taken.letter.words
}

fn link_in(words: &str) -> String {
    let start = words.find("/notice/").unwrap();
    words[start..].split_whitespace().next().unwrap().to_owned()
}

/// Asks for the code of a link, and types the one that came.
fn types_the_code(world: &World, who: &mut Client, link: &str) {
    who.post_form(&format!("{link}/code"), &[]);
    let words = next_letter(world);
    let code = words.split(|it: char| !it.is_ascii_digit()).find(|it| it.len() == 6).unwrap();
    assert_eq!(who.post_form(&format!("{link}/enter"), &[("code", code)]).status, StatusCode::SEE_OTHER);
}

pub(crate) fn prepared(world: &World, change: &str) -> Vec<notices::NoticeLine> {
    world.ada().does(|work| notices::prepare_all(work, change)).unwrap();
    listed(world, change)
}

fn listed(world: &World, change: &str) -> Vec<notices::NoticeLine> {
    world.ada().asks(|reader| notices::notices(reader, reader.mention_of(change)?.id))
}

/// What is written in a notice before it is sent.
fn written(world: &World, number: &str) -> Edit {
    let it = world.ada().asks(|reader| reader.find::<Notice>(number)).body;
    Edit {
        person: Some(world.carl().actor.person),
        words: Some("Your seals last longer.".into()),
        language: "en".into(),
        effective_on: it.effective_on,
        asks: it.asks,
        blocks: it.blocks,
        ..Edit::default()
    }
}

/// Written and sent to Carl from today on.
pub(crate) fn sent(world: &World, number: &str) {
    let it = Edit { effective_on: "2026-03-02".parse().ok(), ..written(world, number) };
    world.ada().does(|work| notices::edit(work, number, &it)).unwrap();
    world.ada().does(|work| notices::issue(work, number, BASE)).unwrap();
}

pub(crate) fn state(world: &World, number: &str) -> State {
    world.ada().asks(|reader| reader.find::<Notice>(number)).record.state
}

#[test]
fn whoever_has_what_changes_is_found_with_the_reasons_and_nobody_else() {
    for world in World::on_each_engine() {
        let clara = world.person("clara");
        let item =
            catalogue::CatalogueItem { code: "KD-20".into(), summary: "A pump".into(), ..Default::default() };
        let new = New { title: "Dosing pump KD-20", ..New::default() };
        let pump = clara.does(|work| catalogue::open(work, &new, &item)).unwrap();
        clara
            .does(|work| catalogue::release(work, &pump.number, &catalogue::NewRevision::default()))
            .unwrap();
        let line = orders::Line {
            no: 10,
            article: "KD-20".into(),
            item: Some(pump.id),
            quantity: "2".into(),
            price: "1690.00".into(),
            ..orders::Line::default()
        };
        let order = orders::Order { lines: vec![line], currency: "EUR".into(), ..orders::Order::default() };
        let new = New { title: "Two pumps", party: Some(world.hallander), ..New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number;
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        take(&world, "ada", &change, &pump.number, Action::Change).unwrap();
        take(&world, "ada", &change, &reqs[1], Action::Keep).unwrap();
        let all = world.ada().asks(|reader| notices::recipients(reader, reader.mention_of(&change)?.id));
        let why = |number: &str| -> Vec<(Because, String, String)> {
            let it = all.iter().find(|it| it.number == number).unwrap();
            it.reasons.iter().map(|it| (it.because, it.item.clone(), it.order.clone())).collect()
        };
        assert_eq!(all.len(), 2, "{all:?}");
        assert_eq!(
            why("K-1001"),
            [
                (Because::Asked, String::new(), String::new()),
                (Because::Theirs, reqs[0].clone(), String::new())
            ]
        );
        assert_eq!(why("K-1002"), [(Because::OpenOrder, pump.number.clone(), order.clone())]);
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/changes/{change}/notices")).text;
        assert!(page.contains(&format!("{order} is open and has {}.", pump.number)), "{page}");
        let api = ada.get(&format!("/api/v1/changes/{change}/recipients")).json();
        assert_eq!(api[1]["reasons"][0]["because"], json!("open_order"));
        // Eve reads hers when it is sent, and nothing of Meridian's in it.
        let mine = prepared(&world, &change).into_iter().find(|it| it.party == world.hallander).unwrap();
        assert!(world.eve().tries(|reader| reader.mention_of(&mine.number)).is_err(), "it was not sent yet");
        let it = Edit {
            person: Some(world.eve().actor.person),
            effective_on: "2026-05-01".parse().ok(),
            ..written(&world, &mine.number)
        };
        world.ada().does(|work| notices::edit(work, &mine.number, &it)).unwrap();
        world.ada().does(|work| notices::issue(work, &mine.number, BASE)).unwrap();
        let mut eve = program(&world, "eve");
        let page = eve.get(&format!("/change-notices/{}", mine.number)).text;
        assert!(page.contains("Your seals last longer.") && page.contains("KD-20"), "{page}");
        for ours in [reqs[0].as_str(), "EPDM", "Meridian", &change] {
            assert!(!page.contains(ours), "{ours}: {page}");
        }
        let page = eve.get(&format!("/orders/{order}")).text;
        assert!(page.contains("Was sich ändert") && page.contains(&mine.number), "{page}");
        assert_eq!(program(&world, "carl").get(&format!("/change-notices/{}", mine.number)).status, 404);
    }
}

#[test]
fn whoever_is_told_by_a_decision_is_told_before_the_release_or_somebody_says_why_not() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        take(&world, "ada", &change, "K-1002", Action::Tell).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        let release = || world.ada().does(|work| changes::release(work, &change));
        let sentence = refusal(release());
        assert!(
            sentence.contains("was not told of the change, and it was decided that they are."),
            "{sentence}"
        );
        let all = prepared(&world, &change);
        let excuse = |it: &notices::NoticeLine| {
            world.ada().does(|work| notices::excuse(work, &it.number, "They know"))
        };
        let (theirs, others): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.party == world.hallander);
        for it in others {
            excuse(it).unwrap();
        }
        assert!(refusal(release()).contains("is prepared and not sent"));
        excuse(theirs[0]).unwrap();
        release().unwrap();
    }
}

#[test]
fn whoever_has_to_know_before_is_told_long_enough_before_or_somebody_says_why_not() {
    for world in World::on_each_engine() {
        agree(&world, "K-1001", (60, false));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(
            sentence.contains("was not told of the change, and it was agreed that they are."),
            "{sentence}"
        );
        let notice = prepared(&world, &change).remove(0);
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains("is prepared and not sent"), "{sentence}");
        // The change holds from today on: sixty days too early for them.
        let it = written(&world, &notice.number);
        world.ada().does(|work| notices::edit(work, &notice.number, &it)).unwrap();
        let sentence = refusal(world.ada().does(|work| notices::issue(work, &notice.number, BASE)));
        assert!(sentence.contains("They have to know 60 days before"), "{sentence}");
        let fewer = Edit { notice_days: Some(7), ..written(&world, &notice.number) };
        let sentence = refusal(world.ada().does(|work| notices::edit(work, &notice.number, &fewer)));
        assert!(sentence.contains("It is less than was agreed with them."), "{sentence}");
        let waived = Edit { waiver: "Carl asked for it at once".into(), ..written(&world, &notice.number) };
        world.ada().does(|work| notices::edit(work, &notice.number, &waived)).unwrap();
        world.ada().does(|work| notices::issue(work, &notice.number, BASE)).unwrap();
        let page = program(&world, "ada").get(&format!("/change-notices/{}", notice.number)).text;
        assert!(page.contains("Carl asked for it at once"), "{page}");
        let page = program(&world, "carl").get(&format!("/change-notices/{}", notice.number)).text;
        assert!(!page.contains("Carl asked for it at once"), "the waiver is ours: {page}");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.");
    }
}

#[test]
fn a_customer_answers_by_the_link_in_their_letter_once_and_an_objection_is_talked_about() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        sent(&world, &notice);
        let words = next_letter(&world);
        assert!(words.contains("Your seals last longer.") && words.contains(&reqs[0]), "{words}");
        let link = link_in(&words);
        let mut carl = client(&world.db);
        let page = carl.get(&link);
        assert!(page.status == StatusCode::OK && page.text.contains("<ins>FKM</ins>"), "{}", page.text);
        assert_eq!(state(&world, &notice), State::Issued, "looking changes nothing");
        let silent = carl.post_form(&format!("{link}/answer"), &[("answer", "objected")]);
        assert!(silent.text.contains("Say what you object to"), "{}", silent.text);
        let no = [("answer", "objected"), ("words", "FKM fails in our caustic.")];
        assert_eq!(carl.post_form(&format!("{link}/answer"), &no).status, StatusCode::OK);
        assert_eq!(state(&world, &notice), State::Objected);
        let again = carl.post_form(&format!("{link}/answer"), &[("answer", "acknowledged")]);
        assert!(
            again.status == StatusCode::GONE && again.text.contains("It was used before."),
            "{}",
            again.text
        );
        let talk = world.ada().asks(|reader| {
            let all = reader.list("CV", &kernel::Wanted::default())?.rows;
            Ok(all.into_iter().find(|it| it.title.contains(&notice)).unwrap().number)
        });
        let page = program(&world, "ada").get(&format!("/conversations/{talk}")).text;
        assert!(page.contains("FKM fails in our caustic."), "{page}");
        let asked = world.ada().asks(|reader| reader.tasks(reader.mention_of(&notice)?.id));
        assert!(asked.iter().any(|it| it.request.contains("objects to the change")), "{asked:?}");
        world.ada().does(|work| notices::settle(work, &notice, "EPDM stays on caustic")).unwrap();
        assert_eq!(state(&world, &notice), State::Settled);
        // What they answered is watched by the audit.
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(&world, "notice_answer", "update notice_answer set answer = 'acknowledged'");
        assert!(findings(&world).iter().any(|it| it.starts_with("Answer to a notice")));
        behind_the_back(&world, "notice_answer", "update notice_answer set answer = 'objected'");
        never_go(&world, &["notice_of_change", "change_request"]);
        let page = program(&world, "carl").get(&format!("/change-notices/{notice}")).text;
        assert!(page.contains("Your objection was settled with you."), "{page}");
    }
}

#[test]
fn what_waits_for_a_customer_stands_on_their_first_page_and_on_nobody_elses() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        let waits = |who: &str| {
            let page = program(&world, who).get("/").text;
            let list = program(&world, who).get("/api/v1/me/actions").json();
            let asked = list["items"].as_array().unwrap().iter().filter(|it| it["record"] == notice.as_str());
            let asked = asked.count();
            assert_eq!(page.contains(&format!("/change-notices/{notice}")), asked == 1, "{who}: {page}");
            asked == 1
        };
        assert!(!waits("carl"), "what is only prepared is asked of nobody");
        sent(&world, &notice);
        assert!(waits("carl") && !waits("eve"), "it is his alone");
        let link = link_in(&next_letter(&world));
        let yes = [("answer", "acknowledged")];
        assert_eq!(client(&world.db).post_form(&format!("{link}/answer"), &yes).status, StatusCode::OK);
        assert!(!waits("carl"), "he answered");
    }
}

#[test]
fn who_approves_changes_signs_what_was_sent_with_a_code_and_until_then_nothing_is_released() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        agree(&world, "K-1001", (0, true));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        world.ada().does(|work| customers::verify(work, "K-1001", CARL, customers::Proof::Answered)).unwrap();
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
        let notice = prepared(&world, &change).remove(0);
        assert_eq!((notice.asks, notice.blocks), (Asks::Approval, true));
        sent(&world, &notice.number);
        let link = link_in(&next_letter(&world));
        let mut carl = client(&world.db);
        let door = carl.get(&link).text;
        assert!(
            !door.contains("EPDM") && door.contains("to-customer"),
            "first the code, in our colour: {door}"
        );
        let bare = carl.post_form(&format!("{link}/answer"), &[("answer", "approved"), ("name", "Eve")]);
        assert_eq!(bare.status, StatusCode::UNAUTHORIZED);
        types_the_code(&world, &mut carl, &link);
        assert!(carl.get(&link).text.contains("<ins>FKM</ins>"));
        let book = crate::world::program(&world, "sam").get("/api/v1/sign-ins?outcome=came_by_link").json();
        assert_eq!(book["items"][0]["how"], "link", "{book}");
        let known = carl.post_form(&format!("{link}/answer"), &[("answer", "acknowledged")]);
        assert!(known.text.contains("Let them approve it by signature."), "{}", known.text);
        let yes = [("answer", "approved"), ("name", "Carl Whitfield"), ("role", "Project engineer")];
        let signed = carl.post_form(&format!("{link}/answer"), &yes);
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(state(&world, &notice.number), State::Approved);
        let signatures = world.bob().asks(|reader| reader.signatures(reader.mention_of(&notice.number)?.id));
        assert_eq!((signatures.len(), signatures[0].means), (1, kernel::Means::LinkAndCode));
        assert_eq!(signatures[0].content()["content"]["package"][0]["item"], json!(reqs[0]));
        let page =
            crate::world::program(&world, "ada").get(&format!("/change-notices/{}", notice.number)).text;
        assert!(page.contains("Project engineer") && page.contains(&signatures[0].digest[..8]), "{page}");
        // Their name stands under the change, too, which goes on by it.
        assert_eq!(crate::changes::state(&world, &change), "approved");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.");
    }
}

/// A supplier with somebody at it, and the ring that it makes, in the catalogue.
fn supplied(world: &World) -> (i64, String) {
    let body = Organisation { is_supplier: true, is_customer: false, ..Organisation::default() };
    let person = customers::NewContact {
        name: "Ugo Tessaro",
        email: "ugo@tessaro.example",
        ..customers::NewContact::default()
    };
    let supplier = world
        .ada()
        .does(|work| {
            let made = customers::open(work, &New { title: "Tessaro Dichtungen", ..New::default() }, &body)?;
            customers::add_contact(work, &made.number, &person)?;
            Ok(made.id)
        })
        .unwrap();
    let body =
        catalogue::CatalogueItem { code: "R-20".into(), summary: "A ring".into(), ..Default::default() };
    let ring = world
        .person("clara")
        .does(|work| {
            let made = catalogue::open(work, &New { title: "Ring R-20", ..New::default() }, &body)?;
            catalogue::release(work, &made.number, &catalogue::NewRevision::default())?;
            Ok(made.number)
        })
        .unwrap();
    (supplier, ring)
}

#[test]
fn a_supplier_gets_what_is_ours_alone_and_their_objection_holds_the_release_up() {
    for world in World::on_each_engine() {
        let (supplier, ring) = supplied(&world);
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Rings");
        let line = take(&world, "ada", &change, &ring, Action::Change).unwrap();
        let says = fields(&[("summary", "A ring of FKM")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let addition = |items: Vec<String>| Addition {
            party: Some(supplier),
            side: Side::Supplier,
            items,
            reason: "makes the rings".into(),
            blocks: true,
        };
        let sentence =
            refusal(world.ada().does(|work| notices::add(work, &change, &addition(vec![reqs[0].clone()]))));
        assert!(sentence.contains("belongs to another organisation"), "{sentence}");
        let notice =
            world.ada().does(|work| notices::add(work, &change, &addition(vec![ring.clone()]))).unwrap();
        let sentence = refusal(world.ada().does(|work| notices::add(work, &change, &addition(vec![]))));
        assert!(sentence.contains("has a notice of this change already"), "{sentence}");
        let kept = world.ada().asks(|reader| reader.find::<Notice>(&notice.number)).body;
        assert_eq!((kept.side, kept.package.len(), kept.package[0].revision), (Side::Supplier, 1, 1));
        let it = Edit {
            person: kept.person,
            words: Some("The compound becomes T-FP22.".into()),
            effective_on: "2026-03-02".parse().ok(),
            blocks: true,
            ..Edit::default()
        };
        world.ada().does(|work| notices::edit(work, &notice.number, &it)).unwrap();
        world.ada().does(|work| notices::issue(work, &notice.number, BASE)).unwrap();
        let missing = |world: &World| {
            let all = world
                .ada()
                .asks(|reader| notices::missing_before_release(reader, reader.mention_of(&change)?.id));
            all.iter().map(|it| it.sentence.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert!(missing(&world).contains("Tessaro Dichtungen has not answered yet"), "{}", missing(&world));
        let answer = Answering {
            answer: notices::Answer::Objected,
            words: "Four weeks are too short.".into(),
            name: "Ugo Tessaro".into(),
            source: "Telephone, 3 March".into(),
        };
        world.ada().does(|work| notices::answer(work, &notice.number, &answer, (None, None))).unwrap();
        assert!(missing(&world).contains("Tessaro Dichtungen objects to the change"), "{}", missing(&world));
        world.ada().does(|work| notices::settle(work, &notice.number, "Six weeks were agreed")).unwrap();
        assert!(!missing(&world).contains("Tessaro"), "{}", missing(&world));
        let asked = world.ada().asks(|reader| reader.find::<ChangeRequest>(&change)).body;
        assert_eq!(asked.effective_from, crate::changes::TODAY);
    }
}

#[test]
fn a_supplier_answers_by_their_link_once_and_whoever_has_it_later_opens_nothing() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (supplier, ring) = supplied(&world);
        let change = raise(&world, "ada", "Rings");
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| {
                    it.effective_by = kernel::Basis::Lot;
                    it.effective_from = "R-900".into();
                })
            })
            .unwrap();
        let line = take(&world, "ada", &change, &ring, Action::Change).unwrap();
        let says = fields(&[("summary", "A ring of FKM")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        let addition = Addition {
            party: Some(supplier),
            side: Side::Supplier,
            items: vec![ring],
            reason: "makes the rings".into(),
            blocks: true,
        };
        let notice = world.ada().does(|work| notices::add(work, &change, &addition)).unwrap().number;
        let kept = world.ada().asks(|reader| reader.find::<Notice>(&notice)).body;
        let it = Edit {
            person: kept.person,
            words: Some("The compound becomes T-FP22.".into()),
            effective_on: "2026-05-01".parse().ok(),
            blocks: true,
            ..Edit::default()
        };
        world.ada().does(|work| notices::edit(work, &notice, &it)).unwrap();
        world.ada().does(|work| notices::issue(work, &notice, BASE)).unwrap();
        let link = link_in(&next_letter(&world));
        let mut ugo = client(&world.db);
        let page = ugo.get(&link).text;
        assert!(page.contains("R-20") && !page.contains(&change), "what is ours, and no more: {page}");
        assert!(page.contains("It holds from lot R-900 on."), "{page}");
        assert_eq!(
            ugo.post_form(&format!("{link}/answer"), &[("answer", "acknowledged")]).status,
            StatusCode::OK
        );
        assert_eq!(state(&world, &notice), State::Acknowledged);
        let no = [("answer", "objected"), ("words", "We changed our mind.")];
        let again = ugo.post_form(&format!("{link}/answer"), &no);
        assert_eq!(again.status, StatusCode::GONE, "{}", again.text);
        assert_eq!(state(&world, &notice), State::Acknowledged, "the first answer stands");
        let answers = world.ada().asks(|reader| notices::answers(reader, reader.mention_of(&notice)?.id));
        assert_eq!(answers.len(), 1);
    }
}

const RING: &[u8] = b"%PDF-1.7 ring";
const MARGIN: &[u8] = b"30 %";

/// Ada proposes a drawing that is read by whoever is told, and a file of ours beside it.
fn draws(world: &World, change: &str, item: &str) {
    let line = take(world, "ada", change, item, Action::Change).unwrap();
    let files = [("ring.pdf", RING, Audience::Party), ("our-margin.pdf", MARGIN, Audience::Internal)];
    for (name, bytes, read_by) in files {
        let audience = Audience::Internal;
        let it = Filing { name, media_type: "application/pdf", bytes, words: None, audience };
        let propose =
            |work: &mut kernel::Work| changes::propose_file(work, change, line, (&it, Some(read_by)));
        world.ada().does(propose).unwrap();
    }
}

#[test]
fn a_supplier_opens_the_drawing_of_which_they_are_told_and_no_file_of_ours() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (supplier, ring) = supplied(&world);
        let change = raise(&world, "ada", "Rings");
        draws(&world, &change, &ring);
        let addition = Addition {
            party: Some(supplier),
            side: Side::Supplier,
            items: vec![ring],
            reason: "makes the rings".into(),
            blocks: true,
        };
        let notice = world.ada().does(|work| notices::add(work, &change, &addition)).unwrap().number;
        let kept = world.ada().asks(|reader| reader.find::<Notice>(&notice)).body;
        let named: Vec<_> = kept.package[0].files.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(named, ["ring.pdf"], "what only we read is not told");
        let it = Edit {
            person: kept.person,
            words: Some("The ring is drawn anew.".into()),
            effective_on: "2026-05-01".parse().ok(),
            blocks: true,
            ..Edit::default()
        };
        world.ada().does(|work| notices::edit(work, &notice, &it)).unwrap();
        world.ada().does(|work| notices::issue(work, &notice, BASE)).unwrap();
        let link = link_in(&next_letter(&world));
        let of = |at: &str, bytes: &[u8]| format!("{at}/files/{}", fingerprint(bytes));
        let mut ugo = client(&world.db);
        let page = ugo.get(&link).text;
        let leads = format!("href=\"{}\"", of(&link, RING));
        assert!(page.contains(&leads) && !page.contains("our-margin"), "{page}");
        let file = ugo.get(&of(&link, RING));
        assert_eq!((file.status, file.text.as_bytes()), (StatusCode::OK, RING));
        assert_eq!(ugo.get(&of(&link, MARGIN)).status, StatusCode::NOT_FOUND);

        let (ours, of_program) =
            (format!("/change-notices/{notice}"), format!("/api/v1/change-notices/{notice}"));
        let page = program(&world, "ada").get(&ours).text;
        assert!(page.contains(&format!("href=\"{}\"", of(&ours, RING))), "{page}");
        for (who, status) in [
            ("ada", StatusCode::OK),
            ("amelia", StatusCode::OK),
            ("carl", StatusCode::NOT_FOUND),
            ("eve", StatusCode::NOT_FOUND),
        ] {
            for at in [&ours, &of_program] {
                assert_eq!(program(&world, who).get(&of(at, RING)).status, status, "{who}: {at}");
            }
        }
        let yes = [("answer", "acknowledged")];
        assert_eq!(ugo.post_form(&format!("{link}/answer"), &yes).status, StatusCode::OK);
        assert_eq!(ugo.get(&of(&link, RING)).status, StatusCode::GONE, "the link is used up");
    }
}

#[test]
fn whoever_is_told_of_very_much_reads_all_of_it_by_the_link_and_opens_the_last_drawing() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let seals: Vec<String> = (0..201).map(|no| format!("Seal {no} of EPDM.")).collect();
        let seals: Vec<&str> = seals.iter().map(String::as_str).collect();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &seals);
        let change = raise(&world, "ada", "All seals");
        for (no, it) in reqs[..200].iter().enumerate() {
            propose(&world, "ada", &change, it, &format!("FKM{no}x"));
        }
        draws(&world, &change, &reqs[200]);
        let page = program(&world, "ada").get(&format!("/changes/{change}/notices/add")).text;
        assert!(reqs.iter().all(|it| page.contains(it)), "each can be named: {page}");
        let notice = prepared(&world, &change).remove(0).number;
        sent(&world, &notice);
        let link = link_in(&next_letter(&world));
        let mut carl = client(&world.db);
        let page = carl.get(&link).text;
        let unread: Vec<usize> = (0..200).filter(|no| !page.contains(&format!("FKM{no}x"))).collect();
        assert!(unread.is_empty(), "{unread:?}");
        let file = format!("{link}/files/{}", fingerprint(RING));
        assert!(page.contains(&format!("href=\"{file}\"")), "{page}");
        assert_eq!(carl.get(&file).text.as_bytes(), RING);
    }
}

#[test]
fn who_approves_by_the_link_opens_the_drawing_once_the_code_was_typed() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        agree(&world, "K-1001", (0, true));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        world.ada().does(|work| customers::verify(work, "K-1001", CARL, customers::Proof::Answered)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "Another drawing");
        draws(&world, &change, &reqs[0]);
        crate::changes::step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let notice = prepared(&world, &change).remove(0);
        assert_eq!(notice.asks, Asks::Approval);
        sent(&world, &notice.number);
        let link = link_in(&next_letter(&world));
        let of = |at: &str, bytes: &[u8]| format!("{at}/files/{}", fingerprint(bytes));
        let mut carl = client(&world.db);
        let before = carl.get(&of(&link, RING));
        assert_eq!(before.status, StatusCode::UNAUTHORIZED, "first the code");
        assert!(before.text.as_bytes() != RING, "{}", before.text);
        types_the_code(&world, &mut carl, &link);
        let file = carl.get(&of(&link, RING));
        assert_eq!((file.status, file.text.as_bytes()), (StatusCode::OK, RING));
        assert_eq!(carl.get(&of(&link, MARGIN)).status, StatusCode::NOT_FOUND);
        // With an account they open the same, from their own pages and by a program.
        for at in [
            format!("/change-notices/{}", notice.number),
            format!("/api/v1/change-notices/{}", notice.number),
        ] {
            let mut carl = program(&world, "carl");
            let file = carl.get(&of(&at, RING));
            assert_eq!((file.status, file.text.as_bytes()), (StatusCode::OK, RING), "{at}");
            assert_eq!(carl.get(&of(&at, MARGIN)).status, StatusCode::NOT_FOUND, "{at}");
            assert_eq!(program(&world, "eve").get(&of(&at, RING)).status, StatusCode::NOT_FOUND, "{at}");
        }
        let page = program(&world, "carl").get(&format!("/change-notices/{}", notice.number)).text;
        assert!(page.contains("ring.pdf") && !page.contains("our-margin"), "{page}");
    }
}

#[test]
fn silence_is_no_consent_and_a_letter_that_comes_back_is_seen() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        let it = Edit {
            effective_on: "2026-05-01".parse().ok(),
            answer_by: "2026-03-03".parse().ok(),
            ..written(&world, &notice)
        };
        world.ada().does(|work| notices::edit(work, &notice, &it)).unwrap();
        world.ada().does(|work| notices::issue(work, &notice, BASE)).unwrap();
        next_letter(&world);
        let (identity, ..) =
            world.ada().asks(|reader| Ok(reader.letters_of(reader.mention_of(&notice)?.id)?.remove(0)));
        let product = kernel::Actor::system();
        world.db.write(&product, |work| work.came_back(&identity, "no such user")).unwrap();
        let asked = |world: &World| world.ada().asks(|reader| reader.tasks(reader.mention_of(&notice)?.id));
        assert!(asked(&world)[0].request.contains("A letter came back"), "{:?}", asked(&world));
        let page = program(&world, "ada").get(&format!("/change-notices/{notice}")).text;
        assert!(page.contains("It came back. Find another address."), "{page}");
        world.db.write(&product, |work| notices::ask_about_silence(work, &json!({}))).unwrap();
        assert_eq!(asked(&world).len(), 1, "there is a day left");
        // The day is over, and nobody answered: somebody of ours is asked to ask them, once.
        let later = crate::world::monday() + jiff::SignedDuration::from_hours(48);
        for _ in 0..2 {
            world.db.write_at(&product, later, |work| notices::ask_about_silence(work, &json!({}))).unwrap();
        }
        let all = asked(&world);
        assert_eq!(all.len(), 2, "{all:?}");
        let told = all.iter().find(|it| it.request.contains("silence is no consent")).unwrap();
        assert_eq!(told.person, Some(world.ada().actor.person));
        assert_eq!(state(&world, &notice), State::Issued, "nothing follows from it by itself");
    }
}

#[test]
fn no_letter_asks_until_a_day_that_is_over_and_a_second_silence_is_told_as_the_first() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        let (ada, product) = (world.ada().actor, kernel::Actor::system());
        let on = |day: &str| format!("{day}T09:00:00Z").parse().unwrap();
        let writes = |day: &str, effective_on: &str, answer_by: &str, waiver: &str| {
            let it = Edit {
                effective_on: effective_on.parse().ok(),
                answer_by: answer_by.parse().ok(),
                waiver: waiver.to_owned(),
                ..written(&world, &notice)
            };
            world.db.write_at(&ada, on(day), |work| notices::edit(work, &notice, &it)).unwrap();
        };
        let issues = |day: &str| world.db.write_at(&ada, on(day), |work| notices::issue(work, &notice, BASE));
        writes("2026-03-02", "2026-05-01", "2026-03-10", "");
        let sentence = refusal(issues("2026-03-10"));
        assert!(sentence.contains("The day until which they are to answer is over."), "{sentence}");
        writes("2026-03-10", "2026-03-02", "2026-03-20", "They know it since January");
        let sentence = refusal(issues("2026-03-10"));
        assert!(sentence.contains("they get something else is over."), "{sentence}");
        writes("2026-03-10", "2026-05-01", "2026-03-20", "");
        issues("2026-03-10").unwrap();

        let asked_on = |day: &str| {
            let ask = |work: &mut kernel::Work| notices::ask_about_silence(work, &json!({}));
            world.db.write_at(&product, on(day), ask).unwrap();
            let mut all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&notice)?.id));
            all.retain(|it| it.request.contains("silence is no consent"));
            all
        };
        assert!(asked_on("2026-03-20").is_empty(), "there is a day left");
        let all = asked_on("2026-03-21");
        assert_eq!((all.len(), all[0].due), (1, "2026-03-24".parse().ok()), "in two working days: {all:?}");
        // The link goes out again, with a day that is still to come.
        let again = |work: &mut kernel::Work| notices::send_again(work, &notice, BASE);
        world.db.write_at(&ada, on("2026-03-23"), again).unwrap();
        let open = || {
            let all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&notice)?.id));
            all.iter().filter(|it| it.settled_at.is_none()).count()
        };
        assert_eq!(open(), 0, "whoever sends it again has asked them");
        let letter = world.ada().asks(|reader| {
            let (_, last, _) = reader.letters_of(reader.mention_of(&notice)?.id)?.pop().unwrap();
            reader.letter(last)
        });
        assert!(letter.words.contains("13 April 2026"), "{}", letter.words);
        assert!(!letter.words.contains("20 March 2026"), "{}", letter.words);
        assert_eq!(asked_on("2026-04-13").len(), 1, "there is a day left");
        assert_eq!(asked_on("2026-04-14").len(), 2);
        assert_eq!(asked_on("2026-04-15").len(), 2, "once");
        assert_eq!(open(), 1);
        let carl = world.carl().actor;
        let knows = Answering { answer: notices::Answer::Acknowledged, ..Answering::default() };
        let answers = |work: &mut kernel::Work| notices::answer(work, &notice, &knows, (None, None));
        world.db.write_at(&carl, on("2026-04-16"), answers).unwrap();
        assert_eq!(open(), 0, "and once they answered nobody has to");
    }
}

#[test]
fn of_what_is_in_force_somebody_is_told_the_day_on_which_it_reached_them() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let notice = prepared(&world, &change).remove(0).number;
        let (ada, late) = (world.ada().actor, "2026-03-10T09:00:00Z".parse().unwrap());
        let tells = |waiver: &str| {
            let it = Edit {
                effective_on: "2026-03-02".parse().ok(),
                waiver: waiver.to_owned(),
                ..written(&world, &notice)
            };
            world.db.write_at(&ada, late, |work| notices::edit(work, &notice, &it)).unwrap();
            world.db.write_at(&ada, late, |work| notices::issue(work, &notice, BASE))
        };
        let sentence = refusal(tells(""));
        assert!(sentence.contains("or say why they are told later."), "{sentence}");
        tells("They were found late").unwrap();
        let letter = world.ada().asks(|reader| {
            let (_, last, _) = reader.letters_of(reader.mention_of(&notice)?.id)?.pop().unwrap();
            reader.letter(last)
        });
        assert!(letter.words.contains("It reaches you from 2 March 2026 on."), "{}", letter.words);
    }
}

#[test]
fn where_the_contract_of_a_change_asks_for_it_the_customer_approves_by_their_link_without_a_profile() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        world.ada().does(|work| customers::verify(work, "K-1001", CARL, customers::Proof::Answered)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "Seals");
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.revise(&mut case, |it| it.needs_customer = true)
            })
            .unwrap();
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        crate::changes::step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
        let told = program(&world, "ada").get(&format!("/api/v1/changes/{change}/recipients")).json();
        assert_eq!(
            (&told[0]["number"], &told[0]["needs_approval"], &told[0]["is_agreed"]),
            (&json!("K-1001"), &json!(true), &json!(false)),
            "{told}"
        );
        let notice = prepared(&world, &change).remove(0);
        assert_eq!((notice.asks, notice.blocks), (Asks::Approval, true));
        // Less than that wants a reason, as if it stood in their profile.
        let less = Edit { asks: Asks::Acknowledgement, ..written(&world, &notice.number) };
        let sentence = refusal(world.ada().does(|work| notices::edit(work, &notice.number, &less)));
        assert!(sentence.contains("It is less than was agreed with them."), "{sentence}");
        sent(&world, &notice.number);
        let link = link_in(&next_letter(&world));
        let mut carl = client(&world.db);
        types_the_code(&world, &mut carl, &link);
        let yes = [("answer", "approved"), ("name", "Carl Whitfield"), ("role", "Project engineer")];
        let signed = carl.post_form(&format!("{link}/answer"), &yes);
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(crate::changes::state(&world, &change), "approved");
    }
}

#[test]
fn whoever_owns_a_change_is_asked_to_send_its_customer_the_link_until_they_were_asked_or_answered() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        world.ada().does(|work| customers::verify(work, "K-1001", CARL, customers::Proof::Answered)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = crate::changes::asked_of_the_customer(&world, &reqs[0], &management);
        let asked = |change: &str| {
            let mut all = world.ada().asks(|reader| reader.tasks(reader.mention_of(change)?.id));
            all.retain(|it| it.settled_at.is_none() && it.request.contains("send them the link"));
            all
        };
        let place = format!("/changes/{change}/notices");
        let task = asked(&change).remove(0);
        assert_eq!((task.person, task.place.as_deref()), (Some(world.ada().actor.person), Some(&*place)));
        assert!(task.request.contains("Meridian") && task.request.contains(&change), "{task:?}");
        assert_eq!(task.due, "2026-03-04".parse().ok());
        let sentence = refusal(world.ada().does(|work| work.settle(task.id)));
        assert!(sentence.contains("is done in its own place"), "{sentence}");
        let waiting = program(&world, "ada").get("/").text;
        assert!(waiting.contains(&place), "it is among what waits for her: {waiting}");

        // Sent, nobody is asked any more; taken back, somebody is again.
        let notice = prepared(&world, &change).remove(0).number;
        assert_eq!(asked(&change).len(), 1, "it is written, and not sent");
        sent(&world, &notice);
        assert_eq!(asked(&change).len(), 0);
        world.ada().does(|work| notices::withdraw(work, &notice, "The wrong person")).unwrap();
        assert_eq!(asked(&change).len(), 1);
        // Somebody else is no matter of theirs, and once is enough.
        let other = to_hallander(&world, &change);
        world.ada().does(|work| notices::withdraw(work, &other, "Not theirs")).unwrap();
        assert_eq!(asked(&change).len(), 1);
        // They approve on their own pages instead.
        crate::changes::carl_says(&world, &change, true, "").unwrap();
        assert_eq!(crate::changes::state(&world, &change), "approved");
        assert_eq!(asked(&change).len(), 0);

        // Where it is looked at again, nobody has to ask them.
        let other = crate::changes::asked_about(&world, "Frame", (&reqs[1], "Frame of 1.4404."), &management);
        assert_eq!(asked(&other).len(), 1);
        world.ada().does(|work| changes::send_back(work, &other, "Another steel")).unwrap();
        assert_eq!(asked(&other).len(), 0);
    }
}

/// Hallander is told of a change by hand, and the notice sent to Eve: its number.
fn to_hallander(world: &World, change: &str) -> String {
    let it = Addition {
        party: Some(world.hallander),
        reason: "They have such rings, too.".into(),
        ..Addition::default()
    };
    let number = world.ada().does(|work| notices::add(work, change, &it)).unwrap().number;
    let it = Edit {
        person: Some(world.eve().actor.person),
        effective_on: "2026-03-02".parse().ok(),
        ..written(world, &number)
    };
    world.ada().does(|work| notices::edit(work, &number, &it)).unwrap();
    world.ada().does(|work| notices::issue(work, &number, BASE)).unwrap();
    number
}

#[test]
fn a_customer_who_said_no_is_not_asked_again_because_a_notice_is_taken_back() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        world.ada().does(|work| customers::verify(work, "K-1001", CARL, customers::Proof::Answered)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = crate::changes::asked_of_the_customer(&world, &reqs[0], &management);
        let asked = || {
            let mut all = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            all.retain(|it| it.settled_at.is_none() && it.request.contains("send them the link"));
            all.len()
        };
        let notice = prepared(&world, &change).remove(0).number;
        sent(&world, &notice);
        let link = link_in(&next_letter(&world));
        let mut carl = client(&world.db);
        carl.post_form(&format!("{link}/code"), &[]);
        let words = next_letter(&world);
        let code: String =
            words.split(|it: char| !it.is_ascii_digit()).find(|it| it.len() == 6).unwrap().to_owned();
        carl.post_form(&format!("{link}/enter"), &[("code", &code)]);
        let no = [("answer", "objected"), ("words", "We stay with EPDM."), ("name", "Carl Whitfield")];
        let said = carl.post_form(&format!("{link}/answer"), &no);
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        assert_eq!((state(&world, &notice), asked()), (State::Objected, 0));
        let other = to_hallander(&world, &change);
        for number in [&other, &notice] {
            world.ada().does(|work| notices::withdraw(work, number, "It is settled otherwise")).unwrap();
            assert_eq!(asked(), 0, "{number}");
        }
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
    }
}

/// Somebody of quality or an approver records with a customer what a clause of a frame contract says.
fn recorded(world: &World, customer: &str, (number, says): (&str, customers::Says), until: Option<&str>) {
    let new = customers::NewContract {
        number: number.into(),
        clause: "7.1".into(),
        says,
        holds_from: "2026-01-01".parse().ok(),
        holds_until: until.map(|it| it.parse().unwrap()),
    };
    world.bob().does(|work| customers::record_contract(work, customer, &new)).unwrap();
}

#[test]
fn a_frame_contract_asks_for_the_approval_of_changes_as_long_as_it_holds() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = crate::changes::management_approves(&world);
        recorded(&world, "K-1001", ("FC-10", customers::Says::Silence), None);
        recorded(&world, "K-1001", ("FC-11", customers::Says::Approval), Some("2026-03-01"));
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let mut ada = program(&world, "ada");
        let standing = || {
            let told = program(&world, "ada").get(&format!("/api/v1/changes/{change}/standing")).json();
            told["customer"].clone()
        };
        assert_eq!(standing(), json!(null), "the one speaks of silence, the other is over");

        // By page and by program; whoever does not answer for what is agreed records nothing.
        let contracts = "/api/v1/customers/K-1001/contracts";
        let wanted = json!({ "contract": "FC-12", "clause": "7.1", "says": "approval" });
        assert_eq!(ada.post_json(contracts, &wanted).status, StatusCode::CONFLICT);
        let mut bob = program(&world, "bob");
        let form = [("contract", "FC-12"), ("clause", "7.1"), ("says", "perhaps")];
        let told = bob.post_form("/customers/K-1001/contracts", &form);
        assert!(told.text.contains("Choose one of the words in the list."), "{}", told.text);
        let form = [("contract", "FC-12"), ("clause", "7.1"), ("says", "approval")];
        assert_eq!(bob.post_form("/customers/K-1001/contracts", &form).status, StatusCode::SEE_OTHER);
        assert!(bob.post_json(contracts, &wanted).text.contains("recorded for these days already"));
        let page = bob.get("/customers/K-1001").text;
        assert!(
            page.contains("Changes need their approval") && page.contains("Silence is consent"),
            "{page}"
        );
        let kept = bob.get(contracts).json();
        let line = kept["items"].as_array().unwrap().iter().find(|it| it["number"] == "FC-12").unwrap();
        assert_eq!(line["says"], json!("approval"));

        assert_eq!(
            standing(),
            json!({ "why": "Frame contract FC-12, 7.1 asks for it.", "has_approved": false })
        );
        let told = ada.get(&format!("/api/v1/changes/{change}/recipients")).json();
        assert_eq!((&told[0]["needs_approval"], &told[0]["contract"]), (&json!(true), &json!("FC-12, 7.1")));
        let page = ada.get(&format!("/changes/{change}/notices")).text;
        assert!(page.contains("Frame contract FC-12, 7.1 asks for it."), "{page}");
        let notice = prepared(&world, &change).remove(0);
        assert_eq!((notice.asks, notice.blocks), (Asks::Approval, true));

        crate::changes::step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        let page = ada.get(&format!("/changes/{change}/approval")).text;
        assert!(page.contains("After them the customer has to approve it."), "{page}");
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let page = program(&world, "henrik").get(&format!("/changes/{change}/sign")).text;
        assert!(page.contains("Frame contract FC-12, 7.1 asks for it."), "{page}");
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains("Frame contract FC-12, 7.1 asks for it."), "{page}");
        let deeds = world.ada().asks(|reader| reader.trail(reader.mention_of(&change)?.id, false, 0, 100));
        let is_told = deeds.iter().any(|it| it.content.to_string().contains("FC-12, 7.1"));
        assert!(is_told, "it stays known by what they were asked: {deeds:?}");

        // Of a change that is over nobody says that its customer is still to be asked.
        world.ada().does(|work| changes::withdraw(work, &change, "Not needed")).unwrap();
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(!page.contains("Frame contract FC-12, 7.1 asks for it."), "{page}");
        assert_eq!(standing(), json!(null));
    }
}

#[test]
fn a_contract_that_comes_once_a_change_is_approved_says_that_its_customer_was_not_asked_yet() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let mut ada = program(&world, "ada");
        assert!(!ada.get(&format!("/changes/{change}")).text.contains("not asked yet"));
        recorded(&world, "K-1001", ("FC-30", customers::Says::Approval), None);
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains("not asked yet") && page.contains("FC-30, 7.1"), "{page}");
    }
}

#[test]
fn a_contract_of_a_group_asks_for_the_approval_of_each_part_of_its_house() {
    for world in World::on_each_engine() {
        let opened = |title: &str, parent: Option<i64>| {
            let it = Organisation { parent, ..Organisation::default() };
            let new = New { title, ..New::default() };
            world.ada().does(|work| customers::open(work, &new, &it)).unwrap()
        };
        let group = opened("Northern Dairies Group", None);
        let site = opened("Northern Dairies, Ripon", Some(group.id));
        let other = opened("Somebody else", None);
        recorded(&world, &group.number, ("FC-20", customers::Says::Approval), None);
        recorded(&world, &other.number, ("FC-21", customers::Says::Silence), None);
        let asks = |party: i64| world.ada().asks(|reader| changes::contract_that_asks(reader, party));
        assert_eq!(asks(site.id).as_deref(), Some("FC-20, 7.1"));
        assert_eq!(asks(other.id), None);
        let today = crate::changes::TODAY.parse().unwrap();
        let bound =
            world.ada().asks(|reader| customers::bound_by_contract(reader, customers::Says::Approval, today));
        let all: Vec<i64> = bound.keys().copied().collect();
        assert_eq!(all, [group.id, site.id]);
        recorded(&world, &site.number, ("FC-22", customers::Says::Approval), None);
        let bound =
            world.ada().asks(|reader| customers::bound_by_contract(reader, customers::Says::Approval, today));
        assert_eq!(bound[&site.id], "FC-22, 7.1", "the nearest is named");
        recorded(&world, &site.number, ("FC-23", customers::Says::Approval), None);
        let bound =
            world.ada().asks(|reader| customers::bound_by_contract(reader, customers::Says::Approval, today));
        assert_eq!(bound.get(&site.id), asks(site.id).as_ref(), "of two of one part all name the same");

        let below = opened("Northern Dairies, Ripon, dairy", Some(site.id));
        let page = program(&world, "ada").get(&format!("/customers/{}", below.number)).text;
        assert!(!page.contains("None is recorded"), "{page}");
        for (contract, part) in [("FC-20", &group), ("FC-22", &site), ("FC-23", &site)] {
            let at = page.find(&format!("Frame contract {contract}, clause 7.1")).unwrap();
            assert!(page[at..].contains(&format!("/customers/{}#contracts", part.number)), "{page}");
        }
        assert!(!page.contains("FC-21"), "that binds somebody else: {page}");
        let page = program(&world, "ada").get(&format!("/customers/{}", group.number)).text;
        assert!(page.contains("FC-20") && !page.contains("FC-22"), "a part binds nobody above it: {page}");
    }
}

#[test]
fn a_notice_that_reaches_an_order_only_by_its_set_stands_on_the_order_and_in_its_way() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let key = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let line = orders::Line {
            no: 10,
            article: "Skid".into(),
            quantity: "1".into(),
            price: "42900.00".into(),
            ..orders::Line::default()
        };
        let open = |title: &str, party: i64, requirement_set: Option<i64>| {
            let order = orders::Order {
                lines: vec![line.clone()],
                currency: "EUR".into(),
                requirement_set,
                ..orders::Order::default()
            };
            let new = New { title, party: Some(party), ..New::default() };
            world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number
        };
        let order = open("A skid", world.meridian, Some(key));
        let other = open("Something else", world.meridian, None);
        let theirs = open("A pump", world.hallander, None);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/orders/{order}")).text;
        assert!(page.contains("What changes") && page.contains(&notice), "{page}");
        let mut carl = program(&world, "carl");
        let page = carl.get(&format!("/orders/{order}")).text;
        assert!(!page.contains(&notice), "it was not sent yet: {page}");
        sent(&world, &notice);
        let page = carl.get(&format!("/orders/{order}")).text;
        assert!(page.contains(&notice), "{page}");
        for number in [&other, &theirs] {
            assert!(!ada.get(&format!("/orders/{number}")).text.contains(&notice), "{number}");
        }
        let way = ada.get(&format!("/orders/{order}/way")).text;
        assert!(way.contains(&notice) && way.contains(&change), "{way}");
        let way = ada.get(&format!("/orders/{theirs}/way")).text;
        assert!(!way.contains(&notice) && !way.contains(&change), "{way}");
        assert_eq!(carl.get(&format!("/orders/{order}/way")).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn whoever_is_not_told_is_excused_with_a_reason_that_stays_ours() {
    for world in World::on_each_engine() {
        agree(&world, "K-1001", (60, false));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let notice = prepared(&world, &change).remove(0).number;
        let excuse =
            |who: &str, reason| world.person(who).does(|work| notices::excuse(work, &notice, reason));
        let refused = refusal(excuse("bob", "They know"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        assert!(refusal(excuse("ada", " ")).contains("Say why."));
        assert_eq!(state(&world, &notice), State::Prepared);
        excuse("ada", "Carl chose the rings himself on Thursday").unwrap();
        assert_eq!(state(&world, &notice), State::Excused);
        let page = program(&world, "amelia").get(&format!("/change-notices/{notice}")).text;
        assert!(page.contains("Carl chose the rings himself on Thursday"), "{page}");
        let address = format!("/change-notices/{notice}");
        assert_eq!(program(&world, "carl").get(&address).status, StatusCode::NOT_FOUND);
        let late = refusal(world.ada().does(|work| notices::issue(work, &notice, BASE)));
        assert!(late.contains("is not possible while it is"), "{late}");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.", "the release waits for nobody any more");
    }
}

#[test]
fn an_approval_that_was_agreed_is_excused_by_somebody_else_than_who_answers_for_the_change() {
    for world in World::on_each_engine() {
        agree(&world, "K-1001", (60, true));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0);
        assert_eq!((notice.asks, notice.blocks), (Asks::Approval, true));
        let (notice, told) =
            (notice.number, "Their approval was agreed. Ask somebody with the role “Quality”");
        let (page, form) = (format!("/change-notices/{notice}"), format!("/change-notices/{notice}/end"));
        let sent = json!({ "step": "excuse", "reason": "Carl chose the rings himself" });
        let mut ada = program(&world, "ada");
        let shown = ada.get(&page).text;
        assert!(shown.contains(told) && !shown.contains("end?step=excuse"), "{shown}");
        let came = ada.post_form(&form, &[("step", "excuse"), ("reason", "Carl chose the rings himself")]);
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(told), "{}", came.text);
        let came = ada.post_json(&format!("/api/v1{form}"), &sent);
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(told), "{}", came.text);

        // Whoever owns the notice is asked no more than whoever owns the change.
        let (bob, owner) = (world.bob().actor.person, world.ada().actor.person);
        let passes_on = |to| {
            world.ada().does(|work| {
                let mut case = work.find::<Notice>(&notice)?;
                work.redirect(&mut case, |it| it.owner = to)
            })
        };
        passes_on(bob).unwrap();
        let excuse = |who: &str| world.person(who).does(|work| notices::excuse(work, &notice, "They know"));
        assert!(refusal(excuse("bob")).contains(told));
        passes_on(owner).unwrap();
        assert!(refusal(excuse("clara")).contains("Only the owner may do this."));
        // Who handed it back answered for it all the same.
        assert!(refusal(excuse("bob")).contains(told));
        assert_eq!(state(&world, &notice), State::Prepared);

        let mut henrik = program(&world, "henrik");
        let shown = henrik.get(&page).text;
        assert!(shown.contains("end?step=excuse"), "{shown}");
        assert!(henrik.get(&format!("{form}?step=excuse")).status == StatusCode::OK);
        let came = henrik.post_json(&format!("/api/v1{form}"), &sent);
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        assert_eq!(state(&world, &notice), State::Excused);
        let shown = ada.get(&page).text;
        assert!(shown.contains("Carl chose the rings himself"), "{shown}");
        assert!(shown.contains("Decided by Henrik"), "{shown}");
    }
}

/// Passes a change on, as its owner or anybody else of the house may.
fn passes_on(world: &World, who: &str, change: &str, to: &str) {
    let owner = world.person(to).actor.person;
    world
        .person(who)
        .does(|work| {
            let mut case = work.find::<ChangeRequest>(change)?;
            work.redirect(&mut case, |it| it.owner = owner)
        })
        .unwrap();
}

#[test]
fn whoever_raised_a_change_or_handed_it_over_neither_excuses_nor_approves_it() {
    for world in World::on_each_engine() {
        agree(&world, "K-1001", (60, true));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        // Bob raised it, Henrik took it over, and Ada has it now and prepares who is told.
        let change = raise(&world, "bob", "Seals");
        propose(&world, "bob", &change, &reqs[0], "Seals FKM.");
        passes_on(&world, "henrik", &change, "henrik");
        passes_on(&world, "henrik", &change, "ada");
        let notice = prepared(&world, &change).remove(0).number;
        let excuse = |who: &str| world.person(who).does(|work| notices::excuse(work, &notice, "They know"));
        let told = "who neither raised the change nor prepared this notice, and never answered for either.";
        for who in ["bob", "henrik", "ada"] {
            assert!(refusal(excuse(who)).contains(told), "{who}");
            let shown = program(&world, who).get(&format!("/change-notices/{notice}")).text;
            assert!(!shown.contains("end?step=excuse"), "{who}: {shown}");
        }
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let sentence = refusal(sign(&world, "henrik", &change, &management, true));
        let own =
            "Nobody approves their own change. Ask somebody else of Management, who neither raised it nor";
        assert!(sentence.contains(own), "{sentence}");
        let shown = program(&world, "henrik").get(&format!("/changes/{change}")).text;
        assert!(!shown.contains(&format!("/changes/{change}/sign")), "{shown}");
    }
}

#[test]
fn whoever_is_to_approve_by_now_is_asked_anew_where_one_alone_left_them_out_or_asked_for_less() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        agree(&world, "K-1001", (0, false));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Hoses 4 m."]);
        let seals = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let hoses = approved(&world, "Hoses", &[(&reqs[1], "Hoses 5 m.")]);
        let (left_out, told) =
            (prepared(&world, &seals).remove(0).number, prepared(&world, &hoses).remove(0).number);
        world.ada().does(|work| notices::excuse(work, &left_out, "They know")).unwrap();
        sent(&world, &told);
        let missing = |change: &str| refusal(world.ada().does(|work| changes::release(work, change)));
        agree(&world, "K-1001", (0, true));
        let sentence = missing(&seals);
        let alone = "and whoever answered for it decided alone that they are not told";
        assert!(sentence.contains(alone) && sentence.contains(&left_out), "{sentence}");
        let sentence = missing(&hoses);
        let less = "approves the change, and they were asked for less";
        assert!(sentence.contains(less) && sentence.contains(&told), "{sentence}");

        // They are told anew, and somebody else excuses them or sends what asks for less.
        for (change, notice) in [(&seals, &left_out), (&hoses, &told)] {
            world.ada().does(|work| notices::withdraw(work, notice, "They approve by now")).unwrap();
            let anew = prepared(&world, change).remove(0);
            assert_eq!(anew.asks, Asks::Approval);
            world.bob().does(|work| notices::excuse(work, &anew.number, "They were here")).unwrap();
            let sentence = missing(change);
            assert!(!sentence.contains(alone) && !sentence.contains(less), "{sentence}");
            // What Bob decided while he answered for nothing stands when the change is his later.
            passes_on(&world, "ada", change, "bob");
            let sentence = missing(change);
            assert!(!sentence.contains(alone), "{sentence}");
        }
    }
}

#[test]
fn what_asks_less_than_was_agreed_is_sent_by_somebody_else_than_who_answers_for_the_change() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        agree(&world, "K-1001", (0, true));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        let less = Edit {
            effective_on: "2026-03-02".parse().ok(),
            asks: Asks::Acknowledgement,
            waiver: "Carl approved the rings on the drawing".into(),
            ..written(&world, &notice)
        };
        world.ada().does(|work| notices::edit(work, &notice, &less)).unwrap();
        let issue = |who: &str| world.person(who).does(|work| notices::issue(work, &notice, BASE));
        let sentence = refusal(issue("ada"));
        assert!(sentence.contains("or have it sent by somebody with the role “Quality”"), "{sentence}");
        // Asking less is no way around who excuses it.
        let excused = world.ada().does(|work| notices::excuse(work, &notice, "They know"));
        assert!(refusal(excused).contains("Their approval was agreed."));
        let shown = program(&world, "ada").get(&format!("/change-notices/{notice}")).text;
        assert!(
            shown.contains("or have it sent by") && !shown.contains(&format!("{notice}/issue")),
            "{shown}"
        );
        assert!(refusal(issue("clara")).contains("Only the owner may do this."));
        issue("bob").unwrap();
        assert_eq!(state(&world, &notice), State::Issued);
        assert!(next_letter(&world).contains("/notice/"));
    }
}

#[test]
fn a_notice_that_was_wrong_is_taken_back_and_its_link_opens_nothing() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        sent(&world, &notice);
        let link = link_in(&next_letter(&world));
        let withdraw =
            |who: &str, reason| world.person(who).does(|work| notices::withdraw(work, &notice, reason));
        let refused = refusal(withdraw("bob", "It names the wrong seals"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        assert!(refusal(withdraw("ada", "")).contains("Say why."));
        withdraw("ada", "It names the wrong seals").unwrap();
        assert_eq!(state(&world, &notice), State::Withdrawn);
        assert_eq!(client(&world.db).get(&link).status, StatusCode::GONE);
        let page = program(&world, "carl").get(&format!("/change-notices/{notice}")).text;
        assert!(page.contains("We took this back. Nothing is asked of you."), "{page}");
        assert!(!page.contains("It names the wrong seals"), "why is ours: {page}");
        let again: Vec<String> = prepared(&world, &change).into_iter().map(|it| it.number).collect();
        assert!(again.len() == 1 && again[0] != notice, "they are told anew: {again:?}");
    }
}

/// The code that went to Carl is typed at his link, in a browser of his.
fn with_the_code(world: &World, link: &str) -> web::testing::Client {
    let mut carl = client(&world.db);
    carl.post_form(&format!("{link}/code"), &[]);
    let words = next_letter(world);
    let code: String =
        words.split(|it: char| !it.is_ascii_digit()).find(|it| it.len() == 6).unwrap().to_owned();
    carl.post_form(&format!("{link}/enter"), &[("code", &code)]);
    carl
}

const YES: [(&str, &str); 3] =
    [("answer", "approved"), ("name", "Carl Whitfield"), ("role", "Project engineer")];

#[test]
fn an_old_link_signs_only_what_its_page_showed_and_the_customer_is_told_anew() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        agree(&world, "K-1001", (0, true));
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        world.ada().does(|work| customers::verify(work, "K-1001", CARL, customers::Proof::Answered)).unwrap();
        let management = crate::changes::management_approves(&world);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        // He is told early, and what is proposed becomes something else before the house approves it.
        let first = prepared(&world, &change).remove(0).number;
        sent(&world, &first);
        let link = link_in(&next_letter(&world));
        propose(&world, "ada", &change, &reqs[0], "Seals FKM, jacketed.");
        crate::changes::step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
        let mut carl = with_the_code(&world, &link);
        let refused = carl.post_form(&format!("{link}/answer"), &YES);
        assert!(refused.text.contains("What we propose is something else by now."), "{}", refused.text);
        assert_eq!(state(&world, &first), State::Issued);
        assert_eq!(crate::changes::state(&world, &change), "customer_approval", "nobody signed the new one");
        world.ada().does(|work| notices::withdraw(work, &first, "It becomes something else")).unwrap();
        let second = prepared(&world, &change).remove(0).number;
        sent(&world, &second);
        let link = link_in(&next_letter(&world));
        let mut carl = with_the_code(&world, &link);
        assert!(carl.get(&link).text.contains("jacketed"));
        assert_eq!(carl.post_form(&format!("{link}/answer"), &YES).status, StatusCode::OK);
        assert_eq!(crate::changes::state(&world, &change), "approved");
        let signed = world.ada().asks(|reader| reader.signatures(reader.mention_of(&change)?.id));
        let last = signed.iter().find(|it| it.meaning == kernel::Meaning::Confirmed).unwrap();
        let after = &last.content()["content"]["package"][0]["fields"][0]["after"];
        assert_eq!(after, &json!("Seals FKM, jacketed."), "his name is under what his page showed");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM, jacketed.");
        let sentence = refusal(world.ada().does(|work| notices::withdraw(work, &second, "Not so")));
        assert!(sentence.contains("The change is in force or over."), "{sentence}");
    }
}

#[test]
fn whoever_approved_something_else_is_asked_anew_before_the_release() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let notice = prepared(&world, &change).remove(0).number;
        sent(&world, &notice);
        let answer = Answering {
            answer: notices::Answer::Objected,
            words: "Not on caustic.".into(),
            name: "Carl Whitfield".into(),
            source: "Telephone, 3 March".into(),
        };
        world.ada().does(|work| notices::answer(work, &notice, &answer, (None, None))).unwrap();
        world.ada().does(|work| notices::settle(work, &notice, "EPDM stays on caustic")).unwrap();
        world.ada().does(|work| changes::send_back(work, &change, "Not on caustic")).unwrap();
        propose(&world, "ada", &change, &reqs[0], "Seals FKM, EPDM on caustic.");
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let management = crate::changes::function(&world, "Management");
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        let told = format!("was told of something else than what is proposed now ({notice}).");
        assert!(sentence.contains(&told), "{sentence}");
        let page = program(&world, "ada").get(&format!("/changes/{change}")).text;
        assert!(page.contains(&told), "{page}");
        // Of a notice that was sent before fingerprints were kept, nobody knows that it told something else.
        testbed::tamper(&world.address, "update notice_of_change set stands_for = '';").unwrap();
        let page = program(&world, "ada").get(&format!("/changes/{change}")).text;
        assert!(!page.contains(&told), "{page}");
        let end = json!({ "step": "withdraw", "reason": "EPDM stays on caustic" });
        let taken = program(&world, "ada").post_json(&format!("/api/v1/change-notices/{notice}/end"), &end);
        assert_eq!(taken.json()["state"], json!("withdrawn"));
        let again = prepared(&world, &change).remove(0).number;
        sent(&world, &again);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM, EPDM on caustic.");
    }
}

#[test]
fn what_reaches_somebody_only_since_their_notice_was_prepared_is_told_before_the_release() {
    for world in World::on_each_engine() {
        let (pump, _) = crate::releases::pump_and_order(&world);
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let names_the_pump = |number: &str| {
            let it = world.ada().asks(|reader| reader.find::<Notice>(number)).body;
            it.package.iter().any(|it| it.item == pump)
        };
        let is_something_else = || {
            let all = world
                .ada()
                .asks(|reader| notices::missing_before_release(reader, reader.mention_of(&change)?.id));
            all.iter().any(|it| it.sentence.to_string().contains("was told of something else"))
        };
        // They ordered the pump, which is accepted before their notice goes out.
        let first = prepared(&world, &change).remove(0).number;
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        assert!(!names_the_pump(&first));
        sent(&world, &first);
        assert!(names_the_pump(&first) && !is_something_else());
        world.ada().does(|work| notices::withdraw(work, &first, "Without the pump")).unwrap();

        // It is accepted when they know of the seals already.
        world.ada().does(|work| changes::undecide(work, &change, line)).unwrap();
        let second = prepared(&world, &change).remove(0).number;
        sent(&world, &second);
        let knows = Answering {
            answer: notices::Answer::Acknowledged,
            name: "Carl Whitfield".into(),
            source: "Telephone, 3 March".into(),
            ..Answering::default()
        };
        world.ada().does(|work| notices::answer(work, &second, &knows, (None, None))).unwrap();
        assert!(!names_the_pump(&second) && !is_something_else());
        take(&world, "ada", &change, &pump, Action::Change).unwrap();
        assert!(is_something_else(), "nobody told them of the pump");
        world.ada().does(|work| notices::withdraw(work, &second, "With the pump")).unwrap();
        let third = prepared(&world, &change).remove(0).number;
        sent(&world, &third);
        assert!(names_the_pump(&third) && !is_something_else());
    }
}

#[test]
fn what_the_change_says_goes_out_and_what_somebody_wrote_of_it_is_read_again_first() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let says = |words: &str| {
            world
                .ada()
                .does(|work| {
                    let mut case = work.find::<ChangeRequest>(&change)?;
                    work.revise(&mut case, |it| it.for_customer = words.to_owned())
                })
                .unwrap();
        };
        let keeps = |number: &str, words: Option<&str>| {
            let words = words.map(str::to_owned);
            let it = Edit { words, effective_on: "2026-03-02".parse().ok(), ..written(&world, number) };
            world.ada().does(|work| notices::edit(work, number, &it)).unwrap();
        };
        let words = |number: &str| world.ada().asks(|reader| reader.find::<Notice>(number)).body.words;
        // Nobody wrote anything: the words are those of the change, whatever it says by now.
        let first = prepared(&world, &change).remove(0).number;
        keeps(&first, None);
        assert!(words(&first).contains("PTFE"), "{}", words(&first));
        says("The seals become jacketed.");
        for place in ["edit", "issue"] {
            let page = program(&world, "ada").get(&format!("/change-notices/{first}/{place}")).text;
            assert!(page.contains("The seals become jacketed."), "{place}: {page}");
        }
        world.ada().does(|work| notices::issue(work, &first, BASE)).unwrap();
        assert_eq!(words(&first), "The seals become jacketed.");
        world.ada().does(|work| notices::withdraw(work, &first, "It becomes something else")).unwrap();
        // Ada wrote of what is not proposed any more.
        let second = prepared(&world, &change).remove(0).number;
        keeps(&second, Some("Your seals get a jacket."));
        says("The seals become solid.");
        let refused = |number: &str| {
            let sentence = refusal(world.ada().does(|work| notices::issue(work, number, BASE)));
            assert!(sentence.contains("The change says something else by now."), "{sentence}");
        };
        refused(&second);
        keeps(&second, None);
        refused(&second);
        keeps(&second, Some("Your seals become solid."));
        world.ada().does(|work| notices::issue(work, &second, BASE)).unwrap();
        assert_eq!(words(&second), "Your seals become solid.");
    }
}

#[test]
fn whoever_writes_a_notice_second_is_told_sends_it_again_and_is_kept() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let number = prepared(&world, &change).remove(0).number;
        let mut ada = program(&world, "ada");
        let at = format!("/change-notices/{number}/edit");
        let page = ada.get(&at).text;
        assert!(page.contains(&format!(r#"data-draft="notice:{number}""#)), "what is typed is kept: {page}");
        let asks = kernel::Vocabulary::code(written(&world, &number).asks);
        let mut send = |version: &str, words: &str| {
            let fields = [
                ("version", version),
                ("words", words),
                ("asks", asks.as_str()),
                ("effective_on", "2026-03-02"),
            ];
            ada.post_form(&at, &fields)
        };
        let seen = version_of(&page);
        assert_eq!(send(&seen, "Your seals last longer.").status, StatusCode::SEE_OTHER);
        let late = send(&seen, "Your seals get a jacket.");
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        for shown in ["Somebody else changed it first. Look at it again", "Your seals get a jacket."] {
            assert!(late.text.contains(shown), "{shown} is not in {}", late.text);
        }
        let again = send(&version_of(&late.text), "Your seals get a jacket.");
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
        let kept = world.ada().asks(|reader| reader.find::<Notice>(&number)).body;
        assert_eq!(kept.words, "Your seals get a jacket.");
    }
}

#[test]
fn whoever_was_told_hears_what_becomes_of_the_change_and_its_links_close() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let read = |number: &str| program(&world, "carl").get(&format!("/change-notices/{number}")).text;
        let told = |number: &str| {
            let all =
                program(&world, "carl").get(&format!("/api/v1/change-notices/{number}/outcomes")).json();
            all.as_array()
                .unwrap()
                .iter()
                .map(|it| it["outcome"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let first = prepared(&world, &change).remove(0).number;
        sent(&world, &first);
        let link = link_in(&next_letter(&world));
        assert!(read(&first).contains("It reaches you from"));
        world.ada().does(|work| changes::send_back(work, &change, "Another maker")).unwrap();
        let words = next_letter(&world);
        assert!(words.contains("We look again at the change") && words.contains(&first), "{words}");
        assert_eq!(client(&world.db).get(&link).status, StatusCode::GONE);
        let page = read(&first);
        assert!(page.contains("We look at it again.") && !page.contains("It reaches you from"), "{page}");
        assert_eq!(
            (state(&world, &first), told(&first)),
            (State::Withdrawn, vec!["looked_at_again".to_owned()])
        );
        was_taken(&first, "lapse");

        // What they answered stands, and they hear that it is in force.
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let second = prepared(&world, &change).remove(0).number;
        sent(&world, &second);
        let link = link_in(&next_letter(&world));
        let yes = [("answer", "acknowledged")];
        assert_eq!(client(&world.db).post_form(&format!("{link}/answer"), &yes).status, StatusCode::OK);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert!(next_letter(&world).contains("is in force."));
        assert!(read(&second).contains("It is in force since"), "{}", read(&second));
        assert_eq!(
            (state(&world, &second), told(&second)),
            (State::Acknowledged, vec!["in_force".to_owned()])
        );

        // What is off asks nobody any more, whether it went out or not, and an objection needs no talk.
        let other = raise(&world, "ada", "Rings");
        propose(&world, "ada", &other, &reqs[0], "Seals PTFE.");
        let third = prepared(&world, &other).remove(0).number;
        sent(&world, &third);
        next_letter(&world);
        let no = Answering {
            answer: notices::Answer::Objected,
            words: "FKM has to stay.".into(),
            name: "Carl Whitfield".into(),
            source: "Telephone, 3 March".into(),
        };
        world.ada().does(|work| notices::answer(work, &third, &no, (None, None))).unwrap();
        world.henrik().does(|work| changes::reject(work, &other, "Carl is right")).unwrap();
        assert!(next_letter(&world).contains("Nothing changes for you by it"));
        assert_eq!(state(&world, &third), State::Withdrawn);
        assert!(read(&third).contains("We do not go on with it."), "{}", read(&third));
        let asked = world.ada().asks(|reader| reader.tasks(reader.mention_of(&third)?.id));
        assert!(asked.iter().all(|it| it.settled_at.is_some()), "{asked:?}");
        assert_eq!(
            program(&world, "eve").get(&format!("/api/v1/change-notices/{third}/outcomes")).status,
            404
        );

        let last = raise(&world, "ada", "Frames");
        propose(&world, "ada", &last, &reqs[0], "Seals of rubber.");
        let fourth = prepared(&world, &last).remove(0).number;
        world.ada().does(|work| changes::withdraw(work, &last, "Asked by mistake")).unwrap();
        assert_eq!(state(&world, &fourth), State::Withdrawn);
        assert!(world.db.take_letter().unwrap().is_none(), "who was not told hears nothing");
    }
}

#[test]
fn whoever_was_told_that_something_ends_hears_that_it_goes_on() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let management = crate::changes::management_approves(&world);
        let (set, _) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "The skid is sold no more");
        take(&world, "ada", &change, &set, Action::Remove).unwrap();
        let later = |work: &mut kernel::Work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| {
                it.effective_from = "2026-05-04".into();
                it.for_customer = "The skid is sold no more.".into();
            })
        };
        world.ada().does(later).unwrap();
        crate::changes::step(&world, "bob", &change, "screen").unwrap();
        crate::changes::fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let notice = prepared(&world, &change).remove(0).number;
        let it = Edit { effective_on: "2026-05-04".parse().ok(), ..written(&world, &notice) };
        world.ada().does(|work| notices::edit(work, &notice, &it)).unwrap();
        world.ada().does(|work| notices::issue(work, &notice, BASE)).unwrap();
        assert!(next_letter(&world).contains(&format!("{set} CIP 3 dosing skid (ends)")));
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        next_letter(&world);
        // He follows it, too, and reads there that it ends.
        world.ada().does(|work| changes::let_follow(work, &change, None)).unwrap();
        let mut carl = program(&world, "carl");
        let page = carl.get(&format!("/changes/{change}")).text;
        assert!(page.contains("Taken away"), "{page}");
        let told = carl.get(&format!("/api/v1/changes/{change}/told")).json();
        assert_eq!(told["changes"], json!([set]));
        let line =
            world.ada().asks(|reader| changes::items(reader, reader.mention_of(&change)?.id)).remove(0).id;
        world.ada().does(|work| changes::take_end_back(work, &change, line, "Sold again")).unwrap();
        let words = next_letter(&world);
        assert!(words.contains(&set) && words.contains("It does not end: it goes on"), "{words}");
        assert!(!words.contains("Sold again"), "why is ours: {words}");
        let page = program(&world, "carl").get(&format!("/change-notices/{notice}")).text;
        assert!(page.contains("does not end: it goes on as you know it."), "{page}");
        assert!(page.contains("Its end was taken back: it goes on.") && !page.contains("It ends."), "{page}");
        let page = carl.get(&format!("/changes/{change}")).text;
        assert!(page.contains("Its end was taken back: it goes on."), "{page}");
        assert!(!page.contains("Taken away") && !page.contains("Sold again"), "{page}");
        let told = carl.get(&format!("/api/v1/changes/{change}/told")).json();
        assert_eq!(told["changes"], json!([]));
        let told = program(&world, "carl").get(&format!("/api/v1/change-notices/{notice}/outcomes")).json();
        assert_eq!(told[1]["outcome"], "goes_on", "{told}");
        assert!(told[1]["item"].as_str().unwrap().starts_with(&set), "{told}");
    }
}

#[test]
fn what_was_said_of_the_day_is_kept_or_they_are_told_anew() {
    for world in World::on_each_engine() {
        agree(&world, "K-1001", (60, false));
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let notice = prepared(&world, &change).remove(0).number;
        let in_may = |number: &str, waiver: &str| {
            let it = Edit {
                effective_on: "2026-05-01".parse().ok(),
                notice_days: Some(60),
                waiver: waiver.to_owned(),
                ..written(&world, number)
            };
            world.ada().does(|work| notices::edit(work, number, &it)).unwrap();
            world.ada().does(|work| notices::issue(work, number, BASE)).unwrap();
        };
        in_may(&notice, "");
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains("was told that it reaches them from"), "{sentence}");
        assert!(sentence.contains(&notice), "{sentence}");
        world.ada().does(|work| notices::withdraw(work, &notice, "Carl wants them at once")).unwrap();
        let again = prepared(&world, &change).remove(0).number;
        in_may(&again, "Nothing of theirs is delivered before");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.");

        // Who waits with the release until that day keeps what was said, and nobody is asked anew, also where an open line
        // was to get it before: it gets it with the release.
        let line = orders::Line {
            no: 10,
            article: "CIP 3".into(),
            quantity: "1".into(),
            price: "42900.00".into(),
            ..orders::Line::default()
        };
        let ordered = orders::Order {
            lines: vec![line],
            currency: "EUR".into(),
            requirement_set: Some(world.ada().asks(|reader| reader.mention_of(&set)).id),
            ..orders::Order::default()
        };
        let new = New { title: "A skid", party: Some(world.meridian), ..New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &ordered)).unwrap().number;
        let change = approved(&world, "Frame", &[(&reqs[1], "Frame of 1.4404.")]);
        let decided = changes::ForOrders {
            lines: vec![format!("{order}/10")],
            takes: kernel::Gets::New,
            basis: kernel::Basis::Day,
            starts: "2026-03-05".to_owned(),
            reason: "The frame is cut then".to_owned(),
        };
        world.ada().does(|work| changes::decide_orders(work, &change, &decided)).unwrap();
        let notice = prepared(&world, &change).remove(0).number;
        in_may(&notice, "");
        let ada = world.ada().actor;
        let released_on = |day: &str| {
            let at = format!("{day}T09:00:00Z").parse().unwrap();
            world.db.write_at(&ada, at, |work| changes::release(work, &change).map(drop))
        };
        let sentence = refusal(released_on("2026-04-30"));
        assert!(sentence.contains("Wait with the release until that day"), "{sentence}");
        released_on("2026-05-01").unwrap();
        assert_eq!(statement(&world, &reqs[1]), "Frame of 1.4404.");
    }
}

#[test]
fn whoever_ordered_by_a_set_of_nobody_is_told_with_the_order_as_reason() {
    for world in World::on_each_engine() {
        let new = New { title: "Pump of the house", ..New::default() };
        let ada = world.ada();
        let set =
            ada.does(|work| requirements::open_set(work, &new, &requirements::RequirementSet::default()));
        let set = set.unwrap();
        let one = requirements::NewRequirement {
            body: requirements::Requirement { statement: "Seals EPDM.".into(), ..Default::default() },
            ..Default::default()
        };
        let made =
            ada.does(|work| requirements::add_many(work, &set.number, std::slice::from_ref(&one))).unwrap();
        let requirement = made[0].number.clone();
        ada.does(|work| requirements::release(work, &set.number, "as sold")).unwrap();
        let line = orders::Line {
            no: 10,
            article: "Pump".into(),
            quantity: "1".into(),
            price: "42900.00".into(),
            ..orders::Line::default()
        };
        let order = orders::Order {
            lines: vec![line],
            currency: "EUR".into(),
            requirement_set: Some(set.id),
            ..orders::Order::default()
        };
        let new = New { title: "A pump", party: Some(world.hallander), ..New::default() };
        let order = ada.does(|work| orders::open_order(work, &new, &order)).unwrap().number;
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &requirement, "Seals FKM.");
        let all = ada.asks(|reader| notices::recipients(reader, reader.mention_of(&change)?.id));
        let theirs = all.iter().find(|it| it.number == "K-1002").unwrap();
        let why: Vec<_> = theirs.reasons.iter().map(|it| (it.because, &it.item, &it.order)).collect();
        assert_eq!(why, [(Because::OpenOrder, &requirement, &order)]);
        let notice = prepared(&world, &change).into_iter().find(|it| it.party == world.hallander).unwrap();
        let kept = ada.asks(|reader| reader.find::<Notice>(&notice.number)).body;
        assert_eq!(kept.package[0].item, requirement);
    }
}
