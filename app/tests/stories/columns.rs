//! Extra fields of requirements where requirements are worked on: in the table of a set, by programs, many at once.

use axum::http::StatusCode;
use changes::Action;
use kernel::{Audience, ExtraField, Holds, New, Tie};
use requirements::requirement::State;
use requirements::{At, Edit, NewRequirement, Requirement, RequirementSet, set};
use serde_json::{Value as Json, json};

use crate::changes::{agreed_set, fix, management_approves, raise, sign, step, take};
use crate::checklists::checklist;
use crate::world::{World, program};

fn define(world: &World, title: &str, holds: Holds, audience: Audience) {
    let choices = match holds {
        Holds::Choice => vec!["Kiel".to_owned(), "Leipzig".to_owned()],
        _ => Vec::new(),
    };
    let unit = if holds == Holds::Number { "kg".to_owned() } else { String::new() };
    let of_kind = "REQ".to_owned();
    let field = ExtraField { of_kind, holds, audience, choices, unit, ..ExtraField::default() };
    world.sam().does(|work| work.define(title, &field)).unwrap();
}

/// A set that Ada works on, with two requirements.
fn worked_on(world: &World) -> (String, [String; 2]) {
    world
        .ada()
        .does(|work| {
            let new = New { title: "Dosing skid", ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?.number;
            let mut add = |statement: &str| {
                let body = Requirement { statement: statement.to_owned(), ..Requirement::default() };
                let new = NewRequirement { body, ..NewRequirement::default() };
                Ok::<_, kernel::Error>(requirements::add(work, &set, &new)?.number)
            };
            let both = [add("The seal shall be tight at 6 bar.")?, add("The skid shall weigh 400 kg.")?];
            Ok((set, both))
        })
        .unwrap()
}

fn extra_of(world: &World, number: &str) -> Json {
    let extra = world.ada().asks(|reader| Ok(reader.find::<Requirement>(number)?.record.extra));
    Json::Object(extra)
}

#[test]
fn each_sort_of_field_is_written_in_the_table_and_a_slower_save_sees_what_is_there() {
    for world in World::on_each_engine() {
        for (title, holds) in [
            ("Plant mark", Holds::Text),
            ("Notes of ours", Holds::LongText),
            ("Weight", Holds::Number),
            ("Tested on", Holds::Day),
            ("Hazardous", Holds::Truth),
            ("Plant", Holds::Choice),
            ("Tester", Holds::Person),
            ("Drawing", Holds::Link),
        ] {
            define(&world, title, holds, Audience::Internal);
        }
        let (set, [one, _]) = worked_on(&world);
        let bob = world.bob().actor.person;
        let tester = world.ada().asks(|reader| Ok(reader.mention(bob)?.unwrap().number));
        let mut ada = program(&world, "ada");
        let table = format!("/requirement-sets/{set}/table?columns=all");
        let empty = ada.get(&table).text;
        for (key, control) in [
            ("plant_mark", "line"),
            ("notes_of_ours", "text"),
            ("weight", "number"),
            ("tested_on", "day"),
            ("hazardous", "choice"),
            ("plant", "choice"),
            ("tester", "choice"),
            ("drawing", "line"),
        ] {
            let head = format!("data-head=\"extra.{key}\" data-kind=\"{control}\"");
            assert!(empty.contains(&head), "{key}: {empty}");
            assert!(empty.contains(&format!("<td data-field=\"extra.{key}\"")), "{key}: {empty}");
        }
        assert!(empty.contains(&tester), "a person is chosen by name and sent by number: {empty}");

        let at = format!("/api/v1/requirements/{one}");
        let seen = ada.get(&at).header("etag").unwrap().to_owned();
        let typed = json!({ "acceptance": "A test at 6 bar.", "extra": {
            "plant_mark": "N-7", "notes_of_ours": "Ask Kiel.", "weight": "12,5", "tested_on": "2026-03-02",
            "hazardous": "yes", "plant": "kiel", "tester": tester, "drawing": "https://drawings.example/7",
        } });
        let written = ada.patch_json(&at, Some(&seen), &typed);
        assert_eq!(written.status, StatusCode::OK, "{}", written.text);
        let row = written.json();
        assert_eq!(row["fields"]["acceptance"], "A test at 6 bar.");
        assert_eq!(
            row["extra"],
            json!({
                "plant_mark": "N-7", "notes_of_ours": "Ask Kiel.", "weight": "12.5", "tested_on": "2026-03-02",
                "hazardous": "true", "plant": "Kiel", "tester": tester, "drawing": "https://drawings.example/7",
            })
        );
        assert_eq!(row["html"]["extra.weight"], "12.5 kg");
        assert!(row["html"]["extra.drawing"].as_str().unwrap().contains("<a "), "{row}");
        let kept = ada.get(&at).json();
        assert_eq!(kept["extra"]["weight"], json!(12.5), "it is kept as a number: {kept}");
        assert_eq!((&kept["extra"]["hazardous"], &kept["extra"]["tester"]), (&json!(true), &json!(tester)));
        let full = ada.get(&table).text;
        for cell in [
            "data-field=\"extra.weight\" data-is=\"Weight\" data-value=\"12.5\">12.5 kg</td>",
            "data-field=\"extra.hazardous\" data-is=\"Hazardous\" data-value=\"true\">yes</td>",
            "data-field=\"extra.tested_on\" data-is=\"Tested on\" data-value=\"2026-03-02\">",
        ] {
            assert!(full.contains(cell), "{cell}: {full}");
        }

        // Whoever was slower gets what is there now; nothing of it is overwritten.
        let slower = ada.patch_json(&at, Some(&seen), &json!({ "extra": { "weight": "13" } }));
        assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED, "{}", slower.text);
        assert_eq!(slower.json()["extra"]["weight"], "12.5");
        // What does not fit is named with its field, and nothing of the row is written.
        let wrong = json!({ "acceptance": "Another.", "extra": { "weight": "heavy", "plant": "Rome", "nothing": 1 } });
        let wrong = ada.patch_json(&at, Some("*"), &wrong);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        for field in ["extra.weight", "extra.plant"] {
            assert!(wrong.text.contains(field), "{field}: {}", wrong.text);
        }
        let unknown = ada.patch_json(&at, Some("*"), &json!({ "extra": { "nothing": 1 } }));
        assert!(unknown.text.contains("extra.nothing"), "{}", unknown.text);
        assert_eq!(ada.get(&at).json()["body"]["acceptance"], "A test at 6 bar.");
        // Nothing empties a field.
        let emptied =
            ada.patch_json(&at, Some("*"), &json!({ "extra": { "weight": null, "plant_mark": "" } }));
        assert_eq!(emptied.json()["extra"]["weight"], "", "{}", emptied.text);
        assert!(extra_of(&world, &one).get("plant_mark").is_none());
        for who in ["amelia", "carl", "eve"] {
            let refused =
                program(&world, who).patch_json(&at, Some("*"), &json!({ "extra": { "weight": 1 } }));
            assert!(refused.status.is_client_error(), "{who}: {}", refused.status);
        }
        assert!(extra_of(&world, &one).get("weight").is_none());
    }
}

