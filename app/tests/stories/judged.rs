//! What is promised of whoever judges and signs: a name under what was read, and another word where things changed.

use axum::http::StatusCode;
use kernel::{Audience, ExtraField, Life, Meaning, Result, Work};
use requirements::{Edit, Requirement, RequirementSet, set};
use reviews::{Asked, Gate, GivenAnswer, Judging, Policy, Row, Share, Verdict};
use serde_json::{Value as Json, json};

use crate::agreed::{accept, order_on_revision};
use crate::reviews::{
    CARL, Matter, POST, accepted, accepts_all, are_kept, begin, behind_the_back, both_accept, commits,
    completes, confirms, gives, judges, link_in, make_sure, matter, next_letter, offered, on_condition,
    opened, state, template_by, yes,
};
use crate::world::{World, monday, program, refusal};

/// A revision of the set in which a requirement says something else, and another may be gone.
pub(crate) fn revises(world: &World, it: &Matter, fields: &[(&str, &str)], gone: Option<&str>) {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let revise = |work: &mut Work| -> Result<kernel::Frozen> {
        let mut case = work.find::<RequirementSet>(&it.set)?;
        work.advance(&mut case, set::Step::Revise)?;
        let number = it.requirements[1].clone();
        requirements::edit(work, &Edit { number, version: None, fields: fields.clone() })?;
        if let Some(number) = gone {
            requirements::withdraw(work, number, "not wanted any more")?;
        }
        requirements::release(work, &it.set, "as asked")
    };
    world.ada().does(revise).unwrap();
}

/// What a hidden field of a page holds.
fn hidden(page: &str, name: &str) -> String {
    let start = format!(r#"name="{name}" value=""#);
    let from = page.find(&start).unwrap_or_else(|| panic!("there is no {name}: {page}")) + start.len();
    page[from..].split('"').next().unwrap().to_owned()
}

const CHANGED: &str = "The content changed since you opened it. Nothing was recorded.";

#[test]
fn whoever_approves_signs_what_they_read_and_not_what_was_said_meanwhile() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let both = [(world.bob(), it.quality), (world.person("clara"), it.design)];
        both_accept(&world, &review, &it);
        let mut henrik = program(&world, "henrik");
        let at = format!("/reviews/{review}/close");
        let opened = hidden(&henrik.get(&at).text, "read");
        let told = henrik.get(&format!("/api/v1/reviews/{review}/progress")).json();
        assert_eq!(told["read"], json!(opened), "programs read the same");

        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        for (who, function) in &both {
            judges(who, &review, *function, &[(&it.requirements[1], Verdict::Accept)]).unwrap();
            commits(who, &review, *function).unwrap();
        }
        let password = "henrik-right-millilitre";
        let form = |read| [("read", read), ("decision", "accept"), ("password", password)];
        let stale = henrik.post_form(&at, &form(&opened));
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        let by_program = json!({ "accept": true, "read": opened, "password": password });
        let to = format!("/api/v1/reviews/{review}/close");
        let stale = henrik.post_json(&to, &by_program);
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        let blind = henrik.post_json(&to, &json!({ "accept": true, "password": password }));
        assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", blind.text);
        let names = || world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
        assert!(names().iter().all(|it| !it.name.starts_with("Henrik")), "his name stands nowhere");

        let read = hidden(&henrik.get(&at).text, "read");
        let signed = henrik.post_form(&at, &form(&read));
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
        assert_eq!(state(&world, &review), "accepted");
        let last = names().pop().unwrap();
        assert!(last.content()["revision"] == 2 && last.content()["judged"].is_string(), "{}", last.seen);
    }
}

#[test]
fn a_function_signs_what_it_read_and_not_what_a_colleague_judged_meanwhile() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        accepts_all(&world.bob(), &review, it.quality, &it);
        let mut bob = program(&world, "bob");
        let page = bob.get(&format!("/reviews/{review}/commit?function={}", it.quality)).text;
        let (read, function) = (hidden(&page, "read"), it.quality.to_string());
        judges(&world.bob(), &review, it.quality, &[(&it.requirements[2], Verdict::Reject)]).unwrap();
        let sign = |read: &str, bob: &mut web::testing::Client| {
            let password = "bob-right-millilitre";
            let fields =
                [("function", &*function), ("feasible", "as_given"), ("read", read), ("password", password)];
            bob.post_form(&format!("/reviews/{review}/commit"), &fields)
        };
        let stale = sign(&read, &mut bob);
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        assert!(world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id)).is_empty());
        judges(&world.bob(), &review, it.quality, &[(&it.requirements[2], Verdict::Accept)]).unwrap();
        let page = bob.get(&format!("/reviews/{review}/commit?function={}", it.quality)).text;
        let signed = sign(&hidden(&page, "read"), &mut bob);
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    }
}

#[test]
fn whoever_signs_a_review_is_shown_every_word_that_their_name_stands_under() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let clara = world.person("clara");
        let (flow, seals) = (it.requirements[1].as_str(), it.requirements[2].as_str());
        accepts_all(&clara, &review, it.design, &it);
        judges(&world.bob(), &review, it.quality, &[(seals, Verdict::Reject)]).unwrap();
        accepts_all(&world.bob(), &review, it.quality, &it);
        let by_bob = on_condition(&world, flow, ("Test the pump first", Gate::Delivery));
        gives(&world.bob(), &review, it.quality, vec![by_bob]);
        let at = format!("/reviews/{review}/commit?function={}", it.quality);
        let page = program(&world, "bob").get(&at).text;
        let words = ["Tell us more.", "overtaken by a later word", "Seals are EPDM.", "Test the pump first"];
        for words in words {
            assert!(page.contains(words), "{words}: {page}");
        }
        let shown = format!("title=\"{}\"", hidden(&page, "read"));
        assert!(page.contains(&shown), "the fingerprint can be read: {page}");
        let at = format!("/reviews/{review}/commit?function={}", it.design);
        let page = program(&world, "clara").get(&at).text;
        assert!(
            page.contains("Seals are EPDM.") && !page.contains("Tell us more."),
            "only their own: {page}"
        );

        commits(&world.bob(), &review, it.quality).unwrap();
        commits(&clara, &review, it.design).unwrap();
        let page = program(&world, "henrik").get(&format!("/reviews/{review}/close")).text;
        for words in words.into_iter().chain(["Quality", "Design", "committed to", "Feasible as given"]) {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
}

#[test]
fn what_was_said_of_an_item_that_was_taken_away_stands_there_as_historic() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let seals = it.requirements[2].as_str();
        judges(&world.bob(), &review, it.quality, &[(seals, Verdict::Reject)]).unwrap();
        let conditions = [it.requirements[0].as_str(), seals]
            .map(|item| on_condition(&world, item, ("Test", Gate::Delivery)));
        gives(&world.bob(), &review, it.quality, Vec::from(conditions));
        let note = "set on revision 1; the item says something else now or was taken away";
        let page = program(&world, "bob").get(&format!("/reviews/{review}?view=all")).text;
        assert!(page.contains("blocks: Delivery") && !page.contains(note), "{page}");
        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], Some(seals));
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let page = program(&world, "bob").get(&format!("/reviews/{review}?view=all")).text;
        for words in ["Seals are EPDM.", "historic: on revision 1, it was taken away since"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(page.matches(note).count(), 1, "the other item is what it was: {page}");
    }
}

#[test]
fn a_file_that_the_customer_reads_comes_to_what_was_agreed_only_under_a_change() {
    for world in World::on_each_engine() {
        let (set, reqs) = crate::changes::agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let mut ada = program(&world, "ada");
        let drawing: &[(&str, &[u8])] = &[("20-114-03.pdf", b"%PDF-1.7 two")];
        let refused = format!("{set} was agreed with the customer. Raise a change request to change it.");
        let of_requirement = format!("/requirements/{}/files", reqs[0]);
        for to in [&of_requirement, &format!("/requirement-sets/{set}/files")] {
            let came = ada.post_files(to, &[("audience", "party")], drawing);
            assert!(came.status == StatusCode::CONFLICT && came.text.contains(&refused), "{}", came.text);
            let ours = ada.post_files(to, &[("audience", "internal")], drawing);
            assert_eq!(ours.status, StatusCode::SEE_OTHER, "our own papers go on: {}", ours.text);
        }
        let files = || world.ada().asks(|reader| reader.attachments(reader.mention_of(&reqs[0])?.id));
        assert!(files().iter().all(|it| it.audience == Audience::Internal), "nothing came to it");
        let change = crate::changes::raise(&world, "ada", "Seals");
        crate::changes::propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let came = ada.post_files(&of_requirement, &[("audience", "party")], drawing);
        let there = format!("is under change {change}. Open the change and propose it there.");
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(&there), "{}", came.text);
        assert!(files().iter().all(|it| it.audience == Audience::Internal), "nor by anything but the change");
    }
}

