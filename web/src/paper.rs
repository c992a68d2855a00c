//! Papers that leave the house as PDF: in which dress, how they are set in a process of their own, sealed, and sent.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::TimeZone;
use kernel::{Actor, Db, Error, Faults, Permit, Reader, Refusal, Result, Role, Work, fingerprint, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sheets::{Check, House, Paper, Picture};

use crate::edge::Edge;
use crate::failure::Failure;
use crate::language::{self, LANGUAGES, Language};
use crate::t;
use crate::visit::{Answer, Envelope, Visit, off_the_loop};

/// Where the letterhead is kept among the settings, and its logo.
const LETTERHEAD: &str = "papers.letterhead";
const LOGO: &str = "papers.logo";
/// The most bytes of a logo, lines below the name, and signs of a line.
const LARGEST_LOGO: usize = 512 << 10;
const MOST_LINES: usize = 6;
const LONGEST_LINE: usize = 120;
/// The colour of a house that chose none.
pub const ACCENT: &str = "#1d4f7c";

/// Something that a paper may show or leave out: its code, its word, and whether it is shown where nobody chose.
#[derive(Clone, Copy)]
pub struct Part {
    pub code: &'static str,
    pub word: fn() -> String,
    pub is_usual: bool,
}

/// How the papers of the house look: data, no code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Letterhead {
    /// Below the name of the house: address, telephone. One a line.
    pub lines: Vec<String>,
    /// The colour of headings and rules, like `#1d4f7c`.
    pub accent: String,
    /// What stands at the foot of each page, like "Confidential. Uncontrolled when printed."
    pub notice: String,
    /// The parts of a specification sheet that are shown; the usual ones where it is null.
    pub parts: Option<Vec<String>>,
}

impl Letterhead {
    /// Whether a part is shown.
    pub fn shows(&self, part: &Part) -> bool {
        self.parts.as_ref().map_or(part.is_usual, |it| it.iter().any(|code| code == part.code))
    }

    /// The colour as it is set.
    pub fn colour(&self) -> &str {
        if self.accent.is_empty() { ACCENT } else { &self.accent }
    }

    fn checked(&self, parts: &[Part]) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let fits = self.lines.len() <= MOST_LINES;
        faults.unless(fits, "lines", text!("Keep it to {count} lines.", count = 6i64));
        let is_short = |it: &String| it.chars().count() <= LONGEST_LINE;
        let sentence = text!("Shorten it to {count} characters.", count = 120i64);
        faults.unless(self.lines.iter().all(is_short), "lines", sentence.clone());
        faults.unless(is_short(&self.notice), "notice", sentence);
        let sentence = text!("Give a colour like #1d4f7c.");
        faults.unless(self.accent.is_empty() || is_colour(&self.accent), "accent", sentence);
        let sentence = text!("Choose a darker colour. On white paper this one cannot be read.");
        faults.unless(self.accent.is_empty() || is_readable(&self.accent), "accent", sentence);
        let is_known = |it: &String| parts.iter().any(|part| part.code == it);
        let sentence = text!("Choose among the parts that a sheet has.");
        faults.unless(self.parts.iter().flatten().all(is_known), "parts", sentence);
        faults.into_result()
    }
}

fn is_colour(words: &str) -> bool {
    words.len() == 7 && words.starts_with('#') && words[1..].bytes().all(|it| it.is_ascii_hexdigit())
}

/// Whether words in that colour can be read on white: a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3).
fn is_readable(colour: &str) -> bool {
    if !is_colour(colour) {
        return true;
    }
    let part = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).map_or(0.0, |it| f64::from(it) / 255.0);
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    1.05 / (light + 0.05) >= 4.5
}

/// The letterhead of the house.
pub fn letterhead(reader: &Reader) -> Result<Letterhead> {
    let kept = reader.setting(LETTERHEAD)?.filter(|it| !it.is_empty());
    Ok(kept.map(|it| serde_json::from_str(&it)).transpose()?.unwrap_or_default())
}

