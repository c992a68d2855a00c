//! Who there is: the company's people and functions, its customers and theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use customers::{NewContact, Organisation};
use identity::{Cost, Function, Hashed, Person, hash_many_at};
use kernel::{Actor, Db, New, PersonId, Role, Vocabulary, Work};
use serde::Deserialize;

use super::chronicle::Time;
use super::{files, teller};

/// The password of everybody in the demo, by the name they are called.
fn password(short: &str) -> String {
    format!("{short}-right-millilitre")
}

/// Somebody who may sign in.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub role: String,
    pub email: String,
    pub password: String,
}

/// The company, once it is founded.
pub struct Company {
    people: BTreeMap<String, Actor>,
    pub functions: BTreeMap<String, i64>,
    /// The record of each customer by its number.
    pub customers: BTreeMap<String, i64>,
    pub sign_ins: Vec<SignIn>,
    contacts: Vec<(PersonId, String)>,
}

impl Company {
    /// A contact of a customer by a short name: `carl` is Carl Whitfield.
    pub fn contact(&self, short: &str) -> Option<(PersonId, String)> {
        let wanted = short.to_lowercase();
        let found = self
            .contacts
            .iter()
            .find(|(_, name)| name.split_whitespace().next().is_some_and(|it| it.to_lowercase() == wanted));
        found.cloned().or_else(|| self.people.get(short).map(|it| (it.person, it.name.clone())))
    }

    /// The name that somebody of the company is called.
    pub fn short_of(&self, person: PersonId) -> Option<String> {
        self.people.iter().find(|(_, it)| it.person == person).map(|(short, _)| short.clone())
    }

    /// Everybody who acts.
    pub fn everybody(&self) -> impl Iterator<Item = &Actor> {
        self.people.values()
    }

    /// Somebody of the company by the name they are called.
    pub fn person(&self, short: &str) -> Result<&Actor> {
        self.people.get(short).with_context(|| format!("nobody is called {short}"))
    }
}

#[derive(Deserialize)]
struct PersonRow {
    short: String,
    name: String,
    email: String,
    function: String,
    title: String,
    deputy: String,
    site: String,
    languages: String,
    joined: String,
}

#[derive(Deserialize)]
struct ContactRow {
    customer: String,
    name: String,
    email: String,
    phone: String,
    language: String,
    note: String,
}

/// The functions, with what each is accountable for (`demo/README.md`, section 2).
const FUNCTIONS: [(&str, &str, &str, &str); 12] = [
    ("sales", "Sales", "ada", "inquiries, quotations, requirement sets"),
    ("service", "Service", "ben", "telephone, service contracts, feedback"),
    ("quality", "Quality", "bob", "complaints, change control, audits"),
    ("design", "Design", "clara", "products, drawings"),
    ("production", "Production", "deniz", "capacity, assembly"),
    ("purchasing", "Purchasing", "franka", "suppliers, supplier notices"),
    ("logistics", "Logistics", "grace", "order desk, promises, delivery notices"),
    ("regulatory", "Regulatory affairs", "jonas", "law, declarations, privacy"),
    ("training", "Training", "ines", "competences"),
    ("management", "Management", "henrik", "approval, objectives"),
    ("administration", "Administration", "sam", "the system"),
    ("finance", "Finance", "katrin", "terms, credit"),
];

/// Who is shown at the start, and as what.
const SHOWN: [(&str, &str); 10] = [
    ("ada", "Owner of the Meridian matter"),
    ("bob", "Quality manager"),
    ("henrik", "Approver"),
    ("ben", "Service agent"),
    ("sam", "Administrator"),
    ("amelia", "Auditor, reads only"),
    ("clara", "Reviews for design"),
    ("deniz", "Reviews for production"),
    ("franka", "Reviews for purchasing"),
    ("grace", "Reviews for logistics"),
];

/// The contacts of customers who may sign in.
const OUTSIDERS: [(&str, &str, &str); 2] = [
    ("carl", "carl.whitfield@meridian-dairies.example", "Customer: Meridian Dairies"),
    ("eve", "eve.zimmermann@hallander-pharma.example", "Customer: Hallander Pharma, the outsider"),
];

/// Founds the company, two years before day 0.
pub fn found(db: &Arc<Db>, time: &Time) -> Result<Company> {
    let begin = time.at(-730, 8, 0)?;
    let rows: Vec<PersonRow> = files::rows("people.csv")?;
    let shorts: Vec<String> = rows.iter().map(|it| it.short.clone()).collect();
    let all: Vec<&str> =
        shorts.iter().map(String::as_str).chain(OUTSIDERS.map(|(short, ..)| short)).collect();
    let hashed = hashed(&all)?;
    db.set("company.name", "Kestrel Dosing Systems GmbH")?;
    db.set("company.zone", "Europe/Berlin")?;
    let mut company = db.write_at(&teller(), begin, |work| {
        work.because("Set-up of the system");
        staff(work, &rows, &hashed)
    })?;
    take_over_customers(db, time, &mut company)?;
    let outsiders = db.write_at(&teller(), time.at(-729, 9, 0)?, |work| {
        let mut found = Vec::new();
        for (short, email, _) in OUTSIDERS {
            let (id, ..) = identity::person_with_email(work, email)?.ok_or(kernel::Error::NotFound)?;
            identity::keep_password(work, id, &hashed[short])?;
            found.push((short, identity::actor_of(work, id)?));
        }
        Ok(found)
    })?;
    for (short, actor) in outsiders {
        company.people.insert(short.to_owned(), actor);
    }
    company.sign_ins = sign_ins(&rows);
    Ok(company)
}

