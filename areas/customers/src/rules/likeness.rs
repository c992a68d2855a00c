//! Whether two organisations, or two people, may be the same: how sure that is, and why.
//!
//! Nothing here merges anything. Weak evidence is proposed, never acted on; a site of a house shares its domain
//! and is told apart from a double by its address.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Text, text};

use super::{domain_of, is_everybodys};

kernel::vocabulary! {
    /// How sure it is that two are the same.
    pub enum Degree {
        /// A hint that a person has to judge: the name alone.
        #[default]
        Possible = text!("Possible"),
        Likely = text!("Likely"),
        Certain = text!("Certain"),
    }
}

kernel::vocabulary! {
    /// What two alike ones are to each other.
    pub enum Bond {
        #[default]
        Double = text!("the same twice"),
        /// The same house at another address: it belongs below, it is no double.
        Site = text!("a site of it"),
    }
}

/// How alike two are, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    pub degree: Degree,
    pub bond: Bond,
    pub reasons: Vec<Text>,
}

/// What is known of an organisation that may be there already. Empty words are unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    pub name: String,
    pub street: String,
    pub post_code: String,
    pub town: String,
    /// Two letters.
    pub country: String,
    /// Its own mail domains; those of everybody are passed over.
    pub domains: Vec<String>,
}

/// What is known of a person who may be there already. Empty words are unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonOutline {
    pub name: String,
    /// Every address for mail that is theirs.
    pub emails: Vec<String>,
    pub phones: Vec<String>,
}

/// How alike two organisations are; nothing where nothing speaks for it.
pub fn likeness(one: &Outline, other: &Outline) -> Option<Likeness> {
    let names = alike_names(&one.name, &other.name);
    let domain = shared_domain(one, other);
    let (street, place) = (street_of(one, other), town_of(one, other));
    let other_country = differ(&one.country.to_uppercase(), &other.country.to_uppercase());
    if other_country && domain.is_none() || names == Names::Different {
        return None;
    }
    let bond = if domain.is_some() && street == Same::No { Bond::Site } else { Bond::Double };
    let certain = names == Names::Same && domain.is_some() && (street == Same::Yes || place == Same::Yes);
    let here = street == Same::Yes && place != Same::No;
    let likely = match names {
        Names::Same => domain.is_some() || here || place == Same::Yes && street != Same::No,
        Names::Contained => domain.is_some() || here,
        Names::Similar => domain.is_some() && here,
        Names::Different => false,
    };
    let degree = match (bond, certain, likely) {
        (Bond::Site, ..) => Degree::Likely,
        (Bond::Double, true, _) => Degree::Certain,
        (Bond::Double, false, true) => Degree::Likely,
        // A name alone is a hint, unless what else is known speaks against it.
        (Bond::Double, false, false) => {
            let contradicted = place == Same::No || street == Same::No || has_other_domain(one, other);
            (names == Names::Same && !contradicted).then_some(Degree::Possible)?
        }
    };
    let mut reasons = vec![names.reason()?];
    reasons.extend(domain.map(|it| text!("the same mail domain {domain}", domain = it)));
    match street {
        Same::Yes => reasons.push(text!("the same street")),
        Same::No => reasons.push(text!("another street")),
        Same::Unknown => {}
    }
    if place == Same::Yes {
        reasons.push(text!("the same town"));
    }
    Some(Likeness { degree, bond, reasons })
}

