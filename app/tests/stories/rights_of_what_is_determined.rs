//! Rights of what a customer requires and said, of who they are and of what came in by file, each asked by itself.

use ::imports::{Batch, Seen};
use app::wiring::TARGETS;
use axum::http::StatusCode;
use conversations::{
    Conversation, Direction, Intake, NewCall, WaitsFor, messages, record_call, take_in, waiting,
};
use customers::Organisation;
use kernel::{Audience, Error, New, Wanted};
use requirements::{At, Requirement, RequirementSet, set};

use crate::conversations::from_carl;
use crate::merging::{double, merging};
use crate::requirements::{attach, wanted};
use crate::rights_of_requirements::{TWO, batch, deeds, see};
use crate::standing::standing;
use crate::world::{World, program, refusal};

const READS: &str = "You may read everything and change nothing. Ask the owner.";
const STAFF: &str = "Only members of staff may do this.";
const ENGINEERS: &str = "Only the role “Engineer” may do this.";
/// How the sentence ends that names who keeps customers.
const KEEPERS: &str = "and those above them may do this.";

/// A set of Meridian's, or of nobody, with one requirement; both numbers.
fn set_of(world: &World, party: Option<i64>) -> (String, String) {
    let new = New { title: "CIP 3 dosing skid", party, ..New::default() };
    let made = world.ada().does(|work| {
        let set = requirements::open_set(work, &new, &RequirementSet::default())?.number;
        let held = requirements::add(work, &set, &wanted("The skid stands in Northallerton."))?.number;
        Ok((set, held))
    });
    made.unwrap()
}

fn release(world: &World, set: &str) {
    world.ada().does(|work| requirements::release(work, set, "as asked")).unwrap();
}

#[test]
fn who_may_not_write_adds_nothing_to_a_closed_set_and_who_neither_owns_nor_writes_them_offers_none() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let before = deeds(&world, &number);
        let new = wanted("Line A shall dose.");
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let person = world.person(who);
            let told = [
                refusal(person.does(|work| requirements::add(work, &number, &new))),
                refusal(
                    person.does(|work| requirements::add_many(work, &number, std::slice::from_ref(&new))),
                ),
            ];
            assert_eq!(told, [sentence, sentence], "{who}");
        }
        let offers =
            |who: &str| refusal(world.person(who).does(|work| requirements::offer(work, &number, 1)));
        for who in ["ben", "henrik", "sam", "carl"] {
            assert_eq!(offers(who), ENGINEERS, "{who}");
        }
        assert_eq!(offers("amelia"), READS);
        assert_eq!(offers("ada"), "Revision 1 is with the customer already.");
        assert_eq!(deeds(&world, &number), before);
    }
}

#[test]
fn a_set_is_shown_to_its_customer_by_a_button_of_whoever_may_and_is_written_by_none_of_theirs() {
    for world in World::on_each_engine() {
        let (number, _) = set_of(&world, Some(world.meridian));
        release(&world, &number);
        let at = format!("/requirement-sets/{number}");
        let all = ["ada", "bob", "henrik", "sam", "amelia"];
        assert_eq!(see(&world, &at, &format!("{at}/offer\""), &all), ["ada", "bob"]);
        // It is offered while it is worked on again, and so it is a draft to Carl, too.
        world.ada().takes::<RequirementSet>(&number, set::Step::Revise).unwrap();
        world.ada().does(|work| requirements::offer(work, &number, 1)).unwrap();
        let state = world.carl().asks(|reader| Ok(reader.find::<RequirementSet>(&number)?.record.state));
        assert_eq!(state, set::State::Draft);
        let all = ["ada", "amelia", "carl"];
        let saved = "What you write is saved cell by cell.";
        assert_eq!(see(&world, &format!("{at}/table"), saved, &all), ["ada"]);
        assert_eq!(see(&world, &at, "/imports/new?target=requirements", &all), ["ada"]);
        // What its steps ask of its requirements says nothing to whoever has none to take.
        let held = |who: &str| {
            world.person(who).asks(|reader| Ok(reader.find::<RequirementSet>(&number)?.facts.held))
        };
        assert_eq!((held("ada"), held("carl")), (1, 0));
    }
}

