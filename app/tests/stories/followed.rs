//! A customer follows what they asked for, from the first day: how far it is, and nothing of what is ours.

use axum::http::Method;
use changes::{ChangeRequest, NewItem, Source, Told};
use kernel::{Audience, Basis, Error, ExtraField, New, Wanted};
use serde_json::json;
use web::testing::Client;

use crate::changes::{
    TODAY, agreed_set, asked_about, carl_says, fix, function, management_approves, propose, raise, sign,
    state, step,
};
use crate::conversations::from_carl;
use crate::world::{World, program, refusal, version_of};

const ASKED: &str = "Can you also use seals that stand peracetic acid?";
const WORDS: &str = "Your seals will stand peracetic acid.";
/// What of a change is ours: need, proposal, risk, finding, reason, cost, who is asked.
const OURS: [&str; 7] =
    ["Mintmarker", "Limemarker", "Rustmarker", "Plummarker", "Sandmarker", "2718", "Quality"];

/// Carl asks in a mail, and Ada raises the change: the conversation and the change.
fn asked_by_carl(world: &World) -> (String, String) {
    let intake = conversations::Intake::read(from_carl("seals@meridian", "", ASKED));
    let mail = world.ada().does(|work| conversations::take_in(work, &intake)).unwrap().number;
    let cause = world.ada().asks(|reader| reader.mention_of(&mail)).id;
    let body = ChangeRequest {
        source: Source::Customer,
        cause: Some(cause),
        passage: ASKED.into(),
        need: "Mintmarker: EPDM swells.".into(),
        proposal: "Limemarker: FKM, jacketed.".into(),
        risk_words: "Rustmarker: the head leaks.".into(),
        for_customer: WORDS.into(),
        effective_by: Basis::Day,
        effective_from: TODAY.into(),
        ..ChangeRequest::default()
    };
    let new = New { title: "Seals for peracetic acid", party: Some(world.meridian), ..New::default() };
    (mail, world.ada().does(|work| changes::raise(work, &new, &body)).unwrap().number)
}

fn page_of(who: &mut Client, change: &str) -> String {
    let came = who.get(&format!("/changes/{change}"));
    assert_eq!(came.status, 200, "{}", came.text);
    came.text
}

fn says(world: &World, change: &str, edit: fn(&mut ChangeRequest)) {
    let edits = world.ada().does(|work| {
        let mut case = work.find::<ChangeRequest>(change)?;
        work.revise(&mut case, edit)
    });
    edits.unwrap();
}

