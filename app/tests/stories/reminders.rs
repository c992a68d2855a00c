//! Reminders: who hears that something is due, once, and who then; customers as it was agreed with them.

use axum::http::StatusCode;
use customers::{Channel, Organisation, Profile, ProfileLine, Topic};
use jiff::SignedDuration;
use kernel::{Actor, Ask, LetterState, New};
use reviews::Question;
use serde_json::json;

use crate::judged::findings;
use crate::reviews::{
    CARL, Matter, accepted, asks_carl, begin, behind_the_back, make_sure, matter, offered, two_of_meridian,
};
use crate::world::{Person, World, monday, program, refusal};

/// A moment so many days after the Monday of the stories.
fn on(days: i64) -> jiff::Timestamp {
    monday() + SignedDuration::from_hours(24 * days)
}

fn reminds(world: &World, days: i64) -> usize {
    world.db.write_at(&Actor::system(), on(days), |work| work.remind()).unwrap()
}

/// How many reminders somebody was told of.
fn told(who: &Person) -> usize {
    who.asks(|reader| reader.notices(false, None, 200)).iter().filter(|it| it.deed == "reminded").count()
}

#[test]
fn who_was_asked_is_reminded_then_who_moderates_then_who_answers_for_quality_each_once() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let (henrik, clara) = (world.henrik(), world.person("clara"));
        let id = world.bob().asks(|reader| Ok(reader.mention_of(&review)?.id));
        // Henrik moderates: what he hears he hears as the owner.
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<reviews::Review>(&review)?;
                work.redirect(&mut case, |record| record.owner = henrik.actor.person)
            })
            .unwrap();
        let ask = Ask {
            request: "Measure the noise of both pumps",
            person: Some(clara.actor.person),
            due: Some("2026-03-12".parse().unwrap()),
            ..Ask::default()
        };
        let task = world.bob().does(|work| work.ask(id, &ask)).unwrap();
        assert_eq!(reminds(&world, 7), 0, "it is early");
        assert_eq!((reminds(&world, 8), reminds(&world, 8), reminds(&world, 9)), (1, 0, 0), "once");
        assert_eq!((told(&clara), told(&henrik)), (1, 0));
        reminds(&world, 11);
        assert_eq!((told(&clara), told(&henrik)), (2, 0), "a day late");
        reminds(&world, 13);
        assert_eq!((told(&clara), told(&henrik)), (2, 1), "then whoever moderates");
        let before = told(&world.bob());
        reminds(&world, 17);
        assert_eq!(told(&world.bob()), before + 1, "then whoever answers for quality");
        assert_eq!(told(&world.carl()) + told(&world.eve()), 0);
        clara.does(|work| work.settle(task)).unwrap();
        assert_eq!(reminds(&world, 18), 0, "what is done is due no more");
    }
}

#[test]
fn whoever_owns_a_risk_hears_of_it_before_its_acceptance_ends() {
    for world in World::on_each_engine() {
        world
            .bob()
            .does(|work| {
                let made = work.create(&New { title: "Ours", ..New::default() }, &risks::customary())?;
                risks::put_in_force(work, &made.number, "first")
            })
            .unwrap();
        let body = risks::Risk { likelihood: Some(2), severity: Some(3), ..risks::Risk::default() };
        let new = New { title: "Castings come late", ..New::default() };
        let number = world.ada().does(|work| risks::raise(work, &new, &body)).unwrap().number;
        let until = Some("2026-04-30".parse().unwrap());
        world.henrik().does(|work| risks::accept(work, &number, until, "rare")).unwrap();
        assert_eq!(reminds(&world, 44), 0);
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(&world, "risk_acceptance", "update risk_acceptance set reason = 'often'");
        assert!(findings(&world).iter().any(|it| it.starts_with("Acceptance")), "the audit names it");
        behind_the_back(&world, "risk_acceptance", "update risk_acceptance set reason = 'rare'");
        assert_eq!((reminds(&world, 45), reminds(&world, 46)), (1, 0));
        assert_eq!((told(&world.ada()), told(&world.henrik())), (1, 0));
    }
}

