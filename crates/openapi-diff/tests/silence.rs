//! Every change in a document is reported, or is ignored for a reason that is listed here.
#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use chrono::NaiveDate;
use openapi_diff::{Options, diff};
use openapi_document::{At, pointer};
use serde_json::Value;

/// Members that do not affect the wire, in any object that has them.
const WORDS: [&str; 8] = [
    "title",
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "$comment",
    "info",
];

/// The places of all members of all objects.
fn places(at: &At<'_>, found: &mut Vec<String>) {
    for (_, member) in at.members() {
        found.push(member.pointer.to_string());
        places(&member, found);
    }
    for item in at.items() {
        places(&item, found);
    }
}

fn without(document: &Value, place: &str) -> Value {
    let mut document = document.clone();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let members = document.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    members.shift_remove(&*pointer::unescape(name));
    document
}

/// The reason why nothing is reported if the member at `place` is removed or has another value.
fn reason(base: &Value, place: &str) -> Option<&'static str> {
    const BOUNDS: [&str; 7] = [
        "/minimum",
        "/maximum",
        "/exclusiveMinimum",
        "/exclusiveMaximum",
        "/minLength",
        "/maxLength",
        "/minItems",
    ];
    let (holder, name) = place.rsplit_once('/')?;
    let (holder, value) = (base.pointer(holder)?, base.pointer(place)?);
    let words_only = |value: &Value| {
        value
            .as_object()
            .is_some_and(|members| members.keys().all(|name| WORDS.contains(&name.as_str())))
    };
    let reason = if BOUNDS.iter().any(|bound| place.ends_with(bound)) {
        "no rule reports it: the sender may send more, or the recipient gets less"
    } else if name == "type" && holder.get("enum").is_some() {
        "the listed values show the type"
    } else if words_only(value) {
        "it has only annotations"
    } else if name == "x-extensible-enum" {
        "the values are examples, and others are expected"
    } else if name == "required" && holder.get("in").is_some_and(|location| location == "path") {
        "a path parameter is required in any case"
    } else if name == "explode" {
        "it is the default of the style, or has no effect in it"
    } else if place.starts_with("/tags") {
        "the description of a tag is documentation"
    } else if place.starts_with("/paths/~1ideas") {
        "drafts are not judged"
    } else if place.starts_with("/components/schemas/Legacy") {
        "no operation uses the component"
    } else if holder.pointer(&format!("/{name}/readOnly")) == Some(&Value::Bool(true)) {
        "clients do not send a read-only property"
    } else {
        return None;
    };
    Some(reason)
}

/// Another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::from("null"),
        Value::Bool(flag) => Value::from(!flag),
        Value::Number(number) => Value::from(number.as_f64().unwrap() + 1.0),
        Value::String(text) => Value::from(format!("{text}x")),
        Value::Array(items) => items.get(1..).unwrap_or_default().into(),
        Value::Object(_) => Value::Object(serde_json::Map::new()),
    }
}

/// Whether `new` is reported, or is ignored for a reason.
fn is_silent(base: &Value, new: &Value, reason: Option<&str>) -> bool {
    let Ok(diff) = diff(base, new, Options::new(NaiveDate::MIN)) else {
        return false;
    };
    diff.findings.is_empty() && diff.notes.is_empty() && reason.is_none()
}

/// Changes each member of the document, and fails for changes that are neither reported nor ignored for a
/// reason. `None` means no change.
fn each_is_told(change: impl Fn(&Value, &str) -> Option<Value>) {
    let base: Value = serde_json::from_str(include_str!("golden/base.json")).unwrap();
    let mut all = Vec::new();
    places(&At::root(&base), &mut all);
    let mut silent = Vec::new();
    for place in &all {
        if place.split('/').any(|step| WORDS.contains(&step)) || place == "/openapi" || place == "/paths" {
            continue;
        }
        let new = change(&base, place);
        if new.is_some_and(|new| is_silent(&base, &new, reason(&base, place))) {
            silent.push(format!("{place}: {}", base.pointer(place).unwrap()));
        }
    }
    assert!(
        silent.is_empty(),
        "{silent:#?}\n{} of {}",
        silent.len(),
        all.len()
    );
}

#[test]
fn a_member_that_is_dropped_is_told_or_is_nothing_for_a_reason() {
    each_is_told(|base, place| Some(without(base, place)));
}

#[test]
fn a_value_that_is_another_is_told_or_is_nothing_for_a_reason() {
    each_is_told(|base, place| {
        let mut new = base.clone();
        let value = new.pointer_mut(place).unwrap();
        *value = other(value);
        (new != *base).then_some(new)
    });
}
