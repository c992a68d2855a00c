//! Notices by mail: one mail a person, with what happened, why they are told, and where they change that.

use kernel::{Addressee, Letter, Notice, Result, ToTell, Work};

use super::{Line, Told, address, telling};
use crate::language::{self, Language, say};
use crate::t;

/// So many records stand in a mail; of more, how many.
const RECORDS: usize = 20;

/// Tells by mail whoever is to be told now. A job does this once a minute. Nothing is written while nobody said where
/// mails go and where they lead back to.
pub fn mail(work: &mut Work) -> Result<()> {
    if !work.writes_mail()? {
        return Ok(());
    }
    let site = work.site()?.unwrap_or_default();
    for it in work.to_tell()? {
        let code = it.somebody.language.clone().unwrap_or_else(|| "en".to_owned());
        let (subject, words, reason) =
            Language::new(&code, it.zone.clone()).with(|| written(work, &it, &site))?;
        let to = [Addressee {
            name: it.somebody.actor.name.clone(),
            address: it.somebody.email.clone(),
            is_copy: false,
        }];
        let person = it.somebody.actor.person;
        let newest = it.notices.iter().map(|it| it.entry).max().unwrap_or_default();
        let once = format!("notice:{person}:{newest}:{}", it.notices.len());
        work.called("noticed");
        work.tell(&Letter {
            record: person,
            purpose: kernel::NOTICE,
            to: &to,
            subject: &subject,
            words: &words,
            language: &code,
            reason: &reason,
            is_automatic: true,
            once: Some(&once),
            ..Letter::default()
        })?;
        work.were_told(&it)?;
    }
    Ok(())
}

/// Subject, words and reason line, in the person's language and with their eyes.
fn written(work: &Work, it: &ToTell, site: &str) -> Result<(String, String, String)> {
    let mut groups: Vec<(i64, Vec<&Notice>)> = Vec::new();
    for notice in &it.notices {
        match groups.iter_mut().find(|(record, _)| *record == notice.record_id) {
            Some((_, some)) => some.push(notice),
            None => groups.push((notice.record_id, vec![notice])),
        }
    }
    let parts = work.seen_by(&it.somebody.actor, |reader| {
        let told = Told::of(reader, &it.notices)?;
        let part = |some: &Vec<&Notice>| {
            let newest = some[0];
            let lines = told.lines(some)?;
            let head = format!("{} {}", newest.number, newest.title);
            let line = |it: &Line| {
                format!("- {} {} ({})", it.who(), it.what, language::near_moment(it.at, reader.now))
            };
            let said: Vec<String> = lines.iter().map(line).collect();
            let words = format!(
                "{head}\n{site}{}\n{}\n{}",
                address(reader, newest),
                said.join("\n"),
                say(&reader.why_told(some)?)
            );
            let first = lines.first().map(|it| format!("{} {}", it.who(), it.what)).unwrap_or_default();
            Ok((head, first, words))
        };
        groups.iter().take(RECORDS).map(|(_, some)| part(some)).collect::<Result<Vec<_>>>()
    })?;
    let subject = match (parts.as_slice(), it.notices.as_slice()) {
        ([(head, first, _)], [_]) => format!("{head}: {first}"),
        ([(head, _, _)], many) => {
            t!("{record}: {count} notice" | "{record}: {count} notices", count = many.len(), record = head)
        }
        (_, many) => t!("{count} notice" | "{count} notices", count = many.len()),
    };
    let mut words = parts.into_iter().map(|(_, _, words)| words).collect::<Vec<_>>().join("\n\n");
    if groups.len() > RECORDS {
        let count = groups.len() - RECORDS;
        let more = t!(
            "{count} further record has news, too." | "{count} further records have news, too.",
            count = count
        );
        words = format!("{words}\n\n{more}\n{site}{}", crate::page::NOTICES);
    }
    let reason = t!(
        "You get this mail because you did not switch it off. What you are told by mail, and when not to be disturbed: {address}",
        address = format!("{site}{}", telling::ADDRESS)
    );
    Ok((one_line(&subject), words, reason))
}

/// A subject is one line, and not a long one.
fn one_line(words: &str) -> String {
    let line: String = words.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    if line.chars().count() <= 150 {
        return line;
    }
    let cut: String = line.chars().take(150).collect();
    format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(it, _)| it))
}
