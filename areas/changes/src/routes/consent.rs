//! Addresses of consent: asking for it, signing, the customer's word, and who approves which changes.

use kernel::{Case, Error, Meaning, Permit, Reader, Refusal, Result, Revision, Signature, Vocabulary, text};
use maud::{Markup, html};
use serde_json::Value as Json;
use web::{Answer, Form, Page, Path, Posted, Routes, Visit, t};

use super::affected::{redline_of, redlined, to_read};
use super::{PLACE, addresses, caused_by, own_functions};
use crate::commands::{self, Consent, Policy, Reply, Signer};
use crate::model::{Action, ChangeRequest, Source, State, Step};
use crate::pages::affected::{REDLINES, Redlined};
use crate::pages::{self, Options, consent as page, customer, of_change};
use crate::queries;
use crate::rules::{LAWGIVERS, Part, standing, track};

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}/{rest}");
    Routes::default()
        .get("/changes/policy", show_policy)
        .post("/changes/policy", keep_policy)
        .post("/changes/policy/remove", remove_policy)
        .get(&of("approval"), ask_whether)
        .post(&of("approval"), ask_approval)
        .get(&of("sign"), ask_to_sign)
        .post(&of("sign"), sign)
        .get(&of("confirm"), ask_customer)
        .post(&of("confirm"), confirm)
}

fn named_functions(reader: &Reader) -> Result<Options> {
    Ok(queries::functions(reader)?.into_iter().map(|(_, number, name)| (number, name)).collect())
}

async fn show_policy(visit: Visit) -> Answer {
    visit.read(|reader| policy_page(reader, &Form::default())).await
}

fn policy_page(reader: &Reader, written: &Form) -> Result<Page> {
    reader.actor.must_be_inside()?;
    let may_write = LAWGIVERS.covers(reader.actor, None).is_ok();
    let body = page::policy(&queries::policy(reader)?, &named_functions(reader)?, may_write, written);
    Ok(Page::new(t!("Who approves which changes"), PLACE, body))
}

async fn keep_policy(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let (rank, needs) = (form.whole("rank").unwrap_or(1), form.whole("needs").unwrap_or(1));
                form.check()?;
                let (function, track, above) =
                    (form.text("function"), form.text("track"), form.text("above"));
                commands::keep_policy(work, &Policy { function, track, rank, needs, above })?;
                Ok("/changes/policy".to_owned())
            },
            move |reader, form| policy_page(reader, &form),
        )
        .await
}

async fn remove_policy(Posted(visit): Posted) -> Answer {
    let function = visit.form.text("function").to_owned();
    visit
        .write(move |work| {
            commands::remove_policy(work, &function)?;
            Ok("/changes/policy".to_owned())
        })
        .await
}

async fn ask_whether(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find_ours::<ChangeRequest>(&number)?;
            Permit::Staff.covers(reader.actor, None)?;
            let missing = crate::rules::missing_for(Step::AskApproval, &case, reader.actor);
            let who = queries::approvers(reader, case.record.id.raw())?;
            let who: Vec<String> = who.into_iter().map(|it| it.function_name).collect();
            let body = page::ask(&number, &who, case.facts.asks_customer.as_ref(), &missing);
            Ok(Page::new(t!("Ask for approval of {number}", number = &number), PLACE, body))
        })
        .await
}

async fn ask_approval(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            commands::ask_approval(work, &number)?;
            Ok(of_change(&number, "#approval"))
        })
        .await
}

/// The functions for which the actor could sign now: number and name.
pub fn signable(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Options> {
    if reader.actor.only_reads {
        return Ok(Vec::new());
    }
    let own = own_functions(reader)?;
    let due = standing(&case.facts.approvers, &case.facts.signed);
    let due = due.into_iter().filter(|it| it.is_due && !it.is_reached() && own.contains(&it.asked.function));
    let mut all = Vec::new();
    for it in due {
        if let Some(function) = reader.mention(it.asked.function)? {
            all.push((function.number, function.title));
        }
    }
    let is_mine = !all.is_empty() && queries::is_or_was_theirs(reader, case.record.id.raw(), None)?;
    Ok(if is_mine { Vec::new() } else { all })
}

async fn ask_to_sign(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| sign_page(reader, &number, &Form::default())).await
}

