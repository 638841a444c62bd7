//! Enrichments, waterfalls and exporters on a table.

use std::time::Duration;

use databar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::Client;

const RUN: Duration = Duration::from_millis(300);

async fn add(client: &Client, table: &str, enrichment: i64, mapping: Value) -> String {
    let body = json!({ "enrichment": enrichment, "mapping": mapping });
    let (status, added) = client.post(&format!("{table}/add-enrichment"), body).await;
    assert_eq!(status, 200, "{added}");
    format!("{table}/run-enrichment/{}", added["id"])
}

async fn processing(client: &Client, run: &str, body: Value) -> Value {
    let (status, answer) = client.post(run, body).await;
    assert_eq!((status, &answer["status"]), (200, &json!("queued")));
    answer["processing_rows"].clone()
}

#[tokio::test]
async fn rows_fill_in_while_a_run_goes_on() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    client
        .insert(&table, "Domain", &["stripe.com", "a.test", "b.invalid", ""])
        .await;
    let run = add(
        &client,
        &table,
        123,
        json!({ "domain": { "type": "mapping", "value": "Domain" } }),
    )
    .await;
    let (_, columns) = client.get(&format!("{table}/columns")).await;
    let id: i64 = run.rsplit('/').next().unwrap().parse().unwrap();
    assert_ne!(id, 123);
    assert_eq!(
        (&columns[1]["name"], &columns[1]["data_processor_id"]),
        (&json!("Company name"), &json!(id))
    );

    let (status, answer) = client.post_nothing(&run).await;
    assert_eq!((status, &answer["processing_rows"]), (200, &json!(4)));
    assert_eq!(client.cells(&table, "Company name").await, vec![Value::Null; 4]);
    assert_eq!(
        client.sandbox.credits(),
        998.5,
        "the row without a domain costs nothing from the start"
    );
    client.sandbox.advance(RUN / 4);
    assert_eq!(client.cells(&table, "Company name").await[0], "Stripe");
    client.sandbox.advance(RUN);
    assert_eq!(
        client.cells(&table, "Company name").await,
        [json!("Stripe"), Value::Null, Value::Null, Value::Null]
    );
    assert!(client.cells(&table, "Employees").await[0].is_number());
    assert_eq!(client.sandbox.credits(), 999.5);
}

#[tokio::test]
async fn strategies_and_row_ids_choose_the_rows() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    let ids = client
        .insert(&table, "Domain", &["stripe.com", "a.test", "b.invalid"])
        .await;
    let run = add(
        &client,
        &table,
        123,
        json!({ "domain": { "type": "mapping", "value": "domain" } }),
    )
    .await;
    assert_eq!(
        processing(&client, &run, json!({ "run_strategy": "run_errors" })).await,
        0
    );
    assert_eq!(
        processing(
            &client,
            &run,
            json!({ "run_strategy": "run_empty", "row_ids": [ids[0], ids[2]] })
        )
        .await,
        2
    );
    assert_eq!(
        processing(&client, &run, json!({ "run_strategy": "run_empty" })).await,
        1,
        "two are pending"
    );
    client.sandbox.advance(RUN);
    assert_eq!(
        processing(&client, &run, json!({ "run_strategy": "run_errors" })).await,
        1
    );
    client.sandbox.advance(RUN);
    assert_eq!(
        processing(&client, &run, json!({ "run_strategy": "run_empty" })).await,
        2
    );
    assert_eq!(
        processing(&client, &run, json!({ "run_strategy": "run_all", "row_ids": [] })).await,
        0
    );
    assert_eq!(
        processing(
            &client,
            &run,
            json!({ "run_strategy": "run_all", "row_ids": null })
        )
        .await,
        3
    );
}

