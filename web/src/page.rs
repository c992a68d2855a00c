//! The frame around a page, and the pages without one: sign-in, set-up, the customer's, and what went wrong.

use maud::{DOCTYPE, Markup, Render, html};

use crate::{
    assets, language,
    language::LANGUAGES,
    parts::{self, Button, Symbol},
    t,
};

/// Where a person's next actions are.
pub const HOME: &str = "/";
/// Where a person's notices are.
pub const NOTICES: &str = "/notices";
/// Where one searches, with `q`.
pub const SEARCH: &str = "/search";
/// Where one begins something new.
pub const NEW: &str = "/new";
/// Where the keys are explained.
pub const KEYS: &str = "/keys";
/// Where the language is chosen, by posting `language`.
pub const LANGUAGE: &str = "/me/language";
/// Where the theme is chosen, by posting `theme`.
pub const THEME: &str = "/me/theme";
/// Where a person's own settings are.
pub const ME: &str = "/me";
/// Where one signs out, by posting.
pub const SIGN_OUT: &str = "/sign-out";

/// What people do, in the order of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Inbox, feedback, complaints, notices.
    Talk,
    /// Customers, requirements, reviews, orders.
    Agree,
    /// Changes, plans, suppliers.
    Change,
    /// Risk, houses of quality, regulations, capability, procedures.
    Assure,
    /// Competence.
    People,
    /// Coverage, figures, audits, trail.
    Prove,
}

impl Group {
    /// All of them, in the order of the rail.
    pub const ALL: [Self; 6] =
        [Self::Talk, Self::Agree, Self::Change, Self::Assure, Self::People, Self::Prove];

    fn word(self) -> String {
        match self {
            Self::Talk => t!("Talk"),
            Self::Agree => t!("Agree"),
            Self::Change => t!("Change"),
            Self::Assure => t!("Assure"),
            Self::People => t!("People"),
            Self::Prove => t!("Prove"),
        }
    }

    const fn symbol(self) -> Symbol {
        match self {
            Self::Talk => Symbol::Talk,
            Self::Agree => Symbol::Agree,
            Self::Change => Symbol::Change,
            Self::Assure => Symbol::Assure,
            Self::People => Symbol::People,
            Self::Prove => Symbol::Prove,
        }
    }
}

/// A place in the rail.
#[derive(Clone, Debug)]
pub struct Place {
    /// Below which verb it stands.
    pub group: Group,
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub address: String,
    /// Its sign, in the bar of a phone.
    pub symbol: Symbol,
    /// How many wait there for this person; shown where there are any.
    pub count: i64,
}

/// Something that is begun by one key from wherever one is.
#[derive(Clone, Debug)]
pub struct Shortcut {
    /// The key: a small letter.
    pub key: &'static str,
    /// What it does, in words.
    pub words: String,
    /// Where it leads. The page that one comes from is known there by the browser's word (`Referer`).
    pub address: String,
    /// Its sign.
    pub symbol: Symbol,
}

/// Paper by day, slate by night, or as the machine says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the machine says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The theme of the cookie `theme`; the machine's where it says something else.
    pub fn of(cookie: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.code() == cookie).unwrap_or_default()
    }

    /// What the cookie and the page call it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn word(self) -> String {
        match self {
            Self::Auto => t!("As the machine"),
            Self::Light => t!("Light"),
            Self::Dark => t!("Dark"),
        }
    }

    const fn scheme(self) -> &'static str {
        match self {
            Self::Auto => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Who looks at the page. The language is the one that is set while the page is written.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    /// Their name; initials are made of it.
    pub name: String,
    /// Their theme.
    pub theme: Theme,
    /// The places they may go to.
    pub places: Vec<Place>,
    /// How many next actions wait for them.
    pub waiting: i64,
    /// How many notices they have not read.
    pub notices: i64,
    /// Where the page listens to what others do; nowhere where it is empty.
    pub live: String,
    /// What they may begin by one key.
    pub shortcuts: Vec<Shortcut>,
    /// They switched the letter keys off.
    pub is_without_keys: bool,
}

impl Viewer {
    fn nearest(&self) -> impl Iterator<Item = &Place> {
        let first = |group| self.places.iter().find(move |it| it.group == group);
        Group::ALL.into_iter().filter_map(first).take(2)
    }
}

/// What is around the content of a page.
#[derive(Clone, Debug, Default)]
pub struct Frame<'a> {
    /// The title of the window, without the name of the product: "RS-2026-0017 CIP 3 dosing skid".
    pub title: String,
    /// The address of the place it belongs to, as in [`Viewer::places`].
    pub place: &'a str,
    /// Scripts it needs besides those of every page: `"grid.js"`.
    pub scripts: &'a [&'a str],
    /// What just happened; see [`parts::toast`].
    pub toast: Option<Markup>,
}

