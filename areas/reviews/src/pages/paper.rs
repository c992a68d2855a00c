//! What one holds in hand of an agreement: the certificate of a confirmed revision, and the record of a review.

use jiff::tz::TimeZone;
use kernel::{Carried, Signature};
use sheets::{Attached, Block, Check, Fact, Paper};
use web::language::{self, Language, day, exact_moment, word};
use web::t;

use super::review::{ConditionShown, ItemLine, QuestionShown, Spoke, Told, met};
use crate::model::{Answer, Fulfilment, LetStand, Minuted, SignOff};

/// A signature with what proves it, once the log has sealed it.
pub struct Signed {
    pub signature: Signature,
    pub acts_for: Option<String>,
    pub carried: Option<Carried>,
}

/// A line of what was agreed.
pub struct AgreedLine {
    pub number: String,
    pub title: String,
    pub digest: String,
    /// The canonical bytes of what it says.
    pub bytes: Vec<u8>,
}

/// All that stands on a certificate.
pub struct Certified<'a> {
    pub number: &'a str,
    pub body: &'a SignOff,
    pub subject: String,
    pub title: String,
    pub customer: Option<String>,
    pub by: String,
    /// When the last of them signed.
    pub agreed_at: jiff::Timestamp,
    pub signed: Vec<Signed>,
    pub lines: Vec<AgreedLine>,
    /// The canonical bytes of the revision; none where it names what its customer may not see.
    pub revision: Option<Vec<u8>>,
    pub keys: Vec<String>,
    pub check: Check,
}

/// The certificate, in the language of the page, in the dress of the house that `blank` has.
pub fn certificate(it: &Certified, blank: Paper) -> Paper {
    let heading = |words: String| Block::Heading { level: 1, words };
    let what = t!("{number}, revision {no}", number = &it.subject, no = it.body.revision);
    let mut facts = vec![fact(t!("What was agreed"), &what)];
    facts.extend(it.customer.iter().map(|customer| fact(t!("Customer"), customer)));
    facts.extend([
        fact(t!("Requirements"), it.lines.len().to_string()),
        exact(t!("Digest (SHA-256)"), &it.body.digest),
        fact(t!("Offered by"), &it.by),
        fact(t!("Agreed"), exact_moment(it.agreed_at)),
    ]);
    let mut blocks = vec![Block::Facts { facts }];
    if !it.body.summary.trim().is_empty() {
        blocks.push(Block::Prose { markdown: it.body.summary.clone() });
    }
    blocks.push(heading(t!("Signatures")));
    blocks.extend(it.signed.iter().map(signature));
    blocks.push(heading(t!("What was agreed")));
    blocks.push(Block::Table {
        head: vec![t!("Number"), t!("Requirement"), t!("Digest (SHA-256)")],
        rows: it
            .lines
            .iter()
            .map(|it| vec![it.number.clone(), it.title.clone(), short(&it.digest)])
            .collect(),
        widths: vec![3, 9, 4],
    });
    blocks.push(heading(t!("How to check this without us")));
    blocks.push(Block::Prose { markdown: how_to_check() });
    blocks.push(Block::Facts { facts: it.keys.iter().map(|key| exact(t!("Our public key"), key)).collect() });
    Paper {
        sort: t!("Certificate of agreement"),
        title: it.title.clone(),
        number: it.number.to_owned(),
        edition: what,
        blocks,
        foot: format!("SHA-256 {}…", short(&it.body.digest)),
        check: Some(it.check.clone()),
        attached: attached(it),
        day: web::paper::day_of(it.agreed_at),
        ..blank
    }
}

/// Markdown: what lies in the file, and which program says whether it holds.
fn how_to_check() -> String {
    t!(
        "This file is sealed by our key, and carries the entry of each signature with its proof and the signed head of the log inside, with exactly what was signed. With our program, on any machine, without our database:\n\n`reqord verify FILE --key KEY`\n\nTake the key from the page /trust or from where you kept it. The formats are public: a proof is a C2SP tlog-proof, a head a C2SP tlog-checkpoint, the hashes are those of RFC 9162. Any reader of PDF shows the files inside."
    )
}

