//! What a task of a plan takes: when it begins, how many hours, how much money, by which means; and milestones, which
//! are reached and shown. Any record whose work is planned has it; its area says when it may be changed.

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Ask, Error, Faults, Missing, PersonId, Reader, Refusal, Result, Task, Text, Work, sql, text, values,
};

crate::vocabulary! {
    /// What stands in a plan.
    pub enum StepSort {
        /// Work that takes time.
        #[default]
        Step = text!("Step"),
        /// A day on which something is reached; it takes no time itself.
        Milestone = text!("Milestone"),
    }
}

crate::vocabulary! {
    /// What a step needs.
    pub enum ResourceSort {
        #[default]
        People = text!("People"),
        Equipment = text!("Equipment"),
        Material = text!("Material"),
    }
}

crate::vocabulary! {
    /// Whether what a step needs is there.
    pub enum Readiness {
        #[default]
        Unknown = text!("Not known yet"),
        There = text!("There"),
        Lacking = text!("Missing"),
    }
}

/// How a task stands in a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct PlanStep {
    /// The key of the task.
    pub task: i64,
    pub sort: StepSort,
    /// The day on which it is to be begun.
    #[schemars(with = "Option<String>")]
    pub starts: Option<Date>,
    /// The day that was planned at first.
    #[schemars(with = "Option<String>")]
    pub first_due: Option<Date>,
    /// Hours: a decimal as it was written.
    pub effort: String,
    /// What it costs beside the hours, in the currency of the house: a decimal as it was written.
    pub cost: String,
    /// What shows that it is done, or reached.
    pub evidence: String,
}

/// Something that a step needs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct Resource {
    pub id: i64,
    /// The key of the task that needs it.
    pub task: i64,
    pub sort: ResourceSort,
    pub name: String,
    #[serde(skip_serializing)]
    pub person: Option<PersonId>,
    /// How much of it, as people write it: 16 rings.
    pub amount: String,
    /// Of people: for how many hours, a decimal as it was written.
    pub hours: String,
    pub is_there: Readiness,
    /// The day on which it will be there.
    #[schemars(with = "Option<String>")]
    pub expected: Option<Date>,
}

/// What was spent on a step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct Spent {
    pub id: i64,
    /// The key of the task.
    pub task: i64,
    #[serde(skip_serializing)]
    pub person: PersonId,
    #[schemars(with = "String")]
    pub day: Date,
    /// Below zero where it corrects what was booked before.
    pub hours: String,
    pub cost: String,
    pub words: String,
    #[serde(with = "crate::micros")]
    #[schemars(with = "i64")]
    pub at: Timestamp,
}

/// A step on its way into a plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewStep<'a> {
    pub sort: StepSort,
    pub starts: Option<Date>,
    pub effort: &'a str,
    pub cost: &'a str,
    /// The tasks that come first.
    pub after: &'a [i64],
}

/// A resource on its way into a plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewResource<'a> {
    pub sort: ResourceSort,
    pub name: &'a str,
    pub person: Option<PersonId>,
    pub amount: &'a str,
    pub hours: &'a str,
    pub is_there: Readiness,
    pub expected: Option<Date>,
}

/// What somebody spent on a step.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewSpent<'a> {
    /// Whoever books it where nobody is named.
    pub person: Option<PersonId>,
    pub day: Option<Date>,
    pub hours: &'a str,
    pub cost: &'a str,
    pub words: &'a str,
}

#[derive(Serialize)]
struct StepRow<'a> {
    record_id: i64,
    task: i64,
    sort: StepSort,
    starts: Option<Date>,
    first_due: Option<Date>,
    effort: &'a str,
    cost: &'a str,
    evidence: &'a str,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct ResourceRow<'a> {
    record_id: i64,
    task: i64,
    sort: ResourceSort,
    name: &'a str,
    person: Option<PersonId>,
    amount: &'a str,
    hours: &'a str,
    is_there: Readiness,
    expected: Option<Date>,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct SpentRow<'a> {
    record_id: i64,
    task: i64,
    person: PersonId,
    day: Date,
    hours: &'a str,
    cost: &'a str,
    words: &'a str,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct IsThere {
    is_there: Readiness,
    expected: Option<Date>,
    at: i64,
    by: PersonId,
}

