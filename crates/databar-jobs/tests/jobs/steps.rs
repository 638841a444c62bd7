//! The steps called one by one, as a workflow engine does, and who may take which step.

use std::time::Duration;

use databar_jobs::{Beginning, Begun, Job, Lease, Submission};

use crate::support::{PRICE, World, names, submissions};

on_both_ledgers! {
    a_job_can_be_done_step_by_step
    a_chunk_belongs_to_one_worker_at_a_time
    who_has_lost_the_lease_cannot_begin
    what_was_begun_and_left_is_in_doubt
    a_late_answer_resolves_the_doubt
    steps_can_be_repeated
}

async fn begin(lease: Lease) -> Begun {
    match lease.begin().await.unwrap() {
        Beginning::Begun(begun) => begun,
        other => panic!("{other:?}"),
    }
}

/// Runs the remaining steps of a chunk that was begun.
async fn finish(begun: Begun, world: &World) {
    let submitted = match begun.submit(&world.client).await.unwrap() {
        Submission::Submitted(submitted) => submitted,
        other => panic!("{other:?}"),
    };
    let fetched = submitted.fetch(&world.client).await.unwrap();
    fetched.finish().await.unwrap();
}

async fn a_job_can_be_done_step_by_step(world: World) {
    let job = world.job(2, &["stripe.com", "github.com"]).await;
    let begun = begin(job.planned_chunk(0).await.unwrap()).await;
    finish(begun, &world).await;
    assert_eq!(names(&job).await, ["found", "found"]);
}

async fn a_chunk_belongs_to_one_worker_at_a_time(world: World) {
    let job = world.job(1, &["stripe.com", "github.com"]).await;
    let (first, second) = (
        job.next_planned().await.unwrap().unwrap(),
        job.next_planned().await.unwrap().unwrap(),
    );
    assert_eq!((first.chunk(), second.chunk()), (0, 1));
    assert!(job.next_planned().await.unwrap().is_none());
    let error = job.planned_chunk(0).await.map(drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        "chunk 0 is not planned and unleased; its state is `planned`"
    );
    first.release().await.unwrap();
    assert_eq!(job.next_planned().await.unwrap().unwrap().chunk(), 0);
}

/// Another worker's lease on the first chunk, taken as soon as the first lease has ended.
async fn taken_over(job: &Job) -> Lease {
    loop {
        if let Some(lease) = job.next_planned().await.unwrap() {
            return lease;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn who_has_lost_the_lease_cannot_begin(world: World) {
    let job = world.job(1, &["stripe.com"]).await.lease(Duration::ZERO);
    let late = job.next_planned().await.unwrap().unwrap();
    let other = taken_over(&job).await;
    assert!(matches!(late.begin().await.unwrap(), Beginning::LeaseLost));
    let begun = begin(other).await;
    assert!(matches!(
        begun.submit(&world.client).await.unwrap(),
        Submission::Submitted(_)
    ));
    assert_eq!(submissions(&world.sandbox), 1);
}

/// A submission that was begun and whose lease has ended since.
async fn abandoned(job: &Job) -> Begun {
    let begun = begin(job.next_planned().await.unwrap().unwrap()).await;
    while job.status().await.unwrap().in_doubt == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        job.doubt_abandoned().await.unwrap();
    }
    begun
}

async fn what_was_begun_and_left_is_in_doubt(world: World) {
    let job = world.job(1, &["stripe.com"]).await.lease(Duration::ZERO);
    drop(abandoned(&job).await);
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!((ended.status.in_doubt, ended.status.committed), (1, PRICE));
    assert_eq!(submissions(&world.sandbox), 0);
    assert_eq!(names(&job).await, ["in_doubt"]);
}

async fn a_late_answer_resolves_the_doubt(world: World) {
    let job = world.job(1, &["stripe.com"]).await.lease(Duration::ZERO);
    let begun = abandoned(&job).await;
    finish(begun, &world).await;
    let status = job.status().await.unwrap();
    assert_eq!((status.found, status.in_doubt, status.committed), (1, 0, PRICE));
}

async fn steps_can_be_repeated(world: World) {
    let job = world.job(1, &["stripe.com"]).await.lease(Duration::ZERO);
    let begun = begin(job.planned_chunk(0).await.unwrap()).await;
    drop(begun.submit(&world.client).await.unwrap());
    // Another attempt at the same step finds it done, and cannot pay again.
    assert!(job.planned_chunk(0).await.is_err());
    let submitted = loop {
        match job.submitted_chunk(0).await {
            Ok(submitted) => break submitted,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let fetched = submitted.fetch(&world.client).await.unwrap();
    fetched.finish().await.unwrap();
    fetched.finish().await.unwrap();
    let status = job.status().await.unwrap();
    assert_eq!(
        (status.found, status.credits, status.committed),
        (1, PRICE, PRICE)
    );
    assert_eq!(submissions(&world.sandbox), 1);
}
