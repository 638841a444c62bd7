#![doc = include_str!("../README.md")]

mod call;
mod catalog;
mod clock;
mod credits;
mod dice;
mod document;
mod exchange;
mod fault;
mod inspect;
mod invent;
mod profile;
mod rate;
mod record;
mod refusal;
mod routes;
mod server;
mod state;
mod validate;
mod wording;

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub use self::{
    clock::Clock,
    fault::{Fault, FaultKind},
    profile::Profile,
    record::{Direction, Request, Violation},
};
use self::{
    clock::Time, credits::Credits, document::Document, exchange::Exchange, rate::Rate, server::Server,
    state::State,
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

    /// Listens, and serves until the [`Sandbox`] is dropped. It runs on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the documents that were compiled in are broken.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let document = Document::embedded()?;
        let credits = Credits::nearest(self.credits);
        let state = State::new(self.seed, credits, self.task_time, self.profile);
        let exchange = Arc::new(Exchange::new(
            document,
            self.api_key,
            self.latency,
            !self.allow_invalid_requests,
            state,
            Time::new(self.clock),
            Rate::new(self.rate_limit),
        ));
        let server = listen(self.port, &exchange).await?;
        let port = server.port;
        let base_url = format!("http://127.0.0.1:{port}");
        Ok(Sandbox {
            exchange,
            server: Mutex::new(Some(server)),
            port,
            base_url,
        })
    }
}

async fn listen(port: u16, exchange: &Arc<Exchange>) -> Result<Server, StartError> {
    let started = Server::start(port, Arc::clone(exchange)).await;
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
    /// whose connection a fault cut.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.exchange.shared().requests.iter().cloned().collect()
    }

    /// Takes the recorded requests out.
    pub fn take_requests(&self) -> Vec<Request> {
        self.exchange.shared().take_requests()
    }

    /// Everything since the last [`take_violations`](Self::take_violations) that the OpenAPI document does not allow.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.exchange.shared().violations.clone()
    }

    /// Takes the recorded violations out: for a test that has just sent a bad request on purpose.
    pub fn take_violations(&self) -> Vec<Violation> {
        std::mem::take(&mut self.exchange.shared().violations)
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
        let mut shared = self.exchange.shared();
        shared.time.advance(by);
        shared.settle();
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
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
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
        if self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none()
        {
            let server = listen(self.port, &self.exchange).await?;
            *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        }
        Ok(())
    }
}
