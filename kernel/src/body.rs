//! A record is an envelope, the same for every kind, around a body special to its kind.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

use crate::{
    Actor, Faults, Flow, Id, PartyId, Permit, PersonId, Reader, Result, Text, Tie, Verdict, Vocabulary, Work,
};

/// What an area declares to get numbering, workflow, revisions, trail, links, search and the rest.
pub trait Body: Clone + Serialize + DeserializeOwned + JsonSchema + Send + 'static {
    type State: State;
    type Step: Vocabulary;
    /// What the guards ask beyond body and envelope: loaded before they run.
    type Facts: Send;

    /// The outer facts of the kind.
    const KIND: Kind;
    /// Who may take which step, from where, and what must hold first.
    const FLOW: Flow<Self>;
    /// The steps that are part of a larger deed, which freezes or tells something too: never taken alone.
    const WITHIN: &'static [Self::Step] = &[];
    /// The states in which the body may be edited.
    const OPEN: &'static [Self::State];
    /// The states in which nothing of its plan is done yet: it is planned, and approved first.
    const STILL_PLANNED: &'static [Self::State] = &[];
    /// The step by which an edit opens a closed record again, within the deed that writes what its party reads.
    const REOPENS: Option<Self::Step> = None;
    /// The states in which it waits for nobody although it is neither over nor ended: agreed, answered. Lists of
    /// what is open leave it out.
    const SETTLED: &'static [Self::State] = &[];
    /// The states beside its usual way: withdrawn, turned down, escalated. They are none of its stations.
    const ASIDE: &'static [Self::State] = &[];
    /// The states in which what was offered to its party is off.
    const OFF: &'static [Self::State] = &[];
    /// The states that the party of an offered record reads as soon as they are reached, whoever brought them about. Of
    /// any other state they read when a deed tells it ([`crate::Work::tell_offered_state`]), so that they learn nothing of
    /// work on the next revision.
    const TOLD: &'static [Self::State] = Self::OFF;
    /// Who may open a new one, and who may edit it.
    const CREATE: Permit = Permit::Staff;
    const EDIT: Permit = Permit::Staff;
    /// How the facts are loaded; a function of `queries.rs`.
    const FACTS: fn(&Reader, &Record<Self>, &Self) -> Result<Self::Facts>;
    /// The fields that hold personal values; they stand on the trail sealed. `title` may be one.
    const PERSONAL: &'static [&'static str] = &[];
    /// The fields, at whatever depth, that hold keys of other records. Programs read and send their numbers.
    const KEYS: &'static [&'static str] = &[];
    /// The fields that the party of a record does not read, although it reads the record as it is. A body
    /// that names any has a default for each.
    const INTERNAL: &'static [&'static str] = &[];
    /// What its records are to those that are tied to them.
    const BEARING: Bearing = Bearing::Beside;
    /// Whether each record is a party itself: an organisation may see its own record.
    const IS_PARTY: bool = false;

    /// What only the database knows of a new one: whether its name is free. Asked before it is opened.
    const ADMIT: fn(&Reader, &Self) -> Result<()> = |_, _| Ok(());

    /// Looks at the shape only. What must be complete is asked by the guard of the step.
    fn check(&self) -> Result<(), Faults>;

    /// Who may write which field, where that depends on the field. Asked after [`Self::CREATE`] or
    /// [`Self::EDIT`]; nothing stands before a new record. Whoever edits their own person is asked only here.
    fn may_write(
        _by: &Actor,
        _party: Option<PartyId>,
        _before: Option<&Case<Self>>,
        _after: &Self,
    ) -> Verdict {
        Ok(())
    }

    /// Whether it may bear another title, where that depends on how far it is. Asked whichever way somebody gives it one.
    fn may_retitle(_case: &Case<Self>) -> Verdict {
        Ok(())
    }

    /// Whether it fits beside what is there already: an address that nobody else has, a house that is no part of
    /// itself. A function of `queries.rs`, asked before a new record is opened (then nothing stands before) and
    /// before another body is kept, whichever way it comes.
    const FITS: fn(&Reader, Option<&Case<Self>>, &Self) -> Result<()> = |_, _, _| Ok(());

    /// What else is written whenever a body is kept, by whichever way: its lines once more, one a row, where lists
    /// and questions find them; its ties. A function of `commands.rs`, in the same deed. It gets what was kept before, if
    /// anything was, and what is kept now.
    const KEPT: fn(&mut Work, i64, Option<&Self>, &Self) -> Result<()> = |_, _, _, _| Ok(());

    /// What a revision freezes and its digest names. Where a record stands in a list is not part of it.
    fn content(&self) -> Result<Json> {
        Ok(serde_json::to_value(self)?)
    }

    /// The words under which it is found.
    fn words(&self) -> String;

    /// What people call its fields.
    fn label(field: &str) -> Option<Text>;

    /// What people read for the code of a word in one of its fields.
    fn word(_field: &str, _code: &str) -> Option<Text> {
        None
    }

    /// What the party reads for it instead, where our word is said from our side.
    fn word_to_party(_field: &str, _code: &str) -> Option<Text> {
        None
    }
}

