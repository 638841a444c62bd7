//! The conversion finds all objects of a document and changes nothing else. Circular references end.

use openapi_document::At;
use openapi_downconvert::downconvert;
use serde_json::{Map, Value, json};

fn with_schemas(schemas: Value) -> Value {
    json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": {}, "components": { "schemas": schemas } })
}

#[test]
fn references_in_the_targets_of_references_are_followed() {
    let mut document = with_schemas(json!({ "A": { "$ref": "#/x-schemas/B" } }));
    document["x-schemas"] =
        json!({ "B": { "items": { "$ref": "#/x-schemas/C" } }, "C": { "items": { "$ref": "#/nowhere" } } });
    let converted = downconvert(document.clone()).unwrap();
    let schemas = &converted.document["components"]["schemas"];
    assert_eq!(
        schemas["A"],
        json!({ "$ref": "#/components/schemas/x-schemas_B" })
    );
    assert_eq!(
        schemas["x-schemas_B"],
        json!({ "items": { "$ref": "#/components/schemas/x-schemas_C" } })
    );
    assert_eq!(schemas["x-schemas_C"], json!({ "items": {} }));
    assert_eq!(converted.document["x-schemas"], document["x-schemas"]);
}

#[test]
fn references_to_other_objects_than_schemas_are_followed() {
    let parameter = json!({ "name": "q", "in": "query", "schema": { "type": ["string", "null"] } });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": {
            "/a": { "get": { "parameters": [parameter], "responses": { "200": { "description": "ok" } } } },
            "/b": { "get": {
                "parameters": [{ "$ref": "#/paths/~1a/get/parameters/0" }],
                "responses": {
                    "200": { "$ref": "#/paths/~1a/get/responses/200" },
                    "201": { "$ref": "#/webhooks/new/post/responses/200" },
                },
            } },
        },
        "webhooks": { "new": { "post": { "responses": { "200": { "description": "new" } } } } },
    });
    let converted = downconvert(document).unwrap().document;
    let operation = &converted["paths"]["/b"]["get"];
    let resolved = |reference: &Value| {
        let target = At::target(&converted, reference["$ref"].as_str().unwrap());
        target.unwrap().value.clone()
    };
    assert_eq!(
        resolved(&operation["parameters"][0]),
        json!({ "name": "q", "in": "query", "schema": { "type": "string", "nullable": true } })
    );
    assert_eq!(
        resolved(&operation["responses"]["200"]),
        json!({ "description": "ok" })
    );
    assert_eq!(
        resolved(&operation["responses"]["201"]),
        json!({ "description": "new" })
    );
    assert_eq!(
        resolved(&converted["paths"]["/a"]["get"]["parameters"][0])["name"],
        "q"
    );
}

/// Each schema refers to the next one twice. Inlining them would double the size of the document each time.
#[test]
fn what_is_referred_to_does_not_multiply() {
    let hook = |next: usize| {
        let item = json!({ "$ref": format!("#/components/pathItems/P{next}") });
        json!({ "post": {
            "responses": { "200": { "description": "ok" } },
            "callbacks": { "a": { "{$url}": item }, "b": { "{$url}": item }, "c": { "{$url}": item } },
        } })
    };
    let items: Map<String, Value> = (0..40)
        .map(|index| (format!("P{index}"), hook(index + 1)))
        .collect();
    let mut schema = json!({ "type": "string" });
    for _ in 0..100 {
        schema = json!({ "x": schema, "items": {} });
    }
    let mut references = Map::new();
    let mut pointer = "#/x-deep".to_owned();
    for index in 0..100 {
        references.insert(format!("S{index}"), json!({ "$ref": pointer }));
        pointer.push_str("/x");
    }
    let mut document = with_schemas(references.into());
    document["components"]["pathItems"] = items.into();
    document["paths"]["/"] = json!({ "$ref": "#/components/pathItems/P0" });
    document["x-deep"] = schema;
    let before = document.to_string().len();
    let after = downconvert(document).unwrap().document.to_string().len();
    assert!(after < 40 * before, "{before} -> {after}");
}

