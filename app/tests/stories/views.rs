//! Lists, views, bulk changes, exports and extra fields, as people and programs use them.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use kernel::{Audience, ExtraField, Holds, New};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::{Value as Json, json};
use web::testing::Client;

use crate::world::World;

fn program(world: &World, short: &str) -> Client {
    let mut client = crate::world::program(world, short);
    client.get("/");
    client
}

/// Three sets: two of Meridian's, one of nobody's.
fn sets(world: &World) -> Vec<String> {
    let open = |title: &str, party: Option<i64>| {
        let new = New { title, party, ..New::default() };
        world
            .ada()
            .does(|work| Ok(requirements::open_set(work, &new, &RequirementSet::default())?.number))
            .unwrap()
    };
    vec![
        open("CIP 3 dosing skid", Some(world.meridian)),
        open("=HYPERLINK(\"http://x\")", Some(world.meridian)),
        open("Spare pump", None),
    ]
}

fn define(world: &World, kind: &str, title: &str, holds: Holds, audience: Audience) {
    let choices =
        if holds == Holds::Choice { vec!["Kiel".to_owned(), "Leipzig".to_owned()] } else { Vec::new() };
    let field = ExtraField { of_kind: kind.to_owned(), holds, audience, choices, ..ExtraField::default() };
    world.sam().does(|work| work.define(title, &field)).unwrap();
}

#[test]
fn ada_filters_a_list_keeps_it_as_a_view_and_finds_it_as_a_tab() {
    for world in World::on_each_engine() {
        let numbers = sets(&world);
        let mut ada = program(&world, "ada");
        let shown = ada.get("/requirement-sets?q=customer:meridian&columns=number,title,due").text;
        assert!(
            shown.contains(&numbers[0]) && shown.contains(&numbers[1]) && !shown.contains(&numbers[2]),
            "{shown}"
        );
        assert!(shown.contains("<b>Customer</b> meridian"), "the filter can be read: {shown}");
        let wrong = ada.get("/requirement-sets?filter=custmer:meridian").text;
        assert!(wrong.contains("Did you mean customer:?") && wrong.contains("custmer:meridian"), "{wrong}");
        let kept = ada.post_form(
            "/lists/requirement-sets/views",
            &[
                ("name", "Meridian"),
                ("q", "customer:meridian"),
                ("columns", "number,title,due"),
                ("shared", "house"),
                ("sort", "title"),
            ],
        );
        assert_eq!(kept.status, StatusCode::SEE_OTHER);
        let address = kept.location().to_owned();
        let tab = ada.get(&address).text;
        assert!(tab.contains("Meridian <span class=\"count\">2"), "the tab counts: {tab}");
        assert!(
            !tab.contains(&numbers[2]) && !tab.contains("data-is=\"Owner\""),
            "its columns are its own: {tab}"
        );
        // Bob sees the tab and cannot change it; Carl, who buys for Meridian, does not see it.
        let mut bob = program(&world, "bob");
        assert!(bob.get("/requirement-sets").text.contains("Meridian <span"));
        let id = address.rsplit('=').next().unwrap();
        let changed = bob.post_form(
            &format!("/lists/requirement-sets/views/{id}"),
            &[("name", "Mine now"), ("shared", "own")],
        );
        assert_eq!(changed.status, StatusCode::CONFLICT);
        assert!(!program(&world, "carl").get("/requirement-sets").text.contains("Meridian <span"));
        assert_eq!(
            program(&world, "carl").get(&address).status,
            StatusCode::OK,
            "it falls back to what is theirs"
        );
        ada.post_form(&format!("/lists/requirement-sets/views/{id}/remove"), &[]);
        assert!(!ada.get("/requirement-sets").text.contains("Meridian <span"));
    }
}

#[test]
fn columns_are_remembered_for_each_person_and_view() {
    for world in World::on_each_engine() {
        sets(&world);
        let mut ada = program(&world, "ada");
        let fields = [
            ("view", "all"),
            ("q", ""),
            ("sort", "title"),
            ("down", "0"),
            ("column", "number"),
            ("at.number", "2"),
            ("column", "title"),
            ("at.title", "1"),
        ];
        let chosen = ada.post_form("/lists/requirement-sets/columns", &fields);
        let shown = ada.get(chosen.location()).text;
        let (title, number) = (shown.find(">Title").unwrap(), shown.find(">Number").unwrap());
        assert!(title < number && !shown.contains("data-is=\"Owner\""), "{shown}");
        assert!(program(&world, "bob").get("/requirement-sets?view=all").text.contains("data-is=\"Owner\""));
        ada.post_form("/lists/requirement-sets/columns/forget", &[("view", "all")]);
        assert!(ada.get("/requirement-sets?view=all").text.contains("data-is=\"Owner\""));
    }
}

