//! Compares the vendored document with the generated code: nothing in it is lost.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

#[path = "../build.rs"]
#[allow(dead_code, reason = "only the settings are used here")]
mod build_script;

use std::path::Path;

use databar_api::{ErrorBody, operations};
use openapi_bindgen::{Loss, Sources};
use serde_json::Value;

fn document() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Sources::new(root.join("openapi.json"))
        .overlay(root.join("openapi.overlay.json"))
        .read()
        .unwrap()
        .value
}

#[test]
fn every_operation_is_generated() {
    assert_eq!(operations::ALL.len(), 78);
    let document = document();
    for operation in operations::ALL {
        let method = operation.method.to_ascii_lowercase();
        let found = &document["paths"][operation.path][&method];
        assert_eq!(found["operationId"], operation.id);
        assert_eq!(found["tags"][0], operation.tag);
    }
    let generated = openapi_bindgen::generate(document, &build_script::settings()).unwrap();
    assert_eq!(generated.operations.len(), operations::ALL.len());
}

/// The bindings accept more than the document only where that is intended.
#[test]
fn nothing_is_widened_but_what_is_meant_to_be() {
    let changes = openapi_bindgen::generate(document(), &build_script::settings())
        .unwrap()
        .changes;
    let passes = |loss| -> std::collections::BTreeSet<&str> {
        changes
            .iter()
            .filter(|change| change.loss == loss)
            .map(|change| change.pass)
            .collect()
    };
    assert!(passes(Loss::Widened).into_iter().eq([
        "error-bodies",
        "open-enums",
        "scalar-constraints",
        "success-responses"
    ]));
    assert!(
        passes(Loss::Dropped).into_iter().eq(["optional-bodies"]),
        "null as a body"
    );
}

/// If the provider publishes everything that the overlay adds and corrects, under its own ids and tags, then
/// its version is used, nothing collides, and the names of the bindings stay the same.
#[test]
fn a_document_that_has_everything_does_not_collide_with_the_overlay() {
    let mut upstream = document();
    for operation in operations::ALL {
        let published = &mut upstream["paths"][operation.path][operation.method.to_ascii_lowercase()];
        published["operationId"] = format!("upstream_{}", operation.id).into();
        published["tags"] = serde_json::json!(["Upstream"]);
        published["summary"] = "Upstream".into();
        if let Some(published) = published.as_object_mut() {
            published.remove("x-databar-arguments");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    std::fs::write(&file, upstream.to_string()).unwrap();
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.overlay.json");

    let refreshed = Sources::new(file).overlay(overlay).read().unwrap();
    assert_eq!(
        refreshed.value["paths"]["/v1/flows"]["get"]["summary"],
        "Upstream"
    );
    let generated = openapi_bindgen::generate(refreshed.value, &build_script::settings()).unwrap();
    let names = |id: &str| (id.to_owned(), operations::find(id).unwrap().tag.to_owned());
    for operation in generated.operations {
        assert_eq!((operation.id.clone(), operation.tag), names(&operation.id));
    }
}

/// The list that decides about money is repeated here on purpose.
#[test]
fn what_spends_credits_is_marked_and_is_not_repeated() {
    let billable: Vec<_> = operations::ALL
        .iter()
        .filter(|operation| operation.billable)
        .collect();
    let mut ids: Vec<_> = billable.iter().map(|operation| operation.id).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "bulk_run_enrichment",
            "bulk_run_flow",
            "bulk_run_waterfall",
            "run_enrichment",
            "run_flow",
            "run_table_enrichment",
            "run_table_exporter",
            "run_waterfall",
        ]
    );
    assert!(billable.iter().all(|operation| !operation.idempotent));
    for id in [
        "insert_rows",
        "upsert_rows",
        "create_table",
        "add_table_enrichment",
        "replace_flow",
    ] {
        assert!(!operations::find(id).unwrap().idempotent, "{id}");
    }
    for id in [
        "list_rows",
        "get_task",
        "rename_table",
        "delete_rows",
        "estimate_flow_cost",
    ] {
        assert!(operations::find(id).unwrap().idempotent, "{id}");
    }
}

#[test]
fn every_documented_error_body_keeps_its_words() {
    let document = document();
    let mut seen = 0;
    for operation in operations::ALL {
        let responses =
            &document["paths"][operation.path][operation.method.to_ascii_lowercase()]["responses"];
        for (status, response) in responses.as_object().unwrap() {
            let example = &response["content"]["application/json"]["example"];
            if !status.starts_with(['4', '5']) || example.is_null() {
                continue;
            }
            let body = ErrorBody::from_bytes(example.to_string().as_bytes());
            assert!(!body.message().is_empty(), "{} {status}: {example}", operation.id);
            seen += 1;
        }
    }
    assert!(seen > 3 * operations::ALL.len(), "{seen} examples");
}

/// The list of passes in `ARCHITECTURE.md` matches the code.
#[test]
fn the_passes_are_listed_as_they_are() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("<!-- passes -->\n").unwrap();
    let (listed, _) = rest.split_once("<!-- /passes -->").unwrap();
    let mut expected = "| pass | why |\n| --- | --- |\n".to_owned();
    for pass in openapi_bindgen::passes() {
        expected.push_str(&format!("| {} | {} |\n", pass.name, pass.why));
    }
    assert_eq!(
        listed, expected,
        "put this between the marks in ARCHITECTURE.md:\n{expected}"
    );

    let document = openapi_bindgen::generate(document(), &build_script::settings()).unwrap();
    let known = |name: &str| {
        openapi_bindgen::passes().any(|pass| pass.name == name)
            || openapi_downconvert::PASSES.iter().any(|pass| pass.name == name)
    };
    let unknown: Vec<_> = document
        .changes
        .iter()
        .filter(|change| !known(change.pass))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
