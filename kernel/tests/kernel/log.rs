use kernel::{Address, New};
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

fn column(table: &str) -> &'static str {
    match table {
        "entry" => "deed",
        "entry_record" | "leaf" => "entry",
        "node" => "position",
        "checkpoint" => "size",
        _ => "no",
    }
}
