//! Typed ties between records, and what a change reaches along them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::registry::Entry;
use crate::{
    Bearing, Error, Faults, Mention, PersonId, Reader, Refusal, Result, Text, Value, Vocabulary, Work, sql,
    text, values,
};

crate::vocabulary! {
    /// What a tie means, read from its source to its target.
    pub enum Tie {
        /// The source was made from the target: a requirement from a conversation.
        #[default]
        DerivesFrom = text!("derives from"),
        Satisfies = text!("satisfies"),
        Verifies = text!("verifies"),
        ConflictsWith = text!("conflicts with"),
        DependsOn = text!("depends on"),
        Implements = text!("implements"),
        CausedBy = text!("caused by"),
        Affects = text!("affects"),
        Supersedes = text!("supersedes"),
        /// The source is held by the target: a requirement by its set.
        PartOf = text!("part of"),
        Concerns = text!("concerns"),
    }
}

/// Whether a tie's target came before its source, or follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Influence {
    /// The target led to the source.
    FromTarget,
    /// The source leads to the target.
    ToTarget,
}

/// What a record must be to stand at one end of a tie that somebody makes by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Anything,
    Demand,
    NoDemand,
    /// The same kind as the other end.
    Alike,
}

/// The roles that people give by hand, with what may stand at their ends. All others are made by the deeds that
/// they are part of.
#[rustfmt::skip]
const ENDS: &[(Tie, Needs, Needs)] = &[
    //   role                source           target
    (Tie::Satisfies,     Needs::Demand,   Needs::Demand),
    (Tie::DerivesFrom,   Needs::Anything, Needs::Anything),
    (Tie::Verifies,      Needs::NoDemand, Needs::Demand),
    (Tie::Implements,    Needs::NoDemand, Needs::Demand),
    (Tie::ConflictsWith, Needs::Demand,   Needs::Demand),
    (Tie::DependsOn,     Needs::Anything, Needs::Anything),
    (Tie::CausedBy,      Needs::Anything, Needs::Anything),
    (Tie::Affects,       Needs::Anything, Needs::Anything),
    (Tie::Supersedes,    Needs::Alike,    Needs::Alike),
];

impl Needs {
    fn hold(self, end: &Entry, other: &Entry) -> bool {
        match self {
            Self::Anything => true,
            Self::Demand => end.bearing == Bearing::Demand,
            Self::NoDemand => end.bearing != Bearing::Demand,
            Self::Alike => end.kind.prefix == other.kind.prefix,
        }
    }

    fn text(self) -> Text {
        match self {
            Self::Anything => text!("any record"),
            Self::Demand => text!("one that demands something"),
            Self::NoDemand => text!("one that demands nothing itself"),
            Self::Alike => text!("one of the same kind"),
        }
    }
}

impl Tie {
    /// Whether people give the role by hand; otherwise it is part of another deed.
    pub fn is_by_hand(self) -> bool {
        ENDS.iter().any(|(role, ..)| *role == self)
    }

    /// The direction in which influence runs along the tie.
    pub fn influence(self) -> Influence {
        match self {
            Self::Affects => Influence::ToTarget,
            _ => Influence::FromTarget,
        }
    }

    /// Whether the tie says something of both ends that has to be judged again when one says something else.
    pub fn is_judged(self) -> bool {
        matches!(
            self,
            Self::DerivesFrom
                | Self::Satisfies
                | Self::Verifies
                | Self::ConflictsWith
                | Self::DependsOn
                | Self::Implements
        )
    }

    /// The roles that people may give a record of a kind, each with whether the tie leads from it to the other.
    pub fn offered_to(kind: &Entry) -> Vec<(Self, bool)> {
        let from = ENDS.iter().filter(|(_, from, _)| from.hold(kind, kind)).map(|(role, ..)| (*role, true));
        let to = ENDS.iter().filter(|(role, _, to)| *role != Self::ConflictsWith && to.hold(kind, kind));
        from.chain(to.map(|(role, ..)| (*role, false))).collect()
    }

