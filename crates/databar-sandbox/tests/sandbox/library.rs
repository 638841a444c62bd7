//! Folders, workbooks and the trash.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;

/// The id of a table in a path.
fn id(table: &str) -> &str {
    table.rsplit('/').next().unwrap()
}

/// The path of the workbook that contains a table.
async fn workbook_of(client: &Client, table: &str) -> String {
    let (_, tables) = client.get("/v1/table/").await;
    let found = tables
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["identifier"] == id(table));
    format!("/v1/workbooks/{}", found.unwrap()["workbook"].as_str().unwrap())
}

/// The ids of the sheets of a workbook, in order.
async fn sheets(client: &Client, workbook: &str) -> Vec<String> {
    let (status, shown) = client.get(workbook).await;
    assert_eq!(status, 200, "{shown}");
    let tables = shown["tables"].as_array().unwrap();
    assert_eq!(shown["tables_count"], tables.len());
    for (position, table) in tables.iter().enumerate() {
        assert_eq!(table["position"], position);
    }
    tables
        .iter()
        .map(|table| table["identifier"].as_str().unwrap().to_owned())
        .collect()
}

/// The kind and id of everything in the trash.
async fn trash(client: &Client) -> Vec<(String, String)> {
    let (_, items) = client.get("/v1/trash").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(&item["kind"]), text(&item["identifier"])))
        .collect()
}

async fn select(client: &Client, what: &str, workbooks: &[&str], tables: &[&str]) {
    let body = json!({ "workbooks": workbooks, "tables": tables });
    assert_eq!(
        client.post(&format!("/v1/trash/{what}"), body).await,
        (200, json!({ "status": "ok" }))
    );
}

