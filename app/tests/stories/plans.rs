//! Plans of changes: steps with what they need and took, milestones that are shown, issues that hold back the release.

use axum::http::StatusCode;
use changes::{Action, Issue, IssueState, NewPlanTask, OtherDays};
use jiff::SignedDuration;
use kernel::{Actor, Ask, New, NewResource, NewSpent, NewStep, Readiness, ResourceSort, StepSort, Taken};
use serde_json::json;

use crate::changes::{
    TODAY, agreed_set, approved, asked_of_the_customer, fields, fix, function, management_approves, raise,
    sign, state, statement, step, take,
};
use crate::endings::press;
use crate::world::{World, monday, program, refusal};

/// A step of the plan of a change, of somebody, until a day.
fn plan(world: &World, change: &str, (request, who, due): (&str, &str, &str), after: &[i64]) -> i64 {
    let new = NewPlanTask {
        request,
        person: Some(world.person(who).actor.person),
        due: due.parse().ok(),
        effort: "16",
        cost: "1200.00",
        after,
        ..NewPlanTask::default()
    };
    world.ada().does(|work| changes::plan_task(work, change, &new)).unwrap()
}

fn raised(world: &World, change: &str, (title, due): (&str, &str)) -> kernel::Result<String> {
    let id = world.ada().asks(|reader| reader.mention_of(change)).id;
    let body = Issue { change: Some(id), days: Some(14), cost: "180.00".into(), ..Issue::default() };
    let new = New { title, due: due.parse().ok(), ..New::default() };
    world.bob().does(|work| Ok(changes::raise_issue(work, &new, &body)?.number))
}

fn settle(world: &World, issue: &str, step: &str) -> kernel::Result<()> {
    world.bob().does(|work| {
        let entry = work.registry().kind("IS").unwrap();
        entry.advance(work, &Taken { number: issue, step, version: None })
    })
}

#[test]
fn what_a_step_needs_and_took_stands_beside_what_was_estimated() {
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals");
        let task = plan(&world, &change, ("Immersion of six rings", "bob", "2026-03-20"), &[]);
        let bath = NewResource {
            sort: ResourceSort::Equipment,
            name: "Immersion bath",
            amount: "28 days",
            ..NewResource::default()
        };
        let nameless = NewResource { name: "", ..bath };
        let outcome = world.ada().does(|work| changes::need(work, &change, task, &nameless));
        assert!(refusal(outcome).contains("Say who or what is needed."));
        let lacking = NewResource { is_there: Readiness::Lacking, ..bath };
        let outcome = world.ada().does(|work| changes::need(work, &change, task, &lacking));
        assert!(refusal(outcome).contains("Say on which day it will be there."));
        let bath = world.ada().does(|work| changes::need(work, &change, task, &bath)).unwrap();
        let hands =
            NewResource { person: Some(world.bob().actor.person), hours: "7.5", ..NewResource::default() };
        world.ada().does(|work| changes::need(work, &change, task, &hands)).unwrap();
        // It comes after the step is due: whoever does the step is asked to look.
        let late = (Readiness::Lacking, "2026-03-27".parse().ok());
        world.ada().does(|work| changes::resource_is(work, &change, bath, late)).unwrap();
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let asked = world.ada().asks(|reader| reader.tasks(id));
        let told = asked.iter().find(|it| it.request.contains("Immersion bath is there on")).unwrap();
        assert_eq!(told.person, Some(world.bob().actor.person));

        let book = |hours, cost, words| {
            let new = NewSpent { day: TODAY.parse().ok(), hours, cost, words, ..NewSpent::default() };
            world.bob().does(|work| changes::book(work, &change, task, &new))
        };
        assert!(refusal(book("", "", "")).contains("Say how many hours, or how much money."));
        assert!(refusal(book("a few", "", "")).contains("Give hours like 7.5."));
        book("18.5", "1310.00", "Immersion").unwrap();
        assert!(refusal(book("-2", "", "")).contains("Say what it corrects."));
        assert!(refusal(book("-20", "", "Booked twice")).contains("That is more than was booked on it."));
        book("-2", "", "Half an afternoon was another change").unwrap();
        let later = NewSpent { day: "2026-03-09".parse().ok(), hours: "1", ..NewSpent::default() };
        let outcome = world.bob().does(|work| changes::book(work, &change, task, &later));
        assert!(refusal(outcome).contains("today at the latest"));

        let mut ada = program(&world, "ada");
        let told = ada.get(&format!("/api/v1/changes/{change}/plan")).json();
        let (step, against) = (&told["steps"][0], &told["against"]);
        assert_eq!((&step["hours"], &step["hours_spent"]), (&json!(1600), &json!(1650)), "{told}");
        assert_eq!((&step["cost"], &step["cost_spent"]), (&json!(120_000), &json!(131_000)));
        assert_eq!((&against["hours_spent"], &against["cost_booked"]), (&json!(1650), &json!(131_000)));
        assert_eq!(step["resources"][0]["is_there"], json!("lacking"));
        let page = ada.get(&format!("/changes/{change}/plan")).text;
        assert!(page.contains("16.5 h of 16 h") && page.contains("Immersion bath: too late"), "{page}");
        let page = ada.get(&format!("/changes/{change}/plan/{task}?form=book")).text;
        assert!(page.contains("Half an afternoon was another change"), "{page}");
        let typed = [("day", TODAY), ("hours", "0,5"), ("words", "Report")];
        ada.post_form(&format!("/changes/{change}/plan/{task}/spent"), &typed);
        let told = ada.get(&format!("/api/v1/changes/{change}/plan")).json();
        assert_eq!(told["steps"][0]["hours_spent"], json!(1700), "half an hour, as it is typed in Bremen");
        // Whoever only reads books nothing, and nobody outside sees the plan.
        let none = NewSpent { day: TODAY.parse().ok(), hours: "1", ..NewSpent::default() };
        let outcome = world.amelia().does(|work| changes::book(work, &change, task, &none));
        assert!(refusal(outcome).contains("You may read everything and change nothing."));
        for who in ["carl", "eve"] {
            let mut theirs = program(&world, who);
            assert_eq!(theirs.get(&format!("/changes/{change}/plan")).status, StatusCode::NOT_FOUND);
            assert_eq!(theirs.get(&format!("/api/v1/changes/{change}/plan")).status, StatusCode::NOT_FOUND);
        }
    }
}

