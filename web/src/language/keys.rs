//! Which sentences stand in the sources, and which of them a catalogue lacks.

use std::collections::BTreeSet;

use litrs::StringLit;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{GERMAN, scripts};

/// A sentence of ours: in English, and in English for more than one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The sentence, or the one for one.
    pub one: String,
    /// The sentence for more than one.
    pub many: Option<String>,
}

/// The sentences of `text!(…)`, `t!(…)` and `Text::plain(…)` in Rust source text, tests left out.
///
/// Source text that is not Rust holds none.
pub fn keys_in(source: &str) -> Vec<Key> {
    let mut found = Vec::new();
    if let Ok(tokens) = source.parse::<TokenStream>() {
        gather(tokens, &mut found);
    }
    found
}

/// The sentences of these sources, and of our scripts, that have no German translation, each once, in order.
pub fn missing<'a>(sources: impl IntoIterator<Item = &'a str>) -> Vec<Key> {
    let all: BTreeSet<Key> = sources.into_iter().flat_map(keys_in).chain(scripts::keys()).collect();
    all.into_iter().filter(|key| !GERMAN.forms.contains_key(&key.one)).collect()
}

/// A catalogue (PO) with an empty place for each of these sentences at its end, unless it has one already.
pub fn completed(catalogue: &str, keys: &[Key]) -> String {
    let mut out = catalogue.trim_end().to_owned();
    out.push('\n');
    for key in keys {
        let entry = key.entry();
        let first = entry.lines().next().unwrap_or_default();
        if !catalogue.lines().any(|line| line == first) {
            out.push('\n');
            out.push_str(&entry);
        }
    }
    out
}

impl Key {
    fn entry(&self) -> String {
        let one = escaped(&self.one);
        match &self.many {
            None => format!("msgid \"{one}\"\nmsgstr \"\"\n"),
            Some(many) => {
                let many = escaped(many);
                format!("msgid \"{one}\"\nmsgid_plural \"{many}\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n")
            }
        }
    }
}

fn escaped(words: &str) -> String {
    words.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn gather(tokens: TokenStream, found: &mut Vec<Key>) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let mut place = 0;
    while place < all.len() {
        if is_test_module(&all[place..]) {
            place += 5;
            continue;
        }
        if let TokenTree::Group(group) = &all[place] {
            if says(&all[..place]) {
                found.extend(key_of(group.stream()));
            }
            gather(group.stream(), found);
        }
        place += 1;
    }
}

/// `# [cfg(test)] mod tests { … }`
fn is_test_module(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(_), TokenTree::Group(attribute), TokenTree::Ident(word), ..] = tokens else {
        return false;
    };
    attribute.delimiter() == Delimiter::Bracket
        && attribute.stream().to_string().replace(' ', "") == "cfg(test)"
        && word == "mod"
}

/// Whether what stands before a group makes it a sentence: `text!`, `t!`, `Text::plain`.
fn says(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(name), TokenTree::Punct(mark)] => {
            mark.as_char() == '!' && (name == "t" || name == "text")
        }
        [.., TokenTree::Ident(of), TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Ident(name)] => {
            of == "Text" && name == "plain"
        }
        _ => false,
    }
}

fn key_of(inside: TokenStream) -> Option<Key> {
    let mut tokens = inside.into_iter();
    let one = words(&tokens.next()?)?;
    let is_bar = matches!(tokens.next(), Some(TokenTree::Punct(bar)) if bar.as_char() == '|');
    let many = if is_bar { words(&tokens.next()?) } else { None };
    Some(Key { one, many })
}

fn words(token: &TokenTree) -> Option<String> {
    StringLit::parse(token.to_string()).ok().map(|it| it.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(one: &str, many: Option<&str>) -> Key {
        Key { one: one.into(), many: many.map(Into::into) }
    }

    #[test]
    fn sentences_are_found_wherever_they_stand() {
        let source = r#"
            const STATE: Text = Text::plain("Draft");
            fn page() -> Markup {
                html! { h1 { (t!("Name \"{gap}\"", gap = text!("inner"))) } @if x { (say(&kernel::text!("Two\nlines"))) } }
            }
            fn many(n: i64) -> Text { text!("{count} day" | "{count} days", count = n) }
        "#;
        assert_eq!(
            keys_in(source),
            [
                key("Draft", None),
                key("Name \"{gap}\"", None),
                key("inner", None),
                key("Two\nlines", None),
                key("{count} day", Some("{count} days")),
            ]
        );
    }

    #[test]
    fn what_only_tests_or_comments_say_is_no_sentence_of_ours() {
        let source = r#"
            /// Write `t!("in a comment")`.
            fn page() {}
            #[cfg(test)]
            mod tests { fn it() { t!("in a test"); } }
            fn other() { t!("after it"); print("no sentence"); }
        "#;
        assert_eq!(keys_in(source), [key("after it", None)]);
    }

    #[test]
    fn a_catalogue_is_completed_once() {
        let keys = [key("Say \"it\"", None), key("{count} x", Some("{count} xs"))];
        let first = completed("msgid \"\"\nmsgstr \"\"\n", &keys);
        assert!(first.contains("msgid \"Say \\\"it\\\"\"\nmsgstr \"\"\n"));
        assert!(first.contains("msgid_plural \"{count} xs\""));
        assert_eq!(completed(&first, &keys), first);
    }

    #[test]
    fn only_what_is_not_translated_is_missing() {
        let source = r#"fn page() { t!("today"); t!("Never said in German"); }"#;
        let missing = missing([source]);
        assert!(
            missing.contains(&key("Never said in German", None)) && !missing.contains(&key("today", None))
        );
    }
}
