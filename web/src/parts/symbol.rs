//! The signs of the sprite, by what they mean.

use maud::{Markup, Render, html};

use crate::assets;

macro_rules! symbols {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal),* $(,)?) => {
        /// A sign of the sprite. It repeats a word and is never read aloud.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Symbol { $($(#[doc = $doc])* $name),* }

        impl Symbol {
            /// All of them, in the order of the sprite.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What the sprite calls it.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }
        }
    };
}

symbols! {
    /// Reqord's own sign.
    Mark = "mark",
    /// Looking for something.
    Search = "search",
    /// Something new, or added.
    Plus = "plus",
    /// What is to be done next.
    Next = "next",
    /// Light and dark.
    Theme = "theme",
    /// The area Talk.
    Talk = "talk",
    /// The area Agree.
    Agree = "agree",
    /// The area Change.
    Change = "change",
    /// The area Assure.
    Assure = "assure",
    /// The area People.
    People = "people",
    /// The area Prove.
    Prove = "prove",
    /// Watched, read by.
    Eye = "eye",
    /// Told of something.
    Bell = "bell",
    /// More of it.
    More = "more",
    /// Passed on.
    Share = "share",
    /// On paper.
    Print = "print",
    /// Opens below.
    Down = "down",
    /// Sorted upwards.
    Up = "up",
    /// Back.
    Left = "left",
    /// On.
    Right = "right",
    /// Cannot be done now.
    Lock = "lock",
    /// Is written in.
    Edit = "edit",
    /// Needs attention.
    Warn = "warn",
    /// A question.
    Ask = "ask",
    /// A place in the log.
    Seal = "seal",
    /// A letter.
    Mail = "mail",
    /// A file goes with it.
    Clip = "clip",
    /// A document.
    Document = "doc",
    /// A file that is sent in.
    File = "file",
    /// Taken away.
    Cross = "x",
    /// Can be moved.
    Grip = "grip",
    /// Time that runs.
    Clock = "clock",
    /// The key of a signature.
    Key = "key",
    /// The tree of the log.
    Tree = "tree",
    /// All places.
    Menu = "menu",
    /// A call.
    Phone = "phone",
    /// Checked.
    Check = "check",
    /// State: not begun.
    Draft = "s-draft",
    /// State: open.
    Open = "s-open",
    /// State: under way.
    Half = "s-half",
    /// State: here.
    Here = "s-now",
    /// State: waits.
    Waits = "s-wait",
    /// State: well.
    Done = "s-done",
    /// State: well, on a condition.
    Condition = "s-cond",
    /// State: not well.
    No = "s-no",
    /// State: no longer.
    Off = "s-off",
}

impl Symbol {
    /// The sign that the sprite calls so; a document where there is none.
    pub fn named(id: &str) -> Self {
        Self::ALL.iter().copied().find(|it| it.id() == id).unwrap_or(Self::Document)
    }

    /// The sign at the size of the words beside it.
    pub fn icon(self) -> Markup {
        html! { svg.icon aria-hidden="true" { use href=(self.address()) {} } }
    }

    fn address(self) -> String {
        format!("{}#{}", assets::address("symbols.svg"), self.id())
    }
}

impl Render for Symbol {
    /// The sign at the size its part gives it.
    fn render(&self) -> Markup {
        html! { svg aria-hidden="true" { use href=(self.address()) {} } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_stands_in_the_sprite_once() {
        let sprite = include_str!("../../../assets/symbols.svg");
        for symbol in Symbol::ALL {
            let found = sprite.matches(&format!("<symbol id=\"{}\"", symbol.id())).count();
            assert_eq!(found, 1, "{}", symbol.id());
        }
        assert_eq!(sprite.matches("<symbol ").count(), Symbol::ALL.len());
    }
}
