//! The customer's order: taken from a quotation, read from a file or from what was pasted, laid beside what we offered,
//! and settled difference by difference.

use jiff::civil::Date;
use kernel::{Audience, Case, Error, Faults, Filing, Made, New, Refusal, Result, Vocabulary, Work, text};
use serde::Serialize;
use serde_json::json;
use web::common::files::Received;

use crate::model::{
    CameBy, Difference, Order, OrderState, Purchase, Quotation, QuotationState, QuotationStep, Resolution,
};
use crate::queries;
use crate::rules::{self, KEEPERS, SPECIFICATION, label};

/// A file as it was sent.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// A name that deceives nobody.
    pub name: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
    /// What it says and what made that a text, where it says something.
    pub words: Option<(&'a str, &'static str)>,
}

impl<'a> File<'a> {
    pub fn of(it: &'a Received) -> Self {
        let Received { name, media_type, bytes, words } = it;
        Self { name, media_type, bytes, words: words.read() }
    }
}

/// What is said of an order that answers a quotation.
#[derive(Clone, Debug, Default)]
pub struct Ordered<'a> {
    pub title: &'a str,
    pub purchase_order: &'a str,
    pub external_id: &'a str,
    pub came_by: CameBy,
    pub ordered_on: Option<Date>,
    /// The number it had elsewhere.
    pub number: Option<&'a str>,
    pub purchase: Option<Purchase>,
    pub file: Option<File<'a>>,
}

/// Takes down that the customer ordered what we quoted: our lines and terms, with their order beside them.
///
/// # Errors
/// Refuses a quotation that was never sent, or that they have ordered or declined already.
pub fn order_from(work: &mut Work, quotation: &str, it: &Ordered) -> Result<Made> {
    KEEPERS.covers(work.actor, None)?;
    let mut case = work.find::<Quotation>(quotation)?;
    let sentence = text!(
        "It is “{state}”. Only what is with the customer can be ordered.",
        state = case.record.state.text()
    );
    Refusal::unless(matches!(case.record.state, QuotationState::Sent | QuotationState::Expired), sentence)?;
    let revision = case.record.offered.ok_or(Error::NotFound)?;
    let quoted = queries::quoted(work, case.record.id.raw(), revision)?;
    let named = it.purchase.as_ref().map_or("", |it| it.number.as_str());
    let order = Order {
        purchase_order: if it.purchase_order.is_empty() {
            named.to_owned()
        } else {
            it.purchase_order.to_owned()
        },
        external_id: it.external_id.to_owned(),
        came_by: it.came_by,
        ordered_on: it.ordered_on,
        quotation: Some(case.record.id.raw()),
        quotation_revision: Some(revision),
        requirement_set: quoted.requirement_set,
        set_revision: quoted.set_revision,
        conversation: quoted.conversation,
        currency: quoted.currency,
        terms: quoted.terms,
        lines: quoted.lines,
        purchase: it.purchase.clone(),
        ..Order::default()
    };
    let title = if it.title.is_empty() { case.record.title.as_str() } else { it.title };
    let new = New { title, party: case.record.party, number: it.number, ..New::default() };
    let made = super::open_order(work, &new, &order)?;
    if let Some(file) = it.file {
        attach(work, made.id, &file)?;
    }
    work.note(
        case.record.id.raw(),
        json!({ "ordered": { "revision": label(revision), "order": made.number } }),
    )?;
    work.advance(&mut case, QuotationStep::Order)?;
    work.tell_offered_state(&case.record)?;
    work.called("ordered");
    Ok(made)
}

/// Lays the customer's order beside what we offered; the file, where there is one, is kept with the order.
pub fn lay_beside(work: &mut Work, number: &str, purchase: &Purchase, file: Option<File>) -> Result<()> {
    let mut case = waiting(work, number)?;
    let id = case.record.id.raw();
    work.called("purchase_laid_beside");
    work.revise(&mut case, |it| {
        if it.purchase_order.is_empty() {
            it.purchase_order.clone_from(&purchase.number);
        }
        it.purchase = Some(purchase.clone());
    })?;
    file.map_or(Ok(()), |it| attach(work, id, &it))
}

fn attach(work: &mut Work, order: i64, file: &File) -> Result<()> {
    work.note(order, json!({ "attached": file.name }))?;
    let File { name, media_type, bytes, words } = *file;
    work.file(order, &Filing { name, media_type, bytes, words, audience: Audience::Party })?;
    Ok(())
}

/// Reads a customer's order from a file: CSV, or a workbook. Sums in it are often calculated, and what they sent stays as
/// they sent it: of a formula in a workbook it is read what it came to, and told in which rows that is so.
///
/// # Errors
/// Says what the file is not, or names the rows that cannot be read.
pub fn read_file(file: &File) -> Result<Purchase, Faults> {
    let is_workbook = file.bytes.starts_with(b"PK\x03\x04") || file.name.to_lowercase().ends_with(".xlsx");
    if is_workbook {
        let sheets = table::xlsx_in(file.bytes)
            .map_err(|error| Faults::one("file", unreadable(&error.to_string())))?;
        let first = sheets.into_iter().find(|it| !it.rows.is_empty());
        let sheet = first.ok_or_else(|| Faults::one("file", text!("Nothing is in the workbook.")))?;
        let read = rules::read(&sheet.rows, &sheet.lines)?;
        return Ok(Purchase { calculated: sheet.formulas, ..read });
    }
    let rows =
        table::csv_in(file.bytes).map_err(|error| Faults::one("file", unreadable(&error.to_string())))?;
    rules::read(&rows.rows, &rows.lines)
}

