//! Working together: whom a deed concerns and why, who is named, what is struck out.

use axum::http::StatusCode;
use kernel::{Actor, Ask, Audience, Because, Heard, New, Notice, Post, Vocabulary, Work};
use requirements::RequirementSet;
use serde_json::json;

use crate::world::{Person, World, program, refusal};

/// A set of Meridian's that Ada owns.
fn set(world: &World) -> String {
    let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

fn says(who: &Person, number: &str, words: &str) -> i64 {
    who.does(|work| {
        let record = work.mention_of(number)?.id;
        work.remark(record, words, Audience::Internal)
    })
    .unwrap()
}

fn unread(who: &Person) -> Vec<Notice> {
    who.asks(|reader| reader.notices(true, None, 100))
}

fn reads_all(who: &Person) {
    who.does(|work| work.hear(Heard::UpTo(i64::MAX))).unwrap();
}

fn renames(work: &mut Work, number: &str, title: &str) -> kernel::Result<()> {
    let mut case = work.find::<RequirementSet>(number)?;
    work.retitle(&mut case, title)
}

#[test]
fn whoever_is_named_is_told_and_watches_from_then_on() {
    for world in World::on_each_engine() {
        let number = set(&world);
        says(
            &world.ada(),
            &number,
            "Will the seals do, @bob.okafor? Mail eve@hallander.example, not @nobody.",
        );
        let told = unread(&world.bob());
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].because, told[0].actor), (Because::Mentioned, world.ada().actor.person));
        assert!(unread(&world.ada()).is_empty(), "whoever does it is not told");
        assert!(unread(&world.henrik()).is_empty());
        reads_all(&world.bob());
        world.ada().does(|work| renames(work, &number, "CIP 3, second thoughts")).unwrap();
        let told = unread(&world.bob());
        assert_eq!((told.len(), told[0].because), (1, Because::Watching));
        let page = program(&world, "bob").get("/notices").text;
        assert!(
            page.contains("CIP 3, second thoughts") && page.contains("You get this because you watch it.")
        );
    }
}

#[test]
fn changes_of_one_person_are_told_once_until_they_are_read() {
    for world in World::on_each_engine() {
        let number = set(&world);
        for (count, title) in ["One", "Two", "Three"].into_iter().enumerate() {
            world.bob().does(|work| renames(work, &number, title)).unwrap();
            let told = unread(&world.ada());
            assert_eq!((told.len(), told[0].deeds), (1, i64::try_from(count + 1).unwrap()));
            assert_eq!(
                (told[0].because, told[0].fields.as_slice()),
                (Because::Owner, &["title".to_owned()][..])
            );
        }
        world.henrik().does(|work| renames(work, &number, "Four")).unwrap();
        assert_eq!(unread(&world.ada()).len(), 2, "another person is told of by themselves");
        reads_all(&world.ada());
        world.bob().does(|work| renames(work, &number, "Five")).unwrap();
        assert_eq!(unread(&world.ada())[0].deeds, 1);
    }
}

#[test]
fn a_deed_that_is_refused_tells_nobody_of_itself() {
    for world in World::on_each_engine() {
        let number = set(&world);
        let refused = world.bob().does(|work| {
            renames(work, &number, "Half done")?;
            let record = work.mention_of(&number)?.id;
            work.remark(record, "  ", Audience::Internal)
        });
        assert!(refused.is_err() && unread(&world.ada()).is_empty());
    }
}

#[test]
fn whoever_is_asked_is_told_and_whoever_asked_hears_that_it_is_done() {
    for world in World::on_each_engine() {
        let number = set(&world);
        let task = world
            .ada()
            .does(|work| {
                let record = work.mention_of(&number)?.id;
                let person = Some(world.bob().actor.person);
                work.ask(record, &Ask { request: "Look at the seals", person, ..Ask::default() })
            })
            .unwrap();
        assert_eq!(unread(&world.bob())[0].because, Because::Asked);
        world.bob().does(|work| work.settle(task)).unwrap();
        assert_eq!(unread(&world.ada())[0].because, Because::Asked);
        let page = program(&world, "ada").get("/notices").text;
        assert!(page.contains("settled: Look at the seals"), "{page}");
    }
}

