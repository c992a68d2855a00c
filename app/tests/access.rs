//! Who may go where: every address, asked by everybody, answers as the matrix says, and a refusal changes nothing.
//!
//! `access.txt` is written by `cargo test --test access -- --ignored` and read by people before it is kept.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use identity::Arrival;
use kernel::{Actor, Address, Audience, Clock, Db, New, Secrets};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::json;
use web::testing::Client;

const MATRIX: &str = include_str!("access.txt");
const ROLES: [&str; 7] = ["ada", "ben", "henrik", "sam", "amelia", "carl", "eve"];
/// Words of Meridian that nobody of Hallander may ever read.
const MARKERS: [&str; 4] = ["Northallerton", "CIP 3", "PO 4500017731", "Whitfield"];

#[test]
fn every_address_is_in_the_matrix_and_no_other() {
    let matrix: BTreeSet<String> = lines().map(|(address, _)| address).collect();
    let routes: BTreeSet<String> = addresses().into_iter().collect();
    assert_eq!(routes.difference(&matrix).collect::<Vec<_>>(), Vec::<&String>::new(), "not in access.txt");
    assert_eq!(matrix.difference(&routes).collect::<Vec<_>>(), Vec::<&String>::new(), "no such address");
}

#[test]
fn everybody_is_answered_as_the_matrix_says() {
    let house = House::new();
    let matrix: Vec<(String, String)> = lines().collect();
    let addresses: Vec<&str> = matrix.iter().map(|(address, _)| address.as_str()).collect();
    let told = house.ask_about(&addresses);
    let wrong: Vec<String> = (matrix.iter().zip(&told))
        .map(|((address, wanted), told)| {
            (address, wanted, told.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .filter(|(_, wanted, told)| *wanted != told)
        .map(|(address, wanted, told)| format!("{address}\n   is {told}\n  not {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For `bin/check-rights`: each check of a right is switched off in turn. Which checks there are, and those at whose
/// absence everybody is still answered as the matrix says, is written to the file that `REQORD_SURVIVORS` names.
#[cfg(feature = "mutants")]
#[test]
fn a_check_that_is_switched_off_is_missed() {
    const LONGEST: std::time::Duration = std::time::Duration::from_secs(6);
    let Ok(path) = std::env::var("REQORD_SURVIVORS") else { return };
    let house = House::new();
    let matrix: Vec<(String, String)> = lines().collect();
    let mut asked: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut copy = None;
    kernel::mutants::met();
    for (place, (address, _)) in matrix.iter().enumerate() {
        house.ask_everybody(0, address, &mut copy);
        for check in kernel::mutants::met() {
            asked.entry(check).or_default().push(place);
        }
    }
    let mut text = String::new();
    // Of so many parts one, where only a share is asked: `3/24`.
    let share = std::env::var("REQORD_SHARE").unwrap_or_else(|_| "0/1".to_owned());
    let (part, parts) = share.split_once('/').unwrap();
    let (part, parts): (usize, usize) = (part.parse().unwrap(), parts.parse().unwrap());
    for (_, (check, places)) in asked.iter().enumerate().filter(|(place, _)| place % parts == part) {
        kernel::mutants::switch_off(Some(check));
        let begun = std::time::Instant::now();
        let mut copy = None;
        // What is asked for rarely says most; of what is asked for everywhere, some from every part.
        let step = places.len().div_ceil(60).max(1);
        let is_missed = places.iter().step_by(step).take_while(|_| begun.elapsed() < LONGEST).any(|place| {
            let (address, wanted) = &matrix[*place];
            let told = house.ask_everybody(0, address, &mut copy);
            told.split_whitespace().collect::<Vec<_>>().join(" ") != *wanted
        });
        writeln!(text, "{}\t{check}", if is_missed { "missed" } else { "survives" }).unwrap();
    }
    kernel::mutants::switch_off(None);
    fs::write(path, text).unwrap();
}

#[test]
#[ignore = "writes access.txt, to be read before it is kept"]
fn write_the_matrix() {
    let house = House::new();
    let width = addresses().iter().map(String::len).max().unwrap();
    let mut text = String::from(
        "# Who may go where: method and address, then the status that each person gets.\n\
         # ada owns, ben talks with customers, henrik approves, sam administers, amelia only reads,\n\
         # carl buys for Meridian whose records are asked for, eve is of another customer, nobody is not signed in.\n",
    );
    let all = addresses();
    let told = house.ask_about(&all.iter().map(String::as_str).collect::<Vec<_>>());
    for (address, told) in all.iter().zip(told) {
        writeln!(text, "{address:width$}  {told}").unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access.txt");
    fs::write(path, text).unwrap();
}

fn lines() -> impl Iterator<Item = (String, String)> {
    MATRIX.lines().filter(|it| !it.starts_with('#') && !it.is_empty()).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[..2].join(" "), words[2..].join(" "))
    })
}

fn addresses() -> Vec<String> {
    let routes = app::wiring::routes();
    let mut all: Vec<String> =
        routes.addresses().iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    all.sort_by_key(|it| it.split_once(' ').map(|(method, path)| (path.to_owned(), method.to_owned())));
    all
}

/// A house with one matter of Meridian's, and the keys of everybody.
struct House {
    folder: PathBuf,
    template: PathBuf,
    sessions: BTreeMap<&'static str, String>,
    places: BTreeMap<&'static str, String>,
    routes: web::Routes,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl House {
    fn new() -> Self {
        let folder = testbed::folder();
        let template = folder.join("template.db");
        let db = open(&template, &folder);
        let company = app::demo::small_company(&db).unwrap();
        let actor = |who: &str| company.people.iter().find(|(it, _)| *it == who).unwrap().1.clone();
        let mut sessions = BTreeMap::new();
        for who in ROLES {
            let sign_in = company.sign_ins.iter().find(|it| it.password.starts_with(who)).unwrap();
            let arrival =
                Arrival { email: &sign_in.email, password: &sign_in.password, ..Arrival::default() };
            sessions.insert(who, identity::sign_in(&db, &arrival).unwrap());
        }
        let places = matter(&db, &actor("ada"), company.meridian);
        db.seal().unwrap();
        drop(db);
        Self { folder, template, sessions, places, routes: app::wiring::routes() }
    }

    /// The statuses that everybody gets at each address, asked side by side, each in a copy of its own.
    fn ask_about(&self, addresses: &[&str]) -> Vec<String> {
        let lanes = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let each = addresses.len().div_ceil(lanes).max(1);
        std::thread::scope(|scope| {
            let asking: Vec<_> = (addresses.chunks(each).enumerate())
                .map(|(lane, some)| {
                    scope.spawn(move || {
                        let mut copy = None;
                        some.iter().map(|it| self.ask_everybody(lane, it, &mut copy)).collect::<Vec<_>>()
                    })
                })
                .collect();
            asking.into_iter().flat_map(|it| it.join().unwrap()).collect()
        })
    }

    /// A copy of the house in which nobody did anything yet.
    fn fresh_copy(&self, lane: usize) -> Arc<Db> {
        let copy = self.folder.join(format!("copy-{lane}.db"));
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(self.folder.join(format!("copy-{lane}.db{ending}")));
        }
        fs::copy(&self.template, &copy).unwrap();
        open(&copy, &self.folder)
    }

    /// The statuses that everybody gets, with a word for what must not be. A copy in which only questions were
    /// answered is used again.
    fn ask_everybody(&self, lane: usize, address: &str, copy: &mut Option<Arc<Db>>) -> String {
        let (method, path) = address.split_once(' ').unwrap();
        let path = self.filled(path);
        let mut told = Vec::new();
        for who in ROLES.into_iter().chain(["nobody"]) {
            let db = copy.take().unwrap_or_else(|| self.fresh_copy(lane));
            let before = state(&db);
            let mut client =
                Client::new(web::router(self.routes.clone(), app::wiring::edge(Arc::clone(&db), false)));
            if let Some(secret) = self.sessions.get(who) {
                client = client.with_cookie(web::SESSION, secret);
            }
            let came = match method {
                "GET" => client.get(&path),
                "POST" if path.starts_with("/api/") => client.post_json(&path, &json!({})),
                "POST" => client.post_form(&path, &[]),
                "PATCH" => client.patch_json(&path, None, &json!({})),
                "PUT" => client.put(&path, &[("words", "x")]),
                "DELETE" => client.delete(&path),
                other => panic!("no such method: {other}"),
            };
            let status = came.status.as_u16();
            let mut word = status.to_string();
            if status >= 500 {
                word += "!broken";
            }
            let is_as_before = state(&db) == before;
            if (status >= 400 || method == "GET") && !is_as_before {
                word += "!changed";
            }
            if method == "GET" && is_as_before {
                *copy = Some(db);
            }
            if ["eve", "nobody"].contains(&who) && MARKERS.iter().any(|it| came.text.contains(it)) {
                word += "!leaked";
            }
            told.push(format!("{who} {word}"));
        }
        told.join("  ")
    }

    /// An address with its gaps filled by what belongs to Meridian.
    fn filled(&self, path: &str) -> String {
        let parts = path.split('/').map(|part| match part {
            "{number}" => {
                // Whose number it is, the part before it says; what stands further behind is another's.
                let kinds =
                    self.places.iter().filter_map(|(it, at)| Some((path.find(&format!("/{it}/"))?, at)));
                kinds.min_by_key(|(at, _)| *at).map_or("X-1", |(_, it)| it.as_str()).to_owned()
            }
            "{step}" => "close".to_owned(),
            "{no}" => "1".to_owned(),
            "export.{ending}" => "export.csv".to_owned(),
            "{place}" => "1".to_owned(),
            "{digest}" => "0000".to_owned(),
            "{name}" => "reqord.css".to_owned(),
            "{key}" => "s1".to_owned(),
            "{promise}" => self.places["promises"].clone(),
            "{checklist}" => self.places["checklists"].clone(),
            "{task}" if path.contains("/plan/") => self.places["steps"].clone(),
            "{resource}" => self.places["resources"].clone(),
            gap if gap.starts_with('{') => {
                let place = if path.starts_with("/files") {
                    "files"
                } else if path.starts_with("/tasks") || path.contains("/tasks/") {
                    "tasks"
                } else if path.contains("sources") {
                    "sources"
                } else if path.contains("messages") {
                    "messages"
                } else if path.contains("letters") {
                    "letters"
                } else if path.contains("jobs") {
                    "jobs"
                } else if path.contains("remarks") {
                    "remarks"
                } else if path.contains("/statements/") {
                    "statements"
                } else if path.contains("notices") {
                    "notices"
                } else {
                    "entries"
                };
                self.places.get(place).cloned().unwrap_or_else(|| "1".to_owned())
            }
            other => other.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// A set with a requirement, offered to Meridian; a mail of theirs; a task, a remark and a file.
fn matter(db: &Arc<Db>, ada: &Actor, meridian: i64) -> BTreeMap<&'static str, String> {
    const MAIL: &[u8] = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
        To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: CIP 3 dosing skid\r\n\
        Date: Mon, 02 Mar 2026 08:00:00 +0000\r\nMessage-ID: <one@meridian-dairies.example>\r\n\r\n\
        A skid for Northallerton, please. PO 4500017731 follows.\r\n";
    let prepared = conversations::Intake::read(MAIL.to_vec());
    let mut places = BTreeMap::new();
    let taken = db.write(ada, |work| conversations::take_in(work, &prepared)).unwrap();
    places.insert("conversations", taken.number.clone());
    places.insert("messages", taken.message.to_string());
    let address = "carl.whitfield@meridian-dairies.example".to_owned();
    let carl = conversations::Recipient { name: "Carl".into(), address, is_copy: false };
    let words = "Northallerton is cold.".to_owned();
    let reply = conversations::Reply { recipients: vec![carl], words, ..conversations::Reply::default() };
    let letter = db.write(ada, |work| conversations::reply(work, &taken.number, &reply)).unwrap().letter;
    places.insert("letters", letter.id.to_string());
    places.insert("jobs", "1".to_owned());
    let (set, requirement, task, file, remark) = db
        .write(ada, |work| {
            let new = New { title: "CIP 3 dosing skid", party: Some(meridian), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            let body = Requirement {
                statement: "The skid stands in Northallerton.".into(),
                ..Requirement::default()
            };
            let requirement =
                requirements::add(work, &set.number, &NewRequirement { body, ..NewRequirement::default() })?;
            let ask = kernel::Ask {
                request: "Look at CIP 3",
                person: Some(work.actor.person),
                ..kernel::Ask::default()
            };
            let task = work.ask(set.id, &ask)?;
            let remark =
                work.remark(set.id, "Northallerton is cold, @ben.achterberg.", Audience::Internal)?;
            let file =
                work.attach(set.id, ("CIP 3.txt", "text/plain"), b"Northallerton", Audience::Internal)?;
            Ok((set.number, requirement.number, task, file, remark))
        })
        .unwrap();
    db.write(ada, |work| requirements::release(work, &set, "for the customer")).unwrap();
    db.write(ada, |work| requirements::offer(work, &set, 1)).unwrap();
    let customers = ::imports::target_of(app::wiring::TARGETS, "customers").unwrap();
    let arrived = ::imports::Arrived {
        name: "old.csv",
        bytes: b"name,town\nNorthallerton Ltd,York\n",
        into: "",
        sheet: "",
    };
    let content = ::imports::read_apart(db, &arrived).unwrap();
    let batch = db.write(ada, |work| ::imports::stage(work, customers, &arrived, &content)).unwrap();
    places.insert("imports", batch.number);
    let (source, carl, function) = db
        .read(&Actor::system(), |reader| {
            let conversation = reader.mention_of(&taken.number)?.id;
            let source = reader.sources(conversation)?[0].id;
            let (id, number, _) =
                identity::person_with_email(reader, "carl.whitfield@meridian-dairies.example")?.unwrap();
            let _ = id;
            let function = reader.list("FN", &kernel::Wanted::default())?.rows[0].number.clone();
            Ok((source, number, function))
        })
        .unwrap();
    places.extend(agreement(db, meridian));
    trade(db, ada, meridian, &mut places);
    let change = db
        .write(ada, |work| {
            let body = changes::ChangeRequest { need: "CIP 3 leaks.".into(), ..Default::default() };
            let new = New { title: "Seals of CIP 3", party: Some(meridian), ..New::default() };
            changes::raise(work, &new, &body)
        })
        .unwrap();
    let notice = db
        .write(ada, |work| {
            let addition = notices::Addition {
                party: Some(meridian),
                reason: "They have CIP 3".into(),
                ..notices::Addition::default()
            };
            notices::add(work, &change.number, &addition)
        })
        .unwrap();
    places.insert("change-notices", notice.number);
    carried_out(db, ada, &change, &mut places);
    places.insert("changes", change.number);
    places.insert("checklists", asked_about(db, &set));
    let named = |title| New { title, party: Some(meridian), ..New::default() };
    let risk = db
        .write(ada, |work| risks::raise(work, &named("CIP 3 comes late"), &risks::Risk::default()))
        .unwrap();
    let plan = risks::Contingency { response: "A loan pump for CIP 3".into(), ..Default::default() };
    let plan = db.write(ada, |work| risks::plan(work, &named("CIP 3 comes late"), &plan)).unwrap();
    let matrix = db.write(&Actor::system(), |work| work.create(&named("Ours"), &risks::customary())).unwrap();
    places.insert("risks", risk.number);
    places.insert("contingency-plans", plan.number);
    places.insert("risk-matrices", matrix.number);
    places.insert("requirement-sets", set);
    places.insert("requirements", requirement);
    places.insert("remarks", remark.to_string());
    // The first of all: that Ben was named.
    places.insert("notices", "1".to_owned());
    places.insert("tasks", task.to_string());
    places.insert("files", file.to_string());
    places.insert("sources", source.to_string());
    places.insert("people", carl);
    places.insert("functions", function);
    places.insert("customers", "K-1001".to_owned());
    places.insert("entries", "3".to_owned());
    places
}

/// A step of the plan of a change, what it needs, and an issue that came up.
fn carried_out(
    db: &Arc<Db>,
    ada: &Actor,
    change: &kernel::Made,
    places: &mut BTreeMap<&'static str, String>,
) {
    let due = "2026-04-01".parse().ok();
    let (task, resource, issue) = db
        .write(ada, |work| {
            let person = Some(work.actor.person);
            let step = changes::NewPlanTask {
                request: "Order rings for CIP 3",
                person,
                due,
                ..changes::NewPlanTask::default()
            };
            let task = changes::plan_task(work, &change.number, &step)?;
            let need = kernel::NewResource {
                sort: kernel::ResourceSort::Material,
                name: "Rings for CIP 3",
                amount: "16",
                ..kernel::NewResource::default()
            };
            let resource = changes::need(work, &change.number, task, &need)?;
            let body = changes::Issue { change: Some(change.id), ..changes::Issue::default() };
            let new = New { title: "Rings for CIP 3 come late", due, ..New::default() };
            Ok((task, resource, changes::raise_issue(work, &new, &body)?.number))
        })
        .unwrap();
    places.insert("steps", task.to_string());
    places.insert("resources", resource.to_string());
    places.insert("change-issues", issue);
}

/// A checklist that is asked about a set.
fn asked_about(db: &Arc<Db>, set: &str) -> String {
    let question = requirements::Question {
        key: "q1".into(),
        question: "How cold is Northallerton?".into(),
        ..requirements::Question::default()
    };
    let list = requirements::Checklist { questions: vec![question], ..requirements::Checklist::default() };
    db.write(&Actor::system(), |work| {
        let made = work.create(&New { title: "Skids", ..New::default() }, &list)?;
        requirements::release_checklist(work, &made.number, "for the matrix")?;
        requirements::lay_beside(work, set, &made.number)?;
        Ok(made.number)
    })
    .unwrap()
}

/// A second set of Meridian's under review, a question to them, and a third that waits for their confirmation.
fn agreement(db: &Arc<Db>, meridian: i64) -> BTreeMap<&'static str, String> {
    let system = Actor::system();
    let function =
        db.read(&system, |reader| Ok(reader.list("FN", &kernel::Wanted::default())?.rows[0].id)).unwrap();
    let asked = vec![reviews::Asked { function, quorum: 1, ..reviews::Asked::default() }];
    let policy = reviews::Policy { asked, ..reviews::Policy::default() };
    let set = |title: &str| {
        let number = db
            .write(&system, |work| {
                let set = requirements::open_set(
                    work,
                    &New { title, party: Some(meridian), ..New::default() },
                    &RequirementSet::default(),
                )?;
                let body =
                    Requirement { statement: "It stands in Northallerton.".into(), ..Requirement::default() };
                requirements::add(work, &set.number, &NewRequirement { body, ..NewRequirement::default() })?;
                requirements::release(work, &set.number, "for the review")?;
                Ok(set.number)
            })
            .unwrap();
        db.read(&system, |reader| Ok(reader.mention_of(&number)?.id)).unwrap()
    };
    let subject = set("CIP 3 controls");
    let review = db
        .write(&system, |work| {
            let body = reviews::Review { subject, policy: policy.clone(), ..reviews::Review::default() };
            reviews::open(work, &New::default(), &body)
        })
        .unwrap();
    let question =
        reviews::Question { words: "How cold is Northallerton?".into(), ..reviews::Question::default() };
    let clarification = db.write(&system, |work| reviews::ask(work, &review.number, "", &question)).unwrap();
    let template = db
        .write(&system, |work| {
            let body = reviews::Template { policy: policy.clone(), ..reviews::Template::default() };
            work.create(&New { title: "Orders", ..New::default() }, &body)
        })
        .unwrap();
    let mut places = BTreeMap::new();
    places.insert("reviews", review.number);
    places.insert("clarifications", clarification.number);
    places.insert("review-templates", template.number);
    places.insert("sign-offs", lies_with_carl(db, set("CIP 3 spare parts")));
    places
}

/// A sign-off that lies with Carl. What was reviewed for it is told in the stories; here it is only written down.
fn lies_with_carl(db: &Arc<Db>, subject: i64) -> String {
    db.write(&Actor::system(), |work| {
        let (carl, ..) =
            identity::person_with_email(work, "carl.whitfield@meridian-dairies.example")?.unwrap();
        let party = work.find_by_id::<RequirementSet>(subject)?.record.party;
        let digest = work.revision(subject, 1)?.0.digest;
        let number = work.find_by_id::<RequirementSet>(subject)?.record.number;
        requirements::offer(work, &number, 1)?;
        let body = reviews::SignOff {
            subject,
            revision: 1,
            digest,
            summary: "Spare parts for Northallerton.".into(),
            signatories: vec![reviews::Signatory { person: carl }],
            ..reviews::SignOff::default()
        };
        Ok(work.create(&New { title: "CIP 3 spare parts", party, ..New::default() }, &body)?.number)
    })
    .unwrap()
}

/// A published item, a quotation with Meridian, an order of theirs with a promise and a statement.
fn trade(db: &Arc<Db>, ada: &Actor, meridian: i64, places: &mut BTreeMap<&'static str, String>) {
    let item = db
        .write(ada, |work| {
            let item = catalogue::CatalogueItem {
                code: "KD-20".into(),
                summary: "A pump".into(),
                ..catalogue::CatalogueItem::default()
            };
            let made = catalogue::open(work, &New { title: "Pump", ..New::default() }, &item)?;
            catalogue::release(work, &made.number, &catalogue::NewRevision::default())?;
            catalogue::publish(work, &made.number, 1)?;
            Ok(made.number)
        })
        .unwrap();
    let line = || orders::Line {
        no: 10,
        article: "KD-20".into(),
        words: "For CIP 3".into(),
        quantity: "1".into(),
        price: "1690.00".into(),
        ..orders::Line::default()
    };
    let day = |words: &str| words.parse::<jiff::civil::Date>().unwrap();
    let new = || New { title: "Pump for Northallerton", party: Some(meridian), ..New::default() };
    let quotation = db
        .write(ada, |work| {
            let quotation = orders::Quotation {
                currency: "EUR".into(),
                lines: vec![line()],
                valid_until: Some(day("2026-04-01")),
                ..orders::Quotation::default()
            };
            let made = orders::open_quotation(work, &new(), &quotation)?;
            orders::send(work, &made.number, "")?;
            Ok(made.number)
        })
        .unwrap();
    let (order, promise, statement) = db
        .write(ada, |work| {
            let order = orders::Order {
                purchase_order: "PO 4500017731".into(),
                lines: vec![line()],
                ..orders::Order::default()
            };
            let made = orders::open_order(work, &new(), &order)?;
            let promise = orders::NewPromise {
                line: 10,
                on: day("2026-04-01"),
                reason: orders::Reason::First,
                words: "",
            };
            let promise = orders::promise(work, &made.number, &promise)?;
            let said = conversations::NewStatement {
                words: "A pump for Northallerton".into(),
                said_by: "Carl Whitfield".into(),
                ..conversations::NewStatement::default()
            };
            let statement = conversations::note_statement(work, &made.number, &said)?;
            let asked = conversations::Writing {
                said: vec![statement],
                due: Some(day("2026-03-06")),
                ..conversations::Writing::default()
            };
            conversations::put_in_writing(work, &made.number, &asked)?;
            Ok((made.number, promise, statement))
        })
        .unwrap();
    places.insert("catalogue", item);
    places.insert("quotations", quotation);
    places.insert("said", order.clone());
    places.insert("orders", order);
    places.insert("promises", promise.to_string());
    places.insert("statements", statement.to_string());
}

fn open(path: &Path, folder: &Path) -> Arc<Db> {
    let clock: Clock = Arc::new(|| "2026-03-02T09:00:00Z".parse().unwrap());
    let secrets = Secrets::from_seed("access.example/log", [7; 32]).unwrap();
    let address = Address::Sqlite(path.to_str().unwrap().to_owned());
    app::wiring::open(address, folder.join("files"), clock, secrets).unwrap()
}

/// What every deed adds to.
fn state(db: &Db) -> i64 {
    db.read(&Actor::system(), |reader| Ok(reader.newest_deeds(i64::MAX, 1)?.first().map_or(0, |it| it.entry)))
        .unwrap()
}
