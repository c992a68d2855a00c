//! Lists of what is no record, page by page: how many, behind which one, and where the next page begins.

use kernel::{Result, text};

use super::records::limit;
use super::shapes::Page;
use crate::form::Form;

/// What an address asks that answers page by page.
pub const PAGED: &[(&str, &str)] = &[
    ("limit", "How many to a page, 50 where nothing is said."),
    ("after", "Where the page begins: the `next` of the page before."),
];

/// How many are asked for, `usual` where nothing is said, and behind which one.
pub fn page_of(asked: &mut Form, usual: usize) -> (usize, Option<i64>) {
    (limit(asked, usual), asked.whole("after").or(asked.whole("before")))
}

/// One more than fits says whether there is a further page.
pub fn one_more(limit: usize) -> i64 {
    i64::try_from(limit + 1).unwrap_or(i64::MAX)
}

/// A page of what was found, which is one more where there is a further one; `id` tells of each.
pub fn paged<T>(mut items: Vec<T>, limit: usize, id: fn(&T) -> i64) -> Page<T> {
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|it| id(it).to_string());
    Page { items, next }
}

/// Which part is asked for of what is known whole: how many, and behind which place.
pub struct Part {
    limit: usize,
    after: Option<Vec<i64>>,
}

impl Part {
    /// # Errors
    /// Names what is no number, and what is no place where a page ends.
    pub fn asked(asked: &mut Form) -> Result<Self> {
        let limit = limit(asked, 50);
        let place = |typed: &str| typed.split('.').map(|it| it.parse().ok()).collect::<Option<Vec<i64>>>();
        let after = match asked.text("after") {
            "" => None,
            typed => {
                let place = place(typed);
                let sentence = text!("This is not where a page ends. Begin with the first page.");
                asked.faults.unless(place.is_some(), "after", sentence);
                place
            }
        };
        asked.check()?;
        Ok(Self { limit, after })
    }

    /// That part; `place` tells of each where it stands, as figures that grow along the list. So nothing is missed and
    /// nothing told twice, whatever came or went before that place meanwhile.
    pub fn of<T>(&self, items: Vec<T>, place: impl Fn(&T) -> Vec<i64>) -> Page<T> {
        let is_behind = |it: &T| self.after.as_ref().is_none_or(|after| place(it) > *after);
        let mut items: Vec<T> = items.into_iter().filter(is_behind).take(self.limit + 1).collect();
        let has_more = items.len() > self.limit;
        items.truncate(self.limit);
        let written = |it: &T| place(it).iter().map(i64::to_string).collect::<Vec<_>>().join(".");
        let next = items.last().filter(|_| has_more).map(written);
        Page { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_to_its_end_page_by_page_whatever_goes_meanwhile() {
        let part = |after: &str| {
            let fields =
                [("limit", "2"), ("after", after)].map(|(name, it)| (name.to_owned(), it.to_owned()));
            Part::asked(&mut Form::of(fields.to_vec()))
        };
        let place = |it: &(i64, i64)| vec![it.0, it.1];
        let all = vec![(-3, 1), (0, 7), (0, 9), (4, 2)];
        let first = part("").unwrap().of(all.clone(), place);
        assert_eq!((&first.items[..], first.next.as_deref()), (&all[..2], Some("0.7")));
        // What the page ended with is gone by now; what is behind it is told all the same.
        let left = vec![(-3, 1), (0, 9), (4, 2)];
        let second = part("0.7").unwrap().of(left, place);
        assert_eq!((&second.items[..], second.next), (&all[2..], None));
        for wrong in ["x", "0.", "1,2", "99999999999999999999"] {
            assert!(part(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_one_that_is_too_many_says_that_there_is_a_further_page() {
        let page = |count| paged((1..=count).collect(), 2, |it: &i64| *it);
        assert_eq!((page(2).items, page(2).next), (vec![1, 2], None));
        assert_eq!((page(3).items, page(3).next.as_deref()), (vec![1, 2], Some("2")));
    }
}
