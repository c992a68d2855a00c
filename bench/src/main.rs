//! The figures: makes a data set, measures the product on it through its own doors, and prints one table.
//!
//! It judges nothing and is no test: times depend on the machine, and where two are compared they are
//! measured in the same run on the same disk.

mod changes;
mod deeds;
mod disk;
mod fill;
mod house;
mod import;
mod live;
mod log;
mod measure;
mod pages;
mod papers;
mod program;
mod sign;
mod trace;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::fill::Size;
use crate::house::House;
use crate::measure::{Table, say};

/// Measures Reqord on a data set.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// How much there is: S is a hundredth of L, M a tenth.
    #[arg(value_enum, default_value = "S", ignore_case = true)]
    scale: Scale,
    /// On a PostgreSQL server of its own instead of SQLite.
    #[arg(long)]
    postgres: bool,
    /// The data folder: filled where it is empty, measured again where it is not, and kept.
    #[arg(long, value_name = "DIR", conflicts_with = "postgres")]
    data: Option<PathBuf>,
    /// The program, to measure how it starts and how much memory it takes.
    #[arg(long, value_name = "PATH", overrides_with = "program")]
    program: Option<PathBuf>,
    /// A part alone, to look into it. May be given more than once; all of them where nothing is said.
    #[arg(long, value_name = "PART", value_parser = PARTS.iter().map(|it| it.0).collect::<Vec<_>>())]
    only: Vec<String>,
}

type Part = fn(&House, Option<&Path>, &mut Table) -> Result<()>;

/// What is measured, in this order: the last add to what the others measure.
const PARTS: &[(&str, Part)] = &[
    ("pages", |house, _, table| pages::measure(house, table)),
    ("trace", |house, _, table| trace::measure(house, table)),
    ("log", |house, _, table| log::measure(house, table)),
    ("papers", |house, _, table| papers::measure(house, table)),
    ("program", |house, program, table| program.map_or(Ok(()), |it| program::measure(house, it, table))),
    ("deeds", |house, _, table| deeds::measure(house, table)),
    ("changes", |house, _, table| changes::measure(house, table)),
    ("import", import::measure),
    ("sign", |house, _, table| sign::measure(house, table)),
];

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "UPPER")]
enum Scale {
    S,
    M,
    L,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let size = Size::hundredths(match options.scale {
        Scale::S => 1,
        Scale::M => 10,
        Scale::L => 100,
    });
    let house = House::open(options.data.clone(), options.postgres)?;
    say(&format!("Data set {:?} on {}\n\n", options.scale, house.engine()));
    let mut table = Table::default();
    fill::fill(&house, size, &mut table)?;
    for (name, part) in PARTS {
        if options.only.is_empty() || options.only.iter().any(|it| it == name) {
            part(&house, options.program.as_deref(), &mut table)?;
        }
    }
    Ok(())
}
