//! The record page, the same for every kind: head, steps, offers, body, what stands beside, timeline.

use jiff::Timestamp;
use kernel::{
    AnyCase, Audience, Deed, Error, LetterState, Naming, Permit, Reader, Refusal, Remark, Result, Role, Text,
    Tone, Vocabulary, text,
};
use maud::{Markup, PreEscaped, html};
use serde_json::Value as Json;

use crate::choosing::Colleagues;
use crate::edge::Page;
use crate::language::{self, say};
use crate::parts::{
    self, Beside, Button, Composer, Difference, Entry, Field, Head, Missing, Offers, Refused, Standing, Step,
    Symbol, Task, ThreadLine, Tools, Whose,
};
use crate::{t, words};

/// So many records of the same kind, tied in the same way, are shown beside a record.
const OF_EACH: i64 = 4;

/// What an area adds to the page of one of its records.
#[derive(Default)]
pub struct Extra {
    /// The sections of the body.
    pub body: Markup,
    /// What can be done with the whole, beside watching: export, compare.
    pub tools: Vec<Button>,
    /// Further facts of the head.
    pub facts: Vec<(String, Markup)>,
    /// What stands beside the state, in small print.
    pub aside: Option<Markup>,
    /// Further parts beside the record.
    pub beside: Vec<Beside>,
    /// Scripts that the body needs.
    pub scripts: Vec<&'static str>,
    /// Where a step is taken by a deed of its own instead of a plain one: the code of the step and the address
    /// of its form.
    pub steps_elsewhere: Vec<(&'static str, String)>,
    /// Buttons of the offers that are no steps: "Release revision 2".
    pub deeds: Vec<Button>,
    /// The place in the rail, where it is not the list of the kind.
    pub place: Option<String>,
}

/// So many deeds of a record are shown in its timeline, the newest.
const SHOWN: i64 = 500;

/// The page of a record. The area draws the body; everything else is here.
pub fn show(reader: &Reader, case: &AnyCase, extra: Extra) -> Result<Page> {
    let kind = reader.registry().kind(case.kind).expect("a case is of a registered kind");
    let address = kind.kind.address(&case.number);
    let list = format!("/{}", kind.kind.path);
    let head = head(reader, case, &address, &extra)?;
    let deeds = reader.newest_trail(case.id, SHOWN)?;
    let work = html! {
        (extra.body)
        (crate::extra::section(reader, case, &address)?)
        (timeline(reader, case, &address, &deeds)?)
    };
    let beside = beside(reader, case, &address, extra.beside)?;
    let body = html! {
        (head)
        p.presence data-here hidden {}
        (steps(reader, kind, case, &deeds))
        (offers(case, &address, &extra.steps_elsewhere, extra.deeds))
        (held_letters(reader, case.id)?)
        (parts::split(work, beside))
    };
    let title = format!("{} {}", case.number, case.title);
    let mut scripts = vec!["draft.js", "drop.js", "names.js"];
    scripts.extend(extra.scripts);
    Ok(Page { title, place: extra.place.unwrap_or(list), scripts, body, ..Page::default() })
}

/// What is said where letters of a record wait because no mail server is set up, whatever asks for an answer to them.
fn held_letters(reader: &Reader, record: i64) -> Result<Markup> {
    if reader.actor.is_outside() {
        return Ok(html! {});
    }
    let letters = reader.letters_of(record)?;
    let held = letters.iter().filter(|(.., state)| *state == LetterState::Held).count();
    Ok(html! { @if held > 0 { (parts::note(parts::Note::Warn, html! {
        (t!("{count} letter of it waits: no mail server is set up." | "{count} letters of it wait: no mail server is set up.", count = held))
        " " a href={ "/letters?state=" (LetterState::Held.code()) } { (t!("Read it under “Letters”" | "Read them under “Letters”", count = held)) }
    })) } })
}

fn head(reader: &Reader, case: &AnyCase, address: &str, extra: &Extra) -> Result<Markup> {
    let kind = reader.registry().kind(case.kind).expect("a case is of a registered kind");
    let mut facts = Vec::new();
    let party = case.party.filter(|it| *it != case.id);
    if let Some(it) = party.map(|it| reader.mention(it)).transpose()?.flatten() {
        let to = reader.registry().address(&it.kind, &it.number);
        facts.push((t!("Customer"), html! { a href=(to) { (parts::organisation(&it.title)) } }));
    }
    if case.owner != 0 {
        facts.push((t!("Owner"), parts::person(&reader.name_of(case.owner)?)));
    }
    if let Some(due) = case.due {
        let today = language::day_of(reader.now);
        // What is over is late no more.
        let is_over = matches!(case.state.tone, Some(Tone::Good | Tone::Past | Tone::Stopped));
        let day = if is_over { parts::day(due, today) } else { parts::due(due, today) };
        facts.push((t!("Due"), day));
    }
    facts.extend(extra.facts.iter().cloned());
    let mut tools = Tools::default();
    if !reader.actor.is_outside() {
        let watching = reader.watches(case.id)?;
        let (word, to) = if watching { (t!("Watching"), "unwatch") } else { (t!("Watch"), "watch") };
        tools.more.push(Button::post(format!("{address}/{to}"), word).symbol(Symbol::Eye).small());
    }
    tools.more.extend(extra.tools.iter().cloned());
    if !reader.actor.is_outside() {
        tools.more.push(Button::open(format!("{address}/way"), t!("The whole way")).small());
    }
    let may_ask = Permit::Owner.covers(reader.actor, Some(case.owner));
    if may_ask.or(Permit::Has(Role::Administrator).covers(reader.actor, None)).is_ok() {
        let to = format!("/sight?record={}", case.number);
        tools.more.push(Button::open(to, t!("Who sees it")).symbol(Symbol::Eye).small());
    }
    if !reader.actor.is_outside() && !reader.actor.only_reads {
        tools.more.extend(raised_from(reader, case));
    }
    Ok(parts::page_head(&Head {
        place: Some((say(&(kind.kind.many)()), format!("/{}", kind.kind.path))),
        number: Some(case.number.clone()),
        state: Some(parts::state_boxed(words::shape(case.state.tone), say(&case.state.text))),
        aside: extra.aside.clone(),
        title: html! { (case.title) },
        lead: None,
        tools,
        facts,
    }))
}

/// What can be begun from any record, with it as the cause; nothing comes of itself, of people and of functions.
fn raised_from(reader: &Reader, case: &AnyCase) -> Vec<Button> {
    let begun = reader.registry().all().iter().filter(|it| it.kind.prefix != case.kind);
    let begun = begun.filter(|_| !matches!(case.kind, "PE" | "FN" | "XF"));
    let button = |it: &kernel::Entry| {
        let to = format!("{}?cause={}", it.raised_at?, case.number);
        Some(Button::open(to, say(&(it.kind.one)())).symbol(Symbol::Plus).small())
    };
    begun.filter_map(button).collect()
}

/// The states of the usual way, with where we are; a state off that way is shown at its end.
fn steps(reader: &Reader, kind: &kernel::Entry, case: &AnyCase, deeds: &[Deed]) -> Markup {
    let today = language::day_of(reader.now);
    let since = |code: &str| {
        deeds.iter().rev().find(|deed| state_after(deed, &case.number) == Some(code)).map(|deed| deed.at)
    };
    let way = usual_way(reader, kind, &case.state, &|code| since(code).is_some());
    if way.len() < 2 {
        return html! {};
    }
    let here = way.iter().position(|it| it.text == case.state.text).unwrap_or(0);
    let steps: Vec<Step> = way
        .iter()
        .enumerate()
        .map(|(place, state)| Step {
            label: say(&state.text),
            note: since(&state.code).filter(|_| place <= here).map(|at| {
                let day = language::short_day(language::day_of(at), today);
                t!("since {day}", day = day)
            }),
            standing: match place.cmp(&here) {
                std::cmp::Ordering::Less => Standing::Done,
                std::cmp::Ordering::Equal => Standing::Here,
                std::cmp::Ordering::Greater => Standing::Ahead,
            },
        })
        .collect();
    parts::steps(&steps)
}

/// From the first state along the first step out of each, as far as that leads; the present state is on it: where it is
/// off that way, it comes after what was reached of it. What reads the same to whoever asks is one stage.
fn usual_way(
    reader: &Reader,
    kind: &kernel::Entry,
    now: &kernel::Named,
    was_reached: &dyn Fn(&str) -> bool,
) -> Vec<kernel::Named> {
    let mut way: Vec<kernel::Named> = kind.states.first().cloned().into_iter().collect();
    while let Some(last) = way.last() {
        let is_ahead =
            |to: &kernel::Named| !kind.aside.contains(&to.code) && way.iter().all(|it| it.code != to.code);
        let next = kind.rules.iter().find(|(from, _, to, _)| from.code == last.code && is_ahead(to));
        match next {
            Some((_, _, to, _)) => way.push(to.clone()),
            None => break,
        }
    }
    if way.iter().all(|it| it.code != now.code) {
        let first = way.first().map(|it| it.code.clone());
        way.retain(|it| Some(&it.code) == first.as_ref() || was_reached(&it.code));
        way.push(now.clone());
    }
    let mut way: Vec<_> = way.iter().map(|it| kind.state(&it.code, reader.actor)).collect();
    way.dedup_by(|later, it| later.text == it.text);
    way
}

fn state_after<'a>(deed: &'a Deed, number: &str) -> Option<&'a str> {
    part_of(deed, number)?.get("state")?.get(1)?.as_str()
}

