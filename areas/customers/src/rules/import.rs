//! How does a row of a file read as an organisation or as one of its people, and what would it do?

use std::collections::HashMap;

use kernel::{
    Body, Candidate, Change, Effect, Fields, Foresight, IntakeRow, KEY, Keys, PartyId, PersonId, TargetField,
    Text, text,
};

use super::likeness::{
    Bond, Degree, Likenesses, Outline, PersonOutline, is_shared_mailbox, likeness, likeness_of_people,
    own_domain_of, same_phone,
};
use crate::model::Organisation;

/// What a file may say of an organisation, with what its columns are called.
pub const ORGANISATION: &[TargetField] = &[
    optional(
        KEY,
        || text!("External id"),
        &[
            "id",
            "customer no",
            "customer number",
            "customer id",
            "account id",
            "account number",
            "number",
            "external id",
            "kundennr",
            "kundennummer",
            "kunden nr",
            "debitor",
            "debitorennummer",
            "nummer",
        ],
    ),
    needed(
        "name",
        || text!("Name"),
        &[
            "name",
            "company",
            "company name",
            "organisation",
            "organization",
            "account",
            "account name",
            "customer",
            "customer name",
            "firma",
            "firmenname",
            "kunde",
            "unternehmen",
            "name 1",
        ],
    ),
    optional("legal_form", || text!("Legal form"), &["legal form", "rechtsform"]),
    optional(
        "street",
        || text!("Street"),
        &[
            "street",
            "address",
            "billing street",
            "street address",
            "address line 1",
            "straße",
            "strasse",
            "adresse",
            "anschrift",
        ],
    ),
    optional(
        "post_code",
        || text!("Post code"),
        &[
            "post code",
            "postcode",
            "postal code",
            "zip",
            "zip code",
            "billing zip",
            "billing postal code",
            "plz",
            "postleitzahl",
        ],
    ),
    optional("town", || text!("Town"), &["town", "city", "billing city", "ort", "stadt"]),
    optional(
        "country",
        || text!("Country"),
        &["country", "country code", "billing country", "land", "länderkennung"],
    ),
    optional("trade", || text!("Trade"), &["trade", "industry", "sector", "branche"]),
    optional(
        "email",
        || text!("E-mail address"),
        &["e mail", "email", "mail", "e mail address", "email address", "e mail adresse", "mailadresse"],
    ),
    optional(
        "domains",
        || text!("Mail domains"),
        &["domain", "domains", "mail domain", "website domain", "domäne"],
    ),
    optional("language", || text!("Language"), &["language", "language code", "sprache"]),
    optional(
        "note",
        || text!("Note"),
        &["note", "notes", "comment", "remark", "notiz", "bemerkung", "kommentar"],
    ),
    optional(
        "parent",
        || text!("Part of"),
        &[
            "parent",
            "parent account",
            "parent company",
            "part of",
            "belongs to",
            "head office",
            "gehört zu",
            "mutter",
            "muttergesellschaft",
            "konzern",
            "zentrale",
        ],
    ),
];

/// What a file may say of a person of an organisation.
pub const CONTACT: &[TargetField] = &[
    optional(
        KEY,
        || text!("External id"),
        &["id", "contact id", "person id", "external id", "personennr", "kontaktnr", "kontakt id"],
    ),
    optional(
        "customer",
        || text!("Organisation"),
        &[
            "customer",
            "customer no",
            "customer number",
            "account",
            "account name",
            "account id",
            "company",
            "organisation",
            "organization",
            "kunde",
            "kundennr",
            "kundennummer",
            "firma",
        ],
    ),
    optional(
        "name",
        || text!("Name"),
        &["name", "full name", "contact", "contact name", "person", "ansprechpartner", "kontakt"],
    ),
    optional("first_name", || text!("First name"), &["first name", "given name", "vorname"]),
    optional(
        "last_name",
        || text!("Last name"),
        &["last name", "surname", "family name", "nachname", "zuname"],
    ),
    optional(
        "email",
        || text!("E-mail address"),
        &[
            "e mail",
            "email",
            "mail",
            "work e mail",
            "work email",
            "e mail address",
            "email address",
            "e mail adresse",
        ],
    ),
    optional(
        "phone",
        || text!("Telephone"),
        &["phone", "telephone", "mobile", "work phone", "telefon", "tel", "mobil", "rufnummer"],
    ),
    optional(
        "job_title",
        || text!("Job title"),
        &["job title", "role", "position", "function", "stellung", "funktion", "rolle"],
    ),
    optional("language", || text!("Language"), &["language", "sprache"]),
    optional("note", || text!("Note"), &["note", "notes", "comment", "notiz", "bemerkung"]),
];

