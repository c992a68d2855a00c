//! A review as record: what waits for one's own function, all items with what was said, conditions and questions.

use kernel::Vocabulary;
use maud::{Markup, html};
use web::language::{exact_moment, near_moment, word};
use web::parts::{
    self, Beside, Button, Column, Difference, Field, Line, Lines, Note, State, Symbol, Tab, Table, form,
    hidden, section,
};
use web::{Colleagues, Form, t};

use super::{Options, words_of};
use crate::model::{Answer, Fulfilment, Gate, LetStand, Minuted, Verdict};

/// An item as it is judged.
pub struct ItemShown {
    pub number: String,
    pub title: String,
    pub address: String,
    pub digest: String,
    /// What it demands, or what it says; with what changed marked, where something did.
    pub statement: Markup,
    pub facts: Vec<(String, String)>,
    /// What it says line by line, where its kind reads so.
    pub lines: Vec<(String, String)>,
    /// What else changed since it was judged, or since the revision before.
    pub differences: Vec<Difference>,
    /// Why it waits: it is new, it changed since one judged it.
    pub why: String,
    /// What was said about it in the review.
    pub talk: Vec<Spoke>,
    /// What was said about it in meetings.
    pub minuted: Vec<Minuted>,
    /// What the function says of it by now.
    pub told: Vec<Told>,
    /// What the customer was asked about it, and answered.
    pub questions: Vec<QuestionShown>,
}

/// What somebody said about an item in a review, outside their verdict.
#[derive(Clone)]
pub struct Spoke {
    pub who: String,
    pub at: jiff::Timestamp,
    pub words: String,
}

/// What waits for one function.
pub struct Mine {
    pub number: String,
    /// The revision that is judged.
    pub revision: i64,
    pub function: i64,
    pub name: String,
    /// For whom one stands in.
    pub acts_for: Option<String>,
    pub is_its_turn: bool,
    pub items: Vec<ItemShown>,
    /// Items with a word that keeps the review open, and those that one wants to judge again.
    pub doubted: Vec<ItemShown>,
    /// The other items that it has judged, each of which may be judged again.
    pub judged: Vec<ItemLine>,
    pub carried: usize,
    /// Questions of the checklist that wait, or that are not OK.
    pub rows: Vec<RowShown>,
    /// The other questions, each of which may be answered again.
    pub answered: Vec<RowShown>,
    pub can_sign: bool,
    pub has_signed: bool,
    pub people: Colleagues,
    /// Whom of the customer one may ask.
    pub contacts: Options,
    /// The extra fields of questions to the customer.
    pub of_questions: Markup,
    /// The form in which a risk is noted that was seen in the review.
    pub risk: Option<String>,
}

/// A question of the checklist as it is answered.
pub struct RowShown {
    pub key: String,
    pub question: String,
    /// What was answered last: the word, by whom, and the remark.
    pub given: Option<(Answer, String, String)>,
}

/// The tabs by which one goes from one of one's functions to another, and to all items.
pub fn tabs(number: &str, functions: &[(i64, String, usize)], here: Option<i64>, all: usize) -> Markup {
    let to = format!("/reviews/{number}");
    let mut tabs: Vec<Tab> = functions
        .iter()
        .map(|(function, name, waiting)| Tab {
            label: name.clone(),
            address: format!("{to}?function={function}"),
            count: Some(*waiting),
            is_here: here == Some(*function),
        })
        .collect();
    tabs.push(Tab {
        label: t!("All items"),
        address: format!("{to}?view=all"),
        count: Some(all),
        is_here: here.is_none(),
    });
    parts::tabs(&t!("Items"), &tabs)
}

