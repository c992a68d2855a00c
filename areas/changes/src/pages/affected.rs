//! What a change touches: what was found, what was decided, what each is to say, and where two changes meet.

use std::collections::BTreeSet;

use kernel::{Faults, Vocabulary};
use maud::{Markup, html};
use web::Form;
use web::language::{say, word};
use web::parts::{
    self, Button, Choice as Pick, Choices, Column, Difference, Field, Head, Line, Note, Table, form, hidden,
    page_head, section,
};
use web::t;

use super::{decision, of_change, way};
use crate::model::{Action, Both, Edition, Item, Lying, Meeting, ToldFile};
use crate::queries::Found;

/// So many items stand on the page of the change; the others one page further.
pub const SHOWN: usize = 40;
/// So many meetings with other changes stand there; the others one page further.
pub const MET: i64 = 40;
/// So many decided items stand on one page; programs get all.
pub const DECIDED: usize = 200;
/// So many redlines stand on one page.
pub const REDLINES: usize = 100;

/// An item by its name, leading to its record.
pub fn named(it: &Item, address: Option<&str>) -> Markup {
    html! {
        @match address {
            Some(to) => { a href=(to) { (it.name) } " " (it.title.as_deref().unwrap_or_default()) },
            None => { (it.name) @if !it.sort.is_empty() { " " span.fine { (it.sort) } } },
        }
    }
}

/// A decided item with what can be done about it.
pub struct Row {
    pub item: Item,
    pub address: Option<String>,
    /// Fields in which other changes propose something for it: the other change, the field, ours, theirs.
    pub meets: Vec<(String, String, String, String)>,
    /// Other changes under which it is without a field in which they differ.
    pub also: BTreeSet<String>,
    /// Other changes that bring a document to an edition, each with that.
    pub editions: Vec<(String, String)>,
    /// The edition in which a document is in force by a change.
    pub in_force: Option<Edition>,
    /// Whether that came into force since its redline was written, which starts from another one.
    pub is_overtaken: bool,
    /// Fields that both sides changed, with what people call them; none where it stands on firm ground.
    pub conflict: Option<Vec<(String, Both, [String; 3])>>,
    /// The names of proposed files whose place another file has by now, or none.
    pub moved: Vec<String>,
    /// Whether it ends on a day that is still to come, and whoever looks may take that back.
    pub may_go_on: bool,
}

/// The page on which one decides.
pub struct Deciding<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub found: &'a Found,
    /// The addresses and names of the kinds of what was found.
    pub kinds: Vec<(String, String)>,
    pub words: &'a str,
    /// Those of this page.
    pub rows: &'a [Row],
    pub place: Place,
    pub may_write: bool,
    /// Whether one says here when something was done that is no record here.
    pub takes_done: bool,
    pub written: &'a Form,
}

/// Which part of many stands on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// How many come before.
    pub from: usize,
    pub all: usize,
    /// How many stand on one page.
    pub each: usize,
}

impl Place {
    /// The part that was asked for; the first where that makes no sense.
    pub fn of(asked: &str, all: usize, each: usize) -> Self {
        let from = asked.parse().ok().filter(|it| *it < all).unwrap_or(0);
        Self { from, all, each }
    }

    /// The way to the others; nothing where all stand here.
    pub fn pager(self, to: &str) -> Markup {
        let at = |from: usize| format!("{to}?from={from}");
        let shown = self.each.min(self.all - self.from);
        let before = (self.from > 0).then(|| at(self.from.saturating_sub(self.each)));
        let after = (self.from + shown < self.all).then(|| at(self.from + shown));
        if before.is_none() && after.is_none() {
            return html! {};
        }
        parts::pager(&parts::Pager { shown, all: Some(self.all), before, after })
    }
}

pub fn page(it: &Deciding) -> Markup {
    let to = of_change(it.number, "affected");
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_change(it.number, ""))),
            title: html! { (t!("What {title} affects", title = it.title)) },
            lead: Some(html! { (t!("Proposed from the links, each with the way that leads there. What you accept is closed to other edits until the change is over.")) }),
            ..Head::default()
        }))
        (identity::summary(it.written))
        @if it.may_write {
            (parts::look_up(&to, html! {
                (Field::text("words", t!("Begin at")).value(it.words).help(t!("Numbers, as many as you like: REQ-0430 KD-20")).mark("data-found", of_change(it.number, "found")))
                (Button::send(t!("Look")))
            }))
        }
        div data-found-list aria-live="polite" { (found((it.number, it.words), it.found, &it.kinds, it.may_write)) }
        (section("decided", t!("Decided"), decided(it)))
        @if it.may_write && it.rows.iter().any(|it| it.item.action == Action::Change && it.item.is_coming() && !it.item.is_document()) { (replacing(it)) }
        @if it.may_write { (by_name(it, &to)) }
    }
}

