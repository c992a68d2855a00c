//! What proof costs: the whole log walked, one proof made and checked.

use anyhow::{Result, ensure};
use kernel::Actor;
use verifier::{Outcome, VerifierKey, verify_file};

use crate::house::House;
use crate::measure::{Table, rate, repeat, timed};

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    house.db.seal()?;
    let (took, report) = timed(|| app::audit::verify(&house.db, &[], |_, _| {}))?;
    ensure!(report.is_clean(), "the log is not sound: {report}");
    let entries = usize::try_from(report.size)?;
    table.figure("the whole log verified", &format!("{entries} entries, {:.0}/s", rate(entries, took)));

    let system = Actor::system();
    let ids: Vec<i64> =
        house.db.read(&system, |reader| reader.stored_entries(0, 500))?.into_iter().map(|it| it.id).collect();
    let mut files = Vec::new();
    let made = repeat(300, |no| {
        let proof = house.db.read(&system, |reader| reader.proof(ids[no * 7 % ids.len()]))?;
        files.extend(proof.map(|it| it.file));
        Ok(())
    })?;
    table.times("a proof made", &made, "");

    let keys: Result<Vec<_>, _> =
        house.db.secrets().signers.iter().map(|it| VerifierKey::parse(&it.vkey())).collect();
    let keys = keys?;
    let checked = repeat(300, |no| {
        let report = verify_file(files[no % files.len()].as_bytes(), &keys);
        ensure!(report.outcome == Outcome::Holds, "{}", report.sentences.join(" "));
        Ok(())
    })?;
    table.times("a proof checked", &checked, "");
    Ok(())
}
