//! How a customer wants to be told: shown in a few sentences, as a table, and as a form.

use identity::{filled, summary};
use jiff::civil::Date;
use kernel::{Text, Vocabulary, text};
use maud::{Markup, html};
use web::language::{self, say, word};
use web::parts::{self, Button, Choice, Choices, Column, Field, Line, Note, Symbol, Table};
use web::{Form, t};

use crate::model::{Channel, ContactRole, Organisation, Profile, ProfileLine, Topic};
use crate::queries::Contact;

/// Two empty lines stand below those that are there.
pub const SPARE: usize = 2;

/// What is to be known before one writes or calls: the sentences of a profile, the most useful first.
pub fn preference(it: &Organisation) -> Vec<Text> {
    let Profile { channel, calls_from, calls_until, .. } = &it.profile;
    let language = language_name(&it.language);
    let way = channel.map(|it| match it {
        Channel::Email => text!("by e-mail"),
        Channel::Letter => text!("by e-mail with a letter as PDF"),
        Channel::Telephone => text!("by telephone"),
        Channel::Portal => text!("on the customer pages"),
        Channel::Meeting => text!("in a meeting"),
    });
    let mut all = Vec::new();
    match (language, way) {
        (Some(language), Some(way)) => {
            all.push(text!("Prefers {language}, {way}.", language = language, way = say(&way)));
        }
        (Some(language), None) => all.push(text!("Prefers {language}.", language = language)),
        (None, Some(way)) => all.push(text!("Prefers to hear {way}.", way = say(&way))),
        (None, None) => {}
    }
    match (calls_from.as_str(), calls_until.as_str()) {
        ("", "") => {}
        (from, "") => all.push(text!("No calls before {from}.", from = from)),
        ("", until) => all.push(text!("No calls after {until}.", until = until)),
        (from, until) => all.push(text!("Calls from {from} to {until} only.", from = from, until = until)),
    }
    if it.profile.lines.iter().any(|it| it.needs_approval) {
        all.push(text!("Approves some changes: a notice does not suffice."));
    }
    if let Some(days) = it.profile.lines.iter().map(|it| it.notice_days).max().filter(|it| *it > 0) {
        all.push(text!("Wants to know of changes up to {days} days before.", days = days));
    }
    all
}

/// A language by its code, as people call it; the code itself where we do not know it.
fn language_name(code: &str) -> Option<String> {
    let code = code.trim().to_lowercase();
    Some(match code.split(['-', '_']).next()? {
        "" => return None,
        "en" => t!("English"),
        "de" => t!("German"),
        "fr" => t!("French"),
        "es" => t!("Spanish"),
        "it" => t!("Italian"),
        "nl" => t!("Dutch"),
        "no" | "nb" | "nn" => t!("Norwegian"),
        "sv" => t!("Swedish"),
        "da" => t!("Danish"),
        "fi" => t!("Finnish"),
        "pl" => t!("Polish"),
        "cs" => t!("Czech"),
        _ => code,
    })
}

/// The section of a customer's page.
pub fn section(number: &str, it: &Organisation, people: &[Contact], may_keep: bool, today: Date) -> Markup {
    let change =
        Button::open(format!("/customers/{number}/profile"), t!("Change")).symbol(Symbol::Edit).small();
    let buttons = if may_keep { vec![change] } else { vec![] };
    let sentences = preference(it);
    parts::section_with(
        "profile",
        t!("How they want to be told"),
        &buttons,
        html! {
            @if it.profile.is_empty() {
                p.quiet-text { (t!("Nothing is agreed yet. Who is told what, how and how long before stands here.")) }
            }
            @if !sentences.is_empty() { p { @for it in &sentences { (say(it)) " " } } }
            @if !it.profile.lines.is_empty() { (table(&it.profile.lines, people)) }
            (agreed(&it.profile, today))
            @if !it.sensitivity.is_empty() { (parts::note(Note::Warn, &it.sensitivity)) }
        },
    )
}

/// When it was agreed, and whether somebody has to ask again.
fn agreed(it: &Profile, today: Date) -> Markup {
    html! {
        @if let Some(day) = it.agreed_on { p.fine { (t!("Agreed with them on {day}.", day = language::day(day))) } }
        @match it.review_on {
            Some(day) if it.is_stale(today) => (parts::note(Note::Warn, t!("Since {day} somebody has to ask them whether this still holds.", day = language::day(day)))),
            Some(day) => p.fine { (t!("To be asked again on {day}.", day = language::day(day))) },
            None => {},
        }
    }
}

