//! What always holds for a customer: taken over into each new set, departed from with a reason, renewed when revised.

use axum::http::StatusCode;
use customers::Level;
use kernel::{Audience, ExtraField, New, Tie};
use requirements::{
    Departure, Edit, NewRequirement, Requirement, RequirementSet, depart, follow_again, pull, set,
};
use serde_json::{Value as Json, json};

use crate::houses::part_of;
use crate::world::{World, program, refusal};

/// A standing set of an organisation with these requirements, released.
pub(crate) fn standing(world: &World, party: i64, all: &[(&str, &str)]) -> (String, Vec<String>) {
    let made = world
        .ada()
        .does(|work| {
            let body = RequirementSet { is_standing: true, ..RequirementSet::default() };
            let new = New { title: "What always holds", party: Some(party), ..New::default() };
            let set = requirements::open_set(work, &new, &body)?;
            let mut numbers = Vec::new();
            for (title, statement) in all {
                let body = Requirement { statement: (*statement).into(), ..Requirement::default() };
                let new = NewRequirement { title: (*title).into(), body, ..NewRequirement::default() };
                numbers.push(requirements::add(work, &set.number, &new)?.number);
            }
            Ok((set.number, numbers))
        })
        .unwrap();
    world.ada().does(|work| requirements::release(work, &made.0, "agreed with them")).unwrap();
    made
}