/// What was found, to be decided about: a part of the page that a script asks for while somebody types.
pub fn found(
    (number, words): (&str, &str),
    found: &Found,
    kinds: &[(String, String)],
    may_write: bool,
) -> Markup {
    let columns =
        vec![Column::plain(t!("Number")), Column::title(t!("What")), Column::text(t!("Because of this way"))];
    let lines = found.items.iter().zip(kinds).map(|(it, (kind, address))| {
        Line::new(
            &it.number,
            vec![
                html! { (it.number) },
                html! { @if !address.is_empty() { a href=(address) { (it.title) } " " } span.fine { (kind) } },
                way(&it.way),
            ],
        )
    });
    let table = Table::new(t!("What may be affected, the nearest first"), columns, lines.collect());
    html! {
        @for number in &found.unknown { p.fine { (t!("There is no {number}.", number = number)) } }
        @if found.is_capped { (parts::note(Note::Warn, html! { (t!("More hangs on this than is told. Begin at less, decide about that, and look again.")) })) }
        @if found.items.is_empty() {
            p.quiet-text { (t!("Nothing else was found along the links. Name where to begin, or what is affected, below.")) }
        } @else if may_write {
            form #bulk method="post" action=(of_change(number, "affected/accept")) {
                (parts::once())
                (hidden("words", words))
                (table.compact().selectable())
                @if found.more > 0 { p.fine { (t!("{count} more was found than is shown here." | "{count} more were found than are shown here.", count = found.more)) } }
                (Choices::any("all", t!("Which of them?"), vec![Pick::new("yes", t!("All {count} that were found, whether marked or not", count = found.items.len() + found.more))]))
                (Choices::one("action", t!("What becomes of those that are marked?"), actions(&[Action::Change, Action::Keep, Action::Remove, Action::Dismiss]))
                    .help(t!("Where something changes, customers and suppliers among them are told of it. Documents are decided about one by one.")))
                (Field::text("reason", t!("Reason")).help(t!("Asked where something stays, ends or has nothing to do with it.")))
                (Button::send(t!("Decide")).first())
            }
        } @else { (table.compact()) }
    }
}

fn actions(all: &[Action]) -> Vec<Pick> {
    all.iter().map(|it| Pick::new(it.code(), word(*it))).collect()
}

fn decided(it: &Deciding) -> Markup {
    if it.rows.is_empty() {
        return html! { p.quiet-text { (t!("Nothing was decided yet.")) } };
    }
    let columns = vec![
        Column::title(t!("What")),
        Column::text(t!("Because of this way")),
        Column::text(t!("Decision")),
        Column::text(t!("What it is to say")),
    ];
    let lines = it.rows.iter().map(|row| Line {
        cells: vec![
            html! { span id=(row.item.name) { (named(&row.item, row.address.as_deref())) } (holds(row.in_force.as_ref())) },
            way(&row.item.way),
            decision(&row.item),
            tools(it, row),
        ],
        below: meeting(it, row),
        ..Line::default()
    });
    html! {
        (Table::new(t!("What was decided about, in that order"), columns, lines.collect()))
        (it.place.pager(&of_change(it.number, "affected")))
    }
}

/// Other words in everything that changes and says them.
fn replacing(it: &Deciding) -> Markup {
    section(
        "replace",
        t!("Replace words in everything that changes"),
        html! {
            p.quiet-text { (t!("Writes what each is to say where it says these words. You read all of it before anybody signs.")) }
            (form(&of_change(it.number, "replace"), html! {
                (identity::filled(it.written, "from", Field::text("from", t!("These words")).example("EPDM").required()))
                (identity::filled(it.written, "to", Field::text("to", t!("Become")).example("FKM")))
                (Button::send(t!("Replace them")))
            }))
        },
    )
}

fn tools(it: &Deciding, row: &Row) -> Markup {
    let item = &row.item;
    let to = |rest: &str| of_change(it.number, &format!("affected/{}/{rest}", item.id));
    let says_something = matches!(item.action, Action::Change | Action::Add);
    let is_written = says_something || (item.is_document() && item.action.changes());
    if row.may_go_on {
        return html! { (Button::open(to("go-on"), t!("Take its end back")).small()) };
    }
    html! {
        (editions(item))
        @if it.may_write && item.released_no.is_none() {
            div.row {
                @if is_written {
                    (Button::open(to("redline"), if item.is_read() { t!("Edit") } else { t!("Write it") }).small())
                }
                (Button::post(to("undo"), t!("Undo")).small())
            }
        }
        @if it.takes_done && item.waits() {
            form.row method="post" action=(to("done")) {
                (parts::once())
                (Field::day("done_on", t!("Exchanged on")))
                (Button::send(t!("Say so")).small())
            }
        }
    }
}

