//! Requirement sets: from somebody's words to a released revision that says what changed and who may read it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use kernel::{Audience, Citable, Error, New};
use requirements::{
    At, Capture, Edit, Into, NewRequirement, Put, Reading, Requirement, RequirementSet, Words, compare, read,
    requirement, set,
};
use serde_json::json;

use crate::world::{World, monday, program, refusal};

const SHEETS: [&str; 3] = [
    include_str!("../../../demo/requirements/rs-2026-0017-rev-1.csv"),
    include_str!("../../../demo/requirements/rs-2026-0017-rev-2.csv"),
    include_str!("../../../demo/requirements/rs-2026-0017-rev-3.csv"),
];
const CHANGES: &str = include_str!("../../../demo/requirements/rs-2026-0017-changes.csv");
const MAIL: &str = "Hello Ada,\nplease see below.\n\n15 % equilibrium mix, density 1.15, comes in\n1,000 l IBCs. Regards, Carl";

/// The entity tag of a version.
fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

fn open_set(world: &World) -> String {
    let new = New { title: "Dosing skid quokkamarker", party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

pub(crate) fn wanted(statement: &str) -> NewRequirement {
    let body = Requirement { statement: statement.to_owned(), ..Requirement::default() };
    NewRequirement { body, ..NewRequirement::default() }
}

fn add(world: &World, set: &str, statement: &str) -> String {
    world.ada().does(|work| requirements::add(work, set, &wanted(statement))).unwrap().number
}

fn change(world: &World, number: &str, field: &str, words: &str) {
    let fields = vec![(field.to_owned(), words.to_owned())];
    let edit = Edit { number: number.to_owned(), version: None, fields };
    world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
}

fn release(world: &World, set: &str) -> i64 {
    world.ada().does(|work| requirements::release(work, set, "As asked")).unwrap().no
}

fn reading(world: &World, set: &str, at: At) -> Reading {
    world.ada().asks(|reader| read(reader, set, at))
}

/// The text of a mail of Carl's, kept at a record.
pub(crate) fn mail_of_carl(world: &World, at: i64) -> i64 {
    let text = Citable {
        origin: "message",
        origin_id: 1,
        name: "Mail of Carl",
        words: MAIL,
        extractor: "story 1",
        audience: Audience::Party,
    };
    world.ada().does(|work| work.keep_source(at, &text)).unwrap()
}

#[test]
fn several_are_added_one_after_the_other_in_the_section_of_the_first() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let mut ada = program(&world, "ada");
        let to = format!("/requirement-sets/{set}/new");
        let mut adds = |statement: &str, then: &str| {
            let form = [("statement", statement), ("section", "s1"), ("once", statement), ("then", then)];
            let came = ada.post_form(&to, &form);
            assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
            came.location().to_owned()
        };
        let next = adds("Seals shall be EPDM.", "another");
        let last = adds("The flow shall be 18 m³/h.", "");
        assert!(last.starts_with("/requirements/"), "{last}");
        let page = ada.get(&next);
        assert_eq!(page.status, StatusCode::OK, "{next}");
        let number = next.rsplit("added=").next().unwrap().to_owned();
        assert!(page.text.contains(&format!("{number} was added")), "{}", page.text);
        assert!(!page.text.contains("Seals shall be EPDM."), "the form is empty");
        // A number that is no requirement of the set is not told as added.
        let page = ada.get(&format!("{to}?added=K-1001")).text;
        assert!(!page.contains("K-1001 was added"), "{page}");
        let reading = world.ada().asks(|reader| read(reader, &set, At::Now));
        assert_eq!(reading.lines.len(), 2);
    }
}

#[test]
fn carls_words_become_a_requirement_that_leads_back_to_them() {
    for world in World::on_each_engine() {
        let source = mail_of_carl(&world, world.meridian);
        let capture = Capture {
            source,
            words: Words::Exact("equilibrium mix, density 1.15, comes in 1,000 l IBCs".into()),
            into: Into::New("CIP 3 dosing skid".into()),
            new: wanted("Line A shall dose a 15 % equilibrium mix."),
        };
        let made = world.ada().does(|work| requirements::capture(work, &capture)).unwrap();
        let case = world.ada().asks(|reader| reader.find::<Requirement>(&made.number));
        assert_eq!(case.body.passage, "equilibrium mix, density 1.15, comes in\n1,000 l IBCs");
        assert_eq!((case.body.source.as_str(), case.body.said_at), ("Mail of Carl", Some(monday())));
        let passages = world.ada().asks(|reader| reader.passages_behind(made.id));
        assert_eq!((passages.len(), passages[0].source_id), (1, source));
        let page = program(&world, "ada").get(&format!("/requirements/{}", made.number));
        assert!(
            page.text.contains(&format!("/sources/{source}#passage-{}", passages[0].id)),
            "{}",
            page.text
        );

        let elsewhere = Capture { words: Words::Exact("20 % equilibrium".into()), ..capture };
        let outcome = world.ada().does(|work| requirements::capture(work, &elsewhere));
        assert!(refusal(outcome).contains("do not stand in the text"));
    }
}

