//! Rights at the door and of whoever runs the house, asked where nothing behind them would refuse in the same words.

use axum::http::{Method, StatusCode};
use identity::Person;
use kernel::{Actor, Audience, ExtraField, JobState, Role, Shared, Tie, View};
use serde_json::json;
use web::paper::Letterhead;

use crate::changes::agreed_set;
use crate::door::{PASSWORD, knock, person_of, signed_in, with_factor};
use crate::live::{A_WHILE, Node, SOON, listens};
use crate::world::{World, client, monday, program, refusal};

const NO_TOKEN: &str = "A token cannot do this. Sign in on the page and do it there.";
const ONLY_READS: &str = "You may read everything and change nothing. Ask the owner.";
const NO_ADMINISTRATOR: &str = "Only the role “Administrator” may do this.";
const OTHER: &str = "nine loud herons";

/// The newest entry of the log: where it is the same, nothing was done.
fn newest(world: &World) -> i64 {
    world.sam().asks(|reader| reader.newest_deeds(i64::MAX, 1)).first().unwrap().entry
}

fn has_factor(world: &World, short: &str) -> bool {
    let person = world.person(short).actor.person;
    world.db.read(&Actor::system(), |reader| identity::has_factor(reader, person)).unwrap()
}

#[test]
fn what_guards_the_door_is_changed_by_no_program_that_comes_with_a_token_not_even_of_whoever_may() {
    for world in World::on_each_engine() {
        let (mut sam, mut ada) = (signed_in(&world, "sam"), signed_in(&world, "ada"));
        with_factor(&mut sam);
        with_factor(&mut ada);
        let (_, number, _) = person_of(&world, "ada");
        let mut token = program(&world, "sam");
        assert_eq!(token.get("/api/v1/access").status, StatusCode::OK, "it may ask");
        let keys = || {
            world.sam().asks(|reader| {
                let sessions: Vec<i64> = identity::my_sessions(reader)?.iter().map(|it| it.id).collect();
                let tokens: Vec<i64> = identity::my_tokens(reader)?.iter().map(|it| it.id).collect();
                Ok((sessions, tokens))
            })
        };
        let stands = || (keys(), newest(&world), has_factor(&world, "sam"), has_factor(&world, "ada"));
        let before = stands();
        let (session, own_token) = (before.0.0[0], before.0.1[0]);
        let forms: [(String, &[(&str, &str)]); 13] = [
            ("/access".into(), &[("history_days", "30"), ("staff_need_factor", "on")]),
            (format!("/people/{number}/link"), &[]),
            (format!("/people/{number}/factor/reset"), &[]),
            (format!("/people/{number}/password"), &[("password", OTHER)]),
            ("/me/password".into(), &[("old_password", PASSWORD), ("new_password", OTHER)]),
            ("/me/sessions/end".into(), &[]),
            (format!("/me/sessions/{session}/end"), &[]),
            ("/me/tokens".into(), &[("name", "Another"), ("scope", "write"), ("days", "30")]),
            (format!("/me/tokens/{own_token}/end"), &[]),
            ("/me/factor/begin".into(), &[]),
            ("/me/factor".into(), &[("code", "000000")]),
            ("/me/factor/codes".into(), &[("factor_password", PASSWORD)]),
            ("/me/factor/end".into(), &[("factor_password", PASSWORD)]),
        ];
        for (address, fields) in &forms {
            let refused = token.post_form(address, fields);
            assert!(
                refused.status == StatusCode::CONFLICT && refused.text.contains(NO_TOKEN),
                "{address}: {} {}",
                refused.status,
                refused.text
            );
            assert_eq!(stands(), before, "{address}");
        }
        let key = token.get("/me/factor");
        assert!(key.status == StatusCode::CONFLICT && key.text.contains(NO_TOKEN), "{}", key.text);
        let calls = [
            ("me/password".to_owned(), json!({ "old_password": PASSWORD, "new_password": OTHER })),
            (format!("me/sessions/{session}/end"), json!({})),
            ("me/tokens".to_owned(), json!({ "name": "Another", "days": 30 })),
            (format!("me/tokens/{own_token}/end"), json!({})),
            ("me/factor/begin".to_owned(), json!({})),
            ("me/factor".to_owned(), json!({ "code": "000000" })),
            ("me/factor/codes".to_owned(), json!({ "password": PASSWORD })),
            ("me/factor/end".to_owned(), json!({ "password": PASSWORD })),
            (format!("people/{number}/link"), json!({})),
            (format!("people/{number}/factor/reset"), json!({})),
            (format!("people/{number}/password"), json!({ "password": OTHER })),
        ];
        for (address, sent) in &calls {
            let refused = token.post_json(&format!("/api/v1/{address}"), sent);
            assert!(
                refused.status == StatusCode::CONFLICT && refused.text.contains(NO_TOKEN),
                "{address}: {} {}",
                refused.status,
                refused.text
            );
            assert_eq!(stands(), before, "{address}");
        }
        let rules = json!({ "staff_need_factor": true, "history_days": 30 });
        let refused = token.patch_json("/api/v1/access", Some("*"), &rules);
        assert!(
            refused.status == StatusCode::CONFLICT && refused.text.contains(NO_TOKEN),
            "{}",
            refused.text
        );
        assert_eq!(stands(), before);
        // Signed in, he does it.
        let kept = sam.patch_json("/api/v1/access", Some("*"), &rules);
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
    }
}

