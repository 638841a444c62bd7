//! `cargo xtask bindings` and `cargo xtask corpus` as processes: what they write and print, and their exit
//! codes. Whether the crates compile is for `corpus --compile`, which takes minutes.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Pet Store", "version": "1.2.0" },
        "paths": { "/pets": { "get": {
            "operationId": "list_pets",
            "responses": { "200": { "description": "Them.", "content": { "application/json": {
                "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Pet" } },
            } } } },
        } } },
        "components": { "schemas": { "Pet": { "type": "object", "properties": { "name": { "type": "string" } } } } },
    })
}

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .output()
        .unwrap()
}

fn bindings(spec: &Path, out: &Path) -> Output {
    xtask(&[
        "bindings",
        "--spec",
        spec.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ])
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_crate_is_written_whole_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("api.json");
    fs::write(&spec, document().to_string()).unwrap();
    let out = folder.path().join("made/here");
    let output = bindings(&spec, &out);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let manifest = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"pet-store-client\""), "{manifest}");
    assert!(!manifest.contains("uuid"), "only what the code uses: {manifest}");
    let program = fs::read_to_string(out.join("src/bin/roundtrip.rs")).unwrap();
    assert!(
        program.contains("\"Pet\" => through::<types::Pet>(value)"),
        "{program}"
    );
    let report: Value = serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!(
        report["operations"],
        json!({ "total": 1, "generated": 1, "skipped": [] })
    );
    assert_eq!(
        report["schemas"],
        json!({ "total": 1, "generated": 1, "widened": 0 })
    );
    assert!(
        fs::read_to_string(out.join("REPORT.md"))
            .unwrap()
            .contains("1 of 1 operations")
    );
    let readme = fs::read_to_string(out.join("README.md")).unwrap();
    assert!(readme.contains("client.list_pets().await?"), "{readme}");

    // Files of cargo stay, generated files are replaced.
    fs::create_dir(out.join("target")).unwrap();
    fs::write(out.join("src/old.rs"), "").unwrap();
    assert_eq!(bindings(&spec, &out).status.code(), Some(0));
    assert!(out.join("target").is_dir() && !out.join("src/old.rs").exists());
    let left: Vec<_> = fs::read_dir(out.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left beside it");
}

#[test]
fn a_folder_of_another_is_refused_and_a_document_that_fails_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("api.json");
    fs::write(&spec, document().to_string()).unwrap();
    let other = folder.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("Cargo.toml"), "[package]\nname = \"mine\"\n").unwrap();
    let output = bindings(&spec, &other);
    assert_eq!(output.status.code(), Some(100));
    assert!(
        text(&output.stderr).contains("is not empty"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);

    fs::write(&spec, r#"{"openapi": "3.2.0"}"#).unwrap();
    let out = folder.path().join("out");
    let output = bindings(&spec, &out);
    assert_eq!(output.status.code(), Some(100));
    assert!(
        text(&output.stderr).contains("/openapi"),
        "{}",
        text(&output.stderr)
    );
    assert!(!out.exists());
}

#[test]
fn a_folder_of_documents_is_a_row_each() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("good.json"), document().to_string()).unwrap();
    fs::write(folder.path().join("package.json"), r#"{"name": "no document"}"#).unwrap();
    let run = || xtask(&["corpus", folder.path().to_str().unwrap(), "--json"]);
    let output = run();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("package.json"));
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    let row = &rows[0];
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(
        (&row["file"], &row["ok"], &row["error"], &row["compiled"]),
        (
            &json!("inner/good.json"),
            &json!(true),
            &Value::Null,
            &Value::Null
        )
    );
    assert_eq!(
        row["operations"],
        json!({ "total": 1, "generated": 1, "skipped": [] })
    );
    assert!(row["seconds"].is_number());

    fs::write(folder.path().join("bad.yaml"), "openapi: 3.1.0\npaths: [\n").unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(1));
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(rows[0]["error"].as_str().unwrap().starts_with("line 2"), "{rows}");
    assert_eq!(rows[1]["ok"], json!(true));

    let output = xtask(&["corpus", folder.path().to_str().unwrap()]);
    assert!(
        text(&output.stderr).contains("s] Generating from 2 documents"),
        "{}",
        text(&output.stderr)
    );
    let table = text(&output.stdout);
    let lines: Vec<_> = table.lines().collect();
    let [heading, bad, good, "", failed, totals] = *lines else {
        panic!("{table}")
    };
    assert!(
        bad.starts_with("failed  bad.yaml") && good.starts_with("ok      inner/good.json"),
        "{table}"
    );
    let end = |line: &str, cell| line.find(cell).map(|start| start + str::len(cell));
    let column = end(heading, "operations");
    assert!(
        column.is_some() && end(bad, "0/0") == column && end(good, "1/1") == column,
        "{table}"
    );
    assert!(failed.starts_with("failed  bad.yaml: line 2"), "{table}");
    assert!(
        totals.starts_with("1 of 2 documents and 1 of 1 operation were generated"),
        "{table}"
    );
}
