//! How do paragraphs, tables and notes become lines of text?

use super::numbering::{Numbering, Place};
use super::package::{Element, Mark, walk};
use crate::{Fault, Limits};

/// The text as it grows.
pub struct Story<'a> {
    text: String,
    length: usize,
    limits: &'a Limits,
    numbering: Numbering,
    /// Words of the open paragraph, one for each text box within another.
    paragraphs: Vec<Paragraph>,
    /// Open tables: cells of the open row.
    tables: Vec<Vec<String>>,
    /// Depth within what is not shown.
    hidden: usize,
    is_text: bool,
    /// Within the properties of a paragraph.
    is_properties: bool,
}

#[derive(Default)]
struct Paragraph {
    words: String,
    place: Place,
    style: Option<String>,
}

/// What other programs are told instead, what was deleted, what was there before a change, names of shapes.
const HIDDEN: [&str; 6] = ["Fallback", "del", "moveFrom", "rPrChange", "pPrChange", "instrText"];

impl<'a> Story<'a> {
    pub fn new(numbering: Numbering, limits: &'a Limits) -> Self {
        Self {
            text: String::new(),
            length: 0,
            limits,
            numbering,
            paragraphs: Vec::new(),
            tables: Vec::new(),
            hidden: 0,
            is_text: false,
            is_properties: false,
        }
    }

    pub fn tell(&mut self, xml: &str) -> Result<(), Fault> {
        walk(xml, self.limits, |mark| self.hear(&mark))
    }

    /// Notes stand at the end, one a line, under the mark that stands in the text.
    pub fn tell_notes(&mut self, kind: &str, xml: &str) -> Result<(), Fault> {
        let mut is_shown = false;
        walk(xml, self.limits, |mark| {
            match &mark {
                Mark::Begin(element) if element.name == kind => {
                    // Separators are notes by form only (17.11.23).
                    is_shown = element.attribute("type").is_none_or(|it| it == "normal");
                    if is_shown {
                        self.paragraphs.push(Paragraph {
                            words: format!("[{}] ", element.attribute("id").unwrap_or_default()),
                            ..Paragraph::default()
                        });
                    }
                    return Ok(());
                }
                Mark::End(name) if *name == kind => {
                    return if std::mem::take(&mut is_shown) { self.end_paragraph() } else { Ok(()) };
                }
                // The paragraphs of a note are one line.
                Mark::Begin(element) if element.name == "p" => return Ok(()),
                Mark::End("p") => {
                    self.say(" ");
                    return Ok(());
                }
                _ => {}
            }
            if is_shown { self.hear(&mark) } else { Ok(()) }
        })
    }

    pub fn finish(mut self) -> Result<String, Fault> {
        while !self.paragraphs.is_empty() {
            self.end_paragraph()?;
        }
        self.text.truncate(self.text.trim_end().len());
        Ok(self.text)
    }

    fn hear(&mut self, mark: &Mark) -> Result<(), Fault> {
        match mark {
            Mark::Begin(element) if self.hidden > 0 || HIDDEN.contains(&element.name.as_str()) => {
                self.hidden += 1;
                Ok(())
            }
            Mark::End(_) if self.hidden > 0 => {
                self.hidden -= 1;
                Ok(())
            }
            Mark::Words(words) if self.is_text && self.hidden == 0 => {
                self.say(words);
                Ok(())
            }
            Mark::Words(_) => Ok(()),
            Mark::Begin(element) => self.begin(element),
            Mark::End(name) => self.end(name),
        }
    }

    fn begin(&mut self, element: &Element) -> Result<(), Fault> {
        match element.name.as_str() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "pPr" => self.is_properties = true,
            "t" => self.is_text = true,
            "tab" if !self.is_properties => self.say("\t"),
            "br" | "cr" => self.say("\n"),
            "noBreakHyphen" => self.say("-"),
            "sym" => self.say("•"),
            "footnoteReference" | "endnoteReference" => {
                let id = element.attribute("id").unwrap_or_default().to_owned();
                self.say(&format!("[{id}]"));
            }
            "tbl" => self.tables.push(Vec::new()),
            "tr" => self.tables.last_mut().into_iter().for_each(Vec::clear),
            "tc" => self.tables.last_mut().into_iter().for_each(|row| row.push(String::new())),
            name if self.is_properties => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.place.hear(name, element.attribute("val"));
                    if name == "pStyle" {
                        paragraph.style = element.attribute("val").map(str::to_owned);
                    }
                }
            }
            _ => {}
        }
        self.check_length()
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "p" => self.end_paragraph()?,
            "pPr" => self.is_properties = false,
            "t" => self.is_text = false,
            "tr" => {
                let row = self.tables.last_mut().map(std::mem::take).unwrap_or_default();
                let is_inner = self.tables.len() > 1;
                let line = row.join(if is_inner { " " } else { "\t" });
                self.tell_line_outside(&line);
            }
            "tbl" => {
                self.tables.pop();
            }
            _ => {}
        }
        self.check_length()
    }

    fn say(&mut self, words: &str) {
        self.length += words.len();
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.words.extend(
                words.chars().filter(|it| *it != '\u{ad}' && (!it.is_control() || matches!(it, '\t' | '\n'))),
            );
        }
    }

    fn check_length(&self) -> Result<(), Fault> {
        if self.length > self.limits.characters {
            Err(Fault::TooLarge { limit: "characters" })
        } else {
            Ok(())
        }
    }

    fn end_paragraph(&mut self) -> Result<(), Fault> {
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        let label = self.label(&paragraph);
        let words = paragraph.words.trim();
        if !words.is_empty() {
            let line = label.map_or(words.to_owned(), |label| format!("{label} {words}"));
            self.length += line.len() - words.len();
            self.tell_line(&line);
        }
        self.check_length()
    }

    fn label(&mut self, paragraph: &Paragraph) -> Option<String> {
        if paragraph.words.trim().is_empty() {
            return None;
        }
        let own = (!paragraph.place.list.is_empty()).then(|| paragraph.place.clone());
        let style = paragraph.style.as_deref().and_then(|it| self.numbering.place_of_style(it).cloned());
        let place = own.or(style).filter(Place::is_list)?;
        self.numbering.next(&place)
    }

    fn tell_line(&mut self, line: &str) {
        match self.tables.last_mut().and_then(|row| row.last_mut()) {
            Some(cell) => add_to_cell(cell, line),
            None => self.push(line),
        }
    }

    /// A finished row belongs to the cell around its table, if there is one.
    fn tell_line_outside(&mut self, line: &str) {
        let outer = self.tables.len().checked_sub(2).and_then(|at| self.tables.get_mut(at)?.last_mut());
        match outer {
            Some(cell) => add_to_cell(cell, line),
            None => self.push(line),
        }
    }

    fn push(&mut self, line: &str) {
        if !line.trim().is_empty() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

fn add_to_cell(cell: &mut String, line: &str) {
    if !cell.is_empty() {
        cell.push(' ');
    }
    cell.push_str(&line.replace(['\n', '\t'], " "));
}

/// The title of `docProps/core.xml`.
pub fn title(xml: &str, limits: &Limits) -> Result<Option<String>, Fault> {
    let (mut title, mut is_title) = (String::new(), false);
    walk(xml, limits, |mark| {
        match mark {
            Mark::Begin(element) => is_title = element.name == "title",
            Mark::End(_) => is_title = false,
            Mark::Words(words) if is_title => title.push_str(words),
            Mark::Words(_) => {}
        }
        Ok(())
    })?;
    Ok(crate::titled(&title))
}
