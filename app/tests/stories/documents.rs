//! Documents of strangers are read in a process of their own: one that is made to harm us harms nobody.

use axum::http::{Method, StatusCode};
use conversations::{Conversation, Intake, Message, PartText, Unread, import, messages, take_in};
use kernel::Mishap;

use crate::world::{World, program, refusal};

/// A PDF of objects that take more memory than anybody gives to reading one file.
fn hungry() -> Vec<u8> {
    const OBJECTS: usize = 400_000;
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let first = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<<>>>>",
    ];
    let rest = std::iter::repeat_n("<</A[[][][][]]/B<</C 1>>>>", OBJECTS);
    for (object, no) in first.into_iter().chain(rest).zip(1..) {
        places.push(pdf.len());
        pdf.extend(format!("{no} 0 obj{object}endobj\n").bytes());
    }
    let table = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        pdf.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = places.len() + 1;
    pdf.extend(format!("trailer<</Root 1 0 R/Size {size}>>\nstartxref\n{table}\n%%EOF\n").bytes());
    pdf
}

fn mail_with(pdf: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut mail = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
        To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: Drawing\r\n\
        Date: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <drawing@meridian>\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the drawing.\r\n--b\r\n\
        Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\
        Content-Disposition: attachment; filename=drawing.pdf\r\n\r\n"
        .to_vec();
    mail.write_all(pdf).unwrap();
    mail.extend(b"\r\n--b--\r\n");
    mail
}

fn message_in(world: &World, number: &str) -> Message {
    world.ada().asks(|reader| {
        let id = reader.find::<Conversation>(number)?.record.id.raw();
        Ok(messages(reader, id)?.remove(0))
    })
}

#[test]
fn a_document_that_takes_all_memory_ends_its_reader_and_nothing_else() {
    let mail = mail_with(&hungry());
    for world in World::on_each_engine() {
        let told = import(&world.db, &world.ada().actor, &mail, "drawing.eml", false).remove(0);
        let number = told.number.unwrap();
        let message = message_in(&world, &number);
        assert_eq!(message.parts[0].unread, Some(Unread::GaveUp), "the mail is in, and says what is missing");
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/conversations/{number}")).text;
        assert!(page.contains("took more time or memory than it may") && page.contains("Try again"));
        let again = ada.post_form(&format!("/messages/{}/parts/0/text", message.id), &[]);
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
        assert!(again.text.contains("ask for another copy"), "{}", again.text);
    }
}

#[test]
fn what_could_not_be_read_is_read_again_by_whoever_may_write() {
    let mail = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/mail"))
        .unwrap()
        .map(|it| std::fs::read(it.unwrap().path()).unwrap())
        .find(|it| {
            Intake::read(it.clone()).mail.parts.first().is_some_and(|it| it.media_type == "application/pdf")
        })
        .unwrap();
    for world in World::on_each_engine() {
        let nobody_read = Intake::read_by(mail.clone(), |_, _| Err(None));
        let taken = world.person("ben").does(|work| take_in(work, &nobody_read)).unwrap();
        let address = format!("/api/v1/messages/{}/parts/0/text", taken.message);
        let send = |short: &str| program(&world, short).send(Method::POST, &address, &[], "".into());
        assert_eq!(send("amelia").status, StatusCode::CONFLICT, "who reads changes nothing");
        let nowhere = "/api/v1/messages/999999/parts/0/text";
        let not_there = program(&world, "eve").send(Method::POST, nowhere, &[], "".into());
        let refused = send("eve");
        assert_eq!(refused.status, not_there.status, "and who is of another firm learns nothing");
        assert_eq!(refused.json()["detail"], not_there.json()["detail"]);
        assert!(world.ada().asks(|reader| reader.sources(reader.mention_of(&taken.number)?.id)).len() == 1);
        let read = send("ada");
        assert_eq!(read.status, StatusCode::OK, "{}", read.text);
        let source = read.json()["source"].as_i64().unwrap();
        let text = world.ada().asks(|reader| reader.source(source));
        assert_eq!(text.body, read_here(&mail), "it is the text that it would have had");
        let twice = send("ada");
        assert!(twice.text.contains("is here already"), "{}", twice.text);
        let page = program(&world, "ada").get(&format!("/conversations/{}", taken.number)).text;
        assert!(!page.contains("took more time or memory than it may"));
    }
}

