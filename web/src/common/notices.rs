//! Notices: what happened to what is mine, asked of me, or watched by me; and whom one can name.

mod mail;
mod telling;

pub use self::mail::mail;
pub(crate) use self::telling::typed;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::Timestamp;
use kernel::{Because, Deed, Error, Heard, Notice, Reader, Result, way_to_name};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use crate::api::json as in_json;
use crate::edge::Page;
use crate::language::say;
use crate::page::NOTICES;
use crate::parts::{self, Button, Empty, Head, Row, Tools};
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Posted, Visit};
use crate::{record, t, words};

/// So many notices stand on a page.
const SHOWN: i64 = 100;
/// So many people are offered while one types a name.
const OFFERED: usize = 8;
/// So many lines stand about one record.
const LINES: usize = 6;
/// So much of what was said is quoted, in characters.
const QUOTED: usize = 160;

pub fn routes() -> Routes {
    Routes::default()
        .get(NOTICES, list)
        .post("/notices/read", hear_all)
        .post("/notices/{id}/read", hear)
        .get("/mentions", mentions)
        .and(telling::routes())
}

async fn list(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let before = asked.text("before").parse().ok();
            let unread = if before.is_none() { reader.notices(true, None, SHOWN)? } else { Vec::new() };
            let known = reader.notices(false, before, SHOWN)?;
            let more = known.last().filter(|_| i64::try_from(known.len()) == Ok(SHOWN)).map(|it| it.entry);
            let read: Vec<Notice> = known.into_iter().filter(|it| it.read_at.is_some()).collect();
            Ok(Page::new(t!("Notices"), NOTICES, show(reader, &unread, &read, more)?))
        })
        .await
}

fn show(reader: &Reader, unread: &[Notice], read: &[Notice], more: Option<i64>) -> Result<Markup> {
    let mut tools = Tools::default();
    if let Some(last) = unread.iter().map(|it| it.entry).max().filter(|_| !reader.actor.not_even_own) {
        let all = Button::post("/notices/read", t!("Mark all read")).sends("up_to", last.to_string()).small();
        tools.more.push(all);
    }
    tools.more.push(Button::open(telling::ADDRESS, t!("How you are told")).small());
    let count = reader.unread_notices()?;
    let lead = t!("{count} notice is new." | "{count} notices are new.", count = count);
    let head = Head {
        title: html! { (t!("Notices")) },
        lead: (count > 0).then(|| html! { (lead) }),
        tools,
        ..Head::default()
    };
    Ok(html! {
        (parts::page_head(&head))
        @if unread.is_empty() && read.is_empty() {
            (parts::empty(&Empty {
                title: t!("No notices yet"),
                purpose: t!("Here stands what others did with what you own or watch, where you were named, and what you were asked. Each says why you get it."),
                buttons: vec![Button::open("/", t!("My next actions"))],
            }))
        }
        @if !unread.is_empty() { (parts::section("new", t!("New"), parts::rows(&by_record(reader, unread)?))) }
        @if !read.is_empty() { (parts::section("before", t!("Read before"), parts::rows(&by_record(reader, read)?))) }
        @if let Some(last) = more { p { a href={ (NOTICES) "?before=" (last) } { (t!("Earlier notices")) } } }
    })
}

/// One row a record, the one with the newest notice first.
fn by_record(reader: &Reader, notices: &[Notice]) -> Result<Vec<Row>> {
    let told = Told::of(reader, notices)?;
    let mut groups: Vec<(i64, Vec<&Notice>)> = Vec::new();
    for notice in notices {
        match groups.iter_mut().find(|(record, _)| *record == notice.record_id) {
            Some((_, some)) => some.push(notice),
            None => groups.push((notice.record_id, vec![notice])),
        }
    }
    groups.iter().map(|(_, some)| row(reader, &told, some)).collect()
}

fn row(reader: &Reader, told: &Told, some: &[&Notice]) -> Result<Row> {
    let newest = some[0];
    let why = reader.why_told(some)?;
    let lines = told.lines(some)?;
    let line = |it: &Line| html! { span.told { strong { (it.who()) } " " (it.what) " · " (parts::when(it.at, reader.now)) } };
    let mut buttons = Vec::new();
    if newest.read_at.is_none() && !reader.actor.not_even_own {
        let about = newest.record_id.to_string();
        let button =
            Button::post(format!("/notices/{}/read", newest.id), t!("Mark read")).sends("about", about);
        buttons.push(button.small().mark("data-hear", ""));
    }
    let (shown, folded) = lines.split_at(lines.len().min(LINES));
    Ok(Row {
        symbol: words::symbol(reader, &newest.kind),
        title: format!("{} {}", newest.number, newest.title),
        address: address(reader, newest),
        why: html! {
            @for it in shown { (line(it)) }
            @if !folded.is_empty() {
                span.told.fine { (t!("and {count} earlier" | "and {count} earlier", count = folded.len())) }
            }
            span.fine { (say(&why)) }
        },
        when: html! {},
        buttons,
    })
}

/// One thing that happened, done by one or by several.
pub(crate) struct Line {
    who: Vec<String>,
    pub what: String,
    pub at: Timestamp,
}

impl Line {
    /// Who did it: three by name, of more how many.
    pub fn who(&self) -> String {
        match self.who.as_slice() {
            [.., _, _, _, _] => {
                let others = self.who.len() - 2;
                let named = self.who[..2].join(", ");
                t!("{named} and {count} other" | "{named} and {count} others", count = others, named = named)
            }
            few => few.join(", "),
        }
    }
}

