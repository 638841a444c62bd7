//! The conversion: checks first, then the passes at each object of the document, from the innermost outwards.

use std::collections::HashSet;

use serde_json::Value;

use crate::MAX_DEPTH;
use crate::change::Downconverted;
use crate::error::Error;
use crate::grammar::{Kind, Scope};
use crate::passes::deep_references::{self, Moved};
use crate::passes::{Log, dialect, run};
use crate::reach::affected;
use crate::reference::resolve;
use crate::schema::Object;
use crate::walk::{is_deeper_than, transform};

/// Converts an OpenAPI 3.1 document to OpenAPI 3.0.3. A 3.0 document is returned as it is.
///
/// A value that is valid under a schema of the document stays valid under what becomes of that schema. The
/// order of object members is kept.
///
/// # Errors
/// The document is not OpenAPI 3.1 or 3.0, its schemas are in an unknown dialect, a `$ref` leads out of it or to
/// nothing, or it is nested deeper than [`MAX_DEPTH`].
pub fn downconvert(document: Value) -> Result<Downconverted, Error> {
    if is_deeper_than(&document, MAX_DEPTH) {
        return Err(Error::TooDeep);
    }
    if is_version_3_0(&document)? {
        return Ok(Downconverted {
            document,
            changes: Vec::new(),
        });
    }
    dialect::check(&document)?;
    let references = resolve(&document)?;

    let moved = deep_references::plan(&document, &references);
    let (converted, log) = convert(document.clone(), &moved, &HashSet::new());
    let loosened = affected(&document, &moved, &log.widened);
    let (document, log) = if loosened.is_empty() {
        (converted, log)
    } else {
        convert(document, &moved, &loosened)
    };
    Ok(Downconverted {
        document,
        changes: log.into_changes(),
    })
}

fn is_version_3_0(document: &Value) -> Result<bool, Error> {
    let found = match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => return Ok(true),
        Some(Value::String(version)) if version.starts_with("3.1.") => return Ok(false),
        Some(version) => format!("the version is {version}"),
        None if document.get("swagger").is_some() => {
            "it is missing; this is a Swagger 2.0 document".to_owned()
        }
        None => "the version is missing".to_owned(),
    };
    Err(Error::Version { found })
}

/// Runs all passes over a document whose references are known to be good. The objects at the places
/// `loosened` must not rely on what is below them being as strict as before.
fn convert(mut document: Value, moved: &[Moved], loosened: &HashSet<String>) -> (Value, Log) {
    let mut log = Log::default();
    let copies = moved
        .iter()
        .filter_map(|moved| Some((moved, document.pointer(&moved.origin)?.clone())));
    let mut components: Vec<(&Moved, Value)> = copies.collect();

    let mut convert_one = |value: &mut Value, kind: Kind, origin: &str| {
        deep_references::redirect(value, kind, origin, moved, &mut log);
        transform(
            value,
            kind,
            Scope::Convertible,
            &mut origin.to_owned(),
            &mut |value, kind, place| {
                run(value, kind, place, loosened, &mut log);
            },
        );
    };
    convert_one(&mut document, Kind::Document, "");
    for (moved, schema) in &mut components {
        convert_one(schema, Kind::Schema, &moved.origin);
    }
    if let Some(schemas) = (!components.is_empty())
        .then(|| schemas_of(&mut document))
        .flatten()
    {
        schemas.extend(
            components
                .into_iter()
                .map(|(moved, schema)| (moved.name.clone(), schema)),
        );
    }
    (document, log)
}

/// `components.schemas`, made if it is missing.
fn schemas_of(document: &mut Value) -> Option<&mut Object> {
    ["components", "schemas"]
        .into_iter()
        .try_fold(document.as_object_mut()?, |object, field| {
            let member = object
                .entry(field)
                .or_insert_with(|| Value::Object(Object::new()));
            member.as_object_mut()
        })
}
