//! Runs whole small documents in FastAPI's style through the chain.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::fs;

use openapi_bindgen::{Error, Generated, Loss, Settings, Sources, Transport, generate};
use serde_json::{Value, json};

fn document() -> Value {
    let key = json!({ "name": "x-apikey", "in": "header", "required": true, "schema": { "type": "string", "title": "API Key" } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Shop", "version": "1.0.0" },
        "paths": {
            "/v1/orders/{id}/ship": {
                "post": {
                    "operationId": "ship_order_v1_orders__id__ship_post",
                    "tags": ["Order"],
                    "summary": "Ships [an order], see https://shop.test/docs.",
                    "x-shop-billable": true,
                    "x-shop-command": "order ship",
                    "parameters": [
                        { "name": "id", "in": "path", "required": true, "description": "The order.",
                          "schema": { "type": "string", "format": "uuid", "title": "Id" } },
                        key,
                    ],
                    "requestBody": { "content": { "application/json": { "schema": {
                        "anyOf": [{ "$ref": "#/components/schemas/Ship" }, { "type": "null" }], "title": "Data",
                    } } } },
                    "responses": {
                        "200": { "description": "ok", "content": { "application/json": {
                            "schema": { "$ref": "#/components/schemas/Order" } } } },
                        "403": { "description": "no", "content": { "application/json": { "example": { "detail": "no" } } } },
                        "422": { "description": "bad", "content": { "application/json": {
                            "schema": { "$ref": "#/components/schemas/Problem" } } } },
                    },
                },
            },
            "/v1/orders": {
                "get": {
                    "tags": ["Order"],
                    "parameters": [key],
                    "x-shop-pagination": { "page": "page", "size": "limit", "max": 500, "items": "items" },
                    "responses": { "200": { "description": "ok", "content": { "application/json": {
                        "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Order" } } } } } },
                },
            },
        },
        "components": { "schemas": {
            "Ship": { "type": "object", "title": "Ship", "properties": {
                "speed": { "type": "string", "enum": ["slow", "fast"], "default": "slow", "title": "Speed" } } },
            "Order": { "type": "object", "title": "Order", "required": ["state"], "properties": {
                "state": { "type": "string", "enum": ["open", "shipped"], "title": "State" },
                "at": { "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "null" }], "title": "At" } } },
            "Problem": { "type": "object", "title": "Problem", "properties": { "detail": { "type": "string" } } },
        } },
    })
}

fn settings() -> Settings {
    let mut settings = Settings::within("crate::generated");
    settings.transport = Some(Transport::new(
        "crate::Transport",
        "crate::Error",
        "crate::Answer",
    ));
    settings.marker_prefix = "x-shop-".to_owned();
    settings.credential_headers = vec!["x-apikey".to_owned()];
    settings.schemars = true;
    settings
}

fn generated() -> Generated {
    generate(document(), &settings()).unwrap()
}

/// The code without line breaks and indentation.
fn code() -> String {
    generated().code.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part of the code from `start` to `end`.
fn between<'a>(code: &'a str, start: &str, end: &str) -> &'a str {
    let begin = code.find(start).unwrap_or_else(|| panic!("no {start:?}"));
    let length = code[begin..]
        .find(end)
        .unwrap_or_else(|| panic!("no {end:?} after {start:?}"));
    &code[begin..begin + length]
}

#[test]
fn operations_have_short_names_and_a_table() {
    let generated = generated();
    let table: Vec<_> = generated
        .operations
        .iter()
        .map(|operation| {
            (
                operation.id.as_str(),
                operation.method.as_str(),
                operation.idempotent,
                operation.billable,
                operation.command.as_str(),
            )
        })
        .collect();
    assert_eq!(
        table,
        [
            ("ship_order", "POST", false, true, "order ship"),
            ("get_v1_orders", "GET", true, false, "order get-v1-orders")
        ]
    );
    let code = code();
    assert!(code.contains("summary: \"Ships [an order], see https://shop.test/docs.\","));
    assert!(code.contains("pub mod order {"));
    assert!(code.contains("pub fn ship_order(&self, id: "));
    assert!(between(&code, "id: \"get_v1_orders\"", "}, ]").contains("max_size: 500,"));
}

