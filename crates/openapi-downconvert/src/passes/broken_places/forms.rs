//! Checks whether the value of a field has the right form.

use regress::Regex;
use serde_json::Value;

use super::found;
use crate::change::Loss;
use crate::grammar::Form::{self, *};
use crate::schema::{Object, TYPES};

/// Longer patterns are not checked and are removed.
const LONGEST_PATTERN: usize = 16 * 1024;

pub(super) enum Verdict {
    Good,
    /// The repaired value, and what the repair loses if the keyword affects validation.
    Mended(Value, Loss, String),
    /// Why the value cannot be repaired.
    Broken(String),
}

use Verdict::{Broken, Good, Mended};

pub(super) fn judge(value: &Value, form: Form) -> Verdict {
    let wanted = |is_good: bool, what: &str| {
        if is_good {
            Good
        } else {
            Broken(format!("it is {}, not {what}", found(value)))
        }
    };
    match form {
        Anything | Object(_) | ObjectOrFlag(_) => Good,
        Text => text(value),
        Flag => wanted(value.is_boolean(), "a boolean"),
        Number => wanted(value.is_number(), "a number"),
        Positive => wanted(
            value.as_f64().is_some_and(|number| number > 0.0),
            "a number greater than 0",
        ),
        Bound => wanted(value.is_number() || value.is_boolean(), "a number"),
        Count => count(value),
        Pattern => pattern(value),
        Types => types(value),
        Values if value.as_array().is_some_and(Vec::is_empty) => Broken("it is empty".to_owned()),
        Values | AnyList => wanted(value.is_array(), "an array"),
        Texts => texts(value),
        Names => names(value),
        AnyMap | Map(_) | MapWithExtensions(_) if is_empty_list(value) => Mended(
            Value::Object(Object::new()),
            Loss::None,
            "-> `{}`: it is an empty array".to_owned(),
        ),
        AnyMap | Map(_) | MapWithExtensions(_) => wanted(value.is_object(), "an object"),
        MapOfText => map_of_text(value),
        OneOf(allowed) => wanted(
            value.as_str().is_some_and(|text| allowed.contains(&text)),
            &format!("one of {}", allowed.join(", ")),
        ),
        List(kind) => match value.as_array() {
            Some(items) if items.is_empty() && kind == crate::grammar::Kind::Schema => {
                Broken("it is empty".to_owned())
            }
            _ => wanted(value.is_array(), "an array"),
        },
    }
}

/// In some languages, programs cannot tell an empty array from an empty object when they write JSON.
fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// The text of a number or a boolean, which is what YAML reads when an author leaves out the quotes of a
/// string.
fn as_text(value: &Value) -> Option<String> {
    (value.is_number() || value.is_boolean()).then(|| value.to_string())
}

fn text(value: &Value) -> Verdict {
    match as_text(value) {
        _ if value.is_string() => Good,
        Some(text) => Mended(
            Value::from(text),
            Loss::None,
            format!("-> a string: it is {}", found(value)),
        ),
        None => Broken(format!("it is {}, not a string", found(value))),
    }
}

fn count(value: &Value) -> Verdict {
    /// Below this, a 64-bit float represents every integer exactly.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    match value.as_f64() {
        _ if value.is_u64() => Good,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to fit"
        )]
        Some(number) if number.fract() == 0.0 && (0.0..LARGEST).contains(&number) => Mended(
            Value::from(number as u64),
            Loss::None,
            "-> the same number as an integer".to_owned(),
        ),
        _ => Broken(format!("it is {}, not a non-negative integer", found(value))),
    }
}

fn pattern(value: &Value) -> Verdict {
    let text = match value {
        Value::String(text) => text.clone(),
        other => match as_text(other) {
            Some(text) => text,
            None => return Broken(format!("it is {}, not a string", found(value))),
        },
    };
    if text.len() > LONGEST_PATTERN {
        return Broken(format!("it is longer than {LONGEST_PATTERN} bytes"));
    }
    match Regex::new(&text).or_else(|error| Regex::with_flags(&text, "u").map_err(|_| error)) {
        Err(error) => Broken(format!("it is not a regular expression: {error}")),
        Ok(_) if value.is_string() => Good,
        Ok(_) => Mended(
            Value::from(text),
            Loss::None,
            format!("-> a string: it is {}", found(value)),
        ),
    }
}

fn types(value: &Value) -> Verdict {
    let is_type = |name: &Value| {
        name.as_str()
            .is_some_and(|name| name == "null" || TYPES.contains(&name))
    };
    match value {
        Value::Array(names) if names.is_empty() => Broken("it is empty".to_owned()),
        Value::Array(names) => match names.iter().find(|name| !is_type(name) && !name.is_null()) {
            Some(unknown) => Broken(format!("{unknown} is not a type")),
            None if names.iter().all(is_type) => Good,
            None => {
                let quoted = |name: &Value| {
                    if name.is_null() {
                        Value::from("null")
                    } else {
                        name.clone()
                    }
                };
                Mended(
                    names.iter().map(quoted).collect(),
                    Loss::None,
                    "null -> the type null".to_owned(),
                )
            }
        },
        name if is_type(name) => Good,
        other => Broken(format!("{other} is not a type")),
    }
}

fn texts(value: &Value) -> Verdict {
    let Value::Array(items) = value else {
        return Broken(format!("it is {}, not an array", found(value)));
    };
    if items.iter().all(Value::is_string) {
        return Good;
    }
    let mended = items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned).or_else(|| as_text(item)));
    let mended: Vec<Value> = mended.map(Value::from).collect();
    let loss = if mended.len() == items.len() {
        Loss::None
    } else {
        Loss::Dropped
    };
    Mended(mended.into(), loss, "-> an array of strings".to_owned())
}

fn names(value: &Value) -> Verdict {
    let Value::Array(items) = value else {
        return Broken(format!("it is {}, not an array", found(value)));
    };
    let mut seen = std::collections::HashSet::new();
    let kept: Vec<&Value> = items
        .iter()
        .filter(|item| item.as_str().is_some_and(|name| seen.insert(name)))
        .collect();
    if kept.len() == items.len() {
        return Good;
    }
    let loss = if items.iter().all(Value::is_string) {
        Loss::None
    } else {
        Loss::Widened
    };
    Mended(
        kept.into_iter().cloned().collect(),
        loss,
        "-> an array of distinct strings".to_owned(),
    )
}

fn map_of_text(value: &Value) -> Verdict {
    let Value::Object(members) = value else {
        return judge(value, AnyMap);
    };
    if members.values().all(Value::is_string) {
        return Good;
    }
    let mended = members.iter().filter_map(|(name, value)| {
        let text = value.as_str().map(str::to_owned).or_else(|| as_text(value))?;
        Some((name.clone(), Value::from(text)))
    });
    let mended: Object = mended.collect();
    let loss = if mended.len() == members.len() {
        Loss::None
    } else {
        Loss::Dropped
    };
    Mended(Value::Object(mended), loss, "-> a map of strings".to_owned())
}
