//! One conversation: what was said, what became of it, whose it is.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use kernel::{Audience, LetterState};
use maud::{Markup, html};
use web::parts::{self, Button, Composer, Field, Note, State, Symbol, ThreadLine, Whose};
use web::{Among, Choosing, Colleagues, language, t};

use super::text::{Words, words};
use crate::model::{
    Conversation, ConversationState, Direction, Message, MessageKind, Oddity, PartLine, PartRole, Recipient,
};
use crate::queries::Ahead;

/// A conversation as it is open in the inbox.
pub struct Opened {
    /// The address of the list that it was opened from.
    pub list: String,
    pub number: String,
    pub title: String,
    pub state: ConversationState,
    pub body: Conversation,
    /// Whose turn it is, in words.
    pub turn: String,
    pub owner: Option<String>,
    pub is_mine: bool,
    /// The steps that can be taken now: code and word.
    pub steps: Vec<(String, String)>,
    pub messages: Vec<Said>,
    pub customer: Option<Customer>,
    /// What was said and is not confirmed in writing: words, number and address of the call or meeting.
    pub unconfirmed: Vec<(String, String, String)>,
    /// The meetings that lie ahead.
    pub meetings: Vec<Ahead>,
    /// Whose it is, to be chosen by whoever may say so.
    pub whose: Option<Choosing>,
    /// The people of the house.
    pub colleagues: Colleagues,
    pub may_write: bool,
    pub is_outside: bool,
    pub now: Timestamp,
    /// The answer that could be written.
    pub replying: Option<Replying>,
    /// The form that makes a requirement of marked words.
    pub capture: Markup,
    /// What led here and what follows.
    pub thread: parts::Beside,
    /// The conversation to which all that was said here went: number and title.
    pub joined_to: Option<(String, String)>,
}

/// Value and word.
pub type Choice = (String, String);

/// Whose a conversation is.
pub struct Customer {
    pub name: String,
    pub address: String,
    pub place: String,
    /// How they want to be told, in sentences.
    pub wishes: Vec<String>,
    /// Who of them speaks here: name and address of mail.
    pub people: Vec<(String, String)>,
    pub with_them: Vec<Deed>,
}

/// A record that is with a customer now.
#[derive(Clone, Debug)]
pub struct Deed {
    pub symbol: Symbol,
    pub number: String,
    pub title: String,
    pub address: String,
    pub state: String,
    pub is_here: bool,
}

/// An answer that is being written.
#[derive(Clone, Debug, Default)]
pub struct Replying {
    /// To whom it goes, and who gets a copy, as their fields show it.
    pub to: String,
    pub copies: String,
    pub words: String,
    pub quotes: bool,
    /// Why it goes so, where it was agreed with them otherwise.
    pub why: String,
    /// The last message that is on the page.
    pub seen: i64,
    /// What is wrong with it, by field.
    pub faults: Vec<(String, String)>,
    /// Why it was not sent, and where to read on.
    pub refused: Option<(String, Option<String>)>,
    /// Whether letters leave the house.
    pub has_post: bool,
}

/// One message with its words.
pub struct Said {
    pub message: Message,
    pub words: Option<Words>,
    /// Why it is here, in words; outsiders are not told.
    pub because: String,
    /// Where else it may belong: number, title and why.
    pub proposals: Vec<(String, String, String)>,
    /// Where it can be moved to.
    pub others: Vec<Choice>,
    /// The text of each part that has one, by attachment.
    pub texts: Vec<(i64, i64)>,
    /// The letter that it left as: its key and what became of it.
    pub letter: Option<(i64, LetterState)>,
}

