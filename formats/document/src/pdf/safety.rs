//! May this PDF be given to the library, which trusts what it reads?

use std::collections::HashMap;
use std::io::Read;

use flate2::read::ZlibDecoder;
use pdf_extract::content::Content;
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

use crate::{Fault, Limits};

const TOO_MUCH: Fault = Fault::TooLarge { limit: "unpacked" };

/// Before the file is opened: nothing packed in it may unpack to more than allowed, for opening unpacks.
pub fn weigh(bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    let mut room = limits.unpacked;
    let mut rest = bytes;
    let mut before = 0;
    while let Some(at) = find(rest, b"stream") {
        let body = &rest[at + 6..];
        let is_end = rest[..at].ends_with(b"end");
        let header = &bytes[(before + at).saturating_sub(400)..before + at];
        before += at + 6;
        rest = body;
        if is_end {
            continue;
        }
        // Object streams are opened at once, and only ever packed by deflate.
        let is_odd = ["LZW", "ASCII", "RunLength"].iter().any(|it| find(header, it.as_bytes()).is_some());
        let own = header.rsplit(|it| *it == b'j').next().unwrap_or_default();
        if is_odd && find(own, b"ObjStm").is_some() {
            return Err(Fault::Broken("an object stream packed in an unusual way".into()));
        }
        let packed = body.strip_prefix(b"\r\n").or(body.strip_prefix(b"\n")).unwrap_or(body);
        room = room.checked_sub(unpack_length(packed, room, 0)).ok_or(TOO_MUCH)?;
    }
    Ok(())
}

/// After it is opened: pictures are taken out, all else is unpacked, and what would run in circles is refused.
pub fn disarm(file: &mut Document, limits: &Limits) -> Result<(), Fault> {
    if file.objects.len() > limits.objects {
        return Err(Fault::TooLarge { limit: "objects" });
    }
    let mut room = limits.unpacked;
    for object in file.objects.values_mut() {
        if let Object::Stream(stream) = object {
            unpack(stream, &mut room)?;
        }
    }
    let pages = file.get_pages();
    if pages.len() > limits.pages {
        return Err(Fault::TooLarge { limit: "pages" });
    }
    for page in pages.values() {
        check_parents(file, *page)?;
    }
    own_resources(file);
    let mut drawings = Drawings { file, weights: HashMap::new() };
    let mut total: u64 = 0;
    for page in pages.values() {
        total = total.saturating_add(drawings.weight_of_page(*page)?);
    }
    if total > MOST_DRAWINGS { Err(Fault::TooLarge { limit: "objects" }) } else { Ok(()) }
}

/// How often drawings may be drawn within drawings, all in all, and how deep.
const MOST_DRAWINGS: u64 = 100_000;
const DEEPEST_DRAWING: usize = 30;
const DEEPEST_PAGE: usize = 200;
/// A coded byte can stand for no more than about so many of LZW with words of 12 bits.
const LZW_RATIO: usize = 2_800;