/// Carl is asked something from within a review.
fn asked(world: &World, it: &Matter) -> String {
    let review = begin(world, it);
    asks_carl(world, &review, it);
    let all = world.bob().asks(|reader| reviews::clarifications_of(reader, reader.mention_of(&review)?.id));
    all[0].number.clone()
}

/// Meridian agrees to hear of everything in this way.
fn agrees(world: &World, channel: Channel) {
    agrees_that(world, ProfileLine { topic: Topic::Everything, channel, ..ProfileLine::default() });
}

/// Meridian agrees to one line, and may be called from nine to half past four.
pub(crate) fn agrees_that(world: &World, line: ProfileLine) {
    let profile = Profile {
        calls_from: "09:00".into(),
        calls_until: "16:30".into(),
        zone: "Europe/London".into(),
        lines: vec![line],
        ..Profile::default()
    };
    world
        .ada()
        .does(|work| {
            let version = work.find::<Organisation>("K-1001")?.record.version;
            customers::agree_profile(work, "K-1001", version, &profile, "")
        })
        .unwrap();
}

#[test]
fn a_customer_who_does_not_answer_is_reminded_once_in_their_hours_and_language() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        agrees(&world, Channel::Email);
        let number = asked(&world, &it);
        let letters = || world.ada().asks(|reader| reader.letters(Some(LetterState::Queued), None, 20));
        let runs = |at| {
            world.db.write_at(&Actor::system(), at, reviews::remind_of_questions).unwrap();
        };
        runs(on(4));
        assert_eq!(letters().len(), 1, "the question itself");
        // In the evening of the sixth day, by their clock.
        let evening = on(6) + SignedDuration::from_hours(9);
        runs(evening);
        runs(evening + SignedDuration::from_hours(1));
        let all = letters();
        assert_eq!(all.len(), 2, "once");
        let reminder = all.iter().find(|it| it.subject.contains(&number) && it.due_at > evening).unwrap();
        assert_eq!(reminder.due_at.to_string(), "2026-03-09T09:00:00Z", "in the morning");
        let kept = world.ada().asks(|reader| reader.letter(reminder.id));
        assert_eq!(kept.language, "de");
        assert!(
            kept.words.contains("Lowest room temperature?")
                && !kept.words.contains("Dear")
                && !kept.words.contains("gilt nicht mehr"),
            "{}",
            kept.words
        );
        // What is answered is asked no more.
        let words = reviews::Answering { words: "5 °C".into(), ..reviews::Answering::default() };
        world.bob().does(|work| reviews::answer(work, &number, &words, None)).unwrap();
        let state = world.ada().asks(|reader| reader.letter(reminder.id)).state;
        assert_eq!(state, LetterState::GivenUp, "not in the morning either");
        runs(on(20));
        assert_eq!(letters().len(), 1, "the question itself");
    }
}

#[test]
fn a_letter_to_a_customer_waits_for_the_end_of_the_quiet_hours_of_its_addressee_too() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        agrees(&world, Channel::Email);
        let number = asked(&world, &it);
        // Carl is in a meeting every morning, by the clock of Bremen.
        let hours = [("quiet_from", "08:00"), ("quiet_until", "12:30"), ("daily_at", "13:00")];
        let keeps = |work: &mut kernel::Work| {
            let telling = work.telling()?.with(hours, &[])?;
            work.wants_to_be_told(&telling)
        };
        world.carl().does(keeps).unwrap();
        let evening = on(6) + SignedDuration::from_hours(9);
        world.db.write_at(&Actor::system(), evening, reviews::remind_of_questions).unwrap();
        let letters = || world.ada().asks(|reader| reader.letters(Some(LetterState::Queued), None, 20));
        let due = |letters: &[kernel::LetterLine]| {
            let it = letters.iter().find(|it| it.subject.contains(&number) && it.due_at > evening);
            it.map(|it| it.due_at.to_string())
        };
        assert_eq!(due(&letters()).as_deref(), Some("2026-03-09T11:30:00Z"));
        // Whoever starts the product anew in the night disturbs nobody.
        world.db.open_post(None).unwrap();
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        assert_eq!(due(&letters()).as_deref(), Some("2026-03-09T11:30:00Z"));
    }
}

