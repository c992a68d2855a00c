//! Links by hand: made and removed at any record, and judged again where an end says something else.

use kernel::{
    End, Error, Faults, Judgement, Link, Mention, Neighbour, Reader, Registry, Result, Since, Suspects, Tie,
    Vocabulary, Work, text,
};
use maud::{Markup, html};
use serde_json::json;

use crate::actions::Action;
use crate::edge::Page;
use crate::form::Form;
use crate::language::say;
use crate::parts::{self, Bulk, Button, Column, Empty, Field, Head, Line, Lines, Symbol, Table};
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Posted, Visit};
use crate::{record, t, words};

/// So many links of each direction stand on one page.
const SHOWN: i64 = 500;
/// So many suspect ones stand on one page: each tells what changed.
const SUSPECT: i64 = 60;
/// So many wait on the page of next actions.
const WAITING: i64 = 6;

pub fn routes(registry: &Registry) -> Routes {
    let kinds = registry.all().iter().fold(Routes::default(), |routes, entry| {
        let path = entry.kind.path;
        let at = format!("/{path}/{{number}}/links");
        routes
            .get(&at, move |number, visit| list(path, number, visit))
            .post(&at, move |number, posted| add(path, number, posted))
    });
    kinds
        .get("/links", suspects)
        .post("/links/judge", judge_marked)
        .get("/links/{id}", show)
        .post("/links/{id}/judge", judge)
        .post("/links/{id}/remove", remove)
}

async fn list(path: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| list_page(reader, path, &number, &asked, &Faults::default())).await
}

fn list_page(
    reader: &Reader,
    path: &'static str,
    number: &str,
    form: &Form,
    faults: &Faults,
) -> Result<Page> {
    if reader.actor.is_outside() {
        return Err(Error::NotFound);
    }
    let it = reader.mention_of(number)?;
    let kind = reader.registry().kind(&it.kind).filter(|it| it.kind.path == path).ok_or(Error::NotFound)?;
    let ties = reader.neighbours(it.id, SHOWN)?;
    let title = t!("Links of {number} {title}", number = &it.number, title = &it.title);
    let to = kind.kind.address(number);
    let body = html! {
        (parts::page_head(&Head {
            place: Some((it.number.clone(), to.clone())),
            title: html! { (title) },
            tools: parts::Tools {
                first: None,
                more: vec![
                    Button::open(format!("{to}/around"), t!("Picture")).small(),
                    Button::open(format!("{to}/impact"), t!("What hangs on this")).small(),
                    Button::open(format!("/links?of={number}"), t!("Suspect ones")).small(),
                ],
            },
            ..Head::default()
        }))
        @if reader.actor.only_reads { } @else { (adding(kind, &to, form, faults)) }
        (table(reader, &it, &ties))
    };
    Ok(Page::new(title, &format!("/{path}"), body).with(&["links.js"]))
}

/// The form that ties the record to another one.
fn adding(kind: &kernel::Entry, to: &str, form: &Form, faults: &Faults) -> Markup {
    let roles = Tie::offered_to(kind).into_iter().map(|(role, is_outward)| match is_outward {
        true => (role.code(), say(&role.text())),
        false => (format!("{}:back", role.code()), say(&role.reversed())),
    });
    let fault = |field: &str| faults.of(field).map(say);
    let said: Vec<_> = faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    html! {
        (parts::fault_summary(&said))
        (parts::section("add", t!("Add a link"), parts::form(&format!("{to}/links"), html! {
            (Field::select("role", t!("What it is to the other"), roles).value(form.text("role")).fault(fault("role")))
            (Field::text("to", t!("The other record")).value(form.text("to")).fault(fault("to"))
                .mark("data-finds", "found-records").mark("list", "found-records").mark("autocomplete", "off")
                .help(t!("Its number. While you type, what you can see is looked for by number, title and words.")))
            datalist id="found-records" {}
            (Button::send(t!("Add the link")).first())
        })))
    }
}

fn table(reader: &Reader, it: &Mention, ties: &[Neighbour]) -> Markup {
    if ties.is_empty() {
        return html! { p.quiet-text { (t!("Nothing is tied to it yet.")) } };
    }
    let columns = vec![
        Column::text(t!("Role")),
        Column::plain(t!("Number")),
        Column::title(t!("Title")),
        Column::text(t!("State")),
        Column::text(t!("Judged")),
    ];
    let group = |title: String, holds: bool| {
        let lines: Vec<Line> =
            ties.iter().filter(|tie| tie.led_here() == holds).map(|tie| line(reader, tie)).collect();
        Lines {
            title: Some(html! { (title) " " (parts::count(i64::try_from(lines.len()).unwrap_or(0))) }),
            lines,
        }
    };
    let groups = vec![group(t!("What led here"), true), group(t!("What follows"), false)];
    let groups = groups.into_iter().filter(|it| !it.lines.is_empty()).collect();
    let caption = t!("Links of {number}", number = &it.number);
    html! { (Table { caption, columns, groups, ..Table::default() }.compact()) }
}