#[test]
fn who_said_it_and_when_can_be_mended_and_words_that_are_cited_stay() {
    for world in World::on_each_engine() {
        let source = mail_of_carl(&world, world.meridian);
        let carl = world.person("carl").actor.person;
        let named =
            Requirement { said_by: Some(carl), said_by_name: "Carl".into(), ..wanted("It shall.").body };
        let capture = Capture {
            source,
            words: Words::Exact("density 1.15".into()),
            into: Into::New("CIP 3 dosing skid".into()),
            new: NewRequirement { body: named, ..NewRequirement::default() },
        };
        let number = world.ada().does(|work| requirements::capture(work, &capture)).unwrap().number;
        let case = || world.ada().asks(|reader| reader.find::<Requirement>(&number));
        let said = || (case().body.said_by, case().body.said_by_name, case().body.said_at);
        assert_eq!(said(), (Some(carl), "Carl".to_owned(), Some(monday())));

        // What the form shows and is sent as it is changes nothing.
        let mut ada = program(&world, "ada");
        let form = format!("/requirements/{number}/edit");
        let page = ada.get(&form).text;
        let shown = page.split(r#"name="said_at""#).nth(1).unwrap().split(r#"value=""#).nth(1).unwrap();
        let shown = shown.split('"').next().unwrap();
        let version = case().record.version.to_string();
        let sent = [("version", version.as_str()), ("said_by_name", "Carl"), ("said_at", shown)];
        assert_eq!(ada.post_form(&form, &sent).status, StatusCode::SEE_OTHER);
        assert_eq!(said(), (Some(carl), "Carl".to_owned(), Some(monday())));

        // Another name is nobody we know; a moment is read with its distance from UTC.
        let address = format!("/api/v1/requirements/{number}");
        let mended = json!({ "said_by_name": "Marta Ruiz", "said_at": "2026-05-04T12:00:00+02:00" });
        let answer = ada.patch_json(&address, Some("*"), &mended);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let at: Timestamp = "2026-05-04T10:00:00Z".parse().unwrap();
        assert_eq!(said(), (None, "Marta Ruiz".to_owned(), Some(at)));
        let faulty = ada.patch_json(&address, Some("*"), &json!({ "said_at": "last week" }));
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", faulty.text);

        // The words stay those of the text, whoever writes and by whichever way.
        let before = case().body.passage;
        for words in ["density 1.20", "1.15", ""] {
            let others = ada.patch_json(&address, Some("*"), &json!({ "passage": words }));
            assert_eq!(others.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {}", others.text);
            assert!(others.text.contains("It cites these words of a text"), "{words}: {}", others.text);
            assert_eq!(case().body.passage, before);
        }
        let same = ada.patch_json(&address, Some("*"), &json!({ "passage": "density  1.15" }));
        assert_eq!(same.status, StatusCode::OK, "{}", same.text);
    }
}

#[test]
fn a_picture_is_put_into_the_text_and_leaves_with_its_address() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose.");
        let id = |of: &str| world.ada().asks(|reader| Ok(reader.mention_of(of)?.id));
        let attach = |of: &str, name: &str| {
            let record = id(of);
            let of = (name, "image/png");
            world.ada().does(|work| work.attach(record, of, b"\x89PNG", Audience::Internal)).unwrap()
        };
        let (of_set, of_one) = (attach(&set, "plan.png"), attach(&number, "scheme.png"));
        let mut ada = program(&world, "ada");
        let shows = |page: &str, file: i64, name: &str| page.contains(&format!("![{name}](/files/{file})"));
        let form = ada.get(&format!("/requirements/{number}/edit")).text;
        assert!(shows(&form, of_set, "plan.png") && shows(&form, of_one, "scheme.png"), "{form}");
        assert!(form.contains("only we read its file"), "the customer would not see it: {form}");
        for form in ["sections", "new"] {
            let page = ada.get(&format!("/requirement-sets/{set}/{form}")).text;
            assert!(shows(&page, of_set, "plan.png") && !shows(&page, of_one, "scheme.png"), "{page}");
        }
        change(&world, &number, "statement", &format!("As drawn: ![scheme.png](/files/{of_one})"));
        let page = ada.get(&format!("/requirements/{number}")).text;
        assert!(page.contains(&format!(r#"<img src="/files/{of_one}""#)), "{page}");

        let export = format!("/requirement-sets/{set}/export.md");
        world.db.open_site(Some("https://reqord.kestrel.example")).unwrap();
        let file = ada.get(&export).text;
        let away = format!("![scheme.png](https://reqord.kestrel.example/files/{of_one})");
        assert!(file.contains(&away), "{file}");
        let eve = program(&world, "eve").get(&format!("/requirements/{number}/edit"));
        assert_eq!(eve.status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn what_is_pasted_with_its_form_becomes_markdown_that_runs_nothing() {
    for world in World::on_each_engine() {
        let html = "<p>It shall <b>never</b> leak.<script>alert(1)</script></p><img src=https://a.example/p.gif>\
                    <table><tr><th>Line</th><th>Pump</th></tr><tr><td>A</td><td>KD-20</td></tr></table>";
        let pasted = json!({ "html": html });
        let answer = program(&world, "ada").post_json("/api/v1/markdown", &pasted);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let markdown = answer.json()["markdown"].as_str().unwrap().to_owned();
        assert!(markdown.contains("It shall **never** leak.") && markdown.contains("KD-20 |"), "{markdown}");
        assert!(!markdown.contains("alert") && !markdown.contains("a.example"), "{markdown}");
        assert!(!program(&world, "carl").post_json("/api/v1/markdown", &pasted).status.is_success());
    }
}

#[test]
fn what_is_written_is_shown_beforehand_as_its_page_will_show_it() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let mut ada = program(&world, "ada");
        let statement = "It shall **never** leak.\n\n| Line | Pump |\n| --- | --- |\n| A | KD-20 |\n\n<b onclick=\"x()\">no</b>";
        let row = json!({ "set": set, "statement": statement });
        let number =
            ada.post_json("/api/v1/requirements", &row).json()["number"].as_str().unwrap().to_owned();
        let written = json!({ "markdown": statement });
        let answer = ada.post_json("/api/v1/markdown/html", &written);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let html = answer.json()["html"].as_str().unwrap().to_owned();
        assert!(html.contains("<strong>never</strong>") && html.contains("<td>KD-20</td>"), "{html}");
        assert!(!html.contains("<b "), "{html}");
        let page = ada.get(&format!("/requirements/{number}")).text;
        assert!(page.contains(&html), "{html} is not in {page}");
        let form = ada.get(&format!("/requirements/{number}/edit")).text;
        assert!(form.contains(r#"name="statement""#) && form.contains("data-rich"), "{form}");
        let long = json!({ "markdown": "a".repeat(200_001) });
        assert_eq!(ada.post_json("/api/v1/markdown/html", &long).status, StatusCode::UNPROCESSABLE_ENTITY);
        for outside in ["carl", "eve"] {
            let refused = program(&world, outside).post_json("/api/v1/markdown/html", &written);
            assert!(
                !refused.status.is_success() && !refused.text.contains("never"),
                "{outside}: {}",
                refused.text
            );
        }
    }
}

#[test]
fn words_of_one_customer_become_no_requirement_of_another() {
    for world in World::on_each_engine() {
        let ada = world.ada();
        let of_meridian = open_set(&world);
        let new = New { title: "A skid", party: Some(world.hallander), ..New::default() };
        let of_hallander =
            ada.does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number;
        let at = ada.asks(|reader| Ok(reader.mention_of(&of_meridian)?.id));
        let source = mail_of_carl(&world, at);
        let into = |set: &str| Capture {
            source,
            words: Words::Exact("equilibrium mix".into()),
            into: Into::Set(set.to_owned()),
            new: wanted("Line A shall dose a 15 % equilibrium mix."),
        };
        let outcome = ada.does(|work| requirements::capture(work, &into(&of_hallander)));
        assert!(refusal(outcome).contains("came from another customer"));
        ada.does(|work| requirements::capture(work, &into(&of_meridian))).unwrap();
    }
}

#[test]
fn a_set_is_released_when_everything_is_said_and_then_closed() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let outcome = world.ada().does(|work| requirements::release(work, &set, ""));
        assert_eq!(refusal(outcome), "Add at least one requirement.");
        let first = add(&world, &set, "Line A shall dose.");
        let empty = NewRequirement { title: "Line B".into(), ..NewRequirement::default() };
        let second = world.ada().does(|work| requirements::add(work, &set, &empty)).unwrap().number;
        let outcome = world.ada().does(|work| requirements::release(work, &set, ""));
        assert_eq!(refusal(outcome), format!("Say what {second} demands."));
        change(&world, &second, "statement", "Line B shall dose.");

        let outcome = world.henrik().does(|work| requirements::release(work, &set, ""));
        assert!(matches!(outcome, Err(Error::Refused(_))), "Henrik neither owns it nor writes requirements");
        let plain = program(&world, "ada")
            .post_json(&format!("/api/v1/requirement-sets/{set}/steps/release"), &json!({}));
        assert_eq!(plain.status, StatusCode::CONFLICT, "the plain step would freeze nothing");
        assert_eq!(release(&world, &set), 1);

        let state = |number: &str| world.ada().asks(|reader| reader.find::<Requirement>(number)).record.state;
        assert_eq!(state(&first), requirement::State::Valid);
        let fields = vec![("statement".to_owned(), "Line A shall not dose.".to_owned())];
        let edit = Edit { number: first.clone(), version: None, fields };
        let outcome = world.ada().does(|work| requirements::edit(work, &edit));
        assert!(refusal(outcome).contains("Revise it"));
        let outcome = world.ada().does(|work| requirements::add(work, &set, &wanted("One more.")));
        assert!(refusal(outcome).contains("Revise it"));

        world.ada().takes::<RequirementSet>(&set, set::Step::Revise).unwrap();
        change(&world, &first, "statement", "Line A shall dose twice.");
        assert_eq!((state(&first), state(&second)), (requirement::State::Draft, requirement::State::Valid));
        assert_eq!(release(&world, &set), 2);
        let second_now = world.ada().asks(|reader| reader.find::<Requirement>(&second));
        assert_eq!(second_now.record.released, Some(1), "what did not change is not frozen again");
        let told = compare(&reading(&world, &set, At::Revision(1)), &reading(&world, &set, At::Revision(2)));
        let row = [&first, "changed", "statement", "Line A shall dose.", "Line A shall dose twice."];
        assert_eq!(told.rows(), [row.map(str::to_owned)]);
    }
}

type Row = BTreeMap<String, String>;

fn rows_of(sheet: &str) -> Vec<Row> {
    csv::Reader::from_reader(sheet.as_bytes()).deserialize().map(|it| it.unwrap()).collect()
}

/// The fields of a row under the names that they have in a requirement.
fn fields_of(row: &Row) -> Vec<(String, String)> {
    let named = row.iter().filter(|(column, _)| !matches!(column.as_str(), "id" | "section" | "function"));
    named
        .map(|(column, words)| {
            let field = match column.as_str() {
                "method" => "verification",
                "said_by" => "said_by_name",
                other => other,
            };
            (field.to_owned(), words.clone())
        })
        .collect()
}

fn new_of(row: &Row, section: &str, put: Put) -> NewRequirement {
    let mut new = NewRequirement {
        number: Some(row["id"].clone()),
        section: section.into(),
        put,
        ..NewRequirement::default()
    };
    for (field, words) in fields_of(row) {
        match field.as_str() {
            "title" => new.title = words,
            field => new.body.write(field, &words).unwrap(),
        }
    }
    new
}

/// Brings a set to what a sheet says: changes, adds and withdraws only what differs.
fn bring_to(world: &World, set: &str, rows: &[Row]) {
    let before = reading(world, set, At::Now);
    world
        .ada()
        .does(|work| {
            let mut above: BTreeMap<&str, Put> = BTreeMap::new();
            for row in rows {
                let known = before.sections.iter().find(|it| it.title == row["section"]).unwrap();
                let put =
                    above.insert(known.key.as_str(), Put::After(row["id"].clone())).unwrap_or(Put::First);
                if before.lines.iter().any(|it| it.number == row["id"]) {
                    requirements::edit(
                        work,
                        &Edit { number: row["id"].clone(), version: None, fields: fields_of(row) },
                    )?;
                } else {
                    requirements::add(work, set, &new_of(row, &known.key, put))?;
                }
            }
            for gone in before.lines.iter().filter(|line| rows.iter().all(|it| it["id"] != line.number)) {
                requirements::withdraw(work, &gone.number, "In the data sheet")?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_three_revisions_of_the_main_set_differ_exactly_as_the_world_says() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let [first, ..] = SHEETS.map(rows_of);
        let mut titles: Vec<&str> = Vec::new();
        for row in &first {
            if !titles.contains(&row["section"].as_str()) {
                titles.push(&row["section"]);
            }
        }
        world
            .ada()
            .does(|work| {
                titles.iter().try_for_each(|it| requirements::add_section(work, &set, it, "").map(|_| ()))?;
                requirements::remove_section(work, &set, "s1")
            })
            .unwrap();
        for sheet in SHEETS {
            bring_to(&world, &set, &rows_of(sheet));
            release(&world, &set);
            let revise = |work: &mut kernel::Work| {
                let mut case = work.find::<RequirementSet>(&set)?;
                work.advance(&mut case, set::Step::Revise)
            };
            world.ada().does(revise).unwrap();
        }
        let of = |no| reading(&world, &set, At::Revision(no));
        let told = |from: i64| {
            let rows = compare(&of(from), &of(from + 1)).rows();
            rows.into_iter().map(move |it| [vec![(from + 1).to_string()], it.to_vec()].concat())
        };
        let wanted: BTreeSet<Vec<String>> = rows_of(CHANGES)
            .iter()
            .map(|row| {
                ["revision", "id", "kind", "field", "before", "after"].map(|it| row[it].clone()).to_vec()
            })
            .collect();
        assert_eq!(told(1).chain(told(2)).collect::<BTreeSet<_>>(), wanted);
        assert_eq!(of(3).lines.len(), 72);
        let sheet =
            world.ada().asks(|reader| requirements::export(reader, &set, Some(3), requirements::Format::Csv));
        assert_eq!(String::from_utf8_lossy(&sheet.bytes).lines().count(), 73);
    }
}

#[test]
fn a_stale_save_shows_both_versions_and_loses_nothing() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose.");
        let seen = world.ada().asks(|reader| reader.find::<Requirement>(&number)).record.version;
        change(&world, &number, "statement", "Line A shall dose at once.");
        let mut ada = program(&world, "ada");
        let sent = [
            ("version", seen.to_string()),
            ("statement", "Line A shall dose later.".into()),
            ("title", "Line A".into()),
        ];
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, it)| (*name, it.as_str())).collect();
        let page = ada.post_form(&format!("/requirements/{number}/edit"), &sent);
        assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
        for words in ["Line A shall dose at once.", "Line A shall dose later.", "Theirs", "Yours"] {
            assert!(page.text.contains(words), "{words} is not on the page");
        }
        let address = format!("/api/v1/requirements/{number}");
        let answer =
            ada.patch_json(&address, Some(&tag(seen)), &json!({ "statement": "Line A shall dose later." }));
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(answer.json()["current"]["statement"], "Line A shall dose at once.");
        assert!(answer.json()["detail"].as_str().unwrap().contains("Nothing was overwritten"));
        let now = answer.json()["version"].as_i64().unwrap();
        // A program that does not say what it has seen overwrites nobody.
        let blind = ada.patch_json(&address, None, &json!({ "statement": "Line A shall dose blindly." }));
        assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED, "{}", blind.text);
        assert_eq!(ada.get(&address).json()["version"].as_i64(), Some(now));
        let answer = ada.patch_json(
            &address,
            Some(&tag(now)),
            &json!({ "statement": "Line A shall dose later.", "value": 12 }),
        );
        assert_eq!((answer.status, answer.json()["fields"]["value"].as_str()), (StatusCode::OK, Some("12")));
        let answer =
            ada.patch_json(&address, Some(&tag(now + 1)), &json!({ "kind": "nonsense", "value": "much" }));
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(2), "{}", answer.text);
    }
}

