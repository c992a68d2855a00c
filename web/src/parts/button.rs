//! What can be pressed: links, steps and menus.

use maud::{Markup, Render, html};

use super::{Symbol, field};
use crate::t;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The likely next step; one in a place.
    First,
    /// Another step.
    #[default]
    Plain,
    /// Leaving, and tools.
    Bare,
    /// Takes something away.
    Stop,
}

/// A button or a link that looks like one. Its word begins with a verb and says what will happen.
#[derive(Clone, Debug)]
pub struct Button {
    words: String,
    does: Does,
    look: Look,
    symbol: Option<Symbol>,
    key: Option<String>,
    sends: Option<(String, String)>,
    marks: Vec<(&'static str, String)>,
    classes: &'static str,
}

#[derive(Clone, Debug)]
enum Does {
    /// Opens an address.
    Opens(String),
    /// Posts to an address, in a form of its own.
    Posts(String),
    /// Sends the form it stands in; to another address than the form's, where one is given.
    Sends(Option<String>),
    /// Waits for a script.
    Nothing,
}

impl Button {
    /// Opens an address.
    pub fn open(address: impl Into<String>, words: impl Into<String>) -> Self {
        Self::new(Does::Opens(address.into()), words)
    }

    /// Posts to an address. It is a form of its own, so it must not stand inside one.
    pub fn post(address: impl Into<String>, words: impl Into<String>) -> Self {
        Self::new(Does::Posts(address.into()), words)
    }

    /// Sends the form it stands in.
    pub fn send(words: impl Into<String>) -> Self {
        Self::new(Does::Sends(None), words)
    }

    /// Sends the form it stands in to another address than the form's own.
    pub fn send_to(address: impl Into<String>, words: impl Into<String>) -> Self {
        Self::new(Does::Sends(Some(address.into())), words)
    }

    /// Does nothing by itself; a script listens.
    pub fn idle(words: impl Into<String>) -> Self {
        Self::new(Does::Nothing, words)
    }

    fn new(does: Does, words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            does,
            look: Look::Plain,
            symbol: None,
            key: None,
            sends: None,
            marks: Vec::new(),
            classes: "",
        }
    }

    /// The likely next step of its place.
    #[must_use]
    pub fn first(self) -> Self {
        self.look(Look::First)
    }

    /// Leaves, or is a tool.
    #[must_use]
    pub fn bare(self) -> Self {
        self.look(Look::Bare)
    }

    /// Takes something away.
    #[must_use]
    pub fn stop(self) -> Self {
        self.look(Look::Stop)
    }

    /// How much it asks to be pressed.
    #[must_use]
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Small, for heads and lines.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.classes = "small";
        self
    }

    /// As wide as its place, for the one button of a customer's page.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.classes = "wide";
        self
    }

    /// A sign before the word.
    #[must_use]
    pub fn symbol(mut self, symbol: Symbol) -> Self {
        self.symbol = Some(symbol);
        self
    }

    /// The key that presses it, said behind the word.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// What it sends besides, as the name and value of a field.
    #[must_use]
    pub fn sends(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.sends = Some((name.into(), value.into()));
        self
    }

    /// A further attribute: `aria-pressed`, `data-…`, `form`.
    #[must_use]
    pub fn mark(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.marks.push((name, value.into()));
        self
    }

    /// Under way: the word should say so too ("Sending").
    #[must_use]
    pub fn busy(self) -> Self {
        self.mark("aria-busy", "true")
    }

    /// Cannot be pressed, as on the first page of a list.
    #[must_use]
    pub fn off(self) -> Self {
        self.mark("disabled", "")
    }

    fn inside(&self) -> Markup {
        html! {
            @if let Some(symbol) = self.symbol { (symbol.icon()) }
            (self.words)
            @if let Some(key) = &self.key { " " kbd { (key) } }
        }
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let look = match self.look {
            Look::First => " first",
            Look::Plain => "",
            Look::Bare => " bare",
            Look::Stop => " stop",
        };
        let mut marks = vec![("class", format!("button{look} {}", self.classes).trim_end().to_owned())];
        marks.extend(self.marks.iter().cloned());
        if let Some((name, value)) = &self.sends {
            marks.push(("name", name.clone()));
            marks.push(("value", value.clone()));
        }
        match &self.does {
            Does::Opens(address) => {
                marks.push(("href", address.clone()));
                element("a", &marks, self.inside())
            }
            Does::Posts(address) => {
                html! { form.alone method="post" action=(address) { (field::once()) (element("button", &marks, self.inside())) } }
            }
            Does::Sends(to) => {
                marks.extend(to.iter().map(|to| ("formaction", to.clone())));
                element("button", &marks, self.inside())
            }
            Does::Nothing => {
                marks.push(("type", "button".into()));
                element("button", &marks, self.inside())
            }
        }
    }
}

