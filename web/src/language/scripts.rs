//! The sentences that scripts say: written down by name in `assets/scripts/words.json`, translated like all others.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Key;

static ENGLISH: LazyLock<Vec<(String, Key)>> = LazyLock::new(|| {
    let source = include_str!("../../../assets/scripts/words.json");
    read(source).expect("the sentences are compiled in and read by a test")
});

/// The sentences themselves.
pub(super) fn keys() -> impl Iterator<Item = Key> {
    ENGLISH.iter().map(|(_, key)| key.clone())
}

/// Each name with its sentence: a string, or an object with the forms for one and for other numbers.
pub(super) fn translated(translate: impl Fn(&str) -> Option<Vec<String>>) -> Value {
    let said = |key: &Key| {
        let forms = translate(&key.one);
        let form = |place: usize, english: &str| {
            let words = forms.as_ref().and_then(|it| it.get(place)).filter(|it| !it.is_empty());
            words.map_or(english, String::as_str).to_owned()
        };
        match &key.many {
            None => json!(form(0, &key.one)),
            Some(many) => json!({ "one": form(0, &key.one), "other": form(1, many) }),
        }
    };
    ENGLISH.iter().map(|(name, key)| (name.clone(), said(key))).collect::<serde_json::Map<_, _>>().into()
}

fn read(source: &str) -> Option<Vec<(String, Key)>> {
    let Value::Object(all) = serde_json::from_str(source).ok()? else {
        return None;
    };
    let key = |sentence: &Value| match sentence {
        Value::String(one) => Some(Key { one: one.clone(), many: None }),
        Value::Object(forms) => Some(Key {
            one: forms.get("one")?.as_str()?.to_owned(),
            many: Some(forms.get("other")?.as_str()?.to_owned()),
        }),
        _ => None,
    };
    all.into_iter().map(|(name, sentence)| Some((name, key(&sentence)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_finds_its_sentences_by_name() {
        let words = translated(|key| (key == "Save").then(|| vec!["Sichern".into()]));
        assert_eq!(words["save"], "Sichern");
        assert_eq!(words["cancel"], "Cancel");
        assert_eq!(words["rows"], json!({ "one": "{count} row", "other": "{count} rows" }));
    }
}
