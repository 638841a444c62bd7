//! Repairs places of the document that violate the specification: a `required` that is not an array, a
//! response without a description, a schema that is a string.
//!
//! Only such a place is lost, not the whole document. The repair runs from the outermost objects inwards and
//! before everything else, so that the other passes find each field in its proper
//! [form](crate::grammar::Form). An object that must be removed is first replaced by null. Everything else
//! then keeps its place, and references keep their targets. [`sweep`] removes the nulls when the objects are
//! converted.

mod forms;
mod rules;
mod sweep;

use openapi_document::pointer;
use serde_json::{Value, json};

use super::{Log, Site, schema_dialect};
use crate::change::Loss;
use crate::grammar::{Form, Kind, Scope, each_below_mut};
use crate::schema::{Object, is_annotation};

use Form::{List, Map, MapWithExtensions};
use forms::Verdict;
pub(super) use sweep::run;

const PASS: &str = "broken-places";

/// Repairs an object and everything below it.
pub(crate) fn mend(value: &mut Value, kind: Kind, scope: Scope, place: &mut String, log: &mut Log) {
    if kind == Kind::Schema {
        schema_dialect::read(value, &mut Site::new("schema-dialect", place, log));
    }
    let site = &mut Site::repairing(PASS, place, log);
    match value {
        Value::Object(object) if kind.may_be_reference_object() && object.contains_key("$ref") => {
            if !object.get("$ref").is_some_and(Value::is_string) {
                site.record_here(Loss::Dropped, "removed: its `$ref` is not a string");
                *value = Value::Null;
            }
            return;
        }
        Value::Object(object) if kind == Kind::SecurityRequirement => {
            return rules::requirement(object, site);
        }
        Value::Object(object) => mend_fields(object, kind, site),
        Value::Bool(_) if kind == Kind::Schema => return,
        _ => {
            let is_empty = value.as_array().is_some_and(Vec::is_empty);
            if is_empty || matches!(kind, Kind::Schema | Kind::Info) {
                let loss = match kind {
                    _ if is_empty => Loss::None,
                    Kind::Schema => Loss::Widened,
                    _ => Loss::Dropped,
                };
                site.record_here(
                    loss,
                    format!("-> `{{}}`: it was {}, not {}", found(value), kind.one()),
                );
                *value = json!({});
            } else {
                site.record_here(
                    Loss::Dropped,
                    format!("removed: it is {}, not {}", found(value), kind.one()),
                );
                *value = Value::Null;
                return;
            }
        }
    }
    let length = place.len();
    each_below_mut(
        value,
        kind,
        Scope { lost: true, ..scope },
        &mut |step, child, kind| {
            step.push_to(place);
            mend(child, kind, scope, place, log);
            place.truncate(length);
        },
    );
    if let Value::Object(object) = value
        && !rules::complete(object, kind, &mut Site::repairing(PASS, place, log))
    {
        *value = Value::Null;
    }
}

/// Brings each field into its form. Removes a field that cannot be repaired.
fn mend_fields(object: &mut Object, kind: Kind, site: &mut Site<'_>) {
    object.retain(|name, value| {
        let Some((name, form, _)) = kind.field(name) else {
            return true;
        };
        let is_checked = kind == Kind::Schema && !is_annotation(name);
        match forms::judge(value, *form) {
            Verdict::Good => true,
            Verdict::Mended(mended, loss, note) => {
                *value = mended;
                site.record(
                    name,
                    if is_checked { loss } else { loss.min(Loss::Dropped) },
                    note,
                );
                true
            }
            Verdict::Broken(why) => {
                let loss = match value {
                    Value::Null if *name != "type" => Loss::None,
                    _ if is_checked => Loss::Widened,
                    _ => Loss::Dropped,
                };
                site.record(name, loss, format!("removed: {why}"));
                false
            }
        }
    });
}

/// The type of a value, for messages.
fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Marks the object at this place for removal by [`sweep`]. Schemas stay, and accept everything.
pub(crate) fn bury(root: &mut Value, pointer: &str) {
    if let Some(value) = root.pointer_mut(pointer) {
        *value = Value::Null;
    }
}

/// The kind of the objects in a field that contains several.
fn elements(form: Form) -> Option<Kind> {
    match form {
        List(kind) | Map(kind) | MapWithExtensions(kind) => Some(kind),
        _ => None,
    }
}

/// The pointer to an entry of a field, for the log.
fn below(name: &str, key: &str) -> String {
    pointer::from_names([name, key])
}
