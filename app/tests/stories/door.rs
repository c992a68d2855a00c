//! Coming in with more than a password, by a link, and for somebody who is absent.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use identity::{Cost, NewAbsence, Person};
use jiff::{SignedDuration, Timestamp};
use kernel::{Ask, Clock, Db, Error, New, Secrets};
use requirements::RequirementSet;
use serde_json::json;
use web::testing::{Came, Client};

use crate::world::{World, client, monday, program, refusal};

pub(crate) const PASSWORD: &str = "seven quiet otters";

/// The same house at another moment.
/// The house at another moment.
pub(crate) fn at(world: &World, now: Timestamp) -> Arc<Db> {
    let clock: Clock = Arc::new(move || now);
    let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    app::wiring::open(world.address.clone(), testbed::folder(), clock, secrets).unwrap()
}

fn later(world: &World, seconds: i64) -> Arc<Db> {
    at(world, monday() + SignedDuration::from_secs(seconds))
}

pub(crate) fn person_of(world: &World, short: &str) -> (i64, String, String) {
    let person = world.person(short).actor.person;
    world.sam().asks(|reader| {
        let case = reader.find_by_id::<Person>(person)?;
        Ok((person, case.record.number, case.body.email))
    })
}

fn with_password(world: &World, short: &str) -> String {
    let hashed = identity::hash_at(Cost::LIGHT, PASSWORD).unwrap();
    let (person, _, email) = person_of(world, short);
    world.sam().does(|work| identity::keep_password(work, person, &hashed)).unwrap();
    email
}

pub(crate) fn knock(client: &mut Client, email: &str, password: &str) -> Came {
    client.post_form("/sign-in", &[("email", email), ("password", password), ("to", "/me")])
}

pub(crate) fn signed_in(world: &World, short: &str) -> Client {
    let email = with_password(world, short);
    let mut browser = client(&world.db);
    assert_eq!(knock(&mut browser, &email, PASSWORD).location(), "/me");
    browser
}

fn is_out(client: &mut Client) -> bool {
    client.get("/me").location().starts_with("/sign-in")
}

