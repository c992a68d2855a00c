//! Who is told of a released set: whom the house always tells, who answers for it, and what its owner says.

use std::collections::BTreeMap;

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

#[cfg(test)]
mod tests {
    use super::*;

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
