//! What was only said: asked by letter, answered by a link without an account, reminded once, tied to what came of it;
//! silence is no consent.

use std::sync::Arc;

use axum::http::StatusCode;
use conversations::{
    Call, Closing, NewCall, NewStatement, Recipient, Statement, StatementState, Writing, answers,
    note_statement, put_in_writing, record_call, statements, tie_talk, unconfirmed_of,
};
use customers::{Channel, NewContract, Organisation, Profile, ProfileLine, Says, Topic, record_contract};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use kernel::{Actor, Audience, Db, New};
use orders::{CameBy, Order};

use crate::reviews::{POST, link_in, newest, next_letter};
use crate::world::{Person, World, client, monday, program, refusal};

const CARL: &str = "carl.whitfield@meridian-dairies.example";
const ANSWER_BY: Date = date(2026, 3, 6);

/// A moment so many days after the Monday of the stories.
fn on(days: i64) -> Timestamp {
    monday() + SignedDuration::from_hours(24 * days)
}

/// Carl calls Ada and orders kits; what has to hold of it is noted.
fn carl_calls(world: &World, said: &[&str]) -> String {
    let call = NewCall {
        call: Call {
            person: Some(world.carl().actor.person),
            name: "Carl Whitfield".into(),
            words: "Twelve kits, please.".into(),
            began_at: monday() - SignedDuration::from_mins(7),
            ..Call::default()
        },
        title: "Carl orders kits".into(),
        party: Some(world.meridian),
        closing: Closing { said: said.iter().map(|it| (*it).to_owned()).collect(), ..Closing::default() },
        ..NewCall::default()
    };
    world.ada().does(|work| record_call(work, &call)).unwrap().number
}

fn kept(who: &Person, number: &str) -> Vec<Statement> {
    who.asks(|reader| statements(reader, reader.mention_of(number)?.id))
}

/// Ada asks Carl to confirm all that is noted at a record.
pub(crate) fn asked(world: &World, number: &str, frame_contract: &str) {
    let said = kept(&world.ada(), number).iter().map(|it| it.id).collect();
    asks(world, number, ("Carl Whitfield", CARL), said, frame_contract);
}

/// Ada asks somebody of Meridian to confirm some of it.
fn asks(world: &World, number: &str, (name, address): (&str, &str), said: Vec<i64>, frame_contract: &str) {
    let writing = Writing {
        recipients: vec![Recipient { name: name.into(), address: address.into(), is_copy: false }],
        subject: "We understood the following".into(),
        words: "We understood the following: 1. Twelve kits.".into(),
        said,
        due: Some(ANSWER_BY),
        frame_contract: frame_contract.into(),
        base: "http://reqord.test".into(),
        ..Writing::default()
    };
    world.ada().does(|work| put_in_writing(work, number, &writing)).unwrap();
}

