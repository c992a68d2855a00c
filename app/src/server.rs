//! Serves the product, and does what is to be done beside: seals the log, signs its heads and keeps one a day,
//! carries letters, does jobs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kernel::{Actor, Db, Post, Work};
use tokio::net::TcpListener;

use crate::config::Config;
use crate::heads;
use crate::post::{Carrier, Mail};
use crate::wiring;

/// How often the log is sealed and its head signed, at most.
const SEALS_EVERY: Duration = Duration::from_secs(1);
/// How often it is counted how much there is of what, for the plans of the engine.
const COUNTS_EVERY: Duration = Duration::from_hours(1);
/// How often is looked whether the head of the day is kept.
const LOOKS_FOR_HEADS_EVERY: Duration = Duration::from_mins(1);
/// How often is looked whether a letter or a job is due.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// Serves until the process is asked to stop; `ready` is told where once it listens.
pub fn serve(config: &Config, db: Arc<Db>, ready: impl FnOnce(std::net::SocketAddr)) -> Result<()> {
    db.take_over_old_rows()?;
    let stopping = Arc::new(AtomicBool::new(false));
    let stop_sealing = Arc::new(AtomicBool::new(false));
    let sealer = {
        let (db, stopping) = (Arc::clone(&db), Arc::clone(&stop_sealing));
        std::thread::spawn(move || seal_until(&db, &stopping))
    };
    open_post(&db, config.mail.as_ref())?;
    db.open_site(config.site.as_deref())?;
    let runner = {
        let (db, stopping, config) = (Arc::clone(&db), Arc::clone(&stopping), config.clone());
        std::thread::spawn(move || run_until(&db, &config, &stopping))
    };
    let finder = {
        let (db, stopping) = (Arc::clone(&db), Arc::clone(&stopping));
        std::thread::spawn(move || find_older(&db, &stopping))
    };
    let outcome = tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(listen(
        config,
        Arc::clone(&db),
        ready,
    ));
    stopping.store(true, Ordering::SeqCst);
    // Letters and jobs first: what they leave on the trail is sealed, too.
    if runner.join().is_err() {
        tracing::error!("whoever carries letters and does jobs fell over");
    }
    if finder.join().is_err() {
        tracing::error!("whoever lets older files be found fell over");
    }
    stop_sealing.store(true, Ordering::SeqCst);
    if sealer.join().is_err() {
        tracing::error!("the sealer fell over");
    }
    outcome
}

