//! How long things take: the median and the 99th of a hundred, one line each, printed as they come.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long each of some repetitions took, the shortest first.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub fn median(&self) -> Duration {
        self.at(50)
    }

    fn at(&self, hundredth: usize) -> Duration {
        let place = (self.0.len() * hundredth / 100).min(self.0.len().saturating_sub(1));
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// Repeats something, once before for what is only done the first time.
pub fn repeat(count: usize, mut task: impl FnMut(usize) -> Result<()>) -> Result<Times> {
    task(0)?;
    (1..=count).map(|no| timed(|| task(no)).map(|(took, ())| took)).collect::<Result<_>>().map(Times::of)
}

/// The same by eight at once, each `count` times; also tells how long all of it took.
pub fn eight_at_once<T>(
    count: usize,
    arrive: impl Fn(usize) -> Result<T> + Sync,
    task: impl Fn(&mut T, usize) -> Result<()> + Sync,
) -> Result<(Duration, Times)> {
    let begun = Instant::now();
    let all: Result<Vec<Times>> = std::thread::scope(|scope| {
        let one = |who: usize| {
            let mut it = arrive(who)?;
            repeat(count, |no| task(&mut it, who * (count + 1) + no))
        };
        let threads: Vec<_> = (0..8).map(|who| scope.spawn(move || one(who))).collect();
        threads.into_iter().map(|it| it.join().unwrap_or_else(|_| anyhow::bail!("one fell over"))).collect()
    });
    Ok((begun.elapsed(), Times::of(all?.into_iter().flat_map(|it| it.0).collect())))
}

pub fn timed<T>(task: impl FnOnce() -> Result<T>) -> Result<(Duration, T)> {
    let begun = Instant::now();
    let outcome = task()?;
    Ok((begun.elapsed(), outcome))
}

/// How many a second.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
pub fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// The most that a process held so far, in megabytes; Linux keeps it.
pub fn peak(process: &str) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find(|it| it.starts_with("VmHWM:")).context("it has ended")?;
    let kilobytes: u64 = line.split_whitespace().nth(1).context("it says nothing")?.parse()?;
    Ok(kilobytes / 1024)
}

/// What is printed.
#[derive(Default)]
pub struct Table {
    has_head: bool,
}

impl Table {
    /// A line of times, with what is to be said beside.
    pub fn times(&mut self, what: &str, times: &Times, beside: &str) {
        let (median, most) = (milliseconds(times.median()), milliseconds(times.at(99)));
        self.line(what, [median, most, times.0.len().to_string()], beside);
    }

    /// A line of one figure.
    pub fn figure(&mut self, what: &str, figure: &str) {
        self.line(what, Default::default(), figure);
    }

    fn line(&mut self, what: &str, [median, most, count]: [String; 3], beside: &str) {
        if !self.has_head {
            self.has_head = true;
            say(&format!("{:<46} {:>10} {:>10} {:>7}\n", "", "median ms", "99 % ms", "count"));
        }
        say(format!("{what:<46} {median:>10} {most:>10} {count:>7}   {beside}").trim_end());
        say("\n");
    }
}

fn milliseconds(it: Duration) -> String {
    format!("{:.2}", it.as_secs_f64() * 1000.0)
}

/// Whoever closes the pipe early misses nothing that matters.
pub fn say(words: &str) {
    let _ = io::stdout().write_all(words.as_bytes());
    let _ = io::stdout().flush();
}