const fn optional(name: &'static str, label: fn() -> Text, headings: &'static [&'static str]) -> TargetField {
    TargetField { name, label, headings, is_needed: false }
}

const fn needed(name: &'static str, label: fn() -> Text, headings: &'static [&'static str]) -> TargetField {
    TargetField { name, label, headings, is_needed: true }
}

/// An organisation that is there.
#[derive(Clone, Debug)]
pub struct There {
    pub id: PartyId,
    pub number: String,
    pub name: String,
    pub is_dormant: bool,
    pub parent: Option<String>,
    pub body: Organisation,
}

/// Countries as files spell them out, with their codes (ISO 3166-1).
const COUNTRIES: &[(&str, &str)] = &[
    ("germany", "DE"),
    ("deutschland", "DE"),
    ("austria", "AT"),
    ("österreich", "AT"),
    ("switzerland", "CH"),
    ("schweiz", "CH"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("uk", "GB"),
    ("england", "GB"),
    ("großbritannien", "GB"),
    ("vereinigtes königreich", "GB"),
    ("france", "FR"),
    ("frankreich", "FR"),
    ("italy", "IT"),
    ("italien", "IT"),
    ("spain", "ES"),
    ("spanien", "ES"),
    ("netherlands", "NL"),
    ("niederlande", "NL"),
    ("belgium", "BE"),
    ("belgien", "BE"),
    ("denmark", "DK"),
    ("dänemark", "DK"),
    ("norway", "NO"),
    ("norwegen", "NO"),
    ("sweden", "SE"),
    ("schweden", "SE"),
    ("finland", "FI"),
    ("finnland", "FI"),
    ("poland", "PL"),
    ("polen", "PL"),
    ("czech republic", "CZ"),
    ("czechia", "CZ"),
    ("tschechien", "CZ"),
    ("ireland", "IE"),
    ("irland", "IE"),
    ("portugal", "PT"),
    ("hungary", "HU"),
    ("ungarn", "HU"),
    ("united states", "US"),
    ("usa", "US"),
];

const LANGUAGES: &[(&str, &str)] = &[
    ("english", "en"),
    ("englisch", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("französisch", "fr"),
    ("italian", "it"),
    ("italienisch", "it"),
    ("spanish", "es"),
    ("spanisch", "es"),
];

/// The words of a field, without what stands around them.
pub fn word<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |it| it.trim())
}

/// The fields of an organisation that a row can write, with what it says of each now.
const WRITTEN: &[&str] =
    &["legal_form", "street", "post_code", "town", "country", "trade", "domains", "language", "note"];

/// What an organisation says in a field, as files write it.
pub fn said(it: &Organisation, field: &str) -> String {
    match field {
        "legal_form" => it.legal_form.clone(),
        "street" => it.street.clone(),
        "post_code" => it.post_code.clone(),
        "town" => it.town.clone(),
        "country" => it.country.clone(),
        "trade" => it.trade.clone(),
        "domains" => it.domains.join(" "),
        "language" => it.language.clone(),
        "note" => it.note.clone(),
        _ => String::new(),
    }
}

/// Writes a field of an organisation.
pub fn say(it: &mut Organisation, field: &str, words: &str) {
    let words = words.trim();
    match field {
        "legal_form" => words.clone_into(&mut it.legal_form),
        "street" => words.clone_into(&mut it.street),
        "post_code" => words.clone_into(&mut it.post_code),
        "town" => words.clone_into(&mut it.town),
        "country" => it.country = coded(words, COUNTRIES).to_uppercase(),
        "trade" => words.clone_into(&mut it.trade),
        "domains" => it.domains = words.split_whitespace().map(str::to_owned).collect(),
        "language" => it.language = coded(words, LANGUAGES).to_lowercase(),
        "note" => words.clone_into(&mut it.note),
        _ => {}
    }
}

fn coded(words: &str, codes: &[(&str, &str)]) -> String {
    let plain = words.to_lowercase();
    codes
        .iter()
        .find(|(name, _)| *name == plain)
        .map_or_else(|| words.to_owned(), |(_, code)| (*code).to_owned())
}

/// The body that the fields of a row make of another one. Empty cells change nothing, domains are added.
pub fn written(before: &Organisation, fields: &Fields) -> Organisation {
    let mut body = before.clone();
    for field in WRITTEN.iter().filter(|it| **it != "domains" && !word(fields, it).is_empty()) {
        say(&mut body, field, word(fields, field));
    }
    let named = word(fields, "domains").split([' ', ',', ';', '\n']);
    let named = named.map(|it| it.trim().trim_start_matches('@').trim_start_matches("www.").to_lowercase());
    for domain in named.filter(|it| !it.is_empty()).chain(own_domain_of(word(fields, "email"))) {
        if !body.domains.contains(&domain) {
            body.domains.push(domain);
        }
    }
    body
}

/// What each row would do to organisations.
pub fn foresee(rows: &[IntakeRow], there: &[There], keys: &Keys, looks_for_doubles: bool) -> Vec<Foresight> {
    let by_id: HashMap<PartyId, &There> = there.iter().map(|it| (it.id, it)).collect();
    let by_number: HashMap<&str, &There> = there.iter().map(|it| (it.number.as_str(), it)).collect();
    let mut taken: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<Foresight> = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let key = word(&row.fields, KEY);
        let mut it = Foresight { title: word(&row.fields, "name").to_owned(), ..Foresight::default() };
        it.notes = notes(&row.fields);
        let mut faults = shape(&row.fields);
        if !key.is_empty() && taken.insert(key, place).is_some() {
            faults.push((KEY.to_owned(), text!("Another row has this external id, too. Give each its own.")));
        }
        let known = keys.own(key).filter(|_| !key.is_empty()).and_then(|id| by_id.get(&id));
        let same_number = by_number.get(key).filter(|_| known.is_none());
        let is_theirs = |there: &There| {
            let named = |name: &str| Outline { name: name.to_owned(), ..Outline::default() };
            likeness(&outline(&there.name, &there.body), &of_row(&row.fields)).is_some()
                || likeness(&named(&there.name), &named(word(&row.fields, "name"))).is_some()
        };
        it = match (known, same_number) {
            (Some(there), _) => changes(it, there, &row.fields),
            (None, Some(there)) if !looks_for_doubles || is_theirs(there) => changes(it, there, &row.fields),
            (None, Some(there)) => {
                let reason =
                    text!("{number} is another organisation here, by its name.", number = &there.number);
                let candidate = Candidate {
                    record: Some(there.id),
                    number: there.number.clone(),
                    title: there.name.clone(),
                    reasons: vec![reason],
                    ..Candidate::default()
                };
                Foresight { effect: Effect::Duplicate, candidates: vec![candidate], ..it }
            }
            (None, None) => it,
        };
        found.push(it.faulty(faults));
    }
    if looks_for_doubles {
        doubles(rows, there, &mut found);
    }
    parents(rows, (&by_number, keys), &mut found);
    found
}

/// What is wrong with the shape of a row.
fn shape(fields: &Fields) -> Vec<(String, Text)> {
    let mut faults = Vec::new();
    let name = word(fields, "name");
    if name.is_empty() {
        faults.push(("name".to_owned(), text!("Name the organisation, or leave the row out.")));
    }
    if name.chars().count() > 300 {
        faults.push(("name".to_owned(), text!("Shorten it to {count} characters.", count = 300i64)));
    }
    let email = word(fields, "email");
    if !email.is_empty() && !identity::is_email(email) {
        faults.push(("email".to_owned(), text!("Give an address like name@company.example.")));
    }
    if let Err(wrong) = written(&Organisation::default(), fields).check() {
        faults.extend(wrong.0);
    }
    faults
}

/// What to know of a row before it is taken in.
fn notes(fields: &Fields) -> Vec<Text> {
    let mut notes = Vec::new();
    let lost = |it: &&str| {
        let words: Vec<char> = word(fields, it).chars().collect();
        words.windows(2).any(|pair| pair[0] == '?' && pair[1] != ' ')
            || words.windows(2).any(|pair| pair[1] == '?' && pair[0].is_alphabetic())
    };
    if ["name", "street", "town"].iter().any(lost) {
        notes.push(text!(
            "Letters were lost where “?” stands. A file in Unicode, such as XLSX, has them still."
        ));
    }
    if word(fields, "email").is_empty() && word(fields, "domains").is_empty() {
        notes.push(text!("It has no mail address: what they write is not filed under their name by itself."));
    }
    if fields.contains_key("post_code") && word(fields, "post_code").is_empty() {
        notes.push(text!("It has no post code."));
    }
    notes
}

fn changes(found: Foresight, there: &There, fields: &Fields) -> Foresight {
    let after = written(&there.body, fields);
    let mut changes = Vec::new();
    let name = word(fields, "name");
    if !name.is_empty() && name != there.name {
        changes.push(Change { field: "title".into(), old: there.name.clone(), new: name.to_owned() });
    }
    for field in WRITTEN {
        let (old, new) = (said(&there.body, field), said(&after, field));
        // Dairy and dairy are one trade.
        let is_same = if *field == "trade" { old.to_lowercase() == new.to_lowercase() } else { old == new };
        if !is_same {
            changes.push(Change { field: (*field).to_owned(), old, new });
        }
    }
    let parent = word(fields, "parent");
    if !parent.is_empty() && there.parent.as_deref() != Some(parent) {
        let old = there.parent.clone().unwrap_or_default();
        changes.push(Change { field: "parent".into(), old, new: parent.to_owned() });
    }
    if there.is_dormant {
        changes.push(Change { field: "state".into(), old: "dormant".into(), new: "active".into() });
    }
    let effect = if changes.is_empty() { Effect::Same } else { Effect::Changes };
    let notes = if effect == Effect::Same { Vec::new() } else { found.notes.clone() };
    Foresight { effect, target: Some(there.id), number: there.number.clone(), changes, notes, ..found }
}

fn outline(name: &str, it: &Organisation) -> Outline {
    Outline {
        name: name.to_owned(),
        street: it.street.clone(),
        post_code: it.post_code.clone(),
        town: it.town.clone(),
        country: it.country.clone(),
        domains: it.domains.clone(),
    }
}

fn of_row(fields: &Fields) -> Outline {
    outline(word(fields, "name"), &written(&Organisation::default(), fields))
}

/// A key that is one of our own numbers: `K-1001`.
pub fn is_our_number(key: &str) -> bool {
    key.strip_prefix("K-").is_some_and(|it| it.len() >= 4 && it.bytes().all(|it| it.is_ascii_digit()))
}

/// Whom a place among the likenesses belongs to.
enum Whose {
    There(usize),
    Row(usize),
}

/// Looks for doubles of new rows: among what is there, and among rows that have a number of ours or came before.
fn doubles(rows: &[IntakeRow], there: &[There], found: &mut [Foresight]) {
    let mut likenesses = Likenesses::default();
    let mut whose = Vec::new();
    for (place, it) in there.iter().enumerate() {
        likenesses.add(outline(&it.name, &it.body));
        whose.push(Whose::There(place));
    }
    let is_main = |row: &IntakeRow| is_our_number(word(&row.fields, KEY));
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|it| !is_main(&rows[*it]));
    for place in order {
        if found[place].effect != Effect::New {
            continue;
        }
        let own = of_row(&rows[place].fields);
        let mut is_double = false;
        for (at, alike) in likenesses.of(&own) {
            // Two numbers of ours are two organisations.
            let both_ours = is_main(&rows[place])
                && match whose[at] {
                    Whose::There(_) => false,
                    Whose::Row(other) => is_main(&rows[other]),
                };
            if both_ours || alike.degree == Degree::Possible {
                continue;
            }
            let candidate = candidate(rows, there, &whose[at], &alike.reasons, alike.degree);
            let it = &mut found[place];
            match alike.bond {
                Bond::Site if !is_double => site(it, &rows[place].fields, &candidate),
                Bond::Site => {}
                Bond::Double => {
                    is_double = true;
                    it.effect = Effect::Duplicate;
                    it.changes.retain(|change| change.field != "parent");
                    it.candidates.push(candidate);
                }
            }
        }
        if !is_double {
            likenesses.add(own);
            whose.push(Whose::Row(place));
        }
    }
}