/// A change under approval by management, with the function that signs.
fn under_approval(world: &World) -> (String, String, String) {
    let (_, reqs) = crate::changes::agreed_set(world, "CIP 3 dosing skid", &["Seals EPDM."]);
    let management = crate::changes::management_approves(world);
    let change = crate::changes::raise(world, "ada", "Seals");
    crate::changes::propose(world, "ada", &change, &reqs[0], "Seals FKM.");
    crate::changes::step(world, "bob", &change, "screen").unwrap();
    crate::changes::fix(world, &change);
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    (change, management, reqs[0].clone())
}

#[test]
fn whoever_signs_a_change_signs_what_they_read_and_not_what_was_proposed_meanwhile() {
    for world in World::on_each_engine() {
        let (change, management, requirement) = under_approval(&world);
        let mut henrik = program(&world, "henrik");
        let at = format!("/changes/{change}/sign");
        let opened = hidden(&henrik.get(&at).text, "read");
        let told = henrik.get(&format!("/api/v1/changes/{change}/standing")).json();
        assert_eq!(told["digest"], json!(opened), "programs read the same");

        crate::changes::propose(&world, "ada", &change, &requirement, "Seals PTFE.");
        let form = |read, password| {
            [("function", &*management), ("read", read), ("decision", "approve"), ("password", password)]
        };
        let wrong = henrik.post_form(&at, &form(&opened, "henrik-wrong-millilitre"));
        assert_eq!(hidden(&wrong.text, "read"), opened, "a wrong password is no second reading");
        let password = "henrik-right-millilitre";
        let stale = henrik.post_form(&at, &form(&opened, password));
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        let read = hidden(&stale.text, "read");
        assert!(read != opened && stale.text.contains("<ins>PTFE</ins>"), "{}", stale.text);
        let to = format!("/api/v1/changes/{change}/sign");
        let mut sent =
            json!({ "function": management, "approve": true, "read": opened, "password": password });
        let stale = henrik.post_json(&to, &sent);
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        sent.as_object_mut().unwrap().remove("read");
        let blind = henrik.post_json(&to, &sent);
        assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", blind.text);
        assert!(world.bob().asks(|reader| reader.signatures(reader.mention_of(&change)?.id)).is_empty());
        assert_eq!(crate::changes::state(&world, &change), "approval");

        let signed = henrik.post_form(&at, &form(&read, password));
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
        assert_eq!(crate::changes::state(&world, &change), "approved");
    }
}

#[test]
fn a_customer_approves_the_change_they_read_and_not_one_that_was_shown_meanwhile() {
    for world in World::on_each_engine() {
        let (_, reqs) = crate::changes::agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = crate::changes::management_approves(&world);
        let change = crate::changes::asked_of_the_customer(&world, &reqs[0], &management);
        let mut carl = program(&world, "carl");
        let at = format!("/changes/{change}/confirm");
        let opened = hidden(&carl.get(&at).text, "read");

        world.ada().does(|work| changes::send_back(work, &change, "Another material")).unwrap();
        crate::changes::propose(&world, "ada", &change, &reqs[0], "Seals PTFE.");
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        crate::changes::sign(&world, "henrik", &change, &management, true).unwrap();
        let password = "carl-right-millilitre";
        let form =
            |read| [("read", read), ("decision", "approve"), ("role", "Buyer"), ("password", password)];
        let stale = carl.post_form(&at, &form(&opened));
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        assert!(stale.text.contains("<ins>PTFE</ins>"), "what is shown now: {}", stale.text);
        let to = format!("/api/v1/changes/{change}/confirm");
        let body =
            |read: &str| json!({ "approve": true, "read": read, "role": "Buyer", "password": password });
        let stale = carl.post_json(&to, &body(&opened));
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        let blind = carl.post_json(&to, &json!({ "approve": true, "role": "Buyer", "password": password }));
        assert_eq!(blind.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", blind.text);
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
        let signed = world.bob().asks(|reader| reader.signatures(reader.mention_of(&change)?.id));
        assert!(signed.iter().all(|it| it.meaning != Meaning::Confirmed), "his name stands nowhere");

        let shown = carl.get(&format!("/api/v1/changes/{change}/revisions")).json();
        let last = shown["items"].as_array().unwrap().iter().max_by_key(|it| it["no"].as_i64()).unwrap();
        let digest = last["digest"].as_str().unwrap();
        let mut bare = body(digest);
        bare["role"] = json!(" ");
        let nobody = carl.post_json(&to, &bare);
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nobody.text);
        assert!(nobody.text.contains(AS_WHAT) && nobody.text.contains("role"), "{}", nobody.text);
        let typed = [("read", digest), ("decision", "approve"), ("password", password)];
        let nobody = carl.post_form(&at, &typed);
        assert!(nobody.text.contains(AS_WHAT), "{}", nobody.text);
        let signed = carl.post_json(&to, &body(digest));
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(crate::changes::state(&world, &change), "approved");
    }
}

/// A change that takes something away and proposes other words, compared two options, and was answered by quality.
fn weighed(world: &World, quality: &str) -> (String, Vec<String>) {
    let said = ["Seals EPDM.", "Name plates of paper."];
    let (_, reqs) = crate::changes::agreed_set(world, "CIP 3 dosing skid", &said);
    let change = crate::changes::raise(world, "ada", "Seals and plates");
    let says = |body: &mut changes::ChangeRequest| {
        body.needs_customer = true;
        body.for_customer = "Your seals last longer.".into();
        (body.risk, body.risk_after) = (changes::Risk::High, changes::Risk::Low);
        body.risk_words = "FKM may see caustic.".into();
    };
    let revise = |work: &mut Work| {
        let mut case = work.find::<changes::ChangeRequest>(&change)?;
        work.revise(&mut case, says)
    };
    world.ada().does(revise).unwrap();
    crate::changes::propose(world, "ada", &change, &reqs[0], "Seals FKM.");
    crate::changes::take(world, "ada", &change, &reqs[1], changes::Action::Remove).unwrap();
    let drawing = changes::NewItem { name: "20-114-03", sort: "drawing", ..changes::NewItem::default() };
    let line = world.ada().does(|work| changes::decide(work, &change, &drawing)).unwrap();
    crate::changes::write_edition(world, "ada", &change, line, ("3", "4"));
    for (label, title, verdict) in [
        ("A", "Keep what is there", changes::Choice::Refused),
        ("B", "Jacketed rings", changes::Choice::Chosen),
    ] {
        let option = changes::Alternative {
            label: label.into(),
            title: title.into(),
            cost: "1250.00".into(),
            risk: "A maker only".into(),
            verdict,
            why: "It swells".into(),
        };
        world.ada().does(|work| changes::compare(work, &change, &option)).unwrap();
    }
    crate::changes::step(world, "bob", &change, "screen").unwrap();
    crate::changes::fix(world, &change);
    let asked = [quality.to_owned()];
    let due = crate::changes::TODAY.parse().ok();
    world.ada().does(|work| changes::ask_impacts(work, &change, &asked, due)).unwrap();
    let told = changes::Told {
        is_possible: true,
        finding: "Immersion of six rings",
        cost: "800.50",
        days: Some(28),
        ..changes::Told::default()
    };
    world.bob().does(|work| changes::answer(work, &change, quality, &told)).unwrap();
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    (change, reqs)
}