#[test]
fn nobody_but_us_says_what_stands_in_a_file_of_a_mail() {
    let mail = mail_with(b"%PDF-1.7 drawing");
    for world in World::on_each_engine() {
        let nobody_read = Intake::read_by(mail.clone(), |_, _| Err(None));
        let taken = world.person("ben").does(|work| take_in(work, &nobody_read)).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&taken.number)).id;
        assert_eq!(world.carl().asks(|reader| messages(reader, id)).len(), 1, "Carl reads what he wrote");
        let stands = || {
            world
                .ada()
                .asks(|reader| Ok((reader.sources(id)?.len(), reader.trail(id, false, 0, 1000)?.len())))
        };
        let before = stands();
        let words = PartText::Words { words: "All seals are of FKM.".into(), extractor: "story 1" };
        for (who, sentence) in [
            ("amelia", "You may read everything and change nothing. Ask the owner."),
            ("carl", "Only members of staff may do this."),
            ("eve", "Only members of staff may do this."),
        ] {
            let person = world.person(who);
            let read = conversations::read_now(&world.db, &person.actor, taken.message, 0);
            assert_eq!(refusal(read), sentence, "{who}");
            let kept = person.does(|work| conversations::read_again(work, taken.message, 0, &words));
            assert_eq!(refusal(kept), sentence, "{who}");
        }
        assert_eq!(stands(), before, "nothing is cited that nobody of us read there");
        world.ada().does(|work| conversations::read_again(work, taken.message, 0, &words)).unwrap();
        assert_eq!(stands().0, before.0 + 1);
    }
}

