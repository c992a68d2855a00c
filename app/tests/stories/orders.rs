//! What is ordered: the gate before we commit, promises that are kept for ever, two papers beside each other, and what
//! was only said.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use catalogue::{CatalogueItem, NewRevision};
use customers::Channel;
use jiff::civil::{Date, date};
use kernel::{ExtraField, Holds, Life, New};
use orders::{
    CameBy, Line, NewDelivery, NewPromise, NewTold, Order, OrderState, Quotation, QuotationState, Reason,
    Resolution, Terms,
};
use requirements::RequirementSet;
use serde_json::{Value as Json, json};

use crate::judged::findings;
use crate::reviews::{behind_the_back, reviewed};
use crate::world::{World, program, refusal, with_a_formula};

const TODAY: Date = date(2026, 3, 2);

pub fn line(no: i64, article: &str, quantity: &str, price: &str) -> Line {
    Line {
        no,
        article: article.into(),
        words: "Diaphragm kit".into(),
        quantity: quantity.into(),
        unit: "pc".into(),
        price: price.into(),
        ..Line::default()
    }
}

/// A spare part of the catalogue whose first revision holds since January and was reviewed.
pub(crate) fn kit(world: &World) -> String {
    let number = new_kit(world);
    reviewed(world, &number);
    number
}

/// The same before anybody reviewed it.
pub(crate) fn new_kit(world: &World) -> String {
    world
        .bob()
        .does(|work| {
            let item = CatalogueItem {
                code: "SP-80-01".into(),
                summary: "Diaphragm kit".into(),
                ..CatalogueItem::default()
            };
            let made = catalogue::open(work, &New { title: "Diaphragm kit KD-80", ..New::default() }, &item)?;
            let new = NewRevision {
                from: Some(date(2026, 1, 1)),
                reason: "as it is sold",
                ..NewRevision::default()
            };
            catalogue::release(work, &made.number, &new)?;
            catalogue::publish(work, &made.number, 1)?;
            Ok(made.number)
        })
        .unwrap()
}

pub fn taken(world: &World, order: &Order) -> String {
    let new = New { title: "Diaphragm kits", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| orders::open_order(work, &new, order)).unwrap().number
}

/// Twelve kits, ordered in writing.
pub fn order_of_kits(world: &World) -> String {
    kit(world);
    let order = Order {
        purchase_order: "PO 4500017731".into(),
        lines: vec![line(10, "SP-80-01", "12", "89.00")],
        currency: "EUR".into(),
        ..Order::default()
    };
    taken(world, &order)
}

pub fn promise(world: &World, order: &str, on: Date, reason: Reason) -> kernel::Result<i64> {
    world.ada().does(|work| orders::promise(work, order, &NewPromise { line: 10, on, reason, words: "" }))
}

pub fn accept(world: &World, order: &str) -> kernel::Result<kernel::Frozen> {
    world.ada().does(|work| orders::accept(work, order, "all is there"))
}

#[test]
fn an_order_is_accepted_only_when_nothing_is_missing_and_each_gap_leads_to_where_it_is_mended() {
    for world in World::on_each_engine() {
        let bare = taken(&world, &Order { lines: vec![line(10, "TH-B", "", "")], ..Order::default() });
        let told = refusal(accept(&world, &bare));
        for wanted in [
            "Say how many and at what price in line 10.",
            "Line 10 is not of the catalogue",
            "Promise a day for line 10.",
        ] {
            assert!(told.contains(wanted), "{told}");
        }
        let mut ada = program(&world, "ada");
        let gate = ada.get(&format!("/api/v1/orders/{bare}/gate")).json();
        assert!(gate["missing"].as_array().unwrap().iter().all(|it| it["link"].is_string()), "{gate}");
        let page = ada.get(&format!("/orders/{bare}")).text;
        assert!(page.contains("Promise a day for line 10.") && page.contains("Received"));
        let by_step = ada.post_form(&format!("/orders/{bare}/steps/accept"), &[]);
        assert_eq!(by_step.status, StatusCode::CONFLICT, "the plain step does not pass the gate");

        let order = order_of_kits(&world);
        assert!(refusal(accept(&world, &order)).contains("Promise a day"));
        promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
        accept(&world, &order).unwrap();
        let case = world.ada().asks(|reader| reader.find::<Order>(&order));
        assert_eq!((case.record.state, case.record.released), (OrderState::Accepted, Some(1)));
        let closed = world.ada().does(|work| {
            let mut case = work.find::<Order>(&order)?;
            work.revise(&mut case, |it| it.currency = "GBP".into())
        });
        assert!(refusal(closed).contains("change request"), "what was agreed is changed by a change request");
        let way = ada.get(&format!("/orders/{order}/way")).text;
        assert!(way.contains("promised a day") && way.contains("accepted the order"), "the whole way");
        assert_eq!(
            program(&world, "carl").get(&format!("/orders/{order}/way")).status,
            StatusCode::NOT_FOUND
        );
        let page = ada.get(&format!("/orders/{order}")).text;
        assert!(page.contains("SP-80-01, revision A, from"), "which revision holds for this order: {page}");
    }
}

#[test]
fn what_a_set_asks_is_confirmed_by_the_customer_before_an_order_on_it_is_accepted() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&set)?.id));
        let order = taken(
            &world,
            &Order {
                requirement_set: Some(id),
                set_revision: Some(1),
                lines: vec![line(10, "KS-400-2", "1", "42900.00")],
                ..Order::default()
            },
        );
        promise(&world, &order, date(2026, 6, 1), Reason::First).unwrap();
        assert!(refusal(accept(&world, &order)).contains(&format!("Have revision 1 of {set} reviewed")));
        let carl = world.carl().actor.person;
        let profile = customers::Profile {
            lines: vec![customers::ProfileLine {
                topic: customers::Topic::Order,
                person: Some(carl),
                needs_approval: true,
                ..customers::ProfileLine::default()
            }],
            ..customers::Profile::default()
        };
        world
            .ada()
            .does(|work| {
                let meridian = work.find_by_id::<customers::Organisation>(world.meridian)?.record;
                customers::agree_profile(work, &meridian.number, meridian.version, &profile, "")
            })
            .unwrap();
        assert!(
            refusal(accept(&world, &order)).contains(&format!("Revision 1 of {set} was not confirmed")),
            "they want to confirm"
        );
        world
            .db
            .write(&kernel::Actor::system(), |work| {
                let case = work.find::<RequirementSet>(&set)?;
                work.live(&case.record, 1, Life::Confirmed)
            })
            .unwrap();
        accept(&world, &order).unwrap();
        let of_another = world.ada().does(|work| {
            let order = Order { requirement_set: Some(id), set_revision: Some(1), ..Order::default() };
            orders::open_order(
                work,
                &New { title: "Theirs", party: Some(world.hallander), ..New::default() },
                &order,
            )
        });
        assert!(refusal(of_another).contains("another customer"), "nobody orders on the set of another");
    }
}