    /// Refuses a role that the two kinds of records cannot have to each other.
    ///
    /// # Errors
    /// Says from what to what the role leads, or that no hand makes it.
    pub fn fits(self, source: &Entry, target: &Entry) -> Result<(), Faults> {
        let Some((_, from, to)) = ENDS.iter().find(|(role, ..)| *role == self) else {
            let sentence = text!("Put it there by its own deed, which asks whether it may be there.");
            return Err(Faults::one("role", sentence));
        };
        let sentence = text!(
            "“{role}” leads from {source} to {target}. Choose another role, or another record.",
            role = self.text(),
            source = from.text(),
            target = to.text()
        );
        let fit = from.hold(source, target) && to.hold(target, source);
        if fit { Ok(()) } else { Err(Faults::one("role", sentence)) }
    }

    /// What the tie means, read from its target to its source.
    pub fn reversed(self) -> Text {
        match self {
            Self::DerivesFrom => text!("led to"),
            Self::Satisfies => text!("satisfied by"),
            Self::Verifies => text!("verified by"),
            Self::ConflictsWith => text!("conflicts with"),
            Self::DependsOn => text!("needed by"),
            Self::Implements => text!("implemented by"),
            Self::CausedBy => text!("caused"),
            Self::Affects => text!("affected by"),
            Self::Supersedes => text!("superseded by"),
            Self::PartOf => text!("holds"),
            Self::Concerns => text!("spoken of in"),
        }
    }
}

/// A record next to another one, along one tie.
#[derive(Clone, Debug, Deserialize)]
pub struct Neighbour {
    /// The key of the tie.
    pub link: i64,
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub role: Tie,
    /// Whether the neighbour is the target of the tie.
    pub is_target: bool,
    /// Whether an end was revised since the tie was last judged.
    pub is_suspect: bool,
    /// How many there are of its role, direction and kind; counted by [`Reader::thread`] only.
    #[serde(default)]
    pub many: i64,
}

impl Neighbour {
    /// Whether it led here; otherwise it follows.
    pub fn led_here(&self) -> bool {
        (self.role.influence() == Influence::FromTarget) == self.is_target
    }
}

/// A tie with both its ends, and how it was last judged.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: i64,
    pub role: Tie,
    pub source: End,
    pub target: End,
    /// When somebody last said that it holds, and who.
    pub judged_at: Timestamp,
    pub judged_by: PersonId,
}

/// One end of a tie.
#[derive(Clone, Debug)]
pub struct End {
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub owner: PersonId,
    /// The digest of what it said when the tie was last judged; none where its words are not judged.
    pub judged: Option<String>,
    /// Whether it says something else now.
    pub differs: bool,
}

impl Link {
    /// Whether an end was revised since it was last judged: a comparison of digests, never a flag.
    pub fn is_suspect(&self) -> bool {
        self.source.differs || self.target.differs
    }

    /// The end that is not this record, and whether it is the target.
    pub fn other(&self, record: i64) -> (&End, bool) {
        if self.source.id == record { (&self.target, true) } else { (&self.source, false) }
    }
}

/// A tie as it comes out of the database.
#[derive(Deserialize)]
pub(crate) struct Row {
    id: i64,
    role: Tie,
    #[serde(with = "crate::micros")]
    judged_at: Timestamp,
    judged_by: PersonId,
    source: i64,
    source_number: String,
    source_kind: String,
    source_title: String,
    source_state: String,
    source_owner: PersonId,
    source_digest: Option<String>,
    source_now: Option<String>,
    target: i64,
    target_number: String,
    target_kind: String,
    target_title: String,
    target_state: String,
    target_owner: PersonId,
    target_digest: Option<String>,
    target_now: Option<String>,
}

impl From<Row> for Link {
    fn from(it: Row) -> Self {
        let differs = |judged: &Option<String>, now: &Option<String>| {
            judged.is_some() && now.is_some() && judged != now
        };
        Self {
            id: it.id,
            role: it.role,
            judged_at: it.judged_at,
            judged_by: it.judged_by,
            source: End {
                id: it.source,
                number: it.source_number,
                kind: it.source_kind,
                title: it.source_title,
                state: it.source_state,
                owner: it.source_owner,
                differs: differs(&it.source_digest, &it.source_now),
                judged: it.source_digest,
            },
            target: End {
                id: it.target,
                number: it.target_number,
                kind: it.target_kind,
                title: it.target_title,
                state: it.target_state,
                owner: it.target_owner,
                differs: differs(&it.target_digest, &it.target_now),
                judged: it.target_digest,
            },
        }
    }
}

