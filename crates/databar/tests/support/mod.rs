//! Helpers that the tests share: a sandbox with a client on it, and a clock that only records how long it was
//! asked to wait.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use databar::{Client, ClientBuilder, Clock, Sleep};
use databar_sandbox::{Fault, Sandbox};
use tokio::sync::watch;

/// The key that must not appear anywhere.
pub(crate) const KEY: &str = "canary-3f1c9a";

type OnWait = Box<dyn FnMut(Duration) + Send>;

/// A clock whose waits end at once. It records them, and advances its time as if they had been waited for.
///
/// A wait that is longer than any pause of the client is treated as an alarm: it is not recorded, and ends
/// when the pauses have advanced the time by that much.
#[derive(Default)]
pub(crate) struct TestClock {
    waits: Mutex<Vec<Duration>>,
    elapsed: watch::Sender<Duration>,
    on_wait: Mutex<Option<OnWait>>,
}

impl std::fmt::Debug for TestClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestClock")
    }
}

impl TestClock {
    /// 6 October 2026, 10:00, before the first wait.
    pub(crate) const START: Duration = Duration::from_secs(1_791_280_800);

    /// The longest pause: the limit up to which a `Retry-After` is obeyed.
    const LONGEST_PAUSE: Duration = Duration::from_secs(60);

    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets what happens at each wait.
    pub(crate) fn on_wait(&self, action: impl FnMut(Duration) + Send + 'static) {
        *self.on_wait.lock().unwrap() = Some(Box::new(action));
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Self::START + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.elapsed.borrow()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if duration > Self::LONGEST_PAUSE {
            let (due, mut elapsed) = (self.monotonic() + duration, self.elapsed.subscribe());
            return Box::pin(async move { drop(elapsed.wait_for(|now| *now >= due).await) });
        }
        self.waits.lock().unwrap().push(duration);
        self.elapsed.send_modify(|now| *now += duration);
        if let Some(action) = &mut *self.on_wait.lock().unwrap() {
            action(duration);
        }
        Box::pin(tokio::task::yield_now())
    }
}

/// A sandbox, a client on it, and the client's clock.
pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    pub(crate) clock: Arc<TestClock>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub(crate) async fn start_with(settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let sandbox = Arc::new(Sandbox::builder().api_key(KEY).start().await.unwrap());
        let clock = Arc::new(TestClock::default());
        let client = client(&sandbox, &clock, settings);
        Self {
            sandbox,
            client,
            clock,
        }
    }

    /// Creates another client on the same sandbox and clock.
    pub(crate) fn client_with(&self, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        client(&self.sandbox, &self.clock, settings)
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.sandbox.fault(fault);
    }

    /// The number of requests of this operation that arrived.
    pub(crate) fn arrived(&self, operation: &str) -> usize {
        let requests = self.sandbox.requests();
        requests
            .iter()
            .filter(|request| request.operation_id.as_deref() == Some(operation))
            .count()
    }
}

/// A client on a sandbox with the machine's clock.
pub(crate) fn plain_client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder().key(sandbox.api_key());
    builder.base_url(sandbox.base_url()).build().unwrap()
}

fn client(
    sandbox: &Sandbox,
    clock: &Arc<TestClock>,
    settings: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Client {
    let builder = Client::builder()
        .key(KEY)
        .base_url(sandbox.base_url())
        .clock(clock.clone());
    settings(builder).build().unwrap()
}

/// Checks at the end of every test that nothing was sent or answered that the document does not allow.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let violations: Vec<String> = self
            .sandbox
            .violations()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}
