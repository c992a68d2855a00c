//! Changes of two years: raised, asked about, approved, in force, learned from (`demo/changes/`).

use std::sync::Arc;

use anyhow::Result;
use changes::{
    Action, Alternative, ChangeRequest, Choice, Consent, ForOrders, Learned, NewCriterion, NewItem, Policy,
    Reach, Reply, Risk, Signer, Source, Told, Verdict,
};
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Actor, Basis, Db, Gets, Means, New, Proven, Taken, Tie, Vocabulary, Work};
use serde::Deserialize;
use serde_json::{Map, json};

use super::chronicle::{Chapter, Time};
use super::company::Company;
use super::{files, offers};

#[derive(Clone, Deserialize)]
struct Row {
    number: String,
    class: String,
    source: String,
    customer: String,
    origin: String,
    title: String,
    reason: String,
    raised: i64,
    approved: Option<i64>,
    effective: Option<i64>,
    state: String,
    estimate_eur: String,
    actual_eur: String,
    lesson: String,
}

#[derive(Clone, Deserialize)]
struct ImpactRow {
    change: String,
    function: String,
    by: String,
    due: i64,
    answered: Option<i64>,
    cost_eur: String,
    days: Option<i64>,
    finding: String,
}

#[derive(Clone, Deserialize)]
struct OptionRow {
    change: String,
    option: String,
    title: String,
    cost_eur: String,
    risk: String,
    verdict: String,
    why: String,
}

#[derive(Clone, Deserialize)]
struct ItemRow {
    change: String,
    item: String,
    kind: String,
    action: String,
    note: String,
}

#[derive(Clone, Deserialize)]
struct CriterionRow {
    change: String,
    criterion: String,
    method: String,
    sample: String,
    person: String,
    limit: String,
    result: String,
    verdict: String,
    day: Option<i64>,
    evidence: String,
}

/// What an open line of an order gets when a change is in force.
#[derive(Clone, Deserialize)]
struct LineRow {
    change: String,
    line: String,
    takes: String,
    day: i64,
    by: String,
    reason: String,
}

/// Who answers for change control.
const QUALITY: &str = "bob";
/// Who approves for the house.
const APPROVER: &str = "henrik";
/// So many days before its approval a change is asked about.
const ASKED_BEFORE: i64 = 6;

/// The day from which a planned change holds.
const STILL_TO_COME: i64 = 60;
/// The conversation of the main matter, where a change of the same customer was asked for.
const MAIN: (&str, &str) = ("K-1001", "CV-2026-0231");

/// Everything that happened to changes.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    let rows: Vec<Row> = files::rows("changes/changes.csv")?;
    let impacts: Vec<ImpactRow> = files::rows("changes/impacts.csv")?;
    let options: Vec<OptionRow> = files::rows("changes/options.csv")?;
    let items: Vec<ItemRow> = files::rows("changes/affected-items.csv")?;
    let criteria: Vec<CriterionRow> = files::rows("changes/verification.csv")?;
    let mut told = vec![Chapter::new(time.at(-725, 10, 0)?, |db, company, at| {
        db.write_at(company.person(QUALITY)?, at, |work| {
            let function = work.mention(company.functions["management"])?.map(|it| it.number);
            let function = function.unwrap_or_default();
            let it = Policy { function: &function, track: "both", rank: 2, needs: 1, above: "" };
            changes::keep_policy(work, &it)
        })?;
        Ok(())
    })];
    for row in rows {
        let own = |change: &str| change == row.number;
        let story = Story {
            impacts: impacts.iter().filter(|it| own(&it.change)).cloned().collect(),
            options: options.iter().filter(|it| own(&it.change)).cloned().collect(),
            items: items.iter().filter(|it| own(&it.change)).cloned().collect(),
            criteria: criteria.iter().filter(|it| own(&it.change)).cloned().collect(),
            row,
        };
        told.extend(story.told(time)?);
    }
    for row in files::rows::<LineRow>("changes/order-lines.csv")? {
        told.push(Chapter::new(time.at(row.day, 11, 0)?, move |db, company, at| {
            let decided = ForOrders {
                lines: vec![row.line.clone()],
                takes: Gets::of(&row.takes).unwrap_or_default(),
                reason: row.reason.clone(),
                ..ForOrders::default()
            };
            let by = company.person(&row.by)?;
            db.write_at(by, at, |work| changes::decide_orders(work, &row.change, &decided))?;
            Ok(())
        }));
    }
    Ok(told)
}