/// The form in which a function judges what waits for it.
pub fn mine(it: &Mine, written: &Form) -> Markup {
    let title = match it.items.len() {
        0 => t!("Nothing waits for {function}", function = &it.name),
        count => t!(
            "{count} item waits for {function}" | "{count} items wait for {function}",
            count = count,
            function = &it.name
        ),
    };
    section(
        "mine",
        title,
        html! {
            @if let Some(absent) = &it.acts_for { (parts::note(Note::Plain, t!("You stand in for {name}. Both names are kept.", name = absent))) }
            @if !it.is_its_turn { (parts::note(Note::Plain, t!("Others are asked first. You are told when it is your turn."))) }
            @if it.carried > 0 {
                p.fine { (t!("{count} verdict carried over, because its item did not change." | "{count} verdicts carried over, because their items did not change.", count = it.carried)) }
            }
            @let is_said = !it.doubted.is_empty() || !it.judged.is_empty() || !it.answered.is_empty();
            @if it.has_signed && is_said {
                (parts::note(Note::Plain, t!("You have signed for {function}. Take your signature back first, then judge anew and sign again.", function = &it.name)))
            }
            @if it.is_its_turn && !it.has_signed && (is_said || !it.items.is_empty() || !it.rows.is_empty()) {
                (identity::summary(written))
                (parts::form_kept(&format!("/reviews/{}/verdicts", it.number), &format!("review:{}:{}", it.number, it.function), html! {
                    (hidden("function", it.function))
                    (hidden("revision", it.revision))
                    @for item in &it.items { (judged(item, it, written)) }
                    @if !it.doubted.is_empty() {
                        h3 { (t!("Judged: say another word once it is settled")) }
                        @for item in &it.doubted { (judged(item, it, written)) }
                    }
                    @for one in &it.rows { (row(one, written)) }
                    (judged_before(it))
                    @if !it.answered.is_empty() {
                        @let is_open = it.answered.iter().any(|one| !written.text(&format!("answer-{}", one.key)).is_empty());
                        details open[is_open] {
                            summary class="button small bare" { (Symbol::Down.icon()) (t!("{count} question answered" | "{count} questions answered", count = it.answered.len())) }
                            @for one in &it.answered { (row(one, written)) }
                        }
                    }
                    @if !it.of_questions.0.is_empty() {
                        h3 { (t!("What your house keeps of each question to the customer")) }
                        p.fine { (t!("It is written at every question that you ask here.")) }
                        (it.of_questions)
                    }
                    div.row {
                        @let keep = Button::send(t!("Keep my verdicts"));
                        (if it.can_sign { keep } else { keep.first() })
                        span.fine data-draft-state role="status" {}
                    }
                }))
            }
            @if it.can_sign && !it.has_signed {
                p.row { (Button::open(format!("/reviews/{}/commit?function={}", it.number, it.function), t!("Sign for {function}", function = &it.name)).first()) }
            }
        },
    )
}

/// What a function has judged, each with the way to another word on it.
fn judged_before(it: &Mine) -> Markup {
    html! {
        @if !it.judged.is_empty() {
            details {
                summary class="button small bare" { (Symbol::Down.icon()) (t!("{count} item judged" | "{count} items judged", count = it.judged.len())) }
                ul.signatures { @for item in &it.judged {
                    @let again = format!("/reviews/{}?function={}&again={}#verdict-{}", it.number, it.function, item.number, item.number);
                    li { div {
                        (parts::number(&item.number, &item.address)) " " (item.title) br;
                        @for told in &item.told { (parts::state(state_of(told.verdict), word(told.verdict))) " " span.fine { (told.who) @if !told.remark.is_empty() { ": " (told.remark) } } " " }
                        a class="button small bare" href=(again) { (t!("Judge {item} again", item = &item.number)) }
                    } }
                } }
            }
        }
    }
}

