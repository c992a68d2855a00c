//! Whom and what a change reaches beside the records that it changes: customers, suppliers, documents; and very many.

use changes::{Action, NewItem};
use customers::{NewContact, Organisation};
use jiff::SignedDuration;
use kernel::{Actor, Audience, JobState, New, Tie, Work};
use notices::{Because, Side};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::{Value as Json, json};

use crate::changes::{agreed_set, raise, take};
use crate::world::{World, monday, program, refusal};

const DRAWING: &str = "20-114-03 rev 3.pdf";

/// A ring that Tessaro makes, with its drawing, which meets a requirement of Meridian's: the numbers of ring and
/// requirement, and of Tessaro.
fn ring_of_tessaro(world: &World) -> (String, String, String) {
    let (_, reqs) = agreed_set(world, "CIP 3 dosing skid", &["Seals EPDM."]);
    let supplier = world
        .ada()
        .does(|work| {
            let body = Organisation { is_supplier: true, is_customer: false, ..Organisation::default() };
            customers::open(work, &New { title: "Tessaro Dichtungen", ..New::default() }, &body)
        })
        .unwrap();
    let ring = world
        .person("clara")
        .does(|work| {
            let item = catalogue::CatalogueItem {
                code: "R-20".into(),
                summary: "A ring of EPDM".into(),
                ..Default::default()
            };
            let ring = catalogue::open(work, &New { title: "Ring R-20", ..New::default() }, &item)?;
            work.attach(ring.id, (DRAWING, "application/pdf"), b"%PDF-1.7 a ring", Audience::Internal)?;
            catalogue::release(work, &ring.number, &catalogue::NewRevision::default())?;
            let (it, maker) = (work.mention_of(&ring.number)?, work.mention_of(&supplier.number)?);
            work.link_by_hand(&it, Tie::DependsOn, &maker)?;
            let met = work.mention_of(&reqs[0])?;
            work.link_by_hand(&it, Tie::Implements, &met)?;
            Ok(ring)
        })
        .unwrap();
    (ring.number, reqs[0].clone(), supplier.number)
}

/// What was found, by its number or name.
fn found<'a>(told: &'a Json, name: &str) -> Option<&'a Json> {
    told["found"].as_array().unwrap().iter().find(|it| it["number"] == name)
}

/// What was decided, by its number or name.
fn decided<'a>(told: &'a Json, name: &str) -> Option<&'a Json> {
    told["decided"].as_array().unwrap().iter().find(|it| it["item"] == name)
}

