//! `cargo xtask diff`: the effect of single changes on the Rust bindings.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{fs, process::Command};

use serde_json::{Value, json};

fn base() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Orders", "version": "1.0.0" },
        "paths": { "/orders/{id}": { "post": {
            "operationId": "place_order",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
                { "name": "page", "in": "query", "schema": { "type": "integer" } },
            ],
            "requestBody": { "required": true, "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Order" },
            } } },
            "responses": { "200": { "description": "It.", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Receipt" },
            } } } },
        } } },
        "components": { "schemas": {
            "Order": { "type": "object", "required": ["sku"], "properties": {
                "sku": { "type": "string" },
                "labels": { "type": "array", "items": { "type": "string" } },
                "speed": { "type": "string", "enum": ["slow", "fast"] },
            } },
            "Receipt": { "type": "object", "required": ["number"], "properties": {
                "number": { "type": "integer" },
                "state": { "type": "string", "enum": ["open", "done"] },
                "price": { "oneOf": [{ "type": "integer" }, { "type": "string" }] },
            } },
        } },
    })
}

/// The items of a change as `step change item`, with the id of the finding that caused each, and the step of
/// all together.
fn effect(change: impl FnOnce(&mut Value)) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut document = base();
    fs::write(folder.path().join("old.json"), document.to_string()).unwrap();
    change(&mut document);
    fs::write(folder.path().join("new.json"), document.to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args([
            "diff",
            "old.json",
            "new.json",
            "--format",
            "json",
            "--fail-on",
            "never",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.get("rust_unavailable").is_none(), "{report:#}");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let id = |item: &Value| {
        let findings = report["findings"].as_array().unwrap();
        let cause = findings
            .iter()
            .find(|finding| finding["fingerprint"] == item["cause"]);
        cause.map_or_else(|| "-".to_owned(), |finding| text(&finding["id"]))
    };
    let items = report["rust"].as_array().unwrap();
    let items = items
        .iter()
        .map(|item| {
            format!(
                "{} {} {} ({} -> {}) by {}",
                text(&item["semver"]),
                text(&item["change"]),
                text(&item["item"]),
                text(&item["old"]),
                text(&item["new"]),
                id(item)
            )
        })
        .collect();
    (items, text(&report["semver"]))
}

/// The only item of a change.
fn item(change: impl FnOnce(&mut Value)) -> String {
    let (items, _) = effect(change);
    assert_eq!(items.len(), 1, "{items:#?}");
    items[0].clone()
}

fn operation(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/orders/{id}"]["post"]
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}

#[test]
fn nothing_shows_of_a_description() {
    let (items, step) = effect(|document| operation(document)["description"] = "Places it.".into());
    assert_eq!((items.len(), step.as_str()), (0, "patch"));
}

#[test]
fn methods_come_go_and_are_renamed() {
    let second = |document: &mut Value| {
        document["paths"]["/orders"]["get"] =
            json!({ "operationId": "list_orders", "responses": { "204": { "description": "None." } } });
    };
    assert_eq!(
        item(second),
        "minor added Client::list_orders (- -> fn(&self) -> builder::ListOrders) by endpoint-added"
    );
    let (items, step) = effect(|document| operation(document)["operationId"] = "send_order".into());
    assert_eq!(
        items,
        ["major changed Client::send_order \
          (fn(&self, id: i64, sku: impl Into<String>) -> builder::PlaceOrder -> \
          fn(&self, id: i64, sku: impl Into<String>) -> builder::SendOrder) by api-operation-id-removed"]
    );
    // Nothing breaks on the wire, but a method has another name.
    assert_eq!(step, "major");
}

#[test]
fn a_method_keeps_its_name_at_another_path() {
    let (items, _) = effect(|document| {
        let moved = document["paths"]["/orders/{id}"].take();
        document["paths"] = json!({ "/v2/orders/{id}": moved });
    });
    assert!(items.is_empty(), "{items:#?}");
}

#[test]
fn arguments_that_must_be_given_are_major() {
    let parameter = |required| {
        move |document: &mut Value| {
            let new = json!({ "name": "mode", "in": "query", "required": required, "schema": { "type": "string" } });
            push(&mut operation(document)["parameters"], new);
        }
    };
    assert_eq!(
        item(parameter(true)),
        "major changed Client::place_order (fn(&self, id: i64, sku: impl Into<String>) -> \
         fn(&self, id: i64, required: builder::PlaceOrderRequired)) \
         by new-required-request-parameter"
    );
    assert_eq!(
        item(parameter(false)),
        "minor added builder::PlaceOrder::mode (- -> impl Into<String>) by new-optional-request-parameter"
    );
    assert_eq!(
        item(|document| operation(document)["parameters"][1]["required"] = true.into()),
        "major changed Client::place_order (fn(&self, id: i64, sku: impl Into<String>) -> \
         fn(&self, id: i64, required: builder::PlaceOrderRequired)) \
         by request-parameter-became-required"
    );
    assert_eq!(
        item(|document| {
            operation(document)["parameters"].as_array_mut().unwrap().pop();
        }),
        "major removed builder::PlaceOrder::page (i64 -> -) by request-parameter-removed"
    );
}

#[test]
fn fields_of_requests_must_be_given_or_not() {
    let field = |required| {
        move |document: &mut Value| {
            let order = schema(document, "Order");
            order["properties"]["note"] = json!({ "type": "string" });
            if required {
                push(&mut order["required"], "note".into());
            }
        }
    };
    let (items, _) = effect(field(true));
    let [method, note] = items.as_slice() else {
        panic!("{items:#?}")
    };
    assert!(
        method.starts_with("major changed Client::place_order ("),
        "{method}"
    );
    assert_eq!(
        note,
        "major added types::Order::note (- -> String, required) by new-required-request-property"
    );
    assert_eq!(
        item(field(false)),
        "minor added types::Order::note (- -> Option<String>) by new-optional-request-property"
    );
    let (items, _) = effect(|document| push(&mut schema(document, "Order")["required"], "labels".into()));
    assert_eq!(
        items[1],
        "major changed types::Order::labels (Option<Vec<String>> -> Vec<String>) by request-property-became-required"
    );
}

#[test]
fn fields_of_responses_may_come_but_not_change() {
    assert_eq!(
        item(|document| {
            let receipt = schema(document, "Receipt");
            receipt["properties"]["note"] = json!({ "type": "string" });
            push(&mut receipt["required"], "note".into());
        }),
        "minor added types::Receipt::note (- -> String) by response-required-property-added"
    );
    // A stricter promise breaks nobody on the wire, but the Rust type changes.
    let (items, step) = effect(|document| push(&mut schema(document, "Receipt")["required"], "price".into()));
    assert_eq!(items.len(), 1);
    assert!(
        items[0].starts_with("major changed types::Receipt::price (Option<"),
        "{items:#?}"
    );
    assert_eq!(step, "major");
}

#[test]
fn variants_of_open_and_sent_enums_may_come() {
    assert_eq!(
        item(|document| push(
            &mut schema(document, "Receipt")["properties"]["state"]["enum"],
            "lost".into()
        )),
        "minor added types::ReceiptState::Lost (- -> variant) by response-property-enum-value-added"
    );
    assert_eq!(
        item(|document| push(
            &mut schema(document, "Order")["properties"]["speed"]["enum"],
            "medium".into()
        )),
        "minor added types::OrderSpeed::Medium (- -> variant) by request-property-enum-value-added"
    );
    assert_eq!(
        item(|document| schema(document, "Order")["properties"]["speed"]["enum"] = json!(["slow"])),
        "major removed types::OrderSpeed::Fast (variant -> -) by request-property-enum-value-removed"
    );
    // A union of types has no variant for unknown values, but it is non-exhaustive.
    let (items, _) = effect(|document| {
        push(
            &mut schema(document, "Receipt")["properties"]["price"]["oneOf"],
            json!({ "type": "array", "items": { "type": "string" } }),
        );
    });
    assert!(
        items
            .iter()
            .any(|item| item.starts_with("minor added types::ReceiptPrice::")),
        "{items:#?}"
    );
}

#[test]
fn types_that_are_renamed_are_told_once() {
    let (items, _) = effect(|document| {
        let receipt = schema(document, "Receipt").clone();
        document["components"]["schemas"]["Invoice"] = receipt;
        document["components"]["schemas"]
            .as_object_mut()
            .unwrap()
            .remove("Receipt");
        operation(document)["responses"]["200"]["content"]["application/json"]["schema"]["$ref"] =
            "#/components/schemas/Invoice".into();
    });
    assert!(
        items
            .iter()
            .all(|item| item.starts_with("major changed types::Invoice")),
        "{items:#?}"
    );
}