/// An order of Meridian's that was given by telephone, with nothing missing but what was said.
pub(crate) fn ordered_by_telephone(world: &World) -> String {
    let order = Order { came_by: CameBy::Telephone, ..Order::default() };
    let new = New { title: "Diaphragm kits", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number
}

/// What the gate of an order says.
fn gate(world: &World, order: &str) -> String {
    refusal(world.ada().does(|work| orders::accept(work, order, "")))
}

fn open_tasks(who: &Person, number: &str) -> Vec<String> {
    let tasks = who.asks(|reader| reader.tasks(reader.mention_of(number)?.id));
    tasks.into_iter().filter(|it| it.settled_at.is_none()).map(|it| it.request).collect()
}

fn runs(world: &World, at: Timestamp) {
    world.db.write_at(&Actor::system(), at, conversations::remind_of_statements).unwrap();
}

#[test]
fn whoever_said_it_answers_by_the_link_of_the_letter_and_that_fills_the_gap_of_the_order() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let call = carl_calls(&world, &["Twelve kits by Friday.", "Price as last time."]);
        let order = ordered_by_telephone(&world);
        assert!(gate(&world, &order).contains("It was ordered by telephone."));
        let mut ada = program(&world, "ada");
        let tied = ada.post_form(&format!("/said/{order}/ties"), &[("other", &call)]);
        assert_eq!(tied.status, StatusCode::SEE_OTHER, "{}", tied.text);
        let told = gate(&world, &order);
        assert!(
            told.contains("“Twelve kits by Friday.” was said") && !told.contains("by telephone"),
            "{told}"
        );
        asked(&world, &call, "");
        assert!(gate(&world, &order).contains("Silence is no consent"), "asked is not confirmed");

        let letter = next_letter(&world);
        assert!(letter.contains("We do not take silence as yes."), "{letter}");
        let link = link_in(&letter);
        let conversation = world.ada().asks(|reader| reader.letters(None, None, 5))[0].number.clone();
        let page = ada.get(&format!("/conversations/{conversation}")).text;
        assert!(page.contains("We do not take silence as yes.") && !page.contains(&link), "no link is shown");
        let mut carl = client(&world.db);
        for _ in 0..3 {
            let page = carl.get(&link);
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            assert!(
                page.text.contains("Twelve kits by Friday.") && page.text.contains("Price as last time.")
            );
            assert!(
                !page.text.contains(&call) && !page.text.contains("Twelve kits, please."),
                "the call is ours"
            );
        }
        let all = kept(&world.ada(), &call);
        assert!(all.iter().all(|it| it.state == StatementState::Asked), "looking changes nothing");
        let (one, two) = (format!("answer-{}", all[0].id), format!("answer-{}", all[1].id));
        let instead = format!("words-{}", all[1].id);
        let half = carl.post_form(&link, &[(&one, "confirmed")]);
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.text.contains("Say of each whether it is right."), "{}", half.text);
        let empty = carl.post_form(&link, &[(&one, "confirmed"), (&two, "otherwise")]);
        assert!(empty.text.contains("Say what is right instead."), "{}", empty.text);
        assert!(
            kept(&world.ada(), &call).iter().all(|it| it.state == StatementState::Asked),
            "nothing by half"
        );
        let form =
            [(&*one, "confirmed"), (&*two, "otherwise"), (&*instead, "Three per cent less, as agreed")];
        let answered = carl.post_form(&link, &form);
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
        assert_eq!(carl.post_form(&link, &form).status, StatusCode::GONE, "once");
        assert_eq!(carl.get(&link).status, StatusCode::GONE);
        assert_eq!(
            client(&world.db).get(&format!("/understood/{}", "0".repeat(64))).status,
            StatusCode::NOT_FOUND
        );

        let said = world.ada().asks(|reader| answers(reader, reader.mention_of(&call)?.id));
        assert_eq!((said[0].name.as_str(), said[0].source.as_str()), ("Carl Whitfield", "link"));
        let tasks = open_tasks(&world.ada(), &call);
        assert_eq!(tasks.len(), 1, "the watch is over, the objection is to be heeded: {tasks:?}");
        assert!(tasks[0].contains("says that it is otherwise"), "{tasks:?}");
        let objection = world.ada().asks(|reader| reader.tasks(reader.mention_of(&call)?.id));
        let objection = objection.into_iter().find(|it| it.settled_at.is_none()).unwrap();
        assert_eq!(objection.due, "2026-03-04".parse().ok(), "whoever lets it lie is reminded");
        let told = gate(&world, &order);
        assert!(told.contains("“Price as last time.” is not what the customer says"), "{told}");
        assert!(!told.contains("Twelve kits by Friday."), "{told}");
        for page in [format!("/orders/{order}"), format!("/calls/{call}")] {
            let text = ada.get(&page).text;
            assert!(text.contains("Three per cent less, as agreed"), "{page} shows the answer");
        }
        let anew = ada.post_form(
            &format!("/said/{call}"),
            &[
                ("instead_of", &*all[1].id.to_string()),
                (&format!("said-{}", all[1].id), "Three per cent less."),
            ],
        );
        assert_eq!(anew.status, StatusCode::SEE_OTHER, "{}", anew.text);
        let told = gate(&world, &order);
        assert!(
            !told.contains("Price as last time.") && told.contains("“Three per cent less.” was said"),
            "{told}"
        );
    }
}

