//! Reads values into the types of this crate, and writes them back.
//!
//! Each line of the input is an object `{"schema": "<name of a component schema>", "value": <any JSON>}`. For
//! each, one line is written: `{"schema": .., "ok": true, "value": <the value as the type writes it>,
//! "error": null}`, or, if the type refuses the value, `{"schema": .., "ok": false, "value": null, "error":
//! "<the reason>"}`.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::io::{self, BufRead, BufWriter, Write};

fn main() -> io::Result<()> {
    // Values nest as deep as the parser allows, and each level may take several stack frames.
    let work = std::thread::Builder::new().stack_size(512 * 1024 * 1024).spawn(answer_all)?;
    work.join().unwrap_or_else(|_| Err(io::Error::other("the types panicked")))
}

fn answer_all() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().split(b'\n') {
        serde_json::to_writer(&mut out, &answer(&line?))?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

fn answer(line: &[u8]) -> Value {
    let (schema, result) = match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(mut request)) => match (request.remove("schema"), request.remove("value")) {
            (Some(Value::String(schema)), Some(value)) => {
                let result = roundtrip(&schema, value);
                (Value::String(schema), result)
            }
            (schema, _) => (
                schema.unwrap_or(Value::Null),
                Err("the line needs the members `schema`, a string, and `value`".to_owned()),
            ),
        },
        Ok(_) => (Value::Null, Err("the line is not an object".to_owned())),
        Err(error) => (Value::Null, Err(format!("the line is not JSON: {error}"))),
    };
    match result {
        Ok(value) => json!({ "schema": schema, "ok": true, "value": value, "error": null }),
        Err(error) => json!({ "schema": schema, "ok": false, "value": null, "error": error }),
    }
}

fn roundtrip(schema: &str, value: Value) -> Result<Value, String> {
    match schema {
        // One line for each schema of the document.
        _ => {
            drop(value);
            Err(format!("the document has no schema {schema:?} among its components"))
        }
    }
}

#[allow(dead_code)]
fn through<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, String> {
    let typed: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(typed).map_err(|error| error.to_string())
}