/// An element whose attributes are known only now. Names are ours, values are escaped.
pub(super) fn element(name: &str, marks: &[(&'static str, String)], inside: impl Render) -> Markup {
    let mut out = String::new();
    out.extend(["<", name]);
    for (mark, value) in marks {
        out.extend([" ", mark, "=\"", &html! { (value) }.into_string(), "\""]);
    }
    out.push('>');
    inside.render_to(&mut out);
    out.extend(["</", name, ">"]);
    maud::PreEscaped(out)
}

/// The actions of a head or of offers: the likely one, and the others, which fold under "More" on a phone.
#[derive(Clone, Debug, Default)]
pub struct Tools {
    /// Stays in sight.
    pub first: Option<Button>,
    /// Fold where the sheet is narrow; what is too much for one row stands in a menu at its end.
    pub more: Vec<Button>,
}

/// So many tools stand beside each other before the rest goes into a menu.
const IN_A_ROW: usize = 4;

impl Render for Tools {
    fn render(&self) -> Markup {
        html! {
            @if self.first.is_some() || !self.more.is_empty() {
                div.tools {
                    @if let Some(first) = &self.first { (first) }
                    @if !self.more.is_empty() {
                        @let shown = if self.more.len() > IN_A_ROW + 1 { IN_A_ROW } else { self.more.len() };
                        details.opens.unfolds {
                            summary class="button small" { (Symbol::More.icon()) (t!("More")) }
                            div {
                                @for button in &self.more[..shown] { (button) }
                                @if shown < self.more.len() {
                                    details.opens.menu.rest {
                                        summary class="button small" { (Symbol::More.icon()) (t!("More")) }
                                        div { @for button in &self.more[shown..] { (button) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A menu at a desk: opens in place, without a script.
#[derive(Clone, Debug)]
pub struct Menu {
    /// What opens it.
    pub words: String,
    /// A sign before it.
    pub symbol: Option<Symbol>,
    /// What it holds.
    pub buttons: Vec<Button>,
}

impl Render for Menu {
    fn render(&self) -> Markup {
        html! {
            details.opens.menu {
                summary.button { @if let Some(symbol) = self.symbol { (symbol.icon()) } (self.words) }
                div { @for button in &self.buttons { (button) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_and_a_step_posts() {
        let open = Button::open("/records/RS-1?a=1&b=2", "Open").small().render().into_string();
        assert_eq!(open, r#"<a class="button small" href="/records/RS-1?a=1&amp;b=2">Open</a>"#);
        let post = Button::post("/steps", "Withdraw").stop().sends("step", "\"x\"").render().into_string();
        assert!(post.starts_with(
            r#"<form class="alone" method="post" action="/steps"><input type="hidden" name="once""#
        ));
        assert!(post.ends_with(
            r#"<button class="button stop" name="step" value="&quot;x&quot;">Withdraw</button></form>"#
        ));
    }

    #[test]
    fn words_in_a_button_are_never_markup() {
        let shown = Button::send("<i>Send</i>").render().into_string();
        assert!(shown.contains("&lt;i&gt;Send"));
    }
}
