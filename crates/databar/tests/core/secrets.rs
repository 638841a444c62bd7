//! The key appears only in the header of a request.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use databar::api::{ApiKey, Transport};
use databar::{
    Client, ColumnId, EnrichmentId, InDoubt, RetryPolicy, RowId, SecretString, SystemClock,
    TableEnrichmentId, TableId, WaterfallId, column, reqwest, uuid::Uuid,
};
use databar_sandbox::{Fault, FaultKind};
use futures::future::{BoxFuture, FutureExt, join_all};
use serde_json::{Value, json};

use crate::support::{KEY, World};

/// A search text, which is part of the addresses of requests.
const SEARCHED: &str = "a-secret-search";
const TABLE: TableId = TableId(Uuid::nil());
const COLUMN: ColumnId = ColumnId(Uuid::nil());

/// The texts from all ways of printing values.
fn printed(values: &[&dyn Debug]) -> String {
    values
        .iter()
        .map(|value| format!("{value:?}\n{value:#?}\n"))
        .collect()
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

/// Fails with the line that shows the secret.
fn hidden(secret: &str, text: &str) {
    let found = text.lines().find(|line| line.contains(secret));
    assert_eq!(found, None);
}

/// One failing call of every kind, and what its error prints.
fn failures(client: &Client) -> Vec<BoxFuture<'_, String>> {
    fn of<'a, T: Debug, E: StdError>(
        call: impl IntoFuture<Output = Result<T, E>, IntoFuture: Send + 'a>,
    ) -> BoxFuture<'a, String> {
        let call = call.into_future();
        async move { printed_with_causes(&call.await.unwrap_err()) }.boxed()
    }
    let (api, table) = (client.api(), client.table(TABLE));
    let enrichment = client.enrichment(EnrichmentId(1));
    let task = client.task("t".parse().unwrap());
    let waterfall = WaterfallId::new("w").unwrap();
    vec![
        of(client.user()),
        of(client.enrichments().q(SEARCHED).all()),
        of(enrichment.run(json!({}))),
        of(enrichment.run_bulk([json!({})])),
        of(task.wait::<Value>()),
        of(task.into_bulk(1).wait::<Value>()),
        of(client.create_table("Leads")),
        of(table
            .rows()
            .filter(column("Name").contains(SEARCHED))
            .all::<Value>()),
        of(table.insert([json!({})])),
        of(table.add_enrichment(EnrichmentId(1)).map_column("a", "A")),
        of(table.add_enrichment(EnrichmentId(1)).map_column("a", COLUMN)),
        of(table.add_waterfall(waterfall).map_column("a", COLUMN)),
        of(table.run(TableEnrichmentId::from_number(1))),
        of(api.list_flows()),
        of(api.get_user()),
        of(api.list_enrichments()),
        of(api.duplicate_table(TABLE)),
        of(api.list_columns(TABLE).send()),
        // The builder refuses this one without a request.
        of(api.get_user().header("not a header", "x")),
    ]
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
    let (client, api) = (&world.client, world.client.api());
    let key = || ApiKey::new(KEY).unwrap();
    let http = || reqwest::Client::builder().user_agent("mine/1.0");
    let setup = printed(&[
        client,
        api,
        &Client::builder().key(KEY),
        &Client::builder().key(KEY).http_client(http()),
        &SecretString::from(KEY),
        &key(),
        &Transport::builder(key()),
        &Transport::builder(key()).http(http()),
        &Transport::builder(key()).build().unwrap(),
        &RetryPolicy::default(),
        &SystemClock::new(),
    ]);
    hidden(KEY, &setup);
    assert!(setup.contains("mine/1.0"), "{setup}");

    let (enrichment, task) = (
        client.enrichment(EnrichmentId(1)),
        client.task("t".parse().unwrap()),
    );
    let bulk = task.clone().into_bulk(1);
    let table = client.table(TABLE);
    let handles = printed(&[
        &client.enrichments().q("x"),
        &enrichment,
        &enrichment.run(json!({})),
        &enrichment.run_bulk([json!({})]),
        &task,
        &task.wait::<Value>(),
        &bulk,
        &bulk.wait::<Value>(),
        &table,
        &table.rows().filter(column("Name").is_empty()),
        &table.insert([json!({})]),
        &table.add_enrichment(EnrichmentId(1)).map_column("a", "A"),
        &table
            .add_waterfall(WaterfallId::new("w").unwrap())
            .map_column("a", COLUMN),
        &table
            .run(TableEnrichmentId::from_number(1))
            .rows([RowId::new("r").unwrap()]),
        &client.create_table("Leads"),
        &api.get_user(),
        &api.list_enrichments().q("x"),
        &api.get_task("t".parse().unwrap()),
        &api.run_enrichment(EnrichmentId(1), json!({})),
        &api.insert_rows(TABLE, []),
        &api.list_flows(),
    ]);
    hidden(KEY, &handles);
    assert!(
        handles.contains("Transport"),
        "the transport is not printed at all: {handles}"
    );

    let created = client.create_table("Leads").columns(["Name"]).await.unwrap();
    let table = created.handle.clone();
    let report = table.insert([json!({"Name": "Ada"})]).await.unwrap();
    world.fault(Fault::new(FaultKind::status(500)).on("insert_rows").skip(1));
    let insert = table.insert([json!({"Name": "Alan"}), json!({"Name": "Grace"})]);
    let failed = insert.batch_size(1).await.unwrap_err();
    assert_eq!((failed.written().created(), failed.remaining()), (1, 1));
    let answers = printed(&[
        &created,
        &report,
        failed.written(),
        &client.user().await.unwrap(),
        &client.enrichments().all().await.unwrap(),
        &api.list_columns(table.id()).send().await.unwrap(),
    ]);
    hidden(KEY, &answers);
    hidden(KEY, &printed_with_causes(&failed));
    hidden(
        KEY,
        &printed(&[&failed.resume_after_doubt(InDoubt::Resend).unwrap()]),
    );
}