#[derive(Serialize)]
struct Shown<'a> {
    evidence: &'a str,
}

#[derive(Serialize)]
struct Begins {
    starts: Date,
}

/// A decimal as it was written, in hundredths; none where it is none or below zero.
pub fn hundredths(words: &str) -> Option<i64> {
    let words = words.trim();
    let (whole, part) = words.split_once('.').unwrap_or((words, ""));
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

/// The same where it may be below zero, because it corrects something.
pub fn hundredths_or_less(words: &str) -> Option<i64> {
    match words.trim().strip_prefix('-') {
        Some(rest) => Some(-hundredths(rest)?),
        None => hundredths(words),
    }
}

fn hours() -> Text {
    text!("Give hours like 7.5.")
}

fn amount() -> Text {
    text!("Give an amount like 1250.00.")
}

fn fits(faults: &mut Faults, field: &str, words: &str, most: i64) {
    let count = i64::try_from(words.chars().count()).unwrap_or(i64::MAX);
    faults.unless(count <= most, field, text!("Shorten it to {count} characters.", count = most));
}

impl Reader<'_> {
    /// How the tasks of a record stand in its plan; those of which only a day was said are not among them.
    pub fn plan_steps(&self, record: i64) -> Result<Vec<PlanStep>> {
        self.rows(
            sql!(
                "select task, sort, starts, first_due, effort, cost, evidence from visible_plan_step
                 where record_id = $1 order by id"
            ),
            values![record],
        )
    }

    /// What the steps of a plan need, in the order in which it was said.
    pub fn plan_resources(&self, record: i64) -> Result<Vec<Resource>> {
        self.rows(
            sql!(
                "select id, task, sort, name, person, amount, hours, is_there, expected from visible_plan_resource
                 where record_id = $1 order by id"
            ),
            values![record],
        )
    }

    /// What was spent on the steps of a plan, in the order in which it was booked.
    pub fn plan_spent(&self, record: i64) -> Result<Vec<Spent>> {
        self.rows(
            sql!(
                "select id, task, person, day, hours, cost, words, at from visible_plan_spent
                 where record_id = $1 order by id"
            ),
            values![record],
        )
    }

    fn line_of_step(&self, task: i64) -> Result<Option<i64>> {
        self.maybe(sql!("select id from visible_plan_step where task = $1"), values![task])
    }

    fn task_of(&self, record: i64, task: i64) -> Result<Task> {
        self.tasks(record)?.into_iter().find(|it| it.id == task).ok_or(Error::NotFound)
    }
}

