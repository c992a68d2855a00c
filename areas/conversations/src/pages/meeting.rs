//! Meetings: the form that plans one, its record, the form on which minutes are written, what goes out.

use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use web::parts::{self, Button, Choice, Choices, Field, Head, Note, State, page_head};
use web::{Choosing, Form, language, t};

use super::conversation::Choice as Pair;
use super::text::{Words, words};
use crate::model::{Attendance, Meeting, MeetingState, OpenPoint};
use crate::queries::{Attendee, ToldLine};

/// So many further lines are offered on the form of minutes at once.
const FURTHER: usize = 3;

/// What the form is filled with that plans a meeting.
pub struct Planned {
    pub form: Form,
    /// The extra fields of a meeting that is new.
    pub extra: Markup,
    /// The meeting that is changed; none where one is opened.
    pub number: Option<String>,
    pub version: i64,
    pub customer: Choosing,
    pub conversations: Vec<Pair>,
    /// The people of the customer, and ours: key and name.
    pub theirs: Vec<Pair>,
    pub ours: Vec<Pair>,
    /// What is open of the review that it is about, to be taken over.
    pub proposed: Vec<OpenPoint>,
}

pub fn plan(it: &Planned) -> Markup {
    let fault = |name: &str| it.form.faults.of(name).map(language::say);
    let value = |name: &str| it.form.text(name).to_owned();
    let new = std::iter::once((String::new(), t!("None yet")));
    let chosen = it.form.all("person");
    let choice =
        |(key, name): &Pair| Choice::new(key.clone(), name.clone()).chosen(chosen.contains(&key.as_str()));
    let faults: Vec<(String, String)> =
        it.form.faults.0.iter().map(|(name, sentence)| (name.clone(), language::say(sentence))).collect();
    let (action, key, word, back) = match &it.number {
        Some(number) => (
            format!("/meetings/{number}"),
            format!("meeting:{number}"),
            t!("Keep it"),
            format!("/meetings/{number}"),
        ),
        None => {
            ("/meetings".to_owned(), "meeting".to_owned(), t!("Plan the meeting"), "/meetings".to_owned())
        }
    };
    let title = if it.number.is_some() { t!("Change the meeting") } else { t!("Plan a meeting") };
    html! {
        (page_head(&Head {
            place: Some((t!("Meetings"), "/meetings".to_owned())),
            number: it.number.clone(),
            title: html! { (title) },
            ..Head::default()
        }))
        (parts::fault_summary(&faults))
        (parts::form_kept(&action, &key, html! {
            @if it.number.is_some() { (parts::hidden("version", it.version)) }
            @if it.form.has("review") { (parts::hidden("review", it.form.text("review"))) }
            (Field::text("title", t!("Title")).value(value("title")).fault(fault("title")).required())
            (Field::text("purpose", t!("What it is for")).value(value("purpose")).fault(fault("purpose")))
            @if it.number.is_none() {
                div.beside-each-other {
                    (it.customer.field(t!("Customer"), t!("Only among us")))
                    (Field::select("conversation", t!("Conversation"), new.chain(it.conversations.iter().cloned())).value(value("conversation")).fault(fault("conversation"))
                        .help(t!("Invitation and minutes stand there too, and answers come back to it.")))
                }
                @if it.theirs.is_empty() {
                    p { (Button::send(t!("Show the people of this customer")).sends("look", "yes").small().mark("formnovalidate", "").mark("formmethod", "get").mark("formaction", "/meetings/new")) }
                }
            }
            div.beside-each-other {
                (Field::moment("starts", t!("Begins")).value(value("starts")).fault(fault("starts")))
                (Field::moment("ends", t!("Ends")).value(value("ends")).fault(fault("ends").or_else(|| fault("ends_at"))))
            }
            div.beside-each-other {
                (Field::text("place", t!("Place")).value(value("place")).fault(fault("place")))
                (Field::address("link", t!("Link for taking part")).value(value("link")).fault(fault("link")))
            }
            @if !it.theirs.is_empty() { (Choices::any("person", t!("Of theirs"), it.theirs.iter().map(choice).collect()).fault(fault("participants"))) }
            (Choices::any("person", t!("Of ours"), it.ours.iter().map(choice).collect()))
            (Field::area("guests", t!("Further people")).value(it.form.raw("guests")).fault(fault("guests")).lines(2)
                .help(t!("Name <address>, one a line.")))
            (Field::area("points", t!("Agenda")).value(it.form.raw("points")).fault(fault("points")).lines(6)
                .help(t!("One point a line. Minutes are written against these points. One that begins with a number and a colon, like “REQ-0012: …”, is about that.")))
            @if !it.proposed.is_empty() {
                @let taken = it.form.all("point");
                (Choices::any("point", t!("Open points"), it.proposed.iter().map(|open| {
                    Choice::new(open.title.clone(), open.title.clone()).chosen(taken.contains(&open.title.as_str()))
                }).collect())
                    .help(t!("What is open of what one looked at. Those that are ticked come onto the agenda.")))
                details {
                    summary class="button small bare" { (t!("Look at each")) }
                    ul.plain { @for open in &it.proposed { li { a href=(open.page) { (open.title) } } } }
                }
            }
            (it.extra)
            div.row { (Button::send(word).first()) (Button::open(back, t!("Cancel")).bare()) }
        }))
    }
}

