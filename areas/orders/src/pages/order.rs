//! The page of an order: how far it is, what it rests on, what was promised, told and delivered.

use customers::Channel;
use identity::{filled, summary};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Missing, Vocabulary};
use maud::{Markup, html};
use web::language::{self, day, decimal, say, word};
use web::parts::{self, Button, Column, Field, Head, Line, Note, State, Symbol, Table};
use web::{Form, t};

use super::{lines, money, of_order, promises::share, refused, terms, what};
use crate::model::{
    Delivery, LineStanding, OnTime, Order, OrderState, Promise, Reason, Told, ToldWhat, Waiver,
};
use crate::rules::{has_slipped, in_their_words, way_of};

/// What the page of an order shows besides the envelope.
pub struct Shown {
    pub number: String,
    pub state: OrderState,
    pub order: Order,
    pub is_staff: bool,
    /// Whether the reader keeps orders.
    pub may_keep: bool,
    /// Whether they ask to accept an order although something is missing, or agree to it.
    pub may_pass: bool,
    pub is_open: bool,
    pub lines: Vec<LineStanding>,
    pub promises: Vec<Promise>,
    pub told: Vec<Told>,
    pub deliveries: Vec<Delivery>,
    /// The request by which the gate was passed or is asked to be, and the consent, each with the name of whoever it was.
    pub waivers: Vec<(Waiver, String)>,
    /// What it rests on: a label, the words and the address.
    pub basis: Vec<(String, String, String)>,
    /// Open differences, and all there are; none where no order of theirs was laid beside.
    pub differences: Option<(usize, usize)>,
    /// For each line of the catalogue: the line, the revision that held on the day of the order, and where it is read.
    pub revisions: Vec<(i64, String, String)>,
    /// The names of those who promised, told and delivered, by their keys.
    pub names: Vec<(i64, String)>,
    pub now: Timestamp,
    pub form: Form,
}

impl Shown {
    fn name(&self, id: i64) -> &str {
        self.names.iter().find(|(it, _)| *it == id).map_or("", |(_, name)| name.as_str())
    }

    fn is_going(&self) -> bool {
        matches!(
            self.state,
            OrderState::Received
                | OrderState::Accepted
                | OrderState::InProduction
                | OrderState::PartDelivered
                | OrderState::Running
        )
    }
}

/// The sections of an order.
pub fn body(it: &Shown) -> Markup {
    html! {
        (summary(&it.form))
        @if it.is_staff { (waived(it)) (differences(it)) } @else { (in_words(it)) }
        (held(it))
        (promised(it))
        (parts::section("terms", t!("What was agreed"), html! {
            @if !it.basis.is_empty() { dl.facts { @for (label, words, to) in &it.basis { dt { (label) } dd { a href=(to) { (words) } } } } }
            (parts::facts(&agreed(it)))
            @if it.is_staff && !it.order.note.is_empty() { (parts::note(Note::Plain, &it.order.note)) }
        }))
    }
}

/// How far it is, in the words of the customer.
fn in_words(it: &Shown) -> Markup {
    let way = way_of(it.order.sort);
    let place = way.iter().position(|state| *state == it.state);
    html! {
        p.lead { (say(&in_their_words(it.state, it.order.sort))) }
        @if let Some(place) = place {
            p.quiet-text { (t!("Step {place} of {count}", place = place + 1, count = way.len())) }
        }
    }
}

/// That the gate was passed, or is asked to be, although something is missing.
fn waived(it: &Shown) -> Markup {
    let asked = it.waivers.iter().filter(|(one, _)| one.consents_to.is_none());
    html! { @for (asked, name) in asked {
        @let agreed = it.waivers.iter().find(|(one, _)| one.consents_to == Some(asked.id));
        @if agreed.is_some() || it.state == OrderState::Received {
            (parts::note_with(Note::Warn, if agreed.is_some() { t!("The gate is passed although something was missing") } else { t!("Somebody asks to accept it although something is missing") }, html! {
                p { (t!("Asked by {who}, because: {reason}", who = name, reason = &asked.reason)) }
                @match agreed {
                    Some((_, second)) => p { (t!("Agreed by {who}.", who = second)) },
                    None => @if it.may_pass { p { a href=(of_order(&it.number, "gate")) { (t!("Look at it")) } } },
                }
                ul { @for one in &asked.missing { li { (say(one)) } } }
            }))
        }
    } }
}

