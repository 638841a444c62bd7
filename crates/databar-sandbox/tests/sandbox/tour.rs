//! A walk through every operation that the sandbox serves.

use std::{collections::BTreeSet, time::Duration};

use databar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::Client;

const SERVED: [&str; 59] = [
    "add_table_enrichment",
    "add_table_exporter",
    "add_table_waterfall",
    "add_workbook_table",
    "bulk_run_enrichment",
    "bulk_run_waterfall",
    "cancel_task",
    "clear_table",
    "create_column",
    "create_folder",
    "create_table",
    "dedupe_rows",
    "delete_column",
    "delete_folder",
    "delete_rows",
    "delete_table",
    "delete_trash_forever",
    "delete_workbook",
    "duplicate_table",
    "duplicate_workbook",
    "get_enrichment",
    "get_exporter",
    "get_table_export",
    "get_task",
    "get_user",
    "get_waterfall",
    "get_workbook",
    "insert_rows",
    "list_columns",
    "list_enrichment_param_choices",
    "list_enrichments",
    "list_exporters",
    "list_folders",
    "list_rows",
    "list_table_enrichments",
    "list_table_exporters",
    "list_table_waterfalls",
    "list_tables",
    "list_trash",
    "list_waterfalls",
    "list_workbooks",
    "merge_workbooks",
    "move_table",
    "move_table_to_folder",
    "rename_column",
    "rename_folder",
    "rename_table",
    "rename_workbook",
    "reorder_column",
    "reorder_workbook_tables",
    "restore_trash",
    "run_enrichment",
    "run_table_enrichment",
    "run_table_exporter",
    "run_waterfall",
    "start_table_export",
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
    answers.extend(walk_library(client, &table).await);
    answers.push(client.delete(&table).await.1);
    answers.push(client.get("/v1/user/me").await.1);
    answers.extend([enrichment, waterfall, exporter, column]);
    answers
}

/// The operations on the table as a whole, its workbook and its folder.
async fn walk_library(client: &Client, table: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    let id = table.rsplit('/').next().unwrap();
    let (_, columns) = client.get(&format!("{table}/columns")).await;
    let column = columns[0]["identifier"].as_str().unwrap();
    let (_, copy) = client.post("/v1/table/duplicate", json!({ "table": id })).await;
    let (_, folder) = client.post("/v1/folders", json!({ "name": "Leads" })).await;
    let (_, books) = client.get("/v1/workbooks").await;
    let book = books[0]["identifier"].as_str().unwrap();
    let workbook = format!("/v1/workbooks/{book}");
    let (_, second) = client.post_nothing(&format!("{workbook}/duplicate")).await;
    for (path, body) in [
        (format!("{table}/columns/{column}/reorder"), json!({ "index": 1 })),
        (format!("{table}/export"), json!({ "format": "csv" })),
        (format!("{workbook}/tables"), json!({ "name": "Sheet" })),
        (
            "/v1/folders/move-table".to_owned(),
            json!({ "table_uuid": id, "folder_id": folder["id"] }),
        ),
        (
            "/v1/workbooks/merge".to_owned(),
            json!({ "target": book, "sources": [second["identifier"]] }),
        ),
        (
            format!("/v1/table/{}/move", copy["identifier"].as_str().unwrap()),
            json!({ "workbook": book }),
        ),
    ] {
        answers.push(client.post(&path, body).await.1);
    }
    client.sandbox.advance(Duration::from_secs(1));
    let (_, shown) = client.get(&workbook).await;
    let tables = shown["tables"].as_array().unwrap();
    let order: Vec<&Value> = tables.iter().rev().map(|table| &table["identifier"]).collect();
    let order = json!({ "table_ids": order });
    answers.push(client.post(&format!("{workbook}/tables/reorder"), order).await.1);
    answers.push(client.patch(&workbook, json!({ "name": "Book" })).await.1);
    let folder_path = format!("/v1/folders/{}", folder["id"]);
    answers.push(client.patch(&folder_path, json!({ "name": "Old" })).await.1);
    for path in [
        &format!("{table}/export"),
        "/v1/folders",
        "/v1/workbooks",
        "/v1/trash",
    ] {
        answers.push(client.get(path).await.1);
    }
    answers.push(client.delete(&folder_path).await.1);
    answers.push(client.delete(&workbook).await.1);
    let selection = json!({ "workbooks": [book], "tables": [] });
    answers.push(client.post("/v1/trash/restore", selection).await.1);
    let selection = json!({ "workbooks": [second["identifier"]], "tables": [] });
    answers.push(client.post("/v1/trash/delete-forever", selection).await.1);
    answers.push(client.post_nothing(&format!("{table}/clear")).await.1);
    answers.extend([copy, folder, second, shown]);
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
        let answers = walk(&client).await;
        // Two sandboxes listen on different ports, and links contain the port.
        let text = |answer: &Value| answer.to_string().replace(client.sandbox.base_url(), "");
        answers.iter().map(text).collect::<Vec<_>>()
    };
    let (first, second, other) = (text(1).await, text(1).await, text(2).await);
    assert_eq!(first, second);
    assert_ne!(first, other);
}