fn candidate(
    rows: &[IntakeRow],
    there: &[There],
    whose: &Whose,
    reasons: &[Text],
    degree: Degree,
) -> Candidate {
    let (reasons, is_certain) = (reasons.to_vec(), degree == Degree::Certain);
    match whose {
        Whose::There(place) => {
            let it = &there[*place];
            Candidate {
                record: Some(it.id),
                row: None,
                number: it.number.clone(),
                title: it.name.clone(),
                is_certain,
                reasons,
            }
        }
        Whose::Row(place) => {
            let row = &rows[*place];
            let (number, title) = (word(&row.fields, KEY).to_owned(), word(&row.fields, "name").to_owned());
            Candidate { record: None, row: Some(row.id), number, title, is_certain, reasons }
        }
    }
}

/// A site of a house is put below it, unless the file says where it belongs.
fn site(it: &mut Foresight, fields: &Fields, house: &Candidate) {
    let is_placed = !word(fields, "parent").is_empty() || it.changes.iter().any(|it| it.field == "parent");
    if is_placed || house.number.is_empty() {
        return;
    }
    it.notes.push(text!(
        "It looks like a site of {name} ({number}) and is put below it.",
        name = &house.title,
        number = &house.number
    ));
    it.changes.push(Change { field: "parent".into(), old: String::new(), new: house.number.clone() });
}

