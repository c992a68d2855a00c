//! The typesetter: what it may read is the template, the values of one paper and its pictures, and nothing else.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Value as Json, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::{Block, Fault, House, Paper, Picture, Shown, VERSION, qr, rich};

const TEMPLATE: &str = include_str!("paper.typ");
/// Stands where a sign is in none of the typefaces.
const BOX: char = '□';
/// A requirement with more signs or lines than this may go over the end of a page; a picture takes half of it.
const LONG_CLAUSE: usize = 1200;
const LONG_LINES: usize = 20;
/// The typeface of the text.
const PLAIN: &str = "Libertinus Serif";
/// The colour of a house that chose none, or something that is no colour.
const ACCENT: &str = "#1d4f7c";

static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts().flat_map(|it| Font::iter(Bytes::new(it))).collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// Which signs are set as they are.
#[derive(Clone, Copy)]
enum Signs {
    /// Those that any typeface has. Where signs of two typefaces belong together, such as a mark and the letter below
    /// it, no typeface has both.
    Any,
    /// Those of the typeface of the text.
    Plain,
}

/// Sets a paper as PDF. A picture that cannot be set is left out, and its caption stays; where signs cannot be set
/// together, those that the typeface of the text lacks are boxes.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Fault> {
    // What the typesetter keeps of a paper for the next is never asked for again.
    typst::comemo::evict(0);
    let mut last = set(paper, Signs::Any);
    let is_unset = |it: &Result<Vec<u8>, Fault>| matches!(it, Err(Fault::Unset(_)));
    if is_unset(&last) && has_pictures(paper) {
        last = set(&without_broken(paper), Signs::Any);
    }
    if is_unset(&last) {
        last = set(paper, Signs::Plain);
    }
    if is_unset(&last) && has_pictures(paper) {
        last = set(&without_broken(paper), Signs::Plain);
    }
    last
}

fn has_pictures(paper: &Paper) -> bool {
    paper.house.logo.is_some()
        || !paper.shown.is_empty()
        || paper.blocks.iter().any(|it| matches!(it, Block::Picture { .. }))
}

/// The paper without those of its pictures that cannot be set: each is tried by itself.
fn without_broken(paper: &Paper) -> Paper {
    let is_set = |logo: Option<Picture>, blocks: Vec<Block>, shown: Vec<Shown>| {
        let house = House { logo, ..House::default() };
        let (language, title) = (paper.language.clone(), "x".to_owned());
        let alone = Paper { language, title, house, blocks, shown, day: paper.day, ..Paper::default() };
        set(&alone, Signs::Plain).is_ok()
    };
    let mut whole = paper.clone();
    whole.house.logo = whole.house.logo.filter(|it| is_set(Some(it.clone()), Vec::new(), Vec::new()));
    whole.shown.retain(|it| {
        let address = "/files/1".to_owned();
        let text = Block::Prose { markdown: format!("![x]({address})") };
        is_set(None, vec![text], vec![Shown { address, ..it.clone() }])
    });
    for block in &mut whole.blocks {
        let Block::Picture { caption, .. } = &*block else { continue };
        if !is_set(None, vec![block.clone()], Vec::new()) {
            *block = Block::Note { words: caption.clone() };
        }
    }
    whole
}

fn set(paper: &Paper, signs: Signs) -> Result<Vec<u8>, Fault> {
    let desk = Desk::of(paper, signs)?;
    let told = |all: &[SourceDiagnostic]| {
        Fault::Unset(all.iter().take(3).map(|it| it.message.to_string()).collect::<Vec<_>>().join("; "))
    };
    let document: PagedDocument = typst::compile(&desk).output.map_err(|it| told(&it))?;
    let standard = if paper.attached.is_empty() { PdfStandard::A_2a } else { PdfStandard::A_3a };
    let standards = PdfStandards::new(&[standard]).map_err(|it| Fault::Unset(it.message().to_string()))?;
    let ident = format!("{VERSION} {} {} {}", paper.number, paper.edition, paper.foot);
    let options = PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Reqord".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|it| told(&it))
}

/// What the typesetter may see.
struct Desk {
    library: LazyHash<Library>,
    template: Source,
    files: HashMap<FileId, Bytes>,
}