#[test]
fn many_rows_are_given_what_the_house_keeps_with_a_script_and_without() {
    for world in World::on_each_engine() {
        define(&world, "Plant", Holds::Choice, Audience::Internal);
        let (set, [one, two]) = worked_on(&world);
        let mut ada = program(&world, "ada");
        let many = json!({ "numbers": [one, two], "extra": { "plant": "kiel" } });
        let given = ada.post_json("/api/v1/requirements/bulk", &many);
        assert_eq!(given.status, StatusCode::OK, "{}", given.text);
        assert_eq!(given.json()["rows"][1]["extra"]["plant"], "Kiel", "{}", given.text);
        let rows = json!({ "set": set, "rows": [{ "number": two, "extra": { "plant": "Leipzig" } }] });
        assert_eq!(ada.post_json("/api/v1/requirements/bulk", &rows).status, StatusCode::OK);
        assert_eq!(
            (extra_of(&world, &one), extra_of(&world, &two)),
            (json!({ "plant": "Kiel" }), json!({ "plant": "Leipzig" }))
        );

        let at = format!("/requirement-sets/{set}/bulk");
        let form = ada.get(&format!("{at}/edit?field=extra.plant&marked={one}&marked={two}")).text;
        let select = form.split('<').find(|it| it.contains("name=\"extra.plant\""));
        assert!(select.is_some() && form.contains(">Leipzig</option>"), "{form}");
        assert!(form.contains(&format!("value=\"{one}:")), "the versions that were seen go along: {form}");
        let fields = [
            ("marked", one.as_str()),
            ("marked", &two),
            ("field", "extra.plant"),
            ("extra.plant", "Leipzig"),
        ];
        let done = ada.post_form(&at, &fields);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        assert_eq!(extra_of(&world, &one), json!({ "plant": "Leipzig" }));
        let fields = [("marked", one.as_str()), ("field", "extra.plant"), ("extra.plant", "Rome")];
        let wrong = ada.post_form(&at, &fields);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        assert_eq!(extra_of(&world, &one), json!({ "plant": "Leipzig" }));
    }
}

