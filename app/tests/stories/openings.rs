//! What a house keeps of its records beyond what the product knows is asked where a record is opened.

use axum::http::StatusCode;
use kernel::{Audience, Body, Citable, ExtraField, New};
use requirements::RequirementSet;
use serde_json::{Value as Json, json};

use crate::changes::{agreed_set, propose, raise};
use crate::reviews::{begin, matter};
use crate::world::{World, program};

/// Which form opens records of a kind; `{set}` is the number of a set that is worked on, `{subject}` the key of one
/// that was released.
const BY_A_FORM: &[(&str, &str)] = &[
    ("PE", "/people/new"),
    ("FN", "/functions/new"),
    ("K", "/customers/new"),
    ("CA", "/calls/new"),
    ("MT", "/meetings/new"),
    ("RS", "/requirement-sets/new"),
    ("REQ", "/requirement-sets/{set}/new"),
    ("CK", "/checklists/new"),
    ("RV", "/reviews/new"),
    ("RT", "/review-templates/new"),
    ("SF", "/sign-offs/new?subject={subject}"),
    ("CI", "/catalogue/new"),
    ("QU", "/quotations/new"),
    ("SO", "/orders/new"),
    ("CR", "/changes/new"),
    ("IS", "/change-issues/new"),
    ("RK", "/risks/new"),
    ("CT", "/contingency-plans/new"),
    ("RM", "/risk-matrices/new"),
];

/// Kinds of which nobody opens one by a form, and how one comes to be.
const BY_ITSELF: &[(&str, &str)] = &[
    ("CV", "begins with a mail, with a call, or with what a customer writes on our pages"),
    ("CL", "is asked from a verdict of a review, whose form asks for it, or is what a customer queries"),
    ("NO", "is prepared by the change that it tells of, whose forms ask for it"),
    ("IB", "is a file on its way in"),
    ("XF", "is the definition of an extra field"),
];

fn must_be_said(world: &World, kind: &str) {
    let field = ExtraField { of_kind: kind.to_owned(), required: true, ..ExtraField::default() };
    world.sam().does(|work| work.define("Plant mark", &field)).unwrap();
}

#[test]
fn every_form_that_opens_a_record_asks_for_what_the_house_keeps_of_it() {
    for world in World::on_each_engine() {
        let kinds: Vec<&str> =
            world.ada().asks(|reader| Ok(reader.registry().all().iter().map(|it| it.kind.prefix).collect()));
        for kind in &kinds {
            let known = BY_A_FORM.iter().chain(BY_ITSELF).filter(|(it, _)| it == kind).count();
            assert_eq!(known, 1, "say by which form {kind} is opened, or how it comes to be without one");
        }
        assert_eq!(BY_A_FORM.len() + BY_ITSELF.len(), kinds.len(), "there is no kind that is not there");
        // Opened before anything has to be said.
        let released = world.offered_set();
        let subject = world.ada().asks(|reader| Ok(reader.mention_of(&released)?.id)).to_string();
        let new = New { title: "Worked on", ..New::default() };
        let opened = world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default()));
        let set = opened.unwrap().number;
        for (kind, _) in BY_A_FORM {
            must_be_said(&world, kind);
        }
        let mut people = ["sam", "bob", "ada"].map(|it| program(&world, it));
        for (kind, form) in BY_A_FORM {
            let address = form.replace("{set}", &set).replace("{subject}", &subject);
            let shown = people.iter_mut().map(|it| it.get(&address)).find(|it| it.status == StatusCode::OK);
            let page = shown.unwrap_or_else(|| panic!("nobody may open {address}")).text;
            let field = page.split('<').find(|it| it.contains("name=\"extra.plant_mark\""));
            let field =
                field.unwrap_or_else(|| panic!("{address} does not ask for the field of {kind}: {page}"));
            assert!(field.contains(" required"), "{address}: {field}");
        }
    }
}

