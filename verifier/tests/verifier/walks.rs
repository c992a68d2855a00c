//! Whole logs: each kind of alteration is found and named.

use verifier::{Finding, Source};

use crate::world::{Entry, Key, Log, ORIGIN, key, root_of, sentences, sign};

const COUNT: u64 = 53;

fn edited(index: u64) -> Finding {
    Finding::Edited { index, id: 1000 + i64::try_from(index).unwrap() }
}

#[test]
fn a_log_of_any_size_is_clean() {
    for count in 1..=COUNT {
        let log = Log::of(count);
        let report = log.walk();
        assert_eq!(sentences(&report), [""; 0], "{count}");
        let entries: Vec<_> = log.entries.values().cloned().collect();
        assert_eq!((report.size, report.root), (count, Some(root_of(&entries))));
        assert_eq!((report.heads, report.signatures), (count.div_ceil(10), count.div_ceil(10)));
    }
}

#[test]
fn an_edited_entry_is_named() {
    for index in 0..COUNT {
        let mut log = Log::of(COUNT);
        log.entries.get_mut(&index).unwrap().edit_well();
        assert_eq!(log.walk().findings, [edited(index)]);
    }
}

#[test]
fn each_of_several_edited_entries_is_named() {
    let mut log = Log::of(COUNT);
    for index in [3, 4, 19, 41, 52] {
        log.entries.get_mut(&index).unwrap().edit_well();
    }
    assert_eq!(log.walk().findings, [3, 4, 19, 41, 52].map(edited));
}

#[test]
fn an_entry_edited_together_with_its_leaf_is_narrowed_to_the_nearest_node() {
    let mut log = Log::of(COUNT);
    log.entries.get_mut(&17).unwrap().edit_well();
    let position = verifier::tree::position(0, 17);
    log.nodes.insert(position, root_of(&[log.entries[&17].clone()]));
    assert_eq!(log.walk().findings, [Finding::Altered { first: 16, last: 17 }]);
}

#[test]
fn a_tree_made_anew_is_narrowed_to_two_heads() {
    let mut log = Log::of(COUNT);
    let heads = log.heads.clone();
    log.entries.get_mut(&17).unwrap().edit_well();
    log.reseal();
    log.heads = heads;
    assert_eq!(log.walk().findings, [Finding::HeadWrong { after: 10, size: 20, source: Source::Stored }]);
}

#[test]
fn a_log_sealed_anew_with_the_true_key_contradicts_a_head_that_left_the_house() {
    let mut log = Log::of(COUNT);
    let kept = [log.heads[&10].clone(), log.heads[&40].clone()];
    log.entries.get_mut(&17).unwrap().edit_well();
    log.reseal();
    assert!(log.walk().is_clean());
    let report = log.walk_with(&[&kept[0], &kept[1]]);
    assert_eq!(report.findings, [Finding::HeadWrong { after: 10, size: 40, source: Source::Outside }]);
}

#[test]
fn deleted_entries_are_named_whether_or_not_the_rest_closes_up() {
    for (gone, last) in [(0, 0), (17, 17), (17, 19), (30, 51)] {
        let mut log = Log::of(COUNT);
        (gone..=last).for_each(|it| drop(log.entries.remove(&it)));
        assert_eq!(log.walk().findings, [Finding::Deleted { first: gone, last }]);
        log.push_along(last + 1, i64::try_from(gone).unwrap() - i64::try_from(last + 1).unwrap());
        assert_eq!(log.walk().findings, [Finding::Deleted { first: gone, last }]);
    }
}

#[test]
fn an_entry_put_in_is_named_and_those_pushed_along_are_not() {
    let mut log = Log::of(COUNT);
    log.push_along(17, 1);
    let mut stranger = Entry::new(17);
    stranger.edit_well();
    stranger.id = 99;
    log.entries.insert(17, stranger);
    let expected =
        [Finding::Inserted { index: 17, id: 99 }, Finding::NotCovered { first: COUNT, last: COUNT }];
    assert_eq!(log.walk().findings, expected);
}

#[test]
fn entries_that_changed_places_are_named_with_both_places() {
    let mut log = Log::of(COUNT);
    let (early, late) = (log.entries.remove(&5).unwrap(), log.entries.remove(&31).unwrap());
    log.entries.extend([(5, late), (31, early)]);
    let expected = [
        Finding::Reordered { index: 5, id: 1031, sealed_at: 31 },
        Finding::Reordered { index: 31, id: 1005, sealed_at: 5 },
    ];
    assert_eq!(log.walk().findings, expected);
}

