//! What lets somebody in, who keeps people, and what each kind asks of whoever opens or edits a record, each by itself.

use axum::http::StatusCode;
use catalogue::{CatalogueItem, NewRevision};
use conversations::{Call, Conversation, Meeting};
use identity::{Cost, NewToken, Person, PersonStep, Scope};
use imports::Batch;
use jiff::SignedDuration;
use jiff::civil::date;
use kernel::{Audience, Body, Db, Error, New, Role, Sql, Vocabulary as _};
use notices::Notice;
use requirements::{Requirement, RequirementSet};
use reviews::{Clarification, Review, SignOff};

use crate::catalogue::released;
use crate::door::{at, person_of};
use crate::reviews::{
    CARL, POST, accepted, begin, link_in, make_sure, matter, next_letter, offered, session,
};
use crate::rights::away;
use crate::talk::site_visit;
use crate::world::{World, client, monday, program, refusal};

const ONLY_READS: &str = "You may read everything and change nothing. Ask the owner.";
const STAFF: &str = "Only members of staff may do this.";
const NO_ADMINISTRATOR: &str = "Only the role “Administrator” may do this.";

/// The newest entry of the log: where it is the same, nothing was done.
fn newest(world: &World) -> i64 {
    world.sam().asks(|reader| reader.newest_deeds(i64::MAX, 1)).first().unwrap().entry
}

/// The secret of a new token of somebody's.
fn token(world: &World, short: &str, scope: Scope) -> String {
    let secret = identity::token_secret().unwrap();
    let wanted = NewToken { name: "story", scope, days: 1 };
    world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    secret
}

/// Whether a session and a token let in whoever has their secrets.
fn let_in(db: &Db, session: &str, token: &str) -> (bool, bool) {
    let door = identity::door();
    ((door.session)(db, session).unwrap().is_some(), (door.token)(db, token).unwrap().is_some())
}

#[test]
fn a_key_lets_nobody_in_once_its_time_is_over_once_it_was_ended_or_once_whoever_has_it_left() {
    for world in World::on_each_engine() {
        let (session, kept) = (session(&world, "bob"), token(&world, "bob", Scope::Write));
        assert_eq!(let_in(&world.db, &session, &kept), (true, true));
        let next_month = at(&world, monday() + SignedDuration::from_hours(24 * 30));
        assert_eq!(let_in(&next_month, &session, &kept), (false, false));

        let ended = token(&world, "bob", Scope::Write);
        assert_eq!(let_in(&world.db, &session, &ended), (true, true));
        let last = world.bob().asks(|reader| Ok(identity::my_tokens(reader)?[0].id));
        world.bob().does(|work| identity::revoke_token(work, last)).unwrap();
        assert_eq!(let_in(&world.db, &session, &ended), (true, false));
        assert_eq!(let_in(&world.db, &session, &kept), (true, true), "the other one is as it was");

        // By the step alone, so that nobody ends what he has.
        let (_, number, _) = person_of(&world, "bob");
        world.sam().takes::<Person>(&number, PersonStep::Leave).unwrap();
        let good = world
            .bob()
            .asks(|reader| Ok((identity::my_sessions(reader)?.len(), identity::my_tokens(reader)?.len())));
        assert!(good.0 > 0 && good.1 > 0, "they were not ended: {good:?}");
        assert_eq!(let_in(&world.db, &session, &kept), (false, false));
    }
}

#[test]
fn with_a_token_that_reads_nobody_changes_anything_not_even_what_they_may_with_another() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let by = |scope| {
            let secret = token(&world, "ada", scope);
            (identity::door().token)(&world.db, &secret).unwrap().unwrap().actor
        };
        let (reads, writes) = (by(Scope::Read), by(Scope::Write));
        let remark = |actor: &kernel::Actor| {
            world.db.write(actor, |work| {
                let record = work.mention_of(&set)?.id;
                work.remark(record, "I was here.", Audience::Internal).map(|_| ())
            })
        };
        let before = newest(&world);
        assert_eq!(refusal(remark(&reads)), ONLY_READS);
        assert_eq!(newest(&world), before);
        remark(&writes).unwrap();
        assert!(reads.not_even_own && !writes.not_even_own, "nor their own settings");
    }
}

