//! What is said on the telephone and in meetings: written down, cited, confirmed in writing.

use axum::http::{Method, StatusCode};
use conversations::{
    Action, Attendance, Call, CallState, Caller, Closing, Conversation, Decision, Intake, KeptCall, Meeting,
    MeetingState, MeetingStep, Minutes, NewCall, Participant, Point, Recipient, Replying, StatementState, To,
    Writing, answer_statement, approve_minutes, assign_party, cancel_meeting, heed, invite, messages,
    move_message, open_meeting, put_in_writing, record_call, ring, send_minutes, statements, take_in,
    unconfirmed_of, write_minutes,
};
use jiff::civil::date;
use kernel::{Error, LetterState, New};
use requirements::{Capture, Into, NewRequirement, Requirement, Words};
use serde_json::json;

use crate::endings::{press, state};
use crate::world::{Person, World, monday, program, refusal, version_of};

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

fn said(person: &Person, number: &str) -> Vec<conversations::Statement> {
    person.asks(|reader| statements(reader, reader.mention_of(number)?.id))
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
            ("notes", "Two KD-80-PV-E with 230 V, please."),
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

        let again = ada.post_form("/calls", &[("with", "Marta"), ("notes", "Hm."), ("said", "x")]);
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
        let page = program(&world, "ada").get(&format!("/said/{}/confirmation", kept.number)).text;
        assert!(page.contains("1. Two KD-80-PV-E with 230 V.") && page.contains("silence as yes"), "{page}");

        let all: Vec<i64> = said(&world.ada(), &kept.number).iter().map(|it| it.id).collect();
        let mut writing = Writing {
            recipients: to_marta(),
            subject: "We understood the following".into(),
            words: "1. Two KD-80-PV-E with 230 V.\n2. Delivery by week 48.".into(),
            said: all.clone(),
            due: Some(date(2026, 3, 1)),
            ..Writing::default()
        };
        let outcome = world.ada().does(|work| put_in_writing(work, &kept.number, &writing));
        assert!(refusal(outcome).contains("a day from today on"));
        writing.due = Some(date(2026, 3, 6));
        let message = world.ada().does(|work| put_in_writing(work, &kept.number, &writing)).unwrap().message;
        let letters = world.ada().asks(|reader| reader.letters_of(reader.mention_of(&kept.conversation)?.id));
        assert_eq!((letters.len(), letters[0].2), (1, LetterState::Held), "no mail server is set up");
        let lines = said(&world.ada(), &kept.number);
        assert!(lines.iter().all(|it| it.state == StatementState::Asked && it.message == message));
        let case = world.ada().asks(|reader| reader.find::<Call>(&kept.number));
        assert_eq!((case.open_tasks, open()), (1, 2), "asked is not confirmed, and somebody has to look");

        let says = |who: &Person, id: i64, answer: StatementState, words: &str| {
            let it = Replying { answer, words: words.into(), ..Replying::default() };
            who.does(|work| answer_statement(work, id, &it))
        };
        let outcome = says(&world.ada(), all[1], StatementState::Confirmed, "");
        assert!(
            refusal(outcome).contains("Say how they said it: the mail or the letter."),
            "whoever notes it"
        );
        says(&world.ada(), all[1], StatementState::Confirmed, "Her mail of 3 March").unwrap();
        let outcome = says(&world.ada(), all[0], StatementState::Otherwise, " ");
        assert!(refusal(outcome).contains("Write what they said instead."));
        let words = "115 V on the new line, not 230 V";
        says(&world.ada(), all[0], StatementState::Otherwise, words).unwrap();
        let case = world.ada().asks(|reader| reader.find::<Call>(&kept.number));
        assert_eq!(
            (case.open_tasks, open()),
            (0, 1),
            "nothing is left to look for, but it is not as she says"
        );
        assert!(
            refusal(world.ada().does(|work| heed(work, all[0], " "))).contains("Say what follows from it.")
        );
        assert!(
            refusal(world.amelia().does(|work| heed(work, all[0], "Nothing"))).contains("change nothing")
        );
        world.ada().does(|work| heed(work, all[0], "The order says 115 V")).unwrap();
        assert_eq!(open(), 0);
        let outcome = world.ada().does(|work| heed(work, all[0], "Once more"));
        assert!(refusal(outcome).contains("not open any more"));
        let outcome = says(&world.ada(), all[0], StatementState::Denied, "By mail");
        assert!(refusal(outcome).contains("answered already"));
        let outcome = says(&world.amelia(), all[0], StatementState::Denied, "By mail");
        assert!(refusal(outcome).contains("change nothing"));
    }
}

