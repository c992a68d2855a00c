//! How sets hang together: the matrix of two, the coverage of one, and a requirement that follows a change.

use kernel::{Faults, Tie, Vocabulary};
use maud::{Markup, html};
use table::Cell;
use web::language::{say, word};
use web::parts::{
    self, Button, Column, Field, Head, Line, Note, Table, Tools, form, form_kept, hidden, look_up, page_head,
    section,
};
use web::t;

use super::form::{Written, fields};
use super::requirement::{Theirs, both};
use super::{Options, asking, of_requirement, of_set, summary};
use crate::model::{Asked, Coverage, Covered, Crossing, Matrix, Member, Missing};

/// The roles that two requirements can have, in the order in which they are offered.
pub const ROLES: [Tie; 4] = [Tie::Satisfies, Tie::DerivesFrom, Tie::DependsOn, Tie::ConflictsWith];
/// So many columns stand beside each other; the others are a page further.
pub const COLUMNS: usize = 40;

/// A matrix on its page.
pub struct Crossed<'a> {
    pub matrix: &'a Matrix,
    pub rows: (String, String),
    pub columns: (String, String),
    /// Sets that can stand in the columns.
    pub sets: Options,
    /// Which page of columns is shown, counted from 0.
    pub page: usize,
    pub may_write: bool,
}

/// The sign of a role in a cell: a letter that its word begins with, so that it can be read without colour.
pub fn sign(role: Tie) -> &'static str {
    match role {
        Tie::Satisfies => "S",
        Tie::DerivesFrom => "D",
        Tie::DependsOn => "N",
        Tie::ConflictsWith => "C",
        Tie::Verifies => "V",
        Tie::Implements => "I",
        _ => "×",
    }
}

pub fn matrix(it: &Crossed) -> Markup {
    let (ties, suspect) = it.matrix.counts();
    let to = of_set(&it.rows.0, "matrix");
    let role = it.matrix.role.code();
    let with = it.columns.0.as_str();
    let file = |ending: &str| asking(&format!("{to}.{ending}"), &[("with", with), ("role", &role)]);
    let turned = asking(&of_set(with, "matrix"), &[("with", &it.rows.0), ("role", &role)]);
    let roles = ROLES.iter().map(|it| (it.code(), word(*it)));
    html! {
        (page_head(&Head {
            place: Some((it.rows.0.clone(), of_set(&it.rows.0, ""))),
            title: html! { (t!("Which requirement {role} which", role = say(&it.matrix.role.text()))) },
            lead: Some(html! {
                (t!("In the rows {number} {title}.", number = &it.rows.0, title = &it.rows.1)) " "
                (t!("In the columns {number} {title}.", number = &it.columns.0, title = &it.columns.1)) " "
                (t!("A mark says: what heads the column {role} what heads the row.", role = say(&it.matrix.role.text())))
            }),
            tools: Tools {
                first: Some(Button::open(of_set(&it.rows.0, "coverage"), t!("Coverage")).small()),
                more: vec![
                    Button::open(turned, t!("Swap rows and columns")).small(),
                    Button::open(file("csv"), "CSV").small(),
                    Button::open(file("xlsx"), "XLSX").small(),
                ],
            },
            ..Head::default()
        }))
        (look_up(&to, html! {
            (Field::select("with", t!("Columns"), it.sets.clone()).value(with))
            (Field::select("role", t!("Role"), roles).value(role.clone()))
            (Button::send(t!("Show")))
        }))
        p {
            (t!("{count} link" | "{count} links", count = ties))
            @if suspect > 0 {
                ", " a href=(asking("/links", &[("of", &it.rows.0)])) { (t!("{count} suspect" | "{count} suspect", count = suspect)) }
            }
        }
        @if it.matrix.rows.is_empty() || it.matrix.columns.is_empty() {
            p.quiet-text { (t!("One of the two sets holds nothing yet.")) }
        } @else {
            @if it.may_write { p.fine { (t!("Arrows move, Enter ties or unties, o opens a link. Without a script the form below does it.")) } }
            p.fine data-matrix-state role="status" {}
            (crossed(it))
            (pages(it, &to))
            @if it.may_write { (tying(it, &to)) }
        }
    }
}