#[test]
fn requests_hold_what_the_document_knows_and_nothing_else() {
    let code = code();
    assert!(!code.contains("api-version"));
    assert!(!code.contains("x_apikey"), "the key is no argument");
    let row = between(&code, "id: \"ship_order\"", "}, Operation");
    for expected in [
        "Parameter::of(\"id\", Place::Path, Style::Simple, \"string\", true).in_format(\"uuid\").described(\"The order.\")",
        "media_type: ::std::option::Option::Some(\"application/json\"), required: false",
    ] {
        assert!(row.contains(expected), "{row}");
    }
    assert!(
        !code.contains("pub fn new(baseurl"),
        "the constructor that panics and follows redirects is gone"
    );
}

#[test]
fn every_call_goes_through_the_transport_and_has_its_error() {
    let code = code();
    let builder = between(&code, "impl ShipOrder {", "impl ::std::future::IntoFuture");
    assert!(
        builder.contains("pub async fn send(self) -> ::std::result::Result<Response<types::Order>, Error>"),
        "{builder}"
    );
    assert!(code.contains("client.inner.clone().call(operation, request, again)"));
    assert!(
        code.contains("use crate::Error as Error;") && !code.contains("struct Answer"),
        "the hand-written ones stand alone"
    );
}

#[test]
fn enums_of_responses_are_open_and_those_of_requests_closed() {
    let code = code();
    let state = between(&code, "pub enum OrderState", "}");
    assert!(
        state.contains("#[serde(untagged)] Unknown(::std::string::String)"),
        "{state}"
    );
    assert!(!between(&code, "pub enum ShipSpeed", "}").contains("Unknown"));
    assert!(code.contains("_ => Self::Unknown(value.to_owned())"));
    assert!(code.contains("impl<'de> ::serde::Deserialize<'de> for OrderState"));
}

#[test]
fn times_are_ours_and_docs_are_clean() {
    let code = code();
    assert!(code.contains("pub at: ::std::option::Option<crate::generated::runtime::Timestamp>"));
    assert!(code.contains(r"Ships \[an order\], see <https://shop.test/docs>"));
    assert!(!code.contains("<details>"));
    assert!(!code.contains("```ignore"));
    assert!(code.contains("#[cfg_attr(feature = \"schemars\", derive(::schemars::JsonSchema))]"));
}

#[test]
fn every_change_is_recorded_with_its_loss() {
    let changes = generated().changes;
    let of = |pass: &str| changes.iter().filter(|change| change.pass == pass).count();
    assert_eq!(of("operation-ids"), 2);
    assert_eq!(of("credential-headers"), 2);
    assert_eq!(of("error-bodies"), 2);
    assert_eq!(of("optional-bodies"), 1);
    assert_eq!(of("success-responses"), 2);
    assert_eq!(of("open-enums"), 1);
    let dropping = changes.iter().filter(|change| change.loss == Loss::Dropped);
    assert_eq!(
        dropping.map(|change| change.pass).collect::<Vec<_>>(),
        ["optional-bodies"],
        "null as a body"
    );
}

#[test]
fn the_code_is_the_same_each_time() {
    assert_eq!(generated().code, generated().code);
}

fn refused(document: Value) -> String {
    generate(document, &settings()).unwrap_err().to_string()
}

#[test]
fn bad_documents_are_refused_with_the_place() {
    let mut wrong = document();
    wrong["openapi"] = json!("2.0");
    assert!(refused(wrong).contains("/openapi"));

    let mut wrong = document();
    wrong["components"]["schemas"]["Order"]["properties"]["of"] =
        json!({ "$ref": "#/components/schemas/Nothing" });
    let message = refused(wrong);
    assert!(
        message.contains("/components/schemas/Order/properties/of") && message.contains("Nothing"),
        "{message}"
    );

    let mut wrong = document();
    wrong["paths"]["/v1/orders"]["get"]["x-shop-billable"] = json!("yes");
    assert!(refused(wrong).contains("/paths/~1v1~1orders/get/x-shop-billable"));

    for (command, reason) in [
        (json!("Order List"), "lower-case"),
        (json!(""), "lower-case"),
        (json!(1), "lower-case"),
        (json!("order ship"), "ship_order"),
    ] {
        let mut wrong = document();
        wrong["paths"]["/v1/orders"]["get"]["x-shop-command"] = command;
        let message = refused(wrong);
        assert!(
            message.contains("/paths/~1v1~1orders/get/x-shop-command") && message.contains(reason),
            "{message}"
        );
    }

    let mut wrong = document();
    wrong["components"]["schemas"] = json!([]);
    assert!(refused(wrong).contains("/components/schemas"));

    let mut wrong = document();
    wrong["paths"]["/v1/orders"] = json!("nothing");
    assert!(refused(wrong).contains("/paths/~1v1~1orders"));
}

