//! The form on which a call is written down while one speaks, the card of whoever speaks, and a call that was kept.

use maud::{Markup, html};
use web::parts::{self, Button, Field, Head, Symbol, page_head};
use web::{Choosing, Colleagues, Form, language, t};

use super::conversation::Choice;
use super::text::{Words, words};
use crate::model::Call;

/// What the form is filled with.
pub struct Calling {
    pub form: Form,
    /// The call that is open already, where it is.
    pub number: Option<String>,
    pub customer: Choosing,
    pub card: Card,
    pub colleagues: Colleagues,
    /// The moment at which the form was opened, to the minute, as a field shows it.
    pub now: String,
    /// The same in microseconds.
    pub opened: i64,
    /// Who writes.
    pub me: String,
    /// The extra fields of a call that is new.
    pub extra: Markup,
}

/// Who is on the telephone, and what is with them.
#[derive(Clone, Debug, Default)]
pub struct Card {
    pub name: String,
    pub organisation: Option<(String, String)>,
    pub job_title: String,
    pub phone: String,
    pub email: String,
    /// How they want to be told, in sentences.
    pub wishes: Vec<String>,
    /// What is with them now: number, title, state, address.
    pub with_them: Vec<super::Deed>,
    /// What they said earlier and did not confirm yet: words, number and address of the call.
    pub unconfirmed: Vec<(String, String, String)>,
    /// The conversations that it may belong to, and the one that is chosen.
    pub conversations: Vec<Choice>,
    pub chosen: String,
    pub fault: Option<String>,
}

pub fn call(it: &Calling) -> Markup {
    let fault = |name: &str| it.form.faults.of(name).map(language::say);
    let value = |name: &str| it.form.text(name).to_owned();
    let ways = [("they", t!("They called")), ("we", t!("We called"))];
    let (action, key) = match &it.number {
        Some(number) => (format!("/calls/{number}/close"), format!("call:{number}")),
        None => ("/calls".to_owned(), "call".to_owned()),
    };
    let began = if it.form.has("began") { value("began") } else { it.now.clone() };
    let faults: Vec<(String, String)> =
        it.form.faults.0.iter().map(|(name, sentence)| (name.clone(), language::say(sentence))).collect();
    let form = parts::form_kept(
        &action,
        &key,
        html! {
            (parts::hidden("opened", it.opened))
            (parts::hidden("person", it.form.text("person")))
            (parts::hidden("phone", it.form.text("phone")))
            div.beside-each-other {
                (Field::text("with", t!("With whom")).value(value("with")).fault(fault("with")).required()
                    .help(t!("A name, or the number that is shown.")).mark("autocomplete", "off").mark("autofocus", ""))
                (Field::select("direction", t!("Who called"), ways).value(value("direction")))
            }
            div.beside-each-other {
                (it.customer.field(t!("Customer"), t!("Nobody yet")))
                (matter(&it.card))
            }
            (Field::text("title", t!("What it was about")).value(value("title")).fault(fault("title")).help(t!("Needed for a new conversation. The customer reads it there.")))
            (Field::area("notes", t!("What was said")).value(it.form.raw("notes")).fault(fault("notes")).lines(10).required())
            (Field::area("said", t!("Said, to be confirmed in writing")).value(it.form.raw("said")).fault(fault("said")).lines(2)
                .help(t!("Whatever is to hold: a quantity, a date, a change. One thing a line.")))
            (Field::text("outcome", t!("What came of it")).value(value("outcome")).fault(fault("outcome")))
            details open[is_followed(&it.form)] {
                summary class="button small bare" { (Symbol::Next.icon()) (t!("What is to be done next")) }
                div.stack {
                    (Field::text("follow_up", t!("What is to be done")).value(value("follow_up")).fault(fault("follow_up")))
                    div.beside-each-other {
                        (followed_by(it))
                        (Field::day("follow_due", t!("Due")).value(value("follow_due")).fault(fault("follow_due")))
                    }
                }
            }
            details open[fault("began").is_some() || fault("minutes").is_some()] {
                summary class="button small bare" { (Symbol::Clock.icon()) (t!("When, and how long")) }
                div.beside-each-other {
                    (Field::moment("began", t!("Began")).value(began).fault(fault("began")))
                    (Field::number("minutes", t!("Minutes")).value(value("minutes")).fault(fault("minutes"))
                        .help(t!("Counted from when you opened this page, where you leave it empty.")))
                }
            }
            (it.extra)
            div.row { (Button::send(t!("Keep the call")).first()) (Button::open("/inbox", t!("Cancel")).bare()) }
        },
    );
    html! {
        (page_head(&Head {
            place: Some((t!("Calls"), "/calls".to_owned())),
            number: it.number.clone(),
            title: html! { (t!("Write down a call")) },
            lead: Some(html! { (t!("What was said can be cited like a mail. The customer does not see it. What you type is kept as you go.")) }),
            ..Head::default()
        }))
        (parts::fault_summary(&faults))
        (parts::split(html! { div id="call" data-people="/calls/people" data-card="/calls/card" { (form) } }, card(&it.card)))
    }
}

