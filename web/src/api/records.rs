//! Any kind of record for programs: a list in pages, one record, opening, changing, its steps.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use kernel::{
    Edited, Entry, Error, Faults, Kind, New, Order, Reader, Registry, Result, Sort, Taken, Wanted, text,
};
use serde_json::{Map, Value as Json, json};

use super::shapes::{
    Numbers, Opening, Page, Reasoned, Summary, Whole, colleague, keyed, named, numbered_schema,
};
use super::{BASE, json as in_json, made};
use crate::failure::Failure;
use crate::form::Form;
use crate::path::Path;
use crate::routes::{Doc, Routes, Schema, schema_of, written};
use crate::visit::{Answer, Sent, Visit};

/// The fields of the envelope that whoever opens or changes a record may send beside those of its body.
const ENVELOPE: [&str; 6] = ["title", "party", "owner", "function", "due", "extra"];

/// The most words one may look for in a list, in characters.
pub(crate) const LONGEST_QUESTION: usize = 1000;

/// The addresses of one kind. Those that are `own` are opened and changed by deeds of their area.
pub(super) fn routes(entry: &Entry, own: bool) -> Routes {
    let kind = entry.kind;
    let (keys, schema) = (entry.keys, entry.writes_schema());
    let body = Schema::new(move || {
        let mut body = schema();
        numbered_schema(keys, &mut body);
        body
    });
    let list = format!("{BASE}/{}", kind.path);
    let one = format!("{list}/{{number}}");
    let routes = Routes::default()
        .api_get(&list, listing(kind), move |visit: Visit| show_list(kind, visit))
        .api_get(&one, reading(kind, &body), move |number, visit: Visit| show(kind, number, visit))
        .api_post(&format!("{one}/steps/{{step}}"), stepping(kind, &body), move |at, sent: Sent| {
            advance(kind, at, sent)
        });
    if own {
        return routes;
    }
    let opening = Doc { summary: entry.opening, ..opening(kind, &body) };
    routes.api_post(&list, opening, move |sent: Sent| create(kind, sent)).api_patch(
        &one,
        changing(kind, &body),
        move |number, sent: Sent| change(kind, number, sent),
    )
}

async fn show_list(kind: Kind, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let wanted = wanted(kind, &mut asked, reader)?;
            let page = reader.list(kind.prefix, &wanted)?;
            let mut numbers = Numbers::new(reader);
            let items = page.rows.into_iter().map(|it| numbers.summary(kind.prefix, it));
            let page = Page { items: items.collect::<Result<_>>()?, next: page.next };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(page)?))
        })
        .await
}

/// What is asked of a list.
fn wanted(kind: Kind, asked: &mut Form, reader: &Reader) -> Result<Wanted> {
    let order = order_of_house(kind, asked, reader)?;
    let sort = if order.is_some() { Sort::default() } else { asked.word::<Sort>("sort") };
    let (limit, descending) = (limit(asked, 50), truth(asked, "descending"));
    let typed = question(asked);
    asked.check()?;
    let query = crate::question::read(reader, Some(kind.prefix), &typed)?;
    let filled = |name: &str| Some(asked.text(name)).filter(|it| !it.is_empty());
    let party = named(reader, "party", filled("party"), &[])?.map(|it| it.id);
    let owner = named(reader, "owner", filled("owner"), &[])?.map(|it| it.id);
    let states: Vec<String> =
        asked.all("state").into_iter().filter(|it| !it.is_empty()).map(str::to_owned).collect();
    let known = &entry(reader.registry(), kind)?.states;
    if let Some(word) = states.iter().find(|it| known.iter().all(|state| state.code != **it)) {
        let known: Vec<String> = known.iter().map(|it| it.code.clone()).collect();
        let sentence = text!(
            "There is no state “{word}” here. There are: {known}.",
            word = word,
            known = known.join(", ")
        );
        return Err(kernel::Faults::one("state", sentence).into());
    }
    let after = filled("after").map(str::to_owned);
    let limit = Some(limit);
    let zone = Some(crate::language::time_zone());
    Ok(Wanted {
        states,
        owner,
        party,
        query,
        zone,
        sort,
        order,
        descending,
        after,
        limit,
        ..Wanted::default()
    })
}