#[test]
fn a_password_is_given_to_somebody_by_administrators_alone() {
    for world in World::on_each_engine() {
        let hashed = identity::hash_at(Cost::LIGHT, "nine loud herons").unwrap();
        let (person, _, _) = person_of(&world, "bob");
        let before = newest(&world);
        for (who, sentence) in [
            ("ada", NO_ADMINISTRATOR),
            ("bob", NO_ADMINISTRATOR),
            ("amelia", ONLY_READS),
            ("carl", NO_ADMINISTRATOR),
        ] {
            let deed = world.person(who).does(|work| identity::keep_password(work, person, &hashed));
            assert_eq!(refusal(deed), sentence, "{who}");
        }
        assert_eq!(newest(&world), before);
        // He still comes in with his own.
        let own = session(&world, "bob");
        assert!((identity::door().session)(&world.db, &own).unwrap().is_some());
    }
}

#[test]
fn who_belongs_to_one_organisation_is_let_in_to_another_by_administrators_and_quality_alone() {
    for world in World::on_each_engine() {
        let (carl, number, _) = person_of(&world, "carl");
        let since = date(2026, 3, 2);
        world.sam().does(|work| identity::join(work, &number, world.hallander, (since, None))).unwrap();
        let members = |party: i64| world.sam().asks(|reader| identity::members_of(reader, party));
        let all = members(world.hallander);
        assert!(all.iter().any(|it| it.1 == carl), "{all:?}");
        let moves = |who: &str| {
            let (from, to) = (world.hallander, world.meridian);
            world.person(who).does(|work| identity::move_memberships(work, None, from, to))
        };
        let before = newest(&world);
        let neither = "Only the roles “Administrator” and “Quality” may do this.";
        for (who, sentence) in
            [("ada", neither), ("henrik", neither), ("amelia", ONLY_READS), ("carl", neither)]
        {
            assert_eq!(refusal(moves(who)), sentence, "{who}");
        }
        assert_eq!((newest(&world), members(world.hallander)), (before, all.clone()));
        assert_eq!(moves("bob").unwrap().len(), all.len());
        assert!(members(world.hallander).is_empty());
    }
}

#[test]
fn nobody_gives_roles_or_functions_of_the_house_to_a_contact_not_even_an_administrator() {
    for world in World::on_each_engine() {
        let sentence = "Roles and functions are for your own people. Leave them empty for a contact.";
        let (_, number, _) = person_of(&world, "carl");
        let function = world.sam().asks(identity::functions)[0].id;
        let before = newest(&world);
        let new = New { title: "Gordon Small", party: Some(world.meridian), ..New::default() };
        let with_role = Person { roles: vec![Role::Quality.code()], ..Person::default() };
        let with_function = Person { functions: vec![function], ..Person::default() };
        for body in [with_role, with_function] {
            let added = world.sam().does(|work| identity::add_person(work, &new, &body));
            assert_eq!(refusal(added), sentence);
        }
        let given = world.sam().does(|work| identity::set_roles(work, &number, &[Role::Quality]));
        assert_eq!(refusal(given), sentence);
        assert_eq!(newest(&world), before);
    }
}

#[test]
fn that_nobody_acts_for_somebody_who_is_away_is_to_be_mended_by_administrators_alone() {
    for world in World::on_each_engine() {
        away(&world, &world.bob(), &world.ada());
        let (_, hers, _) = person_of(&world, "ada");
        let (_, his, _) = person_of(&world, "bob");
        world.sam().takes::<Person>(&hers, PersonStep::Leave).unwrap();
        let told = |who: &str| {
            let all = world.person(who).asks(identity::to_do);
            all.into_iter().filter(|it| it.sort == "deputy").map(|it| it.number).collect::<Vec<_>>()
        };
        assert_eq!(told("sam"), [his]);
        for who in ["ben", "henrik", "amelia"] {
            assert_eq!(told(who), Vec::<String>::new(), "{who}");
        }
    }
}

