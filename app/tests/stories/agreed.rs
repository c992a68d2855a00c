//! From the first question to what was agreed, as a strict auditor reads it (8.2.3): what waits for each function, gates
//! that shut again, conditions at delivery, links that are guessed, letters in the language of each, and what an outsider
//! learns of it.

use std::net::SocketAddr;
use std::process::Command;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use jiff::civil::date;
use kernel::{New, Result};
use orders::{Line, NewDelivery, NewPromise, Order, OrderSort, OrderState, Reason};
use reviews::{Answering, Gate, Question, Review, SignOff, Spoken, Verdict, Word};

use crate::orders::{line, new_kit, promise, taken};
use crate::reviews::{
    CARL, Matter, POST, accepted, accepts_all, begin, commits, completes, gives, judges, link_in, make_sure,
    matter, next_letter, offered, on_condition, opened, reviewed, session, two_of_meridian, yes,
};
use crate::world::{World, client, program, refusal};

/// An order on a set of Meridian's, with its day promised.
fn order_on(world: &World, it: &Matter) -> String {
    order_on_revision(world, it, 1)
}

pub(crate) fn order_on_revision(world: &World, it: &Matter, no: i64) -> String {
    let line = Line {
        no: 10,
        article: "KS-400-2".into(),
        words: "Dosing skid".into(),
        quantity: "1".into(),
        unit: "pc".into(),
        price: "42900.00".into(),
        ..Line::default()
    };
    let order = Order {
        requirement_set: Some(it.subject),
        set_revision: Some(no),
        lines: vec![line],
        ..Order::default()
    };
    let new = New { title: "Dosing skid", party: Some(world.meridian), ..New::default() };
    let number = world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number;
    let promise = NewPromise { line: 10, on: date(2026, 6, 1), reason: Reason::First, words: "" };
    world.ada().does(|work| orders::promise(work, &number, &promise)).unwrap();
    number
}

pub(crate) fn accept(world: &World, order: &str) -> Result<kernel::Frozen> {
    world.ada().does(|work| orders::accept(work, order, "all is there"))
}

#[test]
fn each_function_finds_on_its_first_page_what_awaits_it_and_nobody_else_does() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        for (who, waits) in [("bob", true), ("clara", true), ("ada", false), ("carl", false)] {
            let page = program(&world, who).get("/");
            assert_eq!(page.status, StatusCode::OK, "{who}");
            assert_eq!(page.text.contains(&review), waits, "{who}");
        }
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();
        assert!(!program(&world, "bob").get("/").text.contains(&format!("/reviews/{review}")), "it is done");
    }
}

#[test]
fn whoever_approves_is_asked_once_nothing_else_is_missing_and_no_more_when_it_is_done() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let clara = world.person("clara");
        let waits = |short: &str| {
            let page = program(&world, short).get("/").text;
            page.contains(&format!("Approve {}, revision 1: all functions have judged and signed", it.set))
        };
        let first = on_condition(&world, &it.requirements[0], (CONDITION, Gate::ReviewComplete));
        let verdicts = vec![first, yes(&it.requirements[1]), yes(&it.requirements[2])];
        gives(&world.bob(), &review, it.quality, verdicts);
        commits(&world.bob(), &review, it.quality).unwrap();
        accepts_all(&clara, &review, it.design, &it);
        commits(&clara, &review, it.design).unwrap();
        assert!(!waits("henrik"), "a condition that blocks closing is not met");
        let id = condition_of(&world, &review);
        clara.does(|work| reviews::meet(work, &review, id, "Contract signed")).unwrap();
        assert!(!waits("henrik"), "quality has to confirm it");
        world.bob().does(|work| reviews::confirm_condition(work, &review, id)).unwrap();
        assert!(
            waits("henrik") && !waits("bob") && !waits("ada"),
            "whoever has the right to, and nobody else"
        );
        // Quality takes its word back: there is nothing to approve until it signs again.
        let signature = world.bob().asks(|reader| {
            let all = reader.signatures(reader.mention_of(&review)?.id)?;
            Ok(all.into_iter().find(|it| it.name.starts_with("Bob")).unwrap().id)
        });
        world.bob().does(|work| reviews::revoke(work, signature, "The drawing was the old one")).unwrap();
        assert!(!waits("henrik"));
        commits(&world.bob(), &review, it.quality).unwrap();
        assert!(waits("henrik"));
        completes(&world.henrik(), &review).unwrap();
        assert!(!waits("henrik"), "it is done");
    }
}