#[test]
fn whoever_does_not_run_the_house_is_told_so_before_anything_that_they_typed_is_looked_at() {
    for world in World::on_each_engine() {
        let (_, number, _) = person_of(&world, "ada");
        let look = Letterhead { accent: "yellow".into(), ..Letterhead::default() };
        let house = || {
            world.sam().asks(|reader| Ok((identity::company(reader)?, identity::functions(reader)?.len())))
        };
        let told = |(company, functions): (identity::Company, usize)| (company.name, company.zone, functions);
        let first = told(house());
        for (who, sentence) in [("bob", NO_ADMINISTRATOR), ("amelia", ONLY_READS), ("carl", NO_ADMINISTRATOR)]
        {
            let mut browser = signed_in(&world, who);
            let before = newest(&world);
            let person = world.person(who);
            let deeds = [
                refusal(person.does(|work| identity::set_entry_rules(work, true, 0))),
                refusal(person.does(|work| web::paper::keep_letterhead(work, &look, &[]))),
                refusal(person.does(|work| web::paper::keep_logo(work, b"GIF89a"))),
            ];
            for (no, it) in deeds.iter().enumerate() {
                assert_eq!(it, sentence, "{who}, deed {no}");
            }
            // No function is named here: there is nothing that would be refused one by one.
            let forms: [(&str, &[(&str, &str)]); 3] = [
                ("/company", &[("name", ""), ("zone", "Nowhere")]),
                ("/setup/company", &[("name", ""), ("zone", "Nowhere")]),
                ("/setup/functions", &[("sent", "1")]),
            ];
            for (address, fields) in forms {
                let refused = browser.post_form(address, fields);
                assert_eq!(refused.status, StatusCode::CONFLICT, "{who} at {address}: {}", refused.text);
            }
            // Carl is not even told that there is such a person.
            if who != "carl" {
                let page = browser.post_form(&format!("/people/{number}/password"), &[("password", "short")]);
                assert_eq!(page.status, StatusCode::CONFLICT, "{who}: {}", page.text);
                let sent = json!({ "password": "short" });
                let told = browser.post_json(&format!("/api/v1/people/{number}/password"), &sent);
                assert!(
                    told.status == StatusCode::CONFLICT && told.text.contains(sentence),
                    "{who}: {}",
                    told.text
                );
            }
            assert_eq!(newest(&world), before, "{who} changed nothing");
        }
        assert_eq!(told(house()), first);
    }
}

