//! `document`: which files it reads, what it prints, and its errors.

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use openapi_overlay::Overlay;
use serde_json::{Value, json};
use xtask::document;

use crate::support::Copy;

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("document")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_vendored_document_has_its_overlay_applied() {
    let copy = Copy::new();
    let printed = document::text(None, None, copy.path()).unwrap();
    let mut expected = copy.document();
    let overlay = Overlay::from_json(&copy.read("openapi.overlay.json")).unwrap();
    overlay.apply(&mut expected).unwrap();
    expected.sort_all_objects();
    assert!(printed == format!("{expected:#}\n"));
    assert!(printed.as_bytes() == xtask(&[]).stdout);
}

#[test]
fn another_document_stands_alone_unless_an_overlay_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (spec, overlay) = (folder.path().join("a.yaml"), folder.path().join("o.json"));
    fs::write(
        &spec,
        "paths: {}\nopenapi: 3.1.0\ninfo: { version: '1', title: T }\n",
    )
    .unwrap();
    let action = json!({ "target": "$.info", "update": { "title": "U" } });
    let text = json!({ "overlay": "1.1.0", "info": { "title": "t", "version": "1" }, "actions": [action] });
    fs::write(&overlay, text.to_string()).unwrap();
    let (spec, overlay) = (spec.to_str().unwrap(), overlay.to_str().unwrap());

    let alone = xtask(&["--spec", spec]);
    assert_eq!(alone.status.code(), Some(0));
    assert_eq!(
        String::from_utf8(alone.stdout).unwrap(),
        "{\n  \"info\": {\n    \"title\": \"T\",\n    \"version\": \"1\"\n  },\n  \"openapi\": \"3.1.0\",\n  \"paths\": {}\n}\n"
    );
    let overlaid = xtask(&["--spec", spec, "--overlay", overlay]).stdout;
    assert_eq!(
        serde_json::from_slice::<Value>(&overlaid).unwrap()["info"]["title"],
        "U"
    );
    let vendored = xtask(&["--overlay", overlay]).stdout;
    let vendored: Value = serde_json::from_slice(&vendored).unwrap();
    assert_eq!(vendored["info"]["title"], "U");
    assert!(vendored["paths"].as_object().unwrap().len() > 1);
}

#[test]
fn a_file_that_is_missing_is_named_in_one_line() {
    for arguments in [["--spec", "no/such.yaml"], ["--overlay", "no/such.yaml"]] {
        let output = xtask(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(100), "{said}");
        assert!(output.stdout.is_empty());
        assert!(
            said.contains("no/such.yaml") && said.trim_end().lines().count() == 1,
            "{said}"
        );
    }
}

#[test]
fn a_reader_that_hangs_up_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("document")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