#[test]
fn what_a_customer_reads_of_a_field_opens_its_requirement_again_and_a_closed_set_says_what_to_do() {
    for world in World::on_each_engine() {
        define(&world, "Drawing", Holds::Text, Audience::Party);
        define(&world, "Margin", Holds::Number, Audience::Internal);
        let set = world.offered_set();
        let line = world.ada().asks(|reader| requirements::read(reader, &set, At::Now)).lines.remove(0);
        let number = line.number;
        let state = || world.ada().asks(|reader| Ok(reader.find::<Requirement>(&number)?.record.state));
        let at = format!("/requirements/{number}/extra");
        let mut ada = program(&world, "ada");
        // Its set is released: what is ours is written all the same, what Carl reads has a sentence that says the way.
        assert_eq!(ada.post_form(&at, &[("extra.margin", "12,5")]).status, StatusCode::SEE_OTHER);
        let closed = ada.post_form(&at, &[("extra.drawing", "D-100")]);
        assert_eq!(closed.status, StatusCode::CONFLICT, "{}", closed.text);
        assert!(closed.text.contains("Its set is closed. Revise the set first"), "{}", closed.text);
        assert_eq!((state(), extra_of(&world, &number)), (State::Valid, json!({ "margin": 12.5 })));

        let revised = world.ada().does(|work| {
            let mut case = work.find::<RequirementSet>(&set)?;
            work.advance(&mut case, set::Step::Revise)
        });
        revised.unwrap();
        assert_eq!(ada.post_form(&at, &[("extra.margin", "13")]).status, StatusCode::SEE_OTHER);
        assert_eq!(state(), State::Valid, "what is ours touches no revision");
        let many = [
            ("change", "extra"),
            ("field", "drawing"),
            ("extra.drawing", "D-100"),
            ("marked", number.as_str()),
            ("once", "first"),
        ];
        let done = ada.post_form("/lists/requirements/bulk", &many);
        assert!(ada.get(done.location()).text.contains("1 changed"), "{}", done.text);
        assert_eq!(state(), State::Draft, "it says something else than what was released");
        assert_eq!(extra_of(&world, &number)["drawing"], "D-100");
        world.ada().does(|work| requirements::release(work, &set, "the drawing")).unwrap();
        assert_eq!(state(), State::Valid);
        let id = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.id));
        let frozen = world.ada().asks(|reader| reader.revision(id, 2)).1;
        assert_eq!(frozen["extra"], json!({ "drawing": "D-100" }), "what Carl reads is part of the revision");
    }
}

