//! Files that come in: looked at first, decided by people, taken in piece by piece, and taken back as a whole.

use std::path::Path;
use std::sync::Arc;

use ::imports::{Arrived, BatchState, Choice, Counts, Decision, Mapping, Outcome, RowLine, Seen};
use app::wiring::TARGETS;
use axum::http::{Method, StatusCode};
use customers::Organisation;
use identity::{NewToken, Scope};
use kernel::{Actor, Db, Effect, Error, ExtraField, Fields, Holds, New, Result, Work};
use requirements::{Edit, Requirement, RequirementSet};
use serde_json::json;
use web::testing::Client;

use crate::world::{World, refusal, with_a_formula};

fn demo(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo").join(name)).unwrap()
}

fn program(world: &World, short: &str) -> Client {
    let secret = identity::token_secret().unwrap();
    let wanted = NewToken { name: "story", scope: Scope::Write, days: 1 };
    world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    let edge = app::wiring::edge(Arc::clone(&world.db), false);
    Client::new(web::router(app::wiring::routes(), edge)).with_bearer(&secret)
}

/// A batch of one file, for whoever takes it in.
struct Taken<'a> {
    db: &'a Db,
    actor: Actor,
    number: String,
    id: i64,
}

fn staged<'a>(
    db: &'a Db,
    actor: &Actor,
    target: &str,
    (name, into): (&str, &str),
    bytes: &[u8],
) -> Result<Taken<'a>> {
    staged_sheet(db, actor, target, &Arrived { name, bytes, into, sheet: "" })
}

fn staged_sheet<'a>(db: &'a Db, actor: &Actor, target: &str, arrived: &Arrived) -> Result<Taken<'a>> {
    let target = ::imports::target_of(TARGETS, target)?;
    let content = ::imports::read_apart(db, arrived)?;
    let made = db.write(actor, |work| ::imports::stage(work, target, arrived, &content))?;
    Ok(Taken { db, actor: actor.clone(), number: made.number, id: made.id })
}

impl Taken<'_> {
    fn rows(&self) -> Vec<RowLine> {
        self.db
            .read(&self.actor, |reader| ::imports::rows(reader, self.id, (None, false), (0, 100_000)))
            .unwrap()
    }

    fn counts(&self) -> Counts {
        self.db.read(&self.actor, |reader| ::imports::counts(reader, self.id)).unwrap()
    }

    fn row(&self, key: &str) -> RowLine {
        self.rows().into_iter().find(|it| it.fields.get(kernel::KEY).is_some_and(|it| it == key)).unwrap()
    }

    fn row_of(&self, name: &str) -> RowLine {
        self.rows().into_iter().find(|it| it.title == name).unwrap()
    }

    fn choose(&self, effect: Option<Effect>, choice: Choice) -> Result<i64> {
        self.db.write(&self.actor, |work| {
            ::imports::choose(work, Seen::now(&self.number), TARGETS, (effect, choice))
        })
    }

    fn decide(&self, place: i64, decision: &Decision) -> Result<()> {
        self.db.write(&self.actor, |work| {
            ::imports::decide(work, (Seen::now(&self.number), place), TARGETS, decision)
        })
    }

    fn for_all(&self, said: &Fields) -> Result<i64> {
        self.db.write(&self.actor, |work| ::imports::for_all(work, Seen::now(&self.number), TARGETS, said))
    }

    fn apply(&self) {
        let done = ::imports::apply(self.db, &self.actor, Seen::now(&self.number), (TARGETS, 1000)).unwrap();
        assert!(done.is_done);
    }

    fn revert(&self) {
        let done = ::imports::revert(self.db, &self.actor, Seen::now(&self.number), (TARGETS, 1000)).unwrap();
        assert!(done.is_done);
    }

    fn state(&self) -> BatchState {
        self.db
            .read(&self.actor, |reader| reader.find::<::imports::Batch>(&self.number))
            .unwrap()
            .record
            .state
    }
}

fn organisation(db: &Db, number: &str) -> (String, Organisation, String) {
    let case = db.read(&Actor::system(), |reader| reader.find::<Organisation>(number)).unwrap();
    (case.record.title, case.body, kernel::Vocabulary::code(case.record.state))
}

fn entries(db: &Db) -> i64 {
    db.seal().unwrap();
    db.read(&Actor::system(), |reader| reader.stored_size()).unwrap()
}

/// A field that has to be said of each new record of a kind.
fn must_be_said(world: &World, kind: &str, title: &str, holds: Holds) {
    let field = ExtraField { of_kind: kind.into(), holds, required: true, ..ExtraField::default() };
    world.sam().does(|work| work.define(title, &field)).unwrap();
}

#[test]
fn letters_of_an_encoding_that_is_not_known_are_told_before_a_row_comes_in() {
    for world in World::empty_on_each_engine() {
        let told = |bytes: &[u8]| {
            let batch = staged(&world.db, &Actor::system(), "customers", ("list.csv", ""), bytes).unwrap();
            ["9001", "9002"]
                .map(|key| batch.row(key).finding.notes.iter().map(ToString::to_string).collect::<String>())
        };
        // As a program of DOS wrote “Käserei Köln”.
        let [wrong, right] = told(b"Kundennr;Firma;Ort\n9001;K\x84serei K\x94ln;Ulm\n9002;Hof Anna;Ulm\n");
        assert!(wrong.contains("look wrong") && !right.contains("look wrong"), "{wrong}; {right}");
        let [right, _] = told("Kundennr;Firma;Ort\n9001;Käserei Köln;Łódź\n9002;Hof Anna;Ulm\n".as_bytes());
        assert!(!right.contains("look wrong"), "{right}");
    }
}

#[test]
fn the_old_systems_customers_come_in_with_every_double_found_and_its_reason() {
    for world in World::empty_on_each_engine() {
        let sam = Actor::system();
        let batch =
            staged(&world.db, &sam, "customers", ("customers.csv", ""), &demo("customers/customers.csv"))
                .unwrap();
        let body = world.db.read(&sam, |reader| reader.find::<::imports::Batch>(&batch.number)).unwrap().body;
        assert_eq!((body.encoding.as_str(), body.separator.as_str()), ("windows-1252", ";"));
        assert_eq!(
            body.columns,
            ["key", "name", "street", "post_code", "town", "country", "trade", "email", "language", "note"]
        );
        // `demo/customers/expected.md`: of whom, and how sure.
        for (row, of, certain) in [
            ("8004", "K-1001", true),
            ("8011", "K-1006", true),
            ("8017", "K-1008", true),
            ("8023", "K-1002", false),
            ("8029", "K-1014", false),
        ] {
            let found = batch.row(row);
            assert_eq!(found.effect, Effect::Duplicate, "{row}");
            assert_eq!(found.choice, Choice::Open, "{row} waits for a person");
            let candidate = &found.finding.candidates[0];
            assert_eq!((candidate.number.as_str(), candidate.is_certain), (of, certain), "{row}");
            assert!(candidate.reasons.len() > 1, "{row}: {:?}", candidate.reasons);
        }
        let site = batch.row("8030");
        assert_eq!(site.effect, Effect::New, "a site is no double");
        assert_eq!(
            (site.finding.changes[0].field.as_str(), site.finding.changes[0].new.as_str()),
            ("parent", "K-1003")
        );
        assert_eq!(
            batch.row("8031").effect,
            Effect::New,
            "a similar name in another country is nobody's double"
        );
        assert_eq!(batch.counts().new, 32);
        let told =
            |key: &str| batch.row(key).finding.notes.iter().map(ToString::to_string).collect::<String>();
        assert!(told("K-1004").contains("looks like a formula"), "{}", told("K-1004"));
        assert!(told("K-1020").contains("Letters were lost"), "{}", told("K-1020"));
        assert!(told("K-1012").contains("no mail address") && told("K-1013").contains("no post code"));

        assert_eq!(batch.choose(Some(Effect::Duplicate), Choice::Merge).unwrap(), 3, "only the certain ones");
        for key in ["8023", "8029"] {
            let place = batch.row(key).place;
            batch.decide(place, &Decision { choice: Choice::Merge, ..Decision::default() }).unwrap();
        }
        let before = entries(&world.db);
        batch.apply();
        assert_eq!(
            entries(&world.db),
            before + 2,
            "one piece is one entry: what is there, then what is merged into it"
        );
        assert_eq!((batch.state(), batch.counts().taken_in), (BatchState::Applied, 37));
        let (name, meridian, _) = organisation(&world.db, "K-1001");
        assert_eq!((name.as_str(), meridian.town.as_str()), ("Meridian Dairies Ltd", "Northallerton"));
        assert_eq!(organisation(&world.db, "K-1004").1.note, "=cmd|' /C calc'!A0", "it stays a text");
        let site = batch.row("8030").made.unwrap();
        let house = batch.row("K-1003").made;
        let site = world.db.read(&sam, |reader| reader.find_by_id::<Organisation>(site)).unwrap();
        assert_eq!(site.body.parent, house);

        let again =
            staged(&world.db, &sam, "customers", ("customers.csv", ""), &demo("customers/customers.csv"))
                .unwrap();
        let counts = again.counts();
        // The name and street of a double differ from those that stayed; whoever takes it in again sees that.
        assert_eq!(
            (counts.new, counts.duplicates, counts.faults),
            (0, 0, 0),
            "the same file twice makes nothing"
        );
        assert_eq!(counts.same, 32);
    }
}

