//! The plan of a change: steps and milestones, what they need, what was spent on them, what came up, all of it against
//! what was estimated.

use jiff::civil::Date;
use kernel::{Readiness, Resource, ResourceSort, Spent, StepSort, Vocabulary};
use maud::{Markup, html};
use web::language::{day, decimal, short_day, word};
use web::parts::{
    self, Button, Choice as Pick, Choices, Column, Field, Figure, Head, Line, Note, State, Table, form,
    page_head, section, section_with,
};
use web::{Colleagues, Form, t};

use super::issue::{line as issue_line, new_issue};
use super::{money, of_change};
use crate::queries::{Against, Plan, Planned, Replanned};

/// The address of a step of a plan.
pub fn of_step(number: &str, task: i64, rest: &str) -> String {
    web::below(&of_change(number, &format!("plan/{task}")), rest)
}

/// Hundredths of an hour as people write them.
pub fn hours(hundredths: i64) -> String {
    let words = format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs());
    let words = words.trim_end_matches('0').trim_end_matches('.');
    t!("{hours} h", hours = decimal(words))
}

/// What a plan shows beside itself.
pub struct Shown<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub plan: &'a Plan,
    pub people: &'a Colleagues,
    /// Whether steps can be planned, booked and done.
    pub may_write: bool,
    pub today: Date,
    pub written: &'a Form,
}

pub fn page(it: &Shown) -> Markup {
    let raise = [new_issue(it.number, None)];
    let buttons: &[Button] = if it.may_write { &raise } else { &[] };
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_change(it.number, ""))),
            title: html! { (t!("Plan of {title}", title = it.title)) },
            lead: Some(html! { (t!("Who does what by when, with which means, and how it stands against what was estimated.")) }),
            ..Head::default()
        }))
        (identity::summary(it.written))
        @let figures = against(&it.plan.against);
        @if !figures.is_empty() { (parts::figures(&figures)) }
        (section("steps", t!("Steps and milestones"), steps(it)))
        (section_with("issues", t!("Issues on the way"), buttons, issues(it)))
        @if it.may_write { (section("add", t!("Add a step or a milestone"), add(it))) }
    }
}

/// How it stands against what was estimated, in figures.
pub fn against(it: &Against) -> Vec<Figure> {
    let of = |label: String, value: String, note: String| Figure { label, value, note };
    let mut all = Vec::new();
    if it.hours > 0 || it.hours_spent > 0 {
        let note = t!("of {hours} that were estimated", hours = hours(it.hours));
        all.push(of(t!("Hours spent"), hours(it.hours_spent), note));
    }
    if it.cost > 0 || it.cost_so_far() > 0 {
        let label = if it.cost_in_the_end.is_some() { t!("What it cost") } else { t!("Booked so far") };
        let note = t!("of {amount} that were estimated", amount = money(it.cost));
        all.push(of(label, money(it.cost_so_far()), note));
    }
    if let Some(taken) = it.days_taken {
        let note = match it.days {
            Some(days) => t!("of {days} that were estimated", days = days),
            None => t!("nobody estimated days"),
        };
        all.push(of(t!("Days since it was approved"), taken.to_string(), note));
    }
    if let Some(ends) = it.ends {
        let note = match it.first_ends {
            Some(first) if first != ends => t!("at first: {day}", day = day(first)),
            _ => t!("as planned at first"),
        };
        all.push(of(t!("Last day of the plan"), day(ends), note));
    }
    if it.cost_of_issues > 0 {
        all.push(of(t!("Issues cost"), money(it.cost_of_issues), String::new()));
    }
    all
}

