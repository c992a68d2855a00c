//! Which text do the pages of a PDF show?

mod layout;
mod safety;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use pdf_extract::{self as library, MediaBox, OutputDev, OutputError, Transform};

use crate::{Document, Fault, Limits};
use layout::Glyph;

/// Reads on a thread of its own: with room for recursion, and left behind if it does not come back.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
    let (answer, question) = mpsc::channel();
    let (bytes, limits) = (bytes.to_vec(), *limits);
    let reading = move || {
        let outcome = catch_unwind(|| read_here(&bytes, &limits));
        let broken = || Err(Fault::Broken("the library gave up on the file".into()));
        // Nobody listens any more once the time is over.
        let _ = answer.send(outcome.unwrap_or_else(|_| broken()));
    };
    let reader = thread::Builder::new()
        .name("pdf".into())
        .stack_size(STACK)
        .spawn(reading)
        .map_err(|error| Fault::Broken(format!("no thread: {error}")))?;
    let grace = Duration::from_secs(5);
    let Ok(outcome) = question.recv_timeout(limits.time + grace) else {
        return Err(Fault::TooLarge { limit: "time" });
    };
    // A thread that is let go while it ends may be looked at by the C library after its stack is gone (glibc 19951).
    let _ = reader.join();
    outcome
}

const STACK: usize = 64 << 20;

fn read_here(bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
    let deadline = Instant::now() + limits.time;
    safety::weigh(bytes, limits)?;
    let mut file = open(bytes)?;
    safety::disarm(&mut file, limits)?;

    let mut pages = Vec::new();
    let mut unread = Vec::new();
    let mut room = limits.characters;
    for number in file.get_pages().into_keys() {
        let mut sheet = Sheet { glyphs: Vec::new(), room, deadline, excess: None };
        let outcome = catch_unwind(AssertUnwindSafe(|| library::output_doc_page(&file, &mut sheet, number)));
        if let Some(limit) = sheet.excess {
            return Err(Fault::TooLarge { limit });
        }
        if !matches!(outcome, Ok(Ok(()))) {
            unread.push(usize::try_from(number).unwrap_or(usize::MAX));
        }
        room = sheet.room;
        pages.push(layout::lines(&sheet.glyphs));
    }
    if !unread.is_empty() && pages.iter().all(Vec::is_empty) {
        return Err(Fault::Broken("no page could be read".into()));
    }
    Ok(bound(&pages, title(&file), unread))
}

fn open(bytes: &[u8]) -> Result<library::Document, Fault> {
    let refused = |error: library::Error| match error {
        library::Error::Decryption(_) | library::Error::InvalidPassword => Fault::Encrypted,
        other => Fault::Broken(other.to_string()),
    };
    // Many files are protected against changes only and open without a password.
    let mut file = library::Document::load_mem(bytes).map_err(refused)?;
    if file.is_encrypted() {
        file.decrypt("").map_err(|_| Fault::Encrypted)?;
    }
    Ok(file)
}

fn title(file: &library::Document) -> Option<String> {
    let (_, about) = file.dereference(file.trailer.get(b"Info").ok()?).ok()?;
    let (_, title) = file.dereference(about.as_dict().ok()?.get(b"Title").ok()?).ok()?;
    crate::titled(&library::decode_text_string(title).ok()?)
}

/// Pages become one text.
fn bound(pages: &[Vec<layout::Line>], title: Option<String>, unread: Vec<usize>) -> Document {
    let words = layout::Vocabulary::of(pages);
    let mut document = Document { text: String::new(), pages: Vec::new(), title, unread };
    let mut place = 0;
    for page in pages {
        if place > 0 {
            document.text.push_str("\n\n");
            place += 2;
        }
        let text = layout::paragraphs(page, &words).join("\n");
        let length = text.chars().count();
        document.pages.push(place..place + length);
        document.text.push_str(&text);
        place += length;
    }
    document
}

/// Gathers what a page shows.
struct Sheet {
    glyphs: Vec<Glyph>,
    /// How many characters the document may still have.
    room: usize,
    deadline: Instant,
    excess: Option<&'static str>,
}

impl Sheet {
    fn refuse(&mut self, limit: &'static str) -> Result<(), OutputError> {
        self.excess = Some(limit);
        Err(OutputError::IoError(io::Error::other(limit)))
    }

    fn check_time(&mut self) -> Result<(), OutputError> {
        if Instant::now() > self.deadline { self.refuse("time") } else { Ok(()) }
    }
}

impl OutputDev for Sheet {
    fn begin_page(
        &mut self,
        _: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.check_time()
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        spacing: f64,
        size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let count = text.chars().count().max(1);
        if count > self.room {
            return self.refuse("characters");
        }
        self.room -= count;
        let across = place.m11.hypot(place.m12);
        let glyph = Glyph::turned(
            place.m12.atan2(place.m11),
            (place.m31, place.m32),
            layout::Extent {
                size: place.m21.hypot(place.m22) * size.abs(),
                advance: (width * size + spacing) * across,
            },
            text,
        );
        self.glyphs.extend(glyph);
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.check_time()
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
