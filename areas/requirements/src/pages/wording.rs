//! Findings: the words marked where they stand, why each matters, what could stand instead, and how it is answered.

use maud::{Markup, html};
use web::language::say;
use web::parts::{
    self, Beside, Button, Choice as Option_, Choices, Column, Field, Head, Line, Note, Symbol, Table, form,
    hidden, note, page_head, section,
};
use web::t;
use wording::{Field as Place, Rule, Severity};

use super::{measured, of_requirement, of_set};
use crate::model::{Checked, Clash, Contradiction, Findings, Found, MayStand, Requirement, Side};
use crate::rules::{code, name, weight, why};

/// The words of a requirement with what was found in them: the statement, and its criterion where something was found
/// there.
fn in_words(it: &Checked, found: &[&Found]) -> Markup {
    let in_criterion =
        found.iter().any(|it| it.finding.field == Place::Acceptance && !it.finding.range.is_empty());
    html! {
        p.marked-words { (marked((Place::Statement, &it.statement), found, &it.number)) }
        @if in_criterion {
            p.fine { (t!("Acceptance criterion")) }
            p.marked-words { (marked((Place::Acceptance, &it.acceptance), found, &it.number)) }
        }
    }
}

/// The words of one field with what was found in them: underlined by how much it matters, and tied to its explanation
/// below.
fn marked((field, words): (Place, &str), found: &[&Found], number: &str) -> Markup {
    let mut ranges: Vec<(usize, &Found)> = found.iter().copied().enumerate().collect();
    ranges.retain(|(_, it)| it.finding.field == field && !it.finding.range.is_empty());
    ranges.sort_by_key(|(_, it)| (it.finding.range.start, it.finding.range.end));
    let chars: Vec<char> = words.chars().collect();
    let cut =
        |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
    let mut parts = Vec::new();
    let mut end = 0;
    for (place, it) in ranges {
        let range = &it.finding.range;
        if range.start < end {
            continue;
        }
        parts.push(html! { (cut(end, range.start)) });
        parts.push(html! {
            mark class={ "finding-words " (tone(it.finding.rule.severity())) }
                aria-describedby=(anchor(number, place)) { (it.finding.words) }
        });
        end = range.end;
    }
    html! { @for part in parts { (part) } (cut(end, chars.len())) }
}

fn anchor(number: &str, place: usize) -> String {
    format!("finding-{number}-{place}")
}

/// The class of how much a finding matters.
pub fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    }
}

/// What stands on the page of a requirement about its words.
pub fn of_one(it: &Checked, may_answer: bool) -> Markup {
    let open: Vec<&Found> = it.open().collect();
    let answered: Vec<&Found> = it.found.iter().filter(|it| it.dismissed.is_some()).collect();
    html! {
        @if !it.found.is_empty() {
            (section("wording", t!("Wording"), html! {
                @if open.is_empty() {
                    p.quiet-text { (t!("Nothing is open.")) }
                } @else {
                    p.fine { (t!("{count} finding" | "{count} findings", count = open.len())) }
                    (in_words(it, &open))
                    (list(&it.number, &open, may_answer))
                }
                @if !answered.is_empty() { (dismissed(&it.number, &answered, may_answer)) }
            }))
        }
    }
}

fn list(number: &str, found: &[&Found], may_answer: bool) -> Markup {
    html! {
        ul.plain.findings {
            @for (place, it) in found.iter().enumerate() {
                li id=(anchor(number, place)) { (one(number, it, may_answer)) }
            }
        }
    }
}

