//! The same for programs: what a change touches, what it means, who consents, release and results.

use axum::body::Body;
use axum::http::StatusCode;
use jiff::civil::Date;
use kernel::{Audience, Error, Faults, Reader, Result, Starts, Vocabulary, Work, digest, text, typed};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use web::api::json as in_json;
use web::{Answer, Doc, Path, Routes, Sent, Visit, schema_of};

use super::affected::{to_read, way_to};
use super::asked_by;
use super::plan::person;
use crate::commands::{self, Consent, NewPlanTask, Policy, Reply, Signer};
use crate::model::{
    Action, Alternative, Aspect, Both, ChangeRequest, Criterion, Edition, Impact, Item, ItemFile, Lesson,
    Meeting, NewCriterion, NewItem, PolicyLine, Proposable, Told, ToldFile, Track, Verdict,
};
use crate::queries;
use crate::rules::{standing, track};

pub fn routes() -> Routes {
    let of = |rest: &str| format!("/api/v1/changes/{{number}}/{rest}");
    let asks = |summary, response| Doc { summary, tag: "Changes", response, ..Doc::default() };
    let does = |summary, request| Doc {
        summary,
        tag: "Changes",
        request,
        response: schema_of::<Done>(),
        ..Doc::default()
    };
    let does_many = |summary, request| Doc {
        summary,
        tag: "Changes",
        request,
        response: schema_of::<DoneWithMany>(),
        ..Doc::default()
    };
    Routes::default()
        .api_get(
            "/api/v1/changes/policy",
            asks("Which functions approve which changes", schema_of::<Vec<PolicyLine>>()),
            policy,
        )
        .api_post(
            "/api/v1/changes/policy",
            does("Says when a function has to consent to a change, or no longer", schema_of::<NewPolicy>()),
            keep_policy,
        )
        .api_get(
            &of("affected"),
            Doc {
                query: &[("words", "Numbers at which to begin to look, beside the cause and what is decided")],
                ..asks(
                    "What a change touches: decided, what else hangs on it with the way that leads there, and where it meets other changes",
                    schema_of::<Affected>(),
                )
            },
            affected,
        )
        .api_post(
            &of("affected"),
            does("Decides what becomes of something that may be affected", schema_of::<NewDecision>()),
            decide,
        )
        .api_post(
            &of("affected/found"),
            does_many(
                "Decides about everything that is found, or those of it that are named, by one deed; of everything, what cannot come under a change yet is left and named",
                schema_of::<AllFound>(),
            ),
            decide_found,
        )
        .api_post(
            &of("redlines"),
            does_many("Writes what many records are to say, by one deed", schema_of::<Redlines>()),
            redline_many,
        )
        .api_post(
            &of("replace"),
            does_many("Writes other words in everything that changes and says them", schema_of::<Replaced>()),
            replace,
        )
        .api_post(&of("affected/{line}/undo"), does("Takes a decision back", schema_of::<Nothing>()), undo)
        .api_post(
            &of("affected/{line}/done"),
            does("Says when a document that is no record here was exchanged where it is kept", schema_of::<DoneOn>()),
            done,
        )
        .api_post(
            &of("affected/{line}/go-on"),
            does(
                "Takes back that a change in force ends something on a day that is still to come: it goes on",
                schema_of::<GoesOn>(),
            ),
            go_on,
        )
        .api_post(
            &of("affected/{line}/redline"),
            does("Writes what a record, or a document that is none, is to say", schema_of::<Redline>()),
            redline,
        )
        .api_post(
            &of("affected/{line}/files"),
            Doc {
                query: &[
                    ("name", "What the file is called, with its ending."),
                    (
                        "audience",
                        "Who may read it: `internal` or `party`; whoever reads the file that it replaces where nothing is said, else `internal`.",
                    ),
                ],
                takes_bytes: true,
                ..does("Proposes a file of what changes: its bytes, as they are. It lies there with the release", None)
            },
            propose_file,
        )
        .api_post(
            &of("affected/{line}/files/away"),
            does("Proposes that a file of what changes goes", schema_of::<FileAway>()),
            take_file_away,
        )
        .api_post(
            &of("affected/{line}/files/{file}/undo"),
            does("Takes back what was proposed for a file", schema_of::<Nothing>()),
            leave_file,
        )
        .api_post(
            &of("affected/{line}/rebase"),
            does("Puts a proposal on what its record says now", schema_of::<Rebase>()),
            rebase,
        )
        .api_get(&of("standing"), asks("How a change stands", schema_of::<Standing>()), show_standing)
        .api_post(&of("impacts"), does("Asks functions what a change means for them", schema_of::<Asking>()), ask)
        .api_post(&of("answer"), does("A function says what a change means for it", schema_of::<Answered>()), answer)
        .api_post(&of("options"), does("Puts an option beside the others", schema_of::<Alternative>()), compare)
        .api_post(&of("approval"), does("Asks for approval", schema_of::<Nothing>()), ask_approval)
        .api_post(&of("sign"), does("Signs for a function, with one's password", schema_of::<Signing>()), sign)
        .api_post(
            &of("confirm"),
            does("The customer approves or does not, with their password", schema_of::<Confirming>()),
            confirm,
        )
        .api_post(&of("release"), does("Puts everything in force, or nothing", schema_of::<Nothing>()), release)
        .api_post(&of("plan"), does("Adds a task, after another one where that is said", schema_of::<Planned>()), plan)
        .api_post(&of("criteria"), does("Fixes how one will see that it works", schema_of::<Fixed>()), fix)
        .api_post(&of("criteria/{criterion}"), does("Enters a result, of whoever was fixed to look or stands in for them", schema_of::<Judged>()), judge)
        .api_post(
            &of("criteria/{criterion}/drop"),
            does("Takes a criterion away before it is begun", schema_of::<Dropped>()),
            drop_criterion,
        )
        .api_post(
            &of("criteria/{criterion}/person"),
            does("Names somebody else who looks, because whoever was fixed cannot", schema_of::<Entrusted>()),
            entrust,
        )
        .api_post(
            &of("end"),
            does("Defers, rejects, withdraws, replaces, sends back or takes up again", schema_of::<Ending>()),
            end,
        )
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "NothingOfAChange")]
struct Nothing {}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DoneWithAChange")]
struct Done {
    /// The number of the change.
    number: String,
    /// Its state afterwards.
    state: String,
    /// The key of the line that was made, where one was.
    line: Option<i64>,
}

