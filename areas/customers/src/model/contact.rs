//! What people do for an organisation, how one reaches them, and how sure that is.

use kernel::text;

kernel::vocabulary! {
    /// What somebody does for a customer.
    pub enum ContactRole {
        #[default]
        Buyer = text!("Buyer"),
        Project = text!("Project"),
        Engineer = text!("Engineer"),
        Quality = text!("Quality"),
        Maintenance = text!("Maintenance"),
        Logistics = text!("Logistics"),
        Finance = text!("Finance"),
        /// Their signature binds the customer.
        Signatory = text!("Signatory"),
        Management = text!("Management"),
    }
}

kernel::vocabulary! {
    /// What sort of address it is.
    pub enum Way {
        #[default]
        Email = text!("E-mail"),
        Phone = text!("Telephone"),
        Other = text!("Other"),
    }
}

kernel::vocabulary! {
    /// How somebody made sure of an address.
    pub enum Proof {
        /// What was sent there was answered from there.
        #[default]
        Answered = text!("They answered from it"),
        CalledBack = text!("We called back on a number known before"),
        Document = text!("It stands in a signed document"),
        InPerson = text!("They said it in person"),
    }
}