#[test]
fn what_has_to_be_said_is_said_where_a_risk_a_change_an_order_or_a_call_is_opened() {
    for world in World::on_each_engine() {
        let meridian = world.meridian.to_string();
        let forms: [(&str, &str, Vec<(&str, &str)>); 4] = [
            ("RK", "/risks", vec![("title", "Castings come late")]),
            ("CR", "/changes", vec![("title", "Seals"), ("source", "complaint")]),
            ("SO", "/orders", vec![("title", "Two skids"), ("customer", meridian.as_str())]),
            (
                "CA",
                "/calls",
                vec![
                    ("with", "Somebody"),
                    ("direction", "they"),
                    ("title", "Seals"),
                    ("notes", "They ask for seals."),
                ],
            ),
        ];
        let mut ada = program(&world, "ada");
        for (kind, address, fields) in forms {
            must_be_said(&world, kind);
            let all = || {
                let rows = world.ada().asks(|reader| reader.list(kind, &kernel::Wanted::default())).rows;
                rows.into_iter().map(|it| (it.id, it.extra)).collect::<Vec<_>>()
            };
            let refused = ada.post_form(address, &fields);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}: {}", refused.text);
            assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
            assert!(all().is_empty(), "nothing of {kind} was opened");
            let mut said = fields.clone();
            said.push(("extra.plant_mark", "N-7"));
            let made = ada.post_form(address, &said);
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{address}: {}", made.text);
            let [(id, extra)] = all().try_into().unwrap();
            assert_eq!(Json::Object(extra), json!({ "plant_mark": "N-7" }), "{kind}");
            let deeds = world.ada().asks(|reader| reader.trail(id, false, 0, 99));
            assert_eq!(deeds.len(), 1, "the values of {kind} are part of the deed that opened it");
        }
        // A program is asked for the same.
        let plain = json!({ "title": "Pumps come late" });
        let refused = ada.post_json("/api/v1/risks", &plain);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        let said = json!({ "title": "Pumps come late", "extra": { "plant_mark": "N-8" } });
        let made = ada.post_json("/api/v1/risks", &said);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(made.json()["extra"], json!({ "plant_mark": "N-8" }));
        // What is there already is changed by its own deed, and a mail comes in whatever a house asks for.
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let given = json!({ "plant_mark": "N-9" });
        let late = world.ada().does(|work| work.fill_new::<risks::Risk>(&number, given.as_object().unwrap()));
        assert!(late.is_err(), "it was not opened by this deed");
        must_be_said(&world, conversations::Conversation::KIND.prefix);
        let mail =
            conversations::Intake::read(b"From: a@b.example\r\nSubject: Hello\r\n\r\nHello.\r\n".to_vec());
        assert!(world.ada().does(|work| conversations::take_in(work, &mail)).unwrap().began);
    }
}

#[test]
fn a_question_to_a_customer_is_asked_with_what_the_house_keeps_of_questions() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let (item, function) = (&it.requirements[0], it.quality.to_string());
        let asked = || {
            let of =
                |reader: &kernel::Reader| reviews::clarifications_of(reader, reader.mention_of(&review)?.id);
            let all = world.bob().asks(of).into_iter();
            let extra = |number: String| {
                world.bob().asks(|reader| Ok(reader.find::<reviews::Clarification>(&number)?.record.extra))
            };
            all.map(|it| Json::Object(extra(it.number))).collect::<Vec<_>>()
        };
        let mut bob = program(&world, "bob");
        let page = format!("/reviews/{review}?function={function}");
        assert!(!bob.get(&page).text.contains("extra.plant_mark"), "the house keeps nothing of it yet");
        must_be_said(&world, "CL");
        let shown = bob.get(&page).text;
        assert!(shown.contains("name=\"extra.plant_mark\""), "{shown}");

        let to = format!("/reviews/{review}/verdicts");
        let (verdict, question) = (format!("verdict-{item}"), format!("question-{item}"));
        let mut form = vec![
            ("function", function.as_str()),
            (verdict.as_str(), "clarify"),
            (question.as_str(), "Lowest room temperature?"),
        ];
        let refused = bob.post_form(&to, &form);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
        assert!(asked().is_empty(), "nothing was asked");
        form.push(("extra.plant_mark", "N-1"));
        let made = bob.post_form(&to, &form);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        assert_eq!(asked(), [json!({ "plant_mark": "N-1" })]);

        let quality = world.bob().asks(|reader| Ok(reader.mention(it.quality)?.unwrap().number));
        let sent = |extra: Json| {
            let question = json!({ "question": "How cold at night?", "extra": extra });
            let verdict = json!({ "item": item, "verdict": "clarify", "question": question });
            json!({ "function": quality, "verdicts": [verdict] })
        };
        let refused = bob.post_json(&format!("/api/v1{to}"), &sent(json!({})));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        let made = bob.post_json(&format!("/api/v1{to}"), &sent(json!({ "plant_mark": "N-2" })));
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert!(asked().contains(&json!({ "plant_mark": "N-2" })), "{:?}", asked());
    }
}

