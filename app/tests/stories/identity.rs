//! Who comes in, what they may do, and how a house is set up from nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use identity::{Cost, NewToken, Person, Scope};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Address, Clock, Db, Error, Role, Secrets};
use serde_json::json;
use web::testing::{Came, Client};

use crate::endings::{press, state};
use crate::world::{World, client, monday, program, refusal};

const PASSWORD: &str = "seven quiet otters";

fn email_of(world: &World, short: &str) -> String {
    let person = world.person(short).actor.person;
    world.sam().asks(|reader| Ok(reader.find_by_id::<Person>(person)?.body.email))
}

fn number_of(world: &World, short: &str) -> String {
    let person = world.person(short).actor.person;
    world.sam().asks(|reader| Ok(reader.find_by_id::<Person>(person)?.record.number))
}

fn with_password(world: &World, short: &str) -> String {
    let hashed = identity::hash_at(Cost::LIGHT, PASSWORD).unwrap();
    let person = world.person(short).actor.person;
    world.sam().does(|work| identity::keep_password(work, person, &hashed)).unwrap();
    email_of(world, short)
}

fn sign_in(client: &mut Client, email: &str, password: &str) -> Came {
    client.post_form("/sign-in", &[("email", email), ("password", password), ("to", "/me")])
}

fn signed_in(world: &World, short: &str) -> Client {
    let email = with_password(world, short);
    let mut client = client(&world.db);
    assert_eq!(sign_in(&mut client, &email, PASSWORD).location(), "/me");
    client
}

fn token_of(world: &World, short: &str, scope: Scope) -> String {
    let secret = identity::token_secret().unwrap();
    let wanted = NewToken { name: "Nightly export", scope, days: 30 };
    world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    secret
}

fn is_out(client: &mut Client) -> bool {
    let came = client.get("/me");
    came.status == StatusCode::SEE_OTHER && came.location().starts_with("/sign-in")
}

/// The same house at a later hour.
fn later(world: &World, by: SignedDuration) -> Arc<Db> {
    open(world.address.clone(), monday() + by)
}

fn open(address: Address, now: Timestamp) -> Arc<Db> {
    let clock: Clock = Arc::new(move || now);
    let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    app::wiring::open(address, testbed::folder(), clock, secrets).unwrap()
}

