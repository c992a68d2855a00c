//! Where does a customer's order say something else than our quotation and what was agreed?

use std::collections::BTreeSet;

use super::{Amount, total};
use crate::model::{Difference, DifferenceKind, Line, Order, Purchase, Resolution, Settled, Terms};

/// The places that are no field of a line and no term.
pub const SPECIFICATION: &str = "specification";
const TOTAL: &str = "total of their lines";

/// What we said: our quotation, or the order as we understand it, and the set that was agreed.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The set with its revision: `RS-2026-0017 revision 2`.
    pub specification: String,
    /// The set on which the order itself rests, where that is another revision than the quotation names.
    pub rests_on: String,
    pub currency: String,
    pub terms: Terms,
    pub lines: Vec<Line>,
    /// What is measured of the products in the revision of the set.
    pub agreed: Vec<Agreed>,
}

/// What was agreed of a characteristic: a value, limits, or both.
#[derive(Clone, Debug, Default)]
pub struct Agreed {
    /// The article that it is about; empty where it is about all.
    pub product: String,
    pub name: String,
    pub value: String,
    pub lower: String,
    pub upper: String,
    pub unit: String,
}

impl Beside {
    /// The paper alone, whatever was agreed.
    pub fn alone(self) -> Self {
        Self { rests_on: String::new(), agreed: Vec::new(), ..self }
    }
}

impl Agreed {
    fn is_about(&self, line: &Line, name: &str) -> bool {
        (self.product.trim().is_empty() || self.is_about_article(line)) && words(&self.name) == words(name)
    }

    /// Whether it names the article of a line.
    fn is_about_article(&self, line: &Line) -> bool {
        !self.product.trim().is_empty() && bare(&self.product) == bare(&line.article)
    }

    fn is_met_by(&self, theirs: &str) -> bool {
        let with_unit = format!("{} {}", self.value, self.unit);
        let is_same = words(theirs) == words(&self.value) || words(theirs) == words(&with_unit);
        let amount = theirs.split_whitespace().next().and_then(Amount::plain);
        let is_within = amount.is_some_and(|it| {
            let (lower, upper) = (Amount::plain(&self.lower), Amount::plain(&self.upper));
            let has_its_unit = theirs.split_whitespace().nth(1).is_none_or(|it| unit(it) == unit(&self.unit));
            let fits = lower.is_none_or(|lower| it >= lower) && upper.is_none_or(|upper| it <= upper);
            (lower.is_some() || upper.is_some()) && has_its_unit && fits
        });
        if self.value.trim().is_empty() { is_within } else { is_same }
    }

    /// As it stands beside theirs: `18 m³/h`, `16 … 20 m³/h`.
    fn told(&self) -> String {
        let limits = format!("{} … {}", self.lower, self.upper);
        let amount = if self.value.trim().is_empty() { limits } else { self.value.clone() };
        format!("{amount} {}", self.unit).trim().to_owned()
    }
}

/// Both papers field by field; what one of them does not say is empty.
pub fn beside(ours: &Beside, theirs: &Purchase) -> Vec<(Difference, bool)> {
    let mut all = Vec::new();
    let mut put = |place: String, line: Option<i64>, kind, (ours, theirs): (&str, &str), differs: bool| {
        let (ours, theirs) = (ours.trim().to_owned(), theirs.trim().to_owned());
        all.push((Difference { place, line, kind, ours, agreed: String::new(), theirs }, differs));
    };
    let spec = (ours.specification.as_str(), theirs.specification.as_str());
    put(
        SPECIFICATION.into(),
        None,
        DifferenceKind::Revision,
        spec,
        !ours.rests_on.is_empty() || !spec.1.is_empty() && !same_specification(spec.0, spec.1),
    );
    let money = (ours.currency.as_str(), theirs.currency.as_str());
    put("currency".into(), None, DifferenceKind::Price, money, is_other(money.0, money.1));
    for (name, kind, one, other) in of_terms(&ours.terms, &theirs.terms) {
        let differs = match kind {
            DifferenceKind::Date => !other.is_empty() && !same_time(&one, &other),
            _ => is_other(&one, &other),
        };
        put(name, None, kind, (&one, &other), differs);
    }
    let mut left: Vec<&Line> = ours.lines.iter().collect();
    let mut measured = Vec::new();
    for their in &theirs.lines {
        let found = left.iter().position(|it| it.no == their.no && is_same_article(it, their));
        let found = found
            .or_else(|| left.iter().position(|it| !their.article.is_empty() && is_same_article(it, their)));
        let found = found.or_else(|| left.iter().position(|it| it.no == their.no));
        match found.map(|place| left.remove(place)) {
            Some(our) => {
                of_line(our, their, &mut put);
                measured.extend(measured_of((ours, our), their));
            }
            None => put(
                format!("line {}", their.no),
                Some(their.no),
                DifferenceKind::Quantity,
                ("", &told(their)),
                true,
            ),
        }
    }
    for our in left {
        put(format!("line {}", our.no), Some(our.no), DifferenceKind::Quantity, (&told(our), ""), true);
    }
    let (sum, named) = (total(&theirs.lines).to_string(), theirs.total.as_str());
    let is_sound =
        named.is_empty() || Amount::written(named).map(|it| it.to_string()).as_deref() == Some(sum.as_str());
    put(TOTAL.into(), None, DifferenceKind::Price, (&sum, named), !is_sound);
    all.extend(measured);
    if let Some((first, _)) = all.first_mut() {
        first.agreed.clone_from(&ours.rests_on);
    }
    all
}