#[test]
fn of_a_revision_that_names_files_of_ours_the_customer_reads_no_name_of_them() {
    for world in World::on_each_engine() {
        let (number, held) = set_of(&world, None);
        attach(&world, &number, ("our-price.pdf", b"9 800"), Audience::Internal);
        attach(&world, &held, ("our-margin.pdf", b"30 %"), Audience::Internal);
        release(&world, &number);
        // The deed that offers a set refuses this one: it is shown past that.
        let shown = world.ada().does(|work| {
            let mut case = work.find::<RequirementSet>(&number)?;
            work.redirect(&mut case, |it| it.party = Some(world.meridian))?;
            work.offer(&mut case.record, 1, "Northallerton")?;
            let mut case = work.find::<Requirement>(&held)?;
            work.redirect(&mut case, |it| it.party = Some(world.meridian))?;
            work.offer(&mut case.record, 1, "Northallerton")
        });
        shown.unwrap();
        let names = |who: &str| {
            let it = world.person(who).asks(|reader| requirements::read(reader, &number, At::Revision(1)));
            assert_eq!(it.lines.len(), 1, "{who} reads the requirement");
            let own = it.files.into_iter().map(|it| it.name);
            own.chain(it.lines[0].enclosed.iter().map(|it| it.name.clone())).collect::<Vec<_>>()
        };
        assert_eq!(names("ada"), ["our-price.pdf", "our-margin.pdf"]);
        assert_eq!(names("carl"), Vec::<String>::new());
    }
}

#[test]
fn how_a_set_stands_to_what_always_holds_and_a_button_for_more_of_it_are_for_the_house_alone() {
    for world in World::on_each_engine() {
        let (kept, _) = standing(&world, world.meridian, &[("Site rules", "Work follows MD-HS-009.")]);
        world.ada().does(|work| requirements::offer(work, &kept, 1)).unwrap();
        let number = world.offered_set();
        let all = ["ada", "amelia", "carl"];
        let set = format!("/requirement-sets/{number}");
        assert_eq!(see(&world, &set, "standing requirement reaches", &all), ["ada", "amelia"]);
        assert_eq!(see(&world, "/customers/K-1001", "Site rules", &all), all, "all read what was agreed");
        assert_eq!(see(&world, "/customers/K-1001", "standing=on", &all), ["ada"]);
    }
}

#[test]
fn what_the_house_keeps_of_a_customer_stands_on_their_page_for_the_house_alone() {
    for world in World::on_each_engine() {
        let double = double(&world);
        world.bob().does(|work| customers::merge(work, &merging(&double))).unwrap();
        let page = "/customers/K-1001";
        let all = ["ada", "bob", "sam", "amelia"];
        assert_eq!(see(&world, page, "Merged into this one", &all), all);
        assert_eq!(see(&world, page, "Part them again", &all), ["bob", "sam"]);
        let all = ["ada", "amelia", "carl"];
        for words in ["How mail knows them", "With them now"] {
            assert_eq!(see(&world, page, words, &all), ["ada", "amelia"], "{words}");
        }
        assert_eq!(see(&world, page, "With you now", &all), ["carl"]);
    }
}

#[test]
fn a_file_of_customers_is_brought_taken_in_and_taken_back_by_whoever_keeps_them() {
    for world in World::on_each_engine() {
        let brings = |who: &str| {
            let file: &[(&str, &[u8])] = &[("two.csv", TWO)];
            program(&world, who).post_files("/imports", &[("target", "customers")], file)
        };
        let count = || world.ada().asks(|reader| Ok(reader.list("IB", &Wanted::default())?.rows.len()));
        for who in ["carl", "eve"] {
            let came = brings(who);
            assert_eq!(came.status, StatusCode::NOT_FOUND, "{who}: {}", came.text);
        }
        assert_eq!(count(), 0);
        let came = brings("ada");
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        assert_eq!(count(), 1);
        let number = batch(&world);
        let stands =
            || (deeds(&world, &number), world.ada().asks(|it| it.find::<Batch>(&number)).record.state);
        let told = |who: &str| {
            let actor = world.person(who).actor;
            let seen = || Seen::now(&number);
            [
                refusal(
                    world
                        .person(who)
                        .does(|work| ::imports::for_all(work, seen(), TARGETS, &kernel::Fields::default())),
                ),
                refusal(::imports::apply(&world.db, &actor, seen(), (TARGETS, 100))),
                refusal(::imports::revert(&world.db, &actor, seen(), (TARGETS, 100))),
            ]
        };
        let refuses_both = || {
            let before = stands();
            for (who, sentence) in [("henrik", KEEPERS), ("amelia", READS)] {
                for (no, it) in told(who).iter().enumerate() {
                    assert!(it.ends_with(sentence), "{who}, deed {no}: {it}");
                }
            }
            assert_eq!(stands(), before);
        };
        refuses_both();
        let done = ::imports::apply(&world.db, &world.ada().actor, Seen::now(&number), (TARGETS, 100));
        assert!(done.unwrap().is_done);
        refuses_both();
    }
}