/// To how many bytes it unpacks, at most one more than `room`; packed twice counts twice. Not packed is 0.
fn unpack_length(packed: &[u8], room: usize, depth: u8) -> usize {
    if packed.first().is_none_or(|it| it & 0x0f != 8) {
        return 0;
    }
    let mut unpacked = Vec::new();
    // An error only means that the bytes end here.
    let _ = ZlibDecoder::new(packed).take(room as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.len() <= room && depth < 3 {
        let inner = unpack_length(&unpacked, room - unpacked.len(), depth + 1);
        return unpacked.len() + inner;
    }
    unpacked.len()
}

fn find(bytes: &[u8], words: &[u8]) -> Option<usize> {
    let first = words[0];
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|it| *it == first) {
        if bytes[from + at..].starts_with(words) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Pictures hold no text, and the library would read their bytes as drawing commands.
fn unpack(stream: &mut Stream, room: &mut usize) -> Result<(), Fault> {
    let is_picture = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|it| it == b"Image");
    let Some(filters) = stream.filters().ok().map(|it| it.iter().map(|it| it.to_vec()).collect::<Vec<_>>())
    else {
        if is_picture {
            stream.set_plain_content(Vec::new());
        }
        return Ok(());
    };
    let is_readable =
        filters.iter().all(|it| matches!(it.as_slice(), b"FlateDecode" | b"LZWDecode" | b"ASCII85Decode"));
    if is_picture || !is_readable || filters.len() > 4 {
        stream.set_plain_content(Vec::new());
        return Ok(());
    }
    let has_parameters = stream.dict.has(b"DecodeParms");
    let mut content = stream.content.clone();
    for filter in filters {
        content = match filter.as_slice() {
            b"FlateDecode" => unpack_deflated(&content, *room)?,
            b"LZWDecode" if content.len().saturating_mul(LZW_RATIO) > *room => return Err(TOO_MUCH),
            _ => {
                let alone = Dictionary::from_iter([("Filter", Object::Name(filter))]);
                Stream::new(alone, content).decompressed_content().unwrap_or_default()
            }
        };
    }
    *room = room.checked_sub(content.len()).ok_or(TOO_MUCH)?;
    // With parameters the library unpacks again; that it is not too much is known now.
    if !has_parameters {
        stream.set_plain_content(content);
    }
    Ok(())
}

/// What can be unpacked of damaged bytes is kept, as other readers do.
fn unpack_deflated(packed: &[u8], room: usize) -> Result<Vec<u8>, Fault> {
    let mut unpacked = Vec::new();
    let _ = ZlibDecoder::new(packed).take(room as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.is_empty() && packed.len() > 2 {
        let _ =
            flate2::read::DeflateDecoder::new(&packed[2..]).take(room as u64 + 1).read_to_end(&mut unpacked);
    }
    if unpacked.len() > room { Err(TOO_MUCH) } else { Ok(unpacked) }
}

/// The library climbs from a page to its parents until it finds what it looks for.
fn check_parents(file: &Document, page: ObjectId) -> Result<(), Fault> {
    let mut here = page;
    for _ in 0..DEEPEST_PAGE {
        let parent =
            file.get_dictionary(here).and_then(|it| it.get(b"Parent")).and_then(Object::as_reference);
        match parent {
            Ok(parent) => here = parent,
            Err(_) => return Ok(()),
        }
    }
    Err(Fault::Broken("a page is its own parent".into()))
}

/// A drawing without resources of its own takes those of whoever draws it, and could draw itself that way. It is
/// given the fonts of the first page.
fn own_resources(file: &mut Document) {
    let first = file.get_pages().into_values().next();
    let fonts = first.and_then(|page| resources(file, page)?.get(b"Font").ok().cloned());
    for object in file.objects.values_mut() {
        if let Object::Stream(stream) = object
            && !stream.dict.has(b"Resources")
        {
            let fonts = fonts.clone().into_iter().map(|it| ("Font", it));
            stream.dict.set("Resources", Object::Dictionary(fonts.collect()));
        }
    }
}

/// The resources of a page, its own or its parents'.
fn resources(file: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut here = file.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST_PAGE {
        if let Ok(found) = here.get_deref(b"Resources", file).and_then(Object::as_dict) {
            return Some(found);
        }
        here = here.get_deref(b"Parent", file).and_then(Object::as_dict).ok()?;
    }
    None
}

/// How much work the drawings within pages are.
struct Drawings<'a> {
    file: &'a Document,
    /// None while a drawing is being weighed.
    weights: HashMap<ObjectId, Option<u64>>,
}

impl Drawings<'_> {
    fn weight_of_page(&mut self, page: ObjectId) -> Result<u64, Fault> {
        let content = self.file.get_page_content(page).unwrap_or_default();
        self.weight_of_content(&content, resources(self.file, page), 0)
    }

    fn weight_of_content(
        &mut self,
        content: &[u8],
        within: Option<&Dictionary>,
        depth: usize,
    ) -> Result<u64, Fault> {
        let drawn = within.and_then(|it| it.get_deref(b"XObject", self.file).and_then(Object::as_dict).ok());
        let Some(drawn) = drawn else { return Ok(1) };
        let mut weight: u64 = 1;
        for operation in Content::decode(content).map(|it| it.operations).unwrap_or_default() {
            let name = operation.operands.first().and_then(|it| it.as_name().ok());
            if let ("Do", Some(name)) = (operation.operator.as_str(), name)
                && let Ok(Object::Reference(id)) = drawn.get(name)
            {
                weight = weight.saturating_add(self.weight_of_drawing(*id, depth)?);
            }
        }
        Ok(weight)
    }

    fn weight_of_drawing(&mut self, id: ObjectId, depth: usize) -> Result<u64, Fault> {
        match self.weights.get(&id) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(Fault::Broken("a drawing draws itself".into())),
            None if depth >= DEEPEST_DRAWING => {
                return Err(Fault::Broken("drawings are nested too deep".into()));
            }
            None => {}
        }
        let Ok(Object::Stream(stream)) = self.file.get_object(id) else { return Ok(1) };
        self.weights.insert(id, None);
        let content = stream.get_plain_content().unwrap_or_default();
        let own = stream.dict.get_deref(b"Resources", self.file).and_then(Object::as_dict).ok();
        let weight = self.weight_of_content(&content, own, depth + 1)?;
        self.weights.insert(id, Some(weight));
        Ok(weight)
    }
}