#[test]
fn notices_of_a_change_are_prepared_with_what_the_house_keeps_of_notices() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        must_be_said(&world, "NO");
        let kept = || {
            let all = world.ada().asks(|reader| notices::notices(reader, reader.mention_of(&change)?.id));
            let extra = |number: String| {
                world.ada().asks(|reader| Ok(reader.find::<notices::Notice>(&number)?.record.extra))
            };
            all.into_iter().map(|it| Json::Object(extra(it.number))).collect::<Vec<_>>()
        };
        let mut ada = program(&world, "ada");
        let to = format!("/changes/{change}/notices");
        for address in [to.clone(), format!("{to}/add")] {
            let page = ada.get(&address).text;
            let field = page.split('<').find(|it| it.contains("name=\"extra.plant_mark\""));
            assert!(field.is_some_and(|it| it.contains(" required")), "{address}: {page}");
        }
        let refused = ada.post_form(&to, &[]);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
        assert!(kept().is_empty(), "nothing was prepared");
        let made = ada.post_form(&to, &[("extra.plant_mark", "N-1")]);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        assert_eq!(kept(), [json!({ "plant_mark": "N-1" })]);

        // Whom nothing names, by page and by program.
        let hallander = world.hallander.to_string();
        let form = [("party", hallander.as_str()), ("side", "customer"), ("reason", "A courtesy")];
        let refused = ada.post_form(&format!("{to}/add"), &form);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        let mut sent = json!({ "organisation": "K-1002", "reason": "A courtesy" });
        let refused = ada.post_json(&format!("/api/v1{to}/add"), &sent);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        assert_eq!(kept().len(), 1, "what is refused leaves nothing");
        sent["extra"] = json!({ "plant_mark": "N-2" });
        let made = ada.post_json(&format!("/api/v1{to}/add"), &sent);
        assert!(made.status.is_success(), "{}", made.text);
        assert!(kept().contains(&json!({ "plant_mark": "N-2" })), "{:?}", kept());
    }
}

#[test]
fn somebody_of_a_customer_is_added_with_what_the_house_keeps_of_people() {
    for world in World::on_each_engine() {
        must_be_said(&world, "PE");
        let mut ada = program(&world, "ada");
        let to = "/customers/K-1001/contacts";
        assert!(ada.get(&format!("{to}/new")).text.contains("extra.plant_mark"));
        let person = [("name", "Tess Lowe"), ("email", "tess.lowe@meridian-dairies.example")];
        let refused = ada.post_form(to, &person);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Your house asks for this. Fill it in."), "{}", refused.text);
        let made = ada.post_form(to, &[person[0], person[1], ("extra.plant_mark", "N-1")]);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);

        let mut sent = json!({ "name": "Jo Marsh", "email": "jo.marsh@meridian-dairies.example" });
        let refused = ada.post_json(&format!("/api/v1{to}"), &sent);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        sent["extra"] = json!({ "plant_mark": "N-2" });
        let made = ada.post_json(&format!("/api/v1{to}"), &sent).json();
        let number = made["number"].as_str().unwrap();
        let extra = world.ada().asks(|reader| Ok(reader.find::<identity::Person>(number)?.record.extra));
        assert_eq!(Json::Object(extra), json!({ "plant_mark": "N-2" }));
    }
}