#[test]
fn a_customer_who_asked_follows_the_change_from_the_first_day_until_it_is_in_force() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let (management, quality) = (management_approves(&world), function(&world, "Quality"));
        let (mail, change) = asked_by_carl(&world);
        let (mut ada, mut carl, mut eve) =
            (program(&world, "ada"), program(&world, "carl"), program(&world, "eve"));
        propose_of_ours(&world, &change, &reqs[0]);
        step(&world, "bob", &change, "screen").unwrap();
        let (at, told) = (format!("/changes/{change}"), format!("/api/v1/changes/{change}/told"));
        assert_eq!(carl.get(&at).status, 404, "nobody has let him see it yet");
        let page = page_of(&mut ada, &change);
        let (offered, steps) = (page.find("Let the customer follow it"), page.find("Ask for impacts"));
        assert!(offered.unwrap() < steps.unwrap(), "it is offered first: {page}");
        assert_eq!(ada.post_form(&format!("{at}/follow"), &[]).status, 303);
        let deeds = world.ada().asks(|reader| reader.trail(reader.mention_of(&change)?.id, false, 0, 100));
        assert_eq!(deeds.last().unwrap().deed, "let_follow");
        assert!(page_of(&mut ada, &change).contains("They follow it"));

        let page = page_of(&mut carl, &change);
        for words in [
            "Seals for peracetic acid",
            "Being checked by us",
            "We look at it. Nothing is asked of you now.",
            "Received",
            "Looked at",
            "2 March 2026",
            "Your words",
            ASKED,
            &format!("/conversations/{mail}"),
            WORDS,
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        for words in ["Shown to you", "Decided", "In force since", "/confirm", &reqs[0], &set] {
            assert!(!page.contains(words), "{words}: {page}");
        }
        let list = carl.get("/changes").text;
        assert!(list.contains(&change) && list.contains("Being checked by us"), "{list}");
        let talk = carl.get(&format!("/conversations/{mail}")).text;
        assert!(talk.contains(&change), "what came of his words stands beside them: {talk}");
        let own = carl.get(&format!("/requirements/{}", reqs[0])).text;
        assert!(!own.contains(&change), "that it may be touched is ours: {own}");
        let links = format!("/api/v1/changes/{change}/links");
        let tied = carl.get(&links).text;
        assert!(tied.contains(&mail) && !tied.contains(&reqs[0]), "{tied}");
        let read = carl.get(&told).json();
        assert_eq!(read["says"], json!("We look at it. Nothing is asked of you now."), "{read}");
        assert_eq!(read["asked"], json!({ "words": ASKED, "record": mail }), "{read}");
        assert_eq!((&read["decided_at"], &read["changes"]), (&json!(null), &json!([])), "{read}");
        assert!(!read["received_at"].is_null() && !read["looked_at"].is_null(), "{read}");

        // It goes its way, and he reads how far it is without anybody telling him.
        let due = Some(TODAY.parse().unwrap());
        let ask = |work: &mut kernel::Work| {
            changes::ask_impacts(work, &change, std::slice::from_ref(&quality), due)
        };
        world.ada().does(ask).unwrap();
        let finds = Told {
            is_possible: true,
            finding: "Plummarker: six rings are tried.",
            cost: "2718",
            days: Some(28),
            aspects: vec![],
        };
        world.bob().does(|work| changes::answer(work, &change, &quality, &finds)).unwrap();
        fix(&world, &change);
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        world.ada().does(|work| work.remark(id, "Sandmarker", kernel::Audience::Internal).map(drop)).unwrap();
        is_read_alone(&world, &mut carl, &mut eve, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "bob", &change, &quality, true).unwrap();
        is_read_alone(&world, &mut carl, &mut eve, &change);
        sign(&world, "henrik", &change, &management, true).unwrap();
        let page = page_of(&mut carl, &change);
        assert!(page.contains("It is approved, and we prepare it.") && page.contains("Decided"), "{page}");
        assert!(!page.contains("<ins>") && !page.contains("I approve it"), "{page}");
        step(&world, "ada", &change, "plan").unwrap();
        step(&world, "ada", &change, "implement").unwrap();
        is_read_alone(&world, &mut carl, &mut eve, &change);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let page = page_of(&mut carl, &change);
        for words in ["It is in force.", "In force since", "<del>EPDM</del>", "<ins>FKM</ins>", WORDS, ASKED]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        let read = carl.get(&told).json();
        assert_eq!(read["changes"], json!([reqs[0]]), "{read}");
        assert!(!read["in_force_at"].is_null(), "{read}");
        let own = carl.get(&format!("/requirements/{}", reqs[0])).text;
        assert!(own.contains(&change), "now it leads to what changed it: {own}");
        is_read_alone(&world, &mut carl, &mut eve, &change);
        assert!(carl.get(&links).text.contains(&reqs[0]), "and the other way round");
        // What fails is mended, and what he was told stays true.
        let criterion = world.ada().asks(|reader| changes::criteria(reader, id)).remove(0).id;
        let fails = (changes::Verdict::Fail, "+9 %", "L-26-77");
        world.bob().does(|work| changes::judge(work, &change, criterion, fails)).unwrap();
        assert_eq!(state(&world, &change), "implementing");
        assert!(page_of(&mut carl, &change).contains("It is in force."));
        let sentence = refusal(world.ada().does(|work| changes::let_follow(work, &change, None)));
        assert!(sentence.contains("Verify it again first"), "{sentence}");
    }
}

/// What Carl's requirement is to say, with a reason that is ours.
fn propose_of_ours(world: &World, change: &str, requirement: &str) {
    let new = NewItem { name: requirement, reason: "Sandmarker", ..NewItem::default() };
    let fields = crate::changes::fields(&[("statement", "Seals FKM.")]);
    let proposes = world.ada().does(|work| {
        let line = changes::decide(work, change, &new)?;
        changes::propose(work, change, line, &fields)
    });
    proposes.unwrap();
}

