//! What nobody said and the product needs: asked by a checklist, stated, not applicable, or asked of the customer.

use axum::http::StatusCode;
use kernel::New;
use requirements::{
    Answering, Asked, Checklist, Class, NewRequirement, Question, Requirement, RequirementSet, Stand,
};
use serde_json::json;

use crate::endings::{press, state};
use crate::world::{World, program, refusal};

fn question(key: &str, question: &str) -> Question {
    let class = if key == "market" { Class::Regulatory } else { Class::Implied };
    Question {
        key: key.into(),
        question: question.into(),
        why: "It was forgotten once.".into(),
        class,
        ..Question::default()
    }
}

/// Bob puts questions about skids in force.
pub fn checklist(world: &World) -> String {
    let body = Checklist {
        signs: vec!["skid".into()],
        questions: vec![
            question("language", "In which language are the manuals?"),
            question("market", "In which countries will it run?"),
            question("noise", "Who works beside it, and how loud may it be?"),
        ],
        ..Checklist::default()
    };
    let new = New { title: "Dosing skids", ..New::default() };
    let number = world.bob().does(|work| work.create(&new, &body)).unwrap().number;
    world.bob().does(|work| requirements::release_checklist(work, &number, "First list")).unwrap();
    number
}

fn open_set(world: &World, title: &str) -> String {
    let new = New { title, party: Some(world.meridian), ..New::default() };
    world.ada().does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number
}

fn stands(world: &World, set: &str) -> Vec<(String, Stand)> {
    let laid = world.ada().asks(|reader| requirements::laid_of(reader, &reader.find::<RequirementSet>(set)?));
    let rows = laid.into_iter().flat_map(|it| it.rows);
    rows.map(|it| (it.question.key, it.stand)).collect()
}

fn asked(world: &World, set: &str) -> Asked {
    world.ada().asks(|reader| requirements::asked_about(reader, &reader.find::<RequirementSet>(set)?))
}

fn answer(world: &World, set: &str, at: (&str, &str), it: &Answering) -> kernel::Result<Option<String>> {
    world.ada().does(|work| requirements::answer(work, set, at, it))
}

#[test]
fn each_question_is_stated_does_not_apply_or_is_asked_of_the_customer() {
    for world in World::on_each_engine() {
        let list = checklist(&world);
        let set = open_set(&world, "A skid for Meridian");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}")).text;
        assert!(page.contains("1 checklist is meant for it"), "{page}");
        world.ada().does(|work| requirements::lay_beside(work, &set, &list)).unwrap();
        assert_eq!(asked(&world, &set).open, 3);

        // Stated: written from the question, as it says whose wish it is.
        let market = Answering::Written("The skid shall be fit for use in the United Kingdom.".into());
        let number = answer(&world, &set, (&list, "market"), &market).unwrap().unwrap();
        let made = world.ada().asks(|reader| reader.find::<Requirement>(&number));
        assert_eq!(
            (made.body.class, made.body.source.as_str()),
            (Class::Regulatory, format!("{list} rev. 1").as_str())
        );
        // Not applicable: with a reason that stays.
        let silent = Answering::NotApplicable(" ".into());
        assert!(
            refusal(answer(&world, &set, (&list, "noise"), &silent)).contains("Say why it does not apply.")
        );
        let reason = Answering::NotApplicable("It stands in a closed plant room".into());
        answer(&world, &set, (&list, "noise"), &reason).unwrap();
        // Asked: the owner of the set gets a task.
        let ask = Answering::Asked { person: None, due: "2026-03-06".parse().ok() };
        answer(&world, &set, (&list, "language"), &ask).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&set)).id;
        let tasks = world.ada().asks(|reader| reader.tasks(id));
        assert_eq!(tasks[0].request, "Ask the customer: In which language are the manuals?");
        assert_eq!(
            asked(&world, &set),
            Asked { questions: 3, stated: 1, not_applicable: 1, waiting: 1, open: 0 }
        );
        // They answered: somebody has to write it down.
        world.ada().does(|work| work.settle(tasks[0].id)).unwrap();
        assert_eq!(stands(&world, &set)[0], ("language".to_owned(), Stand::Told));
        let coverage = program(&world, "ada").get(&format!("/requirement-sets/{set}/coverage")).text;
        assert!(coverage.contains("2 of 3 questions are answered."), "{coverage}");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/checklists")).text;
        assert!(page.contains("It stands in a closed plant room") && page.contains(&number), "{page}");
        // What is answered in words of one's own is looked at while one types, in its own field.
        let place = format!(r#"data-findings="statement-{list}-language""#);
        assert!(page.contains(&place) && page.contains("wording.js"), "{page}");
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/release")).text;
        assert!(page.contains("1 question of the checklist is open"), "{page}");
    }
}

