//! Pictures in a text, for whoever reads it where it is offered to them: by a link, without an account, or on their own
//! pages.

use std::collections::BTreeMap;

use kernel::Attachment;
use maud::{Markup, PreEscaped, html};

/// Media types of the files that a page shows as pictures; what else is called one, SVG for one, is only saved.
pub const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Whether a text shows a file as a picture.
pub fn is_shown(file: &Attachment) -> bool {
    SHOWN.contains(&file.media_type.as_str())
}

/// From where the pictures of a text are loaded.
#[derive(Clone, Debug)]
pub enum Pictures {
    /// From where their files lie: for whoever opens those with their account.
    Lying,
    /// From below the address of what is offered, by the fingerprints of the files that belong to it; any other picture
    /// is its words.
    Below { at: String, files: BTreeMap<i64, String> },
}

impl Pictures {
    /// Below an address under which these files are opened by their fingerprints.
    pub fn below(at: &str, files: &[Attachment]) -> Self {
        let pictures = files.iter().filter(|it| is_shown(it));
        Self::Below { at: at.to_owned(), files: pictures.map(|it| (it.id, it.digest.clone())).collect() }
    }

    /// Markdown as it is read, with its pictures; headings in it go down by `demote` levels.
    pub fn rich(&self, words: &str, demote: u8) -> Markup {
        PreEscaped(markdown::html_showing(words, demote, &|it| self.loaded_from(it)))
    }

    /// Only the pictures of a text, for where its words are shown in another way.
    pub fn alone(&self, words: &str) -> Markup {
        let all = markdown::pictures(words).into_iter();
        let all = all.filter_map(|it| Some((self.loaded_from(&it.address)?, it.words)));
        html! { @for (address, words) in all { p { img src=(address) alt=(words); } } }
    }

    fn loaded_from(&self, address: &str) -> Option<String> {
        match self {
            Self::Lying => Some(address.to_owned()),
            Self::Below { at, files } => Some(format!("{at}/files/{}", files.get(&file_of(address)?)?)),
        }
    }
}

/// The address under which a text shows a file.
pub fn address_of(file: i64) -> String {
    format!("/files/{file}")
}

/// The key of the file that a picture in a text shows; of one of another address none.
fn file_of(address: &str) -> Option<i64> {
    let key = address.strip_prefix("/files/")?;
    key.parse().ok().filter(|it| address_of(*it) == address)
}

/// The keys of the files that texts show as pictures, each once.
pub fn files_shown<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<i64> {
    let shown = texts.into_iter().flat_map(markdown::pictures);
    let mut keys: Vec<i64> = shown.filter_map(|it| file_of(&it.address)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(id: i64, media_type: &str) -> Attachment {
        Attachment {
            id,
            record_id: 1,
            digest: format!("digest{id}"),
            name: String::new(),
            media_type: media_type.into(),
            size: 9,
            audience: kernel::Audience::Party,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
            ended_at: None,
        }
    }

    #[test]
    fn a_picture_is_loaded_from_below_what_is_offered_or_is_its_words() {
        let files = [file(7, "image/png"), file(8, "application/pdf"), file(6, "image/svg+xml")];
        let pictures = Pictures::below("/sign/x", &files);
        let text =
            "![plan](/files/7) ![bill](/files/8) ![other](/files/9) ![odd](/files/+7) ![drawn](/files/6)";
        let shown = pictures.rich(text, 3).into_string();
        assert_eq!(shown, "<p><img src=\"/sign/x/files/digest7\" alt=\"plan\" /> bill other odd drawn</p>\n");
        let alone = pictures.alone(text).into_string();
        assert_eq!(alone, "<p><img src=\"/sign/x/files/digest7\" alt=\"plan\"></p>");
        assert!(Pictures::Lying.rich(text, 3).into_string().contains("src=\"/files/9\""));
        assert_eq!(files_shown([text, "![again](/files/7)"]), [6, 7, 8, 9]);
    }
}
