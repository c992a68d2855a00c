//! What every visit may ask of the product around it; put together by `app`.

use std::sync::Arc;

use kernel::{Actor, Db, Reader, Result};
use maud::Markup;

use crate::page::{Place, Shortcut};

/// The product as the edge sees it.
pub struct Edge {
    pub db: Arc<Db>,
    /// Who stands behind a session or a token.
    pub door: Door,
    /// The places of the rail that somebody may go to, with what waits there.
    pub places: fn(&Reader) -> Result<Vec<Place>>,
    /// How many next actions wait for the actor.
    pub waiting: fn(&Reader) -> Result<i64>,
    /// What else waits for the actor, beside tasks, mentions and suspect links: revisions to be read.
    pub to_do: fn(&Reader) -> Result<Vec<crate::actions::Action>>,
    /// What `/new` offers: the words and the address of each.
    pub beginnings: fn(&Reader) -> Vec<(String, String)>,
    /// What can be begun by one key from wherever one is.
    pub shortcuts: fn(&Reader) -> Vec<Shortcut>,
    /// Whether browsers reach it by https, so that cookies may insist on it.
    pub is_secure: bool,
    /// The functions that the actor belongs to or leads.
    pub functions: fn(&Reader) -> Result<Vec<i64>>,
    /// The proxies in front of us whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Who is told of news while they look.
    pub live: Arc<crate::live::Live>,
}

/// Who stands behind what a request carries. The identity area answers.
#[derive(Clone, Copy)]
pub struct Door {
    /// The session with this secret, if it is still good.
    pub session: fn(&Db, &str) -> Result<Option<Known>>,
    /// The token with this secret, if it is still good.
    pub token: fn(&Db, &str) -> Result<Option<Known>>,
    /// Whoever stands behind a key now. To ask is no use of it: a session that only listens runs out.
    pub behind: fn(&Db, &Key) -> Result<Option<Known>>,
}

/// What somebody was recognised by.
#[derive(Clone)]
pub enum Key {
    /// The secret of a session.
    Session(String),
    /// The secret of a token.
    Token(String),
}

/// Somebody who was recognised.
#[derive(Clone, Debug)]
pub struct Known {
    pub actor: Actor,
    /// The language they read, `en` or `de`; as their browser asks where they said nothing.
    pub language: Option<String>,
    /// Their time zone (IANA).
    pub zone: Option<String>,
    /// Whether letter keys are switched off.
    pub is_without_keys: bool,
}

/// One page: what stands in the frame, and where it belongs.
#[derive(Default)]
pub struct Page {
    /// The title of the window.
    pub title: String,
    /// The address of the place in the rail that it belongs to.
    pub place: String,
    /// Scripts that it needs besides those of every page.
    pub scripts: Vec<&'static str>,
    /// Whether it reaches from edge to edge.
    pub is_wide: bool,
    /// The kind of records that it lists, where its address does not say so: the beginning of their numbers.
    pub lists: Option<&'static str>,
    pub body: Markup,
}

impl Page {
    /// A page of a place.
    pub fn new(title: impl Into<String>, place: &str, body: Markup) -> Self {
        Self { title: title.into(), place: place.to_owned(), body, ..Self::default() }
    }

    /// With scripts that it needs besides those of every page.
    #[must_use]
    pub fn with(mut self, scripts: &[&'static str]) -> Self {
        self.scripts.extend_from_slice(scripts);
        self
    }

    /// A list of records of a kind, which follows what others do to them.
    #[must_use]
    pub fn listing(mut self, kind: &'static str) -> Self {
        self.lists = Some(kind);
        self
    }

    /// In panes that reach from edge to edge.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.is_wide = true;
        self
    }
}
