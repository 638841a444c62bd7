//! The table in the README: single changes of an operation that runs a task on the rows of a table.
#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use chrono::NaiveDate;
use openapi_diff::{Diff, Level, Options, diff};
use serde_json::{Value, json};

const PATH: &str = "/v1/table/{table_id}/run/{task_id}";

fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Tables", "version": "next"},
        "paths": {PATH: {"post": {
            "operationId": "run",
            "description": "Runs a task on rows of a table.",
            "parameters": [
                {"name": "table_id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "task_id", "in": "path", "required": true, "schema": {"type": "integer"}},
                {"name": "priority", "in": "query", "schema": {"type": "integer", "default": 1}},
            ],
            "requestBody": {"content": {"application/json": {"schema": {
                "anyOf": [{"$ref": "#/components/schemas/Run"}, {"type": "null"}],
            }}}},
            "responses": {"200": {"description": "Started", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Started"},
            }}}},
        }}},
        "components": {"schemas": {
            "Run": {"type": "object", "properties": {
                "mode": {"type": "string", "enum": ["all", "empty", "failed"], "default": "all"},
                "rows": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
            }},
            "Started": {"type": "object", "required": ["id", "status"], "properties": {
                "id": {"type": "string"},
                "status": {"type": "string", "enum": ["queued", "running"]},
                "message": {"type": "string"},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            }},
        }},
    })
}

fn operation(document: &mut Value) -> &mut Value {
    &mut document["paths"][PATH]["post"]
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

/// The name of the change in the table, the change itself, and its findings.
type Variant = (&'static str, fn(&mut Value), &'static [&'static str]);

static VARIANTS: &[Variant] = &[
    (
        "a value of a request's enum was removed",
        |it| {
            schema(it, "Run")["properties"]["mode"]["enum"] = json!(["all", "empty"]);
        },
        &["breaking request-property-enum-value-removed"],
    ),
    (
        "a value of a request's enum was added",
        |it| {
            schema(it, "Run")["properties"]["mode"]["enum"] = json!(["all", "empty", "failed", "stale"]);
        },
        &["info request-property-enum-value-added"],
    ),
    (
        "a required query parameter was added",
        |it| {
            let parameter =
                json!({"name": "region", "in": "query", "required": true, "schema": {"type": "string"}});
            operation(it)["parameters"]
                .as_array_mut()
                .unwrap()
                .push(parameter);
        },
        &["breaking new-required-request-parameter"],
    ),
    (
        "the body became required",
        |it| operation(it)["requestBody"]["required"] = json!(true),
        &["breaking request-body-became-required"],
    ),
    (
        "a required property of a response became optional",
        |it| schema(it, "Started")["required"] = json!(["id"]),
        &["breaking response-property-became-optional"],
    ),
    (
        "a property of a response became nullable",
        |it| {
            schema(it, "Started")["properties"]["message"] =
                json!({"anyOf": [{"type": "string"}, {"type": "null"}]});
        },
        &["breaking response-property-became-nullable"],
    ),
    (
        "a property of a response is no longer nullable",
        |it| schema(it, "Started")["properties"]["note"] = json!({"type": "string"}),
        &["info response-property-became-not-nullable"],
    ),
    (
        "the default of a parameter changed",
        |it| operation(it)["parameters"][2]["schema"]["default"] = json!(2),
        &["breaking request-parameter-default-value-changed"],
    ),
    (
        "the path moved",
        |it| {
            let item = it["paths"].as_object_mut().unwrap().remove(PATH).unwrap();
            it["paths"]["/v2/table/{table_id}/run/{task_id}"] = item;
        },
        &[
            "breaking api-path-removed-without-deprecation",
            "info endpoint-added",
        ],
    ),
    (
        "descriptions only",
        |it| {
            operation(it)["description"] = json!("Starts a task.");
            schema(it, "Run")["properties"]["mode"]["description"] = json!("Which rows");
        },
        &[],
    ),
    (
        "a value of a response's enum was added",
        |it| {
            schema(it, "Started")["properties"]["status"]["enum"] = json!(["queued", "running", "waiting"]);
        },
        &["warning response-property-enum-value-added"],
    ),
];

fn compare(change: fn(&mut Value)) -> Diff {
    let old = document();
    let mut new = document();
    change(&mut new);
    diff(
        &old,
        &new,
        Options::new(NaiveDate::from_ymd_opt(2026, 6, 15).unwrap()),
    )
    .unwrap()
}

fn verdicts(diff: &Diff) -> Vec<String> {
    diff.findings
        .iter()
        .map(|finding| {
            let level = match finding.level {
                Level::Breaking => "breaking",
                Level::Warning => "warning",
                Level::Info => "info",
            };
            format!("{level} {}", finding.id)
        })
        .collect()
}

#[test]
fn each_variant_has_its_verdict() {
    for (name, change, expected) in VARIANTS {
        assert_eq!(verdicts(&compare(*change)), *expected, "{name}");
    }
}

#[test]
fn the_readme_has_the_table() {
    let readme = include_str!("../README.md");
    for (name, _, expected) in VARIANTS {
        let (level, ids): (Vec<_>, Vec<_>) = expected.iter().filter_map(|it| it.split_once(' ')).unzip();
        let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
        let level = level.first().copied().unwrap_or("none");
        let row = format!("| {name} | {level} | {} |", ids.join(", "));
        assert!(readme.contains(&row.replace("|  |", "| |")), "{row}");
    }
}