/// A state of a workflow: a word with a shape.
pub trait State: Vocabulary + Default {
    /// What the state means to whoever glances at it: its shape and colour.
    fn tone(self) -> Tone;

    /// What its party reads instead, where our word says nothing to them: "waiting for your answer".
    fn to_party(self) -> Text {
        self.text()
    }
}

/// What a state means at a glance; drawn as shape and colour beside the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Not yet begun, a draft.
    Idle,
    /// Under way.
    Working,
    /// Somebody is waited for.
    Waiting,
    /// Reached.
    Good,
    /// Needs a look.
    Doubtful,
    /// Ended without result, or failed.
    Stopped,
    /// Over; replaced or closed.
    Past,
}

/// What a record is to those that are tied to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// It led to something or speaks of it, and nobody judges its words again: a conversation, a person.
    Beside,
    /// Others rest on what it says: a tie to it is suspect once it says something else.
    Content,
    /// The same, and it demands something that others satisfy, implement and verify.
    Demand,
}

/// The outer facts of one kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The prefix of its numbers: `CR` in `CR-2026-0042`.
    pub prefix: &'static str,
    pub table: &'static str,
    /// The first part of its address: `/requirement-sets/RS-2026-0017`.
    pub path: &'static str,
    pub numbers: Numbers,
    pub sharing: Sharing,
    /// The symbol that stands for it.
    pub symbol: &'static str,
    pub one: fn() -> Text,
    pub many: fn() -> Text,
}

/// How the records of a kind are numbered. Numbers are never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// `CR-2026-0042`: begins again each year.
    Yearly,
    /// `REQ-0042`: goes on for ever.
    Forever,
}

/// What the party of a record sees of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Nothing.
    Internal,
    /// The revision that was offered last, never the working copy.
    Offered,
    /// The record as it is; what is below it by its audience.
    Working,
    /// The revision that was offered last, read by everybody outside, whoever they are: a catalogue.
    Published,
}

/// The envelope.
#[derive(Clone, Debug)]
pub struct Record<B: Body> {
    pub id: Id<B>,
    pub number: String,
    pub title: String,
    pub state: B::State,
    pub owner: PersonId,
    /// The function that answers for it.
    pub function: Option<i64>,
    /// The organisation that it belongs to and that may see it.
    pub party: Option<PartyId>,
    /// Counts edits, so that nobody overwrites what they have not seen.
    pub version: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// The number of the last revision that was frozen, and of the last that was offered.
    pub released: Option<i64>,
    pub offered: Option<i64>,
    pub due: Option<Date>,
    /// What its extra fields say, by their short names.
    pub extra: Map<String, Json>,
}

/// A record with all that its rules may ask about.
#[derive(Clone, Debug)]
pub struct Case<B: Body> {
    pub record: Record<B>,
    pub body: B,
    pub open_tasks: i64,
    pub claims: Vec<Claim>,
    pub facts: B::Facts,
}

/// What another record has to do with this one: "CR-2026-0001, which is approved, affects it."
#[derive(Clone, Debug, Deserialize)]
pub struct Claim {
    pub by: String,
    pub kind: String,
    pub role: Tie,
    pub state: String,
}

impl Kind {
    /// The address of a record's page.
    pub fn address(&self, number: &str) -> String {
        format!("/{}/{number}", self.path)
    }
}

/// The facts of a kind whose guards ask nothing beyond body and envelope.
pub fn no_facts<B: Body<Facts = ()>>(_: &Reader, _: &Record<B>, _: &B) -> Result<()> {
    Ok(())
}