impl Work<'_> {
    /// Puts a step or a milestone into the plan of a record, after those that come first. Tells the key of its task.
    ///
    /// # Errors
    /// Names what is missing, and days that cannot be.
    pub fn plan_step(&mut self, record: i64, ask: &Ask, new: &NewStep) -> Result<i64> {
        self.must_be_ours()?;
        let tasks = self.tasks(record)?;
        let mut faults = Faults::default();
        fits(&mut faults, "request", ask.request, 500);
        let begins = new.starts.zip(ask.due).is_none_or(|(starts, due)| starts <= due);
        faults.unless(begins, "starts", text!("It cannot begin after it is due."));
        let (effort, cost) = (new.effort.trim(), new.cost.trim());
        if new.sort == StepSort::Milestone {
            faults.unless(ask.due.is_some(), "due", text!("Say on which day it is to be reached."));
            let sentence = text!("A milestone takes no time. Plan the work that leads to it as a step.");
            faults.unless(effort.is_empty() && cost.is_empty(), "effort", sentence);
        } else {
            faults.unless(effort.is_empty() || hundredths(effort).is_some(), "effort", hours());
            faults.unless(cost.is_empty() || hundredths(cost).is_some(), "cost", amount());
        }
        for after in new.after {
            let Some(first) = tasks.iter().find(|it| it.id == *after) else {
                faults.add("after", text!("Choose a task of this record."));
                continue;
            };
            let is_later = ask.due.zip(first.due).is_none_or(|(own, first)| own >= first);
            let sentence =
                text!("“{task}” is due later than that. Choose a later day.", task = first.request.as_str());
            faults.unless(is_later, "due", sentence);
            // What is done already was perhaps done early.
            let before = first.due.filter(|_| first.settled_at.is_none());
            if let Some((_, day)) = new.starts.zip(before).filter(|(starts, day)| starts < day) {
                let sentence = text!(
                    "“{task}” comes first and is due on {day}. Begin on that day or later.",
                    task = first.request.as_str(),
                    day = day
                );
                faults.add("starts", sentence);
            }
        }
        faults.into_result()?;
        let task = self.ask(record, ask)?;
        for after in new.after {
            self.order_tasks(record, task, *after)?;
        }
        let row = StepRow {
            record_id: record,
            task,
            sort: new.sort,
            starts: new.starts,
            first_due: ask.due,
            effort,
            cost,
            evidence: "",
            at: self.now.as_microsecond(),
            by: self.actor.person,
        };
        self.add("plan_step", record, &row)?;
        let told = json!({ "what": ask.request.trim(), "is": new.sort, "from": new.starts, "to": ask.due,
            "hours": effort, "cost": cost });
        self.note(record, json!({ "planned": told }))?;
        self.called("step_planned");
        Ok(task)
    }

    /// Says what a step needs. Tells the key of it.
    ///
    /// # Errors
    /// Names what is missing; refuses for what is done.
    pub fn need_for_step(&mut self, record: i64, task: i64, new: &NewResource) -> Result<i64> {
        self.must_be_ours()?;
        let step = self.task_of(record, task)?;
        Refusal::unless(step.settled_at.is_none(), text!("It is done already. It needs nothing more."))?;
        let (name, amount, taken) = (new.name.trim(), new.amount.trim(), new.hours.trim());
        let mut faults = Faults::default();
        let is_named = !name.is_empty() || new.person.is_some();
        faults.unless(is_named, "name", text!("Say who or what is needed."));
        if new.sort == ResourceSort::People {
            let is_said = hundredths(taken).is_some_and(|it| it > 0);
            faults.unless(is_said, "hours", text!("Say for how many hours: 7.5."));
        } else {
            faults.unless(!amount.is_empty(), "amount", text!("Say how much of it is needed."));
            faults.unless(taken.is_empty() || hundredths(taken).is_some(), "hours", hours());
        }
        fits(&mut faults, "name", name, 200);
        fits(&mut faults, "amount", amount, 100);
        must_be_expected(&mut faults, new.is_there, new.expected);
        faults.into_result()?;
        let called = match new.person {
            Some(person) if name.is_empty() => self.name_of(person)?,
            _ => name.to_owned(),
        };
        let row = ResourceRow {
            record_id: record,
            task,
            sort: new.sort,
            name: &called,
            person: new.person,
            amount,
            hours: taken,
            is_there: new.is_there,
            expected: new.expected,
            at: self.now.as_microsecond(),
            by: self.actor.person,
        };
        let id = self.add("plan_resource", record, &row)?;
        let told = json!({ "for": step.request, "sort": new.sort, "name": called, "amount": amount,
            "hours": taken, "is": new.is_there, "expected": new.expected });
        self.note(record, json!({ "needed": told }))?;
        self.called("resource_needed");
        Ok(id)
    }

    /// Says whether something that a step needs is there, or when it will be. Whoever does the step is asked to look
    /// where that is later than it is due.
    ///
    /// # Errors
    /// Asks for the day where it is missing.
    pub fn resource_is(
        &mut self,
        record: i64,
        resource: i64,
        (is_there, expected): (Readiness, Option<Date>),
    ) -> Result<()> {
        self.must_be_ours()?;
        let known = self.plan_resources(record)?.into_iter().find(|it| it.id == resource);
        let known = known.ok_or(Error::NotFound)?;
        let mut faults = Faults::default();
        must_be_expected(&mut faults, is_there, expected);
        faults.into_result()?;
        let (at, by) = (self.now.as_microsecond(), self.actor.person);
        self.amend("plan_resource", record, resource, &IsThere { is_there, expected, at, by })?;
        let told = json!({ "name": known.name, "was": known.is_there, "is": is_there, "expected": expected });
        self.note(record, json!({ "resource": told }))?;
        let step = self.task_of(record, known.task)?;
        let comes_late = expected.zip(step.due).filter(|(expected, due)| expected > due);
        if let Some((day, _)) = comes_late.filter(|_| is_there == Readiness::Lacking) {
            let said = text!(
                "{resource} is there on {day} only: plan “{task}” anew",
                resource = known.name.as_str(),
                day = day,
                task = step.request.as_str()
            );
            let (person, function, due) = (step.person, step.function, step.due);
            if step.settled_at.is_none() {
                self.ask_by_itself(
                    record,
                    &Ask { said: Some(&said), person, function, due, ..Ask::default() },
                )?;
            }
        }
        self.called("resource_looked_at");
        Ok(())
    }

    /// Books what somebody spent on a step. What was booked stays; a booking below zero corrects it.
    ///
    /// # Errors
    /// Names what is missing; a day that is still to come; a correction of more than was booked.
    pub fn book_on_step(&mut self, record: i64, task: i64, new: &NewSpent) -> Result<i64> {
        self.must_be_ours()?;
        let step = self.task_of(record, task)?;
        let (taken, paid, words) = (new.hours.trim(), new.cost.trim(), new.words.trim());
        let mut faults = Faults::default();
        let (is_hours, is_cost) = (hundredths_or_less(taken), hundredths_or_less(paid));
        faults.unless(taken.is_empty() || is_hours.is_some(), "hours", hours());
        faults.unless(paid.is_empty() || is_cost.is_some(), "cost", amount());
        let spent = is_hours.unwrap_or(0) != 0 || is_cost.unwrap_or(0) != 0;
        faults.unless(spent, "hours", text!("Say how many hours, or how much money."));
        // Whoever sits east of Greenwich has the next day already.
        let today = TimeZone::UTC.to_datetime(self.now).date();
        let latest = today.saturating_add(Span::new().days(1));
        let sentence = text!("Give the day on which it was spent, today at the latest.");
        let day = new.day.filter(|it| *it <= latest);
        faults.unless(day.is_some(), "day", sentence);
        let is_less = is_hours.unwrap_or(0) < 0 || is_cost.unwrap_or(0) < 0;
        faults.unless(!is_less || !words.is_empty(), "words", text!("Say what it corrects."));
        fits(&mut faults, "words", words, 500);
        if is_less {
            let booked = self.plan_spent(record)?;
            let sum = |of: fn(&Spent) -> &str| {
                let own = booked.iter().filter(|it| it.task == task);
                own.filter_map(|it| hundredths_or_less(of(it))).sum::<i64>()
            };
            let (left, kept) =
                (sum(|it| &it.hours) + is_hours.unwrap_or(0), sum(|it| &it.cost) + is_cost.unwrap_or(0));
            faults.unless(
                left >= 0 && kept >= 0,
                "hours",
                text!("That is more than was booked on it. Correct by less."),
            );
        }
        faults.into_result()?;
        let row = SpentRow {
            record_id: record,
            task,
            person: new.person.unwrap_or(self.actor.person),
            day: day.unwrap_or(today),
            hours: taken,
            cost: paid,
            words,
            at: self.now.as_microsecond(),
            by: self.actor.person,
        };
        let id = self.add("plan_spent", record, &row)?;
        let told = json!({ "on": step.request, "day": row.day, "hours": taken, "cost": paid, "for": words });
        self.note(record, json!({ "spent": told }))?;
        self.called("effort_booked");
        Ok(id)
    }

    /// Settles a step with what shows that it is done; a milestone is reached so.
    ///
    /// # Errors
    /// Asks for the evidence; refuses while one that comes first is open, or the record is not approved yet.
    pub fn finish_step(&mut self, record: i64, task: i64, evidence: &str) -> Result<()> {
        self.must_be_ours()?;
        let step = self.task_of(record, task)?;
        Refusal::unless(step.settled_at.is_none(), text!("It is done already."))?;
        self.its_plan_is_carried_out(record, task)?;
        let evidence = evidence.trim();
        let mut faults = Faults::default();
        let sentence = text!("Name what shows it: a report, a file, a picture.");
        faults.unless(!evidence.is_empty(), "evidence", sentence);
        fits(&mut faults, "evidence", evidence, 500);
        faults.into_result()?;
        if let Some(line) = self.line_of_step(task)? {
            self.amend("plan_step", record, line, &Shown { evidence })?;
        }
        self.note(record, json!({ "shown": { "task": step.request, "by": evidence } }))?;
        self.settle(task)?;
        self.called("step_done");
        Ok(())
    }

    /// Lets a step begin on another day; its area says when that may be.
    pub fn step_begins(&mut self, record: i64, task: i64, starts: Date) -> Result<()> {
        self.must_be_ours()?;
        let first_due = self.task_of(record, task)?.due;
        if let Some(line) = self.line_of_step(task)? {
            return self.amend("plan_step", record, line, &Begins { starts });
        }
        let row = StepRow {
            record_id: record,
            task,
            sort: StepSort::Step,
            starts: Some(starts),
            first_due,
            effort: "",
            cost: "",
            evidence: "",
            at: self.now.as_microsecond(),
            by: self.actor.person,
        };
        self.add("plan_step", record, &row).map(drop)
    }

    /// Refuses to settle a milestone of which nobody said what shows that it is reached.
    pub(crate) fn its_milestone_is_shown(&self, record: i64, task: i64) -> Result<()> {
        let unshown: Option<String> = self.maybe(
            sql!(
                "select request from visible_plan_step as it join visible_task as step on step.id = it.task
                 where it.task = $1 and it.sort = 'milestone' and it.evidence = ''"
            ),
            values![task],
        )?;
        let Some(request) = unshown else { return Ok(()) };
        let sentence = text!(
            "“{task}” is a milestone. Open the plan and say what shows that it is reached.",
            task = request.as_str()
        );
        let at = self.mention(record)?.map(|it| self.registry().address(&it.kind, &it.number));
        Ok(Refusal::of(vec![Missing { sentence, link: at.map(|it| format!("{it}#plan")) }])?)
    }
}

