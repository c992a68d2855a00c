//! Everything an area needs and nothing about clause 8.2.

extern crate self as kernel;

mod actor;
mod apart;
mod aside;
mod audit;
mod backup;
mod body;
mod control;
mod db;
mod desk;
mod engine;
mod error;
mod field;
mod file;
mod filter;
mod flow;
mod gate;
mod id;
mod intake;
mod job;
mod letter;
mod link;
mod list;
mod manifest;
mod many;
mod mention;
mod merger;
mod misfit;
pub mod mutants;
mod news;
mod note;
mod notice;
mod paper;
mod pass;
mod passage;
mod people;
mod plan;
mod pool;
mod precedence;
mod presence;
mod query;
mod reaction;
mod reader;
mod registry;
mod reminder;
mod revision;
mod row;
mod said;
mod schema;
mod search;
mod secret;
mod sight;
mod signature;
mod sql;
mod suspect;
mod taken_over;
mod task;
mod telling;
mod text;
mod trail;
mod tree;
mod unfiled;
mod validity;
mod view;
mod vocabulary;
mod wake;
mod witness;
mod work;

pub use actor::{Actor, PartyId, PersonId, Role, Side, StandIn, roles_of};
pub use apart::{Apart, Mishap};
pub use aside::{Answered, Draft};
pub use audit::{Stored, StoredContent, StoredRevision};
pub use backup::{Restoring, SchemaStep, Snapshot, carried_tables, is_installed, steps_taken};
pub use body::{Bearing, Body, Case, Claim, Kind, Numbers, Record, Sharing, State, Tone, no_facts};
pub use control::{Proposal, Proposed, ProposedFile, Says};
pub use db::{Clock, Db, Product};
pub use engine::Address;
pub use error::{Error, Faults, Missing, Refusal, Result, Verdict, broken};
pub use field::{EXTRA, ExtraField, Field, FieldState, FieldStep, Holds, key_of, unsaid};
pub use file::{Attachment, Audience, Filing, ToBeAttached, is_digest};
pub use filter::{Filter, Label, Takes, codes_for, plain};
pub use flow::{Flow, Offer, Permit, Rule, nothing, rule};
pub use gate::Asks;
pub use id::Id;
pub use intake::{
    Applied, Asked, Candidate, Change, Effect, Fields, Foresight, IntakeRow, KEY, Keys, Reverted, TakenRow,
    Taking, Target, TargetField, Undo,
};
pub use job::{Job, JobState, Jobs};
pub use letter::{
    Addressee, Attempted, Delivery, Enclosure, Ending, InHand, Kept, Letter, LetterLine, LetterState, Post,
    SECRET, Told, is_address,
};
pub use link::{Concerned, End, Impact, Influence, Link, Neighbour, Reached, Tie};
pub use list::{Listed, Order, Page, Sort, Wanted};
pub use manifest::{FilesAt, Held, Part};
pub use mention::{Naming, handles, way_to_name};
pub use merger::{Handed, Merger};
pub use misfit::typed;
pub use mutants::{may, right};
pub use news::{Ear, Moved, News};
pub use note::Signer;
pub use notice::{Because, Heard, Notice};
pub use paper::{Carried, Standing};
pub use pass::{NewPass, Pass, PassState};
pub use passage::{Citable, Passage, Source, locate, locate_all};
pub use people::{Colleague, People, Somebody};
pub use plan::{
    NewResource, NewSpent, NewStep, PlanStep, Readiness, Resource, ResourceSort, Spent, StepSort, hundredths,
    hundredths_or_less,
};
pub use precedence::After;
pub use presence::Present;
pub use query::{Is, Misread, Query, Term, What};
pub use reaction::{Event, Reactions};
pub use reader::{Mention, Reader};
pub use registry::{
    AnyCase, AnyOffer, Column, ColumnHolds, Edited, Entry, Figure, GiveTo, HouseView, Mark, Named,
    ProposedFor, ReadsAs, Registry, Taken, envelope,
};
pub use reminder::{Ladder, Rung, To, Watched};
pub use revision::{Life, Revision, RevisionNames, digest, fingerprint};
pub use row::Row;
pub use schema::{KERNEL, Migration};
pub use search::{Found, Hit, Sought, fold, name_folded, words};
pub use secret::{Secrets, random};
pub use sight::Explanation;
pub use signature::{Meaning, Means, Proven, Signature, Signing, must_be_as_read};
pub use sql::{Sql, Value, micros};
pub use suspect::{Judgement, Since, Suspects};
pub use task::{Ask, Remark, Task};
pub use telling::{NOTICE, Quiet, Telling, ToTell, Way, after_quiet, hour_of};
pub use text::{Gap, Plain, Text, Tongue, begun};
pub use trail::{Deed, Proof};
pub use unfiled::Unfiled;
pub use validity::{Basis, Decided, ForLine, Gets, Holding, On, Over, Starts, Valid, counted, valid};
pub use view::{Batch, Look, Shared, View};
pub use vocabulary::Vocabulary;
pub use witness::{HEAD, Leaving, Witnesses};
pub use work::{Frozen, Made, New, Work};

// For the macros.
#[doc(hidden)]
pub use {schemars, serde};