#[test]
fn what_the_house_keeps_is_filtered_in_the_table_sorted_for_programs_and_exported() {
    for world in World::on_each_engine() {
        define(&world, "Weight", Holds::Number, Audience::Internal);
        define(&world, "Plant", Holds::Choice, Audience::Internal);
        let (set, [one, two]) = worked_on(&world);
        let mut ada = program(&world, "ada");
        let without = ada.get(&format!("/requirement-sets/{set}/export.csv")).text;
        assert!(!without.contains("plant"), "nothing is said there yet: {without}");
        for (number, weight, plant) in [(&one, 3.5, "Kiel"), (&two, 12.0, "Leipzig")] {
            let extra = json!({ "extra": { "weight": weight, "plant": plant } });
            let written = ada.patch_json(&format!("/api/v1/requirements/{number}"), Some("*"), &extra);
            assert_eq!(written.status, StatusCode::OK, "{}", written.text);
        }
        let table = format!("/requirement-sets/{set}/table");
        let row = |number: &str| format!("data-number=\"{number}\"");
        let light = ada.get(&format!("{table}?filter=weight%3C5")).text;
        assert!(light.contains(&row(&one)) && !light.contains(&row(&two)), "{light}");
        assert!(light.contains("<b>Weight</b>"), "the condition is told and can be taken away: {light}");
        let other = ada.get(&format!("{table}?filter=-plant%3Akiel")).text;
        assert!(!other.contains(&row(&one)) && other.contains(&row(&two)), "{other}");
        let wrong = ada.get(&format!("{table}?filter=weight%3Cheavy"));
        assert_eq!(wrong.status, StatusCode::OK);
        assert!(wrong.text.contains(&row(&one)) && wrong.text.contains(&row(&two)), "{}", wrong.text);
        assert!(wrong.text.contains("heavy"), "what was typed is still there: {}", wrong.text);

        let sorted = |ada: &mut web::testing::Client, asked: &str| -> Vec<String> {
            let items =
                ada.get(&format!("/api/v1/requirements?sort=extra.weight{asked}")).json()["items"].clone();
            let all = items.as_array().unwrap().iter().map(|it| it["number"].as_str().unwrap().to_owned());
            all.filter(|it| [&one, &two].contains(&it)).collect()
        };
        assert_eq!(sorted(&mut ada, ""), [one.clone(), two.clone()]);
        assert_eq!(sorted(&mut ada, "&descending=true"), [two.clone(), one.clone()]);
        let unknown = ada.get("/api/v1/requirements?sort=extra.nothing");
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.text);
        let listed = ada.get("/requirements?q=weight%3E5&columns=number,title,extra.weight,extra.plant").text;
        assert!(listed.contains(&two) && !listed.contains(&one) && listed.contains("12 kg"), "{listed}");

        let file = ada.get(&format!("/requirement-sets/{set}/export.csv")).text;
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines[0].ends_with("weight,plant") || lines[0].ends_with("weight;plant"), "{file}");
        assert!(
            lines[1].starts_with(&one) && lines[1].contains("3.5") && lines[1].ends_with("Kiel"),
            "{file}"
        );
        let whole = ada.get(&format!("/api/v1/requirement-sets/{set}/export.json")).json();
        assert_eq!(
            whole["sections"][0]["requirements"][1]["extra"],
            json!({ "weight": "12", "plant": "Leipzig" })
        );
    }
}

#[test]
fn whoever_lets_a_requirement_follow_a_change_is_asked_for_what_the_house_keeps_of_it() {
    for world in World::on_each_engine() {
        let (_, [need, answer]) = worked_on(&world);
        let link = world.ada().does(|work| {
            let (source, target) = (work.mention_of(&answer)?, work.mention_of(&need)?);
            work.link_by_hand(&source, Tie::Satisfies, &target)
        });
        let link = link.unwrap().to_string();
        let plain = ExtraField { of_kind: "REQ".to_owned(), required: true, ..ExtraField::default() };
        world.sam().does(|work| work.define("Plant mark", &plain)).unwrap();
        let edit = Edit {
            number: need,
            fields: vec![("statement".into(), "Tight at 8 bar.".into())],
            version: None,
        };
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        let mut ada = program(&world, "ada");
        let at = format!("/requirements/{answer}/follow");
        let form = ada.get(&format!("{at}?link={link}")).text;
        let asked = form.split('<').find(|it| it.contains("name=\"extra.plant_mark\"")).unwrap_or_default();
        assert!(asked.contains(" required"), "{form}");
        let fields = [("link", link.as_str()), ("statement", "The skid shall weigh 410 kg.")];
        let refused = ada.post_form(&at, &fields);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
        let body = || world.ada().asks(|reader| reader.find::<Requirement>(&answer)).body;
        assert_eq!(body().statement, "The skid shall weigh 400 kg.", "nothing of it was written");
        let said = [fields[0], fields[1], ("extra.plant_mark", "N-7")];
        assert_eq!(ada.post_form(&at, &said).status, StatusCode::SEE_OTHER);
        assert_eq!(body().statement, "The skid shall weigh 410 kg.");
        assert_eq!(extra_of(&world, &answer), json!({ "plant_mark": "N-7" }));
        // What stands there is said; the form of an edit writes it too.
        assert!(ada.get(&format!("{at}?link={link}")).text.contains("value=\"N-7\""));
        let edited = [("statement", "The skid shall weigh 420 kg."), ("extra.plant_mark", "N-8")];
        assert_eq!(
            ada.post_form(&format!("/requirements/{answer}/edit"), &edited).status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(extra_of(&world, &answer), json!({ "plant_mark": "N-8" }));
    }
}

#[test]
fn what_a_change_puts_into_a_set_says_what_the_house_asks_of_a_requirement() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let of_kind = "REQ".to_owned();
        let mark = ExtraField { of_kind: of_kind.clone(), required: true, ..ExtraField::default() };
        world.sam().does(|work| work.define("Plant mark", &mark)).unwrap();
        define(&world, "Tester", Holds::Person, Audience::Party);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Name plates");
        let line = take(&world, "ada", &change, &set, Action::Add).unwrap();
        let bob = world.bob().actor.person;
        let number = world.ada().asks(|reader| Ok(reader.mention(bob)?.unwrap().number));

        let mut ada = program(&world, "ada");
        let at = format!("/changes/{change}/affected/{line}/redline");
        let form = ada.get(&at).text;
        let asked = form.split('<').find(|it| it.contains("name=\"extra.plant_mark\"")).unwrap_or_default();
        assert!(asked.contains(" required"), "{form}");
        let bob = bob.to_string();
        let said = [("sent", "1"), ("title", "Engraved plates"), ("statement", "Name plates are engraved.")];
        let refused = ada.post_form(&at, &said);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
        let whole = [&said[..], &[("extra.plant_mark", "N-9"), ("extra.tester", bob.as_str())]].concat();
        let proposed = ada.post_form(&at, &whole);
        assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text);
        let again = ada.get(&at).text;
        assert!(again.contains("value=\"N-9\""), "what was said stands in the form: {again}");
        let unknown =
            json!({ "fields": { "statement": "Plates.", "extra": { "plant_mark": "N-9", "nothing": 1 } } });
        let api = format!("/api/v1/changes/{change}/affected/{line}/redline");
        let unknown = ada.post_json(&api, &unknown);
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.text);
        assert!(unknown.text.contains("extra.nothing"), "{}", unknown.text);

        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let told = world.ada().asks(|reader| {
            let case = reader.find::<changes::ChangeRequest>(&change)?;
            let items = changes::items(reader, case.record.id.raw())?;
            changes::compared(reader, &items[0])
        });
        let labels: Vec<&str> = told.iter().map(|(label, _, _)| label.as_str()).collect();
        assert!(
            labels.contains(&"Tester") && !labels.contains(&"Plant mark"),
            "customers read theirs only: {labels:?}"
        );
        assert!(told.iter().any(|(_, _, after)| *after == number), "a person is told by number: {told:?}");
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let lines = world.ada().asks(|reader| requirements::read(reader, &set, At::Now)).lines;
        let added = lines.iter().find(|it| it.body.statement == "Name plates are engraved.").unwrap();
        assert_eq!(added.extra["plant_mark"], "N-9");
        assert_eq!(added.extra["tester"].to_string(), bob, "it is kept by key");
    }
}

