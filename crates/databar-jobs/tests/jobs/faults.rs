//! What a job does when something fails: the table in the crate's README, line by line.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use databar_jobs::{Beginning, Ending, Job, Outcome};
use databar_sandbox::{Clock, Fault, FaultKind};
use serde_json::json;

use crate::support::{PRICE, World, builder, names, outcomes, submissions};

on_both_ledgers! {
    a_submission_that_did_not_arrive_is_in_doubt
    a_submission_whose_answer_is_lost_is_in_doubt
    an_answer_that_breaks_off_is_in_doubt
    an_error_of_the_server_is_in_doubt
    a_chunk_in_doubt_is_sent_again_when_somebody_says_so
    a_chunk_in_doubt_takes_the_task_that_somebody_found
    a_storm_of_429_is_waited_out
    a_service_that_cannot_be_reached_is_waited_for
    a_task_that_fails_takes_its_chunk_with_it
    a_task_that_has_expired_is_told_apart
    a_task_of_another_workspace_is_not_taken_for_expired
    results_that_do_not_align_belong_to_nobody
    looks_that_fail_are_repeated
    a_wrong_key_stops_the_job
    twenty_refusals_in_a_row_stop_the_job
    a_single_refusal_does_not
}

const DOMAINS: [&str; 4] = ["stripe.com", "github.com", "acme.com", "example.com"];

async fn run_with(world: &World, fault: Fault) -> (Job, Ending) {
    world.sandbox.fault(fault);
    let job = world.job(2, &DOMAINS).await;
    let ended = job.run(&world.client).in_flight(1).await.unwrap();
    (job, ended.ending)
}

fn submission(kind: FaultKind) -> Fault {
    Fault::new(kind).on("bulk_run_enrichment").times(1)
}

async fn a_submission_that_did_not_arrive_is_in_doubt(world: World) {
    let (job, ending) = run_with(&world, submission(FaultKind::ResetBefore)).await;
    assert_eq!(ending, Ending::Done);
    assert_eq!(names(&job).await, ["in_doubt", "in_doubt", "found", "found"]);
    assert_eq!(submissions(&world.sandbox), 2);
    let status = job.status().await.unwrap();
    assert_eq!(
        (status.credits, status.committed),
        (2.0 * PRICE, 4.0 * PRICE),
        "what is in doubt may have cost"
    );
}

async fn a_submission_whose_answer_is_lost_is_in_doubt(world: World) {
    let (job, _) = run_with(&world, submission(FaultKind::ResetAfter)).await;
    let doubts = job.in_doubt().await.unwrap();
    assert_eq!(
        (doubts.len(), doubts[0].number, doubts[0].positions),
        (1, 0, (0, 1))
    );
    assert!(doubts[0].begun_at.is_some());
    let inputs = job.inputs_of(0).await.unwrap();
    assert_eq!(inputs.len(), 2);
    assert_eq!((inputs[1].0, &inputs[1].1["domain"]), (1, &json!("github.com")));
    assert!(
        doubts[0].note.as_ref().unwrap().contains("bulk_run_enrichment"),
        "{:?}",
        doubts[0].note
    );
    assert_eq!(submissions(&world.sandbox), 2);
    assert_eq!(1e6 - world.sandbox.credits(), 4.0 * PRICE);
}

async fn an_answer_that_breaks_off_is_in_doubt(world: World) {
    let (job, _) = run_with(&world, submission(FaultKind::TruncatedBody)).await;
    assert_eq!(names(&job).await, ["in_doubt", "in_doubt", "found", "found"]);
}

async fn an_error_of_the_server_is_in_doubt(world: World) {
    let (job, _) = run_with(&world, submission(FaultKind::status(503))).await;
    assert_eq!(names(&job).await, ["in_doubt", "in_doubt", "found", "found"]);
}

async fn a_chunk_in_doubt_is_sent_again_when_somebody_says_so(world: World) {
    let (job, _) = run_with(&world, submission(FaultKind::ResetBefore)).await;
    job.run(&world.client).await.unwrap();
    assert_eq!(submissions(&world.sandbox), 2, "not sent again automatically");
    job.send_again(0).await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 4]);
    let error = job.send_again(0).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "chunk 0 is not in doubt, refused, failed or expired; its state is `done`"
    );
}

