//! Functions whose leader has left: nobody leads them until an administrator says who does.

use kernel::{Ask, PersonId, Result, Text, Work, text};

use crate::model::Function;
use crate::queries;

/// Takes whoever has left off the functions that they led, one of them or all, and asks the administrators who leads
/// them from now on.
pub fn let_leaders_go(work: &mut Work, person: Option<PersonId>) -> Result<()> {
    let led = queries::led_by_who_left(work, person)?;
    let administrators = if led.is_empty() { Vec::new() } else { queries::administrators(work)? };
    let (request, due) = (request(), Some(work.today()));
    for number in led {
        let mut case = work.find::<Function>(&number)?;
        work.revise(&mut case, |it| it.leader = None)?;
        for person in &administrators {
            let ask = Ask { said: Some(&request), person: Some(*person), due, ..Ask::default() };
            work.ask_by_itself(case.record.id.raw(), &ask)?;
        }
    }
    work.called("leaders_let_go");
    Ok(())
}

/// Once somebody leads a function nobody is asked any more who does.
pub fn settle_once_led(work: &mut Work, function: i64, body: &Function) -> Result<()> {
    if body.leader.is_none() {
        return Ok(());
    }
    let request = request().to_string();
    let asked = work.tasks(function)?.into_iter();
    for task in asked.filter(|it| it.settled_at.is_none() && it.request == request) {
        work.settle_within(task.id)?;
    }
    Ok(())
}

/// What administrators are asked at a function that nobody leads any more.
fn request() -> Text {
    text!("Whoever led this function has left. Say who leads it now.")
}