#[test]
fn a_telephone_system_opens_the_call_and_the_agent_finds_the_caller() {
    for world in World::on_each_engine() {
        let (_, carl) = of(&world, "K-1001", "carl.whitfield@meridian-dairies.example");
        has_phone(&world, carl, "+44 7700 900 417");
        let mut ben = program(&world, "ben").with_cookie("language", "en");
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
        let said = ben.get(&format!("/api/v1/said/{number}")).json();
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
        let own = NewCall { closing: Closing::default(), title: "Seals".into(), ..carl };
        let carls = world.ada().does(|work| record_call(work, &own)).unwrap().conversation;
        let moved = || {
            let to = To::Conversation(carls.clone());
            world.ada().does(|work| move_message(work, kept.message, &to))
        };
        let sentence = "This message is with Sunfield Juices";
        assert!(refusal(moved()).contains(sentence), "Marta was on the telephone");
        let joined = world.ada().does(|work| conversations::join(work, &kept.conversation, &carls));
        assert!(refusal(joined).contains(sentence));
        let mut ada = program(&world, "ada");
        let moved = ada.post_form(&format!("/messages/{}/move", kept.message), &[("to", carls.as_str())]);
        assert_eq!(moved.status, StatusCode::CONFLICT, "{}", moved.text);
        let case = world.ada().asks(|reader| reader.find::<Call>(&kept.number));
        assert_eq!(case.record.party, Some(of(&world, "K-1005", MARTA).0), "it stays with her");

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
                format!("/said/{}/confirmation", kept.number),
                "/calls/new".to_owned(),
                "/calls/people?q=marta".to_owned(),
                "/calls/card?party=1".to_owned(),
                format!("/api/v1/said/{}", kept.number),
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

/// Ada plans the visit of the site with Carl and Priya.
pub(crate) fn site_visit(world: &World) -> String {
    let (_, carl) = of(world, "K-1001", "carl.whitfield@meridian-dairies.example");
    let at = monday() - jiff::SignedDuration::from_hours(2);
    let guest = |name: &str, address: &str| Participant {
        name: name.into(),
        address: address.into(),
        ..Participant::default()
    };
    let body = Meeting {
        purpose: "See where the skid will stand".into(),
        starts_at: Some(at),
        ends_at: Some(at + jiff::SignedDuration::from_hours(1)),
        zone: "Europe/London".into(),
        place: "Northallerton".into(),
        participants: vec![
            Participant { person: Some(world.ada().actor.person), ..Participant::default() },
            Participant { person: Some(carl), ..Participant::default() },
            guest("Priya", "Priya.Raman@meridian-dairies.example"),
            guest("The foreman", ""),
        ],
        points: vec![
            Point { title: "Room".into(), ..Point::default() },
            Point { title: "Power".into(), ..Point::default() },
        ],
        ..Meeting::default()
    };
    let new = New { title: "Site visit", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| open_meeting(work, &new, &body)).unwrap().number
}

fn meeting(world: &World, number: &str) -> kernel::Case<Meeting> {
    world.ada().asks(|reader| reader.find::<Meeting>(number))
}

/// Minutes against both points, with a decision and two things to do: one of ours, one of theirs.
pub(crate) fn minutes(world: &World, number: &str) -> Minutes {
    let body = meeting(world, number).body;
    let carl = body.participants[1].person;
    let participants = body
        .participants
        .into_iter()
        .map(|it| Participant { attendance: Attendance::Present, ..it })
        .collect();
    let action =
        |words: &str, person| Action { words: words.into(), person, due: Some(date(2026, 3, 9)), task: None };
    Minutes {
        participants,
        points: vec![
            Point {
                title: "Room".into(),
                minutes: "The room falls to 5 °C in winter.".into(),
                ..Point::default()
            },
            Point { title: "Power".into(), minutes: "Not reached.".into(), ..Point::default() },
        ],
        decisions: vec![Decision {
            words: "The caustic tank is heated.".into(),
            owner: Some(world.ada().actor.person),
        }],
        actions: vec![
            action("Draw the frame", Some(world.person("clara").actor.person)),
            action("Send the P&ID", carl),
        ],
    }
}

#[test]
fn an_invitation_goes_to_whoever_takes_part_and_calendars_read_it() {
    for world in World::on_each_engine() {
        let number = site_visit(&world);
        let case = meeting(&world, &number);
        assert_eq!(case.record.state, MeetingState::Planned);
        let priya = &case.body.participants[2];
        assert!(priya.person.is_some() && priya.name == "Priya Raman", "known by her address: {priya:?}");
        let message = world.ada().does(|work| invite(work, &number)).unwrap().unwrap();
        let case = meeting(&world, &number);
        let conversation = case.body.conversation.unwrap();
        let (letter, file) = world.ada().asks(|reader| {
            let (_, id, _) = reader.letters_of(conversation)?.remove(0);
            let letter = reader.letter(id)?;
            let (_, bytes) = reader.attachment(letter.enclosed[0].attachment)?;
            Ok((letter, bytes))
        });
        assert_eq!(letter.subject, "Invitation: Site visit");
        assert!(
            letter.words.contains("When: 2 March 2026, 07:00 to 08:00 (Europe/London)"),
            "{}",
            letter.words
        );
        assert!(letter.words.contains("1. Room\n2. Power"), "{}", letter.words);
        let to: Vec<&str> = letter.recipients.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(to, ["Carl Whitfield", "Priya Raman"], "not Ada herself, nor who has no address");
        let text = String::from_utf8(file).unwrap();
        assert!(text.contains(&format!("UID:{}", case.body.uid)) && text.contains("SEQUENCE:0"), "{text}");
        assert!(letter.enclosed[0].media_type.contains("method=REQUEST"));
        let seen = world.carl().asks(|reader| messages(reader, conversation));
        assert_eq!(seen.iter().map(|it| it.id).collect::<Vec<_>>(), [message], "Carl reads it here too");

        let again = world.ada().does(|work| invite(work, &number)).unwrap();
        assert!(again > Some(message));
        world.ada().does(|work| cancel_meeting(work, &number, "The plant is shut.")).unwrap();
        let last = world.ada().asks(|reader| {
            let letters = reader.letters_of(conversation)?;
            let id = letters.iter().map(|(_, id, _)| *id).max().unwrap();
            let letter = reader.letter(id)?;
            let (_, bytes) = reader.attachment(letter.enclosed[0].attachment)?;
            Ok((letter.words, String::from_utf8(bytes).unwrap()))
        });
        assert!(last.0.contains("The plant is shut."), "{}", last.0);
        assert!(last.1.contains("METHOD:CANCEL") && last.1.contains("SEQUENCE:2"), "{}", last.1);
        assert_eq!(meeting(&world, &number).record.state, MeetingState::Cancelled);
    }
}

#[test]
fn minutes_are_approved_when_every_point_has_them_and_what_is_to_be_done_becomes_tasks() {
    for world in World::on_each_engine() {
        let number = site_visit(&world);
        let mut written = minutes(&world, &number);
        written.points[1].minutes.clear();
        written.actions[0].person = None;
        world.ada().does(|work| write_minutes(work, &number, None, &written)).unwrap();
        let refused = refusal(world.ada().does(|work| approve_minutes(work, &number, "")));
        assert!(refused.contains("Write what came of “Power”, or that it was not reached."), "{refused}");
        let written = minutes(&world, &number);
        let version = meeting(&world, &number).record.version;
        world.ada().does(|work| write_minutes(work, &number, Some(version), &written)).unwrap();
        let outcome = world.ada().does(|work| write_minutes(work, &number, Some(version), &written));
        assert!(matches!(outcome, Err(Error::Stale)), "somebody else wrote meanwhile");
        let outcome = world.bob().does(|work| approve_minutes(work, &number, ""));
        assert!(refusal(outcome).contains("Only the owner"));
        let plain =
            program(&world, "ada").post_json(&format!("/api/v1/meetings/{number}/steps/approve"), &json!({}));
        assert_eq!(plain.status, StatusCode::CONFLICT, "the plain step would freeze nothing");
        assert_eq!(world.ada().does(|work| approve_minutes(work, &number, "")).unwrap(), 1);
        let clara = world.person("clara");
        let hers = clara.asks(|reader| reader.my_tasks(&[]));
        assert_eq!(hers.iter().map(|it| it.request.as_str()).collect::<Vec<_>>(), ["Draw the frame"]);
        let own = world.ada().asks(|reader| reader.my_tasks(&[]));
        assert!(own.iter().any(|it| it.request == "See that Carl Whitfield does this: Send the P&ID"));

        // Revised minutes are a revision; what became a task stays that task.
        let revise = |work: &mut kernel::Work| {
            let mut case = work.find::<Meeting>(&number)?;
            work.advance(&mut case, MeetingStep::Revise)
        };
        world.ada().does(revise).unwrap();
        let outcome = world.ada().does(|work| approve_minutes(work, &number, ""));
        assert!(refusal(outcome).contains("Nothing in it changed"));
        let mut again = minutes(&world, &number);
        again.points[0].minutes = "The room falls to 3 °C in winter.".into();
        world.ada().does(|work| write_minutes(work, &number, None, &again)).unwrap();
        assert_eq!(world.ada().does(|work| approve_minutes(work, &number, "Carl measured")).unwrap(), 2);
        assert_eq!(world.person("clara").asks(|reader| reader.my_tasks(&[])).len(), 1);
        let all = program(&world, "ada").get(&format!("/api/v1/meetings/{number}/minutes")).json();
        assert_eq!((all[0]["revision"].as_i64(), all[1]["revision"].as_i64()), (Some(2), Some(1)));
        assert!(all[1]["text"].as_str().unwrap().contains("5 °C"), "the first ones stay as they were");
    }
}

#[test]
fn words_of_minutes_become_a_requirement_and_the_customer_reads_minutes_that_were_sent() {
    for world in World::on_each_engine() {
        let number = site_visit(&world);
        let written = minutes(&world, &number);
        world.ada().does(|work| write_minutes(work, &number, None, &written)).unwrap();
        let to = vec![Recipient {
            name: "Carl Whitfield".into(),
            address: "carl.whitfield@meridian-dairies.example".into(),
            is_copy: false,
        }];
        let outcome = world.ada().does(|work| send_minutes(work, &number, &to, ""));
        assert!(refusal(outcome).contains("Approve the minutes first."));
        world.ada().does(|work| approve_minutes(work, &number, "")).unwrap();
        let mut ada = program(&world, "ada");
        let source =
            ada.get(&format!("/api/v1/meetings/{number}/minutes")).json()[0]["source"].as_i64().unwrap();
        let capture = Capture {
            source,
            words: Words::Exact("The room falls to 5 °C in winter".into()),
            into: Into::New("CIP 3".into()),
            new: NewRequirement {
                body: Requirement {
                    statement: "The skid works from 5 °C on.".into(),
                    ..Requirement::default()
                },
                ..NewRequirement::default()
            },
        };
        let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
        let (said, set) = world.ada().asks(|reader| {
            let said = reader.find::<Requirement>(&made.number)?.body;
            let set = reader.mention(said.set_id)?.ok_or(Error::NotFound)?.number;
            Ok((said, set))
        });
        let began = monday() - jiff::SignedDuration::from_hours(2);
        assert_eq!(
            (said.said_at, said.said_by_name.as_str()),
            (Some(began), ""),
            "it was said at the meeting"
        );
        let way = ada.get(&format!("/api/v1/requirement-sets/{set}/way")).json();
        let first = way["items"].as_array().unwrap()[0].clone();
        assert_eq!(first["at"], began.to_string(), "the way begins with what was said: {way}");
        for page in [format!("/meetings/{number}"), format!("/sources/{source}")] {
            assert!(ada.get(&page).text.contains(&format!(">1 · {}<", made.number)), "{page}");
        }
        let (mut carl, mut eve) = (program(&world, "carl"), program(&world, "eve"));
        let address = format!("/meetings/{number}");
        for client in [&mut carl, &mut eve] {
            assert_eq!(client.get(&address).status, StatusCode::NOT_FOUND, "nothing was sent yet");
            assert!(!client.get("/meetings").text.contains(&number));
        }
        world.ada().does(|work| send_minutes(work, &number, &to, "Dear Carl, here they are.")).unwrap();
        let page = carl.get(&address);
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(
            page.text.contains("falls to 5 °C") && !page.text.contains("Write the minutes"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("@meridian") && !page.text.contains(&made.number));
        assert!(carl.get("/meetings").text.contains(&number));
        assert_eq!(carl.get(&format!("{address}/minutes")).status, StatusCode::NOT_FOUND);
        assert_eq!(carl.get(&format!("{address}/edit")).status, StatusCode::NOT_FOUND);
        assert_eq!(eve.get(&address).status, StatusCode::NOT_FOUND);
        assert!(!world.carl().asks(|reader| reader.search("falls to 5", None, 10)).is_empty());
        assert!(world.eve().asks(|reader| reader.search("falls to 5", None, 10)).is_empty());
    }
}

#[test]
fn an_appointment_that_a_mail_brings_is_a_proposed_meeting_and_planned_ones_change_by_nobodys_mail() {
    for world in World::on_each_engine() {
        let mail = |from: &str, id: &str, method: &str, sequence: &str, start: &str| {
            format!(
                "From: {from}\r\nTo: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: FAT\r\n\
                 Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <{id}>\r\n\
                 Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n\
                 BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:fat-1@meridian\r\n\
                 SEQUENCE:{sequence}\r\nDTSTART:{start}\r\nSUMMARY:FAT CIP 3\r\nLOCATION:Bremen\r\n\
                 ORGANIZER;CN=Carl Whitfield:mailto:carl.whitfield@meridian-dairies.example\r\n\
                 ATTENDEE:mailto:ada.lindqvist@kestrel-dosing.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            )
        };
        let carl = "Carl Whitfield <carl.whitfield@meridian-dairies.example>";
        let comes = |raw: String| {
            let intake = Intake::read(raw.into_bytes());
            world.person("ben").does(|work| take_in(work, &intake)).unwrap()
        };
        let all = || world.ada().asks(|reader| Ok(reader.list("MT", &kernel::Wanted::default())?.rows));
        comes(mail("Strange <x@strange.example>", "s@strange", "REQUEST", "0", "20260310T080000Z"));
        assert!(all().is_empty(), "strangers propose nothing");
        let taken = comes(mail(carl, "a@meridian", "REQUEST", "0", "20260310T080000Z"));
        let rows = all();
        assert_eq!(
            (rows.len(), rows[0].state.as_str(), rows[0].title.as_str()),
            (1, "proposed", "FAT CIP 3")
        );
        let number = rows[0].number.clone();
        let case = meeting(&world, &number);
        assert_eq!((case.record.party, case.body.participants.len()), (Some(world.meridian), 2));
        assert!(
            program(&world, "ada").get(&format!("/conversations/{}", taken.number)).text.contains(&number)
        );

        comes(mail(carl, "b@meridian", "REQUEST", "1", "20260311T080000Z"));
        let start = |number: &str| meeting(&world, number).body.starts_at.unwrap().to_string();
        assert_eq!((start(&number).as_str(), all().len()), ("2026-03-11T08:00:00Z", 1), "a proposal follows");
        let eve = "Eve Zimmermann <eve.zimmermann@hallander-pharma.example>";
        comes(mail(eve, "e@hallander", "REQUEST", "2", "20260312T080000Z"));
        assert_eq!(start(&number), "2026-03-11T08:00:00Z", "another customer moves nothing");

        let plan = |work: &mut kernel::Work| {
            let mut case = work.find::<Meeting>(&number)?;
            work.advance(&mut case, MeetingStep::Plan)
        };
        world.ada().does(plan).unwrap();
        comes(mail(carl, "c@meridian", "REQUEST", "2", "20260313T080000Z"));
        comes(mail(carl, "d@meridian", "CANCEL", "3", "20260313T080000Z"));
        let case = meeting(&world, &number);
        assert_eq!(
            (case.record.state, start(&number).as_str()),
            (MeetingState::Planned, "2026-03-11T08:00:00Z")
        );
        assert_eq!(case.open_tasks, 2, "whoever answers for it is asked twice");
        let outcome = world.ada().does(|work| write_minutes(work, &number, None, &Minutes::default()));
        assert!(refusal(outcome).contains("Minutes are written when it was held."));
    }
}

#[test]
fn whoever_changes_a_meeting_second_hears_of_the_other_before_what_they_mistyped() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let times = [("starts", "2026-03-02T08:00"), ("ends", "2026-03-02T09:00")];
        let made = ada.post_form("/meetings", &[("title", "Kick-off"), times[0], times[1]]);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let at = made.location().to_owned();
        let seen = version_of(&ada.get(&format!("{at}/edit")).text);
        let mut send = |to: &str, version: &str, guests: &str| {
            let fields =
                [("version", version), ("title", "Kick-off"), ("guests", guests), times[0], times[1]];
            ada.post_form(to, &fields)
        };
        let first = send(&at, &seen, "Priya <priya@elsewhere.example>");
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
        for to in [at.clone(), format!("{at}/minutes")] {
            let late = send(&to, &seen, "Priya <priya");
            assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{to}: {}", late.text);
            let wrong = send(&to, &version_of(&late.text), "Priya <priya");
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}: {}", wrong.text);
            assert!(wrong.text.contains("is no mail address"), "{to}: {}", wrong.text);
        }
    }
}

#[test]
fn a_meeting_is_planned_and_minuted_by_its_pages() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let page = ada.get("/meetings/new?at=/customers/K-1001");
        assert!(page.text.contains("Carl Whitfield") && page.text.contains("Bob Okafor"), "{}", page.text);
        let (party, carl) = of(&world, "K-1001", "carl.whitfield@meridian-dairies.example");
        let (party, carl, bob) = (party.to_string(), carl.to_string(), world.bob().actor.person.to_string());
        let wrong = [
            ("title", "Kick-off"),
            ("starts", "2026-03-02T08:00"),
            ("ends", "2026-03-02T07:00"),
            ("guests", "Priya <priya"),
        ];
        let again = ada.post_form("/meetings", &wrong);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("is no mail address"), "{}", again.text);
        let fields = [
            ("title", "Kick-off"),
            ("party", party.as_str()),
            ("starts", "2026-03-02T08:00"),
            ("ends", "2026-03-02T09:00"),
            ("person", carl.as_str()),
            ("person", bob.as_str()),
            ("points", "Room\n- Power"),
        ];
        let made = ada.post_form("/meetings", &fields);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let address = made.location().to_owned();
        let number = address.trim_start_matches("/meetings/").to_owned();
        let case = meeting(&world, &number);
        assert_eq!(case.body.starts_at.unwrap().to_string(), "2026-03-02T07:00:00Z", "in Ada's zone");
        let letter = ada.get(&format!("{address}/invitation"));
        assert!(letter.text.contains("We invite you to “Kick-off”."), "{}", letter.text);
        assert_eq!(ada.post_form(&format!("{address}/invitation"), &[]).status, StatusCode::SEE_OTHER);
        let version = meeting(&world, &number).record.version.to_string();
        let form = [
            ("version", version.as_str()),
            ("attendance-0", "present"),
            ("attendance-1", "absent"),
            ("point-0", "Room"),
            ("point-minutes-0", "Cold."),
            ("point-1", "Power"),
            ("point-minutes-1", "230 V."),
            ("decision-0", "We heat."),
            ("decision-owner-0", bob.as_str()),
            ("action-0", "Order the heater"),
            ("action-person-0", bob.as_str()),
            ("action-due-0", "2026-03-09"),
        ];
        let kept = ada.post_form(&format!("{address}/minutes"), &form);
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
        let look = ada.get(&format!("{address}/approval"));
        assert!(look.text.contains("D1. We heat. (Bob Okafor)"), "{}", look.text);
        assert_eq!(ada.post_form(&format!("{address}/approval"), &[]).status, StatusCode::SEE_OTHER);
        let page = ada.get(&address);
        assert!(
            page.text.contains("Order the heater") && page.text.contains("Send the minutes"),
            "{}",
            page.text
        );
        let sent = ada.post_form(
            &format!("{address}/letter"),
            &[("to", "Carl <carl.whitfield@meridian-dairies.example>"), ("before", "Dear Carl")],
        );
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let mut amelia = program(&world, "amelia");
        assert_eq!(amelia.get(&address).status, StatusCode::OK);
        let may_not = amelia.post_form(&format!("{address}/letter"), &[("to", "x@y.example")]);
        assert!(may_not.status.is_client_error());
    }
}