#[test]
fn of_two_who_write_the_same_words_of_a_set_neither_loses_theirs() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let page = format!("/requirement-sets/{set}");
        let mut ada = program(&world, "ada");
        let mut ben = program(&world, "ben");
        let version = |page: &str| {
            let (_, after) =
                page.split_once(r#"name="version" value=""#).expect("the form knows what it shows");
            after.split('"').next().unwrap_or_default().to_owned()
        };
        // Both read the heading; Ben is faster.
        let seen = version(&ada.get(&format!("{page}/edit")).text);
        let of_ben = [("version", seen.as_str()), ("title", "CIP skid"), ("matter", "Two dosing lines")];
        assert_eq!(ben.post_form(&format!("{page}/edit"), &of_ben).status, StatusCode::SEE_OTHER);
        let of_ada =
            [("version", seen.as_str()), ("title", "CIP skid"), ("matter", "One dosing line, doubled")];
        let late = ada.post_form(&format!("{page}/edit"), &of_ada);
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        for words in ["Two dosing lines", "One dosing line, doubled", "Theirs", "Yours", "Save mine"] {
            assert!(late.text.contains(words), "{words} is not on the page");
        }
        // The same for the prose of a section.
        let forms = format!("{page}/sections");
        let seen = version(&ada.get(&forms).text);
        let to = format!("{forms}/s1");
        let of_ben = [("version", seen.as_str()), ("title-s1", "Dosing"), ("prose-s1", "Acid first.")];
        assert_eq!(ben.post_form(&to, &of_ben).status, StatusCode::SEE_OTHER);
        let of_ada = [("version", seen.as_str()), ("title-s1", "Dosing"), ("prose-s1", "Caustic first.")];
        let late = ada.post_form(&to, &of_ada);
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        for words in ["Acid first.", "Caustic first.", "Theirs", "Yours", "Save mine"] {
            assert!(late.text.contains(words), "{words} is not on the page");
        }
        // Whoever has seen both saves theirs over it.
        let seen = version(&late.text);
        let of_ada = [("version", seen.as_str()), ("title-s1", "Dosing"), ("prose-s1", "Caustic first.")];
        assert_eq!(ada.post_form(&to, &of_ada).status, StatusCode::SEE_OTHER);
        // A section that is gone leaves its words in the form for another one.
        let key = world.ada().does(|work| requirements::add_section(work, &set, "Rinsing", "")).unwrap();
        let seen = version(&ada.get(&forms).text);
        assert_eq!(ben.post_form(&format!("{forms}/{key}/remove"), &[]).status, StatusCode::SEE_OTHER);
        let (title, prose) = (format!("title-{key}"), format!("prose-{key}"));
        let of_ada = [("version", seen.as_str()), (&title, "Rinsing"), (&prose, "Twice with hot water.")];
        let late = ada.post_form(&format!("{forms}/{key}"), &of_ada);
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
        assert!(late.text.contains("Twice with hot water."), "{}", late.text);
        assert!(late.text.contains("Somebody else took this section away"), "{}", late.text);
        let again = [("title", "Rinsing"), ("prose", "Twice with hot water.")];
        assert_eq!(ada.post_form(&forms, &again).status, StatusCode::SEE_OTHER);
        assert!(ada.get(&format!("{page}/document")).text.contains("Twice with hot water."));
    }
}