/// Whether the organisations that rows are part of can be found when it is their turn.
fn parents(rows: &[IntakeRow], (numbers, keys): (&HashMap<&str, &There>, &Keys), found: &mut [Foresight]) {
    let in_file: HashMap<&str, usize> = rows
        .iter()
        .enumerate()
        .map(|(place, it)| (word(&it.fields, KEY), place))
        .filter(|(key, _)| !key.is_empty())
        .collect();
    let parent_of = |place: usize, found: &[Foresight]| -> String {
        let named = word(&rows[place].fields, "parent");
        let guessed = found[place].changes.iter().find(|it| it.field == "parent").map(|it| it.new.clone());
        if named.is_empty() { guessed.unwrap_or_default() } else { named.to_owned() }
    };
    for place in 0..rows.len() {
        let parent = parent_of(place, found);
        if parent.is_empty() {
            continue;
        }
        found[place].waits = true;
        if numbers.contains_key(parent.as_str()) || keys.own(&parent).is_some() {
            continue;
        }
        let fault = match in_file.get(parent.as_str()) {
            None => Some(text!(
                "Nothing is known under “{parent}”. Give the number or external id of an organisation that is here or in the file.",
                parent = &parent
            )),
            Some(other) if *other == place => Some(text!("It cannot be part of itself.")),
            Some(other) if !parent_of(*other, found).is_empty() && *other > place => Some(text!(
                "{parent} comes later in the file and is part of another one itself. Move its row above this one.",
                parent = &parent
            )),
            Some(_) => None,
        };
        if let Some(sentence) = fault {
            let it = std::mem::take(&mut found[place]);
            let mut faults = it.faults.clone();
            faults.push(("parent".to_owned(), sentence));
            found[place] = it.faulty(faults);
        }
    }
}

