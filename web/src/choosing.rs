//! Choosing one of many: from a list while it can be looked through, and in words beyond that.

use kernel::{Hit, Query, Reader, Result, Sought, Text, sql, text, values};
use serde::Deserialize;

use crate::form::Form;
use crate::language::say;
use crate::parts::Field;
use crate::question::Suggestion;
use crate::t;

/// So many can be looked through in a list.
pub const LISTED: usize = 200;
/// So many are suggested while one types.
const SUGGESTED: usize = 10;
/// So many of those that fit are named where one has to be meant.
const NAMED: usize = 5;
/// No name is longer, in bytes.
const LONGEST: usize = 300;

/// What one of is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Customers and suppliers with whom we deal.
    Organisations,
    /// The people who work here.
    Colleagues,
    /// Conversations, however long ago. There are very many: they are told in words alone.
    Conversations,
}

#[derive(Clone, Debug, Deserialize)]
struct One {
    id: i64,
    number: String,
    title: String,
}

/// What the index finds of very many.
struct Searched {
    all: Vec<One>,
    /// Whether the first of them was told by its number.
    is_numbered: bool,
    /// Whether only the newest were looked through.
    is_cut: bool,
}

impl One {
    fn words(&self) -> String {
        format!("{} {}", self.number, self.title)
    }
}

impl Among {
    fn code(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Colleagues => "colleagues",
            Self::Conversations => "conversations",
        }
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        [Self::Organisations, Self::Colleagues, Self::Conversations].into_iter().find(|it| it.code() == code)
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Organisations => "K",
            Self::Colleagues => "PE",
            Self::Conversations => "CV",
        }
    }

    /// A field in which one of them is told in words.
    pub fn field(self, name: &str, label: String) -> Field {
        in_words(self, name, label, None)
    }

    /// The first of them by name, as the actor sees them: nobody outside sees who works here.
    fn first(self, reader: &Reader, most: i64) -> Result<Vec<One>> {
        match self {
            Self::Organisations => reader.rows(
                sql!(
                    "select id, number, title from visible where kind = 'K' and state = 'active'
                     order by title, id limit $1"
                ),
                values![most],
            ),
            Self::Colleagues => reader.rows(
                sql!(
                    "select id, number, title from visible where kind = 'PE' and party is null and state = 'active'
                     order by title, id limit $1"
                ),
                values![most],
            ),
            Self::Conversations => reader.rows(
                sql!("select id, number, title from visible where kind = 'CV' order by id desc limit $1"),
                values![most],
            ),
        }
    }

    /// Those of very many that words could mean: by their number, and as the index finds them by what they are called.
    fn searched(self, reader: &Reader, typed: &str) -> Result<Searched> {
        let query = Query::of_words(&kernel::words(typed).join(" "));
        let number = typed.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let mut it = Searched { all: Vec::new(), is_numbered: false, is_cut: false };
        if self == Self::Conversations {
            it.all.extend(self.numbered(reader, &number)?);
            it.is_numbered = !it.all.is_empty();
        }
        if !query.has_words() {
            return Ok(it);
        }
        let query = query.with("in", "records");
        let sought = Sought { query, kind: Some(self.kind().to_owned()), zone: None, limit: usize::MAX };
        let found = reader.seek(&sought)?;
        it.is_cut = found.is_capped;
        // What was found by an extra field is not called so.
        let is_offered = |hit: &Hit| self == Self::Conversations || hit.state == "active";
        for hit in found.hits.into_iter().filter(|hit| hit.part == "record" && is_offered(hit)) {
            if it.all.iter().all(|known| known.id != hit.record_id) {
                it.all.push(One { id: hit.record_id, number: hit.number, title: hit.title });
            }
        }
        Ok(it)
    }

    fn numbered(self, reader: &Reader, number: &str) -> Result<Option<One>> {
        reader.maybe(
            sql!("select id, number, title from visible where number = $1 and kind = $2"),
            values![number, self.kind()],
        )
    }

    /// The one that these are exactly the number and the name of, also where it is not offered any more: what was
    /// chosen before stays.
    fn stays(self, reader: &Reader, words: &str) -> Result<Option<i64>> {
        if self == Self::Colleagues && reader.actor.is_outside() {
            return Ok(None);
        }
        let known = self.numbered(reader, words.split_whitespace().next().unwrap_or_default())?;
        Ok(known.filter(|it| it.words() == words).map(|it| it.id))
    }

    fn nobody(self, words: &str) -> Text {
        match self {
            Self::Organisations => {
                text!(
                    "No customer or supplier that you can see is called {name}. Give the name or the number.",
                    name = words
                )
            }
            Self::Colleagues => {
                text!("Nobody who works here is called {name}. Give their name or number.", name = words)
            }
            Self::Conversations => {
                text!(
                    "No conversation that you can see is called {name}. Give its number or its title.",
                    name = words
                )
            }
        }
    }
}

