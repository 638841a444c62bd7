//! The client: how it is set up. What starts from it is in the modules of the things that it gives.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use databar_api::builder::user::GetUser;
use databar_api::{Clock, Middleware, RetryPolicy, SystemClock, Transport};
use futures::future::{Either, select};
use secrecy::SecretString;

use crate::config::{self, Surroundings};
use crate::{Error, ErrorKind};

/// The service, as seen with one API key.
///
/// Cheap to clone; clones share connections, the count of requests, and the pace: when the service answers one of them with
/// 429, all slow down, as [`RetryPolicy`] says. `Debug` does not show the key.
///
/// Its calls have to run on a `tokio` runtime with I/O and time enabled, as `#[tokio::main]` makes one.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let other = databar.clone();
/// let tables = tokio::spawn(async move { other.tables().await });
/// let user = databar.user().await?;
/// assert!(user.balance > 0.0);
/// assert!(tables.await??.is_empty());
/// assert_eq!(databar.requests_sent(), 2);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Client(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    api: databar_api::Client,
    transport: Transport,
    max_credits: Option<f64>,
}

impl Client {
    /// A client with the key from the environment variable `DATABAR_API_KEY`, or else from the line `api_key=` of
    /// the file `~/.databar/config` that the official tools write. `DATABAR_BASE_URL`, when set, is the address of
    /// the service. Nothing is sent.
    ///
    // Not run: it would take the key of whoever runs the tests, and send a request to the service.
    /// ```no_run
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), databar::Error> {
    /// let databar = databar::Client::from_env()?;
    /// assert!(databar.user().await?.balance > 0.0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when there is no key (the error names the variable and the file), or when the
    /// key, the file or the address cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Starts from the defaults; what is not set is looked up as [`from_env`](Self::from_env) does.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            key: None,
            base_url: None,
            user_agent: None,
            timeout: None,
            connect_timeout: None,
            response_limit: None,
            retry: RetryPolicy::default(),
            max_credits: None,
            http: None,
            allow_http: None,
            middleware: Vec::new(),
            clock: Arc::new(SystemClock::new()),
        }
    }

    /// The generated client, with every operation of the API, on the same transport: the same key, retries, limits and
    /// errors.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let response = databar.api().list_flows().send().await?;
    /// assert!(response.status().is_success());
    /// assert_eq!(response.len(), 0);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn api(&self) -> &databar_api::Client {
        &self.0.api
    }

    /// How many attempts were made so far to send a request: repetitions, those of clones, and those that were
    /// refused a connection included.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let before = databar.requests_sent();
    /// databar.tables().await?;
    /// databar.clone().folders().await?;
    /// assert_eq!(databar.requests_sent(), before + 2);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn requests_sent(&self) -> u64 {
        self.0.transport.requests_sent()
    }

    /// How long this client and its clones send nothing, because the service answered 429; zero when they do. Requests wait by
    /// themselves: this is for programs that share the time with others.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// databar.tables().await?;
    /// assert!(databar.held().is_zero());
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn held(&self) -> Duration {
        self.0.transport.held()
    }

    /// The account behind the key: its owner, plan, and balance in credits. Costs nothing, so it serves as a check
    /// of the key: [`Error::is_auth`] when it is not accepted.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let user = databar.user().await?;
    /// assert!(user.balance > 10.0, "{} has no credits for this", user.email);
    /// # Ok(()) });
    /// ```
    pub fn user(&self) -> GetUser {
        self.api().get_user()
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    /// What a run may cost.
    pub(crate) fn max_credits(&self) -> Option<f64> {
        self.0.max_credits
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.transport.clock().as_ref()
    }

    /// What the work gives; nothing when the time is over before. It is dropped then, whatever it is doing.
    pub(crate) async fn within<T>(&self, time: Duration, work: impl Future<Output = T>) -> Option<T> {
        let alarm = self.clock().sleep(time);
        match select(pin!(work), alarm).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }

    /// Words of the service as errors may repeat them: without the key.
    pub(crate) fn without_key<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.0.transport.without_key(text)
    }
}

/// The settings of a [`Client`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let (key, address) = (sandbox.api_key(), sandbox.base_url());
/// use std::time::Duration;
///
/// let databar = databar::Client::builder()
///     .key(key)
///     .base_url(address)
///     .user_agent("leads/1.2")
///     .timeout(Duration::from_secs(20))
///     .connect_timeout(Duration::from_secs(2))
///     .build()?;
/// databar.user().await?;
/// let sent = &sandbox.requests()[0];
/// assert!(sent.headers["user-agent"].to_str()?.starts_with("leads/1.2 "));
/// # Ok(()) });
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    key: Option<SecretString>,
    base_url: Option<String>,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    response_limit: Option<usize>,
    retry: RetryPolicy,
    max_credits: Option<f64>,
    http: Option<reqwest::ClientBuilder>,
    allow_http: Option<bool>,
    middleware: Vec<Arc<dyn Middleware>>,
    clock: Arc<dyn Clock>,
}

