//! Measures requests per second, one after the other over one connection, with an empty workspace and with a
//! full one: 100,000 rows in a table, 20,000 tasks. Earlier requests should not make later ones slower.
#![allow(missing_docs, reason = "criterion's macros")]
#![expect(clippy::unwrap_used, reason = "a benchmark fails like a test")]

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use databar_sandbox::{Clock, Sandbox};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const ROWS: usize = 100_000;
const TASKS: usize = 20_000;
const RUN: &str = "/v1/enrichments/123/run";

struct Bench {
    sandbox: Sandbox,
    http: Client,
    /// The path of a table with 50 rows that have a key; in the full workspace it also has many rows without
    /// one.
    table: String,
    task: String,
}

impl Bench {
    async fn new(rows: usize, tasks: usize) -> Self {
        let sandbox = Sandbox::builder()
            .clock(Clock::Manual)
            .credits(1e9)
            .start()
            .await
            .unwrap();
        let mut bench = Self {
            sandbox,
            http: Client::new(),
            table: String::new(),
            task: String::new(),
        };
        let table = bench
            .call(
                Method::POST,
                "/v1/table/create",
                json!({ "columns": ["key", "value"], "rows": rows }),
            )
            .await;
        bench.table = format!("/v1/table/{}", table["identifier"].as_str().unwrap());
        bench
            .call(Method::POST, &format!("{}/rows/upsert", bench.table), upsert(0))
            .await;
        for _ in 0..=tasks {
            let run = bench.call(Method::POST, RUN, company()).await;
            bench.task = format!("/v1/tasks/{}", run["task_id"].as_str().unwrap());
        }
        bench.sandbox.advance(Duration::from_secs(1));
        bench
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.sandbox.base_url()))
            .header("x-apikey", self.sandbox.api_key());
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }
}

fn company() -> Value {
    json!({ "params": { "domain": "stripe.com" } })
}

fn upsert(value: u64) -> Value {
    let rows: Vec<Value> = (0..50)
        .map(|n| json!({ "key": { "key": format!("k{n}") }, "fields": { "value": value } }))
        .collect();
    json!({ "rows": rows })
}

fn requests(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    for (state, rows, tasks) in [("empty", 0, 0), ("full", ROWS, TASKS)] {
        let bench = runtime.block_on(Bench::new(rows, tasks));
        let mut group = criterion.benchmark_group("requests");
        group.throughput(Throughput::Elements(1)).sample_size(20);
        let rows = format!("{}/rows?per_page=100", bench.table);
        let upserts = format!("{}/rows/upsert", bench.table);
        for (name, method, path, body) in [
            ("get_user", Method::GET, "/v1/user/me", Value::Null),
            ("get_task", Method::GET, &bench.task, Value::Null),
            ("list_100_rows", Method::GET, &rows, Value::Null),
            ("upsert_50_rows", Method::POST, &upserts, upsert(1)),
            ("run_enrichment", Method::POST, RUN, company()),
        ] {
            group.bench_function(BenchmarkId::new(name, state), |bencher| {
                bencher.iter(|| runtime.block_on(bench.call(method.clone(), path, body.clone())));
            });
        }
    }
}

criterion_group!(benches, requests);
criterion_main!(benches);