/// The key as it is typed (base32), as bytes.
fn key(letters: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in letters.bytes().filter(|it| !it.is_ascii_whitespace()) {
        let five = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        (held, bits) = ((held << 5) | u32::from(five), bits + 5);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    bytes
}

fn code(secret: &[u8], seconds: i64) -> String {
    identity::code_at(secret, monday() + SignedDuration::from_secs(seconds)).unwrap()
}

/// Ada switches her second factor on; tells its secret and her recovery codes.
pub(crate) fn with_factor(browser: &mut Client) -> (Vec<u8>, Vec<String>) {
    let begun = browser.post_json("/api/v1/me/factor/begin", &json!({})).json();
    let secret = key(begun["key"].as_str().unwrap());
    assert_eq!(secret.len(), 20);
    assert!(begun["address"].as_str().unwrap().starts_with("otpauth://totp/"));
    let page = browser.get("/me/factor").text;
    assert!(page.contains("data:image/svg+xml") && page.contains(begun["key"].as_str().unwrap()));
    let wrong = browser.post_form("/me/factor", &[("code", "000000")]);
    assert!(
        wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text.contains("This code is not right")
    );
    let confirmed = browser.post_json("/api/v1/me/factor", &json!({ "code": code(&secret, 0) })).json();
    let codes = confirmed["codes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

#[test]
fn a_password_alone_opens_nothing_once_there_is_a_second_factor() {
    for world in World::on_each_engine() {
        let mut first = signed_in(&world, "ada");
        let mut other = client(&world.db);
        let (_, _, email) = person_of(&world, "ada");
        knock(&mut other, &email, PASSWORD);
        let (secret, _) = with_factor(&mut first);
        assert!(is_out(&mut other) && !is_out(&mut first), "all other sessions end");
        let begin = first.post_json("/api/v1/me/factor/begin", &json!({}));
        assert_eq!(begin.status, StatusCode::CONFLICT, "nobody puts another key in its place unasked");

        let mut browser = client(&later(&world, 60));
        assert_eq!(knock(&mut browser, &email, PASSWORD).location(), "/sign-in/code?to=%2Fme");
        let half = browser.cookie("reqord").unwrap().to_owned();
        assert!(is_out(&mut browser) && browser.get("/api/v1/me").status == StatusCode::UNAUTHORIZED);
        assert!(browser.get("/sign-in/code?to=%2Fme").text.contains("Ada Lindqvist"));
        let enter = |browser: &mut Client, code: &str| {
            browser.post_form("/sign-in/code", &[("code", code), ("to", "/me")])
        };
        assert_eq!(
            browser.get("/sign-in/factor").location(),
            "/sign-in",
            "a half that awaits a code sets up no key"
        );
        assert_eq!(enter(&mut browser, "123456").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(enter(&mut browser, &code(&secret, 60)).location(), "/me");
        assert_eq!(browser.get("/api/v1/me/sign-ins").json()[0]["how"], "code");
        assert!(
            !is_out(&mut browser) && browser.cookie("reqord") != Some(half.as_str()),
            "the secret is a new one"
        );
        assert!(is_out(&mut client(&world.db).with_cookie("reqord", &half)), "the half opens nothing, ever");

        let mut thief = client(&later(&world, 65));
        knock(&mut thief, &email, PASSWORD);
        let again = enter(&mut thief, &code(&secret, 60));
        assert!(
            again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text.contains("let somebody in before")
        );
        assert!(is_out(&mut thief));
    }
}

#[test]
fn whoever_guesses_codes_has_to_wait() {
    for world in World::on_each_engine() {
        let mut first = signed_in(&world, "ada");
        let (secret, codes) = with_factor(&mut first);
        let (_, _, email) = person_of(&world, "ada");
        let mut browser = client(&later(&world, 60));
        knock(&mut browser, &email, PASSWORD);
        let enter = |browser: &mut Client, code: &str| browser.post_form("/sign-in/code", &[("code", code)]);
        for _ in 0..5 {
            assert_eq!(enter(&mut browser, "000000").status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        for right in [code(&secret, 60), codes[0].clone()] {
            assert_eq!(enter(&mut browser, &right).status, StatusCode::TOO_MANY_REQUESTS);
        }
        let mut calm = client(&later(&world, 60 + 16 * 60));
        knock(&mut calm, &email, PASSWORD);
        assert_eq!(enter(&mut calm, &code(&secret, 60 + 16 * 60)).location(), "/");
    }
}

#[test]
fn a_recovery_code_lets_in_once_and_nothing_of_it_is_kept_readable() {
    for world in World::on_each_engine() {
        let mut first = signed_in(&world, "amelia");
        let (secret, codes) = with_factor(&mut first);
        assert_eq!(codes.len(), 10);
        let (_, _, email) = person_of(&world, "amelia");
        let enter = || {
            let mut browser = client(&later(&world, 60));
            knock(&mut browser, &email, PASSWORD);
            browser.post_form("/sign-in/code", &[("code", &codes[3].to_uppercase().replace('-', " "))])
        };
        assert_eq!(enter().location(), "/");
        assert_eq!(enter().status, StatusCode::UNPROCESSABLE_ENTITY, "each once");
        assert!(first.get("/me").text.contains("9 recovery codes are left."));
        let deeds = world.bob().asks(|reader| reader.newest_deeds(i64::MAX, 50));
        let told: String = deeds.iter().map(|it| it.content.to_string()).collect();
        assert!(
            told.contains("factor_set")
                && !told.contains(&codes[3])
                && !told.contains(&codes[3].replace('-', ""))
        );
        assert!(!told.contains(&kernel::fingerprint(&secret)));
    }
}

#[test]
fn an_administrator_resets_a_lost_factor_and_nobody_else_does() {
    for world in World::on_each_engine() {
        let mut ada = signed_in(&world, "ada");
        with_factor(&mut ada);
        let (_, number, email) = person_of(&world, "ada");
        for other in ["bob", "amelia", "carl"] {
            assert!(
                world.person(other).does(|work| identity::reset_factor(work, &number)).is_err(),
                "{other}"
            );
        }
        let mut sam = signed_in(&world, "sam");
        assert!(sam.get(&format!("/people/{number}")).text.contains("Reset the second factor"));
        assert_eq!(
            sam.post_form(&format!("/people/{number}/factor/reset"), &[]).status,
            StatusCode::SEE_OTHER
        );
        assert!(is_out(&mut ada), "sessions of before end");
        assert_eq!(knock(&mut ada, &email, PASSWORD).location(), "/me");
        let deed = world.bob().asks(|reader| reader.newest_deeds(i64::MAX, 20));
        assert!(deed.iter().any(|it| it.deed == "factor_reset" && it.actor == world.sam().actor.person));
        let wrong = ada.post_form("/me/factor/end", &[("factor_password", "wrong")]);
        assert!(wrong.text.contains("not your present password"));
    }
}

#[test]
fn where_the_house_demands_it_nobody_of_staff_comes_in_without() {
    for world in World::on_each_engine() {
        let bob = world.bob().does(|work| identity::set_entry_rules(work, true, 90));
        assert!(refusal(bob).contains("Administrator"));
        let mut sam = signed_in(&world, "sam");
        assert_eq!(
            sam.post_form("/access", &[("staff_need_factor", "on"), ("history_days", "0")]).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        sam.post_form("/access", &[("staff_need_factor", "on"), ("history_days", "30")]);
        assert!(sam.get("/access").text.contains("value=\"30\""));
        let ada = with_password(&world, "ada");
        let mut browser = client(&world.db);
        assert_eq!(knock(&mut browser, &ada, PASSWORD).location(), "/sign-in/factor?to=%2Fme");
        assert!(is_out(&mut browser));
        let page = browser.get("/sign-in/factor?to=%2Fme").text;
        let letters = page.split("Or type this key").nth(1).unwrap();
        let letters: String = letters
            .split(['<', '>'])
            .find(|it| {
                it.len() > 30
                    && it.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == ' ')
            })
            .unwrap()
            .to_owned();
        let sent = [("code", code(&key(&letters), 0)), ("to", "/me".to_owned())];
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, it)| (*name, it.as_str())).collect();
        let came = browser.post_form("/sign-in/factor", &sent);
        assert!(came.status == StatusCode::CREATED && came.text.contains("Keep these recovery codes"));
        assert!(!is_out(&mut browser));
        let off = browser.post_form("/me/factor/end", &[("factor_password", PASSWORD)]);
        assert!(off.text.contains("comes in with a second factor"));
        let carl = with_password(&world, "carl");
        assert_eq!(
            knock(&mut client(&world.db), &carl, PASSWORD).location(),
            "/me",
            "customers decide for themselves"
        );
    }
}

#[test]
fn a_customer_ends_their_own_second_factor_also_where_the_house_demands_one_of_its_staff() {
    for world in World::on_each_engine() {
        let (mut bob, mut carl) = (signed_in(&world, "bob"), signed_in(&world, "carl"));
        with_factor(&mut bob);
        with_factor(&mut carl);
        world.sam().does(|work| identity::set_entry_rules(work, true, 90)).unwrap();
        let has_one = |short: &str| {
            let person = world.person(short).actor.person;
            let asked = world.db.read(&kernel::Actor::system(), |it| identity::has_factor(it, person));
            asked.unwrap()
        };
        let end =
            |browser: &mut Client| browser.post_form("/me/factor/end", &[("factor_password", PASSWORD)]);
        let refused = end(&mut bob);
        assert!(
            refused.text.contains("Everybody who works here comes in with a second factor."),
            "{}",
            refused.text
        );
        assert!(has_one("bob") && !is_out(&mut bob), "his is on, and he is in");
        let ended = end(&mut carl);
        assert_eq!(ended.location(), "/me#factor", "{}", ended.text);
        assert_eq!((has_one("bob"), has_one("carl")), (true, false));
        let (_, _, email) = person_of(&world, "carl");
        assert_eq!(knock(&mut client(&world.db), &email, PASSWORD).location(), "/me");
    }
}

#[test]
fn whoever_is_invited_chooses_the_password_and_the_link_is_good_once() {
    for world in World::on_each_engine() {
        let person = Person { email: "zoe.arens@kestrel-dosing.example".into(), ..Person::default() };
        let made = world
            .sam()
            .does(|work| identity::add_person(work, &New { title: "Zoe Arens", ..New::default() }, &person))
            .unwrap();
        let mut sam = signed_in(&world, "sam");
        let link = |sam: &mut Client| {
            let page = sam.post_form(&format!("/people/{}/link", made.number), &[]).text;
            let start = page.find("/password/").unwrap();
            page[start..]
                .chars()
                .take_while(|it| it.is_ascii_alphanumeric() || "/_-".contains(*it))
                .collect::<String>()
        };
        let first = link(&mut sam);
        let second = link(&mut sam);
        assert!(
            !sam.get(&format!("/people/{}", made.number)).text.contains("/password/"),
            "it is shown once"
        );
        let mut zoe = client(&world.db);
        assert_eq!(zoe.get(&first).status, StatusCode::NOT_FOUND, "a new link ends the one before");
        assert!(
            zoe.get(&second).text.contains("Welcome, Zoe Arens") && zoe.get(&second).text.contains("Welcome")
        );
        let old = at(&world, monday() + SignedDuration::from_hours(24 * 8));
        assert_eq!(client(&old).get(&second).status, StatusCode::NOT_FOUND, "after a week it is too old");
        assert!(zoe.post_form(&second, &[("password", "short")]).text.contains("at least 12 characters"));
        assert_eq!(zoe.post_form(&second, &[("password", PASSWORD)]).location(), "/sign-in");
        let again = zoe.post_form(&second, &[("password", "nine loud herons")]);
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert_eq!(knock(&mut zoe, &person.email, PASSWORD).location(), "/me");
        let bob = world.bob().does(|work| identity::make_link(work, &made.number, "x"));
        assert!(refusal(bob).contains("Administrator"));
    }
}

#[test]
fn a_forgotten_password_is_asked_for_without_telling_who_is_here_and_reset_ends_all_sessions() {
    for world in World::on_each_engine() {
        let mut ada = signed_in(&world, "ada");
        let (person, number, email) = person_of(&world, "ada");
        // Something else that the product asks of Sam at her record is no request for a password.
        let request = kernel::text!("A letter came back.");
        let returned = kernel::Ask {
            said: Some(&request),
            person: Some(world.sam().actor.person),
            ..Default::default()
        };
        world.db.write(&kernel::Actor::system(), |work| work.ask(person, &returned)).unwrap();
        let asked = |email: &str| client(&world.db).post_form("/sign-in/forgotten", &[("email", email)]);
        let (known, unknown) = (asked(&email), asked("nobody@kestrel-dosing.example"));
        assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
        let mut sam = signed_in(&world, "sam");
        asked(&email);
        assert!(sam.get(&format!("/people/{number}")).text.contains("Asked for a new password"));
        let waiting = || world.sam().asks(|reader| reader.my_tasks(&[])).len();
        assert!(waiting() == 2 && sam.get("/").text.contains("Password forgotten: make a link"));
        let made = sam.post_json(&format!("/api/v1/people/{number}/link"), &json!({})).json();
        let (_, path) = made["link"].as_str().unwrap().split_once("/password/").unwrap();
        assert_eq!((made["purpose"].as_str(), waiting()), (Some("reset"), 1), "the other one stays");
        let path = format!("/password/{path}");
        let mut browser = client(&world.db);
        assert!(browser.get(&path).text.contains("A new password for Ada Lindqvist") && !is_out(&mut ada));
        assert_eq!(browser.post_form(&path, &[("password", "nine loud herons")]).location(), "/sign-in");
        assert!(is_out(&mut ada), "wherever she was signed in");
        assert_eq!(knock(&mut browser, &email, "nine loud herons").location(), "/me");
        for _ in 0..5 {
            asked(&email);
        }
        assert_eq!(asked(&email).status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[test]
fn a_link_ends_with_the_password_that_it_was_for() {
    for world in World::on_each_engine() {
        with_password(&world, "ada");
        let (_, number, _) = person_of(&world, "ada");
        world.sam().does(|work| identity::make_link(work, &number, "a secret word")).unwrap();
        let mut browser = client(&world.db);
        assert_eq!(
            browser.get("/password/a secret word".replace(' ', "%20").as_str()).status,
            StatusCode::OK
        );
        let later = later(&world, 60);
        let hashed = identity::hash_at(Cost::LIGHT, "nine loud herons").unwrap();
        let (person, ..) = person_of(&world, "ada");
        later.write(&world.sam().actor, |work| identity::keep_password(work, person, &hashed)).unwrap();
        assert_eq!(browser.get("/password/a%20secret%20word").status, StatusCode::NOT_FOUND);
        world.sam().does(|work| identity::make_link(work, &number, "another")).unwrap();
        world.sam().does(|work| identity::revoke_links(work, &number)).unwrap();
        assert_eq!(browser.get("/password/another").status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn everybody_sees_who_tried_to_come_in_in_their_name() {
    for world in World::on_each_engine() {
        let email = with_password(&world, "ada");
        let agents =
            ["Mozilla/5.0 (X11; Linux) Firefox/140.0", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"];
        for agent in agents {
            knock(&mut client(&world.db).with_header("user-agent", agent), &email, "wrong");
            knock(&mut client(&world.db).with_header("user-agent", agent), &email, PASSWORD);
        }
        let mut ada = client(&later(&world, 60)).with_header("user-agent", agents[0]);
        knock(&mut ada, &email, PASSWORD);
        let page = ada.get("/me").text;
        assert!(page.contains("Wrong password") && page.contains("Firefox on Windows"));
        assert!(page.contains("A browser came in that you had not used before"));
        let told = ada.get("/api/v1/me/sign-ins").json();
        let new = told.as_array().unwrap().iter().filter(|it| it["is_new"] == true).count();
        assert_eq!((told.as_array().unwrap().len(), new), (5, 1), "the first browser of all is no news");
        let (_, number, _) = person_of(&world, "ada");
        let path = format!("/api/v1/people/{number}/sign-ins");
        assert_eq!(signed_in(&world, "sam").get(&path).json().as_array().unwrap().len(), 5);
        assert_eq!(signed_in(&world, "bob").get(&path).status, StatusCode::CONFLICT);
        assert_eq!(signed_in(&world, "carl").get(&path).status, StatusCode::NOT_FOUND);
        let mut after = client(&at(&world, monday() + SignedDuration::from_hours(24 * 91)));
        knock(&mut after, &email, PASSWORD);
        assert_eq!(
            after.get("/api/v1/me/sign-ins").json().as_array().unwrap().len(),
            1,
            "the rest is forgotten"
        );
    }
}

#[test]
fn the_book_of_the_door_is_a_list_in_which_refused_tries_have_an_end() {
    for world in World::on_each_engine() {
        let email = with_password(&world, "ada");
        let (_, number, _) = person_of(&world, "ada");
        let mut thief = client(&world.db).with_header("user-agent", "curl/8.5");
        for _ in 0..9 {
            knock(&mut thief, &email, "wrong");
        }
        knock(&mut thief, "nobody@kestrel-dosing.example", "wrong");
        let mut ada = client(&later(&world, 16 * 60));
        assert_eq!(knock(&mut ada, &email, PASSWORD).location(), "/me");
        let mut sam = signed_in(&world, "sam");
        let mut found = |query: &str| {
            let came = sam.get(&format!("/api/v1/sign-ins?{query}"));
            assert_eq!(came.status, StatusCode::OK, "{}", came.text);
            came.json()["items"].as_array().unwrap().clone()
        };
        assert_eq!(found(&format!("person={number}&outcome=wrong_password")).len(), 5);
        assert_eq!(found("outcome=had_to_wait").len(), 1, "once, however often somebody goes on");
        let came = found(&format!("person={email}&outcome=came_in"));
        assert_eq!((came.len(), came[0]["how"].as_str()), (1, Some("password")));
        let nobody = found("outcome=wrong_password&limit=1");
        assert!(nobody[0]["person"].is_null(), "an address that nobody has names nobody: {nobody:?}");
        assert!(found("since=2026-03-03").is_empty() && found("until=2026-03-01").is_empty());
        let page = sam.get("/access/sign-ins?outcome=had_to_wait").text;
        assert!(page.contains("curl/8.5") && page.contains("Ada Lindqvist"));
        let wrong = sam.get("/access/sign-ins?person=PE-9999&since=soon").text;
        assert!(wrong.contains("Give the number or the mail address") || wrong.contains("Give a day like"));
        // Everybody reads their own and nobody else's.
        let own = ada.get("/me/sign-ins?outcome=wrong_password").text;
        assert_eq!(own.matches("curl/8.5").count(), 5);
        for short in ["bob", "carl"] {
            let mut other = signed_in(&world, short);
            assert!(!other.get("/me/sign-ins").text.contains("curl/8.5"));
            for path in ["/access/sign-ins", "/api/v1/sign-ins"] {
                assert_eq!(other.get(path).status, StatusCode::CONFLICT, "{short} {path}");
            }
        }
        // After the days that the house says a job forgets them, whether somebody knocks or not.
        let after = at(&world, monday() + SignedDuration::from_hours(24 * 91));
        while after.run_job().unwrap() {}
        assert_eq!(ada.get("/api/v1/me/sign-ins").json(), json!([]));
    }
}

fn day(words: &str) -> jiff::civil::Date {
    words.parse().unwrap()
}

#[test]
fn whoever_stands_in_does_it_under_both_names() {
    for world in World::on_each_engine() {
        let (bob, number, _) = person_of(&world, "bob");
        let (ada, ..) = person_of(&world, "ada");
        let set = world
            .bob()
            .does(|work| {
                let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
                let set = requirements::open_set(work, &new, &RequirementSet::default())?;
                let ask = Ask { request: "Look at the tank", person: Some(bob), ..Ask::default() };
                work.ask(set.id, &ask)?;
                Ok(set.number)
            })
            .unwrap();
        let absence =
            NewAbsence { deputy: ada, function: None, since: day("2026-03-02"), until: day("2026-03-04") };
        let carl = world.carl().does(|work| identity::name_deputy(work, &number, &absence));
        assert!(matches!(carl, Err(Error::NotFound)));
        let henrik = world.henrik().does(|work| identity::name_deputy(work, &number, &absence));
        assert!(refusal(henrik).contains("Administrator"));
        let mut before = signed_in(&world, "ada");
        assert!(!before.get("/").text.contains("Look at the tank"));
        world.bob().does(|work| identity::name_deputy(work, &number, &absence)).unwrap();
        let mut browser = signed_in(&world, "ada");
        let home = browser.get("/").text;
        assert!(home.contains("Look at the tank") && home.contains("for Bob Okafor, absent until"));
        let task = browser.get("/api/v1/me/tasks").json()["items"][0].clone();
        assert_eq!(task["stands_in_for"].as_str(), Some(number.as_str()));
        let task = task["id"].as_i64().unwrap();
        browser.post_form(&format!("/tasks/{task}/settle"), &[]);
        let page = browser.get(&format!("/requirement-sets/{set}")).text;
        assert!(page.contains("Ada Lindqvist for Bob Okafor"));
        let deed = world.bob().asks(|reader| Ok(reader.newest_deeds(i64::MAX, 1)?.remove(0)));
        assert_eq!((deed.actor, deed.on_behalf_of()), (ada, Some(bob)));
        let after = at(&world, "2026-03-05T09:00:00Z".parse().unwrap());
        let is_over = after.read(&kernel::Actor::system(), |reader| identity::actor_of(reader, ada)).unwrap();
        assert!(is_over.stands_in.is_empty(), "on the day after she acts for herself only");
    }
}

#[test]
fn deputies_go_round_in_no_circle_and_end_when_told() {
    for world in World::on_each_engine() {
        let ((ada, ada_no, _), (bob, bob_no, _)) = (person_of(&world, "ada"), person_of(&world, "bob"));
        let (carl, ..) = person_of(&world, "carl");
        let absence = |deputy| NewAbsence {
            deputy,
            function: None,
            since: day("2026-03-03"),
            until: day("2026-03-04"),
        };
        let sam = world.sam();
        sam.does(|work| identity::name_deputy(work, &bob_no, &absence(ada))).unwrap();
        let round = refusal(sam.does(|work| identity::name_deputy(work, &ada_no, &absence(bob))));
        assert!(round.contains("round in a circle"), "{round}");
        assert!(
            refusal(sam.does(|work| identity::name_deputy(work, &ada_no, &absence(ada))))
                .contains("themselves")
        );
        assert!(
            refusal(sam.does(|work| identity::name_deputy(work, &ada_no, &absence(carl))))
                .contains("your own people")
        );
        let mut browser = signed_in(&world, "bob");
        let path = format!("/api/v1/people/{bob_no}/absences");
        let line = browser.get(&path).json()[0].clone();
        assert_eq!(
            (line["deputy"].as_str(), line["until"].as_str()),
            (Some(ada_no.as_str()), Some("2026-03-04"))
        );
        let end = format!("{path}/{}/end", line["id"]);
        assert_eq!(signed_in(&world, "henrik").post_json(&end, &json!({})).status, StatusCode::CONFLICT);
        assert_eq!(browser.post_json(&end, &json!({})).status, StatusCode::OK);
        assert_eq!(browser.get(&path).json(), json!([]));
        let again = json!({ "deputy": ada_no, "since": "2026-03-03", "until": "2026-03-02" });
        assert_eq!(browser.post_json(&path, &again).status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[test]
fn a_deputy_who_leaves_stands_in_for_nobody_and_whoever_is_away_is_asked_for_another() {
    for world in World::on_each_engine() {
        let ((ada, ada_no, _), (bob, bob_no, _)) = (person_of(&world, "ada"), person_of(&world, "bob"));
        let (ben, ..) = person_of(&world, "ben");
        let until = day("2026-03-06");
        let absence = |deputy| NewAbsence { deputy, function: None, since: day("2026-03-02"), until };
        world.bob().does(|work| identity::name_deputy(work, &bob_no, &absence(ada))).unwrap();
        // Clara's record names Ada as usual.
        let (_, clara_no, _) = person_of(&world, "clara");
        let usual = |work: &mut kernel::Work| {
            let mut case = work.find::<identity::Person>(&clara_no)?;
            work.revise(&mut case, |it| it.deputy = Some(ada))
        };
        world.sam().does(usual).unwrap();
        world.sam().does(|work| identity::leave(work, &ada_no)).unwrap();
        let deed = world.sam().asks(|reader| Ok(reader.newest_deeds(i64::MAX, 1)?.remove(0)));
        assert!(deed.content.to_string().contains("deputy_left"), "in the same entry: {}", deed.content);
        assert_eq!(world.sam().asks(|reader| reader.find::<identity::Person>(&clara_no)).body.deputy, None);
        let stands_in = |person| {
            let actor = world.db.read(&kernel::Actor::system(), |reader| identity::actor_of(reader, person));
            actor.map(|it| it.stands_in.len()).unwrap_or_default()
        };
        assert_eq!(stands_in(ada), 0);
        // Bob has a task, the administrator finds him among the next actions, and both see it on his page.
        let tasks = || world.bob().asks(|reader| reader.my_tasks(&[]));
        assert!(tasks()[0].request.contains("has left and stands in for you no more"), "{:?}", tasks());
        let mut sam = signed_in(&world, "sam");
        assert!(sam.get("/").text.contains("Name a deputy for Bob Okafor"));
        let page = sam.get(&format!("/people/{bob_no}")).text;
        assert!(page.contains("Nobody stands in: Ada Lindqvist has left"));
        let told = sam.get(&format!("/api/v1/people/{bob_no}/absences")).json();
        assert_eq!(told[0]["deputy_left"], true);
        // Nobody names whoever left, for days or for good, by program either.
        let again = world.bob().does(|work| identity::name_deputy(work, &bob_no, &absence(ada)));
        assert!(refusal(again).contains("still works here"));
        let sent = json!({ "deputy": ada_no });
        let came = sam.patch_json(&format!("/api/v1/people/{clara_no}"), Some("*"), &sent);
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        // Who comes back stands in again on the days that are left.
        let both = 1 + world.sam().asks(|reader| identity::functions_of(reader, bob)).len();
        world.sam().does(|work| identity::return_to_work(work, &ada_no)).unwrap();
        assert_eq!((stands_in(ada), tasks().len()), (both, 0));
        // Once somebody else acts the question is done, too.
        world.sam().does(|work| identity::leave(work, &ada_no)).unwrap();
        assert_eq!((stands_in(ada), tasks().len()), (0, 1));
        world.bob().does(|work| identity::name_deputy(work, &bob_no, &absence(ben))).unwrap();
        assert_eq!(stands_in(ben), both);
        assert!(tasks().is_empty(), "{:?}", tasks());
        assert!(!sam.get("/").text.contains("Name a deputy for Bob Okafor"));
    }
}

#[test]
fn a_deputy_acts_by_the_days_of_the_house() {
    for world in World::on_each_engine() {
        let ((ada, ..), (_, bob_no, _)) = (person_of(&world, "ada"), person_of(&world, "bob"));
        let absence =
            NewAbsence { deputy: ada, function: None, since: day("2026-03-03"), until: day("2026-03-03") };
        world.bob().does(|work| identity::name_deputy(work, &bob_no, &absence)).unwrap();
        let acts = |moment: &str| {
            let db = at(&world, moment.parse().unwrap());
            let actor = db.read(&kernel::Actor::system(), |reader| identity::actor_of(reader, ada)).unwrap();
            !actor.stands_in.is_empty()
        };
        // In Bremen the third of March begins an hour before it does in Greenwich, and ends so.
        assert!(!acts("2026-03-02T22:59:00Z") && acts("2026-03-02T23:00:00Z"));
        assert!(acts("2026-03-03T22:59:00Z") && !acts("2026-03-03T23:00:00Z"));
    }
}

#[test]
fn why_somebody_sees_a_record_is_told_from_the_rules_themselves() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let draft = world
            .ada()
            .does(|work| {
                let new = New { title: "Not yet", party: Some(world.meridian), ..New::default() };
                Ok(requirements::open_set(work, &new, &RequirementSet::default())?.number)
            })
            .unwrap();
        let mut sam = signed_in(&world, "sam");
        let mut asks = |who: &str, record: &str| {
            let (_, number, _) = person_of(&world, who);
            let path = format!("/api/v1/people/{number}/why?record={record}");
            let told = sam.get(&path).json();
            let page = sam.get(&format!("/people/{number}/why?record={record}"));
            assert_eq!(page.status, StatusCode::OK);
            assert!(told["reasons"].as_array().unwrap().len() > 1, "{told}");
            (told["sees"].as_bool().unwrap(), told.to_string())
        };
        let (sees, why) = asks("carl", &set);
        assert!(sees && why.contains("A revision of it was offered."), "{why}");
        let (sees, why) = asks("carl", &draft);
        assert!(!sees && why.contains("No revision of it was offered yet."), "{why}");
        let (sees, why) = asks("eve", &set);
        assert!(!sees && why.contains("no organisation that they belong to"), "{why}");
        let (sees, why) = asks("ada", &set);
        assert!(sees && why.contains("They own it."), "{why}");
        let (sees, why) = asks("amelia", &set);
        assert!(sees && why.contains("change nothing"), "{why}");
        let function = world
            .sam()
            .asks(|reader| Ok(reader.list("FN", &kernel::Wanted::default())?.rows[0].number.clone()));
        let (sees, why) = asks("carl", &function);
        assert!(!sees && why.contains("for staff only"), "{why}");
        let (_, carl, _) = person_of(&world, "carl");
        let path = format!("/api/v1/people/{carl}/why?record={set}");
        assert_eq!(signed_in(&world, "ada").get(&path).status, StatusCode::OK, "the owner may ask");
        assert_eq!(signed_in(&world, "bob").get(&path).status, StatusCode::CONFLICT);
        assert_eq!(signed_in(&world, "eve").get(&path).status, StatusCode::NOT_FOUND);
        assert_eq!(
            signed_in(&world, "sam").get(&format!("/people/{carl}/why?record=RS-1")).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

/// The same rules, asked from the side of the record: who of all reads it, by page and by program.
#[test]
fn who_sees_a_record_is_told_to_its_owner_and_to_nobody_outside() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let (_, carl, _) = person_of(&world, "carl");
        let (_, eve, _) = person_of(&world, "eve");
        let (mut at_carls, mut at_eves) = (signed_in(&world, "carl"), signed_in(&world, "eve"));
        let (mut ada, mut bob) = (signed_in(&world, "ada"), signed_in(&world, "bob"));
        // The owner comes there from the record, and reads the reasons for each of them.
        let link = format!("/sight?record={set}");
        assert!(ada.get(&format!("/requirement-sets/{set}")).text.contains(&link));
        assert!(!bob.get(&format!("/requirement-sets/{set}")).text.contains(&link));
        let page = ada.get(&link);
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Everybody who works here reads every record"));
        let of_eve = ada.get(&format!("{link}&person={eve}")).text;
        assert!(of_eve.contains("Eve Zimmermann does not see it"), "{of_eve}");
        assert!(of_eve.contains("It belongs to no organisation that they belong to."));
        let of_carl = ada.get(&format!("{link}&person={carl}")).text;
        assert!(of_carl.contains("Carl Whitfield sees it"), "{of_carl}");
        let told = ada.get(&format!("/api/v1/sight?record={set}")).json();
        let sees = |number: &str| {
            let all = told["outside"].as_array().unwrap();
            all.iter().find(|it| it["person"] == number).unwrap()["sees"].as_bool().unwrap()
        };
        assert!(sees(&carl) && !sees(&eve), "{told}");
        assert_eq!(told["outside"][0]["person"], carl.as_str(), "those of its organisation stand first");
        for (sees, who) in [(true, &mut at_carls), (false, &mut at_eves)] {
            let status = who.get(&format!("/requirement-sets/{set}")).status;
            assert_eq!(status == StatusCode::OK, sees, "what was told is what is");
            for path in [&link, &format!("/api/v1/sight?record={set}")] {
                let refused = who.get(path);
                assert_eq!(refused.status, StatusCode::CONFLICT);
                assert!(!refused.text.contains("Eve Zimmermann"), "nobody outside learns who else there is");
            }
        }
        assert_eq!(bob.get(&link).status, StatusCode::CONFLICT);
        assert_eq!(bob.get(&format!("/api/v1/sight?record={set}")).status, StatusCode::CONFLICT);
        assert_eq!(bob.get("/sight").status, StatusCode::OK, "whoever owns another record may ask there");
        let mut sam = signed_in(&world, "sam");
        assert_eq!(sam.get("/sight?record=RS-1").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(sam.get(&format!("{link}&person=PE-1")).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(sam.get("/api/v1/sight").status, StatusCode::UNPROCESSABLE_ENTITY);
        // Somebody who left is told as that, and not as a record that does not exist.
        let (_, ben, _) = person_of(&world, "ben");
        world.sam().does(|work| identity::leave(work, &ben)).unwrap();
        let left = sam.get(&format!("/api/v1/people/{ben}/why?record={set}")).json();
        assert_eq!((&left["sees"], &left["steps"]), (&json!(false), &json!([])));
        assert!(left["reasons"][0].as_str().unwrap().starts_with("They left"), "{left}");
        assert!(sam.get(&format!("{link}&person={ben}")).text.contains("does not see it"));
    }
}

#[test]
fn the_form_for_a_token_sent_twice_makes_one() {
    for world in World::on_each_engine() {
        let mut ada = signed_in(&world, "ada");
        let sent =
            [("name", "Nightly export"), ("scope", "read"), ("days", "30"), ("once", "one-click-of-hers")];
        let secret_in = |page: &str| page[page.find("rq_").unwrap()..].chars().take(46).collect::<String>();
        let (first, second) =
            (ada.post_form("/me/tokens", &sent).text, ada.post_form("/me/tokens", &sent).text);
        assert_eq!(secret_in(&first), secret_in(&second));
        assert_eq!(world.ada().asks(identity::my_tokens).len(), 1);
        let secret = secret_in(&first);
        assert_eq!(client(&world.db).with_bearer(&secret).get("/api/v1/me").status, StatusCode::OK);
        let sent = json!({ "name": "Nightly export", "days": 3 });
        let headers = [("idempotency-key", "k1")];
        let (one, two) = (
            ada.send_json(Method::POST, "/api/v1/me/tokens", &headers, &sent).json(),
            ada.send_json(Method::POST, "/api/v1/me/tokens", &headers, &sent).json(),
        );
        assert_eq!(one, two);
        assert_ne!(one["secret"].as_str(), Some(secret.as_str()));
    }
}

#[test]
fn programs_cannot_give_two_people_one_address_either() {
    for world in World::on_each_engine() {
        let (_, ada_no, ada) = person_of(&world, "ada");
        let (_, carl_no, carl) = person_of(&world, "carl");
        let mut sam = signed_in(&world, "sam");
        let twin = json!({ "title": "Ada Twin", "email": ada.to_uppercase() });
        let came = sam.post_json("/api/v1/people", &twin);
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        assert!(came.text.contains("has this address already"));
        let came = sam.patch_json(&format!("/api/v1/people/{ada_no}"), Some("*"), &json!({ "email": carl }));
        assert!(came.text.contains(&carl_no), "{}", came.text);
        let same = sam.patch_json(
            &format!("/api/v1/people/{ada_no}"),
            Some("*"),
            &json!({ "email": ada, "phone": "1" }),
        );
        assert_eq!(same.status, StatusCode::OK, "{}", same.text);
    }
}

#[test]
fn whoever_says_no_time_zone_lives_by_the_clock_of_the_house() {
    for world in World::on_each_engine() {
        world.db.set("company.zone", "America/Chicago").unwrap();
        let mut sam = signed_in(&world, "sam");
        let new = json!({ "title": "Lea Programme", "email": "lea.programme@kestrel-dosing.example" });
        let made = sam.post_json("/api/v1/people", &new);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let kept = sam.get(&format!("/api/v1/people/{number}")).json();
        assert_eq!(kept["body"]["zone"], "", "{kept}");
        let person = world.sam().asks(|reader| Ok(reader.mention_of(&number)?.id));
        let zone = || world.sam().asks(|reader| identity::zone_of(reader, person));
        assert_eq!(zone(), "America/Chicago");
        // Seven in the evening there is the middle of the night in Bremen.
        let written = |at: &str| {
            let at = at.parse().unwrap();
            world.sam().asks(|reader| reader.may_be_written_to(person, at)).to_string()
        };
        assert_eq!(written("2026-03-03T01:00:00Z"), "2026-03-03T01:00:00Z");
        assert_eq!(written("2026-03-03T03:00:00Z"), "2026-03-03T13:00:00Z");
        let own = json!({ "zone": "Asia/Tokyo" });
        let patched = sam.patch_json(&format!("/api/v1/people/{number}"), Some("*"), &own);
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text);
        assert_eq!(zone(), "Asia/Tokyo");
    }
}

/// Mails go out, and lead back here.
fn opens_post(world: &World) {
    let post =
        kernel::Post { server: "mail.kestrel-dosing.example:587", from: "post@kestrel-dosing.example" };
    world.db.open_post(Some(post)).unwrap();
    world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
}

fn letters(world: &World) -> Vec<kernel::Kept> {
    let all = world.sam().asks(|reader| reader.letters(None, None, 100));
    all.iter().map(|it| world.sam().asks(|reader| reader.letter(it.id))).collect()
}

#[test]
fn an_invitation_and_a_new_password_come_by_letter_and_nobody_else_reads_the_link() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let email = with_password(&world, "ada");
        let asked = |email: &str| client(&world.db).post_form("/sign-in/forgotten", &[("email", email)]);
        let (known, unknown) = (asked(&email), asked("nobody@kestrel-dosing.example"));
        assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
        assert!(world.sam().asks(|reader| reader.my_tasks(&[])).is_empty(), "nobody has to be asked");
        let written = letters(&world);
        assert_eq!(written.len(), 1);
        let letter = &written[0];
        assert_eq!((letter.recipients[0].address.as_str(), letter.is_automatic), (email.as_str(), true));
        assert!(
            letter.words.contains(kernel::SECRET) && !letter.words.contains("/password/"),
            "{}",
            letter.words
        );
        let page = signed_in(&world, "sam").get(&format!("/letters/{}", letter.id)).text;
        assert!(!page.contains("/password/"), "nobody reads the link of another");
        let carried = world.db.take_letter().unwrap().unwrap().letter.words;
        let (_, path) = carried.split_once("https://reqord.kestrel.example").unwrap();
        let path = path.lines().next().unwrap().to_owned();
        let mut browser = client(&world.db).with_header("host", "evil.example");
        assert_eq!(browser.post_form(&path, &[("password", "nine loud herons")]).location(), "/sign-in");
        assert_eq!(knock(&mut browser, &email, "nine loud herons").location(), "/me");
        // An administrator's link goes by letter, too, and leads where the configuration says, not where a request does.
        let (_, number, _) = person_of(&world, "bob");
        let mut sam = signed_in(&world, "sam").with_header("host", "evil.example");
        let made = sam.post_json(&format!("/api/v1/people/{number}/link"), &json!({})).json();
        assert_eq!(made["is_mailed"], true);
        assert!(
            made["link"].as_str().unwrap().starts_with("https://reqord.kestrel.example/password/"),
            "{made}"
        );
        assert_eq!(letters(&world).len(), 2);
        // A request that is sent again makes no other link and sends no second letter.
        let address = format!("/api/v1/people/{number}/link");
        let again = |sam: &mut Client, address: &str| {
            sam.send_json(Method::POST, address, &[("idempotency-key", "link-1")], &json!({}))
        };
        let first = again(&mut sam, &address).json();
        assert_ne!(first["link"], made["link"]);
        assert_eq!(again(&mut sam, &address).json(), first);
        let other = format!("/api/v1/people/{}/link", person_of(&world, "clara").1);
        assert_eq!(again(&mut sam, &other).status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = format!("/people/{number}/link");
        let twice = [("once", "a word of this form")];
        let shown = [sam.post_form(&form, &twice).text, sam.post_form(&form, &twice).text];
        let link = |page: &str| page.split("/password/").nth(1).unwrap()[..43].to_owned();
        assert_eq!(link(&shown[0]), link(&shown[1]));
        assert_eq!(letters(&world).len(), 4);
        // Whoever never had a password gets none by asking: somebody has to invite them.
        let priya = "priya.raman@meridian-dairies.example";
        asked(priya);
        assert_eq!(letters(&world).len(), 4);
    }
}

#[test]
fn a_browser_that_is_new_is_told_of_by_letter() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let email = with_password(&world, "ada");
        let comes = |agent: &str| {
            knock(&mut client(&world.db).with_header("user-agent", agent), &email, PASSWORD);
            letters(&world).len()
        };
        assert_eq!(comes("Mozilla/5.0 (X11; Linux) Firefox/140.0"), 0, "the first of all is no news");
        assert_eq!(comes("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"), 1);
        assert_eq!(comes("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"), 1);
        let letter = &letters(&world)[0];
        assert!(
            letter.words.contains("Firefox on Windows")
                && letter.words.contains("https://reqord.kestrel.example/me")
        );
    }
}

#[test]
fn a_session_ends_after_two_weeks_however_often_it_is_used() {
    for world in World::on_each_engine() {
        let ada = signed_in(&world, "ada");
        let secret = ada.cookie("reqord").unwrap().to_owned();
        let after = |hours: i64| client(&later(&world, hours * 3600)).with_cookie("reqord", &secret);
        for hours in [70, 140, 210, 280, 335] {
            assert!(!is_out(&mut after(hours)), "{hours}");
        }
        assert!(is_out(&mut after(337)), "two hours after it was used last");
    }
}

#[test]
fn what_waits_for_a_code_ends_after_a_quarter_of_an_hour_and_with_everything_else_of_whoever_leaves() {
    for world in World::on_each_engine() {
        let mut first = signed_in(&world, "ada");
        with_factor(&mut first);
        let (_, number, email) = person_of(&world, "ada");
        let mut browser = client(&later(&world, 60));
        knock(&mut browser, &email, PASSWORD);
        let half = browser.cookie("reqord").unwrap().to_owned();
        let is_good =
            |seconds: i64| identity::half_session(&later(&world, seconds), &half).unwrap().is_some();
        assert!(is_good(61) && is_good(60 + 14 * 60) && !is_good(60 + 16 * 60));
        world.sam().does(|work| identity::leave(work, &number)).unwrap();
        assert!(!is_good(61));
    }
}

/// Whoever leaves loses every key in the same deed. Here one was left, as if the deed had forgotten it.
#[test]
fn no_key_that_somebody_forgot_to_end_opens_anything_for_whoever_left() {
    for world in World::on_each_engine() {
        let mut session = signed_in(&world, "ada");
        let mut token = program(&world, "ada");
        let (ada, number, _) = person_of(&world, "ada");
        world.sam().does(|work| identity::make_link(work, &number, "forgotten")).unwrap();
        with_factor(&mut signed_in(&world, "bob"));
        let (bob, _, theirs) = person_of(&world, "bob");
        let mut waits = client(&later(&world, 60));
        knock(&mut waits, &theirs, PASSWORD);
        let half = waits.cookie("reqord").unwrap().to_owned();
        let is_good = || identity::half_session(&later(&world, 61), &half).unwrap().is_some();
        let mut anybody = client(&world.db);
        assert_eq!(token.get("/api/v1/me").json()["name"], "Ada Lindqvist");
        assert_eq!(anybody.get("/password/forgotten").status, StatusCode::OK);
        assert!(!is_out(&mut session) && is_good());
        for left in [ada, bob] {
            testbed::tamper(&world.address, &format!("update record set state = 'left' where id = {left};"))
                .unwrap();
        }
        assert_eq!(token.get("/api/v1/me").status, StatusCode::UNAUTHORIZED);
        assert_eq!(anybody.get("/password/forgotten").status, StatusCode::NOT_FOUND);
        assert!(is_out(&mut session) && !is_good());
    }
}
