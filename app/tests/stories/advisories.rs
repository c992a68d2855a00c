//! Faults that other products were reported for, each tried here: `docs/security-cases.md` says which line is which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use conversations::{Intake, Recipient, Reply};
use identity::{Arrival, Cost, NewToken, Person, Scope};
use jiff::SignedDuration;
use kernel::{Audience, Clock, Db, Secrets};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::{Value as Json, json};
use web::testing::Client;

use crate::reviews;
use crate::world::{World, client, monday, program};

const PASSWORD: &str = "seven quiet otters";
/// Words of Meridian's that nobody else may read.
const THEIRS: [&str; 4] = ["Northallerton", "CIP 3", "Whitfield", "Meridian"];
/// A word that stands wherever we write for ourselves alone.
const OURS: &str = "Zwiebelfisch";

fn email_of(world: &World, short: &str) -> String {
    let person = world.person(short).actor.person;
    world.sam().asks(|reader| Ok(reader.find_by_id::<Person>(person)?.body.email))
}

fn with_password(world: &World, short: &str) -> String {
    let hashed = identity::hash_at(Cost::LIGHT, PASSWORD).unwrap();
    let person = world.person(short).actor.person;
    world.sam().does(|work| identity::keep_password(work, person, &hashed)).unwrap();
    email_of(world, short)
}

fn session(world: &World, email: &str) -> String {
    let arrival = Arrival { email, password: PASSWORD, ..Arrival::default() };
    identity::sign_in(&world.db, &arrival).unwrap()
}

/// A browser of somebody who signed in.
fn browser(world: &World, short: &str) -> Client {
    let email = with_password(world, short);
    client(&world.db).with_cookie(web::SESSION, &session(world, &email))
}

/// A program that may only read.
fn reading_program(world: &World, short: &str) -> Client {
    let secret = identity::token_secret().unwrap();
    let wanted = NewToken { name: "reads", scope: Scope::Read, days: 1 };
    world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    client(&world.db).with_bearer(&secret)
}

/// What every deed adds to.
fn newest_entry(db: &Db) -> i64 {
    let deeds = db.read(&kernel::Actor::system(), |reader| reader.newest_deeds(i64::MAX, 1)).unwrap();
    deeds.first().map_or(0, |it| it.entry)
}

/// Meridian's matter, with a word of ours in everything that is not for them; what stands for each kind in an address.
fn matter(world: &World) -> BTreeMap<&'static str, String> {
    let mut places = BTreeMap::new();
    let set = world.offered_set();
    let mail = "From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\nTo: Ada <ada.lindqvist@kestrel-dosing.example>\r\n\
        Subject: CIP 3\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <a1@meridian-dairies.example>\r\n\r\n\
        For Northallerton.\r\n";
    let intake = Intake::read(mail.as_bytes().to_vec());
    let taken = world.ada().does(|work| conversations::take_in(work, &intake)).unwrap();
    world.ada().does(|work| conversations::note(work, &taken.number, OURS)).unwrap();
    world
        .ada()
        .does(|work| {
            let id = work.mention_of(&set)?.id;
            work.remark(id, OURS, Audience::Internal)?;
            let me = Some(work.actor.person);
            work.ask(id, &kernel::Ask { request: OURS, person: me, ..kernel::Ask::default() })?;
            work.attach(id, (&format!("{OURS}.txt"), "text/plain"), OURS.as_bytes(), Audience::Internal)
        })
        .unwrap();
    let all = world.ada().asks(|reader| reader.list("REQ", &kernel::Wanted::default()));
    let requirement = all.rows[0].number.clone();
    // What is worked on after it was offered.
    world
        .ada()
        .does(|work| {
            let mut case = work.find::<RequirementSet>(&set)?;
            work.advance(&mut case, requirements::set::Step::Revise)?;
            work.retitle(&mut case, OURS)?;
            let body = Requirement { statement: format!("{OURS} shall be kept."), ..Requirement::default() };
            requirements::add(work, &set, &NewRequirement { body, ..NewRequirement::default() })
        })
        .unwrap();
    places.insert("requirement-sets", set);
    places.insert("requirements", requirement);
    places.insert("conversations", taken.number);
    places.insert("messages", taken.message.to_string());
    let carl = world.carl().actor.person;
    let customer = world
        .sam()
        .asks(|reader| Ok(reader.mention(world.meridian)?.map(|it| it.number).unwrap_or_default()));
    places.insert("customers", customer);
    let carl = world.sam().asks(|reader| Ok(reader.find_by_id::<Person>(carl)?.record.number));
    places.insert("people", carl);
    places
}

