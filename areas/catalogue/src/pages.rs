//! What people see of the catalogue: an item, its form, its revisions and what differs between them.

pub mod sheet;

use identity::{filled, summary};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Attachment, Basis, Body, Kind, Listed, Vocabulary};
use maud::{Markup, PreEscaped, html};
use web::language::{self, day, decimal, word};
use web::parts::{
    self, Beside, Button, Column, Difference, Field, Head, Line, Note, State as Mark, Symbol, Table,
};
use web::{Form, t};

use crate::model::{CatalogueItem, Characteristic, Sort};
use crate::queries::{Effective, Held};
use crate::rules::Comparison;

/// So many empty lines for characteristics a form offers beyond those that are there.
pub const SPARE: usize = 4;

/// An address below an item.
pub fn of_item(number: &str, rest: &str) -> String {
    web::below(&CatalogueItem::KIND.address(number), rest)
}

/// What the page of an item shows besides the envelope.
pub struct Shown {
    pub number: String,
    pub item: CatalogueItem,
    /// Number, name and words of the item that it is a variant of.
    pub base: Option<(String, String, CatalogueItem)>,
    pub variants: Vec<(String, String)>,
    /// How many records of each kind hold to it: the kind, its word, how many.
    pub users: Vec<(Kind, i64)>,
    pub is_open: bool,
    pub today: Date,
}

/// The sections of an item.
pub fn body(it: &Shown) -> Markup {
    let item = &it.item;
    let edit = Button::open(of_item(&it.number, "edit"), t!("Change")).symbol(Symbol::Edit).small();
    let buttons = if it.is_open { vec![edit] } else { vec![] };
    html! {
        @if let Some(day) = item.last_order_on { (parts::note(Note::Warn, t!("It can be ordered until {day}.", day = language::day(day)))) }
        @if item.review_on.is_some_and(|it_is| it_is < it.today) {
            (parts::note(Note::Warn, t!("Since {day} somebody has to look at it again.", day = item.review_on.map(language::day).unwrap_or_default())))
        }
        (parts::section_with("about", t!("What it is and does"), &buttons, html! {
            @if item.summary.is_empty() { p.quiet-text { (t!("Nothing is said about it yet.")) } }
            (parts::prose(rich(&item.summary)))
            (parts::facts(&facts(it)))
        }))
        (parts::section("characteristics", t!("Characteristics"), html! {
            @if item.characteristics.is_empty() && it.base.is_none() {
                p.quiet-text { (t!("No characteristic is named yet.")) }
            }
            @if !item.characteristics.is_empty() { (characteristics(t!("Characteristics"), &item.characteristics)) }
            @if let Some((number, name, base)) = &it.base {
                @let left: Vec<Characteristic> = base.characteristics.iter().filter(|one| item.characteristics.iter().all(|own| own.name != one.name)).cloned().collect();
                @if !left.is_empty() {
                    h3 { (t!("As every {name}", name = name)) }
                    p.fine { a href=(of_item(number, "")) { (number) " " (name) } }
                    (characteristics(t!("Characteristics of the item that it is a variant of"), &left))
                }
            }
        }))
        (lines("features", t!("Features"), &item.features))
        (lines("options", t!("Options"), &item.options))
        (lines("exclusions", t!("Not included"), &item.exclusions))
        @if !it.variants.is_empty() {
            (parts::section("variants", t!("Variants"), html! { ul { @for (number, title) in &it.variants {
                li { a href=(of_item(number, "")) { span.number { (number) } " " (title) } }
            } } }))
        }
        @if !it.users.is_empty() {
            (parts::section("users", t!("Where it is used"), html! { ul { @for (kind, count) in &it.users {
                li { a href=(of_item(&it.number, &format!("used?kind={}", kind.prefix))) { (language::say(&(kind.many)())) } " " (parts::count(*count)) }
            } } }))
        }
    }
}

