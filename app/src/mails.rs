//! Mails from the command line: every file is tried, and each mail that could not be taken in is named.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use conversations::{Importing, LARGEST, Outcome, What};
use kernel::{Actor, Db};
use serde::Serialize;

/// How much of a mail is read to learn when it was written, in bytes.
const HEAD: u64 = 1 << 16;
/// After so many mails it is told how far it is.
const STRIDE: usize = 20;

/// How it goes on.
pub enum Step<'a> {
    Took(&'a Outcome),
    /// So many of so many mails.
    Through(usize, usize),
}

/// What became of all mails.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub began: usize,
    pub joined: usize,
    pub known: usize,
    pub refused: usize,
    /// Of those that were refused, so many are kept as they came and can be filed later.
    pub kept: usize,
    /// Files of a folder that are neither mails nor archives.
    pub passed_over: usize,
    pub mails: Vec<Outcome>,
}

impl Report {
    /// Whether everything was taken in.
    pub fn is_clean(&self) -> bool {
        self.refused == 0
    }

    fn add(&mut self, outcome: Outcome) {
        match outcome.what {
            What::Began => self.began += 1,
            What::Joined => self.joined += 1,
            What::WasKnown => self.known += 1,
            What::Refused => self.refused += 1,
        }
        self.kept += usize::from(outcome.kept.is_some());
        self.mails.push(outcome);
    }
}

/// The sum, and once more what was not taken in: among thousands of lines nobody sees it.
impl std::fmt::Display for Report {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { began, joined, known, refused, kept, passed_over, mails } = self;
        write!(
            to,
            "{} mails: {began} began a conversation, {joined} joined one, {known} were here already, {refused} were not taken in.",
            mails.len()
        )?;
        if *passed_over > 0 {
            write!(to, "\n{passed_over} other files were passed over: they are no mails.")?;
        }
        for it in mails.iter().filter(|it| it.what == What::Refused) {
            write!(to, "\n{}: {}", it.name, it.because)?;
        }
        if *kept > 0 {
            write!(
                to,
                "\n{kept} of those are kept as they came. Open /import in the browser to see why, and to try again."
            )?;
        }
        Ok(())
    }
}

/// Takes in a mail, an archive, or all that a folder holds: in the order in which the mails were written, whatever
/// their files are called. One that cannot be read stops no other.
///
/// # Errors
/// There is no such file or folder, or it holds no mails.
pub fn run(db: &Db, path: &Path, dry_run: bool, mut tell: impl FnMut(Step)) -> Result<Report> {
    let is_there = path.try_exists().with_context(|| format!("{} cannot be read", path.display()))?;
    ensure!(is_there, "There is no file and no folder {}.", path.display());
    let mut found = Found::default();
    if path.is_dir() {
        found.look_into(path);
    } else {
        found.mails.push(path.to_owned());
    }
    found.mails.sort();
    ensure!(
        !found.mails.is_empty() || !found.unread.is_empty(),
        "There are no mails in {}: no .eml, no .mbox, no Maildir.",
        path.display()
    );
    let mut report = Report { passed_over: found.passed_over, ..Report::default() };
    let mut take = |outcome: Outcome, tell: &mut dyn FnMut(Step)| {
        tell(Step::Took(&outcome));
        report.add(outcome);
    };
    for (folder, error) in &found.unread {
        take(Outcome::unread(&name_of(folder, path), &error.to_string()), &mut tell);
    }
    let mut lying = Vec::new();
    for file in &found.mails {
        match mails_of(file, &name_of(file, path)) {
            Ok(mails) => lying.extend(mails),
            Err(error) => take(Outcome::unread(&name_of(file, path), &error.to_string()), &mut tell),
        }
    }
    lying.sort_by_key(|it| it.date);
    let actor = Actor::system();
    let mut importing = Importing::new(db, &actor, dry_run);
    let all = lying.len();
    for (it, done) in lying.iter().zip(1..) {
        let outcome = match it.raw() {
            Ok(raw) => importing.take(raw, &it.name),
            Err(error) => Outcome::unread(&it.name, &error.to_string()),
        };
        take(outcome, &mut tell);
        if all > STRIDE && done % STRIDE == 0 {
            tell(Step::Through(done, all));
        }
    }
    Ok(report)
}

/// Where a mail lies, and when it was written.
struct Lying<'a> {
    date: Option<i64>,
    file: &'a Path,
    /// Its place in an archive.
    place: Option<Range<u64>>,
    name: String,
}