#[test]
fn a_workbook_mends_what_the_other_file_lost_and_the_batch_is_taken_back_whole() {
    for world in World::empty_on_each_engine() {
        let sam = Actor::system();
        let first =
            staged(&world.db, &sam, "customers", ("customers.csv", ""), &demo("customers/customers.csv"))
                .unwrap();
        first.choose(Some(Effect::Duplicate), Choice::Leave).unwrap();
        first.apply();
        assert!(organisation(&world.db, "K-1020").1.town.contains('?'));
        let second =
            staged(&world.db, &sam, "customers", ("customers.xlsx", ""), &demo("customers/customers.xlsx"))
                .unwrap();
        let row = second.row("K-1020");
        assert_eq!(row.effect, Effect::Changes, "{row:?}");
        second.apply();
        let (_, mended, _) = organisation(&world.db, "K-1020");
        assert!(!mended.town.contains('?') && !mended.street.contains('?'), "{mended:?}");

        // Somebody goes on from there: that stays, and is told.
        world
            .db
            .write(&sam, |work| {
                let case = work.find::<Organisation>("K-1020")?;
                let body = Organisation { town: "Somewhere else".into(), ..case.body.clone() };
                customers::change(work, "K-1020", case.record.version, &case.record.title, body)
            })
            .unwrap();
        second.revert();
        assert_eq!(second.state(), BatchState::Reverted);
        let (_, after, _) = organisation(&world.db, "K-1020");
        assert_eq!(after.town, "Somewhere else");
        assert!(after.street.contains('?'), "the street is set back: {}", after.street);
        let stays = second.row("K-1020");
        assert_eq!(stays.outcome, Outcome::Stays);
        assert!(stays.done.why.unwrap().to_string().contains("Town"));

        first.revert();
        let (_, _, state) = organisation(&world.db, "K-1001");
        assert_eq!(state, "dormant", "what was new is withdrawn as far as the rules allow");
        let third =
            staged(&world.db, &sam, "customers", ("customers.csv", ""), &demo("customers/customers.csv"))
                .unwrap();
        assert_eq!(third.row("K-1001").effect, Effect::Changes, "it is woken, not made twice");
        third.apply();
        assert_eq!(organisation(&world.db, "K-1001").2, "active");
    }
}

#[test]
fn whoever_took_contacts_in_takes_them_all_back_and_who_left_stays_away_from_them() {
    for world in World::on_each_engine() {
        let (ada, bob) = (world.ada().actor, world.bob());
        let number = world.ada().asks(|reader| Ok(reader.mention(world.meridian)?.unwrap().number));
        let carl = world.ada().asks(|reader| {
            let person = reader.find_by_id::<identity::Person>(world.carl().actor.person)?;
            Ok((person.record.number, person.body.email))
        });
        let file = format!(
            "customer,name,email,phone,language,note\n\
             {number},Orla Thwaite,orla.thwaite@meridian-dairies.example,,en,Likes tea\n\
             {number},Piers Munby,piers.munby@meridian-dairies.example,,en,\n\
             {number},Carl Whitfield,{},,en,\n",
            carl.1
        );
        bob.does(|work| identity::leave(work, &carl.0)).unwrap();
        let take = || staged(&world.db, &ada, "contacts", ("contacts.csv", ""), file.as_bytes()).unwrap();
        let state = |email: &str| {
            world.ada().asks(|reader| {
                let found = customers::party_of_address(reader, email)?;
                Ok(found.and_then(|it| it.person).is_some())
            })
        };
        let batch = take();
        let (orla, away) = (&batch.rows()[0], &batch.rows()[2]);
        assert_eq!((orla.effect, away.effect), (Effect::New, Effect::Same), "{:?}", away.finding);
        let told: Vec<String> = away.finding.notes.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|it| it.starts_with("They left, and that stays:")), "{told:?}");
        batch.apply();
        assert!(state("orla.thwaite@meridian-dairies.example"));
        batch.revert();
        for row in batch.rows().iter().take(2) {
            assert_eq!(row.outcome, Outcome::Reverted, "{:?}", row.done);
        }
        let made = orla_of(&batch);
        let (person, remarks) = world
            .ada()
            .asks(|reader| Ok((reader.find_by_id::<identity::Person>(made)?, reader.remarks(made)?)));
        assert_eq!(person.record.state, identity::PersonState::Left);
        assert!(remarks.iter().all(|it| it.struck_at.is_some()), "the note that came with her is struck out");
        // In again: nobody has a way in, so whoever keeps contacts takes them back.
        let again = take();
        assert_eq!(again.row_of("Orla Thwaite").effect, Effect::Changes);
        again.apply();
        let person = world.ada().asks(|reader| reader.find_by_id::<identity::Person>(made));
        assert_eq!(person.record.state, identity::PersonState::Active);
        let gone = world.ada().asks(|reader| reader.find::<identity::Person>(&carl.0));
        assert_eq!(gone.record.state, identity::PersonState::Left, "Carl has a password");
        again.revert();
        let person = world.ada().asks(|reader| reader.find_by_id::<identity::Person>(made));
        assert_eq!(person.record.state, identity::PersonState::Left);
    }
}

fn orla_of(batch: &Taken) -> i64 {
    batch.row_of("Orla Thwaite").made.unwrap()
}

