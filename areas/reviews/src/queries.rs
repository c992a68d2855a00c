//! What people ask: whom a review asks, what was said in it, how it stands, what the customer said.

mod signoff;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use kernel::{
    Body, Case, Faults, Held, Life, Missing, Part, PartyId, PersonId, Reader, Record, Refusal, Result, Role,
    Task, Text, Vocabulary, sql, text, values,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

pub use identity::address_of;

pub use self::signoff::{
    AnswerLine, ClarificationLine, Waiting, WordLine, answers_of, clarifications_of, confirming,
    due_sign_offs, file_of, frozen_among, has_accepted_review, last_confirmed, open_questions,
    open_sign_offs, questions_about, questions_among, sign_offs_of, signatories, their_words_are_intact,
    to_answer, to_sign, unanswered, words_of,
};
use crate::model::{
    Answer, Clarification, ConditionWord, Feasible, Fulfilment, Gate, Matter, Review, ReviewState, Scope,
    SignOff, Template, Verdict,
};
use crate::rules::{
    Answered, Committed, Heard, Item, OpenPoint, Progress, Said, Standing, Why, asked_for, fulfilment,
    open_points, progress, what_a_condition_wants,
};

/// A word on an item as it is read.
#[derive(Clone, Debug, Deserialize)]
pub struct VerdictLine {
    pub id: i64,
    pub item: String,
    pub digest: String,
    pub revision: i64,
    pub function: i64,
    pub person: PersonId,
    pub acts_for: Option<PersonId>,
    pub verdict: Verdict,
    pub remark: String,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    /// Whether the item had another title or other files then, though it said the same.
    #[serde(skip)]
    pub is_on_another: bool,
}

/// An answer to the checklist as it is read.
#[derive(Clone, Debug, Deserialize)]
pub struct AnswerRow {
    pub row_key: String,
    pub revision: i64,
    pub function: i64,
    pub person: PersonId,
    pub acts_for: Option<PersonId>,
    pub answer: Answer,
    pub remark: String,
}

/// A function's word on feasibility as it is read.
#[derive(Clone, Debug, Deserialize)]
pub struct CommitmentLine {
    pub revision: i64,
    pub function: i64,
    pub person: PersonId,
    pub acts_for: Option<PersonId>,
    pub feasible: Feasible,
    pub statement: String,
    pub signature: i64,
    #[serde(with = "kernel::micros::option")]
    pub ended_at: Option<Timestamp>,
}

/// A condition with the task that meets it.
#[derive(Clone, Debug, Deserialize)]
pub struct ConditionLine {
    pub id: i64,
    pub item: String,
    pub words: String,
    pub gate: Gate,
    pub task: i64,
    pub function: i64,
    pub evidence: String,
    pub person: Option<PersonId>,
    pub due: Option<jiff::civil::Date>,
    #[serde(with = "kernel::micros::option")]
    pub settled_at: Option<Timestamp>,
    /// When it was set: with the verdict that it belongs to.
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    /// What was said of it, the first first.
    #[serde(skip)]
    pub said: Vec<ConditionSaid>,
}

/// What somebody said of a condition: by what one sees that it is met, that this is so, why it is not, or why it is no
/// longer asked.
#[derive(Clone, Debug, Deserialize)]
pub struct ConditionSaid {
    pub condition: i64,
    pub word: ConditionWord,
    pub words: String,
    pub person: PersonId,
    #[serde(with = "kernel::micros")]
    pub at: Timestamp,
    pub task: Option<i64>,
}

impl ConditionLine {
    /// How it stands by now.
    pub fn stands(&self) -> Fulfilment {
        let is_settled = self.settled_at.is_some();
        fulfilment(self.said.last().map(|it| it.word), is_settled)
    }

    /// How it stood at a moment; nothing where it was not set yet.
    pub fn stood(&self, at: Timestamp) -> Option<Fulfilment> {
        let last = self.said.iter().rev().find(|it| it.at <= at).map(|it| it.word);
        let is_settled = self.settled_at.is_some_and(|it| it <= at);
        (self.at <= at).then(|| fulfilment(last, is_settled))
    }

    /// By what one sees that it is met, and who said so; the last word counts, even one that was sent back.
    pub fn evidence(&self) -> (&str, Option<PersonId>) {
        let met = self.said.iter().rev().find(|it| it.word == ConditionWord::Met);
        met.map_or((self.evidence.as_str(), None), |it| (it.words.as_str(), Some(it.person)))
    }

    /// Why quality sent it back, where nobody said anything since.
    pub fn sent_back(&self) -> Option<&ConditionSaid> {
        self.said.last().filter(|it| it.word == ConditionWord::SentBack)
    }

    /// Who said why it is no longer asked.
    pub fn no_longer_asked(&self) -> Option<&ConditionSaid> {
        self.said.last().filter(|it| it.word == ConditionWord::NoLongerAsked)
    }

