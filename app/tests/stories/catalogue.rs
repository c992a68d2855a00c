//! What is offered to everybody: revisions that never change, the day from which each holds, and what customers read.

use axum::http::StatusCode;
use catalogue::{CatalogueItem, Characteristic, NewRevision, State, Step};
use jiff::civil::date;
use kernel::{Audience, New};
use serde_json::json;

use crate::world::{World, program, refusal};

fn flow(upper: &str) -> Characteristic {
    Characteristic {
        name: "flow".into(),
        value: "20".into(),
        lower: "0.2".into(),
        upper: upper.into(),
        unit: "l/h".into(),
        method: "weighing".into(),
        is_critical: true,
    }
}

fn pump() -> CatalogueItem {
    CatalogueItem {
        code: "KD-20".into(),
        summary: "Diaphragm dosing pump".into(),
        characteristics: vec![flow("20")],
        unit: "pc".into(),
        price: "1690.00".into(),
        currency: "EUR".into(),
        ..CatalogueItem::default()
    }
}

/// The pump in its first revision, which holds from the first of March on and is published.
pub fn released(world: &World) -> String {
    let clara = world.person("clara");
    let made = clara
        .does(|work| catalogue::open(work, &New { title: "Dosing pump KD-20", ..New::default() }, &pump()))
        .unwrap();
    let first = NewRevision { label: "C", from: Some(date(2026, 3, 1)), reason: "as it is sold" };
    clara.does(|work| catalogue::release(work, &made.number, &first)).unwrap();
    clara.does(|work| catalogue::publish(work, &made.number, 1)).unwrap();
    made.number
}

pub(crate) fn revised(world: &World, number: &str, edit: fn(&mut CatalogueItem)) {
    world
        .person("clara")
        .does(|work| {
            let mut case = work.find::<CatalogueItem>(number)?;
            work.advance(&mut case, Step::Revise)?;
            work.revise(&mut case, edit)
        })
        .unwrap();
}

#[test]
fn which_revision_holds_is_one_question_whatever_the_day() {
    for world in World::on_each_engine() {
        let number = released(&world);
        revised(&world, &number, |it| it.characteristics[0] = flow("25"));
        let clara = world.person("clara");
        let next =
            NewRevision { from: Some(date(2026, 6, 1)), reason: "larger head", ..NewRevision::default() };
        assert_eq!(clara.does(|work| catalogue::release(work, &number, &next)).unwrap().no, 2);
        let id = clara.asks(|reader| Ok(reader.mention_of(&number)?.id));
        let on = |day| {
            clara.asks(|reader| catalogue::effective_on(reader, id, &kernel::On::day(day))).map(|it| it.label)
        };
        assert_eq!(on(date(2026, 2, 28)), None, "before the first there is none");
        assert_eq!(on(date(2026, 3, 1)).as_deref(), Some("C"));
        assert_eq!(on(date(2026, 5, 31)).as_deref(), Some("C"));
        assert_eq!(on(date(2026, 6, 1)).as_deref(), Some("D"), "the next letter");
        let holds = |no: i64, day| {
            clara.does(|work| catalogue::hold_from(work, &number, no, day, "Castings come late"))
        };
        // What held on a day that is over stays so, by whichever revision one would move it.
        let told = refusal(holds(2, date(2026, 3, 1)));
        assert!(told.contains("Say from which day, today or later."), "{told}");
        let told = refusal(holds(1, date(2026, 6, 1)));
        assert!(told.contains("Revision C has held since"), "{told}");
        holds(2, date(2026, 9, 1)).unwrap();
        assert_eq!(on(date(2026, 6, 1)).as_deref(), Some("C"), "another day was told since");
        assert_eq!(on(date(2026, 9, 1)).as_deref(), Some("D"));
        let mut program = program(&world, "clara");
        let held = program.get(&format!("/api/v1/catalogue/{number}/effective?on=2026-04-01")).json();
        assert_eq!((held["label"].as_str(), held["no"].as_i64()), (Some("C"), Some(1)));
        let differs = program.get(&format!("/api/v1/catalogue/{number}/compare")).json();
        assert_eq!(differs["characteristics"][0]["before"], "20 (0.2 … 20) l/h, weighing, critical");
        assert_eq!(differs["characteristics"][0]["after"], "20 (0.2 … 25) l/h, weighing, critical");
        assert_eq!(differs["characteristics"].as_array().unwrap().len(), 1, "and nothing else");
        revised(&world, &number, |it| it.characteristics[0] = flow("30"));
        let past = NewRevision { from: Some(date(2017, 3, 1)), reason: "as built", ..NewRevision::default() };
        let told = refusal(clara.does(|work| catalogue::release(work, &number, &past)));
        assert!(told.contains("Say from which day, today or later."), "{told}");
        assert_eq!(on(date(2017, 3, 1)), None, "nobody had it then");
    }
}

