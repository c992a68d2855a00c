//! Which text does a DOCX hold (ECMA-376, part 1, `WordprocessingML`)?

mod numbering;
mod package;
mod story;

use crate::{Document, Fault, Limits};
use numbering::Numbering;
use package::Package;
use story::Story;

pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
    let mut package = Package::open(bytes, limits)?;
    let body =
        package.part("word/document.xml")?.ok_or(Fault::Broken("there is no document in it".into()))?;
    let numbering = Numbering::read(
        &package.part("word/numbering.xml")?.unwrap_or_default(),
        &package.part("word/styles.xml")?.unwrap_or_default(),
        limits,
    )?;

    let mut story = Story::new(numbering, limits);
    story.tell(&body)?;
    for (kind, part) in [("footnote", "word/footnotes.xml"), ("endnote", "word/endnotes.xml")] {
        if let Some(notes) = package.part(part)? {
            story.tell_notes(kind, &notes)?;
        }
    }
    let title =
        package.part("docProps/core.xml")?.and_then(|core| story::title(&core, limits).ok().flatten());
    let text = story.finish()?;
    let whole = 0..text.chars().count();
    Ok(Document { text, pages: vec![whole], title, unread: Vec::new() })
}
