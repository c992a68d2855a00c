//! The list page, the same for every kind: saved views as tabs, a filter that is typed, columns that are chosen.

use std::collections::BTreeMap;

use kernel::{Entry, Error, Filter as Known, Query, Reader, Result, Shared, View, Vocabulary, Wanted};
use maud::{Markup, html};

use crate::columns::{self, Col, Names, Shown};
use crate::common::asked_for;
use crate::edge::Page;
use crate::form::Form;
use crate::language::{self, say};
use crate::parts::{
    self, Bulk, Button, Choice, Choices, Empty, Field, Filter, Head, Line, Pager, Symbol, Tab, Table, Tools,
};
use crate::visit::{Answer, Visit};
use crate::{question, t};

/// So far are rows counted for a tab, and for the foot.
const COUNTED: usize = 1000;
/// So many columns fit beside each other on a desk.
const MOST_THAT_FIT: usize = 9;
/// So many rows are changed by one bulk deed at most.
pub(crate) const MOST_AT_ONCE: usize = 10_000;

/// What an area adds to the list of one of its kinds.
#[derive(Default)]
pub struct Extras {
    pub title: Option<String>,
    pub lead: Option<String>,
    /// What the list is for, said while nothing stands in it.
    pub purpose: String,
    /// How one begins, for whoever may.
    pub first: Option<Button>,
    /// Further tools.
    pub more: Vec<Button>,
    /// Said above the list: something that asks to be looked at.
    pub note: Option<Markup>,
    /// What stands below the title of a row, by the key of its record.
    pub below: Option<Below>,
    /// Whether it opens with the first view that holds something, where none is asked for.
    pub begins_where_something_is: bool,
    /// Whether marked rows can be taken over at once by whoever looks.
    pub takes_over: bool,
    /// Whether a row opens beside its list: then its address says which list that is.
    pub opens_beside: bool,
}

/// What a list is for: to our own people, and to whoever reads it from outside.
pub fn purpose(reader: &Reader, ours: String, theirs: String) -> String {
    if reader.actor.is_outside() { theirs } else { ours }
}

/// What an area says below the titles of the rows of a page.
pub type Below = fn(&Reader, &[i64]) -> Result<BTreeMap<i64, Markup>>;

/// Shows the list of a kind.
pub async fn show(
    visit: Visit,
    kind: &'static str,
    extras: impl FnOnce(&Reader) -> Result<Extras> + Send + 'static,
) -> Answer {
    let (asked, functions) = (visit.envelope.asked(), visit.edge.functions);
    visit
        .read(move |reader| {
            let entry = reader.registry().kind(kind).ok_or(Error::NotFound)?;
            let (extras, functions) = (extras(reader)?, functions(reader)?);
            let listing = if extras.begins_where_something_is {
                Listing::begun(reader, entry, &asked, &functions)?
            } else {
                Listing::of(reader, entry, &asked, &functions)?
            };
            let title = extras.title.clone().unwrap_or_else(|| say(&(entry.kind.many)()));
            let body = page(reader, &listing, &extras)?;
            Ok(Page::new(title, &entry.list(), body).listing(kind))
        })
        .await
}

/// How a list was asked for: the view, the question, the columns, the order.
pub struct Listing<'a> {
    pub entry: &'a Entry,
    pub views: Vec<View>,
    pub view: View,
    /// The code of the view in addresses.
    pub code: String,
    pub query: Query,
    pub typed: String,
    pub fault: Option<String>,
    pub all: Vec<Col>,
    pub columns: Vec<Col>,
    pub sort: String,
    pub descending: bool,
    after: Option<String>,
    filters: Vec<Known>,
    /// Whether the question, and whether the order, is another than the view's.
    is_asked: bool,
    is_sorted: bool,
}