#[test]
fn somebody_of_outside_hears_only_of_what_was_said_to_them_or_offered() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        for who in [world.carl(), world.eve()] {
            let watched = who.does(|work| {
                let record = work.mention_of(&number)?.id;
                work.watch(record, true)
            });
            assert_eq!(watched.is_ok(), who.actor.person == world.carl().actor.person);
        }
        says(&world.ada(), &number, "Among us: the margin is thin.");
        let person = Some(world.bob().actor.person);
        let ask = Ask { request: "Look at the margin", person, ..Ask::default() };
        world.ada().does(|work| work.ask(work.mention_of(&number)?.id, &ask)).unwrap();
        assert!(unread(&world.carl()).is_empty());
        world
            .ada()
            .does(|work| {
                let record = work.mention_of(&number)?.id;
                work.remark(record, "Dear Carl, revision 2 follows.", Audience::Party)
            })
            .unwrap();
        assert_eq!(unread(&world.carl()).len(), 1);
        let page = program(&world, "carl").get("/notices").text;
        assert!(page.contains("revision 2 follows") && !page.contains("margin"));
        assert!(!program(&world, "eve").get("/notices").text.contains("CIP 3"));
        // What Carl says is heard by whoever owns the matter.
        reads_all(&world.ada());
        says(&world.carl(), &number, "Thank you, @henrik.sorensen.");
        assert_eq!(unread(&world.ada())[0].because, Because::Owner);
        assert!(unread(&world.henrik()).is_empty(), "nobody outside names our people");
        assert_eq!(program(&world, "carl").get("/mentions?q=a").json(), json!({ "people": [] }));
        // Whoever no longer sees a record is no longer told of it, either.
        world.carl().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        let hallander = kernel::Actor::outside(world.carl().actor.person, "Carl", &[world.hallander]);
        let still = world.db.read(&hallander, |reader| reader.unread_notices()).unwrap();
        assert_eq!(still, 0);
    }
}

#[test]
fn what_is_struck_out_stays_legible_to_us_and_is_gone_for_the_customer() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let said = world
            .ada()
            .does(|work| {
                let record = work.mention_of(&number)?.id;
                work.remark(record, "It costs 48,000, @bob.", Audience::Party)
            })
            .unwrap();
        let refused = refusal(world.bob().does(|work| work.strike_out(said)));
        assert_eq!(refused, "Only whoever wrote it may strike it out. Say what you think of it below.");
        assert!(world.eve().does(|work| work.strike_out(said)).is_err());
        let mut ada = program(&world, "ada");
        assert_eq!(
            ada.post_json(&format!("/api/v1/remarks/{said}/strike"), &json!({})).status,
            StatusCode::OK
        );
        let again = refusal(world.ada().does(|work| work.strike_out(said)));
        assert_eq!(again, "It is struck out already.");
        let page = ada.get(&format!("/requirement-sets/{number}")).text;
        assert!(page.contains("48,000") && page.contains("<del"), "{page}");
        let shown = program(&world, "carl").get(&format!("/requirement-sets/{number}")).text;
        assert!(!shown.contains("48,000") && shown.contains("struck out"), "{shown}");
        assert!(!program(&world, "bob").get("/notices").text.contains("48,000"));
        let remarks = ada.get(&format!("/api/v1/requirement-sets/{number}/remarks")).json();
        assert!(
            remarks["items"][0]["struck_at"].is_string() && remarks["items"][0]["mentions"][0].is_string()
        );
    }
}

#[test]
fn a_program_reads_its_notices_and_says_so() {
    for world in World::on_each_engine() {
        let number = set(&world);
        says(&world.bob(), &number, "One");
        says(&world.bob(), &number, "Two, @ada");
        let mut ada = program(&world, "ada");
        let all = ada.get("/api/v1/me/notices?unread=true&limit=1").json();
        assert_eq!(all["items"][0]["what"], "mentioned you: “Two, @ada”");
        let next = all["next"].as_str().unwrap();
        let rest = ada.get(&format!("/api/v1/me/notices?unread=true&after={next}")).json();
        assert_eq!(rest["items"][0]["what"], "said: “One”");
        let one = all["items"][0]["id"].as_i64().unwrap();
        assert_eq!(ada.post_json("/api/v1/me/notices/read", &json!({ "id": one })).json()["unread"], 1);
        // Neither a stranger nor a colleague, who sees the record, too, reads it for her.
        let other = rest["items"][0]["id"].as_i64().unwrap();
        for who in ["eve", "bob"] {
            let mut program = program(&world, who);
            for id in [one, other] {
                let came = program.post_json("/api/v1/me/notices/read", &json!({ "id": id }));
                assert_eq!(came.status, StatusCode::NOT_FOUND, "{who}");
            }
        }
        assert_eq!(world.ada().asks(|reader| reader.unread_notices()), 1, "one is still to be read");
        let both = json!({ "id": one, "record": number });
        assert_eq!(ada.post_json("/api/v1/me/notices/read", &both).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ada.post_json("/api/v1/me/notices/read", &json!({})).json()["unread"], 0);
        assert_eq!(ada.get("/api/v1/me/notices?unread=perhaps").status, StatusCode::UNPROCESSABLE_ENTITY);
        let found = ada.get("/mentions?q=bo").json();
        assert_eq!(found["people"][0]["write"], "@bob.okafor");
    }
}