fn judged(item: &ItemShown, it: &Mine, written: &Form) -> Markup {
    let named = |name: &str| format!("{name}-{}", item.number);
    let fault = |name: &str| {
        let of = written.faults.0.iter().filter(|(field, _)| *field == named(name));
        let all: Vec<String> = of.map(|(_, sentence)| web::language::say(sentence)).collect();
        (!all.is_empty()).then(|| all.join(" "))
    };
    let given = written.text(&named("verdict")).to_owned();
    let is_open = matches!(given.as_str(), "condition" | "clarify" | "reject");
    let choices = Verdict::ALL.iter().map(|it| (it.code(), word(*it), state_of(*it))).collect();
    html! {
        section class="section stack tight" id=(named("verdict")) aria-label=(item.number) {
            p.row {
                (parts::number(&item.number, &item.address)) strong { (item.title) }
                @if !item.why.is_empty() { span.fine { (item.why) } }
            }
            (hidden(&named("seen"), &item.digest))
            div.prose { (item.statement) }
            @for told in &item.told { p { (parts::state(state_of(told.verdict), word(told.verdict))) " " span.fine { (told.who) ", " (exact_moment(told.at)) } @if !told.remark.is_empty() { br; (told.remark) } } }
            @if !item.questions.is_empty() { ul.signatures { @for question in &item.questions { (asked(question)) } } }
            (talk(&item.talk))
            (minuted(&item.minuted))
            p { a class="button small bare" href={ "/reviews/" (it.number) "?view=all#say-" (item.number) } { (t!("Talk about it")) } }
            @if !item.differences.is_empty() { (parts::differences(&item.differences)) }
            @if !item.lines.is_empty() { (parts::facts(&item.lines.iter().map(|(name, words)| (name.clone(), html! { (words) })).collect::<Vec<_>>())) }
            @if !item.facts.is_empty() {
                p.fine { @for (place, (label, value)) in item.facts.iter().enumerate() { @if place > 0 { " · " } (label) ": " (value) } }
            }
            (parts::Verdict { name: named("verdict"), legend: t!("Verdict on {item}", item = &item.number), words: choices, given: Some(given.clone()).filter(|it| !it.is_empty()) })
            @if let Some(words) = fault("verdict") { (parts::fault(&format!("{}-fault", named("verdict")), &words)) }
            @if let Some(form) = &it.risk {
                p { (Button::open(format!("{form}&affects={}", item.number), t!("Note a risk")).small().bare().symbol(Symbol::Warn)) }
            }
            details open[is_open] {
                summary class="button small bare" { (Symbol::Down.icon()) (t!("Condition, question or remark")) }
                div.stack {
                    (Field::area(named("remark"), t!("Remark")).lines(2).value(written.text(&named("remark"))).fault(fault("remark")))
                    (Field::area(named("condition"), t!("Condition, where you accept with one")).lines(2).value(written.text(&named("condition"))).fault(fault("condition")))
                    div.row {
                        (it.people.field(written, &named("owner"), t!("Who meets it"), Some(t!("Choose somebody"))))
                        (Field::day(named("due"), t!("By")).value(written.text(&named("due"))).fault(fault("due")))
                        (Field::select(named("gate"), t!("Blocks"), words_of::<Gate>()).value(written.text(&named("gate"))))
                    }
                    @if !it.contacts.is_empty() {
                        (Field::area(named("question"), t!("Question to the customer, where it has to be clarified")).lines(2)
                            .value(written.text(&named("question"))).fault(fault("question"))
                            .help(t!("It goes out as a letter with a link. The answer comes back to this item.")))
                        (Field::select(named("to"), t!("To whom"), it.contacts.clone()).value(written.text(&named("to"))).fault(fault("to")))
                        @if fault("why").is_some() || written.has(&named("why")) {
                            (Field::text(named("why"), t!("Why all the same")).value(written.text(&named("why"))).fault(fault("why")))
                        }
                    }
                }
            }
        }
    }
}

fn row(RowShown { key, question, given: before }: &RowShown, written: &Form) -> Markup {
    let name = format!("answer-{key}");
    let given = Some(written.text(&name).to_owned()).filter(|it| !it.is_empty());
    let words = Answer::ALL.iter().map(|it| (it.code(), word(*it), state_of_answer(*it))).collect();
    html! {
        section class="section stack tight" aria-label=(question) {
            p { strong { (question) } }
            @if let Some((answer, who, remark)) = before {
                p { (parts::state(state_of_answer(*answer), word(*answer))) " " span.fine { (who) @if !remark.is_empty() { ": " (remark) } } }
            }
            (parts::Verdict { name, legend: question.clone(), words, given })
            (Field::text(format!("about-{key}"), t!("Remark")).value(written.text(&format!("about-{key}"))))
        }
    }
}