/// A meeting as its record shows it.
pub struct Kept {
    pub state: MeetingState,
    pub body: Meeting,
    pub people: Vec<Attendee>,
    /// Who brings forward, answers for or does something: by key.
    pub names: Vec<(i64, String)>,
    /// The conversation: number and title.
    pub conversation: Option<(String, String)>,
    /// The review that it is about: number and title.
    pub review: Option<(String, String)>,
    /// What points are about: key, number and address.
    pub items: Vec<(i64, String, String)>,
    /// The text of the last minutes, and the texts of earlier ones: number, when and by whom, key of the text.
    pub minutes: Option<(i64, Words)>,
    pub earlier: Vec<(i64, Timestamp, String, i64)>,
    pub told: Vec<ToldLine>,
    /// What was said and has to be confirmed in writing.
    pub said: Markup,
    pub capture: Markup,
    pub may_write: bool,
    pub is_outside: bool,
    pub today: Date,
    pub now: Timestamp,
}

impl Kept {
    fn name(&self, person: Option<i64>) -> Option<&str> {
        let person = person?;
        self.names.iter().find(|(id, _)| *id == person).map(|(_, name)| name.as_str())
    }
}

pub fn kept(it: &Kept) -> Markup {
    let body = &it.body;
    let mut facts = Vec::new();
    if let Some(start) = body.starts_at {
        facts.push((t!("When"), html! {
            (language::exact_moment(start)) @if let Some(end) = body.ends_at { " – " (language::exact_moment(end)) }
        }));
    }
    if !body.place.is_empty() {
        facts.push((t!("Where"), html! { (body.place) }));
    }
    if !body.link.is_empty() {
        facts.push((
            t!("Link for taking part"),
            html! { a href=(body.link) rel="noreferrer" { (body.link) } },
        ));
    }
    if !body.purpose.is_empty() {
        facts.push((t!("What it is for"), html! { (body.purpose) }));
    }
    if let Some((number, title)) = &it.conversation {
        facts.push((
            t!("Conversation"),
            html! { a href={ "/conversations/" (number) } { (number) " " (title) } },
        ));
    }
    if let Some((number, title)) = &it.review {
        facts.push((
            t!("Review"),
            html! { a href={ "/reviews/" (number) "?view=all" } { (number) " " (title) } },
        ));
    }
    html! {
        @if it.state == MeetingState::Proposed && it.may_write {
            (parts::note(Note::Asks, t!("They propose it. Plan it, change it, or call it off, and answer them in the conversation.")))
        }
        (parts::facts(&facts))
        (parts::section("people", t!("Participants"), participants(it)))
        @if let Some((no, text)) = &it.minutes {
            (parts::section("minutes", t!("Minutes {no}", no = *no), html! { div.marked.long { (words(text)) } (earlier(it)) }))
        } @else {
            (parts::section("agenda", t!("Agenda"), agenda(it)))
        }
        @if !it.is_outside && matches!(it.state, MeetingState::Held | MeetingState::Minuted) {
            (it.said)
        }
        @if !it.told.is_empty() { (parts::section("told", t!("What was told of it"), told(it))) }
        (it.capture)
    }
}

fn participants(it: &Kept) -> Markup {
    let tone = |attendance: Attendance| match attendance {
        Attendance::Invited => State::Open,
        Attendance::Present => State::Good,
        Attendance::Absent => State::Over,
    };
    html! {
        @if it.people.is_empty() { p.quiet-text { (t!("Nobody yet.")) } }
        ul.participants {
            @for person in &it.people {
                li {
                    @if person.is_ours { (parts::person(&person.name)) } @else { (parts::outsider(&person.name)) }
                    " " (parts::state(tone(person.attendance), language::word(person.attendance)))
                    @if person.address.is_empty() && !it.is_outside && it.state == MeetingState::Planned {
                        " " span.fine { (t!("no address for mail")) }
                    }
                }
            }
        }
    }
}