#[test]
fn an_override_needs_a_reason_and_a_second_person_and_is_seen_for_ever() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        let short = world.ada().does(|work| orders::ask_to_pass(work, &order, "now"));
        assert!(refusal(short).contains("Say in a sentence why"));
        let reason = "Their plant stands still, the day follows by telephone";
        let request = world.ada().does(|work| orders::ask_to_pass(work, &order, reason)).unwrap();
        let own = world.ada().does(|work| orders::consent(work, &order, request));
        assert!(refusal(own).contains("Only the role “Approver”"));
        assert!(refusal(accept(&world, &order)).contains("Promise a day"), "a request alone opens nothing");
        let asked = world.henrik().does(|work| orders::ask_to_pass(work, &order, reason)).unwrap();
        let own = world.henrik().does(|work| orders::consent(work, &order, asked));
        assert!(refusal(own).contains("Somebody else has to agree"), "nobody agrees to their own");
        let again = world.ada().does(|work| orders::ask_to_pass(work, &order, reason)).unwrap();
        world.henrik().does(|work| orders::consent(work, &order, again)).unwrap();
        accept(&world, &order).unwrap();
        let page = program(&world, "bob").get(&format!("/orders/{order}")).text;
        for words in [
            "The gate is passed although something was missing",
            "Their plant stands still",
            "Henrik",
            "Promise a day for line 10.",
        ] {
            assert!(page.contains(words), "{words}");
        }
        // What was missing is read by everybody in their language; what an older house kept in words stays as it was said.
        let older = "insert into gate_waiver (record_id, gate, content, missing, reason, at, by)
                     select record_id, gate, content, '[\"Promise a day, please.\"]', reason, at, by from gate_waiver
                     where consents_to is null order by id limit 1;";
        testbed::tamper(&world.address, older).unwrap();
        let mut german = program(&world, "bob").with_cookie("language", "de");
        let gate = format!("/api/v1/orders/{order}/gate");
        let (page, told) = (german.get(&format!("/orders/{order}")).text, german.get(&gate).json());
        assert!(page.contains("Sagen Sie einen Termin für Position 10 zu."), "{page}");
        assert!(!page.contains("Promise a day for line"), "{page}");
        let missing = |no: usize| told["waivers"][no]["missing"][0].as_str().unwrap().to_owned();
        assert_eq!(missing(0), "Sagen Sie einen Termin für Position 10 zu.");
        let last = told["waivers"].as_array().unwrap().len() - 1;
        assert_eq!(missing(last), "Promise a day, please.");
        let page = program(&world, "carl").get(&format!("/orders/{order}")).text;
        assert!(
            !page.contains("plant stands still") && !page.contains("gate"),
            "customers read nothing of it"
        );
        let other =
            taken(&world, &Order { lines: vec![line(10, "SP-80-01", "1", "89.00")], ..Order::default() });
        let found = |question: &str| {
            let to = format!("/api/v1/orders?q={question}");
            let all = program(&world, "bob").get(&to).json();
            let rows = all["items"].as_array().unwrap().iter();
            rows.map(|it| it["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("is:overridden"), std::slice::from_ref(&order));
        assert_eq!(found("-is:overridden"), [other]);
        let page = program(&world, "bob").get("/orders").text;
        assert!(page.contains("/orders?q=is%3Aoverridden") && page.contains("1 with an override"), "{page}");
        let page = program(&world, "bob").get("/orders?q=is%3Aoverridden").text;
        assert!(page.contains(&order), "{page}");
        let set = world.offered_set();
        let rests = Order {
            requirement_set: Some(world.ada().asks(|reader| Ok(reader.mention_of(&set)?.id))),
            set_revision: Some(1),
            ..Order::default()
        };
        let coverage = || program(&world, "bob").get(&format!("/requirement-sets/{set}/coverage")).text;
        assert!(!coverage().contains("has an override"), "nothing rests on it");
        let resting = taken(&world, &rests);
        let request = world.ada().does(|work| orders::ask_to_pass(work, &resting, reason)).unwrap();
        assert!(!coverage().contains("has an override"), "nobody agreed yet");
        world.henrik().does(|work| orders::consent(work, &resting, request)).unwrap();
        let page = coverage();
        assert!(page.contains("1 order that rests on it has an override"), "{page}");
        assert_eq!(found(&format!("is:overridden%20requirement_set:{set}")), [resting]);
        let mut carl = program(&world, "carl");
        assert!(!carl.get("/orders").text.contains("override"));
        let told = carl.get("/api/v1/orders?q=is:overridden");
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text);
    }
}

#[test]
fn an_override_holds_for_the_order_as_it_was_asked_for_and_no_other() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        let request = world
            .ada()
            .does(|work| orders::ask_to_pass(work, &order, "They wait for it at the gate"))
            .unwrap();
        world.henrik().does(|work| orders::consent(work, &order, request)).unwrap();
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Order>(&order)?;
                work.revise(&mut case, |it| it.lines[0].quantity = "1200".into())
            })
            .unwrap();
        assert!(
            refusal(accept(&world, &order)).contains("Promise a day"),
            "the order says something else now"
        );
    }
}

#[test]
fn a_promise_is_never_overwritten_and_slips_are_seen() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        assert!(
            refusal(promise(&world, &order, date(2026, 3, 1), Reason::First)).contains("That day is over")
        );
        promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
        accept(&world, &order).unwrap();
        assert!(
            refusal(promise(&world, &order, date(2026, 3, 27), Reason::First))
                .contains("Say why the day of line 10 moves")
        );
        let second = promise(&world, &order, date(2026, 3, 27), Reason::Supplier).unwrap();
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&order)?.id));
        let all = world.ada().asks(|reader| orders::promises(reader, id));
        assert_eq!(
            all.iter().map(|it| (it.no, it.promised_on)).collect::<Vec<_>>(),
            [(1, date(2026, 3, 20)), (2, date(2026, 3, 27))]
        );
        let mut ada = program(&world, "ada");
        let page = ada.get("/promises").text;
        assert!(
            page.contains(&order) && page.contains("the customer was not told"),
            "a slip that nobody told is seen"
        );
        world
            .ada()
            .does(|work| {
                orders::tell(
                    work,
                    &order,
                    second,
                    &NewTold { channel: Channel::Email, words: "mail of today" },
                )
            })
            .unwrap();
        let twice = world
            .ada()
            .does(|work| orders::tell(work, &order, second, &NewTold { channel: Channel::Email, words: "" }));
        assert!(refusal(twice).contains("already"), "nobody is told twice");
        assert!(!ada.get("/promises").text.contains("the customer was not told"));
        let eve = world.eve().does(|work| orders::acknowledge(work, &order, second, ""));
        assert!(matches!(eve, Err(kernel::Error::NotFound)), "not hers");
        world.carl().does(|work| orders::acknowledge(work, &order, second, "")).unwrap();
        let page = program(&world, "carl").get(&format!("/orders/{order}")).text;
        assert!(page.contains("7 days later than first promised") && page.contains("acknowledged"));
        let tamper = |sql: &str| testbed::tamper(&world.address, sql);
        assert!(tamper("update promise set promised_on = '2030-01-01';").is_err(), "storage refuses");
        for table in ["promise", "promise_told"] {
            assert!(tamper(&format!("delete from {table};")).is_err(), "storage refuses");
        }
        // Whoever gets past the storage is found by the audit.
        assert_eq!(findings(&world), Vec::<String>::new());
        for (table, there, back, what) in [
            (
                "promise",
                "promised_on = '2026-03-25' where no = 2",
                "promised_on = '2026-03-27' where no = 2",
                "Promise",
            ),
            ("promise_told", "words = 'mail of April'", "words = 'mail of today'", "Word on a promise"),
        ] {
            let told = if table == "promise_told" { " where what = 'told'" } else { "" };
            behind_the_back(&world, table, &format!("update {table} set {there}{told}"));
            assert!(findings(&world).iter().any(|it| it.starts_with(what)), "{table}");
            behind_the_back(&world, table, &format!("update {table} set {back}{told}"));
            assert_eq!(findings(&world), Vec::<String>::new(), "{table}");
        }
    }
}

#[test]
fn how_far_we_kept_our_word_counts_against_the_first_and_the_last_promise() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        promise(&world, &order, TODAY, Reason::First).unwrap();
        accept(&world, &order).unwrap();
        let too_many = world.ada().does(|work| {
            orders::deliver(work, &order, &[NewDelivery { line: 10, quantity: "13", on: None, words: "" }])
        });
        assert!(refusal(too_many).contains("only 12.00 were ordered"));
        world
            .ada()
            .does(|work| {
                orders::deliver(
                    work,
                    &order,
                    &[NewDelivery { line: 10, quantity: "5", on: None, words: "DN 1" }],
                )
            })
            .unwrap();
        let state = |number: &str| world.ada().asks(|reader| reader.find::<Order>(number)).record.state;
        assert_eq!(state(&order), OrderState::PartDelivered);
        let later = world.db.write_at(&world.ada().actor, "2026-03-05T09:00:00Z".parse().unwrap(), |work| {
            orders::promise(
                work,
                &order,
                &NewPromise { line: 10, on: date(2026, 3, 9), reason: Reason::Production, words: "" },
            )?;
            orders::deliver(work, &order, &[NewDelivery { line: 10, quantity: "7", on: None, words: "DN 2" }])
        });
        later.unwrap();
        assert_eq!(state(&order), OrderState::Delivered);
        let kept = world.ada().asks(|reader| orders::kept_word_of(reader, world.meridian));
        assert_eq!(
            (kept.lines, kept.by_first, kept.by_last, kept.moved),
            (1, 0, 1, 1),
            "late by the first promise, on time by the last"
        );
        assert!(program(&world, "ada").get("/promises/kept").text.contains("Meridian Dairies"));
        assert_eq!(program(&world, "carl").get("/promises").status, StatusCode::NOT_FOUND, "ours to see");
    }
}