#[test]
fn an_end_cut_off_is_seen_from_stored_hashes_from_heads_and_from_outside() {
    let mut log = Log::of(COUNT);
    let last = log.heads[&COUNT].clone();
    log.entries.split_off(&45);
    let cut = |source| Finding::CutOff { left: 45, promised: COUNT, source };
    assert_eq!(log.walk().findings, [cut(Source::Stored)]);
    log.nodes.split_off(&verifier::tree::position(0, 45));
    assert_eq!(log.walk().findings, [cut(Source::Stored)]);
    log.heads.split_off(&45);
    assert_eq!(log.walk().findings, [Finding::NotCovered { first: 40, last: 44 }]);
    log.entries.split_off(&40);
    log.nodes.split_off(&verifier::tree::position(0, 40));
    assert!(log.walk().is_clean(), "nothing in the house can show it");
    let expected = Finding::CutOff { left: 40, promised: COUNT, source: Source::Outside };
    assert_eq!(log.walk_with(&[&last]).findings, [expected]);
}

#[test]
fn a_damaged_node_is_told_from_an_altered_entry() {
    let log = Log::of(COUNT);
    for position in 0..u64::try_from(log.nodes.len()).unwrap() {
        let mut log = log.clone();
        log.nodes.get_mut(&position).unwrap()[0] ^= 1;
        let findings = log.walk().findings;
        assert!(
            matches!(findings[..], [Finding::NodeWrong { position: it, .. }] if it == position),
            "{findings:?}"
        );
    }
}

#[test]
fn a_missing_node_is_counted() {
    let mut log = Log::of(COUNT);
    log.nodes.remove(&2);
    log.nodes.remove(&7);
    assert_eq!(log.walk().findings, [Finding::NodesMissing { count: 2, position: 2 }]);
}

#[test]
fn entries_gone_with_their_hashes_are_named_and_the_rest_is_still_read() {
    let mut log = Log::of(COUNT);
    log.entries.remove(&17);
    log.nodes.remove(&verifier::tree::position(0, 17));
    log.entries.get_mut(&30).unwrap().edit_well();
    assert_eq!(log.walk().findings, [Finding::Deleted { first: 17, last: 17 }, edited(30)]);
    assert_eq!(log.walk().root, None);
}

#[test]
fn columns_are_compared_with_the_bytes() {
    type Change = fn(&mut Entry);
    let changes: [(&str, Change); 4] = [
        ("time", |it| it.at += 1),
        ("person", |it| it.actor = "8".to_owned()),
        ("deed", |it| it.deed = "revise".to_owned()),
        ("records", |it| drop(it.records.pop())),
    ];
    for (column, change) in changes {
        let mut log = Log::of(COUNT);
        change(log.entries.get_mut(&17).unwrap());
        assert_eq!(log.walk().findings, [Finding::ColumnsDiffer { id: 1017, column }]);
    }
}

#[test]
fn an_entry_that_the_product_did_not_write_is_named() {
    let mut log = Log::of(COUNT);
    log.entries.get_mut(&17).unwrap().mac[0] ^= 1;
    assert_eq!(log.walk().findings, [Finding::Forged { id: 1017 }]);
}

#[test]
fn an_entry_that_is_not_canonical_is_named() {
    let mut log = Log::of(3);
    log.entries.get_mut(&1).unwrap().bytes.push(b' ');
    let report = log.walk();
    let found = report.findings.iter().find(|it| matches!(it, Finding::NotCanonical { id: 1001, .. }));
    assert!(found.unwrap().to_string().contains("something after the end at byte"), "{report}");
}

#[test]
fn heads_are_checked_for_who_signed_and_what_they_are_filed_under() {
    let source = Source::Stored;
    let mut log = Log::of(COUNT);
    let text = log.heads[&20].split("\n\n").next().unwrap().to_owned() + "\n";
    let name = key().public().to_string();

    let other = Key::of(ORIGIN, 2);
    log.heads.insert(20, sign(&text, &[Key::of(ORIGIN, 2)]));
    let names = vec![other.public().to_string()];
    assert_eq!(log.walk().findings, [Finding::SignatureUnknown { size: 20, names, source }]);

    log.heads.insert(20, sign(&text, &[key()]).replacen("20", "21", 1));
    assert!(matches!(log.walk().findings[..], [Finding::HeadUnreadable { size: 20, .. }]));

    let wrong = sign(&text.replacen(ORIGIN, "kestrel.example/other", 1), &[key()]);
    log.heads.insert(20, wrong.replacen("kestrel.example/other", ORIGIN, 1));
    assert_eq!(log.walk().findings, [Finding::SignatureWrong { size: 20, name, source }]);

    log.heads.insert(20, "no head".to_owned());
    assert!(matches!(log.walk().findings[..], [Finding::HeadUnreadable { size: 20, .. }]));
}

#[test]
fn an_empty_log_is_clean_and_what_a_head_promised_of_it_is_missed() {
    let mut log = Log::of(COUNT);
    log.entries.clear();
    log.nodes.clear();
    let heads = std::mem::take(&mut log.heads);
    assert!(log.walk().is_clean());
    let cut = Finding::CutOff { left: 0, promised: COUNT, source: Source::Outside };
    assert_eq!(log.walk_with(&[&heads[&COUNT]]).findings, [cut]);
}