    /// The task by which whoever meets it is asked.
    pub fn asked_by(&self) -> i64 {
        self.said.iter().rev().find_map(|it| it.task).unwrap_or(self.task)
    }
}

/// What stands in the rows that the log names, for the audit: whom a review asks what, words on items, answers to the
/// checklist, conditions, words on feasibility, what was decided, what was offered to the customer, their words and answers.
pub const KEPT: [&kernel::Sql; 11] = [
    sql!(
        "select it.id, visible.number, 'What is asked' as what,
         cast(it.id as text) || '|' || it.policy || '|' || it.asked as words
         from review as it join visible on visible.id = it.id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Verdict ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || it.item || '|' || it.digest || '|' ||
         cast(it.revision as text) || '|' || cast(it.function as text) || '|' ||
         cast(it.person as text) || '|' || coalesce(cast(it.acts_for as text), '') || '|' ||
         it.verdict || '|' || it.remark || '|' || cast(it.at as text) as words
         from visible_verdict as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Answer ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || it.row_key || '|' || cast(it.revision as text) || '|' ||
         cast(it.function as text) || '|' || cast(it.person as text) || '|' ||
         coalesce(cast(it.acts_for as text), '') || '|' || it.answer || '|' || it.remark || '|' ||
         cast(it.at as text) as words
         from visible_checklist_answer as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Condition ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || it.item || '|' || it.words || '|' || it.gate || '|' ||
         cast(it.task as text) || '|' || cast(it.function as text) || '|' ||
         cast(it.at as text) || '|' || cast(it.by as text) as words
         from visible_review_condition as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Word on a condition ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.condition as text) || '|' || it.word || '|' ||
         it.words || '|' || cast(it.person as text) || '|' || cast(it.at as text) || '|' ||
         coalesce(cast(it.task as text), '') as words
         from visible_condition_word as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Condition no longer asked ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.condition as text) || '|' || it.words || '|' ||
         cast(it.person as text) || '|' || cast(it.at as text) as words
         from visible_condition_end as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Commitment ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.revision as text) || '|' ||
         cast(it.function as text) || '|' || cast(it.person as text) || '|' ||
         coalesce(cast(it.acts_for as text), '') || '|' || it.feasible || '|' || it.statement || '|' ||
         cast(it.signature as text) || '|' || cast(it.at as text) as words
         from visible_commitment as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    // What a closed review says itself stands in place of its last row: one reads it there.
    sql!(
        "select it.id, visible.number, 'Outcome ' || cast(it.id as text) as what,
         cast(it.id as text) || '|' || cast(it.record_id as text) || '|' ||
         case when visible.state in ('accepted', 'conditional', 'declined') and not exists
             (select 1 from visible_review_outcome as later where later.record_id = it.record_id and later.id > it.id)
         then cast(review.revision as text) || '|' || review.digest || '|' || review.outcome
         else cast(it.revision as text) || '|' || it.digest || '|' || it.words end || '|' ||
         cast(it.at as text) as words
         from visible_review_outcome as it join visible on visible.id = it.record_id
         join review on review.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'What was offered' as what,
         cast(it.id as text) || '|' || cast(it.subject as text) || '|' || cast(it.revision as text) || '|' ||
         it.digest || '|' || coalesce(cast(it.since as text), '') || '|' || it.summary || '|' ||
         it.signatories || '|' || case when it.in_turn then 'in turn' else '' end || '|' || it.until as words
         from sign_off as it join visible on visible.id = it.id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Word of the customer ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || cast(it.person as text) || '|' || it.item || '|' ||
         it.digest || '|' || it.word || '|' || it.remark || '|' ||
         coalesce(cast(it.clarification as text), '') || '|' || cast(it.at as text) as words
         from visible_customer_word as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
    sql!(
        "select it.id, visible.number, 'Answer of the customer ' || cast(it.id as text) as what,
         cast(it.record_id as text) || '|' || it.words || '|' || it.name || '|' ||
         coalesce(cast(it.person as text), '') || '|' || it.source || '|' ||
         cast(it.at as text) || '|' || cast(it.by as text) as words
         from visible_clarification_answer as it join visible on visible.id = it.record_id where it.id > $1 order by it.id limit $2"
    ),
];

/// Every word on items, the oldest first.
pub fn verdicts(reader: &Reader, review: i64) -> Result<Vec<VerdictLine>> {
    reader.rows(
        sql!(
            "select id, item, digest, revision, function, person, acts_for, verdict, remark, at
             from visible_verdict where record_id = $1 order by id"
        ),
        values![review],
    )
}

/// The same, weighed against the revision that is judged: words on what had another title or other files then are on something
/// else.
pub fn words_on_items(reader: &Reader, id: i64, review: &Review) -> Result<Vec<VerdictLine>> {
    let mut all = verdicts(reader, id)?;
    let mut lists = Lists::new(reader, review.subject);
    for it in all.iter_mut().filter(|it| it.revision != review.revision) {
        it.is_on_another = lists.differ(&it.item, (it.revision, review.revision))?;
    }
    Ok(all)
}

/// Files that were frozen: name and fingerprint.
pub fn frozen_files(files: &Json) -> Vec<(String, String)> {
    let of = |it: &Json, field: &str| it[field].as_str().unwrap_or_default().to_owned();
    files.as_array().into_iter().flatten().map(|it| (of(it, "name"), of(it, "digest"))).collect()
}

/// The names of files that were frozen, each with the beginning of its fingerprint.
pub fn files_named(files: &Json) -> String {
    let one = |(name, digest): (String, String)| format!("{name} ({})", digest.get(..8).unwrap_or(&digest));
    frozen_files(files).into_iter().map(one).collect::<Vec<_>>().join(", ")
}

/// How revisions of what is reviewed list their items: under which title, with which files; read once each.
pub struct Lists<'a, 'db> {
    reader: &'a Reader<'db>,
    subject: i64,
    known: BTreeMap<i64, HashMap<String, Held>>,
}

impl<'a, 'db> Lists<'a, 'db> {
    pub fn new(reader: &'a Reader<'db>, subject: i64) -> Self {
        Self { reader, subject, known: BTreeMap::new() }
    }

    /// The files of an item in a revision, where that names them.
    pub fn files(&mut self, item: &str, revision: i64) -> Result<Option<&Json>> {
        Ok(self.of(item, revision)?.and_then(|it| it.files.as_ref()))
    }

    /// How an item is listed in two revisions; nothing where one of them does not list it.
    pub fn both(&mut self, item: &str, (one, other): (i64, i64)) -> Result<Option<(Held, Held)>> {
        let before = self.of(item, one)?.cloned();
        Ok(before.zip(self.of(item, other)?.cloned()))
    }

    /// Whether an item is listed otherwise in one revision than in another.
    pub fn differ(&mut self, item: &str, revisions: (i64, i64)) -> Result<bool> {
        let both = self.both(item, revisions)?;
        Ok(both.is_some_and(|(one, other)| one.has_another_title(&other) || one.has_other_files(&other)))
    }

    fn of(&mut self, item: &str, revision: i64) -> Result<Option<&Held>> {
        if !self.known.contains_key(&revision) {
            self.known.insert(revision, self.reader.held_in(self.subject, revision)?);
        }
        Ok(self.known[&revision].get(item))
    }
}