fn fact(label: String, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into(), is_exact: false }
}

fn exact(label: String, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into(), is_exact: true }
}

/// Words as Markdown that says exactly them.
fn escaped(words: &str) -> String {
    let mut all = String::with_capacity(words.len());
    for it in words.chars() {
        if it.is_ascii_punctuation() {
            all.push('\\');
        }
        all.push(if it.is_whitespace() { ' ' } else { it });
    }
    all
}

fn short(digest: &str) -> String {
    digest.chars().take(16).collect()
}

/// A moment by the clock of whoever signed.
fn in_zone(at: jiff::Timestamp, zone: &str) -> String {
    let known = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    format!("{} ({zone})", Language::new(language::code(), known).exact_moment(at))
}

fn signature(it: &Signed) -> Block {
    let signature = &it.signature;
    let mut facts = vec![
        fact(t!("Under"), &signature.what),
        fact(t!("When"), in_zone(signature.at, &signature.zone)),
        fact(t!("Proved by"), word(signature.means)),
        exact(t!("Digest of what was seen"), &signature.digest),
    ];
    if let Some(proof) = it.carried.as_ref().map(|it| &it.proof) {
        let place = t!(
            "Entry {place} of {size} in the log",
            place = language::count(proof.place + 1),
            size = language::count(proof.size)
        );
        facts.push(fact(t!("Log"), place));
    }
    let ended = signature.ended_at.map(|at| {
        let reason = signature.end_reason.clone().unwrap_or_default();
        t!("Taken back on {when}: {reason}", when = exact_moment(at), reason = reason)
    });
    let name = match &it.acts_for {
        Some(absent) => t!("{who} for {whom}", who = &signature.name, whom = absent),
        None => signature.name.clone(),
    };
    Block::Signature {
        meaning: word(signature.meaning),
        name,
        role: signature.role.clone(),
        statement: signature.statement.clone(),
        facts,
        ended,
    }
}

/// The files inside: of each signature its proof, itself and what was seen; the revision, and what its lines say.
fn attached(it: &Certified) -> Vec<Attached> {
    let mut all = of_signatures(&it.signed);
    if let Some(revision) = &it.revision {
        all.push(json("revision.json", t!("The revision that was agreed"), revision.clone()));
        let lines: Vec<&[u8]> = it.lines.iter().map(|it| it.bytes.as_slice()).collect();
        let words = t!("What each line of the revision says, one below the other");
        all.push(json("lines.jsonl", words, lines.join(&b'\n')));
    }
    all
}

fn of_signatures(signed: &[Signed]) -> Vec<Attached> {
    let mut all = Vec::new();
    for (place, it) in signed.iter().enumerate() {
        let (no, name) = (place + 1, &it.signature.name);
        let Some(carried) = &it.carried else { continue };
        all.push(Attached {
            name: format!("signature-{no}.tlog-proof"),
            media_type: "text/plain".to_owned(),
            words: t!("The entry of the signature of {name}, its proof and the signed head", name = name),
            bytes: carried.proof.file.clone().into_bytes(),
        });
        let words = t!("The signature of {name}", name = name);
        all.push(json(&format!("signature-{no}.json"), words, carried.line.clone()));
        let words = t!("Exactly what {name} saw", name = name);
        all.push(json(&format!("seen-{no}.json"), words, carried.seen.clone()));
    }
    all
}

fn json(name: &str, words: String, bytes: Vec<u8>) -> Attached {
    Attached { name: name.to_owned(), media_type: "application/json".to_owned(), words, bytes }
}

/// A function as a record of a review names it.
pub struct FunctionTold {
    pub name: String,
    /// What it committed to, and who signed.
    pub word: String,
}

