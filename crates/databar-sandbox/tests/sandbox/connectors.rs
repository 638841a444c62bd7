//! Connectors, and the enrichments that they appear as.

use serde_json::{Value, json};

use crate::{
    client::Client,
    runs::{RUN, start},
};

fn score() -> Value {
    json!({
        "name": "Company score",
        "method": "post",
        "url": "https://api.example.com/score",
        "headers": [{ "name": "Authorization", "value": "Bearer secret" }],
        "parameters": [{ "name": "model", "value": "v2" }],
        "body": [{ "name": "domain", "value": "" }],
        "rate_limit": 60,
    })
}

async fn create(client: &Client, definition: Value) -> Value {
    let (status, connector) = client.post("/v1/connectors/", definition).await;
    assert_eq!(status, 201, "{connector}");
    connector
}

#[tokio::test]
async fn a_connector_is_created_read_replaced_and_deleted() {
    let client = Client::new().await;
    let created = create(&client, score()).await;
    assert_eq!(
        (&created["type"], &created["created_at"]),
        (&json!("enrichment"), &json!("2026-01-01T00:00:00Z"))
    );
    assert_eq!(created["headers"][0]["value"], "Bearer secret");
    let path = format!("/v1/connectors/{}", created["id"]);
    assert_eq!(client.get(&path).await, (200, created.clone()));
    assert_eq!(client.get("/v1/connectors/").await.1, json!([created]));

    let other = json!({ "name": "Other", "method": "get", "url": "https://example.com", "type": "simple" });
    let (status, replaced) = client.put(&path, other).await;
    assert_eq!((status, &replaced["name"]), (200, &json!("Other")));
    assert_eq!((&replaced["id"], &replaced["body"]), (&created["id"], &json!([])));
    assert_eq!(client.get(&path).await.1, replaced);

    assert_eq!(client.delete(&path).await, (204, Value::Null));
    assert_eq!(client.get(&path).await.0, 404);
    assert_eq!(client.delete(&path).await.0, 404);
    assert_eq!(client.put(&path, score()).await.0, 404);
    assert_eq!(client.get("/v1/connectors/").await.1, json!([]));
    assert_ne!(
        create(&client, score()).await["id"],
        created["id"],
        "ids are not reused"
    );
}

#[tokio::test]
async fn the_plan_caps_the_limits() {
    let client = Client::new().await;
    let mut definition = score();
    definition["max_concurrency"] = json!(3);
    let capped = create(&client, definition.clone()).await;
    assert_eq!(
        (&capped["rate_limit"], &capped["max_concurrency"]),
        (&json!(10), &json!(3))
    );
    definition["rate_limit"] = serde_json::from_str("1000000000000000000000000").unwrap();
    assert_eq!(create(&client, definition).await["rate_limit"], 10);
    let unlimited = json!({ "name": "None", "method": "get", "url": "https://example.com" });
    assert_eq!(create(&client, unlimited).await["rate_limit"], Value::Null);
}

#[tokio::test]
async fn a_connector_can_be_run_as_an_enrichment_while_it_exists() {
    let client = Client::new().await;
    let id = create(&client, score()).await["id"].clone();
    let enrichment = format!("/v1/enrichments/{id}");
    let (_, found) = client.get("/v1/enrichments/?q=score").await;
    assert_eq!((&found[0]["id"], &found[0]["price"]), (&id, &json!(0)));
    let (_, detail) = client.get(&enrichment).await;
    let required: Vec<(&str, bool)> = detail["params"]
        .as_array()
        .unwrap()
        .iter()
        .map(|param| {
            (
                param["name"].as_str().unwrap(),
                param["is_required"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(required, [("model", false), ("domain", true)]);

    let run = format!("{enrichment}/run");
    let task = start(&client, &run, json!({ "params": { "domain": "stripe.com" } })).await;
    let (status, missing) = client.post(&run, json!({ "params": {} })).await;
    assert!(status == 400 || status == 422, "{missing}");
    assert_eq!(missing["error"], "INVALID_PARAMS");
    client.sandbox.advance(RUN);
    let (_, done) = client.get(&task).await;
    assert_eq!(
        (&done["status"], &done["data"]["domain"], &done["credits_spent"]),
        (&json!("completed"), &json!("stripe.com"), &json!(0))
    );

    client.delete(&format!("/v1/connectors/{id}")).await;
    assert_eq!(client.get(&enrichment).await.0, 404);
    assert_eq!(
        client
            .post(&run, json!({ "params": { "domain": "a.com" } }))
            .await
            .0,
        404
    );
    assert_eq!(client.get("/v1/enrichments/?q=score").await.1, json!([]));
}

#[tokio::test]
async fn only_a_connector_of_type_enrichment_is_one() {
    let client = Client::new().await;
    let mut definition = score();
    definition["type"] = json!("exporter");
    let id = create(&client, definition).await["id"].clone();
    assert_eq!(client.get(&format!("/v1/enrichments/{id}")).await.0, 404);
}

#[tokio::test]
async fn a_table_column_outlives_its_connector_and_fails() {
    let client = Client::new().await;
    let id = create(&client, score()).await["id"].clone();
    let table = client.table(&["Domain"]).await;
    client.insert(&table, "Domain", &["stripe.com"]).await;
    let mapping = json!({ "domain": { "type": "mapping", "value": "Domain" } });
    let body = json!({ "enrichment": id, "mapping": mapping });
    let (_, added) = client.post(&format!("{table}/add-enrichment"), body).await;
    assert_eq!(added["enrichment_name"], "Company score");
    let run = format!("{table}/run-enrichment/{}", added["id"]);
    client.post_nothing(&run).await;
    client.sandbox.advance(RUN);
    assert_eq!(client.cells(&table, "domain").await, [json!("stripe.com")]);

    client.delete(&format!("/v1/connectors/{id}")).await;
    client.post_nothing(&run).await;
    client.sandbox.advance(RUN);
    let (_, failed) = client.post(&run, json!({ "run_strategy": "run_errors" })).await;
    assert_eq!(failed["processing_rows"], 1);
}