/// How alike two people are; nothing where nothing speaks for it. Shared mailboxes say nothing of a person.
pub fn likeness_of_people(one: &PersonOutline, other: &PersonOutline) -> Option<Likeness> {
    let own = |it: &PersonOutline| -> BTreeSet<String> {
        let emails = it.emails.iter().map(|it| it.trim().to_lowercase());
        emails.filter(|it| !it.is_empty() && !is_shared_mailbox(it)).collect()
    };
    let email = own(one).intersection(&own(other)).next().cloned();
    let phone = one.phones.iter().any(|it| other.phones.iter().any(|other| same_phone(it, other)));
    let name = alike_people(&one.name, &other.name);
    let degree = match (email.is_some(), phone, name) {
        (true, ..) => Degree::Certain,
        (false, true, PersonNames::Same | PersonNames::Short) => Degree::Likely,
        (false, false, PersonNames::Same) => Degree::Possible,
        _ => return None,
    };
    let mut reasons = Vec::new();
    reasons.extend(email.map(|it| text!("the same address {email}", email = it)));
    if phone {
        reasons.push(text!("the same telephone"));
    }
    match name {
        PersonNames::Same => reasons.push(text!("the same name")),
        PersonNames::Short => reasons.push(text!("the name, shortened")),
        PersonNames::Different => {}
    }
    Some(Likeness { degree, bond: Bond::Double, reasons })
}

/// Words before the sign that several people read behind: office, sales, stores, in the languages we meet.
const SHARED: &[&str] = &[
    "accounts",
    "accounting",
    "acquisti",
    "admin",
    "administration",
    "administracion",
    "amministrazione",
    "anfrage",
    "bestellung",
    "bestellungen",
    "billing",
    "biuro",
    "buchhaltung",
    "compras",
    "contact",
    "contacto",
    "datenschutz",
    "disposition",
    "einkauf",
    "empfang",
    "enquiries",
    "finance",
    "helpdesk",
    "hello",
    "import",
    "info",
    "inkoop",
    "innkjop",
    "inkop",
    "kontakt",
    "lager",
    "logistics",
    "logistik",
    "mail",
    "maintenance",
    "noreply",
    "office",
    "orders",
    "ordre",
    "order",
    "planning",
    "post",
    "postmaster",
    "poststelle",
    "privacy",
    "production",
    "purchasing",
    "qa",
    "quality",
    "qualitaet",
    "reception",
    "rechnung",
    "sales",
    "secretariat",
    "sekretariat",
    "service",
    "stores",
    "supplier",
    "support",
    "team",
    "technik",
    "ufficio",
    "verkauf",
    "versand",
    "vertrieb",
    "verwaltung",
    "warehouse",
    "webmaster",
    "zentrale",
];

/// Whether an address looks like one behind which several people read: it tells the organisation, never who wrote.
pub fn is_shared_mailbox(email: &str) -> bool {
    let Some((local, _)) = email.trim().rsplit_once('@') else { return false };
    let plain = kernel::fold(local);
    let whole: String = plain.split_whitespace().collect();
    let first = plain.split_whitespace().next().unwrap_or_default();
    SHARED.contains(&whole.as_str()) || SHARED.contains(&first) && local.contains(['.', '-', '_', '+'])
}

/// Many organisations, ready to be asked who is like one of them.
#[derive(Clone, Debug, Default)]
pub struct Likenesses {
    all: Vec<Outline>,
    /// Where each is found: by domain, by the first word of its name, by street and town.
    by: BTreeMap<String, Vec<usize>>,
}

impl Likenesses {
    /// Takes one up; tells its place, counted from 0.
    pub fn add(&mut self, outline: Outline) -> usize {
        let place = self.all.len();
        for key in keys(&outline) {
            self.by.entry(key).or_default().push(place);
        }
        self.all.push(outline);
        place
    }

    /// The places of those that are like it, the surest first.
    pub fn of(&self, outline: &Outline) -> Vec<(usize, Likeness)> {
        let places: BTreeSet<usize> =
            keys(outline).iter().filter_map(|it| self.by.get(it)).flatten().copied().collect();
        let alike = |place: usize| likeness(&self.all[place], outline).map(|it| (place, it));
        let mut found: Vec<_> = places.into_iter().filter_map(alike).collect();
        found.sort_by_key(|(place, it)| (std::cmp::Reverse(it.degree), it.bond, *place));
        found
    }

