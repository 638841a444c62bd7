//! Errors in the form of the provider's framework, FastAPI.

use databar_sandbox::Sandbox;
use reqwest::{Method, Url, header};
use serde_json::{Value, json};

use crate::client::{Client, answer};

/// A client that may send requests which the document does not allow.
async fn client() -> Client {
    Client::with(Sandbox::builder().allow_invalid_requests()).await
}

/// The place, the rule and the message of the first finding in a 422.
fn problem((status, refusal): (u16, Value)) -> (Value, String, String) {
    assert_eq!(status, 422, "{refusal}");
    let problem = &refusal["detail"][0];
    let text = |name: &str| problem[name].as_str().unwrap().to_owned();
    (problem["loc"].clone(), text("type"), text("msg"))
}

#[tokio::test]
async fn the_key_comes_before_everything_else_about_an_operation() {
    let client = client().await;
    let http = reqwest::Client::new();
    let table = "/v1/table/not-a-uuid";
    for (method, path) in [
        (Method::GET, "/v1/user/me".to_owned()),
        (Method::GET, "/v1/flows".to_owned()),
        (Method::GET, format!("{table}/rows?page=zero")),
        (Method::POST, format!("{table}/rows")),
        (Method::POST, "/v1/workbooks/merge".to_owned()),
        (Method::DELETE, "/v1/folders/9".to_owned()),
    ] {
        let request = || http.request(method.clone(), format!("{}{path}", client.sandbox.base_url()));
        for request in [
            request(),
            request().header("x-apikey", "wrong"),
            request().body("{"),
        ] {
            assert_eq!(
                answer(request).await,
                (403, json!({ "detail": "Not allowed" })),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn unknown_paths_are_not_found_and_known_ones_name_their_methods() {
    let client = client().await;
    assert_eq!(
        client.get("/v1/nothing").await,
        (404, json!({ "detail": "Not Found" }))
    );
    for (method, path, allowed) in [
        (Method::DELETE, "/v1/user/me", "GET"),
        (Method::PUT, "/v1/folders", "GET, POST"),
        (Method::GET, "/v1/workbooks/merge/tables/reorder", "POST"),
        // Not the table `create`.
        (Method::PATCH, "/v1/table/create", "POST"),
    ] {
        let response = client.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()[header::ALLOW], allowed);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body, json!({ "detail": "Method Not Allowed" }));
    }
}

#[tokio::test]
async fn a_slash_too_many_or_too_few_is_redirected_with_query_and_method() {
    let client = client().await;
    for (method, path, location) in [
        (
            Method::GET,
            "/v1/enrichments?q=a%20b&page=2",
            "/v1/enrichments/?q=a%20b&page=2",
        ),
        (Method::GET, "/v1/folders/", "/v1/folders"),
        (Method::POST, "/v1/connectors", "/v1/connectors/"),
    ] {
        let response = client.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), 307, "{path}");
        assert_eq!(response.headers()[header::LOCATION], location);
    }
    // A client that follows the redirect arrives there with its body.
    let address = Url::parse(&format!("{}/v1/folders/", client.sandbox.base_url())).unwrap();
    let request = reqwest::Client::new()
        .post(address)
        .header("x-apikey", client.sandbox.api_key())
        .json(&json!({ "name": "Leads" }));
    assert_eq!(answer(request).await.1["name"], "Leads");
}

