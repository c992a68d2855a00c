//! The body of a set's record page, and the forms for its release, its heading and its sections.

use kernel::{Faults, Revision};
use maud::{Markup, html};
use web::language::{count, say};
use web::parts::{
    self, Beside, Button, Column, Field, Head, Line, Lines, Note, Symbol, Table, form, hidden, note,
    page_head, section,
};
use web::t;

use super::{Options, fault, of_requirement, of_set, rich, summary};
use crate::model::{Reading, RequirementSet, Section, Seen};

/// So many requirements stand on the record page; the table has all.
const SHOWN: usize = 100;

/// What a set is about and what it holds.
pub fn body(reading: &Reading, conversation: Option<(String, String)>, is_open: bool) -> Markup {
    html! {
        (section("about", t!("What this is about"), html! {
            @if reading.matter.is_empty() && reading.intended_use.is_empty() {
                p.quiet-text { (t!("Nothing is said about it yet.")) }
            }
            @if !reading.matter.is_empty() { p { (reading.matter) } }
            @if !reading.intended_use.is_empty() {
                h3 { (t!("Intended use")) }
                (parts::prose(rich(&reading.intended_use)))
            }
            @if let Some((words, to)) = conversation { p { (Symbol::Talk.icon()) a href=(to) { (words) } } }
            @if is_open { (Button::open(of_set(&reading.number, "edit"), t!("Edit")).small().symbol(Symbol::Edit)) }
        }))
        (parts::section_with("held", t!("Requirements"), &buttons(reading, is_open), held(reading)))
    }
}

/// What stands above a set that was withdrawn or declined.
pub fn is_off() -> Markup {
    note(Note::Warn, t!("This set was ended. Nothing of it holds, and nothing of it waits for an answer."))
}

fn buttons(reading: &Reading, is_open: bool) -> Vec<Button> {
    let table = of_set(&reading.number, "table");
    let mut buttons = vec![if is_open {
        Button::open(table, t!("Work on them as a table")).small().symbol(Symbol::Edit)
    } else {
        Button::open(table, t!("See them as a table")).small()
    }];
    if is_open {
        buttons
            .push(Button::open(of_set(&reading.number, "new"), t!("Add one")).small().symbol(Symbol::Plus));
        buttons.push(Button::open(of_set(&reading.number, "sections"), t!("Sections")).small());
    }
    buttons
}

fn held(reading: &Reading) -> Markup {
    if reading.lines.is_empty() {
        return html! { p.quiet-text { (t!("It holds nothing yet. Add a requirement, or highlight words in a message.")) } };
    }
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Statement")),
        Column::text(t!("Kind")),
        Column::text(t!("State")),
    ];
    let mut left = SHOWN;
    let groups = reading.sections.iter().filter_map(|section| {
        let all: Vec<_> = reading.lines_of(&section.key).collect();
        let lines: Vec<Line> = all.iter().take(left).map(|it| line(it)).collect();
        left -= lines.len();
        let title = html! { (section.title) " " (parts::count(i64::try_from(all.len()).unwrap_or(0))) };
        (!lines.is_empty()).then_some(Lines { title: Some(title), lines })
    });
    let table = Table {
        caption: t!("Requirements by section"),
        columns,
        groups: groups.collect(),
        ..Table::default()
    };
    html! {
        (table.compact())
        @if reading.lines.len() > SHOWN {
            p { a href=(of_set(&reading.number, "table")) {
                (t!("All {count} in the table" | "All {count} in the table", count = reading.lines.len()))
            } }
        }
    }
}

fn line(it: &crate::model::Line) -> Line {
    let statement = markdown::plain(&it.body.statement);
    Line::new(
        &it.number,
        vec![
            parts::number(&it.number, &of_requirement(&it.number)),
            html! { @if statement.is_empty() { (it.title) } @else { (statement) } },
            html! { (web::language::word(it.body.kind)) },
            parts::state(kernel::State::tone(it.state).into(), web::language::word(it.state)),
        ],
    )
}