#[derive(Clone)]
struct Story {
    row: Row,
    impacts: Vec<ImpactRow>,
    options: Vec<OptionRow>,
    items: Vec<ItemRow>,
    criteria: Vec<CriterionRow>,
}

impl Story {
    /// Who raised it: whoever owns it may not approve it.
    fn owner(&self) -> &'static str {
        if self.row.customer.is_empty() { "paul" } else { "ada" }
    }

    fn told(self, time: &Time) -> Result<Vec<Chapter>> {
        let early = self.row.raised + 1;
        let asked = match self.row.approved {
            Some(day) if self.impacts.is_empty() => (day - ASKED_BEFORE).max(early),
            _ => early + 1,
        };
        let mut told = Vec::new();
        let own = self.clone();
        let from = self.row.effective.or(self.row.approved.map(|_| STILL_TO_COME));
        let from = from.map(|it| time.day(it)).transpose()?;
        told.push(Chapter::new(time.at(self.row.raised, 9, 40)?, move |db, company, at| {
            own.raise(db, company, at, from.map(|it| it.to_string()).unwrap_or_default())
        }));
        let (own, due) = (self.clone(), time.day(self.impacts.first().map_or(asked + 4, |it| it.due))?);
        told.push(Chapter::new(time.at(asked, 8, 15)?, move |db, company, at| {
            own.decide(db, company, at, due)
        }));
        for impact in self.impacts.clone() {
            let Some(day) = impact.answered else { continue };
            let day = day.max(asked);
            told.push(Chapter::new(time.at(day, 15, 5)?, move |db, company, at| {
                answer(db, company, at, &impact)
            }));
        }
        if self.impacts.is_empty() && self.row.approved.is_some() {
            // The files tell what it cost together; quality said so.
            let impact = ImpactRow {
                change: self.row.number.clone(),
                function: "quality".to_owned(),
                by: QUALITY.to_owned(),
                due: asked + 4,
                answered: Some(asked),
                cost_eur: self.row.estimate_eur.clone(),
                days: None,
                finding: self.row.reason.clone(),
            };
            told.push(Chapter::new(time.at(asked, 15, 5)?, move |db, company, at| {
                answer(db, company, at, &impact)
            }));
        }
        if let Some(day) = self.row.approved {
            let own = self.clone();
            told.push(Chapter::new(time.at(day, 11, 20)?, move |db, company, at| {
                own.approve(db, company, at)
            }));
        }
        if self.row.approved.is_some()
            && matches!(self.row.state.as_str(), "closed" | "verifying" | "implementing" | "planned")
        {
            let (own, begun) = (self.clone(), self.row.effective.or(self.row.approved).unwrap_or(0));
            told.push(Chapter::new(time.at(begun, 13, 30)?, move |db, company, at| {
                own.begin(db, company, at)
            }));
        }
        for it in self.criteria.clone() {
            if let Some(day) = it.day {
                told.push(Chapter::new(time.at(day, 16, 10)?, move |db, company, at| {
                    judge(db, company, at, &it)
                }));
            }
        }
        Ok(told)
    }

    fn raise(&self, db: &Arc<Db>, company: &Company, at: Timestamp, from: String) -> Result<()> {
        let row = &self.row;
        let party = company.customers.get(&row.customer).copied();
        db.write_at(company.person(self.owner())?, at, |work| {
            let origin = if row.customer == MAIN.0 { MAIN.1 } else { &row.origin };
            let cause = work.mention_of(origin).ok().map(|it| it.id);
            let body = ChangeRequest {
                source: Source::of(&row.source).unwrap_or_default(),
                cause,
                passage: if matches!(row.source.as_str(), "customer" | "legal") {
                    row.reason.clone()
                } else {
                    String::new()
                },
                reference: row.origin.clone(),
                need: row.reason.clone(),
                proposal: row.title.clone(),
                for_customer: if row.customer.is_empty() { String::new() } else { row.title.clone() },
                reach: match row.class.as_str() {
                    "A" => Reach::Safety,
                    "B" if row.source == "complaint" && row.title.contains("test") => Reach::OurWork,
                    "B" => Reach::Product,
                    _ => Reach::OneCustomer,
                },
                risk: if row.class == "A" { Risk::High } else { Risk::Low },
                effective_by: Basis::Day,
                effective_from: from.clone(),
                ..ChangeRequest::default()
            };
            let new = New { title: &row.title, party, number: Some(&row.number), ..New::default() };
            changes::raise(work, &new, &body)
        })?;
        Ok(())
    }

    /// What it touches, its options and criteria, and whom it concerns.
    fn decide(&self, db: &Arc<Db>, company: &Company, at: Timestamp, due: Date) -> Result<()> {
        let (row, number) = (&self.row, self.row.number.as_str());
        let owner = company.person(self.owner())?;
        db.write_at(company.person(QUALITY)?, at, |work| advance(work, number, "screen"))?;
        for it in &self.options {
            let verdict = match it.verdict.as_str() {
                "chosen" => Choice::Chosen,
                "refused" => Choice::Refused,
                _ => Choice::Open,
            };
            let option = Alternative {
                label: it.option.clone(),
                title: it.title.clone(),
                cost: it.cost_eur.clone(),
                risk: it.risk.clone(),
                verdict,
                why: it.why.clone(),
            };
            db.write_at(owner, at, |work| changes::compare(work, number, &option))?;
        }
        for it in &self.items {
            self.decide_item(db, owner, at, it)?;
        }
        // What has its own revisions by now is tied to the change, so that orders and records lead to it.
        let changing = self.items.iter().filter(|it| it.action != "no change").map(|it| it.item.as_str());
        for name in changing.chain(row.title.split_whitespace()) {
            db.write_at(owner, at, |work| affects(work, number, name))?;
        }
        if self.items.is_empty() {
            let new =
                NewItem { name: &row.title, sort: "document", reason: &row.reason, ..NewItem::default() };
            db.write_at(owner, at, |work| {
                let line = changes::decide(work, number, &new)?;
                say_edition(work, number, line, &row.reason)
            })?;
        }
        for it in &self.criteria {
            let person = company.person(&it.person)?.person;
            let new = NewCriterion {
                criterion: &it.criterion,
                method: &it.method,
                sample: &it.sample,
                bound: &it.limit,
                person,
            };
            db.write_at(company.person(QUALITY)?, at, |work| changes::fix_criterion(work, number, &new))?;
        }
        let named: Vec<&str> = match self.impacts.as_slice() {
            [] => vec!["quality"],
            all => all.iter().map(|it| it.function.as_str()).collect(),
        };
        if row.state == "raised" {
            return Ok(());
        }
        db.write_at(owner, at, |work| {
            let mut functions = Vec::new();
            for name in &named {
                functions.extend(work.mention(company.functions[*name])?.map(|it| it.number));
            }
            changes::ask_impacts(work, number, &functions, Some(due.max(today(at))))
        })?;
        Ok(())
    }

    /// Decides about one thing. What the world has a next revision of, on the day from which the change holds, is under the
    /// change from now on, with what it is to say; whatever is no record here, or was revised by hand, stands in words.
    fn decide_item(&self, db: &Arc<Db>, owner: &Actor, at: Timestamp, it: &ItemRow) -> Result<()> {
        let (row, number) = (&self.row, self.row.number.as_str());
        let action = if it.action == "no change" { Action::Keep } else { Action::Change };
        let reason = if it.note.is_empty() { &row.reason } else { &it.note };
        let (name, sort) = (it.item.as_str(), it.kind.as_str());
        let next = match row.effective {
            Some(day) if action == Action::Change => offers::promises_from(name, day)?,
            _ => Vec::new(),
        };
        let product = db.read(owner, |reader| catalogue::article(reader, name))?;
        if let Some((_, item)) = product.filter(|_| !next.is_empty()) {
            let new = NewItem { name: &item, sort, action, reason, ..NewItem::default() };
            let line = db.write_at(owner, at, |work| changes::decide(work, number, &new))?;
            let says = Map::from_iter([("characteristics".to_owned(), serde_json::to_value(&next)?)]);
            db.write_at(owner, at, |work| changes::propose(work, number, line, &says))?;
            return Ok(());
        }
        db.write_at(owner, at, |work| {
            let is_known = work.mention_of(name).is_ok();
            let called = if is_known && action == Action::Change {
                format!("{name} ({sort})")
            } else {
                name.to_owned()
            };
            let new = NewItem { name: &called, sort, action, reason, ..NewItem::default() };
            let line = changes::decide(work, number, &new)?;
            if action == Action::Change { say_edition(work, number, line, reason) } else { Ok(()) }
        })?;
        Ok(())
    }

    /// Asked for, signed by everybody in their order.
    fn approve(&self, db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
        let number = self.row.number.as_str();
        if self.criteria.is_empty() {
            let person = company.person(QUALITY)?.person;
            let new = NewCriterion {
                criterion: "It does what it is for",
                method: "looked at after it was carried out",
                sample: "the first three deliveries with it",
                person,
                ..NewCriterion::default()
            };
            db.write_at(company.person(QUALITY)?, at, |work| changes::fix_criterion(work, number, &new))?;
        }
        db.write_at(company.person(self.owner())?, at, |work| changes::ask_approval(work, number))?;
        let signers = match self.impacts.as_slice() {
            [] => vec![("quality", QUALITY)],
            all => all.iter().map(|it| (it.function.as_str(), it.by.as_str())).collect(),
        };
        for (function, who) in signers.into_iter().chain([("management", APPROVER)]) {
            sign(db, company, at, (number, function, who))?;
        }
        confirmed(db, at, number)
    }

    /// Carried out and put in force; what is closed was learned from.
    fn begin(&self, db: &Arc<Db>, company: &Company, at: Timestamp) -> Result<()> {
        let (row, number) = (&self.row, self.row.number.as_str());
        let owner = company.person(self.owner())?;
        db.write_at(owner, at, |work| advance(work, number, "plan"))?;
        if row.state == "planned" {
            return Ok(());
        }
        db.write_at(owner, at, |work| advance(work, number, "implement"))?;
        if row.state == "implementing" && row.effective.is_none() {
            return Ok(());
        }
        super::notices::tell(db, (owner, company.person(APPROVER)?), at, number)?;
        db.write_at(owner, at, |work| changes::release(work, number).map(drop))?;
        db.write_at(owner, at, |work| {
            let id = work.mention_of(number)?.id;
            for it in changes::items(work, id)?.into_iter().filter(changes::Item::waits) {
                changes::done(work, number, it.id, today(at))?;
            }
            Ok(())
        })?;
        if row.state != "closed" {
            return Ok(());
        }
        db.write_at(company.person(QUALITY)?, at, |work| {
            let id = work.mention_of(number)?.id;
            // What has a place of its own is done there.
            let is_open =
                |it: &kernel::Task| it.asked_by == 0 && it.settled_at.is_none() && it.place.is_none();
            for it in work.tasks(id)?.into_iter().filter(is_open) {
                work.settle(it.id)?;
            }
            Ok(())
        })?;
        let readers =
            db.read(&Actor::system(), |reader| changes::readers(reader, reader.mention_of(number)?.id))?;
        for it in readers {
            let actor = db.read(&Actor::system(), |reader| identity::actor_of(reader, it.person))?;
            db.write_at(&actor, at, |work| changes::acknowledge(work, number, &it.digest))?;
        }
        let learned = Learned {
            served: "Yes.",
            missed: if row.lesson.is_empty() { "Nothing." } else { &row.lesson },
            lesson: if row.lesson.is_empty() { "Nothing to add." } else { &row.lesson },
            lesson_for: "procedure PR-03",
            actual_cost: &row.actual_eur,
        };
        db.write_at(owner, at, |work| changes::learn(work, number, &learned))?;
        let all =
            db.read(&Actor::system(), |reader| changes::criteria(reader, reader.mention_of(number)?.id))?;
        for it in all.into_iter().filter(|it| it.verdict == Verdict::Open) {
            // Each result is entered by whoever was fixed to look.
            let told = self.criteria.iter().find(|one| one.criterion == it.criterion);
            let (who, result, evidence) = told.map_or((QUALITY, "as expected", "looked at on site"), |it| {
                (it.person.as_str(), it.result.as_str(), it.evidence.as_str())
            });
            db.write_at(company.person(who)?, at, |work| {
                changes::judge(work, number, it.id, (Verdict::Pass, result, evidence))
            })?;
        }
        db.write_at(company.person(QUALITY)?, at, |work| advance(work, number, "close"))?;
        Ok(())
    }
}