#[test]
fn sam_says_that_a_field_has_to_be_said_and_takes_that_back() {
    for world in World::on_each_engine() {
        let mut sam = program(&world, "sam");
        let form = [("title", "Plant mark"), ("of_kind", "RK"), ("holds", "text"), ("required", "yes")];
        let made = sam.post_form("/extra-fields", &form);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let at = made.location().to_owned();
        let shown = sam.get(&at).text;
        assert!(shown.contains("Has to be said"), "{shown}");
        let edit = sam.get(&format!("{at}/edit")).text;
        let tick = edit.split('<').find(|it| it.contains("name=\"required\"")).unwrap();
        assert!(tick.contains("checked"), "{tick}");
        let mut ada = program(&world, "ada");
        assert_eq!(ada.post_form("/risks", &[("title", "Late")]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let number = at.rsplit('/').next().unwrap();
        let version = world.sam().asks(|reader| Ok(reader.find::<ExtraField>(number)?.record.version));
        let form = [("title", "Plant mark"), ("version", &version.to_string()), ("audience", "internal")];
        assert_eq!(sam.post_form(&at, &form).status, StatusCode::SEE_OTHER);
        assert_eq!(ada.post_form("/risks", &[("title", "Late")]).status, StatusCode::SEE_OTHER);
    }
}

#[test]
fn a_row_of_the_table_is_asked_for_what_the_house_keeps_of_a_requirement() {
    for world in World::on_each_engine() {
        let new = New { title: "Dosing skid", ..New::default() };
        let opened = world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default()));
        let set = opened.unwrap().number;
        let mut ada = program(&world, "ada");
        let table = format!("/requirement-sets/{set}/table");
        assert!(!ada.get(&table).text.contains("data-required"), "the house asks for nothing yet");
        must_be_said(&world, "REQ");
        let page = ada.get(&table).text;
        let head =
            page.split('<').find(|it| it.contains("data-head=\"extra.plant_mark\"")).unwrap_or_default();
        assert!(head.contains("data-required"), "a new row is asked in place: {page}");

        let count = || world.ada().asks(|reader| reader.count("REQ", &kernel::Wanted::default(), 1000));
        let before = count();
        let row = json!({ "title": "Tight", "statement": "The seal shall be tight at 6 bar." });
        let mut one = row.clone();
        one["set"] = json!(set);
        let many = |extra: Json| json!({ "set": set, "rows": [{ "title": "Tight", "fields": { "statement": row["statement"] }, "extra": extra }] });
        let refused = [
            ada.post_json("/api/v1/requirements", &one),
            ada.post_json("/api/v1/requirements/bulk", &many(json!({}))),
        ];
        for refused in refused {
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
            assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        }
        assert_eq!(count(), before, "what is refused leaves nothing");
        one["extra"] = json!({ "plant_mark": "N-1" });
        let made = ada.post_json("/api/v1/requirements", &one);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let made = ada.post_json("/api/v1/requirements/bulk", &many(json!({ "plant_mark": "N-2" })));
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let rows = world.ada().asks(|reader| reader.list("REQ", &kernel::Wanted::default())).rows;
        for mark in ["N-1", "N-2"] {
            assert!(rows.iter().any(|it| it.extra.get("plant_mark") == Some(&json!(mark))), "{mark}");
        }
    }
}

