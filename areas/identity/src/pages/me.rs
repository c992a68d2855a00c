//! A person's own page: settings, password, sessions, tokens.

use jiff::Timestamp;
use kernel::{Text, Vocabulary, text};
use maud::{Markup, html};
use web::language::{say, word};
use web::parts::{self, Button, Choice, Choices, Column, Field, Line, Note, Table};
use web::{Choosing, Form, t};

use super::{filled, languages, summary};
use crate::model::{Person, Scope};
use crate::queries::{AbsenceLine, KnockLine, SessionLine, TokenLine};

/// All that a person keeps for themselves.
pub struct Mine {
    pub name: String,
    pub person: Person,
    pub sessions: Vec<SessionLine>,
    pub tokens: Vec<TokenLine>,
    /// The present session, as it is kept.
    pub here: Option<String>,
    pub now: Timestamp,
    /// What was sent and refused.
    pub form: Form,
    /// The secret of a token that was made just now: shown once.
    pub fresh: Option<String>,
    /// Recovery codes that were made just now: shown once.
    pub codes: Vec<String>,
    /// Whether there is a second factor, whether one waits to be confirmed, and how many recovery codes are left.
    pub factor: Standing,
    pub knocks: Vec<KnockLine>,
    /// Who stands in for them; none for somebody of outside.
    pub absences: Option<Absences>,
}

/// How it stands with the second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub is_on: bool,
    pub is_begun: bool,
    pub codes_left: i64,
    /// Whether the house demands it of this person.
    pub is_demanded: bool,
}

/// Who stands in for a person, with all that the section needs.
pub struct Absences {
    pub number: String,
    pub id: i64,
    pub lines: Vec<AbsenceLine>,
    pub names: super::people::Names,
    /// Who may stand in; none where the reader may name nobody.
    pub deputy: Option<Choosing>,
    pub functions: Vec<(String, String)>,
}

impl Absences {
    /// The section.
    pub fn section(&self, form: &Form) -> Markup {
        super::access::absences(&super::access::Absent {
            number: &self.number,
            person: self.id,
            absences: &self.lines,
            names: &self.names,
            deputy: self.deputy.as_ref(),
            functions: &self.functions,
            form,
        })
    }
}

/// One's own page.
pub fn show(mine: &Mine) -> Markup {
    html! {
        (parts::page_head(&parts::Head {
            title: html! { (mine.name) },
            lead: Some(html! { (t!("Your own settings. Nobody else changes them.")) }),
            ..parts::Head::default()
        }))
        (summary(&mine.form))
        @if let Some(secret) = &mine.fresh { (fresh(secret)) }
        @if !mine.codes.is_empty() { (super::factor::codes(&mine.codes)) }
        (super::access::news(&mine.knocks, mine.now))
        (settings(mine))
        @if let Some(absences) = &mine.absences { (absences.section(&mine.form)) }
        (password(mine))
        (factor(mine))
        (sessions(mine))
        (parts::section("history", t!("Attempts to sign in"), html! {
            (super::access::history(&mine.knocks, mine.now))
            p.fine { a href="/me/sign-ins" { (t!("All your sign-ins")) } }
        }))
        (tokens(mine))
    }
}

fn fresh(secret: &str) -> Markup {
    parts::note_with(
        Note::Good,
        t!("Copy the token now"),
        html! {
            p { (t!("It is shown this once and kept by nobody. If you lose it, end it and make another.")) }
            (parts::program_text(secret))
        },
    )
}

fn settings(mine: &Mine) -> Markup {
    let Person { language, zone, keys_off, .. } = &mine.person;
    let sent = mine.form.has("zone");
    let (language, zone) = if sent {
        (mine.form.text("language"), mine.form.text("zone"))
    } else {
        (language.as_str(), zone.as_str())
    };
    let fault = |name: &str| mine.form.faults.of(name).map(say);
    let keys = Choice::new("on", t!("Switch letter keys off")).chosen(*keys_off);
    let keys = keys.help(t!("Then j, k, n and the others only type."));
    parts::section(
        "settings",
        t!("Settings"),
        parts::form(
            "/me",
            html! {
                (Field::select("language", t!("Language"), languages()).value(language).fault(fault("language")))
                (Field::text("zone", t!("Time zone")).value(zone).fault(fault("zone")).example("Europe/Berlin")
                    .help(t!("Moments are told in it. Write it like Europe/Berlin or Europe/London; leave it empty for that of the house.")))
                (Choices::any("keys_off", t!("Keyboard"), vec![keys]))
                div.row { (Button::send(t!("Keep the settings")).first()) }
            },
        ),
    )
}

fn password(mine: &Mine) -> Markup {
    let field = |name: &'static str, label: String, remembers: &str| {
        filled(&mine.form, name, Field::password(name, label).required().remembers(remembers))
    };
    parts::section(
        "password",
        t!("Password"),
        parts::form(
            "/me/password",
            html! {
                (field("old_password", t!("Present password"), "current-password"))
                (field("new_password", t!("New password"), "new-password")
                    .help(t!("At least 12 characters. A few words in a row are good.")))
                div.row { (Button::send(t!("Change the password"))) span.fine { (t!("Your other sessions end.")) } }
            },
        ),
    )
}