#[tokio::test]
async fn columns_are_mapped_by_uuid_by_name_or_as_text() {
    let client = Client::new().await;
    let table = client.table(&["Domain", "Company name"]).await;
    client.insert(&table, "Domain", &["stripe"]).await;
    let (_, columns) = client.get(&format!("{table}/columns")).await;
    let by_uuid = json!({ "domain": { "type": "mapping", "value": columns[0]["identifier"] } });
    let text = format!(
        "https://{{{}}}.com",
        columns[0]["internal_name"].as_str().unwrap()
    );
    let by_text = json!({ "domain": { "type": "simple", "value": text } });
    for mapping in [by_uuid, by_text] {
        let run = add(&client, &table, 123, mapping).await;
        processing(&client, &run, json!({})).await;
    }
    client.sandbox.advance(RUN);
    // The name was used once by the table itself, and once by the first installation.
    assert_eq!(
        client.cells(&table, "Company name (Company data)").await,
        [json!("Stripe")]
    );
    assert_eq!(
        client.cells(&table, "Company name (Company data) 2").await,
        [json!("Stripe")]
    );
    assert_eq!(client.cells(&table, "Company name").await, [Value::Null]);
}

#[tokio::test]
async fn mappings_that_do_not_fit_are_refused() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    let path = format!("{table}/add-enrichment");
    let entry = |column: &str| json!({ "domain": { "type": "mapping", "value": column } });
    for (enrichment, mapping, status, text) in [
        (123, json!({}), 400, "domain: This field is required."),
        (123, entry("Nothing"), 400, "no column Nothing"),
        (410, entry("Domain"), 400, "key of your own"),
        (310, entry("Domain"), 404, "Not found"),
        (1, entry("Domain"), 404, "Not found"),
    ] {
        let (answered, refusal) = client
            .post(&path, json!({ "enrichment": enrichment, "mapping": mapping }))
            .await;
        assert_eq!(answered, status, "{refusal}");
        assert!(refusal["detail"].as_str().unwrap().contains(text), "{refusal}");
    }
    for (body, status) in [
        (json!({ "waterfall": "person_getter", "mapping": {} }), 422),
        (
            json!({ "waterfall": "person_getter", "mapping": { "email": "Nothing" } }),
            422,
        ),
        (
            json!({ "waterfall": "person_getter", "mapping": { "email": "Domain" }, "enrichments": [1] }),
            422,
        ),
        (json!({ "waterfall": "nothing", "mapping": {} }), 404),
    ] {
        assert_eq!(
            client
                .post(&format!("{table}/add-waterfall"), body.clone())
                .await
                .0,
            status,
            "{body}"
        );
    }
    assert_eq!(client.get(&format!("{table}/enrichments")).await.1, json!([]));
}

#[tokio::test]
async fn an_installed_enrichment_can_be_changed_and_run_by_itself() {
    let client = Client::new().await;
    let table = client.table(&["Domain", "Site"]).await;
    let run = add(
        &client,
        &table,
        124,
        json!({ "domain": { "type": "mapping", "value": "Domain" } }),
    )
    .await;
    let id = run.rsplit('/').next().unwrap();
    let one = format!("{table}/enrichments/{id}");
    let mapping = json!({ "domain": { "type": "mapping", "value": "Site" } });
    let (status, updated) = client
        .patch(
            &one,
            json!({ "mapping": mapping, "launch_strategy": "run_on_update" }),
        )
        .await;
    assert_eq!(
        (status, &updated["enrichment_name"]),
        (200, &json!("Technology stack"))
    );
    assert_eq!(client.patch(&one, json!({ "mapping": {} })).await.0, 422);
    assert_eq!(
        client.patch(&format!("{table}/enrichments/1"), json!({})).await.0,
        404
    );

    let ids = client.insert(&table, "Site", &["stripe.com"]).await;
    client.insert(&table, "Domain", &["openai.com"]).await;
    client.sandbox.advance(RUN);
    let stack = client.cells(&table, "Technologies").await;
    assert!(stack[0].is_string() && stack[1].is_null(), "{stack:?}");
    let change = json!({ "rows": [{ "id": ids[0], "fields": { "Site": "github.com" } }] });
    client.patch(&format!("{table}/rows"), change).await;
    assert_eq!(client.sandbox.credits(), 999.5, "one run for each change");
}