pub fn quoted(world: &World) -> String {
    let ada = world.ada();
    let quotation = Quotation {
        currency: "EUR".into(),
        terms: Terms {
            delivery: "14 weeks, week 46".into(),
            payment: "45 days net".into(),
            ..Terms::default()
        },
        lines: vec![Line { words: "Seal kit".into(), ..line(10, "SP-80-01", "2", "118.00") }],
        valid_until: Some(date(2026, 4, 1)),
        note: "margin 31 %".into(),
        ..Quotation::default()
    };
    let new = New { title: "Seal kits", party: Some(world.meridian), ..New::default() };
    let made = ada.does(|work| orders::open_quotation(work, &new, &quotation)).unwrap();
    ada.does(|work| orders::send(work, &made.number, "as asked")).unwrap();
    made.number
}

#[test]
fn a_quotation_is_sent_in_revisions_and_the_customer_reads_what_was_sent_only() {
    for world in World::on_each_engine() {
        kit(&world);
        let number = quoted(&world);
        let carl = world.carl().asks(|reader| reader.find::<Quotation>(&number));
        assert_eq!((carl.record.state, carl.body.lines[0].price.as_str()), (QuotationState::Sent, "118.00"));
        assert_eq!(carl.body.note, "", "notes stay with us");
        assert!(matches!(
            world.eve().tries(|reader| reader.find::<Quotation>(&number)),
            Err(kernel::Error::NotFound)
        ));
        let of_another = world.ada().does(|work| {
            let order = Order { quotation: Some(work.mention_of(&number)?.id), ..Order::default() };
            let new = New { title: "Theirs", party: Some(world.hallander), ..New::default() };
            orders::open_order(work, &new, &order)
        });
        assert!(refusal(of_another).contains("another customer"), "nobody orders what another was offered");
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Quotation>(&number)?;
                work.advance(&mut case, orders::QuotationStep::Revise)?;
                work.revise(&mut case, |it| it.lines[0].price = "99.00".into())
            })
            .unwrap();
        assert_eq!(
            world.carl().asks(|reader| reader.find::<Quotation>(&number)).body.lines[0].price,
            "118.00"
        );
        let mut ada = program(&world, "ada");
        let sent = ada.post_form(&format!("/quotations/{number}/send"), &[("reason", "cheaper")]);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let page = ada.get(&format!("/quotations/{number}")).text;
        assert!(page.contains("Revision A") && page.contains("Revision B"));
        assert_eq!(
            world.carl().asks(|reader| reader.find::<Quotation>(&number)).body.lines[0].price,
            "99.00"
        );
        let expired =
            world.db.write_at(&kernel::Actor::system(), "2026-04-02T09:00:00Z".parse().unwrap(), |work| {
                orders::watch(work, &json!(null))
            });
        expired.unwrap();
        assert_eq!(
            world.carl().asks(|reader| reader.find::<Quotation>(&number)).record.state,
            QuotationState::Expired
        );
    }
}

#[test]
fn their_order_is_laid_beside_our_quotation_and_each_difference_is_settled_by_name() {
    for world in World::on_each_engine() {
        kit(&world);
        let quotation = quoted(&world);
        let csv = "Purchase order;4711\nDelivery;KW 46\nPayment;90 days net\n\nPos;Article;Text;Qty;Unit;Unit price EUR\n10;SP-80-01;Seal kit;3;pcs;118,00\n";
        let mut ada = program(&world, "ada");
        let hostile = ada.post_files(
            &format!("/quotations/{quotation}/order"),
            &[],
            &[("po.csv", b"Pos;Article;Qty\n10;=cmd|x;1\n")],
        );
        assert_eq!(hostile.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(hostile.text.contains("Row 2 holds a formula"), "the row is named");
        let came = ada.post_files(
            &format!("/quotations/{quotation}/order"),
            &[("came_by", "writing")],
            &[("po.csv", csv.as_bytes())],
        );
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        let order = came.location().split('/').nth(2).unwrap().to_owned();
        let differences = ada.get(&format!("/api/v1/orders/{order}/differences")).json();
        let places: Vec<&str> = differences
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["difference"]["place"].as_str().unwrap())
            .collect();
        assert_eq!(places, ["payment", "line 10 quantity"], "week 46 is week 46, pcs are pc");
        promise(&world, &order, date(2026, 6, 1), Reason::First).unwrap();
        assert!(refusal(accept(&world, &order)).contains("Settle the difference in “payment”"));
        let silent = ada.post_form(
            &format!("/orders/{order}/differences"),
            &[("place", "payment"), ("resolution", "keep_ours")],
        );
        assert!(silent.text.contains("Say how the customer was told"));
        let settle = |place: &str, it: (Resolution, &str, &str)| {
            world.ada().does(|work| orders::settle(work, &order, place, it)).unwrap();
        };
        let mut henrik = program(&world, "henrik");
        let mut shown = || henrik.get(&format!("/orders/{order}/differences")).text;
        let by_a_keeper = "Somebody who keeps orders writes into the order what you accept of theirs.";
        assert!(shown().contains(by_a_keeper), "{}", shown());
        let page = ada.get(&format!("/orders/{order}/differences")).text;
        assert!(
            page.contains("What is accepted of theirs is written into the order.")
                && !page.contains(by_a_keeper)
        );
        settle("payment", (Resolution::KeepOurs, "60 days", "mail of 2 March"));
        settle("line 10 quantity", (Resolution::Clarify, "", ""));
        assert!(refusal(accept(&world, &order)).contains("line 10 quantity"), "a question is no answer");

        // Henrik says that theirs holds and keeps no orders: until somebody who does writes it there, the gate is shut.
        let place = "line 10 quantity";
        let quantity =
            || world.ada().asks(|reader| reader.find::<Order>(&order)).body.lines[0].quantity.clone();
        let rewrite = |words: &str| {
            let write = |work: &mut kernel::Work| {
                let mut case = work.find::<Order>(&order)?;
                work.revise(&mut case, |it| it.lines[0].quantity = words.into())
            };
            world.ada().does(write).unwrap();
        };
        world
            .henrik()
            .does(|work| orders::settle(work, &order, place, (Resolution::AcceptTheirs, "", "")))
            .unwrap();
        assert!(refusal(accept(&world, &order)).contains("Theirs was accepted in “line 10 quantity”"));
        let page = ada.get(&format!("/orders/{order}/differences")).text;
        assert!(page.contains("The order does not say so. Accept theirs once more"), "{page}");
        assert!(
            shown().contains("Have somebody who keeps orders accept theirs here once more"),
            "{}",
            shown()
        );
        settle(place, (Resolution::AcceptTheirs, "three", ""));
        assert_eq!(quantity(), "3", "what is accepted is written into the order");
        rewrite("2");
        assert!(refusal(accept(&world, &order)).contains("and the order does not say so"));
        settle(place, (Resolution::AcceptTheirs, "three", ""));

        // Ada keeps ours after all, and the order says theirs since it was accepted: until it says ours, the gate is shut.
        let mut missing = || henrik.get(&format!("/api/v1/orders/{order}/gate")).json()["missing"].clone();
        assert_eq!(missing(), json!([]));
        settle(place, (Resolution::KeepOurs, "two", "mail of 3 March"));
        assert_eq!(quantity(), "3");
        assert!(refusal(accept(&world, &order)).contains("Ours was kept in “line 10 quantity”"));
        assert_eq!(missing()[0]["link"], json!(format!("/orders/{order}/edit")));
        let page = ada.get(&format!("/orders/{order}/differences")).text;
        assert!(page.contains("Ours was kept, and the order does not say so."), "{page}");
        rewrite("2");
        assert_eq!(missing(), json!([]), "the order says what was kept");
        settle(place, (Resolution::AcceptTheirs, "three after all", ""));

        // They send their order once more, now with two: the order says three since theirs was accepted, and two hold.
        let lay = |quantity: &str| {
            let theirs = csv.replace("Seal kit;3;", &format!("Seal kit;{quantity};"));
            let purchase = orders::read_file(&orders::File {
                name: "po.csv",
                media_type: "text/csv",
                bytes: theirs.as_bytes(),
                words: None,
            });
            let purchase = purchase.unwrap();
            world.ada().does(|work| orders::lay_beside(work, &order, &purchase, None)).unwrap();
        };
        let an_earlier = "“line 10 quantity” of the order says what an earlier order of theirs said.";
        lay("2");
        assert!(refusal(accept(&world, &order)).contains(an_earlier));
        assert_eq!(missing()[0]["link"], json!(format!("/orders/{order}/edit")));
        let page = ada.get(&format!("/orders/{order}/differences")).text;
        assert!(page.contains("of the order says what an earlier order of theirs said."), "{page}");
        rewrite("2");
        assert_eq!(missing(), json!([]), "both papers and the order say two");
        rewrite("3");
        lay("4");
        settle(place, (Resolution::KeepOurs, "two", "mail of 4 March"));
        assert!(refusal(accept(&world, &order)).contains(an_earlier), "neither paper says three");
        rewrite("2");
        assert_eq!(missing(), json!([]));
        lay("3");
        settle(place, (Resolution::AcceptTheirs, "three after all", ""));
        let page = ada.get(&format!("/orders/{order}/differences")).text;
        assert!(page.contains("Ada Lindqvist") && page.contains("60 days"), "by name");
        assert_eq!(
            program(&world, "carl").get(&format!("/orders/{order}/differences")).status,
            StatusCode::NOT_FOUND
        );
        accept(&world, &order).unwrap();
        let read = world.carl().asks(|reader| reader.find::<Order>(&order)).body.lines[0].quantity.clone();
        assert_eq!(read, "3", "the customer reads what they ordered");
        let all = [NewDelivery { line: 10, quantity: "3", on: None, words: "" }];
        world.ada().does(|work| orders::deliver(work, &order, &all)).unwrap();
        let late = world
            .ada()
            .does(|work| orders::settle(work, &order, "payment", (Resolution::AcceptTheirs, "", "")));
        assert!(refusal(late).contains("change request"));
    }
}

