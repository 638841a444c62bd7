//! What can be planned in a ledger, and what is refused.

use databar::EnrichmentId;
use databar_jobs::{Error, Ledger, Plan, Target};
use databar_sandbox::{Fault, FaultKind};

use crate::support::{World, companies, inputs, names, outcomes, submissions};

on_both_ledgers! {
    the_same_plan_gives_the_same_job
    another_job_of_the_name_is_refused
    values_that_cannot_be_used_are_refused
    a_ledger_knows_its_jobs
    a_job_of_which_nothing_was_sent_can_make_room
    several_can_plan_the_same_job_at_once
    a_limit_stays_when_a_plan_has_none
}

async fn the_same_plan_gives_the_same_job(world: World) {
    let domains = ["stripe.com", "github.com", "stripe.com"];
    let job = world.job(1, &domains).await;
    job.run(&world.client).await.unwrap();
    let again = world.job(1, &domains).await;
    assert_eq!(again.status().await.unwrap(), job.status().await.unwrap());
}

async fn a_job_of_which_nothing_was_sent_can_make_room(world: World) {
    assert!(
        !world.ledger.discard_unsent("companies").await.unwrap(),
        "there is no such job"
    );
    world.job(1, &["strype.com", "acme.com"]).await;
    assert!(world.ledger.discard_unsent("companies").await.unwrap());
    let job = world.job(1, &["stripe.com", "acme.com"]).await;
    world
        .sandbox
        .fault(Fault::new(FaultKind::ResetAfter).on("bulk_run_enrichment"));
    job.run(&world.client).await.unwrap();
    assert!(
        !world.ledger.discard_unsent("companies").await.unwrap(),
        "it is in doubt"
    );
    for chunk in job.in_doubt().await.unwrap() {
        job.send_again(chunk.number).await.unwrap();
    }
    assert!(
        !world.ledger.discard_unsent("companies").await.unwrap(),
        "it may have been paid for"
    );
    assert_eq!(names(&job).await, ["open"; 2]);
}

async fn a_limit_stays_when_a_plan_has_none(world: World) {
    let domains = ["stripe.com"];
    world.plan(companies().max_credits(5.0), &domains).await;
    let job = world.plan(companies(), &domains).await;
    assert_eq!(job.status().await.unwrap().max_credits, Some(5.0));
    let job = world.plan(companies().max_credits(7.0), &domains).await;
    assert_eq!(job.status().await.unwrap().max_credits, Some(7.0));
}

async fn several_can_plan_the_same_job_at_once(world: World) {
    // Some inputs occur twice, far apart.
    let domains: Vec<String> = (0..600)
        .map(|index| format!("company{}.com", index % 500))
        .collect();
    let plan = async || {
        loop {
            let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
            let plan = companies().chunk_size(10);
            match world.ledger.plan(&world.client, plan, inputs(&domains)).await {
                Err(Error::BeingPlanned(_)) => tokio::task::yield_now().await,
                job => return job.unwrap(),
            }
        }
    };
    let (job, ..) = tokio::join!(plan(), plan(), plan(), plan());
    let status = job.status().await.unwrap();
    assert_eq!((status.inputs, status.distinct), (600, 500));
    let chunks = job.chunks().await.unwrap();
    assert!(chunks.iter().map(|chunk| chunk.number).eq(0..50));
    job.run(&world.client).await.unwrap();
    assert_eq!(submissions(&world.sandbox), 50);
    assert_eq!(outcomes(&job).await.len(), 600);
}

async fn another_job_of_the_name_is_refused(world: World) {
    world.job(2, &["stripe.com", "github.com", "acme.com"]).await;
    let refused = async |plan: Plan, domains: &[&str]| match world
        .ledger
        .plan(&world.client, plan, inputs(domains))
        .await
    {
        Err(Error::OtherJob { difference, .. }) => difference,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refused(companies(), &["stripe.com", "github.com"]).await,
        "it has 3 inputs, and only 2 are given now"
    );
    assert_eq!(
        refused(
            companies(),
            &["stripe.com", "github.com", "acme.com", "example.com"]
        )
        .await,
        "it has 3 inputs, and more are given now"
    );
    assert_eq!(
        refused(companies(), &["stripe.com", "gitlab.com", "acme.com"]).await,
        "its input 2 differs from the one given now"
    );
    let news = Plan::new("companies", Target::enrichment(EnrichmentId(312)));
    assert_eq!(
        refused(news, &["stripe.com"]).await,
        r#"it runs {"enrichment":{"id":123,"pages":1}}, not {"enrichment":{"id":312,"pages":1}}"#
    );
}

