//! Answers that leave the house: to whom, what they name, what comes back, and whom nobody believes.

use axum::http::{Method, StatusCode};
use conversations::{
    Call, ConversationState, Direction, Intake, Message, NewCall, Recipient, Replied, Reply, Taken,
    assign_party, messages, note, record_call, reply, take_in, vouch,
};
use customers::{Channel, ProfileLine};
use kernel::{Audience, Ending, Error, LetterState, Post, Result};
use serde_json::json;

use crate::reminders::agrees_that;
use crate::world::{World, program, refusal};

const CARL: &str = "carl.whitfield@meridian-dairies.example";
const ADA: &str = "ada.lindqvist@kestrel-dosing.example";

fn mail(from: &str, to: &str, headers: &str, words: &str) -> Vec<u8> {
    format!("From: {from}\r\nTo: {to}\r\nSubject: Seals\r\n{headers}\r\n{words}\r\n").into_bytes()
}

/// Carl asks Ada; Priya gets a copy.
fn question(id: &str) -> Vec<u8> {
    let headers = format!(
        "Cc: Priya Raman <priya.raman@meridian-dairies.example>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\n\
         Message-ID: <{id}>\r\nReceived: from meridian by kestrel; Mon, 2 Mar 2026 08:00:01 +0000\r\n"
    );
    mail(&format!("Carl Whitfield <{CARL}>"), &format!("Ada Lindqvist <{ADA}>"), &headers, "Which seals?")
}

fn comes_in(world: &World, raw: &[u8]) -> Taken {
    let intake = Intake::read(raw.to_vec());
    world.person("ben").does(|work| take_in(work, &intake)).unwrap()
}

fn to_carl() -> Vec<Recipient> {
    vec![Recipient { name: "Carl Whitfield".into(), address: CARL.into(), is_copy: false }]
}

fn answers(world: &World, number: &str, words: &str) -> Result<Replied> {
    let it = Reply {
        recipients: to_carl(),
        words: words.into(),
        quote_under: Some("Carl Whitfield wrote:".into()),
        ..Reply::default()
    };
    world.ada().does(|work| reply(work, number, &it))
}

fn all(world: &World, number: &str) -> Vec<Message> {
    world.ada().asks(|reader| messages(reader, reader.mention_of(number)?.id))
}

fn message(world: &World, number: &str, id: i64) -> Message {
    all(world, number).into_iter().find(|it| it.id == id).unwrap()
}

fn opens_post(world: &World) {
    let post = Post { server: "mail.kestrel-dosing.example:587", from: "post@kestrel-dosing.example" };
    world.db.open_post(Some(post)).unwrap();
}

#[test]
fn an_answer_leaves_as_a_letter_and_the_customers_answer_finds_it() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let replied = answers(&world, &asked.number, "EPDM, as agreed.").unwrap();
        let written = message(&world, &asked.number, replied.message);
        assert_eq!((written.direction, written.audience), (Direction::Out, Audience::Party));
        let letter = world.ada().asks(|reader| reader.letter(replied.letter.id));
        assert_eq!(letter.answers.as_deref(), Some("q1@meridian-dairies.example"));
        assert_eq!(letter.subject, "Re: Seals");
        assert_eq!(letter.words, "EPDM, as agreed.\n\nCarl Whitfield wrote:\n> Which seals?");
        assert_eq!(letter.reply_to.as_deref(), Some(ADA), "answers come to the mailbox that was written to");
        let case = world.ada().asks(|reader| reader.find::<conversations::Conversation>(&asked.number));
        assert_eq!(case.record.state, ConversationState::Waiting);
        // Carl reads it on his side, too, and answers by mail.
        let seen = world.carl().asks(|reader| messages(reader, reader.mention_of(&asked.number)?.id));
        assert!(seen.iter().any(|it| it.id == replied.message));
        let headers =
            format!("Message-ID: <q2@meridian-dairies.example>\r\nIn-Reply-To: <{}>\r\n", letter.message_id);
        let thanks = comes_in(&world, &mail(&format!("Carl <{CARL}>"), ADA, &headers, "Thank you."));
        assert_eq!((thanks.number.as_str(), thanks.began), (asked.number.as_str(), false));
    }
}

#[test]
fn a_note_never_leaves_the_house() {
    for world in World::on_each_engine() {
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        world.ada().does(|work| note(work, &asked.number, "They always ask this.")).unwrap();
        assert!(world.ada().asks(|reader| reader.letters(None, None, 9)).is_empty());
        let seen = world.carl().asks(|reader| messages(reader, reader.mention_of(&asked.number)?.id));
        assert!(seen.iter().all(|it| it.direction != Direction::Note));
    }
}

