//! What people do with a notice: prepare it, send it, answer it, settle an objection.

mod answer;
mod outcome;
mod turn;

use customers::{Heard, Topic};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use kernel::{
    Addressee, Ask, Audience, Case, Error, Faults, Letter, Made, New, NewPass, Permit, PersonId, Refusal,
    Result, Text, Tie, Work, text,
};
use serde_json::{Map, Value as Json, json};

pub use self::answer::{Answering, Signer, answer, settle};
pub use self::outcome::{HEAR_ON, hear, hear_on};
pub use self::turn::hear_whose_turn;
use crate::letters;
use crate::model::{Asks, Because, Notice, Reason, Side, State, Step};
use crate::queries::Touched;
use crate::{queries, rules};

/// What a pass to a notice is for.
pub const NOTICE: &str = "notice";
/// So long one has to answer, and so long the link stays good after that.
const ANSWER_IN: i64 = 21;
const LINK_OUTLASTS: i64 = 30;

/// Somebody who is told by hand.
#[derive(Clone, Debug, Default)]
pub struct Addition {
    /// The key of the organisation.
    pub party: Option<i64>,
    pub side: Side,
    /// The numbers of what they are told of.
    pub items: Vec<String>,
    /// Why they are told.
    pub reason: String,
    pub blocks: bool,
}

/// So many notices are prepared by one deed: an entry that named twenty thousand would be read again with each of them.
pub const AT_ONCE: usize = 500;
/// What the product does by itself where there are more.
pub const GO_ON: &str = "notices.prepare";
/// The same where more did not answer than one deed asks about.
pub const ASK_ON: &str = "notices.ask-on";

/// Prepares a notice for everybody who has to be told of a change and has none yet, so many at once; where there are more,
/// the product goes on by itself. Nobody outside sees one before it is sent. Tells how many were prepared.
pub fn prepare_all(work: &mut Work, change: &str) -> Result<usize> {
    prepare_with(work, change, &Map::new())
}

/// The same where each of them says so in the extra fields of the house.
///
/// # Errors
/// Asks for what the house keeps of each notice.
pub fn prepare_with(work: &mut Work, change: &str, extra: &Map<String, Json>) -> Result<usize> {
    work.must_say(<Notice as kernel::Body>::KIND.prefix, extra)?;
    let said = extra.iter().filter(|(_, it)| !it.is_null());
    prepare_some(work, change, &said.map(|(key, it)| (key.clone(), it.clone())).collect())
}

fn prepare_some(work: &mut Work, change: &str, extra: &Map<String, Json>) -> Result<usize> {
    let case = queries::open_change(work, change)?;
    let mut waiting = queries::recipients(work, case.record.id.raw())?;
    waiting.retain(|it| it.notice.is_none());
    let count = waiting.len().min(AT_ONCE);
    if waiting.len() > count {
        work.later(GO_ON, &json!({ "change": change, "extra": extra }), work.now, None)?;
    }
    let touched = queries::touched(work, case.record.id.raw())?;
    for it in waiting.into_iter().take(count) {
        let body = Notice { reasons: it.reasons, ..Notice::default() };
        let (made, _) = write(work, (&case, &touched), (it.party, Side::Customer), body)?;
        if !extra.is_empty() {
            work.fill_new::<Notice>(&made.number, extra)?;
        }
    }
    work.called("notices_prepared");
    Ok(count)
}

/// Goes on where there were more than one deed prepares; a change that is over by now has none to prepare.
pub fn go_on(work: &mut Work, rest: &Json) -> Result<()> {
    // An older program left the number alone.
    let number = rest["change"].as_str().or(rest.as_str()).ok_or(Error::NotFound)?;
    let is_over = work.find::<changes::ChangeRequest>(number)?.record.state.is_over();
    let extra = rest["extra"].as_object().cloned().unwrap_or_default();
    if is_over { Ok(()) } else { prepare_some(work, number, &extra).map(|_| ()) }
}

