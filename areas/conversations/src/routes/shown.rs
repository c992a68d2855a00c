//! What pages are drawn from, gathered for one reader.

use kernel::{PartyId, Reader, Result, Sort, Wanted};
use maud::{Markup, html};
use web::{Among, Choosing, Colleagues, Form, words};

use super::Capture;
use crate::model::{Conversation, Direction, Message};
use crate::pages::{Choice, Customer, Deed, Note, Opened, Said, Words};
use crate::queries::{self, TextLine};
use crate::rules::intake::MAIL_VERSION;

/// A conversation with everything that its page says.
pub fn opened(reader: &Reader, number: &str, capture: Capture) -> Result<Opened> {
    let case = reader.find::<Conversation>(number)?;
    let any = reader.registry().kind("CV").ok_or(kernel::Error::NotFound)?.find(reader, number)?;
    let id = case.record.id.raw();
    let party = case.record.party;
    let messages = queries::messages(reader, id)?;
    let texts = queries::texts(reader, id)?;
    let (may_write, is_outside) = (reader.actor.writes_for_the_house(), reader.actor.is_outside());
    let letters = if is_outside { Vec::new() } else { reader.letters_of(id)? };
    let others: Vec<Choice> =
        queries::of_party(reader, party)?.into_iter().filter(|(it, _)| it != number).collect();
    let offers = any.offers.iter().filter(|it| it.missing.is_empty());
    let customer = party.map(|party| customer(reader, party, number, &messages)).transpose()?.flatten();
    let is_unclaimed = party.is_none() && may_write;
    let guess = if is_unclaimed { guess(reader, &messages)? } else { None };
    Ok(Opened {
        list: "/inbox".to_owned(),
        number: case.record.number.clone(),
        title: case.record.title.clone(),
        state: case.record.state,
        turn: web::language::say(&case.body.waits_for.said_to(reader.actor)),
        owner: Some(case.record.owner).filter(|it| *it != 0).map(|it| reader.name_of(it)).transpose()?,
        is_mine: case.record.owner == reader.actor.person,
        steps: offers.map(|it| (it.step.code.clone(), web::language::say(&it.step.text))).collect(),
        messages: messages
            .into_iter()
            .map(|message| {
                let mut said = said(reader, message, &texts, &others)?;
                let letter = letters.iter().find(|(identity, ..)| *identity == said.message.message_id);
                said.letter = letter.map(|(_, id, state)| (*id, *state));
                Ok(said)
            })
            .collect::<Result<_>>()?,
        unconfirmed: if is_outside { Vec::new() } else { unconfirmed(reader, id)? },
        meetings: if is_outside { Vec::new() } else { queries::ahead(reader, id)? },
        customer,
        whose: if may_write { Some(whose(reader, guess.or(party))?) } else { None },
        colleagues: if may_write { Colleagues::of(reader)? } else { Colleagues::default() },
        may_write,
        is_outside,
        now: reader.now,
        replying: may_write.then(|| super::replies::replying(reader, id)).transpose()?,
        joined_to: queries::joined_to(reader, id)?,
        thread: web::record::around(reader, (id, &case.record.title), &format!("/conversations/{number}"))?,
        capture: if may_write {
            capture(reader, party)?
        } else {
            html! {}
        },
        body: case.body,
    })
}

/// What was said and is not confirmed: words, number and address of the call or meeting.
pub fn unconfirmed(reader: &Reader, conversation: i64) -> Result<Vec<(String, String, String)>> {
    let all = queries::word_of_mouth(reader, &[conversation])?.open.into_iter();
    Ok(all
        .map(|it| {
            let address = reader.registry().address(&it.kind, &it.number);
            (it.words, it.number, format!("{address}#statement-{}", it.id))
        })
        .collect())
}

/// Whose it is, to be chosen: whoever is guessed at first.
fn whose(reader: &Reader, guess: Option<PartyId>) -> Result<Choosing> {
    let guess = Form::of(guess.map(|it| ("party", it.to_string())));
    Choosing::of(reader, Among::Organisations, &guess, "party")
}

fn said(reader: &Reader, message: Message, texts: &[TextLine], others: &[Choice]) -> Result<Said> {
    let own = texts.iter().find(|it| it.origin != "attachment" && it.origin_id == message.id);
    let mut words = own.map(|it| words_of(reader, it.id, &message.quoted)).transpose()?;
    let is_cited = message.direction != Direction::Note && !message.kind.is_a_report();
    if let Some(words) = words.as_mut().filter(|_| !is_cited) {
        words.may_make = false;
    }
    let told = match message.placed.named_mail() {
        Some(id) => queries::told_at(reader, message.record_id, id)?,
        None => None,
    };
    let mut proposals = Vec::new();
    for it in &message.proposals {
        if let Some(mention) = reader.mention(it.conversation)? {
            proposals.push((mention.number, mention.title, web::language::say(&it.because.text(None))));
        }
    }
    let texts = texts.iter().filter(|it| it.origin == "attachment").map(|it| (it.origin_id, it.id)).collect();
    let because = web::language::say(&message.placed.text(told));
    Ok(Said { message, words, because, proposals, others: others.to_vec(), texts, letter: None })
}

