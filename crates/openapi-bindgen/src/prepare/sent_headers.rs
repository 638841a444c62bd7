//! Removes the parameters that no caller can set: the headers `Accept`, `Content-Type` and `Authorization`,
//! which OpenAPI says shall be ignored (OAS 3.0.3, Parameter Object, `name`), and headers and cookies whose
//! names HTTP does not allow.

use openapi_downconvert::{Change, Loss};
use serde_json::Value;

use super::{Rejected, change, operations};
use crate::Error;

pub(super) const PASS: &str = "sent-headers";

pub(super) fn run(
    document: &mut Value,
    rejected: &mut Vec<Rejected>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
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
            let name = parameter["name"].as_str().unwrap_or_default();
            let header = parameter["in"] == "header";
            if header && IGNORED.iter().any(|ignored| name.eq_ignore_ascii_case(ignored)) {
                let note = format!("OpenAPI ignores a header parameter called {name}");
                changes.push(change(PASS, place, Loss::None, note));
                return false;
            }
            if (header || parameter["in"] == "cookie") && !is_token(name) {
                let reason = format!("HTTP does not allow the name {name:?}");
                if parameter["required"] == true {
                    rejected.push(Rejected::new(
                        operation.path,
                        operation.method,
                        &operation.pointer,
                        reason,
                    ));
                } else {
                    changes.push(change(PASS, place, Loss::Dropped, reason));
                }
                return false;
            }
            true
        });
    }
    Ok(())
}

const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// A token as in RFC 9110, section 5.6.2.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
