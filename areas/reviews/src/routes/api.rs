//! The same for programs: how a review stands, judging, signing, asking the customer, the customer's word.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kernel::{Body, Faults, PersonId, Reader, Result, Signature, text, typed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of, schema_of_sent};

use super::signing::title_of;
use crate::commands::{
    self, Answering, Closing, Committing, Confirmed, Given, GivenAnswer, Judging, NewCondition, Question,
    Signer, Spoken,
};
use crate::model::{
    Answer as Row, Clarification, Feasible, Gate, Matter, Review, SignOff, Template, Verdict, Word,
};
use crate::queries;

pub fn routes(elsewhere: super::Elsewhere) -> Routes {
    let review = |rest: &str| format!("/api/v1/reviews/{{number}}{rest}");
    let sign_off = |rest: &str| format!("/api/v1/sign-offs/{{number}}{rest}");
    Routes::default()
        .api_get(
            &review("/progress"),
            doc::<(), Progress>("How a review stands, function by function"),
            progress,
        )
        .api_get(
            &review("/verdicts"),
            doc::<(), Vec<VerdictSeen>>("Every word on its items, the oldest first"),
            verdicts,
        )
        .api_get(
            &review("/checklist"),
            doc::<(), Vec<RowSeen>>("The questions of its checklist, with every answer"),
            checklist,
        )
        .api_get(
            &review("/open-points"),
            doc::<(), Vec<PointSeen>>(
                "Everything that is open in it: what a meeting about it has to speak about",
            ),
            open_points,
        )
        .api_get(
            &review("/minutes"),
            doc::<(), Vec<MinutesSeen>>("What was said about it in meetings, item by item"),
            move |number, visit| minutes_of(number, visit, elsewhere),
        )
        .api_get(
            &review("/let-stand"),
            doc::<(), Vec<LetStandSeen>>("What was found in the words of its items, and why it may stand"),
            move |number, visit| let_stand(number, visit, elsewhere),
        )
        .api_post(
            &review("/verdicts"),
            doc::<WantedVerdicts, Progress>("Judges items and answers the checklist for a function"),
            judge,
        )
        .api_post(
            &review("/commitment"),
            doc::<WantedCommitment, Progress>("Signs for a function, with the password said again"),
            commit,
        )
        .api_post(
            &review("/close"),
            doc::<WantedClosing, Done>("Accepts or declines by a signature, with the password said again"),
            close,
        )
        .api_post(&review("/withdraw"), doc::<Reasoned, Done>("Withdraws a review"), withdraw)
        .api_post(
            &review("/take-up"),
            doc::<(), Progress>("Takes the last revision up; what did not change carries over"),
            take_up,
        )
        .api_post(
            &review("/clarifications"),
            doc::<WantedQuestion, Made>("Asks the customer about an item, by a letter with a link"),
            ask,
        )
        .api_get(
            &review("/signatures"),
            doc::<(), Vec<Signature>>("The names under a review"),
            review_signatures,
        )
        .api_post(
            "/api/v1/signatures/{id}/revoke",
            doc::<Reasoned, Done>("Takes one's own signature back"),
            revoke,
        )
        .api_post(
            "/api/v1/clarifications/{number}/answer",
            doc::<WantedAnswer, Done>("Writes an answer down"),
            answer,
        )
        .api_post(
            "/api/v1/clarifications/{number}/settle",
            doc::<Reasoned, Done>("Says what followed from the answer"),
            settle,
        )
        .api_get(
            "/api/v1/review-templates/{number}/asked",
            Doc {
                query: &[
                    ("value", "of the matter in EUR"),
                    ("risk", "low, medium or high"),
                    ("new_customer", "true or false"),
                    (
                        "subject",
                        "the number of what would be reviewed: whether its customer is new is known then",
                    ),
                    ("new_technology", "true or false"),
                    ("export", "true or false"),
                ],
                ..doc::<(), Vec<WouldAsk>>("Whom a template would ask in a matter")
            },
            would_ask,
        )
        .api_post(
            "/api/v1/review-templates/{number}/release",
            doc::<Reasoned, Done>("Puts a template in force"),
            release_template,
        )
        .api_post(&sign_off("/words"), doc::<WantedWords, Done>("The customer accepts or queries lines"), say)
        .api_post(
            &sign_off("/confirm"),
            doc::<WantedName, Done>("The customer signs, with the password said again"),
            confirm,
        )
        .api_post(&sign_off("/link"), doc::<Person, Done>("Sends a signatory another link"), link)
        .api_post(
            &sign_off("/resume"),
            doc::<(), Done>("Asks the customer again, once their queries are answered"),
            resume,
        )
        .api_post(
            &sign_off("/withdraw"),
            doc::<Reasoned, Done>("Takes it back from the customer"),
            withdraw_sign_off,
        )
        .api_get(
            &sign_off("/words"),
            doc::<(), Vec<queries::WordLine>>("What the customer said of lines"),
            words,
        )
        .api_get(
            &sign_off("/signatures"),
            doc::<(), Vec<Signature>>("The names under a sign-off"),
            sign_off_signatures,
        )
}

