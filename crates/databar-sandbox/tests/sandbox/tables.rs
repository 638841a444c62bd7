//! Tables and columns.

use serde_json::{Value, json};

use crate::client::Client;

fn names(columns: &Value) -> Vec<&str> {
    columns
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_table_has_three_columns_unless_it_is_told_otherwise() {
    let client = Client::new().await;
    let (_, table) = client.post_nothing("/v1/table/create").await;
    assert_eq!(table["name"], "New empty table");
    let path = format!("/v1/table/{}", table["identifier"].as_str().unwrap());
    let (_, columns) = client.get(&format!("{path}/columns")).await;
    assert_eq!(names(&columns), ["column1", "column2", "column3"]);
    assert_eq!(columns[0]["data_processor_id"], Value::Null);

    let (_, table) = client
        .post("/v1/table/create", json!({ "columns": [], "rows": 3 }))
        .await;
    let path = format!("/v1/table/{}", table["identifier"].as_str().unwrap());
    assert_eq!(client.get(&format!("{path}/columns")).await.1, json!([]));
    assert_eq!(client.get(&format!("{path}/rows")).await.1["total_count"], 3);

    let (_, tables) = client.get("/v1/table/").await;
    assert_eq!(tables.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_table_that_cannot_be_is_refused() {
    let client = Client::new().await;
    for body in [
        json!({ "rows": -1 }),
        json!({ "rows": 1e9 }),
        json!({ "columns": ["a", "a"] }),
        json!({ "columns": [""] }),
    ] {
        let (status, refusal) = client.post("/v1/table/create", body.clone()).await;
        assert_eq!(status, 422, "{body}");
        assert!(refusal["detail"][0]["msg"].is_string());
    }
    assert_eq!(client.get("/v1/table/").await.1, json!([]));
}

#[tokio::test]
async fn tables_are_renamed_and_deleted() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.sandbox.advance(std::time::Duration::from_secs(60));
    let (_, renamed) = client.patch(&table, json!({ "name": "Old leads" })).await;
    assert_eq!(renamed["name"], "Old leads");
    assert_ne!(renamed["created_at"], renamed["updated_at"]);
    assert_eq!(client.delete(&table).await, (200, json!({ "status": "deleted" })));
    assert_eq!(client.get(&format!("{table}/rows")).await.0, 404);
    assert_eq!(client.delete(&table).await.0, 404);
}

#[tokio::test]
async fn columns_are_created_renamed_and_deleted() {
    let client = Client::new().await;
    let table = client.table(&["Email"]).await;
    let columns = format!("{table}/columns");
    client.insert(&table, "Email", &["a@b.c"]).await;
    let (_, created) = client
        .post(&columns, json!({ "name": "Head Count", "type": "number" }))
        .await;
    assert_eq!(
        (&created["name"], &created["type_of_value"]),
        (&json!("Head Count"), &json!("number"))
    );
    assert_eq!(client.post(&columns, json!({ "name": "Email" })).await.0, 422);
    assert_eq!(client.post(&columns, json!({ "name": "id" })).await.0, 422);

    let (_, all) = client.get(&columns).await;
    assert_eq!(all[1]["additional_intenal_name"], "head_count");
    let email = format!("{columns}/{}", all[0]["identifier"].as_str().unwrap());
    let (_, renamed) = client.patch(&email, json!({ "name": "Work email" })).await;
    assert_eq!(renamed["name"], "Work email");
    assert_eq!(client.cells(&table, "Work email").await, [json!("a@b.c")]);
    assert_eq!(client.patch(&email, json!({ "name": "Head Count" })).await.0, 422);

    assert_eq!(client.delete(&email).await.1["status"], "deleted");
    assert_eq!(client.delete(&email).await.0, 404);
    assert_eq!(names(&client.get(&columns).await.1), ["Head Count"]);
}

#[tokio::test]
async fn a_table_is_cleared_after_a_while_of_the_rows_that_it_had() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.insert(&table, "a", &["x", "y"]).await;
    let cleared = client.post_nothing(&format!("{table}/clear")).await;
    assert_eq!(cleared, (200, json!({ "status": "queued" })));
    client.insert(&table, "a", &["z"]).await;
    assert_eq!(
        client.cells(&table, "a").await.len(),
        3,
        "nothing has happened yet"
    );
    client.sandbox.advance(std::time::Duration::from_secs(1));
    assert_eq!(client.cells(&table, "a").await, [json!("z")]);
    assert_eq!(names(&client.get(&format!("{table}/columns")).await.1), ["a"]);
}

#[tokio::test]
async fn columns_are_reordered() {
    let client = Client::new().await;
    let table = client.table(&["a", "b", "c"]).await;
    let columns = format!("{table}/columns");
    let (_, all) = client.get(&columns).await;
    let reorder = |index: usize| format!("{columns}/{}/reorder", all[index]["identifier"].as_str().unwrap());
    assert_eq!(client.post(&reorder(2), json!({ "index": 0 })).await.0, 200);
    assert_eq!(names(&client.get(&columns).await.1), ["c", "a", "b"]);
    client.post(&reorder(2), json!({ "index": 1 })).await;
    assert_eq!(names(&client.get(&columns).await.1), ["a", "c", "b"]);
    client.post(&reorder(0), json!({ "index": 99 })).await;
    assert_eq!(names(&client.get(&columns).await.1), ["c", "b", "a"]);
    let stranger = format!("{columns}/00000000-0000-0000-0000-000000000000/reorder");
    assert_eq!(client.post(&stranger, json!({ "index": 0 })).await.0, 404);
}

#[tokio::test]
async fn a_table_does_not_grow_without_bound() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    let many: serde_json::Map<String, Value> = (0..1000).map(|n| (format!("c{n}"), json!(n))).collect();
    let body = json!({ "rows": [{ "fields": many }], "options": { "allow_new_columns": true } });
    let (status, refusal) = client.post(&format!("{table}/rows"), body).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("INVALID_DATA")));
    assert_eq!(
        names(&client.get(&format!("{table}/columns")).await.1),
        ["a"],
        "all or nothing"
    );
}
