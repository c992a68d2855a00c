//! What a program sent and does not fit: at which field, and how to mend it, in a sentence instead of the words of a
//! parser.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{Faults, Text, text};

/// JSON that somebody sent as a value of a type.
///
/// # Errors
/// Names the field that does not fit, or that is missing, as `limits[2].least`, and says what to send there.
pub fn typed<T: DeserializeOwned>(sent: Json) -> Result<T, Faults> {
    serde_path_to_error::deserialize(sent).map_err(|error| {
        let (path, words) = (error.path().to_string(), error.inner().to_string());
        // Where a field is missing or not known at all, only the words name it.
        let named = words.contains(" field `").then(|| words.split('`').nth(1)).flatten();
        let field = match (path.as_str(), named) {
            ("." | "?", named) => named.unwrap_or("body").to_owned(),
            (path, Some(named)) if !path.ends_with(named) => format!("{path}.{named}"),
            (path, _) => path.to_owned(),
        };
        Faults::one(&field, sentence(&words))
    })
}

/// What to do about a fault of which the parser tells in its own words.
fn sentence(words: &str) -> Text {
    if words.starts_with("missing field") {
        return text!("This field is missing. Send it.");
    }
    if words.starts_with("unknown field") {
        return text!("There is no such field. Leave it out, or mend its name.");
    }
    if words.contains(" date") {
        return text!("Give a day like 2026-11-16.");
    }
    let quoted: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
    if let (true, [word, known @ ..]) = (words.starts_with("unknown variant"), quoted.as_slice()) {
        let known = known.join(", ");
        return text!("“{word}” cannot stand here. These can: {known}.", word = *word, known = known);
    }
    let is_of_a_kind = words.starts_with("invalid type: ") || words.starts_with("invalid value: ");
    let wanted = words.rsplit_once(", expected ").map_or("", |(_, it)| it);
    match wanted {
        _ if !is_of_a_kind => does_not_fit(),
        "a string" => text!("Send a text here."),
        "a boolean" => text!("Send true or false here."),
        "a map" => text!("Send an object here."),
        "f64" | "f32" => text!("Send a number here."),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
            text!("Send a whole number here.")
        }
        it if it.starts_with("a sequence") => text!("Send a list here."),
        it if it.starts_with("struct ") => text!("Send an object here."),
        _ => does_not_fit(),
    }
}

fn does_not_fit() -> Text {
    text!("This value does not fit. Compare it with the description of the interface.")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read into")]
    struct Sent {
        name: String,
        #[serde(default)]
        count: i64,
        #[serde(default)]
        tags: Vec<String>,
    }

    #[test]
    fn each_fault_names_its_field_and_says_what_to_send() {
        let cases = [
            (json!({ "name": 5 }), "name", "Send a text here."),
            (json!({ "name": null }), "name", "Send a text here."),
            (json!({ "name": "a", "count": "much" }), "count", "Send a whole number here."),
            (json!({ "name": "a", "count": 1.5 }), "count", "Send a whole number here."),
            (json!({ "name": "a", "tags": "x" }), "tags", "Send a list here."),
            (json!({ "name": "a", "tags": ["x", 7] }), "tags[1]", "Send a text here."),
            (json!({}), "name", "This field is missing. Send it."),
            (
                json!({ "name": "a", "nmae": 1 }),
                "nmae",
                "There is no such field. Leave it out, or mend its name.",
            ),
        ];
        for (sent, field, told) in cases {
            let (at, why) = typed::<Sent>(sent.clone()).unwrap_err().0.remove(0);
            assert_eq!((at.as_str(), why.to_string().as_str()), (field, told), "{sent}");
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_told_with_those_that_are() {
        assert_eq!(
            sentence("unknown variant `slow`, expected `fast` or `full`").to_string(),
            "“slow” cannot stand here. These can: fast, full."
        );
        assert!(sentence("premature end of input at line 1").to_string().contains("description"));
    }
}
