//! A house with people, organisations and notes, and its doors: a token is the name of whoever holds it.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use kernel::{
    Actor, Address, Body, Case, Db, Faults, Flow, Kind, Migration, New, Numbers, Permit, Product, Reactions,
    Record, Refusal, Registry, Result, Role, Rule, Secrets, Sharing, State, Text, Tone, Verdict, nothing,
    rule, text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::testing::Client;
use web::{Door, Edge, Known};

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Note {
    pub words: String,
    pub weight: Option<f64>,
    pub lines: Vec<Line>,
    /// Who stands in.
    pub deputy: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    pub what: String,
    pub count: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Named {
    pub nickname: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Firm {
    pub town: String,
}

kernel::vocabulary! {
    /// The states of everything here.
    pub enum Standing {
        #[default]
        Active = text!("Active"),
        Done = text!("Done"),
    }
}

kernel::vocabulary! {
    /// The steps of everything here.
    pub enum Step {
        #[default]
        Finish = text!("Finish"),
        Reopen = text!("Reopen"),
    }
}

impl State for Standing {
    fn tone(self) -> Tone {
        if self == Self::Done { Tone::Good } else { Tone::Idle }
    }
}

const fn kind(prefix: &'static str, table: &'static str, path: &'static str) -> Kind {
    Kind {
        prefix,
        table,
        path,
        numbers: Numbers::Forever,
        sharing: Sharing::Working,
        symbol: "doc",
        one: || text!("Thing"),
        many: || text!("Things"),
    }
}

macro_rules! body {
    ($body:ty, $kind:expr, $rules:expr, $($more:tt)*) => {
        impl Body for $body {
            type State = Standing;
            type Step = Step;
            type Facts = ();
            const KIND: Kind = $kind;
            const FLOW: Flow<Self> = Flow($rules);
            const OPEN: &'static [Standing] = &[Standing::Active];
            const FACTS: fn(&kernel::Reader, &Record<Self>, &Self) -> Result<()> = kernel::no_facts;
            $($more)*

            fn check(&self) -> Result<(), Faults> {
                Ok(())
            }

            fn words(&self) -> String {
                serde_json::to_string(self).unwrap()
            }

            fn label(_: &str) -> Option<Text> {
                None
            }
        }
    };
}

body!(Note, kind("NT", "jotted", "notes"), RULES, const KEYS: &'static [&'static str] = &["deputy"];);
body!(Named, kind("PE", "named", "people"), &[],);
body!(Firm, kind("K", "firm", "firms"), &[], const IS_PARTY: bool = true;);

#[rustfmt::skip]
const RULES: &[Rule<Note>] = &[
    rule(Standing::Active, Step::Finish, Standing::Done,   Permit::Staff,              it_says_something),
    rule(Standing::Done,   Step::Reopen, Standing::Active, Permit::Has(Role::Quality), nothing),
];

fn it_says_something(case: &Case<Note>) -> Verdict {
    Refusal::unless(!case.body.words.is_empty(), text!("Write something first."))
}

pub struct World {
    pub db: Arc<Db>,
    pub routes: Vec<web::Address>,
    router: axum::Router,
    address: Address,
    folder: PathBuf,
}

/// The way of a record is made of its deeds and those of its parts.
const WAYS: web::way::Ways = web::way::Ways { own: &[], other: web::way::plain };

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed on {:?}", self.address);
        }
        testbed::forget(&self.address);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl World {
    pub fn on_each_engine() -> impl Iterator<Item = Self> {
        std::iter::once(testbed::sqlite()).chain(testbed::postgres()).map(|address| {
            let folder = testbed::folder();
            let db = open(&address, &folder);
            let routes = web::api::routes(&registry(), &[], WAYS)
                .and(web::way::routes(&registry(), WAYS))
                .and(web::common::routes(&registry()));
            let routes = web::api::documented(routes.post("/notes", note_down));
            let edge = Arc::new(Edge {
                db: Arc::clone(&db),
                door: Door { session: known, token: known, behind: |_, _| Ok(None) },
                live: Arc::default(),
                places: |_| Ok(Vec::new()),
                waiting: |_| Ok(0),
                to_do: |_| Ok(Vec::new()),
                beginnings: |_| Vec::new(),
                shortcuts: |_| Vec::new(),
                functions: |_| Ok(Vec::new()),
                is_secure: false,
                trusted_proxies: Vec::new(),
            });
            let world = Self {
                db,
                routes: routes.addresses().to_vec(),
                router: web::router(routes, edge),
                address,
                folder,
            };
            world.fill();
            world
        })
    }

    /// Three colleagues, PE-0001 to PE-0003, and two firms with somebody each, PE-0004 and PE-0005.
    fn fill(&self) {
        let fill = |work: &mut kernel::Work| {
            for name in ["Dora", "Bob", "Amelia"] {
                work.create(&New { title: name, ..New::default() }, &Named::default())?;
            }
            for (firm, name) in [("Acme", "Carl"), ("Globex", "Eve")] {
                let firm = work.create(&New { title: firm, ..New::default() }, &Firm::default())?;
                work.create(&New { title: name, party: Some(firm.id), ..New::default() }, &Named::default())?;
            }
            Ok(())
        };
        self.db.write(&Actor::system(), fill).unwrap();
    }

    /// Somebody's program: dora engineers, bob answers for quality, amelia reads, carl is of Acme, eve of Globex.
    pub fn program(&self, name: &str) -> Client {
        Client::new(self.router.clone()).with_bearer(name)
    }

    /// Somebody's browser.
    pub fn browser(&self, name: &str) -> Client {
        Client::new(self.router.clone()).with_cookie(web::SESSION, name)
    }

    pub fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }
}