#[test]
fn a_requirement_that_answers_a_question_says_what_the_house_asks_or_is_added_by_its_form() {
    for world in World::on_each_engine() {
        let list = checklist(&world);
        let (set, [one, _]) = worked_on(&world);
        world.ada().does(|work| requirements::lay_beside(work, &set, &list)).unwrap();
        let mark = ExtraField { of_kind: "REQ".to_owned(), required: true, ..ExtraField::default() };
        world.sam().does(|work| work.define("Plant mark", &mark)).unwrap();
        let count = || world.ada().asks(|reader| reader.count("REQ", &kernel::Wanted::default(), 1000));
        let before = count();
        let mut ada = program(&world, "ada");
        let at = format!("/requirement-sets/{set}/checklists/{list}");
        let words = format!("statement-{list}-market");
        let said = [("question", "market"), ("answer", "written"), (words.as_str(), "Fit for Kiel.")];
        let refused = ada.post_form(&at, &said);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Add it to the set by its own form"), "{}", refused.text);
        let given = json!({ "question": "market", "answer": "stated", "statement": "Fit for Kiel." });
        let answers = format!("/api/v1{at}/answers");
        let refused = ada.post_json(&answers, &given);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        assert_eq!(count(), before, "what is refused leaves nothing");
        let mut whole = given.clone();
        whole["extra"] = json!({ "plant_mark": "N-5" });
        let stated = ada.post_json(&answers, &whole);
        assert_eq!(stated.status, StatusCode::OK, "{}", stated.text);
        let made = stated.json()["requirement"].as_str().unwrap().to_owned();
        assert_eq!(extra_of(&world, &made), json!({ "plant_mark": "N-5" }));
        // One that stands in the set already is named as ever.
        let named = json!({ "question": "noise", "answer": "stated", "requirement": one });
        assert_eq!(ada.post_json(&answers, &named).status, StatusCode::OK);
    }
}

