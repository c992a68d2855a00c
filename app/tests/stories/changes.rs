//! Changes: raised from a cause, found along the links, written, approved, and in force together or not at all.

use axum::http::StatusCode;
use changes::{
    Action, ChangeRequest, Consent, NewCriterion, NewItem, Policy, Reply, Signer, Source, Told, Verdict,
};
use kernel::{Audience, Basis, Error, Filing, Means, New, On, Proven, Tie, Work};
use requirements::{At, NewRequirement, Requirement, RequirementSet, Telling};
use serde_json::{Map, Value as Json, json};

use crate::world::{World, program, refusal, was_taken};

pub const TODAY: &str = "2026-03-02";

/// A set of Meridian's with requirements, agreed with them.
pub fn agreed_set(world: &World, title: &str, statements: &[&str]) -> (String, Vec<String>) {
    let ada = world.ada();
    let new = New { title, party: Some(world.meridian), ..New::default() };
    let set = ada.does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number;
    let many: Vec<NewRequirement> = statements
        .iter()
        .map(|it| NewRequirement {
            body: Requirement { statement: (*it).to_owned(), ..Requirement::default() },
            ..NewRequirement::default()
        })
        .collect();
    let made = ada.does(|work| requirements::add_many(work, &set, &many)).unwrap();
    ada.does(|work| requirements::release(work, &set, "as asked")).unwrap();
    ada.does(|work| requirements::offer(work, &set, 1)).unwrap();
    let product = kernel::Actor::system();
    let id = ada.asks(|reader| reader.mention_of(&set)).id;
    world.db.write(&product, |work| work.bring_about(id, "agree")).unwrap();
    (set, made.into_iter().map(|it| it.number).collect())
}

pub fn raise(world: &World, who: &str, title: &str) -> String {
    let body = ChangeRequest {
        source: Source::Internal,
        need: "EPDM swells in 15 % peracetic acid.".into(),
        proposal: "PTFE-jacketed FKM on the line of peracetic acid.".into(),
        effective_by: Basis::Day,
        effective_from: TODAY.into(),
        ..ChangeRequest::default()
    };
    let new = New { title, party: Some(world.meridian), ..New::default() };
    world.person(who).does(|work| changes::raise(work, &new, &body)).unwrap().number
}

pub fn function(world: &World, name: &str) -> String {
    world.ada().asks(|reader| {
        let all: Vec<(String, String)> =
            reader.rows(kernel::sql!("select number, title from visible where kind = 'FN'"), &[])?;
        Ok(all.into_iter().find(|(_, title)| title == name).unwrap().0)
    })
}

pub fn take(world: &World, who: &str, change: &str, item: &str, action: Action) -> kernel::Result<i64> {
    let new = NewItem { name: item, action, reason: "by line", ..NewItem::default() };
    world.person(who).does(|work| changes::decide(work, change, &new))
}

pub fn fields(all: &[(&str, &str)]) -> Map<String, Json> {
    all.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect()
}

pub fn propose(world: &World, who: &str, change: &str, item: &str, statement: &str) {
    let line = take(world, who, change, item, Action::Change).unwrap();
    let fields = fields(&[("statement", statement)]);
    world.person(who).does(|work| changes::propose(work, change, line, &fields)).unwrap();
}

/// Says which edition of a document comes, in whose place.
pub fn write_edition(world: &World, who: &str, change: &str, line: i64, (before, after): (&str, &str)) {
    let said = [("edition_before", before), ("edition", after), ("changes", "The groove is wider.")];
    let fields = fields(&said);
    world.person(who).does(|work| changes::propose(work, change, line, &fields)).unwrap();
}

pub fn step(world: &World, who: &str, change: &str, step: &str) -> kernel::Result<()> {
    world.person(who).does(|work| {
        let entry = work.registry().kind("CR").unwrap();
        entry.advance(work, &kernel::Taken { number: change, step, version: None })
    })?;
    was_taken(change, step);
    Ok(())
}

pub fn sign(world: &World, who: &str, change: &str, function: &str, consents: bool) -> kernel::Result<()> {
    let person = world.person(who);
    let proven = Proven { person: person.actor.person, means: Means::Password, at: world.db.now() };
    let name = person.actor.name.clone();
    let signer = Signer { name: &name, language: "en", zone: "UTC" };
    let words = if consents { "" } else { "Not without immersion." };
    person.does(|work| {
        let read = changes::read_of(work, change)?;
        let consent = Consent { function, consents, words, read: &read };
        changes::sign(work, change, (&consent, &signer), &proven)
    })
}

/// Management approves every change.
pub fn management_approves(world: &World) -> String {
    let management = function(world, "Management");
    let line = Policy { function: &management, track: "both", rank: 2, needs: 1, above: "" };
    world.bob().does(|work| changes::keep_policy(work, &line)).unwrap();
    management
}

pub fn fix(world: &World, change: &str) -> i64 {
    let lea = world.bob().actor.person;
    let new = NewCriterion {
        criterion: "Volume change in 15 % PAA, 28 days",
        method: "immersion",
        sample: "6 rings",
        bound: "±5 %",
        person: lea,
    };
    world.bob().does(|work| changes::fix_criterion(work, change, &new)).unwrap()
}

/// Raised by Ada and approved by Henrik on the fast way.
pub fn approved(world: &World, title: &str, proposals: &[(&str, &str)]) -> String {
    let management = management_approves(world);
    let change = raise(world, "ada", title);
    for (item, statement) in proposals {
        propose(world, "ada", &change, item, statement);
    }
    step(world, "bob", &change, "screen").unwrap();
    fix(world, &change);
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    sign(world, "henrik", &change, &management, true).unwrap();
    change
}

pub fn statement(world: &World, number: &str) -> String {
    world.ada().asks(|reader| reader.find::<Requirement>(number)).body.statement
}

pub fn state(world: &World, number: &str) -> String {
    world.ada().asks(|reader| reader.mention_of(number)).state
}

