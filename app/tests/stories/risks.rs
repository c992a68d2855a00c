//! Risks: noted from a review, rated by the matrix of the house, borne until a day; plans that a customer agreed to.

use jiff::civil::date;
use kernel::{Ask, New, Taken};
use risks::{Agreed, Contingency, Level, Risk, RiskState, customary};
use serde_json::json;

use crate::world::{World, program, refusal};

/// The matrix of the house, in force.
fn matrix(world: &World) -> String {
    world
        .bob()
        .does(|work| {
            let made = work.create(&New { title: "Ours", ..New::default() }, &customary())?;
            risks::put_in_force(work, &made.number, "first")?;
            Ok(made.number)
        })
        .unwrap()
}

fn risk(world: &World, likelihood: i64, severity: i64) -> String {
    let body = Risk { likelihood: Some(likelihood), severity: Some(severity), ..Risk::default() };
    let new = New { title: "Castings come late", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| risks::raise(work, &new, &body)).unwrap().number
}

fn step(world: &World, who: &str, number: &str, step: &str) -> kernel::Result<()> {
    let kind = number.split('-').next().unwrap().to_owned();
    world.person(who).does(|work| {
        let entry = work.registry().kind(&kind).unwrap();
        entry.advance(work, &Taken { number, step, version: None })
    })
}

fn state(world: &World, number: &str) -> RiskState {
    world.ada().asks(|reader| Ok(reader.find::<Risk>(number)?.record.state))
}

#[test]
fn a_risk_is_noted_by_one_button_and_tied_both_ways() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let requirement = world.ada().asks(|reader| {
            let id = reader.mention_of(&set)?.id;
            Ok(reader.parts_of(id, 1)?[0].number.clone())
        });
        let mut ada = program(&world, "ada");
        let form = ada.get(&format!("/risks/new?cause={set}&affects={requirement}")).text;
        assert!(
            form.contains(&format!("value=\"{set}\"")) && form.contains(&format!("value=\"{requirement}\""))
        );
        assert!(form.contains("No risk matrix is in force yet"), "{form}");
        let sent = ada.post_form(
            "/risks",
            &[
                ("title", "Castings come late"),
                ("origin", &set),
                ("affects", &requirement),
                ("treatment", "share"),
            ],
        );
        let at = sent.location().to_owned();
        let number = at.rsplit('/').next().unwrap().to_owned();
        let page = ada.get(&at).text;
        assert!(page.contains(&set) && page.contains(&requirement), "{page}");
        assert!(ada.get(&format!("/requirements/{requirement}")).text.contains(&number));
        assert!(ada.get(&format!("/requirement-sets/{set}")).text.contains(&number));
        // It belongs to whom what led to it belongs.
        let party = world.ada().asks(|reader| Ok(reader.find::<Risk>(&number)?.record.party));
        assert_eq!(party, Some(world.meridian));
        // And nobody of outside learns of it.
        for who in ["carl", "eve"] {
            let mut other = program(&world, who);
            for address in [at.clone(), "/risks/map".into(), format!("/api/v1/risks/{number}")] {
                assert_eq!(other.get(&address).status, 404, "{who} {address}");
            }
            assert!(!other.get("/search?words=Castings").text.contains(&number));
        }
    }
}