/// Every answer to the checklist, the oldest first.
pub fn checklist(reader: &Reader, review: i64) -> Result<Vec<AnswerRow>> {
    reader.rows(
        sql!(
            "select row_key, revision, function, person, acts_for, answer, remark
             from visible_checklist_answer where record_id = $1 order by id"
        ),
        values![review],
    )
}

/// Every word on feasibility, the oldest first; whether its signature was taken back stands with it.
pub fn commitments(reader: &Reader, review: i64) -> Result<Vec<CommitmentLine>> {
    reader.rows(
        sql!(
            "select it.revision, it.function, it.person, it.acts_for, feasible, statement, it.signature,
             ended.at as ended_at from visible_commitment as it
             left join visible_signature_end as ended on ended.signature = it.signature
             where it.record_id = $1 order by it.id"
        ),
        values![review],
    )
}

/// The conditions of a review, each with what was said of it.
pub fn conditions(reader: &Reader, review: i64) -> Result<Vec<ConditionLine>> {
    let mut all: Vec<ConditionLine> = reader.rows(
        sql!(
            "select it.id, item, words, gate, task, it.function, evidence, asked.person, asked.due, asked.settled_at,
             it.at
             from visible_review_condition as it join visible_task as asked on asked.id = it.task
             where it.record_id = $1 order by it.id"
        ),
        values![review],
    )?;
    let mut said: Vec<ConditionSaid> = reader.rows(
        sql!(
            "select condition, word, words, person, at, task
             from visible_condition_word where record_id = $1 order by id"
        ),
        values![review],
    )?;
    said.extend(reader.rows::<ConditionSaid>(
        sql!(
            "select condition, 'no_longer_asked' as word, words, person, at, cast(null as bigint) as task
             from visible_condition_end where record_id = $1 order by id"
        ),
        values![review],
    )?);
    for it in &mut all {
        it.said = said.iter().filter(|word| word.condition == it.id).cloned().collect();
    }
    Ok(all)
}

/// Of conditions that were set on something else than their item says now, or that is gone: the revision on which each was.
/// A condition is set with a verdict; it is on what the item said then.
pub fn set_on_something_else(
    reader: &Reader,
    case: &Case<Review>,
    all: &[ConditionLine],
) -> Result<BTreeMap<i64, i64>> {
    if all.is_empty() {
        return Ok(BTreeMap::new());
    }
    let said = words_on_items(reader, case.record.id.raw(), &case.body)?;
    let items = items(reader, &case.body)?;
    let set_on = |it: &ConditionLine| {
        let with_it =
            |said: &&VerdictLine| (said.at, said.function, &said.item) == (it.at, it.function, &it.item);
        let said = said.iter().find(with_it)?;
        let is_so_still = items.iter().any(|(item, _)| item.number == it.item && said.is_on(item));
        (!is_so_still).then_some((it.id, said.revision))
    };
    Ok(all.iter().filter_map(set_on).collect())
}

/// Whoever answers for quality, and whoever approves: they confirm that conditions are met.
pub struct Confirmers([Vec<PersonId>; 2]);

impl Confirmers {
    pub fn of(reader: &Reader) -> Result<Self> {
        let with = |role| identity::with_role(reader, role);
        Ok(Self([with(Role::Quality)?, with(Role::Approver)?]))
    }

    /// Who confirms a condition: quality, and never whoever said that it is met. Where nobody else answers for quality,
    /// whoever approves.
    pub fn for_condition(&self, it: &ConditionLine) -> Vec<PersonId> {
        self.others(&[it.evidence().1])
    }

    /// Whom one asks to say that a condition is no longer asked: the same, and never whoever has to meet it.
    pub fn for_its_end(&self, it: &ConditionLine) -> Vec<PersonId> {
        self.others(&[it.evidence().1, it.person])
    }

    fn others(&self, but: &[Option<PersonId>]) -> Vec<PersonId> {
        let others =
            |all: &Vec<PersonId>| all.iter().copied().filter(|it| !but.contains(&Some(*it))).collect();
        self.0.iter().map(others).find(|it: &Vec<PersonId>| !it.is_empty()).unwrap_or_default()
    }

    /// Whether the actor may confirm that a condition is met, or send it back.
    pub fn may(&self, reader: &Reader, it: &ConditionLine) -> bool {
        let covers = |permit: kernel::Permit, whose| permit.covers(reader.actor, whose).is_ok();
        let mut asked = self.for_condition(it).into_iter();
        let is_asked = asked.any(|it| covers(kernel::Permit::Owner, Some(it)));
        let is_theirs = is_asked || covers(kernel::Permit::Has(Role::Quality), None);
        kernel::may(is_theirs) && kernel::may(it.evidence().1 != Some(reader.actor.person))
    }

    /// In whose right the actor says that a condition is no longer asked, where they may: their own, or that of somebody
    /// absent. It is for whoever confirms it, for quality, and for whoever judges for the function that set it; never for
    /// whoever has to meet it, or said that it is met.
    pub fn ends_for(&self, reader: &Reader, it: &ConditionLine) -> Result<Option<PersonId>> {
        let (actor, owner, own) = (reader.actor, kernel::Permit::Owner, [it.person, it.evidence().1]);
        let is_another = |person: PersonId| kernel::may(!own.contains(&Some(person)));
        if actor.only_reads || !is_another(actor.person) {
            return Ok(None);
        }
        let has_role = kernel::Permit::Has(Role::Quality).covers(actor, None).is_ok();
        let functions = my_functions(reader)?.into_iter().filter(|(id, _)| kernel::may(*id == it.function));
        let by_function = functions.map(|(_, absent)| absent.unwrap_or(actor.person));
        let asked = self.for_its_end(it).into_iter().filter(|it| owner.covers(actor, Some(*it)).is_ok());
        let mut rights = has_role.then_some(actor.person).into_iter().chain(by_function).chain(asked);
        Ok(rights.find(|it| is_another(*it)))
    }
}