#[test]
fn what_was_agreed_is_changed_by_a_change_and_in_force_together() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let (other, more) = agreed_set(&world, "Spare pump", &["Seals EPDM in every head."]);
        let sales = function(&world, "Sales");
        world.bob().does(|work| requirements::tell_always(work, &sales, Telling::Told)).unwrap();
        let words = "Seals of the line of peracetic acid shall be PTFE-jacketed FKM.";
        let change = approved(&world, "Seals of PAA wet ends", &[(&reqs[0], words), (&more[0], words)]);
        assert_eq!(state(&world, &change), "approved");
        assert_eq!(statement(&world, &reqs[0]), "Seals EPDM.", "nothing holds before the release");

        let frozen = world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(frozen.len(), 4, "two requirements, and the two sets that hold them");
        assert_eq!((statement(&world, &reqs[0]).as_str(), state(&world, &set).as_str()), (words, "agreed"));
        assert_eq!(state(&world, &change), "verifying");
        world.ada().asks(|reader| {
            for (number, no) in [(&set, 2), (&other, 2), (&reqs[0], 2), (&more[0], 2)] {
                let id = reader.mention_of(number)?.id;
                let all = reader.revisions(id)?;
                assert_eq!(all.len(), 2, "{number}");
                assert_eq!(all[0].life, Some(kernel::Life::Effective));
                assert_eq!(all[1].life, Some(kernel::Life::Superseded));
                let on = On { day: TODAY.parse().unwrap(), lot: "", serial: "", order: "" };
                assert_eq!(reader.valid_revision(id, &on)?.no, Some(no));
                let before = On { day: "2026-03-01".parse().unwrap(), ..on };
                assert_eq!(reader.valid_revision(id, &before)?.no, Some(1));
                assert!(reader.changes_of(id)?.is_empty(), "it is free again");
            }
            let reading = requirements::read(reader, &set, At::Revision(2))?;
            assert_eq!(reading.lines[0].body.statement, words);
            let frame = reader.mention_of(&reqs[1])?.id;
            assert_eq!(reader.revisions(frame)?.len(), 1, "what does not change gets no revision");
            // One entry holds all of it.
            let id = reader.mention_of(&change)?.id;
            let deed = reader.trail(id, false, 0, 1000)?.into_iter().find(|it| it.deed == "change_released");
            assert_eq!(deed.unwrap().content["records"].as_array().unwrap().len(), 5);
            Ok(())
        });
        let carl = world.carl().asks(|reader| requirements::read(reader, &set, At::Now));
        assert_eq!(carl.lines[0].body.statement, words, "the customer reads what holds");
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/requirement-sets/{set}")).text;
        assert!(page.contains("Revision 2 holds today."), "{page}");
        let page = ada.get(&format!("/requirements/{}/valid?day=2026-03-01", reqs[0])).text;
        assert!(page.contains("Revision 1 holds."), "{page}");
    }
}

#[test]
fn what_hangs_on_the_cause_is_proposed_with_its_way_and_dismissed_by_name() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["The flow is 18 m³/h."]);
        let (_, answers) = agreed_set(&world, "The skid", &["The pump of line A gives 20.9 l/h."]);
        world
            .ada()
            .does(|work| {
                let (source, target) = (work.mention_of(&answers[0])?, work.mention_of(&reqs[0])?);
                work.link_by_hand(&source, Tie::Satisfies, &target)
            })
            .unwrap();
        let change = raise(&world, "ada", "Flow of 20 m³/h");
        let found = |world: &World, words: &str| {
            world.ada().asks(|reader| {
                let id = reader.mention_of(&change)?.id;
                changes::found_from(reader, id, None, words)
            })
        };
        let all = found(&world, &reqs[0].to_lowercase());
        let numbers: Vec<&str> = all.items.iter().map(|it| it.number.as_str()).collect();
        assert!(numbers.contains(&answers[0].as_str()) && numbers.contains(&set.as_str()), "{numbers:?}");
        let answer = all.items.iter().find(|it| it.number == answers[0]).unwrap();
        assert_eq!(answer.way, [reqs[0].as_str(), "~satisfies", answers[0].as_str()]);
        assert_eq!(found(&world, "REQ-9999").unknown, ["REQ-9999"]);

        let new = NewItem { name: &answers[0], action: Action::Dismiss, ..NewItem::default() };
        let outcome = world.ada().does(|work| changes::decide(work, &change, &new));
        assert!(refusal(outcome).contains("Say why."));
        take(&world, "ada", &change, &answers[0], Action::Dismiss).unwrap();
        let all = found(&world, &reqs[0]);
        assert!(all.items.iter().all(|it| it.number != answers[0]), "nobody is asked twice");
        let page = program(&world, "ada").get(&format!("/changes/{change}/affected?words={}", reqs[0])).text;
        assert!(page.contains("satisfied by") || page.contains("Not affected"), "{page}");
    }
}

#[test]
fn what_is_under_a_change_is_edited_by_the_change_alone() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let edit = requirements::Edit {
            number: reqs[0].clone(),
            version: None,
            fields: vec![("statement".into(), "Seals of rubber.".into())],
        };
        let outcome = world.ada().does(|work| requirements::edit(work, &edit));
        let sentence = refusal(outcome);
        assert!(sentence.contains(&format!("{} is under change {change}.", reqs[0])), "{sentence}");
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/requirements/{}", reqs[0])).text;
        assert!(page.contains("Under change") && page.contains(&change), "{page}");
        let page = ada.get(&format!("/changes/{change}/redlines")).text;
        assert!(page.contains("<del>EPDM</del>") && page.contains("<ins>FKM</ins>"), "{page}");
        world.ada().does(|work| changes::withdraw(work, &change, "Asked by mistake")).unwrap();
        assert!(
            world
                .ada()
                .asks(|reader| {
                    let id = reader.mention_of(&reqs[0])?.id;
                    reader.changes_of(id)
                })
                .is_empty()
        );
        // What was never released needs no change.
        let ada = world.ada();
        let new = New { title: "A draft", ..New::default() };
        let draft =
            ada.does(|work| requirements::open_set(work, &new, &RequirementSet::default())).unwrap().number;
        let other = raise(&world, "ada", "Something else");
        let outcome = take(&world, "ada", &other, &draft, Action::Change);
        assert!(refusal(outcome).contains("was never released. Edit it directly."));
        assert_eq!(state(&world, &set), "agreed");
    }
}

#[test]
fn what_a_customer_was_shown_stays_what_they_sign_until_it_is_taken_back_from_them() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let first = approved(&world, "Seals of another maker", &[(&reqs[0], "Seals NBR.")]);
        let management = function(&world, "Management");
        let shown = asked_of_the_customer(&world, &reqs[0], &management);
        world.ada().does(|work| changes::release(work, &first)).unwrap();
        let line = world.ada().asks(|reader| changes::items(reader, reader.mention_of(&shown)?.id)).remove(0);
        let puts = || world.ada().does(|work| changes::put_on_what_it_says_now(work, &shown, line.id, &[]));
        let sentence = refusal(puts());
        assert!(sentence.contains("waits for their word. Send it back first"), "{sentence}");
        let page = program(&world, "carl").get(&format!("/changes/{shown}")).text;
        assert!(page.contains("<del>EPDM</del>"), "he reads what he was shown: {page}");
        world.ada().does(|work| changes::send_back(work, &shown, "Another change came before")).unwrap();
        puts().unwrap();
    }
}