#[test]
fn what_is_seen_leaves_as_a_file_and_runs_no_formula() {
    for world in World::on_each_engine() {
        let numbers = sets(&world);
        let mut ada = program(&world, "ada");
        let file = ada.get(
            "/lists/requirement-sets/export.csv?q=customer:meridian&columns=title,number,customer&sort=title",
        );
        assert_eq!(file.status, StatusCode::OK);
        let lines: Vec<&str> = file.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 3, "{}", file.text);
        assert_eq!(lines[0], "Title,Number,Customer");
        assert!(lines[1].starts_with("\"'=HYPERLINK"), "{}", lines[1]);
        assert!(lines[2].contains(&numbers[0]) && lines[2].contains("Meridian"));
        // Eve gets her own nothing, and neither number nor name of anybody else.
        let hers = program(&world, "eve").get("/lists/requirement-sets/export.csv?view=all").text;
        assert!(!hers.contains("RS-") && !hers.contains("Meridian"), "{hers}");
        let book = ada.get("/lists/requirement-sets/export.xlsx?view=all");
        assert_eq!(book.status, StatusCode::OK);
        assert!(book.header("content-type").unwrap().contains("spreadsheetml"));
        assert_eq!(
            ada.get("/lists/requirement-sets/export.csv?q=sttae:x").status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

#[test]
fn many_records_get_another_owner_and_it_can_be_taken_back() {
    for world in World::on_each_engine() {
        let numbers = sets(&world);
        let mut ada = program(&world, "ada");
        let bob = world.bob().actor.person;
        let owner =
            |number: &str| world.ada().asks(|reader| Ok(reader.find::<RequirementSet>(number)?.record.owner));
        let (one, two, nobody) = (numbers[0].as_str(), numbers[1].as_str(), "RS-2026-9999");
        let person = bob.to_string();
        let fields = [
            ("change", "owner"),
            ("person", person.as_str()),
            ("marked", one),
            ("marked", two),
            ("marked", nobody),
            ("once", "first"),
        ];
        let done = ada.post_form("/lists/requirement-sets/bulk", &fields);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let address = done.location().to_owned();
        let told = ada.get(&address).text;
        assert!(
            told.contains("2 changed")
                && told.contains("1 refused")
                && told.contains("There is no such record"),
            "{told}"
        );
        assert_eq!((owner(one), owner(two)), (bob, bob));
        assert_eq!(
            ada.post_form("/lists/requirement-sets/bulk", &fields).location(),
            address,
            "a double click has one effect"
        );
        // One entry for both, which names both.
        let deeds = world.ada().asks(|reader| {
            let id = reader.mention_of(one)?.id;
            reader.trail(id, false, 0, 99)
        });
        assert_eq!(deeds.last().unwrap().content["records"].as_array().unwrap().len(), 2);
        // Somebody changed one of them since: only the other goes back.
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(two)?;
                work.redirect(&mut case, |it| it.owner = world.henrik().actor.person)
            })
            .unwrap();
        let undone = ada.post_form(&format!("{address}/undo"), &[]);
        let told = ada.get(undone.location()).text;
        assert!(told.contains("1 refused") && told.contains("Somebody changed it since"), "{told}");
        assert_eq!((owner(one), owner(two)), (world.ada().actor.person, world.henrik().actor.person));
        let again = ada.post_form(&format!("{address}/undo"), &[]);
        assert_eq!(again.status, StatusCode::CONFLICT);
        // Others' outcomes are nobody's business, and who may not write changes nothing.
        assert_eq!(program(&world, "bob").get(&address).status, StatusCode::NOT_FOUND);
        for who in ["amelia", "carl", "eve"] {
            let refused = program(&world, who).post_form("/lists/requirement-sets/bulk", &fields);
            assert_eq!(refused.status, StatusCode::CONFLICT, "{who}");
        }
    }
}

