//! Letters from the command line, for whoever runs the machine and holds its keys: also the links and codes in them.

use anyhow::Result;
use kernel::{Actor, Db, Vocabulary};

/// So many letters are listed.
const LISTED: i64 = 50;

/// The newest letters, a line each: number, state, to whom, about what.
pub fn list(db: &Db) -> Result<String> {
    let all = db.read(&Actor::system(), |reader| reader.letters(None, None, LISTED))?;
    let line = |it: &kernel::LetterLine| {
        let to: Vec<&str> = it.recipients.iter().map(|it| it.address.as_str()).collect();
        format!("{}\t{}\t{}\t{}\n", it.id, it.state.code(), to.join(", "), it.subject)
    };
    Ok(all.iter().map(line).collect())
}

/// One letter as its addressee reads it.
pub fn show(db: &Db, id: i64) -> Result<String> {
    let letter = db.read(&Actor::system(), |reader| reader.opened(id))?;
    let to: Vec<&str> = letter.recipients.iter().map(|it| it.address.as_str()).collect();
    Ok(format!("To: {}\nSubject: {}\n\n{}\n", to.join(", "), letter.subject, letter.words))
}