#[test]
fn two_changes_on_one_record_meet_by_field_and_the_second_is_put_on_the_first() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["The flow is 18 m³/h."]);
        let first = approved(&world, "Flow of 20", &[(&reqs[0], "The flow is 20 m³/h.")]);
        let second = approved(&world, "Flow of 22", &[(&reqs[0], "The flow is 22 m³/h.")]);
        let met = world.ada().asks(|reader| changes::meetings(reader, reader.mention_of(&second)?.id));
        assert_eq!(
            (met.len(), met[0].change.as_str(), met[0].fields[0].field.as_str()),
            (1, &*first, "statement")
        );
        let page = program(&world, "ada").get(&format!("/changes/{second}/affected")).text;
        assert!(page.contains("proposes something for “Statement”, too."), "{page}");

        world.ada().does(|work| changes::release(work, &first)).unwrap();
        let outcome = world.ada().does(|work| changes::release(work, &second));
        assert!(refusal(outcome).contains("says something else than when its change was proposed"));
        assert_eq!(statement(&world, &reqs[0]), "The flow is 20 m³/h.", "the first one won");
        let line =
            world.ada().asks(|reader| changes::items(reader, reader.mention_of(&second)?.id)).remove(0);
        let both = world.ada().asks(|reader| changes::conflict(reader, &line)).unwrap().both;
        assert_eq!(
            (both[0].then.as_str(), both[0].now.as_str()),
            (Some("The flow is 18 m³/h."), Some("The flow is 20 m³/h."))
        );
        // Whoever leaves every field as the first change made it proposes nothing any more.
        let all: Vec<String> = both.iter().map(|it| it.field.clone()).collect();
        let nothing = world.ada().does(|work| changes::put_on_what_it_says_now(work, &second, line.id, &all));
        assert!(refusal(nothing).contains("Nothing of what you propose"), "{all:?}");
        world.ada().does(|work| changes::put_on_what_it_says_now(work, &second, line.id, &[])).unwrap();
        // Henrik saw 18 beside 22; now it is 20 beside 22, so he looks again.
        let outcome = world.ada().does(|work| changes::release(work, &second));
        assert!(refusal(outcome).contains("Management has not signed."));
        world.ada().does(|work| changes::send_back(work, &second, "The first one came before")).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &second)).unwrap();
        sign(&world, "henrik", &second, &function(&world, "Management"), true).unwrap();
        world.ada().does(|work| changes::release(work, &second)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "The flow is 22 m³/h.");
        let on = On { day: TODAY.parse().unwrap(), lot: "", serial: "", order: "" };
        let valid = world.ada().asks(|reader| reader.valid_revision(reader.mention_of(&reqs[0])?.id, &on));
        assert_eq!(valid.no, Some(3));
    }
}

/// Raised by Ada to take a record away, and approved by Henrik on the fast way.
fn approved_to_end(world: &World, number: &str) -> String {
    let management = management_approves(world);
    let change = raise(world, "ada", "It is needed no more");
    take(world, "ada", &change, number, Action::Remove).unwrap();
    step(world, "bob", &change, "screen").unwrap();
    fix(world, &change);
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    sign(world, "henrik", &change, &management, true).unwrap();
    change
}

#[test]
fn what_one_change_took_away_no_other_change_brings_into_force_again() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Name plates of paper."]);
        let ends = approved_to_end(&world, &reqs[1]);
        let second = approved(&world, "Plates of steel", &[(&reqs[1], "Name plates of steel.")]);
        world.ada().does(|work| changes::release(work, &ends)).unwrap();
        let told = format!("{} was ended by another change.", reqs[1]);
        let sentence = refusal(world.ada().does(|work| changes::release(work, &second)));
        assert!(sentence.contains(&told), "{sentence}");
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/changes/{second}/release")).text;
        assert!(page.contains(&told), "{page}");
        let came = ada.post_json(&format!("/api/v1/changes/{second}/release"), &json!({}));
        assert!(came.status == 409 && came.text.contains(&told), "{}", came.text);
        assert_eq!(state(&world, &reqs[1]), "withdrawn");
        assert_eq!(statement(&world, &reqs[1]), "Name plates of paper.");
        let reading = world.ada().asks(|reader| requirements::read(reader, &set, At::Revision(2)));
        assert_eq!(reading.lines.len(), 1);

        world.ada().does(|work| changes::send_back(work, &second, "It went")).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &second)));
        assert!(sentence.contains(&told), "{sentence}");
        take(&world, "ada", &second, &reqs[1], Action::Keep).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &second)));
        assert!(!sentence.contains(&told) && sentence.contains("Decide what it affects"), "{sentence}");
    }
}

#[test]
fn words_that_nobody_read_do_not_go_with_what_is_taken_away() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Name plates of paper."]);
        let ends = approved_to_end(&world, &reqs[1]);
        let first = approved(&world, "Plates of steel", &[(&reqs[1], "Name plates of steel.")]);
        world.ada().does(|work| changes::release(work, &first)).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::release(work, &ends)));
        assert!(sentence.contains("says something else than when its change was proposed"), "{sentence}");
        assert_ne!(state(&world, &reqs[1]), "withdrawn");
        let page = program(&world, "ada").get(&format!("/changes/{ends}/affected")).text;
        assert!(page.contains("Another change came before"), "{page}");
        // Whoever signed reads the words under which their name stands.
        for at in ["redlines", "sign"] {
            let page = program(&world, "henrik").get(&format!("/changes/{ends}/{at}")).text;
            assert!(page.contains("Name plates of paper.") && !page.contains("of steel"), "{at}: {page}");
        }
        let line = world.ada().asks(|reader| changes::items(reader, reader.mention_of(&ends)?.id)).remove(0);
        let both = world.ada().asks(|reader| changes::conflict(reader, &line)).unwrap().both;
        let told = both.iter().find(|it| it.field == "statement").unwrap();
        assert_eq!(told.now.as_str(), Some("Name plates of steel."));

        world.ada().does(|work| changes::put_on_what_it_says_now(work, &ends, line.id, &[])).unwrap();
        // Henrik read paper; now it is steel that goes, so he looks again.
        let sentence = refusal(world.ada().does(|work| changes::release(work, &ends)));
        assert!(sentence.contains("Management has not signed."), "{sentence}");
        world.ada().does(|work| changes::send_back(work, &ends, "Steel goes, too")).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &ends)).unwrap();
        sign(&world, "henrik", &ends, &function(&world, "Management"), true).unwrap();
        world.ada().does(|work| changes::release(work, &ends)).unwrap();
        assert_eq!(state(&world, &reqs[1]), "withdrawn");
    }
}