#[test]
fn organisations_and_documents_are_proposed_with_the_way_that_leads_there_and_decided_about_by_name() {
    for world in World::on_each_engine() {
        let (ring, req, tessaro) = ring_of_tessaro(&world);
        let change = raise(&world, "ada", "Rings of FKM");
        let mut ada = program(&world, "ada");
        let at = format!("/api/v1/changes/{change}/affected");
        let told = ada.get(&format!("{at}?words={req}")).json();
        let way = |name: &str| found(&told, name).unwrap_or_else(|| panic!("{name}: {told}"))["way"].clone();
        assert_eq!(way(&ring), json!([req, "~implements", ring]));
        assert_eq!(way("K-1001"), json!([req, "belongs_to", "K-1001"]));
        assert_eq!(way(&tessaro), json!([req, "~implements", ring, "depends_on", tessaro]));
        assert_eq!(way(DRAWING), json!([req, "~implements", ring, "has_file", DRAWING]));
        let drawing = found(&told, DRAWING).unwrap();
        assert_eq!((&drawing["sort"], &drawing["kind"]), (&json!("document"), &json!("")));
        assert_eq!(found(&told, &tessaro).unwrap()["is_party"], json!(true));
        assert!(found(&told, "K-1002").is_none(), "nothing of Hallander's hangs on it");
        let page = ada.get(&format!("/changes/{change}/affected?words={req}")).text;
        for words in ["belongs to", "depends on", "has the file", DRAWING, "Tessaro Dichtungen"] {
            assert!(page.contains(words), "{words}: {page}");
        }

        // Nobody is changed by a change, and what is no organisation is not told.
        let decide = |ada: &mut web::testing::Client, item: &str, action: &str, reason: &str| {
            ada.post_json(&at, &json!({ "item": item, "action": action, "reason": reason }))
        };
        let wrong = decide(&mut ada, &tessaro, "remove", "They make no rings any more");
        assert!(wrong.text.contains("An organisation is told of a change"), "{}", wrong.text);
        let wrong = decide(&mut ada, &req, "tell", "");
        assert!(wrong.text.contains("Only an organisation is told."), "{}", wrong.text);
        // One by one: a supplier who is told, a document that has nothing to do with it.
        assert!(decide(&mut ada, DRAWING, "dismiss", "").text.contains("Say why."));
        let sent = json!({ "item": DRAWING, "sort": "document", "action": "dismiss", "reason": "Shows the groove only" });
        assert!(ada.post_json(&at, &sent).status.is_success());
        let told = ada.get(&format!("{at}?words={req}")).json();
        assert!(found(&told, DRAWING).is_none(), "nobody is asked twice");
        let kept = decided(&told, DRAWING).unwrap();
        assert_eq!((&kept["action"], &kept["sort"]), (&json!("dismiss"), &json!("document")));

        // Several are named at once by a program, all or none of them, each with the way on which it was found.
        let several =
            |items: &[&str]| json!({ "words": req, "items": items, "action": "keep", "reason": "Stays" });
        let wrong = ada.post_json(&format!("{at}/found"), &several(&["K-1001", "REQ-9999"]));
        assert!(wrong.text.contains("There is no REQ-9999."), "{}", wrong.text);
        assert!(decided(&ada.get(&at).json(), "K-1001").is_none(), "all or none");
        let kept = ada.post_json(&format!("{at}/found"), &several(&["K-1001"])).json();
        assert_eq!(kept["count"], json!(1), "{kept}");
        let told = ada.get(&at).json();
        assert_eq!(decided(&told, "K-1001").unwrap()["way"], json!([req, "belongs_to", "K-1001"]));
        let line = decided(&told, "K-1001").unwrap()["line"].clone();
        assert!(ada.post_json(&format!("{at}/{line}/undo"), &json!({})).status.is_success());

        // Then all the rest that the page shows, marked or not: by the form, as a person sends it.
        let sent = ada.post_form(
            &format!("/changes/{change}/affected/accept"),
            &[("words", req.as_str()), ("all", "yes"), ("action", "change"), ("reason", "Rings of FKM")],
        );
        assert!(sent.status.is_redirection(), "{}", sent.text);
        let told = ada.get(&at).json();
        let is = |name: &str| decided(&told, name).unwrap_or_else(|| panic!("{name}: {told}")).clone();
        assert_eq!(
            [&is(&ring)["action"], &is(&tessaro)["action"], &is("K-1001")["action"]],
            [&json!("change"), &json!("tell"), &json!("tell")]
        );
        assert_eq!(is(&tessaro)["way"], json!([req, "~implements", ring, "depends_on", tessaro]));
        world.ada().asks(|reader| {
            for (number, held) in [(&ring, 1), (&tessaro, 0)] {
                assert_eq!(reader.changes_of(reader.mention_of(number)?.id)?.len(), held, "{number}");
            }
            Ok(())
        });
        // Whoever is told has a reason, and gets what is ours of it.
        let all = world.ada().asks(|reader| notices::recipients(reader, reader.mention_of(&change)?.id));
        let maker = all.iter().find(|it| it.number == tessaro).unwrap();
        assert_eq!(
            (maker.reasons[0].because, maker.reasons[0].item.as_str()),
            (Because::Affected, ring.as_str())
        );
        world.ada().does(|work| notices::prepare_all(work, &change)).unwrap();
        let line = world
            .ada()
            .asks(|reader| notices::notices(reader, reader.mention_of(&change)?.id))
            .into_iter()
            .find(|it| it.name == "Tessaro Dichtungen")
            .unwrap();
        assert_eq!(line.side, Side::Supplier);
        let notice = world.ada().asks(|reader| reader.find::<notices::Notice>(&line.number)).body;
        let named: Vec<&str> = notice.package.iter().map(|it| it.item.as_str()).collect();
        assert_eq!(named, [ring.as_str()], "the ring is ours, the requirement is Meridian's");
        let page = ada.get(&format!("/change-notices/{}", line.number)).text;
        assert!(
            page.contains(&format!("It was decided that they are told: {ring} leads to them.")),
            "{page}"
        );
        for outside in ["carl", "eve"] {
            assert_eq!(program(&world, outside).get(&at).status, 404, "{outside}");
        }
    }
}

