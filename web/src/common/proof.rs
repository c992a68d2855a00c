//! The trail as people read it, the proof of one entry as a file, and how to check it without us.

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use kernel::{Deed, Error, Proof, Reader, Result};
use maud::{Markup, html};

use crate::edge::Page;
use crate::language;
use crate::page::House;
use crate::parts::{self, Button, Entry, Head, Note, State, Symbol, Tools};
use crate::path::Path;
use crate::routes::Routes;
use crate::visit::{Answer, Guest, Visit};
use crate::{record, t};

pub fn routes() -> Routes {
    Routes::default()
        .get("/trail", trail)
        .get("/entries/{id}", entry)
        .get("/entries/{id}/proof.tlog-proof", file)
        .get("/trust", trust)
        .get("/trust/head", head)
}

async fn trail(visit: Visit) -> Answer {
    let before = visit.envelope.asked().text("before").parse().unwrap_or(i64::MAX);
    visit
        .read(move |reader| {
            let deeds = reader.newest_deeds(before, 50)?;
            if reader.actor.is_outside() {
                return Err(Error::NotFound);
            }
            Ok(Page::new(t!("Trail"), "/trail", show_trail(reader, &deeds)?))
        })
        .await
}

/// So many records of one deed stand on the trail; the others on the page of its entry.
const AT_ONCE: usize = 3;

fn show_trail(reader: &Reader, deeds: &[Deed]) -> Result<Markup> {
    let mut entries = Vec::new();
    for deed in deeds {
        let numbers = numbers(deed);
        for number in numbers.iter().take(AT_ONCE) {
            entries.push(record::done_elsewhere(reader, deed, number)?);
        }
        let left = i64::try_from(numbers.len().saturating_sub(AT_ONCE)).unwrap_or(i64::MAX);
        if left > 0 {
            let words = t!(
                "The same deed concerns {count} more record" | "The same deed concerns {count} more records",
                count = left
            );
            let to = format!("/entries/{}", deed.entry);
            entries.push(Entry::deed(Symbol::Seal, html! { a href=(to) { (words) } }));
        }
    }
    let last = deeds.last().map(|it| it.entry);
    let lead = t!("Every deed, the newest first: who, when, what and why. Each offers its proof.");
    Ok(html! {
        (parts::page_head(&Head {
            title: html! { (t!("Trail")) }, lead: Some(html! { (lead) }),
            tools: Tools { first: None, more: vec![Button::open("/trust", t!("How to check it"))] },
            ..Head::default()
        }))
        (parts::timeline(&entries))
        @if deeds.len() == 50 { @if let Some(last) = last {
            p { a href={ "/trail?before=" (last) } { (t!("Earlier deeds")) } }
        } }
    })
}

fn numbers(deed: &Deed) -> Vec<String> {
    let records = deed.content.get("records").and_then(|it| it.as_array());
    let numbers = records.into_iter().flatten().filter_map(|it| it["number"].as_str());
    numbers.map(str::to_owned).collect()
}

async fn entry(visit: Visit, Path(id): Path<String>) -> Answer {
    visit
        .read(move |reader| {
            let deed = reader.deed_at(super::whole(&id)?)?;
            let proof = reader.proof(deed.entry)?;
            Ok(Page::new(t!("Proof"), "/trail", show(reader, &deed, proof.as_ref())?))
        })
        .await
}

fn show(reader: &Reader, deed: &Deed, proof: Option<&Proof>) -> Result<Markup> {
    let who = reader.name_of(deed.actor)?;
    let mut tools = Tools::default();
    if proof.is_some() {
        let to = format!("/entries/{}/proof.tlog-proof", deed.entry);
        tools.first = Some(Button::open(to, t!("Save the proof")).first().symbol(Symbol::Seal));
    }
    tools.more.push(Button::open("/trust", t!("How to check it without us")));
    let numbers = numbers(deed);
    let mut done = Vec::new();
    for number in &numbers {
        done.push(record::done_elsewhere(reader, deed, number)?);
    }
    Ok(html! {
        (parts::page_head(&Head {
            place: Some((t!("Trail"), "/trail".to_owned())),
            title: html! { (t!("Proof of one entry")) },
            lead: Some(html! { (lead(proof)) }), tools,
            ..Head::default()
        }))
        (parts::section("way", t!("From the deed to the signed head"), html! {
            (parts::path(&way(reader, deed, proof, &who)?))
        }))
        (parts::section("said", t!("What the entry says"), html! {
            (parts::timeline(&done))
            details { summary { (t!("The entry as it is sealed")) } (parts::program_text(&deed.content.to_string())) }
        }))
    })
}

fn lead(proof: Option<&Proof>) -> String {
    match proof {
        None => t!("It is written down and will be sealed in a moment. Load the page again."),
        Some(proof) => t!(
            "Entry {place} of {size}. Whoever holds this file and our public key can check it, offline, without us and without seeing any other entry.",
            place = proof.place + 1,
            size = proof.size
        ),
    }
}

