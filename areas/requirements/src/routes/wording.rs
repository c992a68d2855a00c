//! Addresses of findings: while one types, of a requirement, of a set.

use axum::http::StatusCode;
use kernel::{Faults, Permit, Reader, Refusal, Result, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use web::api::json as in_json;
use web::language::say;
use web::{Answer, Doc, Page, Path, Posted, Routes, Sent, Visit, schema_of, t};
use wording::{Language, Rule, pattern};

use crate::commands::{self, Which};
use crate::model::{Choice, Clash, Contradiction, Findings, Found, Requirement, RequirementSet, Side};
use crate::pages::{of_requirement, of_set, wording as page};
use crate::queries;
use crate::rules::{Known, code, findings, name, pattern_of, typed_terms, weight, why, with_answers};

const RAIL: &str = "/requirement-sets";

pub fn routes() -> Routes {
    let about = |summary| Doc { summary, tag: "Wording", ..Doc::default() };
    Routes::default()
        .get("/requirement-sets/{number}/findings", of_set_page)
        .post("/requirement-sets/{number}/findings/rules", choose)
        .post("/requirements/{number}/findings/dismiss", dismiss)
        .post("/requirements/{number}/findings/restore", restore)
        .post("/requirements/{number}/contradictions/dismiss", let_stand)
        .post("/requirements/{number}/contradictions/restore", open_contradiction)
        .api_post(
            "/api/v1/wording",
            Doc {
                request: schema_of::<Asked>(),
                response: schema_of::<Answered>(),
                ..about("What the rules find in words that are not saved")
            },
            check,
        )
        .api_get(
            "/api/v1/requirement-sets/{number}/findings",
            Doc { response: schema_of::<OfSet>(), ..about("What is found in a set") },
            of_set_api,
        )
        .api_post(
            "/api/v1/requirement-sets/{number}/findings/rules",
            Doc {
                request: schema_of::<Rules>(),
                response: schema_of::<Rules>(),
                ..about("Chooses the rules of a set and the terms that its readers know")
            },
            choose_api,
        )
        .api_post(
            "/api/v1/requirements/{number}/findings/dismiss",
            Doc {
                request: schema_of::<Dismissal>(),
                response: schema_of::<OfOne>(),
                ..about("Dismisses a finding with a reason")
            },
            dismiss_api,
        )
        .api_post(
            "/api/v1/requirements/{number}/findings/restore",
            Doc {
                request: schema_of::<Dismissal>(),
                response: schema_of::<OfOne>(),
                ..about("Opens a dismissed finding again")
            },
            restore_api,
        )
        .api_post(
            "/api/v1/requirements/{number}/contradictions/dismiss",
            Doc {
                request: schema_of::<Standing>(),
                response: schema_of::<OfSet>(),
                ..about("Lets a contradiction stand, with a reason")
            },
            let_stand_api,
        )
        .api_post(
            "/api/v1/requirements/{number}/contradictions/restore",
            Doc {
                request: schema_of::<Standing>(),
                response: schema_of::<OfSet>(),
                ..about("Opens a contradiction again that somebody let stand")
            },
            open_contradiction_api,
        )
}

/// Words that somebody is writing.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    statement: String,
    /// How it is seen to be met; null where nobody asked for it yet.
    acceptance: Option<String>,
    /// The code of its kind: `performance`, `delivery`.
    kind: String,
    value: String,
    lower: String,
    upper: String,
    /// What is measured, and in which unit: it is held against the rest of the set.
    characteristic: String,
    unit: String,
    /// Of which product; with characteristic and limits it is held against those of other requirements.
    product: String,
    /// The number of the set that will hold it, whose rules and terms count.
    set: String,
    /// The number of the requirement that is changed.
    number: String,
}