fn hashed(shorts: &[&str]) -> Result<BTreeMap<String, Hashed>> {
    let passwords: Vec<String> = shorts.iter().map(|it| password(it)).collect();
    let passwords: Vec<&str> = passwords.iter().map(String::as_str).collect();
    let hashed = hash_many_at(Cost::LIGHT, &passwords)?;
    Ok(shorts.iter().map(|it| (*it).to_owned()).zip(hashed).collect())
}

fn staff(work: &mut Work, rows: &[PersonRow], hashed: &BTreeMap<String, Hashed>) -> kernel::Result<Company> {
    let mut functions = BTreeMap::new();
    for (code, name, _, accountable_for) in FUNCTIONS {
        let body = Function { accountable_for: accountable_for.to_owned(), ..Function::default() };
        functions.insert(code.to_owned(), identity::add_function(work, name, &body)?.id);
    }
    let mut ids: BTreeMap<String, PersonId> = BTreeMap::new();
    for row in rows {
        let answers = FUNCTIONS.iter().filter(|(_, _, leader, _)| *leader == row.short);
        let body = Person {
            email: row.email.clone(),
            job_title: row.title.clone(),
            site: row.site.clone(),
            language: if row.languages.starts_with("de") { "de".to_owned() } else { "en".to_owned() },
            zone: if row.site == "Leeds" || row.site == "Manchester" {
                "Europe/London"
            } else {
                "Europe/Berlin"
            }
            .to_owned(),
            roles: roles(row).iter().map(|it| it.code()).collect(),
            functions: answers.map(|(code, ..)| functions[*code]).collect(),
            joined_on: row.joined.parse().ok(),
            ..Person::default()
        };
        let made = identity::add_person(work, &New { title: &row.name, ..New::default() }, &body)?;
        identity::keep_password(work, made.id, &hashed[&row.short])?;
        ids.insert(row.short.clone(), made.id);
    }
    for row in rows.iter().filter(|it| !it.deputy.is_empty()) {
        let (own, deputy) = (ids[&row.short], ids.get(&row.deputy).copied());
        let mut case = work.find_by_id::<Person>(own)?;
        work.revise(&mut case, |it| it.deputy = deputy)?;
    }
    for (code, _, leader, _) in FUNCTIONS {
        let mut case = work.find_by_id::<Function>(functions[code])?;
        let leader = ids.get(leader).copied();
        work.revise(&mut case, |it| it.leader = leader)?;
    }
    let mut people = BTreeMap::new();
    for (short, id) in ids {
        people.insert(short, identity::actor_of(work, id)?);
    }
    Ok(Company { people, functions, customers: BTreeMap::new(), sign_ins: Vec::new(), contacts: Vec::new() })
}

fn roles(row: &PersonRow) -> Vec<Role> {
    match (row.short.as_str(), row.function.as_str()) {
        ("amelia", _) => vec![Role::Auditor],
        ("henrik", _) => vec![Role::Approver, Role::Reviewer],
        ("bob", _) => vec![Role::Quality, Role::Reviewer, Role::Engineer],
        ("sam", _) => vec![Role::Administrator],
        (_, "sales") => vec![Role::Engineer, Role::Agent],
        (_, "design") => vec![Role::Engineer, Role::Reviewer],
        (_, "service" | "logistics") => vec![Role::Agent, Role::Reviewer],
        _ => vec![Role::Reviewer],
    }
}

fn sign_ins(rows: &[PersonRow]) -> Vec<SignIn> {
    let staff = SHOWN.iter().filter_map(|(short, role)| {
        let row = rows.iter().find(|it| it.short == *short)?;
        Some(SignIn { role: (*role).to_owned(), email: row.email.clone(), password: password(short) })
    });
    let outsiders = OUTSIDERS.iter().map(|(short, email, role)| SignIn {
        role: (*role).to_owned(),
        email: (*email).to_owned(),
        password: password(short),
    });
    staff.chain(outsiders).collect()
}

/// What the old system knew of customers. Its doubles are left out; merging them is work of its own.
fn take_over_customers(db: &Arc<Db>, time: &Time, company: &mut Company) -> Result<()> {
    let grace = company.person("sam")?.clone();
    let contacts: Vec<ContactRow> = files::rows("customers/contacts.csv")?;
    let organisations = organisations()?;
    let at = time.at(-729, 8, 0)?;
    let made = db.write_at(&teller(), at, |work| {
        work.because("Taken over from the old system");
        let mut made = BTreeMap::new();
        for (number, name, body) in &organisations {
            let new = New { title: name, number: Some(number), owner: Some(grace.person), ..New::default() };
            let id = customers::open(work, &new, body)?.id;
            for contact in contacts.iter().filter(|it| it.customer == *number) {
                add_contact(work, number, id, contact)?;
            }
            made.insert(number.clone(), id);
        }
        Ok(made)
    })?;
    let meridian = made["K-1001"];
    let contacts = db.read(&teller(), |reader| customers::contacts(reader, meridian))?;
    company.contacts = contacts.into_iter().map(|it| (it.id, it.name)).collect();
    company.customers = made;
    Ok(())
}

