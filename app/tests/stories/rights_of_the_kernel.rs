//! What the kernel tells and keeps for whoever may have it, each question and deed of it asked by itself.

use conversations::Conversation;
use kernel::{
    Actor, Audience, Basis, Body as _, Error, ExtraField, New, Query, Starts, Takes, Tie, Wanted, Work,
};
use requirements::RequirementSet;
use requirements::set::{State, Step};
use serde_json::{Map, Value as Json, json};

use crate::world::{Person, World, refusal};

const READS: &str = "You may read everything and change nothing. Ask the owner.";
const STAFF: &str = "Only members of staff may do this.";
const OWNER: &str = "Only the owner may do this. Ask the owner, or have the ownership passed on.";
const ADMINISTRATOR: &str = "Only the role “Administrator” may do this.";

#[test]
fn no_part_of_the_log_as_it_is_stored_is_handed_to_anybody_but_the_product() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let remarks = |work: &mut Work| {
            let id = work.mention_of(&set)?.id;
            work.remark(id, "Ask Kiel.", Audience::Internal)
        };
        world.ada().does(remarks).unwrap();
        let handed = world.db.read(&Actor::system(), |reader| {
            let mut contents = 0;
            reader.stored_contents(&mut |_| contents += 1)?;
            Ok([
                contents,
                reader.stored_entries(0, 10)?.len(),
                reader.stored_nodes(0, 10)?.len(),
                reader.stored_heads()?.len(),
                usize::try_from(reader.stored_size()?).unwrap(),
                reader.stored_revisions(0, 10)?.len(),
            ])
        });
        let handed = handed.unwrap();
        assert!(handed.iter().all(|it| *it > 0), "{handed:?}");
        for who in ["ada", "bob", "sam", "amelia", "carl", "eve"] {
            let person = world.person(who);
            let asked = [
                person.tries(|reader| reader.stored_entries(0, 10).map(drop)),
                person.tries(|reader| reader.waiting_entries().map(drop)),
                person.tries(|reader| reader.stored_nodes(0, 10).map(drop)),
                person.tries(|reader| reader.stored_heads().map(drop)),
                person.tries(|reader| reader.stored_size().map(drop)),
                person.tries(|reader| reader.stored_revisions(0, 10).map(drop)),
                person.tries(|reader| reader.stored_contents(&mut |_| {})),
            ];
            for (no, it) in asked.iter().enumerate() {
                assert!(matches!(it, Err(Error::NotFound)), "{who}, question {no}: {it:?}");
            }
        }
    }
}

#[test]
fn how_two_records_are_tied_what_hangs_on_them_and_whom_they_concern_is_told_to_the_house_alone() {
    for world in World::on_each_engine() {
        let [one, other] = [world.offered_set(), world.offered_set()];
        let (ada, carl) = (world.ada(), world.carl());
        let at = |number: &str| ada.asks(|reader| reader.mention_of(number));
        let (one, other) = (at(&one), at(&other));
        ada.does(|work| work.tie(one.id, Tie::DependsOn, other.id)).unwrap();
        let tie = ada.asks(|reader| reader.link_between(one.id, Tie::DependsOn, other.id)).unwrap();
        let link = ada.asks(|reader| reader.link(tie));
        assert_eq!((link.source.id, link.target.id), (one.id, other.id));
        let reached = |who: &Person| {
            let impact = who.asks(|reader| reader.impact(other.id, 3));
            let of_many = who.asks(|reader| reader.impact_of_all(&[other.id], 3));
            assert_eq!(impact, of_many);
            impact.reached.iter().map(|it| it.id).collect::<Vec<_>>()
        };
        let concerned = |who: &Person| {
            let all = who.asks(|reader| reader.concerned(&[one.id, other.id]));
            all.iter().map(|it| (it.record, it.party)).collect::<Vec<_>>()
        };
        assert!(reached(&ada).contains(&one.id));
        assert_eq!(concerned(&ada), [(one.id, world.meridian), (other.id, world.meridian)]);
        // Carl sees both of them, and nothing of what is between.
        for id in [one.id, other.id] {
            assert!(carl.asks(|reader| reader.mention(id)).is_some());
        }
        assert!(matches!(carl.tries(|reader| reader.link(tie)), Err(Error::NotFound)));
        assert_eq!((reached(&carl), concerned(&carl)), (Vec::new(), Vec::new()));

        let ties = || ada.asks(|reader| reader.neighbours(one.id, 100)).len();
        let before = ties();
        let amelia = world.amelia();
        assert_eq!(refusal(amelia.does(|work| work.tie_many(&[one.id], Tie::CausedBy, other.id))), READS);
        // Not even one that is there already.
        assert_eq!(refusal(amelia.does(|work| work.tie(one.id, Tie::DependsOn, other.id))), READS);
        assert_eq!(ties(), before);
        ada.does(|work| work.tie_many(&[one.id], Tie::CausedBy, other.id)).unwrap();
        assert_eq!(ties(), before + 1);
    }
}