    /// Every pair that is alike: the earlier place first.
    pub fn pairs(&self) -> Vec<(usize, usize, Likeness)> {
        let of = |(place, it): (usize, &Outline)| {
            self.of(it)
                .into_iter()
                .filter(move |(other, _)| *other < place)
                .map(move |(other, it)| (other, place, it))
        };
        let mut pairs: Vec<_> = self.all.iter().enumerate().flat_map(of).collect();
        pairs.sort_by_key(|(one, other, it)| (std::cmp::Reverse(it.degree), *one, *other));
        pairs
    }
}

fn keys(it: &Outline) -> Vec<String> {
    let mut keys: Vec<String> = own_domains(it).map(|it| format!("@{it}")).collect();
    keys.extend(core_of(&it.name).first().map(|it| format!("name {it}")));
    let (street, town) = (street(&it.street), tight(&it.town));
    if !street.is_empty() {
        keys.push(format!("street {street} {town}"));
    }
    keys
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Same {
    Yes,
    No,
    Unknown,
}

impl Same {
    fn of(one: &str, other: &str) -> Self {
        match (one.is_empty() || other.is_empty(), one == other) {
            (true, _) => Self::Unknown,
            (false, true) => Self::Yes,
            (false, false) => Self::No,
        }
    }
}

fn differ(one: &str, other: &str) -> bool {
    Same::of(one.trim(), other.trim()) == Same::No
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Same,
    /// One is the other with words left out at its end or start.
    Contained,
    /// Most of the words.
    Similar,
    Different,
}

impl Names {
    fn reason(self) -> Option<Text> {
        Some(match self {
            Self::Same => text!("the same name"),
            Self::Contained => text!("one name within the other"),
            Self::Similar => text!("a similar name"),
            Self::Different => return None,
        })
    }
}

fn alike_names(one: &str, other: &str) -> Names {
    let (one, other) = (core_of(one), core_of(other));
    if one.is_empty() || other.is_empty() {
        return Names::Different;
    }
    if one.concat() == other.concat() {
        return Names::Same;
    }
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.concat().chars().count() >= 5 && long.windows(short.len()).any(|it| it == short.as_slice()) {
        return Names::Contained;
    }
    // Each word counts once, however often a name says it: so neither name is the first.
    let shared = short.iter().collect::<BTreeSet<_>>().into_iter().filter(|it| long.contains(it)).count();
    if shared * 2 > long.len() || near(&one.concat(), &other.concat()) {
        Names::Similar
    } else {
        Names::Different
    }
}

/// Whether two words differ in one letter of eight at most.
fn near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let longest = one.len().max(other.len());
    if longest > 80 || one.len().abs_diff(other.len()) * 8 > longest {
        return false;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, it) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (place, that) in other.iter().enumerate() {
            let swapped = corner + usize::from(it != that);
            corner = row[place + 1];
            row[place + 1] = swapped.min(row[place] + 1).min(corner + 1);
        }
    }
    row[other.len()] * 8 <= longest
}

/// Forms of firms, as words without dots.
const FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bv",
    "bvba",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "eg",
    "ek",
    "ev",
    "ges",
    "gesellschaft",
    "ggmbh",
    "gmbh",
    "haftungsbeschrankt",
    "hb",
    "iks",
    "inc",
    "incorporated",
    "kb",
    "kft",
    "kg",
    "kgaa",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "mbh",
    "nv",
    "ohg",
    "oo",
    "oy",
    "oyj",
    "plc",
    "sa",
    "sarl",
    "sas",
    "se",
    "sl",
    "slu",
    "sp",
    "spa",
    "sprl",
    "spzoo",
    "srl",
    "sro",
    "ug",
    "z",
    "zoo",
];

/// The words of a name that tell it from others: folded, without form of firm and without *and*.
fn core_of(name: &str) -> Vec<String> {
    let joined = name.replace(['.', '\'', '’'], "");
    let words: Vec<String> = kernel::words(&joined).iter().map(|it| bare(it)).collect();
    let tells = |it: &&String| {
        !FORMS.contains(&it.as_str()) && !["and", "und", "et", "y", "e", "og"].contains(&it.as_str())
    };
    let core: Vec<String> = words.iter().filter(tells).cloned().collect();
    if core.is_empty() { words } else { core }
}

