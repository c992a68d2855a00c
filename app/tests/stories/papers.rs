//! Papers that left the house: what whoever holds one can learn.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::apart::{Most, in_a_process_of};
use axum::http::StatusCode;
use kernel::{Apart, Audience, Clock, Mishap, New, Reader, Secrets};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::json;
use verifier::{Outcome, VerifierKey, verify_file};

use crate::reviews::{
    CARL, POST, accepted, begin, behind_the_back, both_accept, completes, digest_in, link_in, make_sure,
    matter, next_letter, offered, opened, session, state,
};
use crate::world::{World, client, monday, program, refusal};

/// What people read on a paper.
pub(crate) fn text_of(pdf: &[u8]) -> String {
    document::read("application/pdf", pdf, &document::Limits::default()).unwrap().text
}

fn keys(world: &World) -> Vec<VerifierKey> {
    world.db.secrets().signers.iter().map(|it| VerifierKey::parse(&it.vkey()).unwrap()).collect()
}

/// A sign-off that Carl confirmed by the link in his letter, and its certificate by the link in the next one.
pub(crate) fn confirmed(world: &World) -> (String, String) {
    let it = accepted(world);
    make_sure(world, CARL);
    world.db.open_post(Some(POST)).unwrap();
    let number = offered(world, &it, &[world.carl().actor.person]);
    let link = link_in(&next_letter(world));
    let mut carl = opened(world, &link);
    let digest = digest_in(&carl.get(&link).text);
    let fields = [("digest", digest.as_str()), ("name", "Carl Whitfield"), ("role", "Project engineer")];
    let signed = carl.post_form(&format!("{link}/confirm"), &fields);
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
    assert_eq!(state(world, &it.set), "agreed");
    (number, link_in(&next_letter(world)))
}

fn code_of(world: &World, number: &str, no: i64) -> String {
    world.ada().asks(|reader: &Reader| {
        let set = reader.mention_of(number)?.id;
        let (revision, _) = reader.revision(set, no)?;
        Ok(reader.paper_code(number, no, &revision.digest))
    })
}

#[test]
fn whoever_holds_a_paper_learns_whether_it_holds_and_nothing_more() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let code = code_of(&world, &number, 1);
        let mut anybody = client(&world.db);
        let page = anybody.get(&format!("/verify/{code}"));
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("No later revision replaced it"), "{}", page.text);
        let title = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.title));
        assert!(!page.text.contains(&title), "what it is about is not told");
        let made_up = format!("{}0", &code[..code.len() - 1]);
        let made_up = if made_up == code { format!("{}1", &code[..code.len() - 1]) } else { made_up };
        let other = code.replacen(".1.", ".2.", 1);
        let nowhere = format!("RS-2026-9999.1.{}", "0".repeat(20));
        for wrong in [made_up.as_str(), &other, &nowhere, &number, "x", "..", "RS.x.y"] {
            let answer = anybody.get(&format!("/verify/{wrong}"));
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
            assert!(answer.text.contains("No paper of this house has this code"), "{wrong}");
        }
        // What is only worked on replaces nothing that a customer holds; what they were shown does.
        let released = world.ada().does(|work| {
            let mut case = work.find::<requirements::RequirementSet>(&number)?;
            work.advance(&mut case, requirements::set::Step::Revise)?;
            work.revise(&mut case, |it| it.intended_use = "Cleaning between batches".into())?;
            requirements::release(work, &number, "what it is for")
        });
        assert_eq!(released.unwrap().no, 2);
        assert!(anybody.get(&format!("/verify/{code}")).text.contains("No later revision replaced it"));
        world.ada().does(|work| requirements::offer(work, &number, 2)).unwrap();
        let page = anybody.get(&format!("/verify/{code}"));
        assert!(page.text.contains("No. It was replaced or withdrawn."), "{}", page.text);
        let later = anybody.get(&format!("/verify/{}", code_of(&world, &number, 2)));
        assert!(later.text.contains("No later revision replaced it"), "{}", later.text);
    }
}

