//! Waiting for tasks: every state, the deadline, and results that do not fit.

use std::sync::Arc;
use std::time::{Duration, Instant};

use databar::{BulkTask, Error, ErrorKind, Outcome, SystemClock, Task, TaskStatus};
use databar_sandbox::{Fault, FaultKind};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::World;

#[derive(Debug, PartialEq, Deserialize)]
struct Company {
    name: String,
}

fn acme() -> Company {
    Company { name: "Acme".into() }
}

/// A task that answers with these values in turn; the last one stays.
async fn task_that_answers(answers: &[Value]) -> (World, Task) {
    let world = World::start().await;
    for (index, answer) in answers.iter().enumerate() {
        let mut answer = answer.clone();
        answer["task_id"] = json!("t-1");
        let fault = Fault::new(FaultKind::json(200, &answer)).on("get_task");
        world.fault(if index + 1 < answers.len() {
            fault.times(1)
        } else {
            fault
        });
    }
    let task = world.client.task("t-1".parse().unwrap());
    (world, task)
}

fn names_its_task(error: &Error) -> bool {
    error.task_id().is_some_and(|id| id.as_str() == "t-1") && error.to_string().contains("t-1")
}

#[tokio::test]
async fn pending_states_are_waited_for_with_growing_delays() {
    let pending = [
        "queued",
        "created",
        "processing",
        "processing",
        "processing",
        "processing",
        "processing",
    ];
    let mut answers: Vec<Value> = pending.iter().map(|status| json!({"status": status})).collect();
    answers.push(json!({"status": "completed", "data": {"name": "Acme"}, "credits_spent": 1.5}));
    let (world, task) = task_that_answers(&answers).await;
    let finished = task.wait::<Company>().await.unwrap();
    assert_eq!(
        (finished.status, finished.data),
        (TaskStatus::Completed, Some(acme()))
    );
    assert_eq!((finished.task_id.as_str(), finished.credits_spent), ("t-1", 1.5));
    let waits = world.clock.waits();
    assert_eq!((waits.len(), world.arrived("get_task")), (7, 8));
    assert!((500..=1000).contains(&waits[0].as_millis()), "{waits:?}");
    assert!(
        waits.iter().all(|wait| *wait <= Duration::from_secs(5)),
        "{waits:?}"
    );
    assert!(waits[6] >= Duration::from_secs(5), "{waits:?}");
}

#[tokio::test]
async fn good_ends_give_the_data_bare_or_in_an_array() {
    for (answer, status, data) in [
        (
            json!({"status": "completed", "data": {"name": "Acme"}}),
            TaskStatus::Completed,
            Some(acme()),
        ),
        (
            json!({"status": "success", "data": [{"name": "Acme"}]}),
            TaskStatus::Completed,
            Some(acme()),
        ),
        (
            json!({"status": "partially_completed", "data": [{"name": "Acme"}]}),
            TaskStatus::PartiallyCompleted,
            Some(acme()),
        ),
        (
            json!({"status": "completed", "data": null}),
            TaskStatus::Completed,
            None,
        ),
        (
            json!({"status": "completed", "data": []}),
            TaskStatus::Completed,
            None,
        ),
        (
            json!({"status": "completed", "data": [null]}),
            TaskStatus::Completed,
            None,
        ),
        (json!({"status": "completed"}), TaskStatus::Completed, None),
        (json!({"status": "no_data"}), TaskStatus::NoData, None),
        (json!({"status": "no_data", "data": {}}), TaskStatus::NoData, None),
    ] {
        let (world, task) = task_that_answers(std::slice::from_ref(&answer)).await;
        let finished = task.wait::<Company>().await.unwrap();
        assert_eq!((finished.status, finished.data), (status, data), "{answer}");
        assert_eq!(world.clock.waits(), [], "{answer}");
    }
    let (_world, task) = task_that_answers(&[json!({"status": "completed", "data": [1, 2]})]).await;
    assert_eq!(task.wait::<Vec<i64>>().await.unwrap().data, Some(vec![1, 2]));
    let (_world, task) = task_that_answers(&[json!({"status": "completed", "data": [1]})]).await;
    assert_eq!(task.wait::<Vec<i64>>().await.unwrap().data, Some(vec![1]));
}

