//! People who are named in a remark: `@ada.lindqvist` is the name, `@PE-0004` the number, `@ada` the first name
//! where only one is called so.

use serde::{Deserialize, Serialize};

use crate::{Colleague, Faults, PersonId, Reader, Result, Text, Work, fold, row, sql, text, values};

/// The most people who are named in one remark.
const MOST: usize = 50;

/// Somebody who is named in a remark.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Naming {
    pub remark: i64,
    pub person: PersonId,
    /// As it was written, without the sign before it.
    pub handle: String,
}

#[derive(Serialize)]
struct NewNaming<'a> {
    record_id: i64,
    remark: i64,
    person: PersonId,
    handle: &'a str,
}

impl Colleague {
    /// How they are named: the name in small letters without accents, its words joined by points.
    pub fn handle(&self) -> String {
        handle_of(&self.name)
    }
}

/// A name as it is written behind the sign: `Íñigo de la Peña` is `inigo.de.la.pena`.
fn handle_of(name: &str) -> String {
    // Letters that are no letter with an accent, as people type them who do not have them.
    const PLAIN: [(char, &str); 5] = [('ø', "o"), ('æ', "ae"), ('ł', "l"), ('đ', "d"), ('þ', "th")];
    let folded = PLAIN.iter().fold(fold(name), |it, (letter, plain)| it.replace(*letter, plain));
    folded.split_whitespace().collect::<Vec<_>>().join(".")
}

/// The places in a text where somebody may be named: from the sign on, and what is written behind it.
/// An address for mail names nobody.
pub fn handles(words: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in words.match_indices('@') {
        let is_within = |it: char| it.is_alphanumeric() || ".-_+@/:&=".contains(it);
        if words[..at].chars().next_back().is_some_and(is_within) {
            continue;
        }
        let rest = &words[at + 1..];
        let end = rest.find(|it: char| !it.is_alphanumeric() && it != '.' && it != '-').unwrap_or(rest.len());
        let handle = rest[..end].trim_end_matches(['.', '-']);
        if !handle.is_empty() && !rest[end..].starts_with('@') {
            found.push((at, handle));
        }
    }
    found
}

/// Who is meant by what stands behind the sign; nobody where it is no name of ours.
///
/// # Errors
/// Says how to write it where several are called so.
fn meant<'a>(staff: &'a [Colleague], handle: &str) -> Result<Option<&'a Colleague>, Text> {
    let plain = handle_of(&handle.replace('.', " "));
    let is_number = |it: &&Colleague| it.number.eq_ignore_ascii_case(handle);
    let is_name = |it: &&Colleague| it.handle() == plain;
    let is_first_name = |it: &&Colleague| it.handle().split('.').next() == Some(plain.as_str());
    if let Some(one) = staff.iter().find(is_number) {
        return Ok(Some(one));
    }
    let whole: Vec<_> = staff.iter().filter(is_name).collect();
    let called = if whole.is_empty() { staff.iter().filter(is_first_name).collect() } else { whole };
    match called.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let ways: Vec<_> = several.iter().take(5).map(|it| way_to_name(staff, it)).collect();
            Err(text!(
                "Several are called “@{handle}”. Write {ways}.",
                handle = handle,
                ways = ways.join(", ")
            ))
        }
    }
}

/// How somebody is named so that nobody else is meant.
pub fn way_to_name(staff: &[Colleague], one: &Colleague) -> String {
    let handle = one.handle();
    let is_only = staff.iter().filter(|it| it.handle() == handle).count() == 1;
    format!("@{}", if is_only { handle } else { one.number.clone() })
}

impl Reader<'_> {
    /// Our own people, by whom somebody can be named. Nobody outside sees who works here.
    pub fn colleagues(&self) -> Result<Vec<Colleague>> {
        (self.house.people.staff)(self)
    }

    /// Who is named in the remarks about a record.
    pub fn namings(&self, record: i64) -> Result<Vec<Naming>> {
        self.rows(
            sql!(
                "select remark, person, handle from naming join visible_remark as it on it.id = remark
                 where naming.record_id = $1 order by naming.id"
            ),
            values![record],
        )
    }

    /// Those who are named in words, each once, as it is written.
    pub(crate) fn named_in<'a>(&self, words: &'a str) -> Result<Vec<(PersonId, &'a str)>> {
        let handles = handles(words);
        if handles.is_empty() {
            return Ok(Vec::new());
        }
        let staff = self.colleagues()?;
        let (mut named, mut faults): (Vec<(PersonId, &str)>, _) = (Vec::new(), Faults::default());
        for (_, handle) in handles {
            match meant(&staff, handle) {
                Ok(Some(one)) if named.iter().all(|it| *it != (one.person, handle)) => {
                    named.push((one.person, handle));
                }
                Ok(_) => {}
                Err(sentence) => {
                    faults.add("words", sentence);
                }
            }
        }
        let sentence = text!("Name {count} people at most, or ask a function.", count = 50_i64);
        faults.unless(named.len() <= MOST, "words", sentence);
        faults.into_result()?;
        Ok(named)
    }
}

impl Work<'_> {
    /// Writes down who is named in a remark; they watch its record from now on.
    pub(crate) fn keep_namings(
        &mut self,
        record: i64,
        remark: i64,
        named: &[(PersonId, &str)],
    ) -> Result<()> {
        for (person, handle) in named {
            let line = NewNaming { record_id: record, remark, person: *person, handle };
            row::insert(self.connection, "naming", &line)?;
            self.has_watch(record, *person)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff() -> Vec<Colleague> {
        [
            ("Ada Lindqvist", "PE-0004"),
            ("Íñigo Peña", "PE-0005"),
            ("Max Weber", "PE-0006"),
            ("Max Weber", "PE-0007"),
        ]
        .into_iter()
        .zip(4..)
        .map(|((name, number), person)| Colleague {
            person,
            number: number.to_owned(),
            name: name.to_owned(),
            does: String::new(),
        })
        .collect()
    }

    #[test]
    fn an_address_for_mail_names_nobody() {
        let words =
            "Ask @ada.lindqvist, not bob@kestrel.example; (@max) and @PE-0004. https://x.example/@eve @@ @";
        let found: Vec<_> = handles(words).into_iter().map(|(_, it)| it).collect();
        assert_eq!(found, ["ada.lindqvist", "max", "PE-0004"]);
    }

    #[test]
    fn a_name_is_found_with_and_without_accents_by_number_and_by_first_name() {
        let staff = staff();
        let person = |handle| meant(&staff, handle).unwrap().map(|it| it.person);
        assert_eq!(
            ["Ada.Lindqvist", "inigo.pena", "Íñigo.Peña", "pe-0007"].map(person),
            [4, 5, 5, 7].map(Some)
        );
        assert_eq!(handle_of("Henrik Sørensen"), "henrik.sorensen");
        assert_eq!([person("ada"), person("eve"), person("lindqvist")], [Some(4), None, None]);
    }

    #[test]
    fn where_two_are_called_so_it_is_said_how_to_write_it() {
        let staff = staff();
        let fault = meant(&staff, "max").unwrap_err().to_string();
        assert_eq!(fault, "Several are called “@max”. Write @PE-0006, @PE-0007.");
        assert_eq!(way_to_name(&staff, &staff[0]), "@ada.lindqvist");
    }
}
