//! What customers write: it lands where it belongs, is kept as it came, and is seen by whom it concerns.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use conversations::{
    Call, Closing, Conversation, ConversationState, Intake, NewCall, Taken, To, WaitsFor, assign_party,
    import, messages, move_message, note, record_call, take_in,
};
use kernel::{Address, Audience, Error, Heard, New, Source, locate};
use serde_json::json;
use web::testing::Client;

use crate::reviews::{
    CARL, Matter, begin, behind_the_back_of_storage, both_accept, completes, confirms, make_sure, matter,
    never_go, offered,
};
use crate::world::{World, client, program, refusal};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../demo/mail")
}

fn raw(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{name}.eml"))).unwrap()
}

fn posted(program: &mut Client, raw: &[u8]) -> web::testing::Came {
    program.send(Method::POST, "/api/v1/mail", &[("content-type", "message/rfc822")], raw.to_vec().into())
}

/// Ben takes it in, at the moment at which it was sent.
fn told(world: &World, raw: &[u8]) -> Taken {
    let intake = Intake::read(raw.to_vec());
    let at = intake.mail.date.and_then(|it| jiff::Timestamp::from_microsecond(it).ok());
    let ben = world.person("ben").actor;
    world.db.write_at(&ben, at.unwrap_or_else(crate::world::monday), |work| take_in(work, &intake)).unwrap()
}

fn case(world: &World, number: &str) -> kernel::Case<Conversation> {
    world.ada().asks(|reader| reader.find::<Conversation>(number))
}

fn sources(world: &World, number: &str) -> Vec<Source> {
    world.ada().asks(|reader| reader.sources(reader.mention_of(number)?.id))
}

/// A mail from Carl to Ada, which may answer another.
pub(crate) fn from_carl(id: &str, answers: &str, words: &str) -> Vec<u8> {
    mail_from("Carl Whitfield <carl.whitfield@meridian-dairies.example>", id, answers, words)
}

fn mail_from(from: &str, id: &str, answers: &str, words: &str) -> Vec<u8> {
    let answers = if answers.is_empty() { String::new() } else { format!("In-Reply-To: <{answers}>\r\n") };
    format!(
        "From: {from}\r\nTo: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: Seals\r\n\
         Date: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <{id}>\r\n{answers}\r\n{words}\r\n"
    )
    .into_bytes()
}

#[test]
fn the_mails_of_the_company_form_the_conversations_of_its_index() {
    for world in World::on_each_engine() {
        let index = std::fs::read_to_string(folder().join("index.csv")).unwrap();
        let mut threads: BTreeMap<String, String> = BTreeMap::new();
        for line in index.lines().skip(1) {
            let mut columns = line.split(',');
            let (file, thread) = (columns.next().unwrap(), columns.next().unwrap());
            if file.ends_with(".eml") && thread.starts_with("CV-") {
                threads.insert(file.trim_end_matches(".eml").to_owned(), thread.to_owned());
            }
        }
        let mut mails: Vec<(i64, String, String)> = threads
            .into_iter()
            .map(|(file, thread)| (Intake::read(raw(&file)).mail.date.unwrap_or(0), file, thread))
            .collect();
        mails.sort();
        let mut formed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut began: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (_, file, thread) in &mails {
            let taken = told(&world, &raw(file));
            assert!(!taken.was_known, "{file} is new");
            if taken.began {
                began.entry(thread).or_default().push(file);
            }
            formed.entry(taken.number).or_default().insert(thread.clone());
        }
        for (number, threads) in &formed {
            assert_eq!(threads.len(), 1, "{number} mixes {threads:?}");
        }
        // Each matter is one conversation, but for mails that name no other and for whom nobody knows there.
        assert_eq!(began["CV-2026-0231"], ["main-01", "main-16", "single-ap-invoice"]);
        let all = began.values().flatten();
        let further: Vec<&&str> = all.filter(|it| !it.ends_with("-1") && !MAY_BEGIN.contains(*it)).collect();
        assert!(further.is_empty(), "{further:?} name a mail and found no conversation");
    }
}

/// Mails of the company that bear no header of an answer, or answer a notice that went to many.
const MAY_BEGIN: [&str; 11] = [
    "main-01",
    "main-16",
    "single-ap-invoice",
    "single-calder-ack",
    "single-oem-batch",
    "single-thornbury-order",
    "tessloh-2",
    "wvu-5",
    "hallander-5",
    "notice-3",
    "notice-5",
];