/// A word with its umlauts written the short way, whichever way they were written.
fn bare(word: &str) -> String {
    word.replace('ø', "o")
        .replace('æ', "a")
        .replace('ł', "l")
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
}

fn tight(words: &str) -> String {
    kernel::words(words).iter().map(|it| bare(it)).collect()
}

/// Kinds of streets with the ways of writing them short.
const STREETS: &[(&str, &[&str])] = &[
    ("strasse", &["str"]),
    ("street", &["st"]),
    ("road", &["rd"]),
    ("avenue", &["ave", "av"]),
    ("lane", &["ln"]),
    ("platz", &["pl"]),
    ("square", &["sq"]),
    ("drive", &["dr"]),
];

fn street(words: &str) -> String {
    let whole = |it: &String| {
        let known = STREETS.iter().find(|(_, short)| short.contains(&it.as_str()));
        let ends = it.strip_suffix("str").filter(|it| it.len() > 2).map(|it| format!("{it}strasse"));
        known.map(|(long, _)| (*long).to_owned()).or(ends).unwrap_or_else(|| bare(it))
    };
    kernel::words(words).iter().map(whole).collect()
}

fn street_of(one: &Outline, other: &Outline) -> Same {
    Same::of(&street(&one.street), &street(&other.street))
}

fn town_of(one: &Outline, other: &Outline) -> Same {
    let by_code = Same::of(&tight(&one.post_code), &tight(&other.post_code));
    match Same::of(&tight(&one.town), &tight(&other.town)) {
        Same::Unknown => by_code,
        known => known,
    }
}

fn own_domains(it: &Outline) -> impl Iterator<Item = String> {
    it.domains.iter().map(|it| it.trim().to_lowercase()).filter(|it| !it.is_empty() && !is_everybodys(it))
}

fn shared_domain(one: &Outline, other: &Outline) -> Option<String> {
    own_domains(one).find(|it| own_domains(other).any(|other| *it == other))
}

fn has_other_domain(one: &Outline, other: &Outline) -> bool {
    let both = own_domains(one).next().is_some() && own_domains(other).next().is_some();
    both && shared_domain(one, other).is_none()
}

