//! Checks the names in maps for which the specification has rules, and removes the objects that were marked
//! as broken.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::super::Site;
use super::{below, elements};
use crate::change::Loss;
use crate::grammar::{Form, Kind};
use crate::schema::Object;

pub(in super::super) fn run(object: &mut Object, kind: Kind, site: &mut Site<'_>) {
    if kind.may_be_reference_object() && object.contains_key("$ref") {
        return;
    }
    if kind == Kind::Schema {
        for name in ["discriminator", "xml", "externalDocs"] {
            if object.get(name).is_some_and(Value::is_null) {
                object.shift_remove(name);
            }
        }
        return;
    }
    if kind == Kind::Callback {
        object.retain(|name, item| name.starts_with("x-") || !item.is_null());
    }
    object.retain(|name, value| {
        let Some((_, form, _)) = kind.field(name) else {
            return true;
        };
        if matches!(form, Form::Object(kind) if *kind != Kind::Schema) {
            return !value.is_null();
        }
        if elements(*form).is_some_and(|kind| kind != Kind::Schema) {
            let has_extensions = matches!(form, Form::MapWithExtensions(_));
            match value {
                Value::Array(items) => items.retain(|item| !item.is_null()),
                Value::Object(members) => {
                    members
                        .retain(|key, member| !member.is_null() || (has_extensions && key.starts_with("x-")));
                }
                _ => {}
            }
        }
        true
    });
    match kind {
        Kind::Document => {
            rename(object, "paths", site, path);
            unique(object, "tags", site);
        }
        Kind::Operation => {
            rename(object, "responses", site, status);
            unique(object, "parameters", site);
        }
        Kind::PathItem => unique(object, "parameters", site),
        _ => {}
    }
}

/// OAS 3.0.3, Paths Object: "The field name MUST begin with a forward slash".
fn path(name: &str) -> Option<String> {
    Some(if name.starts_with('/') {
        name.to_owned()
    } else {
        format!("/{name}")
    })
}

/// OAS 3.0.3, Responses Object: `default`, a status code, or a range of them such as `2XX`.
fn status(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    let is_code = match upper.as_bytes() {
        [b'1'..=b'5', rest @ ..] if rest.len() == 2 => rest == b"XX" || rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    match name {
        "default" => Some(name.to_owned()),
        _ if is_code => Some(upper),
        _ if name.eq_ignore_ascii_case("default") => Some("default".to_owned()),
        _ => None,
    }
}

/// Gives the entries of a map valid names. Removes entries that cannot have a valid name or whose new name is
/// taken.
fn rename(object: &mut Object, field: &str, site: &mut Site<'_>, name: fn(&str) -> Option<String>) {
    let Some(members) = object.get_mut(field).and_then(Value::as_object_mut) else {
        return;
    };
    let is_good = |key: &String| key.starts_with("x-") || name(key).as_deref() == Some(key);
    if members.keys().all(is_good) {
        return;
    }
    let taken: HashSet<String> = members.keys().filter(|key| is_good(key)).cloned().collect();
    let mut renamed = Map::new();
    for (key, value) in std::mem::take(members) {
        let place = below(field, &key);
        match name(&key) {
            _ if is_good(&key) => drop(renamed.insert(key, value)),
            Some(new) if !taken.contains(&new) && !renamed.contains_key(&new) => {
                site.record_below(&place, Loss::None, format!("-> `{new}`"));
                renamed.insert(new, value);
            }
            _ => site.record_below(&place, Loss::Dropped, "removed: the name is not allowed"),
        }
    }
    *members = renamed;
}

/// OAS 3.0.3: the elements of these arrays must be distinct.
fn unique(object: &mut Object, field: &str, site: &mut Site<'_>) {
    let Some(items) = object.get_mut(field).and_then(Value::as_array_mut) else {
        return;
    };
    let before = items.len();
    let mut seen = HashSet::new();
    items.retain(|item| seen.insert(item.clone()));
    if items.len() < before {
        site.record(field, Loss::None, "repeated elements removed");
    }
}
