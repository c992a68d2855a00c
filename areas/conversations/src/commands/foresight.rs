//! What would happen to mails that come one after the other, where nothing is written: each is placed by the same rules,
//! beside what is held and what would be by then.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{PartyId, Reader, Result, Text};
use mail::{Follows, Held, Known, Placement};

use super::{Arrived, What, own_letter};
use crate::model::{Because, Direction, Recipient};
use crate::queries::{self, Correspondents};
use crate::rules::intake::{self, Intake};

/// So many mails that follow another are looked at, as among those that are held.
const FOLLOWING: usize = 5;

/// Mails that would be held by now.
#[derive(Default)]
pub struct Foresight {
    mails: Vec<Foreseen>,
    /// Which of them have an identity, answer a mail, and begin with one.
    by_identity: BTreeMap<String, Vec<usize>>,
    by_answered: BTreeMap<String, Vec<usize>>,
    by_root: BTreeMap<String, Vec<usize>>,
    /// Who would have written or been written to in which conversation.
    taking_part: BTreeSet<(i64, String)>,
    /// The customers of the conversations that would have begun; their keys are below zero.
    begun: BTreeMap<i64, Option<PartyId>>,
}

struct Foreseen {
    message_id: String,
    content_digest: String,
    conversation: i64,
    customers: Vec<PartyId>,
    is_ours: bool,
    recipients: Vec<Recipient>,
}

/// What would become of a mail, why, and in which conversation that is there already.
pub struct Fate {
    pub what: What,
    pub because: Text,
    pub number: Option<String>,
}

impl Foresight {
    /// What would become of the mail that comes next.
    pub fn next(&mut self, reader: &Reader, it: &Intake) -> Result<Fate> {
        let (_, sender) = it.from();
        let recipients = it.recipients();
        let addresses =
            || std::iter::once(sender.as_str()).chain(recipients.iter().map(|it| it.address.as_str()));
        let people = Correspondents::of(reader, addresses())?;
        if let Some(known) = own_letter(reader, it)? {
            return Ok(Fate { what: What::WasKnown, because: known.because, number: Some(known.number) });
        }
        let mut known = queries::known(reader, it, &people)?;
        self.stand_beside(reader, it, &sender, &mut known)?;
        let (conversation, what, placed) = match mail::place(&it.mail, &known) {
            Placement::Same { conversation } => (conversation, What::WasKnown, Because::SameMail),
            Placement::Joins { conversation, reason } => {
                (conversation, What::Joined, intake::because(reason))
            }
            Placement::Begins { reason, .. } => (self.new_key(), What::Began, intake::because(reason)),
        };
        let because = placed.text(None);
        if what != What::WasKnown {
            let is_proven = people.prove(it);
            let arrived = Arrived { it, people: &people, is_proven, placed, proposals: Vec::new() };
            if what == What::Began {
                self.begun.insert(conversation, arrived.party());
            }
            self.taking_part.extend(addresses().map(|it| (conversation, it.to_owned())));
            let one = Foreseen {
                message_id: it.mail.identity(),
                content_digest: it.mail.content_digest.clone(),
                conversation,
                customers: self.party_of(reader, conversation)?.into_iter().collect(),
                is_ours: arrived.direction() == Direction::Out,
                recipients: recipients.clone(),
            };
            self.keep(one, it);
        }
        let is_there = !self.begun.contains_key(&conversation);
        let number = is_there.then(|| queries::number_of(reader, conversation)).transpose()?;
        Ok(Fate { what, because, number })
    }

    fn new_key(&self) -> i64 {
        -1 - i64::try_from(self.begun.len()).unwrap_or(0)
    }

    fn party_of(&self, reader: &Reader, conversation: i64) -> Result<Option<PartyId>> {
        match self.begun.get(&conversation) {
            Some(party) => Ok(*party),
            None => queries::party_of(reader, conversation),
        }
    }

    fn keep(&mut self, one: Foreseen, it: &Intake) {
        let place = self.mails.len();
        self.by_identity.entry(one.message_id.clone()).or_default().push(place);
        if let Some(answered) = mail::answered(&it.mail) {
            self.by_answered.entry(answered.to_owned()).or_default().push(place);
        }
        if let Some(root) = mail::root(&it.mail) {
            self.by_root.entry(root.to_owned()).or_default().push(place);
        }
        self.mails.push(one);
    }

    /// Puts what would be held by now beside what is.
    fn stand_beside(
        &self,
        reader: &Reader,
        it: &Intake,
        sender: &str,
        known: &mut Known<i64, PartyId>,
    ) -> Result<()> {
        let takes_part = |conversation| self.taking_part.contains(&(conversation, sender.to_owned()));
        let following = known.following.iter_mut().map(|(_, held)| held);
        for held in known.held.iter_mut().chain(following) {
            held.sender_takes_part |= !sender.is_empty() && takes_part(held.conversation);
        }
        let held = |place: &usize| -> Result<Held<i64, PartyId>> {
            let one = &self.mails[*place];
            let takes_part = !sender.is_empty() && takes_part(one.conversation);
            Ok(Held {
                message_id: one.message_id.clone(),
                content_digest: one.content_digest.clone(),
                conversation: one.conversation,
                customers: one.customers.clone(),
                sender_takes_part: takes_part || queries::takes_part(reader, one.conversation, sender)?,
                is_ours: one.is_ours,
                went_to: if it.kind().is_a_report() {
                    queries::went_to(reader, &one.recipients)?
                } else {
                    Vec::new()
                },
            })
        };
        let asked = mail::questions(&it.mail, &[]);
        for id in std::iter::once(&asked.identity).chain(&asked.message_ids) {
            for place in self.by_identity.get(id).into_iter().flatten() {
                known.held.push(held(place)?);
            }
        }
        let answering = self.by_answered.get(&asked.identity).map(|all| (Follows::Answers, all));
        let of_one_root = self.by_root.get(&asked.root).map(|all| (Follows::SameRoot, all));
        for (follows, all) in answering.into_iter().chain(of_one_root) {
            for place in all.iter().take(FOLLOWING) {
                known.following.push((follows, held(place)?));
            }
        }
        known.following.sort_by_key(|(follows, _)| *follows == Follows::SameRoot);
        Ok(())
    }
}
