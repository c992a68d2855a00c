//! At which address a change is raised, decided, asked about, approved, released and closed.

mod affected;
mod api;
mod consent;
mod follow;
mod issues;
mod orders;
mod plan;
mod procedure;
mod readers;

use std::collections::BTreeMap;

use axum::response::IntoResponse;
use kernel::{AnyCase, Body, Case, Error, New, PartyId, Permit, Reader, Result, Vocabulary, text};
use maud::{Markup, html};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Among, Answer, Choosing, Colleagues, Form, Page, Path, Posted, Routes, Visit, t};

pub use self::affected::compared;
use crate::commands::{self, Learned};
use crate::model::{
    Alternative, AskedBy, Aspect, ChangeRequest, Criterion, Impact, Item, NewCriterion, State, Step, Told,
    Verdict,
};
use crate::pages::{self, Looked, Shown, form, of_change};
use crate::queries;
use crate::rules::{missing_for, names_who_looks, standing, track};

const PLACE: &str = "/changes";

/// What stands beside a change because of others: who is told of it.
pub type Telling = fn(&Reader, i64) -> Result<Option<web::parts::Beside>>;

/// What was said that led to a change; another area's, put in by the product.
pub type Said = fn(&Reader, i64) -> Result<Markup>;

pub fn routes(telling: Telling, said: Said) -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, raise)
        .get("/changes/new", begin)
        .get(&of(""), move |number, visit| show((telling, said), number, visit))
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/ask"), ask_functions)
        .post(&of("/ask"), ask)
        .get(&of("/impact/{function}"), ask_for_answer)
        .post(&of("/impact/{function}"), answer)
        .post(&of("/options"), compare)
        .post(&of("/criteria"), fix)
        .post(&of("/criteria/{criterion}"), judge)
        .post(&of("/criteria/{criterion}/drop"), drop_criterion)
        .post(&of("/criteria/{criterion}/person"), entrust)
        .get(&of("/closing"), ask_what_was_learned)
        .post(&of("/closing"), learn)
        .get(&of("/end"), ask_why)
        .post(&of("/end"), end)
        .post(&of("/resume"), resume)
        .get(&of("/release"), ask_for_release)
        .post(&of("/release"), release)
        .and(affected::routes())
        .and(consent::routes())
        .and(follow::routes())
        .and(issues::routes())
        .and(orders::routes())
        .and(plan::routes())
        .and(procedure::routes())
        .and(readers::routes())
        .and(api::routes())
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, ChangeRequest::KIND.prefix, |reader| {
        let new = Button::open("/changes/new", t!("Raise a change")).first().symbol(Symbol::Plus).small();
        let policy = Button::open("/changes/policy", t!("Who approves")).small();
        let year = Button::open("/changes/procedure", t!("How changes go")).small();
        let notices = Button::open("/change-notices", t!("Notices of change")).small();
        let issues = Button::open("/change-issues", t!("Issues on the way")).small();
        Ok(web::list::Extras {
            title: Some(t!("Changes")),
            purpose: web::list::purpose(
                reader,
                t!("What was agreed or released is changed here: what it touches, what it means, who consents, and all of it in force together."),
                t!("Changes that you asked for or about which we ask you stand here, with how far each is and what became of it."),
            ),
            first: reader.actor.writes_for_the_house().then_some(new),
            more: if reader.actor.is_outside() { Vec::new() } else { vec![policy, year, notices, issues] },
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            Permit::Staff.covers(reader.actor, None)?;
            edit_page(reader, None, &asked)
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, written: &Form) -> Result<Page> {
    let own = number.map(|it| reader.find_ours::<ChangeRequest>(it)).transpose()?;
    if let Some(it) = &own {
        it.lets_edit(reader.actor)?;
    }
    let id = own.as_ref().map_or(0, |it| it.record.id.raw());
    let customer = Choosing::of(reader, Among::Organisations, written, "customer")?;
    let words = format!("{} {}", written.text("title"), written.text("need"));
    let lessons = queries::lessons_like(reader, id, written.text("source"), &words)?;
    let title = number.map_or_else(|| t!("Raise a change"), |it| t!("Change {number}", number = it));
    let extra = match own {
        Some(_) => html! {},
        None => web::extra::opening(reader, ChangeRequest::KIND.prefix, written)?,
    };
    let body = form::edit(number, (&customer, &extra), &lessons, written);
    Ok(Page::new(title, PLACE, body).with(&["draft.js", "rich.js", "found.js"]))
}

/// What the form says of a change; what it does not ask stays as it is kept.
fn read_change(reader: &Reader, form: &mut Form, kept: ChangeRequest) -> Result<ChangeRequest> {
    let cause = match form.text("cause") {
        "" => None,
        number => match reader.mention_of(&number.to_uppercase()) {
            Ok(it) => Some(it.id),
            Err(Error::NotFound) => {
                let sentence = text!("There is no {number}. Give the number of a record.", number = number);
                form.faults.add("cause", sentence);
                None
            }
            Err(error) => return Err(error),
        },
    };
    let (source, reach) = (form.word("source"), form.word("reach"));
    let (risk, risk_after, effective_by) =
        (form.word("risk"), form.word("risk_after"), form.word("effective_by"));
    form.check()?;
    let said = |name: &str| form.raw(name).trim().to_owned();
    Ok(ChangeRequest {
        source,
        cause,
        passage: said("passage"),
        reference: said("reference"),
        need: said("need"),
        proposal: said("proposal"),
        for_customer: said("for_customer"),
        reach,
        risk,
        risk_after,
        risk_words: said("risk_words"),
        effective_by,
        effective_from: said("effective_from"),
        needs_customer: form.has("needs_customer"),
        ..kept
    })
}

async fn raise(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (party, due) = (form.whole("customer"), form.day("due"));
                let body = read_change(work, form, ChangeRequest::default())?;
                let new = New { title: form.text("title"), party, due, ..New::default() };
                let made = commands::raise(work, &new, &body)?;
                web::extra::opened::<ChangeRequest>(work, &made.number, form)?;
                Ok(of_change(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<ChangeRequest>(&number)?;
            edit_page(reader, Some(&number), &written(reader, &case)?)
        })
        .await
}

fn written(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Form> {
    let it = &case.body;
    let cause = it.cause.map(|id| reader.mention(id)).transpose()?.flatten();
    let mut pairs = vec![
        ("version", case.record.version.to_string()),
        ("title", case.record.title.clone()),
        ("customer", case.record.party.map(|it| it.to_string()).unwrap_or_default()),
        ("due", case.record.due.map(|it| it.to_string()).unwrap_or_default()),
        ("source", it.source.code()),
        ("cause", cause.map(|it| it.number).unwrap_or_default()),
        ("passage", it.passage.clone()),
        ("reference", it.reference.clone()),
        ("need", it.need.clone()),
        ("proposal", it.proposal.clone()),
        ("for_customer", it.for_customer.clone()),
        ("reach", it.reach.code()),
        ("risk", it.risk.code()),
        ("risk_after", it.risk_after.code()),
        ("risk_words", it.risk_words.clone()),
        ("effective_by", it.effective_by.code()),
        ("effective_from", it.effective_from.clone()),
    ];
    if it.needs_customer {
        pairs.push(("needs_customer", "yes".to_owned()));
    }
    Ok(Form::of(pairs))
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let kept = work.find::<ChangeRequest>(&number)?.body;
                let (party, due) = (form.whole("customer"), form.day("due"));
                let version = form.whole("version");
                let body = read_change(work, form, kept)?;
                let title = form.text("title");
                commands::edit(work, &commands::Edit { number: &number, version, title, party, due }, body)?;
                Ok(of_change(&number, ""))
            },
            move |reader, form| {
                edit_page(reader, Some(&same), &form.seen_of::<ChangeRequest>(reader, &same)?)
            },
        )
        .await
}

async fn show(others: (Telling, Said), Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| record_page(reader, &number, others)).await
}

