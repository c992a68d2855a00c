//! How the papers of the house look: where an administrator says it, and sees it.

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Error, Faults, Permit, Reader, Result, Role, text};
use maud::{Markup, html};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sheets::{Block, Fact, Paper};

use crate::api::{BASE, Versioned, answer};
use crate::edge::Page;
use crate::form::Form;
use crate::language::{self, say};
use crate::paper::{self, For, Letterhead, Part};
use crate::parts::{self, Button, Choice, Choices, Field, Head, Symbol};
use crate::routes::{Doc, Routes, schema_of};
use crate::t;
use crate::visit::{Answer, Posted, Sent, Uploaded, Visit};

const PLACE: &str = "/letterhead";

/// The addresses; `parts` are those that a specification sheet may show.
pub fn routes(parts: &'static [Part]) -> Routes {
    let doc =
        |summary| Doc { summary, tag: "Papers", response: schema_of::<Versioned<Look>>(), ..Doc::default() };
    let api = format!("{BASE}/letterhead");
    Routes::default()
        .get(PLACE, move |visit| show(visit, parts))
        .post(PLACE, move |posted| keep(posted, parts))
        .get("/letterhead/logo", logo)
        .post("/letterhead/logo", move |uploaded| keep_logo(uploaded, parts))
        .get("/letterhead/sample.pdf", move |visit| sample(visit, parts))
        .api_get(&api, doc("How the papers of the house look"), move |visit| look(visit, parts))
        .api_patch(
            &api,
            Doc { request: schema_of::<Wanted>(), ..doc("Says how the papers of the house look") },
            move |sent| change(sent, parts),
        )
}

#[track_caller]
fn may_change(reader: &Reader) -> Result<()> {
    Ok(Permit::Has(Role::Administrator).covers(reader.actor, None)?)
}

async fn show(visit: Visit, parts: &'static [Part]) -> Answer {
    visit
        .read(move |reader| {
            may_change(reader)?;
            page(reader, parts, &filled(&paper::letterhead(reader)?, parts))
        })
        .await
}

/// What is kept, as the form writes it.
fn filled(it: &Letterhead, parts: &[Part]) -> Form {
    let shown = parts.iter().filter(|part| it.shows(part));
    let mut pairs = vec![
        ("lines".to_owned(), it.lines.join("\n")),
        ("accent".to_owned(), it.colour().to_owned()),
        ("notice".to_owned(), it.notice.clone()),
    ];
    pairs.extend(shown.map(|part| ("parts".to_owned(), part.code.to_owned())));
    Form::of(pairs)
}

fn page(reader: &Reader, parts: &[Part], form: &Form) -> Result<Page> {
    let name = reader.setting("company.name")?.unwrap_or_default();
    let has_logo = paper::logo(reader)?.is_some();
    let chosen = form.all("parts");
    let choices =
        parts.iter().map(|it| Choice::new(it.code, (it.word)()).chosen(chosen.contains(&it.code))).collect();
    let fault = |name: &str| form.faults.of(name).map(say);
    let summary: Vec<(String, String)> =
        form.faults.0.iter().map(|(name, it)| (name.clone(), say(it))).collect();
    let lead = t!(
        "Specification sheets, certificates and records leave the house in this dress. What was sent stays as it was."
    );
    let body = html! {
        (parts::page_head(&Head {
            title: html! { (t!("How papers look")) }, lead: Some(html! { (lead) }),
            ..Head::default()
        }))
        @if !summary.is_empty() { (parts::fault_summary(&summary)) }
        @if sheets::IS_BUILT { div.row {
            @for (code, word) in language::LANGUAGES {
                (Button::open(format!("{PLACE}/sample.pdf?language={code}"), t!("See a sample: {language}", language = word)).symbol(Symbol::Document))
            }
        } }
        (parts::section("dress", t!("Dress"), parts::form(PLACE, html! {
            (parts::once())
            (Field::area("lines", t!("Below the name {name}", name = &name)).lines(4).value(form.raw("lines")).fault(fault("lines"))
                .help(t!("Address, telephone: one a line.")))
            (Field::text("accent", t!("Colour of headings and lines")).short().value(form.text("accent")).fault(fault("accent")).example("#1d4f7c"))
            (Field::text("notice", t!("At the foot of each page")).value(form.text("notice")).fault(fault("notice"))
                .example(t!("Confidential. Uncontrolled when printed.")))
            (Choices::any("parts", t!("What a specification sheet shows"), choices).fault(fault("parts")))
            (Button::send(t!("Keep it")).first())
        })))
        (parts::section("logo", t!("Logo"), logo_form(&name, has_logo)))
    };
    Ok(Page::new(t!("How papers look"), PLACE, body))
}

