//! Every kind of record there is, so that the product acts on kinds that the acting part does not know.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::flow::lets_edit;
use crate::gate::Gates;
use crate::revision::RevisionNames;
use crate::{
    Actor, Bearing, Body, Case, Error, Faults, Frozen, Kind, Made, Mention, Missing, New, Offer, PersonId,
    Reader, Refusal, Result, Sharing, Sql, Starts, State, Text, Tone, Vocabulary, Work, text, typed,
};

/// All kinds, filled from what the areas declare.
#[derive(Default)]
pub struct Registry {
    kinds: Vec<Entry>,
    pub(crate) gates: Gates,
    pub(crate) words: Vec<&'static crate::Sql>,
    deed: Option<fn(&str) -> Option<Text>>,
}

/// One kind with what can be done to any record of it.
pub struct Entry {
    pub kind: Kind,
    /// The clause that it serves.
    pub states: Vec<Named>,
    /// The same in the words that their party reads.
    states_to_party: Vec<Named>,
    /// The codes of the states in which it waits for nobody although it is neither over nor ended.
    pub settled: Vec<String>,
    /// The codes of the states beside its usual way.
    pub aside: Vec<String>,
    pub steps: Vec<Named>,
    /// From, step, to, by whom: the rows of its workflow.
    pub rules: Vec<(Named, Named, Named, String)>,
    pub label: fn(&str) -> Option<Text>,
    /// The fields of the body that hold keys of other records.
    pub keys: &'static [&'static str],
    /// The fields of the body that its party does not read.
    pub internal: &'static [&'static str],
    /// The fields of the body that a list can show, in the order of their declaration.
    pub columns: Vec<Column>,
    /// Figures that are counted for a list.
    pub figures: Vec<Figure>,
    /// What some of its records are beyond what every record can be.
    pub marks: Vec<Mark>,
    /// The columns that its lists show at first; those of every kind where there are none.
    pub first: &'static [&'static str],
    /// The views of the house on its lists; those of every kind where there are none.
    pub views: &'static [HouseView],
    /// The column that orders its lists where nothing else is said, downwards with a `-` before it; empty for the
    /// order of every kind.
    pub ordered: &'static str,
    /// Where its lists stand, where that is not the address of the kind.
    listed_at: Option<&'static str>,
    /// How a record of it gets another customer, where it may.
    pub gives: Option<GiveTo>,
    /// Whether each record is a party itself: an organisation.
    pub is_party: bool,
    word: fn(&str, &str) -> Option<Text>,
    word_to_party: fn(&str, &str) -> Option<Text>,
    bodies: fn(&Reader, &[i64]) -> Result<Vec<(i64, Json, String)>>,
    /// What its records are to those that are tied to them.
    pub bearing: Bearing,
    fingerprint: fn(&Json) -> Result<String>,
    find: fn(&Reader, &str) -> Result<AnyCase>,
    try_fields: fn(&Reader, &str, &Map<String, Json>) -> Result<(String, Json)>,
    try_on: fn(&str, Json, &Map<String, Json>) -> Result<(String, Json)>,
    advance: fn(&mut Work, &Taken) -> Result<()>,
    bring_about: fn(&mut Work, i64, &str) -> Result<()>,
    revise: fn(&mut Work, &Edited) -> Result<()>,
    create: Box<Opening>,
    /// What it comes to where a program sends one.
    pub opening: &'static str,
    schema: fn() -> Json,
    /// The states in which a body may be edited.
    pub(crate) open: Vec<String>,
    /// The states in which no step of its plan is done yet.
    pub(crate) still_planned: Vec<String>,
    controlled: Controlled,
    /// Where one of the kind can be begun from any other record, the address of its form.
    pub raised_at: Option<&'static str>,
    /// Who is reminded of what is due at its records.
    pub ladders: &'static [crate::Ladder],
    /// What is seen to at the end of every deed that touched one.
    pub(crate) seen_to: Option<SeenTo>,
    /// What a frozen revision of it says, line by line; none where its fields read well as they are.
    pub reads: Option<ReadsAs>,
}

