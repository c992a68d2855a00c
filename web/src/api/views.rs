//! Saved views and bulk changes, for programs.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::http::header::{HeaderName, LOCATION};
use axum::response::IntoResponse;
use jiff::civil::Date;
use kernel::{Answered, Entry, Error, Faults, Reader, Registry, Result, Shared, View, Wanted, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::records::{about, question, truth};
use super::shapes::{Page, colleague};
use super::{BASE, json as in_json};
use crate::bulk::{self, Change, Picked};
use crate::common::lists::{Format, export, found};
use crate::failure::Failure;
use crate::path::Path;
use crate::question;
use crate::routes::{Doc, Routes, schema_of};
use crate::visit::{Answer, Sent, Visit, off_the_loop};

const LISTED: &[(&str, &str)] =
    &[("kind", "Only views of this kind of record: the beginning of its numbers, as RS.")];

const EXPORTED: &[(&str, &str)] = &[
    ("q", "What is looked for, as in the search of the pages; all of them where nothing is said."),
    ("view", "Instead: a view by its `id`."),
    ("columns", "The columns in their order, parted by commas: number,state,extra.cost_centre."),
    ("sort", "The column that it is sorted by."),
    ("descending", "Whether the last comes first."),
];

/// The addresses of views, and of each kind the bulk change, taking it back, and the list as a file.
pub(super) fn routes(registry: &Registry) -> Routes {
    let doc = |summary| Doc { summary, tag: "Views", ..Doc::default() };
    let views = format!("{BASE}/views");
    let routes = Routes::default()
        .api_get(
            &views,
            Doc {
                query: LISTED,
                response: schema_of::<Page<ViewSeen>>(),
                ..doc("The saved views that you see")
            },
            show,
        )
        .api_post(
            &views,
            Doc {
                request: schema_of::<NewView>(),
                response: schema_of::<ViewSeen>(),
                makes: true,
                ..doc("Keeps a view")
            },
            keep,
        )
        .api_post(
            &format!("{views}/{{id}}"),
            Doc {
                request: schema_of::<OtherView>(),
                response: schema_of::<ViewSeen>(),
                ..doc("Changes a view; what is not named stays")
            },
            change_view,
        )
        .api_post(
            &format!("{views}/{{id}}/remove"),
            Doc { response: schema_of::<Removed>(), ..doc("Throws a view away") },
            remove,
        );
    registry.all().iter().fold(routes, |routes, entry| {
        let kind = entry.kind.prefix;
        let doc = Doc {
            summary: "Makes the same change for many records; what is refused is told with its reason",
            request: schema_of::<Wish>(),
            response: schema_of::<Became>(),
            ..about(entry.kind)
        };
        let at = |rest: &str| format!("{BASE}/{}/{rest}", entry.kind.path);
        let undo = Doc {
            summary: "Takes such a change back, wherever nobody changed the record since",
            response: schema_of::<Became>(),
            ..about(entry.kind)
        };
        let as_file = |format: Format| Doc {
            summary: "The list as a file, all of its pages: as much of it as you see",
            query: EXPORTED,
            media_type: format.media_type().split(';').next(),
            ..about(entry.kind)
        };
        routes
            .api_post(&at("change-many"), doc, move |sent| change(kind, sent))
            .api_post(&at("change-many/{batch}/undo"), undo, move |id, sent| take_back(kind, id, sent))
            .api_get(&at("export.csv"), as_file(Format::Csv), move |visit| {
                as_a_file(kind, Format::Csv, visit)
            })
            .api_get(&at("export.xlsx"), as_file(Format::Xlsx), move |visit| {
                as_a_file(kind, Format::Xlsx, visit)
            })
    })
}

/// A saved view.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "View")]
struct ViewSeen {
    id: i64,
    /// The kind of record: the beginning of its numbers.
    kind: String,
    name: String,
    /// What it looks for, as in the search of the pages.
    q: String,
    columns: Vec<String>,
    /// The column that it is sorted by.
    sort: String,
    descending: bool,
    shared: Shared,
    /// Whether it is yours.
    own: bool,
}

/// A view that is to be kept.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewView {
    /// The kind of record: the beginning of its numbers.
    kind: String,
    name: String,
    #[serde(default)]
    q: String,
    /// The columns in their order, as `number`, `state`, `body.town`, `extra.cost_centre`.
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    descending: bool,
    #[serde(default)]
    shared: Shared,
}

/// What is to be changed of a view.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OtherView {
    name: Option<String>,
    q: Option<String>,
    columns: Option<Vec<String>>,
    sort: Option<String>,
    descending: Option<bool>,
    shared: Option<Shared>,
}