fn shown<'a>(it: &'a Crossed) -> &'a [Member] {
    let from = (it.page * COLUMNS).min(it.matrix.columns.len());
    &it.matrix.columns[from..(from + COLUMNS).min(it.matrix.columns.len())]
}

fn crossed(it: &Crossed) -> Markup {
    let columns = shown(it);
    let mut last = None;
    html! {
        div.scrolls tabindex="0" role="group" aria-label=(t!("The matrix")) {
            table.matrix data-matrix=[it.may_write.then_some(it.matrix.role.code())] data-sign=(sign(it.matrix.role)) {
                caption.unseen { (t!("Rows are the ends that are tied to, columns those that tie themselves to them.")) }
                thead { tr {
                    td {}
                    @for column in columns {
                        th scope="col" data-number=(column.number) { a href=(of_requirement(&column.number)) { span { (column.number) " " (column.title) } } }
                    }
                } }
                tbody {
                    @for row in &it.matrix.rows {
                        @if last.replace(&row.section) != Some(&row.section) {
                            tr.group { th colspan=(columns.len() + 1) scope="rowgroup" { (row.section) } }
                        }
                        tr data-number=(row.number) {
                            th scope="row" { (parts::number(&row.number, &of_requirement(&row.number))) " " (row.title) }
                            @for column in columns { (cell(it, row, column)) }
                        }
                    }
                }
            }
        }
    }
}

fn cell(it: &Crossed, row: &Member, column: &Member) -> Markup {
    let crossing = it.matrix.cells.get(&(row.id, column.id));
    html! {
        @match crossing {
            None if row.id == column.id => td.itself {},
            None => td {},
            Some(Crossing { link, is_suspect }) => td.tied.suspect[*is_suspect] data-link=(link) {
                a href={ "/links/" (link) } tabindex="-1" {
                    (sign(it.matrix.role)) @if *is_suspect { "?" }
                    span.unseen {
                        (t!("{source} {role} {target}", source = &column.number, role = say(&it.matrix.role.text()), target = &row.number))
                        @if *is_suspect { ", " (t!("suspect")) }
                    }
                }
            },
        }
    }
}

fn pages(it: &Crossed, to: &str) -> Markup {
    let count = it.matrix.columns.len().div_ceil(COLUMNS);
    let role = it.matrix.role.code();
    html! {
        @if count > 1 {
            nav.tabs aria-label=(t!("Columns")) {
                @for page in 0..count {
                    @let first = page * COLUMNS;
                    @let last = (first + COLUMNS).min(it.matrix.columns.len()) - 1;
                    a href=(asking(to, &[("with", it.columns.0.as_str()), ("role", &role), ("page", &page.to_string())]))
                        aria-current=[(page == it.page).then_some("page")] {
                        (it.matrix.columns[first].number) " – " (it.matrix.columns[last].number)
                    }
                }
            }
        }
    }
}

/// The form that ties two of them, for whoever works without a script.
fn tying(it: &Crossed, to: &str) -> Markup {
    let options = |all: &[Member]| -> Options {
        all.iter().map(|it| (it.number.clone(), format!("{} {}", it.number, it.title))).collect()
    };
    section(
        "tie",
        t!("Tie two of them"),
        form(
            to,
            html! {
                (hidden("role", it.matrix.role.code()))
                (hidden("with", &it.columns.0))
                (Field::select("source", t!("Column"), options(&it.matrix.columns)))
                (Field::select("target", t!("Row"), options(&it.matrix.rows)))
                (Button::send(t!("Tie them")))
            },
        ),
    )
}