#[test]
fn a_deputy_is_named_on_the_page_of_whom_they_act_for_by_themselves_and_by_administrators() {
    for world in World::on_each_engine() {
        let (_, number, _) = person_of(&world, "ada");
        for (who, may_name) in
            [("sam", true), ("ada", true), ("bob", false), ("henrik", false), ("amelia", false)]
        {
            let page = program(&world, who).get(&format!("/people/{number}"));
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text);
            assert!(page.text.contains(r#"id="absences""#), "{who} reads who acts for her: {}", page.text);
            let form = format!(r#"action="/people/{number}/absences""#);
            assert_eq!(page.text.contains(&form), may_name, "{who}: {}", page.text);
        }
    }
}

#[test]
fn a_link_opens_what_it_was_made_for_and_is_no_link_at_all_anywhere_else() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        offered(&world, &it, &[world.carl().actor.person]);
        let link = link_in(&next_letter(&world));
        let mut carl = client(&world.db);
        assert_eq!(carl.get(&link).status, StatusCode::OK);
        for path in ["/answer/", "/certificate/", "/notice/", "/understood/"] {
            let came = carl.get(&link.replace("/sign/", path));
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{path}: {}", came.text);
            assert!(came.text.contains("Nobody made such a link."), "{path}: {}", came.text);
        }
    }
}

/// What somebody is told who opens a record of a kind.
fn opens<B: Body + Default>(world: &World, who: &str) -> (&'static str, String) {
    let new = New { title: "Seals", party: Some(world.meridian), ..New::default() };
    (B::KIND.prefix, refusal(world.person(who).does(|work| work.create(&new, &B::default()))))
}

/// What somebody is told who gives a record no title at all.
fn takes_its_title<B: Body>(world: &World, who: &str, number: &str) -> String {
    refusal(world.person(who).does(|work| {
        let mut case = work.find::<B>(number)?;
        work.retitle(&mut case, "")
    }))
}

#[test]
fn records_are_opened_by_members_of_staff_and_what_the_customer_confirms_by_those_who_have_a_role_for_it() {
    for world in World::on_each_engine() {
        let before = newest(&world);
        for opens in [
            opens::<Call>,
            opens::<Clarification>,
            opens::<Conversation>,
            opens::<Batch>,
            opens::<Meeting>,
            opens::<Notice>,
            opens::<Person>,
            opens::<Requirement>,
        ] {
            for who in ["carl", "eve"] {
                let (kind, told) = opens(&world, who);
                assert_eq!(told, STAFF, "{kind} by {who}");
            }
        }
        let by_role = "Only the roles “";
        for opens in [opens::<Review>, opens::<SignOff>] {
            for (who, sentence) in
                [("franka", by_role), ("sam", by_role), ("carl", by_role), ("amelia", ONLY_READS)]
            {
                let (kind, told) = opens(&world, who);
                assert!(told.starts_with(sentence), "{kind} by {who}: {told}");
            }
        }
        assert_eq!(newest(&world), before);
    }
}

#[test]
fn whoever_may_not_edit_a_set_a_meeting_or_a_question_is_told_so_before_that_it_is_closed_or_has_no_title() {
    for world in World::on_each_engine() {
        let (set, meeting) = (world.offered_set(), site_visit(&world));
        let it = matter(&world);
        let review = begin(&world, &it);
        world.db.open_post(Some(POST)).unwrap();
        let question = reviews::Question {
            words: "Lowest room temperature?".into(),
            person: Some(world.carl().actor.person),
            base: "http://reqord.test".into(),
            ..reviews::Question::default()
        };
        let asks = |work: &mut kernel::Work| reviews::ask(work, &review, &it.requirements[0], &question);
        let asked = world.bob().does(asks).unwrap().number;
        let before = newest(&world);
        for (kind, told) in [
            ("RS", takes_its_title::<RequirementSet>(&world, "amelia", &set)),
            ("MT", takes_its_title::<Meeting>(&world, "amelia", &meeting)),
            ("CL", takes_its_title::<Clarification>(&world, "amelia", &asked)),
        ] {
            assert_eq!(told, ONLY_READS, "{kind}");
        }
        assert_eq!(takes_its_title::<Clarification>(&world, "carl", &asked), STAFF);
        assert_eq!(newest(&world), before);
        let ours = takes_its_title::<Clarification>(&world, "ada", &asked);
        assert!(ours.contains("closed for editing"), "{ours}");
    }
}

