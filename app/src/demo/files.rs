//! The files of `demo/`, compiled in, so that the program shows the company wherever it runs.

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;

static DEMO: Dir = include_dir!("$CARGO_MANIFEST_DIR/../demo");

/// The bytes of a file.
pub fn bytes(path: &str) -> Result<&'static [u8]> {
    Ok(DEMO.get_file(path).with_context(|| format!("demo/{path} is missing"))?.contents())
}

/// The rows of a table.
pub fn rows<T: DeserializeOwned>(path: &str) -> Result<Vec<T>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes(path)?);
    let rows = reader.deserialize().collect::<Result<Vec<T>, _>>();
    rows.with_context(|| format!("demo/{path} cannot be read"))
}

/// The names of the files in a folder that end so, in order.
pub fn names(folder: &str, ending: &str) -> Result<Vec<String>> {
    let folder = DEMO.get_dir(folder).with_context(|| format!("demo/{folder} is missing"))?;
    let files = folder.files().filter_map(|it| it.path().to_str());
    let mut names: Vec<String> = files.filter(|it| it.ends_with(ending)).map(str::to_owned).collect();
    names.sort();
    Ok(names)
}