#[test]
fn an_item_is_released_only_when_it_says_what_it_can_do_and_something_changed() {
    for world in World::on_each_engine() {
        let clara = world.person("clara");
        let bare = CatalogueItem {
            characteristics: vec![Characteristic { method: String::new(), lower: "30".into(), ..flow("20") }],
            ..CatalogueItem::default()
        };
        let made = clara
            .does(|work| catalogue::open(work, &New { title: "KD-20", ..New::default() }, &bare))
            .unwrap();
        let told =
            refusal(clara.does(|work| catalogue::release(work, &made.number, &NewRevision::default())));
        assert!(told.contains("Give it an article number"), "{told}");
        assert!(told.contains("Put the limits of “flow” right"), "{told}");
        assert!(told.contains("Say how “flow” is tested: it is critical."), "{told}");
        let number = released(&world);
        let again = clara.does(|work| {
            let mut case = work.find::<CatalogueItem>(&number)?;
            work.advance(&mut case, Step::Revise)?;
            catalogue::release(work, &number, &NewRevision::default())
        });
        assert!(refusal(again).contains("Nothing changed since revision C"));
        let twin =
            clara.does(|work| catalogue::open(work, &New { title: "Twin", ..New::default() }, &pump()));
        assert!(refusal(twin).contains("has this article number"));
        let closed = clara.does(|work| {
            let mut case = work.find::<CatalogueItem>(&number)?;
            assert_eq!(case.record.state, State::Released);
            work.revise(&mut case, |it| it.price = "1.00".into())
        });
        assert!(refusal(closed).contains("closed for editing"), "a released item is revised first");
        let ben = world.person("ben");
        let not_his =
            ben.does(|work| catalogue::open(work, &New { title: "Mine", ..New::default() }, &pump()));
        assert!(refusal(not_his).contains("Only the roles"), "an agent says nothing to customers");
    }
}

#[test]
fn every_customer_reads_what_was_published_and_nothing_of_what_is_worked_on() {
    for world in World::on_each_engine() {
        let number = released(&world);
        let (carl, eve) = (world.carl(), world.eve());
        for outsider in [&carl, &eve] {
            let case = outsider.asks(|reader| reader.find::<CatalogueItem>(&number));
            assert_eq!(case.body.characteristics[0].upper, "20");
        }
        revised(&world, &number, |it| {
            it.characteristics[0] = flow("25");
            it.summary = "Secret plan".into();
        });
        let case = eve.asks(|reader| reader.find::<CatalogueItem>(&number));
        assert_eq!(
            (case.body.characteristics[0].upper.as_str(), case.body.summary.as_str()),
            ("20", "Diaphragm dosing pump")
        );
        let next = NewRevision { from: Some(date(2026, 3, 2)), ..NewRevision::default() };
        world.person("clara").does(|work| catalogue::release(work, &number, &next)).unwrap();
        assert_eq!(
            eve.asks(|reader| reader.find::<CatalogueItem>(&number)).body.characteristics[0].upper,
            "20"
        );
        assert_eq!(
            eve.asks(|reader| catalogue::revisions(reader, case.record.id.raw())).len(),
            1,
            "not yet published"
        );
        assert_eq!(
            eve.asks(|reader| reader.search("diaphragm dosing", None, 10)).len(),
            1,
            "found by everybody"
        );
        assert!(eve.asks(|reader| reader.search("secret plan", None, 10)).is_empty());
        let said = eve.does(|work| work.remark(case.record.id.raw(), "When is it cheaper?", Audience::Party));
        assert!(refusal(said).contains("Everybody reads this"), "no customer speaks to all others");
        let mut browser = program(&world, "eve");
        let page = browser.get(&format!("/catalogue/{number}"));
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("weighing") && page.text.contains("0,2 bis 20"), "{}", page.text);
        assert!(!page.text.contains("Secret plan") && !page.text.contains("bis 25"), "{}", page.text);
        let refused =
            browser.post_json(&format!("/api/v1/catalogue/{number}/publish"), &json!({ "revision": 2 }));
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    }
}