/// A person of an organisation who is there.
#[derive(Clone, Debug)]
pub struct PersonThere {
    pub id: PersonId,
    pub number: String,
    pub name: String,
    pub party: PartyId,
    pub email: String,
    pub phone: String,
    pub job_title: String,
    pub language: String,
    pub has_left: bool,
    /// Why whoever takes the file in may not take them back, if they left.
    pub stays_away: Option<Text>,
}

/// What rows of people are held against.
#[derive(Clone, Debug, Default)]
pub struct KnownPeople {
    pub people: Vec<PersonThere>,
    /// Organisations by number, by external id, and by name where only one is called so.
    pub organisations: HashMap<String, (PartyId, String)>,
    /// Further addresses, with the organisation that they tell.
    pub addresses: HashMap<String, PartyId>,
}

/// The name of a person, from one column or from two.
pub fn name_of(fields: &Fields) -> String {
    let name = word(fields, "name");
    let parts = [word(fields, "first_name"), word(fields, "last_name")];
    let joined = parts.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let whole = if name.is_empty() { joined } else { name.to_owned() };
    // Lists are sorted by family names; pages say the given name first.
    match whole.split_once(", ") {
        Some((last, first)) if !first.contains(',') && !last.contains(' ') => format!("{first} {last}"),
        _ => whole,
    }
}

/// Whether several people read behind the address of a row.
pub fn is_shared(fields: &Fields) -> bool {
    let note = word(fields, "note").to_lowercase();
    let told = ["shared mailbox", "sammelpostfach", "funktionspostfach", "group mailbox"];
    let email = word(fields, "email");
    !email.is_empty() && (is_shared_mailbox(email) || told.iter().any(|it| note.contains(it)))
}

/// The organisation that a row names.
pub fn organisation_of(fields: &Fields, known: &KnownPeople) -> Option<(PartyId, String)> {
    let named = word(fields, "customer");
    known.organisations.get(named).or_else(|| known.organisations.get(&named.to_lowercase())).cloned()
}

/// What each row would do to the people of organisations.
pub fn foresee_people(
    rows: &[IntakeRow],
    known: &KnownPeople,
    keys: &Keys,
    looks_for_doubles: bool,
) -> Vec<Foresight> {
    let mut met = Met::of(rows, known);
    let mut found: Vec<Foresight> = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let (fields, name) = (&row.fields, name_of(&row.fields));
        let email = word(fields, "email").to_lowercase();
        let mut faults = shape_of_person(fields, &name, known);
        let mut it = Foresight { title: name.clone(), ..Foresight::default() };
        if is_shared(fields) {
            it.is_beside = true;
            it.notes.push(text!("A shared mailbox: it tells the organisation and never who wrote."));
            if known.addresses.contains_key(&email) || met.earlier.contains_key(&email) {
                it.effect = Effect::Same;
            }
        } else if let Some(there) = met.there(word(fields, KEY), &email, keys) {
            it = person_changes(it, there, fields, organisation_of(fields, known));
        } else if looks_for_doubles {
            it.candidates = met.alike(fields, &name, &email);
            if !it.candidates.is_empty() {
                it.effect = Effect::Duplicate;
            }
        }
        if !it.candidates.is_empty() {
            // Whoever is somebody else belongs to them; the organisation is asked for only where it is decided otherwise.
            faults.retain(|(field, _)| field != "customer");
        }
        if it.target.is_some() {
            faults.retain(|(field, _)| field != "customer" && field != "name");
        }
        if it.effect == Effect::New {
            met.meets(place, (fields, &name, email));
        }
        found.push(it.faulty(faults));
    }
    found
}