const SITE: &str = "https://reqord.kestrel.example";

/// Mails go out, and lead back here.
fn opens_post(world: &World) {
    let post = Post { server: "mail.kestrel-dosing.example:587", from: "post@kestrel-dosing.example" };
    world.db.open_post(Some(post)).unwrap();
    world.db.open_site(Some(SITE)).unwrap();
}

/// Has notices told by mail at a moment; tells what was written then: to whom, subject and words.
fn mails(world: &World, at: &str) -> Vec<(String, String, String)> {
    let known = |letters: &[kernel::LetterLine]| letters.iter().map(|it| it.id).max().unwrap_or(0);
    let all = || world.sam().asks(|reader| reader.letters(None, None, 100));
    let before = known(&all());
    world.db.write_at(&Actor::system(), at.parse().unwrap(), web::common::notices::mail).unwrap();
    let new = all().into_iter().filter(|it| it.id > before);
    let mut new: Vec<_> = new.map(|it| world.sam().asks(|reader| reader.letter(it.id))).collect();
    new.sort_by_key(|it| it.id);
    new.into_iter()
        .map(|it| {
            assert!(it.is_automatic && it.reason.contains("/me/notices"), "{}", it.reason);
            (it.recipients[0].address.clone(), it.subject, it.words)
        })
        .collect()
}

#[test]
fn whoever_watches_a_set_hears_once_that_requirements_in_it_change() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let other = world.offered_set();
        world.bob().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        world.carl().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        let opened = |set: &str| {
            world.ada().takes::<requirements::RequirementSet>(set, requirements::set::Step::Revise).unwrap();
        };
        let says = |set: &str, words: &str| {
            let reading = world.ada().asks(|reader| requirements::read(reader, set, requirements::At::Now));
            let edit = requirements::Edit {
                number: reading.lines[0].number.clone(),
                fields: vec![("statement".to_owned(), words.to_owned())],
                version: None,
            };
            world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        };
        for set in [&number, &other] {
            opened(set);
            // What was valid is opened again first.
            says(set, "The skid stands in York.");
        }
        reads_all(&world.bob());
        reads_all(&world.carl());
        for set in [&number, &other] {
            says(set, "The skid stands in Thirsk.");
            says(set, "The skid stands in Ripon.");
        }
        let told = unread(&world.bob());
        let told: Vec<_> = told.iter().map(|it| (it.number.as_str(), it.because, it.deeds)).collect();
        assert_eq!(told, [(number.as_str(), Because::Watching, 2)], "one notice, at the set that he watches");
        let outside = unread(&world.carl());
        assert!(outside.is_empty(), "the customer hears nothing of what is worked on: {outside:?}");
    }
}

#[test]
fn what_somebody_must_do_is_mailed_at_once_and_the_rest_once_a_day() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = set(&world);
        says(&world.bob(), &number, "Would you look, @ada.lindqvist?");
        world.bob().does(|work| renames(work, &number, "CIP 3, renamed")).unwrap();
        world.henrik().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        // Seven in the morning in Bremen: what waits for her goes out, the rest with the mail of the day at eight.
        let told = mails(&world, "2026-03-03T06:30:00Z");
        assert_eq!(told.len(), 1, "{told:?}");
        let (to, subject, words) = &told[0];
        assert_eq!(to, "ada.lindqvist@kestrel-dosing.example");
        assert!(subject.contains("Bob Okafor mentioned you: “Would you look"), "{subject}");
        assert!(words.contains(&format!("{SITE}/requirement-sets/{number}#timeline")), "{words}");
        assert!(words.contains("You get this because you were mentioned."), "{words}");
        assert!(!words.contains("changed Title"));
        let told = mails(&world, "2026-03-03T07:05:00Z");
        assert!(told.len() == 1 && told[0].2.contains("You get this because you own it."), "{told:?}");
        assert!(mails(&world, "2026-03-03T07:06:00Z").is_empty(), "nothing is told twice");
    }
}

#[test]
fn nobody_is_disturbed_at_night_and_what_was_read_is_not_mailed() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = set(&world);
        says(&world.bob(), &number, "@ada");
        assert!(mails(&world, "2026-03-02T22:00:00Z").is_empty(), "23 o'clock in Bremen");
        world.ada().does(|work| work.hear(Heard::UpTo(i64::MAX))).unwrap();
        assert!(mails(&world, "2026-03-03T06:30:00Z").is_empty(), "she read it here first");
        says(&world.bob(), &number, "@ada again");
        assert_eq!(mails(&world, "2026-03-03T06:30:00Z").len(), 1);
    }
}