#[test]
fn what_cannot_be_generated_is_an_error_at_its_place() {
    let mut wrong = document();
    wrong["paths"]["/v1/orders"]["get"]["parameters"][0]["name"] = json!("no name");
    let error = generate(wrong, &settings()).unwrap_err();
    assert!(matches!(error, Error::Document { .. }), "{error}");
    assert!(
        error.to_string().starts_with("/paths/~1v1~1orders/get: "),
        "{error}"
    );
}

#[test]
fn a_condition_that_no_longer_holds_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let (file, overlay) = (
        folder.path().join("openapi.json"),
        folder.path().join("overlay.json"),
    );
    fs::write(&file, document().to_string()).unwrap();
    let actions = json!([{ "target": "$.components.schemas.Order.required[?@ == 'at']", "remove": true }]);
    let text = json!({ "overlay": "1.1.0", "info": { "title": "t", "version": "1" }, "actions": actions });
    fs::write(&overlay, text.to_string()).unwrap();
    assert_eq!(
        Sources::new(&file).overlay(&overlay).read().unwrap().value,
        document()
    );
}

#[test]
fn bad_files_are_refused_with_the_file_and_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let (file, overlay) = (
        folder.path().join("openapi.json"),
        folder.path().join("overlay.json"),
    );
    let read = || {
        Sources::new(&file)
            .overlay(&overlay)
            .read()
            .unwrap_err()
            .to_string()
    };

    assert!(read().contains("openapi.json: cannot be read"));
    fs::write(&file, "{\n  \"openapi\": nope").unwrap();
    let message = read();
    assert!(
        message.contains("openapi.json: line 2") && message.contains("not JSON"),
        "{message}"
    );

    fs::write(&file, document().to_string()).unwrap();
    fs::write(&overlay, r#"{"overlay": "7.0"}"#).unwrap();
    assert!(read().contains("overlay.json"));
    let actions = json!([{ "target": "$.paths['/v9/nothing']", "update": {} }]);
    fs::write(
        &overlay,
        json!({ "overlay": "1.0.0", "info": { "title": "t", "version": "1" }, "actions": actions })
            .to_string(),
    )
    .unwrap();
    let message = read();
    assert!(
        message.contains("overlay.json: /actions/0/target: $.paths['/v9/nothing'] matches nothing"),
        "{message}"
    );
}

#[test]
fn a_success_without_a_schema_is_any_json() {
    let mut document = document();
    document["paths"]["/v1/orders"]["get"]["responses"]["200"]["content"]["application/json"] =
        json!({ "example": [] });
    let generated = generate(document, &settings()).unwrap();
    assert!(
        generated
            .changes
            .iter()
            .any(|change| change.pass == "response-schemas")
    );
    assert!(generated.code.contains("Response<::serde_json::Value>"));
}

#[test]
fn what_is_shared_is_found_too() {
    let mut document = document();
    let get = document["paths"]["/v1/orders"]["get"]
        .as_object_mut()
        .unwrap()
        .remove("parameters")
        .unwrap();
    document["paths"]["/v1/orders"]["parameters"] = get;
    document["paths"]["/v1/orders/{id}/ship"]["post"]["parameters"][1] =
        json!({ "$ref": "#/components/parameters/Key" });
    document["components"]["parameters"]["Key"] =
        json!({ "name": "X-ApiKey", "in": "header", "required": true, "schema": { "type": "string" } });
    let body = document["paths"]["/v1/orders/{id}/ship"]["post"]["requestBody"].take();
    document["components"]["requestBodies"] = json!({ "Ship": body });
    document["paths"]["/v1/orders/{id}/ship"]["post"]["requestBody"] =
        json!({ "$ref": "#/components/requestBodies/Ship" });
    document["paths"]["x-internal"] = json!(true);

    let shared = generate(document, &settings()).unwrap();
    assert_eq!(shared.code, generated().code);
}