/// From where on a revision holds, in words.
pub fn holds_from(it: &Effective) -> String {
    match it.basis {
        Basis::Day => t!("from {day}", day = day(it.from_day)),
        Basis::Order => word(it.basis),
        basis => format!("{}: {}", word(basis), it.starts),
    }
}

/// So much of something, as people read it: `2 pc`, `1 year`.
pub fn quantity(amount: &str, unit: &str) -> String {
    let whole = amount.trim_end_matches('0').trim_end_matches('.');
    let count = if amount.contains('.') { whole.parse() } else { amount.parse::<i64>() };
    match (unit.trim(), count) {
        ("a" | "yr", Ok(count)) => t!("{count} year" | "{count} years", count = count),
        ("mo", Ok(count)) => t!("{count} month" | "{count} months", count = count),
        ("wk", Ok(count)) => t!("{count} week" | "{count} weeks", count = count),
        ("d", Ok(count)) => t!("{count} day" | "{count} days", count = count),
        ("h", Ok(count)) => t!("{count} hour" | "{count} hours", count = count),
        (unit, _) => {
            let word =
                crate::rules::unit_of_time(unit).map_or_else(|| unit.to_owned(), |it| language::say(&it));
            format!("{} {word}", decimal(amount)).trim_end().to_owned()
        }
    }
}

fn rich(words: &str) -> Markup {
    PreEscaped(markdown::html(words, 3))
}

fn lines(id: &str, title: String, lines: &[String]) -> Markup {
    html! { @if !lines.is_empty() { (parts::section(id, title, html! { ul { @for it in lines { li { (it) } } } })) } }
}

fn facts(it: &Shown) -> Vec<(String, Markup)> {
    let item = &it.item;
    let mut facts = vec![
        (t!("Article number"), html! { code { (item.code) } }),
        (t!("What it is"), html! { (word(item.sort)) }),
    ];
    if let Some((number, name, _)) = &it.base {
        facts.push((t!("Variant of"), html! { a href=(of_item(number, "")) { (name) } }));
    }
    if !item.price.is_empty() {
        let per = per(&item.unit);
        facts.push((t!("List price"), html! { (decimal(&item.price)) " " (item.currency) " " (per) }));
    }
    if let Some(days) = item.lead_time_days {
        facts.push((t!("Lead time"), html! { (t!("{count} day" | "{count} days", count = days)) }));
    }
    if !item.markets.is_empty() {
        facts.push((t!("Markets"), html! { (item.markets.join(", ")) }));
    }
    if !item.packing.is_empty() {
        facts.push((t!("Packing"), html! { (item.packing) }));
    }
    if let Some(day) = item.review_on {
        facts.push((t!("To be looked at again on"), html! { (language::day(day)) }));
    }
    facts
}

fn characteristics(caption: String, all: &[Characteristic]) -> Table {
    let columns = vec![
        Column::title(t!("Characteristic")),
        Column::text(t!("Value")),
        Column::text(t!("Limits")),
        Column::text(t!("Method")),
    ];
    let rows = all.iter().map(|it| {
        let name = html! { (it.name) @if it.is_critical { " " (parts::state(Mark::Warn, t!("critical"))) } };
        let value = html! { (figure(&it.value)) " " (it.unit) };
        Line::new(&it.name, vec![name, value, html! { (limits(it)) }, html! { (it.method) }])
    });
    Table::new(caption, columns, rows.collect()).compact()
}

