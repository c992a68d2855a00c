//! Heads of the log that leave the house by letter: to whom, and how many addresses hold one that covers an entry.

use serde::{Deserialize, Serialize};

use crate::{Faults, Letter, Permit, PersonId, Reader, Result, Role, Work, is_address, sql, text, values};

/// For what the letters are that carry heads.
pub const HEAD: &str = "head";
/// Where it is kept to whom heads go.
pub(crate) const HEADS_TO: &str = "log.heads_to";
/// The most addresses that heads go to.
const MOST: usize = 20;

/// To whom the newest head of the log goes once a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Witnesses {
    pub addresses: Vec<String>,
    /// Who said so; the letters stand with them.
    pub by: PersonId,
}

/// A head that is to leave the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// How many entries it covers.
    pub size: i64,
    /// The head as it was signed.
    pub head: String,
    pub to: Witnesses,
    /// A code like `de`: what whoever said to whom it goes reads.
    pub language: String,
}

impl Reader<'_> {
    /// To whom heads go.
    pub fn witnesses(&self) -> Result<Witnesses> {
        let kept = self.setting(HEADS_TO)?;
        Ok(kept.map(|it| serde_json::from_str(&it)).transpose()?.unwrap_or_default())
    }

    /// The newest head, with those to whom it goes; none where nothing is signed, nobody is named, or no mail server is
    /// set up.
    pub fn leaving(&self) -> Result<Option<Leaving>> {
        let to = self.witnesses()?;
        if to.addresses.is_empty() || self.post_server()?.is_none() {
            return Ok(None);
        }
        let newest = self.maybe(sql!("select size, note from checkpoint order by size desc limit 1"), &[])?;
        let Some((size, head)) = newest else { return Ok(None) };
        let named_by = (self.house.people.somebody)(&self.product(), to.by)?;
        let language = named_by.and_then(|it| it.language).unwrap_or_else(|| "en".to_owned());
        Ok(Some(Leaving { size, head, to, language }))
    }

    /// How many addresses were sent a head that covers the entry at a place. Outsiders are told of none.
    pub fn witnesses_of(&self, place: i64) -> Result<i64> {
        if self.actor.is_outside() {
            return Ok(0);
        }
        self.one(
            sql!(
                "select count(distinct address) from head_sent join letter on letter.id = head_sent.letter
                 where size > $1 and state = 'sent'"
            ),
            values![place],
        )
    }
}

impl Work<'_> {
    /// Says to whom the newest head of the log goes from now on, once a day; to nobody where none is named.
    ///
    /// # Errors
    /// Only an administrator may. Names the address that is none.
    pub fn name_witnesses(&mut self, addresses: &[String]) -> Result<()> {
        Permit::Has(Role::Administrator).covers(self.actor, None)?;
        let addresses = each_once(addresses);
        check(&addresses)?;
        if addresses == self.witnesses()?.addresses {
            return Ok(());
        }
        let named = Witnesses { addresses, by: self.actor.person };
        self.set(HEADS_TO, &serde_json::to_string(&named)?)
    }

    /// Tells somebody a head by letter. Whoever was told the same head before is not told again.
    ///
    /// # Errors
    /// As [`Work::tell`].
    pub fn tell_head(&mut self, size: i64, letter: &Letter) -> Result<()> {
        let Some(to) = letter.to.first() else { return Ok(()) };
        let once = format!("head:{size}:{}", to.address);
        let told = self.tell(&Letter { once: Some(&once), ..*letter })?;
        self.execute(
            sql!("insert into head_sent (letter, size, address) values ($1, $2, $3) on conflict (letter) do nothing"),
            values![told.id, size, &to.address],
        )?;
        Ok(())
    }
}

/// The addresses in their order, none twice, whatever the size of its letters.
fn each_once(addresses: &[String]) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for it in addresses.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
        if !known.iter().any(|other| other.eq_ignore_ascii_case(it)) {
            known.push(it.to_owned());
        }
    }
    known
}

fn check(addresses: &[String]) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let sentence = text!("Name {count} addresses at most.", count = i64::try_from(MOST).unwrap_or(0));
    faults.unless(addresses.len() <= MOST, "addresses", sentence);
    for it in addresses.iter().filter(|it| !is_address(it)) {
        faults.add("addresses", text!("“{address}” is no mail address.", address = it.as_str()));
    }
    faults.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(addresses: &[&str]) -> Vec<String> {
        each_once(&addresses.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn an_address_is_taken_once_and_a_wrong_one_is_named() {
        let kept = given(&[" log@auditor.example", "", "LOG@auditor.example", "heads@bank.example "]);
        assert_eq!(kept, ["log@auditor.example", "heads@bank.example"]);
        assert_eq!(check(&kept), Ok(()));
        let refused = check(&given(&["log@auditor.example", "the auditor"])).unwrap_err().to_string();
        assert!(refused.contains("“the auditor” is no mail address."), "{refused}");
        let many: Vec<String> = (0..=MOST).map(|no| format!("log{no}@auditor.example")).collect();
        assert!(check(&many).unwrap_err().to_string().contains("Name 20 addresses at most."));
    }
}
