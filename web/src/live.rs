//! Live updates: what colleagues do to what somebody looks at, told to their browser while they look.
//!
//! One thread listens to the trail and tells all streams of this node (server-sent events, HTML 9.2). A stream
//! is a task of the event loop, no thread; only when something concerns it, it goes to a thread that may
//! block, where session and rights are asked anew before a word is sent. A session that was ended ends its streams:
//! its end is a deed on its person, which the stream hears like any other.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderValue;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use kernel::{Db, Error, Moved, News, PersonId, Reader, Registry, Result, Sharing};
use serde_json::{Value as Json, json};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::edge::{Edge, Key, Known};
use crate::failure::Failure;
use crate::language::{self, Language};
use crate::routes::{Doc, Routes};
use crate::t;
use crate::visit::{Answer, Posted, Visit, off_the_loop};

/// Where a browser listens.
pub const LIVE: &str = "/live";
/// How long is waited for news before it is looked in any case.
const LOOKS_EVERY: Duration = Duration::from_millis(400);
/// How often a stream says that it lives, and asks whether its session still does.
const BEATS_EVERY: Duration = Duration::from_secs(25);
/// So many deeds wait for a stream that is slow; of more it is only told that there were.
const WAITING: usize = 1024;
/// So many windows of one person are told at once.
const WINDOWS: usize = 64;
/// After how long a browser comes back that lost its stream, in milliseconds.
const COMES_BACK: Duration = Duration::from_secs(2);

/// What is told to all streams of a node.
#[derive(Clone)]
enum Told {
    Deed(Arc<News>),
    /// Some came to a record, went, or began to write.
    Presence(i64),
    /// The program stops.
    End,
}

/// The streams of a node.
pub struct Live {
    sender: broadcast::Sender<Told>,
    is_listening: AtomicBool,
    /// The entry up to which everything was told.
    floor: AtomicI64,
    /// The records where somebody came, went or began to write since that was told last.
    moved: Mutex<BTreeSet<i64>>,
    windows: Mutex<HashMap<PersonId, usize>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(WAITING).0,
            is_listening: AtomicBool::new(false),
            floor: AtomicI64::new(0),
            moved: Mutex::default(),
            windows: Mutex::default(),
        }
    }
}

