//! One struct, one row: whatever engine a row comes from, it is read by the names of the fields.

use std::sync::Arc;

use serde::de::value::{Error as Fault, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::Value as Json;

use crate::engine::Connection;
use crate::{Result, Value, broken};

/// A row, independent of the engine.
#[derive(Clone, Debug)]
pub struct Row {
    pub(crate) names: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

impl Row {
    /// A struct takes columns by name, a tuple by place, a plain value the first.
    pub fn read<T: DeserializeOwned>(self) -> Result<T> {
        T::deserialize(self).map_err(broken)
    }

    /// Two rows out of one: the second begins where `name` comes again.
    pub(crate) fn parted(mut self, name: &str) -> (Self, Self) {
        let again = self.names.iter().skip(1).position(|it| it == name).map_or(self.names.len(), |it| it + 1);
        let values = self.values.split_off(again);
        let second = Self { names: self.names[again..].into(), values };
        (Self { names: self.names[..again].into(), values: self.values }, second)
    }
}

/// Adds a row under the names of its fields and tells its key.
pub(crate) fn insert<T: Serialize>(db: &Connection, table: &str, row: &T) -> Result<i64> {
    let fields = fields_of(row)?;
    let names: Vec<_> = fields.keys().cloned().collect();
    let marks: Vec<_> = (1..=names.len()).map(|it| format!("${it}")).collect();
    let text =
        format!("insert into {table} ({}) values ({}) returning id", names.join(", "), marks.join(", "));
    let values: Vec<Value> = fields.into_iter().map(|(_, it)| it.into()).collect();
    db.one(&text, &values)?.read()
}

/// Puts other values into a row.
pub(crate) fn update<T: Serialize>(db: &Connection, table: &str, id: i64, row: &T) -> Result<()> {
    let fields = fields_of(row)?;
    let changes: Vec<_> = fields.keys().enumerate().map(|(no, it)| format!("{it} = ${}", no + 2)).collect();
    let text = format!("update {table} set {} where id = $1", changes.join(", "));
    let values = std::iter::once(Value::Whole(id)).chain(fields.into_iter().map(|(_, it)| it.into()));
    db.execute(&text, &values.collect::<Vec<_>>())?;
    Ok(())
}

pub(crate) fn fields_of<T: Serialize>(row: &T) -> Result<serde_json::Map<String, Json>> {
    match serde_json::to_value(row)? {
        Json::Object(fields) => Ok(fields),
        _ => unreachable!("a row is a struct"),
    }
}

/// Stores a body under the names of its fields.
pub(crate) fn store<T: Serialize>(db: &Connection, table: &str, id: i64, body: &T) -> Result<()> {
    let fields = fields_of(body)?;
    let names = fields.keys().cloned().collect::<Vec<_>>();
    let marks = (0..=names.len()).map(|it| format!("${}", it + 1)).collect::<Vec<_>>();
    let changes = names.iter().map(|it| format!("{it} = excluded.{it}")).collect::<Vec<_>>();
    let text = format!(
        "insert into {table} (id, {}) values ({}) on conflict (id) do update set {}",
        names.join(", "),
        marks.join(", "),
        changes.join(", ")
    );
    let values = std::iter::once(Value::Whole(id)).chain(fields.into_iter().map(|(_, it)| it.into()));
    db.execute(&text, &values.collect::<Vec<_>>())?;
    Ok(())
}

impl From<Json> for Value {
    fn from(it: Json) -> Self {
        match it {
            Json::Null => Self::Null,
            Json::Bool(it) => Self::Truth(it),
            Json::Number(it) => {
                it.as_i64().map_or_else(|| Self::Real(it.as_f64().unwrap_or_default()), Self::Whole)
            }
            Json::String(it) => Self::Text(it),
            lines => Self::Text(lines.to_string()),
        }
    }
}

impl<'de> Deserializer<'de> for Row {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let first = self.values.into_iter().next().ok_or_else(|| Fault::custom("the row is empty"))?;
        first.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let first = self.values.into_iter().next().ok_or_else(|| Fault::custom("the row is empty"))?;
        first.deserialize_option(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let first = self.values.into_iter().next().ok_or_else(|| Fault::custom("the row is empty"))?;
        visitor.visit_newtype_struct(first)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(SeqDeserializer::new(self.values.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let names = self.names.iter().map(String::as_str);
        visitor.visit_map(MapDeserializer::new(names.zip(self.values)))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple_struct map enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Fault> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The field says what it wants: lists and structs are stored as json, SQLite keeps truths as numbers.
impl<'de> Deserializer<'de> for Value {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Truth(it) => visitor.visit_bool(it),
            Self::Whole(it) => visitor.visit_i64(it),
            Self::Real(it) => visitor.visit_f64(it),
            Self::Text(it) => visitor.visit_string(it),
            Self::Bytes(it) => visitor.visit_byte_buf(it),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Whole(it) => visitor.visit_bool(it != 0),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Null => visitor.visit_none(),
            some => visitor.visit_some(some),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(it) => json(&it)?.deserialize_seq(visitor).map_err(Fault::custom),
            Self::Bytes(it) => visitor.visit_seq(SeqDeserializer::new(it.into_iter())),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self {
            Self::Text(it) => json(&it)?.deserialize_struct(name, fields, visitor).map_err(Fault::custom),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Text(it) => json(&it)?.deserialize_map(visitor).map_err(Fault::custom),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Whole(it) => visitor.visit_i64(it),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self {
            Self::Text(it) if it.starts_with('{') => {
                json(&it)?.deserialize_enum(name, variants, visitor).map_err(Fault::custom)
            }
            Self::Text(it) => visitor.visit_enum(it.into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct identifier ignored_any
    }
}

fn json(text: &str) -> Result<Json, Fault> {
    serde_json::from_str(text).map_err(Fault::custom)
}