#[test]
fn what_is_no_schema_is_not_looked_into() {
    let looks_like_a_schema = json!({ "$ref": "nowhere.json", "type": ["string", "null"], "const": 1 });
    let schema = json!({
        "type": "object",
        "default": looks_like_a_schema,
        "example": looks_like_a_schema,
        "enum": [looks_like_a_schema],
        "x-note": looks_like_a_schema,
    });
    let mut document = with_schemas(json!({ "A": schema }));
    let content = json!({ "schema": {}, "examples": { "a": { "value": looks_like_a_schema } } });
    document["paths"] = json!({ "x-note": looks_like_a_schema, "/": { "get": {
        "responses": { "200": { "description": "", "content": { "application/json": content } } }
    } } });
    let converted = downconvert(document.clone()).unwrap();
    document["openapi"] = "3.0.3".into();
    assert_eq!(converted.document, document);
}

#[test]
fn every_place_of_a_schema_is_found() {
    let given = || json!({ "schema": { "const": 1 } });
    let content = || json!({ "a/b": { "schema": { "const": 1 }, "encoding": { "a": { "headers": { "H": given() } } } } });
    let response = || json!({ "description": "", "headers": { "H": given() }, "content": content() });
    let parameter = || json!({ "name": "p", "in": "query", "schema": { "const": 1 } });
    let described = || json!({ "name": "d", "in": "query", "content": content() });
    let operation = || {
        json!({
            "parameters": [parameter(), described()],
            "requestBody": { "content": content() },
            "responses": { "200": response() },
        })
    };
    let mut with_callback = operation();
    with_callback["callbacks"] = json!({ "c": { "{$url}": { "post": operation() } } });
    let mut item: Map<String, Value> = openapi_document::METHODS
        .iter()
        .map(|method| ((*method).to_owned(), with_callback.clone()))
        .collect();
    item.insert("parameters".to_owned(), json!([parameter()]));
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/": item },
        "components": {
            "schemas": { "S": { "const": 1 } },
            "responses": { "R": response() },
            "parameters": { "P": parameter() },
            "requestBodies": { "B": { "content": content() } },
            "headers": { "H": given() },
            "callbacks": { "C": { "{$url}": { "post": operation() } } },
        }
    });
    let converted = downconvert(document.clone()).unwrap().document.to_string();
    assert_eq!(converted.matches("const").count(), 0);
    assert_eq!(
        converted.matches(r#""enum":[1]"#).count(),
        document.to_string().matches("const").count()
    );
}

#[test]
fn cycles_end() {
    let schemas = json!({
        "Tree": { "properties": { "children": { "items": { "$ref": "#/components/schemas/Tree" } } } },
        "Loop": { "$ref": "#/components/schemas/Loop" },
        "Ping": { "oneOf": [{ "$ref": "#/components/schemas/Pong" }], "contains": true },
        "Pong": { "not": { "$ref": "#/components/schemas/Ping" } },
        "Deep": { "properties": { "d": { "$ref": "#/components/schemas/Deep/properties/d" } } },
        "All": { "$ref": "#" },
    });
    let mut document = with_schemas(schemas);
    document["components"]["pathItems"] =
        json!({ "A": { "$ref": "#/components/pathItems/B" }, "B": { "$ref": "#/components/pathItems/A" } });
    document["paths"] = json!({ "/": { "$ref": "#/components/pathItems/A" } });
    downconvert(document).unwrap();
}

#[test]
fn names_of_new_components_are_free() {
    let schemas = json!({
        "D": { "type": "string" },
        "A": { "$ref": "#/components/schemas/A/$defs/D", "$defs": { "D": { "type": "integer" } } },
        "B": { "$ref": "#/components/schemas/B/properties/a~1b", "properties": { "a/b": { "type": "boolean" } } },
    });
    let converted = downconvert(with_schemas(schemas)).unwrap().document;
    let schemas = &converted["components"]["schemas"];
    assert_eq!(schemas["D"], json!({ "type": "string" }));
    assert_eq!(schemas["D_2"], json!({ "type": "integer" }));
    assert_eq!(schemas["A"], json!({ "$ref": "#/components/schemas/D_2" }));
    assert_eq!(schemas["B_properties_a_b"], json!({ "type": "boolean" }));
}
