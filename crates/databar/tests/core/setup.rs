//! Setting up a client.

use std::time::Duration;

use databar::{Client, ErrorKind, RetryPolicy};
use databar_sandbox::{Fault, FaultKind};

use crate::support::{KEY, World};

#[tokio::test]
async fn the_address_may_have_version_and_slash() {
    let world = World::start().await;
    let address = world.sandbox.base_url().to_owned();
    for tail in ["", "/", "/v1", "/v1/"] {
        let client = Client::builder()
            .key(KEY)
            .base_url(format!("{address}{tail}"))
            .build()
            .unwrap();
        assert!(!client.user().await.unwrap().email.is_empty());
        assert_eq!(client.requests_sent(), 1);
    }
}

#[tokio::test]
async fn an_own_http_client_is_used_without_its_redirects() {
    let http = databar::reqwest::Client::builder()
        .user_agent("mine/1.0")
        .redirect(databar::reqwest::redirect::Policy::limited(5));
    let world = World::start_with(|builder| builder.http_client(http)).await;
    world.fault(crate::errors::redirect_to(
        "http://evil.example/v1/user/me?token=1",
    ));
    let error = world.client.user().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Redirect, Some(307)));
    assert!(error.to_string().contains("evil.example"), "{error}");
    assert!(!error.to_string().contains("token"), "{error}");
    // A client that brings its own HTTP client has the same name in its requests.
    let requests = world.sandbox.requests();
    assert_eq!(requests[0].headers["user-agent"], agent(""));
}

#[tokio::test]
async fn a_program_can_give_its_name() {
    let world = World::start_with(|builder| builder.user_agent("leads/1.2")).await;
    world.client.user().await.unwrap();
    let requests = world.sandbox.requests();
    assert_eq!(requests[0].headers["user-agent"], agent("leads/1.2 "));
}

/// The `User-Agent` that requests should have.
fn agent(program: &str) -> String {
    format!("{program}databar-rs/{}", env!("CARGO_PKG_VERSION"))
}

#[tokio::test]
async fn clones_share_the_count_of_requests() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let clone = world.client.clone();
    clone.user().await.unwrap();
    world.client.user().await.unwrap();
    assert_eq!((clone.requests_sent(), world.client.requests_sent()), (2, 2));
    assert_eq!(world.arrived("get_user"), 2);
}

#[tokio::test]
async fn requests_name_the_client_and_nothing_else() {
    let world = World::start().await;
    world.client.user().await.unwrap();
    let requests = world.sandbox.requests();
    let mut names: Vec<&str> = requests[0].headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["accept", "accept-encoding", "host", "user-agent", "x-apikey"]
    );
    assert_eq!(requests[0].headers["user-agent"], agent(""));
}

#[test]
fn what_cannot_work_is_refused_before_any_request() {
    for (key, url, reason) in [
        ("", "https://api.databar.ai", "empty"),
        ("zq\nzq", "https://api.databar.ai", "line break"),
        ("zqzq", "http://api.databar.ai", "unencrypted"),
        ("zqzq", "nonsense", "base URL"),
    ] {
        let error = Client::builder().key(key).base_url(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(reason), "{error}");
        assert!(!error.to_string().contains("zq"), "{error}");
    }
}

#[test]
fn limits_of_no_time_are_refused() {
    let build = |name| {
        let builder = Client::builder().key("zqzq").base_url("https://api.databar.ai");
        match name {
            "timeout" => builder.timeout(Duration::ZERO).build(),
            _ => builder.connect_timeout(Duration::ZERO).build(),
        }
    };
    for name in ["timeout", "connect_timeout"] {
        let error = build(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.to_string().contains(&format!("a {name} of zero")),
            "{error}"
        );
    }
}

#[tokio::test]
#[should_panic(expected = "no_such_operation")]
async fn a_test_fails_when_the_document_is_broken() {
    let world = World::start().await;
    world.fault(Fault::new(FaultKind::ResetBefore).on("no_such_operation"));
}

#[tokio::test]
async fn calls_can_be_made_from_any_thread() {
    let world = World::start().await;
    let client = world.client.clone();
    tokio::spawn(async move { client.user().await })
        .await
        .unwrap()
        .unwrap();
}
