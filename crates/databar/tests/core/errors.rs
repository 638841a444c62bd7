//! The errors when the service refuses, fails, or returns nonsense.

use std::error::Error as _;
use std::time::{Duration, Instant};

use databar::{Client, EnrichmentId, Error, ErrorKind, RetryPolicy, TableId};
use databar_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{KEY, World};

pub(crate) fn redirect_to(location: &str) -> Fault {
    Fault::new(FaultKind::Status {
        code: 307,
        headers: vec![("location".into(), location.into())],
        body: String::new(),
    })
}

fn body(code: u16, content_type: &str, body: &str) -> Fault {
    Fault::new(FaultKind::Status {
        code,
        headers: vec![("content-type".into(), content_type.into())],
        body: body.into(),
    })
    .times(1)
}

async fn refusal(world: &World, status: u16, body: &Value) -> Error {
    world.fault(Fault::new(FaultKind::json(status, body)).times(1));
    world
        .client
        .enrichment(EnrichmentId(1))
        .run(json!({"domain": ""}))
        .await
        .unwrap_err()
}

fn is_what_its_status_says(error: &Error, status: u16) -> bool {
    match status {
        400 | 422 => error.is_validation(),
        401 | 403 => error.is_auth(),
        404 => error.is_not_found(),
        406 => error.is_out_of_credits(),
        409 => error.is_conflict(),
        410 => error.is_expired(),
        429 => error.is_rate_limited(),
        _ => false,
    }
}

#[tokio::test]
async fn every_shape_of_error_keeps_status_and_message() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    for status in [400, 401, 403, 404, 406, 409, 410, 422, 429] {
        let plain = refusal(&world, status, &json!({"detail": "Not allowed"})).await;
        assert_eq!(plain.message(), Some("Not allowed"));
        assert!(plain.field_errors().is_empty());

        let classic = refusal(
            &world,
            status,
            &json!({"detail": [{"loc": ["body", "params", "domain"], "msg": "Field required", "type": "missing"}]}),
        )
        .await;
        assert_eq!(classic.message(), Some("body.params.domain: Field required"));
        assert_eq!(classic.field_errors()[0].path, "body.params.domain");
        assert_eq!(classic.field_errors()[0].kind.as_deref(), Some("missing"));

        let envelope = refusal(
            &world,
            status,
            &json!({"error": "INVALID_PARAMS", "detail": "Row 1: domain: Required.",
                    "rows": [{"position": 1, "fields": {"domain": ["Required."]}}]}),
        )
        .await;
        assert_eq!(envelope.code(), Some("INVALID_PARAMS"));
        assert_eq!(envelope.message(), Some("Row 1: domain: Required."));
        assert_eq!(
            (
                envelope.field_errors()[0].row,
                envelope.field_errors()[0].path.as_str()
            ),
            (Some(1), "domain")
        );

        let older = refusal(
            &world,
            status,
            &json!({"error": "Bad", "details": "No such column"}),
        )
        .await;
        assert_eq!(
            (older.code(), older.message()),
            (Some("Bad"), Some("No such column"))
        );

        for error in [plain, classic, envelope, older] {
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.operation(), Some("run_enrichment"));
            assert!(is_what_its_status_says(&error, status), "{status}: {error:?}");
            assert!(!error.may_have_run(), "{status}");
            let line = error.to_string();
            assert!(
                line.starts_with("run_enrichment: ") && line.contains(&status.to_string()),
                "{line}"
            );
            assert!(
                line.contains(error.message().unwrap()) && !line.contains('\n'),
                "{line}"
            );
        }
    }
}

#[tokio::test]
async fn a_body_of_another_shape_is_shown_by_its_beginning() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let page = format!(
        "<html>\n<title>502 Bad Gateway</title>{}</html>",
        "x".repeat(10_000)
    );
    world.fault(body(502, "text/html", &page));
    let error = world.client.user().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.message()),
        (ErrorKind::Server, Some(502), None)
    );
    assert!(error.excerpt().unwrap().starts_with("<html>") && error.excerpt().unwrap().len() <= 2048);
    assert!(
        error.to_string().contains("502 Bad Gateway") && error.to_string().len() < 600,
        "{error}"
    );

    world.fault(body(418, "application/json", ""));
    let error = world.client.user().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status(), error.excerpt()),
        (ErrorKind::UnexpectedStatus, Some(418), None)
    );
}