/// Carl reads nothing of what is ours, and Eve nothing at all.
fn is_read_alone(world: &World, carl: &mut Client, eve: &mut Client, change: &str) {
    let (at, api) = (format!("/changes/{change}"), format!("/api/v1/changes/{change}"));
    for address in [&at, &api, &format!("{api}/told"), &format!("{api}/revisions"), "/changes"] {
        let came = carl.get(address);
        assert_eq!(came.status, 200, "{address}");
        for word in OURS {
            assert!(!came.text.contains(word), "{word} at {address}: {}", came.text);
        }
    }
    for address in [&at, &api, &format!("{api}/told"), &format!("{at}/confirm")] {
        assert_eq!(eve.get(address).status, 404, "{address}");
    }
    for address in ["/changes", "/api/v1/changes", "/search?q=peracetic"] {
        let came = eve.get(address).text;
        assert!(!came.contains(change), "{address}: {came}");
    }
    let finds = |who: &str| {
        world.person(who).asks(|reader| {
            let rows = reader.list("CR", &Wanted::default())?.rows;
            let count = reader.count("CR", &Wanted::default(), 100)?;
            Ok((rows.len(), count, reader.search(WORDS, Some("CR"), 9)?.len()))
        })
    };
    assert_eq!((finds("carl"), finds("eve")), ((1, 1, 1), (0, 0, 0)));
    let by_ours = world.carl().asks(|reader| reader.search("Mintmarker", None, 9));
    assert!(by_ours.is_empty(), "{by_ours:?}");
}