fn agenda(it: &Kept) -> Markup {
    html! {
        @if it.body.points.is_empty() { p.quiet-text { (t!("No points yet.")) } }
        ol.points {
            @for point in &it.body.points {
                li {
                    @if let Some((_, number, address)) = it.items.iter().find(|(item, ..)| Some(*item) == point.item) {
                        (parts::number(number, address)) " "
                    }
                    strong { (point.title) } @if let Some(owner) = it.name(point.owner) { " " span.fine { (owner) } }
                    @if !point.minutes.is_empty() { p.kept-lines { (point.minutes) } }
                }
            }
        }
        @if !it.body.decisions.is_empty() {
            h3 { (t!("Decisions")) }
            ol.decisions {
                @for decision in &it.body.decisions {
                    li { (decision.words) @if let Some(owner) = it.name(decision.owner) { " " span.fine { (owner) } } }
                }
            }
        }
        @if !it.body.actions.is_empty() {
            h3 { (t!("What is to be done")) }
            ol.actions {
                @for action in &it.body.actions {
                    li {
                        (action.words) " " span.fine {
                            @if let Some(name) = it.name(action.person) { (name) }
                            @if let Some(due) = action.due { " · " (parts::due(due, it.today)) }
                        }
                    }
                }
            }
        }
    }
}

fn earlier(it: &Kept) -> Markup {
    html! {
        @if it.earlier.len() > 1 {
            details {
                summary class="button small bare" { (t!("All minutes of this meeting")) }
                ul.plain {
                    @for (no, at, by, source) in &it.earlier {
                        li { a href={ "/sources/" (source) } { (t!("Minutes {no}", no = *no)) } " " span.fine { (by) " · " (language::exact_moment(*at)) } }
                    }
                }
            }
        }
    }
}

fn told(it: &Kept) -> Markup {
    html! {
        ul.plain {
            @for line in &it.told {
                li {
                    a href={ "/conversations/" (line.number) "#message-" (line.id) } {
                        @if line.subject.is_empty() { (t!("Without a subject")) } @else { (line.subject) }
                    }
                    " " span.fine { (line.from_name) " · " (parts::when(line.sent_at, it.now)) }
                }
            }
        }
    }
}

/// The form on which minutes are written.
pub struct Minuting {
    pub form: Form,
    pub number: String,
    pub title: String,
    pub version: i64,
    pub people: Vec<Attendee>,
    /// Title, owner, minutes of each point.
    pub points: Vec<(String, String, String)>,
    /// Words and owner.
    pub decisions: Vec<(String, String)>,
    /// Words, who, by when.
    pub actions: Vec<(String, String, String)>,
    /// Who may be named: everybody of ours, and whoever takes part.
    pub everybody: Vec<Pair>,
    pub refused: Option<String>,
}

pub fn minuting(it: &Minuting) -> Markup {
    let faults: Vec<(String, String)> =
        it.form.faults.0.iter().map(|(name, sentence)| (name.clone(), language::say(sentence))).collect();
    let address = format!("/meetings/{}", it.number);
    let nobody = || std::iter::once((String::new(), t!("Nobody"))).chain(it.everybody.iter().cloned());
    let blank = || (String::new(), String::new());
    let points = it
        .points
        .iter()
        .cloned()
        .chain(std::iter::repeat_n((String::new(), String::new(), String::new()), FURTHER));
    let decisions = it.decisions.iter().cloned().chain(std::iter::repeat_n(blank(), FURTHER));
    let actions = it
        .actions
        .iter()
        .cloned()
        .chain(std::iter::repeat_n((String::new(), String::new(), String::new()), FURTHER));
    let known = it.points.len();
    html! {
        (page_head(&Head {
            place: Some((it.title.clone(), address.clone())),
            number: Some(it.number.clone()),
            title: html! { (t!("Write the minutes")) },
            lead: Some(html! { (t!("What you type is kept as you go. Empty lines are left out; keep the form to get further ones.")) }),
            ..Head::default()
        }))
        (parts::fault_summary(&faults))
        @if let Some(sentence) = &it.refused { (parts::note(Note::Warn, sentence)) }
        (parts::form_kept(&format!("{address}/minutes"), &format!("minutes:{}", it.number), html! {
            (parts::hidden("version", it.version))
            section.stack id="participants" {
                h2 { (t!("Who was there")) }
                @for (no, person) in it.people.iter().enumerate() {
                    (Choices::one(format!("attendance-{no}"), person.name.clone(), Attendance::iter().map(|word| {
                        Choice::new(kernel::Vocabulary::code(word), language::word(word)).chosen(word == person.attendance)
                    }).collect()))
                }
                (Field::area("guests", t!("Others who were there")).lines(2).value(it.form.raw("guests")).help(t!("Name <address>, one a line.")))
            }
            section.stack id="points" {
                h2 { (t!("Agenda")) }
                @for (no, (title, owner, minutes)) in points.enumerate() {
                    fieldset.point {
                        legend { @if no < known { (t!("Point {no}", no = no + 1)) } @else { (t!("A further point")) } }
                        div.beside-each-other {
                            (Field::text(format!("point-{no}"), t!("Title")).value(title))
                            (Field::select(format!("point-owner-{no}"), t!("Brought forward by"), nobody()).value(owner))
                        }
                        (Field::area(format!("point-minutes-{no}"), t!("What was said")).lines(if no < known { 4 } else { 2 }).value(minutes))
                    }
                }
            }
            section.stack id="decisions" {
                h2 { (t!("Decisions")) }
                @for (no, (words, owner)) in decisions.enumerate() {
                    div.beside-each-other {
                        (Field::text(format!("decision-{no}"), t!("Decision {no}", no = no + 1)).value(words))
                        (Field::select(format!("decision-owner-{no}"), t!("Who answers for it"), nobody()).value(owner))
                    }
                }
            }
            section.stack id="actions" {
                h2 { (t!("What is to be done")) }
                p.fine { (t!("Each becomes a task when the minutes are approved.")) }
                @for (no, (words, who, due)) in actions.enumerate() {
                    div.beside-each-other {
                        (Field::text(format!("action-{no}"), t!("To do {no}", no = no + 1)).value(words))
                        (Field::select(format!("action-person-{no}"), t!("Who does it"), nobody()).value(who))
                        (Field::day(format!("action-due-{no}"), t!("Due")).value(due))
                    }
                }
            }
            div.row { (Button::send(t!("Keep the minutes")).first()) (Button::open(address, t!("Cancel")).bare()) }
        }))
    }
}

