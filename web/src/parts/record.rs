//! The record page, from top to bottom: head, steps, offers, sections, what stands beside, timeline.

use maud::{Markup, Render, html};

use super::{Button, State, Symbol, Tools, mark};
use crate::{language, t};

/// The head of a page. Only the title is always there.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Where this belongs: the label and address of its list.
    pub place: Option<(String, String)>,
    /// The number of the record.
    pub number: Option<String>,
    /// The one boxed state of the page.
    pub state: Option<Markup>,
    /// What stands beside the state, in small print: "Revision 3, draft".
    pub aside: Option<Markup>,
    /// The title.
    pub title: Markup,
    /// A sentence or two below it.
    pub lead: Option<Markup>,
    /// What can be done with the whole: watch, share, print.
    pub tools: Tools,
    /// Customer, owner, due: pairs of term and value.
    pub facts: Vec<(String, Markup)>,
}

/// The head of a page; a page has one.
pub fn page_head(head: &Head) -> Markup {
    let has_where = head.place.is_some() || head.number.is_some() || head.state.is_some();
    html! {
        header class={ "page-head" @if has_where { " record-head" } } {
            @if has_where {
                p.where {
                    @if let Some((label, address)) = &head.place { a.number href=(address) { (label) } }
                    @if let Some(number) = &head.number { span.number { (number) } }
                    @if let Some(state) = &head.state { (state) }
                    @if let Some(aside) = &head.aside { span.fine { (aside) } }
                }
            }
            h1 { (head.title) }
            (head.tools)
            @if let Some(lead) = &head.lead { p.lead { (lead) } }
            @if !head.facts.is_empty() { (facts_in_line(&head.facts)) }
        }
    }
}

/// Terms and values below each other.
pub fn facts(facts: &[(String, Markup)]) -> Markup {
    html! { dl.facts { @for (term, value) in facts { dt { (term) } dd { (value) } } } }
}

/// Terms and values in a line, as in a head.
pub fn facts_in_line(facts: &[(String, Markup)]) -> Markup {
    html! { dl class="facts line" { @for (term, value) in facts { div { dt { (term) } dd { (value) } } } } }
}

/// How a state of a workflow stands to where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Behind us.
    Done,
    /// Where we are.
    Here,
    /// Ahead of us.
    Ahead,
}

/// One state of a workflow.
#[derive(Clone, Debug)]
pub struct Step {
    /// What the state is called.
    pub label: String,
    /// Since when, from whom, by when.
    pub note: Option<String>,
    /// Whether it is behind us or ahead.
    pub standing: Standing,
}

/// The states of a workflow and where we are; on a phone only where we are, opening to all.
pub fn steps(steps: &[Step]) -> Markup {
    let place = steps.iter().position(|it| it.standing == Standing::Here);
    html! {
        details.workflow.unfolds {
            summary {
                span.row {
                    @if let Some(place) = place {
                        span.fine { (t!("Step {place} of {all}", place = place + 1, all = steps.len())) } " "
                        (super::state(State::Here, &steps[place].label)) " "
                        @if let Some(note) = &steps[place].note { span.fine { (note) } }
                    } @else {
                        span.fine { (t!("All steps")) }
                    }
                }
                (Symbol::Down.icon())
            }
            ol.steps aria-label=(t!("Workflow")) { @for step in steps { (step) } }
        }
    }
}

impl Render for Step {
    fn render(&self) -> Markup {
        let symbol = match self.standing {
            Standing::Done => Symbol::Done,
            Standing::Here => Symbol::Here,
            Standing::Ahead => Symbol::Open,
        };
        html! {
            li class=[(self.standing == Standing::Done).then_some("done")]
                aria-current=[(self.standing == Standing::Here).then_some("step")] {
                (symbol) (self.label)
                @if let Some(note) = &self.note { small { (note) } }
            }
        }
    }
}

/// What can be done now, and what cannot and why.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    /// What can be done; the likely next one first.
    pub tools: Tools,
    /// What cannot.
    pub refused: Vec<Refused>,
}

/// A step that cannot be taken now.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What would be done.
    pub step: String,
    /// What is missing, each as a sentence that says what to do.
    pub missing: Vec<Missing>,
}

/// One thing that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What to do.
    pub sentence: String,
    /// Where it is done.
    pub address: Option<String>,
}

impl Refused {
    /// A step with everything that is missing for it.
    pub fn new(step: impl Into<String>, refusal: &kernel::Refusal) -> Self {
        let missing = refusal
            .0
            .iter()
            .map(|it| Missing { sentence: language::say(&it.sentence), address: it.link.clone() });
        Self { step: step.into(), missing: missing.collect() }
    }
}

