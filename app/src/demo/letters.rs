//! What the company answers by letter: held, for the demo has no mail server.

use anyhow::{Context, Result};
use conversations::{Recipient, Reply, reply};

use super::chronicle::{Chapter, Time};

/// Íñigo Peña announced the drawing of his skid, and it never came.
const DRAWING: &str = "Plano del skid";

/// Every answer.
pub fn told(time: &Time) -> Result<Vec<Chapter>> {
    Ok(vec![Chapter::new(time.at(-3, 10, 20)?, |db, company, at| {
        let ada = company.person("ada")?;
        let number = db.read(ada, |reader| {
            let all = reader.list("CV", &kernel::Wanted::default())?;
            Ok(all.rows.into_iter().find(|it| it.title == DRAWING).map(|it| it.number))
        })?;
        let number = number.context("the demo has lost a conversation")?;
        let asked = db.read(ada, |reader| {
            let all = conversations::messages(reader, reader.mention_of(&number)?.id)?;
            Ok(all.into_iter().rev().find(|it| it.direction == conversations::Direction::In))
        })?;
        let asked = asked.context("nobody announced the drawing")?;
        let to = Recipient { name: asked.from_name, address: asked.from_address, is_copy: false };
        let words = "Hola Íñigo,\n\ngracias. El plano aún no me ha llegado; ¿puedes volver a enviármelo? Lo necesito \
                     para comprobar las conexiones.\n\nSaludos cordiales\nAda Lindqvist";
        let it = Reply { recipients: vec![to], words: words.to_owned(), ..Reply::default() };
        db.write_at(ada, at, |work| reply(work, &number, &it))?;
        Ok(())
    })])
}