/// Says which edition of something comes that is no record here: as the reason tells it, else by the number of the change.
fn say_edition(work: &mut Work, number: &str, line: i64, reason: &str) -> kernel::Result<()> {
    let told = reason.split_once(" to ").and_then(|(from, to)| {
        let (what, from) = from.rsplit_once(' ').filter(|(what, _)| ["rev", "revision"].contains(what))?;
        Some((format!("{what} {from}"), format!("{what} {to}")))
    });
    let (before, after) = told.unwrap_or_else(|| (format!("before {number}"), format!("by {number}")));
    let said = [("edition_before", before.as_str()), ("edition", &after), ("changes", reason)];
    let fields = said.map(|(field, it)| (field.to_owned(), json!(it)));
    changes::propose(work, number, line, &Map::from_iter(fields))
}

/// Ties a change to what it affects, where that is a record by its number or an article of the catalogue.
fn affects(work: &mut Work, number: &str, name: &str) -> kernel::Result<()> {
    let found = match work.mention_of(name) {
        Ok(it) => Some(it),
        Err(kernel::Error::NotFound) => {
            let article = catalogue::article(work, name)?;
            article.map(|(_, item)| work.mention_of(&item)).transpose()?
        }
        Err(error) => return Err(error),
    };
    let Some(item) = found.filter(|it| it.kind != "CR") else { return Ok(()) };
    let change = work.mention_of(number)?;
    work.link_by_hand(&change, Tie::Affects, &item).map(|_| ())
}