/// Everything that hangs on a record, the nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    pub reached: Vec<Reached>,
    /// Whether there is more than is told.
    pub is_capped: bool,
}

/// A record that is reached, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    pub id: i64,
    /// The record before it on the way.
    pub via: i64,
    /// The tie between them, and whether this record is its source.
    pub role: Tie,
    pub is_source: bool,
    /// How many ties away it is.
    pub depth: usize,
}

/// So many records are told at most: nobody reads more, and a hub with more ties than this stays quick.
const MOST: usize = 5_000;
/// So many records are asked for at once, at most.
const AT_ONCE: usize = 512;

#[derive(Deserialize)]
struct Met {
    id: i64,
    via: i64,
    role: Tie,
}

impl Impact {
    /// The way to a record from where one began: each step with the record it leads to, the first step first.
    pub fn way_to(&self, id: i64) -> Vec<&Reached> {
        let by_id: BTreeMap<i64, &Reached> = self.reached.iter().map(|it| (it.id, it)).collect();
        Self::way(&by_id, id)
    }

    /// The same for every record that was reached, in their order.
    pub fn ways(&self) -> Vec<Vec<&Reached>> {
        let by_id: BTreeMap<i64, &Reached> = self.reached.iter().map(|it| (it.id, it)).collect();
        self.reached.iter().map(|it| Self::way(&by_id, it.id)).collect()
    }

    fn way<'a>(by_id: &BTreeMap<i64, &'a Reached>, id: i64) -> Vec<&'a Reached> {
        let mut way: Vec<&Reached> =
            std::iter::successors(by_id.get(&id).copied(), |it| by_id.get(&it.via).copied()).collect();
        way.reverse();
        way
    }
}