#[test]
fn one_of_many_that_fails_leaves_everything_as_it_was() {
    for world in World::on_each_engine() {
        let many: Vec<String> = (1..=500).map(|it| format!("Line {it} is sealed with EPDM.")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let (set, reqs) = agreed_set(&world, "Five hundred", &many);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Five hundred seals");
        world
            .ada()
            .does(|work| {
                for number in &reqs {
                    let new = NewItem { name: number, ..NewItem::default() };
                    let line = changes::decide(work, &change, &new)?;
                    let words = format!("{number} is sealed with FKM.");
                    changes::propose(work, &change, line, &fields(&[("statement", &words)]))?;
                }
                Ok(())
            })
            .unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let quality = function(&world, "Quality");
        let due = Some(TODAY.parse().unwrap());
        world
            .ada()
            .does(|work| changes::ask_impacts(work, &change, std::slice::from_ref(&quality), due))
            .unwrap();
        let told = Told {
            is_possible: true,
            finding: "Immersion of six rings",
            cost: "2800",
            days: Some(28),
            aspects: vec![],
        };
        world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "bob", &change, &quality, true).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        step(&world, "ada", &change, "plan").unwrap();
        step(&world, "ada", &change, "implement").unwrap();
        // The last of them says something else by the time of the release.
        let last = reqs.last().unwrap();
        let other = approved(&world, "The last one", &[(last, "The last line has no seal.")]);
        world.ada().does(|work| changes::release(work, &other)).unwrap();
        let outcome = world.ada().does(|work| changes::release(work, &change));
        assert!(refusal(outcome).contains(last.as_str()));
        assert_eq!(statement(&world, &reqs[0]), "Line 1 is sealed with EPDM.");
        let revisions =
            |number: &str| world.ada().asks(|reader| reader.revisions(reader.mention_of(number)?.id)).len();
        assert_eq!(
            (revisions(&reqs[0]), revisions(&set), state(&world, &change).as_str()),
            (1, 2, "implementing")
        );
        let line =
            world.ada().asks(|reader| changes::items(reader, reader.mention_of(&change)?.id)).pop().unwrap();
        world.ada().does(|work| changes::put_on_what_it_says_now(work, &change, line.id, &[])).unwrap();
        let outcome = world.ada().does(|work| changes::release(work, &change));
        let sentence = refusal(outcome);
        assert!(
            sentence.contains("Quality has not signed."),
            "what was put right is signed again: {sentence}"
        );
        assert!(sentence.contains("Send it back to impact and ask for approval again."), "{sentence}");
        // The way back leads through approval and plan to the release.
        let answer = world.person("henrik").does(|work| changes::send_back(work, &change, "The last line"));
        answer.unwrap();
        assert_eq!(state(&world, &change), "impact");
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "bob", &change, &quality, true).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        step(&world, "ada", &change, "plan").unwrap();
        step(&world, "ada", &change, "implement").unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), format!("{} is sealed with FKM.", reqs[0]));
        assert_eq!(statement(&world, last), format!("{last} is sealed with FKM."));
        assert_eq!(state(&world, &change), "verifying");
    }
}

#[test]
fn what_is_being_carried_out_goes_back_or_ends_as_long_as_nothing_is_in_force() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        step(&world, "ada", &change, "plan").unwrap();
        world.ada().does(|work| changes::send_back(work, &change, "Jacketed, after all")).unwrap();
        propose(&world, "ada", &change, &reqs[0], "Seals FKM, jacketed.");
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &function(&world, "Management"), true).unwrap();
        step(&world, "ada", &change, "plan").unwrap();
        step(&world, "ada", &change, "implement").unwrap();
        let sentence = refusal(world.bob().does(|work| changes::withdraw(work, &change, "Not needed")));
        assert!(sentence.contains("Only the owner may do this."), "{sentence}");
        world.ada().does(|work| changes::withdraw(work, &change, "The line is given up")).unwrap();
        assert_eq!(
            (state(&world, &change).as_str(), statement(&world, &reqs[0]).as_str()),
            ("withdrawn", "Seals EPDM.")
        );
        let other = approved(&world, "Frame", &[(&reqs[0], "Seals PTFE.")]);
        step(&world, "ada", &other, "plan").unwrap();
        step(&world, "ada", &other, "implement").unwrap();
        world.ada().does(|work| changes::release(work, &other)).unwrap();
        let sentence = refusal(take(&world, "ada", &other, &reqs[0], Action::Keep));
        assert!(sentence.contains("Raise another change."), "{sentence}");
        let sentence = refusal(world.ada().does(|work| changes::send_back(work, &other, "Not so")));
        assert!(sentence.contains("is not possible while it is “Verifying”"), "{sentence}");
    }
}

#[test]
fn whoever_stands_in_for_one_function_answers_for_no_other() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let both = [function(&world, "Quality"), function(&world, "Design")];
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        let due = Some(TODAY.parse().unwrap());
        world.ada().does(|work| changes::ask_impacts(work, &change, &both, due)).unwrap();
        let mut henrik = world.henrik();
        world
            .bob()
            .does(|work| {
                let bob = work.mention(work.actor.person)?.unwrap().number;
                let absence = identity::NewAbsence {
                    deputy: henrik.actor.person,
                    function: Some(work.mention_of(&both[0])?.id),
                    since: "2026-03-01".parse().unwrap(),
                    until: "2026-03-20".parse().unwrap(),
                };
                identity::name_deputy(work, &bob, &absence)
            })
            .unwrap();
        henrik.actor = world.ada().asks(|reader| identity::actor_of(reader, henrik.actor.person));
        let told = Told { is_possible: true, finding: "Nothing", ..Told::default() };
        let other = henrik.does(|work| changes::answer(work, &change, &both[1], &told));
        assert!(refusal(other).contains("Only Design may do this"));
        henrik.does(|work| changes::answer(work, &change, &both[0], &told)).unwrap();
    }
}

#[test]
fn the_title_of_an_approved_change_stands_whoever_gives_it_another() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let told = "Send it back to impact to change what it touches and proposes.";
        let mut ada = program(&world, "ada");
        for sent in [json!({ "title": "Hoses" }), json!({ "proposal": "Hoses FKM" })] {
            let came = ada.patch_json(&format!("/api/v1/changes/{change}"), Some("*"), &sent);
            assert!(came.status == StatusCode::CONFLICT && came.text.contains(told), "{}", came.text);
        }
        let learned = ada.patch_json(
            &format!("/api/v1/changes/{change}"),
            Some("*"),
            &json!({ "title": "Seals", "lesson": "Ask earlier" }),
        );
        assert_eq!(learned.status, StatusCode::OK, "{}", learned.text);
        world.ada().does(|work| changes::send_back(work, &change, "Hoses too")).unwrap();
        let came =
            ada.patch_json(&format!("/api/v1/changes/{change}"), Some("*"), &json!({ "title": "Hoses" }));
        assert_eq!(came.status, StatusCode::OK, "{}", came.text);
    }
}

