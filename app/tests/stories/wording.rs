//! Words that leave open what is wanted: found, dismissed with a reason, switched off; limits that contradict.

use axum::http::StatusCode;
use kernel::{New, Result};
use requirements::{Edit, Findings, NewRequirement, Requirement, RequirementSet, Which};
use serde_json::json;

use crate::world::{World, program, refusal};

fn open_set(world: &World, title: &str) -> String {
    let new = New { title, party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

fn add(world: &World, set: &str, body: Requirement) -> String {
    let new = NewRequirement { body, ..NewRequirement::default() };
    world.ada().does(|work| requirements::add(work, set, &new)).unwrap().number
}

fn says(statement: &str) -> Requirement {
    Requirement { statement: statement.into(), acceptance: "Seen at FAT".into(), ..Requirement::default() }
}

fn measures(characteristic: &str, limits: (&str, &str), unit: &str) -> Requirement {
    Requirement {
        characteristic: characteristic.into(),
        lower: limits.0.into(),
        upper: limits.1.into(),
        unit: unit.into(),
        ..says(&format!("The {characteristic} shall be between {} and {} {unit}.", limits.0, limits.1))
    }
}

fn found(world: &World, set: &str) -> Findings {
    world.ada().asks(|reader| requirements::findings_of(reader, &reader.find::<RequirementSet>(set)?))
}

fn open(world: &World, set: &str) -> Vec<(String, String)> {
    let found = found(world, set);
    let open = found.checked.iter().flat_map(requirements::Checked::open);
    open.map(|it| (it.finding.rule.code().to_owned(), it.finding.words.clone())).collect()
}

fn friendly() -> Which {
    Which { field: "statement".into(), rule: "vague".into(), words: "user friendly".into() }
}

#[test]
fn a_finding_is_dismissed_with_a_reason_for_as_long_as_its_words_stand() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let number = add(&world, &set, says("The controller shall be user friendly."));
        assert_eq!(open(&world, &set), [("vague".to_owned(), "user friendly".to_owned())]);

        let outcome = world.ada().does(|work| requirements::dismiss(work, &number, &friendly(), " "));
        assert!(refusal(outcome).contains("Say why the words may stand."));
        let other = Which { words: "robust".into(), ..friendly() };
        let outcome = world.ada().does(|work| requirements::dismiss(work, &number, &other, "Carl says so"));
        assert!(refusal(outcome).contains("not found in"));
        world
            .ada()
            .does(|work| requirements::dismiss(work, &number, &friendly(), "Carl's own words"))
            .unwrap();
        assert!(open(&world, &set).is_empty());
        let page = program(&world, "ada").get(&format!("/requirements/{number}")).text;
        assert!(page.contains("Carl&#39;s own words") || page.contains("Carl's own words"), "{page}");

        let change = |words: &str| {
            let fields = vec![("statement".to_owned(), words.to_owned())];
            let edit = Edit { number: number.clone(), version: None, fields };
            world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        };
        change("The controller of line A shall be user friendly.");
        assert!(open(&world, &set).is_empty(), "the words still stand");
        change("The controller shall show the flow.");
        change("The controller shall be user friendly.");
        assert_eq!(open(&world, &set).len(), 1, "whoever writes the words again is told again");

        world.ada().does(|work| requirements::dismiss(work, &number, &friendly(), "Once more")).unwrap();
        world.ada().does(|work| requirements::restore(work, &number, &friendly())).unwrap();
        assert_eq!(open(&world, &set).len(), 1);
    }
}