#[test]
fn people_come_in_once_however_their_names_are_written() {
    for world in World::empty_on_each_engine() {
        let sam = Actor::system();
        let customers =
            staged(&world.db, &sam, "customers", ("customers.csv", ""), &demo("customers/customers.csv"))
                .unwrap();
        customers.choose(Some(Effect::Duplicate), Choice::Merge).unwrap();
        customers.apply();
        let people =
            staged(&world.db, &sam, "contacts", ("contacts.csv", ""), &demo("customers/contacts.csv"))
                .unwrap();
        let by_name =
            |name: &str| people.rows().into_iter().filter(|it| it.title == name).collect::<Vec<_>>();
        let carl = by_name("Carl Whitfield");
        assert_eq!(carl.len(), 2, "“Whitfield, Carl” is written as pages write names");
        assert_eq!((carl[0].effect, carl[1].effect), (Effect::New, Effect::Duplicate));
        assert!(carl[1].finding.candidates[0].is_certain);
        let short = &by_name("C. Whitfield")[0];
        assert_eq!(short.effect, Effect::Duplicate, "8004 was merged into K-1001, and its people with it");
        let malte = &by_name("Dipl.-Ing. Kröger")[0];
        assert_eq!(
            malte.effect,
            Effect::Duplicate,
            "the address tells who is meant by a title and a family name"
        );
        assert!(malte.finding.candidates[0].is_certain, "{:?}", malte.finding.candidates);
        let harriet = &by_name("Harriet Cole")[1];
        assert_eq!((harriet.effect, harriet.finding.candidates[0].is_certain), (Effect::Duplicate, false));
        let harriet_place = harriet.place;
        assert!(
            people.decide(harriet_place, &Decision { choice: Choice::Take, ..Decision::default() }).is_err(),
            "a name alone does not tell where she belongs"
        );
        people.choose(Some(Effect::Duplicate), Choice::Merge).unwrap();
        people.decide(harriet_place, &Decision { choice: Choice::Leave, ..Decision::default() }).unwrap();
        people.apply();
        let found = world.db.read(&sam, |reader| {
            let known = |email: &str| customers::party_of_address(reader, email);
            let shared = ["stores@thornbury-drinks.example", "acquisti@bellacqua.example"];
            let shared = shared.map(known);
            Ok((known("carl.whitfield@meridian-dairies.example")?, shared))
        });
        let (carl, shared) = found.unwrap();
        assert!(carl.unwrap().person.is_some());
        for it in shared {
            assert!(it.unwrap().unwrap().person.is_none(), "a shared mailbox identifies nobody");
        }
        let phone = world.db.read(&sam, |reader| {
            let (id, ..) = identity::person_with_email(reader, "carl.whitfield@meridian-dairies.example")?
                .ok_or(Error::NotFound)?;
            Ok(reader.find_by_id::<identity::Person>(id)?.body.phone)
        });
        assert_eq!(phone.unwrap(), "+44 7700 900417", "merging fills in what was missing");
        let again =
            staged(&world.db, &sam, "contacts", ("contacts.csv", ""), &demo("customers/contacts.csv"))
                .unwrap();
        assert_eq!(again.counts().new, 0, "{:?}", again.counts());
    }
}

fn a_set(world: &World) -> String {
    let new = New { title: "CIP 3 dosing skid", party: Some(world.meridian), ..New::default() };
    let made =
        world.ada().does(|work: &mut Work| requirements::open_set(work, &new, &RequirementSet::default()));
    made.unwrap().number
}

#[test]
fn the_customers_specification_comes_in_clause_by_clause_with_its_words_as_source() {
    for world in World::on_each_engine() {
        for name in ["meridian-urs.pdf", "meridian-urs.docx"] {
            let set = a_set(&world);
            let ada = world.ada().actor;
            let batch =
                staged(&world.db, &ada, "requirements", (name, &set), &demo(&format!("requirements/{name}")))
                    .unwrap();
            let rows = batch.rows();
            assert!(rows.len() >= 70, "{}", rows.len());
            assert!(rows.iter().all(|it| it.choice == Choice::Open), "each waits to be confirmed");
            assert!(
                refusal(batch.db.write(&ada, |work| ::imports::take_some(
                    work,
                    Seen::now(&batch.number),
                    TARGETS
                )))
                .contains("Decide about the rows")
            );
            // One is mended, one is left out, the rest is confirmed.
            let place = batch.row("5.7").place;
            let mut fields = batch.row("5.7").fields;
            fields.insert(
                "statement".into(),
                "The controller shall be operated by one person after an hour of training.".into(),
            );
            batch
                .decide(
                    place,
                    &Decision { choice: Choice::Take, fields: Some(fields), ..Decision::default() },
                )
                .unwrap();
            let place = batch.row("1.1").place;
            batch.decide(place, &Decision { choice: Choice::Leave, ..Decision::default() }).unwrap();
            batch.choose(None, Choice::Take).unwrap();
            batch.apply();
            let made = batch.row("3.2.1").made.unwrap();
            let (case, passages) = world
                .ada()
                .asks(|reader| Ok((reader.find_by_id::<Requirement>(made)?, reader.passages_behind(made)?)));
            assert!(case.body.statement.starts_with("The set point shall be adjustable from 75 to 200 mg/l"));
            assert_eq!(passages.len(), 1);
            assert_eq!(passages[0].exact, case.body.passage, "its words stand in the document");
            assert!(case.body.source.ends_with("3.2.1"));
            let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
            assert_eq!(reading.lines.len(), rows.len() - 1);
            assert!(reading.sections.iter().any(|it| it.title == "Process"), "{:?}", reading.sections);
            assert!(batch.row("5.7").made.is_some());
            let coverage = world.ada().asks(|reader| requirements::coverage(reader, &set));
            let rests = |it: &requirements::Covered| it.rests_on == [batch.number.clone()];
            assert!(coverage.lines.iter().all(rests), "each rests on the document: {:?}", coverage.lines);
            let page = program(&world, "ada").get(&format!("/sources/{}", passages[0].source_id));
            assert_eq!(page.status, StatusCode::OK, "the words are shown where they stand");

            batch.revert();
            let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
            assert_eq!((reading.lines.len(), reading.sections.len()), (0, 1), "{:?}", reading.sections);
        }
    }
}

#[test]
fn requirements_from_a_table_change_what_is_there_and_are_taken_back_but_for_what_others_did() {
    for world in World::on_each_engine() {
        let (set, ada) = (a_set(&world), world.ada().actor);
        let first = staged(
            &world.db,
            &ada,
            "requirements",
            ("rev-1.csv", &set),
            &demo("requirements/rs-2026-0017-rev-1.csv"),
        )
        .unwrap();
        assert_eq!(
            first.counts().faults,
            0,
            "{:?}",
            first.rows().iter().find(|it| it.effect == Effect::Fault)
        );
        first.apply();
        let made = first.counts().taken_in;
        let number = |key: &str| {
            let id = first.row(key).made.unwrap();
            world.ada().asks(|reader| Ok(reader.mention(id)?.unwrap().number))
        };
        assert_eq!(number("REQ-0412"), "REQ-0412", "a free number of ours is kept");
        let second = staged(
            &world.db,
            &ada,
            "requirements",
            ("rev-2.csv", &set),
            &demo("requirements/rs-2026-0017-rev-2.csv"),
        )
        .unwrap();
        let counts = second.counts();
        assert!(counts.changes > 0 && counts.new > 0 && counts.same > 0, "{counts:?}");
        let flow = second.row("REQ-0417");
        let told = flow.finding.changes.iter().find(|it| it.field == "statement").unwrap();
        assert!(told.old.contains("18 m³/h") && told.new.contains("20 m³/h"), "{told:?}");
        second.apply();
        world
            .ada()
            .does(|work| {
                let fields =
                    vec![("statement".to_owned(), "Dosing of line A is designed for 25 m³/h.".to_owned())];
                requirements::edit(work, &Edit { number: "REQ-0417".into(), version: None, fields })?;
                Ok(())
            })
            .unwrap();
        second.revert();
        let kept = second.row("REQ-0417");
        assert_eq!(kept.outcome, Outcome::Stays, "{:?}", kept.done);
        let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
        assert_eq!(i64::try_from(reading.lines.len()).unwrap(), made, "what was new is withdrawn");
        let flow = reading.lines.iter().find(|it| it.number == "REQ-0417").unwrap();
        assert!(flow.body.statement.contains("25 m³/h"));
        let book = staged(
            &world.db,
            &ada,
            "requirements",
            ("rs.xlsx", &set),
            &demo("requirements/rs-2026-0017.xlsx"),
        )
        .unwrap();
        assert_eq!(book.counts().faults, 0);
        let text =
            staged(&world.db, &ada, "requirements", ("rs.md", &set), &demo("requirements/rs-2026-0017.md"))
                .unwrap();
        assert!(
            text.rows().len() > 60 && text.row("REQ-0413").target_is_there(),
            "{:?}",
            text.row("REQ-0413")
        );
    }
}

trait There {
    fn target_is_there(&self) -> bool;
}