/// A field in which one of many is chosen, with what stands in it.
#[derive(Clone, Debug)]
pub struct Choosing {
    among: Among,
    name: String,
    value: String,
    fault: Option<String>,
    /// Key and name of each, while they are few enough for a list.
    listed: Option<Vec<(String, String)>>,
}

impl Choosing {
    /// As a form holds it. What stood in it stays there, whether or not it could be chosen anew.
    pub fn of(reader: &Reader, among: Among, form: &Form, name: &str) -> Result<Self> {
        let mut all = among.first(reader, i64::try_from(LISTED + 1).unwrap_or(i64::MAX))?;
        let is_list = all.len() <= LISTED;
        let mut value = form.text(name).to_owned();
        if form.is_in_words(name) {
            value = if is_list { String::new() } else { value };
        } else if let Some(known) = value.parse().ok().map(|it| reader.mention(it)).transpose()?.flatten() {
            let known = One { id: known.id, number: known.number, title: known.title };
            if !is_list {
                value = known.words();
            } else if all.iter().all(|it| it.id != known.id) {
                all.push(known);
            }
        }
        Ok(Self {
            among,
            name: name.to_owned(),
            value,
            fault: form.faults.of(name).map(say),
            listed: is_list.then(|| options(&all)),
        })
    }

    /// Without one of them: nobody is a part of themselves.
    #[must_use]
    pub fn without(mut self, id: i64) -> Self {
        if let Some(listed) = &mut self.listed {
            listed.retain(|(key, _)| *key != id.to_string());
        }
        self
    }

    /// The field; `nothing` says what it means when nobody is chosen.
    pub fn field(&self, label: String, nothing: String) -> Field {
        let field = match &self.listed {
            Some(listed) => {
                let nothing = std::iter::once((String::new(), nothing));
                Field::select(&self.name, label, nothing.chain(listed.iter().cloned()))
            }
            None => in_words(self.among, &self.name, label, Some(nothing)),
        };
        field.value(&self.value).fault(self.fault.clone())
    }
}

/// The people who work here, where one of them is chosen in field after field.
#[derive(Clone, Debug, Default)]
pub struct Colleagues(Vec<One>);

impl Colleagues {
    pub fn of(reader: &Reader) -> Result<Self> {
        Ok(Self(Among::Colleagues.first(reader, i64::MAX)?))
    }

    /// Whether somebody is one of them, and still works here.
    pub fn has(&self, id: i64) -> bool {
        self.0.iter().any(|it| it.id == id)
    }

    /// A field in which one of them is chosen, as a form holds it; `nothing` says what it means when nobody is.
    pub fn field(&self, form: &Form, name: &str, label: String, nothing: Option<String>) -> Field {
        let field = if form.is_in_words(name) {
            let field = self.chosen(name, label, nothing, "");
            if self.are_listed() { field } else { field.value(form.text(name)) }
        } else {
            self.chosen(name, label, nothing, form.text(name))
        };
        field.fault(form.faults.of(name).map(say))
    }

    /// The same field with somebody chosen, by their key.
    pub fn chosen(&self, name: &str, label: String, nothing: Option<String>, key: &str) -> Field {
        if self.are_listed() {
            let nothing = nothing.map(|it| (String::new(), it));
            return Field::select(name, label, nothing.into_iter().chain(options(&self.0))).value(key);
        }
        let known = key.parse().ok().and_then(|id: i64| self.0.iter().find(|it| it.id == id));
        in_words(Among::Colleagues, name, label, nothing).value(known.map(One::words).unwrap_or_default())
    }