#[test]
fn a_milestone_is_reached_with_what_shows_it_and_never_before_what_leads_to_it() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let first = plan(&world, &change, ("Immersion of six rings", "bob", "2026-03-20"), &[]);
        let milestone = |due: &str, effort: &'static str| {
            let new = NewPlanTask {
                request: "Meridian approves",
                sort: StepSort::Milestone,
                person: Some(world.ada().actor.person),
                due: due.parse().ok(),
                effort,
                after: &[first],
                ..NewPlanTask::default()
            };
            world.ada().does(|work| changes::plan_task(work, &change, &new))
        };
        assert!(refusal(milestone("", "")).contains("Say on which day it is to be reached."));
        assert!(refusal(milestone("2026-03-27", "4")).contains("A milestone takes no time."));
        assert!(refusal(milestone("2026-03-01", "")).contains("is due later than that"));
        let reached = milestone("2026-03-27", "").unwrap();
        let finish =
            |task, evidence: &str| world.ada().does(|work| changes::finish(work, &change, task, evidence));
        assert!(refusal(finish(reached, "")).contains("Name what shows it"));
        assert!(refusal(finish(reached, "signature of Priya")).contains("comes first. Settle it first."));
        finish(first, "report L-26-77").unwrap();
        // Not even by the list of tasks is it reached without anything that shows it.
        let outcome = world.ada().does(|work| work.settle(reached));
        assert!(refusal(outcome).contains("is a milestone. Open the plan and say what shows"));
        let mut ada = program(&world, "ada");
        let done = ada.post_json(
            &format!("/api/v1/changes/{change}/plan/{reached}/done"),
            &json!({ "evidence": "signature of Priya" }),
        );
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        let page = ada.get(&format!("/changes/{change}/plan")).text;
        assert!(page.contains("shown by signature of Priya") && page.contains("Reached"), "{page}");
        assert!(refusal(finish(reached, "again")).contains("It is done already."));
    }
}