#[test]
fn what_was_said_is_confirmed_by_its_link_once_and_in_the_name_of_whom_it_was_sent_to() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let call = carl_calls(&world, &["Twelve kits by Friday."]);
        asked(&world, &call, "");
        let link = link_in(&next_letter(&world));
        let one = format!("answer-{}", kept(&world.ada(), &call)[0].id);
        let said = || world.ada().asks(|reader| answers(reader, reader.mention_of(&call)?.id));
        let opens_nothing = |db: &Arc<Db>, link: &str, (status, words): (StatusCode, &str)| {
            let stands = || (newest(&world), kept(&world.ada(), &call)[0].state, said().len());
            let (mut browser, before) = (client(db), stands());
            for came in [browser.get(link), browser.post_form(link, &[(&one, "denied")])] {
                assert_eq!(came.status, status, "{link}: {}", came.text);
                assert!(came.text.contains(words), "{link}: {}", came.text);
                assert!(!came.text.contains("Twelve kits"), "{link}: {}", came.text);
            }
            assert_eq!(stands(), before, "{link}");
        };
        let unknown = (StatusCode::NOT_FOUND, "Nobody made such a link. Look whether it was copied whole");
        let (all, last) = link.split_at(link.len() - 1);
        let mistyped = format!("{all}{}", if last == "0" { "1" } else { "0" });
        for guessed in ["/understood/0", all, &mistyped, &format!("/understood/{}", "0".repeat(64))] {
            opens_nothing(&world.db, guessed, unknown);
        }
        let later = crate::door::at(&world, on(31));
        opens_nothing(&later, &link, (StatusCode::GONE, "It is too old. Ask whoever sent it for another."));
        assert_eq!(kept(&world.ada(), &call)[0].state, StatementState::Asked);
        // Carl sends the letter on, and a colleague without an account confirms: it is the word of Carl, by the link.
        let mut colleague = client(&world.db);
        assert!(colleague.get(&link).text.contains("Twelve kits by Friday."));
        assert_eq!(colleague.post_form(&link, &[(&one, "confirmed")]).status, StatusCode::OK);
        let told = said();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].name.as_str(), told[0].source.as_str()), ("Carl Whitfield", "link"));
        let page = program(&world, "ada").get(&format!("/calls/{call}")).text;
        assert!(page.contains("by the link in our letter"), "{page}");
        let used = "It was used before. What you sent has arrived; nothing more is asked of you.";
        opens_nothing(&world.db, &link, (StatusCode::GONE, used));
        assert_eq!(kept(&world.ada(), &call)[0].state, StatementState::Confirmed);
    }
}

#[test]
fn two_who_are_asked_about_one_call_read_and_answer_each_what_they_were_asked() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let call = carl_calls(&world, &["Twelve kits by Friday.", "Price as last time."]);
        let all = kept(&world.ada(), &call);
        let people = [("Carl Whitfield", CARL), ("Priya Raman", "priya.raman@meridian-dairies.example")];
        let mut links = Vec::new();
        for (who, said) in people.into_iter().zip(&all) {
            asks(&world, &call, who, vec![said.id], "");
            links.push(link_in(&next_letter(&world)));
        }
        for (link, (own, other)) in links.iter().zip([(&all[0], &all[1]), (&all[1], &all[0])]) {
            let page = client(&world.db).get(link);
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            let fields = [format!("answer-{}", own.id), format!("answer-{}", other.id)];
            assert!(page.text.contains(&fields[0]) && !page.text.contains(&fields[1]), "{}", page.text);
        }
    }
}