fn record_page(reader: &Reader, number: &str, (telling, said): (Telling, Said)) -> Result<Page> {
    let mut case = reader.find::<ChangeRequest>(number)?;
    let any = AnyCase::of(&case, reader)?;
    if reader.actor.is_outside() {
        let body = pages::customer::body(&consent::offered(reader, number)?);
        return record::show(reader, &any, Extra { body, ..Extra::default() });
    }
    let id = case.record.id.raw();
    let mut items = std::mem::take(&mut case.facts.decided);
    let shown = items.len().min(pages::affected::SHOWN);
    queries::with_names(reader, &mut items[..shown])?;
    let state = case.record.state;
    let is_being_written = state.is_being_written();
    let found = if is_being_written { found_of(reader, &case)? } else { 0 };
    let impacts = queries::impacts(reader, id)?;
    let criteria = queries::criteria(reader, id)?.into_iter().map(|it| looked(reader, it));
    let criteria = criteria.collect::<Result<Vec<_>>>()?;
    let words = format!("{} {}", case.record.title, case.body.need);
    let (way, why) = track(&case.body, &case.facts.reached);
    let addresses = addresses(reader, &items[..shown]);
    let open = queries::open_lines(reader, id)?;
    let (meetings, met) = queries::first_meetings(reader, id, pages::affected::MET)?;
    let later = queries::holds_later(reader, id, &case.body)?;
    let body = pages::record(&Shown {
        proposed: pages::Proposed {
            number,
            body: &case.body,
            track: (way, &why.iter().map(web::language::say).collect::<Vec<_>>()),
            items: &items,
            addresses: &addresses,
            impacts: &impacts,
            options: &queries::alternatives(reader, id)?,
            total: queries::total(&impacts),
            holds_later: later.as_ref(),
            today: web::language::day_of(reader.now),
        },
        found,
        meetings: (&meetings, met),
        criteria: &criteria,
        lessons: &queries::lessons_like(reader, id, &case.body.source.code(), &words)?,
        orders: queries::lines_decided(&open),
        plan: &queries::plan(reader, id, &case.body)?,
        people: Colleagues::of(reader)?,
        may_write: !reader.actor.only_reads,
        is_being_written,
        asks_functions: matches!(state, State::Screened | State::Impact),
        takes_results: state.takes_results(),
        takes_criteria: is_being_written || matches!(state, State::CustomerApproval | State::Approved),
        names_who_looks: names_who_looks(reader.actor, case.record.owner).is_ok(),
        is_over: state.is_over(),
        own_functions: own_functions(reader)?,
    });
    let all = standing(&case.facts.approvers, &case.facts.signed);
    let historic = case.facts.signed.iter().filter(|it| !it.counts).count();
    let may_sign = state == State::Approval && !consent::signable(reader, &case)?.is_empty();
    let asked = case.record.party.zip(asked_by(&case));
    let customer = asked.map(|(party, asked)| asked_of(reader, &case, (party, asked))).transpose()?;
    let mut beside = vec![pages::approval(number, (&all, customer.as_ref()), historic, may_sign)];
    let (seen, deeds) = follow::beside(reader, &case)?;
    beside.extend(seen);
    beside.extend(telling(reader, id)?);
    beside.extend(pages::readers::beside(number, &queries::readers(reader, id)?, reader.now));
    let extra = Extra {
        body: html! { (body) (said(reader, id)?) },
        beside,
        facts: caused_by(reader, &case)?,
        steps_elsewhere: steps_elsewhere(number),
        deeds,
        ..Extra::default()
    };
    record::show(reader, &any, extra)
}