#[derive(Serialize, JsonSchema)]
struct Answered {
    /// `en` or `de`, as the words were understood.
    language: String,
    /// The sentence pattern of EARS that the statement follows, where it follows one.
    pattern: Option<String>,
    /// What people call it, in the language of the reader.
    pattern_name: Option<String>,
    findings: Vec<Row>,
    /// Requirements that cannot be met together with what is typed (`first`), those that always hold among them.
    contradictions: Vec<Clashing>,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
struct Row {
    rule: String,
    /// What people call the rule, and why it matters, in the language of the reader.
    name: String,
    why: String,
    /// `error`, `warning` or `hint`, and the word for it.
    severity: String,
    weight: String,
    /// `statement`, `acceptance` or `value`.
    field: String,
    /// From one to before another character of the field (Unicode scalar values).
    start: usize,
    end: usize,
    words: String,
    /// What could stand instead; an empty text means leaving the words out.
    suggestions: Vec<String>,
    /// Why somebody dismissed it.
    dismissed: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct OfOne {
    number: String,
    findings: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
struct OfSet {
    number: String,
    /// How many nobody dismissed, contradictions and repetitions among them.
    open: usize,
    by_rule: std::collections::BTreeMap<String, usize>,
    requirements: Vec<OfOne>,
    contradictions: Vec<Clashing>,
    /// Numbers of two requirements that say nearly the same.
    alike: Vec<(String, String)>,
    rules: Rules,
}

#[derive(Serialize, JsonSchema)]
struct Clashing {
    characteristic: String,
    /// `limits`: no value meets both. `units`: they cannot be told in each other.
    clash: String,
    /// The same in words, in the language of the reader.
    why: String,
    first: Told,
    second: Told,
    /// The number of the one that speaks of all, where the other names a product.
    of_all: Option<String>,
    /// Why somebody let it stand, and who.
    dismissed: Option<String>,
    dismissed_by: Option<String>,
}

/// Which contradiction of a requirement, and why both may stand.
#[derive(Clone, Deserialize, JsonSchema)]
#[schemars(rename = "ContradictionDismissal")]
struct Standing {
    /// The number of the requirement that contradicts it.
    other: String,
    #[serde(default)]
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Told {
    /// Empty where it is typed and not saved yet.
    number: String,
    set: String,
    statement: String,
    value: String,
    lower: String,
    upper: String,
    unit: String,
    /// What it demands of what is measured, in words.
    wanted: String,
}

/// Which rules are not asked, and which terms are known.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Rules {
    off: Vec<String>,
    /// Abbreviations and words; `controller = control unit` where one word is to be used for another, `skid (system)` for
    /// what demands are made of.
    terms: Vec<String>,
}

#[derive(Clone, Deserialize, JsonSchema)]
struct Dismissal {
    rule: String,
    field: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    reason: String,
}

fn row(it: &Found) -> Row {
    let finding = &it.finding;
    Row {
        rule: finding.rule.code().to_owned(),
        name: say(&name(finding.rule)),
        why: say(&why(finding.rule)),
        severity: page::tone(finding.rule.severity()).to_owned(),
        weight: say(&weight(finding.rule.severity())),
        field: code(finding.field).to_owned(),
        start: finding.range.start,
        end: finding.range.end,
        words: finding.words.clone(),
        suggestions: finding.suggestions.clone(),
        dismissed: it.dismissed.as_ref().map(|it| it.reason.clone()),
    }
}

async fn check(Sent(visit, sent): Sent) -> Answer {
    visit
        .respond(move |reader| {
            let asked: Asked = web::api::typed(sent)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(answer(reader, &asked)?)?))
        })
        .await
}

fn answer(reader: &Reader, asked: &Asked) -> Result<Answered> {
    if reader.actor.is_outside() {
        return Err(Refusal::because(text!("Only members of staff may do this.")).into());
    }
    let mut it = Requirement { statement: asked.statement.clone(), ..Requirement::default() };
    let mut faults = Faults::default();
    let mut is_half_typed = false;
    for (field, words) in
        [("kind", &asked.kind), ("value", &asked.value), ("lower", &asked.lower), ("upper", &asked.upper)]
    {
        // What is half typed is no fault of the words.
        if it.write(field, words).is_err() && field != "kind" && !words.is_empty() {
            it.value = "1".into();
            is_half_typed = true;
        }
    }
    faults.unless(
        asked.statement.chars().count() <= wording::LONGEST,
        "statement",
        text!(
            "Shorten it to {count} characters.",
            count = i64::try_from(wording::LONGEST).unwrap_or(i64::MAX)
        ),
    );
    faults.into_result()?;
    it.acceptance = asked.acceptance.clone().unwrap_or_default();
    let case = (!asked.number.is_empty()).then(|| reader.find::<Requirement>(&asked.number)).transpose()?;
    let set = match (&case, asked.set.as_str()) {
        (Some(case), _) => Some(reader.find_by_id::<RequirementSet>(case.body.set_id)?),
        (None, "") => None,
        (None, number) => Some(reader.find::<RequirementSet>(number)?),
    };
    let choice = set.as_ref().map(|it| queries::choice(reader, it.record.id.raw())).transpose()?;
    let choice = choice.unwrap_or_else(Choice::default);
    let known = match &set {
        Some(set) => queries::known(reader, set, &choice)?,
        None => Known::default(),
    };
    (it.characteristic, it.unit) = (asked.characteristic.clone(), asked.unit.clone());
    it.product.clone_from(&asked.product);
    let mut found = findings(&it, &choice.off, &known);
    let mut contradictions = Vec::new();
    if let Some(set) = &set {
        let id = case.as_ref().map(|it| it.record.id.raw());
        found.extend(queries::repeated(reader, set, &choice, (id, &asked.statement))?);
        if !is_half_typed {
            contradictions = queries::contradicting(reader, set, (id, &asked.number), &it)?;
        }
    }
    if asked.acceptance.is_none() {
        found.retain(|it| it.rule != Rule::NoAcceptance);
    }
    let dismissed =
        case.map(|it| queries::dismissed(reader, it.record.id.raw())).transpose()?.unwrap_or_default();
    let language: Language = wording::language(&asked.statement);
    Ok(Answered {
        language: language.code().to_owned(),
        pattern: pattern(&asked.statement, language).map(|it| format!("{it:?}").to_lowercase()),
        pattern_name: pattern_of(&asked.statement).as_ref().map(say),
        findings: with_answers(found, &dismissed).iter().map(row).collect(),
        contradictions: contradictions.iter().map(clashing).collect(),
    })
}

async fn of_set_page(Path(number): Path<String>, visit: Visit) -> Answer {
    let only = Rule::of(visit.envelope.asked().text("rule"));
    visit.read(move |reader| findings_page(reader, &number, only)).await
}

fn findings_page(reader: &Reader, number: &str, only: Option<Rule>) -> Result<Page> {
    let set = reader.find_ours::<RequirementSet>(number)?;
    let body = page::page(&page::Page {
        number,
        title: &set.record.title,
        findings: &queries::findings_of(reader, &set)?,
        may_answer: !reader.actor.only_reads,
        only,
        may_choose: Permit::Owner.covers(reader.actor, Some(set.record.owner)).is_ok(),
    });
    Ok(Page::new(t!("Findings in {number}", number = number), RAIL, body))
}

async fn choose(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let on: Vec<String> = visit.form.all("on").into_iter().map(str::to_owned).collect();
    let terms = typed_terms(visit.form.raw("terms"));
    visit
        .write(move |work| {
            let off: Vec<String> =
                Rule::ALL.iter().map(|it| it.code().to_owned()).filter(|it| !on.contains(it)).collect();
            commands::choose_rules(work, &number, &off, &terms)?;
            Ok(of_set(&number, "findings"))
        })
        .await
}

fn which(form: &web::Form) -> Which {
    let text = |name: &str| form.raw(name).to_owned();
    Which { field: text("field"), rule: text("rule"), words: text("found") }
}

async fn dismiss(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let (which, reason) = (which(&visit.form), visit.form.text("reason").to_owned());
    visit
        .write(move |work| {
            commands::dismiss(work, &number, &which, &reason)?;
            Ok(format!("{}#wording", of_requirement(&number)))
        })
        .await
}

async fn restore(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let which = which(&visit.form);
    visit
        .write(move |work| {
            commands::restore(work, &number, &which)?;
            Ok(format!("{}#wording", of_requirement(&number)))
        })
        .await
}

async fn let_stand(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let other = visit.form.text("other").to_owned();
    let reason = visit.form.text(&format!("reason-{number}-{other}")).to_owned();
    visit
        .write(move |work| {
            commands::let_stand(work, &number, &other, &reason)?;
            Ok(format!("{}#contradictions", findings_around(work, &number)?))
        })
        .await
}

async fn open_contradiction(Path(number): Path<String>, Posted(visit): Posted) -> Answer {
    let other = visit.form.text("other").to_owned();
    visit
        .write(move |work| {
            commands::contradicts_again(work, &number, &other)?;
            Ok(format!("{}#contradictions", findings_around(work, &number)?))
        })
        .await
}

/// The findings of the set that holds a requirement.
fn findings_around(reader: &Reader, number: &str) -> Result<String> {
    Ok(of_set(&set_around(reader, number)?.record.number, "findings"))
}

fn set_around(reader: &Reader, number: &str) -> Result<kernel::Case<RequirementSet>> {
    reader.find_by_id::<RequirementSet>(reader.find::<Requirement>(number)?.body.set_id)
}

async fn let_stand_api(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Standing = web::api::typed(sent)?;
        commands::let_stand(work, &number, &it.other, &it.reason)?;
        let set = set_around(work, &number)?;
        Ok(serde_json::to_value(told(&set.record.number, &queries::findings_of(work, &set)?))?)
    })
    .await
}

