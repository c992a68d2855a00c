//! The sheet of a revision as PDF, for people and for programs.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use kernel::{Error, Reader, Refusal, Result, fingerprint, text};
use web::language::Language;
use web::{Answer, Doc, Failure, Path, Routes, Visit, off_the_loop};

use crate::model::RequirementSet;
use crate::pages::sheet::{Printed, paper};
use crate::queries::{self, At};

pub fn routes() -> Routes {
    Routes::default().get("/requirement-sets/{number}/revisions/{no}/sheet.pdf", sheet).api_get(
        "/api/v1/requirement-sets/{number}/revisions/{no}/sheet.pdf",
        Doc {
            summary: "A revision as PDF to be sent to the customer (application/pdf); language=en or de",
            tag: "Requirements",
            ..Doc::default()
        },
        sheet,
    )
}

async fn sheet(Path((number, no)): Path<(String, i64)>, visit: Visit) -> Answer {
    let envelope = visit.envelope.clone();
    let answer = off_the_loop(move || {
        let asked = visit.envelope.asked();
        let language = match asked.text("language") {
            "" => visit.envelope.language(Some(&visit.known)).code.to_owned(),
            code => code.to_owned(),
        };
        let scheme = if visit.edge.is_secure { "https" } else { "http" };
        let base = format!("{scheme}://{}", visit.envelope.header("host").unwrap_or("localhost"));
        let db = Arc::clone(&visit.edge.db);
        let sent = db.read(visit.actor(), |reader| printed(reader, (&number, no), &language, &base))?;
        let sentence = text!(
            "This program was built without a typesetter. Ask your administrator for one that has it (`--features typeset`)."
        );
        Refusal::unless(sheets::IS_BUILT, sentence)?;
        // Whatever is on the paper is in its name.
        let tag = format!("\"{}\"", &fingerprint(&sent)[..32]);
        if visit
            .envelope
            .header(header::IF_NONE_MATCH)
            .is_some_and(|it| it.split(',').any(|it| it.trim() == tag))
        {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
        }
        let pdf = db.apart("typeset", &sent).map_err(|why| {
            tracing::error!(number, no, "a sheet was not set: it {why}");
            Error::from(text!("The sheet could not be set. Try again; if it stays, tell your administrator."))
        })?;
        as_pdf(&format!("{}-rev-{no}-{language}.pdf", number.to_lowercase()), &tag, pdf)
    });
    answer.await.map_err(|error| Failure::of(error, &envelope))
}

/// The paper as it is sent to be set: the same for everybody who may read the revision.
fn printed(reader: &Reader, (number, no): (&str, i64), language: &str, base: &str) -> Result<Vec<u8>> {
    let set = reader.find::<RequirementSet>(number)?;
    let (revision, _) = queries::manifest(reader, set.record.id.raw(), no)?;
    let reading = queries::read(reader, number, At::Revision(no))?;
    let code = reader.paper_code(&set.record.number, no, &revision.digest);
    let house = identity::company(reader)?;
    let customer = set.record.party.map(|it| reader.mention(it)).transpose()?.flatten().map(|it| it.title);
    let printed = Printed {
        by: reader.name_of(revision.released_by)?,
        customer,
        check: (format!("{base}/verify/{code}"), code),
        house: if house.name.is_empty() { "Reqord".to_owned() } else { house.name },
        reading: &reading,
        revision: &revision,
    };
    let zone = TimeZone::get(&house.zone).unwrap_or(TimeZone::UTC);
    Ok(Language::new(language, zone).with(|| paper(&printed)).sent()?)
}

fn as_pdf(name: &str, tag: &str, pdf: Vec<u8>) -> Result<Response> {
    let mut response = pdf.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(kernel::broken)?);
    headers.insert(header::ETAG, HeaderValue::from_str(tag).map_err(kernel::broken)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
