//! What is promised of all that stands around the words that are judged and signed: titles, places, prose, files, and who answers.

use axum::http::StatusCode;
use kernel::{Life, New, Result, Work};
use requirements::{Edit, Put, RequirementSet, Which, set};
use reviews::{Review, Scope, Verdict};
use serde_json::{Value as Json, json};

use crate::judged::revises;
use crate::papers::text_of;
use crate::reviews::{
    CARL, Matter, POST, begin, both_accept, commits, completes, judges, link_in, make_sure, matter,
    next_letter, offered, opened,
};
use crate::world::{Person, World, program};

/// What waits for each function in a review.
fn waiting(world: &World, review: &str) -> Vec<Json> {
    let stands = program(world, "bob").get(&format!("/api/v1/reviews/{review}/progress")).json();
    let functions = stands["functions"].as_array().unwrap();
    functions.iter().map(|it| it["waiting"].clone()).collect()
}

/// Quality and design accept one item, or none more, and sign; Henrik approves.
fn accepted_by_both(world: &World, review: &str, it: &Matter, item: Option<&str>) {
    for (who, function) in [(world.bob(), it.quality), (world.person("clara"), it.design)] {
        if let Some(item) = item {
            judges(&who, review, function, &[(item, Verdict::Accept)]).unwrap();
        }
        commits(&who, review, function).unwrap();
    }
    completes(&world.henrik(), review).unwrap();
}

/// The page that Carl signs, by the link of his letter and by his account.
fn read_by_carl(world: &World, it: &Matter) -> [String; 2] {
    make_sure(world, CARL);
    world.db.open_post(Some(POST)).unwrap();
    let number = offered(world, it, &[world.carl().actor.person]);
    let link = link_in(&next_letter(world));
    let by_link = opened(world, &link).get(&link).text;
    [by_link, program(world, "carl").get(&format!("/sign-offs/{number}")).text]
}

/// A revision of the set in which Ada did this.
fn released_with(world: &World, it: &Matter, change: impl Fn(&mut Work) -> Result<()>) {
    let revise = |work: &mut Work| -> Result<kernel::Frozen> {
        let mut case = work.find::<RequirementSet>(&it.set)?;
        work.advance(&mut case, set::Step::Revise)?;
        change(work)?;
        requirements::release(work, &it.set, "as asked")
    };
    world.ada().does(revise).unwrap();
}

#[test]
fn what_is_only_called_otherwise_is_judged_again_and_the_customer_reads_both_titles() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.ada().does(|work| work.live_by_id(it.subject, 1, Life::Confirmed)).unwrap();
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        let flow = it.requirements[1].as_str();
        revises(&world, &it, &[("title", "Flow of the left pump")], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(waiting(&world, &review), [json!([flow]), json!([flow])], "the others carry over");
        let mut bob = program(&world, "bob");
        let page = bob.get(&format!("/reviews/{review}")).text;
        assert!(page.contains("changed since your verdict on revision 1"), "{page}");
        assert!(page.contains("Title</th>") && page.contains("<ins>"), "{page}");
        // Whoever opened the page before reads the title first that it has now.
        let (function, verdict) = (it.quality.to_string(), format!("verdict-{flow}"));
        let form = [("function", function.as_str()), ("revision", "1"), (&*verdict, "accept")];
        let stale = bob.post_form(&format!("/reviews/{review}/verdicts"), &form);
        let told = stale.text.contains("says something else since you opened the page");
        assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY && told, "{}", stale.text);
        accepted_by_both(&world, &review, &it, Some(flow));
        // A review of what changed since asks about it, too.
        revises(&world, &it, &[("title", "Flow of the right pump")], None);
        let (subject, template, scope) = (it.subject, Some(it.template), Scope::Changes);
        let body = Review { subject, template, scope, ..Review::default() };
        let next = world.bob().does(|work| reviews::open(work, &New::default(), &body)).unwrap().number;
        assert_eq!(waiting(&world, &next), [json!([flow]), json!([flow])]);
        accepted_by_both(&world, &next, &it, Some(flow));
        for page in read_by_carl(&world, &it) {
            assert!(page.contains("Since then 1 line changed"), "{page}");
            assert!(page.contains("changed since revision 1") && page.contains("Title</th>"), "{page}");
            assert!(page.contains("<ins>") && page.contains("right pump"), "{page}");
            assert!(!page.contains("id=\"besides\""), "it is told at its line: {page}");
        }
    }
}