async fn open_contradiction_api(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Standing = web::api::typed(sent)?;
        commands::contradicts_again(work, &number, &it.other)?;
        let set = set_around(work, &number)?;
        Ok(serde_json::to_value(told(&set.record.number, &queries::findings_of(work, &set)?))?)
    })
    .await
}

async fn of_set_api(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let set = reader.find_ours::<RequirementSet>(&number)?;
            let found = queries::findings_of(reader, &set)?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(told(&number, &found))?))
        })
        .await
}

fn clashing(it: &Contradiction) -> Clashing {
    let side = |it: &Side| Told {
        number: it.number.clone(),
        set: it.set_number.clone(),
        statement: it.statement.clone(),
        value: it.value.clone(),
        lower: it.lower.clone(),
        upper: it.upper.clone(),
        unit: it.unit.clone(),
        wanted: page::wanted(it),
    };
    let clash = match it.clash {
        Clash::Limits => "limits",
        Clash::Units => "units",
    };
    Clashing {
        characteristic: it.characteristic.clone(),
        clash: clash.to_owned(),
        why: page::why_not_both(it.clash),
        first: side(&it.first),
        second: side(&it.second),
        of_all: it.of_all.clone(),
        dismissed: it.let_stand.as_ref().map(|it| it.reason.clone()),
        dismissed_by: it.let_stand.as_ref().map(|it| it.name.clone()),
    }
}

