//! Who may go where: every address, asked by everybody, answers as the matrix says; a refusal changes nothing, and what
//! is done leaves one entry on the trail.
//!
//! What is sent is what the page of the house sends that shows the form (`access/forms.rs`), or what the description of
//! the interface asks for (`access/bodies.rs`), with words where a person writes (`access/samples.rs`): so it is rights
//! and rules that answer, and not the form.
//!
//! `access.txt`, `access/shown.txt` and `access/unpassed.txt` are written by `cargo test --test access -- --ignored`
//! and read by people before they are kept.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "access/bodies.rs"]
mod bodies;
#[path = "access/forms.rs"]
mod forms;
#[path = "access/samples.rs"]
mod samples;
#[path = "access/tables.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::Method;
use customers::{NewContact, Organisation};
use identity::Arrival;
use jiff::SignedDuration;
use kernel::{Actor, Address, Audience, Clock, Db, New, NewPass, Registry, Secrets, View};
use requirements::{NewRequirement, Requirement, RequirementSet};
use serde_json::Value as Json;
use web::testing::{Came, Client};

use forms::Offered;
use tables::{Tables, Watched};

const MATRIX: &str = include_str!("access.txt");
/// How much of each page and of each answer to a program everybody is shown.
const SHOWN: &str = include_str!("access/shown.txt");
/// The writing addresses at which nobody gets past the form. It only becomes shorter.
const UNPASSED: &str = include_str!("access/unpassed.txt");
const ROLES: [&str; 10] = ["ada", "ben", "bob", "franka", "henrik", "sam", "amelia", "carl", "eve", "jana"];
/// Somebody of a supplier who has an account: their address and their password.
const JANA: (&str, &str) = ("jana.dvorska@voltaro-motors.example", "jana-right-millilitre");
/// Whom nothing of Meridian concerns.
const STRANGERS: [&str; 3] = ["eve", "jana", "nobody"];
/// Words of Meridian that nobody of Hallander or of a supplier may ever read.
const MARKERS: [&str; 4] = ["Northallerton", "CIP 3", "PO 4500017731", "Whitfield"];

#[test]
fn every_address_is_in_the_matrix_and_no_other() {
    let matrix: BTreeSet<String> = lines().map(|(address, _)| address).collect();
    let routes: BTreeSet<String> = addresses().into_iter().collect();
    assert_eq!(routes.difference(&matrix).collect::<Vec<_>>(), Vec::<&String>::new(), "not in access.txt");
    assert_eq!(matrix.difference(&routes).collect::<Vec<_>>(), Vec::<&String>::new(), "no such address");
}

#[test]
fn everything_that_somebody_may_be_has_a_column() {
    let folder = testbed::folder();
    let db = open(&folder.join("roles.db"), &folder);
    let company = app::demo::small_company(&db).unwrap();
    let asked: Vec<&Actor> =
        company.people.iter().filter(|(who, _)| ROLES.contains(who)).map(|(_, actor)| actor).collect();
    for role in <kernel::Role as kernel::Vocabulary>::ALL {
        assert!(asked.iter().any(|it| it.has(*role)), "nobody is asked who is {role:?}");
    }
    let only_reviews = |it: &&&Actor| {
        let all = <kernel::Role as kernel::Vocabulary>::ALL;
        all.iter().filter(|role| it.has(**role)).eq([&kernel::Role::Reviewer])
    };
    assert!(asked.iter().any(|it| only_reviews(&it)), "nobody is asked who only reviews");
    drop(db);
    let _ = fs::remove_dir_all(folder);
}

/// What may change although somebody was refused, or only asked: what guards the door, and who is here.
const ASIDE: &[&str] = &["attempt", "knock", "presence"];

/// Where a refusal is written down: a code that was typed wrong counts. In an address a star stands for any one part.
const NOTED: &[&str] = &["POST /*/*/enter"];

/// What is no deed: it changes without an entry on the trail.
const OFF_THE_TRAIL: &[(&str, &str)] = &[
    ("answer", "the answer to a request, for when it comes twice"),
    ("attempt", "knocks at the door, counted for a while"),
    ("bulk", "what a deed for many came to; each of its deeds has an entry of its own"),
    ("draft", "what somebody writes and has not sent"),
    ("knock", "the book of the door"),
    ("list_look", "which columns somebody looks at"),
    ("notice", "that somebody has read it"),
    ("notice_hours", "when somebody does not want mail"),
    ("notice_way", "how somebody wants to be told"),
    ("presence", "who is here"),
    ("saved_view", "a question that somebody keeps"),
    ("watch", "who wants to hear of it"),
];

/// Where one request is more than one deed. In an address a star stands for any one part.
const MANY_DEEDS: &[(&str, &str)] = &[
    ("POST /lists/*/bulk", "a deed for each record"),
    ("POST /lists/*/bulk/*/undo", "a deed for each record"),
    ("POST /api/v1/*/change-many", "a deed for each record"),
    ("POST /api/v1/*/change-many/*/undo", "a deed for each record"),
    ("POST /imports/*/apply", "what each row does is a deed"),
    ("POST /api/v1/imports/*/apply", "what each row does is a deed"),
    ("POST /imports/*/revert", "what each row does is a deed"),
    ("POST /api/v1/imports/*/revert", "what each row does is a deed"),
    ("POST /setup/people", "each person is one"),
    ("POST /setup/functions", "each function is one"),
];

/// Pages that show something beside their form: whoever may not send it reads them without it. What is taken in
/// decides who may take it in. In an address a star stands for any one part.
const PAGES: &[&str] = &[
    "/*/*/links",
    "/changes/policy",
    "/changes/procedure",
    "/changes/*/affected",
    "/changes/*/notices",
    "/changes/*/orders",
    "/changes/*/plan",
    "/changes/*/read",
    "/distribution",
    "/import",
    "/imports/new",
    "/orders/*/differences",
    "/requirement-sets/*/checklists",
    "/requirement-sets/*/matrix",
    "/requirement-sets/*/read",
    "/requirement-sets/*/readers",
    "/requirement-sets/*/standing",
];

/// What somebody who only reads does for themselves, while the matrix asks for another person's.
const OWN: &[&str] = &["POST /people/*/absences", "POST /people/*/absences/*/end"];

/// What everybody was answered everywhere.
static ASKED: LazyLock<Vec<Asked>> = LazyLock::new(|| House::new().ask_about(&addresses()));

/// What everybody was answered at one address.
struct Asked {
    address: String,
    answers: Vec<Answer>,
}

/// What somebody was answered.
struct Answer {
    who: &'static str,
    status: u16,
    /// The beginning of what came, for whoever reads why.
    words: String,
    has_leaked: bool,
    /// How many ways and fields a page shows, or how many values an answer to a program holds; none where nothing
    /// is read.
    shown: Option<usize>,
    /// Where the forms of a page go.
    forms: Vec<String>,
    /// The tables that said something else afterwards.
    changed: Vec<String>,
    /// What was put on the trail.
    deeds: Vec<String>,
}

impl Asked {
    fn is_writing(&self) -> bool {
        !self.address.starts_with("GET ")
    }

    /// What each was answered.
    fn words(&self) -> Vec<String> {
        self.answers.iter().map(|it| it.word(&self.address)).collect()
    }

    fn line(&self) -> String {
        self.words().join(" ")
    }