/// The differences that nobody has settled while both papers say what they say now.
pub fn open_differences<'a>(all: &'a [Difference], settled: &[Settled]) -> Vec<&'a Difference> {
    let is_settled = |it: &&Difference| {
        let last = settled.iter().rfind(|one| one.is_of(it));
        last.is_some_and(|one| match one.resolution {
            Resolution::AcceptTheirs => true,
            Resolution::KeepOurs => !one.told.trim().is_empty(),
            Resolution::Clarify => false,
        })
    };
    all.iter().filter(|it| !is_settled(it)).collect()
}

/// Whether an order says in one place what was settled there. `ours` is our paper beside theirs, whatever the set says of
/// both; `now` is the order itself beside theirs.
pub fn is_written(settled: &Settled, ours: &[(Difference, bool)], now: &[(Difference, bool)]) -> bool {
    match settled.resolution {
        Resolution::AcceptTheirs => says_theirs(settled, ours, now),
        Resolution::KeepOurs => keeps_ours(settled, ours, now),
        Resolution::Clarify => true,
    }
}

/// Whether an order says what was accepted of theirs: as they say it, or, where somebody said what was agreed in the end,
/// something else than ours.
fn says_theirs(settled: &Settled, ours: &[(Difference, bool)], now: &[(Difference, bool)]) -> bool {
    let is_between = |it: &Difference| !settled.words.trim().is_empty() && it.ours != settled.ours;
    let asked = (settled.place.as_str(), settled.ours.as_str(), settled.theirs.as_str());
    if let Some((it, differs)) = there(now, ours, asked) {
        return !differs || !has_a_field(it) || is_between(it);
    }
    let what = field(&settled.place);
    let is_in_a_line = !what.is_empty() && what != settled.place;
    let is_said = |it: &Difference| field(&it.place) == what && it.theirs == settled.theirs;
    !is_in_a_line
        || settled.theirs.is_empty()
        || now.iter().any(|(it, differs)| is_said(it) && (!differs || is_between(it)))
}

/// What an order says where our paper says something, as it stands beside theirs: it may number its lines otherwise.
pub fn there<'a>(
    now: &'a [(Difference, bool)],
    ours: &[(Difference, bool)],
    (place, our, their): (&str, &str, &str),
) -> Option<&'a (Difference, bool)> {
    let is_same_line = |it: &Difference| match (article_of(ours, it.line), article_of(now, it.line)) {
        (Some(one), Some(other)) => {
            let is_theirs = !one.theirs.is_empty() && one.theirs == other.theirs;
            is_theirs || bare(&one.ours) == bare(&other.ours)
        }
        _ => true,
    };
    let is_elsewhere =
        |it: &Difference| field(&it.place) == field(place) && it.ours == our && it.theirs == their;
    let found = now.iter().find(|(it, _)| it.place == place && is_same_line(it));
    found.or_else(|| now.iter().find(|(it, _)| is_elsewhere(it)))
}

fn article_of(all: &[(Difference, bool)], line: Option<i64>) -> Option<&Difference> {
    all.iter().map(|(it, _)| it).find(|it| it.line == line && field(&it.place) == " article")
}

/// Whether what they say in one place can be written into an order: the total that they name stands in no field of it, and
/// a specification of their own is no revision of ours.
pub fn has_a_field(it: &Difference) -> bool {
    match it.place.as_str() {
        TOTAL => false,
        SPECIFICATION => revision_named(&it.ours, &it.theirs).is_some(),
        _ => !it.theirs.is_empty() || is_whole_line(it),
    }
}

/// Whether an order still says something else than theirs where ours was kept: theirs may have been accepted before.
fn keeps_ours(settled: &Settled, ours: &[(Difference, bool)], now: &[(Difference, bool)]) -> bool {
    let Some(kept) = differing(ours, &settled.place) else { return true };
    there(now, ours, (&kept.place, &kept.ours, &kept.theirs)).is_some_and(|(_, differs)| *differs)
}

fn differing<'a>(all: &'a [(Difference, bool)], place: &str) -> Option<&'a Difference> {
    all.iter().find(|(it, differs)| *differs && it.place == place).map(|(it, _)| it)
}

/// A place without the number of its line.
fn field(place: &str) -> &str {
    place.strip_prefix("line ").map_or(place, |it| it.trim_start_matches(|it: char| it.is_ascii_digit()))
}