fn one(number: &str, it: &Found, may_answer: bool) -> Markup {
    let rule = it.finding.rule;
    let instead: Vec<String> = it
        .finding
        .suggestions
        .iter()
        .map(|words| {
            if words.is_empty() { t!("Leave the words out.") } else { t!("Instead: {words}", words = words) }
        })
        .collect();
    html! {
        div class={ "finding " (tone(rule.severity())) } {
            strong.row {
                (Symbol::Warn.icon())
                span { (title(it)) }
                span.fine { (say(&weight(rule.severity()))) }
            }
            span { (say(&why(rule))) }
            @for words in &instead { span.fine { (words) } }
            @if may_answer {
                details {
                    summary { (t!("Dismiss")) }
                    (form(&format!("{}/findings/dismiss", of_requirement(number)), html! {
                        (which(it))
                        (Field::text("reason", t!("Why the words may stand")).required())
                        (Button::send(t!("Dismiss it")).small())
                    }))
                }
            }
        }
    }
}

fn which(it: &Found) -> Markup {
    html! {
        (hidden("field", code(it.finding.field)))
        (hidden("rule", it.finding.rule.code()))
        (hidden("found", &it.finding.words))
    }
}

/// "Vague word: user friendly".
fn title(it: &Found) -> String {
    called(it.finding.rule, &it.finding.words)
}

fn called(rule: Rule, words: &str) -> String {
    let rule = say(&name(rule));
    if words.is_empty() { rule } else { format!("{rule}: {words}") }
}

/// What may stand, in words.
pub fn stands(it: &MayStand) -> String {
    match it {
        MayStand::Found(rule, words) => called(*rule, words),
        MayStand::Contradiction { characteristic, other } => {
            t!("{characteristic} contradicts {other}", characteristic = characteristic, other = other)
        }
    }
}

fn dismissed(number: &str, found: &[&Found], may_answer: bool) -> Markup {
    html! {
        details {
            summary { (t!("{count} dismissed" | "{count} dismissed", count = found.len())) }
            ul.plain {
                @for it in found {
                    @let answer = it.dismissed.as_ref();
                    li {
                        strong { (title(it)) }
                        " " (answer.map(|it| it.reason.as_str()).unwrap_or_default())
                        @if may_answer {
                            (form(&format!("{}/findings/restore", of_requirement(number)), html! {
                                (which(it))
                                (Button::send(t!("Open it again")).small().bare())
                            }))
                        }
                    }
                }
            }
        }
    }
}

/// The findings of a set: by rule, by requirement, and what contradicts what.
pub struct Page<'a> {
    pub number: &'a str,
    pub title: &'a str,
    pub findings: &'a Findings,
    pub may_answer: bool,
    /// Only the findings of one rule.
    pub only: Option<Rule>,
    /// Whether the reader answers for the set.
    pub may_choose: bool,
}

pub fn page(it: &Page) -> Markup {
    let findings = it.findings;
    let to = of_set(it.number, "findings");
    html! {
        (page_head(&Head {
            place: Some((it.number.to_owned(), of_set(it.number, ""))),
            title: html! { (t!("Findings in {title}", title = it.title)) },
            aside: Some(html! { (t!("{count} open" | "{count} open", count = findings.open())) }),
            ..Head::default()
        }))
        @if findings.open() == 0 {
            (note(Note::Good, t!("Nothing is open: no rule finds anything that was not answered.")))
        }
        (counts(it, &to))
        @if it.only.is_none() {
            @if !findings.contradictions.is_empty() {
                (section("contradictions", t!("Contradictions"), contradictions(&findings.contradictions, it.may_answer)))
            }
        }
        @if it.only.is_none_or(|it| it == Rule::SaidTwice) && !findings.alike.is_empty() {
            (section("alike", t!("Said twice"), alike(&findings.alike)))
        }
        @for checked in &findings.checked { (in_requirement(checked, it)) }
        @if it.may_choose { (chooser(it)) } @else { (switched_off(findings)) }
    }
}