#[test]
fn a_change_puts_nothing_in_force_by_whoever_is_not_of_the_house_or_only_reads() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let it = world.ada().asks(|reader| reader.mention_of(&set));
        let from = Starts { basis: Basis::Day, starts: "2026-03-02".into() };
        for (who, sentence) in [("carl", STAFF), ("eve", STAFF), ("amelia", READS)] {
            let told = refusal(world.person(who).does(|work| work.put_in_force(&it, &[], &from)));
            assert_eq!(told, sentence, "{who}");
        }
        let frozen = world.ada().does(|work| work.put_in_force(&it, &[], &from)).unwrap();
        assert!(frozen.is_empty());
    }
}

#[test]
fn a_step_is_offered_to_whoever_may_take_it_and_outsiders_are_not_even_told_that_it_is_ours() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let seen = |who: &str| {
            let person = world.person(who);
            person.asks(|reader| {
                let case = reader.find::<RequirementSet>(&set)?;
                let offers = RequirementSet::FLOW.offers(&case, reader.actor);
                let steps: Vec<Step> = offers.iter().map(|it| it.step).collect();
                let revise = RequirementSet::FLOW.target(&case, reader.actor, Step::Revise);
                Ok((case.record.state, steps, revise.map_err(|it| it.to_string())))
            })
        };
        let (state, steps, revise) = seen("ada");
        assert_eq!((state, revise), (State::Released, Ok(State::Draft)));
        assert!(steps.contains(&Step::Revise));
        for (who, sentence) in [("henrik", OWNER), ("amelia", READS)] {
            let (state, steps, revise) = seen(who);
            assert!(steps.contains(&Step::Revise), "{who} is told who may");
            assert_eq!((state, revise), (State::Released, Err(sentence.to_owned())), "{who}");
        }
        let (state, steps, revise) = seen("carl");
        assert_eq!((state, steps), (State::Released, Vec::new()));
        let sentence = revise.unwrap_err();
        assert!(sentence.contains("is not possible while it is"), "{sentence}");
        for who in ["henrik", "carl"] {
            refusal(world.person(who).takes::<RequirementSet>(&set, Step::Revise));
        }
        assert_eq!(seen("ada").0, State::Released);
    }
}

#[test]
fn many_records_at_once_are_opened_by_whoever_may_open_one_and_with_what_may_be_written() {
    for world in World::on_each_engine() {
        let counts = || {
            let all = Wanted::default();
            world.ada().asks(|reader| Ok((reader.count("CV", &all, 1000)?, reader.count("RS", &all, 1000)?)))
        };
        let before = counts();
        let new = New { title: "Seals", party: Some(world.meridian), ..New::default() };
        let talks = [(new, Conversation::default())];
        for (who, sentence) in [("carl", STAFF), ("eve", STAFF), ("amelia", READS)] {
            assert_eq!(refusal(world.person(who).does(|work| work.create_many(&talks))), sentence, "{who}");
        }
        let standing = RequirementSet { is_standing: true, ..RequirementSet::default() };
        let sets = [(New { title: "For whomever", ..New::default() }, standing)];
        let told = refusal(world.ada().does(|work| work.create_many(&sets)));
        assert_eq!(told, "A standing set holds for a customer. Say for which.");
        assert_eq!(counts(), before);
        world.ada().does(|work| work.create_many(&talks)).unwrap();
        assert_eq!(counts(), (before.0 + 1, before.1));
    }
}

