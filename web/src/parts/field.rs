//! What a person writes, chooses and drops: fields, choices, verdicts, files, and their faults.

use maud::{Markup, Render, html};

use super::{Button, State, Symbol, button::element};
use crate::form::IN_WORDS;
use crate::t;

/// One field of a form: its label above, its help and its fault between, so that both are read before it.
///
/// The name is also the anchor that the summary of faults leads to.
#[derive(Clone, Debug)]
pub struct Field {
    name: String,
    label: String,
    control: Control,
    value: String,
    help: Option<String>,
    fault: Option<String>,
    meaning: Option<String>,
    marks: Vec<(&'static str, String)>,
    classes: &'static str,
}

#[derive(Clone, Debug)]
enum Control {
    Input(&'static str),
    Area(u8),
    Select(Vec<(String, String)>),
    Measured(String),
    InWords(&'static str),
}

impl Field {
    /// A line of words.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("text"), name, label)
    }

    /// More than a line; grows with what is written.
    pub fn area(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Area(3), name, label)
    }

    /// One of many, as pairs of value and word.
    pub fn select(
        name: impl Into<String>,
        label: impl Into<String>,
        options: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let options = options.into_iter().map(|(value, word)| (value.into(), word.into())).collect();
        Self::new(Control::Select(options), name, label)
    }

    /// One of more than a list can hold, told by number, name or a part of it; a script suggests while one types.
    pub fn in_words(name: impl Into<String>, label: impl Into<String>, among: &'static str) -> Self {
        Self::new(Control::InWords(among), name, label).mark("data-among", among).remembers("off")
    }

    /// A day from a calendar; its value is written 2026-10-12.
    pub fn day(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("date"), name, label).short()
    }

    /// A day that may also be written in words ("in 2 weeks"); say with [`Self::meaning`] what was understood.
    pub fn day_in_words(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::text(name, label).short().mark("data-day", "words")
    }