fn table(lines: &[ProfileLine], people: &[Contact]) -> Table {
    let who = |it: &ProfileLine| match (it.person, it.role) {
        (Some(id), _) => {
            people.iter().find(|it| it.id == id).map_or_else(|| t!("somebody who left"), |it| it.name.clone())
        }
        (None, Some(role)) => t!("whoever is “{role}”", role = word(role)),
        (None, None) => t!("nobody named"),
    };
    let rows = lines.iter().enumerate().map(|(place, it)| {
        let about = html! {
            (word(it.topic)) @if !it.subject.is_empty() { br; span.fine { (it.subject) } }
        };
        let before = html! {
            @if it.needs_approval { strong { (t!("has to approve")) } br; }
            @if it.notice_days > 0 { (t!("{count} day before" | "{count} days before", count = it.notice_days)) }
            @if !it.threshold.is_empty() { " " (t!("from {threshold} on", threshold = &it.threshold)) }
        };
        Line::new(place.to_string(), vec![about, html! { (who(it)) }, html! { (word(it.channel)) }, html! { (it.language) }, before])
    });
    let columns = vec![
        Column::title(t!("About")),
        Column::text(t!("Who is told")),
        Column::text(t!("How")),
        Column::text(t!("Language")),
        Column::text(t!("When")),
    ];
    Table::new(t!("Who is told what"), columns, rows.collect()).compact()
}

/// The form of the profile of an organisation with this number and name.
pub fn edit((number, name): (&str, &str), people: &[Contact], form: &Form) -> Markup {
    let address = format!("/customers/{number}");
    let no_matter = [(String::new(), t!("Nothing said"))];
    let channels = no_matter.into_iter().chain(Channel::ALL.iter().map(|it| (it.code(), word(*it))));
    let count = form.text("count").parse::<usize>().unwrap_or(SPARE).min(crate::rules::MOST_LINES);
    let text = |name: &'static str, label: String| filled(form, name, Field::text(name, label));
    html! {
        (parts::page_head(&parts::Head {
            place: Some((t!("Customers"), "/customers".to_owned())),
            number: Some(number.to_owned()),
            title: html! { (t!("How {name} wants to be told", name = name)) },
            lead: Some(html! { (t!("What was agreed with them about being told things. Clause 8.2.1 begins with knowing it.")) }),
            ..parts::Head::default()
        }))
        (summary(form))
        (parts::form_kept(&format!("{address}/profile"), &format!("profile:{number}"), html! {
            (parts::hidden("version", form.text("version")))
            (parts::hidden("count", count))
            (filled(form, "channel", Field::select("channel", t!("How they like to be reached"), channels)))
            (text("calls_from", t!("Calls from")).short().example("09:00"))
            (text("calls_until", t!("Calls until")).short().example("16:30"))
            (text("profile_zone", t!("Time zone")).example("Europe/Berlin").help(t!("In which these times are meant.")))
            @for place in 1..=count { (line(form, place, people)) }
            (filled(form, "agreed_on", Field::day("agreed_on", t!("Agreed with them on"))))
            (filled(form, "review_on", Field::day("review_on", t!("To be asked again on"))))
            (filled(form, "sensitivity", Field::area("sensitivity", t!("To be minded"))
                .help(t!("For colleagues; the customer does not see it."))))
            div.row {
                (Button::send(t!("Keep the profile")).first())
                (Button::open(&address, t!("Back")))
            }
        }))
    }
}

fn line(form: &Form, place: usize, people: &[Contact]) -> Markup {
    let of = |name: &str| format!("{name}{place}");
    let (topic, subject, channel, person) = (of("topic"), of("subject"), of("way"), of("person"));
    let (role, language, notice, threshold, approval) =
        (of("role"), of("language"), of("notice"), of("threshold"), of("approval"));
    let no_topic = [(String::new(), t!("No line"))];
    let topics = no_topic.into_iter().chain(Topic::ALL.iter().map(|it| (it.code(), word(*it))));
    let nobody = || [(String::new(), t!("Nobody named"))];
    let persons = nobody().into_iter().chain(people.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let roles = nobody().into_iter().chain(ContactRole::ALL.iter().map(|it| (it.code(), word(*it))));
    let channels = Channel::ALL.iter().map(|it| (it.code(), word(*it)));
    let must =
        Choice::new("on", t!("They have to approve; a notice does not suffice")).chosen(form.has(&approval));
    html! {
        fieldset.stack {
            legend { (t!("Line {place}", place = place)) }
            (filled(form, &topic, Field::select(&topic, t!("About"), topics)))
            (filled(form, &subject, Field::text(&subject, t!("Of that only"))).example(t!("wetted material")))
            (filled(form, &person, Field::select(&person, t!("Who is told"), persons)))
            (filled(form, &role, Field::select(&role, t!("Or whoever has this role"), roles)))
            (filled(form, &channel, Field::select(&channel, t!("How"), channels)))
            (filled(form, &language, Field::text(&language, t!("Language"))).short().example("en"))
            (filled(form, &notice, Field::number(&notice, t!("Days before"))).example("30"))
            (filled(form, &threshold, Field::text(&threshold, t!("From when on"))).short().example(t!("2 days")))
            (Choices::any(&approval, t!("Approval"), vec![must]))
        }
    }
}
