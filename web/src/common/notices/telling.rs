//! How one is told by mail: for which reason at once, once a day or not, and when not to be disturbed.

use kernel::{Because, Error, Reader, Result, Telling, Vocabulary, Way};
use maud::{Markup, html};

use crate::edge::Page;
use crate::form::Form;
use crate::language::{say, word};
use crate::page::NOTICES;
use crate::parts::{self, Button, Field, Head, Note};
use crate::routes::Routes;
use crate::t;
use crate::visit::{Answer, Posted, Visit};

/// Where it is chosen.
pub(crate) const ADDRESS: &str = "/me/notices";

pub(super) fn routes() -> Routes {
    Routes::default().get(ADDRESS, show).post(ADDRESS, keep)
}

async fn show(visit: Visit) -> Answer {
    visit.read(|reader| page(reader, &Form::default())).await
}

fn page(reader: &Reader, form: &Form) -> Result<Page> {
    let telling = reader.telling()?;
    Ok(Page::new(t!("How you are told"), NOTICES, body(reader, &telling, form)?))
}

/// An hour as it is typed.
pub(crate) fn typed(hour: jiff::civil::Time) -> String {
    hour.strftime("%H:%M").to_string()
}

fn body(reader: &Reader, telling: &Telling, form: &Form) -> Result<Markup> {
    let sent = form.has("daily_at");
    let hour = |name: &str, label: String, kept: jiff::civil::Time| {
        let value = if sent { form.text(name).to_owned() } else { typed(kept) };
        Field::text(name, label).value(value).fault(form.faults.of(name).map(say)).short().required()
    };
    let ways = || Way::ALL.iter().map(|it| (it.code(), word(*it))).collect::<Vec<_>>();
    let way = |because: Because| {
        let name = because.code();
        let kept = telling.way(because).code();
        let value = if sent { form.text(&name).to_owned() } else { kept };
        let fault = form.faults.of(&name).map(say);
        Field::select(name, word(because), ways()).value(value).fault(fault).short()
    };
    let head = Head {
        place: Some((t!("Notices"), NOTICES.to_owned())),
        title: html! { (t!("How you are told")) },
        lead: Some(
            html! { (t!("Every notice stands under the bell. What also comes by mail, and when, is yours to choose. What you read here first is not sent.")) },
        ),
        ..Head::default()
    };
    Ok(html! {
        (parts::page_head(&head))
        @if reader.post_server()?.is_none() {
            (parts::note(Note::Plain, t!("No mail server is set up, so nothing is sent by mail. An administrator sets it up under [mail] in the configuration.")))
        } @else if reader.site()?.is_none() {
            (parts::note(Note::Plain, t!("Nobody said where browsers reach Reqord, so no mail could lead back here and none is sent. An administrator sets it: [site] address = \"https://reqord.example\".")))
        }
        @if let Some(at) = telling.returned_at {
            (parts::note_with(Note::Warn, t!("Mails to you come back"), html! {
                p { (t!("Since")) " " (parts::when(at, reader.now)) ". "
                    (t!("None is sent until you keep these settings again. Have an administrator look at your address first.")) }
            }))
        }
        (parts::form(ADDRESS, html! {
            (parts::section("ways", t!("By mail"), html! { @for because in Because::ALL { (way(*because)) } }))
            (parts::section("hours", t!("At what hours"), html! {
                (hour("daily_at", t!("The mail of the day goes out at"), telling.daily_at))
                (hour("quiet_from", t!("Nothing is sent from"), telling.quiet.0))
                (hour("quiet_until", t!("until"), telling.quiet.1)
                    .help(t!("What happens meanwhile is sent afterwards. The same hour twice: send at any time. Hours are those of your time zone.")))
            }))
            @if !reader.actor.not_even_own { div.row { (Button::send(t!("Keep the settings")).first()) } }
        }))
    })
}

async fn keep(Posted(mut visit): Posted) -> Answer {
    let ways: Vec<(Because, Way)> =
        Because::ALL.iter().map(|it| (*it, visit.form.word::<Way>(&it.code()))).collect();
    let faults = std::mem::take(&mut visit.form.faults);
    let (form, again) = (visit.form.clone(), visit.form.clone());
    visit
        .write_or(
            move |work| {
                faults.clone().into_result()?;
                let hours = ["quiet_from", "quiet_until", "daily_at"].map(|field| (field, form.text(field)));
                let telling = work.telling()?.with(hours, &ways)?;
                work.wants_to_be_told(&telling)?;
                Ok(ADDRESS.to_owned())
            },
            move |reader, error| {
                let mut form = again;
                if let Error::Invalid(faults) = error {
                    form.faults = faults.clone();
                }
                page(reader, &form)
            },
        )
        .await
}