/// By what the customer has to approve a change, where that was or is still asked. Of what is over or in force nobody
/// knows it: what they have to approve is said by what was agreed with them today.
fn asked_by(case: &Case<ChangeRequest>) -> Option<&AskedBy> {
    let (state, facts) = (case.record.state, &case.facts);
    let is_asked = facts.customer_approved || !(state.is_over() || state.is_in_force());
    facts.asks_customer.as_ref().filter(|_| is_asked)
}

/// What is asked of the customer of a change, and how that stands.
fn asked_of(
    reader: &Reader,
    case: &Case<ChangeRequest>,
    (party, asked): (PartyId, &AskedBy),
) -> Result<pages::AskedOfThem> {
    Ok(pages::AskedOfThem {
        name: reader.name_of(party)?,
        asked: asked.clone(),
        stands: match case.record.state {
            _ if case.facts.customer_approved => pages::Stands::Approved,
            State::CustomerApproval => pages::Stands::Now,
            state if state.is_being_written() => pages::Stands::AfterTheOthers,
            _ => pages::Stands::NotYet,
        },
    })
}

/// A criterion with the names of those who look.
fn looked(reader: &Reader, criterion: Criterion) -> Result<Looked> {
    let who = reader.name_of(criterion.person)?;
    let name = criterion.judged_by.map(|it| reader.name_of(it)).transpose()?;
    let absent = criterion.acts_for.map(|it| reader.name_of(it)).transpose()?;
    let judged_by = name.map(|name| match absent {
        Some(absent) => t!("{who} for {whom}", who = name, whom = absent),
        None => name,
    });
    let actor = reader.actor;
    let is_mine = actor.person == criterion.person || actor.stands_in_for(criterion.person).is_some();
    Ok(Looked { criterion, who, judged_by, is_mine })
}