#[test]
fn whoever_is_told_by_decision_is_told_of_all_that_changes_and_leads_to_them() {
    for world in World::on_each_engine() {
        let (ring, req, tessaro) = ring_of_tessaro(&world);
        let second = world
            .person("clara")
            .does(|work| {
                let item = catalogue::CatalogueItem {
                    code: "R-21".into(),
                    summary: "A wider ring of EPDM".into(),
                    ..Default::default()
                };
                let ring = catalogue::open(work, &New { title: "Ring R-21", ..New::default() }, &item)?;
                catalogue::release(work, &ring.number, &catalogue::NewRevision::default())?;
                // Of it Tessaro makes the black one alone.
                let black = catalogue::CatalogueItem { code: "R-21-B".into(), base: Some(ring.id), ..item };
                let black =
                    catalogue::open(work, &New { title: "Black ring R-21", ..New::default() }, &black)?;
                let (it, maker) = (work.mention_of(&black.number)?, work.mention_of(&tessaro)?);
                work.link_by_hand(&it, Tie::DependsOn, &maker)?;
                Ok(ring.number)
            })
            .unwrap();
        let change = raise(&world, "ada", "Rings of FKM");
        for it in [&ring, &second] {
            take(&world, "ada", &change, it, Action::Change).unwrap();
        }
        take(&world, "ada", &change, &tessaro, Action::Tell).unwrap();
        // The requirement lies on the way to Hallander, and stays.
        let way = [ring.as_str(), "implements", req.as_str(), "concerns", "K-1002"].map(str::to_owned);
        let by_way =
            NewItem { name: "K-1002", way: way.to_vec(), action: Action::Tell, ..NewItem::default() };
        world.ada().does(|work| changes::decide(work, &change, &by_way)).unwrap();
        let all = world.ada().asks(|reader| notices::recipients(reader, reader.mention_of(&change)?.id));
        let named = |number: &str| -> Vec<String> {
            let it = all.iter().find(|it| it.number == number).unwrap();
            it.reasons.iter().map(|it| it.item.clone()).collect()
        };
        assert_eq!(named(&tessaro), [ring.as_str(), second.as_str()]);
        assert_eq!(named("K-1002"), [ring.as_str()]);
        world.ada().does(|work| notices::prepare_all(work, &change)).unwrap();
        let lines = world.ada().asks(|reader| notices::notices(reader, reader.mention_of(&change)?.id));
        assert_eq!(lines.len(), 3, "and Meridian, who asked: {lines:?}");
        for line in lines {
            let package =
                world.ada().asks(|reader| reader.find::<notices::Notice>(&line.number)).body.package;
            let told: Vec<&str> = package.iter().map(|it| it.item.as_str()).collect();
            let expected = match line.party {
                it if it == world.meridian => Vec::new(),
                it if it == world.hallander => vec![ring.as_str()],
                _ => vec![ring.as_str(), second.as_str()],
            };
            assert_eq!(told, expected, "{line:?}");
        }
    }
}