#[test]
fn following_wants_a_customer_and_words_for_them_and_ends_when_it_is_taken_back() {
    for world in World::on_each_engine() {
        let (_, change) = asked_by_carl(&world);
        let follows =
            |who: &str, change: &str| world.person(who).does(|work| changes::let_follow(work, change, None));
        let ends = |who: &str| world.person(who).does(|work| changes::follow_no_more(work, &change, None));
        let body = world.ada().asks(|reader| reader.find::<ChangeRequest>(&change)).body;
        let nobodys = New { title: "For nobody", ..New::default() };
        let nobodys = world.ada().does(|work| changes::raise(work, &nobodys, &body)).unwrap().number;
        let sentence = refusal(follows("ada", &nobodys));
        assert!(sentence.contains("Say for which customer it is"), "{sentence}");
        says(&world, &change, |it| it.for_customer = String::new());
        let sentence = refusal(follows("ada", &change));
        assert!(sentence.contains("Say it in the words of the customer"), "{sentence}");
        let page = page_of(&mut program(&world, "ada"), &change);
        assert!(page.contains("Say it in the words of the customer"), "{page}");
        says(&world, &change, |it| it.for_customer = WORDS.into());
        for (who, words) in [("ben", "Only the roles"), ("amelia", "You may read everything")] {
            let sentence = refusal(follows(who, &change));
            assert!(sentence.contains(words), "{who}: {sentence}");
        }
        assert!(matches!(follows("carl", &change), Err(Error::NotFound)));
        assert!(refusal(ends("ada")).contains("does not follow it."));
        // Bob screens it, and Ada owns it: either may.
        follows("bob", &change).unwrap();
        assert!(refusal(follows("ada", &change)).contains("reads what it says now."));
        assert!(refusal(follows("carl", &change)).contains("Only members of staff may do this."));
        assert!(refusal(ends("ben")).contains("Only the roles"));
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let any = [("if-match", "*")];
        for at in ["follow", "unfollow"] {
            let to = format!("/api/v1/changes/{change}/{at}");
            let came = carl.send_json(Method::POST, &to, &any, &json!({}));
            assert_eq!(came.status, 404, "{at}: {}", came.text);
            assert_eq!(carl.post_form(&format!("/changes/{change}/{at}"), &[]).status, 404, "{at}");
        }
        let theirs = ada.get(&format!("/api/v1/changes/{change}/told"));
        assert!(
            theirs.status == 409 && theirs.text.contains("Only the customer may do this."),
            "{}",
            theirs.text
        );

        // Other words are shown to him when somebody says so, not while they are written.
        says(&world, &change, |it| it.for_customer = "Your seals will stand every acid.".into());
        assert!(page_of(&mut carl, &change).contains(WORDS));
        assert!(page_of(&mut ada, &change).contains("By now you say it otherwise."));
        let to = format!("/api/v1/changes/{change}/follow");
        assert_eq!(ada.post_json(&to, &json!({})).status, 428, "a program says what it has seen");
        let came = ada.send_json(Method::POST, &to, &any, &json!({})).json();
        assert_eq!((&came["number"], &came["is_followed"]), (&json!(change), &json!(true)), "{came}");
        let page = page_of(&mut carl, &change);
        assert!(page.contains("every acid") && !page.contains(WORDS), "{page}");

        // It is his customer's alone, as long as they follow it.
        let case = world.ada().asks(|reader| reader.find::<ChangeRequest>(&change));
        let edit = changes::Edit {
            number: &change,
            version: None,
            title: &case.record.title,
            party: Some(world.hallander),
            due: None,
        };
        let moves = || world.ada().does(|work| changes::edit(work, &edit, case.body.clone()));
        assert!(refusal(moves()).contains("The customer of"));
        assert_eq!(ada.post_form(&format!("/changes/{change}/unfollow"), &[]).status, 303);
        let deeds = world.ada().asks(|reader| reader.trail(case.record.id.raw(), false, 0, 100));
        assert_eq!(deeds.last().unwrap().deed, "follows_no_more");
        for address in ["", "/told", "/revisions"] {
            assert_eq!(carl.get(&format!("/api/v1/changes/{change}{address}")).status, 404, "{address}");
        }
        assert_eq!(carl.get(&format!("/changes/{change}")).status, 404);
        let found = world.carl().asks(|reader| {
            Ok((
                reader.count("CR", &Wanted::default(), 9)?,
                reader.search("every acid", Some("CR"), 9)?.len(),
            ))
        });
        assert_eq!(found, (0, 0));
        let ours = world.ada().asks(|reader| reader.search("every acid", Some("CR"), 9));
        assert_eq!(ours.len(), 1, "we find it as before");
        // Of another customer it tells nothing that the first one read, nor what the first one asked.
        moves().unwrap();
        follows("ada", &change).unwrap();
        let mut eve = program(&world, "eve");
        assert!(!page_of(&mut eve, &change).contains(ASKED), "these were Carl's words");
        let read = eve.get(&format!("/api/v1/changes/{change}/revisions")).json();
        assert_eq!(read["items"].as_array().unwrap().len(), 1, "{read}");
        assert_eq!(carl.get(&format!("/changes/{change}")).status, 404);
        // She reads it in her language, also that it is put off, taken up again and given up.
        let until = "2026-04-01".parse().ok();
        world.bob().does(|work| changes::defer(work, &change, until, "Sandmarker")).unwrap();
        let page = page_of(&mut eve, &change);
        assert!(page.contains("Wir haben sie aufgeschoben.") && !page.contains("Entschieden"), "{page}");
        world.bob().does(|work| changes::resume(work, &change)).unwrap();
        assert!(page_of(&mut eve, &change).contains("Wir sehen sie uns an."));
        world.ada().does(|work| changes::withdraw(work, &change, "Sandmarker")).unwrap();
        let page = page_of(&mut eve, &change);
        assert!(page.contains("Wir verfolgen sie nicht weiter.") && page.contains("Entschieden"), "{page}");
        assert!(!page.contains("Sandmarker"), "why is ours: {page}");
    }
}

#[test]
fn what_is_shown_of_a_change_is_neither_reviewed_nor_offered_for_confirmation() {
    for world in World::on_each_engine() {
        let (_, change) = asked_by_carl(&world);
        world.ada().does(|work| changes::let_follow(work, &change, None)).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let mut bob = program(&world, "bob");
        let told = "is a change: functions approve it, and its customer where they have to.";
        let begin = bob.get("/reviews/new").text;
        assert!(!begin.contains(&change), "{begin}");
        for at in ["reviews", "sign-offs"] {
            let form = bob.get(&format!("/{at}/new?subject={id}"));
            assert!(form.status == 409 && form.text.contains(told), "{at}: {}", form.text);
            assert!(form.text.contains(&format!("/changes/{change}#approval")), "{at}: {}", form.text);
            let came =
                bob.post_json(&format!("/api/v1/{at}"), &json!({ "subject": change, "title": "Seals" }));
            assert!(came.status == 409 && came.text.contains(told), "{at}: {}", came.text);
            let came = bob.post_form(&format!("/{at}"), &[("subject", &id.to_string())]);
            assert!(came.status == 409 && came.text.contains(told), "{at}: {}", came.text);
        }
    }
}