#[test]
fn what_is_typed_into_a_form_is_kept_until_what_it_says_is_done() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let forms = format!("/requirement-sets/{set}/sections");
        let mut ada = program(&world, "ada");
        let page = ada.get(&forms).text;
        let key = format!("section:{set}:s1");
        assert!(page.contains(&format!(r#"data-draft="{key}""#)), "{page}");
        let person = world.ada().asks(|reader| Ok(reader.actor.person));
        world.db.keep_draft(person, &key, r#"{"prose-s1":["Half"]}"#).unwrap();
        let sent = |title| [("title-s1", title), ("prose-s1", "Half of it"), ("draft", key.as_str())];
        assert_ne!(
            ada.post_form(
                &format!("{forms}/s1"),
                &[("version", "99999"), ("title-s1", "A"), ("draft", &key)]
            )
            .status,
            StatusCode::SEE_OTHER
        );
        assert!(world.db.draft(person, &key).unwrap().is_some(), "what was refused is kept");
        assert_eq!(ada.post_form(&format!("{forms}/s1"), &sent("Dosing")).status, StatusCode::SEE_OTHER);
        assert!(world.db.draft(person, &key).unwrap().is_none(), "what was done is over");
    }
}

#[test]
fn carl_finds_an_older_revision_by_its_own_words_alone() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose wombatmarker.");
        release(&world, &set);
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&set)?;
                work.advance(&mut case, set::Step::Revise)
            })
            .unwrap();
        change(&world, &number, "statement", "Line A shall dose dingomarker.");
        change(&world, &number, "title", "Dingotitle");
        let edit = |it: &mut RequirementSet| it.matter = "numbatmarker".into();
        world.ada().does(|work| work.revise(&mut work.find(&set)?, edit)).unwrap();
        world.ada().does(|work| requirements::offer(work, &set, 1)).unwrap();
        let mut carl = program(&world, "carl");
        let mut found = |word: &str| carl.get(&format!("/api/v1/search?q={word}")).json()["items"].clone();
        assert_eq!(found("wombatmarker")[0]["number"], json!(number), "what was shown");
        for draft in ["dingomarker", "dingotitle", "numbatmarker"] {
            assert_eq!(found(draft), json!([]), "{draft} stands in the working copy alone");
        }
        let said = program(&world, "carl").get("/api/v1/search?q=wombatmarker").text.to_lowercase();
        assert!(!said.contains("dingo"), "{said}");
        assert!(program(&world, "ada").get("/search?q=dingomarker").text.contains(&number));

        // An older version had taken them from the working copy: what was shown is taken up anew.
        let (key, words) = match world.address {
            kernel::Address::Sqlite(_) => ("rowid", "' dingomarker'"),
            kernel::Address::Postgres(_) => ("id", "to_tsvector('simple', 'dingomarker')"),
        };
        let older = format!(
            "update findable set name = 'Dingotitle' where offered;
             update search set words = words || {words} where {key} in
             (select findable.id from findable join record on record.id = record_id
              where findable.offered and kind in ('RS', 'REQ'));"
        );
        testbed::tamper(&world.address, &older).unwrap();
        assert_ne!(found("dingomarker"), json!([]), "as it was kept");
        let mut last = Some(0);
        while let Some(after) = last {
            let system = kernel::Actor::system();
            last = world.db.write(&system, |work| requirements::take_up_offered(work, after)).unwrap();
        }
        assert_eq!(found("dingomarker"), json!([]));
        let shown = found("wombatmarker");
        assert_eq!((&shown[0]["number"], shown.to_string().contains("Dingo")), (&json!(number), false));
    }
}

#[test]
fn carl_reads_what_was_offered_and_eve_learns_nothing() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose wombatmarker.");
        release(&world, &set);
        let hidden = world.carl().tries(|reader| read(reader, &set, At::Now));
        assert!(matches!(hidden, Err(Error::NotFound)), "it was not offered yet");
        world.ada().does(|work| requirements::offer(work, &set, 1)).unwrap();
        world.ada().takes::<RequirementSet>(&set, set::Step::Revise).unwrap();
        change(&world, &number, "statement", "Line A shall dose secretly.");
        add(&world, &set, "Something not yet said.");

        let seen = world.carl().asks(|reader| read(reader, &set, At::Now));
        assert_eq!((seen.revision, seen.lines.len()), (Some(1), 1));
        assert_eq!(seen.lines[0].body.statement, "Line A shall dose wombatmarker.");
        let mut carl = program(&world, "carl");
        for page in ["", "/table", "/document", "/compare", "/export", "/export.csv", "/revisions/1"] {
            let shown = carl.get(&format!("/requirement-sets/{set}{page}"));
            assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.text);
            assert!(!shown.text.contains("secretly") && !shown.text.contains("not yet said"), "{page}");
        }
        assert_eq!(carl.get(&format!("/requirement-sets/{set}/way")).status, StatusCode::NOT_FOUND);
        // A form by which only the house writes is shown to nobody whom it would refuse.
        let forms = ["/edit", "/sections", "/release"].map(|it| format!("/requirement-sets/{set}{it}"));
        for form in forms.iter().chain([&format!("/requirements/{number}/edit")]) {
            assert_eq!(carl.get(form).status, StatusCode::CONFLICT, "{form}");
            assert_eq!(program(&world, "amelia").get(form).status, StatusCode::CONFLICT, "{form}");
            assert_eq!(program(&world, "ada").get(form).status, StatusCode::OK, "{form}");
            assert_eq!(program(&world, "eve").get(form).status, StatusCode::NOT_FOUND, "{form}");
        }
        let shown = carl.get(&format!("/requirements/{number}"));
        assert!(shown.text.contains("wombatmarker") && !shown.text.contains("secretly"), "{}", shown.text);

        let mut eve = program(&world, "eve");
        let places = ["", "/table", "/document", "/compare", "/export.json", "/revisions/1", "/way"];
        let places = places.map(|it| format!("/requirement-sets/{set}{it}"));
        let more =
            ["/requirement-sets".to_owned(), "/requirements".to_owned(), format!("/requirements/{number}")];
        for page in places.iter().chain(&more) {
            let shown = eve.get(page);
            assert!(!shown.text.contains("wombatmarker") && !shown.text.contains("quokkamarker"), "{page}");
        }
        assert_eq!(eve.get(&places[0]).status, StatusCode::NOT_FOUND);
        let outcome = world.carl().does(|work| requirements::add(work, &set, &wanted("Mine.")));
        assert!(outcome.is_err());
    }
}

