//! Measures what the facade costs compared with a hand-written program that uses `reqwest` and `serde` and
//! does the same with the same settings. The measure is the CPU time of the client alone, in alternating
//! pairs, as a ratio.
//!
//! ```sh
//! cargo bench -p databar --bench cost
//! ```
//!
//! Each side runs on its own single-threaded runtime; the sandbox has its own threads, which are not
//! measured. A name among the arguments measures only that scenario, and `--pairs N` sets the number of
//! pairs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark fails like a test")]

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;
use databar::{Client, EnrichmentId, RowId, Table};
use databar_sandbox::{Clock, Limits, Sandbox};
use futures::future::try_join_all;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// How many rows are read.
const READ: usize = 100_000;
/// How many rows are written at once.
const WRITTEN: usize = 5_000;
/// How many calls are made, and for how many tasks the bench waits.
const CALLS: usize = 1_000;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A typical row: texts, a number, and a cell without a value.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Lead {
    name: String,
    email: String,
    company: String,
    domain: String,
    employees: u64,
    note: Option<String>,
}

const COLUMNS: [&str; 6] = ["name", "email", "company", "domain", "employees", "note"];

impl Lead {
    fn new(number: usize) -> Self {
        Self {
            name: format!("Ada Lovelace {number}"),
            email: format!("ada.{number}@example.com"),
            company: format!("Analytical Engines {} Ltd.", number % 997),
            domain: format!("engines-{}.example.com", number % 997),
            employees: 10 + number as u64 % 5_000,
            note: None,
        }
    }
}

fn leads(count: usize) -> Vec<Lead> {
    (0..count).map(Lead::new).collect()
}

/// What a hand-written program would have: an HTTP client with the key, and the bodies that it needs.
struct ByHand {
    http: reqwest::Client,
    base_url: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only decoded")]
struct User {
    first_name: Option<String>,
    email: String,
    balance: f64,
    plan: String,
    workspace: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Lead>,
    has_next_page: bool,
}

#[derive(Serialize)]
struct Batch<T> {
    rows: Vec<T>,
}

#[derive(Serialize)]
struct InsertedRow<'a> {
    fields: &'a Lead,
}

impl<'a> InsertedRow<'a> {
    fn new(fields: &'a Lead) -> Self {
        Self { fields }
    }
}

#[derive(Serialize)]
struct UpdatedRow<'a> {
    id: &'a RowId,
    fields: &'a Lead,
}

impl<'a> UpdatedRow<'a> {
    fn new((id, fields): &'a (RowId, Lead)) -> Self {
        Self { id, fields }
    }
}

#[derive(Serialize)]
struct UpsertedRow<'a> {
    key: Key<'a>,
    fields: &'a Lead,
}

#[derive(Serialize)]
struct Key<'a> {
    email: &'a str,
}

impl<'a> UpsertedRow<'a> {
    fn new(fields: &'a Lead) -> Self {
        let key = Key { email: &fields.email };
        Self { key, fields }
    }
}

#[derive(Deserialize)]
struct Written {
    results: Vec<WrittenRow>,
}

/// The entry for one row, as in the facade's report. A successful request does not mean that each row
/// succeeded.
#[derive(Deserialize)]
struct WrittenRow {
    id: String,
    index: Option<usize>,
    action: Option<String>,
    ok: Option<bool>,
}

#[derive(Deserialize)]
struct TaskAnswer {
    status: String,
    data: Option<Value>,
}

impl ByHand {
    fn new(sandbox: &Sandbox) -> Self {
        let mut key = reqwest::header::HeaderValue::from_str(sandbox.api_key()).unwrap();
        key.set_sensitive(true);
        let headers = [(reqwest::header::HeaderName::from_static("x-apikey"), key)];
        let http = reqwest::Client::builder()
            .default_headers(headers.into_iter().collect())
            .user_agent("by-hand/1.0")
            .timeout(Duration::from_secs(60))
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Self {
            http: http.unwrap(),
            base_url: sandbox.base_url().to_owned(),
        }
    }