#[test]
fn whoever_answers_has_read_what_came_in_or_says_so() {
    for world in World::on_each_engine() {
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let headers =
            "Message-ID: <q2@meridian-dairies.example>\r\nIn-Reply-To: <q1@meridian-dairies.example>\r\n";
        let newer = comes_in(&world, &mail(&format!("Carl <{CARL}>"), ADA, headers, "FKM after all!"));
        assert_eq!(newer.number, asked.number);
        let seen = |seen, anyway| Reply {
            recipients: to_carl(),
            words: "EPDM.".into(),
            seen: Some(seen),
            anyway,
            ..Reply::default()
        };
        let early = seen(asked.message, false);
        let refused = world.ada().does(|work| reply(work, &asked.number, &early));
        let Err(Error::Refused(refused)) = refused else { panic!("it was sent") };
        assert_eq!(refused.to_string(), "Carl wrote meanwhile. Read it, then send your answer or change it.");
        let link = format!("/conversations/{}#message-{}", asked.number, newer.message);
        assert_eq!(refused.0[0].link.as_deref(), Some(link.as_str()));
        assert!(world.ada().asks(|reader| reader.letters(None, None, 9)).is_empty());
        for fine in [seen(asked.message, true), seen(newer.message, false)] {
            world.ada().does(|work| reply(work, &asked.number, &fine)).unwrap();
        }
        assert_eq!(world.ada().asks(|reader| reader.letters(None, None, 9)).len(), 2);
    }
}

#[test]
fn an_answer_never_goes_to_another_customer() {
    for world in World::on_each_engine() {
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let mut recipients = to_carl();
        let eve = "eve.zimmermann@hallander-pharma.example";
        recipients.push(Recipient { name: "Eve".into(), address: eve.into(), is_copy: true });
        let it = Reply { recipients, words: "EPDM.".into(), ..Reply::default() };
        let refused = refusal(world.ada().does(|work| reply(work, &asked.number, &it)));
        assert!(refused.contains("must not read this conversation"), "{refused}");
        for who in [world.carl(), world.eve(), world.amelia()] {
            let it = Reply { recipients: to_carl(), words: "EPDM.".into(), ..Reply::default() };
            assert!(who.does(|work| reply(work, &asked.number, &it)).is_err());
        }
        assert!(world.ada().asks(|reader| reader.letters(None, None, 9)).is_empty());
    }
}

/// Whoever writes by mail is answered by mail; whatever else is written by hand is as it was agreed, or says why not.
#[test]
fn what_is_written_by_hand_is_as_it_was_agreed_or_says_why_not() {
    for world in World::on_each_engine() {
        let line = ProfileLine {
            channel: Channel::Telephone,
            person: Some(world.carl().actor.person),
            ..ProfileLine::default()
        };
        agrees_that(&world, line);
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        answers(&world, &asked.number, "EPDM, as agreed.").unwrap();
        let mut ada = program(&world, "ada");
        let priya = "priya.raman@meridian-dairies.example";
        let german = "Die Pumpe ist am Freitag bei Ihnen, und die Dichtungen sind auf dem Weg.";
        // Nobody wrote a mail in this talk: he called.
        let call = NewCall {
            call: Call {
                name: "Carl Whitfield".into(),
                words: "When does it come?".into(),
                ..Call::default()
            },
            title: "Carl asks when the pump comes".into(),
            party: Some(world.meridian),
            ..NewCall::default()
        };
        let talk = world.ada().does(|work| record_call(work, &call)).unwrap().conversation;
        let address = format!("/conversations/{talk}/replies");
        let mut form = vec![("to", priya), ("copies", ""), ("reply", german)];
        let came = ada.post_files(&address, &form, &[]);
        for words in [
            "They want to hear of this by “Telephone”.",
            "It was agreed that this goes to Carl Whitfield.",
            "They read English.",
            "Why all the same",
            german,
        ] {
            assert!(came.text.contains(words), "{words}: {}", came.text);
        }
        assert_eq!(world.ada().asks(|reader| reader.letters(None, None, 9)).len(), 1, "the answer alone");
        form.push(("why", "Priya wrote it down for the plant in Bremen"));
        let sent = ada.post_files(&address, &form, &[]);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let written = world.ada().asks(|reader| reader.letters(None, None, 9));
        assert_eq!(written.len(), 2);
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&talk)?.id));
        let trail = world.ada().asks(|reader| reader.trail(id, false, 0, 20));
        let told = trail.iter().find(|it| it.deed == "replied").unwrap();
        assert_eq!(told.content["reason"], "Priya wrote it down for the plant in Bremen");
        let said = told.content.to_string();
        assert!(said.contains(r#""language":"en""#) && said.contains(r#""way":"telephone""#), "{said}");
        // By program the same; and whoever was not in the mails is no addressee of an answer.
        let body = json!({ "words": "Here they are.", "recipients": [{ "name": "Lab", "address": "lab@meridian-dairies.example", "is_copy": false }] });
        let to = format!("/api/v1/conversations/{}/replies", asked.number);
        let came = ada.post_json(&to, &body);
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        assert!(came.text.contains("by “Telephone”"), "{}", came.text);
        let mut body = body;
        body["why"] = json!("The lab has no telephone");
        assert_eq!(ada.post_json(&to, &body).status, StatusCode::OK);
    }
}