/// What an order says because it was accepted of an earlier order of theirs, where theirs says something else now: what
/// was settled since decides whether that holds. `now` is the order itself beside theirs.
pub fn left_over<'a>(now: &'a [(Difference, bool)], settled: &[Settled]) -> Vec<&'a Difference> {
    let is_left = |it: &&Difference| {
        let is_numbered = |place: &str| now.iter().any(|(one, _)| one.place == place);
        // The order may number its lines otherwise than our quotation.
        let is_about = |one: &Settled| {
            one.place == it.place || field(&one.place) == field(&it.place) && !is_numbered(&one.place)
        };
        let is_said = |one: &Settled| match it.place.as_str() {
            SPECIFICATION => specification(&one.theirs) == specification(&it.ours),
            _ => words(&one.theirs) == words(&it.ours),
        };
        let last = settled.iter().rfind(|one| is_about(one) && one.theirs == it.theirs);
        let holds = last.is_some_and(|one| match one.resolution {
            Resolution::AcceptTheirs => true,
            Resolution::KeepOurs => one.ours == it.ours,
            Resolution::Clarify => false,
        });
        let is_accepted = |one: &Settled| one.resolution == Resolution::AcceptTheirs;
        !holds && settled.iter().any(|one| is_accepted(one) && is_about(one) && is_said(one))
    };
    now.iter().filter(|(_, differs)| *differs).map(|(it, _)| it).filter(is_left).collect()
}

/// Writes into an order what it is to say where theirs was accepted: a line, a field of a line, a term or the currency.
pub fn write_theirs(order: &mut Order, it: &Difference, theirs: &Purchase) {
    let said = it.theirs.clone();
    let Some(no) = it.line else { return write_term(order, &it.place, said) };
    if is_whole_line(it) {
        order.lines.retain(|one| !said.is_empty() || one.no != no);
        let wanted = theirs.lines.iter().find(|one| one.no == no).filter(|_| !said.is_empty());
        let is_taken = order.lines.iter().any(|one| one.no == no);
        let last = order.lines.iter().map(|one| one.no).max().unwrap_or(0);
        let no = if is_taken { last + 10 } else { no };
        order.lines.extend(wanted.map(|one| Line { no, item: None, ..one.clone() }));
        order.lines.sort_by_key(|one| one.no);
        return;
    }
    let found = order.lines.iter_mut().find(|one| one.no == no);
    // Whoever leaves a field of a line empty says nothing of it.
    let Some(line) = found.filter(|_| !said.is_empty()) else { return };
    match it.place.strip_prefix(&format!("line {no} ")).unwrap_or_default() {
        "article" => line.article = said,
        "text" => line.words = said,
        "quantity" => line.quantity = said,
        "unit" => line.unit = said,
        "price" => line.price = said,
        "date" => line.wanted_on = said.parse().ok(),
        name => {
            line.further.retain(|other, _| words(other) != words(name));
            line.further.insert(name.to_owned(), said);
        }
    }
}

fn write_term(order: &mut Order, place: &str, said: String) {
    let terms = &mut order.terms;
    match place {
        SPECIFICATION | TOTAL => {}
        "currency" => order.currency = said,
        "delivery" => terms.delivery = said,
        "incoterm" => terms.incoterm = said,
        "payment" => terms.payment = said,
        "penalty" => terms.penalty = said,
        "warranty" => terms.warranty = said,
        "packing" => terms.packing = said,
        name => {
            terms.further.insert(name.to_owned(), said);
        }
    }
}

fn is_whole_line(it: &Difference) -> bool {
    it.line.is_some_and(|no| it.place == format!("line {no}"))
}

/// The revision that their paper names of the specification on which ours rests; none where it is another one.
pub fn revision_named(ours: &str, theirs: &str) -> Option<i64> {
    let ((one, _), (other, revision)) = (specification(ours), specification(theirs));
    let no = revision.filter(|_| one == other)?;
    no.strip_suffix(".00").unwrap_or(&no).parse().ok()
}

fn of_terms(ours: &Terms, theirs: &Terms) -> Vec<(String, DifferenceKind, String, String)> {
    use DifferenceKind::{Date, Terms};
    let named = [
        ("delivery", Date, &ours.delivery, &theirs.delivery),
        ("incoterm", Terms, &ours.incoterm, &theirs.incoterm),
        ("payment", Terms, &ours.payment, &theirs.payment),
        ("penalty", Terms, &ours.penalty, &theirs.penalty),
        ("warranty", Terms, &ours.warranty, &theirs.warranty),
        ("packing", Terms, &ours.packing, &theirs.packing),
    ];
    let mut all: Vec<_> = named
        .into_iter()
        .map(|(name, kind, one, other)| (name.to_owned(), kind, one.clone(), other.clone()))
        .collect();
    let names: BTreeSet<&String> = ours.further.keys().chain(theirs.further.keys()).collect();
    for name in names {
        let of = |it: &std::collections::BTreeMap<String, String>| it.get(name).cloned().unwrap_or_default();
        all.push((name.clone(), Terms, of(&ours.further), of(&theirs.further)));
    }
    all
}