fn sign_page(reader: &Reader, number: &str, written: &Form) -> Result<Page> {
    let case = reader.find_ours::<ChangeRequest>(number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let sealed = queries::sealed_now(reader, &case.record, &case.body)?;
    let mut functions = signable(reader, &case)?;
    if functions.is_empty() {
        functions = named_functions(reader)?;
    }
    let digest = kernel::digest(&sealed)?;
    let id = case.record.id.raw();
    let (items, impacts) = (queries::items(reader, id)?, queries::impacts(reader, id)?);
    let (way, why) = track(&case.body, &case.facts.reached);
    let to_read = to_read(reader, id)?;
    let (count, first) = (to_read.len(), to_read.into_iter().take(REDLINES));
    let first = first.map(|it| redline_of(reader, it)).collect::<Result<Vec<_>>>()?;
    let body = page::sign(
        &page::Signing {
            proposed: pages::Proposed {
                number,
                body: &case.body,
                track: (way, &why.iter().map(web::language::say).collect::<Vec<_>>()),
                items: &items,
                addresses: &addresses(reader, &items),
                impacts: &impacts,
                options: &queries::alternatives(reader, id)?,
                total: queries::total(&impacts),
                holds_later: None,
                today: web::language::day_of(reader.now),
            },
            title: &case.record.title,
            functions,
            digest: &digest,
            read: &written.read_or(|| Ok(digest.clone()))?,
            redlines: (&first, count),
            facts: &signed_facts(reader, &case)?,
            has_factor: identity::has_factor(reader, reader.actor.person)?,
        },
        written,
    );
    Ok(Page::new(t!("Sign {number} {title}", number = number, title = &case.record.title), PLACE, body))
}

/// What else whoever signs reads: for whom it is, by what they have to approve it, what caused it.
fn signed_facts(reader: &Reader, case: &Case<ChangeRequest>) -> Result<Vec<(String, Markup)>> {
    let mut facts = Vec::new();
    if let Some(party) = case.record.party {
        let name = reader.name_of(party)?;
        facts.push((t!("Customer"), html! { (name) }));
    }
    if let Some(asked) = &case.facts.asks_customer {
        facts.push((t!("The customer has to approve"), html! { (web::language::say(&asked.text())) }));
    }
    facts.extend(caused_by(reader, case)?);
    Ok(facts)
}

async fn sign(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let proof = identity::says_again(&visit).await?;
    let zone = visit.zone();
    visit
        .write_form(
            move |work, form| {
                let proven = identity::prove(work, &proof)?;
                let name = work.actor.name.clone();
                let signer = Signer { name: &name, language: web::language::code(), zone: &zone };
                let consents = form.text("decision") == "approve";
                let (function, words, read) = (form.text("function"), form.text("words"), form.text("read"));
                let it = Consent { function, consents, words, read };
                commands::sign(work, &number, (&it, &signer), &proven)?;
                Ok(of_change(&number, "#approval"))
            },
            move |reader, form| sign_page(reader, &same, &form),
        )
        .await
}

/// What a frozen line of what was shown says, word by word.
fn shown(reader: &Reader, change: i64, it: &Json) -> Result<Redlined> {
    let name = it["item"].as_str().unwrap_or_default().to_owned();
    let title = it["title"].as_str().unwrap_or_default().to_owned();
    let action = it["action"].as_str().and_then(Action::of).unwrap_or_default();
    let map = |field: &str| it[field].as_object().cloned().unwrap_or_default();
    let (base, mut proposed) = (map("base"), map("proposed"));
    if action == Action::Remove {
        proposed = base.keys().map(|field| (field.clone(), Json::Null)).collect();
    }
    let fields = redlined(reader, queries::kind_at(reader, &name, action), (&base, &proposed));
    let goes_on = action == Action::Remove && goes_on(reader, change, &name)?;
    Ok(Redlined { name, title, action, fields, files: queries::files_in(it), goes_on })
}

/// Whether something that a change was to end goes on. What its customer does not see by now is told as it was.
fn goes_on(reader: &Reader, change: i64, name: &str) -> Result<bool> {
    match reader.mention_of(name) {
        Ok(it) => reader.goes_on(it.id, change),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn all_shown(reader: &Reader, change: i64, content: &Json) -> Result<Vec<Redlined>> {
    content["changes"].as_array().into_iter().flatten().map(|it| shown(reader, change, it)).collect()
}

/// What somebody of the customer answered to a revision.
fn answers_to(signed: &[Signature], revision: &Revision) -> Vec<customer::Answered> {
    signed
        .iter()
        .filter(|it| it.counts() && it.content()["digest"] == revision.digest.as_str())
        .map(|it| (it.name.clone(), it.meaning == Meaning::Confirmed, it.at))
        .collect()
}

/// A revision about which the customer was asked, with what they said of it.
fn asked_before(reader: &Reader, (id, no): (i64, i64), signed: &[Signature]) -> Result<customer::Before> {
    let (revision, content) = reader.revision(id, no)?;
    Ok(customer::Before {
        no,
        shown_at: revision.released_at,
        answers: answers_to(signed, &revision),
        words: content["for_customer"].as_str().unwrap_or_default().to_owned(),
        // As they were asked about it, whatever was taken back of it since.
        changes: all_shown(reader, id, &content)?
            .into_iter()
            .map(|it| Redlined { goes_on: false, ..it })
            .collect(),
    })
}

/// What was shown to the customer, as it was frozen, and what of it does not end after all.
pub fn offered(reader: &Reader, number: &str) -> Result<customer::Offered> {
    let case = reader.find::<ChangeRequest>(number)?;
    let id = case.record.id.raw();
    let no = case.record.offered.ok_or(Error::NotFound)?;
    let (revision, content) = reader.revision(id, no)?;
    let asked = queries::is_asked_by(&content);
    let changes = all_shown(reader, id, &content)?;
    let signed = reader.signatures(id)?;
    let later = queries::holds_later(reader, id, &case.body)?;
    // What they said of an earlier revision says nothing of what stands here.
    let answers = answers_to(&signed, &revision);
    let before = queries::is_instead_of(&content).map(|no| asked_before(reader, (id, no), &signed));
    let part = match answers.last() {
        _ if !asked => Part::Follows,
        Some((_, false, _)) => Part::Declined,
        _ => Part::Asked,
    };
    let change = reader.mention(id)?.ok_or(Error::NotFound)?;
    let asked_in = content["cause"].as_i64().map(|it| reader.mention(it)).transpose()?.flatten();
    let said = |field: &str| content[field].as_str().unwrap_or_default().to_owned();
    Ok(customer::Offered {
        waits: asked && case.record.state == State::CustomerApproval && answers.is_empty(),
        state: case.record.state,
        part,
        came: queries::milestones_of(reader, &change)?,
        is_from_them: content["source"].as_str() == Some(&Source::Customer.code()),
        shown_at: revision.released_at,
        answers,
        before: before.transpose()?,
        number: number.to_owned(),
        title: case.record.title.clone(),
        asked: said("passage"),
        asked_in: asked_in.map(|it| {
            let to = reader.registry().address(&it.kind, &it.number);
            (it.number, to, it.title)
        }),
        words: said("for_customer"),
        starts: later.unwrap_or_else(|| case.body.starts()),
        changes,
        digest: revision.digest,
        role: identity::job_title_of(reader, reader.actor.person)?,
    })
}

async fn ask_customer(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| confirm_page(reader, &number, &Form::default())).await
}

fn confirm_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    let offered = offered(reader, number)?;
    Permit::Party.covers(reader.actor, None)?;
    let sentence = text!("{number} does not wait for your approval.", number = number);
    Refusal::unless(offered.part != Part::Follows, sentence)?;
    let has_factor = identity::has_factor(reader, reader.actor.person)?;
    let read = form.read_or(|| Ok(offered.digest.clone()))?;
    Ok(Page::new(offered.title.clone(), PLACE, customer::confirm(&offered, &read, has_factor, form)))
}

async fn confirm(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    let proof = identity::says_again(&visit).await?;
    let zone = visit.zone();
    visit
        .write_form(
            move |work, form| {
                // Whoever may not see it learns nothing from a wrong password.
                work.find::<ChangeRequest>(&number)?;
                let proven = identity::prove(work, &proof)?;
                let name = work.actor.name.clone();
                let signer = Signer { name: &name, language: web::language::code(), zone: &zone };
                let consents = form.text("decision") == "approve";
                let (words, role, read) = (form.text("words"), form.text("role"), form.text("read"));
                let it = Reply { consents, words, role, read };
                commands::confirm(work, &number, (&it, &signer), &proven)?;
                Ok(of_change(&number, ""))
            },
            move |reader, form| confirm_page(reader, &same, &form),
        )
        .await
}
