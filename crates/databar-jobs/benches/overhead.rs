//! Measures the cost of a ledger: jobs compared with a loop that sends the same chunks and records nothing,
//! against a sandbox. Each line runs in a separate process, so that its memory can be measured.
//!
//! `BENCH_INPUTS` sets the numbers of inputs (default `10000,100000`), `BENCH_TASK_MS` how long a task takes
//! in milliseconds (default 0), and `BENCH_POSTGRES` the address of a database for the lines with PostgreSQL,
//! whose schema `databar_jobs` is dropped.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::process::Command;
use std::time::Instant;

use databar::{Client, EnrichmentId};
use databar_jobs::{Inputs, Ledger, Plan, Target};
use databar_sandbox::Sandbox;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};

const CHUNK: usize = 500;
const IN_FLIGHT: usize = 4;

fn companies(count: usize) -> impl Iterator<Item = Value> + Send + 'static {
    (0..count).map(|index| json!({ "domain": format!("company{index}.com") }))
}

#[tokio::main]
async fn main() {
    let variable = |name: &str| std::env::var(name).ok();
    match variable("BENCH_KIND") {
        Some(kind) => measured(&kind).await,
        None => compare().await,
    }
}

/// Measures one line: plans and runs a job, or runs the loop.
async fn measured(kind: &str) {
    let variable = |name: &str| std::env::var(name).unwrap();
    let count: usize = variable("BENCH_INPUTS").parse().unwrap();
    let client = Client::builder()
        .key(variable("BENCH_KEY"))
        .base_url(variable("BENCH_ADDRESS"))
        .build()
        .unwrap();
    let start = Instant::now();
    let mut planned = 0.0;
    if kind == "loop" {
        let chunks = stream::iter(companies(count)).chunks(CHUNK).map(|chunk| {
            let client = client.clone();
            async move {
                let task = client
                    .enrichment(EnrichmentId(123))
                    .run_bulk(chunk)
                    .await
                    .unwrap();
                task.wait::<Value>().await.unwrap().found().count()
            }
        });
        chunks.buffer_unordered(IN_FLIGHT).count().await;
    } else {
        let ledger = Ledger::open(variable("BENCH_LEDGER")).await.unwrap();
        if kind == "work" {
            ledger
                .open_job("job")
                .await
                .unwrap()
                .run(&client)
                .in_flight(IN_FLIGHT)
                .await
                .unwrap();
        } else {
            let plan = Plan::new("job", Target::enrichment(EnrichmentId(123))).chunk_size(CHUNK);
            let job = ledger
                .plan(&client, plan, Inputs::new(companies(count)))
                .await
                .unwrap();
            planned = start.elapsed().as_secs_f64();
            if kind == "job" {
                job.run(&client).in_flight(IN_FLIGHT).await.unwrap();
                let outcomes = job
                    .outcomes::<Value>()
                    .try_fold(0, async |count, _| Ok(count + 1))
                    .await;
                assert_eq!(outcomes.unwrap(), count);
            }
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or_default();
    let peak: f64 = peak.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    println!("{} {planned} {}", start.elapsed().as_secs_f64(), peak / 1024.0);
}

async fn compare() {
    let numbers = std::env::var("BENCH_INPUTS").unwrap_or_else(|_| "10000,100000".to_owned());
    let task_ms = std::env::var("BENCH_TASK_MS").map_or(0, |number| number.parse().unwrap());
    println!("| inputs | what | seconds | planning | µs per input | times the loop | peak MiB |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for count in numbers.split(',').map(|number| number.parse::<usize>().unwrap()) {
        let mut of_loop = 0.0;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger").display().to_string();
        let mut lines = vec![("loop without a ledger", String::new(), 1), ("SQLite", file, 1)];
        if let Ok(address) = std::env::var("BENCH_POSTGRES") {
            for workers in 1..=3 {
                lines.push(("PostgreSQL", address.clone(), workers));
            }
        }
        for (what, ledger, workers) in lines {
            let sandbox = Sandbox::builder()
                .task_time(std::time::Duration::from_millis(task_ms))
                .credits(1e9)
                .start()
                .await
                .unwrap();
            if what == "PostgreSQL" {
                drop_schema(&ledger).await;
            }
            let process = |kind: &str| {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command
                    .env("BENCH_KIND", kind)
                    .env("BENCH_INPUTS", count.to_string())
                    .env("BENCH_ADDRESS", sandbox.base_url())
                    .env("BENCH_KEY", sandbox.api_key())
                    .env("BENCH_LEDGER", &ledger);
                tokio::task::spawn_blocking(move || {
                    let output = command.output().unwrap();
                    assert!(
                        output.status.success(),
                        "{}",
                        String::from_utf8_lossy(&output.stderr)
                    );
                    let text = String::from_utf8(output.stdout).unwrap();
                    let numbers: Vec<f64> = text
                        .split_whitespace()
                        .map(|number| number.parse().unwrap())
                        .collect();
                    (numbers[0], numbers[1], numbers[2])
                })
            };
            let (mut seconds, mut planned, mut peak) = match (ledger.is_empty(), workers) {
                (true, _) => process("loop").await.unwrap(),
                (false, 1) => process("job").await.unwrap(),
                (false, _) => process("plan").await.unwrap(),
            };
            if workers > 1 {
                planned = seconds;
                let start = Instant::now();
                let running: Vec<_> = (0..workers).map(|_| process("work")).collect();
                for worker in running {
                    peak = worker.await.unwrap().2;
                }
                seconds += start.elapsed().as_secs_f64();
            }
            if ledger.is_empty() {
                of_loop = seconds;
            }
            println!(
                "| {count} | {what}{} | {seconds:.2} | {planned:.2} | {:.0} | {:.2} | {peak:.0} |",
                if workers > 1 {
                    format!(", {workers} workers")
                } else {
                    String::new()
                },
                seconds * 1e6 / count as f64,
                seconds / of_loop,
            );
        }
    }
}

async fn drop_schema(address: &str) {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
    sqlx::query("DROP SCHEMA IF EXISTS databar_jobs CASCADE")
        .execute(&mut connection)
        .await
        .unwrap();
}