#[test]
fn whoever_signs_is_shown_all_that_their_name_stands_under_and_the_customer_what_is_theirs() {
    for world in World::on_each_engine() {
        let management = crate::changes::management_approves(&world);
        let quality = crate::changes::function(&world, "Quality");
        let (change, reqs) = weighed(&world, &quality);
        let page = program(&world, "bob").get(&format!("/changes/{change}/sign")).text;
        for words in [
            "EPDM swells in 15 % peracetic acid.",
            "PTFE-jacketed FKM on the line",
            "High, afterwards Low",
            "FKM may see caustic.",
            "Keep what is there",
            "Jacketed rings",
            "It swells",
            "1,250.00",
            "20-114-03",
            "drawing",
            "Taken away",
            "<del>Name plates of paper.</del>",
            "<ins>FKM</ins>",
            "Immersion of six rings",
            "Together",
            "800.50",
            "Your seals last longer.",
            "The customer has to approve",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let read = program(&world, "bob").get(&format!("/changes/{change}/redlines")).text;
        assert!(read.contains("<del>Name plates of paper.</del>"), "{read}");
        let told = program(&world, "bob").get(&format!("/api/v1/changes/{change}/standing")).json();
        assert_eq!(told["redlines"], json!([reqs[0], "20-114-03"]), "only these say something else");

        for (who, function) in [("bob", &quality), ("henrik", &management)] {
            crate::changes::sign(&world, who, &change, function, true).unwrap();
        }
        assert_eq!(crate::changes::state(&world, &change), "customer_approval");
        let mut carl = program(&world, "carl");
        for page in [carl.get(&format!("/changes/{change}/confirm")), carl.get(&format!("/changes/{change}"))]
        {
            let page = page.text;
            for words in [
                "Your seals last longer.",
                "<ins>FKM</ins>",
                "Taken away",
                "<del>Name plates of paper.</del>",
            ] {
                assert!(page.contains(words), "{words}: {page}");
            }
            for ours in
                ["800.50", "1,250.00", "Immersion of six rings", "Jacketed rings", "FKM may see caustic."]
            {
                assert!(!page.contains(ours), "{ours}: {page}");
            }
        }
    }
}

/// What a form sends: its fields with the word on one item.
fn says(who: &mut web::testing::Client, review: &str, fields: &[(&str, &str)]) -> web::testing::Came {
    let came = who.post_form(&format!("/reviews/{review}/verdicts"), fields);
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
    who.get(&format!("/reviews/{review}"))
}

#[test]
fn whoever_judged_says_another_word_by_page_once_the_customer_answered() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let (item, function) = (it.requirements[0].as_str(), it.quality.to_string());
        accepts_all(&world.bob(), &review, it.quality, &it);
        let asked = reviews::Question { words: "Lowest room temperature?".into(), ..Default::default() };
        judges(&world.bob(), &review, it.quality, &[(item, Verdict::Clarify)]).unwrap();
        let question = world.bob().does(|work| reviews::ask(work, &review, item, &asked)).unwrap().number;
        let answer = reviews::Answering { words: "5 °C in winter.".into(), ..Default::default() };
        world.ada().does(|work| reviews::answer(work, &question, &answer, None)).unwrap();
        let mut bob = program(&world, "bob");
        let page = bob.get(&format!("/reviews/{review}?function={function}")).text;
        let field = format!("verdict-{item}");
        let from = page.find(&format!("id=\"{field}\"")).unwrap_or_else(|| panic!("no form: {page}"));
        let form = &page[from..];
        let end = form.find("</section>").unwrap();
        assert!(form[..end].contains("5 °C in winter."), "the answer stands where it is judged: {page}");
        let of_another = format!("verdict-{}", it.requirements[1]);
        assert!(!page.contains(&format!("name=\"{of_another}\"")), "what is settled is not in the form");
        let all = bob.get(&format!("/reviews/{review}?view=all")).text;
        assert!(all.find("5 °C in winter.") < all.find(&format!("say-{item}")), "and at the item: {all}");
        let page = says(&mut bob, &review, &[("function", &*function), (&*field, "accept")]).text;
        assert!(page.contains("/commit?"), "then the function signs: {page}");

        // What was accepted is judged again, too.
        let again = format!("/reviews/{review}?function={function}&again={}", it.requirements[1]);
        assert!(page.contains(&again.replace('&', "&amp;")), "{page}");
        assert!(bob.get(&again).text.contains(&format!("name=\"{of_another}\"")));
        let remark = format!("remark-{}", it.requirements[1]);
        let no = [("function", &*function), (&*of_another, "reject"), (&*remark, "Our pump gives 16.")];
        assert!(says(&mut bob, &review, &no).text.contains("Our pump gives 16."));
        says(&mut bob, &review, &[("function", &*function), (&*of_another, "accept")]);

        // Whoever has signed takes that back first.
        commits(&world.bob(), &review, it.quality).unwrap();
        let page = bob.get(&again).text;
        assert!(
            page.contains("Take your signature back first") && !page.contains("name=\"verdict-"),
            "{page}"
        );
        let signature = world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
        let to = format!("/signatures/{}/revoke", signature[0].id);
        let back = bob.post_form(&to, &[("reason", "I read the flow again")]);
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
        says(&mut bob, &review, &[("function", &*function), (&*of_another, "accept")]);
        commits(&world.bob(), &review, it.quality).unwrap();
    }
}

#[test]
fn a_question_of_the_checklist_that_was_not_ok_is_answered_again_by_page() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let rows = ["Is the bay free?", "Is the supplier approved?"];
        let checklist = rows.iter().enumerate().map(|(place, question)| reviews::Row {
            key: format!("c{place}"),
            question: (*question).to_owned(),
            ..reviews::Row::default()
        });
        let policy = reviews::Policy {
            asked: vec![reviews::Asked { function: it.quality, quorum: 1, ..reviews::Asked::default() }],
            checklist: checklist.collect(),
            ..reviews::Policy::default()
        };
        let it = Matter { template: template_by(&world, "With questions", policy), ..it };
        let review = begin(&world, &it);
        let (mut bob, function) = (program(&world, "bob"), it.quality.to_string());
        let first = [
            ("function", &*function),
            ("answer-c0", "not_ok"),
            ("about-c0", "Until March."),
            ("answer-c1", "ok"),
        ];
        let page = says(&mut bob, &review, &first).text;
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} is not told: {page}"));
        assert!(at("Until March.") < at("1 question answered"), "what is not OK stands open");
        assert!(at("name=\"answer-c0\"") < at("name=\"answer-c1\""));
        let stands = |bob: &mut web::testing::Client| {
            bob.get(&format!("/api/v1/reviews/{review}/checklist")).json()[0]["answers"].clone()
        };
        let page = says(&mut bob, &review, &[("function", &*function), ("answer-c0", "ok")]).text;
        assert!(page.contains("2 questions answered"), "{page}");
        assert_eq!(stands(&mut bob).as_array().unwrap().len(), 2, "both words stay");
        assert!(!page.contains("carried over from revision 1"), "{page}");

        // Of a later revision they hold on, and one sees that they were given before it.
        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let page = bob.get(&format!("/reviews/{review}?function={function}")).text;
        assert!(page.contains("carried over from revision 1"), "{page}");
        assert_eq!(stands(&mut bob)[0]["revision"], json!(1));
    }
}

#[test]
fn a_requirement_that_was_altered_in_the_database_is_told_wherever_it_is_read_and_signed_by_nobody() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let other = matter(&world);
        let review = begin(&world, &other);
        accepts_all(&world.bob(), &review, other.quality, &other);
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, '18 m', '81 m') where no = 1",
        );
        let told = "What is stored of this revision is not what was released.";
        let mut ada = program(&world, "ada");
        let set = format!("/requirement-sets/{}", it.set);
        for at in [
            format!("/reviews/{review}"),
            format!("/sign-offs/{number}"),
            set.clone(),
            format!("{set}/revisions/1"),
        ] {
            let page = ada.get(&at).text;
            assert!(page.contains(told), "{at}: {page}");
        }
        for at in [format!("{set}/revisions/1/sheet.pdf"), format!("/api/v1{set}/revisions/1/sheet.pdf")] {
            let sheet = ada.get(&at);
            assert!(
                sheet.status == StatusCode::CONFLICT && sheet.text.contains(told),
                "{at}: {}",
                sheet.text
            );
        }
        let mut carl = opened(&world, &link);
        for page in [carl.get(&link).text, program(&world, "carl").get(&format!("/sign-offs/{number}")).text]
        {
            assert!(page.contains("is not what we released. Sign nothing here, and tell us."), "{page}");
            assert!(!page.contains("/confirm\""), "nothing is signed there: {page}");
        }
        assert!(refusal(confirms(&world.carl(), &number)).contains(told));
        assert!(refusal(commits(&world.bob(), &review, other.quality)).contains(told));
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, '81 m', '18 m') where no = 1",
        );
        assert!(!ada.get(&format!("/reviews/{review}")).text.contains(told), "as it was, it is what it was");
        confirms(&world.carl(), &number).unwrap();
    }
}

#[test]
fn a_condition_is_met_where_it_stands_by_whom_it_concerns_and_not_by_a_click_elsewhere() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let immersion = ("28 days of immersion passed", Gate::ReviewComplete);
        let given = on_condition(&world, &it.requirements[0], immersion);
        gives(&world.bob(), &review, it.quality, vec![given]);
        let tasks = world.bob().asks(|reader| reader.tasks(reader.mention_of(&review)?.id));
        let asked = tasks.iter().find(|task| task.request.contains("28 days")).unwrap();
        let place = format!("/reviews/{review}#conditions");
        assert_eq!(asked.place.as_deref(), Some(&*place));
        let (settle, told) = (format!("/tasks/{}/settle", asked.id), "is done in its own place.");
        let mut hers = program(&world, "clara").with_cookie("language", "en");
        let page = hers.get("/").text;
        assert!(page.contains(&place) && !page.contains(&settle), "it is no click: {page}");
        let clicked = hers.post_form(&settle, &[]);
        assert!(clicked.status == StatusCode::CONFLICT && clicked.text.contains(told), "{}", clicked.text);
        let by_program = hers.post_json(&format!("/api/v1{settle}"), &json!({}));
        assert!(by_program.status == StatusCode::CONFLICT && by_program.text.contains(told));
        let judge = tasks.iter().find(|task| task.function == Some(it.quality)).unwrap();
        assert!(refusal(world.bob().does(|work| work.settle(judge.id))).contains(told), "nor is judging one");

        let id = world.bob().asks(|reader| reviews::conditions(reader, asked.record_id)).remove(0).id;
        let (meet, evidence) = (format!("/reviews/{review}/conditions/{id}/meet"), format!("evidence-{id}"));
        let mut ada = program(&world, "ada");
        assert!(!ada.get(&format!("/reviews/{review}")).text.contains(&meet));
        let not_hers = ada.post_form(&meet, &[(&*evidence, "It looks fine")]);
        assert!(
            not_hers.status == StatusCode::CONFLICT && not_hers.text.contains("Ask Clara"),
            "{}",
            not_hers.text
        );
        assert!(hers.get(&format!("/reviews/{review}")).text.contains(&meet));
        let met = hers.post_form(&meet, &[(&*evidence, "Report L-26-77")]);
        assert_eq!(met.status, StatusCode::SEE_OTHER, "{}", met.text);
        let now = world.bob().asks(|reader| reviews::conditions(reader, asked.record_id)).remove(0);
        assert!(now.settled_at.is_some() && now.evidence().0 == "Report L-26-77");
    }
}