/// The logo of the house: a PNG or JPEG picture.
pub fn logo(reader: &Reader) -> Result<Option<Vec<u8>>> {
    let kept = reader.setting(LOGO)?.filter(|it| !it.is_empty());
    kept.map(|it| STANDARD.decode(it).map_err(kernel::broken)).transpose()
}

/// Whoever runs the house says how its papers look.
///
/// # Errors
/// Names what is wrong with it; refuses whoever does not administer.
pub fn keep_letterhead(work: &mut Work, it: &Letterhead, parts: &[Part]) -> Result<()> {
    Permit::Has(Role::Administrator).covers(work.actor, None)?;
    it.checked(parts)?;
    work.set(LETTERHEAD, &serde_json::to_string(it)?)
}

/// Puts a logo on the papers of the house; none takes it off.
///
/// # Errors
/// Refuses what is no picture that papers can show, and what is too large.
pub fn keep_logo(work: &mut Work, bytes: &[u8]) -> Result<()> {
    Permit::Has(Role::Administrator).covers(work.actor, None)?;
    let is_picture =
        bytes.is_empty() || bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff");
    if !is_picture {
        return Err(Faults::one("logo", text!("Take a picture in PNG or JPEG.")).into());
    }
    if bytes.len() > LARGEST_LOGO {
        return Err(Faults::one("logo", text!("Take a picture of at most 500 KB.")).into());
    }
    work.set(LOGO, &STANDARD.encode(bytes))
}

/// The media type of a picture that papers can show.
pub fn picture_type(bytes: &[u8]) -> &'static str {
    if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" }
}

/// For whom a paper is made.
pub struct For {
    /// Where we are reached: `https://reqord.example`.
    pub base: String,
    /// Its language: `en` or `de`.
    pub language: &'static str,
}

impl For {
    /// What a request asks for. The paper leads where the configuration says, whatever the request says.
    ///
    /// # Errors
    /// Names a language that we have no words in.
    pub fn asked(edge: &Edge, envelope: &Envelope, usual: &str) -> Result<Self> {
        let asked = envelope.asked();
        let wanted = if asked.text("language").is_empty() { usual } else { asked.text("language") };
        let known = LANGUAGES.iter().find(|(code, _)| *code == wanted);
        let sentence = text!("Choose a language that papers are written in: en or de.");
        let (language, _) = known.ok_or_else(|| Faults::one("language", sentence))?;
        let scheme = if edge.is_secure { "https" } else { "http" };
        let came_by = format!("{scheme}://{}", envelope.header("host").unwrap_or("localhost"));
        let base = edge.db.read(&Actor::system(), |reader| reader.leads_to("", &came_by))?;
        Ok(Self { base, language })
    }

    /// Where anybody can ask whether the paper is current, by its code.
    pub fn check(&self, code: &str) -> Check {
        Check {
            heading: t!("Is this paper current?"),
            sentence: t!(
                "Scan the code, or type the address. It says whether a later revision replaced this one."
            ),
            address: format!("{}/verify/{code}", self.base),
            code: code.to_owned(),
        }
    }
}

/// A paper in the dress of the house, in the language of the page, with nothing on it yet.
pub fn blank(reader: &Reader) -> Result<Paper> {
    let look = letterhead(reader)?;
    let name = reader.setting("company.name")?.filter(|it| !it.is_empty());
    let name = name.unwrap_or_else(|| "Reqord".to_owned());
    let picture = |bytes| Picture { bytes, words: name.clone() };
    let logo = logo(reader)?.map(picture);
    let accent = look.colour().to_owned();
    let house = House { name, lines: look.lines, accent, logo, notice: look.notice };
    Ok(Paper {
        language: language::code().to_owned(),
        house,
        counting: (t!("Page"), t!("of")),
        boxes: t!("A box stands for a sign that no typeface of this paper has."),
        seal: reader.secrets().seal_room(),
        ..Paper::default()
    })
}

