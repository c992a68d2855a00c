//! Two changes on one record: where they meet, and how one is put on what the other left.

use serde_json::{Map, Value as Json};

use crate::model::{Both, MeetingField, Rebased};

/// The fields for which two proposals say something.
pub fn meeting(ours: &Map<String, Json>, theirs: &Map<String, Json>) -> Vec<MeetingField> {
    let both = ours.iter().filter_map(|(field, ours)| Some((field, ours, theirs.get(field)?)));
    both.map(|(field, ours, theirs)| MeetingField {
        field: field.clone(),
        ours: ours.clone(),
        theirs: theirs.clone(),
        agree: ours == theirs,
    })
    .collect()
}

/// The edition to which another change brings a document, beside the one to which this one does.
pub fn meeting_in_editions(
    ours: Option<&Map<String, Json>>,
    theirs: Option<&Map<String, Json>>,
) -> Vec<MeetingField> {
    let edition = |it: Option<&Map<String, Json>>| it.and_then(|it| it.get("edition")).cloned();
    let (ours, theirs) = (edition(ours).unwrap_or_default(), edition(theirs));
    let met = theirs.map(|theirs| MeetingField {
        field: "edition".to_owned(),
        agree: ours == theirs,
        ours: ours.clone(),
        theirs,
    });
    met.into_iter().collect()
}

/// Puts a proposal on what a record says now: what only we change stays ours, what only they changed is taken as it
/// is, and what both changed is told.
pub fn rebase(base: &Map<String, Json>, ours: &Map<String, Json>, now: &Map<String, Json>) -> Rebased {
    let mut rebased = Rebased::default();
    for (field, proposed) in ours {
        let (then, is) = (base.get(field).unwrap_or(&Json::Null), now.get(field).unwrap_or(&Json::Null));
        if proposed == is {
            continue;
        }
        rebased.fields.insert(field.clone(), proposed.clone());
        if is != then {
            let (then, ours, now) = (then.clone(), proposed.clone(), is.clone());
            rebased.both.push(Both { field: field.clone(), then, ours, now });
        }
    }
    rebased
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(it: &Json) -> Map<String, Json> {
        it.as_object().cloned().unwrap()
    }

    #[test]
    fn only_what_both_changed_has_to_be_decided() {
        let base = map(&json!({ "statement": "18", "unit": "m³/h", "lower": "1" }));
        let ours = map(&json!({ "statement": "20", "lower": "2" }));
        let now = map(&json!({ "statement": "19", "unit": "l/h", "lower": "1" }));
        let it = rebase(&base, &ours, &now);
        assert_eq!(it.fields, map(&json!({ "statement": "20", "lower": "2" })));
        assert_eq!(it.both.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), ["statement"]);
    }

    #[test]
    fn what_the_other_change_already_did_is_no_proposal_any_more() {
        let base = map(&json!({ "unit": "bar" }));
        let same = map(&json!({ "unit": "bar(g)" }));
        assert_eq!(rebase(&base, &same, &same), Rebased::default());
    }

    #[test]
    fn proposals_meet_field_by_field() {
        let met = meeting(&map(&json!({ "a": 1, "b": 2 })), &map(&json!({ "b": 2, "c": 3 })));
        assert_eq!(met.len(), 1);
        assert!(met[0].agree && met[0].field == "b");
    }

    #[test]
    fn two_changes_of_a_document_meet_in_the_edition_alone() {
        let says = |edition: &str| {
            let said = json!({ "edition": edition, "changes": "The groove" });
            said.as_object().cloned().unwrap()
        };
        let (ours, theirs) = (says("D"), says("E"));
        let met = meeting_in_editions(Some(&ours), Some(&theirs));
        assert_eq!((met.len(), met[0].field.as_str(), met[0].agree), (1, "edition", false));
        assert!(meeting_in_editions(Some(&ours), Some(&ours))[0].agree);
        assert_eq!(meeting_in_editions(None, Some(&theirs))[0].theirs, json!("E"), "theirs is written first");
        assert!(meeting_in_editions(Some(&ours), None).is_empty(), "nobody wrote theirs yet");
    }
}
