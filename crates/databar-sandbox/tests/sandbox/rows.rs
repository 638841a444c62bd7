//! Rows: listing, filters, and the batch operations.

use serde_json::{Value, json};

use crate::client::Client;

fn actions(answer: &Value) -> Vec<&str> {
    answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap_or("none"))
        .collect()
}

/// The query string for a filter.
fn filtered(table: &str, filter: Value) -> String {
    let query: String = url_encode(&filter.to_string());
    format!("{table}/rows?filter={query}")
}

fn url_encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn rows_come_in_pages() {
    let client = Client::new().await;
    let (_, table) = client.post("/v1/table/create", json!({ "rows": 1100 })).await;
    let rows = format!("/v1/table/{}/rows", table["identifier"].as_str().unwrap());
    let (_, usual) = client.get(&rows).await;
    assert_eq!(usual["data"].as_array().unwrap().len(), 100);
    assert_eq!(
        (&usual["total_count"], &usual["page"], &usual["has_next_page"]),
        (&json!(1100), &json!(1), &json!(true))
    );
    let mut seen = std::collections::HashSet::new();
    for (page, size, more) in [(1, 500, true), (2, 500, true), (3, 100, false), (4, 0, false)] {
        let (_, answer) = client.get(&format!("{rows}?page={page}&per_page=500")).await;
        let data = answer["data"].as_array().unwrap();
        seen.extend(data.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        assert_eq!(
            (data.len(), &answer["has_next_page"]),
            (size, &json!(more)),
            "page {page}"
        );
    }
    assert_eq!(seen.len(), 1100);
}

#[tokio::test]
async fn filters_are_combined() {
    let client = Client::new().await;
    let table = client.table(&["Company", "Size"]).await;
    let rows = json!([
        { "fields": { "Company": "OpenAI", "Size": 5000 } },
        { "fields": { "Company": "Open Door" } },
        { "fields": { "Company": "Stripe", "Size": "" } },
        { "fields": { "company": "OPENAI" } },
    ]);
    client
        .post(&format!("{table}/rows"), json!({ "rows": rows }))
        .await;
    for (filter, count) in [
        (json!({ "Company": { "equals": "OpenAI" } }), 1),
        (json!({ "Company": { "not_equals": "OpenAI" } }), 3),
        (json!({ "company": { "contains": "open" } }), 3),
        (json!({ "Size": { "is_empty": true } }), 3),
        (json!({ "Size": { "is_not_empty": true } }), 1),
        (
            json!({ "Company": { "contains": "open" }, "Size": { "equals": "5000" } }),
            1,
        ),
        (json!({}), 4),
    ] {
        let (_, answer) = client.get(&filtered(&table, filter.clone())).await;
        assert_eq!(answer["total_count"], count, "{filter}");
    }
}

#[tokio::test]
async fn filters_that_make_no_sense_are_refused() {
    let client = Client::new().await;
    let table = client.table(&["Company"]).await;
    for filter in [
        json!([]),
        json!({ "Nothing": { "equals": "a" } }),
        json!({ "Company": { "like": "a" } }),
        json!({ "Company": { "equals": "a", "contains": "b" } }),
        json!({ "Company": { "is_empty": false } }),
        json!({ "Company": "a" }),
    ] {
        let (status, refusal) = client.get(&filtered(&table, filter.clone())).await;
        assert_eq!(
            (status, &refusal["detail"][0]["loc"]),
            (422, &json!(["query", "filter"])),
            "{filter}"
        );
    }
    assert_eq!(client.get(&format!("{table}/rows?filter=%7B")).await.0, 422);
}

#[tokio::test]
async fn a_batch_has_at_most_fifty_rows() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    let batch = |count: usize| json!({ "rows": vec![json!({ "fields": { "a": 1 } }); count] });
    assert_eq!(client.post(&format!("{table}/rows"), batch(50)).await.0, 200);
    let (status, refusal) = client.post(&format!("{table}/rows"), batch(51)).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("BATCH_TOO_LARGE")));
    assert!(refusal["detail"].is_string());
    assert_eq!(client.post(&format!("{table}/rows"), batch(0)).await.0, 422);
    assert_eq!(client.sandbox.take_violations().len(), 2);
    assert_eq!(client.get(&format!("{table}/rows")).await.1["total_count"], 50);
}

