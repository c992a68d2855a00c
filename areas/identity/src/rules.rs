//! The law: who may change which field of a person, who leaves, and what a password has to be.

mod absence;
pub mod factor;
mod password;

use jiff::tz::TimeZone;
use kernel::Permit::{Any, Has};
use kernel::Role::{Administrator, Agent, Engineer, Quality};
use kernel::{
    Actor, Body, Case, Faults, Flow, Kind, Numbers, PartyId, Permit, Refusal, Role, Sharing, State, Text,
    Tone, Verdict, Vocabulary, nothing, right, rule, text,
};

pub use self::absence::{Absence, absent_behind, check_absence, is_manned};
pub use self::password::{
    Cost, Hashed, check_password, hash, hash_at, hash_many, hash_many_at, is_right, new_secret, sealed,
};
use crate::model::{Function, FunctionState, FunctionStep, Person, PersonState, PersonStep};
use crate::{commands, queries};

/// Who keeps the contacts that come and go with a file or a card: those who never had a way in.
const CONTACT_KEEPERS: &[Role] = &[Agent, Engineer];

/// What the rules of a person ask beyond the record.
#[derive(Clone, Copy, Debug)]
pub struct PersonFacts {
    /// How many others are administrators.
    pub other_administrators: i64,
    /// How many sessions and tokens would let the person in.
    pub keys: i64,
    /// How many passwords and links the person has, with which they could come in again.
    pub doors: i64,
}

impl Body for Person {
    type State = PersonState;
    type Step = PersonStep;
    type Facts = PersonFacts;

    const KIND: Kind = Kind {
        prefix: "PE",
        table: "person",
        path: "people",
        numbers: Numbers::Forever,
        sharing: Sharing::Working,
        symbol: "people",
        one: || text!("Person"),
        many: || text!("People"),
    };

    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from                 step                to                   by                   needs
        rule(PersonState::Active, PersonStep::Leave,  PersonState::Left,   Has(Administrator),  an_administrator_stays),
        rule(PersonState::Active, PersonStep::Leave,  PersonState::Left,   Has(Quality),        it_is_a_contact),
        rule(PersonState::Active, PersonStep::Leave,  PersonState::Left,   Any(CONTACT_KEEPERS), a_contact_without_a_door),
        rule(PersonState::Left,   PersonStep::Return, PersonState::Active, Has(Administrator),  old_keys_are_gone),
        rule(PersonState::Left,   PersonStep::Return, PersonState::Active, Has(Quality),        a_contact_without_old_keys),
        rule(PersonState::Left,   PersonStep::Return, PersonState::Active, Any(CONTACT_KEEPERS), a_contact_without_a_door),
    ]);

    const WITHIN: &'static [PersonStep] = &[PersonStep::Leave, PersonStep::Return];
    const OPEN: &'static [PersonState] = &[PersonState::Active];
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<PersonFacts> =
        queries::person_facts;
    const FITS: fn(&kernel::Reader, Option<&Case<Self>>, &Self) -> kernel::Result<()> = queries::person_fits;
    const KEYS: &'static [&'static str] = &["functions", "deputy"];
    const PERSONAL: &'static [&'static str] = &["title", "email", "phone", "job_title"];

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let email = self.email.is_empty() || is_email(&self.email);
        faults.unless(email, "email", text!("Give an address like name@company.example."));
        let language = self.language.is_empty() || ["en", "de"].contains(&self.language.as_str());
        faults.unless(language, "language", text!("Choose one of the languages in the list."));
        faults.unless(
            self.zone.is_empty() || TimeZone::get(&self.zone).is_ok(),
            "zone",
            text!("Give a time zone like Europe/Berlin."),
        );
        let roles = self.roles.iter().all(|it| Role::of(it).is_some());
        faults.unless(roles, "roles", text!("Choose from the roles in the list."));
        for (field, words) in [("phone", &self.phone), ("job_title", &self.job_title), ("site", &self.site)] {
            faults.unless(
                words.chars().count() <= 200,
                field,
                text!("Shorten it to {count} characters.", count = 200i64),
            );
        }
        faults.into_result()
    }

    /// Administrators keep our own people and everybody's rights; staff keep contacts; everybody keeps
    /// their own language, zone and keys.
    fn may_write(by: &Actor, party: Option<PartyId>, before: Option<&Case<Self>>, after: &Self) -> Verdict {
        let has_rights = !after.roles.is_empty() || !after.functions.is_empty();
        right(Refusal::unless(
            party.is_none() || !has_rights,
            text!("Roles and functions are for your own people. Leave them empty for a contact."),
        ))?;
        if by.has(Administrator) {
            return before.map_or(Ok(()), |case| an_administrator_remains(case, after));
        }
        if let Some(own) = before.filter(|it| kernel::may(it.record.id.raw() == by.person)) {
            return right(Refusal::unless(
                own.body.with_settings_of(after) == *after,
                text!("You may change your language, time zone and keys. Ask an administrator for the rest."),
            ));
        }
        right(Refusal::unless(
            party.is_some(),
            text!("Only the role “{role}” may change your own people.", role = Administrator.text()),
        ))
    }

    fn words(&self) -> String {
        format!("{} {} {} {}", self.email, self.phone, self.job_title, self.site)
    }

    fn word(field: &str, code: &str) -> Option<Text> {
        Some(match (field, code) {
            ("roles", _) => Role::of(code)?.text(),
            ("language", "en") => text!("English"),
            ("language", "de") => text!("German"),
            _ => return None,
        })
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Name"),
            "party" => text!("Organisation"),
            "email" => text!("E-mail address"),
            "phone" => text!("Telephone"),
            "job_title" => text!("Job title"),
            "site" => text!("Site"),
            "language" => text!("Language"),
            "zone" => text!("Time zone"),
            "roles" => text!("Roles"),
            "functions" => text!("Functions"),
            "deputy" => text!("Deputy"),
            "joined_on" => text!("With us since"),
            "left_on" => text!("Left on"),
            "keys_off" => text!("Letter keys switched off"),
            _ => return None,
        })
    }
}