fn state_of(reader: &Reader, number: &str, line: Option<i64>) -> Result<Json> {
    let it = reader.mention_of(number)?;
    Ok(serde_json::to_value(Done { number: it.number, state: it.state, line })?)
}

/// Does with one of our changes what a program sent; the deed gives the line that was made or meant, where there is one.
async fn with_ours<T: DeserializeOwned>(
    number: String,
    sent: Sent,
    deed: impl Fn(&mut Work, &str, T) -> Result<Option<i64>> + Send + 'static,
) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let line = deed(work, &number, typed(sent)?)?;
        state_of(work, &number, line)
    })
    .await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AffectedByAChange")]
struct Affected {
    decided: Vec<DecidedItem>,
    /// What may be affected and was not decided about, the nearest first.
    found: Vec<Proposable>,
    /// How many there are beyond those.
    more: usize,
    /// Whether more hangs on it than is ever told: begin at less, and look again.
    is_capped: bool,
    meetings: Vec<Meeting>,
}

#[derive(Serialize, JsonSchema)]
struct DecidedItem {
    line: i64,
    item: String,
    title: Option<String>,
    sort: String,
    way: Vec<String>,
    action: Action,
    reason: String,
    proposed: Option<Map<String, Json>>,
    /// The edition that a document has that is no record here, and the one that it gets.
    edition_before: Option<String>,
    edition: Option<String>,
    /// When the release put such a document in force.
    in_force_at: Option<i64>,
    /// The edition in which it is in force by a change, this one or another.
    in_force: Option<Edition>,
    /// Whether that came into force since this was written, which starts from another one.
    is_overtaken: bool,
    /// The day on which such a document was exchanged where it is kept.
    done_on: Option<String>,
    /// The revision that came of it; 0 where it ended. Editions of a document are counted.
    released: Option<i64>,
    /// Whether it was to end on a day, and that was taken back: it goes on.
    goes_on: bool,
    /// Fields that both sides changed since it was proposed; none where the ground is firm.
    conflict: Option<Vec<Both>>,
    /// What is proposed for its files.
    files: Vec<DecidedFile>,
}

