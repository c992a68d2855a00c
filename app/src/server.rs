//! Serves the product, and does what is to be done beside: seals the log, signs its heads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use kernel::Db;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::wiring;

/// How often the log is sealed and its head signed, at most.
const SEALS_EVERY: Duration = Duration::from_secs(1);

/// Serves until the process is asked to stop; `ready` is told where once it listens.
pub fn serve(config: &Config, db: Arc<Db>, ready: impl FnOnce(std::net::SocketAddr)) -> Result<()> {
    let stopping = Arc::new(AtomicBool::new(false));
    let sealer = {
        let (db, stopping) = (Arc::clone(&db), Arc::clone(&stopping));
        std::thread::spawn(move || seal_until(&db, &stopping))
    };
    let outcome = tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(listen(
        config,
        Arc::clone(&db),
        ready,
    ));
    stopping.store(true, Ordering::SeqCst);
    if sealer.join().is_err() {
        tracing::error!("the sealer fell over");
    }
    outcome
}

async fn listen(config: &Config, db: Arc<Db>, ready: impl FnOnce(std::net::SocketAddr)) -> Result<()> {
    let listener = TcpListener::bind(config.listen).await.with_context(|| {
        format!("listen: {} is taken or not ours. Choose another with --listen.", config.listen)
    })?;
    let router = web::router(wiring::routes(), wiring::edge(db, config.https));
    ready(listener.local_addr()?);
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(asked_to_stop()).await?;
    Ok(())
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
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
