//! The client and its settings. The calls that start from it are in the modules of the resources: `table`,
//! `flow` and so on.

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

/// A client of the Databar service for one API key.
///
/// Cloning is cheap. Clones share connections, the request counter and the pace: when the service answers one
/// of them with 429, all of them slow down, as [`RetryPolicy`] describes. `Debug` does not show the key.
///
/// Calls must run on a `tokio` runtime with I/O and time enabled, such as the one that `#[tokio::main]`
/// starts.
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
    /// Creates a client with the API key from the environment variable `DATABAR_API_KEY`, or else from the
    /// line `api_key=` of the file `~/.databar/config`, which the official tools write. If `DATABAR_BASE_URL`
    /// is set, it is the address of the service, and `DATABAR_ALLOW_HTTP` is read as
    /// [`allow_http`](ClientBuilder::allow_http) says. Sends no request.
    ///
    // Not run: it would use the key of whoever runs the tests, and send a request to the service.
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
    /// [`ErrorKind::Configuration`] when no key is found (the error names the variable and the file), or when
    /// the key, the file or the address is not usable.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Creates a builder with the default settings. Settings that stay unset are looked up as
    /// [`from_env`](Self::from_env) does.
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

    /// The generated client, with a method for every operation of the API. It shares this client's transport,
    /// so the same key, retries, limits and errors apply.
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

    /// The number of attempts made so far to send a request. It includes retries, the requests of clones, and
    /// attempts that failed to connect.
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

    /// How long this client and its clones will send no request because the service answered 429; zero when
    /// requests can leave. Requests wait on their own; this is for programs that schedule other work in the
    /// meantime.
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

    /// The account that the key belongs to: its owner, plan and balance in credits. The call is free, so it
    /// can be used to check the key: if the key is not accepted, [`Error::is_auth`] is true.
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

    /// The most credits that one run may cost.
    pub(crate) fn max_credits(&self) -> Option<f64> {
        self.0.max_credits
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.transport.clock().as_ref()
    }

    /// Runs `work` for at most `time`. Returns `None` and drops `work` when the time is over.
    pub(crate) async fn within<T>(&self, time: Duration, work: impl Future<Output = T>) -> Option<T> {
        let alarm = self.clock().sleep(time);
        match select(pin!(work), alarm).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }

    /// Masks the API key in a text from the service, so that errors can repeat the text.
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
    /// Sets the API key. Default: the key that [`Client::from_env`] finds.
    pub fn key(mut self, key: impl Into<SecretString>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets the address of the service, with or without `/v1` at its end. It must be `https`, unless it is on
    /// this machine (`localhost`, `127.0.0.1`, `[::1]`) or [`allow_http`](Self::allow_http) is set. Default:
    /// the environment variable `DATABAR_BASE_URL`, or else `https://api.databar.ai`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets whether the address of the service, and the addresses of exported files, may be plain `http` on
    /// another machine, such as `http://sandbox:8080` in a network of containers. Anybody on the network path
    /// can then read the key and the data. A client whose address is plain `http` uses no proxy. Default:
    /// allowed if the environment variable `DATABAR_ALLOW_HTTP` is `1`, otherwise not.
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

    /// Adds [`Middleware`], which sees each attempt to send a request and its outcome, but not the key. Use
    /// it for request ids, metrics or recordings. If there are several, `before` is called in the order in
    /// which they were added, and `after` in the reverse order. Default: none.
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

    /// Sets the time limit of a request, from when it leaves to the last byte of its answer. Each attempt of
    /// a retried request has the full time. [`build`](Self::build) refuses zero. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the time limit for connecting. At most nine tenths of the [`timeout`](Self::timeout) are used, so
    /// a connection that takes too long ends with a connect error and the request is known not to have been
    /// sent. [`build`](Self::build) refuses zero. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets how often requests are retried when that is safe. Default: [`RetryPolicy::default`].
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

    /// Sets how many credits one run may cost. A run whose [estimate](crate::Run::estimate) is higher is not
    /// sent; it fails with [`OverBudget`](ErrorKind::OverBudget). To estimate, the client asks for the price
    /// before each run: one more request for an enrichment or a waterfall, two for a flow.
    /// [`build`](Self::build) refuses a limit that is not zero or more. Default: no limit, and no price
    /// requests.
    ///
    /// The limit applies to each run, not to all runs together, and only to [runs](crate::Run) outside of
    /// tables. It covers neither [`Table::run`](crate::Table::run) nor enrichments that run by themselves
    /// when a row changes. Their cost cannot be known: the API does not say which catalogue enrichment a
    /// table enrichment was made from, nor on how many rows it will run. Calls on [`api`](Client::api) are
    /// not limited either.
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

    /// Sets the underlying HTTP client: its proxy, certificates and connection pool.
    ///
    /// This method takes a builder because redirects and retries are turned off on it. Following a redirect
    /// would send the key to the redirect's target, and [`RetryPolicy`] alone decides what is retried. The
    /// [`user_agent`](Self::user_agent), the [`timeout`](Self::timeout) and the
    /// [`connect_timeout`](Self::connect_timeout) of this builder replace those of `http`.
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

    /// Sets the name of your program, such as `leads/1.2`. It comes before the name of this crate in the
    /// `User-Agent` header.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Sets how many bytes the body of an answer may have after decompression. A larger body is an error of
    /// kind [`TooLarge`](ErrorKind::TooLarge), and no more than this is kept in memory. Default: 64 MiB.
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

    /// Sets the source of time, for tests. Default: the machine's clock.
    ///
    /// A wait for a task races its requests and pauses against a sleep until the deadline. With a clock whose
    /// sleeps all end at once, the wait ends at once too.
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

    /// Builds the client. Sends no request.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when there is no key, or a setting is not usable.
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
                let what = format!(
                    "a {name} of zero leaves no time for a request; use a longer time, or leave the setting out"
                );
                return Err(Error::new(ErrorKind::Configuration, what));
            }
        }
        if let Some(limit) = self.max_credits.filter(|limit| limit.is_nan() || *limit < 0.0) {
            let what = format!("`max_credits` is {limit}; set it to zero or more");
            return Err(Error::new(ErrorKind::Configuration, what));
        }
        let mut http = self.http.unwrap_or_default();
        if base_url.starts_with("http:") {
            // A proxy would see the key.
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
