//! Answers on which the published sources disagree.

use databar_sandbox::{Profile, Sandbox};
use serde_json::{Value, json};

use crate::{
    client::Client,
    runs::{RUN, start},
};

async fn mcp() -> Client {
    Client::with(Sandbox::builder().profile(Profile::McpServer)).await
}

async fn waterfall(client: &Client) -> Value {
    let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    let task = start(
        client,
        "/v1/waterfalls/email_getter/run",
        json!({ "params": person }),
    )
    .await;
    client.sandbox.advance(RUN);
    client.get(&task).await.1["data"].clone()
}

#[tokio::test]
async fn data_of_one_run_of_a_waterfall_is_an_object_or_an_array_of_one() {
    let object = waterfall(&Client::new().await).await;
    assert_eq!(object["result"]["email"], "ada.ito@acme.com");
    let array = waterfall(&mcp().await).await;
    assert_eq!(array.as_array().unwrap().len(), 1);
    assert_eq!(array[0]["result"], object["result"]);
}

#[tokio::test]
async fn the_result_of_a_step_is_an_object_or_text() {
    let object = waterfall(&Client::new().await).await;
    let last = |data: &Value| data["steps"].as_array().unwrap().last().unwrap()["result"].clone();
    assert_eq!(last(&object), json!({ "email": "ada.ito@acme.com" }));
    assert_eq!(last(&waterfall(&mcp().await).await[0]), "ada.ito@acme.com");
}

#[tokio::test]
async fn a_run_is_queued_first_or_processing_at_once() {
    for (client, first) in [(Client::new().await, "queued"), (mcp().await, "processing")] {
        let body = json!({ "params": { "domain": "stripe.com" } });
        let (_, run) = client.post("/v1/enrichments/123/run", body).await;
        assert_eq!(run["status"], first);
        let task = format!("/v1/tasks/{}", run["task_id"].as_str().unwrap());
        assert_eq!(client.get(&task).await.1["status"], first);
        client.sandbox.advance(RUN / 2);
        assert_eq!(client.get(&task).await.1["status"], "processing");
    }
}

#[tokio::test]
async fn a_miss_has_a_status_of_its_own_or_completes_without_data() {
    for (client, status) in [(Client::new().await, "no_data"), (mcp().await, "completed")] {
        let body = json!({ "params": { "domain": "a.test" } });
        let task = start(&client, "/v1/enrichments/123/run", body).await;
        client.sandbox.advance(RUN);
        let (_, miss) = client.get(&task).await;
        assert_eq!((&miss["status"], &miss["data"]), (&json!(status), &Value::Null));
    }
}

#[tokio::test]
async fn results_are_kept_for_a_day_or_an_hour() {
    for (client, hours) in [(Client::new().await, 24), (mcp().await, 1)] {
        let body = json!({ "params": { "domain": "stripe.com" } });
        let task = start(&client, "/v1/enrichments/123/run", body).await;
        client
            .sandbox
            .advance(RUN + std::time::Duration::from_secs(hours * 3600 - 1));
        assert_eq!(client.get(&task).await.1["status"], "completed");
        client.sandbox.advance(std::time::Duration::from_secs(1));
        assert_eq!(client.get(&task).await.1["status"], "gone");
    }
}

#[tokio::test]
async fn the_id_of_a_flow_is_a_uuid_or_a_number() {
    for (client, numbered) in [(Client::new().await, false), (mcp().await, true)] {
        let body = json!({ "name": "Empty", "config": {} });
        let (_, flow) = client.post("/v1/flows", body).await;
        assert_eq!(flow["id"].is_i64(), numbered, "{flow}");
        let id = flow["id"]
            .as_str()
            .map_or_else(|| flow["id"].to_string(), str::to_owned);
        assert_eq!(client.get(&format!("/v1/flows/{id}")).await, (200, flow));
        let other = if numbered {
            "00000000-0000-0000-0000-000000000000"
        } else {
            "1"
        };
        assert_eq!(client.get(&format!("/v1/flows/{other}")).await.0, 404);
    }
}

#[tokio::test]
async fn a_table_lists_the_ids_of_its_enrichments_as_numbers_or_as_text() {
    for (client, text) in [(Client::new().await, false), (mcp().await, true)] {
        let table = client.table(&["Domain"]).await;
        let mapping = json!({ "domain": { "type": "mapping", "value": "Domain" } });
        let body = json!({ "enrichment": 123, "mapping": mapping });
        let (_, added) = client.post(&format!("{table}/add-enrichment"), body).await;
        let (_, listed) = client.get(&format!("{table}/enrichments")).await;
        let id = &listed[0]["id"];
        assert_eq!(id.is_string(), text);
        assert_eq!(
            id.as_str().map_or_else(|| id.to_string(), str::to_owned),
            added["id"].to_string()
        );
    }
}