/// In which edition a document is in force, since when and by which change.
fn holds(now: Option<&Edition>) -> Markup {
    html! { @if let Some(now) = now {
        @let day = web::language::day(web::language::day_of(now.since));
        br; span.fine {
            @match &now.edition {
                Some(edition) => (t!("Edition {edition} in force since {day} by", edition = edition, day = day)),
                None => (t!("Taken away on {day} by", day = day)),
            } " "
            a href=(of_change(&now.change, "")) { (now.change) }
        }
    } }
}

/// The edition that a document has and the one that it gets.
fn editions(item: &Item) -> Markup {
    let words = match (item.edition_before(), item.edition()) {
        (Some(before), Some(after)) => t!("Edition {before} becomes {after}", before = before, after = after),
        (None, Some(after)) => t!("Edition {edition} comes", edition = after),
        (Some(before), None) if item.action == Action::Remove => {
            t!("Edition {edition} goes", edition = before)
        }
        _ => return html! {},
    };
    html! { p.fine { (words) } }
}

/// That another change is about the same, too; of a document, to which edition.
pub fn met(it: &Meeting) -> String {
    match it.edition() {
        Some(edition) => also_to(&it.change, &it.item, edition),
        None => t!("{item} is under {change}, too.", item = &it.item, change = &it.change),
    }
}

fn also_to(change: &str, item: &str, edition: &str) -> String {
    t!("{change} changes {item}, too, to edition {edition}.", change = change, item = item, edition = edition)
}

/// Taking back that something ends on a day to come.
pub fn go_on(number: &str, item: &Item, written: &Form) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_change(number, "affected"))),
            title: html! { (t!("{item} goes on", item = &item.name)) },
            lead: Some(html! { (t!("Its end is taken back before its day: it goes on as it is and is open to edits and changes again. Whoever was told that it ends is told that it goes on.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&of_change(number, &format!("affected/{}/go-on", item.id)), html! {
            (identity::filled(written, "reason", Field::area("reason", t!("Reason")).lines(3).required()))
            div.row {
                (Button::send(t!("Take its end back")).first())
                (Button::open(of_change(number, "affected"), t!("Cancel")).bare())
            }
        }))
    }
}

/// Where two changes meet on an item, and what became of the ground under a proposal.
fn meeting(it: &Deciding, row: &Row) -> Option<Markup> {
    let meets_none = row.meets.is_empty() && row.also.is_empty() && row.editions.is_empty();
    if meets_none && row.conflict.is_none() && row.moved.is_empty() && !row.is_overtaken {
        return None;
    }
    let none = Vec::new();
    let is_other = row.conflict.is_some() || !row.moved.is_empty();
    let conflict = row.conflict.as_ref().unwrap_or(&none);
    let to = of_change(it.number, &format!("affected/{}/rebase", row.item.id));
    Some(html! {
        @for change in &row.also {
            (parts::note(Note::Warn, html! {
                a href=(of_change(change, "")) { (t!("{item} is under {change}, too.", item = &row.item.name, change = change)) }
            }))
        }
        @for (change, edition) in &row.editions {
            (parts::note(Note::Warn, html! {
                a href=(of_change(change, "")) { (also_to(change, &row.item.name, edition)) }
            }))
        }
        @if row.is_overtaken {
            (parts::note(Note::Bad, html! { (t!("Another edition came into force since this was written. Say what it is to say now, from that edition on.")) }))
        }
        @for (change, field, ours, theirs) in &row.meets {
            (parts::note(Note::Warn, html! {
                a href=(of_change(change, "")) { (change) } " " (t!("proposes something for “{field}”, too.", field = field)) br;
                (t!("Here:")) " " (ours) br; (t!("There:")) " " (theirs)
            }))
        }
        @if is_other {
            (parts::note_with(Note::Bad, t!("Another change came before: it says something else now"), html! {
                form method="post" action=(to) {
                    (parts::once())
                    @for (label, both, [then, ours, now]) in conflict {
                        (parts::differences(&[
                            Difference::words(t!("{field}: what you propose", field = label), then, ours),
                            Difference::words(t!("{field}: what it says now", field = label), then, now),
                        ]))
                        @if !row.item.is_taken_away() { (Choices::any("kept", t!("{field}", field = label), vec![Pick::new(&both.field, t!("Leave it as it is now"))])) }
                    }
                    @for name in &row.moved { p { (t!("Another file “{name}” lies there now, or none any more.", name = name)) } }
                    @if row.conflict.is_some() && conflict.is_empty() { p { (t!("Both changed other fields. Your proposal can be put on what it says now as it is.")) } }
                    @if it.may_write { (Button::send(t!("Put my proposal on what it says now"))) }
                }
            }))
        }
    })
}

