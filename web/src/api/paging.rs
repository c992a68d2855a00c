//! Lists of what is no record, page by page: how many, behind which one, and where the next page begins.

use super::records::limit;
use super::shapes::Page;
use crate::form::Form;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_is_too_many_says_that_there_is_a_further_page() {
        let page = |count| paged((1..=count).collect(), 2, |it: &i64| *it);
        assert_eq!((page(2).items, page(2).next), (vec![1, 2], None));
        assert_eq!((page(3).items, page(3).next.as_deref()), (vec![1, 2], Some("2")));
    }
}
