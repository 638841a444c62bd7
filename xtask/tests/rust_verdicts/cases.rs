//! A document, and small changes of it.

use serde_json::{Value, json};

pub(crate) fn base() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Orders", "version": "1.0.0" },
        "paths": {
            "/orders/{id}": {
                "post": {
                    "operationId": "place_order",
                    "tags": ["orders"],
                    "parameters": [
                        { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
                        { "name": "page", "in": "query", "schema": { "type": "integer" } },
                        { "name": "mode", "in": "query", "required": true, "schema": { "type": "string" } },
                    ],
                    "requestBody": { "required": true, "content": content("Order") },
                    "responses": { "200": { "description": "It.", "content": content("Receipt") } },
                },
                "delete": {
                    "operationId": "cancel_order",
                    "tags": ["orders"],
                    "parameters": [
                        { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
                    ],
                    "responses": { "204": { "description": "Done." } },
                },
            },
            "/orders": { "get": {
                "operationId": "list_orders",
                "responses": { "200": { "description": "Them.", "content": { "application/json": {
                    "schema": { "type": "array", "items": reference("Receipt") },
                } } } },
            } },
        },
        "components": { "schemas": {
            // Only sent.
            "Order": { "type": "object", "required": ["sku"], "properties": {
                "sku": { "type": "string" },
                "quantity": { "type": "integer" },
                "speed": reference("Speed"),
                "address": reference("Address"),
            } },
            "Speed": { "type": "string", "enum": ["slow", "fast"] },
            // Only received.
            "Receipt": { "type": "object", "required": ["number"], "properties": {
                "number": { "type": "integer" },
                "total": { "type": "integer" },
                "state": reference("State"),
                "address": reference("Address"),
                "paid": { "oneOf": [{ "type": "integer" }, { "type": "string" }] },
            } },
            "State": { "type": "string", "enum": ["open", "done"] },
            // Sent and received.
            "Address": { "type": "object", "required": ["city"], "properties": {
                "city": { "type": "string" },
                "zip": { "type": "string" },
                "zone": reference("Zone"),
            } },
            "Zone": { "type": "string", "enum": ["inner", "outer"] },
        } },
    })
}