    /// A day and a time of day, written 2026-10-12T14:30.
    pub fn moment(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("datetime-local"), name, label).short()
    }

    /// A number without a unit.
    pub fn number(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::text(name, label).short().mark("inputmode", "decimal")
    }

    /// A number with its unit behind it.
    pub fn measured(name: impl Into<String>, label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self::new(Control::Measured(unit.into()), name, label).mark("inputmode", "decimal")
    }

    /// An address for mail.
    pub fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("email"), name, label)
    }

    /// A telephone number.
    pub fn telephone(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("tel"), name, label)
    }

    /// An address of the web.
    pub fn address(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("url"), name, label)
    }

    /// A password; never given a value back.
    pub fn password(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Control::Input("password"), name, label)
    }

    fn new(control: Control, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            control,
            value: String::new(),
            help: None,
            fault: None,
            meaning: None,
            marks: Vec::new(),
            classes: "",
        }
    }

    /// What stands in it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// What helps to fill it in.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong with it, and how to mend it; nothing where nothing is.
    #[must_use]
    pub fn fault(mut self, fault: Option<impl Into<String>>) -> Self {
        self.fault = fault.map(Into::into);
        self
    }

    /// What was understood: "Monday 26 October 2026".
    #[must_use]
    pub fn meaning(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = Some(meaning.into());
        self
    }

    /// An example, shown while it is empty.
    #[must_use]
    pub fn example(self, example: impl Into<String>) -> Self {
        self.mark("placeholder", example)
    }

    /// Has to be filled in for this step.
    #[must_use]
    pub fn required(self) -> Self {
        self.mark("required", "")
    }

    /// Can be read and copied, not changed.
    #[must_use]
    pub fn read_only(self) -> Self {
        self.mark("readonly", "")
    }

    /// Cannot be changed here.
    #[must_use]
    pub fn off(self) -> Self {
        self.mark("disabled", "")
    }

    /// What a browser may fill in (`username`, `name`, …).
    #[must_use]
    pub fn remembers(self, what: impl Into<String>) -> Self {
        self.mark("autocomplete", what)
    }

    /// A further attribute: `data-…`, `maxlength`, `min`, `form`, `autofocus`.
    #[must_use]
    pub fn mark(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.marks.push((name, value.into()));
        self
    }

    /// Lines that an area shows at first.
    #[must_use]
    pub fn lines(mut self, lines: u8) -> Self {
        self.control = Control::Area(lines);
        self
    }

    /// Holds Markdown: `rich.js` helps to write it and shows how it will read.
    #[must_use]
    pub fn rich(self) -> Self {
        self.mark("data-rich", "")
    }

    /// No wider than a day or a number.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.classes = "short";
        self
    }

    fn described(&self) -> Option<String> {
        let parts = [
            self.help.as_ref().map(|_| format!("{}-help", self.name)),
            self.fault.as_ref().map(|_| format!("{}-fault", self.name)),
            self.meaning.as_ref().map(|_| format!("{}-meaning", self.name)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn control(&self) -> Markup {
        let mut marks = vec![
            ("class", format!("input {}", self.classes).trim_end().to_owned()),
            ("id", self.name.clone()),
            ("name", self.name.clone()),
        ];
        marks.extend(self.described().map(|it| ("aria-describedby", it)));
        if self.fault.is_some() {
            marks.push(("aria-invalid", "true".into()));
        }
        marks.extend(self.marks.iter().cloned());
        match &self.control {
            Control::Area(lines) => {
                marks.push(("rows", lines.to_string()));
                // A line end right after the tag is dropped by browsers, so one of the reader's own would be lost.
                let value = if self.value.starts_with('\n') {
                    format!("\n{}", self.value)
                } else {
                    self.value.clone()
                };
                element("textarea", &marks, value)
            }
            Control::Select(options) => {
                let options = html! {
                    @for (value, word) in options {
                        option value=(value) selected[*value == self.value] { (word) }
                    }
                };
                element("select", &marks, options)
            }
            Control::Input(kind) => {
                marks.push(("type", (*kind).into()));
                if *kind != "password" {
                    marks.push(("value", self.value.clone()));
                }
                empty_element("input", &marks)
            }
            Control::InWords(among) => {
                marks.extend([("type", "text".to_owned()), ("value", self.value.clone())]);
                html! { (empty_element("input", &marks)) (hidden(IN_WORDS, format!("{}:{among}", self.name))) }
            }
            Control::Measured(unit) => {
                marks.push(("value", self.value.clone()));
                html! { span.measured { (empty_element("input", &marks)) span { (unit) } } }
            }
        }
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                @if let Some(help) = &self.help { span.help id={ (self.name) "-help" } { (help) } }
                @if let Some(words) = &self.fault { (fault(&format!("{}-fault", self.name), words)) }
                (self.control())
                @if let Some(meaning) = &self.meaning { span.fine id={ (self.name) "-meaning" } { (meaning) } }
            }
        }
    }
}

fn empty_element(name: &str, marks: &[(&'static str, String)]) -> Markup {
    let whole = element(name, marks, "").into_string();
    maud::PreEscaped(whole.trim_end_matches(&format!("</{name}>")).to_owned())
}

/// What is wrong in one place, and how to mend it.
pub fn fault(id: &str, words: &str) -> Markup {
    html! { span.fault id=(id) { (Symbol::No) (words) } }
}

/// All faults of a form at its head, each leading to its field: pairs of the field's name and the sentence.
pub fn fault_summary<N: AsRef<str>, W: Render>(faults: &[(N, W)]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div class="note bad" role="alert" tabindex="-1" autofocus {
                (Symbol::No)
                h2 { (t!("{count} thing to mend" | "{count} things to mend", count = faults.len())) }
                ul { @for (name, words) in faults { li { a href={ "#" (name.as_ref()) } { (words) } } } }
            }
        }
    }
}

/// A form that posts.
pub fn form(action: &str, inside: impl Render) -> Markup {
    html! { form.stack method="post" action=(action) { (once()) (inside) } }
}

