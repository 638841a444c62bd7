//! One of the two compared documents.

use openapi_document::At;
use serde_json::Value;

use crate::{Error, Side};

/// The versions of the specification, which differ in how schemas are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// OpenAPI 3.0: `nullable`, boolean exclusive bounds, and members next to a `$ref` are ignored.
    V3_0,
    /// OpenAPI 3.1: JSON Schema 2020-12.
    V3_1,
}

/// A document to compare.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) version: Version,
    root: &'a Value,
}

impl<'a> Document<'a> {
    pub(crate) fn new(root: &'a Value, side: Side) -> Result<Self, Error> {
        let stated = root
            .get("openapi")
            .and_then(Value::as_str)
            .ok_or(Error::NotOpenApi(side))?;
        let version = match stated.split('.').collect::<Vec<_>>()[..] {
            ["3", "0", ..] => Version::V3_0,
            ["3", "1", ..] => Version::V3_1,
            _ => {
                return Err(Error::Version {
                    side,
                    version: stated.to_owned(),
                });
            }
        };
        Ok(Self { version, root })
    }

    pub(crate) fn root(&self) -> At<'a> {
        At::root(self.root)
    }

    /// The target of a reference within this document. `None` if it leads out of the document or has no
    /// target.
    pub(crate) fn target(&self, reference: &str) -> Option<At<'a>> {
        At::target(self.root, reference)
    }

    /// The value at `at`, after following all references. A reference that cannot be resolved is returned as
    /// it is.
    ///
    /// Only for Reference Objects, where members next to `$ref` do not affect the wire format. `schema`
    /// handles a `$ref` in a schema.
    pub(crate) fn resolve(&self, at: At<'a>) -> At<'a> {
        at.follow(self.root).unwrap_or_else(|broken| broken.at)
    }
}
