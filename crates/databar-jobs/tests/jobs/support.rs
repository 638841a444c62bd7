//! What every test needs: a sandbox, a client for it, and a ledger.

use databar::{Client, ClientBuilder, EnrichmentId, RetryPolicy};
use databar_jobs::{InputOutcome, Inputs, Job, Ledger, Plan, Target};
use databar_sandbox::{Sandbox, SandboxBuilder};
use futures::TryStreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;

/// What a company costs in the sandbox, in credits.
pub(crate) const PRICE: f64 = 0.5;

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    /// The address of the ledger.
    pub(crate) address: String,
    pub(crate) ledger: Ledger,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = folder.path().join("ledger").display().to_string();
        Self::at(address, folder).await
    }

    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        let address = crate::postgres::database(test).await?;
        Some(Self::at(address, tempfile::tempdir().unwrap()).await)
    }

    async fn at(address: String, folder: TempDir) -> Self {
        let sandbox = builder().start().await.unwrap();
        Self {
            client: client(&sandbox, |builder| builder),
            ledger: Ledger::open(&address).await.unwrap(),
            sandbox,
            address,
            folder,
        }
    }

    /// Replaces the sandbox with a new one.
    pub(crate) async fn with_sandbox(mut self, sandbox: SandboxBuilder) -> Self {
        self.sandbox = sandbox.start().await.unwrap();
        self.client = self.client_with(|builder| builder);
        self
    }

    /// Another client for the sandbox.
    pub(crate) fn client_with(&self, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        client(&self.sandbox, settings)
    }

    /// Plans a job of companies, in chunks of `chunk_size`.
    pub(crate) async fn job(&self, chunk_size: usize, domains: &[&str]) -> Job {
        self.plan(companies().chunk_size(chunk_size), domains).await
    }

    pub(crate) async fn plan(&self, plan: Plan, domains: &[&str]) -> Job {
        self.ledger
            .plan(&self.client, plan, inputs(domains))
            .await
            .unwrap()
    }
}

/// A sandbox with fast tasks.
pub(crate) fn builder() -> SandboxBuilder {
    Sandbox::builder().task_time(Duration::ZERO).credits(1e6)
}

fn client(sandbox: &Sandbox, settings: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let builder = Client::builder()
        .key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .retry(RetryPolicy::default().with_initial_delay(Duration::from_millis(1)));
    settings(builder).build().unwrap()
}

pub(crate) fn companies() -> Plan {
    Plan::new("companies", Target::enrichment(EnrichmentId(123)))
}

pub(crate) fn inputs(domains: &[&str]) -> Inputs<'static> {
    let domains: Vec<Value> = domains.iter().map(|domain| json!({ "domain": domain })).collect();
    Inputs::new(domains)
}

pub(crate) async fn outcomes(job: &Job) -> Vec<InputOutcome> {
    job.outcomes().try_collect().await.unwrap()
}

/// The names of the outcomes, in order.
pub(crate) async fn names(job: &Job) -> Vec<&'static str> {
    outcomes(job).await.iter().map(|one| one.outcome.name()).collect()
}

/// How many submissions the sandbox has received.
pub(crate) fn submissions(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    requests
        .iter()
        .filter(|request| request.operation_id.as_deref() == Some("bulk_run_enrichment"))
        .count()
}

/// The sandbox's name for the company with this domain.
pub(crate) fn company_name(domain: &str) -> String {
    let stem = domain.split('.').next().unwrap();
    stem[..1].to_uppercase() + &stem[1..]
}
