#![doc = include_str!("../README.md")]

mod call;
mod catalog;
mod clock;
mod control;
mod credits;
mod dice;
mod document;
mod example;
mod exchange;
mod fault;
mod gate;
mod inspect;
mod invent;
mod limits;
mod page;
mod profile;
mod rate;
mod record;
mod refusal;
mod ring;
mod routes;
mod server;
mod state;
mod store;
mod validate;
mod values;
mod visible;
mod wording;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;

pub use self::{
    clock::Clock,
    example::{example_flow, run, run_with},
    fault::{Fault, FaultKind, InvalidFault},
    limits::Limits,
    profile::Profile,
    record::{Direction, Request, Violation},
    store::StateFileError,
};
use self::{
    clock::Time,
    credits::Credits,
    document::Document,
    exchange::{Exchange, Shared},
    gate::Gate,
    rate::Rate,
    server::Server,
    state::State,
    store::Store,
};

/// Why a sandbox could not be started.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The embedded OpenAPI document cannot be used.
    #[error("{file}: {reason}")]
    Document {
        /// The file at the root of the repository.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The key cannot be sent in a header, for example because it is empty.
    #[error("the API key `{}` cannot be used: {reason}", key.escape_debug())]
    ApiKey {
        /// The key.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A fault could never take effect.
    #[error("fault `{fault}`: {reason}")]
    Fault {
        /// The fault, as text.
        fault: String,
        /// Why it could not.
        reason: String,
    },
    /// The state file cannot be read or written.
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    /// The port cannot be opened, for example because another program uses it.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The requested port.
        port: u16,
        /// The system's error.
        source: Arc<io::Error>,
    },
}

/// A running stand-in for the service. Dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    exchange: Arc<Exchange>,
    gate: Arc<Gate>,
    store: Option<Store>,
    keeping: Option<JoinHandle<()>>,
    server: Mutex<Option<Server>>,
    port: u16,
    base_url: String,
}

/// The settings of a sandbox; see [`Sandbox::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct SandboxBuilder {
    api_key: String,
    seed: u64,
    port: u16,
    task_time: Duration,
    latency: Duration,
    credits: f64,
    clock: Clock,
    profile: Profile,
    rate_limit: Option<u32>,
    allow_invalid_requests: bool,
    faults: Vec<Fault>,
    hosts: Vec<String>,
    limits: Limits,
    state_file: Option<PathBuf>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            api_key: "test-key".into(),
            seed: 0,
            port: 0,
            task_time: Duration::from_millis(300),
            latency: Duration::ZERO,
            credits: 1000.0,
            clock: Clock::Running,
            profile: Profile::default(),
            rate_limit: None,
            allow_invalid_requests: false,
            faults: Vec::new(),
            hosts: Vec::new(),
            limits: Limits::default(),
            state_file: None,
        }
    }
}

impl SandboxBuilder {
    /// Sets the only key that is accepted. Default: `test-key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = key.into();
        self
    }

    /// Sets the seed of ids and results. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the port on 127.0.0.1. Default: 0, which picks a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets how long a run takes, whatever its size. Its inputs finish one after the other. Default: 300 ms.
    pub fn task_time(mut self, time: Duration) -> Self {
        self.task_time = time;
        self
    }

    /// Sets how long every request waits before it is handled. Default: not at all.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets the balance at the start, in credits, rounded to millionths. Default: 1000.
    pub fn credits(mut self, credits: f64) -> Self {
        self.credits = credits;
        self
    }

    /// Sets how the sandbox's clock moves. Default: [`Clock::Running`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets which source is followed where the published sources disagree. Default: [`Profile::PythonSdk`],
    /// the newest.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Limits how many requests are served in any minute of the sandbox's clock. Further requests are
    /// answered with 429 and `Retry-After`. The service is known to do this, but no source gives its rate.
    /// Default: no limit.
    pub fn rate_limit(mut self, per_minute: u32) -> Self {
        self.rate_limit = Some(per_minute);
        self
    }

    /// Does not record requests that break the document, for tests that send them on purpose. They are still
    /// answered as usual, and violations in answers are still recorded.
    pub fn allow_invalid_requests(mut self) -> Self {
        self.allow_invalid_requests = true;
        self
    }

    /// Adds a fault that is installed from the start, after those added before; see [`Sandbox::fault`].
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Adds a host name that clients may use, besides `localhost` and the loopback addresses, for example
    /// that of a container. A request with another `Host`, or with the `Origin` of another site, is refused,
    /// so that a web page cannot reach the sandbox through the browser of somebody who visits it.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Sets other limits for connections and for what they send.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Keeps the workspace and its time in this file between starts. If the file exists, its seed and balance
    /// take precedence. It is written at the end, and regularly while something changes.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Opens the port, and serves until the [`Sandbox`] is stopped or dropped. It runs on the current tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// When the port is taken, when the key, a fault or the state file cannot be used, or when an embedded
    /// document is broken.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        check_key(&self.api_key)?;
        let document = Document::embedded()?;
        control::document()?;
        for fault in &self.faults {
            if let Some(reason) = fault.mistake(document) {
                let fault = fault.to_string();
                return Err(StartError::Fault { fault, reason });
            }
        }
        let credits = Credits::nearest(self.credits);
        let mut state = State::new(self.seed, credits, self.task_time, self.profile);
        let mut time = Time::new(self.clock);
        let store = self.state_file.as_deref().map(Store::new).transpose()?;
        if let Some(store) = &store
            && let Some((now, loaded)) = store.load()?
        {
            time.set(now);
            state = loaded;
            state.go_on_with(self.task_time, self.profile);
        }
        let exchange = Arc::new(Exchange::new(
            document,
            self.api_key,
            self.latency,
            !self.allow_invalid_requests,
            Shared::new(state, time, Rate::new(self.rate_limit), self.faults),
        ));
        let gate = Arc::new(Gate::new(Arc::clone(&exchange), self.hosts, self.limits));
        let server = listen(self.port, &gate).await?;
        let mut keeping = None;
        if let Some(store) = &store {
            // A file that cannot be written is detected now, before there is anything to lose.
            store.save(&exchange)?;
            keeping = Some(tokio::spawn(store.clone().keep(Arc::clone(&exchange))));
        }
        let port = server.port;
        let base_url = format!("http://127.0.0.1:{port}");
        Ok(Sandbox {
            exchange,
            gate,
            store,
            keeping,
            server: Mutex::new(Some(server)),
            port,
            base_url,
        })
    }
}

