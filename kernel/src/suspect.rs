//! Ties whose ends say something else since they were last judged: which, what changed, by whom, and judging again.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::link::Row;
use crate::registry::Entry;
use crate::{
    Bearing, Deed, End, Faults, Link, PersonId, Reader, Refusal, Result, Tie, Work, sql, text, values,
};

/// More deeds than any record has.
const ALL_DEEDS: i64 = 1_000_000;

/// Which suspect ties are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspects {
    /// Those that the actor answers for: as the owner of what claims to rest on the other end, or of the other
    /// end where the first one is only talk.
    Mine,
    /// Those with an end in this whole, or at this record.
    Of(i64),
    /// Those of everybody.
    All,
}

crate::vocabulary! {
    /// How a suspect tie was judged.
    pub enum Judgement {
        /// It holds as it is.
        #[default]
        NoImpact = text!("no impact"),
        /// It holds again, because an end was updated.
        Updated = text!("updated"),
    }
}

/// What became of one end of a tie since it was judged.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// Each field that says something else, with what it said then and says now.
    pub fields: Map<String, Json>,
    /// Who changed it and when, the newest first, each with the key of the entry.
    pub deeds: Vec<(PersonId, Timestamp, i64)>,
    /// Whether it is over: withdrawn or replaced.
    pub is_over: bool,
    /// Whether what it said then was found on the trail.
    pub is_found: bool,
}

impl Reader<'_> {
    /// Suspect ties, the oldest first; at most `limit`. Outsiders are told of none.
    pub fn suspects(&self, which: Suspects, limit: i64) -> Result<Vec<Link>> {
        if self.actor.is_outside() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = match which {
            Suspects::Mine => self.rows(
                sql!(
                    "select link.id, role, coalesce(judged_at, at) as judged_at, coalesce(judged_by, by) as judged_by,
                     source, s.number as source_number, s.kind as source_kind, s.title as source_title,
                     s.state as source_state, s.owner as source_owner, source_digest, s.says as source_now,
                     target, t.number as target_number, t.kind as target_kind, t.title as target_title,
                     t.state as target_state, t.owner as target_owner, target_digest, t.says as target_now
                     from link join visible as s on s.id = source join visible as t on t.id = target
                     where link.is_suspect and (
                         (s.owner = $1 and source_digest is not null)
                         or (t.owner = $1 and (source_digest is null or role = 'conflicts_with')))
                     order by link.id limit $2"
                ),
                values![self.actor.person, limit],
            )?,
            Suspects::Of(id) => self.rows(
                sql!(
                    "select link.id, role, coalesce(judged_at, at) as judged_at, coalesce(judged_by, by) as judged_by,
                     source, s.number as source_number, s.kind as source_kind, s.title as source_title,
                     s.state as source_state, s.owner as source_owner, source_digest, s.says as source_now,
                     target, t.number as target_number, t.kind as target_kind, t.title as target_title,
                     t.state as target_state, t.owner as target_owner, target_digest, t.says as target_now
                     from link join visible as s on s.id = source join visible as t on t.id = target
                     where link.id in (
                         select id from link where source = $1 union select id from link where target = $1
                         union select it.id from link as held join link as it on it.source = held.source
                         where held.target = $1 and held.role = 'part_of'
                         union select it.id from link as held join link as it on it.target = held.source
                         where held.target = $1 and held.role = 'part_of')
                     and link.is_suspect order by link.id limit $2"
                ),
                values![id, limit],
            )?,
            Suspects::All => self.rows(
                sql!(
                    "select link.id, role, coalesce(judged_at, at) as judged_at, coalesce(judged_by, by) as judged_by,
                     source, s.number as source_number, s.kind as source_kind, s.title as source_title,
                     s.state as source_state, s.owner as source_owner, source_digest, s.says as source_now,
                     target, t.number as target_number, t.kind as target_kind, t.title as target_title,
                     t.state as target_state, t.owner as target_owner, target_digest, t.says as target_now
                     from link join visible as s on s.id = source join visible as t on t.id = target
                     where link.is_suspect order by link.id limit $1"
                ),
                values![limit],
            )?,
        };
        Ok(rows.into_iter().map(Link::from).collect())
    }

    /// What an end of a tie says now and did not say when it was judged, found by walking its trail back until
    /// it says what was judged.
    pub fn changed_since(&self, end: &End) -> Result<Since> {
        let Some(judged) = end.judged.as_deref().filter(|_| end.differs) else { return Ok(Since::default()) };
        let kind = self.registry().kind(&end.kind).ok_or(crate::Error::NotFound)?;
        let case = kind.find(self, &end.number)?;
        let says: Option<String> =
            self.one(sql!("select says from visible where id = $1"), values![end.id])?;
        let mut since = Since { is_over: says.as_deref() == Some(""), ..Since::default() };
        let mut fields = case.body.clone();
        for deed in self.trail(end.id, false, 0, ALL_DEEDS)?.iter().rev() {
            if kind.fingerprint(&fields)? == judged {
                since.is_found = true;
                break;
            }
            if walk_back(&mut fields, deed, &end.number) {
                since.deeds.push((deed.actor, deed.at, deed.entry));
            }
        }
        since.is_found = since.is_found || kind.fingerprint(&fields)? == judged;
        if since.is_found {
            since.fields = between(&fields, &case.body);
        }
        if since.is_over && since.deeds.is_empty() {
            since.deeds = self.last_deed(end, kind)?;
        }
        Ok(since)
    }

    /// Who ended a record and when.
    fn last_deed(&self, end: &End, _: &Entry) -> Result<Vec<(PersonId, Timestamp, i64)>> {
        let deeds = self.trail(end.id, false, 0, ALL_DEEDS)?;
        let ends =
            deeds.iter().rev().find(|it| part(it, &end.number).is_some_and(|it| it["state"].is_array()));
        Ok(ends.map(|it| (it.actor, it.at, it.entry)).into_iter().collect())
    }
}

