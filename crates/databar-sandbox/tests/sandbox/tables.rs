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