impl There for RowLine {
    fn target_is_there(&self) -> bool {
        self.finding.target.is_some()
    }
}

fn many(count: usize) -> Vec<u8> {
    let rows: String = (1..=count)
        .map(|it| format!("A{it},Part {},Line {it} shall deliver at least {it} l/h.\n", it % 7))
        .collect();
    format!("id,section,statement\n{rows}").into_bytes()
}

#[test]
fn a_batch_that_was_stopped_between_two_pieces_goes_on_where_it_was() {
    for world in World::on_each_engine() {
        let (set, ada) = (a_set(&world), world.ada().actor);
        let batch = staged(&world.db, &ada, "requirements", ("many.csv", &set), &many(1_200)).unwrap();
        let one = ::imports::apply(&world.db, &ada, Seen::now(&batch.number), (TARGETS, 1)).unwrap();
        assert_eq!((one.is_done, one.rows, batch.state()), (false, 500, BatchState::Applying));
        let page = program(&world, "ada").get(&format!("/imports/{}", batch.number));
        assert!(page.text.contains("Go on taking in"), "whoever comes back sees where it stopped");
        batch.apply();
        let size = |word: &str| {
            let reading = world.ada().asks(|reader| requirements::read(reader, &set, requirements::At::Now));
            assert!(reading.lines.iter().all(|it| it.body.statement.contains(word)));
            reading.lines.len()
        };
        assert_eq!((size("deliver"), batch.state()), (1_200, BatchState::Applied));
        let numbers: std::collections::BTreeSet<_> =
            batch.rows().into_iter().filter_map(|it| it.made).collect();
        assert_eq!(numbers.len(), 1_200, "nothing came in twice");
        let back = ::imports::revert(&world.db, &ada, Seen::now(&batch.number), (TARGETS, 2)).unwrap();
        assert_eq!((back.is_done, size("deliver")), (false, 200));
        batch.revert();
        assert_eq!((size("deliver"), batch.state()), (0, BatchState::Reverted));
    }
}

#[test]
fn columns_are_chosen_once_and_remembered_for_the_same_headings() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let file = "Wer;Wo;Was\nNordhafen AG;Kiel;Fisch\n";
        let first = staged(&world.db, &ada, "customers", ("a.csv", ""), file.as_bytes()).unwrap();
        assert_eq!(first.counts().faults, 1, "nobody could know which column is the name");
        let map = |batch: &Taken, columns: &[&str]| {
            let columns = columns.iter().map(|it| (*it).to_owned()).collect();
            let mapping = Mapping { sheet: String::new(), header_row: 1, columns };
            world.db.write(&ada, |work| ::imports::map(work, Seen::now(&batch.number), TARGETS, &mapping))
        };
        assert!(refusal(map(&first, &["name", "name", ""])).contains("two columns"));
        assert!(refusal(map(&first, &["name", "magic", ""])).contains("no such field"));
        map(&first, &["name", "town", "trade"]).unwrap();
        assert_eq!((first.counts().new, first.counts().faults), (1, 0));
        let second =
            staged(&world.db, &ada, "customers", ("b.csv", ""), file.replace("Kiel", "Husum").as_bytes())
                .unwrap();
        assert_eq!(second.counts().new, 1, "the same headings are read the same way");
        first.apply();
        let row = &first.rows()[0];
        assert_eq!(row.outcome, Outcome::Made);
    }
}

#[test]
fn what_changed_since_it_was_looked_at_is_not_overwritten() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let file = b"Account ID,Account name,Billing city\nK-1001,Meridian Dairies Ltd,York\n";
        let batch = staged(&world.db, &ada, "customers", ("a.csv", ""), file).unwrap();
        assert_eq!(batch.rows()[0].effect, Effect::Changes);
        world
            .ada()
            .does(|work| {
                let case = work.find::<Organisation>("K-1001")?;
                let body = Organisation { town: "Leeds".into(), ..case.body.clone() };
                customers::change(work, "K-1001", case.record.version, &case.record.title, body)
            })
            .unwrap();
        batch.apply();
        let row = &batch.rows()[0];
        assert_eq!(row.outcome, Outcome::Kept);
        assert_eq!(organisation(&world.db, "K-1001").1.town, "Leeds");
        batch.decide(1, &Decision { choice: Choice::Take, ..Decision::default() }).unwrap();
        batch.apply();
        assert_eq!(organisation(&world.db, "K-1001").1.town, "York", "looked at again, it is taken in");
    }
}

#[test]
fn outsiders_learn_nothing_of_imports_and_whoever_only_reads_changes_nothing() {
    for world in World::on_each_engine() {
        let (set, ada) = (a_set(&world), world.ada().actor);
        let batch = staged(&world.db, &ada, "requirements", ("many.csv", &set), &many(3)).unwrap();
        let addresses = [
            "/imports".to_owned(),
            "/imports/new".to_owned(),
            format!("/imports/{}", batch.number),
            format!("/imports/{}/rows/1", batch.number),
        ];
        for short in ["eve", "carl"] {
            let mut outsider = program(&world, short);
            for address in &addresses {
                let shown = outsider.get(address);
                assert_eq!(shown.status, StatusCode::NOT_FOUND, "{short} {address}");
                assert!(!shown.text.contains("many.csv"));
            }
            for deed in ["apply", "revert", "choose", "columns", "rows"] {
                let sent = outsider.post_form(
                    &format!("/imports/{}/{deed}", batch.number),
                    &[("choice", "take"), ("header_row", "1")],
                );
                assert_eq!(sent.status, StatusCode::NOT_FOUND, "{short} {deed}");
            }
        }
        let mut amelia = program(&world, "amelia");
        assert!(amelia.get(&addresses[2]).text.contains("many.csv"), "she reads everything");
        for deed in ["apply", "revert", "choose", "columns"] {
            let sent = amelia.post_form(
                &format!("/imports/{}/{deed}", batch.number),
                &[("choice", "leave"), ("header_row", "1")],
            );
            assert!(sent.status.is_client_error(), "{deed}: {}", sent.status);
        }
        let henrik = world.henrik().actor;
        let refused = staged(&world.db, &henrik, "customers", ("a.csv", ""), b"name\nX\n");
        assert!(refused.is_err(), "he keeps no customers");
        assert_eq!((batch.state(), batch.counts().ready), (BatchState::Staged, 3));
    }
}

#[test]
fn a_person_sees_the_rows_decides_and_takes_them_in() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let file = "Firma;Ort;Land;E-Mail\nMeridian Dairies Limited;Northallerton;GB;info@meridian-dairies.example\nNeu <script>alert(1)</script> GmbH;Kiel;DE;info@neu.example\n;Kiel;DE;\n";
        let batch = staged(&world.db, &ada, "customers", ("old.csv", ""), file.as_bytes()).unwrap();
        let mut ada = program(&world, "ada");
        let to = format!("/imports/{}", batch.number);
        let page = ada.get(&to).text;
        for words in [
            "Likely duplicate",
            "the same mail domain",
            "Name the organisation",
            "4 of 4 columns",
            "Take in 1 row",
        ] {
            assert!(page.contains(words), "{words} is not there");
        }
        assert!(!page.contains("<script>alert"), "what files say is never run");
        let seen = version_on(&page);
        let sent = ada
            .post_form(&format!("{to}/rows"), &[("row-1", "merge-0"), ("row-2", "take"), ("version", &seen)]);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let seen = version_on(&ada.get(&format!("{to}/rows/3")).text);
        let mended = [("name", "Alt GmbH"), ("choice", "take"), ("version", seen.as_str())];
        let sent = ada.post_form(&format!("{to}/rows/3"), &mended);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let seen = version_on(&ada.get(&to).text);
        let apply = |ada: &mut Client| ada.post_form(&format!("{to}/apply"), &[("version", &seen)]).status;
        assert_eq!(apply(&mut ada), StatusCode::SEE_OTHER);
        assert_eq!(batch.counts().taken_in, 3);
        assert_eq!(apply(&mut ada), StatusCode::SEE_OTHER, "a second click changes nothing");
        assert!(ada.get("/imports").text.contains("old.csv"));
        assert!(ada.get("/imports/new").text.contains("What is in the file"));
        let asked = ada.get(&format!("{to}/revert")).text;
        assert!(asked.contains("3 records came or changed with this file."), "{asked}");
        assert!(asked.contains("Nobody changed any of them since."), "{asked}");
        let sent = ada.post_form(&format!("{to}/revert"), &[("version", &version_on(&asked))]);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        assert_eq!(batch.state(), BatchState::Reverted);
    }
}