impl Live {
    /// Listens to the trail and tells the streams, until it is over. It has a thread of its own.
    pub fn listen(&self, db: &Db, is_over: impl Fn() -> bool) {
        while !is_over() {
            if let Err(error) = self.listen_on(db, &is_over) {
                tracing::error!("nobody listens to the trail for a while: {error}");
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        self.end();
    }

    fn listen_on(&self, db: &Db, is_over: &impl Fn() -> bool) -> Result<()> {
        let mut ear = db.ear()?;
        self.floor.store(ear.floor(), Ordering::Relaxed);
        self.is_listening.store(true, Ordering::Relaxed);
        while !is_over() {
            db.wait_for_news(LOOKS_EVERY)?;
            for news in db.listen(&mut ear)? {
                // Nobody may listen, which is no fault.
                let _ = self.sender.send(Told::Deed(Arc::new(news)));
            }
            self.floor.store(ear.floor(), Ordering::Relaxed);
            // A meeting that opens one record is told of once, not once by everybody to everybody.
            let mut moved = std::mem::take(&mut *self.moved());
            moved.extend(db.look_around()?);
            for record in moved {
                let _ = self.sender.send(Told::Presence(record));
            }
        }
        Ok(())
    }

    /// Ends all streams: the program stops.
    pub fn end(&self) {
        self.is_listening.store(false, Ordering::Relaxed);
        let _ = self.sender.send(Told::End);
    }

    /// Whether somebody listens to the trail: without, a stream ends as soon as it has said how things are.
    pub fn is_listening(&self) -> bool {
        self.is_listening.load(Ordering::Relaxed)
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        self.sender.receiver_count()
    }

    fn moved(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn takes(&self, person: PersonId) -> bool {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let count = windows.entry(person).or_default();
        *count += 1;
        *count <= WINDOWS
    }

    fn leaves(&self, person: PersonId) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = windows.get_mut(&person) {
            *count -= 1;
            if *count == 0 {
                windows.remove(&person);
            }
        }
    }
}

pub fn routes() -> Routes {
    const LOOKED_AT: &[(&str, &str)] = &[
        ("record", "The number of a record that is looked at; what is part of it is heard, too."),
        ("kind", "The kind of a list that is looked at: the beginning of its numbers, as RS."),
        ("since", "The entry after which something may have been missed; `Last-Event-ID` says the same."),
    ];
    let doc = Doc {
        summary: "What others do to what you look at, as it happens: events `changed`, `counts`, `here`",
        tag: "Live",
        query: LOOKED_AT,
        media_type: Some("text/event-stream"),
        ..Doc::default()
    };
    Routes::default().get(LIVE, stream).post("/live/writing", writes).api_get("/api/v1/live", doc, stream)
}

/// Where the page at a path listens: to its record, to its list, or only to what is told to the person.
pub(crate) fn address(registry: &Registry, (path, lists): (&str, Option<&str>), since: i64) -> String {
    let mut parts = path.trim_start_matches('/').split('/');
    let kind = parts.next().and_then(|it| registry.at(it));
    let look = match (kind, parts.next()) {
        (Some(kind), None) => format!("kind={}&", kind.kind.prefix),
        (Some(kind), Some(number))
            if registry.of_number(number).is_some_and(|it| it.kind.prefix == kind.kind.prefix) =>
        {
            format!("record={number}&")
        }
        _ => lists.map(|it| format!("kind={it}&")).unwrap_or_default(),
    };
    format!("{LIVE}?{look}since={since}")
}

/// What somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Look {
    Nothing,
    Record { id: i64, number: String },
    Kind(String),
}

impl Look {
    fn of(reader: &Reader, record: &str, kind: &str) -> Result<Self> {
        if !record.is_empty() {
            let it = reader.mention_of(record)?;
            return Ok(Self::Record { id: it.id, number: it.number });
        }
        if kind.is_empty() {
            return Ok(Self::Nothing);
        }
        let known = reader.registry().kind(kind).ok_or(Error::NotFound)?;
        Ok(Self::Kind(known.kind.prefix.to_owned()))
    }

    /// The record of a deed that is looked at: itself before its parts.
    fn seen<'a>(&self, news: &'a News) -> Option<&'a Moved> {
        match self {
            Self::Nothing => None,
            Self::Record { id, .. } => {
                let itself = news.records.iter().find(|it| it.id == *id);
                itself.or_else(|| news.records.iter().find(|it| it.wholes.contains(id)))
            }
            Self::Kind(kind) => news.records.iter().find(|it| it.kind == *kind),
        }
    }
}

/// Somebody who listens.
struct Listener {
    edge: Arc<Edge>,
    key: Key,
    person: PersonId,
    language: Language,
    look: Look,
    /// The last entry that the page shows already.
    seen: i64,
    receiver: broadcast::Receiver<Told>,
    beat: Interval,
    said: VecDeque<Event>,
    is_over: bool,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.edge.live.leaves(self.person);
        if let Look::Record { id, .. } = self.look {
            let (edge, person) = (Arc::clone(&self.edge), self.person);
            let depart = move || match edge.db.departs(id, person) {
                Ok(true) => drop(edge.live.moved().insert(id)),
                Ok(false) => {}
                Err(error) => tracing::warn!("a departure was not said: {error}"),
            };
            // Whoever goes is not waited for, where somebody else can see to it.
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn_blocking(depart)),
                Err(_) => depart(),
            }
        }
    }
}

