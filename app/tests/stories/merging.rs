//! Two that are the same: proposed with a reason, taken for one with a preview, and parted again.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use customers::{
    Bond, Degree, Level, Likenesses, Merging, NewContact, Organisation, Outline, Proof, own_domain_of,
    party_of_address,
};
use kernel::{Error, ExtraField, Holds, New, Wanted};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::{Value as Json, json};

use crate::houses::part_of;
use crate::world::{World, program, refusal};

/// Meridian as the old system had it a second time, with a set, a person, an address and a site.
pub(crate) struct Double {
    number: String,
    id: i64,
    set: String,
    requirement: String,
    site: String,
}

pub(crate) fn double(world: &World) -> Double {
    let body = Organisation {
        street: "Wensley Rd Works".into(),
        town: "Northallerton".into(),
        country: "GB".into(),
        domains: vec!["meridian-dairies.example".into(), "meridian.example".into()],
        note: "From the old system".into(),
        ..Organisation::default()
    };
    let new = New { title: "Meridian Dairies Limited", ..New::default() };
    let made = world.ada().does(|work| customers::open(work, &new, &body)).unwrap();
    let contact = NewContact { name: "Tess Lowe", email: "tess@meridian.example", ..NewContact::default() };
    world.ada().does(|work| customers::add_contact(work, &made.number, &contact)).unwrap();
    world.ada().does(|work| customers::know(work, made.id, "stores@meridian.example", None)).unwrap();
    let (set, requirement) = world
        .ada()
        .does(|work| {
            let new = New { title: "Brine line", party: Some(made.id), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            let body =
                Requirement { statement: "Halfpenny brine is clear.".into(), ..Requirement::default() };
            let made =
                requirements::add(work, &set.number, &NewRequirement { body, ..NewRequirement::default() })?;
            Ok((set.number, made.number))
        })
        .unwrap();
    let site = part_of(world, "Meridian Dairies Limited, Bedale", Some(made.id), Level::Site).number;
    Double { number: made.number, id: made.id, set, requirement, site }
}

pub(crate) fn merging(double: &Double) -> Merging {
    Merging {
        survivor: "K-1001".into(),
        other: double.number.clone(),
        from_other: vec!["note".into()],
        seen: None,
    }
}

fn party(world: &World, number: &str) -> i64 {
    world.ada().asks(|reader| {
        let kind = reader.registry().of_number(number).unwrap();
        Ok(kind.find(reader, number)?.party.unwrap())
    })
}

#[test]
fn the_export_of_the_old_system_is_judged_as_people_would() {
    let text: String =
        include_bytes!("../../../demo/customers/customers.csv").iter().map(|it| char::from(*it)).collect();
    let rows: BTreeMap<String, Outline> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let field: Vec<String> = line.split(';').map(str::to_owned).collect();
            let outline = Outline {
                name: field.get(1)?.clone(),
                street: field.get(2)?.clone(),
                post_code: field.get(3)?.clone(),
                town: field.get(4)?.clone(),
                country: field.get(5)?.clone(),
                domains: own_domain_of(field.get(7)?).into_iter().collect(),
            };
            Some((field[0].clone(), outline))
        })
        .collect();
    let mut known = Likenesses::default();
    let numbers: Vec<&String> = rows.keys().filter(|it| it.starts_with("K-")).collect();
    for number in &numbers {
        known.add(rows[*number].clone());
    }
    assert_eq!(numbers.len(), 30);
    let found = |row: &str| {
        let all = known.of(&rows[row]);
        all.iter().map(|(place, it)| (numbers[*place].as_str(), it.degree, it.bond)).collect::<Vec<_>>()
    };
    assert_eq!(found("8004"), [("K-1001", Degree::Certain, Bond::Double)]);
    assert_eq!(found("8011"), [("K-1006", Degree::Certain, Bond::Double)]);
    assert_eq!(found("8017"), [("K-1008", Degree::Certain, Bond::Double)]);
    assert_eq!(found("8023"), [("K-1002", Degree::Likely, Bond::Double)]);
    assert_eq!(found("8029"), [("K-1014", Degree::Likely, Bond::Double)]);
    assert_eq!(found("8030"), [("K-1003", Degree::Likely, Bond::Site)]);
    assert_eq!(found("8031"), []);
    assert!(known.pairs().is_empty(), "the thirty are thirty: {:?}", known.pairs());
}

