//! What was agreed can be proved; what somebody alters behind the program's back is named.

use kernel::{Actor, Address, Audience};

use crate::world::World;

/// Statements for whoever gets at the database itself.
fn behind_the_back(world: &World, table: &str, statement: &str) {
    let (drop, truth) = match world.address {
        Address::Sqlite(_) => (format!("drop trigger if exists {table}_no_update;"), statement.to_owned()),
        Address::Postgres(_) => {
            (format!("drop trigger if exists {table}_no_change on {table};"), statement.to_owned())
        }
    };
    testbed::tamper(&world.address, &format!("{drop} {truth};")).unwrap();
}

fn findings(world: &World) -> Vec<String> {
    world.db.seal().unwrap();
    let report = app::audit::verify(&world.db, &[], |_, _| {}).unwrap();
    assert!(report.contents > 1, "{report}");
    report.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_revision_that_was_altered_is_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, 'Northallerton', 'Northampton') where record_id in (select id from record where kind = 'REQ')",
        );
        let found = findings(&world);
        assert!(found[0].starts_with("Revision 1 of REQ-"), "{found:?}");
        assert!(found.len() == 1 && !found[0].contains(&set), "{found:?}");
    }
}

#[test]
fn a_revision_that_was_put_in_or_taken_away_is_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        behind_the_back(
            &world,
            "revision",
            "insert into revision (record_id, no, title, content, digest, reason, released_at, released_by)
             select record_id, 9, title, content, digest, reason, released_at, released_by from revision
             where content like '%skid stands in%'",
        );
        let found = findings(&world);
        assert!(found.iter().any(|it| it.starts_with("Revision 9 of REQ-")), "{found:?}");
        let system = Actor::system();
        let id = world.db.read(&system, |reader| Ok(reader.mention_of(&set)?.id)).unwrap();
        if let Address::Sqlite(_) = world.address {
            testbed::tamper(&world.address, "drop trigger revision_no_delete;").unwrap();
        }
        testbed::tamper(&world.address, &format!("delete from revision where record_id = {id} and no = 1;"))
            .unwrap();
        let found = findings(&world);
        let gone = format!("Revision 1 of {set}, of which");
        assert!(found.iter().any(|it| it.starts_with(&gone)), "{found:?}");
    }
}

#[test]
fn words_and_files_that_were_altered_are_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let ada = world.ada();
        ada.does(|work| {
            let id = work.mention_of(&set)?.id;
            work.remark(id, "Carl wants it before Easter.", Audience::Internal)?;
            work.attach(id, ("plan.txt", "text/plain"), b"as it was", Audience::Internal)
        })
        .unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(&world, "remark", "update remark set words = 'Carl wants it after Easter.'");
        let found = findings(&world);
        assert!(found.iter().any(|it| it.starts_with("Remark 1 at ")), "{found:?}");
        assert!(found.iter().any(|it| it.starts_with("The content with the digest ")), "{found:?}");
        assert_eq!(found.len(), 2, "{found:?}");
    }
}

#[test]
fn a_drawing_of_a_requirement_that_was_renamed_in_a_released_set_is_named() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        world
            .ada()
            .does(|work| {
                let number = requirements::read(work, &set, requirements::At::Now)?.lines[0].number.clone();
                let id = work.mention_of(&number)?.id;
                work.attach(id, ("drawing-400.pdf", "application/pdf"), b"%PDF-1.7", Audience::Party)?;
                let mut case = work.find::<requirements::RequirementSet>(&set)?;
                work.advance(&mut case, requirements::set::Step::Revise)?;
                requirements::release(work, &set, "with its drawing")
            })
            .unwrap();
        assert_eq!(findings(&world), Vec::<String>::new());
        behind_the_back(
            &world,
            "revision",
            "update revision set content = replace(content, 'drawing-400.pdf', 'drawing-401.pdf')",
        );
        let found = findings(&world);
        let altered = format!("Revision 2 of {set}");
        assert!(found.len() == 1 && found[0].starts_with(&altered), "{found:?}");
    }
}

#[test]
fn a_database_in_which_nothing_is_is_no_installation_and_nothing_is_made_in_it() {
    for world in World::empty_on_each_engine() {
        assert!(kernel::is_installed(&world.address).unwrap());
    }
    for address in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        for _ in 0..2 {
            assert!(!kernel::is_installed(&address).unwrap(), "{address:?}");
        }
        testbed::forget(&address);
    }
}
