//! Whoever is acting.

use jiff::civil::Date;

use crate::{Error, Result, Vocabulary, may, text};

/// The record of a person. Owners, actors and signers are kept by it, never by a name.
pub type PersonId = i64;

/// The record of an organisation: the party that a record belongs to and that may see it.
pub type PartyId = i64;

/// A member of staff, a person of a customer or supplier, or the product itself.
#[derive(Clone, Debug)]
pub struct Actor {
    pub person: PersonId,
    pub name: String,
    pub side: Side,
    /// Reads what others may write: an auditor, or whoever comes with a token for reading.
    pub only_reads: bool,
    /// Changes nothing at all, not even what is their own.
    pub not_even_own: bool,
    /// Those who are absent and for whom the actor stands in today.
    pub stands_in: Vec<StandIn>,
}

/// Somebody who is absent, for whom another acts: in one function, or in all that is asked of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    pub person: PersonId,
    pub name: String,
    /// The last day of the absence.
    pub until: Date,
    /// The function; none where it is the person's own tasks and records.
    pub function: Option<i64>,
}

/// On whose side an actor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    Staff(Vec<Role>),
    /// Sees only what was offered to these organisations, or shared with them.
    Outside(Vec<PartyId>),
    /// The product itself: set-up, jobs, imports.
    System,
}

crate::vocabulary! {
    /// What a member of staff may do. What they answer for is their function.
    pub enum Role {
        /// Talks with customers and files what they say.
        #[default]
        Agent = text!("Agent"),
        /// Writes down what the customer wants.
        Engineer = text!("Engineer"),
        /// Judges for a function.
        Reviewer = text!("Reviewer"),
        /// Decides and signs for the company.
        Approver = text!("Approver"),
        /// Answers for the quality system.
        Quality = text!("Quality"),
        /// Reads everything and changes nothing.
        Auditor = text!("Auditor"),
        /// Keeps people, rights and the system.
        Administrator = text!("Administrator"),
    }
}

impl Actor {
    /// A member of staff.
    pub fn staff(person: PersonId, name: &str, roles: &[Role]) -> Self {
        let only_reads = roles.iter().all(|it| *it == Role::Auditor) && !roles.is_empty();
        let side = Side::Staff(roles.to_vec());
        Self { person, name: name.to_owned(), side, only_reads, not_even_own: false, stands_in: Vec::new() }
    }

    /// A person of a customer or supplier.
    pub fn outside(person: PersonId, name: &str, parties: &[PartyId]) -> Self {
        let side = Side::Outside(parties.to_vec());
        let stands_in = Vec::new();
        Self { person, name: name.to_owned(), side, only_reads: false, not_even_own: false, stands_in }
    }

    /// The product itself.
    pub fn system() -> Self {
        let name = "Reqord".to_owned();
        let stands_in = Vec::new();
        Self { person: 0, name, side: Side::System, only_reads: false, not_even_own: false, stands_in }
    }

    /// The same, who stands in for others today.
    #[must_use]
    pub fn standing_in(self, stands_in: Vec<StandIn>) -> Self {
        Self { stands_in, ..self }
    }

    /// Whether the actor stands in for a person in all that is theirs, and until when.
    pub fn stands_in_for(&self, person: PersonId) -> Option<&StandIn> {
        self.stands_in.iter().find(|it| it.function.is_none() && may(it.person == person))
    }

    /// Whether the actor stands in for somebody in a function, and until when.
    pub fn stands_in_at(&self, function: i64) -> Option<&StandIn> {
        self.stands_in.iter().find(|it| may(it.function == Some(function)))
    }

    /// The same, who only reads: whoever comes with a token for reading.
    #[must_use]
    pub fn reading(self) -> Self {
        Self { only_reads: true, not_even_own: true, ..self }
    }

    #[cfg_attr(feature = "mutants", track_caller)]
    pub fn has(&self, role: Role) -> bool {
        #[cfg(feature = "mutants")]
        if crate::mutants::is_off("role") {
            return true;
        }
        matches!(&self.side, Side::Staff(roles) if roles.contains(&role)) || self.side == Side::System
    }

    pub fn roles(&self) -> &[Role] {
        match &self.side {
            Side::Staff(roles) => roles,
            _ => &[],
        }
    }

    #[cfg_attr(feature = "mutants", track_caller)]
    pub fn is_outside(&self) -> bool {
        #[cfg(feature = "mutants")]
        if crate::mutants::is_off("outside") {
            return false;
        }
        matches!(self.side, Side::Outside(_))
    }

    /// Whether the actor writes for the house: neither somebody outside nor one who only reads.
    #[cfg_attr(feature = "mutants", track_caller)]
    pub fn writes_for_the_house(&self) -> bool {
        !self.is_outside() && !self.only_reads
    }

    /// What is of the house only is not there for anybody else.
    ///
    /// # Errors
    /// Nothing is found by somebody outside.
    #[cfg_attr(feature = "mutants", track_caller)]
    pub fn must_be_inside(&self) -> Result<()> {
        if self.is_outside() { Err(Error::NotFound) } else { Ok(()) }
    }

    /// The organisations whose records alone the actor may see; none for staff, who see all.
    pub fn parties(&self) -> &[PartyId] {
        match &self.side {
            Side::Outside(parties) => parties,
            _ => &[],
        }
    }

    /// The way of seeing: which views the door puts where a statement says `visible`.
    pub(crate) fn sight(&self) -> Sight {
        if self.is_outside() { Sight::Outside } else { Sight::All }
    }
}

/// A way of seeing. Each has its own views, with one condition on one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    All,
    Outside,
}

impl Sight {
    pub const ALL: [Self; 2] = [Self::All, Self::Outside];

    /// How its views end.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::All => "to_all",
            Self::Outside => "to_outside",
        }
    }
}

/// Codes of roles that nobody has are forgotten: a role that the product no longer knows gives no right.
pub fn roles_of(codes: &[String]) -> Vec<Role> {
    codes.iter().filter_map(|it| Role::of(it)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_only_reads_unless_she_has_another_role() {
        assert!(Actor::staff(1, "Amelia", &[Role::Auditor]).only_reads);
        assert!(!Actor::staff(1, "Bob", &[Role::Auditor, Role::Quality]).only_reads);
        assert!(!Actor::staff(1, "Nele", &[]).only_reads);
    }

    #[test]
    fn for_the_house_writes_who_is_of_it_and_does_not_only_read() {
        let nele = Actor::staff(1, "Nele", &[]);
        assert!(nele.writes_for_the_house() && nele.must_be_inside().is_ok());
        for amelia in [Actor::staff(2, "Amelia", &[Role::Auditor]), nele.reading()] {
            assert!(!amelia.writes_for_the_house() && amelia.must_be_inside().is_ok());
        }
        let carl = Actor::outside(3, "Carl", &[7]);
        assert!(!carl.writes_for_the_house());
        assert!(matches!(carl.must_be_inside(), Err(Error::NotFound)));
        assert!(Actor::system().writes_for_the_house());
    }
}
