//! Addresses of quotations.

use kernel::{Body, Error, Faults, New, Reader, Result, Vocabulary, text};
use web::parts::{Button, Symbol};
use web::record::{self, Extra};
use web::{Answer, Form, Page, Path, Posted, Routes, Uploaded, Visit, t};

use super::{choices, may_keep, their_order, with_ours};
use crate::commands::{self, File, Ordered};
use crate::model::{CameBy, Order, Quotation, QuotationState};
use crate::pages::form::{self, What};
use crate::pages::{missing_of, of_order, of_quotation, quotation};
use crate::queries;
use crate::rules::{self, KEEPERS};

const PLACE: &str = "/quotations";

pub fn routes() -> Routes {
    let of = |rest: &str| format!("{PLACE}/{{number}}{rest}");
    Routes::default()
        .get(PLACE, list)
        .post(PLACE, open)
        .get("/quotations/new", begin)
        .get(&of(""), show)
        .get(&of("/edit"), edit)
        .post(&of("/edit"), keep)
        .get(&of("/send"), ask_to_send)
        .post(&of("/send"), send)
        .get(&of("/revisions/{no}"), show_revision)
        .get(&of("/order"), ask_for_order)
        .post(&of("/order"), order)
}

async fn list(visit: Visit) -> Answer {
    web::list::show(visit, Quotation::KIND.prefix, |reader| {
        let new =
            Button::open("/quotations/new", t!("Open a quotation")).first().symbol(Symbol::Plus).small();
        Ok(web::list::Extras {
            purpose: web::list::purpose(
                reader,
                t!("What we offer a customer stands here, each revision as it was sent."),
                t!("What we offer you stands here, each revision as it was sent."),
            ),
            first: may_keep(reader).then_some(new),
            more: vec![Button::open("/orders", t!("Orders")).small()],
            ..web::list::Extras::default()
        })
    })
    .await
}

async fn begin(visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .read(move |reader| {
            KEEPERS.covers(reader.actor, None)?;
            edit_page(reader, None, &asked)
        })
        .await
}

fn edit_page(reader: &Reader, number: Option<&str>, form: &Form) -> Result<Page> {
    let own = number.map(|it| reader.find::<Quotation>(it)).transpose()?;
    let title = own
        .as_ref()
        .map_or_else(|| t!("Open a quotation"), |it| t!("Change {name}", name = &it.record.title));
    let party = own.and_then(|it| it.record.party);
    let mut choices = choices(reader, party, form)?;
    if number.is_none() {
        choices.extra = web::extra::opening(reader, Quotation::KIND.prefix, form)?;
    }
    let body = form::edit(What::Quotation, number, &title, &choices, form);
    Ok(Page::new(title, PLACE, body).with(&["draft.js"]))
}

async fn open(Posted(visit): Posted) -> Answer {
    visit
        .write_form(
            move |work, form| {
                let quotation = read_quotation(work, form, &Quotation::default())?;
                let party = form.whole("customer");
                form.check()?;
                let new = New { title: form.text("title"), party, ..New::default() };
                let made = commands::open_quotation(work, &new, &quotation)?;
                web::extra::opened::<Quotation>(work, &made.number, form)?;
                Ok(of_quotation(&made.number, ""))
            },
            move |reader, form| edit_page(reader, None, &form),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            KEEPERS.covers(reader.actor, None)?;
            let case = reader.find::<Quotation>(&number)?;
            let form = Form::of(form::written_quotation(&case.record.title, case.record.version, &case.body));
            edit_page(reader, Some(&number), &form)
        })
        .await
}

async fn keep(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let known = work.find::<Quotation>(&number)?.body;
                let quotation = read_quotation(work, form, &known)?;
                let version = form.whole("version").unwrap_or(0);
                form.check()?;
                commands::change_quotation(work, &number, version, form.text("title"), quotation)?;
                Ok(of_quotation(&number, ""))
            },
            move |reader, form| edit_page(reader, Some(&same), &form.seen_of::<Quotation>(reader, &same)?),
        )
        .await
}