/// Who is here already, and who came in an earlier row of the same file.
struct Met<'a> {
    rows: &'a [IntakeRow],
    people: &'a [PersonThere],
    by_id: HashMap<PersonId, &'a PersonThere>,
    by_email: HashMap<String, &'a PersonThere>,
    /// By the last word of the name: the places of those who are called so.
    by_name: HashMap<String, Vec<usize>>,
    earlier: HashMap<String, usize>,
    named_earlier: HashMap<String, Vec<usize>>,
}

impl<'a> Met<'a> {
    fn of(rows: &'a [IntakeRow], known: &'a KnownPeople) -> Self {
        let by_email =
            known.people.iter().filter(|it| !it.email.is_empty()).map(|it| (it.email.to_lowercase(), it));
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, it) in known.people.iter().enumerate() {
            by_name.entry(last_word(&it.name)).or_default().push(place);
        }
        Self {
            rows,
            people: &known.people,
            by_id: known.people.iter().map(|it| (it.id, it)).collect(),
            by_email: by_email.collect(),
            by_name,
            earlier: HashMap::new(),
            named_earlier: HashMap::new(),
        }
    }

    /// Who a row is without a doubt: by the key of another system, or by the address.
    fn there(&self, key: &str, email: &str, keys: &Keys) -> Option<&'a PersonThere> {
        let by_key = keys.own(key).filter(|_| !key.is_empty()).and_then(|id| self.by_id.get(&id));
        by_key.or_else(|| self.by_email.get(email)).copied()
    }

    /// Who a row may be: the one with the same address in the file, or all who are called alike.
    fn alike(&self, fields: &Fields, name: &str, email: &str) -> Vec<Candidate> {
        if let Some(first) = self.earlier.get(email).filter(|_| !email.is_empty()) {
            let first = &self.rows[*first];
            return vec![person_row(first, reasons_for(&first.fields, fields), true)];
        }
        let (own, last) = (person_outline(fields, name), last_word(name));
        let here = self.by_name.get(&last).into_iter().flatten().filter_map(|at| {
            let other = &self.people[*at];
            let outline = PersonOutline {
                name: other.name.clone(),
                emails: vec![other.email.clone()],
                phones: vec![other.phone.clone()],
            };
            let alike = likeness_of_people(&outline, &own)?;
            Some(Candidate {
                record: Some(other.id),
                row: None,
                number: other.number.clone(),
                title: other.name.clone(),
                is_certain: alike.degree == Degree::Certain,
                reasons: alike.reasons,
            })
        });
        let in_the_file = self.named_earlier.get(&last).into_iter().flatten().filter_map(|at| {
            let other = &self.rows[*at];
            let outline = person_outline(&other.fields, &name_of(&other.fields));
            let alike = likeness_of_people(&outline, &own)?;
            Some(person_row(other, alike.reasons, alike.degree == Degree::Certain))
        });
        here.chain(in_the_file).collect()
    }

    /// A new one, whom later rows may mean, too.
    fn meets(&mut self, place: usize, (fields, name, email): (&Fields, &str, String)) {
        if !email.is_empty() {
            self.earlier.entry(email).or_insert(place);
        }
        if !is_shared(fields) {
            self.named_earlier.entry(last_word(name)).or_default().push(place);
        }
    }
}

fn shape_of_person(fields: &Fields, name: &str, known: &KnownPeople) -> Vec<(String, Text)> {
    let mut faults = Vec::new();
    if name.is_empty() && !is_shared(fields) {
        faults.push(("name".to_owned(), text!("Give the name of the person, or leave the row out.")));
    }
    let email = word(fields, "email");
    if !email.is_empty() && !identity::is_email(email) {
        faults.push(("email".to_owned(), text!("Give an address like name@company.example.")));
    }
    for (field, words) in [("phone", word(fields, "phone")), ("job_title", word(fields, "job_title"))] {
        if words.chars().count() > 200 {
            faults.push((field.to_owned(), text!("Shorten it to {count} characters.", count = 200i64)));
        }
    }
    if organisation_of(fields, known).is_none() {
        let named = word(fields, "customer");
        let sentence = match named {
            "" => text!("Name the organisation that the person belongs to."),
            _ => text!(
                "No organisation is known as “{name}”. Take the customers in first, or correct the name.",
                name = named
            ),
        };
        faults.push(("customer".to_owned(), sentence));
    }
    faults
}

