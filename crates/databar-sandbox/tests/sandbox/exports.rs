//! Exporting tables to files.

use std::time::Duration;

use reqwest::header;
use serde_json::{Value, json};

use crate::client::Client;

/// Requests an export, and waits for it.
async fn export(client: &Client, table: &str, format: &str) -> Value {
    let path = format!("{table}/export");
    let (status, started) = client.post(&path, json!({ "format": format })).await;
    assert_eq!(
        (status, &started["status"], &started["file"]),
        (200, &json!("waiting"), &Value::Null)
    );
    assert_eq!(client.get(&path).await.1, started, "not ready yet");
    client.sandbox.advance(Duration::from_secs(1));
    let (_, ready) = client.get(&path).await;
    assert_eq!(
        (&ready["status"], &ready["file_id"]),
        (&json!("completed"), &started["file_id"])
    );
    ready
}

/// The status, media type and body of a file, requested without a key.
async fn download(address: &str) -> (u16, String, Vec<u8>) {
    let response = reqwest::get(address).await.unwrap();
    let media_type = response.headers()[header::CONTENT_TYPE]
        .to_str()
        .unwrap()
        .to_owned();
    (
        response.status().as_u16(),
        media_type,
        response.bytes().await.unwrap().into(),
    )
}

#[tokio::test]
async fn a_table_becomes_a_file() {
    let client = Client::new().await;
    let table = client.table(&["Name", "Note"]).await;
    assert_eq!(
        client.get(&format!("{table}/export")).await.0,
        404,
        "none was requested"
    );
    let rows = json!({ "rows": [
        { "fields": { "Name": "Ada", "Note": "says \"hi\", twice" } },
        { "fields": { "Note": 1.5 } },
    ] });
    client.post(&format!("{table}/rows"), rows).await;

    let ready = export(&client, &table, "csv").await;
    let address = ready["file"].as_str().unwrap();
    assert!(address.starts_with(client.sandbox.base_url()), "{address}");
    let (status, media_type, file) = download(address).await;
    assert_eq!((status, media_type.as_str()), (200, "text/csv; charset=utf-8"));
    assert_eq!(
        String::from_utf8(file).unwrap(),
        "Name,Note\nAda,\"says \"\"hi\"\", twice\"\n,1.5\n"
    );

    let ready = export(&client, &table, "xlsx").await;
    let (status, _, file) = download(ready["file"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    assert!(file.starts_with(b"PK"), "a workbook is a zip archive");
    assert_eq!(download(address).await.0, 404, "only the latest export is kept");

    let ready = export(&client, &table, "sheets").await;
    assert_eq!(download(ready["file"].as_str().unwrap()).await.0, 200);
    client.delete(&table).await;
    assert_eq!(download(ready["file"].as_str().unwrap()).await.0, 404);
}

#[tokio::test]
async fn a_file_holds_the_table_as_it_was() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.insert(&table, "a", &["before"]).await;
    client.post(&format!("{table}/export"), json!({})).await;
    client.insert(&table, "a", &["after"]).await;
    client.sandbox.advance(Duration::from_secs(1));
    let (_, ready) = client.get(&format!("{table}/export")).await;
    let (_, _, file) = download(ready["file"].as_str().unwrap()).await;
    assert_eq!(file, b"a\nbefore\n");
}