#[test]
fn a_double_is_proposed_with_its_reason_until_somebody_says_it_is_none() {
    for world in World::on_each_engine() {
        let double = double(&world);
        let mut ada = program(&world, "ada");
        assert!(ada.get("/customers").text.contains("may be the same"));
        let page = ada.get("/customers/doubles").text;
        assert!(page.contains("Meridian Dairies Limited") && page.contains("the same mail domain"));
        assert!(!page.contains("Compare and merge"), "Ada proposes, quality merges");
        let told = ada.get("/api/v1/customers/doubles").json();
        assert_eq!(told[0]["other"]["number"], json!(double.number));
        assert_eq!(told[0]["degree"], "certain");
        for outsider in ["carl", "eve"] {
            assert_eq!(program(&world, outsider).get("/customers/doubles").status, StatusCode::NOT_FOUND);
        }
        let apart = [("other", double.number.as_str()), ("reason", "A namesake")];
        assert_eq!(ada.post_form("/customers/K-1001/apart", &apart).status, StatusCode::SEE_OTHER);
        assert!(
            !ada.get("/customers/doubles")
                .text
                .contains("Meridian Dairies Limited</a> <span class=\"fine\">K-1001")
        );
        let left = ada.get("/api/v1/customers/doubles").json();
        assert!(
            left.as_array().unwrap().iter().all(|it| it["other"]["number"] != json!(double.number)),
            "{left}"
        );
    }
}

#[test]
fn whoever_adds_a_customer_who_is_there_is_asked_first() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let fields = [
            ("name", "Hallander Pharma"),
            ("street", "Rheinstrasse 210"),
            ("town", "Muttenz"),
            ("country", "CH"),
            ("is_customer", "on"),
            ("sent", "1"),
        ];
        let asked = ada.post_form("/customers", &fields);
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            asked.text.contains("Is it there already?")
                && asked.text.contains("K-1002")
                && asked.text.contains("the same street")
        );
        let count = |world: &World| world.ada().asks(|reader| reader.count("K", &Wanted::default(), 1000));
        let before = count(&world);
        let again: Vec<(&str, &str)> = fields.iter().copied().chain([("all_the_same", "on")]).collect();
        assert_eq!(ada.post_form("/customers", &again).status, StatusCode::SEE_OTHER);
        assert_eq!(count(&world), before + 1, "nothing was opened by the question");
        let told = ada.get("/api/v1/customers/alike?name=Hallander+Pharma&town=Muttenz").json();
        assert_eq!(told[0]["one"]["number"], "K-1002");
    }
}

#[test]
fn a_merge_is_looked_at_before_and_everything_goes_over_in_one_entry() {
    for world in World::on_each_engine() {
        let double = double(&world);
        let mut bob = program(&world, "bob");
        let chooser = bob.get(&format!("/customers/K-1001/merge?with={}", double.number)).text;
        for words in [
            "Merge Meridian Dairies Limited into Meridian Dairies Ltd",
            "Requirement sets",
            "Wensley Rd Works",
            "Sites and daughters",
        ] {
            assert!(chooser.contains(words), "{words}");
        }
        for short in ["ada", "amelia", "carl"] {
            assert!(
                world.person(short).does(|work| customers::merge(work, &merging(&double))).is_err(),
                "{short}"
            );
        }
        let newest = || world.sam().asks(|reader| Ok(reader.newest_deeds(i64::MAX, 1)?[0].entry));
        let before = newest();
        world.bob().does(|work| customers::merge(work, &merging(&double))).unwrap();
        assert_eq!(newest(), before + 1, "one deed, one entry");
        for number in [&double.set, &double.requirement] {
            assert_eq!(party(&world, number), world.meridian, "{number}");
        }
        let kept = world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.body));
        assert_eq!(kept.note, "From the old system");
        assert!(kept.domains.contains(&"meridian.example".to_owned()));
        let known = |email: &str| {
            world.ada().asks(|reader| party_of_address(reader, email)).map(|it| it.organisation)
        };
        for email in [
            "tess@meridian.example",
            "stores@meridian.example",
            "new@meridian-dairies.example",
            "new@meridian.example",
        ] {
            assert_eq!(known(email), Some(world.meridian), "{email}");
        }
        let mut ada = program(&world, "ada");
        let led = ada.get(&format!("/customers/{}", double.number));
        assert_eq!(led.location(), format!("/customers/K-1001?instead={}", double.number));
        let page = ada.get(led.location()).text;
        assert!(
            page.contains("was merged into this one")
                && page.contains("Tess Lowe")
                && page.contains("Bedale")
        );
        let itself = ada.get(&format!("/customers/{}?itself", double.number));
        assert_eq!(itself.status, StatusCode::OK);
        let late = world.ada().does(|work| customers::know(work, double.id, "late@x.example", None));
        assert!(refusal(late).contains("Change that one"));
        let again = world.bob().does(|work| customers::merge(work, &merging(&double)));
        assert!(refusal(again).contains("was merged into K-1001 already"));
        let wake = world.ada().does(|work| {
            let mut case = work.find::<Organisation>(&double.number)?;
            work.advance(&mut case, customers::OrganisationStep::Wake)
        });
        assert!(refusal(wake).contains("Undo the merge there"));
        let listed = ada.get("/customers/doubles").text;
        assert!(!listed.contains(&double.number), "what is merged is asked no more");
    }
}