/// Bob answers for quality: he confirms what Clara says of a condition, or sends it back; nobody confirms their own word.
#[test]
fn quality_confirms_that_a_condition_is_met_or_sends_it_back_and_until_then_it_holds_its_gate() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let bob = world.bob();
        let on = |item: &str, words: &str| on_condition(&world, item, (words, Gate::ReviewComplete));
        let verdicts = vec![
            on(&it.requirements[0], "28 days of immersion passed"),
            on(&it.requirements[1], "Noise of two pumps measured"),
        ];
        gives(&bob, &review, it.quality, verdicts);
        let all = || bob.asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id));
        let [immersion, noise] = [all()[0].id, all()[1].id];
        let (evidence, reason) = (format!("evidence-{immersion}"), format!("reason-{immersion}"));
        let at = format!("/reviews/{review}");
        let of = |id: i64, rest: &str| format!("{at}/conditions/{id}/{rest}");
        let (mut hers, mut his) = (program(&world, "clara"), program(&world, "bob"));
        let early = his.post_form(&of(immersion, "confirm"), &[]);
        assert!(early.status == StatusCode::CONFLICT, "nobody said yet that it is met: {}", early.text);

        assert_eq!(
            hers.post_form(&of(immersion, "meet"), &[(&*evidence, "Report L-26-76")]).status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(all()[0].stands(), reviews::Fulfilment::Met);
        let home = his.get("/").text;
        assert!(home.contains("28 days of immersion passed") && home.contains("Report L-26-76"), "{home}");
        assert!(his.get(&at).text.contains(&of(immersion, "confirm")));
        assert!(!hers.get(&at).text.contains(&of(immersion, "confirm")));
        for short in ["clara", "ada", "amelia", "carl"] {
            let came = program(&world, short).post_form(&of(immersion, "confirm"), &[]);
            assert_eq!(came.status, StatusCode::CONFLICT, "{short}: {}", came.text);
        }
        let told = refusal(world.ada().does(|work| reviews::confirm_condition(work, &review, immersion)));
        assert!(told.contains("Quality confirms that a condition is met") && told.contains("Bob"), "{told}");

        // It is sent back with a reason; whoever meets it is asked again, and says something else.
        let bare = his.post_form(&of(immersion, "send-back"), &[]);
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked: {}", bare.text);
        let back = his.post_form(&of(immersion, "send-back"), &[(&*reason, "It names the old seals")]);
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
        assert_eq!(all()[0].stands(), reviews::Fulfilment::Open);
        let (home, page) = (hers.get("/").text, hers.get(&at).text);
        assert!(home.contains("It names the old seals") && page.contains("It names the old seals"), "{home}");
        assert!(!his.get("/").text.contains("Report L-26-76"), "nothing is left to confirm");
        let again = hers.post_form(&of(immersion, "meet"), &[(&*evidence, "Report L-26-77")]);
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
        assert!(!hers.get("/").text.contains("It names the old seals"), "it is done");
        assert_eq!(his.post_form(&of(immersion, "confirm"), &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(all()[0].stands(), reviews::Fulfilment::Confirmed);
        assert!(his.get(&at).text.contains("met: Report L-26-77"));
        let twice = refusal(bob.does(|work| reviews::confirm_condition(work, &review, immersion)));
        assert!(twice.contains("confirmed before"), "{twice}");

        // What Bob said himself somebody else confirms: nobody else answers for quality, so whoever approves does.
        bob.does(|work| reviews::meet(work, &review, noise, "Record N-26-31")).unwrap();
        let own = refusal(bob.does(|work| reviews::confirm_condition(work, &review, noise)));
        assert!(own.contains("nobody confirms what they said themselves. Ask Henrik"), "{own}");
        assert!(program(&world, "henrik").get("/").text.contains("Record N-26-31"));
        world.henrik().does(|work| reviews::confirm_condition(work, &review, noise)).unwrap();
        assert_eq!(all()[1].stands(), reviews::Fulfilment::Confirmed);
        behind_the_back(
            &world,
            "condition_word",
            "update condition_word set words = 'Report' where word = 'met'",
        );
        let found = findings(&world);
        assert!(found.iter().any(|it| it.contains("Word on a condition")), "{found:?}");
    }
}

/// Clara has to meet two conditions of quality, and Bob one of design: nobody lets themselves off.
#[test]
fn a_condition_that_is_no_longer_asked_opens_its_gate_with_a_reason_and_whoever_has_to_meet_it_says_so_never()
{
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let (bob, clara) = (world.bob(), world.person("clara"));
        let on = |place: usize, words: &str, gate: Gate| {
            on_condition(&world, &it.requirements[place], (words, gate))
        };
        let of_quality = vec![
            on(0, "28 days of immersion passed", Gate::ReviewComplete),
            on(1, "Noise of two pumps measured", Gate::OrderAccept),
            yes(&it.requirements[2]),
        ];
        gives(&bob, &review, it.quality, of_quality);
        let mut by_bob = on(2, "EPDM in stock", Gate::OrderAccept);
        by_bob.condition =
            by_bob.condition.map(|it| reviews::NewCondition { owner: Some(bob.actor.person), ..it });
        gives(&clara, &review, it.design, vec![yes(&it.requirements[0]), yes(&it.requirements[1]), by_bob]);
        let all = || bob.asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id));
        let [immersion, noise, stock] = [all()[0].id, all()[1].id, all()[2].id];
        for (who, function) in [(&bob, it.quality), (&clara, it.design)] {
            commits(who, &review, function).unwrap();
        }
        let at = format!("/reviews/{review}");
        let of = |id: i64| format!("{at}/conditions/{id}/no-longer-asked");
        let (mut hers, mut his) = (program(&world, "clara"), program(&world, "bob"));

        // It concerns Clara, Ada owns the matter, Amelia only reads, Carl buys: none of them lets it go.
        for short in ["clara", "ada", "amelia", "carl"] {
            let why = (&*format!("why-{immersion}"), "It takes too long");
            let came = program(&world, short).post_form(&of(immersion), &[why]);
            assert_eq!(came.status, StatusCode::CONFLICT, "{short}: {}", came.text);
            let page = program(&world, short).get(&at).text;
            assert!(!page.contains(&of(immersion)), "{short} is not offered it: {page}");
        }
        let told = refusal(clara.does(|work| reviews::ask_no_longer(work, &review, immersion, "too long")));
        assert!(told.contains("never whoever has to meet it") && told.contains("Ask Bob"), "{told}");
        assert!(refusal(completes(&world.henrik(), &review)).contains("28 days of immersion passed"));

        let bare = his.post_form(&of(immersion), &[(&*format!("why-{immersion}"), " ")]);
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked: {}", bare.text);
        assert!(hers.get("/").text.contains("28 days of immersion passed"));
        assert!(his.get(&at).text.contains(&of(immersion)));
        let reason = "The seals come from a supplier who has the report";
        let gone = his.post_form(&of(immersion), &[(&*format!("why-{immersion}"), reason)]);
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
        assert_eq!(all()[0].stands(), reviews::Fulfilment::NoLongerAsked);
        assert!(!hers.get("/").text.contains("28 days of immersion passed"), "nothing is left to meet");
        let page = his.get(&at).text;
        assert!(page.contains("no longer asked, says Bob") && page.contains(reason), "{page}");
        for again in [
            refusal(bob.does(|work| reviews::ask_no_longer(work, &review, immersion, "twice"))),
            refusal(clara.does(|work| reviews::meet(work, &review, immersion, "Report"))),
            refusal(bob.does(|work| reviews::confirm_condition(work, &review, immersion))),
        ] {
            assert!(again.contains("no longer asked"), "{again}");
        }
        let points = his.get(&format!("/api/v1{at}/open-points")).text;
        assert!(!points.contains("28 days") && points.contains("Noise of two pumps"), "{points}");

        // Of design's condition Clara says so, by a program; Bob has to meet it himself.
        let own = his.post_json(&format!("/api/v1{}", of(stock)), &json!({ "reason": "We have enough" }));
        assert!(own.status == StatusCode::CONFLICT && own.text.contains("Ask Henrik"), "{}", own.text);
        let came = hers.post_json(&format!("/api/v1{}", of(stock)), &json!({ "reason": "Viton is taken" }));
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
        let seen = his.get(&format!("/api/v1{at}/conditions")).json();
        assert_eq!(
            (&seen[2]["state"], &seen[2]["is_met"], &seen[2]["no_longer_asked"]),
            (&json!("no_longer_asked"), &json!(false), &json!("Viton is taken"))
        );

        // The gates: the review closes on the one that is left, and the order goes once that is let go, too, even after
        // Clara said that it is met.
        completes(&world.henrik(), &review).unwrap();
        assert_eq!(state(&world, &review), "conditional");
        let order = order_on_revision(&world, &it, 1);
        assert!(refusal(accept(&world, &order)).contains("Meet the condition first: “Noise of two pumps"));
        clara.does(|work| reviews::meet(work, &review, noise, "Record N-26-31")).unwrap();
        assert!(his.get("/").text.contains("Record N-26-31"));
        bob.does(|work| reviews::ask_no_longer(work, &review, noise, "One pump is ordered")).unwrap();
        assert!(!his.get("/").text.contains("Record N-26-31"), "nothing is left to confirm");
        accept(&world, &order).unwrap();

        let way = program(&world, "amelia").get(&format!("/requirement-sets/{}/way", it.set)).text;
        assert!(way.contains("Condition no longer asked: 28 days of immersion passed"), "{way}");
        assert!(way.contains(&format!("Because: {reason}")), "{way}");
        are_kept(&world, &["review_condition", "condition_word", "condition_end"]);
        behind_the_back(&world, "condition_end", "update condition_end set words = 'We forgot'");
        let found = findings(&world);
        assert!(found.iter().any(|it| it.contains("Condition no longer asked")), "{found:?}");
    }
}

