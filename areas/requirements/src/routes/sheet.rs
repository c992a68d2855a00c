//! The sheet of a revision as PDF, for people and for programs.

use kernel::{Attachment, Audience, Reader, Result};
use sheets::{Paper, Shown};
use web::paper::{self, For};
use web::picture::{address_of, files_shown, is_shown};
use web::{Answer, Doc, Path, Routes, Visit};

use crate::model::{Reading, RequirementSet};
use crate::pages::sheet::{self, Printed};
use crate::queries::{self, At};

/// So many pictures go on a sheet, in its texts and as many below them, and so many bytes of each.
const MOST_PICTURES: usize = 40;
const LARGEST_PICTURE: i64 = 8 << 20;

pub fn routes() -> Routes {
    Routes::default().get("/requirement-sets/{number}/revisions/{no}/sheet.pdf", sheet).api_get(
        "/api/v1/requirement-sets/{number}/revisions/{no}/sheet.pdf",
        Doc {
            summary: "A revision as PDF to be sent to the customer, sealed by the house",
            tag: "Requirements",
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
/// Not found is also a revision that the reader may not see; refuses one of which something else is stored by now.
pub fn printed(reader: &Reader, (number, no): (&str, i64), wanted: &For) -> Result<(Paper, String)> {
    let set = reader.find::<RequirementSet>(number)?;
    let (revision, _) = queries::manifest(reader, set.record.id.raw(), no)?;
    web::record::must_be_intact(reader, set.record.id.raw(), no)?;
    let mut reading = queries::read(reader, number, At::Revision(no))?;
    // It goes to the customer, whoever makes it.
    let files = reader.attachments(set.record.id.raw())?;
    let files: Vec<_> = files.into_iter().filter(|it| it.audience == Audience::Party).collect();
    reading.files.retain(|it| files.iter().any(|file| file.digest == it.digest));
    if reading.lines.iter().any(|it| !it.enclosed.is_empty()) {
        let theirs = queries::with_the_customer(reader, &set)?;
        for line in &mut reading.lines {
            line.enclosed.retain(|it| theirs.contains(&(line.number.clone(), it.digest.clone())));
        }
    }
    let code = reader.paper_code(&set.record.number, no, &revision.digest);
    let customer = set.record.party.map(|it| reader.mention(it)).transpose()?.flatten().map(|it| it.title);
    let printed = Printed {
        by: reader.name_of(revision.released_by)?,
        customer,
        check: wanted.check(&code),
        look: paper::letterhead(reader)?,
        pictures: pictures(reader, files, &reading)?,
        shown: shown(reader, &reading)?,
        extra: queries::extra_told(reader, &reading)?,
        reading: &reading,
        revision: &revision,
    };
    let name = format!("{number}-rev-{no}-{}", wanted.language);
    Ok((sheet::paper(&printed, paper::blank(reader)?), name))
}

/// The pictures that the revision names and that its customer may see.
fn pictures(reader: &Reader, files: Vec<Attachment>, reading: &Reading) -> Result<Vec<(String, Vec<u8>)>> {
    let is_shown = |it: &Attachment| {
        matches!(it.media_type.as_str(), "image/png" | "image/jpeg" | "image/svg+xml")
            && it.size <= LARGEST_PICTURE
            && reading.files.iter().any(|filed| filed.digest == it.digest)
    };
    let all = files.into_iter().filter(is_shown).take(MOST_PICTURES);
    all.map(|it| Ok((it.name, reader.attachment(it.id)?.1))).collect()
}

/// The pictures that the texts of a revision show, of those files that belong to it and that its customer may see.
fn shown(reader: &Reader, reading: &Reading) -> Result<Vec<Shown>> {
    let mut files = reader.files_among(&files_shown(sheet::texts(reading)))?;
    files.retain(|it| it.audience == Audience::Party && it.size <= LARGEST_PICTURE && is_shown(it));
    files.sort_by_key(|it| it.id);
    let mut all = Vec::new();
    for it in files {
        let holder = reader.mention(it.record_id)?.map(|it| it.number);
        let belongs = holder.is_some_and(|number| reading.encloses(&number, &it.digest));
        if belongs && all.len() < MOST_PICTURES {
            let (file, bytes) = reader.attachment(it.id)?;
            all.push(Shown { address: address_of(file.id), name: file.name, bytes });
        }
    }
    Ok(all)
}
