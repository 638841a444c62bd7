//! Tests your own code against the sandbox, with faults: `cargo test --example own_tests`.

use databar::{Client, EnrichmentId, Error};
use serde_json::{Value, json};

/// The code that is tested: the industry of a company, if it is known.
async fn industry(databar: &Client, domain: &str) -> Result<Option<String>, Error> {
    let input = json!({ "domain": domain });
    let task = databar.enrichment(EnrichmentId(123)).run(input).await?;
    let found = task.wait::<Value>().await?.data;
    Ok(found.and_then(|found| Some(found["industry"].as_str()?.to_owned())))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    println!("{:?}", industry(&Client::from_env()?, "stripe.com").await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Client, industry};
    use databar_sandbox::{Fault, FaultKind, Sandbox};

    async fn start() -> (Sandbox, Client) {
        let sandbox = Sandbox::start().await.unwrap();
        let builder = Client::builder()
            .key(sandbox.api_key())
            .base_url(sandbox.base_url());
        (sandbox, builder.build().unwrap())
    }

    #[tokio::test]
    async fn an_unknown_company_is_not_an_error() {
        let (sandbox, databar) = start().await;
        assert_eq!(industry(&databar, "nobody.test").await.unwrap(), None);
        assert!(sandbox.violations().is_empty()); // all requests conformed to the API's document
    }

    #[tokio::test]
    async fn a_busy_service_is_asked_again() {
        let (sandbox, databar) = start().await;
        sandbox.fault(Fault::new(FaultKind::rate_limited("0")).times(1));
        assert!(industry(&databar, "stripe.com").await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_run_whose_answer_is_lost_is_not_paid_twice() {
        let (sandbox, databar) = start().await;
        sandbox.fault(Fault::new(FaultKind::status(502)).on("run_enrichment").times(1));
        let error = industry(&databar, "stripe.com").await.unwrap_err();
        assert!(error.may_have_run());
        assert_eq!(sandbox.requests().len(), 1);
    }
}