async fn stream(visit: Visit) -> Answer {
    let envelope = visit.envelope.clone();
    let mut asked = envelope.asked();
    let last = envelope.header("last-event-id").and_then(|it| it.parse().ok());
    let since: Option<i64> = last.or_else(|| asked.whole("since"));
    if let Err(faults) = asked.check() {
        return Err(Failure::of(faults.into(), &envelope));
    }
    let (record, kind) = (asked.text("record").to_owned(), asked.text("kind").to_owned());
    // It listens before it asks, so that nothing falls between.
    let receiver = visit.edge.live.sender.subscribe();
    let (edge, known) = (Arc::clone(&visit.edge), visit.known.clone());
    let look = off_the_loop(move || {
        let seen = |reader: &Reader| Ok((Look::of(reader, &record, &kind)?, reader.newest_entry()?));
        let (look, newest) = edge.db.read(&known.actor, seen)?;
        if let Look::Record { id, .. } = look
            && edge.db.arrives(id, known.actor.person)?
        {
            edge.live.moved().insert(id);
        }
        Ok((look, newest))
    });
    let (look, newest) = look.await.map_err(|error| Failure::of(error, &envelope))?;
    let person = visit.known.actor.person;
    let is_welcome = visit.edge.live.takes(person);
    let mut beat = interval_at(Instant::now() + BEATS_EVERY, BEATS_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut listener = Listener {
        key: visit.key(),
        person,
        language: envelope.language(Some(&visit.known)),
        look,
        seen: since.unwrap_or(newest),
        receiver,
        beat,
        said: VecDeque::new(),
        is_over: !visit.edge.live.is_listening.load(Ordering::Relaxed),
        edge: visit.edge,
    };
    if !is_welcome {
        return Err(Failure::too_many(60, &envelope));
    }
    listener.begin(since).await;
    let events = futures_util::stream::unfold(listener, |mut it| async move {
        let event = it.next().await?;
        Some((Ok::<_, Infallible>(event), it))
    });
    let mut response: Response = Sse::new(events).into_response();
    // Proxies that gather answers would tell nothing until it is over.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

impl Listener {
    /// What was missed, who is here, and how much waits.
    async fn begin(&mut self, since: Option<i64>) {
        self.said.push_back(Event::default().retry(COMES_BACK).comment("listening"));
        self.speak(move |it| {
            let mut said = Vec::new();
            if let Some(since) = since {
                for news in it.edge.db.news_after(since)? {
                    said.extend(it.of_deed(&news)?);
                }
            }
            // Of all that was missed about a record, the last is enough.
            let last = said.pop();
            said.clear();
            said.extend(last);
            said.push(it.counts()?);
            said.extend(it.here()?);
            Ok(said)
        })
        .await;
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.said.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            tokio::select! {
                told = self.receiver.recv() => self.hear(told).await,
                _ = self.beat.tick() => {
                    self.speak(|_| Ok(Vec::new())).await;
                    self.said.push_back(Event::default().comment("beat"));
                }
            }
        }
    }

    async fn hear(&mut self, told: Result<Told, RecvError>) {
        match told {
            Ok(Told::Deed(news)) if news.entry > self.seen && self.concerns(&news) => {
                let is_counted = self.is_counted(&news);
                self.speak(move |it| {
                    let mut said: Vec<_> = it.of_deed(&news)?.into_iter().collect();
                    if is_counted {
                        said.push(it.counts()?);
                    }
                    Ok(said)
                })
                .await;
            }
            Ok(Told::Presence(record)) if matches!(self.look, Look::Record { id, .. } if id == record) => {
                self.speak(|it| Ok(it.here()?.into_iter().collect())).await;
            }
            Ok(Told::Deed(_) | Told::Presence(_)) => {}
            Ok(Told::End) | Err(RecvError::Closed) => self.is_over = true,
            // It was slow, and does not know what it missed.
            Err(RecvError::Lagged(_)) => {
                let since = self.edge.live.floor.load(Ordering::Relaxed);
                self.begin(Some(since)).await;
            }
        }
    }

    /// Asked on the event loop, for every deed and every stream: no database is asked for it.
    fn concerns(&self, news: &News) -> bool {
        self.look.seen(news).is_some()
            || self.is_counted(news)
            || news.records.iter().any(|it| it.id == self.person)
    }

    fn is_counted(&self, news: &News) -> bool {
        news.actor == self.person || news.told.contains(&self.person)
    }

    /// Works out what is to be said where one may block, if whoever listens is still let in.
    async fn speak(&mut self, words: impl FnOnce(&Voice) -> Result<Vec<Json>> + Send + 'static) {
        let (edge, key, look) = (Arc::clone(&self.edge), self.key.clone(), self.look.clone());
        let language = self.language.clone();
        let said = off_the_loop(move || {
            let Some(known) = (edge.door.behind)(&edge.db, &key)? else {
                let (words, show) = language.with(|| (t!("You are signed out here."), t!("Sign in")));
                return Ok(Err(json!({ "words": words, "show": show })));
            };
            let voice = Voice { edge: &edge, known: &known, look: &look };
            language.with(|| words(&voice)).map(Ok)
        });
        match said.await {
            Ok(Ok(said)) => {
                let floor = self.edge.live.floor.load(Ordering::Relaxed).to_string();
                self.said.extend(said.into_iter().filter_map(|it| {
                    let name = it["event"].as_str()?.to_owned();
                    Some(Event::default().id(&floor).event(name).data(it["data"].to_string()))
                }));
            }
            Ok(Err(farewell)) => {
                self.is_over = true;
                self.said.push_back(Event::default().event("over").data(farewell.to_string()));
            }
            Err(error) => {
                tracing::error!("a stream is ended: {error}");
                self.is_over = true;
            }
        }
    }
}

/// What is said to one listener, in their language and with their rights of now.
struct Voice<'a> {
    edge: &'a Edge,
    known: &'a Known,
    look: &'a Look,
}