#[test]
fn what_is_planned_is_done_once_the_change_is_approved_whichever_way_somebody_says_so() {
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals");
        let task = plan(&world, &change, ("Order rings", "ada", "2026-03-20"), &[]);
        let days = OtherDays { task, starts: None, due: "2026-03-27".parse().ok() };
        world.ada().does(|work| changes::replan(work, &change, days, "A week more")).unwrap();
        let told = format!("What is planned for {change} is done once that is approved.");
        let finish = || world.ada().does(|work| changes::finish(work, &change, task, "report L-26-77"));
        assert!(refusal(finish()).contains(&told));
        // Not even by the list of tasks.
        assert!(refusal(world.ada().does(|work| work.settle(task))).contains(&told));
        let mut ada = program(&world, "ada");
        let at = format!("/changes/{change}/plan/{task}");
        let shown = json!({ "evidence": "report L-26-77" });
        let came = ada.post_json(&format!("/api/v1{at}/done"), &shown);
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(&told), "{}", came.text);
        let came = ada.post_form(&format!("{at}/done"), &[("evidence", "report L-26-77")]);
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(&told), "{}", came.text);
        let page = ada.get(&at).text;
        assert!(page.contains("It is done once the change is approved."), "{page}");
        assert!(!page.contains("form=done"), "{page}");
        // What else is asked at the change is no step of its plan.
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let ask = Ask { request: "Call Carl", person: Some(world.ada().actor.person), ..Ask::default() };
        let call = world.ada().does(|work| work.ask(id, &ask)).unwrap();
        world.ada().does(|work| work.settle(call)).unwrap();

        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let second = approved(&world, "Hoses", &[(&reqs[0], "Seals FKM.")]);
        let hoses = plan(&world, &second, ("Order hoses", "ada", "2026-03-20"), &[]);
        assert!(ada.get(&format!("/changes/{second}/plan/{hoses}")).text.contains("form=done"));
        world.ada().does(|work| changes::finish(work, &second, hoses, "report L-26-78")).unwrap();
    }
}

#[test]
fn whoever_may_not_write_is_told_so_at_every_deed_of_a_plan_also_where_the_change_is_over() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        // Carl sees this change: he is asked to approve it. Its plan is none of his.
        let change = asked_of_the_customer(&world, &reqs[0], &management);
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let task = plan(&world, &change, ("Order rings", "bob", "2026-03-20"), &[]);
        let bath = NewResource {
            sort: ResourceSort::Equipment,
            name: "Immersion bath",
            amount: "28 days",
            ..NewResource::default()
        };
        let resource = world.ada().does(|work| changes::need(work, &change, task, &bath)).unwrap();
        let mut ada = program(&world, "ada");
        let mut stands = || {
            let told = ada.get(&format!("/api/v1/changes/{change}/plan")).json();
            assert!(told.to_string().contains("Immersion bath"), "{told}");
            (told, world.ada().asks(|reader| reader.trail(id, false, 0, 1000)).len())
        };
        let step = NewPlanTask {
            request: "Order hoses",
            person: Some(world.bob().actor.person),
            due: "2026-03-20".parse().ok(),
            ..NewPlanTask::default()
        };
        let spent = NewSpent { day: TODAY.parse().ok(), hours: "1", ..NewSpent::default() };
        let days = OtherDays { task, starts: None, due: "2026-03-27".parse().ok() };
        let there = (Readiness::There, None);
        // Nothing that somebody typed is looked at before the right.
        let wrong = NewStep { effort: "some", ..NewStep::default() };
        for is_over in [false, true] {
            if is_over {
                world.ada().does(|work| changes::withdraw(work, &change, "No longer needed")).unwrap();
            }
            let before = stands();
            for (who, sentence) in [
                ("amelia", "You may read everything and change nothing. Ask the owner."),
                ("carl", "Only members of staff may do this."),
            ] {
                let person = world.person(who);
                let told = [
                    refusal(person.does(|work| changes::plan_task(work, &change, &step))),
                    refusal(person.does(|work| changes::need(work, &change, task, &bath))),
                    refusal(person.does(|work| changes::resource_is(work, &change, resource, there))),
                    refusal(person.does(|work| changes::book(work, &change, task, &spent))),
                    refusal(person.does(|work| changes::finish(work, &change, task, "report L-26-77"))),
                    refusal(person.does(|work| changes::replan(work, &change, days, "A week more"))),
                    // Whatever record is planned, its plan is the business of the house.
                    refusal(person.does(|work| work.plan_step(id, &Ask::default(), &wrong))),
                    refusal(person.does(|work| work.need_for_step(id, task, &bath))),
                    refusal(person.does(|work| work.resource_is(id, resource, there))),
                    refusal(person.does(|work| work.book_on_step(id, task, &spent))),
                    refusal(person.does(|work| work.finish_step(id, task, "report L-26-77"))),
                ];
                for (no, it) in told.iter().enumerate() {
                    assert_eq!(it, sentence, "{who}, deed {no}, over: {is_over}");
                }
            }
            assert_eq!(stands(), before, "nothing of the plan is another one");
        }
    }
}