#[test]
fn a_link_to_a_password_is_told_again_to_nobody_who_administers_no_more() {
    for world in World::on_each_engine() {
        let (_, number, _) = person_of(&world, "ada");
        let (_, bobs, email) = person_of(&world, "bob");
        let roles = world.bob().actor.roles().to_vec();
        let both: Vec<Role> = roles.iter().copied().chain([Role::Administrator]).collect();
        world.sam().does(|work| identity::set_roles(work, &bobs, &both)).unwrap();
        let mut bob = signed_in(&world, "bob");
        let address = format!("/api/v1/people/{number}/link");
        let first = bob.send_json(Method::POST, &address, &[("idempotency-key", "one")], &json!({}));
        assert_eq!(first.status, StatusCode::OK, "{}", first.text);
        let link = first.json()["link"].as_str().unwrap().to_owned();
        let again = bob.send_json(Method::POST, &address, &[("idempotency-key", "one")], &json!({}));
        assert_eq!(again.json()["link"], link.as_str(), "{}", again.text);
        world.sam().does(|work| identity::set_roles(work, &bobs, &roles)).unwrap();
        let mut bob = client(&world.db);
        assert_eq!(knock(&mut bob, &email, PASSWORD).location(), "/me");
        let before = newest(&world);
        let refused = bob.send_json(Method::POST, &address, &[("idempotency-key", "one")], &json!({}));
        assert!(
            refused.status == StatusCode::CONFLICT && refused.text.contains(NO_ADMINISTRATOR),
            "{} {}",
            refused.status,
            refused.text
        );
        assert!(!refused.text.contains("/password/"), "{}", refused.text);
        assert_eq!(newest(&world), before);
    }
}

#[test]
fn of_customers_no_second_factor_is_demanded_and_their_programs_are_told_so() {
    for world in World::on_each_engine() {
        world.sam().does(|work| identity::set_entry_rules(work, true, 90)).unwrap();
        for (who, is_demanded) in [("bob", true), ("amelia", true), ("carl", false), ("eve", false)] {
            let told = program(&world, who).get("/api/v1/me/factor");
            assert_eq!(told.json()["is_demanded"], json!(is_demanded), "{who}: {}", told.text);
        }
    }
}

#[test]
fn words_of_somebody_outside_mean_no_colleague_also_where_they_are_exactly_number_and_name() {
    for world in World::on_each_engine() {
        let person = world.carl().actor.person;
        let (number, words) = world.carl().asks(|reader| {
            let own = reader.find_by_id::<Person>(person)?.record;
            Ok((own.number.clone(), format!("{} {}", own.number, own.title)))
        });
        let mut carl = program(&world, "carl");
        assert_eq!(carl.get(&format!("/people/{number}")).status, StatusCode::OK, "he sees himself");
        let before = newest(&world);
        let address = format!("/people/{number}/absences");
        let days = [("since", "2026-03-02"), ("until", "2026-03-20"), ("in_words", "deputy:colleagues")];
        let nobody = carl.post_form(&address, &[&days[..], &[("deputy", "")]].concat());
        assert_eq!(nobody.status, StatusCode::CONFLICT, "it is no place of his: {}", nobody.text);
        let named = carl.post_form(&address, &[&days[..], &[("deputy", words.as_str())]].concat());
        assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody is meant: {}", named.text);
        assert_eq!(newest(&world), before);
    }
}