/// A server says that a letter to Carl did not arrive.
fn bounce(from: &str, id: &str) -> Vec<u8> {
    let no = from.len();
    format!(
        "From: {from}\r\nTo: {ADA}\r\nSubject: Undelivered\r\n\
         Received: from x by y; Mon, 2 Mar 2026 08:00:01 +0000\r\n\
         Message-ID: <b{no}@kestrel-dosing.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; kestrel\r\n\r\n\
         Final-Recipient: rfc822; {CARL}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{id}>\r\nSubject: Re: Seals\r\n\r\nEPDM.\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn an_answer_that_comes_back_is_marked_and_asks_for_somebody() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let replied = answers(&world, &asked.number, "EPDM.").unwrap();
        let taken = world.db.take_letter().unwrap().unwrap();
        world.db.letter_ended(&taken.letter, &Ending::Taken("250 Ok".into())).unwrap();
        let from = "Mail Delivery Subsystem <mailer-daemon@kestrel-dosing.example>";
        let back = comes_in(&world, &bounce(from, &replied.letter.message_id));
        assert_eq!(back.number, asked.number);
        let state = world.ada().asks(|reader| Ok(reader.letter(replied.letter.id)?.state));
        assert_eq!(state, LetterState::Returned);
        let tasks = world.ada().asks(|reader| reader.tasks(reader.mention_of(&asked.number)?.id));
        assert_eq!(tasks.len(), 1);
        assert!(tasks[0].request.contains("550 5.1.1 no such user"), "{}", tasks[0].request);
        let report = message(&world, &asked.number, back.message);
        assert_eq!(report.audience, Audience::Internal);
    }
}

#[test]
fn another_customer_reports_on_no_letter_that_did_not_go_to_them() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let replied = answers(&world, &asked.number, "EPDM.").unwrap();
        let taken = world.db.take_letter().unwrap().unwrap();
        world.db.letter_ended(&taken.letter, &Ending::Taken("250 Ok".into())).unwrap();
        let before = all(&world, &asked.number).len();
        let id = &replied.letter.message_id;
        let forged = bounce("Eve Zimmermann <eve.zimmermann@hallander-pharma.example>", id);
        let told = comes_in(&world, &forged);
        assert!(told.began, "{}", told.because);
        assert_ne!(told.number, asked.number);
        assert_eq!(all(&world, &asked.number).len(), before, "nothing stands with Meridian");
        let state = world.ada().asks(|reader| Ok(reader.letter(replied.letter.id)?.state));
        assert_eq!(state, LetterState::Sent);
        assert!(world.ada().asks(|reader| reader.tasks(reader.mention_of(&asked.number)?.id)).is_empty());

        // Whoever is with Meridian, their server too, reports on what went to them.
        let back = comes_in(&world, &bounce("mailer-daemon@meridian-dairies.example", id));
        assert_eq!(back.number, asked.number, "{}", back.because);
        let state = world.ada().asks(|reader| Ok(reader.letter(replied.letter.id)?.state));
        assert_eq!(state, LetterState::Returned);
    }
}

#[test]
fn a_copy_of_our_own_letter_is_the_letter_and_a_forged_one_is_not() {
    for world in World::on_each_engine() {
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let replied = answers(&world, &asked.number, "EPDM.").unwrap();
        let letter = world.ada().asks(|reader| reader.letter(replied.letter.id));
        let headers = format!(
            "Received: from x by y; Mon, 2 Mar 2026 08:00:01 +0000\r\nMessage-ID: <{}>\r\n",
            letter.message_id
        );
        let from = format!("Ada Lindqvist <{ADA}>");
        let copy = comes_in(&world, &mail(&from, CARL, &headers, &letter.words.replace('\n', "\r\n")));
        assert!(copy.was_known);
        assert_eq!(copy.message, replied.message);
        let forged = comes_in(&world, &mail(&from, CARL, &headers, "FKM will do. Pay to another account."));
        assert!(!forged.was_known);
        assert!(message(&world, &forged.number, forged.message).is_not_proven());
    }
}