#[test]
fn whoever_sees_the_one_sees_what_came_over_and_nobody_else_does() {
    for world in World::on_each_engine() {
        let double = double(&world);
        world.ada().does(|work| requirements::release(work, &double.set, "for them")).unwrap();
        world.ada().does(|work| requirements::offer(work, &double.set, 1)).unwrap();
        let finds =
            |short: &str| world.person(short).asks(|reader| reader.search("Halfpenny", None, 10)).len();
        assert_eq!((finds("carl"), finds("eve")), (0, 0));
        let merger = world.bob().does(|work| customers::merge(work, &merging(&double))).unwrap();
        assert!(finds("carl") > 0, "the words of the index went over");
        assert_eq!(finds("eve"), 0);
        assert_eq!(
            program(&world, "carl").get(&format!("/requirement-sets/{}", double.set)).status,
            StatusCode::OK
        );
        world.bob().does(|work| customers::part(work, "K-1001", merger)).unwrap();
        assert_eq!(finds("carl"), 0, "and back");
        assert_eq!(
            program(&world, "carl").get(&format!("/requirement-sets/{}", double.set)).status,
            StatusCode::NOT_FOUND
        );
    }
}

#[test]
fn parting_gives_back_exactly_what_went_over_unless_it_was_changed_since() {
    for world in World::on_each_engine() {
        let double = double(&world);
        let before = world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.body));
        let merger = world.bob().does(|work| customers::merge(work, &merging(&double))).unwrap();
        let later = world.offered_set();
        let hallander = world.hallander;
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Requirement>(&double.requirement)?;
                work.redirect(&mut case, |it| it.party = Some(hallander))
            })
            .unwrap();
        world
            .ada()
            .does(|work| {
                let version = work.find::<Organisation>("K-1001")?.record.version;
                customers::change_with(work, "K-1001", version, "Meridian Dairies Ltd", |it| {
                    it.note = "Written since".into();
                })
            })
            .unwrap();
        assert!(world.ada().does(|work| customers::part(work, "K-1001", merger)).is_err(), "quality parts");
        let left = world.bob().does(|work| customers::part(work, "K-1001", merger)).unwrap();
        assert_eq!(left.records, std::slice::from_ref(&double.requirement));
        assert_eq!((left.fields, left.others), (vec!["note".to_owned()], 0));
        assert_eq!(party(&world, &double.set), double.id);
        assert_eq!(party(&world, &later), world.meridian, "what came since stays");
        let now = world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.body));
        assert_eq!((now.note.as_str(), now.domains), ("Written since", before.domains));
        let site = world.ada().asks(|reader| Ok(reader.find::<Organisation>(&double.site)?.body.parent));
        assert_eq!(site, Some(double.id));
        let other = world.ada().asks(|reader| Ok(reader.find::<Organisation>(&double.number)?.record.state));
        assert_eq!(other, customers::OrganisationState::Active);
        let twice = world.bob().does(|work| customers::part(work, "K-1001", merger));
        assert!(matches!(twice, Err(Error::NotFound)));
    }
}