#[tokio::test]
async fn folders_count_their_tables() {
    let client = Client::new().await;
    let (status, folder) = client.post("/v1/folders", json!({ "name": "Leads" })).await;
    assert_eq!(
        (status, &folder["name"], &folder["table_count"]),
        (200, &json!("Leads"), &json!(0))
    );
    assert!(folder["id"].is_i64());
    let (_, other) = client.post("/v1/folders", json!({ "name": "Other" })).await;
    let (first, second) = (client.table(&["a"]).await, client.table(&["a"]).await);
    let count = async |folder: &Value| {
        let (_, folders) = client.get("/v1/folders").await;
        let found = folders
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == folder["id"]);
        found.unwrap()["table_count"].as_u64().unwrap()
    };
    let place = async |table: &str, folder: Value| {
        let body = json!({ "table_uuid": id(table), "folder_id": folder });
        client.post("/v1/folders/move-table", body).await
    };
    for table in [&first, &second] {
        assert_eq!(
            place(table, folder["id"].clone()).await,
            (200, json!({ "status": "moved" }))
        );
    }
    assert_eq!((count(&folder).await, count(&other).await), (2, 0));
    assert_eq!(
        client.get(&workbook_of(&client, &first).await).await.1["folder_id"],
        folder["id"]
    );
    place(&first, other["id"].clone()).await;
    assert_eq!((count(&folder).await, count(&other).await), (1, 1));
    client.delete(&second).await;
    assert_eq!(count(&folder).await, 0);
    place(&first, Value::Null).await;
    assert_eq!(count(&other).await, 0);

    assert_eq!(place(&first, json!(999)).await.0, 404);
    assert_eq!(
        place("00000000-0000-0000-0000-000000000000", folder["id"].clone())
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn folders_are_renamed_and_deleted_and_their_tables_stay() {
    let client = Client::new().await;
    let (_, folder) = client.post("/v1/folders", json!({ "name": "Leads" })).await;
    let path = format!("/v1/folders/{}", folder["id"]);
    client.sandbox.advance(Duration::from_secs(60));
    let (_, renamed) = client.patch(&path, json!({ "name": "Old leads" })).await;
    assert_eq!(
        (&renamed["name"], &renamed["id"]),
        (&json!("Old leads"), &folder["id"])
    );
    assert_ne!(renamed["created_at"], renamed["updated_at"]);

    let table = client.table(&["a"]).await;
    let body = json!({ "table_uuid": id(&table), "folder_id": folder["id"] });
    client.post("/v1/folders/move-table", body).await;
    assert_eq!(client.delete(&path).await, (200, json!({ "status": "deleted" })));
    assert_eq!(client.delete(&path).await.0, 404);
    assert_eq!(client.patch(&path, json!({ "name": "x" })).await.0, 404);
    assert_eq!(client.get("/v1/folders").await.1, json!([]));
    assert_eq!(client.get(&format!("{table}/rows")).await.0, 200);
    assert_eq!(
        client.get(&workbook_of(&client, &table).await).await.1["folder_id"],
        Value::Null
    );
}

#[tokio::test]
async fn workbooks_hold_tables_in_order() {
    let client = Client::new().await;
    let first = client.table(&["a"]).await;
    let workbook = workbook_of(&client, &first).await;
    assert!(workbook.starts_with("/v1/workbooks/wb_"), "{workbook}");
    let (_, added) = client
        .post(&format!("{workbook}/tables"), json!({ "name": "More" }))
        .await;
    assert_eq!(added["name"], "More");
    let second = added["identifier"].as_str().unwrap();
    assert_eq!(sheets(&client, &workbook).await, [id(&first), second]);
    let order = json!({ "table_ids": [second, id(&first)] });
    let (_, reordered) = client.post(&format!("{workbook}/tables/reorder"), order).await;
    assert_eq!(reordered["tables"][0]["name"], "More");
    assert_eq!(sheets(&client, &workbook).await, [second, id(&first)]);
    for wrong in [
        json!([second]),
        json!([second, second]),
        json!([second, "00000000-0000-0000-0000-000000000000"]),
        json!([]),
    ] {
        let (status, refusal) = client
            .post(
                &format!("{workbook}/tables/reorder"),
                json!({ "table_ids": wrong }),
            )
            .await;
        assert_eq!(
            (status, &refusal["detail"][0]["loc"]),
            (422, &json!(["body", "table_ids"]))
        );
    }

    client.sandbox.advance(Duration::from_secs(60));
    let (_, renamed) = client.patch(&workbook, json!({ "name": "Book" })).await;
    assert_eq!(
        (&renamed["name"], &renamed["tables_count"]),
        (&json!("Book"), &json!(2))
    );
    assert_ne!(renamed["created_at"], renamed["updated_at"]);
    assert_eq!(client.get("/v1/workbooks").await.1, json!([renamed]));

    let stranger = "/v1/workbooks/wb_none";
    assert_eq!(client.get(stranger).await.0, 404);
    assert_eq!(client.patch(stranger, json!({ "name": "x" })).await.0, 404);
    assert_eq!(client.delete(stranger).await.0, 404);
    for path in ["duplicate", "tables"] {
        assert_eq!(
            client.post_nothing(&format!("{stranger}/{path}")).await.0,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn tables_move_between_workbooks() {
    let client = Client::new().await;
    let (first, second) = (client.table(&["a"]).await, client.table(&["a"]).await);
    let target = workbook_of(&client, &second).await;
    let target_id = target.rsplit('/').next().unwrap();
    let old = workbook_of(&client, &first).await;
    let (status, moved) = client
        .post(&format!("{first}/move"), json!({ "workbook": target_id }))
        .await;
    assert_eq!((status, &moved["workbook"]), (200, &json!(target_id)));
    assert_eq!(sheets(&client, &target).await, [id(&second), id(&first)]);
    assert_eq!(sheets(&client, &old).await, [] as [&str; 0]);

    let body = json!({ "new_workbook": true, "name": "Apart" });
    client.post(&format!("{first}/move"), body).await;
    let apart = workbook_of(&client, &first).await;
    assert_eq!(client.get(&apart).await.1["name"], "Apart");
    assert_eq!(sheets(&client, &target).await, [id(&second)]);

    let unknown = json!({ "workbook": "wb_none" });
    assert_eq!(client.post(&format!("{first}/move"), unknown).await.0, 404);
    for unclear in [json!({}), json!({ "new_workbook": true, "workbook": target_id })] {
        assert_eq!(client.post(&format!("{first}/move"), unclear).await.0, 422);
    }
    assert_eq!(sheets(&client, &apart).await, [id(&first)]);
}

#[tokio::test]
async fn workbooks_are_merged_and_the_emptied_ones_go_to_the_trash() {
    let client = Client::new().await;
    let mut tables = Vec::new();
    let mut books = Vec::new();
    for _ in 0..3 {
        let table = client.table(&["a"]).await;
        books.push(
            workbook_of(&client, &table)
                .await
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned(),
        );
        tables.push(table);
    }
    let merge = json!({ "target": books[1], "sources": [books[2], books[0], books[2]] });
    let (status, merged) = client.post("/v1/workbooks/merge", merge).await;
    assert_eq!((status, &merged["identifier"]), (200, &json!(books[1])));
    assert_eq!(
        sheets(&client, &format!("/v1/workbooks/{}", books[1])).await,
        [id(&tables[1]), id(&tables[2]), id(&tables[0])]
    );
    assert_eq!(client.get("/v1/workbooks").await.1.as_array().unwrap().len(), 1);
    assert_eq!(trash(&client).await.len(), 2);

    let body = |sources: Value| json!({ "target": books[1], "sources": sources });
    assert_eq!(
        client
            .post("/v1/workbooks/merge", body(json!([books[0]])))
            .await
            .0,
        404
    );
    let (status, refusal) = client.post("/v1/workbooks/merge", body(json!([books[1]]))).await;
    assert_eq!(
        (status, &refusal["detail"][0]["loc"]),
        (422, &json!(["body", "sources", 0]))
    );
    assert_eq!(client.get("/v1/table/").await.1.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_copy_of_a_table_has_everything_under_ids_of_its_own() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    client
        .insert(&table, "Domain", &["stripe.com", "openai.com"])
        .await;
    let mapping = json!({ "domain": { "type": "mapping", "value": "Domain" } });
    let (_, enrichment) = client
        .post(
            &format!("{table}/add-enrichment"),
            json!({ "enrichment": 123, "mapping": mapping }),
        )
        .await;
    let (status, copy) = client
        .post("/v1/table/duplicate", json!({ "table": id(&table) }))
        .await;
    assert_eq!((status, &copy["name"]), (200, &json!("Leads")));
    let copy = format!("/v1/table/{}", copy["identifier"].as_str().unwrap());
    assert_ne!(copy, table);
    assert_ne!(
        workbook_of(&client, &copy).await,
        workbook_of(&client, &table).await
    );

    let domains = [json!("stripe.com"), json!("openai.com")];
    assert_eq!(client.cells(&copy, "Domain").await, domains);
    for list in ["columns", "rows", "enrichments"] {
        let ids = async |table: &str| -> Vec<Value> {
            let (_, answer) = client.get(&format!("{table}/{list}")).await;
            let items = answer.get("data").unwrap_or(&answer).as_array().unwrap().clone();
            let id = |item: &Value| item.get("id").or_else(|| item.get("identifier")).unwrap().clone();
            items.iter().map(id).collect()
        };
        let (old, new) = (ids(&table).await, ids(&copy).await);
        assert_eq!(old.len(), new.len(), "{list}");
        assert!(old.iter().all(|id| !new.contains(id)), "{list}");
    }

    // The copy's enrichment reads and fills the copy.
    let (_, enrichments) = client.get(&format!("{copy}/enrichments")).await;
    assert_ne!(enrichments[0]["id"], enrichment["id"]);
    let run = format!("{copy}/run-enrichment/{}", enrichments[0]["id"]);
    assert_eq!(client.post_nothing(&run).await.1["processing_rows"], 2);
    client.sandbox.advance(Duration::from_secs(1));
    assert_eq!(client.cells(&copy, "Company name").await[0], "Stripe");
    assert_eq!(client.cells(&table, "Company name").await[0], Value::Null);

    let stranger = json!({ "table": "00000000-0000-0000-0000-000000000000" });
    assert_eq!(client.post("/v1/table/duplicate", stranger).await.0, 404);
}

#[tokio::test]
async fn a_copy_of_a_workbook_has_all_its_tables() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.insert(&table, "a", &["x"]).await;
    let workbook = workbook_of(&client, &table).await;
    client
        .post(&format!("{workbook}/tables"), json!({ "name": "Second" }))
        .await;
    let (_, binned) = client.post_nothing(&format!("{workbook}/tables")).await;
    client
        .delete(&format!("/v1/table/{}", binned["identifier"].as_str().unwrap()))
        .await;

    let (_, copy) = client.post_nothing(&format!("{workbook}/duplicate")).await;
    let (_, original) = client.get(&workbook).await;
    assert_ne!(copy["identifier"], original["identifier"]);
    assert_eq!(
        (&copy["name"], &copy["tables_count"]),
        (&original["name"], &json!(2))
    );
    let names: Vec<&Value> = copy["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|table| &table["name"])
        .collect();
    assert_eq!(names, ["Leads", "Second"]);
    let first = format!("/v1/table/{}", copy["tables"][0]["identifier"].as_str().unwrap());
    assert_eq!(client.cells(&first, "a").await, [json!("x")]);
}

#[tokio::test]
async fn a_deleted_table_is_gone_until_it_is_restored() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.insert(&table, "a", &["x", "y"]).await;
    let workbook = workbook_of(&client, &table).await;
    let (_, columns) = client.get(&format!("{table}/columns")).await;
    assert_eq!(client.delete(&table).await, (200, json!({ "status": "deleted" })));
    assert_eq!(client.delete(&table).await.0, 404);
    for path in [
        "rows",
        "columns",
        "enrichments",
        "waterfalls",
        "exporters",
        "export",
    ] {
        assert_eq!(client.get(&format!("{table}/{path}")).await.0, 404, "{path}");
    }
    for path in ["clear", "rows/dedupe"] {
        assert_eq!(
            client.post_nothing(&format!("{table}/{path}")).await.0,
            404,
            "{path}"
        );
    }
    assert_eq!(client.patch(&table, json!({ "name": "x" })).await.0, 404);
    assert_eq!(
        client
            .post("/v1/table/duplicate", json!({ "table": id(&table) }))
            .await
            .0,
        404
    );
    assert_eq!(client.get("/v1/table/").await.1, json!([]));
    assert_eq!(sheets(&client, &workbook).await, [] as [&str; 0]);

    let (_, items) = client.get("/v1/trash").await;
    assert_eq!(
        items,
        json!([{
            "kind": "table",
            "identifier": id(&table),
            "name": "Leads",
            "trashed_at": "2026-01-01T00:00:00Z",
            "tables_count": null,
            "workbook": { "identifier": workbook.rsplit('/').next().unwrap(), "name": "Leads" },
        }])
    );

    select(&client, "restore", &[], &[id(&table)]).await;
    assert_eq!(trash(&client).await, []);
    assert_eq!(client.cells(&table, "a").await, [json!("x"), json!("y")]);
    assert_eq!(client.get(&format!("{table}/columns")).await.1, columns);
    assert_eq!(sheets(&client, &workbook).await, [id(&table)]);
}

#[tokio::test]
async fn a_deleted_workbook_takes_its_tables_along_and_brings_them_back() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.insert(&table, "a", &["x"]).await;
    let workbook = workbook_of(&client, &table).await;
    let book = workbook.rsplit('/').next().unwrap();
    let (_, early) = client.post_nothing(&format!("{workbook}/tables")).await;
    let early = early["identifier"].as_str().unwrap();
    client.delete(&format!("/v1/table/{early}")).await;
    client.sandbox.advance(Duration::from_secs(1));

    assert_eq!(
        client.delete(&workbook).await,
        (200, json!({ "status": "deleted" }))
    );
    assert_eq!(client.get(&workbook).await.0, 404);
    assert_eq!(client.delete(&workbook).await.0, 404);
    assert_eq!(client.get(&format!("{table}/rows")).await.0, 404);
    assert_eq!(client.get("/v1/workbooks").await.1, json!([]));
    let pair = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    assert_eq!(
        trash(&client).await,
        [pair("workbook", book), pair("table", early)]
    );
    assert_eq!(client.get("/v1/trash").await.1[0]["tables_count"], 1);

    select(&client, "restore", &[book], &[]).await;
    assert_eq!(sheets(&client, &workbook).await, [id(&table)]);
    assert_eq!(client.cells(&table, "a").await, [json!("x")]);
    assert_eq!(trash(&client).await, [pair("table", early)]);
    select(&client, "restore", &[], &[early]).await;
    assert_eq!(sheets(&client, &workbook).await, [id(&table), early]);
}

#[tokio::test]
async fn a_table_whose_workbook_is_not_there_comes_back_in_a_new_one() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    client.insert(&table, "a", &["x"]).await;
    let workbook = workbook_of(&client, &table).await;
    client.delete(&workbook).await;
    select(&client, "restore", &[], &[id(&table)]).await;
    assert_eq!(client.cells(&table, "a").await, [json!("x")]);
    let new = workbook_of(&client, &table).await;
    assert_ne!(new, workbook);
    assert_eq!(sheets(&client, &new).await, [id(&table)]);
    select(&client, "restore", &[workbook.rsplit('/').next().unwrap()], &[]).await;
    assert_eq!(sheets(&client, &workbook).await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_is_deleted_for_ever_does_not_come_back() {
    let client = Client::new().await;
    let (first, second) = (client.table(&["a"]).await, client.table(&["a"]).await);
    let workbook = workbook_of(&client, &second).await;
    let book = workbook.rsplit('/').next().unwrap();
    // Only what is in the trash is deleted.
    select(&client, "delete-forever", &[book], &[id(&first)]).await;
    assert_eq!(client.get(&format!("{first}/rows")).await.0, 200);

    client.delete(&first).await;
    client.delete(&workbook).await;
    select(
        &client,
        "delete-forever",
        &[book, "wb_none"],
        &[id(&first), "00000000-0000-0000-0000-000000000000"],
    )
    .await;
    assert_eq!(trash(&client).await, []);
    select(&client, "restore", &[book], &[id(&first), id(&second)]).await;
    assert_eq!(client.get("/v1/table/").await.1, json!([]));
    assert_eq!(client.get(&workbook).await.0, 404);
}

#[tokio::test]
async fn results_arrive_in_a_table_that_is_in_the_trash() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    client.insert(&table, "Domain", &["stripe.com"]).await;
    let mapping = json!({ "domain": { "type": "mapping", "value": "Domain" } });
    let (_, enrichment) = client
        .post(
            &format!("{table}/add-enrichment"),
            json!({ "enrichment": 123, "mapping": mapping }),
        )
        .await;
    client
        .post_nothing(&format!("{table}/run-enrichment/{}", enrichment["id"]))
        .await;
    client.delete(&table).await;
    client.sandbox.advance(Duration::from_secs(1));
    select(&client, "restore", &[], &[id(&table)]).await;
    assert_eq!(client.cells(&table, "Company name").await, [json!("Stripe")]);
}