/// How a verdict stands at a glance.
pub fn state_of(it: Verdict) -> State {
    match it {
        Verdict::Accept => State::Good,
        Verdict::Condition => State::Condition,
        Verdict::Clarify => State::Asks,
        Verdict::Reject => State::Bad,
    }
}

pub fn state_of_answer(it: Answer) -> State {
    match it {
        Answer::Ok => State::Good,
        Answer::NotOk => State::Bad,
        Answer::Clarify => State::Asks,
        Answer::NotApplicable => State::Over,
    }
}

/// A word on an item as the table shows it.
pub struct Told {
    pub function: String,
    pub who: String,
    pub verdict: Verdict,
    pub remark: String,
    pub at: jiff::Timestamp,
    pub revision: i64,
    pub counts: Counts,
}

/// How far a word on an item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    Now,
    /// It was said of an earlier revision, in which the item said the same.
    Carried,
    /// Whoever said it has said another word on the same since.
    Overtaken,
    /// The item says something else by now.
    Historic,
    /// The item is gone by now.
    TakenAway,
}

impl Told {
    /// Whether the item still says what it said then.
    pub fn is_historic(&self) -> bool {
        matches!(self.counts, Counts::Historic | Counts::TakenAway)
    }

    /// What there is to know of a word that does not simply count.
    pub fn note(&self) -> Option<String> {
        let no = self.revision;
        match self.counts {
            Counts::Now => None,
            Counts::Carried => Some(t!("carried over from revision {no}", no = no)),
            Counts::Overtaken => Some(t!("overtaken by a later word")),
            Counts::Historic => Some(t!("historic: on revision {no}, it says something else now", no = no)),
            Counts::TakenAway => Some(t!("historic: on revision {no}, it was taken away since", no = no)),
        }
    }

    fn state(&self) -> State {
        if matches!(self.counts, Counts::Now | Counts::Carried) {
            state_of(self.verdict)
        } else {
            State::Over
        }
    }
}

/// An item with all that was said about it.
pub struct ItemLine {
    pub number: String,
    pub title: String,
    /// What it says, where it is read in full.
    pub in_full: Option<Markup>,
    pub address: String,
    pub is_in_scope: bool,
    pub told: Vec<Told>,
    /// What was said about it besides.
    pub talk: Vec<Spoke>,
    /// What was said about it in meetings.
    pub minuted: Vec<Minuted>,
    /// What the customer was asked about it, and answered.
    pub questions: Vec<QuestionShown>,
}

/// What was said about an item, the first first.
fn talk(all: &[Spoke]) -> Markup {
    html! {
        @if !all.is_empty() {
            ul.signatures { @for it in all {
                li { (Symbol::Talk) div { strong { (it.who) } " " span.fine { (exact_moment(it.at)) } div.prose { (super::rich(&it.words)) } } }
            } }
        }
    }
}

/// What was said about an item in meetings, the first first.
fn minuted(all: &[Minuted]) -> Markup {
    html! {
        @if !all.is_empty() {
            ul.signatures { @for it in all {
                li { (Symbol::People) div {
                    a href={ "/meetings/" (it.meeting) } { (t!("Minutes of {meeting}", meeting = &it.meeting)) } " "
                    span.fine {
                        @if let Some(at) = it.at { (exact_moment(at)) }
                        @if !it.is_approved { " · " (t!("not approved yet")) }
                    }
                    br; strong { (it.title) }
                    p.kept-lines { (it.words) }
                } }
            } }
        }
    }
}