#[test]
fn whoever_guesses_five_times_has_to_wait_and_nobody_else() {
    for world in World::on_each_engine() {
        let (ada, bob) = (with_password(&world, "ada"), with_password(&world, "bob"));
        let mut browser = client(&world.db);
        for _ in 0..5 {
            assert_eq!(sign_in(&mut browser, &ada, "wrong").status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let waits = sign_in(&mut browser, &ada, PASSWORD);
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "the right one is not looked at any more");
        assert!(waits.text.contains("Wait 15 minutes") && waits.header("set-cookie").is_none());
        assert_eq!(sign_in(&mut browser, &bob, PASSWORD).status, StatusCode::SEE_OTHER);
        let later = later(&world, SignedDuration::from_mins(16));
        assert_eq!(sign_in(&mut client(&later), &ada, PASSWORD).location(), "/me");
    }
}

#[test]
fn the_door_does_not_tell_who_has_an_account() {
    for world in World::on_each_engine() {
        let ada = with_password(&world, "ada");
        let said = |email: &str| {
            let page = sign_in(&mut client(&world.db), email, "wrong").text.replace(email, "");
            // Each form carries a word of its own, good for one deed.
            let (before, after) = page.split_once("name=\"once\" value=\"").unwrap();
            format!("{before}{}", after.split_once('"').unwrap().1)
        };
        assert_eq!(said(&ada), said("nobody@kestrel-dosing.example"));
        assert!(said(&ada).contains("do not match"));
    }
}

#[test]
fn a_session_that_was_ended_opens_nothing() {
    for world in World::on_each_engine() {
        let (mut here, mut there) = (signed_in(&world, "ada"), client(&world.db));
        sign_in(&mut there, &email_of(&world, "ada"), PASSWORD);
        assert!(there.get("/me").text.contains("Ada Lindqvist"));
        assert_eq!(here.post_form("/me/sessions/end", &[]).status, StatusCode::SEE_OTHER);
        assert!(is_out(&mut there) && !is_out(&mut here));
        here.post_form("/sign-out", &[]);
        assert!(is_out(&mut here));
    }
}

#[test]
fn nobody_ends_the_session_of_somebody_else() {
    for world in World::on_each_engine() {
        let mut ada = signed_in(&world, "ada");
        let session = world.ada().asks(|reader| Ok(identity::my_sessions(reader)?[0].id));
        let outcome = world.bob().does(|work| identity::revoke_session(work, session));
        assert!(matches!(outcome, Err(Error::NotFound)) && !is_out(&mut ada));
    }
}

#[test]
fn a_session_ends_when_it_was_not_used_for_long() {
    for world in World::on_each_engine() {
        let ada = signed_in(&world, "ada");
        let secret = ada.cookie("reqord").unwrap().to_owned();
        let at =
            |hours| client(&later(&world, SignedDuration::from_hours(hours))).with_cookie("reqord", &secret);
        assert!(!is_out(&mut at(71)));
        assert!(is_out(&mut at(71 + 73)), "three days after it was used last");
    }
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    for world in World::on_each_engine() {
        let (mut here, mut there) = (signed_in(&world, "ada"), client(&world.db));
        sign_in(&mut there, &email_of(&world, "ada"), PASSWORD);
        let change =
            |old: &str, new: &str| [("old_password", old.to_owned()), ("new_password", new.to_owned())];
        let mut post = |old: &str, new: &str| {
            let fields = change(old, new);
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            here.post_form("/me/password", &fields)
        };
        assert!(post("wrong", "nine loud herons").text.contains("not your present password"));
        assert!(post(PASSWORD, "short").text.contains("at least 12 characters"));
        assert!(post(PASSWORD, "Ada Lindqvist").text.contains("your name"));
        assert_eq!(post(PASSWORD, "nine loud herons").location(), "/me");
        assert!(is_out(&mut there) && !is_out(&mut here));
        let mut anew = client(&world.db);
        assert_eq!(sign_in(&mut anew, &email_of(&world, "ada"), "nine loud herons").location(), "/me");
    }
}

#[test]
fn a_token_for_reading_changes_nothing_not_even_what_is_own() {
    for world in World::on_each_engine() {
        let mut reads = client(&world.db).with_bearer(&token_of(&world, "ada", Scope::Read));
        assert_eq!(reads.get("/api/v1/me").json()["name"], "Ada Lindqvist");
        let refused = [
            reads.patch_json("/api/v1/me", Some("*"), &json!({ "language": "de" })),
            reads.post_json("/api/v1/customers", &json!({ "title": "Slipped in" })),
            reads.post_json("/api/v1/me/tokens", &json!({ "name": "more", "scope": "write", "days": 1 })),
        ];
        assert!(refused.iter().all(|it| it.status == StatusCode::CONFLICT), "{refused:?}");
        let mut writes = client(&world.db).with_bearer(&token_of(&world, "ada", Scope::Write));
        let seen = writes.get("/api/v1/me").header("etag").unwrap().to_owned();
        let kept = writes.patch_json("/api/v1/me", Some(&seen), &json!({ "language": "de" }));
        assert_eq!((kept.status, kept.json()["language"].as_str()), (StatusCode::OK, Some("de")));
        let stale = writes.patch_json("/api/v1/me", Some(&seen), &json!({ "zone": "Europe/Berlin" }));
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "what was seen is no longer so");
        let more = writes.post_json("/api/v1/me/tokens", &json!({ "name": "more", "days": 1 }));
        assert_eq!(more.status, StatusCode::CONFLICT, "what guards the door wants a person who signed in");
    }
}

