//! The jobs of the house: what the product does by itself, when next, and what failed.

use kernel::{Job, JobState, Reader, Role, Vocabulary};
use maud::{Markup, html};

use crate::edge::Page;
use crate::language;
use crate::parts::{self, Button, Column, Empty, Head, Line, State, Tab, Table};
use crate::path::Path;
use crate::routes::Routes;
use crate::t;
use crate::visit::{Answer, Posted, Visit};

/// So many jobs stand on a page.
const SHOWN: i64 = 100;

pub fn routes() -> Routes {
    Routes::default().get("/jobs", list).post("/jobs/{id}/try-again", try_again)
}

async fn list(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            let state = JobState::of(asked.text("state"));
            let jobs = reader.jobs(state, asked.text("before").parse().ok(), SHOWN)?;
            let counts = reader.job_counts()?;
            Ok(Page::new(t!("Jobs"), "/jobs", page_of_all(reader, state, &counts, &jobs)))
        })
        .await
}

fn page_of_all(reader: &Reader, state: Option<JobState>, counts: &[(JobState, i64)], jobs: &[Job]) -> Markup {
    let lead = t!(
        "What the product does by itself, later or again and again. What failed was undone and stands here with its reason."
    );
    let tabs = std::iter::once(Tab {
        label: t!("All"),
        address: "/jobs".to_owned(),
        count: usize::try_from(counts.iter().map(|(_, count)| count).sum::<i64>()).ok(),
        is_here: state.is_none(),
    });
    let tabs: Vec<Tab> = tabs
        .chain(counts.iter().map(|(it, count)| Tab {
            label: language::word(*it),
            address: format!("/jobs?state={}", it.code()),
            count: usize::try_from(*count).ok(),
            is_here: state == Some(*it),
        }))
        .collect();
    let last = jobs.last().filter(|_| i64::try_from(jobs.len()) == Ok(SHOWN)).map(|it| it.id);
    let of_state = state.map(|it| format!("state={}&", it.code())).unwrap_or_default();
    html! {
        (parts::page_head(&Head { title: html! { (t!("Jobs")) }, lead: Some(html! { (lead) }), ..Head::default() }))
        @if counts.len() > 1 || state.is_some() { (parts::tabs(&t!("Jobs by state"), &tabs)) }
        @if jobs.is_empty() {
            (parts::empty(&Empty {
                title: t!("No jobs"),
                purpose: t!("Here stands what the product is asked to do later, such as to remind somebody of a date."),
                buttons: Vec::new(),
            }))
        } @else { (table(reader, jobs)) }
        @if let Some(last) = last { p { a href={ "/jobs?" (of_state) "before=" (last) } { (t!("Earlier jobs")) } } }
    }
}

fn table(reader: &Reader, jobs: &[Job]) -> Markup {
    let columns = vec![
        Column::title(t!("Job")),
        Column::text(t!("State")),
        Column::text(t!("Next")),
        Column::text(t!("Last")),
        Column::plain(t!("What can be done")),
    ];
    let line = |it: &Job| {
        let may_try = reader.actor.has(Role::Administrator) && !reader.actor.only_reads;
        let is_stuck =
            it.state == JobState::Failed || (it.state == JobState::Waiting && !it.fault.is_empty());
        let cells = vec![
            html! { code { (it.name) } @if it.argument != "null" { br; span.fine { (it.argument) } } },
            html! {
                (parts::state(State::from(it.state.tone()), language::word(it.state)))
                @if !it.fault.is_empty() { br; span.fine { (it.fault) } }
            },
            html! { @if matches!(it.state, JobState::Waiting) { (parts::when(it.due_at, reader.now)) } },
            html! { @if let Some(at) = it.ended_at { (parts::when(at, reader.now)) } },
            html! { @if may_try && is_stuck { (Button::post(format!("/jobs/{}/try-again", it.id), t!("Try again")).small()) } },
        ];
        Line::new(it.id.to_string(), cells)
    };
    html! { (Table::new(t!("Jobs, the newest first"), columns, jobs.iter().map(line).collect())) }
}

async fn try_again(Path(id): Path<i64>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            work.try_again(id)?;
            Ok("/jobs".to_owned())
        })
        .await
}