#[test]
fn an_order_that_was_let_pass_without_saying_what_was_settled_leads_to_a_change() {
    for world in World::on_each_engine() {
        kit(&world);
        let quotation = quoted(&world);
        let csv = b"Pos;Article;Qty;Unit;Unit price EUR\n10;SP-80-01;3;pc;118,00\n";
        let file = orders::File { name: "po.csv", media_type: "", bytes: csv, words: None };
        let purchase = Some(orders::read_file(&file).unwrap());
        let ordered = orders::Ordered { purchase, ..orders::Ordered::default() };
        let order = world.ada().does(|work| orders::order_from(work, &quotation, &ordered)).unwrap().number;
        let it = (Resolution::AcceptTheirs, "", "");
        world.henrik().does(|work| orders::settle(work, &order, "line 10 quantity", it)).unwrap();
        let shown = || program(&world, "ada").get(&format!("/orders/{order}/differences")).text;
        assert!(shown().contains("Accept theirs once more"), "{}", shown());
        let reason = "Their plant stands still, the day follows by telephone";
        let asked = world.ada().does(|work| orders::ask_to_pass(work, &order, reason)).unwrap();
        world.henrik().does(|work| orders::consent(work, &order, asked)).unwrap();
        accept(&world, &order).unwrap();
        let page = shown();
        assert!(page.contains("and the order does not say so. Raise a change request."), "{page}");
        assert!(!page.contains("Accept theirs once more"), "nobody can any more: {page}");
    }
}

#[test]
fn whoever_has_their_order_on_paper_types_it_and_no_word_of_it_is_lost() {
    for world in World::on_each_engine() {
        kit(&world);
        let quotation = quoted(&world);
        let mut ada = program(&world, "ada");
        let to = format!("/quotations/{quotation}/order");
        let filled = ada.get(&format!("{to}?their=ours")).text;
        assert!(filled.contains("name=\"their_article1\"") && filled.contains("SP-80-01"), "{filled}");
        assert!(!ada.get(&to).text.contains("SP-80-01"), "only where somebody asks for our lines");

        let terms = [("came_by", "writing"), ("their_payment", "90 days net")];
        let refused = ada.post_files(&to, &terms, &[]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Type or paste their lines, too."), "{}", refused.text);
        assert!(refused.text.contains("90 days net"), "it stays in the form");
        let row = [("their_line1", "10"), ("their_article1", "SP-80-01"), ("their_price1", "1,425")];
        let refused = ada.post_files(&to, &[&terms[..], &row[..]].concat(), &[]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("Say how many.") && refused.text.contains("read one way"),
            "{}",
            refused.text
        );
        let csv = b"Pos;Article;Qty\n10;SP-80-01;2\n";
        let refused = ada.post_files(&to, &terms, &[("po.csv", csv)]);
        assert!(refused.text.contains("Part of it is typed."), "the file would win unseen: {}", refused.text);
        let state = world.ada().asks(|reader| reader.find::<Quotation>(&quotation)).record.state;
        assert_eq!(state, QuotationState::Sent, "no order was made of any of it");

        let typed = [
            ("purchase_order", "4711"),
            ("their_currency", "eur"),
            ("their_packing", "Crates"),
            ("their_total", "354,00"),
            ("their_line1", "10"),
            ("their_article1", "SP-80-01"),
            ("their_quantity1", "3"),
            ("their_unit1", "pcs"),
            ("their_price1", "118,00"),
        ];
        let came = ada.post_files(&to, &[&terms[..], &typed[..]].concat(), &[]);
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        let order = came.location().split('/').nth(2).unwrap().to_owned();
        let told = ada.get(&format!("/api/v1/orders/{order}/differences")).json();
        let places: Vec<&str> =
            told.as_array().unwrap().iter().map(|it| it["difference"]["place"].as_str().unwrap()).collect();
        assert_eq!(
            places,
            ["payment", "packing", "line 10 quantity"],
            "118,00 is 118.00, and 3 of them are 354"
        );
        promise(&world, &order, date(2026, 6, 1), Reason::First).unwrap();
        assert!(refusal(accept(&world, &order)).contains("Settle the difference in “packing”"));

        // Their paper says something else now: rows, or pasted cells with what stands above them.
        let pasted =
            [("pasted", "Payment\t60 days net\nPos\tArticle\tQty\tUnit price\n10\tSP-80-01\t2\t118.00")];
        let beside = format!("/orders/{order}/purchase");
        let twice = ada.post_files(&beside, &[&pasted[..], &typed[4..]].concat(), &[]);
        assert!(twice.text.contains("Keep one of both."), "{}", twice.text);
        let came = ada.post_files(&beside, &pasted, &[]);
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        let purchase = world.ada().asks(|reader| reader.find::<Order>(&order)).body.purchase.unwrap();
        assert_eq!((purchase.terms.payment.as_str(), purchase.lines.len()), ("60 days net", 1));
    }
}

#[test]
fn what_was_said_by_telephone_is_confirmed_in_writing_and_silence_is_no_consent() {
    for world in World::on_each_engine() {
        kit(&world);
        let order = taken(
            &world,
            &Order {
                came_by: CameBy::Telephone,
                lines: vec![line(10, "SP-80-01", "12", "89.00")],
                ..Order::default()
            },
        );
        promise(&world, &order, date(2026, 6, 1), Reason::First).unwrap();
        assert!(refusal(accept(&world, &order)).contains("ordered by telephone"));
        let mut ada = program(&world, "ada");
        let form =
            [("said_by", "Carl Whitfield"), ("said_on", "2026-03-02"), ("said", "Twelve kits for KD-80.")];
        let noted = ada.post_form(&format!("/said/{order}"), &form);
        assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.text);
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&order)?.id));
        let statement = world.ada().asks(|reader| conversations::statements(reader, id))[0].id;
        let mut carl = program(&world, "carl");
        assert!(
            !carl.get(&format!("/orders/{order}")).text.contains("Twelve kits for KD-80."),
            "not asked yet"
        );
        let page = ada.get(&format!("/said/{order}/confirmation")).text;
        assert!(page.contains("carl.whitfield@meridian-dairies.example"), "to whoever said it: {page}");
        let letter = [
            ("said", &*statement.to_string()),
            ("to", "Carl Whitfield <carl.whitfield@meridian-dairies.example>"),
            ("due", "2026-03-06"),
            ("subject", "We understood the following"),
            ("letter", "Twelve kits for KD-80."),
        ];
        let wrote = ada.post_form(&format!("/said/{order}/confirmation"), &letter);
        assert_eq!(wrote.status, StatusCode::SEE_OTHER, "{}", wrote.text);
        assert!(ada.get("/letters").text.contains("We understood the following"), "a letter is written");
        assert!(refusal(accept(&world, &order)).contains("Silence is no consent"));
        let later = world.db.write_at(&world.ada().actor, "2026-04-01T09:00:00Z".parse().unwrap(), |work| {
            orders::accept(work, &order, "")
        });
        assert!(refusal(later).contains("Silence is no consent"), "nor is longer silence");
        let address = format!("/statements/{statement}/answer");
        let eve = program(&world, "eve").post_form(&address, &[("state", "confirmed")]);
        assert_eq!(eve.status, StatusCode::NOT_FOUND, "Eve confirms nothing of Meridian's");
        let other = carl.post_form(&address, &[("state", "otherwise")]);
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "what then?");
        assert!(carl.get(&format!("/orders/{order}")).text.contains("Twelve kits for KD-80."));
        let said = carl.post_form(&address, &[("state", "confirmed")]);
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
        accept(&world, &order).unwrap();
    }
}