/// A view that was thrown away.
#[derive(Serialize, JsonSchema)]
struct Removed {
    id: i64,
    removed: bool,
}

/// What is to be changed at which records: exactly one of the changes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// The numbers of the records.
    #[serde(default)]
    numbers: Vec<String>,
    /// Instead of numbers: all that this finds.
    #[serde(default)]
    q: Option<String>,
    /// A step of the workflow, by its code.
    #[serde(default)]
    step: Option<String>,
    /// Why the step is taken.
    #[serde(default)]
    reason: String,
    /// The number of the person who answers from now on.
    #[serde(default)]
    owner: Option<String>,
    /// The day they are due; null takes it away.
    #[serde(default, deserialize_with = "named")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    due: Option<DueDay>,
    /// One extra field with its value.
    #[serde(default)]
    extra: Option<Map<String, Json>>,
    /// The number of the customer that they belong to from now on, empty for none; where the kind has such a deed.
    #[serde(default)]
    customer: Option<String>,
    /// Whether you watch them.
    #[serde(default)]
    watch: Option<bool>,
    /// The version of each record that you saw, by its number. What was changed since is refused and stays as it is.
    #[serde(default)]
    versions: BTreeMap<String, i64>,
}

/// The day that they are due from now on, or none.
#[derive(Clone, Copy, Deserialize)]
struct DueDay(Option<Date>);

/// What is named counts, be it null.
fn named<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Option<DueDay>, D::Error> {
    DueDay::deserialize(from).map(Some)
}

/// What became of each record.
#[derive(Serialize, JsonSchema)]
struct Became {
    /// The numbers of those that were changed.
    done: Vec<String>,
    refused: Vec<NotDone>,
    /// The number of this change, with which it is taken back, where it can be.
    id: i64,
}

/// A record that was not changed, and why.
#[derive(Serialize, JsonSchema)]
struct NotDone {
    number: String,
    detail: String,
}

async fn show(visit: Visit) -> Answer {
    let (asked, functions) = (visit.envelope.asked(), visit.edge.functions);
    visit
        .respond(move |reader| {
            let functions = functions(reader)?;
            let wanted = asked.text("kind");
            let known = wanted.is_empty() || reader.registry().kind(wanted).is_some();
            let sentence = text!("There is no such kind. Give the beginning of its numbers.");
            if !known {
                return Err(Faults::one("kind", sentence).into());
            }
            let kinds = reader.registry().all().iter().map(|it| it.kind.prefix);
            let mut items = Vec::new();
            for kind in kinds.filter(|it| wanted.is_empty() || *it == wanted) {
                items.extend(reader.views(kind, &functions)?.into_iter().map(|it| seen(reader, it)));
            }
            Ok(in_json(StatusCode::OK, &serde_json::to_value(Page::whole(items))?))
        })
        .await
}

fn seen(reader: &Reader, it: View) -> ViewSeen {
    ViewSeen {
        own: it.owner == reader.actor.person,
        id: it.id,
        kind: it.kind,
        name: it.name,
        q: it.query,
        columns: it.columns,
        sort: it.sort,
        descending: it.descending,
        shared: it.shared,
    }
}

/// Answers off the event loop and off the trail.
async fn aside(
    visit: Visit,
    task: impl FnOnce(&Visit) -> Result<(StatusCode, Json, Option<String>)> + Send + 'static,
) -> Answer {
    let envelope = visit.envelope.clone();
    let done = off_the_loop(move || visit.envelope.language(Some(&visit.known)).with(|| task(&visit)));
    let (status, answer, address) = done.await.map_err(|error| Failure::of(error, &envelope))?;
    let response = in_json(status, &answer);
    Ok(match address {
        Some(address) => ([(LOCATION, address)], response).into_response(),
        None => response,
    })
}

async fn keep(Sent(visit, sent): Sent) -> Answer {
    aside(visit, move |visit| {
        let new: NewView = crate::api::typed(sent)?;
        let actor = &visit.known.actor;
        let functions = visit.db().read(actor, visit.edge.functions)?;
        let known = visit.db().registry().kind(&new.kind).is_some();
        if !known {
            let sentence = text!("There is no such kind. Give the beginning of its numbers.");
            return Err(Faults::one("kind", sentence).into());
        }
        // What cannot be asked is not kept.
        let query = visit.db().read(actor, |reader| question::read(reader, Some(&new.kind), &new.q))?;
        let view = View {
            id: 0,
            owner: actor.person,
            kind: new.kind,
            name: new.name,
            query: query.to_string(),
            columns: new.columns,
            sort: new.sort,
            descending: new.descending,
            shared: new.shared,
            function: functions.first().copied().filter(|_| new.shared == Shared::Function),
        };
        let id = visit.db().keep_view(actor, &view)?;
        let view = visit.db().read(actor, |reader| {
            let view = reader.view(id, &functions)?;
            Ok(serde_json::to_value(seen(reader, view))?)
        })?;
        Ok((StatusCode::CREATED, view, Some(format!("{BASE}/views"))))
    })
    .await
}