/// How a step stands.
pub fn standing(it: &Planned, plan: &Plan, today: Date) -> (State, String) {
    let waits =
        it.after.iter().any(|first| plan.steps.iter().any(|one| one.task == *first && one.done_on.is_none()));
    match (it.done_on, it.sort) {
        (Some(_), StepSort::Milestone) => (State::Good, t!("Reached")),
        (Some(_), StepSort::Step) => (State::Good, t!("Done")),
        (None, _) if it.due.is_some_and(|due| due < today) => (State::Bad, t!("Late")),
        (None, _) if waits => (State::Waits, t!("Waits")),
        (None, _) if it.hours_spent > 0 => (State::Underway, t!("Under way")),
        (None, _) => (State::Open, t!("Open")),
    }
}

/// What is missing, or comes after the step is due.
fn lacking(it: &Planned, today: Date) -> Vec<String> {
    let lacking = it.resources.iter().filter(|it| it.is_there == Readiness::Lacking);
    let told = lacking.map(|one| match one.expected {
        Some(day) if it.due.is_some_and(|due| due < day) => {
            t!("{name}: too late, expected {day}", name = &one.name, day = short_day(day, today))
        }
        Some(day) => t!("{name}: expected {day}", name = &one.name, day = short_day(day, today)),
        None => t!("{name} is missing", name = &one.name),
    });
    if it.done_on.is_some() { Vec::new() } else { told.collect() }
}

fn steps(it: &Shown) -> Markup {
    if it.plan.steps.is_empty() {
        return html! { p.quiet-text { (t!("No task was planned yet.")) } };
    }
    let columns = vec![
        Column::title(t!("Step")),
        Column::text(t!("Who")),
        Column::text(t!("When")),
        Column::figure(t!("Hours")),
        Column::figure(t!("Cost")),
        Column::text(t!("State")),
    ];
    let called = |task: &i64| it.plan.steps.iter().find(|it| it.task == *task).map(|it| it.request.clone());
    let lines = it.plan.steps.iter().map(|one| {
        let first: Vec<String> = one.after.iter().filter_map(called).collect();
        let (state, words) = standing(one, it.plan, it.today);
        let issues = it.plan.issues.iter().filter(|issue| issue.is_open() && issue.task == Some(one.task));
        let is_milestone = one.sort == StepSort::Milestone;
        Line::new("", vec![
            html! {
                a href=(of_step(it.number, one.task, "")) { (one.request) }
                @if is_milestone { " " span.fine { (t!("Milestone")) } }
                @if !first.is_empty() { br; span.fine { (t!("after {tasks}", tasks = first.join(", "))) } }
                @if !one.evidence.is_empty() { br; span.fine { (t!("shown by {evidence}", evidence = &one.evidence)) } }
                @for words in lacking(one, it.today) { br; (parts::state(State::Warn, words)) }
                @for issue in issues { br; (parts::state(State::Warn, html! { span { a href=(super::issue::of_issue(&issue.number, "")) { (issue.number) } " " (issue.title) } })) }
            },
            html! { @if !one.who.is_empty() { (parts::person(&one.who)) } },
            when(one, it.today),
            html! { @if !is_milestone && (one.hours > 0 || one.hours_spent > 0) { (against_estimate(&hours(one.hours_spent), &hours(one.hours), one.hours_spent > one.hours)) } },
            html! { @if one.cost > 0 || one.cost_spent > 0 { (against_estimate(&money(one.cost_spent), &money(one.cost), one.cost_spent > one.cost)) } },
            parts::state(state, words),
        ])
    });
    html! { (Table::new(t!("By the day on which they are due"), columns, lines.collect())) }
}

fn against_estimate(spent: &str, estimated: &str, is_more: bool) -> Markup {
    let words = t!("{part} of {whole}", part = spent, whole = estimated);
    html! { @if is_more { (parts::state(State::Warn, words)) } @else { (words) } }
}

fn when(it: &Planned, today: Date) -> Markup {
    html! {
        @if let Some(starts) = it.starts { (short_day(starts, today)) " – " }
        @match (it.due, it.done_on) {
            (Some(due), None) => (parts::due(due, today)),
            (Some(due), Some(_)) => (parts::day(due, today)),
            (None, _) => span.quiet-text { (t!("no day")) },
        }
        @if let Some(first) = it.first_due.filter(|first| it.due.is_some_and(|due| due != *first)) {
            br; span.fine { (t!("at first: {day}", day = short_day(first, today))) }
        }
    }
}