#[test]
fn all_that_match_are_changed_and_each_refusal_says_why() {
    for world in World::on_each_engine() {
        sets(&world);
        let mut ada = program(&world, "ada");
        let form = ada
            .post_form("/lists/requirement-sets/bulk/choose", &[("all", "1"), ("q", "customer:meridian")])
            .text;
        assert!(form.contains("Change 2 records"), "{form}");
        let fields = [
            ("change", "due"),
            ("due", "2026-03-20"),
            ("all", "1"),
            ("q", "customer:meridian"),
            ("count", "2"),
            ("once", "a"),
        ];
        let done = ada.post_form("/lists/requirement-sets/bulk", &fields);
        assert!(ada.get(done.location()).text.contains("2 changed"));
        assert!(
            ada.get("/requirement-sets?q=due:2026-03-20").text.contains("2 of 2")
                || ada.get("/requirement-sets?q=due:2026-03-20").text.contains("CIP 3")
        );
        // Everything that matches was read as it was: a few go along with their versions.
        assert!(form.contains("name=\"rows\" value=\"RS-"), "{form}");
        let fields = [("change", "due"), ("due", ""), ("all", "1"), ("q", ""), ("count", "2"), ("once", "b")];
        let other = ada.post_form("/lists/requirement-sets/bulk", &fields);
        assert_eq!(other.status, StatusCode::CONFLICT, "more match than were seen");
        let fields = [
            ("change", "step"),
            ("step", "release"),
            ("all", "1"),
            ("q", "customer:meridian"),
            ("once", "c"),
        ];
        let done = ada.post_form("/lists/requirement-sets/bulk", &fields);
        let told = ada.get(done.location()).text;
        assert!(told.contains("2 refused") && !told.contains("Take it back"), "{told}");
    }
}

#[test]
fn a_field_that_sam_defines_is_everywhere_at_once() {
    for world in World::on_each_engine() {
        let numbers = sets(&world);
        let mut sam = program(&world, "sam");
        let form = [
            ("title", "Plant"),
            ("of_kind", "RS"),
            ("holds", "choice"),
            ("choices", "Kiel\nLeipzig"),
            ("audience", "internal"),
            ("name.de", "Werk"),
        ];
        assert_eq!(sam.post_form("/extra-fields", &form).status, StatusCode::SEE_OTHER);
        let twice = sam.post_form("/extra-fields", &form);
        assert!(
            twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.text.contains("plant is taken"),
            "{}",
            twice.text
        );
        let mut ada = program(&world, "ada");
        assert_eq!(ada.post_form("/extra-fields", &form).status, StatusCode::CONFLICT);
        let at = format!("/requirement-sets/{}", numbers[0]);
        let record = ada.get(&at).text;
        assert!(record.contains("Extra fields") && record.contains("Plant"), "{record}");
        let wrong = ada.post_form(&format!("{at}/extra"), &[("extra.plant", "Rome")]);
        assert!(
            wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text.contains("Kiel, Leipzig"),
            "{}",
            wrong.text
        );
        assert_eq!(
            ada.post_form(&format!("{at}/extra"), &[("extra.plant", "kiel")]).status,
            StatusCode::SEE_OTHER
        );
        let record = ada.get(&at).text;
        assert!(record.contains("Kiel") && record.contains("changed this"), "{record}");
        assert!(
            ada.get("/requirement-sets?q=plant:kiel&columns=number,title,extra.plant")
                .text
                .contains("data-is=\"Plant\"")
        );
        assert!(ada.get("/search?q=kiel").text.contains(&numbers[0]), "search finds it");
        // In German it is asked for by its German name, with German words.
        let mut german =
            program(&world, "ada").with_header("accept-language", "de").with_cookie("language", "de");
        let shown = german.get("/requirement-sets?filter=werk:kiel").text;
        assert!(
            shown.contains(&numbers[0]) && !shown.contains(&numbers[1]) && shown.contains("<b>Werk</b> kiel"),
            "{shown}"
        );
        // Programs read and write it.
        let one = ada.get(&format!("/api/v1/requirement-sets/{}", numbers[0])).json();
        assert_eq!(one["extra"], json!({ "plant": "Kiel" }));
        let tag = format!("\"{}\"", one["version"]);
        let patched = ada.patch_json(
            &format!("/api/v1/requirement-sets/{}", numbers[0]),
            Some(&tag),
            &json!({ "extra": { "plant": "Leipzig" } }),
        );
        assert_eq!(patched.json()["extra"], json!({ "plant": "Leipzig" }), "{}", patched.text);
        let refused = ada.patch_json(
            &format!("/api/v1/requirement-sets/{}", numbers[0]),
            Some("\"99\""),
            &json!({ "extra": { "plant": "Kiel" } }),
        );
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED);
        let found = ada.get("/api/v1/requirement-sets?q=plant:leipzig").json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        // The customer sees neither field nor value, nor may ask for it.
        for (who, address) in
            [("carl", "/requirement-sets"), ("carl", "/search?q=leipzig"), ("eve", "/search?q=leipzig")]
        {
            let shown = program(&world, who).get(address).text;
            assert!(!shown.contains("Leipzig") && !shown.contains("Plant"), "{who} {address}");
        }
        let asked = program(&world, "carl").get("/api/v1/requirement-sets?q=plant:leipzig");
        assert!(
            asked.status == StatusCode::UNPROCESSABLE_ENTITY
                && asked.text.contains("Nothing is called plant"),
            "{}",
            asked.text
        );
    }
}