/// What a change does to a record of a kind, once it is put in force.
struct Controlled {
    say: fn(&mut Work, i64, &Map<String, Json>) -> Result<()>,
    end: fn(&mut Work, i64) -> Result<()>,
    can_end: fn(&Work, i64) -> Result<()>,
    freeze: fn(&mut Work, i64) -> Result<Frozen>,
    /// Whether freezing one freezes what it holds, too.
    holds_parts: bool,
    holds: Option<&'static str>,
    show_again: fn(&mut Work, i64, i64) -> Result<()>,
    add_into: Option<AddInto>,
    in_force: Option<InForce>,
    proposes: Option<Proposes>,
    calls: Option<Calls>,
}

/// What is seen to at a record, by its key.
type SeenTo = fn(&mut Work, i64) -> Result<()>;

/// What the revisions of a record are called: the letter of each, by its number.
type Calls = fn(&Reader, i64) -> Result<BTreeMap<i64, String>>;

/// A file that lies at a record only because it is proposed for another one.
#[derive(Clone, Debug)]
pub struct ProposedFor {
    /// Its key.
    pub file: i64,
    /// For what it is proposed, and where that stands.
    pub name: String,
    pub address: String,
}

/// The files of a record that are proposed for others.
type Proposes = fn(&Reader, &Mention) -> Result<Vec<ProposedFor>>;

/// Puts something new into a whole, with its fields.
type AddInto = fn(&mut Work, i64, &Map<String, Json>) -> Result<Made>;
/// Is told that a revision was put in force, and from where on it holds.
type InForce = fn(&mut Work, i64, i64, &Starts) -> Result<()>;

/// What a frozen revision says to whoever judges it: lines of a name and what is said of it, in the language of the page.
pub type ReadsAs = fn(&Json) -> Vec<(String, String)>;

/// Says whose a record is from now on: the number of the record, the key of the organisation.
pub type GiveTo = fn(&mut Work, &str, Option<i64>) -> Result<()>;

/// A field of a body as lists show it.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub label: Text,
    pub holds: ColumnHolds,
    /// Whether the party of a record does not read it.
    pub is_internal: bool,
    /// Whether every record has a value there.
    pub is_always: bool,
}

/// What a column of a list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnHolds {
    Words,
    Whole,
    /// A number as it was written, with a point: an amount of money.
    Decimal,
    Truth,
    /// The key of another record.
    Key,
    Day,
    /// Microseconds.
    Moment,
    /// One of these codes.
    Choice(Vec<String>),
}

/// Something that is counted for each row of a list: how many requirements a set holds.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    pub name: &'static str,
    pub label: fn() -> Text,
    /// How many there are, by the key of the record.
    pub count: fn(&Reader, &[i64]) -> Result<BTreeMap<i64, i64>>,
}

/// What some records of a kind are, beyond what every record can be; it is found by `is:overridden`. Our own people alone
/// ask it.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    pub code: &'static str,
    pub word: fn() -> Text,
    /// The keys of those that are so.
    pub are: &'static Sql,
}

/// A view that the house gives everybody on the list of a kind.
#[derive(Clone, Copy, Debug)]
pub struct HouseView {
    /// How it is called in addresses: `contacts`.
    pub key: &'static str,
    pub name: fn() -> Text,
    /// What is looked for, in the words of English questions: `is:open customer:none`.
    pub query: &'static str,
    /// The column that orders it, upwards; downwards with a `-` before it. The order of the kind where it is empty.
    pub sort: &'static str,
}

/// How a record of a kind is opened from the fields of its body.
type Opening = dyn Fn(&mut Work, &New, Json) -> Result<Made> + Send + Sync;

/// A word of a vocabulary with its code.
#[derive(Clone, Debug)]
pub struct Named {
    pub code: String,
    pub text: Text,
    pub tone: Option<Tone>,
}

/// A record of any kind.
#[derive(Clone, Debug)]
pub struct AnyCase {
    pub id: i64,
    pub number: String,
    pub title: String,
    pub kind: &'static str,
    pub state: Named,
    pub owner: i64,
    pub function: Option<i64>,
    pub party: Option<i64>,
    pub version: i64,
    pub created_at: jiff::Timestamp,
    pub changed_at: jiff::Timestamp,
    pub released: Option<i64>,
    pub offered: Option<i64>,
    pub due: Option<jiff::civil::Date>,
    pub extra: Map<String, Json>,
    pub body: Json,
    pub offers: Vec<AnyOffer>,
    pub is_open: bool,
}

