//! Resolves YAML scalars by the Core Schema of YAML 1.2.2, section 10.3.

use granit_parser::{ScalarStyle, Tag};
use serde_json::{Number, Value};

use super::{LONGEST_TEXT, excerpt};

/// The JSON value of a scalar, or the reason why it has none.
pub(crate) fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return match style {
            ScalarStyle::Plain => plain(text),
            _ => Ok(Value::from(text)),
        };
    };
    if is_non_specific(tag) {
        return Ok(Value::from(text));
    }
    let value = match core(tag)? {
        // Dates and base64 data are strings in JSON.
        "str" | "timestamp" | "binary" => Some(Value::from(text)),
        "null" => is_null(text).then_some(Value::Null),
        "bool" => boolean(text).map(Value::Bool),
        "int" => integer(text),
        "float" => match float(text)? {
            Some(value) => Some(value),
            None => integer(text).and_then(|value| value.as_f64()).map(Value::from),
        },
        other => return Err(format!("the tag !!{other} does not name a scalar type of JSON")),
    };
    value.ok_or_else(|| {
        format!(
            "{:?} does not fit its tag !!{}",
            excerpt(text, LONGEST_TEXT),
            tag.suffix()
        )
    })
}

/// Checks the tag of a mapping or a sequence: there must be none, `!`, or the core tag `name`.
pub(crate) fn check_collection(tag: Option<&Tag>, name: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !is_non_specific(tag) => match core(tag)? {
            found if found == name => Ok(()),
            other => Err(format!(
                "the tag !!{other} does not fit this collection, which is a !!{name}"
            )),
        },
        _ => Ok(()),
    }
}

/// Whether the tag is a lone `!`: the value is not to be resolved.
fn is_non_specific(tag: &Tag) -> bool {
    (tag.handle().is_empty() && tag.suffix() == "!") || (tag.handle() == "!" && tag.suffix().is_empty())
}

fn core(tag: &Tag) -> Result<&str, String> {
    const PREFIX: &str = "tag:yaml.org,2002:";
    if tag.handle() == PREFIX || tag.handle() == "!!" {
        return Ok(tag.suffix());
    }
    match tag.suffix().strip_prefix(PREFIX) {
        Some(name) if tag.handle().is_empty() => Ok(name),
        _ => Err(format!(
            "the tag {}{} is not one of YAML's core schema",
            tag.handle(),
            tag.suffix()
        )),
    }
}

fn plain(text: &str) -> Result<Value, String> {
    if is_null(text) {
        return Ok(Value::Null);
    }
    if let Some(value) = boolean(text).map(Value::Bool).or_else(|| integer(text)) {
        return Ok(value);
    }
    Ok(float(text)?.unwrap_or_else(|| Value::from(text)))
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Exact if it fits in 64 bits, otherwise the nearest 64-bit float, as in `serde_json`.
fn integer(text: &str) -> Option<Value> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
                return None;
            }
            return match u64::from_str_radix(digits, radix) {
                Ok(value) => Some(value.into()),
                Err(_) => Some((u128::from_str_radix(digits, radix).ok()? as f64).into()),
            };
        }
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Ok(value) = text.parse::<u64>() {
        return Some(value.into());
    }
    if let Ok(value) = text.parse::<i64>() {
        return Some(value.into());
    }
    text.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

fn float(text: &str) -> Result<Option<Value>, String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(format!("{text} is a number that JSON cannot represent"));
    }
    if !is_float(unsigned) {
        return Ok(None);
    }
    match text.parse().ok().and_then(Number::from_f64) {
        Some(number) => Ok(Some(Value::Number(number))),
        None => Err(format!(
            "the number {:?} is out of range",
            excerpt(text, LONGEST_TEXT)
        )),
    }
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !are_digits(digits) {
            return false;
        }
    }
    match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            are_digits(whole) && are_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && are_digits(mantissa),
    }
}
