//! Middleware sees every attempt, but never the key.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use databar::reqwest::header::HeaderValue;
use databar::{Attempt, AttemptOutcome, ErrorKind, Middleware};
use databar_sandbox::{Fault, FaultKind};
use serde_json::json;

use crate::support::{KEY, World};

/// Records everything that it is shown.
#[derive(Debug, Default)]
struct Recorder {
    name: &'static str,
    log: Arc<Mutex<Vec<String>>>,
    seen: Mutex<String>,
}

impl Recorder {
    fn note(&self, line: String) {
        self.log.lock().unwrap().push(format!("{}{line}", self.name));
    }
}

impl Middleware for Recorder {
    fn before(&self, attempt: &mut Attempt) {
        let id = format!("{}-{}", attempt.call(), attempt.number());
        attempt.headers_mut().insert("x-request-id", id.parse().unwrap());
        // The client sets the key afterwards, so this value is overwritten.
        attempt
            .headers_mut()
            .insert("x-apikey", HeaderValue::from_static("other"));
        self.note(format!("before {} {id}", attempt.operation().id));
    }

    fn after(&self, attempt: &Attempt, outcome: &AttemptOutcome<'_>) {
        let failure = outcome.error().map(|error| error.kind());
        self.note(format!(
            "after {} {:?} {failure:?}",
            attempt.number(),
            outcome.status()
        ));
        let body = |body: Option<&[u8]>| body.map(|body| String::from_utf8_lossy(body).into_owned());
        let shown = format!(
            "{attempt:?} {outcome:?} {} {:?} {:?} {:?} {:?} {:?}\n",
            attempt.url(),
            attempt.headers(),
            body(attempt.body()),
            outcome.headers(),
            body(outcome.body().as_deref()),
            outcome.error().map(|error| format!("{error:?} {error}")),
        );
        self.seen.lock().unwrap().push_str(&shown);
    }
}

#[tokio::test]
async fn every_attempt_is_seen_with_its_number_and_outcome() {
    let recorder = Arc::new(Recorder::default());
    let world = World::start_with(|builder| builder.middleware(recorder.clone())).await;
    world.fault(Fault::new(FaultKind::status(503)).times(1));
    world.client.user().await.unwrap();
    world.fault(Fault::new(FaultKind::status(404)).times(1));
    world.client.tables().await.unwrap_err();
    let expected = [
        "before get_user 1-1",
        "after 1 Some(503) Some(Server)",
        "before get_user 1-2",
        "after 2 Some(200) None",
        "before list_tables 2-1",
        "after 1 Some(404) Some(NotFound)",
    ];
    assert_eq!(*recorder.log.lock().unwrap(), expected);
    let requests = world.sandbox.requests();
    let ids: Vec<_> = requests
        .iter()
        .map(|request| &request.headers["x-request-id"])
        .collect();
    assert_eq!(ids, ["1-1", "1-2", "2-1"]);
}

#[tokio::test]
async fn a_request_that_never_arrives_is_seen_too() {
    let recorder = Arc::new(Recorder::default());
    let world = World::start_with(|builder| builder.middleware(recorder.clone())).await;
    world.sandbox.refuse_connections().await;
    let error = world.client.create_table("Leads").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let log = recorder.log.lock().unwrap();
    assert!(log.len() > 2, "{log:?}");
    assert!(
        log.iter()
            .skip(1)
            .step_by(2)
            .all(|line| line.ends_with("None Some(Connect)")),
        "{log:?}"
    );
}

#[tokio::test]
async fn several_are_called_in_their_order_and_in_reverse_afterwards() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let named = |name| Recorder {
        name,
        log: log.clone(),
        ..Recorder::default()
    };
    let world =
        World::start_with(|builder| builder.middleware(named("first ")).middleware(named("second "))).await;
    world.client.user().await.unwrap();
    let names: Vec<_> = log
        .lock()
        .unwrap()
        .iter()
        .map(|line| line.split(" get_user").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "first before",
            "second before",
            "second after 1 Some(200) None",
            "first after 1 Some(200) None"
        ]
    );
}

#[tokio::test]
async fn the_key_is_not_seen_where_the_service_repeats_it() {
    let recorder = Arc::new(Recorder::default());
    let world = World::start_with(|builder| builder.middleware(recorder.clone())).await;
    let user = json!({
        "first_name": KEY, "email": "ada@example.com", "balance": 1.0, "plan": "free",
    });
    world.fault(Fault::new(FaultKind::json(200, &user)).times(1));
    let _ = world.client.user().await;
    let refusal = json!({ "detail": [{ "loc": ["header", "x-apikey"], "msg": "bad", "input": KEY }] });
    world.fault(Fault::new(FaultKind::json(422, &refusal)).times(1));
    world.client.user().await.unwrap_err();
    // The service's echo breaks rules of the document that this test is not about.
    world.sandbox.take_violations();

    let seen = recorder.seen.lock().unwrap();
    assert!(seen.contains("ada@example.com") && seen.contains("422"), "{seen}");
    assert!(seen.contains("[redacted]"), "{seen}");
    assert!(!seen.contains(KEY), "{seen}");
}

#[tokio::test]
async fn the_time_is_that_of_the_attempt() {
    #[derive(Debug, Default)]
    struct Times(Mutex<Vec<Duration>>);
    impl Middleware for Times {
        fn after(&self, _: &Attempt, outcome: &AttemptOutcome<'_>) {
            self.0.lock().unwrap().push(outcome.elapsed());
        }
    }
    let times = Arc::new(Times::default());
    let world = World::start_with(|builder| builder.middleware(times.clone())).await;
    world.fault(Fault::new(FaultKind::rate_limited("30")).times(1));
    world.client.user().await.unwrap();
    // The wait between the attempts counts for neither. On this clock, nothing else takes time.
    assert_eq!(*times.0.lock().unwrap(), [Duration::ZERO; 2]);
    assert_eq!(world.clock.waits().len(), 1);
}
