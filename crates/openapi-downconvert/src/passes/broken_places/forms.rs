//! Whether the value of a field is in its form.

use regress::Regex;
use serde_json::Value;

use super::found;
use crate::change::Loss;
use crate::grammar::Form::{self, *};
use crate::schema::{Object, TYPES};

/// Patterns that are longer are not looked into.
const LONGEST_PATTERN: usize = 16 * 1024;

pub(super) enum Verdict {
    Good,
    /// In the form now, and what that costs where values are checked against it.
    Mended(Value, Loss, String),
    /// Why it cannot be in the form.
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
        Values | AnyList => wanted(value.is_array(), "a list"),
        Texts => texts(value),
        Names => names(value),
        AnyMap | Map(_) | MapWithExtensions(_) if is_empty_list(value) => Mended(
            Value::Object(Object::new()),
            Loss::None,
            "-> `{}`: it is an empty list".to_owned(),
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
            _ => wanted(value.is_array(), "a list"),
        },
    }
}

/// Writers in some languages cannot tell an empty list from an empty object.
fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// A text that a YAML document has as a number or a boolean, for want of quotes.
fn as_text(value: &Value) -> Option<String> {
    (value.is_number() || value.is_boolean()).then(|| value.to_string())
}

fn text(value: &Value) -> Verdict {
    match as_text(value) {
        _ if value.is_string() => Good,
        Some(text) => Mended(
            Value::from(text),
            Loss::None,
            format!("-> a text: it is {}", found(value)),
        ),
        None => Broken(format!("it is {}, not a text", found(value))),
    }
}

fn count(value: &Value) -> Verdict {
    /// Below it, each integer is a number of its own.
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
            "-> the same as an integer".to_owned(),
        ),
        _ => Broken(format!("it is {}, not a non-negative integer", found(value))),
    }
}

fn pattern(value: &Value) -> Verdict {
    let text = match value {
        Value::String(text) => text.clone(),
        other => match as_text(other) {
            Some(text) => text,
            None => return Broken(format!("it is {}, not a text", found(value))),
        },
    };
    if text.len() > LONGEST_PATTERN {
        return Broken("it is too long".to_owned());
    }
    match Regex::new(&text).or_else(|error| Regex::with_flags(&text, "u").map_err(|_| error)) {
        Err(error) => Broken(format!("it is no regular expression: {error}")),
        Ok(_) if value.is_string() => Good,
        Ok(_) => Mended(
            Value::from(text),
            Loss::None,
            format!("-> a text: it is {}", found(value)),
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
            Some(unknown) => Broken(format!("{unknown} is no type")),
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
        other => Broken(format!("{other} is no type")),
    }
}

fn texts(value: &Value) -> Verdict {
    let Value::Array(items) = value else {
        return Broken(format!("it is {}, not a list", found(value)));
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
    Mended(mended.into(), loss, "-> a list of texts".to_owned())
}

fn names(value: &Value) -> Verdict {
    let Value::Array(items) = value else {
        return Broken(format!("it is {}, not a list", found(value)));
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
        "-> a list of different texts".to_owned(),
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
    Mended(Value::Object(mended), loss, "-> a map of texts".to_owned())
}