fn in_requirement(checked: &Checked, it: &Page) -> Markup {
    let open: Vec<&Found> =
        checked.open().filter(|found| it.only.is_none_or(|only| found.finding.rule == only)).collect();
    let answered: Vec<&Found> = checked
        .found
        .iter()
        .filter(|found| found.dismissed.is_some() && it.only.is_none_or(|only| found.finding.rule == only))
        .collect();
    html! {
        @if !open.is_empty() || !answered.is_empty() {
            (section(&checked.number, html! { (parts::number(&checked.number, &of_requirement(&checked.number))) }, html! {
                (in_words(checked, &open))
                @if !open.is_empty() { (list(&checked.number, &open, it.may_answer)) }
                @if !answered.is_empty() { (dismissed(&checked.number, &answered, it.may_answer)) }
            }))
        }
    }
}

/// How often each rule found something that is open.
pub fn by_rule(findings: &Findings) -> Vec<(Rule, usize)> {
    let count = |rule: Rule| {
        findings.checked.iter().flat_map(Checked::open).filter(|it| it.finding.rule == rule).count()
    };
    Rule::ALL.iter().map(|it| (*it, count(*it))).filter(|(_, count)| *count > 0).collect()
}

fn counts(it: &Page, to: &str) -> Markup {
    let counts = by_rule(it.findings);
    html! {
        @if !counts.is_empty() {
            nav.tabs aria-label=(t!("Rules")) {
                a href=(to) aria-current=[it.only.is_none().then_some("page")] { (t!("All")) }
                @for (rule, count) in counts {
                    a href={ (to) "?rule=" (rule.code()) } aria-current=[(it.only == Some(rule)).then_some("page")] {
                        (say(&name(rule))) " " (parts::count(i64::try_from(count).unwrap_or(0)))
                    }
                }
            }
        }
    }
}

fn contradictions(all: &[Contradiction], may_answer: bool) -> Markup {
    let (open, standing): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.let_stand.is_none());
    html! {
        @for it in &open {
            div.finding.error {
                strong.row { (Symbol::Warn.icon()) (it.characteristic) }
                span { (why_not_both(it.clash)) }
                (of_all(it))
                (beside(&it.first, &it.second))
                @if may_answer {
                    details {
                        summary { (t!("Let both stand")) }
                        (form(&format!("{}/contradictions/dismiss", of_requirement(&it.first.number)), html! {
                            (hidden("other", &it.second.number))
                            (Field::text(format!("reason-{}-{}", it.first.number, it.second.number), t!("Why both may stand")).required())
                            (Button::send(t!("Let both stand")).small())
                        }))
                    }
                }
            }
        }
        @if !standing.is_empty() {
            details {
                summary { (t!("{count} was let stand" | "{count} were let stand", count = standing.len())) }
                @for it in &standing { (let_stand(it, may_answer)) }
            }
        }
    }
}

/// Why two requirements cannot both be met.
pub fn why_not_both(it: Clash) -> String {
    match it {
        Clash::Limits => t!("No value meets both limits. Change one, or say which thing each is about."),
        Clash::Units => t!("The units cannot be told in each other. Use the same quantity in both."),
    }
}

/// What one of two demands of what is measured, in words.
pub fn wanted(it: &Side) -> String {
    let body = Requirement {
        value: it.value.clone(),
        lower: it.lower.clone(),
        upper: it.upper.clone(),
        unit: it.unit.clone(),
        ..Requirement::default()
    };
    measured(&body).unwrap_or_default()
}

/// Where one names a product and the other speaks of all, which does.
fn of_all(it: &Contradiction) -> Markup {
    let named = if it.of_all.as_ref() == Some(&it.first.number) { &it.second } else { &it.first };
    html! {
        @if let Some(all) = &it.of_all {
            span.fine {
                (t!("{all} speaks of all, {number} of “{product}” alone.", all = all, number = &named.number, product = &named.product))
            }
        }
    }
}

fn let_stand(it: &Contradiction, may_answer: bool) -> Markup {
    html! {
        div.finding.hint {
            strong { (it.characteristic) }
            @if let Some(word) = &it.let_stand {
                span { (word.reason) }
                span.fine { (word.name) " · " (web::language::exact_moment(word.at)) }
            }
            (beside(&it.first, &it.second))
            @if may_answer {
                (form(&format!("{}/contradictions/restore", of_requirement(&it.first.number)), html! {
                    (hidden("other", &it.second.number))
                    (Button::send(t!("Open it again")).small().bare())
                }))
            }
        }
    }
}