#[test]
fn a_call_or_meeting_leads_to_its_order_on_both_pages_and_to_no_order_of_another_customer() {
    for world in World::on_each_engine() {
        let call = carl_calls(&world, &["Twelve kits by Friday."]);
        let order = ordered_by_telephone(&world);
        let new = New { title: "Valves", party: Some(world.hallander), ..New::default() };
        let others =
            world.ada().does(|work| orders::open_order(work, &new, &Order::default())).unwrap().number;
        let outcome = world.ada().does(|work| tie_talk(work, &call, &others));
        assert!(refusal(outcome).contains("another customer"));
        let outcome = world.ada().does(|work| tie_talk(work, &order, &others));
        assert!(refusal(outcome).contains("Name a call or meeting"));
        let outcome = world.amelia().does(|work| tie_talk(work, &call, &order));
        assert!(refusal(outcome).contains("change nothing"));
        world.ada().does(|work| tie_talk(work, &call, &order)).unwrap();
        let mut ada = program(&world, "ada");
        assert!(
            ada.get(&format!("/calls/{call}")).text.contains(&format!("/orders/{order}")),
            "what follows"
        );
        assert!(
            ada.get(&format!("/orders/{order}")).text.contains(&format!("/calls/{call}")),
            "what led here"
        );
        let way = ada.get(&format!("/orders/{order}/way")).text;
        assert!(way.contains(&format!("/calls/{call}")) && way.contains("Twelve kits"), "{way}");
        for who in ["carl", "eve"] {
            let mut outsider = program(&world, who);
            for path in ["", "/confirmation"] {
                let status = outsider.get(&format!("/said/{call}{path}")).status;
                assert!(status.is_client_error(), "{who} {path}");
            }
            assert_eq!(outsider.get(&format!("/api/v1/said/{call}")).status, StatusCode::NOT_FOUND, "{who}");
            let tied = outsider.post_form(&format!("/said/{order}/ties"), &[("other", &call)]);
            assert!(tied.status.is_client_error(), "{who}");
        }
        assert_eq!(
            program(&world, "carl").get(&format!("/api/v1/said/{order}")).json().as_array().unwrap().len(),
            0
        );
    }
}

#[test]
fn who_was_asked_and_is_silent_is_reminded_once_and_whoever_asked_has_to_look() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        world.db.open_site(Some("http://reqord.test")).unwrap();
        let call = carl_calls(&world, &["Twelve kits by Friday.", "Price as last time."]);
        asked(&world, &call, "");
        let first = link_in(&next_letter(&world));
        let letters = || world.ada().asks(|reader| reader.letters(None, None, 20)).len();
        runs(&world, on(4));
        assert_eq!(letters(), 1, "the last day is still theirs");
        for hour in 0..3 {
            runs(&world, on(5) + SignedDuration::from_hours(hour));
        }
        assert_eq!(letters(), 2, "once");
        let newest =
            world.ada().asks(|reader| reader.letters(None, None, 20)).iter().map(|it| it.id).max().unwrap();
        let again = world.db.read(&Actor::system(), |reader| reader.opened(newest)).unwrap().words;
        assert!(
            again.contains("1. Twelve kits by Friday.") && again.contains("2. Price as last time."),
            "{again}"
        );
        assert!(again.contains("do not take silence as yes"), "{again}");
        let mut carl = client(&world.db);
        assert_eq!(carl.get(&first).status, StatusCode::OK, "the link that they have goes on leading there");
        assert_eq!(carl.get(&link_in(&again)).status, StatusCode::OK);
        let tasks = open_tasks(&world.ada(), &call);
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        assert!(tasks[0].contains("Silence is no consent"), "{tasks:?}");
        let told = |who: &Person| {
            who.asks(|reader| reader.notices(false, None, 200))
                .iter()
                .filter(|it| it.deed == "reminded")
                .count()
        };
        world.db.write_at(&Actor::system(), on(6), |work| work.remind()).unwrap();
        assert_eq!((told(&world.ada()), told(&world.bob())), (1, 0), "whoever asked");
        world.db.write_at(&Actor::system(), on(10), |work| work.remind()).unwrap();
        assert_eq!((told(&world.ada()), told(&world.bob())), (1, 1), "then whoever answers for quality");
        let open = world.ada().asks(|reader| unconfirmed_of(reader, world.meridian)).len();
        assert_eq!(open, 2, "no reminder makes silence a yes");
        let asked: Vec<_> = kept(&world.ada(), &call).iter().map(|it| format!("answer-{}", it.id)).collect();
        let form: Vec<_> = asked.iter().map(|it| (it.as_str(), "confirmed")).collect();
        assert_eq!(carl.post_form(&first, &form).status, StatusCode::OK);
        for link in [&first, &link_in(&again)] {
            assert_eq!(carl.get(link).status, StatusCode::GONE, "one answer is enough");
        }
    }
}