#[test]
fn a_form_that_is_refused_to_whoever_does_not_run_the_house_is_not_shown_to_them_again() {
    for world in World::on_each_engine() {
        let mut sam = program(&world, "sam");
        let look = json!({ "lines": ["Dosing Lane 1"] });
        let kept = sam.patch_json("/api/v1/letterhead", Some("*"), &look);
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        let again = sam.post_form("/letterhead", &[("accent", "yellow")]);
        assert!(again.text.contains(r#"name="accent""#), "he is: {}", again.text);
        let again = sam.post_form("/heads", &[("addresses", "the auditor")]);
        assert!(again.text.contains(r#"name="addresses""#), "he is: {}", again.text);
        for who in ["bob", "amelia", "carl", "eve"] {
            let mut other = program(&world, who);
            other.get("/me");
            let before = newest(&world);
            let picture: &[u8] = b"\x89PNG\r\n\x1a\n";
            let refused = [
                other.post_form("/heads", &[]),
                other.post_form("/letterhead", &[]),
                other.post_form("/letterhead/logo", &[]),
                other.post_files("/letterhead/logo", &[], &[("logo.png", picture)]),
            ];
            for (no, it) in refused.iter().enumerate() {
                assert_eq!(it.status, StatusCode::CONFLICT, "{who}, {no}: {}", it.text);
                for part in [r#"name="accent""#, r#"name="addresses""#, "Dosing Lane 1"] {
                    assert!(!it.text.contains(part), "{who}, {no}: {}", it.text);
                }
            }
            assert_eq!(newest(&world), before, "{who}");
        }
    }
}

#[test]
fn a_job_that_failed_is_offered_to_be_tried_again_to_administrators_alone() {
    for world in World::on_each_engine() {
        // Nothing ends by this: it does not say what.
        let asked =
            world.db.write(&Actor::system(), |work| work.later("changes.end", &json!({}), monday(), None));
        asked.unwrap();
        while world.db.run_job().unwrap() {}
        let failed = world.sam().asks(|reader| {
            let all = reader.jobs(Some(JobState::Waiting), None, 100)?;
            Ok(all.into_iter().find(|it| it.name == "changes.end").unwrap())
        });
        assert!(!failed.fault.is_empty());
        let button = format!("/jobs/{}/try-again", failed.id);
        for (who, is_offered) in [("sam", true), ("bob", false), ("amelia", false)] {
            let page = program(&world, who).get("/jobs").text;
            assert!(page.contains("changes.end"), "{who} reads of it: {page}");
            assert_eq!(page.contains(&button), is_offered, "{who}: {page}");
        }
        let refused = program(&world, "bob").post_form(&button, &[]);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    }
}

#[test]
fn a_view_of_the_house_is_offered_to_be_changed_to_whoever_made_it_and_to_administrators() {
    for world in World::on_each_engine() {
        world.offered_set();
        let view = View { kind: "RS".into(), name: "Ours".into(), shared: Shared::House, ..View::default() };
        let id = world.db.keep_view(&world.ada().actor, &view).unwrap();
        for (who, is_offered) in [("ada", true), ("sam", true), ("bob", false), ("amelia", false)] {
            let page = program(&world, who).get(&format!("/requirement-sets?view={id}"));
            assert!(page.text.contains("Ours"), "{who}: {}", page.text);
            let at = format!("/lists/requirement-sets/views/{id}/remove");
            assert_eq!(page.text.contains(&at), is_offered, "{who}: {}", page.text);
        }
    }
}

#[test]
fn somebody_outside_reads_what_is_for_them_without_the_ways_to_change_it_or_to_all_of_its_links() {
    for world in World::on_each_engine() {
        let field = ExtraField { of_kind: "REQ".into(), audience: Audience::Party, ..ExtraField::default() };
        world.sam().does(|work| work.define("Drawing", &field)).unwrap();
        let lines = ["Seals EPDM.", "Line 1.", "Line 2.", "Line 3.", "Line 4.", "Line 5."];
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &lines);
        let tied = world.ada().does(|work| {
            let target = work.mention_of(&reqs[0])?;
            for number in &reqs[1..] {
                let source = work.mention_of(number)?;
                work.link_by_hand(&source, Tie::Satisfies, &target)?;
            }
            Ok(())
        });
        tied.unwrap();
        let at = format!("/requirements/{}", reqs[0]);
        let (links, extra) = (format!(r#"href="{at}/links""#), format!("{at}/extra"));
        for (who, is_ours) in [("ada", true), ("carl", false)] {
            let page = program(&world, who).get(&at);
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text);
            assert!(page.text.contains("Drawing"), "{who} reads the field: {}", page.text);
            assert!(page.text.contains("1 more: "), "{who} reads that there are more: {}", page.text);
            assert_eq!(page.text.contains(&links), is_ours, "{who}: {}", page.text);
            assert_eq!(page.text.contains(&extra), is_ours, "{who}: {}", page.text);
        }
    }
}

#[test]
fn nobody_outside_hears_who_of_us_looks_at_what_they_look_at() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let node = Node::of(&world.db);
        let (mut ada, mut carl) = (node.window(&world, "ada"), node.window(&world, "carl"));
        let address = listens(&number);
        let mut ours = ada.listen(&address, &[]);
        assert!(ours.hears("here", SOON).is_some(), "one of us is told at once who else is there");
        let mut theirs = carl.listen(&address, &[]);
        assert_eq!(theirs.status, StatusCode::OK);
        assert!(theirs.hears("here", A_WHILE).is_none());
    }
}