impl State for PersonState {
    fn tone(self) -> Tone {
        match self {
            Self::Active => Tone::Good,
            Self::Left => Tone::Past,
        }
    }
}

/// What the rules of a function ask beyond the record.
#[derive(Clone, Copy, Debug)]
pub struct FunctionFacts {
    /// How many open tasks wait for whoever answers for it, wherever they were asked.
    pub waiting: i64,
}

impl Body for Function {
    type State = FunctionState;
    type Step = FunctionStep;
    type Facts = FunctionFacts;

    const KIND: Kind = Kind {
        prefix: "FN",
        table: "function",
        path: "functions",
        numbers: Numbers::Forever,
        sharing: Sharing::Internal,
        symbol: "assure",
        one: || text!("Function"),
        many: || text!("Functions"),
    };

    #[rustfmt::skip]
    const FLOW: Flow<Self> = Flow(&[
        //   from                   step                  to                     by                   needs
        rule(FunctionState::Active, FunctionStep::Close,  FunctionState::Closed, Has(Administrator),  no_task_is_open),
        rule(FunctionState::Closed, FunctionStep::Reopen, FunctionState::Active, Has(Administrator),  nothing),
    ]);

    const OPEN: &'static [FunctionState] = &[FunctionState::Active];
    const KEYS: &'static [&'static str] = &["leader", "deputy"];
    const CREATE: Permit = Has(Administrator);
    const EDIT: Permit = Has(Administrator);
    const FACTS: fn(&kernel::Reader, &kernel::Record<Self>, &Self) -> kernel::Result<FunctionFacts> =
        queries::function_facts;
    const FITS: fn(&kernel::Reader, Option<&Case<Self>>, &Self) -> kernel::Result<()> =
        queries::function_fits;
    const KEPT: fn(&mut kernel::Work, i64, Option<&Self>, &Self) -> kernel::Result<()> =
        |work, id, _, body| commands::settle_once_led(work, id, body);

    fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let fits = self.accountable_for.chars().count() <= 500;
        faults.unless(fits, "accountable_for", text!("Shorten it to {count} characters.", count = 500i64));
        faults.into_result()
    }

    fn words(&self) -> String {
        self.accountable_for.clone()
    }

    fn label(field: &str) -> Option<Text> {
        Some(match field {
            "title" => text!("Name"),
            "accountable_for" => text!("Answers for"),
            "leader" => text!("Led by"),
            "deputy" => text!("Deputy"),
            _ => return None,
        })
    }
}

impl State for FunctionState {
    fn tone(self) -> Tone {
        match self {
            Self::Active => Tone::Good,
            Self::Closed => Tone::Past,
        }
    }
}

impl Person {
    /// The same person with the settings that everybody keeps for themselves taken from another form of it.
    fn with_settings_of(&self, other: &Self) -> Self {
        let (language, zone, keys_off) = (other.language.clone(), other.zone.clone(), other.keys_off);
        Self { language, zone, keys_off, ..self.clone() }
    }

    fn is_administrator(&self) -> bool {
        self.roles.iter().any(|it| *it == Administrator.code())
    }
}

