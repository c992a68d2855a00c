//! What pages offer to send: their forms, read as a browser reads them and filled in as a person would.

use super::samples;

/// A form as somebody would send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Where it goes, with its query.
    pub to: String,
    pub fields: Vec<(String, String)>,
    /// Whether files go with it.
    pub has_files: bool,
}

impl Offered {
    /// Where it goes, without its query.
    pub fn path(&self) -> &str {
        self.to.split('?').next().unwrap_or_default()
    }
}

/// A form as it is drawn, or what stands in it.
#[derive(Clone, Debug)]
struct Drawn {
    id: String,
    to: String,
    has_files: bool,
}

/// In which form something stands: by its place among the forms of the page, or by the word that it names.
#[derive(Clone, Debug)]
enum Of {
    Place(usize),
    Named(String),
}

#[derive(Clone, Debug)]
enum Control {
    /// A line or an area.
    Line {
        name: String,
        kind: String,
        value: String,
        is_needed: bool,
    },
    /// A box that is ticked or not; of radio buttons with one name exactly one.
    Tick {
        name: String,
        value: String,
        is_on: bool,
        is_one_of: bool,
        is_needed: bool,
    },
    /// One of many: value, chosen.
    Select {
        name: String,
        options: Vec<(String, bool)>,
        is_needed: bool,
    },
    Files,
    /// Sends the form, with this field, to another address where one is given.
    Button {
        name: String,
        value: String,
        to: String,
    },
}

/// Every form of a page that posts, once for each address that it can be sent to.
pub fn on(page: &str) -> Vec<Offered> {
    let (forms, controls) = read(page);
    let mut all = Vec::new();
    for (place, form) in forms.iter().enumerate() {
        let belongs = |of: &Of| match of {
            Of::Place(it) => *it == place,
            Of::Named(id) => !form.id.is_empty() && *id == form.id,
        };
        let inside: Vec<&Control> = controls.iter().filter(|(of, _)| belongs(of)).map(|(_, it)| it).collect();
        let fields = filled(&inside);
        let has_files = form.has_files && inside.iter().any(|it| matches!(it, Control::Files));
        let mut buttons: Vec<(&str, &str, &str)> = (inside.iter())
            .filter_map(|it| match it {
                Control::Button { name, value, to } => Some((to.as_str(), name.as_str(), value.as_str())),
                _ => None,
            })
            .collect();
        // Enter sends a form, too, where no button is drawn.
        if buttons.is_empty() {
            buttons.push(("", "", ""));
        }
        for (to, name, value) in buttons {
            let to = if to.is_empty() { form.to.as_str() } else { to };
            if !to.starts_with('/') || all.iter().any(|it: &Offered| it.to == to) {
                continue;
            }
            let mut fields = fields.clone();
            if !name.is_empty() {
                fields.push((name.to_owned(), value.to_owned()));
            }
            all.push(Offered { to: to.to_owned(), fields, has_files });
        }
    }
    all
}

/// What stands in the fields once somebody wrote into those that are empty and needed.
fn filled(controls: &[&Control]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for control in controls {
        match control {
            Control::Line { name, kind, value, is_needed } => {
                let written = match samples::word_of(name) {
                    _ if !value.is_empty() || kind == "hidden" => value.clone(),
                    _ if kind == "date" => samples::day_of(name).to_owned(),
                    Some(word) if kind != "number" || word.parse::<f64>().is_ok() => word.to_owned(),
                    _ if *is_needed => samples::of_kind(kind).to_owned(),
                    _ => String::new(),
                };
                fields.push((name.clone(), written));
            }
            Control::Tick { name, value, is_on, is_one_of, is_needed } => {
                let others_are_on = controls
                    .iter()
                    .any(|it| matches!(it, Control::Tick { name: other, is_on: true, .. } if other == name));
                let is_first = !fields.iter().any(|(it, _)| it == name);
                let must = *is_one_of || *is_needed || samples::TICKED.contains(&name.as_str());
                if *is_on || (must && is_first && !others_are_on) {
                    fields.push((name.clone(), value.clone()));
                }
            }
            Control::Select { name, options, is_needed } => {
                let first = || options.iter().map(|(it, _)| it).find(|it| !it.is_empty());
                let chosen = options.iter().find(|(_, is_chosen)| *is_chosen).map(|(it, _)| it);
                let value = match chosen {
                    Some(it) if !it.is_empty() => Some(it),
                    Some(_) if !*is_needed && !samples::CHOSEN.contains(&name.as_str()) => chosen,
                    _ => first(),
                };
                fields.push((name.clone(), value.cloned().unwrap_or_default()));
            }
            Control::Files | Control::Button { .. } => {}
        }
    }
    fields
}