    /// How much each is shown; none where nobody reads anything.
    fn shown(&self) -> Option<String> {
        let told =
            |it: &Answer| format!("{} {}", it.who, it.shown.map_or("-".to_owned(), |it| it.to_string()));
        let is_read = self.answers.iter().any(|it| it.shown.is_some());
        is_read.then(|| self.answers.iter().map(told).collect::<Vec<_>>().join(" "))
    }
}

impl Answer {
    /// The tables that changed and must not, as nothing was done.
    fn wrongly_changed(&self, address: &str) -> Vec<&str> {
        let is_done = self.status < 400 && !address.starts_with("GET ");
        if is_done || NOTED.iter().any(|it| samples::fits(it, address)) {
            return Vec::new();
        }
        self.changed.iter().map(String::as_str).filter(|it| !ASIDE.contains(it)).collect()
    }

    /// The status, with a word for what must not be.
    fn word(&self, address: &str) -> String {
        let mut word = format!("{} {}", self.who, self.status);
        if self.status >= 500 {
            word += "!broken";
        }
        if !self.wrongly_changed(address).is_empty() {
            word += "!changed";
        }
        if self.has_leaked {
            word += "!leaked";
        }
        word
    }

    /// Whether it was not the form that answered, nor that there is no such thing.
    fn is_past_the_form(&self) -> bool {
        self.who != "nobody" && ![400, 404, 412, 413, 415, 422, 428].contains(&self.status)
    }
}

