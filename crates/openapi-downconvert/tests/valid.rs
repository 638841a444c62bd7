//! Every result is a valid OpenAPI 3.0 document by the meta-schema of the OpenAPI Initiative. A document that
//! is already valid is not changed.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod support;

use std::path::Path;

use openapi_document::At;
use openapi_downconvert::{ExternalReferences, Options, downconvert};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use support::{arbitrary_json, cases, problems};

/// A document that uses every feature of OpenAPI 3.1.
fn everything() -> Value {
    serde_json::from_str(include_str!("documents/everything.json")).unwrap()
}

#[test]
fn the_result_of_each_case_is_valid() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap() {
        let path = entry.unwrap().path();
        let case: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" } });
        for (name, value) in case["document"].as_object().unwrap() {
            document[name] = value.clone();
        }
        let converted = downconvert(document).unwrap().document;
        assert_eq!(problems(&converted), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn a_document_with_everything_becomes_valid() {
    let converted = downconvert(everything()).unwrap().document;
    assert_eq!(problems(&converted), Vec::<String>::new());
}

#[test]
fn a_valid_3_0_document_is_left_as_it_is() {
    let mut document = downconvert(everything()).unwrap().document;
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    schemas.insert("Null".to_owned(), json!({ "enum": ["a", null] }));
    schemas.insert(
        "NullableReference".to_owned(),
        json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Null" }] }),
    );
    schemas.insert(
        "Siblings".to_owned(),
        json!({ "$ref": "#/components/schemas/Null", "const": "ignored", "items": "ignored" }),
    );
    schemas.insert(
        "Deep".to_owned(),
        json!({ "$ref": "#/components/schemas/NullableReference/allOf/0" }),
    );
    schemas.insert("Extension".to_owned(), json!({ "$ref": "#/x-schemas/A" }));
    document["x-schemas"] = json!({ "A": { "type": ["string", "null"] } });
    document["paths"]["/again"] = json!({ "$ref": "#/paths/~1orders" });
    assert_eq!(problems(&document), Vec::<String>::new());
    for version in ["3.0.0", "3.0.3", "3.0.4"] {
        document["openapi"] = version.into();
        let converted = downconvert(document.clone()).unwrap();
        assert_eq!(converted.changes, []);
        assert_eq!(converted.document.to_string(), document.to_string());
    }
}

#[test]
fn a_3_0_document_is_mended() {
    let document = json!({
        "openapi": "3.0.2",
        "info": { "title": "t", "version": "1" },
        "paths": { "/a": { "get": { "responses": { "200": null } } } },
        "components": { "schemas": {
            "A": { "type": ["string", "null"], "const": "a" },
            "B": { "type": "object", "required": true, "properties": { "c": { "$ref": "#/components/schemas/Gone" } } },
            "D": { "$ref": "#/components/schemas/B/definitions/D" },
            "E": { "exclusiveMinimum": 5 },
            "F": { "items": { "$ref": "#/definitions/F" } },
        } },
        "definitions": { "F": { "type": "integer" } },
    });
    let converted = downconvert(document).unwrap().document;
    let schemas = json!({
        "A": { "type": "string", "nullable": true, "enum": ["a"] },
        "B": { "type": "object", "properties": { "c": {} } },
        "D": {},
        "E": { "minimum": 5, "exclusiveMinimum": true },
        "F": { "items": { "$ref": "#/components/schemas/F_2" } },
        "F_2": { "type": "integer" },
    });
    assert_eq!(
        converted["components"]["schemas"].to_string(),
        schemas.to_string()
    );
    assert_eq!(converted["openapi"], "3.0.2");
    assert_eq!(problems(&converted), Vec::<String>::new());
}

#[test]
fn external_references_can_be_removed_while_an_operation_is_left() {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": {
            "/a": { "get": { "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "$ref": "a.json" } } } } } } },
            "/b": { "$ref": "b.json" },
        },
    });
    let options = Options::default().external_references(ExternalReferences::Remove);
    let converted = options.downconvert(document.clone()).unwrap();
    let response = &converted.document["paths"]["/a"]["get"]["responses"]["200"];
    assert_eq!(response["content"]["application/json"]["schema"], json!({}));
    assert_eq!(converted.document["paths"]["/b"], json!({}));

    let mut outside = document;
    outside["paths"].as_object_mut().unwrap().shift_remove("/a");
    let message = options.downconvert(outside).unwrap_err().to_string();
    assert!(message.contains("/paths/~1b: `b.json`"), "{message}");
}

/// Pointers to all values.
fn places(at: &At<'_>, found: &mut Vec<String>) {
    found.push(at.pointer.to_string());
    for below in at.items().chain(at.members().map(|(_, at)| at)) {
        places(&below, found);
    }
}

/// A document in which a few values are replaced by values from elsewhere in it, or by arbitrary ones.
fn mutated() -> impl Strategy<Value = Value> {
    let change = (any::<Index>(), any::<Index>(), any::<bool>(), arbitrary_json());
    vec(change, 1..6).prop_map(|changes| {
        let mut document = everything();
        for (to, from, is_own, other) in changes {
            let mut found = Vec::new();
            places(&At::root(&document), &mut found);
            let value = if is_own {
                document.pointer(&found[from.index(found.len())]).unwrap().clone()
            } else {
                other
            };
            // Never replaces the document itself or its version.
            if found.len() > 2 {
                let place = &found[2 + to.index(found.len() - 2)];
                *document.pointer_mut(place).unwrap() = value;
            }
        }
        document["openapi"] = "3.1.0".into();
        document
    })
}

fn check(document: &Value) -> Result<(), TestCaseError> {
    let options = Options::default().external_references(ExternalReferences::Remove);
    for version in ["3.1.0", "3.0.3"] {
        let mut document = document.clone();
        if let Some(document) = document.as_object_mut() {
            document.insert("openapi".to_owned(), version.into());
        }
        let Ok(converted) = options.downconvert(document.clone()) else {
            continue;
        };
        prop_assert_eq!(
            problems(&converted.document),
            Vec::<String>::new(),
            "{}\n-> {}",
            document,
            converted.document
        );
        for change in &converted.changes {
            let (object, _) = change.pointer.rsplit_once('/').unwrap_or_default();
            let exists = document
                .pointer(&change.pointer)
                .or(document.pointer(object))
                .is_some();
            prop_assert!(exists, "{change:?} is not about the document {document}");
        }
        let again = options.downconvert(converted.document.clone()).unwrap();
        prop_assert_eq!(&again.changes, &vec![], "{}\n-> {}", document, converted.document);
        prop_assert_eq!(again.document.to_string(), converted.document.to_string());
        let (before, after) = (document.to_string().len(), converted.document.to_string().len());
        prop_assert!(after < 64 * before + 4096, "{before} -> {after}: {document}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn mutated_documents_become_valid(document in mutated()) {
        check(&document)?;
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn arbitrary_json_becomes_valid_or_is_refused(mut document in arbitrary_json(), schema in arbitrary_json()) {
        drop(downconvert(document.clone()));
        if let Some(members) = document.as_object_mut() {
            members.insert("components".to_owned(), json!({ "schemas": { "A": schema } }));
            members.shift_remove("jsonSchemaDialect");
            check(&document)?;
        }
    }
}