#[test]
fn what_only_stands_elsewhere_is_judged_no_more_and_told_to_whoever_signs() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.ada().does(|work| work.live_by_id(it.subject, 1, Life::Confirmed)).unwrap();
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        let seals = it.requirements[2].as_str();
        released_with(&world, &it, |work| {
            let key = requirements::add_section(work, &it.set, "Service", "Spares within two days.")?;
            requirements::move_to(work, seals, &key, &Put::default()).map(|_| ())
        });
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(waiting(&world, &review), [json!([]), json!([])], "moving is not changing");
        accepted_by_both(&world, &review, &it, None);
        for page in read_by_carl(&world, &it) {
            assert!(page.contains("Since then 0 lines changed"), "{page}");
            let (_, besides) = page.split_once("id=\"besides\"").unwrap_or_else(|| panic!("untold: {page}"));
            let (besides, _) = besides.split_once("</section>").unwrap();
            assert!(
                besides.contains("Lines that stand elsewhere now") && besides.contains(seals),
                "{besides}"
            );
            assert!(besides.contains("Sections</th>") && besides.contains("Service</th>"), "{besides}");
            assert!(besides.contains("Spares within two days."), "{besides}");
        }
    }
}

#[test]
fn who_answers_for_a_requirement_is_shown_where_it_is_why_it_is_asked_again() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        world.ada().does(|work| work.live_by_id(it.subject, 1, Life::Confirmed)).unwrap();
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        let flow = it.requirements[1].as_str();
        revises(&world, &it, &[("function", &it.design.to_string())], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(waiting(&world, &review), [json!([flow]), json!([flow])]);
        let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(page.contains("changed since your verdict on revision 1"), "{page}");
        assert!(page.contains("Function</th>") && page.contains("<ins>Design</ins>"), "{page}");
        accepted_by_both(&world, &review, &it, Some(flow));
        for page in read_by_carl(&world, &it) {
            assert!(page.contains("Since then 1 line changed"), "{page}");
            assert!(page.contains("Function</th>") && page.contains("<ins>Design</ins>"), "{page}");
        }
    }
}

#[test]
fn what_stands_around_the_items_is_before_whoever_judges_and_signs_and_on_the_record() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let told = requirements::Description {
            title: "CIP 3 dosing skid",
            matter: "Dosing in Northallerton",
            intended_use: "Caustic up to 5 %.",
        };
        released_with(&world, &it, |work| requirements::describe_set(work, &it.set, None, &told));
        let review = begin(&world, &it);
        let (mut bob, mut henrik) = (program(&world, "bob"), program(&world, "henrik"));
        let at = format!("/reviews/{review}");
        let to_sign = format!("{at}/commit?function={}", it.quality);
        let besides = |page: &str| {
            let (_, from) = page.split_once("id=\"besides\"").unwrap_or_else(|| panic!("untold: {page}"));
            from.split_once("</section>").unwrap().0.to_owned()
        };
        for page in [&at, &to_sign] {
            let told = besides(&bob.get(page).text);
            assert!(
                told.contains("Caustic up to 5 %.") && told.contains("Dosing in Northallerton"),
                "{told}"
            );
        }
        both_accept(&world, &review, &it);
        released_with(&world, &it, |work| {
            let told = requirements::Description { intended_use: "Caustic up to 8 %.", ..told };
            requirements::describe_set(work, &it.set, None, &told)?;
            let drawing = ("scheme.txt", "text/plain");
            work.attach(it.subject, drawing, b"Both lines", kernel::Audience::Party).map(|_| ())
        });
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(waiting(&world, &review), [json!([]), json!([])], "no item changed");
        for page in [&at, &to_sign] {
            let told = besides(&bob.get(page).text);
            assert!(told.contains("changed since revision 2"), "{told}");
            assert!(told.contains("<del>5</del>") && told.contains("<ins>8</ins>"), "{told}");
            assert!(told.contains("scheme.txt") && !told.contains("Northallerton"), "{told}");
        }
        for (who, function) in [(world.bob(), it.quality), (world.person("clara"), it.design)] {
            commits(&who, &review, function).unwrap();
        }
        let told = besides(&henrik.get(&format!("{at}/close")).text);
        assert!(
            told.contains("Caustic up to 8 %.") && told.contains("scheme.txt"),
            "he reads all of it: {told}"
        );
        completes(&world.henrik(), &review).unwrap();
        if sheets::IS_BUILT {
            let paper = bob.get(&format!("/api/v1{at}/record.pdf?language=en"));
            let text = text_of(&paper.bytes);
            assert!(text.contains("Besides the items") && text.contains("scheme.txt"), "{text}");
        }
    }
}