impl Lying<'_> {
    /// The mail; none but the one is held. One that is too large is refused as it is.
    fn raw(&self) -> io::Result<Vec<u8>> {
        let place = self.place.clone().unwrap_or(0..u64::MAX);
        let bytes = at(&mut File::open(self.file)?, place, LARGEST as u64 + 1)?;
        let is_whole = self.place.is_none() || bytes.len() > LARGEST;
        Ok(if is_whole { bytes } else { mail::one_of_mbox(&bytes).into_owned() })
    }
}

/// The mails of a file, an archive's in the order of their dates.
fn mails_of<'a>(path: &'a Path, name: &str) -> io::Result<Vec<Lying<'a>>> {
    let mut file = File::open(path)?;
    let places = if begins_an_archive(&mut file)? {
        mail::mbox_places(BufReader::with_capacity(1 << 20, &file))?
    } else {
        Vec::new()
    };
    if places.is_empty() {
        let date = conversations::date_of(&at(&mut file, 0..u64::MAX, HEAD)?);
        return Ok(vec![Lying { date, file: path, place: None, name: name.to_owned() }]);
    }
    let mut dated = Vec::with_capacity(places.len());
    for place in places {
        let head = at(&mut file, place.clone(), HEAD)?;
        dated.push((conversations::date_of(&head), place));
    }
    dated.sort_by_key(|(date, place)| (*date, place.start));
    let of = dated.len();
    let lying = |((date, place), no): ((Option<i64>, Range<u64>), usize)| Lying {
        date,
        file: path,
        place: Some(place),
        name: format!("{name} {no}/{of}"),
    };
    Ok(dated.into_iter().zip(1..).map(lying).collect())
}

fn begins_an_archive(file: &mut File) -> io::Result<bool> {
    let first = at(file, 0..u64::MAX, 5)?;
    file.rewind()?;
    Ok(first == b"From ")
}

/// What stands at a place of a file, as far as the limit.
fn at(file: &mut File, place: Range<u64>, limit: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(place.start))?;
    let mut bytes = Vec::new();
    file.take(limit.min(place.end - place.start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How a file is named: by its way from the folder that was given.
fn name_of(file: &Path, from: &Path) -> String {
    let rest = file.strip_prefix(from).ok().filter(|it| !it.as_os_str().is_empty());
    let rest = rest.or_else(|| file.file_name().map(Path::new)).unwrap_or(file);
    rest.to_string_lossy().into_owned()
}

/// What a folder holds.
#[derive(Default)]
struct Found {
    mails: Vec<PathBuf>,
    unread: Vec<(PathBuf, io::Error)>,
    passed_over: usize,
}

impl Found {
    fn look_into(&mut self, folder: &Path) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unread.push((folder.to_owned(), error)),
        };
        for entry in entries {
            match entry.and_then(|it| Ok((it.path(), it.file_type()?))) {
                Ok((path, kind)) if kind.is_dir() => self.look_into(&path),
                Ok((path, _)) if is_mail(&path) => self.mails.push(path),
                Ok(_) => self.passed_over += 1,
                Err(error) => self.unread.push((folder.to_owned(), error)),
            }
        }
    }
}

/// By its ending, or because it was delivered into a Maildir: there mails lie in `cur` and `new` and have none. What
/// is in `tmp` is not delivered yet.
fn is_mail(path: &Path) -> bool {
    let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
    let folder = path.parent().and_then(Path::file_name).map(|it| it.to_string_lossy().into_owned());
    let is_hidden = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'));
    matches!(ending.as_deref(), Some("eml" | "mbox"))
        || matches!(folder.as_deref(), Some("cur" | "new")) && !is_hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_known_by_their_ending_however_it_is_written_and_in_a_maildir_without() {
        for path in ["a.eml", "b/A.EML", "x.Mbox", "Mail/cur/1700000000.M1P2.host:2,S", "Mail/new/17.x"] {
            assert!(is_mail(Path::new(path)), "{path}");
        }
        for path in ["a.txt", "Mail/tmp/17.x", "Mail/cur/.lock", "eml"] {
            assert!(!is_mail(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_file_is_named_by_its_way_from_where_one_looked() {
        assert_eq!(name_of(Path::new("in/cur/1"), Path::new("in")), "cur/1");
        assert_eq!(name_of(Path::new("in/a.eml"), Path::new("in/a.eml")), "a.eml");
    }
}
