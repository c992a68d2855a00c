//! My next actions, what I watch, what can be begun, and the keys.

use jiff::civil::Date;
use kernel::{Reader, Result, sql, values};
use maud::{Markup, html};
use serde::Deserialize;

use crate::actions::{self, Action};
use crate::edge::Page;
use crate::language;
use crate::parts::{self, Button, Empty, Head, Row};
use crate::routes::Routes;
use crate::visit::{Answer, Visit};
use crate::{t, words};

pub fn routes() -> Routes {
    Routes::default().get("/", home).get("/new", begin).get("/keys", keys)
}

async fn home(visit: Visit) -> Answer {
    let (to_do, functions) = (visit.edge.to_do, visit.edge.functions);
    visit
        .read(move |reader| {
            let waiting = actions::waiting(reader, &functions(reader)?, to_do(reader)?)?;
            let moved = moved(reader)?;
            Ok(Page::new(t!("My next actions"), "/", show(reader, &waiting, &moved)?))
        })
        .await
}

/// A record that the actor watches and that changed lately.
#[derive(Deserialize)]
struct Moved {
    number: String,
    kind: String,
    title: String,
    state: String,
    changed_at: i64,
}

fn moved(reader: &Reader) -> Result<Vec<Moved>> {
    reader.rows(
        sql!(
            "select number, kind, title, state, changed_at from visible
             join watch on watch.record_id = visible.id where watch.person = $1
             order by changed_at desc limit 12"
        ),
        values![reader.actor.person],
    )
}

fn show(reader: &Reader, waiting: &[Action], moved: &[Moved]) -> Result<Markup> {
    let count = waiting.len();
    let today = language::day_of(reader.now);
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    for it in waiting {
        let (group, row) = (group_of(it.due, today), it.row(reader));
        match groups.iter_mut().find(|(it, _)| *it == group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((group, vec![row])),
        }
    }
    let suspect: Vec<Row> = actions::to_judge(reader)?.iter().map(|it| it.row(reader)).collect();
    let outside = reader.actor.is_outside();
    let purpose = if outside {
        t!(
            "Here stands what we ask of you, what to read, to answer or to confirm, each with the button that does it."
        )
    } else {
        t!(
            "Here stands what others ask of you and what is due, each with the button that does it. Tasks come from any record: open one and ask somebody."
        )
    };
    let lead = t!("{count} thing waits for you." | "{count} things wait for you.", count = count);
    let head = Head {
        title: html! { (t!("My next actions")) },
        lead: (count > 0).then(|| html! { (lead) }),
        ..Head::default()
    };
    Ok(html! {
        (parts::page_head(&head))
        @if count == 0 {
            (parts::empty(&Empty {
                title: t!("Nothing waits for you"),
                purpose,
                buttons: vec![Button::open("/requirement-sets", t!("Open the requirements")), Button::open("/inbox", t!("Open the inbox"))],
            }))
        }
        @for (place, (group, rows)) in groups.iter().enumerate() {
            (parts::section(&format!("group-{place}"), heading(group, rows.len()), parts::rows(rows)))
        }
        @if !suspect.is_empty() {
            (parts::section_with("suspect", t!("Links to be judged again"), &[Button::open("/links", t!("All of them")).small()], parts::rows(&suspect)))
        }
        @if !outside || !moved.is_empty() {
            (parts::section("moved", t!("What you watch"), html! {
                @if moved.is_empty() { p.quiet-text { (t!("You watch nothing yet. “Watch” on a record keeps it in sight here.")) } }
                @else { (parts::rows(&moved.iter().map(|it| moved_row(reader, it)).collect::<Vec<_>>())) }
            }))
        }
    })
}

/// What a group is called, and how many stand in it; what is late is seen at a glance.
fn heading(group: &str, count: usize) -> Markup {
    html! {
        @if group == t!("Overdue") { (parts::state(parts::State::Bad, group)) } @else { (group) }
        " " (parts::count(count))
    }
}

fn group_of(due: Option<Date>, today: Date) -> String {
    let Some(due) = due else { return t!("Without a day") };
    match (due - today).get_days() {
        ..0 => t!("Overdue"),
        0 => t!("Today"),
        1..=7 => t!("Within a week"),
        _ => t!("Later"),
    }
}

fn moved_row(reader: &Reader, it: &Moved) -> Row {
    let at = jiff::Timestamp::from_microsecond(it.changed_at).unwrap_or_default();
    Row {
        symbol: words::symbol(reader, &it.kind),
        title: format!("{} {}", it.number, it.title),
        address: reader.registry().address(&it.kind, &it.number),
        why: words::state(reader, &it.kind, &it.state),
        when: parts::when(at, reader.now),
        buttons: Vec::new(),
    }
}

async fn begin(visit: Visit) -> Answer {
    let beginnings = visit.edge.beginnings;
    visit
        .read(move |reader| {
            let head = Head {
                title: html! { (t!("Begin something new")) },
                lead: Some(html! { (t!("Choose what it is. Nothing is required before it is needed.")) }),
                ..Head::default()
            };
            let all = beginnings(reader);
            let body = html! {
                (parts::page_head(&head))
                @if all.is_empty() { p { (t!("You may read everything and change nothing. Ask the owner.")) } }
                ul.rows { @for (label, address) in all { li { (parts::Symbol::Plus) div { a.title href=(address) { (label) } } } } }
            };
            Ok(Page::new(t!("Begin something new"), "/new", body))
        })
        .await
}

async fn keys(visit: Visit) -> Answer {
    let shortcuts = visit.edge.shortcuts;
    visit
        .read(move |reader| {
            let keys: [(&[&str], String); 12] = [
                (&["Ctrl", "K"], t!("search and commands")),
                (&["/"], t!("search")),
                (&["n"], t!("begin something new")),
                (&["g", "h"], t!("go to your next actions")),
                (&["g", "n"], t!("go to your notices")),
                (&["j", "k"], t!("next and previous row")),
                (&["Enter"], t!("open, or edit a cell")),
                (&["x"], t!("mark a row")),
                (&["e"], t!("say that a notice is read")),
                (&["r"], t!("make a requirement of the marked words")),
                (&["Ctrl", "Enter"], t!("send the form you are in, or save the cell")),
                (&["Esc"], t!("leave, or put back what was there")),
            ];
            let body = html! {
                (parts::page_head(&Head { title: html! { (t!("Keyboard")) }, ..Head::default() }))
                (parts::facts(&keys.map(|(keys, does)| {
                    (does, html! { @for key in keys { (parts::key(key)) " " } })
                })))
                @let own: Vec<_> =
                    shortcuts(reader).into_iter().map(|it| (it.words, html! { (parts::key(it.key)) })).collect();
                @if !own.is_empty() { (parts::facts(&own)) }
                p.fine { a href="/me" { (t!("Letter keys can be switched off in your settings.")) } }
            };
            Ok(Page::new(t!("Keyboard"), "/keys", body))
        })
        .await
}