fn of_line(
    our: &Line,
    their: &Line,
    put: &mut impl FnMut(String, Option<i64>, DifferenceKind, (&str, &str), bool),
) {
    use DifferenceKind::{Characteristic, Date, Price, Product, Quantity};
    let no = our.no;
    let place = |what: &str| format!("line {no} {what}");
    let article = (our.article.as_str(), their.article.as_str());
    put(place("article"), Some(no), Product, article, !article.1.is_empty() && !is_same_article(our, their));
    let words = (our.words.as_str(), their.words.as_str());
    let kind = if names_another_article(words.0, words.1) { Product } else { Characteristic };
    put(place("text"), Some(no), kind, words, is_other(words.0, words.1));
    let amount = |it: &str| Amount::written(it);
    let count = (our.quantity.as_str(), their.quantity.as_str());
    put(place("quantity"), Some(no), Quantity, count, amount(count.0) != amount(count.1));
    let units = (our.unit.as_str(), their.unit.as_str());
    let is_other_unit = !units.0.is_empty() && !units.1.is_empty() && unit(units.0) != unit(units.1);
    put(place("unit"), Some(no), Quantity, units, is_other_unit);
    let price = (our.price.as_str(), their.price.as_str());
    put(place("price"), Some(no), Price, price, !price.1.is_empty() && amount(price.0) != amount(price.1));
    if their.wanted_on.is_some() || our.wanted_on.is_some() {
        let day = |it: &Line| it.wanted_on.map(|it| it.to_string()).unwrap_or_default();
        put(
            place("date"),
            Some(no),
            Date,
            (&day(our), &day(their)),
            their.wanted_on.is_some() && our.wanted_on != their.wanted_on,
        );
    }
}

