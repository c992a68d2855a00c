//! How a review stands: whose word on what still counts, and what waits for whom.
//!
//! A word counts as long as the item says what it said then. Where a later revision leaves an item as it was, the
//! word carries over; where it says something else, the word is historic and the function is asked again. Both
//! follow from digests, so nothing has to be marked.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Answer, Asked, Feasible, Order, Policy, Share, Verdict};

/// Something that is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    pub number: String,
    pub title: String,
    pub digest: String,
    /// The function that answers for it.
    pub function: Option<i64>,
    /// Whether it is judged in this review, or was before.
    pub is_in_scope: bool,
}

/// A word of somebody on an item; the later ones come later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub item: String,
    /// What the item said; nothing where it had another title or other files then.
    pub digest: String,
    pub revision: i64,
    pub function: i64,
    pub person: i64,
    pub verdict: Verdict,
}

/// An answer to a question of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub row: String,
    pub function: i64,
    pub person: i64,
    pub answer: Answer,
}

/// A signed word on feasibility that still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    pub revision: i64,
    pub function: i64,
    pub person: i64,
    pub feasible: Feasible,
}

/// What a function says of an item by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// The most doubtful word of its people on what the item says now; none where they were not enough.
    pub verdict: Option<Verdict>,
    /// Whether it was given to an earlier revision.
    pub is_carried: bool,
    /// Whether it said something before, on what the item no longer says.
    pub was_different: bool,
}

/// How one function stands in a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionProgress {
    pub function: i64,
    /// Whether its turn has come.
    pub is_its_turn: bool,
    pub quorum: i64,
    /// The items that are its to judge, and those that still wait.
    pub items: Vec<String>,
    pub waiting: Vec<String>,
    pub clarify: Vec<String>,
    pub rejected: Vec<String>,
    pub conditions: usize,
    pub carried: usize,
    /// The keys of questions without an answer, and with one that asks for more.
    pub unanswered: Vec<String>,
    pub not_ok: Vec<String>,
    /// Its signed words on this revision: who, and the most doubtful one.
    pub signed: BTreeSet<i64>,
    pub feasible: Option<Feasible>,
}

/// How a review stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub functions: Vec<FunctionProgress>,
}

impl FunctionProgress {
    /// Whether all items and questions have its word, so that it can sign.
    pub fn can_sign(&self) -> bool {
        self.is_its_turn && self.waiting.is_empty() && self.unanswered.is_empty()
    }

    /// Whether enough of its people signed.
    pub fn has_signed(&self) -> bool {
        i64::try_from(self.signed.len()).unwrap_or(i64::MAX) >= self.quorum
    }

    /// Whether nothing more is asked of it.
    pub fn has_answered(&self) -> bool {
        self.waiting.is_empty() && self.unanswered.is_empty() && self.has_signed()
    }
}

impl Progress {
    /// How many functions have answered.
    pub fn answered(&self) -> usize {
        self.functions.iter().filter(|it| it.has_answered()).count()
    }

    /// The function with this key.
    pub fn of(&self, function: i64) -> Option<&FunctionProgress> {
        self.functions.iter().find(|it| it.function == function)
    }
}

/// Whether a function judges an item.
pub fn is_judged_by(policy: &Policy, asked: &[Asked], item: &Item, function: i64) -> bool {
    let is_asked = |it: i64| asked.iter().any(|asked| asked.function == it);
    match (policy.share, item.function.filter(|it| is_asked(*it))) {
        (Share::Answering, Some(answering)) => answering == function,
        _ => is_asked(function),
    }
}