/// The two panes beside the list.
pub fn conversation(it: &Opened) -> Markup {
    html! {
        section class="pane talk" id="conversation" aria-labelledby="subject" {
            nav.ways aria-label=(t!("Around this conversation")) {
                a.to-list href=(it.list) { (Symbol::Left.icon()) (t!("Inbox")) }
                a.to-about href="#about" {
                    @match &it.customer { Some(customer) => (customer.name), None => (t!("About")) }
                    (Symbol::Right.icon())
                }
            }
            (head(it))
            @for said in &it.messages { (message(it, said)) }
            @match &it.joined_to {
                Some((number, title)) => {
                    (parts::note(Note::Plain, html! {
                        (t!("This conversation was joined to another:")) " "
                        a href={ "/conversations/" (number) } { (number) " " (title) }
                    }))
                },
                None => { @if it.messages.is_empty() { p.quiet-text { (t!("Nothing was said yet.")) } } },
            }
            @if let Some(replying) = &it.replying { (writing(it, replying)) }
            (it.capture)
        }
        (about(it))
    }
}

fn head(it: &Opened) -> Markup {
    let address = format!("/conversations/{}", it.number);
    html! {
        header.talk-head {
            h2 id="subject" { (it.title) }
            span.number { (it.number) }
            (super::inbox::turn(it.state, it.body.waits_for, &it.turn))
            div class="row push" {
                @if it.may_write && !it.is_mine {
                    form.inline method="post" action={ (address) "/owner" } {
                        (parts::once())
                        button class="button small bare" name="owner" value="me" { (t!("Take it")) }
                    }
                }
                @for (code, word) in &it.steps {
                    (Button::post(format!("{address}/steps/{code}"), word.clone()).small())
                }
            }
        }
    }
}

fn message(it: &Opened, said: &Said) -> Markup {
    let message = &said.message;
    let when = parts::when(message.sent_at, it.now);
    let text = html! { @if let Some(it) = &said.words { (words(it)) } };
    let drawn = if message.direction == Direction::Note {
        parts::inside_note(&message.from_name, when, html! { (text) })
    } else {
        let whose = if message.direction == Direction::Out { Whose::Ours } else { Whose::Outside };
        let from =
            if message.from_name.is_empty() { t!("Unknown sender") } else { message.from_name.clone() };
        let below = Some(below(it, said));
        parts::message(&parts::Message { from, whose, to: to(message), when, words: text, below })
    };
    html! { div id={ "message-" (message.id) } { (drawn) } }
}

/// To whom it went, and by what way where that is not a mail of a person.
fn to(message: &Message) -> String {
    let names = |is_copy: bool| -> Vec<&str> {
        let wanted = |it: &&Recipient| it.is_copy == is_copy;
        message.recipients.iter().filter(wanted).take(6).map(|it| it.name.as_str()).collect()
    };
    let (to, copies) = (names(false), names(true));
    let mut said = Vec::new();
    if message.kind != MessageKind::Ordinary {
        said.push(language::word(message.kind));
    }
    if !to.is_empty() {
        said.push(t!("to {names}", names = to.join(", ")));
    }
    if !copies.is_empty() {
        said.push(t!("copy to {names}", names = copies.join(", ")));
    }
    said.join(" · ")
}

fn below(it: &Opened, said: &Said) -> Markup {
    let message = &said.message;
    let odd = message.warnings.iter().filter(|it| it.is_serious());
    html! {
        @for oddity in odd { (warning(oddity)) }
        @if message.is_not_proven() && it.may_write {
            form.inline method="post" action={ "/messages/" (message.id) "/ours" } {
                (parts::once())
                button class="button small" { (t!("It is from us")) }
            }
        }
        @if let Some((id, state)) = said.letter {
            p { (parts::state(State::from(state.tone()), language::word(state))) " " a.fine href={ "/letters/" (id) } { (t!("The letter")) } }
        }
        @for delivered in &message.report {
            (parts::note(Note::Warn, html! {
                (delivered.recipient) ": " (language::word(delivered.outcome))
                @if !delivered.words.is_empty() { br; span.fine { (delivered.words) } }
            }))
        }
        @for event in &message.calendar { (appointment(event)) }
        (files(said, it.may_write))
        @if message.has_html { (as_sent(message)) }
        @if !it.is_outside { (why_here(it, said)) }
    }
}

