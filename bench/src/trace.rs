//! Ties: what hangs on a hub, what is suspect among all of them, how a set is covered and held against another.

use anyhow::{Context, Result};
use kernel::{Body, Suspects, Tie};
use requirements::{RequirementSet, coverage, matrix};

use crate::fill::numbers;
use crate::house::House;
use crate::measure::{Table, repeat};

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    let sets = numbers(house, &RequirementSet::KIND)?;
    let hub = house.db.read(&house.ada, |reader| {
        // Every conversation led to many requirements, and each of those to others.
        Ok(reader.list("CV", &kernel::Wanted::default())?.rows.first().map(|it| it.id))
    })?;
    let hub = hub.context("there is no conversation")?;
    let mut told = String::new();
    let times = repeat(100, |_| {
        let found = house.db.read(&house.ada, |reader| reader.impact(hub, 5))?;
        let more = if found.is_capped { ", and says that there are more" } else { "" };
        told = format!("{} reached{more}", found.reached.len());
        Ok(())
    })?;
    table.times("what hangs on a hub, depth 5", &times, &told);
    let times = repeat(20, |_| {
        house.db.read(&house.ada, |reader| reader.suspects(Suspects::Mine, 50))?;
        Ok(())
    })?;
    table.times("my suspect links among all", &times, "");
    let times = repeat(50, |no| {
        house.db.read(&house.ada, |reader| coverage(reader, &sets[no % sets.len()]))?;
        Ok(())
    })?;
    table.times("coverage of a set of 100", &times, "");
    let times = repeat(50, |no| {
        let (rows, columns) = (&sets[no % sets.len()], &sets[(no + 1) % sets.len()]);
        house.db.read(&house.ada, |reader| matrix(reader, rows, columns, Tie::DerivesFrom))?;
        Ok(())
    })?;
    table.times("matrix of 100 by 100", &times, "");
    Ok(())
}
