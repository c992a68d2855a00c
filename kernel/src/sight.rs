//! What somebody sees, and why: the views are made of these conditions, and so is the explanation.

use crate::engine::Connection;
use crate::{
    Actor, AnyOffer, Db, Mention, Permit, PersonId, Reader, Result, Role, Side, Text, Vocabulary, mutants,
    sql, text, values,
};

/// One condition under which a record is seen: in SQL over `record`, and in words, met and not met.
pub(crate) struct Condition {
    sql: &'static str,
    met: fn() -> Text,
    not_met: fn() -> Text,
}

/// A way by which somebody of outside sees a record: all its conditions are met.
pub(crate) struct Way {
    /// A mark in it stands for the join with the revision that was offered.
    select: &'static str,
    /// Which kinds of records it is for.
    sharing: Condition,
    conditions: &'static [Condition],
    /// What the join of the statement asks besides.
    joined: Option<Condition>,
}

const OF_THEIR_PARTY: Condition = Condition {
    sql: "party {of_the_key}",
    met: || text!("It belongs to an organisation that they belong to."),
    not_met: || text!("It belongs to no organisation that they belong to."),
};

/// What outsiders see: what is shared with their organisations as it is, and of the rest the revision that was
/// offered last, neither drafts nor the title of a draft.
const OUTSIDE: [Way; 3] = [
    Way {
        select: "select id, kind, number, title, state, owner, function, party, version, created_at, changed_at, due,
                 released, offered, sharing, extra, cast(null as text) as says from record",
        sharing: Condition {
            sql: "sharing = 'working'",
            met: || text!("Records of this kind are shared with their organisation as they are."),
            not_met: || text!("Records of this kind are for staff only."),
        },
        conditions: &[OF_THEIR_PARTY],
        joined: None,
    },
    Way {
        select: "select record.id, kind, number, revision.title, offered_state, owner, function, party, offered,
                 released_at, released_at, offered_due, offered, offered, sharing, revision.extra, cast(null as text)
                 from record join revision on revision.record_id = record.id and {as_offered}",
        sharing: Condition {
            sql: "sharing = 'offered'",
            met: || text!("Of records of this kind their organisation reads the revision that was offered last."),
            not_met: || text!("Records of this kind are for staff only."),
        },
        conditions: &[OF_THEIR_PARTY],
        joined: Some(Condition {
            sql: "record.offered is not null",
            met: || text!("A revision of it was offered."),
            not_met: || text!("No revision of it was offered yet."),
        }),
    },
    Way {
        select: "select record.id, kind, number, revision.title, offered_state, owner, function, party, offered,
                 released_at, released_at, offered_due, offered, offered, sharing, revision.extra, cast(null as text)
                 from record join revision on revision.record_id = record.id and {as_offered}",
        sharing: Condition {
            sql: "sharing = 'published'",
            met: || text!("Records of this kind are published: every customer reads the revision that was offered last."),
            not_met: || text!("Records of this kind are for staff only."),
        },
        conditions: &[],
        joined: Some(Condition {
            sql: "record.offered is not null",
            met: || text!("A revision of it was offered."),
            not_met: || text!("No revision of it was offered yet."),
        }),
    },
];

/// What staff see: everything.
const ALL: &str =
    "select id, kind, number, title, state, owner, function, party, version, created_at, changed_at,
                   due, released, offered, sharing, extra, says from record";

/// How a condition says whose records they are.
pub(crate) fn of_the_key(db: &Connection) -> &'static str {
    match db {
        Connection::Sqlite(_) => "in (select key from me)",
        Connection::Postgres(_) => "= any (current_setting('reqord.key')::bigint[])",
    }
}

/// The bodies of the views of all who see everything, and of outsiders.
pub(crate) fn views(db: &Connection) -> (String, String) {
    let ways = (1..).zip(&OUTSIDE).map(|(no, way)| {
        let asked = |sql| mutants::condition(&format!("visible {no}"), sql, "1 = 1");
        let select = match way.joined {
            Some(_) => way.select.replace("{as_offered}", asked("revision.no = record.offered")),
            None => way.select.to_owned(),
        };
        let conditions = std::iter::once(&way.sharing).chain(way.conditions).map(|it| asked(it.sql));
        format!("{select} where {}", conditions.collect::<Vec<_>>().join(" and "))
    });
    let ways: Vec<String> = ways.collect();
    (ALL.to_owned(), ways.join(" union all ").replace("{of_the_key}", of_the_key(db)))
}

/// Why somebody sees a record or not, and what they may do with it.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub record: Mention,
    pub sees: bool,
    pub reasons: Vec<Text>,
    /// Each step out of the present state that is theirs to see, with what is missing.
    pub offers: Vec<AnyOffer>,
}

