//! Writes pages to a folder, to be looked at through any web server: `cargo run -p web --example look -- /tmp/look`.

use std::{error::Error, fs, path::Path};

use jiff::tz::TimeZone;
use maud::{Markup, html};
use web::{
    assets, design,
    language::Language,
    page::{self, Frame, Group, House, Place, Question, Theme, Viewer},
    parts::{Choice, Choices, Field, Symbol, fault_summary, form, row},
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("Name a folder to write to.")?;
    let folder = Path::new(&folder);
    for name in [
        "reqord.css",
        "symbols.svg",
        "icon.svg",
        "theme.js",
        "keys.js",
        "palette.js",
        "marked.js",
        "menus.js",
        "parts.js",
    ] {
        let address = assets::address(name);
        let asset = assets::find(address.trim_start_matches("/assets/")).ok_or(name)?;
        let file = folder.join(address.trim_start_matches('/'));
        fs::create_dir_all(file.parent().ok_or(name)?)?;
        fs::write(file, asset.bytes)?;
    }
    for (code, theme) in [("en", Theme::Light), ("en", Theme::Dark), ("de", Theme::Light)] {
        let name = |page: &str| folder.join(format!("{page}-{code}-{}.html", theme.code()));
        Language::new(code, TimeZone::get("Europe/Berlin")?).with(|| -> Result<(), Box<dyn Error>> {
            let frame = Frame { place: "/requirement-sets", ..Frame::titled("Components") };
            fs::write(name("design"), frame.sheet(&viewer(theme), design::show()).into_string())?;
            fs::write(name("sign-in"), sign_in(theme).into_string())?;
            fs::write(name("setup"), setup(theme).into_string())?;
            Ok(())
        })?;
    }
    Ok(())
}

fn viewer(theme: Theme) -> Viewer {
    use Group::*;
    let places = [
        (Talk, "Inbox", "/inbox", Symbol::Talk, 12),
        (Talk, "Complaints", "/complaints", Symbol::Warn, 3),
        (Agree, "Customers", "/customers", Symbol::People, 0),
        (Agree, "Requirements", "/requirement-sets", Symbol::Agree, 0),
        (Change, "Changes", "/changes", Symbol::Change, 2),
        (Assure, "Risk", "/risks", Symbol::Assure, 0),
        (People, "Competence", "/competence", Symbol::People, 0),
        (Prove, "Coverage", "/coverage", Symbol::Prove, 0),
    ];
    let place = |(group, label, address, symbol, count): (Group, &str, &str, Symbol, i64)| Place {
        group,
        label: label.into(),
        address: address.into(),
        symbol,
        count,
    };
    Viewer {
        name: "Ada Lindqvist".into(),
        theme,
        places: places.into_iter().map(place).collect(),
        waiting: 6,
        notices: 2,
        live: String::new(),
        shortcuts: Vec::new(),
        is_without_keys: false,
    }
}

fn sign_in(theme: Theme) -> Markup {
    let house = House { name: "Kestrel Dosing Systems".into(), logo: None, theme };
    let fields = html! {
        (fault_summary(&[("password", "E-mail and password do not match. 3 tries are left.")]))
        (Field::email("email", "E-mail").remembers("username").value("ada.lindqvist@kestrel-dosing.example"))
        (Field::password("password", "Password").remembers("current-password").fault(Some("E-mail and password do not match. 3 tries are left.")))
        (row(html! { (web::parts::Button::send("Sign in").first()) }))
    };
    house.card(
        "Sign in",
        form("/sign-in", fields),
        "Customers and suppliers need no password: open the link in our mail.",
    )
}

fn setup(theme: Theme) -> Markup {
    let house = House { name: "Reqord".into(), logo: None, theme };
    let hours = Choices::one(
        "hours",
        "Opening hours",
        vec![
            Choice::new("office", "Monday to Thursday 7:30 to 16:30, Friday to 14:30")
                .help("with the public holidays of Bremen"),
            Choice::new("always", "Every day, round the clock"),
        ],
    );
    let question = Question {
        place: (4, 9),
        title: "When does your company answer customers?".into(),
        lead: "Reqord counts only these hours when it says until when an answer is due.".into(),
        answer: html! { (hours) },
        why: Some(
            "Clause 8.2.1 asks for answers in time. Time needs a clock, and a clock needs opening hours."
                .into(),
        ),
        back: Some("/setup/3".into()),
        later: Some("/setup/5".into()),
    };
    house.letter("Set up", "about 6 minutes left", page::question("/setup/4", &question))
}