fn read_here(mail: &[u8]) -> String {
    match Intake::read(mail.to_vec()).texts.remove(0) {
        PartText::Words { words, .. } => words,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_to_take_in_that_takes_all_memory_is_refused_with_a_sentence_and_the_next_is_read() {
    for world in World::on_each_engine() {
        let (hungry, urs) = (
            hungry(),
            std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/requirements/meridian-urs.pdf")),
        );
        let arrived = ::imports::Arrived { name: "urs.pdf", bytes: &hungry, into: "", sheet: "" };
        let told = ::imports::read_apart(&world.db, &arrived).unwrap_err().to_string();
        assert!(told.contains("more time or memory than it"), "{told}");
        let urs = urs.unwrap();
        let read = ::imports::read_apart(&world.db, &::imports::Arrived { bytes: &urs, ..arrived }).unwrap();
        assert!(read.clauses.len() > 50, "{} clauses", read.clauses.len());
    }
}

/// What somebody finds, as they see it.
fn found(world: &World, short: &str, question: &str) -> String {
    let asked: String = question.replace(' ', "+");
    program(world, short).get(&format!("/search?q={asked}")).text
}

#[test]
fn a_file_at_a_record_is_found_by_its_words_and_by_its_name_by_whoever_may_read_it() {
    let urs = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/requirements/meridian-urs.docx"));
    let urs = urs.unwrap();
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let mut ada = program(&world, "ada");
        let address = format!("/requirement-sets/{set}/files");
        let kept = ada.post_files(&address, &[("audience", "internal")], &[("urs-copy.docx", &urs)]);
        assert!(kept.status.is_redirection(), "{}", kept.text);
        let address = format!("/api/v1/requirement-sets/{set}/attachments");
        for (name, audience, words) in [
            ("gasket-note.txt", "party", &b"The gasket is of fluoroelastomer."[..]),
            ("nameplate.png", "internal", b"\x89PNG\r\n\x1a\n"),
        ] {
            let to = format!("{address}?name={name}&audience={audience}");
            let sent = ada.send(Method::POST, &to, &[], words.to_vec().into());
            assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
        }
        let by_words = found(&world, "ada", "yoghurt fillers in:files");
        assert!(by_words.contains("urs-copy.docx") && by_words.contains("/sources/"), "{by_words}");
        for (question, name) in [
            ("fluoroelastomer in:files", "gasket-note.txt"),
            ("gasket-note in:files", "gasket-note.txt"),
            ("nameplate in:files", "nameplate.png"),
        ] {
            assert!(found(&world, "ada", question).contains(name), "{question}");
        }
        // What is for us alone nobody outside finds, and nobody of another firm finds anything.
        assert!(found(&world, "carl", "fluoroelastomer").contains("gasket-note.txt"));
        for question in ["yoghurt", "nameplate"] {
            assert!(!found(&world, "carl", question).contains(&set), "{question}");
        }
        assert!(!found(&world, "eve", "fluoroelastomer").contains("gasket-note"));
        let sources = world
            .ada()
            .asks(|reader| reader.sources(reader.mention_of(&set)?.id))
            .into_iter()
            .map(|it| it.id);
        let opened = |short: &str, id: i64| program(&world, short).get(&format!("/sources/{id}")).status;
        let (ours, theirs): (Vec<i64>, Vec<i64>) =
            sources.partition(|it| opened("carl", *it) == StatusCode::NOT_FOUND);
        assert_eq!((ours.len(), theirs.len()), (1, 1));
        assert_eq!(opened("eve", theirs[0]), StatusCode::NOT_FOUND);
    }
}

#[test]
fn what_the_customer_was_not_offered_is_not_found_through_its_files() {
    for world in World::on_each_engine() {
        let (ada, meridian) = (world.ada(), world.meridian);
        let new = kernel::New { title: "Not offered yet", party: Some(meridian), ..kernel::New::default() };
        let body = requirements::RequirementSet::default();
        let set = ada.does(|work| requirements::open_set(work, &new, &body)).unwrap().number;
        let address = format!("/requirement-sets/{set}/files");
        let words = &b"The gasket is of fluoroelastomer."[..];
        let kept =
            program(&world, "ada").post_files(&address, &[("audience", "party")], &[("gasket.txt", words)]);
        assert!(kept.status.is_redirection(), "{}", kept.text);
        assert!(found(&world, "ada", "fluoroelastomer").contains("gasket.txt"));
        assert!(!found(&world, "carl", "fluoroelastomer").contains("gasket.txt"));
        // Its words become a requirement of the very set, which is not made of itself.
        let source = ada.asks(|reader| Ok(reader.sources(reader.mention_of(&set)?.id)?.remove(0).id));
        let capture = requirements::Capture {
            source,
            words: requirements::Words::Exact("The gasket is of fluoroelastomer.".into()),
            into: requirements::Into::Set(set.clone()),
            new: requirements::NewRequirement {
                body: requirements::Requirement {
                    statement: "The gasket shall be of fluoroelastomer.".into(),
                    ..requirements::Requirement::default()
                },
                ..requirements::NewRequirement::default()
            },
        };
        let made = ada.does(|work| requirements::capture(work, &capture)).unwrap();
        let ties = ada.asks(|reader| {
            let id = reader.mention_of(&set)?.id;
            Ok((reader.neighbours(id, 100)?, requirements::coverage(reader, &set)?))
        });
        let others: Vec<&str> = ties.0.iter().map(|it| it.number.as_str()).collect();
        assert_eq!(others, [made.number.as_str()], "its part, and nothing else");
        assert_eq!(ties.1.lines[0].rests_on, std::slice::from_ref(&set));
    }
}

#[test]
fn a_remark_is_found_where_it_stands_by_whoever_reads_it_until_it_is_struck_out() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let says = |words: &str, audience| {
            world.ada().does(|work| work.remark(work.mention_of(&set)?.id, words, audience)).unwrap()
        };
        let inside = says("The gasket is of fluoroelastomer.", kernel::Audience::Internal);
        says("The nameplate bears a wombatmarker.", kernel::Audience::Party);
        let place = format!("/requirement-sets/{set}#timeline");
        for question in ["fluoroelastomer", "wombatmarker", "fluoroelastomer in:remarks"] {
            assert!(found(&world, "ada", question).contains(&place), "{question}");
        }
        assert!(!found(&world, "ada", "fluoroelastomer in:messages").contains(&place));
        let parts = program(&world, "ada").get("/api/v1/search?q=wombatmarker").json();
        assert_eq!((&parts["items"][0]["part"], &parts["parts"]["remark"]), (&"remark".into(), &1.into()));
        // Carl finds what was said to him; Eve nothing.
        assert!(found(&world, "carl", "wombatmarker").contains(&place));
        assert!(!found(&world, "carl", "fluoroelastomer").contains(&set));
        for question in ["wombatmarker", "fluoroelastomer"] {
            assert!(!found(&world, "eve", question).contains(&set), "{question}");
            let told = program(&world, "eve").get(&format!("/api/v1/search?q={question}")).json();
            assert_eq!(told["items"], serde_json::json!([]), "{told}");
        }

        world.ada().does(|work| work.strike_out(inside)).unwrap();
        assert!(!found(&world, "ada", "fluoroelastomer").contains(&place));

        // What an older version kept is taken up once; what is struck out is not.
        testbed::tamper(&world.address, "update findable set part = 'was' where part = 'remark';").unwrap();
        assert!(!found(&world, "ada", "wombatmarker").contains(&place));
        let take_up = |after| world.db.write(&kernel::Actor::system(), |work| work.take_up_remarks(after));
        let last = take_up(0).unwrap().expect("one is to be found");
        assert_eq!(take_up(last).unwrap(), None);
        assert_eq!(take_up(0).unwrap(), None, "each is looked at once");
        assert!(found(&world, "carl", "wombatmarker").contains(&place));
        assert!(!found(&world, "ada", "fluoroelastomer").contains(&place));
    }
}

