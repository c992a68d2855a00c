//! What areas that do not know each other ask before the gates of others: the review before an order is accepted.

use customers::{Organisation, Topic};
use kernel::{Missing, PartyId, Reader, Result, text};

/// What reviews and the customer's word ask before an order on a requirement set is accepted (ISO 9001, 8.2.3.1 and
/// 8.2.3.2): that a review of exactly this revision was closed with yes, that the customer confirmed it where they were
/// asked or want to be, and that its conditions and questions are settled.
pub fn before_an_order(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let mut missing = what_was_only_said(reader, order)?;
    missing.extend(what_its_set_asks(reader, order)?);
    Ok(missing)
}

/// What was said in calls and meetings that led to an order and is not confirmed in writing (ISO 9001, 8.2.3.1).
fn what_was_only_said(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for id in orders::origins(reader, order)? {
        let Some(it) = reader.mention(id)? else { continue };
        let said = match it.kind.as_str() {
            "CV" => conversations::unconfirmed(reader, id)?,
            "CA" | "MT" => conversations::unconfirmed_in(reader, id)?,
            _ => Vec::new(),
        };
        missing.extend(said.into_iter().map(|it| Missing {
            sentence: text!(
                "“{words}” was said and not confirmed in writing ({number}). Silence is no consent.",
                words = &it.words,
                number = &it.number
            ),
            link: Some(reader.registry().address(&it.kind, &it.number)),
        }));
    }
    missing.dedup_by(|one, other| one.sentence == other.sentence);
    Ok(missing)
}

/// What reviews and the customer's word ask of the set on which an order rests.
fn what_its_set_asks(reader: &Reader, order: i64) -> Result<Vec<Missing>> {
    let Some(basis) = orders::basis_of(reader, order)? else { return Ok(Vec::new()) };
    let Some((set, no)) = basis.set else { return Ok(Vec::new()) };
    let Some(subject) = reader.mention(set)? else { return Ok(Vec::new()) };
    if reader.revisions(set)?.iter().all(|it| it.no != no) {
        let sentence =
            text!("There is no revision {no} of {number}.", no = no.to_string(), number = &subject.number);
        return Ok(vec![Missing { sentence, link: Some(format!("/requirement-sets/{}", subject.number)) }]);
    }
    let mut missing = reviews::missing_before_order(reader, set, no)?;
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

/// Whether it was agreed with a customer that they confirm orders, or everything.
fn wants_to_confirm(reader: &Reader, party: Option<PartyId>) -> Result<bool> {
    let Some(party) = party else { return Ok(false) };
    let found = reader.find_many::<Organisation>(&[party])?.into_iter().next();
    let lines = found.map(|(_, it)| it.profile.lines).unwrap_or_default();
    Ok(lines.iter().any(|it| it.needs_approval && matches!(it.topic, Topic::Everything | Topic::Order)))
}