/// The matrix as a table for a spreadsheet: a row for each need, the sign in each cell, a question mark where it is
/// suspect.
pub fn sheet(it: &Matrix) -> (Vec<String>, Vec<Vec<Cell>>) {
    let fixed = ["id", "section", "title"].map(str::to_owned).into_iter();
    let headings = fixed.chain(it.columns.iter().map(|it| it.number.clone())).collect();
    let rows = it.rows.iter().map(|row| {
        let place = [&row.number, &row.section, &row.title].map(|it| Cell::from(it.clone())).into_iter();
        let crossings = it.columns.iter().map(|column| match it.cells.get(&(row.id, column.id)) {
            Some(crossing) => {
                Cell::from(format!("{}{}", sign(it.role), if crossing.is_suspect { "?" } else { "" }))
            }
            None => Cell::from(String::new()),
        });
        place.chain(crossings).collect()
    });
    (headings, rows.collect())
}

/// What a set lacks, with the reason at each requirement; and what of other areas rests on it and is to be looked at.
pub fn coverage(
    set: &(String, String),
    it: &Coverage,
    (suspect, rests): (usize, &Markup),
    asked: &Asked,
) -> Markup {
    let all = it.lines.len();
    let figure = |label: String, lacks: Missing| parts::Figure {
        label,
        value: t!("{part} of {whole}", part = all - it.lacking(lacks).len(), whole = all),
        note: t!("{count} to mend" | "{count} to mend", count = it.lacking(lacks).len()),
    };
    let figures = [
        figure(t!("Satisfied by something"), Missing::Specification),
        figure(t!("Resting on a need or on words"), Missing::Need),
        figure(t!("Verified"), Missing::Verification),
    ];
    html! {
        (page_head(&Head {
            place: Some((set.0.clone(), of_set(&set.0, ""))),
            title: html! { (t!("Coverage of {title}", title = &set.1)) },
            lead: Some(html! { (t!("Needs that nothing satisfies, what rests on no need, and what nothing verifies.")) }),
            tools: Tools {
                first: Some(Button::open(of_set(&set.0, "matrix"), t!("Matrix")).small()),
                more: vec![Button::open(asking("/links", &[("of", &set.0)]), t!("Suspect links")).small()],
            },
            ..Head::default()
        }))
        (parts::figures(&figures))
        @if suspect > 0 {
            (parts::note(Note::Warn, html! {
                (t!("{count} link is suspect." | "{count} links are suspect.", count = suspect)) " "
                a href=(asking("/links", &[("of", &set.0)])) { (t!("Judge them")) }
            }))
        }
        (rests)
        (lacking(it, Missing::Specification, "specification", &t!("Without specification")))
        (lacking(it, Missing::Need, "need", &t!("Without need")))
        (lacking(it, Missing::Verification, "verification", &t!("Unverified")))
        (super::checklist::in_coverage(&set.0, asked))
        (section("covered", t!("All of them"), whole(it)))
    }
}

fn lacking(it: &Coverage, what: Missing, id: &str, title: &str) -> Markup {
    let lines = it.lacking(what);
    let count = parts::count(i64::try_from(lines.len()).unwrap_or(0));
    let why = match what {
        Missing::Specification => t!("Nothing satisfies this."),
        Missing::Need => t!("It satisfies no need and comes from nobody's words."),
        Missing::Verification => t!("Nothing verifies this."),
    };
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Title")),
        Column::text(t!("Section")),
        Column::text(t!("Why it is here")),
    ];
    let rows = lines.iter().map(|it| {
        let links = format!("{}/links", of_requirement(&it.number));
        Line::new(
            &it.number,
            vec![
                parts::number(&it.number, &of_requirement(&it.number)),
                html! { a href=(of_requirement(&it.number)) { (it.title) } },
                html! { (it.section) },
                html! { (why) " " a href=(links) { (t!("Add a link")) } },
            ],
        )
    });
    let inside = html! {
        @if lines.is_empty() { p.quiet-text { (t!("None.")) } }
        @else { (Table::new(title, columns, rows.collect()).compact()) }
    };
    html! {
        (section(id, html! { (title) " " (count) }, html! {
            details open[lines.len() <= 12] { summary { (t!("Show them")) } (inside) }
        }))
    }
}