async fn note_down(web::Posted(visit): web::Posted) -> web::Answer {
    let title = visit.form.text("title").to_owned();
    visit
        .write(move |work| {
            let made = work.create(&New { title: &title, ..New::default() }, &Note::default())?;
            Ok(format!("/notes/{}", made.number))
        })
        .await
}

fn known(db: &Db, name: &str) -> Result<Option<Known>> {
    let ids = |number: &str| -> Result<i64> {
        db.read(&Actor::system(), |reader| Ok(reader.mention_of(number)?.id))
    };
    let actor = match name {
        "dora" => Actor::staff(ids("PE-0001")?, "Dora", &[Role::Engineer]),
        "bob" => Actor::staff(ids("PE-0002")?, "Bob", &[Role::Quality]),
        "amelia" => Actor::staff(ids("PE-0003")?, "Amelia", &[Role::Auditor]),
        "carl" => Actor::outside(ids("PE-0004")?, "Carl", &[ids("K-0001")?]),
        "eve" => Actor::outside(ids("PE-0005")?, "Eve", &[ids("K-0002")?]),
        _ => return Ok(None),
    };
    Ok(Some(Known { actor, language: None, zone: None, is_without_keys: false }))
}

fn registry() -> Registry {
    Registry::default().with::<Note>().with::<Named>().with::<Firm>()
}

fn open(address: &Address, folder: &std::path::Path) -> Arc<Db> {
    const TABLES: Migration = Migration {
        name: "0900_tables",
        text: "create table jotted (id bigint primary key references record, words text not null,
                 weight double precision, lines text not null, deputy bigint);
               create table named (id bigint primary key references record, nickname text not null);
               create table firm (id bigint primary key references record, town text not null)",
    };
    let migrations = [kernel::KERNEL, &[TABLES]].concat();
    let product = Product {
        migrations,
        registry: registry(),
        reactions: Reactions::default(),
        jobs: kernel::Jobs::default(),
        people: kernel::People::nobody(),
        apart: kernel::Apart::nowhere(),
    };
    let monday: kernel::Clock = Arc::new(|| "2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap());
    let secrets = Secrets::from_seed("web.example/log", [7; 32]).unwrap();
    Arc::new(Db::open(address.clone(), folder.to_owned(), monday, secrets, product).unwrap())
}