#[test]
fn the_night_ends_by_their_clock_when_summer_time_begins_and_the_mail_of_the_day_waits_for_it_too() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = set(&world);
        let evening = "2026-03-28T21:00:00Z".parse().unwrap();
        let says = |work: &mut Work| {
            let record = work.mention_of(&number)?.id;
            work.remark(record, "@ada", Audience::Internal)
        };
        world.db.write_at(&world.bob().actor, evening, says).unwrap();
        assert!(mails(&world, "2026-03-29T04:59:00Z").is_empty(), "a minute to seven in Bremen");
        assert_eq!(mails(&world, "2026-03-29T05:00:00Z").len(), 1, "in winter it were six");
        // What comes once a day comes at seven to whoever chose an hour of the night for it.
        let hours = [("quiet_from", "20:00"), ("quiet_until", "07:00"), ("daily_at", "23:00")];
        let ways = Because::ALL.iter().map(|it| (*it, kernel::Way::Daily)).collect::<Vec<_>>();
        let keeps = |work: &mut Work| {
            let telling = work.telling()?.with(hours, &ways)?;
            work.wants_to_be_told(&telling)
        };
        world.ada().does(keeps).unwrap();
        let noon = "2026-03-29T10:00:00Z".parse().unwrap();
        world.db.write_at(&world.bob().actor, noon, says).unwrap();
        assert!(mails(&world, "2026-03-29T21:30:00Z").is_empty(), "half past eleven in Bremen");
        assert_eq!(mails(&world, "2026-03-30T05:00:00Z").len(), 1);
    }
}

#[test]
fn what_the_mail_server_did_not_take_in_the_evening_is_not_tried_in_the_night() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = set(&world);
        says(&world.bob(), &number, "@ada");
        assert_eq!(mails(&world, "2026-03-02T18:55:00Z").len(), 1, "five to eight in Bremen");
        let evening = crate::door::at(&world, "2026-03-02T19:05:00Z".parse().unwrap());
        let letter = evening.take_letter().unwrap().unwrap().letter;
        evening.letter_ended(&letter, &kernel::Ending::Later("451 come later".into())).unwrap();
        let kept = world.sam().asks(|reader| reader.letter(letter.id));
        assert_eq!(kept.due_at.to_string(), "2026-03-03T06:00:00Z", "when her night is over");
    }
}

#[test]
fn what_the_mail_server_did_not_take_is_tried_again_in_the_hours_that_were_agreed() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let set = world.offered_set();
        let record = world.ada().asks(|reader| Ok(reader.mention_of(&set)?.id));
        world.carl().does(|work| work.watch(record, true)).unwrap();
        // Meridian agreed to nine until half past four, by the clock of London.
        crate::reminders::agrees_that(&world, customers::ProfileLine::default());
        let says = |work: &mut Work| work.remark(record, "The margin is yours.", Audience::Party);
        world.db.write_at(&world.ada().actor, "2026-03-03T16:20:00Z".parse().unwrap(), says).unwrap();
        let told = mails(&world, "2026-03-03T16:25:00Z");
        assert!(told.iter().any(|it| it.0.starts_with("carl.")), "{told:?}");
        let is_late = |now: &str| {
            let then = crate::door::at(&world, now.parse().unwrap());
            let mut all = std::iter::from_fn(|| then.take_letter().unwrap()).map(|it| it.letter);
            let is_his = |it: &kernel::Kept| {
                it.purpose == kernel::NOTICE && it.recipients[0].address.starts_with("carl.")
            };
            let letter = all.find(is_his).unwrap();
            then.letter_ended(&letter, &kernel::Ending::Later("451 come later".into())).unwrap();
            world.sam().asks(|reader| reader.letter(letter.id)).due_at.to_string()
        };
        let tries_all =
            |at: &str| world.db.write_at(&world.sam().actor, at.parse().unwrap(), |work| work.try_all_now());
        assert_eq!(is_late("2026-03-03T16:29:00Z"), "2026-03-04T09:00:00Z", "when their day begins");
        assert!(tries_all("2026-03-03T17:00:00Z").is_err(), "it goes on waiting for their hours");
        assert_eq!(is_late("2026-03-04T09:00:00Z"), "2026-03-04T11:00:00Z");
        assert_eq!(tries_all("2026-03-04T09:10:00Z").unwrap(), 1, "in their hours it does not");
    }
}