const EVERY_PAGE: [&str; 7] =
    ["theme.js", "keys.js", "menus.js", "palette.js", "marked.js", "live.js", "suggest.js"];

impl Frame<'_> {
    /// A page whose title is this and which needs nothing else.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// The whole document around a sheet.
    pub fn sheet(&self, viewer: &Viewer, content: impl Render) -> Markup {
        self.document(viewer, &html! { div.page { (content) } })
    }

    /// The whole document around panes that reach from edge to edge, as the inbox has them.
    pub fn panes(&self, viewer: &Viewer, content: impl Render) -> Markup {
        self.document(viewer, &html! { div.panes { (content) } })
    }

    fn document(&self, viewer: &Viewer, inside: &Markup) -> Markup {
        let scripts: Vec<&str> = EVERY_PAGE.iter().chain(self.scripts).copied().collect();
        let keys = viewer.is_without_keys.then_some("off");
        let live = Some(&viewer.live).filter(|it| !it.is_empty());
        html! {
            (DOCTYPE)
            html lang=(language::code()) data-theme=(viewer.theme.code()) data-zone=(language::zone()) {
                (head(&self.title, viewer.theme, &scripts))
                body.frame data-keys=[keys] data-live=[live] {
                    a.skip href="#main" { (t!("Skip to the content")) }
                    (top(viewer))
                    (self.rail(viewer))
                    main id="main" tabindex="-1" {
                        @if let Some(toast) = &self.toast { div.happened { (toast) } }
                        (inside)
                    }
                    (self.bar(viewer))
                    @if !self.scripts.is_empty() { (script_words()) }
                }
            }
        }
    }

    fn rail(&self, viewer: &Viewer) -> Markup {
        html! {
            nav.rail id="areas" aria-label=(t!("Areas")) {
                @for group in Group::ALL {
                    @let places: Vec<&Place> = viewer.places.iter().filter(|it| it.group == group).collect();
                    @if !places.is_empty() {
                        h2 { (group.symbol().icon()) (group.word()) }
                        @for place in places {
                            a href=(place.address) aria-current=[self.current(&place.address)] {
                                (place.label)
                                @if place.count > 0 { span.count { (language::count(place.count)) } }
                            }
                        }
                    }
                }
                a.back href="#main" { (t!("Close")) }
            }
        }
    }

    /// On a phone: next actions, the first place of the first two groups, and all places.
    fn bar(&self, viewer: &Viewer) -> Markup {
        html! {
            nav.bar aria-label=(t!("Main places")) {
                a href=(HOME) aria-current=[self.current(HOME)] { (Symbol::Next.icon()) (t!("Next")) }
                @for place in viewer.nearest() {
                    a href=(place.address) aria-current=[self.current(&place.address)] {
                        (place.symbol.icon()) (place.label)
                    }
                }
                a href="#areas" { (Symbol::Menu.icon()) (t!("All areas")) }
            }
        }
    }

    fn current(&self, address: &str) -> Option<&'static str> {
        (self.place == address).then_some("page")
    }
}

fn head(title: &str, theme: Theme, scripts: &[&str]) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content=(theme.scheme());
            title { (title) " · Reqord" }
            link rel="icon" type="image/svg+xml" href=(assets::address("icon.svg"));
            link rel="stylesheet" href=(assets::address("reqord.css"));
            @for name in scripts { script type="module" src=(assets::address(name)) {} }
        }
    }
}

/// The sentences of the scripts in the reader's language; they find them under their names.
fn script_words() -> Markup {
    let words = language::script_words().to_string().replace('<', "\\u003c");
    html! { script type="application/json" id="script-words" { (maud::PreEscaped(words)) } }
}

/// Where am I, find, begin, what waits for me, who am I.
fn top(viewer: &Viewer) -> Markup {
    let seek = t!("Search, or type a command");
    let next = match viewer.waiting {
        0 => t!("My next actions"),
        count => format!("{} {}", t!("My next actions"), language::count(count)),
    };
    let told = match viewer.notices {
        0 => t!("Notices"),
        count => format!("{} {}", t!("Notices"), language::count(count)),
    };
    html! {
        header.top {
            a.home href=(HOME) data-go="h" { (Symbol::Mark) "Reqord" }
            form.seek role="search" aria-label=(seek) action=(SEARCH) data-label=(seek) data-found=(t!("Found"))
                data-foot=(t!("↑ ↓ choose · Enter opens · Esc closes")) {
                (Symbol::Search.icon())
                label.unseen for="seek" { (seek) }
                input id="seek" name="q" type="search" placeholder=(seek);
                kbd { "Ctrl K" }
            }
            @for it in &viewer.shortcuts {
                a class="button bare only-icon shortcut" href=(it.address) data-key=(it.key) title=(it.words) {
                    (it.symbol.icon()) span.unseen { (it.words) }
                }
            }
            (Button::open(NEW, t!("New")).symbol(Symbol::Plus).key("n").mark("data-key", "n"))
            a class="button bare keep next" href=(HOME) aria-label=(next) data-label=(t!("My next actions")) {
                (Symbol::Next.icon()) span { (t!("My next actions")) }
                span data-count="waiting" { " " (parts::count_waiting(viewer.waiting)) }
            }
            a class="button bare keep told" href=(NOTICES) aria-label=(told) data-label=(t!("Notices")) data-go="n" {
                (Symbol::Bell.icon()) span data-count="notices" { (parts::count_waiting(viewer.notices)) }
            }
            (person_menu(viewer))
        }
    }
}

