//! Gives the parameters of an operation names that are distinct in Rust, from each other and from a builder's
//! other methods. Requests keep the document's names.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{change, operations};
use crate::{Error, call::Calls, rust_name, write::RESERVED};

pub(super) const PASS: &str = "parameter-names";

pub(super) fn run(document: &mut Value, calls: &mut Calls, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let Some(call) = operation.id().and_then(|id| calls.get_mut(id)) else {
            continue;
        };
        let mut taken: BTreeSet<String> = RESERVED.map(ToOwned::to_owned).into();
        let prepared = operation
            .value
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        let mut parameters: Vec<_> = prepared
            .into_iter()
            .flatten()
            .zip(&mut call.parameters)
            .enumerate()
            .collect();
        // If two collide, the path parameter keeps its name, then the query parameter, then the header.
        parameters.sort_by_key(|(_, (_, known))| known.place);
        for (index, (prepared, known)) in parameters {
            let wanted = rust_name::method(&known.api_name);
            let mut name = wanted.clone();
            let mut number = 1;
            while !taken.insert(name.clone()) {
                name = match number {
                    1 => rust_name::method(&format!("{wanted}_{}", known.place.name())),
                    _ => rust_name::method(&format!("{wanted}_{}_{number}", known.place.name())),
                };
                number += 1;
            }
            prepared["name"] = json!(name);
            known.name.clone_from(&name);
            if name != wanted {
                let pointer = format!("{}/parameters/{index}", operation.pointer);
                let note = format!("the argument for {} is called {name}", known.api_name);
                changes.push(change(PASS, pointer, Loss::None, note));
            }
        }
    }
    Ok(())
}