/// Where what is told can be read.
pub(crate) fn address(reader: &Reader, notice: &Notice) -> String {
    let page = reader.registry().address(&notice.kind, &notice.number);
    match notice.because {
        _ if notice.remark.is_some() => format!("{page}#timeline"),
        Because::Asked | Because::Function => format!("{page}#tasks"),
        _ => page,
    }
}

/// What notices tell, with what they refer to.
pub(crate) struct Told<'a, 'db> {
    reader: &'a Reader<'db>,
    deeds: BTreeMap<i64, Deed>,
}

impl<'a, 'db> Told<'a, 'db> {
    pub fn of(reader: &'a Reader<'db>, notices: &[Notice]) -> Result<Self> {
        let entries: Vec<i64> = notices.iter().map(|it| it.entry).collect();
        let deeds = reader.deeds_at(&entries)?.into_iter().map(|it| (it.entry, it)).collect();
        Ok(Self { reader, deeds })
    }

    /// What notices about one record tell, the newest first; what several did is one line.
    pub fn lines(&self, some: &[&Notice]) -> Result<Vec<Line>> {
        let mut lines: Vec<Line> = Vec::new();
        for it in some {
            let (who, what) = (self.who(it)?, self.what(it)?);
            match lines.last_mut().filter(|last| last.what == what) {
                Some(last) if last.who.contains(&who) => {}
                Some(last) => last.who.push(who),
                None => lines.push(Line { who: vec![who], what, at: it.at }),
            }
        }
        Ok(lines)
    }

    /// Who did it.
    pub fn who(&self, it: &Notice) -> Result<String> {
        let name = self.reader.name_of(it.actor)?;
        match self.deeds.get(&it.entry).and_then(Deed::on_behalf_of) {
            Some(absent) => Ok(t!("{who} for {whom}", who = name, whom = self.reader.name_of(absent)?)),
            None => Ok(name),
        }
    }

    /// What they did, as a sentence without its subject.
    pub fn what(&self, it: &Notice) -> Result<String> {
        let mut what = match (it.remark, it.deed.as_str()) {
            (Some(remark), _) => self.said(it.because, remark)?,
            (None, "changed") if !it.fields.is_empty() => self.changed(it),
            (None, deed) => match self.deeds.get(&it.entry) {
                Some(deed) => record::happened(self.reader, deed, &it.number)?,
                None if deed == "offered" => t!("offered this to you"),
                None => self.reader.registry().deed(deed).map_or_else(|| t!("worked on this"), |it| say(&it)),
            },
        };
        if it.deeds > 1 && it.deed != "changed" {
            what = format!("{what} ({})", t!("{count} time" | "{count} times", count = it.deeds));
        }
        if it.others > 0 {
            let others = t!("and {count} other record" | "and {count} other records", count = it.others);
            what = format!("{what} {others}");
        }
        Ok(what)
    }

    fn said(&self, because: Because, remark: i64) -> Result<String> {
        let said = match self.reader.remark_at(remark) {
            Ok(said) => said,
            Err(Error::NotFound) => return Ok(t!("said something")),
            Err(error) => return Err(error),
        };
        if said.struck_at.is_some() {
            return Ok(t!("said something and struck it out"));
        }
        let words = quoted(&said.words);
        Ok(match because {
            Because::Mentioned => t!("mentioned you: “{words}”", words = words),
            _ => t!("said: “{words}”", words = words),
        })
    }

    fn changed(&self, it: &Notice) -> String {
        let label = |field: &String| words::label(self.reader, &it.kind, field);
        match it.fields.as_slice() {
            fields @ ([_] | [_, _] | [_, _, _]) => {
                t!("changed {fields}", fields = fields.iter().map(label).collect::<Vec<_>>().join(", "))
            }
            fields => t!("changed {count} field" | "changed {count} fields", count = fields.len()),
        }
    }
}

/// The beginning of what was said, in one line.
fn quoted(words: &str) -> String {
    let line = markdown::plain(words).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    let cut: String = line.chars().take(QUOTED).collect();
    format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(it, _)| it))
}

async fn hear_all(Posted(mut visit): Posted) -> Answer {
    let up_to = visit.form.whole("up_to");
    visit
        .write(move |work| {
            work.hear(Heard::UpTo(up_to.unwrap_or(i64::MAX)))?;
            Ok(NOTICES.to_owned())
        })
        .await
}

/// One notice, or all about the same record.
async fn hear(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    let about = visit.form.has("about");
    let back = if visit.envelope.asked().text("to") == "/" { "/" } else { NOTICES };
    visit
        .write(move |work| {
            let notice = work.notice(id)?;
            work.hear(if about { Heard::About(notice.record_id) } else { Heard::One(id) })?;
            Ok(back.to_owned())
        })
        .await
}

/// Whom one may mean, while one types a name.
async fn mentions(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let typed = kernel::fold(&asked.text("q").replace('.', " "));
            let typed: Vec<&str> = typed.split_whitespace().collect();
            let staff = reader.colleagues()?;
            let fits = |name: &str| {
                let folded = kernel::fold(name);
                let of_name: Vec<&str> = folded.split_whitespace().collect();
                typed.iter().all(|it| of_name.iter().any(|word| word.starts_with(it)))
            };
            let fitting = staff.iter().filter(|it| it.person != reader.actor.person && fits(&it.name));
            let people: Vec<Json> = fitting
                .take(OFFERED)
                .map(|it| json!({ "write": way_to_name(&staff, it), "name": it.name, "does": it.does }))
                .collect();
            Ok(in_json(StatusCode::OK, &json!({ "people": people })))
        })
        .await
}