#[test]
fn a_reminder_that_the_mail_server_did_not_take_is_tried_again_in_the_hours_of_the_customer() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        agrees(&world, Channel::Email);
        let number = asked(&world, &it);
        crate::reviews::next_letter(&world);
        let at = |now: &str| now.parse::<jiff::Timestamp>().unwrap();
        let afternoon = at("2026-03-08T16:00:00Z");
        world.db.write_at(&Actor::system(), afternoon, reviews::remind_of_questions).unwrap();
        let is_late = |now: &str| {
            let then = crate::door::at(&world, at(now));
            let letter = then.take_letter().unwrap().unwrap().letter;
            assert!(letter.subject.contains(&number), "{}", letter.subject);
            then.letter_ended(&letter, &kernel::Ending::Later("451 come later".into())).unwrap();
            world.sam().asks(|reader| reader.letter(letter.id)).due_at.to_string()
        };
        let tries_all = |now: &str| world.db.write_at(&world.sam().actor, at(now), |work| work.try_all_now());
        assert_eq!(is_late("2026-03-08T16:10:00Z"), "2026-03-08T16:20:00Z", "their day is not over");
        assert_eq!(is_late("2026-03-08T16:25:00Z"), "2026-03-09T09:00:00Z", "when their day begins");
        assert!(tries_all("2026-03-08T17:00:00Z").is_err(), "it goes on waiting for their hours");
        assert_eq!(is_late("2026-03-09T09:00:00Z"), "2026-03-09T11:00:00Z");
        assert_eq!(tries_all("2026-03-09T09:10:00Z").unwrap(), 1, "in their hours it does not");
    }
}

#[test]
fn where_a_customer_wants_no_mail_one_of_us_is_asked_instead() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        let number = asked(&world, &it);
        agrees(&world, Channel::Telephone);
        for hour in 0..3 {
            let at = on(6) + SignedDuration::from_hours(hour);
            world.db.write_at(&Actor::system(), at, reviews::remind_of_questions).unwrap();
        }
        let letters = world.ada().asks(|reader| reader.letters(None, None, 20)).len();
        assert_eq!(letters, 1, "the question itself");
        let tasks = world.bob().asks(|reader| reader.tasks(reader.mention_of(&number)?.id));
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        assert!(tasks[0].request.contains("Telephone"), "{}", tasks[0].request);
    }
}

#[test]
fn a_query_of_the_customer_that_nobody_answers_is_told_to_whoever_asked_them_and_then_to_quality() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let digest = world.carl().asks(|reader| Ok(reader.find::<reviews::SignOff>(&number)?.body.digest));
        let (item, remark) = (it.requirements[0].clone(), "Which hall?".to_owned());
        let query = [reviews::Spoken { item, word: reviews::Word::Query, remark }];
        world.carl().does(|work| reviews::say(work, &number, &digest, &query)).unwrap();
        let (ada, bob) = (world.ada(), world.bob());
        reminds(&world, 1);
        let before = (told(&ada), told(&bob));
        reminds(&world, 2);
        reminds(&world, 3);
        assert_eq!((told(&ada), told(&bob)), (before.0 + 1, before.1), "on Wednesday, once");
        reminds(&world, 7);
        assert_eq!(
            (told(&ada), told(&bob)),
            (before.0 + 1, before.1 + 1),
            "then whoever answers for quality"
        );
        let over = |work: &mut kernel::Work| reviews::expire_and_remind(work, &json!({}));
        world.db.write_at(&Actor::system(), on(60), over).unwrap();
        let tasks = ada.asks(|reader| reader.tasks(reader.mention_of(&number)?.id));
        let ours = format!("{number} is over: their questions were not answered in time");
        assert!(tasks.iter().any(|it| it.request == ours), "{tasks:?}");
    }
}

