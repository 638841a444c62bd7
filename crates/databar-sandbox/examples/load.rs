//! Runs many clients at once, with mixed work, against a sandbox in another process, and then checks the
//! sums: the server had no errors of its own, no row is lost, and the balance fell by what the clients saw
//! being spent.
//!
//! Usage: `load BASE_URL API_KEY CLIENTS SECONDS`, for a sandbox that was started with `--credits 1000000
//! --task-ms 50`.

use std::{
    collections::BTreeMap,
    error::Error,
    process::ExitCode,
    time::{Duration, Instant},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What one client did and saw.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<u16, u64>,
    requests: u64,
    /// The number of rows in its table, by its own count.
    rows: usize,
    /// The cost of its tasks, as the tasks report it.
    spent: f64,
    slowest: Duration,
}

#[derive(Clone)]
struct Caller {
    http: Client,
    base_url: String,
    api_key: String,
}

impl Caller {
    async fn call(
        &self,
        seen: &mut Seen,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Outcome<Value> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .header("x-apikey", &self.api_key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let started = Instant::now();
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        seen.slowest = seen.slowest.max(started.elapsed());
        seen.requests += 1;
        *seen.statuses.entry(status).or_default() += 1;
        if status != 200 {
            return Err(format!("{path}: {status}: {text}").into());
        }
        Ok(serde_json::from_str(&text)?)
    }

    async fn work(&self, number: usize, until: Instant) -> Outcome<Seen> {
        let mut seen = Seen::default();
        let columns = json!({ "name": format!("Client {number}"), "columns": ["n", "domain"] });
        let table = self
            .call(&mut seen, Method::POST, "/v1/table/create", Some(&columns))
            .await?;
        let table = format!("/v1/table/{}", text(&table, "identifier")?);
        let mut round = 0;
        while Instant::now() < until {
            round += 1;
            let rows: Vec<Value> = (0..10)
                .map(|n| json!({ "fields": { "n": format!("{round}-{n}"), "domain": format!("c{number}-{round}-{n}.com") } }))
                .collect();
            let inserted = self
                .call(
                    &mut seen,
                    Method::POST,
                    &format!("{table}/rows"),
                    Some(&json!({ "rows": rows })),
                )
                .await?;
            let ids: Vec<Value> = inserted["results"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|row| row["id"].clone())
                .collect();
            seen.rows += ids.len();

            let upsert = json!({ "rows": [
                { "key": { "n": format!("{round}-0") }, "fields": { "domain": "changed.com" } },
                { "key": { "n": format!("{round}-new") }, "fields": { "domain": "new.com" } },
            ] });
            self.call(
                &mut seen,
                Method::POST,
                &format!("{table}/rows/upsert"),
                Some(&upsert),
            )
            .await?;
            seen.rows += 1;
            let delete = json!({ "row_ids": ids.get(..2).unwrap_or_default() });
            self.call(
                &mut seen,
                Method::POST,
                &format!("{table}/rows/delete"),
                Some(&delete),
            )
            .await?;
            seen.rows -= 2;

            let inputs: Vec<Value> = (0..3)
                .map(|n| json!({ "domain": format!("c{number}-{round}-{n}.com") }))
                .collect();
            let run = self
                .call(
                    &mut seen,
                    Method::POST,
                    "/v1/enrichments/123/bulk-run",
                    Some(&json!({ "params": inputs })),
                )
                .await?;
            let task = format!("/v1/tasks/{}", text(&run, "task_id")?);
            loop {
                let shown = self.call(&mut seen, Method::GET, &task, None).await?;
                if !matches!(
                    shown["status"].as_str(),
                    Some("queued" | "processing" | "created")
                ) {
                    seen.spent += shown["credits_spent"]
                        .as_f64()
                        .ok_or("a task without credits_spent")?;
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            self.call(&mut seen, Method::GET, &format!("{table}/rows?per_page=20"), None)
                .await?;
            self.call(&mut seen, Method::GET, "/v1/enrichments/", None)
                .await?;
        }
        let rows = self
            .call(&mut seen, Method::GET, &format!("{table}/rows?per_page=1"), None)
            .await?;
        let total = rows["total_count"]
            .as_u64()
            .ok_or("a page of rows without total_count")?;
        if total != seen.rows as u64 {
            return Err(format!(
                "client {number} wrote {} rows, and its table has {total}",
                seen.rows
            )
            .into());
        }
        Ok(seen)
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Outcome<&'a str> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("no `{key}` in {value}").into())
}

async fn run() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, api_key, clients, seconds] = arguments.as_slice() else {
        return Err("usage: load BASE_URL API_KEY CLIENTS SECONDS".into());
    };
    let (clients, seconds): (usize, u64) = (clients.parse()?, seconds.parse()?);
    let caller = Caller {
        http: Client::builder().timeout(Duration::from_secs(60)).build()?,
        base_url: base_url.clone(),
        api_key: api_key.clone(),
    };
    let balance = async || -> Outcome<f64> {
        let ledger = caller
            .call(&mut Seen::default(), Method::GET, "/_sandbox/ledger", None)
            .await?;
        ledger["balance"]
            .as_f64()
            .ok_or_else(|| "a ledger without a balance".into())
    };
    let before = balance().await?;
    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let workers: Vec<_> = (0..clients)
        .map(|number| {
            let caller = caller.clone();
            tokio::spawn(async move { caller.work(number, until).await })
        })
        .collect();
    let mut all = Seen::default();
    for worker in workers {
        let seen = worker.await??;
        for (status, count) in seen.statuses {
            *all.statuses.entry(status).or_default() += count;
        }
        all.requests += seen.requests;
        all.rows += seen.rows;
        all.spent += seen.spent;
        all.slowest = all.slowest.max(seen.slowest);
    }
    let (time, spent) = (started.elapsed(), before - balance().await?);
    println!(
        "load: {clients} clients, {} requests in {:.1} s ({:.0} a second), slowest {} ms, answers {:?}, {} rows, {spent} credits",
        all.requests,
        time.as_secs_f64(),
        all.requests as f64 / time.as_secs_f64(),
        all.slowest.as_millis(),
        all.statuses,
        all.rows,
    );
    if (spent - all.spent).abs() > 1e-6 {
        return Err(format!(
            "the clients saw {} credits being spent, and the balance fell by {spent}",
            all.spent
        )
        .into());
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}