/// The forms of a page that post, and everything on it that can be filled in or pressed.
fn read(page: &str) -> (Vec<Drawn>, Vec<(Of, Control)>) {
    let (mut forms, mut controls) = (Vec::new(), Vec::<(Of, Control)>::new());
    let mut within: Option<usize> = None;
    let mut rest = page;
    while let Some((_, from)) = rest.split_once('<') {
        let Some((inside, behind)) = from.split_once('>') else { break };
        rest = behind;
        let tag = Tag::read(inside);
        let of = || tag.mark("form").map(|it| Of::Named(it.to_owned())).or(within.map(Of::Place));
        let name = tag.mark("name").unwrap_or_default().to_owned();
        let value = tag.mark("value").unwrap_or_default().to_owned();
        let is_needed = tag.mark("required").is_some();
        let is_off = tag.mark("disabled").is_some();
        match tag.name {
            "form" if tag.mark("method") == Some("post") => {
                within = Some(forms.len());
                forms.push(Drawn {
                    id: tag.mark("id").unwrap_or_default().to_owned(),
                    to: tag.mark("action").unwrap_or_default().to_owned(),
                    has_files: tag.mark("enctype") == Some("multipart/form-data"),
                });
            }
            "form" | "/form" => within = None,
            "input" if !is_off => {
                let kind = tag.mark("type").unwrap_or("text").to_owned();
                let control = match kind.as_str() {
                    "checkbox" | "radio" => Control::Tick {
                        name,
                        value: if value.is_empty() { "on".to_owned() } else { value },
                        is_on: tag.mark("checked").is_some(),
                        is_one_of: kind == "radio",
                        is_needed,
                    },
                    "file" => Control::Files,
                    "submit" => Control::Button {
                        name,
                        value,
                        to: tag.mark("formaction").unwrap_or_default().to_owned(),
                    },
                    _ => {
                        let kind = match (tag.mark("data-day"), tag.mark("inputmode")) {
                            (Some(_), _) => "date".to_owned(),
                            (None, Some("decimal" | "numeric")) => "number".to_owned(),
                            _ => kind,
                        };
                        Control::Line { name, kind, value, is_needed }
                    }
                };
                controls.extend(of().map(|of| (of, control)));
            }
            "textarea" if !is_off => {
                let (words, behind) = rest.split_once("</textarea>").unwrap_or((rest, ""));
                rest = behind;
                let value = plain(words.strip_prefix('\n').unwrap_or(words));
                let control = Control::Line { name, kind: "area".to_owned(), value, is_needed };
                controls.extend(of().map(|of| (of, control)));
            }
            "select" if !is_off => {
                let control = Control::Select { name, options: Vec::new(), is_needed };
                controls.extend(of().map(|of| (of, control)));
            }
            "option" if !is_off => {
                if let Some((_, Control::Select { options, .. })) = controls.last_mut() {
                    options.push((value, tag.mark("selected").is_some()));
                }
            }
            "button" if !is_off && tag.mark("type") != Some("button") => {
                let to = tag.mark("formaction").unwrap_or_default().to_owned();
                controls.extend(of().map(|of| (of, Control::Button { name, value, to })));
            }
            _ => {}
        }
    }
    (forms, controls)
}

/// A tag with what is said in it; a closing one has its stroke before its name.
struct Tag<'a> {
    name: &'a str,
    marks: Vec<(&'a str, String)>,
}

impl<'a> Tag<'a> {
    /// Reads what stands between `<` and `>`. Our pages put every value in double quotes.
    fn read(inside: &'a str) -> Self {
        let end = inside.find(|it: char| it.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, mut rest) = inside.split_at(end);
        let mut marks = Vec::new();
        loop {
            rest = rest.trim_start();
            let end = rest.find(|it: char| it == '=' || it.is_ascii_whitespace()).unwrap_or(rest.len());
            if end == 0 {
                break;
            }
            let mark = &rest[..end];
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let (inner, behind) = quoted.split_once('"').unwrap_or((quoted, ""));
                value = plain(inner);
                rest = behind;
            }
            marks.push((mark, value));
        }
        Self { name, marks }
    }

    fn mark(&self, name: &str) -> Option<&str> {
        self.marks.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_str())
    }
}

/// Words as they were before they were put into a page.
fn plain(words: &str) -> String {
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn a_form_is_filled_in_as_a_person_would() {
    let page = r#"<form id="a" method="post" action="/notes?b=1&amp;c=2"><input type="hidden" name="version" value="3">
        <input class="input" name="title" type="text" value=""><input name="other" type="text" value="">
        <input name="day" type="date" value="" required><textarea name="words" rows="3">&lt;b&gt;</textarea>
        <select name="who"><option value="">Choose</option><option value="7">Ada</option></select>
        <select name="zone"><option value="" selected>None</option><option value="1">One</option></select>
        <input type="radio" name="side" value="us"><input type="radio" name="side" value="them" checked>
        <input name="hours" inputmode="decimal" value=""><input type="checkbox" name="loud" value="yes"><button name="then" value="stay">Keep</button>
        <button formaction="/notes/drop">Drop</button></form>
        <input type="checkbox" name="marked" value="N-1" form="a"><input type="checkbox" name="marked" value="N-2" form="a">
        <form method="get" action="/search"><input name="q"></form>"#;
    let offered = on(page);
    let all = [
        ("version", "3"),
        ("title", samples::word_of("title").unwrap()),
        ("other", ""),
        ("day", samples::day_of("day")),
        ("words", "<b>"),
        ("who", "7"),
        ("zone", ""),
        ("side", "them"),
        ("hours", samples::word_of("hours").unwrap()),
        ("marked", "N-1"),
    ];
    let mut fields: Vec<(String, String)> =
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let dropped = Offered { to: "/notes/drop".to_owned(), fields: fields.clone(), has_files: false };
    fields.push(("then".to_owned(), "stay".to_owned()));
    assert_eq!(offered, [Offered { to: "/notes?b=1&c=2".to_owned(), fields, has_files: false }, dropped]);
}