/// Nobody takes the last administrator's rights, not even the last administrator.
fn an_administrator_remains(case: &Case<Person>, after: &Person) -> Verdict {
    let is_last = case.body.is_administrator() && case.facts.other_administrators == 0;
    Refusal::unless(!is_last || after.is_administrator(), text!("Make somebody else an administrator first."))
}

fn an_administrator_stays(case: &Case<Person>) -> Verdict {
    an_administrator_remains(case, &Person { roles: Vec::new(), ..case.body.clone() })
}

/// Whoever comes back gets new keys: what was lost meanwhile must not open the door again.
fn old_keys_are_gone(case: &Case<Person>) -> Verdict {
    Refusal::unless(case.facts.keys == 0, text!("End the sessions and tokens from before first."))
}

/// Our own people come and go with the administrator; whoever answers for quality keeps those of customers.
fn it_is_a_contact(case: &Case<Person>) -> Verdict {
    let sentence =
        text!("Only the role “{role}” may do this for your own people.", role = Administrator.text());
    Refusal::unless(case.record.party.is_some(), sentence)
}

fn a_contact_without_old_keys(case: &Case<Person>) -> Verdict {
    it_is_a_contact(case)?;
    old_keys_are_gone(case)
}

/// Who was only ever written to comes and goes with whoever keeps contacts; who can come in does not.
fn a_contact_without_a_door(case: &Case<Person>) -> Verdict {
    it_is_a_contact(case)?;
    let sentence = text!(
        "They have a password or a link. Ask somebody with the role “{administrator}” or “{quality}”.",
        administrator = Administrator.text(),
        quality = Quality.text()
    );
    Refusal::unless(case.facts.doors == 0 && case.facts.keys == 0, sentence)
}

fn no_task_is_open(case: &Case<Function>) -> Verdict {
    let is_free = case.open_tasks == 0 && case.facts.waiting == 0;
    Refusal::unless(is_free, text!("Settle the open tasks of the function first."))
}

/// Whether words have the shape of an address for mail: something, one @, a domain.
pub fn is_email(words: &str) -> bool {
    let Some((name, domain)) = words.split_once('@') else { return false };
    let is_clean =
        !words.contains(|it: char| it.is_whitespace() || it.is_control() || ",;<>()\"".contains(it));
    is_clean && words.len() <= 254 && !name.is_empty() && domain.len() >= 3 && !domain.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff(roles: &[Role]) -> Actor {
        Actor::staff(7, "Nele", roles)
    }

    fn with_roles(roles: &[Role]) -> Person {
        Person { roles: roles.iter().map(|it| it.code()).collect(), ..Person::default() }
    }

    #[test]
    fn only_an_administrator_adds_one_of_ours() {
        let new = Person::default();
        assert!(Person::may_write(&staff(&[Role::Agent]), None, None, &new).is_err());
        assert!(Person::may_write(&staff(&[Administrator]), None, None, &new).is_ok());
    }

    #[test]
    fn everybody_of_staff_adds_a_contact_but_gives_nobody_rights() {
        let agent = staff(&[Role::Agent]);
        assert!(Person::may_write(&agent, Some(3), None, &Person::default()).is_ok());
        assert!(Person::may_write(&agent, Some(3), None, &with_roles(&[Administrator])).is_err());
        assert!(
            Person::may_write(&staff(&[Administrator]), Some(3), None, &with_roles(&[Role::Agent])).is_err()
        );
    }

    #[test]
    fn every_fault_of_a_person_is_told_at_once() {
        let person = Person {
            email: "ada at home".into(),
            language: "fr".into(),
            zone: "Bremen".into(),
            roles: vec!["king".into()],
            ..Person::default()
        };
        let faults = person.check().unwrap_err();
        let fields: Vec<_> = faults.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["email", "language", "zone", "roles"]);
        assert!(Person::default().check().is_ok());
    }

    #[test]
    fn settings_are_language_zone_and_keys() {
        let before = with_roles(&[Role::Agent]);
        let settings = Person { language: "de".into(), keys_off: true, ..before.clone() };
        let more = Person { email: "x@y.example".into(), ..settings.clone() };
        assert_eq!(before.with_settings_of(&settings), settings);
        assert_ne!(before.with_settings_of(&more), more);
    }

    #[test]
    fn an_address_for_mail_has_a_name_and_a_domain() {
        for right in ["ada@kestrel.example", "j.o'neil+x@a.b", "åsa@lindqvarn.example"] {
            assert!(is_email(right), "{right}");
        }
        for wrong in ["ada", "@x.y", "a@b", "a b@c.de", "a@b@c.de", "<a@b.de>", "a@b.de,c@d.de"] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