fn file_id(name: &str) -> Result<FileId, Fault> {
    let path = VirtualPath::new(name).map_err(|_| Fault::Misread("a file has no name".to_owned()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl Desk {
    fn of(paper: &Paper, signs: Signs) -> Result<Self, Fault> {
        let mut files = HashMap::new();
        let mut values = serde_json::to_value(paper).map_err(|it| Fault::Misread(it.to_string()))?;
        if let Some(logo) = &paper.house.logo {
            keep(&mut files, "logo", &logo.bytes)?;
            values["house"]["logo"]["file"] = json!("logo");
        }
        if !is_colour(&paper.house.accent) {
            values["house"]["accent"] = json!(ACCENT);
        }
        for (place, block) in paper.blocks.iter().enumerate() {
            let value = &mut values["blocks"][place];
            match block {
                Block::Prose { markdown } => {
                    value["rich"] = Json::Array(rich::blocks(markdown, &paper.shown));
                }
                Block::Clause { markdown, facts, .. } => {
                    let rich = Json::Array(rich::blocks(markdown, &paper.shown));
                    let pictures = pictures_in(&rich);
                    value["rich"] = rich;
                    let words = markdown.len() + facts.iter().map(|it| it.value.len() + 40).sum::<usize>();
                    let words = words + pictures * LONG_CLAUSE / 2;
                    let lines = markdown.lines().count() + facts.len() + pictures * LONG_LINES / 2;
                    value["is_long"] = json!(words > LONG_CLAUSE || lines > LONG_LINES);
                }
                Block::Picture { picture, caption } => {
                    let name = format!("picture-{place}");
                    keep(&mut files, &name, &picture.bytes)?;
                    value["file"] = json!(name);
                    value["picture"] =
                        json!({ "words": if picture.words.is_empty() { caption } else { &picture.words } });
                }
                _ => {}
            }
        }
        for (place, it) in paper.shown.iter().enumerate() {
            keep(&mut files, &rich::file_of(place), &it.bytes)?;
        }
        values["shown"] = Json::Null;
        for (place, it) in paper.attached.iter().enumerate() {
            keep(&mut files, &it.name, &it.bytes)?;
            values["attached"][place]["file"] = json!(it.name);
            values["attached"][place]["bytes"] = Json::Null;
        }
        match paper.check.as_ref().and_then(|it| qr(&it.address)) {
            Some(code) => keep(&mut files, "check.svg", code.as_bytes())?,
            None => values["check"] = Json::Null,
        }
        let mut is_boxed = false;
        settable(&mut values, signs, &mut is_boxed);
        values["boxed"] = json!(is_boxed);
        let values = serde_json::to_vec(&values).map_err(|it| Fault::Misread(it.to_string()))?;
        keep(&mut files, "paper.json", &values)?;
        let template = Source::new(file_id("paper.typ")?, TEMPLATE.to_owned());
        Ok(Self { library: LazyHash::new(Library::default()), template, files })
    }
}

/// How many pictures stand in a text.
fn pictures_in(rich: &Json) -> usize {
    match rich {
        Json::Array(all) => all.iter().map(pictures_in).sum(),
        Json::Object(all) if all.get("t").is_some_and(|it| it == "picture") => 1,
        Json::Object(all) => all.values().map(pictures_in).sum(),
        _ => 0,
    }
}

fn keep(files: &mut HashMap<FileId, Bytes>, name: &str, bytes: &[u8]) -> Result<(), Fault> {
    files.insert(file_id(name)?, Bytes::new(bytes.to_vec()));
    Ok(())
}

fn is_colour(words: &str) -> bool {
    words.len() == 7 && words.starts_with('#') && words[1..].bytes().all(|it| it.is_ascii_hexdigit())
}

/// Makes every string one that can be set: signs that no typeface has, or that have no meaning outside a program, are
/// boxes (ISO 19005-3, 6.2.11.7: every sign of the paper must be readable as text).
fn settable(value: &mut Json, signs: Signs, is_boxed: &mut bool) {
    match value {
        Json::String(words) => {
            if words.chars().all(|it| it.is_ascii_graphic() || it == ' ') {
                return;
            }
            *words = words.chars().filter_map(|it| sign(it, signs, is_boxed)).collect();
        }
        Json::Array(all) => all.iter_mut().for_each(|it| settable(it, signs, is_boxed)),
        Json::Object(all) => all.values_mut().for_each(|it| settable(it, signs, is_boxed)),
        _ => {}
    }
}

fn sign(it: char, signs: Signs, is_boxed: &mut bool) -> Option<char> {
    let is_invisible = matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{ad}');
    match it {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        '\u{2028}' | '\u{2029}' => Some('\n'),
        it if it.is_control() || is_invisible => None,
        it if has(it, signs) => Some(it),
        it if it.is_whitespace() => Some(' '),
        _ => {
            *is_boxed = true;
            Some(if has(BOX, signs) { BOX } else { '?' })
        }
    }
}

/// Whether a typeface has the sign, and it means something.
fn has(it: char, signs: Signs) -> bool {
    let is_private = matches!(u32::from(it), 0xe000..=0xf8ff | 0xf_0000..=0x10_ffff);
    let mut fonts = FONTS.1.iter().filter(|it| match signs {
        Signs::Any => true,
        Signs::Plain => it.info().family == PLAIN,
    });
    !is_private && fonts.any(|font| font.info().coverage.contains(u32::from(it)))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