fn line(reader: &Reader, tie: &Neighbour) -> Line {
    let role = if tie.is_target { tie.role.text() } else { tie.role.reversed() };
    let to = reader.registry().address(&tie.kind, &tie.number);
    let judged = if tie.is_suspect {
        parts::state(parts::State::Warn, t!("Suspect"))
    } else if tie.role.is_judged() {
        parts::state(parts::State::Good, t!("Holds"))
    } else {
        html! {}
    };
    Line::new(
        &tie.number,
        vec![
            html! { a href={ "/links/" (tie.link) } { (say(&role)) } },
            parts::number(&tie.number, &to),
            html! { a href=(to) { (tie.title) } },
            words::state(reader, &tie.kind, &tie.state),
            judged,
        ],
    )
}

async fn add(path: &'static str, Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    let (again, at) = (visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let here = work.mention_of(&number)?;
                let kind = work.registry().kind(&here.kind).ok_or(Error::NotFound)?;
                if kind.kind.path != path {
                    return Err(Error::NotFound);
                }
                let other = named(work, form.text("to"))?;
                let (code, is_back) = match form.text("role").split_once(':') {
                    Some((code, _)) => (code, true),
                    None => (form.text("role"), false),
                };
                let sentence = text!("Choose one of the words in the list.");
                let role = Tie::of(code).ok_or_else(|| Faults::one("role", sentence))?;
                let (source, target) = if is_back { (&other, &here) } else { (&here, &other) };
                work.link_by_hand(source, role, target)?;
                Ok(format!("/{path}/{number}/links"))
            },
            move |reader, error| list_page(reader, path, &at, &again, &faults_of(error)),
        )
        .await
}

/// The record that somebody typed: its number, which may be followed by its title.
fn named(work: &Work, typed: &str) -> Result<Mention> {
    let number = typed.split_whitespace().next().unwrap_or_default();
    let sentence = match number {
        "" => text!("Say which record: type its number, or words of it, and choose."),
        _ => text!(
            "There is no {number} that you can see. Type a number, or words of it, and choose.",
            number = number
        ),
    };
    match work.mention_of(number) {
        Err(Error::NotFound) => Err(Faults::one("to", sentence).into()),
        found => found,
    }
}

fn faults_of(error: &Error) -> Faults {
    match error {
        Error::Invalid(faults) => faults.clone(),
        Error::Refused(refusal) => {
            Faults(refusal.0.iter().map(|it| ("to".to_owned(), it.sentence.clone())).collect())
        }
        _ => Faults::default(),
    }
}

async fn show(Path(id): Path<i64>, visit: Visit) -> Answer {
    visit.read(move |reader| link_page(reader, id, &Faults::default())).await
}

fn link_page(reader: &Reader, id: i64, faults: &Faults) -> Result<Page> {
    let link = reader.link(id)?;
    let title = t!(
        "{source} {role} {target}",
        source = &link.source.number,
        role = say(&link.role.text()),
        target = &link.target.number
    );
    let said: Vec<_> = faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    let may_write = !reader.actor.only_reads;
    let standing = match (link.role.is_judged(), link.is_suspect()) {
        (false, _) => html! {},
        (true, false) => parts::state_boxed(parts::State::Good, t!("Holds")),
        (true, true) => parts::state_boxed(parts::State::Warn, t!("Suspect")),
    };
    let facts = vec![
        (t!("Last judged"), parts::when(link.judged_at, reader.now)),
        (t!("Judged by"), parts::person(&reader.name_of(link.judged_by)?)),
    ];
    let body = html! {
        (parts::page_head(&Head {
            place: Some((t!("Suspect links"), "/links".to_owned())),
            title: html! { (title) },
            state: Some(standing),
            facts,
            ..Head::default()
        }))
        (parts::fault_summary(&said))
        (end(reader, &link.source, t!("From"))?)
        (end(reader, &link.target, t!("To"))?)
        @if may_write && link.is_suspect() { (judging(&link)) }
        @if may_write && link.role.is_by_hand() { (removing(&link)) }
    };
    Ok(Page::new(title, "/links", body))
}

