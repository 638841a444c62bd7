//! A client for the tests. When it is dropped, it checks that everything sent and received conforms to the
//! document.

use databar_sandbox::{Clock, Sandbox, SandboxBuilder};
use reqwest::{Client as Http, Method, RequestBuilder, header::CONTENT_TYPE, redirect::Policy};
use serde_json::Value;

pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    http: Http,
}

impl Client {
    /// A sandbox whose clock moves only when the test moves it.
    pub(crate) async fn new() -> Self {
        Self::with(Sandbox::builder()).await
    }

    pub(crate) async fn with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.clock(Clock::Manual).start().await.unwrap();
        Self {
            sandbox,
            http: Http::builder().redirect(Policy::none()).build().unwrap(),
        }
    }

    /// A request with the key, which the test itself sends.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.sandbox.base_url());
        self.http
            .request(method, address)
            .header("x-apikey", self.sandbox.api_key())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn post_nothing(&self, path: &str) -> (u16, Value) {
        answer(self.request(Method::POST, path)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.request(Method::PATCH, path).json(&body)).await
    }

    /// The path of a new table with these columns.
    pub(crate) async fn table(&self, columns: &[&str]) -> String {
        let body = serde_json::json!({ "name": "Leads", "columns": columns });
        let (status, table) = self.post("/v1/table/create", body).await;
        assert_eq!(status, 200, "{table}");
        format!("/v1/table/{}", table["identifier"].as_str().unwrap())
    }

    /// Inserts rows with one column, and returns their ids.
    pub(crate) async fn insert(&self, table: &str, column: &str, cells: &[&str]) -> Vec<Value> {
        let rows: Vec<Value> = cells
            .iter()
            .map(|cell| serde_json::json!({ "fields": { column: cell } }))
            .collect();
        let (status, answer) = self
            .post(&format!("{table}/rows"), serde_json::json!({ "rows": rows }))
            .await;
        assert_eq!(status, 200, "{answer}");
        answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].clone())
            .collect()
    }

    /// The cells of one column, in the order of the rows.
    pub(crate) async fn cells(&self, table: &str, column: &str) -> Vec<Value> {
        let (status, answer) = self.get(&format!("{table}/rows?per_page=500")).await;
        assert_eq!(status, 200, "{answer}");
        answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[column].clone())
            .collect()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.sandbox.violations(), []);
        }
    }
}

/// The status and the body of an answer; null if there is no body.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let media_type = response.headers().get(CONTENT_TYPE).cloned();
    let body = response.bytes().await.unwrap();
    if body.is_empty() {
        return (status, Value::Null);
    }
    assert_eq!(media_type.unwrap(), "application/json");
    (status, serde_json::from_slice(&body).unwrap())
}
