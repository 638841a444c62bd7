//! OAS 3.1, OpenAPI Object: `jsonSchemaDialect`, the default `$schema` of all schemas. The meaning of other
//! dialects is not known here.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::error::{Error, shortened};
use crate::schema::Object;

const BASE: &str = "https://spec.openapis.org/oas/3.1/dialect/";
const JSON_SCHEMA: &str = "https://json-schema.org/draft/2020-12/schema";

pub(crate) fn check(document: &Value) -> Result<(), Error> {
    let unknown = document.get("jsonSchemaDialect").and_then(unknown);
    unknown.map_or(Ok(()), |dialect| Err(Error::Dialect { dialect }))
}

/// The dialect, if it is unknown.
fn unknown(dialect: &Value) -> Option<String> {
    let dialect = dialect
        .as_str()
        .map_or_else(|| dialect.to_string(), str::to_owned);
    (!is_known(&dialect)).then_some(dialect)
}

pub(super) fn is_known(dialect: &str) -> bool {
    dialect.starts_with(BASE) || dialect.trim_end_matches('#') == JSON_SCHEMA
}

pub(super) fn run(document: &mut Object, site: &mut Site<'_>) {
    let Some(dialect) = document.shift_remove("jsonSchemaDialect") else {
        return;
    };
    match unknown(&dialect) {
        None => site.record("jsonSchemaDialect", Loss::None, "removed"),
        Some(dialect) => site.record(
            "jsonSchemaDialect",
            Loss::Dropped,
            format!(
                "removed: the dialect {} is unknown, and the schemas are read as JSON Schema 2020-12",
                shortened(&dialect)
            ),
        ),
    }
}