#[test]
fn a_token_is_shown_once_and_ends_when_it_says_or_is_told() {
    for world in World::on_each_engine() {
        let mut ada = signed_in(&world, "ada");
        let fields = [("name", "Nightly export"), ("scope", "read"), ("days", "30")];
        let shown = ada.post_form("/me/tokens", &fields).text;
        let start = shown.find("rq_").unwrap();
        let secret: String =
            shown[start..].chars().take_while(|it| it.is_alphanumeric() || "_-".contains(*it)).collect();
        assert!(!ada.get("/me").text.contains("rq_"));
        let answer = |db: &Arc<Db>| client(db).with_bearer(&secret).get("/api/v1/me").status;
        assert_eq!(answer(&world.db), StatusCode::OK);
        assert_eq!(answer(&later(&world, SignedDuration::from_hours(31 * 24))), StatusCode::UNAUTHORIZED);
        let token = world.ada().asks(|reader| Ok(identity::my_tokens(reader)?[0].id));
        let outcome = world.bob().does(|work| identity::revoke_token(work, token));
        assert!(matches!(outcome, Err(Error::NotFound)), "nobody ends the token of somebody else");
        assert_eq!(answer(&world.db), StatusCode::OK);
        assert_eq!(ada.post_form(&format!("/me/tokens/{token}/end"), &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(answer(&world.db), StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn secrets_and_passwords_stand_nowhere_on_the_trail() {
    for world in World::on_each_engine() {
        let browser = signed_in(&world, "ada");
        let token = token_of(&world, "ada", Scope::Read);
        let deeds = world.amelia().asks(|reader| reader.newest_deeds(i64::MAX, 50));
        let told: String = deeds.iter().map(|it| it.content.to_string()).collect();
        assert!(told.contains("signed_in") && told.contains("token_made"));
        for secret in [browser.cookie("reqord").unwrap(), &token, PASSWORD, "$argon2id$"] {
            assert!(!told.contains(secret) && !told.contains(&kernel::fingerprint(secret.as_bytes())));
        }
    }
}

#[test]
fn whoever_left_is_out_at_once_and_comes_back_with_new_keys_only() {
    for world in World::on_each_engine() {
        let (mut nele, token) = (signed_in(&world, "nele"), token_of(&world, "nele", Scope::Write));
        let mut program = client(&world.db).with_bearer(&token);
        assert!(!is_out(&mut nele) && program.get("/api/v1/me").status == StatusCode::OK);
        let number = number_of(&world, "nele");
        assert!(world.bob().does(|work| identity::leave(work, &number)).is_err());
        world.sam().does(|work| identity::leave(work, &number)).unwrap();
        assert!(is_out(&mut nele) && program.get("/api/v1/me").status == StatusCode::UNAUTHORIZED);
        let again = sign_in(&mut client(&world.db), &email_of(&world, "nele"), PASSWORD);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        world.sam().does(|work| identity::return_to_work(work, &number)).unwrap();
        assert!(is_out(&mut nele), "her old session stays ended");
        assert_eq!(sign_in(&mut nele, &email_of(&world, "nele"), PASSWORD).location(), "/me");
    }
}

#[test]
fn a_step_by_itself_does_not_open_the_door_for_old_keys() {
    for world in World::on_each_engine() {
        let mut nele = signed_in(&world, "nele");
        let (number, mut sam) = (number_of(&world, "nele"), signed_in(&world, "sam"));
        let bare = sam.post_form(&format!("/people/{number}/steps/leave"), &[]);
        assert_eq!(bare.status, StatusCode::CONFLICT);
        assert!(bare.text.contains("does more than move the record"), "{}", bare.text);
        assert!(!is_out(&mut nele));
        sam.post_form(&format!("/people/{number}/leave"), &[]);
        assert!(is_out(&mut nele));
        for bare in [
            sam.post_form(&format!("/people/{number}/steps/return"), &[]),
            sam.post_json(&format!("/api/v1/people/{number}/steps/return"), &json!({})),
        ] {
            assert_eq!(bare.status, StatusCode::CONFLICT, "{}", bare.text);
        }
        assert!(is_out(&mut nele));
    }
}

#[test]
fn whoever_leaves_leads_nothing_and_administrators_are_asked_who_does() {
    for world in World::on_each_engine() {
        let henrik = number_of(&world, "henrik");
        let led = |world: &World| {
            let all = world.sam().asks(identity::functions);
            all.into_iter().filter(|it| it.leader == Some(world.henrik().actor.person)).collect::<Vec<_>>()
        };
        let functions = led(&world);
        assert!(!functions.is_empty(), "Henrik leads something");
        let asked = |who: &str| {
            let tasks = world.person(who).asks(|reader| reader.my_tasks(&[])).into_iter();
            tasks.filter(|it| it.request.contains("Say who leads it now")).count()
        };
        world.sam().does(|work| identity::leave(work, &henrik)).unwrap();
        assert!(led(&world).is_empty());
        assert_eq!((asked("sam"), asked("ada")), (functions.len(), 0), "at each function, administrators");
        let at = format!("/functions/{}", functions[0].number);
        let mut sam = signed_in(&world, "sam");
        assert!(sam.get(&at).text.contains("Say who leads it now."));

        // One whose leader left under an older program: the product finds it by itself.
        let raw = format!(
            "update function set leader = {} where id = {}",
            world.henrik().actor.person,
            functions[0].id
        );
        testbed::tamper(&world.address, &raw).unwrap();
        world.db.write(&kernel::Actor::system(), |work| identity::let_leaders_go(work, None)).unwrap();
        assert!(led(&world).is_empty());
        assert_eq!(asked("sam"), functions.len() + 1);
        let last = || world.sam().asks(|reader| Ok(reader.newest_deeds(i64::MAX, 1)?.remove(0)));
        assert_eq!(last().deed, "leaders_let_go");
        let before = last().entry;
        world.db.write(&kernel::Actor::system(), |work| identity::let_leaders_go(work, None)).unwrap();
        assert_eq!(last().entry, before, "once");

        // Whichever way somebody is named, nobody is asked any more.
        let mut program = client(&world.db).with_bearer(&token_of(&world, "sam", Scope::Write));
        for (place, function) in functions.iter().enumerate() {
            let bob = number_of(&world, "bob");
            let to = format!("/api/v1/functions/{}", function.number);
            let came = program.patch_json(&to, Some("*"), &json!({ "leader": bob }));
            assert_eq!(came.status, StatusCode::OK, "{place}: {}", came.text);
        }
        assert_eq!(asked("sam"), 0);
    }
}

#[test]
fn nobody_gives_themselves_rights() {
    for world in World::on_each_engine() {
        let number = number_of(&world, "ada");
        let roles = json!({ "roles": ["administrator"] });
        let mut ada = client(&world.db).with_bearer(&token_of(&world, "ada", Scope::Write));
        let patched = ada.patch_json(&format!("/api/v1/people/{number}"), Some("*"), &roles);
        assert_eq!(patched.status, StatusCode::CONFLICT, "{}", patched.text);
        assert_eq!(
            ada.post_json(&format!("/api/v1/people/{number}/roles"), &roles).status,
            StatusCode::CONFLICT
        );
        let other = number_of(&world, "nele");
        for kept in [json!({ "email": "x@y.example" }), json!({ "language": "en" })] {
            let patched = ada.patch_json(&format!("/api/v1/people/{other}"), Some("*"), &kept);
            assert_eq!(
                patched.status,
                StatusCode::CONFLICT,
                "nor changes what is kept of a colleague: {kept}"
            );
        }
        assert!(world.sam().does(|work| identity::set_roles(work, &number, &[Role::Administrator])).is_ok());
    }
}

#[test]
fn the_last_administrator_stays_one() {
    for world in World::on_each_engine() {
        let sam = number_of(&world, "sam");
        let why = refusal(world.sam().does(|work| identity::set_roles(work, &sam, &[])));
        assert!(why.contains("somebody else an administrator"), "{why}");
        assert!(world.sam().does(|work| identity::leave(work, &sam)).is_err());
        let bob = number_of(&world, "bob");
        world
            .sam()
            .does(|work| identity::set_roles(work, &bob, &[Role::Quality, Role::Administrator]))
            .unwrap();
        world.sam().does(|work| identity::set_roles(work, &sam, &[])).unwrap();
    }
}

#[test]
fn a_changed_role_counts_with_the_next_click() {
    for world in World::on_each_engine() {
        let (mut nele, number) = (signed_in(&world, "nele"), number_of(&world, "nele"));
        assert!(!nele.get("/people").text.contains("/people/new"));
        world.sam().does(|work| identity::set_roles(work, &number, &[Role::Administrator])).unwrap();
        assert!(nele.get("/people").text.contains("/people/new"));
    }
}

#[test]
fn an_auditor_and_a_customer_keep_their_own_settings_and_nothing_else() {
    for world in World::on_each_engine() {
        for short in ["amelia", "carl"] {
            let mut browser = signed_in(&world, short);
            let fields = [("language", "de"), ("zone", "Europe/London"), ("keys_off", "on")];
            assert_eq!(browser.post_form("/me", &fields).location(), "/me", "{short}");
            let me = browser.get("/api/v1/me").json();
            assert_eq!((me["language"].as_str(), me["keys_off"].as_bool()), (Some("de"), Some(true)));
            let wrong = browser.post_form("/me", &[("language", "de"), ("zone", "Bremen")]);
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            let own = number_of(&world, short);
            let more = browser.patch_json(
                &format!("/api/v1/people/{own}"),
                Some("*"),
                &json!({ "email": "x@y.example" }),
            );
            assert_eq!(more.status, StatusCode::CONFLICT, "{short}: {}", more.text);
        }
    }
}

#[test]
fn the_language_is_the_browsers_choice_until_it_is_kept() {
    for world in World::on_each_engine() {
        let mut ada = signed_in(&world, "ada");
        let reads = |client: &mut Client, code: &str| {
            client.get("/me").text.contains(&format!("<html lang=\"{code}\""))
        };
        assert!(reads(&mut ada, "en"));
        ada.post_form("/me/language", &[("language", "de")]);
        assert!(reads(&mut ada, "de"), "the menu counts at once, in this browser");
        ada.post_form("/me", &[("language", "en"), ("zone", "Europe/Berlin")]);
        assert!(reads(&mut ada, "en"), "what is kept replaces it");
    }
}

#[test]
fn a_further_organisation_is_seen_from_its_day_until_its_day() {
    for world in World::on_each_engine() {
        let (carl, today) = (number_of(&world, "carl"), "2026-03-02".parse().unwrap());
        let sees = |db: &Arc<Db>| {
            let carl = world.carl().actor.person;
            db.read(&Actor::system(), |reader| identity::actor_of(reader, carl)).unwrap().parties().len()
        };
        assert_eq!(sees(&world.db), 1);
        assert!(
            world.ada().does(|work| identity::join(work, &carl, world.hallander, (today, None))).is_err()
        );
        let until = Some("2026-03-03".parse().unwrap());
        world.sam().does(|work| identity::join(work, &carl, world.hallander, (today, until))).unwrap();
        assert_eq!(sees(&world.db), 2);
        assert_eq!(sees(&later(&world, SignedDuration::from_hours(48))), 1);
    }
}

#[test]
fn a_further_organisation_is_given_and_taken_by_program_too() {
    for world in World::on_each_engine() {
        let eve = number_of(&world, "eve");
        let meridian = world.sam().asks(|reader| Ok(reader.mention(world.meridian)?.unwrap().number));
        let address = format!("/api/v1/people/{eve}/memberships");
        let wanted = json!({ "party": meridian });
        for (who, status) in [("ada", StatusCode::CONFLICT), ("amelia", StatusCode::CONFLICT)] {
            let refused = program(&world, who).post_json(&address, &wanted);
            assert_eq!(refused.status, status, "{who}: {}", refused.text);
        }
        let mut sam = program(&world, "sam");
        let wrong = sam.post_json(&address, &json!({ "party": "K-9999" }));
        assert_eq!(wrong.json()["errors"][0]["field"], "party", "{}", wrong.text);
        let given = sam.post_json(&address, &wanted);
        assert_eq!(given.status, StatusCode::OK, "{}", given.text);
        assert_eq!(given.json()[0]["party"], meridian.as_str(), "{}", given.text);
        let sees = || {
            let eve = world.person("eve").actor.person;
            let actor = world.db.read(&Actor::system(), |reader| identity::actor_of(reader, eve)).unwrap();
            actor.parties().contains(&world.meridian)
        };
        assert!(sees());
        let end = format!("{address}/{}/end", given.json()[0]["id"]);
        assert_eq!(sam.post_json(&end, &json!({})).status, StatusCode::OK);
        assert!(!sees());
        assert_eq!(sam.get(&address).json()[0]["until"], "2026-03-01");
    }
}

#[test]
fn two_people_do_not_share_an_address() {
    for world in World::on_each_engine() {
        let twin = Person { email: email_of(&world, "ada").to_uppercase(), ..Person::default() };
        let new = kernel::New { title: "Ada Twin", ..kernel::New::default() };
        let why = refusal(world.sam().does(|work| identity::add_person(work, &new, &twin)));
        assert!(why.contains("has this address already"), "{why}");
    }
}

#[test]
fn a_house_is_set_up_from_nothing() {
    for address in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        let db = open(address.clone(), monday());
        let mut browser = client(&db);
        assert_eq!(browser.get("/people").location(), "/sign-in?to=%2Fpeople");
        assert_eq!(browser.get("/sign-in").location(), "/setup");
        assert!(browser.get("/setup").text.contains("Question 1 of 5"));
        let weak = browser.post_form("/setup", &[("name", "Sam"), ("email", "sam@"), ("password", "short")]);
        assert!(weak.status == StatusCode::UNPROCESSABLE_ENTITY && weak.text.contains("2 things to mend"));
        let fields = [("name", "Sam Idowu"), ("email", "sam@kestrel.example"), ("password", PASSWORD)];
        assert_eq!(browser.post_form("/setup", &fields).location(), "/setup/company");
        // Who stops here is led back to where they stopped.
        let home = browser.get("/").text;
        assert!(home.contains("Go on setting up") && home.contains(r#"href="/setup/company""#), "{home}");
        let company = [("name", "Kestrel Dosing Systems"), ("zone", "Europe/Berlin")];
        assert_eq!(browser.post_form("/setup/company", &company).location(), "/setup/functions");
        let functions =
            [("sent", "1"), ("functions", "quality"), ("functions", "production"), ("more", "Regulatory\n")];
        assert_eq!(browser.post_form("/setup/functions", &functions).location(), "/setup/people");
        let twice =
            [("name1", "Ada"), ("email1", "a@b.example"), ("name2", "Eda"), ("email2", "a@b.example")];
        assert!(browser.post_form("/setup/people", &twice).text.contains("has this address already"));
        let people = [("name1", "Ada Lindqvist"), ("email1", "ada@kestrel.example"), ("name3", "Bob Okafor")];
        assert_eq!(browser.post_form("/setup/people", &people).location(), "/setup/customer");
        assert!(browser.get("/setup/customer").text.contains("Question 5 of 5"));
        let customer =
            [("name", "Meridian Dairies Ltd"), ("domains", "meridian-dairies.example"), ("country", "gb")];
        assert_eq!(browser.post_form("/setup/customer", &customer).location(), "/");
        let (people, functions) = (browser.get("/people").text, browser.get("/functions").text);
        assert!(people.contains("Ada Lindqvist") && people.contains("Bob Okafor") && !people.contains("Eda"));
        assert!(
            functions.contains("Regulatory")
                && functions.contains("Production")
                && !functions.contains("Design")
        );
        assert!(browser.get("/customers").text.contains("Meridian Dairies Ltd"));
        let second = client(&db).post_form("/setup", &fields);
        assert_eq!(second.status, StatusCode::CONFLICT, "a house is set up once");
        assert!(client(&db).get("/sign-in").text.contains("Kestrel Dosing Systems"));
        // What was answered can be changed later, by page and by program.
        assert!(!browser.get("/").text.contains("Go on setting up"));
        let page = browser.get("/company").text;
        assert!(page.contains("Kestrel Dosing Systems") && page.contains("Europe/Berlin"), "{page}");
        let wrong = browser.post_form("/company", &[("name", "Kestrel"), ("zone", "Leeds")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let renamed = [("name", "Kestrel Dosing Systems GmbH"), ("zone", "Europe/London")];
        assert_eq!(browser.post_form("/company", &renamed).status, StatusCode::SEE_OTHER);
        let seen = browser.get("/api/v1/company").header("etag").unwrap().to_owned();
        let back = json!({ "zone": "Europe/Berlin" });
        let house = browser.patch_json("/api/v1/company", Some(&seen), &back);
        assert_eq!(house.json()["name"], "Kestrel Dosing Systems GmbH", "{}", house.text);
        assert_eq!(browser.get("/api/v1/company").json()["zone"], "Europe/Berlin");
        // Whoever saves what they read before somebody else changed it is told, and nothing is lost.
        let stale = browser.patch_json("/api/v1/company", Some(&seen), &json!({ "name": "Kestrel" }));
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text);
        assert_eq!(browser.get("/api/v1/company").json()["name"], "Kestrel Dosing Systems GmbH");
        // The trail of who did it tells what it was before.
        let people = browser.get("/api/v1/people").json();
        let is_sam = |it: &&serde_json::Value| it["title"] == "Sam Idowu";
        let sam = people["items"].as_array().unwrap().iter().find(is_sam).unwrap()["number"].clone();
        let sam = sam.as_str().unwrap();
        let trail = browser.get(&format!("/people/{sam}")).text;
        assert!(trail.contains("Name of your company") && trail.contains(">London<"), "{trail}");
        testbed::forget(&address);
    }
}

/// What has to be told first, or is not there yet, and what is said of it.
const LACKING: &[(&str, &str)] = &[
    ("/api/v1/sight", "Give a number like"),
    ("/letterhead/logo", "There is nothing here"),
    ("/passages/new", "There is nothing here"),
    ("/reviews/new", "Only the roles"),
    ("/sign-offs/new", "Only the roles"),
    ("/trust/head", "There is nothing here"),
];

/// Where a page leads to within the product, without what a link adds to an address.
fn links_of(page: &str) -> impl Iterator<Item = &str> {
    page.split(r#"href=""#)
        .skip(1)
        .filter_map(|it| it.split(['"', '#']).next())
        .filter(|it| it.starts_with('/') && !it.starts_with("/assets/"))
}

#[test]
fn every_page_of_an_empty_house_is_there_and_leads_somewhere() {
    let addresses: Vec<&str> = include_str!("../access.txt")
        .lines()
        .filter_map(|it| it.strip_prefix("GET ")?.split(' ').next())
        .filter(|it| !it.contains('{') && *it != "/live")
        .collect();
    assert!(addresses.len() > 150, "{} addresses were found", addresses.len());
    for address in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        let db = open(address.clone(), monday());
        let mut sam = client(&db);
        let fields = [("name", "Sam Idowu"), ("email", "sam@kestrel.example"), ("password", PASSWORD)];
        sam.post_form("/setup", &fields);
        sam.post_form("/setup/company", &[("name", "Kestrel Dosing Systems"), ("zone", "Europe/Berlin")]);
        let mut wrongs = Vec::new();
        let mut seen = BTreeSet::new();
        for it in &addresses {
            let page = sam.get(it);
            let lacks = LACKING.iter().find(|(address, _)| address == it);
            if page.status.is_server_error() || page.status.is_client_error() != lacks.is_some() {
                wrongs.push(format!("{it}: {}", page.status));
            }
            if let Some((_, sentence)) = lacks
                && !page.text.contains(sentence)
            {
                wrongs.push(format!("{it} does not say “{sentence}”: {}", page.text));
            }
            for link in links_of(&page.text).map(|it| it.replace("&amp;", "&")) {
                if seen.insert(link.clone()) {
                    let status = sam.get(&link).status;
                    let is_there = !status.is_client_error() && !status.is_server_error();
                    wrongs.extend((!is_there).then(|| format!("{it} leads to {link}: {status}")));
                }
            }
        }
        assert!(wrongs.is_empty(), "{wrongs:#?}");
        testbed::forget(&address);
    }
}

#[test]
fn people_and_functions_stand_in_lists_like_everything_else() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let ours = ada.get("/people").text;
        assert!(ours.contains("Ada Lindqvist") && !ours.contains("Carl Whitfield"), "{ours}");
        let contacts = ada.get("/people?view=contacts").text;
        assert!(contacts.contains("Carl Whitfield") && !contacts.contains("Henrik"), "{contacts}");
        let found = ada.get("/people?view=all&q=job_title%3A*&columns=number,title,body.email").text;
        assert!(found.contains("E-mail address"), "{found}");
        let file = ada.get("/lists/people/export.csv?view=contacts&columns=title,customer,body.email").text;
        assert!(
            file.contains("carl.whitfield@meridian-dairies.example") && file.contains("Meridian"),
            "{file}"
        );
        assert!(!file.contains("ada.lindqvist"), "a file holds what its list shows: {file}");
        let functions = ada.get("/functions").text;
        assert!(functions.contains("Led by"), "{functions}");
        // Somebody of a customer finds their own people and no function.
        let mut carl = program(&world, "carl");
        let people = carl.get("/people?view=all").text;
        assert!(people.contains("Carl Whitfield") && !people.contains("Ada Lindqvist"), "{people}");
        for address in ["/functions", "/lists/functions/export.csv", "/lists/people/export.csv?view=ours"] {
            let answer = carl.get(address).text;
            assert!(
                !answer.contains("Production") && !answer.contains("Ada Lindqvist"),
                "{address}: {answer}"
            );
        }
    }
}

#[test]
fn what_changed_is_told_in_names_and_words_not_in_keys_and_codes() {
    for world in World::on_each_engine() {
        let number = number_of(&world, "ada");
        let bob = world.bob().actor.person;
        world
            .sam()
            .does(|work| {
                let mut ada = work.find::<Person>(&number)?;
                work.revise(&mut ada, |it| {
                    it.deputy = Some(bob);
                    it.roles = vec!["engineer".to_owned(), "quality".to_owned()];
                })
            })
            .unwrap();
        let sam = world.sam();
        let told = sam.asks(|reader| {
            let deeds = reader.trail(reader.find::<Person>(&number)?.record.id.raw(), false, 0, 50)?;
            let parts = deeds.iter().filter_map(|it| it.content["records"].as_array()).flatten();
            let all: kernel::Result<Vec<_>> = parts.map(|it| web::record::differences(reader, it)).collect();
            Ok(format!("{:?}", all?))
        });
        assert!(told.contains("<del>Ben Achterberg</del><ins>Bob Okafor</ins>"));
        assert!(
            told.contains("<del>Agent</del><ins>Quality</ins>") && told.contains("<ins>1 March 2019</ins>")
        );
    }
}

#[test]
fn a_function_is_closed_when_nothing_waits_for_it_and_taken_up_again_by_an_administrator() {
    for world in World::on_each_engine() {
        let made = world
            .sam()
            .does(|work| identity::add_function(work, "Field trials", &identity::Function::default()))
            .unwrap();
        let set = world.offered_set();
        let task = world
            .ada()
            .does(|work| {
                let id = work.mention_of(&set)?.id;
                let request = "Try the skid at Meridian";
                work.ask(id, &kernel::Ask { request, function: Some(made.id), ..kernel::Ask::default() })
            })
            .unwrap();
        let (number, mut bob) = (made.number, program(&world, "bob"));
        let may_be_asked = |bob: &mut Client| bob.get("/review-templates/new").text.contains("Field trials");
        assert!(may_be_asked(&mut bob));
        let refused = refusal(press(&world, "bob", &number, "close"));
        assert!(refused.contains("Administrator"), "{refused}");
        let refused = refusal(press(&world, "sam", &number, "close"));
        assert!(refused.contains("Settle the open tasks of the function first."), "{refused}");
        world.ada().does(|work| work.settle(task)).unwrap();
        press(&world, "sam", &number, "close").unwrap();
        assert_eq!(state(&world, &number), "closed");
        assert!(!may_be_asked(&mut bob), "nobody is asked in its name");
        let refused = refusal(press(&world, "bob", &number, "reopen"));
        assert!(refused.contains("Administrator"), "{refused}");
        press(&world, "sam", &number, "reopen").unwrap();
        assert_eq!(state(&world, &number), "active");
        assert!(may_be_asked(&mut bob));
    }
}