fn part<'a>(deed: &'a Deed, number: &str) -> Option<&'a Json> {
    deed.content.get("records")?.as_array()?.iter().find(|it| it["number"] == number)
}

/// Puts back what a deed changed in the fields of a body; tells whether it changed any.
fn walk_back(fields: &mut Json, deed: &Deed, number: &str) -> bool {
    let change = part(deed, number).and_then(|it| it["change"].as_object());
    let mut changed = false;
    for (field, ends) in change.into_iter().flatten() {
        changed |= put_back(fields, field, &ends[0]);
    }
    changed
}

/// Puts one value back; what said nothing yet is left out, so that the body reads it as untouched.
fn put_back(fields: &mut Json, field: &str, then: &Json) -> bool {
    let Some(fields) = fields.as_object_mut().filter(|it| it.contains_key(field)) else { return false };
    match then {
        Json::Null => fields.remove(field),
        value => fields.insert(field.to_owned(), value.clone()),
    };
    true
}

/// Each field that differs, with both its values.
fn between(then: &Json, now: &Json) -> Map<String, Json> {
    let all = now.as_object().into_iter().flatten();
    let differ = all.filter(|(field, value)| then.get(field) != Some(value));
    differ
        .map(|(field, value)| (field.clone(), json!([then.get(field).cloned().unwrap_or_default(), value])))
        .collect()
}