/// A step that could be taken, of any kind.
#[derive(Clone, Debug)]
pub struct AnyOffer {
    pub step: Named,
    /// The state that it leads to, where it can be taken.
    pub to: Option<Named>,
    /// What is missing; empty where the step can be taken.
    pub missing: Vec<Missing>,
}

/// A step that somebody takes.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'a> {
    pub number: &'a str,
    pub step: &'a str,
    /// The version that the person saw, where they said so.
    pub version: Option<i64>,
}

/// An edit that somebody makes: the fields that change.
#[derive(Clone, Copy, Debug)]
pub struct Edited<'a> {
    pub number: &'a str,
    pub fields: &'a Map<String, Json>,
    /// The version that the person saw, where they said so.
    pub version: Option<i64>,
}

impl Registry {
    /// Adds a kind.
    #[must_use]
    pub fn with<B: Body>(self) -> Self {
        self.opened_by::<B>(|work, new, body| work.create(new, body))
    }

    /// Adds a kind whose records are opened by a deed of their area, which does more than write them down.
    #[must_use]
    pub fn opened_by<B: Body>(mut self, open: fn(&mut Work, &New, &B) -> Result<Made>) -> Self {
        self.kinds.push(Entry {
            kind: B::KIND,
            states: B::State::ALL.iter().map(|it| state(*it)).collect(),
            states_to_party: B::State::ALL.iter().map(|it| state_to_party(*it)).collect(),
            settled: B::SETTLED.iter().map(|it| it.code()).collect(),
            aside: B::ASIDE.iter().map(|it| it.code()).collect(),
            steps: B::Step::ALL.iter().map(|it| step(*it)).collect(),
            rules: rules::<B>(),
            label: B::label,
            keys: B::KEYS,
            internal: B::INTERNAL,
            columns: columns::<B>(),
            figures: Vec::new(),
            marks: Vec::new(),
            first: &[],
            views: &[],
            ordered: "",
            listed_at: None,
            gives: None,
            is_party: B::IS_PARTY,
            word: B::word,
            word_to_party: B::word_to_party,
            bodies: |reader, ids| {
                let found = reader.find_many::<B>(ids)?.into_iter();
                found
                    .map(|(it, body)| Ok((it.id.raw(), serde_json::to_value(&body)?, body.words())))
                    .collect()
            },
            bearing: B::BEARING,
            fingerprint: |fields| {
                let body: B = serde_json::from_value(fields.clone())?;
                crate::digest(&body.content()?)
            },
            find: |reader, number| AnyCase::of(&reader.find::<B>(number)?, reader),
            try_fields: |reader, number, fields| {
                let (title, body) = proposed(&reader.find::<B>(number)?, fields)?;
                Ok((title, serde_json::to_value(body)?))
            },
            try_on: |title, body, fields| {
                let (title, body) = said::<B>(title, body, fields)?;
                Ok((title, serde_json::to_value(body)?))
            },
            advance: advance::<B>,
            bring_about: |work, id, step| work.bring_about_in::<B>(id, step),
            revise: revise::<B>,
            create: Box::new(move |work, new, fields| {
                let body: B = typed(fields)?;
                open(work, new, &body)
            }),
            opening: "Opens a record",
            schema: || schemars::schema_for!(B).to_value(),
            open: B::OPEN.iter().map(|it| it.code()).collect(),
            still_planned: B::STILL_PLANNED.iter().map(|it| it.code()).collect(),
            controlled: Controlled {
                say: |work, id, fields| work.say_in::<B>(id, fields),
                end: |work, id| work.end_in::<B>(id),
                can_end: |work, id| work.must_be_able_to_end::<B>(id),
                freeze: |work, id| work.freeze_alone::<B>(id),
                holds_parts: false,
                holds: None,
                show_again: |work, id, no| work.show_again::<B>(id, no),
                add_into: None,
                in_force: None,
                proposes: None,
                calls: None,
            },
            raised_at: None,
            ladders: &[],
            seen_to: None,
            reads: None,
        });
        self
    }

