//! What only those of the house say, send and read of notices, meetings, statements and questions, each asked by itself.

use axum::http::{Method, StatusCode};
use conversations::{
    Meeting, Recipient, Replying, StatementState, answer_statement, approve_minutes, heed, invite, messages,
    open_meeting, send_minutes, statements, throw_away, write_minutes,
};
use kernel::{Error, LetterState, New, Sql};
use notices::{Answer, Answering, State};
use serde_json::json;

use crate::changes::{agreed_set, propose, raise};
use crate::conversations::{from_carl, the_disk_is_full};
use crate::notices::{BASE, prepared, sent, state};
use crate::reviews::{
    CARL, POST, accepted, begin, digest_in, link_in, make_sure, matter, next_letter, offered, opened,
};
use crate::statements::{asked, ordered_by_telephone};
use crate::talk::{minutes, site_visit};
use crate::world::{World, client, program, refusal};

const ONLY_READS: &str = "You may read everything and change nothing. Ask the owner.";
const STAFF: &str = "Only members of staff may do this.";

/// A notice of a change of one requirement, prepared and not sent.
fn notice_of(world: &World, requirement: &str) -> String {
    let change = raise(world, "ada", "Seals");
    propose(world, "ada", &change, requirement, "Seals FKM.");
    prepared(world, &change).remove(0).number
}

#[test]
fn whoever_may_not_write_neither_answers_a_notice_for_them_nor_sends_it_again_whatever_state_it_is_in() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let notice = notice_of(&world, &reqs[0]);
        let stands = || {
            world.ada().asks(|reader| {
                let id = reader.mention_of(&notice)?.id;
                let letters = reader.letters_of(id)?.len();
                let answers = notices::answers(reader, id)?.len();
                Ok((letters, answers, reader.trail(id, false, 0, 1000)?.len()))
            })
        };
        let answering = Answering {
            answer: Answer::Acknowledged,
            name: "Carl Whitfield".into(),
            source: "A call".into(),
            ..Answering::default()
        };
        let answers = |who: &str| {
            world.person(who).does(|work| notices::answer(work, &notice, &answering, (None, None)))
        };
        let sends = |who: &str| world.person(who).does(|work| notices::send_again(work, &notice, BASE));
        // The right is asked before the state: nobody learns by a refusal how it stands.
        let before = stands();
        assert_eq!(
            (refusal(answers("amelia")), refusal(sends("amelia"))),
            (ONLY_READS.into(), ONLY_READS.into())
        );
        assert_eq!((stands(), state(&world, &notice)), (before, State::Prepared));

        sent(&world, &notice);
        let before = stands();
        assert_eq!(
            (refusal(answers("amelia")), refusal(sends("amelia"))),
            (ONLY_READS.into(), ONLY_READS.into())
        );
        assert_eq!(refusal(sends("carl")), STAFF);
        assert!(matches!(sends("eve"), Err(Error::NotFound)));
        assert_eq!((stands(), state(&world, &notice)), (before, State::Issued));

        answers("ada").unwrap();
        let before = stands();
        assert_eq!(before.1, 1);
        assert_eq!(
            (refusal(answers("amelia")), refusal(sends("amelia"))),
            (ONLY_READS.into(), ONLY_READS.into())
        );
        assert_eq!(refusal(sends("carl")), STAFF);
        assert_eq!((stands(), state(&world, &notice)), (before, State::Acknowledged));
        assert_eq!(refusal(sends("ada")), "It is not with them. There is nothing to send again.");
    }
}