/// The version that the forms of a page carry.
fn version_on(page: &str) -> String {
    let (_, after) = page.split_once("name=\"version\" value=\"").unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

/// Two customers that are not there yet.
const TWO: &[u8] = b"Kundennr;Firma;Ort;Land\nK-7001;Nordwind Brauerei GmbH;Kiel;DE\nK-7002;Ostwind Brauerei GmbH;Husum;DE\n";

#[test]
fn of_two_who_decide_at_once_the_slower_sees_what_the_other_decided_and_overwrites_nothing() {
    for world in World::on_each_engine() {
        let batch = staged(&world.db, &world.ada().actor, "customers", ("two.csv", ""), TWO).unwrap();
        let to = format!("/imports/{}", batch.number);
        let (mut ada, mut ben) = (program(&world, "ada"), program(&world, "ben"));
        let (seen_by_ada, seen_by_ben) = (version_on(&ada.get(&to).text), version_on(&ben.get(&to).text));
        assert_eq!(seen_by_ada, seen_by_ben);
        let decide = |who: &mut Client, first: &str, second: &str, version: &str| {
            let form = [("row-1", first), ("row-2", second), ("version", version)];
            who.post_form(&format!("{to}/rows"), &form)
        };
        let first = decide(&mut ben, "leave", "take", &seen_by_ben);
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);

        let late = decide(&mut ada, "take", "leave", &seen_by_ada);
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{}", late.text);
        let name = world.person("ben").actor.name;
        let told = format!("{name} decided about line 2: “Leave out”.");
        assert!(late.text.contains(&told), "{}", late.text);
        assert!(late.text.contains("You had chosen “Take in as new”."), "{}", late.text);
        let row_2 = late.text.split_once("name=\"row-2\"").unwrap().1.split_once("</select>").unwrap().0;
        assert!(
            row_2.contains("value=\"leave\" selected"),
            "what nobody else touched is chosen still: {row_2}"
        );
        let choices = |batch: &Taken| batch.rows().iter().map(|it| it.choice).collect::<Vec<_>>();
        assert_eq!(choices(&batch), [Choice::Leave, Choice::Take], "nothing was overwritten");

        // Whoever has not looked at the decisions takes nothing in, and whoever looked again decides.
        for deed in ["apply", "choose", "columns"] {
            let fields = [("version", seen_by_ada.as_str()), ("choice", "leave"), ("header_row", "1")];
            let sent = ada.post_form(&format!("{to}/{deed}"), &fields);
            assert_eq!(sent.status, StatusCode::PRECONDITION_FAILED, "{deed}: {}", sent.text);
            assert!(sent.text.contains(&told), "{deed}: {}", sent.text);
        }
        assert_eq!((batch.state(), batch.counts().taken_in), (BatchState::Staged, 0));
        let again = decide(&mut ada, "take", "leave", &version_on(&late.text));
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
        assert_eq!(choices(&batch), [Choice::Take, Choice::Leave]);

        // A program has to say what it has seen, too.
        let to = format!("/api/v1{to}");
        let leave = serde_json::json!({ "choice": "leave" });
        let unsaid = ben.post_json(&format!("{to}/rows/1"), &leave);
        assert_eq!(unsaid.status, StatusCode::PRECONDITION_REQUIRED, "{}", unsaid.text);
        let by = |who: &mut Client, path: &str, version: &str| {
            let tag = format!("\"{version}\"");
            who.send_json(Method::POST, &format!("{to}/{path}"), &[("if-match", &tag)], &leave)
        };
        let late = by(&mut ben, "rows/1", &seen_by_ben);
        assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{}", late.text);
        let detail = late.json()["detail"].as_str().unwrap().to_owned();
        let name = world.ada().actor.name;
        // Ben reads German.
        assert!(detail.contains(&format!("{name} hat über Zeile 2 entschieden: „Übernehmen“.")), "{detail}");
        assert_eq!(choices(&batch), [Choice::Take, Choice::Leave]);
        let now = late.json()["version"].to_string();
        let done = by(&mut ben, "rows/1", &now);
        assert_eq!(
            (done.status, done.json()["left_out"].as_i64()),
            (StatusCode::OK, Some(2)),
            "{}",
            done.text
        );
        let tag = done.header("etag").unwrap().to_owned();
        assert_eq!(tag, format!("\"{}\"", done.json()["version"]), "what comes back goes on from there");
    }
}

#[test]
fn only_whoever_brought_a_batch_their_deputy_or_an_administrator_takes_it_back_and_sees_before_how_much() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let batch = staged(&world.db, &ada, "customers", ("two.csv", ""), TWO).unwrap();
        batch.apply();
        let later = crate::world::monday() + jiff::SignedDuration::from_mins(5);
        world
            .db
            .write_at(&world.person("ben").actor, later, |work| {
                let case = work.find::<Organisation>("K-7002")?;
                let body = Organisation { town: "Eckernförde".into(), ..case.body.clone() };
                customers::change(work, "K-7002", case.record.version, &case.record.title, body)
            })
            .unwrap();
        let to = format!("/imports/{}", batch.number);
        let (mut ada, mut ben) = (program(&world, "ada"), program(&world, "ben"));
        let page = ada.get(&to).text;
        assert!(page.contains("Take it all back"));
        let asked = ada.get(&format!("{to}/revert")).text;
        assert!(asked.contains("2 records came or changed with this file."), "{asked}");
        assert!(asked.contains("1 of them was changed since:"), "{asked}");
        assert!(asked.contains("K-7002") && !asked.contains("K-7001"), "{asked}");
        let version = version_on(&asked);

        assert!(!ben.get(&to).text.contains("Take it all back"), "it is not his to press");
        // Ben reads German.
        let whose = format!("Zurücknehmen darf nur {}", world.ada().actor.name);
        let tag = format!("\"{version}\"");
        for came in [
            ben.get(&format!("{to}/revert")),
            ben.post_form(&format!("{to}/revert"), &[("version", &version)]),
            ben.send_json(
                Method::POST,
                &format!("/api/v1{to}/revert"),
                &[("if-match", &tag)],
                &serde_json::json!({}),
            ),
        ] {
            assert_eq!(came.status, StatusCode::CONFLICT, "{}", came.text);
            assert!(came.text.contains(&whose), "{}", came.text);
            assert!(came.text.contains(&world.sam().actor.name), "an administrator is named: {}", came.text);
        }
        assert_eq!((batch.state(), batch.counts().taken_in), (BatchState::Applied, 2));

        // Whoever stands in for Ada may, under both names.
        let number = world.sam().asks(|reader| Ok(reader.mention(world.ada().actor.person)?.unwrap().number));
        let absence = identity::NewAbsence {
            deputy: world.person("ben").actor.person,
            function: None,
            since: "2026-03-02".parse().unwrap(),
            until: "2026-03-04".parse().unwrap(),
        };
        world.sam().does(|work| identity::name_deputy(work, &number, &absence)).unwrap();
        let mut ben = program(&world, "ben");
        let back = ben.post_form(&format!("{to}/revert"), &[("version", &version)]);
        assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);
        assert_eq!(batch.state(), BatchState::Reverted);
        let deed = world.sam().asks(|reader| Ok(reader.newest_deeds(i64::MAX, 1)?.remove(0)));
        assert_eq!(
            (deed.actor, deed.on_behalf_of()),
            (world.person("ben").actor.person, Some(world.ada().actor.person))
        );
        assert_eq!(organisation(&world.db, "K-7002").1.town, "Eckernförde", "what he wrote stays");
    }
}