#[test]
fn of_a_record_that_is_shared_as_it_is_they_read_those_extra_fields_that_are_for_them() {
    for world in World::on_each_engine() {
        let defines = |who: &str, title: &str, audience: Audience| {
            let field = ExtraField { of_kind: "CV".into(), audience, ..ExtraField::default() };
            world.person(who).does(|work| work.define(title, &field))
        };
        for (who, sentence) in
            [("ada", ADMINISTRATOR), ("bob", ADMINISTRATOR), ("carl", ADMINISTRATOR), ("amelia", READS)]
        {
            assert_eq!(refusal(defines(who, "Plant mark", Audience::Party)), sentence, "{who}");
        }
        assert!(world.sam().asks(|reader| reader.all_fields()).iter().all(|it| it.of_kind != "CV"));
        defines("sam", "Cost centre", Audience::Internal).unwrap();
        defines("sam", "Plant mark", Audience::Party).unwrap();
        let given = map(&json!({ "cost_centre": "4711", "plant_mark": "K2" }));
        let new = New { title: "Seals", party: Some(world.meridian), extra: Some(&given), ..New::default() };
        let talk = world.ada().does(|work| work.create(&new, &Conversation::default())).unwrap().number;
        let (both, theirs): (&[&str], &[&str]) = (&["cost_centre", "plant_mark"], &["plant_mark"]);
        for (who, keys) in [("ada", both), ("amelia", both), ("carl", theirs)] {
            let person = world.person(who);
            let all = person.asks(|reader| reader.all_fields());
            let named: Vec<&str> =
                all.iter().filter(|it| it.of_kind == "CV").map(|it| it.key.as_str()).collect();
            assert_eq!(named, keys, "{who}");
            let mut read = given.clone();
            read.retain(|key, _| keys.contains(&key.as_str()));
            assert_eq!(said(&person, &talk), read, "{who}");
            let rows = person.asks(|reader| reader.list("CV", &Wanted::default())).rows;
            let row = rows.into_iter().find(|it| it.number == talk).unwrap();
            assert_eq!(row.extra, read, "{who}, in a list");
        }
        for (who, sentence) in [("carl", STAFF), ("amelia", READS)] {
            let fills = world.person(who).does(|work| {
                let mut case = work.find::<Conversation>(&talk)?;
                work.fill(&mut case, &map(&json!({ "plant_mark": "K3" })))
            });
            assert_eq!(refusal(fills), sentence, "{who}");
        }
        assert_eq!(said(&world.ada(), &talk), given);
    }
}

fn map(of: &Json) -> Map<String, Json> {
    of.as_object().unwrap().clone()
}

fn said(person: &Person, talk: &str) -> Map<String, Json> {
    person.asks(|reader| reader.find::<Conversation>(talk)).record.extra
}

#[test]
fn outsiders_narrow_a_list_by_what_they_read_of_its_records_and_find_what_was_offered() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let names = |who: &str, kind: &str| {
            let all = world.person(who).asks(|reader| reader.filters(Some(kind)));
            all.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        // Of a set they read the revision that was offered, of an order all but our own notes.
        for (kind, name, reads_it) in [
            ("RS", "matter", false),
            ("RS", "is_standing", false),
            ("RS", "title", true),
            ("SO", "note", false),
            ("SO", "ordered_on", true),
        ] {
            assert!(names("ada", kind).iter().any(|it| it == name), "{kind} {name}");
            assert_eq!(names("carl", kind).iter().any(|it| it == name), reads_it, "{kind} {name}");
        }
        let marks = |who: &str| {
            let all = world.person(who).asks(|reader| reader.filters(Some("SO")));
            let only = all.into_iter().find(|it| it.name == "is").unwrap();
            let Takes::Words(words) = only.takes else { panic!("it takes words") };
            words.into_iter().map(|(code, _)| code).collect::<Vec<_>>()
        };
        assert!(marks("ada").contains(&"overridden".to_owned()));
        assert!(marks("carl").contains(&"open".to_owned()));
        assert!(!marks("carl").contains(&"overridden".to_owned()));
        let overridden = Wanted { query: Query::default().with("is", "overridden"), ..Wanted::default() };
        world.ada().asks(|reader| reader.list("SO", &overridden));
        let asked = world.carl().tries(|reader| reader.list("SO", &overridden));
        assert!(matches!(asked, Err(Error::Invalid(_))));

        let dosing = Wanted { query: Query::of_words("dosing"), ..Wanted::default() };
        for (who, finds_it) in [("ada", true), ("carl", true), ("eve", false)] {
            let rows = world.person(who).asks(|reader| reader.list("RS", &dosing)).rows;
            assert_eq!(rows.iter().any(|it| it.number == set), finds_it, "{who}");
        }
    }
}