async fn change_view(Path(id): Path<i64>, Sent(visit, sent): Sent) -> Answer {
    aside(visit, move |visit| {
        let new: OtherView = crate::api::typed(sent)?;
        let actor = &visit.known.actor;
        let functions = visit.db().read(actor, visit.edge.functions)?;
        let (known, query) = visit.db().read(actor, |reader| {
            let known = reader.view(id, &functions)?;
            let query =
                new.q.as_deref().map(|it| question::read(reader, Some(&known.kind), it)).transpose()?;
            Ok((known, query))
        })?;
        let shared = new.shared.unwrap_or(known.shared);
        let own = functions.first().copied().filter(|_| shared == Shared::Function);
        let view = View {
            name: new.name.unwrap_or(known.name),
            query: query.map_or(known.query, |it| it.to_string()),
            columns: new.columns.unwrap_or(known.columns),
            sort: new.sort.unwrap_or(known.sort),
            descending: new.descending.unwrap_or(known.descending),
            function: if new.shared.is_some() { own } else { known.function },
            shared,
            ..known
        };
        visit.db().keep_view(actor, &view)?;
        let view = visit
            .db()
            .read(actor, |reader| Ok(serde_json::to_value(seen(reader, reader.view(id, &functions)?))?))?;
        Ok((StatusCode::OK, view, None))
    })
    .await
}

/// A list as a file: of what is not asked for, everything.
async fn as_a_file(kind: &'static str, format: Format, mut visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    if !asked.has("q") && !asked.has("view") {
        visit.envelope.query.push_str("&q=");
    }
    question(&mut asked);
    if truth(&mut asked, "descending") {
        visit.envelope.query.push_str("&down=1");
    }
    asked.check().map_err(|faults| Failure::of(faults.into(), &visit.envelope))?;
    export(kind, format, visit).await
}

async fn remove(Path(id): Path<i64>, Sent(visit, _): Sent) -> Answer {
    aside(visit, move |visit| {
        visit.db().drop_view(&visit.known.actor, id)?;
        Ok((StatusCode::OK, serde_json::to_value(Removed { id, removed: true })?, None))
    })
    .await
}

async fn change(kind: &'static str, Sent(visit, sent): Sent) -> Answer {
    aside(visit, move |visit| {
        let (db, actor) = (visit.db(), &visit.known.actor);
        let key = visit.envelope.header(HeaderName::from_static("idempotency-key")).map(str::to_owned);
        let request = kernel::fingerprint(format!("bulk {kind} {sent}").as_bytes());
        if let Some(key) = &key
            && let Some(known) = db.write(actor, |work| work.answered(key, &request))?
        {
            return Ok((StatusCode::OK, serde_json::from_str(&known.body)?, None));
        }
        let wish: Wish = crate::api::typed(sent)?;
        let (change, rows) = db.read(actor, |reader| {
            kernel::Permit::Staff.covers(actor, None)?;
            let entry = reader.registry().kind(kind).ok_or(Error::NotFound)?;
            Ok((change_of(reader, entry, &wish)?, meant(reader, kind, &wish)?))
        })?;
        let outcome = bulk::make(db, actor, kind, &change, &rows)?;
        let (noted, told) = (serde_json::to_value(&change)?, serde_json::to_value(&outcome)?);
        let answer = serde_json::to_value(became(db.keep_batch(actor, kind, &noted, &told)?, outcome))?;
        if let Some(key) = &key {
            let body = answer.to_string();
            db.write(actor, |work| {
                work.remember(key, &request, &Answered { status: 200, body: body.clone() })
            })?;
        }
        Ok((StatusCode::OK, answer, None))
    })
    .await
}

fn became(id: i64, outcome: bulk::Outcome) -> Became {
    let refused = outcome.refused.into_iter().map(|it| NotDone { number: it.number, detail: it.why });
    Became { id, done: outcome.done.into_iter().map(|it| it.number).collect(), refused: refused.collect() }
}