#[tokio::test]
async fn waterfalls_and_exporters_are_run_like_enrichments() {
    let client = Client::new().await;
    let table = client.table(&["Email"]).await;
    client.insert(&table, "Email", &["ada.ito@acme.com"]).await;
    let body =
        json!({ "waterfall": "person_getter", "mapping": { "email": "Email" }, "enrichments": [841, 902] });
    let (_, waterfall) = client.post(&format!("{table}/add-waterfall"), body).await;
    let body = json!({
        "exporter": 51,
        "mapping": { "url": { "type": "simple", "value": "https://example.com" } },
        "authorization": null,
    });
    let (_, exporter) = client.post(&format!("{table}/add-exporter"), body).await;
    assert_eq!(exporter["exporter_name"], "Webhook");
    let path = |kind: &str, id: &Value| format!("{table}/{kind}/{id}");
    assert_eq!(
        processing(&client, &path("run-enrichment", &waterfall["id"]), json!({})).await,
        1
    );
    assert_eq!(
        processing(&client, &path("run-enrichment", &exporter["id"]), json!({})).await,
        1
    );
    assert_eq!(
        processing(&client, &path("run-exporter", &exporter["id"]), json!({})).await,
        1
    );
    assert_eq!(
        client
            .post_nothing(&path("run-exporter", &waterfall["id"]))
            .await
            .0,
        404
    );
    client.sandbox.advance(RUN);
    assert_eq!(client.cells(&table, "Full name").await, [json!("Ada Ito")]);

    let (_, waterfalls) = client.get(&format!("{table}/waterfalls")).await;
    assert_eq!(
        waterfalls,
        json!([{ "id": waterfall["id"], "waterfall_name": "Person finder waterfall" }])
    );
    let (_, exporters) = client.get(&format!("{table}/exporters")).await;
    assert_eq!(exporters, json!([{ "id": exporter["id"], "name": "Webhook" }]));
    let wrong = json!({ "exporter": 51, "mapping": { "url": { "type": "simple", "value": "a" } }, "authorization": 9 });
    assert_eq!(client.post(&format!("{table}/add-exporter"), wrong).await.0, 422);
}

#[tokio::test]
async fn the_id_of_the_catalogue_is_not_the_id_of_the_installation() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    add(
        &client,
        &table,
        123,
        json!({ "domain": { "type": "mapping", "value": "Domain" } }),
    )
    .await;
    assert_eq!(
        client
            .post_nothing(&format!("{table}/run-enrichment/123"))
            .await
            .0,
        404
    );
    assert_eq!(
        client
            .post_nothing(&format!("{table}/run-enrichment/abc"))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_run_that_cannot_be_paid_changes_nothing() {
    let client = Client::with(Sandbox::builder().credits(0.6)).await;
    let table = client.table(&["Domain"]).await;
    client.insert(&table, "Domain", &["a.com", "b.com"]).await;
    let run = add(
        &client,
        &table,
        123,
        json!({ "domain": { "type": "mapping", "value": "Domain" } }),
    )
    .await;
    assert_eq!(
        client.post_nothing(&run).await,
        (406, json!({ "detail": "Not enough credits" }))
    );
    assert_eq!(client.sandbox.credits(), 0.6);
    assert_eq!(
        processing(
            &client,
            &run,
            json!({ "run_strategy": "run_empty", "row_ids": [] })
        )
        .await,
        0
    );
}

#[tokio::test]
async fn results_for_what_is_gone_are_dropped() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    let ids = client.insert(&table, "Domain", &["stripe.com", "b.com"]).await;
    let run = add(
        &client,
        &table,
        123,
        json!({ "domain": { "type": "mapping", "value": "Domain" } }),
    )
    .await;
    processing(&client, &run, json!({})).await;
    client
        .post(&format!("{table}/rows/delete"), json!({ "row_ids": [ids[1]] }))
        .await;
    let (_, columns) = client.get(&format!("{table}/columns")).await;
    client
        .delete(&format!(
            "{table}/columns/{}",
            columns[1]["identifier"].as_str().unwrap()
        ))
        .await;
    client.sandbox.advance(RUN);
    assert_eq!(client.cells(&table, "Company name").await, [Value::Null]);
    assert!(client.cells(&table, "Industry").await[0].is_string());
    let other = client.table(&["Domain"]).await;
    client.insert(&other, "Domain", &["a.com"]).await;
    let run = add(
        &client,
        &other,
        123,
        json!({ "domain": { "type": "mapping", "value": "Domain" } }),
    )
    .await;
    processing(&client, &run, json!({})).await;
    client.delete(&other).await;
    client.sandbox.advance(RUN);
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 1);
}
