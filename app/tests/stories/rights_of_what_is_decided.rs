//! Of what is decided, about changes, notices, orders, reviews and risks: questions and deeds that no page lets somebody
//! ask who may not, asked all the same.

use axum::http::StatusCode;
use changes::{Action, ChangeRequest, Verdict};
use kernel::{Error, New};
use notices::{Notice, State};
use orders::Order;
use reviews::{Committing, Feasible};
use risks::customary;

use crate::changes::{
    agreed_set, asked_of_the_customer, carl_says, fix, management_approves, propose, raise, sign, state,
    step, take,
};
use crate::notices::{prepared, sent};
use crate::orders::{line, taken};
use crate::reviews::{POST, begin, judges, matter, proven, signer};
use crate::world::{World, program, refusal};

const READS: &str = "You may read everything and change nothing. Ask the owner.";

#[test]
fn for_a_function_signs_who_belongs_to_it_whatever_else_they_may_do() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Seals of the wet ends");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        for who in ["bob", "clara", "sam"] {
            let signed = sign(&world, who, &change, &management, true);
            assert_eq!(refusal(signed), "Only Management may do this, or whoever stands in.", "{who}");
            assert_eq!(state(&world, &change), "approval", "{who}");
        }
        sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(state(&world, &change), "approved");
    }
}

#[test]
fn of_a_change_that_is_shown_to_them_a_customer_is_told_no_fact_and_nothing_that_was_learned() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = asked_of_the_customer(&world, &reqs[0], &management_approves(&world));
        let facts =
            |who: &str| world.person(who).asks(|reader| Ok(reader.find::<ChangeRequest>(&change)?.facts));
        let ours = facts("ada");
        assert_eq!((ours.changing, ours.signed.len(), ours.asks_customer.is_some()), (1, 1, true));
        assert_eq!(facts("carl"), <ChangeRequest as kernel::Body>::Facts::default());

        carl_says(&world, &change, true, "").unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let criterion =
            world.ada().asks(|reader| changes::criteria(reader, reader.mention_of(&change)?.id)).remove(0);
        let result = (Verdict::Pass, "+1.8 %", "L-26-77");
        world.bob().does(|work| changes::judge(work, &change, criterion.id, result)).unwrap();
        let lesson = "A resistance table of seals has a column for concentration";
        let learned = changes::Learned {
            served: "Yes",
            missed: "The concentration",
            lesson,
            lesson_for: "design rule",
            actual_cost: "18500",
        };
        world.ada().does(|work| changes::learn(work, &change, &learned)).unwrap();
        // He reads of this change, and what we learned in it is ours: also where a form that he may not send comes back.
        let fields = [("title", "Seals of another pump"), ("need", "Seals swell"), ("due", "soon")];
        for (who, is_told) in [("ada", true), ("carl", false), ("eve", false)] {
            let like = world
                .person(who)
                .asks(|reader| changes::lessons_like(reader, 0, "internal", "Seals of another pump"));
            assert_eq!(like.iter().any(|it| it.number == change), is_told, "{who}: {like:?}");
            // While it is typed, a script asks the page for the place in which they stand.
            let typed =
                program(&world, who).get("/changes/new?title=Seals+of+another+pump&source=&need=").text;
            let place = typed.split("data-found-at=\"/changes/new\"").nth(1).unwrap_or_default();
            let place = place.split("<form").next().unwrap_or_default();
            assert_eq!(place.contains(lesson), is_told, "{who}: {typed}");
            let came = program(&world, who).post_form("/changes", &fields);
            assert!(came.status.is_client_error(), "{who}: {}", came.text);
            assert_eq!(came.text.contains(lesson), is_told, "{who}: {}", came.text);
        }
    }
}

#[test]
fn that_something_goes_on_after_all_is_offered_to_whoever_owns_the_change_or_decides_about_changes() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "A skid that is sold no more", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "The skid is sold no more");
        let line = take(&world, "ada", &change, &set, Action::Remove).unwrap();
        let later = |work: &mut kernel::Work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| it.effective_from = "2026-05-04".into())
        };
        world.ada().does(later).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let button = format!("/changes/{change}/affected/{line}/go-on");
        let people = [
            ("ada", true),
            ("bob", true),
            ("henrik", true),
            ("ben", false),
            ("clara", false),
            ("sam", false),
            ("amelia", false),
        ];
        for (who, is_offered) in people {
            let page = program(&world, who).get(&format!("/changes/{change}/affected"));
            assert!(page.text.contains(&set), "{who} reads what ends: {}", page.text);
            assert_eq!(page.text.contains(&button), is_offered, "{who}: {}", page.text);
        }
    }
}