/// Shared mailboxes identify nobody; what is written twice in another way is one person.
fn add_contact(work: &mut Work, number: &str, id: i64, row: &ContactRow) -> kernel::Result<()> {
    let email = row.email.trim().to_lowercase();
    let is_known = !email.is_empty() && identity::person_with_email(work, &email)?.is_some();
    if is_known {
        return Ok(());
    }
    if ["Stores", "Ufficio Acquisti"].contains(&row.name.as_str()) {
        customers::know(work, id, &email, None)?;
        return Ok(());
    }
    let contact = NewContact {
        name: &row.name,
        email: &email,
        phone: &row.phone,
        language: &row.language,
        job_title: &row.note,
    };
    customers::add_contact(work, number, &contact)?;
    Ok(())
}

/// The customers of the export that are no doubles.
fn organisations() -> Result<Vec<(String, String, Organisation)>> {
    let mut all = organisations_of_the_export()?;
    all.retain(|(number, ..)| number.starts_with("K-"));
    Ok(all)
}

/// Every row of the export, with what it says: its number there, the name, the rest.
pub fn organisations_of_the_export() -> Result<Vec<(String, String, Organisation)>> {
    // The export is written in windows-1252, separated by semicolons.
    let text: String =
        files::bytes("customers/customers.csv")?.iter().map(|it| from_windows_1252(*it)).collect();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').flexible(true).from_reader(text.as_bytes());
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.context("demo/customers/customers.csv cannot be read")?;
        let field = |place: usize| record.get(place).unwrap_or_default().trim().to_owned();
        let country = field(5);
        let domain = customers::domain_of(&field(7)).filter(|it| !it.is_empty());
        let body = Organisation {
            street: field(2),
            post_code: field(3),
            town: field(4),
            country: if country.len() == 2 { country } else { String::new() },
            trade: field(6),
            domains: domain.into_iter().collect(),
            language: field(8),
            note: field(9),
            is_customer: true,
            ..Organisation::default()
        };
        all.push((field(0), field(1), body));
    }
    Ok(all)
}

/// What always holds for a customer: title and words of each.
pub fn always(number: &str) -> &'static [(&'static str, &'static str)] {
    match number {
        "K-1001" => &[
            ("Site rules MD-HS-009", "Work on site follows MD-HS-009."),
            ("Hygiene standard MD-QS-022", "Wetted parts follow MD-QS-022."),
        ],
        "K-1002" => &[
            (
                "Certificates EN 10204 type 3.1",
                "Every wetted metal part comes with a certificate EN 10204 type 3.1 that names its heat number.",
            ),
            ("Two signatures", "Every record bears two signatures."),
        ],
        "K-1003" => {
            &[("Delivery 07:00 to 11:00", "Deliveries come between 07:00 and 11:00 only; dates are binding.")]
        }
        "K-1010" => &[("Tag names in Swedish", "Names of tags are in Swedish.")],
        "K-1022" => &[("Neutral packing", "Packing shows no name of ours.")],
        _ => &[],
    }
}

/// The few characters in which windows-1252 differs from the first 256 of Unicode do not occur in names.
fn from_windows_1252(byte: u8) -> char {
    match byte {
        0x8a => 'Š',
        0x9a => 'š',
        0x8e => 'Ž',
        0x9e => 'ž',
        0x96 => '–',
        0x92 => '’',
        other => char::from(other),
    }
}

/// The people and the two customers of stories.
pub struct SmallCompany {
    pub people: Vec<(&'static str, Actor)>,
    pub meridian: i64,
    pub hallander: i64,
    pub sign_ins: Vec<SignIn>,
}

/// Founds the same company without its history, at the moment of the clock: for stories.
pub fn small_company(db: &Arc<Db>) -> Result<SmallCompany> {
    let company = found(db, &Time::of_present_week(db.now()))?;
    let names = ["ada", "ben", "bob", "clara", "franka", "henrik", "sam", "nele", "amelia", "carl", "eve"];
    // One who judges for a function and is nothing else.
    let rows: Vec<PersonRow> = files::rows("people.csv")?;
    let franka = rows.into_iter().filter(|it| it.short == "franka").map(|it| SignIn {
        role: "Reviewer".to_owned(),
        email: it.email,
        password: password("franka"),
    });
    let people: Result<Vec<_>> = names.iter().map(|it| Ok((*it, company.person(it)?.clone()))).collect();
    Ok(SmallCompany {
        people: people?,
        meridian: company.customers["K-1001"],
        hallander: company.customers["K-1002"],
        sign_ins: company.sign_ins.into_iter().chain(franka).collect(),
    })
}