#[test]
fn whoever_owns_what_was_accepted_is_asked_to_offer_it_until_it_is_offered_or_accepted_no_more() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let request = format!("Offer {}, revision 1, to Meridian", it.set);
        let waits = |short: &str| program(&world, short).get("/").text.contains(&request);
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();
        let clara = world.person("clara");
        accepts_all(&clara, &review, it.design, &it);
        commits(&clara, &review, it.design).unwrap();
        assert!(!waits("ada"), "it is not accepted yet");
        completes(&world.henrik(), &review).unwrap();
        assert!(waits("ada") && !waits("bob") && !waits("carl"), "Ada owns it, and nobody else does");
        // Henrik takes his approval back: there is nothing to offer until he gives it again.
        let signature = world.henrik().asks(|reader| {
            let all = reader.signatures(reader.mention_of(&review)?.id)?;
            Ok(all.into_iter().rfind(kernel::Signature::counts).unwrap().id)
        });
        world.henrik().does(|work| reviews::revoke(work, signature, "The price is missing")).unwrap();
        assert!(!waits("ada"));
        completes(&world.henrik(), &review).unwrap();
        assert!(waits("ada"));
        make_sure(&world, CARL);
        offered(&world, &it, &[world.carl().actor.person]);
        assert!(!waits("ada"), "it was offered");
    }
}

#[test]
fn a_signature_taken_back_shuts_the_gate_of_the_order_below_it() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let order = order_on(&world, &it);
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        let id = world.bob().asks(|reader| {
            let all = reader.signatures(reader.mention_of(&review)?.id)?;
            Ok(all.into_iter().find(|it| it.name.starts_with("Bob")).unwrap().id)
        });
        let missing = |world: &World| {
            let gate = program(world, "ada").get(&format!("/api/v1/orders/{order}/gate")).json();
            gate["missing"].as_array().unwrap().len()
        };
        assert_eq!(missing(&world), 0);
        world.bob().does(|work| reviews::revoke(work, id, "The drawing was the old one")).unwrap();
        assert!(refusal(accept(&world, &order)).contains(&format!("Have revision 1 of {} reviewed", it.set)));
        assert_eq!(missing(&world), 1);
        commits(&world.bob(), &review, it.quality).unwrap();
        completes(&world.henrik(), &review).unwrap();
        accept(&world, &order).unwrap();
    }
}

#[test]
fn a_question_that_nobody_answered_holds_the_order_whatever_became_of_the_review_or_sign_off_that_asked_it() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let first = begin(&world, &it);
        let asked = Question { words: "Lowest room temperature?".into(), ..Question::default() };
        let item = it.requirements[0].as_str();
        let question = world.bob().does(|work| reviews::ask(work, &first, item, &asked)).unwrap().number;
        world.bob().does(|work| reviews::withdraw(work, &first, "Asked for twice")).unwrap();
        let review = begin(&world, &it);
        for (who, function) in [("bob", it.quality), ("clara", it.design)] {
            accepts_all(&world.person(who), &review, function, &it);
            commits(&world.person(who), &review, function).unwrap();
        }
        completes(&world.henrik(), &review).unwrap();
        let order = order_on(&world, &it);
        let waits = format!("{question} waits for the customer's answer.");
        assert_eq!(refusal(accept(&world, &order)), waits);
        let gate = program(&world, "ada").get(&format!("/api/v1/orders/{order}/gate")).text;
        assert!(gate.contains(&format!("/clarifications/{question}")), "{gate}");
        let (name, source) = ("Carl Whitfield".to_owned(), "Mail of 3 March".to_owned());
        let answer = Answering { words: "5 °C in winter.".into(), name, source };
        world.ada().does(|work| reviews::answer(work, &question, &answer, None)).unwrap();
        accept(&world, &order).unwrap();

        // What the customer queried in a sign-off that was withdrawn is not forgotten either.
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let digest = world.carl().asks(|reader| reader.find::<SignOff>(&number)).body.digest;
        let query = Spoken { item: item.into(), word: Word::Query, remark: "Which hall?".into() };
        world.carl().does(|work| reviews::say(work, &number, &digest, std::slice::from_ref(&query))).unwrap();
        let asks = || {
            let all = world.ada().asks(|reader| reviews::missing_before_order(reader, it.subject, 1));
            all.iter().map(|it| it.sentence.to_string()).collect::<Vec<_>>()
        };
        let query =
            world.ada().asks(|reader| reviews::clarifications_of(reader, reader.mention_of(&number)?.id));
        let query = query[0].number.as_str();
        let wants = [format!("Answer the customer's query {query}.")];
        assert_eq!(asks(), wants);
        world.ada().does(|work| reviews::withdraw_sign_off(work, &number, "A colleague signs")).unwrap();
        assert_eq!(asks(), wants);
        let answer = Answering { words: "Hall 3.".into(), ..Answering::default() };
        world.ada().does(|work| reviews::answer(work, query, &answer, None)).unwrap();
        assert!(asks().is_empty());
    }
}

