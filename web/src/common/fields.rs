//! Extra fields: which there are, how an administrator defines one, and where the values of a record are written.

use std::collections::BTreeMap;

use kernel::{
    Audience, Body, Error, ExtraField, Faults, Field as Known, Holds, Permit, Reader, Registry, Result, Role,
    Vocabulary,
};
use maud::html;

use crate::edge::Page;
use crate::form::Form;
use crate::language::{self, say};
use crate::list::{self, Extras};
use crate::parts::{self, Button, Choice, Choices, Field, Head, Symbol};
use crate::path::Path;
use crate::record;
use crate::routes::Routes;
use crate::t;
use crate::visit::{Answer, Posted, Visit};
use crate::{extra, words};

const PLACE: &str = "/extra-fields";
/// The languages that a field can be named in, beside that of the house.
const LANGUAGES: [(&str, &str); 2] = [("de", "Deutsch"), ("en", "English")];

pub fn routes(registry: &Registry) -> Routes {
    let of_kinds = registry.all().iter().fold(Routes::default(), |routes, entry| {
        let at = format!("/{}/{{number}}/extra", entry.kind.path);
        let kind = entry.kind.prefix;
        routes
            .get(&at, move |number, visit| write(kind, number, visit))
            .post(&at, move |number, posted| keep(kind, number, posted))
    });
    if registry.kind(ExtraField::KIND.prefix).is_none() {
        return of_kinds;
    }
    of_kinds
        .get(PLACE, |visit: Visit| list::show(visit, ExtraField::KIND.prefix, extras))
        .get("/extra-fields/new", begin)
        .post(PLACE, define)
        .get("/extra-fields/{number}", show)
        .get("/extra-fields/{number}/edit", edit)
        .post("/extra-fields/{number}", change)
}

fn may_define(reader: &Reader) -> bool {
    Permit::Has(Role::Administrator).covers(reader.actor, None).is_ok()
}

#[expect(clippy::unnecessary_wraps, reason = "every list is told so, and others ask the database")]
fn extras(reader: &Reader) -> Result<Extras> {
    let new = Button::open("/extra-fields/new", t!("Define a field")).symbol(Symbol::Plus).first().small();
    Ok(Extras {
        lead: Some(t!(
            "What your house keeps of its records beyond what Reqord knows. A field can be used at once: in forms, lists, search, imports and by programs."
        )),
        purpose: t!(
            "A cost centre, a drawing number, a hazard class: define it here, and every record of its kind has it at once."
        ),
        first: may_define(reader).then_some(new),
        ..Extras::default()
    })
}

async fn show(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.registry().kind(ExtraField::KIND.prefix).ok_or(Error::NotFound)?.find(reader, &number)?;
            let field: ExtraField = serde_json::from_value(case.body.clone())?;
            let entry = reader.registry().kind(&field.of_kind);
            let kind = entry.map_or_else(|| field.of_kind.clone(), |it| say(&(it.kind.many)()));
            let label = |name: &str| words::label(reader, ExtraField::KIND.prefix, name);
            let mut facts = vec![
                (label("of_kind"), html! { (kind) }),
                (label("key"), html! { code { (field.key) } }),
                (label("holds"), html! { (language::word(field.holds)) @if !field.unit.is_empty() { " (" (field.unit) ")" } }),
                (label("audience"), html! { (language::word(field.audience)) }),
            ];
            if field.required {
                facts.push((label("required"), html! { (t!("yes")) }));
            }
            if !field.choices.is_empty() {
                facts.push((label("choices"), html! { (field.choices.join(", ")) }));
            }
            for (code, name) in &field.names {
                facts.push((code.to_uppercase(), html! { (name) }));
            }
            if !field.help.is_empty() {
                facts.push((label("help"), html! { (field.help) }));
            }
            let filter = html! {
                p.fine { (t!("In filters and for programs it is called {name}.", name = format!("{}:", field.key))) }
            };
            let body = parts::section("field", t!("The field"), html! { (parts::facts(&facts)) (filter) });
            let edit = Button::open(format!("{PLACE}/{number}/edit"), t!("Change")).symbol(Symbol::Edit).small();
            let tools = if case.is_open { vec![edit] } else { vec![] };
            record::show(reader, &case, record::Extra { body, tools, ..record::Extra::default() })
        })
        .await
}

async fn begin(visit: Visit) -> Answer {
    visit
        .read(|reader| {
            Permit::Has(Role::Administrator).covers(reader.actor, None)?;
            Ok(form_page(reader, None, &Form::default()))
        })
        .await
}

