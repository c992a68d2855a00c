//! The style sheet, the signs and the scripts, compiled in and served under an address that changes with them.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Its name in addresses: `reqord.css`.
    pub name: &'static str,
    /// Its media type, with the character set where it is text.
    pub media_type: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
}

/// How long a browser may keep an asset: for good, since other content has another address.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// The layers of the style sheet as one; a later layer wins over an earlier one, whatever the selectors weigh.
const STYLE_SHEET: &str = concat!(
    "@layer tokens, base, frame, parts, charts, pages, print;\n",
    "@layer tokens {\n",
    include_str!("../../assets/styles/tokens.css"),
    "}\n@layer base {\n",
    include_str!("../../assets/styles/base.css"),
    "}\n@layer frame {\n",
    include_str!("../../assets/styles/frame.css"),
    "}\n@layer parts {\n",
    include_str!("../../assets/styles/parts.css"),
    include_str!("../../assets/styles/fields.css"),
    include_str!("../../assets/styles/tables.css"),
    include_str!("../../assets/styles/talk.css"),
    "}\n@layer charts {\n",
    include_str!("../../assets/styles/charts.css"),
    "}\n@layer pages {\n",
    include_str!("../../assets/styles/pages.css"),
    "}\n@layer print {\n",
    include_str!("../../assets/styles/print.css"),
    "}\n",
);

/// A script of `assets/scripts`, by its name there.
macro_rules! script {
    ($name:literal) => {
        Asset {
            name: $name,
            media_type: SCRIPT,
            bytes: include_bytes!(concat!("../../assets/scripts/", $name)),
        }
    };
}

static ASSETS: &[Asset] = &[
    Asset { name: "reqord.css", media_type: CSS, bytes: STYLE_SHEET.as_bytes() },
    Asset { name: "symbols.svg", media_type: SVG, bytes: include_bytes!("../../assets/symbols.svg") },
    Asset { name: "icon.svg", media_type: SVG, bytes: include_bytes!("../../assets/icon.svg") },
    script!("call.js"),
    script!("capture.js"),
    script!("choices.js"),
    script!("draft.js"),
    script!("drop.js"),
    script!("grid-cells.js"),
    script!("grid-marks.js"),
    script!("grid-moves.js"),
    script!("grid-paste.js"),
    script!("grid-saves.js"),
    script!("grid-writer.js"),
    script!("grid.js"),
    script!("keys.js"),
    script!("links.js"),
    script!("live.js"),
    script!("marked.js"),
    script!("found.js"),
    script!("matrix.js"),
    script!("menus.js"),
    script!("names.js"),
    script!("palette.js"),
    script!("rich.js"),
    script!("suggest.js"),
    script!("parts.js"),
    script!("theme.js"),
    script!("wording.js"),
];

/// One digest over all of them, so that a script may import its neighbour by name.
static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut sum = Sha256::new();
    for asset in ASSETS {
        sum.update(asset.name);
        sum.update(asset.bytes);
    }
    let mut digest = format!("{:x}", sum.finalize());
    digest.truncate(12);
    digest
});

/// Where a file is served: `/assets/4f1c…/reqord.css`.
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *DIGEST)
}

/// The file behind what follows `/assets/` in an address; none where it is of another edition.
pub fn find(path: &str) -> Option<&'static Asset> {
    let (digest, name) = path.split_once('/')?;
    ASSETS.iter().find(|asset| asset.name == name && digest == *DIGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_addressed_is_found() {
        for asset in ASSETS {
            let address = address(asset.name);
            assert_eq!(find(address.strip_prefix("/assets/").unwrap()).unwrap().name, asset.name);
        }
    }

    #[test]
    fn another_edition_is_not_found() {
        assert!(find("000000000000/reqord.css").is_none());
        assert!(find("reqord.css").is_none());
    }

    #[test]
    fn no_script_of_the_folder_is_forgotten() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/scripts");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_served = ASSETS.iter().any(|asset| asset.name == name);
            assert!(is_served || name == "words.json", "{name} is not served");
        }
    }

    #[test]
    fn the_style_sheet_closes_what_it_opens() {
        assert_eq!(STYLE_SHEET.matches('{').count(), STYLE_SHEET.matches('}').count());
    }
}