#[test]
fn whoever_stands_in_lets_a_condition_go_under_both_names_and_never_one_that_the_absent_has_to_meet() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let bob = world.bob();
        let on = |place: usize, words: &str| {
            on_condition(&world, &it.requirements[place], (words, Gate::OrderAccept))
        };
        let mut own = on(1, "Noise of two pumps measured");
        own.condition = own.condition.map(|it| reviews::NewCondition { owner: Some(bob.actor.person), ..it });
        gives(&bob, &review, it.quality, vec![on(0, "28 days of immersion passed"), own]);
        let all = bob.asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id));
        let mut ben = world.person("ben");
        let early =
            refusal(ben.does(|work| reviews::ask_no_longer(work, &review, all[0].id, "it fell away")));
        assert!(early.contains("Ask Bob"), "{early}");
        crate::rights::away(&world, &bob, &ben);
        ben.actor = world.sam().asks(|reader| identity::actor_of(reader, ben.actor.person));
        let off = refusal(ben.does(|work| reviews::ask_no_longer(work, &review, all[1].id, "it fell away")));
        assert!(off.contains("never whoever has to meet it") && off.contains("Ask Henrik"), "{off}");
        ben.does(|work| reviews::ask_no_longer(work, &review, all[0].id, "it fell away")).unwrap();
        let way = program(&world, "amelia").get(&format!("/reviews/{review}/way")).text;
        let (_, told) = way.split_once("Ben Achterberg for Bob Okafor").unwrap_or_else(|| panic!("{way}"));
        assert!(told.contains("said that a condition is no longer asked"), "{told}");
    }
}

#[test]
fn nobody_has_to_meet_or_confirm_a_condition_of_a_review_that_was_withdrawn() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let on = |place: usize, words: &str| {
            on_condition(&world, &it.requirements[place], (words, Gate::Delivery))
        };
        let of_quality = vec![on(0, "28 days of immersion passed"), on(1, "Noise of two pumps measured")];
        gives(&world.bob(), &review, it.quality, of_quality);
        let all = world.bob().asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id));
        let clara = world.person("clara");
        clara.does(|work| reviews::meet(work, &review, all[1].id, "Record N-26-31")).unwrap();
        let home = |short: &str| program(&world, short).get("/").text;
        assert!(home("clara").contains("28 days") && home("bob").contains("Record N-26-31"));
        world.bob().does(|work| reviews::withdraw(work, &review, "Meridian asks for two lines")).unwrap();
        assert!(!home("clara").contains("28 days") && !home("bob").contains("Record N-26-31"));
        let off = format!("{review} was ended without a yes.");
        assert!(refusal(clara.does(|work| reviews::meet(work, &review, all[0].id, "Report"))).contains(&off));
        assert!(
            refusal(world.bob().does(|work| reviews::confirm_condition(work, &review, all[1].id)))
                .contains(&off)
        );
        let page = program(&world, "bob").get(&format!("/reviews/{review}?view=all")).text;
        assert!(
            page.contains("28 days") && !page.contains("/conditions/"),
            "it is told and not asked: {page}"
        );
        let points = program(&world, "bob").get(&format!("/api/v1/reviews/{review}/open-points")).text;
        assert!(!points.contains("28 days"), "{points}");
    }
}

/// Whoever judges anew is shown what became of the conditions meanwhile, beside the words that changed.
#[test]
fn a_condition_that_changed_since_ones_last_verdict_is_shown_before_one_judges_anew() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let flow = it.requirements[1].as_str();
        let noise = on_condition(&world, flow, ("Noise of two pumps measured", Gate::OrderAccept));
        gives(&world.bob(), &review, it.quality, vec![noise]);
        accepts_all(&world.person("clara"), &review, it.design, &it);
        let mut bob = program(&world, "bob");
        let page = format!("/reviews/{review}?function={}&again={flow}", it.quality);
        // What stands in the section of the item, above its form.
        let shown = |bob: &mut web::testing::Client| {
            let text = bob.get(&page).text;
            let from = text.find(&format!("id=\"verdict-{flow}\"")).unwrap_or_else(|| panic!("{text}"));
            text[from..].split("<fieldset").next().unwrap().to_owned()
        };
        assert!(!shown(&mut bob).contains("Conditions"), "nothing became of it yet");
        let all = world.bob().asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id));
        let (later, id) = (monday() + jiff::SignedDuration::from_hours(1), all[0].id);
        let lets_go = |work: &mut Work| reviews::ask_no_longer(work, &review, id, "One pump is ordered");
        world.db.write_at(&world.bob().actor, later, lets_go).unwrap();
        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let told = shown(&mut bob);
        assert!(told.contains("changed since your verdict on revision 1"), "{told}");
        assert!(told.contains("Conditions") && told.contains("longer"), "{told}");
    }
}

#[test]
fn a_condition_that_was_set_on_something_else_says_on_which_revision() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let flow =
            on_condition(&world, &it.requirements[1], ("Noise of two pumps measured", Gate::OrderAccept));
        let seals = on_condition(&world, &it.requirements[2], ("EPDM in stock", Gate::OrderAccept));
        gives(&world.bob(), &review, it.quality, vec![flow, seals]);
        let (mut bob, at) = (program(&world, "bob"), format!("/reviews/{review}"));
        let set_on = |bob: &mut web::testing::Client| {
            let all = bob.get(&format!("/api/v1{at}/conditions")).json();
            (all[0]["set_on"].clone(), all[1]["set_on"].clone())
        };
        assert_eq!(set_on(&mut bob), (Json::Null, Json::Null));
        assert!(!bob.get(&at).text.contains("set on revision 1"));
        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(set_on(&mut bob), (json!(1), Json::Null), "the seals say what they said");
        assert_eq!(bob.get(&at).text.matches("set on revision 1").count(), 1);
    }
}

#[test]
fn the_customer_sees_what_was_taken_away_and_which_limit_changed_before_they_sign() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        revises(&world, &it, &[("characteristic", "Flow"), ("lower", "16"), ("unit", "m³/h")], None);
        world.ada().does(|work| work.live_by_id(it.subject, 2, Life::Confirmed)).unwrap();
        let review = begin(&world, &it);
        accepts_all(&world.bob(), &review, it.quality, &it);
        let (seals, flow) = (it.requirements[2].as_str(), it.requirements[1].as_str());
        revises(&world, &it, &[("lower", "18")], Some(seals));
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(page.contains(&format!("Taken away since it was judged: {seals}")), "{page}");
        for (who, function) in [(world.bob(), it.quality), (world.person("clara"), it.design)] {
            let both = [(it.requirements[0].as_str(), Verdict::Accept), (flow, Verdict::Accept)];
            judges(&who, &review, function, &both).unwrap();
            commits(&who, &review, function).unwrap();
        }
        completes(&world.henrik(), &review).unwrap();
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        for page in [carl.get(&link).text, program(&world, "carl").get(&format!("/sign-offs/{number}")).text]
        {
            let (above, gone) =
                page.split_once("id=\"gone\"").unwrap_or_else(|| panic!("nothing is gone: {page}"));
            assert!(above.contains("Lower limit") && above.contains("16") && above.contains("18"), "{page}");
            assert!(
                gone.contains("Seals are EPDM.") && gone.contains("taken away since revision 2"),
                "{page}"
            );
            assert!(gone.contains(seals) && !page.contains(&format!("name=\"word-{seals}\"")), "{page}");
            assert!(page.contains("Since then 2 lines changed"), "{page}");
        }
        confirms(&world.carl(), &number).unwrap();
        let names = world.ada().asks(|reader| reader.signatures(reader.mention_of(&number)?.id));
        assert_eq!(names[0].content()["taken_away"], json!([seals]), "it is under what was gone, too");
    }
}