fn way(reader: &Reader, deed: &Deed, proof: Option<&Proof>, who: &str) -> Result<Vec<(Symbol, Markup)>> {
    let mut way = vec![(
        Symbol::Edit,
        html! { strong { (who) } " " (parts::when(deed.at, reader.now)) br; span.fine { (language::exact_moment(deed.at)) } },
    )];
    let Some(proof) = proof else {
        way.push((Symbol::Waits, html! { (t!("Waits for its seal")) }));
        return Ok(way);
    };
    let fingerprint = kernel::fingerprint(&proof.entry);
    way.push((Symbol::Document, html! { (t!("The entry, {count} bytes", count = proof.entry.len())) " " (parts::digest(&fingerprint)) }));
    way.push((Symbol::Tree, html! { (t!("Place {place} in the tree of {size} entries", place = proof.place + 1, size = proof.size)) }));
    way.push((
        Symbol::Seal,
        html! {
            (t!("Head signed {when}", when = language::near_moment(proof.signed_at, reader.now)))
            (parts::program_text(&proof.checkpoint))
        },
    ));
    let count = reader.witnesses_of(proof.place)?;
    if count > 0 {
        let words = t!(
            "A head that covers it was sent to {count} address"
                | "A head that covers it was sent to {count} addresses",
            count = count
        );
        way.push((Symbol::Clip, html! { (words) }));
    }
    Ok(way)
}

async fn file(visit: Visit, Path(id): Path<String>) -> Answer {
    visit
        .respond(move |reader| {
            let id = super::whole(&id)?;
            let proof = reader.proof(id)?.ok_or(Error::NotFound)?;
            let mut response = proof.file.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            let name = format!("attachment; filename=\"entry-{}.tlog-proof\"", proof.place + 1);
            if let Ok(value) = HeaderValue::from_str(&name) {
                headers.insert(header::CONTENT_DISPOSITION, value);
            }
            Ok(response)
        })
        .await
}

async fn head(guest: Guest) -> Answer {
    guest
        .write_page(|edge, _| {
            let head = edge.db.read(&kernel::Actor::system(), |reader| reader.newest_head())?;
            Ok(head.ok_or(Error::NotFound)?.into_response())
        })
        .await
}

async fn trust(guest: Guest) -> Answer {
    guest
        .write_page(|edge, envelope| {
            let head = edge.db.read(&kernel::Actor::system(), |reader| reader.newest_head())?;
            let keys: Vec<String> = edge.db.secrets().signers.iter().map(kernel::Signer::vkey).collect();
            let name = edge.db.setting("company.name")?.unwrap_or_else(|| "Reqord".to_owned());
            let house = House { name, logo: None, theme: envelope.theme() };
            Ok(house
                .letter(&t!("Why you can trust this log"), html! {}, show_trust(&keys, head.as_deref()))
                .into_response())
        })
        .await
}

fn show_trust(keys: &[String], head: Option<&str>) -> Markup {
    let promised = [
        t!(
            "No deed is without an entry, and no entry without a deed: both are written together or not at all."
        ),
        t!(
            "Each entry has its place in a Merkle tree (RFC 9162). Its head is signed, and each head continues the one before."
        ),
        t!("The proof of one entry is one small file. It shows nothing of the other entries."),
        t!(
            "Personal values stand in the log sealed, each record's under a key of its own that lies outside the log. A proof holds without the key."
        ),
    ];
    let content = html! {
        div class="stack tight" {
            h1 { (t!("Why you can trust this log")) }
            p.lead { (t!("Every deed in this house leaves one entry in a log that nobody can change unnoticed, not even we. You can check that yourself.")) }
        }
        (parts::section("promise", t!("What is promised"), html! {
            ul.rows { @for words in &promised { li { (State::Good.symbol()) p { (words) } } } }
        }))
        (parts::section("key", t!("Our public key"), html! {
            @if keys.len() > 1 {
                p { (t!("It is being replaced. Keep the last one and trust it alone from now on; the one before checks what was signed until then.")) }
            } @else {
                p { (t!("Keep it. A head or a proof that it does not fit is not ours.")) }
            }
            @for key in keys { (parts::program_text(key)) }
        }))
        (parts::section("head", t!("The newest signed head"), html! {
            @match head {
                Some(head) => {
                    p { (t!("Whoever keeps it is a witness: history before it cannot be rewritten without them.")) }
                    (parts::program_text(head))
                    p { a href="/trust/head" { (t!("Save the head")) } }
                }
                None => p { (t!("Nothing is signed yet.")) },
            }
        }))
        (parts::section("check", t!("How to check without us"), html! {
            p { (t!("With our program, on any machine, without the database:")) }
            (parts::program_text("reqord verify entry-42.tlog-proof --key 'reqord.example/log+…'"))
            p { (t!("With any other program: the formats are public. A proof is a C2SP tlog-proof, a head a C2SP tlog-checkpoint in a signed note (Ed25519), the hashes are those of RFC 9162, an entry is canonical JSON (RFC 8785).")) }
            p { (t!("The whole log, by whoever holds a copy of the database, with every head that was kept outside:")) }
            (parts::program_text("reqord audit verify --head kept-head.txt"))
        }))
        (parts::section("limits", t!("What it does not do"), html! {
            (parts::note(Note::Warn, t!("Whoever holds the machine, the database and the signing key together can write new lies, and can rewrite what no head has left the house for. That is why heads should leave the house: one goes with every proof and every certificate, and anybody can save the newest here and keep it.")))
        }))
    };
    html! { div class="paper stack wide" { (content) } }
}