#[test]
fn what_only_tells_how_it_is_obliges_nobody_and_a_term_of_delivery_is_left_alone() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        add(&world, &set, says("Delivery in calendar week 2, two stops on the way."));
        add(&world, &set, says("Gehäuse lackiert in RAL 7035."));
        assert!(open(&world, &set).is_empty());
        let number = add(&world, &set, says("The controller stops the pump within 2 s."));
        let german = add(&world, &set, says("Die Steuerung schaltet die Pumpe innerhalb von 2 s ab."));
        let told = |words: &str| ("no_obligation".to_owned(), words.to_owned());
        assert_eq!(open(&world, &set), [told("stops"), told("schaltet")]);
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(page.contains("No obligation: stops") && page.contains("Instead: shall stop"), "{page}");
        assert!(page.contains("Instead: muss … abschalten"), "{page}");
        // While it is typed, too.
        let typed = json!({ "statement": "Each valve carries a plate with its tag number.", "set": set });
        let answer = ada.post_json("/api/v1/wording", &typed).json();
        let found = &answer["findings"][0];
        assert_eq!(
            (&found["rule"], &found["severity"]),
            (&json!("no_obligation"), &json!("error")),
            "{answer}"
        );
        assert_eq!(found["suggestions"], json!(["shall carry"]), "{answer}");
        for (number, words) in [
            (number, "The controller shall stop the pump within 2 s."),
            (german, "Die Steuerung muss die Pumpe innerhalb von 2 s abschalten."),
        ] {
            let fields = vec![("statement".to_owned(), words.to_owned())];
            let edit = Edit { number, version: None, fields };
            world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        }
        assert!(open(&world, &set).is_empty());
    }
}

#[test]
fn joined_deeds_loose_numbers_and_conditions_out_of_order_are_told_while_they_are_typed() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let mut ada = program(&world, "ada");
        for (statement, rule, words, instead) in [
            ("The tank shall hold about 60 l.", "vague", "about", "± … of"),
            ("Die Wanne muss rund 60 l fassen.", "vague", "rund", "± … um"),
            ("The supplier shall test 100 % of the pumps.", "absolute", "100 %", "at least … %"),
            ("The lamp shall show whether the pump runs.", "several", "whether", "… while"),
            (
                "Die Pumpe muss 20 l/h fördern, außerdem den Füllstand melden.",
                "several",
                "außerdem den Füllstand melden",
                ". Die Pumpe muss den Füllstand melden",
            ),
            (
                "While the pump runs, where a third line is fitted, the controller shall show its flow in l/h.",
                "ears",
                "While the pump runs, where a third line is fitted",
                "Where a third line is fitted, while the pump runs",
            ),
        ] {
            let typed = json!({ "statement": statement, "set": set });
            let answer = ada.post_json("/api/v1/wording", &typed).json();
            let found = &answer["findings"][0];
            let told = [&found["rule"], &found["words"], &found["suggestions"][0]];
            assert_eq!(told, [rule, words, instead], "{answer}");
            // What is offered is found no more.
            let mended = json!({ "statement": statement.replace(words, instead), "set": set });
            let answer = ada.post_json("/api/v1/wording", &mended).json();
            let found = answer["findings"].as_array().unwrap();
            assert!(found.iter().all(|it| it["words"] != words), "{answer}");
        }
    }
}

#[test]
fn the_sentence_pattern_is_told_where_a_statement_is_written_and_read_and_forced_on_nobody() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        for (statement, pattern) in [
            (
                "When the level falls below 10 %, the pump shall stop within 2 s.",
                Some("At an event: “When …"),
            ),
            ("If the line runs dry, then the pump shall stop within 3 s.", Some("In a fault: “If …")),
            ("DAP Northallerton (Incoterms 2020).", None),
        ] {
            let typed = json!({ "statement": statement, "set": set });
            let answer = program(&world, "ada").post_json("/api/v1/wording", &typed).json();
            let told = answer["pattern_name"].as_str();
            assert_eq!(told.is_some(), pattern.is_some(), "{answer}");
            assert!(told.unwrap_or_default().starts_with(pattern.unwrap_or_default()), "{answer}");
            let number = add(&world, &set, says(statement));
            let page = program(&world, "ada").get(&format!("/requirements/{number}")).text;
            assert_eq!(page.contains("Sentence pattern"), pattern.is_some(), "{page}");
            assert!(page.contains(pattern.unwrap_or_default()), "{page}");
        }
    }
}