impl Attendance {
    fn iter() -> impl Iterator<Item = Self> {
        <Self as kernel::Vocabulary>::ALL.iter().copied()
    }
}

/// A letter about a meeting, looked at before it goes.
pub struct Going {
    pub form: Form,
    pub number: String,
    pub title: String,
    pub what: Goes,
    pub to: String,
    pub copies: String,
    /// The subject and words, as they go.
    pub subject: String,
    pub words: String,
    /// What is written before minutes.
    pub before: String,
    pub refused: Option<String>,
    /// That they want no mail, where that is so.
    pub otherwise: Option<String>,
    pub has_post: bool,
    /// Whether minutes were approved before.
    pub is_revised: bool,
}

/// What goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    Invitation,
    /// Nothing yet: minutes are looked at before they are approved.
    Approval,
    Minutes,
    Cancellation,
    /// Nothing: nobody was invited.
    Nothing,
}

pub fn going(it: &Going) -> Markup {
    let fault = |name: &str| it.form.faults.of(name).map(language::say);
    let address = format!("/meetings/{}", it.number);
    let (title, path, word) = match it.what {
        Goes::Invitation => (t!("Invite to it"), "invitation", t!("Send the invitation")),
        Goes::Approval => (t!("Approve the minutes"), "approval", t!("Approve the minutes")),
        Goes::Minutes => (t!("Send the minutes"), "letter", t!("Send the minutes")),
        Goes::Cancellation | Goes::Nothing => (t!("Call it off"), "cancellation", t!("Call it off")),
    };
    html! {
        (page_head(&Head {
            place: Some((it.title.clone(), address.clone())),
            number: Some(it.number.clone()),
            title: html! { (title) },
            ..Head::default()
        }))
        @if let Some(sentence) = &it.refused { (parts::note(Note::Warn, sentence)) }
        @if let Some(words) = it.otherwise.as_ref().filter(|_| !matches!(it.what, Goes::Nothing | Goes::Approval)) { (parts::note(Note::Asks, words)) }
        @if !it.has_post && !matches!(it.what, Goes::Nothing | Goes::Approval) { (parts::note(Note::Asks, t!("No mail server is set up. The letter is kept and sent once there is one."))) }
        (parts::form(&format!("{address}/{path}"), html! {
            @if it.what == Goes::Minutes {
                (Field::text("to", t!("To")).value(it.to.clone()).fault(fault("to")).required())
                (Field::text("copies", t!("Copies to")).value(it.copies.clone()).fault(fault("copies")))
                (Field::area("before", t!("Before the minutes")).value(it.before.clone()).lines(3))
            } @else if it.what == Goes::Approval {
                p { (t!("They are frozen just as they stand here, words can be cited from them, and what is to be done becomes tasks.")) }
                @if it.is_revised { (Field::text("reason", t!("What changed, and why")).value(it.form.text("reason"))) }
            } @else if it.what != Goes::Nothing {
                (parts::facts(&[(t!("To"), html! { (it.to) })]))
            }
            @if matches!(it.what, Goes::Cancellation | Goes::Nothing) {
                (Field::text("reason", t!("Why")).value(it.form.text("reason")))
            }
            @if !it.words.is_empty() {
                section.stack {
                    @if !it.subject.is_empty() { h2 { (it.subject) } }
                    p.letter-text.kept-lines { (it.words) }
                }
            }
            div.row { (Button::send(word).first()) (Button::open(address, t!("Cancel")).bare()) }
        }))
    }
}