#[test]
fn a_merge_by_form_names_what_stayed_and_refuses_a_stale_look() {
    for world in World::on_each_engine() {
        let double = double(&world);
        let mut bob = program(&world, "bob");
        let versions = |world: &World| {
            let version = |number: &str| {
                world.ada().asks(|reader| Ok(reader.find::<Organisation>(number)?.record.version)).to_string()
            };
            (version("K-1001"), version(&double.number))
        };
        let (one, other) = versions(&world);
        let old = [("with", double.number.as_str()), ("version", "0"), ("other_version", other.as_str())];
        assert_eq!(bob.post_form("/customers/K-1001/merge", &old).status, StatusCode::PRECONDITION_FAILED);
        let fields = [
            ("with", double.number.as_str()),
            ("version", one.as_str()),
            ("other_version", other.as_str()),
            ("street", "other"),
            ("reason", "The same firm"),
        ];
        let gone = bob.post_form("/customers/K-1001/merge", &fields);
        assert_eq!(gone.location(), format!("/customers/K-1001?instead={}", double.number));
        let merger = world.ada().asks(|reader| Ok(reader.mergers(world.meridian)?[0].id));
        let back = bob.post_form(&format!("/customers/K-1001/mergers/{merger}/undo"), &[]);
        let page = bob.get(back.location()).text;
        assert!(page.contains("Everything went back"), "{}", back.location());
        let mut ada = program(&world, "ada");
        assert_eq!(
            ada.get(&format!("/customers/{}", double.number)).status,
            StatusCode::OK,
            "it stands for itself again"
        );
    }
}

#[test]
fn what_the_house_keeps_of_both_is_chosen_goes_over_and_comes_back() {
    for world in World::on_each_engine() {
        for (title, holds) in [("Cost centre", Holds::Text), ("Looked after by", Holds::Person)] {
            let field = ExtraField { of_kind: "K".into(), holds, ..ExtraField::default() };
            world.sam().does(|work| work.define(title, &field)).unwrap();
        }
        let double = double(&world);
        let ada = world.ada().actor.person;
        let say = |number: &str, key: &str, value: Json| {
            let given = [(key.to_owned(), value)].into_iter().collect();
            let done = world.ada().does(|work| {
                let mut case = work.find::<Organisation>(number)?;
                work.fill(&mut case, &given)
            });
            done.unwrap();
        };
        let extra = |number: &str| {
            world.ada().asks(|reader| Ok(Json::Object(reader.find::<Organisation>(number)?.record.extra)))
        };
        say("K-1001", "cost_centre", json!("4711"));
        say(&double.number, "cost_centre", json!("4799"));
        say(&double.number, "looked_after_by", json!(ada));
        let theirs = extra(&double.number);

        // The chooser names both, a person by name, and proposes what only the other says.
        let mut bob = program(&world, "bob");
        let to = format!("/customers/K-1001/merge?with={}", double.number);
        let page = bob.get(&to).text;
        for words in ["Cost centre", "4711", "4799", "Looked after by", "Ada Lindqvist"] {
            assert!(page.contains(words), "{words}");
        }
        let seen = bob.get(&format!("/api/v1{to}")).json();
        assert_eq!(seen["fields"]["extra.cost_centre"], json!(["4711", "4799"]));
        assert_eq!(seen["fields"]["extra.looked_after_by"], json!([null, ada]));

        let from_other = vec!["extra.cost_centre".into(), "extra.looked_after_by".into()];
        let merging = Merging { from_other, ..merging(&double) };
        let merger = world.bob().does(|work| customers::merge(work, &merging)).unwrap();
        assert_eq!(extra("K-1001"), theirs, "what was chosen went over");
        assert_eq!(extra(&double.number), theirs, "the other says what it said");
        say("K-1001", "looked_after_by", json!(null));
        let left = world.bob().does(|work| customers::part(work, "K-1001", merger)).unwrap();
        assert_eq!(left.fields, ["extra.looked_after_by"], "what was written since stays");
        assert_eq!(extra("K-1001"), json!({ "cost_centre": "4711" }));
        assert_eq!(extra(&double.number), theirs);
    }
}

#[test]
fn what_somebody_made_sure_of_goes_over_with_the_address_and_comes_back() {
    for world in World::on_each_engine() {
        let double = double(&world);
        let stores = "stores@meridian.example";
        let sure = |number: &str, address: &str| {
            world.ada().does(|work| customers::verify(work, number, address, Proof::CalledBack)).unwrap()
        };
        sure(&double.number, stores);
        let known = |party: i64| {
            let all = world.ada().asks(|reader| customers::checks(reader, party));
            all.into_iter().map(|it| it.address).collect::<Vec<_>>()
        };
        let merger = world.bob().does(|work| customers::merge(work, &merging(&double))).unwrap();
        assert_eq!(known(world.meridian), [stores], "nobody has to make sure of it again");
        assert!(known(double.id).is_empty());
        let left = world.bob().does(|work| customers::part(work, "K-1001", merger)).unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!((known(double.id), known(world.meridian)), (vec![stores.to_owned()], vec![]));
    }
}