impl Db {
    /// Explains to an administrator, or to the owner of a record, why somebody sees it or not, and what they may do.
    /// It asks the very rules that confine and permit, as that person.
    ///
    /// # Errors
    /// Refuses whoever is neither; not found is a record that the asker does not see.
    pub fn explain(&self, asker: &Actor, whose: &Actor, number: &str) -> Result<Explanation> {
        let (record, owner) = self.read(asker, |reader| reader.may_have_explained(number))?;
        self.read(whose, |reader| {
            let sees = reader.mention(record.id)?.is_some();
            let reasons = reader.reasons(&record, owner)?;
            let offers = match reader.registry().kind(&record.kind) {
                Some(kind) if sees => kind.find(reader, number)?.offers,
                _ => Vec::new(),
            };
            Ok(Explanation { record: record.clone(), sees, reasons, offers })
        })
    }

    /// The same question from the other end: which of some people see a record, each asked as that person. In the
    /// order of `people`.
    ///
    /// # Errors
    /// As [`Db::explain`].
    pub fn beholders(&self, asker: &Actor, people: &[Actor], number: &str) -> Result<(Mention, Vec<bool>)> {
        let (record, _) = self.read(asker, |reader| reader.may_have_explained(number))?;
        let sees = |it: &Actor| self.read(it, |reader| Ok(reader.mention(record.id)?.is_some()));
        let seen = people.iter().map(sees).collect::<Result<Vec<_>>>()?;
        Ok((record, seen))
    }
}

impl Reader<'_> {
    /// The record with its owner, for whoever may ask who sees it: its owner and administrators.
    fn may_have_explained(&self, number: &str) -> Result<(Mention, PersonId)> {
        let owner: Option<i64> =
            self.maybe(sql!("select owner from visible where number = $1"), values![number])?;
        let by_owner = Permit::Owner.covers(self.actor, owner);
        by_owner.or(Permit::Has(Role::Administrator).covers(self.actor, None))?;
        let record = self.mention_of(number)?;
        let owner: i64 = self.one(sql!("select owner from visible where id = $1"), values![record.id])?;
        Ok((record, owner))
    }

    /// The sentences that explain a way of seeing, for the actor of this reader.
    fn reasons(&self, record: &Mention, owner: PersonId) -> Result<Vec<Text>> {
        match &self.actor.side {
            Side::Outside(_) => self.reasons_outside(record),
            Side::Staff(roles) => Ok(self.reasons_of_staff(roles, owner)),
            Side::System => Ok(vec![text!("It is the product itself, which sees everything.")]),
        }
    }

    fn reasons_of_staff(&self, roles: &[Role], owner: PersonId) -> Vec<Text> {
        let mut reasons = vec![text!("They work here. Whoever works here reads every record.")];
        if owner == self.actor.person {
            reasons.push(text!("They own it."));
        }
        if self.actor.stands_in_for(owner).is_some() {
            reasons.push(text!("They stand in for its owner, and may do what the owner may."));
        }
        if self.actor.only_reads {
            reasons.push(text!("They are an auditor: they read everything and change nothing."));
        } else if roles.is_empty() {
            reasons.push(text!("They have no role: they may do what every member of staff may."));
        }
        for role in roles {
            reasons.push(text!("They have the role “{role}”.", role = role.text()));
        }
        reasons
    }

    fn reasons_outside(&self, record: &Mention) -> Result<Vec<Text>> {
        let mut reasons =
            vec![text!("They are somebody of outside. They see only what is their organisations'.")];
        let mut is_for_some = false;
        for way in &OUTSIDE {
            if !self.meets(&way.sharing, record.id)? {
                continue;
            }
            is_for_some = true;
            reasons.push((way.sharing.met)());
            for condition in way.conditions.iter().chain(&way.joined) {
                let is_met = self.meets(condition, record.id)?;
                reasons.push(if is_met { (condition.met)() } else { (condition.not_met)() });
            }
        }
        if !is_for_some {
            reasons.push((OUTSIDE[0].sharing.not_met)());
        }
        if self.mention(record.id)?.is_some() {
            reasons.push(text!(
                "Of mails, remarks and files below it they see those that are marked for the customer."
            ));
        }
        Ok(reasons)
    }

    /// Whether a record meets one condition, asked as the condition stands in the view.
    fn meets(&self, condition: &Condition, record: i64) -> Result<bool> {
        let asked = condition.sql.replace("{of_the_key}", of_the_key(self.connection));
        let text = format!("select case when {asked} then 1 else 0 end from record where id = $1");
        let met: i64 = self.connection.one(&text, values![record])?.read()?;
        Ok(met == 1)
    }
}
