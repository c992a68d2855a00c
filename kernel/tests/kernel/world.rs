//! A house with one kind of record, on each engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use kernel::{
    Actor, Address, Body, Case, Db, Faults, Flow, Jobs, Kind, Migration, Numbers, Permit, Product, Reactions,
    Record, Refusal, Registry, Result, Role, Rule, Secrets, Sharing, State, Text, Tone, Verdict, nothing,
    rule, text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    pub words: String,
    pub lines: Vec<String>,
    pub secret: Option<String>,
}

kernel::vocabulary! {
    /// The states of a note.
    pub enum NoteState {
        #[default]
        Draft = text!("Draft"),
        Done = text!("Done"),
    }
}

kernel::vocabulary! {
    /// The steps of a note.
    pub enum NoteStep {
        #[default]
        Finish = text!("Finish"),
        Reopen = text!("Reopen"),
    }
}

impl State for NoteState {
    fn tone(self) -> Tone {
        if self == Self::Done { Tone::Good } else { Tone::Idle }
    }
}

impl Body for Note {
    type State = NoteState;
    type Step = NoteStep;
    type Facts = ();

    const KIND: Kind = Kind {
        prefix: "NT",
        table: "jotted",
        path: "notes",
        numbers: Numbers::Yearly,
        sharing: Sharing::Offered,
        symbol: "doc",
        one: || text!("Note"),
        many: || text!("Notes"),
    };
    const FLOW: Flow<Self> = Flow(RULES);
    const OPEN: &'static [NoteState] = &[NoteState::Draft];
    const FACTS: fn(&kernel::Reader, &Record<Self>, &Self) -> Result<()> = kernel::no_facts;
    const PERSONAL: &'static [&'static str] = &["secret"];

    fn check(&self) -> Result<(), Faults> {
        Ok(())
    }

    fn words(&self) -> String {
        format!("{} {}", self.words, self.lines.join(" "))
    }

    fn label(field: &str) -> Option<Text> {
        (field == "words").then(|| text!("Words"))
    }
}

#[rustfmt::skip]
const RULES: &[Rule<Note>] = &[
    rule(NoteState::Draft, NoteStep::Finish, NoteState::Done,  Permit::Owner,              it_says_something),
    rule(NoteState::Done,  NoteStep::Reopen, NoteState::Draft, Permit::Has(Role::Quality), nothing),
];

fn it_says_something(case: &Case<Note>) -> Verdict {
    Refusal::unless(!case.body.words.is_empty(), text!("Write something first."))
}

pub struct World {
    pub db: Arc<Db>,
    pub address: Address,
    clock: Arc<AtomicI64>,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed on {:?}", self.address);
        }
        testbed::forget(&self.address);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Whose records an outsider may see.
pub const ACME: i64 = 41;
pub const GLOBEX: i64 = 42;

impl World {
    pub fn on_each_engine() -> impl Iterator<Item = Self> {
        Self::of(all)
    }

    /// Houses of a version that knew the first steps of the schema only, up to one of this name.
    pub fn of_before(step: &'static str) -> impl Iterator<Item = Self> {
        Self::of(move || all().into_iter().take_while(|it| it.name != step).collect())
    }

    fn of(steps: impl Fn() -> Vec<Migration>) -> impl Iterator<Item = Self> {
        std::iter::once(testbed::sqlite()).chain(testbed::postgres()).map(move |address| {
            let folder = testbed::folder();
            let clock = Arc::new(AtomicI64::new(0));
            let db = open(&address, &folder, (&clock, steps()));
            Self { db, address, clock, folder }
        })
    }

    /// Lets time pass.
    pub fn wait(&self, minutes: i64) {
        self.clock.fetch_add(minutes, Ordering::SeqCst);
    }

    /// Another node over the same database.
    pub fn another_node(&self) -> Arc<Db> {
        open(&self.address, &self.folder, (&self.clock, all()))
    }

    /// Writes a note and tells its number.
    pub fn note(&self, who: &Actor, title: &str, party: Option<i64>) -> String {
        let body = Note { words: format!("{title} words"), lines: vec![], secret: None };
        let new = kernel::New { title, party, ..Default::default() };
        self.db.write(who, |work| Ok(work.create(&new, &body)?.number)).unwrap()
    }
}

/// The schema of today.
fn all() -> Vec<Migration> {
    const JOTTED: Migration = Migration {
        name: "0002_jotted",
        text: "create table jotted (id bigint primary key references record, words text not null,
               lines text not null, secret text)",
    };
    let mut all = [kernel::KERNEL, &[JOTTED]].concat();
    all.sort_by_key(|it| it.name);
    all
}

fn open(
    address: &Address,
    folder: &std::path::Path,
    (passed, migrations): (&Arc<AtomicI64>, Vec<Migration>),
) -> Arc<Db> {
    let product = Product {
        migrations,
        registry: Registry::default().with::<Note>().with::<kernel::ExtraField>(),
        reactions: Reactions::default(),
        jobs: jobs(),
        people: kernel::People::nobody(),
        apart: kernel::Apart::nowhere(),
    };
    let passed = Arc::clone(passed);
    let monday: kernel::Clock = Arc::new(move || {
        let monday = "2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap();
        monday + jiff::SignedDuration::from_mins(passed.load(Ordering::SeqCst))
    });
    let secrets = Secrets::from_seed("kernel.example/log", [7; 32]).unwrap();
    Arc::new(Db::open(address.clone(), folder.to_owned(), monday, secrets, product).unwrap())
}

/// What the house does by itself.
fn jobs() -> Jobs {
    Jobs::default()
        .does("jot", |work, words| {
            let words = words.as_str().unwrap_or_default().to_owned();
            let note = Note { words: words.clone(), lines: vec![], secret: None };
            work.create(&kernel::New { title: &words, ..Default::default() }, &note).map(|_| ())
        })
        .does("refuse", |work, _| {
            let note = Note { words: String::new(), lines: vec![], secret: None };
            work.create(&kernel::New { title: "half done", ..Default::default() }, &note)?;
            Err(text!("Not today.").into())
        })
        .does("fall", |_, _| panic!("it fell over"))
        .every("look", jiff::SignedDuration::from_hours(1), |_, _| Ok(()))
}

pub fn dora() -> Actor {
    Actor::staff(1, "Dora", &[Role::Engineer])
}

pub fn bob() -> Actor {
    Actor::staff(2, "Bob", &[Role::Quality])
}

pub fn sam() -> Actor {
    Actor::staff(6, "Sam", &[Role::Administrator])
}

pub fn amelia() -> Actor {
    Actor::staff(3, "Amelia", &[Role::Auditor])
}

pub fn carl() -> Actor {
    Actor::outside(4, "Carl", &[ACME])
}

pub fn eve() -> Actor {
    Actor::outside(5, "Eve", &[GLOBEX])
}