/// Prepares a notice for somebody whom no tie and no order names: a supplier who makes what changes, a customer as a
/// courtesy.
///
/// # Errors
/// Asks who it is, what they are told of, and why.
pub fn add(work: &mut Work, change: &str, it: &Addition) -> Result<Made> {
    let case = queries::open_change(work, change)?;
    let id = case.record.id.raw();
    let mut faults = Faults::default();
    faults.unless(it.party.is_some(), "party", text!("Choose who is told."));
    faults.unless(!it.reason.trim().is_empty(), "reason", text!("Say why they are told."));
    let touched = changes::items(work, id)?;
    for number in &it.items {
        let is_touched =
            touched.iter().any(|one| one.name.eq_ignore_ascii_case(number) && one.action.changes());
        let sentence = text!("{item} does not change. Name what the change touches.", item = number.as_str());
        faults.unless(is_touched, "items", sentence);
    }
    let Some(party) = it.party.filter(|_| faults.0.is_empty()) else { return Err(faults.into()) };
    let mention = work.mention(party)?.filter(|it| it.kind == "K");
    let mention = mention.ok_or_else(|| Faults::one("party", text!("Choose who is told.")))?;
    let known = queries::notices(work, id)?.into_iter().find(|it| it.party == party);
    if let Some(known) = known {
        let sentence = text!(
            "{name} has a notice of this change already: {number}.",
            name = mention.title.as_str(),
            number = known.number
        );
        return Err(Faults::one("party", sentence).into());
    }
    let by_hand = |item: &str| Reason {
        because: Because::ByHand,
        item: item.to_owned(),
        order: String::new(),
        words: it.reason.trim().to_owned(),
    };
    let mut reasons: Vec<Reason> = it.items.iter().map(|item| by_hand(item)).collect();
    if reasons.is_empty() {
        reasons.push(by_hand(""));
    }
    let body = Notice { reasons, blocks: it.blocks, ..Notice::default() };
    let all = queries::touched(work, id)?;
    let made = write(work, (&case, &all), (party, it.side), body)?;
    let lacking = it
        .items
        .iter()
        .find(|number| !made.1.package.iter().any(|one| one.item.eq_ignore_ascii_case(number)));
    if let Some(number) = lacking {
        let sentence = text!(
            "{item} belongs to another organisation, and nobody else is shown it. Name what is ours or theirs.",
            item = number.as_str()
        );
        return Err(Faults::one("items", sentence).into());
    }
    work.called("notices_prepared");
    Ok(made.0)
}

/// Prepares a notice as a program asks for it: it names the change, whom it goes to, and what of it.
///
/// # Errors
/// As [`add`].
pub fn open(work: &mut Work, new: &New, body: &Notice) -> Result<Made> {
    let change = body.change.map(|it| work.mention(it)).transpose()?.flatten();
    let change =
        change.ok_or_else(|| Faults::one("change", text!("Name the change of which they are told.")))?;
    let words = body.reasons.iter().map(|it| it.words.trim()).find(|it| !it.is_empty());
    let items = body.reasons.iter().map(|it| it.item.clone()).filter(|it| !it.is_empty());
    let it = Addition {
        party: new.party,
        side: body.side,
        items: items.collect(),
        reason: words.unwrap_or_default().to_owned(),
        blocks: body.blocks,
    };
    add(work, &change.number, &it)
}