#[tokio::test]
async fn parameters_are_read_and_refused_as_pydantic_does() {
    let client = client().await;
    let table = client.table(&[]).await;
    for (path, place, rule, message) in [
        (
            format!("{table}/rows?per_page=501"),
            json!(["query", "per_page"]),
            "less_than_equal",
            "Input should be less than or equal to 500",
        ),
        (
            format!("{table}/rows?page=0"),
            json!(["query", "page"]),
            "greater_than_equal",
            "Input should be greater than or equal to 1",
        ),
        (
            format!("{table}/rows?page=one"),
            json!(["query", "page"]),
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "/v1/enrichments/?page=one".to_owned(),
            json!(["query", "page"]),
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "/v1/enrichments/abc".to_owned(),
            json!(["path", "enrichment_id"]),
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "/v1/enrichments/?authorized_only=maybe".to_owned(),
            json!(["query", "authorized_only"]),
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
        ),
    ] {
        assert_eq!(
            problem(client.get(&path).await),
            (place, rule.to_owned(), message.to_owned()),
            "{path}"
        );
    }
    let (place, rule, message) = problem(client.get("/v1/table/not-a-uuid/rows").await);
    assert_eq!(
        (place, rule.as_str()),
        (json!(["path", "table_uuid"]), "uuid_parsing")
    );
    assert!(message.starts_with("Input should be a valid UUID, "), "{message}");

    assert_eq!(client.get(&format!("{table}/rows?page=1.0")).await.1["page"], 1);
    assert_eq!(client.get("/v1/enrichments/123.0").await.1["id"], 123);
    // An integer that does not fit into 64 bits matches nothing.
    let huge = "9".repeat(30);
    assert_eq!(client.get(&format!("/v1/enrichments/{huge}")).await.0, 404);
    let (_, far) = client.get(&format!("{table}/rows?page={huge}")).await;
    assert_eq!(far["data"], json!([]));
    assert_eq!(client.get("/v1/enrichments/?authorized_only=False").await.0, 200);
}