fn caused_by(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Vec<(String, maud::Markup)>> {
    let cause = case.body.cause.map(|it| reader.mention(it)).transpose()?.flatten();
    Ok(cause
        .map(|it| {
            let to = reader.registry().address(&it.kind, &it.number);
            (t!("Caused by"), maud::html! { a href=(to) { (it.number) } " " (it.title) })
        })
        .into_iter()
        .collect())
}

fn found_of(reader: &Reader, case: &Case<ChangeRequest>) -> Result<usize> {
    let found = queries::found_from(reader, case.record.id.raw(), case.body.cause, "")?;
    Ok(found.items.len() + found.more)
}

/// Steps that are taken by a deed of their own.
fn steps_elsewhere(number: &str) -> Vec<(&'static str, String)> {
    let end = |step: &str| of_change(number, &format!("end?step={step}"));
    vec![
        ("analyse", of_change(number, "ask")),
        ("ask_approval", of_change(number, "approval")),
        ("release", of_change(number, "release")),
        ("send_back", end("send_back")),
        ("defer", end("defer")),
        ("resume", end("resume")),
        ("supersede", end("supersede")),
        ("reject", end("reject")),
        ("withdraw", end("withdraw")),
    ]
}

/// The addresses of the records among some items.
fn addresses(reader: &Reader, items: &[Item]) -> BTreeMap<String, String> {
    let records = items.iter().filter(|it| it.item.is_some());
    let of = |it: &Item| {
        let entry = reader.registry().of_number(&it.name)?;
        Some((it.name.clone(), entry.kind.address(&it.name)))
    };
    records.filter_map(of).collect()
}

/// The functions for which the actor may speak.
fn own_functions(reader: &Reader) -> Result<Vec<i64>> {
    if reader.actor.only_reads {
        return Ok(Vec::new());
    }
    let mut own = identity::functions_of(reader, reader.actor.person)?;
    own.extend(reader.actor.stands_in.iter().filter_map(|it| it.function));
    Ok(own)
}

async fn ask_functions(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| ask_page(reader, &number, &Form::default())).await
}

fn ask_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let asked = queries::impacts(reader, case.record.id.raw())?;
    let functions: Vec<(String, String, Option<&Impact>)> = queries::functions(reader)?
        .into_iter()
        .map(|(id, number, name)| (number, name, asked.iter().find(|it| it.function == id)))
        .collect();
    Ok(Page::new(
        t!("Ask what {number} means", number = number),
        PLACE,
        form::ask(number, &functions, written),
    ))
}

async fn ask(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let due = form.day("due");
                form.check()?;
                let functions: Vec<String> = form.all("function").into_iter().map(str::to_owned).collect();
                commands::ask_impacts(work, &number, &functions, due)?;
                Ok(of_change(&number, "#impact"))
            },
            move |reader, form| ask_page(reader, &same, &form),
        )
        .await
}

