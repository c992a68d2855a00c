//! Documents of strangers are read in a process of their own, and again where that came to nothing.

use kernel::{Actor, Citable, Db, Permit, Refusal, Result, Vocabulary, Work, text};
use serde_json::json;
use web::common::files;

use crate::queries;
use crate::rules::intake::{Intake, PartText};

/// Reads a raw mail; the documents in it are read in a process of their own, so that one that is made to harm us
/// harms nobody, and the mail is taken in all the same.
pub fn read_apart(db: &Db, raw: Vec<u8>) -> Intake {
    Intake::read_by(raw, |kind, bytes| files::extracted(db, kind, bytes))
}

/// Reads the file at a place of a message again; nothing is written yet. Its text is for [`read_again`].
///
/// # Errors
/// Not found for whoever does not see the message.
pub fn read_now(db: &Db, actor: &Actor, message: i64, place: usize) -> Result<PartText> {
    Permit::Staff.covers(actor, None)?;
    let (file, bytes) = db.read(actor, |reader| queries::part_of(reader, message, place))?;
    let named = (file.media_type.as_str(), file.name.as_str());
    Ok(files::words_of(db, named, &bytes).into())
}

/// Keeps the text of a file that could not be read when it came in, to be found and cited from now on. Gives the key
/// of the text.
///
/// # Errors
/// Refuses what has its text already, and says why where there is still none.
pub fn read_again(work: &mut Work, message: i64, place: usize, text: &PartText) -> Result<i64> {
    Permit::Staff.covers(work.actor, None)?;
    let message = queries::message(work, message)?;
    let (file, _) = queries::part_of(work, message.id, place)?;
    let has_text = work.source_of("attachment", file.id)?.is_some();
    Refusal::unless(!has_text, text!("Its text is here already. Open it from the message."))?;
    let (words, extractor) = match text {
        PartText::Words { words, extractor } => (words, *extractor),
        PartText::Unread(why) => return Err(why.text().into()),
        PartText::None => return Err(text!("This file holds no text. Open it as it is.").into()),
    };
    let citable = Citable {
        origin: "attachment",
        origin_id: file.id,
        name: &file.name,
        words,
        extractor,
        audience: message.audience,
    };
    let source = work.keep_source(message.record_id, &citable)?;
    work.note(message.record_id, json!({ "read": file.name }))?;
    work.called("text_read");
    Ok(source)
}