    /// Says how a record of the kind that was added last is frozen with all that it holds, and how a change puts
    /// something new into it.
    #[must_use]
    pub fn holding<Part: Body>(mut self, freeze: fn(&mut Work, i64) -> Result<Frozen>, add: AddInto) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.controlled.holds = Some(Part::KIND.prefix);
            entry.controlled.freeze = freeze;
            entry.controlled.holds_parts = true;
            entry.controlled.add_into = Some(add);
        }
        self
    }

    /// Whether others hold records of a kind, and are frozen with them: requirements in a set.
    pub fn is_part(&self, kind: &str) -> bool {
        self.all().iter().any(|it| it.holds_kind() == Some(kind))
    }

    /// Says what else is written where a change puts a revision of the kind that was added last in force.
    #[must_use]
    pub fn told_in_force(mut self, tell: InForce) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.controlled.in_force = Some(tell);
        }
        self
    }

    /// Says which files of a record of the kind that was added last are proposed for other records.
    #[must_use]
    pub fn proposing(mut self, files: Proposes) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.controlled.proposes = Some(files);
        }
        self
    }

    /// Says what revisions of the kind that was added last are called, where people do not count them.
    #[must_use]
    pub fn naming_revisions(mut self, revisions: Calls) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.controlled.calls = Some(revisions);
        }
        self
    }

    /// Says how a frozen revision of the kind that was added last reads, where its fields hold lists of more than words.
    #[must_use]
    pub fn reading(mut self, reads: ReadsAs) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.reads = Some(reads);
        }
        self
    }

    /// Says that one of the kind that was added last can be begun from any other record: the address of the form.
    #[must_use]
    pub fn raised_from_any(mut self, form: &'static str) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.raised_at = Some(form);
        }
        self
    }

    /// Says what it comes to where a program sends one of the kind that was added last, for the description of the
    /// interface, where that opens no record.
    #[must_use]
    pub fn describing_its_opening(mut self, summary: &'static str) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.opening = summary;
        }
        self
    }

    /// Says who is reminded of what is due at records of the kind that was added last.
    #[must_use]
    pub fn reminding(mut self, ladders: &'static [crate::Ladder]) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.ladders = ladders;
        }
        self
    }

    /// Says what is seen to at the end of every deed that touched a record of the kind that was added last, within that
    /// deed: whom it asks by then. It neither names the deed nor is it begun again by what it does itself.
    #[must_use]
    pub fn seeing_to(mut self, seen_to: SeenTo) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.seen_to = Some(seen_to);
        }
        self
    }

    /// Adds a figure that is counted for the lists of the kind that was added last.
    #[must_use]
    pub fn counting(mut self, figure: Figure) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.figures.push(figure);
        }
        self
    }

    /// Adds what some records of the kind that was added last are, for lists and searches.
    #[must_use]
    pub fn marking(mut self, mark: Mark) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.marks.push(mark);
        }
        self
    }

    /// Says which columns the lists of the kind that was added last show at first: `number`, `state`,
    /// `body.town`, `count.requirements`.
    #[must_use]
    pub fn showing(mut self, columns: &'static [&'static str]) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.first = columns;
        }
        self
    }

    /// Says which views the house gives on the lists of the kind that was added last, for our own people.
    #[must_use]
    pub fn viewed(mut self, views: &'static [HouseView]) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.views = views;
        }
        self
    }

    /// Says which column orders the lists of the kind that was added last where nothing else is said: `-body.last_at`.
    #[must_use]
    pub fn ordered(mut self, column: &'static str) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.ordered = column;
        }
        self
    }

    /// Says where the lists of the kind that was added last stand, if not at the address of the kind.
    #[must_use]
    pub fn listed_at(mut self, address: &'static str) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.listed_at = Some(address);
        }
        self
    }

    /// Says by which deed a record of the kind that was added last gets another customer.
    #[must_use]
    pub fn given_by(mut self, give: GiveTo) -> Self {
        if let Some(entry) = self.kinds.last_mut() {
            entry.gives = Some(give);
        }
        self
    }

    /// Says what the deeds on the trail are called, by their codes.
    #[must_use]
    pub fn calling(mut self, deed: fn(&str) -> Option<Text>) -> Self {
        self.deed = Some(deed);
        self
    }

    /// What a deed is called, in words; none where its code says nothing to people.
    pub fn deed(&self, code: &str) -> Option<Text> {
        self.deed.and_then(|it| it(code))
    }

    /// Says where an area keeps words that the log names by their digest (`Work::note_content`), so that an audit can
    /// compare them: key, number of the record, what they are, and the words, from the key `$1` on, at most `$2`.
    #[must_use]
    pub fn keeping_words(mut self, statement: &'static crate::Sql) -> Self {
        self.words.push(statement);
        self
    }

    /// Joins what two areas declare.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.kinds.extend(other.kinds);
        self.gates.extend(other.gates);
        self.words.extend(other.words);
        self
    }

    pub fn all(&self) -> &[Entry] {
        &self.kinds
    }

    /// The kind with a prefix.
    pub fn kind(&self, prefix: &str) -> Option<&Entry> {
        self.kinds.iter().find(|it| it.kind.prefix == prefix)
    }

    /// The kind whose pages lie under a path.
    pub fn at(&self, path: &str) -> Option<&Entry> {
        self.kinds.iter().find(|it| it.kind.path == path)
    }

    /// The kind of a number: the longest prefix that fits.
    pub fn of_number(&self, number: &str) -> Option<&Entry> {
        let fits = |it: &&Entry| number.strip_prefix(it.kind.prefix).is_some_and(|it| it.starts_with('-'));
        self.kinds.iter().filter(fits).max_by_key(|it| it.kind.prefix.len())
    }

    /// The address of the page of a record of a kind.
    pub fn address(&self, kind: &str, number: &str) -> String {
        self.kind(kind).map_or_else(|| "/".to_owned(), |it| it.kind.address(number))
    }
}

