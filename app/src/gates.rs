//! What areas that do not know each other ask before the gates of others: the review before an order is accepted.

use std::collections::{BTreeMap, BTreeSet};

use customers::{Organisation, Topic};
use kernel::{Missing, PartyId, Reader, Result, text};

/// What reviews and the customer's word ask before an order is accepted (ISO 9001, 8.2.3.1 and 8.2.3.2): that a review of
/// exactly this revision of its set was closed with yes, that the customer confirmed it where they were asked or want to be,
/// that of what is sold from the catalogue each revision that a line gets was reviewed, and that conditions and questions
/// are settled.
pub fn before_an_order(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let mut missing = what_was_only_said(reader, order)?;
    let Some(basis) = orders::basis_of(reader, order)? else { return Ok(missing) };
    missing.extend(what_its_set_asks(reader, &basis)?);
    for (item, lines) in articles(reader, &basis)? {
        let mut sold = BTreeSet::new();
        for line in lines {
            // That a revision has to hold on that day is for orders to say.
            let held = orders::held_for(reader, item, (&basis.number, line), basis.ordered_on)?;
            sold.extend(held.now.into_iter().chain(held.later.into_iter().map(|(it, _)| it)).map(|it| it.no));
        }
        for no in sold {
            missing.extend(reviews::missing_before_sale(reader, item, no)?);
        }
        missing.extend(reviews::unmet_at(reader, item, reviews::Gate::OrderAccept)?);
    }
    Ok(missing)
}

/// What reviews ask before something of an order is delivered, or its service begins: conditions that are bound to that, of
/// the set on which it rests and of what it takes from the catalogue.
pub fn before_a_delivery(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let Some(basis) = orders::basis_of(reader, order)? else { return Ok(Vec::new()) };
    let mut missing = Vec::new();
    for subject in basis.set.map(|(set, _)| set).into_iter().chain(articles(reader, &basis)?.into_keys()) {
        missing.extend(reviews::unmet_at(reader, subject, reviews::Gate::Delivery)?);
    }
    Ok(missing)
}

/// The items of the catalogue of an order, each once with its lines, and with those that they are variants of: what a
/// variant does not say is said there.
fn articles(reader: &Reader, basis: &orders::Basis) -> Result<BTreeMap<i64, BTreeSet<i64>>> {
    let (mut all, mut open) = (BTreeMap::<i64, BTreeSet<i64>>::new(), basis.items.clone());
    while let Some((line, item)) = open.pop() {
        if all.entry(item).or_default().insert(line) {
            let base = catalogue::item_of(reader, item)?.and_then(|(_, _, it)| it.base);
            open.extend(base.map(|it| (line, it)));
        }
    }
    Ok(all)
}

/// What was said of an order, at it or in the calls and meetings that led to it, and is not confirmed in writing; what was
/// ordered by word of mouth needs a documented statement of the customer (ISO 9001, 8.2.3.1).
fn what_was_only_said(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let said = conversations::word_of_mouth(reader, &orders::origins(reader, order)?)?;
    let mut missing: Vec<Missing> = said.open.iter().map(|it| not_confirmed(reader, it)).collect();
    missing.dedup_by(|one, other| one.sentence == other.sentence);
    let came_by = orders::came_by(reader, order)?;
    if missing.is_empty() && came_by.is_verbal() && !said.is_documented {
        let sentence = if came_by == orders::CameBy::Telephone {
            text!("It was ordered by telephone. Write to the customer what you understood.")
        } else {
            text!("It was ordered in a meeting. Write to the customer what you understood.")
        };
        let at = reader.mention(order)?.map(|it| reader.registry().address(&it.kind, &it.number));
        missing.push(Missing { sentence, link: at.map(|it| format!("{it}#statements")) });
    }
    Ok(missing)
}

fn not_confirmed(reader: &Reader, it: &conversations::Unconfirmed) -> Missing {
    let (words, number) = (&it.words, &it.number);
    let sentence = if it.is_objected {
        text!(
            "“{words}” is not what the customer says ({number}). Write it anew, or say what follows from it.",
            words = words,
            number = number
        )
    } else {
        text!(
            "“{words}” was said and not confirmed in writing ({number}). Silence is no consent.",
            words = words,
            number = number
        )
    };
    let at = reader.registry().address(&it.kind, number);
    Missing { sentence, link: Some(format!("{at}#statement-{}", it.id)) }
}

/// What reviews and the customer's word ask of the set on which an order rests.
fn what_its_set_asks(reader: &Reader, basis: &orders::Basis) -> Result<Vec<Missing>> {
    let Some((set, no)) = basis.set else { return Ok(Vec::new()) };
    let Some(subject) = reader.mention(set)? else { return Ok(Vec::new()) };
    if reader.revisions(set)?.iter().all(|it| it.no != no) {
        let sentence =
            text!("There is no revision {no} of {number}.", no = no.to_string(), number = &subject.number);
        return Ok(vec![Missing { sentence, link: Some(format!("/requirement-sets/{}", subject.number)) }]);
    }
    let mut missing = reviews::missing_before_order(reader, set, no)?;
    missing.extend(what_the_law_asks(reader, set, no)?);
    let is_asked = !reviews::sign_offs_of(reader, set)?.is_empty();
    if !orders::is_confirmed(reader, set, no)? && (is_asked || wants_to_confirm(reader, basis.party)?) {
        let sentence = text!(
            "Revision {no} of {number} was not confirmed by the customer yet.",
            no = no.to_string(),
            number = &subject.number
        );
        missing.push(Missing { sentence, link: Some(format!("/requirement-sets/{}", subject.number)) });
    }
    Ok(missing)
}

/// What is imposed by law and does not say by what one sees that it is met; that it was judged, its review says (ISO 9001,
/// 8.2.3.1 d).
fn what_the_law_asks(reader: &Reader, set: i64, no: i64) -> Result<Vec<Missing>> {
    let words =
        |it: &kernel::Part, field: &str| it.content[field].as_str().unwrap_or_default().trim().to_owned();
    let parts = reader.parts_of(set, no)?.into_iter();
    let undecided =
        parts.filter(|it| words(it, "class") == "regulatory" && words(it, "acceptance").is_empty());
    let missing = undecided.map(|it| {
        let sentence = text!(
            "{number} is regulatory: say in its acceptance criterion by what one sees that the law is met, and release it.",
            number = &it.number
        );
        Missing { sentence, link: Some(reader.registry().address(&it.kind, &it.number)) }
    });
    Ok(missing.collect())
}

/// Whether it was agreed with a customer that they confirm orders, or everything.
fn wants_to_confirm(reader: &Reader, party: Option<PartyId>) -> Result<bool> {
    let Some(party) = party else { return Ok(false) };
    let found = reader.find_many::<Organisation>(&[party])?.into_iter().next();
    let lines = found.map(|(_, it)| it.profile.lines).unwrap_or_default();
    Ok(lines.iter().any(|it| it.needs_approval && matches!(it.topic, Topic::Everything | Topic::Order)))
}
