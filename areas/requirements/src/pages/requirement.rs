//! One requirement: all it says, the words it comes from, and the forms that make and change it.

use std::collections::BTreeMap;

use kernel::{Faults, Mention, Passage, Text};
use maud::{Markup, html};
use web::language::{exact_moment, say};
use web::parts::{self, Button, Field, Head, Note, Symbol, form_kept, hidden, page_head, section};
use web::t;

use super::form::{Written, fields};
use super::set::section_options;
use super::{Options, asking, label, measured, of_requirement, of_set, read, rich, shown, summary};
use crate::model::{Requirement, Section};
use crate::rules::FIELDS;

/// What a requirement says, on its record page.
pub fn body(
    it: &Requirement,
    function: &str,
    passages: &[Passage],
    (pattern, wording): (Option<Text>, &Markup),
) -> Markup {
    let mut facts = facts(it, function);
    facts.extend(pattern.map(|it| (t!("Sentence pattern"), html! { (say(&it)) })));
    html! {
        (section("statement", t!("Statement"), html! {
            @if it.statement.trim().is_empty() { p.quiet-text { (t!("Nothing is demanded yet.")) } }
            (parts::prose(rich(&it.statement)))
            (parts::facts(&facts))
        }))
        (wording)
        @if !it.rationale.is_empty() { (section("rationale", label("rationale"), rich(&it.rationale))) }
        (section("origin", t!("Where it comes from"), origin(it, passages)))
    }
}

fn facts(it: &Requirement, function: &str) -> Vec<(String, Markup)> {
    let words = |field: &str| (label(field), html! { (shown(field, &it.written(field))) });
    let mut facts = vec![words("class"), words("kind")];
    if let Some(value) = measured(it) {
        let name = if it.characteristic.is_empty() { label("value") } else { it.characteristic.clone() };
        facts.push((name, html! { (value) }));
    }
    let filled = ["acceptance", "verification", "priority", "kano", "product"].into_iter();
    facts.extend(filled.filter(|field| !it.written(field).is_empty()).map(words));
    if !function.is_empty() {
        facts.push((label("function"), html! { (function) }));
    }
    facts
}

fn origin(it: &Requirement, passages: &[Passage]) -> Markup {
    let mut facts = Vec::new();
    if !it.source.is_empty() {
        facts.push((label("source"), html! { (it.source) }));
    }
    if !it.said_by_name.is_empty() {
        facts.push((label("said_by_name"), html! { (it.said_by_name) }));
    }
    if let Some(at) = it.said_at {
        facts.push((label("said_at"), html! { (exact_moment(at)) }));
    }
    html! {
        @for passage in passages {
            blockquote.said { (passage.exact) }
            p { a href={ "/sources/" (passage.source_id) "#passage-" (passage.id) } { (t!("Show these words where they stand")) } }
        }
        @if passages.is_empty() && !it.passage.is_empty() { blockquote.said { (it.passage) } }
        @if facts.is_empty() && passages.is_empty() && it.passage.is_empty() {
            p.quiet-text { (t!("It was not taken from anybody's words.")) }
        }
        (parts::facts(&facts))
    }
}

/// What a form for a requirement is about.
pub struct Editing<'a> {
    pub set: &'a Mention,
    /// The number of the requirement, and the version that was read.
    pub number: &'a str,
    pub version: i64,
    pub written: Written,
    pub functions: Options,
    /// The pictures that can be put into its text.
    pub pictures: Markup,
    /// The extra fields of requirements.
    pub extra: Markup,
    pub faults: Faults,
    /// What is there now, where somebody else was faster.
    pub theirs: Option<Theirs>,
}

/// What somebody else wrote while one was writing.
pub struct Theirs {
    pub written: Written,
    /// The extra fields that differ: what each is called, what stands there, and what was sent.
    pub extra: Vec<(String, String, String)>,
}

/// The form that changes a requirement. After a stale save it shows both versions, and what was typed stands in it.
pub fn edit(it: &Editing) -> Markup {
    let to = of_requirement(it.number);
    html! {
        (head(it.set, t!("Change {number}", number = it.number)))
        (summary(&it.faults))
        @if let Some(theirs) = &it.theirs { (both(theirs, &it.written)) }
        (form_kept(&format!("{to}/edit"), &format!("edit:{}", it.number), html! {
            (hidden("version", it.version))
            (fields(&it.written, &it.functions, &it.faults))
            (it.pictures)
            (it.extra)
            div.row {
                (Button::send(if it.theirs.is_some() { t!("Save mine") } else { t!("Save") }).first())
                (Button::open(to, t!("Cancel")).bare())
                span.fine data-draft-state role="status" {}
            }
        }))
    }
}

/// What somebody else wrote beside what was typed.
pub fn both(theirs: &Theirs, mine: &Written) -> Markup {
    let Theirs { written: theirs, extra } = theirs;
    let differ = std::iter::once("title").chain(FIELDS.iter().copied().filter(|it| *it != "passage"));
    let read = |field: &str, it: &Written| html! { (read(field, it.of_field(field))) };
    let fields = differ.filter(|it| theirs.of_field(it) != mine.of_field(it));
    let own = fields.map(|it| (label(it), read(it, theirs), read(it, mine)));
    let words = |words: &str| html! { (words) };
    let extra = extra.iter().map(|(label, theirs, mine)| (label.clone(), words(theirs), words(mine)));
    web::extra::both(own.chain(extra).collect())
}