impl Entry {
    /// The address of the list of the kind.
    pub fn list(&self) -> String {
        self.listed_at.map_or_else(|| format!("/{}", self.kind.path), str::to_owned)
    }

    /// Any record of the kind, with the steps that the actor is offered.
    pub fn find(&self, reader: &Reader, number: &str) -> Result<AnyCase> {
        (self.find)(reader, number)
    }

    /// Title and body of a record as they would be with other fields; nothing is written.
    ///
    /// # Errors
    /// Names the field that does not fit.
    pub fn try_fields(
        &self,
        reader: &Reader,
        number: &str,
        fields: &Map<String, Json>,
    ) -> Result<(String, Json)> {
        (self.try_fields)(reader, number, fields)
    }

    /// The same for a record of which title and body are known already.
    ///
    /// # Errors
    /// Names the field that does not fit.
    pub fn try_on(&self, title: &str, body: Json, fields: &Map<String, Json>) -> Result<(String, Json)> {
        (self.try_on)(title, body, fields)
    }

    /// Takes a step, told by its code.
    pub fn advance(&self, work: &mut Work, taken: &Taken) -> Result<()> {
        (self.advance)(work, taken)
    }

    pub(crate) fn say(&self, work: &mut Work, id: i64, fields: &Map<String, Json>) -> Result<()> {
        (self.controlled.say)(work, id, fields)
    }

    pub(crate) fn end(&self, work: &mut Work, id: i64) -> Result<()> {
        (self.controlled.end)(work, id)
    }

    pub(crate) fn must_be_able_to_end(&self, work: &Work, id: i64) -> Result<()> {
        (self.controlled.can_end)(work, id)
    }

    pub(crate) fn freeze(&self, work: &mut Work, id: i64) -> Result<Frozen> {
        (self.controlled.freeze)(work, id)
    }

    pub(crate) fn show_again(&self, work: &mut Work, id: i64, no: i64) -> Result<()> {
        (self.controlled.show_again)(work, id, no)
    }

    pub(crate) fn add_into(
        &self,
        work: &mut Work,
        whole: i64,
        fields: &Map<String, Json>,
    ) -> Result<Option<Made>> {
        self.controlled.add_into.map(|add| add(work, whole, fields)).transpose()
    }

    pub(crate) fn tell_in_force(&self, work: &mut Work, id: i64, no: i64, starts: &Starts) -> Result<()> {
        self.controlled.in_force.map_or(Ok(()), |tell| tell(work, id, no, starts))
    }

    /// What the revisions of a record of the kind are called.
    pub(crate) fn names_of(&self, reader: &Reader, id: i64) -> Result<RevisionNames> {
        let all = self.controlled.calls.map_or(Ok(BTreeMap::new()), |revisions| revisions(reader, id))?;
        Ok(RevisionNames(all))
    }

    /// Whether its revisions are called otherwise than by their numbers.
    pub(crate) fn calls_its_revisions(&self) -> bool {
        self.controlled.calls.is_some()
    }

