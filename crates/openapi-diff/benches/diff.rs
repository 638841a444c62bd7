//! Compares two versions of a generated document, in three sizes. Parsing the text of one of them is measured
//! for comparison.
//!
//! The largest document has 10 MB and 50 changes. The time should grow linearly with the size.
#![allow(missing_docs, reason = "criterion's macros")]

use std::hint::black_box;

use chrono::NaiveDate;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use openapi_diff::{Options, diff};
use serde_json::{Map, Value, json};

/// A document of `size` resources, each with its operations and components. The components refer to each
/// other in groups of ten. `changes` of the components differ in one property.
fn document(size: usize, changes: usize) -> Value {
    let every = size.checked_div(changes).unwrap_or(usize::MAX).max(1);
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for index in 0..size {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}{index}")});
        let body = |schema: Value| json!({"application/json": {"schema": schema}});
        let page = json!({"type": "object", "required": ["data"], "properties": {
            "data": {"type": "array", "items": reference("Thing")},
            "next": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Next"},
        }});
        let parameters = json!([
            {"in": "query", "name": "page", "schema": {"type": "integer", "minimum": 1, "default": 1}},
            {"in": "query", "name": "sort", "schema": {"type": "string", "enum": ["name", "created"]}},
            {"in": "header", "name": "x-api-key", "required": true, "schema": {"type": "string"}},
        ]);
        paths.insert(
            format!("/v1/things{index}"),
            json!({
                "get": {"operationId": format!("list{index}"), "parameters": parameters, "responses": {
                    "200": {"description": "The things, page by page.", "content": body(page)},
                    "422": {"description": "The request is invalid.", "content": body(reference("Problem"))},
                }},
                "post": {"operationId": format!("create{index}"), "requestBody": {"content": body(reference("ThingInput"))}, "responses": {
                    "201": {"description": "The new thing.", "content": body(reference("Thing"))},
                }},
            }),
        );
        let changed = changes > 0 && index % every == 0;
        let properties = |neighbour: usize| {
            let mut properties = Map::new();
            for field in 0..12 {
                let length = if changed && field == 0 { 63 } else { 64 };
                properties.insert(
                    format!("field_{field}"),
                    json!({"type": "string", "maxLength": length, "description": "What it is for, in some words that nobody reads."}),
                );
                properties.insert(
                    format!("number_{field}"),
                    json!({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "title": format!("Number {field}")}),
                );
            }
            properties.insert(
                "tags".to_owned(),
                json!({"type": "array", "items": {"type": "string"}}),
            );
            properties.insert(
                "neighbour".to_owned(),
                json!({"$ref": format!("#/components/schemas/Thing{neighbour}")}),
            );
            properties
        };
        schemas.insert(
            format!("Thing{index}"),
            json!({"allOf": [
                {"type": "object", "properties": properties(index - index % 10 + (index + 1) % 10), "required": ["field_0"]},
                {"type": "object", "properties": {"id": {"type": "integer", "format": "int64"}}, "required": ["id"]},
            ]}),
        );
        schemas.insert(
            format!("ThingInput{index}"),
            json!({"type": "object", "properties": properties(index), "required": ["field_0", "field_1"]}),
        );
        schemas.insert(
            format!("Problem{index}"),
            json!({"oneOf": [
                {"type": "object", "title": "Message", "properties": {"detail": {"type": "string"}}, "required": ["detail"]},
                {"type": "object", "title": "Fields", "properties": {"detail": {"type": "array", "items": {"type": "object"}}}},
            ]}),
        );
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Generated", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn benches(criterion: &mut Criterion) {
    let options = Options::new(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default());
    let mut group = criterion.benchmark_group("diff");
    group.sample_size(10);
    for size in [150, 450, 1350] {
        let old = document(size, 0);
        let new = document(size, 50);
        let text = old.to_string();
        let megabytes = format!("{:.1} MB", text.len() as f64 / 1e6);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("50 changes", &megabytes), &(), |bencher, ()| {
            bencher.iter(|| black_box(diff(&old, &new, options)));
        });
        group.bench_with_input(BenchmarkId::new("no change", &megabytes), &(), |bencher, ()| {
            bencher.iter(|| black_box(diff(&old, &old, options)));
        });
        group.bench_with_input(
            BenchmarkId::new("serde_json parses", &megabytes),
            &(),
            |bencher, ()| {
                bencher.iter(|| black_box(serde_json::from_str::<Value>(&text)));
            },
        );
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