#[test]
fn who_has_not_answered_is_named_and_nobody_approves_their_own() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let (quality, sales) = (function(&world, "Quality"), function(&world, "Sales"));
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        step(&world, "bob", &change, "screen").unwrap();
        let due = Some(TODAY.parse().unwrap());
        let both = [quality.clone(), sales.clone()];
        world.ada().does(|work| changes::ask_impacts(work, &change, &both, due)).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(sentence.contains("Quality has not said what it means for it."), "{sentence}");
        let told = Told { is_possible: true, finding: "Nothing", ..Told::default() };
        let outcome = world.ada().does(|work| changes::answer(work, &change, &quality, &told));
        assert!(refusal(outcome).contains("Only Quality may do this"));
        world.bob().does(|work| changes::answer(work, &change, &quality, &told)).unwrap();
        world.ada().does(|work| changes::answer(work, &change, &sales, &told)).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        let outcome = sign(&world, "ada", &change, &sales, true);
        assert!(refusal(outcome).contains("Nobody approves their own change."));
        let outcome = sign(&world, "henrik", &change, &management, true);
        assert!(refusal(outcome).contains("Others sign first."));
        sign(&world, "bob", &change, &quality, true).unwrap();
        // What is written after a signature makes it historic.
        propose(&world, "ada", &change, &reqs[0], "Seals FKM, jacketed.");
        let standing = program(&world, "bob").get(&format!("/api/v1/changes/{change}/standing")).json();
        let of = |name: &str| {
            standing["approvals"]
                .as_array()
                .unwrap()
                .iter()
                .find(|it| it["function"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(of("Quality")["is_reached"], json!(false));
        let outcome = sign(&world, "bob", &change, &quality, false);
        outcome.unwrap();
        let page = program(&world, "ada").get(&format!("/changes/{change}")).text;
        assert!(page.contains("declined by Bob"), "{page}");
        world.ada().does(|work| changes::send_back(work, &change, "Immersion first")).unwrap();
        assert_eq!(state(&world, &change), "impact");
    }
}

/// A change of one of Meridian's requirements, which the house approved and Meridian is asked about.
pub fn asked_of_the_customer(world: &World, requirement: &str, management: &str) -> String {
    asked_about(world, "Seals of the wet ends", (requirement, "Seals FKM."), management)
}

pub fn asked_about(world: &World, title: &str, (item, words): (&str, &str), management: &str) -> String {
    let change = raise(world, "ada", title);
    world
        .ada()
        .does(|work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| {
                it.needs_customer = true;
                it.for_customer = "Your seals last longer.".into();
            })
        })
        .unwrap();
    propose(world, "ada", &change, item, words);
    step(world, "bob", &change, "screen").unwrap();
    fix(world, &change);
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    assert!(matches!(world.carl().tries(|reader| reader.mention_of(&change)), Err(Error::NotFound)));
    sign(world, "henrik", &change, management, true).unwrap();
    assert_eq!(state(world, &change), "customer_approval");
    change
}

/// Carl approves what is shown to him of a change, or does not.
pub fn carl_says(world: &World, change: &str, consents: bool, words: &str) -> kernel::Result<()> {
    let carl = world.carl();
    let proven = Proven { person: carl.actor.person, means: Means::Password, at: world.db.now() };
    let signer = Signer { name: "Carl Whitfield", language: "en", zone: "UTC" };
    carl.does(|work| {
        let read = changes::read_of(work, change)?;
        let reply = Reply { consents, words, role: "Buyer", read: &read };
        changes::confirm(work, change, (&reply, &signer), &proven)
    })
}

#[test]
fn the_customer_approves_what_is_shown_to_them_and_sees_nothing_of_the_rest() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = asked_of_the_customer(&world, &reqs[0], &management);
        assert!(matches!(world.eve().tries(|reader| reader.mention_of(&change)), Err(Error::NotFound)));
        let mut carl = program(&world, "carl");
        let page = carl.get(&format!("/changes/{change}")).text;
        assert!(page.contains("Your seals last longer.") && page.contains("<ins>FKM</ins>"), "{page}");
        assert!(!page.contains("EPDM swells"), "the need is ours: {page}");
        assert_eq!(carl.get(&format!("/changes/{change}/affected")).status, 404);
        let outcome = world.ada().does(|work| changes::release(work, &change));
        assert!(outcome.is_err());
        carl_says(&world, &change, true, "").unwrap();
        assert_eq!(state(&world, &change), "approved");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.");
    }
}

#[test]
fn whoever_takes_a_signature_back_stops_the_release() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let signature = world.henrik().asks(|reader| {
            let id = reader.mention_of(&change)?.id;
            Ok(reader.signatures(id)?.remove(0).id)
        });
        world.henrik().does(|work| work.revoke_signature(signature, "The wrong change")).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains("Management has not signed."), "{sentence}");
        assert_eq!(statement(&world, &reqs[0]), "Seals EPDM.");
    }
}

#[test]
fn something_new_and_something_ended_come_into_force_with_the_rest() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Name plates of paper."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Name plates");
        let line = take(&world, "ada", &change, &set, Action::Add).unwrap();
        let new = fields(&[("title", "Engraved name plates"), ("statement", "Name plates are engraved.")]);
        world.ada().does(|work| changes::propose(work, &change, line, &new)).unwrap();
        take(&world, "ada", &change, &reqs[1], Action::Remove).unwrap();
        let outcome = take(&world, "ada", &change, "20-114-03", Action::Change);
        assert!(refusal(outcome).contains("There is no record of this number."));
        let drawing = NewItem { name: "20-114-03", sort: "drawing", ..NewItem::default() };
        let drawing = world.ada().does(|work| changes::decide(work, &change, &drawing)).unwrap();
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let early =
            refusal(world.ada().does(|work| changes::done(work, &change, drawing, TODAY.parse().unwrap())));
        assert!(early.contains("20-114-03 is not in force by this change yet."), "{early}");
        let unwritten = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(unwritten.contains("Write what 20-114-03 is to say."), "{unwritten}");
        write_edition(&world, "ada", &change, drawing, ("3", "4"));
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let done =
            |day: &str| world.ada().does(|work| changes::done(work, &change, drawing, day.parse().unwrap()));
        let sentence = refusal(done("2026-03-01"));
        assert!(sentence.contains("It is in force since 2026-03-02: nothing is exchanged"), "{sentence}");
        assert!(refusal(done("2026-03-03")).contains("today at the latest"));
        let mut ada = program(&world, "ada");
        let at = format!("/changes/{change}/affected/{drawing}/done");
        assert!(ada.get(&format!("/changes/{change}/affected")).text.contains(&at), "it is said there");
        let sentence = refusal(step(&world, "bob", &change, "close"));
        assert!(sentence.contains("Say when 20-114-03 was exchanged where it is kept."), "{sentence}");
        assert_eq!(ada.post_form(&at, &[("done_on", TODAY)]).status, 303);
        let sentence = refusal(step(&world, "bob", &change, "close"));
        assert!(!sentence.contains("20-114-03"), "{sentence}");
        let reading = world.ada().asks(|reader| requirements::read(reader, &set, At::Revision(2)));
        let said: Vec<&str> = reading.lines.iter().map(|it| it.body.statement.as_str()).collect();
        assert_eq!(said, ["Seals EPDM.", "Name plates are engraved."]);
        assert_eq!(state(&world, &reqs[1]), "withdrawn");
    }
}

