//! Removes header parameters with the credential from the operations. The transport sends them on every call,
//! so they must not be arguments.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{change, operations};
use crate::Error;

pub(super) const PASS: &str = "credential-headers";

pub(super) fn run(document: &mut Value, headers: &[String], changes: &mut Vec<Change>) -> Result<(), Error> {
    for operation in operations(document)? {
        let Some(parameters) = operation
            .value
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        else {
            continue;
        };
        let mut index = 0;
        parameters.retain(|parameter| {
            let place = format!("{}/parameters/{index}", operation.pointer);
            index += 1;
            let name = parameter["name"]
                .as_str()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let lifted = parameter["in"] == "header" && headers.contains(&name);
            if lifted {
                changes.push(change(
                    PASS,
                    place,
                    Loss::None,
                    format!("header {name} is sent by the transport"),
                ));
            }
            !lifted
        });
    }
    Ok(())
}
