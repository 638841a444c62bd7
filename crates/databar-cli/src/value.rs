//! Parses argument values from text.

use std::fs;
use std::io::{self, Read as _};

use databar::api::operations::Parameter;
use serde_json::{Map, Value};

/// Parses the value of a parameter from the texts given for its flag.
///
/// `@FILE` reads the text from a file, and `-` from standard input. A list is given by repeating the flag or
/// as one JSON array, an object as repeated `key=text` and `key:=JSON` or as one JSON object.
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
            // The request checks this, too, but here the message can name the flag.
            match parameter.limits.iter().find(|limit| !limit.admits(&value)) {
                Some(limit) => Err(format!("{value} is not allowed: it must be {limit}")),
                None => Ok(value),
            }
        }
        _ => Err("it is given more than once".to_owned()),
    }
}

/// The text itself, or the content of the file that it names.
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
        // A parameter of several types: JSON if the text parses as JSON, otherwise a string.
        _ => Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into())),
    }
}
