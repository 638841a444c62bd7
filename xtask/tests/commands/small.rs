//! A workspace that is fast to generate from: five operations, an overlay, a facade.

use serde_json::{Value, json};

/// The published part of the document.
pub(crate) fn document() -> Value {
    let header = json!({
        "name": "x-apikey",
        "in": "header",
        "required": true,
        "schema": { "type": "string", "title": "API Key" }
    });
    let invalid = json!({
        "description": "Validation Error",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/HTTPValidationError" } } }
    });
    let operation = |id: &str, schema: Value| {
        json!({
            "operationId": id,
            "tags": ["Thing"],
            "parameters": [header],
            "responses": {
                "200": { "description": "ok", "content": { "application/json": { "schema": schema } } },
                "422": invalid
            }
        })
    };
    let thing = json!({ "$ref": "#/components/schemas/Thing" });
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Things", "version": "0.1.2" },
        "servers": [{ "url": "https://things.example" }],
        "security": [],
        "paths": {
            "/v1/user/me": {
                "get": operation("me_v1_user_me_get", json!({ "$ref": "#/components/schemas/User" }))
            },
            "/v1/things": {
                "get": operation("things_v1_things_get", json!({ "type": "array", "items": thing })),
                "post": operation("add_v1_things_post", thing.clone())
            },
            "/v1/first": { "get": operation("first_v1_first_get", thing.clone()) },
            "/v1/last": { "get": operation("last_v1_last_get", thing) }
        },
        "components": { "schemas": {
            "User": {
                "type": "object",
                "title": "User",
                "required": ["email"],
                "properties": {
                    "email": { "type": "string", "title": "Email" },
                    "balance": { "anyOf": [{ "type": "number" }, { "type": "null" }], "title": "Balance" }
                }
            },
            "Thing": {
                "type": "object",
                "title": "Thing",
                "required": ["id"],
                "properties": { "id": { "type": "integer", "title": "Id" } }
            },
            "HTTPValidationError": {
                "type": "object",
                "title": "HTTPValidationError",
                "properties": { "detail": { "type": "array", "items": {}, "title": "Detail" } }
            }
        } }
    });
    document.sort_all_objects();
    document
}

pub(crate) fn overlay() -> Value {
    json!({
        "overlay": "1.1.0",
        "info": { "title": "Things: additions and names", "version": "1" },
        "actions": [
            {
                "target": "$.components.schemas",
                "description": "`Box` belongs to what only clients show.",
                "x-when-absent": "$.components.schemas.Box",
                "update": { "Box": {
                    "type": "object",
                    "title": "Box",
                    "description": "What things are put into.",
                    "properties": { "size": { "type": "integer", "title": "Size" } }
                } }
            },
            {
                "target": "$.paths",
                "description": "GET /v1/box is called by clients.",
                "x-when-absent": "$.paths['/v1/box'].get",
                "update": { "/v1/box": { "get": { "responses": { "200": {
                    "description": "ok",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Box" } } }
                } } } } }
            },
            {
                "target": "$.paths['/v1/box'].get",
                "description": "Names the operation `get_box`.",
                "update": { "operationId": "get_box", "tags": ["Box"] }
            },
            {
                "target": "$.paths['/v1/user/me'].get",
                "description": "Names the operation `get_user`.",
                "update": { "operationId": "get_user" }
            }
        ]
    })
}

/// The whole facade.
pub(crate) const FACADE: &str = "
fn user(client: &Client) { client.api().get_user().send(); }
mod things {
    fn all(client: &Client) { let api = client.api(); api.things().send(); api.first().send(); }
}
#[cfg(test)]
mod tests { fn last(client: &Client) { client.api().last().send(); } }
";

/// The operations that the facade leaves out, by reason.
pub(crate) fn left_out() -> Value {
    json!({ "Nobody needs it.": ["add", "last", "get_box"] })
}
