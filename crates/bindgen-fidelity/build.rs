//! Generates what the tests look at: the types of the difficult document, of one full of odd names and of
//! Databar's, as standalone crates have them, and for each a table from the names of the schemas to the
//! types; one more table for the types of `databar-api`.

#[path = "../../build.rs"]
#[allow(dead_code, reason = "only the settings are used here")]
mod databar;

#[path = "../openapi-bindgen/tests/names/document.rs"]
#[allow(dead_code, reason = "only the document is used here")]
mod names;

use std::{collections::BTreeMap, env, error::Error, fmt::Write, fs, path::PathBuf, process::ExitCode};

use openapi_bindgen::{Settings, Sources, generate};

const DIFFICULT: &str = "difficult.yaml";
const DATABAR: &str = "../../openapi.json";
const OVERLAY: &str = "../../openapi.overlay.json";
const NAMES: &str = "../openapi-bindgen/tests/names/document.rs";

fn main() -> ExitCode {
    for file in [DIFFICULT, DATABAR, OVERLAY, NAMES, "../../build.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?);
    let databar = || Sources::new(DATABAR).overlay(OVERLAY).read();
    for (name, document) in [
        ("difficult", Sources::new(DIFFICULT).read()?.value),
        ("databar", databar()?.value),
        ("names", names()),
    ] {
        let mut settings = Settings::standalone();
        settings.module = format!("crate::{name}::code");
        let generated = generate(document, &settings)?;
        if let Some(skipped) = generated.skipped.first() {
            return Err(format!("{name}: {} is left out: {}", skipped.operation, skipped.reason).into());
        }
        fs::write(out.join(format!("{name}.rs")), generated.code)?;
        fs::write(
            out.join(format!("{name}_table.rs")),
            table(&generated.types, |rust| format!("code::types::{rust}"))?
                + &debug(&generated.types, |rust| format!("code::types::{rust}"))?,
        )?;
    }
    let settings = databar::settings();
    let types = generate(databar()?.value, &settings)?.types;
    let path = |rust: &str| match settings.replacements.iter().find(|(schema, _)| schema == rust) {
        Some((_, replacement)) => replacement.replace("crate::", "databar_api::"),
        None => format!("databar_api::types::{rust}"),
    };
    fs::write(out.join("databar_api_table.rs"), table(&types, path)?)?;
    Ok(())
}

/// A document whose schemas, operations and parameters have odd names.
fn names() -> serde_json::Value {
    let names = names::ODD.map(ToOwned::to_owned);
    names::document(&names, &names::odd_forms(), &names, &names)
}

/// A function that reads a value into the type of a schema and writes that for people.
fn debug(types: &BTreeMap<String, String>, path: impl Fn(&str) -> String) -> Result<String, std::fmt::Error> {
    let what = "/// Reads a value into the type of this schema, and writes that for people.";
    dispatch(what, "debug", "String", "crate::debugged", types, path)
}

/// A function that reads and writes a value through the type of a schema.
fn table(types: &BTreeMap<String, String>, path: impl Fn(&str) -> String) -> Result<String, std::fmt::Error> {
    let what = "/// Reads a value into the type of this schema, and writes what that gives back.";
    dispatch(
        what,
        "roundtrip",
        "serde_json::Value",
        "crate::through",
        types,
        path,
    )
}

/// A function that calls another one for the type of a schema.
fn dispatch(
    what: &str,
    name: &str,
    result: &str,
    called: &str,
    types: &BTreeMap<String, String>,
    path: impl Fn(&str) -> String,
) -> Result<String, std::fmt::Error> {
    let mut text = format!(
        "{what}\n\
         ///\n/// # Errors\n///\n/// The reason why the type does not accept the value, or why the schema is not known.\n\
         pub fn {name}(schema: &str, value: serde_json::Value) -> Result<{result}, String> {{\n    match schema {{\n",
    );
    for (schema, rust) in types {
        writeln!(text, "        {schema:?} => {called}::<{}>(value),", path(rust))?;
    }
    text.push_str("        _ => Err(format!(\"the schema {schema:?} is not known\")),\n    }\n}\n");
    Ok(text)
}