#[test]
fn everybody_is_answered_as_the_matrix_says() {
    let matrix: BTreeMap<String, String> = lines().collect();
    let wrong = ASKED.iter().filter_map(|asked| {
        let (is, wanted) = (asked.line(), matrix.get(&asked.address)?);
        (*wanted != is).then(|| format!("{}\n   is {is}\n  not {wanted}", asked.address))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A button, a link, a field or a value that appears or is gone for somebody: whoever reads the change of the file
/// sees for whom. What is said in words is told in the stories.
#[test]
fn everybody_is_shown_as_much_as_was_read() {
    let kept: BTreeMap<String, String> = lines_of(SHOWN).collect();
    let is: BTreeMap<String, String> =
        ASKED.iter().filter_map(|it| Some((it.address.clone(), it.shown()?))).collect();
    let differs = |address: &&String| is.get(*address) != kept.get(*address);
    let all: BTreeSet<&String> = is.keys().chain(kept.keys()).collect();
    let wrong: Vec<String> = (all.into_iter().filter(differs))
        .map(|it| format!("{it}\n   is {:?}\n  not {:?}", is.get(it), kept.get(it)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_or_only_asked_changes_no_table() {
    let mut wrong = Vec::new();
    for asked in ASKED.iter() {
        for it in &asked.answers {
            let changed = it.wrongly_changed(&asked.address);
            if !changed.is_empty() {
                wrong.push(format!("{} {} {}: {changed:?}", asked.address, it.who, it.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_done_leaves_one_entry_that_people_can_read() {
    let registry = app::wiring::registry();
    let is_off = |table: &String| OFF_THE_TRAIL.iter().any(|(it, _)| it == table);
    let mut wrong = Vec::new();
    for asked in ASKED.iter().filter(|it| it.is_writing()) {
        let is_many = MANY_DEEDS.iter().any(|(it, _)| samples::fits(it, &asked.address));
        for it in asked.answers.iter().filter(|it| it.status < 400) {
            let (is_deed, count) = (!it.changed.iter().all(is_off), it.deeds.len());
            let fits = if is_deed { count == 1 || (is_many && count > 1) } else { count == 0 };
            let unsaid: Vec<&String> = it.deeds.iter().filter(|deed| registry.deed(deed).is_none()).collect();
            if !fits || !unsaid.is_empty() {
                let (changed, deeds) = (&it.changed, &it.deeds);
                wrong.push(format!("{} {}: {deeds:?} for {changed:?}", asked.address, it.who));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_address_leads_somebody_somewhere_or_says_why_it_does_not() {
    let leads_nowhere = |it: &Asked| it.answers.iter().all(|it| it.who == "nobody" || it.status == 404);
    let lost: BTreeSet<&str> =
        ASKED.iter().filter(|it| leads_nowhere(it)).map(|it| it.address.as_str()).collect();
    let is_known = |address: &str| samples::NOWHERE.iter().any(|(it, _)| samples::fits(it, address));
    let new: Vec<&&str> = lost.iter().filter(|it| !is_known(it)).collect();
    assert!(new.is_empty(), "give them a path in access/samples.rs, or say why not: {new:#?}");
    let leads = |it: &&(&str, &str)| !lost.iter().any(|address| samples::fits(it.0, address));
    let found: Vec<_> = samples::NOWHERE.iter().filter(leads).collect();
    assert!(found.is_empty(), "strike them from access/samples.rs: {found:#?}");
}

/// Where the deed of a form is done: at the address of its page, or, where something is opened or edited, above it.
fn deed_of(page: &str, matrix: &BTreeMap<String, BTreeMap<String, u16>>) -> Option<String> {
    let here = format!("POST {page}");
    let above = page.strip_suffix("/new").or(page.strip_suffix("/edit")).map(|it| format!("POST {it}"));
    [Some(here), above].into_iter().flatten().find(|it| matrix.contains_key(it))
}

#[test]
fn a_page_of_a_form_is_shown_to_nobody_whom_its_deed_refuses() {
    const REFUSED: [u16; 3] = [403, 404, 409];
    let statuses = |line: &str| -> BTreeMap<String, u16> {
        let words: Vec<&str> = line.split(' ').collect();
        words.chunks_exact(2).map(|it| (it[0].to_owned(), it[1].parse().unwrap())).collect()
    };
    let matrix: BTreeMap<String, BTreeMap<String, u16>> =
        lines().map(|(address, line)| (address, statuses(&line))).collect();
    let registry = app::wiring::registry();
    let (mut wrong, mut looked_at) = (Vec::new(), 0);
    for (address, shown) in &matrix {
        let Some(page) = address.strip_prefix("GET ").filter(|it| !it.starts_with("/api/")) else { continue };
        // Lists, and records themselves, are read by whoever may see them.
        let is_list = registry.at(page.trim_start_matches('/')).is_some();
        if is_list || page.ends_with('}') || PAGES.iter().any(|it| samples::fits(it, page)) {
            continue;
        }
        let Some(deed) = deed_of(page, &matrix).map(|it| &matrix[&it]) else { continue };
        looked_at += 1;
        let somebody_may = ROLES.iter().any(|who| [200, 201, 303].contains(&deed[*who]));
        for who in ROLES {
            // Where nobody may just now, the state of the record refuses them; whoever only reads never may.
            let is_refused = REFUSED.contains(&deed[who]) && (somebody_may || who == "amelia");
            if is_refused && shown[who] == 200 {
                wrong.push(format!("{address}: {who} is shown a form and answered {}", deed[who]));
            }
        }
    }
    assert!(looked_at > 60, "only {looked_at} forms were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whoever_only_reads_is_offered_no_form_that_refuses_them() {
    let addresses: Vec<String> =
        ASKED.iter().map(|it| it.address.clone()).filter(|it| it.starts_with("POST /")).collect();
    let of_amelia = |asked: &'static Asked| asked.answers.iter().find(|it| it.who == "amelia").unwrap();
    let refused: BTreeSet<&str> = (ASKED.iter().filter(|it| [403, 404, 409].contains(&of_amelia(it).status)))
        .map(|it| it.address.as_str())
        .filter(|it| !OWN.iter().any(|own| samples::fits(own, it)))
        .collect();
    let mut wrong = Vec::new();
    let mut forms = 0;
    for asked in ASKED.iter() {
        for path in &of_amelia(asked).forms {
            forms += 1;
            let to = address_of(&addresses, path).filter(|it| refused.contains(it));
            wrong.extend(to.map(|to| format!("{} offers her {to}", asked.address)));
        }
    }
    assert!(forms > 100, "only {forms} forms were seen");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn somebody_gets_past_every_form() {
    let known: BTreeSet<&str> = UNPASSED.lines().filter(|it| !it.starts_with('#')).collect();
    let found: BTreeSet<&str> = unpassed().map(|(asked, _)| asked.address.as_str()).collect();
    let new: Vec<String> = (unpassed().filter(|(asked, _)| !known.contains(asked.address.as_str())))
        .map(|(asked, answer)| format!("{}: {} {}", asked.address, answer.status, answer.words))
        .collect();
    assert!(new.is_empty(), "give them a sample in access/samples.rs:\n{}", new.join("\n"));
    let passed: Vec<&&str> = known.difference(&found).collect();
    assert!(passed.is_empty(), "strike them from access/unpassed.txt: {passed:#?}");
}

/// The writing addresses at which everybody was answered by the form, with what it said first.
fn unpassed() -> impl Iterator<Item = (&'static Asked, &'static Answer)> {
    let all = ASKED.iter().filter(|it| it.is_writing() && !it.answers.iter().any(Answer::is_past_the_form));
    all.map(|it| (it, it.answers.iter().find(|it| it.status != 404).unwrap_or(&it.answers[0])))
}

/// For `bin/check-rights`: each check of a right with each address that asks it, in the file that `REQORD_MET` names;
/// without a check, the addresses that are not answered as the matrix says although nothing is switched off. With
/// `REQORD_PART` every fourth address only, from the first, second, third or fourth on.
#[cfg(feature = "mutants")]
#[test]
fn the_checks_at_each_address_are_told() {
    let Ok(path) = std::env::var("REQORD_MET") else { return };
    let part: Option<usize> = std::env::var("REQORD_PART").ok().map(|it| it.parse().unwrap());
    let some = lines().skip(part.unwrap_or(0)).step_by(if part.is_some() { 4 } else { 1 });
    let house = House::new();
    let (mut text, mut copy) = (String::new(), None);
    let shown: BTreeMap<String, String> = lines_of(SHOWN).collect();
    kernel::mutants::met();
    for (address, wanted) in some {
        let asked = house.ask_everybody(0, &address, &mut copy);
        let is_answered_so = asked.line() == wanted && asked.shown() == shown.get(&address).cloned();
        let met = kernel::mutants::met();
        if is_answered_so {
            met.iter().for_each(|check| writeln!(text, "{check}\t{address}").unwrap());
        } else {
            writeln!(text, "\t{address}").unwrap();
        }
    }
    fs::write(path, text).unwrap();
}

/// For `bin/check-rights`: each check that the file `REQORD_CHECKS` names is switched off in turn, at the addresses
/// that stand beside it, for `REQORD_SECONDS`. What comes of each is added to the file `REQORD_FOUND` at once: that it
/// is tried, then whether it is missed.
#[cfg(feature = "mutants")]
#[test]
fn a_check_that_is_switched_off_is_missed() {
    const ADDRESSES: usize = 12;
    let told = |name: &str| std::env::var(name).ok();
    let (Some(checks), Some(path)) = (told("REQORD_CHECKS"), told("REQORD_FOUND")) else { return };
    let seconds = told("REQORD_SECONDS").map_or(u64::MAX, |it| it.parse().unwrap());
    let begun = std::time::Instant::now();
    let mut found = fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    let mut say = |word: &str, check: &str| {
        std::io::Write::write_all(&mut found, format!("{word}\t{check}\n").as_bytes()).unwrap();
    };
    let mut asked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in fs::read_to_string(checks).unwrap().lines() {
        let (check, address) = line.split_once('\t').unwrap();
        asked.entry(check.to_owned()).or_default().push(address.to_owned());
    }
    let matrix: BTreeMap<String, String> = lines().collect();
    let shown: BTreeMap<String, String> = lines_of(SHOWN).collect();
    let house = House::new();
    for (check, addresses) in asked.iter().take_while(|_| begun.elapsed().as_secs() < seconds) {
        say("tries", check);
        kernel::mutants::switch_off(Some(check));
        let mut copy = None;
        // What is asked for rarely says most; of what is asked for everywhere, some from every part.
        let step = addresses.len().div_ceil(ADDRESSES).max(1);
        let is_missed = addresses
            .iter()
            .step_by(step)
            .map(|address| house.ask_everybody(0, address, &mut copy))
            .any(|it| it.line() != matrix[&it.address] || it.shown() != shown.get(&it.address).cloned());
        say(if is_missed { "missed" } else { "survives" }, check);
    }
    kernel::mutants::switch_off(None);
}

#[test]
#[ignore = "writes access.txt, access/shown.txt and access/unpassed.txt, to be read before they are kept"]
fn write_the_matrix() {
    let width = addresses().iter().map(String::len).max().unwrap();
    let mut text = String::from(
        "# Who may go where: method and address, then the status that each person gets.\n\
         # ada owns and writes, ben talks with customers, bob answers for quality, franka judges for a function,\n\
         # henrik approves, sam administers, amelia only reads,\n\
         # carl buys for Meridian whose records are asked for, eve is of another customer, jana of a supplier,\n\
         # nobody is not signed in.\n",
    );
    for asked in ASKED.iter() {
        let told = asked.words().join("  ");
        writeln!(text, "{:width$}  {told}", asked.address).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    fs::write(folder.join("access.txt"), text).unwrap();
    let mut text = String::from(
        "# How much each is shown where something is read: links, buttons and fields of a page, values of an answer to\n\
         # a program; - where they read nothing. One more or less for somebody is a right that changed, or a page.\n",
    );
    for (asked, told) in ASKED.iter().filter_map(|it| Some((it, it.shown()?))) {
        writeln!(text, "{}  {told}", asked.address).unwrap();
    }
    fs::write(folder.join("access/shown.txt"), text).unwrap();
    let mut text = String::from(
        "# The writing addresses at which nobody gets past the form: what is sent there still says nothing about\n\
         # rights. It only becomes shorter; what is missing is a sample, or a thing in the house to ask for.\n",
    );
    for (asked, answer) in unpassed() {
        eprintln!("{}: {} {}", asked.address, answer.status, answer.words);
        writeln!(text, "{}", asked.address).unwrap();
    }
    fs::write(folder.join("access/unpassed.txt"), text).unwrap();
}

fn lines() -> impl Iterator<Item = (String, String)> {
    lines_of(MATRIX)
}

/// Each address of a file, and what stands beside it.
fn lines_of(text: &'static str) -> impl Iterator<Item = (String, String)> {
    text.lines().filter(|it| !it.starts_with('#') && !it.is_empty()).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[..2].join(" "), words[2..].join(" "))
    })
}

/// Every address with its method; where a step of a workflow is named, once for each step of the kind.
fn addresses() -> Vec<String> {
    let (routes, registry) = (app::wiring::routes(), app::wiring::registry());
    let each = routes.addresses().iter().flat_map(|it| steps_of(&registry, it.method, &it.path));
    let mut all: Vec<String> = each.collect();
    all.sort_by_key(|it| it.split_once(' ').map(|(method, path)| (path.to_owned(), method.to_owned())));
    all
}

fn steps_of(registry: &Registry, method: &str, path: &str) -> Vec<String> {
    let Some(before) = path.strip_suffix("{step}") else { return vec![format!("{method} {path}")] };
    let kind = path.trim_start_matches("/api/v1").split('/').nth(1).unwrap();
    let steps = &registry.at(kind).unwrap().steps;
    steps.iter().map(|it| format!("{method} {before}{}", it.code)).collect()
}

/// A house with one matter of Meridian's, and the keys of everybody.
struct House {
    folder: PathBuf,
    template: PathBuf,
    sessions: BTreeMap<&'static str, String>,
    /// With which address and password everybody comes in.
    keys: BTreeMap<&'static str, (String, String)>,
    places: BTreeMap<&'static str, String>,
    routes: web::Routes,
    /// What its tables say, and the newest entry, before anybody asks anything.
    tables: Tables,
    newest: i64,
    /// The description of the programming interface.
    description: Json,
    /// The forms that its pages show, by the address to which they go.
    forms: BTreeMap<String, Offered>,
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
        supplier(&db);
        let (mut sessions, mut keys) = (BTreeMap::new(), BTreeMap::new());
        let shown = company.sign_ins.iter().map(|it| (it.email.as_str(), it.password.as_str()));
        let sign_ins: Vec<(&str, &str)> = shown.chain([JANA]).collect();
        for who in ROLES {
            let (email, password) = *sign_ins.iter().find(|(_, it)| it.starts_with(who)).unwrap();
            let arrival = Arrival { email, password, ..Arrival::default() };
            sessions.insert(who, identity::sign_in(&db, &arrival).unwrap());
            keys.insert(who, (email.to_owned(), password.to_owned()));
        }
        let mut places = matter(&db, &actor("ada"), company.meridian);
        on_condition(&db, (&actor("franka"), &actor("ada")), company.meridian, &mut places);
        approved(&db, (&actor("franka"), &actor("ada")), company.meridian, &mut places);
        papers(&db, &actor("ada"), &mut places);
        db.seal().unwrap();
        drop(db);
        let routes = app::wiring::routes();
        let mut house = Self {
            folder,
            template,
            sessions,
            keys,
            places,
            routes,
            tables: Tables::new(),
            newest: 0,
            description: Json::Null,
            forms: BTreeMap::new(),
        };
        let copy = house.fresh_copy(0);
        (house.tables, house.newest) = (copy.tables(), copy.newest_entry());
        house.description = house.client(&copy.db, "ada").get(web::openapi::ADDRESS).json();
        drop(copy);
        house.forms = house.all_forms();
        house
    }

    /// What everybody is answered at each address, asked side by side, each in a copy of its own.
    fn ask_about(&self, addresses: &[String]) -> Vec<Asked> {
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
    fn fresh_copy(&self, lane: usize) -> Watched {
        let copy = self.folder.join(format!("copy-{lane}.db"));
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(self.folder.join(format!("copy-{lane}.db{ending}")));
        }
        fs::copy(&self.template, &copy).unwrap();
        Watched::new(open(&copy, &self.folder), &copy)
    }

    /// Somebody in front of a copy.
    fn client(&self, db: &Arc<Db>, who: &str) -> Client {
        let edge = app::wiring::edge(Arc::clone(db), false);
        let client = Client::new(web::router(self.routes.clone(), edge));
        match self.sessions.get(who) {
            Some(secret) => client.with_cookie(web::SESSION, secret),
            None => client,
        }
    }

    /// What everybody is answered. A copy in which nothing was done is used again.
    fn ask_everybody(&self, lane: usize, address: &str, copy: &mut Option<Watched>) -> Asked {
        let answer = |who: &'static str| {
            let kept = copy.take();
            let here = kept.unwrap_or_else(|| self.fresh_copy(lane));
            let before = here.version();
            let came = {
                let mut client = self.client(&here.db, who);
                self.send(&mut client, who, address)
            };
            let is_untouched = here.version() == before;
            let changed = if is_untouched { Vec::new() } else { here.changed_since(&self.tables) };
            let deeds = if is_untouched { Vec::new() } else { here.deeds_behind(self.newest) };
            if changed.is_empty() {
                *copy = Some(here);
            }
            let is_strange = STRANGERS.contains(&who);
            Answer {
                who,
                status: came.status.as_u16(),
                words: said(&came),
                // Whoever has the link from a letter reads what it is about.
                has_leaked: is_strange
                    && !address.contains("{secret}")
                    && MARKERS.iter().any(|it| came.text.contains(it)),
                shown: shown_at(address, &came),
                forms: forms_of(address, &came),
                changed,
                deeds,
            }
        };
        let answers = ROLES.into_iter().chain(["nobody"]).map(answer).collect();
        Asked { address: address.to_owned(), answers }
    }

    /// Sends what somebody would send there who may.
    fn send(&self, client: &mut Client, who: &str, address: &str) -> Came {
        let (method, pattern) = address.split_once(' ').unwrap();
        let path = self.filled(pattern);
        if method == "GET" {
            return client.get(&self.asked_at(address));
        }
        if pattern.starts_with("/api/") {
            return self.send_json(client, who, address);
        }
        if method == "DELETE" {
            return client.delete(&path);
        }
        let form = self.form_at(address);
        let fields: Vec<(String, String)> =
            form.fields.iter().map(|(name, value)| (self.told(name, who), self.told(value, who))).collect();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        match method {
            // What was pasted stands for a file.
            "POST"
                if form.has_files && fields.iter().any(|(name, it)| *name == "pasted" && !it.is_empty()) =>
            {
                client.post_files(&form.to, &fields, &[])
            }
            "POST" if form.has_files => client.post_files(&form.to, &fields, &[("note.txt", b"A note.")]),
            "POST" => client.post_form(&form.to, &fields),
            "PUT" => client.put(&path, &fields),
            other => panic!("no such method: {other}"),
        }
    }

    fn send_json(&self, client: &mut Client, who: &str, address: &str) -> Came {
        let (method, pattern) = address.split_once(' ').unwrap();
        // What a page names there, the house has.
        let page = format!("{method} {}", pattern.trim_start_matches("/api/v1"));
        let path = match self.forms.get(&page) {
            Some(form) => format!("/api/v1{}", form.path()),
            None => self.filled(pattern),
        };
        if pattern.ends_with("/attachments") || pattern == "/api/v1/changes/{number}/affected/{line}/files" {
            let named = format!("{path}?name=note.txt");
            return client.send(
                Method::POST,
                &named,
                &[("content-type", "text/plain")],
                Body::from("A note."),
            );
        }
        if pattern == "/api/v1/imports" {
            let named = format!("{path}?target=customers&name=new.csv");
            let rows = Body::from("name,town\nElsewhere Ltd,York\n");
            return client.send(Method::POST, &named, &[("content-type", "text/csv")], rows);
        }
        if pattern == "/api/v1/mail" {
            let mail = "From: dora@elsewhere.example\r\nTo: us@kestrel-dosing.example\r\nSubject: A pump\r\n\
                        Date: Mon, 02 Mar 2026 08:30:00 +0000\r\nMessage-ID: <two@elsewhere.example>\r\n\r\nPlease.\r\n";
            return client.send(Method::POST, &path, &[("content-type", "message/rfc822")], Body::from(mail));
        }
        let body = match samples::body_at(address) {
            Some(text) => {
                // The one record of the kind that the house has.
                let own = pattern.split('/').nth(3).and_then(|it| self.places.get(it));
                let text = text.replace("{own}", own.map_or("X-1", String::as_str));
                serde_json::from_str(&self.told(&text, who))
                    .unwrap_or_else(|it| panic!("{address}: {it}: {text}"))
            }
            None => bodies::sent(&self.description, method, pattern, &|it| self.told(it, who)),
        };
        match method {
            "POST" if bodies::must_have_seen(&self.description, method, pattern) => {
                client.send_json(Method::POST, &path, &[("if-match", "*")], &body)
            }
            "POST" => client.post_json(&path, &body),
            "PATCH" => client.patch_json(&path, Some("*"), &body),
            "DELETE" => client.delete(&path),
            other => panic!("no such method: {other}"),
        }
    }

    /// The form that goes to an address: that of a page, with what the samples say instead.
    fn form_at(&self, address: &str) -> Offered {
        let (_, pattern) = address.split_once(' ').unwrap();
        let mut form = self.forms.get(address).cloned().unwrap_or_else(|| Offered {
            to: self.filled(pattern),
            fields: samples::fields().collect(),
            has_files: ["/files", "/import", "/imports", "/letterhead/logo", "/orders/import"]
                .iter()
                .any(|it| pattern.ends_with(it)),
        });
        // The one record of the kind that the house has.
        let own = pattern.trim_start_matches("/lists").split('/').nth(1).and_then(|it| self.places.get(it));
        for (name, value) in samples::fields_at(address) {
            form.fields.retain(|(it, _)| it != name);
            let value = value.replace("{own}", own.map_or("X-1", String::as_str));
            form.fields.push(((*name).to_owned(), value));
        }
        form
    }

    /// Words with their gaps filled. Who is strange here sends none of Meridian's words, so that none come back.
    fn told(&self, words: &str, who: &str) -> String {
        let none = (String::new(), String::new());
        let (email, password) = self.keys.get(who).unwrap_or(&none);
        let mut told = words.replace("{email}", email).replace("{password}", password);
        if told.contains('{') {
            for (name, value) in &self.places {
                told = told.replace(&format!("{{{name}}}"), value);
            }
        }
        if STRANGERS.contains(&who) {
            for marker in MARKERS {
                told = told.replace(marker, "Elsewhere");
            }
        }
        told
    }

    /// The forms of all pages, as those see them who do the deeds: of each address the one that leads to what the
    /// house asks for, else the first.
    fn all_forms(&self) -> BTreeMap<String, Offered> {
        const WHO: [&str; 5] = ["ada", "sam", "henrik", "ben", "carl"];
        let no_form = ["{secret}", "/export", "/live", "/design", "/healthz", "/readyz", "."];
        let pages: Vec<String> = (self.routes.addresses().iter())
            .filter(|it| it.method == "GET" && it.doc.is_none())
            .filter(|it| !no_form.iter().any(|part| it.path.contains(part)))
            .map(|it| self.asked_at(&format!("GET {}", it.path)))
            .collect();
        let pages = &pages;
        let seen: Vec<Vec<Offered>> = std::thread::scope(|scope| {
            let each = WHO.into_iter().enumerate().map(|(lane, who)| {
                scope.spawn(move || {
                    let copy = self.fresh_copy(lane);
                    let mut client = self.client(&copy.db, who);
                    pages.iter().flat_map(|it| forms::on(&client.get(it).text)).collect()
                })
            });
            each.collect::<Vec<_>>().into_iter().map(|it| it.join().unwrap()).collect()
        });
        let addresses: Vec<String> = addresses().into_iter().filter(|it| it.starts_with("POST /")).collect();
        let mut found: BTreeMap<String, Offered> = BTreeMap::new();
        for form in seen.into_iter().flatten() {
            let Some(address) = address_of(&addresses, form.path()) else { continue };
            let meant = self.filled(address.split_once(' ').unwrap().1);
            let known = found.get(address).map(|it| it.path() == meant);
            if known.is_none() || (known == Some(false) && form.path() == meant) {
                found.insert(address.to_owned(), form);
            }
        }
        found
    }

    /// The path that is asked at an address: that of a sample, or what the house has there.
    fn asked_at(&self, address: &str) -> String {
        match samples::path_at(address) {
            Some(path) => self.told(path, ""),
            None => self.filled(address.split_once(' ').unwrap().1),
        }
    }

    /// An address with its gaps filled by what belongs to Meridian.
    fn filled(&self, path: &str) -> String {
        let parts = path.split('/').map(|part| match part {
            // Only what was sent is answered, or sent again.
            "{number}"
                if path.contains("/change-notices/")
                    && (path.ends_with("/answer") || path.ends_with("/again")) =>
            {
                self.places["notices sent"].clone()
            }
            "{number}" if path.contains("/conditions/") => self.places["reviews judged"].clone(),
            "{id}" if path.contains("/conditions/") => self.places["conditions"].clone(),
            "{number}" if path.contains("/changes/") && path.ends_with("/confirm") => {
                self.places["changes offered"].clone()
            }
            "{number}" if path.contains("/affected/") && path.ends_with("/done") => {
                self.places["changes in force"].clone()
            }
            "{line}" if path.contains("/affected/") && path.ends_with("/done") => {
                self.places["drawing"].clone()
            }
            "{number}" => {
                // Whose number it is, the part before it says; what stands further behind is another's.
                let kinds =
                    self.places.iter().filter_map(|(it, at)| Some((path.find(&format!("/{it}/"))?, at)));
                kinds.min_by_key(|(at, _)| *at).map_or("X-1", |(_, it)| it.as_str()).to_owned()
            }
            "{secret}" => {
                let at = path.split('/').nth(1).unwrap_or_default();
                self.places.get(format!("link to {at}").as_str()).map_or("0000", String::as_str).to_owned()
            }
            "{view}" | "{batch}" => {
                let place = if path.starts_with("/api/v1/") { 3 } else { 2 };
                let kind = path.split('/').nth(place).unwrap_or_default();
                let what = part.trim_matches(['{', '}']);
                self.places.get(format!("{what} of {kind}").as_str()).map_or("1", String::as_str).to_owned()
            }
            "{id}" if path.starts_with("/api/v1/views/") => self.places["view of requirement-sets"].clone(),
            "{no}" => "1".to_owned(),
            "export.{ending}" => "export.csv".to_owned(),
            "{place}" => "1".to_owned(),
            "{digest}" => "0000".to_owned(),
            "{name}" => "reqord.css".to_owned(),
            "{key}" => "s1".to_owned(),
            "{promise}" => self.places["promises"].clone(),
            "{contract}" => self.places["contracts"].clone(),
            "{token}" => self.places["tokens"].clone(),
            "{line}" if path.contains("/affected/") => self.places["lines"].clone(),
            "{file}" if path.contains("/affected/") => self.places["proposed files"].clone(),
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
                } else if path.contains("signatures/") {
                    "signatures"
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

/// The address that answers a path: of those that fit, the one that says most of it in so many words.
fn address_of<'a>(addresses: &'a [String], path: &str) -> Option<&'a str> {
    let fits = |address: &str| {
        let (_, pattern) = address.split_once(' ')?;
        let (ours, theirs) = (pattern.split('/'), path.split('/'));
        let is_long = ours.clone().count() == theirs.clone().count();
        let fits = is_long && ours.clone().zip(theirs).all(|(it, part)| it.starts_with('{') || it == part);
        fits.then(|| ours.filter(|it| !it.starts_with('{')).count())
    };
    let fitting = addresses.iter().filter_map(|it| Some((fits(it)?, it.as_str())));
    fitting.max_by_key(|(said, _)| *said).map(|(_, it)| it)
}

/// Where the forms of a page go. Whoever has the link from a letter acts by it, whoever else they are.
fn forms_of(address: &str, came: &Came) -> Vec<String> {
    if !address.starts_with("GET ") || address.contains("{secret}") || came.status != 200 {
        return Vec::new();
    }
    forms::on(&came.text).iter().map(|it| it.path().to_owned()).collect()
}

/// How much of a page, or of an answer to a program, somebody reads.
fn shown_at(address: &str, came: &Came) -> Option<usize> {
    const OF_A_PAGE: [&str; 6] = ["href=\"", "action=\"", "<button", "<input", "<select", "<textarea"];
    const OF_AN_ANSWER: [&str; 1] = ["\":"];
    if !address.starts_with("GET ") || came.status != 200 {
        return None;
    }
    let kind = came.header("content-type").unwrap_or_default();
    let marks: &[&str] = if kind.starts_with("text/html") {
        &OF_A_PAGE
    } else if kind.starts_with("application/json") {
        &OF_AN_ANSWER
    } else {
        return None;
    };
    Some(marks.iter().map(|it| came.text.matches(it).count()).sum())
}

/// The beginning of an answer, as text: of a page what is wrong with its form.
fn said(came: &Came) -> String {
    let from = came.text.find("class=\"note bad\"").unwrap_or(0);
    came.text[from..].split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// A supplier, one of whose people has an account.
fn supplier(db: &Arc<Db>) {
    let hashed = identity::hash_many_at(identity::Cost::LIGHT, &[JANA.1]).unwrap().remove(0);
    db.write(&Actor::system(), |work| {
        let body = Organisation { is_customer: false, is_supplier: true, ..Organisation::default() };
        let new = New { title: "Voltaro Motors s.r.o.", ..New::default() };
        let made = customers::open(work, &new, &body)?;
        let contact = NewContact { name: "Jana Dvorska", email: JANA.0, ..NewContact::default() };
        customers::add_contact(work, &made.number, &contact)?;
        let (id, ..) = identity::person_with_email(work, JANA.0)?.ok_or(kernel::Error::NotFound)?;
        identity::keep_password(work, id, &hashed)
    })
    .unwrap();
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
            // In whose words a rule finds something.
            let body = Requirement {
                statement: "The skid shall be easy to clean in Northallerton.".into(),
                ..Requirement::default()
            };
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
            let body = changes::ChangeRequest {
                need: "CIP 3 leaks.".into(),
                for_customer: "CIP 3 gets other seals.".into(),
                ..Default::default()
            };
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
    let (line, proposed) = worded_otherwise(db, ada, (&change.number, Audience::Internal), meridian);
    places.insert("lines", line);
    places.insert("proposed files", proposed);
    let (offered, sent, digest) = told_by_letter(db, ada, meridian);
    places.insert("changes offered", offered);
    places.insert("digest of file told", digest);
    places.insert("notices sent", sent);
    // Carl is shown them, so that what is ours of them is refused by nothing else.
    shown_to_its_party::<changes::ChangeRequest>(db, &change.number);
    shown_to_its_party::<notices::Notice>(db, &places["change-notices"]);
    places.insert("changes", change.number);
    places.insert("checklists", asked_about(db, &set));
    talk(db, ada, meridian, &mut places);
    shown_to_its_party::<conversations::Meeting>(db, &places["meetings"]);
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
    kept_by_ada(db, ada, &mut places);
    beside(db, ada, &mut places);
    places
}

/// Shows a record to the people of its party, as a deed of its area does in a later state.
fn shown_to_its_party<B: kernel::Body>(db: &Arc<Db>, number: &str) {
    db.write(&Actor::system(), |work| {
        let mut case = work.find::<B>(number)?;
        let frozen = work.release(&mut case)?;
        let words = case.body.words();
        work.offer(&mut case.record, frozen.no, &words)
    })
    .unwrap();
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
            let drawing = changes::NewItem {
                name: "Drawing of CIP 3",
                sort: "drawing",
                way: Vec::new(),
                action: changes::Action::Change,
                reason: "",
            };
            let line = changes::decide(work, &change.number, &drawing)?;
            another_edition(work, &change.number, line)?;
            // Bob looks, so that somebody else can be named.
            let bob = kernel::sql!("select id from visible where kind = 'PE' and title = $1");
            let criterion = changes::NewCriterion {
                criterion: "CIP 3 is tight.",
                method: "By eye",
                sample: "16",
                bound: "",
                person: work.one(bob, kernel::values!["Bob Okafor"])?,
            };
            changes::fix_criterion(work, &change.number, &criterion)?;
            let body = changes::Issue { change: Some(change.id), ..changes::Issue::default() };
            let new = New { title: "Rings for CIP 3 come late", due, ..New::default() };
            Ok((task, resource, changes::raise_issue(work, &new, &body)?.number))
        })
        .unwrap();
    places.insert("steps", task.to_string());
    places.insert("resources", resource.to_string());
    places.insert("change-issues", issue);
}

/// A released requirement that a change is to word otherwise, with a file and another one that is proposed for it; tells
/// its line there, and what is proposed.
fn worded_otherwise(
    db: &Arc<Db>,
    ada: &Actor,
    (change, read_by): (&str, Audience),
    meridian: i64,
) -> (String, String) {
    let requirement = db
        .write(&Actor::system(), |work| {
            let new = New { title: "CIP 3 pipes", party: Some(meridian), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            let body = Requirement {
                statement: "The pipes lead to Northallerton.".into(),
                ..Requirement::default()
            };
            let new = NewRequirement { body, ..NewRequirement::default() };
            let made = requirements::add(work, &set.number, &new)?;
            work.attach(made.id, ("pipes.txt", "text/plain"), b"Northallerton", Audience::Internal)?;
            requirements::release(work, &set.number, "for the change")?;
            Ok(made.number)
        })
        .unwrap();
    let item = changes::NewItem {
        name: &requirement,
        sort: "",
        way: Vec::new(),
        action: changes::Action::Change,
        reason: "",
    };
    let proposed = kernel::Filing {
        name: "bends.txt",
        media_type: "text/plain",
        bytes: b"Northallerton",
        words: None,
        audience: Audience::Internal,
    };
    db.write(ada, |work| {
        let line = changes::decide(work, change, &item)?;
        let file = changes::propose_file(work, change, line, (&proposed, Some(read_by)))?;
        Ok((line.to_string(), file.to_string()))
    })
    .unwrap()
}

/// Says of a drawing which edition comes.
fn another_edition(work: &mut kernel::Work, change: &str, line: i64) -> kernel::Result<()> {
    let said = [("edition_before", "C"), ("edition", "D"), ("changes", "Wider for CIP 3.")];
    let fields = said.map(|(field, it)| (field.to_owned(), serde_json::json!(it)));
    changes::propose(work, change, line, &serde_json::Map::from_iter(fields))
}

/// A change of Meridian's that Franka's function approved, in force with a drawing that has to be exchanged for it.
fn approved(
    db: &Arc<Db>,
    (franka, ada): (&Actor, &Actor),
    meridian: i64,
    places: &mut BTreeMap<&'static str, String>,
) {
    let system = Actor::system();
    let function = db
        .read(&system, |reader| {
            let own = identity::functions_of(reader, franka.person)?[0];
            Ok(reader.mention(own)?.unwrap().number)
        })
        .unwrap();
    let (number, line) = db
        .write(ada, |work| {
            let body = changes::ChangeRequest {
                source: changes::Source::Internal,
                need: "CIP 3 drips.".into(),
                proposal: "Wider plates for CIP 3.".into(),
                effective_from: "2026-03-02".into(),
                ..Default::default()
            };
            let new = New { title: "Plates of CIP 3", party: Some(meridian), ..New::default() };
            let number = changes::raise(work, &new, &body)?.number;
            let drawing =
                changes::NewItem { name: "Plates of CIP 3", sort: "drawing", ..changes::NewItem::default() };
            let line = changes::decide(work, &number, &drawing)?;
            another_edition(work, &number, line)?;
            let criterion = changes::NewCriterion {
                criterion: "CIP 3 is dry.",
                method: "By eye",
                sample: "16",
                person: ada.person,
                ..changes::NewCriterion::default()
            };
            changes::fix_criterion(work, &number, &criterion)?;
            Ok((number, line))
        })
        .unwrap();
    db.write(&system, |work| {
        let policy = changes::Policy { function: &function, track: "both", rank: 1, needs: 1, above: "" };
        changes::keep_policy(work, &policy)?;
        let entry = work.registry().kind("CR").unwrap();
        entry.advance(work, &kernel::Taken { number: &number, step: "screen", version: None })
    })
    .unwrap();
    db.write(ada, |work| changes::ask_approval(work, &number)).unwrap();
    db.write(franka, |work| {
        let proven = kernel::Proven { person: franka.person, means: kernel::Means::Demo, at: work.now };
        let read = changes::read_of(work, &number)?;
        let consent = changes::Consent { function: &function, consents: true, words: "", read: &read };
        let signer = changes::Signer { name: &franka.name, language: "en", zone: "UTC" };
        changes::sign(work, &number, (&consent, &signer), &proven)
    })
    .unwrap();
    db.write(ada, |work| changes::release(work, &number)).unwrap();
    db.write(&system, |work| changes::remove_policy(work, &function)).unwrap();
    places.insert("changes in force", number);
    places.insert("drawing", line.to_string());
}

/// Another change that Meridian reads, and its notice, by a letter to Carl, with a file that they open. Who consented to
/// it before is told in the stories; here it is only shown.
fn told_by_letter(db: &Arc<Db>, ada: &Actor, meridian: i64) -> (String, String, String) {
    let raised = db.write(ada, |work| {
        let body = changes::ChangeRequest { need: "CIP 3 is loud.".into(), ..Default::default() };
        let new = New { title: "Dampers of CIP 3", party: Some(meridian), ..New::default() };
        changes::raise(work, &new, &body)
    });
    let change = raised.unwrap();
    worded_otherwise(db, ada, (&change.number, Audience::Party), meridian);
    db.write(ada, |work| {
        let (carl, ..) =
            identity::person_with_email(work, "carl.whitfield@meridian-dairies.example")?.unwrap();
        let addition = notices::Addition {
            party: Some(meridian),
            reason: "They have CIP 3".into(),
            ..notices::Addition::default()
        };
        let number = notices::add(work, &change.number, &addition)?.number;
        let known = work.find::<notices::Notice>(&number)?.body;
        let edit = notices::Edit {
            person: Some(carl),
            language: "en".into(),
            words: Some("CIP 3 becomes quieter.".into()),
            effective_on: "2026-12-01".parse().ok(),
            asks: known.asks,
            blocks: known.blocks,
            ..notices::Edit::default()
        };
        notices::edit(work, &number, &edit)?;
        notices::issue(work, &number, "https://reqord.kestrel-dosing.example")?;
        // It asks whether they approve it.
        let mut case = work.find::<changes::ChangeRequest>(&change.number)?;
        let mut asks = serde_json::to_value(&case.body)?;
        asks["stands_for"] = "what the house consented to".into();
        let frozen = work.freeze(&mut case.record, &asks)?;
        work.offer(&mut case.record, frozen.no, "CIP 3 is loud.")?;
        let digest = known.package[0].files[0].digest.clone();
        Ok((change.number.clone(), number, digest))
    })
    .unwrap()
}

/// A tie, a token and a signature of Ada's; and the keys of what forms name by them.
fn kept_by_ada(db: &Arc<Db>, ada: &Actor, places: &mut BTreeMap<&'static str, String>) {
    let mention =
        |place: &str| db.read(&Actor::system(), |reader| reader.mention_of(&places[place])).unwrap();
    let (requirement, item, review) = (mention("requirements"), mention("catalogue"), mention("reviews"));
    let keys = [
        ("key of set", mention("requirement-sets").id),
        ("key of carl", mention("people").id),
        ("key of function", mention("functions").id),
    ];
    let (link, token, signature) = db
        .write(ada, |work| {
            let link = work.link_by_hand(&requirement, kernel::Tie::DependsOn, &item)?;
            let token = identity::NewToken { name: "Reporting", scope: identity::Scope::Read, days: 30 };
            let token = identity::make_token(work, &token, &identity::token_secret()?)?;
            let proven = kernel::Proven { person: ada.person, means: kernel::Means::Demo, at: work.now };
            let seen = serde_json::json!({ "review": review.number });
            let signing = kernel::Signing {
                record: review.id,
                audience: Audience::Internal,
                meaning: kernel::Meaning::Acknowledged,
                what: &review.number,
                seen: &seen,
                statement: "I have read it.",
                name: &ada.name,
                role: "Engineer",
                function: None,
                acts_for: None,
                language: "en",
                zone: "UTC",
            };
            Ok((link, token, work.sign(&signing, &proven)?.id))
        })
        .unwrap();
    let made = [("links", link), ("tokens", token), ("signatures", signature)];
    places.extend(keys.into_iter().chain(made).map(|(name, id)| (name, id.to_string())));
    let read = db.read(&Actor::system(), |reader| reviews::as_read(reader, &review.number, None)).unwrap();
    places.insert("read of review", read);
}

/// What Carl does for Meridian, and a frame contract with them; links in letters to him, each with its code; a view of each list that Ada keeps, and
/// something that she did for many at once.
fn beside(db: &Arc<Db>, ada: &Actor, places: &mut BTreeMap<&'static str, String>) {
    const LINKS: [(&str, &str, &str, &str); 5] = [
        ("link to sign", "code to sign", "sign-offs", "confirm"),
        ("link to certificate", "code to certificate", "sign-offs", "certificate"),
        ("link to answer", "code to answer", "clarifications", "answer"),
        ("link to notice", "code to notice", "notices sent", notices::NOTICE),
        ("link to understood", "code to understood", "orders", "understood"),
    ];
    let links = db
        .write(&Actor::system(), |work| {
            let (carl, number, _) =
                identity::person_with_email(work, "carl.whitfield@meridian-dairies.example")?.unwrap();
            let role = customers::NewRole {
                person: carl,
                role: customers::ContactRole::Buyer,
                since: None,
                until: None,
            };
            customers::give_role(work, "K-1001", &role)?;
            let contract = customers::NewContract {
                number: "FC-12".to_owned(),
                clause: "4.2".to_owned(),
                says: customers::Says::Silence,
                holds_from: None,
                holds_until: None,
            };
            let contract = customers::record_contract(work, "K-1001", &contract)?;
            identity::make_link(work, &number, "a-link-by-which-carl-sets-a-password")?;
            let mut links = vec![("contracts", contract.to_string())];
            for (name, code, kind, purpose) in LINKS {
                let record = work.mention_of(&places[kind])?.id;
                let lasts = SignedDuration::from_hours(24);
                let secret =
                    work.make_pass(&NewPass { record, person: carl, purpose, lasts, language: "en" })?;
                let pass = work.pass_behind(&secret)?.unwrap();
                links.push((code, work.make_code(&pass)?));
                links.push((name, secret));
            }
            Ok(links)
        })
        .unwrap();
    places.extend(links);
    places.insert("link to password", "a-link-by-which-carl-sets-a-password".to_owned());
    for entry in app::wiring::registry().all() {
        let kind = entry.kind.prefix.to_owned();
        let view = View { owner: ada.person, kind, name: "Mine".to_owned(), ..View::default() };
        let view = db.keep_view(ada, &view).unwrap();
        let nothing = serde_json::json!({ "done": [], "refused": [] });
        let batch =
            db.keep_batch(ada, entry.kind.prefix, &serde_json::json!({ "watch": true }), &nothing).unwrap();
        for (what, id) in [("view", view), ("batch", batch)] {
            // As often as there are kinds, in a program that ends soon.
            places.insert(String::leak(format!("{what} of {}", entry.kind.path)), id.to_string());
        }
    }
}

/// A call of theirs that is under way, a meeting with them, an extra field of requirements.
fn talk(db: &Arc<Db>, ada: &Actor, meridian: i64, places: &mut BTreeMap<&'static str, String>) {
    let named = |title| New { title, party: Some(meridian), ..New::default() };
    let call = conversations::Call { words: "CIP 3 drips.".into(), ..conversations::Call::default() };
    let meeting = conversations::Meeting {
        purpose: "Look at CIP 3".into(),
        starts_at: "2026-03-09T09:00:00Z".parse().ok(),
        place: "Northallerton".into(),
        ..conversations::Meeting::default()
    };
    let call =
        db.write(ada, |work| conversations::begin_call(work, &named("Call about CIP 3"), &call)).unwrap();
    let meeting =
        db.write(ada, |work| conversations::open_meeting(work, &named("Visit to CIP 3"), &meeting)).unwrap();
    let field = kernel::ExtraField { of_kind: "REQ".into(), ..kernel::ExtraField::default() };
    let field = db.write(&Actor::system(), |work| work.define("Drawing", &field)).unwrap();
    let ada = db.read(&Actor::system(), |reader| Ok(reader.mention(ada.person)?.unwrap().number)).unwrap();
    places.insert("calls", call.number);
    places.insert("meetings", meeting.number);
    places.insert("extra-fields", field.number);
    places.insert("ada", ada);
    places.insert("other", "K-1003".to_owned());
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
                work.attach(set.id, ("plan.txt", "text/plain"), b"Northallerton", Audience::Party)?;
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

/// A set of Meridian's that Franka accepts on a condition, which Ada has to meet.
fn on_condition(
    db: &Arc<Db>,
    (franka, ada): (&Actor, &Actor),
    meridian: i64,
    places: &mut BTreeMap<&'static str, String>,
) {
    let system = Actor::system();
    let function = db.read(&system, |reader| identity::functions_of(reader, franka.person)).unwrap()[0];
    let (subject, item) = db
        .write(&system, |work| {
            let new = New { title: "CIP 3 valves", party: Some(meridian), ..New::default() };
            let set = requirements::open_set(work, &new, &RequirementSet::default())?;
            let body = Requirement {
                statement: "The valves stand in Northallerton.".into(),
                ..Requirement::default()
            };
            let new = NewRequirement { body, ..NewRequirement::default() };
            let item = requirements::add(work, &set.number, &new)?.number;
            requirements::release(work, &set.number, "for the review")?;
            Ok((set.id, item))
        })
        .unwrap();
    let review = db
        .write(&system, |work| {
            let asked = vec![reviews::Asked { function, quorum: 1, ..reviews::Asked::default() }];
            let policy = reviews::Policy { asked, ..reviews::Policy::default() };
            let body = reviews::Review { subject, policy, ..reviews::Review::default() };
            reviews::open(work, &New::default(), &body)
        })
        .unwrap();
    let condition = reviews::NewCondition {
        words: "Valves are tried in Northallerton".into(),
        owner: Some(ada.person),
        due: "2026-04-01".parse().ok(),
        gate: reviews::Gate::Delivery,
    };
    let verdict = reviews::Verdict::Condition;
    let given = reviews::Given { item, verdict, condition: Some(condition), ..reviews::Given::default() };
    let judging = reviews::Judging { function, verdicts: vec![given], answers: Vec::new() };
    db.write(franka, |work| reviews::judge(work, &review.number, &judging)).unwrap();
    let all = db.read(&system, |reader| {
        let review = reader.mention_of(&review.number)?.id;
        reviews::conditions(reader, review)
    });
    places.insert("conditions", all.unwrap()[0].id.to_string());
    places.insert("reviews judged", review.number);
}

/// The code of a paper that shows the offered set, a file that is signed with a set, a mail with pictures and files, and
/// a file of the product itself.
fn papers(db: &Arc<Db>, ada: &Actor, places: &mut BTreeMap<&'static str, String>) {
    const MAIL: &[u8] = b"From: Carl Whitfield <carl.whitfield@meridian-dairies.example>\r\n\
        To: Ada Lindqvist <ada.lindqvist@kestrel-dosing.example>\r\nSubject: Drawing of CIP 3\r\n\
        Date: Mon, 02 Mar 2026 08:10:00 +0000\r\nMessage-ID: <drawing@meridian-dairies.example>\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"one\"\r\n\r\n\
        --one\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>The drawing for Northallerton.</p>\r\n\
        --one\r\nContent-Type: text/plain; name=\"drawing.txt\"\r\n\
        Content-Disposition: attachment; filename=\"drawing.txt\"\r\n\r\nNorthallerton\r\n--one--\r\n";
    let prepared = conversations::Intake::read(MAIL.to_vec());
    let taken = db.write(ada, |work| conversations::take_in(work, &prepared)).unwrap();
    let (code, digest) = db
        .read(&Actor::system(), |reader| {
            let set = reader.mention_of(&places["requirement-sets"])?;
            let code = reader.paper_code(&set.number, 1, &reader.revision(set.id, 1)?.0.digest);
            let signed = reader.find::<reviews::SignOff>(&places["sign-offs"])?.body.subject;
            Ok((code, reader.attachments(signed)?[0].digest.clone()))
        })
        .unwrap();
    places.insert("message with a file", taken.message.to_string());
    places.insert("code of paper", code);
    places.insert("digest of file", digest);
    places.insert("asset", web::assets::address("reqord.css"));
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
            let theirs = orders::read_pasted("Pos\tArticle\tQty\tUnit price\n10\tKD-20\t2\t1500.00")?;
            orders::lay_beside(work, &made.number, &theirs, None)?;
            let (carl, ..) =
                identity::person_with_email(work, "carl.whitfield@meridian-dairies.example")?.unwrap();
            let said = conversations::NewStatement {
                words: "A pump for Northallerton".into(),
                said_by: "Carl Whitfield".into(),
                person: Some(carl),
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