fn person_outline(fields: &Fields, name: &str) -> PersonOutline {
    PersonOutline {
        name: name.to_owned(),
        emails: vec![word(fields, "email").to_owned()],
        phones: vec![word(fields, "phone").to_owned()],
    }
}

fn reasons_for(first: &Fields, second: &Fields) -> Vec<Text> {
    let (one, other) = (person_outline(first, &name_of(first)), person_outline(second, &name_of(second)));
    likeness_of_people(&one, &other).map(|it| it.reasons).unwrap_or_default()
}

fn person_row(row: &IntakeRow, reasons: Vec<Text>, is_certain: bool) -> Candidate {
    Candidate {
        record: None,
        row: Some(row.id),
        number: word(&row.fields, KEY).to_owned(),
        title: name_of(&row.fields),
        is_certain,
        reasons,
    }
}

fn last_word(name: &str) -> String {
    kernel::fold(name).split_whitespace().next_back().unwrap_or_default().to_owned()
}

/// What a row changes of somebody who is there: what is new is filled in, and their name stays as it is.
fn person_changes(
    found: Foresight,
    there: &PersonThere,
    fields: &Fields,
    party: Option<(PartyId, String)>,
) -> Foresight {
    let mut changes = Vec::new();
    let phone = word(fields, "phone");
    if !phone.is_empty() && !same_phone(phone, &there.phone) {
        changes.push(Change { field: "phone".into(), old: there.phone.clone(), new: phone.to_owned() });
    }
    let language = person_language(word(fields, "language"));
    for (field, old, new) in [
        ("job_title", &there.job_title, word(fields, "job_title").to_owned()),
        ("language", &there.language, language),
    ] {
        if !new.is_empty() && *old != new {
            changes.push(Change { field: field.to_owned(), old: old.clone(), new });
        }
    }
    if there.has_left && there.stays_away.is_none() {
        changes.push(Change { field: "state".into(), old: "left".into(), new: "active".into() });
    }
    let mut notes = found.notes.clone();
    if let Some(why) = &there.stays_away {
        notes.push(text!("They left, and that stays: {why}", why = why.clone()));
    }
    if !found.title.is_empty() && found.title != there.name {
        notes.push(text!("Here they are called {name}; that stays.", name = &there.name));
    }
    if party.is_some_and(|(id, _)| id != there.party) {
        notes.push(text!("They belong to another organisation here; that stays."));
    }
    let effect = if changes.is_empty() { Effect::Same } else { Effect::Changes };
    Foresight { effect, target: Some(there.id), number: there.number.clone(), changes, notes, ..found }
}