#[test]
fn following_is_never_being_asked_and_touches_no_signature() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Seals of the wet ends");
        says(&world, &change, |it| {
            it.needs_customer = true;
            it.for_customer = WORDS.into();
        });
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        world.ada().does(|work| changes::let_follow(work, &change, None)).unwrap();
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let page = page_of(&mut carl, &change);
        assert!(!page.contains("Received"), "he did not ask for it: {page}");
        let asks = carl.get(&format!("/changes/{change}/confirm"));
        assert_eq!(asks.status, 409, "{}", asks.text);
        assert!(refusal(carl_says(&world, &change, true, "")).contains("does not wait for your approval."));
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        assert!(!page_of(&mut carl, &change).contains("<ins>"));
        sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(state(&world, &change), "customer_approval");

        let page = page_of(&mut carl, &change);
        for words in ["We ask you whether you approve it.", "Shown to you", "<ins>FKM</ins>", "/confirm"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(carl.get(&format!("/api/v1/changes/{change}/told")).json()["waits"], json!(true));
        // What lies before him to be signed is neither taken away nor put in other words.
        let sentence = refusal(world.ada().does(|work| changes::follow_no_more(work, &change, None)));
        assert!(sentence.contains("was asked whether they approve it"), "{sentence}");
        let sentence = refusal(world.ada().does(|work| changes::let_follow(work, &change, None)));
        assert!(sentence.contains("was asked whether they approve it"), "{sentence}");
        assert!(!page_of(&mut ada, &change).contains("/unfollow"));
        carl_says(&world, &change, true, "").unwrap();
        assert_eq!(state(&world, &change), "approved");
        let page = page_of(&mut carl, &change);
        assert!(page.contains("Approved by Carl Whitfield") && page.contains("Decided"), "{page}");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let page = page_of(&mut carl, &change);
        assert!(page.contains("It is in force.") && page.contains("Approved by Carl Whitfield"), "{page}");
    }
}

#[test]
fn who_declined_reads_what_came_into_force_instead_beside_what_they_said() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = asked_about(&world, "Seals of the wet ends", (&reqs[0], "Seals FKM."), &management);
        carl_says(&world, &change, false, "Not FKM.").unwrap();
        world.ada().does(|work| changes::send_back(work, &change, "Carl does not want FKM")).unwrap();
        // It is written anew, and nothing asks for his approval any more.
        says(&world, &change, |it| {
            it.needs_customer = false;
            it.for_customer = "Your seals are of another rubber.".into();
        });
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let line = world.ada().asks(|reader| changes::items(reader, id)).remove(0).id;
        let fields = crate::changes::fields(&[("statement", "Seals HNBR.")]);
        world.ada().does(|work| changes::propose(work, &change, line, &fields)).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        assert!(
            page_of(&mut carl, &change).contains("<ins>FKM</ins>"),
            "until then he reads what he was asked"
        );
        world.ada().does(|work| changes::release(work, &change)).unwrap();

        let page = page_of(&mut carl, &change);
        for words in [
            "It is in force.",
            "It came into force in another form",
            "Carl Whitfield did not approve revision 1 of it on 2 March 2026.",
            "What you were asked",
            "<ins>HNBR</ins>",
            "Your seals are of another rubber.",
            "<ins>FKM</ins>",
            "Your seals last longer.",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let folded = page.split_once("What you were asked").unwrap().1.split_once("</details>").unwrap();
        assert!(folded.0.contains("<ins>FKM</ins>") && folded.1.contains("<ins>HNBR</ins>"), "{page}");
        assert!(!page.contains("I approve it") && !page.contains("/confirm"), "{page}");
        let mut german = program(&world, "carl").with_header("accept-language", "de");
        german.patch_json("/api/v1/me", Some("*"), &json!({ "language": "de" }));
        let page = page_of(&mut german, &change);
        assert!(page.contains("In anderer Form in Kraft getreten"), "{page}");
        assert!(page.contains("Carl Whitfield hat Revision 1 am 2. März 2026 nicht zugestimmt."), "{page}");
        let read = carl.get(&format!("/api/v1/changes/{change}/told")).json();
        assert_eq!((&read["waits"], &read["instead_of"]["revision"]), (&json!(false), &json!(1)), "{read}");
        assert_eq!(read["instead_of"]["answers"][0]["approved"], json!(false), "{read}");
        assert_eq!(read["words"], json!("Your seals are of another rubber."), "{read}");
        // What he signed stays before him, and is not taken back.
        let page = page_of(&mut ada, &change);
        assert!(page.contains("it came into force in another form") && !page.contains("/unfollow"), "{page}");
        let sentence = refusal(world.ada().does(|work| changes::follow_no_more(work, &change, None)));
        assert!(sentence.contains("was asked whether they approve it"), "{sentence}");
        assert_eq!(program(&world, "eve").get(&format!("/changes/{change}")).status, 404);
    }
}

