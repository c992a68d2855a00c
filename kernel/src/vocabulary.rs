//! Closed lists of words: states, steps, classes, kinds; each with a code that is stored and a word that is read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Text;

/// A closed list of words. Declare one with [`vocabulary!`](crate::vocabulary!).
pub trait Vocabulary:
    Copy + Eq + std::fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Every word, in the order in which it is offered.
    const ALL: &'static [Self];

    /// What a person reads.
    fn text(self) -> Text;

    /// What is stored, sent and written in addresses: the name in snake case.
    fn code(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            _ => unreachable!("a word is a plain enum"),
        }
    }

    /// The word behind a code.
    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.code() == code)
    }
}

/// Declares a closed list of words: an enum with its codes, its texts and its schema.
///
/// ```
/// kernel::vocabulary! {
///     /// How urgent it is.
///     pub enum Urgency {
///         #[default]
///         Ordinary = kernel::text!("Ordinary"),
///         High = kernel::text!("High"),
///     }
/// }
/// use kernel::Vocabulary;
/// assert_eq!((Urgency::High.code(), Urgency::of("high")), ("high".to_owned(), Some(Urgency::High)));
/// ```
#[macro_export]
macro_rules! vocabulary {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$what:meta])* $word:ident = $text:expr),* $(,)? }) => {
        $(#[$about])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::serde::Serialize, $crate::serde::Deserialize, $crate::schemars::JsonSchema,
        )]
        #[serde(crate = "kernel::serde", rename_all = "snake_case")]
        #[schemars(crate = "kernel::schemars")]
        pub enum $name { $($(#[$what])* $word),* }

        impl $crate::Vocabulary for $name {
            const ALL: &'static [Self] = &[$(Self::$word),*];

            fn text(self) -> $crate::Text {
                match self { $(Self::$word => $text),* }
            }
        }
    };
}
