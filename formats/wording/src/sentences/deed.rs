//! By which word does a sentence tell what is done, and how would it oblige: "stops", "fördert"?

use std::ops::Range;

use super::Sentence;
use crate::language::Language;
use crate::text::Word;

/// The verb of a sentence that only tells, and the words that would oblige.
#[derive(Clone, Debug)]
pub(super) struct Deed {
    pub word: usize,
    pub obliging: String,
}

/// So many words into a sentence its verb is looked for.
const FARTHEST: usize = 16;

impl Sentence<'_> {
    /// The verb of a sentence in which nothing obliges. A heading and a term of delivery have none: "Splash guard",
    /// "Delivery in calendar week 2".
    pub(super) fn deed(&self) -> Option<Deed> {
        let main = self.main_clause()?;
        let said_to_be = main.clone().find(|it| self.is("indicative", *it) && !self.is_relative(*it));
        let is_so = said_to_be.map(|word| Deed { word, obliging: self.shall_be(word) });
        let looked_at = main.start..main.end.min(main.start + FARTHEST);
        let does = match self.language {
            Language::English => self.english_deed(&looked_at),
            Language::German => self.german_deed(&looked_at),
        };
        is_so.into_iter().chain(does).min_by_key(|it| it.word)
    }

    /// What stands behind the conditions: "When the level falls, the pump stops."
    pub(super) fn main_clause(&self) -> Option<Range<usize>> {
        let mut start = self.words.start;
        while self.is("trigger", start) {
            start = (start + 1..self.words.end).find(|it| self.text.gap(*it).contains(','))?;
        }
        if start > self.words.start && matches!(self.lower(start), "then" | "dann" | "so") {
            start += 1;
        }
        (start < self.words.end).then_some(start..self.words.end)
    }

    fn is_relative(&self, word: usize) -> bool {
        word > self.words.start && (is_relative(self.lower(word - 1)) || self.text.gap(word).contains(','))
    }

    fn shall_be(&self, word: usize) -> String {
        let obliging = match self.lower(word) {
            "has" | "have" => "shall have",
            "does" | "do" => "shall",
            "wird" => "muss … werden",
            "werden" => "müssen … werden",
            "war" => "muss … sein",
            "waren" => "müssen … sein",
            "gibt" => "muss … geben",
            "liegt" => "muss … liegen",
            "erfolgt" => "muss … erfolgen",
            "erfolgen" => "müssen … erfolgen",
            _ => "shall be",
        };
        obliging.to_owned()
    }

    /// "The controller stops the pump", "Tags keep their address"; not "Emergency stops within reach".
    fn english_deed(&self, main: &Range<usize>) -> Option<Deed> {
        let first = self.lower(main.start);
        let is_one = matches!(first, "a" | "an" | "each" | "every" | "this" | "no");
        let is_known = is_one || matches!(first, "the" | "its" | "their" | "our" | "your");
        let are_many = matches!(first, "the" | "its" | "their" | "our" | "your" | "both" | "all")
            || self.counts(main.start);
        (main.start + 1..main.end).find_map(|word| {
            let here = self.word(word).filter(|it| is_small(it) && self.lower(word + 1) != "of")?;
            if self.is_set_off(main, word) || !self.ends_a_subject(word - 1) {
                return None;
            }
            let before = self.lower(word - 1);
            let goes_on = self.determines(word + 1);
            if let Some(base) = base(&here.lower) {
                let is_listed = self.lists.has("deed", &base);
                let is_plain = (2..=4).contains(&(word - main.start))
                    && (main.start + 1..word).all(|it| self.ends_a_subject(it) && !self.counts(it))
                    && !self.is("not_deed", word);
                let has_subject = is_known || self.is_name(word - 1) || matches!(before, "it" | "he" | "she");
                let is_deed =
                    is_listed && (has_subject || goes_on) || is_plain && (is_one || is_known && goes_on);
                return is_deed.then(|| Deed { word, obliging: format!("shall {base}") });
            }
            let is_many = before.ends_with('s') && !before.ends_with("ss") && (are_many || goes_on)
                || matches!(before, "they" | "we" | "you");
            (is_many && self.is("deed", word))
                .then(|| Deed { word, obliging: format!("shall {}", here.lower) })
        })
    }

    /// "Die Pumpe fördert 20 l/h", "Bei Stromausfall stoppt die Pumpe"; not "Gehäuse lackiert in RAL 7035".
    fn german_deed(&self, main: &Range<usize>) -> Option<Deed> {
        let first = self.lower(main.start);
        let is_article = self.is_article(main.start)
            || matches!(
                first,
                "jede" | "jeder" | "jedes" | "diese" | "dieser" | "dieses" | "unser" | "unsere"
            );
        let are_many = matches!(first, "alle" | "beide") || self.counts(main.start);
        let is_behind_a_condition = main.start > self.words.start;
        let from = if is_behind_a_condition { main.start } else { main.start + 1 };
        (from..main.end).find_map(|word| {
            let here = self.word(word).filter(|it| is_small(it) && !self.is("not_deed", word))?;
            if self.is("function", word) || word > main.start && self.is_set_off(main, word) {
                return None;
            }
            let (infinitive, is_many) = infinitive(&here.lower)?;
            let is_listed = self.lists.has("deed", &infinitive);
            let goes_on = self.determines(word + 1);
            let is_deed = if word == main.start {
                is_listed || goes_on
            } else {
                let has_subject = self.word(word - 1).is_some_and(Word::is_capital)
                    || self.text.gap(word).contains(',')
                    || self.is_name(word - 1)
                    || word == main.start + 1 && matches!(first, "es" | "er" | "sie" | "wir");
                let is_done = is_participle(&here.lower);
                let is_known = is_article && (is_listed || !is_done && word + 1 < main.end)
                    || is_listed && (are_many || self.is_name(word - 1) || first == "wir");
                has_subject && (is_known || goes_on && (is_listed || is_article || !is_done))
            };
            is_deed.then(|| {
                let duty = if is_many { "müssen" } else { "muss" };
                let apart = Some(self.lower(self.words.end - 1)).filter(|it| PARTED.contains(it));
                let obliging = format!("{duty} … {}{infinitive}", apart.unwrap_or_default());
                Deed { word, obliging }
            })
        })
    }

    /// Whether a word is a verb that stands in a list, in whatever form.
    pub(super) fn is_a_verb(&self, word: usize) -> bool {
        let here = self.lower(word);
        let bare = match self.language {
            Language::English => base(here),
            Language::German => infinitive(here).map(|(it, _)| it),
        };
        ["indicative", "verb", "deed"].iter().any(|it| self.is(it, word))
            || bare.is_some_and(|it| self.lists.has("deed", &it))
    }

    /// Whether a word stands in a clause beside the main one: "the pump, which doses acid, …".
    fn is_set_off(&self, main: &Range<usize>, word: usize) -> bool {
        let mut commas =
            (main.start + 1..=word).rev().filter(|it| self.text.gap(*it).contains([',', ';', '(', ':']));
        match commas.next() {
            Some(last) if last == word => commas.next().is_none(),
            Some(last) => is_relative(self.lower(last)) || self.is_article(last) || self.is("trigger", last),
            None => false,
        }
    }

    /// Whether a word can stand right before a verb: "pump", "A", the "2" of "line 2"; no article and no "of".
    fn ends_a_subject(&self, word: usize) -> bool {
        if word > self.words.start && (self.is_name(word) || self.counts(word)) {
            return self.is_name(word) && !self.counts(word) || self.ends_a_subject(word - 1);
        }
        !self.is("function", word)
            && !is_relative(self.lower(word))
            && !self.is_article(word)
            && !self.determines(word)
    }

    /// Whether a word begins what something is done to: "the pump", "60 l", "seine Adresse".
    fn determines(&self, word: usize) -> bool {
        let is_limit = matches!(self.lower(word + 1), "least" | "most") && self.lower(word) == "at";
        self.word(word).is_some_and(|it| it.text.starts_with(|it: char| it.is_ascii_digit()))
            || self.counts(word)
            || is_limit
            || matches!(
                self.lower(word),
                "the"
                    | "a"
                    | "an"
                    | "each"
                    | "every"
                    | "its"
                    | "their"
                    | "our"
                    | "your"
                    | "no"
                    | "any"
                    | "both"
                    | "all"
                    | "itself"
                    | "not"
                    | "den"
                    | "dem"
                    | "einen"
                    | "einem"
                    | "einer"
                    | "seinen"
                    | "ihren"
                    | "jeden"
                    | "jede"
                    | "jedes"
                    | "keine"
                    | "keinen"
                    | "kein"
                    | "alle"
                    | "beide"
                    | "mindestens"
                    | "höchstens"
            )
            || self.is_article(word)
    }

    fn counts(&self, word: usize) -> bool {
        self.word(word).is_some_and(Word::is_number) || crate::phrases::NUMBERS.contains(&self.lower(word))
    }

    /// "A", "KD-80", "PLC": names take no plural.
    fn is_name(&self, word: usize) -> bool {
        self.word(word).is_some_and(|it| !it.text.chars().any(char::is_lowercase))
    }

    fn is_article(&self, word: usize) -> bool {
        self.language == Language::German
            && matches!(self.lower(word), "der" | "die" | "das" | "ein" | "eine")
    }
}