#[test]
fn where_they_want_no_mail_about_orders_one_of_us_is_asked_to_remind_them() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        world.db.open_site(Some("http://reqord.test")).unwrap();
        let call = carl_calls(&world, &["Twelve kits by Friday."]);
        asked(&world, &call, "");
        let by = ProfileLine { topic: Topic::Order, channel: Channel::Telephone, ..ProfileLine::default() };
        world
            .ada()
            .does(|work| {
                let mut case = work.find_by_id::<Organisation>(world.meridian)?;
                work.revise(&mut case, |it| {
                    it.profile = Profile { lines: vec![by.clone()], ..Profile::default() };
                })
            })
            .unwrap();
        runs(&world, on(5));
        runs(&world, on(6));
        assert_eq!(world.ada().asks(|reader| reader.letters(None, None, 20)).len(), 1, "the question itself");
        let tasks = open_tasks(&world.ada(), &call);
        assert_eq!(tasks.iter().filter(|it| it.contains("Telephone")).count(), 1, "{tasks:?}");
    }
}

/// A frame contract by which silence is consent.
fn contract() -> NewContract {
    NewContract {
        number: "FC-12".into(),
        clause: "4.2".into(),
        says: Says::Silence,
        holds_from: Some(date(2026, 1, 1)),
        holds_until: None,
    }
}

#[test]
fn silence_is_no_consent_by_a_contract_that_nobody_recorded_or_that_ends_before() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let order = ordered_by_telephone(&world);
        let said = NewStatement {
            words: "Twelve kits by Friday.".into(),
            said_by: "Carl Whitfield".into(),
            ..NewStatement::default()
        };
        let id = world.ada().does(|work| note_statement(work, &order, &said)).unwrap();
        let (mut ada, mut bob) = (program(&world, "ada"), program(&world, "bob"));
        let confirmation = |contract: &str| {
            serde_json::json!({
                "said": [id], "due": ANSWER_BY.to_string(), "words": "Twelve kits by Friday.", "subject": "Kits",
                "recipients": [{ "name": "Carl Whitfield", "address": CARL, "is_copy": false }],
                "frame_contract": contract,
            })
        };
        let to = format!("/api/v1/said/{order}/confirmation");
        let told = ada.post_json(&to, &confirmation("FC-12, 4.2"));
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", told.text);
        assert!(told.text.contains("“FC-12, 4.2” is not recorded with Meridian"), "{}", told.text);
        assert!(told.text.contains("record it at K-1001"), "{}", told.text);

        let contracts = "/api/v1/customers/K-1001/contracts";
        let wanted = serde_json::json!({
            "contract": "FC-12", "clause": "4.2", "holds_from": "2026-01-01", "holds_until": "2026-03-05"
        });
        assert_eq!(ada.post_json(contracts, &wanted).status, StatusCode::CONFLICT, "she may not say so");
        assert_eq!(bob.post_json(contracts, &wanted).status, StatusCode::OK);
        assert!(bob.post_json(contracts, &wanted).text.contains("recorded for these days already"));
        let told = ada.post_json(&to, &confirmation("FC-12, 4.2")).text;
        assert!(told.contains("holds until 6 March 2026"), "it ends the day before: {told}");
        assert!(kept(&world.ada(), &order).iter().all(|it| it.state == StatementState::Said));

        let page = ada.get(&format!("/said/{order}/confirmation")).text;
        assert!(page.contains(r#"<option value="FC-12, 4.2""#), "{page}");
        let page = bob.get("/customers/K-1001").text;
        assert!(page.contains("Frame contract FC-12, clause 4.2"), "{page}");
        let mut carl = program(&world, "carl");
        assert!(!carl.get("/customers/K-1001").text.contains("FC-12"), "it is ours to know");
        assert!(!carl.get(contracts).text.contains("FC-12"));

        let form = [("contract", "FC-13"), ("clause", "7"), ("holds_from", ""), ("holds_until", "")];
        assert_eq!(bob.post_form("/customers/K-1001/contracts", &form).status, StatusCode::SEE_OTHER);
        let all = world.ada().asks(|reader| customers::frame_contracts(reader, world.meridian));
        let newer = all.iter().find(|it| it.number == "FC-13").unwrap();
        assert_eq!(ada.post_json(&to, &confirmation("FC-13, 7")).status, StatusCode::OK);
        assert_eq!(kept(&world.ada(), &order)[0].frame_contract, "FC-13, 7");
        let end = format!("/customers/K-1001/contracts/{}/end", newer.id);
        assert_eq!(ada.post_form(&end, &[]).status, StatusCode::CONFLICT);
        assert_eq!(bob.post_form(&end, &[]).status, StatusCode::SEE_OTHER);
        let told = ada.post_json(&to, &confirmation("FC-13, 7")).text;
        assert!(told.contains("is not recorded"), "it holds no longer: {told}");
        let asked = &kept(&world.ada(), &order)[0];
        assert_eq!((asked.state, asked.frame_contract.as_str()), (StatementState::Asked, ""));
        runs(&world, on(5));
        let told = world.db.write_at(&world.ada().actor, on(5), |work| orders::accept(work, &order, ""));
        assert!(refusal(told).contains("Silence is no consent"), "it ended before their day");
        let trail = bob.get("/trail").text;
        assert!(trail.contains("recorded what a frame contract says"), "{trail}");
    }
}