impl Work<'_> {
    /// A step of a plan is done once its record is past the states in which it is planned; any other task in any state.
    pub(crate) fn its_plan_is_carried_out(&self, record: i64, task: i64) -> Result<()> {
        if self.line_of_step(task)?.is_none() {
            return Ok(());
        }
        let Some(it) = self.mention(record)? else { return Ok(()) };
        let is_early =
            self.registry().kind(&it.kind).is_some_and(|kind| kind.still_planned.contains(&it.state));
        let sentence = text!(
            "What is planned for {number} is done once that is approved. Have it approved first.",
            number = it.number.as_str()
        );
        let link = Some(self.registry().address(&it.kind, &it.number));
        let missing = is_early.then_some(Missing { sentence, link });
        Ok(Refusal::of(missing.into_iter().collect())?)
    }
}

fn must_be_expected(faults: &mut Faults, is_there: Readiness, expected: Option<Date>) {
    let is_said = is_there != Readiness::Lacking || expected.is_some();
    faults.unless(is_said, "expected", text!("Say on which day it will be there."));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_to_the_hundredth() {
        assert_eq!(hundredths("18500"), Some(1_850_000));
        assert_eq!(hundredths("430.5"), Some(43_050));
        for wrong in ["", "1,000", "-5", "1.234", "about 5", "9999999999999"] {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_correction_is_below_zero_and_nothing_else_is() {
        assert_eq!((hundredths_or_less("-2.5"), hundredths_or_less("2.5")), (Some(-250), Some(250)));
        assert_eq!([hundredths_or_less("--2"), hundredths_or_less("-"), hundredths_or_less("")], [None; 3]);
    }

    #[test]
    fn what_is_missing_has_a_day_on_which_it_will_be_there() {
        let told = |is_there, expected| {
            let mut faults = Faults::default();
            must_be_expected(&mut faults, is_there, expected);
            faults.of("expected").is_some()
        };
        assert!(told(Readiness::Lacking, None));
        assert!(!told(Readiness::Lacking, Some(jiff::civil::date(2026, 3, 2))));
        assert!(!told(Readiness::There, None) && !told(Readiness::Unknown, None));
    }
}
