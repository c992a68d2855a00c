//! In whose language and zone the page is being written.