#[test]
fn an_auditor_reads_the_whole_way_and_changes_nothing() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose.");
        release(&world, &set);
        assert!(world.amelia().does(|work| requirements::release(work, &set, "")).is_err());
        let fields = vec![("value".to_owned(), "1".to_owned())];
        let edit = Edit { number: number.clone(), version: None, fields };
        assert!(world.amelia().does(|work| requirements::edit(work, &edit)).is_err());
        let way = world.amelia().asks(|reader| reader.trail(reader.mention_of(&set)?.id, true, 0, 100));
        assert_eq!(way.len(), 3, "opened, added, released");
        let mut ada = program(&world, "ada");
        let shown = ada.get(&format!("/requirement-sets/{set}/way"));
        assert!(shown.text.contains(&number) && shown.text.contains("Because: As asked"), "{}", shown.text);
        // What changed is told in words, in the language of whoever reads.
        let other = open_set(&world);
        let next = add(&world, &other, "Line B shall dose.");
        change(&world, &next, "priority", "should");
        change(&world, &next, "value", "12.5");
        let mut german = program(&world, "ada").with_cookie("language", "de");
        let way = german.get(&format!("/requirement-sets/{other}/way")).text;
        assert!(way.contains("Soll") && way.contains("12,5") && !way.contains("12.5"), "{way}");
    }
}

#[test]
fn a_set_is_read_as_it_stood_at_any_moment() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let at = |hours: i64| monday() + SignedDuration::from_hours(hours);
        let ada = world.ada().actor;
        let write = |when: Timestamp, number: &str, words: &str| {
            let fields = vec![("statement".to_owned(), words.to_owned())];
            let edit = Edit { number: number.to_owned(), version: None, fields };
            world.db.write_at(&ada, when, |work| requirements::edit(work, &edit).map(|_| ())).unwrap();
        };
        let first = add(&world, &set, "One.");
        write(at(1), &first, "Two.");
        let second =
            world.db.write_at(&ada, at(2), |work| requirements::add(work, &set, &wanted("Later."))).unwrap();
        world
            .db
            .write_at(&ada, at(3), |work| requirements::move_to(work, &second.number, "", &Put::First))
            .unwrap();
        world
            .db
            .write_at(&ada, at(4), |work| requirements::withdraw(work, &first, "No longer wanted"))
            .unwrap();

        let said = |moment: Timestamp| {
            let lines = reading(&world, &set, At::Moment(moment)).lines;
            lines.into_iter().map(|it| it.body.statement).collect::<Vec<_>>()
        };
        assert_eq!(said(at(0)), ["One."]);
        assert_eq!(said(at(1)), ["Two."]);
        assert_eq!(said(at(2)), ["Two.", "Later."]);
        assert_eq!(said(at(3)), ["Later.", "Two."]);
        assert_eq!(said(at(4)), ["Later."]);
        let before = world.ada().tries(|reader| read(reader, &set, At::Moment(at(-1))));
        assert!(matches!(before, Err(Error::NotFound)));
    }
}

#[test]
fn the_table_speaks_with_the_server_row_by_row() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let first = add(&world, &set, "One.");
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/requirement-sets/{set}/table"));
        assert!(
            page.text.contains(&format!("data-set=\"{set}\"")) && page.text.contains("data-grid"),
            "{}",
            page.text
        );
        let sent =
            json!({ "set": set, "section": "s1", "after": first, "title": "Two", "statement": "Two." });
        let made = ada.post_json("/api/v1/requirements", &sent);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let second = made.json()["number"].as_str().unwrap().to_owned();
        let rows = json!({ "set": set, "rows": [
            { "number": first, "fields": { "value": "1.50", "unit": "kg/l" } },
            { "section": "s1", "after": second, "title": "Three", "fields": { "statement": "Three." } },
            { "section": "s1", "title": "Four", "fields": { "statement": "Four." } },
        ]});
        let answer = ada.post_json("/api/v1/requirements/bulk", &rows);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json()["rows"].as_array().map(Vec::len), Some(3));
        let moved = json!({ "requirement": second, "section": "s1", "after": null });
        assert_eq!(
            ada.post_json(&format!("/api/v1/requirement-sets/{set}/order"), &moved).status,
            StatusCode::OK
        );
        let said = |world: &World| {
            reading(world, &set, At::Now).lines.into_iter().map(|it| it.body.statement).collect::<Vec<_>>()
        };
        assert_eq!(said(&world), ["Two.", "One.", "Three.", "Four."]);
        let wrong = json!({ "set": set, "rows": [
            { "section": "s1", "title": "Five", "fields": { "statement": "Five." } },
            { "number": first, "fields": { "value": "much" } },
        ]});
        assert_eq!(
            ada.post_json("/api/v1/requirements/bulk", &wrong).status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(said(&world).len(), 4, "all or none");
    }
}

#[test]
fn one_value_for_many_overwrites_nobodys_words() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let (first, second) = (add(&world, &set, "One."), add(&world, &set, "Two."));
        let version =
            |number: &str| world.ada().asks(|reader| Ok(reader.find::<Requirement>(number)?.record.version));
        let acceptance =
            |number: &str| world.ada().asks(|reader| Ok(reader.find::<Requirement>(number)?.body.acceptance));
        let mut ada = program(&world, "ada");
        let page = format!("/requirement-sets/{set}/bulk");
        let form = ada.get(&format!("{page}/edit?field=acceptance&marked={first}&marked={second}"));
        let seen = [(first.clone(), version(&first)), (second.clone(), version(&second))];
        for (number, version) in &seen {
            assert!(form.text.contains(&format!("{number}:{version}")), "{}", form.text);
        }
        let bob = Edit {
            number: second.clone(),
            version: None,
            fields: vec![("acceptance".into(), "Bob's wallabymarker".into())],
        };
        world.bob().does(|work| requirements::edit(work, &bob)).unwrap();

        let fields = json!({ "acceptance": "200" });
        let mut asked = json!({
            "numbers": [first, second], "fields": fields, "versions": seen.iter().cloned().collect::<BTreeMap<_, _>>(),
        });
        let answer = ada.post_json("/api/v1/requirements/bulk", &asked);
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{}", answer.text);
        let told = answer.json();
        assert_eq!(told["stale"].as_array().map(Vec::len), Some(1));
        assert_eq!(told["stale"][0]["number"], second.as_str());
        assert_eq!(told["stale"][0]["fields"]["acceptance"], "Bob's wallabymarker");
        let tags: Vec<String> = seen.iter().map(|(number, version)| format!("{number}:{version}")).collect();
        let mut sent =
            vec![("field", "acceptance"), ("value", "200"), ("marked", first.as_str()), ("marked", &second)];
        sent.extend(tags.iter().map(|it| ("seen", it.as_str())));
        let refused = ada.post_form(&page, &sent);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        assert!(refused.text.contains(&second), "{}", refused.text);
        assert_eq!((acceptance(&first), acceptance(&second)), (String::new(), "Bob's wallabymarker".into()));

        asked["versions"][&second] = version(&second).into();
        let answer = ada.post_json("/api/v1/requirements/bulk", &asked);
        assert_eq!(answer.status, StatusCode::OK, "who has seen his words may replace them: {}", answer.text);
        assert_eq!((acceptance(&first), acceptance(&second)), ("200".into(), "200".into()));
    }
}

