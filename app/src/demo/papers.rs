//! In which dress the papers of the company leave the house.

use std::sync::Arc;

use anyhow::Result;
use kernel::Db;
use web::paper::{Letterhead, keep_letterhead, keep_logo};

use super::company::Company;
use super::files;

/// Sam puts the logo, the colour and the address on them.
pub fn dress(db: &Arc<Db>, company: &Company) -> Result<()> {
    let letterhead = Letterhead {
        lines: vec!["Kestrel Dosing Systems GmbH".to_owned(), "Bremen · Leeds".to_owned()],
        accent: "#0b5568".to_owned(),
        notice: "Uncontrolled when printed.".to_owned(),
        parts: None,
    };
    let logo = files::bytes("papers/logo.png")?;
    db.write(company.person("sam")?, |work| {
        keep_letterhead(work, &letterhead, requirements::SHEET_PARTS)?;
        keep_logo(work, logo)
    })?;
    Ok(())
}
