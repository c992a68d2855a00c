//! What is said on the telephone and in meetings: written down, cited, confirmed in writing.

use axum::http::{Method, StatusCode};
use conversations::{
    Call, CallState, Caller, Closing, Conversation, KeptCall, NewCall, Recipient, SpokenState, To, Writing,
    answer_spoken, assign_party, messages, move_message, put_in_writing, record_call, ring, spoken,
    unconfirmed_of,
};
use jiff::civil::date;
use kernel::{Error, LetterState};
use requirements::{Capture, Into, NewRequirement, Requirement, Words};
use serde_json::json;

use crate::world::{Person, World, monday, program, refusal};

const MARTA: &str = "marta.ruiz@sunfield-juices.example";

/// The key of a customer and the person of theirs with this address.
fn of(world: &World, customer: &str, address: &str) -> (i64, i64) {
    world.ada().asks(|reader| {
        let party = reader.mention_of(customer)?.id;
        let (person, ..) = identity::person_with_email(reader, address)?.ok_or(Error::NotFound)?;
        Ok((party, person))
    })
}

/// Their number stands on their record.
fn has_phone(world: &World, person: i64, phone: &str) {
    let deed = |work: &mut kernel::Work| {
        let mut case = work.find_by_id::<identity::Person>(person)?;
        work.revise(&mut case, |it| phone.clone_into(&mut it.phone))
    };
    world.sam().does(deed).unwrap();
}

/// Marta calls Ada and orders two pumps.
fn marta_orders(world: &World) -> KeptCall {
    let (party, person) = of(world, "K-1005", MARTA);
    let call = NewCall {
        call: Call {
            person: Some(person),
            name: "Marta Ruiz".into(),
            words: "Two KD-80-PV-E with 230 V, please.\nDelivery by week 48, price as in the last order."
                .into(),
            began_at: monday() - jiff::SignedDuration::from_mins(7),
            ended_at: Some(monday()),
            ..Call::default()
        },
        title: "Marta Ruiz to Ada: orders two KD-80".into(),
        party: Some(party),
        closing: Closing {
            said: vec!["Two KD-80-PV-E with 230 V.".into(), "Delivery by week 48.".into()],
            ..Closing::default()
        },
        ..NewCall::default()
    };
    world.ada().does(|work| record_call(work, &call)).unwrap()
}

fn said(person: &Person, number: &str) -> Vec<conversations::Spoken> {
    person.asks(|reader| spoken(reader, reader.mention_of(number)?.id))
}

fn to_marta() -> Vec<Recipient> {
    vec![Recipient { name: "Marta Ruiz".into(), address: MARTA.into(), is_copy: false }]
}

#[test]
fn a_call_is_written_down_from_what_one_looks_at_and_begins_its_conversation() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let page = ada.get("/calls/new?at=/customers/K-1005");
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let (party, person) = of(&world, "K-1005", MARTA);
        assert!(
            page.text.contains(&format!("<option value=\"{party}\" selected")),
            "the customer is guessed"
        );
        has_phone(&world, person, "+34 968 555 0131");
        let found = ada.get("/calls/people?q=marta%20rui").json();
        assert_eq!((found[0]["name"].as_str(), found[0]["id"].as_i64()), (Some("Marta Ruiz"), Some(person)));
        let found = ada.get("/calls/people?q=968/5550131").json();
        assert_eq!(found[0]["name"], "Marta Ruiz", "by her number, however it is written");

        let (party, person) = (party.to_string(), person.to_string());
        let fields = [
            ("with", "Marta Ruiz"),
            ("person", person.as_str()),
            ("party", party.as_str()),
            ("direction", "they"),
            ("title", "Two KD-80"),
            ("words", "Two KD-80-PV-E with 230 V, please."),
            ("said", "- Two KD-80-PV-E with 230 V\n\n- by week 48"),
            ("outcome", "Offer by Friday"),
            ("minutes", "6"),
            ("follow_up", "Write the offer"),
            ("follow_due", "2026-03-06"),
        ];
        let kept = ada.post_form("/calls", &fields);
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
        let number = kept.location().trim_start_matches("/calls/").to_owned();
        let case = world.ada().asks(|reader| reader.find::<Call>(&number));
        assert_eq!((case.record.state, case.body.minutes()), (CallState::Done, Some(6)));
        assert_eq!((case.open_tasks, said(&world.ada(), &number).len()), (1, 2));
        let page = ada.get(&format!("/calls/{number}")).text;
        for words in ["Two KD-80-PV-E with 230 V, please.", "Offer by Friday", "said, not written", "CV-"] {
            assert!(page.contains(words), "{words} is not on the page");
        }

        let again = ada.post_form("/calls", &[("with", "Marta"), ("words", "Hm."), ("said", "x")]);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("Give it a title.") && again.text.contains("Hm."), "{}", again.text);
    }
}

