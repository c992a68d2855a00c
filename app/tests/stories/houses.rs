//! Houses and their sites, what people do for them, how sure their addresses are, and how they want to be told.

use axum::http::StatusCode;
use customers::{
    Channel, ContactRole, Level, NewContact, NewRole, Organisation, Profile, ProfileLine, Proof, Topic, Way,
};
use kernel::{Error, New};
use serde_json::json;
use web::testing::Client;

use crate::world::{World, program, refusal, version_of};

/// A mail of Carl's.
const MAIL: &[u8] = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
    To: ada.lindqvist@kestrel-dosing.example\r\nSubject: CIP 3\r\n\
    Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <p@meridian-dairies.example>\r\n\r\nHello.\r\n";

/// A part of a house, opened by Ada.
pub fn part_of(world: &World, name: &str, parent: Option<i64>, level: Level) -> kernel::Made {
    let body = Organisation { parent, level, ..Organisation::default() };
    world.ada().does(|work| customers::open(work, &New { title: name, ..New::default() }, &body)).unwrap()
}

#[test]
fn a_house_is_a_tree_and_nobody_is_part_of_themselves() {
    for world in World::on_each_engine() {
        let site = part_of(&world, "Meridian Dairies, Thirsk", Some(world.meridian), Level::Site);
        let dock = part_of(&world, "Meridian Dairies, Thirsk, gate 2", Some(site.id), Level::ShipTo);
        let below = |parent: i64| {
            world.ada().does(|work| {
                let case = work.find::<Organisation>("K-1001")?;
                let body = Organisation { parent: Some(parent), ..case.body.clone() };
                customers::change(work, "K-1001", case.record.version, &case.record.title, body)
            })
        };
        assert!(refusal(below(world.meridian)).contains("cannot be part of itself"));
        let ring = refusal(below(dock.id));
        assert!(ring.contains("K-1001") && ring.contains("Take it out of there first"), "{ring}");
        assert!(refusal(below(world.ada().actor.person)).contains("Choose an organisation"));
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/customers/{}", dock.number)).text;
        for name in ["Meridian Dairies Ltd", "Meridian Dairies, Thirsk", "gate 2", "Ship-to address"] {
            assert!(page.contains(name), "{name}");
        }
        let tree = ada.get(&format!("/api/v1/customers/{}/house", dock.number)).json();
        let numbers: Vec<&str> =
            tree["items"].as_array().unwrap().iter().map(|it| it["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["K-1001", site.number.as_str(), dock.number.as_str()]);
        let sent = json!({ "parent": dock.number });
        let ring = ada.patch_json("/api/v1/customers/K-1001", Some("\"*\""), &sent);
        assert!(!ring.status.is_success(), "by program neither: {}", ring.text);
        assert!(!program(&world, "eve").get("/customers").text.contains("Thirsk"));
    }
}

#[test]
fn nobody_is_added_with_an_address_that_somebody_has() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let twin =
            json!({ "title": "Twin", "party": "K-1002", "email": "Carl.Whitfield@meridian-dairies.example" });
        let told = ada.post_json("/api/v1/people", &twin);
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text);
        assert!(
            told.text.contains("Carl Whitfield") && told.text.contains("has this address already"),
            "{}",
            told.text
        );
        let gordon = world
            .ada()
            .asks(|reader| identity::person_with_email(reader, "gordon.ames@meridian-dairies.example"));
        let (_, number, _) = gordon.unwrap();
        let shown = ada.get(&format!("/api/v1/people/{number}"));
        let tag = format!("\"{}\"", shown.json()["version"]);
        let email = json!({ "email": "carl.whitfield@meridian-dairies.example" });
        let told = ada.patch_json(&format!("/api/v1/people/{number}"), Some(&tag), &email);
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text);
        let job = ada.patch_json(
            &format!("/api/v1/people/{number}"),
            Some(&tag),
            &json!({ "job_title": "Head buyer" }),
        );
        assert!(job.status.is_success(), "what else is said of him can be changed: {}", job.text);
    }
}