/// Everything that is open in a review, the queries of the customer about the same revision among it.
pub fn what_is_open(reader: &Reader, review: i64) -> Result<Vec<OpenPoint>> {
    let case = reader.find_by_id::<Review>(review)?;
    let mut asked = clarifications_of(reader, review)?;
    for (number, _, revision) in sign_offs_of(reader, case.body.subject)? {
        if revision == case.body.revision {
            asked.extend(clarifications_of(reader, reader.mention_of(&number)?.id)?);
        }
    }
    Ok(open_points(&case, &asked, &conditions(reader, review)?))
}

/// Those conditions of which the actor may say that they are met: whoever meets one, whoever judges for the function that
/// set it, whoever moderates the review, quality, and those who stand in for them.
pub fn may_meet(reader: &Reader, all: &[ConditionLine], moderator: PersonId) -> Result<BTreeSet<i64>> {
    let (actor, owner) = (reader.actor, kernel::Permit::Owner);
    if actor.only_reads {
        return Ok(BTreeSet::new());
    }
    let any = owner.covers(actor, Some(moderator)).is_ok()
        || kernel::Permit::Has(Role::Quality).covers(actor, None).is_ok();
    let functions = my_functions(reader)?;
    let is_theirs = |it: &&ConditionLine| {
        kernel::may(
            any || owner.covers(actor, it.person).is_ok()
                || functions.iter().any(|(function, _)| *function == it.function),
        )
    };
    Ok(all.iter().filter(is_theirs).map(|it| it.id).collect())
}

/// The items of a review as rules weigh them, with what each froze.
pub fn items(reader: &Reader, review: &Review) -> Result<Vec<(Item, Part)>> {
    let mut before: BTreeSet<(String, String)> = BTreeSet::new();
    if let (Scope::Changes, Some(no)) = (review.scope, review.baseline) {
        let mut lists = Lists::new(reader, review.subject);
        for it in reader.parts_of(review.subject, no)? {
            // What has another title or file now says something else, though its words are the same.
            if !lists.differ(&it.number, (no, review.revision))? {
                before.insert((it.number, it.digest));
            }
        }
    }
    let parts = reader.parts_of(review.subject, review.revision)?;
    let item = |part: Part| {
        let is_in_scope = !before.contains(&(part.number.clone(), part.digest.clone()));
        let item = Item {
            number: part.number.clone(),
            title: part.title.clone(),
            digest: part.digest.clone(),
            function: part.content.get("function").and_then(Json::as_i64),
            is_in_scope,
        };
        (item, part)
    };
    Ok(parts.into_iter().map(item).collect())
}

/// How a review stands.
pub fn how_it_stands(reader: &Reader, id: i64, review: &Review) -> Result<Progress> {
    let items: Vec<Item> = items(reader, review)?.into_iter().map(|(it, _)| it).collect();
    let said: Vec<Said> = words_on_items(reader, id, review)?.into_iter().map(VerdictLine::said).collect();
    let answered: Vec<Answered> = checklist(reader, id)?.into_iter().map(AnswerRow::answered).collect();
    let committed: Vec<Committed> = (commitments(reader, id)?.into_iter())
        .filter(|it| it.ended_at.is_none())
        .map(|it| Committed {
            revision: it.revision,
            function: it.function,
            person: it.person,
            feasible: it.feasible,
        })
        .collect();
    let heard = Heard {
        items: &items,
        said: &said,
        answered: &answered,
        committed: &committed,
        revision: review.revision,
    };
    Ok(progress(&review.policy, &review.asked, &heard))
}

/// Verdicts and answers to the checklist as they are signed, the first first: of a function, or of all.
fn words_of_functions(reader: &Reader, review: i64, function: Option<i64>) -> Result<[Vec<Json>; 2]> {
    let is_theirs = |it: i64| function.is_none_or(|function| it == function);
    let verdict = |it: VerdictLine| {
        json!({ "item": it.item, "digest": it.digest, "verdict": it.verdict, "remark": it.remark, "person": it.person,
                "acts_for": it.acts_for, "revision": it.revision })
    };
    let answer = |it: AnswerRow| {
        json!({ "row": it.row_key, "answer": it.answer, "remark": it.remark, "person": it.person,
                "acts_for": it.acts_for, "revision": it.revision })
    };
    let verdicts = verdicts(reader, review)?.into_iter().filter(|it| is_theirs(it.function)).map(verdict);
    let answers = checklist(reader, review)?.into_iter().filter(|it| is_theirs(it.function)).map(answer);
    Ok([verdicts.collect(), answers.collect()])
}

/// The same words as older programs signed them.
fn as_older_programs_signed([verdicts, answers]: &[Vec<Json>; 2]) -> [Vec<Json>; 2] {
    let only = |all: &[Json], fields: &[&str]| {
        let one = |it: &Json| fields.iter().map(|field| ((*field).to_owned(), it[*field].clone())).collect();
        all.iter().map(one).collect()
    };
    let verdicts = only(verdicts, &["item", "digest", "verdict", "remark", "person"]);
    [verdicts, only(answers, &["row", "answer", "remark"])]
}

