//! The public surface, as data and as lines.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use openapi_bindgen::{Item, Settings, Surface, generate, surface};
use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Shop", "version": "1.0.0" },
        "paths": { "/orders/{id}": {
            "parameters": [{ "$ref": "#/components/parameters/Id" }],
            "put": {
                "operationId": "putOrder",
                "tags": ["Order"],
                "parameters": [{ "name": "dry-run", "in": "query", "schema": { "type": "boolean" } }],
                "requestBody": { "required": true, "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/new.order" } } } },
                "responses": { "200": { "description": "ok", "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Order" } } } } },
            },
        } },
        "components": {
            "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } } },
            "schemas": {
                "new.order": { "type": "object", "required": ["Item-No"], "properties": {
                    "Item-No": { "type": "string" }, "note": { "type": "string" } } },
                "Order": { "type": "object", "required": ["state"], "properties": {
                    "state": { "type": "string", "enum": ["open", "shipped"] } } },
            },
        },
    })
}

fn of_document() -> Surface {
    surface(document(), &Settings::standalone()).unwrap()
}

fn item(surface: &Surface, path: &str) -> Item {
    surface
        .items
        .iter()
        .find(|item| item.path == path)
        .cloned()
        .unwrap()
}

#[test]
fn every_public_item_is_a_line() {
    let text = of_document().to_string();
    for line in [
        "async fn builder::order::PutOrder::send(self) -> Result<Response<types::Order>, Error>",
        "enum types::OrderState",
        "field types::NewOrder::note: Option<String>",
        "fn Client::put_order(&self, id: impl Into<String>, item_no: impl Into<String>) -> builder::order::PutOrder",
        "fn Client::put_order_with(&self, id: impl Into<String>, body: types::NewOrder) -> builder::order::PutOrder",
        "fn builder::order::PutOrder::dry_run(self, dry_run: bool) -> Self",
        "fn builder::order::PutOrder::note(self, note: impl Into<String>) -> Self",
        "fn types::NewOrder::new(item_no: impl Into<String>) -> Self",
        "fn types::NewOrder::note(self, note: impl Into<String>) -> Self",
        "struct builder::order::PutOrder",
        "struct types::Order",
        "variant types::OrderState::Shipped",
        "variant types::OrderState::Unknown(String)",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
    assert!(text.lines().is_sorted());
    assert!(
        !text.contains("types::Order::new"),
        "what is only received is not made"
    );
    assert!(!text.contains("::call"), "what is private is no part of it");
}

#[test]
fn items_know_their_place_and_what_is_asked_of_them() {
    let surface = of_document();
    let of = |path: &str| item(&surface, path);
    let operation = "/paths/~1orders~1{id}/put";
    for (path, pointers, required, ty) in [
        (
            "Client::put_order",
            vec![
                operation.to_owned(),
                "/paths/~1orders~1{id}/parameters/0".to_owned(),
                "/components/parameters/Id".to_owned(),
                "/components/schemas/new.order/properties/Item-No".to_owned(),
            ],
            false,
            "",
        ),
        (
            "builder::order::PutOrder::dry_run",
            vec![format!("{operation}/parameters/0")],
            false,
            "bool",
        ),
        (
            "builder::order::PutOrder::note",
            vec!["/components/schemas/new.order/properties/note".to_owned()],
            false,
            "impl Into<String>",
        ),
        (
            "builder::order::PutOrder::send",
            vec![format!("{operation}/responses")],
            false,
            "types::Order",
        ),
        (
            "types::NewOrder::item_no",
            vec!["/components/schemas/new.order/properties/Item-No".to_owned()],
            true,
            "String",
        ),
        (
            "types::OrderState",
            vec!["/components/schemas/Order/properties/state".to_owned()],
            false,
            "",
        ),
    ] {
        let item = of(path);
        assert_eq!(
            (item.pointers, item.required, item.ty.as_str()),
            (pointers, required, ty),
            "{path}"
        );
    }
    assert_eq!(
        of("builder::order::PutOrder::note").operation.as_deref(),
        Some("PUT /orders/{id}")
    );
    let directions = |path: &str| (of(path).sent, of(path).received);
    assert_eq!(directions("types::NewOrder::note"), (true, false));
    assert_eq!(directions("types::OrderState::Open"), (false, true));
    assert!(of("types::OrderState").open && !of("types::Order").open);
}

#[test]
fn it_is_the_same_with_and_without_the_code() {
    let generated = generate(document(), &Settings::standalone()).unwrap();
    assert_eq!(generated.surface, of_document());
}