fn unreadable(why: &str) -> kernel::Text {
    text!("The file cannot be read: {why}", why = why)
}

/// Reads a customer's order from cells that were pasted from a spreadsheet.
pub fn read_pasted(words: &str) -> Result<Purchase, Faults> {
    rules::read(&table::tsv_in(words), &[])
}

#[derive(Serialize)]
struct SettledRow<'a> {
    record_id: i64,
    place: &'a str,
    ours: &'a str,
    agreed: &'a str,
    theirs: &'a str,
    resolution: Resolution,
    words: &'a str,
    told: &'a str,
    at: i64,
    by: i64,
}

/// Settles one difference between our quotation and their order, in the name of whoever does it. It counts while both
/// papers say what they say now. What whoever keeps orders accepts of theirs is written into the order; where somebody else
/// accepts it, the gate asks for that.
///
/// # Errors
/// Not found is a place in which nothing differs. Whoever keeps ours says how the customer was told. A revision of our set
/// that nobody released is accepted by nobody.
pub fn settle(work: &mut Work, number: &str, place: &str, it: (Resolution, &str, &str)) -> Result<()> {
    let (resolution, words, told) = (it.0, it.1.trim(), it.2.trim());
    let mut case = waiting(work, number)?;
    let id = case.record.id.raw();
    let all = queries::compared(work, id, &case.body)?;
    let found = all.into_iter().find(|it| it.differs && it.is.place == place).ok_or(Error::NotFound)?;
    let mut faults = Faults::default();
    let is_told = resolution != Resolution::KeepOurs || !told.is_empty();
    faults.unless(is_told, "told", text!("Say how the customer was told: the mail, the call or the letter."));
    let is_accepted = resolution == Resolution::AcceptTheirs;
    if is_accepted
        && place == SPECIFICATION
        && let Some((set, no)) = queries::revision_lacking(work, &case.body, &found.is.theirs)?
    {
        let sentence = text!("There is no revision {no} of {number}.", no = no.to_string(), number = set);
        faults.add("resolution", sentence);
    }
    for (field, words) in [("words", words), ("told", told)] {
        let fits = words.chars().count() <= 1000;
        faults.unless(fits, field, text!("Shorten it to {count} characters.", count = 1000i64));
    }
    faults.into_result()?;
    let (at, by) = (work.now.as_microsecond(), work.actor.person);
    work.called("difference_settled");
    if is_accepted && KEEPERS.covers(work.actor, None).is_ok() {
        write_theirs(work, &mut case, &found.is)?;
    }
    // What the set says of it may be something else now that the order rests on another revision.
    let now = queries::compared(work, id, &case.body)?.into_iter();
    let found = now.map(|it| it.is).find(|it| it.is_at(&found.is)).unwrap_or(found.is);
    let Difference { ours, agreed, theirs, .. } = &found;
    work.note(id, json!({ "settled": place, "ours": ours, "agreed": agreed, "theirs": theirs, "resolution": resolution.code(), "words": words }))?;
    let code = resolution.code();
    let mut columns: Vec<&dyn std::fmt::Display> =
        vec![&id, &place, ours, theirs, &code, &words, &told, &at, &by];
    // Where the set says nothing, the row reads as it did before sets were laid beside.
    if !agreed.is_empty() {
        columns.push(agreed);
    }
    work.note_row(id, &columns)?;
    work.add(
        "difference_settled",
        id,
        &SettledRow { record_id: id, place, ours, agreed, theirs, resolution, words, told, at, by },
    )?;
    Ok(())
}

/// Writes into an order what was accepted of theirs, where it does not say so yet.
fn write_theirs(work: &mut Work, case: &mut Case<Order>, it: &Difference) -> Result<()> {
    let itself = queries::itself_beside(work, &case.body)?;
    let ours = queries::ours_beside(work, &case.body)?;
    let still = rules::there(&itself, &ours, (&it.place, &it.ours, &it.theirs));
    let still = still.filter(|(_, differs)| *differs);
    let (Some((still, _)), Some(theirs)) = (still, case.body.purchase.clone()) else { return Ok(()) };
    let mut order = case.body.clone();
    if still.place == SPECIFICATION {
        order.set_revision = queries::revision_meant(work, &order, still)?;
    } else {
        rules::write_theirs(&mut order, still, &theirs);
        super::name_articles(work, &mut order.lines)?;
    }
    work.revise(case, |body| *body = order)
}

/// An order that is not accepted yet.
fn waiting(work: &Work, number: &str) -> Result<Case<Order>> {
    KEEPERS
        .covers(work.actor, None)
        .or_else(|refusal| kernel::Permit::Staff.covers(work.actor, None).map_err(|_| refusal))?;
    let case = work.find::<Order>(number)?;
    let sentence = text!(
        "It is “{state}”: what was agreed is closed. Raise a change request to change it.",
        state = case.record.state.text()
    );
    Refusal::unless(case.record.state == OrderState::Received, sentence)?;
    Ok(case)
}