    /// The files of a record that are proposed for others, and do not belong to it.
    pub fn proposed_files(&self, reader: &Reader, it: &Mention) -> Result<Vec<ProposedFor>> {
        self.controlled.proposes.map_or(Ok(Vec::new()), |files| files(reader, it))
    }

    /// Whether it says itself from where on its revisions hold.
    pub fn is_told_in_force(&self) -> bool {
        self.controlled.in_force.is_some()
    }

    /// The kind of what a change puts into one: requirements into a set.
    pub fn holds_kind(&self) -> Option<&'static str> {
        self.controlled.holds
    }

    /// Whether a field says something, as opposed to where it stands: whether other words in it are other content.
    pub fn is_said(&self, field: &str) -> bool {
        let (none, some) = (self.said_with(field, "0"), self.said_with(field, "1"));
        none.is_none() || some.is_none() || none != some
    }

    /// The digest of a body in which nothing is said but this.
    fn said_with(&self, field: &str, value: &str) -> Option<String> {
        let number = serde_json::from_str(value).unwrap_or_default();
        [Json::String(value.to_owned()), number]
            .into_iter()
            .find_map(|it| self.fingerprint(&json!({ field: it })).ok())
    }

    /// Whether all files of one are frozen with its revisions: what is offered to everybody is what its files say, too.
    pub fn freezes_files(&self) -> bool {
        self.bearing == Bearing::Content && self.kind.sharing == Sharing::Published
    }

    /// Whether freezing one freezes what it holds, too: a set with its requirements.
    pub fn freezes_parts(&self) -> bool {
        self.controlled.holds_parts
    }

    pub(crate) fn bring_about(&self, work: &mut Work, id: i64, step: &str) -> Result<()> {
        (self.bring_about)(work, id, step)
    }

    /// Whether its workflow has a step of this code that happens by itself.
    pub fn happens(&self, step: &str) -> bool {
        self.rules.iter().any(|(_, it, _, by)| it.code == step && by == "Nobody")
    }

    /// Changes fields; those that are not named stay. `title`, `owner`, `function` and `due` may be among them.
    pub fn revise(&self, work: &mut Work, edited: &Edited) -> Result<()> {
        (self.revise)(work, edited)
    }

    /// Opens a record from the fields of its body.
    pub fn create(&self, work: &mut Work, new: &New, fields: Json) -> Result<Made> {
        (self.create)(work, new, fields)
    }

    /// The bodies of many records, each with the words under which it is found; in no order.
    pub fn bodies(&self, reader: &Reader, ids: &[i64]) -> Result<Vec<(i64, Json, String)>> {
        (self.bodies)(reader, ids)
    }

    /// Whether the body has a field of this name.
    pub fn has_field(&self, name: &str) -> bool {
        self.schema()["properties"].get(name).is_some()
    }

    /// What somebody reads for the code of a word in a field of the body, where the kind has a word of its own for it.
    pub fn known_word(&self, field: &str, code: &str, actor: &Actor) -> Option<Text> {
        let theirs = actor.is_outside().then(|| (self.word_to_party)(field, code)).flatten();
        theirs.or_else(|| (self.word)(field, code))
    }

    /// What somebody reads for the code of a word in a field of the body.
    pub fn word(&self, field: &str, code: &str, actor: &Actor) -> Text {
        self.known_word(field, code, actor).unwrap_or_else(|| {
            let mut words = code.replace('_', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            text!("{word}", word = words)
        })
    }

    /// The digest of what a body with these fields says.
    pub fn fingerprint(&self, fields: &Json) -> Result<String> {
        (self.fingerprint)(fields)
    }

    /// The JSON schema of the body.
    pub fn schema(&self) -> Json {
        (self.schema)()
    }

    /// What writes that schema, for whoever needs it later.
    pub fn writes_schema(&self) -> fn() -> Json {
        self.schema
    }

    /// Its states as somebody reads them: their party reads words that say something to them.
    pub fn states_to(&self, actor: &Actor) -> &[Named] {
        if actor.is_outside() { &self.states_to_party } else { &self.states }
    }

    /// The word behind the code of a state, as somebody reads it.
    pub fn state(&self, code: &str, actor: &Actor) -> Named {
        let known = self.states_to(actor).iter().find(|it| it.code == code).cloned();
        known.unwrap_or_else(|| Named {
            code: code.to_owned(),
            text: text!("{state}", state = code),
            tone: None,
        })
    }
}

