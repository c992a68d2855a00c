//! How did records read before a deed? Its entry on the trail tells the old values, so it can be walked back.

use std::collections::BTreeMap;

use kernel::EXTRA;
use serde_json::{Map, Value as Json};

/// Records at one moment, by their numbers.
pub type Past = BTreeMap<String, Then>;

/// A record at one moment: its state, and its fields with `title` among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Then {
    pub state: String,
    pub fields: Map<String, Json>,
    /// What its extra fields said, by their short names.
    pub extra: Map<String, Json>,
}

/// Takes back what one deed did. What it opened did not exist before.
pub fn walk_back(past: &mut Past, entry: &Json) {
    for record in entry["records"].as_array().into_iter().flatten() {
        let number = record["number"].as_str().unwrap_or_default();
        let state = record["state"][0].as_str();
        if state == Some("") {
            past.remove(number);
            continue;
        }
        let Some(then) = past.get_mut(number) else { continue };
        if let Some(state) = state {
            state.clone_into(&mut then.state);
        }
        for (field, ends) in record["change"].as_object().into_iter().flatten() {
            match field.strip_prefix(EXTRA) {
                Some(key) if ends[0].is_null() => drop(then.extra.remove(key)),
                Some(key) => drop(then.extra.insert(key.to_owned(), ends[0].clone())),
                None => drop(then.fields.insert(field.clone(), ends[0].clone())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn old_values_come_back_and_later_records_go() {
        let fields = |title: &str| json!({ "title": title, "value": "20" }).as_object().unwrap().clone();
        let mut past = Past::new();
        past.insert(
            "REQ-0001".into(),
            Then {
                state: "draft".into(),
                fields: fields("New"),
                extra: json!({ "hall": "3", "dock": "B" }).as_object().unwrap().clone(),
            },
        );
        past.insert("REQ-0002".into(), Then { fields: fields("Later"), ..Then::default() });
        walk_back(
            &mut past,
            &json!({ "records": [
                { "number": "REQ-0001", "change": { "title": ["Old", "New"], "value": ["18", "20"], "extra.hall": ["2", "3"], "extra.dock": [null, "B"] }, "state": ["valid", "draft"] },
                { "number": "REQ-0002", "state": ["", "draft"], "change": { "title": [null, "Later"] } },
                { "number": "CV-2026-0001", "change": { "title": ["a", "b"] } },
            ]}),
        );
        assert_eq!(past.len(), 1);
        let then = &past["REQ-0001"];
        assert_eq!(
            (then.state.as_str(), &then.fields["title"], &then.fields["value"]),
            ("valid", &json!("Old"), &json!("18"))
        );
        assert_eq!(json!(then.extra), json!({ "hall": "2" }));
    }
}
