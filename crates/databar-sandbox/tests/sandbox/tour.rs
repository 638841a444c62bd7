//! One walk through every operation that the sandbox serves.

use std::{collections::BTreeSet, time::Duration};

use databar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::Client;

const SERVED: [&str; 37] = [
    "add_table_enrichment",
    "add_table_exporter",
    "add_table_waterfall",
    "bulk_run_enrichment",
    "bulk_run_waterfall",
    "cancel_task",
    "create_column",
    "create_table",
    "dedupe_rows",
    "delete_column",
    "delete_rows",
    "delete_table",
    "get_enrichment",
    "get_exporter",
    "get_task",
    "get_user",
    "get_waterfall",
    "insert_rows",
    "list_columns",
    "list_enrichment_param_choices",
    "list_enrichments",
    "list_exporters",
    "list_rows",
    "list_table_enrichments",
    "list_table_exporters",
    "list_table_waterfalls",
    "list_tables",
    "list_waterfalls",
    "rename_column",
    "rename_table",
    "run_enrichment",
    "run_table_enrichment",
    "run_table_exporter",
    "run_waterfall",
    "update_rows",
    "update_table_enrichment",
    "upsert_rows",
];

/// All answers of a walk.
async fn walk(client: &Client) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in [
        "/v1/enrichments/",
        "/v1/enrichments/?page=1&limit=3",
        "/v1/enrichments/310",
        "/v1/enrichments/310/params/seniority/choices",
        "/v1/waterfalls/",
        "/v1/waterfalls/email_getter",
        "/v1/exporters/",
        "/v1/exporters/52",
    ] {
        answers.push(client.get(path).await.1);
    }
    let company = json!({ "domain": "stripe.com" });
    let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    for (path, body) in [
        ("/v1/enrichments/123/run", json!({ "params": company })),
        (
            "/v1/enrichments/123/bulk-run",
            json!({ "params": [company, { "domain": "a.test" }] }),
        ),
        ("/v1/waterfalls/email_getter/run", json!({ "params": person })),
        (
            "/v1/waterfalls/email_getter/bulk-run",
            json!({ "params": [person] }),
        ),
    ] {
        let (_, run) = client.post(path, body).await;
        let task = format!("/v1/tasks/{}", run["task_id"].as_str().unwrap());
        if path.ends_with("email_getter/bulk-run") {
            answers.push(client.post_nothing(&format!("{task}/cancel")).await.1);
        }
        client.sandbox.advance(Duration::from_secs(1));
        answers.push(client.get(&task).await.1);
        answers.push(run);
    }

    let table = client.table(&["Domain", "Email"]).await;
    let at = |path: &str| format!("{table}/{path}");
    answers.push(client.patch(&table, json!({ "name": "Companies" })).await.1);
    let ids = client
        .insert(&table, "Domain", &["stripe.com", "openai.com", "a.test"])
        .await;
    let entry = json!({ "domain": { "type": "mapping", "value": "Domain" } });
    let (_, enrichment) = client
        .post(
            &at("add-enrichment"),
            json!({ "enrichment": 123, "mapping": entry }),
        )
        .await;
    let body = json!({ "waterfall": "person_getter", "mapping": { "email": "Email" } });
    let (_, waterfall) = client.post(&at("add-waterfall"), body).await;
    let (_, exporter) = client
        .post(&at("add-exporter"), json!({ "exporter": 52, "mapping": entry }))
        .await;
    let (_, column) = client.post(&at("columns"), json!({ "name": "Notes" })).await;
    let notes = at(&format!("columns/{}", column["identifier"].as_str().unwrap()));
    answers.push(
        client
            .patch(&at(&format!("enrichments/{}", enrichment["id"])), json!({}))
            .await
            .1,
    );
    answers.push(client.patch(&notes, json!({ "name": "Remarks" })).await.1);
    for (path, body) in [
        (
            format!("run-enrichment/{}", enrichment["id"]),
            json!({ "run_strategy": "run_empty" }),
        ),
        (format!("run-enrichment/{}", waterfall["id"]), json!({})),
        (format!("run-exporter/{}", exporter["id"]), json!({})),
        (
            "rows/upsert".to_owned(),
            json!({ "rows": [{ "key": { "Domain": "a.test" }, "fields": { "Remarks": 1 } }] }),
        ),
        ("rows/delete".to_owned(), json!({ "row_ids": [ids[2]] })),
        ("rows/dedupe".to_owned(), json!({})),
    ] {
        answers.push(client.post(&at(&path), body).await.1);
    }
    let change = json!({ "rows": [{ "id": ids[0], "fields": { "Email": "ada.ito@acme.com" } }] });
    answers.push(client.patch(&at("rows"), change).await.1);
    answers.push(client.delete(&notes).await.1);
    client.sandbox.advance(Duration::from_secs(1));
    for path in ["rows", "columns", "enrichments", "waterfalls", "exporters"] {
        answers.push(client.get(&at(path)).await.1);
    }
    answers.push(client.get("/v1/table/").await.1);
    answers.push(client.delete(&table).await.1);
    answers.push(client.get("/v1/user/me").await.1);
    answers.extend([enrichment, waterfall, exporter, column]);
    answers
}

#[tokio::test]
async fn every_operation_that_is_served_answers_as_the_document_says() {
    let client = Client::new().await;
    walk(&client).await;
    let requests = client.sandbox.requests();
    let failed: Vec<_> = requests
        .iter()
        .filter(|request| request.status != Some(200))
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    let seen: BTreeSet<String> = requests
        .into_iter()
        .filter_map(|request| request.operation_id)
        .collect();
    assert_eq!(seen, SERVED.map(str::to_owned).into());
}

#[tokio::test]
async fn the_same_seed_answers_with_the_same_bytes() {
    let text = async |seed| {
        let client = Client::with(Sandbox::builder().seed(seed)).await;
        walk(&client)
            .await
            .iter()
            .map(Value::to_string)
            .collect::<Vec<_>>()
    };
    let (first, second, other) = (text(1).await, text(1).await, text(2).await);
    assert_eq!(first, second);
    assert_ne!(first, other);
}
