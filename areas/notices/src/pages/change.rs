//! Who is told of a change: found with the reasons, prepared, sent, answered; and somebody added by hand.

use jiff::civil::Date;
use maud::{Markup, html};
use web::Form;
use web::language::word;
use web::parts::{
    self, Beside, Button, Choice, Choices, Column, Field, Head, Line, State as Mark, Table, form, page_head,
    section,
};
use web::{Choosing, t};

use super::{of_notice, why};
use crate::commands::AT_ONCE;
use crate::model::{Asks, Recipient, Side, State};
use crate::queries::{NoticeLine, REASONS};

/// So many are shown of those who were not told, and of the notices.
const SHOWN: usize = 200;

/// Who is told of a change.
pub struct Told<'a> {
    pub change: &'a str,
    pub title: &'a str,
    pub recipients: &'a [Recipient],
    pub notices: &'a [NoticeLine],
    pub may_write: bool,
    pub today: Date,
    /// The extra fields of a notice.
    pub extra: Markup,
}

/// Somebody is told whom nothing names.
pub struct ByHand<'a> {
    pub change: &'a str,
    pub title: &'a str,
    /// What can be told of: number and title.
    pub items: &'a [(String, String)],
    /// Who else is told.
    pub party: Choosing,
    /// The extra fields of a notice.
    pub extra: Markup,
}

/// What a state of a notice looks like.
pub fn mark(state: State) -> Mark {
    Mark::from(kernel::State::tone(state))
}