fn person_menu(viewer: &Viewer) -> Markup {
    html! {
        details.opens.menu {
            summary class="button bare only-icon" {
                (parts::portrait(&viewer.name, parts::Whose::Ours))
                span.unseen { (t!("{name}: language, theme, help", name = &viewer.name)) }
            }
            div {
                a href=(ME) { (viewer.name) }
                form method="post" action=(LANGUAGE) aria-label=(t!("Language")) {
                    @for (code, name) in LANGUAGES {
                        button name="language" value=(code) lang=(code) aria-pressed=(code == language::code()) { (name) }
                    }
                }
                form method="post" action=(THEME) aria-label=(t!("Theme")) {
                    @for theme in Theme::ALL {
                        button name="theme" value=(theme.code()) aria-pressed=(theme == viewer.theme) { (theme.word()) }
                    }
                }
                a href=(KEYS) data-key="?" { (t!("Keyboard")) " " kbd { "?" } }
                form method="post" action=(SIGN_OUT) { button { (t!("Sign out")) } }
            }
        }
    }
}

/// The house that speaks on a page without a frame.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Its name.
    pub name: String,
    /// The address of its picture, where it has one.
    pub logo: Option<String>,
    /// The theme of whoever looks.
    pub theme: Theme,
}

impl House {
    fn sign(&self) -> Markup {
        html! {
            span.company {
                @match &self.logo {
                    Some(logo) => img src=(logo) alt="" height="28";,
                    None => (Symbol::Mark),
                }
                (self.name)
            }
        }
    }

    /// A card with one purpose: signing in, setting a password. `below` is small print.
    pub fn card(&self, title: &str, content: impl Render, below: impl Render) -> Markup {
        self.card_as(title, None, content, below)
    }

    /// The same in the colour of the house, for its customers.
    pub fn card_to_customer(&self, title: &str, content: impl Render, below: impl Render) -> Markup {
        self.card_as(title, Some("to-customer"), content, below)
    }

    fn card_as(
        &self,
        title: &str,
        class: Option<&'static str>,
        content: impl Render,
        below: impl Render,
    ) -> Markup {
        let inside = html! {
            main class="narrow stack wide" {
                p { (self.sign()) }
                div class="paper stack" { h1 { (title) } (content) }
                p.fine { (below) }
            }
        };
        self.document(title, class, &inside)
    }

    /// A page with one purpose and one button, as long as it has to be: set-up and what customers see.
    ///
    /// `aside` stands at the right of the head: "Question 4 of 9".
    pub fn letter(&self, title: &str, aside: impl Render, content: impl Render) -> Markup {
        self.letter_as(title, None, aside, content)
    }

    /// The same in the colour of the house, for its customers.
    pub fn letter_to_customer(&self, title: &str, aside: impl Render, content: impl Render) -> Markup {
        self.letter_as(title, Some("to-customer"), aside, content)
    }

    fn letter_as(
        &self,
        title: &str,
        class: Option<&'static str>,
        aside: impl Render,
        content: impl Render,
    ) -> Markup {
        let inside = html! {
            main.letter {
                header { (self.sign()) span class="fine push" { (aside) } }
                (content)
            }
        };
        self.document(title, class, &inside)
    }

    /// A document as it is printed: no frame and nothing to press, and above each sheet of paper the name of the
    /// house and a line of the document's own, which a browser repeats as it does the head of a table.
    pub fn printed(&self, title: &str, running: impl Render, content: impl Render) -> Markup {
        let inside = html! {
            main class="to-print" {
                table class="on-sheets" role="presentation" {
                    thead { tr { td { div class="row running" { strong { (self.name) } span class="fine push" { (running) } } } } }
                    tbody { tr { td { (content) } } }
                }
            }
        };
        self.document(title, None, &inside)
    }

    fn document(&self, title: &str, class: Option<&'static str>, inside: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(language::code()) data-theme=(self.theme.code()) {
                (head(title, self.theme, &["theme.js", "keys.js"]))
                body class=[class] { (inside) }
            }
        }
    }
}