fn factor(mine: &Mine) -> Markup {
    let it = mine.factor;
    let password = || {
        filled(
            &mine.form,
            "factor_password",
            Field::password("factor_password", t!("Present password"))
                .required()
                .remembers("current-password"),
        )
    };
    parts::section(
        "factor",
        t!("Second factor"),
        html! {
            @if it.is_on {
                p { (parts::state(parts::State::Good, t!("Switched on"))) " "
                    (t!("{count} recovery code is left." | "{count} recovery codes are left.", count = it.codes_left)) }
                (parts::form("/me/factor/codes", html! {
                    (password())
                    div.row {
                        (Button::send(t!("Make new recovery codes")))
                        @if !it.is_demanded { (Button::send_to("/me/factor/end", t!("Switch it off")).stop()) }
                    }
                }))
            } @else {
                p.quiet-text { (t!("A code from your device beside the password: whoever learns your password still stays out.")) }
                div.row {
                    @if it.is_begun { (Button::open("/me/factor", t!("Go on setting it up")).first()) }
                    (Button::post("/me/factor/begin", if it.is_begun { t!("Begin with a new key") } else { t!("Set up a second factor") }))
                }
            }
        },
    )
}

fn sessions(mine: &Mine) -> Markup {
    let lines = mine.sessions.iter().map(|it| {
        let is_here = mine.here.as_ref() == Some(&it.secret);
        let name = browser(&it.agent);
        let does = html! {
            @if is_here { span.nowrap { (parts::state(parts::State::Here, t!("This one"))) } }
            @else { (Button::post(format!("/me/sessions/{}/end", it.id), t!("End")).small()) }
        };
        let when = |at| parts::when(at, mine.now);
        Line::new("", vec![html! { (name) }, when(it.created_at), when(it.seen_at), does])
    });
    let columns = vec![
        Column::title(t!("Browser")),
        Column::text(t!("Signed in")),
        Column::text(t!("Last used")),
        Column::plain(t!("End")),
    ];
    let others = mine.sessions.iter().any(|it| mine.here.as_ref() != Some(&it.secret));
    parts::section(
        "sessions",
        t!("Where you are signed in"),
        html! {
            (Table::new(t!("Your sessions, the one used last first"), columns, lines.collect()))
            @if others { p { (Button::post("/me/sessions/end", t!("End all others"))) } }
        },
    )
}

/// A browser as people call it. Each one names those whose pages it can show, too, so the order counts.
pub fn browser(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, it)| *it)
    };
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => t!("{browser} on {system}", browser = browser, system = system),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.is_empty() => t!("A browser that says nothing of itself"),
        _ => agent.to_owned(),
    }
}

fn tokens(mine: &Mine) -> Markup {
    let lines = mine.tokens.iter().map(|it| {
        let when = |at| parts::when(at, mine.now);
        Line::new(
            "",
            vec![
                html! { (it.name) },
                html! { (word(it.scope)) },
                when(it.expires_at),
                it.used_at.map_or_else(|| html! { (t!("never")) }, when),
                html! { (Button::post(format!("/me/tokens/{}/end", it.id), t!("End")).small()) },
            ],
        )
    });
    let columns = vec![
        Column::title(t!("What for")),
        Column::text(t!("Rights")),
        Column::text(t!("Ends")),
        Column::text(t!("Last used")),
        Column::plain(t!("End")),
    ];
    let days =
        [30, 90, 180, 366].map(|it: i64| (it.to_string(), t!("{count} day" | "{count} days", count = it)));
    let given = if mine.form.has("days") { mine.form.text("days") } else { "90" };
    let scope = Scope::of(mine.form.text("scope")).unwrap_or_default();
    let scopes = Scope::ALL
        .iter()
        .map(|it| Choice::new(it.code(), word(*it)).help(say(&reach(*it))).chosen(*it == scope));
    parts::section(
        "tokens",
        t!("Tokens for programs"),
        html! {
            p.quiet-text { (t!("A program that comes with a token acts in your name, with your rights.")) }
            @if !mine.tokens.is_empty() { (Table::new(t!("Your tokens, the newest first"), columns, lines.collect())) }
            (parts::form("/me/tokens", html! {
                (filled(&mine.form, "name", Field::text("name", t!("What is it for")).required().example(t!("Nightly export"))))
                (Choices::one("scope", t!("What it may do"), scopes.collect()))
                (Field::select("days", t!("Ends after"), days).value(given).short())
                div.row { (Button::send(t!("Make a token"))) }
            }))
        },
    )
}

fn reach(scope: Scope) -> Text {
    match scope {
        Scope::Read => text!("Reads what you may read, changes nothing."),
        Scope::Write => text!("Does what you may do, except what guards the door."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!([browser(chrome), browser(edge)], ["Chrome on Linux", "Edge on Windows"]);
        assert_eq!([browser(phone), browser("curl/8.5")], ["Safari on iPhone", "curl/8.5"]);
    }
}