async fn ask_for_answer(Path((number, function)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let known = queries::impacts(reader, reader.mention_of(&number)?.id)?;
            let known = known.into_iter().find(|it| it.function == function).ok_or(Error::NotFound)?;
            let mut pairs = vec![
                ("finding".to_owned(), known.finding),
                ("cost".to_owned(), known.cost),
                ("days".to_owned(), known.days.map(|it| it.to_string()).unwrap_or_default()),
                ("possible".to_owned(), if known.is_possible { "yes" } else { "no" }.to_owned()),
            ];
            pairs.extend(known.aspects.iter().map(|it| ("aspect".to_owned(), it.code())));
            answer_page(reader, &number, function, &Form::of(pairs))
        })
        .await
}

fn answer_page(reader: &Reader, number: &str, function: i64, written: &Form) -> Result<Page> {
    reader.find_ours::<ChangeRequest>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let name = reader.name_of(function)?;
    let title = t!("What {number} means for {function}", number = number, function = &name);
    Ok(Page::new(title, PLACE, form::answer(number, (function, &name), written)).with(&["draft.js"]))
}

async fn answer(Path((number, function)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let days = form.whole("days");
                form.check()?;
                let aspects = form.all("aspect").into_iter().filter_map(Aspect::of).collect();
                let told = Told {
                    is_possible: form.text("possible") != "no",
                    finding: form.text("finding"),
                    cost: form.text("cost"),
                    days,
                    aspects,
                };
                let called = work.mention(function)?.ok_or(Error::NotFound)?.number;
                commands::answer(work, &number, &called, &told)?;
                Ok(of_change(&number, "#impact"))
            },
            move |reader, form| answer_page(reader, &same, function, &form),
        )
        .await
}

async fn compare(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let verdict = visit.form.word("verdict");
    let form = visit.form.clone();
    visit
        .write(move |work| {
            form.faults.clone().into_result()?;
            let said = |name: &str| form.text(name).to_owned();
            let it = Alternative {
                label: said("label"),
                title: said("option"),
                cost: said("cost"),
                risk: said("risk"),
                verdict,
                why: said("why"),
            };
            commands::compare(work, &number, &it)?;
            Ok(of_change(&number, "#need"))
        })
        .await
}

async fn fix(Path(number): Path<String>, Posted(mut visit): Posted) -> Answer {
    let person = visit.form.whole("person").unwrap_or(0);
    let form = visit.form.clone();
    visit
        .write(move |work| {
            form.faults.clone().into_result()?;
            let it = NewCriterion {
                criterion: form.text("criterion"),
                method: form.text("method"),
                sample: form.text("sample"),
                bound: form.text("bound"),
                person,
            };
            commands::fix_criterion(work, &number, &it)?;
            Ok(of_change(&number, "#verification"))
        })
        .await
}

async fn judge(Path((number, criterion)): Path<(String, i64)>, Posted(mut visit): Posted) -> Answer {
    let verdict = visit.form.maybe_word::<Verdict>("verdict").unwrap_or_default();
    let form = visit.form.clone();
    visit
        .write(move |work| {
            form.faults.clone().into_result()?;
            let said = (verdict, form.text("result"), form.text("evidence"));
            commands::judge(work, &number, criterion, said)?;
            Ok(of_change(&number, "#verification"))
        })
        .await
}