fn logo_form(name: &str, has_logo: bool) -> Markup {
    html! {
        @if has_logo {
            p { img class="logo-shown" src="/letterhead/logo" alt=(t!("The logo of {name}", name = name)) height="60"; }
            (Button::post("/letterhead/logo", t!("Take it off")).small().sends("off", "1"))
        } @else { p.quiet-text { (t!("There is none: the name stands in its place.")) } }
        (parts::files_form("/letterhead/logo", html! {
            div.field {
                label for="logo-file" { (t!("A picture in PNG or JPEG")) }
                input id="logo-file" type="file" name="files" accept="image/png,image/jpeg" aria-describedby="logo-help" required;
                p.help id="logo-help" { (t!("At most 500 KB. It is shown 16 mm high.")) }
            }
            (Button::send(t!("Put it on")))
        }))
    }
}

/// What the form says.
fn written(form: &Form) -> Letterhead {
    let lines = form.raw("lines").lines().map(str::trim).filter(|it| !it.is_empty());
    Letterhead {
        lines: lines.map(str::to_owned).collect(),
        accent: form.text("accent").to_lowercase(),
        notice: form.text("notice").to_owned(),
        parts: Some(form.all("parts").into_iter().map(str::to_owned).collect()),
    }
}

async fn keep(Posted(visit): Posted, parts: &'static [Part]) -> Answer {
    let (form, again) = (visit.form.clone(), visit.form.clone());
    visit
        .write_or(
            move |work| {
                form.clone().check()?;
                paper::keep_letterhead(work, &written(&form), parts)?;
                Ok(PLACE.to_owned())
            },
            move |reader, error| {
                may_change(reader)?;
                page(reader, parts, &with_faults(&again, error))
            },
        )
        .await
}

fn with_faults(form: &Form, error: &Error) -> Form {
    let mut form = form.clone();
    if let Error::Invalid(faults) = error {
        form.faults = faults.clone();
    }
    form
}

async fn logo(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            may_change(reader)?;
            let bytes = paper::logo(reader)?.ok_or(Error::NotFound)?;
            let kind = HeaderValue::from_static(paper::picture_type(&bytes));
            let private = HeaderValue::from_static("private, no-cache");
            Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, private)], bytes).into_response())
        })
        .await
}

async fn keep_logo(Uploaded(visit, files): Uploaded, parts: &'static [Part]) -> Answer {
    let is_off = visit.form.has("off");
    let again = visit.form.clone();
    visit
        .write_or(
            move |work| {
                let sent = files.first().map(|it| it.bytes.to_vec()).unwrap_or_default();
                let sentence = text!("Choose a picture first.");
                if sent.is_empty() && !is_off {
                    return Err(Faults::one("logo", sentence).into());
                }
                paper::keep_logo(work, if is_off { &[] } else { &sent })?;
                Ok(format!("{PLACE}#logo"))
            },
            move |reader, error| {
                may_change(reader)?;
                let mut form = filled(&paper::letterhead(reader)?, parts);
                form.faults = with_faults(&again, error).faults;
                page(reader, parts, &form)
            },
        )
        .await
}

async fn sample(visit: Visit, parts: &'static [Part]) -> Answer {
    paper::answer(visit, move |reader, wanted| {
        may_change(reader)?;
        Ok((sample_paper(reader, wanted, parts)?, format!("sample-{}", wanted.language)))
    })
    .await
}