#[test]
fn the_matrix_says_how_bad_a_risk_is_and_a_new_edition_rates_them_all_again() {
    for world in World::on_each_engine() {
        let unrated = Risk { likelihood: Some(3), severity: Some(3), ..Risk::default() };
        let new = New { title: "x", ..New::default() };
        let outcome = world.ada().does(|work| risks::raise(work, &new, &unrated));
        assert!(refusal(outcome).contains("Put a risk matrix in force first"));
        let matrix = matrix(&world);
        let outcome =
            world.bob().does(|work| work.create(&New { title: "Another", ..New::default() }, &customary()));
        assert!(refusal(outcome).contains(&matrix));
        let number = risk(&world, 3, 3);
        let level = || world.ada().asks(|reader| Ok(reader.find::<Risk>(&number)?.facts.before));
        assert_eq!(level(), Some(Level::Medium));
        let beyond = Risk { likelihood: Some(9), severity: Some(3), ..Risk::default() };
        let outcome = world.ada().does(|work| risks::raise(work, &new, &beyond));
        assert!(refusal(outcome).contains("Give a step from 1 to 5."));
        // What is worse is never called less.
        step(&world, "bob", &matrix, "revise").unwrap();
        let bob = world.bob();
        let revise = |level: Level| {
            bob.does(|work| {
                let mut case = work.find::<risks::RiskMatrix>(&matrix)?;
                work.revise(&mut case, |it| it.levels[2][2] = level)
            })
            .unwrap();
        };
        revise(Level::VeryHigh);
        let outcome = bob.does(|work| risks::put_in_force(work, &matrix, "stricter"));
        assert!(refusal(outcome).contains("Put the levels right"));
        // What is in force holds until the new edition does.
        assert_eq!(level(), Some(Level::Medium));
        revise(Level::High);
        bob.does(|work| risks::put_in_force(work, &matrix, "stricter")).unwrap();
        assert_eq!(level(), Some(Level::High));
        let map = program(&world, "amelia").get("/risks/map").text;
        assert!(map.contains(&number) && map.contains("revision 2"), "{map}");
    }
}

#[test]
fn a_risk_is_borne_by_right_until_a_day_and_the_owner_is_asked_when_that_is_over() {
    for world in World::on_each_engine() {
        matrix(&world);
        let number = risk(&world, 3, 4);
        let accept = |who: &str, until, reason: &str| {
            world.person(who).does(|work| risks::accept(work, &number, Some(until), reason))
        };
        assert!(refusal(accept("ada", date(2026, 6, 1), "cheap")).contains("Approver"));
        assert!(refusal(accept("henrik", date(2027, 6, 1), "cheap")).contains("2026-08-29"));
        assert!(refusal(accept("henrik", date(2026, 3, 2), "cheap")).contains("from tomorrow"));
        assert!(refusal(accept("henrik", date(2026, 6, 1), " ")).contains("Say why it is borne."));
        assert_eq!(state(&world, &number), RiskState::Open);
        accept("henrik", date(2026, 6, 1), "A second source costs more.").unwrap();
        assert_eq!(state(&world, &number), RiskState::Accepted);
        let page = program(&world, "amelia").get(&format!("/risks/{number}")).text;
        assert!(page.contains("A second source costs more.") && page.contains("Henrik"), "{page}");
        // Nobody lets it end by hand, and until its day is over it holds.
        assert!(refusal(step(&world, "henrik", &number, "expire")).contains("not possible while"));
        let product = kernel::Actor::system();
        let on = |day: &str| {
            world.db.write_at(&product, day.parse().unwrap(), risks::watch).unwrap();
        };
        on("2026-06-01T21:00:00Z");
        assert_eq!(state(&world, &number), RiskState::Accepted);
        on("2026-06-02T06:00:00Z");
        on("2026-06-02T07:00:00Z");
        assert_eq!(state(&world, &number), RiskState::Expired);
        let asked = world.ada().asks(|reader| {
            let id = reader.mention_of(&number)?.id;
            reader.tasks(id)
        });
        assert_eq!(asked.len(), 1, "asked once");
        assert!(asked[0].request.contains(&number));
        // What nobody may bear is not borne.
        let worst = risk(&world, 5, 5);
        let outcome =
            world.henrik().does(|work| risks::accept(work, &worst, Some(date(2026, 3, 9)), "brave"));
        assert!(refusal(outcome).contains("Reduce it first"));
    }
}