async fn drop_criterion(Path((number, criterion)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    let reason = visit.form.text("reason").to_owned();
    visit
        .write(move |work| {
            commands::drop_criterion(work, &number, criterion, &reason)?;
            Ok(of_change(&number, "#verification"))
        })
        .await
}

async fn entrust(Path((number, criterion)): Path<(String, i64)>, Posted(mut visit): Posted) -> Answer {
    let person = visit.form.whole("person").unwrap_or(0);
    let form = visit.form.clone();
    visit
        .write(move |work| {
            form.faults.clone().into_result()?;
            work.find_ours::<ChangeRequest>(&number)?;
            commands::entrust(work, &number, criterion, (person, form.text("reason")))?;
            Ok(of_change(&number, "#verification"))
        })
        .await
}

async fn ask_what_was_learned(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find_ours::<ChangeRequest>(&number)?;
            case.lets_edit(reader.actor)?;
            let it = case.body;
            let pairs = [
                ("served", it.served),
                ("missed", it.missed),
                ("lesson", it.lesson),
                ("lesson_for", it.lesson_for),
                ("actual_cost", it.actual_cost),
            ];
            Ok(Page::new(number.clone(), PLACE, form::closing(&number, &Form::of(pairs))).with(&["draft.js"]))
        })
        .await
}

async fn learn(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let it = Learned {
                    served: form.raw("served"),
                    missed: form.raw("missed"),
                    lesson: form.raw("lesson"),
                    lesson_for: form.text("lesson_for"),
                    actual_cost: form.text("actual_cost"),
                };
                commands::learn(work, &number, &it)?;
                Ok(of_change(&number, "#closing"))
            },
            move |reader, form| {
                reader.find_ours::<ChangeRequest>(&same)?;
                Ok(Page::new(same.clone(), PLACE, form::closing(&same, &form)))
            },
        )
        .await
}

/// The steps that take a reason, with what they are called.
fn ending(step: &str) -> Result<(Step, String)> {
    let step = Step::of(step).ok_or(Error::NotFound)?;
    let takes_reason = matches!(
        step,
        Step::Defer | Step::Reject | Step::Withdraw | Step::Supersede | Step::SendBack | Step::Resume
    );
    if takes_reason { Ok((step, web::language::word(step))) } else { Err(Error::NotFound) }
}

async fn ask_why(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| end_page(reader, &number, asked.text("step"), &Form::default())).await
}

fn end_page(reader: &Reader, number: &str, step: &str, written: &Form) -> Result<Page> {
    let (case, (way, title)) = (reader.find_ours::<ChangeRequest>(number)?, ending(step)?);
    case.lets_take(reader.actor, way)?;
    Ok(Page::new(title.clone(), PLACE, form::ending(number, step, &title, written)))
}

async fn end(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let until = form.day("until");
                form.check()?;
                let reason = form.text("reason");
                match form.text("step") {
                    "defer" => commands::defer(work, &number, until, reason)?,
                    "reject" => commands::reject(work, &number, reason)?,
                    "withdraw" => commands::withdraw(work, &number, reason)?,
                    "supersede" => commands::replace(work, &number, &form.text("by").to_uppercase(), reason)?,
                    "send_back" => commands::send_back(work, &number, reason)?,
                    "resume" => commands::resume(work, &number)?,
                    _ => return Err(Error::NotFound),
                }
                Ok(of_change(&number, ""))
            },
            move |reader, form| end_page(reader, &same, form.text("step"), &form),
        )
        .await
}

async fn resume(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            commands::resume(work, &number)?;
            Ok(of_change(&number, ""))
        })
        .await
}

async fn ask_for_release(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| release_page(reader, &number, &Form::default())).await
}

fn release_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let coming: Vec<(String, String)> = queries::items(reader, case.record.id.raw())?
        .into_iter()
        .filter(Item::is_coming)
        .map(|it| (it.name, web::language::word(it.action)))
        .collect();
    let missing = missing_for(Step::Release, &case, reader.actor);
    let body = form::release(&form::Releasing {
        number,
        starts: pages::starts(&case.body.starts().not_before(reader.today())),
        is_late: case.body.starts().is_over(reader.today()),
        coming: &coming,
        missing: &missing,
        written,
    });
    Ok(Page::new(t!("Release {number}", number = number), PLACE, body))
}

async fn release(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, _| {
                commands::release(work, &number)?;
                Ok(of_change(&number, ""))
            },
            move |reader, form| release_page(reader, &same, &form),
        )
        .await
}

/// A piece of a page.
fn fragment(markup: maud::Markup) -> axum::response::Response {
    ([("content-type", "text/html; charset=utf-8")], markup.into_string()).into_response()
}