/// A revision of the set in which only extra fields of a requirement say something else.
fn keeps(world: &World, it: &Matter, values: &Json) {
    let keep = |work: &mut Work| -> Result<kernel::Frozen> {
        let mut set = work.find::<RequirementSet>(&it.set)?;
        work.advance(&mut set, set::Step::Revise)?;
        let mut case = work.find::<Requirement>(&it.requirements[1])?;
        work.fill(&mut case, values.as_object().unwrap())?;
        requirements::release(work, &it.set, "as kept")
    };
    world.ada().does(keep).unwrap();
}

#[test]
fn what_the_customer_reads_of_extra_fields_is_before_whoever_judges_and_signs() {
    for world in World::on_each_engine() {
        for (title, audience) in
            [("Plant mark", Audience::Party), ("Inlet", Audience::Party), ("Cost centre", Audience::Internal)]
        {
            let field = ExtraField { of_kind: "REQ".into(), audience, ..ExtraField::default() };
            world.sam().does(|work| work.define(title, &field)).unwrap();
        }
        let it = matter(&world);
        keeps(&world, &it, &json!({ "plant_mark": "East", "inlet": "Left", "cost_centre": "Overheads one" }));
        world.ada().does(|work| work.live_by_id(it.subject, 2, Life::Confirmed)).unwrap();
        let review = begin(&world, &it);
        let mut bob = program(&world, "bob");
        let first = bob.get(&format!("/reviews/{review}")).text;
        assert!(first.contains("Plant mark: East") && first.contains("Inlet: Left"), "{first}");
        accepts_all(&world.bob(), &review, it.quality, &it);

        keeps(&world, &it, &json!({ "plant_mark": "West", "inlet": null, "cost_centre": "Overheads two" }));
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let tells = |page: &str| {
            assert!(page.contains("<del>East</del><ins>West</ins>"), "{page}");
            assert!(
                page.contains("Inlet") && page.contains("<del>Left</del>"),
                "what was emptied, too: {page}"
            );
            assert!(!page.contains("Overheads"), "{page}");
        };
        tells(&bob.get(&format!("/reviews/{review}")).text);
        both_accept(&world, &review, &it);
        completes(&world.henrik(), &review).unwrap();
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let by_link = opened(&world, &link).get(&link).text;
        let mut carl = program(&world, "carl");
        for page in [by_link, carl.get(&format!("/sign-offs/{number}")).text] {
            tells(&page);
            assert!(page.contains("Plant mark: West"), "{page}");
        }
        let document = format!("/requirement-sets/{}/document?revision=3", it.set);
        for mut reader in [carl, program(&world, "ada")] {
            let page = reader.get(&document).text;
            assert!(page.contains("Plant mark: West") && !page.contains("Overheads"), "{page}");
        }
    }
}

/// What an audit of the whole log finds.
pub(crate) fn findings(world: &World) -> Vec<String> {
    world.db.seal().unwrap();
    let report = app::audit::verify(&world.db, &[], |_, _| {}).unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

const NOT_SIGNED: &str = "What is stored of the words in this review is not what was signed.";

#[test]
fn a_review_of_which_a_signed_word_was_altered_is_signed_by_nobody() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        behind_the_back(&world, "verdict", "update verdict set remark = 'By hand.'");
        let refused = refusal(completes(&world.henrik(), &review));
        assert!(refused.contains(NOT_SIGNED), "{refused}");
        assert_eq!(state(&world, &review), "open");
        behind_the_back(&world, "verdict", "update verdict set remark = ''");
        completes(&world.henrik(), &review).unwrap();
        behind_the_back(&world, "verdict", "update verdict set remark = 'By hand.'");
        let page = program(&world, "henrik").get(&format!("/reviews/{review}")).text;
        assert!(page.contains(NOT_SIGNED), "{page}");
    }
}

/// Taking a later revision up writes the review anew, and so would write down what somebody altered.
#[test]
fn a_review_of_which_a_question_was_altered_takes_no_later_revision_up() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], None);
        let altered = r#"update review set policy = replace(policy, 'approval":true', 'approval":false')"#;
        let back = r#"update review set policy = replace(policy, 'approval":false', 'approval":true')"#;
        behind_the_back(&world, "review", altered);
        let refused = refusal(world.bob().does(|work| reviews::take_up(work, &review)));
        assert!(
            refused.contains(&format!("What is stored of {review} is not what was signed.")),
            "{refused}"
        );
        assert!(findings(&world).iter().any(|it| it.contains("What is asked")), "and the audit says so");
        behind_the_back(&world, "review", back);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
        let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(!page.contains(NOT_SIGNED), "what was signed of the revision before stands: {page}");
    }
}

/// An order is promised on what was reviewed and signed, and on nothing that says something else by now.
#[test]
fn the_gate_of_an_order_names_what_was_altered_with_its_link_and_refuses() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let noise =
            on_condition(&world, &it.requirements[0], ("Noise of two pumps measured", Gate::OrderAccept));
        let verdicts = vec![noise, yes(&it.requirements[1]), yes(&it.requirements[2])];
        gives(&world.bob(), &review, it.quality, verdicts);
        commits(&world.bob(), &review, it.quality).unwrap();
        accepts_all(&world.person("clara"), &review, it.design, &it);
        commits(&world.person("clara"), &review, it.design).unwrap();
        completes(&world.henrik(), &review).unwrap();
        make_sure(&world, CARL);
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let digest = world.carl().asks(|reader| Ok(reader.find::<reviews::SignOff>(&number)?.body.digest));
        let (item, word) = (it.requirements[0].clone(), reviews::Word::Accept);
        let accepts = [reviews::Spoken { item, word, remark: String::new() }];
        world.carl().does(|work| reviews::say(work, &number, &digest, &accepts)).unwrap();
        confirms(&world.carl(), &number).unwrap();
        are_kept(&world, &["revision", "review_condition", "customer_word"]);
        let order = order_on_revision(&world, &it, 1);
        let condition =
            world.bob().asks(|reader| reviews::conditions(reader, reader.mention_of(&review)?.id));
        let condition = condition[0].id;
        let of_revision = format!("What is stored of revision 1 of {} is not what was released.", it.set);
        let signed = |number: &str| format!("What is stored of {number} is not what was signed.");
        let flow = |from: &str, to: &str| {
            format!("update revision set content = replace(content, '{from} m³', '{to} m³') where no = 1")
        };
        let told = "update signature set statement";
        let by_carl = "where name like 'Carl%'";
        for (table, there, back, sentence, link) in [
            (
                "revision",
                flow("18", "81"),
                flow("81", "18"),
                of_revision,
                format!("/requirement-sets/{}", it.set),
            ),
            (
                "verdict",
                "update verdict set remark = 'By hand.'".into(),
                "update verdict set remark = ''".into(),
                signed(&review),
                format!("/reviews/{review}"),
            ),
            (
                "review_condition",
                "update review_condition set gate = 'delivery'".into(),
                "update review_condition set gate = 'order_accept'".into(),
                signed(&review),
                format!("/reviews/{review}"),
            ),
            (
                "review",
                "update review set outcome = 'By hand.'".into(),
                "update review set outcome = 'We can do this.'".into(),
                signed(&review),
                format!("/reviews/{review}"),
            ),
            (
                "review",
                r#"update review set policy = replace(policy, 'approval":true', 'approval":false')"#.into(),
                r#"update review set policy = replace(policy, 'approval":false', 'approval":true')"#.into(),
                signed(&review),
                format!("/reviews/{review}"),
            ),
            (
                "sign_off",
                "update sign_off set summary = 'Two skids.'".into(),
                "update sign_off set summary = 'One skid for CIP 3.'".into(),
                signed(&number),
                format!("/sign-offs/{number}"),
            ),
            (
                "signature",
                format!("{told} = statement || ' But for the flow.' {by_carl}"),
                format!("{told} = replace(statement, ' But for the flow.', '') {by_carl}"),
                signed(&number),
                format!("/sign-offs/{number}"),
            ),
            (
                "customer_word",
                "update customer_word set word = 'query'".into(),
                "update customer_word set word = 'accept'".into(),
                signed(&number),
                format!("/sign-offs/{number}"),
            ),
        ] {
            behind_the_back(&world, table, &there);
            let refused = refusal(accept(&world, &order));
            assert!(refused.contains(&sentence), "{table}: {refused}");
            let page = program(&world, "ada").get(&format!("/orders/{order}")).text;
            assert!(
                page.contains(&sentence) && page.contains(&format!("href=\"{link}\"")),
                "{table}: {page}"
            );
            let page = program(&world, "ada").get(&link).text;
            assert!(page.contains("is not what was"), "{table} is told where it stands: {page}");
            behind_the_back(&world, table, &back);
            let refused = refusal(accept(&world, &order));
            assert!(!refused.contains("is not what was"), "{table}: as it was, it is right: {refused}");
        }
        world.person("clara").does(|work| reviews::meet(work, &review, condition, "Record N-26-31")).unwrap();
        world.bob().does(|work| reviews::confirm_condition(work, &review, condition)).unwrap();
        accept(&world, &order).unwrap();
    }
}