#[test]
fn the_owner_of_a_set_chooses_its_rules_and_terms_and_nobody_else() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        add(&world, &set, says("The supplier shall deliver the COSHH sheet promptly."));
        let codes = || open(&world, &set).into_iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(codes(), ["abbreviation", "vague_time"]);
        let off = ["vague_time".to_owned()];
        let choose = |short: &str, off: &[String]| -> Result<()> {
            world
                .person(short)
                .does(|work| requirements::choose_rules(work, &set, off, &["COSHH".to_owned()]))
        };
        assert!(choose("bob", &off).is_err());
        assert!(refusal(choose("ada", &["spelling".to_owned()])).contains("no rule"));
        choose("ada", &off).unwrap();
        assert!(codes().is_empty());
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}")).text;
        assert!(page.contains("No finding is open."), "{page}");
        choose("ada", &[]).unwrap();
        assert_eq!(codes(), ["vague_time"]);
    }
}

#[test]
fn limits_that_no_value_meets_are_shown_side_by_side() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let first = add(&world, &set, measures("set pressure", ("6", "7"), "bar(g)"));
        add(&world, &set, measures("set pressure", ("650", "800"), "kPa"));
        assert!(found(&world, &set).contradictions.is_empty());
        let third = add(&world, &set, measures("set pressure", ("20", "50"), "psi"));
        let clashes: Vec<_> = found(&world, &set)
            .contradictions
            .into_iter()
            .map(|it| (it.first.number, it.second.number))
            .collect();
        assert_eq!(clashes.len(), 2, "{clashes:?}");
        assert!(clashes.contains(&(first.clone(), third.clone())));
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(
            page.contains("No value meets both limits") && page.contains(&first) && page.contains(&third)
        );
        // The release shows it and goes on.
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/release")).text;
        assert!(page.contains("They do not stop the release"), "{page}");
        world.ada().does(|work| requirements::release(work, &set, "As asked")).unwrap();

        // Of the same product another set of the same customer may not say otherwise.
        let of_pump = |it: Requirement| Requirement { product: "KD-80".into(), ..it };
        let other = open_set(&world, "Spare pump");
        add(&world, &other, of_pump(measures("noise", ("", "66"), "dB(A)")));
        assert!(found(&world, &other).contradictions.is_empty());
        let again = open_set(&world, "Second pump");
        add(&world, &again, of_pump(measures("noise", ("70", ""), "dB(A)")));
        assert_eq!(found(&world, &again).contradictions[0].second.set_number, other);
    }
}

#[test]
fn a_unit_that_the_rest_of_the_set_does_not_use_is_a_finding_until_somebody_says_why() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let other_unit = || {
            let all = found(&world, &set).checked.into_iter();
            let open = all.filter(|it| it.open().any(|it| it.finding.rule.code() == "other_unit"));
            open.map(|it| it.number).collect::<Vec<_>>()
        };
        add(&world, &set, measures("set pressure", ("6", "7"), "bar(g)"));
        assert!(other_unit().is_empty());
        let second = add(&world, &set, measures("set pressure", ("650", "700"), "kPa"));
        assert_eq!(other_unit(), std::slice::from_ref(&second), "what came first is the usual unit");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(page.contains("Another unit: kPa") && page.contains("Instead: bar(g)"), "{page}");
        // While it is typed, too.
        let typed = json!({
            "statement": "The pump shall hold at least 600 kPa.", "acceptance": "Pressure test", "lower": "600",
            "characteristic": "set pressure", "unit": "kPa", "set": set,
        });
        let told = program(&world, "ada").post_json("/api/v1/wording", &typed).json();
        let rules: Vec<&str> =
            told["findings"].as_array().unwrap().iter().filter_map(|it| it["rule"].as_str()).collect();
        assert!(rules.contains(&"other_unit"), "{told}");
        let address = format!("/api/v1/requirements/{second}/findings/dismiss");
        let word = json!({ "field": "value", "rule": "other_unit", "words": "kPa",
            "reason": "Their gauge reads kPa" });
        let answer = program(&world, "ada").post_json(&address, &word);
        assert!(answer.status.is_success(), "{}", answer.text);
        assert!(other_unit().is_empty());
        // Dismissed it stays, whatever else is said anew; with another unit it is asked anew.
        let edit = |fields: Vec<(String, String)>| {
            let edit = Edit { number: second.clone(), fields, ..Edit::default() };
            world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        };
        edit(vec![("upper".into(), "750".into())]);
        assert!(other_unit().is_empty());
        edit(vec![("unit".into(), "psi".into())]);
        assert_eq!(other_unit(), std::slice::from_ref(&second));
        let off = ["other_unit".to_owned()];
        world.ada().does(|work| requirements::choose_rules(work, &set, &off, &[])).unwrap();
        assert!(other_unit().is_empty());
    }
}

