//! How are the parts of a DOCX taken out of its ZIP without being flooded?

use std::io::{Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Fault, Limits};

pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    room: usize,
}

/// No office file packs better than this; a bomb does by far.
const BEST_RATIO: u64 = 250;
/// Small parts may pack as well as they like.
const SMALL: u64 = 1 << 20;
const MOST_PARTS: usize = 20_000;

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| Fault::Broken(error.to_string()))?;
        if archive.len() > MOST_PARTS {
            return Err(Fault::TooLarge { limit: "objects" });
        }
        Ok(Self { archive, room: limits.unpacked })
    }

    /// A part as text, none if it is not there. What its header says of its size is not believed.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(Fault::Encrypted),
            Err(error) => return Err(Fault::Broken(error.to_string())),
        };
        let most = file.compressed_size().saturating_mul(BEST_RATIO).max(SMALL).min(self.room as u64);
        let mut bytes = Vec::new();
        let outcome = file.take(most + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            return Err(Fault::TooLarge { limit: "unpacked" });
        }
        outcome.map_err(|error| Fault::Broken(error.to_string()))?;
        self.room -= bytes.len();
        let text = String::from_utf8(bytes).map_err(|_| Fault::Broken(format!("{name} is not UTF-8")))?;
        Ok(Some(text))
    }
}

/// What a part says, step by step.
pub enum Mark<'a> {
    Begin(&'a Element),
    End(&'a str),
    Words(&'a str),
}

/// An element, its names without prefixes.
#[derive(Default)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Elements nested deeper are nobody's document.
const DEEPEST: usize = 300;

/// Goes through the XML of a part. Entities other than those of XML itself are not known, and a part that declares
/// some is refused, as the format demands (ECMA-376, part 2, 8.1.4).
pub fn walk(
    xml: &str,
    limits: &Limits,
    mut hear: impl FnMut(Mark) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let broken = |why: String| Fault::Broken(why);
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let (mut depth, mut count) = (0_usize, 0_usize);
    loop {
        match reader.read_event().map_err(|error| broken(error.to_string()))? {
            Event::Start(tag) => {
                (depth, count) = (depth + 1, count + 1);
                if depth > DEEPEST {
                    return Err(broken("elements are nested too deep".into()));
                }
                hear(Mark::Begin(&element(&tag)?))?;
            }
            Event::Empty(tag) => {
                count += 1;
                let element = element(&tag)?;
                hear(Mark::Begin(&element))?;
                hear(Mark::End(&element.name))?;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                hear(Mark::End(tag.local_name().as_ref()))?;
            }
            Event::Text(text) => hear(Mark::Words(&text))?,
            Event::CData(text) => hear(Mark::Words(&text))?,
            Event::GeneralRef(reference) => {
                let known = match &*reference {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                let known = known.ok_or_else(|| broken("an unknown entity".into()))?;
                hear(Mark::Words(known.encode_utf8(&mut [0; 4])))?;
            }
            Event::DocType(_) => return Err(broken("a document type is declared".into())),
            Event::Eof if depth > 0 => return Err(broken("a part ends too early".into())),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        if count > limits.objects {
            return Err(Fault::TooLarge { limit: "objects" });
        }
    }
}

fn element(tag: &quick_xml::events::BytesStart) -> Result<Element, Fault> {
    let mut element = Element { name: tag.local_name().as_ref().to_owned(), attributes: Vec::new() };
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| Fault::Broken(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Fault::Broken(error.to_string()))?;
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}