#[test]
fn what_reaches_a_customer_beside_very_much_of_theirs_is_told_too() {
    for world in World::on_each_engine() {
        let seals: Vec<String> = (0..60).map(|no| format!("Seal {no} of EPDM.")).collect();
        let seals: Vec<&str> = seals.iter().map(String::as_str).collect();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &seals);
        let (pump, order) = crate::releases::pump_and_order(&world);
        let change = raise(&world, "ada", "All seals");
        for it in reqs.iter().chain([&pump]) {
            take(&world, "ada", &change, it, Action::Change).unwrap();
        }
        let all = world.ada().asks(|reader| notices::recipients(reader, reader.mention_of(&change)?.id));
        let it = all.iter().find(|it| it.number == "K-1001").unwrap();
        let last = it.reasons.last().unwrap();
        assert_eq!((last.because, &last.item, &last.order), (Because::OpenOrder, &pump, &order));
        assert_eq!((it.reasons.len(), it.more), (51, 11), "each but those that are theirs is named");
        let page = program(&world, "ada").get(&format!("/changes/{change}/notices")).text;
        assert!(page.contains("And 12 more."), "{page}");
        world.ada().does(|work| notices::prepare_all(work, &change)).unwrap();
        let line = world
            .ada()
            .asks(|reader| notices::notices(reader, reader.mention_of(&change)?.id))
            .into_iter()
            .find(|it| it.party == world.meridian)
            .unwrap();
        let package = world.ada().asks(|reader| reader.find::<notices::Notice>(&line.number)).body.package;
        assert_eq!(package.len(), 61, "{package:?}");
        assert!(package.iter().any(|it| it.item == pump), "{package:?}");
    }
}

#[test]
fn a_document_among_what_is_accepted_is_decided_by_itself_and_waits() {
    for world in World::on_each_engine() {
        let (ring, req, _) = ring_of_tessaro(&world);
        let change = raise(&world, "ada", "Rings of FKM");
        let accept = |how| world.ada().does(|work| changes::accept_found(work, &change, &req, how));
        let accepted = accept((Action::Change, "Rings of FKM")).unwrap();
        let left: Vec<String> = accepted.left.iter().map(|it| it.sentence.to_string()).collect();
        assert!(left.iter().any(|it| it.contains(&format!("{DRAWING} is a document"))), "{left:?}");
        // Marked by itself it keeps the way on which it was found.
        let marked = [DRAWING.to_owned()];
        let how = (Action::Change, "The compound stands on it");
        world.ada().does(|work| changes::accept_all(work, &change, (&marked, ""), how)).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let items = world.ada().asks(|reader| changes::items(reader, id));
        let drawing = items.iter().find(|it| it.name == DRAWING).unwrap();
        assert_eq!(drawing.way, [ring.as_str(), "has_file", DRAWING]);
        assert!(drawing.item.is_none() && drawing.lacks_redline(), "{drawing:?}");
        let sentence = refusal(world.ada().does(|work| {
            changes::accept_all(work, &change, (&["No such.pdf".to_owned()], ""), (Action::Keep, "x"))
        }));
        assert!(sentence.contains("There is no No such.pdf"), "{sentence}");
    }
}