/// A mail of Ada's to Carl, behind what servers wrote above it.
fn from_ada(traces: &str, id: &str) -> Intake {
    let raw = format!(
        "{traces}From: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\n\
         To: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\nSubject: Hoses {id}\r\n\
         Date: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <{id}>\r\n\r\nWe send them today, {id}.\r\n"
    );
    Intake::read(raw.into_bytes())
}

#[test]
fn what_is_known_already_is_taken_in_and_a_call_is_written_down_by_whoever_may_write_alone() {
    for world in World::on_each_engine() {
        let mail = Intake::read(from_carl("known@meridian", "", "The seal leaks."));
        let number = world.person("ben").does(|work| take_in(work, &mail)).unwrap().number;
        let before = deeds(&world, &number);
        let nothing = NewCall::default();
        for (who, sentence) in [("amelia", READS), ("carl", STAFF)] {
            let person = world.person(who);
            // The mail is there already, so that nothing would be written.
            assert_eq!(refusal(person.does(|work| take_in(work, &mail))), sentence, "{who}");
            assert_eq!(refusal(person.does(|work| record_call(work, &nothing))), sentence, "{who}");
        }
        assert!(world.ada().does(|work| take_in(work, &mail)).unwrap().was_known);
        assert!(matches!(world.ada().does(|work| record_call(work, &nothing)), Err(Error::Invalid(_))));
        assert_eq!(deeds(&world, &number), before);
    }
}

#[test]
fn whoever_writes_an_address_of_ours_into_a_mail_from_outside_is_not_taken_for_one_of_us() {
    for world in World::on_each_engine() {
        let taken = |traces: &str, id: &str| {
            let mail = from_ada(traces, id);
            let number = world.person("ben").does(|work| take_in(work, &mail)).unwrap().number;
            let told = world.ada().asks(|reader| {
                let record = reader.find::<Conversation>(&number)?.record;
                let said = messages(reader, record.id.raw())?.remove(0);
                Ok((record.party, said.direction, said.is_not_proven()))
            });
            (number, told)
        };
        let (ours, told) = taken("", "ours@kestrel");
        assert_eq!(told, (Some(world.meridian), Direction::Out, false), "it lay in a folder of ours");
        let (strange, told) =
            taken("Received: from x by y; Mon, 2 Mar 2026 08:00:00 +0000\r\n", "not@kestrel");
        assert_eq!(told, (None, Direction::In, true));
        let sees = |number: &str| world.carl().tries(|reader| reader.find::<Conversation>(number)).is_ok();
        assert_eq!((sees(&ours), sees(&strange)), (true, false));
    }
}

#[test]
fn whose_turn_it_is_is_told_and_counted_to_the_customer_as_theirs() {
    for world in World::on_each_engine() {
        let waits = || ["ada", "carl"].map(|who| world.person(who).asks(waiting));
        assert_eq!(waits(), [0, 0]);
        let take = |mail: &Intake| world.person("ben").does(|work| take_in(work, mail)).unwrap().number;
        let number = take(&from_ada("", "turn@kestrel"));
        assert_eq!(waits(), [0, 1], "the answer is Carl's");
        take(&Intake::read(from_carl("turn@meridian", "", "The seal leaks.")));
        assert_eq!(waits(), [1, 1], "another one is Ada's");

        let said = |who: &str| WaitsFor::Them.said_to(&world.person(who).actor).to_string();
        assert_eq!((said("ada"), said("carl")), ("Waits for them".into(), "Waiting for your answer".into()));
        let revised = world.ada().does(|work| {
            let mut case = work.find::<Organisation>("K-1001")?;
            work.revise(&mut case, |it| it.language = "de".into())
        });
        revised.unwrap();
        let page = format!("/conversations/{number}");
        let all = ["ada", "amelia", "carl"];
        assert_eq!(see(&world, &page, "Waiting for your answer", &all), ["carl"]);
        // How they want to be told is for whoever writes to them, and whose it is for whoever may say so.
        assert_eq!(see(&world, &page, "Prefers German", &all), ["ada", "amelia"]);
        assert_eq!(see(&world, &page, "It is another customer’s", &all), ["ada"]);
    }
}