/// A set whose review accepted it on a condition that is bound to delivery: the review, and the condition.
fn accepted_but_for_delivery(world: &World) -> (Matter, String, i64) {
    let it = matter(world);
    let review = begin(world, &it);
    let clara = world.person("clara");
    let first = on_condition(world, &it.requirements[0], (CONDITION, Gate::Delivery));
    let verdicts = vec![first, yes(&it.requirements[1]), yes(&it.requirements[2])];
    gives(&world.bob(), &review, it.quality, verdicts);
    commits(&world.bob(), &review, it.quality).unwrap();
    accepts_all(&clara, &review, it.design, &it);
    commits(&clara, &review, it.design).unwrap();
    completes(&world.henrik(), &review).unwrap();
    let id = condition_of(world, &review);
    (it, review, id)
}

fn condition_of(world: &World, review: &str) -> i64 {
    world.bob().asks(|reader| reviews::conditions(reader, reader.mention_of(review)?.id)).remove(0).id
}

/// Clara meets a condition, and Bob confirms it for quality.
fn is_met(world: &World, review: &str, condition: i64) {
    world.person("clara").does(|work| reviews::meet(work, review, condition, "Contract signed")).unwrap();
    world.bob().does(|work| reviews::confirm_condition(work, review, condition)).unwrap();
}

const CONDITION: &str = "Second field engineer for Leeds";
const MEET_IT: &str = "Meet the condition first: “Second field engineer for Leeds”.";

#[test]
fn a_condition_bound_to_delivery_holds_what_is_delivered_and_nothing_before_it() {
    for world in World::on_each_engine() {
        let (it, review, id) = accepted_but_for_delivery(&world);
        let order = order_on(&world, &it);
        accept(&world, &order).unwrap();
        let deliver = || {
            let all = [NewDelivery { line: 10, quantity: "1", on: None, words: "DN 7" }];
            world.ada().does(|work| orders::deliver(work, &order, &all))
        };
        assert!(refusal(deliver()).contains(MEET_IT));
        let page = program(&world, "ada").get(&format!("/orders/{order}/deliver")).text;
        assert!(page.contains(MEET_IT) && page.contains(&format!("/reviews/{review}#conditions")), "{page}");
        is_met(&world, &review, id);
        deliver().unwrap();
    }
}

#[test]
fn a_condition_bound_to_delivery_holds_a_service_before_it_begins() {
    for world in World::on_each_engine() {
        let (it, review, id) = accepted_but_for_delivery(&world);
        let order = order_on(&world, &it);
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Order>(&order)?;
                work.revise(&mut case, |it| it.sort = OrderSort::Service)
            })
            .unwrap();
        accept(&world, &order).unwrap();
        let mut ada = program(&world, "ada");
        let begins = format!("/orders/{order}/steps/run");
        let came = ada.post_form(&begins, &[]);
        assert_eq!(came.status, StatusCode::CONFLICT, "{}", came.text);
        assert!(came.text.contains(MEET_IT), "{}", came.text);
        let state = || world.ada().asks(|reader| reader.find::<Order>(&order)).record.state;
        assert_eq!(state(), OrderState::Accepted);
        is_met(&world, &review, id);
        assert_eq!(ada.post_form(&begins, &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(state(), OrderState::Running);
    }
}