/// What is proposed for a file of an item.
#[derive(Serialize, JsonSchema)]
struct DecidedFile {
    /// The key of the proposal.
    id: i64,
    /// Who reads what is to lie there.
    audience: Audience,
    /// Whether another file lies there by now than when it was proposed, or none any more.
    is_moved: bool,
    #[serde(flatten)]
    told: ToldFile,
}

fn decided_files(reader: &Reader, item: &Item) -> Result<Vec<DecidedFile>> {
    let moved = queries::moved_files(reader, item)?;
    let one = |it: &ItemFile| {
        let is_moved = moved.iter().any(|(moved, _)| moved.id == it.id);
        Some(DecidedFile { id: it.id, audience: it.read_by, is_moved, told: it.told(Audience::Internal)? })
    };
    Ok(item.files.iter().filter_map(one).collect())
}

async fn affected(Path(number): Path<String>, visit: Visit) -> Answer {
    let asked = visit.envelope.asked();
    visit
        .respond(move |reader| {
            let case = reader.find_ours::<ChangeRequest>(&number)?;
            let id = case.record.id.raw();
            let found = queries::found_from(reader, id, case.body.cause, asked.text("words"))?;
            let mut decided = Vec::new();
            let items = queries::items(reader, id)?;
            let mut conflicts = queries::conflicts(reader, &items)?;
            for it in items {
                let conflict = conflicts.remove(&it.id).map(|it| it.both);
                let files = decided_files(reader, &it)?;
                let in_force = queries::edition_in_force(reader, &it)?;
                let is_overtaken =
                    in_force.as_ref().is_some_and(|now| !it.lacks_redline() && it.is_overtaken(now));
                let [edition_before, edition] =
                    [it.edition_before(), it.edition()].map(|it| it.map(str::to_owned));
                let Item {
                    id,
                    name,
                    title,
                    sort,
                    way,
                    action,
                    reason,
                    proposed,
                    done_on,
                    released_no,
                    in_force_at,
                    goes_on,
                    ..
                } = it;
                decided.push(DecidedItem {
                    line: id,
                    item: name,
                    title,
                    sort,
                    way,
                    action,
                    reason,
                    proposed,
                    edition_before,
                    edition,
                    in_force_at: in_force_at.map(|it| it.as_microsecond()),
                    in_force,
                    is_overtaken,
                    done_on: done_on.map(|it| it.to_string()),
                    released: released_no,
                    goes_on,
                    conflict,
                    files,
                });
            }
            let meetings = queries::meetings(reader, id)?;
            let is_capped = found.is_capped;
            let seen = Affected { decided, found: found.items, more: found.more, is_capped, meetings };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(seen)?))
        })
        .await
}