#[test]
fn whoever_signs_next_is_written_to_in_their_hours() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        world.db.open_post(Some(crate::reviews::POST)).unwrap();
        agrees(&world, Channel::Email);
        let both = two_of_meridian(&world);
        let body = reviews::SignOff {
            subject: it.subject,
            summary: "One skid.".into(),
            signatories: both.iter().map(|it| reviews::Signatory { person: it.actor.person }).collect(),
            in_turn: true,
            base: "http://reqord.test".into(),
            ..reviews::SignOff::default()
        };
        let made = world.ada().does(|work| reviews::offer_to_customer(work, &New::default(), &body)).unwrap();
        let evening = on(0) + SignedDuration::from_hours(12);
        let signs = |work: &mut kernel::Work| {
            let (proven, name) = (crate::reviews::proven(work), work.actor.name.clone());
            let digest = work.find::<reviews::SignOff>(&made.number)?.body.digest;
            let signer = crate::reviews::signer(&name);
            let it = reviews::Confirmed { digest: &digest, signer, pass: None };
            reviews::confirm(work, &made.number, &it, &proven)
        };
        world.db.write_at(&both[0].actor, evening, signs).unwrap();
        let letters = world.ada().asks(|reader| reader.letters(Some(LetterState::Queued), None, 20));
        let waiting: Vec<_> = letters.iter().filter(|it| it.due_at > evening).collect();
        assert_eq!(waiting.len(), 1, "the copy of whoever signed goes at once: {letters:?}");
        assert_eq!(waiting[0].due_at.to_string(), "2026-03-03T09:00:00Z", "in the morning");
    }
}

/// Carl is asked to sign and did not; in the evening he is to be reminded in the morning. Then somebody does something.
fn left_to_remind_of(
    world: &World,
    who: &str,
    deed: &dyn Fn(&mut kernel::Work, &str) -> kernel::Result<()>,
) -> usize {
    let it = accepted(world);
    world.db.open_post(Some(crate::reviews::POST)).unwrap();
    agrees(world, Channel::Email);
    make_sure(world, CARL);
    let number = offered(world, &it, &[world.carl().actor.person]);
    let evening = on(12) + SignedDuration::from_hours(9);
    let waiting = || {
        let letters = world.ada().asks(|reader| reader.letters(Some(LetterState::Queued), None, 20));
        letters.iter().filter(|it| it.due_at > evening).count()
    };
    let reminds = |work: &mut kernel::Work| reviews::expire_and_remind(work, &json!({}));
    world.db.write_at(&Actor::system(), evening, reminds).unwrap();
    assert_eq!(waiting(), 1, "in the morning");
    world.db.write_at(&world.person(who).actor, evening, |work| deed(work, &number)).unwrap();
    waiting()
}

#[test]
fn whoever_signs_or_asks_in_the_evening_by_the_first_link_is_not_reminded_in_the_morning() {
    let digest_of = |work: &kernel::Work, number: &str| -> kernel::Result<String> {
        Ok(work.find::<reviews::SignOff>(number)?.body.digest)
    };
    for world in World::on_each_engine() {
        let asks = |work: &mut kernel::Work, number: &str| {
            let digest = digest_of(work, number)?;
            let subject = work.find::<reviews::SignOff>(number)?.body.subject;
            let item = work.parts_of(subject, 1)?[0].number.clone();
            let query = [reviews::Spoken { item, word: reviews::Word::Query, remark: "Which hall?".into() }];
            reviews::say(work, number, &digest, &query)
        };
        assert_eq!(left_to_remind_of(&world, "carl", &asks), 0, "we answer first");
    }
    for world in World::on_each_engine() {
        let signs = |work: &mut kernel::Work, number: &str| {
            let (proven, name) = (crate::reviews::proven(work), work.actor.name.clone());
            let digest = digest_of(work, number)?;
            let signer = crate::reviews::signer(&name);
            let it = reviews::Confirmed { digest: &digest, signer, pass: None };
            reviews::confirm(work, number, &it, &proven).map(|_| ())
        };
        assert_eq!(left_to_remind_of(&world, "carl", &signs), 0, "it is signed");
    }
    for world in World::on_each_engine() {
        let takes_back =
            |work: &mut kernel::Work, number: &str| reviews::withdraw_sign_off(work, number, "Words first");
        assert_eq!(left_to_remind_of(&world, "ada", &takes_back), 0, "nothing is asked");
    }
}