fn by_name(it: &Deciding, to: &str) -> Markup {
    section(
        "other",
        t!("Something else is affected"),
        html! {
            (form(to, html! {
                (identity::filled(it.written, "item", Field::text("item", t!("Number or name")).required().help(t!("A number or an article number, or what it is called: drawing 20-114-03"))))
                (identity::filled(it.written, "sort", Field::text("sort", t!("What it is, where it has no number here")).example(t!("drawing"))))
                (Choices::one("action", t!("What becomes of it?"), Action::ALL.iter().map(|one| Pick::new(one.code(), word(*one)).chosen(one.code() == it.written.text("action") || (*one == Action::Change && !it.written.has("action")))).collect()))
                (identity::filled(it.written, "reason", Field::text("reason", t!("Reason"))))
                (Button::send(t!("Decide")))
            }))
        },
    )
}

/// A field of a record that can be proposed anew.
pub struct Asked {
    /// What is sent: `statement`, or a place within a list: `characteristics.2.value`.
    pub name: String,
    pub label: String,
    pub now: String,
    pub proposed: String,
    /// Words to choose from; none where one writes.
    pub choices: Vec<(String, String)>,
}

/// Writing what an item is to say.
pub struct Redline<'a> {
    pub number: &'a str,
    pub item: &'a Item,
    pub fields: &'a [Asked],
    /// The fields of the house, of something new.
    pub extra: Markup,
    /// What is proposed for its files; by the key of the proposal.
    pub files: &'a [(i64, ToldFile)],
    /// The names of the files that lie there now and for which nothing is proposed.
    pub lying: &'a [(i64, String)],
    pub faults: &'a Faults,
}

pub fn redline(it: &Redline) -> Markup {
    let is_new = it.item.action == Action::Add;
    let to = of_change(it.number, &format!("affected/{}/redline", it.item.id));
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_change(it.number, "affected"))),
            title: html! { @if is_new { (t!("What is new in {item}", item = &it.item.name)) } @else { (t!("What {item} is to say", item = &it.item.name)) } },
            lead: Some(html! { (t!("It says so once the change is released. Until then it says what it says now.")) }),
            ..Head::default()
        }))
        (parts::fault_summary(&it.faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect::<Vec<_>>()))
        (form(&to, html! {
            (hidden("sent", "1"))
            @for one in it.fields {
                @let fault = it.faults.of(&one.name).map(say);
                @let field = match one.choices.is_empty() {
                    false => Field::select(one.name.clone(), one.label.clone(), one.choices.clone()),
                    true if ["statement", "rationale", "changes"].contains(&one.name.as_str()) => Field::area(one.name.clone(), one.label.clone()).rich(),
                    true if one.now.len() > 80 || one.name == "acceptance" => Field::area(one.name.clone(), one.label.clone()),
                    true => Field::text(one.name.clone(), one.label.clone()),
                };
                (field.value(&one.proposed).fault(fault))
                @if !is_new && one.choices.is_empty() && one.proposed != one.now {
                    p.fine { (parts::words_changed(&one.now, &one.proposed)) }
                }
            }
            (it.extra)
            div.row {
                (Button::send(t!("Propose it")).first())
                (Button::open(of_change(it.number, "affected"), t!("Cancel")).bare())
            }
        }))
        (section("files", t!("Files"), files_to_write(it)))
    }
}

/// The files of an item: what is proposed for them, what lies there, and where one proposes others.
fn files_to_write(it: &Redline) -> Markup {
    let to = |rest: &str| of_change(it.number, &format!("affected/{}/files{rest}", it.item.id));
    html! {
        p.quiet-text { (t!("A file lies there once the change is released, in the place of the file of its name. Until then it lies at the change.")) }
        @for (id, one) in it.files {
            (filed(one))
            (Button::post(to(&format!("/{id}/undo")), t!("Leave it as it is")).small())
        }
        @for (id, name) in it.lying {
            form.row method="post" action=(to("/away")) {
                (parts::once())
                (hidden("name", name))
                a href={ "/files/" (id) } { (name) }
                (Button::send(t!("Propose that it goes")).small())
            }
        }
        (parts::drop_files(&to(""), "files", t!("Any kind, together at most 64 MB."), html! {
            (Field::select("audience", t!("Who sees them"), vec![
                (String::new(), t!("Whoever sees the file that it replaces; else only us")),
                ("internal".to_owned(), t!("Only us")),
                ("party".to_owned(), t!("The customer, too")),
            ]))
        }))
    }
}