/// The order that an extra field gives, as `extra.cost_centre`.
fn order_of_house(kind: Kind, asked: &Form, reader: &Reader) -> Result<Option<Order>> {
    let Some(key) = asked.text("sort").strip_prefix("extra.") else { return Ok(None) };
    let fields = reader.fields_of(kind.prefix)?;
    let sentence = text!("There is no extra field “{name}” here.", name = key);
    let field = fields.iter().find(|it| it.key == key).ok_or_else(|| Faults::one("sort", sentence))?;
    Ok(Some(Order::of_field(reader, field)))
}

/// How many are asked for: at least one, at most 500.
pub(super) fn limit(asked: &mut Form, otherwise: usize) -> usize {
    let limit = asked.whole("limit");
    let fits = limit.is_none_or(|it| (1..=500).contains(&it));
    asked.faults.unless(fits, "limit", text!("Ask for at least 1 and at most 500."));
    limit.and_then(|it| usize::try_from(it).ok()).unwrap_or(otherwise)
}

/// The words that are looked for.
pub(super) fn question(asked: &mut Form) -> String {
    // A space at the end says that the last word is whole.
    let words = asked.raw("q").to_owned();
    let fits = asked.length("q") <= LONGEST_QUESTION;
    asked.faults.unless(fits, "q", text!("Look for fewer words."));
    words
}

pub(super) fn truth(asked: &mut Form, name: &str) -> bool {
    let word = asked.text(name).to_owned();
    let is_one = !asked.has(name) || matches!(word.as_str(), "true" | "false");
    asked.faults.unless(is_one, name, text!("Send true or false."));
    word == "true"
}

async fn show(kind: Kind, Path(number): Path<String>, visit: Visit) -> Answer {
    visit.respond(move |reader| Ok(in_json(StatusCode::OK, &whole(reader, kind, &number)?))).await
}

/// A record as programs read it.
fn whole(reader: &Reader, kind: Kind, number: &str) -> Result<Json> {
    let case = entry(reader.registry(), kind)?.find(reader, number)?;
    Ok(serde_json::to_value(Numbers::new(reader).whole(case)?)?)
}

fn entry(registry: &Registry, kind: Kind) -> Result<&Entry> {
    registry.kind(kind.prefix).ok_or(Error::NotFound)
}

async fn create(kind: Kind, Sent(visit, sent): Sent) -> Answer {
    let fields = sent.clone();
    let answer = visit
        .changed(sent, move |work| {
            let entry = entry(work.registry(), kind)?;
            let (opening, mut body) = parted(object(&fields)?, &entry.schema())?;
            let opening: Opening = crate::api::typed(opening)?;
            let new = New {
                title: &opening.title,
                party: named(work, "party", opening.party.as_deref(), &[])?.map(|it| it.id),
                owner: colleague(work, "owner", opening.owner.as_deref())?,
                function: named(work, "function", opening.function.as_deref(), &["FN"])?.map(|it| it.id),
                due: opening.due,
                number: None,
                extra: opening.extra.as_ref(),
            };
            keyed(work, entry.keys, &mut body)?;
            work.must_say(kind.prefix, new.extra.unwrap_or(&Map::new()))?;
            let made = entry.create(work, &new, body)?;
            whole(work, kind, &made.number)
        })
        .await?;
    let address = format!("{BASE}/{}/{}", kind.path, answer["number"].as_str().unwrap_or_default());
    Ok(made(&answer, &address))
}

/// The fields of the envelope and those of the body, which are an object.
///
/// # Errors
/// Names each field that is neither.
fn parted(fields: &Map<String, Json>, schema: &Json) -> Result<(Json, Json), Faults> {
    let (mut envelope, mut body, mut faults) = (Map::new(), Map::new(), Faults::default());
    for (name, value) in fields {
        let of_body = name != "title" && schema["properties"].get(name).is_some();
        let of_envelope = ENVELOPE.contains(&name.as_str());
        faults.unless(of_body || of_envelope, name, text!("There is no such field. Leave it out."));
        let part = if of_body { &mut body } else { &mut envelope };
        part.insert(name.clone(), value.clone());
    }
    faults.into_result()?;
    Ok((Json::Object(envelope), Json::Object(body)))
}

