//! Gives every operation an id that makes a good method name: FastAPI's suffix (path and method) is taken off, missing
//! ids are made from method and path, and ids that collide get a number.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, operations};
use crate::{Error, operations::snake_case};

const PASS: &str = "operation-ids";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    let mut taken = BTreeSet::new();
    for operation in operations(document)? {
        let given = operation
            .value
            .get("operationId")
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty());
        let wanted = match given {
            Some(id) => without_suffix(id, operation.path, operation.method).to_owned(),
            None => made_up(operation.path, operation.method),
        };
        let wanted = as_name(wanted);
        let mut id = wanted.clone();
        let mut number = 2;
        while !taken.insert(snake_case(&id)) {
            id = format!("{wanted}_{number}");
            number += 1;
        }
        if given != Some(id.as_str()) {
            let note = match given {
                Some(given) => format!("{given} is called {id}"),
                None => format!("an operation without an id is called {id}"),
            };
            changes.push(change(PASS, &operation.pointer, Loss::None, note));
            operation
                .value
                .insert("operationId".to_owned(), Value::String(id));
        }
    }
    Ok(())
}

/// FastAPI's rule: the route's name, then the path with every non-word character as `_`, then `_` and the method.
fn without_suffix<'a>(id: &'a str, path: &str, method: &str) -> &'a str {
    let path: String = path
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' })
        .collect();
    id.strip_suffix(&format!("{path}_{method}"))
        .filter(|name| !name.is_empty())
        .unwrap_or(id)
}

/// An id that a method can be called: no keyword, and no digit in front.
fn as_name(id: String) -> String {
    let name = snake_case(&id);
    if syn::parse_str::<syn::Ident>(&name).is_ok() {
        return id;
    }
    match name.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("op_{id}"),
        _ => format!("{id}_operation"),
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
            ["get_a_id", "make", "Make_2", "type_operation", "op_2fa"]
        );
    }
}
