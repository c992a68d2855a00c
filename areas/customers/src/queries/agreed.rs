//! What in a letter by hand is other than was agreed with the customer: by which way, to whom, in which language.

use kernel::{Addressee, Letter, PartyId, PersonId, Reader, Result, Text, Vocabulary, text};

use super::{contacts, language_to, other_way, party_of_address, profile_of, roles};
use crate::model::{ProfileLine, Topic};
use crate::rules::telling::line_for;

/// Something in a letter that is other than was agreed with a customer.
#[derive(Clone, Debug)]
pub struct Departure {
    /// Of what it is: `way`, `person`, `role`, `language`.
    pub about: &'static str,
    /// What was agreed, as a code or number.
    pub agreed: String,
    /// The same for whoever writes, with what they can do.
    pub sentence: Text,
}

/// In what a letter about a topic is other than was agreed with a customer; in nothing where nothing was agreed.
pub fn departures(
    reader: &Reader,
    (party, topic): (PartyId, Topic),
    letter: &Letter,
) -> Result<Vec<Departure>> {
    let mut all = Vec::new();
    if let Some(way) = other_way(reader, Some(party), topic)? {
        let sentence = text!(
            "They want to hear of this by “{way}”. Tell them so, or say why you write all the same.",
            way = way.text()
        );
        all.push(Departure { about: "way", agreed: way.code().clone(), sentence });
    }
    let addressed = whom(reader, letter.to)?;
    let profile = profile_of(reader, party)?.unwrap_or_default();
    if let Some(line) = line_for(&profile, topic) {
        all.extend(passed_over(reader, party, line, &addressed)?);
    }
    let first = addressed.first().copied().flatten();
    let agreed = language_to(reader, (Some(party), first), topic)?;
    all.extend(in_another(&agreed, letter.language));
    Ok(all)
}

/// Who stands behind each address, where that is certain.
fn whom(reader: &Reader, to: &[Addressee]) -> Result<Vec<Option<PersonId>>> {
    to.iter().map(|it| Ok(party_of_address(reader, &it.address)?.and_then(|known| known.person))).collect()
}

/// Whoever was to hear of it and gets no letter. Whoever left is missed by nobody.
fn passed_over(
    reader: &Reader,
    party: PartyId,
    line: &ProfileLine,
    addressed: &[Option<PersonId>],
) -> Result<Option<Departure>> {
    let active: Vec<_> = contacts(reader, party)?.into_iter().filter(|it| it.state == "active").collect();
    let (about, agreed, wanted) = match (line.person, line.role) {
        (Some(person), _) => {
            let wanted: Vec<_> = active.into_iter().filter(|it| it.id == person).collect();
            let agreed = wanted.first().map(|it| it.number.clone()).unwrap_or_default();
            ("person", agreed, wanted)
        }
        (None, Some(role)) => {
            let today = reader.today();
            let all = roles(reader, party)?;
            let has = |id| all.iter().any(|it| it.person == id && it.role == role && it.holds_on(today));
            ("role", role.code().clone(), active.into_iter().filter(|it| has(it.id)).collect())
        }
        (None, None) => return Ok(None),
    };
    if wanted.is_empty() || wanted.iter().any(|it| addressed.contains(&Some(it.id))) {
        return Ok(None);
    }
    let names = wanted.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
    let sentence =
        text!("It was agreed that this goes to {names}. Write to them, too, or say why not.", names = names);
    Ok(Some(Departure { about, agreed, sentence }))
}

/// Another language than the one in which they read, where we write in that one, too.
fn in_another(agreed: &str, written: &str) -> Option<Departure> {
    let code = |it: &str| it.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let (agreed, written) = (code(agreed), code(written));
    let is_ours = |it: &str| matches!(it, "en" | "de");
    if !is_ours(&agreed) || !is_ours(&written) || agreed == written {
        return None;
    }
    let sentence = if agreed == "de" {
        text!("They read German. Write in German, or say why in another language.")
    } else {
        text!("They read English. Write in English, or say why in another language.")
    };
    Some(Departure { about: "language", agreed, sentence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_departs_only_where_both_are_known_and_ours() {
        let agreed = |agreed: &str, written: &str| in_another(agreed, written).map(|it| it.agreed);
        assert_eq!(agreed("de", "en").as_deref(), Some("de"));
        assert_eq!(agreed("en-GB", "de").as_deref(), Some("en"));
        for (one, other) in [("en-GB", "en"), ("de", ""), ("no", "en"), ("", "de")] {
            assert_eq!(agreed(one, other), None, "{one} {other}");
        }
    }
}