/// What is sold from the catalogue needs no review of the order: that of the item is the one that counts.
#[test]
fn what_is_sold_from_the_catalogue_waits_for_the_review_of_its_item_and_for_its_conditions() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let item = new_kit(&world);
        let lines = vec![line(10, "SP-80-01", "12", "89.00")];
        let order = taken(&world, &Order { lines, ..Order::default() });
        promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
        let subject = world.bob().asks(|reader| Ok(reader.mention_of(&item)?.id));
        let body = Review { subject, template: Some(it.template), ..Review::default() };
        let review = world.bob().does(|work| reviews::open(work, &New::default(), &body)).unwrap().number;
        let told = refusal(accept(&world, &order));
        assert_eq!(told, format!("Revision A of {item} is not through its review {review}."));
        let clara = world.person("clara");
        let given = on_condition(&world, &item, (CONDITION, Gate::OrderAccept));
        gives(&world.bob(), &review, it.quality, vec![given]);
        commits(&world.bob(), &review, it.quality).unwrap();
        gives(&clara, &review, it.design, vec![yes(&item)]);
        commits(&clara, &review, it.design).unwrap();
        completes(&world.henrik(), &review).unwrap();
        assert_eq!(refusal(accept(&world, &order)), MEET_IT);
        let id = condition_of(&world, &review);
        is_met(&world, &review, id);
        accept(&world, &order).unwrap();
    }
}

/// What the gate says of an item of the catalogue that nobody reviewed.
pub(crate) fn not_reviewed(title: &str, item: &str, no: &str) -> String {
    format!("{title} was not reviewed. Have revision {no} of {item} reviewed: it is sold from the catalogue.")
}

#[test]
fn an_item_is_sold_in_the_revision_that_was_reviewed_and_in_no_other() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let item = crate::catalogue::released(&world);
        let order_of = |ordered_on| {
            let lines = vec![line(10, "KD-20", "1", "1690.00")];
            let order = taken(&world, &Order { lines, ordered_on, ..Order::default() });
            promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
            order
        };
        let order = order_of(None);
        let asks = |no| not_reviewed("Dosing pump KD-20", &item, no);
        assert_eq!(refusal(accept(&world, &order)), asks("C"), "being released is no review");
        let subject = world.bob().asks(|reader| Ok(reader.mention_of(&item)?.id));
        let mut bob = program(&world, "bob");
        let to = format!("/reviews/new?subject={subject}:1");
        let gate = bob.get(&format!("/api/v1/orders/{order}/gate")).json();
        assert!(gate["missing"][0]["link"].as_str().unwrap().ends_with(&to), "{gate}");
        let page = program(&world, "ada").get(&format!("/orders/{order}")).text;
        assert!(page.contains(&to), "{page}");
        let page = bob.get(&to).text;
        assert!(page.contains(&format!("{item} Dosing pump KD-20, revision C")), "{page}");
        // Whoever reviews it has every promise before them.
        let (named, template) = (format!("{subject}:1"), it.template.to_string());
        let begun = bob.post_form("/reviews", &[("subject", &*named), ("template", &*template)]);
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let review = begun.location().rsplit('/').next().unwrap().to_owned();
        let page = bob.get(&format!("/reviews/{review}")).text;
        assert!(page.contains("20 l/h · 0.2 to 20 · weighing · critical"), "{page}");
        assert!(bob.get(&format!("/catalogue/{item}")).text.contains(&review), "it stands with the item");
        let theirs = program(&world, "carl").get(&format!("/catalogue/{item}"));
        assert!(theirs.status == StatusCode::OK && !theirs.text.contains(&review), "{}", theirs.text);
        let clara = world.person("clara");
        for (who, function) in [(&world.bob(), it.quality), (&clara, it.design)] {
            judges(who, &review, function, &[(&item, Verdict::Accept)]).unwrap();
            commits(who, &review, function).unwrap();
        }
        let through = format!("Revision C of {item} is not through its review {review}.");
        assert_eq!(refusal(accept(&world, &order)), through);
        completes(&world.henrik(), &review).unwrap();
        accept(&world, &order).unwrap();

        // The next revision is sold when it was reviewed; the one before goes on.
        crate::catalogue::revised(&world, &item, |it| "A larger head".clone_into(&mut it.summary));
        let next = catalogue::NewRevision { from: Some(date(2026, 3, 2)), ..Default::default() };
        clara.does(|work| catalogue::release(work, &item, &next)).unwrap();
        assert_eq!(refusal(accept(&world, &order_of(None))), asks("D"));
        let yesterday = order_of(Some(date(2026, 3, 1)));
        let signature = world.bob().asks(|reader| {
            let all = reader.signatures(reader.mention_of(&review)?.id)?;
            Ok(all.into_iter().find(|it| it.name.starts_with("Bob")).unwrap().id)
        });
        world.bob().does(|work| reviews::revoke(work, signature, "It leaks at 12 bar")).unwrap();
        assert_eq!(refusal(accept(&world, &yesterday)), through, "its yes was taken back");
        commits(&world.bob(), &review, it.quality).unwrap();
        completes(&world.henrik(), &review).unwrap();
        accept(&world, &yesterday).unwrap();
    }
}

