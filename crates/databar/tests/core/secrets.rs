//! The key is not to be seen anywhere but in the header of a request.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use databar::api::prelude::*;
use databar::{Client, EnrichmentId, RetryPolicy, SecretString};
use databar_sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{KEY, World};

/// All ways in which a value is printed.
fn printed(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}\n")
}

fn printed_with_causes(error: &dyn StdError) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        text += &format!("{error}\n{error:#}\n{error:?}\n{error:#?}\n");
        next = error.source();
    }
    text
}

fn all_faults() -> Vec<FaultKind> {
    vec![
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::TruncatedBody,
        FaultKind::Delay(Duration::from_secs(600)),
        FaultKind::status(403),
        FaultKind::status(500),
        FaultKind::rate_limited("3600"),
        FaultKind::json(200, &json!({"task_id": 1})),
        FaultKind::Status {
            code: 502,
            headers: vec![],
            body: "<html>".into(),
        },
        FaultKind::Status {
            code: 302,
            headers: vec![("location".into(), "https://elsewhere.example/".into())],
            body: String::new(),
        },
    ]
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn no_type_prints_the_key() {
    let world = World::start().await;
    let Client { .. } = &world.client;
    let enrichment = world.client.enrichment(EnrichmentId(1));
    let task = world.client.task("t".parse().unwrap());
    let text = [
        printed(&world.client),
        printed(world.client.api()),
        printed(&Client::builder().key(KEY)),
        printed(&SecretString::from(KEY)),
        printed(&databar::api::ApiKey::new(KEY).unwrap()),
        printed(&databar::api::Transport::builder(
            databar::api::ApiKey::new(KEY).unwrap(),
        )),
        printed(
            &databar::api::Transport::builder(databar::api::ApiKey::new(KEY).unwrap())
                .build()
                .unwrap(),
        ),
        printed(&world.client.enrichments().query("x")),
        printed(&enrichment),
        printed(&enrichment.run(json!({}))),
        printed(&enrichment.run_bulk([json!({})])),
        printed(&task),
        printed(&task.wait::<Value>()),
        printed(&task.clone().into_bulk(1)),
        printed(&task.into_bulk(1).wait::<Value>()),
    ]
    .concat();
    assert!(!text.contains(KEY), "{text}");
    assert!(
        text.contains("Transport"),
        "the transport is not printed at all: {text}"
    );
    world.finish();
}

#[tokio::test]
async fn neither_errors_nor_traces_print_the_key() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    // The test's runtime has this one thread only.
    let _guard = tracing::subscriber::set_default(subscriber);

    let mut errors = String::new();
    for fault in all_faults() {
        let policy = RetryPolicy::default().with_max_attempts(2);
        let world =
            World::start_with(|builder| builder.timeout(Duration::from_millis(300)).retry(policy)).await;
        world.fault(Fault::new(fault));
        let list = world.client.enrichments().query("a-secret-search");
        errors += &printed_with_causes(&list.all().await.unwrap_err());
        errors += &printed_with_causes(&world.client.user().await.unwrap_err());
        errors += &printed_with_causes(
            &world
                .client
                .enrichment(EnrichmentId(1))
                .run(json!({}))
                .await
                .unwrap_err(),
        );
        errors += &printed_with_causes(
            &world
                .client
                .task("t".parse().unwrap())
                .wait::<Value>()
                .await
                .unwrap_err(),
        );
        errors += &printed_with_causes(&world.client.api().get_user().send().await.unwrap_err());
        world.finish();
    }
    for key in ["canary-3f1c9a\n", " canary-3f1c9a", "canary-3f1c9a\u{e9}"] {
        let error = Client::builder()
            .key(key)
            .base_url("https://api.databar.ai")
            .build()
            .unwrap_err();
        errors += &printed_with_causes(&error);
    }
    let error = Client::builder()
        .key(KEY)
        .base_url(format!("https://{KEY}@api.databar.ai"))
        .build()
        .unwrap_err();
    errors += &printed_with_causes(&error);
    assert!(!errors.contains(KEY), "{errors}");
    assert!(!errors.contains("a-secret-search"), "{errors}");

    let traces = log.text();
    assert!(
        traces.contains("run_enrichment") && traces.contains("sending again"),
        "{traces}"
    );
    assert!(!traces.contains(KEY), "{traces}");
    assert!(!traces.contains("a-secret-search"), "{traces}");
}