#[test]
fn an_item_is_written_released_and_read_by_page() {
    for world in World::on_each_engine() {
        let mut clara = program(&world, "clara");
        let wrong = clara.post_form(
            "/catalogue",
            &[
                ("title", "Pump"),
                ("code", "KD 20"),
                ("price", "=1+1"),
                ("name1", "flow"),
                ("lower1", "a lot"),
            ],
        );
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in ["ohne Leerzeichen", "eine Zahl wie 118.00"] {
            assert!(wrong.text.contains(told), "{told} is missing: {}", wrong.text);
        }
        assert!(wrong.text.contains("value=\"a lot\""), "what was typed is not lost");
        let made = clara.post_form(
            "/catalogue",
            &[
                ("title", "Dosing pump KD-20"),
                ("code", "KD-20"),
                ("sort", "product"),
                ("summary", "A pump"),
                ("name1", "flow"),
                ("value1", "20"),
                ("unit1", "l/h"),
                ("method1", "weighing"),
                ("critical1", "on"),
            ],
        );
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let at = made.location().to_owned();
        let released =
            clara.post_form(&format!("{at}/release"), &[("reason", "as it is sold"), ("publish", "on")]);
        assert_eq!(released.status, StatusCode::SEE_OTHER, "{}", released.text);
        let page = clara.get(&at).text;
        for told in ["Revision A", "gilt heute", "veröffentlicht"] {
            assert!(page.contains(told), "{told} is missing");
        }
        assert!(clara.get("/catalogue").text.contains("Dosing pump KD-20"));
        assert_eq!(clara.get(&format!("{at}/revisions/1")).status, StatusCode::OK);
        assert_eq!(clara.get(&format!("{at}/revisions/9")).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn an_item_is_a_variant_of_another_one_that_is_none_and_of_nothing_else() {
    for world in World::on_each_engine() {
        let pump = released(&world);
        let mut clara = program(&world, "ada");
        let mut open = |code: &str, base: &str| {
            let item = json!({ "title": code, "code": code, "summary": "A pump", "base": base });
            clara.post_json("/api/v1/catalogue", &item)
        };
        let made = open("KD-20-PV-E", &pump);
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let variant = made.json()["number"].as_str().unwrap().to_owned();
        let told = open("KD-20-PV-E-L", &variant);
        let is_one = format!("{variant} is a variant itself. Name what that one is a variant of.");
        assert!(
            told.status == StatusCode::UNPROCESSABLE_ENTITY && told.text.contains(&is_one),
            "{}",
            told.text
        );
        let told = open("KD-20-M", "K-1001");
        let is_none = "Name an item of the catalogue, or leave it empty.";
        assert!(
            told.status == StatusCode::UNPROCESSABLE_ENTITY && told.text.contains(is_none),
            "{}",
            told.text
        );
        // What is there already is no variant of itself, nor of what is a variant of it; without a code as well.
        let other = json!({ "title": "KD-80", "summary": "A pump" });
        let other =
            clara.post_json("/api/v1/catalogue", &other).json()["number"].as_str().unwrap().to_owned();
        let mut says = |number: &str, base: &str| {
            let at = format!("/api/v1/catalogue/{number}");
            let tag = format!("\"{}\"", clara.get(&at).json()["version"]);
            clara.patch_json(&at, Some(&tag), &json!({ "base": base }))
        };
        let told = says(&other, &other);
        assert!(told.text.contains("An item is no variant of itself."), "{}", told.text);
        revised(&world, &pump, |it| it.summary = "A dosing pump".into());
        let told = says(&pump, &other);
        let has_one = format!("{variant} is a variant of this one.");
        assert!(
            told.status == StatusCode::UNPROCESSABLE_ENTITY && told.text.contains(&has_one),
            "{}",
            told.text
        );
        assert!(says(&variant, &other).status.is_success(), "it is a variant of another one now");
        assert!(says(&pump, &other).status.is_success(), "and nothing of this one any more");
        // The form of a page says it at its field.
        let form = [("title", "KD-20-L"), ("code", "KD-20-L"), ("sort", "product"), ("base", "0")];
        let told = clara.post_form("/catalogue", &form);
        assert!(
            told.status == StatusCode::UNPROCESSABLE_ENTITY && told.text.contains(is_none),
            "{}",
            told.text
        );
    }
}

#[test]
fn of_very_many_items_the_one_that_another_is_a_variant_of_is_told_by_its_article_number() {
    for world in World::on_each_engine() {
        let item = |no: usize| CatalogueItem { code: format!("A-{no:03}"), ..pump() };
        let many: Vec<_> = (1..=201).map(|no| (New { title: "Pump", ..New::default() }, item(no))).collect();
        let made = world.person("clara").does(|work| work.create_many(&many)).unwrap();
        let mut clara = program(&world, "ada");
        let page = clara.get("/catalogue/new").text;
        assert!(page.contains(r#"name="base_code""#) && !page.contains("A-150"), "{page}");
        let variant = |base: &'static str| {
            [("title", "Pump with PVDF head"), ("code", "A-150-PV"), ("unit", "pc"), ("base_code", base)]
        };
        let refused = clara.post_form("/catalogue", &variant("A-999"));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        let sentence = "No item of which this can be a variant has the article number A-999.";
        assert!(
            refused.text.contains(sentence) && refused.text.contains(r#"value="A-999""#),
            "{}",
            refused.text
        );
        let opened = clara.post_form("/catalogue", &variant("A-150"));
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
        let number = opened.location().rsplit('/').next().unwrap().to_owned();
        let base = || world.ada().asks(|reader| Ok(reader.find::<CatalogueItem>(&number)?.body.base));
        assert_eq!(base(), Some(made[149].id));
        // Whoever edits something else of it loses nothing, and nothing is a variant of a variant or of itself.
        let edit = format!("/catalogue/{number}/edit");
        assert!(clara.get(&edit).text.contains(r#"value="A-150""#));
        let own = clara.post_form(&edit, &[("version", "1"), ("base_code", "A-150-PV")]);
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.text);
        assert!(own.text.contains("No item of which this can be a variant"), "{}", own.text);
        assert_eq!(base(), Some(made[149].id));
    }
}