#[test]
fn a_frame_contract_of_a_group_holds_for_its_parts_and_goes_over_when_two_are_one() {
    for world in World::on_each_engine() {
        let opened = |title: &str, parent: Option<i64>| {
            let it = Organisation { parent, ..Organisation::default() };
            let new = New { title, ..New::default() };
            world.ada().does(|work| customers::open(work, &new, &it)).unwrap()
        };
        let group = opened("Northern Dairies Group", None);
        let site = opened("Northern Dairies, Ripon", Some(group.id));
        let double = opened("Northern Dairies plc", None);
        let bob = world.bob();
        bob.does(|work| record_contract(work, &double.number, &contract())).unwrap();
        let in_force = || {
            let days = (ANSWER_BY, ANSWER_BY);
            world
                .ada()
                .asks(|reader| customers::contracts_in_force(reader, site.id, Says::Silence, days))
                .len()
        };
        assert_eq!(in_force(), 0);
        let merging = customers::Merging {
            survivor: group.number.clone(),
            other: double.number.clone(),
            ..customers::Merging::default()
        };
        let merger = bob.does(|work| customers::merge(work, &merging)).unwrap();
        assert_eq!(in_force(), 1, "the site is part of the group");
        bob.does(|work| customers::part(work, &group.number, merger)).unwrap();
        assert_eq!(in_force(), 0);
    }
}

#[test]
fn silence_is_consent_where_the_frame_contract_says_so_and_the_letter_said_so_too() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let order = ordered_by_telephone(&world);
        let said = NewStatement {
            words: "Twelve kits by Friday.".into(),
            said_by: "Carl Whitfield".into(),
            ..NewStatement::default()
        };
        world.ada().does(|work| note_statement(work, &order, &said)).unwrap();
        world.bob().does(|work| record_contract(work, "K-1001", &contract())).unwrap();
        asked(&world, &order, "fc-12, 4.2");
        assert!(next_letter(&world).contains("it holds by FC-12, 4.2 of our frame contract"));
        let told = |at| {
            let outcome = world.db.write_at(&world.ada().actor, at, |work| orders::accept(work, &order, ""));
            refusal(outcome)
        };
        assert!(told(on(4)).contains("Twelve kits by Friday."), "the last day is still theirs");
        let later = told(on(5));
        assert!(!later.contains("Twelve kits") && !later.contains("by telephone"), "{later}");
        assert_eq!(open_tasks(&world.ada(), &order).len(), 1);
        runs(&world, on(5));
        assert!(open_tasks(&world.ada(), &order).is_empty(), "nobody has to look any more");
    }
}