#[test]
fn a_shared_mailbox_is_nobodys_own() {
    for world in World::on_each_engine() {
        let contact =
            NewContact { name: "Info", email: "info@meridian-dairies.example", ..NewContact::default() };
        let told = refusal(world.ada().does(|work| customers::add_contact(work, "K-1001", &contact)));
        assert!(told.contains("identifies nobody"), "{told}");
        let carl = world.carl().actor.person;
        let told = world.ada().does(|work| {
            customers::know(work, world.meridian, "stores@meridian-dairies.example", Some(carl))
        });
        assert!(refusal(told).contains("Several people read"));
        world
            .ada()
            .does(|work| customers::know(work, world.meridian, "stores@meridian-dairies.example", None))
            .unwrap();
    }
}

#[test]
fn a_telephone_is_known_and_somebody_made_sure_of_it() {
    for world in World::on_each_engine() {
        let carl = world.carl().actor.person;
        let know = |way, address: &str| {
            world.ada().does(|work| customers::know_by(work, world.meridian, (way, address), Some(carl)))
        };
        assert!(refusal(know(Way::Phone, "call me")).contains("Give a number"));
        know(Way::Phone, "+44  7700 900417").unwrap();
        let verify = |short: &str, address: &str| {
            world.person(short).does(|work| customers::verify(work, "K-1001", address, Proof::CalledBack))
        };
        assert!(refusal(verify("ada", "+44 1")).contains("not known here"));
        assert!(verify("amelia", "+44 7700 900417").is_err() && verify("carl", "+44 7700 900417").is_err());
        verify("ada", "+44 7700 900417").unwrap();
        verify("ada", "carl.whitfield@meridian-dairies.example").unwrap();
        let mut ada = program(&world, "ada");
        let page = ada.get("/customers/K-1001").text;
        assert!(page.contains("+44 7700 900417") && page.contains("We called back on a number known before"));
        assert!(page.contains("verified") && page.contains("Ada Lindqvist"));
        let lines = ada.get("/api/v1/customers/K-1001/addresses").json();
        let phone = lines.as_array().unwrap().iter().find(|it| it["kind"] == "phone").unwrap().clone();
        assert_eq!(phone["address"], "+44 7700 900417");
        let told = ada.get("/api/v1/customers/K-1001/checks").json();
        assert_eq!(told["items"].as_array().unwrap().len(), 2);
        assert!(
            !program(&world, "carl").get("/customers/K-1001").text.contains("known before"),
            "it is our business"
        );
    }
}

#[test]
fn somebody_does_something_for_two_organisations_and_sees_no_more_of_it() {
    for world in World::on_each_engine() {
        let site = part_of(&world, "Meridian Dairies, Thirsk", Some(world.meridian), Level::Site);
        let carl = world.carl().actor.person;
        let role = NewRole {
            person: carl,
            role: ContactRole::Project,
            since: "2026-01-05".parse().ok(),
            until: None,
        };
        let line = world.ada().does(|work| customers::give_role(work, &site.number, &role)).unwrap();
        assert!(
            refusal(world.ada().does(|work| customers::give_role(work, &site.number, &role)))
                .contains("End it first")
        );
        let ours = NewRole { person: world.bob().actor.person, ..role };
        assert!(
            refusal(world.ada().does(|work| customers::give_role(work, &site.number, &ours)))
                .contains("of a customer")
        );
        let address = format!("/customers/{}", site.number);
        let mut ada = program(&world, "ada");
        let page = ada.get(&address).text;
        assert!(
            page.contains("Carl Whitfield")
                && page.contains("of another organisation")
                && page.contains("Project")
        );
        assert_eq!(
            program(&world, "carl").get(&address).status,
            StatusCode::NOT_FOUND,
            "a role opens nothing"
        );
        let early = world
            .ada()
            .does(|work| customers::end_role(work, &site.number, line, "2025-12-31".parse().unwrap()));
        assert!(refusal(early).contains("before it begins"));
        world
            .ada()
            .does(|work| customers::end_role(work, &site.number, line, "2026-02-28".parse().unwrap()))
            .unwrap();
        let page = ada.get(&address).text;
        assert!(page.contains("1 role that is over"), "history stays");
        world.ada().does(|work| customers::give_role(work, &site.number, &role)).unwrap();
    }
}

fn profile(person: i64) -> Profile {
    let line = ProfileLine {
        topic: Topic::Change,
        subject: "wetted material".into(),
        person: Some(person),
        language: "en".into(),
        notice_days: 60,
        needs_approval: true,
        ..ProfileLine::default()
    };
    Profile {
        channel: Some(Channel::Email),
        calls_from: "09:00".into(),
        lines: vec![line],
        agreed_on: "2025-09-22".parse().ok(),
        review_on: "2026-02-01".parse().ok(),
        ..Profile::default()
    }
}