pub(super) fn doc<Request: JsonSchema, Response: JsonSchema>(summary: &'static str) -> Doc {
    let request = schema_of_sent::<Request>();
    Doc { summary, tag: "Reviews", request, response: schema_of::<Response>(), ..Doc::default() }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Done {
    done: bool,
}

#[derive(Serialize, JsonSchema)]
struct Made {
    number: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Reasoned {
    pub(super) reason: String,
}

/// How a review stands.
#[derive(Serialize, JsonSchema)]
struct Progress {
    revision: i64,
    digest: String,
    /// The fingerprint of all that was said and signed by now: whoever closes the review sends it.
    read: String,
    answered: usize,
    functions: Vec<OneFunction>,
}

#[derive(Serialize, JsonSchema)]
struct OneFunction {
    /// Its number, like FN-0003.
    function: String,
    name: String,
    is_its_turn: bool,
    has_answered: bool,
    has_signed: bool,
    feasible: Option<Feasible>,
    /// The items that wait for its word; questions of the checklist by their keys.
    waiting: Vec<String>,
    unanswered: Vec<String>,
    clarify: Vec<String>,
    rejected: Vec<String>,
    conditions: usize,
    carried: usize,
    /// The fingerprint of all that it said by now: whoever signs for it sends it.
    read: String,
}

/// A word on an item.
#[derive(Serialize, JsonSchema)]
struct VerdictSeen {
    id: i64,
    item: String,
    digest: String,
    revision: i64,
    /// For which function it was said, by its number.
    function: String,
    person: PersonId,
    acts_for: Option<PersonId>,
    verdict: Verdict,
    remark: String,
    /// In microseconds.
    at: i64,
}

/// A question of the checklist.
#[derive(Serialize, JsonSchema)]
struct RowSeen {
    /// Names it where it is answered.
    row: String,
    question: String,
    /// The oldest first; the last of each person counts.
    answers: Vec<RowAnswer>,
}

#[derive(Serialize, JsonSchema)]
struct RowAnswer {
    /// The numbers of the function and of whoever answered for it.
    function: String,
    person: String,
    /// The number of the absent person for whom they answered.
    acts_for: Option<String>,
    /// The revision that was judged then; an earlier one where the answer is carried over.
    revision: i64,
    answer: Row,
    remark: String,
}

/// Something that is open in a review.
#[derive(Serialize, JsonSchema)]
struct PointSeen {
    /// The number of the item; none where it is about the whole.
    item: Option<String>,
    words: String,
    /// The page where it is settled.
    page: String,
}

/// What was found in the words of an item and may stand.
#[derive(Serialize, JsonSchema)]
struct LetStandSeen {
    /// The number of the item.
    item: String,
    /// What was found, in the language of the reader.
    finding: String,
    reason: String,
    /// Who let it stand, and when.
    who: String,
    at: String,
}

/// What was said about a point of a meeting.
#[derive(Serialize, JsonSchema)]
struct MinutesSeen {
    /// The number of the meeting.
    meeting: String,
    /// When it was.
    at: Option<String>,
    point: String,
    /// The number of the item; none where it is about the whole.
    item: Option<String>,
    minutes: String,
    /// Whether they were approved as they stand.
    is_approved: bool,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedVerdicts {
    /// The number of the function, like FN-0003.
    function: String,
    verdicts: Vec<WantedVerdict>,
    answers: Vec<WantedRow>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WantedVerdict {
    /// The number of the item.
    #[serde(default)]
    item: String,
    verdict: Verdict,
    #[serde(default)]
    remark: String,
    /// The digest of the item as it was read; refused where it says something else by now.
    #[serde(default)]
    digest: Option<String>,
    /// The revision in which it was read; refused where it has other files by now.
    #[serde(default)]
    revision: Option<i64>,
    #[serde(default)]
    condition: Option<WantedCondition>,
    #[serde(default)]
    question: Option<WantedQuestion>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedCondition {
    words: String,
    /// Who meets it: the number of a person.
    owner: String,
    /// By when it is met.
    #[schemars(required, with = "String", extend("format" = "date"))]
    due: Option<Date>,
    blocks: Gate,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedQuestion {
    /// The number of the item; left out where it is told by the verdict.
    item: String,
    question: String,
    /// Who of the customer is asked: the number of a person.
    person: Option<String>,
    /// `en` or `de`; their own where nothing is said.
    language: String,
    /// Why it goes so, where it was agreed with them otherwise: in another way, to somebody else, in another language.
    /// It stays on the trail.
    why: String,
    /// What it says in the extra fields of the house, which may ask for some of them.
    extra: Map<String, Json>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WantedRow {
    /// The key of the question.
    #[serde(default)]
    row: String,
    answer: Row,
    #[serde(default)]
    remark: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedCommitment {
    function: String,
    #[schemars(required)]
    feasible: Option<Feasible>,
    statement: String,
    /// The `read` of the function, as the progress of the review tells it: refused where more was said since.
    read: String,
    /// Said again to sign; a token alone signs nothing.
    password: String,
    /// The code of the device, where the person has one.
    code: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedClosing {
    /// Whether it is accepted; declined otherwise.
    #[schemars(required)]
    accept: Option<bool>,
    outcome: String,
    /// The `read` of the review, as its progress tells it: refused where more was said or signed since.
    read: String,
    password: String,
    code: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedAnswer {
    words: String,
    /// Who answered, where one of ours writes it down.
    name: String,
    /// How it came, in words.
    source: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedWords {
    /// The digest of the revision that was read.
    digest: String,
    words: Vec<WantedWord>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WantedWord {
    #[serde(default)]
    item: String,
    word: Word,
    #[serde(default)]
    remark: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WantedName {
    /// The digest of the revision that was read.
    digest: String,
    name: String,
    role: String,
    password: String,
    code: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Person {
    /// The number of a person.
    person: String,
}

#[derive(Serialize, JsonSchema)]
struct WouldAsk {
    function: String,
    name: String,
    because: String,
    turn: i64,
    quorum: i64,
    people: Vec<String>,
}

pub(super) fn done() -> Json {
    json!({ "done": true })
}

pub(super) fn in_json(value: &impl Serialize) -> Result<Response> {
    Ok(web::api::json(StatusCode::OK, &serde_json::to_value(value)?))
}

/// The key behind the number of a record of one kind.
pub(super) fn key(reader: &Reader, field: &str, number: &str, kind: &str) -> Result<i64> {
    let found = reader.mention_of(number).ok().filter(|it| it.kind == kind);
    let sentence = text!(
        "There is no {number} of the right kind. Give the number of one that is there.",
        number = number
    );
    found.map(|it| it.id).ok_or_else(|| Faults::one(field, sentence).into())
}

fn stands(reader: &Reader, number: &str) -> Result<Json> {
    let case = reader.find::<Review>(number)?;
    let mut functions = Vec::new();
    for it in &case.facts.progress.functions {
        functions.push(OneFunction {
            function: reader.mention(it.function)?.map(|it| it.number).unwrap_or_default(),
            name: case.facts.names.get(&it.function).cloned().unwrap_or_default(),
            is_its_turn: it.is_its_turn,
            has_answered: it.has_answered(),
            has_signed: it.has_signed(),
            feasible: it.feasible,
            waiting: it.waiting.clone(),
            unanswered: it.unanswered.clone(),
            clarify: it.clarify.clone(),
            rejected: it.rejected.clone(),
            conditions: it.conditions,
            carried: it.carried,
            read: queries::read_of(reader, &case, Some(it.function))?,
        });
    }
    let answered = case.facts.progress.answered();
    let (revision, digest) = (case.body.revision, case.body.digest.clone());
    let read = queries::read_of(reader, &case, None)?;
    Ok(serde_json::to_value(Progress { revision, digest, read, answered, functions })?)
}

async fn progress(Path(number): Path<String>, visit: Visit) -> Answer {
    visit.respond(move |reader| in_json(&stands(reader, &number)?)).await
}

async fn verdicts(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let all = queries::verdicts(reader, reader.find::<Review>(&number)?.record.id.raw())?;
            let seen = all.into_iter().map(|it| {
                Ok(VerdictSeen {
                    id: it.id,
                    item: it.item,
                    digest: it.digest,
                    revision: it.revision,
                    function: number_of(reader, it.function)?,
                    person: it.person,
                    acts_for: it.acts_for,
                    verdict: it.verdict,
                    remark: it.remark,
                    at: it.at.as_microsecond(),
                })
            });
            in_json(&seen.collect::<Result<Vec<_>>>()?)
        })
        .await
}

async fn checklist(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let case = reader.find::<Review>(&number)?;
            let said = queries::checklist(reader, case.record.id.raw())?;
            let rows = case.body.policy.checklist.iter().map(|row| {
                let answers = said.iter().filter(|it| it.row_key == row.key).map(|it| {
                    Ok(RowAnswer {
                        function: number_of(reader, it.function)?,
                        person: number_of(reader, it.person)?,
                        acts_for: it.acts_for.map(|it| number_of(reader, it)).transpose()?,
                        revision: it.revision,
                        answer: it.answer,
                        remark: it.remark.clone(),
                    })
                });
                let answers = answers.collect::<Result<_>>()?;
                Ok(RowSeen { row: row.key.clone(), question: row.question.clone(), answers })
            });
            in_json(&rows.collect::<Result<Vec<_>>>()?)
        })
        .await
}

async fn open_points(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let all = queries::what_is_open(reader, reader.find::<Review>(&number)?.record.id.raw())?;
            let seen = all.into_iter().map(|it| PointSeen {
                item: Some(it.item).filter(|it| !it.is_empty()),
                words: web::language::say(&it.words),
                page: it.link,
            });
            in_json(&seen.collect::<Vec<_>>())
        })
        .await
}

async fn minutes_of(Path(number): Path<String>, visit: Visit, elsewhere: super::Elsewhere) -> Answer {
    visit
        .respond(move |reader| {
            let all = (elsewhere.minutes)(reader, reader.find::<Review>(&number)?.record.id.raw())?;
            let seen = all.into_iter().map(|it| MinutesSeen {
                meeting: it.meeting,
                at: it.at.map(|it| it.to_string()),
                point: it.title,
                item: it.item,
                minutes: it.words,
                is_approved: it.is_approved,
            });
            in_json(&seen.collect::<Vec<_>>())
        })
        .await
}

async fn let_stand(Path(number): Path<String>, visit: Visit, elsewhere: super::Elsewhere) -> Answer {
    visit
        .respond(move |reader| {
            let body = reader.find::<Review>(&number)?.body;
            let all = (elsewhere.let_stand)(reader, (body.subject, body.revision))?;
            let seen = all.into_iter().map(|it| LetStandSeen {
                item: it.item,
                finding: it.finding,
                reason: it.reason,
                who: it.who,
                at: it.at.to_string(),
            });
            in_json(&seen.collect::<Vec<_>>())
        })
        .await
}

/// The number of a record by its key.
pub(super) fn number_of(reader: &Reader, id: i64) -> Result<String> {
    Ok(reader.mention(id)?.map(|it| it.number).unwrap_or_default())
}

async fn judge(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (asked, base) = (sent.clone(), super::base(&visit.envelope, visit.edge.is_secure));
    visit
        .change(sent, move |work| {
            work.find::<Review>(&number)?;
            let wanted: WantedVerdicts = typed(asked.clone())?;
            let judging = judging(work, wanted, &base)?;
            commands::judge(work, &number, &judging)?;
            stands(work, &number)
        })
        .await
}

fn judging(reader: &Reader, wanted: WantedVerdicts, base: &str) -> Result<Judging> {
    let function = key(reader, "function", &wanted.function, "FN")?;
    let mut verdicts = Vec::new();
    for it in wanted.verdicts {
        let condition = it.condition.map(|it| condition(reader, it)).transpose()?;
        let question = it.question.map(|it| question(reader, &it, base)).transpose()?;
        verdicts.push(Given {
            item: it.item,
            verdict: it.verdict,
            remark: it.remark,
            seen: it.digest,
            seen_in: it.revision,
            condition,
            question,
        });
    }
    let answers = wanted.answers.into_iter().map(|it| GivenAnswer {
        row: it.row,
        answer: it.answer,
        remark: it.remark,
    });
    Ok(Judging { function, verdicts, answers: answers.collect() })
}

fn condition(reader: &Reader, it: WantedCondition) -> Result<NewCondition> {
    let owner = if it.owner.is_empty() { None } else { Some(key(reader, "owner", &it.owner, "PE")?) };
    Ok(NewCondition { words: it.words, owner, due: it.due, gate: it.blocks })
}

fn question(reader: &Reader, it: &WantedQuestion, base: &str) -> Result<Question> {
    let person = it.person.as_ref().map(|number| key(reader, "person", number, "PE")).transpose()?;
    Ok(Question {
        words: it.question.clone(),
        person,
        language: it.language.clone(),
        base: base.to_owned(),
        number: None,
        why: it.why.clone(),
        extra: web::extra::read_row(reader, Clarification::KIND.prefix, &it.extra)?,
    })
}

async fn commit(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (proof, zone) = (identity::says_again_in(&visit, &sent).await?, visit.zone());
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            work.find::<Review>(&number)?;
            let wanted: WantedCommitment = typed(wanted.clone())?;
            let function = key(work, "function", &wanted.function, "FN")?;
            let proven = identity::prove(work, &proof)?;
            let name = work.actor.name.clone();
            let signer = Signer { name: &name, role: "", language: web::language::code(), zone: &zone };
            let it = Committing {
                function,
                feasible: said("feasible", wanted.feasible)?,
                statement: &wanted.statement,
                read: &wanted.read,
                signer,
            };
            commands::commit(work, &number, &it, &proven)?;
            stands(work, &number)
        })
        .await
}

async fn close(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (proof, zone) = (identity::says_again_in(&visit, &sent).await?, visit.zone());
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            work.find::<Review>(&number)?;
            let wanted: WantedClosing = typed(wanted.clone())?;
            let proven = identity::prove(work, &proof)?;
            let (name, role) = (work.actor.name.clone(), title_of(work)?);
            let signer = Signer { name: &name, role: &role, language: web::language::code(), zone: &zone };
            let it = Closing { outcome: &wanted.outcome, read: &wanted.read, signer };
            if said("accept", wanted.accept)? {
                commands::complete(work, &number, &it, &proven)?;
            } else {
                commands::decline(work, &number, &it, &proven)?;
            }
            Ok(done())
        })
        .await
}

/// What has to be said: nothing that is signed is taken for granted.
fn said<T>(field: &str, word: Option<T>) -> Result<T> {
    word.ok_or_else(|| Faults::one(field, text!("This field is missing. Send it.")).into())
}

/// A deed that wants a reason and answers that it is done.
pub(super) async fn reasoned(
    sent: Sent,
    deed: impl Fn(&mut kernel::Work, &str) -> Result<()> + Send + 'static,
) -> Answer {
    sent.change(move |work, sent| {
        let Reasoned { reason } = typed(sent)?;
        deed(work, &reason)?;
        Ok(done())
    })
    .await
}

async fn withdraw(Path(number): Path<String>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| {
        work.find::<Review>(&number)?;
        commands::withdraw(work, &number, reason)
    })
    .await
}

async fn take_up(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    visit
        .change(sent, move |work| {
            commands::take_up(work, &number)?;
            stands(work, &number)
        })
        .await
}

async fn ask(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (asked, base) = (sent.clone(), super::base(&visit.envelope, visit.edge.is_secure));
    visit
        .change(sent, move |work| {
            work.find::<Review>(&number)?;
            let wanted: WantedQuestion = typed(asked.clone())?;
            let question = question(work, &wanted, &base)?;
            let made = commands::ask(work, &number, &wanted.item, &question)?;
            Ok(json!({ "number": made.number }))
        })
        .await
}

async fn review_signatures(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| in_json(&reader.signatures(reader.find::<Review>(&number)?.record.id.raw())?))
        .await
}

async fn sign_off_signatures(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| in_json(&reader.signatures(reader.find::<SignOff>(&number)?.record.id.raw())?))
        .await
}

async fn revoke(Path(id): Path<i64>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| commands::revoke(work, id, reason).map(|_| ())).await
}