#[test]
fn words_of_a_call_become_a_requirement_of_whoever_said_them() {
    for world in World::on_each_engine() {
        let kept = marta_orders(&world);
        let (source, person) = world.ada().asks(|reader| {
            let source = reader.source_of("call", kept.message)?.unwrap();
            let (person, ..) = identity::person_with_email(reader, MARTA)?.unwrap();
            Ok((source, person))
        });
        let capture = Capture {
            source: source.id,
            words: Words::Exact("Delivery by week 48".into()),
            into: Into::New("Two KD-80".into()),
            new: NewRequirement {
                body: Requirement { statement: "Delivery is by week 48.".into(), ..Requirement::default() },
                ..NewRequirement::default()
            },
        };
        let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
        let case = world.ada().asks(|reader| reader.find::<Requirement>(&made.number));
        assert_eq!((case.body.said_by, case.body.said_by_name.as_str()), (Some(person), "Marta Ruiz"));
        let mut ada = program(&world, "ada");
        for page in [format!("/calls/{}", kept.number), format!("/conversations/{}", kept.conversation)] {
            assert!(
                ada.get(&page).text.contains(&format!(">1 · {}<", made.number)),
                "{page} shows what became of it"
            );
        }
    }
}

#[test]
fn what_was_said_counts_only_when_it_is_confirmed_in_writing() {
    for world in World::on_each_engine() {
        let kept = marta_orders(&world);
        let (party, _) = of(&world, "K-1005", MARTA);
        let open = || world.ada().asks(|reader| unconfirmed_of(reader, party)).len();
        assert_eq!(open(), 2);
        let page = program(&world, "ada").get(&format!("/calls/{}/confirmation", kept.number)).text;
        assert!(page.contains("1. Two KD-80-PV-E with 230 V.") && page.contains("silence as yes"), "{page}");

        let all: Vec<i64> = said(&world.ada(), &kept.number).iter().map(|it| it.id).collect();
        let mut writing = Writing {
            recipients: to_marta(),
            subject: "We understood the following".into(),
            words: "1. Two KD-80-PV-E with 230 V.\n2. Delivery by week 48.".into(),
            said: all.clone(),
            due: Some(date(2026, 3, 1)),
        };
        let outcome = world.ada().does(|work| put_in_writing(work, &kept.number, &writing));
        assert!(refusal(outcome).contains("a day from today on"));
        writing.due = Some(date(2026, 3, 6));
        let message = world.ada().does(|work| put_in_writing(work, &kept.number, &writing)).unwrap();
        let letters = world.ada().asks(|reader| reader.letters_of(reader.mention_of(&kept.conversation)?.id));
        assert_eq!((letters.len(), letters[0].2), (1, LetterState::Held), "no mail server is set up");
        let lines = said(&world.ada(), &kept.number);
        assert!(lines.iter().all(|it| it.state == SpokenState::Asked && it.message == Some(message)));
        let case = world.ada().asks(|reader| reader.find::<Call>(&kept.number));
        assert_eq!((case.open_tasks, open()), (1, 2), "asked is not confirmed, and somebody has to look");

        world.ada().does(|work| answer_spoken(work, all[1], SpokenState::Confirmed, "")).unwrap();
        let outcome = world.ada().does(|work| answer_spoken(work, all[0], SpokenState::Otherwise, " "));
        assert!(refusal(outcome).contains("Write what they said instead."));
        let words = "115 V on the new line, not 230 V";
        world.ada().does(|work| answer_spoken(work, all[0], SpokenState::Otherwise, words)).unwrap();
        let case = world.ada().asks(|reader| reader.find::<Call>(&kept.number));
        assert_eq!((case.open_tasks, open()), (0, 0), "nothing is left to look for");
        let outcome = world.ada().does(|work| answer_spoken(work, all[0], SpokenState::Denied, ""));
        assert!(refusal(outcome).contains("answered already"));
        let outcome = world.amelia().does(|work| answer_spoken(work, all[0], SpokenState::Denied, ""));
        assert!(refusal(outcome).contains("change nothing"));
    }
}

