//! What waits for somebody: tasks, what they were named in, what they must read, ties that they must judge; one list,
//! the most urgent first.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Because, Reader, Result, Task};
use maud::html;

use crate::common::{links, notices};
use crate::language::{self, say};
use crate::parts::{self, Button, Row, Symbol};
use crate::{t, words};

/// So many mentions are looked for.
const MENTIONS: i64 = 100;

/// Something that waits for somebody.
#[derive(Clone, Debug)]
pub struct Action {
    /// What sort it is, as programs call it: `task`, `read`, `mention`, `judge`, `deputy`; outside also `answer`, `sign`.
    pub sort: &'static str,
    /// The number of the record that it is about.
    pub number: String,
    pub symbol: Symbol,
    /// What is to be done.
    pub title: String,
    /// Where it is done.
    pub address: String,
    /// Why it waits for them.
    pub why: String,
    /// For whom, and until when they are absent, where somebody stands in.
    pub stands_in: Option<String>,
    pub due: Option<Date>,
    pub since: Timestamp,
    /// The words and the address of the button that does it in place.
    pub done: Option<(String, String)>,
}

/// All that waits for the actor, but for ties: by due day, what has none last, then what waits longest.
///
/// `functions` are those that they belong to, `others` what areas add.
pub fn waiting(reader: &Reader, functions: &[i64], others: Vec<Action>) -> Result<Vec<Action>> {
    let mut all = others;
    for it in reader.my_tasks(functions)? {
        all.push(task(reader, &it)?);
    }
    if !reader.actor.not_even_own {
        all.extend(mentions(reader)?);
    }
    all.sort_by_key(|it| (it.due.is_none(), it.due, it.since));
    Ok(all)
}

/// Ties whose ends say something else and that the actor must judge.
pub fn to_judge(reader: &Reader) -> Result<Vec<Action>> {
    links::waiting(reader)
}

fn task(reader: &Reader, it: &Task) -> Result<Action> {
    let asked_by = reader.name_of(it.asked_by)?;
    let asked =
        t!("{who} asked, {when}", who = asked_by, when = language::near_moment(it.asked_at, reader.now));
    let stands_in = reader.stands_in_at(it).map(|it| {
        t!("for {name}, absent until {day}", name = it.name.clone(), day = language::day(it.until))
    });
    Ok(Action {
        sort: "task",
        number: it.number.clone(),
        symbol: words::symbol(reader, &it.kind),
        title: say(&it.words()),
        address: it.place.clone().unwrap_or_else(|| reader.registry().address(&it.kind, &it.number)),
        why: format!("{} {} · {asked}", it.number, it.title),
        stands_in,
        due: it.due,
        since: it.asked_at,
        done: it.place.is_none().then(|| (t!("Done"), format!("/tasks/{}/settle", it.id))),
    })
}

/// Where the actor was named and did not look yet; several times about one record is one thing to do.
fn mentions(reader: &Reader) -> Result<Vec<Action>> {
    let mut notices = reader.notices(true, None, MENTIONS)?;
    notices.retain(|it| it.because == Because::Mentioned);
    let told = notices::Told::of(reader, &notices)?;
    let mut all: Vec<Action> = Vec::new();
    for it in &notices {
        if all.iter().any(|known| known.number == it.number) {
            continue;
        }
        let words = format!("{} {}", told.who(it)?, told.what(it)?);
        all.push(Action {
            sort: "mention",
            number: it.number.clone(),
            symbol: Symbol::Bell,
            title: words,
            address: notices::address(reader, it),
            why: format!("{} {} · {}", it.number, it.title, say(&it.because.reason())),
            stands_in: None,
            due: None,
            since: it.at,
            done: Some((t!("Mark read"), format!("/notices/{}/read?to=/", it.id))),
        });
    }
    Ok(all)
}

impl Action {
    /// As a line of a list.
    pub fn row(&self, reader: &Reader) -> Row {
        let today = language::day_of(reader.now);
        let may_do =
            if self.sort == "mention" { !reader.actor.not_even_own } else { !reader.actor.only_reads };
        let button = self.done.iter().filter(|_| may_do);
        Row {
            symbol: self.symbol,
            title: self.title.clone(),
            address: self.address.clone(),
            why: html! { (self.why) @if let Some(absent) = &self.stands_in { " · " strong { (absent) } } },
            when: match self.due {
                Some(due) => parts::due(due, today),
                None => html! { (t!("since")) " " (parts::when(self.since, reader.now)) },
            },
            buttons: button.map(|(word, address)| Button::post(address, word).small()).collect(),
        }
    }
}