#[test]
fn what_the_house_proposes_stays_with_it_where_another_form_than_the_declined_one_comes_into_force() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = asked_about(&world, "Seals of the wet ends", (&reqs[0], "Seals FKM."), &management);
        carl_says(&world, &change, false, "Not FKM.").unwrap();
        world.ada().does(|work| changes::send_back(work, &change, "Carl does not want FKM")).unwrap();
        says(&world, &change, |it| {
            it.needs_customer = false;
            it.for_customer = String::new();
            it.proposal = "HNBR, with a margin of 12 %.".into();
        });
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let line = world.ada().asks(|reader| changes::items(reader, id)).remove(0).id;
        let fields = crate::changes::fields(&[("statement", "Seals HNBR.")]);
        world.ada().does(|work| changes::propose(work, &change, line, &fields)).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let mut carl = program(&world, "carl");
        let page = page_of(&mut carl, &change);
        assert!(page.contains("<ins>HNBR</ins>") && !page.contains("margin of 12"), "{page}");
        let told = carl.get(&format!("/api/v1/changes/{change}/told"));
        assert!(!told.text.contains("margin of 12"), "{}", told.text);
    }
}

#[test]
fn who_approved_what_came_into_force_reads_it_as_they_signed_it() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = asked_about(&world, "Seals of the wet ends", (&reqs[0], "Seals FKM."), &management);
        carl_says(&world, &change, true, "").unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let case = world.ada().asks(|reader| reader.find::<ChangeRequest>(&change));
        assert_eq!(case.record.offered, Some(1));
        let page = page_of(&mut program(&world, "carl"), &change);
        assert!(page.contains("Approved by Carl Whitfield") && !page.contains("in another form"), "{page}");
    }
}

#[test]
fn what_an_extra_field_says_for_them_is_shown_anew_and_stands_beside_the_change_before() {
    for world in World::on_each_engine() {
        let field = ExtraField { of_kind: "CR".into(), audience: Audience::Party, ..ExtraField::default() };
        world.sam().does(|work| work.define("Lot", &field)).unwrap();
        let inside = ExtraField { of_kind: "CR".into(), ..ExtraField::default() };
        world.sam().does(|work| work.define("Cost centre", &inside)).unwrap();
        let (mail, change) = asked_by_carl(&world);
        let fills = |values: serde_json::Value| {
            world.ada().does(|work| {
                let mut case = work.find::<ChangeRequest>(&change)?;
                work.fill(&mut case, values.as_object().unwrap())
            })
        };
        fills(json!({ "lot": "Lot-7", "cost_centre": "Tealmarker" })).unwrap();
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let beside = |page: &str| {
            let (_, after) = page.split_once("What the customer sees").unwrap();
            after.split_once("</section>").unwrap().0.to_owned()
        };
        let page = beside(&page_of(&mut ada, &change));
        for words in ["Seals for peracetic acid", "Holds", ASKED, WORDS, "Lot-7"] {
            assert!(page.contains(words), "{words} is what they would read: {page}");
        }
        assert!(!page.contains("Tealmarker"), "{page}");
        world.ada().does(|work| changes::let_follow(work, &change, None)).unwrap();
        assert!(page_of(&mut carl, &change).contains("Lot-7"), "{mail}");
        assert!(!page_of(&mut ada, &change).contains("By now you say it otherwise."));
        // What the house keeps for itself is nothing new for him; what the field says for him is.
        fills(json!({ "cost_centre": "Navymarker" })).unwrap();
        assert!(!page_of(&mut ada, &change).contains("By now you say it otherwise."));
        fills(json!({ "lot": "Lot-8" })).unwrap();
        assert!(page_of(&mut carl, &change).contains("Lot-7"), "not while it is written");
        let page = beside(&page_of(&mut ada, &change));
        assert!(page.contains("By now you say it otherwise.") && page.contains("Lot-8"), "{page}");
        world.ada().does(|work| changes::let_follow(work, &change, None)).unwrap();
        let page = page_of(&mut carl, &change);
        assert!(page.contains("Lot-8") && !page.contains("Navymarker"), "{page}");
    }
}