/// Whether two numbers reach the same telephone, however they are written: +44 7700 900417 and 07700 900 417.
pub fn same_phone(one: &str, other: &str) -> bool {
    let digits = |it: &str| -> String {
        let all: String = it.chars().filter(char::is_ascii_digit).collect();
        all.trim_start_matches('0').to_owned()
    };
    let (one, other) = (digits(one), digits(other));
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.len() >= 7 && long.ends_with(&short) && long.len() - short.len() <= 3
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PersonNames {
    Same,
    /// The family name and the first letter of the other, or the family name alone.
    Short,
    Different,
}

fn alike_people(one: &str, other: &str) -> PersonNames {
    let (one, other) = (parts_of(one), parts_of(other));
    let sorted = |it: &[String]| it.iter().cloned().collect::<BTreeSet<_>>();
    let (Some(last), Some(other_last)) = (one.last(), other.last()) else { return PersonNames::Different };
    if sorted(&one) == sorted(&other) {
        return if one.len().min(other.len()) > 1 { PersonNames::Same } else { PersonNames::Short };
    }
    if last != other_last {
        return PersonNames::Different;
    }
    let begins = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    let is_short = match (one.first(), other.first()) {
        _ if one.len() == 1 || other.len() == 1 => true,
        (Some(it), Some(that)) => begins(it, that) || begins(that, it),
        _ => false,
    };
    if is_short { PersonNames::Short } else { PersonNames::Different }
}

/// The words of a person's name, first name first, without titles.
fn parts_of(name: &str) -> Vec<String> {
    const TITLES: &[&str] = &[
        "dipl", "dr", "dring", "frau", "herr", "ing", "ir", "mag", "mr", "mrs", "ms", "msc", "bsc", "phd",
        "prof",
    ];
    let turned = match name.split_once(',') {
        Some((last, first)) if !first.trim().is_empty() => format!("{first} {last}"),
        _ => name.to_owned(),
    };
    let words = kernel::words(&turned);
    words.iter().map(|it| bare(it)).filter(|it| !TITLES.contains(&it.as_str())).collect()
}

/// The domain that an address of an organisation shows, unless it is everybody's.
pub fn own_domain_of(email: &str) -> Option<String> {
    domain_of(email).filter(|it| !is_everybodys(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firm(name: &str, street: &str, code: &str, town: &str, country: &str, domain: &str) -> Outline {
        let said = |it: &str| it.to_owned();
        let domains = Some(said(domain)).filter(|it| !it.is_empty()).into_iter().collect();
        Outline {
            name: said(name),
            street: said(street),
            post_code: said(code),
            town: said(town),
            country: said(country),
            domains,
        }
    }

    fn verdict(one: &Outline, other: &Outline) -> Option<(Degree, Bond)> {
        assert_eq!(likeness(one, other), likeness(other, one), "likeness has no direction");
        likeness(one, other).map(|it| (it.degree, it.bond))
    }

    #[test]
    fn a_form_written_out_and_a_short_road_are_no_difference() {
        let one = firm("Hopton Creameries Ltd", "Mill Road 4", "LS9 1XX", "Leeds", "GB", "hopton.example");
        let other = firm("HOPTON CREAMERIES LIMITED", "Mill Rd 4", "", "Leeds", "GB", "hopton.example");
        assert_eq!(verdict(&one, &other), Some((Degree::Certain, Bond::Double)));
    }

    #[test]
    fn umlauts_hyphens_and_dots_are_written_as_one_likes() {
        let one = firm("Süd-Käserei e.G.", "Bachstraße 1", "18000", "Güstrow", "DE", "sued.example");
        let other = firm("Sued Kaeserei eG", "Bachstr. 1", "18000", "Guestrow", "DE", "sued.example");
        assert_eq!(verdict(&one, &other), Some((Degree::Certain, Bond::Double)));
    }

    #[test]
    fn without_a_domain_the_same_street_makes_it_likely() {
        let one = firm("Altberg Pharma AG", "Rheinweg 2", "4000", "Basel", "CH", "altberg.example");
        let other = firm("ALTBERG PHARMA", "Rheinweg 2", "4000", "Basel", "CH", "");
        assert_eq!(verdict(&one, &other), Some((Degree::Likely, Bond::Double)));
    }

    #[test]
    fn a_house_at_another_address_is_a_site_and_no_double() {
        let one = firm("Wasserwerk Nord", "Am Deich 1", "21000", "Stade", "DE", "nord.example");
        let other = firm("Wasserwerk Nord, Halle 3", "Werkweg 9", "21001", "Stade", "DE", "nord.example");
        assert_eq!(verdict(&one, &other), Some((Degree::Likely, Bond::Site)));
    }

    #[test]
    fn a_similar_name_in_another_country_is_nothing() {
        let one = firm("Sunhill Juices S.A.", "Camino 1", "30012", "Murcia", "ES", "sunhill.example");
        let other = firm("Sunhill Juice Bar", "High Street 3", "LS1 1XX", "Leeds", "GB", "bar.example");
        assert_eq!(verdict(&one, &other), None);
        assert_eq!(
            verdict(&one, &firm("Elsewhere Ltd", "", "", "", "", "sunhill.example")),
            None,
            "a domain alone"
        );
    }

    #[test]
    fn a_name_alone_is_a_hint_unless_something_speaks_against_it() {
        let one = firm("Berghof Milch GmbH", "", "", "", "DE", "");
        let bare = firm("Berghof-Milch", "", "", "", "", "");
        assert_eq!(verdict(&one, &bare), Some((Degree::Possible, Bond::Double)));
        let (kiel, ulm) =
            (firm("Berghof Milch", "", "", "Kiel", "DE", ""), firm("Berghof Milch", "", "", "Ulm", "DE", ""));
        assert_eq!(verdict(&kiel, &ulm), None);
    }

    #[test]
    fn the_domain_of_everybody_is_no_evidence() {
        let one = firm("Hof Anna", "", "", "Ulm", "DE", "gmx.de");
        assert_eq!(verdict(&one, &firm("Hof Anna Berg", "", "", "Ulm", "DE", "gmx.de")), None);
    }

    #[test]
    fn of_two_that_are_alike_neither_is_the_first() {
        let one = firm("Nord Nord Nord Werk", "Weg 1", "", "Ulm", "DE", "nord.example");
        let other = firm("Nord Kiel Bremen Hafen", "Weg 1", "", "Ulm", "DE", "nord.example");
        assert_eq!((verdict(&one, &other), verdict(&other, &one)), (None, None));
        let (anna, twice) = (human("Anna", "", ""), human("Anna Anna", "", ""));
        assert_eq!((human_verdict(&anna, &twice), human_verdict(&twice, &anna)), (None, None));
    }

    #[test]
    fn many_are_asked_at_once() {
        let mut all = Likenesses::default();
        all.add(firm("Alpha Werke GmbH", "Weg 1", "", "Ulm", "DE", "alpha.example"));
        all.add(firm("Beta Werke GmbH", "Weg 2", "", "Ulm", "DE", "beta.example"));
        all.add(firm("Alpha Werke", "Weg 1", "", "Ulm", "DE", "alpha.example"));
        let pairs = all.pairs();
        assert_eq!(pairs.iter().map(|(one, other, _)| (*one, *other)).collect::<Vec<_>>(), [(0, 2)]);
        assert_eq!(all.of(&firm("BETA WERKE", "", "", "Ulm", "", "")).first().map(|(it, _)| *it), Some(1));
    }

    fn human(name: &str, email: &str, phone: &str) -> PersonOutline {
        PersonOutline {
            name: name.to_owned(),
            emails: vec![email.to_owned()],
            phones: vec![phone.to_owned()],
        }
    }

    fn human_verdict(one: &PersonOutline, other: &PersonOutline) -> Option<Degree> {
        likeness_of_people(one, other).map(|it| it.degree)
    }

    #[test]
    fn one_address_is_one_person_however_the_name_is_written() {
        let tess = human("Tess Lowe", "tess@lowe.example", "+44 7700 900111");
        for name in ["Lowe, Tess", "T. Lowe", "Mrs Lowe"] {
            assert_eq!(
                human_verdict(&tess, &human(name, "TESS@lowe.example", "")),
                Some(Degree::Certain),
                "{name}"
            );
        }
        assert_eq!(human_verdict(&tess, &human("T. Lowe", "", "07700 900 111")), Some(Degree::Likely));
        assert_eq!(
            human_verdict(&tess, &human("Tess Lowe", "tess@post.example", "")),
            Some(Degree::Possible),
            "by name only"
        );
        assert_eq!(human_verdict(&tess, &human("Tom Lowe", "", "")), None);
        assert_eq!(human_verdict(&tess, &human("Ann Gray", "", "07700 900 111")), None, "a switchboard");
    }

    #[test]
    fn a_shared_mailbox_identifies_nobody() {
        for shared in ["info@x.example", "Stores@x.example", "acquisti@x.example", "einkauf.sued@x.example"] {
            assert!(is_shared_mailbox(shared), "{shared}");
        }
        for own in ["carl.whitfield@x.example", "team", "infante@x.example", "solveig@x.example"] {
            assert!(!is_shared_mailbox(own), "{own}");
        }
        let stores = human("Stores", "stores@x.example", "");
        assert_eq!(human_verdict(&stores, &human("Ada Gray", "stores@x.example", "")), None);
    }

    #[test]
    fn a_telephone_is_the_same_however_it_is_written() {
        assert!(same_phone("+44 7700 900417", "07700 900 417"));
        assert!(same_phone("0049 4141 55500", "+49 (4141) 55500"));
        assert!(!same_phone("555", "555"));
        assert!(!same_phone("+49 4141 55500", "+49 4141 55501"));
    }
}