impl<'a> Listing<'a> {
    /// Reads what an address asks for.
    pub fn of(reader: &Reader, entry: &'a Entry, asked: &Form, functions: &[i64]) -> Result<Self> {
        let kind = entry.kind.prefix;
        let mut views = of_the_house(reader, entry);
        views.extend(reader.views(kind, functions)?);
        let wanted = asked.text("view");
        let view = views.iter().find(|it| code_of(it) == wanted).or_else(|| views.first()).cloned();
        let view = view.ok_or(Error::NotFound)?;
        let code = code_of(&view);
        let look = reader.look(kind, &code)?.unwrap_or_default();
        let is_asked = ["q", "kept", "filter", "state"].iter().any(|it| asked.has(it));
        let mut typed = if is_asked { asked_for(asked) } else { view.query.clone() };
        if !asked.text("state").is_empty() {
            let narrowed = format!("{typed} state:{}", asked.text("state"));
            narrowed.trim().clone_into(&mut typed);
        }
        let (query, fault) = match question::read(reader, Some(kind), &typed) {
            Ok(query) => (query, None),
            Err(Error::Invalid(faults)) => (Query::default(), faults.of("q").map(say)),
            Err(other) => return Err(other),
        };
        let all = columns::all(reader, entry)?;
        let named = asked.text("columns");
        let codes: Vec<String> = if !named.is_empty() {
            named.split(',').map(str::to_owned).collect()
        } else if !look.columns.is_empty() {
            look.columns
        } else {
            view.columns.clone()
        };
        let columns = columns::chosen(&all, entry, &codes);
        let knows = |code: &str| columns::order(reader, entry, &all, code).is_some();
        let (sort, descending) = [
            (asked.text("sort").to_owned(), asked.text("down") == "1"),
            (look.sort, look.descending),
            (view.sort.clone(), view.descending),
            (entry.ordered.trim_start_matches('-').to_owned(), entry.ordered.starts_with('-')),
        ]
        .into_iter()
        .find(|(sort, _)| !sort.is_empty() && knows(sort))
        .unwrap_or_else(|| {
            if entry.is_party { ("title".to_owned(), false) } else { ("created".to_owned(), true) }
        });
        let after = Some(asked.text("after").to_owned()).filter(|it| !it.is_empty());
        let filters = reader.filters(Some(kind))?;
        Ok(Self {
            entry,
            views,
            view,
            code,
            query,
            typed,
            fault,
            all,
            columns,
            sort,
            descending,
            after,
            filters,
            is_asked,
            is_sorted: !asked.text("sort").is_empty(),
        })
    }

    /// The same; where no view is asked for, the first one that holds something.
    pub fn begun(reader: &Reader, entry: &'a Entry, asked: &Form, functions: &[i64]) -> Result<Self> {
        let listing = Self::of(reader, entry, asked, functions)?;
        if listing.is_asked || asked.has("view") {
            return Ok(listing);
        }
        for view in &listing.views {
            if counted(reader, entry, view)?.is_some_and(|it| it > 0) {
                let asked = Form::of([("view", code_of(view))]);
                return Self::of(reader, entry, &asked, functions);
            }
        }
        Ok(listing)
    }

    /// The address of a record of the list, where it is opened beside this list.
    pub fn beside(&self, number: &str) -> String {
        let down = if self.descending { "1" } else { "0" };
        let mut fields = vec![("view", self.code.clone())];
        if self.is_asked {
            fields.push(("q", self.query.to_string()));
        }
        if self.is_sorted {
            fields.extend([("sort", self.sort.clone()), ("down", down.to_owned())]);
        }
        let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        asking(&self.entry.kind.address(number), &fields)
    }

    /// Whether another question is asked than that of the view.
    pub fn is_narrowed(&self) -> bool {
        self.is_asked && !self.query.is_empty()
    }

    /// The address of this list, from its beginning or from where a page ended.
    pub fn here(&self, after: Option<&str>) -> String {
        self.with(&after.map(|it| ("after", it)).into_iter().collect::<Vec<_>>())
    }

    /// The views as tabs, each with its count.
    pub fn tabs(&self, reader: &Reader) -> Result<Vec<Tab>> {
        let mut tabs = Vec::new();
        for view in &self.views {
            let code = code_of(view);
            tabs.push(Tab {
                label: view.name.clone(),
                address: asking(&self.path(), &[("view".to_owned(), code.clone())]),
                count: counted(reader, self.entry, view)?,
                is_here: code == self.code,
            });
        }
        Ok(tabs)
    }

    /// What is asked of the kernel.
    pub fn wanted(&self, reader: &Reader) -> Wanted {
        let (sort, order) = columns::order(reader, self.entry, &self.all, &self.sort).unwrap_or_default();
        let (query, zone) = (self.query.clone(), Some(language::time_zone()));
        Wanted {
            query,
            zone,
            sort,
            order,
            descending: self.descending,
            after: self.after.clone(),
            ..Wanted::default()
        }
    }