async fn a_chunk_in_doubt_takes_the_task_that_somebody_found(world: World) {
    let (job, _) = run_with(&world, submission(FaultKind::ResetAfter)).await;
    // The sandbox has no list of tasks; the task of the other chunk has as many results.
    let other = job.chunks().await.unwrap()[1].task.clone().unwrap();
    job.attach(0, &other).await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 4]);
}

async fn a_storm_of_429_is_waited_out(world: World) {
    let job = world.job(2, &DOMAINS).await;
    world
        .sandbox
        .fault(Fault::new(FaultKind::rate_limited("0")).times(10));
    let ended = job.run(&world.client).in_flight(1).await.unwrap();
    assert_eq!(
        (ended.ending, names(&job).await),
        (Ending::Done, vec!["found"; 4])
    );
    assert_eq!(1e6 - world.sandbox.credits(), 4.0 * PRICE);
}

/// A clock that stands still: a sleep on it never ends.
#[derive(Debug)]
struct Frozen;

impl databar::Clock for Frozen {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> databar::Sleep {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_429_that_one_machine_waits_for_holds_back_the_others() {
    let Some(world) = World::postgres("a_429_that_one_machine_waits_for_holds_back_the_others").await else {
        return;
    };
    let job = world.job(1, &DOMAINS).await.lease(Duration::from_secs(1));
    world.sandbox.fault(submission(FaultKind::rate_limited("1")));
    let waiting = world.client_with(|builder| builder.clock(Arc::new(Frozen)));
    let worker = job.clone();
    let waits = tokio::spawn(async move { worker.run(&waiting).in_flight(1).await });
    while job.status().await.unwrap().held.is_zero() {
        tokio::task::yield_now().await;
    }
    let lease = job.next_planned().await.unwrap().unwrap();
    assert!(matches!(lease.begin().await.unwrap(), Beginning::NotNow));
    assert_eq!(submissions(&world.sandbox), 1);
    waits.abort();
    // The waiting worker is gone in the middle of its submission. A second later, another machine continues
    // with the rest.
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!((ended.status.found, ended.status.in_doubt), (3, 1));
}

async fn a_service_that_cannot_be_reached_is_waited_for(world: World) {
    let job = world.job(2, &DOMAINS).await;
    world.sandbox.refuse_connections().await;
    let (worker, client) = (job.clone(), world.client.clone());
    let work = tokio::spawn(async move { worker.run(&client).in_flight(1).await.unwrap() });
    while world.client.requests_sent() < 4 {
        tokio::task::yield_now().await;
    }
    world.sandbox.accept_connections().await.unwrap();
    assert_eq!(work.await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 4]);
}

async fn a_task_that_fails_takes_its_chunk_with_it(world: World) {
    let failed =
        json!({ "task_id": "t", "status": "failed", "error": "the provider is down", "credits_spent": 0 });
    let fault = Fault::new(FaultKind::Status {
        code: 200,
        headers: vec![("content-type".into(), "application/json".into())],
        body: failed.to_string(),
    })
    .on("get_task")
    .times(2);
    let (job, ending) = run_with(&world, fault).await;
    assert_eq!(ending, Ending::Done);
    assert_eq!(names(&job).await, ["failed", "failed", "found", "found"]);
    let Outcome::Failed(Some(note)) = &outcomes(&job).await[0].outcome else {
        panic!()
    };
    assert!(note.contains("the provider is down"), "{note}");
}

async fn a_task_that_has_expired_is_told_apart(world: World) {
    let world = world.with_sandbox(builder().clock(Clock::Manual)).await;
    let job = world.job(2, &DOMAINS).await;
    let asked = job.clone();
    let submitted = async move {
        while asked.status().await.unwrap().submitted < 4 {
            tokio::task::yield_now().await;
        }
    };
    // Tasks take no time, but requests for their results fail until the worker is stopped.
    world
        .sandbox
        .fault(Fault::new(FaultKind::status(503)).on("get_task"));
    job.run(&world.client).until(submitted).await.unwrap();
    world.sandbox.clear_faults();
    world.sandbox.advance(Duration::from_secs(25 * 60 * 60));
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!((ended.ending, ended.status.lost), (Ending::Done, 4));
    assert_eq!(names(&job).await, ["expired"; 4]);
    assert_eq!(ended.status.committed, 4.0 * PRICE, "they were paid for");
}

async fn a_task_of_another_workspace_is_not_taken_for_expired(world: World) {
    world
        .sandbox
        .fault(Fault::new(FaultKind::status(404)).on("get_task"));
    let job = world.job(2, &DOMAINS).await;
    let error = job.run(&world.client).await.unwrap_err();
    assert!(
        matches!(&error, databar_jobs::Error::Api(error) if error.is_not_found()),
        "{error}"
    );
    let status = job.status().await.unwrap();
    assert!(status.reason.unwrap().starts_with("the results of chunk "));
    assert_eq!((status.done, status.in_doubt), (0, 0));

    // With the right key, nothing is lost.
    world.sandbox.clear_faults();
    job.resume().await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 4]);
    assert_eq!(1e6 - world.sandbox.credits(), 4.0 * PRICE);
}