#[test]
fn a_program_reads_what_changed_around_the_items_since_it_signed_as_the_page_tells_it() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let told = requirements::Description {
            title: "CIP 3 dosing skid",
            matter: "Dosing in Northallerton",
            intended_use: "Caustic up to 5 %.",
        };
        released_with(&world, &it, |work| requirements::describe_set(work, &it.set, None, &told));
        let review = begin(&world, &it);
        let quality = world.bob().asks(|reader| reader.mention(it.quality)).unwrap().number;
        let at = format!("/api/v1/reviews/{review}/around");
        let for_quality = format!("{at}?function={quality}");
        let words = |told: &Json, list: &str, field: &str, side: &str| {
            let all = told[list].as_array().unwrap();
            let found = all.iter().find(|it| it["field"] == field).map(|it| it[side].clone());
            found.unwrap_or(Json::Null)
        };
        let mut bob = program(&world, "bob");
        let first = bob.get(&for_quality).json();
        assert_eq!((&first["revision"], &first["since"]), (&json!(2), &json!(null)), "{first}");
        assert_eq!(words(&first, "said", "intended_use", "words"), "Caustic up to 5 %.", "{first}");
        assert_eq!((&first["changed"], &first["moved"]), (&json!([]), &json!([])), "{first}");

        both_accept(&world, &review, &it);
        let (seals, flow) = (it.requirements[2].as_str(), it.requirements[1].as_str());
        released_with(&world, &it, |work| {
            let told = requirements::Description { intended_use: "Caustic up to 8 %.", ..told };
            requirements::describe_set(work, &it.set, None, &told)?;
            let key = requirements::add_section(work, &it.set, "Service", "Spares within two days.")?;
            requirements::move_to(work, seals, &key, &Put::default())?;
            requirements::withdraw(work, flow, "They take another pump")?;
            let drawing = ("scheme.txt", "text/plain");
            work.attach(it.subject, drawing, b"Both lines", kernel::Audience::Party).map(|_| ())
        });
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let second = bob.get(&for_quality).json();
        assert_eq!((&second["revision"], &second["since"]), (&json!(3), &json!(2)), "{second}");
        let changed = |field: &str, side: &str| words(&second, "changed", field, side);
        assert_eq!(changed("intended_use", "before"), "Caustic up to 5 %.");
        assert_eq!(changed("intended_use", "after"), "Caustic up to 8 %.");
        assert_eq!(changed("matter", "after"), Json::Null, "it says what it said");
        assert!(changed("files", "after").as_str().unwrap().contains("scheme.txt"), "{second}");
        assert!(changed("sections", "after").as_str().unwrap().contains("Service"), "{second}");
        let prose = second["changed"].as_array().unwrap().iter().any(|it| {
            it["name"] == "Service" && it["before"] == "" && it["after"] == "Spares within two days."
        });
        assert!(prose, "{second}");
        assert_eq!((&second["moved"], &second["taken_away"]), (&json!([seals]), &json!([flow])), "{second}");
        // Who did not sign for it has nothing to compare with; who reads reads it, and nobody outside does.
        for short in ["ada", "amelia"] {
            let told = program(&world, short).get(&for_quality).json();
            assert_eq!((&told["since"], &told["changed"]), (&json!(null), &json!([])), "{short}: {told}");
            assert_eq!(words(&told, "said", "intended_use", "words"), "Caustic up to 8 %.");
        }
        assert_eq!(bob.get(&at).json()["since"], json!(null), "for no function");
        for wrong in ["FN-9999", it.set.as_str()] {
            let answer = bob.get(&format!("{at}?function={wrong}"));
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", answer.text);
        }
        for short in ["carl", "eve"] {
            let answer = program(&world, short).get(&for_quality);
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{short}: {}", answer.text);
        }
    }
}

