//! At which address what is reviewed, asked, signed and confirmed.

mod api;
mod around;
mod besides;
mod clarifications;
mod conditions;
mod items;
mod link;
mod opening;
mod papers;
mod recorded;
mod reviews;
mod signing;
mod signoffs;
mod templates;
mod verdicts;
mod whole;

// Where whoever asks reaches us is where the customer will.
use identity::reached_at as base;
use kernel::{Body, Reader, Result, Signature, Vocabulary};
use maud::{Markup, html};
use web::parts::{self, Beside, Button, State};
use web::{Routes, t};

pub use self::clarifications::asked_and_answered;
use crate::model::{LetStand, Minuted, Review, SignOff};
use crate::queries;

/// How a revision of what is confirmed is put on paper: its number, which revision, and for whom.
pub type Sheet = fn(&Reader, (&str, i64), &web::paper::For) -> Result<(sheets::Paper, String)>;

/// What other areas know of a review, put in by the product.
#[derive(Clone, Copy)]
pub struct Elsewhere {
    /// What was said in meetings about it, the first first.
    pub minutes: fn(&Reader, i64) -> Result<Vec<Minuted>>,
    /// What was found in the words of a revision of its subject, and why it may stand.
    pub let_stand: fn(&Reader, (i64, i64)) -> Result<Vec<LetStand>>,
}

/// Every address of the area.
pub fn routes(sheet: Sheet, elsewhere: Elsewhere) -> Routes {
    reviews::routes(elsewhere)
        .and(opening::routes())
        .and(verdicts::routes(elsewhere))
        .and(conditions::routes())
        .and(signing::routes())
        .and(templates::routes())
        .and(clarifications::routes())
        .and(signoffs::routes())
        .and(link::routes(sheet))
        .and(papers::routes(elsewhere))
        .and(api::routes(elsewhere))
        .and(around::routes())
}

/// What waits for somebody at our customer's: their name under a revision, and an answer to a question.
pub fn to_do(reader: &Reader) -> Result<Vec<web::Action>> {
    let sign = queries::to_sign(reader)?.into_iter().map(crate::pages::customer::to_sign);
    let answer = queries::to_answer(reader)?.into_iter().map(crate::pages::customer::to_answer);
    Ok(sign.chain(answer).collect())
}

/// The signatures of a record as they are shown; `digest` is what its revision says now.
fn shown<'a>(reader: &Reader, all: &'a [Signature], digest: &str) -> Result<Vec<crate::pages::Shown<'a>>> {
    let one = |signature: &'a Signature| {
        let acts_for = signature.acts_for.map(|it| reader.name_of(it)).transpose()?;
        let is_current = signature.content()["digest"].as_str() == Some(digest);
        Ok(crate::pages::Shown {
            signature,
            is_current,
            acts_for,
            is_own: signature.person == reader.actor.person,
        })
    };
    all.iter().map(one).collect()
}

/// What stands beside something that can be reviewed: its reviews and sign-offs, and how one begins them; and which of that
/// comes next where its released revision waits for it.
pub fn beside_subject(reader: &Reader, subject: i64) -> Result<(Option<Beside>, Option<Button>)> {
    let (reviews, sign_offs) =
        (queries::reviews_of(reader, subject)?, queries::sign_offs_of(reader, subject)?);
    let it = queries::subject(reader, subject)?;
    let of = |kind: &str, path: &str, (number, state, revision): &(String, String, i64)| {
        let (state, called) = (reader.state_of(kind, state), reader.revision_name(&it.number, *revision)?);
        Ok(html! {
            li {
                @let mark = state.as_ref().and_then(|it| it.tone).map_or(State::Open, State::from);
                (mark.symbol())
                div { a href={ "/" (path) "/" (number) } { (number) } " " (t!("revision {no}", no = called)) br;
                    span.fine { @if let Some(state) = &state { (web::language::say(&state.text)) } } }
            }
        })
    };
    let is_frozen = it.released.is_some() && matches!(it.state.as_str(), "released");
    let may_review = is_frozen && Review::CREATE.covers(reader.actor, None).is_ok();
    let may_offer = is_frozen && it.party.is_some() && SignOff::CREATE.covers(reader.actor, it.party).is_ok();
    let lines: Vec<Markup> = (sign_offs.iter().map(|it| of("SF", "sign-offs", it)))
        .chain(reviews.iter().map(|it| of("RV", "reviews", it)))
        .collect::<Result<_>>()?;
    if lines.is_empty() && !may_review && !may_offer {
        return Ok((None, None));
    }
    let is_of_it = |(_, _, no): &&(String, String, i64)| Some(*no) == it.released;
    let is_accepted =
        |(_, state, _): &(String, String, i64)| Review::SETTLED.iter().any(|it| *state == it.code());
    let waits_for_review = may_review && !reviews.iter().any(|one| is_of_it(&one));
    let waits_for_them = may_offer
        && reviews.iter().filter(is_of_it).any(is_accepted)
        && !sign_offs.iter().any(|one| is_of_it(&one));
    let review = Button::open(format!("/reviews/new?subject={subject}"), t!("Begin a review"));
    let offer = Button::open(format!("/sign-offs/new?subject={subject}"), t!("Offer to the customer"));
    let inside = html! {
        @if lines.is_empty() { p.quiet-text { (t!("It was not reviewed yet.")) } }
        ul.signatures { @for line in lines { (line) } }
        @if (may_review && !waits_for_review) || (may_offer && !waits_for_them) {
            (parts::row(html! {
                @if may_review && !waits_for_review { (review.clone().small()) }
                @if may_offer && !waits_for_them { (offer.clone().small()) }
            }))
        }
    };
    let next = if waits_for_review { Some(review) } else { Some(offer).filter(|_| waits_for_them) };
    let beside = Beside { id: "agreement", title: t!("Review and sign-off"), count: None, inside };
    Ok((Some(beside), next))
}