#[test]
fn what_a_customer_answers_to_a_notice_on_their_pages_or_by_program_came_by_their_account_whatever_they_say()
{
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Hoses EPDM."]);
        let both = [&reqs[0], &reqs[1]].map(|it| notice_of(&world, it));
        for notice in &both {
            sent(&world, notice);
        }
        let mut carl = program(&world, "carl");
        let form = [
            ("answer", "acknowledged"),
            ("words", "Understood."),
            ("name", "Eve"),
            ("source", "Mail of 24 June"),
        ];
        let by_page = carl.post_form(&format!("/change-notices/{}/answer", both[0]), &form);
        assert_eq!(by_page.status, StatusCode::SEE_OTHER, "{}", by_page.text);
        let body = json!({
            "answer": "acknowledged", "words": "Understood.", "name": "Eve", "source": "Mail of 24 June",
        });
        let by_program = carl.post_json(&format!("/api/v1/change-notices/{}/answer", both[1]), &body);
        assert_eq!(by_program.status, StatusCode::OK, "{}", by_program.text);
        for notice in &both {
            assert_eq!(state(&world, notice), State::Acknowledged);
            let all = world.ada().asks(|reader| notices::answers(reader, reader.mention_of(notice)?.id));
            let told: Vec<_> = all.iter().map(|it| (it.name.as_str(), it.source.as_str())).collect();
            assert_eq!(told, [("Carl Whitfield", "account")], "{notice}");
        }
    }
}

#[test]
fn an_objection_is_talked_about_with_whoever_objected_where_they_did_so_by_their_own_account() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Hoses EPDM."]);
        let carl = world.carl().actor.person;
        let answering = Answering {
            answer: Answer::Objected,
            words: "FKM fails in our caustic.".into(),
            name: "Carl Whitfield".into(),
            source: "account".into(),
        };
        for (requirement, who, person) in [(&reqs[0], "carl", Some(carl)), (&reqs[1], "ada", None)] {
            let notice = notice_of(&world, requirement);
            sent(&world, &notice);
            let answer = |work: &mut kernel::Work| notices::answer(work, &notice, &answering, (None, None));
            world.person(who).does(answer).unwrap();
            let said = world.ada().asks(|reader| {
                let all = reader.list("CV", &kernel::Wanted::default())?.rows;
                messages(reader, all.into_iter().find(|it| it.title.contains(&notice)).unwrap().id)
            });
            let told: Vec<_> = said.iter().map(|it| (it.from_name.as_str(), it.from_person)).collect();
            assert_eq!(told, [("Carl Whitfield", person)], "written by {who}");
        }
    }
}

#[test]
fn of_a_notice_that_is_shown_to_him_carl_reaches_nothing_that_is_ours_to_do() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let notice = notice_of(&world, &reqs[0]);
        sent(&world, &notice);
        let page = format!("/change-notices/{notice}");
        let mut carl = program(&world, "carl");
        assert_eq!(carl.get(&page).status, StatusCode::OK, "he was told");
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&notice)?.id));
        let stands = || world.ada().asks(|reader| reader.trail(id, false, 0, 1000)).len();
        let before = stands();
        for rest in ["edit", "issue", "end?step=withdraw", "end?step=settle", "end?step=excuse"] {
            assert_eq!(carl.get(&format!("{page}/{rest}")).status, StatusCode::NOT_FOUND, "{rest}");
        }
        let reason = ("reason", "It names the wrong seals");
        for (rest, form) in [
            ("edit", vec![("words", "Nothing changes."), ("asks", "acknowledgement"), ("language", "en")]),
            ("issue", vec![]),
            ("again", vec![]),
            ("end", vec![("step", "withdraw"), reason]),
            ("end", vec![("step", "settle"), reason]),
            ("end", vec![("step", "excuse"), reason]),
        ] {
            let came = carl.post_form(&format!("{page}/{rest}"), &form);
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{rest} {form:?}: {}", came.text);
        }
        let ending = json!({ "step": "withdraw", "reason": "It names the wrong seals" });
        for (rest, body) in [
            ("prepare", json!({ "words": "Nothing changes." })),
            ("issue", json!({})),
            ("again", json!({})),
            ("end", ending.clone()),
        ] {
            let came = carl.post_json(&format!("/api/v1{page}/{rest}"), &body);
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{rest}: {}", came.text);
        }
        assert_eq!((stands(), state(&world, &notice)), (before, State::Issued));
    }
}