/// What was said in meetings about the whole.
pub fn minutes(all: &[Minuted]) -> Markup {
    html! { @if !all.is_empty() { (section("minutes", t!("Minutes of meetings"), minuted(all))) } }
}

/// What was found in the words of items and may stand: the reasons are evidence.
pub fn let_stand(all: &[LetStand]) -> Markup {
    let list = html! {
        details {
            summary { (t!("{count} finding may stand" | "{count} findings may stand", count = all.len())) }
            ul.signatures { @for it in all {
                li { (Symbol::Check) div {
                    strong { (it.item) } " " (it.finding)
                    p.kept-lines { (it.reason) }
                    span.fine { (it.who) ", " (exact_moment(it.at)) }
                } }
            } }
        }
    };
    html! { @if !all.is_empty() { (section("let-stand", t!("Findings that may stand"), list)) } }
}

/// Where one says something about an item; whoever reads answers there.
fn say_about(review: &str, item: &str) -> Markup {
    let said = format!("say-{item}");
    let to = format!("/reviews/{review}?view=all#{said}");
    html! {
        details id=(said) {
            summary class="button small bare" { (Symbol::Down.icon()) (t!("Talk about it")) }
            (form(&format!("/reviews/{review}/remarks"), html! {
                (hidden("about", item))
                (hidden("to", to))
                (Field::area("words", t!("Your words about {item}", item = item)).lines(2).required().help(t!("@name tells a colleague")))
                (Button::send(t!("Say it")).small())
            }))
        }
    }
}

/// What a revision says besides its items: it is under the same fingerprint.
pub enum Around {
    /// All of it: what it is called, and its words.
    Whole(Vec<(String, String)>),
    /// What became of it since a revision that one knows.
    Since(i64, Vec<Difference>),
}

impl Around {
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Whole(all) => all.is_empty(),
            Self::Since(_, changed) => changed.is_empty(),
        }
    }

    /// What changed is before one's eyes; all of it is opened.
    pub fn folded(&self) -> Markup {
        match self {
            Self::Since(..) => self.words(),
            Self::Whole(_) => html! {
                details { summary class="button small bare" { (Symbol::Down.icon()) (t!("Read it")) } (self.words()) }
            },
        }
    }

    fn words(&self) -> Markup {
        match self {
            Self::Whole(all) => parts::facts(
                &all.iter()
                    .map(|(label, words)| (label.clone(), html! { span.kept-lines { (words) } }))
                    .collect::<Vec<_>>(),
            ),
            Self::Since(no, changed) => html! {
                p.fine { (t!("changed since revision {no}", no = *no)) }
                (parts::differences(changed))
            },
        }
    }
}

/// What stands around the items, where they are judged.
pub fn around(it: &Around) -> Markup {
    html! { @if !it.is_empty() { (section("besides", t!("Besides the items"), it.folded())) } }
}

/// The same as whoever signs reads it.
pub fn around_read(it: &Around) -> Markup {
    html! { @if !it.is_empty() { (section("besides", t!("Besides the items"), it.words())) } }
}

/// All items with what was said about each; the number of the review where one may say something.
pub fn items(all: &[ItemLine], talks: Option<&str>, now: jiff::Timestamp) -> Markup {
    let columns =
        vec![Column::plain(t!("Number")), Column::title(t!("Item")), Column::text(t!("What was said"))];
    let lines = all.iter().map(|it| {
        let words = html! {
            @if !it.is_in_scope { span.fine { (t!("Unchanged, so it was judged before.")) } }
            @else if it.told.is_empty() { span.fine { (t!("Nothing yet.")) } }
            @for told in &it.told { div { (of(told, now)) } }
            @if !it.questions.is_empty() { ul.signatures { @for question in &it.questions { (asked(question)) } } }
            (talk(&it.talk))
            (minuted(&it.minuted))
            @if let Some(review) = talks { (say_about(review, &it.number)) }
        };
        Line::new(&it.number, vec![parts::number(&it.number, &it.address), html! { (it.title) }, words])
    });
    let lines = Lines { title: None, lines: lines.collect() };
    section(
        "items",
        t!("All items"),
        Table { caption: t!("Items and verdicts"), columns, groups: vec![lines], ..Table::default() }
            .compact(),
    )
}