#[test]
fn codes_cannot_be_tried_without_end() {
    for world in World::on_each_engine() {
        let mut anybody = client(&world.db);
        let mut last = StatusCode::OK;
        for _ in 0..61 {
            last = anybody.get("/verify/RS-2026-0001.1.0").status;
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[test]
fn a_sheet_is_for_whoever_may_read_its_revision() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let address = format!("/api/v1/requirement-sets/{number}/revisions/1/sheet.pdf?language=de");
        assert_eq!(program(&world, "eve").get(&address).status, StatusCode::NOT_FOUND);
        let carl = program(&world, "carl").get(&address);
        if sheets::IS_BUILT {
            assert_eq!(carl.status, StatusCode::OK, "{}", carl.text);
            assert_eq!(carl.header("content-type"), Some("application/pdf"));
            let tag = carl.header("etag").unwrap().to_owned();
            let again = program(&world, "ada").with_header("if-none-match", &tag).get(&address);
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "it is the same paper for everybody");
        } else {
            assert!(carl.text.contains("without a typesetter"), "{}", carl.text);
        }
    }
}

/// A few kilobytes of Markdown from which so many cells of a table come that nobody gives one paper the memory for them.
fn hungry() -> String {
    const ACROSS: usize = 500;
    const DOWN: usize = 500;
    format!("{}|\n{}|\n{}", "|a".repeat(ACROSS), "|-".repeat(ACROSS), "|1|\n".repeat(DOWN))
}