#[test]
fn nobody_has_ordered_on_a_day_to_come_or_got_anything_before_they_ordered_it() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        let wrong = json!({ "ordered_on": "2062-03-02" });
        let mut ada = program(&world, "ada");
        let refused = ada.patch_json(&format!("/api/v1/orders/{order}"), Some("*"), &wrong);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert_eq!(refused.json()["errors"][0]["field"], "ordered_on", "{}", refused.text);
        assert!(refused.text.contains("That day has not come yet."), "{}", refused.text);
        // Where the customer lives it may be tomorrow already.
        let tomorrow = json!({ "ordered_on": TODAY.tomorrow().unwrap().to_string() });
        let kept = ada.patch_json(&format!("/api/v1/orders/{order}"), Some("*"), &tomorrow);
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        let row = json!({ "external_id": "ERP-9", "customer": "K-1001", "ordered_on": "2062-03-02",
            "lines": [{ "no": 10, "article": "SP-80-01", "quantity": "1", "price": "89.00" }] });
        let refused = ada.post_json("/api/v1/orders/import", &json!({ "orders": [row] }));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("It was ordered on a day that has not come yet."), "{}", refused.text);
        promise(&world, &order, date(2026, 3, 20), Reason::First).unwrap();
        accept(&world, &order).unwrap();
        let delivers = |on: Date| {
            let it = NewDelivery { line: 10, quantity: "5", on: Some(on), words: "DN 1" };
            world.ada().does(|work| orders::deliver(work, &order, &[it]))
        };
        let early = delivers(date(2026, 2, 27)).unwrap_err();
        assert!(format!("{early:?}").contains("It was ordered after that day."), "{early:?}");
        delivers(TODAY).unwrap();
    }
}

#[test]
fn a_customer_follows_their_own_orders_in_their_own_words_and_nobody_elses() {
    for world in World::on_each_engine() {
        let order = order_of_kits(&world);
        let mut carl = program(&world, "carl");
        let page = carl.get(&format!("/orders/{order}"));
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("We have your order and are looking at it"));
        assert!(!page.text.contains("Promise a day for line 10."), "what is missing is ours to know");
        assert!(carl.get("/orders").text.contains(&order));
        let mut eve = program(&world, "eve");
        assert_eq!(eve.get(&format!("/orders/{order}")).status, StatusCode::NOT_FOUND);
        assert!(!eve.get("/orders").text.contains(&order) && !eve.get("/orders").text.contains("4500017731"));
        assert!(world.eve().asks(|reader| reader.search("4500017731", None, 10)).is_empty());
        assert_eq!(world.carl().asks(|reader| reader.search("4500017731", None, 10)).len(), 1);
        let forged = carl.post_json(
            &format!("/api/v1/orders/{order}/promises"),
            &json!({ "line": 10, "on": "2026-04-01" }),
        );
        assert_eq!(forged.status, StatusCode::CONFLICT, "customers promise nothing for us");
        let amelia = program(&world, "amelia")
            .post_form(&format!("/orders/{order}/promises"), &[("on", "2026-04-01"), ("reason", "first")]);
        assert_eq!(amelia.status, StatusCode::CONFLICT, "whoever only reads changes nothing");
    }
}

#[test]
fn the_same_number_of_another_system_is_one_order() {
    for world in World::on_each_engine() {
        kit(&world);
        let order = Order { external_id: "ERP-77".into(), ..Order::default() };
        let first = taken(&world, &order);
        let again = world.ada().does(|work| {
            orders::open_order(
                work,
                &New { title: "Again", party: Some(world.meridian), ..New::default() },
                &order,
            )
        });
        assert!(refusal(again).contains(&format!("{first} has this number already")));
    }
}