#[test]
fn whoever_reviews_reads_which_findings_may_stand_by_whom_and_why() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let flow = it.requirements[1].as_str();
        let missing = Which { field: "acceptance".into(), rule: "no_acceptance".into(), ..Which::default() };
        let reason = "Their own stand measures it";
        let first = begin(&world, &it);
        let quiet = program(&world, "bob").get(&format!("/reviews/{first}")).text;
        assert!(!quiet.contains("Findings that may stand"), "{quiet}");
        world.bob().does(|work| reviews::withdraw(work, &first, "Words first")).unwrap();
        released_with(&world, &it, |work| {
            let fields = vec![("statement".to_owned(), "Seals shall be EPDM.".to_owned())];
            let number = it.requirements[2].clone();
            requirements::edit(work, &Edit { number, fields, ..Edit::default() })?;
            requirements::dismiss(work, flow, &missing, reason)
        });
        let review = begin(&world, &it);
        let at = format!("/api/v1/reviews/{review}/let-stand");
        for short in ["bob", "amelia"] {
            let told = program(&world, short).get(&at).json();
            assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
            let words = ["item", "finding", "reason", "who"].map(|it| told[0][it].clone());
            assert_eq!(words, [flow, "Acceptance criterion missing", reason, "Ada Lindqvist"], "{told}");
        }
        let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(page.contains("Findings that may stand") && page.contains(reason), "{page}");
        if sheets::IS_BUILT {
            let paper = format!("/api/v1/reviews/{review}/record.pdf?language=en");
            let text = text_of(&program(&world, "bob").get(&paper).bytes);
            assert!(text.contains("Findings that may stand") && text.contains(reason), "{text}");
        }
        // It is ours: nobody outside reads it. Opened again it may stand no more.
        for short in ["carl", "eve"] {
            let answer = program(&world, short).get(&at);
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{short}: {}", answer.text);
        }
        let stood = |who: &Person| who.asks(|reader| requirements::stood(reader, (it.subject, 2))).len();
        assert_eq!((stood(&world.bob()), stood(&world.carl())), (1, 0));
        // The revision that is reviewed says it still, whatever the next one says.
        released_with(&world, &it, |work| {
            let fields = vec![("acceptance".to_owned(), "72 h at 20 °C".to_owned())];
            requirements::edit(work, &Edit { number: flow.to_owned(), fields, ..Edit::default() }).map(|_| ())
        });
        let told = program(&world, "bob").get(&at).json();
        assert_eq!(told.as_array().map(Vec::len), Some(1), "{told}");
        // What stood in a draft alone is forgotten with its words.
        let vague = Which { field: "acceptance".into(), rule: "vague".into(), words: "user friendly".into() };
        let open_then = |work: &Work| -> Result<bool> {
            let found = requirements::checked(work, &work.find::<requirements::Requirement>(flow)?)?;
            Ok(found.open().any(|it| it.finding.words == "user friendly"))
        };
        released_with(&world, &it, |work| {
            let says = |work: &mut Work, words: &str| {
                let fields = vec![("acceptance".to_owned(), words.to_owned())];
                requirements::edit(work, &Edit { number: flow.to_owned(), fields, ..Edit::default() })
                    .map(|_| ())
            };
            says(work, "The display is user friendly")?;
            requirements::dismiss(work, flow, &vague, "Their words")?;
            assert!(!open_then(work)?, "it was dismissed");
            says(work, "72 h at 20 °C")?;
            says(work, "The display is user friendly")?;
            assert!(open_then(work)?, "whoever writes it again is told again");
            says(work, "72 h at 20 °C")
        });
        world.ada().does(|work| requirements::restore(work, flow, &missing)).unwrap();
        assert_eq!(program(&world, "bob").get(&at).json(), json!([]));
    }
}
