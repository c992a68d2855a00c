//! The law: what an organisation may look like, and whose a mail domain can be.

pub mod import;
mod likeness;
pub mod telling;

use kernel::Permit::Any;
use kernel::Role::{Administrator, Agent, Approver, Engineer, Quality};
use kernel::{
    Body, Case, Faults, Flow, Kind, Missing, Numbers, Permit, Reader, Record, Refusal, Result, Sharing,
    State, Text, Tone, Verdict, Vocabulary, rule, text,
};

pub use self::likeness::{
    Bond, Degree, Likeness, Likenesses, Outline, PersonOutline, is_shared_mailbox, likeness,
    likeness_of_people, own_domain_of, same_phone,
};
use crate::model::OrganisationState::{Active, Dormant};
use crate::model::OrganisationStep::{Rest, Wake};
use crate::model::{Level, Organisation, OrganisationState, OrganisationStep, Profile, time_of_day};
use crate::{commands, queries};

/// Who keeps customers: whoever talks with them.
pub const KEEPERS: Permit = Any(&[Agent, Engineer, Quality, Administrator]);

/// Who says that two are the same. It may let people of the one see what is the other's, so that it takes those
/// who answer for what is kept.
pub const MERGERS: Permit = Any(&[Quality, Administrator]);

/// Who records what a frame contract says: it binds the customer to what nobody wrote, or us to their approval, so that
/// it takes those who answer for what is agreed.
pub const FRAMERS: Permit = Any(&[Quality, Approver]);

/// Domains under which anybody may write: they say nothing of an organisation.
const EVERYBODYS: [&str; 20] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "freenet.de",
    "posteo.de",
    "mailbox.org",
    "proton.me",
    "protonmail.com",
];

impl Body for Organisation {
    type State = OrganisationState;
    type Step = OrganisationStep;
    type Facts = OrganisationFacts;

    const KIND: Kind = Kind {
        prefix: "K",
        table: "organisation",
        path: "customers",
        numbers: Numbers::Forever,
        sharing: Sharing::Working,
        symbol: "people",
        one: || text!("Organisation"),
        many: || text!("Customers"),
    };

    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from     step  to       by       needs
        rule(Active,  Rest, Dormant, KEEPERS, no_task_is_open),
        rule(Dormant, Wake, Active,  KEEPERS, it_stands_for_itself),
    ]);

    const OPEN: &'static [OrganisationState] = &[Active, Dormant];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<OrganisationFacts> = queries::facts;
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = queries::is_no_part_of_itself;
    const KEYS: &'static [&'static str] = &["parent", "person"];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const IS_PARTY: bool = true;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> Result<()> =
        |work, id, _, body| commands::keep_domains(work, id, body);
    const INTERNAL: &'static [&'static str] = &["note", "sensitivity"];
    // What colleagues note of a firm is mostly about its people.
    const PERSONAL: &'static [&'static str] = &["note", "sensitivity"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for domain in &self.domains {
            let sentence = text!("“{domain}” is no domain like company.example.", domain = domain);
            faults.unless(is_domain(domain), "domains", sentence);
            let sentence = text!("Anybody may write from {domain}. Leave it out.", domain = domain);
            faults.unless(!is_everybodys(domain), "domains", sentence);
        }
        let country = self.country.is_empty() || (self.country.len() == 2 && self.country.is_ascii());
        faults.unless(country, "country", text!("Give the country as two letters, like GB or DE."));
        let language = self.language.len() <= 12 && self.language.is_ascii();
        faults.unless(language, "language", text!("Give the language as its code, like en or de."));
        for (place, standing) in self.standing.iter().enumerate() {
            let field = format!("standing_title{}", place + 1);
            faults.unless(
                !standing.title.trim().is_empty(),
                &field,
                text!("Give the standing requirement a title."),
            );
        }
        self.profile.check(&mut faults);
        let sensitivity = self.sensitivity.chars().count() <= 2000;
        faults.unless(
            sensitivity,
            "sensitivity",
            text!("Shorten it to {count} characters.", count = 2000i64),
        );
        let short = [
            ("legal_form", &self.legal_form),
            ("street", &self.street),
            ("post_code", &self.post_code),
            ("town", &self.town),
            ("trade", &self.trade),
        ];
        for (field, words) in short {
            let fits = words.chars().count() <= 200;
            faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 200i64));
        }
        faults.into_result()
    }

    fn words(&self) -> String {
        let standing =
            self.standing.iter().map(|it| format!("{} {}", it.title, it.words)).collect::<Vec<_>>();
        let Self { street, post_code, town, country, trade, domains, .. } = self;
        [street, post_code, town, country, trade, &domains.join(" "), &standing.join(" ")]
            .map(String::as_str)
            .join(" ")
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Name"),
            "legal_form" => text!("Legal form"),
            "street" => text!("Street"),
            "post_code" => text!("Post code"),
            "town" => text!("Town"),
            "country" => text!("Country"),
            "trade" => text!("Trade"),
            "domains" => text!("Mail domains"),
            "language" => text!("Language"),
            "note" => text!("Note"),
            "is_customer" => text!("Is a customer"),
            "is_supplier" => text!("Is a supplier"),
            "parent" => text!("Part of"),
            "level" => text!("Within its house"),
            "profile" => text!("How they want to be told"),
            "sensitivity" => text!("To be minded"),
            "standing" => text!("Standing requirements"),
            _ => return None,
        })
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        (field == "level").then(|| Level::of(code)).flatten().map(Vocabulary::text)
    }
}

