//! Gives a schema to responses that have only an example, because progenitor panics on JSON without a schema.
//! It is the empty schema, which matches any JSON, as OpenAPI 3.0 says of a media type without a schema.

use openapi_document::pointer;
use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{change, responses};
use crate::Error;

pub(super) const PASS: &str = "response-schemas";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    for (place, responses) in responses(document)? {
        for (status, response) in responses {
            let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
                continue;
            };
            for (media_type, body) in content {
                if let Some(body) = body.as_object_mut().filter(|body| !body.contains_key("schema")) {
                    body.insert("schema".to_owned(), json!({}));
                    let place = format!("{place}/{status}/content/{}", pointer::escape(media_type));
                    changes.push(change(
                        PASS,
                        place,
                        Loss::None,
                        "a body without a schema is any JSON",
                    ));
                }
            }
        }
    }
    Ok(())
}