/// What a frozen revision says, line by line, for whoever judges it: each promise by its name.
pub fn read(content: &serde_json::Value) -> Vec<(String, String)> {
    let it: CatalogueItem = serde_json::from_value(content.clone()).unwrap_or_default();
    let mut lines = vec![(t!("Article number"), it.code), (t!("What it is and does"), it.summary)];
    lines.extend(it.characteristics.iter().map(|one| (one.name.clone(), promise(one))));
    lines.push((t!("Features"), it.features.join("; ")));
    lines.push((t!("Options"), it.options.join("; ")));
    lines.push((t!("Not included"), it.exclusions.join("; ")));
    if !it.price.is_empty() {
        let price = format!("{} {} {}", decimal(&it.price), it.currency, per(&it.unit));
        lines.push((t!("List price"), price.trim().to_owned()));
    }
    if let Some(days) = it.lead_time_days {
        lines.push((t!("Lead time"), t!("{count} day" | "{count} days", count = days)));
    }
    lines.push((t!("Markets"), it.markets.join(", ")));
    lines.push((t!("Packing"), it.packing));
    if let Some(last) = it.last_order_on {
        lines.push((t!("Last day to order"), day(last)));
    }
    let files = content["files"].as_array().into_iter().flatten();
    let named = |it: &serde_json::Value, field: &str| it[field].as_str().unwrap_or_default().to_owned();
    lines.extend(
        files.map(|it| (t!("File"), format!("{} · SHA-256 {}", named(it, "name"), named(it, "digest")))),
    );
    lines.retain(|(_, words)| !words.is_empty());
    lines
}

