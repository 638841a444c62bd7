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
    /// The OpenAPI document that was compiled in cannot be used.
    #[error("{file}: {reason}")]
    Document {
        /// The file at the root of the repository.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The key cannot be sent as a header, because it is empty, for example.
    #[error("the API key `{}` cannot be used: {reason}", key.escape_debug())]
    ApiKey {
        /// The key that was asked for.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A fault that can never do what it says.
    #[error("fault `{fault}`: {reason}")]
    Fault {
        /// The fault, as text.
        fault: String,
        /// Why it cannot.
        reason: String,
    },
    /// The state file cannot be read or written.
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    /// The port cannot be listened on, because another program has it, for example.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
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

/// What a sandbox is to be like; see [`Sandbox::builder`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is started"]
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
    /// The only key that is let in. Default: `test-key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = key.into();
        self
    }

    /// What ids and results are made from. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The port on 127.0.0.1. Default: 0, any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long a run takes, whatever its size; its inputs finish one after the other. Default: 300 ms.
    pub fn task_time(mut self, time: Duration) -> Self {
        self.task_time = time;
        self
    }

    /// How long every request waits before it is looked at. Default: not at all.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The balance at the start, in credits, to the millionth. Default: 1000.
    pub fn credits(mut self, credits: f64) -> Self {
        self.credits = credits;
        self
    }

    /// How the sandbox's clock moves. Default: [`Clock::Running`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Whose reading of the service is followed where the published sources disagree. Default:
    /// [`Profile::PythonSdk`], the newest.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// How many requests are served in any minute of the sandbox's clock; further ones are answered with 429 and
    /// `Retry-After`. The service is known to answer so, but no source says at which rate. Default: no limit.
    pub fn rate_limit(mut self, per_minute: u32) -> Self {
        self.rate_limit = Some(per_minute);
        self
    }

    /// Does not record requests that break the document, for tests that send them on purpose. They are answered as
    /// ever, and violations in answers are still recorded.
    pub fn allow_invalid_requests(mut self) -> Self {
        self.allow_invalid_requests = true;
        self
    }

    /// A fault that is there from the start, behind those that were given before; see [`Sandbox::fault`].
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// A name by which clients reach the sandbox, besides `localhost` and the loopback addresses: that of a container,
    /// for example. A request with another `Host`, or with an `Origin` of another site, is refused, so that a web page
    /// cannot reach the sandbox through the browser of somebody who looks at it.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Other bounds on connections and on what they send.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Keeps the workspace and its time in this file between starts. Where the file is there already, it decides on
    /// the seed and the balance. It is written at the end and, when something has changed, meanwhile.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Listens, and serves until the [`Sandbox`] is stopped or dropped. It runs on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the port is taken, the key, a fault or the state file cannot be used, or the documents that were compiled
    /// in are broken.
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
            // A file that cannot be written is found out now, and not when there is something to lose.
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
        "a key consists of ASCII letters, digits and punctuation"
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
    /// Starts one on a free port, with the defaults of [`SandboxBuilder`].
    ///
    /// # Errors
    ///
    /// See [`SandboxBuilder::start`].
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// A sandbox with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// `http://127.0.0.1:PORT`: no slash at the end, and no `/v1`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The key that it lets in.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.exchange.api_key
    }

    /// Every request that arrived since the last [`take_requests`](Self::take_requests), in order, those included
    /// whose connection a fault cut. At most the latest 10,000 are kept, and at most 32 MiB of them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.exchange
            .shared()
            .requests
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    /// Takes the recorded requests out.
    pub fn take_requests(&self) -> Vec<Request> {
        self.exchange.shared().requests.take()
    }

    /// Everything since the last [`take_violations`](Self::take_violations) that the OpenAPI document does not allow;
    /// at most the latest 10,000.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.violations_since(0).0
    }

    /// The violations after the first `count`, and how many there have been. For a program that reports violations as
    /// they come and does not take them out.
    #[must_use]
    pub fn violations_since(&self, count: u64) -> (Vec<Violation>, u64) {
        let shared = self.exchange.shared();
        let later = shared.violations.iter().filter(|(number, _)| *number >= count);
        (
            later.map(|(_, violation)| violation.clone()).collect(),
            shared.violations.next(),
        )
    }

    /// Takes the recorded violations out: for a test that has just sent a bad request on purpose.
    pub fn take_violations(&self) -> Vec<Violation> {
        self.exchange.shared().violations.take()
    }

    /// The balance, in credits. A run takes its highest price when it starts, and gives back what it did not use.
    #[must_use]
    pub fn credits(&self) -> f64 {
        let mut shared = self.exchange.shared();
        shared.settle();
        shared.state.ledger.balance().number()
    }

    /// Moves the sandbox's own clock: runs finish, and 24 hours after its end a task is `gone`, after 48 hours it is
    /// a 410.
    pub fn advance(&self, by: Duration) {
        self.exchange.shared().advance(by);
    }

    /// Installs a fault behind those that are installed. One that can never fire, because the document has no such
    /// operation, for example, is recorded as a [`Violation`] and not installed.
    pub fn fault(&self, fault: Fault) {
        self.exchange.install(fault);
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.exchange.shared().faults.clear();
    }

    /// Closes all connections and the port: from here on a connection is refused.
    pub async fn refuse_connections(&self) {
        let server = self.server().take();
        if let Some(server) = server {
            server.stop().await;
        }
    }

    /// Listens on the same port again, after [`refuse_connections`](Self::refuse_connections). State is as it was.
    ///
    /// # Errors
    ///
    /// When another program has taken the port meanwhile.
    pub async fn accept_connections(&self) -> Result<(), StartError> {
        if self.server().is_none() {
            let server = listen(self.port, &self.gate).await?;
            *self.server() = Some(server);
        }
        Ok(())
    }

    /// Takes no further connections and requests, and returns when those that are being answered have their answers, or
    /// when the time of [`Limits::grace`] is up.
    pub async fn finish_requests(&self) {
        let server = self.server().take();
        if let Some(server) = server {
            server.finish(self.gate.limits.grace).await;
        }
    }

    /// Ends in order: [finishes the requests](Self::finish_requests) and writes the state file. Dropping a sandbox cuts
    /// its connections, and only tries to write the file.
    ///
    /// # Errors
    ///
    /// When the state file cannot be written.
    pub async fn stop(mut self) -> Result<(), StateFileError> {
        self.finish_requests().await;
        self.keep_last()
    }

    /// Why the state file could not be written lately; `None` when it was asked for before.
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
        // An error cannot be returned here; `stop` returns it.
        let _ = self.keep_last();
    }
}
