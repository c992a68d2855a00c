//! Heads of the log that leave the house: where an administrator says to whom, and the letters that carry them.

use jiff::tz::TimeZone;
use kernel::{Addressee, Leaving, Letter, Permit, Reader, Result, Role, Work};
use maud::{Markup, html};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{BASE, Versioned, answer, said};
use crate::edge::Page;
use crate::form::Form;
use crate::language::{Language, say};
use crate::parts::{self, Button, Field, Head, Note};
use crate::routes::{Doc, Routes, schema_of};
use crate::t;
use crate::visit::{Answer, Posted, Sent, Visit};

const PLACE: &str = "/heads";

pub fn routes() -> Routes {
    let doc =
        |summary| Doc { summary, tag: "Trail", response: schema_of::<Versioned<Told>>(), ..Doc::default() };
    let api = format!("{BASE}/heads");
    Routes::default()
        .get(PLACE, show)
        .post(PLACE, keep)
        .api_get(&api, doc("To whom the newest head of the log goes once a day"), told)
        .api_patch(
            &api,
            Doc {
                request: schema_of::<Wanted>(),
                ..doc("Says to whom the newest head of the log goes once a day")
            },
            change,
        )
}

#[track_caller]
fn may_change(reader: &Reader) -> Result<()> {
    Ok(Permit::Has(Role::Administrator).covers(reader.actor, None)?)
}

/// Sends the newest head to whom it goes. A job does this once a day; nothing is written while no mail server is set up.
pub fn send(work: &mut Work) -> Result<()> {
    let Some(it) = work.leaving()? else { return Ok(()) };
    work.called("head_sent");
    for address in &it.to.addresses {
        let (subject, words, reason) = Language::new(&it.language, TimeZone::UTC).with(|| written(&it));
        let to = [Addressee { address: address.clone(), ..Addressee::default() }];
        let letter = Letter {
            record: it.to.by,
            purpose: kernel::HEAD,
            to: &to,
            subject: &subject,
            words: &words,
            language: &it.language,
            reason: &reason,
            is_automatic: true,
            ..Letter::default()
        };
        work.tell_head(it.size, &letter)?;
    }
    Ok(())
}

/// Subject, words and reason line.
fn written(it: &Leaving) -> (String, String, String) {
    let origin = it.head.lines().next().unwrap_or_default();
    let subject = t!("Head {size} of the log {origin}", size = it.size, origin = origin);
    let lead = t!(
        "Please keep this mail. Between the two lines stands the signed head of our log: whoever keeps it is a witness, and history before it cannot be rewritten without them."
    );
    let line = "-".repeat(20);
    let words = format!("{lead}\n\n{line}\n{}\n{line}", it.head.trim_end());
    let reason =
        t!("You get this mail because our company named your address as one that keeps heads of its log.");
    (subject, words, reason)
}

async fn show(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            may_change(reader)?;
            page(reader, &Form::of([("addresses", reader.witnesses()?.addresses.join("\n"))]))
        })
        .await
}

fn page(reader: &Reader, form: &Form) -> Result<Page> {
    let has_post = reader.post_server()?.is_some();
    Ok(Page::new(t!("Where heads go"), PLACE, shown(form, has_post)))
}

fn shown(form: &Form, has_post: bool) -> Markup {
    let summary: Vec<(String, String)> =
        form.faults.0.iter().map(|(name, it)| (name.clone(), say(it))).collect();
    let lead = t!(
        "The newest signed head of the log goes to these addresses once a day. Choose some outside your house: what they hold cannot be rewritten without them."
    );
    html! {
        (parts::page_head(&Head {
            place: Some((t!("Trail"), "/trail".to_owned())),
            title: html! { (t!("Where heads go")) }, lead: Some(html! { (lead) }),
            ..Head::default()
        }))
        @if !summary.is_empty() { (parts::fault_summary(&summary)) }
        @if !has_post {
            (parts::note(Note::Warn, t!("No mail server is set up: nothing is sent until there is one.")))
        }
        (parts::form(PLACE, html! {
            (Field::area("addresses", t!("Mail addresses")).value(form.raw("addresses"))
                .fault(form.faults.of("addresses").map(say))
                .help(t!("One a line. To nobody where the field is empty.")))
            div.row { (Button::send(t!("Keep it")).first()) (Button::open("/trust", t!("How to check it"))) }
        }))
    }
}

async fn keep(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            |work, form| {
                let addresses: Vec<String> = form.raw("addresses").lines().map(str::to_owned).collect();
                work.name_witnesses(&addresses)?;
                Ok(PLACE.to_owned())
            },
            |reader, form| {
                may_change(reader)?;
                page(reader, &form)
            },
        )
        .await
}

/// To whom heads go, for programs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HeadsTo")]
struct Told {
    /// The mail addresses to which the newest head goes once a day.
    addresses: Vec<String>,
}

/// What is to be different.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewHeadsTo")]
struct Wanted {
    /// All of them; none where heads go to nobody.
    addresses: Vec<String>,
}

fn present(reader: &Reader) -> Result<Versioned<Told>> {
    may_change(reader)?;
    Versioned::of(Told { addresses: reader.witnesses()?.addresses })
}

async fn told(visit: Visit) -> Answer {
    visit.respond(|reader| answer(&present(reader)?)).await
}

async fn change(Sent(visit, sent): Sent) -> Answer {
    let (wanted, version): (Wanted, _) = (said(&visit, &sent)?, visit.must_have_seen()?);
    visit
        .change(sent, move |work| {
            present(work)?.seen(version)?;
            work.name_witnesses(&wanted.addresses)?;
            Ok(serde_json::to_value(present(work)?)?)
        })
        .await
}