fn is_small(word: &Word) -> bool {
    word.text.chars().all(char::is_lowercase)
}

fn is_relative(word: &str) -> bool {
    matches!(word, "that" | "which" | "who" | "what" | "whose")
}

/// "stops" as it stands behind "shall".
fn base(word: &str) -> Option<String> {
    if word.len() < 4 || ["ss", "us", "is"].iter().any(|it| word.ends_with(it)) {
        return None;
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|it| it.len() > 1) {
        return Some(format!("{stem}y"));
    }
    let has_e = ["sses", "shes", "ches", "xes", "zzes", "oes"].iter().any(|it| word.ends_with(it));
    word.strip_suffix(if has_e { "es" } else { "s" }).map(str::to_owned)
}

/// "fördert" as it stands behind "muss", and whether it tells of many.
fn infinitive(word: &str) -> Option<(String, bool)> {
    match word {
        "ist" => return Some(("sein".to_owned(), false)),
        "sind" => return Some(("sein".to_owned(), true)),
        "hat" => return Some(("haben".to_owned(), false)),
        _ => {}
    }
    if let Some((told, whole)) = BENT.iter().find(|(told, _)| word.ends_with(told)) {
        return Some((format!("{}{whole}", word.strip_suffix(told)?), false));
    }
    if word.len() > 4 && ["en", "ern", "eln"].iter().any(|it| word.ends_with(it)) {
        return Some((word.to_owned(), true));
    }
    let stem = word.strip_suffix('t').filter(|it| it.len() > 2)?;
    let stem = stem.strip_suffix('e').unwrap_or(stem);
    let is_short = stem.ends_with("el") || stem.ends_with("er") && !stem.ends_with("ier");
    Some((format!("{stem}{}", if is_short { "n" } else { "en" }), false))
}