/// An address with its gaps filled by what belongs to the matter.
fn filled(path: &str, places: &BTreeMap<&'static str, String>) -> String {
    let parts = path.split('/').map(|part| match part {
        "{step}" => "close".to_owned(),
        "export.{ending}" => "export.csv".to_owned(),
        gap if gap.starts_with('{') => {
            let is_number = gap == "{number}" || (gap == "{id}" && path.contains("messages"));
            let kind = places.keys().find(|it| path.contains(&format!("/{it}/")));
            kind.filter(|_| is_number).map_or("1", |it| places[it].as_str()).to_owned()
        }
        other => other.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn addresses(is_wanted: impl Fn(&web::Address) -> bool) -> Vec<web::Address> {
    let all: Vec<_> = app::wiring::routes().addresses().iter().filter(|it| is_wanted(it)).cloned().collect();
    assert!(all.len() > 50, "only {} addresses were found", all.len());
    all
}

/// Something that fits a schema, with every field that there is.
fn example(document: &Json, schema: &Json, name: &str, depth: u8) -> Json {
    if let Some(to) = schema["$ref"].as_str() {
        return document.pointer(&to[1..]).map_or(Json::Null, |it| example(document, it, name, depth));
    }
    let some = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
    if let Some(first) = some.and_then(|it| it.iter().find(|it| it["type"] != "null")) {
        return example(document, first, name, depth);
    }
    if let Some(word) = schema.get("const").or_else(|| schema["enum"].as_array().and_then(|it| it.first())) {
        return word.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    match kind {
        "object" if depth < 6 => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            fields.map(|(name, it)| (name.clone(), example(document, it, name, depth + 1))).collect()
        }
        "array" if depth < 6 => json!([example(document, &schema["items"], name, depth + 1)]),
        "string" if schema["format"] == "date" => json!("2026-03-09"),
        "string" if schema["format"] == "date-time" => json!("2026-03-09T09:00:00Z"),
        "string" if name.contains("email") || name == "address" => json!("new@hallander-pharma.example"),
        "string" => json!("Slipped in"),
        "boolean" => json!(true),
        "integer" | "number" => json!(1),
        _ => Json::Null,
    }
}

/// What a program would send to each address that changes something: every field that the description names.
fn lavish_requests(places: &BTreeMap<&'static str, String>) -> Vec<(Method, String, Json)> {
    let document = web::openapi::document(app::wiring::routes().addresses());
    addresses(|it| it.method != "GET" && it.path.starts_with("/api/v1"))
        .iter()
        .map(|it| {
            let method = it.method.to_lowercase();
            let content = &document["paths"][&it.path][method.as_str()]["requestBody"]["content"];
            let body = example(&document, &content["application/json"]["schema"], "", 0);
            let body = if body.is_null() { json!({}) } else { body };
            (it.method.parse().unwrap(), filled(&it.path, places), body)
        })
        .collect()
}

#[test]
fn nobody_ends_sessions_by_counting() {
    for world in World::on_each_engine() {
        let (mut ada, mut bob) = (browser(&world, "ada"), browser(&world, "bob"));
        for number in 1..30 {
            if world.ada().asks(identity::my_sessions).iter().all(|it| it.id != number) {
                let came = ada.post_form(&format!("/me/sessions/{number}/end"), &[]);
                assert_eq!(came.status, StatusCode::NOT_FOUND);
            }
        }
        assert_eq!(bob.get("/me").status, StatusCode::OK);
        assert_eq!(ada.get("/me").status, StatusCode::OK);
    }
}

#[test]
fn a_right_at_one_record_is_none_at_another() {
    for world in World::on_each_engine() {
        let places = matter(&world);
        let theirs = &places["requirement-sets"];
        let before = newest_entry(&world.db);
        let mut eve = program(&world, "eve");
        let hers = world
            .sam()
            .asks(|reader| Ok(reader.mention(world.hallander)?.map(|it| it.number).unwrap_or_default()));
        assert_eq!(eve.get(&format!("/api/v1/customers/{hers}")).status, StatusCode::OK, "it is hers");
        let before = newest_entry(&world.db).max(before);
        for role in ["satisfies", "concerns", "derived_from", "duplicates"] {
            let body = json!({ "role": role, "to": theirs, "reason": "mine" });
            let came = eve.post_json(&format!("/api/v1/customers/{hers}/links"), &body);
            assert!(came.status.is_client_error(), "{role}: {} {}", came.status, came.text);
            assert!(!came.text.contains("CIP 3"), "{}", came.text);
        }
        for path in ["remarks", "tasks", "files", "watch"] {
            let came = eve.post_form(
                &format!("/requirement-sets/{theirs}/{path}"),
                &[("words", "mine"), ("request", "mine"), ("record", &hers)],
            );
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(newest_entry(&world.db), before);
    }
}

#[test]
fn whoever_left_opens_no_link_that_they_still_have() {
    for world in World::on_each_engine() {
        let it = reviews::accepted(&world);
        reviews::make_sure(&world, reviews::CARL);
        world.db.open_post(Some(reviews::POST)).unwrap();
        reviews::offered(&world, &it, &[world.carl().actor.person]);
        let link = reviews::link_in(&reviews::next_letter(&world));
        let mut carl = reviews::opened(&world, &link);
        assert_eq!(carl.get(&link).status, StatusCode::OK);
        let number =
            world.ada().asks(|reader| Ok(reader.mention(world.carl().actor.person)?.unwrap().number));
        world.sam().does(|work| identity::leave(work, &number)).unwrap();
        for came in [
            carl.get(&link),
            carl.post_form(&format!("{link}/confirm"), &[]),
            carl.post_form(&format!("{link}/code"), &[]),
        ] {
            assert_eq!(came.status, StatusCode::GONE, "{}", came.text);
            assert!(!came.text.contains("Northallerton"), "{}", came.text);
        }
        world.sam().does(|work| identity::return_to_work(work, &number)).unwrap();
        assert_eq!(carl.get(&link).status, StatusCode::OK, "and is theirs again when they are back");
    }
}

#[test]
fn no_parameter_tells_an_outsider_anything() {
    let queries = |customer: &str, set: &str| {
        vec![
            String::new(),
            format!("?q=northallerton&party={customer}&customer={customer}&owner=1&record={set}&from=1&to=9"),
            format!(
                "?filter=customer:{customer}&sort=party&columns=number,title,customer,owner&link={set}&all=1"
            ),
            "?q=Mer&kind=RS&view=all&limit=200&audience=internal&include=internal&as=ada".to_owned(),
        ]
    };
    for world in World::on_each_engine() {
        let places = matter(&world);
        let mut eve = program(&world, "eve");
        let mut looked = 0;
        for it in addresses(|it| it.method == "GET" && !it.path.contains("openapi")) {
            let path = filled(&it.path, &places);
            for query in queries(&places["customers"], &places["requirement-sets"]) {
                // What she asked herself may stand on the page again; nothing else of it.
                let asked: String = query.to_lowercase();
                let came = eve.get(&format!("{path}{query}"));
                assert!(came.status.as_u16() < 500, "{path}{query}: {}", came.text);
                looked += 1;
                for word in THEIRS.into_iter().filter(|it| !asked.contains(&it.to_lowercase())) {
                    let is_told = came.text.contains(word) && it.path != "/design";
                    assert!(!is_told, "{path}{query} tells {word}: {}", came.text);
                }
            }
        }
        assert!(looked > 400, "only {looked} answers");
        // The same words are there for whoever may read them.
        let page = program(&world, "ada").get(&format!("/requirement-sets/{}", places["requirement-sets"]));
        assert!(page.text.contains("Northallerton"));
    }
}

#[test]
fn what_we_write_for_ourselves_is_in_no_answer_to_a_customer() {
    for world in World::on_each_engine() {
        let places = matter(&world);
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let mut ours = 0;
        for it in addresses(|it| it.method == "GET") {
            for query in ["", "?q=zwiebelfisch", "?view=all&columns=number,title,owner,due"] {
                let path = format!("{}{query}", filled(&it.path, &places));
                let came = carl.get(&path).text.replace("zwiebelfisch", "");
                assert!(!came.contains(OURS), "{path}: {came}");
                ours += usize::from(ada.get(&path).text.contains(OURS));
            }
        }
        assert!(ours > 20, "only {ours} answers to Ada have it");
    }
}

#[test]
fn a_header_that_says_who_one_is_opens_nothing() {
    const HEADERS: [&str; 10] = [
        "x-forwarded-user",
        "x-remote-user",
        "remote-user",
        "x-webauth-user",
        "x-auth-request-email",
        "x-forwarded-email",
        "x-ssl-client-dn",
        "x-user",
        "forwarded",
        "x-original-user",
    ];
    for world in World::on_each_engine() {
        let sam = email_of(&world, "sam");
        for header in HEADERS {
            let mut somebody = client(&world.db).with_header(header, &sam);
            assert!(somebody.get("/me").location().starts_with("/sign-in"), "{header}");
            assert_eq!(somebody.get("/api/v1/me").status, StatusCode::UNAUTHORIZED, "{header}");
        }
        let mut basic = client(&world.db).with_header("authorization", "Basic c2FtOnNhbQ==");
        assert_eq!(basic.get("/api/v1/me").status, StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn secrets_made_at_the_same_moment_have_nothing_in_common() {
    for world in World::on_each_engine() {
        let email = with_password(&world, "ada");
        let mut all = BTreeSet::new();
        for _ in 0..20 {
            all.insert(session(&world, &email));
            all.insert(identity::token_secret().unwrap().trim_start_matches("rq_").to_owned());
        }
        assert_eq!(all.len(), 40, "none twice");
        let bits = all.iter().map(|it| it.len() * 6).min().unwrap();
        assert!(bits >= 256, "{bits} bits");
        for (one, other) in all.iter().zip(all.iter().skip(1)) {
            let alike = one.bytes().zip(other.bytes()).filter(|(a, b)| a == b).count();
            assert!(alike < 20, "{one} is like {other}");
        }
    }
}

/// Where somebody who is not known gets an answer other than the way to the door.
const DOORS: [&str; 18] = [
    "GET /healthz",
    "GET /readyz",
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/forgotten",
    "POST /sign-in/forgotten",
    "GET /trust",
    "GET /trust/head",
    "POST /trust/check",
    "GET /api/v1/openapi.json",
    "GET /api/v1/trust",
    "GET /favicon.ico",
    "GET /assets/{digest}/{name}",
    "GET /password/{secret}",
    "POST /password/{secret}",
    "POST /setup",
    "GET /verify",
    "GET /verify/{code}",
];

#[test]
fn only_doors_answer_nobody() {
    let matrix = include_str!("../access.txt");
    let mut counted = 0;
    for line in matrix.lines().filter(|it| !it.starts_with('#') && !it.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (address, status) = (words[..2].join(" "), words[words.len() - 1]);
        counted += 1;
        // Whoever has the link comes in by it: its secret is the right.
        let is_by_link = address.contains("{secret}");
        let is_unknown = ["{key}", "{code}"].iter().any(|it| address.contains(it)) && status == "404";
        let is_door = DOORS.contains(&address.as_str()) || is_by_link || is_unknown;
        assert!(is_door || ["303", "401"].contains(&status), "{address} answers nobody with {status}");
    }
    assert!(counted > 400);
}

#[test]
fn nothing_that_is_typed_reaches_a_statement() {
    const TYPED: [&str; 4] = [
        "';drop table record;--",
        "1) or 1=1--",
        "\" union select words from secret--",
        "$1 || (select 1/0)",
    ];
    for world in World::on_each_engine() {
        let places = matter(&world);
        let mut ada = program(&world, "ada");
        let lists = addresses(|it| it.method == "GET" && !it.path.contains("openapi"));
        for it in lists.iter().filter(|it| !it.path.contains("{number}") || it.path.contains("export")) {
            for typed in TYPED {
                let value: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
                let query =
                    ["q", "sort", "filter", "columns", "view", "after", "kind", "owner", "party", "state"]
                        .map(|it| format!("{it}={value}"));
                for query in [query.join("&"), query[0].clone(), query[1].clone(), query[3].clone()] {
                    let path = format!("{}?{query}", filled(&it.path, &places));
                    let came = ada.get(&path);
                    assert!(came.status.as_u16() < 500, "{path}: {}", came.text);
                    let is_told = ["syntax error", "sqlite", "near \"", "SQLSTATE", "division by zero"]
                        .iter()
                        .any(|it| came.text.contains(it));
                    assert!(!is_told, "{path}: {}", came.text);
                }
            }
        }
        assert!(ada.get("/requirement-sets").text.contains("CIP 3") || !places.is_empty());
    }
}

#[test]
fn whoever_may_only_read_writes_nothing_anywhere() {
    for world in World::on_each_engine() {
        let places = matter(&world);
        let requests = lavish_requests(&places);
        let mut readers = [
            ("a token that reads", reading_program(&world, "ada")),
            ("Amelia", program(&world, "amelia")),
            ("Eve", program(&world, "eve")),
        ];
        for (who, reader) in &mut readers {
            for (method, path, body) in &requests {
                // One's own settings and notices are one's own.
                let is_own =
                    path.starts_with("/api/v1/me") || path.contains("/notices") || path.contains("/views");
                if is_own && *who != "a token that reads" {
                    continue;
                }
                let before = newest_entry(&world.db);
                let came = reader.send_json(method.clone(), path, &[("if-match", "*")], body);
                assert!(came.status.as_u16() < 500, "{who}: {method} {path}: {}", came.text);
                assert_eq!(newest_entry(&world.db), before, "{who}: {method} {path} {body}: {}", came.text);
            }
        }
        // The same requests by somebody who may change a good deal.
        let (mut ada, mut done) = (program(&world, "ada"), 0);
        for (method, path, body) in &requests {
            let before = newest_entry(&world.db);
            ada.send_json(method.clone(), path, &[("if-match", "*")], body);
            done += usize::from(newest_entry(&world.db) != before);
        }
        assert!(done >= 10, "only {done} of them change anything");
    }
}

#[test]
fn another_site_makes_no_browser_do_anything() {
    for world in World::on_each_engine() {
        let places = matter(&world);
        let mut ada = browser(&world, "ada");
        let before = newest_entry(&world.db);
        let foreign = [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
            vec![("origin", "https://reqord.test.evil.example")],
        ];
        // Each address is asked in one of the ways, in turn: nobody may ask as often as all of them in all ways.
        for (no, it) in addresses(|it| it.method != "GET").into_iter().enumerate() {
            let (method, path): (Method, _) = (it.method.parse().unwrap(), filled(&it.path, &places));
            for headers in &foreign[no % foreign.len()..=no % foreign.len()] {
                let headers =
                    [headers.as_slice(), &[("content-type", "application/x-www-form-urlencoded")]].concat();
                let came = ada.send(method.clone(), &path, &headers, Body::from("title=x&words=x&name=x"));
                assert_eq!(came.status, StatusCode::FORBIDDEN, "{method} {path} {headers:?}: {}", came.text);
            }
        }
        assert_eq!(newest_entry(&world.db), before);
        assert_eq!(ada.get("/me").status, StatusCode::OK, "she was not even signed out");
    }
}

#[test]
fn a_file_is_read_only_with_its_record() {
    for world in World::on_each_engine() {
        let places = matter(&world);
        let set = &places["requirement-sets"];
        let shared = world
            .ada()
            .does(|work| {
                let id = work.mention_of(set)?.id;
                work.attach(id, ("drawing.pdf", "application/pdf"), b"%PDF-1.7 skid", Audience::Party)
            })
            .unwrap();
        let (mut ada, mut carl, mut eve) =
            (program(&world, "ada"), program(&world, "carl"), program(&world, "eve"));
        let mut found = 0;
        for id in 1..60 {
            for path in [format!("/files/{id}"), format!("/sources/{id}"), format!("/messages/{id}/raw")] {
                found += usize::from(ada.get(&path).status == StatusCode::OK);
                assert_eq!(eve.get(&path).status, StatusCode::NOT_FOUND, "{path}");
                assert!(!carl.get(&path).text.contains(OURS), "{path}");
            }
        }
        assert!(found >= 3, "only {found} are there at all");
        assert_eq!(carl.get(&format!("/files/{shared}")).status, StatusCode::OK);
    }
}

#[test]
fn a_file_name_leads_nowhere_and_says_what_it_is() {
    const NAMES: [&str; 12] = [
        "../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/shadow",
        "C:\\autoexec.bat",
        "a/../../b.txt",
        "%2e%2e%2fetc.txt",
        "....//x.txt",
        "file.txt;filename=evil.html",
        "CON.txt",
        "in\u{202e}fdp.exe",
        "-rf.txt",
        "~root.txt",
    ];
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let mut ada = browser(&world, "ada");
        for name in NAMES {
            let came = ada.post_files(
                &format!("/requirement-sets/{set}/files"),
                &[],
                &[(name, b"harmless".as_slice())],
            );
            assert_eq!(came.status, StatusCode::SEE_OTHER, "{name}: {}", came.text);
        }
        let files = world.ada().asks(|reader| reader.attachments(reader.mention_of(&set)?.id));
        assert_eq!(files.len(), NAMES.len());
        for file in files {
            assert!(!file.name.contains(['/', '\\', '\u{202e}', '"', '\0', '\r', '\n']), "{}", file.name);
            assert!(!file.name.starts_with(['.', '~']), "{}", file.name);
            let came = ada.get(&format!("/files/{}", file.id));
            let said = came.header("content-disposition").unwrap();
            assert!(said.starts_with("attachment; filename*=UTF-8''"), "{said}");
            assert!(said.matches("filename").count() <= 2 && !said[11..].contains(';'), "{said}");
            assert_eq!(came.bytes, b"harmless");
        }
    }
}

#[test]
fn a_page_that_somebody_uploads_is_never_shown_as_one() {
    const PAGES: [(&str, &[u8]); 9] = [
        ("page.html", b"<script>alert(1)</script>"),
        ("page.HTM", b"<script>alert(1)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("page.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>"),
        ("style.xml", b"<?xml-stylesheet href='x'?><a/>"),
        ("code.js", b"alert(1)"),
        ("mail.mht", b"MIME-Version: 1.0"),
        ("words.txt", b"<script>alert(1)</script>"),
        ("no-ending", b"<!doctype html><script>alert(1)</script>"),
    ];
    const SHOWN: [(&str, &[u8]); 2] =
        [("picture.png", b"<script>alert(1)</script>"), ("sheet.pdf", b"<script>alert(1)</script>")];
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let mut ada = browser(&world, "ada");
        for files in [PAGES.as_slice(), &SHOWN] {
            ada.post_files(&format!("/requirement-sets/{set}/files"), &[], files);
        }
        let files = world.ada().asks(|reader| reader.attachments(reader.mention_of(&set)?.id));
        assert_eq!(files.len(), PAGES.len() + SHOWN.len());
        for file in files {
            let came = ada.get(&format!("/files/{}", file.id));
            let kind = came.header("content-type").unwrap();
            let is_shown = SHOWN.iter().any(|(name, _)| *name == file.name);
            assert!(is_shown || kind == "application/octet-stream", "{}: {kind}", file.name);
            assert!(!kind.contains("html") && !kind.contains("svg") && !kind.contains("xml"), "{kind}");
            assert_eq!(came.header("x-content-type-options"), Some("nosniff"));
            let policy = came.header("content-security-policy").unwrap();
            assert!(policy.contains("sandbox") && !policy.contains("allow-scripts"), "{policy}");
            assert!(policy.contains("default-src 'none'"), "{policy}");
            let said = came.header("content-disposition").unwrap();
            assert_eq!(said.starts_with("inline"), is_shown, "{}: {said}", file.name);
        }
    }
}

#[test]
fn nobody_is_led_to_another_site() {
    const ELSEWHERE: [&str; 12] = [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/%09/evil.example/../../\u{7f}",
        "\u{1}//evil.example",
        "/\u{e9}\u{1}",
        "@evil.example",
    ];
    let is_ours = |to: &str| {
        to.starts_with('/')
            && !to.starts_with("//")
            && !to.contains('\\')
            && to.bytes().all(|it| it.is_ascii_graphic())
    };
    for world in World::on_each_engine() {
        let email = with_password(&world, "ada");
        for to in ELSEWHERE {
            let mut browser = client(&world.db);
            let fields = [("email", email.as_str()), ("password", PASSWORD), ("to", to), ("theme", "dark")];
            for path in ["/me/theme", "/me/language", "/sign-in"] {
                let came = browser.post_form(path, &fields);
                assert_eq!(came.status, StatusCode::SEE_OTHER, "{path} {to:?}: {}", came.text);
                assert!(is_ours(came.location()), "{path} {to:?} leads to {:?}", came.location());
            }
            let value: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
            let page = client(&world.db).get(&format!("/sign-in?to={value}")).text;
            assert!(!page.contains("evil.example") && !page.contains("javascript:"), "{to:?}: {page}");
        }
        for referer in
            ["https://evil.example//evil.example", "https://x/\\evil.example", "https://x/\t/evil.example"]
        {
            let mut browser = client(&world.db).with_header("referer", referer);
            let came = browser.post_form("/me/theme", &[("theme", "dark")]);
            assert!(is_ours(came.location()), "{referer} leads to {:?}", came.location());
        }
    }
}

#[test]
fn the_door_takes_as_long_for_nobody_as_for_somebody() {
    let world = World::on_each_engine().next().unwrap();
    let hashed = identity::hash(PASSWORD).unwrap();
    let known = ["ada", "ben", "bob", "henrik", "nele"].map(|it| {
        let person = world.person(it).actor.person;
        world.sam().does(|work| identity::keep_password(work, person, &hashed)).unwrap();
        email_of(&world, it)
    });
    let took = |email: &str| {
        let arrival = Arrival { email, password: "wrong as can be", ..Arrival::default() };
        let begun = Instant::now();
        assert!(identity::sign_in(&world.db, &arrival).is_err());
        begun.elapsed()
    };
    took("somebody@kestrel-dosing.example");
    // The quickest of each, in turns, until they are alike: what the machine does beside is left out, and what is
    // not hashed stays quicker by a hundred times. Each comes four times, so that nobody has to wait.
    let (mut nobody, mut somebody) = (Duration::MAX, Duration::MAX);
    let are_alike = (0..4 * known.len()).any(|it| {
        nobody = nobody.min(took(&format!("nobody-{it}@kestrel-dosing.example")));
        somebody = somebody.min(took(&known[it / 4]));
        nobody.max(somebody) < nobody.min(somebody) * 2
    });
    assert!(are_alike, "nobody takes {nobody:?}, somebody {somebody:?}");
    assert!(nobody > Duration::from_millis(5), "a password was hashed: {nobody:?}");
}

#[test]
fn no_field_becomes_a_header_of_a_mail() {
    const SUBJECT: &str = "=?utf-8?q?CIP_3=0D=0ABcc:_eve@evil.example=0D=0A=0D=0ABody?=";
    for world in World::on_each_engine() {
        let post = kernel::Post { server: "mail:587", from: "post@kestrel-dosing.example" };
        world.db.open_post(Some(post)).unwrap();
        let mail = format!(
            "From: =?utf-8?q?Carl=0D=0ABcc:_eve@evil.example?= <carl.whitfield@meridian-dairies.example>\r\n\
             To: ada.lindqvist@kestrel-dosing.example\r\nSubject: {SUBJECT}\r\nMessage-ID: <x@m.example>\r\n\r\nHello\r\n"
        );
        let intake = Intake::read(mail.into_bytes());
        let taken = world.ada().does(|work| conversations::take_in(work, &intake)).unwrap();
        let reply = |name: &str| Reply {
            recipients: vec![Recipient {
                name: name.into(),
                address: "carl.whitfield@meridian-dairies.example".into(),
                is_copy: false,
            }],
            words: "Yes.\r\n.\r\nMAIL FROM:<eve@evil.example>".into(),
            quote_under: Some("Carl\r\nBcc: eve@evil.example wrote:".into()),
            ..Reply::default()
        };
        let with_a_break = reply("Carl\r\nBcc: eve@evil.example");
        assert!(world.ada().does(|work| conversations::reply(work, &taken.number, &with_a_break)).is_err());
        let plain = reply("Carl, Bcc: eve@evil.example");
        world.ada().does(|work| conversations::reply(work, &taken.number, &plain)).unwrap();
        let config = app::post::Mail {
            server: "mail".into(),
            port: 587,
            security: app::post::Security::default(),
            sign_in: None,
            from: "post@kestrel-dosing.example".parse().unwrap(),
            name: Some("Kestrel, Bcc: eve@evil.example".into()),
            authority: None,
        };
        let letter = world.db.take_letter().unwrap().unwrap();
        let message = app::post::compose(&config, &letter).unwrap();
        let text = String::from_utf8_lossy(&message.formatted()).into_owned();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<_> = head
            .split("\r\n")
            .filter(|it| !it.starts_with([' ', '\t']))
            .filter_map(|it| it.split_once(':').map(|(name, _)| name.to_ascii_lowercase()))
            .collect();
        assert!(!names.contains(&"bcc".to_owned()), "{head}");
        assert!(names.contains(&"subject".to_owned()) && head.contains("CIP"), "{head}");
        let told = message.envelope().to().iter().any(|it| it.to_string().contains("evil"));
        assert!(!told, "{:?}", message.envelope());
    }
}

#[test]
fn codes_tried_side_by_side_are_all_counted() {
    for world in World::on_each_engine() {
        let mut ada = browser(&world, "ada");
        ada.post_json("/api/v1/me/factor/begin", &json!({}));
        let page = ada.post_json("/api/v1/me/factor/begin", &json!({})).json();
        let secret = base32(page["key"].as_str().unwrap());
        let code =
            |seconds: i64| identity::code_at(&secret, monday() + SignedDuration::from_secs(seconds)).unwrap();
        let done = ada.post_json("/api/v1/me/factor", &json!({ "code": code(0) }));
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        let clock: Clock = Arc::new(|| monday() + SignedDuration::from_secs(60));
        let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
        let later = app::wiring::open(world.address.clone(), testbed::folder(), clock, secrets).unwrap();
        let email = email_of(&world, "ada");
        let arrival = Arrival { email: &email, password: PASSWORD, ..Arrival::default() };
        let half = identity::sign_in(&later, &arrival).unwrap();
        let together = Barrier::new(16);
        let try_one = |which: usize| {
            together.wait();
            let wrong = format!("{:06}", 100_000 + which);
            client(&later)
                .with_cookie(web::SESSION, &half)
                .post_form("/sign-in/code", &[("code", &wrong)])
                .status
        };
        let statuses: Vec<StatusCode> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..16).map(|which| scope.spawn(move || which)).collect();
            let tries: Vec<_> = tries
                .into_iter()
                .map(|it| it.join().unwrap())
                .map(|which| scope.spawn(move || try_one(which)))
                .collect();
            tries.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let looked_at = statuses.iter().filter(|it| **it == StatusCode::UNPROCESSABLE_ENTITY).count();
        assert!(looked_at <= 5, "{looked_at} codes were looked at: {statuses:?}");
        let right = client(&later)
            .with_cookie(web::SESSION, &half)
            .post_form("/sign-in/code", &[("code", &code(60))]);
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "the right one is not looked at any more");
    }
}

/// The key as it is typed (RFC 4648, base32), as bytes.
fn base32(letters: &str) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in letters.bytes().filter(u8::is_ascii_alphanumeric) {
        let five = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        (held, bits) = ((held << 5) | u32::from(five), bits + 5);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap());
        }
    }
    bytes
}

#[test]
fn fields_that_nobody_asked_for_are_not_taken() {
    const MORE: [(&str, Json); 8] = [
        ("verified", Json::Bool(true)),
        ("is_verified", Json::Bool(true)),
        ("version", Json::Bool(true)),
        ("id", Json::Bool(true)),
        ("roles", Json::Null),
        ("administrator", Json::Bool(true)),
        ("owner_id", Json::Bool(true)),
        ("actor", Json::Bool(true)),
    ];
    for world in World::on_each_engine() {
        let places = matter(&world);
        let (mut ada, mut carl) = (program(&world, "ada"), program(&world, "carl"));
        let ways = [
            (Method::PATCH, "/api/v1/me".to_owned()),
            (Method::PATCH, format!("/api/v1/customers/{}", places["customers"])),
            (Method::POST, format!("/api/v1/customers/{}/addresses", places["customers"])),
            (Method::POST, "/api/v1/requirement-sets".to_owned()),
        ];
        for (method, path) in &ways {
            for (name, value) in &MORE {
                let value = if value.is_null() { json!(["administrator"]) } else { value.clone() };
                let body = json!({ *name: value });
                let before = newest_entry(&world.db);
                for client in [&mut ada, &mut carl] {
                    let came = client.send_json(method.clone(), path, &[("if-match", "*")], &body);
                    assert!(came.status.as_u16() < 500, "{came:?}");
                }
                assert_eq!(newest_entry(&world.db), before, "{method} {path} {body}");
            }
        }
        assert_eq!(carl.get("/api/v1/access").status, StatusCode::CONFLICT, "he administers nothing");
    }
}

#[test]
fn whoever_sends_countless_fields_is_told_that_they_are_too_many() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let members: serde_json::Map<String, Json> =
            (0..100_000).map(|it| (it.to_string(), json!(1))).collect();
        let before = newest_entry(&world.db);
        let begun = Instant::now();
        let came = ada.post_json("/api/v1/requirement-sets", &Json::Object(members));
        assert_eq!(came.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", came.text);
        let fields = vec![("marked", "RS-2026-0001"); 100_000];
        let came = ada.post_form("/lists/requirement-sets/bulk", &fields);
        assert_eq!(came.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", came.text);
        for depth in [200, 100_000] {
            let json = [("content-type", "application/json")];
            let came =
                ada.send(Method::POST, "/api/v1/requirement-sets", &json, Body::from("[".repeat(depth)));
            assert_eq!(came.status, StatusCode::BAD_REQUEST, "{}", came.text);
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert_eq!(newest_entry(&world.db), before);
    }
}

#[test]
fn what_is_too_large_is_refused_whole_and_leaves_nothing_behind() {
    /// More than is taken at once.
    const MUCH: usize = 65 << 20;
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let mut ada = program(&world, "ada");
        let much = vec![b'x'; MUCH];
        let before = newest_entry(&world.db);
        for path in ["/import".to_owned(), format!("/requirement-sets/{set}/files")] {
            let came = ada.post_files(&path, &[], &[("small.eml", b"From: a"), ("drawing.pdf", &much)]);
            assert_eq!(came.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}: {}", came.text);
            assert!(
                came.text.contains("Nothing was saved. Send it in smaller parts."),
                "{path}: {}",
                came.text
            );
        }
        for (path, kind) in [
            ("/api/v1/mail".to_owned(), "message/rfc822"),
            (format!("/api/v1/requirement-sets/{set}/attachments?name=drawing.pdf"), "application/pdf"),
            ("/api/v1/imports?target=customers&name=all.csv".to_owned(), "text/csv"),
        ] {
            let kind = [("content-type", kind)];
            let came = ada.send(Method::POST, &path, &kind, Body::from(much.clone()));
            assert_eq!(came.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}: {}", came.text);
            assert_eq!(came.json()["status"], json!(413), "{path}: {}", came.text);
        }
        assert_eq!(newest_entry(&world.db), before);
        assert_eq!(ada.get("/import").status, StatusCode::OK, "and others go on");
    }
}

#[test]
fn an_answer_that_is_packed_on_its_way_comes_whole() {
    for world in World::on_each_engine() {
        matter(&world);
        let mut ada = program(&world, "ada").with_header("accept-encoding", "gzip");
        for path in
            ["/lists/customers/export.csv", "/lists/requirement-sets/export.xlsx", "/requirement-sets"]
        {
            let came = ada.get(path);
            assert_eq!(came.status, StatusCode::OK, "{path}");
            assert!(came.bytes.starts_with(b"\x1f\x8b") || path.ends_with("xlsx"), "{path} was not packed");
        }
    }
}

#[test]
fn no_other_program_is_started_and_no_address_is_asked_that_somebody_gave() {
    const STARTS: [&str; 3] = ["process::Command", "Command::new(", "libc::exec"];
    const ASKS: [&str; 4] = ["TcpStream::connect", "UdpSocket", "ToSocketAddrs", "lookup_host"];
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        // The reader of documents is the program itself, in a process with limits.
        let is_the_reader = path.ends_with("app/src/apart.rs") && text.contains("current_exe");
        for word in STARTS.iter().filter(|_| !is_the_reader).chain(&ASKS) {
            assert!(!text.contains(word), "{} mentions {word}", path.display());
        }
    }
    // No crate that asks the web; the one that sends mail asks the server of the configuration.
    for (name, _) in locked() {
        let asks = ["reqwest", "ureq", "curl", "isahc", "hyper-rustls", "hyper-tls", "surf", "attohttpc"];
        assert!(!asks.contains(&name.as_str()), "{name} asks addresses");
    }
}