    /// The fields of an address that shows the same.
    pub fn fields(&self) -> Vec<(String, String)> {
        let codes: Vec<&str> = self.columns.iter().map(|it| it.code.as_str()).collect();
        [
            ("view", self.code.clone()),
            ("q", self.query.to_string()),
            ("columns", codes.join(",")),
            ("sort", self.sort.clone()),
            ("down", if self.descending { "1" } else { "0" }.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    fn path(&self) -> String {
        self.entry.list()
    }

    /// An address of the lists of this kind: `/lists/requirement-sets/bulk`.
    pub fn at(&self, rest: &str) -> String {
        format!("/lists/{}/{rest}", self.entry.kind.path)
    }

    /// This list with some fields of its address put differently.
    fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut fields: Vec<(String, String)> =
            self.fields().into_iter().filter(|(name, _)| name != "columns").collect();
        for (name, value) in changes {
            fields.retain(|(it, _)| it != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        asking(&self.path(), &fields)
    }
}

/// An address with a query.
pub(crate) fn asking(path: &str, fields: &[(String, String)]) -> String {
    let start = format!("{path}?");
    let at = start.len();
    form_urlencoded::Serializer::for_suffix(start, at).extend_pairs(fields).finish()
}

/// The views that every kind has.
fn of_the_house(reader: &Reader, entry: &Entry) -> Vec<View> {
    let is_over = |it: &&kernel::Named| matches!(it.tone, Some(kernel::Tone::Past | kernel::Tone::Stopped));
    let view = |name: String, key: &str, query: &str| View {
        name,
        // Views of the house have no key; this tells them apart.
        sort: String::new(),
        kind: key.to_owned(),
        query: query.to_owned(),
        ..View::default()
    };
    if !entry.views.is_empty() && !reader.actor.is_outside() {
        let given = entry.views.iter().map(|it| View {
            sort: it.sort.trim_start_matches('-').to_owned(),
            descending: it.sort.starts_with('-'),
            ..view(say(&(it.name)()), it.key, it.query)
        });
        return given.collect();
    }
    let mut views = Vec::new();
    let going: Vec<&kernel::Named> = entry.states_to(reader.actor).iter().filter(|it| !is_over(it)).collect();
    if going.len() < entry.states.len() {
        let label = if let [only] = going.as_slice() { say(&only.text) } else { t!("Open") };
        views.push(view(label, "open", "is:open"));
    }
    if !reader.actor.is_outside() && !entry.is_party {
        views.push(view(t!("Mine"), "mine", "owner:me"));
    }
    views.push(view(t!("All"), "all", ""));
    views
}

/// The code of a view in addresses: its key, or the word of a view of the house.
pub(crate) fn code_of(view: &View) -> String {
    if view.id == 0 { view.kind.clone() } else { view.id.to_string() }
}

fn page(reader: &Reader, it: &Listing, extras: &Extras) -> Result<Markup> {
    let kind = it.entry.kind.prefix;
    let wanted = it.wanted(reader);
    let (found, all) = reader.list_and_count(kind, &wanted, COUNTED + 1)?;
    let is_bare = found.rows.is_empty() && reader.count(kind, &Wanted::default(), 1)? == 0;
    let title = extras.title.clone().unwrap_or_else(|| say(&(it.entry.kind.many)()));
    let head = |tools: Tools| Head {
        title: html! { (title) },
        lead: extras.lead.as_ref().map(|it| html! { (it) }),
        tools,
        ..Head::default()
    };
    if is_bare {
        return Ok(html! {
            (parts::page_head(&head(Tools { first: None, more: extras.more.clone() })))
            @if let Some(note) = &extras.note { (note) }
            (parts::empty(&Empty {
                title: t!("Nothing is here yet"),
                purpose: extras.purpose.clone(),
                buttons: extras.first.clone().into_iter().collect(),
            }))
        });
    }
    let fields = it.fields();
    let mut more = extras.more.clone();
    for (ending, label) in [("csv", "CSV"), ("xlsx", "XLSX")] {
        let to = asking(&it.at(&format!("export.{ending}")), &fields);
        more.push(Button::open(to, t!("Export {format}", format = label)).small());
    }
    let mut names = Names::default();
    let cells = columns::cells(reader, it.entry, &it.columns, &found.rows, &mut names)?;
    let ids: Vec<i64> = found.rows.iter().map(|row| row.id).collect();
    let unread = reader.unread_among(&ids)?;
    let below = extras.below.map(|below| below(reader, &ids)).transpose()?.unwrap_or_default();
    let lines = found.rows.iter().zip(&cells).map(|(row, cells)| {
        let address =
            if extras.opens_beside { it.beside(&row.number) } else { it.entry.kind.address(&row.number) };
        let cell = |cell: &Shown| match cell {
            Shown::Title(_) => html! {
                @if unread.contains(&row.id) { (parts::unread()) " " }
                (cell.html(&address, reader.now))
                @if let Some(more) = below.get(&row.id) { " " (more) }
            },
            _ => cell.html(&address, reader.now),
        };
        Line::new(&row.number, cells.iter().map(cell).collect()).seen(row.version)
    });
    let heads = it.columns.iter().map(|col| col.head(sorting(reader, it, &col.code)));
    let mut table =
        Table::new(t!("{what}, as they are sorted", what = &title), heads.collect(), lines.collect())
            .compact();
    if it.columns.len() > MOST_THAT_FIT {
        table = table.wide();
    }
    let may_change = !reader.actor.only_reads && !reader.actor.is_outside();
    if may_change {
        table = table.selectable();
    }
    let all = usize::try_from(all).unwrap_or(0);
    let is_filtered = !it.query.is_empty();
    Ok(html! {
        (parts::page_head(&head(Tools { first: extras.first.clone(), more })))
        (parts::tabs(&t!("Views"), &it.tabs(reader)?))
        @if let Some(note) = &extras.note { (note) }
        div class="list-tools" {
            (parts::filter(&filter(it)))
            (choose_columns(it))
            (keep(it, is_filtered, reader))
        }
        @if found.rows.is_empty() {
            (parts::empty_of_filter(t!("Nothing is like that"),
                t!("Take a condition away, or look under another view."),
                &[Button::open(it.with(&[("q", "")]), t!("Show all"))]))
        } @else {
            (table)
            @if may_change { (bulk(it, extras.takes_over)) }
            (parts::pager(&Pager {
                shown: found.rows.len(),
                all: (all <= COUNTED).then_some(all),
                before: None,
                after: found.next.as_ref().map(|next| it.with(&[("after", next)])),
            }))
        }
        @if may_change && !found.rows.is_empty() { (change_all(it, all)) }
    })
}

/// Where a click on the head of a column leads, and how the list is sorted by it now.
fn sorting(reader: &Reader, it: &Listing, code: &str) -> Option<(String, Option<bool>)> {
    columns::order(reader, it.entry, &it.all, code)?;
    let is_here = it.sort == code;
    let down = if is_here && !it.descending { "1" } else { "0" };
    Some((it.with(&[("sort", code), ("down", down)]), is_here.then_some(!it.descending)))
}

/// How many a view holds, as far as anybody counts. A view whose filter is gone is shown without a count; opened, it
/// says what is wrong.
fn counted(reader: &Reader, entry: &Entry, view: &View) -> Result<Option<usize>> {
    let kind = entry.kind.prefix;
    let Ok(query) = question::read(reader, Some(kind), &view.query) else { return Ok(None) };
    let wanted = Wanted { query, zone: Some(language::time_zone()), ..Wanted::default() };
    Ok(usize::try_from(reader.count(kind, &wanted, COUNTED + 1)?).ok())
}

fn filter(it: &Listing) -> Filter {
    let without = |query: &str| it.with(&[("q", query)]);
    let along = [
        ("view", it.code.as_str()),
        ("sort", it.sort.as_str()),
        ("down", if it.descending { "1" } else { "0" }),
        ("q", ""),
    ];
    Filter {
        action: it.path(),
        chips: question::chips(&it.filters, &it.query, without),
        kept: it.query.to_string(),
        typed: if it.fault.is_some() { it.typed.clone() } else { String::new() },
        example: t!("words, state:…, owner:me, due<today+7"),
        fault: it.fault.clone(),
        is_first: false,
        kind: Some(it.entry.kind.prefix.to_owned()),
        along: along.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
    }
}

fn bulk(it: &Listing, takes_over: bool) -> Markup {
    let take = Button::send_to(it.at("bulk"), t!("Take them over")).sends("change", "take").small();
    let mut buttons = vec![Button::send(t!("Change them")).small()];
    buttons.extend(takes_over.then_some(take));
    parts::bulk(&Bulk { action: it.at("bulk/choose"), buttons })
}

/// Leads to the same change for everything that the filter finds, beyond this page.
fn change_all(it: &Listing, all: usize) -> Markup {
    let words = if all > COUNTED {
        t!("Change all that match")
    } else {
        t!("Change the one that matches" | "Change all {count} that match", count = all)
    };
    html! {
        form method="post" action=(it.at("bulk/choose")) {
            (parts::hidden("all", "1"))
            (parts::hidden("q", it.query.to_string()))
            (Button::send(words).small())
        }
    }
}

/// Which columns are shown and in which order, remembered for this view.
fn choose_columns(it: &Listing) -> Markup {
    let shown = |code: &str| it.columns.iter().position(|it| it.code == code);
    let others = it.all.iter().filter(|col| shown(&col.code).is_none());
    let lines: Vec<&Col> = it.columns.iter().chain(others).collect();
    html! {
        details.opens {
            summary class="button small" { (Symbol::Down.icon()) (t!("Columns")) }
            div.panel {
                form method="post" action=(it.at("columns")) {
                    (kept(it))
                    p.fine { (t!("Tick what the list shows; the figure says the order.")) }
                    ul.columns {
                        @for (at, col) in lines.iter().enumerate() {
                            @let id = format!("column-{}", col.code.replace('.', "-"));
                            li {
                                input type="checkbox" id=(id) name="column" value=(col.code) checked[shown(&col.code).is_some()];
                                label for=(id) { (col.label) }
                                label.unseen for={ (id) "-at" } { (t!("Order of {column}", column = &col.label)) }
                                input class="input short" id={ (id) "-at" } name={ "at." (col.code) } inputmode="numeric" value=(at + 1);
                            }
                        }
                    }
                    div.row {
                        (Button::send(t!("Show these")).first().small())
                        (Button::send_to(it.at("columns/forget"), t!("As the house shows them")).small().bare())
                    }
                }
            }
        }
    }
}

/// What a form of the list sends along, so that it comes back to the same list.
fn kept(it: &Listing) -> Markup {
    html! { @for (name, value) in it.fields() { @if name != "columns" { (parts::hidden(&name, value)) } } }
}

/// Keeps what is seen as a view, changes the own one that is open, or takes it away.
fn keep(it: &Listing, is_filtered: bool, reader: &Reader) -> Markup {
    let is_own = it.view.id != 0
        && (it.view.owner == reader.actor.person || reader.actor.has(kernel::Role::Administrator));
    let may_share = !reader.actor.only_reads && !reader.actor.is_outside();
    let codes: Vec<&str> = it.columns.iter().map(|it| it.code.as_str()).collect();
    let shared = Shared::ALL
        .iter()
        .map(|word| Choice::new(word.code(), language::word(*word)).chosen(*word == it.view.shared));
    let name = if is_own { it.view.name.clone() } else { String::new() };
    html! {
        details.opens {
            summary class="button small" { (Symbol::Eye.icon()) (t!("Save this view")) }
            div.panel {
                form method="post" action=(it.at("views")) {
                    (kept(it))
                    (parts::hidden("columns", codes.join(",")))
                    (Field::text("name", t!("Name")).value(name).required())
                    @if may_share { (Choices::one("shared", t!("Who sees it"), shared.collect())) }
                    @if !is_filtered { p.fine { (t!("It will show everything. Type a filter first to narrow it.")) } }
                    div.row {
                        (Button::send(t!("Save as a new view")).first().small())
                        @if is_own {
                            (Button::send_to(it.at(&format!("views/{}", it.view.id)), t!("Change “{view}”", view = &it.view.name)).small())
                            (Button::send_to(it.at(&format!("views/{}/remove", it.view.id)), t!("Remove it")).small().stop())
                        }
                    }
                }
            }
        }
    }
}
