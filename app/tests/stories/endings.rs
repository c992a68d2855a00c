//! How things end that nobody finishes, and how some are taken up again: each by the step of its table, taken by
//! whoever may.

use app::wiring::TARGETS;
use changes::ChangeRequest;
use jiff::civil::date;
use kernel::{ExtraField, New, Taken};
use risks::Contingency;
use serde_json::json;

use crate::world::{World, program, refusal, was_taken};

/// Takes a plain step, as its button does.
pub fn press(world: &World, who: &str, number: &str, step: &str) -> kernel::Result<()> {
    world.person(who).does(|work| {
        let entry = work.registry().of_number(number).unwrap();
        entry.advance(work, &Taken { number, step, version: None })
    })?;
    was_taken(number, step);
    Ok(())
}

pub fn state(world: &World, number: &str) -> String {
    world.bob().asks(|reader| Ok(reader.mention_of(number)?.state))
}

#[test]
fn an_item_that_is_no_longer_offered_is_taken_up_again_as_a_draft() {
    for world in World::on_each_engine() {
        let pump = crate::catalogue::released(&world);
        let refused = refusal(press(&world, "amelia", &pump, "discontinue"));
        assert!(refused.contains("You may read everything and change nothing."), "{refused}");
        press(&world, "clara", &pump, "discontinue").unwrap();
        assert_eq!(state(&world, &pump), "discontinued");
        // Which revision holds says since when, by whom, and what the last one is for.
        let clara = world.person("clara").actor.person;
        let valid = |day: &str| {
            program(&world, "ada").get(&format!("/api/v1/catalogue/{pump}/valid?day={day}")).json()
        };
        let told = valid("2026-03-02");
        assert_eq!((&told["no"], &told["ended"]), (&1.into(), &false.into()), "{told}");
        assert_eq!((&told["over"]["state"], &told["over"]["by"]), (&"discontinued".into(), &clara.into()));
        assert!(valid("2026-03-01")["over"].is_null(), "the day before it was offered");
        let words = "It has been “Discontinued” since 2 March 2026, by Clara";
        for at in [format!("/catalogue/{pump}/valid"), format!("/catalogue/{pump}")] {
            let page = program(&world, "ada").get(&at).text;
            assert!(page.contains(words) && page.contains("for what was delivered"), "{at}: {page}");
        }
        let paper = world.ada().asks(|reader| {
            let first = reader.revisions(reader.mention_of(&pump)?.id)?.remove(0);
            Ok(reader.paper_code(&pump, 1, &first.digest))
        });
        let checked = || crate::world::client(&world.db).get(&format!("/verify/{paper}")).text;
        assert!(checked().contains("been over since 2 March 2026"), "{}", checked());
        // One name for one revision, wherever it is named.
        assert!(checked().contains(&format!("{pump}, revision C")), "{}", checked());
        let page = program(&world, "ada").get(&format!("/catalogue/{pump}/valid")).text;
        assert!(page.contains("Revision C holds.") && !page.contains("Revision 1"), "{page}");
        let page = program(&world, "ada").get(&format!("/catalogue/{pump}")).text;
        assert!(page.contains("released revision C") && !page.contains("evision 1"), "{page}");
        assert!(!checked().contains("Clara"), "who holds the paper hears no name");
        let again = refusal(press(&world, "clara", &pump, "revise"));
        assert!(again.contains("is not possible while it is"), "{again}");
        press(&world, "clara", &pump, "resume").unwrap();
        assert_eq!(state(&world, &pump), "draft");
        assert!(valid("2026-03-02")["over"].is_null(), "it is offered again");
        assert!(!checked().contains("been over since"), "{}", checked());
    }
}