#[test]
fn what_is_said_twice_is_a_finding_of_whoever_said_it_later_until_it_may_stand() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let first = add(&world, &set, says("The tray shall hold at least 60 l of water."));
        let second = add(&world, &set, says("The tray shall hold at least 60 l of clean water."));
        add(&world, &set, says("The tray shall hold at least 80 l of water."));
        let words = "The tray shall hold at least 60 l of clean water.";
        let told = ("near_duplicate".to_owned(), words.to_owned());
        assert_eq!(open(&world, &set), std::slice::from_ref(&told));
        let of_set = |short: &str| {
            program(&world, short).get(&format!("/api/v1/requirement-sets/{set}/findings")).json()
        };
        let answer = of_set("bob");
        assert_eq!((&answer["open"], &answer["alike"]), (&json!(1), &json!([[first, second]])), "{answer}");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(
            page.contains("Said twice: The tray") && page.contains(&format!("unlike {first} …")),
            "{page}"
        );
        // While it is typed, too: a third one repeats both, and the first one repeats nothing.
        let typed = |statement: &str, number: &str| {
            let asked = json!({ "statement": statement, "set": set, "number": number });
            let answer = program(&world, "ada").post_json("/api/v1/wording", &asked).json();
            let found = answer["findings"].as_array().unwrap();
            found
                .iter()
                .filter(|it| it["rule"] == "near_duplicate")
                .map(|it| it["suggestions"].clone())
                .collect::<Vec<_>>()
        };
        let third = typed(words, "");
        assert_eq!(third[0].as_array().map(Vec::len), Some(3), "both numbers, and leaving it out: {third:?}");
        assert!(typed("The tray shall hold at least 60 l of water.", &first).is_empty());
        assert!(typed("The tray shall hold at least 70 l of water.", "").is_empty());

        // Who says why both may stand answers it; who only reads, and whoever is outside, does not.
        let to = format!("/api/v1/requirements/{second}/findings/dismiss");
        let word = json!({ "field": "statement", "rule": "near_duplicate", "words": words,
            "reason": "The second tray is for rinse water" });
        for (short, status) in [("amelia", StatusCode::CONFLICT), ("eve", StatusCode::NOT_FOUND)] {
            let answer = program(&world, short).post_json(&to, &word);
            assert_eq!(answer.status, status, "{short}: {}", answer.text);
        }
        let answer = program(&world, "ada").post_json(&to, &word);
        assert!(answer.status.is_success(), "{}", answer.text);
        let answer = of_set("ada");
        assert_eq!((&answer["open"], &answer["alike"]), (&json!(0), &json!([])), "{answer}");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(page.contains("Nothing is open: no rule") && page.contains("for rinse water"), "{page}");
        // It stands for as long as the words do.
        let edit = |number: &str, field: &str, words: &str| {
            let fields = vec![(field.to_owned(), words.to_owned())];
            let edit = Edit { number: number.to_owned(), version: None, fields };
            world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        };
        edit(&second, "acceptance", "Filled at FAT");
        assert!(open(&world, &set).is_empty());
        edit(&second, "statement", "The tray shall hold at least 60 l of pure water.");
        assert_eq!(open(&world, &set).len(), 1, "other words are judged anew");
        let off = ["near_duplicate".to_owned()];
        world.ada().does(|work| requirements::choose_rules(work, &set, &off, &[])).unwrap();
        assert!(found(&world, &set).alike.is_empty() && open(&world, &set).is_empty());
        assert!(typed(words, "").is_empty());
        world.ada().does(|work| requirements::choose_rules(work, &set, &[], &[])).unwrap();
        edit(&first, "statement", "The frame shall carry 400 kg.");
        assert!(open(&world, &set).is_empty(), "nothing says it twice any more");
    }
}