#[test]
fn crates_stand_above_their_known_faults() {
    // The first version in which the fault of the advisory is mended.
    const MENDED: [(&str, [u64; 3]); 11] = [
        ("ammonia", [4, 1, 4]),             // RUSTSEC-2025-0071, 2026-0193, 2026-0213
        ("zip", [2, 3, 0]),                 // RUSTSEC-2025-0168
        ("quick-xml", [0, 41, 0]),          // RUSTSEC-2026-0194, 2026-0195
        ("lopdf", [0, 42, 0]),              // RUSTSEC-2026-0187
        ("h2", [0, 4, 16]),                 // RUSTSEC-2026-0258
        ("idna", [1, 0, 0]),                // RUSTSEC-2024-0421
        ("axum-core", [0, 3, 0]),           // RUSTSEC-2022-0055
        ("lettre", [0, 11, 22]),            // RUSTSEC-2026-0141
        ("tracing-subscriber", [0, 3, 20]), // RUSTSEC-2025-0055
        ("totp-rs", [1, 1, 0]),             // RUSTSEC-2022-0018
        ("sqlx", [0, 8, 1]),                // RUSTSEC-2024-0363
    ];
    // citationberg reads the citation styles of Typst with it, and nobody sends any; it is the only one.
    const READS_OURS_ALONE: (&str, [u64; 3]) = ("quick-xml", [0, 38, 4]);
    const NEVER: [&str; 4] = ["tar", "tokio-tar", "astral-tokio-tar", "diesel"];
    let locked = locked();
    assert!(locked.len() > 100);
    let mut looked = 0;
    for (name, version) in &locked {
        assert!(!NEVER.contains(&name.as_str()), "{name} has faults of its own: see docs/security-cases.md");
        if (name.as_str(), *version) == READS_OURS_ALONE {
            let text = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
            assert_eq!(text.matches("\"quick-xml 0.38.4\"").count(), 1, "citationberg is not the only one");
            continue;
        }
        if let Some((_, mended)) = MENDED.iter().find(|(it, _)| it == name) {
            looked += 1;
            assert!(version >= mended, "{name} {version:?} is older than {mended:?}");
        }
    }
    assert!(looked >= 8, "only {looked} of them are there");
}

/// Name and version of every crate that is built in.
fn locked() -> Vec<(String, [u64; 3])> {
    let text = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let value = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.windows(2).filter(|it| it[0].starts_with("name = ") && it[1].starts_with("version = "));
    pairs
        .filter_map(|it| {
            let version = value(it[1])?;
            let mut parts = version.split(['.', '-', '+']).map(|it| it.parse().unwrap_or(0));
            Some((value(it[0])?, [parts.next()?, parts.next()?, parts.next()?]))
        })
        .collect()
}

/// The sources of what runs: not tests, not the bench.
fn sources() -> Vec<PathBuf> {
    let mut waiting: Vec<PathBuf> = ["kernel", "web", "areas", "formats", "app/src", "verifier/src"]
        .iter()
        .map(|it| root().join(it))
        .collect();
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            let name = entry.file_name().unwrap_or_default();
            if entry.is_dir() && name != "tests" && name != "examples" && name != "benches" {
                waiting.push(entry);
            } else if entry.extension().is_some_and(|it| it == "rs") {
                found.push(entry);
            }
        }
    }
    assert!(found.len() > 100);
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