#[test]
fn whoever_writes_where_they_want_no_mail_says_why_and_that_stays() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        agrees(&world, Channel::Telephone);
        let mut bob = program(&world, "bob");
        let carl = world.bob().asks(|reader| Ok(reader.mention(world.carl().actor.person)?.unwrap().number));
        let quality = world.bob().asks(|reader| Ok(reader.mention(it.quality)?.unwrap().number));
        let mut asks = |why: &str| {
            let question = json!({ "question": "How cold?", "person": carl, "why": why });
            let verdict = json!({ "item": it.requirements[0], "verdict": "clarify", "question": question });
            let body = json!({ "function": quality, "verdicts": [verdict] });
            bob.post_json(&format!("/api/v1/reviews/{review}/verdicts"), &body)
        };
        let came = asks("");
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        assert!(came.text.contains("They want to hear of this by “Telephone”."), "{}", came.text);
        assert!(world.bob().asks(|reader| reader.letters(None, None, 5)).is_empty(), "nothing is written");
        assert_eq!(asks("Nobody answers there").status, StatusCode::OK);
        assert_eq!(world.bob().asks(|reader| reader.letters(None, None, 5)).len(), 1);
        let asked =
            world.bob().asks(|reader| reviews::clarifications_of(reader, reader.mention_of(&review)?.id));
        let id = world.bob().asks(|reader| Ok(reader.mention_of(&asked[0].number)?.id));
        let trail = world.bob().asks(|reader| reader.trail(id, false, 0, 10));
        let told = &trail.iter().find(|it| it.content["reason"] == "Nobody answers there").unwrap().content;
        let note = json!({ "agreed": { "way": "telephone" }, "why": "Nobody answers there" });
        let notes = told["records"].as_array().unwrap().iter().filter_map(|it| it["notes"].as_array());
        assert!(notes.flatten().any(|it| it["written_although"] == note), "{told}");
        let page = program(&world, "bob").get(&format!("/clarifications/{}", asked[0].number)).text;
        assert!(page.contains("Because: Nobody answers there"), "{page}");
    }
}

#[test]
fn what_is_signed_goes_in_writing_although_they_want_no_mail_and_that_is_said_and_stays() {
    for world in World::on_each_engine() {
        let it = crate::reviews::accepted(&world);
        crate::reviews::make_sure(&world, crate::reviews::CARL);
        let told = "They want to be told by “Telephone”. This has to stand in writing";
        let form = format!("/sign-offs/new?subject={}", it.subject);
        let mut ada = program(&world, "ada");
        assert!(!ada.get(&form).text.contains(told));
        agrees(&world, Channel::Telephone);
        assert!(ada.get(&form).text.contains(told));
        let number = crate::reviews::offered(&world, &it, &[world.carl().actor.person]);
        assert_eq!(world.ada().asks(|reader| reader.letters(None, None, 5)).len(), 1, "it goes all the same");
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.id));
        let trail = world.ada().asks(|reader| reader.trail(id, false, 0, 10));
        let note = json!({ "agreed": { "way": "telephone" }, "in_writing": true });
        let notes = trail.iter().flat_map(|it| it.content["records"].as_array().cloned().unwrap_or_default());
        let notes = notes.flat_map(|it| it["notes"].as_array().cloned().unwrap_or_default());
        assert!(notes.into_iter().any(|it| it["written_although"] == note), "{trail:?}");
        assert!(ada.get(&format!("/sign-offs/{number}")).status.is_success());
    }
}