fn alike(all: &[(Side, Side)]) -> Markup {
    html! {
        @for (first, second) in all {
            div.finding.hint {
                span { (t!("Both say nearly the same. Keep one, or say what is different.")) }
                (beside(first, second))
            }
        }
    }
}

/// Two requirements side by side.
fn beside(first: &Side, second: &Side) -> Markup {
    let line = |it: &Side| {
        Line::new(
            &it.number,
            vec![
                html! {
                    (parts::number(&it.number, &of_requirement(&it.number)))
                    " " a.fine href=(of_set(&it.set_number, "")) { (it.set_number) }
                },
                html! { (markdown::plain(&it.statement)) },
                html! { (wanted(it)) },
            ],
        )
    };
    let columns =
        vec![Column::plain(t!("Number")), Column::title(t!("Statement")), Column::text(t!("Value"))];
    html! { (Table::new(t!("Both requirements"), columns, vec![line(first), line(second)]).compact()) }
}

/// Which rules are asked, and which terms are known; the owner chooses.
fn chooser(it: &Page) -> Markup {
    let choice = &it.findings.choice;
    let rules: Vec<Option_> = Rule::ALL
        .iter()
        .map(|rule| {
            Option_::new(rule.code(), say(&name(*rule)))
                .chosen(!choice.off.contains(rule))
                .help(say(&why(*rule)))
        })
        .collect();
    html! {
        details {
            summary { (t!("Rules and terms of this set")) }
            (form(&of_set(it.number, "findings/rules"), html! {
                (Choices::any("on", t!("Rules that are asked"), rules))
                (Field::area("terms", t!("Terms of this set")).lines(3)
                    .value(choice.terms.join(", ")).help(t!("Abbreviations and words that every reader of this set knows, parted by commas: PAA, COSHH, acceptance test. Write “controller = control unit” where one word is to be used for another. Once more than abbreviations stands here, terms in quotes or capitals that are missing here are found. Write “skid (system)” for what your demands are made of: once one stands here, demands that name none of them are found.")))
                (Button::send(t!("Save")).first())
            }))
        }
    }
}

fn switched_off(findings: &Findings) -> Markup {
    html! {
        @if !findings.choice.off.is_empty() {
            p.fine {
                (t!("Not asked in this set:")) " "
                (findings.choice.off.iter().map(|it| say(&name(*it))).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// What stands beside a set about its words.
pub fn beside_set(number: &str, open: usize) -> Beside {
    let inside = html! {
        @if open == 0 {
            p.quiet-text { (t!("No finding is open.")) }
        } @else {
            p { a href=(of_set(number, "findings")) { (t!("{count} finding: open" | "{count} findings: open", count = open)) } }
        }
    };
    Beside { id: "findings", title: t!("Wording"), count: None, inside }
}

/// What the release says of findings: it shows them, and does not forbid.
pub fn at_release(number: &str, open: usize) -> Markup {
    html! {
        @if open > 0 {
            (parts::note_with(Note::Warn, t!("{count} finding is open" | "{count} findings are open", count = open), html! {
                p { (t!("They do not stop the release: whether these words may stand is for you to judge.")) }
                p { a href=(of_set(number, "findings")) { (t!("Show the findings")) } }
            }))
        }
    }
}

/// The findings of a row of the table, in a row of their own below it.
pub fn row(it: &Checked, width: usize) -> Markup {
    let open: Vec<&Found> = it.open().filter(|it| it.finding.rule.severity() > Severity::Hint).collect();
    html! {
        @if !open.is_empty() {
            tr.found { td colspan=(width) {
                div.finding {
                    @for found in open {
                        span { (Symbol::Warn.icon()) " " strong { (title(found)) } " " (say(&why(found.finding.rule))) }
                    }
                }
            } }
        }
    }
}