/// The revisions of a set, beside it.
pub fn revisions(number: &str, revisions: &[Revision], may_offer: bool, offered: Option<i64>) -> Beside {
    let inside = html! {
        @if revisions.is_empty() { p.quiet-text { (t!("Nothing was released yet.")) } }
        ul.signatures {
            @for it in revisions {
                li {
                    (Symbol::Seal)
                    div {
                        a href=(of_set(number, &format!("revisions/{}", it.no))) { (t!("Revision {no}", no = it.no)) }
                        @if let Some(life) = it.life { " · " (web::language::word(life)) }
                        br;
                        span.fine {
                            (web::language::exact_moment(it.released_at)) " · " (parts::digest(&it.digest))
                            // Whoever was not shown the one before has nothing to compare it with.
                            @if revisions.iter().any(|other| other.no == it.no - 1) {
                                " · " a href=(of_set(number, &format!("compare?from={}&to={}", it.no - 1, it.no))) { (t!("What changed")) }
                            }
                        }
                        @if may_offer && it.life.is_none() && offered.is_none_or(|offered| offered < it.no) {
                            (Button::post(of_set(number, "offer"), t!("Show it to the customer")).small()
                                .sends("revision", it.no.to_string()))
                        }
                    }
                }
            }
        }
    };
    Beside {
        id: "revisions",
        title: t!("Revisions"),
        count: Some(count(i64::try_from(revisions.len()).unwrap_or(0))),
        inside,
    }
}

fn head(number: &str, title: String) -> Markup {
    page_head(&Head {
        place: Some((number.to_owned(), of_set(number, ""))),
        title: html! { (title) },
        ..Head::default()
    })
}

/// The form that releases the next revision: what it will hold, and why.
pub fn release(set: &Heading, it: &Releasing) -> Markup {
    html! {
        (head(&set.number, t!("Release revision {no} of {title}", no = set.next, title = &set.title)))
        @if !it.since.is_empty() {
            (parts::note_with(Note::Bad, t!("Nothing was released: this changed while you looked"), html! {
                ul { @for it in &it.since { li { (it) } } }
                p { (t!("If it is right as it is now, release it.")) }
            }))
        }
        @if it.since.is_empty() && it.missing.is_none() { (summary(&it.faults)) }
        (it.doubts)
        @if let Some(kernel::Refusal(missing)) = &it.missing {
            (parts::note_with(Note::Bad, t!("This cannot be released yet"), html! {
                ul.missing { @for it in missing { li {
                    @match &it.link { Some(to) => a href=(to) { (say(&it.sentence)) }, None => (say(&it.sentence)) }
                } } }
            }))
        }
        p { @if set.next > 1 { (t!("{count} requirement is new or was touched since the last revision."
            | "{count} requirements are new or were touched since the last revision.", count = it.changes)) }
        @else { (t!("It will hold {count} requirement." | "It will hold {count} requirements.", count = it.changes)) } }
        (form(&of_set(&set.number, "release"), html! {
            (hidden("once", &it.once))
            (hidden("seen", it.seen.written()))
            (Field::area("reason", t!("Reason")).value(&it.reason).help(t!("It stands with the revision for as long as that is kept.")))
            div.row {
                (Button::send(t!("Release")).first())
                (Button::open(of_set(&set.number, ""), t!("Cancel")).bare())
            }
        }))
    }
}

/// What is known when a set is about to be released.
pub struct Releasing {
    /// How many requirements the revision would say anew.
    pub changes: usize,
    pub missing: Option<kernel::Refusal>,
    /// What is said before the form about words and questions that are open.
    pub doubts: Markup,
    pub once: String,
    /// What the set holds as this form is shown.
    pub seen: Seen,
    /// What changed since the form was shown before, each with what it says now.
    pub since: Vec<Markup>,
    pub reason: String,
    pub faults: Faults,
}

/// What became of a requirement, or the set around them, since somebody looked.
pub fn since(reading: &Reading, number: &str) -> Markup {
    let line = reading.lines.iter().find(|it| it.number == number);
    html! {
        @if let Some(line) = line {
            (parts::number(number, &of_requirement(number))) " " (line.title)
            @if !line.body.statement.trim().is_empty() { (rich(&line.body.statement)) }
            @if !line.body.acceptance.is_empty() {
                p.fine { (t!("Accepted if: {criterion}.", criterion = line.body.acceptance.trim_end_matches('.'))) }
            }
        } @else if number == reading.number {
            (parts::number(number, &of_set(number, "")))
            " " (t!("what the set says of itself, its sections or its files"))
        } @else {
            (parts::number(number, &of_requirement(number))) " " (t!("is no longer in this set"))
        }
    }
}