#[test]
fn a_paper_that_takes_all_memory_or_time_ends_its_typesetter_and_nothing_else() {
    if !sheets::IS_BUILT {
        return;
    }
    for mut world in World::on_each_engine() {
        let modest = world.offered_set();
        let hungry = world.ada().does(|work| {
            let new = New { title: "A table", party: Some(world.meridian), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?.number;
            let body = Requirement { statement: "The limits hold.".into(), ..Requirement::default() };
            requirements::add(work, &set, &NewRequirement { body, ..NewRequirement::default() })?;
            requirements::add_section(work, &set, "Limits", &hungry())?;
            requirements::release(work, &set, "to be set")?;
            Ok(set)
        });
        let hungry = hungry.unwrap();
        let little_memory = Most { memory: 512 << 20, time: Duration::from_mins(1) };
        let little_time = Most { memory: 3 << 30, time: Duration::from_secs(1) };
        for most in [little_memory, little_time] {
            let mishaps: Arc<Mutex<Vec<Mishap>>> = Arc::default();
            let (noted, children) = (Arc::clone(&mishaps), in_a_process_of(most));
            let apart = Apart::new(move |errand, sent| {
                children.run(errand, sent).inspect_err(|why| noted.lock().unwrap().push(why.clone()))
            });
            let clock: Clock = Arc::new(monday);
            let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
            let folder = testbed::folder();
            world.db =
                app::wiring::open_with(world.address.clone(), folder.clone(), clock, secrets, apart).unwrap();
            let mut ada = program(&world, "ada");
            let refused = ada.get(&format!("/requirement-sets/{hungry}/revisions/1/sheet.pdf"));
            assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
            assert!(refused.text.contains("The paper could not be set. Try again; if it stays"));
            let page = ada.get(&format!("/requirement-sets/{modest}"));
            assert_eq!(page.status, StatusCode::OK, "whoever serves goes on");
            let mishaps = mishaps.lock().unwrap().clone();
            if most.time == little_time.time {
                assert_eq!(mishaps, [Mishap::TooLong]);
            } else {
                assert!(matches!(mishaps[..], [Mishap::Fell(_)]), "{mishaps:?}");
                let paper = ada.get(&format!("/requirement-sets/{modest}/revisions/1/sheet.pdf"));
                assert_eq!(paper.status, StatusCode::OK, "with as little another is set: {}", paper.text);
            }
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
}

#[test]
fn a_product_has_a_data_sheet_of_each_revision_for_whoever_may_read_it_and_no_price_on_it() {
    for world in World::on_each_engine() {
        let (number, first) = world
            .bob()
            .does(|work| {
                let flow = catalogue::Characteristic {
                    name: "Flow".into(),
                    value: "18".into(),
                    unit: "l/h".into(),
                    ..catalogue::Characteristic::default()
                };
                let item = catalogue::CatalogueItem {
                    code: "KD-20".into(),
                    summary: "A pump for acids.".into(),
                    price: "1690.00".into(),
                    currency: "EUR".into(),
                    characteristics: vec![flow],
                    ..catalogue::CatalogueItem::default()
                };
                let new = kernel::New { title: "Dosing pump KD-20", ..kernel::New::default() };
                let made = catalogue::open(work, &new, &item)?;
                let first = catalogue::release(work, &made.number, &catalogue::NewRevision::default())?;
                Ok((made.number, first.no))
            })
            .unwrap();
        let address = |language: &str| {
            format!("/api/v1/catalogue/{number}/revisions/{first}/sheet.pdf?language={language}")
        };
        let mut carl = program(&world, "carl");
        assert_eq!(carl.get(&address("en")).status, StatusCode::NOT_FOUND, "it is not published yet");
        world.bob().does(|work| catalogue::publish(work, &number, first)).unwrap();
        let page = program(&world, "ada").get(&format!("/catalogue/{number}/revisions/{first}")).text;
        assert!(page.contains("sheet.pdf?language=de"), "{page}");
        let missing = carl.get(&format!("/api/v1/catalogue/{number}/revisions/9/sheet.pdf"));
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        let sheet = carl.get(&address("en"));
        if !sheets::IS_BUILT {
            assert!(sheet.text.contains("without a typesetter"), "{}", sheet.text);
            continue;
        }
        assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text);
        let text = text_of(&sheet.bytes);
        for words in ["Data sheet", "KD-20", "A pump for acids.", "Flow", "18 l/h"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(!text.contains("1,690") && !text.contains("1690"), "prices stand in quotations: {text}");
        let joined: String = text.split_whitespace().collect();
        assert!(joined.contains(&code_of(&world, &number, first)), "{text}");
        assert_eq!(verify_file(&sheet.bytes, &keys(&world)).outcome, Outcome::Holds);
    }
}

#[test]
fn a_sheet_says_what_was_released_in_both_languages_and_its_seal_holds_until_a_byte_is_changed() {
    if !sheets::IS_BUILT {
        return;
    }
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let code = code_of(&world, &number, 1);
        let address =
            |language: &str| format!("/requirement-sets/{number}/revisions/1/sheet.pdf?language={language}");
        let mut carl = client(&world.db).with_cookie(web::SESSION, &session(&world, "carl"));
        for (language, said) in [("en", "Requirement specification"), ("de", "Anforderungsspezifikation")] {
            let sheet = carl.get(&address(language));
            assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text);
            let text = text_of(&sheet.bytes);
            for words in [said, &number, "The skid stands in Northallerton.", "CIP 3 dosing skid"] {
                assert!(text.contains(words), "{words} in {text}");
            }
            // A code is long: it is broken where the line ends.
            let joined: String = text.split_whitespace().collect();
            assert!(joined.contains(&code), "{text}");
            assert_eq!(verify_file(&sheet.bytes, &keys(&world)).outcome, Outcome::Holds);
            let mut altered = sheet.bytes.clone();
            let middle = altered.len() / 2;
            altered[middle] ^= 1;
            assert_eq!(verify_file(&altered, &keys(&world)).outcome, Outcome::Altered);
        }
        let unknown = program(&world, "carl").get(&format!("/api/v1{}", address("fr")));
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.text);
        assert!(unknown.text.contains("en or de"), "{}", unknown.text);
    }
}

/// A red square in PNG.
const SQUARE: &[u8] =
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00\xfd\xd4\x9as\
    \x00\x00\x00\x10IDATx\xdac8!'\x07D\x0c\x10\n\x00\x1f&\x04\x11J\x8e\x8d \x00\x00\x00\x00IEND\xaeB`\x82";

/// How many pictures a PDF holds.
fn pictures_in(pdf: &[u8]) -> usize {
    let name = b"/Subtype/Image";
    pdf.windows(name.len()).filter(|it| it == name).count()
}