#[test]
fn what_the_customer_reads_of_a_field_is_part_of_what_was_released() {
    for world in World::on_each_engine() {
        define(&world, "RS", "Drawing", Holds::Text, Audience::Party);
        define(&world, "RS", "Margin", Holds::Number, Audience::Internal);
        let number = world.offered_set();
        let at = format!("/requirement-sets/{number}");
        let mut ada = program(&world, "ada");
        // The set is released: what the customer reads cannot change now, what is ours can.
        let closed = ada.post_form(&format!("{at}/extra"), &[("extra.drawing", "D-100")]);
        assert!(
            closed.status == StatusCode::CONFLICT || closed.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            closed.status
        );
        assert_eq!(
            ada.post_form(&format!("{at}/extra"), &[("extra.margin", "12,5")]).status,
            StatusCode::SEE_OTHER
        );
        let mut carl = program(&world, "carl");
        let shown = carl.get(&format!("/api/v1{at}")).json();
        assert_eq!(shown["extra"], json!({}), "{shown}");
        assert!(!carl.get(&at).text.contains("Margin"));
        assert_eq!(carl.get(&format!("{at}/extra")).status, StatusCode::CONFLICT);
        assert_eq!(program(&world, "eve").get(&format!("{at}/extra")).status, StatusCode::NOT_FOUND);
        assert_eq!(
            program(&world, "eve").post_form(&format!("{at}/extra"), &[("extra.margin", "1")]).status,
            StatusCode::NOT_FOUND
        );
    }
}