fn advance(work: &mut Work, number: &str, step: &str) -> kernel::Result<()> {
    let entry = work.registry().kind("CR").ok_or(kernel::Error::NotFound)?;
    entry.advance(work, &Taken { number, step, version: None })
}

fn today(at: Timestamp) -> Date {
    at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

fn answer(db: &Arc<Db>, company: &Company, at: Timestamp, it: &ImpactRow) -> Result<()> {
    db.write_at(company.person(&it.by)?, at, |work| {
        let function = work.mention(company.functions[&it.function])?.map(|it| it.number).unwrap_or_default();
        let told = Told {
            is_possible: true,
            finding: &it.finding,
            cost: &it.cost_eur,
            days: it.days,
            aspects: Vec::new(),
        };
        changes::answer(work, &it.change, &function, &told)
    })?;
    Ok(())
}

fn sign(
    db: &Arc<Db>,
    company: &Company,
    at: Timestamp,
    (number, function, who): (&str, &str, &str),
) -> Result<()> {
    let actor: &Actor = company.person(who)?;
    db.write_at(actor, at, |work| {
        let function = work.mention(company.functions[function])?.map(|it| it.number).unwrap_or_default();
        let proven = Proven { person: actor.person, means: Means::Demo, at };
        let signer = Signer { name: &actor.name, language: "en", zone: "Europe/Berlin" };
        let read = changes::read_of(work, number)?;
        let consent = Consent { function: &function, consents: true, words: "", read: &read };
        changes::sign(work, number, (&consent, &signer), &proven)
    })?;
    Ok(())
}

/// The customer approves, where they have to.
fn confirmed(db: &Arc<Db>, at: Timestamp, number: &str) -> Result<()> {
    let who = db.read(&Actor::system(), |reader| {
        let case = reader.find::<ChangeRequest>(number)?;
        let Some(party) = case.record.party.filter(|_| case.record.state == changes::State::CustomerApproval)
        else {
            return Ok(None);
        };
        let people = identity::people_of(reader, party)?;
        people.first().map(|it| identity::actor_of(reader, it.id)).transpose()
    })?;
    let Some(actor) = who else { return Ok(()) };
    db.write_at(&actor, at, |work| {
        let proven = Proven { person: actor.person, means: Means::Demo, at };
        let signer = Signer { name: &actor.name, language: "en", zone: "Europe/Berlin" };
        let read = changes::read_of(work, number)?;
        let reply = Reply { consents: true, words: "", role: "Project engineer", read: &read };
        changes::confirm(work, number, (&reply, &signer), &proven)
    })?;
    Ok(())
}

fn judge(db: &Arc<Db>, company: &Company, at: Timestamp, it: &CriterionRow) -> Result<()> {
    let verdict = if it.verdict == "fail" { Verdict::Fail } else { Verdict::Pass };
    db.write_at(company.person(&it.person)?, at, |work| {
        let id = work.mention_of(&it.change)?.id;
        let known = changes::criteria(work, id)?.into_iter().find(|one| one.criterion == it.criterion);
        let Some(known) = known.filter(|it| it.verdict == Verdict::Open) else { return Ok(()) };
        changes::judge(work, &it.change, known.id, (verdict, &it.result, &it.evidence))
    })?;
    Ok(())
}