#[test]
fn a_variant_is_sold_when_what_it_is_a_variant_of_was_reviewed_too() {
    for world in World::on_each_engine() {
        let pump = crate::catalogue::released(&world);
        let clara = world.person("clara");
        let variant = clara
            .does(|work| {
                let item = catalogue::CatalogueItem {
                    code: "KD-20-PV-E".into(),
                    summary: "Head of PVDF, seals EPDM".into(),
                    base: Some(work.mention_of(&pump)?.id),
                    ..Default::default()
                };
                let made = catalogue::open(work, &New { title: "KD-20 in PVDF", ..New::default() }, &item)?;
                let first = catalogue::NewRevision { from: Some(date(2026, 3, 1)), ..Default::default() };
                catalogue::release(work, &made.number, &first)?;
                Ok(made.number)
            })
            .unwrap();
        let lines = vec![line(10, "KD-20-PV-E", "1", "1690.00")];
        let order = taken(&world, &Order { lines, ..Order::default() });
        promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
        let (own, base) =
            (not_reviewed("KD-20 in PVDF", &variant, "A"), not_reviewed("Dosing pump KD-20", &pump, "C"));
        let told = refusal(accept(&world, &order));
        assert!(told.contains(&own) && told.contains(&base), "{told}");
        reviewed(&world, &variant);
        assert_eq!(refusal(accept(&world, &order)), base, "what it does is said there");
        reviewed(&world, &pump);
        accept(&world, &order).unwrap();
    }
}

#[test]
fn a_part_of_the_catalogue_that_is_sold_beside_a_set_waits_for_its_own_review() {
    for world in World::on_each_engine() {
        let (it, item) = (accepted(&world), new_kit(&world));
        let lines = vec![line(10, "SP-80-01", "2", "89.00")];
        let order =
            Order { requirement_set: Some(it.subject), set_revision: Some(1), lines, ..Order::default() };
        let order = taken(&world, &order);
        promise(&world, &order, date(2026, 6, 1), Reason::First).unwrap();
        let told = refusal(accept(&world, &order));
        assert_eq!(told, not_reviewed("Diaphragm kit KD-80", &item, "A"), "the set says nothing of it");
        reviewed(&world, &item);
        accept(&world, &order).unwrap();
    }
}

#[test]
fn whoever_guesses_links_waits_and_learns_nothing() {
    for world in World::on_each_engine() {
        let from = |last: u8| {
            let place: SocketAddr = ([192, 0, 2, last], 4711).into();
            let edge = app::wiring::edge(std::sync::Arc::clone(&world.db), false);
            let router = web::router(app::wiring::routes(), edge).layer(Extension(ConnectInfo(place)));
            web::testing::Client::new(router)
        };
        let mut guesser = from(7);
        for no in 0..30 {
            let came = guesser.get(&format!("/sign/{no:064}"));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{no}");
        }
        for path in ["sign", "answer", "understood", "certificate", "notice"] {
            let came = guesser.get(&format!("/{path}/{:064}", 99));
            assert!(came.text.contains("Too many links that open nothing."), "{path}: {}", came.text);
        }
        assert_eq!(
            from(8).get(&format!("/sign/{:064}", 1)).status,
            StatusCode::NOT_FOUND,
            "others do not wait"
        );
    }
}