/// A characteristic in a line: `20 l/h · 0.2 to 20 · weighing · critical`.
fn promise(it: &Characteristic) -> String {
    let value = format!("{} {}", figure(&it.value), it.unit).trim().to_owned();
    let critical = if it.is_critical { t!("critical") } else { String::new() };
    let parts = [value, limits(it), it.method.clone(), critical];
    parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// For how much a price is: `per pc`, `per year`; nothing where no unit is said.
fn per(unit: &str) -> String {
    let unit = crate::rules::unit_of_time(unit).map_or_else(|| unit.to_owned(), |it| language::say(&it));
    if unit.is_empty() { unit } else { t!("per {unit}", unit = unit) }
}

/// A decimal as people write it in their language; other words as they are.
fn figure(words: &str) -> String {
    if crate::rules::is_decimal(words) { decimal(words) } else { words.to_owned() }
}

fn limits(it: &Characteristic) -> String {
    match (it.lower.as_str(), it.upper.as_str()) {
        ("", "") => String::new(),
        (lower, "") => t!("at least {lower}", lower = figure(lower)),
        ("", upper) => t!("at most {upper}", upper = figure(upper)),
        (lower, upper) => t!("{lower} to {upper}", lower = figure(lower), upper = figure(upper)),
    }
}

/// The revisions beside an item, with which of them holds.
pub fn revisions(
    number: &str,
    all: &[Effective],
    now: Option<i64>,
    published: Option<i64>,
    may_keep: bool,
) -> Beside {
    let inside = html! {
        @if all.is_empty() { p.quiet-text { (t!("Nothing was released yet.")) } }
        ul.signatures { @for (place, it) in all.iter().enumerate() {
            li {
                (Symbol::Seal)
                div {
                    a href=(of_item(number, &format!("revisions/{}", it.no))) { (t!("Revision {label}", label = &it.label)) }
                    @if now == Some(it.no) { " · " strong { (t!("holds today")) } }
                    @if published == Some(it.no) { " · " (t!("published")) }
                    br;
                    span.fine {
                        (holds_from(it)) " · " (parts::digest(&it.digest))
                        @if let Some(before) = all.get(place + 1) {
                            " · " a href=(of_item(number, &format!("compare?from={}&to={}", before.no, it.no))) { (t!("What changed")) }
                        }
                    }
                    @if may_keep && place == 0 && published != Some(it.no) {
                        (Button::post(of_item(number, "publish"), t!("Publish it")).small().sends("revision", it.no.to_string()))
                    }
                }
            }
        } }
    };
    Beside {
        id: "revisions",
        title: t!("Revisions"),
        count: Some(language::count(i64::try_from(all.len()).unwrap_or(0))),
        inside,
    }
}

/// What an item can be a variant of.
#[derive(Clone, Debug)]
pub enum Bases {
    /// Few enough to look through: key and article number.
    Listed(Vec<(i64, String)>),
    /// More than that: the article number is told, and this one stands there.
    Told(String),
}

fn base(bases: &Bases, form: &Form) -> Field {
    let help = t!("What is not said here is said there.");
    match bases {
        Bases::Listed(all) => {
            let none = std::iter::once((String::new(), t!("No other")));
            let all = none.chain(all.iter().map(|(id, code)| (id.to_string(), code.clone())));
            filled(form, "base", Field::select("base", t!("Variant of"), all).help(help))
        }
        Bases::Told(code) => {
            let field = Field::text("base_code", t!("Variant of")).short().example(t!("No other"));
            let help = format!("{} {help}", t!("The article number of the item that it is a variant of."));
            filled(form, "base_code", field.help(help)).value(code)
        }
    }
}

/// The form for a new item, or for one that is worked on.
///
/// Beside what it may be a variant of stand the extra fields of a new one.
pub fn edit(number: Option<&str>, title: &str, (bases, extra): (&Bases, &Markup), form: &Form) -> Markup {
    let action = number.map_or_else(|| "/catalogue".to_owned(), |it| of_item(it, "edit"));
    let back = number.map_or_else(|| "/catalogue".to_owned(), |it| of_item(it, ""));
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    let area = |name: &'static str, label: String| filled(form, name, Field::area(name, label));
    let sorts = Sort::ALL.iter().map(|it| (it.code(), word(*it)));
    let count = form.text("count").parse::<usize>().unwrap_or(SPARE).min(crate::rules::MOST);
    html! {
        (parts::page_head(&Head {
            place: Some((t!("Catalogue"), "/catalogue".to_owned())),
            number: number.map(str::to_owned),
            title: html! { (title) },
            ..Head::default()
        }))
        (summary(form))
        (parts::form_kept(&action, &format!("catalogue:{}", number.unwrap_or("new")), html! {
            (parts::hidden("version", form.text("version")))
            (parts::hidden("count", count))
            (text("title", t!("Name")).required())
            (text("code", t!("Article number")).short().example("KD-20-PV-E").help(t!("Orders name the item by it.")))
            (filled(form, "sort", Field::select("sort", t!("What it is"), sorts)))
            (base(bases, form))
            (area("summary", t!("What it is and does")).lines(5))
            fieldset.stack {
                legend { (t!("Characteristics")) }
                p.quiet-text { (t!("What can be measured, or what a service promises. Lines without a name are left out.")) }
                @for place in 1..=count { (characteristic(form, place)) }
            }
            (area("features", t!("Features")).help(t!("One a line.")))
            (area("options", t!("Options")).help(t!("One a line.")))
            (area("exclusions", t!("Not included")).help(t!("One a line.")))
            (text("unit", t!("Unit")).short().example("pc"))
            (text("price", t!("List price")).short().example("118.00"))
            (text("currency", t!("Currency")).short().example("EUR"))
            (filled(form, "lead_time_days", Field::number("lead_time_days", t!("Lead time in days"))))
            (text("markets", t!("Markets")).example("DE GB NO").help(t!("Countries as two letters. Leave it empty where it is sold everywhere.")))
            (text("packing", t!("Packing")))
            (filled(form, "review_on", Field::day("review_on", t!("To be looked at again on"))))
            (filled(form, "last_order_on", Field::day("last_order_on", t!("Last day to order"))))
            (extra)
            div.row {
                (Button::send(if number.is_some() { t!("Save") } else { t!("Open the item") }).first())
                (Button::open(back, t!("Cancel")).bare())
            }
        }))
    }
}

fn characteristic(form: &Form, place: usize) -> Markup {
    let of = |name: &str| format!("{name}{place}");
    let field = |name: String, label: String| filled(form, &name, Field::text(&name, label));
    let critical = of("critical");
    html! {
        div.row {
            (field(of("name"), t!("Characteristic {place}", place = place)))
            (field(of("value"), t!("Nominal")).short())
            (field(of("lower"), t!("Lower limit")).short())
            (field(of("upper"), t!("Upper limit")).short())
            (field(of("unit"), t!("Unit")).short())
            (field(of("method"), t!("Method")).short())
            (parts::Choices::any(&critical, t!("Critical"), vec![parts::Choice::new("on", t!("yes")).chosen(form.has(&critical))]))
        }
    }
}

/// The form that releases the next revision.
pub fn release(
    number: &str,
    title: &str,
    missing: Option<&kernel::Refusal>,
    changes: Option<&Comparison>,
    form: &Form,
) -> Markup {
    html! {
        (parts::page_head(&Head {
            place: Some((number.to_owned(), of_item(number, ""))),
            title: html! { (t!("Release the next revision of {title}", title = title)) },
            lead: Some(html! { (t!("What it says then never changes. Orders of that day and later hold to it.")) }),
            ..Head::default()
        }))
        (summary(form))
        @if let Some(kernel::Refusal(missing)) = missing {
            (parts::note_with(Note::Bad, t!("This cannot be released yet"), html! {
                ul.missing { @for it in missing { li {
                    @match &it.link { Some(to) => a href=(to) { (language::say(&it.sentence)) }, None => (language::say(&it.sentence)) }
                } } }
            }))
        }
        @if let Some(changes) = changes { (parts::section("changes", t!("What changed since the last revision"), differences(changes))) }
        (parts::form(&of_item(number, "release"), html! {
            (filled(form, "label", Field::text("label", t!("What it is called"))).short().help(t!("The next letter where nothing is said.")))
            (filled(form, "from", Field::day("from", t!("Holds from"))).help(t!("Today where nothing is said.")))
            (filled(form, "reason", Field::area("reason", t!("Reason"))).help(t!("It stands with the revision for as long as that is kept.")))
            (parts::Choices::any("publish", t!("For customers"), vec![
                parts::Choice::new("on", t!("Publish it: every customer reads this revision")).chosen(form.has("publish") || !form.has("once")),
            ]))
            div.row {
                (Button::send(t!("Release")).first())
                (Button::open(of_item(number, ""), t!("Cancel")).bare())
            }
        }))
    }
}

/// What differs, as a table of before and after.
pub fn differences(it: &Comparison) -> Markup {
    let label =
        |name: &str| CatalogueItem::label(name).map_or_else(|| name.to_owned(), |it| language::say(&it));
    let fields = it.fields.iter().map(|row| Difference::words(label(&row.name), &row.before, &row.after));
    let characteristics = it.characteristics.iter().map(|row| {
        let name =
            if row.is_critical { format!("{} ({})", row.name, t!("critical")) } else { row.name.clone() };
        Difference::words(name, &row.before, &row.after)
    });
    let files = it.files.iter().map(|row| Difference::words(row.name.as_str(), &row.before, &row.after));
    let all: Vec<Difference> = fields.chain(characteristics).chain(files).collect();
    html! {
        @if all.is_empty() { p.quiet-text { (t!("Nothing differs.")) } } @else { (parts::differences(&all)) }
    }
}

/// Two revisions beside each other.
pub fn compare(number: &str, title: &str, (one, other): (&Held, &Held), it: &Comparison) -> Markup {
    html! {
        (parts::page_head(&Head {
            place: Some((number.to_owned(), of_item(number, ""))),
            title: html! { (t!("What changed from revision {from} to {to}", from = &one.is.label, to = &other.is.label)) },
            lead: Some(html! { (title) }),
            ..Head::default()
        }))
        (differences(it))
    }
}

/// One revision: what it is called, from when it holds, what it says.
pub fn revision(number: &str, title: &str, it: &Held, by: &str, may_keep: bool, form: &Form) -> Markup {
    let shown = Shown {
        number: number.to_owned(),
        item: it.says.clone(),
        base: None,
        variants: vec![],
        users: vec![],
        is_open: false,
        today: Date::MIN,
    };
    let facts = vec![
        (t!("Holds"), html! { (holds_from(&it.is)) }),
        (t!("Released"), html! { (language::exact_moment(it.is.released_at)) }),
        (t!("By"), parts::person(by)),
        (t!("Digest"), html! { code { (it.is.digest) } }),
    ];
    html! {
        (parts::page_head(&Head {
            place: Some((number.to_owned(), of_item(number, ""))),
            title: html! { (t!("Revision {label} of {title}", label = &it.is.label, title = title)) },
            ..Head::default()
        }))
        (summary(form))
        @if !it.is.reason.is_empty() { p.lead { (t!("Because: {reason}", reason = &it.is.reason)) } }
        (parts::facts(&facts))
        div.row { @for (code, language) in [("en", t!("PDF in English")), ("de", t!("PDF in German"))] {
            (Button::open(of_item(number, &format!("revisions/{}/sheet.pdf?language={code}", it.is.no)), language).small().symbol(Symbol::Document))
        } }
        @if may_keep {
            details { summary.button { (Symbol::Clock.icon()) (t!("Say another day")) }
                (parts::form(&of_item(number, &format!("revisions/{}/from", it.is.no)), html! {
                    (filled(form, "from", Field::day("from", t!("Holds from"))))
                    (filled(form, "reason", Field::text("reason", t!("Reason"))).required())
                    (Button::send(t!("Say it")).first())
                }))
            }
        }
        (body(&shown))
        (files(&it.files))
    }
}

/// The files of a revision.
fn files(all: &[Attachment]) -> Markup {
    html! { @if !all.is_empty() {
        (parts::section("files-of-it", t!("Files"), html! { ul { @for it in all { li {
            a href={ "/files/" (it.id) } { (it.name) } " " span.fine { (web::record::size(it.size)) " · " (parts::digest(&it.digest)) }
        } } } }))
    } }
}

/// The records of one kind that hold to an item.
pub fn used(
    number: &str,
    title: &str,
    kind: &Kind,
    rows: &[(Listed, Mark, String)],
    now: Timestamp,
) -> Markup {
    let columns = vec![
        Column::plain(t!("Number")),
        Column::title(t!("Title")),
        Column::text(t!("State")),
        Column::text(t!("Changed")),
    ];
    let lines = rows.iter().map(|(row, shape, word)| {
        let to = kind.address(&row.number);
        let name = html! { a href=(to) { (row.title) } };
        Line::new(
            &row.number,
            vec![
                parts::number(&row.number, &to),
                name,
                parts::state(*shape, word),
                parts::when(row.changed_at, now),
            ],
        )
    });
    let after = (rows.len() == 50)
        .then(|| rows.last())
        .flatten()
        .map(|(row, ..)| of_item(number, &format!("used?kind={}&before={}", kind.prefix, row.id)));
    html! {
        (parts::page_head(&Head {
            place: Some((number.to_owned(), of_item(number, ""))),
            title: html! { (t!("Where {title} is used", title = title)) },
            lead: Some(html! { (language::say(&(kind.many)())) }),
            ..Head::default()
        }))
        @if rows.is_empty() { p.quiet-text { (t!("Nothing is found here.")) } }
        @else {
            (Table::new(t!("The newest first"), columns, lines.collect()))
            (parts::pager(&parts::Pager { shown: rows.len(), all: None, before: None, after }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_read_in_words_and_everything_else_as_it_was_written() {
        assert_eq!(quantity("1", "a"), "1 year");
        assert_eq!(quantity("24.00", "h"), "24 hours");
        assert_eq!(quantity("0.5", "a"), "0.5 year");
        assert_eq!(quantity("1200", "pc"), "1,200 pc");
        assert_eq!(quantity("20", ""), "20");
    }
}