#[tokio::test]
async fn inserting_refuses_unknown_columns_unless_they_may_be_made() {
    let client = Client::new().await;
    let table = client.table(&["Email"]).await;
    let rows = json!([{ "fields": { "Email": "a@b.c" } }, { "fields": { "Notes": "x", "email": "d@e.f" } }]);
    let (status, refusal) = client
        .post(&format!("{table}/rows"), json!({ "rows": rows }))
        .await;
    assert_eq!(
        (status, refusal),
        (
            400,
            json!({ "error": "UNKNOWN_COLUMNS", "detail": "Unknown columns: Notes" })
        )
    );
    assert_eq!(client.cells(&table, "Email").await, [] as [Value; 0]);

    let body = json!({ "rows": rows, "options": { "allow_new_columns": true }, "return_rows": true });
    let (_, answer) = client.post(&format!("{table}/rows"), body).await;
    assert_eq!(actions(&answer), ["created", "created"]);
    assert_eq!(answer["results"][1]["index"], 1);
    assert_eq!(answer["results"][1]["row_data"]["Notes"], "x");
    assert_eq!(
        client.cells(&table, "Email").await,
        [json!("a@b.c"), json!("d@e.f")]
    );
    assert_eq!(client.cells(&table, "Notes").await, [Value::Null, json!("x")]);
}

#[tokio::test]
async fn a_column_of_numbers_takes_numbers() {
    let client = Client::new().await;
    let table = client.table(&[]).await;
    client
        .post(
            &format!("{table}/columns"),
            json!({ "name": "n", "type": "number" }),
        )
        .await;
    client.insert(&table, "n", &["12", " 1.5 ", ""]).await;
    let rows = json!({ "rows": [{ "fields": { "n": "many" } }] });
    let (status, refusal) = client.post(&format!("{table}/rows"), rows).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("INVALID_DATA")));
}