#[test]
fn what_comes_up_on_the_way_holds_the_release_back_by_name_until_it_is_settled() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let task = plan(&world, &change, ("Order rings", "bob", "2026-03-20"), &[]);
        let release = || world.ada().does(|work| changes::release(work, &change)).map(|_| ());
        let mut bob = program(&world, "bob");
        let page = bob.get(&format!("/change-issues/new?change={change}&task={task}")).text;
        assert!(page.contains("Order rings"), "its steps are offered: {page}");
        let place = task.to_string();
        let typed = [
            ("change", change.as_str()),
            ("task", place.as_str()),
            ("title", "Rings come two weeks late"),
            ("happened", "The maker has a machine down."),
            ("days", "14"),
            ("cost", "180.00"),
            ("due", "2026-03-06"),
        ];
        let without_a_day: Vec<_> = typed.iter().copied().filter(|(name, _)| *name != "due").collect();
        let told = bob.post_form("/change-issues", &without_a_day).text;
        assert!(told.contains("Say until when it is to be settled"), "{told}");
        let came = bob.post_form("/change-issues", &typed);
        let issue = came.location().rsplit('/').next().unwrap().to_owned();
        assert!(issue.starts_with("IS-2026-"), "{} {}", came.status, came.text);
        let sentence = refusal(release());
        assert!(sentence.contains(&format!("“Rings come two weeks late” ({issue}) came up")), "{sentence}");
        let page = bob.get(&format!("/changes/{change}")).text;
        assert!(page.contains(&issue), "it stands on the change: {page}");
        let page = bob.get(&format!("/changes/{change}/plan")).text;
        assert!(page.contains("14 days later") && page.contains("Rings come two weeks late"), "{page}");
        for who in ["carl", "eve"] {
            let mut theirs = program(&world, who);
            assert_eq!(theirs.get(&format!("/change-issues/{issue}")).status, StatusCode::NOT_FOUND);
            assert!(!theirs.get("/search?q=Rings").text.contains(&issue));
        }
        assert!(refusal(settle(&world, &issue, "solve")).contains("Say what was done about it."));
        let case = world.bob().asks(|reader| reader.find::<Issue>(&issue));
        let edit = changes::IssueEdit {
            number: &issue,
            version: case.record.version,
            title: &case.record.title,
            owner: None,
            due: case.record.due,
        };
        let answered = Issue { answer: "Express for the first eight.".into(), ..case.body };
        let over = changes::IssueEdit { due: "2026-02-01".parse().ok(), ..edit };
        let outcome = world.bob().does(|work| changes::edit_issue(work, &over, answered.clone()));
        assert!(refusal(outcome).contains("from today on"));
        world.bob().does(|work| changes::edit_issue(work, &edit, answered.clone())).unwrap();
        let outcome = world.bob().does(|work| changes::edit_issue(work, &edit, answered.clone()));
        assert!(matches!(outcome, Err(kernel::Error::Stale)), "nobody overwrites what they have not seen");
        settle(&world, &issue, "solve").unwrap();
        release().unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.");
        // What comes up while it is verified holds back that it is closed.
        let second = raised(&world, &change, ("A head leaks", "2026-03-13")).unwrap();
        let sentence = refusal(step(&world, "bob", &change, "close"));
        assert!(sentence.contains(&format!("“A head leaks” ({second}) came up")), "{sentence}");
        assert!(refusal(raised(&world, &change, ("Too late", "2026-02-01"))).contains("from today on"));
    }
}

