//! Tests what each feature adds, and what works without it. CI runs this file for the combinations in
//! `.ci/features`.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::time::Duration;

use databar::{Client, Error, ErrorKind, RetryPolicy};
use databar_sandbox::Sandbox;
use serde_json::json;
use tokio::{io::AsyncReadExt, net::TcpListener};

mod support;

use support::plain_client;

#[tokio::test]
async fn rows_go_in_and_come_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let databar = plain_client(&sandbox);
    let table = databar.create_table("Leads").columns(["Email"]).await.unwrap();
    let leads = (0..60).map(|n| json!({ "Email": format!("lead{n}@example.com") }));
    assert_eq!(table.insert(leads).await.unwrap().created(), 60);
    assert_eq!(table.rows().all::<serde_json::Value>().await.unwrap().len(), 60);
    assert!(sandbox.violations().is_empty(), "{:?}", sandbox.violations());
}

#[tokio::test]
async fn compressed_answers_are_asked_for_with_gzip() {
    let sandbox = Sandbox::start().await.unwrap();
    plain_client(&sandbox).user().await.unwrap();
    let asked = sandbox.requests()[0].headers.get("accept-encoding").cloned();
    assert_eq!(asked.is_some_and(|asked| asked == "gzip"), cfg!(feature = "gzip"));
}

/// Returns what a client of an `https` address sends first, and the client's error after the connection is
/// closed.
async fn first_bytes() -> (Vec<u8>, Error) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let databar = Client::builder()
        .key("test-key")
        .base_url(format!(
            "https://localhost:{}",
            listener.local_addr().unwrap().port()
        ))
        .retry(RetryPolicy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let listening = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; 4096];
        let length = stream.read(&mut bytes).await.unwrap();
        bytes.truncate(length);
        bytes
    });
    let error = databar.user().await.unwrap_err();
    match error.kind() {
        ErrorKind::Configuration => listening.abort(),
        _ => return (listening.await.unwrap(), error),
    }
    (Vec::new(), error)
}

#[tokio::test]
async fn https_needs_one_of_the_tls_features() {
    let (sent, error) = first_bytes().await;
    if cfg!(any(feature = "rustls", feature = "native-tls")) {
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        // A handshake record with a ClientHello (RFC 8446, sections 4 and 5.1).
        assert_eq!((sent[0], sent[5]), (22, 1));
        // ALPN offers HTTP/2 (RFC 7540, section 3.3).
        let offers_http2 = sent.windows(3).any(|bytes| bytes == b"\x02h2");
        assert_eq!(offers_http2, cfg!(feature = "http2"));
    } else {
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(
            error.to_string().contains("enable the feature `rustls`"),
            "{error}"
        );
    }
    assert!(!error.may_have_run());
}

#[cfg(feature = "schemars")]
#[test]
fn types_have_json_schemas() {
    let schema = schemars::schema_for!(databar::types::TaskResponse);
    assert!(schema.get("properties").is_some(), "{schema:?}");
}