fn part_of<'a>(deed: &'a Deed, number: &str) -> Option<&'a Json> {
    deed.content.get("records")?.as_array()?.iter().find(|it| it["number"] == number)
}

fn offers(case: &AnyCase, address: &str, elsewhere: &[(&'static str, String)], deeds: Vec<Button>) -> Markup {
    let mut offers = Offers::default();
    let (mut buttons, mut endings) = (deeds, Vec::new());
    for offer in &case.offers {
        let word = say(&offer.step.text);
        if offer.missing.is_empty() {
            let own = elsewhere.iter().find(|(step, _)| *step == offer.step.code);
            let button = match own {
                Some((_, to)) => Button::open(to.clone(), word),
                None => Button::post(format!("{address}/steps/{}", offer.step.code), word),
            };
            // What ends a record is never the likely next step.
            match offer.to.as_ref().and_then(|it| it.tone) {
                Some(Tone::Past | Tone::Stopped) => endings.push(button),
                _ => buttons.push(button),
            }
        } else {
            let missing = offer.missing.iter();
            let missing = missing.map(|it| Missing { sentence: say(&it.sentence), address: it.link.clone() });
            let missing: Vec<_> = missing.collect();
            // What is missing for both is said once.
            match offers.refused.iter_mut().find(|it| it.missing == missing) {
                Some(same) => same.step = format!("{}, {word}", same.step),
                None => offers.refused.push(Refused { step: word, missing }),
            }
        }
    }
    let mut buttons = buttons.into_iter();
    offers.tools.first = buttons.next().map(Button::first);
    offers.tools.more = buttons.chain(endings).collect();
    parts::offers(&offers)
}

/// What led to a record and what follows from it, with the ways to all of it; `record` is its key and title.
pub fn around(reader: &Reader, record: (i64, &str), address: &str) -> Result<Beside> {
    let (id, title) = record;
    let mut ties = reader.thread(id, OF_EACH)?;
    ties.sort_by_key(|it| (it.kind.clone(), it.role.code(), std::cmp::Reverse(it.link)));
    let line = |it: &kernel::Neighbour| {
        let role = if it.is_target { it.role.text() } else { it.role.reversed() };
        let to = reader.registry().address(&it.kind, &it.number);
        let state = reader.state_of(&it.kind, &it.state).map(|it| say(&it.text));
        let line = ThreadLine::to(words::symbol(reader, &it.kind), to, format!("{} {}", it.number, it.title))
            .note(html! {
                (say(&role)) @if let Some(state) = state { " · " (state) }
                @if it.is_suspect { " · " a href={ "/links/" (it.link) } { (t!("Judge what changed")) } }
            });
        if it.is_suspect { line.suspect() } else { line }
    };
    let (before, after): (Vec<_>, Vec<_>) = ties.iter().partition(|it| it.led_here());
    let mut lines = Vec::new();
    for (no, side) in [before, after].into_iter().enumerate() {
        if no == 1 {
            lines.push(ThreadLine::here(title));
        }
        for it in &side {
            lines.push(line(it));
            let same = side.iter().filter(|other| other.role == it.role && other.kind == it.kind);
            let shown = i64::try_from(same.clone().count()).unwrap_or(i64::MAX);
            let mut same = same;
            let is_last = same.next_back().is_some_and(|last| last.link == it.link);
            if is_last && it.many > shown {
                let kind = reader.registry().kind(&it.kind).map(|kind| say(&(kind.kind.many)()));
                lines.push(ThreadLine::more(
                    (!reader.actor.is_outside()).then(|| format!("{address}/links")),
                    t!("{count} more: {kind}", count = it.many - shown, kind = kind.unwrap_or_default()),
                ));
            }
        }
    }
    let mut inside = parts::thread(&lines);
    if !reader.actor.is_outside() {
        inside = html! { (inside) p.fine {
            a href={ (address) "/links" } { (t!("All links")) } " · "
            a href={ (address) "/around" } { (t!("Picture")) } " · "
            a href={ (address) "/impact" } { (t!("What hangs on this")) }
        } };
    }
    Ok(Beside { id: "thread", title: t!("What led here, what follows"), count: None, inside })
}

fn beside(reader: &Reader, case: &AnyCase, address: &str, more: Vec<Beside>) -> Result<Markup> {
    let mut all = vec![around(reader, (case.id, &case.title), address)?];
    all.extend(more);
    all.extend(crate::common::validity::beside(reader, case, address)?);
    if !reader.actor.is_outside() {
        all.push(tasks(reader, case, address)?);
    }
    let has_party = case.party.is_some_and(|it| it != case.id);
    all.extend(crate::common::files::beside(reader, case.id, address, has_party)?);
    Ok(parts::beside(&t!("Beside this record"), &all))
}

/// What is said where what is stored of a revision is not what was released; nothing where it is.
pub fn altered(reader: &Reader, record: i64, revision: i64) -> Result<Option<String>> {
    if reader.revision_is_intact(record, revision)? {
        return Ok(None);
    }
    Ok(Some(language::say(&not_as_released(reader))))
}

/// No paper is made of a revision of which something else is stored than was released.
///
/// # Errors
/// Refuses it with the words of [`altered`].
pub fn must_be_intact(reader: &Reader, record: i64, revision: i64) -> Result<()> {
    Ok(Refusal::unless(reader.revision_is_intact(record, revision)?, not_as_released(reader))?)
}

fn not_as_released(reader: &Reader) -> Text {
    if reader.actor.is_outside() {
        text!("What is stored of this is not what we released. Sign nothing here, and tell us.")
    } else {
        text!(
            "What is stored of this revision is not what was released. Have the log checked: reqord audit verify."
        )
    }
}

fn tasks(reader: &Reader, case: &AnyCase, address: &str) -> Result<Beside> {
    let tasks = reader.tasks(case.id)?;
    let open = tasks.iter().filter(|it| it.settled_at.is_none()).count();
    let mut lines = Vec::new();
    for task in &tasks {
        let who = match task.person {
            Some(person) => reader.name_of(person)?,
            None => task.function.map(|it| reader.name_of(it)).transpose()?.unwrap_or_default(),
        };
        let due = task.due.filter(|_| task.settled_at.is_none());
        let due = due.map(|it| parts::due(it, language::day_of(reader.now)));
        let note = html! { (who) @if let Some(due) = due { " · " (due) } @if task.settled_at.is_none() && !reader.actor.only_reads {
            " "
            @match &task.place {
                Some(place) => (Button::open(place, t!("Open it")).small()),
                None => (Button::post(format!("/tasks/{}/settle", task.id), t!("Done")).small()),
            }
        } };
        let state = if task.settled_at.is_some() { parts::State::Good } else { parts::State::Open };
        lines.push(Task { title: html! { (say(&task.words())) }, note, state });
    }
    let inside = html! {
        (parts::tasks(&lines))
        @if !reader.actor.only_reads {
            details { summary.button { (Symbol::Plus.icon()) (t!("Ask somebody")) }
                (parts::form(&format!("{address}/tasks"), html! {
                    (Field::text("request", t!("What is to be done")).required())
                    (Colleagues::of(reader)?.chosen("person", t!("Person"), None, ""))
                    (Field::day("due", t!("Due")))
                    (Button::send(t!("Ask")).first())
                }))
            }
        }
    };
    Ok(Beside {
        id: "tasks",
        title: t!("Tasks"),
        count: Some(t!("{count} open" | "{count} open", count = open)),
        inside,
    })
}

/// The people of the house, to choose one from.
pub fn people(reader: &Reader) -> Result<Vec<(String, String)>> {
    let people: Vec<(i64, String)> = reader.rows(
        kernel::sql!("select id, title from visible where kind = 'PE' and party is null and state = 'active' order by title"),
        &[],
    )?;
    Ok(people.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// The same by their numbers, as programs know them.
pub fn colleagues(reader: &Reader) -> Result<Vec<(String, String)>> {
    reader.rows(
        kernel::sql!("select number, title from visible where kind = 'PE' and party is null and state = 'active' order by title"),
        &[],
    )
}

/// What was said and done, in the order of time, and where one says something.
fn timeline(reader: &Reader, case: &AnyCase, address: &str, deeds: &[Deed]) -> Result<Markup> {
    let mut lines: Vec<(Timestamp, Entry)> = Vec::new();
    let namings = reader.namings(case.id)?;
    for remark in reader.remarks(case.id)? {
        lines.push((remark.at, said(reader, &remark, &namings)?));
    }
    for deed in deeds.iter().filter(|it| it.deed != "remarked") {
        lines.push((deed.at, done(reader, deed, &case.number)?));
    }
    lines.sort_by_key(|(at, _)| *at);
    let entries: Vec<Entry> = lines.into_iter().map(|(_, entry)| entry).collect();
    let composer = Composer {
        action: format!("{address}/remarks"),
        label: t!("Say something about this"),
        name: "words".to_owned(),
        example: t!("Say something about this"),
        keeps: Some(format!("remark:{}", case.number)),
        names_people: !reader.actor.is_outside(),
        foot: (!reader.actor.is_outside()).then(|| html! { span.fine { (t!("@name tells a colleague")) } }),
        buttons: vec![Button::send(t!("Say it")).first()],
        ..Composer::default()
    };
    Ok(parts::section(
        "timeline",
        t!("Timeline"),
        html! {
            div data-part="timeline" {
                @if i64::try_from(deeds.len()).is_ok_and(|it| it >= SHOWN) {
                    p.quiet-text { (t!("The newest {count} deeds stand here. Those before are on the trail.", count = SHOWN)) }
                }
                @if entries.is_empty() { p.quiet-text { (t!("Nothing was said or done yet.")) } }
                (parts::timeline(&entries))
            }
            @if !reader.actor.only_reads && (case.party.is_some() || !reader.actor.is_outside()) { (parts::composer(&composer)) }
        },
    ))
}

fn said(reader: &Reader, remark: &Remark, namings: &[Naming]) -> Result<Entry> {
    let name = reader.name_of(remark.author)?;
    let may_strike =
        remark.struck_at.is_none() && remark.author == reader.actor.person && !reader.actor.only_reads;
    let head = html! {
        strong { (name) } " " (parts::when(remark.at, reader.now))
        @if remark.audience == Audience::Party { " · " (t!("the customer sees it")) }
        @if may_strike { " " (Button::post(format!("/remarks/{}/strike", remark.id), t!("Strike out")).small().bare()) }
    };
    let words = with_names(reader, remark, namings)?;
    let words = html! { (PreEscaped(markdown::html(&words, 3))) };
    Ok(match remark.struck_at {
        None => Entry::said(&name, Whose::Ours, head, words),
        Some(at) => {
            let head = html! { (head) " · " (t!("struck out")) " " (parts::when(at, reader.now)) };
            let words = html! { @if !remark.words.is_empty() { del.struck { (words) } } };
            Entry::said(&name, Whose::Ours, head, words)
        }
    })
}

/// The words of a remark, with each name that it mentions in full, leading to the person.
fn with_names(reader: &Reader, remark: &Remark, namings: &[Naming]) -> Result<String> {
    let (mut words, mut rest) = (String::with_capacity(remark.words.len()), 0);
    for (at, handle) in kernel::handles(&remark.words) {
        let known = namings.iter().find(|it| it.remark == remark.id && it.handle == handle);
        let line = remark.words[..at].rsplit('\n').next().unwrap_or_default();
        let is_program_text = line.matches('`').count() % 2 == 1;
        let Some(naming) = known.filter(|_| !is_program_text) else { continue };
        words.push_str(&remark.words[rest..at]);
        let name: String = reader
            .name_of(naming.person)?
            .chars()
            .flat_map(|it| (it.is_ascii_punctuation()).then_some('\\').into_iter().chain(Some(it)))
            .collect();
        match reader.mention(naming.person)? {
            Some(it) => {
                let address = reader.registry().address(&it.kind, &it.number);
                words.extend(["[@", &name, "](", &address, ")"]);
            }
            None => words.extend(["**@", &name, "**"]),
        }
        rest = at + 1 + handle.len();
    }
    words.push_str(&remark.words[rest..]);
    Ok(words)
}

/// One deed in words, as it concerns a record; it opens to what it changed and offers its proof.
pub fn done(reader: &Reader, deed: &Deed, number: &str) -> Result<Entry> {
    told(reader, deed, number, html! {})
}

/// The same away from the page of the record, which is named and can be opened.
pub fn done_elsewhere(reader: &Reader, deed: &Deed, number: &str) -> Result<Entry> {
    let kind = reader.registry().of_number(number);
    let about =
        html! { @if let Some(kind) = kind { a.number href=(kind.kind.address(number)) { (number) } " · " } };
    told(reader, deed, number, about)
}

fn told(reader: &Reader, deed: &Deed, number: &str, about: Markup) -> Result<Entry> {
    let name = match deed.on_behalf_of() {
        None => reader.name_of(deed.actor)?,
        Some(absent) => {
            t!("{who} for {whom}", who = reader.name_of(deed.actor)?, whom = reader.name_of(absent)?)
        }
    };
    let part = part_of(deed, number).cloned().unwrap_or(Json::Null);
    let differences = differences(reader, &part)?;
    let reason = deed.content.get("reason").and_then(Json::as_str).map(str::to_owned);
    let what = what(reader, deed, &part)?;
    let head = html! {
        (about) strong { (name) } " " (what) " " (parts::when(deed.at, reader.now)) " "
        (parts::proof(&format!("/entries/{}", deed.entry)))
        @if let Some(reason) = reason { br; span.fine { (t!("Because: {reason}", reason = reason)) } }
    };
    let symbol = match deed.deed.as_str() {
        "created" => Symbol::Plus,
        "released" | "offered" => Symbol::Seal,
        "advanced" => Symbol::Right,
        _ => Symbol::Edit,
    };
    Ok(if differences.is_empty() {
        Entry::deed(symbol, head)
    } else {
        Entry::changed(symbol, head, parts::differences(&differences))
    })
}

/// What a deed did to the record with a number, as a sentence without its subject.
pub(crate) fn happened(reader: &Reader, deed: &Deed, number: &str) -> Result<String> {
    what(reader, deed, part_of(deed, number).unwrap_or(&Json::Null))
}

/// What was done to a record, as a sentence without its subject.
fn what(reader: &Reader, deed: &Deed, part: &Json) -> Result<String> {
    let named = |no: &Json| {
        reader.revision_name(part["number"].as_str().unwrap_or_default(), no.as_i64().unwrap_or(0))
    };
    if let Some(words) = shown_to(reader, deed, part)? {
        return Ok(words);
    }
    if let Some(revision) = part.get("revision") {
        return Ok(t!("released revision {no}", no = named(&revision["no"])?));
    }
    if let Some(life) = part.get("life") {
        let is = life["is"].as_str().unwrap_or_default();
        let word = <kernel::Life as kernel::Vocabulary>::of(is).map_or_else(|| is.to_owned(), language::word);
        return Ok(t!("revision {no}: {life}", no = named(&life["no"])?, life = word));
    }
    if let Some(after) = part.get("state").and_then(|it| it.get(1)).and_then(Json::as_str) {
        let kind = part["kind"].as_str().unwrap_or_default();
        if part["state"][0] == "" {
            return Ok(t!("opened this"));
        }
        let state = reader.state_of(kind, after).map_or_else(|| after.to_owned(), |it| say(&it.text));
        return Ok(t!("moved it to “{state}”", state = state));
    }
    if let Some(link) = part.get("links").and_then(|it| it.get(0)) {
        return Ok(t!("tied it to {number}", number = link["to"].as_str().unwrap_or_default()));
    }
    if let Some(words) = part.get("notes").and_then(Json::as_array).and_then(|it| agreed(it)) {
        return Ok(words);
    }
    if let Some(note) = part.get("notes").and_then(|it| it.get(0)) {
        if let Some(asked) = note.get("asked").and_then(Json::as_str) {
            return Ok(t!("asked: {request}", request = asked));
        }
        if let Some(settled) = note.get("settled").and_then(Json::as_str) {
            return Ok(t!("settled: {request}", request = settled));
        }
        if note.get("struck_out").is_some() {
            return Ok(t!("struck out what they had said"));
        }
        if let Some(no) = note.get("read").map(|it| &it["revision"]).filter(|it| it.is_i64()) {
            return Ok(t!("read revision {no}", no = named(no)?));
        }
        if let Some(words) = tied(note) {
            return Ok(words);
        }
        if note.get("cites").is_some() {
            return Ok(t!("cited the words it comes from"));
        }
    }
    Ok(match deed.deed.as_str() {
        "changed" => t!("changed this"),
        "linked" => t!("was tied to this"),
        "offered" => t!("offered this to the customer"),
        "signed_in" => t!("signed in"),
        "signed_out" => t!("signed out"),
        code => reader.registry().deed(code).map_or_else(|| t!("worked on this"), |it| say(&it)),
    })
}

/// To whom a deed showed what follows from it, or shows it no longer, as a sentence without its subject.
fn shown_to(reader: &Reader, deed: &Deed, part: &Json) -> Result<Option<String>> {
    let notes = || part.get("notes").and_then(Json::as_array).into_iter().flatten();
    let named = |what: &str| notes().find_map(|note| note.get(what)?.as_str());
    let name = |number: &str| match reader.mention_of(number) {
        Ok(it) => Ok(it.title),
        Err(Error::NotFound) => Ok(number.to_owned()),
        Err(error) => Err(error),
    };
    if let Some(number) = named("hidden_from") {
        return Ok(Some(t!(
            "let {customer} follow it no longer: nothing of it is shown to them",
            customer = name(number)?
        )));
    }
    let Some(number) = named("shown_to") else { return Ok(None) };
    let customer = name(number)?;
    Ok(Some(match deed.deed.as_str() {
        "let_follow" => {
            t!("let {customer} follow it: it is shown to them as it stood then", customer = customer)
        }
        code => {
            let done = reader.registry().deed(code).map_or_else(|| t!("worked on this"), |it| say(&it));
            t!("{done}, and showed {customer} what came of it", done = done, customer = customer)
        }
    }))
}

/// What was judged, signed or said of lines, as a sentence without its subject.
fn agreed(notes: &[Json]) -> Option<String> {
    let signed = notes.iter().find_map(|it| it.get("signed")?.get("of")?.as_str());
    if let Some(what) = signed {
        return Some(t!("signed {what}", what = what));
    }
    let count = |field: &str| notes.iter().filter(|it| it.get(field).is_some_and(|it| !it.is_null())).count();
    match (count("verdict"), count("word")) {
        (0, 0) => None,
        (0, count) => Some(t!("said a word on {count} line" | "said a word on {count} lines", count = count)),
        (count, _) => Some(t!("judged {count} item" | "judged {count} items", count = count)),
    }
}

/// What became of a tie, as a sentence without its subject.
fn tied(note: &Json) -> Option<String> {
    if let Some(untied) = note.get("untied") {
        let other = untied["to"].as_str().or_else(|| untied["from"].as_str()).unwrap_or_default();
        return Some(t!("untied it from {number}", number = other));
    }
    if let Some(from) = note.get("tied").and_then(|it| it["from"].as_str()) {
        return Some(t!("tied {number} to it", number = from));
    }
    let judged = note.get("judged")?;
    let other = judged["with"].as_str().unwrap_or_default();
    Some(match judged["is"].as_str() {
        Some("updated") => t!("updated it, so that its tie to {number} holds again", number = other),
        _ => t!("judged that the change has no impact on its tie to {number}", number = other),
    })
}

/// The fields and settings that a part of an entry changed, each before and after.
pub fn differences(reader: &Reader, part: &Json) -> Result<Vec<Difference>> {
    let mut all = settings(part);
    let Some(change) = part.get("change").and_then(Json::as_object) else { return Ok(all) };
    let kind = part["kind"].as_str().unwrap_or_default();
    let is_new = part["state"][0] == "";
    let entry = reader.registry().kind(kind);
    for (field, ends) in change {
        let (before, after) =
            (shown(reader, entry, field, &ends[0])?, shown(reader, entry, field, &ends[1])?);
        if before == after
            || !words::is_known(reader, kind, field)
            || entry.is_some_and(|it| !it.is_said(field))
            || (is_new && (after.is_empty() || ends[1] == false))
        {
            continue;
        }
        all.push(Difference::words(words::label(reader, kind, field), &before, &after));
    }
    Ok(all)
}

/// The settings of the house that a deed changed.
fn settings(part: &Json) -> Vec<Difference> {
    let notes = part.get("notes").and_then(Json::as_array).into_iter().flatten();
    let told = notes.filter_map(|note| {
        let set = note.get("set")?;
        let (before, after) = (value_of(&set["from"]), value_of(&set["to"]));
        let name = words::setting(set["name"].as_str()?);
        (before != after).then(|| Difference::words(name, &before, &after))
    });
    told.collect()
}

/// The value of a setting: what several words are kept in stands a line each.
fn value_of(value: &Json) -> String {
    let kept = value.as_str().unwrap_or_default();
    match serde_json::from_str::<Json>(kept) {
        Ok(Json::Object(fields)) => {
            let lines = fields.values().filter_map(Json::as_str).filter(|it| !it.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        }
        _ => kept.to_owned(),
    }
}

/// A value as it is read: names instead of keys, words instead of codes, nothing for what is empty.
fn shown(reader: &Reader, kind: Option<&kernel::Entry>, field: &str, value: &Json) -> Result<String> {
    let is_key = ["owner", "function", "party", "set", "person", "said_by"].contains(&field)
        || kind.is_some_and(|it| it.keys.contains(&field));
    Ok(match value {
        Json::Null => String::new(),
        Json::String(it) => kind.map_or_else(|| it.clone(), |kind| plain(reader, kind, (field, it))),
        Json::Bool(true) => t!("yes"),
        Json::Bool(false) => t!("no"),
        Json::Number(it) if is_key => {
            it.as_i64().map(|id| reader.name_of(id)).transpose()?.unwrap_or_default()
        }
        Json::Number(it) if kind.is_some_and(|kind| is_moment(kind, field)) => {
            let moment = it.as_i64().and_then(|it| Timestamp::from_microsecond(it).ok());
            moment.map(language::exact_moment).unwrap_or_default()
        }
        Json::Number(it) => language::decimal(&it.to_string()),
        Json::Array(lines) => {
            lines.iter().map(|it| shown(reader, kind, field, it)).collect::<Result<Vec<_>>>()?.join("\n")
        }
        Json::Object(fields) => {
            let parts: Result<Vec<_>> = fields.values().map(|it| shown(reader, kind, "", it)).collect();
            parts?.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ")
        }
    })
}

fn is_moment(kind: &kernel::Entry, field: &str) -> bool {
    kind.columns.iter().any(|it| it.name == field && it.holds == kernel::ColumnHolds::Moment)
}

/// The words behind a code, a day as people write it, or the text itself.
fn plain(reader: &Reader, kind: &kernel::Entry, (field, text): (&str, &str)) -> String {
    if let Some(word) = kind.known_word(field, text, reader.actor) {
        return say(&word);
    }
    let holds = kind.columns.iter().find(|it| it.name == field).map(|it| &it.holds);
    match holds {
        Some(kernel::ColumnHolds::Choice(codes)) if codes.iter().any(|it| it == text) => {
            say(&kind.word(field, text, reader.actor))
        }
        Some(kernel::ColumnHolds::Decimal) if !text.is_empty() => language::decimal(text),
        Some(kernel::ColumnHolds::Day) => text.parse().map_or_else(|_| text.to_owned(), language::day),
        _ => text.to_owned(),
    }
}

/// A size as people say it.
pub fn size(bytes: i64) -> String {
    match bytes {
        0..1024 => t!("{count} byte" | "{count} bytes", count = bytes),
        1024..1_048_576 => format!("{} kB", language::count(bytes / 1024)),
        _ => format!("{} MB", language::count(bytes / 1_048_576)),
    }
}