#[test]
fn a_picture_in_a_text_goes_to_the_customer_by_the_link_and_on_paper_and_one_of_ours_is_its_words() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let flow = it.requirements[1].as_str();
        let (scheme, margin) = world
            .ada()
            .does(|work| {
                let mut case = work.find::<requirements::RequirementSet>(&it.set)?;
                work.advance(&mut case, requirements::set::Step::Revise)?;
                let id = work.mention_of(flow)?.id;
                let scheme = work.attach(id, ("scheme.png", "image/png"), SQUARE, Audience::Party)?;
                let margin =
                    work.attach(id, ("margin.png", "image/png"), b"\x89PNG 30 %", Audience::Internal)?;
                let statement = format!(
                    "As drawn: ![the flow scheme](/files/{scheme}) and ![our own note](/files/{margin})\n\n\
                     | Line | Pump |\n| --- | --- |\n| Northern | KD-20 |"
                );
                let fields = vec![("statement".to_owned(), statement)];
                let edit = requirements::Edit { number: flow.to_owned(), version: None, fields };
                requirements::edit(work, &edit)?;
                let mut case = work.find::<requirements::RequirementSet>(&it.set)?;
                let section = |key: &str, title: &str| requirements::Section {
                    key: key.into(),
                    title: title.into(),
                    prose: String::new(),
                };
                work.revise(&mut case, |it| it.sections.push(section("drawn", "What is drawn")))?;
                requirements::release(work, &it.set, "with its scheme")?;
                Ok((scheme, margin))
            })
            .unwrap();
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        completes(&world.henrik(), &review).unwrap();
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        for at in [link.clone(), format!("/sign-offs/{number}")] {
            let mut carl = if at == link { opened(&world, &link) } else { program(&world, "carl") };
            let page = carl.get(&at);
            let to = format!("{at}/files/{}", kernel::fingerprint(SQUARE));
            let shown = format!("<img src=\"{to}\" alt=\"the flow scheme\"");
            assert!(page.text.contains(&shown), "{shown} is not in {}", page.text);
            assert!(
                page.text.contains("our own note") && !page.text.contains("src=\"/files/"),
                "{}",
                page.text
            );
            let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
            assert!(policy.contains("img-src 'self'"), "{policy}");
            let picture = carl.get(&to);
            assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, Some("image/png")));
            assert_eq!(picture.bytes, SQUARE);
            let others = [scheme.to_string(), margin.to_string(), kernel::fingerprint(b"\x89PNG 30 %")];
            for other in others {
                assert_eq!(carl.get(&format!("{at}/files/{other}")).status, StatusCode::NOT_FOUND, "{other}");
            }
        }
        assert_eq!(client(&world.db).get(&format!("/files/{scheme}")).status, StatusCode::SEE_OTHER);
        if !sheets::IS_BUILT {
            continue;
        }
        let sheet = |who: &str, no: i64| {
            let to = format!("/api/v1/requirement-sets/{}/revisions/{no}/sheet.pdf?language=en", it.set);
            program(&world, who).get(&to).bytes
        };
        let (before, now) = (sheet("ada", 1), sheet("ada", 2));
        assert_eq!(pictures_in(&now), pictures_in(&before) + 1, "the picture of the text and no other");
        assert_eq!(sheet("carl", 2), now, "it is the same paper for everybody");
        let text = text_of(&now).split_whitespace().collect::<Vec<_>>().join(" ");
        let said =
            ["Page 1 of", "Contents", "What is drawn", "As drawn:", "our own note", "Northern", "KD-20"];
        for words in said {
            assert!(text.contains(words), "{words} in {text}");
        }
    }
}

#[test]
fn a_file_of_ours_is_named_on_no_sheet_and_no_document_of_the_customer() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        world
            .ada()
            .does(|work| {
                let id = work.mention_of(&number)?.id;
                work.attach(id, ("our-margin.txt", "text/plain"), b"30 %", Audience::Internal)?;
                work.attach(id, ("drawing.txt", "text/plain"), b"A drawing", Audience::Party)?;
                let mut case = work.find::<requirements::RequirementSet>(&number)?;
                work.advance(&mut case, requirements::set::Step::Revise)?;
                requirements::release(work, &number, "with its drawing")?;
                requirements::offer(work, &number, 2)
            })
            .unwrap();
        let mut carl = client(&world.db).with_cookie(web::SESSION, &session(&world, "carl"));
        for page in ["document?revision=2", "print?revision=2", "export.json?revision=2"] {
            let said = carl.get(&format!("/requirement-sets/{number}/{page}"));
            assert_eq!(said.status, StatusCode::OK, "{page}: {}", said.text);
            assert!(
                said.text.contains("drawing.txt") && !said.text.contains("our-margin"),
                "{page}: {}",
                said.text
            );
        }
        if sheets::IS_BUILT {
            let address = format!("/api/v1/requirement-sets/{number}/revisions/2/sheet.pdf?language=en");
            let ours = text_of(&program(&world, "ada").get(&address).bytes);
            assert!(ours.contains("drawing.txt") && !ours.contains("our-margin"), "{ours}");
        }
    }
}