fn read_quotation(reader: &Reader, form: &mut Form, known: &Quotation) -> Result<Quotation> {
    let set = form.whole("requirement_set");
    let revision = form.whole("set_revision");
    let quotation = Quotation {
        requirement_set: set,
        set_revision: super::orders::revision_of(reader, set, revision)?,
        conversation: form.whole("conversation"),
        currency: form.text("currency").to_uppercase(),
        terms: form::read_terms(form, &known.terms),
        lines: form::read_lines("", form, &known.lines),
        valid_until: form.day("valid_until"),
        external_id: form.text("external_id").to_owned(),
        note: form.text("note").to_owned(),
    };
    form.check()?;
    Ok(quotation)
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader
                .registry()
                .kind(Quotation::KIND.prefix)
                .ok_or(Error::NotFound)?
                .find(reader, &number)?;
            let body: Quotation = serde_json::from_value(case.body.clone())?;
            let set = super::orders::set_of(reader, body.requirement_set, body.set_revision)?;
            let state = QuotationState::of(&case.state.code).unwrap_or_default();
            let is_open =
                matches!(state, QuotationState::Draft | QuotationState::Sent | QuotationState::Expired);
            let today = is_open.then(|| web::language::day_of(reader.now));
            let is_with_them = QuotationState::of(&case.state.code)
                .is_some_and(|it| matches!(it, QuotationState::Sent | QuotationState::Expired));
            let ordered = Button::open(of_quotation(&number, "order"), t!("The customer ordered it")).first();
            let extra = Extra {
                body: quotation::body(&number, &body, set.as_ref(), case.is_open, today),
                beside: vec![quotation::revisions(&number, &reader.revisions(case.id)?)],
                steps_elsewhere: vec![
                    ("send", of_quotation(&number, "send")),
                    ("order", of_quotation(&number, "order")),
                ],
                deeds: if is_with_them
                    && may_keep(reader)
                    && case.offers.iter().all(|it| it.step.code != "order")
                {
                    vec![ordered]
                } else {
                    vec![]
                },
                ..Extra::default()
            };
            record::show(reader, &case, extra)
        })
        .await
}

async fn show_revision(Path((number, no)): Path<(String, i64)>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<Quotation>(&number)?;
            let id = case.record.id.raw();
            let (revision, _) = reader.revision(id, no)?;
            let by = reader.name_of(revision.released_by)?;
            let body = quotation::revision(&number, &revision, &queries::quoted(reader, id, no)?, &by);
            Ok(Page::new(t!("Revision {label}", label = rules::label(no)), PLACE, body))
        })
        .await
}

async fn ask_to_send(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| send_page(reader, &number, &Form::default())).await
}

fn send_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    KEEPERS.covers(reader.actor, None)?;
    let case = reader.find::<Quotation>(number)?;
    let missing = missing_of(rules::why_not_sent(&case, reader.actor));
    let body = quotation::send(number, case.record.released.unwrap_or(0) + 1, &missing, form);
    Ok(Page::new(t!("Send"), PLACE, body))
}

async fn send(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                commands::send(work, &number, form.text("reason"))?;
                Ok(of_quotation(&number, ""))
            },
            move |reader, form| send_page(reader, &same, &form),
        )
        .await
}

async fn ask_for_order(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit.read(move |reader| order_page(reader, &number, &asked)).await
}

fn order_page(reader: &Reader, number: &str, form: &Form) -> Result<Page> {
    KEEPERS.covers(reader.actor, None)?;
    let case = reader.find::<Quotation>(number)?;
    let quoted = match case.record.offered {
        Some(no) => queries::quoted(reader, case.record.id.raw(), no)?,
        None => case.body,
    };
    let form = with_ours(form, &quoted.lines);
    let extra = web::extra::opening(reader, Order::KIND.prefix, &form)?;
    let body = quotation::ordered((number, &case.record.title), quoted.lines.len(), &extra, &form);
    Ok(Page::new(t!("Ordered"), PLACE, body))
}

async fn order(Path(number): Path<String>, Uploaded(visit, files): Uploaded) -> Answer {
    let same = number.clone();
    let files = web::common::files::received(&visit, files).await?;
    visit
        .write_form(
            move |work, form| {
                let (came_by, ordered_on) = (form.word::<CameBy>("came_by"), form.day("ordered_on"));
                form.check()?;
                let file = files.first().map(File::of);
                let purchase = their_order(form, file.as_ref())?;
                let ordered = Ordered {
                    purchase_order: form.text("purchase_order"),
                    came_by,
                    ordered_on,
                    purchase,
                    file,
                    ..Ordered::default()
                };
                let made = commands::order_from(work, &number, &ordered)?;
                web::extra::opened::<Order>(work, &made.number, form)?;
                let rest = if ordered.purchase.is_some() { "differences" } else { "" };
                Ok(of_order(&made.number, rest))
            },
            move |reader, form| order_page(reader, &same, &form),
        )
        .await
}

/// Nothing was chosen where something must be.
pub(super) fn nothing_sent() -> Error {
    Faults::one("file", text!("Choose their order as a file, or type or paste its lines.")).into()
}