/// A word of a function on an item.
pub fn of(it: &Told, now: jiff::Timestamp) -> Markup {
    html! {
        (parts::state(it.state(), word(it.verdict)))
        " " span.fine {
            (it.function) ", " (it.who) ", " (near_moment(it.at, now))
            @if let Some(note) = it.note() { " · " (note) }
        }
        @if !it.remark.is_empty() { br; (it.remark) }
    }
}

/// A condition as it is shown.
pub struct ConditionShown {
    pub id: i64,
    pub item: String,
    pub words: String,
    pub gate: Gate,
    pub who: String,
    pub due: Option<jiff::civil::Date>,
    pub stands: Fulfilment,
    /// Whether whoever reads it may say that it is met.
    pub may_meet: bool,
    /// Whether they may confirm that it is, or send it back.
    pub may_confirm: bool,
    /// Whether they may say that it is no longer asked.
    pub may_end: bool,
    /// By what one sees that it is met, or why it is no longer asked, and who said so.
    pub evidence: String,
    pub said_by: String,
    /// Who sent it back, and why.
    pub sent_back: Option<(String, String)>,
    /// Of which revision it was set, where the item says something else by now.
    pub set_on: Option<i64>,
}

impl ConditionShown {
    /// That its item is not what it was set on.
    pub fn note(&self) -> Option<String> {
        let no = self.set_on?;
        Some(t!("set on revision {no}; the item says something else now or was taken away", no = no))
    }
}

/// The conditions of a review.
pub fn conditions(number: &str, all: &[ConditionShown], today: jiff::civil::Date) -> Markup {
    html! {
        @if !all.is_empty() {
            (section("conditions", t!("Conditions"), html! {
                ul.signatures {
                    @for it in all {
                        li class=[(it.stands == Fulfilment::Confirmed).then_some("good")] {
                            (state_of_condition(it.stands).symbol())
                            div {
                                (condition(it, today))
                                @if it.may_confirm && it.stands == Fulfilment::Met { (confirming(number, it)) }
                                @if it.may_meet && it.stands == Fulfilment::Open {
                                    details { summary class="button small bare" { (Symbol::Down.icon()) (t!("It is met")) }
                                        (form(&format!("/reviews/{number}/conditions/{}/meet", it.id), html! {
                                            (Field::text(format!("evidence-{}", it.id), t!("By what one sees it")).required().example(t!("Report L-26-77")))
                                            (Button::send(t!("Say that it is met")).small())
                                        }))
                                    }
                                }
                                @if it.may_end && it.stands.holds_its_gate() { (ending(number, it)) }
                            }
                        }
                    }
                }
            }))
        }
    }
}

/// The conditions of a review as whoever signs reads them.
pub fn conditions_read(all: &[ConditionShown], today: jiff::civil::Date) -> Markup {
    html! {
        @if !all.is_empty() {
            (section("conditions", t!("Conditions"), html! {
                ul.signatures { @for it in all {
                    li class=[(it.stands == Fulfilment::Confirmed).then_some("good")] {
                        (state_of_condition(it.stands).symbol()) div { (condition(it, today)) }
                    }
                } }
            }))
        }
    }
}

fn condition(it: &ConditionShown, today: jiff::civil::Date) -> Markup {
    html! {
        strong { (it.item) } " " (it.words) br;
        span.fine {
            (it.who) @if let Some(due) = it.due { " · " (parts::due(due, today)) }
            " · " (t!("blocks: {gate}", gate = word(it.gate)))
            " · " (met(it))
            @if let Some(note) = it.note() { " · " (note) }
        }
        @if let Some((who, why)) = &it.sent_back { br; strong { (who) } ": " (why) }
    }
}