#[test]
fn two_changes_of_one_document_see_each_other_until_it_was_changed() {
    for world in World::on_each_engine() {
        let draws = |change: &str, name: &str, action: Action| {
            let new =
                NewItem { name, sort: "drawing", action, reason: "Another groove", ..NewItem::default() };
            world.ada().does(|work| changes::decide(work, change, &new)).unwrap()
        };
        let (first, second) = (raise(&world, "ada", "Grooves"), raise(&world, "ada", "Rings of FKM"));
        let third = raise(&world, "ada", "Labels");
        draws(&first, "Drawing 20-114-03", Action::Change);
        draws(&second, "drawing 20-114-03", Action::Change);
        draws(&third, "Drawing 20-114-03", Action::Keep);
        draws(&third, "Drawing 20-114-04", Action::Change);
        let mut ada = program(&world, "ada");
        let met = |change: &str| {
            let told = program(&world, "ada").get(&format!("/api/v1/changes/{change}/affected")).json();
            told["meetings"].clone()
        };
        assert_eq!(
            met(&second),
            json!([{ "change": first, "item": "drawing 20-114-03", "fields": [] }]),
            "what stays meets nobody"
        );
        assert_eq!(met(&first)[0]["change"], json!(second));
        assert_eq!(met(&third), json!([]), "another drawing");
        for (change, other, name) in
            [(&first, &second, "Drawing 20-114-03"), (&second, &first, "drawing 20-114-03")]
        {
            for page in [format!("/changes/{change}"), format!("/changes/{change}/affected")] {
                let text = ada.get(&page).text;
                assert!(text.contains(&format!("{name} is under {other}, too.")), "{page}: {text}");
            }
        }
        world.ada().does(|work| changes::withdraw(work, &first, "Not needed")).unwrap();
        let page = ada.get(&format!("/changes/{second}")).text;
        assert!(!page.contains(&format!("is under {first}")), "it is over: {page}");
        assert_eq!(program(&world, "carl").get(&format!("/changes/{second}/affected")).status, 404);
    }
}

#[test]
fn very_many_are_told_by_deeds_of_five_hundred_and_the_product_goes_on_by_itself() {
    const FIRMS: usize = 520;
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals of all");
        let firms: Vec<String> = world
            .ada()
            .does(|work| {
                (0..FIRMS)
                    .map(|no| {
                        let title = format!("Firm {no}");
                        let new = New { title: &title, ..New::default() };
                        Ok(customers::open(work, &new, &Organisation::default())?.number)
                    })
                    .collect()
            })
            .unwrap();
        let how = (Action::Tell, "All have the seals");
        world.ada().does(|work| changes::accept_all(work, &change, (&firms, ""), how)).unwrap();
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/changes/{change}/notices")).text;
        assert!(page.contains("500 are prepared at once, the others by themselves soon after."), "{page}");
        let first = ada.post_json(&format!("/api/v1/changes/{change}/notices"), &json!({})).json();
        assert_eq!(first["count"], json!(500), "{first}");
        for _ in 0..100 {
            if !world.db.run_job().unwrap() {
                break;
            }
        }
        world.ada().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            // All of them, and Meridian, for whom it was raised.
            assert_eq!(notices::notices(reader, id)?.len(), FIRMS + 1);
            assert!(notices::recipients(reader, id)?.iter().all(|it| it.notice.is_some()));
            let deeds = reader.trail(id, false, 0, 1000)?;
            let prepared: Vec<usize> = deeds
                .iter()
                .filter(|it| it.deed == "notices_prepared")
                .map(|it| it.content["records"].as_array().map_or(0, Vec::len))
                .collect();
            assert_eq!(prepared.len(), 2, "{prepared:?}");
            assert!(prepared.iter().all(|it| *it < 600), "no entry names them all: {prepared:?}");
            Ok(())
        });
        let page = ada.get(&format!("/changes/{change}/notices")).text;
        assert!(page.contains("Everybody whom the change reaches has a notice."), "{page}");
        assert!(page.contains(&format!("And {} more.", FIRMS + 1 - 200)), "no page lists them all: {page}");
    }
}