/// A form that posts and keeps what is typed, under this key, until what it says is done.
pub fn form_kept(action: &str, key: &str, inside: impl Render) -> Markup {
    html! { form.stack method="post" action=(action) data-draft=(key) { (once()) (hidden("draft", key)) (inside) } }
}

/// A form that posts files too.
pub fn files_form(action: &str, inside: impl Render) -> Markup {
    html! { form.stack method="post" action=(action) enctype="multipart/form-data" { (once()) (inside) } }
}

/// A form that only looks something up, so that its answer has an address.
pub fn look_up(action: &str, inside: impl Render) -> Markup {
    html! { form.row method="get" action=(action) { (inside) } }
}

/// A value that goes with the form unseen.
pub fn hidden(name: &str, value: impl Render) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A word that is another one each time a form is drawn: sent twice by a double click, it has one effect.
pub fn once() -> Markup {
    // Without randomness a double click is two deeds, which is better than no page.
    let word = kernel::random().map(|it| kernel::fingerprint(&it)[..32].to_owned()).unwrap_or_default();
    hidden("once", word)
}

/// Least and most of a value, with one unit; each end is its name and its value.
pub fn range(legend: &str, least: (&str, &str), most: (&str, &str), unit: &str) -> Markup {
    html! {
        fieldset.field {
            legend { (legend) }
            div class="row nowrap" {
                label.unseen for=(least.0) { (t!("Least")) }
                input class="input tiny" id=(least.0) name=(least.0) value=(least.1) inputmode="decimal";
                span { (t!("to")) }
                label.unseen for=(most.0) { (t!("Most")) }
                input class="input tiny" id=(most.0) name=(most.0) value=(most.1) inputmode="decimal";
                span { (unit) }
            }
        }
    }
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it is called.
    pub word: String,
    /// What it means, or why it cannot be chosen.
    pub help: Option<String>,
    /// Already chosen.
    pub chosen: bool,
    /// Cannot be chosen.
    pub off: bool,
}

impl Choice {
    /// A choice that can be made and is not made yet.
    pub fn new(value: impl Into<String>, word: impl Into<String>) -> Self {
        Self { value: value.into(), word: word.into(), ..Self::default() }
    }

    /// Chosen where this holds.
    #[must_use]
    pub fn chosen(mut self, holds: bool) -> Self {
        self.chosen = holds;
        self
    }

    /// What it means.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Cannot be chosen, for this reason.
    #[must_use]
    pub fn cannot(mut self, reason: impl Into<String>) -> Self {
        self.help = Some(reason.into());
        self.off = true;
        self
    }
}

/// One of these, or any of these.
#[derive(Clone, Debug)]
pub struct Choices {
    name: String,
    legend: String,
    kind: &'static str,
    offered: Vec<Choice>,
    help: Option<String>,
    fault: Option<String>,
}

impl Choices {
    /// One of these.
    pub fn one(name: impl Into<String>, legend: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new("radio", name, legend, choices)
    }

    /// Any of these.
    pub fn any(name: impl Into<String>, legend: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::new("checkbox", name, legend, choices)
    }