fn issues(it: &Shown) -> Markup {
    html! {
        @if it.plan.issues.is_empty() { p.quiet-text { (t!("Nothing came up yet.")) } }
        @else { ul { @for one in &it.plan.issues { (issue_line(one, it.today)) } } }
    }
}

fn tasks(it: &Plan) -> Vec<(String, String)> {
    let none = std::iter::once((String::new(), t!("Nothing")));
    none.chain(it.steps.iter().map(|it| (it.task.to_string(), it.request.clone()))).collect()
}

fn add(it: &Shown) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(it.written, name, field);
    let sort = it.written.text("sort");
    let sorts = StepSort::ALL.iter().map(|one| {
        let is_given = one.code() == sort || (sort.is_empty() && *one == StepSort::Step);
        Pick::new(one.code(), word(*one)).chosen(is_given)
    });
    form(
        &of_change(it.number, "plan"),
        html! {
            (filled("request", Field::text("request", t!("What is to be done, or reached")).required()))
            (Choices::one("sort", t!("What it is"), sorts.collect()))
            (it.people.field(it.written, "person", t!("Person"), Some(t!("Choose who"))))
            div.row {
                (filled("starts", Field::day("starts", t!("Begins"))))
                (filled("due", Field::day("due", t!("Due"))))
            }
            div.row {
                (filled("effort", Field::measured("effort", t!("Hours"), "h")))
                (filled("cost", Field::text("cost", t!("Cost beside the hours")).example("1250.00").short()))
            }
            (filled("after", Field::select("after", t!("Comes after"), tasks(it.plan))))
            (Field::select("after", t!("And after"), tasks(it.plan)))
            (Button::send(t!("Put it into the plan")))
        },
    )
}

/// One step of a plan, with what can be said of it.
pub struct Step<'a> {
    pub number: &'a str,
    pub plan: &'a Plan,
    pub step: &'a Planned,
    /// Who booked what, in the order of the bookings.
    pub bookers: &'a [String],
    pub people: &'a Colleagues,
    pub may_write: bool,
    /// Whether the change is approved: nothing of its plan is done before.
    pub may_finish: bool,
    /// Which form is open: `book`, `need`, `done`, `day`; none where it is empty.
    pub opened: &'a str,
    pub today: Date,
    pub written: &'a Form,
}

pub fn step(it: &Step) -> Markup {
    let one = it.step;
    let (state, words) = standing(one, it.plan, it.today);
    let is_open = it.may_write && one.done_on.is_none();
    let to = |opened: &str| format!("{}?form={opened}#say", of_step(it.number, one.task, ""));
    let called = |task: &i64| it.plan.steps.iter().find(|it| it.task == *task);
    html! {
        (page_head(&Head {
            place: Some((t!("Plan of {number}", number = it.number), of_change(it.number, "plan"))),
            state: Some(parts::state_boxed(state, words)),
            aside: (one.sort == StepSort::Milestone).then(|| html! { (t!("Milestone")) }),
            title: html! { (one.request) },
            ..Head::default()
        }))
        @if it.may_write {
            div.row {
                @if one.sort == StepSort::Step { (Button::open(to("book"), t!("Book hours or cost")).small()) }
                @if is_open {
                    (Button::open(to("need"), t!("Say what it needs")).small())
                    (Button::open(to("day"), t!("Another day")).small())
                    (new_issue(it.number, Some(one.task)))
                    @if it.may_finish { (Button::open(to("done"), if one.sort == StepSort::Milestone { t!("It is reached") } else { t!("It is done") }).first().small()) }
                }
            }
        }
        @if is_open && !it.may_finish { p.quiet-text { (t!("It is done once the change is approved.")) } }
        (identity::summary(it.written))
        @if let Some(title) = says(it) { (section("say", title, opened(it))) }
        (section("step", t!("The step"), parts::facts(&facts(it, called))))
        (section("needs", t!("What it needs"), needs(it, is_open)))
        @if one.sort == StepSort::Step { (section("spent", t!("What was spent"), spent(it))) }
        @if !one.moved.is_empty() {
            (section("moved", t!("Days it had before"), html! { ul { @for moved in &one.moved { li {
                (had(moved, it.today))
            } } } }))
        }
    }
}