fn object(sent: &Json) -> Result<&Map<String, Json>, Faults> {
    sent.as_object()
        .ok_or_else(|| Faults::one("body", text!("Send an object with the fields as its members.")))
}

async fn change(kind: Kind, Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let version = visit.must_have_seen()?;
    let fields = sent.clone();
    visit
        .change(sent, move |work| {
            let entry = entry(work.registry(), kind)?;
            let (envelope, mut changed) = parted(object(&fields)?, &entry.schema())?;
            keyed(work, entry.keys, &mut changed)?;
            let fields = redirected(work, envelope, changed)?;
            entry.revise(work, &Edited { number: &number, fields: &fields, version })?;
            whole(work, kind, &number)
        })
        .await
}

/// The fields of envelope and body together, keys where numbers were.
fn redirected(reader: &Reader, mut envelope: Json, body: Json) -> Result<Map<String, Json>> {
    let sentence = text!("It stays with the organisation that it was opened for. Open another one.");
    let mut faults = Faults::default();
    faults.unless(envelope.get("party").is_none(), "party", sentence);
    for name in ["owner", "function"] {
        let fits = envelope.get(name).is_none_or(|it| it.is_string() || it.is_null());
        faults.unless(fits, name, text!("Give the number of a record, like PE-0003."));
    }
    faults.into_result()?;
    let number = |name: &str| envelope.get(name).and_then(Json::as_str).map(str::to_owned);
    let (owner, function) = (number("owner"), number("function"));
    if owner.is_some() {
        envelope["owner"] = json!(colleague(reader, "owner", owner.as_deref())?);
    }
    if function.is_some() {
        envelope["function"] =
            json!(named(reader, "function", function.as_deref(), &["FN"])?.map(|it| it.id));
    }
    Ok([envelope, body]
        .iter()
        .filter_map(Json::as_object)
        .flatten()
        .map(|(name, it)| (name.clone(), it.clone()))
        .collect())
}

async fn advance(
    kind: Kind,
    Path((number, step)): Path<(String, String)>,
    Sent(visit, sent): Sent,
) -> Answer {
    let version = visit.if_match().map_err(|faults| Failure::of(faults.into(), &visit.envelope))?;
    let reasoned = sent.clone();
    visit
        .change(sent, move |work| {
            let Reasoned { reason } = crate::api::typed(reasoned.clone())?;
            work.because(&reason);
            entry(work.registry(), kind)?.advance(work, &Taken { number: &number, step: &step, version })?;
            whole(work, kind, &number)
        })
        .await
}

const LISTED: &[(&str, &str)] = &[
    ("limit", "How many to a page, 50 where nothing is said."),
    ("after", "Where the page begins: the `next` of the page before."),
    (
        "sort",
        "By what it is sorted: number, title, changed, created, due, or an extra field like extra.cost_centre.",
    ),
    ("descending", "Whether the last comes first."),
    ("state", "Only those in this state; may be given more than once."),
    (
        "q",
        "What is looked for, as in the search of the pages: words, \"phrases\", beginnings*, -not, and filters like state:released due<today+7. The last word may be unfinished, unless a space follows.",
    ),
    ("party", "Only those of the organisation with this number."),
    ("owner", "Only those of the person with this number."),
];

fn listing(kind: Kind) -> Doc {
    Doc {
        summary: "The list, page by page",
        query: LISTED,
        response: schema_of::<Page<Summary>>(),
        ..about(kind)
    }
}

fn reading(kind: Kind, body: &Schema) -> Doc {
    Doc {
        summary: "One record, with its body and the steps out of its state",
        response: Some(whole_of(body)),
        ..about(kind)
    }
}

fn opening(kind: Kind, body: &Schema) -> Doc {
    let request = Some(sent_of(body, &ENVELOPE, true));
    Doc { request, response: Some(whole_of(body)), makes: true, ..about(kind) }
}

fn changing(kind: Kind, body: &Schema) -> Doc {
    Doc {
        summary: "Changes the fields that are sent; the others stay",
        request: Some(sent_of(body, &["title", "owner", "function", "due", "extra"], false)),
        response: Some(whole_of(body)),
        ..about(kind)
    }
}