/// The day of a moment, as papers keep it.
pub fn day_of(at: jiff::Timestamp) -> Option<(i32, u8, u8)> {
    let day = TimeZone::UTC.to_datetime(at).date();
    let part = |it: i8| u8::try_from(it).unwrap_or(1);
    Some((i32::from(day.year()), part(day.month()), part(day.day())))
}

/// Answers with a paper that a question makes of what the visitor may see. `made` also says what the file is called,
/// without its ending.
pub async fn answer(
    visit: Visit,
    made: impl Fn(&Reader, &For) -> Result<(Paper, String)> + Send + 'static,
) -> Answer {
    let envelope = visit.envelope.clone();
    let answer = off_the_loop(move || {
        let usual = visit.envelope.language(Some(&visit.known)).code;
        let wanted = For::asked(&visit.edge, &visit.envelope, usual)?;
        sent(&visit.edge.db, visit.actor(), (&visit.envelope.headers, &wanted), made)
    });
    answer.await.map_err(|error| Failure::of(error, &envelope))
}

/// The same for whoever came by a link.
///
/// # Errors
/// Refuses where no typesetter is built in; says when the paper could not be set.
pub fn sent(
    db: &Arc<Db>,
    actor: &Actor,
    (headers, wanted): (&HeaderMap, &For),
    made: impl Fn(&Reader, &For) -> Result<(Paper, String)>,
) -> Result<Response> {
    let (paper, name) = db.read(actor, |reader| {
        let zone = reader.setting("company.zone")?.and_then(|it| TimeZone::get(&it).ok());
        let language = Language::new(wanted.language, zone.unwrap_or(TimeZone::UTC));
        language.with(|| made(reader, wanted))
    })?;
    let sentence =
        text!("This program was built without a typesetter. Ask your administrator for one that has it.");
    Refusal::unless(sheets::IS_BUILT, sentence)?;
    let name = format!("{}.pdf", name.to_lowercase());
    let sent = paper.sent()?;
    // Whatever is on the paper is in its name, and what made it.
    let tag = format!("\"{}\"", &fingerprint(&[&sent, sheets::VERSION.as_bytes()].concat())[..32]);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    if known.is_some_and(|it| it.split(',').any(|it| it.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let pdf = db.apart("typeset", &sent).map_err(|why| {
        tracing::error!(name, "a paper was not set: it {why}");
        Error::from(text!("The paper could not be set. Try again; if it stays, tell your administrator."))
    })?;
    let mut response = db.secrets().sealed(pdf).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(kernel::broken)?);
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(kernel::broken)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &[Part] = &[
        Part { code: "value", word: String::new, is_usual: true },
        Part { code: "rationale", word: String::new, is_usual: false },
    ];

    #[test]
    fn what_nobody_chose_is_as_usual() {
        let look = Letterhead::default();
        assert!(look.shows(&PARTS[0]) && !look.shows(&PARTS[1]));
        let look = Letterhead { parts: Some(vec!["rationale".to_owned()]), ..look };
        assert!(!look.shows(&PARTS[0]) && look.shows(&PARTS[1]));
        assert!(look.checked(PARTS).is_ok());
    }

    #[test]
    fn a_letterhead_is_refused_by_field_with_what_to_do() {
        let look = Letterhead {
            lines: vec!["x".repeat(121)],
            accent: "red".to_owned(),
            notice: "y".repeat(121),
            parts: Some(vec!["secret".to_owned()]),
        };
        let faults = look.checked(PARTS).unwrap_err();
        let fields: Vec<&str> = faults.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["lines", "notice", "accent", "parts"]);
    }

    #[test]
    fn a_colour_must_be_readable_on_white() {
        assert!(is_readable(ACCENT) && is_readable("#0b5fa5") && is_readable("#000000"));
        assert!(!is_readable("#ffff00") && !is_readable("#9aa0a6"));
    }
}