/// A question stands under the name of whoever answered it, and so does who gave an answer, and for whom.
#[test]
fn whoever_turns_a_signed_question_round_or_gives_an_answer_to_another_is_found() {
    for world in World::on_each_engine() {
        let (it, clara) = (matter(&world), world.person("clara"));
        let asked = |function| Asked { function, quorum: 1, ..Asked::default() };
        let policy = Policy {
            asked: vec![asked(it.quality), asked(it.design)],
            share: Share::Every,
            checklist: vec![Row {
                key: "c1".into(),
                question: "Is the bay free?".into(),
                functions: vec![it.quality],
            }],
            ..Policy::default()
        };
        let it = Matter { template: template_by(&world, "With a question", policy), ..it };
        let review = begin(&world, &it);
        let answers = vec![GivenAnswer { row: "c1".into(), ..GivenAnswer::default() }];
        let judging = Judging { function: it.quality, verdicts: Vec::new(), answers };
        world.bob().does(|work| reviews::judge(work, &review, &judging)).unwrap();
        both_accept(&world, &review, &it);
        assert_eq!(findings(&world), Vec::<String>::new());
        let (bob, clara) = (world.bob().actor.person, clara.actor.person);
        let turned = "update review set policy = replace(policy, 'bay free?', 'bay taken?')";
        let back = "update review set policy = replace(policy, 'bay taken?', 'bay free?')";
        let answered = |by: String| format!("update checklist_answer set {by}");
        let all = [
            ("review", turned.to_owned(), back.to_owned(), "What is asked"),
            (
                "review",
                r#"update review set asked = replace(asked, 'technology":false', 'technology":true')"#.into(),
                r#"update review set asked = replace(asked, 'technology":true', 'technology":false')"#.into(),
                "What is asked",
            ),
            (
                "checklist_answer",
                answered(format!("person = {clara}")),
                answered(format!("person = {bob}")),
                "Answer",
            ),
            (
                "checklist_answer",
                answered(format!("acts_for = {clara}")),
                answered("acts_for = null".into()),
                "Answer",
            ),
            (
                "verdict",
                format!("update verdict set acts_for = {clara} where person = {bob}"),
                "update verdict set acts_for = null".into(),
                "Verdict",
            ),
            (
                "commitment",
                format!("update commitment set acts_for = {clara} where person = {bob}"),
                "update commitment set acts_for = null".into(),
                "Commitment",
            ),
        ];
        for is_closed in [false, true] {
            for (table, there, back, what) in &all {
                behind_the_back(&world, table, there);
                let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
                assert!(page.contains(NOT_SIGNED), "{there}: {page}");
                let found = findings(&world);
                assert!(found.iter().any(|it| it.contains(what)), "{there}: {found:?}");
                if !is_closed {
                    let refused = refusal(completes(&world.henrik(), &review));
                    assert!(refused.contains(NOT_SIGNED), "{there}: {refused}");
                }
                behind_the_back(&world, table, back);
                assert_eq!(findings(&world), Vec::<String>::new(), "{back}: as it was, it is right");
            }
            let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
            assert!(!page.contains(NOT_SIGNED), "{page}");
            if !is_closed {
                completes(&world.henrik(), &review).unwrap();
            }
        }
    }
}

#[test]
fn a_word_that_was_altered_in_the_database_is_found_by_the_audit() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let item = it.requirements[0].as_str();
        judges(&world.bob(), &review, it.quality, &[(item, Verdict::Reject)]).unwrap();
        accepts_all(&world.bob(), &review, it.quality, &it);
        commits(&world.bob(), &review, it.quality).unwrap();
        let asked = reviews::Question { words: "Lowest room temperature?".into(), ..Default::default() };
        let question = world.bob().does(|work| reviews::ask(work, &review, item, &asked)).unwrap().number;
        let answer = reviews::Answering { words: "5 °C in winter.".into(), ..Default::default() };
        world.ada().does(|work| reviews::answer(work, &question, &answer, None)).unwrap();
        let accepted = accepted(&world);
        make_sure(&world, CARL);
        let number = offered(&world, &accepted, &[world.carl().actor.person]);
        let digest = world.ada().asks(|reader| Ok(reader.find::<reviews::SignOff>(&number)?.body.digest));
        let word = reviews::Spoken {
            item: accepted.requirements[0].clone(),
            word: reviews::Word::Accept,
            remark: "As we spoke.".into(),
        };
        world.carl().does(|work| reviews::say(work, &number, &digest, std::slice::from_ref(&word))).unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
        for (table, there, back, what) in [
            (
                "verdict",
                "verdict = 'accept' where remark = 'Tell us more.'",
                "verdict = 'reject' where remark = 'Tell us more.'",
                "Verdict",
            ),
            ("commitment", "feasible = 'with_changes'", "feasible = 'as_given'", "Commitment"),
            ("customer_word", "remark = 'As you wish.'", "remark = 'As we spoke.'", "Word of the customer"),
            (
                "review",
                "outcome = 'By hand.' where outcome <> ''",
                "outcome = 'We can do this.' where outcome <> ''",
                "Outcome",
            ),
            ("sign_off", "summary = 'Two skids.'", "summary = 'One skid for CIP 3.'", "What was offered"),
            (
                "clarification_answer",
                "words = '9 °C in winter.'",
                "words = '5 °C in winter.'",
                "Answer of the customer",
            ),
        ] {
            behind_the_back(&world, table, &format!("update {table} set {there}"));
            let found = findings(&world);
            assert!(found.iter().any(|it| it.contains(what)), "{table}: {found:?}");
            let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
            let is_ours = matches!(table, "verdict" | "commitment");
            assert_eq!(page.contains(NOT_SIGNED), is_ours, "{table}: {page}");
            behind_the_back(&world, table, &format!("update {table} set {back}"));
            assert_eq!(findings(&world), Vec::<String>::new(), "{table}: as it was, it is right");
            let page = program(&world, "bob").get(&format!("/reviews/{review}")).text;
            assert!(!page.contains(NOT_SIGNED), "{table}: {page}");
        }
    }
}

#[test]
fn a_review_that_was_closed_twice_says_what_was_decided_last_and_the_audit_knows_both() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        let review = world.bob().asks(|reader| reviews::reviews_of(reader, it.subject)).remove(0).0;
        let signatures = world.bob().asks(|reader| reader.signatures(reader.mention_of(&review)?.id));
        let own = signatures.iter().find(|it| it.name.starts_with("Bob")).unwrap().id;
        world.bob().does(|work| reviews::revoke(work, own, "The drawing was the old one")).unwrap();
        assert_eq!(findings(&world), Vec::<String>::new(), "open again");
        commits(&world.bob(), &review, it.quality).unwrap();
        closes(&world, &review, "We can, in bay 2.");
        assert_eq!(findings(&world), Vec::<String>::new(), "closed again");
        let page = || program(&world, "bob").get(&format!("/reviews/{review}")).text;
        assert!(page().contains("We can, in bay 2.") && !page().contains(NOT_SIGNED), "{}", page());
        // What was decided the first time is signed as well, but not by whoever closed it last.
        behind_the_back(&world, "review", "update review set outcome = 'We can do this.'");
        assert!(page().contains(NOT_SIGNED), "{}", page());
        let found = findings(&world);
        assert!(found.iter().any(|it| it.contains("Outcome")), "{found:?}");
        are_kept(&world, &["review_outcome"]);
    }
}

const AS_WHAT: &str = "Say as what you sign, like “Head of purchasing”.";