async fn listen(config: &Config, db: Arc<Db>, ready: impl FnOnce(std::net::SocketAddr)) -> Result<()> {
    let socket = TcpListener::bind(config.listen).await.with_context(|| {
        format!("listen: {} is taken or not ours. Choose another with --listen.", config.listen)
    })?;
    let edge = wiring::edge_behind(config.trusted_proxies.clone(), Arc::clone(&db), config.https);
    let (live, stopping) = (Arc::clone(&edge.live), Arc::new(AtomicBool::new(false)));
    let listener = {
        let (live, stopping) = (Arc::clone(&live), Arc::clone(&stopping));
        std::thread::spawn(move || live.listen(&db, || stopping.load(Ordering::SeqCst)))
    };
    let router = web::router(wiring::routes(), edge);
    ready(socket.local_addr()?);
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    // Streams never end by themselves: whoever stops says so to them first.
    let stop = async move {
        asked_to_stop().await;
        live.end();
    };
    let outcome = axum::serve(socket, service).with_graceful_shutdown(stop).await;
    stopping.store(true, Ordering::SeqCst);
    if listener.join().is_err() {
        tracing::error!("whoever listens to the trail fell over");
    }
    Ok(outcome?)
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Says where letters go from now on.
pub fn open_post(db: &Db, mail: Option<&Mail>) -> kernel::Result<()> {
    let told = mail.map(|it| (it.address(), it.from.to_string()));
    db.open_post(told.as_ref().map(|(server, from)| Post { server, from }))
}

/// Files that an older version kept are found by their names and words, too, once somebody looked at each; remarks and
/// tasks by their words.
fn find_older(db: &Db, stopping: &AtomicBool) {
    let mut last = 0;
    while !stopping.load(Ordering::SeqCst) {
        match web::common::files::take_up_older(db, last) {
            Ok(Some(file)) => last = file,
            Ok(None) => break,
            Err(error) => return tracing::error!("older files are not found by their words: {error}"),
        }
    }
    let worded: [fn(&mut Work, i64) -> kernel::Result<Option<i64>>; 2] =
        [|work, last| work.take_up_remarks(last), |work, last| work.take_up_tasks(last)];
    for take_up in worded {
        let (product, mut last) = (Actor::system(), 0);
        while !stopping.load(Ordering::SeqCst) {
            match db.write(&product, |work| take_up(work, last)) {
                Ok(Some(one)) => last = one,
                Ok(None) => break,
                Err(error) => {
                    return tracing::error!("older remarks and tasks are not found by their words: {error}");
                }
            }
        }
    }
    if let Err(error) = find_offered(db, stopping) {
        tracing::error!("older revisions that were offered are not found by their own words: {error}");
    }
}

/// What customers were shown is found by its own words alone, also where an older version showed it: looked at once.
fn find_offered(db: &Db, stopping: &AtomicBool) -> kernel::Result<()> {
    const DONE: &str = "search.offered";
    if db.setting(DONE)?.is_some() {
        return Ok(());
    }
    let mut last = 0;
    while let Some(set) = db.write(&Actor::system(), |work| requirements::take_up_offered(work, last))? {
        if stopping.load(Ordering::SeqCst) {
            return Ok(());
        }
        last = set;
    }
    db.set(DONE, "1")
}

/// Carries letters, does jobs, keeps a head of the log a day. What is begun is ended before it stops.
fn run_until(db: &Db, config: &Config, stopping: &AtomicBool) {
    let mut carrier = config.mail.as_ref().map(Carrier::new);
    let mut counted: Option<Instant> = None;
    let mut looked: Option<Instant> = None;
    while !stopping.load(Ordering::SeqCst) {
        if let Err(error) = run_once(db, carrier.as_mut(), stopping) {
            tracing::error!("letters and jobs are left for a while: {error}");
            std::thread::sleep(10 * LOOKS_EVERY);
        }
        if counted.is_none_or(|it| it.elapsed() > COUNTS_EVERY) {
            counted = Some(Instant::now());
            if let Err(error) = db.count_again() {
                tracing::warn!("it was not counted how much there is: {error}");
            }
        }
        if looked.is_none_or(|it| it.elapsed() > LOOKS_FOR_HEADS_EVERY) {
            looked = Some(Instant::now());
            if let Err(error) = heads::keep(db, &config.data) {
                tracing::error!("the head of the day is not kept: {error:#}");
            }
        }
        std::thread::sleep(LOOKS_EVERY);
    }
}

/// All letters and jobs that are due now.
pub fn run_once(db: &Db, carrier: Option<&mut Carrier>, stopping: &AtomicBool) -> kernel::Result<()> {
    let is_stopped = || stopping.load(Ordering::SeqCst);
    if let Some(carrier) = carrier {
        db.find_lost_letters()?;
        while !is_stopped() {
            let Some(letter) = db.take_letter()? else { break };
            db.letter_ended(&letter.letter, &carrier.carry(&letter))?;
        }
        carrier.rest();
    }
    while !is_stopped() && db.run_job()? {}
    Ok(())
}

fn seal_until(db: &Db, stopping: &AtomicBool) {
    while !stopping.load(Ordering::SeqCst) {
        if let Err(error) = db.seal() {
            tracing::error!("the log was not sealed: {error}");
        }
        std::thread::sleep(SEALS_EVERY);
    }
    // What was done last is sealed before the house is closed.
    if let Err(error) = db.seal() {
        tracing::error!("the log was not sealed: {error}");
    }
}
