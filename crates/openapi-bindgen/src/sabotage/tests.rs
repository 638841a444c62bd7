//! A broken stage costs one schema or operation. With `strict`, it is an error at its place.

use serde_json::{Value, json};
use syn::Item;

use super::{Stage, break_at};
use crate::{Change, Error, Generated, Loss, Settings, generate_here, items};

fn document() -> Value {
    let operation = |id: &str, schema: &str| {
        let content = json!({ "application/json": { "schema": {
            "$ref": format!("#/components/schemas/{schema}"),
        } } });
        json!({
            "operationId": id,
            "requestBody": { "content": content },
            "responses": { "200": { "description": "", "content": content } },
        })
    };
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Zoo", "version": "1" },
        "paths": {
            "/animals": { "post": operation("add_animal", "an.animal"), "put": operation("set_cage", "Cage") },
            "/kinds": { "get": operation("list_kinds", "Kind") },
        },
        "components": { "schemas": {
            "an.animal": { "type": "object", "properties": {
                "kind": { "$ref": "#/components/schemas/Kind" },
                "mother": { "$ref": "#/components/schemas/an.animal" },
            } },
            "Cage": { "type": "object", "required": ["animals"], "properties": {
                "animals": { "type": "array", "items": { "$ref": "#/components/schemas/an.animal" } },
            } },
            "Kind": { "type": "string", "enum": ["cat", "dog"] },
        } },
    })
}

/// The types of the document, and the methods of the client.
const TYPES: [&str; 3] = ["AnAnimal", "Cage", "Kind"];
const METHODS: [&str; 3] = ["add_animal", "list_kinds", "set_cage"];

fn generated() -> Generated {
    generate_here(document(), &Settings::standalone(), true).unwrap()
}

/// The place and the reason of the error.
fn refused() -> (String, String) {
    let settings = Settings {
        strict: true,
        ..Settings::standalone()
    };
    match generate_here(document(), &settings, true).unwrap_err() {
        Error::Document { pointer, reason } => (pointer, reason),
        other => panic!("{other}"),
    }
}

/// The types that exist, and the names of those that are any JSON.
fn types(generated: &Generated) -> (Vec<String>, Vec<String>) {
    let mut all = syn::parse_file(&generated.code).unwrap().items;
    let types = items::take_module(&mut all, "types").unwrap();
    let name = |item: &Item| items::name(item).unwrap().to_string();
    let known = types
        .iter()
        .filter(|item| items::name(item).is_some_and(|name| TYPES.contains(&name.to_string().as_str())));
    let mut names: Vec<String> = known.clone().map(name).collect();
    names.sort();
    (
        names,
        known.filter(|item| items::is_any_json(item)).map(name).collect(),
    )
}

/// The methods of the client that exist.
fn methods(generated: &Generated) -> Vec<&str> {
    METHODS
        .into_iter()
        .filter(|method| generated.code.contains(&format!("fn {method}(")))
        .collect()
}

/// Checks that everything exists, and only this type is any JSON, with one record of it.
fn one_is_any_json(generated: &Generated, rust: &str, pointer: &str, reason: &str) {
    let (names, any) = types(generated);
    assert_eq!(names, TYPES);
    assert_eq!(any, [rust]);
    assert_eq!(methods(generated), METHODS);
    assert_eq!(generated.skipped, []);
    assert_eq!((generated.schemas.total, generated.schemas.generated), (3, 2));
    let of_it = |change: &&Change| change.loss == Loss::Widened && change.note.contains(reason);
    let records: Vec<_> = generated.changes.iter().filter(of_it).collect();
    assert_eq!(records.len(), 1, "{:?}", generated.changes);
    assert_eq!(records[0].pointer, pointer);
}

#[test]
fn nothing_is_broken_without_a_test_that_breaks_it() {
    let generated = generated();
    assert_eq!(types(&generated), (TYPES.map(ToOwned::to_owned).to_vec(), vec![]));
    assert_eq!(methods(&generated), METHODS);
    assert_eq!((generated.schemas.total, generated.schemas.generated), (3, 3));
}

#[test]
fn a_schema_without_a_name_is_any_json() {
    break_at(Stage::Naming, "an.animal");
    let reason = "Naming was broken for an.animal";
    one_is_any_json(&generated(), "AnAnimal", "/components/schemas/an.animal", reason);
    assert_eq!(
        refused(),
        ("/components/schemas/an.animal".to_owned(), reason.to_owned())
    );
}

#[test]
fn a_schema_that_no_type_can_be_made_of_is_any_json() {
    for (rust, given) in [("AnAnimal", "an.animal"), ("Cage", "Cage"), ("Kind", "Kind")] {
        std::thread::spawn(move || {
            break_at(Stage::Generating, rust);
            let reason = format!("Generating was broken for {rust}");
            let pointer = format!("/components/schemas/{given}");
            one_is_any_json(&generated(), rust, &pointer, &reason);
            assert_eq!(refused(), (pointer, reason));
        })
        .join()
        .unwrap();
    }
}

#[test]
fn a_type_that_cannot_be_finished_is_any_json() {
    for (rust, given) in [("AnAnimal", "an.animal"), ("Cage", "Cage"), ("Kind", "Kind")] {
        std::thread::spawn(move || {
            break_at(Stage::Finishing, rust);
            let reason = format!("Finishing was broken for {rust}");
            let pointer = format!("/components/schemas/{given}");
            one_is_any_json(&generated(), rust, &pointer, &reason);
            assert_eq!(refused(), (pointer, reason));
        })
        .join()
        .unwrap();
    }
}

#[test]
fn an_operation_that_cannot_be_written_is_skipped() {
    break_at(Stage::Writing, "set_cage");
    let generated = generated();
    assert_eq!(types(&generated), (TYPES.map(ToOwned::to_owned).to_vec(), vec![]));
    assert_eq!(methods(&generated), ["add_animal", "list_kinds"]);
    assert_eq!(generated.operations.len(), 2);
    assert_eq!((generated.schemas.total, generated.schemas.generated), (3, 3));
    let [skipped] = generated.skipped.as_slice() else {
        panic!("{:?}", generated.skipped)
    };
    let reason = "Writing was broken for set_cage";
    assert_eq!(
        (
            skipped.operation.as_str(),
            skipped.pointer.as_str(),
            skipped.reason.as_str()
        ),
        ("PUT /animals", "/paths/~1animals/put", reason)
    );
    assert_eq!(refused(), ("/paths/~1animals/put".to_owned(), reason.to_owned()));
}

#[test]
fn several_stages_may_be_broken_at_once() {
    break_at(Stage::Naming, "an.animal");
    break_at(Stage::Generating, "Cage");
    break_at(Stage::Finishing, "Kind");
    for method in METHODS {
        break_at(Stage::Writing, method);
    }
    let generated = generated();
    let (names, any) = types(&generated);
    assert_eq!((names.len(), any.len()), (3, 3));
    assert_eq!(methods(&generated), [""; 0]);
    assert_eq!(generated.skipped.len(), 3);
    assert_eq!((generated.schemas.total, generated.schemas.generated), (3, 0));
}
