//! Whose consent a change has: by function, in order, with so many people, nobody twice.

use kernel::{PersonId, Text, text};

/// A function whose consent is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub function: i64,
    pub name: String,
    /// Those of a lower rank sign first.
    pub rank: i64,
    /// How many people have to sign.
    pub needs: i64,
}

/// A signature under a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose consent it is: of whoever signed, or of whoever they stood in for.
    pub person: PersonId,
    /// Who signed.
    pub by: PersonId,
    pub name: String,
    pub function: Option<i64>,
    /// Whether it says yes.
    pub consents: bool,
    /// Whether it is under what is proposed now, and was not taken back.
    pub counts: bool,
}

/// How the consent of one function stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub asked: Asked,
    /// Who consented, by name.
    pub consented: Vec<String>,
    /// Who said no.
    pub declined: Vec<String>,
    /// Whether it is its turn: those before it have consented.
    pub is_due: bool,
}

impl Standing {
    /// Whether the function consents.
    pub fn is_reached(&self) -> bool {
        self.declined.is_empty() && i64::try_from(self.consented.len()).unwrap_or(0) >= self.asked.needs
    }

    /// What is missing.
    pub fn sentence(&self) -> Text {
        let name = self.asked.name.as_str();
        if let Some(who) = self.declined.first() {
            return text!("{who} declined for {function}.", who = who.as_str(), function = name);
        }
        let count = self.asked.needs - i64::try_from(self.consented.len()).unwrap_or(0);
        if count == 1 {
            return text!("{function} has not signed.", function = name);
        }
        text!("{count} of {function} have not signed.", count = count, function = name)
    }
}

/// How the consent of each function stands, those who sign first at the head.
pub fn standing(asked: &[Asked], signed: &[Signed]) -> Vec<Standing> {
    let mut asked = asked.to_vec();
    asked.sort_by(|one, other| (one.rank, &one.name).cmp(&(other.rank, &other.name)));
    let mut all: Vec<Standing> = asked
        .into_iter()
        .map(|asked| {
            let of = |consents: bool| {
                let theirs = signed
                    .iter()
                    .filter(|it| it.counts && it.consents == consents && it.function == Some(asked.function));
                let mut people: Vec<(PersonId, String)> =
                    theirs.map(|it| (it.person, it.name.clone())).collect();
                people.sort();
                people.dedup_by_key(|it| it.0);
                people.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
            };
            Standing { consented: of(true), declined: of(false), is_due: false, asked }
        })
        .collect();
    let first_open = all.iter().filter(|it| !it.is_reached()).map(|it| it.asked.rank).min();
    for it in &mut all {
        it.is_due = first_open.is_none_or(|rank| it.asked.rank <= rank);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(function: i64, rank: i64, needs: i64) -> Asked {
        Asked { function, name: format!("F{function}"), rank, needs }
    }

    fn yes(person: PersonId, function: i64) -> Signed {
        let name = format!("P{person}");
        Signed { person, by: person, name, function: Some(function), consents: true, counts: true }
    }

    #[test]
    fn management_comes_after_the_functions() {
        let all = [asked(1, 1, 1), asked(2, 1, 1), asked(9, 2, 1)];
        let now = standing(&all, &[yes(10, 1)]);
        assert_eq!(now.iter().map(|it| it.is_due).collect::<Vec<_>>(), [true, true, false]);
        let now = standing(&all, &[yes(10, 1), yes(20, 2)]);
        assert!(now[2].is_due && !now[2].is_reached());
        assert_eq!(now[2].sentence().to_string(), "F9 has not signed.");
    }

    #[test]
    fn nobody_counts_twice_and_what_is_historic_counts_no_more() {
        let both = [asked(1, 1, 2)];
        assert!(!standing(&both, &[yes(10, 1), yes(10, 1)])[0].is_reached());
        assert!(standing(&both, &[yes(10, 1), yes(11, 1)])[0].is_reached());
        let old = Signed { counts: false, ..yes(11, 1) };
        assert!(!standing(&both, &[yes(10, 1), old])[0].is_reached());
    }

    #[test]
    fn whoever_stands_in_counts_as_the_one_they_stand_in_for() {
        let both = [asked(1, 1, 2)];
        let deputy = Signed { by: 12, ..yes(10, 1) };
        assert!(!standing(&both, &[yes(10, 1), deputy.clone()])[0].is_reached());
        assert!(standing(&both, &[yes(11, 1), deputy])[0].is_reached());
    }

    #[test]
    fn one_no_stops_a_function() {
        let no = Signed { consents: false, ..yes(11, 1) };
        let now = standing(&[asked(1, 1, 1)], &[yes(10, 1), no]);
        assert!(!now[0].is_reached());
        assert_eq!(now[0].sentence().to_string(), "P11 declined for F1.");
    }
}