#[test]
fn whom_else_a_change_reaches_no_customer_is_told_although_they_read_of_it() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = asked_of_the_customer(&world, &reqs[0], &management_approves(&world));
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let told = world.ada().asks(|reader| notices::recipients(reader, id));
        assert!(told.iter().any(|it| it.party == world.meridian), "{told:?}");
        let mut carl = program(&world, "carl");
        assert_eq!(carl.get(&format!("/changes/{change}")).status, StatusCode::OK);
        let asked = world.carl().tries(|reader| notices::recipients(reader, id));
        assert!(matches!(asked, Err(Error::NotFound)), "{asked:?}");
        let at = format!("/changes/{change}/notices");
        let came = [
            carl.get(&format!("/api/v1/changes/{change}/recipients")),
            carl.get(&at),
            carl.post_form(&at, &[]),
            carl.get(&format!("{at}/add")),
            carl.post_form(&format!("{at}/add"), &[("reason", "I wish so")]),
        ];
        for (no, it) in came.iter().enumerate() {
            assert_eq!(it.status, StatusCode::NOT_FOUND, "address {no}: {}", it.text);
        }
        let prepared = world.ada().asks(|reader| notices::notices(reader, id));
        assert!(prepared.is_empty(), "{prepared:?}");
    }
}

#[test]
fn a_customer_reads_the_notice_that_was_sent_to_them_and_finds_nothing_by_which_it_is_written_or_ended() {
    for world in World::on_each_engine() {
        world.db.open_post(Some(POST)).unwrap();
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals of the wet ends");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let notice = prepared(&world, &change).remove(0).number;
        sent(&world, &notice);
        let facts = |who: &str| world.person(who).asks(|reader| Ok(reader.find::<Notice>(&notice)?.facts));
        let (ours, theirs) = (facts("ada"), facts("carl"));
        assert!(ours.reaches && ours.is_still_so && ours.is_in_step, "{ours:?}");
        assert!(!theirs.reaches && !theirs.is_still_so && !theirs.is_in_step, "{theirs:?}");

        let mut carl = program(&world, "carl");
        let at = format!("/change-notices/{notice}");
        let page = carl.get(&at);
        assert!(page.text.contains("Your seals last longer."), "{}", page.text);
        let end = [("step", "withdraw"), ("reason", "I wish so")];
        let came = [
            carl.get(&format!("{at}/edit")),
            carl.get(&format!("{at}/issue")),
            carl.get(&format!("{at}/end?step=withdraw")),
            carl.post_form(
                &format!("{at}/edit"),
                &[("asks", "acknowledgement"), ("words", "Nothing changes.")],
            ),
            carl.post_form(&format!("{at}/issue"), &[]),
            carl.post_form(&format!("{at}/end"), &end),
        ];
        for (no, it) in came.iter().enumerate() {
            assert_eq!(it.status, StatusCode::NOT_FOUND, "address {no}: {}", it.text);
        }
        let kept = world.ada().asks(|reader| reader.find::<Notice>(&notice));
        assert_eq!((kept.record.state, kept.body.words.as_str()), (State::Issued, "Your seals last longer."));
    }
}

#[test]
fn what_is_missing_of_an_order_is_asked_for_whoever_is_of_the_house() {
    for world in World::on_each_engine() {
        let bare = Order { lines: vec![line(10, "TH-B", "", "")], ..Order::default() };
        let order = taken(&world, &bare);
        for (who, is_told) in [("ada", true), ("amelia", true), ("carl", false)] {
            let gate = world.person(who).asks(|reader| Ok(reader.find::<Order>(&order)?.facts));
            assert_eq!(!gate.missing.is_empty(), is_told, "{who}: {gate:?}");
        }
    }
}

#[test]
fn whoever_only_reads_is_told_so_in_a_review_before_for_which_function_they_speak() {
    for world in World::on_each_engine() {
        let review = begin(&world, &matter(&world));
        let amelia = world.amelia();
        assert_eq!(refusal(judges(&amelia, &review, 0, &[])), READS);
        let signed = amelia.does(|work| {
            let (feasible, signer) = (Feasible::AsGiven, signer("Amelia"));
            let it = Committing { function: 0, feasible, statement: "", read: "", signer };
            let proven = proven(work);
            reviews::commit(work, &review, &it, &proven)
        });
        assert_eq!(refusal(signed), READS);
        let told = refusal(judges(&world.bob(), &review, 0, &[]));
        assert!(told.contains("This function is not asked here."), "{told}");
    }
}

#[test]
fn the_matrix_of_risks_is_offered_to_be_changed_to_whoever_keeps_it() {
    for world in World::on_each_engine() {
        let new = New { title: "Ours", ..New::default() };
        let matrix = world.bob().does(|work| Ok(work.create(&new, &customary())?.number)).unwrap();
        let at = format!("/risk-matrices/{matrix}");
        let people = [("bob", true), ("sam", true), ("ada", false), ("henrik", false), ("amelia", false)];
        for (who, is_offered) in people {
            let page = program(&world, who).get(&at);
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text);
            let edit = format!("{at}/edit");
            assert_eq!(page.text.contains(&edit), is_offered, "{who}: {}", page.text);
        }
    }
}