#[test]
fn what_the_customer_is_to_confirm_is_edited_by_its_owner_if_at_all() {
    for world in World::on_each_engine() {
        let it = accepted(&world);
        make_sure(&world, CARL);
        world.db.open_post(Some(POST)).unwrap();
        let number = offered(&world, &it, &[world.carl().actor.person]);
        let not_theirs = "Only the owner may do this. Ask the owner, or have the ownership passed on.";
        let before = newest(&world);
        for (who, sentence) in
            [("bob", not_theirs), ("henrik", not_theirs), ("carl", not_theirs), ("amelia", ONLY_READS)]
        {
            assert_eq!(takes_its_title::<SignOff>(&world, who, &number), sentence, "{who}");
        }
        let hers = takes_its_title::<SignOff>(&world, "ada", &number);
        assert!(hers.contains("closed for editing"), "{hers}");
        assert_eq!(newest(&world), before);
    }
}

/// The titles under which somebody sees a record: none where they do not see it.
fn titles(world: &World, who: &str, number: &str) -> Vec<String> {
    let text = "select title from visible where number = $1";
    world.person(who).asks(|reader| reader.rows(&Sql { text, place: "" }, kernel::values![number]))
}

#[test]
fn what_is_of_the_house_alone_is_seen_by_no_customer_though_a_revision_of_it_was_offered() {
    for world in World::on_each_engine() {
        let ada = world.ada();
        let new = New { title: "Carl rang", party: Some(world.meridian), ..New::default() };
        let call = ada.does(|work| work.create(&new, &Call::default())).unwrap().number;
        let offers = ada.does(|work| {
            let mut case = work.find::<Call>(&call)?;
            let frozen = work.release(&mut case)?;
            work.offer(&mut case.record, frozen.no, "")
        });
        offers.unwrap();
        assert_eq!(ada.asks(|reader| reader.find::<Call>(&call)).record.offered, Some(1));
        assert_eq!(titles(&world, "amelia", &call), ["Carl rang"]);
        for who in ["carl", "eve"] {
            assert_eq!(titles(&world, who, &call), Vec::<String>::new(), "{who}");
            let found = world.person(who).tries(|reader| reader.find::<Call>(&call).map(|_| ()));
            assert!(matches!(found, Err(Error::NotFound)), "{who}: {found:?}");
        }
    }
}

#[test]
fn of_what_is_published_every_customer_sees_the_revision_that_was_offered_and_no_other() {
    for world in World::on_each_engine() {
        let number = released(&world);
        let clara = world.person("clara");
        let revises = clara.does(|work| {
            let mut case = work.find::<CatalogueItem>(&number)?;
            work.advance(&mut case, catalogue::Step::Revise)?;
            work.retitle(&mut case, "Dosing pump KD-25")?;
            work.revise(&mut case, |it| it.summary = "Diaphragm dosing pump with a larger head".into())
        });
        revises.unwrap();
        let next =
            NewRevision { from: Some(date(2026, 6, 1)), reason: "larger head", ..NewRevision::default() };
        assert_eq!(clara.does(|work| catalogue::release(work, &number, &next)).unwrap().no, 2);
        assert_eq!(titles(&world, "ada", &number), ["Dosing pump KD-25"]);
        for who in ["carl", "eve"] {
            assert_eq!(titles(&world, who, &number), ["Dosing pump KD-20"], "{who}");
        }
        clara.does(|work| catalogue::publish(work, &number, 2)).unwrap();
        for who in ["carl", "eve"] {
            assert_eq!(titles(&world, who, &number), ["Dosing pump KD-25"], "{who}");
        }
    }
}