fn differences(it: &Shown) -> Markup {
    let to = of_order(&it.number, "differences");
    html! {
        @match it.differences {
            Some((0, 0)) => p { a href=(to) { (t!("Their order says what we quoted.")) } },
            Some((0, all)) => p { a href=(to) { (t!("{count} difference between quotation and order was settled." | "{count} differences between quotation and order were settled.", count = all)) } },
            Some((open, _)) => (parts::note(Note::Asks, html! { (t!("{count} difference between quotation and order is open." | "{count} differences between quotation and order are open.", count = open)) " " a href=(to) { (t!("Settle them")) } })),
            None if it.state == OrderState::Received && it.may_keep => p { a href=(to) { (t!("Lay the customer's own order beside this one")) } },
            None => {},
        }
    }
}

fn held(it: &Shown) -> Markup {
    let edit = Button::open(of_order(&it.number, "edit"), t!("Change")).symbol(Symbol::Edit).small();
    let deliver = Button::open(of_order(&it.number, "deliver"), t!("Write down a delivery")).small();
    let mut buttons = Vec::new();
    if it.is_open && it.may_keep {
        buttons.push(edit);
    }
    if it.may_keep
        && matches!(it.state, OrderState::Accepted | OrderState::InProduction | OrderState::PartDelivered)
    {
        buttons.push(deliver);
    }
    parts::section_with(
        "lines",
        t!("Lines"),
        &buttons,
        html! {
            @if it.order.lines.is_empty() { p.quiet-text { (t!("No line stands there yet.")) } }
            @else { (lines(t!("Lines of the order"), &it.order.lines, &it.order.currency)) }
            @if !it.revisions.is_empty() {
                h3 { (t!("Which revision holds for this order")) }
                ul { @for (line, words, to) in &it.revisions { li { (t!("Line {line}", line = *line)) ": " a href=(to) { (words) } } } }
            }
            @if !it.deliveries.is_empty() {
                h3 { (t!("Delivered")) }
                ul { @for one in &it.deliveries { li {
                    (t!("Line {line}", line = one.line)) ": " (decimal(&one.quantity)) " " (t!("on {day}", day = day(one.delivered_on)))
                    @if !one.words.is_empty() { ", " (one.words) }
                    @if it.is_staff { " " span.fine { (it.name(one.by)) } }
                } } }
            }
        },
    )
}

/// The ledger: each line with every day that was promised for it.
fn promised(it: &Shown) -> Markup {
    parts::section(
        "promises",
        t!("What was promised"),
        html! {
            @if it.promises.is_empty() { p.quiet-text { (t!("No day is promised yet.")) } }
            @for group in alike(it) { (ledger(it, &group)) }
            @if it.may_keep && it.is_going() && !it.lines.is_empty() { (promise_form(it)) }
        },
    )
}

