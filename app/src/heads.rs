//! The newest signed head of the log, once a day in a file of its own: for whoever takes such files away.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kernel::{Actor, Db};

/// Keeps the newest head as `heads/DAY.txt` in the data folder, unless there is one of today; tells where.
///
/// # Errors
/// Names what cannot be written.
pub fn keep(db: &Db, data: &Path) -> Result<Option<PathBuf>> {
    let folder = data.join("heads");
    let (today, head) = db.read(&Actor::system(), |reader| Ok((reader.today(), reader.newest_head()?)))?;
    let file = folder.join(format!("{today}.txt"));
    let Some(head) = head.filter(|_| !file.exists()) else { return Ok(None) };
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    // Under its name there is the whole head or nothing.
    let unfinished = folder.join(format!("{today}.unfinished"));
    fs::write(&unfinished, head).with_context(|| format!("{} cannot be written", unfinished.display()))?;
    fs::rename(&unfinished, &file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(Some(file))
}
