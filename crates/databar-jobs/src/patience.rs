//! Retries while a database is unavailable for a while.

use std::time::{Duration, Instant};

use databar::api::backoff;

use crate::Error;

/// Repeats `work` until it succeeds, fails in a way that will not pass, or has been tried for longer than
/// `patience`.
pub(crate) async fn patiently<T, W: Future<Output = Result<T, Error>>>(
    patience: Duration,
    mut work: impl FnMut() -> W,
) -> Result<T, Error> {
    let start = Instant::now();
    let mut pauses = backoff(Duration::from_millis(100), Duration::from_secs(5));
    loop {
        let error = match work().await {
            Err(error) if error.is_passing() && start.elapsed() < patience => error,
            done => return done,
        };
        tracing::warn!(%error, "retrying the ledger");
        tokio::time::sleep(pauses.next().unwrap_or_default()).await;
    }
}