/// The fields that people have a word for and that fit into one cell.
fn columns<B: Body>() -> Vec<Column> {
    let schema = schemars::schema_for!(B).to_value();
    let fields = schema["properties"].as_object().into_iter().flatten().filter(|(name, _)| *name != "title");
    fields
        .filter_map(|(name, field)| {
            let holds = if B::KEYS.contains(&name.as_str()) {
                (field["type"] != "array").then_some(ColumnHolds::Key)?
            } else {
                holds(name, field, &schema)?
            };
            let is_internal = B::INTERNAL.contains(&name.as_str());
            let is_always = field["type"].is_string();
            Some(Column { name: name.clone(), label: B::label(name)?, holds, is_internal, is_always })
        })
        .collect()
}

fn holds(name: &str, field: &Json, schema: &Json) -> Option<ColumnHolds> {
    let field = match field["anyOf"].as_array() {
        Some(some) => some.iter().find(|it| it["type"] != "null")?,
        None => field,
    };
    let field = match field["$ref"].as_str() {
        Some(name) => &schema["$defs"][name.rsplit('/').next()?],
        None => field,
    };
    let all = field["enum"].as_array().cloned().or_else(|| {
        // Words that need no explanation stand together, each of the others by itself.
        let each = field["oneOf"].as_array()?.iter();
        Some(
            each.flat_map(|it| it["enum"].as_array().cloned().unwrap_or(vec![it["const"].clone()])).collect(),
        )
    });
    if let Some(codes) = all {
        let codes: Vec<String> = codes.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
        return (!codes.is_empty()).then_some(ColumnHolds::Choice(codes));
    }
    let is = |word: &str| {
        field["type"] == word || field["type"].as_array().is_some_and(|all| all.iter().any(|it| it == word))
    };
    if is("boolean") {
        return Some(ColumnHolds::Truth);
    }
    if is("integer") {
        return Some(if name.ends_with("_at") { ColumnHolds::Moment } else { ColumnHolds::Whole });
    }
    if is("string") && field["format"] == "decimal" {
        return Some(ColumnHolds::Decimal);
    }
    let is_day = field["format"] == "date" || name.ends_with("until") || name.ends_with("_on");
    is("string").then_some(if is_day { ColumnHolds::Day } else { ColumnHolds::Words })
}

fn state<S: State>(it: S) -> Named {
    Named { code: it.code(), text: it.text(), tone: Some(it.tone()) }
}

fn state_to_party<S: State>(it: S) -> Named {
    Named { text: it.to_party(), ..state(it) }
}

fn state_to<S: State>(it: S, actor: &Actor) -> Named {
    if actor.is_outside() { state_to_party(it) } else { state(it) }
}

fn step<S: Vocabulary>(it: S) -> Named {
    Named { code: it.code(), text: it.text(), tone: None }
}

fn rules<B: Body>() -> Vec<(Named, Named, Named, String)> {
    let rules = B::FLOW.0.iter();
    rules.map(|it| (state(it.from), step(it.step), state(it.to), format!("{:?}", it.by))).collect()
}

impl AnyCase {
    /// What was found already, of a kind that the caller need not know, with the steps that the actor is offered.
    pub fn of<B: Body>(case: &Case<B>, reader: &Reader) -> Result<Self> {
        let it = &case.record;
        Ok(Self {
            id: it.id.raw(),
            number: it.number.clone(),
            title: it.title.clone(),
            kind: B::KIND.prefix,
            state: state_to(it.state, reader.actor),
            owner: it.owner,
            function: it.function,
            party: it.party,
            version: it.version,
            created_at: it.created_at,
            changed_at: it.changed_at,
            released: it.released,
            offered: it.offered,
            due: it.due,
            extra: it.extra.clone(),
            body: serde_json::to_value(&case.body)?,
            offers: AnyOffer::once_each(B::FLOW.offers(case, reader.actor)),
            is_open: B::OPEN.contains(&it.state) && lets_edit::<B>(reader.actor, it.owner).is_ok(),
        })
    }
}

impl AnyOffer {
    /// Each step once: two rules may offer the same one to different people, and the one that can be taken counts.
    fn once_each<B: Body>(offers: Vec<Offer<B>>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for offer in offers.into_iter().map(Self::of) {
            match all.iter_mut().find(|it| it.step.code == offer.step.code) {
                None => all.push(offer),
                Some(known) if offer.missing.is_empty() => *known = offer,
                Some(_) => {}
            }
        }
        all
    }

