//! What frame contracts say, for people.

use web::{Answer, Path, Posted, Routes};

use super::{Required, record_page};
use crate::commands::{self, NewContract};

pub fn routes(required: Required) -> Routes {
    Routes::default()
        .post("/customers/{number}/contracts", move |number, posted| record(number, posted, required))
        .post("/customers/{number}/contracts/{contract}/end", end)
}

async fn record(Path(number): Path<String>, Posted(visit): Posted, required: Required) -> Answer {
    let same = number.clone();
    visit
        .write_form(
            move |work, form| {
                let (holds_from, holds_until) = (form.day("holds_from"), form.day("holds_until"));
                let says = form.word("says");
                form.check()?;
                let (contract, clause) = (form.text("contract").to_owned(), form.text("clause").to_owned());
                let new = NewContract { number: contract, clause, says, holds_from, holds_until };
                commands::record_contract(work, &number, &new)?;
                Ok(format!("/customers/{number}#contracts"))
            },
            move |reader, form| record_page(reader, &same, form, required),
        )
        .await
}

async fn end(Path((number, contract)): Path<(String, i64)>, Posted(visit): Posted) -> Answer {
    visit
        .write(move |work| {
            let today = work.today();
            commands::end_contract(work, &number, contract, today)?;
            Ok(format!("/customers/{number}#contracts"))
        })
        .await
}