#[test]
fn a_mail_that_waits_is_none_for_whoever_stands_outside_however_they_ask_that_it_be_thrown_away() {
    for world in World::on_each_engine() {
        let digest = kernel::fingerprint(b"a mail that could not be filed");
        let by_program = format!("/api/v1/mail/{digest}/throw-away");
        for who in ["carl", "eve"] {
            let deed = world.person(who).does(|work| throw_away(work, &digest, "It is advertising."));
            assert!(matches!(deed, Err(Error::NotFound)), "{who}: {deed:?}");
            // Not even what is wrong with what they send.
            let came = program(&world, who).post_json(&by_program, &json!({ "reason": 5 }));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{who}: {}", came.text);
        }
        for (who, sentence) in [("henrik", "Only the role"), ("amelia", ONLY_READS)] {
            let told =
                refusal(world.person(who).does(|work| throw_away(work, &digest, "It is advertising.")));
            assert!(told.contains(sentence), "{who}: {told}");
        }
    }
}

#[test]
fn whoever_only_reads_sees_which_mails_wait_and_nothing_with_which_to_take_in_try_or_throw_away() {
    for world in World::on_each_engine() {
        let mail = from_carl("waits@meridian", "", "The seal leaks.");
        the_disk_is_full(&world);
        conversations::import(&world.db, &world.person("ben").actor, &mail, "waits.eml", false);
        let page = |who: &str| program(&world, who).get("/import").text;
        let to = format!("/import/{}", kernel::fingerprint(&mail));
        let (ours, read) = (page("ben"), page("amelia"));
        for it in [&ours, &read] {
            assert!(it.contains("waits.eml") && it.contains(&format!("{to}/raw")), "{it}");
        }
        for deed in [format!("{to}/again"), format!("{to}/away"), r#"action="/import""#.to_owned()] {
            assert!(ours.contains(&deed), "{deed}: {ours}");
            assert!(!read.contains(&deed), "{deed}: {read}");
        }
    }
}

#[test]
fn whoever_may_not_write_is_told_so_before_what_is_wrong_with_their_mail_or_their_meeting() {
    for world in World::on_each_engine() {
        let number = site_visit(&world);
        world.ada().does(|work| invite(work, &number)).unwrap();
        let conversation = world.ada().asks(|reader| reader.find::<Meeting>(&number)).body.conversation;
        assert!(conversation.is_some());
        let count = || {
            world.ada().asks(|reader| {
                let of =
                    |kind: &str| Ok::<_, Error>(reader.list(kind, &kernel::Wanted::default())?.rows.len());
                Ok((of("MT")?, of("CV")?))
            })
        };
        let before = count();
        // That conversation is with Meridian.
        let new = New { title: "Visit", party: Some(world.hallander), ..New::default() };
        let body = Meeting { conversation, ..Meeting::default() };
        let opens = |who: &str| world.person(who).does(|work| open_meeting(work, &new, &body));
        assert_eq!(refusal(opens("amelia")), ONLY_READS);
        assert!(matches!(opens("ada"), Err(Error::Invalid(_))));
        let typed = [("content-type", "message/rfc822")];
        for (who, sentence) in [("amelia", ONLY_READS), ("carl", STAFF), ("eve", STAFF)] {
            let came = program(&world, who).send(Method::POST, "/api/v1/mail", &typed, " ".into());
            assert_eq!(came.status, StatusCode::CONFLICT, "{who}: {}", came.text);
            // Eve reads German.
            assert!(who == "eve" || came.text.contains(sentence), "{who}: {}", came.text);
        }
        let came = program(&world, "ada").send(Method::POST, "/api/v1/mail", &typed, " ".into());
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        let mail = from_carl("tried@meridian", "", "The seal leaks.");
        for (who, sentence) in [("amelia", ONLY_READS), ("carl", STAFF), ("eve", STAFF)] {
            // Not even what would become of it.
            for dry_run in [true, false] {
                let actor = world.person(who).actor;
                let done = conversations::import(&world.db, &actor, &mail, "tried.eml", dry_run).remove(0);
                assert_eq!((done.because.to_string().as_str(), done.number), (sentence, None), "{who}");
            }
        }
        assert_eq!(count(), before);
    }
}