#[test]
fn whoever_writes_under_our_address_from_outside_is_not_believed() {
    for world in World::on_each_engine() {
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        answers(&world, &asked.number, "EPDM.").unwrap();
        let before = world.ada().asks(|reader| reader.find::<conversations::Conversation>(&asked.number));
        let headers = "Received: from evil by kestrel; Mon, 2 Mar 2026 08:30:00 +0000\r\n\
                       Message-ID: <evil@x.example>\r\nIn-Reply-To: <q1@meridian-dairies.example>\r\n";
        let from = format!("Ada Lindqvist <{ADA}>");
        let raw = mail(&from, CARL, headers, "Pay to another account, please.");
        let forged = comes_in(&world, &raw);
        let said = message(&world, &forged.number, forged.message);
        assert_eq!(
            (said.direction, said.from_person, said.audience),
            (Direction::In, None, Audience::Internal)
        );
        assert!(said.is_not_proven());
        let seen = world.carl().asks(|reader| messages(reader, reader.mention_of(&asked.number)?.id));
        assert!(seen.iter().all(|it| it.id != forged.message), "Carl is not shown what is not ours");
        if forged.number == asked.number {
            let after = world.ada().asks(|reader| reader.find::<conversations::Conversation>(&asked.number));
            assert_eq!(after.body.waits_for, before.body.waits_for, "it is nobody's turn by it");
        }
        // Nor does it get out by saying whose the conversation is.
        world.ada().does(|work| assign_party(work, &forged.number, None)).unwrap();
        world.ada().does(|work| assign_party(work, &forged.number, Some(world.meridian))).unwrap();
        assert_eq!(message(&world, &forged.number, forged.message).audience, Audience::Internal);
        // Until somebody of us says that it is.
        assert!(world.amelia().does(|work| vouch(work, forged.message)).is_err());
        assert!(world.carl().does(|work| vouch(work, forged.message)).is_err());
        world.ada().does(|work| vouch(work, forged.message)).unwrap();
        let said = message(&world, &forged.number, forged.message);
        assert_eq!((said.direction, said.audience), (Direction::Out, Audience::Party));
        assert_eq!(said.from_person, Some(world.ada().actor.person));
        let again = refusal(world.ada().does(|work| vouch(work, forged.message)));
        assert_eq!(again, "Nobody doubts from whom this message is.");
    }
}

#[test]
fn letters_that_wait_are_tried_at_once_when_somebody_says_so() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        for words in ["EPDM.", "Or PTFE."] {
            answers(&world, &asked.number, words).unwrap();
        }
        let none = refusal(world.ada().does(|work| work.try_all_now()));
        assert!(none.contains("No letter waits for another attempt"), "{none}");
        // The mail server asks to come later.
        let mut ids = Vec::new();
        while let Some(it) = world.db.take_letter().unwrap() {
            ids.push(it.letter.id);
            world.db.letter_ended(&it.letter, &kernel::Ending::Later("451 later".into())).unwrap();
        }
        assert_eq!(ids.len(), 2);
        let mut ada = program(&world, "ada");
        let due = |ada: &mut web::testing::Client, id: i64| {
            ada.get(&format!("/api/v1/letters/{id}")).json()["due_at"].as_str().unwrap().to_owned()
        };
        let later = due(&mut ada, ids[0]);
        assert!(ada.get("/letters").text.contains("Try 2 letters now"));
        assert!(!program(&world, "amelia").get("/letters").text.contains("Try 2 letters now"));
        let one = ada.post_json(&format!("/api/v1/letters/{}/try-now", ids[0]), &json!({}));
        assert_eq!(one.status, StatusCode::OK, "{}", one.text);
        assert!(due(&mut ada, ids[0]) < later && due(&mut ada, ids[1]) == later);
        let all = ada.post_json("/api/v1/letters/try-now", &json!({}));
        assert_eq!(all.json()["tried"], 1, "{}", all.text);
        assert_eq!(world.db.take_letter().unwrap().map(|it| it.letter.id), Some(ids[0]));
        let busy = ada.post_json(&format!("/api/v1/letters/{}/try-now", ids[0]), &json!({}));
        assert!(busy.text.contains("does not wait to be sent"), "{}", busy.text);
        // Whoever only reads, and whoever is of outside, decides nothing.
        let refused = program(&world, "amelia").post_json("/api/v1/letters/try-now", &json!({}));
        assert!(refused.status.is_client_error());
        let outside = program(&world, "carl").post_json("/api/v1/letters/try-now", &json!({}));
        assert_eq!(outside.status, StatusCode::NOT_FOUND);
        // Where no mail server is set up there is nothing to try.
        world.db.open_post(None).unwrap();
        let held = refusal(world.ada().does(|work| work.try_now(ids[1])));
        assert!(held.contains("No mail server is set up"), "{held}");
    }
}