/// A name stands there with as what somebody signs, whichever way they come, and whether they have a job title or not.
#[test]
fn nobody_signs_without_saying_as_what() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        both_accept(&world, &review, &it);
        testbed::tamper(&world.address, "update person set job_title = ''").unwrap();
        closes(&world, &review, "We can, in bay 2.");
        let roles = |number: &str| {
            let all = world.bob().asks(|reader| reader.signatures(reader.mention_of(number)?.id));
            all.into_iter().map(|it| it.role).collect::<Vec<_>>()
        };
        assert_eq!(roles(&review), ["Quality", "Design", "Approver"], "by which role he may");

        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = opened(&world, &link);
        let digest = hidden(&carl.get(&link).text, "digest");
        let name = "Carl Whitfield";
        let form = |role| [("digest", &*digest), ("name", name), ("role", role)];
        let mut by_program = program(&world, "carl");
        let to = format!("/api/v1/sign-offs/{number}/confirm");
        let known = |title: &str| {
            let said = format!("update person set job_title = '{title}' where email = '{CARL}'");
            testbed::tamper(&world.address, &said).unwrap();
        };
        known("Engineer of plant 4");
        assert!(
            carl.get(&link).text.contains(r#"value="Engineer of plant 4""#),
            "what is known stands there"
        );
        known("");
        for role in ["", "  "] {
            let bare = carl.post_form(&format!("{link}/confirm"), &form(role));
            assert!(bare.text.contains(AS_WHAT) && bare.text.contains(name), "{}", bare.text);
            let body =
                json!({ "digest": digest, "name": name, "role": role, "password": "carl-right-millilitre" });
            let bare = by_program.post_json(&to, &body);
            assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bare.text);
            assert!(bare.text.contains(AS_WHAT), "{}", bare.text);
        }
        assert!(roles(&number).is_empty() && state(&world, &number) == "open", "nothing was signed");
        let signed = carl.post_form(&format!("{link}/confirm"), &form("Head of purchasing"));
        assert_eq!(signed.status, StatusCode::OK, "{}", signed.text);
        assert_eq!(roles(&number), ["Head of purchasing"]);
    }
}

/// Henrik closes a review with yes and these words.
fn closes(world: &World, review: &str, outcome: &str) {
    let mut henrik = program(world, "henrik");
    let at = format!("/reviews/{review}/close");
    let read = hidden(&henrik.get(&at).text, "read");
    let form = [
        ("read", read.as_str()),
        ("decision", "accept"),
        ("outcome", outcome),
        ("password", "henrik-right-millilitre"),
    ];
    let came = henrik.post_form(&at, &form);
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
}

/// So many verdicts as an older program wrote them, in a house that was not served yet: no entry names them.
fn written_by_an_older_program(world: &World, count: usize) {
    let statements = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})
         insert into verdict
             (record_id, item, digest, revision, function, person, acts_for, verdict, remark, at)
         select record_id, item, digest, revision, function, person, acts_for, verdict,
             'Word ' || cast(i as text), at + i
         from verdict cross join n where verdict.id = (select min(id) from verdict)"
    );
    testbed::tamper(&world.address, &statements).unwrap();
}

/// A node that begins to serve the database of a world.
fn begins_to_work(world: &World) {
    let clock: kernel::Clock = std::sync::Arc::new(monday);
    let secrets = kernel::Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    let node = app::wiring::open(world.address.clone(), testbed::folder(), clock, secrets).unwrap();
    node.take_over_old_rows().unwrap();
}

#[test]
fn the_trail_leads_to_all_records_of_a_deed() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let deeds = world.sam().asks(|reader| reader.newest_deeds(i64::MAX, 50));
        let records = |deed: &kernel::Deed| deed.content["records"].as_array().map_or(0, Vec::len);
        let large = deeds.iter().find(|deed| records(deed) > 3).expect("a release of them all");
        let mut sam = program(&world, "sam");
        let page = sam.get("/trail").text;
        let more = format!("The same deed concerns {} more record", records(large) - 3);
        assert!(page.contains(&more), "{more}: {page}");
        let page = sam.get(&format!("/entries/{}", large.entry)).text;
        assert!(it.requirements.iter().all(|number| page.contains(number)), "{page}");
    }
}

#[test]
fn a_row_that_was_put_in_after_all_were_taken_over_is_never_taken_over() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        accepts_all(&world.bob(), &review, it.quality, &it);
        assert!(!world.db.knows_all_rows().unwrap());
        begins_to_work(&world);
        assert!(world.db.knows_all_rows().unwrap());
        assert_eq!(findings(&world), Vec::<String>::new());

        written_by_an_older_program(&world, 3);
        testbed::tamper(&world.address, "delete from taken_over").unwrap();
        let unknown = || findings(&world).iter().filter(|it| it.contains("Verdict ")).count();
        assert_eq!(unknown(), 3, "nobody says that they are old");
        begins_to_work(&world);
        assert_eq!(unknown(), 3, "and another start does not make them so");

        // Whoever hides from the program that it looked is found by what it then writes.
        behind_the_back(&world, "entry", "update entry set deed = 'hidden' where deed = 'rows_taken_over'");
        begins_to_work(&world);
        behind_the_back(&world, "entry", "update entry set deed = 'rows_taken_over' where deed = 'hidden'");
        let found = findings(&world);
        assert!(found.iter().any(|it| it.contains("all had been taken over before")), "{found:?}");
    }
}

#[test]
fn what_was_said_before_the_log_named_it_is_taken_over_once_and_watched_from_then_on() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        accepts_all(&world.bob(), &review, it.quality, &it);
        let told = world.bob().asks(|reader| reader.notices(false, None, 200)).len();
        written_by_an_older_program(&world, 600);
        let unknown = |found: Vec<String>| found.iter().filter(|it| it.contains("Verdict ")).count();
        assert_eq!(unknown(findings(&world)), 600);

        std::thread::scope(|scope| {
            let nodes = [scope.spawn(|| begins_to_work(&world)), scope.spawn(|| begins_to_work(&world))];
            for it in nodes {
                it.join().unwrap();
            }
        });
        assert_eq!(findings(&world), Vec::<String>::new());
        let taken = || {
            let all = world.sam().asks(|reader| reader.newest_deeds(i64::MAX, 10_000));
            let all = all.into_iter().filter(|it| it.deed == "rows_taken_over");
            all.map(|it| it.content["content"].as_array().unwrap().len()).collect::<Vec<_>>()
        };
        assert_eq!(taken().len(), 2, "a piece in each deed");
        assert_eq!(taken().iter().sum::<usize>(), 600, "each once, and none that the log knew");
        begins_to_work(&world);
        assert_eq!(taken().len(), 2, "once");
        let page = program(&world, "sam").get("/trail").text;
        assert!(page.contains("looked whether the log names every row"), "{page}");
        let now = world.bob().asks(|reader| reader.notices(false, None, 200)).len();
        assert_eq!(now, told, "it is nobody's news");

        let alter = |to: &str, from: &str| {
            let statement = format!("update verdict set remark = '{to}' where remark = '{from}'");
            behind_the_back(&world, "verdict", &statement);
        };
        alter("Word of mine", "Word 7");
        assert!(unknown(findings(&world)) > 0, "what was altered afterwards is found");
        begins_to_work(&world);
        assert!(unknown(findings(&world)) > 0, "and nobody takes it over");
        alter("Word 7", "Word of mine");
        assert_eq!(findings(&world), Vec::<String>::new());
    }
}

#[test]
fn what_is_to_be_clarified_is_counted_by_item_and_a_later_revision_is_asked_about_by_its_number() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let review = begin(&world, &it);
        let item = |place: usize| it.requirements[place].as_str();
        judges(&world.bob(), &review, it.quality, &[(item(0), Verdict::Clarify)]).unwrap();
        judges(&world.person("clara"), &review, it.design, &[(item(0), Verdict::Clarify)]).unwrap();
        let mut bob = program(&world, "bob");
        let at = format!("/reviews/{review}");
        assert!(bob.get(&at).text.contains("1 clarification open"), "the same for both");
        judges(&world.person("clara"), &review, it.design, &[(item(1), Verdict::Clarify)]).unwrap();
        assert!(bob.get(&at).text.contains("2 clarifications open"));
        revises(&world, &it, &[("statement", "The flow is 20 m³/h.")], None);
        world.bob().does(|work| reviews::take_up(work, &review)).unwrap();
        let open = world.bob().asks(|reader| {
            let all = reader.tasks(reader.mention_of(&review)?.id)?.into_iter();
            Ok(all.filter(|it| it.settled_at.is_none() && it.function.is_some()).collect::<Vec<_>>())
        });
        assert_eq!(open.len(), 2, "{open:?}");
        assert!(open.iter().all(|it| it.request.contains("revision 2")), "{open:?}");
    }
}

#[test]
fn what_the_law_imposes_says_by_what_one_sees_that_it_is_met_before_an_order_is_accepted() {
    for world in World::on_each_engine() {
        let it = matter(&world);
        let reviewed = |no: i64| {
            let review = begin(&world, &it);
            both_accept(&world, &review, &it);
            completes(&world.henrik(), &review).unwrap();
            order_on_revision(&world, &it, no)
        };
        revises(&world, &it, &[("class", "regulatory")], None);
        let order = reviewed(2);
        let told = format!("{} is regulatory: say in its acceptance criterion", it.requirements[1]);
        let refused = refusal(accept(&world, &order));
        assert!(refused.contains(&told), "{refused}");
        let page = program(&world, "ada").get(&format!("/orders/{order}")).text;
        assert!(
            page.contains(&told) && page.contains(&format!("/requirements/{}", it.requirements[1])),
            "{page}"
        );
        revises(&world, &it, &[("acceptance", "Declaration of conformity on file")], None);
        accept(&world, &reviewed(3)).unwrap();
    }
}
