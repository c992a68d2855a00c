//! Papers: a sheet of a few pages and one of very many, from the address to the sealed PDF, and what the child that
//! sets it holds meanwhile.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use kernel::New;
use requirements::RequirementSet;

use crate::fill::requirement;
use crate::house::House;
use crate::measure::{Table, peak, repeat};
use crate::pages::visit;

/// So many requirements are on a sheet, and so often it is asked for.
const SHEETS: [(usize, usize); 2] = [(35, 20), (1_700, 5)];

pub fn measure(house: &House, table: &mut Table) -> Result<()> {
    for (count, times) in SHEETS {
        let address = format!("/requirement-sets/{}/revisions/1/sheet.pdf", released(house, count)?);
        let mut browser = house.browser();
        let mut paper = Vec::new();
        let (times, held) = with_children_watched(|| {
            repeat(times, |_| {
                paper = visit(&mut browser, &address)?.bytes;
                Ok(())
            })
        })?;
        let pages = document::read(document::PDF, &paper, &document::Limits::default())?.pages.len();
        let beside = format!("{pages} pages, {} KB, the child held {held} MB", paper.len() / 1000);
        table.times(&format!("a sheet of {count} requirements"), &times, &beside);
    }
    Ok(())
}

/// A set of so many requirements in its first revision: its number.
fn released(house: &House, count: usize) -> Result<String> {
    let new = New { title: "A set for a sheet", ..New::default() };
    let set = house.db.write(&house.ada, |work| {
        let set = requirements::open_set(work, &new, &RequirementSet::default())?;
        requirements::add_many(work, &set.number, &(0..count).map(requirement).collect::<Vec<_>>())?;
        Ok(set.number)
    })?;
    house.db.write(&house.ada, |work| requirements::release(work, &set, "To measure"))?;
    Ok(set)
}

/// Does something, and tells the most that a child of this process held meanwhile, in megabytes.
fn with_children_watched<T>(task: impl FnOnce() -> Result<T>) -> Result<(T, u64)> {
    let is_done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let watching = threads.spawn(|| {
            let mut most = 0;
            while !is_done.load(Ordering::Relaxed) {
                most = children().iter().filter_map(|it| peak(it).ok()).fold(most, u64::max);
                std::thread::sleep(Duration::from_millis(2));
            }
            most
        });
        let outcome = task();
        is_done.store(true, Ordering::Relaxed);
        Ok((outcome?, watching.join().unwrap_or_default()))
    })
}

/// The children of the threads of this process, by their numbers, as Linux tells them.
fn children() -> Vec<String> {
    let threads = Path::new("/proc/self/task").read_dir().into_iter().flatten().flatten();
    let told = threads.filter_map(|it| std::fs::read_to_string(it.path().join("children")).ok());
    told.flat_map(|it| it.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}
