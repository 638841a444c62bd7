//! `cargo xtask corpus --mutate` as a process, on small documents: no mutant loses an operation, and a mutant
//! can be made again.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::json;

/// Writes documents that have something for every kind of mutation.
fn write_documents(folder: &Path) {
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let body = |name: &str| json!({ "content": { "application/json": { "schema": of(name) } } });
    let ok = |name: &str| json!({ "description": "ok", "content": { "application/json": { "schema": of(name) } } });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Zoo", "version": "1" },
        "tags": [{ "name": "Animals", "description": "All of them." }],
        "paths": {
            "/animals": {
                "get": { "operationId": "listAnimals", "tags": ["Animals"],
                    "parameters": [
                        { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 10 } },
                        { "name": "sort", "in": "query", "schema": { "type": "string", "enum": ["name", "age"] } },
                        { "$ref": "#/components/parameters/Trace" },
                    ],
                    "responses": { "200": ok("Page"), "404": { "$ref": "#/components/responses/Gone" } } },
                "post": { "operationId": "addAnimal", "tags": ["Animals"], "requestBody": body("Animal"),
                    "parameters": [{ "$ref": "#/components/parameters/Trace" }],
                    "responses": { "201": ok("Animal") } },
            },
            "/animals/{id}": {
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
                "get": { "operationId": "getAnimal", "tags": ["Animals", "One"], "responses": { "200": ok("Animal") } },
                "delete": { "responses": { "204": { "description": "gone" } } },
            },
        },
        "components": {
            "parameters": { "Trace": { "name": "X-Trace", "in": "header", "schema": { "type": "string" } } },
            "responses": { "Gone": { "description": "There is no such animal.\nPerhaps there was." } },
            "schemas": {
                "Page": { "type": "object", "required": ["items", "total"], "properties": {
                    "items": { "type": "array", "items": of("Animal") }, "total": { "type": "integer" } } },
                "Animal": { "oneOf": [of("Cat"), of("Dog")], "discriminator": { "propertyName": "kind" } },
                "Cat": { "type": "object", "required": ["kind"], "properties": {
                    "kind": { "const": "Cat" }, "name": { "type": ["string", "null"] }, "keeper": { "anyOf": [of("Keeper"), { "type": "null" }] } } },
                "Dog": { "type": "object", "required": ["kind"], "properties": {
                    "kind": { "type": "string", "enum": ["Dog"] }, "keeper": of("Keeper"), "tags": { "type": "object", "additionalProperties": { "type": "string" } } } },
                "Keeper": { "type": "object", "required": ["name", "pets"], "properties": {
                    "name": { "type": "string", "maxLength": 80 }, "pets": { "type": "array", "items": of("Animal") } } },
            },
        },
    });
    fs::write(folder.join("zoo.json"), document.to_string()).unwrap();
    fs::write(
        folder.join("old.yaml"),
        "openapi: 3.0.3
info: { title: Old, version: '1' }
paths:
  /notes/{id}:
    put:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { type: object, properties: { text: { type: string, nullable: true } } }
          application/json:
            schema: { $ref: '#/components/schemas/Note' }
      responses:
        default: { description: done, content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
components:
  schemas:
    Note:
      type: object
      properties:
        text: { type: string, nullable: true }
        size: { type: integer, nullable: true, minimum: 0 }
",
    )
    .unwrap();
}

fn mutate(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("corpus")
        .arg(folder)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn no_mutant_loses_an_operation() {
    let folder = tempfile::tempdir().unwrap();
    write_documents(folder.path());
    let output = mutate(folder.path(), &["--mutate", "60", "--seed", "1"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text, "60 mutants of 2 documents: 60 passed, 0 failed\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_mutant_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    write_documents(folder.path());
    let made = |more: &[&str]| {
        let out = tempfile::tempdir().unwrap();
        let path = out.path().to_str().unwrap();
        let output = mutate(folder.path(), &[&["--seed", "7", "--out", path], more].concat());
        assert_eq!(output.status.code(), Some(0));
        let mut files: Vec<_> = fs::read_dir(out.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                (
                    entry.file_name().into_string().unwrap(),
                    fs::read(entry.path()).unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    };
    let all = made(&["--mutate", "8"]);
    assert_eq!(all.len(), 8);
    let [one] = made(&["--mutate", "1", "--from", "5"]).try_into().unwrap();
    assert!(all.contains(&one), "{}", one.0);
    assert!(one.0.starts_with("mutant-5."));
}
