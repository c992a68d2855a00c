//! Typed ties between records, and what a change reaches along them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Reader, Result, sql, text, values};

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

impl Tie {
    /// The direction in which influence runs along the tie.
    pub fn influence(self) -> Influence {
        match self {
            Self::Affects => Influence::ToTarget,
            _ => Influence::FromTarget,
        }
    }

    /// What the tie means, read from its target to its source.
    pub fn reversed(self) -> crate::Text {
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
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub role: Tie,
    /// Whether the neighbour is the target of the tie.
    pub is_target: bool,
}

impl Neighbour {
    /// Whether it led here; otherwise it follows.
    pub fn led_here(&self) -> bool {
        (self.role.influence() == Influence::FromTarget) == self.is_target
    }
}

/// A record that is reached, and from where.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Reached {
    pub id: i64,
    pub via: i64,
    pub depth: i64,
}

/// So many steps are followed; whoever reaches more is told that everything is affected.
const MOST: i64 = 20_000;

impl Reader<'_> {
    /// The records tied to one, at most `limit` of each direction, the newest ties first.
    pub fn neighbours(&self, id: i64, limit: i64) -> Result<Vec<Neighbour>> {
        let mut found: Vec<Neighbour> = self.rows(
            sql!(
                "select number, kind, title, state, role, true as is_target
                 from link join visible on visible.id = target where source = $1
                 order by link.id desc limit $2"
            ),
            values![id, limit],
        )?;
        found.extend(self.rows::<Neighbour>(
            sql!(
                "select number, kind, title, state, role, false as is_target
                 from link join visible on visible.id = source where target = $1
                 order by link.id desc limit $2"
            ),
            values![id, limit],
        )?);
        Ok(found)
    }

    /// Everything within `depth` ties of a record, each once, by a shortest way.
    pub fn impact(&self, id: i64, depth: i64) -> Result<BTreeMap<i64, Reached>> {
        // `union` forgets a step it has taken before: circles end, and crossing ways do not multiply.
        let steps: Vec<Reached> = self.rows(
            sql!(
                "with recursive reach (id, via, depth) as (
                     select cast($1 as bigint), cast($1 as bigint), cast(0 as bigint)
                     union
                     select source, target, depth + 1 from reach join link on target = reach.id
                     where depth < $2
                 )
                 select id, via, depth from reach limit $3"
            ),
            values![id, depth, MOST],
        )?;
        let mut reached = BTreeMap::<i64, Reached>::new();
        for step in steps.into_iter().filter(|it| it.id != id) {
            let known = reached.entry(step.id).or_insert_with(|| step.clone());
            if step.depth < known.depth {
                *known = step;
            }
        }
        Ok(reached)
    }
}
