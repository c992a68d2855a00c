//! A small company, and the people who act in it; every story is told on both engines.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use app::demo::SmallCompany;
use identity::{NewToken, Scope};
use jiff::Timestamp;
use kernel::{Actor, Address, Body, Clock, Db, New, Reader, Result, Secrets, Work};
use requirements::{NewRequirement, Requirement, RequirementSet};
use testbed::Template;
use web::testing::Client;

pub struct World {
    pub db: Arc<Db>,
    pub address: Address,
    pub meridian: i64,
    pub hallander: i64,
    people: Vec<(&'static str, Actor)>,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed on {:?}", self.address);
        }
        #[cfg(feature = "mutants")]
        mutant::ends();
        self.write_down_what_was_taken();
        testbed::forget(&self.address);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub struct Person {
    pub db: Arc<Db>,
    pub actor: Actor,
}

/// A browser at a house, of somebody whom it does not know yet.
pub fn client(db: &Arc<Db>) -> Client {
    Client::new(web::router(app::wiring::routes(), app::wiring::edge(Arc::clone(db), false)))
}

/// A program of somebody's, which may do what they may.
pub fn program(world: &World, short: &str) -> Client {
    let secret = identity::token_secret().unwrap();
    let wanted = NewToken { name: "story", scope: Scope::Write, days: 1 };
    world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
    client(&world.db).with_bearer(&secret)
}

/// The version that a form was made from.
pub fn version_of(page: &str) -> String {
    let (_, after) = page.split_once(r#"name="version" value=""#).expect("the form knows what it shows");
    after.split('"').next().unwrap_or_default().to_owned()
}

/// The company as it was founded, once on each engine: every story has a copy of its own.
struct Founded {
    template: Template,
    people: Vec<(&'static str, Actor)>,
    meridian: i64,
    hallander: i64,
}

static ON_SQLITE: LazyLock<Option<Founded>> = LazyLock::new(|| Some(Founded::at(testbed::sqlite())));

/// Where single checks of rights are switched off, one engine will do.
static ON_POSTGRES: LazyLock<Option<Founded>> = LazyLock::new(|| {
    let address = if cfg!(feature = "mutants") { None } else { testbed::postgres() };
    address.map(Founded::at)
});

impl Founded {
    fn at(address: Address) -> Self {
        let folder = testbed::folder();
        let db = open(address.clone(), folder.clone());
        let SmallCompany { people, meridian, hallander, .. } = app::demo::small_company(&db).unwrap();
        db.seal().unwrap();
        drop(db);
        std::fs::remove_dir_all(folder).unwrap();
        Self { template: Template::of(&address), people, meridian, hallander }
    }
}

/// The product over a database, on a Monday on which nothing moves.
fn open(address: Address, folder: PathBuf) -> Arc<Db> {
    let clock: Clock = Arc::new(monday);
    let secrets = Secrets::from_seed("stories.example/log", [7; 32]).unwrap();
    app::wiring::open(address, folder, clock, secrets).unwrap()
}

/// For `bin/check-rights`: which check is off in a story, which were asked there, and how long it took.
#[cfg(feature = "mutants")]
mod mutant {
    use std::cell::Cell;
    use std::io::Write as _;
    use std::time::Instant;

    thread_local! {
        static BEGUN: Cell<Option<Instant>> = const { Cell::new(None) };
    }

    fn story() -> String {
        std::thread::current().name().unwrap_or_default().to_owned()
    }

    /// Switches off what the file that `REQORD_SHEET` names puts beside the story: each line has both.
    pub fn begins() {
        let sheet = std::env::var("REQORD_SHEET").map(|it| std::fs::read_to_string(it).unwrap());
        let story = story();
        let of_it = |line: &str| line.split_once('\t').filter(|it| it.0 == story).map(|it| it.1.to_owned());
        kernel::mutants::switch_off(sheet.ok().and_then(|it| it.lines().find_map(of_it)).as_deref());
        kernel::mutants::met();
        BEGUN.set(Some(Instant::now()));
    }

    pub fn ends() {
        let Ok(path) = std::env::var("REQORD_MET") else { return };
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        let (story, took) = (story(), BEGUN.get().map_or(0, |it| it.elapsed().as_millis()));
        writeln!(file, "{story}\t{took}").unwrap();
        for check in kernel::mutants::met() {
            writeln!(file, "{story}\t{check}").unwrap();
        }
    }
}

/// A Monday on which nothing moves.
pub fn monday() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

impl World {
    /// For `coverage::every_step_is_taken_in_a_story`: from which state to which records of each kind came, added to
    /// the file that `REQORD_TAKEN` names.
    fn write_down_what_was_taken(&self) {
        if std::env::var_os("REQORD_TAKEN").is_none() || std::thread::panicking() {
            return;
        }
        // Where a story broke its database, nothing is told.
        let all = self.db.read(&Actor::system(), |reader| reader.newest_deeds(i64::MAX, i64::MAX));
        let mut moves = BTreeSet::new();
        for deed in all.unwrap_or_default() {
            for part in deed.content["records"].as_array().into_iter().flatten() {
                let told = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
                let (from, to) = (told(&part["state"][0]), told(&part["state"][1]));
                if !to.is_empty() {
                    moves.insert(format!("{}\t{from}\t{to}\n", told(&part["kind"])));
                }
            }
        }
        write_down(&moves.into_iter().collect::<String>());
    }

    /// The same small company on each engine.
    pub fn on_each_engine() -> impl Iterator<Item = Self> {
        [&ON_SQLITE, &ON_POSTGRES].into_iter().filter_map(|it| it.as_ref()).map(|it| {
            let mut world = Self::empty(it.template.copy());
            world.people.clone_from(&it.people);
            (world.meridian, world.hallander) = (it.meridian, it.hallander);
            world
        })
    }

    /// An installation in which nothing is, on each engine.
    pub fn empty_on_each_engine() -> impl Iterator<Item = Self> {
        let postgres = if cfg!(feature = "mutants") { None } else { testbed::postgres() };
        std::iter::once(testbed::sqlite()).chain(postgres).map(Self::empty)
    }

    fn empty(address: Address) -> Self {
        #[cfg(feature = "mutants")]
        mutant::begins();
        let folder = testbed::folder();
        let db = open(address.clone(), folder.clone());
        Self { db, address, meridian: 0, hallander: 0, people: Vec::new(), folder }
    }

    /// A set of Meridian's with one requirement, released and offered.
    pub fn offered_set(&self) -> String {
        let ada = self.ada();
        let set = ada
            .does(|work| {
                let new = New { title: "CIP 3 dosing skid", party: Some(self.meridian), ..New::default() };
                let set = requirements::open_set(work, &new, &RequirementSet::default())?;
                let body = Requirement {
                    statement: "The skid stands in Northallerton.".into(),
                    ..Requirement::default()
                };
                requirements::add(work, &set.number, &NewRequirement { body, ..NewRequirement::default() })?;
                Ok(set.number)
            })
            .unwrap();
        ada.does(|work| requirements::release(work, &set, "for the customer")).unwrap();
        ada.does(|work| requirements::offer(work, &set, 1)).unwrap();
        set
    }

    /// Owns the Meridian matter; may not approve her own.
    pub fn ada(&self) -> Person {
        self.person("ada")
    }

    /// Answers for quality.
    pub fn bob(&self) -> Person {
        self.person("bob")
    }

    /// Approves.
    pub fn henrik(&self) -> Person {
        self.person("henrik")
    }

    /// Runs the system.
    pub fn sam(&self) -> Person {
        self.person("sam")
    }

    /// Reads everything, changes nothing.
    pub fn amelia(&self) -> Person {
        self.person("amelia")
    }

    /// Buys for Meridian.
    pub fn carl(&self) -> Person {
        self.person("carl")
    }

    /// Of Hallander: the outsider.
    pub fn eve(&self) -> Person {
        self.person("eve")
    }

    pub fn person(&self, short: &str) -> Person {
        let (_, actor) = self.people.iter().find(|(it, _)| *it == short).unwrap();
        Person { db: Arc::clone(&self.db), actor: actor.clone() }
    }
}

impl Person {
    pub fn does<T>(&self, deed: impl Fn(&mut Work) -> Result<T>) -> Result<T> {
        self.db.write(&self.actor, deed)
    }

    /// Takes a step of a record that nothing else goes with.
    pub fn takes<B: Body>(&self, number: &str, step: B::Step) -> Result<()> {
        self.does(|work| {
            let mut case = work.find::<B>(number)?;
            work.advance(&mut case, step)
        })
    }

    pub fn asks<T>(&self, question: impl FnOnce(&Reader) -> Result<T>) -> T {
        self.db.read(&self.actor, question).unwrap()
    }

    /// A question that may be refused.
    pub fn tries<T>(&self, question: impl FnOnce(&Reader) -> Result<T>) -> Result<T> {
        self.db.read(&self.actor, question)
    }
}

/// For `coverage::every_step_is_taken_in_a_story`: a step that was taken by its name. Two steps may share both ends.
pub fn was_taken(number: &str, step: &str) {
    let kind = number.split('-').next().unwrap_or_default();
    write_down(&format!("{kind}\t{step}\n"));
}

/// Adds lines to the file that `REQORD_TAKEN` names, if it names one.
fn write_down(lines: &str) {
    let Some(path) = std::env::var_os("REQORD_TAKEN") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(lines.as_bytes()).unwrap();
}

/// The sentence with which something was refused.
pub fn refusal<T>(outcome: Result<T>) -> String {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.to_string(),
    }
}

/// A workbook in which a formula stands behind a cell that had words; those stay as what it came to.
pub fn with_a_formula(book: &[u8], cell: &str, formula: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            let mut sheet = String::from_utf8(bytes).unwrap();
            let begins = sheet.find(&format!("<c r=\"{cell}\"")).unwrap();
            let opened = begins + sheet[begins..].find('>').unwrap() + 1;
            sheet.insert_str(opened, &format!("<f>{formula}</f>"));
            bytes = sheet.into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}