/// The days that a step had before, and why it has others.
fn had(it: &Replanned, today: Date) -> String {
    let reason = it.reason.as_str();
    let is_due_then = it.due_before == it.due_after;
    match (it.due_before, it.begins_before, it.begins_after.is_some()) {
        (_, Some(begins), _) if is_due_then => {
            t!("was to begin on {day}: {reason}", day = short_day(begins, today), reason = reason)
        }
        (_, None, true) if is_due_then => t!("begins on another day: {reason}", reason = reason),
        (Some(due), Some(begins), _) => t!(
            "was to begin on {begins} and due {due}: {reason}",
            begins = short_day(begins, today),
            due = short_day(due, today),
            reason = reason
        ),
        (Some(due), None, _) => t!("was due {day}: {reason}", day = short_day(due, today), reason = reason),
        (None, Some(begins), _) => {
            t!("was to begin on {day}: {reason}", day = short_day(begins, today), reason = reason)
        }
        (None, ..) => t!("had no day: {reason}", reason = reason),
    }
}

fn facts<'a>(it: &Step<'a>, called: impl Fn(&i64) -> Option<&'a Planned>) -> Vec<(String, Markup)> {
    let one = it.step;
    let named = |steps: Vec<&Planned>| {
        html! { @for (place, step) in steps.iter().enumerate() { @if place > 0 { ", " } a href=(of_step(it.number, step.task, "")) { (step.request) } } }
    };
    let mut all = vec![(
        t!("Who"),
        html! { @if one.who.is_empty() { (t!("nobody yet")) } @else { (parts::person(&one.who)) } },
    )];
    all.push((t!("When"), when(one, it.today)));
    let first: Vec<&Planned> = one.after.iter().filter_map(called).collect();
    if !first.is_empty() {
        all.push((t!("Comes after"), named(first)));
    }
    let later: Vec<&Planned> = it.plan.steps.iter().filter(|step| step.after.contains(&one.task)).collect();
    if !later.is_empty() {
        all.push((t!("For these it comes first"), named(later)));
    }
    if one.hours > 0 || one.hours_spent > 0 {
        let is_more = one.hours > 0 && one.hours_spent > one.hours;
        let words = against_estimate(&hours(one.hours_spent), &hours(one.hours), is_more);
        all.push((t!("Hours"), words));
    }
    if one.cost > 0 || one.cost_spent > 0 {
        let is_more = one.cost > 0 && one.cost_spent > one.cost;
        let words = against_estimate(&money(one.cost_spent), &money(one.cost), is_more);
        all.push((t!("Cost beside the hours"), words));
    }
    if !one.evidence.is_empty() {
        all.push((t!("Shown by"), html! { (one.evidence) }));
    }
    let issues: Vec<_> = it.plan.issues.iter().filter(|issue| issue.task == Some(one.task)).collect();
    if !issues.is_empty() {
        all.push((
            t!("Issues on the way"),
            html! { ul { @for issue in issues { (issue_line(issue, it.today)) } } },
        ));
    }
    all
}

fn readiness(it: &Resource, today: Date) -> Markup {
    let state = match it.is_there {
        Readiness::Unknown => State::Open,
        Readiness::There => State::Good,
        Readiness::Lacking => State::Warn,
    };
    html! {
        (parts::state(state, word(it.is_there)))
        @if let Some(day) = it.expected.filter(|_| it.is_there != Readiness::There) { " · " (t!("expected {day}", day = short_day(day, today))) }
    }
}