#[test]
fn a_certificate_proves_offline_what_was_agreed_and_by_whom() {
    if !sheets::IS_BUILT {
        return;
    }
    for world in World::on_each_engine() {
        let (number, link) = confirmed(&world);
        let to = format!("/api/v1/sign-offs/{number}/certificate.pdf?language=en");
        world.db.seal().unwrap();
        let mut carl = opened(&world, &link);
        let page = carl.get(&link);
        assert!(page.text.contains("certificate.pdf"), "{}", page.text);
        let paper = carl.get(&format!("{link}/certificate.pdf?language=en"));
        assert_eq!(paper.status, StatusCode::OK, "{}", paper.text);
        assert_eq!(paper.header("content-type"), Some("application/pdf"));
        let text = text_of(&paper.bytes);
        for words in
            ["Certificate of agreement", "Carl Whitfield", "Project engineer", "CIP 3 dosing skid", &number]
        {
            assert!(text.contains(words), "{words} in {text}");
        }
        let report = verify_file(&paper.bytes, &keys(&world));
        assert_eq!(report.outcome, Outcome::Holds, "{:?}", report.sentences);
        let said = report.sentences.join("\n");
        for name in ["signature-1.json", "seen-1.json", "revision.json", "lines.jsonl"] {
            assert!(said.contains(&format!("{name}: it is what the log names.")), "{said}");
        }
        assert_eq!(verify_file(&paper.bytes, &[]).outcome, Outcome::Unchecked);
        for place in (0..paper.bytes.len()).step_by(1_511) {
            let mut altered = paper.bytes.clone();
            altered[place] ^= 1;
            assert_ne!(verify_file(&altered, &keys(&world)).outcome, Outcome::Holds, "byte {place}");
        }
        // What he keeps stays the same as the log grows, and is the same for everybody.
        world
            .ada()
            .does(|work| {
                let id = work.mention_of(&number)?.id;
                work.remark(id, "Thank you.", Audience::Internal)
            })
            .unwrap();
        world.db.seal().unwrap();
        assert_eq!(program(&world, "ada").get(&to).bytes, paper.bytes);
        assert_eq!(program(&world, "eve").get(&to).status, StatusCode::NOT_FOUND);
        let mut stranger = client(&world.db);
        let came = stranger.get(&format!("{link}/certificate.pdf"));
        assert_eq!(came.status, StatusCode::UNAUTHORIZED, "a link that was forwarded opens nothing");
        assert!(!came.text.contains("CIP 3"), "{}", came.text);
        assert_eq!(stranger.get("/certificate/0000/certificate.pdf").status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn no_seal_of_ours_is_put_on_what_is_not_what_was_signed() {
    for world in World::on_each_engine() {
        let (number, link) = confirmed(&world);
        world.db.seal().unwrap();
        let mut carl = opened(&world, &link);
        let sentence = format!("What is stored of {number} is not what was signed.");
        for (table, there, back) in [
            (
                "signature",
                "name = 'Carla Whitfield' where name = 'Carl Whitfield'",
                "name = 'Carl Whitfield' where name = 'Carla Whitfield'",
            ),
            ("sign_off", "summary = 'Two skids.'", "summary = 'One skid for CIP 3.'"),
        ] {
            behind_the_back(&world, table, &format!("update {table} set {there}"));
            for who in ["ada", "carl"] {
                let refused =
                    program(&world, who).get(&format!("/api/v1/sign-offs/{number}/certificate.pdf"));
                assert_eq!(refused.status, StatusCode::CONFLICT, "{table}: {}", refused.text);
                assert!(refused.text.contains(&sentence), "{table}: {}", refused.text);
                let page = program(&world, who).get(&format!("/sign-offs/{number}")).text;
                assert!(page.contains(&sentence), "{table} is told to {who}: {page}");
            }
            let refused = carl.get(&format!("{link}/certificate.pdf?language=en"));
            assert!(refused.text.contains(&sentence), "{table}: {}", refused.text);
            behind_the_back(&world, table, &format!("update {table} set {back}"));
            let page = program(&world, "carl").get(&format!("/sign-offs/{number}")).text;
            assert!(!page.contains(&sentence), "{table}: as it was, it is right: {page}");
        }
    }
}

#[test]
fn there_is_no_certificate_before_all_have_signed() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let to = format!("/api/v1/sign-offs/{number}/certificate.pdf");
        let early = program(&world, "ada").get(&to);
        assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
        assert!(early.text.contains("There is no certificate before all have signed."), "{}", early.text);
    }
}

#[test]
fn the_record_of_a_review_says_who_judged_what_and_nobody_outside_reads_it() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let review = world.ada().asks(|reader| Ok(reviews::reviews_of(reader, it.subject)?.remove(0).0));
        let to = format!("/api/v1/reviews/{review}/record.pdf?language=en");
        let says = |words: &str| {
            let words = json!({ "words": words });
            let came = program(&world, "bob").post_json(&format!("/api/v1/reviews/{review}/remarks"), &words);
            assert_eq!(came.status, StatusCode::CREATED, "{}", came.text);
        };
        says(&format!("{}: The pump was hydrotested at 20 bar.", it.requirements[1]));
        says("Note: Meridian visits us in Harrogate.");
        world.db.seal().unwrap();
        for outside in ["carl", "eve"] {
            assert_eq!(program(&world, outside).get(&to).status, StatusCode::NOT_FOUND);
        }
        let paper = program(&world, "amelia").get(&to);
        if !sheets::IS_BUILT {
            assert!(paper.text.contains("without a typesetter"), "{}", paper.text);
            continue;
        }
        assert_eq!(paper.status, StatusCode::OK, "{}", paper.text);
        let text = text_of(&paper.bytes);
        for words in [
            "Record of a review",
            "Quality",
            "Design",
            "Henrik",
            "We can do this.",
            "Feasible as given",
            "hydrotested",
            "Harrogate",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        let report = verify_file(&paper.bytes, &keys(&world));
        assert_eq!(report.outcome, Outcome::Holds, "{:?}", report.sentences);
        assert!(
            report.sentences.iter().any(|it| it.starts_with("signature-3.json")),
            "{:?}",
            report.sentences
        );
    }
}