#[tokio::test]
async fn duplicates_are_skipped_on_demand() {
    let client = Client::new().await;
    let table = client.table(&["Email", "Name"]).await;
    client.insert(&table, "Email", &["a@b.c"]).await;
    let insert = |emails: [&str; 3], keys: Value| {
        let rows: Vec<Value> = emails
            .iter()
            .map(|email| json!({ "fields": { "Email": email, "Name": "x" } }))
            .collect();
        json!({ "rows": rows, "options": { "dedupe": { "enabled": true, "keys": keys } } })
    };
    let path = format!("{table}/rows");
    let (_, answer) = client
        .post(&path, insert(["a@b.c", "new@b.c", "new@b.c"], json!(["Email"])))
        .await;
    assert_eq!(
        actions(&answer),
        ["skipped_duplicate", "created", "skipped_duplicate"]
    );
    assert_eq!(answer["results"][0]["id"], Value::Null);
    // Without keys the whole row counts, and the first row has no name.
    let (_, answer) = client
        .post(&path, insert(["a@b.c", "new@b.c", "a@b.c"], json!([])))
        .await;
    assert_eq!(
        actions(&answer),
        ["created", "skipped_duplicate", "skipped_duplicate"]
    );
    assert_eq!(
        client
            .post(&path, insert(["a", "b", "c"], json!(["Nothing"])))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn rows_are_updated_one_by_one() {
    let client = Client::new().await;
    let table = client.table(&["Email", "Name"]).await;
    let ids = client.insert(&table, "Email", &["a@b.c", "d@e.f"]).await;
    let rows = json!([
        { "id": ids[0], "fields": { "Email": "x@y.z", "Name": "Ada" } },
        { "id": "00000000-0000-0000-0000-000000000000", "fields": {} },
        { "id": "not a row", "fields": {} },
    ]);
    let path = format!("{table}/rows");
    let body = json!({ "rows": rows, "overwrite": false, "return_rows": true });
    let (status, answer) = client.patch(&path, body).await;
    assert_eq!(status, 200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(
        results[0]["row_data"]["Email"], "a@b.c",
        "only empty cells are filled"
    );
    assert_eq!(results[0]["row_data"]["Name"], "Ada");
    assert_eq!(results[1]["error"], json!({ "code": "ROW_NOT_FOUND" }));
    assert_eq!(
        (&results[2]["id"], &results[2]["ok"]),
        (&json!("not a row"), &json!(false))
    );
    client
        .patch(
            &path,
            json!({ "rows": [{ "id": ids[0], "fields": { "Email": "x@y.z" } }] }),
        )
        .await;
    assert_eq!(
        client.cells(&table, "Email").await,
        [json!("x@y.z"), json!("d@e.f")]
    );
    let unknown = json!({ "rows": [{ "id": ids[0], "fields": { "Phone": "1" } }] });
    assert_eq!(client.patch(&path, unknown).await.1["error"], "UNKNOWN_COLUMNS");
}

#[tokio::test]
async fn upserts_create_update_or_complain() {
    let client = Client::new().await;
    let table = client.table(&["Email", "Name"]).await;
    client
        .insert(&table, "Email", &["one@b.c", "two@b.c", "two@b.c"])
        .await;
    let row = |email: &str| json!({ "key": { "Email": email }, "fields": { "Name": "Ada" } });
    let body = json!({ "rows": [row("one@b.c"), row("two@b.c"), row("new@b.c"), row("new@b.c")], "return_rows": true });
    let (_, answer) = client.post(&format!("{table}/rows/upsert"), body).await;
    assert_eq!(actions(&answer), ["updated", "none", "created", "updated"]);
    let ambiguous = &answer["results"][1];
    assert_eq!(
        (&ambiguous["ok"], &ambiguous["error"]["code"]),
        (&json!(false), &json!("AMBIGUOUS_MATCH"))
    );
    assert_eq!(ambiguous["error"]["matches"], 2);
    assert_eq!(answer["results"][2]["row_data"]["Email"], "new@b.c");
    assert_eq!(
        client.cells(&table, "Name").await,
        [json!("Ada"), Value::Null, Value::Null, json!("Ada")]
    );
}

#[tokio::test]
async fn rows_are_deleted_and_deduped() {
    let client = Client::new().await;
    let table = client.table(&["Email", "Name"]).await;
    let ids = client.insert(&table, "Email", &["a", "b", "b", "c", "b"]).await;
    client
        .patch(
            &format!("{table}/rows"),
            json!({ "rows": [{ "id": ids[4], "fields": { "Name": "Ada" } }] }),
        )
        .await;
    let deleted = client
        .post(&format!("{table}/rows/delete"), json!({ "row_ids": [ids[0]] }))
        .await;
    assert_eq!(deleted, (200, json!({ "status": "deleted" })));

    let (_, whole) = client.post_nothing(&format!("{table}/rows/dedupe")).await;
    assert_eq!(whole, json!({ "count_all_rows": 4, "count_rows_delete": 1 }));
    let (_, columns) = client.get(&format!("{table}/columns")).await;
    let email = json!({ "columns": [columns[0]["identifier"]] });
    let (_, by_email) = client.post(&format!("{table}/rows/dedupe"), email).await;
    assert_eq!(by_email, json!({ "count_all_rows": 3, "count_rows_delete": 1 }));
    assert_eq!(client.cells(&table, "Email").await, [json!("b"), json!("c")]);
    let stranger = json!({ "columns": ["00000000-0000-0000-0000-000000000000"] });
    assert_eq!(
        client.post(&format!("{table}/rows/dedupe"), stranger).await.0,
        404
    );
}

/// Upserts see the changes to key columns by earlier rows of the same request, and by other operations.
#[tokio::test]
async fn keys_follow_every_change_of_a_cell() {
    let client = Client::new().await;
    let table = client.table(&["Email", "Name"]).await;
    let upsert = async |rows: Value| {
        let (_, answer) = client
            .post(&format!("{table}/rows/upsert"), json!({ "rows": rows }))
            .await;
        answer
    };
    let row = |key: &str, fields: Value| json!({ "key": { "Email": key }, "fields": fields });
    let answer = upsert(json!([
        row("a", json!({})),
        row("a", json!({ "Email": "b" })),
        row("b", json!({ "Name": "B" })),
        row("a", json!({ "Name": "A" })),
    ]))
    .await;
    assert_eq!(actions(&answer), ["created", "updated", "updated", "created"]);
    assert_eq!(client.cells(&table, "Email").await, [json!("b"), json!("a")]);

    let id = answer["results"][0]["id"].clone();
    client
        .patch(
            &format!("{table}/rows"),
            json!({ "rows": [{ "id": id, "fields": { "Email": "c" } }] }),
        )
        .await;
    assert_eq!(actions(&upsert(json!([row("c", json!({}))])).await), ["updated"]);
    client
        .post(&format!("{table}/rows/delete"), json!({ "row_ids": [id] }))
        .await;
    assert_eq!(actions(&upsert(json!([row("c", json!({}))])).await), ["created"]);
    client.insert(&table, "Email", &["a"]).await;
    assert_eq!(actions(&upsert(json!([row("a", json!({}))])).await), ["none"]);
}

#[tokio::test]
async fn no_columns_to_compare_are_all_columns() {
    let client = Client::new().await;
    let table = client.table(&["Email"]).await;
    client.insert(&table, "Email", &["a", "b", "b"]).await;
    let (_, answer) = client
        .post(&format!("{table}/rows/dedupe"), json!({ "columns": [] }))
        .await;
    assert_eq!(answer, json!({ "count_all_rows": 3, "count_rows_delete": 1 }));
}