/// Writes a notice from what the change says and what was agreed with whoever is told.
fn write(
    work: &mut Work,
    (case, touched): (&Case<changes::ChangeRequest>, &[Touched]),
    (party, side): (i64, Side),
    body: Notice,
) -> Result<(Made, Notice)> {
    let (change, it) = (case.record.id.raw(), &case.body);
    let words = format!("{} {} {}", case.record.title, it.need, it.proposal);
    let told = queries::who_is_told(work, party, &words)?;
    let needs_approval = told.needs_approval || (it.needs_customer && case.record.party == Some(party));
    let named = queries::named(&body.reasons);
    let effective_on = match it.effective_by {
        kernel::Basis::Day => it.effective_from.trim().parse::<Date>().ok(),
        _ => None,
    };
    let mut body = Notice {
        change: Some(change),
        side: if told.is_supplier { Side::Supplier } else { side },
        asks: if needs_approval { Asks::Approval } else { Asks::Acknowledgement },
        blocks: body.blocks || needs_approval,
        person: told.person,
        language: letters::language(&told.language).to_owned(),
        basis: it.effective_by,
        starts: it.effective_from.trim().to_owned(),
        effective_on,
        notice_days: told.notice_days,
        package: queries::package(work, touched, (party, &named))?,
        reasons: body.reasons,
        ..Notice::default()
    };
    body.say(it.for_whoever_is_told(), it.for_whoever_is_told());
    let new = New {
        title: &case.record.title,
        party: Some(party),
        owner: Some(case.record.owner),
        ..New::default()
    };
    let made = work.create(&new, &body)?;
    work.tie(made.id, Tie::Concerns, change)?;
    for one in &body.package {
        if let Ok(item) = work.mention_of(&one.item) {
            work.tie(made.id, Tie::Concerns, item.id)?;
        }
    }
    Ok((made, body))
}

/// What somebody says anew of a notice that was not sent yet.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub version: Option<i64>,
    pub person: Option<PersonId>,
    pub language: String,
    /// As somebody read them; those that are there stay unread where none are given.
    pub words: Option<String>,
    pub effective_on: Option<Date>,
    pub answer_by: Option<Date>,
    pub notice_days: Option<i64>,
    pub asks: Asks,
    pub blocks: bool,
    pub waiver: String,
}

/// Changes a notice before it is sent.
///
/// # Errors
/// What was agreed is a floor: fewer days or no approval want the reason in the waiver.
pub fn edit(work: &mut Work, number: &str, it: &Edit) -> Result<()> {
    let mut case = work.find::<Notice>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    if let Some(version) = it.version {
        case.must_be_at(version)?;
    }
    let mut faults = Faults::default();
    if let Some((party, person)) = case.record.party.zip(it.person) {
        let is_theirs = queries::people_of(work, party)?.iter().any(|(id, _)| *id == person);
        faults.unless(is_theirs, "person", text!("Choose somebody of theirs with an e-mail address."));
    }
    let (days, waiver) = (it.notice_days.unwrap_or(case.body.notice_days), it.waiver.trim());
    let is_less = case.body.is_less(days, it.asks);
    faults.unless(!is_less || !waiver.is_empty(), "waiver", rules::less_than_agreed());
    let today = work.today();
    let sentence = text!("Choose a day that is still to come.");
    faults.unless(it.answer_by.is_none_or(|it| it > today), "answer_by", sentence);
    faults.into_result()?;
    let says = queries::says(work, case.body.change.ok_or(Error::NotFound)?)?;
    work.revise(&mut case, |body| {
        body.person = it.person;
        letters::language(&it.language).clone_into(&mut body.language);
        if let Some(words) = &it.words {
            body.say(words, says.for_whoever_is_told());
        }
        body.effective_on = it.effective_on;
        body.answer_by = it.answer_by;
        body.notice_days = days;
        body.asks = it.asks;
        body.blocks = it.blocks || it.asks == Asks::Approval;
        waiver.clone_into(&mut body.waiver);
    })
}

