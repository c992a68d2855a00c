//! The nouns: people, the functions that they answer for, and what a token may do.

use jiff::civil::Date;
use kernel::{PersonId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A human being: one of ours, or somebody of an organisation, which is then the party of the record.
/// The title is the name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Person {
    pub email: String,
    pub phone: String,
    pub job_title: String,
    pub site: String,
    /// `en` or `de`; empty means as the browser asks.
    pub language: String,
    /// The time zone (IANA); empty means that of the house.
    pub zone: String,
    /// What they may do: codes of [`kernel::Role`].
    pub roles: Vec<String>,
    /// The functions that they answer for.
    pub functions: Vec<i64>,
    /// Who acts for them while they are absent.
    pub deputy: Option<PersonId>,
    #[schemars(with = "Option<String>")]
    pub joined_on: Option<Date>,
    #[schemars(with = "Option<String>")]
    pub left_on: Option<Date>,
    /// Whether letter keys are switched off.
    pub keys_off: bool,
}

kernel::vocabulary! {
    /// Whether a person still comes in.
    pub enum PersonState {
        #[default]
        Active = text!("Active"),
        Left = text!("Left"),
    }
}

kernel::vocabulary! {
    pub enum PersonStep {
        #[default]
        Leave = text!("Mark as left"),
        Return = text!("Take back"),
    }
}

/// A part of the house that judges and answers: production, quality, purchasing. The title is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Function {
    /// What it answers for, in a few words.
    pub accountable_for: String,
    pub leader: Option<PersonId>,
    pub deputy: Option<PersonId>,
}

kernel::vocabulary! {
    /// Whether a function is asked.
    pub enum FunctionState {
        #[default]
        Active = text!("Active"),
        Closed = text!("Closed"),
    }
}

kernel::vocabulary! {
    pub enum FunctionStep {
        #[default]
        Close = text!("Close the function"),
        Reopen = text!("Reopen the function"),
    }
}

kernel::vocabulary! {
    /// What a program may do that comes with a token.
    pub enum Scope {
        #[default]
        Read = text!("Read"),
        Write = text!("Read and write"),
    }
}

kernel::vocabulary! {
    /// What a session waits for before it opens anything.
    pub enum Awaits {
        /// The code of the second factor.
        #[default]
        Code = text!("The code"),
        /// That a second factor is set up, which the house demands.
        Factor = text!("A second factor"),
    }
}

kernel::vocabulary! {
    /// Why somebody sets a password by a link.
    pub enum Purpose {
        /// They have none yet.
        #[default]
        Invitation = text!("Invitation"),
        /// Theirs is forgotten, or no longer trusted.
        Reset = text!("New password"),
    }
}

kernel::vocabulary! {
    /// How a knock at the door ended.
    pub enum Outcome {
        #[default]
        CameIn = text!("Came in"),
        WrongPassword = text!("Wrong password"),
        WrongCode = text!("Wrong code"),
        AskedForReset = text!("Asked for a new password"),
        /// With the link of a letter, which opens one matter and no session.
        CameByLink = text!("Came by a link"),
        /// Told once, however often somebody goes on trying.
        HadToWait = text!("Had to wait after wrong tries"),
    }
}

kernel::vocabulary! {
    /// By what somebody proved who they are.
    pub enum How {
        #[default]
        Password = text!("Password"),
        /// The code of their device beside the password.
        Code = text!("Password and code"),
        RecoveryCode = text!("Password and recovery code"),
        /// The link of a letter, and the code that went to their address.
        Link = text!("Link and code"),
    }
}