    /// The offer of a kind that the caller need not know.
    pub fn of<B: Body>(offer: Offer<B>) -> Self {
        let (to, missing) = match offer.outcome {
            Ok(to) => (Some(state(to)), Vec::new()),
            Err(Refusal(missing)) => (None, missing),
        };
        Self { step: step(offer.step), to, missing }
    }
}

fn advance<B: Body>(work: &mut Work, taken: &Taken) -> Result<()> {
    let mut case = work.find::<B>(taken.number)?;
    if let Some(version) = taken.version {
        case.must_be_at(version)?;
    }
    let step = B::Step::of(taken.step).ok_or(Error::NotFound)?;
    let sentence =
        text!("“{step}” does more than move the record. Use its own button on the page.", step = step.text());
    Refusal::unless(!B::WITHIN.contains(&step), sentence)?;
    work.advance(&mut case, step)
}

fn revise<B: Body>(work: &mut Work, edited: &Edited) -> Result<()> {
    let mut case = work.find::<B>(edited.number)?;
    if let Some(version) = edited.version {
        case.must_be_at(version)?;
    }
    let before = serde_json::to_value(&case.body)?;
    let (mut fields, mut envelope, mut faults) = (before.clone(), Map::new(), Faults::default());
    for (name, value) in edited.fields {
        if name != "title" && before.get(name).is_some() {
            fields[name] = value.clone();
        } else {
            let known = matches!(name.as_str(), "title" | "owner" | "function" | "due" | "extra");
            faults.unless(known, name, text!("There is no such field. Leave it out."));
            envelope.insert(name.clone(), value.clone());
        }
    }
    faults.into_result()?;
    let body: B = typed(fields.clone())?;
    let (sends_function, sends_due) = (envelope.contains_key("function"), envelope.contains_key("due"));
    let Direction { title, owner, function, due, extra } = typed(Json::Object(envelope))?;
    if let Some(title) = title {
        work.retitle(&mut case, &title)?;
    }
    if owner.is_some() || sends_function || sends_due {
        work.redirect(&mut case, |it| {
            it.owner = owner.unwrap_or(it.owner);
            it.function = if sends_function { function } else { it.function };
            it.due = if sends_due { due } else { it.due };
        })?;
    }
    if let Some(extra) = extra {
        work.fill(&mut case, &extra)?;
    }
    // Who looks after a record may change where its words no longer may.
    if fields == before { Ok(()) } else { work.revise(&mut case, |it| *it = body) }
}

/// Title and body of a record as they would be with other fields; `title` may be one.
///
/// # Errors
/// Names the field that does not fit, or that there is none of this name.
pub(crate) fn proposed<B: Body>(case: &Case<B>, changed: &Map<String, Json>) -> Result<(String, B)> {
    said(&case.record.title, serde_json::to_value(&case.body)?, changed)
}

fn said<B: Body>(title: &str, mut fields: Json, changed: &Map<String, Json>) -> Result<(String, B)> {
    let (mut title, mut faults) = (title.to_owned(), Faults::default());
    for (name, value) in changed {
        match value {
            Json::String(words) if name == "title" => title.clone_from(words),
            value if name != "title" && fields.get(name).is_some() => fields[name] = value.clone(),
            _ => {
                faults.add(name, text!("There is no such field. Leave it out."));
            }
        }
    }
    faults.into_result()?;
    let body: B = typed(fields)?;
    body.check()?;
    Ok((title, body))
}

/// The fields of the envelope that can be changed.
#[derive(Deserialize)]
struct Direction {
    title: Option<String>,
    owner: Option<PersonId>,
    function: Option<i64>,
    due: Option<jiff::civil::Date>,
    extra: Option<Map<String, Json>>,
}

/// The envelope of any record as JSON, for the interface and for exports.
pub fn envelope(case: &AnyCase) -> Json {
    json!({
        "number": case.number, "title": case.title, "state": case.state.code, "version": case.version,
        "owner": case.owner, "function": case.function, "party": case.party, "due": case.due,
        "created_at": case.created_at.to_string(), "changed_at": case.changed_at.to_string(),
        "released": case.released, "offered": case.offered, "extra": case.extra,
    })
}