/// Sends a notice: what they are told is frozen, they see it from now on, and whoever is written to gets a link of their
/// own, in their language.
///
/// # Errors
/// Names what is missing: the words, or that they were read since the change says something else, an address, the period
/// that was agreed. What asks less than the approval that was agreed is sent by somebody else than who answers for it.
pub fn issue(work: &mut Work, number: &str, base: &str) -> Result<()> {
    let mut case = work.find::<Notice>(number)?;
    rules::lets_decide(&case, work.actor, Step::Issue)?;
    <Notice as kernel::Body>::FLOW.target(&case, work.actor, Step::Issue)?;
    let today = work.today();
    let goes_out = queries::as_it_goes_out(work, &case)?;
    work.revise(&mut case, |it| {
        *it = goes_out;
        it.issued_on = Some(today);
        it.answer_by = it.answer_by.or(Some(today.saturating_add(ANSWER_IN.days())));
    })?;
    let frozen = work.release(&mut case)?;
    work.advance(&mut case, Step::Issue)?;
    let words = kernel::Body::words(&case.body);
    work.offer(&mut case.record, frozen.no, &words)?;
    work.tell_offered_state(&case.record)?;
    send_link(work, &case, base)?;
    turn::were_asked(work, &case)?;
    work.called("notice_sent");
    Ok(())
}

/// Writes the letter with the link.
fn send_link(work: &mut Work, case: &Case<Notice>, base: &str) -> Result<()> {
    let (it, id) = (&case.body, case.record.id.raw());
    let person = it.person.ok_or(Error::NotFound)?;
    let is_address = base.starts_with("https://") || base.starts_with("http://");
    let sentence = text!("Give the address under which they reach us, like https://reqord.example.");
    if !is_address {
        return Err(Faults::one("base", sentence).into());
    }
    let last = end_of(it.answer_by.unwrap_or_else(|| work.today()).saturating_add(LINK_OUTLASTS.days()))?;
    let lasts = last.duration_since(work.now).max(SignedDuration::from_hours(24));
    let language = &it.language;
    let secret = work.make_pass(&NewPass { record: id, person, purpose: NOTICE, lasts, language })?;
    let link = work.leads_to(&format!("/notice/{secret}"), base)?;
    let whom = identity::address_of(work, person)?;
    match write_to(work, (case, whom), (letters::notice, Some(&link)))? {
        Heard::Written(_) => Ok(()),
        Heard::In(_) => tell_by_hand(work, case),
    }
}

/// Writes to whoever is told, with this name and address, what `put` says of the notice in their language.
fn write_to(
    work: &mut Work,
    (case, (name, address)): (&Case<Notice>, (String, String)),
    (put, secret): (impl FnOnce(&letters::Telling) -> letters::Words, Option<&str>),
) -> Result<Heard> {
    let it = &case.body;
    let (house, by) = (queries::house(work)?, work.name_of(case.record.owner)?);
    let words = put(&letters::Telling {
        language: &it.language,
        name: &name,
        house: &house,
        by: &by,
        title: &case.record.title,
        number: &case.record.number,
        notice: it,
    });
    let to = [Addressee { name, address, is_copy: false }];
    let letter = Letter {
        record: case.record.id.raw(),
        audience: Audience::Party,
        purpose: "notice_of_change",
        to: &to,
        subject: &words.subject,
        words: &words.words,
        language: &it.language,
        reason: &words.reason,
        secret,
        ..Letter::default()
    };
    customers::tell(work, case.record.party, Topic::Change, &letter)
}

/// Who wants no mail about changes is told by one of us, in the way that was agreed.
fn tell_by_hand(work: &mut Work, case: &Case<Notice>) -> Result<()> {
    let said = text!(
        "Tell them of {number} in the way that they agreed to, and write down what they answer",
        number = &case.record.number
    );
    let ask = Ask {
        said: Some(&said),
        person: Some(case.record.owner),
        due: case.body.answer_by,
        ..Ask::default()
    };
    work.ask_by_itself(case.record.id.raw(), &ask)?;
    Ok(())
}

