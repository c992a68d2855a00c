//! Statements that are known before they run, and the values that go into them.

/// One statement: one text for both engines, known by the place where it is written.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    pub text: &'static str,
    pub place: &'static str,
}

/// Writes a statement down. A test gathers all of them from the sources and prepares each on both
/// engines, through every way of seeing.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        &const { $crate::Sql { text: $text, place: concat!(file!(), ":", line!()) } }
    };
}

/// The values for `$1`, `$2` and so on.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

/// What can stand in a column, on either engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Truth(bool),
    Whole(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Self::Truth(it)
    }
}

impl From<i64> for Value {
    fn from(it: i64) -> Self {
        Self::Whole(it)
    }
}

impl From<&i64> for Value {
    fn from(it: &i64) -> Self {
        Self::Whole(*it)
    }
}

impl From<f64> for Value {
    fn from(it: f64) -> Self {
        Self::Real(it)
    }
}

impl From<String> for Value {
    fn from(it: String) -> Self {
        Self::Text(it)
    }
}

impl From<&String> for Value {
    fn from(it: &String) -> Self {
        Self::Text(it.clone())
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Self::Text(it.to_owned())
    }
}

impl From<&[u8]> for Value {
    fn from(it: &[u8]) -> Self {
        Self::Bytes(it.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(it: Vec<u8>) -> Self {
        Self::Bytes(it)
    }
}

impl From<jiff::Timestamp> for Value {
    fn from(it: jiff::Timestamp) -> Self {
        Self::Whole(it.as_microsecond())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        it.map_or(Self::Null, Into::into)
    }
}

/// Moments as whole microseconds UTC: how columns and bodies keep them, so that they sort.
///
/// Use it as `#[serde(with = "kernel::micros")]` and `#[schemars(with = "i64")]`.
pub mod micros {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(moment: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(moment.as_microsecond())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        Timestamp::from_microsecond(i64::deserialize(from)?).map_err(D::Error::custom)
    }

    /// The same for a moment that may be missing.
    pub mod option {
        use jiff::Timestamp;
        use serde::{Deserialize, Deserializer, Serializer, de::Error};

        pub fn serialize<S: Serializer>(moment: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
            match moment {
                Some(it) => to.serialize_some(&it.as_microsecond()),
                None => to.serialize_none(),
            }
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
            let micros = Option::<i64>::deserialize(from)?;
            micros.map(Timestamp::from_microsecond).transpose().map_err(D::Error::custom)
        }
    }
}