#[test]
fn a_slow_save_of_the_form_shows_what_another_wrote_into_the_fields_of_the_house() {
    for world in World::on_each_engine() {
        define(&world, "Plant mark", Holds::Text, Audience::Internal);
        define(&world, "Plant", Holds::Choice, Audience::Internal);
        define(&world, "Weight", Holds::Number, Audience::Internal);
        let (_, [one, _]) = worked_on(&world);
        let mut ada = program(&world, "ada");
        let form = format!("/requirements/{one}/edit");
        let version = ada.get(&format!("/api/v1/requirements/{one}")).json()["version"].to_string();
        let theirs = json!({ "extra": { "plant_mark": "K-7", "plant": "Kiel", "weight": 3.5 } });
        let written =
            program(&world, "bob").patch_json(&format!("/api/v1/requirements/{one}"), Some("*"), &theirs);
        assert_eq!(written.status, StatusCode::OK, "{}", written.text);
        let mine = [
            ("version", version.as_str()),
            ("statement", "The seal shall be tight at 6 bar."),
            ("extra.plant_mark", "L-9"),
            ("extra.plant", "Kiel"),
            ("extra.weight", "heavy"),
        ];
        let stale = ada.post_form(&form, &mine);
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text);
        let both = stale.text.split("Both versions, field by field").nth(1).unwrap();
        let both = both.split("</table>").next().unwrap();
        for words in ["Plant mark", "K-7", "L-9", "3.5 kg", "heavy"] {
            assert!(both.contains(words), "{words}: {both}");
        }
        assert!(!both.contains("Kiel"), "what both say is no difference: {both}");
        assert_eq!(extra_of(&world, &one)["plant_mark"], "K-7", "nothing was overwritten");
        // Whoever saves now has seen it.
        let version = ada.get(&format!("/api/v1/requirements/{one}")).json()["version"].to_string();
        let mine = [("version", version.as_str()), ("extra.plant_mark", "L-9")];
        let kept = ada.post_form(&form, &mine);
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
        assert_eq!(extra_of(&world, &one)["plant_mark"], "L-9");
    }
}

#[test]
fn a_slow_save_of_extra_fields_alone_shows_both_versions_of_a_set_and_of_a_requirement() {
    for world in World::on_each_engine() {
        for of_kind in ["REQ", "RS"] {
            for (title, holds) in [("Plant mark", Holds::Text), ("Weight", Holds::Number)] {
                let field = ExtraField { of_kind: of_kind.to_owned(), holds, ..ExtraField::default() };
                world.sam().does(|work| work.define(title, &field)).unwrap();
            }
        }
        let (set, [one, _]) = worked_on(&world);
        let (mut ada, mut bob) = (program(&world, "ada"), program(&world, "bob"));
        for (kind, number) in [("requirement-sets", &set), ("requirements", &one)] {
            let at = format!("/{kind}/{number}/extra");
            let now = |ada: &mut web::testing::Client| ada.get(&format!("/api/v1/{kind}/{number}")).json();
            let form = ada.get(&at).text;
            assert!(
                form.contains(&format!(r#"data-draft="extra:{number}""#)),
                "what is typed is kept: {form}"
            );
            let version = now(&mut ada)["version"].to_string();
            let written = bob.post_form(&at, &[("extra.plant_mark", "K-7"), ("extra.weight", "3.5")]);
            assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
            let mine =
                [("version", version.as_str()), ("extra.plant_mark", "L-9"), ("extra.weight", "heavy")];
            let stale = ada.post_form(&at, &mine);
            assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text);
            let both = stale.text.split("Both versions, field by field").nth(1).unwrap();
            let (both, below) = both.split_once("</table>").unwrap();
            for words in ["Plant mark", "K-7", "L-9", "3.5", "heavy"] {
                assert!(both.contains(words), "{words}: {both}");
            }
            assert!(below.contains(r#"value="L-9""#) && below.contains("Save mine"), "{below}");
            let there = now(&mut ada);
            assert_eq!(there["extra"]["plant_mark"], "K-7", "nothing was overwritten: {there}");
            // Whoever saves now has seen it.
            let version = there["version"].to_string();
            assert!(below.contains(&format!(r#"name="version" value="{version}""#)), "{below}");
            let mine = [("version", version.as_str()), ("extra.plant_mark", "L-9"), ("extra.weight", "3.5")];
            assert_eq!(ada.post_form(&at, &mine).status, StatusCode::SEE_OTHER);
            assert_eq!(now(&mut ada)["extra"]["plant_mark"], "L-9");
        }
    }
}