impl State for OrganisationState {
    fn tone(self) -> Tone {
        match self {
            Active => Tone::Good,
            Dormant => Tone::Past,
        }
    }
}

/// What the rules of an organisation ask beyond the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationFacts {
    /// The number of the one that it was merged into, where that still holds.
    pub merged_into: Option<String>,
}

fn it_stands_for_itself(case: &Case<Organisation>) -> Verdict {
    let Some(number) = &case.facts.merged_into else { return Ok(()) };
    let sentence = text!("It was merged into {number}. Undo the merge there.", number = number);
    let link = Some(format!("/customers/{number}#merged"));
    Refusal::of(vec![Missing { sentence, link }])
}

impl Profile {
    /// Looks at the shape of a profile.
    fn check(&self, faults: &mut Faults) {
        for (field, words) in [("calls_from", &self.calls_from), ("calls_until", &self.calls_until)] {
            let is_time = words.is_empty() || time_of_day(words).is_some();
            faults.unless(is_time, field, text!("Give a time like 09:00."));
        }
        let ends = (time_of_day(&self.calls_from), time_of_day(&self.calls_until));
        let in_order = !matches!(ends, (Some(from), Some(until)) if from >= until);
        faults.unless(in_order, "calls_until", text!("It cannot end before it begins."));
        let zone = self.zone.is_empty() || jiff::tz::TimeZone::get(&self.zone).is_ok();
        faults.unless(zone, "profile_zone", text!("Give a time zone like Europe/Berlin."));
        let count = i64::try_from(MOST_LINES).unwrap_or(i64::MAX);
        let fits = self.lines.len() <= MOST_LINES;
        faults.unless(fits, "lines", text!("Keep it to {count} lines.", count = count));
        for (place, line) in self.lines.iter().enumerate() {
            let field = |name: &str| format!("{name}{}", place + 1);
            let days = (0..=3650).contains(&line.notice_days);
            faults.unless(days, &field("notice"), text!("Give a number of days from 0 to 3650."));
            let language = line.language.len() <= 12 && line.language.is_ascii();
            faults.unless(
                language,
                &field("language"),
                text!("Give the language as its code, like en or de."),
            );
            for (name, words) in [("subject", &line.subject), ("threshold", &line.threshold)] {
                let fits = words.chars().count() <= 200;
                faults.unless(fits, &field(name), text!("Shorten it to {count} characters.", count = 200i64));
            }
        }
    }
}

/// So many lines a profile has at most.
pub const MOST_LINES: usize = 50;

fn no_task_is_open(case: &Case<Organisation>) -> Verdict {
    Refusal::unless(case.open_tasks == 0, text!("Settle the open tasks first."))
}

fn is_domain(words: &str) -> bool {
    let is_clean = words.chars().all(|it| it.is_alphanumeric() || it == '-' || it == '.');
    is_clean && words.contains('.') && words.len() <= 253 && !words.starts_with('.') && !words.ends_with('.')
}

/// Whether anybody may write from a domain, so that it says nothing of an organisation.
pub fn is_everybodys(domain: &str) -> bool {
    EVERYBODYS.contains(&domain.to_lowercase().as_str())
}

/// The domain of an address for mail, in lower case.
pub fn domain_of(email: &str) -> Option<String> {
    let (_, domain) = email.trim().rsplit_once('@')?;
    Some(domain.to_lowercase()).filter(|it| is_domain(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Standing;

    #[test]
    fn a_domain_of_everybody_is_nobodys() {
        let with =
            |domain: &str| Organisation { domains: vec![domain.to_owned()], ..Organisation::default() };
        assert!(with("meridian-dairies.example").check().is_ok());
        assert!(with("gmail.com").check().unwrap_err().to_string().contains("Anybody may write"));
        assert!(with("not a domain").check().is_err());
    }

    #[test]
    fn a_standing_requirement_needs_a_title() {
        let standing = vec![Standing { title: " ".into(), words: "EN 10204 3.1".into() }];
        let faults = Organisation { standing, ..Organisation::default() }.check().unwrap_err();
        assert_eq!(faults.0[0].0, "standing_title1");
    }

    #[test]
    fn the_domain_of_an_address_is_what_follows_its_last_sign() {
        assert_eq!(domain_of(" Carl@Meridian-Dairies.example ").as_deref(), Some("meridian-dairies.example"));
        assert_eq!(domain_of("nobody"), None);
    }
}