/// One end: what it is, and what it says now and did not say when the tie was judged.
fn end(reader: &Reader, end: &End, title: String) -> Result<Markup> {
    let to = reader.registry().address(&end.kind, &end.number);
    let id = format!("end-{}", end.number);
    Ok(parts::section(
        &id,
        title,
        html! {
            p {
                (parts::number(&end.number, &to)) " " a href=(to) { (end.title) } " "
                (words::state(reader, &end.kind, &end.state))
            }
            (changes(reader, end)?)
        },
    ))
}

/// What became of an end since the tie was judged, and whose deed it was.
pub fn changes(reader: &Reader, end: &End) -> Result<Markup> {
    if !end.differs {
        let says = end.judged.is_some();
        return Ok(html! { @if says { p.fine { (t!("It says what it said when the link was judged.")) } } });
    }
    let since = reader.changed_since(end)?;
    let part = json!({ "kind": end.kind, "change": since.fields });
    let differences = record::differences(reader, &part)?;
    let by = who(reader, &since)?;
    Ok(html! {
        @if since.is_over { p { (parts::state(parts::State::Warn, t!("It is over: nothing can rest on it any more."))) } }
        @if !since.is_found { p { (t!("What it said then cannot be read any more; compare what it says now with the other end.")) } }
        @if !differences.is_empty() { (parts::differences(&differences)) }
        @if !by.is_empty() { p.fine {
            (t!("Changed by")) " "
            @for (place, it) in by.iter().enumerate() { @if place > 0 { ", " } (it) }
        } }
    })
}

/// Who changed it, each once with the moment of their last deed.
fn who(reader: &Reader, since: &Since) -> Result<Vec<Markup>> {
    let (mut seen, mut all) = (Vec::new(), Vec::new());
    for (person, at, entry) in &since.deeds {
        if seen.contains(person) {
            continue;
        }
        seen.push(*person);
        let name = reader.name_of(*person)?;
        let proof = parts::proof(&format!("/entries/{entry}"));
        all.push(html! { (name) " " (parts::when(*at, reader.now)) " " (proof) });
    }
    Ok(all)
}

fn judging(link: &Link) -> Markup {
    parts::section(
        "judge",
        t!("Does it still hold?"),
        html! {
            (parts::form(&format!("/links/{}/judge", link.id), html! {
                (Field::area("reason", t!("Why the change has no impact")).required()
                    .help(t!("It stands on the trail of both ends.")))
                (Button::send(t!("No impact: it holds")).first())
            }))
            p.fine { (t!("If it no longer holds as it is, update the end that has to follow, or remove the link.")) }
            div.row {
                @for end in [&link.source, &link.target] {
                    @if let Some(to) = updating(link, end) {
                        (Button::open(to, t!("Update {number}", number = &end.number)).symbol(Symbol::Edit))
                    }
                }
            }
        },
    )
}

/// Where an end is written anew, so that the tie is judged in the same deed.
fn updating(link: &Link, end: &End) -> Option<String> {
    (end.kind == "REQ").then(|| format!("/requirements/{}/follow?link={}", end.number, link.id))
}

fn removing(link: &Link) -> Markup {
    parts::section(
        "remove",
        t!("Remove the link"),
        parts::form(
            &format!("/links/{}/remove", link.id),
            html! {
                (Field::text("reason", t!("Reason")).required().help(t!("That it was there stays on the trail of both ends.")))
                (Button::send(t!("Remove it")).stop())
            },
        ),
    )
}

async fn judge(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text("reason").to_owned();
    visit
        .write_or(
            move |work| {
                work.judge(id, Judgement::NoImpact, &reason)?;
                Ok(format!("/links/{id}"))
            },
            move |reader, error| link_page(reader, id, &faults_of(error)),
        )
        .await
}

async fn remove(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text("reason").to_owned();
    visit
        .write_or(
            move |work| {
                let link = work.unlink(id, &reason)?;
                Ok(format!("{}/links", work.registry().address(&link.source.kind, &link.source.number)))
            },
            move |reader, error| link_page(reader, id, &faults_of(error)),
        )
        .await
}

async fn suspects(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| suspects_page(reader, asked.text("of"), &Faults::default())).await
}

/// Whose suspect links are asked for: mine, everybody's, or those of a record and what it holds.
pub(crate) fn which(reader: &Reader, of: &str) -> Result<Suspects> {
    match of {
        "" | "mine" => Ok(Suspects::Mine),
        "all" => Ok(Suspects::All),
        number => Ok(Suspects::Of(reader.mention_of(number)?.id)),
    }
}