#[test]
fn an_administrator_takes_back_what_came_by_the_command_line_and_nobody_else_does() {
    for world in World::on_each_engine() {
        let batch = staged(&world.db, &Actor::system(), "customers", ("two.csv", ""), TWO).unwrap();
        batch.apply();
        let to = format!("/imports/{}/revert", batch.number);
        let refused = program(&world, "ada").get(&to);
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.text.contains("It was taken in on the command line."), "{}", refused.text);
        let mut sam = program(&world, "sam");
        let version = version_on(&sam.get(&to).text);
        assert_eq!(sam.post_form(&to, &[("version", &version)]).status, StatusCode::SEE_OTHER);
        assert_eq!(batch.state(), BatchState::Reverted);
    }
}

#[test]
fn programs_stage_decide_and_take_in_by_the_same_deeds() {
    for world in World::on_each_engine() {
        let set = a_set(&world);
        let mut ada = program(&world, "ada");
        let made = ada.send(
            Method::POST,
            &format!("/api/v1/imports?target=requirements&name=many.csv&set={set}"),
            &[],
            many(600).into(),
        );
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let number = made.json()["number"].as_str().unwrap().to_owned();
        assert_eq!(made.json()["counts"]["new"], 600);
        let rows = ada.get(&format!("/api/v1/imports/{number}/rows?effect=new"));
        assert_eq!(
            (rows.json()["items"].as_array().unwrap().len(), rows.json()["next"].as_i64()),
            (100, Some(100))
        );
        let to = |rest: &str| format!("/api/v1/imports/{number}/{rest}");
        let mut version = made.json()["version"].to_string();
        let mut post = |path: &str, sent: serde_json::Value| {
            let tag = format!("\"{version}\"");
            let came = ada.send_json(Method::POST, &to(path), &[("if-match", &tag)], &sent);
            version = came.json()["version"].to_string();
            came
        };
        let decided = post("rows/1", serde_json::json!({ "choice": "leave" }));
        assert_eq!(decided.json()["left_out"], 1, "{}", decided.text);
        let first = post("apply", serde_json::json!({}));
        assert_eq!(
            (first.json()["is_done"].as_bool(), first.json()["rows"].as_i64()),
            (Some(false), Some(500))
        );
        let second = post("apply", serde_json::json!({}));
        assert_eq!(
            (second.json()["is_done"].as_bool(), second.json()["rows"].as_i64()),
            (Some(true), Some(99))
        );
        let bad = ada.send(
            Method::POST,
            "/api/v1/imports?target=customers&name=a.csv",
            &[],
            b"  \n".to_vec().into(),
        );
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text);
        assert!(bad.text.contains("empty"));
        let bad = ada.send(
            Method::POST,
            "/api/v1/imports?target=customers&name=a.pdf",
            &[],
            demo("requirements/meridian-urs.pdf").into(),
        );
        assert!(bad.text.contains("holds requirements"), "{}", bad.text);
    }
}

#[test]
fn extra_fields_come_in_with_their_rows_and_are_taken_back_with_them() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let define = |title: &str, german: &str, holds: Holds| {
            let names = [("de".to_owned(), german.to_owned())].into();
            let field = ExtraField { of_kind: "K".into(), holds, names, ..ExtraField::default() };
            world.sam().does(|work| work.define(title, &field)).unwrap();
        };
        define("Cost centre", "Kostenstelle", Holds::Text);
        define("Visited on", "Besucht am", Holds::Day);
        define("Looked after by", "Betreut von", Holds::Person);
        let extra = |number: &str, key: &str| {
            let case = world.db.read(&ada, |it| it.find::<Organisation>(number)).unwrap();
            case.record.extra.get(key).cloned().unwrap_or_default()
        };
        let file = "Kundennr;Firma;Kostenstelle;Besucht am;Betreut von\n\
                    K-1001;Meridian Dairies Ltd;4711;2026-03-02;Ada Lindqvist\n\
                    K-7001;Nordwind Brauerei GmbH;4712;;\n\
                    K-7002;Ostwind Brauerei GmbH;4713;last spring;\n";
        let batch = staged(&world.db, &ada, "customers", ("extra.csv", ""), file.as_bytes()).unwrap();
        let body = world.db.read(&ada, |it| it.find::<::imports::Batch>(&batch.number)).unwrap().body;
        assert_eq!(
            body.columns,
            ["key", "name", "extra.cost_centre", "extra.visited_on", "extra.looked_after_by"],
            "each is known by its German name"
        );
        let fields = |row: &RowLine| -> Vec<(String, String)> {
            row.finding.changes.iter().map(|it| (it.field.clone(), it.new.clone())).collect()
        };
        let meridian = batch.row("K-1001");
        assert_eq!(meridian.effect, Effect::Changes, "{meridian:?}");
        assert_eq!(
            fields(&meridian),
            [
                ("extra.cost_centre".to_owned(), "4711".to_owned()),
                ("extra.looked_after_by".to_owned(), ada.person.to_string()),
                ("extra.visited_on".to_owned(), "2026-03-02".to_owned()),
            ]
        );
        let faulty = batch.row("K-7002");
        assert_eq!((faulty.effect, faulty.finding.faults[0].0.as_str()), (Effect::Fault, "extra.visited_on"));
        let shown = program(&world, "ada").get(&format!("/imports/{}", batch.number)).text;
        assert!(shown.contains("Cost centre") && shown.contains("Ada Lindqvist"), "{shown}");
        assert!(shown.contains("Give a day like"), "{shown}");

        batch.apply();
        assert_eq!(extra("K-1001", "cost_centre"), "4711");
        assert_eq!(extra("K-1001", "looked_after_by"), ada.person);
        assert_eq!(extra("K-7001", "cost_centre"), "4712");
        let again = staged(&world.db, &ada, "customers", ("extra.csv", ""), file.as_bytes()).unwrap();
        assert_eq!((again.counts().same, again.counts().faults), (2, 1), "the same file changes nothing");

        // Mended by hand, the third is taken in, too.
        let mut mended = faulty.fields.clone();
        mended.insert("extra.visited_on".to_owned(), "2026-04-20".to_owned());
        let decision = Decision { choice: Choice::Take, candidate: 0, fields: Some(mended) };
        batch.decide(faulty.place, &decision).unwrap();
        batch.apply();
        assert_eq!(extra("K-7002", "visited_on"), "2026-04-20");

        // What somebody wrote since stays, and is told; the rest goes back.
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Organisation>("K-1001")?;
                let given = [("cost_centre".to_owned(), "9999".into())].into_iter().collect();
                work.fill(&mut case, &given)
            })
            .unwrap();
        batch.revert();
        assert_eq!(extra("K-1001", "cost_centre"), "9999");
        assert!(extra("K-1001", "visited_on").is_null() && extra("K-1001", "looked_after_by").is_null());
        let row = batch.row("K-1001");
        assert_eq!(row.outcome, Outcome::Stays);
        assert!(row.done.why.as_ref().unwrap().to_string().contains("Cost centre"), "{row:?}");
    }
}