    fn new(
        kind: &'static str,
        name: impl Into<String>,
        legend: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Self {
        Self { name: name.into(), legend: legend.into(), kind, offered: choices, help: None, fault: None }
    }

    /// What helps to choose.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong with the choice; nothing where nothing is.
    #[must_use]
    pub fn fault(mut self, fault: Option<impl Into<String>>) -> Self {
        self.fault = fault.map(Into::into);
        self
    }
}

impl Render for Choices {
    fn render(&self) -> Markup {
        let described = match (&self.help, &self.fault) {
            (None, None) => None,
            (Some(_), None) => Some(format!("{}-help", self.name)),
            (None, Some(_)) => Some(format!("{}-fault", self.name)),
            (Some(_), Some(_)) => Some(format!("{0}-help {0}-fault", self.name)),
        };
        html! {
            fieldset.field id=(self.name) aria-describedby=[described] {
                legend { (self.legend) }
                @if let Some(help) = &self.help { span.help id={ (self.name) "-help" } { (help) } }
                @if let Some(words) = &self.fault { (fault(&format!("{}-fault", self.name), words)) }
                div.choices {
                    @for choice in &self.offered {
                        label.choice {
                            input type=(self.kind) name=(self.name) value=(choice.value)
                                checked[choice.chosen] disabled[choice.off];
                            span {
                                (choice.word)
                                @if let Some(help) = &choice.help { " " span.help { (help) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One of two to four words with consequences. Nothing is chosen beforehand where somebody accepts or signs.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The name of the field.
    pub name: String,
    /// What is judged, read aloud before the words.
    pub legend: String,
    /// Value, word and how it stands, in order.
    pub words: Vec<(String, String, State)>,
    /// The value given before, if one was.
    pub given: Option<String>,
}

impl Render for Verdict {
    fn render(&self) -> Markup {
        html! {
            fieldset {
                legend.unseen { (self.legend) }
                div.verdict {
                    @for (value, word, state) in &self.words {
                        label class=(state.tone()) {
                            input type="radio" name=(self.name) value=(value)
                                checked[self.given.as_ref() == Some(value)];
                            (state.symbol()) (word)
                        }
                    }
                }
            }
        }
    }
}

/// Files, dropped or chosen, and sent as `name`; what else goes with them stands in `besides`.
pub fn drop_files(action: &str, name: &str, help: impl Render, besides: impl Render) -> Markup {
    html! {
        form.drop method="post" action=(action) enctype="multipart/form-data" {
            label {
                (Symbol::File.icon())
                span { strong { (t!("Choose files")) } " " (t!("or drop them here")) }
                span.fine { (help) }
                input.unseen type="file" name=(name) multiple required;
            }
            (once())
            (besides)
            (Button::send(t!("Send the files")).small())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_and_fault_are_read_with_the_field() {
        let shown = Field::text("title", "Title")
            .help("What the customer calls it.")
            .fault(Some("Give the set a title."))
            .value("a \"b\"")
            .render()
            .into_string();
        assert!(shown.contains(r#"aria-describedby="title-help title-fault""#), "{shown}");
        assert!(shown.contains(r#"aria-invalid="true""#));
        assert!(shown.contains(r#"value="a &quot;b&quot;""#));
    }

    #[test]
    fn a_field_without_a_fault_is_not_invalid() {
        let shown = Field::text("title", "Title").fault(None::<String>).render().into_string();
        assert!(!shown.contains("aria-invalid") && !shown.contains("aria-describedby"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        let shown = Field::password("password", "Password").value("secret").render().into_string();
        assert!(!shown.contains("secret"));
    }

    #[test]
    fn every_fault_leads_to_its_field() {
        let shown =
            fault_summary(&[("title", "Give the set a title."), ("due", "Choose a day.")]).into_string();
        assert!(
            shown.contains("2 things to mend") && shown.contains(r##"<a href="#due">Choose a day.</a>"##)
        );
        assert_eq!(fault_summary::<&str, &str>(&[]).into_string(), "");
    }

    #[test]
    fn an_empty_first_line_of_a_text_is_kept() {
        let shown = Field::area("need", "Need").value("\nfirst").render().into_string();
        assert!(shown.contains(">\n\nfirst</textarea>"));
    }

    #[test]
    fn a_form_carries_another_word_each_time_it_is_drawn() {
        let word = || {
            let shown = form("/notes", html! {}).into_string();
            shown.split_once(r#"name="once" value=""#).unwrap().1[..32].to_owned()
        };
        assert_ne!(word(), word());
        assert!(word().chars().all(|it| it.is_ascii_hexdigit()));
    }

    #[test]
    fn a_verdict_is_not_chosen_beforehand() {
        let verdict = Verdict {
            name: "verdict".into(),
            legend: "Your word".into(),
            words: vec![("accept".into(), "Accept".into(), State::Good)],
            given: None,
        };
        assert!(!verdict.render().into_string().contains("checked"));
    }
}
