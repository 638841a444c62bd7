//! Places of the document that are not what the specification says: a `required` that is no list, a response
//! without a description, a schema that is a text.
//!
//! Such a place is lost, not the document. This is done from the outside inwards and before everything else,
//! so that the other passes find each field in the [form](crate::grammar::Form) that it should have. What has
//! to go is made null at first, so that everything else stays where it is and references keep their meaning;
//! [`sweep`] removes the nulls when the objects are converted.

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

/// Mends an object and all below it.
pub(crate) fn mend(value: &mut Value, kind: Kind, scope: Scope, place: &mut String, log: &mut Log) {
    if kind == Kind::Schema {
        schema_dialect::read(value, &mut Site::new("schema-dialect", place, log));
    }
    let site = &mut Site::repairing(PASS, place, log);
    match value {
        Value::Object(object) if kind.may_be_reference_object() && object.contains_key("$ref") => {
            if !object.get("$ref").is_some_and(Value::is_string) {
                site.record_here(Loss::Dropped, "removed: its `$ref` is no text");
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

/// Brings each field into its form; one that is in none is removed.
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

/// What a value is, for people.
fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Makes the object at this place one that [`sweep`] removes. Schemas stay, and accept everything.
pub(crate) fn bury(root: &mut Value, pointer: &str) {
    if let Some(value) = root.pointer_mut(pointer) {
        *value = Value::Null;
    }
}

/// The kind of the objects that a field holds several of.
fn elements(form: Form) -> Option<Kind> {
    match form {
        List(kind) | Map(kind) | MapWithExtensions(kind) => Some(kind),
        _ => None,
    }
}

/// A place below, for records.
fn below(name: &str, key: &str) -> String {
    pointer::from_names([name, key])
}