#[test]
fn how_they_want_to_be_told_stands_where_one_writes_to_them() {
    for world in World::on_each_engine() {
        let carl = world.carl().actor.person;
        let agree = |short: &str, profile: &Profile| {
            world.person(short).does(|work| {
                let version = work.find::<Organisation>("K-1001")?.record.version;
                customers::agree_profile(work, "K-1001", version, profile, "Never mention the recall.")
            })
        };
        let wrong = Profile { calls_from: "nine".into(), ..profile(carl) };
        assert!(refusal(agree("ada", &wrong)).contains("Give a time like 09:00"));
        let foreign = profile(world.eve().actor.person);
        assert!(refusal(agree("ada", &foreign)).contains("of this organisation"));
        assert!(agree("amelia", &profile(carl)).is_err() && agree("carl", &profile(carl)).is_err());
        agree("ada", &profile(carl)).unwrap();
        let mut ada = program(&world, "ada");
        let page = ada.get("/customers/K-1001").text;
        for words in [
            "Prefers English, by e-mail.",
            "No calls before 09:00.",
            "has to approve",
            "60 days before",
            "wetted material",
            "Never mention the recall.",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(page.contains("somebody has to ask them"), "it is stale since February");
        assert!(ada.get("/customers").text.contains("profile to be asked again"));
        let mail = conversations::Intake::read(MAIL.to_vec());
        let number = world.ada().does(|work| conversations::take_in(work, &mail)).unwrap().number;
        let pane = ada.get(&format!("/conversations/{number}")).text;
        assert!(
            pane.contains("No calls before 09:00.") && pane.contains("Never mention the recall."),
            "beside the conversation"
        );
        let mut carl = program(&world, "carl");
        let own = carl.get("/customers/K-1001").text;
        assert!(own.contains("No calls before 09:00.") && !own.contains("Never mention the recall."));
        assert!(!carl.get(&format!("/conversations/{number}")).text.contains("Never mention"));
        assert!(!carl.get("/search?q=recall").text.contains("Never mention"));
        let sent = ada.get("/api/v1/customers/K-1001").json();
        let line = &sent["body"]["profile"]["lines"][0];
        assert!(line["person"].as_str().unwrap().starts_with("PE-"), "programs read numbers: {line}");
    }
}

#[test]
fn a_profile_is_kept_without_a_script_and_nothing_is_lost_of_it() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let form = ada.get("/customers/K-1001/profile");
        assert_eq!(form.status, StatusCode::OK);
        let version =
            world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.record.version)).to_string();
        let fields = [
            ("version", version.as_str()),
            ("channel", "telephone"),
            ("calls_from", "25:00"),
            ("topic1", "delay"),
            ("way1", "telephone"),
            ("threshold1", "2 days"),
            ("topic2", ""),
            ("sensitivity", "Mind the dog."),
        ];
        let again = ada.post_form("/customers/K-1001/profile", &fields);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            again.text.contains("25:00") && again.text.contains("Mind the dog."),
            "what was typed is there"
        );
        let mended: Vec<(&str, &str)> = fields
            .iter()
            .map(|it| if it.0 == "calls_from" { ("calls_from", "08:30") } else { *it })
            .collect();
        assert_eq!(
            ada.post_form("/customers/K-1001/profile", &mended).location(),
            "/customers/K-1001#profile"
        );
        let stale = ada.post_form("/customers/K-1001/profile", &mended[..3]);
        assert_eq!(
            stale.status,
            StatusCode::PRECONDITION_FAILED,
            "nobody overwrites what they have not seen"
        );
        let kept = world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.body));
        assert_eq!((kept.profile.lines.len(), kept.town.as_str()), (1, "Northallerton"));
        // Told that somebody was faster, whoever sends what they typed again is heard.
        assert!(stale.text.contains("Look at it again, then send it again."), "{}", stale.text);
        let now = version_of(&stale.text);
        let sent = [("version", now.as_str()), ("channel", "telephone"), ("calls_from", "08:45")];
        assert_eq!(ada.post_form("/customers/K-1001/profile", &sent).status, StatusCode::SEE_OTHER);
        let kept = world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.body));
        assert_eq!((kept.profile.lines.len(), kept.profile.calls_from.as_str()), (0, "08:45"));
    }
}