pub fn page(it: &Told, written: &Form) -> Markup {
    let missing: Vec<&Recipient> = it.recipients.iter().filter(|it| it.notice.is_none()).collect();
    let to = format!("/changes/{}/notices", it.change);
    html! {
        (page_head(&Head {
            place: Some((it.change.to_owned(), format!("/changes/{}", it.change))),
            title: html! { (t!("Who is told of {number}", number = it.change)) },
            lead: Some(html! { (it.title) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (section("found", t!("Has to be told, and has no notice yet"), html! {
            @if missing.is_empty() { p.quiet-text { (t!("Everybody whom the change reaches has a notice.")) } }
            @else {
                (found(&missing))
                @if missing.len() > SHOWN { p.fine { (t!("And {count} more.", count = missing.len() - SHOWN)) } }
                @if it.may_write {
                    @if missing.len() > AT_ONCE { p.fine { (t!("{count} are prepared at once, the others by themselves soon after.", count = AT_ONCE)) } }
                    @let prepare = Button::send(t!("Prepare {count} notice" | "Prepare {count} notices", count = missing.len())).first();
                    @if it.extra.0.is_empty() { form.alone method="post" action=(to) { (parts::once()) (prepare) } }
                    @else { (form(&to, html! { (it.extra) (prepare) })) }
                }
            }
        }))
        @if !it.notices.is_empty() {
            (section("notices", t!("Notices of change"), html! {
                (notices(it))
                @if it.notices.len() > SHOWN { p.fine { (t!("And {count} more.", count = it.notices.len() - SHOWN)) } }
            }))
        }
        @if it.may_write { p { (Button::open(format!("{to}/add"), t!("Tell somebody else"))) } }
    }
}

fn found(missing: &[&Recipient]) -> Table {
    let columns =
        vec![Column::title(t!("Who")), Column::text(t!("Why")), Column::text(t!("What was agreed"))];
    let lines = missing.iter().take(SHOWN).map(|it| {
        let agreed = html! {
            @if !it.is_agreed && !it.needs_approval { span.quiet-text { (t!("nothing")) } }
            @if it.is_agreed { (t!("{count} day" | "{count} days", count = it.notice_days)) br; }
            @if it.needs_approval { strong { (t!("They approve it.")) } }
            @if !it.contract.is_empty() { br; span.fine { (t!("Frame contract {contract} asks for it.", contract = &it.contract)) } }
        };
        let named = it.reasons.get(..REASONS).unwrap_or(&it.reasons);
        let more = it.more + it.reasons.len() - named.len();
        let reasons = html! { (why(named)) @if more > 0 { p.fine { (t!("And {count} more.", count = more)) } } };
        Line::new("", vec![html! { a href={ "/customers/" (it.number) } { (it.name) } " " span.fine { (it.number) } }, reasons, agreed])
    });
    Table::new(t!("By their numbers"), columns, lines.collect()).compact()
}

/// Those first that somebody has to look at, as many as a page takes.
fn notices(it: &Told) -> Table {
    let rank = |one: &&NoticeLine| match one.state {
        State::Objected => 0,
        State::Prepared => 1,
        State::Issued => 2,
        _ => 3,
    };
    let mut all: Vec<&NoticeLine> = it.notices.iter().collect();
    all.sort_by_key(rank);
    all.truncate(SHOWN);
    let columns = vec![
        Column::title(t!("Who")),
        Column::text(t!("Notice")),
        Column::text(t!("What is asked of them")),
        Column::text(t!("How it stands")),
    ];
    let lines = all.into_iter().map(|one| {
        Line::new(
            "",
            vec![
                html! { (one.name) @if one.side == Side::Supplier { " " span.fine { (word(one.side)) } } },
                html! { a href=(of_notice(&one.number, "")) { (one.number) } },
                html! { (word(one.asks)) @if one.blocks { br; span.fine { (t!("The release waits for their answer.")) } } },
                html! {
                    (parts::state(mark(one.state), word(one.state)))
                    @if one.state == State::Issued { @if let Some(by) = one.answer_by { " " (parts::due(by, it.today)) } }
                    @if !one.waiver.is_empty() { br; span.fine { (one.waiver) } }
                },
            ],
        )
    });
    Table::new(t!("Those first that wait for somebody"), columns, lines.collect()).compact()
}

/// The form in which somebody is told whom nothing names.
pub fn by_hand(it: &ByHand, written: &Form) -> Markup {
    let to = format!("/changes/{}/notices", it.change);
    let sides = [Side::Customer, Side::Supplier].map(|side| {
        let code = kernel::Vocabulary::code(side);
        Choice::new(&code, word(side))
            .chosen(written.text("side") == code || (!written.has("side") && side == Side::Supplier))
    });
    let chosen = written.all("items");
    let items = it.items.iter().map(|(number, title)| {
        Choice::new(number, format!("{number} {title}")).chosen(chosen.contains(&number.as_str()))
    });
    html! {
        (page_head(&Head {
            place: Some((it.change.to_owned(), to.clone())),
            title: html! { (t!("Tell somebody else")) },
            lead: Some(html! { (it.title) }),
            ..Head::default()
        }))
        (identity::summary(written))
        (form(&format!("{to}/add"), html! {
            (it.party.field(t!("Who"), t!("Choose an organisation")))
            (Choices::one("side", t!("They are told as"), sides.to_vec()))
            (Choices::any("items", t!("What they are told of"), items.collect()).fault(written.faults.of("items").map(web::language::say)))
            (identity::filled(written, "reason", Field::text("reason", t!("Why they are told")).required().example(t!("makes the rings"))))
            (Choices::any("blocks", t!("Release"), vec![Choice::new("yes", t!("The release waits for their answer")).chosen(written.has("blocks"))]))
            (it.extra)
            div.row {
                (Button::send(t!("Prepare the notice")).first())
                (Button::open(to.clone(), t!("Cancel")).bare())
            }
        }))
    }
}

/// What stands beside a change: how many were told, how many answered, and who did not.
pub fn beside(change: &str, notices: &[NoticeLine]) -> Beside {
    let count = |holds: fn(&NoticeLine) -> bool| notices.iter().filter(|it| holds(it)).count();
    let (yes, open) = (count(|it| it.state.is_yes()), count(|it| it.state == State::Issued));
    let worrying: Vec<&NoticeLine> = notices
        .iter()
        .filter(|it| it.state == State::Objected || (it.asks == Asks::Approval && it.state == State::Issued))
        .collect();
    let inside = html! {
        @if notices.is_empty() { p.quiet-text { (t!("Nobody outside was told yet.")) } }
        @else {
            p { (t!("{yes} of {all} said yes, {open} have not answered.", yes = yes, all = notices.len(), open = open)) }
            ul { @for it in worrying { li { a href=(of_notice(&it.number, "")) { (it.name) } " " (parts::state(mark(it.state), word(it.state))) } } }
        }
        p { (Button::open(format!("/changes/{change}/notices"), t!("Who is told")).small()) }
    };
    Beside {
        id: "told",
        title: t!("Customers and suppliers"),
        count: Some(notices.len().to_string()),
        inside,
    }
}