#[test]
fn a_reminder_that_nobody_read_leaves_as_one_letter_in_their_language_and_not_at_night() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let new = New { title: "Diaphragm kits", ..New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &orders::Order::default()));
        let number = order.unwrap().number;
        let clara = world.person("clara");
        world
            .sam()
            .does(|work| {
                let mut case = work.find_by_id::<identity::Person>(clara.actor.person)?;
                work.revise(&mut case, |it| "de".clone_into(&mut it.language))
            })
            .unwrap();
        let ask = Ask {
            request: "Measure the noise of both pumps",
            person: Some(clara.actor.person),
            due: Some("2026-03-09".parse().unwrap()),
            ..Ask::default()
        };
        world.bob().does(|work| work.ask(work.mention_of(&number)?.id, &ask)).unwrap();
        let to_clara = |at: &str| {
            let all = mails(&world, at).into_iter();
            all.filter(|it| it.0.starts_with("clara.")).collect::<Vec<_>>()
        };
        assert_eq!(to_clara("2026-03-03T09:00:00Z").len(), 1, "that she was asked");
        let evening = "2026-03-10T20:30:00Z".parse().unwrap();
        assert_eq!(world.db.write_at(&Actor::system(), evening, |work| work.remind()).unwrap(), 1);
        assert!(to_clara("2026-03-10T20:31:00Z").is_empty(), "half past nine in Bremen");
        let told = to_clara("2026-03-11T06:30:00Z");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].2.contains("erinnert: Es ist fällig"), "{}", told[0].2);
        assert!(to_clara("2026-03-11T09:00:00Z").is_empty(), "once");
    }
}

#[test]
fn whoever_stands_in_is_reminded_beside_the_absent_once_and_reads_for_whom() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let new = New { title: "Diaphragm kits", ..New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &orders::Order::default()));
        let record = order.unwrap().id;
        let (clara, ben, nele) = (world.person("clara"), world.person("ben"), world.person("nele"));
        let clara_no = world.sam().asks(|reader| Ok(reader.mention(clara.actor.person)?.unwrap().number));
        let led = world.sam().asks(|reader| identity::functions_of(reader, clara.actor.person));
        let day = |it: &str| -> jiff::civil::Date { it.parse().unwrap() };
        let away = |deputy: &Person, function: Option<i64>, since: &str, until: &str| {
            let (deputy, since, until) = (deputy.actor.person, day(since), day(until));
            let absence = identity::NewAbsence { deputy, function, since, until };
            world.sam().does(|work| identity::name_deputy(work, &clara_no, &absence)).unwrap();
        };
        away(&ben, None, "2026-03-09", "2026-03-11");
        let ask = |person: Option<i64>, function: Option<i64>, due: &str| {
            let due = Some(day(due));
            let ask = Ask { request: "Measure the noise", person, function, due, ..Ask::default() };
            world.bob().does(|work| work.ask(record, &ask)).unwrap();
        };
        ask(Some(clara.actor.person), None, "2026-03-09");
        let reminds =
            |at: &str| world.db.write_at(&Actor::system(), at.parse().unwrap(), |work| work.remind());
        let reminded = |who: &Person| {
            let all = who.asks(|reader| reader.notices(false, None, 200)).into_iter();
            all.filter(|it| it.deed == "reminded").map(|it| it.stands_in_for).collect::<Vec<_>>()
        };
        assert_eq!(reminds("2026-03-10T09:00:00Z").unwrap(), 1);
        assert_eq!(reminds("2026-03-10T10:00:00Z").unwrap(), 0);
        assert_eq!(reminded(&clara), [None]);
        assert_eq!(reminded(&ben), [Some(clara.actor.person)]);
        assert!(reminded(&nele).is_empty());
        let told = mails(&world, "2026-03-10T10:01:00Z");
        let to = |who: &str| told.iter().filter(|it| it.0.starts_with(who)).collect::<Vec<_>>();
        assert_eq!((to("clara.").len(), to("ben.").len()), (1, 1), "{told:?}");
        assert!(to("ben.")[0].2.contains("weil Sie Clara Weiß gerade vertreten"), "{told:?}");
        assert!(!to("clara.")[0].2.contains("vertreten"), "{told:?}");
        let mut program = program(&world, "ben");
        assert_eq!(program.get("/api/v1/me/notices").json()["items"][0]["stands_in_for"], clara_no.as_str());
        assert!(program.get("/notices").text.contains("weil Sie Clara Weiß gerade vertreten"));

        // She is back: what is late now she hears alone.
        ask(Some(clara.actor.person), None, "2026-03-12");
        assert_eq!(reminds("2026-03-13T09:00:00Z").unwrap(), 1);
        assert_eq!((reminded(&clara).len(), reminded(&ben).len()), (2, 1));

        // At one function somebody else stands in, and hears of what is asked of it.
        away(&nele, Some(led[0]), "2026-03-16", "2026-03-20");
        ask(None, Some(led[0]), "2026-03-15");
        reminds("2026-03-16T09:00:00Z").unwrap();
        assert_eq!(reminded(&nele), [Some(clara.actor.person)]);
        assert_eq!(reminded(&ben).len(), 1);
    }
}