#[tokio::test]
async fn bodies_are_refused_at_the_very_place() {
    let client = client().await;
    let table = client.table(&["a"]).await;
    let at = |path: &str| format!("{table}/{path}");
    for (path, body, place, rule) in [
        (
            at("rows"),
            json!({ "rows": [{}] }),
            json!(["body", "rows", 0, "fields"]),
            "missing",
        ),
        (
            at("rows"),
            json!({ "rows": [{ "fields": 1 }] }),
            json!(["body", "rows", 0, "fields"]),
            "dict_type",
        ),
        (
            at("rows"),
            json!({ "rows": [1] }),
            json!(["body", "rows", 0]),
            "model_attributes_type",
        ),
        (
            at("rows"),
            json!({ "rows": {} }),
            json!(["body", "rows"]),
            "list_type",
        ),
        (
            at("rows"),
            json!({ "rows": [] }),
            json!(["body", "rows"]),
            "too_short",
        ),
        (
            at("rows"),
            json!({ "rows": [{ "fields": {} }], "options": { "dedupe": { "keys": ["a", 1] } } }),
            json!(["body", "options", "dedupe", "keys", 1]),
            "string_type",
        ),
        (
            at("rows/upsert"),
            json!({ "rows": [{ "key": {}, "fields": {} }] }),
            json!(["body", "rows", 0, "key"]),
            "too_short",
        ),
        (
            at("rows/dedupe"),
            json!({ "columns": ["a"] }),
            json!(["body", "columns", 0]),
            "uuid_parsing",
        ),
        (
            at("rows/dedupe"),
            json!({ "columns": "a" }),
            json!(["body", "columns"]),
            "list_type",
        ),
        (
            at("rows/dedupe"),
            json!([]),
            json!(["body"]),
            "model_attributes_type",
        ),
        (
            at("export"),
            json!({ "format": "pdf" }),
            json!(["body", "format"]),
            "literal_error",
        ),
        (
            at("columns"),
            json!({ "name": "a" }),
            json!(["body", "name"]),
            "value_error",
        ),
        (
            at("add-enrichment"),
            json!({ "enrichment": 123, "mapping": { "domain": { "type": "map", "value": "a" } } }),
            json!(["body", "mapping", "domain", "type"]),
            "literal_error",
        ),
        (
            "/v1/table/create".to_owned(),
            json!({ "columns": ["a", "a"] }),
            json!(["body", "columns", 1]),
            "value_error",
        ),
        (
            "/v1/table/create".to_owned(),
            json!({ "rows": 1.5 }),
            json!(["body", "rows"]),
            "int_from_float",
        ),
        (
            "/v1/table/create".to_owned(),
            json!({ "rows": "many" }),
            json!(["body", "rows"]),
            "int_parsing",
        ),
        (
            "/v1/table/create".to_owned(),
            json!({ "rows": 1e30 }),
            json!(["body", "rows"]),
            "value_error",
        ),
        (
            "/v1/table/duplicate".to_owned(),
            json!({ "table": 7 }),
            json!(["body", "table"]),
            "string_type",
        ),
    ] {
        let (found, found_rule, _) = problem(client.post(&path, body.clone()).await);
        assert_eq!((found, found_rule.as_str()), (place, rule), "{path} {body}");
    }
    assert_eq!(client.cells(&table, "a").await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_problem_shows_what_was_sent_and_the_numbers_of_its_rule() {
    let client = client().await;
    let run = json!({ "params": {}, "pagination": { "pages": 101 } });
    let (_, refusal) = client.post("/v1/enrichments/123/run", run).await;
    assert_eq!(
        refusal,
        json!({ "detail": [{
            "type": "less_than_equal",
            "loc": ["body", "pagination", "pages"],
            "msg": "Input should be less than or equal to 100",
            "input": 101,
            "ctx": { "le": 100 },
        }] })
    );
}

#[tokio::test]
async fn an_answer_stays_short_however_much_is_wrong() {
    let client = client().await;
    let numbers: Vec<u32> = (0..50_000).collect();
    let selection = json!({ "workbooks": numbers });
    let (status, refusal) = client.post("/v1/trash/restore", selection).await;
    assert_eq!(status, 422);
    assert!(refusal.to_string().len() < 100_000);
    assert!(refusal["detail"].as_array().unwrap().len() >= 100);
}

#[tokio::test]
async fn a_body_that_is_missing_broken_or_something_else() {
    let client = client().await;
    let body = |media_type: &'static str, text: &'static str| {
        client
            .request(Method::POST, "/v1/folders")
            .header("content-type", media_type)
            .body(text)
    };
    let json = "application/json";
    for (media_type, text, place, rule) in [
        (json, "", json!(["body"]), "missing"),
        (json, "null", json!(["body"]), "missing"),
        (json, "{", json!(["body", 1]), "json_invalid"),
        (json, r#"{"name":}"#, json!(["body", 8]), "json_invalid"),
        (json, r#"{"name":"\ud800"}"#, json!(["body", 15]), "json_invalid"),
        (
            "text/plain",
            r#"{"name": "a"}"#,
            json!(["body"]),
            "model_attributes_type",
        ),
    ] {
        let (found, found_rule, _) = problem(answer(body(media_type, text)).await);
        assert_eq!((found, found_rule.as_str()), (place, rule), "{text}");
    }
    let nested = "[".repeat(100_000);
    let deep = client
        .request(Method::POST, "/v1/folders")
        .header("content-type", json)
        .body(nested);
    assert_eq!(problem(answer(deep).await).1, "json_invalid");
    let vendor = body("application/vnd.api+json; charset=utf-8", r#"{"name": "a"}"#);
    assert_eq!(answer(vendor).await.0, 200);
}

#[tokio::test]
async fn a_body_may_be_left_out_where_it_is_optional() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    let (_, workbooks) = client.get("/v1/workbooks").await;
    let workbook = workbooks[0]["identifier"].as_str().unwrap();
    for path in [
        "/v1/table/create".to_owned(),
        format!("{table}/rows/dedupe"),
        format!("{table}/clear"),
        format!("/v1/workbooks/{workbook}/tables"),
        format!("/v1/workbooks/{workbook}/duplicate"),
    ] {
        assert_eq!(client.post_nothing(&path).await.0, 200, "{path}");
        let request = client
            .request(Method::POST, &path)
            .header("content-type", "application/json");
        assert_eq!(answer(request).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn one_is_an_integer_however_it_is_written() {
    let client = Client::new().await;
    let (_, table) = client
        .post("/v1/table/create", json!({ "rows": 2.0, "columns": ["n"] }))
        .await;
    let table = format!("/v1/table/{}", table["identifier"].as_str().unwrap());
    assert_eq!(client.get(&format!("{table}/rows")).await.1["total_count"], 2);
    let run = json!({ "params": { "domain": "a.com" }, "pagination": { "pages": 1.0 } });
    assert_eq!(client.post("/v1/enrichments/310/run", run).await.0, 200);
    // A cell keeps the value that was written.
    client
        .post(
            &format!("{table}/rows"),
            json!({ "rows": [{ "fields": { "n": 3.0 } }] }),
        )
        .await;
    assert_eq!(client.cells(&table, "n").await[2].to_string(), "3.0");
}

/// The messages for a required parameter without a column, and for an unknown column, when installing and
/// when changing.
#[tokio::test]
async fn a_mapping_that_does_not_fit_is_refused_in_one_shape() {
    let client = Client::new().await;
    let table = client.table(&["Domain"]).await;
    let entry = |value: &str| json!({ "type": "mapping", "value": value });
    let good = json!({ "enrichment": 123, "mapping": { "domain": entry("Domain") } });
    let (_, installed) = client.post(&format!("{table}/add-enrichment"), good).await;
    let installed = format!("{table}/enrichments/{}", installed["id"]);
    let missing = "This field is required.";
    let unknown = "The table has no column Nowhere.";
    for (path, rest, param, mapping, status, message) in [
        (
            "add-enrichment",
            json!({ "enrichment": 123 }),
            "domain",
            json!({}),
            400,
            missing,
        ),
        (
            "add-enrichment",
            json!({ "enrichment": 123 }),
            "domain",
            json!({ "domain": entry("Nowhere") }),
            400,
            unknown,
        ),
        (
            "add-waterfall",
            json!({ "waterfall": "person_getter" }),
            "email",
            json!({}),
            422,
            missing,
        ),
        (
            "add-waterfall",
            json!({ "waterfall": "person_getter" }),
            "email",
            json!({ "email": "Nowhere" }),
            422,
            unknown,
        ),
        (
            "add-exporter",
            json!({ "exporter": 52 }),
            "domain",
            json!({}),
            422,
            missing,
        ),
        (
            "add-exporter",
            json!({ "exporter": 52 }),
            "domain",
            json!({ "domain": entry("Nowhere") }),
            422,
            unknown,
        ),
        ("", json!({}), "domain", json!({}), 422, missing),
        (
            "",
            json!({}),
            "domain",
            json!({ "domain": entry("Nowhere") }),
            422,
            unknown,
        ),
    ] {
        let mut body = rest;
        body["mapping"] = mapping;
        let answer = match path {
            "" => client.patch(&installed, body).await,
            path => client.post(&format!("{table}/{path}"), body).await,
        };
        let expected = json!({
            "error": "INVALID_PARAMS",
            "detail": format!("Row 1: {param}: {message}"),
            "rows": [{ "position": 1, "fields": { param: [message] } }],
        });
        assert_eq!(answer, (status, expected), "{path}");
    }
}

#[tokio::test]
async fn a_row_id_that_is_no_uuid_names_no_row() {
    let client = Client::new().await;
    let table = client.table(&["a"]).await;
    let ids = client.insert(&table, "a", &["x", "y"]).await;
    let stranger = "00000000-0000-0000-0000-000000000000";
    for id in ["not a row", stranger] {
        let body = json!({ "rows": [{ "id": id, "fields": { "a": "z" } }] });
        let (_, answer) = client.patch(&format!("{table}/rows"), body).await;
        assert_eq!(answer["results"][0]["error"]["code"], "ROW_NOT_FOUND", "{id}");
        let gone = client
            .post(&format!("{table}/rows/delete"), json!({ "row_ids": [id] }))
            .await;
        assert_eq!(gone, (200, json!({ "status": "deleted" })), "{id}");
    }
    let body = json!({ "row_ids": ["not a row", ids[0]] });
    client.post(&format!("{table}/rows/delete"), body).await;
    assert_eq!(client.cells(&table, "a").await, [json!("y")]);
}