/// Pages are written in English and German; other languages are left to the browser.
pub fn person_language(words: &str) -> String {
    let code = coded(words, LANGUAGES).to_lowercase();
    if ["en", "de"].contains(&code.as_str()) { code } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, pairs: &[(&str, &str)]) -> IntakeRow {
        IntakeRow {
            id,
            fields: pairs.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned())).collect(),
        }
    }

    fn meridian() -> There {
        let body = Organisation {
            street: "Wensley Road Works".into(),
            town: "Northallerton".into(),
            country: "GB".into(),
            trade: "dairy".into(),
            domains: vec!["meridian-dairies.example".into()],
            ..Organisation::default()
        };
        There {
            id: 5,
            number: "K-1001".into(),
            name: "Meridian Dairies Ltd".into(),
            is_dormant: false,
            parent: None,
            body,
        }
    }

    #[test]
    fn a_known_number_is_changed_and_domains_are_added() {
        let rows = [row(
            1,
            &[
                (KEY, "K-1001"),
                ("name", "Meridian Dairies Ltd"),
                ("trade", "Dairy"),
                ("town", "York"),
                ("email", "info@md.example"),
            ],
        )];
        let it = &foresee(&rows, &[meridian()], &Keys::default(), true)[0];
        assert_eq!((it.effect, it.target), (Effect::Changes, Some(5)));
        let fields: Vec<_> = it.changes.iter().map(|it| (it.field.as_str(), it.new.as_str())).collect();
        assert_eq!(fields, [("town", "York"), ("domains", "meridian-dairies.example md.example")]);
    }

    #[test]
    fn a_number_of_ours_that_means_somebody_else_there_is_asked_about() {
        let rows = [row(1, &[(KEY, "K-1001"), ("name", "Totally Other AG"), ("country", "CH")])];
        let it = &foresee(&rows, &[meridian()], &Keys::default(), true)[0];
        assert_eq!((it.effect, it.candidates[0].record), (Effect::Duplicate, Some(5)));
    }

    #[test]
    fn a_double_in_the_file_waits_for_a_decision_wherever_the_other_row_stands() {
        let address = [
            ("street", "Wensley Rd Works"),
            ("town", "Northallerton"),
            ("country", "GB"),
            ("email", "info@meridian-dairies.example"),
        ];
        let first = [&[(KEY, "8004"), ("name", "Meridian Dairies Limited")], &address[..]].concat();
        let second = [&[(KEY, "K-1001"), ("name", "Meridian Dairies Ltd")], &address[..]].concat();
        let found = foresee(&[row(1, &first), row(2, &second)], &[], &Keys::default(), true);
        assert_eq!((found[0].effect, found[0].candidates[0].row), (Effect::Duplicate, Some(2)));
        assert!(found[0].candidates[0].is_certain && !found[0].candidates[0].reasons.is_empty());
        assert_eq!(found[1].effect, Effect::New);
    }

    #[test]
    fn a_site_is_put_below_its_house_and_waits_for_it() {
        let rows = [row(
            1,
            &[
                (KEY, "8030"),
                ("name", "Meridian Dairies, Creamery 2"),
                ("street", "Mill Lane 5"),
                ("town", "York"),
                ("country", "GB"),
                ("email", "info@meridian-dairies.example"),
            ],
        )];
        let it = &foresee(&rows, &[meridian()], &Keys::default(), true)[0];
        assert_eq!((it.effect, it.waits), (Effect::New, true));
        assert_eq!((it.changes[0].field.as_str(), it.changes[0].new.as_str()), ("parent", "K-1001"));
    }

    #[test]
    fn faults_name_the_field_and_a_parent_must_be_found() {
        let rows = [
            row(1, &[(KEY, "1"), ("name", "")]),
            row(2, &[(KEY, "2"), ("name", "A"), ("country", "Atlantis")]),
            row(3, &[(KEY, "3"), ("name", "B"), ("parent", "99")]),
            row(4, &[(KEY, "3"), ("name", "C")]),
            row(5, &[(KEY, "5"), ("name", "D"), ("country", "Deutschland"), ("email", "no address")]),
        ];
        let found = foresee(&rows, &[], &Keys::default(), true);
        let faults: Vec<&str> = found.iter().map(|it| it.faults[0].0.as_str()).collect();
        assert_eq!(faults, ["name", "country", "parent", KEY, "email"]);
    }

    #[test]
    fn letters_that_were_lost_and_a_post_code_that_is_not_there_are_told() {
        let rows = [row(
            1,
            &[
                ("name", "Mlecznia Bukowa"),
                ("town", "Bia?ystok"),
                ("post_code", ""),
                ("email", "a@b.example"),
            ],
        )];
        let notes: Vec<String> =
            foresee(&rows, &[], &Keys::default(), true)[0].notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes.len(), 2, "{notes:?}");
    }

    fn people() -> KnownPeople {
        let carl = PersonThere {
            id: 9,
            number: "PE-0009".into(),
            name: "Carl Whitfield".into(),
            party: 5,
            email: "carl@md.example".into(),
            phone: String::new(),
            job_title: String::new(),
            language: "en".into(),
            has_left: false,
            stays_away: None,
        };
        let organisations = [("K-1001".to_owned(), (5, "Meridian".to_owned()))].into();
        KnownPeople { people: vec![carl], organisations, ..KnownPeople::default() }
    }

    #[test]
    fn one_address_is_one_person_however_the_name_is_written() {
        let rows = [
            row(
                1,
                &[
                    ("customer", "K-1001"),
                    ("name", "Whitfield, Carl"),
                    ("email", "Carl@md.example"),
                    ("phone", "+44 7700 900417"),
                ],
            ),
            row(2, &[("customer", "K-1001"), ("name", "C. Whitfield"), ("email", "carl@md.example")]),
        ];
        let found = foresee_people(&rows, &people(), &Keys::default(), true);
        assert_eq!((found[0].effect, found[0].target), (Effect::Changes, Some(9)));
        assert_eq!(found[0].changes[0].field, "phone");
        assert_eq!(found[1].effect, Effect::Same);
    }

    #[test]
    fn a_name_alone_is_proposed_and_a_shared_mailbox_is_nobody() {
        let rows = [
            row(1, &[("customer", ""), ("name", "Carl Whitfield"), ("email", "carl@post.example")]),
            row(2, &[("customer", "K-1001"), ("name", "Stores"), ("email", "stores@md.example")]),
            row(3, &[("customer", "nobody"), ("name", "Eve"), ("email", "eve@x.example")]),
        ];
        let found = foresee_people(&rows, &people(), &Keys::default(), true);
        assert_eq!((found[0].effect, found[0].candidates[0].is_certain), (Effect::Duplicate, false));
        assert_eq!((found[1].effect, found[1].notes.len()), (Effect::New, 1));
        assert_eq!((found[2].effect, found[2].faults[0].0.as_str()), (Effect::Fault, "customer"));
    }
}