#[test]
fn a_series_of_one_pattern_and_what_is_set_against_each_other_say_nothing_twice() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        for words in [
            "The valve V1 of the dosing line shall close within 2 s of a leakage alarm.",
            "The valve V2 of the dosing line shall close within 2 s of a leakage alarm.",
            "The valve V1 of the dosing line shall close within 2 min of a leakage alarm.",
            "The valve V1 of the dosing line shall open within 2 s of a leakage alarm.",
            "The valve V1 of the dosing line shall not close within 2 s of a leakage alarm.",
        ] {
            add(&world, &set, says(words));
        }
        let is_told = |set: &str| open(&world, set).iter().any(|(rule, _)| rule == "near_duplicate");
        assert!(found(&world, &set).alike.is_empty() && !is_told(&set));
        let typed = |statement: &str| {
            let asked = json!({ "statement": statement, "set": set });
            let answer = program(&world, "ada").post_json("/api/v1/wording", &asked).json();
            answer["findings"].as_array().unwrap().iter().any(|it| it["rule"] == "near_duplicate")
        };
        assert!(!typed("The valve V3 of the dosing line shall close within 2 s of a leakage alarm."));
        assert!(typed("The valve V2 of the dosing line must close within 2 s of a leakage alarm."));
        let other = "The valve V1 of this dosing line shall close within 2 s of a leakage alarm.";
        add(&world, &set, says(other));
        assert!(found(&world, &set).alike.len() == 1 && is_told(&set), "other words for the same");
    }
}

#[test]
fn what_always_holds_is_said_again_only_where_it_was_not_taken_over() {
    for world in World::on_each_engine() {
        let standing = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let new = New { title: "Always", party: Some(world.meridian), ..New::default() };
        let always = world.ada().does(|work| requirements::open_set(work, &new, &standing)).unwrap().number;
        let words = "The manual shall be in English and in a binder of A4.";
        let standing = add(&world, &always, says(words));
        let early = open_set(&world, "Pump");
        let late = add(&world, &early, says(words));
        assert!(found(&world, &early).alike.is_empty(), "it does not hold yet");
        world.ada().does(|work| requirements::release(work, &always, "As agreed")).unwrap();
        let repeats = |set: &str| {
            let all = found(&world, set).alike.into_iter();
            all.map(|(first, second)| (first.number, second.number)).collect::<Vec<_>>()
        };
        assert_eq!(repeats(&early), [(standing, late)], "it holds for them, and is written again");
        let set = open_set(&world, "Skid");
        assert!(
            repeats(&set).is_empty() && repeats(&always).is_empty(),
            "what was taken over says the same on purpose"
        );
        let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        let copy = reading.lines[0].number.clone();
        let again = add(&world, &set, says(words));
        assert_eq!(repeats(&set), [(copy, again)], "it repeats what was taken over");
    }
}