#[tokio::test]
async fn bad_ends_are_errors_of_their_own_kind() {
    for (answer, kind, words) in [
        (
            json!({"status": "failed", "error": "no such domain"}),
            ErrorKind::TaskFailed,
            "no such domain",
        ),
        (
            json!({"status": "error", "error": ["one", "two"]}),
            ErrorKind::TaskFailed,
            "one; two",
        ),
        (json!({"status": "failed"}), ErrorKind::TaskFailed, "failed"),
        (json!({"status": "gone"}), ErrorKind::Expired, "24 hours"),
        (json!({"status": "cancelled"}), ErrorKind::Cancelled, "cancelled"),
        (
            json!({"status": "levitating"}),
            ErrorKind::UnknownStatus,
            "levitating",
        ),
    ] {
        let (world, task) = task_that_answers(&[json!({"status": "processing"}), answer.clone()]).await;
        let error = task.wait::<Company>().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{answer}");
        assert!(
            error.to_string().contains(words) && names_its_task(&error),
            "{error}"
        );
        assert_eq!(world.arrived("get_task"), 2, "{answer}");
    }
}

#[tokio::test]
async fn the_statuses_410_and_404_end_the_wait() {
    for (status, kind) in [(410, ErrorKind::Expired), (404, ErrorKind::NotFound)] {
        let world = World::start().await;
        world.fault(Fault::new(FaultKind::status(status)).on("get_task"));
        let error = world
            .client
            .task("t-1".parse().unwrap())
            .wait::<Company>()
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
        assert!(names_its_task(&error), "{error}");
    }
}

#[tokio::test]
async fn the_deadline_is_a_time_and_leaves_the_id() {
    let (world, task) = task_that_answers(&[json!({"status": "processing"})]).await;
    let error = task
        .wait::<Company>()
        .deadline(Duration::from_secs(120))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
    assert!(
        error.is_timeout() && !error.may_have_run() && names_its_task(&error),
        "{error}"
    );
    assert!(error.to_string().contains("still processing"), "{error}");
    let waited: Duration = world.clock.waits().iter().sum();
    assert!((120..125).contains(&waited.as_secs()), "{waited:?}");

    let error = task.wait::<Company>().deadline(Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
}

#[tokio::test]
async fn a_look_that_is_told_to_come_back_later_does_not_outlast_the_deadline() {
    let world = World::start().await;
    world.fault(Fault::new(FaultKind::rate_limited("50")).on("get_task"));
    let task = world.client.task("t-1".parse().unwrap());
    let wait = task.wait::<Company>().deadline(Duration::from_secs(90));
    let error = wait.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
    assert!(names_its_task(&error), "{error}");
    assert_eq!(world.clock.waits(), [Duration::from_secs(50); 2]);
}

/// Uses the machine's clock, because no other time passes while a request hangs.
#[tokio::test]
async fn a_look_that_hangs_does_not_outlast_the_deadline() {
    let (world, deadline) = (World::start().await, Duration::from_millis(100));
    let client = world.client_with(|builder| builder.clock(Arc::new(SystemClock::new())));
    let task = client.task("t-1".parse().unwrap());
    for fault in [
        FaultKind::Delay(Duration::from_secs(600)),
        FaultKind::rate_limited("50"),
    ] {
        world.fault(Fault::new(fault.clone()).on("get_task"));
        let started = Instant::now();
        let single = task.wait::<Company>().deadline(deadline).await.unwrap_err();
        let bulk = task.clone().into_bulk(1);
        let bulk = bulk.wait::<Company>().deadline(deadline).await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(20), "{fault:?}");
        for error in [single, bulk] {
            assert_eq!(error.kind(), ErrorKind::WaitTimedOut, "{fault:?}: {error:?}");
            assert!(names_its_task(&error), "{error}");
        }
        world.sandbox.clear_faults();
    }
    let done = json!({"task_id": "t-1", "status": "completed", "data": {"name": "Acme"}});
    world.fault(Fault::new(FaultKind::json(200, &done)).on("get_task"));
    // Uses another client, because the first one sends nothing for 50 s.
    let task = world.client.task("t-1".parse().unwrap());
    assert_eq!(task.wait::<Company>().await.unwrap().data, Some(acme()));
}

#[tokio::test]
async fn a_result_of_another_type_is_kept() {
    let data = json!({"name": {"first": "Acme"}});
    let (_world, task) = task_that_answers(&[json!({"status": "completed", "data": data})]).await;
    let error = task.wait::<Company>().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.json_path()),
        (ErrorKind::Decode, Some("data.name"))
    );
    assert_eq!(error.data(), Some(&data));
    assert!(names_its_task(&error), "{error}");
}

async fn bulk_that_answers(answer: Value, inputs: usize) -> (World, BulkTask) {
    let (world, task) = task_that_answers(&[answer]).await;
    (world, task.into_bulk(inputs))
}

