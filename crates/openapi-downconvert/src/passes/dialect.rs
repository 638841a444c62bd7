//! OAS 3.1, OpenAPI Object: `jsonSchemaDialect`, the default `$schema` of all schemas. What another dialect
//! means is not known here.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::error::Error;
use crate::schema::Object;

const BASE: &str = "https://spec.openapis.org/oas/3.1/dialect/";
const JSON_SCHEMA: &str = "https://json-schema.org/draft/2020-12/schema";

pub(crate) fn check(document: &Value) -> Result<(), Error> {
    let dialect = match document.get("jsonSchemaDialect") {
        None => return Ok(()),
        Some(Value::String(dialect)) => dialect.clone(),
        Some(other) => other.to_string(),
    };
    if is_known(&dialect) {
        Ok(())
    } else {
        Err(Error::Dialect { dialect })
    }
}

pub(super) fn is_known(dialect: &str) -> bool {
    dialect.starts_with(BASE) || dialect.trim_end_matches('#') == JSON_SCHEMA
}

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    if document.shift_remove("jsonSchemaDialect").is_some() {
        site.record("jsonSchemaDialect", Loss::None, "removed");
    }
}