fn told(number: &str, it: &Findings) -> OfSet {
    OfSet {
        number: number.to_owned(),
        open: it.open(),
        by_rule: page::by_rule(it).into_iter().map(|(rule, count)| (rule.code().to_owned(), count)).collect(),
        requirements: it
            .checked
            .iter()
            .map(|it| OfOne { number: it.number.clone(), findings: it.found.iter().map(row).collect() })
            .collect(),
        contradictions: it.contradictions.iter().map(clashing).collect(),
        alike: it.alike.iter().map(|(first, second)| (first.number.clone(), second.number.clone())).collect(),
        rules: Rules {
            off: it.choice.off.iter().map(|it| it.code().to_owned()).collect(),
            terms: it.choice.terms.clone(),
        },
    }
}

async fn choose_api(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let rules: Rules = web::api::typed(sent)?;
        commands::choose_rules(work, &number, &rules.off, &rules.terms)?;
        Ok(serde_json::to_value(rules)?)
    })
    .await
}

fn found_now(reader: &Reader, number: &str) -> Result<Json> {
    let checked = queries::checked(reader, &reader.find::<Requirement>(number)?)?;
    let findings = checked.found.iter().map(row).collect();
    Ok(serde_json::to_value(OfOne { number: number.to_owned(), findings })?)
}

impl Dismissal {
    fn which(&self) -> Which {
        Which { field: self.field.clone(), rule: self.rule.clone(), words: self.words.clone() }
    }
}

async fn dismiss_api(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Dismissal = web::api::typed(sent)?;
        commands::dismiss(work, &number, &it.which(), &it.reason)?;
        found_now(work, &number)
    })
    .await
}

async fn restore_api(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: Dismissal = web::api::typed(sent)?;
        commands::restore(work, &number, &it.which())?;
        found_now(work, &number)
    })
    .await
}