#[test]
fn who_is_shown_a_change_since_when_and_in_which_revision_stands_there_as_it_was() {
    for world in World::on_each_engine() {
        let (_, change) = asked_by_carl(&world);
        let ada = world.ada();
        let id = ada.asks(|reader| reader.mention_of(&change)).id;
        ada.does(|work| changes::let_follow(work, &change, None)).unwrap();
        says(&world, &change, |it| it.for_customer = "Your seals will stand every acid.".into());
        ada.does(|work| changes::let_follow(work, &change, None)).unwrap();
        ada.does(|work| changes::follow_no_more(work, &change, None)).unwrap();
        let taken = ada.asks(|reader| reader.trail(id, false, 0, 100)).pop().unwrap();
        assert_eq!(
            taken.content["records"][0]["life"],
            json!({ "no": 2, "is": "withdrawn" }),
            "{:?}",
            taken.content
        );
        // Shown again with the same words, it is shown since the later day.
        let later = "2026-03-09T09:00:00Z".parse().unwrap();
        let actor = ada.actor.clone();
        world.db.write_at(&actor, later, |work| changes::let_follow(work, &change, None)).unwrap();
        let case = ada.asks(|reader| reader.find::<ChangeRequest>(&change));
        assert_eq!(case.record.offered, Some(2), "nothing of it is new");
        let mut browser = program(&world, "ada");
        let page = page_of(&mut browser, &change);
        assert!(page.contains("They follow it: how far it is, and this since 9 March 2026"), "{page}");
        let customer = "Meridian";
        for words in ["it is shown to them as it stood then", "nothing of it is shown to them"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let told = page.split("let ").skip(1).any(|it| it.starts_with(customer) && it.contains("follow it"));
        assert!(told && !page.contains("released revision"), "{page}");
    }
}

#[test]
fn whoever_saw_other_words_is_told_that_somebody_was_faster() {
    for world in World::on_each_engine() {
        let (_, change) = asked_by_carl(&world);
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let page = page_of(&mut ada, &change);
        let seen = version_of(page.split_once("What the customer sees").unwrap().1);
        says(&world, &change, |it| it.for_customer = "Nobody of us has read this yet.".into());
        let came = ada.post_form(&format!("/changes/{change}/follow"), &[("version", &seen)]);
        assert!(came.status == 412 && came.text.contains("Somebody else changed it first"), "{}", came.text);
        let to = format!("/api/v1/changes/{change}/follow");
        let came = ada.send_json(Method::POST, &to, &[("if-match", &format!("\"{seen}\""))], &json!({}));
        assert_eq!(came.status, 412, "{}", came.text);
        assert_eq!(carl.get(&format!("/changes/{change}")).status, 404);
        let page = page_of(&mut ada, &change);
        let now = version_of(page.split_once("What the customer sees").unwrap().1);
        assert_eq!(ada.post_form(&format!("/changes/{change}/follow"), &[("version", &now)]).status, 303);
        assert_eq!(ada.post_form(&format!("/changes/{change}/unfollow"), &[("version", &seen)]).status, 412);
        assert_eq!(carl.get(&format!("/changes/{change}")).status, 200);
    }
}