/// Lines for which the same days were promised and told, so that an order of many lines has one ledger.
fn alike(it: &Shown) -> Vec<Vec<&LineStanding>> {
    let series = |line: &LineStanding| -> Vec<(Date, Reason, Timestamp, usize)> {
        let all = it.promises.iter().filter(|one| one.line == line.line);
        all.map(|one| {
            (
                one.promised_on,
                one.reason,
                one.at,
                it.told.iter().filter(|told| told.promise == one.id).count(),
            )
        })
        .collect()
    };
    let mut groups: Vec<Vec<&LineStanding>> = Vec::new();
    for line in it.lines.iter().filter(|line| line.promises > 0) {
        let same = groups
            .iter_mut()
            .find(|group| series(group[0]) == series(line) && group[0].done_on == line.done_on);
        match same {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    groups
}

fn ledger(it: &Shown, group: &[&LineStanding]) -> Markup {
    let line = group[0];
    let all: Vec<&Promise> = it.promises.iter().filter(|one| one.line == line.line).collect();
    let name = it.order.lines.iter().find(|one| one.no == line.line).map(what).unwrap_or_default();
    let title = match group {
        [only] => html! { (t!("Line {line}", line = only.line)) " " (name) },
        _ => {
            let numbers: Vec<String> = group.iter().map(|it| it.line.to_string()).collect();
            html! { (t!("Lines {lines}", lines = numbers.join(", "))) }
        }
    };
    let columns = vec![
        Column::plain(t!("No.")),
        Column::title(t!("Promised for")),
        Column::text(t!("Why")),
        Column::text(if it.is_staff { t!("Promised by") } else { t!("Promised") }),
        Column::text(t!("Told and acknowledged")),
    ];
    let rows = all.iter().map(|one| {
        let is_last = line.promise == Some(one.id);
        let promised = html! { @if is_last { strong { (day(one.promised_on)) } } @else { s { (day(one.promised_on)) } } };
        let why = html! { (word(one.reason)) @if !one.words.is_empty() && it.is_staff { br; span.fine { (one.words) } } };
        let by = html! { @if it.is_staff { (it.name(one.by)) " " } span.fine { (language::near_moment(one.at, it.now)) } };
        Line::new(one.no.to_string(), vec![html! { (one.no) }, promised, why, by, told(it, one, group)])
    });
    let slipped = has_slipped(line).then(|| {
        let days =
            line.first_promised_on.zip(line.promised_on).map_or(0, |(first, last)| (last - first).get_days());
        t!("{count} day later than first promised" | "{count} days later than first promised", count = days)
    });
    html! {
        h3 { (title)
            @if let Some(words) = slipped { " " (parts::state(State::Waits, words)) }
            @if let Some(done) = line.done_on { " " (parts::state(State::Good, t!("delivered on {day}", day = day(done)))) }
        }
        (Table::new(t!("Days promised for this line, the first first"), columns, rows.collect()).compact())
    }
}

/// What became of a promise. The same promises of other lines are told and acknowledged with it.
fn told(it: &Shown, promise: &Promise, group: &[&LineStanding]) -> Markup {
    let is_last = group[0].promise == Some(promise.id);
    let same = it.promises.iter().filter(|one| one.no == promise.no && one.id != promise.id);
    let same = same.filter(|one| group.iter().any(|line| line.line == one.line));
    let with = same.map(|one| one.id.to_string()).collect::<Vec<_>>().join(",");
    let of = |what: ToldWhat| it.told.iter().filter(move |one| one.promise == promise.id && one.what == what);
    let is_told = of(ToldWhat::Told).next().is_some();
    let is_acknowledged = of(ToldWhat::Acknowledged).next().is_some();
    let at = of_order(&it.number, &format!("promises/{}", promise.id));
    html! {
        @for one in of(ToldWhat::Told) { div {
            (t!("told")) " " span.fine { (channel(&one.channel)) @if it.is_staff && !one.words.is_empty() { ", " (one.words) } ", " (language::near_moment(one.at, it.now)) }
        } }
        @for one in of(ToldWhat::Acknowledged) { div {
            (t!("acknowledged")) " " span.fine { (language::near_moment(one.at, it.now)) @if it.is_staff && !one.words.is_empty() { ", " (one.words) } }
        } }
        @if it.may_keep && !is_told && !is_acknowledged {
            details { summary.button { (t!("They were told")) } (parts::form(&format!("{at}/told"), html! {
                (parts::hidden("with", &with))
                (Field::select("channel", t!("How"), Channel::ALL.iter().map(|it| (it.code(), word(*it)))))
                (Field::text("words", t!("Which mail, call or letter")))
                (Button::send(t!("Write it down")).small())
            })) }
        }
        @if is_last && !is_acknowledged && !it.is_staff { (Button::post(format!("{at}/acknowledge"), t!("I have seen it")).small().sends("with", &with)) }
        @if is_last && !is_acknowledged && is_told && it.may_keep {
            details { summary.button { (t!("They acknowledged it")) } (parts::form(&format!("{at}/acknowledge"), html! {
                (parts::hidden("with", &with))
                (Field::text("words", t!("Which mail, call or letter")))
                (Button::send(t!("Write it down")).small())
            })) }
        }
    }
}

fn channel(code: &str) -> String {
    Channel::of(code).map_or_else(|| code.to_owned(), word)
}

fn promise_form(it: &Shown) -> Markup {
    let going: Vec<&LineStanding> = it.lines.iter().filter(|line| line.done_on.is_none()).collect();
    let options = going
        .iter()
        .map(|line| (line.line.to_string(), t!("Line {line}", line = line.line) + " " + &line.article));
    let is_first = going.iter().all(|line| line.promises == 0);
    let reasons = Reason::ALL
        .iter()
        .filter(|reason| is_first == (**reason == Reason::First) || !is_first)
        .map(|it| (it.code(), word(*it)));
    let all = std::iter::once((String::new(), t!("All lines"))).chain(options);
    let chosen = if it.form.text("reason").is_empty() && !is_first {
        Reason::Production.code()
    } else {
        it.form.text("reason").to_owned()
    };
    html! {
        @if going.is_empty() { } @else {
            details open[it.form.faults.of("on").is_some() || it.form.faults.of("reason").is_some()] {
                summary.button { (Symbol::Clock.icon()) @if is_first { (t!("Promise a day")) } @else { (t!("Promise another day")) } }
                (parts::form(&of_order(&it.number, "promises"), html! {
                    (filled(&it.form, "line", Field::select("line", t!("Line"), all)))
                    (filled(&it.form, "on", Field::day("on", t!("Promised for"))).required())
                    (filled(&it.form, "reason", Field::select("reason", t!("Why"), reasons)).value(chosen))
                    (filled(&it.form, "words", Field::text("words", t!("In words"))).help(t!("For colleagues.")))
                    (Button::send(t!("Promise it")).first())
                }))
            }
        }
    }
}

fn agreed(it: &Shown) -> Vec<(String, Markup)> {
    let order = &it.order;
    let mut facts = Vec::new();
    if !order.purchase_order.is_empty() {
        facts.push((t!("Customer's order number"), html! { (order.purchase_order) }));
    }
    if let Some(on) = order.ordered_on {
        facts.push((t!("Ordered on"), html! { (day(on)) " " span.fine { (word(order.came_by)) } }));
    }
    if it.is_staff && !order.external_id.is_empty() {
        facts.push((t!("Number elsewhere"), html! { (order.external_id) }));
    }
    facts.extend(terms(&order.terms));
    facts
}

/// The form in which a delivery is written down.
pub fn deliver(
    (number, order): (&str, &Order),
    standing: &[LineStanding],
    missing: &[Missing],
    form: &Form,
) -> Markup {
    html! {
        (parts::page_head(&Head {
            place: Some((number.to_owned(), of_order(number, ""))),
            title: html! { (t!("What was delivered of {number}", number = number)) },
            lead: Some(html! { (t!("Leave a line empty of which nothing was delivered.")) }),
            ..Head::default()
        }))
        (summary(form))
        (refused(t!("This cannot be delivered yet"), missing))
        (parts::form(&of_order(number, "deliver"), html! {
            @for line in standing.iter().filter(|it| it.done_on.is_none()) {
                @let name = format!("quantity{}", line.line);
                @let words = order.lines.iter().find(|it| it.no == line.line).map(|it| format!("{} {}", it.article, it.words)).unwrap_or_default();
                @let left = (line.quantity - line.delivered).to_string();
                (filled(form, &name, Field::text(&name, t!("Line {line}", line = line.line) + " " + &words)).short().help(t!("{quantity} left", quantity = decimal(&left))))
            }
            (filled(form, "on", Field::day("on", t!("Delivered on"))).help(t!("Today where nothing is said.")))
            (filled(form, "words", Field::text("words", t!("Delivery note"))))
            div.row {
                (Button::send(t!("Write it down")).first())
                (Button::open(of_order(number, ""), t!("Cancel")).bare())
            }
        }))
    }
}

/// How far we kept our word with a customer, for their page.
pub fn kept_word(it: &OnTime) -> Markup {
    html! { @if it.lines > 0 {
        (parts::section("kept", t!("Promises kept"), parts::facts(&[
            (t!("Lines delivered"), html! { (language::count(it.lines)) }),
            (t!("On time by the first promise"), share(it.by_first, it.lines)),
            (t!("By the last promise"), share(it.by_last, it.lines)),
            (t!("Days moved"), html! { (language::count(it.moved)) }),
        ])))
    } }
}

/// A sum with its currency, for the head of a page.
pub fn sum(order: &Order) -> Markup {
    money(&crate::rules::total(&order.lines).to_string(), &order.currency)
}