    /// With somebody who was chosen before, by their key: who left since stays chosen.
    pub fn or(mut self, reader: &Reader, key: &str) -> Result<Self> {
        let before = key.parse().ok().filter(|it| !self.has(*it)).map(|it| reader.mention(it)).transpose()?;
        if let Some(it) = before.flatten() {
            self.0.push(One { id: it.id, number: it.number, title: it.title });
        }
        Ok(self)
    }

    fn are_listed(&self) -> bool {
        self.0.len() <= LISTED
    }
}

/// A field in which one is told in words; an example in it says what it means when nobody is.
fn in_words(among: Among, name: &str, label: String, nothing: Option<String>) -> Field {
    let field = Field::in_words(name, label, among.code())
        .help(t!("The number, the name, or a part of it that only one has."));
    match nothing {
        Some(nothing) => field.example(nothing),
        None => field,
    }
}

/// Key and name of each; those who are called alike with their number.
fn options(all: &[One]) -> Vec<(String, String)> {
    let is_alike = |it: &One| all.iter().filter(|other| other.title == it.title).count() > 1;
    let word = |it: &One| {
        if is_alike(it) { format!("{} ({})", it.title, it.number) } else { it.title.clone() }
    };
    all.iter().map(|it| (it.id.to_string(), word(it))).collect()
}

/// Reads what a form tells in words: it becomes the key of what is meant, or a fault of its field.
pub fn read(reader: &Reader, form: &mut Form) -> Result<()> {
    // A form may ask for many of the same: they are gathered once, but for those of whom there are too many.
    let mut gathered: Vec<(Among, Vec<Known>)> = Vec::new();
    for (name, among) in form.in_words() {
        let Some(among) = Among::of(&among) else { continue };
        let words = form.text(&name).to_owned();
        if words.is_empty() {
            form.mean(&name, "");
            continue;
        }
        if let Some(one) = among.stays(reader, &words)? {
            form.mean(&name, &one.to_string());
            continue;
        }
        if among == Among::Conversations {
            let found = among.searched(reader, &words)?;
            if found.is_cut && !found.is_numbered {
                form.faults.add(&name, too_many(&words));
                continue;
            }
            gathered.retain(|(it, _)| *it != among);
            gathered.push((among, known(found.all)));
        }
        let place = gathered.iter().position(|(it, _)| *it == among).unwrap_or(gathered.len());
        if place == gathered.len() {
            gathered.push((among, known(among.first(reader, i64::MAX)?)));
        }
        let fault = match meant(&gathered[place].1, &words) {
            Ok(Some(one)) => {
                form.mean(&name, &one.id.to_string());
                continue;
            }
            Ok(None) => among.nobody(&words.chars().take(LONGEST).collect::<String>()),
            Err(several) => several,
        };
        form.faults.add(&name, fault);
    }
    Ok(())
}

/// Of so many that only the newest were looked through, nobody knows whether just one is meant.
fn too_many(words: &str) -> Text {
    text!(
        "Very many fit “{words}”. Give the number of the one that you mean.",
        words = words.chars().take(LONGEST).collect::<String>()
    )
}

/// One with the words of its name.
struct Known {
    one: One,
    words: Vec<String>,
}

fn known(all: Vec<One>) -> Vec<Known> {
    all.into_iter().map(|one| Known { words: kernel::words(&one.title), one }).collect()
}

/// The one that is meant by words, or none.
///
/// # Errors
/// Names those that fit, where several do.
fn meant<'a>(all: &'a [Known], words: &str) -> Result<Option<&'a One>, Text> {
    match fitting(all, words).as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let named: Vec<String> = several.iter().take(NAMED).map(|it| it.words()).collect();
            Err(text!(
                "{count} fit “{words}”: {some}. Give the number of the one that you mean.",
                count = several.len(),
                words = words,
                some = named.join(", ") + if several.len() > NAMED { ", …" } else { "" }
            ))
        }
    }
}

