use kernel::{Address, Audience, New};
use verifier::{Outcome, VerifierKey, verify_file};

use crate::world::{Note, World, dora};

#[test]
fn the_proof_of_an_entry_holds_for_a_program_that_shares_no_code() {
    for world in World::on_each_engine() {
        for title in ["a", "b", "c", "d", "e"] {
            world.note(&dora(), title, None);
        }
        world.db.seal().unwrap();
        let newest = world.db.read(&dora(), |reader| reader.newest_deeds(i64::MAX, 9)).unwrap();
        let key = VerifierKey::parse(&world.db.secrets().signers[0].vkey()).unwrap();
        for deed in newest {
            let proof = world.db.read(&dora(), |reader| reader.proof(deed.entry)).unwrap().unwrap();
            let report = verify_file(proof.file.as_bytes(), std::slice::from_ref(&key));
            assert!(matches!(report.outcome, Outcome::Holds), "{:?}", report.sentences);
            let altered = proof.file.replacen('\n', "\n ", 1);
            assert!(!matches!(
                verify_file(altered.as_bytes(), std::slice::from_ref(&key)).outcome,
                Outcome::Holds
            ));
        }
    }
}

#[test]
fn personal_values_stand_on_the_trail_sealed_and_are_read_open() {
    for world in World::on_each_engine() {
        let body = Note { words: "x".into(), lines: vec![], secret: Some("Carl Whitfield".into()) };
        let new = New { title: "Person", ..New::default() };
        world.db.write(&dora(), |work| work.create(&new, &body)).unwrap();
        world.db.seal().unwrap();
        let deed = world.db.read(&dora(), |reader| reader.newest_deeds(i64::MAX, 1)).unwrap().remove(0);
        assert_eq!(deed.content["records"][0]["change"]["secret"][1], "Carl Whitfield");
        let proof = world.db.read(&dora(), |reader| reader.proof(deed.entry)).unwrap().unwrap();
        assert!(!String::from_utf8(proof.entry).unwrap().contains("Whitfield"));
    }
}

#[test]
fn what_was_done_cannot_be_changed_by_the_product_itself() {
    for world in World::on_each_engine() {
        world.note(&dora(), "a", None);
        world.db.seal().unwrap();
        for table in ["entry", "entry_record", "leaf", "node", "checkpoint", "revision"] {
            for act in
                [format!("update {table} set {0} = {0}", column(table)), format!("delete from {table}")]
            {
                let outcome = testbed::tamper(&world.address, &act);
                let nothing_there = table == "revision" && matches!(world.address, Address::Sqlite(_));
                assert!(nothing_there || outcome.unwrap_err().contains("append-only"), "{act}");
            }
        }
    }
}

#[test]
fn a_record_and_its_files_go_on_being_written_and_are_never_deleted() {
    for world in World::on_each_engine() {
        never_goes(&world);
    }
}

#[test]
fn what_an_older_house_wrote_is_never_deleted_either_once_its_schema_is_that_of_today() {
    for world in World::of_before("0094_never_deleted") {
        let old = world.note(&dora(), "of before", None);
        let db = world.another_node();
        assert!(db.read(&dora(), |reader| reader.mention_of(&old)).is_ok());
        never_goes(&world);
    }
}

/// Whoever gets at the database writes a record and its files, and takes none of their rows away.
fn never_goes(world: &World) {
    let number = world.note(&dora(), "Housing", None);
    let filed = world.db.write(&dora(), |work| {
        let id = work.mention_of(&number)?.id;
        work.attach(id, ("a.txt", "text/plain"), b"bytes", Audience::Internal)
    });
    filed.unwrap();
    for (table, column) in
        [("file_chunk", "no"), ("attachment", "name"), ("file", "size"), ("record", "title")]
    {
        let (writes, deletes) =
            (format!("update {table} set {column} = {column}"), format!("delete from {table}"));
        testbed::tamper(&world.address, &writes).unwrap();
        let told = testbed::tamper(&world.address, &deletes).expect_err(&deletes);
        assert!(told.contains(&format!("{table} is never deleted")), "{deletes}: {told}");
        if let Address::Postgres(_) = world.address {
            assert!(
                testbed::tamper(&world.address, &format!("truncate {table} cascade")).is_err(),
                "{table}"
            );
        }
    }
}

fn column(table: &str) -> &'static str {
    match table {
        "entry" => "deed",
        "entry_record" | "leaf" => "entry",
        "node" => "position",
        "checkpoint" => "size",
        _ => "no",
    }
}
