//! What the product promises, told as stories. One binary, the whole product, real storage, a fixed clock.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod advisories;
mod agreed;
mod backup;
mod catalogue;
mod changes;
mod checklists;
mod columns;
mod consents;
mod conversations;
mod customers;
mod demo;
mod documents;
mod door;
mod endings;
mod houses;
mod identity;
mod imports;
mod judged;
mod letters;
mod live;
mod many;
mod merging;
mod nodes;
mod notices;
mod openings;
mod orders;
mod papers;
mod plans;
mod proof;
mod reached;
mod releases;
mod reminders;
mod requirements;
mod reviews;
mod rights;
mod risks;
mod standing;
mod statements;
mod talk;
mod together;
mod trace;
mod views;
mod wording;
mod world;