#[test]
fn an_administrator_says_how_papers_look_and_nobody_else() {
    for world in World::on_each_engine() {
        let to = "/api/v1/letterhead";
        let wanted = json!({ "lines": ["Dosing Lane 1", "York"], "accent": "#7A1F3D", "notice": "Uncontrolled when printed.", "parts": ["cover", "rationale"] });
        for who in ["ada", "amelia", "carl", "eve"] {
            let refused = program(&world, who).patch_json(to, Some("*"), &wanted);
            assert_ne!(refused.status, StatusCode::OK, "{who}: {}", refused.text);
            assert_ne!(program(&world, who).get(to).status, StatusCode::OK, "{who}");
        }
        let mut sam = program(&world, "sam");
        let kept = sam.patch_json(to, Some("*"), &wanted);
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        assert_eq!(kept.json()["accent"], "#7a1f3d");
        let wrong = json!({ "accent": "yellow", "parts": ["margin"], "logo": "R0lGODlhAQABAAAAACw=" });
        let refused = sam.patch_json(to, Some("*"), &wrong);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(
            refused.text.contains("Give a colour like") && refused.text.contains("Choose among the parts"),
            "{}",
            refused.text
        );
        let logo = sam.patch_json(to, Some("*"), &json!({ "logo": "R0lGODlhAQABAAAAACw=" }));
        assert!(logo.text.contains("Take a picture in PNG or JPEG."), "{}", logo.text);
        assert_eq!(sam.get(to).json()["parts"], json!(["cover", "rationale"]));
        if sheets::IS_BUILT {
            let number = world.offered_set();
            let address = format!("/api/v1/requirement-sets/{number}/revisions/1/sheet.pdf?language=en");
            let text = text_of(&program(&world, "carl").get(&address).bytes);
            assert!(text.contains("Dosing Lane 1") && text.contains("Uncontrolled when printed."), "{text}");
        }
        let early = refusal(world.ada().does(|work| web::paper::keep_logo(work, b"")));
        assert!(early.contains("administrator") || early.contains("Administrator"), "{early}");
    }
}