#[test]
fn a_call_that_came_to_nothing_is_dropped_and_no_conversation_comes_of_it() {
    for world in World::on_each_engine() {
        let ben = world.person("ben");
        let wrong = conversations::Ringing { from: "+99 123".into(), ..conversations::Ringing::default() };
        let number = ben.does(|work| ring(work, &wrong)).unwrap().number;
        let rings = || program(&world, "ben").get("/inbox").text.contains(&format!("/calls/{number}/write"));
        let talks = || ben.asks(|reader| reader.list("CV", &kernel::Wanted::default())).rows.len();
        let before = talks();
        assert!(rings());
        let refused = refusal(press(&world, "amelia", &number, "drop"));
        assert!(refused.contains("You may read everything and change nothing."), "{refused}");
        assert!(matches!(press(&world, "carl", &number, "drop"), Err(Error::NotFound)));
        press(&world, "ben", &number, "drop").unwrap();
        assert_eq!(state(&world, &number), "dropped");
        assert!(!rings(), "nobody is on the telephone any more");
        let case = ben.asks(|reader| reader.find::<Call>(&number));
        assert_eq!(case.body.phone, "+99 123", "that somebody called stays known");
        let closing = Closing { words: Some("They wanted a pizza.".into()), ..Closing::default() };
        let late = refusal(ben.does(|work| conversations::close_call(work, &number, &closing)));
        assert!(late.contains("closed for editing"), "{late}");
        assert_eq!(talks(), before);
    }
}
