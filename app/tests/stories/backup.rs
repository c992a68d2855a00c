//! What happens to the machine does not happen to the record: taken with one command, put back with another.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use app::config::{Config, Said};
use axum::http::StatusCode;
use kernel::{Actor, Address, Audience, Clock, New};
use requirements::RequirementSet;
use serde_json::json;

use crate::world::{World, client, monday};

/// An installation of its own in a folder, of the engine that is asked for.
fn house(folder: &Path, address: &Address) -> Config {
    let said = Said { origin: Some("stories.example/log".into()), ..said(folder, address) };
    Config::read(None, said).unwrap()
}

fn said(folder: &Path, address: &Address) -> Said {
    let database = match address {
        Address::Sqlite(_) => None,
        Address::Postgres(it) => Some(it.clone()),
    };
    Said { data: Some(folder.to_owned()), database, ..Said::default() }
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

/// The house that `samples/house-0.1.py` took from the program of version 0.1: set up on its pages, with two mails, one of
/// them with a file, and a requirement that was released and offered.
#[test]
fn a_house_of_the_first_version_lives_on_with_all_that_is_in_it() {
    let later: Clock = Arc::new(|| "2026-12-01T09:00:00Z".parse().unwrap());
    let file = Path::new("tests/samples/house-0.1.zip");
    for address in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        let folder = testbed::folder();
        let said = Said { origin: Some("reqord.local/log".into()), ..said(&folder, &address) };
        let config = Config::read(None, said).unwrap();
        let (manifest, db) = app::backup::restore(&config, file, Arc::clone(&later), |_| {}).unwrap();
        assert_eq!(manifest.schema.len(), 5, "it was taken before the schema grew");
        db.take_over_old_rows().unwrap();
        db.seal().unwrap();
        let report = app::audit::verify(&db, &[], |_, _| {}).unwrap();
        assert!(report.is_clean() && report.size > 16, "{report}");
        let mut ada = client(&db);
        let known = [("email", "ada.lindqvist@kestrel-dosing.example"), ("password", "seven quiet otters")];
        assert_eq!(ada.post_form("/sign-in", &known).location(), "/", "she knows her password");
        for (page, words) in [
            ("/", "Ada Lindqvist"),
            ("/conversations/CV-2026-0001", "CIP 3 dosing skid"),
            ("/customers/K-0001", "They always ask for stainless steel."),
            ("/requirement-sets/RS-2026-0001", "The skid shall dose 12.5 m³/h at 4 bar."),
            ("/requirement-sets/RS-2026-0001/revisions/1", "12.5"),
            ("/requirements/REQ-0001", "CV-2026-0001"),
            ("/requirements/REQ-0001", "Try the pump"),
            ("/requirements", "REQ-0001"),
            ("/people", "Bob Okafor"),
            ("/search?q=northallerton", "CV-2026-0001"),
        ] {
            let answer = ada.get(page);
            assert!(answer.status.is_success() && answer.text.contains(words), "{page}: {}", answer.text);
        }
        // Everything else is read as well, and the house goes on: the next revision is released.
        assert!(told(&db).contains("REQ-0001"));
        let steps = "/api/v1/requirement-sets/RS-2026-0001/steps/revise";
        let begun = ada.post_json(steps, &json!({ "reason": "More flow" }));
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
        let at = "/api/v1/requirements/REQ-0001";
        let tag = ada.get(at).header("etag").unwrap().to_owned();
        let says = json!({ "statement": "The skid shall dose 14 m³/h at 4 bar." });
        assert_eq!(ada.patch_json(at, Some(&tag), &says).status, StatusCode::OK);
        let released =
            ada.post_json("/api/v1/requirement-sets/RS-2026-0001/release", &json!({ "reason": "More flow" }));
        assert_eq!(released.json()["revision"], 2, "{}", released.text);
        db.seal().unwrap();
        assert!(app::audit::verify(&db, &[], |_, _| {}).unwrap().is_clean());
        drop(ada);
        drop(db);
        testbed::forget(&address);
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

/// The same backup, with one file less in it and in its manifest; the tables speak of it all the same.
fn without_a_file(backup: &Path) -> Vec<u8> {
    let (mut archive, mut manifest) =
        app::backup::examine(BufReader::new(File::open(backup).unwrap())).unwrap();
    let gone = format!("files/{}", manifest.files.remove(0).digest);
    let mut forged = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let names: Vec<String> = archive.file_names().map(|it| it.unwrap().into_owned()).collect();
    for name in names.into_iter().filter(|it| *it != gone) {
        let mut held = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut held).unwrap();
        if name == "manifest.json" {
            held = serde_json::to_vec(&manifest).unwrap();
        }
        forged.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        forged.write_all(&held).unwrap();
    }
    forged.finish().unwrap().into_inner()
}

#[test]
fn a_forged_backup_that_fails_halfway_leaves_room_for_the_true_one() {
    let world = World::on_each_engine().next().unwrap();
    let set = world.offered_set();
    world
        .ada()
        .does(|work| {
            let id = work.mention_of(&set)?.id;
            work.attach(id, ("plan.txt", "text/plain"), &vec![7; 200 << 10], Audience::Internal)
        })
        .unwrap();
    world.db.seal().unwrap();
    let folder = testbed::folder();
    let (file, forged) = (folder.join("backup.zip"), folder.join("forged.zip"));
    app::backup::take(&world.db, (&file, Some(SECRET)), |_| {}).unwrap();
    std::fs::write(&forged, without_a_file(&file)).unwrap();
    for other in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
        let data = testbed::folder();
        let config = house(&data, &other);
        let refusal = app::backup::restore(&config, &forged, clock(), |_| {}).err().unwrap().to_string();
        assert!(refusal.contains("is not in it"), "{refusal}");
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "{other:?}");
        if matches!(other, Address::Postgres(_)) {
            // Whatever was left of its schema would be in the way of this.
            let bare = "create table record (id bigint); drop table record; create function refuse()
                        returns bigint language sql as 'select 1'; drop function refuse();
                        create table migration (no bigint); drop table migration;";
            testbed::tamper(&other, bare).unwrap();
        }
        let (_, db) = app::backup::restore(&config, &file, clock(), |_| {}).unwrap();
        assert_eq!(told(&db), told(&world.db), "into {other:?}");
        drop(db);
        testbed::forget(&other);
        let _ = std::fs::remove_dir_all(&data);
    }
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn a_house_that_was_only_started_is_not_empty_and_says_so() {
    let world = World::on_each_engine().next().unwrap();
    world.offered_set();
    world.db.seal().unwrap();
    let folder = testbed::folder();
    let file = folder.join("backup.zip");
    app::backup::take(&world.db, (&file, Some(SECRET)), |_| {}).unwrap();
    for started in World::empty_on_each_engine() {
        let Address::Postgres(_) = &started.address else { continue };
        let data = testbed::folder();
        let config = house(&data, &started.address);
        let refusal = app::backup::restore(&config, &file, clock(), |_| {}).err().unwrap().to_string();
        assert!(refusal.contains("There is something in this database already"), "{refusal}");
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0);
        let jobs = started.db.read(&Actor::system(), |reader| reader.jobs(None, None, 100)).unwrap();
        assert!(!jobs.is_empty(), "what was there goes on");
        let _ = std::fs::remove_dir_all(&data);
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

/// The numbers of all sets, in their order.
fn sets(db: &kernel::Db) -> Vec<String> {
    let wanted = kernel::Wanted { limit: Some(1_000), ..kernel::Wanted::default() };
    let rows = db.read(&Actor::system(), |reader| Ok(reader.list("RS", &wanted)?.rows)).unwrap();
    rows.into_iter().map(|it| it.number).collect()
}

#[test]
fn a_backup_taken_while_others_write_is_one_state_that_is_verified_and_goes_on() {
    for world in World::on_each_engine() {
        let is_over = Arc::new(AtomicBool::new(false));
        let writing: Vec<_> = (0..2)
            .map(|_| {
                let (db, ada, meridian) = (Arc::clone(&world.db), world.ada().actor, world.meridian);
                let is_over = Arc::clone(&is_over);
                thread::spawn(move || {
                    // Many enough to be there all the while, few enough to end by themselves.
                    for _ in 0..400 {
                        if is_over.load(Ordering::SeqCst) {
                            break;
                        }
                        let new = New { title: "Skid", party: Some(meridian), ..New::default() };
                        db.write(&ada, |work| {
                            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
                            work.remark(set.id, "Northallerton is cold.", Audience::Internal)?;
                            work.attach(
                                set.id,
                                ("plan.txt", "text/plain"),
                                set.number.as_bytes(),
                                Audience::Internal,
                            )
                        })
                        .unwrap();
                        db.seal().unwrap();
                        thread::sleep(Duration::from_millis(5));
                    }
                })
            })
            .collect();
        while sets(&world.db).len() < 5 {
            thread::sleep(Duration::from_millis(5));
        }
        let folder = testbed::folder();
        let file = folder.join("backup.zip");
        let before = sets(&world.db).len();
        app::backup::take(&world.db, (&file, Some(SECRET)), |_| {}).unwrap();
        let taken = sets(&world.db).len();
        while sets(&world.db).len() < taken + 3 {
            thread::sleep(Duration::from_millis(5));
        }
        is_over.store(true, Ordering::SeqCst);
        for it in writing {
            it.join().unwrap();
        }

        for other in std::iter::once(testbed::sqlite()).chain(testbed::postgres()) {
            let folder = testbed::folder();
            let config = house(&folder, &other);
            let (_, db) = app::backup::restore(&config, &file, clock(), |_| {}).unwrap();
            let held = sets(&db);
            assert!((before..=taken).contains(&held.len()), "{before} {} {taken}", held.len());
            let counted: Vec<String> = (1..=held.len()).map(|it| format!("RS-2026-{it:04}")).collect();
            assert_eq!(held, counted, "one state, without a gap");
            // Each set is there with all that its deed wrote, or not at all.
            for number in &held {
                let (remarks, file) = db
                    .read(&Actor::system(), |reader| {
                        let id = reader.mention_of(number)?.id;
                        let file = reader.attachments(id)?.remove(0).id;
                        Ok((reader.remarks(id)?.len(), reader.attachment(file)?.1))
                    })
                    .unwrap();
                assert_eq!((remarks, file.as_slice()), (1, number.as_bytes()));
            }
            db.seal().unwrap();
            let report = app::audit::verify(&db, &[], |_, _| {}).unwrap();
            assert!(report.is_clean(), "{report}");
            let new = New { title: "The next", ..New::default() };
            let next = db
                .write(&world.ada().actor, |work| {
                    requirements::open_set(work, &new, &RequirementSet::default())
                })
                .unwrap();
            assert_eq!(next.number, format!("RS-2026-{:04}", held.len() + 1));
            db.seal().unwrap();
            assert!(app::audit::verify(&db, &[], |_, _| {}).unwrap().is_clean());
            drop(db);
            testbed::forget(&other);
            let _ = std::fs::remove_dir_all(&folder);
        }
        let _ = std::fs::remove_dir_all(&folder);
    }
}