#[test]
fn a_task_is_found_by_what_is_asked_and_by_nobody_outside() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let bob = world.bob().actor.person;
        let ask =
            kernel::Ask { request: "Weigh the quokkamarker.", person: Some(bob), ..kernel::Ask::default() };
        let task = world.ada().does(|work| work.ask(work.mention_of(&set)?.id, &ask)).unwrap();
        let place = format!("/requirement-sets/{set}#tasks");
        for question in ["quokkamarker", "quokkamarker in:tasks"] {
            assert!(found(&world, "bob", question).contains(&place), "{question}");
        }
        assert!(!found(&world, "bob", "quokkamarker in:remarks").contains(&place));
        let told = program(&world, "bob").get("/api/v1/search?q=quokkamarker").json();
        assert_eq!((&told["items"][0]["part"], &told["parts"]["task"]), (&"task".into(), &1.into()));
        for who in ["carl", "eve"] {
            assert!(!found(&world, who, "quokkamarker").contains(&place), "{who}");
            let told = program(&world, who).get("/api/v1/search?q=quokkamarker").json();
            assert_eq!(told["items"], serde_json::json!([]), "{who}: {told}");
        }
        // What was done stays to be found; what an older version kept is taken up once.
        world.bob().does(|work| work.settle(task)).unwrap();
        testbed::tamper(&world.address, "update findable set part = 'was' where part = 'task';").unwrap();
        assert!(!found(&world, "bob", "quokkamarker").contains(&place));
        let take_up = |after| world.db.write(&kernel::Actor::system(), |work| work.take_up_tasks(after));
        let last = take_up(0).unwrap().expect("one is to be found");
        assert_eq!((take_up(last).unwrap(), take_up(0).unwrap()), (None, None), "each is looked at once");
        assert!(found(&world, "bob", "quokkamarker").contains(&place));
    }
}

#[test]
fn files_that_an_older_version_kept_are_found_once_they_were_looked_at() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let words = b"The gasket is of fluoroelastomer.";
        world
            .ada()
            .does(|work| {
                let id = work.mention_of(&set)?.id;
                work.attach(id, ("old.txt", "text/plain"), words, kernel::Audience::Internal)
            })
            .unwrap();
        assert!(!found(&world, "ada", "fluoroelastomer").contains("old.txt"));
        let mut last = Some(0);
        while let Some(after) = last {
            last = web::common::files::take_up_older(&world.db, after).unwrap();
        }
        assert!(found(&world, "ada", "fluoroelastomer").contains("old.txt"));
        let again = web::common::files::take_up_older(&world.db, 0).unwrap();
        assert_eq!(again, None, "each is looked at once");
        let heard = world.ada().asks(|reader| reader.unread_notices());
        assert_eq!(heard, 0, "and nobody hears of it");
    }
}

#[test]
fn an_errand_that_nobody_knows_is_not_begun() {
    for world in World::on_each_engine() {
        assert!(matches!(world.db.apart("dance", b""), Err(Mishap::NotBegun(_))));
        assert!(matches!(world.db.apart("extract", b"no question"), Err(Mishap::Failed(_))));
        assert!(matches!(world.db.apart("typeset", b"no paper"), Err(Mishap::Failed(_))));
    }
}
