//! Reading what is proposed and signing it; who approves which changes.

use kernel::Missing;
use maud::{Markup, html};
use web::Form;
use web::language::say;
use web::parts::{
    self, Button, Choice as Pick, Choices, Column, Field, Head, Line, Note, Table, form, hidden, page_head,
    section,
};
use web::t;

use super::affected::{REDLINES, Redlined, unread};
use super::{Options, Proposed, money, of_change, proposed, prose};
use crate::model::{AskedBy, PolicyLine};

/// What one signs.
pub struct Signing<'a> {
    pub proposed: Proposed<'a>,
    pub title: &'a str,
    /// The functions for which the actor can sign: number and name.
    pub functions: Options,
    pub digest: &'a str,
    /// The fingerprint of what lies before them now: the signature is under that, or it is none.
    pub read: &'a str,
    /// What is taken away, and what would say something else: the first of them, and how many there are.
    pub redlines: (&'a [Redlined], usize),
    /// For whom it is, by what they have to approve it, and by what it is caused.
    pub facts: &'a [(String, Markup)],
    pub has_factor: bool,
}

/// The password, and the code of a device where there is one.
pub fn proof_fields(written: &Form, has_factor: bool) -> Markup {
    html! {
        (Field::password("password", t!("Your password")).remembers("current-password").required()
            .help(t!("You sign with it: it proves that it is you."))
            .fault(written.faults.of("password").map(say)))
        @if has_factor {
            (Field::text("code", t!("Code of your device")).short().remembers("one-time-code").mark("inputmode", "numeric")
                .fault(written.faults.of("code").map(say)))
        }
    }
}

/// All that is signed, and below it the form in which one signs.
pub fn sign(it: &Signing, written: &Form) -> Markup {
    let Proposed { number, body, items, total, .. } = it.proposed;
    let changing = items.iter().filter(|it| it.action.changes()).count();
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_change(number, ""))),
            title: html! { (t!("Sign {number} {title}", number = number, title = it.title)) },
            lead: Some(html! { (t!("You sign exactly what stands here. If somebody changes it afterwards, you are asked again.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        p { (t!("{count} thing changes; together {cost}." | "{count} things change; together {cost}.", count = changing, cost = money(total))) }
        (proposed(&it.proposed))
        @for one in it.redlines.0 { (one.section()) }
        (unread(&format!("{}?from={REDLINES}", of_change(number, "redlines")), it.redlines.1))
        @if !it.facts.is_empty() || !body.for_customer.is_empty() {
            (section("customer", t!("In the words of the customer"), html! {
                (prose(&body.for_customer))
                (parts::facts(it.facts))
            }))
        }
        (form(&of_change(number, "sign"), html! {
            (hidden("read", it.read))
            @match it.functions.as_slice() {
                [(number, _)] => (hidden("function", number)),
                all => (Field::select("function", t!("For which function?"), all.to_vec()).value(written.text("function"))),
            }
            (Field::area("words", t!("What you say with it")).lines(2).value(written.text("words")).help(t!("Whoever declines says why."))
                .fault(written.faults.of("reason").map(say)))
            (proof_fields(written, it.has_factor))
            div.row {
                (Button::send(t!("Approve by my signature")).first().sends("decision", "approve"))
                (Button::send(t!("Decline")).stop().sends("decision", "decline"))
                (Button::open(of_change(number, ""), t!("Cancel")).bare())
            }
            p.fine { (t!("The signature is under this fingerprint:")) " " (parts::digest(it.digest)) }
        }))
    }
}

/// Asking for approval: who is asked, and after them the customer where they have to approve; or what is missing first.
pub fn ask(number: &str, who: &[String], customer: Option<&AskedBy>, missing: &[Missing]) -> Markup {
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_change(number, ""))),
            title: html! { (t!("Ask for approval of {number}", number = number)) },
            ..Head::default()
        }))
        @if missing.is_empty() {
            p { (t!("These functions are asked to sign: {functions}.", functions = who.join(", "))) }
            @if let Some(asked) = customer { p { (t!("After them the customer has to approve it.")) " " (say(&asked.text())) } }
            (form(&of_change(number, "approval"), html! {
                div.row { (Button::send(t!("Ask them")).first()) (Button::open(of_change(number, ""), t!("Cancel")).bare()) }
            }))
        } @else {
            (parts::note_with(Note::Warn, t!("It cannot be approved yet"), html! {
                ul.missing { @for one in missing { li {
                    @match &one.link { Some(to) => a href=(to) { (say(&one.sentence)) }, None => (say(&one.sentence)) }
                } } }
            }))
        }
    }
}

/// Who approves which changes.
pub fn policy(lines: &[PolicyLine], functions: &Options, may_write: bool, written: &Form) -> Markup {
    let columns = vec![
        Column::title(t!("Function")),
        Column::text(t!("Which changes")),
        Column::figure(t!("In which order")),
        Column::figure(t!("How many sign")),
        Column::text(t!("Change request")),
    ];
    let rows = lines.iter().map(|it| Line::new("", vec![
        html! { (it.function_name) },
        html! { (track(&it.track)) @if !it.above.is_empty() { ", " (t!("above {amount}", amount = &it.above)) } },
        html! { (it.rank) },
        html! { (it.needs) },
        html! { @if may_write {
            @if let Some((number, _)) = functions.iter().find(|(_, name)| *name == it.function_name) {
                form.alone method="post" action="/changes/policy/remove" {
                    (parts::once()) (hidden("function", number)) (Button::send(t!("No longer")).small())
                }
            }
        } },
    ]));
    html! {
        (page_head(&Head {
            place: Some((t!("Changes"), "/changes".to_owned())),
            title: html! { (t!("Who approves which changes")) },
            lead: Some(html! { (t!("These functions sign. So does every function that was asked what a change means for it. Nobody approves their own change.")) }),
            ..Head::default()
        }))
        (identity::summary(written))
        @if lines.is_empty() { p.quiet-text { (t!("No function is named yet.")) } }
        @else { (Table::new(t!("Functions in the order in which they sign"), columns, rows.collect())) }
        @if may_write {
            (section("add", t!("Name a function"), form("/changes/policy", html! {
                (Field::select("function", t!("Function"), functions.clone()).value(written.text("function")).fault(written.faults.of("function").map(say)))
                (Choices::one("track", t!("Which changes?"), ["both", "fast", "full"].map(|it| Pick::new(it, track(it)).chosen(written.text("track") == it || (it == "both" && !written.has("track")))).to_vec()))
                (identity::filled(written, "rank", Field::number("rank", t!("In which order")).help(t!("1 signs first, 2 after that."))))
                (identity::filled(written, "needs", Field::number("needs", t!("How many of them sign"))))
                (identity::filled(written, "above", Field::text("above", t!("Only above this cost")).example("5000").short()))
                (Button::send(t!("Keep it")))
            })))
        } @else { p.fine { (t!("Only the roles “Quality” and “Administrator” change this.")) } }
    }
}

fn track(code: &str) -> String {
    match code {
        "fast" => t!("those that go fast"),
        "full" => t!("those that go the full way"),
        _ => t!("all"),
    }
}