#[test]
fn one_word_stands_for_one_thing_where_a_set_says_what_its_terms_are() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let number = add(&world, &set, says("The control unit shall pass the Final Check."));
        assert!(open(&world, &set).is_empty(), "a set without terms asks for none");
        let mut ada = program(&world, "ada");
        let rules: Vec<(&str, &str)> = wording::Rule::ALL
            .iter()
            .map(|it| ("on", it.code()))
            .chain([("terms", "controller = control unit, PAA")])
            .collect();
        let chosen = ada.post_form(&format!("/requirement-sets/{set}/findings/rules"), &rules);
        assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text);
        let told = |rule: &str, words: &str| (rule.to_owned(), words.to_owned());
        let both = [told("other_term", "control unit"), told("undefined_term", "Final Check")];
        assert_eq!(open(&world, &set), both);
        let page = ada.get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(page.contains("Another word for the same: control unit"), "{page}");
        assert!(page.contains("Instead: controller") && page.contains("controller = control unit"), "{page}");
        // While it is typed, too; and programs read the terms.
        let typed = json!({ "statement": "The control unit shall stop the pump within 2 s.", "set": set });
        let answer = ada.post_json("/api/v1/wording", &typed).json();
        assert_eq!(answer["findings"][0]["suggestions"], json!(["controller"]), "{answer}");
        let terms =
            ada.get(&format!("/api/v1/requirement-sets/{set}/findings")).json()["rules"]["terms"].clone();
        assert_eq!(terms, json!(["PAA", "controller = control unit"]));
        // A dismissal stands while the words do; what the set explains is no finding.
        let which =
            Which { field: "statement".into(), rule: "other_term".into(), words: "control unit".into() };
        world
            .ada()
            .does(|work| requirements::dismiss(work, &number, &which, "Their own name for it"))
            .unwrap();
        let fields = vec![(
            "statement".to_owned(),
            "The control unit of line A shall pass the Final Check.".to_owned(),
        )];
        let edit = Edit { number: number.clone(), version: None, fields };
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        assert_eq!(open(&world, &set), both[1..]);
        let terms = ["controller = control unit".to_owned(), "Final Check".to_owned()];
        world.ada().does(|work| requirements::choose_rules(work, &set, &[], &terms)).unwrap();
        assert!(open(&world, &set).is_empty());
    }
}

#[test]
fn each_demand_names_one_system_once_the_terms_of_a_set_say_which_there_are() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let device = add(&world, &set, says("The device shall deliver 20 l/h against 4.5 bar(g)."));
        add(&world, &set, says("The pump of line A shall deliver 20 l/h against 5 bar(g)."));
        add(&world, &set, says("Die Pumpe und die Steuerung müssen innerhalb von 2 s anhalten."));
        let product = Requirement { product: "KD-20".into(), ..says("The KD-20 shall weigh at most 20 kg.") };
        add(&world, &set, product);
        let paper = requirements::Requirement {
            kind: requirements::Nature::Documentation,
            ..says("The manual shall be in German.")
        };
        add(&world, &set, paper);
        assert!(open(&world, &set).is_empty(), "nobody said what the systems are");
        let choose = |off: &[&str], terms: &str| {
            let on = wording::Rule::ALL.iter().map(|it| ("on", it.code())).filter(|it| !off.contains(&it.1));
            let rules: Vec<(&str, &str)> = on.chain([("terms", terms)]).collect();
            let to = format!("/requirement-sets/{set}/findings/rules");
            let answer = program(&world, "ada").post_form(&to, &rules);
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        };
        let terms = "pump (system), Pumpe (System), Steuerung (System)";
        choose(&[], terms);
        let told = |words: &str| ("system".to_owned(), words.to_owned());
        assert_eq!(open(&world, &set), [told("device"), told("Pumpe und die Steuerung")]);
        let page = program(&world, "bob").get(&format!("/requirement-sets/{set}/findings")).text;
        assert!(page.contains("System not named: device") && page.contains("Instead: pump"), "{page}");
        // While it is typed, too.
        let typed = |statement: &str| {
            let asked = json!({ "statement": statement, "set": set });
            let answer = program(&world, "ada").post_json("/api/v1/wording", &asked).json();
            let found = answer["findings"].as_array().unwrap().clone();
            found.into_iter().find(|it| it["rule"] == "system").map(|it| it["suggestions"].clone())
        };
        assert_eq!(typed("The pump shall stop within 2 s."), None);
        let instead = typed("The unit shall stop within 2 s.").unwrap();
        assert!(instead.as_array().unwrap().contains(&json!("pump")), "{instead}");
        // It may stand for a reason, and the owner asks it of no set that does not want it.
        let which = Which { field: "statement".into(), rule: "system".into(), words: "device".into() };
        world.ada().does(|work| requirements::dismiss(work, &device, &which, "Their own word")).unwrap();
        assert_eq!(open(&world, &set), [told("Pumpe und die Steuerung")]);
        choose(&["system"], terms);
        assert!(open(&world, &set).is_empty() && typed("The unit shall stop within 2 s.").is_none());
    }
}

