//! What has to be said of each new record, and a row does not say.

use kernel::{Effect, Fields, Foresight, text};

/// Notes what a row that opens a record does not say. It cannot be taken in so; a likely double can still be merged.
pub fn note(it: &mut Foresight, unsaid: &[&kernel::Field]) {
    let opens = it.target.is_none() && !it.is_beside && it.effect != Effect::Same;
    if !opens || unsaid.is_empty() {
        return;
    }
    for field in unsaid {
        let name = field.place_of_fault();
        let sentence = text!(
            "Your house asks for “{field}”. Mend the row, or say one value for all rows that lack it.",
            field = &field.title
        );
        it.faults.push((name.clone(), sentence));
        it.lacks.push(name);
    }
    if it.effect != Effect::Duplicate {
        it.effect = Effect::Fault;
    }
}

/// Gives a row those of the values said for all that it lacks; tells whether it lacked any.
pub fn give((fields, it): (&mut Fields, &mut Foresight), said: &Fields) -> bool {
    let given: Vec<String> = it.lacks.iter().filter(|name| said.contains_key(*name)).cloned().collect();
    for name in &given {
        fields.insert(name.clone(), said[name].clone());
    }
    it.lacks.retain(|name| !given.contains(name));
    it.faults.retain(|(name, _)| !given.contains(name));
    // Without what it lacked it would have been new: nothing else was wrong with it.
    if it.effect == Effect::Fault && it.faults.is_empty() {
        it.effect = Effect::New;
    }
    !given.is_empty()
}

#[cfg(test)]
mod tests {
    use kernel::Field;

    use super::*;

    fn asked(key: &str) -> Field {
        serde_json::from_value(serde_json::json!({
            "id": 1, "number": "XF-0001", "title": "Cost centre", "state": "in_use", "of_kind": "K", "key": key,
            "holds": "text", "unit": "", "choices": [], "names": {}, "help": "", "audience": "internal",
            "place": 10, "required": true,
        }))
        .unwrap()
    }

    fn said(name: &str) -> Fields {
        [(name.to_owned(), "4711".to_owned())].into()
    }

    #[test]
    fn what_a_new_record_lacks_holds_its_row_until_it_is_said_for_all() {
        let (one, two) = (asked("cost_centre"), asked("plant"));
        let (mut fields, mut it) = (Fields::new(), Foresight::default());
        note(&mut it, &[&one, &two]);
        assert_eq!((it.effect, it.lacks.len(), it.faults.len()), (Effect::Fault, 2, 2));
        assert!(give((&mut fields, &mut it), &said("extra.cost_centre")));
        assert_eq!((it.effect, it.lacks.as_slice()), (Effect::Fault, &["extra.plant".to_owned()][..]));
        assert!(!give((&mut fields, &mut it), &said("extra.cost_centre")), "it lacks that no more");
        assert!(give((&mut fields, &mut it), &said("extra.plant")));
        assert_eq!((it.effect, fields.len()), (Effect::New, 2));
    }

    #[test]
    fn only_what_opens_a_record_lacks_something_and_a_double_can_still_be_merged() {
        let one = asked("cost_centre");
        let beside = Foresight { is_beside: true, ..Foresight::default() };
        let there = Foresight { target: Some(7), effect: Effect::Changes, ..Foresight::default() };
        let same = Foresight { effect: Effect::Same, ..Foresight::default() };
        for before in [beside, there, same] {
            let mut it = before.clone();
            note(&mut it, &[&one]);
            assert_eq!(it, before);
        }
        let mut double = Foresight { effect: Effect::Duplicate, ..Foresight::default() };
        note(&mut double, &[&one]);
        assert_eq!((double.effect, double.lacks.len()), (Effect::Duplicate, 1));
        assert!(give((&mut Fields::new(), &mut double), &said("extra.cost_centre")));
        assert_eq!(double.effect, Effect::Duplicate);
    }

    #[test]
    fn a_row_that_is_wrong_in_something_else_stays_faulty() {
        let mut it = Foresight::default()
            .faulty(vec![("name".to_owned(), text!("Name the organisation, or leave the row out."))]);
        note(&mut it, &[&asked("cost_centre")]);
        assert!(give((&mut Fields::new(), &mut it), &said("extra.cost_centre")));
        assert_eq!((it.effect, it.faults.len()), (Effect::Fault, 1));
    }
}