#[test]
fn a_set_is_released_as_it_was_seen_or_not_at_all() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose.");
        let mut ada = program(&world, "ada");
        let page = format!("/requirement-sets/{set}/release");
        let seen_on = |shown: &str| {
            let (_, after) = shown.split_once(r#"name="seen" value=""#).expect("the form says what was seen");
            after.split('"').next().unwrap_or_default().to_owned()
        };
        let seen = seen_on(&ada.get(&page).text);
        change(&world, &number, "statement", "Line A shall dose wallabymarker.");
        let later = add(&world, &set, "Line B shall dose.");
        let refused = ada.post_form(&page, &[("reason", "Ready quokka"), ("seen", &seen)]);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        for told in ["wallabymarker", &later, "Ready quokka"] {
            assert!(refused.text.contains(told), "{told}: {}", refused.text);
        }
        let released = || world.ada().asks(|reader| Ok(reader.find::<RequirementSet>(&set)?.record.released));
        assert_eq!(released(), None);
        let versions = json!({ "reason": "", "versions": { &number: 1 } });
        let address = format!("/api/v1/requirement-sets/{set}/release");
        assert_eq!(ada.post_json(&address, &versions).status, StatusCode::CONFLICT);
        assert_eq!(released(), None);

        let again = ada.post_form(&page, &[("reason", "Ready"), ("seen", &seen_on(&refused.text))]);
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
        assert_eq!(released(), Some(1));
        let document = ada.get(&format!("/requirement-sets/{set}/document")).text;
        assert!(!document.contains("Working copy"), "what is released has no working copy: {document}");
        assert!(document.contains("Revision 1"), "{document}");
    }
}

#[test]
fn what_no_section_was_chosen_for_comes_into_one_of_the_sets_own() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let standing = world
            .ada()
            .does(|work| requirements::add_section(work, &set, "Standing requirements", ""))
            .unwrap();
        let number = add(&world, &set, "Line A shall dose.");
        let section = world.ada().asks(|reader| Ok(reader.find::<Requirement>(&number)?.body.section));
        assert_ne!(section, standing);
        assert_eq!(section, "s1");
    }
}

#[test]
fn sections_are_written_by_programs_too_and_no_requirement_falls_out_of_its_document() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose wombatmarker.");
        let mut ada = program(&world, "ada");
        let whole = format!("/api/v1/requirement-sets/{set}");
        let address = format!("{whole}/sections");
        let added = ada.post_json(&address, &json!({ "title": "Dosing", "prose": "Two lines." }));
        assert_eq!(added.status, StatusCode::OK, "{}", added.text);
        let key = added.json()["sections"][1]["key"].as_str().unwrap().to_owned();
        let seen = added.json()["version"].as_i64().unwrap();
        let moved = ada.post_json(&format!("{address}/{key}/move"), &json!({ "to": 0 }));
        assert_eq!(moved.json()["sections"][0]["key"], key.as_str(), "{}", moved.text);

        let words = json!({ "prose": "Two lines, apart." });
        let section = format!("{address}/{key}");
        assert_eq!(
            ada.patch_json(&section, Some(&tag(seen)), &words).status,
            StatusCode::PRECONDITION_FAILED,
            "it was moved meanwhile"
        );
        assert_eq!(ada.patch_json(&section, None, &words).status, StatusCode::PRECONDITION_REQUIRED);
        let now = ada.get(&address).json()["version"].as_i64().unwrap();
        let changed = ada.patch_json(&section, Some(&tag(now)), &words);
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
        let first = &changed.json()["sections"][0];
        assert_eq!(
            (first["title"].as_str(), first["prose"].as_str()),
            (Some("Dosing"), Some("Two lines, apart."))
        );

        // The requirement stands in the other section, whichever way that is taken away.
        let sentence = "Move or withdraw the requirements of this section first.";
        let removed = ada.post_json(&format!("{address}/s1/remove"), &json!({}));
        let written_over = ada.patch_json(&whole, Some("*"), &json!({ "sections": [first] }));
        for refused in [removed, written_over] {
            assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
            assert!(refused.text.contains(sentence), "{}", refused.text);
        }
        let none = ada.patch_json(&whole, Some("*"), &json!({ "sections": [] }));
        assert_eq!(none.status, StatusCode::CONFLICT, "{}", none.text);
        assert!(ada.get(&format!("/requirement-sets/{set}/document")).text.contains("wombatmarker"));

        let moved = json!({ "requirement": number, "section": key });
        assert_eq!(ada.post_json(&format!("{whole}/order"), &moved).status, StatusCode::OK);
        let left = ada.post_json(&format!("{address}/s1/remove"), &json!({}));
        assert_eq!(left.json()["sections"].as_array().map(Vec::len), Some(1), "{}", left.text);
        assert!(ada.get(&format!("/requirement-sets/{set}/document")).text.contains("wombatmarker"));
        let amelia = program(&world, "amelia").post_json(&address, &json!({ "title": "Mine" }));
        assert_eq!(amelia.status, StatusCode::CONFLICT);
        assert_eq!(program(&world, "eve").get(&address).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn a_set_leaves_as_the_same_file_by_page_by_program_and_by_command_line() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        add(&world, &set, "Line A shall dose wombatmarker.\n\n| Flow | l/h |\n|---|---|\n| most | 20 |");
        release(&world, &set);
        world.ada().does(|work| requirements::offer(work, &set, 1)).unwrap();
        let mut ada = program(&world, "ada");
        for format in requirements::Format::ALL {
            // What the command line writes: the program itself asks (see `main.rs`).
            let by_line = |reader: &kernel::Reader| requirements::export(reader, &set, Some(1), format);
            let by_line = world.db.read(&kernel::Actor::system(), by_line).unwrap();
            let file = format!("/requirement-sets/{set}/export.{}?revision=1", format.ending());
            let (page, api) = (ada.get(&file), ada.get(&format!("/api/v1{file}")));
            for came in [&page, &api] {
                assert_eq!(came.status, StatusCode::OK, "{file}: {}", came.text);
                assert_eq!(came.header("content-type"), Some(format.media_type()), "{file}");
                assert!(
                    came.header("content-disposition").is_some_and(|it| it.contains("-rev-1.")),
                    "{file}"
                );
                assert_eq!(came.bytes, by_line.bytes, "{file}");
            }
            if format != requirements::Format::Xlsx {
                assert!(api.text.contains("wombatmarker"), "{}", api.text);
            }
            assert_eq!(program(&world, "carl").get(&format!("/api/v1{file}")).bytes, by_line.bytes, "{file}");
            let eve = program(&world, "eve").get(&format!("/api/v1{file}"));
            assert_eq!(eve.status, StatusCode::NOT_FOUND, "{file}");
            assert!(!eve.text.contains("wombatmarker"));
        }
        let print = ada.get(&format!("/requirement-sets/{set}/print?revision=1"));
        assert!(print.text.contains("wombatmarker") && print.text.contains("Revision 1"), "{}", print.text);
    }
}

