//! A change that touches very much: accepted, written and in force by one deed each, however much it is.

use changes::{Action, NewItem};
use kernel::{Life, New, Tie};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::{Map, Value as Json, json};

use crate::changes::{
    TODAY, agreed_set, fields, fix, function, management_approves, raise, sign, state, statement, step,
};
use crate::notices::prepared;
use crate::world::{World, program, refusal};

/// So many requirements are touched; more than one page holds, and more than are offered at once.
const MANY: usize = 320;

#[test]
fn very_much_is_accepted_written_and_put_in_force_by_one_deed_each() {
    for world in World::on_each_engine() {
        let many: Vec<String> = (1..=MANY).map(|it| format!("Line {it} is sealed with EPDM.")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (set, reqs) = agreed_set(&world, "Very much", &many);
        let (management, quality) = (management_approves(&world), function(&world, "Quality"));
        // A draft hangs on one of them, which nobody released yet.
        let draft = world
            .ada()
            .does(|work| {
                let set = work_on(work, "A draft", "It rests on line 1.")?;
                let (source, target) = (work.mention_of(&set)?, work.mention_of(&reqs[0])?);
                work.link_by_hand(&source, Tie::DerivesFrom, &target)?;
                Ok(set)
            })
            .unwrap();
        let change = raise(&world, "ada", "All seals");
        let keep =
            NewItem { name: &set, action: Action::Keep, reason: "Only what it holds", ..NewItem::default() };
        world.ada().does(|work| changes::decide(work, &change, &keep)).unwrap();
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/changes/{change}/affected?words={set}")).text;
        // The draft, the set that holds it, and the customer to whom all that belongs are found too.
        assert!(page.contains(&format!("All {} that were found", MANY + 3)), "{page}");
        let asked = json!({ "words": set, "action": "change" });
        let told = ada.post_json(&format!("/api/v1/changes/{change}/affected/found"), &asked).json();
        assert_eq!(told["count"], json!(MANY + 1), "{told}");
        let left = told["left"].as_array().unwrap();
        let is_named = left.iter().any(|it| it.as_str().unwrap().contains(&draft));
        assert!(left.len() == 2 && is_named, "{told}");
        let (id, items) = world.ada().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            Ok((id, changes::items(reader, id)?))
        });
        assert_eq!(items.len(), MANY + 2);
        let told = items.iter().find(|it| it.name == "K-1001").unwrap();
        assert_eq!((told.action, told.way.join(" ")), (Action::Tell, format!("{set} belongs_to K-1001")));
        assert!(items[1..].iter().all(|it| it.way.len() == 3 && it.way[0] == set), "each with its way");
        assert_eq!(world.ada().asks(|reader| reader.under_change(id)).len(), MANY);
        let edit = requirements::Edit {
            number: reqs[7].clone(),
            version: None,
            fields: vec![("statement".into(), "Of rubber.".into())],
        };
        let sentence = refusal(world.ada().does(|work| requirements::edit(work, &edit)));
        assert!(sentence.contains("is under change"), "{sentence}");

        // Approval names what is missing, and counts the rest instead of naming three hundred.
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let asked = std::slice::from_ref(&quality);
        world.ada().does(|work| changes::ask_impacts(work, &change, asked, TODAY.parse().ok())).unwrap();
        let told = changes::Told { is_possible: true, finding: "Rings for all", ..changes::Told::default() };
        world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(sentence.contains(&format!("The same is missing of {} others.", MANY - 10)), "{sentence}");
        let outcome = world.ada().does(|work| changes::replace_words(work, &change, ("NBR", "FKM")));
        assert!(refusal(outcome).contains("“NBR” stands in nothing that changes."));
        let told = ada
            .post_json(&format!("/api/v1/changes/{change}/replace"), &json!({ "from": "EPDM", "to": "FKM" }))
            .json();
        assert_eq!(told["count"], json!(MANY), "{told}");
        // Some are written by themselves, many at once; one that does not fit leaves all as they are.
        let one = |words: &str| fields(&[("statement", words)]);
        let two: Vec<(String, Map<String, Json>)> = vec![
            (reqs[0].clone(), one("Line 1 is sealed with PTFE.")),
            (reqs[1].clone(), Map::from_iter([("colour".to_owned(), json!("blue"))])),
            (draft.clone(), one("Nothing of it.")),
        ];
        let sentence = refusal(world.ada().does(|work| changes::propose_many(work, &change, &two)));
        assert!(sentence.contains(&format!("{draft} does not change.")), "{sentence}");
        world.ada().does(|work| changes::propose_many(work, &change, &two[..1])).unwrap();
        let page = ada.get(&format!("/changes/{change}/redlines")).text;
        assert!(page.contains("<ins>PTFE</ins>") && page.contains("from=100"), "a hundred a page: {page}");
        let page = ada.get(&format!("/changes/{change}/redlines?from=300")).text;
        assert!(page.contains("Line 320") || page.contains(reqs.last().unwrap()), "{page}");
        let page = ada.get(&format!("/changes/{change}/affected?from=200")).text;
        assert!(
            page.contains(reqs.last().unwrap()) && !page.contains(&format!("id=\"{}\"", reqs[3])),
            "{page}"
        );

        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let page = program(&world, "bob").get(&format!("/changes/{change}/sign")).text;
        assert!(page.contains(&format!("You sign {} more than stand here.", MANY - 100)), "{page}");
        for (who, function) in [("bob", &quality), ("henrik", &management)] {
            sign(&world, who, &change, function, true).unwrap();
        }
        step(&world, "ada", &change, "plan").unwrap();
        step(&world, "ada", &change, "implement").unwrap();
        // Meridian was found, and is to be told.
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains("and it was decided that they are"), "{sentence}");
        let notice = prepared(&world, &change).remove(0);
        world.ada().does(|work| notices::excuse(work, &notice.number, "They asked for it")).unwrap();
        let frozen = world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(frozen.len(), MANY + 1, "each of them, and the set that holds them");
        assert_eq!(state(&world, &change), "verifying");
        assert_eq!(statement(&world, &reqs[0]), "Line 1 is sealed with PTFE.");
        assert_eq!(statement(&world, &reqs[MANY - 1]), format!("Line {MANY} is sealed with FKM."));
        world.ada().asks(|reader| {
            for number in [&reqs[0], &reqs[MANY / 2], &reqs[MANY - 1], &set] {
                let all = reader.revisions(reader.mention_of(number)?.id)?;
                assert_eq!((all.len(), all[0].life), (2, Some(Life::Effective)), "{number}");
            }
            // One entry for each deed, not one for each record.
            let deeds = reader.trail(id, false, 0, 1000)?;
            let count = |deed: &str| deeds.iter().filter(|it| it.deed == deed).count();
            assert_eq!(
                (count("affected_decided"), count("redline_written"), count("change_released")),
                (2, 2, 1)
            );
            assert!(reader.under_change(id)?.is_empty(), "all are free again");
            Ok(())
        });
        let audit = app::audit::verify(&world.db, &[], |_, _| {});
        assert!(audit.is_ok(), "{audit:?}");
    }
}