/// One question of a set-up: what is asked, why, and how it is answered.
pub struct Question {
    /// Which it is, and how many there are.
    pub place: (usize, usize),
    /// What is asked.
    pub title: String,
    /// What the answer is used for, and that it can be changed.
    pub lead: String,
    /// The fields that answer it.
    pub answer: Markup,
    /// Why it is asked.
    pub why: Option<String>,
    /// The address of the question before, where there is one.
    pub back: Option<String>,
    /// The address of the next one, where this one may be left open.
    pub later: Option<String>,
}

/// One question on a page of its own, posted to `action`.
pub fn question(action: &str, question: &Question) -> Markup {
    let (place, all) = question.place;
    html! {
        form class="paper stack wide" method="post" action=(action) {
            (parts::once())
            p.row {
                progress.meter max=(all) value=(place) aria-label=(t!("Question {place} of {all}", place = place, all = all)) {}
                span.fine { (t!("Kept as you go. You may stop here and come back.")) }
            }
            h1 { (question.title) }
            p.quiet-text { (question.lead) }
            (question.answer)
            @if let Some(why) = &question.why {
                details {
                    summary.button { (Symbol::Down.icon()) (t!("Why we ask")) }
                    p.quiet-text { (why) }
                }
            }
            div.row {
                (Button::send(t!("Next")).first())
                @if let Some(back) = &question.back { (Button::open(back, t!("Back"))) }
                @if let Some(later) = &question.later { (Button::open(later, t!("Decide later")).bare()) }
            }
        }
    }
}

/// What went wrong, what became of one's work, and what to do.
pub struct Trouble {
    /// What kind of trouble it is, as a boxed state.
    pub state: Markup,
    /// What happened, in one sentence.
    pub title: String,
    /// What became of one's work, and what to do.
    pub words: String,
    /// What can be done, the likely one first.
    pub buttons: Vec<Button>,
    /// The code under which it was logged, and when.
    pub code: Option<String>,
}

/// The content of a page that says what went wrong.
pub fn trouble(trouble: &Trouble) -> Markup {
    trouble_below(&html! { h1 { (trouble.title) } }, trouble)
}

/// The same below a heading of another level.
pub(crate) fn trouble_below(heading: &Markup, trouble: &Trouble) -> Markup {
    html! {
        section.stack {
            p { (trouble.state) }
            (heading)
            p.prose { (trouble.words) }
            div.row {
                @for button in &trouble.buttons { (button) }
                @if let Some(code) = &trouble.code {
                    span.fine { (t!("Code")) " " span.digest { (code) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::language::Language;

    fn viewer() -> Viewer {
        let place = |group, label: &str, count| Place {
            group,
            label: label.into(),
            address: format!("/{}", label.to_lowercase()),
            symbol: Symbol::Talk,
            count,
        };
        let places = vec![place(Group::Talk, "Inbox", 12), place(Group::Agree, "Reviews", 0)];
        Viewer {
            name: "Ada Lindqvist".into(),
            theme: Theme::Dark,
            places,
            waiting: 6,
            notices: 2,
            live: String::new(),
            shortcuts: Vec::new(),
            is_without_keys: false,
        }
    }

    fn shown() -> String {
        let frame = Frame { title: "Inbox".into(), place: "/inbox", ..Frame::default() };
        frame.sheet(&viewer(), html! { h1 { "Inbox" } }).into_string()
    }

    #[test]
    fn nothing_on_a_page_stands_in_the_way_of_a_strict_policy() {
        let shown = shown();
        assert!(!shown.contains(" style=") && !shown.contains("<style") && !shown.contains(" onclick="));
        assert_eq!(
            shown.matches("<script").count(),
            shown.matches("<script type=\"module\" src=\"/assets/").count()
        );
    }

    #[test]
    fn only_places_that_may_be_used_are_shown() {
        let shown = shown();
        assert!(
            shown.contains(">Talk<") && !shown.contains(">Prove<"),
            "a group without places has no title"
        );
        assert!(
            shown.contains(r#"<a href="/inbox" aria-current="page">Inbox<span class="count">12</span></a>"#)
        );
    }

    #[test]
    fn a_page_says_its_language_and_theme() {
        let german = Language::new("de", TimeZone::UTC).with(shown);
        assert!(german.contains(r#"<html lang="de" data-theme="dark" data-zone="UTC">"#));
        assert!(german.contains("<title>Inbox · Reqord</title>"));
    }

    #[test]
    fn an_unknown_theme_is_the_machine_s() {
        assert_eq!((Theme::of("dark"), Theme::of("pink")), (Theme::Dark, Theme::Auto));
    }
}