/// A firm with somebody who is written to is told of a change by hand: the key of the notice that went out.
fn told_by_hand(work: &mut Work, change: &str, no: usize) -> kernel::Result<i64> {
    let (title, email) = (format!("Firm {no}"), format!("buyer@firm-{no}.example"));
    let new = New { title: &title, ..New::default() };
    let firm = customers::open(work, &new, &Organisation::default())?;
    let buyer = NewContact { name: "Buyer", email: &email, ..NewContact::default() };
    customers::add_contact(work, &firm.number, &buyer)?;
    let reason = "They have such seals, too.".to_owned();
    let it = notices::Addition { party: Some(firm.id), reason, ..notices::Addition::default() };
    let made = notices::add(work, change, &it)?;
    let it = work.find::<notices::Notice>(&made.number)?.body;
    let edit = notices::Edit {
        person: it.person,
        words: Some("Your seals last longer.".into()),
        language: "en".into(),
        effective_on: it.effective_on,
        asks: it.asks,
        ..notices::Edit::default()
    };
    notices::edit(work, &made.number, &edit)?;
    notices::issue(work, &made.number, "https://reqord.kestrel.example")?;
    Ok(made.id)
}

#[test]
fn of_very_many_who_do_not_answer_somebody_is_asked_about_each_once() {
    const FIRMS: usize = 501;
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals of all");
        let all: Vec<usize> = (0..FIRMS).collect();
        let mut sent: Vec<i64> = Vec::new();
        for some in all.chunks(100) {
            let tell = |work: &mut Work| -> kernel::Result<Vec<i64>> {
                some.iter().map(|no| told_by_hand(work, &change, *no)).collect()
            };
            sent.extend(world.ada().does(tell).unwrap());
        }
        let later = monday() + SignedDuration::from_hours(24 * 40);
        for count in [500, FIRMS, FIRMS] {
            let ask = |work: &mut Work| notices::ask_about_silence(work, &Json::Null);
            world.db.write_at(&Actor::system(), later, ask).unwrap();
            world.ada().asks(|reader| {
                let mut asked = 0;
                for notice in &sent {
                    let tasks = reader.tasks(*notice)?;
                    asked += tasks.iter().filter(|it| it.request.contains("silence is no consent")).count();
                }
                assert_eq!(asked, count);
                let jobs = reader.jobs(Some(JobState::Waiting), None, 100)?;
                let going_on = jobs.iter().filter(|it| it.name == "notices.ask-on").count();
                assert_eq!(going_on, 1, "the product goes on with the rest by itself");
                Ok(())
            });
        }
    }
}

#[test]
fn five_thousand_are_decided_by_one_deed_and_more_than_is_told_is_said() {
    const MANY: usize = 5_000;
    for world in World::on_each_engine() {
        let sets: Vec<String> = (0..6)
            .map(|no| {
                let many: Vec<NewRequirement> = (0..if no < 5 { MANY / 5 } else { 1 })
                    .map(|it| NewRequirement {
                        body: Requirement {
                            statement: format!("Line {no}.{it} is sealed with EPDM."),
                            ..Requirement::default()
                        },
                        ..NewRequirement::default()
                    })
                    .collect();
                world
                    .ada()
                    .does(|work| {
                        let new = New { title: "Very much", ..New::default() };
                        let set = requirements::open_set(work, &new, &RequirementSet::default())?.number;
                        requirements::add_many(work, &set, &many)?;
                        Ok(set)
                    })
                    .unwrap()
            })
            .collect();
        let change = raise(&world, "ada", "All seals");
        for set in &sets {
            take(&world, "ada", &change, set, Action::Keep).unwrap();
        }
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/changes/{change}/affected?words={}", sets.join("+"))).text;
        assert!(page.contains("More hangs on this than is told."), "{page}");
        let from = sets[..5].join(" ");
        let told =
            ada.get(&format!("/api/v1/changes/{change}/affected?words={}", sets[..5].join("+"))).json();
        assert_eq!(told["is_capped"], json!(false));
        let shown = told["found"].as_array().unwrap().len();
        assert_eq!(shown + usize::try_from(told["more"].as_u64().unwrap()).unwrap(), MANY);
        let sent = json!({ "words": from, "action": "dismiss", "reason": "Another material" });
        let answer = ada.post_json(&format!("/api/v1/changes/{change}/affected/found"), &sent).json();
        assert_eq!(answer["count"], json!(MANY), "{answer}");
        // Nothing of it is to be released, so what says their name cannot be changed by a change either: each is named.
        let one = NewItem { name: &sets[5], action: Action::Change, ..NewItem::default() };
        let sentence = refusal(world.ada().does(|work| changes::decide(work, &change, &one)));
        assert!(sentence.contains("was never released"), "{sentence}");
        world.ada().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            assert_eq!(changes::items(reader, id)?.len(), MANY + 6);
            let deeds = reader.trail(id, false, 0, 1000)?;
            assert_eq!(deeds.iter().filter(|it| it.deed == "affected_decided").count(), 7);
            Ok(())
        });
        let page = ada.get(&format!("/changes/{change}/affected?from=4900")).text;
        assert!(page.contains("Another material") && page.len() < 400_000, "a part of it a page");
    }
}