#[test]
fn whoever_opened_their_link_reads_what_they_sign_as_pdf_and_nobody_does_before() {
    if !sheets::IS_BUILT {
        eprintln!("no typesetter is built in: no sheet was set");
        return;
    }
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let sheet = format!("{link}/sheet.pdf");
        let before = client(&world.db).get(&sheet);
        assert_eq!(before.status, StatusCode::UNAUTHORIZED, "a link without its code opens nothing");
        assert!(!before.text.contains("Northallerton"), "{}", before.text);
        let mut carl = opened(&world, &link);
        assert!(carl.get(&link).text.contains(&sheet));
        let paper = carl.get(&sheet);
        assert!(paper.status == StatusCode::OK && paper.bytes.starts_with(b"%PDF"), "{}", paper.text);
        let own = client(&world.db)
            .with_cookie(web::SESSION, &session(&world, "carl"))
            .get(&format!("/sign-offs/{number}"));
        assert!(own.text.contains(&format!("/requirement-sets/{}/revisions/1/sheet.pdf", it.set)));
        world.ada().does(|work| reviews::withdraw_sign_off(work, &number, "the wrong revision")).unwrap();
        assert_eq!(carl.get(&sheet).status, StatusCode::GONE);
    }
}

#[test]
fn each_signatory_is_written_to_and_reads_in_their_own_language() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let both = two_of_meridian(&world);
        let reads = |person: i64, code: &str| {
            world
                .sam()
                .does(|work| {
                    let mut case = work.find_by_id::<identity::Person>(person)?;
                    work.revise(&mut case, |it| code.clone_into(&mut it.language))
                })
                .unwrap();
        };
        reads(both[0].actor.person, "en");
        reads(both[1].actor.person, "de");
        let page = program(&world, "ada").get(&format!("/sign-offs/new?subject={}", it.subject)).text;
        assert!(page.contains("English") && page.contains("Deutsch"), "whoever offers sees which: {page}");
        world.db.open_post(Some(POST)).unwrap();
        offered(&world, &it, &[both[0].actor.person, both[1].actor.person]);
        let mut letters = world.ada().asks(|reader| reader.letters(None, None, 10));
        letters.sort_by_key(|it| it.id);
        let languages: Vec<String> =
            letters.iter().map(|it| world.ada().asks(|reader| reader.letter(it.id)).language).collect();
        assert_eq!(languages, ["en", "de"]);
        let (english, german) = (link_in(&next_letter(&world)), link_in(&next_letter(&world)));
        assert!(client(&world.db).get(&english).text.contains("<html lang=\"en\""), "in English");
        let page = client(&world.db).get(&german).text;
        assert!(page.contains("<html lang=\"de\""), "the page behind the link, too");
        let chose = client(&world.db).with_cookie("language", "en").get(&german).text;
        assert!(chose.contains("<html lang=\"en\""), "unless they chose another in this browser");
        // Whatever their record says by now.
        reads(both[0].actor.person, "de");
        assert!(
            client(&world.db).get(&english).text.contains("<html lang=\"en\""),
            "as the letter is written"
        );
    }
}

#[test]
fn an_outsider_learns_nothing_of_a_sign_off_from_search_counts_suggestions_exports_or_letters() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let order = order_on(&world, &it);
        let mut eve = program(&world, "eve");
        let secret =
            [number.as_str(), it.set.as_str(), order.as_str(), "Northallerton", "CIP 3", "Whitfield"];
        for path in [
            "/".to_owned(),
            "/search?q=Northallerton".to_owned(),
            "/search/suggestions?q=CIP".to_owned(),
            format!("/search?q={number}"),
            "/api/v1/search?q=Northallerton".to_owned(),
            "/sign-offs".to_owned(),
            "/orders".to_owned(),
            "/lists/sign-offs/export.csv".to_owned(),
            "/lists/orders/export.csv".to_owned(),
            "/lists/requirement-sets/export.csv".to_owned(),
            "/api/v1/orders".to_owned(),
            "/letters".to_owned(),
            format!("/sign-offs/{number}"),
            format!("/sign-offs/{number}/certificate.pdf"),
            format!("/orders/{order}"),
            format!("/said/{order}/confirmation"),
            format!("/api/v1/said/{order}"),
        ] {
            let came = eve.get(&path);
            assert!(came.status.as_u16() < 500, "{path}");
            // What she typed herself she may read again; nothing else.
            let told = secret.iter().find(|it| !path.contains(**it) && came.text.contains(**it));
            assert_eq!(told, None, "{path}: {}", came.text);
            if path.contains("search") && came.status == StatusCode::OK {
                assert!(!came.text.contains(&format!("/sign-offs/{number}")), "{path} leads there");
            }
        }
        let letters = world.db.read(&world.eve().actor, |reader| reader.letters(None, None, 50)).unwrap();
        assert!(letters.is_empty(), "{letters:?}");
    }
}