#[test]
fn minutes_are_sent_by_members_of_staff_and_the_customer_who_has_them_reads_no_more_than_the_minutes() {
    for world in World::on_each_engine() {
        let number = site_visit(&world);
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.id));
        let to_carl = vec![Recipient { name: "Carl Whitfield".into(), address: CARL.into(), is_copy: false }];
        let sends = |who: &str, to: &[Recipient]| {
            world.person(who).does(|work| send_minutes(work, &number, to, "Dear Carl, here they are."))
        };
        let stands = || world.ada().asks(|reader| reader.trail(id, false, 0, 1000)).len();
        world.ada().does(|work| invite(work, &number)).unwrap();
        let before = stands();
        assert_eq!(refusal(sends("amelia", &to_carl)), ONLY_READS, "not that they wait for an approval");
        assert_eq!(stands(), before);
        let written = minutes(&world, &number);
        world.ada().does(|work| write_minutes(work, &number, None, &written)).unwrap();
        world.ada().does(|work| approve_minutes(work, &number, "")).unwrap();
        assert_eq!(refusal(sends("amelia", &[])), ONLY_READS, "not to whom they go");
        sends("ada", &to_carl).unwrap();
        let before = stands();
        assert_eq!(
            (refusal(sends("carl", &[])), refusal(sends("carl", &to_carl))),
            (STAFF.into(), STAFF.into())
        );
        assert!(matches!(sends("eve", &to_carl), Err(Error::NotFound)));
        assert_eq!(stands(), before, "nothing more was sent");

        let address = format!("/meetings/{number}");
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let (ours, theirs) = (ada.get(&address).text, carl.get(&address).text);
        for words in ["Send the minutes", "What was told of it", r#"id="capture""#] {
            assert!(ours.contains(words), "{words}: {ours}");
            assert!(!theirs.contains(words), "{words}: {theirs}");
        }
        assert!(theirs.contains("falls to 5 °C"), "{theirs}");
        let source = &ada.get(&format!("/api/v1{address}/minutes")).json()[0]["source"];
        let (ours, theirs) =
            [&mut ada, &mut carl].map(|it| it.get(&format!("/sources/{source}")).text).into();
        assert!(ours.contains(r#"id="capture""#), "{ours}");
        assert!(theirs.contains("falls to 5 °C") && !theirs.contains(r#"id="capture""#), "{theirs}");
        for rest in ["edit", "minutes", "approval", "invitation", "letter", "cancellation"] {
            let came = carl.get(&format!("{address}/{rest}"));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{rest}: {}", came.text);
        }
    }
}

#[test]
fn what_the_house_made_of_a_statement_stands_with_it_for_the_house_alone() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let order = ordered_by_telephone(&world);
        let said = conversations::NewStatement {
            words: "Twelve kits by Friday.".into(),
            said_by: "Carl Whitfield".into(),
            ..conversations::NewStatement::default()
        };
        let id = world.ada().does(|work| conversations::note_statement(work, &order, &said)).unwrap();
        asked(&world, &order, "");
        let answer = Replying {
            answer: StatementState::Otherwise,
            words: "Ten kits.".into(),
            name: "Carl Whitfield".into(),
        };
        world.ada().does(|work| answer_statement(work, id, &answer)).unwrap();
        world.ada().does(|work| heed(work, id, "We deliver ten and keep two for him")).unwrap();
        let kept = world.ada().asks(|reader| statements(reader, reader.mention_of(&order)?.id)).remove(0);
        let at = format!("/api/v1/said/{order}");
        let one = |who: &str| program(&world, who).get(&at).json()[0].clone();
        let (ours, theirs) = (one("ada"), one("carl"));
        for it in [&ours, &theirs] {
            assert_eq!((&it["id"], &it["state"]), (&json!(id), &json!("otherwise")), "{it}");
            assert_eq!(it["answers"][0]["words"], "Ten kits.", "{it}");
        }
        assert!(kept.letter.is_some(), "they were asked by letter");
        let made =
            |it: &serde_json::Value| [it["message"].clone(), it["letter"].clone(), it["heeded"].clone()];
        let all = [json!(kept.message), json!(kept.letter), json!("We deliver ten and keep two for him")];
        assert_eq!(made(&ours), all);
        assert_eq!(made(&theirs), [json!(null), json!(null), json!("")]);
        assert_eq!(program(&world, "eve").get(&at).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_signatory_gets_another_link_from_whoever_owns_the_request_and_from_nobody_else() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let signatory = world.carl().actor.person;
        let number = offered(&world, &it, &[signatory]);
        let link = link_in(&next_letter(&world));
        let waiting = || world.ada().asks(|reader| reader.letters(Some(LetterState::Queued), None, 50)).len();
        let again = |who: &str| world.person(who).does(|work| reviews::link_again(work, &number, signatory));
        let page = |who: &str| program(&world, who).get(&format!("/sign-offs/{number}")).text;
        assert!(page("ada").contains("Send a new link"), "{}", page("ada"));
        for who in ["bob", "henrik", "amelia", "carl"] {
            assert!(!page(who).contains("Send a new link"), "{who}: {}", page(who));
        }
        let before = waiting();
        let others = [
            ("bob", "Only the owner may do this."),
            ("henrik", "Only the owner may do this."),
            ("amelia", ONLY_READS),
            ("carl", "Only the owner may do this."),
        ];
        for (who, sentence) in others {
            let told = refusal(again(who));
            assert!(told.contains(sentence), "{who}: {told}");
            let form = [("person", &*signatory.to_string())];
            let came = program(&world, who).post_form(&format!("/sign-offs/{number}/link"), &form);
            assert!(came.status.is_client_error(), "{who}: {}", came.text);
        }
        assert!(matches!(again("eve"), Err(Error::NotFound)));
        assert_eq!(waiting(), before, "nobody was written to");
        assert_eq!(client(&world.db).get(&link).status, StatusCode::OK, "the link that he has is good");
        again("ada").unwrap();
        assert_eq!(waiting(), before + 1);
        assert_eq!(client(&world.db).get(&link).status, StatusCode::GONE);
        world.ada().does(|work| reviews::withdraw_sign_off(work, &number, "the wrong revision")).unwrap();
        for (who, sentence) in others.into_iter().filter(|it| it.0 != "carl") {
            let told = refusal(again(who));
            assert!(told.contains(sentence), "{who}, once it is over: {told}");
        }
        assert_eq!(refusal(again("ada")), "There is nothing to sign any more.");
    }
}

#[test]
fn what_a_customer_answers_to_a_question_is_theirs_by_name_and_came_by_their_account() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        world.db.open_post(Some(POST)).unwrap();
        let both = [&it.requirements[0], &it.requirements[1]].map(|item| {
            let question = reviews::Question {
                words: "Lowest room temperature?".into(),
                person: Some(world.carl().actor.person),
                base: "http://reqord.test".into(),
                ..reviews::Question::default()
            };
            world.bob().does(|work| reviews::ask(work, &review, item, &question)).unwrap().number
        });
        let (mut bob, mut carl) = (program(&world, "bob"), program(&world, "carl"));
        // Who of theirs answered, and how that came, is asked of one of us who writes it down.
        for number in &both {
            let at = format!("/clarifications/{number}");
            let (ours, theirs) = (bob.get(&at).text, carl.get(&at).text);
            assert!(ours.contains(r#"name="words""#) && theirs.contains(r#"name="words""#), "{theirs}");
            assert!(ours.contains(r#"name="source""#) && !theirs.contains(r#"name="source""#), "{theirs}");
        }
        let form = [("words", "5 °C in winter."), ("name", "Eve"), ("source", "Mail of 24 June")];
        let by_page = carl.post_form(&format!("/clarifications/{}/answer", both[0]), &form);
        assert_eq!(by_page.status, StatusCode::SEE_OTHER, "{}", by_page.text);
        let body = json!({ "words": "5 °C in winter.", "name": "Eve", "source": "Mail of 24 June" });
        let by_program = carl.post_json(&format!("/api/v1/clarifications/{}/answer", both[1]), &body);
        assert_eq!(by_program.status, StatusCode::OK, "{}", by_program.text);
        for number in &both {
            let told = bob.get(&format!("/api/v1/clarifications/{number}/answers")).json();
            assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
            assert_eq!(
                (&told[0]["name"], &told[0]["source"]),
                (&json!("Carl Whitfield"), &json!("account")),
                "{number}: {told}"
            );
            // Whoever asked hears of an answer that they did not write down themselves.
            let tasks = world.bob().asks(|reader| reader.tasks(reader.mention_of(number)?.id));
            let hears = tasks.iter().any(|it| it.request.contains("Carl Whitfield answered"));
            assert!(hears, "{number}: {tasks:?}");
        }
        let text = "select count(*) from visible_clarification_answer where person = $1";
        let person = world.carl().actor.person;
        let his: i64 =
            world.ada().asks(|reader| reader.one(&Sql { text, place: "" }, kernel::values![person]));
        assert_eq!(his, 2, "it is kept who that is");
    }
}

#[test]
fn whoever_has_no_job_title_closes_a_review_by_a_role_that_they_have() {
    for world in World::on_each_engine() {
        testbed::tamper(&world.address, "update person set job_title = ''").unwrap();
        let it = matter(&world);
        let review = begin(&world, &it);
        let read = world.bob().asks(|reader| reviews::as_read(reader, &review, None));
        let form = [
            ("read", read.as_str()),
            ("decision", "decline"),
            ("outcome", "The hall is full until autumn"),
            ("password", "bob-right-millilitre"),
        ];
        let came = program(&world, "bob").post_form(&format!("/reviews/{review}/close"), &form);
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        let all = world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
        let roles: Vec<_> = all.iter().map(|it| it.role.as_str()).collect();
        assert_eq!(roles, ["Quality"], "he is no approver");
    }
}

#[test]
fn whoever_may_not_begin_a_review_or_ask_the_customer_again_is_shown_no_way_to_it() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let page = |who: &str, at: &str| program(&world, who).get(at).text;
        let at = world.ada().asks(|reader| {
            let subject = reader.mention(it.subject)?.expect("it is there");
            Ok(reader.registry().address(&subject.kind, &subject.number))
        });
        let beside = |who: &str| page(who, &at);
        for way in ["/reviews/new?subject=", "/sign-offs/new?subject="] {
            assert!(beside("ada").contains(way), "{way}: {}", beside("ada"));
            for who in ["franka", "amelia"] {
                assert!(!beside(who).contains(way), "{who}, {way}: {}", beside(who));
            }
        }
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        let digest = digest_in(&carl.get(&link).text);
        let seals = &it.requirements[2];
        let query = [
            ("digest", digest.as_str()),
            (&format!("word-{seals}"), "query"),
            (&format!("remark-{seals}"), "Do they hold in peracetic acid?"),
        ];
        assert_eq!(carl.post_form(&format!("{link}/words"), &query).status, StatusCode::SEE_OTHER);
        let asked =
            world.ada().asks(|reader| reviews::clarifications_of(reader, reader.mention_of(&number)?.id));
        let answering = reviews::Answering { words: "Up to 15 %.".into(), ..reviews::Answering::default() };
        world.ada().does(|work| reviews::answer(work, &asked[0].number, &answering, None)).unwrap();
        let (at, again) = (format!("/sign-offs/{number}"), "Ask the customer again");
        assert!(page("ada", &at).contains(again), "{}", page("ada", &at));
        for who in ["bob", "henrik", "amelia", "carl"] {
            assert!(!page(who, &at).contains(again), "{who}: {}", page(who, &at));
        }
    }
}