#[test]
fn what_is_not_met_goes_back_and_what_was_learned_is_shown_next_time() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals of peracetic acid", &[(&reqs[0], "Seals FKM.")]);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let criterion =
            world.ada().asks(|reader| changes::criteria(reader, reader.mention_of(&change)?.id)).remove(0);
        let sentence = refusal(step(&world, "bob", &change, "close"));
        assert!(sentence.contains("Enter the result of"), "{sentence}");
        let judged = |verdict| {
            world
                .bob()
                .does(|work| changes::judge(work, &change, criterion.id, (verdict, "+1.8 %", "L-26-77")))
        };
        judged(Verdict::Fail).unwrap();
        assert_eq!(state(&world, &change), "implementing");
        judged(Verdict::Pass).unwrap();
        step(&world, "ada", &change, "verify").unwrap();
        let learned = changes::Learned {
            served: "Yes",
            missed: "The concentration",
            lesson: "A resistance table of seals has a column for concentration",
            lesson_for: "design rule",
            actual_cost: "18500",
        };
        world.ada().does(|work| changes::learn(work, &change, &learned)).unwrap();
        step(&world, "bob", &change, "close").unwrap();
        let page = program(&world, "ada").get("/changes/new?title=Seals+of+another+pump").text;
        assert!(page.contains("A resistance table of seals"), "{page}");
    }
}

#[test]
fn a_result_says_nothing_of_another_proposal_and_what_failed_is_not_taken_away() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals of peracetic acid", &[(&reqs[0], "Seals FKM.")]);
        let of =
            || world.ada().asks(|reader| changes::criteria(reader, reader.mention_of(&change)?.id)).remove(0);
        let id = of().id;
        let judged = |verdict| {
            world.bob().does(|work| changes::judge(work, &change, id, (verdict, "+9 %", "L-26-77")))
        };
        // Nothing was begun: there is nothing at which one could look.
        let sentence = refusal(judged(Verdict::Pass));
        assert!(sentence.contains("Results are entered once it was begun"), "{sentence}");
        let page = format!("/changes/{change}");
        assert!(!program(&world, "bob").get(&page).text.contains("Enter the result"));
        step(&world, "ada", &change, "plan").unwrap();
        assert!(refusal(judged(Verdict::Pass)).contains("Results are entered once it was begun"));
        step(&world, "ada", &change, "implement").unwrap();
        assert!(program(&world, "bob").get(&page).text.contains("Enter the result"));
        judged(Verdict::Fail).unwrap();
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains("was not met. Mend that, and enter the new result."), "{sentence}");
        world.ada().does(|work| changes::send_back(work, &change, "Another rubber")).unwrap();
        let open = of();
        assert_eq!((open.verdict, open.result.as_str()), (Verdict::Open, ""), "it was of the other one");
        let drops = world.bob().does(|work| changes::drop_criterion(work, &change, id, "Too hard"));
        assert!(refusal(drops).contains("It was looked at already."));
        let at = format!("/changes/{change}/criteria/{id}/drop");
        let mut bob = program(&world, "bob");
        let came = bob.post_json(&format!("/api/v1{at}"), &json!({ "reason": "Too hard" }));
        assert!(came.status == 409 && came.text.contains("It was looked at already."), "{}", came.text);
        assert!(!bob.get(&page).text.contains(&format!("{at}\"")), "nobody is asked to take it away");
        // Another one, at which nobody looked yet, goes.
        let other = fix(&world, &change);
        world.bob().does(|work| changes::drop_criterion(work, &change, other, "Asked twice")).unwrap();
    }
}

#[test]
fn tasks_wait_for_each_other_and_never_in_a_circle() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals", &[(&reqs[0], "Seals FKM.")]);
        let ada = world.ada();
        let plan = |request, after: Option<i64>| {
            let (person, after) = (Some(world.ada().actor.person), after.as_slice());
            let new = changes::NewPlanTask { request, person, after, ..changes::NewPlanTask::default() };
            world.ada().does(|work| changes::plan_task(work, &change, &new)).unwrap()
        };
        let first = plan("Order T-FP22", None);
        let second = plan("Train assembly", Some(first));
        let third = plan("Build", Some(second));
        let id = ada.asks(|reader| reader.mention_of(&change)).id;
        let outcome = ada.does(|work: &mut Work| work.order_tasks(id, first, third));
        assert!(refusal(outcome).contains("cannot wait for each other in a circle"));
        let outcome = ada.does(|work| work.settle(second));
        assert!(refusal(outcome).contains("“Order T-FP22” comes first."));
        ada.does(|work| work.settle(first)).unwrap();
        ada.does(|work| work.settle(second)).unwrap();
    }
}

#[test]
fn a_change_is_raised_from_a_form_and_outsiders_and_auditors_raise_none() {
    for world in World::on_each_engine() {
        let (set, _) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let mut ada = program(&world, "ada");
        assert!(
            ada.get(&format!("/requirement-sets/{set}")).text.contains(&format!("/changes/new?cause={set}"))
        );
        let sent = ada.post_form("/changes", &[("title", ""), ("cause", "CV-0000-0000")]);
        assert_eq!(sent.status, 422);
        assert!(sent.text.contains("There is no CV-0000-0000."), "{}", sent.text);
        let sent = ada.post_form("/changes", &[("title", "Seals"), ("cause", &set), ("source", "complaint")]);
        let change = sent.location().rsplit('/').next().unwrap().to_owned();
        let page = ada.get(&format!("/changes/{change}")).text;
        assert!(page.contains("Say what makes it necessary."), "{page}");
        for who in ["carl", "eve", "amelia"] {
            let mut other = program(&world, who);
            assert!(
                [403, 404, 409].contains(&other.post_form("/changes", &[("title", "x")]).status.as_u16()),
                "{who}"
            );
        }
        assert_eq!(program(&world, "carl").get(&format!("/changes/{change}")).status, 404);
    }
}

