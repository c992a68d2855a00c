//! What an address names: its parts as typed values; where they do not fit, there is nothing.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path as Parts};
use axum::http::request;
use kernel::Error;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::edge::Edge;
use crate::failure::Failure;
use crate::visit::Envelope;

/// The same as axum's, except that what does not fit is answered as everything else is that is not there.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Edge>> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut request::Parts, edge: &Arc<Edge>) -> Result<Self, Failure> {
        let found = Parts::from_request_parts(parts, edge).await;
        let Parts(found) = found.map_err(|_| Failure::of(Error::NotFound, &Envelope::of(parts)))?;
        Ok(Self(found))
    }
}

/// Whether an address can name something: its bytes are words, and no database refuses them.
pub(crate) fn can_be_read(path: &str) -> bool {
    percent_decode_str(path).decode_utf8().is_ok_and(|it| !it.contains('\0'))
}

/// A page below another, or a place on that page itself: `new`, `#promises`; nothing is the page.
pub fn below(page: &str, rest: &str) -> String {
    let is_there = rest.is_empty() || rest.starts_with(['#', '?']);
    if is_there { format!("{page}{rest}") } else { format!("{page}/{rest}") }
}

/// Whether an address leads to a page of ours, whatever a browser makes of it: some read a backslash as a slash and
/// leave tabs and line breaks out, so that what looks like a path names another site.
pub fn is_ours(to: &str) -> bool {
    to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains('\\')
        && to.bytes().all(|it| it.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_on_to_another_site() {
        assert!(["/", "/requirement-sets/RS-2026-0017?tab=2"].into_iter().all(is_ours));
        for foreign in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb", "/\t/evil", "evil"]
        {
            assert!(!is_ours(foreign), "{foreign:?}");
        }
    }

    #[test]
    fn a_place_on_a_page_is_no_page_below_it() {
        let addresses = ["", "edit", "#impact", "?all=yes"].map(|rest| below("/changes/CR-2026-0001", rest));
        let page = "/changes/CR-2026-0001";
        let wanted =
            [page.to_owned(), format!("{page}/edit"), format!("{page}#impact"), format!("{page}?all=yes")];
        assert_eq!(addresses, wanted);
    }

    #[test]
    fn an_address_of_bytes_that_are_no_words_names_nothing() {
        assert!(can_be_read("/people/M%C3%BCller%20%25"));
        assert!(can_be_read("/people/100%"));
        assert!(!can_be_read("/people/%FF"));
        assert!(!can_be_read("/people/PE%00"));
    }
}