impl Voice<'_> {
    /// What a deed did to what is looked at; nothing where it may not be seen.
    fn of_deed(&self, news: &News) -> Result<Option<Json>> {
        let Some(moved) = self.look.seen(news) else { return Ok(None) };
        self.edge.db.read(&self.known.actor, |reader| {
            if reader.mention(moved.id)?.is_none() || !is_told(reader, news, moved)? {
                return Ok(None);
            }
            let is_own = news.actor == self.known.actor.person;
            let (who, time) = (reader.name_of(news.actor)?, clock(news.at));
            let is_itself = matches!(self.look, Look::Record { id, .. } if *id == moved.id);
            let words = match (is_itself, moved.is_changed) {
                (true, true) => t!("{who} changed this at {time}.", who = who, time = time),
                (true, false) if news.deed == "remarked" => {
                    t!("{who} said something at {time}.", who = who, time = time)
                }
                (true, false) => t!("{who} worked on this at {time}.", who = who, time = time),
                (false, _) => {
                    t!("{who} changed {number} at {time}.", who = who, number = &moved.number, time = time)
                }
            };
            let data = json!({
                "record": moved.number, "entry": news.entry, "words": words, "show": t!("Show"), "is_own": is_own,
                "is_beside": !moved.is_changed,
            });
            Ok(Some(json!({ "event": "changed", "data": data })))
        })
    }

    /// How much waits, and how many notices are new: all, and about what is looked at.
    fn counts(&self) -> Result<Json> {
        self.edge.db.read(&self.known.actor, |reader| {
            let about = match self.look {
                Look::Record { id, .. } => {
                    reader.notices(true, None, 200)?.iter().filter(|it| it.record_id == *id).count()
                }
                _ => 0,
            };
            let data = json!({
                "waiting": (self.edge.waiting)(reader)?, "notices": reader.unread_notices()?, "about": about,
                "waits": t!("waiting"),
            });
            Ok(json!({ "event": "counts", "data": data }))
        })
    }

    /// Who else looks at the record. Nobody outside is told who of us does.
    fn here(&self) -> Result<Option<Json>> {
        let Look::Record { id, .. } = self.look else { return Ok(None) };
        if self.known.actor.is_outside() {
            return Ok(None);
        }
        self.edge.db.read(&self.known.actor, |reader| {
            if reader.mention(*id)?.is_none() {
                return Ok(None);
            }
            let others =
                self.edge.db.present(*id).into_iter().filter(|it| it.person != self.known.actor.person);
            let people = others.map(|it| {
                let name = reader.name_of(it.person)?;
                let does = if it.writes { t!("is writing") } else { t!("looks at this too") };
                Ok(json!({ "name": name, "does": does, "writes": it.writes }))
            });
            let people = people.collect::<Result<Vec<Json>>>()?;
            Ok(Some(json!({ "event": "here", "data": { "people": people } })))
        })
    }
}