impl ClientBuilder {
    /// The API key. Default: the one that [`Client::from_env`] finds.
    pub fn key(mut self, key: impl Into<SecretString>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The address of the service, with or without `/v1` at its end. Only `https` is taken, except for this machine
    /// (`localhost`, `127.0.0.1`, `[::1]`) and where [`allow_http`](Self::allow_http) permits more. Default: the
    /// environment variable `DATABAR_BASE_URL`, or else `https://api.databar.ai`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Whether the address of the service may be plain `http` on another machine, such as `http://sandbox:8080` in a
    /// network of containers. Everybody on the way can then read the key and the data. Plain `http` never goes through a
    /// proxy. Default: the environment variable `DATABAR_ALLOW_HTTP` (`1` allows it), or else no.
    ///
    /// ```
    /// use databar::{Client, ErrorKind};
    ///
    /// let builder = || Client::builder().key("test-key").base_url("http://sandbox:8080");
    /// assert_eq!(builder().build().unwrap_err().kind(), ErrorKind::Configuration);
    /// builder().allow_http(true).build()?;
    /// # Ok::<(), databar::Error>(())
    /// ```
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = Some(allow);
        self
    }

    /// Adds [`Middleware`], which sees each request and what came of it, but not the key: for request ids, metrics,
    /// recordings. Several are called in the order in which they were added, and in reverse after the answer. Default: none.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let builder = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url());
    /// use databar::{Attempt, Middleware};
    ///
    /// /// Gives every call an id that is the same for all of its attempts.
    /// #[derive(Debug)]
    /// struct RequestIds;
    ///
    /// impl Middleware for RequestIds {
    ///     fn before(&self, attempt: &mut Attempt) {
    ///         let id = attempt.call().into();
    ///         attempt.headers_mut().insert("x-request-id", id);
    ///     }
    /// }
    ///
    /// let databar = builder.middleware(RequestIds).build()?;
    /// databar.user().await?;
    /// assert_eq!(sandbox.requests()[0].headers["x-request-id"], "1");
    /// # Ok(()) });
    /// ```
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// The longest time that a request may take, from when it leaves to the last byte of its answer; each attempt of a
    /// retried request has it anew. Zero is refused by [`build`](Self::build). Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The longest time that connecting may take, and never more than nine tenths of the [`timeout`](Self::timeout): a
    /// connection that takes too long is then known to be none, and so the request to be not sent. Zero is refused by
    /// [`build`](Self::build). Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How often to send again what can be sent again without harm. Default: [`RetryPolicy::default`].
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # use databar_sandbox::{Fault, FaultKind};
    /// use databar::{Client, RetryPolicy};
    ///
    /// # let builder = || Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url());
    /// # sandbox.fault(Fault::new(FaultKind::status(503)).times(2));
    /// // The service is busy for two requests.
    /// let databar = builder().retry(RetryPolicy::none()).build()?;
    /// assert_eq!(databar.user().await.unwrap_err().status(), Some(503));
    ///
    /// let databar = builder().retry(RetryPolicy::default().with_max_attempts(2)).build()?;
    /// databar.user().await?;
    /// assert_eq!(databar.requests_sent(), 2);
    /// # Ok(()) });
    /// ```
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// What a run may cost, in credits. One that may cost more, by its [estimate](crate::Run::estimate), is refused with
    /// [`OverBudget`](ErrorKind::OverBudget), and was not sent. For this the price is asked for before each run: one request more
    /// for an enrichment or a waterfall, two for a flow. Anything but zero or more is refused by [`build`](Self::build).
    /// Default: no limit, and no such request.
    ///
    /// It is a limit for each run, not for all together, and only for [runs](crate::Run) outside of tables. What
    /// [`Table::run`](crate::Table::run) costs, or what runs by itself when a row changes, cannot be known: the API does not say
    /// which enrichment of the catalogue stands behind one on a table, nor on how many rows it will be run. Nor does it hold for
    /// calls on [`api`](Client::api).
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let builder = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url());
    /// use databar::{EnrichmentId, ErrorKind};
    /// use serde_json::json;
    ///
    /// let databar = builder.max_credits(10.0).build()?;
    /// let company = databar.enrichment(EnrichmentId(123));
    /// let inputs = (0..500).map(|number| json!({ "domain": format!("{number}.example") }));
    /// let error = company.run_bulk(inputs).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::OverBudget);
    /// assert!(error.to_string().contains("the run of 500 inputs would cost up to 250 credits, more than the 10"));
    ///
    /// company.run(json!({ "domain": "stripe.com" })).await?;
    /// # Ok(()) });
    /// ```
    pub fn max_credits(mut self, credits: f64) -> Self {
        self.max_credits = Some(credits);
        self
    }

    /// The settings of an HTTP client of your own: proxy, certificates, pool.
    ///
    /// It is taken as a builder because redirects and repetitions are turned off on it: following a redirect would
    /// send the key to wherever it leads, and what may be sent again is for the [`RetryPolicy`] to say. The name of the
    /// client and the time for a request and for connecting are those of this builder: [`user_agent`](Self::user_agent),
    /// [`timeout`](Self::timeout), [`connect_timeout`](Self::connect_timeout).
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let builder = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url());
    /// use databar::reqwest::{self, header::HeaderMap};
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("x-source", "leads".parse()?);
    /// let http = reqwest::Client::builder().pool_max_idle_per_host(2).default_headers(headers);
    /// builder.http_client(http).build()?.user().await?;
    /// assert_eq!(sandbox.requests()[0].headers["x-source"], "leads");
    /// # Ok(()) });
    /// ```
    pub fn http_client(mut self, http: reqwest::ClientBuilder) -> Self {
        self.http = Some(http);
        self
    }

    /// The name of your program, such as `leads/1.2`. Requests have it before the name of this crate in their `User-Agent`.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// How many bytes an answer may have, counted after decompression. A larger one is an error of the kind
    /// [`TooLarge`](ErrorKind::TooLarge), and no more than this is held in memory. Default: 64 MiB.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let builder = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url());
    /// let databar = builder.response_limit(16).build()?;
    /// let error = databar.user().await.unwrap_err();
    /// assert_eq!(error.kind(), databar::ErrorKind::TooLarge);
    /// # Ok(()) });
    /// ```
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = Some(bytes);
        self
    }

    /// The source of time, for tests. Default: the machine's clock.
    ///
    /// A wait for a task races its requests and its pauses against a sleep until its deadline; on a clock whose every
    /// sleep ends at once it ends at once, too.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let builder = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url());
    /// use std::{sync::Arc, time::{Duration, Instant, SystemTime}};
    /// use databar::{Clock, Sleep, SystemClock};
    ///
    /// /// An hour of it takes 3.6 s.
    /// #[derive(Debug)]
    /// struct Fast(SystemClock);
    ///
    /// impl Clock for Fast {
    ///     fn now(&self) -> SystemTime {
    ///         self.0.now()
    ///     }
    ///     fn monotonic(&self) -> Duration {
    ///         self.0.monotonic() * 1000
    ///     }
    ///     fn sleep(&self, duration: Duration) -> Sleep {
    ///         self.0.sleep(duration / 1000)
    ///     }
    /// }
    ///
    /// # sandbox.fault(databar_sandbox::Fault::new(databar_sandbox::FaultKind::rate_limited("50")).times(1));
    /// let databar = builder.clock(Arc::new(Fast(SystemClock::new()))).build()?;
    /// let start = Instant::now();
    /// databar.user().await?; // The service asks to come back in 50 s.
    /// assert_eq!(databar.requests_sent(), 2);
    /// assert!(start.elapsed() < Duration::from_secs(50));
    /// # Ok(()) });
    /// ```
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the client; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when a key is missing, or when a setting cannot be used.
    pub fn build(self) -> Result<Client, Error> {
        let surroundings = Surroundings::of_this_process();
        let key = match self.key {
            Some(key) => config::api_key(key, "the builder of the client")?,
            None => surroundings.key()?,
        };
        let allow_http = match self.allow_http {
            Some(allow) => allow,
            None => surroundings.allow_http()?,
        };
        let base_url = match self.base_url {
            Some(url) => config::base_url(&url, allow_http, "the builder of the client")?,
            None => surroundings.base_url(allow_http)?,
        };
        for (name, limit) in [
            ("timeout", self.timeout),
            ("connect_timeout", self.connect_timeout),
        ] {
            if limit == Some(Duration::ZERO) {
                let what =
                    format!("a {name} of zero leaves no time for any request; leave it out, or give it more");
                return Err(Error::new(ErrorKind::Configuration, what));
            }
        }
        if let Some(limit) = self.max_credits.filter(|limit| limit.is_nan() || *limit < 0.0) {
            let what = format!("a run cannot be limited to {limit} credits; zero or more can be allowed");
            return Err(Error::new(ErrorKind::Configuration, what));
        }
        let mut http = self.http.unwrap_or_default();
        if base_url.starts_with("http:") {
            // A proxy would read the key.
            http = http.no_proxy();
        }
        let mut transport = Transport::builder(key)
            .http(http)
            .retry(self.retry)
            .allow_http(allow_http)
            .clock(self.clock);
        for middleware in self.middleware {
            transport = transport.middleware(middleware);
        }
        if let Some(name) = self.user_agent {
            transport = transport.user_agent(name);
        }
        if let Some(timeout) = self.timeout {
            transport = transport.timeout(timeout);
        }
        if let Some(timeout) = self.connect_timeout {
            transport = transport.connect_timeout(timeout);
        }
        if let Some(bytes) = self.response_limit {
            transport = transport.response_limit(bytes);
        }
        let transport = transport.build().map_err(|error| {
            Error::new(ErrorKind::Configuration, "the HTTP client cannot be set up").with_source(error)
        })?;
        Ok(Client(Arc::new(Parts {
            api: transport.client(&base_url),
            transport,
            max_credits: self.max_credits,
        })))
    }
}
