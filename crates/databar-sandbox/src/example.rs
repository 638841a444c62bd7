//! Runs the examples of documentation against a sandbox.

use std::error::Error;

use serde_json::{Value, json};

use crate::{Sandbox, SandboxBuilder};

/// Starts a sandbox and runs an example against it, on a new runtime. The examples in the documentation of
/// the Rust client run this way:
///
/// ```
/// databar_sandbox::run(async |sandbox| {
///     assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
///     Ok(())
/// });
/// ```
///
/// # Panics
///
/// Panics if the sandbox cannot be started, if the example fails, or if the example sent something that the
/// document does not allow. This function is meant for tests.
pub fn run(example: impl AsyncFnOnce(&Sandbox) -> Result<(), Box<dyn Error>>) {
    run_with(Sandbox::builder(), example);
}

/// Like [`run`], but with a sandbox that has these settings:
///
/// ```
/// use databar_sandbox::{Clock, Sandbox};
///
/// databar_sandbox::run_with(Sandbox::builder().clock(Clock::Manual), async |sandbox| {
///     sandbox.advance(std::time::Duration::from_secs(60));
///     Ok(())
/// });
/// ```
///
/// # Panics
///
/// Panics in the same cases as [`run`].
#[allow(clippy::panic, reason = "that is how a test fails")]
pub fn run_with(sandbox: SandboxBuilder, example: impl AsyncFnOnce(&Sandbox) -> Result<(), Box<dyn Error>>) {
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Box::<dyn Error>::from)
        .and_then(|runtime| {
            runtime.block_on(async {
                let sandbox = sandbox.start().await?;
                example(&sandbox).await?;
                match sandbox.violations().first() {
                    Some(violation) => Err(violation.to_string().into()),
                    None => Ok(()),
                }
            })
        });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// The graph of a small flow that the sandbox can run, from the domain of a company to its industry.
pub fn example_flow() -> Value {
    let mapping = |place: &str| json!({ "type": "mapping", "value": place });
    json!({
        "inputs": [{ "id": "domain", "description": "Website", "type": "text", "required": true }],
        "nodes": [{ "id": "company", "enrichment": 123, "inputs": { "domain": mapping("domain") } }],
        "output": { "industry": mapping("company.industry") },
    })
}
