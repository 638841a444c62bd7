//! The page for people.

use std::time::Duration;

use databar_sandbox::Sandbox;
use reqwest::{Method, Response};
use serde_json::json;

use crate::client::{Client, answer};

/// The page as a browser requests it, without a key.
async fn open(client: &Client, address: &str) -> Response {
    let address = format!("{}{address}", client.sandbox.base_url());
    reqwest::get(address).await.unwrap()
}

async fn text(client: &Client, address: &str) -> String {
    let response = open(client, address).await;
    assert_eq!(response.status(), 200, "{address}");
    response.text().await.unwrap()
}

fn parts<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    page.split(start)
        .skip(1)
        .filter_map(|rest| rest.split(end).next())
        .collect()
}

#[tokio::test]
async fn it_shows_what_the_sandbox_holds() {
    let client = Client::new().await;
    let empty = text(&client, "/").await;
    for words in [
        "No tables yet.",
        "No tasks yet.",
        "No requests yet.",
        "Nothing was spent yet.",
        "1000 credits",
    ] {
        assert!(empty.contains(words), "{words}");
    }
    let table = client.table(&["Domain"]).await;
    client.insert(&table, "Domain", &["stripe.com"]).await;
    let inputs = json!({ "params": [{ "domain": "a.com" }, { "domain": "b.test" }] });
    client.post("/v1/enrichments/123/bulk-run", inputs).await;
    client.sandbox.advance(Duration::from_millis(200));
    client.get("/v1/table/?colour=red").await;

    let page = text(&client, "/").await;
    for words in [
        ">Leads<",
        "1 of 2",
        "processing",
        "999 credits",
        "<path d=\"M0 0.0",
        "GET /v1/table/?colour=red",
        "insert_rows",
        "/query/colour",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let id = table.strip_prefix("/v1/table/").unwrap();
    assert!(page.contains(&format!("href=\"/?table={id}\"")));
    let rows = text(&client, &format!("/?table={id}")).await;
    assert!(
        rows.contains("stripe.com") && rows.contains("Rows 1 to 1 of 1"),
        "{rows}"
    );
    assert_eq!(client.sandbox.take_violations().len(), 1);
}

#[tokio::test]
async fn rows_are_shown_a_page_at_a_time() {
    let client = Client::new().await;
    let (_, table) = client
        .post("/v1/table/create", json!({ "columns": ["a"], "rows": 101 }))
        .await;
    let id = table["identifier"].as_str().unwrap();
    let next = format!("href=\"/?table={id}&amp;page=2\"");
    let first = text(&client, &format!("/?table={id}")).await;
    assert!(first.contains(&next) && first.contains("Page 1 of 3"), "{first}");
    let last = text(&client, &format!("/?table={id}&page=99")).await;
    assert!(
        last.contains("Rows 101 to 101 of 101") && last.contains(&next) && !last.contains("Next"),
        "{last}"
    );
    assert_eq!(open(&client, "/?table=none").await.status(), 404);
}

#[tokio::test]
async fn what_clients_send_stays_text() {
    let client = Client::new().await;
    let name = "<script>alert(1)</script>\u{202e}\" onclick=\"x\u{7}";
    let (_, table) = client
        .post("/v1/table/create", json!({ "name": name, "columns": [name] }))
        .await;
    let id = table["identifier"].as_str().unwrap();
    let rows =
        json!({ "rows": [{ "fields": { name: name } }, { "fields": { name: ["</td>", { "a": "<b>" }] } }] });
    assert_eq!(client.post(&format!("/v1/table/{id}/rows"), rows).await.0, 200);
    client.get("/v1/table/?%3Cb%3E=%3C/code%3E%0A").await;
    for address in [
        "/".to_owned(),
        format!("/?table={id}"),
        "/?table=%22%3E%3Cscript%3E&live=%3Cb%3E".to_owned(),
    ] {
        let page = open(&client, &address).await.text().await.unwrap();
        for forbidden in ["<script", "<b>", "onclick=\"", "\u{202e}", "\u{7}"] {
            assert!(!page.contains(forbidden), "{address}: {forbidden:?}: {page}");
        }
    }
    client.sandbox.take_violations();
}

#[tokio::test]
async fn it_runs_nothing_and_loads_its_style_alone() {
    let client = Client::new().await;
    let response = open(&client, "/").await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    assert!(!page.contains(" style="), "the policy would not let it");
    let style = parts(&page, "rel=\"stylesheet\" href=\"", "\"")[0];
    let response = open(&client, style).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"text/css; charset=utf-8".parse().unwrap())
    );
    assert_eq!(open(&client, "/favicon.ico").await.status(), 404);
    assert_eq!(answer(client.request(Method::POST, "/")).await.0, 405);
    assert!(
        client.sandbox.requests().is_empty(),
        "page views are not recorded"
    );
}

#[tokio::test]
async fn it_can_be_used_without_a_mouse_and_stands_still_when_asked() {
    let client = Client::new().await;
    let page = text(&client, "/").await;
    assert!(
        page.contains("<html lang=\"en\">")
            && page.contains("href=\"#main\"")
            && page.contains("<main id=\"main\"")
    );
    assert!(page.contains("http-equiv=\"refresh\"") && page.contains("href=\"/?live=off\""));
    // Each section has its heading.
    for id in parts(&page, "<section aria-labelledby=\"", "\"") {
        assert!(page.contains(&format!("<h2 id=\"{id}\"")), "{id}");
    }
    let still = text(&client, "/?live=off").await;
    assert!(!still.contains("http-equiv") && still.contains("Resume updates"));
}

#[tokio::test]
async fn it_says_how_to_connect_without_showing_the_key() {
    let client = Client::with(Sandbox::builder().api_key("secret-of-the-house")).await;
    client.get("/v1/user/me").await;
    let page = text(&client, "/").await;
    assert!(!page.contains("secret-of"), "{page}");
    let address = client.sandbox.base_url();
    assert!(page.contains(&format!("DATABAR_BASE_URL={address}/v1")), "{page}");
    assert!(page.contains(&format!("curl {address}/v1/user/me")), "{page}");
}
