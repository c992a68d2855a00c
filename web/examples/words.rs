//! Gives every sentence of the sources that has no German words an empty place in the catalogue, to be filled in:
//! `cargo run -p web --example words`.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use web::language::{completed, missing};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    for part in ["kernel", "web", "formats", "areas", "app"] {
        gather(&root.join(part), &mut sources)?;
    }
    let catalogue = root.join("assets/locale/de.po");
    let keys = missing(sources.iter().map(String::as_str));
    fs::write(&catalogue, completed(&fs::read_to_string(&catalogue)?, &keys))?;
    Ok(())
}

/// The Rust sources of a folder: what stands in `src`, at any depth.
fn gather(folder: &Path, sources: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let is_source = path.components().any(|part| part.as_os_str() == "src");
        match path.extension() {
            _ if path.is_dir() => gather(&path, sources)?,
            Some(extension) if extension == "rs" && is_source => sources.push(fs::read_to_string(&path)?),
            _ => {}
        }
    }
    Ok(())
}
