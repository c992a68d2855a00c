//! What differs between two revisions of an item, or between two items: characteristic by characteristic.

use std::collections::BTreeSet;

use kernel::Attachment;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{CatalogueItem, Characteristic};

/// What differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comparison {
    /// Fields of the whole: name, before, after.
    pub fields: Vec<ComparedRow>,
    /// Characteristics that differ, in the order of the later revision; those that are gone come last.
    pub characteristics: Vec<ComparedRow>,
    /// Files that came, went or became others, by name: the digest of each before and after.
    pub files: Vec<ComparedRow>,
}

/// One thing with what it was and what it is; empty where it was not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparedRow {
    pub name: String,
    pub before: String,
    pub after: String,
    /// Whether it is critical, before or after.
    pub is_critical: bool,
}

impl Comparison {
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.characteristics.is_empty() && self.files.is_empty()
    }
}

/// What an item says, with its files.
pub type Said<'a> = (&'a CatalogueItem, &'a [Attachment]);

/// Compares what two revisions say, and their files.
pub fn compare((before, old): Said, (after, new): Said) -> Comparison {
    let of = |it: &CatalogueItem| {
        [
            ("code", it.code.clone()),
            ("summary", it.summary.clone()),
            ("features", it.features.join("\n")),
            ("options", it.options.join("\n")),
            ("exclusions", it.exclusions.join("\n")),
            ("unit", it.unit.clone()),
            ("price", it.price.clone()),
            ("currency", it.currency.clone()),
            ("lead_time_days", it.lead_time_days.map(|it| it.to_string()).unwrap_or_default()),
            ("markets", it.markets.join(", ")),
            ("packing", it.packing.clone()),
        ]
    };
    let fields = of(before).into_iter().zip(of(after)).filter(|((_, one), (_, other))| one != other).map(
        |((name, before), (_, after))| ComparedRow {
            name: name.to_owned(),
            before,
            after,
            is_critical: false,
        },
    );
    let named =
        |all: &[Characteristic], name: &str| all.iter().find(|it| it.name.trim() == name.trim()).cloned();
    let gone = before.characteristics.iter().filter(|it| named(&after.characteristics, &it.name).is_none());
    let characteristics = after.characteristics.iter().chain(gone).filter_map(|it| {
        let (one, other) =
            (named(&before.characteristics, &it.name), named(&after.characteristics, &it.name));
        let is_critical = [&one, &other].into_iter().flatten().any(|it| it.is_critical);
        let told = |it: Option<Characteristic>| it.map(|it| it.told()).unwrap_or_default();
        (one != other).then(|| ComparedRow {
            name: it.name.clone(),
            before: told(one),
            after: told(other),
            is_critical,
        })
    });
    Comparison {
        fields: fields.collect(),
        characteristics: characteristics.collect(),
        files: compare_files(old, new),
    }
}

fn compare_files(before: &[Attachment], after: &[Attachment]) -> Vec<ComparedRow> {
    let of =
        |all: &[Attachment], name: &str| all.iter().find(|it| it.name == name).map(|it| it.digest.clone());
    let names: BTreeSet<&str> = before.iter().chain(after).map(|it| it.name.as_str()).collect();
    let rows = names.into_iter().map(|name| ComparedRow {
        name: name.to_owned(),
        before: of(before, name).unwrap_or_default(),
        after: of(after, name).unwrap_or_default(),
        is_critical: false,
    });
    rows.filter(|it| it.before != it.after).collect()
}

impl Characteristic {
    /// As it is told in a line: `20 (0.2 to 20) l/h, weighing, critical`.
    pub fn told(&self) -> String {
        let method = [self.measured(), self.method.clone()];
        let critical = self.is_critical.then(|| "critical".to_owned());
        method.into_iter().chain(critical).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The value with its limits and unit.
    pub fn measured(&self) -> String {
        let limits = match (self.lower.as_str(), self.upper.as_str()) {
            ("", "") => String::new(),
            (lower, "") => format!("≥ {lower}"),
            ("", upper) => format!("≤ {upper}"),
            (lower, upper) if lower == upper && lower == self.value => String::new(),
            (lower, upper) => format!("{lower} … {upper}"),
        };
        let words = match (self.value.as_str(), limits.as_str()) {
            (value, "") => value.to_owned(),
            ("", limits) => limits.to_owned(),
            (value, limits) => format!("{value} ({limits})"),
        };
        format!("{words} {}", self.unit).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(upper: &str) -> Characteristic {
        Characteristic {
            name: "flow".into(),
            value: "20".into(),
            lower: "0.2".into(),
            upper: upper.into(),
            unit: "l/h".into(),
            ..Characteristic::default()
        }
    }

    fn item(characteristics: Vec<Characteristic>) -> CatalogueItem {
        CatalogueItem { code: "KD-20".into(), characteristics, ..CatalogueItem::default() }
    }

    #[test]
    fn what_changed_came_and_went_is_told_and_nothing_else() {
        let mass = Characteristic {
            name: "mass".into(),
            value: "6.8".into(),
            unit: "kg".into(),
            ..Characteristic::default()
        };
        let noise = Characteristic { name: "noise".into(), is_critical: true, ..Characteristic::default() };
        let told =
            compare((&item(vec![flow("20"), noise]), &[]), (&item(vec![flow("25"), mass.clone()]), &[]));
        let rows: Vec<_> = told
            .characteristics
            .iter()
            .map(|it| (it.name.as_str(), it.before.as_str(), it.after.as_str()))
            .collect();
        assert_eq!(
            rows,
            [
                ("flow", "20 (0.2 … 20) l/h", "20 (0.2 … 25) l/h"),
                ("mass", "", "6.8 kg"),
                ("noise", "critical", "")
            ]
        );
        assert!(told.fields.is_empty());
        assert!(compare((&item(vec![mass.clone()]), &[]), (&item(vec![mass]), &[])).is_empty());
    }

    #[test]
    fn a_file_that_came_went_or_became_another_is_told_by_its_name() {
        let file = |name: &str, digest: &str| Attachment {
            id: 1,
            record_id: 1,
            digest: digest.into(),
            name: name.into(),
            media_type: String::new(),
            size: 9,
            audience: kernel::Audience::Internal,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
            ended_at: None,
        };
        let says = item(Vec::new());
        let (same, drawing) = (file("same.pdf", "01"), file("drawing.pdf", "02"));
        let before = [drawing, file("gone.pdf", "03"), same.clone()];
        let after = [file("drawing.pdf", "04"), file("new.pdf", "05"), same];
        let told = compare((&says, &before), (&says, &after)).files;
        let rows: Vec<_> =
            told.iter().map(|it| (it.name.as_str(), it.before.as_str(), it.after.as_str())).collect();
        assert_eq!(rows, [("drawing.pdf", "02", "04"), ("gone.pdf", "03", ""), ("new.pdf", "", "05")]);
    }
}