#[test]
fn whoever_wants_no_mail_gets_none_and_wrong_hours_are_named() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = set(&world);
        let mut ada = program(&world, "ada");
        let change =
            json!({ "ways": { "mentioned": "never" }, "quiet_from": "12:00", "quiet_until": "12:00" });
        let before = ada.get("/api/v1/me/telling");
        let seen = before.header("etag").unwrap().to_owned();
        assert_eq!(
            ada.patch_json("/api/v1/me/telling", None, &change).status,
            StatusCode::PRECONDITION_REQUIRED
        );
        let kept = ada.patch_json("/api/v1/me/telling", Some(&seen), &change);
        assert_eq!((kept.status, kept.json()["ways"]["mentioned"].as_str()), (StatusCode::OK, Some("never")));
        assert_eq!(ada.get("/api/v1/me/telling").json()["quiet_from"], "12:00");
        says(&world.bob(), &number, "@ada");
        assert!(mails(&world, "2026-03-03T09:00:00Z").is_empty());
        let wrong = ada.patch_json("/api/v1/me/telling", Some("*"), &json!({ "daily_at": "25:00" }));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = ada.post_form(
            "/me/notices",
            &[("daily_at", "soon"), ("quiet_from", "20:00"), ("quiet_until", "07:00")],
        );
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("Give a time of the day, like 07:30."), "{}", page.text);
    }
}

#[test]
fn a_mail_goes_only_to_who_still_sees_what_it_tells() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = world.offered_set();
        let carl = world.carl().actor.person;
        world.carl().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        let says = || {
            let words = "Dear Carl, the margin is yours.";
            world
                .ada()
                .does(|work| work.remark(work.mention_of(&number)?.id, words, Audience::Party))
                .unwrap();
        };
        says();
        let told = mails(&world, "2026-03-03T09:00:00Z");
        assert!(told.iter().any(|it| it.0.starts_with("carl.") && it.2.contains("margin")), "{told:?}");
        says();
        let carl = world.sam().asks(|reader| Ok(reader.find_by_id::<identity::Person>(carl)?.record.number));
        world.sam().does(|work| identity::leave(work, &carl)).unwrap();
        assert!(mails(&world, "2026-03-04T09:00:00Z").iter().all(|it| !it.0.starts_with("carl.")));
    }
}

#[test]
fn a_customer_who_wants_no_mail_is_told_on_their_page_alone() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = world.offered_set();
        world.carl().does(|work| work.watch(work.mention_of(&number)?.id, true)).unwrap();
        let says = |words: &str| {
            let record = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.id));
            world.ada().does(|work| work.remark(record, words, Audience::Party)).unwrap();
        };
        let agrees = |channel| {
            let line = customers::ProfileLine { channel, ..customers::ProfileLine::default() };
            crate::reminders::agrees_that(&world, line);
        };
        agrees(customers::Channel::Telephone);
        says("Dear Carl, the margin is yours.");
        let told = mails(&world, "2026-03-03T09:00:00Z");
        assert!(told.iter().all(|it| !it.0.starts_with("carl.")), "they want the telephone: {told:?}");
        assert!(!unread(&world.carl()).is_empty(), "it stands on his page");
        agrees(customers::Channel::Email);
        let told = mails(&world, "2026-03-04T09:00:00Z");
        assert!(told.iter().any(|it| it.0.starts_with("carl.") && it.2.contains("margin")), "{told:?}");
    }
}