#[test]
fn an_acceptance_ends_where_the_matrix_calls_the_risk_worse_than_it_did() {
    for world in World::on_each_engine() {
        let matrix = matrix(&world);
        let number = risk(&world, 3, 3);
        let until = Some(date(2026, 6, 1));
        world.henrik().does(|work| risks::accept(work, &number, until, "small")).unwrap();
        step(&world, "bob", &matrix, "revise").unwrap();
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<risks::RiskMatrix>(&matrix)?;
                work.revise(&mut case, |it| it.levels[2][2] = Level::High)?;
                risks::put_in_force(work, &matrix, "stricter")
            })
            .unwrap();
        world.db.write(&kernel::Actor::system(), risks::watch).unwrap();
        assert_eq!(state(&world, &number), RiskState::Expired);
    }
}

#[test]
fn a_risk_counts_as_treated_when_its_tasks_are_done_and_what_is_left_was_rated() {
    for world in World::on_each_engine() {
        matrix(&world);
        let number = risk(&world, 4, 4);
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.id));
        let ask =
            Ask { request: "Find a second source", person: Some(world.bob().actor.person), ..Ask::default() };
        let task = world.ada().does(|work| work.ask(id, &ask)).unwrap();
        let said = refusal(step(&world, "ada", &number, "treat"));
        for missing in
            ["Rate what is left of it.", "Say what was done about it.", "Finish the open tasks first."]
        {
            assert!(said.contains(missing), "{said}");
        }
        assert!(refusal(world.ada().does(|work| risks::close(work, &number, "over"))).contains("open tasks"));
        world.bob().does(|work| work.settle(task)).unwrap();
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Risk>(&number)?;
                work.revise(&mut case, |it| {
                    it.plan = "A second foundry delivers.".into();
                    (it.residual_likelihood, it.residual_severity) = (Some(1), Some(4));
                })
            })
            .unwrap();
        step(&world, "ada", &number, "treat").unwrap();
        let list = program(&world, "ada").get("/risks?view=all").text;
        assert!(list.contains(&number) && list.contains("Low"), "{list}");
        // Only its owner closes it, and says why.
        assert!(
            refusal(world.bob().does(|work| risks::close(work, &number, "over"))).contains("Only the owner")
        );
        assert!(refusal(world.ada().does(|work| risks::close(work, &number, ""))).contains("Say why"));
        world.ada().does(|work| risks::close(work, &number, "Two sources deliver.")).unwrap();
        assert!(!program(&world, "ada").get("/risks/map").text.contains(&number));
    }
}

#[test]
fn a_customer_agrees_to_a_plan_as_it_reads_and_each_use_of_it_is_kept() {
    for world in World::on_each_engine() {
        let ada = world.ada();
        let body = Contingency { response: "Loan pump on site within 24 h".into(), ..Contingency::default() };
        let new = New { title: "The skid comes late", party: Some(world.meridian), ..New::default() };
        let number = ada.does(|work| risks::plan(work, &new, &body)).unwrap().number;
        assert!(refusal(step(&world, "ada", &number, "ready")).contains("Say what has to happen"));
        let revise = |words: &str| {
            ada.does(|work| {
                let mut case = work.find::<Contingency>(&number)?;
                work.revise(&mut case, |it| it.trigger_words = words.to_owned())
            })
        };
        revise("delivery later than week 46").unwrap();
        step(&world, "ada", &number, "ready").unwrap();
        let nobody = Agreed { name: "", source: "", day: Some(date(2026, 3, 3)) };
        let said = refusal(ada.does(|work| risks::agree(work, &number, &nobody)));
        assert!(
            said.contains("Name who of the customer agreed.") && said.contains("today at the latest"),
            "{said}"
        );
        let carl = Agreed { name: "Carl Whitfield", source: "mail of 2 March", day: Some(date(2026, 3, 2)) };
        ada.does(|work| risks::agree(work, &number, &carl)).unwrap();
        let agreed = || ada.asks(|reader| Ok(reader.find::<Contingency>(&number)?.facts.holds().is_some()));
        assert!(agreed());
        step(&world, "ada", &number, "revise").unwrap();
        revise("delivery later than week 47").unwrap();
        assert!(!agreed());
        let page = program(&world, "amelia").get(&format!("/contingency-plans/{number}")).text;
        assert!(page.contains("What they agreed to said something else."), "{page}");
        step(&world, "ada", &number, "ready").unwrap();
        ada.does(|work| risks::activate(work, &number, "The gearbox is a week late.")).unwrap();
        ada.does(|work| risks::stand_down(work, &number, "The skid runs; the pump is back.")).unwrap();
        let uses = ada.asks(|reader| Ok(reader.find::<Contingency>(&number)?.facts.uses.len()));
        assert_eq!(uses, 2);
        assert_eq!(program(&world, "carl").get(&format!("/contingency-plans/{number}")).status, 404);
    }
}