/// The form that adds one to a set.
pub struct Adding<'a> {
    pub set: &'a Mention,
    pub sections: &'a [Section],
    pub section: String,
    /// The number of the one that was added just now.
    pub added: Option<String>,
    pub written: Written,
    pub functions: Options,
    /// The pictures that can be put into its text.
    pub pictures: Markup,
    /// The extra fields of requirements.
    pub extra: Markup,
    pub faults: Faults,
    pub once: String,
}

pub fn add(it: &Adding) -> Markup {
    let to = of_set(&it.set.number, "new");
    html! {
        (head(it.set, t!("Add a requirement to {title}", title = &it.set.title)))
        @if let Some(number) = &it.added {
            (parts::note_with(Note::Good, t!("{number} was added", number = number), html! {
                a href=(of_requirement(number)) { (t!("Open {number}", number = number)) }
            }))
        }
        (summary(&it.faults))
        (form_kept(&to, &format!("new:{}", it.set.number), html! {
            (hidden("once", &it.once))
            (Field::select("section", t!("Section"), section_options(it.sections)).value(&it.section)
                .fault(super::fault(&it.faults, "section")))
            (fields(&it.written, &it.functions, &it.faults))
            (it.pictures)
            (it.extra)
            div.row {
                (Button::send(t!("Add it")).first())
                (Button::send(t!("Add it, then another")).sends("then", "another"))
                (Button::open(of_set(&it.set.number, ""), t!("Cancel")).bare())
                span.fine data-draft-state role="status" {}
            }
        }))
    }
}

fn head(set: &Mention, title: String) -> Markup {
    page_head(&Head {
        place: Some((set.number.clone(), of_set(&set.number, ""))),
        title: html! { (title) },
        ..Head::default()
    })
}

/// The fields of every house that can be given to many.
const GIVEN: [&str; 12] = [
    "class",
    "kind",
    "priority",
    "kano",
    "verification",
    "function",
    "acceptance",
    "unit",
    "product",
    "source",
    "said_by_name",
    "said_at",
];

/// Which requirements are given a value, and in which field.
pub struct Giving<'a> {
    pub set: &'a Mention,
    pub marked: &'a [String],
    /// The version of each that was seen.
    pub seen: &'a BTreeMap<String, i64>,
    pub field: &'a str,
    pub functions: &'a Options,
    /// The extra fields in use: `extra.cost_centre` and what it is called.
    pub extra: Options,
    /// The field of the form where one of them is chosen.
    pub extra_value: Option<Field>,
}

/// The form that gives all marked requirements one value, for whoever works without a script.
///
/// It carries the versions that were seen, so that nothing newer is overwritten.
pub fn bulk(it: &Giving) -> Markup {
    let (set, marked) = (it.set, it.marked);
    let seen: Vec<String> = it.seen.iter().map(|(number, version)| format!("{number}:{version}")).collect();
    let own = GIVEN.iter().map(|it| ((*it).to_owned(), label(it)));
    let all: Vec<(String, String)> = own.chain(it.extra.iter().cloned()).collect();
    let known = all.iter().any(|(name, _)| name == it.field);
    let chosen = if known { it.field } else { GIVEN[0] };
    let value = match (&it.extra_value, super::options(chosen, it.functions)) {
        (Some(field), _) => field.clone(),
        (None, Some(words)) => Field::select("value", t!("New value"), words),
        (None, None) if chosen == "said_at" => Field::moment("value", t!("New value")),
        (None, None) => Field::text("value", t!("New value")),
    };
    html! {
        (head(set, t!("Give {count} requirement a value" | "Give {count} requirements a value", count = marked.len())))
        p { (marked.join(", ")) }
        nav.tabs aria-label=(t!("Field")) {
            @for (name, label) in &all {
                @let query: Vec<(&str, &str)> = std::iter::once(("field", name.as_str())).chain(marked.iter().map(|it| ("marked", it.as_str())))
                    .chain(seen.iter().map(|it| ("seen", it.as_str()))).collect();
                a href=(asking(&of_set(&set.number, "bulk/edit"), &query)) aria-current=[(name == chosen).then_some("page")] { (label) }
            }
        }
        (parts::form(&of_set(&set.number, "bulk"), html! {
            @for it in marked { (hidden("marked", it)) }
            @for it in &seen { (hidden("seen", it)) }
            (hidden("field", chosen))
            (value)
            div.row {
                (Button::send(t!("Set it")).first())
                (Button::open(of_set(&set.number, "table"), t!("Cancel")).bare())
            }
        }))
    }
}

/// Asks once more before marked requirements leave their set.
pub fn withdraw(set: &Mention, marked: &[String], once: &str) -> Markup {
    html! {
        (head(set, t!("Withdraw {count} requirement" | "Withdraw {count} requirements", count = marked.len())))
        p { (marked.join(", ")) }
        p { (t!("They leave the set. Revisions that hold them stay as they are, and their numbers are never used again.")) }
        (parts::form(&of_set(&set.number, "bulk/withdraw"), html! {
            (hidden("once", once))
            (hidden("sure", "yes"))
            @for it in marked { (hidden("marked", it)) }
            (Field::text("reason", t!("Reason")))
            div.row {
                (Button::send(t!("Withdraw")).stop().symbol(Symbol::Off))
                (Button::open(of_set(&set.number, "table"), t!("Cancel")).bare())
            }
        }))
    }
}

/// In which state a requirement is, and where it stands: small print of its head.
pub fn aside(set: Option<&Mention>, section: &str) -> Markup {
    html! {
        @if let Some(set) = set {
            a href={ (of_set(&set.number, "document")) } { (set.number) " " (set.title) }
            @if !section.is_empty() { " · " (section) }
        }
    }
}