    async fn call(&self) -> Outcome<User> {
        let request = self.http.get(format!("{}/v1/user/me", self.base_url));
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    async fn read(&self, table: &str) -> Outcome<usize> {
        let mut count = 0;
        for number in 1_usize.. {
            let request = self.http.get(format!("{}/v1/table/{table}/rows", self.base_url));
            let request = request.query(&[("per_page", 500), ("page", number)]);
            let page: Page = request.send().await?.error_for_status()?.json().await?;
            for lead in page.data {
                black_box(lead);
                count += 1;
            }
            if !page.has_next_page {
                break;
            }
        }
        Ok(count)
    }

    /// Writes rows in batches of 50, and keeps what the answers report about each row.
    async fn write<'a, T, R: Serialize>(
        &self,
        method: Method,
        path: String,
        rows: &'a [T],
        row: fn(&'a T) -> R,
    ) -> Outcome {
        let mut done = Vec::new();
        for rows in rows.chunks(50) {
            let request = self
                .http
                .request(method.clone(), format!("{}/v1/table/{path}", self.base_url));
            let batch = Batch {
                rows: rows.iter().map(row).collect(),
            };
            let response = request.json(&batch).send().await?.error_for_status()?;
            let written: Written = response.json().await?;
            let is_done = |row: &WrittenRow| {
                row.ok != Some(false) && row.action.as_deref() != Some("skipped_duplicate")
            };
            assert!(written.results.iter().all(is_done));
            done.extend(written.results);
        }
        assert_eq!(done.len(), rows.len());
        for row in &done {
            black_box((&row.id, row.index));
        }
        Ok(())
    }

    async fn wait(&self, task: &str) -> Outcome<Option<Value>> {
        let mut pause = Duration::from_millis(500);
        loop {
            let request = self.http.get(format!("{}/v1/tasks/{task}", self.base_url));
            let task: TaskAnswer = request.send().await?.error_for_status()?.json().await?;
            match task.status.as_str() {
                "completed" => return Ok(task.data),
                "processing" => tokio::time::sleep(pause).await,
                other => return Err(other.into()),
            }
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }
}

/// The two sides, and the data that they work on.
struct Bench {
    runtime: Runtime,
    /// Keeps the sandbox's threads running.
    _service: Runtime,
    sandbox: Sandbox,
    facade: Client,
    by_hand: ByHand,
}

impl Bench {
    fn new() -> Self {
        let service = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut limits = Limits::default();
        limits.connections = 4 * CALLS;
        let sandbox = Sandbox::builder()
            .clock(Clock::Manual)
            .credits(1e9)
            .limits(limits)
            .start();
        let sandbox = service.block_on(sandbox).unwrap();
        let facade = Client::builder()
            .key(sandbox.api_key())
            .base_url(sandbox.base_url());
        Self {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            _service: service,
            facade: facade.build().unwrap(),
            by_hand: ByHand::new(&sandbox),
            sandbox,
        }
    }

    /// Returns the CPU time of this thread while it does the work.
    fn time(&self, work: impl Future<Output = Outcome>) -> Duration {
        let start = ThreadTime::now();
        let outcome = self.runtime.block_on(work);
        let time = start.elapsed();
        // The sandbox keeps all requests for tests, so they are removed here.
        self.sandbox.take_requests();
        if let Err(error) = outcome {
            panic!("{error}");
        }
        time
    }

    /// Does work that is not measured.
    fn prepare<T, E: std::fmt::Display>(&self, work: impl Future<Output = Result<T, E>>) -> T {
        match self.runtime.block_on(work) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    fn table(&self, rows: &[Lead]) -> (Table, Vec<RowId>) {
        let create = self.facade.create_table("Leads").columns(COLUMNS);
        let table = self.prepare(async { create.await }).handle;
        let ids = match rows {
            [] => Vec::new(),
            rows => self
                .prepare(async { table.insert(rows).await })
                .ids()
                .cloned()
                .collect(),
        };
        (table, ids)
    }
}

/// How many pairs to measure, and of which scenarios.
struct Plan {
    pairs: usize,
    only: Option<String>,
}

impl Plan {
    fn from_arguments() -> Self {
        let mut plan = Self {
            pairs: 11,
            only: None,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // Cargo passes this argument.
                "--bench" => {}
                "--pairs" => plan.pairs = arguments.next().unwrap().parse().unwrap(),
                _ => plan.only = Some(argument),
            }
        }
        plan
    }

    /// Measures pairs after a warm-up pair, and prints the medians. `count` is how often the work is done at
    /// a time, and `prepare` creates what it works on.
    fn compare<T>(
        &self,
        bench: &Bench,
        (name, count): (&str, usize),
        prepare: impl Fn() -> T,
        facade: impl AsyncFn(T) -> Outcome,
        by_hand: impl AsyncFn(T) -> Outcome,
    ) {
        let facade = || {
            let prepared = prepare();
            bench.time(facade(prepared))
        };
        let by_hand = || {
            let prepared = prepare();
            bench.time(by_hand(prepared))
        };
        let (mut facades, mut by_hands, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for pair in 0..=self.pairs {
            // The order alternates, so that it has no effect.
            let (facade, by_hand) = if pair % 2 == 0 {
                let facade = facade();
                (facade, by_hand())
            } else {
                let by_hand = by_hand();
                (facade(), by_hand)
            };
            let (facade, by_hand) = (facade.as_secs_f64(), by_hand.as_secs_f64());
            if pair > 0 {
                facades.push(facade);
                by_hands.push(by_hand);
                ratios.push(facade / by_hand);
            }
        }
        let each = |times| median(times) * 1e6 / count as f64;
        println!(
            "{name:16} {:9.2} µs {:9.2} µs {:7.3}",
            each(facades),
            each(by_hands),
            median(ratios)
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn calls(bench: &Bench, plan: &Plan) {
    let facade = async |()| {
        for _ in 0..CALLS {
            black_box(bench.facade.user().await?.balance);
        }
        Ok(())
    };
    let by_hand = async |()| {
        for _ in 0..CALLS {
            black_box(bench.by_hand.call().await?.balance);
        }
        Ok(())
    };
    plan.compare(bench, ("a call", CALLS), || (), facade, by_hand);
}

fn read(bench: &Bench, plan: &Plan) {
    let (table, _) = bench.table(&leads(READ));
    let facade = async |()| {
        let mut leads = table.rows().stream::<Lead>();
        let mut count = 0;
        while let Some(lead) = leads.try_next().await? {
            black_box(lead);
            count += 1;
        }
        assert_eq!(count, READ);
        Ok(())
    };
    let by_hand = async |()| {
        assert_eq!(bench.by_hand.read(&table.id().to_string()).await?, READ);
        Ok(())
    };
    plan.compare(bench, ("a row read", READ), || (), facade, by_hand);
}

fn insert(bench: &Bench, plan: &Plan) {
    let leads = leads(WRITTEN);
    let facade = async |table: Table| {
        let report = table.insert(&leads).await?;
        assert_eq!(report.created(), WRITTEN);
        Ok(())
    };
    let by_hand = async |table: Table| {
        let path = format!("{}/rows", table.id());
        bench
            .by_hand
            .write(Method::POST, path, &leads, InsertedRow::new)
            .await
    };
    let empty = || bench.table(&[]).0;
    plan.compare(bench, ("a row inserted", WRITTEN), empty, facade, by_hand);
}

fn update(bench: &Bench, plan: &Plan) {
    let leads = leads(WRITTEN);
    let (table, ids) = bench.table(&leads);
    let rows: Vec<(RowId, Lead)> = ids.into_iter().zip(leads).collect();
    let facade = async |()| {
        let report = table
            .update(rows.iter().map(|(id, lead)| (id.clone(), lead)))
            .await?;
        assert_eq!(report.updated(), WRITTEN);
        Ok(())
    };
    let by_hand = async |()| {
        let path = format!("{}/rows", table.id());
        bench
            .by_hand
            .write(Method::PATCH, path, &rows, UpdatedRow::new)
            .await
    };
    plan.compare(bench, ("a row updated", WRITTEN), || (), facade, by_hand);
}

fn upsert(bench: &Bench, plan: &Plan) {
    let leads = leads(WRITTEN);
    let (table, _) = bench.table(&leads);
    let facade = async |()| {
        let report = table.upsert("email", &leads).await?;
        assert_eq!(report.updated(), WRITTEN);
        Ok(())
    };
    let by_hand = async |()| {
        let path = format!("{}/rows/upsert", table.id());
        bench
            .by_hand
            .write(Method::POST, path, &leads, UpsertedRow::new)
            .await
    };
    plan.compare(bench, ("a row upserted", WRITTEN), || (), facade, by_hand);
}

fn wait(bench: &Bench, plan: &Plan) {
    let enrichment = bench.facade.enrichment(EnrichmentId(123));
    let tasks = bench.prepare(try_join_all((0..CALLS).map(|_| async {
        let task = enrichment.run(json!({ "domain": "example.com" })).await?;
        Ok::<_, databar::Error>(task)
    })));
    bench.sandbox.advance(Duration::from_secs(60));
    let facade = async |()| {
        let waits = tasks.iter().map(|task| task.wait::<Value>().into_future());
        black_box(try_join_all(waits).await?);
        Ok(())
    };
    let by_hand = async |()| {
        let waits = tasks.iter().map(|task| bench.by_hand.wait(task.id().as_str()));
        black_box(try_join_all(waits).await?);
        Ok(())
    };
    plan.compare(bench, ("1,000 waits", CALLS), || (), facade, by_hand);
}

type Scenario = fn(&Bench, &Plan);

const SCENARIOS: [(&str, Scenario); 6] = [
    ("call", calls),
    ("insert", insert),
    ("update", update),
    ("upsert", upsert),
    ("read", read),
    ("wait", wait),
];

fn main() {
    let plan = Plan::from_arguments();
    println!(
        "{:16} {:>12} {:>12} {:>7}",
        "CPU time of", "facade", "by hand", "ratio"
    );
    for (name, scenario) in SCENARIOS {
        if plan.only.as_deref().is_none_or(|only| only == name) {
            scenario(&Bench::new(), &plan);
        }
    }
}