/// What can be done now as buttons; what cannot stands below with its reason, readable without a pointer.
pub fn offers(offers: &Offers) -> Markup {
    let is_bare = offers.tools.first.is_none() && offers.tools.more.is_empty() && offers.refused.is_empty();
    html! {
        @if !is_bare {
            div.offers {
                (offers.tools)
                @if !offers.refused.is_empty() {
                    ul.refusals { @for refused in &offers.refused { (refused) } }
                }
            }
        }
    }
}

impl Render for Refused {
    fn render(&self) -> Markup {
        html! {
            li {
                span.cannot { (Symbol::Lock.icon()) (self.step) }
                @match self.missing.as_slice() {
                    [only] => span { (only) },
                    all => ul.missing { @for missing in all { li { (missing) } } },
                }
            }
        }
    }
}

impl Render for Missing {
    fn render(&self) -> Markup {
        html! {
            @match &self.address {
                Some(address) => a href=(address) { (self.sentence) },
                None => (self.sentence),
            }
        }
    }
}

/// A titled part of a sheet; the id is its anchor.
pub fn section(id: &str, title: impl Render, inside: impl Render) -> Markup {
    section_with(id, title, &[], inside)
}

/// A titled part of a sheet with what can be done in it.
pub fn section_with(id: &str, title: impl Render, buttons: &[Button], inside: impl Render) -> Markup {
    html! {
        section.section aria-labelledby=(id) {
            header { h2 id=(id) { (title) } @for button in buttons { (button) } }
            (inside)
        }
    }
}

/// One of the parts beside a record.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Its anchor.
    pub id: &'static str,
    /// What it holds.
    pub title: String,
    /// What stands beside the title, in small print: "2 open".
    pub count: Option<String>,
    /// What it holds.
    pub inside: Markup,
}

/// What belongs to a record without being said by it: thread, tasks, signatures, files.
pub fn beside(label: &str, parts: &[Beside]) -> Markup {
    html! {
        aside class="beside stack wide" aria-label=(label) {
            @for part in parts {
                section aria-labelledby=(part.id) {
                    header {
                        h2 id=(part.id) {
                            (part.title) @if let Some(count) = &part.count { " " span.count { (count) } }
                        }
                    }
                    div data-part=(part.id) { (part.inside) }
                }
            }
        }
    }
}

/// A record that led here or follows.
#[derive(Clone, Debug)]
pub struct ThreadLine {
    symbol: Symbol,
    title: String,
    address: Option<String>,
    note: Option<Markup>,
    class: Option<&'static str>,
}

impl ThreadLine {
    /// A linked record.
    pub fn to(symbol: Symbol, address: impl Into<String>, title: impl Into<String>) -> Self {
        Self { symbol, title: title.into(), address: Some(address.into()), note: None, class: None }
    }

    /// The record whose page this is.
    pub fn here(title: impl Into<String>) -> Self {
        Self { symbol: Symbol::Here, title: title.into(), address: None, note: None, class: Some("here") }
    }

    /// Where more of the same are.
    pub fn more(address: Option<String>, words: impl Into<String>) -> Self {
        Self { symbol: Symbol::More, title: words.into(), address, note: None, class: Some("more") }
    }

    /// How it is tied to this one, and what it is.
    #[must_use]
    pub fn note(mut self, note: impl Render) -> Self {
        self.note = Some(note.render());
        self
    }

    /// Its target was revised since the tie was last judged.
    #[must_use]
    pub fn suspect(mut self) -> Self {
        self.symbol = Symbol::Warn;
        self.class = Some("suspect");
        self
    }
}

impl Render for ThreadLine {
    fn render(&self) -> Markup {
        html! {
            li class=[self.class] {
                (self.symbol)
                @match &self.address {
                    Some(address) => a href=(address) { (self.title) },
                    None => (self.title),
                }
                @if let Some(note) = &self.note { span.fine { (note) } }
            }
        }
    }
}

/// What led here, this record, and what follows, on one line through all of it.
pub fn thread(lines: &[ThreadLine]) -> Markup {
    html! { ol.thread { @for line in lines { (line) } } }
}

/// Something somebody must do by a date.
#[derive(Clone, Debug)]
pub struct Task {
    /// What is to be done.
    pub title: Markup,
    /// Who, by when, what it blocks.
    pub note: Markup,
    /// How it stands.
    pub state: State,
}

