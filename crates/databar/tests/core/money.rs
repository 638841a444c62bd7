//! What costs credits is sent once, unless it is certain that it was not processed; reads are repeated.

use std::sync::Arc;
use std::time::Duration;

use databar::{Client, EnrichmentId, Error, ErrorKind, RetryPolicy, TaskHandle};
use databar_sandbox::{Fault, FaultKind};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{KEY, TestClock, World};

/// Everything after which nobody knows whether the request was processed.
fn faults_of_unknown_outcome() -> Vec<(FaultKind, ErrorKind)> {
    vec![
        (FaultKind::ResetBefore, ErrorKind::Connection),
        (FaultKind::ResetAfter, ErrorKind::Connection),
        (FaultKind::TruncatedBody, ErrorKind::Connection),
        (FaultKind::Delay(Duration::from_secs(600)), ErrorKind::Timeout),
        (FaultKind::status(408), ErrorKind::Timeout),
        (FaultKind::status(500), ErrorKind::Server),
        (FaultKind::status(502), ErrorKind::Server),
        (FaultKind::status(503), ErrorKind::Server),
        (FaultKind::status(504), ErrorKind::Server),
    ]
}

async fn impatient() -> World {
    World::start_with(|builder| builder.timeout(Duration::from_millis(300))).await
}

async fn paid_run(client: &Client) -> Result<TaskHandle, Error> {
    let first = client.enrichments().all().await.unwrap().remove(0);
    let enrichment = client.enrichment(EnrichmentId(first.id));
    let params = enrichment.get().await.unwrap().params.unwrap_or_default();
    let values = params.into_iter().map(|param| (param.name, json!("example.com")));
    enrichment.run(serde_json::Value::Object(values.collect())).await
}

#[tokio::test]
async fn a_paid_run_of_unknown_outcome_is_not_repeated() {
    for (fault, kind) in faults_of_unknown_outcome() {
        let world = impatient().await;
        world.fault(Fault::new(fault.clone()).on("run_enrichment"));
        let error = paid_run(&world.client).await.unwrap_err();
        assert_eq!(world.arrived("run_enrichment"), 1, "{fault:?}");
        assert_eq!(error.kind(), kind, "{fault:?}: {error:?}");
        assert!(error.may_have_run(), "{fault:?}: {error:?}");
        assert!(
            error.to_string().contains("look before you send it again"),
            "{error}"
        );
        assert_eq!(world.clock.waits(), [], "{fault:?}");
        world.finish();
    }
}

#[tokio::test]
async fn a_read_is_repeated_after_all_of_them() {
    for (fault, _) in faults_of_unknown_outcome() {
        let world = impatient().await;
        world.fault(Fault::new(fault.clone()).on("get_user").times(2));
        world.client.user().await.unwrap();
        assert_eq!(world.arrived("get_user"), 3, "{fault:?}");
        assert_eq!(world.client.requests_sent(), 3, "{fault:?}");
        let waits = world.clock.waits();
        assert_eq!(waits.len(), 2);
        assert!((500..=1000).contains(&waits[0].as_millis()), "{waits:?}");
        assert!((1000..=2000).contains(&waits[1].as_millis()), "{waits:?}");
        world.finish();
    }
}

#[tokio::test]
async fn a_read_that_fails_for_good_is_sent_four_times_and_costs_nothing() {
    for (fault, kind) in faults_of_unknown_outcome() {
        let world = impatient().await;
        world.fault(Fault::new(fault.clone()).on("get_user"));
        let error = world.client.user().await.unwrap_err();
        assert_eq!(world.arrived("get_user"), 4, "{fault:?}");
        assert_eq!(error.kind(), kind, "{fault:?}: {error:?}");
        assert!(!error.may_have_run(), "{fault:?}");
        world.finish();
    }
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    for status in [400, 401, 403, 404, 406, 409, 410, 422, 501] {
        let world = World::start().await;
        world.fault(Fault::new(FaultKind::status(status)).on("get_user"));
        world.client.user().await.unwrap_err();
        assert_eq!(world.arrived("get_user"), 1, "{status}");
        world.finish();
    }
}

#[tokio::test]
async fn after_429_a_paid_run_waits_as_long_as_it_is_told() {
    let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + TestClock::START + Duration::from_secs(21));
    for (retry_after, seconds) in [("7", 7), (date.as_str(), 21)] {
        let world = World::start().await;
        world.fault(
            Fault::new(FaultKind::rate_limited(retry_after))
                .on("run_enrichment")
                .times(1),
        );
        paid_run(&world.client).await.unwrap();
        assert_eq!(world.arrived("run_enrichment"), 2);
        assert_eq!(
            world.clock.waits(),
            [Duration::from_secs(seconds)],
            "{retry_after}"
        );
        world.finish();
    }
}

#[tokio::test]
async fn a_wait_beyond_the_ceiling_is_left_to_the_caller() {
    let world = World::start().await;
    world.fault(Fault::new(FaultKind::rate_limited("3600")).on("get_user"));
    let error = world.client.user().await.unwrap_err();
    assert!(error.is_rate_limited() && !error.may_have_run());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.to_string().contains("3600 s"), "{error}");
    assert_eq!((world.arrived("get_user"), world.clock.waits().len()), (1, 0));
    world.finish();
}

#[tokio::test]
async fn no_retries_means_none() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    world.fault(Fault::new(FaultKind::rate_limited("1")).on("get_user"));
    let error = world.client.user().await.unwrap_err();
    assert_eq!(
        (world.arrived("get_user"), error.retry_after()),
        (1, Some(Duration::from_secs(1)))
    );
    world.finish();
}

#[tokio::test]
async fn after_a_refused_connection_a_paid_run_is_sent() {
    let world = World::start().await;
    // A socket that is bound but does not listen refuses connections, and nobody else can take its port.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let target = world.sandbox.base_url().trim_start_matches("http://").to_owned();
    let clock = Arc::new(TestClock::default());
    let mut socket = Some(socket);
    clock.on_wait(move |_| {
        let Some(socket) = socket.take() else { return };
        let (listener, target) = (socket.listen(8).unwrap(), target.clone());
        tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let mut there = TcpStream::connect(&target).await.unwrap();
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut here, &mut there).await });
            }
        });
    });
    let client = Client::builder()
        .key(KEY)
        .base_url(format!("http://{address}"))
        .clock(clock.clone())
        .build()
        .unwrap();
    client
        .enrichment(EnrichmentId(i64::MAX))
        .run(json!({}))
        .await
        .unwrap_err();
    assert_eq!(clock.waits().len(), 1);
    assert_eq!((client.requests_sent(), world.arrived("run_enrichment")), (2, 1));
    world.finish();
}

#[tokio::test]
async fn a_connection_that_stays_refused_cost_nothing() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let clock = Arc::new(TestClock::default());
    let client = Client::builder()
        .key(KEY)
        .base_url(format!("http://{address}"))
        .clock(clock)
        .build()
        .unwrap();
    let error = client
        .enrichment(EnrichmentId(1))
        .run(json!({}))
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.may_have_run() && !error.is_timeout());
    assert_eq!(client.requests_sent(), 4);
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}
