//! Papers of an agreement as PDF: the certificate of a sign-off, the record of a review.

use kernel::{Error, Reader, Refusal, Result, Signature, text};
use sheets::Paper;
use web::paper::{self, For};
use web::{Answer, Doc, Path, Routes, Visit};

use super::recorded::recorded;
use crate::model::{SignOff, SignOffState};
use crate::pages::paper::{self as page, AgreedLine, Certified, Signed};
use crate::queries;

pub fn routes(elsewhere: super::Elsewhere) -> Routes {
    let doc = |summary| Doc {
        summary,
        tag: "Reviews",
        query: &[("language", "en or de; your own where nothing is said")],
        media_type: Some("application/pdf"),
        ..Doc::default()
    };
    Routes::default()
        .get("/sign-offs/{number}/certificate.pdf", certificate)
        .get("/reviews/{number}/record.pdf", move |number, visit| record(number, visit, elsewhere))
        .api_get(
            "/api/v1/sign-offs/{number}/certificate.pdf",
            doc("What was agreed, by whom and when, as PDF that proves itself"),
            certificate,
        )
        .api_get(
            "/api/v1/reviews/{number}/record.pdf",
            doc("Who judged what and when, as PDF with the proofs of its signatures inside"),
            move |number, visit| record(number, visit, elsewhere),
        )
}

async fn certificate(Path(number): Path<String>, visit: Visit) -> Answer {
    paper::answer(visit, move |reader, wanted| certified(reader, &number, wanted)).await
}

/// The certificate of a sign-off, and what its file is called.
///
/// # Errors
/// Refuses while not all have signed, and for the second until the log has sealed it; and where what is stored is not what
/// was signed: no seal of ours is put on that.
pub(super) fn certified(reader: &Reader, number: &str, wanted: &For) -> Result<(Paper, String)> {
    let case = reader.find::<SignOff>(number)?;
    let (id, body) = (case.record.id.raw(), &case.body);
    let sentence = text!(
        "There is no certificate before all have signed. Who has not is told on the page of the sign-off."
    );
    Refusal::unless(case.record.state == SignOffState::Confirmed, sentence)?;
    let subject = queries::subject(reader, body.subject)?;
    let is_of_it = |it: &Signature| {
        it.meaning == kernel::Meaning::Confirmed
            && it.content()["digest"].as_str() == Some(body.digest.as_str())
    };
    let signed = signed(reader, reader.signatures(id)?.into_iter().filter(is_of_it).collect())?;
    let sentence = text!("It is being sealed. Load it again in a moment.");
    Refusal::unless(signed.iter().all(|it| it.carried.is_some()), sentence)?;
    let agreed_at = signed.iter().map(|it| it.signature.at).max().ok_or(Error::NotFound)?;
    let (frozen, content) = reader.revision(body.subject, body.revision)?;
    let sentence = text!(
        "What is stored of this revision is not what was signed. Have the log checked: reqord audit verify."
    );
    Refusal::unless(reader.revision_is_intact(body.subject, body.revision)?, sentence)?;
    let as_signed = queries::their_words_are_intact(reader, &case)?;
    Refusal::unless(as_signed, queries::not_as_signed(number))?;
    let lines = reader.parts_of(body.subject, body.revision)?.into_iter().map(|it| {
        let bytes = it.bytes()?;
        Ok(AgreedLine { number: it.number, title: it.title, digest: it.digest, bytes })
    });
    let certified = Certified {
        number,
        body,
        title: frozen.title.clone(),
        customer: case.record.party.map(|it| reader.mention(it)).transpose()?.flatten().map(|it| it.title),
        by: reader.name_of(case.record.owner)?,
        agreed_at,
        signed,
        lines: lines.collect::<Result<_>>()?,
        revision: if names_only_what_they_see(reader, body.subject, &content)? {
            Some(reader.revision_bytes(body.subject, body.revision)?)
        } else {
            None
        },
        keys: reader.secrets().signers.iter().map(kernel::Signer::vkey).collect(),
        check: wanted.check(&reader.paper_code(&subject.number, body.revision, &body.digest)),
        subject: subject.number,
    };
    let name = format!("{number}-certificate-{}", wanted.language);
    Ok((page::certificate(&certified, paper::blank(reader)?), name))
}

/// Whether a revision names no file of ours that its customer may not see: the certificate goes to them.
fn names_only_what_they_see(reader: &Reader, subject: i64, content: &serde_json::Value) -> Result<bool> {
    let named = content["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    if named.is_empty() {
        return Ok(true);
    }
    let files = reader.attachments(subject)?;
    Ok(named
        .iter()
        .filter_map(|it| it["digest"].as_str())
        .all(|digest| files.iter().any(|it| it.digest == digest && it.audience == kernel::Audience::Party)))
}

/// Signatures with what proves them.
pub(super) fn signed(reader: &Reader, all: Vec<Signature>) -> Result<Vec<Signed>> {
    let one = |signature: Signature| {
        let acts_for = signature.acts_for.map(|it| reader.name_of(it)).transpose()?;
        Ok(Signed { carried: reader.carried(&signature)?, acts_for, signature })
    };
    all.into_iter().map(one).collect()
}

async fn record(Path(number): Path<String>, visit: Visit, elsewhere: super::Elsewhere) -> Answer {
    paper::answer(visit, move |reader, wanted| {
        let recorded = recorded(reader, &number, wanted, elsewhere)?;
        Ok((page::record(&recorded, paper::blank(reader)?), format!("{number}-record-{}", wanted.language)))
    })
    .await
}
