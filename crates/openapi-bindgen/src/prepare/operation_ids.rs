//! Gives every operation an id that makes a good method name. FastAPI's suffix (path and method) is removed,
//! missing ids are made from method and path, and ids that collide, with each other or with other names of
//! the generated code, are changed.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, operations};
use crate::{
    Error,
    call::{Call, Calls},
    rust_name,
};

pub(super) const PASS: &str = "operation-ids";

/// The methods of `Client` and of its traits.
const METHODS: [&str; 4] = ["clone", "new", "new_with_client", "request"];

/// The names, besides those of builders, that the generated code uses without a path.
const TYPES: [&str; 7] = ["Client", "Err", "Error", "None", "Ok", "Response", "Some"];

/// Sets the ids, and creates a call for each.
pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<Calls, Error> {
    let mut calls = Calls::new();
    let mut methods: BTreeSet<String> = METHODS.map(ToOwned::to_owned).into();
    let mut types: BTreeSet<String> = TYPES.map(ToOwned::to_owned).into();
    for operation in operations(document)? {
        let given = operation
            .value
            .get("operationId")
            .and_then(Value::as_str)
            .filter(|id| id.contains(char::is_alphanumeric));
        let wanted = match given {
            Some(id) => without_suffix(id, operation.path, operation.method).to_owned(),
            None => made_up(operation.path, operation.method),
        };
        let wanted = as_name(wanted);
        let mut id = wanted.clone();
        let mut number = 2;
        while methods_of(&id).iter().any(|name| methods.contains(name))
            || types_of(&id).iter().any(|name| types.contains(name))
        {
            // A name that the generated code uses becomes free with a word that says what it is.
            id = match number {
                2 if !calls.contains_key(&wanted) => format!("{wanted}_operation"),
                _ => format!("{wanted}_{number}"),
            };
            number += 1;
        }
        if given.map(rust_name::method).as_ref() != Some(&id) {
            let note = match given {
                Some(given) => format!("{given} is called {id}"),
                None => format!("an operation without an id is called {id}"),
            };
            changes.push(change(PASS, &operation.pointer, Loss::None, note));
        }
        methods.extend(methods_of(&id));
        types.extend(types_of(&id));
        operation
            .value
            .insert("operationId".to_owned(), Value::String(id.clone()));
        let call = Call {
            pointer: operation.pointer,
            path: operation.path.to_owned(),
            ..Call::default()
        };
        calls.insert(id, call);
    }
    Ok(calls)
}

/// The methods of an operation: one for its arguments, one for a whole body.
fn methods_of(id: &str) -> [String; 2] {
    [id.to_owned(), format!("{id}_with")]
}

/// The types of an operation: its builder, and the struct for the required arguments.
fn types_of(id: &str) -> [String; 2] {
    let builder = rust_name::builder(id);
    [format!("{builder}Required"), builder]
}

/// FastAPI's rule for ids: the route's name, then the path with every non-word character as `_`, then `_` and
/// the method.
fn without_suffix<'a>(id: &'a str, path: &str, method: &str) -> &'a str {
    let path: String = path
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' })
        .collect();
    id.strip_suffix(&format!("{path}_{method}"))
        .filter(|name| !name.is_empty())
        .unwrap_or(id)
}

/// The name of the method: not a keyword, and without a leading digit.
fn as_name(id: String) -> String {
    let name = rust_name::method(&id);
    match name.strip_prefix('_') {
        Some(rest) => format!("op_{rest}"),
        None => match name.strip_suffix('_') {
            Some(keyword) => format!("{keyword}_operation"),
            None => name,
        },
    }
}

fn made_up(path: &str, method: &str) -> String {
    let words = path
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ids(document: Value) -> Vec<String> {
        let mut document = document;
        run(&mut document, &mut Vec::new()).unwrap();
        operations(&mut document)
            .unwrap()
            .iter()
            .map(|operation| operation.value["operationId"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_suffix_is_taken_off_exactly() {
        let document = json!({ "paths": {
            "/v1/user/me": { "get": { "operationId": "me_v1_user_me_get" } },
            "/v1/things/": { "get": { "operationId": "list_things_v1_things__get" } },
            "/v1/get": { "get": { "operationId": "fetch_get" } },
        }});
        assert_eq!(ids(document), ["me", "list_things", "fetch_get"]);
    }

    #[test]
    fn missing_and_colliding_ids_are_resolved() {
        let document = json!({ "paths": {
            "/a/{id}": { "get": {}, "post": { "operationId": "make" } },
            "/b": { "post": { "operationId": "Make" }, "get": { "operationId": "type" }, "put": { "operationId": "2fa" } },
        }});
        assert_eq!(
            ids(document),
            ["get_a_id", "make", "make_2", "type_operation", "op_2fa"]
        );
    }
}
