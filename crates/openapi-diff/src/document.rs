//! One of the two documents, and the places in it.

use serde_json::{Map, Value};

use crate::{Error, Side, pointer::Pointer};

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
        At {
            value: self.root,
            pointer: Pointer::default(),
        }
    }

    /// What a reference within this document leads to: `None` when it leads out of it or to nothing.
    pub(crate) fn target(&self, reference: &str) -> Option<At<'a>> {
        let fragment = reference.strip_prefix('#')?;
        let mut at = self.root();
        if fragment.is_empty() {
            return Some(at);
        }
        for token in fragment.strip_prefix('/')?.split('/') {
            at = at.get(&percent_decode(token).replace("~1", "/").replace("~0", "~"))?;
        }
        Some(at)
    }

    /// What stands at `at`, behind however many references; what cannot be resolved stands for itself.
    ///
    /// For Reference Objects, whose siblings say nothing about the wire. A `$ref` in a schema is the business of `schema`.
    pub(crate) fn resolve(&self, at: At<'a>) -> At<'a> {
        let mut seen = Vec::new();
        let mut at = at;
        while let Some(reference) = at.value.get("$ref").and_then(Value::as_str) {
            if seen.contains(&reference) {
                break;
            }
            seen.push(reference);
            match self.target(reference) {
                Some(target) => at = target,
                None => break,
            }
        }
        at
    }
}

/// A value of a document, in its place.
#[derive(Debug, Clone)]
pub(crate) struct At<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: Pointer,
}

impl<'a> At<'a> {
    /// The member of this object, or the item of this array, at `token`.
    pub(crate) fn get(&self, token: &str) -> Option<At<'a>> {
        let value = match self.value {
            Value::Object(members) => members.get(token),
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }?;
        Some(At {
            value,
            pointer: self.pointer.child(token),
        })
    }

    /// The members of this object, in its order; none of anything else.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
        let pointer = self.pointer.clone();
        self.object().into_iter().flatten().map(move |(name, value)| {
            let pointer = pointer.child(name.as_str());
            (name.as_str(), At { value, pointer })
        })
    }

    /// The items of this array; none of anything else.
    pub(crate) fn items(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        let pointer = self.pointer.clone();
        let items: &'a [Value] = self.value.as_array().map_or(&[], Vec::as_slice);
        items.iter().enumerate().map(move |(index, value)| At {
            value,
            pointer: pointer.child(index.to_string()),
        })
    }

    pub(crate) fn object(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    /// The member of this object that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// Whether the member of this object is `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.value.get(name) == Some(&Value::Bool(true))
    }
}

/// Undoes the percent-encoding of a URI fragment; what is no valid UTF-8 afterwards stays as it is.
fn percent_decode(token: &str) -> String {
    let mut bytes = Vec::with_capacity(token.len());
    let mut rest = token.as_bytes();
    while let [first, tail @ ..] = rest {
        let decoded = match (first, tail) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)),
            _ => None,
        };
        match decoded {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| token.to_owned())
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