/// What becomes of a file: what lies there and what is to, each with its size and fingerprint.
pub fn filed(it: &ToldFile) -> Markup {
    let side = |label: String, it: &Lying| {
        html! { (label) " " a href={ "/files/" (it.file) } { (web::record::size(it.size)) } " " (parts::digest(&it.digest)) }
    };
    html! {
        div {
            p { strong { (it.name) } " " (became(it)) }
            @if let Some(before) = &it.before { p.fine { (side(t!("Before:"), before)) } }
            @if let Some(after) = &it.after { p.fine { (side(t!("After:"), after)) } }
        }
    }
}

/// What becomes of a file, in a word.
pub fn became(it: &ToldFile) -> String {
    match (&it.before, &it.after) {
        (Some(_), Some(_)) => t!("Another file takes its place"),
        (Some(_), None) => t!("Taken away"),
        (None, _) => t!("New"),
    }
}

/// What an item says and would say.
#[derive(Clone, Debug)]
pub struct Redlined {
    pub name: String,
    pub title: String,
    pub action: Action,
    /// What people call each field, what it says, and what it would say.
    pub fields: Vec<(String, String, String)>,
    pub files: Vec<ToldFile>,
    /// Whether it was to end, and that was taken back: it says what it said.
    pub goes_on: bool,
}

impl Redlined {
    /// As a section of its own, word by word.
    pub fn section(&self) -> Markup {
        let title = html! { (self.name) " " (self.title) };
        section(&self.name, title, self.said())
    }

    /// The same below a title of somebody else's.
    pub fn said(&self) -> Markup {
        html! {
            @match self.action {
                Action::Remove if self.goes_on => p { strong { (t!("Its end was taken back: it goes on.")) } },
                Action::Remove => p { strong { (t!("Taken away")) } },
                Action::Add => p { strong { (t!("New")) } },
                _ => {},
            }
            @if !self.fields.is_empty() && !self.goes_on { (compared(&self.fields)) }
            @if !self.files.is_empty() { h3 { (t!("Files")) } }
            @for file in &self.files { (filed(file)) }
        }
    }
}

/// Everything that would say something else, compared word by word with what it says now, as much as a page takes.
pub fn redlines(number: &str, all: &[Redlined], place: Place) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_change(number, ""))),
            title: html! { (t!("What {number} changes", number = number)) },
            lead: Some(html! { (t!("Word by word, against what each says now.")) }),
            ..Head::default()
        }))
        @if all.is_empty() { p.quiet-text { (t!("Nothing was written yet.")) } }
        @for one in all { (one.section()) }
        (place.pager(&of_change(number, "redlines")))
    }
}

/// Says how much is signed that the page does not show, and leads there; nothing where it shows all.
pub fn unread(to: &str, all: usize) -> Markup {
    html! { @if all > REDLINES {
        (parts::note(Note::Warn, html! {
            (t!("You sign {count} more than stand here." | "You sign {count} more than stand here.", count = all - REDLINES)) " "
            a href=(to) { (t!("Read them first")) }
        }))
    } }
}

/// Fields with what they say and would say.
fn compared(fields: &[(String, String, String)]) -> Markup {
    let all: Vec<Difference> =
        fields.iter().map(|(label, before, after)| Difference::words(label.clone(), before, after)).collect();
    parts::differences(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_many_is_reached_from_the_first() {
        let mut seen = 0;
        let mut asked = String::from("0");
        loop {
            let place = Place::of(&asked, 450, 200);
            seen += place.each.min(place.all - place.from);
            let page = place.pager("/x").into_string();
            let Some(next) = page.split("from=").skip(1).find_map(|it| {
                let from: usize = it.split('"').next()?.parse().ok()?;
                (from > place.from).then_some(from)
            }) else {
                break;
            };
            asked = next.to_string();
        }
        assert_eq!(seen, 450);
        assert!(Place::of("", 3, 200).pager("/x").into_string().is_empty());
        assert_eq!(Place::of("9000", 450, 200).from, 0);
    }
}