fn check_key(key: &str) -> Result<(), StartError> {
    let reason = if key.is_empty() {
        "it is empty"
    } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        "a key may contain only ASCII letters, digits and punctuation"
    } else {
        return Ok(());
    };
    Err(StartError::ApiKey {
        key: key.to_owned(),
        reason,
    })
}

async fn listen(port: u16, gate: &Arc<Gate>) -> Result<Server, StartError> {
    let started = Server::start(port, Arc::clone(gate)).await;
    started.map_err(|error| StartError::Listen {
        port,
        source: Arc::new(error),
    })
}

impl Sandbox {
    /// Starts a sandbox on a free port, with the defaults of [`SandboxBuilder`].
    ///
    /// # Errors
    ///
    /// See [`SandboxBuilder::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Configures a sandbox with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The base URL, `http://127.0.0.1:PORT`, without a trailing slash and without `/v1`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The key that the sandbox accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.exchange.api_key
    }

    /// All requests since the last [`take_requests`](Self::take_requests), in order, including those whose
    /// connection a fault cut. At most the latest 10,000 are kept, in at most 32 MiB.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.exchange
            .shared()
            .requests
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    /// Returns the recorded requests, and forgets them.
    pub fn take_requests(&self) -> Vec<Request> {
        self.exchange.shared().requests.take()
    }

    /// Everything since the last [`take_violations`](Self::take_violations) that the OpenAPI document does
    /// not allow. At most the latest 10,000 are kept, in at most 4 MiB.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.violations_since(0).0
    }

    /// The violations after the first `count`, and the number of all violations so far. This is for a program
    /// that reports violations as they occur, without taking them.
    #[must_use]
    pub fn violations_since(&self, count: u64) -> (Vec<Violation>, u64) {
        let shared = self.exchange.shared();
        let later = shared.violations.iter().filter(|(number, _)| *number >= count);
        (
            later.map(|(_, violation)| violation.clone()).collect(),
            shared.violations.next(),
        )
    }

    /// Returns the recorded violations, and forgets them: for a test that has just sent a bad request on
    /// purpose.
    pub fn take_violations(&self) -> Vec<Violation> {
        self.exchange.shared().violations.take()
    }

    /// The balance, in credits. A run takes its highest price when it starts, and gives back what it did not
    /// use.
    #[must_use]
    pub fn credits(&self) -> f64 {
        let mut shared = self.exchange.shared();
        shared.settle();
        shared.state.ledger.balance().number()
    }

    /// Moves the sandbox's own clock forward, so that runs finish. A task is `gone` 24 hours after its end,
    /// and answers with 410 after 48 hours.
    pub fn advance(&self, by: Duration) {
        self.exchange.shared().advance(by);
    }

    /// Installs a fault after the existing ones. A fault that can never fire, for example because the
    /// document has no such operation, is recorded as a [`Violation`] and not installed.
    pub fn fault(&self, fault: Fault) {
        self.exchange.install(fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.exchange.shared().faults.clear();
    }

    /// Closes all connections and the port. From now on, connections are refused.
    pub async fn refuse_connections(&self) {
        let server = self.server().take();
        if let Some(server) = server {
            server.stop().await;
        }
    }

    /// Opens the same port again, after [`refuse_connections`](Self::refuse_connections). The state has not
    /// changed.
    ///
    /// # Errors
    ///
    /// When another program has taken the port in the meantime.
    pub async fn accept_connections(&self) -> Result<(), StartError> {
        if self.server().is_none() {
            let server = listen(self.port, &self.gate).await?;
            *self.server() = Some(server);
        }
        Ok(())
    }

    /// Accepts no further connections and requests. Returns when the requests in progress are answered, or
    /// after [`Limits::grace`].
    pub async fn finish_requests(&self) {
        let server = self.server().take();
        if let Some(server) = server {
            server.finish(self.gate.limits.grace).await;
        }
    }

    /// Stops cleanly: [finishes the requests](Self::finish_requests) and writes the state file. Dropping a
    /// sandbox cuts its connections and ignores a failure to write the file.
    ///
    /// # Errors
    ///
    /// When the state file cannot be written.
    pub async fn stop(mut self) -> Result<(), StateFileError> {
        self.finish_requests().await;
        self.keep_last()
    }

    /// The latest error of writing the state file; `None` if there is none since the last call.
    pub fn take_state_file_error(&self) -> Option<StateFileError> {
        self.store.as_ref()?.take_error()
    }

    fn server(&self) -> MutexGuard<'_, Option<Server>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_last(&mut self) -> Result<(), StateFileError> {
        if let Some(keeping) = self.keeping.take() {
            keeping.abort();
        }
        self.store
            .take()
            .map_or(Ok(()), |store| store.save(&self.exchange).map(drop))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // An error cannot be returned here, as `stop` does.
        let _ = self.keep_last();
    }
}
