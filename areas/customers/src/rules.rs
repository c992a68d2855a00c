//! The law of organisations: what they are told apart by, and who keeps them.

use kernel::Permit::{Any, Staff};
use kernel::{
    Body, Case, Faults, Flow, Kind, Numbers, Permit, Reader, Record, Refusal, Result, Role, Sharing, State, Text, Tone,
    Verdict, nothing, rule, text,
};

use crate::model::{Organisation, OrganisationState, OrganisationStep};

/// Who keeps customers: whoever talks with them.
const KEEPERS: Permit =
    Any(&[Role::Agent, Role::Engineer, Role::Quality, Role::Administrator]);

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
        one: || text!("Customer"),
        many: || text!("Customers"),
    };

    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from                        step                    to                          by      needs
        rule(OrganisationState::Active,  OrganisationStep::Rest, OrganisationState::Dormant, Staff,  no_task_is_open),
        rule(OrganisationState::Dormant, OrganisationStep::Wake, OrganisationState::Active,  Staff,  nothing),
    ]);

    const OPEN: &'static [OrganisationState] = &[OrganisationState::Active, OrganisationState::Dormant];
    const CREATE: Permit = KEEPERS;
    const EDIT: Permit = KEEPERS;
    const IS_PARTY: bool = true;
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<()> = kernel::no_facts;

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let country = self.country.is_empty() || is_country(&self.country);
        faults.unless(country, "country", text!("Give the country as two letters, like GB."));
        for domain in &self.domains {
            let sentence = text!("“{domain}” is no domain like company.example.", domain = domain);
            faults.unless(is_domain(domain), "domains", sentence);
        }
        let named = self.standing.iter().all(|it| !it.title.trim().is_empty());
        faults.unless(named, "standing", text!("Give each standing requirement a title."));
        faults.into_result()
    }

    fn words(&self) -> String {
        let standing: Vec<_> = self.standing.iter().map(|it| format!("{} {}", it.title, it.words)).collect();
        let Self { legal_form, street, post_code, town, trade, .. } = self;
        format!("{legal_form} {street} {post_code} {town} {trade} {} {}", self.domains.join(" "), standing.join(" "))
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
            "domains" => text!("Domains of their mail"),
            "language" => text!("Language"),
            "note" => text!("Note"),
            "is_customer" => text!("Is a customer"),
            "is_supplier" => text!("Is a supplier"),
            "parent" => text!("Belongs to"),
            "standing" => text!("Standing requirements"),
            _ => return None,
        })
    }
}

impl State for OrganisationState {
    fn tone(self) -> Tone {
        match self {
            Self::Active => Tone::Good,
            Self::Dormant => Tone::Past,
        }
    }
}

fn no_task_is_open(case: &Case<Organisation>) -> Verdict {
    Refusal::unless(case.open_tasks == 0, text!("Finish the open tasks first."))
}

fn is_country(words: &str) -> bool {
    words.len() == 2 && words.chars().all(|it| it.is_ascii_uppercase())
}

/// Whether words have the shape of a domain.
pub fn is_domain(words: &str) -> bool {
    let clean = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || it == '-');
    words.len() <= 253 && words.contains('.') && words.split('.').all(clean)
}

/// The domain of an address, in lower case.
pub fn domain_of(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    Some(domain.trim().trim_end_matches('>').to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_at_once() {
        let body = Organisation {
            country: "Britain".into(),
            domains: vec!["not a domain".into(), "right.example".into()],
            ..Organisation::default()
        };
        let fields: Vec<_> = body.check().unwrap_err().0.into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["country", "domains"]);
    }

    #[test]
    fn the_domain_of_an_address_is_what_follows_the_last_at() {
        assert_eq!(domain_of("Carl@Meridian-Dairies.example").as_deref(), Some("meridian-dairies.example"));
        assert_eq!(domain_of("nobody"), None);
    }
}