async fn take_back(kind: &'static str, Path(id): Path<i64>, Sent(visit, _): Sent) -> Answer {
    aside(visit, move |visit| {
        let (told, outcome) = bulk::take_back(visit.db(), &visit.known.actor, kind, id)?;
        Ok((StatusCode::OK, serde_json::to_value(became(told, outcome))?, None))
    })
    .await
}

fn meant(reader: &Reader, kind: &str, wish: &Wish) -> Result<Vec<Picked>> {
    let seen = |number: &str| wish.versions.get(number).copied();
    if let Some(typed) = &wish.q {
        let rows = found(reader, kind, typed)?.into_iter();
        return Ok(rows.map(|it| Picked { version: seen(&it.number).or(it.version), ..it }).collect());
    }
    let many = wish.numbers.len();
    let sentence =
        text!("Give 1 to {count} numbers, or what finds them as q.", count = crate::list::MOST_AT_ONCE);
    if !(1..=crate::list::MOST_AT_ONCE).contains(&many) {
        return Err(Faults::one("numbers", sentence).into());
    }
    let picked = |it: &String| Picked { number: it.clone(), version: seen(it) };
    Ok(wish.numbers.iter().map(picked).collect())
}

fn change_of(reader: &Reader, entry: &Entry, wish: &Wish) -> Result<Change> {
    let mut all = Vec::new();
    if let Some(step) = &wish.step {
        let known = entry.steps.iter().any(|it| it.code == *step);
        let sentence = text!("There is no such step. Send its code.");
        let of_kind = if known { Ok(()) } else { Err(Faults::one("step", sentence)) };
        of_kind?;
        all.push(Change::Step { step: step.clone(), reason: wish.reason.clone() });
    }
    if let Some(owner) = colleague(reader, "owner", wish.owner.as_deref())? {
        all.push(Change::Owner(owner));
    }
    all.extend(wish.due.map(|it| Change::Due(it.0)));
    for (key, value) in wish.extra.iter().flatten() {
        let fields = reader.fields_of(entry.kind.prefix)?;
        let Some(field) = fields.iter().find(|it| it.key == *key) else {
            let name = format!("extra.{key}");
            return Err(Faults::one(&name, text!("There is no such field. Leave it out.")).into());
        };
        all.push(Change::Extra { key: key.clone(), value: field.accepted(reader, value)? });
    }
    if let Some(customer) = &wish.customer {
        let sentence = text!("Records of this kind stay with their customer. Open another one.");
        let may = if entry.gives.is_some() { Ok(()) } else { Err(Faults::one("customer", sentence)) };
        may?;
        all.push(Change::Customer(customer_of(reader, customer)?));
    }
    all.extend(wish.watch.map(Change::Watch));
    match all.len() {
        1 => Ok(all.remove(0)),
        _ => Err(Faults::one(
            "body",
            text!("Send exactly one change: step, owner, due, one extra field, customer, or watch."),
        )
        .into()),
    }
}

/// The customer that is meant, by number or whole name; none where nothing is said.
///
/// # Errors
/// A sentence that says how to name one.
fn customer_of(reader: &Reader, said: &str) -> Result<Option<i64>> {
    let said = said.trim();
    if said.is_empty() {
        return Ok(None);
    }
    for entry in reader.registry().all().iter().filter(|it| it.is_party) {
        let kind = entry.kind.prefix;
        match reader.mention_of(said) {
            Ok(it) if it.kind == kind => return Ok(Some(it.id)),
            Ok(_) | Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
        let wanted = Wanted { words: said.to_owned(), limit: Some(100), ..Wanted::default() };
        let rows = reader.list(kind, &wanted)?.rows;
        let mut same = rows.iter().filter(|it| kernel::fold(&it.title) == kernel::fold(said));
        if let (Some(only), None) = (same.next(), same.next()) {
            return Ok(Some(only.id));
        }
    }
    let sentence = text!("Give the number or the whole name of a customer or supplier that you can see.");
    Err(Faults::one("customer", sentence).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wish_that_names_a_field_there_is_not_is_refused() {
        assert!(kernel::typed::<Wish>(json!({ "numbers": ["RS-1"], "colour": "red" })).is_err());
        let due = |it: Json| kernel::typed::<Wish>(it).map(|it| it.due.map(|day| day.0.is_some()));
        assert_eq!(due(json!({ "numbers": ["RS-1"], "due": "2026-12-01" })).unwrap(), Some(true));
        assert_eq!(
            due(json!({ "numbers": ["RS-1"], "due": null })).unwrap(),
            Some(false),
            "it is taken away"
        );
        assert_eq!(due(json!({ "numbers": ["RS-1"] })).unwrap(), None, "it is not spoken of");
    }
}