#[test]
fn what_contradicts_is_told_while_it_is_typed() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let number = add(&world, &set, measures("set pressure", ("6", "7"), "bar(g)"));
        let typed = |upper: &str, characteristic: &str, number: &str, product: &str| {
            let asked = json!({
                "statement": "The valve shall open below its limit.", "upper": upper, "unit": "kPa",
                "characteristic": characteristic, "product": product, "set": set, "number": number,
            });
            program(&world, "ada").post_json("/api/v1/wording", &asked).json()["contradictions"].clone()
        };
        let told = typed("500", "Set pressure", "", "");
        assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
        let second = &told[0]["second"];
        assert_eq!((&second["number"], &second["set"]), (&json!(number), &json!(set)), "{told}");
        assert_eq!((&told[0]["first"]["number"], &second["wanted"]), (&json!(""), &json!("6 to 7 bar(g)")));
        assert!(told[0]["why"].as_str().unwrap().starts_with("No value meets both limits."), "{told}");
        // What can be met, speaks of something else, of another product, or is half typed, is told by nobody.
        for (upper, characteristic, product) in
            [("650", "set pressure", ""), ("500", "weight", ""), ("500", "", ""), ("5x", "set pressure", "")]
        {
            let told = typed(upper, characteristic, "", product);
            assert_eq!(told, json!([]), "{upper} {characteristic} {product}");
        }
        assert_eq!(typed("500", "set pressure", "", "KD-20"), json!([]), "another product");
        // Whoever changes it is not held against what it said.
        assert_eq!(typed("500", "set pressure", &number, ""), json!([]));
        // What always holds for the customer is told from any of their sets.
        let narrow = measures("width", ("", "700"), "mm");
        let new = New { title: "Always", party: Some(world.meridian), ..New::default() };
        let body = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let always = world.ada().does(|work| requirements::open_set(work, &new, &body)).unwrap().number;
        let always = add(&world, &always, narrow);
        let asked = json!({
            "statement": "The skid shall be wide.", "lower": "800", "unit": "mm", "characteristic": "width",
            "set": set,
        });
        let told = program(&world, "ada").post_json("/api/v1/wording", &asked).json();
        assert_eq!(told["contradictions"][0]["second"]["number"], json!(always), "{told}");
    }
}