fn stepping(kind: Kind, body: &Schema) -> Doc {
    Doc {
        summary: "Takes a step of the workflow, if nothing is missing",
        request: schema_of::<Reasoned>(),
        response: Some(whole_of(body)),
        ..about(kind)
    }
}

/// The heading under which a kind stands.
pub(super) fn about(kind: Kind) -> Doc {
    Doc { tag: (kind.many)().key, ..Doc::default() }
}

fn title(schema: &Json) -> &str {
    schema["title"].as_str().unwrap_or("Body")
}

/// The schema of a record with this body.
fn whole_of(body: &Schema) -> Schema {
    let body = body.clone();
    Schema::new(move || record_with(body.to_json()))
}

fn record_with(body: Json) -> Json {
    let mut schema = written::<Whole>();
    let name = title(&body).to_owned();
    schema["title"] = json!(format!("{name}Record"));
    schema["properties"]["body"] = json!({ "$ref": format!("#/$defs/{name}") });
    schema["$defs"][name] = body;
    schema
}

/// The schema of what opens a record of such a body, or changes it.
fn sent_of(body: &Schema, envelope: &'static [&str], is_new: bool) -> Schema {
    let body = body.clone();
    Schema::new(move || sendable(&body.to_json(), envelope, is_new))
}

/// The schema of what may be sent: fields of the envelope beside those of the body.
fn sendable(body: &Json, envelope: &[&str], is_new: bool) -> Json {
    let of_envelope = written::<Opening>();
    let mut fields: BTreeMap<&str, Json> = BTreeMap::new();
    let known = body["properties"].as_object();
    let known = known.into_iter().flatten().filter(|(name, _)| *name != "title");
    fields.extend(known.map(|(name, it)| (name.as_str(), it.clone())));
    for name in envelope {
        fields.entry(name).or_insert_with(|| of_envelope["properties"][name].clone());
    }
    let mut schema = json!({
        "title": format!("{}{}", if is_new { "New" } else { "Changed" }, title(body)),
        "type": "object", "properties": fields, "additionalProperties": false,
        "$defs": body.get("$defs").cloned().unwrap_or_else(|| json!({})),
    });
    if is_new {
        let needed = body["required"].as_array().into_iter().flatten().filter(|it| *it != "title");
        schema["required"] = std::iter::once(&json!("title")).chain(needed).cloned().collect();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> Json {
        json!({
            "title": "Note", "type": "object",
            "properties": { "words": { "type": "string" }, "due": { "type": "string" } },
            "required": ["words"],
        })
    }

    #[test]
    fn a_field_that_is_in_the_body_belongs_there_and_the_rest_to_the_envelope() {
        let sent = json!({ "title": "A", "words": "B", "due": "soon", "party": "K-1001" });
        let (envelope, fields) = parted(object(&sent).unwrap(), &body()).unwrap();
        assert_eq!(envelope, json!({ "title": "A", "party": "K-1001" }));
        assert_eq!(fields, json!({ "words": "B", "due": "soon" }));
    }

    #[test]
    fn every_field_that_is_not_known_is_named() {
        let sent = json!({ "title": "A", "colour": 1, "wrods": "B" });
        let faults = parted(object(&sent).unwrap(), &body()).unwrap_err();
        assert_eq!(faults.0.iter().map(|(it, _)| it.as_str()).collect::<Vec<_>>(), ["colour", "wrods"]);
        assert!(object(&json!([1])).is_err());
    }

    #[test]
    fn what_opens_a_record_must_have_its_title_and_what_changes_it_need_not() {
        assert_eq!(sendable(&body(), &ENVELOPE, true)["required"], json!(["title", "words"]));
        assert_eq!(sendable(&body(), &ENVELOPE, false).get("required"), None);
    }

    #[test]
    fn a_limit_that_is_none_is_refused() {
        for wrong in
            ["limit=0", "limit=501", "limit=-1", "limit=99999999999999999999", "limit=x", "limit=%00x"]
        {
            let mut asked = Form::of(crate::form::fields_of(wrong));
            limit(&mut asked, 50);
            assert!(asked.check().is_err(), "{wrong}");
        }
        let mut asked = Form::of(crate::form::fields_of("limit=500"));
        assert_eq!(limit(&mut asked, 50), 500);
        assert!(asked.check().is_ok());
    }
}
