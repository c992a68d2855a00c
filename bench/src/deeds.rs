//! What writing costs: a deed alone and eight at once beside bare commits, mails taken in, a large set released.

use std::time::Duration;

use anyhow::{Result, ensure};
use conversations::Intake;
use kernel::{Body, New};
use requirements::{Edit, Requirement, RequirementSet};

use crate::disk::{AS_A_DEED, Bare, SMALL};
use crate::fill::{numbers, requirement};
use crate::house::House;
use crate::measure::{Table, Times, eight_at_once, rate, repeat, timed};

/// The mails of the demo.
const MAILS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/mail");

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    alone(house, table)?;
    crowded(house, table)?;
    mails(house, table)?;
    release(house, table)
}

/// Says something else of a requirement: the deed that is done most.
fn edit(house: &House, number: &str, no: usize) -> Result<()> {
    let fields = vec![("rationale".to_owned(), format!("Because of reason {no}."))];
    let edit = Edit { number: number.to_owned(), version: None, fields };
    house.db.write(&house.ada, |work| requirements::edit(work, &edit))?;
    Ok(())
}

fn alone(house: &House, table: &mut Table) -> Result<()> {
    let numbers = numbers(house, &Requirement::KIND)?;
    let mut disk = Bare::open(house)?;
    let bare = repeat(500, |_| disk.commit(SMALL))?;
    table.times("a bare durable commit of 300 bytes", &bare, "");
    let large = repeat(500, |_| disk.commit(AS_A_DEED))?;
    table.times("a bare durable commit of 60 KB", &large, "");
    let deeds = repeat(500, |no| edit(house, &numbers[no % numbers.len()], no))?;
    let to = |bare: &Times| deeds.median().as_secs_f64() / bare.median().as_secs_f64();
    let beside = format!("{:.2}x and {:.2}x the bare commits", to(&bare), to(&large));
    table.times("a deed alone", &deeds, &beside);
    Ok(())
}

/// `SQLite` has one writer, so its bare commits come from one connection; those of `PostgreSQL` from eight.
fn crowded(house: &House, table: &mut Table) -> Result<()> {
    let numbers = numbers(house, &Requirement::KIND)?;
    let (count, (took, bare)) = if house.config.database.is_some() {
        (8 * 201, eight_at_once(200, |_| Bare::open(house), |disk, _| disk.commit(SMALL))?)
    } else {
        let mut disk = Bare::open(house)?;
        let (took, times) = timed(|| repeat(999, |_| disk.commit(SMALL)))?;
        (1000, (took, times))
    };
    let bare_rate = rate(count, took);
    table.times("bare durable commits, as many as there can be", &bare, &format!("{bare_rate:.0}/s"));
    let (took, deeds) =
        eight_at_once(200, |_| Ok(()), |(), no| edit(house, &numbers[no * 61 % numbers.len()], no))?;
    let deed_rate = rate(8 * 201, took);
    let beside = format!("{deed_rate:.0}/s, {:.2}x the rate of bare commits", deed_rate / bare_rate);
    table.times("deeds, eight at once", &deeds, &beside);
    Ok(())
}

fn mails(house: &House, table: &mut Table) -> Result<()> {
    let mut raw = Vec::new();
    for entry in std::fs::read_dir(MAILS)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "eml") {
            raw.push(std::fs::read(path)?);
        }
    }
    raw.sort();
    let (mut read, mut stored) = (Vec::new(), Vec::new());
    for round in 0..3 {
        for mail in &raw {
            let mail = under_other_names(mail, round);
            let (took, intake) = timed(|| Ok(Intake::read(mail)))?;
            read.push(took);
            stored.push(
                timed(|| Ok(house.db.write(&house.ada, |work| conversations::take_in(work, &intake))?))?.0,
            );
        }
    }
    let count = read.len();
    let (reading, storing): (Duration, Duration) = (read.iter().sum(), stored.iter().sum());
    table.times("a demo mail read", &Times::of(read), &format!("{:.0}/s", rate(count, reading)));
    let beside = format!("{:.0}/s; both {:.0}/s", rate(count, storing), rate(count, reading + storing));
    table.times("a demo mail stored, a deed each", &Times::of(stored), &beside);
    Ok(())
}

/// The same mail under another identity, so that it is not known already; what it answers is renamed, too.
fn under_other_names(raw: &[u8], round: usize) -> Vec<u8> {
    let (mut is_head, mut is_named) = (true, false);
    let mut out = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|it| *it == b'\n') {
        is_head &= !line.trim_ascii().is_empty();
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|it| *it == b':').next().unwrap_or_default().to_ascii_lowercase();
            is_named = [&b"message-id"[..], b"in-reply-to", b"references"].contains(&name.as_slice());
        }
        for byte in line {
            out.push(*byte);
            if is_head && is_named && *byte == b'<' {
                out.extend_from_slice(format!("bench{round}.").as_bytes());
            }
        }
    }
    out
}

fn release(house: &House, table: &mut Table) -> Result<()> {
    let new = New { title: "A large set", ..New::default() };
    let set = house.db.write(&house.ada, |work| {
        Ok(requirements::open_set(work, &new, &RequirementSet::default())?.number)
    })?;
    let many: Vec<_> = (0..1000).map(requirement).collect();
    let (took, _) =
        timed(|| Ok(house.db.write(&house.ada, |work| requirements::add_many(work, &set, &many))?))?;
    table.figure("1,000 requirements added in a deed", &format!("{:.2} s", took.as_secs_f64()));
    let (took, frozen) =
        timed(|| Ok(house.db.write(&house.ada, |work| requirements::release(work, &set, "To measure"))?))?;
    ensure!(frozen.is_new);
    table.figure("a set of 1,000 released", &format!("{:.2} s", took.as_secs_f64()));
    let (took, file) = timed(|| {
        let csv = requirements::Format::Csv;
        Ok(house.db.read(&house.ada, |reader| requirements::export(reader, &set, None, csv))?)
    })?;
    let beside = format!("{:.2} s, {} KB", took.as_secs_f64(), file.bytes.len() / 1000);
    table.figure("a set of 1,000 exported as CSV", &beside);
    Ok(())
}