/// Opens a record by its form; its address.
fn opened(who: &mut Client, at: &str, fields: &[(&str, &str)]) -> String {
    let made = who.post_form(at, fields);
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{at}: {}", made.text);
    made.location().to_owned()
}

/// Two people change the first of these fields by the form of a record, which is sent to this address: the slower is
/// told, sends what they typed again, and it is kept.
fn slower_is_kept(both: (&mut Client, &mut Client), (at, to): (&str, &str), fields: &[(&str, &str)]) {
    let (faster, slower) = both;
    let send = |who: &mut Client, version: &str, words: &str| {
        let mut sent = fields.to_vec();
        sent[0].1 = words;
        sent.push(("version", version));
        who.post_form(to, &sent)
    };
    let seen = version_of(&faster.get(&format!("{at}/edit")).text);
    let first = send(faster, &seen, "Faster");
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{at}: {}", first.text);
    let late = send(slower, &seen, "Slower");
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{at}");
    for shown in ["Somebody else changed it first. Look at it again", r#"value="Slower""#, "data-draft="] {
        assert!(late.text.contains(shown), "{at}: {shown} is not in {}", late.text);
    }
    let again = send(slower, &version_of(&late.text), "Slower");
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{at}: {}", again.text);
    assert!(faster.get(at).text.contains("Slower"), "{at}");
}

#[test]
fn whoever_saves_second_is_told_sends_it_again_and_is_kept() {
    for world in World::on_each_engine() {
        let (mut sam, mut slower) = (program(&world, "sam"), program(&world, "sam"));
        let all: [(&str, &[(&str, &str)]); 4] = [
            ("/customers", &[("name", "Dales Creamery"), ("sent", "1"), ("is_customer", "on")]),
            ("/people", &[("name", "Nora Field"), ("joined_on", "")]),
            ("/functions", &[("name", "Logistics"), ("accountable_for", "Freight")]),
            ("/extra-fields", &[("title", "Cost centre"), ("of_kind", "REQ"), ("holds", "text")]),
        ];
        for (list, fields) in all {
            let at = opened(&mut sam, list, fields);
            slower_is_kept((&mut sam, &mut slower), (&at, &at), &fields[..1]);
        }
    }
}

#[test]
fn whoever_saves_an_order_a_change_or_a_risk_second_is_kept_too() {
    for world in World::on_each_engine() {
        let (mut ada, mut slower) = (program(&world, "ada"), program(&world, "ada"));
        let meridian = world.meridian.to_string();
        let change = opened(&mut ada, "/changes", &[("title", "Seals")]);
        let change = change.rsplit('/').next().unwrap_or_default();
        let all: [(&str, &[(&str, &str)]); 7] = [
            ("/orders", &[("title", "Dosing skid"), ("customer", &meridian)]),
            ("/quotations", &[("title", "Dosing skid"), ("customer", &meridian)]),
            ("/changes", &[("title", "Seals of the pump")]),
            ("/change-issues", &[("title", "Rings come late"), ("change", change), ("due", "2026-03-06")]),
            ("/risks", &[("title", "Late")]),
            ("/contingency-plans", &[("title", "The maker fails")]),
            ("/catalogue", &[("title", "KD-90"), ("code", "KD-90"), ("sort", "product")]),
        ];
        for (list, fields) in all {
            let at = opened(&mut ada, list, fields);
            slower_is_kept((&mut ada, &mut slower), (&at, &format!("{at}/edit")), fields);
        }
    }
}

#[test]
fn whoever_is_slower_and_mistypes_overwrites_nothing_unseen() {
    for world in World::on_each_engine() {
        let mut bob = program(&world, "bob");
        for (list, days) in [("/risk-matrices", "low"), ("/review-templates", "days")] {
            let form = format!("{}/edit", opened(&mut bob, list, &[("title", "Ours"), (days, "7")]));
            let seen = version_of(&bob.get(&form).text);
            let mut send = |version: &str, title: &str, said: &str| {
                bob.post_form(&form, &[("version", version), ("title", title), (days, said)])
            };
            assert_eq!(send(&seen, "Faster", "8").status, StatusCode::SEE_OTHER, "{list}");
            // What is to be mended goes by the version that was sent, so that they hear of the other afterwards.
            let wrong = send(&seen, "Slower", "a week");
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{list}");
            assert_eq!(version_of(&wrong.text), seen, "{list}");
            let late = send(&seen, "Slower", "9");
            assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{list}");
            let kept = send(&version_of(&late.text), "Slower", "9");
            assert_eq!(kept.status, StatusCode::SEE_OTHER, "{list}: {}", kept.text);
        }
    }
}