/// A set as the forms around it name it.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    pub number: String,
    pub title: String,
    /// The number that the next revision will have.
    pub next: i64,
    pub version: i64,
}

/// What a form for a set's own words is about.
pub struct Describing<'a> {
    pub set: &'a Heading,
    pub title: &'a str,
    pub body: &'a RequirementSet,
    /// Title and words that are there now, where somebody else was faster.
    pub theirs: Option<(&'a str, &'a RequirementSet)>,
    pub faults: &'a Faults,
}

/// The form for what is said about the whole. After a stale save it shows both versions, and what was typed stands
/// in it.
pub fn edit(it: &Describing) -> Markup {
    let Describing { set, title, body, theirs, faults } = it;
    html! {
        (head(&set.number, t!("What {number} is about", number = &set.number)))
        (summary(faults))
        @if let Some((their_title, there)) = theirs {
            (both_of(&[
                (t!("Title"), their_title, title),
                (t!("What it is about"), &there.matter, &body.matter),
                (t!("Intended use"), &there.intended_use, &body.intended_use),
            ]))
        }
        (parts::form_kept(&of_set(&set.number, "edit"), &format!("set:{}", set.number), html! {
            (hidden("version", set.version))
            (Field::text("title", t!("Title")).value(*title).required().fault(fault(faults, "title")))
            (Field::text("matter", t!("What it is about")).value(&body.matter).fault(fault(faults, "matter")))
            (Field::area("intended_use", t!("Intended use")).value(&body.intended_use).lines(6).rich()
                .help(t!("What the thing is meant for. Validation asks for this.")))
            div.row {
                (Button::send(if theirs.is_some() { t!("Save mine") } else { t!("Save") }).first())
                (Button::open(of_set(&set.number, ""), t!("Cancel")).bare())
                span.fine data-draft-state role="status" {}
            }
        }))
    }
}

/// Both versions of what differs.
fn both_of(fields: &[(String, &str, &str)]) -> Markup {
    let differ = fields.iter().filter(|(_, theirs, mine)| theirs.trim() != mine.trim());
    web::extra::both(differ.map(|(label, theirs, mine)| (label.clone(), rich(theirs), rich(mine))).collect())
}

/// What somebody wrote of one section and was not kept.
pub struct Unkept<'a> {
    pub section: &'a Section,
    /// Whether somebody else was faster, so that both versions are shown.
    pub is_stale: bool,
}

/// All sections of a set, each with its own form. Words that were not kept stand where they were typed, or in the
/// form for another section where theirs is gone.
pub fn sections(set: &Heading, sections: &[Section], faults: &Faults, unkept: Option<&Unkept>) -> Markup {
    let of = |key: &str| unkept.filter(|it| it.section.key == key);
    let homeless = unkept.filter(|it| sections.iter().all(|section| section.key != it.section.key));
    let (title, prose) =
        homeless.map(|it| (it.section.title.as_str(), it.section.prose.as_str())).unwrap_or_default();
    html! {
        (head(&set.number, t!("Sections of {number}", number = &set.number)))
        (summary(faults))
        (note(Note::Plain, t!("Prose stands between the heading and the requirements when the set is read as a document.")))
        @for (place, it) in sections.iter().enumerate() { (one_section(set, it, (place, sections.len()), of(&it.key))) }
        (section("more", t!("Another section"), html! {
            @if homeless.is_some_and(|it| it.is_stale) {
                (note(Note::Warn, t!("Somebody else took this section away while you wrote. Your words stand here; add the section again if it is needed.")))
            }
            (parts::form_kept(&of_set(&set.number, "sections"), &format!("section:{}:new", set.number), html! {
                (Field::text("title", t!("Title")).value(title).required())
                (Field::area("prose", t!("Prose")).value(prose).lines(4).rich())
                div.row {
                    (Button::send(t!("Add the section")).first())
                    span.fine data-draft-state role="status" {}
                }
            }))
        }))
    }
}