fn matter(world: &World, party: i64) -> String {
    let new = New { title: "A skid", party: Some(party), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

fn revise(world: &World, set: &str, requirement: &str, statement: &str) {
    world
        .ada()
        .does(|work| {
            let mut case = work.find::<RequirementSet>(set)?;
            work.advance(&mut case, set::Step::Revise)?;
            let fields = vec![("statement".to_owned(), statement.to_owned())];
            requirements::edit(work, &Edit { number: requirement.to_owned(), fields, version: None })?;
            requirements::release(work, set, "they said so")
        })
        .unwrap();
}

fn statements(world: &World, set: &str) -> Vec<(String, String)> {
    let reading = world.ada().asks(|reader| requirements::read(reader, set, requirements::At::Now));
    reading.lines.into_iter().map(|it| (it.body.statement, it.body.source)).collect()
}

fn stands(world: &World, set: &str) -> Vec<(String, String)> {
    let mut ada = program(world, "ada");
    let all = ada.get(&format!("/api/v1/requirement-sets/{set}/standing")).json();
    let word = |it: &serde_json::Value, name: &str| it[name].as_str().unwrap_or_default().to_owned();
    all.as_array().unwrap().iter().map(|it| (word(it, "origin"), word(it, "stand"))).collect()
}

#[test]
fn what_holds_for_a_group_is_in_each_new_set_of_its_sites_with_its_source() {
    for world in World::on_each_engine() {
        let site = part_of(&world, "Meridian Dairies, Thirsk", Some(world.meridian), Level::Site);
        let (group_set, group) = standing(
            &world,
            world.meridian,
            &[("Site rules", "Work follows MD-HS-009."), ("Hygiene", "Wetted parts follow MD-QS-022.")],
        );
        let (site_set, _) = standing(&world, site.id, &[("Gate hours", "Deliveries come before 11:00.")]);
        let set = matter(&world, site.id);
        let mut held = statements(&world, &set);
        held.sort();
        let source = format!("Standing requirement of Meridian Dairies Ltd, revision 1 ({group_set})");
        assert_eq!(
            held,
            [
                (
                    "Deliveries come before 11:00.".to_owned(),
                    format!("Standing requirement of Meridian Dairies, Thirsk, revision 1 ({site_set})")
                ),
                ("Wetted parts follow MD-QS-022.".to_owned(), source.clone()),
                ("Work follows MD-HS-009.".to_owned(), source),
            ]
        );
        let led = world.ada().asks(|reader| {
            let origin = reader.mention_of(&group[0])?.id;
            reader.neighbours(origin, 10)
        });
        assert!(
            led.iter().any(|it| it.role == Tie::DerivesFrom && !it.is_target && it.kind == "REQ"),
            "one jump leads back"
        );
        assert_eq!(
            statements(&world, &matter(&world, world.meridian)).len(),
            2,
            "a group does not inherit from its site"
        );
        assert!(statements(&world, &matter(&world, world.hallander)).is_empty());
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/customers/{}", site.number)).text;
        assert!(
            page.contains("Site rules")
                && page.contains("Gate hours")
                && page.contains("Meridian Dairies Ltd")
        );
        let made = ada
            .post_json("/api/v1/requirement-sets", &json!({ "title": "By program", "party": site.number }));
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(statements(&world, made.json()["number"].as_str().unwrap()).len(), 3, "by program, too");
    }
}

#[test]
fn what_the_house_keeps_of_a_standing_requirement_comes_with_it_and_with_its_revisions() {
    for world in World::on_each_engine() {
        for (title, audience) in [("Plant mark", Audience::Party), ("Cost centre", Audience::Internal)] {
            let field = ExtraField { of_kind: "REQ".into(), audience, ..ExtraField::default() };
            world.sam().does(|work| work.define(title, &field)).unwrap();
        }
        let (house, all) = standing(&world, world.meridian, &[("Site rules", "Work follows MD-HS-009.")]);
        let say = |number: &str, key: &str, words: &str| {
            let given = [(key.to_owned(), json!(words))].into_iter().collect();
            let done = world.ada().does(|work| {
                let mut case = work.find::<Requirement>(number)?;
                work.fill(&mut case, &given)
            });
            done.unwrap();
        };
        let extra = |number: &str| {
            world.ada().asks(|reader| Ok(Json::Object(reader.find::<Requirement>(number)?.record.extra)))
        };
        let revised = |statement: &str, mark: &str| {
            let case = world.ada().does(|work| {
                let mut case = work.find::<RequirementSet>(&house)?;
                work.advance(&mut case, set::Step::Revise)?;
                let fields = vec![("statement".to_owned(), statement.to_owned())];
                requirements::edit(work, &Edit { number: all[0].clone(), fields, version: None })
            });
            case.unwrap();
            say(&all[0], "plant_mark", mark);
            world.ada().does(|work| requirements::release(work, &house, "they said so")).unwrap();
        };
        say(&all[0], "cost_centre", "4711");
        revised("Work follows MD-HS-010.", "East");
        let set = matter(&world, world.meridian);
        let here = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        let here = here.lines[0].number.clone();
        assert_eq!(extra(&here), json!({ "plant_mark": "East", "cost_centre": "4711" }));

        // What only colleagues read and somebody wrote here stays; what the customer reads follows the revision.
        say(&here, "cost_centre", "4799");
        revised("Work follows MD-HS-011.", "West");
        world.ada().does(|work| pull(work, &set, None)).unwrap();
        assert_eq!(extra(&here), json!({ "plant_mark": "West", "cost_centre": "4799" }));
        // Somebody wrote another mark here: a later revision does not overwrite it unasked.
        say(&here, "plant_mark", "North");
        revised("Work follows MD-HS-012.", "South");
        let done = world.ada().does(|work| pull(work, &set, None)).unwrap();
        assert!(done.renewed.is_empty(), "{done:?}");
        assert_eq!(extra(&here)["plant_mark"], "North");
    }
}

#[test]
fn a_site_departs_with_a_reason_and_everybody_sees_it() {
    for world in World::on_each_engine() {
        let site = part_of(&world, "Meridian Dairies, Thirsk", Some(world.meridian), Level::Site);
        let (group_set, group) = standing(
            &world,
            world.meridian,
            &[("Pallets", "Goods stand on Euro pallets."), ("Hygiene", "Wetted parts follow MD-QS-022.")],
        );
        let (own, lines) = standing(&world, site.id, &[("Crates", "Goods stand in crates of 20 kg.")]);
        let departure = Departure {
            origin: group[0].clone(),
            instead: Some(lines[0].clone()),
            reason: "There is no fork-lift.".into(),
        };
        let closed = world.ada().does(|work| depart(work, &own, &departure));
        assert!(refusal(closed).contains("Revise it to go on"), "a released set is opened first");
        world.ada().takes::<RequirementSet>(&own, set::Step::Revise).unwrap();
        let silent = Departure { reason: " ".into(), ..departure.clone() };
        assert!(refusal(world.ada().does(|work| depart(work, &own, &silent))).contains("Say why"));
        let foreign = Departure { origin: lines[0].clone(), ..departure.clone() };
        assert!(
            refusal(world.ada().does(|work| depart(work, &own, &foreign))).contains("organisation above")
        );
        assert!(world.amelia().does(|work| depart(work, &own, &departure)).is_err());
        let id = world.ada().does(|work| depart(work, &own, &departure)).unwrap();
        let number = |it: &(String, String)| it.0.clone();
        assert_eq!(
            statements(&world, &matter(&world, site.id))
                .iter()
                .map(number)
                .filter(|it| it.contains("Euro"))
                .count(),
            1,
            "not before it is released"
        );
        world.ada().does(|work| requirements::release(work, &own, "with the departure")).unwrap();
        let set = matter(&world, site.id);
        let mut held: Vec<String> = statements(&world, &set).iter().map(number).collect();
        held.sort();
        assert_eq!(held, ["Goods stand in crates of 20 kg.", "Wetted parts follow MD-QS-022."]);
        let mut ada = program(&world, "ada");
        for page in [
            format!("/customers/{}", site.number),
            format!("/requirement-sets/{set}/standing"),
            format!("/requirement-sets/{own}/standing"),
        ] {
            let shown = ada.get(&page).text;
            assert!(shown.contains("There is no fork-lift."), "{page}");
        }
        assert!(
            refusal(world.ada().does(|work| depart(work, &group_set, &departure)))
                .contains("Revise it to go on")
        );
        assert_eq!(
            program(&world, "carl").get(&format!("/requirement-sets/{own}/standing")).status,
            StatusCode::NOT_FOUND
        );
        world.ada().takes::<RequirementSet>(&own, set::Step::Revise).unwrap();
        world.ada().does(|work| follow_again(work, &own, id)).unwrap();
        assert!(
            stands(&world, &set).contains(&(group[0].clone(), "overridden".to_owned())),
            "as it was released"
        );
        world.ada().does(|work| requirements::release(work, &own, "follows again")).unwrap();
        assert!(stands(&world, &set).contains(&(group[0].clone(), "missing".to_owned())));
    }
}

#[test]
fn what_the_group_says_is_contradicted_by_a_copy_that_says_otherwise_until_the_site_departs() {
    let noise = |upper: &str| {
        vec![("statement".to_owned(), format!("The noise shall be at most {upper} dB(A)."))]
            .into_iter()
            .chain(
                [("characteristic", "noise"), ("upper", upper), ("unit", "dB(A)")]
                    .map(|(field, it)| (field.to_owned(), it.to_owned())),
            )
            .collect::<Vec<_>>()
    };
    let say = |world: &World, number: &str, upper: &str| {
        let edit = Edit { number: number.to_owned(), fields: noise(upper), version: None };
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
    };
    let reopened = |world: &World, set: &str| {
        world.ada().takes::<RequirementSet>(set, set::Step::Revise).unwrap();
    };
    for world in World::on_each_engine() {
        let site = part_of(&world, "Meridian Dairies, Thirsk", Some(world.meridian), Level::Site);
        let (group, lines) = standing(&world, world.meridian, &[("Noise", "The noise shall be low.")]);
        reopened(&world, &group);
        say(&world, &lines[0], "70");
        world.ada().does(|work| requirements::release(work, &group, "measured now")).unwrap();

        let set = matter(&world, site.id);
        let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        let copy = reading.lines[0].number.clone();
        let clashing = || {
            let found = world
                .ada()
                .asks(|reader| requirements::findings_of(reader, &reader.find::<RequirementSet>(&set)?));
            found.contradictions.into_iter().map(|it| (it.first.number, it.second.number)).collect::<Vec<_>>()
        };
        assert!(clashing().is_empty(), "what was taken over contradicts nothing");
        say(&world, &copy, "60");
        assert!(clashing().is_empty(), "who asks for less noise meets both");
        let edit = Edit {
            number: copy.clone(),
            fields: vec![("lower".to_owned(), "80".to_owned()), ("upper".to_owned(), String::new())],
            version: None,
        };
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        assert_eq!(clashing(), [(copy.clone(), lines[0].clone())]);
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(page.contains(&group), "the page leads to what the group says: {page}");
        // What the group works on is not said yet.
        reopened(&world, &group);
        say(&world, &lines[0], "90");
        assert_eq!(clashing().len(), 1);

        let (own, _) = standing(&world, site.id, &[("Crates", "Goods stand in crates of 20 kg.")]);
        reopened(&world, &own);
        let reason = "It stands in a plant room where nobody works.".to_owned();
        let departure = Departure { origin: lines[0].clone(), instead: None, reason };
        world.ada().does(|work| depart(work, &own, &departure)).unwrap();
        world.ada().does(|work| requirements::release(work, &own, "with the departure")).unwrap();
        assert!(clashing().is_empty(), "what does not hold there contradicts nothing");
    }
}

#[test]
fn the_section_of_what_was_taken_over_is_called_in_the_language_of_whoever_opens_the_set() {
    for world in World::on_each_engine() {
        standing(&world, world.meridian, &[("Noise", "The noise shall be low.")]);
        let german = || web::language::Language::new("de", jiff::tz::TimeZone::UTC);
        let set = german().with(|| matter(&world, world.meridian));
        standing(&world, world.meridian, &[("Pallets", "Goods stand on Euro pallets.")]);
        let new = stands(&world, &set).into_iter().find(|(_, stand)| stand == "missing").unwrap().0;
        world.ada().does(|work| pull(work, &set, Some(std::slice::from_ref(&new)))).unwrap();
        let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        let called: Vec<&str> = reading.sections.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(
            called.iter().filter(|it| **it == "Ständige Anforderungen").count(),
            1,
            "what comes later comes into the same section: {called:?}"
        );
        assert!(!called.contains(&"Standing requirements"), "{called:?}");
        assert_eq!(reading.lines.len(), 2);
    }
}

#[test]
fn a_later_revision_is_offered_and_words_changed_here_are_not_overwritten_unasked() {
    for world in World::on_each_engine() {
        let (group_set, group) = standing(
            &world,
            world.meridian,
            &[("Rules", "Work follows MD-HS-009."), ("Hygiene", "Wetted parts follow MD-QS-022.")],
        );
        let set = matter(&world, world.meridian);
        let here =
            world.ada().asks(|reader| Ok(requirements::read(reader, &set, requirements::At::Now)?.lines));
        let hygiene = here.iter().find(|it| it.title == "Hygiene").unwrap().number.clone();
        world
            .ada()
            .does(|work| {
                let fields = vec![(
                    "statement".to_owned(),
                    "Wetted parts follow MD-QS-022 but for line B.".to_owned(),
                )];
                requirements::edit(work, &Edit { number: hygiene.clone(), fields, version: None })
            })
            .unwrap();
        revise(&world, &group_set, &group[0], "Work follows MD-HS-010.");
        revise(&world, &group_set, &group[1], "Wetted parts follow MD-QS-023.");
        assert!(stands(&world, &set).iter().all(|(_, it)| it == "newer"), "{:?}", stands(&world, &set));
        let done = world.ada().does(|work| pull(work, &set, None)).unwrap();
        assert_eq!((done.renewed.len(), done.added.len()), (1, 0));
        let words: Vec<String> = statements(&world, &set).into_iter().map(|it| it.0).collect();
        assert!(words.contains(&"Work follows MD-HS-010.".to_owned()));
        assert!(
            words.contains(&"Wetted parts follow MD-QS-022 but for line B.".to_owned()),
            "what was changed here stays"
        );
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/requirement-sets/{set}/standing")).text;
        assert!(page.contains("changed in this set") && page.contains("replaces the words"));
        let picked = [("origin", group[1].as_str())];
        assert_eq!(
            ada.post_form(&format!("/requirement-sets/{set}/standing"), &picked).status,
            StatusCode::SEE_OTHER
        );
        assert!(stands(&world, &set).iter().all(|(_, it)| it == "current"));
        let none = ada.post_form(&format!("/requirement-sets/{set}/standing"), &picked);
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "what is current is not taken over again");
    }
}

#[test]
fn what_holds_no_longer_is_withdrawn_only_by_who_picks_it() {
    for world in World::on_each_engine() {
        let (group_set, group) = standing(
            &world,
            world.meridian,
            &[("Rules", "Work follows MD-HS-009."), ("Hygiene", "Parts are clean.")],
        );
        let set = matter(&world, world.meridian);
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&group_set)?;
                work.advance(&mut case, set::Step::Revise)?;
                requirements::withdraw(work, &group[0], "given up")?;
                requirements::release(work, &group_set, "given up")
            })
            .unwrap();
        assert!(stands(&world, &set).contains(&(group[0].clone(), "gone".to_owned())));
        world.ada().does(|work| pull(work, &set, None)).unwrap();
        assert_eq!(statements(&world, &set).len(), 2);
        let done = world.ada().does(|work| pull(work, &set, Some(&[group[0].clone()]))).unwrap();
        assert_eq!(done.withdrawn.len(), 1);
        assert_eq!(statements(&world, &set).len(), 1);
        world.ada().does(|work| requirements::release(work, &set, "done")).unwrap();
        let late = world.ada().does(|work| pull(work, &set, None));
        assert!(refusal(late).contains("Revise it to go on"));
    }
}

#[test]
fn a_standing_set_is_opened_for_somebody_and_stays_one() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let nobodys =
            ada.post_json("/api/v1/requirement-sets", &json!({ "title": "For all", "is_standing": true }));
        assert!(!nobodys.status.is_success() && nobodys.text.contains("Say for which"), "{}", nobodys.text);
        let form =
            [("title", "What always holds"), ("customer", &world.meridian.to_string()), ("standing", "on")];
        let gone = ada.post_form("/requirement-sets", &form);
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        let page = ada.get(gone.location()).text;
        assert!(page.contains("Always holds") && page.contains("each new set takes it over"));
        let number = gone.location().rsplit('/').next().unwrap().to_owned();
        let pulled = world.ada().does(|work| pull(work, &number, None));
        assert!(refusal(pulled).contains("takes over nothing itself"));
        let turned = ada.patch_json(
            &format!("/api/v1/requirement-sets/{number}"),
            Some("\"1\""),
            &json!({ "is_standing": false }),
        );
        assert!(turned.text.contains("said when it is opened"), "{}", turned.text);
    }
}