#[test]
fn a_customer_is_told_by_mail_in_the_hours_that_were_agreed_and_of_no_topic_that_they_take_otherwise() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let (set, order) = (world.offered_set(), crate::orders::order_of_kits(&world));
        let record = |number: &str| world.ada().asks(|reader| Ok(reader.mention_of(number)?.id));
        let says = |number: &str, words: &str| {
            let record = record(number);
            world.ada().does(|work| work.remark(record, words, Audience::Party)).unwrap();
        };
        let told = |at: &str| -> Vec<String> {
            let theirs = mails(&world, at).into_iter().filter(|it| it.0.starts_with("carl."));
            theirs.map(|it| it.2).collect()
        };
        for number in [&set, &order] {
            let record = record(number);
            world.carl().does(|work| work.watch(record, true)).unwrap();
        }
        // Meridian agreed to nine until half past four, by the clock of London, and to hear of orders by telephone.
        let line = customers::ProfileLine {
            topic: customers::Topic::Order,
            channel: customers::Channel::Telephone,
            ..customers::ProfileLine::default()
        };
        crate::reminders::agrees_that(&world, line);
        says(&set, "The margin is yours.");
        says(&order, "The kits are packed.");
        assert!(told("2026-03-02T17:00:00Z").is_empty(), "their day is over");
        assert!(told("2026-03-03T08:30:00Z").is_empty(), "our day has begun, theirs has not");
        let words = told("2026-03-03T09:00:00Z");
        assert!(words.len() == 1 && words[0].contains("margin"), "{words:?}");
        assert!(!words[0].contains("packed"), "of orders they hear by telephone: {words:?}");
        assert!(unread(&world.carl()).len() > 1, "both stand on his page");
    }
}

#[test]
fn the_mail_of_the_day_of_a_customer_goes_when_the_agreed_hours_begin_where_its_hour_is_outside_of_them() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let set = world.offered_set();
        let record = world.ada().asks(|reader| Ok(reader.mention_of(&set)?.id));
        world.carl().does(|work| work.watch(record, true)).unwrap();
        // Meridian agreed to nine until half past four, by the clock of London.
        crate::reminders::agrees_that(&world, customers::ProfileLine::default());
        let wants = |hours: [&str; 3], way: kernel::Way| {
            let [from, until, daily] = hours;
            let hours = [("quiet_from", from), ("quiet_until", until), ("daily_at", daily)];
            let ways = Because::ALL.iter().map(|it| (*it, way)).collect::<Vec<_>>();
            let keeps = |work: &mut Work| {
                let telling = work.telling()?.with(hours, &ways)?;
                work.wants_to_be_told(&telling)
            };
            world.carl().does(keeps).unwrap();
        };
        let says = |at: &str, words: &str| {
            let says = |work: &mut Work| work.remark(record, words, Audience::Party);
            world.db.write_at(&world.ada().actor, at.parse().unwrap(), says).unwrap();
        };
        let told = |at: &str| -> Vec<String> {
            let theirs = mails(&world, at).into_iter().filter(|it| it.0.starts_with("carl."));
            theirs.map(|it| it.2).collect()
        };
        reads_all(&world.carl());
        wants(["20:00", "07:00", "18:00"], kernel::Way::Daily);
        says("2026-03-03T16:45:00Z", "The margin is yours.");
        assert!(told("2026-03-03T18:00:00Z").is_empty(), "his hour, and their day is over");
        assert!(told("2026-03-04T08:59:00Z").is_empty(), "their day has not begun");
        let words = told("2026-03-04T09:00:00Z");
        assert!(words.len() == 1 && words[0].contains("margin"), "{words:?}");
        says("2026-03-04T10:00:00Z", "The skid is yours, too.");
        for later in ["2026-03-04T10:01:00Z", "2026-03-04T18:00:00Z"] {
            assert!(told(later).is_empty(), "one mail a day, {later}");
        }
        let words = told("2026-03-05T09:00:00Z");
        assert!(words.len() == 1 && words[0].contains("skid"), "{words:?}");
        // Quiet hours that leave nothing of what was agreed do not swallow a mail.
        wants(["08:00", "20:00", "18:00"], kernel::Way::AtOnce);
        says("2026-03-05T12:00:00Z", "The pump is packed.");
        assert_eq!(told("2026-03-05T12:01:00Z").len(), 1, "in the agreed hours");
        says("2026-03-05T17:00:00Z", "It left the house.");
        assert!(told("2026-03-05T21:00:00Z").is_empty(), "outside of them, though he would not mind");
        assert_eq!(told("2026-03-06T09:00:00Z").len(), 1);
    }
}

#[test]
fn mails_that_come_back_stop_instead_of_going_round() {
    for world in World::on_each_engine() {
        opens_post(&world);
        let number = set(&world);
        says(&world.bob(), &number, "@ada");
        assert_eq!(mails(&world, "2026-03-02T09:00:00Z").len(), 1);
        let letter = world.db.take_letter().unwrap().unwrap();
        let refused = kernel::Ending::Refused("550 no such user".into());
        world.db.letter_ended(&letter.letter, &refused).unwrap();
        let tasks = world.ada().asks(|reader| reader.my_tasks(&[]));
        assert!(tasks.is_empty(), "nobody is asked about a notice, who would be told of it by mail");
        says(&world.bob(), &number, "@ada, once more");
        assert!(mails(&world, "2026-03-04T09:00:00Z").is_empty());
        let mut ada = program(&world, "ada");
        assert!(ada.get("/me/notices").text.contains("Mails to you come back"));
        let form = [("daily_at", "08:00"), ("quiet_from", "20:00"), ("quiet_until", "07:00")];
        assert_eq!(ada.post_form("/me/notices", &form).location(), "/me/notices");
        assert_eq!(mails(&world, "2026-03-04T09:00:00Z").len(), 1);
    }
}