fn is_followed(form: &Form) -> bool {
    let is_wrong = |name| form.faults.of(name).is_some();
    !form.text("follow_up").is_empty() || is_wrong("follow_up") || is_wrong("follow_person")
}

/// Who does what is to be done next: whoever writes the call down, until somebody else is chosen.
fn followed_by(it: &Calling) -> Field {
    let (name, label) = ("follow_person", t!("Person"));
    if it.form.has(name) {
        return it.colleagues.field(&it.form, name, label, None);
    }
    it.colleagues.chosen(name, label, None, &it.me)
}

/// The conversations that a call may belong to; a script puts in those of another customer.
pub fn matter(it: &Card) -> Markup {
    let new = std::iter::once((String::new(), t!("A new conversation")));
    html! {
        div id="matter" {
            (Field::select("number", t!("Conversation"), new.chain(it.conversations.iter().cloned())).value(it.chosen.clone()).fault(it.fault.clone()))
        }
    }
}

/// Who is on the telephone.
pub fn card(it: &Card) -> Markup {
    html! {
        aside.beside id="card" aria-label=(t!("Who is on the telephone")) {
            @if it.name.is_empty() && it.organisation.is_none() {
                section { h2 { (t!("Who is on the telephone")) } p.quiet-text { (t!("Type a name or a number. What is with them stands here then.")) } }
            } @else {
                section {
                    h2 {
                        @match &it.organisation {
                            Some((name, address)) => { a href=(address) { (parts::organisation(name)) } }
                            None => { (t!("Who is on the telephone")) }
                        }
                    }
                    @if !it.name.is_empty() {
                        p { (parts::outsider(&it.name)) @if !it.job_title.is_empty() { br; span.fine { (it.job_title) } } }
                    }
                    @if !it.phone.is_empty() { p.fine { (Symbol::Phone.icon()) " " (it.phone) } }
                    @if !it.email.is_empty() { p.fine { (Symbol::Mail.icon()) " " (it.email) } }
                    @for wish in &it.wishes { p { (wish) } }
                }
                @if !it.unconfirmed.is_empty() {
                    section {
                        h2 { (t!("Said, not written")) }
                        ul.plain { @for (words, number, address) in &it.unconfirmed { li { (words) " " a.fine href=(address) { (number) } } } }
                    }
                }
                @if !it.with_them.is_empty() {
                    section {
                        h2 { (t!("With them now")) }
                        (parts::thread(&it.with_them.iter().map(|deed| {
                            parts::ThreadLine::to(deed.symbol, deed.address.clone(), deed.number.clone())
                                .note(html! { (deed.title) " · " (deed.state) })
                        }).collect::<Vec<_>>()))
                    }
                }
            }
        }
    }
}

/// A call as its record shows it.
pub struct Kept {
    pub number: String,
    pub body: Call,
    pub is_open: bool,
    /// Who of theirs it was, with the address of their page.
    pub person: Option<(String, String)>,
    /// The conversation in which it stands: number, title, message.
    pub stands: Option<(String, String, i64)>,
    pub words: Option<Words>,
    /// What was said and has to be confirmed in writing.
    pub said: Markup,
    pub capture: Markup,
    pub may_write: bool,
}

pub fn kept(it: &Kept) -> Markup {
    let body = &it.body;
    let mut facts = vec![(
        t!("With whom"),
        html! {
            @match &it.person {
                Some((name, address)) => { a href=(address) { (parts::outsider(name)) } }
                None => { @if body.name.is_empty() { (t!("not known yet")) } @else { (parts::outsider(&body.name)) } }
            }
            @if !body.phone.is_empty() { " · " (body.phone) }
        },
    )];
    facts.push((t!("Who called"), html! { (language::word(body.direction)) }));
    facts.push((t!("When"), html! {
        (language::exact_moment(body.began_at))
        @if let Some(minutes) = body.minutes() { " · " (t!("{count} minute" | "{count} minutes", count = minutes)) }
    }));
    if let Some((number, title, message)) = &it.stands {
        let to = format!("/conversations/{number}#message-{message}");
        facts.push((t!("Conversation"), html! { a href=(to) { (number) " " (title) } }));
    }
    html! {
        (parts::facts(&facts))
        @if it.is_open && it.may_write {
            p { (Button::open(format!("/calls/{}/write", it.number), t!("Write it down")).first().symbol(Symbol::Edit)) }
        }
        @if let Some(text) = &it.words {
            (parts::section("words", t!("What was said"), html! { div.marked.long { (words(text)) } }))
        } @else if !body.words.is_empty() {
            (parts::section("words", t!("What was said"), html! { p.prose { (body.words) } }))
        }
        (it.said)
        (it.capture)
    }
}