/// A paper in the dress of the house that says nothing of anybody.
fn sample_paper(reader: &Reader, wanted: &For, parts: &[Part]) -> Result<Paper> {
    let look = paper::letterhead(reader)?;
    let fact = |label: String, value: String| Fact { label, value, is_exact: false };
    let shown = |code: &str| parts.iter().any(|it| it.code == code && look.shows(it));
    let cover = [
        fact(t!("Customer"), t!("A customer")),
        fact(t!("Number"), "RS-0000-0001".to_owned()),
        fact(t!("Edition"), t!("Revision {no}", no = 1i64)),
    ];
    let named = parts.iter().filter(|it| look.shows(it));
    let facts = named
        .filter(|it| !matches!(it.code, "cover" | "contents" | "intended_use" | "files"))
        .map(|it| fact((it.word)(), t!("as the requirement says")));
    let heading = |words: String| Block::Heading { level: 1, words };
    let blocks = vec![
        heading(t!("A section")),
        Block::Prose { markdown: t!("Prose stands between the heading and the requirements.") },
        Block::Clause {
            number: "REQ-0001".to_owned(),
            markdown: t!("The words of a requirement, with **what matters** in bold."),
            facts: facts.collect(),
        },
        heading(t!("Another section")),
        Block::Table {
            head: vec![t!("What"), t!("Value")],
            rows: vec![vec![t!("One line of a table"), "1.50 l".to_owned()]],
            widths: vec![2, 1],
        },
    ];
    Ok(Paper {
        sort: t!("Requirement specification"),
        title: t!("A sample of how papers look"),
        number: "RS-0000-0001".to_owned(),
        edition: t!("Revision {no}", no = 1i64),
        cover: if shown("cover") { cover.to_vec() } else { Vec::new() },
        contents: shown("contents").then(|| t!("Contents")),
        is_numbered: true,
        blocks,
        foot: t!("Sample"),
        check: Some(wanted.check("SAMPLE")),
        day: paper::day_of(reader.now),
        ..paper::blank(reader)?
    })
}

/// How papers look, for programs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Letterhead")]
struct Look {
    /// Below the name of the house: address, telephone.
    lines: Vec<String>,
    /// The colour of headings and lines, like `#1d4f7c`.
    accent: String,
    /// At the foot of each page.
    notice: String,
    /// The parts of a specification sheet that are shown.
    parts: Vec<String>,
    /// The parts that could be shown.
    offered: Vec<String>,
    has_logo: bool,
    /// SHA-256 of the logo, in hexadecimal.
    logo: Option<String>,
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LetterheadWanted")]
struct Wanted {
    lines: Option<Vec<String>>,
    accent: Option<String>,
    notice: Option<String>,
    parts: Option<Vec<String>>,
    /// A picture in PNG or JPEG, in base64; an empty text takes the logo off.
    logo: Option<String>,
}

fn looks(reader: &Reader, parts: &[Part]) -> Result<Versioned<Look>> {
    may_change(reader)?;
    let (it, logo) = (paper::letterhead(reader)?, paper::logo(reader)?);
    let codes = |all: Vec<&Part>| all.into_iter().map(|it| it.code.to_owned()).collect();
    Versioned::of(Look {
        accent: it.colour().to_owned(),
        parts: codes(parts.iter().filter(|part| it.shows(part)).collect()),
        offered: codes(parts.iter().collect()),
        has_logo: logo.is_some(),
        logo: logo.as_deref().map(kernel::fingerprint),
        lines: it.lines,
        notice: it.notice,
    })
}

async fn look(visit: Visit, parts: &'static [Part]) -> Answer {
    visit.respond(move |reader| answer(&looks(reader, parts)?)).await
}

async fn change(Sent(visit, sent): Sent, parts: &'static [Part]) -> Answer {
    let (asked, version) = (sent.clone(), visit.must_have_seen()?);
    visit
        .change(sent, move |work| {
            looks(work, parts)?.seen(version)?;
            let wanted: Wanted = crate::api::typed(asked.clone())?;
            let mut it = paper::letterhead(work)?;
            it.lines = wanted.lines.unwrap_or(it.lines);
            it.accent = wanted.accent.map_or(it.accent, |it| it.to_lowercase());
            it.notice = wanted.notice.unwrap_or(it.notice);
            it.parts = wanted.parts.or(it.parts);
            paper::keep_letterhead(work, &it, parts)?;
            if let Some(logo) = wanted.logo {
                let sentence = text!("Send the picture in base64.");
                let bytes = STANDARD.decode(logo.trim()).map_err(|_| Faults::one("logo", sentence))?;
                paper::keep_logo(work, &bytes)?;
            }
            Ok(serde_json::to_value(looks(work, parts)?)?)
        })
        .await
}
