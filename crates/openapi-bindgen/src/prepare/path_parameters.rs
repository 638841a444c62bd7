//! Makes the path parameters match the template. progenitor panics on a name that is only in the template or
//! only in the operation.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{change, operations};
use crate::{
    Error,
    template::{self, Piece},
};

pub(super) const PASS: &str = "path-parameters";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let names: Vec<String> = template::parse(operation.path)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Parameter(name) => Some(name),
                Piece::Text(_) => None,
            })
            .collect();
        let place = format!("{}/parameters", operation.pointer);
        if names.is_empty() && !operation.value.contains_key("parameters") {
            continue;
        }
        let parameters = operation.value.entry("parameters").or_insert_with(|| json!([]));
        let Some(parameters) = parameters.as_array_mut() else {
            return Err(Error::document(place, "is not a list"));
        };
        let mut seen: Vec<(String, String)> = Vec::new();
        let mut index = 0;
        parameters.retain(|parameter| {
            let place = format!("{place}/{index}");
            index += 1;
            let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
            let identity = (text("in"), text("name"));
            if identity.0 == "path" && !names.contains(&identity.1) {
                let note = format!("the path has no place for {}", identity.1);
                changes.push(change(PASS, place, Loss::Dropped, note));
                return false;
            }
            if seen.contains(&identity) {
                let note = format!("there is another parameter {} in {}", identity.1, identity.0);
                changes.push(change(PASS, place, Loss::Dropped, note));
                return false;
            }
            seen.push(identity);
            true
        });
        for name in names {
            let identity = ("path".to_owned(), name.clone());
            if !seen.contains(&identity) {
                let note = format!("{name} is only in the path, and is treated as text");
                changes.push(change(PASS, &place, Loss::Widened, note));
                parameters.push(
                    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
                );
                seen.push(identity);
            }
        }
        for parameter in parameters
            .iter_mut()
            .filter(|parameter| parameter["in"] == "path")
        {
            if parameter["required"] != true {
                let note = "a parameter of the path is always required";
                changes.push(change(PASS, &place, Loss::None, note));
                parameter["required"] = json!(true);
            }
        }
    }
    Ok(())
}
