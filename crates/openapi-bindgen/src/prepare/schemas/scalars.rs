//! Reads strings, numbers and booleans into types that can hold every valid value.
//!
//! Bounds, lengths and patterns do not shape types. Engines do not agree on patterns, and typify's choice of
//! integers (`NonZeroU64`, `i32`) by bound and format refuses values that another service would send. The
//! call checks the limits of what is sent; they are recorded here for it.
//!
//! In lossless types, formats do not shape types either. A format is an annotation (JSON Schema 2020-12,
//! Validation, section 7.2.1): a string with the format UUID need not be one, and a UUID may come back in
//! another spelling (`uuid` writes lower-case letters). Only `date-time` shapes a type, which keeps the text.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    Object,
    walk::{each, type_of},
};

pub(super) const PASS: &str = "scalar-constraints";

/// String formats for which typify has a type that does not keep every text.
const TYPED: [&str; 6] = ["uuid", "date", "ip", "ipv4", "ipv6", "time"];

const OF_NUMBERS: [&str; 5] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

const OF_TEXTS: [&str; 3] = ["minLength", "maxLength", "pattern"];

/// The member in which a schema records what a call checks: an object with the keywords.
pub(crate) const LIMITS: &str = "x-limits";

/// The keywords that a call checks.
const CHECKED: [&str; 6] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
];

pub(super) fn run(document: &mut Value, lossless: bool, changes: &mut Vec<Change>) {
    each(document, &mut |schema, pointer| {
        let mut dropped = Vec::new();
        let limits: Object = CHECKED
            .into_iter()
            .filter_map(|keyword| Some((keyword.to_owned(), schema.get(keyword)?.clone())))
            .collect();
        match type_of(schema) {
            Some("integer") => integer(schema, !lossless || is_argument(pointer), &mut dropped),
            Some("string") => {
                let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
                if lossless && TYPED.contains(&format) {
                    dropped.extend(take(schema, &["format"]));
                }
                dropped.extend(take(schema, &OF_TEXTS));
            }
            _ => {
                schema.shift_remove("format");
                dropped.extend(take(schema, &OF_TEXTS));
            }
        }
        dropped.extend(take(schema, &OF_NUMBERS));
        if !limits.is_empty() {
            schema.insert(LIMITS.to_owned(), Value::Object(limits));
        }
        if !dropped.is_empty() {
            let note = format!("{} is not checked by the type", dropped.join(", "));
            changes.push(change(PASS, pointer, Loss::Widened, note));
        }
    });
}

/// Returns whether the schema is part of a parameter of a path item or of an operation.
fn is_argument(pointer: &str) -> bool {
    let mut names = pointer.split('/').skip(1);
    names.next() == Some("paths") && names.skip(1).take(2).any(|name| name == "parameters")
}

/// An integer is an `i64` if a bound, a format or an enum says that it fits into 64 bits, a `u64` if it is
/// never negative, and otherwise an `i128`, which can hold both. Where that is not needed, as in an argument,
/// which is never received, it is an `i64` instead.
fn integer(schema: &mut Object, is_plain: bool, dropped: &mut Vec<&'static str>) {
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let (least, most) = (bound("minimum"), bound("maximum"));
    let within_signed = most.is_some_and(|most| most <= 9_223_372_036_854_775_807_f64)
        || matches!(
            format,
            "int32" | "int64" | "int16" | "int8" | "uint32" | "uint16" | "uint8"
        )
        || schema.contains_key("enum")
        || is_plain && most.is_none();
    let unsigned = least.is_some_and(|least| least >= 0.0);
    let kept = if format == "uint64" && !least.is_some_and(|least| least < 0.0) || unsigned && !within_signed
    {
        Some("uint64")
    } else {
        within_signed.then_some("int64")
    };
    schema.shift_remove("format");
    dropped.extend(take(schema, &OF_NUMBERS));
    if let Some(kept) = kept {
        schema.insert("format".to_owned(), json!(kept));
    }
}

fn take(schema: &mut Object, keywords: &[&'static str]) -> Vec<&'static str> {
    keywords
        .iter()
        .copied()
        .filter(|keyword| schema.shift_remove(*keyword).is_some())
        .collect()
}