/// Somebody of outside hears only of what they can see: what was said or offered to them, and what is shared as it is.
fn is_told(reader: &Reader, news: &News, moved: &Moved) -> Result<bool> {
    if !reader.actor.is_outside() {
        return Ok(true);
    }
    let kind = reader.registry().kind(&moved.kind);
    let is_shared = kind.is_some_and(|it| it.kind.sharing == Sharing::Working);
    if moved.is_offered || (is_shared && moved.is_changed) {
        return Ok(true);
    }
    Ok(news.deed == "remarked" && reader.remarks(moved.id)?.last().is_some_and(|it| it.at == news.at))
}

fn clock(at: jiff::Timestamp) -> String {
    at.to_zoned_datetime(language::time_zone()).strftime("%H:%M").to_string()
}

/// Whoever looks at a record writes there: others see it, and it is a hint, no lock.
async fn writes(Posted(visit): Posted) -> Answer {
    let number = visit.form.text("record").to_owned();
    let (edge, known, envelope) = (Arc::clone(&visit.edge), visit.known.clone(), visit.envelope.clone());
    let told = off_the_loop(move || {
        let record = edge.db.read(&known.actor, |reader| reader.mention_of(&number))?.id;
        if edge.db.writes(record, known.actor.person)? {
            edge.live.moved().insert(record);
        }
        Ok(())
    });
    told.await.map_err(|error| Failure::of(error, &envelope))?;
    Ok(axum::http::StatusCode::NO_CONTENT.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(records: Vec<Moved>) -> News {
        News {
            entry: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: 1,
            deed: "changed".into(),
            records,
            told: vec![],
        }
    }

    fn moved(id: i64, kind: &str, wholes: &[i64]) -> Moved {
        let number = format!("{kind}-{id}");
        Moved { id, number, kind: kind.into(), wholes: wholes.to_vec(), is_changed: true, is_offered: false }
    }

    #[test]
    fn whoever_looks_at_a_whole_hears_of_its_parts_and_of_itself_first() {
        let set = Look::Record { id: 7, number: "RS-7".into() };
        let both = news(vec![moved(3, "REQ", &[7]), moved(7, "RS", &[])]);
        assert_eq!(set.seen(&both).map(|it| it.id), Some(7));
        assert_eq!(set.seen(&news(vec![moved(3, "REQ", &[7])])).map(|it| it.id), Some(3));
        assert!(set.seen(&news(vec![moved(3, "REQ", &[8])])).is_none());
        assert!(Look::Kind("RS".into()).seen(&both).is_some() && Look::Nothing.seen(&both).is_none());
    }

    #[test]
    fn a_page_listens_to_its_record_or_its_list() {
        let registry = Registry::default().with::<kernel::ExtraField>();
        let kind = registry.all()[0].kind;
        let at = |rest: &str| address(&registry, (&format!("/{}{rest}", kind.path), None), 9);
        let number = format!("{}-0001", kind.prefix);
        assert_eq!(at(""), format!("/live?kind={}&since=9", kind.prefix));
        assert_eq!(at(&format!("/{number}/table")), format!("/live?record={number}&since=9"));
        assert_eq!([at("/new"), address(&registry, ("/", None), 9)], ["/live?since=9", "/live?since=9"]);
        assert_eq!(address(&registry, ("/inbox", Some("CV")), 9), "/live?kind=CV&since=9");
    }
}