/// The tasks of a record.
pub fn tasks(tasks: &[Task]) -> Markup {
    html! {
        ul.signatures {
            @for task in tasks {
                li class=[(task.state == State::Good).then_some("good")] {
                    (task.state.symbol()) div { (task.title) br; span.fine { (task.note) } }
                }
            }
        }
    }
}

/// A name under a digest, or one that is waited for.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Whose.
    pub name: String,
    /// What it means: "reviewed for Production".
    pub meaning: String,
    /// When, what it binds to, why it no longer counts.
    pub note: Markup,
    /// Good, waited for, or over where it no longer counts.
    pub state: State,
}

/// The signatures of a record.
pub fn signatures(signatures: &[Signature]) -> Markup {
    html! {
        ul.signatures {
            @for signature in signatures {
                @let class = match signature.state {
                    State::Good => "good",
                    State::Over => "void",
                    _ => "",
                };
                li class=(class) {
                    (signature.state.symbol())
                    div { strong { (signature.name) } " " (signature.meaning) br; span.fine { (signature.note) } }
                }
            }
        }
    }
}

/// Whether somebody is one of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// One of ours.
    #[default]
    Ours,
    /// Of a customer, a supplier, an authority.
    Outside,
}

impl Whose {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Ours => "",
            Self::Outside => "outside",
        }
    }
}

/// One line of a timeline.
#[derive(Clone, Debug)]
pub struct Entry {
    mark: Markup,
    head: Markup,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Nothing,
    Said(Markup),
    Opens(Markup),
}

impl Entry {
    /// Somebody said something. `head` names who, what and when; `words` is what was said.
    pub fn said(name: &str, whose: Whose, head: Markup, words: Markup) -> Self {
        Self { mark: mark::initials_of(name, whose.class()), head, body: Body::Said(words) }
    }

    /// Something was done.
    pub fn deed(symbol: Symbol, head: Markup) -> Self {
        Self { mark: symbol.render(), head, body: Body::Nothing }
    }

    /// Something was done that opens to what it changed.
    pub fn changed(symbol: Symbol, head: Markup, difference: Markup) -> Self {
        Self { mark: symbol.render(), head, body: Body::Opens(difference) }
    }

    /// A message came or went; `words` is how it begins.
    pub fn wrote(head: Markup, words: Markup) -> Self {
        Self { mark: Symbol::Mail.render(), head, body: Body::Said(words) }
    }
}

impl Render for Entry {
    fn render(&self) -> Markup {
        html! {
            li {
                (self.mark)
                div {
                    @match &self.body {
                        Body::Nothing => (self.head),
                        Body::Said(words) => { (self.head) div.said { (words) } },
                        Body::Opens(difference) => {
                            (self.head) " "
                            details.deed {
                                summary {
                                    span.shows { (t!("Show the difference")) }
                                    span.hides { (t!("Hide the difference")) }
                                }
                                (difference)
                            }
                        },
                    }
                }
            }
        }
    }
}

/// Discussion, deeds and messages in the order in which they are given.
pub fn timeline(entries: &[Entry]) -> Markup {
    html! { ol.timeline { @for entry in entries { (entry) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leads_to_where_it_is_mended() {
        let refused = Refused {
            step: "Complete the review".into(),
            missing: vec![Missing {
                sentence: "Purchasing has not answered yet.".into(),
                address: Some("/reviews/RV-2026-0052".into()),
            }],
        };
        let shown = offers(&Offers { refused: vec![refused], ..Offers::default() }).into_string();
        assert!(shown.contains("Complete the review"));
        assert!(shown.contains(r#"<a href="/reviews/RV-2026-0052">Purchasing has not answered yet.</a>"#));
        assert!(!shown.contains("title="), "a reason must not hide in a tooltip");
    }

    #[test]
    fn where_nothing_is_offered_nothing_stands() {
        assert_eq!(offers(&Offers::default()).into_string(), "");
    }

    #[test]
    fn the_folded_steps_say_where_we_are() {
        let step = |label: &str, standing| Step { label: label.into(), note: None, standing };
        let shown = steps(&[step("Draft", Standing::Done), step("In review", Standing::Here)]).into_string();
        assert!(shown.contains("Step 2 of 2") && shown.contains(r#"aria-current="step""#), "{shown}");
    }

    #[test]
    fn only_a_deed_that_changed_something_opens() {
        let plain = Entry::deed(Symbol::Agree, html! { "Opened" }).render().into_string();
        let changed = Entry::changed(Symbol::Edit, html! { "Changed" }, html! { "before, after" }).render();
        assert!(!plain.contains("<details") && changed.into_string().contains("<details"));
    }
}
