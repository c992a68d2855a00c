//! What always holds for an organisation and the parts of its house, and how a set stands to it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A standing requirement that reaches an organisation, its own or inherited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Applying {
    /// The number of the organisation whose standing requirement it is.
    pub organisation: String,
    pub organisation_name: String,
    /// The number of the standing set, and its revision that counts.
    pub set: String,
    pub set_revision: i64,
    /// The number of the requirement, the revision of it that the set holds, and its title.
    pub number: String,
    pub revision: i64,
    pub title: String,
    /// The SHA-256 of what that revision says.
    pub digest: String,
    /// Why it does not hold here, where a part nearer by says so.
    pub overridden: Option<Overridden>,
    #[serde(skip)]
    pub origin: i64,
    #[serde(skip)]
    pub set_id: i64,
}

/// That a part of the house departs from what holds above it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Overridden {
    /// The name of the organisation that departs.
    pub organisation_name: String,
    /// The number of the standing set in which it does.
    pub set: String,
    /// What holds instead; nothing where it does not apply at all.
    pub instead: Option<String>,
    pub reason: String,
}

/// An override of a standing set that is worked on.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Override {
    /// The key by which it is ended.
    pub id: i64,
    #[serde(skip_serializing)]
    pub origin_id: i64,
    /// The number of the standing requirement above.
    pub origin: String,
    pub origin_title: String,
    /// The number of what holds instead; nothing where it does not apply at all.
    pub instead: Option<String>,
    pub instead_title: Option<String>,
    pub reason: String,
}

/// What a set took over from a standing requirement.
#[derive(Clone, Debug, Deserialize)]
pub struct Pulled {
    pub id: i64,
    /// The requirement that was made.
    pub record_id: i64,
    pub number: String,
    pub title: String,
    pub state: String,
    pub origin: i64,
    /// The number of the standing requirement.
    pub origin_number: String,
    pub revision: i64,
    pub digest: String,
    pub set_revision: i64,
}

/// How a set stands to one standing requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pull {
    /// The number of the standing requirement.
    pub origin: String,
    pub title: String,
    /// Where it stands, as the requirement that is made of it says.
    pub source: String,
    /// The number of the requirement that was made of it, where one was.
    pub here: Option<String>,
    /// The revision that was taken over, and the one that counts now.
    pub taken: Option<i64>,
    pub now: Option<i64>,
    pub stand: Stand,
    /// Whether the words were changed in this set since they were taken over.
    pub is_changed_here: bool,
    /// Why it does not hold, or no longer.
    pub reason: String,
}

kernel::vocabulary! {
    /// How a set stands to a standing requirement.
    pub enum Stand {
        /// It holds and is not in the set yet.
        #[default]
        Missing = kernel::text!("Not taken over yet"),
        Current = kernel::text!("As it stands"),
        /// A later revision says something else.
        Newer = kernel::text!("A later revision is there"),
        /// It was taken over and holds no longer.
        Gone = kernel::text!("Holds no longer"),
        /// It was taken over and withdrawn from this set.
        LeftOut = kernel::text!("Left out of this set"),
        /// A part nearer by departs from it.
        Overridden = kernel::text!("Does not hold here"),
    }
}
