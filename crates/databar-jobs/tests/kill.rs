//! Workers of a job are killed, or stopped past their leases, at random moments. Every input gets exactly one
//! outcome, and none is paid for twice.
//!
//! Workers are processes: this program again, which then runs `worker`. `KILL_INPUTS` sets the number of
//! inputs (default 2,000), and `KILL_SEED` the seed of the moments.

#![allow(clippy::unwrap_used, clippy::panic, reason = "that is how tests fail")]

#[path = "jobs/postgres.rs"]
mod postgres;

use std::collections::{HashMap, HashSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use databar::{Client, EnrichmentId};
use databar_jobs::{Ending, Inputs, Job, Ledger, Plan, Target};
use databar_sandbox::Sandbox;
use futures::TryStreamExt as _;
use serde_json::{Value, json};

/// At how many moments something happens to a worker.
const MOMENTS: usize = 10;
const CHUNK: usize = 50;
const LEASE: Duration = Duration::from_secs(1);

fn number(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn inputs() -> usize {
    number("KILL_INPUTS", 2_000)
}

fn client(address: &str, key: &str) -> Client {
    Client::builder()
        .key(key.to_owned())
        .base_url(address)
        .build()
        .unwrap()
}

/// A worker in a separate process. Run as a test, it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn worker() {
    let variable = |name: &str| std::env::var(name).ok();
    let (Some(ledger), Some(address), Some(key)) = (
        variable("KILL_LEDGER"),
        variable("KILL_ADDRESS"),
        variable("KILL_KEY"),
    ) else {
        return;
    };
    let ledger = Ledger::open(ledger).await.unwrap();
    let job = ledger.open_job("companies").await.unwrap().lease(LEASE);
    let ended = job.run(&client(&address, &key)).await;
    let ended = ended.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(ended.ending, Ending::Done);
}

struct World {
    sandbox: Sandbox,
    ledger: String,
    job: Job,
    inputs: usize,
    dice: Dice,
}

impl World {
    async fn new(ledger: String, inputs: usize) -> Self {
        let sandbox = Sandbox::builder()
            .task_time(Duration::from_millis(20))
            .latency(Duration::from_millis(2))
            .credits(1e9)
            .start()
            .await
            .unwrap();
        let plan = Plan::new("companies", Target::enrichment(EnrichmentId(123))).chunk_size(CHUNK);
        let client = client(sandbox.base_url(), sandbox.api_key());
        let companies = (0..inputs).map(|index| json!({ "domain": format!("company{index}.com") }));
        let job = Ledger::open(&ledger)
            .await
            .unwrap()
            .plan(&client, plan, Inputs::new(companies))
            .await
            .unwrap()
            .lease(LEASE);
        Self {
            sandbox,
            ledger,
            job,
            inputs,
            dice: Dice(number("KILL_SEED", 1) as u64),
        }
    }

    fn worker(&self) -> Child {
        self.program().spawn().unwrap()
    }

    fn program(&self) -> Command {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program
            .args(["--exact", "worker", "--nocapture"])
            .env("KILL_LEDGER", &self.ledger)
            .env("KILL_ADDRESS", self.sandbox.base_url())
            .env("KILL_KEY", self.sandbox.api_key())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        program
    }

    /// Waits until `more` further inputs have been sent, or none is left to send.
    async fn until_sent(&self, more: u64) {
        let sent = |status: &databar_jobs::Status| status.distinct - status.planned;
        let before = sent(&self.job.status().await.unwrap());
        loop {
            let status = self.job.status().await.unwrap();
            if sent(&status) >= before + more || status.planned == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// A random moment within the next tenth of the job.
    async fn moment(&mut self) {
        let tenth = (self.inputs / MOMENTS) as u64;
        self.until_sent(tenth / 2).await;
        tokio::time::sleep(Duration::from_millis(self.dice.below(40))).await;
    }

    async fn check(self) {
        let outcomes: Vec<databar_jobs::InputOutcome> = self.job.outcomes().try_collect().await.unwrap();
        assert_eq!(outcomes.len(), self.inputs);
        let open = outcomes.iter().filter(|one| one.outcome.name() == "open").count();
        assert_eq!(open, 0, "every input has a final outcome, or is in doubt");
        for (index, one) in outcomes.iter().enumerate() {
            assert_eq!(one.position, index as u64);
            if let Some(company) = one.outcome.found() {
                assert_eq!(
                    company["company_name"],
                    format!("Company{index}"),
                    "results stay with their inputs"
                );
            }
        }
        // What the sandbox has received, input by input.
        let mut received: HashMap<String, usize> = HashMap::new();
        let requests = self.sandbox.requests();
        let submissions = requests
            .iter()
            .filter(|request| request.operation_id.as_deref() == Some("bulk_run_enrichment"));
        for request in submissions {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            for input in body["params"].as_array().unwrap() {
                *received
                    .entry(input["domain"].as_str().unwrap().to_owned())
                    .or_default() += 1;
            }
        }
        assert!(
            received.values().all(|times| *times == 1),
            "nothing is paid for twice"
        );
        // Inputs that were received but have no recorded task are in doubt.
        let doubts = self.job.in_doubt().await.unwrap();
        let doubtful: HashSet<u64> = doubts.iter().map(|chunk| chunk.number).collect();
        for chunk in self.job.chunks().await.unwrap() {
            let was_received = received.contains_key(&format!("company{}.com", chunk.positions.0));
            assert_eq!(
                chunk.task.is_none(),
                doubtful.contains(&chunk.number),
                "{chunk:?}"
            );
            assert!(
                was_received || doubtful.contains(&chunk.number),
                "{chunk:?} was never sent"
            );
            assert!(
                chunk.begun_at.is_some(),
                "{chunk:?} is in doubt though it was not begun"
            );
        }
        let status = self.job.status().await.unwrap();
        let mut lines = std::io::stderr();
        std::io::Write::write_all(
            &mut lines,
            format!(
                "{} inputs: {} done, {} in doubt; {} received; {} credits of {} committed\n",
                status.inputs,
                status.done,
                status.in_doubt,
                received.len(),
                status.credits,
                status.committed,
            )
            .as_bytes(),
        )
        .unwrap();
    }
}

/// Random numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // A linear congruential generator, with the constants of Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_on_sqlite_is_killed_ten_times() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new(folder.path().join("ledger").display().to_string(), inputs()).await;
    for _ in 0..MOMENTS {
        let mut worker = world.worker();
        world.moment().await;
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    let last = world.worker().wait().unwrap();
    assert!(last.success());
    world.check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_three_workers_on_postgres_one_is_killed_or_stopped_at_a_time() {
    let Some(ledger) =
        postgres::database("of_three_workers_on_postgres_one_is_killed_or_stopped_at_a_time").await
    else {
        return;
    };
    let mut world = World::new(ledger, inputs()).await;
    let mut workers: Vec<Child> = (0..3).map(|_| world.worker()).collect();
    for moment in 0..MOMENTS {
        world.moment().await;
        let index = world.dice.below(3) as usize;
        if moment % 2 == 0 {
            workers[index].kill().unwrap();
            workers[index].wait().unwrap();
        } else {
            // The worker sleeps past its lease. The others take over what it has not begun, and put in doubt
            // what it has.
            signal(&workers[index], "-STOP");
            tokio::time::sleep(LEASE + Duration::from_millis(300)).await;
            signal(&workers[index], "-CONT");
        }
        if workers[index].try_wait().unwrap().is_some() {
            workers[index] = world.worker();
        }
    }
    for mut worker in workers {
        worker.wait().unwrap();
    }
    assert!(world.worker().wait().unwrap().success());
    world.check().await;
}

/// A limit on the size of files stands in for a full disk: a write beyond it fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_in_the_middle_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    // A number of inputs for which the limit is reached in the middle, as SQLite's journal only grows.
    let world = World::new(path.display().to_string(), 1_000).await;
    let journal = folder.path().join("ledger-wal").metadata().unwrap().len();
    let blocks = (journal + 100_000) / 512;
    let script = format!("ulimit -f {blocks}; trap '' XFSZ; exec \"$@\"");
    let program = world.program();
    let mut limited = Command::new("sh");
    limited
        .args(["-c", &script, "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let ended = limited.output().unwrap();
    assert!(!ended.status.success());
    let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("make sure that its disk has free space"), "{said}");
    let status = world.job.status().await.unwrap();
    assert!(
        status.planned > 0 && status.planned < status.distinct,
        "{status:?}"
    );
    assert!(world.worker().wait().unwrap().success());
    world.check().await;
}