/// The form that defines a field, or changes one; its kind, short name and sort stay once they are there.
fn form_page(reader: &Reader, number: Option<&str>, form: &Form) -> Page {
    let label = |name: &str| words::label(reader, ExtraField::KIND.prefix, name);
    let fault = |name: &str| form.faults.of(name).map(say);
    let text = |name: &str| Field::text(name, label(name)).value(form.text(name)).fault(fault(name));
    let kinds = reader.registry().all().iter().filter(|it| it.kind.prefix != ExtraField::KIND.prefix);
    let kinds = kinds.map(|it| (it.kind.prefix, say(&(it.kind.many)())));
    let holds = Holds::ALL.iter().map(|it| (it.code(), language::word(*it)));
    let chosen = |it: Audience| {
        form.text("audience") == it.code() || (form.text("audience").is_empty() && it == Audience::Internal)
    };
    let audience = [
        (Audience::Internal, t!("colleagues only")),
        (Audience::Party, t!("the customer too; then it is part of what is released")),
    ];
    let audience = audience.map(|(it, word)| Choice::new(it.code(), word).chosen(chosen(it)));
    let (title, action) = match number {
        None => (t!("Define an extra field"), PLACE.to_owned()),
        Some(number) => (t!("Change an extra field"), format!("{PLACE}/{number}")),
    };
    let summary: Vec<(String, String)> =
        form.faults.0.iter().map(|(name, it)| (name.clone(), say(it))).collect();
    let head = Head {
        place: Some((t!("Extra fields"), PLACE.to_owned())),
        title: html! { (title) },
        ..Head::default()
    };
    let body = html! {
        (parts::page_head(&head))
        @if !summary.is_empty() { (parts::fault_summary(&summary)) }
        (parts::form_kept(&action, &format!("field:{}", number.unwrap_or("new")), html! {
            @if number.is_some() { (parts::hidden("version", form.text("version"))) }
            (text("title").required().example(t!("Cost centre")))
            @if number.is_none() {
                (Field::select("of_kind", label("of_kind"), kinds).value(form.text("of_kind")).fault(fault("of_kind")))
                (Field::select("holds", label("holds"), holds).value(form.text("holds")).fault(fault("holds")))
                (text("key").example("cost_centre").help(t!("What it is called in filters and by programs. Made of the name where it is left empty, and never changed.")))
            }
            (text("unit").short().help(t!("Of a number, like kg.")))
            (Field::area("choices", label("choices")).value(form.raw("choices")).fault(fault("choices")).help(t!("Of a choice, one a line.")))
            (Choices::one("audience", label("audience"), audience.into()))
            (Choices::any("required", label("required"), vec![
                Choice::new("yes", t!("Whoever opens a record by a form or a program has to say it")).chosen(form.has("required"))
            ]).help(t!("What comes as a mail, from a file or by itself is taken in without it.")))
            @for (code, language) in LANGUAGES {
                @let name = format!("name.{code}");
                (Field::text(name.clone(), t!("Name in {language}", language = language)).value(form.text(&name)))
            }
            (text("help"))
            div.row {
                (Button::send(if number.is_some() { t!("Save") } else { t!("Define it") }).first())
                (Button::open(PLACE, t!("Cancel")).bare())
            }
        }))
    };
    Page::new(title, PLACE, body).with(&["draft.js"])
}

fn read(form: &mut Form) -> Result<ExtraField> {
    let (holds, audience) = (form.word::<Holds>("holds"), form.word::<Audience>("audience"));
    form.check()?;
    let choices = form.raw("choices").lines().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let names: BTreeMap<String, String> = LANGUAGES
        .iter()
        .map(|(code, _)| ((*code).to_owned(), form.text(&format!("name.{code}")).to_owned()))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    Ok(ExtraField {
        of_kind: form.text("of_kind").to_owned(),
        key: form.text("key").to_owned(),
        holds,
        unit: form.text("unit").to_owned(),
        choices: choices.collect(),
        names,
        help: form.text("help").to_owned(),
        audience,
        place: 0,
        required: form.has("required"),
    })
}

async fn define(Posted(visit): Posted) -> Answer {
    let (form, again) = (visit.form.clone(), visit.form.clone());
    visit
        .write_or(
            move |work| {
                let field = read(&mut form.clone())?;
                let made = work.define(form.text("title"), &field)?;
                Ok(format!("{PLACE}/{}", made.number))
            },
            move |reader, error| Ok(form_page(reader, None, &again.refused(error))),
        )
        .await
}

async fn edit(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .read(move |reader| {
            let case = reader.find::<ExtraField>(&number)?;
            Permit::Has(Role::Administrator).covers(reader.actor, None)?;
            let it = &case.body;
            let mut pairs = vec![
                ("version".to_owned(), case.record.version.to_string()),
                ("title".to_owned(), case.record.title.clone()),
                ("unit".to_owned(), it.unit.clone()),
                ("choices".to_owned(), it.choices.join("\n")),
                ("audience".to_owned(), it.audience.code()),
                ("help".to_owned(), it.help.clone()),
            ];
            if it.required {
                pairs.push(("required".to_owned(), "yes".to_owned()));
            }
            pairs.extend(it.names.iter().map(|(code, name)| (format!("name.{code}"), name.clone())));
            Ok(form_page(reader, Some(&number), &Form::of(pairs)))
        })
        .await
}

