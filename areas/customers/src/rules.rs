//! The law: what an organisation may look like, and whose a mail domain can be.

mod likeness;

use kernel::Permit::Any;
use kernel::Role::{Administrator, Agent, Engineer, Quality};
use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit, Reader, Record, Refusal, Result, Sharing, State, Text,
    Tone, Verdict, no_facts, nothing, rule, text,
};

pub use self::likeness::{
    Bond, Degree, Likeness, Likenesses, Outline, PersonOutline, is_shared_mailbox, likeness,
    likeness_of_people, own_domain_of, same_phone,
};
use crate::model::OrganisationState::{Active, Dormant};
use crate::model::OrganisationStep::{Rest, Wake};
use crate::model::{Organisation, OrganisationState, OrganisationStep};

/// Who keeps customers: whoever talks with them.
pub const KEEPERS: Permit = Any(&[Agent, Engineer, Quality, Administrator]);

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
    type Facts = ();

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
        rule(Dormant, Wake, Active,  KEEPERS, nothing),
    ]);

    const OPEN: &'static [OrganisationState] = &[Active, Dormant];
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<()> = no_facts;
    const KEYS: &'static [&'static str] = &["parent"];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const IS_PARTY: bool = true;
    const INTERNAL: &'static [&'static str] = &["note"];

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
            "standing" => text!("Standing requirements"),
            _ => return None,
        })
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