/// A change and its name. All of them add or narrow something; in the other direction they remove and widen.
pub(crate) type Case = (&'static str, fn(&mut Value));

pub(crate) const ALL: &[Case] = &[
    ("the title's description added", |d| {
        d["info"]["description"] = "Orders.".into()
    }),
    // Fields of a type that is only sent.
    ("sent field added, optional", |d| set(d, "Order", "note", text())),
    ("sent field added, required", |d| {
        set(d, "Order", "note", text());
        require(d, "Order", "note");
    }),
    ("sent field renamed", |d| rename(d, "Order", "quantity", "count")),
    ("sent field retyped", |d| set(d, "Order", "quantity", text())),
    ("sent field made required", |d| require(d, "Order", "quantity")),
    ("sent optional field made nullable", |d| {
        set(d, "Order", "quantity", json!({ "type": ["integer", "null"] }))
    }),
    ("sent required field made nullable", |d| {
        set(d, "Order", "sku", json!({ "type": ["string", "null"] }))
    }),
    // Fields of a type that is only received.
    ("received field added, optional", |d| {
        set(d, "Receipt", "note", text())
    }),
    ("received field added, required", |d| {
        set(d, "Receipt", "note", text());
        require(d, "Receipt", "note");
    }),
    ("received field renamed", |d| rename(d, "Receipt", "total", "sum")),
    ("received field retyped", |d| set(d, "Receipt", "total", text())),
    ("received field made required", |d| require(d, "Receipt", "total")),
    ("received optional field made nullable", |d| {
        set(d, "Receipt", "total", json!({ "type": ["integer", "null"] }))
    }),
    ("received required field made nullable", |d| {
        set(d, "Receipt", "number", json!({ "type": ["integer", "null"] }))
    }),
    // Fields of a type that is sent and received.
    ("shared field added, optional", |d| {
        set(d, "Address", "street", text())
    }),
    ("shared field added, required", |d| {
        set(d, "Address", "street", text());
        require(d, "Address", "street");
    }),
    ("shared field made required", |d| require(d, "Address", "zip")),
    // Enums and unions.
    ("sent enum value added", |d| {
        push(&mut schema(d, "Speed")["enum"], "medium".into())
    }),
    ("received enum value added", |d| {
        push(&mut schema(d, "State")["enum"], "lost".into())
    }),
    ("shared enum value added", |d| {
        push(&mut schema(d, "Zone")["enum"], "middle".into())
    }),
    ("received union branch added", |d| {
        let branch = json!({ "type": "array", "items": text() });
        push(&mut schema(d, "Receipt")["properties"]["paid"]["oneOf"], branch);
    }),
    ("sent text made an enum", |d| {
        set(d, "Order", "sku", json!({ "type": "string", "enum": ["a", "b"] }))
    }),
    // Arguments.
    ("query argument added, optional", |d| {
        push(&mut place(d)["parameters"], query("sort", false))
    }),
    ("query argument added, required", |d| {
        push(&mut place(d)["parameters"], query("sort", true))
    }),
    ("query argument made required", |d| {
        place(d)["parameters"][1]["required"] = true.into()
    }),
    ("query argument renamed", |d| {
        place(d)["parameters"][1]["name"] = "offset".into()
    }),
    ("query argument retyped", |d| {
        place(d)["parameters"][1]["schema"] = text()
    }),
    ("query argument's text made an enum", |d| {
        place(d)["parameters"][2]["schema"]["enum"] = json!(["a", "b"])
    }),
    ("query argument made a list", |d| {
        let items = place(d)["parameters"][1]["schema"].take();
        place(d)["parameters"][1]["schema"] = json!({ "type": "array", "items": items });
    }),
    // Operations.
    ("operation added", |d| {
        d["paths"]["/status"]["get"] = json!({
            "operationId": "status",
            "responses": { "204": { "description": "Well." } },
        });
    }),
    ("operation added, with a tag of its own", |d| {
        d["paths"]["/status"]["get"] = json!({
            "operationId": "status",
            "tags": ["service"],
            "responses": { "204": { "description": "Well." } },
        });
    }),
    ("operation renamed", |d| {
        place(d)["operationId"] = "send_order".into()
    }),
    ("operation moved to another path", |d| {
        let moved = members(&mut d["paths"]).remove("/orders").unwrap();
        d["paths"]["/v2/orders"] = moved;
    }),
    ("operation moved to another tag", |d| {
        place(d)["tags"] = json!(["sales"])
    }),
    // Types, bodies and responses.
    ("type added", |d| {
        d["components"]["schemas"]["Refund"] =
            json!({ "type": "object", "properties": { "sum": { "type": "integer" } } });
    }),
    ("sent type renamed", |d| rename_type(d, "Order", "Purchase")),
    ("received type renamed", |d| rename_type(d, "Receipt", "Invoice")),
    ("received enum renamed", |d| rename_type(d, "State", "Status")),
    ("request body made optional", |d| {
        place(d)["requestBody"]["required"] = false.into()
    }),
    ("request body retyped", |d| {
        place(d)["requestBody"]["content"] = content("Address")
    }),
    ("response type changed", |d| {
        place(d)["responses"]["200"]["content"] = content("Address")
    }),
    ("response type made a list", |d| {
        place(d)["responses"]["200"]["content"]["application/json"]["schema"] =
            json!({ "type": "array", "items": reference("Receipt") });
    }),
    ("response made empty", |d| {
        place(d)["responses"] = json!({ "204": { "description": "Done." } })
    }),
];

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn content(name: &str) -> Value {
    json!({ "application/json": { "schema": reference(name) } })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn query(name: &str, required: bool) -> Value {
    json!({ "name": name, "in": "query", "required": required, "schema": text() })
}

fn place(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/orders/{id}"]["post"]
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn members(value: &mut Value) -> &mut serde_json::Map<String, Value> {
    value.as_object_mut().unwrap()
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}

fn set(document: &mut Value, name: &str, field: &str, to: Value) {
    schema(document, name)["properties"][field] = to;
}

fn require(document: &mut Value, name: &str, field: &str) {
    push(&mut schema(document, name)["required"], field.into());
}

fn rename(document: &mut Value, name: &str, from: &str, to: &str) {
    let field = members(&mut schema(document, name)["properties"])
        .remove(from)
        .unwrap();
    set(document, name, to, field);
}

fn rename_type(document: &mut Value, from: &str, to: &str) {
    let text = document
        .to_string()
        .replace(&format!("schemas/{from}\""), &format!("schemas/{to}\""));
    *document = serde_json::from_str(&text).unwrap();
    let schemas = members(&mut document["components"]["schemas"]);
    let renamed = schemas.remove(from).unwrap();
    schemas.insert(to.to_owned(), renamed);
}