#[test]
fn two_revisions_are_compared_in_the_extra_fields_that_the_customer_reads_too() {
    for world in World::on_each_engine() {
        define(&world, "RS", "Drawing", Holds::Text, Audience::Party);
        define(&world, "REQ", "Works", Holds::Text, Audience::Party);
        define(&world, "REQ", "Margin", Holds::Text, Audience::Internal);
        let ada = world.ada();
        let set = sets(&world).remove(0);
        let body = Requirement { statement: "It shall stand.".into(), ..Requirement::default() };
        let new = NewRequirement { body, ..NewRequirement::default() };
        let number = ada.does(|work| requirements::add(work, &set, &new)).unwrap().number;
        let say = |works: &str, margin: &str| {
            let said = json!({ "works": works, "margin": margin });
            let said = said.as_object().unwrap();
            ada.does(|work| work.fill(&mut work.find::<Requirement>(&number)?, said)).unwrap();
        };
        let release = |no: i64| {
            ada.does(|work| requirements::release(work, &set, "asked")).unwrap();
            ada.does(|work| requirements::offer(work, &set, no)).unwrap();
        };
        say("Kiel", "quokkathin");
        release(1);
        ada.does(|work| {
            let mut case = work.find::<RequirementSet>(&set)?;
            work.advance(&mut case, requirements::set::Step::Revise)?;
            work.fill(&mut case, json!({ "drawing": "D-100" }).as_object().unwrap())
        })
        .unwrap();
        say("Lyon", "quokkawide");
        let at = format!("/requirement-sets/{set}/compare");
        let working = program(&world, "ada").get(&at).text;
        for words in ["Works", "Kiel", "Lyon", "Drawing", "D-100"] {
            assert!(working.contains(words), "{words}: {working}");
        }
        assert!(
            !working.contains("Margin") && !working.contains("quokka"),
            "no revision holds it: {working}"
        );
        release(2);
        let mut carl = program(&world, "carl");
        let compared = carl.get(&format!("/api/v1{at}?from=1&to=2")).json();
        let row = json!({ "id": number, "kind": "changed", "field": "extra.works", "before": "Kiel", "after": "Lyon" });
        assert_eq!(compared["rows"], json!([row]));
        assert_eq!(compared["comparison"]["fields"][0]["field"], "extra.drawing", "{compared}");
        let page = carl.get(&format!("{at}?from=1&to=2")).text;
        assert!(page.contains("Works") && !page.contains("Margin"), "{page}");
        // Where the next one says nothing there, Carl no longer finds it by what the one before said.
        let mut found = || carl.get("/api/v1/requirement-sets?q=drawing:D-100").json()["items"].clone();
        assert_eq!(found()[0]["number"], json!(set));
        ada.does(|work| {
            let mut case = work.find::<RequirementSet>(&set)?;
            work.advance(&mut case, requirements::set::Step::Revise)?;
            work.fill(&mut case, json!({ "drawing": null }).as_object().unwrap())
        })
        .unwrap();
        release(3);
        assert_eq!(found(), json!([]));
        assert_eq!(program(&world, "eve").get(&format!("{at}?from=1&to=2")).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_search_leads_to_the_very_place_and_counts_what_there_is() {
    for world in World::on_each_engine() {
        let numbers = sets(&world);
        let mut ada = program(&world, "ada");
        let shown = ada.get("/search?q=pump").text;
        assert!(shown.contains(&numbers[2]) && shown.contains("Found by kind"), "{shown}");
        let json = ada.get("/api/v1/search?q=skid%20customer:meridian%20kind:rs").json();
        assert_eq!((json["all"].as_i64(), json["kinds"]["RS"].as_i64()), (Some(1), Some(1)), "{json}");
        let fault = ada.get("/api/v1/search?q=owner:nobody");
        assert_eq!(fault.status, StatusCode::UNPROCESSABLE_ENTITY);
        let suggested = ada.get("/search/suggestions?kind=RS&q=skid%20custo").json();
        assert_eq!(suggested["suggestions"][0]["typed"], "skid customer:");
        let suggested = ada.get("/search/suggestions?kind=RS&q=customer:merid").json();
        assert!(suggested["suggestions"][0]["typed"].as_str().unwrap().contains("Meridian"), "{suggested}");
        // Eve is suggested her own firm and nobody else's.
        let hers = program(&world, "eve").get("/search/suggestions?kind=RS&q=customer:merid").json();
        assert_eq!(hers["suggestions"], json!([]));
        let theirs = program(&world, "carl").get("/search?q=spare").text;
        assert!(!theirs.contains(&numbers[2]));
    }
}

#[test]
fn programs_keep_views_and_change_many() {
    for world in World::on_each_engine() {
        let numbers = sets(&world);
        let mut ada = program(&world, "ada");
        let made = ada.post_json("/api/v1/views", &json!({ "kind": "RS", "name": "Mine", "q": "owner:me" }));
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(
            ada.post_json("/api/v1/views", &json!({ "kind": "RS", "name": "Wrong", "q": "ower:me" })).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(ada.get("/api/v1/views?kind=RS").json()["items"][0]["q"], "owner:me");
        assert_eq!(program(&world, "bob").get("/api/v1/views?kind=RS").json()["items"], json!([]));
        let wish = json!({ "numbers": [numbers[0], "RS-1999-0001"], "due": "2026-03-20" });
        let came = ada.send_json(
            Method::POST,
            "/api/v1/requirement-sets/change-many",
            &[("idempotency-key", "one")],
            &wish,
        );
        let told: Json = came.json();
        assert_eq!(told["done"], json!([numbers[0]]), "{told}");
        assert_eq!(told["refused"][0]["number"], "RS-1999-0001");
        let again = ada.send_json(
            Method::POST,
            "/api/v1/requirement-sets/change-many",
            &[("idempotency-key", "one")],
            &wish,
        );
        assert_eq!(again.json(), told);
        for wrong in [
            json!({}),
            json!({ "numbers": [], "watch": true }),
            json!({ "numbers": ["RS-1"], "watch": true, "due": "2026-03-20" }),
        ] {
            assert_eq!(
                ada.post_json("/api/v1/requirement-sets/change-many", &wrong).status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{wrong}"
            );
        }
        for who in ["amelia", "carl", "eve"] {
            assert_eq!(
                program(&world, who).post_json("/api/v1/requirement-sets/change-many", &wish).status,
                StatusCode::CONFLICT,
                "{who}"
            );
        }
        let due = |ada: &mut Client| {
            ada.get(&format!("/api/v1/requirement-sets/{}", numbers[0])).json()["due"].clone()
        };
        assert_eq!(due(&mut ada), "2026-03-20");
        let undo = format!("/api/v1/requirement-sets/change-many/{}/undo", told["id"]);
        for (who, status) in [("bob", StatusCode::NOT_FOUND), ("carl", StatusCode::CONFLICT)] {
            assert_eq!(program(&world, who).post_json(&undo, &json!({})).status, status, "{who}");
        }
        let back = ada.post_json(&undo, &json!({}));
        assert_eq!(back.json()["done"], json!([numbers[0]]), "{}", back.text);
        assert_eq!(due(&mut ada), Json::Null);
        assert_eq!(ada.post_json(&undo, &json!({})).status, StatusCode::CONFLICT, "it is taken back once");
        // A day is taken away by saying so, and not by saying nothing.
        let many = "/api/v1/requirement-sets/change-many";
        ada.post_json(many, &json!({ "numbers": [numbers[0]], "due": "2026-03-20" }));
        ada.post_json(many, &json!({ "numbers": [numbers[0]], "due": null }));
        assert_eq!(due(&mut ada), Json::Null);
        let id = made.json()["id"].as_i64().unwrap();
        let view = format!("/api/v1/views/{id}");
        let changed = ada.post_json(&view, &json!({ "name": "Hers", "columns": ["number"] }));
        assert_eq!(
            (changed.json()["name"].as_str(), changed.json()["q"].as_str()),
            (Some("Hers"), Some("owner:me")),
            "{}",
            changed.text
        );
        let wrong = ada.post_json(&view, &json!({ "q": "ower:me" }));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        for who in ["bob", "eve"] {
            let answer = program(&world, who).post_json(&view, &json!({ "name": "Theirs" }));
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{who}");
        }
        let file = ada.get("/api/v1/requirement-sets/export.csv?columns=number,title");
        assert!(file.header("content-type").unwrap_or_default().starts_with("text/csv"), "{}", file.text);
        assert!(numbers.iter().all(|it| file.text.contains(it)), "all of them: {}", file.text);
        let narrowed = ada.get("/api/v1/requirement-sets/export.csv?q=customer:meridian");
        assert!(!narrowed.text.contains(&numbers[2]), "{}", narrowed.text);
        assert_eq!(ada.get("/api/v1/requirement-sets/export.xlsx").status, StatusCode::OK);
        let ordered = |order: &str| format!("/api/v1/requirement-sets/export.csv?columns=number&{order}");
        let upwards = ada.get(&ordered("sort=number")).text;
        let downwards = ada.get(&ordered("sort=number&descending=true")).text;
        assert!(upwards.lines().skip(1).eq(downwards.lines().skip(1).collect::<Vec<_>>().into_iter().rev()));
        let endless = format!("q={}", "o".repeat(1001));
        // What is left out was sent all the same.
        let hidden = format!("q={}%00", "o".repeat(1000));
        for wrong in ["sort=colour", "sort=number&descending=maybe", "descending=", &endless, &hidden] {
            assert_eq!(ada.get(&ordered(wrong)).status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert!(
            !program(&world, "eve").get("/api/v1/requirement-sets/export.csv").text.contains(&numbers[0])
        );
        assert_eq!(
            program(&world, "eve").post_json(&format!("/api/v1/views/{id}/remove"), &json!({})).status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(ada.post_json(&format!("/api/v1/views/{id}/remove"), &json!({})).status, StatusCode::OK);
    }
}

/// What a list finds for a question, as programs get it.
fn found(ada: &mut Client, path: &str, question: &str) -> Vec<Json> {
    let question = question.replace('<', "%3C");
    let came = ada.get(&format!("/api/v1/{path}?limit=500&q={question}"));
    assert_eq!(came.status, StatusCode::OK, "{path} {question}: {}", came.text);
    came.json()["items"].as_array().unwrap().clone()
}

#[test]
fn every_list_is_narrowed_by_customer_state_and_day_on_its_page_and_for_programs() {
    for world in World::on_each_engine() {
        world.offered_set();
        let meridian = world.ada().asks(|reader| Ok(reader.mention(world.meridian)?.unwrap().number));
        let lists: Vec<(String, String, Vec<String>)> = world.ada().asks(|reader| {
            let states = |it: &kernel::Entry| it.states.iter().map(|it| it.code.clone()).collect();
            let of = |it: &kernel::Entry| (it.kind.path.to_owned(), it.list(), states(it));
            Ok(reader.registry().all().iter().map(of).collect())
        });
        assert!(lists.len() > 20, "{} kinds have a list", lists.len());
        let mut ada = program(&world, "ada");
        let file = "name,town\nNorth Dairy,Leeds\n";
        let staged =
            ada.send(Method::POST, "/api/v1/imports?target=customers&name=north.csv", &[], file.into());
        assert!(staged.status.is_success(), "{}", staged.text);
        let mut narrowed = [0; 3];
        for (path, page, states) in lists {
            // Two of each kind that a program opens without more: one of Meridian's that is due, one of nobody's.
            for (title, of) in
                [("Of theirs", json!({ "party": meridian, "due": "2026-03-20" })), ("Ours", json!({}))]
            {
                let mut sent = of;
                sent["title"] = json!(title);
                ada.post_json(&format!("/api/v1/{path}"), &sent);
            }
            let all = found(&mut ada, &path, "");
            let mut asks = vec![
                ("customer:meridian".to_owned(), "party", json!(meridian)),
                ("due<2026-04-01".to_owned(), "due", json!("2026-03-20")),
            ];
            asks.extend(states.iter().map(|it| (format!("state:{it}"), "state", json!(it))));
            for (question, field, value) in asks {
                let numbers = |all: &[Json], is: bool| {
                    let some = all.iter().filter(|it| !is || it[field] == value);
                    some.map(|it| it["number"].to_string()).collect::<std::collections::BTreeSet<_>>()
                };
                let right = numbers(&all, true);
                let seen = found(&mut ada, &path, &question);
                assert_eq!(numbers(&seen, false), right, "{path} {question}");
                let place = ["party", "due", "state"].iter().position(|it| *it == field).unwrap();
                narrowed[place] += usize::from(!right.is_empty() && right.len() < all.len());
                if all.is_empty() {
                    continue;
                }
                let asked = question.replace('<', "%3C");
                let shown = ada.get(&format!("{page}?view=all&q={asked}"));
                assert_eq!(shown.status, StatusCode::OK, "{page} {question}: {}", shown.text);
                let chip = ["<b>Customer</b> meridian", "<b>Due</b>", "<b>State</b>"][place];
                assert!(shown.text.contains(chip), "{page} {question}: {}", shown.text);
            }
        }
        let [of_theirs, due, state] = narrowed;
        assert!(of_theirs >= 5 && due >= 5 && state >= 1, "the question tells rows apart: {narrowed:?}");
    }
}

#[test]
fn what_a_search_finds_is_read_to_its_end_page_by_page() {
    for world in World::on_each_engine() {
        let names: Vec<String> = (1..=120).map(|it| format!("Brewery {it:03}")).collect();
        let many: Vec<_> = names
            .iter()
            .map(|name| (New { title: name, ..New::default() }, customers::Organisation::default()))
            .collect();
        let made = world.ada().does(|work| work.create_many(&many)).unwrap();
        let mut ada = program(&world, "ada");
        let (mut found, mut pages, mut at) = (BTreeSet::new(), 0, "/search?q=brewery".to_owned());
        loop {
            let page = ada.get(&at).text;
            pages += 1;
            let here = |it: &&String| page.contains(&format!("href=\"/customers/{it}\""));
            found.extend(made.iter().map(|it| &it.number).filter(here).cloned());
            assert_eq!(found.len(), (pages * 50).min(120), "{page}");
            assert_eq!(
                page.contains("after=50\""),
                pages != 2,
                "it leads on from the first and back from the last"
            );
            let next = format!("/search?q=brewery*&after={}", pages * 50);
            if !page.contains(&format!("href=\"{}\"", next.replace('&', "&amp;"))) {
                break;
            }
            at = next;
        }
        assert_eq!((found.len(), pages), (120, 3));
        assert_eq!(ada.get("/search?q=brewery&after=x").status, StatusCode::NOT_FOUND);
        let theirs = program(&world, "carl").get("/search?q=brewery&after=50").text;
        assert!(!theirs.contains("Brewery 0"), "{theirs}");
    }
}