async fn answer(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let wanted: WantedAnswer = typed(sent)?;
        let is_outside = work.actor.is_outside();
        let (name, source) =
            if is_outside { (String::new(), "account".to_owned()) } else { (wanted.name, wanted.source) };
        commands::answer(work, &number, &Answering { words: wanted.words, name, source }, None)?;
        Ok(done())
    })
    .await
}

async fn settle(Path(number): Path<String>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| {
        work.find::<crate::model::Clarification>(&number)?;
        commands::settle_with(work, &number, reason)
    })
    .await
}

async fn would_ask(Path(number): Path<String>, visit: Visit) -> Answer {
    let mut asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let case = reader.find::<Template>(&number)?;
            let subject = match asked.text("subject") {
                "" => None,
                number => Some(queries::subject(reader, reader.mention_of(number)?.id)?),
            };
            let is_new = queries::is_new_customer(reader, subject.and_then(|it| it.party))?;
            let matter = Matter {
                value: asked.whole("value"),
                risk: asked.word("risk"),
                new_customer: asked.text("new_customer") == "true" || is_new,
                new_technology: asked.text("new_technology") == "true",
                export: asked.text("export") == "true",
            };
            asked.check()?;
            let mut all = Vec::new();
            for it in queries::would_ask(reader, &case.body, &matter)? {
                all.push(WouldAsk {
                    function: reader.mention(it.function)?.map(|it| it.number).unwrap_or_default(),
                    name: it.name,
                    because: web::language::say(&it.why.text()),
                    turn: it.turn,
                    quorum: it.quorum,
                    people: it.people,
                });
            }
            in_json(&all)
        })
        .await
}