#[test]
fn whoever_types_a_number_finds_that_record_first_however_many_speak_of_it() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        for nth in 1..=15 {
            let title = format!("{set} {set} {set} and {nth}");
            let new = New { title: &title, party: Some(world.meridian), ..New::default() };
            world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap();
        }
        for typed in [set.clone(), set.to_lowercase()] {
            let hits = world.ada().asks(|reader| reader.search(&typed, None, 12));
            assert_eq!((hits.len(), hits[0].number.as_str()), (12, set.as_str()), "{typed}");
            assert!(hits[1..].iter().all(|hit| hit.number != set), "once is enough: {hits:?}");
        }
        let of_people = world.ada().asks(|reader| reader.search(&set, Some("PE"), 12));
        assert!(of_people.is_empty(), "it is no person: {of_people:?}");
        let eve = world.person("eve").asks(|reader| reader.search(&set, None, 12));
        assert!(eve.is_empty(), "{eve:?}");
    }
}

#[test]
fn a_thousand_requirements_are_pasted_released_and_compared() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let many: Vec<NewRequirement> =
            (1..=1000).map(|it| wanted(&format!("Part {it} shall hold."))).collect();
        let made = world.ada().does(|work| requirements::add_many(work, &set, &many)).unwrap();
        assert_eq!(made.len(), 1000);
        assert_eq!(release(&world, &set), 1);
        let first = reading(&world, &set, At::Revision(1));
        assert_eq!(
            (first.lines.len(), first.lines[999].body.statement.as_str()),
            (1000, "Part 1000 shall hold.")
        );
        assert_eq!(compare(&first, &reading(&world, &set, At::Now)).same, 1000);
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/table"));
        assert_eq!(page.text.matches("<tr data-number=").count(), 1000);
    }
}

#[test]
fn carl_reads_the_past_as_it_was_offered_to_him_not_as_it_was_frozen() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        add(&world, &set, "Line A shall dose.");
        release(&world, &set);
        world.ada().does(|work| requirements::offer(work, &set, 1)).unwrap();
        world.ada().takes::<RequirementSet>(&set, set::Step::Revise).unwrap();
        add(&world, &set, "Line B shall wait until it is offered.");
        release(&world, &set);
        let day = |days: i64| monday() + jiff::SignedDuration::from_hours(24 * days);
        let ada = world.ada();
        ada.db.write_at(&ada.actor, day(4), |work| requirements::offer(work, &set, 2)).unwrap();
        let read_on = |days| world.carl().asks(|reader| read(reader, &set, At::Moment(day(days))));
        let before = read_on(2);
        assert_eq!(
            (before.revision, before.lines.len()),
            (Some(1), 1),
            "frozen on Monday, offered on Friday"
        );
        let after = read_on(5);
        assert_eq!((after.revision, after.lines.len()), (Some(2), 2));
        let never = world.carl().tries(|reader| read(reader, &set, At::Moment(day(-1))));
        assert!(matches!(never, Err(Error::NotFound)), "nothing was offered yet");
    }
}

#[test]
fn a_question_that_cannot_be_meant_so_is_refused_at_its_field() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        add(&world, &set, "Line A shall dose.");
        let mut ada = program(&world, "ada");
        let field = |came: &web::testing::Came| {
            assert_eq!(came.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", came.text);
            came.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
        };
        let sent = ada.get(&format!("/requirement-sets/{set}/export.csv?revision=abc"));
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "not the working copy: {}", sent.text);
        assert!(sent.text.contains("Give a whole number."), "{}", sent.text);
        let sent = ada.get("/api/v1/requirement-sets?state=xx");
        assert_eq!(field(&sent), "state");
        assert!(sent.text.contains("draft"), "{}", sent.text);

        let source = mail_of_carl(&world, world.meridian);
        let mut mark = |more: serde_json::Value| {
            let mut sent =
                json!({ "source": source, "set_title": "Skid", "fields": { "statement": "Say hello." } });
            sent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            ada.post_json("/api/v1/passages", &sent)
        };
        assert_eq!(field(&mark(json!({ "start": 0, "end": 5, "exact": "Regards" }))), "exact");
        assert_eq!(field(&mark(json!({ "start": 0, "exact": "Hello" }))), "end");
        let made = mark(json!({ "start": 0, "end": 9, "exact": "Hello Ada" }));
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);

        let sent = ada.post_json("/api/v1/requirements", &json!({ "set": 5 }));
        assert_eq!(field(&sent), "set");
        assert!(
            sent.text.contains("Send a text here.") && !sent.text.contains("invalid type"),
            "{}",
            sent.text
        );
        let torn = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.eml\"\r\n\r\nSubject";
        let kind = [("content-type", "multipart/form-data; boundary=b")];
        let sent = ada.send(axum::http::Method::POST, "/import", &kind, torn.into());
        assert_eq!(sent.status, StatusCode::BAD_REQUEST, "{}", sent.text);
    }
}

#[test]
fn what_is_not_there_is_told_in_the_language_of_whoever_asked() {
    for world in World::on_each_engine() {
        let mut eve = program(&world, "eve").with_header("accept-language", "en");
        for address in ["/nowhere", "/requirement-sets/RS-0000-0000", "/api/v1/requirement-sets/RS-0000-0000"]
        {
            let came = eve.get(address);
            assert_eq!(came.status, StatusCode::NOT_FOUND);
            assert!(came.text.contains("Hier gibt es nichts"), "{address}: {}", came.text);
        }
    }
}

#[test]
fn a_later_day_is_read_by_the_customer_when_it_is_offered_and_not_before() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let path = format!("/api/v1/requirement-sets/{number}");
        let due = |who: &str| program(&world, who).get(&path).json()["due"].clone();
        let put_off = |day: &str| {
            let came = program(&world, "ada").patch_json(&path, Some("*"), &json!({ "due": day }));
            assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        };
        let offer_again = |no: i64, words: &str| {
            world.ada().takes::<RequirementSet>(&number, set::Step::Revise).unwrap();
            add(&world, &number, words);
            release(&world, &number);
            world.ada().does(|work| requirements::offer(work, &number, no)).unwrap();
        };
        put_off("2026-04-01");
        assert_eq!(due("carl"), json!(null), "no day was offered to him");
        offer_again(2, "Line B shall dose.");
        assert_eq!((due("ada"), due("carl")), (json!("2026-04-01"), json!("2026-04-01")));

        put_off("2026-05-01");
        assert_eq!((due("ada"), due("carl")), (json!("2026-05-01"), json!("2026-04-01")));
        let all = program(&world, "carl").get("/api/v1/requirement-sets?sort=due").json();
        assert_eq!(all["items"][0]["due"], json!("2026-04-01"), "in lists, too: {all}");
        offer_again(3, "Line C shall dose.");
        assert_eq!(due("carl"), json!("2026-05-01"));
    }
}

/// A file at a requirement, as a comparison says it.
fn said_of(name: &str, bytes: &[u8]) -> String {
    format!("{name}, {} bytes, SHA-256 {}", bytes.len(), kernel::fingerprint(bytes))
}

pub(crate) fn attach(world: &World, number: &str, (name, bytes): (&str, &[u8]), audience: Audience) {
    world
        .ada()
        .does(|work| {
            let id = work.mention_of(number)?.id;
            work.attach(id, (name, "application/pdf"), bytes, audience)
        })
        .unwrap();
}

