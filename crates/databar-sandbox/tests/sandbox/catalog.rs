//! The catalogue.

use reqwest::{Method, header::LOCATION};
use serde_json::{Value, json};

use crate::client::Client;

fn ids(items: &Value) -> Vec<i64> {
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn enrichments_are_an_array_without_a_page_and_an_envelope_with_one() {
    let client = Client::new().await;
    let (_, all) = client.get("/v1/enrichments/").await;
    let (_, first) = client.get("/v1/enrichments/?page=1&limit=5").await;
    let (_, second) = client.get("/v1/enrichments/?page=2&limit=5").await;
    assert_eq!([ids(&first["items"]), ids(&second["items"])].concat(), ids(&all));
    assert_eq!(
        (&first["has_next_page"], &second["has_next_page"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(second["total_count"], ids(&all).len());
    let (_, beyond) = client.get("/v1/enrichments/?page=9&limit=5").await;
    assert_eq!(beyond["items"], json!([]));
}

#[tokio::test]
async fn enrichments_are_found_by_text_category_and_authorisation() {
    let client = Client::new().await;
    let (_, phone) = client.get("/v1/enrichments/?q=PHONE").await;
    assert_eq!(ids(&phone), [212]);
    let (_, contact) = client.get("/v1/enrichments/?category=Contact%20Data").await;
    assert_eq!(ids(&contact), [211, 212]);
    let (_, usual) = client.get("/v1/enrichments/").await;
    let (_, all) = client.get("/v1/enrichments/?authorized_only=false").await;
    assert_eq!(ids(&all).len(), ids(&usual).len() + 1);
    let (_, ranked) = client
        .get("/v1/enrichments/?q=phone&include_search_meta=true")
        .await;
    assert_eq!(ranked[0]["rank"], 1.0);
    assert!(phone[0].get("rank").is_none());
}

#[tokio::test]
async fn an_enrichment_shows_parameters_prices_and_choices() {
    let client = Client::new().await;
    let (_, company) = client.get("/v1/enrichments/123").await;
    assert_eq!(company["params"][0]["name"], "domain");
    assert_eq!(company["params"][0]["is_required"], true);
    assert_eq!(company["response_fields"][0]["name"], "company_name");
    assert_eq!(company["pagination"]["supported"], false);
    let (_, news) = client.get("/v1/enrichments/312").await;
    assert_eq!(
        news["pricing"],
        json!({ "type": "per_parameter", "parameter": "limit" })
    );
    let (_, search) = client.get("/v1/enrichments/311").await;
    assert_eq!(search["params"][0]["choices"]["mode"], "inline");
    assert_eq!(search["pagination"], json!({ "supported": true, "per_page": 20 }));

    let (_, people) = client.get("/v1/enrichments/310").await;
    let endpoint = people["params"][1]["choices"]["endpoint"].as_str().unwrap();
    let (_, choices) = client.get(&format!("{endpoint}?limit=4&page=2")).await;
    assert_eq!(
        choices["items"],
        json!([{ "id": "vp", "name": "Vice president" }, { "id": "c_suite", "name": "C-suite" }])
    );
    assert_eq!(choices["has_next_page"], false);
    let (_, found) = client.get(&format!("{endpoint}?q=manager")).await;
    assert_eq!(found["total_count"], 1);
}

#[tokio::test]
async fn what_is_not_in_the_catalogue_is_not_found() {
    let client = Client::new().await;
    for path in [
        "/v1/enrichments/1",
        "/v1/enrichments/123/params/domain/choices",
        "/v1/enrichments/123/params/nothing/choices",
        "/v1/waterfalls/nothing",
        "/v1/exporters/1",
        "/v1/exporters/52?authorization=1",
    ] {
        assert_eq!(
            client.get(path).await,
            (404, json!({ "detail": "Not found" })),
            "{path}"
        );
    }
}

#[tokio::test]
async fn waterfalls_show_their_providers() {
    let client = Client::new().await;
    let (_, all) = client.get("/v1/waterfalls/").await;
    let (_, email) = client.get("/v1/waterfalls/email_getter").await;
    assert_eq!(all[0], email);
    let providers = email["available_enrichments"].as_array().unwrap();
    assert_eq!(
        (&providers[0]["id"], &providers[0]["price"]),
        (&json!(833), &json!("0.01"))
    );
    assert_eq!(
        (&providers[1]["id"], &providers[1]["price"]),
        (&json!(966), &json!("0.02"))
    );
    assert_eq!(email["email_verifiers"][0]["id"], 10);
    assert_eq!(all[1]["identifier"], "person_getter");
}

#[tokio::test]
async fn exporters_show_their_connections() {
    let client = Client::new().await;
    let (_, all) = client.get("/v1/exporters/").await;
    let (_, page) = client.get("/v1/exporters/?page=1&limit=1").await;
    assert_eq!(all[0], page["items"][0]);
    let (_, dealbook) = client.get("/v1/exporters/52?authorization=9").await;
    assert_eq!(dealbook["authorization"]["connections"][0]["id"], 9);
    assert_eq!(
        dealbook["additional_params"][0],
        json!({ "name": "lifecycle_stage", "label": "Lifecycle stage" })
    );
    let (_, unconnected) = client.get("/v1/exporters/52").await;
    assert_eq!(
        unconnected["additional_params"],
        json!([]),
        "the fields can be read only through a connection"
    );
}

#[tokio::test]
async fn a_path_without_its_slash_is_redirected() {
    let client = Client::new().await;
    let response = client
        .request(Method::GET, "/v1/enrichments")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 307);
    assert_eq!(response.headers()[LOCATION], "/v1/enrichments/");
    let violations = client.sandbox.take_violations();
    assert!(
        violations[0].message.contains("/v1/enrichments/"),
        "{violations:?}"
    );
}
