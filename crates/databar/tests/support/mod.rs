//! What the tests share: a sandbox with a client on it, and a clock that only notes how long it was asked to wait.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use databar::api::{Clock, Sleep};
use databar::{Client, ClientBuilder};
use databar_sandbox::{Fault, Sandbox};

/// The key that must not turn up anywhere.
pub(crate) const KEY: &str = "canary-3f1c9a";

type OnWait = Box<dyn FnMut(Duration) + Send>;

/// A clock whose waits end at once: they are noted, and time has passed as if they had been waited for.
#[derive(Default)]
pub(crate) struct TestClock {
    waits: Mutex<Vec<Duration>>,
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

    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What happens at each wait.
    pub(crate) fn on_wait(&self, action: impl FnMut(Duration) + Send + 'static) {
        *self.on_wait.lock().unwrap() = Some(Box::new(action));
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Self::START + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.waits().iter().sum()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.waits.lock().unwrap().push(duration);
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
        let builder = Client::builder()
            .key(KEY)
            .base_url(sandbox.base_url())
            .clock(clock.clone());
        let client = settings(builder).build().unwrap();
        Self {
            sandbox,
            client,
            clock,
        }
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.sandbox.fault(fault);
    }

    /// How many requests of this operation arrived.
    pub(crate) fn arrived(&self, operation: &str) -> usize {
        let requests = self.sandbox.requests();
        requests
            .iter()
            .filter(|request| request.operation_id.as_deref() == Some(operation))
            .count()
    }

    /// The end of every test: nothing was sent or answered that the document does not allow.
    pub(crate) fn finish(self) {
        let violations: Vec<String> = self
            .sandbox
            .violations()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}