fn warning(oddity: &Oddity) -> Markup {
    parts::note(Note::Warn, language::say(&oddity.text()))
}

fn appointment(event: &crate::model::Appointment) -> Markup {
    html! {
        p {
            (Symbol::Clock.icon()) " " strong { (event.summary) } br;
            (moment(&event.start, &event.zone)) @if !event.end.is_empty() { " – " (moment(&event.end, &event.zone)) }
            @if !event.place.is_empty() { " · " (event.place) }
            @if !event.organiser.is_empty() { " · " (event.organiser) }
            @if event.is_cancelled { " · " strong { (t!("cancelled")) } }
        }
    }
}

/// When an appointment begins or ends: a day, or a moment by the clock of whoever reads; as it was written where
/// nobody knows its zone.
fn moment(written: &str, zone: &str) -> String {
    const DAY: &str = "2026-11-24";
    if let (Ok(day), true) = (written.parse::<Date>(), written.len() == DAY.len()) {
        return language::day(day);
    }
    match written.parse::<DateTime>().ok().and_then(|it| it.in_tz(zone).ok()) {
        Some(known) => language::exact_moment(known.timestamp()),
        None if zone.is_empty() => written.to_owned(),
        None => format!("{written} ({zone})"),
    }
}

fn files(said: &Said, may_mark: bool) -> Markup {
    let parts = said.message.parts.iter().enumerate();
    let shown: Vec<(usize, &PartLine)> = parts.filter(|(_, it)| it.role != PartRole::Inline).collect();
    html! {
        @if !shown.is_empty() {
            ul.signatures {
                @for (place, part) in shown {
                    li {
                        (Symbol::Clip)
                        div {
                            a href={ "/files/" (part.attachment) } { (part.name) }
                            span.fine { " " (web::record::size(part.size)) @if part.role != PartRole::Attachment { " · " (language::word(part.role)) } }
                            @if let Some((_, source)) = said.texts.iter().find(|(it, _)| *it == part.attachment) {
                                br; a href={ "/sources/" (source) } {
                                    @if may_mark { (t!("Read it and mark words")) } @else { (t!("Read its text")) }
                                }
                            }
                            @else if let Some(why) = part.unread {
                                br; span.fine { (language::word(why)) }
                                @if may_mark && why.may_come_out_otherwise() {
                                    form method="post" action={ "/messages/" (said.message.id) "/parts/" (place) "/text" } {
                                        (parts::once())
                                        (Button::send(t!("Try again")).small())
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The layout that it was sent with, in a frame that runs nothing and fetches nothing; it loads when opened.
fn as_sent(message: &Message) -> Markup {
    html! {
        details.as-sent {
            summary class="button small bare" { (Symbol::Eye.icon()) (t!("Show as it was sent")) }
            @if message.remote_removed > 0 {
                p.fine { (t!("{count} picture or style from elsewhere is not loaded." | "{count} pictures or styles from elsewhere are not loaded.", count = message.remote_removed)) }
            }
            iframe src={ "/messages/" (message.id) "/html" } loading="lazy" title=(t!("The message as it was sent"))
                sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
        }
    }
}

fn why_here(it: &Opened, said: &Said) -> Markup {
    let message = &said.message;
    let action = format!("/messages/{}/move", message.id);
    let small: Vec<&Oddity> = message.warnings.iter().filter(|it| !it.is_serious()).collect();
    html! {
        @for (number, title, why) in &said.proposals {
            (parts::note(Note::Asks, html! {
                (t!("Perhaps it belongs to")) " " a href={ "/conversations/" (number) } { (number) " " (title) } ". " (why)
                @if it.may_write {
                    @if it.messages.len() > 1 {
                        form.inline method="post" action={ "/conversations/" (it.number) "/join" } {
                            (parts::once())
                            (parts::hidden("reason", why))
                            button class="button small" name="to" value=(number) { (t!("Join this conversation to it")) }
                        }
                    }
                    form.inline method="post" action=(action) {
                        (parts::once())
                        (parts::hidden("reason", why))
                        button class="button small" name="to" value=(number) {
                            @if it.messages.len() > 1 { (t!("Move only this message there")) } @else { (t!("Move it there")) }
                        }
                    }
                }
            }))
        }
        details.why {
            summary.fine { (t!("Why is this here?")) " " (said.because) }
            p.fine {
                @if message.raw.is_some() {
                    a href={ "/messages/" (message.id) "/raw" } { (t!("The mail as it came in")) } " · "
                    (t!("digest")) " " (parts::digest(&message.raw_digest)) " · "
                }
                @if message.audience == Audience::Party { (t!("the customer sees it")) } @else { (t!("the customer does not see it")) }
                @for oddity in small { br; (language::say(&oddity.text())) }
            }
            @if it.may_write {
                form.row method="post" action=(action) {
                    (parts::once())
                    label for={ "to-" (message.id) } { (t!("Move it to")) }
                    select.input id={ "to-" (message.id) } name="to" {
                        @for (value, word) in targets(said) { option value=(value) { (word) } }
                    }
                    (Among::Conversations.field(&format!("{ELSEWHERE}{}", message.id), t!("Or to any other conversation")))
                    (Button::send(t!("Move")).small())
                }
            }
        }
    }
}

/// The field in which any conversation is told in words, and with the key of its message that of a message.
pub const ELSEWHERE: &str = "elsewhere-";

fn targets(said: &Said) -> Vec<Choice> {
    let own = ("new".to_owned(), t!("A conversation of its own"));
    std::iter::once(own).chain(said.others.iter().cloned()).collect()
}

/// What leaves the house and what stays in it are two forms, of which one is open at a time.
fn writing(it: &Opened, replying: &Replying) -> Markup {
    let is_begun = replying.refused.is_some() || !replying.faults.is_empty();
    html! {
        div.writing {
            details name="writing" id="reply-form" open[is_begun] {
                summary class="button first" { (Symbol::Talk.icon()) (t!("Reply")) }
                (reply_composer(it, replying))
            }
            details.inside name="writing" id="note-form" {
                summary.button { (Symbol::Edit.icon()) (t!("Internal note")) }
                (note_composer(it))
            }
        }
    }
}

fn reply_composer(it: &Opened, replying: &Replying) -> Markup {
    let fault = |field: &str| {
        let of = replying.faults.iter().filter(|(name, _)| name == field);
        let all: Vec<&str> = of.map(|(_, words)| words.as_str()).collect();
        (!all.is_empty()).then(|| all.join(" "))
    };
    let names = if replying.to.is_empty() { t!("the customer") } else { replying.to.clone() };
    let field = |name: &'static str, label: String, value: &str| {
        Field::text(name, label).value(value).fault(fault(name))
    };
    let mut buttons = Vec::new();
    if replying.refused.is_some() {
        buttons.push(Button::send(t!("Send it anyway")).sends("anyway", "yes"));
    }
    buttons.push(Button::send(t!("Send")).first());
    let head = html! {
        div {
            p { strong { (t!("Reply")) } " " span.fine { (t!("the customer gets it by mail and reads it here")) } }
            @if let Some((sentence, link)) = &replying.refused {
                (parts::note(Note::Asks, html! {
                    (sentence) " " @if let Some(link) = link { a href=(link) { (t!("Read it")) } }
                }))
            }
            @if !replying.has_post {
                (parts::note(Note::Asks, t!("No mail server is set up. The answer is kept and sent once there is one.")))
            }
            div.addressees {
                (field("to", t!("To"), &replying.to))
                (field("copies", t!("Copies to"), &replying.copies))
            }
            @if fault("why").is_some() || !replying.why.is_empty() { (field("why", t!("Why all the same"), &replying.why)) }
            @for (_, words) in replying.faults.iter().filter(|(name, _)| !matches!(name.as_str(), "to" | "copies" | "why")) {
                (parts::note(Note::Warn, words))
            }
            input type="hidden" name="seen" value=(replying.seen);
            label { input type="checkbox" name="quotes" value="yes" checked[replying.quotes]; " " (t!("Send along what is answered")) }
        }
    };
    parts::composer(&Composer {
        action: format!("/conversations/{}/replies", it.number),
        label: t!("Reply to {names}", names = names),
        name: "reply".to_owned(),
        head: Some(head),
        draft: replying.words.clone(),
        keeps: Some(format!("reply:{}", it.number)),
        takes_files: true,
        buttons,
        ..Composer::default()
    })
}

fn note_composer(it: &Opened) -> Markup {
    parts::composer(&Composer {
        action: format!("/conversations/{}/notes", it.number),
        label: t!("Internal note"),
        name: "words".to_owned(),
        head: Some(
            html! { strong { (t!("Internal note")) } " " span.fine { (t!("the customer does not see it")) } },
        ),
        keeps: Some(format!("note:{}", it.number)),
        buttons: vec![Button::send(t!("Keep the note")).first()],
        ..Composer::default()
    })
}

fn about(it: &Opened) -> Markup {
    html! {
        aside class="pane about stack wide" id="about" aria-label=(t!("Customer")) {
            nav.ways aria-label=(t!("Back")) { a href="#conversation" { (Symbol::Left.icon()) (t!("Conversation")) } }
            @match &it.customer {
                Some(customer) => (whose(it, customer)),
                None => (nobodys(it)),
            }
            @if !it.unconfirmed.is_empty() {
                section {
                    h2 { (t!("Said, not written")) }
                    ul.plain { @for (words, number, address) in &it.unconfirmed { li { (words) " " a.fine href=(address) { (number) } } } }
                }
            }
            @if !it.meetings.is_empty() {
                section {
                    h2 { (t!("Meetings ahead")) }
                    ul.plain {
                        @for meeting in &it.meetings {
                            li {
                                a href={ "/meetings/" (meeting.number) } { (meeting.title) } " "
                                span.fine { (language::word(meeting.state)) " · " (language::near_moment(meeting.starts_at, it.now)) }
                            }
                        }
                    }
                }
            }
            section {
                h2 { (it.thread.title) }
                (it.thread.inside)
            }
            section id="timeline" {
                h2 { (t!("This conversation")) }
                p.fine { (language::word(it.body.channel)) @if !it.body.mailbox.is_empty() { " · " (it.body.mailbox) } }
                @if !it.is_outside {
                    p { @match &it.owner { Some(owner) => (parts::person(owner)), None => (t!("Nobody answers for it yet")) } }
                    @if it.may_write { (pass_on(it)) (join(it)) }
                }
                @if it.may_write { p { a href={ "/meetings/new?at=/conversations/" (it.number) } { (t!("Plan a meeting")) } } }
                p { a href={ "/conversations/" (it.number) "/record" } { (t!("Timeline, tasks and files")) } }
            }
        }
    }
}

fn whose(it: &Opened, customer: &Customer) -> Markup {
    let line = |deed: &Deed| {
        let line = ThreadLine::to(deed.symbol, deed.address.clone(), deed.number.clone());
        line.note(html! { (deed.title) " · " (deed.state) })
    };
    let lines: Vec<ThreadLine> = customer
        .with_them
        .iter()
        .map(|deed| {
            if deed.is_here {
                ThreadLine::here(deed.number.clone()).note(t!("this conversation"))
            } else {
                line(deed)
            }
        })
        .collect();
    html! {
        section {
            h2 { a href=(customer.address) { (parts::organisation(&customer.name)) } }
            @if !customer.place.is_empty() { p.fine { (customer.place) } }
            @for wish in &customer.wishes { p { (wish) } }
            @for (name, address) in &customer.people { p { (parts::outsider(name)) br; span.fine { (address) } } }
        }
        @if !lines.is_empty() { section { h2 { (t!("With them now")) } (parts::thread(&lines)) } }
        @if it.may_write { (choose(it, &t!("It is another customer’s"))) }
    }
}

fn nobodys(it: &Opened) -> Markup {
    html! {
        section {
            h2 { (t!("Whose is it?")) }
            p { (t!("It is not known which customer this is with. Until one is chosen, no customer sees it.")) }
        }
        @if it.may_write { (choose(it, &t!("Choose the customer"))) }
    }
}

fn choose(it: &Opened, word: &str) -> Markup {
    html! {
        details open[it.customer.is_none()] {
            summary class="button small bare" { (word) }
            form.stack method="post" action={ "/conversations/" (it.number) "/party" } {
                (parts::once())
                @if let Some(whose) = &it.whose { (whose.field(t!("Customer"), t!("Nobody yet"))) }
                (Button::send(t!("File it with them")).small())
            }
        }
    }
}

fn pass_on(it: &Opened) -> Markup {
    html! {
        details {
            summary class="button small bare" { (t!("Pass it on")) }
            form.stack method="post" action={ "/conversations/" (it.number) "/owner" } {
                (parts::once())
                (it.colleagues.chosen("owner", t!("Owner"), None, ""))
                (Button::send(t!("Pass it on")).small())
            }
        }
    }
}

/// Where everything said here belongs to another conversation.
fn join(it: &Opened) -> Markup {
    let Some(others) = it.messages.first().map(|said| said.others.as_slice()) else { return html! {} };
    html! {
        details {
            summary class="button small bare" { (t!("Join it to another")) }
            form.stack method="post" action={ "/conversations/" (it.number) "/join" } {
                (parts::once())
                @if others.is_empty() {
                    (Among::Conversations.field(ELSEWHERE, t!("Conversation")).required())
                } @else {
                    (Field::select("to", t!("Conversation"), others.iter().cloned()))
                    (Among::Conversations.field(ELSEWHERE, t!("Or to any other conversation")))
                }
                (Field::text("reason", t!("Reason")))
                p.fine { (t!("Every message goes there, with its files and what was made of it.")) }
                (Button::send(t!("Join it")).small())
            }
        }
    }
}

/// What the record page says of the conversation itself.
pub fn in_record(number: &str, body: &Conversation, turn: &str, now: Timestamp) -> Markup {
    let facts = [
        (t!("Channel"), html! { (language::word(body.channel)) }),
        (
            t!("Last message"),
            html! { @if body.last_from.is_empty() { (t!("Unknown sender")) } @else { (body.last_from) } " " (parts::when(body.last_at, now)) },
        ),
        (t!("Whose turn it is"), html! { (turn) }),
    ];
    parts::section(
        "said",
        t!("What was said"),
        html! {
            (parts::facts(&facts))
            p { a href={ "/conversations/" (number) } { (t!("Open the conversation")) } }
        },
    )
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn an_appointment_is_told_by_the_clock_of_whoever_reads() {
        let page = language::Language::new("en", TimeZone::get("Europe/Berlin").unwrap());
        let told = |written, zone| page.clone().with(|| moment(written, zone));
        assert!(told("2026-11-24 08:00:00", "UTC").contains(" 09:00:00 CET"));
        assert_eq!(told("2026-11-24", ""), told("2026-11-24", "UTC"));
        assert!(!told("2026-11-24", "").contains("2026-11-24"));
        assert_eq!(told("2026-11-24 08:00:00", "Here"), "2026-11-24 08:00:00 (Here)");
        assert_eq!(told("2026-11-24 08:00:00", ""), "2026-11-24 08:00:00");
    }
}