impl Reader<'_> {
    /// The records tied to one, at most `limit` of each direction, the newest ties first. Outsiders are told that something
    /// of theirs is affected once what was offered to them names it: until then nobody knows whether it will be.
    pub fn neighbours(&self, id: i64, limit: i64) -> Result<Vec<Neighbour>> {
        self.neighbours_before(id, i64::MAX, limit)
    }

    /// The same of the ties that are older than one.
    pub fn neighbours_before(&self, id: i64, before: i64, limit: i64) -> Result<Vec<Neighbour>> {
        let outside = i64::from(self.actor.is_outside());
        let mut found: Vec<Neighbour> = self.rows(
            sql!(
                "select link.id as link, t.id, t.number, t.kind, t.title, t.state, role, true as is_target,
                 coalesce(source_digest <> s.says, false) or coalesce(target_digest <> t.says, false)
                     as is_suspect
                 from link join visible as t on t.id = target join visible as s on s.id = source
                 where source = $1 and link.id < $2 and (role <> 'affects' or $4 = 0 or exists (select 1 from revision
                     where record_id = s.id and no = s.offered and content like '%\"' || t.number || '\"%'))
                 order by link.id desc limit $3"
            ),
            values![id, before, limit, outside],
        )?;
        found.extend(self.rows::<Neighbour>(
            sql!(
                "select link.id as link, s.id, s.number, s.kind, s.title, s.state, role, false as is_target,
                 coalesce(source_digest <> s.says, false) or coalesce(target_digest <> t.says, false)
                     as is_suspect
                 from link join visible as s on s.id = source join visible as t on t.id = target
                 where target = $1 and link.id < $2 and (role <> 'affects' or $4 = 0 or exists (select 1 from revision
                     where record_id = s.id and no = s.offered and content like '%\"' || t.number || '\"%'))
                 order by link.id desc limit $3"
            ),
            values![id, before, limit, outside],
        )?);
        Ok(found)
    }

    /// The records tied to one as a page shows them beside it: the newest `each` of every role, direction and
    /// kind, with how many there are of it, so that the many parts of a whole do not crowd out the rest. Looks
    /// at the newest 2,000 ties of each direction.
    pub fn thread(&self, id: i64, each: i64) -> Result<Vec<Neighbour>> {
        let outside = i64::from(self.actor.is_outside());
        let mut found: Vec<Neighbour> = self.rows(
            sql!(
                "select * from (select n.*,
                     row_number() over (partition by n.role, n.kind order by n.is_suspect desc, n.link desc) as place,
                     count(*) over (partition by n.role, n.kind) as many
                 from (select link.id as link, t.id, t.number, t.kind, t.title, t.state, role, true as is_target,
                     coalesce(source_digest <> s.says, false) or coalesce(target_digest <> t.says, false)
                         as is_suspect
                     from link join visible as t on t.id = target join visible as s on s.id = source
                     where source = $1 and (role <> 'affects' or $3 = 0 or exists (select 1 from revision
                         where record_id = s.id and no = s.offered and content like '%\"' || t.number || '\"%'))
                     order by link.id desc limit 2000) as n) as ranked
                 where place <= $2 order by link desc"
            ),
            values![id, each, outside],
        )?;
        found.extend(self.rows::<Neighbour>(
            sql!(
                "select * from (select n.*,
                     row_number() over (partition by n.role, n.kind order by n.is_suspect desc, n.link desc) as place,
                     count(*) over (partition by n.role, n.kind) as many
                 from (select link.id as link, s.id, s.number, s.kind, s.title, s.state, role, false as is_target,
                     coalesce(source_digest <> s.says, false) or coalesce(target_digest <> t.says, false)
                         as is_suspect
                     from link join visible as s on s.id = source join visible as t on t.id = target
                     where target = $1 and (role <> 'affects' or $3 = 0 or exists (select 1 from revision
                         where record_id = s.id and no = s.offered and content like '%\"' || t.number || '\"%'))
                     order by link.id desc limit 2000) as n) as ranked
                 where place <= $2 order by link desc"
            ),
            values![id, each, outside],
        )?);
        Ok(found)
    }

    /// One tie, for staff who see both ends.
    ///
    /// # Errors
    /// Not found is also what the actor may not see.
    pub fn link(&self, id: i64) -> Result<Link> {
        if self.actor.is_outside() {
            return Err(Error::NotFound);
        }
        let row: Row = self.one(
            sql!(
                "select link.id, role, coalesce(judged_at, at) as judged_at, coalesce(judged_by, by) as judged_by,
                 source, s.number as source_number, s.kind as source_kind, s.title as source_title,
                 s.state as source_state, s.owner as source_owner, source_digest, s.says as source_now,
                 target, t.number as target_number, t.kind as target_kind, t.title as target_title,
                 t.state as target_state, t.owner as target_owner, target_digest, t.says as target_now
                 from link join visible as s on s.id = source join visible as t on t.id = target
                 where link.id = $1"
            ),
            values![id],
        )?;
        Ok(row.into())
    }

    /// The key of a tie, if two records have it.
    pub fn link_between(&self, source: i64, role: Tie, target: i64) -> Result<Option<i64>> {
        self.maybe(
            sql!("select id from link where source = $1 and role = $2 and target = $3"),
            values![source, role.code(), target],
        )
    }

    /// Everything within `depth` ties of a record, each once, by a shortest way.
    ///
    /// Influence runs as each role says: whatever rests on a record, what it affects, what it conflicts with,
    /// and the whole that holds it. A whole is a hub: what else it holds is reached only where one begins at it.
    /// Outsiders are told nothing.
    pub fn impact(&self, id: i64, depth: usize) -> Result<Impact> {
        self.impact_of_all(&[id], depth)
    }

    /// The same for many records at once, in one walk: what hangs on several is reached by the shortest way from any.
    pub fn impact_of_all(&self, ids: &[i64], depth: usize) -> Result<Impact> {
        let mut known: BTreeSet<i64> = ids.iter().copied().collect();
        let mut impact = Impact::default();
        let mut edge: Vec<i64> = known.iter().copied().collect();
        if self.actor.is_outside() {
            return Ok(impact);
        }
        for depth in 1..=depth {
            let mut next = Vec::new();
            for some in edge.chunks(AT_ONCE) {
                for (met, is_source) in self.met(some, depth == 1)? {
                    if !known.insert(met.id) {
                        continue;
                    }
                    if impact.reached.len() == MOST {
                        impact.is_capped = true;
                        return Ok(impact);
                    }
                    next.push(met.id);
                    let Met { id, via, role } = met;
                    impact.reached.push(Reached { id, via, role, is_source, depth });
                }
            }
            edge = next;
        }
        Ok(impact)
    }

    /// The records one step away from some. One row more than can be told is enough to know that there is more.
    fn met(&self, some: &[i64], is_first: bool) -> Result<Vec<(Met, bool)>> {
        // Few different texts, so that each is prepared once: the last key is asked for again where there are fewer.
        let width = some.len().next_power_of_two();
        let mut keys: Vec<Value> = some.iter().map(Value::from).collect();
        keys.resize(width, Value::from(some[some.len() - 1]));
        let marks: Vec<_> = (1..=width).map(|it| format!("${it}")).collect();
        let marks = marks.join(", ");
        let held = if is_first { ", 'part_of'" } else { "" };
        let most = MOST + 1;
        let rests = format!(
            "select source as id, target as via, role from link where target in ({marks})
             and role in ('derives_from', 'satisfies', 'verifies', 'conflicts_with', 'depends_on', 'implements',
             'caused_by', 'supersedes', 'concerns'{held}) order by target, role, source limit {most}"
        );
        let reaches = format!(
            "select target as id, source as via, role from link where source in ({marks})
             and role in ('affects', 'conflicts_with', 'part_of') order by source, role, target limit {most}"
        );
        let mut met = Vec::new();
        for (text, is_source) in [(rests, true), (reaches, false)] {
            for row in self.connection.rows(&text, &keys)? {
                met.push((row.read()?, is_source));
            }
        }
        Ok(met)
    }

    /// Many records as they are spoken of elsewhere, by their keys; what is not seen is left out.
    pub fn mentions(&self, ids: &[i64]) -> Result<BTreeMap<i64, Mention>> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(AT_ONCE) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let text = format!(
                "select id, number, kind, title, state from visible where id in ({})",
                marks.join(", ")
            );
            let keys: Vec<Value> = some.iter().map(Value::from).collect();
            let text = crate::schema::confined(&text, self.actor.sight());
            for row in self.connection.rows(&text, &keys)? {
                let it: Mention = row.read()?;
                found.insert(it.id, it);
            }
        }
        Ok(found)
    }
}