/// What a version before kept in two tables is moved into the one, and nothing is lost.
#[test]
fn what_was_kept_in_two_tables_stands_in_one_with_all_that_was_answered() {
    for world in World::on_each_engine() {
        let (call, order) = (carl_calls(&world, &[]), ordered_by_telephone(&world));
        let key = |number: &str| world.ada().asks(|reader| Ok(reader.mention_of(number)?.id));
        let (at_call, at_order, ada) = (key(&call), key(&order), world.ada().actor.person);
        let micros = monday().as_microsecond();
        let older = format!(
            "insert into spoken (record_id, words, state, message, due, task, answer, said_at, settled_at, settled_by) values
             ({at_call}, 'open', 'asked', null, '2026-03-06', null, '', {micros}, null, null),
             ({at_call}, 'yes', 'confirmed', null, '2026-03-06', null, 'by mail', {micros}, {micros}, {ada}),
             ({at_call}, 'other', 'otherwise', null, null, null, '115 V', {micros}, {micros}, {ada});
             insert into verbal (record_id, words, said_by, said_on, answer_by, frame_contract, letter, at, by, audience) values
             ({at_order}, 'twelve', 'Carl', '2026-02-27', '2026-03-06', '', null, {micros}, {ada}, 'party'),
             ({at_order}, 'fourteen', 'Carl', '2026-02-27', '2026-03-06', 'FC-12', null, {micros}, {ada}, 'party');
             insert into verbal_answer (record_id, verbal, answer, words, at, by, audience)
             select record_id, id, 'corrected', 'fourteen', {micros}, {ada}, 'party' from verbal where words = 'twelve';
             insert into verbal_answer (record_id, verbal, answer, words, at, by, audience)
             select record_id, id, 'confirmed', 'yes, fourteen', {micros}, {ada}, 'party' from verbal where words = 'fourteen'"
        );
        testbed::tamper(&world.address, &older).unwrap();
        let step = conversations::MIGRATIONS.iter().find(|it| it.name == "0032_statements").unwrap();
        let lines = step.text.lines().map(|it| it.split("--").next().unwrap());
        let whole = lines.collect::<Vec<_>>().join("\n");
        let moves = whole.split(';').map(str::trim).filter(|it| it.starts_with("insert into"));
        testbed::tamper(&world.address, &moves.collect::<Vec<_>>().join(";\n")).unwrap();

        let all = kept(&world.ada(), &call);
        let told: Vec<_> =
            all.iter().map(|it| (it.words.as_str(), it.state, it.heeded_at.is_some())).collect();
        let wanted = [
            ("open", StatementState::Asked, false),
            ("yes", StatementState::Confirmed, false),
            ("other", StatementState::Otherwise, true),
        ];
        assert_eq!(told, wanted);
        assert!(
            all.iter()
                .all(|it| it.person == Some(world.carl().actor.person) && it.said_by == "Carl Whitfield")
        );
        let said = world.ada().asks(|reader| answers(reader, at_call));
        let words: Vec<&str> = said.iter().map(|it| it.words.as_str()).collect();
        assert_eq!(words, ["by mail", "115 V"]);
        assert!(said.iter().all(|it| it.by == ada && it.at == monday()));

        let all = kept(&world.carl(), &order);
        let told: Vec<_> =
            all.iter().map(|it| (it.words.as_str(), it.state, it.heeded_at.is_some())).collect();
        let wanted =
            [("twelve", StatementState::Otherwise, true), ("fourteen", StatementState::Confirmed, false)];
        assert_eq!(told, wanted, "the customer reads what they were asked");
        assert_eq!(all[1].frame_contract, "FC-12");
        assert_eq!((all[0].said_on, all[0].due), (Some(date(2026, 2, 27)), Some(ANSWER_BY)));
        let said = world.carl().asks(|reader| answers(reader, at_order));
        let words: Vec<&str> = said.iter().map(|it| it.words.as_str()).collect();
        assert_eq!(words, ["fourteen", "yes, fourteen"]);
        let open = world.ada().asks(|reader| unconfirmed_of(reader, world.meridian));
        assert_eq!(open.iter().map(|it| it.words.as_str()).collect::<Vec<_>>(), ["open"], "and no more");
        assert!(world.eve().tries(|reader| statements(reader, at_order)).unwrap().is_empty());
        let remarked = world.ada().does(|work| work.remark(at_order, "moved", Audience::Internal));
        assert!(remarked.is_ok(), "and it goes on");
    }
}
