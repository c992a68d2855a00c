//! What ten thousand requirements of a file cost: looked at and taken in, and what the program holds meanwhile.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, ensure};
use app::wiring::TARGETS;
use imports::{Arrived, Seen, apply, counts, read_apart, stage, target_of};
use kernel::New;
use requirements::RequirementSet;

use crate::house::House;
use crate::measure::{Table, peak, rate, timed};

const COUNT: usize = 10_000;

pub fn measure(house: &House, program: Option<&Path>, table: &mut Table) -> Result<()> {
    let file = requirements();
    let arrived = Arrived { name: "many.csv", bytes: file.as_bytes(), into: &set(house)?, sheet: "" };
    let (looked_at, made) = timed(|| {
        let target = target_of(TARGETS, "requirements")?;
        let content = read_apart(&house.db, &arrived).map_err(kernel::Error::from)?;
        Ok(house.db.write(&house.ada, |work| stage(work, target, &arrived, &content))?)
    })?;
    let (taken_in, _) =
        timed(|| Ok(apply(&house.db, &house.ada, Seen::now(&made.number), (TARGETS, usize::MAX))?))?;
    let counts = house.db.read(&house.ada, |reader| counts(reader, made.id))?;
    ensure!(counts.taken_in == i64::try_from(COUNT)?, "not all of it was taken in: {counts:?}");
    let of = |it: Duration| format!("{:.2} s, {:.0} rows/s", it.as_secs_f64(), rate(COUNT, it));
    table.figure("a file of 10,000 requirements looked at", &of(looked_at));
    table.figure("and taken in, in twenty deeds", &of(taken_in));
    table.figure("both", &of(looked_at + taken_in));
    let Some(program) = program else { return Ok(()) };
    let path = house.folder().join("many.csv");
    std::fs::write(&path, &file)?;
    let (took, most) = by_program(house, program, &path)?;
    std::fs::remove_file(path)?;
    table.figure("the same by the command line", &format!("{}, at most {most} MB resident", of(took)));
    Ok(())
}

fn set(house: &House) -> Result<String> {
    let new = New { title: "From a file", ..New::default() };
    Ok(house.db.write(&house.ada, |work| {
        Ok(requirements::open_set(work, &new, &RequirementSet::default())?.number)
    })?)
}

fn requirements() -> String {
    let mut file = "ID;Section;Statement;Acceptance;Method;Value;Lower;Upper;Unit\n".to_owned();
    for no in 0..COUNT {
        let (section, value) = (no / 100 + 1, 10 + no % 90);
        let _ = writeln!(
            file,
            "EXT-{no:05};Section {section};The skid shall dose product {no} at {value} l/h against 6 bar(g).;Flow test {no};test;{value};5;120;l/h"
        );
    }
    file
}

/// How long it took, and the most memory that it held at once, in megabytes.
fn by_program(house: &House, program: &Path, path: &Path) -> Result<(Duration, u64)> {
    let mut command = Command::new(program);
    command.args(["import", "requirements"]).arg(path).args(["--set", &set(house)?]);
    command.arg("--data").arg(house.folder());
    command.args(house.config.database.iter().flat_map(|it| ["--database", it]));
    timed(|| {
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
        let number = process.id().to_string();
        let mut most = 0;
        loop {
            most = most.max(peak(&number).unwrap_or(0));
            if let Some(end) = process.try_wait()? {
                ensure!(end.success(), "the import failed");
                return Ok(most);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    })
}
