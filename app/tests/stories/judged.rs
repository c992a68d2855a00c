//! What is promised of whoever judges and signs: a name under what was read, and another word where things changed.

use axum::http::StatusCode;
use kernel::Result;
use requirements::{Edit, RequirementSet, set};
use reviews::Verdict;
use serde_json::json;

use crate::reviews::{Matter, accepts_all, begin, commits, judges, matter, state};
use crate::world::{World, program};

/// A revision of the set in which a requirement says something else.
fn revised(world: &World, it: &Matter, number: &str, words: &str) {
    let revise = |work: &mut kernel::Work| -> Result<kernel::Frozen> {
        let mut case = work.find::<RequirementSet>(&it.set)?;
        work.advance(&mut case, set::Step::Revise)?;
        let fields = vec![("statement".to_owned(), words.to_owned())];
        requirements::edit(work, &Edit { number: number.to_owned(), version: None, fields })?;
        requirements::release(work, &it.set, words)
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
        for (who, function) in &both {
            accepts_all(who, &review, *function, &it);
            commits(who, &review, *function).unwrap();
        }
        let mut henrik = program(&world, "henrik");
        let at = format!("/reviews/{review}/close");
        let opened = hidden(&henrik.get(&at).text, "read");
        let told = henrik.get(&format!("/api/v1/reviews/{review}/progress")).json();
        assert_eq!(told["read"], json!(opened), "programs read the same");

        revised(&world, &it, &it.requirements[1], "The flow is 20 m³/h.");
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
