//! Every operation with every fault on the way: how often its request is sent, and whether the error says
//! that the work may have been done. The expected result follows from the operation's marker alone.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use databar_api::operations::{ALL, Operation};
use databar_api::{ApiKey, Client, Error, ErrorKind, RetryPolicy, Transport};
use databar_sandbox::{Fault, FaultKind, Sandbox};
use futures::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use support::Hurry;

/// Calls an operation with only its required arguments.
async fn call(client: &Client, operation: &'static Operation) -> Result<(), Error> {
    let needed = operation.parameters.iter().filter(|parameter| parameter.required);
    let arguments = needed.map(|parameter| {
        let value = match parameter.ty {
            "integer" | "number" => json!(1),
            "boolean" => json!(true),
            "array" => json!([]),
            "object" => json!({}),
            _ => json!("x"),
        };
        (parameter.name.to_owned(), value)
    });
    let request = client.request(operation, arguments.collect());
    request.send().await.map(drop)
}

/// The faults, and the kind of error that each causes.
fn faults() -> Vec<(FaultKind, ErrorKind)> {
    vec![
        (FaultKind::ResetBefore, ErrorKind::Connection),
        (FaultKind::ResetAfter, ErrorKind::Connection),
        (FaultKind::Delay(Duration::from_secs(600)), ErrorKind::Timeout),
        (FaultKind::status(408), ErrorKind::Timeout),
        (FaultKind::rate_limited("1"), ErrorKind::RateLimited),
        (FaultKind::status(500), ErrorKind::Server),
        (FaultKind::status(502), ErrorKind::Server),
        (FaultKind::status(503), ErrorKind::Server),
        (FaultKind::status(504), ErrorKind::Server),
        (
            FaultKind::json(200, &json!("x".repeat(LIMIT))),
            ErrorKind::TooLarge,
        ),
    ]
}

/// The limit of an answer, in bytes.
const LIMIT: usize = 5000;
const ATTEMPTS: usize = 2;

/// All requests are answered within this time, even if many are sent at once on a slow machine.
const LONG: Duration = Duration::from_secs(60);

async fn start(timeout: Duration) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().allow_invalid_requests().start().await.unwrap();
    let client = transport(sandbox.api_key(), timeout).client(sandbox.base_url());
    (sandbox, client)
}

fn transport(key: &str, timeout: Duration) -> Transport {
    Transport::builder(ApiKey::new(key).unwrap())
        .clock(Arc::new(Hurry))
        .retry(RetryPolicy::default().with_max_attempts(ATTEMPTS))
        .timeout(timeout)
        .response_limit(LIMIT)
        .build()
        .unwrap()
}

/// The error of each operation.
async fn errors(client: &Client) -> Vec<(&'static Operation, Error)> {
    join_all(
        ALL.iter()
            .map(async |operation| (operation, call(client, operation).await.unwrap_err())),
    )
    .await
}

#[tokio::test]
async fn what_is_not_idempotent_is_sent_once_and_in_doubt() {
    for (fault, kind) in faults() {
        let timeout = match fault {
            FaultKind::Delay(_) => Duration::from_secs(2),
            _ => LONG,
        };
        let (sandbox, client) = start(timeout).await;
        sandbox.fault(Fault::new(fault.clone()));
        let errors = errors(&client).await;
        let requests = sandbox.requests();
        for (operation, error) in errors {
            let arrived = requests
                .iter()
                .filter(|request| request.operation_id.as_deref() == Some(operation.id))
                .count();
            let (attempts, in_doubt) = match kind {
                ErrorKind::RateLimited => (ATTEMPTS, false),
                ErrorKind::TooLarge => (1, !operation.idempotent),
                _ if operation.idempotent => (ATTEMPTS, false),
                _ => (1, true),
            };
            let id = operation.id;
            assert_eq!(error.kind(), kind, "{id}, {fault:?}: {error:#?}");
            assert_eq!(arrived, attempts, "{id}, {fault:?}: {error:#?}");
            assert_eq!(error.may_have_run(), in_doubt, "{id}, {fault:?}: {error:#?}");
            assert_eq!(error.operation(), Some(id));
        }
    }
}

/// A service that processes everything, but whose answers break off.
async fn breaking_off() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
            let _ = stream.write_all(answer).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_success_that_breaks_off_is_in_doubt_too() {
    let transport = transport("test-key", LONG);
    let client = transport.client(&breaking_off().await);
    for operation in ALL {
        let name = operation.id;
        let before = transport.requests_sent();
        let error = call(&client, operation).await.unwrap_err();
        let attempts = if operation.idempotent { 2 } else { 1 };
        assert_eq!(error.kind(), ErrorKind::Connection, "{name}: {error:#?}");
        assert_eq!(transport.requests_sent() - before, attempts, "{name}: {error:#?}");
        assert_eq!(error.may_have_run(), !operation.idempotent, "{name}: {error:#?}");
    }
}

#[tokio::test]
async fn what_was_never_connected_did_not_run() {
    let (sandbox, client) = start(LONG).await;
    sandbox.refuse_connections().await;
    for (operation, error) in errors(&client).await {
        assert_eq!(error.kind(), ErrorKind::Connect, "{}: {error:#?}", operation.id);
        assert!(!error.may_have_run(), "{}: {error:#?}", operation.id);
    }
    assert_eq!(sandbox.requests().len(), 0);
}

/// A retried deletion gets a 404 both if the first attempt worked and if there was nothing to delete.
#[tokio::test]
async fn a_deletion_that_was_repeated_and_finds_nothing_may_have_worked() {
    let (sandbox, client) = start(LONG).await;
    let table = client.create_table().await.unwrap().identifier;
    sandbox.fault(Fault::new(FaultKind::ResetAfter).on("delete_table").times(1));
    let error = client.delete_table(table).await.unwrap_err();
    assert!(error.is_not_found() && error.may_have_run(), "{error:#?}");
    assert!(error.to_string().contains("may have deleted it"), "{error}");
    // Nothing was lost here, so nothing is in doubt.
    let error = client.delete_table(table).await.unwrap_err();
    assert!(error.is_not_found() && !error.may_have_run(), "{error:#?}");
}