#[test]
fn programs_note_bear_and_close_risks_as_people_do() {
    for world in World::on_each_engine() {
        matrix(&world);
        let mut ada = program(&world, "ada");
        let made = ada.post_json(
            "/api/v1/risks",
            &json!({ "title": "Castings come late", "likelihood": 2, "severity": 3 }),
        );
        assert_eq!(made.status, 201, "{}", made.text);
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let asked = json!({ "until": "2026-06-01", "reason": "rare" });
        assert_eq!(ada.post_json(&format!("/api/v1/risks/{number}/accept"), &asked).status, 409);
        let mut henrik = program(&world, "henrik");
        let done = henrik.post_json(&format!("/api/v1/risks/{number}/accept"), &asked);
        assert_eq!(done.json()["state"], "accepted", "{}", done.text);
        let map = ada.get("/api/v1/risks/map").json();
        assert_eq!((&map[0]["number"], &map[0]["level"]), (&json!(number), &json!("medium")));
        let borne = ada.get(&format!("/api/v1/risks/{number}/acceptances")).json();
        assert_eq!(borne[0]["reason"], "rare");
        let twice = henrik.post_json(&format!("/api/v1/risks/{number}/accept"), &asked);
        assert_eq!(twice.status, 409, "{}", twice.text);
        let mut amelia = program(&world, "amelia");
        assert_eq!(
            amelia.post_json(&format!("/api/v1/risks/{number}/close"), &json!({ "reason": "x" })).status,
            409
        );
        assert_eq!(
            ada.post_json(&format!("/api/v1/risks/{number}/close"), &json!({ "reason": "over" })).status,
            200
        );
    }
}

#[test]
fn a_risk_that_was_none_any_more_is_opened_again_by_any_of_ours_and_borne_by_nobody_then() {
    for world in World::on_each_engine() {
        matrix(&world);
        let number = risk(&world, 3, 4);
        let on_the_map = || program(&world, "amelia").get("/risks/map").text.contains(&number);
        world.ada().does(|work| risks::close(work, &number, "A second source delivers.")).unwrap();
        assert!(!on_the_map());
        let refused = refusal(step(&world, "amelia", &number, "reopen"));
        assert!(refused.contains("You may read everything and change nothing."), "{refused}");
        assert!(matches!(step(&world, "carl", &number, "reopen"), Err(kernel::Error::NotFound)));
        // Bob does not own it: whoever sees it come back says so.
        step(&world, "bob", &number, "reopen").unwrap();
        assert_eq!(state(&world, &number), RiskState::Open);
        assert!(on_the_map());
        let borne = || {
            let until = Some(date(2026, 6, 1));
            world.henrik().does(|work| risks::accept(work, &number, until, "A third source costs more."))
        };
        borne().unwrap();
        step(&world, "bob", &number, "reopen").unwrap();
        assert_eq!(state(&world, &number), RiskState::Open, "what was borne is to be decided anew");
        let again = refusal(step(&world, "bob", &number, "reopen"));
        assert!(again.contains("is not possible while it is"), "{again}");
        borne().unwrap();
    }
}