#[test]
fn words_of_a_mail_become_a_requirement_only_with_what_the_house_keeps_of_it() {
    for world in World::on_each_engine() {
        let new = New { title: "Dosing skid", party: Some(world.meridian), ..New::default() };
        let opened = world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default()));
        let set = opened.unwrap().number;
        let text = Citable {
            origin: "message",
            origin_id: 1,
            name: "Mail of Carl",
            words: "Hello Ada, the seal shall be tight at 6 bar. Carl",
            extractor: "story 1",
            audience: Audience::Party,
        };
        let source = world.ada().does(|work| work.keep_source(world.meridian, &text)).unwrap();
        must_be_said(&world, "REQ");
        let mut ada = program(&world, "ada");
        let sent = json!({
            "source": source, "exact": "the seal shall be tight at 6 bar.", "set": set,
            "fields": { "statement": "The seal shall be tight at 6 bar." },
        });
        let with = |name: &str, value: Json| {
            let mut sent = sent.clone();
            sent[name] = value;
            sent
        };
        let count = || world.ada().asks(|reader| reader.count("REQ", &kernel::Wanted::default(), 1000));
        let before = count();
        for sent in [sent.clone(), with("extra", json!({ "plant_mark": "" }))] {
            let refused = ada.post_json("/api/v1/passages", &sent);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
            assert!(refused.text.contains("extra.plant_mark"), "{}", refused.text);
        }
        assert_eq!(count(), before, "what is refused leaves nothing");
        let made = ada.post_json("/api/v1/passages", &with("extra", json!({ "plant_mark": "N-3" })));
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let extra =
            world.ada().asks(|reader| Ok(reader.find::<requirements::Requirement>(&number)?.record.extra));
        assert_eq!(Json::Object(extra), json!({ "plant_mark": "N-3" }));

        // A set that the house asks more of is not opened in passing, not by a program either.
        must_be_said(&world, "RS");
        let mut passing = with("extra", json!({ "plant_mark": "N-4" }));
        passing["set"] = json!("");
        passing["set_title"] = json!("Another skid");
        let refused = ada.post_json("/api/v1/passages", &passing);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("set_title"), "{}", refused.text);
        assert_eq!(count(), before + 1, "what is refused leaves nothing");
    }
}

#[test]
fn the_table_of_a_set_shows_what_the_house_keeps_of_its_requirements() {
    for world in World::on_each_engine() {
        let new = New { title: "Dosing skid", ..New::default() };
        let opened = world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default()));
        let set = opened.unwrap().number;
        must_be_said(&world, "REQ");
        let field = ExtraField { of_kind: "REQ".to_owned(), ..ExtraField::default() };
        world.sam().does(|work| work.define("Drawing", &field)).unwrap();
        let mut ada = program(&world, "ada");
        let row = json!({
            "set": set, "title": "Tight", "statement": "The seal shall be tight at 6 bar.",
            "extra": { "plant_mark": "N-1", "drawing": "D-<100>" },
        });
        let made = ada.post_json("/api/v1/requirements", &row);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let table = format!("/requirement-sets/{set}/table");
        let mark = "data-is=\"Plant mark\" data-value=\"N-1\">N-1</td>";
        let drawing = "data-is=\"Drawing\" data-value=\"D-&lt;100&gt;\">D-&lt;100&gt;</td>";
        let few = ada.get(&table).text;
        assert!(
            few.contains(mark) && few.contains(">Plant mark</th>"),
            "what has to be said is there: {few}"
        );
        assert!(!few.contains(">Drawing</th>"), "the others stand among all columns: {few}");
        let all = ada.get(&format!("{table}?columns=all")).text;
        assert!(all.contains(mark) && all.contains(drawing), "{all}");
        let columns = all.matches("<th scope=\"col\"").count()
            + all.matches("<th class=\"stays\" scope=\"col\"").count();
        let width = all.split("colspan=\"").nth(1).and_then(|it| it.split('"').next()).unwrap();
        assert_eq!(width, columns.to_string(), "the head of a section is as wide as the table");
    }
}