#[test]
fn the_list_says_what_is_with_each() {
    for world in World::on_each_engine() {
        world.offered_set();
        let page = program(&world, "ada").get("/customers?q=Meridian").text;
        assert!(page.contains("Open conversations") && page.contains("Meridian Dairies Ltd"));
        let stale = world.ada().does(|work| {
            let case = work.find::<Organisation>("K-1001")?;
            customers::change_with(work, "K-1001", case.record.version - 1, "X", |_| {})
        });
        assert!(matches!(stale, Err(Error::Stale)));
    }
}

/// What a program reads at an address of an organisation, page by page to its end: each by its key.
fn to_the_end(who: &mut web::testing::Client, address: &str) -> (usize, Vec<i64>) {
    let (mut pages, mut ids, mut after) = (0, Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{address}?limit=200{after}"));
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let page = page.json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return (pages, ids),
        }
    }
}

#[test]
fn nobody_of_very_many_people_parts_and_roles_is_left_out() {
    for world in World::on_each_engine() {
        let before = world.ada().asks(|reader| customers::contacts(reader, world.meridian)).len();
        let made = world.ada().does(|work| {
            let mut made = Vec::new();
            for no in 0..501 {
                let title = kernel::fingerprint(format!("Worker {no}").as_bytes())[..16].to_owned();
                let new = New { title: &title, party: Some(world.meridian), ..New::default() };
                made.push(identity::add_person(work, &new, &identity::Person::default())?.id);
            }
            Ok(made)
        });
        let made = made.unwrap();
        let parts: Vec<_> = (0..501).map(|no| format!("Gate {no:03}")).collect();
        let part =
            Organisation { parent: Some(world.meridian), level: Level::Site, ..Organisation::default() };
        let parts: Vec<_> =
            parts.iter().map(|title| (New { title, ..New::default() }, part.clone())).collect();
        world.ada().does(|work| work.create_many(&parts)).unwrap();
        world
            .ada()
            .does(|work| {
                made.iter().try_for_each(|person| {
                    let role =
                        NewRole { person: *person, role: ContactRole::Project, since: None, until: None };
                    customers::give_role(work, "K-1001", &role).map(|_| ())
                })
            })
            .unwrap();
        let mut ada = program(&world, "ada");
        for (what, count) in [("contacts", before + 501), ("house", 502), ("roles", 501)] {
            let (pages, mut ids) = to_the_end(&mut ada, &format!("/api/v1/customers/K-1001/{what}"));
            ids.sort_unstable();
            ids.dedup();
            assert_eq!((pages, ids.len()), (3, count), "{what}");
        }
        let wrong = ada.get("/api/v1/customers/K-1001/contacts?after=x");
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let page = ada.get("/customers/K-1001").text;
        assert!(page.contains("2 more are there and not shown here."), "the parts of the house");
        let people = format!("{} more are there and not shown here.", before + 1);
        assert!(page.contains(&people), "{people}");
        assert!(!page.contains("of another organisation"));

        // Whoever plans for them is of another organisation, and is not among those who are counted.
        let new = New { title: "Planners at Work", ..New::default() };
        let planners =
            world.ada().does(|work| customers::open(work, &new, &Organisation::default())).unwrap();
        let new = New { title: "Zoe Planner", party: Some(planners.id), ..New::default() };
        world
            .ada()
            .does(|work| {
                let person = identity::add_person(work, &new, &identity::Person::default())?.id;
                let role = NewRole { person, role: ContactRole::Project, since: None, until: None };
                customers::give_role(work, "K-1001", &role)
            })
            .unwrap();
        let page = ada.get("/customers/K-1001").text;
        assert!(page.contains("Zoe Planner") && page.contains("of another organisation"), "{page}");
    }
}