/// Whether no change holds it.
fn is_free(world: &World, number: &str) -> bool {
    world.ada().asks(|reader| reader.changes_of(reader.mention_of(number)?.id)).is_empty()
}

#[test]
fn a_change_is_rejected_with_a_reason_by_whoever_decides_and_holds_nothing_any_more() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = raise(&world, "ada", "Seals");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        assert!(!is_free(&world, &reqs[0]));
        let rejects =
            |who: &str, reason| world.person(who).does(|work| changes::reject(work, &change, reason));
        assert!(
            refusal(rejects("ada", "Too dear")).contains("Only the roles"),
            "an engineer decides nothing"
        );
        assert!(refusal(rejects("amelia", "Too dear")).contains("You may read everything"));
        assert!(matches!(rejects("carl", "Too dear"), Err(Error::NotFound)));
        assert!(refusal(rejects("henrik", " ")).contains("Say why."));
        assert!(
            refusal(step(&world, "henrik", &change, "reject")).contains("Use its own button"),
            "not without a reason"
        );
        rejects("henrik", "EPDM holds in forty plants").unwrap();
        assert_eq!(state(&world, &change), "rejected");
        assert!(is_free(&world, &reqs[0]), "another change may have it");
        assert_eq!(statement(&world, &reqs[0]), "Seals EPDM.");
        assert!(refusal(step(&world, "bob", &change, "screen")).contains("is not possible while it is"));
    }
}

#[test]
fn one_change_stands_for_another_when_its_owner_says_so_and_names_an_open_one() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let first = raise(&world, "ada", "Softer rings");
        propose(&world, "ada", &first, &reqs[0], "Seals FKM.");
        let second = raise(&world, "ada", "Jacketed rings");
        let replaces = |who: &str, one: &str, by: &str, reason: &str| {
            world.person(who).does(|work| changes::replace(work, one, by, reason))
        };
        let early = refusal(replaces("ada", &first, &second, "Both want other rings"));
        assert!(early.contains("is not possible while it is"), "{early}");
        step(&world, "bob", &first, "screen").unwrap();
        assert!(refusal(replaces("ada", &first, &first, "x")).contains("Name another change"));
        assert!(refusal(replaces("ada", &first, &second, "")).contains("Say why."));
        let refused = refusal(replaces("bob", &first, &second, "Both want other rings"));
        assert!(refused.contains("Only the owner may do this."), "{refused}");
        replaces("ada", &first, &second, "Both want other rings").unwrap();
        assert_eq!(
            (state(&world, &first).as_str(), state(&world, &second).as_str()),
            ("superseded", "raised")
        );
        assert!(is_free(&world, &reqs[0]));
        let tie = world.ada().asks(|reader| {
            let (by, one) = (reader.mention_of(&second)?.id, reader.mention_of(&first)?.id);
            reader.link_between(by, Tie::Supersedes, one)
        });
        assert!(tie.is_some(), "whoever reads the one finds the other");
        let over = refusal(replaces("ada", &second, &first, "The other way round"));
        assert!(over.contains("one that is still open"), "{over}");
    }
}

#[test]
fn a_change_is_verified_again_by_its_owner_once_it_is_released_and_by_nobody_before() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let change = approved(&world, "Seals of peracetic acid", &[(&reqs[0], "Seals FKM.")]);
        step(&world, "ada", &change, "plan").unwrap();
        step(&world, "ada", &change, "implement").unwrap();
        assert!(refusal(step(&world, "ada", &change, "verify")).contains("Release it first."));
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let criterion =
            world.ada().asks(|reader| changes::criteria(reader, reader.mention_of(&change)?.id)).remove(0);
        let failed = (Verdict::Fail, "+9 %", "L-26-77");
        world.bob().does(|work| changes::judge(work, &change, criterion.id, failed)).unwrap();
        assert_eq!(state(&world, &change), "implementing");
        assert!(refusal(step(&world, "bob", &change, "verify")).contains("Only the owner may do this."));
        step(&world, "ada", &change, "verify").unwrap();
        assert_eq!(state(&world, &change), "verifying");
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.", "what was released holds meanwhile");
    }
}

/// Raised by Ada with a drawing and perhaps a requirement, written; not asked for approval yet.
fn draws(world: &World, title: &str, editions: (&str, &str), also: Option<&str>) -> (String, i64) {
    let change = raise(world, "ada", title);
    let new = NewItem { name: "Drawing 20-114", sort: "drawing", ..NewItem::default() };
    let line = world.ada().does(|work| changes::decide(work, &change, &new)).unwrap();
    write_edition(world, "ada", &change, line, editions);
    if let Some(requirement) = also {
        propose(world, "ada", &change, requirement, "Seals FKM.");
    }
    step(world, "bob", &change, "screen").unwrap();
    fix(world, &change);
    (change, line)
}