#[test]
fn an_issue_belongs_to_a_change_that_is_carried_out_and_to_a_step_of_it() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let (change, other) = (raise(&world, "ada", "Seals"), raise(&world, "ada", "Hoses"));
        let elsewhere = plan(&world, &other, ("Order hoses", "bob", "2026-03-20"), &[]);
        let key = |number: &str| world.ada().asks(|reader| reader.mention_of(number)).id;
        let raise = |change: Option<i64>, task: Option<i64>| {
            let body = Issue { change, task, ..Issue::default() };
            let new = New { title: "It rains", due: TODAY.parse().ok(), ..New::default() };
            world.bob().does(|work| changes::raise_issue(work, &new, &body))
        };
        assert!(refusal(raise(None, None)).contains("Name the change during which it came up."));
        assert!(refusal(raise(Some(key(&set)), None)).contains("Name the change during which it came up."));
        let sentence = refusal(raise(Some(key(&change)), Some(elsewhere)));
        assert!(sentence.contains("Choose a step of its plan."), "{sentence}");
        let issue = raise(Some(key(&change)), None).unwrap().number;
        let dropped = |world: &World| settle(world, &issue, "drop");
        assert!(refusal(dropped(&world)).contains("Say why it is none."));
        let mut bob = program(&world, "bob");
        let version = bob.get(&format!("/api/v1/change-issues/{issue}")).json()["version"].clone();
        let tag = format!("\"{version}\"");
        let said = json!({ "answer": "It stopped." });
        let told = bob.patch_json(&format!("/api/v1/change-issues/{issue}"), Some(&tag), &said);
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
        dropped(&world).unwrap();
        world.ada().does(|work| changes::withdraw(work, &change, "Not needed")).unwrap();
        assert!(refusal(settle(&world, &issue, "reopen")).contains("The change is over."));
        assert!(refusal(raise(Some(key(&change)), None)).contains("The change is over."));
    }
}

#[test]
fn what_is_overdue_is_escalated_once_and_who_waits_for_a_late_step_is_told() {
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals");
        let first = plan(&world, &change, ("Order rings", "henrik", "2026-03-04"), &[]);
        plan(&world, &change, ("Train assembly", "bob", "2026-03-20"), &[first]);
        let issue = raised(&world, &change, ("Rings come late", "2026-03-06")).unwrap();
        let watch = |days: i64| {
            let at = monday() + SignedDuration::from_hours(24 * days);
            world.db.write_at(&Actor::system(), at, |work| changes::watch(work, &json!(null))).unwrap();
            world
                .db
                .write_at(&Actor::system(), at, |work| changes::tell_lateness(work, &json!(null)))
                .unwrap();
        };
        let asked = |who: &str, words: &str| {
            let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
            let person = Some(world.person(who).actor.person);
            let tasks = world.ada().asks(|reader| reader.tasks(id));
            tasks.iter().filter(|it| it.person == person && it.request.contains(words)).count()
        };
        let is = || world.bob().asks(|reader| reader.find::<Issue>(&issue)).record.state;
        watch(1);
        assert_eq!((is(), asked("bob", "is late")), (IssueState::Open, 0), "nothing is late yet");
        watch(3);
        assert_eq!(asked("bob", "“Order rings” is late"), 1);
        watch(5);
        watch(6);
        assert_eq!((is(), asked("ada", "Decide about “Rings come late”")), (IssueState::Escalated, 1));
        assert_eq!(asked("bob", "is late"), 1, "told once");
        // Each is told for itself on the trail.
        let trail = world.ada().asks(|reader| reader.trail(reader.mention_of(&change)?.id, false, 0, 100));
        assert_eq!(trail.iter().filter(|it| it.deed == "lateness_told").count(), 1, "{trail:?}");
        let escalated = trail.iter().rfind(|it| it.deed == "issue_escalated").unwrap().content.to_string();
        assert!(!escalated.contains("is late"), "{escalated}");
        // By hand it is escalated with a reason.
        let second = raised(&world, &change, ("The tool breaks", "2026-03-30")).unwrap();
        let mut bob = program(&world, "bob");
        let page = bob.post_form(&format!("/change-issues/{second}/escalate"), &[("reason", "")]).text;
        assert!(page.contains("Say why."), "{page}");
        let told = bob.post_json(
            &format!("/api/v1/change-issues/{second}/escalate"),
            &json!({ "reason": "Nobody has another one" }),
        );
        assert_eq!((told.status, told.json()["state"].clone()), (StatusCode::OK, json!("escalated")));
        assert_eq!(asked("ada", "it was escalated"), 1);
    }
}

#[test]
fn everybody_who_waits_for_late_steps_is_told_once_however_many_they_are() {
    const LATE: usize = 23;
    const WAITING: usize = 22;
    for world in World::on_each_engine() {
        let change = raise(&world, "ada", "Seals");
        let late: Vec<i64> = (0..LATE)
            .map(|no| plan(&world, &change, (&format!("Order ring {no}"), "henrik", "2026-03-04"), &[]))
            .collect();
        for no in 0..WAITING {
            plan(&world, &change, (&format!("Train shift {no}"), "bob", "2026-03-20"), &late);
        }
        let at = monday() + SignedDuration::from_hours(24 * 3);
        for _ in 0..2 {
            world
                .db
                .write_at(&Actor::system(), at, |work| changes::tell_lateness(work, &json!(null)))
                .unwrap();
            let tasks = world.ada().asks(|reader| reader.tasks(reader.mention_of(&change)?.id));
            let told = tasks.iter().filter(|it| it.request.contains("is late, it was due on"));
            assert_eq!(told.count(), LATE * WAITING, "each of more than five hundred, once");
        }
    }
}

