//! Which standing requirements hold for a set, and what of them is to be taken over.

use std::collections::BTreeSet;

use crate::model::Departed;
use crate::model::standing::{Applying, Overridden, Pull, Pulled, Stand};

/// One standing set on the way up from an organisation, the nearest first.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    pub organisation_name: String,
    pub set: String,
    /// What the revision that counts holds, and from what it departs.
    pub held: Vec<Applying>,
    pub departures: Vec<Departed>,
}

/// What reaches an organisation: all that its shelves hold. What a nearer shelf departs from is marked.
pub fn applying(shelves: &[Shelf]) -> Vec<Applying> {
    let mut all = Vec::new();
    for (place, shelf) in shelves.iter().enumerate() {
        for it in &shelf.held {
            let overridden = shelves[..place].iter().find_map(|nearer| departs(nearer, &it.number));
            all.push(Applying { overridden, ..it.clone() });
        }
    }
    all
}

fn departs(shelf: &Shelf, origin: &str) -> Option<Overridden> {
    let it = shelf.departures.iter().find(|it| it.origin == origin)?;
    Some(Overridden {
        organisation_name: shelf.organisation_name.clone(),
        set: shelf.set.clone(),
        instead: it.instead.clone(),
        reason: it.reason.clone(),
    })
}

/// How the requirement that is made of a standing one says where it comes from, in the language of whoever makes it.
pub fn source_of(it: &Applying) -> String {
    web::t!(
        "Standing requirement of {organisation}, revision {revision} ({set})",
        organisation = it.organisation_name.as_str(),
        revision = it.set_revision,
        set = it.set.as_str()
    )
}

/// How a set stands to each standing requirement: what it took over, and what reaches it now. `changed` are the
/// requirements whose words were changed in the set.
pub fn pulls(applying: &[Applying], pulled: &[Pulled], changed: &BTreeSet<i64>) -> Vec<Pull> {
    let mut all: Vec<Pull> = applying.iter().map(|it| of_one(it, pulled, changed)).collect();
    let gone = pulled
        .iter()
        .filter(|it| it.state != "withdrawn" && applying.iter().all(|that| that.origin != it.origin));
    all.extend(gone.map(|it| Pull {
        origin: it.origin_number.clone(),
        title: it.title.clone(),
        source: String::new(),
        here: Some(it.number.clone()),
        taken: Some(it.set_revision),
        now: None,
        stand: Stand::Gone,
        is_changed_here: changed.contains(&it.record_id),
        reason: String::new(),
    }));
    all
}

fn of_one(it: &Applying, pulled: &[Pulled], changed: &BTreeSet<i64>) -> Pull {
    let taken = pulled.iter().rev().find(|that| that.origin == it.origin);
    let is_held = taken.is_some_and(|it| it.state != "withdrawn");
    let stand = match (taken, &it.overridden) {
        (Some(_), Some(_)) if is_held => Stand::Gone,
        (_, Some(_)) => Stand::Overridden,
        (None, None) => Stand::Missing,
        (Some(_), None) if !is_held => Stand::LeftOut,
        (Some(that), None) if that.digest == it.digest => Stand::Current,
        (Some(_), None) => Stand::Newer,
    };
    Pull {
        origin: it.number.clone(),
        title: it.title.clone(),
        source: source_of(it),
        here: taken.map(|it| it.number.clone()),
        taken: taken.map(|it| it.set_revision),
        now: Some(it.set_revision),
        stand,
        is_changed_here: is_held && taken.is_some_and(|it| changed.contains(&it.record_id)),
        reason: it.overridden.as_ref().map(|it| it.reason.clone()).unwrap_or_default(),
    }
}

impl Pull {
    /// Whether it is taken over when nobody picks: what is missing, and what a later revision says of words that
    /// nobody touched here.
    pub fn is_offered(&self) -> bool {
        match self.stand {
            Stand::Missing => true,
            Stand::Newer => !self.is_changed_here,
            _ => false,
        }
    }

    /// Whether anything can be done about it in the set.
    pub fn can_be_picked(&self) -> bool {
        matches!(self.stand, Stand::Missing | Stand::Newer | Stand::Gone | Stand::LeftOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(origin: i64, digest: &str) -> Applying {
        Applying {
            organisation: "K-1".into(),
            organisation_name: "Group".into(),
            set: "RS-1".into(),
            set_revision: 2,
            number: format!("REQ-{origin}"),
            revision: 1,
            title: "Neutral packing".into(),
            digest: digest.into(),
            overridden: None,
            origin,
            set_id: 9,
        }
    }

    fn taken(origin: i64, digest: &str, state: &str) -> Pulled {
        Pulled {
            id: 1,
            record_id: 100 + origin,
            number: format!("REQ-{}", 100 + origin),
            title: "Neutral packing".into(),
            state: state.into(),
            origin,
            origin_number: format!("REQ-{origin}"),
            revision: 1,
            digest: digest.into(),
            set_revision: 1,
        }
    }

    fn shelf(held: Vec<Applying>, departures: Vec<Departed>) -> Shelf {
        Shelf { organisation_name: "Site".into(), set: "RS-2".into(), held, departures }
    }

    fn departure(origin: &str, instead: Option<&str>) -> Departed {
        let reason = "No fork-lift there".into();
        Departed { origin: origin.into(), instead: instead.map(str::to_owned), reason }
    }

    #[test]
    fn a_site_departs_from_its_group_and_says_why() {
        let group = shelf(vec![held(1, "a"), held(2, "b")], vec![]);
        let site = shelf(vec![held(3, "c")], vec![departure("REQ-1", Some("REQ-3"))]);
        let all = applying(&[site, group]);
        let departs = all.iter().find(|it| it.origin == 1).unwrap().overridden.clone().unwrap();
        assert_eq!(
            (departs.instead.as_deref(), departs.reason.as_str()),
            (Some("REQ-3"), "No fork-lift there")
        );
        assert_eq!(all.iter().filter(|it| it.overridden.is_none()).count(), 2);
    }

    #[test]
    fn nobody_departs_from_what_is_nearer_by() {
        let group = shelf(vec![], vec![departure("REQ-3", None)]);
        let all = applying(&[shelf(vec![held(3, "c")], vec![]), group]);
        assert!(all[0].overridden.is_none(), "a group does not override its site");
    }

    #[test]
    fn a_set_stands_to_each_as_it_took_it_over() {
        let stand = |pulled: &[Pulled]| pulls(&[held(1, "a")], pulled, &BTreeSet::new())[0].stand;
        assert_eq!(stand(&[]), Stand::Missing);
        assert_eq!(stand(&[taken(1, "a", "draft")]), Stand::Current);
        assert_eq!(stand(&[taken(1, "old", "valid")]), Stand::Newer);
        assert_eq!(stand(&[taken(1, "a", "withdrawn")]), Stand::LeftOut);
        assert_eq!(pulls(&[], &[taken(1, "a", "draft")], &BTreeSet::new())[0].stand, Stand::Gone);
        assert!(pulls(&[], &[taken(1, "a", "withdrawn")], &BTreeSet::new()).is_empty());
    }

    #[test]
    fn words_that_were_changed_here_are_not_taken_over_by_themselves() {
        let newer = |changed: &[i64]| {
            let changed = changed.iter().copied().collect();
            pulls(&[held(1, "new")], &[taken(1, "old", "draft")], &changed)[0].clone()
        };
        assert!(newer(&[]).is_offered());
        assert!(!newer(&[101]).is_offered() && newer(&[101]).can_be_picked());
    }
}