/// A question of the checklist with an answer.
pub struct AnswerTold {
    pub question: String,
    pub function: String,
    pub who: String,
    pub answer: Answer,
    pub remark: String,
}

/// All that stands on the record of a review.
pub struct Recorded {
    pub number: String,
    pub title: String,
    /// What there is to know of the whole: label and words.
    pub facts: Vec<(String, String)>,
    /// What is stored and is not what was released or signed.
    pub altered: Vec<String>,
    pub digest: String,
    pub functions: Vec<FunctionTold>,
    /// What the revision says besides its items: what it is called, and its words.
    pub around: Vec<(String, String)>,
    pub items: Vec<ItemLine>,
    pub answers: Vec<AnswerTold>,
    pub conditions: Vec<ConditionShown>,
    pub questions: Vec<QuestionShown>,
    /// What was said about the whole, and in meetings.
    pub talk: Vec<Spoke>,
    pub minuted: Vec<Minuted>,
    /// What was found in the words of its items and may stand.
    pub let_stand: Vec<LetStand>,
    pub signed: Vec<Signed>,
    pub edition: String,
    pub changed_at: jiff::Timestamp,
    pub check: Check,
}

/// The record of a review, in the language of the page, in the dress of the house that `blank` has.
pub fn record(it: &Recorded, blank: Paper) -> Paper {
    let heading = |words: String| Block::Heading { level: 1, words };
    let mut facts: Vec<Fact> = it.facts.iter().map(|(label, words)| fact(label.clone(), words)).collect();
    facts.push(exact(t!("Digest (SHA-256)"), &it.digest));
    let mut blocks: Vec<Block> =
        it.altered.iter().map(|words| Block::Note { words: words.clone() }).collect();
    blocks.push(Block::Facts { facts });
    if !it.functions.is_empty() {
        blocks.push(heading(t!("Functions")));
        let row = |it: &FunctionTold| vec![it.name.clone(), it.word.clone()];
        let head = vec![t!("Function"), t!("Its word")];
        let rows = it.functions.iter().map(row).collect();
        blocks.push(Block::Table { head, rows, widths: vec![2, 5] });
    }
    if !it.around.is_empty() {
        blocks.push(heading(t!("Besides the items")));
        let facts = it.around.iter().map(|(label, words)| fact(label.clone(), words)).collect();
        blocks.push(Block::Facts { facts });
    }
    blocks.push(heading(t!("Items and verdicts")));
    blocks.extend(it.items.iter().map(item));
    if !it.answers.is_empty() {
        blocks.push(heading(t!("Checklist")));
        let row = |it: &AnswerTold| {
            let answer = word(it.answer);
            let word = if it.remark.is_empty() { answer } else { format!("{answer}: {}", it.remark) };
            vec![it.question.clone(), format!("{}, {}", it.function, it.who), word]
        };
        let head = vec![t!("Question"), t!("Who"), t!("Answer")];
        let rows = it.answers.iter().map(row).collect();
        blocks.push(Block::Table { head, rows, widths: vec![5, 3, 3] });
    }
    if !it.conditions.is_empty() {
        blocks.push(heading(t!("Conditions")));
        let head = vec![t!("Item"), t!("Condition"), t!("Who meets it"), t!("Blocks"), t!("State")];
        let rows = it.conditions.iter().map(condition).collect();
        blocks.push(Block::Table { head, rows, widths: vec![3, 6, 3, 3, 4] });
    }
    if !it.questions.is_empty() {
        blocks.push(heading(t!("Clarifications")));
        blocks.extend(it.questions.iter().map(question));
    }
    if !it.talk.is_empty() {
        blocks.push(heading(t!("What was said")));
        blocks.push(Block::Facts { facts: it.talk.iter().map(spoke).collect() });
    }
    if !it.minuted.is_empty() {
        blocks.push(heading(t!("Minutes of meetings")));
        blocks.push(Block::Facts { facts: it.minuted.iter().map(minuted).collect() });
    }
    if !it.let_stand.is_empty() {
        blocks.push(heading(t!("Findings that may stand")));
        blocks.push(Block::Facts { facts: it.let_stand.iter().map(let_stand).collect() });
    }
    blocks.push(heading(t!("Signatures")));
    if it.signed.is_empty() {
        blocks.push(Block::Note { words: t!("Nobody signed yet.") });
    }
    blocks.extend(it.signed.iter().map(signature));
    Paper {
        sort: t!("Record of a review"),
        title: it.title.clone(),
        number: it.number.clone(),
        edition: it.edition.clone(),
        blocks,
        foot: format!("SHA-256 {}…", short(&it.digest)),
        check: Some(it.check.clone()),
        attached: of_signatures(&it.signed),
        day: web::paper::day_of(it.changed_at),
        ..blank
    }
}

