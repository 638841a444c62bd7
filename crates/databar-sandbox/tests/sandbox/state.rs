//! The workspace in a file that outlives the sandbox.

use std::{fs, path::Path, time::Duration};

use databar_sandbox::{Clock, Sandbox, StartError};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, answer};

async fn at(file: &Path) -> Client {
    Client::with(Sandbox::builder().seed(7).state_file(file)).await
}

/// The error of a start that must fail and leave the file unchanged.
async fn refused(file: &Path, text: &str) -> String {
    fs::write(file, text).unwrap();
    let error = Sandbox::builder().state_file(file).start().await.unwrap_err();
    assert!(matches!(error, StartError::StateFile(_)), "{error}");
    assert_eq!(
        fs::read_to_string(file).unwrap(),
        text,
        "the file was overwritten"
    );
    let message = error.to_string();
    assert!(message.contains(file.to_str().unwrap()), "{message}");
    message
}

#[tokio::test]
async fn a_workspace_outlives_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let client = at(&file).await;
    let table = client.table(&["Domain", "Company"]).await;
    client
        .insert(&table, "Domain", &["stripe.com", "nobody.test"])
        .await;
    let entry = json!({ "domain": { "type": "mapping", "value": "Domain" } });
    let (_, enrichment) = client
        .post(
            &format!("{table}/add-enrichment"),
            json!({ "enrichment": 123, "mapping": entry }),
        )
        .await;
    let body = json!({
        "waterfall": "person_getter",
        "mapping": { "email": "Domain" },
    });
    assert_eq!(client.post(&format!("{table}/add-waterfall"), body).await.0, 200);
    // Both are in progress when the sandbox stops: half of each is done.
    assert_eq!(
        client
            .post(&format!("{table}/run-enrichment/{}", enrichment["id"]), json!({}))
            .await
            .0,
        200
    );
    let inputs = json!({ "params": [{ "domain": "a.com" }, { "domain": "b.test" }] });
    let (_, task) = client.post("/v1/enrichments/123/bulk-run", inputs).await;
    let task = format!(
        "/v1/tasks/{}?include_partial=true",
        task["task_id"].as_str().unwrap()
    );
    client.sandbox.advance(Duration::from_millis(160));

    let paths = [
        "/v1/table/".to_owned(),
        format!("{table}/rows"),
        format!("{table}/columns"),
        task,
        "/v1/user/me".to_owned(),
    ];
    let look = async |client: &Client| {
        let mut answers: Vec<Value> = Vec::new();
        for path in &paths {
            answers.push(client.get(path).await.1);
        }
        answers.push(client.get("/_sandbox/ledger").await.1);
        answers.push(client.get("/_sandbox/clock").await.1);
        answers
    };
    let before = look(&client).await;
    drop(client);
    let client = at(&file).await;
    assert_eq!(look(&client).await, before);
    // It continues from there, with new ids.
    client.sandbox.advance(Duration::from_secs(1));
    assert_eq!(client.get(&paths[3]).await.1["progress"]["processing"], 0);
    assert_ne!(client.cells(&table, "Company name").await[0], Value::Null);
    assert_ne!(client.table(&["a"]).await, table);
}

#[tokio::test]
async fn what_has_changed_is_written_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let client = at(&file).await;
    let first = fs::read(&file).unwrap();
    client.table(&["a"]).await;
    let wait = async {
        while fs::read(&file).unwrap() == first {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap();
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["state.json"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_with_its_place_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    drop(at(&file).await);
    let good = fs::read_to_string(&file).unwrap();

    assert!(refused(&file, "").await.contains("line 1"));
    assert!(
        refused(&file, &good[..good.len() / 2])
            .await
            .contains("line 1 column")
    );
    assert!(
        refused(&file, &format!("{good}{good}"))
            .await
            .contains("trailing")
    );
    assert!(
        refused(&file, "{\"name\": \"my-notes\"}")
            .await
            .contains("format")
    );
    let version = good.replacen("\"version\":1", "\"version\":99", 1);
    assert!(refused(&file, &version).await.contains("databar-sandbox 99"));
    let balance = good.replacen("\"balance\":1000000000", "\"balance\":\"much\"", 1);
    assert!(refused(&file, &balance).await.contains("state.ledger.balance"));

    fs::write(&file, good).unwrap();
    drop(at(&file).await);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_found_out_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing").join("state.json");
    let error = Sandbox::builder().state_file(&file).start().await.unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn stopping_says_whether_the_state_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let sandbox = Sandbox::builder()
        .clock(Clock::Manual)
        .state_file(&file)
        .start()
        .await
        .unwrap();
    let create = reqwest::Client::new()
        .request(Method::POST, format!("{}/v1/table/create", sandbox.base_url()))
        .header("x-apikey", sandbox.api_key());
    assert_eq!(answer(create).await.0, 200);
    sandbox.stop().await.unwrap();
    assert!(fs::read_to_string(&file).unwrap().contains("New empty table"));

    let sandbox = Sandbox::builder().state_file(&file).start().await.unwrap();
    fs::remove_file(&file).unwrap();
    fs::remove_dir(folder.path()).unwrap();
    assert!(
        sandbox
            .stop()
            .await
            .unwrap_err()
            .to_string()
            .contains("state.json")
    );
}