#[test]
fn what_the_house_asks_and_plans_is_retired_by_whoever_keeps_it() {
    for world in World::on_each_engine() {
        let list = crate::checklists::checklist(&world);
        let refused = refusal(press(&world, "ada", &list, "retire"));
        assert!(refused.contains("Only the roles"), "{refused}");
        press(&world, "bob", &list, "retire").unwrap();
        assert_eq!(state(&world, &list), "retired");

        let template = crate::reviews::matter(&world).template;
        let template = world.bob().asks(|reader| Ok(reader.mention(template)?.unwrap().number));
        press(&world, "bob", &template, "retire").unwrap();
        assert_eq!(state(&world, &template), "retired");

        let body = Contingency { response: "A loan pump".into(), ..Contingency::default() };
        let new = New { title: "The skid comes late", party: Some(world.meridian), ..New::default() };
        let plan = world.ada().does(|work| risks::plan(work, &new, &body)).unwrap().number;
        let refused = refusal(press(&world, "henrik", &plan, "retire"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        press(&world, "ada", &plan, "retire").unwrap();
        assert_eq!(state(&world, &plan), "retired");
    }
}

#[test]
fn an_extra_field_is_retired_and_used_again_by_an_administrator() {
    for world in World::on_each_engine() {
        let field = ExtraField { of_kind: "RS".into(), ..ExtraField::default() };
        let field = world.sam().does(|work| work.define("Cost centre", &field)).unwrap().number;
        let refused = refusal(press(&world, "ada", &field, "retire"));
        assert!(refused.contains("Administrator"), "{refused}");
        press(&world, "sam", &field, "retire").unwrap();
        assert_eq!(state(&world, &field), "retired");
        press(&world, "sam", &field, "revive").unwrap();
        assert_eq!(state(&world, &field), "in_use");
    }
}

#[test]
fn a_quotation_is_declined_by_the_customer_withdrawn_by_its_owner_or_renewed_when_its_day_is_over() {
    for world in World::on_each_engine() {
        let declined = crate::orders::quoted(&world);
        press(&world, "ada", &declined, "decline").unwrap();
        assert_eq!(state(&world, &declined), "declined");

        let withdrawn = crate::orders::quoted(&world);
        let refused = refusal(press(&world, "bob", &withdrawn, "withdraw"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        press(&world, "ada", &withdrawn, "withdraw").unwrap();
        assert_eq!(state(&world, &withdrawn), "withdrawn");

        let late = crate::orders::quoted(&world);
        let day_after = "2026-04-02T09:00:00Z".parse().unwrap();
        let system = kernel::Actor::system();
        world.db.write_at(&system, day_after, |work| orders::watch(work, &json!(null))).unwrap();
        assert_eq!(state(&world, &late), "expired");
        assert_eq!(state(&world, &declined), "declined", "what is over does not expire");
        press(&world, "ada", &late, "renew").unwrap();
        assert_eq!(state(&world, &late), "draft");
    }
}

#[test]
fn an_order_is_declined_before_it_binds_us_and_cancelled_afterwards_by_its_owner_only() {
    for world in World::on_each_engine() {
        let order = crate::orders::order_of_kits(&world);
        let early = refusal(press(&world, "ada", &order, "cancel"));
        assert!(early.contains("is not possible while it is"), "{early}");
        crate::orders::promise(&world, &order, date(2026, 3, 20), orders::Reason::First).unwrap();
        crate::orders::accept(&world, &order).unwrap();
        press(&world, "ada", &order, "produce").unwrap();
        let refused = refusal(press(&world, "bob", &order, "cancel"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        press(&world, "ada", &order, "cancel").unwrap();
        assert_eq!(state(&world, &order), "cancelled");

        let line = crate::orders::line(10, "SP-80-01", "12", "89.00");
        let body = orders::Order { lines: vec![line], ..orders::Order::default() };
        let other = crate::orders::taken(&world, &body);
        press(&world, "ada", &other, "decline").unwrap();
        assert_eq!(state(&world, &other), "declined");
        assert!(crate::orders::accept(&world, &other).is_err(), "what was declined binds nobody");
    }
}

#[test]
fn a_set_that_the_customer_does_not_want_is_declined_by_its_owner() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let refused = refusal(press(&world, "bob", &set, "decline"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        press(&world, "ada", &set, "decline").unwrap();
        assert_eq!(state(&world, &set), "declined");
    }
}

/// What Carl and Eve read of a record that was offered to Carl: in the kernel, on its page, in the list and by program.
fn reads(world: &World, path: &str, number: &str, state: &str, word: &str) {
    let mut carl = program(world, "carl");
    assert_eq!(world.carl().asks(|reader| reader.mention_of(number)).state, state);
    let page = carl.get(&format!("/{path}/{number}")).text;
    assert!(page.contains(word), "{word} is not on the page: {page}");
    let list = carl.get(&format!("/{path}?q=state:{state}")).text;
    assert!(list.contains(number) && list.contains(word), "{word} is not in the list: {list}");
    let one = carl.get(&format!("/api/v1/{path}/{number}")).json();
    assert_eq!(one["state"], state, "{one}");
    let found = carl.get(&format!("/api/v1/{path}?state={state}")).json();
    let numbers: Vec<&str> =
        found["items"].as_array().unwrap().iter().filter_map(|it| it["number"].as_str()).collect();
    assert_eq!(numbers, [number], "{found}");
    let mut eve = program(world, "eve");
    for address in [format!("/{path}/{number}"), format!("/api/v1/{path}/{number}")] {
        let came = eve.get(&address);
        assert!(came.status == 404 && !came.text.contains(word), "{address}: {}", came.text);
    }
    for address in [format!("/{path}?q=state:{state}"), format!("/api/v1/{path}?state={state}")] {
        let came = eve.get(&address);
        assert!(came.status == 200 && !came.text.contains(number), "{address}: {}", came.text);
    }
}

#[test]
fn a_customer_reads_that_a_set_is_off_and_nothing_of_the_work_on_its_next_revision() {
    for world in World::on_each_engine() {
        for (step, state, word) in
            [("withdraw", "withdrawn", "Withdrawn"), ("decline", "declined", "Declined by us")]
        {
            let set = world.offered_set();
            reads(&world, "requirement-sets", &set, "released", "With us");
            press(&world, "ada", &set, step).unwrap();
            reads(&world, "requirement-sets", &set, state, word);
            let page = program(&world, "carl").get(&format!("/requirement-sets/{set}")).text;
            assert!(page.contains("This set was ended."), "{page}");
        }

        // What is worked on is ours: a requirement that is withdrawn in the working copy stands in what was offered.
        let set = world.offered_set();
        press(&world, "ada", &set, "revise").unwrap();
        let held = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        let requirement = held.lines[0].number.clone();
        world.ada().does(|work| requirements::withdraw(work, &requirement, "No longer")).unwrap();
        reads(&world, "requirement-sets", &set, "released", "With us");
        let seen = world.carl().asks(|reader| reader.mention_of(&requirement)).state;
        assert_ne!(seen, "withdrawn", "the requirement as it was offered");
        press(&world, "ada", &set, "withdraw").unwrap();
        let of_carl = world.carl().asks(|reader| reader.mention_of(&set)).state;
        assert_eq!(of_carl, "withdrawn", "the set as a whole is off, also out of its working copy");

        // What was never offered stays unknown.
        let new = New { title: "Never shown", party: Some(world.meridian), ..New::default() };
        let ours = world
            .ada()
            .does(|work| requirements::open_set(work, &new, &requirements::RequirementSet::default()))
            .unwrap()
            .number;
        press(&world, "ada", &ours, "withdraw").unwrap();
        assert!(matches!(
            world.carl().tries(|reader| reader.mention_of(&ours)),
            Err(kernel::Error::NotFound)
        ));
    }
}

#[test]
fn a_customer_reads_how_far_a_set_is_in_words_that_say_something_to_them() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let address = format!("/requirement-sets/{set}");
        let mut carl = program(&world, "carl");
        let page = carl.get(&address).text;
        for word in ["With us", "Being checked by us", "Waiting for your answer"] {
            assert!(page.contains(word), "{word} is not on the page: {page}");
        }
        for word in ["In review", "Customer sign-off"] {
            assert!(!page.contains(word), "{word} is a word of ours: {page}");
        }
        // He reads one word for several states, and it finds all of them.
        let list = carl.get("/requirement-sets?q=state:with-us").text;
        assert!(list.contains(&set), "{list}");
        let ours = program(&world, "ada").get(&address).text;
        assert!(ours.contains("In review") && !ours.contains("Being checked by us"), "{ours}");
    }
}

#[test]
fn a_customer_who_was_asked_reads_that_the_change_is_off() {
    for world in World::on_each_engine() {
        let management = crate::changes::management_approves(&world);
        for (state, word) in [
            ("rejected", "Not carried out"),
            ("withdrawn", "Not carried out"),
            ("superseded", "Not carried out"),
        ] {
            let (_, reqs) = crate::changes::agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
            let change = crate::changes::asked_of_the_customer(&world, &reqs[0], &management);
            let mut carl = program(&world, "carl");
            let page = carl.get(&format!("/changes/{change}")).text;
            assert!(page.contains(&format!("/changes/{change}/confirm")), "his answer is asked: {page}");
            let end = |work: &mut kernel::Work| match state {
                "rejected" => changes::reject(work, &change, "Too dear"),
                "withdrawn" => changes::withdraw(work, &change, "No longer needed"),
                _ => Ok(()),
            };
            if state == "superseded" {
                world.ada().does(|work| changes::send_back(work, &change, "Another maker")).unwrap();
                let page = carl.get(&format!("/changes/{change}")).text;
                assert!(page.contains("We look at it again.") && !page.contains("/confirm"), "{page}");
                let other = crate::changes::raise(&world, "ada", "Seals of another maker");
                world.ada().does(|work| changes::replace(work, &change, &other, "A better one")).unwrap();
                let unknown = world.carl().tries(|reader| reader.mention_of(&other));
                assert!(matches!(unknown, Err(kernel::Error::NotFound)), "what replaces it was not offered");
            } else {
                world.person(if state == "rejected" { "henrik" } else { "ada" }).does(end).unwrap();
            }
            reads(&world, "changes", &change, state, word);
            let page = carl.get(&format!("/changes/{change}")).text;
            assert!(page.contains("We do not go on with it."), "{page}");
            assert!(
                !page.contains(&format!("/changes/{change}/confirm")),
                "nothing is asked any more: {page}"
            );
        }

        // Of a change that they were not asked about they learn nothing, however it ends.
        let ours = crate::changes::raise(&world, "ada", "Softer rings");
        world.ada().does(|work| changes::withdraw(work, &ours, "No longer needed")).unwrap();
        assert!(matches!(
            world.carl().tries(|reader| reader.mention_of(&ours)),
            Err(kernel::Error::NotFound)
        ));
    }
}

#[test]
fn a_change_is_deferred_until_a_day_that_is_still_to_come_and_taken_up_again() {
    for world in World::on_each_engine() {
        let change = crate::changes::raise(&world, "ada", "Softer rings");
        let bob = world.bob();
        let today = bob.does(|work| changes::defer(work, &change, Some(date(2026, 3, 2)), "No capacity"));
        assert!(refusal(today).contains("Say until which day"));
        bob.does(|work| changes::defer(work, &change, Some(date(2026, 5, 4)), "No capacity")).unwrap();
        let until = || bob.asks(|reader| Ok(reader.find::<ChangeRequest>(&change)?.body.deferred_until));
        assert_eq!((state(&world, &change).as_str(), until()), ("deferred", Some(date(2026, 5, 4))));
        // What it is to change may be said meanwhile; it is free until it is taken up again.
        let (_, reqs) = crate::changes::agreed_set(&world, "CIP 3 dosing skid", &["Rings EPDM.", "Frame."]);
        crate::changes::take(&world, "ada", &change, &reqs[0], changes::Action::Change).unwrap();
        let names = [reqs[1].clone()];
        let how = (changes::Action::Change, "with the rings");
        world.ada().does(|work| changes::accept_all(work, &change, (&names, ""), how)).unwrap();
        let held = |number: &str| {
            let all = world.ada().asks(|reader| reader.changes_of(reader.mention_of(number)?.id));
            all.into_iter().map(|it| it.number).collect::<Vec<_>>()
        };
        assert!(reqs.iter().all(|it| held(it).is_empty()), "nothing is locked by what is put off");
        bob.does(|work| changes::resume(work, &change)).unwrap();
        assert_eq!((state(&world, &change).as_str(), until()), ("screened", None));
        assert!(reqs.iter().all(|it| held(it) == [change.clone()]));
    }
}

#[test]
fn a_conversation_waits_for_them_until_somebody_opens_it_again() {
    for world in World::on_each_engine() {
        let mail = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
            To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: A pump\r\n\
            Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <wait@meridian-dairies.example>\r\n\r\nWe will see.\r\n";
        let prepared = conversations::Intake::read(mail.to_vec());
        let number = world.ada().does(|work| conversations::take_in(work, &prepared)).unwrap().number;
        press(&world, "ada", &number, "wait").unwrap();
        assert_eq!(state(&world, &number), "waiting");
        let again = refusal(press(&world, "ada", &number, "wait"));
        assert!(again.contains("is not possible while it is"), "{again}");
        press(&world, "ada", &number, "reopen").unwrap();
        assert_eq!(state(&world, &number), "open");
    }
}

#[test]
fn a_file_that_was_only_looked_at_is_discarded_and_nothing_of_it_comes_in() {
    for world in World::on_each_engine() {
        let arrived = ::imports::Arrived {
            name: "old.csv",
            bytes: b"name,town\nElsewhere Ltd,York\n",
            into: "",
            sheet: "",
        };
        let target = ::imports::target_of(TARGETS, "customers").unwrap();
        let content = ::imports::read_apart(&world.db, &arrived).unwrap();
        let batch =
            world.ada().does(|work| ::imports::stage(work, target, &arrived, &content)).unwrap().number;
        press(&world, "ada", &batch, "discard").unwrap();
        assert_eq!(state(&world, &batch), "discarded");
        let late = press(&world, "ada", &batch, "apply");
        assert!(late.is_err(), "nothing of it comes in");
        let known = world.bob().asks(|reader| reader.list("K", &kernel::Wanted::default())).rows;
        assert!(known.iter().all(|it| it.title != "Elsewhere Ltd"));
    }
}

#[test]
fn a_set_that_nobody_needs_any_more_is_withdrawn_by_its_owner_and_stays_as_it_was_released() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        for (who, sentence) in [
            ("bob", "Only the owner may do this."),
            ("amelia", "You may read everything and change nothing."),
            ("carl", "is not possible while it is"),
        ] {
            let refused = refusal(press(&world, who, &set, "withdraw"));
            assert!(refused.contains(sentence), "{who}: {refused}");
        }
        assert!(matches!(press(&world, "eve", &set, "withdraw"), Err(kernel::Error::NotFound)));
        press(&world, "ada", &set, "withdraw").unwrap();
        assert_eq!(state(&world, &set), "withdrawn");
        let late = refusal(press(&world, "ada", &set, "revise"));
        assert!(late.contains("is not possible while it is"), "{late}");
        let again = refusal(world.ada().does(|work| requirements::release(work, &set, "once more")));
        assert!(again.contains("is not possible while it is"), "{again}");
        let kept = world.bob().asks(|reader| requirements::read(reader, &set, requirements::At::Revision(1)));
        assert_eq!(kept.lines[0].body.statement, "The skid stands in Northallerton.");
    }
}

#[test]
fn a_service_runs_until_somebody_of_ours_ends_it_and_is_cancelled_no_more_then() {
    for world in World::on_each_engine() {
        let order = crate::orders::order_of_kits(&world);
        crate::orders::promise(&world, &order, date(2026, 3, 20), orders::Reason::First).unwrap();
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<orders::Order>(&order)?;
                work.revise(&mut case, |it| it.sort = orders::OrderSort::Service)
            })
            .unwrap();
        crate::orders::accept(&world, &order).unwrap();
        let produced = refusal(press(&world, "ada", &order, "produce"));
        assert!(produced.contains("A service is not produced. Start the service."), "{produced}");
        let early = refusal(press(&world, "ada", &order, "end"));
        assert!(early.contains("is not possible while it is"), "{early}");
        press(&world, "ada", &order, "run").unwrap();
        for (who, sentence) in
            [("henrik", "Only the roles"), ("amelia", "You may read everything and change nothing.")]
        {
            let refused = refusal(press(&world, who, &order, "end"));
            assert!(refused.contains(sentence), "{who}: {refused}");
        }
        assert_eq!(state(&world, &order), "running");
        press(&world, "ben", &order, "end").unwrap();
        assert_eq!(state(&world, &order), "ended");
        let late = refusal(press(&world, "ada", &order, "cancel"));
        assert!(late.contains("is not possible while it is"), "{late}");
    }
}