async fn results_that_do_not_align_belong_to_nobody(world: World) {
    let short = json!({ "task_id": "t", "status": "completed", "data": [{ "company_name": "Stripe" }], "credits_spent": 1 });
    let fault = Fault::new(FaultKind::Status {
        code: 200,
        headers: vec![("content-type".into(), "application/json".into())],
        body: short.to_string(),
    })
    .on("get_task")
    .times(2);
    let (job, ending) = run_with(&world, fault).await;
    assert_eq!(ending, Ending::Done);
    assert_eq!(
        names(&job).await,
        ["unattributable", "unattributable", "found", "found"]
    );
    let chunk = &job.unattributable().await.unwrap()[0];
    assert_eq!(
        chunk.results,
        Some(json!([{ "company_name": "Stripe" }])),
        "what was paid for is kept"
    );
    assert_eq!(chunk.credits, Some(1.0));
}

async fn looks_that_fail_are_repeated(world: World) {
    let (job, ending) = run_with(&world, Fault::new(FaultKind::status(500)).on("get_task").times(6)).await;
    assert_eq!((ending, names(&job).await), (Ending::Done, vec!["found"; 4]));
    assert_eq!(submissions(&world.sandbox), 2);
}

async fn a_wrong_key_stops_the_job(world: World) {
    let refused = FaultKind::status(403);
    let (job, ending) = run_with(&world, submission(refused)).await;
    let Ending::Stopped(reason) = ending else {
        panic!("{ending:?}")
    };
    assert!(reason.contains("403") || reason.contains("key"), "{reason}");
    assert_eq!(names(&job).await, ["open"; 4]);
    assert_eq!(submissions(&world.sandbox), 1);
    job.resume().await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
}

async fn twenty_refusals_in_a_row_stop_the_job(world: World) {
    world
        .sandbox
        .fault(Fault::new(FaultKind::status(422)).on("bulk_run_enrichment"));
    let domains: Vec<String> = (0..30).map(|index| format!("company{index}.com")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let job = world.job(1, &domains).await;
    let ended = job.run(&world.client).in_flight(1).await.unwrap();
    let Ending::Stopped(reason) = ended.ending else {
        panic!("{:?}", ended.ending)
    };
    assert!(
        reason.starts_with("20 chunks in a row were refused; the last: "),
        "{reason}"
    );
    assert_eq!(
        (ended.status.lost, ended.status.planned, ended.status.committed),
        (20, 10, 0.0)
    );
}

async fn a_single_refusal_does_not(world: World) {
    let (job, ending) = run_with(&world, submission(FaultKind::status(422))).await;
    assert_eq!(ending, Ending::Done);
    assert_eq!(names(&job).await, ["refused", "refused", "found", "found"]);
}