#[tokio::test]
async fn neither_errors_nor_traces_print_the_key() {
    let log = Log::default();
    let writer = log.clone();
    // Set for all threads, and so for all tests, because whether a log statement is enabled is cached for all
    // threads.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let mut errors = String::new();
    let patience = Duration::from_millis(300);
    let policy = || RetryPolicy::default().with_max_attempts(2);
    for fault in all_faults() {
        let world = World::start_with(|builder| builder.timeout(patience).retry(policy())).await;
        world.fault(Fault::new(fault));
        errors += &join_all(failures(&world.client)).await.concat();
    }
    let world = World::start_with(|builder| builder.retry(policy())).await;
    world.sandbox.refuse_connections().await;
    let refused = join_all(failures(&world.client)).await.concat();
    assert!(refused.to_lowercase().contains("connection refused"), "{refused}");
    errors += &refused;

    for key in ["canary-3f1c9a\n", " canary-3f1c9a", "canary-3f1c9a\u{e9}"] {
        let builder = Client::builder().key(key).base_url("https://api.databar.ai");
        errors += &printed_with_causes(&builder.build().unwrap_err());
        errors += &printed_with_causes(&ApiKey::new(key).unwrap_err());
    }
    let builder = Client::builder()
        .key(KEY)
        .base_url(format!("https://{KEY}@api.databar.ai"));
    errors += &printed_with_causes(&builder.build().unwrap_err());
    hidden(KEY, &errors);
    hidden(SEARCHED, &errors);

    let traces = log.text();
    for words in [
        "run_enrichment",
        "insert_rows",
        "sending again",
        "no usable answer",
    ] {
        assert!(traces.contains(words), "{words} is not traced: {traces}");
    }
    hidden(KEY, &traces);
    hidden(SEARCHED, &traces);
}
