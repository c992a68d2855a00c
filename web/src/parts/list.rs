//! Lists of things to do, their saved views, their filter, and what stands there when nothing does.

use maud::{Markup, Render, html};

use super::{Button, Symbol};
use crate::{language, t};

/// One thing to do: what, why it is mine, until when, and the button that does it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is about.
    pub symbol: Symbol,
    /// What is to be done.
    pub title: String,
    /// Where it is done.
    pub address: String,
    /// Why it waits for me.
    pub why: Markup,
    /// Since or until when.
    pub when: Markup,
    /// What can be done in the line.
    pub buttons: Vec<Button>,
}

/// Things to do, each in its line; `j` and `k` walk them.
pub fn rows(rows: &[Row]) -> Markup {
    html! {
        ul.rows data-walk {
            @for row in rows {
                li {
                    (row.symbol)
                    div {
                        a.title href=(row.address) { (row.title) }
                        p.why { (row.why) }
                    }
                    div.end {
                        span class="fine nowrap" { (row.when) }
                        @for button in &row.buttons { (button) }
                    }
                }
            }
        }
    }
}

/// A saved view, or another part of the same thing.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub address: String,
    /// How many it holds, where that was counted.
    pub count: Option<usize>,
    /// It is the one shown.
    pub is_here: bool,
}

/// Tabs are links: each is an address.
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for tab in tabs {
                a href=(tab.address) aria-current=[tab.is_here.then_some("page")] {
                    (tab.label)
                    @if let Some(count) = tab.count {
                        " " span.count { (language::count(i64::try_from(count).unwrap_or(i64::MAX))) }
                    }
                }
            }
        }
    }
}

/// A condition of a filter that can be read and taken away.
#[derive(Clone, Debug)]
pub struct Chip {
    /// What it looks at: state.
    pub field: String,
    /// What it wants: open.
    pub value: String,
    /// The list without it.
    pub without: String,
}

impl Render for Chip {
    fn render(&self) -> Markup {
        html! {
            span.chip {
                b { (self.field) } " " (self.value)
                a href=(self.without) {
                    (Symbol::Cross.icon()) span.unseen { (t!("Remove {filter}", filter = &self.field)) }
                }
            }
        }
    }
}

/// The filter of a list: chips that can be read, and a field to type more.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The list.
    pub action: String,
    /// What it is filtered by.
    pub chips: Vec<Chip>,
    /// The conditions as they are written, kept when more are typed.
    pub kept: String,
    /// What was typed and not understood.
    pub typed: String,
    /// What can be typed: `state:open due:<7d`.
    pub example: String,
    /// Why what was typed was not understood.
    pub fault: Option<String>,
    /// Whether typing is the first thing to do on the page.
    pub is_first: bool,
    /// The kind of record whose filters are suggested while one types; all where nothing is said.
    pub kind: Option<String>,
    /// What else is sent along: the view, the order.
    pub along: Vec<(String, String)>,
}

/// The filter of a list. What is typed is sent as `filter`, what was there before as `kept`.
pub fn filter(filter: &Filter) -> Markup {
    html! {
        form class="row section" role="search" aria-label=(t!("Filter")) method="get" action=(filter.action) {
            @if !filter.kept.is_empty() { input type="hidden" name="kept" value=(filter.kept); }
            @for (name, value) in &filter.along { input type="hidden" name=(name) value=(value); }
            div.filter data-suggest=(filter.kind.as_deref().unwrap_or_default()) {
                (Symbol::Search.icon())
                @for chip in &filter.chips { (chip) }
                label.unseen for="filter" { (t!("Add a filter")) }
                input id="filter" name="filter" value=(filter.typed) placeholder=(filter.example)
                    autocomplete="off" autofocus[filter.is_first]
                    aria-invalid=[filter.fault.as_ref().map(|_| "true")]
                    aria-describedby=[filter.fault.as_ref().map(|_| "filter-fault")];
            }
            @if let Some(words) = &filter.fault { (super::fault("filter-fault", words)) }
        }
    }
}

/// A list with nothing in it yet.
#[derive(Clone, Debug)]
pub struct Empty {
    /// That there is nothing: "No complaints".
    pub title: String,
    /// What this is for, and how something comes here.
    pub purpose: String,
    /// The first thing to do.
    pub buttons: Vec<Button>,
}

/// Says what a list is for while nothing stands in it, with a picture of how things come here.
pub fn empty(empty: &Empty) -> Markup {
    html! {
        div.empty {
            (PICTURE)
            h2 { (empty.title) }
            p { (empty.purpose) }
            div.row { @for button in &empty.buttons { (button) } }
        }
    }
}

/// Says that a filter finds nothing, and what could have been meant.
pub fn empty_of_filter(title: impl Render, hint: impl Render, buttons: &[Button]) -> Markup {
    html! {
        div.empty {
            h2 { (title) }
            p { (hint) }
            div.row { @for button in buttons { (button) } }
        }
    }
}

/// A sheet, a check, a sheet agreed.
const PICTURE: maud::PreEscaped<&str> = maud::PreEscaped(
    r#"<svg viewBox="0 0 192 76" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"><rect x="1" y="8" width="58" height="60" rx="4"/><path d="M10 22h40M10 32h30M10 42h36"/><path d="M60 38h26" stroke-dasharray="3 3"/><circle cx="96" cy="38" r="9"/><path d="M92 38l3 3 5-6M106 38h26"/><rect x="133" y="8" width="58" height="60" rx="4"/><path d="M142 22h40M142 32h30M142 54l5 5 9-11"/></svg>"#,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tab_one_is_on_says_so() {
        let all = Tab { label: "All".into(), address: "/sets".into(), count: Some(13), is_here: true };
        let shown = tabs("Views", &[all]).into_string();
        assert!(shown.contains(r#"aria-current="page""#) && shown.contains(">13<"));
    }

    #[test]
    fn a_filter_that_is_not_understood_keeps_what_was_typed() {
        let shown = filter(&Filter {
            typed: "statte:open".into(),
            fault: Some("Nothing is called statte.".into()),
            ..Filter::default()
        });
        let shown = shown.into_string();
        assert!(shown.contains(r#"value="statte:open""#) && shown.contains("Nothing is called statte."));
    }
}
