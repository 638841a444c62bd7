//! Values of arguments, from texts.

use std::fs;
use std::io::{self, Read as _};

use databar::api::operations::Parameter;
use serde_json::{Map, Value};

/// The value of a parameter, from what was given for it: a text each time that its flag was.
///
/// `@FILE` reads the text from a file, and `-` from standard input. Lists take an item for each time, or one JSON array; objects
/// take `key=text` and `key:=JSON` for each time, or one JSON object.
///
/// # Errors
///
/// What is wrong with the text, without the name of the parameter.
pub(crate) fn of(parameter: &Parameter, given: &[String]) -> Result<Value, String> {
    let given = given
        .iter()
        .map(|text| read(text))
        .collect::<Result<Vec<_>, _>>()?;
    match (parameter.ty, &given[..]) {
        ("array", [text]) if text.trim_start().starts_with('[') => json(text, "a JSON array"),
        ("array", items) => items
            .iter()
            .map(|item| scalar(parameter.items, "", item))
            .collect(),
        ("object", [text]) if text.trim_start().starts_with('{') => json(text, "a JSON object"),
        ("object", members) => members
            .iter()
            .map(|text| member(text))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        (ty, [text]) => {
            let value = scalar(ty, parameter.format, text)?;
            // The request checks this, too; here the message has the name of the flag.
            match parameter.limits.iter().find(|limit| !limit.admits(&value)) {
                Some(limit) => Err(format!("{value} is not allowed: it must be {limit}")),
                None => Ok(value),
            }
        }
        _ => Err("it is given more than once".to_owned()),
    }
}

/// A text as it stands, or that of a file.
fn read(text: &str) -> Result<String, String> {
    let read = match text.strip_prefix('@') {
        Some("-") => stdin(),
        Some(path) => fs::read_to_string(path).map_err(|error| format!("{path}: {error}")),
        None if text == "-" => stdin(),
        None => return Ok(text.to_owned()),
    };
    read.map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
}

fn stdin() -> Result<String, String> {
    let mut text = String::new();
    match io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("standard input: {error}")),
    }
}

fn json(text: &str, what: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("it is not {what}: {error}"))
}

fn member(text: &str) -> Result<(String, Value), String> {
    if let Some((name, value)) = text.split_once(":=")
        && !name.contains('=')
    {
        return Ok((name.to_owned(), json(value, "JSON after `:=`")?));
    }
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.into())),
        _ => Err(format!(
            "{text:?} is neither key=text, nor key:=JSON, nor a JSON object"
        )),
    }
}

fn scalar(ty: &str, format: &str, text: &str) -> Result<Value, String> {
    let fit = |value: Value, what: &str, fits: fn(&Value) -> bool| match fits(&value) {
        true => Ok(value),
        false => Err(format!("{text:?} is not {what}")),
    };
    let parsed = || serde_json::from_str(text).unwrap_or(Value::Null);
    match ty {
        "string" if format == "uuid" => match uuid::Uuid::try_parse(text) {
            Ok(_) => Ok(text.into()),
            Err(error) => Err(format!("{text:?} is not a UUID: {error}")),
        },
        "string" => Ok(text.into()),
        "integer" => fit(parsed(), "a whole number", |value| {
            value.is_i64() || value.is_u64()
        }),
        "number" => fit(parsed(), "a number", Value::is_number),
        "boolean" => fit(parsed(), "true or false", Value::is_boolean),
        "object" => fit(json(text, "a JSON object")?, "a JSON object", Value::is_object),
        "array" => fit(json(text, "a JSON array")?, "a JSON array", Value::is_array),
        // Of several types: what it is as JSON, else a text.
        _ => Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into())),
    }
}