#[test]
fn nothing_is_mailed_while_nobody_said_where_it_leads() {
    for world in World::on_each_engine() {
        let number = set(&world);
        says(&world.bob(), &number, "@ada");
        assert!(mails(&world, "2026-03-03T09:00:00Z").is_empty());
        let page = program(&world, "ada").get("/me/notices").text;
        assert!(page.contains("No mail server is set up"));
        let post = Post { server: "mail.kestrel-dosing.example:587", from: "post@kestrel-dosing.example" };
        world.db.open_post(Some(post)).unwrap();
        assert!(mails(&world, "2026-03-03T09:00:00Z").is_empty());
        assert!(program(&world, "ada").get("/me/notices").text.contains("[site] address"));
    }
}

#[test]
fn what_the_product_asks_is_read_in_the_language_of_whoever_reads_it() {
    for world in World::on_each_engine() {
        let number = set(&world);
        let request = kernel::text!("Look at {number} and sign", number = &number);
        for who in ["clara", "bob"] {
            let ask =
                Ask { said: Some(&request), person: Some(world.person(who).actor.person), ..Ask::default() };
            world.ada().does(|work| work.ask_by_itself(work.mention_of(&number)?.id, &ask)).unwrap();
        }
        let (german, english) =
            (format!("{number} ansehen und unterschreiben"), format!("Look at {number} and sign"));
        assert!(program(&world, "clara").get("/").text.contains(&german));
        assert!(program(&world, "bob").get("/").text.contains(&english));
        let all = program(&world, "bob").get("/api/v1/me/actions").json();
        assert_eq!(all["items"][0]["title"], english);
    }
}

#[test]
fn what_waits_for_me_is_one_list_the_most_urgent_first() {
    for world in World::on_each_engine() {
        let number = set(&world);
        let asks = |request: &'static str, due: Option<&'static str>| {
            let ask = Ask {
                request,
                person: Some(world.ada().actor.person),
                due: due.and_then(|it| it.parse().ok()),
                ..Ask::default()
            };
            world.bob().does(|work| work.ask(work.mention_of(&number)?.id, &ask)).unwrap();
        };
        asks("Some day", None);
        asks("Next week", Some("2026-03-10"));
        asks("Yesterday", Some("2026-03-01"));
        says(&world.bob(), &number, "And look here, @ada.");
        let mut ada = program(&world, "ada");
        let all = ada.get("/api/v1/me/actions").json();
        let all = all["items"].as_array().unwrap();
        let sorts: Vec<_> = all.iter().map(|it| it["sort"].as_str().unwrap()).collect();
        assert_eq!(sorts.len(), 4);
        assert_eq!(
            (all[0]["title"].as_str(), all[1]["title"].as_str()),
            (Some("Yesterday"), Some("Next week"))
        );
        assert!(sorts[2..].contains(&"mention") && sorts[2..].contains(&"task"));
        // One to a page it is the same list, and the tasks among it are.
        for (at, count) in [("/api/v1/me/actions", 4), ("/api/v1/me/tasks", 3)] {
            let whole = ada.get(at).json()["items"].as_array().unwrap().clone();
            let (mut told, mut after) = (Vec::new(), String::new());
            loop {
                let page = ada.get(&format!("{at}?limit=1{after}")).json();
                told.extend(page["items"].as_array().unwrap().iter().cloned());
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            assert_eq!((told.len(), &told), (count, &whole), "{at}");
            let wrong = ada.get(&format!("{at}?after=nowhere"));
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{at}");
        }
        let page = ada.get("/").text;
        assert!(page.contains("4 things wait for you.") && page.contains("Overdue"), "{page}");
        let notice = unread(&world.ada()).into_iter().find(|it| it.because == Because::Mentioned).unwrap();
        assert_eq!(ada.post_form(&format!("/notices/{}/read?to=/", notice.id), &[]).location(), "/");
        assert!(ada.get("/").text.contains("3 things wait for you."));
        assert!(
            program(&world, "carl").get("/api/v1/me/actions").json()["items"].as_array().unwrap().is_empty()
        );
    }
}
