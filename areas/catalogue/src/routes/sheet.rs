//! The data sheet of a revision as PDF, for people and for programs.

use kernel::{Reader, Result};
use sheets::Paper;
use web::paper::{self, For};
use web::{Answer, Doc, Path, Routes, Visit};

use crate::model::CatalogueItem;
use crate::pages::sheet::{self, Printed};
use crate::queries;

pub fn routes() -> Routes {
    Routes::default().get("/catalogue/{number}/revisions/{no}/sheet.pdf", sheet).api_get(
        "/api/v1/catalogue/{number}/revisions/{no}/sheet.pdf",
        Doc {
            summary: "The data sheet of a revision as PDF, sealed by the house",
            tag: "Catalogue",
            query: &[("language", "en or de; your own where nothing is said")],
            media_type: Some("application/pdf"),
            ..Doc::default()
        },
        sheet,
    )
}

async fn sheet(Path((number, no)): Path<(String, i64)>, visit: Visit) -> Answer {
    paper::answer(visit, move |reader, wanted| printed(reader, (&number, no), wanted)).await
}

/// The paper and what its file is called: the same for everybody who may read the revision.
///
/// # Errors
/// Refuses a revision of which something else is stored by now than was released.
fn printed(reader: &Reader, (number, no): (&str, i64), wanted: &For) -> Result<(Paper, String)> {
    let item = reader.find::<CatalogueItem>(number)?.record;
    let held = queries::held(reader, item.id.raw(), no)?;
    let (revision, _) = reader.revision(item.id.raw(), no)?;
    web::record::must_be_intact(reader, item.id.raw(), no)?;
    let base = held.says.base.map(|it| reader.mention(it)).transpose()?.flatten();
    let over = reader.mention(item.id.raw())?.map(|it| reader.over(&it)).transpose()?.flatten();
    let printed = Printed {
        number: &item.number,
        title: revision.title,
        by: reader.name_of(held.is.released_by)?,
        base: base.map(|it| it.number),
        over: over.map(|it| web::language::day_of(it.since)),
        check: wanted.check(&reader.paper_code(&item.number, no, &revision.digest)),
        held: &held,
    };
    let name = format!("{}-rev-{}-{}", item.number, no, wanted.language);
    Ok((sheet::paper(&printed, paper::blank(reader)?), name))
}
