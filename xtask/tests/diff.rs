//! `cargo xtask diff` as a process: what it prints, and its exit codes.

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
use tempfile::TempDir;

/// Two versions of an API. The new one has an operation that lists users, and one more parameter for that of
/// a single user.
struct Versions {
    folder: TempDir,
}

fn old() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Users", "version": "1.0.0" },
        "paths": { "/users/{id}": { "get": {
            "operationId": "get_user",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
            "responses": { "200": { "description": "It.", "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/User" },
            } } } },
        } } },
        "components": { "schemas": { "User": {
            "type": "object",
            "properties": { "name": { "type": "string" } },
        } } },
    })
}

fn new() -> Value {
    let mut document = old();
    document["info"]["version"] = "2.0.0".into();
    document["paths"]["/users/{id}"]["get"]["parameters"] = json!([
        { "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } },
        { "name": "view", "in": "query", "required": true, "schema": { "type": "string" } },
    ]);
    document["paths"]["/users"] = json!({ "get": {
        "operationId": "list_users",
        "responses": { "200": { "description": "Them." } },
    } });
    document
}

impl Versions {
    fn new() -> Self {
        let versions = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        versions.write("old.json", &old().to_string());
        versions.write("new.json", &serde_json::to_string_pretty(&new()).unwrap());
        versions
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("diff")
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(self.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_verdict_is_the_first_line_and_the_exit_code() {
    let versions = Versions::new();
    let output = versions.diff(&["old.json", "new.json"]);
    assert_eq!(
        stdout(&output),
        "\
1 breaking, 1 info: major release

GET /users/{id}
  breaking  query parameter view: the required parameter was added  [new-required-request-parameter]

GET /users
  info      the operation was added  [endpoint-added]

Rust
  major  changed  Client::get_user: fn(&self, id: i64) -> fn(&self, id: i64, view: impl Into<String>)
  minor  added    Client::list_users
"
    );
    assert_eq!((code(&output), stderr(&output).as_str()), (1, ""));
    assert_eq!(
        code(&versions.diff(&["old.json", "new.json", "--fail-on", "never"])),
        0
    );

    let equal = versions.diff(&["old.json", "old.json"]);
    assert_eq!((code(&equal), stdout(&equal).as_str()), (0, "no changes\n"));

    versions.write("worded.json", &old().to_string().replace("It.", "The user."));
    let worded = versions.diff(&["old.json", "worded.json", "--fail-on", "info"]);
    assert_eq!(
        (code(&worded), stdout(&worded).as_str()),
        (0, "no changes that affect clients: patch release\n")
    );
}

#[test]
fn fail_on_is_the_lowest_level_that_fails() {
    let versions = Versions::new();
    let mut added = new();
    added["paths"]["/users/{id}"]["get"]["parameters"][1]["required"] = false.into();
    versions.write("added.json", &added.to_string());
    // Forwards, an operation and an optional parameter are added. Backwards, they are removed.
    for (pair, level, expected) in [
        (["old.json", "added.json"], "info", 1),
        (["old.json", "added.json"], "warning", 0),
        (["old.json", "added.json"], "breaking", 0),
        (["added.json", "old.json"], "breaking", 1),
        (["added.json", "old.json"], "never", 0),
    ] {
        let output = versions.diff(&[pair[0], pair[1], "--fail-on", level]);
        assert_eq!(code(&output), expected, "{pair:?} {level}: {}", stdout(&output));
    }
}

#[test]
fn json_is_as_its_schema_says() {
    let versions = Versions::new();
    let schema: Value = serde_json::from_str(openapi_diff::render::SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for pair in [
        ["old.json", "new.json"],
        ["new.json", "old.json"],
        ["old.json", "old.json"],
    ] {
        let output = versions.diff(&[pair[0], pair[1], "--format", "json", "--fail-on", "never"]);
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&report)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }

    let output = versions.diff(&["old.json", "new.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(code(&output), 1);
    assert_eq!(report["summary"]["breaking"], 1);
    assert_eq!(report["semver"], "major");
    let finding = &report["findings"][0];
    assert_eq!(finding["id"], "new-required-request-parameter");
    assert_eq!(finding["operation"], "GET /users/{id}");
    let items = report["rust"].as_array().unwrap();
    let item = |path: &str| items.iter().find(|item| item["item"] == path).unwrap();
    assert_eq!(item("Client::get_user")["cause"], finding["fingerprint"]);
    assert_eq!(item("Client::list_users")["change"], "added");
    assert_eq!(item("Client::list_users")["semver"], "minor");
}

#[test]
fn markdown_ends_with_a_changelog() {
    let versions = Versions::new();
    let output = versions.diff(&[
        "old.json",
        "new.json",
        "--format",
        "markdown",
        "--fail-on",
        "never",
    ]);
    assert!(
        stdout(&output).ends_with(
            "
## Changelog draft

### Added

- `Client::list_users` (`GET /users`)

### Changed

- **Breaking:** `Client::get_user` is `fn(&self, id: i64, view: impl Into<String>)`, was `fn(&self, id: i64)` (`GET /users/{id}`)
"
        ),
        "{}",
        stdout(&output)
    );
}

#[test]
fn annotations_point_at_lines_of_the_new_document() {
    let versions = Versions::new();
    let output = versions.diff(&["old.json", "new.json", "--format", "github"]);
    let text = fs::read_to_string(versions.path().join("new.json")).unwrap();
    let line = text.lines().position(|line| line.contains("\"view\"")).unwrap();
    // The parameter begins one line above its name.
    let expected = format!("::error file=new.json,line={line},title=new-required-request-parameter::");
    assert!(
        stdout(&output).starts_with(&expected),
        "{expected} {}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("\n::notice file=new.json,line="));
}

#[test]
fn documents_may_be_yaml_and_of_different_versions() {
    let versions = Versions::new();
    versions.write(
        "old.yaml",
        "openapi: 3.0.3\ninfo: {title: Users, version: '1'}\npaths:\n  /users:\n    get:\n      responses:\n        200: {description: Them.}\n",
    );
    versions.write(
        "new.yaml",
        "openapi: 3.1.0\ninfo: {title: Users, version: '2'}\npaths:\n  /users:\n    get:\n      responses:\n        204: {description: Them.}\n",
    );
    let output = versions.diff(&["old.yaml", "new.yaml"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("[response-success-status-removed]"));
}

#[test]
fn a_revision_is_read_from_git() {
    let versions = Versions::new();
    fs::create_dir(versions.path().join("api")).unwrap();
    versions.write("api/openapi.json", &old().to_string());
    versions.git(&["init", "--quiet"]);
    versions.git(&["add", "api"]);
    versions.git(&["commit", "--quiet", "--message", "one"]);
    versions.git(&["tag", "v1"]);
    versions.write("api/openapi.json", &new().to_string());
    versions.git(&["commit", "--quiet", "--all", "--message", "two"]);
    for (old, new, expected) in [
        ("v1:api/openapi.json", "HEAD:api/openapi.json", 1),
        ("HEAD~1:api/openapi.json", "api/openapi.json", 1),
        ("HEAD:api/openapi.json", "new.json", 0),
    ] {
        let output = versions.diff(&[old, new]);
        assert_eq!(code(&output), expected, "{old} {new}: {output:?}");
    }
    for (old, said) in [
        ("v2:api/openapi.json", "v2"),
        ("v1:openapi.json", "openapi.json"),
        ("--output=x:openapi.json", "a revision cannot begin with"),
    ] {
        let output = versions.diff(&["--", old, "new.json"]);
        assert_eq!(code(&output), 100, "{output:?}");
        assert!(
            stderr(&output).starts_with(&format!("error: {old}: ")),
            "{output:?}"
        );
        assert!(stderr(&output).contains(said), "{output:?}");
    }
}

#[test]
fn the_overlay_beside_a_document_is_applied_when_asked_for() {
    let versions = Versions::new();
    let overlay = json!({
        "overlay": "1.0.0",
        "info": { "title": "Corrections", "version": "1" },
        "actions": [
            { "target": "$.paths['/users'].get", "update": { "deprecated": true } },
        ],
    });
    versions.write("openapi.overlay.json", &overlay.to_string());
    let output = versions.diff(&["new.json", "new.json", "--overlay"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (0, "no changes\n"));
    let output = versions.diff(&["old.json", "new.json", "--overlay"]);
    assert_eq!(
        stderr(&output),
        "warning: openapi.overlay.json: 1 action lost its target; correct the target, or remove the action\n  \
         actions[0] $.paths['/users'].get\n"
    );
    fs::remove_file(versions.path().join("openapi.overlay.json")).unwrap();
    let output = versions.diff(&["old.json", "new.json", "--overlay"]);
    assert_eq!(code(&output), 100);
    assert!(stderr(&output).contains("openapi.overlay.json: cannot be read"));
}

#[test]
fn what_cannot_be_loaded_is_named() {
    let versions = Versions::new();
    versions.write("broken.json", "{\n  \"openapi\": \n");
    versions.write("two.json", r#"{"swagger": "2.0", "info": {}, "paths": {}}"#);
    versions.write("four.yaml", "openapi: 4.0.0\ninfo: {}\n");
    versions.write("list.json", "[]");
    for (file, said) in [
        ("missing.json", "error: missing.json: cannot be read: "),
        ("broken.json", "error: broken.json: line 3"),
        (
            "two.json",
            "error: two.json: the new document is not an OpenAPI document",
        ),
        (
            "four.yaml",
            "error: four.yaml: the new document has OpenAPI version 4.0.0",
        ),
        ("list.json", "error: list.json: the document is an array"),
    ] {
        let output = versions.diff(&["old.json", file]);
        assert_eq!(code(&output), 100, "{output:?}");
        assert!(stderr(&output).starts_with(said), "{output:?}");
        assert_eq!(stdout(&output), "");
    }
    let vendored = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    let output = versions.diff(&[vendored]);
    assert_eq!(code(&output), 100);
    assert!(
        stderr(&output).contains("would be compared with itself; name the old document and the new one"),
        "{output:?}"
    );
    assert_eq!(code(&versions.diff(&["old.json", "new.json", "old.json"])), 2);
    assert_eq!(code(&versions.diff(&["old.json", "--format", "pdf"])), 2);
}

#[test]
fn findings_are_complete_where_nothing_can_be_generated() {
    let versions = Versions::new();
    let unusable = |document: Value| {
        let mut document = document;
        document["components"]["schemas"]["Broken"] = json!({ "$ref": "#/nowhere" });
        document["paths"]["/users/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] =
            json!({ "$ref": "#/components/schemas/Broken" });
        document
    };
    versions.write("old.json", &unusable(old()).to_string());
    versions.write("new.json", &unusable(new()).to_string());
    let output = versions.diff(&["old.json", "new.json", "--format", "json", "--fail-on", "never"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["summary"]["breaking"], 1, "{report:#}");
    if report["rust"].as_array().unwrap().is_empty() {
        assert!(report["rust_unavailable"].is_string());
    }
    assert_eq!(code(&output), 0);
}

mod allow {
    use super::*;

    const ENTRY: &str = include_str!("../allow.example.toml");

    fn run(versions: &Versions, list: &str, today: &str) -> Output {
        versions.write("allow.toml", list);
        versions.diff(&["old.json", "new.json", "--allow", "allow.toml", "--today", today])
    }

    #[test]
    fn what_is_allowed_does_not_fail_and_is_shown() {
        let versions = Versions::new();
        let output = run(&versions, ENTRY, "2026-12-31");
        assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
        let text = stdout(&output);
        assert!(
            text.starts_with("1 breaking (1 allowed), 1 info: major release\n"),
            "{text}"
        );
        assert!(
            text.contains("[new-required-request-parameter]  allowed: Nobody calls it without."),
            "{text}"
        );
    }

    #[test]
    fn a_place_may_be_a_pointer_and_a_finding_itself() {
        let versions = Versions::new();
        let report: Value = serde_json::from_str(&stdout(
            &versions.diff(&["old.json", "new.json", "--format", "json"]),
        ))
        .unwrap();
        let finding = &report["findings"][0];
        let place = format!("pointer = {}", finding["new"]);
        let list = ENTRY.replace(r#"operation = "GET /users/{id}""#, &format!("{place} "));
        assert_eq!(code(&run(&versions, &list, "2026-01-01")), 0);
        let list = format!("{list}fingerprint = {}\n", finding["fingerprint"]);
        assert_eq!(code(&run(&versions, &list, "2026-01-01")), 0);
    }

    #[test]
    fn an_entry_that_is_of_no_use_fails_the_run() {
        let versions = Versions::new();
        let place = "error: allow.toml: line 4: new-required-request-parameter in GET /users/{id}: ";
        for (list, today, said) in [
            (
                ENTRY.to_owned(),
                "2027-01-01",
                "expired on 2026-12-31; remove the entry",
            ),
            (
                format!("{ENTRY}fingerprint = \"000000000000\"\n"),
                "2026-01-01",
                "matches no finding; without its fingerprint it would match",
            ),
        ] {
            let output = run(&versions, &list, today);
            assert_eq!(code(&output), 1);
            assert!(
                stderr(&output).starts_with(&format!("{place}{said}")),
                "{output:?}"
            );
        }
        let output = run(&versions, &ENTRY.replace("users", "people"), "2026-01-01");
        assert_eq!(code(&output), 1);
        assert!(
            stderr(&output).contains("there are findings with this id in other places"),
            "{output:?}"
        );
        let output = run(&versions, &format!("{ENTRY}{ENTRY}"), "2026-01-01");
        assert_eq!(code(&output), 1);
        assert!(stderr(&output).contains("line 13"), "{output:?}");
        // Even if no finding fails the run.
        versions.write("new.json", &old().to_string());
        let output = run(&versions, ENTRY, "2026-01-01");
        assert_eq!((code(&output), stdout(&output).as_str()), (1, "no changes\n"));
        assert!(
            stderr(&output).contains("matches no finding; remove the entry"),
            "{output:?}"
        );
    }

    #[test]
    fn a_list_that_is_wrong_is_refused() {
        let versions = Versions::new();
        for (list, said) in [
            (ENTRY.replace("reason =", "because ="), "unknown field `because`"),
            (
                ENTRY.replace("[[allow]]", "[[allowed]]"),
                "unknown field `allowed`",
            ),
            (ENTRY.replace("2026-12-31", "2026-02-30"), "allow.toml: "),
            (
                ENTRY.replace("2026-12-31", "\"next year\""),
                "is not a date; write it like 2026-12-31",
            ),
            (
                ENTRY.replace("2026-12-31", "2026-12-31T00:00:00Z"),
                "is not a date",
            ),
            (
                ENTRY.replace("2026-12-31", "2026"),
                "expected a date such as 2026-12-31, found integer",
            ),
            (
                ENTRY.replace("Nobody calls it without.", " "),
                "`reason` is empty",
            ),
            (
                ENTRY.replace("operation =", "# operation ="),
                "neither `operation` nor `pointer`",
            ),
            (ENTRY.replace("reason =", "# reason ="), "missing field `reason`"),
            ("[[allow".to_owned(), "allow.toml: "),
        ] {
            let output = run(&versions, &list, "2026-01-01");
            assert_eq!(code(&output), 1, "{list} {output:?}");
            assert!(stderr(&output).starts_with("error: allow.toml: "), "{output:?}");
            assert!(stderr(&output).contains(said), "{said} {}", stderr(&output));
        }
        let output = versions.diff(&["old.json", "new.json", "--allow", "none.toml"]);
        assert_eq!(code(&output), 100);
        assert!(stderr(&output).contains("none.toml: cannot be read"));
    }
}
