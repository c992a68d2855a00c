//! What people do for a customer, and how sure their addresses are.

use kernel::{Faults, text};
use web::{Answer, Path, Posted, Routes};

use super::{Required, record_page};
use crate::commands::{self, NewRole};
use crate::model::{ContactRole, Proof};

pub fn routes(required: Required) -> Routes {
    Routes::default()
        .post("/customers/{number}/roles", move |number, posted| give_role(number, posted, required))
        .post("/customers/{number}/roles/{role}/end", end_role)
        .post("/customers/{number}/addresses/verify", move |number, posted| verify(number, posted, required))
}

async fn give_role(Path(number): Path<String>, Posted(visit): Posted, required: Required) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let person = form.whole("who");
                let role = form.word::<ContactRole>("role");
                let (since, until) = (form.day("since"), form.day("until"));
                form.check()?;
                let person = person.ok_or_else(|| Faults::one("who", text!("Choose a person.")))?;
                commands::give_role(work, &number, &NewRole { person, role, since, until })?;
                Ok(format!("/customers/{number}#contacts"))
            },
            move |reader, form| record_page(reader, &same, form, required),
        )
        .await
}

async fn end_role(Path((number, role)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            let today = work.today();
            commands::end_role(work, &number, role, today)?;
            Ok(format!("/customers/{number}#contacts"))
        })
        .await
}

async fn verify(Path(number): Path<String>, Posted(visit): Posted, required: Required) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let how = form.word::<Proof>("how");
                form.check()?;
                commands::verify(work, &number, form.text("address"), how)?;
                Ok(format!("/customers/{number}#contacts"))
            },
            move |reader, form| record_page(reader, &same, form, required),
        )
        .await
}