async fn values_that_cannot_be_used_are_refused(world: World) {
    let refused = async |plan: Plan| {
        let planned = world
            .ledger
            .plan(&world.client, plan, inputs(&["stripe.com"]))
            .await;
        planned.map(drop).unwrap_err().to_string()
    };
    assert_eq!(
        refused(companies().chunk_size(0)).await,
        "the chunk size is 0; it must be from 1 to 10000"
    );
    assert_eq!(
        refused(companies().max_credits(f64::NAN)).await,
        "the credit limit is NaN; it must be a finite number, zero or more"
    );
    assert_eq!(
        refused(Plan::new("", Target::enrichment(EnrichmentId(123)))).await,
        "the name of a job cannot be empty"
    );
    assert_eq!(world.ledger.jobs().await.unwrap(), Vec::<String>::new());
}

async fn a_ledger_knows_its_jobs(world: World) {
    world.job(1, &["stripe.com"]).await;
    let again = Ledger::open(&world.address).await.unwrap();
    assert_eq!(again.jobs().await.unwrap(), ["companies"]);
    let error = again.open_job("people").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ledger has no job `people`; `Ledger::jobs` lists its jobs"
    );
}

#[tokio::test]
async fn a_file_of_something_else_is_left_alone() {
    let world = World::sqlite().await;
    let path = world.folder.path().join("leads.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("CREATE TABLE leads (domain TEXT)")
        .execute(&pool)
        .await
        .unwrap();
    let error = Ledger::open_file(&path).await.unwrap_err().to_string();
    let reason = "cannot be used as a ledger: it is the database of another program; use a separate file for the ledger";
    assert!(error.ends_with(reason), "{error}");

    let path = world.folder.path().join("leads.csv");
    std::fs::write(&path, "domain\n".repeat(1000)).unwrap();
    let error = Ledger::open_file(&path).await.unwrap_err().to_string();
    assert!(error.contains("file is not a database"), "{error}");
}

#[tokio::test]
async fn a_ledger_of_a_newer_version_is_refused() {
    let world = World::sqlite().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.address);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let text = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                VALUES (99, 'later', TRUE, x'00', 0)";
    sqlx::query(text).execute(&pool).await.unwrap();
    let error = Ledger::open(&world.address).await.unwrap_err().to_string();
    let reason = "it was created by a newer version of databar-jobs (schema version 99); use that version or a later one";
    assert!(error.ends_with(reason), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let Some(world) = World::postgres("a_database_of_a_newer_version_is_refused").await else {
        return;
    };
    let pool = sqlx::PgPool::connect(&world.address).await.unwrap();
    let text = "INSERT INTO databar_jobs._sqlx_migrations (version, description, success, checksum, execution_time) \
                VALUES (99, 'later', TRUE, ''::bytea, 0)";
    sqlx::query(text).execute(&pool).await.unwrap();
    let error = Ledger::open(&world.address).await.unwrap_err().to_string();
    assert!(error.starts_with("the database `test_"), "{error}");
    assert!(
        error.ends_with("(schema version 99); use that version or a later one"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_named_as_such() {
    let world = World::sqlite().await;
    let error = Ledger::open_file(world.folder.path().join("none/ledger"))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Ledger {
                what: "be opened",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn one_process_at_a_time_works_on_a_file() {
    let world = World::sqlite().await;
    let job = world.job(1, &["stripe.com"]).await;
    let lock = format!("{}.lock", world.address);
    let other = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock)
        .unwrap();
    fs4::FileExt::try_lock(&other).unwrap();
    let error = job.run(&world.client).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{} is in use by another process; wait until that process ends, or stop it",
            world.address
        )
    );
    drop(other);
    job.run(&world.client).await.unwrap();
}
