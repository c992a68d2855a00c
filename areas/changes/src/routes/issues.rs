//! At which address an issue on the way is raised, said anew, escalated.

use kernel::{Body, Case, Error, New, Reader, Result, typed};
use maud::html;
use schemars::JsonSchema;
use serde::Deserialize;
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Colleagues, Doc, Form, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};

use crate::commands::{self, IssueEdit};
use crate::model::{Issue, IssueState};
use crate::pages::issue::{self as page, Choice, of_issue};

const PLACE: &str = "/change-issues";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, raise)
        .get("/change-issues/new", begin)
        .get(&of(""), show)
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/escalate"), ask_why)
        .post(&of("/escalate"), escalate)
        .api_post(
            "/api/v1/change-issues/{number}/escalate",
            Doc {
                summary: "Has whoever answers for the change decide about an issue",
                tag: "Changes",
                request: schema_of::<Escalation>(),
                response: schema_of::<Escalated>(),
                ..Doc::default()
            },
            escalate_by_program,
        )
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Issue::KIND.prefix, |reader| {
        let new =
            Button::open("/change-issues/new", t!("Something came up")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            purpose: t!(
                "What comes up while changes are carried out, who settles it, and what it does to the plan."
            ),
            first: reader.actor.writes_for_the_house().then_some(new),
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            kernel::Permit::Staff.covers(reader.actor, None)?;
            edit_page(reader, None, &asked)
        })
        .await
}

/// The steps of the plan of a change, to choose one from.
fn steps(reader: &Reader, change: &str) -> Result<Vec<(String, String)>> {
    let change = match reader.mention_of(&change.trim().to_uppercase()) {
        Ok(it) if it.kind == "CR" => it.id,
        Ok(_) | Err(Error::NotFound) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let tasks = reader.tasks(change)?.into_iter().filter(|it| it.function.is_none() && it.asked_by != 0);
    Ok(tasks.map(|it| (it.id.to_string(), it.request)).collect())
}

fn edit_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    let extra = match number {
        Some(_) => html! {},
        None => web::extra::opening(reader, Issue::KIND.prefix, written)?,
    };
    let people = Colleagues::of(reader)?.or(reader, written.text("owner"))?;
    let steps = steps(reader, written.text("change"))?;
    let choice = Choice { people, steps, extra };
    let title = number.map_or_else(|| t!("Something came up"), |it| t!("Issue {number}", number = it));
    Ok(Page::new(title, "/changes", page::edit(number, &choice, written)).with(&["draft.js", "rich.js"]))
}

/// What the form says of an issue; what it does not ask stays as it is kept.
fn read_issue(form: &mut Form, kept: Issue) -> Issue {
    let said = |form: &Form, name: &str| form.raw(name).trim().to_owned();
    Issue {
        happened: said(form, "happened"),
        effect: said(form, "effect"),
        days: form.whole("days"),
        cost: said(form, "cost"),
        answer: if form.has("answer") { said(form, "answer") } else { kept.answer },
        ..kept
    }
}

async fn raise(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let change = match work.mention_of(&form.text("change").to_uppercase()) {
                    Ok(it) => Some(it.id),
                    Err(Error::NotFound) => None,
                    Err(error) => return Err(error),
                };
                let (owner, due, task) = (form.whole("owner"), form.day("due"), form.whole("task"));
                let body = read_issue(form, Issue { change, task, ..Issue::default() });
                form.check()?;
                let new = New { title: form.text("title"), owner, due, ..New::default() };
                let made = commands::raise_issue(work, &new, &body)?;
                web::extra::opened::<Issue>(work, &made.number, form)?;
                Ok(of_issue(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let kind = reader.registry().kind(Issue::KIND.prefix).ok_or(Error::NotFound)?;
            let any = kind.find(reader, &number)?;
            let case = reader.find::<Issue>(&number)?;
            let change = case.body.change.map(|it| reader.mention(it)).transpose()?.flatten();
            let step = match (&change, case.body.task) {
                (Some(change), Some(task)) => {
                    let found = reader.tasks(change.id)?.into_iter().find(|it| it.id == task);
                    found.map(|it| (it.id, it.request))
                }
                _ => None,
            };
            let shown = page::Shown {
                case: &case,
                change: change.map(|it| (it.number, it.title)),
                step,
                may_write: any.is_open,
            };
            let extra = Extra {
                body: page::body(&shown),
                steps_elsewhere: vec![("escalate", of_issue(&number, "escalate"))],
                place: Some("/changes".to_owned()),
                ..Extra::default()
            };
            record::show(reader, &any, extra)
        })
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            kernel::Permit::Staff.covers(reader.actor, None)?;
            let case = reader.find::<Issue>(&number)?;
            edit_page(reader, Some(&number), &written(&case))
        })
        .await
}

fn written(case: &Case<Issue>) -> Form {
    let it = &case.body;
    Form::of([
        ("version", case.record.version.to_string()),
        ("title", case.record.title.clone()),
        ("happened", it.happened.clone()),
        ("effect", it.effect.clone()),
        ("days", it.days.map(|it| it.to_string()).unwrap_or_default()),
        ("cost", it.cost.clone()),
        ("answer", it.answer.clone()),
        ("owner", case.record.owner.to_string()),
        ("due", case.record.due.map(|it| it.to_string()).unwrap_or_default()),
    ])
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let kept = work.find::<Issue>(&number)?.body;
                let (owner, due) = (form.whole("owner"), form.day("due"));
                let version = form.whole("version").unwrap_or(0);
                let body = read_issue(form, kept);
                form.check()?;
                let it = IssueEdit { number: &number, version, title: form.text("title"), owner, due };
                commands::edit_issue(work, &it, body)?;
                Ok(of_issue(&number, ""))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Issue>(reader, &same)?),
        )
        .await
}

async fn ask_why(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| escalate_page(reader, &number, &Form::default())).await
}

fn escalate_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    kernel::Permit::Staff.covers(reader.actor, None)?;
    let case = reader.find::<Issue>(number)?;
    Ok(Page::new(
        t!("Escalate {number}", number = &case.record.number),
        "/changes",
        page::escalate(number, written),
    ))
}

async fn escalate(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::escalate(work, &number, form.text("reason"))?;
                Ok(of_issue(&number, ""))
            },
            move |reader, form| escalate_page(reader, &same, &form),
        )
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "IssueEscalation")]
struct Escalation {
    reason: String,
}

#[derive(serde::Serialize, JsonSchema)]
#[schemars(rename = "IssueEscalated")]
struct Escalated {
    number: String,
    state: IssueState,
}

async fn escalate_by_program(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.actor.must_be_inside()?;
        let Escalation { reason } = typed(sent)?;
        commands::escalate(work, &number, &reason)?;
        let state = work.find::<Issue>(&number)?.record.state;
        Ok(serde_json::to_value(Escalated { number: number.clone(), state })?)
    })
    .await
}