#[test]
fn a_telephone_system_opens_the_call_and_the_agent_finds_the_caller() {
    for world in World::on_each_engine() {
        let (_, carl) = of(&world, "K-1001", "carl.whitfield@meridian-dairies.example");
        has_phone(&world, carl, "+44 7700 900 417");
        let mut ben = program(&world, "ben");
        let rang = ben.post_json("/api/v1/calls/ring", &json!({ "from": "0044 7700 900417" }));
        assert_eq!(rang.status, StatusCode::OK, "{}", rang.text);
        let rang = rang.json();
        assert_eq!(
            (rang["name"].as_str(), rang["customer"].as_str()),
            (Some("Carl Whitfield"), Some("K-1001"))
        );
        let number = rang["number"].as_str().unwrap();
        assert!(ben.get("/inbox").text.contains(&format!("/calls/{number}/write")), "it shows in the inbox");
        let page = ben.get(rang["address"].as_str().unwrap());
        assert!(page.text.contains("Meridian Dairies"), "with the card of the caller");

        let outcome = ben.post_json(&format!("/api/v1/calls/{number}/close"), &json!({}));
        assert_eq!(outcome.status, StatusCode::CONFLICT);
        assert!(outcome.text.contains("Write down what was said."), "{}", outcome.text);
        let plain = ben.post_json(&format!("/api/v1/calls/{number}/steps/close"), &json!({}));
        assert_eq!(plain.status, StatusCode::CONFLICT, "the plain step would keep no words");
        let sent = json!({ "words": "The FAT is on Tuesday.", "subject": "FAT", "said": ["FAT on Tuesday"] });
        let closed = ben.post_json(&format!("/api/v1/calls/{number}/close"), &sent);
        assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
        let conversation = closed.json()["conversation"].as_str().unwrap().to_owned();
        let case = world.ada().asks(|reader| reader.find::<Conversation>(&conversation));
        assert_eq!(case.record.party, Some(world.meridian));
        let said = ben.get(&format!("/api/v1/calls/{number}/said")).json();
        assert_eq!(said[0]["state"], "said");
        let stranger = world.ada().does(|work| {
            ring(
                work,
                &conversations::Ringing { from: "+99 123".into(), ..conversations::Ringing::default() },
            )
        });
        let case = world.ada().asks(|reader| reader.find::<Call>(&stranger.as_ref().unwrap().number));
        assert_eq!((case.record.party, case.body.person), (None, None), "few digits are anybody's");
    }
}

#[test]
fn a_call_never_joins_a_conversation_of_another_customer_and_goes_where_its_message_goes() {
    for world in World::on_each_engine() {
        let kept = marta_orders(&world);
        let carl = NewCall {
            call: Call {
                name: "Carl".into(),
                words: "Seals.".into(),
                direction: Caller::We,
                ..Call::default()
            },
            party: Some(world.meridian),
            closing: Closing { conversation: Some(kept.conversation.clone()), ..Closing::default() },
            ..NewCall::default()
        };
        let outcome = world.ada().does(|work| record_call(work, &carl));
        assert!(refusal(outcome).contains("That conversation is with Sunfield Juices"));

        let own = world.ada().does(|work| move_message(work, kept.message, &To::New)).unwrap();
        let page = program(&world, "ada").get(&format!("/calls/{}", kept.number)).text;
        assert!(page.contains(&format!("/conversations/{own}#message-{}", kept.message)));
        world.ada().does(|work| assign_party(work, &own, Some(world.meridian))).unwrap();
        let case = world.ada().asks(|reader| reader.find::<Call>(&kept.number));
        assert_eq!(case.record.party, Some(world.meridian));
    }
}

#[test]
fn nobody_outside_learns_of_a_call() {
    for world in World::on_each_engine() {
        let kept = marta_orders(&world);
        world.ada().does(|work| assign_party(work, &kept.conversation, Some(world.meridian))).unwrap();
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&kept.conversation)?.id));
        assert!(world.carl().asks(|reader| messages(reader, id)).is_empty());
        for who in ["carl", "eve"] {
            let mut client = program(&world, who);
            for address in [
                format!("/calls/{}", kept.number),
                format!("/calls/{}/confirmation", kept.number),
                "/calls/new".to_owned(),
                "/calls/people?q=marta".to_owned(),
                "/calls/card?party=1".to_owned(),
                format!("/api/v1/calls/{}/said", kept.number),
            ] {
                assert_eq!(client.get(&address).status, StatusCode::NOT_FOUND, "{who} at {address}");
            }
            let list = client.get("/calls");
            assert!(!list.text.contains("CA-2026"), "{who} reads the list");
            let found = client.get("/api/v1/search?q=PV-E");
            assert!(!found.text.contains("PV-E") && !found.text.contains("\"CA-"), "{}", found.text);
            let ring = client.send(
                Method::POST,
                "/api/v1/calls/ring",
                &[("content-type", "application/json")],
                "{\"from\":\"1234567\"}".into(),
            );
            assert!(ring.status.is_client_error(), "{who}: {}", ring.text);
        }
    }
}