/// Sends the link once more; the one before opens nothing any more. Where the day for their answer is over, the letter
/// names another; what was sent stays what it was.
pub fn send_again(work: &mut Work, number: &str, base: &str) -> Result<()> {
    let mut case = work.find::<Notice>(number)?;
    Permit::Staff.covers(work.actor, None)?;
    let sentence = text!("It is not with them. There is nothing to send again.");
    Refusal::unless(case.record.state == State::Issued, sentence)?;
    work.withdraw_passes(case.record.id.raw(), NOTICE, None)?;
    let today = work.today();
    let anew = today.saturating_add(ANSWER_IN.days());
    case.body.answer_by = Some(case.body.answer_by.filter(|it| *it > today).unwrap_or(anew));
    silence_is_over(work, &case)?;
    send_link(work, &case, base)?;
    work.called("link_sent_again");
    Ok(())
}

/// Says why somebody who was found is not told of the change.
///
/// # Errors
/// Whoever answers for the change does not excuse alone an approval that was agreed.
pub fn excuse(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    reasoned(work, reason)?;
    let mut case = work.find::<Notice>(number)?;
    rules::lets_decide(&case, work.actor, Step::Excuse)?;
    work.revise(&mut case, |it| reason.trim().clone_into(&mut it.waiver))?;
    work.advance(&mut case, Step::Excuse)
}

/// Takes a notice back, with the reason; its link opens nothing any more.
pub fn withdraw(work: &mut Work, number: &str, reason: &str) -> Result<()> {
    reasoned(work, reason)?;
    let mut case = work.find::<Notice>(number)?;
    let (id, state) = (case.record.id.raw(), case.record.state);
    work.advance(&mut case, Step::Withdraw)?;
    work.withdraw_passes(id, NOTICE, None)?;
    silence_is_over(work, &case)?;
    work.tell_offered_state_of(id)?;
    // Whoever answered was asked, and said no where the change still waits for them.
    if state == State::Issued { turn::are_asked_no_more(work, &case) } else { Ok(()) }
}

/// Asks whoever answers for a notice to ask again where nobody answered in time, also after its link was sent again: of so
/// many at once; where there are more, the product goes on by itself.
pub fn ask_about_silence(work: &mut Work, _: &Json) -> Result<()> {
    let (today, words) = (work.today(), nobody_answered("").to_string());
    // A link is good for so long after the day until which its letter asks for an answer.
    let good_until = end_of(today.saturating_add((LINK_OUTLASTS - 1).days()))?;
    let silent = queries::unanswered(work, (today, good_until), (&words, AT_ONCE))?;
    if silent.len() == AT_ONCE {
        work.later(ASK_ON, &Json::Null, work.now, None)?;
    }
    for (id, number, owner) in silent {
        let (said, place, due) = (nobody_answered(&number), place_of(&number), Some(work.soon()));
        let ask = Ask { said: Some(&said), person: Some(owner), due, place: Some(&place), ..Ask::default() };
        work.ask_by_itself(id, &ask)?;
    }
    Ok(())
}

/// Nobody has to ask them any more: they answered, were written to again, or it was taken back.
fn silence_is_over(work: &mut Work, case: &Case<Notice>) -> Result<()> {
    work.settle_by_itself(case.record.id.raw(), &place_of(&case.record.number))
}

/// Where one sends its link again, or writes down what they answered.
fn place_of(number: &str) -> String {
    <Notice as kernel::Body>::KIND.address(number)
}

fn end_of(day: Date) -> Result<Timestamp> {
    jiff::tz::TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0)).map_err(kernel::broken)
}

fn nobody_answered(number: &str) -> Text {
    text!("{number}: nobody answered in time. Ask them, silence is no consent.", number = number)
}

fn reasoned(work: &mut Work, reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Faults::one("reason", text!("Say why. It stands on the trail.")).into());
    }
    work.because(reason);
    Ok(())
}

/// What a notice notes on the trail of its change.
fn note_at_change(work: &mut Work, case: &Case<Notice>, what: &str) -> Result<()> {
    match queries::change_of(work, case.record.id.raw())? {
        Some(change) => work.note(change, json!({ "notice": case.record.number, "is": what })),
        None => Ok(()),
    }
}