#[test]
fn both_papers_are_held_against_each_measured_requirement_of_the_agreed_set() {
    for world in World::on_each_engine() {
        kit(&world);
        let ada = world.ada();
        let set = ada
            .does(|work| {
                let new = New { title: "Kits for CIP 3", party: Some(world.meridian), ..New::default() };
                let set = requirements::open_set(work, &new, &RequirementSet::default())?;
                for (name, value, (lower, upper), unit) in
                    [("Pressure", "10", ("", ""), "bar"), ("Flow", "", ("16", "20"), "l/h")]
                {
                    let body = requirements::Requirement {
                        statement: format!("{name} as agreed."),
                        product: "SP-80-01".into(),
                        characteristic: name.into(),
                        value: value.into(),
                        lower: lower.into(),
                        upper: upper.into(),
                        unit: unit.into(),
                        ..requirements::Requirement::default()
                    };
                    let new = requirements::NewRequirement { body, ..Default::default() };
                    requirements::add(work, &set.number, &new)?;
                }
                requirements::release(work, &set.number, "as asked")?;
                Ok(set)
            })
            .unwrap();
        let mut offered = line(10, "SP-80-01", "2", "118.00");
        offered.further.insert("Flow".into(), "24 l/h".into());
        let quotation = Quotation {
            requirement_set: Some(set.id),
            set_revision: Some(1),
            currency: "EUR".into(),
            terms: Terms { delivery: "week 46".into(), payment: "45 days net".into(), ..Terms::default() },
            lines: vec![offered],
            valid_until: Some(date(2026, 4, 1)),
            ..Quotation::default()
        };
        let new = New { title: "Kits", party: Some(world.meridian), ..New::default() };
        let number = ada.does(|work| orders::open_quotation(work, &new, &quotation)).unwrap().number;
        ada.does(|work| orders::send(work, &number, "")).unwrap();
        let csv = b"Pos;Article;Qty;Unit;Unit price EUR;Pressure\n10;SP-80-01;2;pc;118,00;8 bar\n";
        let file = orders::File { name: "po.csv", media_type: "", bytes: csv, words: None };
        let read = orders::read_file(&file).unwrap();
        let ordered = orders::Ordered { purchase: Some(read), ..orders::Ordered::default() };
        let order = ada.does(|work| orders::order_from(work, &number, &ordered)).unwrap().number;

        let mut browser = program(&world, "ada");
        let told = || program(&world, "ada").get(&format!("/api/v1/orders/{order}/differences")).json();
        let all = told();
        let said: Vec<_> = (all.as_array().unwrap().iter())
            .map(|it| {
                let of = |name: &str| it["difference"][name].as_str().unwrap().to_owned();
                (of("place"), of("ours"), of("agreed"), of("theirs"), it["is_open"].as_bool().unwrap())
            })
            .collect();
        let wanted = |place: &str, ours: &str, agreed: &str, theirs: &str| {
            (place.to_owned(), ours.to_owned(), agreed.to_owned(), theirs.to_owned(), true)
        };
        assert_eq!(
            said,
            [
                wanted("line 10 Flow", "24 l/h", "16 … 20 l/h", ""),
                wanted("line 10 Pressure", "", "10 bar", "8 bar")
            ]
        );
        let page = browser.get(&format!("/orders/{order}/differences")).text;
        assert!(page.contains("Agreed") && page.contains("16 … 20 l/h"), "{page}");
        for place in ["line 10 Flow", "line 10 Pressure"] {
            let settling = json!({ "place": place, "resolution": "accept_theirs", "words": "As agreed." });
            let to = format!("/api/v1/orders/{order}/differences");
            assert_eq!(browser.post_json(&to, &settling).status, StatusCode::OK);
        }
        assert!(told().as_array().unwrap().iter().all(|it| it["is_open"] == false), "{}", told());
        let settled = world.ada().asks(|reader| orders::settled(reader, reader.mention_of(&order)?.id));
        assert_eq!(settled[1].agreed, "10 bar");

        // The order is set to a later revision than was quoted: both papers are held against that.
        let parts = ada.asks(|reader| reader.parts_of(set.id, 1));
        ada.does(|work| {
            let mut case = work.find::<RequirementSet>(&set.number)?;
            work.advance(&mut case, requirements::set::Step::Revise)?;
            for part in &parts {
                let is_flow = part.content["characteristic"] == "Flow";
                let to = if is_flow {
                    [("lower", "20"), ("upper", "26")]
                } else {
                    [("value", "8"), ("unit", "bar")]
                };
                let fields = to.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
                let number = part.number.clone();
                requirements::edit(work, &requirements::Edit { number, version: None, fields })?;
            }
            requirements::release(work, &set.number, "as corrected")?;
            let mut case = work.find::<Order>(&order)?;
            work.revise(&mut case, |it| it.set_revision = Some(2))
        })
        .unwrap();
        let all = told();
        assert_eq!(all.as_array().unwrap().len(), 1, "24 l/h and 8 bar are what is agreed by now: {all}");
        let said = &all[0]["difference"];
        let (quoted, rests_on) = (format!("{} revision 1", set.number), format!("{} revision 2", set.number));
        assert_eq!((&said["place"], &said["ours"]), (&json!("specification"), &json!(quoted)));
        assert_eq!(said["agreed"], json!(rests_on));

        // They name a revision that nobody released: it is not accepted, for nothing could be written into the order.
        let mut case = world.ada().asks(|reader| reader.find::<Order>(&order));
        let mut named = case.body.purchase.take().unwrap();
        named.specification = format!("{} revision 7", set.number);
        ada.does(|work| orders::lay_beside(work, &order, &named, None)).unwrap();
        let settling = json!({ "place": "specification", "resolution": "accept_theirs" });
        let refused = browser.post_json(&format!("/api/v1/orders/{order}/differences"), &settling);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        let sentence = format!("There is no revision 7 of {}.", set.number);
        assert!(refused.text.contains(&sentence), "{}", refused.text);
    }
}