/// An organisation that has to do with a record, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    pub record: i64,
    /// The key of the organisation.
    pub party: i64,
    /// The tie that leads from the record to it; none where the record belongs to it.
    pub role: Option<Tie>,
}

impl Reader<'_> {
    /// The organisations to which some records belong, then those to which a tie leads from them: a part depends on
    /// whoever makes it. Outsiders are told nothing.
    pub fn concerned(&self, ids: &[i64]) -> Result<Vec<Concerned>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        let parties = self.registry().all().iter().filter(|it| it.is_party);
        let kinds: Vec<String> = parties.map(|it| format!("'{}'", it.kind.prefix)).collect();
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let kinds = kinds.join(", ");
        let (mut own, mut tied) = (Vec::new(), Vec::new());
        for some in ids.chunks(AT_ONCE) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let (marks, keys) = (marks.join(", "), some.iter().map(Value::from).collect::<Vec<_>>());
            let belongs = format!(
                "select id, party from visible where id in ({marks}) and party is not null and party <> id order by id"
            );
            let leads = format!(
                "select source, target, role from link join visible on visible.id = target
                 where source in ({marks}) and kind in ({kinds}) order by link.id"
            );
            let sight = self.actor.sight();
            for row in self.connection.rows(&crate::schema::confined(&belongs, sight), &keys)? {
                let (record, party): (i64, i64) = row.read()?;
                own.push(Concerned { record, party, role: None });
            }
            for row in self.connection.rows(&crate::schema::confined(&leads, sight), &keys)? {
                let (record, party, role): (i64, i64, Tie) = row.read()?;
                tied.push(Concerned { record, party, role: Some(role) });
            }
        }
        own.extend(tied);
        Ok(own)
    }

    /// The files at some records that the actor may read, by their names: the key of the record and the name, the
    /// oldest first.
    pub fn filed_at(&self, ids: &[i64]) -> Result<Vec<(i64, String)>> {
        let mut all = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            let marks: Vec<_> = (1..=some.len()).map(|it| format!("${it}")).collect();
            let text = format!(
                "select record_id, name from visible_attachment
                 where record_id in ({}) and ended_at is null order by id",
                marks.join(", ")
            );
            let keys: Vec<Value> = some.iter().map(Value::from).collect();
            for row in self.connection.rows(&crate::schema::confined(&text, self.actor.sight()), &keys)? {
                all.push(row.read()?);
            }
        }
        Ok(all)
    }
}