fn release_again(world: &World, set: &str) -> kernel::Frozen {
    world.ada().takes::<RequirementSet>(set, set::Step::Revise).unwrap();
    world.ada().does(|work| requirements::release(work, set, "with its drawing")).unwrap()
}

/// What became of the files of requirements from one revision to another: number, before, after.
fn files_between(world: &World, set: &str, (from, to): (i64, i64)) -> Vec<[String; 3]> {
    let of = |no: i64| reading(world, set, At::Revision(no));
    let rows = compare(&of(from), &of(to)).rows();
    let files = rows.into_iter().filter(|[_, _, field, _, _]| field == "file");
    files.map(|[number, _, _, before, after]| [number, before, after]).collect()
}

#[test]
fn a_drawing_of_one_requirement_is_frozen_with_its_set_and_compared() {
    const FIRST: &[u8] = b"%PDF-1.7 of March";
    const SECOND: &[u8] = b"%PDF-1.7 of April, with the valve";
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let (dosing, other) =
            (add(&world, &set, "Line A shall dose."), add(&world, &set, "Line B shall dose."));
        assert_eq!(release(&world, &set), 1);
        attach(&world, &dosing, ("scheme.pdf", FIRST), Audience::Party);
        attach(&world, &dosing, ("our-margin.pdf", b"30 %"), Audience::Internal);
        attach(&world, &set, ("our-margin-of-all.pdf", b"28 %"), Audience::Internal);
        assert_eq!(release_again(&world, &set).no, 2);
        attach(&world, &dosing, ("scheme.pdf", SECOND), Audience::Party);
        assert_eq!(release_again(&world, &set).no, 3);
        let again = release_again(&world, &set);
        assert_eq!((again.no, again.is_new), (3, false), "nothing was attached since");

        let (old, new) = (said_of("scheme.pdf", FIRST), said_of("scheme.pdf", SECOND));
        let row = |before: &str, after: &str| vec![[dosing.clone(), before.to_owned(), after.to_owned()]];
        assert_eq!(files_between(&world, &set, (1, 2)), row("", &old), "added");
        assert_eq!(files_between(&world, &set, (2, 3)), row(&old, &new), "replaced");
        assert_eq!(files_between(&world, &set, (3, 1)), row(&new, ""), "not there");

        let mut ada = program(&world, "ada");
        let held = ada.get(&format!("/api/v1/requirement-sets/{set}/manifest?revision=3")).json();
        let files = |number: &str| {
            let lines = held["manifest"]["lines"].as_array().unwrap();
            lines.iter().find(|it| it["number"] == json!(number)).unwrap()["files"].clone()
        };
        let one =
            json!([{ "name": "scheme.pdf", "digest": kernel::fingerprint(SECOND), "size": SECOND.len() }]);
        assert_eq!((files(&dosing), files(&other)), (one, json!([])));
        let told = ada.get(&format!("/api/v1/requirement-sets/{set}/compare?from=2&to=3")).json();
        let row = json!([{ "id": dosing, "kind": "changed", "field": "file", "before": old, "after": new }]);
        assert_eq!(told["rows"], row);
        let page = ada.get(&format!("/requirement-sets/{set}/compare?from=1&to=2"));
        assert!(page.text.contains("scheme.pdf") && page.text.contains("1 changed"), "{}", page.text);
        assert!(!page.text.contains("are not compared"), "{}", page.text);

        world.ada().does(|work| requirements::offer(work, &set, 3)).unwrap();
        let pages = [
            format!("/requirement-sets/{set}/document?revision=3"),
            format!("/requirement-sets/{set}/print?revision=3"),
            format!("/requirement-sets/{set}/export.json?revision=3"),
            format!("/requirement-sets/{set}/export.md?revision=3"),
            format!("/requirement-sets/{set}/revisions/3"),
            format!("/api/v1/requirement-sets/{set}/manifest"),
            format!("/api/v1/requirement-sets/{set}/revisions/3"),
        ];
        let (mut carl, mut eve) = (program(&world, "carl"), program(&world, "eve"));
        for page in &pages {
            let shown = carl.get(page);
            assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.text);
            assert!(shown.text.contains("scheme.pdf"), "{page}: {}", shown.text);
            assert!(!shown.text.contains("our-margin"), "{page}: {}", shown.text);
            let hidden = eve.get(page);
            assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{page}");
            assert!(!hidden.text.contains("scheme.pdf"), "{page}: {}", hidden.text);
        }
    }
}

#[test]
fn a_revision_that_froze_no_files_of_requirements_stays_as_it_is_and_is_not_said_to_have_had_none() {
    for world in World::on_each_engine() {
        let set = open_set(&world);
        let number = add(&world, &set, "Line A shall dose.");
        release(&world, &set);
        // As a house released it before there was such a thing.
        let old = world
            .ada()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&set)?;
                let (_, manifest) = requirements::manifest(work, case.record.id.raw(), 1)?;
                work.freeze(&mut case.record, &serde_json::to_value(manifest.without_enclosed())?)
            })
            .unwrap();
        assert_eq!((old.no, old.is_new), (2, true), "it is written otherwise");
        let again = release_again(&world, &set);
        assert_eq!((again.no, again.is_new), (2, false), "nobody is asked to read what says the same");
        assert_eq!(again.digest, old.digest);

        attach(&world, &number, ("scheme.pdf", b"%PDF-1.7"), Audience::Party);
        assert_eq!(release_again(&world, &set).no, 3);
        assert_eq!(files_between(&world, &set, (2, 3)), Vec::<[String; 3]>::new());
        assert_eq!(files_between(&world, &set, (1, 3)).len(), 1, "of the first it is known");
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/requirement-sets/{set}/compare?from=2&to=3"));
        assert!(page.text.contains("The files of single requirements are not compared"), "{}", page.text);
        let told = ada.get(&format!("/api/v1/requirement-sets/{set}/compare?from=2&to=3")).json();
        assert_eq!(told["comparison"]["lacks_enclosed"], json!(true));
        let kept = reading(&world, &set, At::Revision(2));
        assert!(kept.lacks_enclosed && kept.lines[0].enclosed.is_empty());
    }
}

#[test]
fn files_of_a_set_without_customer_are_ours_until_it_is_released_for_one() {
    for world in World::on_each_engine() {
        let new = New { title: "Dosing pump of our own", ..New::default() };
        let set = world
            .ada()
            .does(|work| requirements::open_set(work, &new, &RequirementSet::default()))
            .unwrap()
            .number;
        let number = add(&world, &set, "The pump shall dose.");
        attach(&world, &number, ("our-margin.pdf", b"30 %"), Audience::Internal);
        assert_eq!(release(&world, &set), 1);
        assert_eq!(reading(&world, &set, At::Revision(1)).lines[0].enclosed[0].name, "our-margin.pdf");
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<RequirementSet>(&set)?;
                work.redirect(&mut case, |it| it.party = Some(world.meridian))?;
                let mut case = work.find::<Requirement>(&number)?;
                work.redirect(&mut case, |it| it.party = Some(world.meridian))
            })
            .unwrap();
        let outcome = world.ada().does(|work| requirements::offer(work, &set, 1));
        assert_eq!(
            refusal(outcome),
            format!(
                "Revision 1 names files of {number} that only we read. Release the set again for its customer, then offer that revision."
            )
        );
        assert_eq!(release_again(&world, &set).no, 2);
        world.ada().does(|work| requirements::offer(work, &set, 2)).unwrap();
        let seen = program(&world, "carl").get(&format!("/api/v1/requirement-sets/{set}/manifest"));
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
        assert!(!seen.text.contains("our-margin"), "{}", seen.text);
    }
}