#[test]
fn a_program_sends_their_order_as_the_file_that_it_is() {
    for world in World::on_each_engine() {
        kit(&world);
        let quotation = quoted(&world);
        let mut ada = program(&world, "ada");
        let mut send = |path: &str, kind: &str, bytes: &[u8]| {
            ada.send(Method::POST, path, &[("content-type", kind)], Body::from(bytes.to_vec()))
        };
        let to = format!("/api/v1/quotations/{quotation}/order");
        let hostile = send(&to, "text/csv", b"Pos;Article;Qty\n10;=cmd|x;1\n");
        assert_eq!(hostile.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(hostile.text.contains("Row 2 holds a formula"), "{}", hostile.text);
        let wrong =
            send(&format!("{to}?extra=4711&came_by=pigeon"), "text/csv", b"Pos;Article;Qty\n10;A;1\n");
        assert!(wrong.text.contains("as a JSON object") && wrong.text.contains("came_by"), "{}", wrong.text);
        let other = send(&to, "application/pdf", b"%PDF-1.7");
        assert_eq!(other.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(other.text.contains("CSV"), "{}", other.text);

        let csv = "Purchase order;4711\nPayment;90 days net\n\nPos;Article;Text;Qty;Unit;Unit price EUR\n10;SP-80-01;Seal kit;2;pcs;118,00\n";
        let came =
            send(&format!("{to}?name=po.csv&came_by=writing"), "text/csv; charset=utf-8", csv.as_bytes());
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        let order = came.json()["number"].as_str().unwrap().to_owned();
        let places = |told: &Json| {
            let all = told.as_array().unwrap().iter();
            all.map(|it| it["difference"]["place"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let told = send(&format!("/api/v1/orders/{order}/purchase"), "text/csv", csv.as_bytes()).json();
        assert!(places(&told).contains(&"payment".to_owned()), "{told}");

        let headings = ["Pos", "Article", "Qty", "Unit", "Unit price EUR"].map(str::to_owned);
        let made = date(2026, 3, 2).at(9, 0, 0, 0);
        let sheet = table::Sheet { name: "Order", headings: &headings, widths: &[], made };
        let row = ["10", "SP-80-01", "99", "pc", "118.00"].map(|it| table::Cell::Text(it.to_owned()));
        let book = table::xlsx_out(&sheet, std::iter::once(row.to_vec())).unwrap();
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let told = send(&format!("/api/v1/orders/{order}/purchase?name=po.xlsx"), kind, &book).json();
        assert_eq!(places(&told), ["line 10 quantity"], "the workbook stands beside it now");
        let files = world.ada().asks(|reader| reader.attachments(reader.mention_of(&order)?.id));
        let names: Vec<&str> = files.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["po.csv", "table.csv", "po.xlsx"]);

        // Their sums are calculated, and what they sent stays as they sent it.
        let calculated = with_a_formula(&book, "C2", "98+1");
        let told = send(&format!("/api/v1/orders/{order}/purchase?name=po.xlsx"), kind, &calculated).json();
        assert_eq!(places(&told), ["line 10 quantity"]);
        let purchase = world.ada().asks(|reader| reader.find::<Order>(&order)).body.purchase.unwrap();
        assert_eq!((purchase.lines[0].quantity.as_str(), &purchase.calculated[..]), ("99", &[2][..]));
        let page = program(&world, "ada").get(&format!("/orders/{order}/differences")).text;
        assert!(page.contains("Formulas stand in their workbook, in row 2."), "{page}");
    }
}

#[test]
fn an_order_that_comes_of_a_quotation_says_what_the_house_asks_of_each_order() {
    for world in World::on_each_engine() {
        let number = quoted(&world);
        let field = ExtraField { of_kind: "SO".into(), required: true, ..ExtraField::default() };
        world.sam().does(|work| work.define("Cost centre", &field)).unwrap();
        let mut browser = program(&world, "ada");
        let to = format!("/quotations/{number}/order");
        assert!(browser.get(&to).text.contains("extra.cost_centre"));
        let refused = browser.post_files(&to, &[("came_by", "writing")], &[]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
        let sent = json!({ "extra": { "cost_centre": "4711" } });
        let lacking = browser.post_json(&format!("/api/v1{to}"), &json!({}));
        assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", lacking.text);
        let made = browser.post_json(&format!("/api/v1{to}"), &sent).json();
        let order = made["number"].as_str().unwrap();
        let extra = world.ada().asks(|reader| Ok(reader.find::<Order>(order)?.record.extra));
        assert_eq!(Json::Object(extra), json!({ "cost_centre": "4711" }));
    }
}

#[test]
fn the_planted_differences_of_the_world_are_found_and_nothing_else() {
    let bytes = |name: &str| {
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/orders").join(name))
            .unwrap()
    };
    for world in World::on_each_engine() {
        let read = |name: &str| {
            let bytes = bytes(name);
            orders::read_file(&orders::File { name, media_type: "", bytes: &bytes, words: None }).unwrap()
        };
        let (ours, theirs) = (read("quotation-qu-2026-0093.xlsx"), read("purchase-order-4500017731.xlsx"));
        let set = main_set(&world);
        let quotation = Quotation {
            requirement_set: Some(set),
            set_revision: Some(2),
            currency: "EUR".into(),
            terms: ours.terms,
            lines: ours.lines,
            valid_until: Some(date(2026, 4, 1)),
            ..Quotation::default()
        };
        let ada = world.ada();
        let new = New { title: "KS-400-2 for CIP 3", party: Some(world.meridian), ..New::default() };
        let number = ada.does(|work| orders::open_quotation(work, &new, &quotation)).unwrap().number;
        ada.does(|work| orders::send(work, &number, "")).unwrap();
        let ordered = orders::Ordered { purchase: Some(theirs), ..orders::Ordered::default() };
        let order = ada.does(|work| orders::order_from(work, &number, &ordered)).unwrap().number;
        let found = ada.asks(|reader| {
            let case = reader.find::<Order>(&order)?;
            orders::compared(reader, case.record.id.raw(), &case.body)
        });
        let mut found: Vec<(String, String)> =
            found.into_iter().filter(|it| it.differs).map(|it| (it.is.ours, it.is.theirs)).collect();
        found.sort();
        let planted = String::from_utf8(bytes("differences.csv")).unwrap();
        let rows = planted.lines().skip(1).count();
        assert_eq!(found.len(), rows, "as many as the world planted: {found:#?}");
        let pair = |ours: &str, theirs: &str| (ours.to_owned(), theirs.to_owned());
        for wanted in [
            pair("RS-2026-0017 revision 2", "RS-2026-0017 revision 1"),
            pair("42900.00", "42470.00"),
            pair("14 weeks, week 46", "week 45"),
            pair("none", "1 % per day of delay"),
            pair("45 days net", "90 days net"),
            pair("DAP Northallerton, Incoterms 2020", "DDP Northallerton, Incoterms 2020"),
            pair("", "2 pc SP-80-08 Seal kit at 0.00"),
            pair(
                "Dosing skid, two lines, 2 x KD-80-PV-E, KC-3-S",
                "Dosing skid, two lines, 2 x KD-80-PV-E, KC-3-A",
            ),
        ] {
            assert!(found.contains(&wanted), "{wanted:?} in {found:#?}");
        }
    }
}

/// The set of the main matter in two revisions; tells its key.
fn main_set(world: &World) -> i64 {
    let ada = world.ada();
    let number = "RS-2026-0017";
    ada.does(|work| {
        let new = New { title: "CIP 3", party: Some(world.meridian), number: Some(number), ..New::default() };
        requirements::open_set(work, &new, &RequirementSet::default())
    })
    .unwrap();
    for statement in ["The flow is 18 m³/h.", "The flow is 20 m³/h."] {
        ada.does(|work| {
            let body = requirements::Requirement { statement: statement.into(), ..Default::default() };
            let new = requirements::NewRequirement { body, ..Default::default() };
            let mut set = work.find::<RequirementSet>(number)?;
            if set.record.released.is_some() {
                work.advance(&mut set, requirements::set::Step::Revise)?;
            }
            requirements::add(work, number, &new)?;
            requirements::release(work, number, "as asked")
        })
        .unwrap();
    }
    ada.asks(|reader| Ok(reader.mention_of(number)?.id))
}

#[test]
fn orders_of_another_system_come_in_once_and_what_contradicts_is_named_by_its_row() {
    for world in World::on_each_engine() {
        kit(&world);
        let mut ada = program(&world, "ada");
        let csv = "Order;Customer;Line;Article;Quantity;Price\nERP-1;K-1001;10;SP-80-01;12;89,00\nERP-2;K-1002;10;SP-80-01;1;89,00\n";
        let looked = ada.post_files("/orders/import", &[], &[("orders.csv", csv.as_bytes())]);
        assert!(looked.text.contains("2 new, 0 changed, 0 the same."), "{}", looked.text);
        assert!(!ada.get("/orders").text.contains("ERP-1"), "nothing is written by looking");
        let orders = json!([
            { "external_id": "ERP-1", "customer": "K-1001", "lines": [{ "no": 10, "article": "SP-80-01", "quantity": "12", "price": "89.00" }] },
            { "external_id": "ERP-2", "customer": "K-1002", "lines": [{ "no": 10, "article": "SP-80-01", "quantity": "1", "price": "89.00" }] },
        ]);
        let taken = ada.post_form("/orders/import/take-in", &[("orders", &orders.to_string())]);
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        let again = ada.post_json("/api/v1/orders/import", &json!({ "orders": orders })).json();
        let effects: Vec<&str> =
            again.as_array().unwrap().iter().map(|it| it["effect"].as_str().unwrap()).collect();
        assert_eq!(effects, ["same", "same"], "the same again changes nothing: {again}");
        let number = again[0]["number"].as_str().unwrap();
        promise(&world, number, date(2026, 4, 1), Reason::First).unwrap();
        accept(&world, number).unwrap();
        let changed = json!([{ "external_id": "ERP-1", "customer": "K-1001", "lines": [{ "no": 10, "article": "SP-80-01", "quantity": "99", "price": "89.00" }] }]);
        let refused = ada.post_json("/api/v1/orders/import", &json!({ "orders": changed }));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("was decided already"), "{}", refused.text);
        let stolen = json!([{ "external_id": "ERP-2", "customer": "K-1001", "lines": [] }]);
        assert!(
            ada.post_json("/api/v1/orders/import", &json!({ "orders": stolen }))
                .text
                .contains("belongs to another customer")
        );
        let hostile = "Order;Customer;Article;Quantity\nERP-3;K-1001;=cmd|x;1\nERP-4;K-1001;SP-80-01;1\nERP-4;K-1002;SP-80-01;1\n";
        let named = ada.post_files("/orders/import", &[], &[("orders.csv", hostile.as_bytes())]);
        assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            named.text.contains("Row 2 holds a formula")
                && named.text.contains("Row 4 says something else of ERP-4 than row 3")
        );
        // A workbook says the same as the table, and a formula in it is named as well.
        let book = |article: &str| {
            let headings = ["Order", "Customer", "Line", "Article", "Quantity", "Price"].map(str::to_owned);
            let made = date(2026, 3, 2).at(9, 0, 0, 0);
            let sheet = table::Sheet { name: "Orders", headings: &headings, widths: &[], made };
            let cells = ["ERP-2", "K-1002", "10", article, "1", "89.00"];
            let row = cells.map(|it| table::Cell::Text(it.to_owned())).to_vec();
            table::xlsx_out(&sheet, std::iter::once(row)).unwrap()
        };
        let calculated = with_a_formula(&book("SP-80-01"), "B2", "1+1");
        let named = ada.post_files("/orders/import", &[], &[("orders.xlsx", &calculated)]);
        assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(named.text.contains("Row 2 holds a formula"), "a true one, too: {}", named.text);
        let looked = ada.post_files("/orders/import", &[], &[("orders.xlsx", &book("SP-80-01"))]);
        assert!(looked.text.contains("0 new, 0 changed, 1 the same."), "{}", looked.text);
        let named = ada.post_files("/orders/import", &[], &[("orders.xlsx", &book("=1+1"))]);
        assert!(named.text.contains("Row 2 holds a formula"), "{}", named.text);
        let by_carl = program(&world, "carl").post_json("/api/v1/orders/import", &json!({ "orders": [] }));
        assert_eq!(by_carl.status, StatusCode::CONFLICT, "customers take nothing in");
    }
}

#[test]
fn orders_of_another_system_say_what_the_house_asks_of_each_order() {
    for world in World::on_each_engine() {
        kit(&world);
        let field = ExtraField {
            of_kind: "SO".into(),
            holds: Holds::Number,
            names: [("de".to_owned(), "Kostenstelle".to_owned())].into(),
            required: true,
            ..ExtraField::default()
        };
        world.sam().does(|work| work.define("Cost centre", &field)).unwrap();
        let mut ada = program(&world, "ada");
        let mut look = |head: &str, row: &str| {
            let csv = format!("Order;Customer;Article;Quantity{head}\nERP-1;K-1001;SP-80-01;12{row}\n");
            ada.post_files("/orders/import", &[], &[("orders.csv", csv.as_bytes())]).text
        };
        let lacking = look(";Colour", ";blue");
        assert!(lacking.contains("Your house asks for Cost centre of each new order."), "{lacking}");
        assert!(lacking.contains("name=\"extra.cost_centre\""), "one value for all is offered: {lacking}");
        assert!(look(";Kostenstelle", ";many").contains("Cost centre: Give a number"));
        assert!(look(";Kostenstelle", ";4711").contains("1 new, 0 changed, 0 the same."));

        let order = |extra: Json| {
            let lines = json!([{ "no": 10, "article": "SP-80-01", "quantity": "12", "price": "89.00" }]);
            json!({ "external_id": "ERP-1", "customer": "K-1001", "lines": lines, "extra": extra })
        };
        let mut send =
            |extra: Json| ada.post_json("/api/v1/orders/import", &json!({ "orders": [order(extra)] }));
        assert_eq!(send(json!({})).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(send(json!({ "nowhere": 1 })).status, StatusCode::UNPROCESSABLE_ENTITY);
        let made = send(json!({ "cost_centre": 4711 })).json();
        assert_eq!(made[0]["effect"], "new", "{made}");
        let number = made[0]["number"].as_str().unwrap().to_owned();
        let extra =
            || world.ada().asks(|it| Ok(it.find::<Order>(&number)?.record.extra["cost_centre"].clone()));
        assert_eq!(extra().as_f64(), Some(4711.0));
        assert_eq!(send(json!({ "cost_centre": 4711 })).json()[0]["effect"], "same");
        assert_eq!(send(json!({})).json()[0]["effect"], "same", "what is there already is not asked again");
        assert_eq!(send(json!({ "cost_centre": 4712 })).json()[0]["effect"], "changes");
        assert_eq!(extra().as_f64(), Some(4712.0));

        // One value for all that lack it; whoever says another keeps that.
        let orders = |from: usize| {
            let of = |no: usize, extra: Json| {
                json!({
                    "external_id": format!("ERP-{}", from + no), "customer": "K-1001", "row": 2 + no, "extra": extra,
                    "lines": [{ "no": 10, "article": "SP-80-01", "quantity": "1", "price": "89.00" }],
                })
            };
            json!([of(0, json!({})), of(1, json!({ "Kostenstelle": "4713" }))])
        };
        let costs = |first: &str| {
            let listed = program(&world, "ada").get("/api/v1/orders?limit=100").json();
            let mut all = Vec::new();
            for row in listed["items"].as_array().unwrap() {
                let number = row["number"].as_str().unwrap();
                let order = world.ada().asks(|reader| reader.find::<Order>(number));
                if order.body.external_id.as_str() >= first {
                    all.push(order.record.extra["cost_centre"].as_f64());
                }
            }
            all
        };
        let take_in = |orders: Json, value: &str| {
            let sent = [("orders", orders.to_string()), ("extra.cost_centre", value.to_owned())];
            let sent: Vec<(&str, &str)> = sent.iter().map(|(name, it)| (*name, it.as_str())).collect();
            program(&world, "ada").post_form("/orders/import/take-in", &sent)
        };
        let wrong = take_in(orders(2), "many");
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.text.contains("Give a number") && wrong.text.contains("value=\"many\""),
            "{}",
            wrong.text
        );
        assert_eq!(take_in(orders(2), "").status, StatusCode::UNPROCESSABLE_ENTITY, "it is still asked for");
        assert_eq!(take_in(orders(2), "4710").status, StatusCode::SEE_OTHER);
        let mut found = costs("ERP-2");
        found.sort_by(|one, other| one.partial_cmp(other).unwrap());
        assert_eq!(found, [Some(4710.0), Some(4713.0)]);
        let by_program = json!({ "orders": [order(json!({}))], "for_all": { "nowhere": 1 } });
        let mut ada = program(&world, "ada");
        let wrong = ada.post_json("/api/v1/orders/import", &by_program);
        assert!(wrong.text.contains("There is no such field."), "{}", wrong.text);
        let mut new = order(json!({}));
        new["external_id"] = json!("ERP-9");
        let looked = json!({ "orders": [new], "dry_run": true });
        let looked = ada.post_json("/api/v1/orders/import", &looked).json();
        assert_eq!(looked[0]["lacks"], json!(["cost_centre"]), "{looked}");
        let by_program = json!({ "orders": [new], "for_all": { "cost_centre": 4714 } });
        assert_eq!(ada.post_json("/api/v1/orders/import", &by_program).json()[0]["effect"], "new");
        assert_eq!(costs("ERP-9"), [Some(4714.0)]);
    }
}

#[test]
fn what_was_said_in_a_call_holds_the_order_that_came_of_it_until_it_is_confirmed() {
    for world in World::on_each_engine() {
        kit(&world);
        let call = conversations::NewCall {
            call: conversations::Call {
                name: "Carl Whitfield".into(),
                words: "Twelve kits.".into(),
                ..Default::default()
            },
            title: "Carl orders kits".into(),
            party: Some(world.meridian),
            closing: conversations::Closing {
                said: vec!["Twelve kits by Friday.".into()],
                ..Default::default()
            },
            ..Default::default()
        };
        let call = world.ada().does(|work| conversations::record_call(work, &call)).unwrap().number;
        let order =
            taken(&world, &Order { lines: vec![line(10, "SP-80-01", "12", "89.00")], ..Order::default() });
        promise(&world, &order, date(2026, 6, 1), Reason::First).unwrap();
        world
            .ada()
            .does(|work| {
                let (order, call) = (work.mention_of(&order)?, work.mention_of(&call)?);
                work.link_by_hand(&order, kernel::Tie::DerivesFrom, &call)
            })
            .unwrap();
        let said = refusal(accept(&world, &order));
        assert!(said.contains("“Twelve kits by Friday.” was said and not confirmed in writing"), "{said}");
        for (page, other) in [(format!("/orders/{order}"), &call), (format!("/calls/{call}"), &order)] {
            let text = program(&world, "ada").get(&page).text;
            assert!(text.contains("Twelve kits by Friday.") && text.contains(other.as_str()), "{page}");
        }
        let page = program(&world, "carl").get(&format!("/orders/{order}")).text;
        assert!(!page.contains("Twelve kits by Friday.") && !page.contains(&call), "the call is ours");
        let id = world.ada().asks(|reader| {
            let call = reader.mention_of(&call)?.id;
            Ok(conversations::statements(reader, call)?[0].id)
        });
        let confirmed = conversations::Replying {
            answer: conversations::StatementState::Confirmed,
            words: "mail of 2 March".into(),
            ..conversations::Replying::default()
        };
        world.ada().does(|work| conversations::answer_statement(work, id, &confirmed)).unwrap();
        accept(&world, &order).unwrap();
    }
}