impl Work<'_> {
    /// Ties two records; a tie that is there already stays. Both ends are judged as they are now.
    pub fn tie(&mut self, source: i64, role: Tie, target: i64) -> Result<()> {
        self.must_not_only_read(source)?;
        let (says, told) = self.judged_now(source, role, target)?;
        let made = self.execute(
            sql!(
                "insert into link (source, target, role, source_digest, target_digest, at, by, judged_at, judged_by)
                 values ($1, $2, $3, $4, $5, $6, $7, $6, $7) on conflict (source, target, role) do nothing"
            ),
            values![source, target, role.code(), says, told, self.now, self.actor.person],
        )?;
        if made == 1 {
            let to: String = self.one(sql!("select number from record where id = $1"), values![target])?;
            self.touched_by_id(source)?.links.push((role, to));
            self.touched_by_id(target)?;
            if role.is_judged() {
                let from: String =
                    self.one(sql!("select number from record where id = $1"), values![source])?;
                self.touched_by_id(target)?.notes.push(json!({ "tied": { "role": role, "from": from } }));
            }
            self.default_deed("linked");
        }
        Ok(())
    }

    /// Ties two records by hand.
    ///
    /// # Errors
    /// Says who may, which ends the role has, and that nothing is tied to itself.
    pub fn link_by_hand(&mut self, source: &Mention, role: Tie, target: &Mention) -> Result<i64> {
        self.must_be_ours()?;
        if source.id == target.id {
            let itself = text!("Name another record: this one cannot be tied to itself.");
            return Err(Faults::one("to", itself).into());
        }
        let registry = self.registry();
        let kind = |it: &Mention| registry.kind(&it.kind).ok_or(Error::NotFound);
        role.fits(kind(source)?, kind(target)?)?;
        self.tie(source.id, role, target.id)?;
        self.link_between(source.id, role, target.id)?.ok_or(Error::NotFound)
    }

    /// Unties two records; that they were tied stays on the trail of both, with the reason.
    ///
    /// # Errors
    /// Refuses what a deed of its own has put there, and whoever gives no reason.
    pub fn unlink(&mut self, id: i64, reason: &str) -> Result<Link> {
        self.must_be_ours()?;
        let link = self.link(id)?;
        let sentence = text!("It is part of another deed. Take that back instead.");
        Refusal::unless(link.role.is_by_hand(), sentence)?;
        Self::must_have_reason(reason)?;
        self.because(reason);
        self.untie(link.source.id, link.role, link.target.id)?;
        Ok(link)
    }

    /// Unties two records; that they were tied stays on the trail.
    pub fn untie(&mut self, source: i64, role: Tie, target: i64) -> Result<()> {
        self.must_not_only_read(source)?;
        self.execute(
            sql!("delete from link where source = $1 and target = $2 and role = $3"),
            values![source, target, role.code()],
        )?;
        let to: String = self.one(sql!("select number from record where id = $1"), values![target])?;
        let from: String = self.one(sql!("select number from record where id = $1"), values![source])?;
        self.note(source, json!({ "untied": { "role": role, "to": to } }))?;
        self.note(target, json!({ "untied": { "role": role, "from": from } }))?;
        self.default_deed("linked");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_in_the_table_once_or_made_by_a_deed() {
        let by_deed = [Tie::PartOf, Tie::Concerns];
        for role in Tie::ALL {
            let lines = ENDS.iter().filter(|(it, ..)| it == role).count();
            assert_eq!(lines, usize::from(!by_deed.contains(role)), "{role:?}");
        }
    }

    #[test]
    fn the_way_to_a_record_is_told_from_its_beginning() {
        let step = |id, via, depth| Reached { id, via, role: Tie::Satisfies, is_source: true, depth };
        let impact = Impact { reached: vec![step(2, 1, 1), step(3, 1, 1), step(4, 3, 2)], is_capped: false };
        let way: Vec<i64> = impact.way_to(4).iter().map(|it| it.id).collect();
        assert_eq!(way, [3, 4]);
        assert_eq!(impact.ways().len(), 3);
        assert!(impact.way_to(9).is_empty());
    }
}