#[test]
fn a_year_shows_hours_days_and_cost_against_what_was_estimated() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let (management, quality) = (management_approves(&world), function(&world, "Quality"));
        let change = raise(&world, "ada", "Seals");
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        let says = fields(&[("statement", "Seals FKM.")]);
        world.ada().does(|work| changes::propose(work, &change, line, &says)).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let asked = std::slice::from_ref(&quality);
        world.ada().does(|work| changes::ask_impacts(work, &change, asked, TODAY.parse().ok())).unwrap();
        let told = changes::Told {
            is_possible: true,
            finding: "Immersion",
            cost: "2800",
            days: Some(28),
            ..changes::Told::default()
        };
        world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        for (who, function) in [("bob", &quality), ("henrik", &management)] {
            sign(&world, who, &change, function, true).unwrap();
        }
        let task = plan(&world, &change, ("Immersion", "bob", "2026-03-20"), &[]);
        let new = NewSpent { day: TODAY.parse().ok(), hours: "6", cost: "90.50", ..NewSpent::default() };
        world.bob().does(|work| changes::book(work, &change, task, &new)).unwrap();
        let at = |days: i64| monday() + SignedDuration::from_hours(24 * days);
        let ada = world.ada().actor;
        for taken in ["plan", "implement"] {
            world
                .db
                .write_at(&ada, at(3), |work| {
                    let entry = work.registry().kind("CR").unwrap();
                    entry.advance(work, &Taken { number: &change, step: taken, version: None })
                })
                .unwrap();
        }
        world.db.write_at(&ada, at(31), |work| changes::release(work, &change).map(|_| ())).unwrap();
        assert_eq!(state(&world, &change), "verifying");
        let year = program(&world, "bob").get("/api/v1/changes/procedure?year=2026").json();
        let it = &year["changes"][0];
        assert_eq!(
            (&it["days_estimated"], &it["days_taken"], &it["hours"], &it["hours_spent"]),
            (&json!(28), &json!(31), &json!(1600), &json!(600)),
            "{year}"
        );
        assert_eq!(
            (&it["stages"]["approved"], &it["stages"]["implementing"], &year["stages"]["implementing"]),
            (&json!(3), &json!(28), &json!(28)),
            "how long each stage took: {year}"
        );
        assert_eq!((&it["estimated"], &it["actual"]), (&json!(280_000), &json!(9050)));
        assert_eq!((&year["days_estimated"], &year["days_taken"]), (&json!(28), &json!(31)));
        let page = program(&world, "bob").get("/changes/procedure?year=2026").text;
        assert!(page.contains("31 of 28 days") && page.contains("6 h of 16 h"), "{page}");
    }
}

#[test]
fn what_was_settled_comes_up_again_and_holds_the_release_back_unless_the_change_is_over() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let issue = raised(&world, &change, ("Rings come late", "2026-03-06")).unwrap();
        world
            .bob()
            .does(|work| {
                let mut case = work.find::<Issue>(&issue)?;
                work.revise(&mut case, |it| it.answer = "Express for the first eight.".into())
            })
            .unwrap();
        press(&world, "bob", &issue, "solve").unwrap();
        let refused = refusal(press(&world, "amelia", &issue, "reopen"));
        assert!(refused.contains("You may read everything and change nothing."), "{refused}");
        assert!(matches!(press(&world, "carl", &issue, "reopen"), Err(kernel::Error::NotFound)));
        press(&world, "ada", &issue, "reopen").unwrap();
        assert_eq!(state(&world, &issue), "open");
        let held = refusal(world.ada().does(|work| changes::release(work, &change)).map(|_| ()));
        assert!(held.contains(&format!("“Rings come late” ({issue}) came up")), "{held}");
        press(&world, "bob", &issue, "drop").unwrap();
        world.ada().does(|work| changes::withdraw(work, &change, "EPDM holds")).unwrap();
        let late = refusal(press(&world, "bob", &issue, "reopen"));
        assert!(late.contains("The change is over. Raise another change."), "{late}");
        assert_eq!(state(&world, &issue), "dropped");
    }
}