fn whole(it: &Coverage) -> Table {
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Title")),
        Column::text(t!("Satisfied by")),
        Column::text(t!("Rests on")),
        Column::text(t!("Verified by")),
        Column::text(t!("Links")),
    ];
    let rows = it.lines.iter().map(|it| {
        Line::new(
            &it.number,
            vec![
                parts::number(&it.number, &of_requirement(&it.number)),
                html! { a href=(of_requirement(&it.number)) { (it.title) } },
                numbers(&it.satisfied_by),
                numbers(&it.rests_on),
                numbers(&it.verified_by),
                links(it),
            ],
        )
    });
    Table::new(t!("How each requirement hangs together with others"), columns, rows.collect()).compact()
}

fn numbers(all: &[String]) -> Markup {
    html! { @for (place, it) in all.iter().enumerate() { @if place > 0 { ", " } span.number { (it) } } }
}

fn links(it: &Covered) -> Markup {
    html! {
        @if it.suspect > 0 {
            a href=(asking("/links", &[("of", &it.number)])) {
                (parts::state(parts::State::Warn, t!("{count} suspect" | "{count} suspect", count = it.suspect)))
            }
        } @else {
            a href={ (of_requirement(&it.number)) "/links" } { (t!("Links")) }
        }
    }
}

/// A requirement that follows a change of what it is tied to.
pub struct Following<'a> {
    pub number: &'a str,
    pub link: i64,
    /// The other end, with what changed in it.
    pub other: String,
    pub changed: Markup,
    pub version: i64,
    pub written: Written,
    pub functions: Options,
    /// The extra fields of requirements.
    pub extra: Markup,
    pub reason: String,
    pub faults: Faults,
    /// What somebody else wrote while this was written.
    pub theirs: Option<Theirs>,
}

/// The form that lets a requirement follow. After a stale save it shows both versions, and what was typed stands in it.
pub fn follow(it: &Following) -> Markup {
    let to = of_requirement(it.number);
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), to.clone())),
            title: html! { (t!("Update {number} to follow {other}", number = it.number, other = &it.other)) },
            lead: Some(html! { (t!("Saving it says that the link holds again; both are one deed.")) }),
            ..Head::default()
        }))
        (summary(&it.faults))
        @if let Some(theirs) = &it.theirs { (both(theirs, &it.written)) }
        (section("changed", t!("What changed in {number}", number = &it.other), it.changed.clone()))
        (form_kept(&format!("{to}/follow"), &format!("follow:{}:{}", it.number, it.link), html! {
            (hidden("link", it.link))
            (hidden("version", it.version))
            (fields(&it.written, &it.functions, &it.faults))
            (it.extra)
            (Field::text("reason", t!("Reason")).value(&it.reason))
            div.row {
                (Button::send(t!("Save, and the link holds")).first())
                (Button::open(format!("/links/{}", it.link), t!("Cancel")).bare())
                span.fine data-draft-state role="status" {}
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_sheet_has_a_sign_where_two_are_tied() {
        let member = |id: i64, number: &str| Member {
            id,
            number: number.into(),
            title: "T".into(),
            section: "S".into(),
        };
        let cells = BTreeMap::from([
            ((1, 3), Crossing { link: 9, is_suspect: false }),
            ((2, 3), Crossing { link: 8, is_suspect: true }),
        ]);
        let rows = vec![member(1, "REQ-0001"), member(2, "REQ-0002")];
        let matrix = Matrix { role: Tie::Satisfies, rows, columns: vec![member(3, "REQ-0003")], cells };
        let (headings, rows) = sheet(&matrix);
        assert_eq!(headings, ["id", "section", "title", "REQ-0003"]);
        assert_eq!([&rows[0][3], &rows[1][3]], [&Cell::from("S".to_owned()), &Cell::from("S?".to_owned())]);
    }
}
