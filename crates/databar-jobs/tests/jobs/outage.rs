//! Ledgers that become unavailable: nothing is lost, and a temporary outage is waited out.

use std::process::Command;
use std::time::Duration;

use databar_jobs::{Ending, Error, Ledger};

use crate::support::{PRICE, World, names};

/// Another program locks the file for a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_locked_for_a_while_is_waited_for() {
    let world = World::sqlite().await;
    let job = world.job(1, &["stripe.com", "github.com"]).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.address);
    let other = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let lock = other.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let (worker, client) = (job.clone(), world.client.clone());
    let work = tokio::spawn(async move { worker.run(&client).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!work.is_finished());
    lock.rollback().await.unwrap();
    assert_eq!(work.await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 2]);
}

#[tokio::test]
async fn a_task_that_the_ledger_does_not_take_is_named() {
    let world = World::sqlite().await;
    let job = world.job(1, &["stripe.com"]).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.address);
    let other = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let text = "CREATE TRIGGER broken BEFORE UPDATE ON chunks WHEN NEW.state = 'submitted' \
                BEGIN SELECT RAISE(ABORT, 'broken'); END";
    sqlx::query(text).execute(&other).await.unwrap();
    let error = job.run(&world.client).await.unwrap_err();
    let Error::Unrecorded { tasks, .. } = error else {
        panic!("{error}")
    };
    let [(chunk, task)] = &tasks[..] else {
        panic!("{tasks:?}")
    };
    assert_eq!(*chunk, 0);
    sqlx::query("DROP TRIGGER broken").execute(&other).await.unwrap();
    // The chunk is in doubt, and the error names its task.
    job.run(&world.client).await.unwrap();
    assert_eq!(names(&job).await, ["in_doubt"]);
    job.attach(*chunk, task).await.unwrap();
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!((ended.status.found, ended.status.credits), (1, PRICE));
    assert_eq!(crate::support::submissions(&world.sandbox), 1);
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_refused() {
    let world = World::sqlite().await;
    world.job(1, &["stripe.com"]).await;
    let copy = world.folder.path().join("copy");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.address);
    let other = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(&format!("VACUUM INTO '{}'", copy.display()))
        .execute(&other)
        .await
        .unwrap();
    let mark = |flag: &str| {
        Command::new("chattr")
            .arg(flag)
            .arg(&copy)
            .status()
            .is_ok_and(|status| status.success())
    };
    // Root ignores file permissions, but not the immutable flag of the file system. Without that flag, there
    // is nothing to test.
    if !mark("+i") {
        return;
    }
    let opened = Ledger::open_file(&copy).await;
    assert!(mark("-i"));
    let error = opened.unwrap_err().to_string();
    assert!(
        error.contains("readonly") || error.contains("unable to open"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_and_comes_back_is_waited_for() {
    let Some(world) = World::postgres("a_database_that_goes_away_and_comes_back_is_waited_for").await else {
        return;
    };
    let domains: Vec<String> = (0..20).map(|index| format!("company{index}.com")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let job = world.job(1, &domains).await;
    // Cuts all connections of the job again and again, as a restarting server does.
    let options: sqlx::postgres::PgConnectOptions = world.address.parse().unwrap();
    let admin = sqlx::PgPool::connect_with(options).await.unwrap();
    let (worker, client) = (job.clone(), world.client.clone());
    let work = tokio::spawn(async move { worker.run(&client).await.unwrap() });
    let mut cut = 0;
    while !work.is_finished() {
        let text = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                    WHERE application_name = 'databar-jobs' AND datname = current_database()";
        let count: i64 = sqlx::query_scalar(text).fetch_one(&admin).await.unwrap();
        cut += count;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert!(cut > 0);
    let ended = work.await.unwrap();
    assert_eq!(ended.ending, Ending::Done);
    let status = ended.status;
    assert_eq!(status.done + status.in_doubt, 20);
    assert_eq!(
        crate::support::submissions(&world.sandbox),
        20,
        "nothing was sent twice"
    );
}