#[test]
fn an_order_that_answers_no_mail_is_joined_to_its_matter_with_one_click_and_what_follows_goes_along() {
    for world in World::on_each_engine() {
        let matter = told(&world, &raw("main-01"));
        let conversation = case(&world, &matter.number).record.id.raw();
        let new = kernel::New {
            title: "CIP 3 dosing skid",
            party: Some(world.meridian),
            number: Some("RS-2026-0017"),
            ..kernel::New::default()
        };
        let body = requirements::RequirementSet {
            conversation: Some(conversation),
            ..requirements::RequirementSet::default()
        };
        world.ada().does(|work| requirements::open_set(work, &new, &body)).unwrap();

        // Gordon writes the number of the set into his workbook and answers nobody.
        let order = told(&world, &raw("main-16"));
        assert!(order.began, "{}", order.because);
        let told_by = sources(&world, &order.number);
        let book = told_by.iter().find(|it| it.origin == "attachment").expect("a workbook has words");
        assert!(locate(&book.body, "DDP Northallerton, Incoterms 2020").is_some(), "{}", book.body);
        let answer = told(&world, &raw("main-17"));
        assert_eq!(answer.number, order.number);

        let mut ada = program(&world, "ada");
        let here = format!("/conversations/{}", order.number);
        let page = ada.get(&here).text;
        for words in [matter.number.as_str(), "It names RS-2026-0017.", "Join this conversation to it"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let sent = [("to", matter.number.as_str()), ("reason", "It names RS-2026-0017.")];
        for who in ["amelia", "carl", "eve"] {
            let came = program(&world, who).post_form(&format!("{here}/join"), &sent);
            assert_eq!(came.status, StatusCode::CONFLICT, "{who}: {}", came.text);
            assert!(!came.text.contains("4500017731"), "{who}: {}", came.text);
        }
        let joined = ada.post_form(&format!("{here}/join"), &sent);
        assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.text);
        assert_eq!(joined.location(), format!("/conversations/{}", matter.number));

        let all = world.ada().asks(|reader| messages(reader, conversation));
        let because: Vec<String> = all.iter().map(|it| it.placed.text(None).to_string()).collect();
        assert_eq!(because[1..], ["Somebody moved it here.", "It answers a message of this conversation."]);
        let target = case(&world, &matter.number);
        assert_eq!(target.body.waits_for, WaitsFor::Them, "what Ada wrote is the last word now");
        let left = case(&world, &order.number);
        assert_eq!(left.record.state, ConversationState::Closed);
        assert!(ada.get(&here).text.contains("This conversation was joined to another:"));
        let trail = ada.get(&format!("/api/v1/conversations/{}/trail", order.number)).text;
        assert!(trail.contains("It names RS-2026-0017."), "{trail}");

        // A note of a program is for colleagues, as one of the page is.
        let address = format!("/api/v1/conversations/{}/notes", matter.number);
        let noted = ada.post_json(&address, &json!({ "words": "Their terms, quollmarker." }));
        assert_eq!(noted.status, StatusCode::OK, "{}", noted.text);
        assert_eq!(
            ada.post_json(&address, &json!({ "words": " " })).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let shown = ada.get(&format!("/conversations/{}", matter.number)).text;
        assert!(shown.contains("quollmarker") && shown.contains("What led here, what follows"), "{shown}");
        assert!(shown.contains("RS-2026-0017"), "what follows from it stands beside it: {shown}");
        let of_carl = program(&world, "carl").get(&format!("/conversations/{}", matter.number)).text;
        assert!(!of_carl.contains("quollmarker"), "{of_carl}");

        // Who answers the order later is where it is now; Carl had copies of all of it.
        let later = told(&world, &raw("main-18"));
        assert_eq!(later.number, matter.number, "{}", later.because);
        let carl = program(&world, "carl").get(&format!("/conversations/{}", matter.number));
        assert!(carl.text.contains("4500017731"), "{}", carl.text);
        assert_eq!(program(&world, "eve").get(&here).status, StatusCode::NOT_FOUND);

        // A number of theirs leads there, too; a program does the same.
        let query = told(&world, &raw("single-ap-invoice"));
        assert!(query.began);
        let page = ada.get(&format!("/conversations/{}", query.number)).text;
        assert!(page.contains("It names 4500017731.") && page.contains(&matter.number), "{page}");
        let address = format!("/api/v1/conversations/{}/join", query.number);
        let joined = ada.post_json(&address, &json!({ "to": matter.number, "reason": "The same order" }));
        assert_eq!(joined.status, StatusCode::OK, "{}", joined.text);
        assert_eq!(joined.json()["messages"], 1);
        let again = ada.post_json(&address, &json!({ "to": matter.number }));
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    }
}

#[test]
fn a_conversation_of_another_customer_is_never_joined() {
    for world in World::on_each_engine() {
        let meridian = told(&world, &raw("main-01"));
        let hallander = told(&world, &raw("hallander-1"));
        let outcome = world.ada().does(|work| conversations::join(work, &hallander.number, &meridian.number));
        assert!(refusal(outcome).starts_with("This message is with"));
        let outcome = world.ada().does(|work| conversations::join(work, &meridian.number, &meridian.number));
        assert_eq!(refusal(outcome), "Choose another conversation than this one.");
        for taken in [&meridian, &hallander] {
            let id = case(&world, &taken.number).record.id.raw();
            assert_eq!(world.ada().asks(|reader| messages(reader, id)).len(), 1, "{}", taken.number);
        }
    }
}

#[test]
fn the_same_mail_twice_is_one_mail() {
    for world in World::on_each_engine() {
        let first = told(&world, &raw("main-01"));
        let again = told(&world, &raw("main-01"));
        assert!(again.was_known && !first.was_known);
        assert_eq!((first.number.as_str(), first.message), (again.number.as_str(), again.message));
        let outcomes = import(&world.db, &world.ada().actor, &raw("main-01"), "main-01.eml", false);
        assert_eq!(outcomes[0].what, conversations::What::WasKnown);
        let all = world.ada().asks(|reader| messages(reader, case(&world, &first.number).record.id.raw()));
        assert_eq!(all.len(), 1);
    }
}

#[test]
fn a_mail_brings_its_customer_its_words_and_the_text_of_its_files() {
    for world in World::on_each_engine() {
        let taken = told(&world, &raw("main-01"));
        let case = case(&world, &taken.number);
        assert_eq!((case.record.party, case.body.waits_for), (Some(world.meridian), WaitsFor::Us));
        let sources = sources(&world, &taken.number);
        let message = sources.iter().find(|it| it.origin == "message").unwrap();
        assert!(locate(&message.body, "peracetic acid and caustic, two lines on one frame").is_some());
        let file = sources.iter().find(|it| it.origin == "attachment").unwrap();
        assert!(file.extractor.starts_with("document") && file.body.len() > 2000, "{}", file.name);
        let id = case.record.id.raw();
        let message = world.ada().asks(|reader| messages(reader, id)).remove(0);
        let (kept, bytes) = world.ada().asks(|reader| reader.attachment(message.raw.unwrap()));
        assert_eq!((bytes, kept.audience), (raw("main-01"), Audience::Internal));
    }
}

/// As a browser writes it into an address.
fn in_an_address(words: &str) -> String {
    words.bytes().map(|it| format!("%{it:02X}")).collect()
}

/// What stands in a field of a form that nobody sees.
fn hidden(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!(r#"name="{name}" value=""#)).expect("the form has the field");
    after.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn words_of_a_file_become_a_requirement_by_forms_alone_with_everything_that_is_asked_of_one() {
    for world in World::on_each_engine() {
        let taken = told(&world, &raw("main-01"));
        let file = sources(&world, &taken.number).into_iter().find(|it| it.origin == "attachment").unwrap();
        let line = file.body.lines().find(|it| it.split_whitespace().count() >= 8).unwrap();
        // Whoever copies words out of a page copies other spaces than those of the text.
        let copied = line.split_whitespace().collect::<Vec<_>>().join(" \n");

        let mut ada = program(&world, "ada");
        let shown = ada.get(&format!("/sources/{}", file.id)).text;
        assert!(shown.contains(r#"action="/passages/new""#), "{shown}");
        let form = ada.get(&format!("/passages/new?text={}&exact={}", file.id, in_an_address(&copied))).text;
        let (start, end) = (hidden(&form, "start"), hidden(&form, "end"));
        assert!(!start.is_empty() && !end.is_empty(), "the words were found: {form}");
        assert!(
            form.contains("data-findings") && form.contains("wording.js"),
            "looked at while one types: {form}"
        );

        let functions = world.ada().asks(|reader| reader.list("FN", &kernel::Wanted::default()));
        let function = functions.rows[0].id;
        let (text, exact, function_key) = (file.id.to_string(), hidden(&form, "exact"), function.to_string());
        let fields = [
            ("set", ""),
            ("set_title", "CIP 3 dosing skid"),
            ("title", "Dosing of acid"),
            ("statement", "The skid shall dose 20 l/h."),
            ("class", "implied"),
            ("kind", "performance"),
            ("acceptance", "Three runs in a row"),
            ("verification", "demonstration"),
            ("priority", "should"),
            ("function", function_key.as_str()),
            ("characteristic", "flow"),
            ("value", "20.0"),
            ("lower", "18"),
            ("upper", "22"),
            ("unit", "l/h"),
            ("source", "URS 3.1"),
            ("said_by_name", "Carl Whitfield"),
        ];
        // Words that stand nowhere in it: what was typed stays in the form, and nothing is made.
        let wrong = [("text", text.as_str()), ("exact", "wombat quokka")];
        let refused = ada.post_form("/passages", &[&wrong[..], &fields[..]].concat());
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        for words in ["The skid shall dose 20 l/h.", "wombat quokka", "Three runs in a row"] {
            assert!(refused.text.contains(words), "{words}: {}", refused.text);
        }

        let right = [
            ("text", text.as_str()),
            ("start", start.as_str()),
            ("end", end.as_str()),
            ("exact", exact.as_str()),
        ];
        let made = ada.post_form("/passages", &[&right[..], &fields[..]].concat());
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let number = made.location().rsplit('/').next().unwrap().to_owned();
        let it = world.ada().asks(|reader| reader.find::<requirements::Requirement>(&number));
        let written = |field: &str| it.body.written(field);
        for (field, words) in fields.iter().filter(|(it, _)| !it.starts_with("set") && *it != "title") {
            assert_eq!(written(field), *words, "{field}");
        }
        assert_eq!((it.record.title.as_str(), it.body.function), ("Dosing of acid", Some(function)));
        let conversation = case(&world, &taken.number).record.id.raw();
        let mail = world.ada().asks(|reader| messages(reader, conversation)).remove(0);
        assert_ne!(mail.sent_at, crate::world::monday(), "it was taken in on another day");
        let said = |it: &requirements::Requirement| (it.said_by_name.clone(), it.said_by, it.said_at);
        let known = ("Carl Whitfield".to_owned(), mail.from_person, Some(mail.sent_at));
        assert_eq!(said(&it.body), known, "who said it and when is known from its mail");
        // The same where nobody types a name.
        let unnamed: Vec<(&str, &str)> = fields.into_iter().filter(|(it, _)| *it != "said_by_name").collect();
        let made = ada.post_form("/passages", &[&right[..], &unnamed[..]].concat());
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let other = made.location().rsplit('/').next().unwrap().to_owned();
        let other = world.ada().asks(|reader| reader.find::<requirements::Requirement>(&other));
        assert_eq!(said(&other.body), known);
        let plain = |words: &str| words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(plain(&it.body.passage), plain(line));

        // One jump back to the very words, which show what became of them.
        let passage = world.ada().asks(|reader| reader.passages_behind(it.record.id.raw())).remove(0);
        let back = format!("/sources/{}#passage-{}", file.id, passage.id);
        assert!(ada.get(&format!("/requirements/{number}")).text.contains(&back));
        let shown = ada.get(&format!("/sources/{}", file.id)).text;
        assert!(shown.contains(&format!(r#"id="passage-{}""#, passage.id)), "{shown}");
        assert!(shown.contains(&format!(r#"href="/requirements/{number}""#)), "{shown}");
    }
}

#[test]
fn a_program_sends_one_mail_as_it_is_and_reads_its_bytes_and_those_of_its_files() {
    for world in World::on_each_engine() {
        let mut ben = program(&world, "ben").with_cookie("language", "en");
        // An archive is not one mail, and a mail within JSON is none.
        let archive = [b"From a@b Mon Mar  2 09:00:00 2026\n".as_slice(), &raw("main-01"), b"\n"].concat();
        let two = [archive.as_slice(), archive.as_slice()].concat();
        let refused = posted(&mut ben, &two);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("an archive of 2 mails"), "{}", refused.text);
        let refused = ben.post_json("/api/v1/mail", &serde_json::json!("From: a@b.example"));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert_eq!(ben.get("/api/v1/conversations").json()["items"].as_array().map(Vec::len), Some(0));

        let taken = posted(&mut ben, &raw("main-01")).json();
        let number = taken["number"].as_str().unwrap_or_else(|| panic!("{taken}"));
        let messages = ben.get(&format!("/api/v1/conversations/{number}/messages")).json();
        let message = messages["items"][0]["id"].as_i64().unwrap_or_else(|| panic!("{messages}"));
        let bytes = ben.get(&format!("/api/v1/messages/{message}/raw"));
        assert_eq!((bytes.status, bytes.header("content-type")), (StatusCode::OK, Some("message/rfc822")));
        assert!(bytes.text.contains("Subject: CIP 3 dosing skid"));
        let file = messages["items"][0]["files"][0]["id"].as_i64().unwrap_or_else(|| panic!("{messages}"));
        let bytes = ben.get(&format!("/api/v1/files/{file}"));
        assert_eq!(bytes.header("content-type"), Some("application/octet-stream"), "{}", bytes.text);
        for outside in ["eve", "carl"] {
            let mut outsider = program(&world, outside);
            assert_eq!(
                outsider.get(&format!("/api/v1/messages/{message}/raw")).status,
                StatusCode::NOT_FOUND
            );
        }
        assert_eq!(
            program(&world, "eve").get(&format!("/api/v1/files/{file}")).status,
            StatusCode::NOT_FOUND
        );
    }
}

#[test]
fn a_mail_without_a_subject_is_called_by_its_own_words_whoever_takes_it_in() {
    for world in World::on_each_engine() {
        let mut ben = program(&world, "ben").with_cookie("language", "de");
        for (id, words, title) in
            [("a", "\r\n  The pump leaks.\r\nSince noon.", "The pump leaks."), ("b", "", "Carl")]
        {
            let mail = format!(
                "From: Carl <carl.whitfield@meridian-dairies.example>\r\nTo: ada.lindqvist@kestrel-dosing.example\r\n\
                 Subject: AW:\r\nMessage-ID: <{id}@meridian>\r\n\r\n{words}\r\n"
            );
            let taken = posted(&mut ben, mail.as_bytes()).json();
            let number = taken["number"].as_str().unwrap_or_else(|| panic!("{taken}"));
            assert_eq!(case(&world, number).record.title, title);
        }
    }
}

#[test]
fn an_answer_finds_its_question_and_says_why() {
    for world in World::on_each_engine() {
        let asked = told(&world, &from_carl("a@meridian", "", "Which seals?"));
        let answer = told(&world, &from_carl("b@meridian", "a@meridian", "EPDM?"));
        assert_eq!(asked.number, answer.number);
        assert!(asked.began && !answer.began);
        assert!(answer.because.to_string().starts_with("It answers the message of"), "{}", answer.because);
    }
}

/// Question, answer and further question, each a day after the other; only the first says where it began.
fn asked_and_answered() -> [Vec<u8>; 3] {
    let carl = "Carl Whitfield <carl.whitfield@meridian-dairies.example>";
    let ada = "Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>";
    let on =
        |day: &str, mail: Vec<u8>| String::from_utf8(mail).unwrap().replace("Mon, 2 Mar", day).into_bytes();
    let answer = String::from_utf8(mail_from(ada, "2@kestrel", "1@meridian", "EPDM.")).unwrap();
    let answer = answer.replace(&format!("To: {ada}"), &format!("To: {carl}"));
    let further = String::from_utf8(mail_from(carl, "3@meridian", "2@kestrel", "Or FKM?")).unwrap();
    let refers = "References: <1@meridian> <2@kestrel>\r\nIn-Reply-To:";
    let further = further.replace("In-Reply-To:", refers);
    [
        mail_from(carl, "1@meridian", "", "Which seals?"),
        on("Tue, 3 Mar", answer.into_bytes()),
        on("Wed, 4 Mar", further.into_bytes()),
    ]
}

#[test]
fn a_question_that_comes_after_its_answer_joins_it_and_says_why() {
    for world in World::on_each_engine() {
        let [question, answer, further] = asked_and_answered();
        let last = told(&world, &further);
        let first = told(&world, &question);
        let between = told(&world, &answer);
        assert!(last.began, "{}", last.because);
        assert_eq!([&first.number, &between.number], [&last.number, &last.number]);
        let because = first.because.to_string();
        assert!(because.starts_with("It began with the same message as that of"), "{because}");
        let held = case(&world, &last.number);
        assert_eq!(held.body.waits_for, WaitsFor::Us, "what Carl asked last is not answered");

        let answer = told(&world, &from_carl("b@meridian", "a@meridian", "As I wrote."));
        let asked = told(&world, &from_carl("a@meridian", "", "Please call."));
        assert_eq!(asked.number, answer.number);
        assert!(asked.because.to_string().starts_with("The message of"), "{}", asked.because);
        let page = program(&world, "ada").get(&format!("/conversations/{}", asked.number)).text;
        assert!(page.contains("answers it."), "{page}");

        // Naming a mail of Carl's before it is here draws it to nobody.
        let drawn = told(&world, &mail_from(EVE, "e@hallander", "c@meridian", "Me too."));
        let own = told(&world, &from_carl("c@meridian", "", "Our drawing."));
        assert_ne!(own.number, drawn.number);
        assert_eq!(
            program(&world, "eve").get(&format!("/conversations/{}", own.number)).status,
            StatusCode::NOT_FOUND
        );
    }
}

#[test]
fn a_message_is_found_by_a_subject_that_is_another_than_its_conversations() {
    for world in World::on_each_engine() {
        let asked = told(&world, &from_carl("a@meridian", "", "Which seals?"));
        let other = String::from_utf8(from_carl("b@meridian", "a@meridian", "By the way.")).unwrap();
        let other = told(&world, other.replace("Subject: Seals", "Subject: Quollmarker").as_bytes());
        assert_eq!(other.number, asked.number);
        let parts = |who: kernel::Actor, words: &str| -> Vec<(String, i64)> {
            let hits = world.db.read(&who, |reader| reader.search(words, None, 10)).unwrap();
            hits.into_iter().map(|it| (it.part, it.part_id)).collect()
        };
        let found = vec![("message".to_owned(), other.message)];
        for who in [world.ada().actor, world.carl().actor] {
            assert_eq!(parts(who, "quollmarker"), found);
        }
        let of_title = parts(world.ada().actor, "seals");
        assert!(of_title.iter().any(|it| it.0 == "record") && !of_title.contains(&found[0]), "{of_title:?}");
        assert!(parts(world.person("eve").actor, "quollmarker").is_empty());
    }
}

#[test]
fn mails_are_one_matter_in_whatever_files_they_lie() {
    let [question, answer, further] = asked_and_answered();
    let archive = |all: &[&Vec<u8>]| {
        let each = all.iter().flat_map(|it| [b"From x Mon\n".as_slice(), it.as_slice(), b"\n".as_slice()]);
        each.collect::<Vec<_>>().concat()
    };
    let (sent, inbox) = (archive(&[&answer]), archive(&[&further, &question]));
    let folders: [&[(&str, &Vec<u8>)]; 2] = [
        &[("Re_ Seals.eml", &answer), ("Re_ Re_ Seals.eml", &further), ("Seals.eml", &question)],
        &[("A.mbox", &sent), ("Inbox.mbox", &inbox)],
    ];
    for files in folders {
        for world in World::on_each_engine() {
            let folder = testbed::folder();
            std::fs::create_dir_all(&folder).unwrap();
            for (name, bytes) in files {
                std::fs::write(folder.join(name), bytes).unwrap();
            }
            let dry = app::mails::run(&world.db, &folder, true, |_| {}).unwrap();
            let report = app::mails::run(&world.db, &folder, false, |_| {}).unwrap();
            std::fs::remove_dir_all(folder).unwrap();
            assert_eq!((dry.began, dry.joined), (1, 2), "{dry}");
            assert_eq!((report.began, report.joined), (1, 2), "{report}");
            let order: Vec<i64> = report.mails.iter().filter_map(|it| it.message).collect();
            assert!(order.is_sorted(), "{order:?}");
        }
        for world in World::on_each_engine() {
            let dropped: Vec<_> = files.iter().map(|(name, bytes)| (*name, &bytes[..])).collect();
            let mut ada = program(&world, "ada");
            let sent = ada.post_files("/import", &[], &dropped);
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
            let shown = ada.get("/import?done").text;
            let all = world.ada().asks(|reader| reader.list("CV", &kernel::Wanted::default()));
            assert_eq!(all.rows.len(), 1, "{shown}");
        }
    }
}

#[test]
fn mails_that_answer_each_other_in_a_circle_are_one_conversation_and_end() {
    for world in World::on_each_engine() {
        // Each says that it answers the one before, the first the last, and one says that it answers itself.
        let first = told(&world, &from_carl("a@meridian", "c@meridian", "Which seals?"));
        let second = told(&world, &from_carl("b@meridian", "a@meridian", "EPDM?"));
        let third = told(&world, &from_carl("c@meridian", "b@meridian", "Or FKM?"));
        assert_eq!([&second.number, &third.number], [&first.number, &first.number]);
        let own = told(&world, &from_carl("d@meridian", "d@meridian", "Of myself."));
        let mut ada = program(&world, "ada");
        for (number, count) in [(&first.number, 3), (&own.number, 1)] {
            let all = world.ada().asks(|reader| messages(reader, reader.mention_of(number)?.id));
            assert_eq!(all.len(), count, "{number}");
            let page = ada.get(&format!("/conversations/{number}"));
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        }
        let again = told(&world, &from_carl("a@meridian", "c@meridian", "Which seals?"));
        assert_eq!((again.number, again.message), (first.number, first.message), "the same mail is one mail");
    }
}

#[test]
fn nobody_gets_into_a_conversation_of_another_customer_by_naming_its_mail() {
    for world in World::on_each_engine() {
        let asked = told(&world, &from_carl("a@meridian", "", "CIP 3 in Northallerton"));
        let eve = "Eve Zimmermann <eve.zimmermann@hallander-pharma.example>";
        let forged = told(&world, &mail_from(eve, "e@hallander", "a@meridian", "me too"));
        assert_ne!(asked.number, forged.number);
        let other = case(&world, &forged.number).record.party;
        assert_ne!(other, Some(world.meridian));
        let refused = world
            .ada()
            .does(|work| move_message(work, forged.message, &To::Conversation(asked.number.clone())));
        if other.is_some() {
            assert!(refusal(refused).contains("Choose a conversation of theirs."));
        }
    }
}

const EVE: &str = "Eve Zimmermann <eve.zimmermann@hallander-pharma.example>";

#[test]
fn a_mail_of_another_customer_is_not_put_where_its_archive_says_that_it_stood() {
    for world in World::on_each_engine() {
        let asked = told(&world, &from_carl("a@meridian", "", "CIP 3 in Northallerton"));
        let stood_there = |raw: Vec<u8>| {
            let intake = Intake { number: Some(asked.number.clone()), ..Intake::read(raw) };
            world.person("ben").does(|work| take_in(work, &intake)).unwrap().number
        };
        assert_ne!(stood_there(mail_from(EVE, "e@hallander", "", "A filter")), asked.number);
        assert_eq!(stood_there(from_carl("b@meridian", "", "A pump")), asked.number);
    }
}

#[test]
fn what_another_customer_wrote_is_not_shown_to_whom_its_conversation_is_given() {
    for world in World::on_each_engine() {
        let taken = told(&world, &mail_from(EVE, "e@hallander", "", "A filter of zirconium"));
        let number = taken.number.as_str();
        world.ada().does(|work| assign_party(work, number, Some(world.meridian))).unwrap();
        let seen = world.carl().asks(|reader| {
            let conversation = reader.find::<Conversation>(number)?.record.id.raw();
            Ok((messages(reader, conversation)?.len(), reader.search("zirconium", None, 10)?.len()))
        });
        assert_eq!(seen, (0, 0), "Carl reads none of what Eve wrote");
    }
}

#[test]
fn a_machine_reopens_nothing_and_a_person_does() {
    for world in World::on_each_engine() {
        let asked = told(&world, &from_carl("a@meridian", "", "Thank you."));
        let number = asked.number.as_str();
        world.ada().takes::<Conversation>(number, conversations::ConversationStep::Close).unwrap();
        let away = String::from_utf8(from_carl("b@meridian", "a@meridian", "I am away.")).unwrap();
        let away = away.replace("Subject:", "Auto-Submitted: auto-replied\r\nSubject:");
        assert_eq!(told(&world, away.as_bytes()).number, number);
        assert_eq!(case(&world, number).record.state, ConversationState::Closed);
        told(&world, &from_carl("c@meridian", "a@meridian", "One more thing."));
        assert_eq!(case(&world, number).record.state, ConversationState::Open);
    }
}

#[test]
fn a_moved_message_takes_its_words_and_files_along() {
    for world in World::on_each_engine() {
        let from = told(&world, &raw("main-01"));
        let to = told(&world, &from_carl("x@meridian", "", "Another matter"));
        world
            .ada()
            .does(|work| move_message(work, from.message, &To::Conversation(to.number.clone())))
            .unwrap();
        assert_eq!(sources(&world, &from.number).len(), 0);
        assert!(sources(&world, &to.number).len() > 2);
        let found = world.ada().asks(|reader| reader.search("peracetic caustic frame", Some("CV"), 10));
        assert!(found.iter().all(|it| it.number == to.number) && !found.is_empty(), "{found:?}");
        // By a double click, which sends the form twice.
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/conversations/{}", to.number)).text;
        let action = format!("/messages/{}/move", from.message);
        let (_, form) = page.split_once(&format!("action=\"{action}\"")).expect("the message can be moved");
        let sent = [("to", "new"), ("once", &hidden(form, "once"))];
        let own = ada.post_form(&action, &sent).location().to_owned();
        assert_eq!(ada.post_form(&action, &sent).location(), own, "the second click moves nothing further");
        let own = own.trim_start_matches("/conversations/").split('#').next().unwrap().to_owned();
        assert_eq!(sources(&world, &to.number).len(), 1);
        assert_eq!(case(&world, &own).record.party, Some(world.meridian));
        let again = world.ada().does(|work| move_message(work, from.message, &To::New)).unwrap();
        assert_eq!(again, own, "alone, it has a conversation of its own already");
    }
}

#[test]
fn a_stranger_is_nobodys_customer_until_somebody_says_so() {
    for world in World::on_each_engine() {
        let taken = told(&world, &mail_from("Carl <carl@home.example>", "h@home", "", "From my own address"));
        let number = taken.number.as_str();
        assert_eq!(case(&world, number).record.party, None);
        assert!(matches!(
            world.carl().tries(|reader| reader.find::<Conversation>(number)),
            Err(Error::NotFound)
        ));
        world.ada().does(|work| assign_party(work, number, Some(world.meridian))).unwrap();
        let seen = world.carl().asks(|reader| {
            let conversation = reader.find::<Conversation>(number)?.record.id.raw();
            Ok((messages(reader, conversation)?.len(), reader.search("own address", None, 10)?.len()))
        });
        assert_eq!(seen, (1, 1), "and then Carl reads and finds it");
        assert!(matches!(
            world.eve().tries(|reader| reader.find::<Conversation>(number)),
            Err(Error::NotFound)
        ));
    }
}

#[test]
fn carl_reads_what_was_said_with_him_and_nothing_else() {
    for world in World::on_each_engine() {
        let taken = told(&world, &raw("main-01"));
        let number = taken.number.as_str();
        world.ada().does(|work| note(work, number, "He is in a hurry, watch the margin")).unwrap();
        let call = NewCall {
            call: Call { name: "Carl".into(), words: "He would pay more".into(), ..Call::default() },
            closing: Closing { conversation: Some(number.to_owned()), ..Closing::default() },
            ..NewCall::default()
        };
        world.ada().does(|work| record_call(work, &call)).unwrap();
        let (mut carl, mut ada) = (program(&world, "carl"), program(&world, "ada"));
        let address = format!("/conversations/{number}");
        let (his, hers) = (carl.get(&address), ada.get(&address));
        assert_eq!((his.status, hers.status), (StatusCode::OK, StatusCode::OK), "{}", hers.text);
        for inside in ["watch the margin", "would pay more", "Why is this here", "/raw"] {
            assert!(hers.text.contains(inside), "Ada reads {inside}");
            assert!(!his.text.contains(inside), "Carl does not read {inside}");
        }
        assert!(his.text.contains("peracetic acid and caustic"));
        assert_eq!(carl.get(&format!("/messages/{}/raw", taken.message)).status, StatusCode::NOT_FOUND);
        assert_eq!(ada.get(&format!("/messages/{}/raw", taken.message)).bytes, raw("main-01"));
        let json = carl.get(&format!("/api/v1/conversations/{number}/messages"));
        assert_eq!(json.json()["items"].as_array().unwrap().len(), 1, "{}", json.text);
        assert!(json.json()["items"][0]["because"].is_null());
        let found = world.carl().asks(|reader| reader.search("margin", None, 10));
        assert!(found.is_empty());
    }
}

#[test]
fn eve_learns_nothing_of_a_conversation() {
    for world in World::on_each_engine() {
        let taken = told(&world, &raw("main-01"));
        let source = sources(&world, &taken.number)[0].id;
        let mut eve = program(&world, "eve");
        let hidden = [
            format!("/conversations/{}", taken.number),
            format!("/conversations/{}/record", taken.number),
            format!("/sources/{source}"),
            format!("/messages/{}/html", taken.message),
            format!("/messages/{}/parts/0", taken.message),
            format!("/messages/{}/raw", taken.message),
            format!("/api/v1/conversations/{}/messages", taken.number),
            format!("/api/v1/sources/{source}"),
            "/import".to_owned(),
            "/calls/new".to_owned(),
        ];
        for address in hidden {
            let shown = eve.get(&address);
            assert_eq!(shown.status, StatusCode::NOT_FOUND, "{address}");
            assert!(!shown.text.contains("Whitfield") && !shown.text.contains("CIP 3"), "{address}");
        }
        for page in ["/inbox", "/conversations", "/inbox?view=closed", "/search?q=peracetic"] {
            let shown = eve.get(page).text;
            for marker in ["Northallerton", "CIP 3", "Meridian", "Whitfield"] {
                assert!(!shown.contains(marker), "{page} names {marker}");
            }
        }
        let refused = world.eve().does(|work| take_in(work, &Intake::read(raw("main-02"))));
        assert!(refusal(refused).contains("Only members of staff"));
        let refused = world.eve().does(|work| move_message(work, taken.message, &To::New));
        assert!(refused.is_err());
    }
}

#[test]
fn hostile_html_runs_nothing_and_fetches_nothing() {
    for world in World::on_each_engine() {
        let html = "<p onclick=steal()>Hello</p><script>steal()</script><img src=https://track.example/x.png>\
                    <iframe src=https://evil.example></iframe><a href=javascript:steal()>here</a>";
        let raw = String::from_utf8(from_carl("a@meridian", "", html)).unwrap();
        let raw = raw
            .replace("Subject:", "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nSubject:");
        let taken = told(&world, raw.as_bytes());
        let shown = program(&world, "ada").get(&format!("/messages/{}/html", taken.message));
        assert_eq!(shown.status, StatusCode::OK);
        for never in ["<script", "onclick", "track.example", "evil.example", "javascript:"] {
            assert!(!shown.text.contains(never), "{never} in {}", shown.text);
        }
        let policy = shown.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script")
        );
        let page = program(&world, "ada").get(&format!("/conversations/{}", taken.number)).text;
        assert!(page.contains("from elsewhere") && page.contains("<iframe"), "what was left out is told");
    }
}

#[test]
fn a_broken_mail_is_kept_as_it_came_and_stops_no_other() {
    for world in World::on_each_engine() {
        let broken = b"\xff\xfe not a mail at all \x00\x01";
        let mut archive = b"From x Mon Mar  2 08:00:00 2026\n".to_vec();
        archive.extend(from_carl("1@meridian", "", "one"));
        archive.extend(b"\nFrom x Mon Mar  2 08:00:00 2026\nSubject: torn\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\xff\n\n");
        archive.extend(b"From x Mon Mar  2 08:00:00 2026\n");
        archive.extend(from_carl("2@meridian", "1@meridian", "two"));
        let ada = world.ada().actor;
        let foretold = import(&world.db, &ada, &archive, "a.mbox", true);
        assert_eq!(foretold.len(), 3);
        assert!(foretold.iter().all(|it| it.message.is_none()), "nothing was written");
        let told = import(&world.db, &ada, &archive, "a.mbox", false);
        let what = |all: &[conversations::Outcome]| all.iter().map(|it| it.what).collect::<Vec<_>>();
        assert_eq!(what(&told), what(&foretold), "what was foretold came true");
        let alone = import(&world.db, &ada, broken, "b.eml", false).remove(0);
        let message = world.ada().asks(|reader| {
            let id = reader.find::<Conversation>(alone.number.as_deref().unwrap())?.record.id.raw();
            Ok(messages(reader, id)?.remove(0))
        });
        assert_eq!(world.ada().asks(|reader| reader.attachment(message.raw.unwrap())).1, broken);
        let empty = import(&world.db, &ada, b"", "c.eml", false).remove(0);
        assert_eq!((empty.what, empty.number), (conversations::What::Refused, None));
    }
}

#[test]
fn a_program_brings_a_mail_raw_and_reads_its_words_again() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let made = posted(&mut ada, &raw("main-03"));
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let all = ada.get(&format!("/api/v1/conversations/{number}/messages")).json();
        let source = all["items"][0]["source"].as_i64().unwrap();
        let text = ada.get(&format!("/api/v1/sources/{source}")).json();
        assert!(text["text"].as_str().unwrap().contains("15 % equilibrium mix"));
        assert_eq!(text["record"], number.as_str());
        let refused = posted(&mut program(&world, "amelia"), &raw("main-04"));
        assert!(!refused.status.is_success());
        assert_eq!(posted(&mut ada, b"").status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[test]
fn files_dropped_on_the_page_are_taken_in_and_told_one_by_one() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let (one, two) = (raw("main-01"), raw("main-02"));
        let sent = ada.post_files(
            "/import",
            &[],
            &[("main-01.eml", &one), ("main-02.eml", &two), ("empty.eml", b"")],
        );
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let shown = ada.get("/import?done").text;
        assert!(shown.contains("began a conversation") && shown.contains("joined a conversation"), "{shown}");
        assert!(shown.contains("Save the mail again"));
        let page = ada.get("/inbox?view=all").text;
        assert!(page.contains("Carl Whitfield") || page.contains("Ada Lindqvist"), "{page}");
    }
}

/// A mail to a shared mailbox: it is nobody's until somebody takes it.
fn to_the_mailbox(from: &str, id: &str, words: &str) -> Vec<u8> {
    let mail = String::from_utf8(mail_from(from, id, "", words)).unwrap();
    let mail = mail.replace("Ada Lindqvist <ada.lindqvist@", "Kestrel <info@");
    mail.replace("Subject: Seals", &format!("Subject: Question {id}")).into_bytes()
}

/// The row of a conversation as its box sends it: number and version.
fn row_of(page: &str, number: &str) -> String {
    let at =
        page.find(&format!("value=\"{number}@")).unwrap_or_else(|| panic!("{number} has no box: {page}"));
    page[at + 7..].split('"').next().unwrap().to_owned()
}

#[test]
fn the_inbox_is_filtered_kept_as_a_view_and_leaves_as_a_file() {
    for world in World::on_each_engine() {
        let hers =
            told(&world, &from_carl("1@meridian", "", "Which rings do you use?\r\n\r\n> We use EPDM."))
                .number;
        let nobodys =
            told(&world, &to_the_mailbox("Nils <nils@elsewhere.example>", "2@nils", "A quote, please."));
        let nobodys = nobodys.number;
        let mut ada = program(&world, "ada");
        let mine = ada.get("/inbox").text;
        assert!(mine.contains(&hers) && !mine.contains(&nobodys), "it opens with what is hers: {mine}");
        assert!(mine.contains("Carl Whitfield: Which rings do you use?"), "with what was said last: {mine}");
        assert!(!mine.contains("We use EPDM"), "and not what was quoted: {mine}");
        let free = ada.get("/inbox?view=unassigned").text;
        assert!(free.contains(&nobodys) && !free.contains(&hers) && free.contains("nobody yet"), "{free}");
        assert!(free.contains("Unassigned <span class=\"count\">1"), "the tab counts: {free}");
        let found = ada.get("/inbox?view=all&q=customer:meridian+in:messages+rings").text;
        assert!(found.contains(&hers) && !found.contains(&nobodys), "words of messages: {found}");
        assert!(!ada.get("/inbox?q=waits_for:them").text.contains(&hers), "it waits for us");
        // What a colleague did with hers and she did not read is marked until she did.
        let talk = case(&world, &hers).record.id.raw();
        world.ada().does(|work| work.hear(Heard::UpTo(i64::MAX))).unwrap();
        assert!(!ada.get("/inbox?view=mine").text.contains("not read yet"));
        world.bob().does(|work| work.remark(talk, "EPDM, or FKM?", Audience::Internal)).unwrap();
        assert!(ada.get("/inbox?view=mine").text.contains("not read yet"), "it is marked as new");
        assert!(!program(&world, "bob").get("/inbox?view=all").text.contains("not read yet"), "to her alone");
        world.ada().does(|work| work.hear(Heard::About(talk))).unwrap();
        assert!(!ada.get("/inbox?view=mine").text.contains("not read yet"));
        // Beside an open conversation stands the list that it was opened from.
        assert!(free.contains(&format!("/conversations/{nobodys}?view=unassigned")), "{free}");
        let open = ada.get(&format!("/conversations/{nobodys}?view=unassigned")).text;
        assert!(
            open.contains("A quote, please.") && !open.contains(&format!("/conversations/{hers}?")),
            "{open}"
        );
        let open = ada.get(&format!("/conversations/{hers}?view=all&q=customer:meridian")).text;
        assert!(
            open.contains("customer:meridian") && !open.contains(&format!("/conversations/{nobodys}?")),
            "{open}"
        );

        let view = [("name", "Meridian talks"), ("q", "customer:meridian"), ("shared", "house")];
        let kept = ada.post_form("/lists/conversations/views", &view);
        assert!(kept.location().starts_with("/inbox?"), "{}", kept.location());
        assert!(ada.get(kept.location()).text.contains("Meridian talks <span class=\"count\">1"));
        let file =
            ada.get("/lists/conversations/export.csv?view=unassigned&columns=number,owner,body.last_from");
        let lines: Vec<&str> = file.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 2, "what is seen and nothing else: {}", file.text);
        assert!(
            lines[1].starts_with(&format!("{nobodys},")) && lines[1].contains("nobody yet,Nils"),
            "{}",
            lines[1]
        );
        // Eve of Hallander has neither rows nor a file of them; Carl has his own and no tab of ours.
        let mut eve = program(&world, "eve");
        for page in ["/inbox?view=all", "/lists/conversations/export.csv?view=all"] {
            assert!(!eve.get(page).text.contains("CV-"), "{page}");
        }
        let his = program(&world, "carl").get("/inbox?view=all").text;
        assert!(his.contains(&hers) && !his.contains(&nobodys), "{his}");
        assert!(!his.contains("Meridian talks") && !his.contains("Unassigned"), "{his}");
    }
}

#[test]
fn the_inbox_stands_in_the_order_of_what_was_said_last_page_by_page() {
    for world in World::on_each_engine() {
        let at = |hour: &str, no: i64| {
            let mail = to_the_mailbox("Nils <nils@elsewhere.example>", &format!("{no}@nils"), "Hello.");
            let mail = String::from_utf8(mail).unwrap().replace("08:00:00", &format!("{hour}:00:00"));
            told(&world, mail.as_bytes()).number
        };
        let (noon, early, late) = (at("12", 1), at("07", 2), at("15", 3));
        let page = program(&world, "ada").get("/inbox?view=all").text;
        let place = |number: &str| page.find(&format!("value=\"{number}@")).unwrap();
        assert!(place(&late) < place(&noon) && place(&noon) < place(&early), "{page}");
        let walked = world.ada().asks(|reader| {
            let entry = reader.registry().kind("CV").unwrap();
            let last = entry.columns.iter().find(|it| it.name == "last_at").unwrap();
            let order = kernel::Order::of_column(reader, entry, last);
            let mut wanted =
                kernel::Wanted { order, descending: true, limit: Some(1), ..kernel::Wanted::default() };
            let mut all = Vec::new();
            loop {
                let page = reader.list("CV", &wanted)?;
                all.extend(page.rows.into_iter().map(|it| it.number));
                match page.next {
                    Some(next) => wanted.after = Some(next),
                    None => return Ok(all),
                }
            }
        });
        assert_eq!(walked, [late, noon, early]);
    }
}

#[test]
fn marked_conversations_are_taken_over_and_what_changed_meanwhile_is_named() {
    for world in World::on_each_engine() {
        let stranger =
            |no: i64| to_the_mailbox("Nils <nils@elsewhere.example>", &format!("{no}@nils"), "Hello.");
        let (one, two) = (told(&world, &stranger(1)).number, told(&world, &stranger(2)).number);
        assert_ne!(one, two);
        let owner = |number: &str| case(&world, number).record.owner;
        assert_eq!((owner(&one), owner(&two)), (0, 0));
        let mut ada = program(&world, "ada");
        let page = ada.get("/inbox?view=unassigned").text;
        let (first, second) = (row_of(&page, &one), row_of(&page, &two));
        // Ben takes the second while she looks at the list.
        let ben = world.person("ben").actor.person;
        world.person("ben").does(|work| conversations::assign(work, &two, ben)).unwrap();
        let take = [("change", "take"), ("marked", first.as_str()), ("marked", &second), ("once", "a")];
        for who in ["amelia", "carl", "eve"] {
            let refused = program(&world, who).post_form("/lists/conversations/bulk", &take);
            assert_eq!(refused.status, StatusCode::CONFLICT, "{who}");
        }
        let done = ada.post_form("/lists/conversations/bulk", &take);
        let told = ada.get(done.location()).text;
        assert!(told.contains("1 changed") && told.contains("1 refused"), "{told}");
        assert!(told.contains(&two) && told.contains("Somebody changed it since you saw it."), "{told}");
        assert_eq!(
            (owner(&one), owner(&two)),
            (world.ada().actor.person, ben),
            "nobody's work was overwritten"
        );

        // She says whose it is, and takes that back.
        let page = ada.get("/inbox?view=mine").text;
        let first = row_of(&page, &one);
        let whose = |customer: &'static str, once: &'static str| {
            [
                ("change", "customer"),
                ("customer", customer),
                ("in_words", "customer:organisations"),
                ("marked", first.as_str()),
                ("once", once),
            ]
        };
        let again = ada.post_form("/lists/conversations/bulk", &whose("Nowhere Ltd", "b"));
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text);
        let sentence = "No customer or supplier that you can see is called Nowhere Ltd.";
        assert!(again.text.contains(sentence), "{}", again.text);
        let done = ada.post_form("/lists/conversations/bulk", &whose("meridian", "c")).location().to_owned();
        assert_eq!(case(&world, &one).record.party, Some(world.meridian), "{}", ada.get(&done).text);
        ada.post_form(&format!("{done}/undo"), &[]);
        assert_eq!(case(&world, &one).record.party, None);
        let close = [("change", "step"), ("step", "close"), ("marked", one.as_str()), ("once", "d")];
        ada.post_form("/lists/conversations/bulk", &close);
        assert_eq!(case(&world, &one).record.state, ConversationState::Closed);

        // Programs say what they saw, too.
        let wish = json!({ "numbers": [two], "owner": "PE-9999", "versions": { &two: 1 } });
        let refused = ada.post_json("/api/v1/conversations/change-many", &wish);
        assert!(refused.status.is_client_error(), "{}", refused.text);
        let wish = json!({ "numbers": [two], "due": "2026-03-20", "versions": { &two: 1 } });
        let answer = ada.post_json("/api/v1/conversations/change-many", &wish).json();
        assert_eq!(answer["done"], json!([]), "{answer}");
        assert_eq!(answer["refused"][0]["number"], two.as_str());
        let of_set = json!({ "numbers": ["RS-2026-0001"], "customer": "K-1001" });
        let refused = ada.post_json("/api/v1/requirement-sets/change-many", &of_set);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    }
}

#[test]
fn what_somebody_kept_in_the_place_of_results_breaks_no_page() {
    for world in World::on_each_engine() {
        let person = world.ada().actor.person;
        for place in ["import", "import/results"] {
            world.db.keep_draft(person, place, "hello").unwrap();
        }
        let page = program(&world, "ada").get("/import?done");
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    }
}

#[test]
fn a_folder_is_taken_in_to_its_end_and_what_was_not_is_named() {
    for world in World::on_each_engine() {
        let folder = testbed::folder();
        for part in ["Mail/new", "Mail/cur", "Mail/tmp"] {
            std::fs::create_dir_all(folder.join(part)).unwrap();
        }
        let keep = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
        keep("A.EML", &from_carl("a@meridian", "", "One."));
        keep("empty.eml", b" \n");
        keep("notes.txt", b"no mail");
        keep("Mail/new/1700000000.M1.host", &from_carl("b@meridian", "a@meridian", "Two."));
        keep("Mail/tmp/1700000001.M2.host", &from_carl("c@meridian", "", "Half"));
        let later = String::from_utf8(from_carl("e@meridian", "d@meridian", "Four.")).unwrap();
        let later = later.replace("Mon, 2 Mar", "Tue, 3 Mar");
        let earlier = String::from_utf8(from_carl("d@meridian", "", "Three.")).unwrap();
        keep("z.mbox", format!("From c Tue\n{later}\nFrom c Mon\n{earlier}").as_bytes());
        std::os::unix::fs::symlink(folder.join("nowhere"), folder.join("gone.eml")).unwrap();

        let mut told = 0;
        let count = |_: app::mails::Step| told += 1;
        let dry = app::mails::run(&world.db, &folder, true, count).unwrap();
        let report = app::mails::run(&world.db, &folder, false, |_| {}).unwrap();
        assert_eq!((told, dry.mails.len(), dry.refused), (6, 6, 2));
        assert_eq!((report.mails.len(), report.refused, report.passed_over), (6, 2, 2));
        assert_eq!(report.began + report.joined, 4);
        assert!(!report.is_clean());
        let of = |name: &str| report.mails.iter().find(|it| it.name == name).unwrap();
        assert!(of("gone.eml").because.to_string().starts_with("It cannot be read: "));
        assert!(of("empty.eml").because.to_string().contains("Save the mail again"));
        assert!(of("A.EML").number.is_some() && of("Mail/new/1700000000.M1.host").number.is_some());
        let message = |name: &str| of(name).message.unwrap();
        assert!(message("z.mbox 1/2") < message("z.mbox 2/2"), "by their dates");
        assert!(report.to_string().contains("\ngone.eml: It cannot be read"), "{report}");

        let again = app::mails::run(&world.db, &folder.join("z.mbox"), false, |_| {}).unwrap();
        assert_eq!((again.known, again.is_clean()), (2, true));
        let none = app::mails::run(&world.db, &folder.join("Mail/tmp"), false, |_| {}).unwrap_err();
        assert!(none.to_string().contains("There are no mails in"), "{none}");
        assert!(app::mails::run(&world.db, &folder.join("nowhere"), false, |_| {}).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn what_was_said_about_people_stands_sealed_on_the_trail() {
    for world in World::on_each_engine() {
        let taken = told(&world, &from_carl("sealed@meridian", "", "Please call."));
        let deed = world.ada().asks(|reader| {
            let id = reader.mention_of(&taken.number)?.id;
            Ok(reader.trail(id, false, 0, 10)?.remove(0))
        });
        assert!(deed.content.to_string().contains("Seals"), "whoever may see it reads it");
        world.db.seal().unwrap();
        let proof = world.ada().asks(|reader| reader.proof(deed.entry)).unwrap();
        let entry = String::from_utf8(proof.entry).unwrap();
        assert!(!entry.contains("\"Seals\""), "{entry}");
    }
}

#[test]
fn the_way_of_a_set_names_who_wrote_each_mail() {
    for world in World::on_each_engine() {
        let taken = told(&world, &from_carl("way@meridian", "", "Seals of EPDM, please."));
        let source = sources(&world, &taken.number).remove(0);
        let capture = requirements::Capture {
            source: source.id,
            words: requirements::Words::Exact("Seals of EPDM".into()),
            into: requirements::Into::New("Seals".into()),
            new: requirements::NewRequirement { title: "Seals".into(), ..Default::default() },
        };
        let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
        let set = world.ada().asks(|reader| {
            let id = reader.find::<requirements::Requirement>(&made.number)?.body.set_id;
            Ok(reader.find_by_id::<requirements::RequirementSet>(id)?.record.number)
        });
        let way = program(&world, "ada").get(&format!("/requirement-sets/{set}/way")).text;
        let line = format!("<a href=\"/sources/{}\">{}</a> Carl Whitfield", source.id, source.name);
        assert!(way.contains(&line), "{way}");
    }
}

/// What an auditor wants to read: from the first mail to the signature of the customer, on one page, in the order of time.
#[test]
fn the_way_leads_from_the_first_mail_to_the_signature_on_one_page() {
    for world in World::on_each_engine() {
        let known = matter(&world);
        let taken = told(&world, &from_carl("first@meridian", "", "Seals of EPDM, please."));
        let source = sources(&world, &taken.number).remove(0);
        let capture = requirements::Capture {
            source: source.id,
            words: requirements::Words::Exact("Seals of EPDM".into()),
            into: requirements::Into::New("Seals".into()),
            new: requirements::NewRequirement {
                title: "Seals".into(),
                body: requirements::Requirement {
                    statement: "The seals shall be of EPDM.".into(),
                    ..Default::default()
                },
                ..Default::default()
            },
        };
        let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
        let (set, subject) = world.ada().asks(|reader| {
            let id = reader.find::<requirements::Requirement>(&made.number)?.body.set_id;
            Ok((reader.find_by_id::<requirements::RequirementSet>(id)?.record.number, id))
        });
        world.ada().does(|work| requirements::release(work, &set, "as asked")).unwrap();
        let it = Matter { set, subject, requirements: vec![made.number], ..known };
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        completes(&world.henrik(), &review).unwrap();
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        confirms(&world.carl(), &number).unwrap();
        let way = program(&world, "amelia").get(&format!("/requirement-sets/{}/way", it.set)).text;
        let mail = format!("<a href=\"/sources/{}\">{}</a> Carl Whitfield", source.id, source.name);
        let told = [mail.as_str(), "began a review", "accepted by signature", "confirmed by signature"];
        let places: Vec<usize> =
            told.iter().map(|words| way.find(words).unwrap_or_else(|| panic!("{words}: {way}"))).collect();
        assert!(places.is_sorted(), "{told:?} stand at {places:?}: {way}");
    }
}

/// From now on no message can be kept, as where the disk is full; until [`there_is_room_again`].
pub(crate) fn the_disk_is_full(world: &World) {
    let statements = match world.address {
        Address::Sqlite(_) => {
            "create trigger full_disk before insert on message \
             begin select raise(abort, 'database or disk is full'); end;"
        }
        Address::Postgres(_) => {
            "create or replace function full_disk() returns trigger language plpgsql as $$ begin
                 raise exception 'could not extend file: No space left on device'; end $$;
             create trigger full_disk before insert on message for each row execute function full_disk();"
        }
    };
    testbed::tamper(&world.address, statements).unwrap();
}

fn there_is_room_again(world: &World) {
    let statement = match world.address {
        Address::Sqlite(_) => "drop trigger full_disk;",
        Address::Postgres(_) => "drop trigger full_disk on message;",
    };
    testbed::tamper(&world.address, statement).unwrap();
}

fn waiting(world: &World) -> Vec<kernel::Unfiled> {
    world.sam().asks(|reader| reader.unfiled("mail", 100))
}

#[test]
fn a_mail_that_cannot_be_filed_is_kept_as_it_came_and_is_filed_by_trying_again() {
    for world in World::on_each_engine() {
        let raw = from_carl("full@meridian", "", "The seal leaks.");
        let digest = kernel::fingerprint(&raw);
        let all = || world.ada().asks(|reader| reader.count("CV", &kernel::Wanted::default(), 1000));
        let before = all();
        the_disk_is_full(&world);
        let ben = world.person("ben").actor;
        let outcome = import(&world.db, &ben, &raw, "seal.eml", false).remove(0);
        assert_eq!(outcome.what, conversations::What::Refused);
        assert_eq!(outcome.kept.as_deref(), Some(digest.as_str()));
        assert_eq!(all(), before, "nothing is half filed");
        import(&world.db, &ben, &raw, "seal once more.eml", false);
        let kept = waiting(&world);
        assert_eq!((kept.len(), kept[0].name.as_str(), kept[0].tries), (1, "seal.eml", 2), "kept once");

        // Whoever looks after the mail sees it with its reason, and has it as it came.
        let mut browser = program(&world, "ben");
        let page = browser.get("/import").text;
        for words in
            ["Konnte nicht abgelegt werden", "seal.eml", "Der Fehler liegt bei uns", "2-mal versucht"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        for address in [format!("/import/{digest}/raw"), format!("/api/v1/mail/{digest}")] {
            let came = browser.get(&address);
            assert_eq!(came.text.as_bytes(), raw, "{address}");
            assert!(came.header("content-disposition").unwrap().starts_with("attachment"), "{address}");
        }
        let told = browser.get("/api/v1/mail").json()["items"].take();
        assert_eq!((told[0]["digest"].as_str(), told[0]["tries"].as_i64()), (Some(digest.as_str()), Some(2)));
        let mut amelia = program(&world, "amelia");
        assert!(amelia.get("/import").text.contains("seal.eml"), "she reads everything");
        assert_eq!(amelia.post_form(&format!("/import/{digest}/again"), &[]).status, StatusCode::CONFLICT);
        for (short, status) in [
            ("henrik", StatusCode::CONFLICT),
            ("carl", StatusCode::NOT_FOUND),
            ("eve", StatusCode::NOT_FOUND),
        ] {
            let mut other = program(&world, short);
            assert!(!other.get("/import").text.contains("seal.eml"), "{short}");
            assert_eq!(other.get("/api/v1/mail").status, status, "{short}");
            assert_eq!(other.get(&format!("/import/{digest}/raw")).status, status, "{short}");
            assert_eq!(other.get(&format!("/api/v1/mail/{digest}")).status, status, "{short}");
            let sent = other.post_form(&format!("/import/{digest}/again"), &[]);
            assert_eq!(sent.status, status, "{short}");
            let sent = other.post_json(&format!("/api/v1/mail/{digest}/file"), &serde_json::json!({}));
            assert_eq!(sent.status, status, "{short}");
        }

        // As long as the reason holds it goes on waiting; then it is filed, and its bytes are what came.
        browser.post_form(&format!("/import/{digest}/again"), &[]);
        assert_eq!(waiting(&world)[0].tries, 3);
        there_is_room_again(&world);
        let again = browser.post_form(&format!("/import/{digest}/again"), &[]);
        assert_eq!(again.location(), "/import?done#results");
        let page = browser.get("/import?done").text;
        assert!(
            page.contains("begann ein Gespräch") && !page.contains("Konnte nicht abgelegt werden"),
            "{page}"
        );
        assert!(waiting(&world).is_empty());
        assert_eq!(all(), before + 1);
        let known = import(&world.db, &ben, &raw, "seal.eml", false).remove(0);
        assert_eq!(known.what, conversations::What::WasKnown);
        let number = known.number.unwrap();
        let files = world.ada().asks(|reader| reader.attachments(reader.mention_of(&number)?.id));
        assert!(files.iter().any(|it| it.digest == digest), "{files:?}");
        let gone = browser.post_form(&format!("/import/{digest}/again"), &[]);
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "it is filed and waits no more");
    }
}

#[test]
fn what_a_program_or_the_command_line_brings_is_kept_too_where_it_cannot_be_filed() {
    for world in World::on_each_engine() {
        let (one, two) = (from_carl("one@meridian", "", "One."), from_carl("two@meridian", "", "Two."));
        the_disk_is_full(&world);
        let mut ben = program(&world, "ben");
        assert_eq!(posted(&mut ben, &one).status, StatusCode::INTERNAL_SERVER_ERROR);
        let folder = testbed::folder();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("two.eml"), &two).unwrap();
        let report = app::mails::run(&world.db, &folder, false, |_| {}).unwrap();
        assert_eq!((report.refused, report.kept, report.is_clean()), (1, 1, false));
        assert!(report.to_string().contains("1 of those are kept as they came."), "{report}");
        let digests: BTreeSet<String> = waiting(&world).into_iter().map(|it| it.digest).collect();
        assert_eq!(digests, BTreeSet::from([kernel::fingerprint(&one), kernel::fingerprint(&two)]));
        // Programs read page by page, each mail once, those of one moment too.
        let first = ben.get("/api/v1/mail?limit=1").json();
        let next = first["next"].as_str().unwrap();
        let second = ben.get(&format!("/api/v1/mail?limit=1&after={next}")).json();
        assert!(second["next"].is_null(), "{second}");
        let told = [first, second].map(|it| it["items"][0]["digest"].as_str().unwrap().to_owned());
        assert_eq!(BTreeSet::from(told), digests);

        there_is_room_again(&world);
        let to = format!("/api/v1/mail/{}/file", kernel::fingerprint(&one));
        let filed = ben.post_json(&to, &serde_json::json!({}));
        assert_eq!(
            (filed.status, filed.json()["began"].as_bool()),
            (StatusCode::OK, Some(true)),
            "{}",
            filed.text
        );
        let report = app::mails::run(&world.db, &folder, false, |_| {}).unwrap();
        assert!(report.is_clean() && waiting(&world).is_empty(), "brought again, it is filed: {report}");

        // The same request twice has one answer, and leaves nothing that waits.
        let three = from_carl("three@meridian", "", "Three.");
        let mut send = || {
            let headers = [("content-type", "message/rfc822"), ("idempotency-key", "three")];
            ben.send(Method::POST, "/api/v1/mail", &headers, three.clone().into()).text
        };
        assert_eq!(send(), send());
        world.db.keep_unfiled(&world.ada().actor, ("mail", "x.eml"), b"Subject: x\n\n").unwrap();
        let later: kernel::Clock = Arc::new(|| crate::world::monday() + jiff::SignedDuration::from_mins(10));
        let secrets = kernel::Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
        let later = app::wiring::open(world.address.clone(), testbed::folder(), later, secrets).unwrap();
        let left = later.read(&world.sam().actor, |reader| reader.unfiled("mail", 100)).unwrap();
        assert_eq!(left.len(), 1, "whoever was killed while they filed it left its bytes: {left:?}");
        assert!(left[0].name == "x.eml" && left[0].why().is_none());
        let page = client(&later).with_bearer(&token(&world, "sam")).get("/import").text;
        assert!(page.contains("Whoever was filing it was stopped before it was done."), "{page}");
    }
}

#[test]
fn a_mail_that_nobody_wants_is_thrown_away_with_the_reason_on_the_trail() {
    for world in World::on_each_engine() {
        let spam = from_carl("spam@meridian", "", "Win a pump today.");
        let other = from_carl("other@meridian", "", "Buy two.");
        let (digest, second) = (kernel::fingerprint(&spam), kernel::fingerprint(&other));
        let mut ben = program(&world, "ben");
        assert!(!ben.get("/inbox").text.contains("/import#unfiled"), "nothing waits");
        the_disk_is_full(&world);
        let actor = world.person("ben").actor;
        import(&world.db, &actor, &spam, "spam.eml", false);
        import(&world.db, &actor, &other, "other.eml", false);

        // The inbox says that some wait, to whoever may look at them and to nobody else.
        let page = program(&world, "sam").get("/inbox").text;
        assert!(page.contains("2 mails could not be filed") && page.contains("/import#unfiled"), "{page}");
        for short in ["henrik", "carl"] {
            assert!(!program(&world, short).get("/inbox").text.contains("/import#unfiled"), "{short}");
        }

        // Nobody else throws anything away, and nobody without a reason.
        let away = format!("/import/{digest}/away");
        let by_program = format!("/api/v1/mail/{second}/throw-away");
        let because = serde_json::json!({ "reason": "It is advertising." });
        for (short, status) in [
            ("henrik", StatusCode::CONFLICT),
            ("amelia", StatusCode::CONFLICT),
            ("carl", StatusCode::NOT_FOUND),
            ("eve", StatusCode::NOT_FOUND),
        ] {
            let mut other = program(&world, short);
            assert_eq!(other.get(&away).status, status, "{short}");
            assert_eq!(other.post_form(&away, &[("reason", "Gone.")]).status, status, "{short}");
            assert_eq!(other.post_json(&by_program, &because).status, status, "{short}");
        }
        let asked = ben.post_form(&away, &[("reason", " ")]);
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text.contains("spam.eml"), "{}", asked.text);
        let asked = ben.post_json(&by_program, &serde_json::json!({ "reason": "" }));
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(waiting(&world).len(), 2, "what is refused changes nothing");

        let done = ben.post_form(&away, &[("reason", "It is advertising.")]);
        assert_eq!(done.location(), "/import#unfiled", "{}", done.text);
        assert_eq!(ben.get(&format!("/import/{digest}/raw")).status, StatusCode::NOT_FOUND);
        assert!(program(&world, "sam").get("/inbox").text.contains("1 mail could not be filed"));
        let done = ben.post_json(&by_program, &because);
        assert_eq!((done.status, done.json()["digest"].as_str()), (StatusCode::OK, Some(second.as_str())));
        assert!(waiting(&world).is_empty());
        assert!(!ben.get("/inbox").text.contains("/import#unfiled"));
        for gone in [ben.post_form(&away, &[("reason", "Again.")]), ben.post_json(&by_program, &because)] {
            assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", gone.text);
        }

        // What is gone stays provable: which bytes they were, who threw them away, and why.
        let deeds = world.ada().asks(|reader| reader.newest_deeds(i64::MAX, 20));
        let told: Vec<_> = deeds.iter().filter(|it| it.deed == "mail_thrown_away").collect();
        assert_eq!(told.len(), 2);
        let entry = format!("{:?}", told[1]);
        assert!(entry.contains(&digest) && entry.contains("It is advertising."), "{entry}");
        assert!(!entry.contains("Win a pump"), "its words stand nowhere: {entry}");
        there_is_room_again(&world);
        let known = import(&world.db, &actor, &spam, "spam.eml", false).remove(0);
        assert_eq!(known.what, conversations::What::Began, "sent again, it is taken in as any other");
    }
}

#[test]
fn what_is_being_filed_just_now_is_not_thrown_away() {
    for world in World::on_each_engine() {
        let ben = world.person("ben");
        let digest = world.db.keep_unfiled(&ben.actor, ("mail", "x.eml"), b"Subject: x\n\n").unwrap();
        let refused = ben.does(|work| conversations::throw_away(work, &digest, "Not wanted.")).unwrap_err();
        assert!(refused.to_string().contains("It is being filed just now"), "{refused}");
        world.db.not_filed(&digest, &kernel::text!("It is empty.")).unwrap();
        ben.does(|work| conversations::throw_away(work, &digest, "Not wanted.")).unwrap();
        assert!(waiting(&world).is_empty());
    }
}

/// The secret of a token with which somebody is known at every node.
fn token(world: &World, short: &str) -> String {
    let secret = identity::token_secret().unwrap();
    let wanted = identity::NewToken { name: "node", scope: identity::Scope::Write, days: 1 };
    world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    secret
}

#[test]
fn what_the_product_names_itself_is_in_nobodys_language() {
    for world in World::on_each_engine() {
        let number = told(&world, &raw("main-01")).number;
        let ada = world.ada();
        ada.does(|work| note(work, &number, "Watch the margin")).unwrap();
        let ringing = conversations::Ringing { name: "Tom Brennan".into(), ..Default::default() };
        let rung = ada.does(|work| conversations::ring(work, &ringing)).unwrap().number;
        let call = NewCall {
            call: Call { name: "Carl Whitfield".into(), words: "By Friday.".into(), ..Call::default() },
            closing: Closing { conversation: Some(number.clone()), ..Closing::default() },
            ..NewCall::default()
        };
        let kept = ada.does(|work| record_call(work, &call)).unwrap().number;
        let title = |number: &str| ada.asks(|reader| Ok(reader.mention_of(number)?.title));
        assert_eq!((title(&rung).as_str(), title(&kept).as_str()), ("Tom Brennan", "Carl Whitfield"));
        let subjects = ada.asks(|reader| messages(reader, reader.mention_of(&number)?.id));
        let of = |kind: conversations::MessageKind| {
            subjects.iter().find(|it| it.kind == kind).unwrap().subject.clone()
        };
        assert_eq!(of(conversations::MessageKind::Note), title(&number));
        assert_eq!(of(conversations::MessageKind::Call), "Carl Whitfield");
        let mut german = program(&world, "ada").with_cookie("language", "de");
        let list = german.get("/calls").text;
        let page = german.get(&format!("/conversations/{number}")).text;
        for words in ["Internal note", "Call with", "Call of"] {
            assert!(!page.contains(words) && !list.contains(words), "{words}");
        }
        assert!(page.contains("Interne Notiz"), "{page}");
    }
}

#[test]
fn words_that_stand_twice_are_chosen_by_place_and_none_is_guessed() {
    for world in World::on_each_engine() {
        let words = "Supply of the old skid: 24 V DC\r\n\r\nSupply of the new one: 24 V DC";
        let taken = told(&world, &from_carl("twice@meridian", "", words));
        let source = sources(&world, &taken.number).remove(0);
        let mut ada = program(&world, "ada");
        let sent = json!({
            "source": source.id, "exact": "24 V DC", "set_title": "Skid", "fields": { "statement": "24 V DC." },
        });
        let refused = ada.post_json("/api/v1/passages", &sent);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert_eq!(refused.json()["errors"][0]["field"], "exact");
        assert!(refused.text.contains("These words stand there more than once."), "{}", refused.text);

        let form = ada.get(&format!("/passages/new?text={}&exact=24+V+DC", source.id)).text;
        assert!(hidden(&form, "start").is_empty(), "none is chosen: {form}");
        assert!(
            form.contains("Which are meant?") && form.contains("Supply of the new one: 24 V DC"),
            "{form}"
        );
        let values: Vec<&str> =
            form.split(r#"name="place" value=""#).skip(1).map(|it| it.split('"').next().unwrap()).collect();
        assert_eq!(values.len(), 2, "{form}");
        let text = source.id.to_string();
        let fields =
            [("text", text.as_str()), ("exact", "24 V DC"), ("set_title", "Skid"), ("statement", "24 V DC.")];
        let refused = ada.post_form("/passages", &fields);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains(r##"href="#place""##), "{}", refused.text);
        let made = ada.post_form("/passages", &[&fields[..], &[("place", values[1])]].concat());
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let number = made.location().rsplit('/').next().unwrap().to_owned();
        let passages = world.ada().asks(|reader| reader.passages_behind(reader.mention_of(&number)?.id));
        let before: String =
            source.body.chars().take(usize::try_from(passages[0].start_at).unwrap()).collect();
        assert!(before.ends_with("Supply of the new one: "), "{before}");
    }
}

#[test]
fn a_mail_that_nobody_claims_is_moved_to_any_conversation_by_its_number_or_words_of_its_title() {
    for world in World::on_each_engine() {
        let to = told(&world, &from_carl("valves@meridian", "", "Which valves?"));
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Conversation>(&to.number)?;
                work.retitle(&mut case, "Valves of line Quokka")
            })
            .unwrap();
        let mut ada = program(&world, "ada");
        let stray = |id: &str| {
            told(&world, &mail_from("Carl <carl@home.example>", id, "", "The valves are of brass."))
        };
        let sends = |who: &mut web::testing::Client, message: i64, words: &str| {
            let field = format!("elsewhere-{message}");
            let mark = format!("{field}:conversations");
            let form = [("to", "new"), (field.as_str(), words), ("in_words", mark.as_str())];
            who.post_form(&format!("/messages/{message}/move"), &form)
        };
        let one = stray("stray-1@home");
        let page = ada.get(&format!("/conversations/{}", one.number)).text;
        let field = format!(r#"name="elsewhere-{}""#, one.message);
        assert!(page.contains(&field) && page.contains("Join it to another"), "{page}");
        for who in ["amelia", "carl", "eve"] {
            let came = sends(&mut program(&world, who), one.message, &to.number);
            assert!(came.status.is_client_error(), "{who}: {}", came.text);
            assert!(
                !came.text.contains("Quokka") || who == "carl" || who == "amelia",
                "{who}: {}",
                came.text
            );
        }
        let unknown = sends(&mut ada, one.message, "wombat");
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            unknown.text.contains("No conversation that you can see is called wombat."),
            "{}",
            unknown.text
        );
        for (id, words) in
            [("stray-2@home", to.number.to_lowercase()), ("stray-3@home", "valves quokka".to_owned())]
        {
            let stray = stray(id);
            let moved = sends(&mut ada, stray.message, &words);
            assert_eq!(moved.status, StatusCode::SEE_OTHER, "{words}: {}", moved.text);
            assert!(moved.location().starts_with(&format!("/conversations/{}#", to.number)), "{words}");
        }
        // Of more than are looked through nobody guesses: the one that fits may be older.
        let many: Vec<_> = (0..1000)
            .map(|_| (New { title: "Valves again", ..New::default() }, Conversation::default()))
            .collect();
        world.ada().does(|work| work.create_many(&many)).unwrap();
        let stray = stray("stray-4@home");
        for words in ["Valves of line Quokka", "valves quokka"] {
            let moved = sends(&mut ada, stray.message, words);
            assert_eq!(moved.status, StatusCode::SEE_OTHER, "{words}: {}", moved.text);
            assert!(moved.location().starts_with(&format!("/conversations/{}#", to.number)), "{words}");
        }
        for words in ["valves", "Valves again"] {
            let refused = sends(&mut ada, stray.message, words);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            let sentence = format!("Very many fit “{words}”. Give the number of the one that you mean.");
            assert!(refused.text.contains(&sentence), "{}", refused.text);
        }
        let moved = sends(&mut ada, stray.message, &format!("{} valves", to.number));
        assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text);
        let suggested = ada.get("/search/suggestions?among=conversations&q=quokk").json();
        let typed = format!("{} Valves of line Quokka", to.number);
        assert_eq!(suggested["suggestions"][0]["typed"], json!(typed), "{suggested}");
        let none = program(&world, "eve").get("/search/suggestions?among=conversations&q=quokk").json();
        assert_eq!(none["suggestions"], json!([]), "Eve learns of no conversation of another customer");
        // The whole conversation, told as it was suggested.
        let form = [
            ("elsewhere-", typed.as_str()),
            ("in_words", "elsewhere-:conversations"),
            ("reason", "It is his."),
        ];
        let joined = ada.post_form(&format!("/conversations/{}/join", one.number), &form);
        assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.text);
        assert_eq!(joined.location(), format!("/conversations/{}", to.number));
        // What is with another customer goes nowhere of Meridian's.
        let eve = "Eve Zimmermann <eve.zimmermann@hallander-pharma.example>";
        let of_hallander = told(&world, &mail_from(eve, "eve@hallander", "", "Our pumps"));
        let refused = sends(&mut ada, of_hallander.message, &to.number);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(refused.text.contains("Choose a conversation of theirs."), "{}", refused.text);
    }
}

#[test]
fn of_words_that_somebody_quotes_or_sends_on_no_untrue_speaker_is_told() {
    for world in World::on_each_engine() {
        let captured = |source: &kernel::Source, words: &str| {
            let capture = requirements::Capture {
                source: source.id,
                words: requirements::Words::Exact(words.into()),
                into: requirements::Into::New("Skid".into()),
                new: requirements::NewRequirement { title: words.into(), ..Default::default() },
            };
            let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
            let it = world.ada().asks(|reader| reader.find::<requirements::Requirement>(&made.number)).body;
            (it.said_by_name, it.said_by, it.said_at)
        };
        // Carl answers between the lines of Ada: what is hers is not said by him, and not then.
        let answer = told(&world, &raw("main-03"));
        let source = sources(&world, &answer.number).remove(0);
        let conversation = case(&world, &answer.number).record.id.raw();
        let mail = world.ada().asks(|reader| messages(reader, conversation)).remove(0);
        let own = captured(&source, "max 4.5 bar at the injection point");
        assert_eq!(own, ("Carl Whitfield".to_owned(), mail.from_person, Some(mail.sent_at)));
        assert_eq!(captured(&source, "Temperature in the CIP room in winter?"), (String::new(), None, None));
        // Of a mail that came as a file, whoever wrote it is named, with the day of that mail.
        let sent_on = told(&world, &raw("tessloh-2"));
        let file = sources(&world, &sent_on.number).into_iter().find(|it| it.origin == "attachment").unwrap();
        let wrote = captured(&file, "wird durch T-EP71 (schwefelvernetzt) ersetzt");
        let at: jiff::Timestamp = "2026-08-13T14:40:00Z".parse().unwrap();
        assert_eq!(wrote, ("Uwe Tessloh".to_owned(), None, Some(at)));
        // Where the file is lost nobody is named, and whoever reads the way of the set is not kept from it.
        never_go(&world, &["file_chunk"]);
        behind_the_back_of_storage(&world, "file_chunk", "delete from file_chunk");
        assert_eq!(captured(&file, "T-EP71"), (String::new(), None, None));
        let sets = world.ada().asks(|reader| reader.list("RS", &kernel::Wanted::default())).rows;
        assert!(!sets.is_empty());
        for set in sets {
            let way = program(&world, "ada").get(&format!("/requirement-sets/{}/way", set.number));
            assert_eq!(way.status, StatusCode::OK, "{}: {}", set.number, way.text);
        }
    }
}

#[test]
fn a_dry_run_of_mails_lets_nobody_in_whom_the_true_one_keeps_out() {
    for world in World::on_each_engine() {
        let (carl, ada) = (
            "Carl Whitfield <carl.whitfield@meridian-dairies.example>",
            "Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>",
        );
        let eve = "Eve Zimmermann <eve.zimmermann@hallander-pharma.example>";
        let stranger = "Somebody <somebody@elsewhere.example>";
        let mail = |minute: i64, from: &str, id: &str, answers: &str, words: &str| {
            let to = if from == ada { carl } else { ada };
            let answers =
                if answers.is_empty() { String::new() } else { format!("In-Reply-To: <{answers}>\n") };
            format!(
                "From x Mon Mar  2 08:00:00 2026\nFrom: {from}\nTo: {to}\nSubject: {words}\n\
                 Date: Mon, 2 Mar 2026 07:{minute:02}:00 +0000\nMessage-ID: <{id}>\n{answers}\n{words}\n\n"
            )
        };
        let archive = [
            mail(1, carl, "q@meridian", "", "Which seals?"),
            mail(2, ada, "a@kestrel", "q@meridian", "EPDM."),
            mail(3, eve, "e@hallander", "q@meridian", "What does Meridian buy?"),
            mail(4, stranger, "s@elsewhere", "a@kestrel", "Let me in."),
            mail(1, carl, "q@meridian", "", "Which seals?"),
            mail(6, carl, "thanks@meridian", "a@kestrel", "Thanks."),
            mail(7, stranger, "s2@elsewhere", "s@elsewhere", "Me again."),
        ]
        .concat();
        let actor = world.ada().actor;
        let run = |dry_run| import(&world.db, &actor, archive.as_bytes(), "all.mbox", dry_run);
        let what = |all: &[conversations::Outcome]| all.iter().map(|it| it.what).collect::<Vec<_>>();
        let foretold = run(true);
        assert!(foretold.iter().all(|it| it.message.is_none() && it.number.is_none()), "nothing is there");
        let [joined, began, known] =
            [conversations::What::Joined, conversations::What::Began, conversations::What::WasKnown];
        assert_eq!(what(&foretold), [began, known, joined, began, began, joined, joined]);
        assert_eq!(what(&run(false)), what(&foretold), "what was foretold came true");
        assert_eq!(what(&run(true)), [known; 7], "and is held now");
    }
}

#[test]
fn the_files_of_a_mail_that_is_sent_on_as_a_whole_are_read_like_those_of_any_other() {
    for world in World::on_each_engine() {
        let raw = "From: Ben Achterberg <ben.achterberg@kestrel-dosing.example>\r\n\
            To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: Fwd: our demands\r\n\
            Date: Mon, 2 Mar 2026 08:30:00 +0000\r\nMessage-ID: <sent-on@kestrel>\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=outer\r\n\r\n\
            --outer\r\nContent-Type: text/plain\r\n\r\nSee there.\r\n\
            --outer\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n\
            From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\nTo: Ben <ben.achterberg@kestrel-dosing.example>\r\n\
            Subject: our demands\r\nDate: Sat, 28 Feb 2026 10:00:00 +0000\r\nMessage-ID: <inner@meridian>\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=inner\r\n\r\n\
            --inner\r\nContent-Type: text/plain\r\n\r\nOur demands are in the file.\r\n\
            --inner\r\nContent-Type: text/plain; name=\"urs.txt\"\r\nContent-Disposition: attachment; filename=\"urs.txt\"\r\n\r\n\
            The quokkamarker skid shall pass a door of 2 m.\r\n--inner--\r\n\r\n--outer--\r\n";
        let taken = told(&world, raw.as_bytes());
        let file = sources(&world, &taken.number).into_iter().find(|it| it.name == "urs.txt");
        let file = file.expect("the file within has a text");
        let page = program(&world, "ada").get(&format!("/conversations/{}", taken.number)).text;
        assert!(page.contains("urs.txt") && page.contains("File of the forwarded mail"), "{page}");
        let found = world.ada().asks(|reader| reader.search("quokkamarker", Some("CV"), 10));
        assert_eq!(found.len(), 1, "{found:?}");
        let capture = requirements::Capture {
            source: file.id,
            words: requirements::Words::Exact("shall pass a door of 2 m".into()),
            into: requirements::Into::New("Skid".into()),
            new: requirements::NewRequirement { title: "The door".into(), ..Default::default() },
        };
        let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
        let it = world.ada().asks(|reader| reader.find::<requirements::Requirement>(&made.number)).body;
        let at: jiff::Timestamp = "2026-02-28T10:00:00Z".parse().unwrap();
        let carl = world.carl().actor.person;
        assert_eq!(
            (it.said_by_name.as_str(), it.said_by, it.said_at),
            ("Carl Whitfield", Some(carl), Some(at))
        );
    }
}