#[test]
fn a_drawing_that_is_no_record_comes_into_force_with_the_requirement_or_not_at_all() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let (first, line) = draws(&world, "Wider grooves", ("C", "D"), Some(&reqs[0]));
        let (second, other) = draws(&world, "Narrower grooves", ("C", "E"), None);
        let mut ada = program(&world, "ada");
        for (change, there, edition) in [(&first, &second, "E"), (&second, &first, "D")] {
            let met = format!("{there} changes Drawing 20-114, too, to edition {edition}.");
            for page in [format!("/changes/{change}"), format!("/changes/{change}/affected")] {
                let text = ada.get(&page).text;
                assert!(text.contains(&met), "{page}: {text}");
            }
        }
        let wrong = json!({ "fields": { "edition": "C", "edition_before": "C", "colour": "red" } });
        let came = ada.post_json(&format!("/api/v1/changes/{first}/affected/{line}/redline"), &wrong);
        for words in ["It has this edition today.", "Say what changes in it", "There is no such field."] {
            assert!(
                came.status == 422 && came.text.contains(words),
                "{words}: {} {}",
                came.status,
                came.text
            );
        }
        let form = ada.get(&format!("/changes/{first}/affected/{line}/redline")).text;
        assert!(form.contains("Edition today") && form.contains("The groove is wider."), "{form}");
        for change in [&first, &second] {
            world.ada().does(|work| changes::ask_approval(work, change)).unwrap();
        }
        let page = program(&world, "henrik").get(&format!("/changes/{first}/sign")).text;
        for words in ["Drawing 20-114", "<del>C</del>", "<ins>D</ins>", "The groove is wider."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        for change in [&first, &second] {
            sign(&world, "henrik", change, &management, true).unwrap();
        }
        let of = |change: &str, name: &str| {
            let told = program(&world, "ada").get(&format!("/api/v1/changes/{change}/affected")).json();
            let all = told["decided"].as_array().unwrap().clone();
            all.into_iter().find(|it| it["item"] == *name).unwrap()
        };
        // Where the requirement cannot come, the drawing does not.
        let take_back = |work: &mut Work| {
            let id = work.mention_of(&first)?.id;
            let signature = work.signatures(id)?.remove(0).id;
            work.revoke_signature(signature, "The wrong change")
        };
        world.henrik().does(take_back).unwrap();
        assert!(world.ada().does(|work| changes::release(work, &first)).is_err());
        assert_eq!(of(&first, "Drawing 20-114")["in_force"], Json::Null);
        world.ada().does(|work| changes::send_back(work, &first, "Signed again")).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &first)).unwrap();
        sign(&world, "henrik", &first, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &first)).unwrap();
        assert_eq!(statement(&world, &reqs[0]), "Seals FKM.");
        let drawing = of(&first, "Drawing 20-114");
        assert_eq!((&drawing["in_force"]["edition"], &drawing["released"]), (&json!("D"), &json!(1)));
        assert!(ada.get(&format!("/changes/{first}")).text.contains("edition D in force since"));
        // The second starts from what is in force no more.
        let sentence = refusal(world.ada().does(|work| changes::release(work, &second)));
        let told = format!("Drawing 20-114 is in force in edition D by {first} since this was written.");
        assert!(sentence.contains(&told) && sentence.contains("Send it back to impact"), "{sentence}");
        let page = ada.get(&format!("/changes/{second}/affected")).text;
        assert!(page.contains("Edition D in force since") && page.contains("from that edition on"), "{page}");
        world.ada().does(|work| changes::send_back(work, &second, "From edition D on")).unwrap();
        write_edition(&world, "ada", &second, other, ("D", "E"));
        world.ada().does(|work| changes::ask_approval(work, &second)).unwrap();
        sign(&world, "henrik", &second, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &second)).unwrap();
        let drawing = of(&second, "Drawing 20-114");
        assert_eq!((&drawing["in_force"]["edition"], &drawing["released"]), (&json!("E"), &json!(2)));
    }
}

/// Raised by Ada with a document under this name, written and released; its line.
fn brings(world: &World, management: &str, (action, name): (Action, &str), fields: &Json) -> (String, i64) {
    let change = raise(world, "ada", name);
    let new = NewItem { name, sort: "drawing", action, reason: "by line", ..NewItem::default() };
    let line = world.ada().does(|work| changes::decide(work, &change, &new)).unwrap();
    let fields = fields.as_object().unwrap();
    world.ada().does(|work| changes::propose(work, &change, line, fields)).unwrap();
    step(world, "bob", &change, "screen").unwrap();
    fix(world, &change);
    world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
    sign(world, "henrik", &change, management, true).unwrap();
    world.ada().does(|work| changes::release(work, &change)).unwrap();
    (change, line)
}

#[test]
fn a_drawing_is_the_same_however_its_name_is_written_and_its_editions_are_counted_on() {
    for world in World::on_each_engine() {
        let management = management_approves(&world);
        let new = json!({ "edition": "A", "changes": "It is new." });
        let (first, _) = brings(&world, &management, (Action::Add, "Maßblatt ÜB-114"), &new);
        // One change names it once.
        let change = raise(&world, "ada", "Wider grooves");
        let named = |name: &str, action: Action| {
            let new = NewItem { name, sort: "drawing", action, ..NewItem::default() };
            world.ada().does(|work| changes::decide(work, &change, &new))
        };
        let line = named("maßblatt  üb-114", Action::Change).unwrap();
        let sentence = refusal(named("Maßblatt ÜB-114", Action::Change));
        let both = "“Maßblatt ÜB-114” is the same as “maßblatt  üb-114”, which this change touches already.";
        assert!(sentence.contains(both), "{sentence}");
        assert!(refusal(named("Maßblatt ÜB-114", Action::Add)).contains(both));
        assert_eq!(named("maßblatt  üb-114", Action::Change).unwrap(), line);
        // It is in force in the edition that the other change said.
        let wrong = fields(&[("edition_before", "B"), ("edition", "C"), ("changes", "The groove is wider.")]);
        let sentence = refusal(world.ada().does(|work| changes::propose(work, &change, line, &wrong)));
        let starts = format!("It is in force in edition A by {first}. Start from that edition.");
        assert!(sentence.contains(&starts), "{sentence}");

        // Taken away and brought again, it has another number than its first edition.
        let goes = json!({ "edition_before": "A" });
        brings(&world, &management, (Action::Remove, "MAßBLATT ÜB-114"), &goes);
        let again = json!({ "edition": "A2", "changes": "It is back." });
        let (last, at) = brings(&world, &management, (Action::Add, "Maßblatt ÜB-114"), &again);
        let no = world.ada().asks(|reader| {
            let all = changes::items(reader, reader.mention_of(&last)?.id)?;
            Ok(all.into_iter().find(|it| it.id == at).unwrap().released_no)
        });
        assert_eq!(no, Some(2));
    }
}

#[test]
fn the_file_of_a_drawing_lies_at_the_change_and_the_next_change_replaces_it() {
    for world in World::on_each_engine() {
        let management = management_approves(&world);
        let release = |change: &str| {
            world.ada().does(|work| changes::ask_approval(work, change)).unwrap();
            sign(&world, "henrik", change, &management, true).unwrap();
            world.ada().does(|work| changes::release(work, change)).unwrap();
        };
        let files = |change: &str, line: i64, bytes: &[u8]| {
            let it = Filing {
                name: "20-114.txt",
                media_type: "text/plain",
                bytes,
                words: None,
                audience: Audience::Internal,
            };
            world.ada().does(|work| changes::propose_file(work, change, line, (&it, None))).unwrap()
        };
        let (first, line) = draws(&world, "Wider grooves", ("C", "D"), None);
        files(&first, line, b"Groove 3.1 mm");
        release(&first);
        let (second, line) = draws(&world, "Narrower grooves", ("D", "E"), None);
        files(&second, line, b"Groove 2.9 mm");
        let told = program(&world, "ada").get(&format!("/api/v1/changes/{second}/affected")).json();
        let file = &told["decided"][0]["files"][0];
        assert!(file["before"]["digest"].is_string() && file["after"]["digest"].is_string(), "{file}");
        let page = program(&world, "ada").get(&format!("/changes/{second}/redlines")).text;
        assert!(page.contains("20-114.txt") && page.contains("Another file takes its place"), "{page}");
        release(&second);
        let outside = program(&world, "carl").get(&format!("/changes/{second}/affected"));
        assert_eq!(outside.status, 404);
    }
}
