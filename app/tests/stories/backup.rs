//! What happens to the machine does not happen to the record: taken with one command, put back with another.

use std::path::Path;
use std::sync::Arc;

use app::config::{Config, Said};
use kernel::{Actor, Address, Audience, Clock};

use crate::world::{World, monday};

/// An installation of its own in a folder, of the engine that is asked for.
fn house(folder: &Path, address: &Address) -> Config {
    let database = match address {
        Address::Sqlite(_) => None,
        Address::Postgres(it) => Some(it.clone()),
    };
    let said = Said {
        data: Some(folder.to_owned()),
        database,
        origin: Some("stories.example/log".into()),
        ..Said::default()
    };
    Config::read(None, said).unwrap()
}

fn clock() -> Clock {
    Arc::new(monday)
}

/// The secret that every story has.
const SECRET: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// What anybody can ask, in one text: the same before and after.
fn told(db: &kernel::Db) -> String {
    db.read(&Actor::system(), |reader| {
        let mut all = Vec::new();
        for entry in reader.registry().all() {
            for row in reader.list(entry.kind.prefix, &kernel::Wanted::default())?.rows {
                let case = entry.find(reader, &row.number)?;
                all.push(format!("{} {} {:?} {}", case.number, case.title, case.released, case.body));
                all.extend(reader.remarks(case.id)?.into_iter().map(|it| it.words));
                for file in reader.attachments(case.id)? {
                    all.push(format!("{} {}", file.name, reader.attachment(file.id)?.1.len()));
                }
            }
        }
        all.extend(reader.search("northallerton", None, 50)?.into_iter().map(|it| it.number));
        Ok(all.join("\n"))
    })
    .unwrap()
}

#[test]
fn a_backup_comes_back_whole_on_either_engine() {
    for world in World::on_each_engine() {
        let set = world.offered_set();
        let ada = world.ada();
        ada.does(|work| {
            let id = work.mention_of(&set)?.id;
            work.remark(id, "Northallerton is cold.", Audience::Party)?;
            work.attach(
                id,
                ("plan.bin", "application/octet-stream"),
                &[0, 255, 13, 10, 7],
                Audience::Internal,
            )
        })
        .unwrap();
        world.db.seal().unwrap();
        let folder = testbed::folder();
        let file = folder.join("backup.zip");
        let manifest = app::backup::take(&world.db, (&file, Some(SECRET)), |_| {}).unwrap();
        assert_eq!(manifest.files.len(), 1);
        // What is done afterwards is not in it.
        let before = told(&world.db);
        ada.does(|work| {
            let id = work.mention_of(&set)?.id;
            work.remark(id, "Too late for the backup.", Audience::Internal)
        })
        .unwrap();

        for other in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
            let folder = testbed::folder();
            let config = house(&folder, &other);
            let (_, db) = app::backup::restore(&config, &file, clock(), |_| {}).unwrap();
            assert_eq!(told(&db), before, "into {other:?}");
            let report = app::audit::verify(&db, &[], |_, _| {}).unwrap();
            assert!(report.is_clean() && report.size > 5, "{report}");
            // The log goes on where it was, and numbers and keys go on after those that were taken.
            db.write(&ada.actor, |work| {
                let id = work.mention_of(&set)?.id;
                work.remark(id, "On we go.", Audience::Internal)
            })
            .unwrap();
            db.seal().unwrap();
            assert!(app::audit::verify(&db, &[], |_, _| {}).unwrap().is_clean());
            let again = app::backup::restore(&config, &file, clock(), |_| {}).err().unwrap().to_string();
            assert!(again.contains("already"), "{again}");
            drop(db);
            testbed::forget(&other);
            let _ = std::fs::remove_dir_all(&folder);
        }
        let _ = std::fs::remove_dir_all(&folder);
    }
}

#[test]
fn a_backup_that_was_altered_or_cut_short_restores_nothing() {
    let world = World::on_each_engine().next().unwrap();
    world.offered_set();
    world.db.seal().unwrap();
    let folder = testbed::folder();
    let file = folder.join("backup.zip");
    app::backup::take(&world.db, (&file, Some(SECRET)), |_| {}).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let refused = |bytes: &[u8], name: &str| {
        let file = folder.join(name);
        std::fs::write(&file, bytes).unwrap();
        let data = folder.join(format!("{name}-data"));
        let config = house(&data, &Address::Sqlite(String::new()));
        let outcome = app::backup::restore(&config, &file, clock(), |_| {});
        assert!(outcome.is_err(), "{name} was restored");
        assert!(!data.join("reqord.db").exists(), "{name} left something");
        format!("{:#}", outcome.err().unwrap())
    };
    assert!(refused(&whole[..whole.len() / 2], "half").contains("cut short"));
    assert!(refused(b"no archive", "none").contains("no backup"));
    for place in (100..whole.len() - 200).step_by(whole.len() / 13) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x55;
        let file = folder.join("flipped");
        std::fs::write(&file, &bytes).unwrap();
        let data = testbed::folder().join("data");
        let config = house(&data, &Address::Sqlite(String::new()));
        // A byte of the archive's own book-keeping may be without meaning; then everything came back right.
        if let Ok((_, db)) = app::backup::restore(&config, &file, clock(), |_| {}) {
            let report = app::audit::verify(&db, &[], |_, _| {}).unwrap();
            assert!(report.is_clean(), "byte {place} of {}: {report}", whole.len());
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_backup_without_its_secret_asks_for_it() {
    let world = World::on_each_engine().next().unwrap();
    world.offered_set();
    let folder = testbed::folder();
    let file = folder.join("backup.zip");
    app::backup::take(&world.db, (&file, None), |_| {}).unwrap();
    let data = folder.join("data");
    let config = house(&data, &Address::Sqlite(String::new()));
    let refusal = app::backup::restore(&config, &file, clock(), |_| {}).err().unwrap().to_string();
    assert!(refusal.contains("does not hold the secret"), "{refusal}");
    std::fs::write(data.join("secret"), "11".repeat(32)).unwrap();
    let refusal = app::backup::restore(&config, &file, clock(), |_| {}).err().unwrap().to_string();
    assert!(refusal.contains("not the one of the backup"), "{refusal}");
    std::fs::write(data.join("secret"), SECRET).unwrap();
    app::backup::restore(&config, &file, clock(), |_| {}).unwrap();
    let _ = std::fs::remove_dir_all(&folder);
}