/// The programs of `docs/`, which share no line with ours, as the auditor runs them.
#[test]
fn a_foreign_program_checks_a_certificate_and_its_proofs_by_the_published_formats_alone() {
    if !sheets::IS_BUILT || Command::new("python3").arg("--version").output().is_err() {
        eprintln!("python3 or the typesetter is not there: the foreign checkers were not run");
        return;
    }
    for world in World::on_each_engine() {
        let (number, _) = crate::papers::confirmed(&world);
        world.db.seal().unwrap();
        let to = format!("/api/v1/sign-offs/{number}/certificate.pdf?language=en");
        let paper = program(&world, "ada").get(&to).bytes;
        let folder = testbed::folder();
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("certificate.pdf");
        let key = world.db.secrets().signers[0].vkey();
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let checks = |program: &str, file: &std::path::Path| {
            let output =
                Command::new("python3").arg(docs.join(program)).arg(file).arg(&key).output().unwrap();
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        std::fs::write(&file, &paper).unwrap();
        let (holds, said) = checks("check-paper.py", &file);
        assert!(holds, "{said}");
        let mut altered = paper.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        std::fs::write(&file, &altered).unwrap();
        assert!(!checks("check-paper.py", &file).0, "one bit of it was altered");
        let id = world.ada().asks(|reader| reader.mention_of(&number)).id;
        let entry = world.ada().asks(|reader| reader.trail(id, false, 0, 1))[0].entry;
        let proof = program(&world, "ada").get(&format!("/entries/{entry}/proof.tlog-proof")).text;
        let file = folder.join("entry.tlog-proof");
        std::fs::write(&file, &proof).unwrap();
        let (holds, said) = checks("check-proof.py", &file);
        assert!(holds, "{said}: {proof}");
        std::fs::write(&file, proof.replacen("extra ", "extra A", 1)).unwrap();
        assert!(!checks("check-proof.py", &file).0, "another entry");
        let _ = std::fs::remove_dir_all(folder);
    }
}

#[test]
fn the_whole_way_of_an_order_stands_on_one_page_from_the_first_mail_to_the_last_promise() {
    const MAIL: &[u8] = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
        To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: CIP 3\r\n\
        Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <cip3@meridian-dairies.example>\r\n\r\n\
        We need a dosing skid in Northallerton by June.\r\n";
    for world in World::on_each_engine() {
        let intake = conversations::Intake::read(MAIL.to_vec());
        let mail = world.ada().does(|work| conversations::take_in(work, &intake)).unwrap().number;
        let it = accepted(&world);
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        world
            .ada()
            .does(|work| {
                let (set, talk) = (work.mention_of(&it.set)?, work.mention_of(&mail)?);
                work.link_by_hand(&set, kernel::Tie::DerivesFrom, &talk)
            })
            .unwrap();
        make_sure(&world, CARL);
        let signed = offered(&world, &it, &[world.carl().actor.person]);
        crate::reviews::confirms(&world.carl(), &signed).unwrap();
        let order = order_on(&world, &it);
        accept(&world, &order).unwrap();
        let change = crate::changes::raise(&world, "ada", "Seals of FKM");
        crate::changes::propose(&world, "ada", &change, &it.requirements[2], "Seals are FKM.");
        world.ada().does(|work| notices::prepare_all(work, &change)).unwrap();
        let notice = world
            .ada()
            .asks(|reader| notices::notices(reader, reader.mention_of(&change)?.id))
            .remove(0)
            .number;
        let later = crate::world::monday() + jiff::SignedDuration::from_hours(1);
        let moved =
            NewPromise { line: 10, on: date(2026, 6, 15), reason: Reason::Change, words: "The new seals" };
        world.db.write_at(&world.ada().actor, later, |work| orders::promise(work, &order, &moved)).unwrap();

        let page = program(&world, "amelia").get(&format!("/orders/{order}/way")).text;
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} is missing: {page}"));
        let way = [
            at("We need a dosing skid in Northallerton by June."),
            at(&it.requirements[0]),
            at(&review),
            at(&signed),
            at("accepted the order"),
            at(&change),
            at(&notice),
            page.rfind("promised a day").unwrap(),
        ];
        assert!(way.is_sorted(), "in the order of time: {way:?} {page}");
        for outside in ["carl", "eve"] {
            let came = program(&world, outside).get(&format!("/orders/{order}/way"));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{outside}");
        }
    }
}