#[test]
fn a_batch_is_taken_back_where_a_field_was_retired_and_leaves_whom_somebody_went_on_with() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let define = |title: &str| {
            let field = ExtraField { of_kind: "K".into(), ..ExtraField::default() };
            world.sam().does(|work| work.define(title, &field)).unwrap().number
        };
        let (retired, _) = (define("Old mark"), define("Cost centre"));
        let file = "Kundennr;Firma;Old mark;Cost centre\n\
                    K-1001;Meridian Dairies Ltd;East;4711\n\
                    K-7001;Nordwind Brauerei GmbH;West;4712\n\
                    K-7002;Kaltenbach Molkerei AG;West;4713\n";
        let batch = staged(&world.db, &ada, "customers", ("marks.csv", ""), file.as_bytes()).unwrap();
        batch.apply();
        world.sam().takes::<ExtraField>(&retired, kernel::FieldStep::Retire).unwrap();
        world
            .ada()
            .does(|work| {
                let mut case = work.find::<Organisation>("K-7002")?;
                let given = [("cost_centre".to_owned(), "9999".into())].into_iter().collect();
                work.fill(&mut case, &given)
            })
            .unwrap();
        batch.revert();
        assert_eq!(batch.state(), BatchState::Reverted);
        let why = |key: &str| batch.row(key).done.why.unwrap().to_string();
        assert!(
            why("K-1001").contains("Old mark stayed as they are. What stood there before"),
            "{}",
            why("K-1001")
        );
        let extra = world.db.read(&ada, |it| it.find::<Organisation>("K-1001")).unwrap().record.extra;
        assert_eq!(
            extra.get("old_mark").and_then(|it| it.as_str()),
            Some("East"),
            "a retired field is readable"
        );
        assert!(!extra.contains_key("cost_centre"), "the other one went back");
        assert_eq!(batch.row("K-7001").outcome, Outcome::Reverted, "a retired field is nobody's later word");
        assert!(why("K-7002").contains("K-7002 was changed since."), "{}", why("K-7002"));
    }
}

#[test]
fn what_the_house_asks_of_each_new_customer_is_said_for_all_rows_before_any_is_taken_in() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        must_be_said(&world, "K", "Cost centre", Holds::Number);
        let extra = |number: &str| {
            let case = world.db.read(&ada, |it| it.find::<Organisation>(number)).unwrap();
            case.record.extra.get("cost_centre").cloned().unwrap_or_default()
        };
        let file = "Kundennr;Firma;Cost centre\n\
                    K-1001;Meridian Dairies Ltd;\n\
                    K-7001;Nordwind Brauerei GmbH;4712\n\
                    K-7002;Ostwind Brauerei GmbH;\n\
                    K-7003;Kaltenbach Molkerei AG;\n";
        let batch = staged(&world.db, &ada, "customers", ("extra.csv", ""), file.as_bytes()).unwrap();
        let counts = batch.counts();
        assert_eq!((counts.new, counts.faults, counts.lacking), (1, 2, 2), "who is there is not asked again");
        let lacking = batch.row("K-7002");
        assert_eq!(lacking.finding.faults[0].0, "extra.cost_centre");
        assert!(lacking.finding.faults[0].1.to_string().contains("for all rows that lack it"), "{lacking:?}");

        // The page names it, how many rows lack it, and asks for one value.
        let to = format!("/imports/{}", batch.number);
        let mut browser = program(&world, "ada");
        let page = browser.get(&to).text;
        assert!(page.contains("2 rows do not say it."), "{page}");
        let version = version_on(&page);
        let mut say = |value: &str| {
            browser
                .post_form(&format!("{to}/for-all"), &[("version", &version), ("extra.cost_centre", value)])
        };
        let wrong = say("many");
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        assert!(wrong.text.contains("Give a number, like 12.5."), "{}", wrong.text);
        assert_eq!(batch.counts().lacking, 2, "nothing was said");
        let done = say("4799");
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let slower = say("4800");
        assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED, "{}", slower.text);
        let counts = batch.counts();
        assert_eq!((counts.new, counts.faults, counts.lacking), (3, 0, 0));
        let again = [("extra.cost_centre".to_owned(), "1".to_owned())].into();
        assert!(refusal(batch.for_all(&again)).contains("No row lacks what you said."));

        batch.apply();
        assert_eq!(
            (extra("K-7001"), extra("K-7002")),
            (4712.0.into(), 4799.0.into()),
            "what a row says stays"
        );
        assert!(extra("K-1001").is_null(), "nobody is asked again for who was there");
        batch.revert();
        assert_eq!(batch.state(), BatchState::Reverted);
    }
}

#[test]
fn a_double_that_lacks_something_is_merged_but_is_new_only_once_it_says_it() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        must_be_said(&world, "K", "Plant mark", Holds::Text);
        let file = "Kundennr;Firma;Ort;E-Mail;Plant mark\n\
                    9001;Kaltenbach Molkerei AG;Chur;info@kaltenbach.example;East\n\
                    9002;Kaltenbach Molkerei;Chur;info@kaltenbach.example;\n\
                    9003;Kaltenbach Molkerei A.G.;Chur;info@kaltenbach.example;\n";
        let batch = staged(&world.db, &ada, "customers", ("doubles.csv", ""), file.as_bytes()).unwrap();
        let (first, second) = (batch.row("9002"), batch.row("9003"));
        assert_eq!((first.effect, second.effect), (Effect::Duplicate, Effect::Duplicate), "{first:?}");
        assert_eq!(batch.counts().lacking, 2);
        let take = Decision { choice: Choice::Take, candidate: 0, fields: None };
        let refused = batch.decide(second.place, &take).unwrap_err();
        assert!(matches!(&refused, Error::Invalid(faults) if faults.of("extra.plant_mark").is_some()));
        batch.decide(first.place, &Decision { choice: Choice::Merge, candidate: 0, fields: None }).unwrap();
        assert_eq!(batch.counts().lacking, 1, "what is merged opens nothing");
        let said = [("extra.plant_mark".to_owned(), "East".to_owned())].into();
        assert_eq!(batch.for_all(&said).unwrap(), 1);
        batch.decide(second.place, &take).unwrap();
        batch.apply();
        assert_eq!((batch.row("9002").outcome, batch.row("9003").outcome), (Outcome::Changed, Outcome::Made));
    }
}