/// How far a condition is, in words.
pub fn met(it: &ConditionShown) -> String {
    match it.stands {
        Fulfilment::Open => t!("open"),
        Fulfilment::Met => {
            t!(
                "{name} says: {evidence}. Quality has to confirm it.",
                name = &it.said_by,
                evidence = &it.evidence
            )
        }
        Fulfilment::Confirmed if it.evidence.is_empty() => t!("met"),
        Fulfilment::Confirmed => t!("met: {evidence}", evidence = &it.evidence),
        Fulfilment::NoLongerAsked => {
            t!("no longer asked, says {name}: {reason}", name = &it.said_by, reason = &it.evidence)
        }
    }
}

fn state_of_condition(it: Fulfilment) -> State {
    match it {
        Fulfilment::Open => State::Condition,
        Fulfilment::Met => State::Waits,
        Fulfilment::Confirmed => State::Good,
        Fulfilment::NoLongerAsked => State::Over,
    }
}

/// Where quality confirms that a condition is met, or sends it back.
fn confirming(number: &str, it: &ConditionShown) -> Markup {
    let to = format!("/reviews/{number}/conditions/{}", it.id);
    html! {
        (form(&format!("{to}/confirm"), html! { (Button::send(t!("Confirm that it is met")).small()) }))
        details { summary class="button small bare" { (Symbol::Down.icon()) (t!("It is not met")) }
            (form(&format!("{to}/send-back"), html! {
                (Field::area(format!("reason-{}", it.id), t!("What is missing")).lines(2).required())
                (Button::send(t!("Send it back")).small())
            }))
        }
    }
}

/// Where somebody says why a condition is no longer asked.
fn ending(number: &str, it: &ConditionShown) -> Markup {
    html! {
        details { summary class="button small bare" { (Symbol::Down.icon()) (t!("It is no longer asked")) }
            (form(&format!("/reviews/{number}/conditions/{}/no-longer-asked", it.id), html! {
                (Field::area(format!("why-{}", it.id), t!("Why it is no longer asked")).lines(2).required())
                (Button::send(t!("Ask it no longer")).small())
            }))
        }
    }
}

/// A question as it is listed.
#[derive(Clone)]
pub struct QuestionShown {
    pub number: String,
    pub item: String,
    pub question: String,
    pub is_theirs: bool,
    pub state: (State, String),
    pub answers: Vec<(String, String)>,
}

/// The questions to the customer, and from them.
pub fn questions(all: &[QuestionShown]) -> Markup {
    html! {
        @if !all.is_empty() {
            (section("questions", t!("Clarifications"), html! {
                ul.signatures {
                    @for it in all { (asked(it)) }
                }
            }))
        }
    }
}

fn asked(it: &QuestionShown) -> Markup {
    html! {
        li {
            (it.state.0.symbol())
            div {
                (parts::number(&it.number, &format!("/clarifications/{}", it.number))) " "
                strong { (it.item) } " " (it.question)
                @for (who, words) in &it.answers { br; strong { (who) } ": " (words) }
                br; span.fine { (it.state.1) @if it.is_theirs { " · " (t!("asked by the customer")) } }
            }
        }
    }
}

/// How a function stands, as it is shown beside.
pub struct FunctionShown {
    pub name: String,
    pub note: String,
    pub state: State,
}

/// How far a review is.
pub fn progress(all: &[FunctionShown], answered: usize, clarify: usize) -> Beside {
    let inside = html! {
        p.row {
            (parts::meter(answered, all.len(), None))
            span.fine {
                (t!("functions have answered"))
                @if clarify > 0 { ", " (t!("{count} clarification open" | "{count} clarifications open", count = clarify)) }
            }
        }
        ul.signatures {
            @for it in all {
                li class=[(it.state == State::Good).then_some("good")] {
                    (it.state.symbol()) div { strong { (it.name) } br; span.fine { (it.note) } }
                }
            }
        }
    };
    Beside { id: "progress", title: t!("Progress"), count: None, inside }
}