/// Whether the words of a review still say what was signed. Words are only ever added, so what a signature covers is the
/// beginning of what there is; whoever closed it last signed all there is and what was decided, until it is opened again.
/// What was asked stays for all of them.
pub fn words_are_intact(reader: &Reader, case: &Case<Review>) -> Result<bool> {
    use ReviewState::{Accepted, Conditional, Declined};
    let (review, body) = (case.record.id.raw(), &case.body);
    let (committed, conditions) = (commitments(reader, review)?, conditions(reader, review)?);
    let signed: Vec<_> = reader.signatures(review)?.into_iter().filter(kernel::Signature::counts).collect();
    let closed = signed.iter().filter(|it| it.function.is_none()).map(|it| it.id).max();
    let closed = closed.filter(|_| matches!(case.record.state, Accepted | Conditional | Declined));
    for it in signed {
        let seen = it.content();
        let words = words_of_functions(reader, review, it.function)?;
        let is_as_signed = if it.function.is_some() {
            let [verdicts, answers] = &words;
            let mut all = committed.iter().filter(|said| said.signature == it.id);
            let is_of_now = seen["revision"] == json!(body.revision);
            begin(verdicts, &seen["verdicts"])
                && begin(answers, &seen["checklist"])
                && (!is_of_now || says(&seen, &[("digest", json!(body.digest))]))
                && all.all(|said| {
                    (said.person, said.acts_for) == (it.person, it.acts_for)
                        && seen["feasible"] == json!(said.feasible)
                        && seen["statement"] == json!(said.statement)
                })
        } else if Some(it.id) != closed {
            true
        } else {
            let older = kernel::digest(&json!(as_older_programs_signed(&words)))?;
            let judged = [json!(kernel::digest(&json!(words))?), json!(older)];
            let of = [("revision", json!(body.revision)), ("digest", json!(body.digest))];
            says(&seen, &of)
                && says(&seen, &[("outcome", json!(body.outcome))])
                && seen.get("judged").is_none_or(|then| judged.contains(then))
        };
        let is_asked_the_same = asks(&seen["policy"], &body.policy) && asks(&seen["asked"], &body.asked);
        let is_as_signed = is_as_signed && is_asked_the_same;
        if !is_as_signed || !it.is_intact() || !begins_with(&conditions, it.function, &seen["conditions"]) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether words begin with those that were signed, each as far as it was: an older program put less of it under a
/// signature.
fn begin(now: &[Json], signed: &Json) -> bool {
    let is_so = |(then, now): (&Json, &Json)| {
        then.as_object().is_some_and(|then| then.iter().all(|(field, then)| now[field] == *then))
    };
    signed.as_array().is_none_or(|then| then.len() <= now.len() && then.iter().zip(now).all(is_so))
}

/// Whether what was signed asks what is asked now; an older program put nothing of that under a signature.
fn asks<T: PartialEq + DeserializeOwned>(signed: &Json, now: &T) -> bool {
    signed.is_null() || T::deserialize(signed).is_ok_and(|then| then == *now)
}

/// Whether what was seen says this, as far as it says it: an older program put less under a signature.
fn says(seen: &Json, now: &[(&str, Json)]) -> bool {
    now.iter().all(|(field, now)| seen.get(field).is_none_or(|then| then == now))
}

/// What is said where what is stored of a review or a sign-off is not what was signed.
pub fn not_as_signed(number: &str) -> Text {
    text!(
        "What is stored of {number} is not what was signed. Have the log checked: reqord audit verify.",
        number = number
    )
}

/// Whether conditions begin with those that were signed, of a function or of all: on what, in which words, before which gate.
fn begins_with(all: &[ConditionLine], function: Option<i64>, signed: &Json) -> bool {
    let mut now = all.iter().filter(|it| function.is_none_or(|function| it.function == function));
    // An older program signed the words of conditions alone.
    let mut signed = signed.as_array().into_iter().flatten().filter(|it| it.is_object());
    signed.all(|then| {
        let is_so = |it: &ConditionLine| {
            then["item"] == json!(it.item)
                && then["words"] == json!(it.words)
                && then["blocks"] == json!(it.gate)
        };
        now.next().is_some_and(is_so)
    })
}

/// What lies before whoever signs a review: what is asked of whom, for a function all that was said for it, to close it what
/// all have signed.
pub fn laid_before(reader: &Reader, case: &Case<Review>, function: Option<i64>) -> Result<Json> {
    let id = case.record.id.raw();
    let is_theirs = |it: i64| function.is_none_or(|function| it == function);
    let words = words_of_functions(reader, id, function)?;
    let conditions: Vec<_> = (conditions(reader, id)?.into_iter())
        .filter(|it| is_theirs(it.function))
        .map(|it| json!({ "item": it.item, "words": it.words, "blocks": it.gate, "is_met": it.stands() == Fulfilment::Confirmed,
                "is_asked": it.stands() != Fulfilment::NoLongerAsked }))
        .collect();
    let mut seen = json!({
        "review": case.record.number, "subject": case.facts.subject, "revision": case.body.revision,
        "digest": case.body.digest, "policy": case.body.policy, "asked": case.body.asked, "conditions": conditions,
    });
    if let Some(function) = function {
        let [verdicts, answers] = words;
        seen["function"] = json!(function);
        seen["verdicts"] = json!(verdicts);
        seen["checklist"] = json!(answers);
    } else {
        let signatures = reader.signatures(id)?.into_iter().filter(kernel::Signature::counts);
        seen["signatures"] = signatures.map(|it| it.line).collect();
        seen["judged"] = json!(kernel::digest(&json!(words))?);
    }
    Ok(seen)
}

/// The fingerprint of what lies before whoever signs a review: for a function, or to close it.
pub fn as_read(reader: &Reader, number: &str, function: Option<i64>) -> Result<String> {
    read_of(reader, &reader.find::<Review>(number)?, function)
}

/// The same of a review that is at hand.
pub fn read_of(reader: &Reader, case: &Case<Review>, function: Option<i64>) -> Result<String> {
    kernel::digest(&laid_before(reader, case, function)?)
}

impl VerdictLine {
    /// Whether it is on what the item says now.
    pub fn is_on(&self, item: &Item) -> bool {
        self.digest == item.digest && !self.is_on_another
    }

    /// As rules weigh it.
    pub fn said(self) -> Said {
        let Self { item, digest, revision, function, person, verdict, is_on_another, .. } = self;
        let digest = if is_on_another { String::new() } else { digest };
        Said { item, digest, revision, function, person, verdict }
    }
}

impl AnswerRow {
    fn answered(self) -> Answered {
        Answered { row: self.row_key, function: self.function, person: self.person, answer: self.answer }
    }
}

/// What the guards of a review ask.
pub fn standing(reader: &Reader, record: &Record<Review>, body: &Review) -> Result<Standing> {
    let id = record.id.raw();
    let mut names = BTreeMap::new();
    for it in &body.asked {
        names.insert(it.function, reader.name_of(it.function)?);
    }
    let (subject, kind, newest, owner): (String, String, Option<i64>, PersonId) = reader.one(
        sql!("select number, kind, released, owner from visible where id = $1"),
        values![body.subject],
    )?;
    let asked = reader.rows(
        sql!(
            "select number from visible join clarification on clarification.id = visible.id
             where review = $1 and state = 'asked' order by visible.id"
        ),
        values![id],
    )?;
    let open: Vec<ConditionLine> =
        conditions(reader, id)?.into_iter().filter(|it| it.stands().holds_its_gate()).collect();
    let blocking: Vec<Text> =
        open.iter().filter(|it| it.gate == Gate::ReviewComplete).filter_map(what_a_condition_wants).collect();
    let other_conditions = open.len() - blocking.len();
    Ok(Standing {
        progress: how_it_stands(reader, id, body)?,
        names,
        subject,
        newest,
        holds_by_day: holds_by_day(reader, &kind),
        is_own: owner == reader.actor.person || was_theirs(reader, body)?,
        asked,
        blocking,
        other_conditions,
    })
}

/// Whether the actor ever answered for what is reviewed, or opened it, where whoever does may not approve it: handing it over
/// makes nobody a second person.
fn was_theirs(reader: &Reader, body: &Review) -> Result<bool> {
    let matters = body.policy.forbids_self_approval && !reader.actor.is_outside();
    let all = if matters { reader.who_answered_for(body.subject)? } else { Vec::new() };
    Ok(all.into_iter().any(|(it, _)| it == reader.actor.person))
}

/// Whether a review names a revision that is there, with its digest.
pub fn is_of_its_subject(reader: &Reader, before: Option<&Case<Review>>, after: &Review) -> Result<()> {
    let is_kept =
        before.is_some_and(|it| it.body.revision == after.revision && it.body.digest == after.digest);
    if is_kept {
        return Ok(());
    }
    let known: Option<String> = reader.maybe(
        sql!(
            "select digest from revision join visible on visible.id = record_id where record_id = $1 and no = $2"
        ),
        values![after.subject, after.revision],
    )?;
    let sentence = text!("There is no such revision. Release it first; a review judges what is frozen.");
    if known.is_some_and(|it| it == after.digest) {
        Ok(())
    } else {
        Err(Faults::one("revision", sentence).into())
    }
}

/// Somebody whom a template would ask.
#[derive(Clone, Debug)]
pub struct WouldAsk {
    pub function: i64,
    pub name: String,
    pub turn: i64,
    pub quorum: i64,
    pub why: Why,
    /// The people who judge for it.
    pub people: Vec<String>,
}

/// Whom a template would ask in a matter, before anybody is asked.
pub fn would_ask(reader: &Reader, template: &Template, matter: &Matter) -> Result<Vec<WouldAsk>> {
    let asked = asked_for(&template.policy, matter).into_iter();
    asked
        .map(|(it, why)| {
            let people =
                identity::answering_for(reader, it.function)?.into_iter().map(|it| it.title).collect();
            let name = reader.name_of(it.function)?;
            Ok(WouldAsk { function: it.function, name, turn: it.turn, quorum: it.quorum, why, people })
        })
        .collect()
}

/// Whether nothing was agreed with a customer yet: no order accepted, no revision confirmed. Nobody has to remember it, and
/// nobody can leave it out.
pub fn is_new_customer(reader: &Reader, party: Option<PartyId>) -> Result<bool> {
    let Some(party) = party else { return Ok(false) };
    let agreed: Option<i64> = reader.maybe(
        sql!(
            "select id from visible where party = $1 and kind = 'SO'
             and state not in ('received', 'declined', 'cancelled')
             union all select it.id from visible as it join revision_life as became on became.record_id = it.id
             where it.party = $1 and became.life in ('confirmed', 'effective') limit 1"
        ),
        values![party],
    )?;
    Ok(agreed.is_none())
}

/// The templates that are in force: key, number and name.
pub fn templates(reader: &Reader) -> Result<Vec<(i64, String, String)>> {
    reader.rows(
        sql!("select id, number, title from visible where kind = 'RT' and state = 'in_force' order by title"),
        &[],
    )
}

/// The template by which everything of the kind of a record was reviewed so far; none where several were used, or none.
pub fn template_of_its_kind(reader: &Reader, subject: i64) -> Result<Option<i64>> {
    let used: Vec<i64> = reader.rows(
        sql!(
            "select distinct it.template from review as it join visible on visible.id = it.id
             join visible as judged on judged.id = it.subject
             join visible as own on own.id = $1 and own.kind = judged.kind
             where it.template is not null order by it.template limit 2"
        ),
        values![subject],
    )?;
    Ok(used.first().copied().filter(|_| used.len() == 1))
}

/// The revision of a template by which reviews begin, and its number.
pub fn template_in_force(reader: &Reader, id: i64) -> Result<Option<(i64, Template)>> {
    let released: Option<Option<i64>> = reader.maybe(
        sql!("select released from visible where id = $1 and kind = 'RT' and state <> 'retired'"),
        values![id],
    )?;
    let Some(no) = released.flatten() else { return Ok(None) };
    let (_, content) = reader.revision(id, no)?;
    Ok(Some((no, serde_json::from_value(content)?)))
}

/// Who is asked to approve a review: whoever has the role for it, and neither owns nor ever owned what is reviewed where
/// that is forbidden.
/// Where nobody has it, whoever answers for quality.
pub fn approvers(reader: &Reader, body: &Review) -> Result<Vec<PersonId>> {
    let own: Vec<PersonId> = match body.policy.forbids_self_approval {
        true => reader.who_answered_for(body.subject)?.into_iter().map(|(it, _)| it).collect(),
        false => Vec::new(),
    };
    let may = |id: &PersonId| !own.contains(id);
    for role in [Role::Approver, Role::Quality] {
        let all: Vec<PersonId> = identity::with_role(reader, role)?.into_iter().filter(may).collect();
        if !all.is_empty() {
            return Ok(all);
        }
    }
    Ok(Vec::new())
}

/// Whoever owns a record.
pub fn owner_of(reader: &Reader, record: i64) -> Result<PersonId> {
    reader.one(sql!("select owner from visible where id = $1"), values![record])
}

/// The functions for which the actor judges, each with the absent person whom they stand in for.
pub fn my_functions(reader: &Reader) -> Result<Vec<(i64, Option<PersonId>)>> {
    let own = identity::functions_of(reader, reader.actor.person)?;
    let mut all: Vec<(i64, Option<PersonId>)> = own.into_iter().map(|it| (it, None)).collect();
    for it in &reader.actor.stands_in {
        if let Some(function) = it.function.filter(|it| all.iter().all(|(known, _)| known != it)) {
            all.push((function, Some(it.person)));
        }
    }
    Ok(all)
}

/// The open tasks by which a review asks a function.
pub fn tasks_of_function(reader: &Reader, review: i64, function: i64) -> Result<Vec<Task>> {
    let all = reader.tasks(review)?.into_iter();
    let is_asked =
        |it: &Task| it.function == Some(function) && it.person.is_none() && it.settled_at.is_none();
    Ok(all.filter(is_asked).collect())
}

/// Something that is reviewed or confirmed, whatever its kind.
#[derive(Clone, Debug, Deserialize)]
pub struct Subject {
    pub id: i64,
    pub number: String,
    pub kind: String,
    pub title: String,
    pub state: String,
    pub party: Option<i64>,
    /// Its last frozen revision.
    pub released: Option<i64>,
}

impl Subject {
    /// Whether its kind has a step that happens because of a review or a sign-off.
    pub fn happens(&self, reader: &Reader, step: &str) -> bool {
        reader.registry().kind(&self.kind).is_some_and(|it| it.happens(step))
    }

    /// Refuses what is approved in a way of its own: what is shown of a change holds none of what it proposes.
    ///
    /// # Errors
    /// Says which way approves it, and leads there.
    pub fn must_be_judged_here(&self) -> kernel::Verdict {
        let sentence = text!(
            "{number} is a change: functions approve it, and its customer where they have to. Ask for approval on its page.",
            number = self.number.as_str()
        );
        let link = Some(format!("/changes/{}#approval", self.number));
        Refusal::of(if self.kind == "CR" { vec![Missing { sentence, link }] } else { Vec::new() })
    }
}

/// What is reviewed or confirmed, by its key.
pub fn subject(reader: &Reader, id: i64) -> Result<Subject> {
    let found = reader.maybe(
        sql!("select id, number, kind, title, state, party, released from visible where id = $1"),
        values![id],
    )?;
    let sentence = text!("There is no such record. Give the number of one that can be reviewed.");
    found.ok_or_else(|| Faults::one("subject", sentence).into())
}

/// What the house is called.
pub fn house(reader: &Reader) -> Result<String> {
    Ok(reader.setting("company.name")?.unwrap_or_else(|| "Reqord".to_owned()))
}

/// The reviews of a record, the newest first: number, state and revision.
pub fn reviews_of(reader: &Reader, subject: i64) -> Result<Vec<(String, String, i64)>> {
    reader.rows(
        sql!(
            "select number, state, review.revision from visible join review on review.id = visible.id
             where subject = $1 order by visible.id desc"
        ),
        values![subject],
    )
}

/// The open reviews of a record.
pub fn open_reviews(reader: &Reader, subject: i64) -> Result<Vec<i64>> {
    reader.rows(
        sql!(
            "select visible.id from visible join review on review.id = visible.id
             where subject = $1 and state = 'open' order by visible.id"
        ),
        values![subject],
    )
}

/// What can be reviewed: records with a frozen revision of kinds that people judge, the newest first.
pub fn reviewable(reader: &Reader) -> Result<Vec<(i64, String, String, i64)>> {
    reader.rows(
        sql!(
            "select id, number, title, released from visible
             where released is not null and kind in ('RS', 'PR', 'CI')
             order by changed_at desc limit 200"
        ),
        &[],
    )
}

/// A function that asks in a review, by name.
pub fn functions(reader: &Reader) -> Result<Vec<(i64, String)>> {
    reader.rows(
        sql!("select id, title from visible where kind = 'FN' and state = 'active' order by title"),
        &[],
    )
}

/// The revision since which changes are judged: the last one before a revision that was reviewed, or the one that is wanted
/// where that was. What was never judged is not judged by comparing with it.
pub fn reviewed_before(
    reader: &Reader,
    subject: i64,
    (revision, wanted): (i64, Option<i64>),
) -> Result<Option<i64>> {
    let mut earlier = reader.revisions(subject)?;
    earlier.retain(|it| it.no < revision && wanted.is_none_or(|no| it.no == no));
    earlier.sort_by_key(|it| std::cmp::Reverse(it.no));
    // What everybody reads is in force by being published, and nobody judged it for that.
    let is_judged_to_hold = !holds_by_day(reader, &self::subject(reader, subject)?.kind);
    for it in earlier {
        if is_judged_to_hold && is_agreed(it.life) || has_accepted_review(reader, subject, &it.digest)? {
            return Ok(Some(it.no));
        }
    }
    Ok(None)
}

/// Whether the revisions of a kind hold side by side, each for its days, as those of the catalogue do.
fn holds_by_day(reader: &Reader, kind: &str) -> bool {
    reader.registry().kind(kind).is_some_and(|it| it.kind.sharing == kernel::Sharing::Published)
}

/// Whether a revision was confirmed by the customer or put in force by a change: both want that it was judged.
fn is_agreed(life: Option<Life>) -> bool {
    matches!(life, Some(Life::Confirmed | Life::Effective))
}

/// What a review of a revision leaves open before an order on it is accepted: conditions that are bound to that, questions
/// to the customer and from them that nobody answered or took back, whatever became of the review or sign-off from which
/// they were asked, and the review itself, unless the customer has confirmed the revision.
pub fn missing_before_order(reader: &Reader, subject: i64, revision: i64) -> Result<Vec<Missing>> {
    let (frozen, _) = reader.revision(subject, revision)?;
    let mut missing = altered_before_order(reader, subject, revision)?;
    if !is_agreed(frozen.life) && !has_accepted_review(reader, subject, &frozen.digest)? {
        let it = self::subject(reader, subject)?;
        let sentence = text!("Have revision {no} of {number} reviewed.", no = revision, number = &it.number);
        missing.push(Missing { sentence, link: Some(begins_at(subject, revision)) });
    }
    missing.extend(unmet_at(reader, subject, Gate::OrderAccept)?);
    for (number, is_theirs) in open_questions(reader, subject)? {
        let sentence = if is_theirs {
            text!("Answer the customer's query {number}.", number = &number)
        } else {
            text!("{number} waits for the customer's answer.", number = &number)
        };
        missing.push(Missing { sentence, link: Some(Clarification::KIND.address(&number)) });
    }
    Ok(missing)
}

/// What is stored of a revision, of its reviews and of its sign-offs and is not what was released and signed: nothing is
/// promised on it.
fn altered_before_order(reader: &Reader, subject: i64, revision: i64) -> Result<Vec<Missing>> {
    let (it, mut missing) = (self::subject(reader, subject)?, Vec::new());
    let mut altered = |sentence: Text, link: String| missing.push(Missing { sentence, link: Some(link) });
    if !reader.revision_is_intact(subject, revision)? {
        let sentence = text!(
            "What is stored of revision {no} of {number} is not what was released. Have the log checked: reqord audit verify.",
            no = revision,
            number = &it.number
        );
        altered(sentence, reader.registry().address(&it.kind, &it.number));
    }
    for (id, number) in counting_reviews(reader, subject)? {
        let case = reader.find_by_id::<Review>(id)?;
        if case.body.revision == revision && !words_are_intact(reader, &case)? {
            altered(not_as_signed(&number), Review::KIND.address(&number));
        }
    }
    for (number, ..) in sign_offs_of(reader, subject)?.into_iter().filter(|(.., no)| *no == revision) {
        if !their_words_are_intact(reader, &reader.find::<SignOff>(&number)?)? {
            altered(not_as_signed(&number), SignOff::KIND.address(&number));
        }
    }
    Ok(missing)
}

/// What is sold from the catalogue needs no review of the order where the item itself was reviewed (ISO 9001, 8.2.3.1, note on
/// catalogue sales): a review of exactly the revision that is sold, closed with yes. That it was released is none.
pub fn missing_before_sale(reader: &Reader, item: i64, revision: i64) -> Result<Vec<Missing>> {
    let (frozen, _) = reader.revision(item, revision)?;
    let mut missing = altered_before_order(reader, item, revision)?;
    if has_accepted_review(reader, item, &frozen.digest)? {
        return Ok(missing);
    }
    let it = subject(reader, item)?;
    let name = reader.revision_name(&it.number, revision)?;
    let mut all = reviews_of(reader, item)?.into_iter();
    let begun = all.find(|(_, state, no)| *no == revision && state != "withdrawn");
    let (sentence, link) = match begun {
        Some((review, ..)) => {
            let sentence = text!(
                "Revision {no} of {number} is not through its review {review}.",
                no = &name,
                number = &it.number,
                review = &review
            );
            (sentence, format!("/reviews/{review}"))
        }
        None => {
            let sentence = text!(
                "{title} was not reviewed. Have revision {no} of {number} reviewed: it is sold from the catalogue.",
                title = &it.title,
                no = &name,
                number = &it.number
            );
            (sentence, begins_at(item, revision))
        }
    };
    missing.push(Missing { sentence, link: Some(link) });
    Ok(missing)
}

/// Where a review of a revision is begun.
fn begins_at(subject: i64, revision: i64) -> String {
    format!("/reviews/new?subject={subject}:{revision}")
}

/// The conditions of reviews of a record that are bound to a gate and not met.
pub fn unmet_at(reader: &Reader, subject: i64, gate: Gate) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for (id, number) in counting_reviews(reader, subject)? {
        let all = conditions(reader, id)?.into_iter().filter(|it| it.gate == gate);
        for sentence in all.filter_map(|it| what_a_condition_wants(&it)) {
            missing.push(Missing { sentence, link: Some(format!("/reviews/{number}#conditions")) });
        }
    }
    Ok(missing)
}

/// The reviews of a record whose conditions count: key and number.
fn counting_reviews(reader: &Reader, subject: i64) -> Result<Vec<(i64, String)>> {
    let mut all = Vec::new();
    for (number, state, _) in reviews_of(reader, subject)? {
        if ReviewState::of(&state).is_some_and(ReviewState::holds_conditions) {
            all.push((reader.mention_of(&number)?.id, number));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Policy, Row};

    #[test]
    fn words_are_as_signed_as_far_as_an_older_program_signed_them() {
        let now = [
            json!({ "row": "c1", "answer": "ok", "remark": "", "person": 4, "acts_for": null }),
            json!({ "row": "c2", "answer": "ok", "remark": "", "person": 4, "acts_for": null }),
        ];
        let older = json!([{ "row": "c1", "answer": "ok", "remark": "" }]);
        assert!(begin(&now, &older) && begin(&now, &json!(now)) && begin(&now, &Json::Null));
        assert!(!begin(&now, &json!([{ "row": "c1", "answer": "ok", "remark": "", "person": 5 }])));
        assert!(!begin(&now[..1], &json!(now)), "nothing that was signed is gone");
        let [_, answers] = as_older_programs_signed(&[Vec::new(), now.to_vec()]);
        assert_eq!(json!(answers[0]), older[0]);
    }

    #[test]
    fn another_question_is_another_and_one_that_nobody_signed_is_passed_over() {
        let row = |question: &str| Row { key: "c1".into(), question: question.into(), functions: Vec::new() };
        let policy = |question: &str| Policy { checklist: vec![row(question)], ..Policy::default() };
        let signed = json!(policy("Is the bay free?"));
        assert!(asks(&signed, &policy("Is the bay free?")) && asks(&Json::Null, &policy("Is it?")));
        assert!(!asks(&signed, &policy("Is the bay taken?")) && !asks(&json!("x"), &policy("Is it?")));
    }
}