#[test]
fn variants_of_what_changes_are_proposed_with_their_orders_and_customers() {
    for world in World::on_each_engine() {
        let clara = world.person("clara");
        let open = |code: &str, base: Option<i64>| {
            let item = catalogue::CatalogueItem {
                code: code.into(),
                summary: "A dosing pump".into(),
                base,
                ..Default::default()
            };
            let made = clara.does(|work| {
                let made = catalogue::open(work, &New { title: code, ..New::default() }, &item)?;
                catalogue::release(work, &made.number, &catalogue::NewRevision::default())?;
                Ok(made)
            });
            made.unwrap()
        };
        let pump = open("KD-20", None);
        let (variant, other) = (open("KD-20-PV-E", Some(pump.id)), open("KD-80", None));
        let line = orders::Line {
            no: 10,
            article: "KD-20-PV-E".into(),
            quantity: "2".into(),
            ..orders::Line::default()
        };
        let order = orders::Order { lines: vec![line], ..orders::Order::default() };
        let new = New { title: "Two pumps", party: Some(world.meridian), ..New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number;
        let change = raise(&world, "ada", "Seals of KD-20");
        let (pump, variant) = (pump.number, variant.number);
        let mut ada = program(&world, "ada");
        let at = format!("/api/v1/changes/{change}/affected");
        let told = ada.get(&format!("{at}?words=KD-20")).json();
        let way = |name: &str| found(&told, name).unwrap_or_else(|| panic!("{name}: {told}"))["way"].clone();
        assert_eq!(way(&variant), json!([pump, "has_variant", variant]));
        assert_eq!(way(&order), json!([pump, "has_variant", variant, "~concerns", order]));
        assert_eq!(
            way("K-1001"),
            json!([pump, "has_variant", variant, "~concerns", order, "belongs_to", "K-1001"])
        );
        assert!(found(&told, &other.number).is_none() && found(&told, "K-1002").is_none(), "{told}");
        let page = ada.get(&format!("/changes/{change}/affected?words=KD-20")).text;
        assert!(page.contains("has the variant"), "{page}");
        // As many as somebody likes: the last of them counts as the first does.
        let many: Vec<String> = (100..200).map(|no| format!("A-{no}")).collect();
        let told = ada.get(&format!("{at}?words={}+KD-20", many.join("+"))).json();
        assert!(found(&told, &variant).is_some(), "{told}");

        // What was decided of the pump leads on to them as well, and the way is kept.
        take(&world, "ada", &change, &pump, Action::Change).unwrap();
        assert!(found(&ada.get(&at).json(), &variant).is_some(), "nobody has to name it");
        let sent = json!({ "item": variant, "action": "keep", "reason": "Its seals are others" });
        assert!(ada.post_json(&at, &sent).status.is_success());
        let told = ada.get(&at).json();
        assert_eq!(decided(&told, &variant).unwrap()["way"], json!([pump, "has_variant", variant]));
        assert!(found(&told, &variant).is_none(), "nobody is asked twice");
        assert!(found(&told, &order).is_some(), "its orders are asked about all the same");
        // Whoever reads from outside is told nothing of it.
        assert_eq!(program(&world, "carl").get(&at).status, 404);
    }
}