fn needs(it: &Step, is_open: bool) -> Markup {
    if it.step.resources.is_empty() {
        return html! { p.quiet-text { (t!("Nobody has said what it needs.")) } };
    }
    let mut columns = vec![
        Column::title(t!("What")),
        Column::text(t!("What it is")),
        Column::text(t!("How much")),
        Column::text(t!("Is it there?")),
    ];
    if is_open {
        columns.push(Column::text(t!("Say anew")));
    }
    let lines = it.step.resources.iter().map(|one| {
        let much = match one.sort {
            ResourceSort::People => kernel::hundredths(&one.hours).map(hours).unwrap_or_default(),
            _ => one.amount.clone(),
        };
        let mut cells = vec![
            html! { (one.name) },
            html! { (word(one.sort)) },
            html! { (much) },
            readiness(one, it.today),
        ];
        if is_open {
            cells.push(said_anew(it, one));
        }
        Line::new("", cells)
    });
    html! { (Table::new(t!("In the order in which it was said"), columns, lines.collect()).compact()) }
}

fn said_anew(it: &Step, one: &Resource) -> Markup {
    let to = of_step(it.number, it.step.task, &format!("needs/{}", one.id));
    html! {
        details { summary.button.small.bare { (t!("Is it there?")) }
            form.stack method="post" action=(to) {
                (parts::once())
                (Choices::one(format!("there-{}", one.id), t!("Is it there?"), picks(one.is_there)))
                (Field::day(format!("expected-{}", one.id), t!("Expected")).value(one.expected.map(|it| it.to_string()).unwrap_or_default()))
                (Button::send(t!("Say so")).small())
            }
        }
    }
}

fn picks(given: Readiness) -> Vec<Pick> {
    Readiness::ALL.iter().map(|it| Pick::new(it.code(), word(*it)).chosen(*it == given)).collect()
}

fn spent(it: &Step) -> Markup {
    if it.step.booked.is_empty() {
        return html! { p.quiet-text { (t!("Nothing was booked yet.")) } };
    }
    let columns = vec![
        Column::text(t!("Day")),
        Column::text(t!("Who")),
        Column::figure(t!("Hours")),
        Column::figure(t!("Cost")),
        Column::title(t!("For what")),
    ];
    let lines = it.step.booked.iter().zip(it.bookers).map(|(one, who)| {
        let Spent { day, hours: taken, cost, words, .. } = one;
        Line::new(
            "",
            vec![
                html! { (short_day(*day, it.today)) },
                parts::person(who),
                html! { @if !taken.is_empty() { (decimal(taken)) } },
                html! { @if !cost.is_empty() { (decimal(cost)) } },
                html! { (words) },
            ],
        )
    });
    html! { (Table::new(t!("In the order in which it was booked"), columns, lines.collect()).compact()) }
}

/// What is said by the form that is open; none where none is.
fn says(it: &Step) -> Option<String> {
    if !it.may_write || (it.step.done_on.is_some() && it.opened != "book") {
        return None;
    }
    Some(match (it.opened, it.step.sort) {
        ("done", _) if !it.may_finish => return None,
        ("book", _) => t!("Book hours or cost"),
        ("need", _) => t!("Say what it needs"),
        ("day", _) => t!("Another day"),
        ("done", StepSort::Milestone) => t!("It is reached"),
        ("done", StepSort::Step) => t!("It is done"),
        _ => return None,
    })
}