/// A set that is worked on, with one requirement; tells the number of the requirement.
fn work_on(work: &mut kernel::Work, title: &str, statement: &str) -> kernel::Result<String> {
    let set = requirements::open_set(work, &New { title, ..New::default() }, &RequirementSet::default())?;
    let body = Requirement { statement: statement.to_owned(), ..Requirement::default() };
    Ok(requirements::add(work, &set.number, &NewRequirement { body, ..NewRequirement::default() })?.number)
}

#[test]
fn everything_that_is_found_is_dismissed_with_one_reason_and_nothing_is_held() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let change = raise(&world, "ada", "Seals");
        let dismiss = |reason: &str| {
            world.ada().does(|work| changes::accept_found(work, &change, &set, (Action::Dismiss, reason)))
        };
        assert!(refusal(dismiss("")).contains("Say why."));
        assert_eq!(dismiss("Another line").unwrap().decided, 4, "the set, what it holds, and the customer");
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        assert!(world.ada().asks(|reader| reader.under_change(id)).is_empty());
        assert!(refusal(dismiss("Again")).contains("Nothing is found along the links."));
        // Somebody looks again: those that change after all are held from then on.
        let marked = [reqs[0].clone(), reqs[1].clone()];
        let accept = |action| {
            world.ada().does(|work| changes::accept_all(work, &change, (&marked, ""), (action, "After all")))
        };
        assert!(refusal(accept(Action::Add)).contains("Put something new into one at a time"));
        assert_eq!(accept(Action::Change).unwrap(), 2);
        assert_eq!(world.ada().asks(|reader| reader.under_change(id)).len(), 2);
        let affects = |number: &str| {
            let tie = |reader: &kernel::Reader| {
                reader.link_between(id, kernel::Tie::Affects, reader.mention_of(number)?.id)
            };
            world.ada().asks(tie).is_some()
        };
        assert!(affects(&reqs[0]) && affects(&reqs[1]));
        let items = world.ada().asks(|reader| changes::items(reader, id));
        assert_eq!(items.len(), 4, "nothing is decided twice: {items:?}");
        accept(Action::Keep).unwrap();
        assert!(world.ada().asks(|reader| reader.under_change(id)).is_empty(), "and free again");
        assert!(!affects(&reqs[0]) && !affects(&reqs[1]), "nothing says that the change affects them");
        // One by one it is the same, and where the decision is taken back.
        let one = |action| {
            let new = changes::NewItem { name: &reqs[0], action, reason: "Looked at", ..Default::default() };
            world.ada().does(|work| changes::decide(work, &change, &new)).unwrap()
        };
        one(Action::Change);
        assert!(affects(&reqs[0]));
        one(Action::Dismiss);
        assert!(!affects(&reqs[0]));
        let line = one(Action::Change);
        world.ada().does(|work| changes::undecide(work, &change, line)).unwrap();
        assert!(!affects(&reqs[0]));
        assert_eq!(program(&world, "carl").get(&format!("/changes/{change}/affected")).status, 404);
    }
}