async fn release_template(Path(number): Path<String>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| commands::release_template(work, &number, reason).map(|_| ())).await
}

async fn say(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find::<SignOff>(&number)?;
        let WantedWords { digest, words } = typed(sent)?;
        let words = words.into_iter().map(|it| Spoken { item: it.item, word: it.word, remark: it.remark });
        commands::say(work, &number, &digest, &words.collect::<Vec<_>>())?;
        Ok(done())
    })
    .await
}

async fn confirm(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (proof, zone) = (identity::says_again_in(&visit, &sent).await?, visit.zone());
    let wanted = sent.clone();
    visit
        .change(sent, move |work| {
            work.find::<SignOff>(&number)?;
            let wanted: WantedName = typed(wanted.clone())?;
            let proven = identity::prove(work, &proof)?;
            let signer = Signer {
                name: &wanted.name,
                role: &wanted.role,
                language: web::language::code(),
                zone: &zone,
            };
            commands::confirm(
                work,
                &number,
                &Confirmed { digest: &wanted.digest, signer, pass: None },
                &proven,
            )?;
            Ok(done())
        })
        .await
}

async fn link(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find::<SignOff>(&number)?;
        let Person { person } = typed(sent)?;
        let person = key(work, "person", &person, "PE")?;
        commands::link_again(work, &number, person)?;
        Ok(done())
    })
    .await
}

async fn resume(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    visit
        .change(sent, move |work| {
            commands::resume(work, &number)?;
            Ok(done())
        })
        .await
}

async fn withdraw_sign_off(Path(number): Path<String>, sent: Sent) -> Answer {
    reasoned(sent, move |work, reason| {
        work.find::<SignOff>(&number)?;
        commands::withdraw_sign_off(work, &number, reason)
    })
    .await
}

async fn words(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            in_json(&queries::words_of(reader, reader.find::<SignOff>(&number)?.record.id.raw())?)
        })
        .await
}