#[test]
fn a_house_is_not_merged_below_itself() {
    for world in World::on_each_engine() {
        let site = part_of(&world, "Meridian Dairies, Thirsk", Some(world.meridian), Level::Site).number;
        let it = |survivor: &str, other: &str| Merging {
            survivor: survivor.into(),
            other: other.into(),
            ..Merging::default()
        };
        let told = world.bob().does(|work| customers::merge(work, &it(&site, "K-1001")));
        assert!(refusal(told).contains("the other way round"));
        let same = world.bob().does(|work| customers::merge(work, &it("K-1001", "K-1001")));
        assert!(refusal(same).contains("another record than this one"));
        world.bob().does(|work| customers::merge(work, &it("K-1001", &site))).unwrap();
    }
}

#[test]
fn two_people_who_are_one_are_taken_for_one_and_parted() {
    for world in World::on_each_engine() {
        let twin = NewContact {
            name: "C. Whitfield",
            email: "c.whitfield@meridian-dairies.example",
            phone: "07700 900 417",
            ..NewContact::default()
        };
        let twin = world.ada().does(|work| customers::add_contact(work, "K-1001", &twin)).unwrap();
        let (carl, number) = world.ada().asks(|reader| {
            let (id, number, _) =
                identity::person_with_email(reader, "carl.whitfield@meridian-dairies.example")?.unwrap();
            Ok((id, number))
        });
        let it = Merging {
            survivor: number.clone(),
            other: twin.number.clone(),
            from_other: vec!["phone".into()],
            seen: None,
        };
        assert!(world.ada().does(|work| customers::merge_people(work, &it)).is_err());
        let merger = world.bob().does(|work| customers::merge_people(work, &it)).unwrap();
        let known =
            |email: &str| world.ada().asks(|reader| party_of_address(reader, email)).and_then(|it| it.person);
        assert_eq!(known("c.whitfield@meridian-dairies.example"), Some(carl));
        let mut ada = program(&world, "ada");
        assert_eq!(
            ada.get(&format!("/people/{}", twin.number)).location(),
            format!("/people/{number}?instead={}", twin.number)
        );
        let phone = world.ada().asks(|reader| Ok(reader.find::<identity::Person>(&number)?.body.phone));
        assert_eq!(phone, "07700 900 417");
        let left = world.bob().does(|work| customers::part_people(work, &number, merger)).unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(known("c.whitfield@meridian-dairies.example"), Some(twin.id));
        let eve = world.eve().actor.person;
        let eve = world.ada().asks(|reader| Ok(reader.mention(eve)?.unwrap().number));
        let foreign = Merging { other: eve, ..it.clone() };
        assert!(
            refusal(world.bob().does(|work| customers::merge_people(work, &foreign)))
                .contains("within one organisation")
        );
    }
}

#[test]
fn a_merge_is_done_and_undone_by_program() {
    for world in World::on_each_engine() {
        let double = double(&world);
        let mut bob = program(&world, "bob");
        let seen = bob.get(&format!("/api/v1/customers/K-1001/merge?with={}", double.number)).json();
        assert_eq!(seen["records"]["RS"], 1);
        assert_eq!(seen["fields"]["street"][1], "Wensley Rd Works");
        let sent = json!({ "with": double.number, "from_other": ["street"], "reason": "The same firm" });
        let done = bob.post_json("/api/v1/customers/K-1001/merge", &sent);
        assert!(done.status.is_success(), "{}", done.text);
        let merger = done.json()["id"].as_i64().unwrap();
        let listed = bob.get("/api/v1/customers/K-1001/mergers").json();
        assert_eq!((&listed[0]["number"], &listed[0]["undone"]), (&json!(double.number), &json!(false)));
        let wrong = bob
            .post_json("/api/v1/customers/K-1001/merge", &json!({ "with": "K-1002", "from_other": ["hat"] }));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let left =
            bob.post_json(&format!("/api/v1/customers/K-1001/mergers/{merger}/undo"), &json!({})).json();
        assert_eq!(left, json!({ "records": [], "fields": [], "others": 0 }));
        let eve =
            program(&world, "eve").get(&format!("/api/v1/customers/K-1001/merge?with={}", double.number));
        assert_eq!(eve.status, StatusCode::NOT_FOUND);
    }
}