/// Those that words fit: by number, else by their whole name, else by parts of it or the beginning of the number.
fn fitting<'a>(all: &'a [Known], words: &str) -> Vec<&'a One> {
    let first = words.split_whitespace().next().unwrap_or_default();
    if let Some(it) = all.iter().find(|it| it.one.number.eq_ignore_ascii_case(first)) {
        return vec![&it.one];
    }
    let wanted = kernel::words(words);
    if wanted.is_empty() || words.len() > LONGEST {
        return Vec::new();
    }
    let whole: Vec<&One> = all.iter().filter(|it| it.words == wanted).map(|it| &it.one).collect();
    if !whole.is_empty() {
        return whole;
    }
    let number = words.to_ascii_uppercase();
    let has = |known: &[String]| wanted.iter().all(|part| known.iter().any(|it| it.contains(part.as_str())));
    let fits = all.iter().filter(|it| has(&it.words) || it.one.number.starts_with(&number));
    fits.map(|it| &it.one).collect()
}

/// What could be meant by what was typed so far. Organisations and conversations are asked of the index: there may
/// be very many.
pub(crate) fn suggestions(reader: &Reader, among: Among, typed: &str) -> Result<Vec<Suggestion>> {
    let all = match among {
        Among::Colleagues => among.first(reader, i64::MAX)?,
        Among::Organisations | Among::Conversations => among.searched(reader, typed)?.all,
    };
    let all = known(all);
    let fits = fitting(&all, typed).into_iter().take(SUGGESTED);
    Ok(fits
        .map(|it| Suggestion { typed: it.words(), words: it.title.clone(), note: it.number.clone() })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firms() -> Vec<One> {
        let names = ["Meridian Dairies", "Meridian", "Müller & Söhne", "Hallander", "Hallander"];
        let one = |(id, title): (i64, &&str)| One { id, number: format!("K-10{id}"), title: (*title).into() };
        (1..).zip(&names).map(one).collect()
    }

    #[test]
    fn a_number_a_whole_name_or_a_part_that_only_one_has_means_one() {
        let firms = known(firms());
        for (words, id) in [
            ("K-101", 1),
            ("k-104 Hallander", 4),
            ("meridian", 2),
            ("dair", 1),
            ("MULLER", 3),
            ("sohne muller", 3),
            ("Meridian Dairies", 1),
        ] {
            assert_eq!(meant(&firms, words).unwrap().map(|it| it.id), Some(id), "{words}");
        }
    }

    #[test]
    fn where_several_fit_all_are_named_and_nothing_is_chosen() {
        let refused = say(&meant(&known(firms()), "Hallander").unwrap_err());
        assert_eq!(
            refused,
            "2 fit “Hallander”: K-104 Hallander, K-105 Hallander. Give the number of the one that you mean."
        );
        assert!(
            say(&meant(&known(firms()), "K-10").unwrap_err())
                .starts_with("5 fit “K-10”: K-101 Meridian Dairies, ")
        );
    }

    #[test]
    fn what_nobody_is_called_means_nothing() {
        for words in ["Nordwind", "K-999", "…", "17", &"a".repeat(1000)] {
            assert!(meant(&known(firms()), words).unwrap().is_none(), "{words}");
        }
    }

    #[test]
    fn very_many_colleagues_are_told_in_words_in_each_field_and_few_are_listed() {
        let people = |count: i64| {
            let one = |id| One { id, number: format!("PE-{id}"), title: format!("Wilma Worker {id}") };
            Colleagues((1..=count).map(one).collect())
        };
        let shown = |people: &Colleagues, form: &str| {
            let form = Form::of(crate::form::fields_of(form));
            let field = people.field(&form, "owner", "Owner".into(), Some("Nobody".into()));
            maud::Render::render(&field).into_string()
        };
        let (few, many) = (people(3), people(1 + i64::try_from(LISTED).unwrap()));
        let listed = shown(&few, "owner=2");
        assert!(listed.contains(r#"<option value="2" selected>Wilma Worker 2</option>"#), "{listed}");
        assert!(listed.contains(r#"<option value="">Nobody</option>"#), "{listed}");
        let told = shown(&many, "owner=2");
        assert!(told.contains(r#"value="PE-2 Wilma Worker 2""#) && !told.contains("<option"), "{told}");
        assert!(shown(&many, "owner=wil&in_words=owner:colleagues").contains(r#"value="wil""#));
        assert!(few.has(3) && !few.has(4));
    }

    #[test]
    fn those_who_are_called_alike_are_told_apart_in_the_list() {
        let words: Vec<String> = options(&firms()).into_iter().map(|(_, word)| word).collect();
        assert_eq!(words[2..], ["Müller & Söhne", "Hallander (K-104)", "Hallander (K-105)"]);
    }
}