async fn change(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, again, same) = (visit.form.clone(), visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let mut form = form.clone();
                let version = form.whole("version").unwrap_or(0);
                let field = read(&mut form)?;
                let mut case = work.find::<ExtraField>(&number)?;
                case.must_be_at(version)?;
                work.retitle(&mut case, form.text("title"))?;
                work.revise(&mut case, |it| {
                    let kept = std::mem::take(it);
                    let (of_kind, key, holds, place) = (kept.of_kind, kept.key, kept.holds, kept.place);
                    *it = ExtraField { of_kind, key, holds, place, ..field.clone() };
                })?;
                Ok(format!("{PLACE}/{number}"))
            },
            move |reader, error| {
                let form = again.refused(error).seen_of::<ExtraField>(reader, &same)?;
                Ok(form_page(reader, Some(&same), &form))
            },
        )
        .await
}

/// The form for the extra values of one record.
async fn write(kind: &'static str, Path(number): Path<String>, visit: Visit) -> Answer {
    visit.read(move |reader| values_page(reader, kind, &number, (&Form::default(), Sent::InTime))).await
}

/// Whether somebody else was faster than whoever sent a form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    InTime,
    TooLate,
}

/// The form with what is there, or with what was sent; after a stale save with both.
fn values_page(reader: &Reader, kind: &str, number: &str, (form, sent): (&Form, Sent)) -> Result<Page> {
    let entry = reader.registry().kind(kind).ok_or(Error::NotFound)?;
    let case = entry.find(reader, number)?;
    Permit::Staff.covers(reader.actor, None)?;
    let fields = extra::fields(reader, kind, form, &case.extra)?;
    let has_any = reader.fields_of(kind)?.iter().any(Known::is_in_use);
    let address = entry.kind.address(number);
    let summary: Vec<(String, String)> =
        form.faults.0.iter().map(|(name, it)| (name.clone(), say(it))).collect();
    let is_late = sent == Sent::TooLate;
    let version = match form.text("version") {
        sent if form.has("version") && !is_late => sent.to_owned(),
        _ => case.version.to_string(),
    };
    let differing = if is_late { extra::differing(reader, kind, form, &case.extra)? } else { Vec::new() };
    let words = |words: String| html! { (words) };
    let both = differing.into_iter().map(|(label, theirs, mine)| (label, words(theirs), words(mine)));
    let head = Head {
        place: Some((format!("{number} {}", case.title), address.clone())),
        title: html! { (t!("Extra fields")) },
        ..Head::default()
    };
    let body = html! {
        (parts::page_head(&head))
        @if !summary.is_empty() { (parts::fault_summary(&summary)) }
        @if is_late { (extra::both(both.collect())) }
        @if has_any {
            (parts::form_kept(&format!("{address}/extra"), &format!("extra:{number}"), html! {
                (parts::hidden("version", version))
                (fields)
                div.row {
                    (Button::send(if is_late { t!("Save mine") } else { t!("Save") }).first())
                    (Button::open(address, t!("Cancel")).bare())
                    span.fine data-draft-state role="status" {}
                }
            }))
        } @else {
            p { (t!("Records of this kind have no extra fields. An administrator defines them.")) }
        }
    };
    Ok(Page::new(t!("Extra fields"), &format!("/{}", entry.kind.path), body).with(&["draft.js"]))
}

async fn keep(kind: &'static str, Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (form, again, same) = (visit.form.clone(), visit.form.clone(), number.clone());
    visit
        .write_or(
            move |work| {
                let mut form = form.clone();
                let version = form.whole("version");
                form.check()?;
                let entry = work.registry().kind(kind).ok_or(Error::NotFound)?;
                // Whoever may not see it learns no more of it than that it is not there.
                let case = entry.find(work, &number)?;
                Permit::Staff.covers(work.actor, None)?;
                if version.is_some_and(|it| it != case.version) {
                    return Err(Error::Stale);
                }
                let values = extra::read(work, kind, &form)?;
                let fields = serde_json::json!({ "extra": values });
                let fields = fields.as_object().cloned().unwrap_or_default();
                entry.revise(work, &kernel::Edited { number: &number, fields: &fields, version })?;
                Ok(format!("{}#extra", entry.kind.address(&number)))
            },
            move |reader, error| {
                // A refusal belongs to no field of this form; it stands at its head.
                let mut form = again.refused(error);
                let sent = match error {
                    Error::Stale => Sent::TooLate,
                    _ => Sent::InTime,
                };
                if sent == Sent::TooLate {
                    // Both versions say it, and what can be done.
                    form.faults = Faults::default();
                }
                values_page(reader, kind, &same, (&form, sent))
            },
        )
        .await
}
