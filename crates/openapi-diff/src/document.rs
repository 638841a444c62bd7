//! One of the two documents.

use openapi_document::At;
use serde_json::Value;

use crate::{Error, Side};

/// The versions of the specification that differ in how a schema is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// OpenAPI 3.0: `nullable`, boolean exclusive bounds, members beside a `$ref` are ignored.
    V3_0,
    /// OpenAPI 3.1: JSON Schema 2020-12.
    V3_1,
}

/// A document that is to be compared.
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

    /// What a reference within this document leads to: `None` when it leads out of it or to nothing.
    pub(crate) fn target(&self, reference: &str) -> Option<At<'a>> {
        At::target(self.root, reference)
    }

    /// What stands at `at`, behind however many references; what cannot be resolved stands for itself.
    ///
    /// For Reference Objects, whose siblings say nothing about the wire. A `$ref` in a schema is the business of `schema`.
    pub(crate) fn resolve(&self, at: At<'a>) -> At<'a> {
        at.follow(self.root).unwrap_or_else(|broken| broken.at)
    }
}