#[test]
fn a_program_answers_and_decides_of_letters() {
    for world in World::on_each_engine() {
        let asked = comes_in(&world, &question("q1@meridian-dairies.example"));
        let mut ada = program(&world, "ada");
        let address = format!("/api/v1/conversations/{}/replies", asked.number);
        let came = ada.post_json(&address, &json!({ "words": "EPDM.", "quote": true }));
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        let letter = came.json()["letter"].as_i64().unwrap();
        let one = ada.get(&format!("/api/v1/letters/{letter}")).json();
        assert_eq!(
            (one["state"].as_str(), one["record"].as_str()),
            (Some("held"), Some(asked.number.as_str()))
        );
        let to: Vec<_> =
            one["recipients"].as_array().unwrap().iter().map(|it| it["address"].clone()).collect();
        assert_eq!(to, [json!(CARL), json!("priya.raman@meridian-dairies.example")]);
        for bad in [
            json!({}),
            json!({ "words": 7 }),
            json!({ "words": "x", "recipients": [{ "name": "", "address": "a\r\nBcc: b@x.example", "is_copy": false }] }),
        ] {
            let came = ada.post_json(&address, &bad);
            assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {}", came.text);
        }
        let given_up = ada.post_json(&format!("/api/v1/letters/{letter}/give-up"), &json!({}));
        assert_eq!(given_up.json()["state"], "given_up", "{}", given_up.text);
        let again = ada.post_json(&format!("/api/v1/letters/{letter}/send-again"), &json!({}));
        assert_eq!(again.json()["state"], "held");
        let all = ada.get("/api/v1/letters?state=held").json();
        assert_eq!(all["items"].as_array().unwrap().len(), 1);
        let more = ada.post_json(&address, &json!({ "words": "Or PTFE.", "quote": true })).json();
        let newest = ada.get("/api/v1/letters?limit=1").json();
        assert_eq!(
            (&newest["items"][0]["id"], &newest["next"]),
            (&more["letter"], &json!(more["letter"].to_string()))
        );
        let older =
            ada.get(&format!("/api/v1/letters?limit=1&after={}", newest["next"].as_str().unwrap())).json();
        assert_eq!((&older["items"][0]["id"], &older["next"]), (&json!(letter), &json!(null)));
        assert_eq!(ada.get("/api/v1/letters?limit=0").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(program(&world, "carl").get("/api/v1/letters").status, StatusCode::NOT_FOUND);
        let carl = program(&world, "carl").get(&format!("/api/v1/letters/{letter}"));
        assert_eq!(carl.status, StatusCode::NOT_FOUND);
        let mut amelia = program(&world, "amelia");
        assert_eq!(amelia.get("/api/v1/jobs").status, StatusCode::OK);
        let refused =
            amelia.send_json(Method::POST, &format!("/api/v1/letters/{letter}/give-up"), &[], &json!({}));
        assert!(refused.status.is_client_error());
    }
}

#[test]
fn whoever_offered_or_asked_something_reads_that_its_letter_waits_where_there_is_no_mail_server() {
    for world in World::on_each_engine() {
        let it = crate::reviews::matter(&world);
        crate::reviews::make_sure(&world, CARL);
        let review = crate::reviews::begin(&world, &it);
        crate::reviews::asks_carl(&world, &review, &it);
        let questions = world.bob().asks(|reader| reader.list("CL", &kernel::Wanted::default()));
        let at = format!("/clarifications/{}", questions.rows[0].number);
        let mut bob = program(&world, "bob");
        let page = bob.get(&at).text;
        for words in ["1 letter of it waits: no mail server is set up.", "/letters?state=held"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let mut german = program(&world, "bob");
        german.patch_json("/api/v1/me", Some("*"), &json!({ "language": "de" }));
        let page = german.get(&at).text;
        assert!(page.contains("1 Brief dazu wartet: Es ist kein Mailserver"), "{page}");
        let page = program(&world, "carl").get(&at).text;
        assert!(!page.contains("/letters"), "what is ours is told to nobody else: {page}");
        // Once there is a mail server it is on its way.
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        let page = bob.get(&at).text;
        assert!(!page.contains("letter of it waits"), "{page}");
    }
}