#[tokio::test]
async fn an_answer_that_does_not_fit_says_where() {
    let world = World::start().await;
    for (answer, path) in [
        (
            r#"{"task_id": "t", "status": "completed", "credits_spent": "many"}"#,
            "credits_spent",
        ),
        (r#"{"task_id": "t"}"#, "."),
        ("<html>", "."),
        ("", "."),
    ] {
        world.fault(body(200, "application/json", answer).on("get_task"));
        let error = world.client.task("t".parse().unwrap()).get().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{answer}");
        assert_eq!(error.status(), Some(200), "{answer}");
        assert_eq!(error.json_path(), Some(path), "{answer}");
        // An empty answer is read as the JSON null.
        let read = if answer.is_empty() { "null" } else { answer };
        assert_eq!(error.excerpt(), Some(read));
        assert!(error.source().is_some() && !error.may_have_run());
    }
}

#[tokio::test]
async fn a_paid_run_whose_answer_does_not_fit_may_have_run() {
    let world = World::start().await;
    for answer in ["{}", "[", r#"{"task_id": 7, "status": "queued"}"#] {
        world.fault(body(200, "application/json", answer).on("run_enrichment"));
        let error = world
            .client
            .enrichment(EnrichmentId(1))
            .run(json!({}))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{answer}");
        assert!(
            error.may_have_run() && error.to_string().contains("check before you send it again"),
            "{error}"
        );
    }
}

/// The run is paid for, whatever its id looks like. Only a request with that id would go to another path.
#[tokio::test]
async fn a_task_whose_id_cannot_stand_in_a_path_is_kept() {
    let world = World::start().await;
    let answer = r#"{"task_id": "..", "status": "queued"}"#;
    world.fault(body(200, "application/json", answer).on("run_enrichment"));
    let run = world.client.enrichment(EnrichmentId(1)).run(json!({})).await;
    let task = run.unwrap();
    assert_eq!(task.id().as_str(), "..");
    let error = task.get().await.unwrap_err();
    assert!(
        error.is_validation() && error.to_string().contains("task_id"),
        "{error:?}"
    );
    assert_eq!(world.client.requests_sent(), 1);
}

#[tokio::test]
async fn a_success_that_the_document_does_not_have_is_read_like_the_one_it_has() {
    let world = World::start().await;
    for status in [201, 202] {
        let answer = r#"{"task_id": "t-9", "status": "queued"}"#;
        world.fault(body(status, "application/json", answer));
        let run = world.client.enrichment(EnrichmentId(1)).run(json!({})).await;
        assert_eq!(run.unwrap().id().as_str(), "t-9");
        assert_eq!(world.arrived("run_enrichment"), usize::from(status - 200));

        world.fault(body(status, "application/json", answer));
        let error = world.client.user().await.unwrap_err();
        assert_eq!((error.kind(), error.excerpt()), (ErrorKind::Decode, Some(answer)));
        assert!(!error.may_have_run(), "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_by_the_service() {
    let world = World::start_with(|builder| builder.key("another-key")).await;
    let error = world.client.user().await.unwrap_err();
    assert!(error.is_auth() && !error.is_not_found(), "{error:?}");
    assert_eq!(error.status(), Some(403));
    assert!(error.to_string().contains("check the key"), "{error}");
}

/// `main` prints the `Debug` output of an error that it returns.
#[tokio::test]
async fn what_main_prints_is_a_line_for_people() {
    let world = World::start().await;
    let error = refusal(&world, 406, &json!({"detail": "No credits left"})).await;
    assert_eq!(format!("{error:?}"), error.to_string());
    let parts = format!("{error:#?}");
    assert!(parts.starts_with("Error {\n    kind: OutOfCredits,"), "{parts}");
    assert!(!parts.contains("Inner"), "{parts}");
}

#[tokio::test]
async fn what_the_service_does_not_support_was_not_done() {
    let world = World::start().await;
    for status in [501, 505] {
        let error = refusal(&world, status, &json!({"detail": "Not implemented"})).await;
        assert_eq!((error.kind(), error.may_have_run()), (ErrorKind::Server, false));
        assert!(!error.to_string().contains("done anyway"), "{error}");
    }
}

#[tokio::test]
async fn a_wait_of_any_length_can_be_added_to_the_time() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    for wait in [
        "18446744073709551615",
        "99999999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        world.fault(Fault::new(FaultKind::rate_limited(wait)).times(1));
        let error = world.client.user().await.unwrap_err();
        let wait = error.retry_after().unwrap();
        assert_eq!(wait, Duration::from_secs(24 * 60 * 60));
        assert!(Instant::now() + wait > Instant::now());
    }
}

#[tokio::test]
async fn a_404_names_what_was_not_found() {
    let world = World::start().await;
    let client = &world.client;
    let table: TableId = "3f2a0000-0000-4000-8000-000000000000".parse().unwrap();
    let error = client.table(table).rename("Leads").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "rename_table: table 3f2a0000-0000-4000-8000-000000000000 was not found (status 404): Not found; \
         check the id with `list_tables`, and that the key belongs to its workspace"
    );

    let error = client
        .task("t-1".parse().unwrap())
        .wait::<Value>()
        .await
        .unwrap_err();
    let words = error.to_string();
    assert!(
        words.starts_with("get_task: task t-1 was not found (status 404)"),
        "{words}"
    );

    let error = client.waterfall(KEY.parse().unwrap()).get().await.unwrap_err();
    let words = error.to_string();
    assert!(words.contains("waterfall [redacted] was not found"), "{words}");
}

#[tokio::test]
async fn a_404_of_a_call_that_names_nothing_is_about_the_base_url() {
    let sandbox = Sandbox::start().await.unwrap();
    let base_url = format!("{}/wrong", sandbox.base_url());
    let client = Client::builder().key(KEY).base_url(&base_url).build().unwrap();
    let words = client.tables().await.unwrap_err().to_string();
    let expected = format!("list_tables: GET {base_url}/v1/table/ was not found (status 404)");
    assert!(words.starts_with(&expected), "{words}");
    assert!(words.ends_with("; check the base URL"), "{words}");
}