/// "lackiert", "geschweißt", "angeschlossen", "verzinkt": what was done to something, in terms without a verb.
fn is_participle(word: &str) -> bool {
    let inner = PARTED.iter().find_map(|it| word.strip_prefix(it)).unwrap_or(word);
    [word, inner].iter().any(|it| it.starts_with("ge"))
        || word.ends_with("iert")
        || ["be", "ver", "ent", "er", "zer"].iter().any(|it| word.starts_with(it))
}

/// What German verbs part with: "schaltet die Pumpe ab".
const PARTED: &[&str] =
    &["ab", "an", "auf", "aus", "ein", "vor", "nach", "zu", "um", "durch", "weiter", "zurück", "fest", "mit"];

/// German verbs that change inside, as they end.
const BENT: &[(&str, &str)] = &[
    ("hält", "halten"),
    ("fällt", "fallen"),
    ("trägt", "tragen"),
    ("läuft", "laufen"),
    ("misst", "messen"),
    ("nimmt", "nehmen"),
    ("lässt", "lassen"),
    ("gibt", "geben"),
    ("schlägt", "schlagen"),
    ("fährt", "fahren"),
    ("gilt", "gelten"),
    ("sieht", "sehen"),
    ("liest", "lesen"),
    ("tritt", "treten"),
    ("bricht", "brechen"),
    ("spricht", "sprechen"),
];