#[tokio::test]
async fn bulk_results_are_in_line_with_the_inputs() {
    let data = json!([{"name": "Acme"}, null, {"name": "Acme"}]);
    for status in ["completed", "partially_completed"] {
        let (_world, bulk) = bulk_that_answers(json!({"status": status, "data": data}), 3).await;
        let results = bulk.wait::<Company>().await.unwrap();
        assert_eq!(results.status, TaskStatus::from(status));
        assert_eq!(
            results.outcomes,
            [
                Outcome::Found(acme()),
                Outcome::NothingOrFailed,
                Outcome::Found(acme())
            ]
        );
    }
    for answer in [
        json!({"status": "no_data"}),
        json!({"status": "no_data", "data": null}),
        json!({"status": "no_data", "data": []}),
        json!({"status": "no_data", "data": {}}),
        json!({"status": "no_data", "data": [null, null]}),
    ] {
        let (_world, bulk) = bulk_that_answers(answer.clone(), 2).await;
        let results = bulk.wait::<Company>().await.unwrap();
        assert_eq!(results.outcomes, [Outcome::Nothing, Outcome::Nothing], "{answer}");
    }
}

/// A null means that there is no result; the counts say why, or leave it open.
#[tokio::test]
async fn an_input_without_a_result_is_what_the_counts_say() {
    for (progress, expected) in [
        (json!({"no_data": 1, "failed": 0}), Outcome::Nothing),
        (json!({"no_data": 0, "failed": 1}), Outcome::Failed),
        (json!({"no_data": 1, "failed": 1}), Outcome::NothingOrFailed),
        // A service that does not count misses counts them as failures.
        (json!({"failed": 1}), Outcome::NothingOrFailed),
        (json!(null), Outcome::NothingOrFailed),
    ] {
        let answer = json!({"status": "partially_completed", "data": [null, {"name": "Acme"}], "progress": progress,
            "error": ["one provider was down"], "credits_spent": 1.5});
        let (_world, bulk) = bulk_that_answers(answer, 2).await;
        let results = bulk.wait::<Company>().await.unwrap();
        assert_eq!(results.outcomes, [expected, Outcome::Found(acme())], "{progress}");
        assert_eq!(results.error.as_deref(), Some("one provider was down"));
        assert_eq!(results.credits_spent, 1.5);
    }
}

/// The data that a waterfall found is in `result`. Reading a type from the outer object would never find its
/// members.
#[tokio::test]
async fn a_waterfalls_result_is_read_inside_of_it() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Found {
        email: Option<String>,
    }
    let hit = json!({"enrichment_data": {}, "result": {"email": "ada@example.com"}, "result_field": ["email"],
        "steps": [{"action": "enrichment", "provider": "One", "result": {}, "cost": "0.01", "is_verified": false}]});
    for data in [hit.clone(), json!([hit])] {
        let (_world, task) = task_that_answers(&[json!({"status": "completed", "data": data})]).await;
        let found = task.of_waterfall().wait::<Found>().await.unwrap().data.unwrap();
        assert_eq!(found.result.email.as_deref(), Some("ada@example.com"));
        assert_eq!(found.steps[0].provider, "One");
    }
    let (_world, task) = task_that_answers(&[json!({"status": "completed", "data": {"email": "x"}})]).await;
    let error = task.of_waterfall().wait::<Found>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn progress_is_a_stream_that_ends_with_the_task() {
    let answers = [
        json!({"status": "queued"}),
        json!({"status": "processing", "progress": {"total": 3, "completed": 1}}),
        json!({"status": "completed", "credits_spent": 2.0}),
    ];
    let (_world, task) = task_that_answers(&answers).await;
    let mut watch = task.watch();
    let mut seen = Vec::new();
    while let Some(progress) = watch.try_next().await.unwrap() {
        seen.push((
            progress.status,
            progress.counts.and_then(|counts| counts.completed),
        ));
    }
    let statuses = [TaskStatus::Queued, TaskStatus::Processing, TaskStatus::Completed];
    assert_eq!(
        seen,
        statuses
            .into_iter()
            .zip([None, Some(1), None])
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn bulk_results_that_cannot_be_matched_are_kept() {
    for data in [json!([{"name": "Acme"}]), json!([]), json!({"name": "Acme"})] {
        let (_world, bulk) = bulk_that_answers(json!({"status": "completed", "data": data}), 2).await;
        let error = bulk.wait::<Company>().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.data()),
            (ErrorKind::Inconsistent, Some(&data))
        );
        assert!(names_its_task(&error), "{error}");
    }
    let data = json!([null, {"name": 3}]);
    let (_world, bulk) = bulk_that_answers(json!({"status": "completed", "data": data}), 2).await;
    let error = bulk.wait::<Company>().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.json_path()),
        (ErrorKind::Decode, Some("data[1].name"))
    );
    assert_eq!(error.data(), Some(&data));

    let data = json!([{"name": "Acme"}]);
    let (_world, bulk) = bulk_that_answers(json!({"status": "cancelled", "data": data}), 2).await;
    let error = bulk.wait::<Company>().await.unwrap_err();
    assert_eq!((error.kind(), error.data()), (ErrorKind::Cancelled, Some(&data)));
}
