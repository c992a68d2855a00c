//! Looking back on the changes of a year: how it stood, what was seen, what follows (ISO 9001, 10.3).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a year stood when somebody looked back on it. Days are in the middle of all, amounts and hours in hundredths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "YearAsItStood")]
pub struct AsItStood {
    pub raised: usize,
    pub closed: usize,
    pub rejected: usize,
    pub bounced: usize,
    pub days: Option<i64>,
    pub estimated: i64,
    pub actual: i64,
    pub days_estimated: Option<i64>,
    pub days_taken: Option<i64>,
    pub hours: i64,
    pub hours_spent: i64,
}

/// That somebody looked back on a year.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "LookBackOnChanges")]
pub struct LookBack {
    /// For which function they did.
    pub function_name: String,
    /// Who did.
    pub name: String,
    #[serde(with = "kernel::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
    pub seen: String,
    pub follows: String,
    pub figures: AsItStood,
}