#[test]
fn a_question_is_open_again_when_its_requirement_is_withdrawn_or_it_asks_something_else() {
    for world in World::on_each_engine() {
        let list = checklist(&world);
        let set = open_set(&world, "A skid for Meridian");
        world.ada().does(|work| requirements::lay_beside(work, &set, &list)).unwrap();
        let body =
            Requirement { statement: "The manuals shall be in English.".into(), ..Requirement::default() };
        let new = NewRequirement { body, ..NewRequirement::default() };
        let number = world.ada().does(|work| requirements::add(work, &set, &new)).unwrap().number;
        let elsewhere = open_set(&world, "Another one");
        let other = world.ada().does(|work| requirements::add(work, &elsewhere, &new)).unwrap().number;
        let of_another = Answering::Stated(other);
        let outcome = refusal(answer(&world, &set, (&list, "language"), &of_another));
        assert!(outcome.contains(&format!("Name a requirement that stands in {set}.")), "{outcome}");
        answer(&world, &set, (&list, "language"), &Answering::Stated(number.clone())).unwrap();
        answer(&world, &set, (&list, "noise"), &Answering::NotApplicable("Outdoors".into())).unwrap();
        world.ada().does(|work| requirements::withdraw(work, &number, "Said twice")).unwrap();
        assert_eq!(stands(&world, &set)[0].1, Stand::Lost);

        // Bob asks differently about noise; the set goes on with what it was asked until Ada takes it up.
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<Checklist>(&list)?;
                work.advance(&mut case, requirements::ChecklistStep::Revise)?;
                work.revise(&mut case, |it| it.questions[2].question = "How loud may it be at 1 m?".into())?;
                requirements::release_checklist(work, &list, "Asked more exactly")
            })
            .unwrap();
        assert_eq!(stands(&world, &set)[2].1, Stand::NotApplicable);
        let page = program(&world, "ada").get(&format!("/requirement-sets/{set}/checklists")).text;
        assert!(page.contains("Revision 2 is in force"), "{page}");
        world.ada().does(|work| requirements::lay_beside(work, &set, &list)).unwrap();
        assert_eq!(stands(&world, &set)[2].1, Stand::AskedAnew);
    }
}

#[test]
fn who_may_not_write_answers_nothing_and_outsiders_learn_of_no_question() {
    for world in World::on_each_engine() {
        let list = checklist(&world);
        let set = world.offered_set();
        world.ada().does(|work| requirements::lay_beside(work, &set, &list)).unwrap();
        let to = format!("/api/v1/requirement-sets/{set}/checklists");
        let given = json!({ "question": "noise", "answer": "not_applicable", "reason": "Outdoors" });
        for short in ["carl", "eve"] {
            let mut outsider = program(&world, short);
            assert_eq!(outsider.get(&to).status, StatusCode::NOT_FOUND);
            assert_eq!(
                outsider.get(&format!("/requirement-sets/{set}/checklists")).status,
                StatusCode::NOT_FOUND
            );
            assert_eq!(outsider.get(&format!("/checklists/{list}")).status, StatusCode::NOT_FOUND);
            let answer = outsider.post_json(&format!("{to}/{list}/answers"), &given);
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
            let answer = outsider.post_json(&to, &json!({ "checklist": list }));
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
        }
        let mut amelia = program(&world, "amelia");
        assert_eq!(amelia.get(&to).json()["asked"]["open"], 3);
        let answer = amelia.post_json(&format!("{to}/{list}/answers"), &given);
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
        let answer = program(&world, "ada")
            .post_json(&format!("/api/v1/checklists/{list}/release"), &json!({ "reason": "Mine" }));
        assert_eq!(answer.status, StatusCode::CONFLICT, "an engineer keeps no checklist: {}", answer.text);

        let mut ada = program(&world, "ada");
        let answer = ada.post_json(&format!("{to}/{list}/answers"), &given);
        assert_eq!(answer.json()["asked"]["not_applicable"], 1, "{}", answer.text);
        let missing = json!({ "question": "paint", "answer": "not_applicable", "reason": "None" });
        assert_eq!(ada.post_json(&format!("{to}/{list}/answers"), &missing).status, StatusCode::NOT_FOUND);
        let away = json!({ "reason": "It is a pump, no skid" });
        let answer = ada.post_json(&format!("{to}/{list}/remove"), &away);
        assert_eq!(answer.json()["asked"]["questions"], 0, "{}", answer.text);
    }
}

#[test]
fn a_checklist_is_revised_by_whoever_keeps_it_and_what_is_in_force_is_asked_until_the_next_one_is() {
    for world in World::on_each_engine() {
        let list = checklist(&world);
        let refused = refusal(press(&world, "ada", &list, "revise"));
        assert!(refused.contains("Only the roles"), "{refused}");
        let refused = refusal(press(&world, "amelia", &list, "revise"));
        assert!(refused.contains("You may read everything and change nothing."), "{refused}");
        press(&world, "bob", &list, "revise").unwrap();
        assert_eq!(state(&world, &list), "draft");
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<Checklist>(&list)?;
                work.revise(&mut case, |it| it.questions.push(question("colour", "Which colour?")))
            })
            .unwrap();
        let first = open_set(&world, "A skid for Meridian");
        world.ada().does(|work| requirements::lay_beside(work, &first, &list)).unwrap();
        assert_eq!(asked(&world, &first).questions, 3, "what is only written down is asked of nobody");
        world
            .bob()
            .does(|work| requirements::release_checklist(work, &list, "Colour was forgotten"))
            .unwrap();
        let second = open_set(&world, "Another skid");
        world.ada().does(|work| requirements::lay_beside(work, &second, &list)).unwrap();
        assert_eq!((asked(&world, &first).questions, asked(&world, &second).questions), (3, 4));
    }
}