/// The form that is open.
fn opened(it: &Step) -> Markup {
    let filled = |name: &str, field: Field| identity::filled(it.written, name, field);
    let to = |rest: &str| of_step(it.number, it.step.task, rest);
    let back = || Button::open(to(""), t!("Cancel")).bare();
    let today = it.today.to_string();
    let known = |name: &str, day: Option<Date>| match day {
        Some(day) if !it.written.has(name) => day.to_string(),
        _ => it.written.text(name).to_owned(),
    };
    match it.opened {
        "book" => form(
            &to("spent"),
            html! {
                (filled("day", Field::day("day", t!("Day"))).value(if it.written.has("day") { it.written.text("day") } else { &today }))
                div.row {
                    (filled("hours", Field::measured("hours", t!("Hours"), "h")))
                    (filled("cost", Field::text("cost", t!("Cost beside the hours")).example("1250.00").short()))
                }
                (filled("words", Field::text("words", t!("For what")).help(t!("What was booked stays. Below zero corrects it, and says what."))))
                div.row { (Button::send(t!("Book it")).first()) (back()) }
            },
        ),
        "need" => form(
            &to("needs"),
            html! {
                (Choices::one("sort", t!("What it is"), ResourceSort::ALL.iter().map(|one| Pick::new(one.code(), word(*one)).chosen(one.code() == it.written.text("sort") || (!it.written.has("sort") && *one == ResourceSort::People))).collect()))
                (it.people.field(it.written, "person", t!("Person"), Some(t!("Nobody of us"))))
                (filled("name", Field::text("name", t!("Who or what"))).help(t!("The machine, the material, or who it is where it is nobody of us.")))
                div.row {
                    (filled("hours", Field::measured("hours", t!("Hours"), "h")))
                    (filled("amount", Field::text("amount", t!("How much")).example(t!("16 rings")).short()))
                }
                (Choices::one("there", t!("Is it there?"), picks(Readiness::of(it.written.text("there")).unwrap_or_default())))
                (filled("expected", Field::day("expected", t!("Expected"))))
                div.row { (Button::send(t!("It needs this")).first()) (back()) }
            },
        ),
        "day" => form(
            &to(""),
            html! {
                div.row {
                    @if it.step.sort == StepSort::Step {
                        (filled("starts", Field::day("starts", t!("Begins")).help(t!("As it is where none is said."))).value(known("starts", it.step.starts)))
                    }
                    (filled("due", Field::day("due", t!("Due")).required()).value(known("due", it.step.due)))
                }
                (filled("reason", Field::text("reason", t!("Reason")).required()))
                div.row { (Button::send(t!("Plan it anew")).first()) (back()) }
            },
        ),
        "done" => form(
            &to("done"),
            html! {
                (filled("evidence", Field::text("evidence", t!("What shows it")).example(t!("report L-26-77")).required()))
                div.row { (Button::send(if it.step.sort == StepSort::Milestone { t!("It is reached") } else { t!("It is done") }).first()) (back()) }
            },
        ),
        _ => html! {},
    }
}

/// The plan in short, as it stands on the page of the change.
pub fn in_short(number: &str, plan: &Plan, today: Date) -> Markup {
    let to = [Button::open(of_change(number, "plan"), t!("Open the plan")).small()];
    let open: Vec<_> = plan.issues.iter().filter(|it| it.is_open()).collect();
    section_with(
        "plan",
        t!("Plan"),
        &to,
        html! {
            @for one in &open {
                (parts::note(Note::Warn, html! {
                    a href=(super::issue::of_issue(&one.number, "")) { (one.number) } " " (one.title)
                    @if let Some(due) = one.due { " · " (parts::due(due, today)) }
                }))
            }
            @if plan.steps.is_empty() { p.quiet-text { (t!("No task was planned yet.")) } }
            @else {
                (parts::figures(&against(&plan.against)))
                (parts::tasks(&plan.steps.iter().map(|one| {
                    let (state, words) = standing(one, plan, today);
                    parts::Task {
                        title: html! { a href=(of_step(number, one.task, "")) { (one.request) } },
                        note: html! {
                            (words)
                            @if one.sort == StepSort::Milestone { " · " (t!("Milestone")) }
                            @if !one.who.is_empty() { " · " (one.who) }
                            " · " (when(one, today))
                            @for moved in &one.moved { br; span.fine { (moved.reason) } }
                        },
                        state,
                    }
                }).collect::<Vec<_>>()))
            }
        },
    )
}