#[test]
fn clauses_of_a_document_and_programs_say_what_the_house_asks_of_each_requirement() {
    for world in World::on_each_engine() {
        let set = a_set(&world);
        must_be_said(&world, "REQ", "Plant mark", Holds::Text);
        let mut ada = program(&world, "ada");
        let text = b"# 3 Process\n\n3.1 The skid shall fit.\n\n3.2 The skid shall be clean.\n";
        let to = format!("/api/v1/imports?target=requirements&name=URS.md&set={set}");
        let made = ada.send(Method::POST, &to, &[], text.to_vec().into()).json();
        assert_eq!(made["counts"]["lacking"], 2, "{made}");
        assert_eq!(made["lacks"], json!([{ "field": "extra.plant_mark", "name": "Plant mark", "rows": 2 }]));
        let to = format!("/api/v1/imports/{}", made["number"].as_str().unwrap());
        let row = ada.get(&format!("/imports/{}/rows/1", made["number"].as_str().unwrap())).text;
        assert!(
            row.contains("extra.plant_mark") && row.contains("Your house asks for “Plant mark”."),
            "{row}"
        );
        let tag = format!("\"{}\"", made["version"]);
        let mut say = |field: &str| {
            let said = json!({ "fields": { field: "East" } });
            ada.send_json(Method::POST, &format!("{to}/for-all"), &[("if-match", &tag)], &said)
        };
        let strange = say("extra.nowhere");
        assert_eq!(strange.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", strange.text);
        let done = say("extra.plant_mark");
        assert_eq!((done.status, &done.json()["rows"]), (StatusCode::OK, &json!(2)), "{}", done.text);
        let counts = ada.get(&format!("{to}/counts")).json();
        assert_eq!((&counts["open"], &counts["lacking"]), (&json!(2), &json!(0)), "each waits for somebody");
    }
}

#[test]
fn buttons_lead_to_a_form_that_knows_what_is_taken_in() {
    for world in World::on_each_engine() {
        let set = a_set(&world);
        let mut ada = program(&world, "ada");
        assert!(ada.get("/customers").text.contains("/imports/new?target=customers"));
        let to = format!("/imports/new?target=requirements&amp;set={set}");
        assert!(ada.get(&format!("/requirement-sets/{set}")).text.contains(&to));
        let form = ada.get(&to.replace("&amp;", "&")).text;
        assert!(form.contains("value=\"requirements\" selected"), "{form}");
        assert!(form.contains(&format!("value=\"{set}\" selected")), "{form}");
        let mut amelia = program(&world, "amelia");
        assert!(!amelia.get("/customers").text.contains("/imports/new"), "she only reads");
        assert!(!amelia.get(&format!("/requirement-sets/{set}")).text.contains("/imports/new"));
    }
}

#[test]
fn a_formula_is_never_run_and_its_row_says_what_is_taken_of_it() {
    for world in World::on_each_engine() {
        let ada = world.ada().actor;
        let csv = b"name,town,note\nFells Creamery,=cmd|' /C calc'!A0,said so\nDales Bottling,+44 20 7946,\n";
        let batch = staged(&world.db, &ada, "customers", ("new.csv", ""), csv).unwrap();
        let notes = |batch: &Taken, title: &str| {
            let row = batch.rows().into_iter().find(|it| it.title == title).unwrap();
            row.finding.notes.iter().map(ToString::to_string).collect::<String>()
        };
        assert!(notes(&batch, "Fells Creamery").contains("kept as text and never run"));
        assert!(!notes(&batch, "Dales Bottling").contains("formula"));
        batch.apply();
        let file = program(&world, "ada").get("/lists/customers/export.csv?columns=title,body.town").text;
        assert!(!file.contains(",=cmd") && !file.contains("\"=cmd") && file.contains("'=cmd"), "{file}");

        let headings = ["name", "town"].map(str::to_owned);
        let made = jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0);
        let sheet = table::Sheet { name: "New", headings: &headings, widths: &[], made };
        let rows = [["Wolds Brewing", "Malton"], ["Moors Cider", "Whitby"]];
        let rows = rows.map(|row| row.map(|it| table::Cell::Text(it.to_owned())).to_vec());
        let book = table::xlsx_out(&sheet, rows.into_iter()).unwrap();
        let book = with_a_formula(&book, "B3", "UPPER(A1)");
        let batch = staged(&world.db, &ada, "customers", ("new.xlsx", ""), &book).unwrap();
        assert!(!notes(&batch, "Wolds Brewing").contains("formula"));
        let told = notes(&batch, "Moors Cider");
        assert!(told.contains("Taken is what it came to when the file was saved last."), "{told}");
        assert_eq!(batch.rows()[1].fields["town"], "Whitby");
    }
}

#[test]
fn items_of_the_catalogue_come_in_under_the_number_that_another_system_has_for_them() {
    for world in World::on_each_engine() {
        let clara = world.person("clara").actor;
        let first = b"External id,Article number,Name,Unit,List price,Currency\n\
            E-1,KD-20,Dosing pump KD-20,pc,\"1,690.00\",EUR\n\
            E-2,KD-80,Dosing pump KD-80,pc,\"2.480,00\",EUR\n\
            E-3,KD-90,=HYPERLINK(A1),pc,1,EUR\n\
            E-2,KD-81,Twice,pc,1,EUR\n";
        let batch = staged(&world.db, &clara, "catalogue", ("items.csv", ""), first).unwrap();
        let counts = batch.counts();
        assert_eq!((counts.new, counts.faults), (2, 2), "{:?}", batch.rows());
        let wrong: Vec<String> = batch
            .rows()
            .into_iter()
            .flat_map(|it| it.finding.faults)
            .map(|(_, sentence)| sentence.to_string())
            .collect();
        assert!(wrong.iter().any(|it| it.contains("A formula stands there.")), "{wrong:?}");
        assert!(wrong.iter().any(|it| it.contains("E-2 comes twice in the file.")), "{wrong:?}");
        batch.apply();
        let of = |code: &str| world.db.read(&clara, |reader| catalogue::article(reader, code)).unwrap();
        let price = |code: &str| {
            let (id, _) = of(code).unwrap();
            world.db.read(&clara, |reader| catalogue::item_of(reader, id)).unwrap().unwrap().2.price
        };
        assert_eq!((price("KD-20").as_str(), price("KD-80").as_str()), ("1690.00", "2480.00"));
        assert!(of("KD-90").is_none() && of("KD-81").is_none());
        // The same again changes nothing; an id that means one item and an article number that means another is told.
        let same = staged(&world.db, &clara, "catalogue", ("again.csv", ""), &first[..180]).unwrap();
        assert_eq!(same.counts().same, 2, "{:?}", same.rows());
        let crossed = b"External id,Article number,List price\nE-1,KD-80,99.00\nE-2,KD-80,2500.00\n";
        let crossed = staged(&world.db, &clara, "catalogue", ("crossed.csv", ""), crossed).unwrap();
        let told = crossed.rows().into_iter().flat_map(|it| it.finding.faults).map(|(_, it)| it.to_string());
        let told: Vec<String> = told.collect();
        assert!(told.iter().any(|it| it.contains("The external id means")), "{told:?}");
        let dearer = b"External id,Article number,List price\nE-1,KD-20,1750.00\n";
        let batch = staged(&world.db, &clara, "catalogue", ("dearer.csv", ""), dearer).unwrap();
        batch.apply();
        assert_eq!(price("KD-20"), "1750.00");
        batch.revert();
        assert_eq!(price("KD-20"), "1690.00");
        assert!(
            staged(&world.db, &world.amelia().actor, "catalogue", ("items.csv", ""), dearer).is_err(),
            "only those who keep it"
        );
    }
}

#[test]
fn a_dry_run_says_how_much_would_wait_for_a_decision() {
    for world in World::on_each_engine() {
        let set = a_set(&world);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/requirements/meridian-urs.docx");
        let run = |dry_run: bool| {
            let asked = app::imports::Asked {
                target: "requirements",
                path: &path,
                set: &set,
                sheet: "",
                for_all: &Fields::new(),
                dry_run,
            };
            app::imports::run(&world.db, &asked, |_, _| {}).unwrap()
        };
        let dry = run(true);
        assert!(dry.batch.is_none() && dry.waiting > 60, "every clause would wait: {dry}");
        assert!(dry.to_string().contains(&format!("{} would wait for a decision.", dry.waiting)), "{dry}");
        let done = run(false);
        assert_eq!((dry.rows, dry.waiting), (done.rows, done.waiting), "{done}");
    }
}

#[test]
fn a_file_on_the_command_line_names_what_its_rows_lack_and_takes_one_value_for_all() {
    for world in World::on_each_engine() {
        must_be_said(&world, "K", "Cost centre", Holds::Number);
        let folder = std::env::temp_dir().join(format!("reqord-for-all-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("new.csv");
        std::fs::write(&path, "Kundennr;Firma\nK-7001;Nordwind Brauerei GmbH\nK-7002;Kaltenbach AG\n")
            .unwrap();
        let run = |said: &str, dry_run: bool| {
            let for_all: Fields = if said.is_empty() {
                Fields::new()
            } else {
                [("extra.cost_centre".to_owned(), said.to_owned())].into()
            };
            let (target, set, sheet) = ("customers", "", "");
            let asked = app::imports::Asked { target, path: &path, set, sheet, for_all: &for_all, dry_run };
            app::imports::run(&world.db, &asked, |_, _| {})
        };
        let dry = run("", true).unwrap();
        assert_eq!((dry.faults, dry.lacks[0].rows, dry.is_clean()), (2, 2, false), "{dry}");
        assert!(dry.to_string().contains("--for-all cost_centre=VALUE"), "{dry}");
        let dry = run("4711", true).unwrap();
        assert_eq!((dry.new, dry.is_clean()), (2, true), "{dry}");
        assert!(run("a lot", false).is_err(), "a value that does not fit writes nothing");
        let done = run("4711", false).unwrap();
        assert_eq!((done.taken_in, done.lacks.len()), (2, 0), "{done}");
        let _ = std::fs::remove_dir_all(&folder);
    }
}