/// What each function says of each item: by function and number.
pub fn voices(
    items: &[Item],
    asked: &[Asked],
    said: &[Said],
    revision: i64,
) -> BTreeMap<(i64, String), Voice> {
    let mut last: BTreeMap<(i64, &str, i64), &Said> = BTreeMap::new();
    for it in said {
        last.insert((it.function, &it.item, it.person), it);
    }
    let mut found = BTreeMap::new();
    for asked in asked {
        for item in items {
            let from = (asked.function, item.number.as_str(), i64::MIN);
            let until = (asked.function, item.number.as_str(), i64::MAX);
            let all: Vec<&Said> = last.range(from..=until).map(|(_, it)| *it).collect();
            let now: Vec<&&Said> = all.iter().filter(|it| it.digest == item.digest).collect();
            let is_enough = i64::try_from(now.len()).unwrap_or(0) >= asked.quorum;
            // A doubt counts, however few have it.
            let doubt = now.iter().map(|it| it.verdict).filter(|it| *it >= Verdict::Clarify).max();
            let verdict = doubt.or_else(|| now.iter().map(|it| it.verdict).max().filter(|_| is_enough));
            let is_carried = verdict.is_some() && now.iter().all(|it| it.revision < revision);
            let was_different = all.iter().any(|it| it.digest != item.digest);
            found.insert((asked.function, item.number.clone()), Voice { verdict, is_carried, was_different });
        }
    }
    found
}

/// Everything that was said in a review of one revision.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    pub items: &'a [Item],
    pub said: &'a [Said],
    pub answered: &'a [Answered],
    pub committed: &'a [Committed],
    pub revision: i64,
}

/// How a review stands after all that was said.
pub fn progress(policy: &Policy, asked: &[Asked], heard: &Heard) -> Progress {
    let voices = voices(heard.items, asked, heard.said, heard.revision);
    let mut functions: Vec<FunctionProgress> =
        asked.iter().map(|it| of_function(policy, (asked, it), &voices, heard)).collect();
    if policy.order == Order::Sequence {
        let open =
            asked.iter().zip(&functions).filter(|(_, it)| !it.has_answered()).map(|(it, _)| it.turn).min();
        for (asked, it) in asked.iter().zip(&mut functions) {
            it.is_its_turn = open.is_none_or(|turn| asked.turn <= turn);
        }
    }
    Progress { functions }
}