#[test]
fn a_question_to_somebody_else_or_in_another_language_than_was_agreed_wants_a_reason_by_page_too() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let priya = world.bob().asks(|reader| {
            let all = customers::contacts(reader, world.meridian)?;
            Ok(all.into_iter().find(|it| it.name.starts_with("Priya")).unwrap())
        });
        agrees_that(
            &world,
            ProfileLine { person: Some(world.carl().actor.person), ..ProfileLine::default() },
        );
        let asks = |language: &str, why: &str| {
            let question = Question {
                words: "How cold?".into(),
                person: Some(priya.id),
                language: language.into(),
                why: why.into(),
                ..Question::default()
            };
            world.bob().does(|work| reviews::ask(work, &review, "", &question))
        };
        let Err(kernel::Error::Invalid(faults)) = asks("de", "") else { panic!("it was asked") };
        assert!(faults.0.iter().all(|(field, _)| field == "why"), "{faults}");
        let said = faults.to_string();
        assert!(said.contains("It was agreed that this goes to Carl Whitfield."), "{said}");
        assert!(said.contains("They read English."), "{said}");
        // The form of the review names the field by its item, keeps what was written, and takes the reason.
        let mut bob = program(&world, "bob");
        let item = &it.requirements[0];
        let (function, person) = (it.quality.to_string(), priya.id.to_string());
        let (verdict, question) = (format!("verdict-{item}"), format!("question-{item}"));
        let (to, why) = (format!("to-{item}"), format!("why-{item}"));
        let mut form = vec![
            ("function", function.as_str()),
            (verdict.as_str(), "clarify"),
            (question.as_str(), "How cold is it in winter?"),
            (to.as_str(), person.as_str()),
        ];
        let address = format!("/reviews/{review}/verdicts");
        let came = bob.post_form(&address, &form);
        assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
        assert!(came.text.contains("It was agreed that this goes to Carl Whitfield."), "{}", came.text);
        assert!(came.text.contains(&format!("name=\"{why}\"")), "{}", came.text);
        assert!(came.text.contains("How cold is it in winter?"), "what was written is kept");
        assert!(world.bob().asks(|reader| reader.letters(None, None, 5)).is_empty(), "nothing is written");
        form.push((why.as_str(), "Carl is on leave"));
        assert_eq!(bob.post_form(&address, &form).status, StatusCode::SEE_OTHER);
        assert_eq!(world.bob().asks(|reader| reader.letters(None, None, 5)).len(), 1);
        asks("de", "Carl is on leave, and she asked for German").unwrap();
    }
}

#[test]
fn nobody_writes_to_somebody_who_left() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let (id, number) = world.ada().asks(|reader| {
            let id = world.carl().actor.person;
            Ok((id, reader.mention(id)?.unwrap().number))
        });
        world.sam().does(|work| identity::leave(work, &number)).unwrap();
        let review = begin(&world, &it);
        let question = Question { words: "How cold?".into(), person: Some(id), ..Question::default() };
        let outcome = world.bob().does(|work| reviews::ask(work, &review, "", &question));
        let said = refusal(outcome);
        assert!(said.contains("Choose somebody of this customer.") || said.contains("has left"), "{said}");
        let order = orders::Order { came_by: orders::CameBy::Telephone, ..orders::Order::default() };
        let new = New { title: "Kits", party: Some(world.meridian), ..New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &order)).unwrap().number;
        let said = conversations::NewStatement {
            words: "Twelve kits".into(),
            said_by: "Carl Whitfield".into(),
            ..conversations::NewStatement::default()
        };
        let said = world.ada().does(|work| conversations::note_statement(work, &order, &said)).unwrap();
        let writing = conversations::Writing {
            recipients: vec![conversations::Recipient {
                name: "Carl Whitfield".into(),
                address: "carl.whitfield@meridian-dairies.example".into(),
                is_copy: false,
            }],
            subject: "We understood the following".into(),
            words: "Twelve kits".into(),
            said: vec![said],
            due: Some("2026-03-06".parse().unwrap()),
            ..conversations::Writing::default()
        };
        let outcome = world.ada().does(|work| conversations::put_in_writing(work, &order, &writing));
        assert!(refusal(outcome).contains("has left"));
    }
}