/// What is measured of a line: what our paper, the agreed set and their order say of it. Whatever the set says of the
/// article stands there, also where both papers are silent.
fn measured_of((ours, our): (&Beside, &Line), their: &Line) -> Vec<(Difference, bool)> {
    let mut names: Vec<&String> = our.further.keys().chain(their.further.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for it in ours.agreed.iter().filter(|it| it.is_about_article(our)) {
        if names.iter().all(|name| words(name) != words(&it.name)) {
            names.push(&it.name);
        }
    }
    let one = |name: &String| {
        let of = |it: &Line| it.further.get(name).cloned().unwrap_or_default().trim().to_owned();
        let (one, other) = (of(our), of(their));
        let agreed: Vec<&Agreed> = ours.agreed.iter().filter(|it| it.is_about(our, name)).collect();
        let is_as_agreed = |it: &str| it.is_empty() || agreed.iter().all(|agreed| agreed.is_met_by(it));
        // Where our own paper is silent, the set that it rests on speaks.
        let is_as_quoted = (one.is_empty() && !agreed.is_empty()) || !is_other(&one, &other);
        let differs = !is_as_quoted || !is_as_agreed(&one) || !is_as_agreed(&other);
        let told: Vec<String> = agreed.iter().map(|it| it.told()).collect();
        let difference = Difference {
            place: format!("line {} {name}", our.no),
            line: Some(our.no),
            kind: DifferenceKind::Characteristic,
            ours: one,
            agreed: told.join("; "),
            theirs: other,
        };
        (difference, differs)
    };
    names.into_iter().map(one).collect()
}

/// A whole line in words.
fn told(it: &Line) -> String {
    let price = if it.price.is_empty() { String::new() } else { format!("at {}", it.price) };
    let words = [&it.quantity, &it.unit, &it.article, &it.words, &price];
    words.into_iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

/// Whether theirs says something, and something else. Who is silent agrees with what was quoted.
fn is_other(ours: &str, theirs: &str) -> bool {
    !theirs.trim().is_empty() && words(ours) != words(theirs)
}

/// The words of a text as they are compared: small letters, numbers by their value, no punctuation.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|it: char| it.is_whitespace() || matches!(it, ',' | ';' | ':' | '(' | ')' | '"'));
    let bare = parts.map(|it| it.trim_matches(['.', '!']).to_lowercase()).filter(|it| !it.is_empty());
    bare.map(|it| Amount::plain(&it).map_or(it, |it| it.to_string())).collect()
}

fn is_same_article(one: &Line, other: &Line) -> bool {
    bare(&one.article) == bare(&other.article)
}

/// An article as it is compared: letters and digits.
fn bare(article: &str) -> String {
    article.chars().filter(|it| it.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// Whether two texts differ in something that looks like an article number: letters and digits together.
fn names_another_article(ours: &str, theirs: &str) -> bool {
    let of = |it: &str| -> BTreeSet<String> {
        let is_article = |it: &String| {
            it.contains(|it: char| it.is_ascii_digit()) && it.contains(|it: char| it.is_ascii_alphabetic())
        };
        words(it).into_iter().filter(is_article).collect()
    };
    of(ours) != of(theirs)
}

/// One word for each unit of counting, whoever abbreviates it.
fn unit(words: &str) -> String {
    let bare = words.trim().trim_end_matches('.').to_lowercase();
    match bare.as_str() {
        "pc" | "pcs" | "piece" | "pieces" | "ea" | "each" | "st" | "stk" | "stck" | "stück" | "unit"
        | "units" => "pc".to_owned(),
        "day" | "days" | "d" | "tag" | "tage" => "day".to_owned(),
        "set" | "sets" | "satz" | "sätze" => "set".to_owned(),
        "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" => "h".to_owned(),
        _ => bare,
    }
}

/// Whether two papers name the same revision of the same specification; of one that names no revision the number counts.
fn same_specification(ours: &str, theirs: &str) -> bool {
    let (one, other) = (specification(ours), specification(theirs));
    one.0 == other.0 && (other.1.is_none() || one.1 == other.1)
}

/// What a specification is called, and which revision of it is meant.
fn specification(named: &str) -> (Vec<String>, Option<String>) {
    let all = words(named);
    let is_word = |it: &str| matches!(it, "revision" | "rev" | "version" | "stand" | "r");
    let place = all.iter().position(|it| is_word(it));
    let revision = place.and_then(|at| all.get(at + 1)).cloned();
    (all.into_iter().take(place.unwrap_or(usize::MAX)).collect(), revision)
}

/// Whether two papers mean the same time: the same week where both name one, else the same words.
fn same_time(ours: &str, theirs: &str) -> bool {
    match (week(ours), week(theirs)) {
        (Some(one), Some(other)) => one == other,
        _ => words(ours) == words(theirs),
    }
}

/// The week that a text names: `week 46`, `KW 46`, `wk46`.
fn week(text: &str) -> Option<u8> {
    let all = words(text);
    let is_word = |it: &str| matches!(it, "week" | "kw" | "wk" | "cw" | "kalenderwoche");
    let digits = |it: &str| it.trim_end_matches(".00").parse::<u8>().ok().filter(|it| (1..=53).contains(it));
    all.iter().enumerate().find_map(|(place, it)| {
        let joined = ["week", "kw", "wk", "cw"].iter().find_map(|word| digits(it.strip_prefix(word)?));
        joined.or_else(|| is_word(it).then(|| all.get(place + 1)).flatten().and_then(|it| digits(it)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(ours: &Beside, theirs: &Purchase) -> Vec<Difference> {
        beside(ours, theirs).into_iter().filter(|(_, differs)| *differs).map(|(it, _)| it).collect()
    }

    fn line(no: i64, article: &str, quantity: &str, price: &str) -> Line {
        Line {
            no,
            article: article.into(),
            quantity: quantity.into(),
            unit: "pc".into(),
            price: price.into(),
            words: "A pump".into(),
            ..Line::default()
        }
    }

    fn ours() -> Beside {
        Beside {
            specification: "RS-2026-0017 revision 2".into(),
            currency: "EUR".into(),
            terms: Terms {
                delivery: "14 weeks, week 46".into(),
                payment: "45 days net".into(),
                penalty: "none".into(),
                ..Terms::default()
            },
            lines: vec![line(10, "KD-20", "2", "1690.00"), line(20, "TH-B", "1", "1980.00")],
            ..Beside::default()
        }
    }

    fn theirs() -> Purchase {
        Purchase {
            specification: "RS-2026-0017 rev. 2".into(),
            currency: "EUR".into(),
            terms: Terms { delivery: "KW 46".into(), payment: "45 Days net.".into(), ..Terms::default() },
            lines: vec![
                Line { unit: "Stk".into(), ..line(20, "th-b", "1.0", "1980") },
                Line { words: String::new(), ..line(10, "KD 20", "2", "1690") },
            ],
            total: "5360.00".into(),
            ..Purchase::default()
        }
    }

    fn places(ours: &Beside, theirs: &Purchase) -> Vec<String> {
        differences(ours, theirs).into_iter().map(|it| it.place).collect()
    }

    #[test]
    fn the_same_said_otherwise_is_no_difference_and_silence_is_none() {
        assert_eq!(places(&ours(), &theirs()), Vec::<String>::new());
    }

    #[test]
    fn everything_else_is_one_difference_each() {
        let mut theirs = theirs();
        theirs.specification = "RS-2026-0017 rev. 1".into();
        theirs.terms.delivery = "week 45".into();
        theirs.terms.penalty = "1 % per day".into();
        theirs.lines[0].price = "1970".into();
        theirs.lines[1].quantity = "3".into();
        theirs.lines[1].words = "A pump KC-3-A".into();
        theirs.lines.push(line(50, "SP-80-08", "2", "0"));
        theirs.total = String::new();
        let wanted = [
            "specification",
            "delivery",
            "penalty",
            "line 20 price",
            "line 10 text",
            "line 10 quantity",
            "line 50",
        ];
        assert_eq!(places(&ours(), &theirs), wanted);
        let of =
            |place: &str| differences(&ours(), &theirs).into_iter().find(|it| it.place == place).unwrap();
        assert_eq!(of("line 10 text").kind, DifferenceKind::Product);
        assert_eq!(
            (of("line 50").ours.as_str(), of("line 50").theirs.as_str()),
            ("", "2 pc SP-80-08 A pump at 0")
        );
    }

    #[test]
    fn what_our_paper_does_not_say_of_an_article_is_said_by_the_set_that_it_rests_on() {
        let agreed = |name: &str, value: &str, (lower, upper): (&str, &str), unit: &str| Agreed {
            product: "KD-20".into(),
            name: name.into(),
            value: value.into(),
            lower: lower.into(),
            upper: upper.into(),
            unit: unit.into(),
        };
        let ours = Beside {
            agreed: vec![agreed("Seals", "EPDM", ("", ""), ""), agreed("Flow", "", ("16", "20"), "l/h")],
            ..ours()
        };
        let of = |seals: &str, flow: &str| {
            let mut theirs = theirs();
            for (name, value) in [("seals", seals), ("flow", flow)] {
                theirs.lines[1].further.insert(name.into(), value.into());
            }
            differences(&ours, &theirs)
        };
        assert_eq!(of("EPDM", "18 l/h"), Vec::new());
        assert_eq!(of("epdm", "20"), Vec::new(), "a limit is within");
        let all = of("FKM", "22 l/h");
        let told: Vec<_> =
            all.iter().map(|it| (it.place.as_str(), it.ours.as_str(), it.agreed.as_str())).collect();
        assert_eq!(told, [("line 10 flow", "", "16 … 20 l/h"), ("line 10 seals", "", "EPDM")]);
        assert_eq!(of("EPDM", "18 m³/h").len(), 1, "another unit is another value");
    }

    #[test]
    fn whatever_the_set_says_of_an_article_stands_beside_both_papers_and_both_are_held_against_it() {
        let flow = Agreed {
            product: "KD-20".into(),
            name: "Flow".into(),
            lower: "16".into(),
            upper: "20".into(),
            unit: "l/h".into(),
            ..Agreed::default()
        };
        let ours = Beside { agreed: vec![flow], ..ours() };
        let shown = |ours: &Beside, theirs: &Purchase| {
            let all = beside(ours, theirs).into_iter();
            let found: Vec<_> = all.filter(|(it, _)| it.agreed == "16 … 20 l/h").collect();
            assert_eq!(found.len(), 1, "once, at its line");
            found[0].clone()
        };
        let (it, differs) = shown(&ours, &theirs());
        assert_eq!(
            (it.place.as_str(), it.theirs.as_str(), differs),
            ("line 10 Flow", "", false),
            "all are silent"
        );
        let mut theirs = theirs();
        theirs.lines[1].further.insert("flow".into(), "22 l/h".into());
        let mut quoted = ours.clone();
        quoted.lines[0].further.insert("flow".into(), "22 l/h".into());
        let (it, differs) = shown(&quoted, &theirs);
        assert_eq!((it.ours.as_str(), it.theirs.as_str()), ("22 l/h", "22 l/h"));
        assert!(differs, "both papers agree, and not with the set");
        theirs.lines[1].further.clear();
        assert!(shown(&quoted, &theirs).1, "our quotation alone departs from it");
        let settled = Settled {
            place: it.place.clone(),
            ours: it.ours.clone(),
            agreed: "16 … 24 l/h".into(),
            theirs: it.theirs.clone(),
            resolution: Resolution::AcceptTheirs,
            words: String::new(),
            told: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
        };
        let all = [it];
        assert_eq!(
            open_differences(&all, std::slice::from_ref(&settled)).len(),
            1,
            "something else was agreed"
        );
        let settled = Settled { agreed: "16 … 20 l/h".into(), ..settled };
        assert!(open_differences(&all, &[settled]).is_empty());
    }

    #[test]
    fn that_the_order_rests_on_another_revision_than_was_quoted_is_told() {
        let ours = Beside { rests_on: "RS-2026-0017 revision 3".into(), ..ours() };
        let all = differences(&ours, &theirs());
        let told: Vec<_> = all.iter().map(|it| (it.place.as_str(), it.agreed.as_str())).collect();
        assert_eq!(told, [("specification", "RS-2026-0017 revision 3")]);
        assert_eq!(all[0].ours, "RS-2026-0017 revision 2", "the quotation wins not silently");
    }

    #[test]
    fn a_line_that_they_left_out_and_a_total_that_does_not_add_up_are_told() {
        let mut theirs = theirs();
        theirs.lines.remove(0);
        assert_eq!(places(&ours(), &theirs), ["line 20", "total of their lines"]);
    }

    #[test]
    fn a_settled_difference_opens_again_when_a_paper_says_something_else() {
        let mut theirs = theirs();
        theirs.terms.payment = "90 days net".into();
        let all = differences(&ours(), &theirs);
        let settled = |resolution, told: &str| Settled {
            place: "payment".into(),
            ours: "45 days net".into(),
            agreed: String::new(),
            theirs: "90 days net".into(),
            resolution,
            words: "60 days".into(),
            told: told.into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
        };
        assert_eq!(open_differences(&all, &[]).len(), 1);
        assert!(open_differences(&all, &[settled(Resolution::AcceptTheirs, "")]).is_empty());
        assert_eq!(
            open_differences(&all, &[settled(Resolution::KeepOurs, " ")]).len(),
            1,
            "they must be told"
        );
        assert!(open_differences(&all, &[settled(Resolution::KeepOurs, "by mail")]).is_empty());
        let asked_since = [settled(Resolution::AcceptTheirs, ""), settled(Resolution::Clarify, "")];
        assert_eq!(open_differences(&all, &asked_since).len(), 1, "the last word counts");
        theirs.terms.payment = "120 days net".into();
        let changed = differences(&ours(), &theirs);
        assert_eq!(open_differences(&changed, &[settled(Resolution::AcceptTheirs, "")]).len(), 1);
    }

    #[test]
    fn what_is_accepted_is_written_into_the_order_and_counts_once_it_stands_there() {
        let mut theirs = theirs();
        theirs.terms.payment = "90 days net".into();
        theirs.lines[1].quantity = "3".into();
        theirs.lines[1].further.insert("seals".into(), "FKM".into());
        theirs.lines.push(line(50, "SP-80-08", "2", "0"));
        theirs.lines.remove(0);
        let mut order =
            Order { currency: "EUR".into(), terms: ours().terms, lines: ours().lines, ..Order::default() };
        let itself = |order: &Order| {
            let paper = Beside {
                terms: order.terms.clone(),
                lines: order.lines.clone(),
                currency: "EUR".into(),
                ..ours()
            };
            beside(&paper, &theirs)
        };
        let all = differences(&ours(), &theirs);
        let quoted = beside(&ours(), &theirs);
        let is_written = |settled: &Settled, order: &Order| is_written(settled, &quoted, &itself(order));
        let accepted = |it: &Difference, said: &str| Settled {
            place: it.place.clone(),
            ours: it.ours.clone(),
            agreed: String::new(),
            theirs: it.theirs.clone(),
            resolution: Resolution::AcceptTheirs,
            words: said.into(),
            told: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
        };
        let places: Vec<_> = all.iter().map(|it| it.place.as_str()).collect();
        assert_eq!(
            places,
            ["payment", "line 10 quantity", "line 50", "line 20", "total of their lines", "line 10 seals"]
        );
        for it in all.iter().filter(|it| it.place != TOTAL) {
            assert!(!is_written(&accepted(it, "as they wish"), &order), "{}", it.place);
            write_theirs(&mut order, it, &theirs);
            assert!(is_written(&accepted(it, ""), &order), "{}", it.place);
        }
        let lines: Vec<_> =
            order.lines.iter().map(|it| (it.no, it.article.as_str(), it.quantity.as_str())).collect();
        assert_eq!(lines, [(10, "KD-20", "3"), (50, "SP-80-08", "2")]);
        assert_eq!(order.lines[0].further.get("seals").map(String::as_str), Some("FKM"));
        let total = all.iter().find(|it| it.place == TOTAL).unwrap();
        assert!(is_written(&accepted(total, ""), &order), "an order has no field for it");

        order.terms.payment = "60 days net".into();
        let payment = &all[0];
        assert!(!is_written(&accepted(payment, ""), &order), "nobody said anything of 60 days");
        assert!(is_written(&accepted(payment, "settled at 60 days"), &order));
        order.terms.payment = "45 days net".into();
        assert!(!is_written(&accepted(payment, "settled at 60 days"), &order), "that is ours");
        let kept = |it: &Difference| Settled { resolution: Resolution::KeepOurs, ..accepted(it, "") };
        assert!(is_written(&kept(payment), &order));
        order.terms.payment = "60 days net".into();
        assert!(is_written(&kept(payment), &order), "something between both");
        order.terms.payment = "90 Days net.".into();
        assert!(!is_written(&kept(payment), &order), "the order says theirs");

        // Theirs was accepted everywhere, and then ours was kept after all: nothing of it stands in the order yet.
        for it in all.iter().filter(|it| !["payment", TOTAL].contains(&it.place.as_str())) {
            assert!(!is_written(&kept(it), &order), "{}", it.place);
        }
        assert!(is_written(&kept(total), &order), "theirs is held against itself");
        order.lines = ours().lines;
        for it in all.iter().filter(|it| it.place.starts_with("line")) {
            assert!(is_written(&kept(it), &order), "{}", it.place);
        }
        order.lines[0].no = 1;
        order.lines[1].no = 2;
        let numbered = ["line 10 quantity", "line 50", "line 20"];
        for it in all.iter().filter(|it| numbered.contains(&it.place.as_str())) {
            assert!(is_written(&kept(it), &order), "numbered otherwise: {}", it.place);
            assert!(!is_written(&accepted(it, ""), &order), "numbered otherwise: {}", it.place);
        }
        order.lines[0].quantity = "3".into();
        let quantity = all.iter().find(|it| it.place == "line 10 quantity").unwrap();
        assert!(!is_written(&kept(quantity), &order));
        assert!(is_written(&accepted(quantity, ""), &order));
        order.lines.remove(0);
        assert!(!is_written(&accepted(quantity, ""), &order), "the line was taken out");
    }

    #[test]
    fn a_line_is_found_by_its_article_where_the_order_numbers_the_lines_the_other_way_round() {
        let (mut theirs, mut paper) = (theirs(), ours());
        theirs.lines[1].quantity = "3".into();
        (paper.lines[0].no, paper.lines[1].no) = (20, 10);
        let (quoted, now) = (beside(&ours(), &theirs), beside(&paper, &theirs));
        let (it, differs) = there(&now, &quoted, ("line 10 quantity", "2", "3")).unwrap();
        assert_eq!((it.place.as_str(), *differs), ("line 20 quantity", true));
    }

    #[test]
    fn what_an_earlier_order_of_theirs_left_in_ours_is_told_and_nothing_that_was_written_by_hand() {
        let settled = |(ours, theirs): (&str, &str), resolution| Settled {
            place: "line 10 quantity".into(),
            ours: ours.into(),
            agreed: String::new(),
            theirs: theirs.into(),
            resolution,
            words: String::new(),
            told: "by mail".into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
        };
        let left = |(no, order): (i64, &str), their: &str, settled: &[Settled]| -> Vec<String> {
            let (mut paper, mut theirs) = (ours(), theirs());
            paper.lines[0].no = no;
            paper.lines[0].quantity = order.into();
            theirs.lines[1].quantity = their.into();
            let now = beside(&paper, &theirs);
            left_over(&now, settled).into_iter().map(|it| it.place.clone()).collect()
        };
        let accepted = settled(("2", "3"), Resolution::AcceptTheirs);
        let once = std::slice::from_ref(&accepted);
        assert_eq!(left((10, "3"), "2", once), ["line 10 quantity"]);
        assert_eq!(left((1, "3.00"), "2", once), ["line 1 quantity"], "numbered otherwise");
        assert!(left((10, "2"), "2", once).is_empty() && left((10, "3"), "3", once).is_empty());
        assert!(left((10, "5"), "2", once).is_empty(), "by hand, after a call");
        assert!(left((10, "3"), "2", &[settled(("2", "3"), Resolution::KeepOurs)]).is_empty());

        let and = |ours: &str, resolution| [accepted.clone(), settled((ours, "4"), resolution)];
        assert_eq!(left((10, "3"), "4", &and("2", Resolution::KeepOurs)), ["line 10 quantity"]);
        assert!(left((10, "3"), "4", &and("3", Resolution::KeepOurs)).is_empty(), "the order is our paper");
        assert!(
            left((10, "3"), "4", &and("2", Resolution::AcceptTheirs)).is_empty(),
            "that is asked already"
        );

        let mut paper = ours();
        paper.lines.push(line(50, "SP-80-08", "2", "0"));
        let place = Settled {
            place: "line 50".into(),
            ..settled(("", "2 pc SP-80-08 A pump at 0"), Resolution::AcceptTheirs)
        };
        let now = beside(&paper, &theirs());
        assert_eq!(left_over(&now, &[place])[0].place, "line 50", "a whole line that theirs has no more");
        let mut paper = ours();
        paper.specification = "RS-2026-0017 revision 3".into();
        let place = Settled {
            place: SPECIFICATION.into(),
            ..settled(("", "RS-2026-0017 rev. 3"), Resolution::AcceptTheirs)
        };
        let now = beside(&paper, &theirs());
        assert_eq!(left_over(&now, &[place])[0].place, SPECIFICATION);
    }

    #[test]
    fn a_revision_of_our_own_specification_is_told_from_a_paper_of_theirs() {
        assert_eq!(revision_named("RS-2026-0017 revision 2", "RS-2026-0017 rev. 1"), Some(1));
        assert_eq!(revision_named("RS-2026-0017 revision 2", "RS-2026-0017"), None);
        assert_eq!(revision_named("RS-2026-0017 revision 2", "MD 4711 rev. 1"), None);
        assert_eq!(revision_named("RS-2026-0017 revision 2", "RS-2026-0017 rev. B"), None);
    }
}