pub fn words_of(reader: &Reader, source: i64, quoted: &[(i64, i64)]) -> Result<Words> {
    let source = reader.source(source)?;
    let note = |it: queries::Became| Note {
        address: reader.registry().address(&it.kind, &it.number),
        passage: it.passage,
        start: it.start_at,
        end: it.end_at,
        number: it.number,
        title: it.title,
    };
    let became = queries::became_of(reader, source.id)?.into_iter().map(note).collect();
    Ok(Words {
        source: source.id,
        body: source.body,
        quoted: quoted.to_vec(),
        became,
        may_make: reader.actor.writes_for_the_house(),
    })
}

/// Who speaks for the customer here, and what is with them now.
fn customer(reader: &Reader, party: PartyId, number: &str, messages: &[Message]) -> Result<Option<Customer>> {
    let Some(it) = reader.mention(party)? else { return Ok(None) };
    let mut people: Vec<(String, String)> = Vec::new();
    let outside = messages.iter().filter(|it| it.direction == Direction::In && !it.from_address.is_empty());
    for message in outside {
        if people.len() < 5 && people.iter().all(|(_, address)| *address != message.from_address) {
            people.push((message.from_name.clone(), message.from_address.clone()));
        }
    }
    Ok(Some(Customer {
        name: it.title,
        address: reader.registry().address(&it.kind, &it.number),
        place: String::new(),
        wishes: wishes(reader, party)?,
        people,
        with_them: with_them(reader, party, number)?,
    }))
}

/// How they want to be told, and what one has to mind; outsiders know their own.
pub fn wishes(reader: &Reader, party: PartyId) -> Result<Vec<String>> {
    if reader.actor.is_outside() {
        return Ok(Vec::new());
    }
    let organisation = reader.find_by_id::<customers::Organisation>(party)?.body;
    let mut wishes: Vec<String> =
        customers::preference(&organisation).iter().map(web::language::say).collect();
    wishes.extend(Some(organisation.sensitivity).filter(|it| !it.is_empty()));
    Ok(wishes)
}

/// The language in which a customer is written to; that of the reader where none is said.
pub fn language_of(reader: &Reader, party: Option<PartyId>) -> Result<String> {
    let Some(party) = party else { return Ok(web::language::code().to_owned()) };
    let code = match reader.find_by_id::<customers::Organisation>(party) {
        Ok(case) => case.body.language,
        Err(kernel::Error::NotFound) => String::new(),
        Err(other) => return Err(other),
    };
    let base: String = code.chars().take_while(char::is_ascii_alphabetic).collect();
    Ok(if base.is_empty() { web::language::code().to_owned() } else { base })
}

/// The records of every kind that changed last, but organisations, people and single requirements.
pub fn with_them(reader: &Reader, party: PartyId, here: &str) -> Result<Vec<Deed>> {
    let mut all = Vec::new();
    for entry in reader.registry().all().iter().filter(|it| !matches!(it.kind.prefix, "K" | "PE" | "REQ")) {
        let wanted = Wanted {
            party: Some(party),
            sort: Sort::Changed,
            descending: true,
            limit: Some(4),
            ..Wanted::default()
        };
        all.extend(reader.list(entry.kind.prefix, &wanted)?.rows.into_iter().map(|row| Deed {
            symbol: words::symbol(reader, entry.kind.prefix),
            address: entry.kind.address(&row.number),
            state: web::language::say(&entry.state(&row.state, reader.actor).text),
            is_here: row.number == here,
            number: row.number,
            title: row.title,
        }));
    }
    Ok(all)
}

/// Whose it may be: by the domain of whoever wrote, else by the conversation that a message names.
fn guess(reader: &Reader, messages: &[Message]) -> Result<Option<PartyId>> {
    for message in messages {
        if let Some(party) = queries::guessed_party(reader, &message.from_address)? {
            return Ok(Some(party));
        }
        for proposed in &message.proposals {
            if let Some(party) = queries::party_of(reader, proposed.conversation)? {
                return Ok(Some(party));
            }
        }
    }
    Ok(None)
}

/// A text on a page of its own.
pub struct Shown {
    pub name: String,
    /// The page of the record in which it stands.
    pub address: String,
    pub number: String,
    pub title: String,
    /// The file that it is the text of.
    pub file: Option<i64>,
    pub words: Words,
    pub capture: Markup,
}

pub fn text(reader: &Reader, id: i64, capture: Capture) -> Result<Shown> {
    let source = reader.source(id)?;
    let conversation = reader.mention(source.record_id)?.ok_or(kernel::Error::NotFound)?;
    let is_message = matches!(source.origin.as_str(), "message" | "call");
    let quoted = if is_message && source.extractor == MAIL_VERSION {
        queries::message(reader, source.origin_id)?.quoted
    } else {
        Vec::new()
    };
    let party = queries::party_of(reader, source.record_id)?;
    Ok(Shown {
        words: words_of(reader, id, &quoted)?,
        name: source.name,
        address: reader.registry().address(&conversation.kind, &conversation.number),
        number: conversation.number,
        title: conversation.title,
        file: (source.origin == "attachment").then_some(source.origin_id),
        capture: if reader.actor.writes_for_the_house() {
            capture(reader, party)?
        } else {
            html! {}
        },
    })
}