fn of_function(
    policy: &Policy,
    (all, asked): (&[Asked], &Asked),
    voices: &BTreeMap<(i64, String), Voice>,
    heard: &Heard,
) -> FunctionProgress {
    let function = asked.function;
    let mut it =
        FunctionProgress { function, is_its_turn: true, quorum: asked.quorum, ..FunctionProgress::default() };
    for item in
        heard.items.iter().filter(|item| item.is_in_scope && is_judged_by(policy, all, item, function))
    {
        it.items.push(item.number.clone());
        let voice = voices.get(&(function, item.number.clone()));
        it.carried += usize::from(voice.is_some_and(|it| it.is_carried));
        match voice.and_then(|it| it.verdict) {
            None => it.waiting.push(item.number.clone()),
            Some(Verdict::Clarify) => it.clarify.push(item.number.clone()),
            Some(Verdict::Reject) => it.rejected.push(item.number.clone()),
            Some(Verdict::Condition) => it.conditions += 1,
            Some(Verdict::Accept) => {}
        }
    }
    for row in
        policy.checklist.iter().filter(|it| it.functions.is_empty() || it.functions.contains(&function))
    {
        let last = heard.answered.iter().rev().find(|it| it.row == row.key && it.function == function);
        match last.map(|it| it.answer) {
            None => it.unanswered.push(row.key.clone()),
            Some(Answer::NotOk | Answer::Clarify) => it.not_ok.push(row.key.clone()),
            Some(Answer::Ok | Answer::NotApplicable) => {}
        }
    }
    let mut last: BTreeMap<i64, Feasible> = BTreeMap::new();
    for said in heard.committed.iter().filter(|it| it.function == function && it.revision == heard.revision) {
        last.insert(said.person, said.feasible);
    }
    it.feasible = last.values().max().copied();
    it.signed = last.into_keys().collect();
    it
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESIGN: i64 = 1;
    const QUALITY: i64 = 2;

    fn asked(function: i64, quorum: i64, turn: i64) -> Asked {
        Asked { function, quorum, turn, ..Asked::default() }
    }

    fn item(number: &str, digest: &str, function: Option<i64>) -> Item {
        let title = number.to_owned();
        Item { number: number.into(), title, digest: digest.into(), function, is_in_scope: true }
    }

    fn said(item: &str, digest: &str, (function, person): (i64, i64), verdict: Verdict) -> Said {
        Said { item: item.into(), digest: digest.into(), revision: 1, function, person, verdict }
    }

    fn heard<'a>(
        items: &'a [Item],
        said: &'a [Said],
        committed: &'a [Committed],
        revision: i64,
    ) -> Heard<'a> {
        Heard { items, said, answered: &[], committed, revision }
    }

    #[test]
    fn a_word_carries_over_where_the_item_says_the_same_and_is_historic_where_not() {
        let items = [item("REQ-1", "a", None), item("REQ-2", "new", None)];
        let said = [
            said("REQ-1", "a", (DESIGN, 7), Verdict::Accept),
            said("REQ-2", "old", (DESIGN, 7), Verdict::Accept),
        ];
        let all = [asked(DESIGN, 1, 0)];
        let voices = voices(&items, &all, &said, 2);
        let of = |number: &str| voices[&(DESIGN, number.to_owned())];
        assert!(of("REQ-1").is_carried && of("REQ-1").verdict == Some(Verdict::Accept));
        assert!(of("REQ-2").was_different && of("REQ-2").verdict.is_none());
        let it = progress(&Policy::default(), &all, &heard(&items, &said, &[], 2)).functions.remove(0);
        assert_eq!((it.waiting, it.carried), (vec!["REQ-2".to_owned()], 1));
    }

    #[test]
    fn an_item_is_judged_by_the_function_that_answers_for_it() {
        let items =
            [item("REQ-1", "a", Some(QUALITY)), item("REQ-2", "b", None), item("REQ-3", "c", Some(99))];
        let all = [asked(DESIGN, 1, 0), asked(QUALITY, 1, 0)];
        let it = progress(&Policy::default(), &all, &heard(&items, &[], &[], 1));
        assert_eq!(it.of(DESIGN).unwrap().waiting, ["REQ-2", "REQ-3"], "nobody else was asked");
        assert_eq!(it.of(QUALITY).unwrap().waiting, ["REQ-1", "REQ-2", "REQ-3"]);
        let every = Policy { share: Share::Every, ..Policy::default() };
        assert_eq!(progress(&every, &all, &heard(&items, &[], &[], 1)).of(DESIGN).unwrap().waiting.len(), 3);
    }

    #[test]
    fn a_quorum_wants_different_people_and_one_doubt_counts() {
        let items = [item("REQ-1", "a", None)];
        let all = [asked(DESIGN, 2, 0)];
        let mut words = vec![
            said("REQ-1", "a", (DESIGN, 7), Verdict::Accept),
            said("REQ-1", "a", (DESIGN, 7), Verdict::Accept),
        ];
        let waiting = |words: &[Said]| {
            progress(&Policy::default(), &all, &heard(&items, words, &[], 1)).functions.remove(0)
        };
        assert_eq!(waiting(&words).waiting, ["REQ-1"], "the same person twice is one");
        words.push(said("REQ-1", "a", (DESIGN, 8), Verdict::Reject));
        assert_eq!(waiting(&words).rejected, ["REQ-1"]);
        words.push(said("REQ-1", "a", (DESIGN, 8), Verdict::Accept));
        assert!(
            waiting(&words).rejected.is_empty() && waiting(&words).waiting.is_empty(),
            "the last word counts"
        );
    }

    #[test]
    fn turns_wait_for_those_before_them() {
        let items = [item("REQ-1", "a", None)];
        let policy = Policy { order: Order::Sequence, ..Policy::default() };
        let all = [asked(DESIGN, 1, 1), asked(QUALITY, 1, 2)];
        let words = [said("REQ-1", "a", (DESIGN, 7), Verdict::Accept)];
        let before = progress(&policy, &all, &heard(&items, &words, &[], 1));
        assert!(before.of(DESIGN).unwrap().can_sign() && !before.of(QUALITY).unwrap().is_its_turn);
        let signed = [Committed { revision: 1, function: DESIGN, person: 7, feasible: Feasible::AsGiven }];
        let after = progress(&policy, &all, &heard(&items, &words, &signed, 1));
        assert!(after.of(QUALITY).unwrap().is_its_turn && after.answered() == 1);
        let again = progress(&policy, &all, &heard(&items, &words, &signed, 2));
        assert!(!again.of(DESIGN).unwrap().has_signed(), "a signature is under its revision");
    }
}