impl Work<'_> {
    /// Judges a tie as both ends are now.
    ///
    /// # Errors
    /// Refuses what is not suspect, and "no impact" without a reason.
    pub fn judge(&mut self, id: i64, judgement: Judgement, reason: &str) -> Result<Link> {
        self.must_be_ours()?;
        let link = self.link(id)?;
        let sentence = text!(
            "{source} and {target} say what they said when the tie was last judged. There is nothing to judge.",
            source = &link.source.number,
            target = &link.target.number
        );
        Refusal::unless(link.is_suspect(), sentence)?;
        if judgement == Judgement::NoImpact {
            Self::must_have_reason(reason)?;
        }
        self.because(reason);
        let (says, told) = self.judged_now(link.source.id, link.role, link.target.id)?;
        self.execute(
            sql!(
                "update link set source_digest = $1, target_digest = $2, judged_at = $3, judged_by = $4,
                 is_suspect = false where id = $5"
            ),
            values![says, told, self.now, self.actor.person, id],
        )?;
        let role = link.role;
        for (at, to) in [(&link.source, &link.target), (&link.target, &link.source)] {
            let judged = json!({ "role": role, "with": to.number, "is": judgement });
            self.note(at.id, json!({ "judged": judged }))?;
        }
        self.called("judged");
        Ok(link)
    }

    /// Judges many, all or none, for one reason.
    pub fn judge_many(&mut self, ids: &[i64], reason: &str) -> Result<()> {
        let mut faults = Faults::default();
        faults.unless(!ids.is_empty(), "marked", text!("Mark at least one tie in the list first."));
        faults.into_result()?;
        ids.iter().try_for_each(|it| self.judge(*it, Judgement::NoImpact, reason).map(drop))
    }

    /// The digests of both ends, as far as a tie of this role judges them: that of the target, and that of the
    /// source where the target has one. Whatever rests on mere talk may be worded better without being judged again;
    /// what talk is evidence for may not.
    pub(crate) fn judged_now(
        &self,
        source: i64,
        role: Tie,
        target: i64,
    ) -> Result<(Option<String>, Option<String>)> {
        if !role.is_judged() {
            return Ok((None, None));
        }
        let told = self.says_now(target)?;
        let says = if told.is_some() { self.says_now(source)? } else { None };
        Ok((says, told))
    }

    /// The digest of what a record says now; none where nobody judges its words. A record that was written before
    /// digests were kept gets its own here.
    pub(crate) fn says_now(&self, id: i64) -> Result<Option<String>> {
        let (kind, number, digest): (String, String, Option<String>) =
            self.one(sql!("select kind, number, says from record where id = $1"), values![id])?;
        let Some(entry) = self.registry().kind(&kind) else { return Ok(digest) };
        if digest.is_some() || entry.bearing == Bearing::Beside {
            return Ok(digest);
        }
        let digest = entry.fingerprint(&entry.find(self, &number)?.body)?;
        self.execute(sql!("update record set says = $1 where id = $2"), values![digest.as_str(), id])?;
        Ok(Some(digest))
    }

    /// Keeps beside each tie of a record whether an end of it says something else than when it was judged.
    pub(crate) fn weigh_ties(&self, id: i64) -> Result<()> {
        self.execute(
            sql!(
                "update link set is_suspect = not is_suspect where (source = $1 or target = $1)
                 and is_suspect <> (
                     coalesce(source_digest <> (select says from record where record.id = source), false)
                     or coalesce(target_digest <> (select says from record where record.id = target), false))"
            ),
            values![id],
        )?;
        Ok(())
    }

    /// Ties are the business of the house.
    #[track_caller]
    pub(crate) fn must_be_ours(&self) -> Result<()> {
        Ok(crate::Permit::Staff.covers(self.actor, None)?)
    }

    pub(crate) fn must_have_reason(reason: &str) -> Result<()> {
        let mut faults = Faults::default();
        faults.unless(
            !reason.trim().is_empty(),
            "reason",
            text!("Say why. It stands on the trail of both ends."),
        );
        Ok(faults.into_result()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_said_nothing_before_its_first_deed_is_left_out() {
        let mut fields = json!({ "statement": "Line A", "priority": "high" });
        assert!(put_back(&mut fields, "statement", &Json::Null));
        assert!(put_back(&mut fields, "priority", &json!("low")));
        assert!(!put_back(&mut fields, "somewhere else", &json!("x")));
        assert_eq!(fields, json!({ "priority": "low" }));
    }

    #[test]
    fn only_what_differs_is_told_with_both_its_values() {
        let (then, now) = (json!({ "a": 1, "b": "x" }), json!({ "a": 1, "b": "y", "c": null }));
        let differ = between(&then, &now);
        assert_eq!(differ.get("b"), Some(&json!(["x", "y"])));
        assert_eq!(differ.keys().collect::<Vec<_>>(), ["b", "c"]);
    }
}