fn item(it: &ItemLine) -> Block {
    let mut facts: Vec<Fact> = it.told.iter().map(told).collect();
    if !it.is_in_scope {
        facts.push(fact(t!("Verdict"), t!("Unchanged, so it was judged before.")));
    } else if facts.is_empty() {
        facts.push(fact(t!("Verdict"), t!("Nothing yet.")));
    }
    facts.extend(it.talk.iter().map(spoke));
    facts.extend(it.minuted.iter().map(minuted));
    Block::Clause { number: it.number.clone(), markdown: escaped(&it.title), facts }
}

fn spoke(it: &Spoke) -> Fact {
    fact(it.who.clone(), format!("{}\n{}", exact_moment(it.at), it.words))
}

fn minuted(it: &Minuted) -> Fact {
    let mut words = format!("{}\n{}", it.title, it.words);
    if !it.is_approved {
        words = format!("{words}\n{}", t!("not approved yet"));
    }
    fact(t!("Minutes of {meeting}", meeting = &it.meeting), words)
}

fn let_stand(it: &LetStand) -> Fact {
    let words = format!("{}\n{}\n{}, {}", it.finding, it.reason, it.who, exact_moment(it.at));
    fact(it.item.clone(), words)
}

fn told(it: &Told) -> Fact {
    let mut words = format!("{} · {}, {}", word(it.verdict), it.who, exact_moment(it.at));
    if let Some(note) = it.note() {
        words = format!("{words} · {note}");
    }
    if !it.remark.is_empty() {
        words = format!("{words}\n{}", it.remark);
    }
    fact(it.function.clone(), words)
}

fn condition(it: &ConditionShown) -> Vec<String> {
    let state = match it.due.filter(|_| it.stands == Fulfilment::Open) {
        Some(due) => t!("open, due {day}", day = day(due)),
        None => met(it),
    };
    let words = it.note().map_or_else(|| it.words.clone(), |note| format!("{} ({note})", it.words));
    vec![it.item.clone(), words, it.who.clone(), word(it.gate), state]
}

fn question(it: &QuestionShown) -> Block {
    let mut facts = vec![fact(t!("Item"), &it.item)];
    if it.is_theirs {
        facts.push(fact(t!("Asked by"), t!("the customer")));
    }
    facts.extend(it.answers.iter().map(|(who, words)| fact(t!("Answer"), format!("{who}: {words}"))));
    facts.push(fact(t!("State"), &it.state.1));
    Block::Clause { number: it.number.clone(), markdown: escaped(&it.question), facts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_are_no_markdown() {
        assert_eq!(escaped("1. *Hot* # water"), r"1\. \*Hot\* \# water");
        assert_eq!(escaped("a\nb"), "a b");
    }

    #[test]
    fn a_moment_is_told_by_the_clock_of_whoever_signed() {
        let at = "2026-07-01T10:00:00Z".parse().unwrap();
        let said = in_zone(at, "Europe/London");
        assert!(said.contains("11:00:00") && said.ends_with("(Europe/London)"), "{said}");
    }
}
