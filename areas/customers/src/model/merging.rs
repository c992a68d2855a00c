//! Two records that are the same: what is chosen, what would go over, and what went over.

use std::collections::BTreeMap;

use kernel::PartyId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// What goes over from one organisation, or person, to the one that stays; kept, so that exactly that goes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Moved {
    /// Records whose customer it was: conversations, sets, people and whatever else there is.
    pub records: Vec<i64>,
    /// Further addresses.
    pub addresses: Vec<i64>,
    /// The addresses that were made for the one that stays: those on the other's own record.
    pub added_addresses: Vec<i64>,
    /// What somebody made sure of of the other's addresses.
    pub checks: Vec<i64>,
    pub roles: Vec<i64>,
    /// Clauses of frame contracts.
    pub contracts: Vec<i64>,
    /// Who of outside sees the other's matters beside their own.
    pub memberships: Vec<i64>,
    /// Sites and daughters.
    pub parts: Vec<PartyId>,
    /// The fields of the one that stays that took another value: before and after. `title` may be one.
    pub fields: BTreeMap<String, (Json, Json)>,
    /// Whether the other was in use until then.
    pub was_active: bool,
}

/// What a merge would do, to be read before it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Preview {
    /// How many records of each kind go over, by the code of the kind.
    pub records: BTreeMap<String, i64>,
    pub addresses: i64,
    pub roles: i64,
    pub contracts: i64,
    pub parts: i64,
    pub memberships: i64,
    /// How many people of the other can sign in, who then see what is the survivor's.
    pub outsiders: i64,
    /// The fields in which the two differ: what the one that stays says, and what the other says.
    pub fields: BTreeMap<String, (Json, Json)>,
}

/// A merge that somebody wants.
#[derive(Clone, Debug, Default)]
pub struct Merging {
    /// The number of the one that stays.
    pub survivor: String,
    /// The number of the one that leads there from then on.
    pub other: String,
    /// The fields whose value is taken from the other. `title` may be one.
    pub from_other: Vec<String>,
    /// The versions of both that were seen, where they were said.
    pub seen: Option<(i64, i64)>,
}

/// What stayed where it was when a merge was undone, because it was changed since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Left {
    /// Records that belong to somebody else by now, by number.
    pub records: Vec<String>,
    /// Fields of the survivor that say something else by now.
    pub fields: Vec<String>,
    /// How many addresses, roles or sites are no longer where the merge put them.
    pub others: i64,
}

impl Left {
    /// Whether everything went back.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.fields.is_empty() && self.others == 0
    }
}

/// The fields in which two bodies differ, with the value of each.
pub fn differing(one: &Map<String, Json>, other: &Map<String, Json>) -> BTreeMap<String, (Json, Json)> {
    let null = Json::Null;
    let differs = |(name, it): (&String, &Json)| {
        let that = other.get(name).unwrap_or(&null);
        (it != that).then(|| (name.clone(), (it.clone(), that.clone())))
    };
    one.iter().filter_map(differs).collect()
}