fn one_section(set: &Heading, it: &Section, (place, all): (usize, usize), unkept: Option<&Unkept>) -> Markup {
    let to = of_set(&set.number, &format!("sections/{}", it.key));
    let (title, prose) = (format!("title-{}", it.key), format!("prose-{}", it.key));
    let mine = unkept.map_or(it, |unkept| unkept.section);
    let is_stale = unkept.is_some_and(|it| it.is_stale);
    section(
        &it.key,
        &it.title,
        html! {
            @if is_stale {
                (both_of(&[(t!("Title"), &it.title, &mine.title), (t!("Prose"), &it.prose, &mine.prose)]))
            }
            (parts::form_kept(&to, &format!("section:{}:{}", set.number, it.key), html! {
                (hidden("version", set.version))
                (Field::text(&title, t!("Title")).value(&mine.title).required())
                (Field::area(&prose, t!("Prose")).value(&mine.prose).lines(4).rich())
                div.row {
                    (Button::send(if is_stale { t!("Save mine") } else { t!("Save") }).small())
                    span.fine data-draft-state role="status" {}
                }
            }))
            div.row {
                @if place > 0 { (Button::post(format!("{to}/move"), t!("Up")).small().bare().symbol(Symbol::Up).sends("to", (place - 1).to_string())) }
                @if place + 1 < all { (Button::post(format!("{to}/move"), t!("Down")).small().bare().symbol(Symbol::Down).sends("to", (place + 1).to_string())) }
                (Button::post(format!("{to}/remove"), t!("Remove")).small().stop())
            }
        },
    )
}

/// The sections as something to choose from.
pub fn section_options(sections: &[Section]) -> Options {
    sections.iter().map(|it| (it.key.clone(), it.title.clone())).collect()
}

/// One revision: what it is, who released it and why, what it holds, and whether its reader knows the one before.
pub fn revision(reading: &Reading, it: &Revision, by: &str, is_comparable: bool) -> Markup {
    let facts = vec![
        (t!("Released"), html! { (web::language::exact_moment(it.released_at)) }),
        (t!("Released by"), parts::person(by)),
        (t!("Digest"), html! { code { (it.digest) } }),
        (
            t!("Validity"),
            html! { @match it.life { Some(life) => (web::language::word(life)), None => (t!("frozen")) } },
        ),
    ];
    html! {
        (head(&reading.number, t!("Revision {no}: {title}", no = it.no, title = &reading.title)))
        @if !it.reason.is_empty() { p.lead { (t!("Because: {reason}", reason = &it.reason)) } }
        (parts::facts(&facts))
        div.row {
            (Button::open(of_set(&reading.number, &format!("document?revision={}", it.no)), t!("Read as a document")).symbol(Symbol::Document))
            @if is_comparable { (Button::open(of_set(&reading.number, &format!("compare?from={}&to={}", it.no - 1, it.no)), t!("What changed"))) }
            @if sheets::IS_BUILT {
            (Button::open(of_set(&reading.number, &format!("revisions/{}/sheet.pdf?language=en", it.no)), t!("PDF in English")))
            (Button::open(of_set(&reading.number, &format!("revisions/{}/sheet.pdf?language=de", it.no)), t!("PDF in German")))
            }
            (Button::open(of_set(&reading.number, &format!("export?revision={}", it.no)), t!("Export")))
        }
        (section("held", t!("Requirements"), manifest(reading)))
    }
}

fn manifest(reading: &Reading) -> Table {
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Statement")),
        Column::figure(t!("Revision")),
        Column::text(t!("Digest")),
    ];
    let groups = reading.sections.iter().map(|section| Lines {
        title: Some(html! { (section.title) }),
        lines: reading
            .lines_of(&section.key)
            .map(|it| {
                let (no, digest) = it.frozen.clone().unwrap_or_default();
                Line::new(
                    &it.number,
                    vec![
                        parts::number(&it.number, &of_requirement(&it.number)),
                        html! {
                            (markdown::plain(&it.body.statement))
                            @for file in &it.enclosed {
                                br; span.fine { (Symbol::Clip.icon()) (file.name) " " (parts::digest(&file.digest)) }
                            }
                        },
                        html! { (no) },
                        parts::digest(&digest),
                    ],
                )
            })
            .collect(),
    });
    Table { caption: t!("What the revision holds"), columns, groups: groups.collect(), ..Table::default() }
        .compact()
}
