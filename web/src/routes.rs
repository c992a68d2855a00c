//! Addresses that remember themselves: tests ask whether each is accounted for, the interface is described from them.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use serde_json::Value as Json;

use crate::edge::Edge;

/// The addresses of a part of the product.
#[derive(Clone, Default)]
pub struct Routes {
    addresses: Vec<Address>,
    router: Router<Arc<Edge>>,
}

/// One address with its method.
#[derive(Clone, Debug)]
pub struct Address {
    pub method: &'static str,
    pub path: String,
    /// What it does, for the description of the interface; none for pages.
    pub doc: Option<Doc>,
}

/// What the description of the interface says of an address.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    pub summary: &'static str,
    /// Under which heading it stands.
    pub tag: &'static str,
    /// The fields of the query, each with what it means.
    pub query: &'static [(&'static str, &'static str)],
    /// The schema of what is sent; none where nothing is.
    pub request: Option<Schema>,
    /// Whether bytes are sent as they are, a mail or a file, and no JSON.
    pub takes_bytes: bool,
    /// Whether a table, as CSV or workbook, may be sent as it is in place of the JSON.
    pub takes_table: bool,
    /// The schema of the answer; none where it is not JSON.
    pub response: Option<Schema>,
    /// The media type of an answer that is not JSON.
    pub media_type: Option<&'static str>,
    /// Whether something new is there afterwards: it answers 201 and says where.
    pub makes: bool,
    /// Whether it wants to know which version was seen, though it is no `PATCH`.
    pub must_have_seen: bool,
    /// Whether each request counts by itself, sent again too: there is no `Idempotency-Key`.
    pub each_counts: bool,
}

impl Routes {
    /// A page, or something else that only reads.
    #[must_use]
    pub fn get<T: 'static>(self, path: &str, page: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("GET", path, None, routing::get(page))
    }

    /// A deed of a person, from a form.
    #[must_use]
    pub fn post<T: 'static>(self, path: &str, deed: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("POST", path, None, routing::post(deed))
    }

    /// A piece of writing that is kept while it is written.
    #[must_use]
    pub fn put<T: 'static>(self, path: &str, deed: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("PUT", path, None, routing::put(deed))
    }

    #[must_use]
    pub fn delete<T: 'static>(self, path: &str, deed: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("DELETE", path, None, routing::delete(deed))
    }

    /// A question of a program; the path begins with `/api/v1`.
    #[must_use]
    pub fn api_get<T: 'static>(self, path: &str, doc: Doc, answer: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("GET", path, Some(doc), routing::get(answer))
    }

    /// A deed of a program.
    #[must_use]
    pub fn api_post<T: 'static>(self, path: &str, doc: Doc, deed: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("POST", path, Some(doc), routing::post(deed))
    }

    /// A change by a program.
    #[must_use]
    pub fn api_patch<T: 'static>(self, path: &str, doc: Doc, deed: impl Handler<T, Arc<Edge>>) -> Self {
        self.with("PATCH", path, Some(doc), routing::patch(deed))
    }

    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.addresses.extend(other.addresses);
        self.router = self.router.merge(other.router);
        self
    }

    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    pub fn into_router(self) -> Router<Arc<Edge>> {
        self.router
    }

    fn with(
        mut self,
        method: &'static str,
        path: &str,
        doc: Option<Doc>,
        handler: MethodRouter<Arc<Edge>>,
    ) -> Self {
        self.addresses.push(Address { method, path: path.to_owned(), doc });
        self.router = self.router.route(path, handler);
        self
    }
}

/// The JSON schema of what is sent or answered. It is written down only when somebody asks: the schemas of all
/// addresses together are many times as large as all that the product keeps in memory otherwise.
#[derive(Clone)]
pub struct Schema(Arc<dyn Fn() -> Json + Send + Sync>);

impl Schema {
    /// The schema that `write` writes, each time anew.
    pub fn new(write: impl Fn() -> Json + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Written down, with what it refers to under `$defs`.
    pub fn to_json(&self) -> Json {
        (self.0)()
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schema(..)")
    }
}

/// The schema of a type, for a [`Doc`].
pub fn schema_of<T: schemars::JsonSchema>() -> Option<Schema> {
    // As a pointer, it does not borrow from the type.
    let write: fn() -> Json = written::<T>;
    Some(Schema::new(write))
}

/// The schema of what is sent, for a [`Doc`]; none of `()`, which says that nothing is.
pub fn schema_of_sent<T: schemars::JsonSchema>() -> Option<Schema> {
    if T::schema_id() == <() as schemars::JsonSchema>::schema_id() { None } else { schema_of::<T>() }
}

/// The schema of a type, written down.
pub(crate) fn written<T: schemars::JsonSchema>() -> Json {
    schemars::schema_for!(T).to_value()
}