#[test]
fn a_contradiction_is_let_stand_by_name_for_as_long_as_both_say_the_same() {
    for world in World::on_each_engine() {
        // What always holds for Meridian says one thing, their new set another.
        let of_pump = |it: Requirement| Requirement { product: "KD-80".into(), ..it };
        let new = New { title: "Always", party: Some(world.meridian), ..New::default() };
        let standing = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let standing = world.ada().does(|work| requirements::open_set(work, &new, &standing)).unwrap().number;
        let quiet = add(&world, &standing, of_pump(measures("noise", ("", "66"), "dB(A)")));
        let set = open_set(&world, "Skid");
        let loud = add(&world, &set, of_pump(measures("noise", ("70", ""), "dB(A)")));
        assert_eq!((found(&world, &set).open(), found(&world, &set).contradictions.len()), (1, 1));

        let outcome = world.ada().does(|work| requirements::let_stand(work, &loud, &quiet, " "));
        assert!(refusal(outcome).contains("Say why both may stand."));
        let reason = "It stands in a plant room where nobody works";
        let to = format!("/api/v1/requirements/{loud}/contradictions/dismiss");
        let word = json!({ "other": quiet, "reason": reason });
        for (short, status) in [("amelia", StatusCode::CONFLICT), ("eve", StatusCode::NOT_FOUND)] {
            let answer = program(&world, short).post_json(&to, &word);
            assert_eq!(answer.status, status, "{short}: {}", answer.text);
        }
        let answer = program(&world, "ada").post_json(&to, &word);
        assert_eq!(answer.json()["open"], 0, "{}", answer.text);
        assert_eq!(answer.json()["contradictions"][0]["dismissed_by"], "Ada Lindqvist", "{}", answer.text);
        // It is seen from both sides, by name.
        assert_eq!(found(&world, &standing).open(), 0);
        for set in [&set, &standing] {
            let page = program(&world, "bob").get(&format!("/requirement-sets/{set}/findings")).text;
            assert!(page.contains(reason) && page.contains("Ada Lindqvist"), "{page}");
        }
        // Whoever changes a limit is told again.
        let edit =
            Edit { number: loud.clone(), fields: vec![("lower".into(), "75".into())], ..Edit::default() };
        world.ada().does(|work| requirements::edit(work, &edit)).unwrap();
        assert_eq!(found(&world, &set).open(), 1);
        world.ada().does(|work| requirements::let_stand(work, &quiet, &loud, reason)).unwrap();
        assert_eq!(found(&world, &set).open(), 0);
        world.ada().does(|work| requirements::contradicts_again(work, &loud, &quiet)).unwrap();
        assert_eq!(found(&world, &set).open(), 1);
        let outcome = world.ada().does(|work| requirements::let_stand(work, &loud, &loud, reason));
        assert!(refusal(outcome).contains("contradict each other no longer"));
    }
}

#[test]
fn words_are_checked_while_they_are_written_and_outsiders_learn_nothing() {
    for world in World::on_each_engine() {
        let set = open_set(&world, "Skid");
        let number = add(&world, &set, says("The controller shall be user friendly."));
        let mut ada = program(&world, "ada");
        let asked = json!({ "statement": "Die Steuerung muss benutzerfreundlich sein.", "set": set });
        let answer = ada.post_json("/api/v1/wording", &asked);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let found = &answer.json()["findings"][0];
        assert_eq!(
            (found["rule"].as_str(), found["start"].as_i64(), found["end"].as_i64()),
            (Some("vague"), Some(19), Some(37))
        );
        let dismissal =
            json!({ "rule": "vague", "field": "statement", "words": "user friendly", "reason": "Agreed" });
        let to = format!("/api/v1/requirements/{number}/findings/dismiss");
        let answer = ada.post_json(&to, &dismissal);
        assert_eq!(answer.json()["findings"][0]["dismissed"], "Agreed", "{}", answer.text);
        let of_set = ada.get(&format!("/api/v1/requirement-sets/{set}/findings")).json();
        assert_eq!(of_set["open"], 0, "{of_set}");

        for short in ["carl", "eve"] {
            let mut outsider = program(&world, short);
            let answer = outsider.post_json("/api/v1/wording", &json!({ "statement": "It is fast." }));
            assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
            let answer = outsider.get(&format!("/requirement-sets/{set}/findings"));
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            let answer = outsider.post_json(&to, &dismissal);
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
        let mut amelia = program(&world, "amelia");
        let answer = amelia.post_json("/api/v1/wording", &json!({ "statement": "It shall be fast." }));
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let refused = amelia.post_json(&to, &dismissal);
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    }
}