fn suspects_page(reader: &Reader, of: &str, faults: &Faults) -> Result<Page> {
    if reader.actor.is_outside() {
        return Err(Error::NotFound);
    }
    let links = reader.suspects(which(reader, of)?, SUSPECT + 1)?;
    let is_more = links.len() > usize::try_from(SUSPECT).unwrap_or(0);
    let links = &links[..links.len().min(usize::try_from(SUSPECT).unwrap_or(0))];
    let said: Vec<_> = faults.0.iter().map(|(field, it)| (field.clone(), say(it))).collect();
    let mut lines = Vec::new();
    for link in links {
        lines.push(suspect_line(reader, link)?);
    }
    let columns = vec![Column::title(t!("Link")), Column::text(t!("What changed since it was judged"))];
    let table = Table::new(t!("Suspect links, the oldest first"), columns, lines);
    let may_write = !reader.actor.only_reads;
    let tab = |label: String, address: &str, is_here: bool| parts::Tab {
        label,
        address: address.to_owned(),
        count: None,
        is_here,
    };
    let mut tabs = vec![
        tab(t!("Mine"), "/links", matches!(of, "" | "mine")),
        tab(t!("Everybody's"), "/links?of=all", of == "all"),
    ];
    if !matches!(of, "" | "mine" | "all") {
        tabs.push(tab(of.to_owned(), &format!("/links?of={of}"), true));
    }
    let body = html! {
        (parts::page_head(&Head {
            title: html! { (t!("Suspect links")) },
            lead: Some(html! { (t!("An end says something else since somebody last said that the link holds. Judge each again, or many with one reason.")) }),
            ..Head::default()
        }))
        (parts::tabs(&t!("Whose"), &tabs))
        (parts::fault_summary(&said))
        @if links.is_empty() {
            (parts::empty(&Empty {
                title: t!("No link is suspect"),
                purpose: t!("When a requirement is changed, every link to it comes here, with the words that changed, until somebody judges it."),
                buttons: vec![Button::open("/requirement-sets", t!("Open the requirements"))],
            }))
        } @else if may_write {
            (table.selectable())
            @if is_more { p.fine { (t!("There are more. Judge these first.")) } }
            (parts::bulk(&Bulk { action: "/links/judge".to_owned(), buttons: vec![Button::send(t!("No impact: they hold")).small()] }))
            div.field {
                label for="reason" { (t!("Why the changes have no impact")) }
                input.input id="reason" name="reason" form="bulk" required;
            }
        } @else {
            (table)
        }
    };
    Ok(Page::new(t!("Suspect links"), "/links", body))
}

fn suspect_line(reader: &Reader, link: &Link) -> Result<Line> {
    let mut changed = Vec::new();
    for end in [&link.source, &link.target].into_iter().filter(|it| it.differs) {
        changed.push(html! { p { (end.number) " " (end.title) } (changes(reader, end)?) });
    }
    let role = say(&link.role.text());
    let number = |end: &End| parts::number(&end.number, &reader.registry().address(&end.kind, &end.number));
    Ok(Line::new(
        link.id.to_string(),
        vec![
            html! {
                (number(&link.source)) " " a href={ "/links/" (link.id) } { (role) } " " (number(&link.target))
                br; span.fine { (link.source.title) " · " (link.target.title) }
            },
            html! { @for it in &changed { (it) } },
        ],
    ))
}

async fn judge_marked(Posted(visit): Posted) -> Answer {
    let form = visit.form.clone();
    visit
        .write_or(
            move |work| {
                let ids: Vec<i64> = form.all("marked").iter().filter_map(|it| it.parse().ok()).collect();
                work.judge_many(&ids, form.text("reason"))?;
                Ok("/links".to_owned())
            },
            |reader, error| suspects_page(reader, "", &faults_of(error)),
        )
        .await
}

/// My suspect links among my next actions: the first few, and whether there are more.
pub(crate) fn waiting(reader: &Reader) -> Result<Vec<Action>> {
    let links = reader.suspects(Suspects::Mine, WAITING)?;
    let action = |it: &Link| {
        let changed: Vec<&str> =
            [&it.source, &it.target].iter().filter(|it| it.differs).map(|it| it.number.as_str()).collect();
        Action {
            sort: "judge",
            number: it.source.number.clone(),
            symbol: Symbol::Warn,
            title: t!(
                "Judge whether {source} still {role} {target}",
                source = &it.source.number,
                role = say(&it.role.text()),
                target = &it.target.number
            ),
            address: format!("/links/{}", it.id),
            why: t!("{numbers} says something else now", numbers = changed.join(", ")),
            stands_in: None,
            due: None,
            since: it.judged_at,
            done: None,
        }
    };
    Ok(links.iter().map(action).collect())
}
