//! Leaves only objects in which each member has a field with a distinct Rust name.
//!
//! - If the names of two members collapse to one field (`fooBar` and `foo_bar`), the second is read with the
//!   undeclared members.
//! - `additionalProperties: true` is the same as `{}`: undeclared members have a field.
//! - `additionalProperties: false`: a member that the service adds later must not fail the whole value.
//! - An object without declared members is a map, whatever it requires, because a struct would lose its
//!   members.
//! - A list or map that may be absent is an option, because typify would leave out an empty one, which is
//!   different.

use std::collections::BTreeSet;

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::change,
    Object,
    nullable::{OPTION, is_null},
    walk::{each, is_nullable, reference, type_of},
};
use crate::{Settings, rust_name};

pub(super) const PASS: &str = "object-members";

/// typify's name for the field of undeclared members.
const FURTHER: &str = "extra";

pub(super) fn run(document: &mut Value, settings: &Settings, changes: &mut Vec<Change>) {
    each(document, &mut |schema, pointer| {
        if type_of(schema) != Some("object") {
            for keyword in ["properties", "required", "additionalProperties"] {
                schema.shift_remove(keyword);
            }
            return;
        }
        for note in mend(schema, settings.lossless) {
            changes.push(change(PASS, pointer, Loss::Widened, note));
        }
    });
}

fn mend(schema: &mut Object, lossless: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if schema
        .get("properties")
        .is_some_and(|members| members.as_object().is_none_or(Object::is_empty))
    {
        schema.shift_remove("properties");
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        schema.shift_remove("additionalProperties");
        notes.push("undeclared members are accepted".to_owned());
    }
    if !schema.contains_key("properties") {
        if schema.shift_remove("required").is_some() {
            notes.push("which members a map must have is not checked".to_owned());
        }
        if schema.get("additionalProperties") == Some(&Value::Bool(true)) {
            schema.shift_remove("additionalProperties");
        }
        return notes;
    }
    let required: BTreeSet<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(ToOwned::to_owned))
        .collect();
    if lossless && schema.get("additionalProperties") == Some(&Value::Bool(true)) {
        // Stated explicitly, and not only left open, because undeclared members are intended.
        schema.insert("additionalProperties".to_owned(), json!({}));
    }
    let has_further = matches!(schema.get("additionalProperties"), Some(Value::Object(_)));
    let mut taken = BTreeSet::new();
    let mut lost = Vec::new();
    if has_further {
        taken.insert(FURTHER.to_owned());
    }
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return notes;
    };
    for name in &required {
        properties.entry(name.clone()).or_insert_with(|| json!({}));
    }
    properties.retain(|name, _| {
        let kept = taken.insert(rust_name::snake(name));
        if !kept {
            lost.push(name.clone());
        }
        kept
    });
    if !lost.is_empty() && !has_further {
        // There is now a field for undeclared members, whose name must be free too.
        properties.retain(|name, _| {
            let kept = rust_name::snake(name) != FURTHER;
            if !kept {
                lost.push(name.clone());
            }
            kept
        });
    }
    for (name, member) in properties.iter_mut() {
        if lossless
            && !required.contains(name)
            && let Some(member) = member.as_object_mut()
            && is_null(member)
        {
            // As `()`, it would be sent when it is absent.
            member.shift_remove("enum");
            member.shift_remove("type");
        }
        if lossless
            && !required.contains(name)
            && let Some(member) = member.as_object_mut()
            && may_be_left_out_empty(member)
        {
            if !is_nullable(member) {
                member.insert(OPTION.to_owned(), json!(true));
            }
            member.insert("nullable".to_owned(), json!(true));
        }
    }
    if !lost.is_empty() {
        schema.insert("additionalProperties".to_owned(), json!({}));
        let kept: Vec<_> = required.iter().filter(|name| !lost.contains(name)).collect();
        schema.insert("required".to_owned(), json!(kept));
        if kept_none(schema) {
            schema.shift_remove("required");
        }
        let note = format!(
            "{}: another field has the same name in Rust, so it is read with the undeclared members",
            lost.join(", ")
        );
        notes.push(note);
    }
    notes
}

fn kept_none(schema: &Object) -> bool {
    schema
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty)
}

/// Lists and maps.
fn may_be_left_out_empty(member: &Object) -> bool {
    reference(member).is_none()
        && match type_of(member) {
            Some("array") => true,
            Some("object") => !member.contains_key("properties"),
            _ => false,
        }
}
