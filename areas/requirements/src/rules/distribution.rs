//! Who is told of a released set: whom the house always tells, who answers for it, and what its owner says.

use std::collections::BTreeMap;

use kernel::PersonId;

use crate::model::Why;

/// Why a function is told. What the owner of a set says of a function goes before everything else.
pub fn why_told(function: i64, always: &[i64], answering: &[i64], said: &BTreeMap<i64, bool>) -> Why {
    match said.get(&function) {
        Some(true) => Why::Chosen,
        Some(false) => Why::LeftOut,
        None if answering.contains(&function) => Why::Answers,
        None if always.contains(&function) => Why::Always,
        None => Why::NotAsked,
    }
}

/// The last release of a set: which functions must know it, and who was asked to read it or knows it.
#[derive(Clone, Debug, Default)]
pub struct LastRelease {
    pub always: Vec<i64>,
    pub answering: Vec<i64>,
    pub said: BTreeMap<i64, bool>,
    /// Whoever was asked, and whoever released it.
    pub known: Vec<PersonId>,
}

/// Those of the people of each function who must know a release and were not asked, each once, with the function by
/// which they must know it.
pub fn newcomers(last: &LastRelease, members: &[(i64, Vec<PersonId>)]) -> Vec<(PersonId, i64)> {
    let mut found: Vec<(PersonId, i64)> = Vec::new();
    for (function, people) in members {
        if !why_told(*function, &last.always, &last.answering, &last.said).is_told() {
            continue;
        }
        for person in people {
            let is_known = last.known.contains(person) || found.iter().any(|(it, _)| it == person);
            if !is_known {
                found.push((*person, *function));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_came_later_to_a_function_that_must_know_it_is_a_newcomer_once() {
        let last = LastRelease {
            always: vec![1],
            answering: vec![2],
            said: BTreeMap::from([(3, false)]),
            known: vec![11],
        };
        let members = [(1, vec![11, 12]), (2, vec![12, 13]), (3, vec![14]), (4, vec![15])];
        assert_eq!(newcomers(&last, &members), [(12, 1), (13, 2)]);
        assert_eq!(newcomers(&LastRelease::default(), &members), []);
    }

    #[test]
    fn the_owners_word_goes_before_the_usual_list() {
        let said = BTreeMap::from([(3, false), (4, true)]);
        let told = |it| why_told(it, &[1, 3], &[2, 3], &said);
        assert_eq!(
            [told(1), told(2), told(3), told(4), told(5)].map(Why::is_told),
            [true, true, false, true, false]
        );
        assert_eq!([told(1), told(2)], [Why::Always, Why::Answers]);
    }
}
