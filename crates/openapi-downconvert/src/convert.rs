//! The conversion: first the checks, then the references, then the passes on each object of the document,
//! from the innermost objects outwards.

use std::collections::{HashMap, HashSet};

use openapi_document::{is_deeper_than, pointer};
use serde_json::Value;

use crate::change::Downconverted;
use crate::error::{Error, shortened};
use crate::grammar::{Kind, Scope, Version};
use crate::passes::{Log, dialect, run};
use crate::reach::affected;
use crate::references::{Prepared, prepare};
use crate::schema::Object;
use crate::walk::transform;
use crate::{ExternalReferences, MAX_DEPTH, Options, UnknownDialect};

/// Converts an OpenAPI 3.1 document to OpenAPI 3.0.3. A 3.0 document keeps its version, and is returned
/// unchanged if it is valid.
///
/// A value that is valid under a schema of the document is also valid under the converted schema. The order
/// of object members is kept.
///
/// # Errors
/// The document is not OpenAPI 3.1 or 3.0, its schemas are in an unknown dialect, a `$ref` leads out of it,
/// or it is nested deeper than [`MAX_DEPTH`].
pub fn downconvert(document: Value) -> Result<Downconverted, Error> {
    Options::default().downconvert(document)
}

impl Options {
    /// Like [`downconvert`](crate::downconvert()), with these options.
    ///
    /// # Errors
    /// The same errors as [`downconvert`](crate::downconvert()), unless the options accept the document.
    pub fn downconvert(&self, document: Value) -> Result<Downconverted, Error> {
        if is_deeper_than(&document, MAX_DEPTH) {
            return Err(Error::TooDeep);
        }
        let version = version(&document)?;
        if version == Version::V3_1 && self.unknown_dialect == UnknownDialect::Refuse {
            dialect::check(&document)?;
        }
        let prepared = prepare(document, version, self.external_references)?;
        let (mut document, mut log) = convert(prepared.clone(), version, &HashSet::new());
        let scope = Scope { version, lost: true };
        let loosened = affected(&prepared, scope, &log.widened);
        if !loosened.is_empty() {
            (document, log) = convert(prepared, version, &loosened);
        }
        Ok(Downconverted {
            document,
            changes: log.changes,
        })
    }

    /// Sets what to do with references that lead out of the document. By default the document is refused.
    #[must_use]
    pub fn external_references(mut self, external_references: ExternalReferences) -> Self {
        self.external_references = external_references;
        self
    }

    /// Sets what to do with a document whose `jsonSchemaDialect` is unknown. By default it is refused.
    #[must_use]
    pub fn unknown_dialect(mut self, unknown_dialect: UnknownDialect) -> Self {
        self.unknown_dialect = unknown_dialect;
        self
    }
}

fn version(document: &Value) -> Result<Version, Error> {
    let found = match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => return Ok(Version::V3_0),
        Some(Value::String(version)) if version.starts_with("3.1.") => return Ok(Version::V3_1),
        Some(version) => format!("the version is {}", shortened(&version.to_string())),
        None if document.get("swagger").is_some() => {
            "the version is missing; this is a Swagger 2.0 document".to_owned()
        }
        None if !document.is_object() => "the version is missing; the document is not an object".to_owned(),
        None => "the version is missing".to_owned(),
    };
    Err(Error::Version { found })
}

/// Runs all passes on a document whose references are already resolved. Objects at the places in `loosened`
/// cannot rely on the objects below them being as strict as before.
fn convert(prepared: Prepared, version: Version, loosened: &HashSet<String>) -> (Value, Log) {
    let Prepared {
        mut document,
        moved,
        mut log,
    } = prepared;
    let scope = Scope { version, lost: false };
    let mut convert_one = |value: &mut Value, kind: Kind, origin: &str| {
        transform(
            value,
            kind,
            scope,
            &mut origin.to_owned(),
            &mut |value, kind, place| {
                // The document itself comes last, because its passes need the components.
                if kind != Kind::Document {
                    run(value, kind, place, version, loosened, &mut log);
                }
            },
        );
    };
    convert_one(&mut document, Kind::Document, "");
    // The original places of the new components.
    let mut origins: HashMap<String, String> = HashMap::new();
    for mut moved in moved {
        convert_one(&mut moved.value, moved.kind, &moved.origin);
        if let Some(place) = pointer::of_reference(&moved.kind.reference_to(&moved.name)) {
            origins.insert(place, moved.origin);
        }
        if let Some(section) = moved
            .kind
            .section()
            .and_then(|section| components(&mut document, section))
        {
            section.insert(moved.name, moved.value);
        }
    }
    let before = log.changes.len();
    run(&mut document, Kind::Document, "", version, loosened, &mut log);
    for change in &mut log.changes[before..] {
        // Replaces the prefix `/components/<section>/<name>` by the original place.
        let end = change
            .pointer
            .match_indices('/')
            .nth(3)
            .map_or(change.pointer.len(), |(end, _)| end);
        if let Some(origin) = origins.get(&change.pointer[..end]) {
            change.pointer.replace_range(..end, origin);
        }
    }
    (document, log)
}

/// A section of `components`, created if it is missing.
fn components<'d>(document: &'d mut Value, section: &str) -> Option<&'d mut Object> {
    ["components", section]
        .into_iter()
        .try_fold(document.as_object_mut()?, |object, field| {
            let member = object
                .entry(field)
                .or_insert_with(|| Value::Object(Object::new()));
            member.as_object_mut()
        })
}
