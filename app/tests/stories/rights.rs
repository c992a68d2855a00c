//! Eve learns nothing; Carl sees what was offered; Amelia reads all and changes nothing.

use kernel::{Error, Wanted};
use requirements::RequirementSet;

use crate::world::{World, refusal};

#[test]
fn a_set_of_one_customer_does_not_exist_for_another() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        assert!(matches!(
            world.eve().tries(|db| db.find::<RequirementSet>(&number).map(|_| ())),
            Err(Error::NotFound)
        ));
        assert!(world.eve().asks(|db| db.list("RS", &Wanted::default())).rows.is_empty());
        assert!(world.eve().asks(|db| db.search("northallerton", None, 20)).is_empty());
        assert!(world.eve().asks(|db| db.search("skid", None, 20)).is_empty());
    }
}

#[test]
fn the_customer_reads_the_offered_revision_and_not_the_working_copy() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        world
            .ada()
            .does(|work| {
                let mut set = work.find::<RequirementSet>(&number)?;
                work.advance(&mut set, requirements::set::Step::Revise)?;
                work.retitle(&mut set, "A secret thought")
            })
            .unwrap();
        let title = world.carl().asks(|db| db.find::<RequirementSet>(&number)).record.title;
        assert_eq!(title, "CIP 3 dosing skid");
        assert!(world.carl().asks(|db| db.search("thought", None, 20)).is_empty());
    }
}

#[test]
fn the_auditor_reads_everything_and_changes_nothing() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        assert!(!world.amelia().asks(|db| db.trail(db.mention_of(&number)?.id, true, 0, 100)).is_empty());
        let outcome = world.amelia().does(|work| {
            let record = work.mention_of(&number)?.id;
            work.remark(record, "I was here.", kernel::Audience::Internal).map(|_| ())
        });
        assert_eq!(refusal(outcome), "You may read everything and change nothing. Ask the owner.");
    }
}

#[test]
fn a_customer_changes_nothing_of_ours() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let outcome = world.carl().does(|work| {
            let mut set = work.find::<RequirementSet>(&number)?;
            work.retitle(&mut set, "Cheaper")
        });
        assert_eq!(refusal(outcome), "Only members of staff may do this.");
    }
}