/// How a change stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StandingOfAChange")]
struct Standing {
    state: String,
    track: Track,
    /// Why it goes that way.
    why: Vec<String>,
    /// The fingerprint of what is proposed now, as signatures bind to it.
    digest: String,
    impacts: Vec<Impact>,
    /// What the impacts cost together, in hundredths.
    cost: i64,
    options: Vec<Alternative>,
    approvals: Vec<ApprovalSeen>,
    /// What is asked of the customer; none where they need not approve, or did not have to before it was in force or over.
    customer: Option<CustomerAsked>,
    /// From when on it holds, where it was released after the day that was approved.
    holds_later: Option<Starts>,
    criteria: Vec<Criterion>,
    lessons: Vec<Lesson>,
    /// The numbers of the records that would say something else, and what documents are called that would.
    redlines: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct CustomerAsked {
    /// By what they have to approve it.
    why: String,
    /// Whether they approved what is proposed now.
    has_approved: bool,
}

#[derive(Serialize, JsonSchema)]
struct ApprovalSeen {
    function: String,
    rank: i64,
    needs: i64,
    consented: Vec<String>,
    declined: Vec<String>,
    is_due: bool,
    is_reached: bool,
}

async fn show_standing(Path(number): Path<String>, visit: Visit) -> Answer {
    visit
        .respond(move |reader| {
            let case = reader.find_ours::<ChangeRequest>(&number)?;
            let id = case.record.id.raw();
            let (way, why) = track(&case.body, &case.facts.reached);
            let words = format!("{} {}", case.record.title, case.body.need);
            let approvals = standing(&case.facts.approvers, &case.facts.signed).into_iter().map(|it| {
                let (is_due, is_reached) = (it.is_due, it.is_reached());
                ApprovalSeen {
                    function: it.asked.name,
                    rank: it.asked.rank,
                    needs: it.asked.needs,
                    consented: it.consented,
                    declined: it.declined,
                    is_due,
                    is_reached,
                }
            });
            let seen = Standing {
                state: case.record.state.code(),
                track: way,
                why: why.iter().map(web::language::say).collect(),
                digest: digest(&queries::sealed_now(reader, &case.record, &case.body)?)?,
                impacts: queries::impacts(reader, id)?,
                cost: case.facts.reached.cost,
                options: queries::alternatives(reader, id)?,
                approvals: approvals.collect(),
                customer: asked_by(&case).map(|it| CustomerAsked {
                    why: web::language::say(&it.text()),
                    has_approved: case.facts.customer_approved,
                }),
                holds_later: queries::holds_later(reader, id, &case.body)?,
                criteria: queries::criteria(reader, id)?,
                lessons: queries::lessons_like(reader, id, &case.body.source.code(), &words)?,
                redlines: to_read(reader, id)?
                    .into_iter()
                    .filter(|it| it.action != Action::Remove)
                    .map(|it| it.name)
                    .collect(),
            };
            Ok(in_json(StatusCode::OK, &serde_json::to_value(seen)?))
        })
        .await
}

async fn policy(visit: Visit) -> Answer {
    visit
        .respond(|reader| {
            reader.actor.must_be_inside()?;
            Ok(in_json(StatusCode::OK, &serde_json::to_value(queries::policy(reader)?)?))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
struct NewPolicy {
    /// The number of the function.
    function: String,
    /// `fast`, `full`, `both`; `none` where it approves no longer.
    track: String,
    #[serde(default = "one")]
    rank: i64,
    #[serde(default = "one")]
    needs: i64,
    #[serde(default)]
    above: String,
}

fn one() -> i64 {
    1
}

async fn keep_policy(sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        let it: NewPolicy = typed(sent)?;
        if it.track == "none" {
            commands::remove_policy(work, &it.function)?;
        } else {
            let NewPolicy { function, track, rank, needs, above } = &it;
            commands::keep_policy(work, &Policy { function, track, rank: *rank, needs: *needs, above })?;
        }
        state_of(work, &it.function, None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
struct NewDecision {
    /// The number of a record or the article number of a product, or what it is called where it is none.
    item: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    action: Action,
    #[serde(default)]
    reason: String,
}

async fn decide(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: NewDecision| {
        let new = NewItem {
            name: &it.item,
            sort: &it.sort,
            action: it.action,
            reason: &it.reason,
            way: way_to(work, number, &it.item)?,
        };
        commands::decide(work, number, &new).map(Some)
    })
    .await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DoneWithManyOfAChange")]
struct DoneWithMany {
    /// The number of the change.
    number: String,
    /// How many were decided about, or written.
    count: usize,
    /// What had to be left, with the reasons.
    left: Vec<String>,
}

fn done_with(number: &str, count: usize, left: &[kernel::Missing]) -> Result<Json> {
    let left = left.iter().map(|it| web::language::say(&it.sentence)).collect();
    Ok(serde_json::to_value(DoneWithMany { number: number.to_owned(), count, left })?)
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EverythingFound")]
struct AllFound {
    /// Numbers at which to begin to look, beside the cause and what is decided.
    #[serde(default)]
    words: String,
    /// Only these, by number or name, all or none of them; everything that is found where none is named.
    #[serde(default)]
    items: Vec<String>,
    action: Action,
    #[serde(default)]
    reason: String,
}

async fn decide_found(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let it: AllFound = typed(sent)?;
        let what = (it.action, it.reason.as_str());
        if !it.items.is_empty() {
            let count = commands::accept_all(work, &number, (&it.items, &it.words), what)?;
            return done_with(&number, count, &[]);
        }
        let done = commands::accept_found(work, &number, &it.words, what)?;
        done_with(&number, done.decided, &done.left)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeRedlines")]
struct Redlines {
    /// By the number of the record: the fields that are to say something else.
    redlines: std::collections::BTreeMap<String, Map<String, Json>>,
}

async fn redline_many(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let Redlines { redlines } = typed(sent)?;
        let many: Vec<(String, Map<String, Json>)> = redlines.into_iter().collect();
        done_with(&number, commands::propose_many(work, &number, &many)?, &[])
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "WordsReplaced")]
struct Replaced {
    /// The words that are replaced, exactly.
    from: String,
    to: String,
}

async fn replace(Path(number): Path<String>, sent: Sent) -> Answer {
    sent.change(move |work, sent| {
        work.find_ours::<ChangeRequest>(&number)?;
        let Replaced { from, to } = typed(sent)?;
        done_with(&number, commands::replace_words(work, &number, (&from, &to))?, &[])
    })
    .await
}

async fn undo(Path((number, line)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Nothing {}| {
        commands::undecide(work, number, line)?;
        Ok(None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndTakenBack")]
struct GoesOn {
    /// Why it goes on. It stands on the trail.
    reason: String,
}

async fn go_on(Path((number, line)): Path<(String, i64)>, Sent(visit, sent): Sent) -> Answer {
    let said = sent.clone();
    visit
        .change(sent, move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            let GoesOn { reason } = typed(said.clone())?;
            commands::take_end_back(work, &number, line, &reason)?;
            state_of(work, &number, Some(line))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "DoneOnADay")]
struct DoneOn {
    #[schemars(with = "String", extend("format" = "date"))]
    day: Date,
}

async fn done(Path((number, line)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, DoneOn { day }| {
        commands::done(work, number, line, day)?;
        Ok(Some(line))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeRedline")]
struct Redline {
    /// The fields of the record that are to say something else, `title` among them; of something new those that the
    /// house keeps of it too, within `extra`. Of a document that is no record `edition_before`, the edition that it has;
    /// `edition`, which it gets; `changes`, what changes in it, in Markdown.
    fields: Map<String, Json>,
}

async fn redline(Path((number, line)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Redline { fields }| {
        commands::propose(work, number, line, &fields)?;
        Ok(Some(line))
    })
    .await
}

async fn propose_file(Path((number, line)): Path<(String, i64)>, visit: Visit, body: Body) -> Answer {
    let file = web::api::SentFile::of(&visit, body).await?;
    let (sent, audience) = (file.told(), file.audience);
    let read = web::common::files::received(&visit, vec![file.upload]).await?;
    visit
        .change(sent, move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            let file = read.first().ok_or(Error::NotFound)?;
            let it = (&file.filing(Audience::Internal), audience);
            let made = commands::propose_file(work, &number, line, it)?;
            state_of(work, &number, Some(made))
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "FileTakenAway")]
struct FileAway {
    /// What the file is called.
    name: String,
}

async fn take_file_away(Path((number, line)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, FileAway { name }| {
        commands::take_file_away(work, number, line, &name).map(Some)
    })
    .await
}

async fn leave_file(Path((number, line, file)): Path<(String, i64, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Nothing {}| {
        commands::leave_file(work, number, line, file)?;
        Ok(None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeRebase")]
struct Rebase {
    /// The fields, of those that both changed, in which the record stays as it is now.
    #[serde(default)]
    kept: Vec<String>,
}

async fn rebase(Path((number, line)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Rebase { kept }| {
        commands::put_on_what_it_says_now(work, number, line, &kept)?;
        Ok(Some(line))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ImpactsAsked")]
struct Asking {
    /// The numbers of the functions.
    functions: Vec<String>,
    #[schemars(with = "String", extend("format" = "date"))]
    due: Date,
}

async fn ask(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Asking| {
        commands::ask_impacts(work, number, &it.functions, Some(it.due))?;
        Ok(None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ImpactAnswered")]
struct Answered {
    /// The number of the function.
    function: String,
    #[serde(default = "yes")]
    possible: bool,
    finding: String,
    #[serde(default)]
    cost: String,
    #[serde(default)]
    days: Option<i64>,
    #[serde(default)]
    aspects: Vec<Aspect>,
}

fn yes() -> bool {
    true
}

async fn answer(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Answered| {
        let told = Told {
            is_possible: it.possible,
            finding: &it.finding,
            cost: &it.cost,
            days: it.days,
            aspects: it.aspects,
        };
        commands::answer(work, number, &it.function, &told)?;
        Ok(None)
    })
    .await
}

async fn compare(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Alternative| {
        commands::compare(work, number, &it)?;
        Ok(None)
    })
    .await
}

async fn ask_approval(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Nothing {}| {
        commands::ask_approval(work, number)?;
        Ok(None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeSigning")]
struct Signing {
    /// The number of the function for which one signs.
    function: String,
    approve: bool,
    /// The `digest` of how the change stands: refused where something else is proposed by now.
    read: String,
    #[serde(default)]
    words: String,
    #[serde(rename = "password")]
    _password: String,
    /// The code of the device, where there is one.
    #[serde(default, rename = "code")]
    _code: String,
}

async fn sign(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (proof, zone) = (identity::says_again_in(&visit, &sent).await?, visit.zone());
    let asked = sent.clone();
    visit
        .change(sent, move |work| {
            work.find_ours::<ChangeRequest>(&number)?;
            let it: Signing = typed(asked.clone())?;
            let proven = identity::prove(work, &proof)?;
            let name = work.actor.name.clone();
            let signer = Signer { name: &name, language: web::language::code(), zone: &zone };
            let consent =
                Consent { function: &it.function, consents: it.approve, words: &it.words, read: &it.read };
            commands::sign(work, &number, (&consent, &signer), &proven)?;
            state_of(work, &number, None)
        })
        .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeConfirming")]
struct Confirming {
    approve: bool,
    /// The digest of the revision that was shown to them: refused where another one is by now.
    read: String,
    #[serde(default)]
    words: String,
    /// As what they sign.
    role: String,
    #[serde(rename = "password")]
    _password: String,
    #[serde(default, rename = "code")]
    _code: String,
}

async fn confirm(Path(number): Path<String>, Sent(visit, sent): Sent) -> Answer {
    let (proof, zone) = (identity::says_again_in(&visit, &sent).await?, visit.zone());
    let asked = sent.clone();
    visit
        .change(sent, move |work| {
            work.find::<crate::model::ChangeRequest>(&number)?;
            kernel::Permit::Party.covers(work.actor, None)?;
            let it: Confirming = typed(asked.clone())?;
            let proven = identity::prove(work, &proof)?;
            let name = work.actor.name.clone();
            let signer = Signer { name: &name, language: web::language::code(), zone: &zone };
            let reply = Reply { consents: it.approve, words: &it.words, role: &it.role, read: &it.read };
            commands::confirm(work, &number, (&reply, &signer), &proven)?;
            state_of(work, &number, None)
        })
        .await
}

async fn release(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Nothing {}| {
        commands::release(work, number)?;
        Ok(None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeTask")]
struct Planned {
    request: String,
    /// The number of the person.
    person: String,
    #[serde(default)]
    sort: kernel::StepSort,
    /// The day on which it is to be begun.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    starts: Option<Date>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    due: Option<Date>,
    /// Hours, a decimal.
    #[serde(default)]
    effort: String,
    /// What it costs beside the hours, a decimal.
    #[serde(default)]
    cost: String,
    /// The key of the task that comes first.
    #[serde(default)]
    after: Option<i64>,
    /// The keys of others that come first.
    #[serde(default)]
    and_after: Vec<i64>,
}

async fn plan(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Planned| {
        let who = Some(person(work, &it.person)?);
        let after: Vec<i64> = it.after.into_iter().chain(it.and_after.iter().copied()).collect();
        let new = NewPlanTask {
            request: &it.request,
            sort: it.sort,
            person: who,
            starts: it.starts,
            due: it.due,
            effort: &it.effort,
            cost: &it.cost,
            after: &after,
        };
        commands::plan_task(work, number, &new).map(Some)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeCriterion")]
struct Fixed {
    criterion: String,
    method: String,
    /// On what it is looked at: 6 rings of one lot.
    sample: String,
    /// What is allowed: ±5 %.
    #[serde(default)]
    bound: String,
    /// The number of the person who looks.
    person: String,
}

async fn fix(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Fixed| {
        let new = NewCriterion {
            criterion: &it.criterion,
            method: &it.method,
            sample: &it.sample,
            bound: &it.bound,
            person: person(work, &it.person)?,
        };
        commands::fix_criterion(work, number, &new).map(Some)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CriterionDropped")]
struct Dropped {
    reason: String,
}

async fn drop_criterion(Path((number, criterion)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Dropped { reason }| {
        commands::drop_criterion(work, number, criterion, &reason)?;
        Ok(None)
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CriterionEntrusted")]
struct Entrusted {
    /// The number of the person who looks instead.
    person: String,
    reason: String,
}

async fn entrust(Path((number, criterion)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, Entrusted { person: who, reason }| {
        commands::entrust(work, number, criterion, (person(work, &who)?, &reason))?;
        Ok(Some(criterion))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeResult")]
struct Judged {
    verdict: Verdict,
    result: String,
    evidence: String,
}

async fn judge(Path((number, criterion)): Path<(String, i64)>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Judged| {
        commands::judge(work, number, criterion, (it.verdict, &it.result, &it.evidence))?;
        Ok(Some(criterion))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeEnding")]
struct Ending {
    /// `defer`, `resume`, `reject`, `withdraw`, `supersede`, `send_back`.
    step: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    until: Option<Date>,
    /// The number of the change that stands for it.
    #[serde(default)]
    by: String,
}

async fn end(Path(number): Path<String>, sent: Sent) -> Answer {
    with_ours(number, sent, move |work, number, it: Ending| {
        match it.step.as_str() {
            "defer" => commands::defer(work, number, it.until, &it.reason)?,
            "resume" => commands::resume(work, number)?,
            "reject" => commands::reject(work, number, &it.reason)?,
            "withdraw" => commands::withdraw(work, number, &it.reason)?,
            "supersede" => commands::replace(work, number, &it.by, &it.reason)?,
            "send_back" => commands::send_back(work, number, &it.reason)?,
            _ => return Err(Faults::one("step", text!("Choose one of the words in the list.")).into()),
        }
        Ok(None)
    })
    .await
}
