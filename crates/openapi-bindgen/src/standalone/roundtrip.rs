//! The program `roundtrip` of a standalone crate: reads values into the types of the crate, and writes them
//! back.

use std::collections::BTreeMap;

/// The part that is the same for all documents.
const PROGRAM: &str = include_str!("../../runtime/roundtrip.rs");

/// The line that is replaced by the schemas.
const PLACE: &str = "        // One line for each schema of the document.\n";

/// `types` has the type of each schema, by the schema's name.
pub(super) fn program(crate_name: &str, types: &BTreeMap<String, String>) -> String {
    let arms: String = types
        .iter()
        .map(|(schema, rust)| format!("        {schema:?} => through::<types::{rust}>(value),\n"))
        .collect();
    let library = crate_name.replace('-', "_");
    let import = if types.is_empty() {
        String::new()
    } else {
        format!("use {library}::types;\n")
    };
    let program = PROGRAM.replace(PLACE, &arms);
    match program.split_once("\n\n") {
        // After the documentation of the file.
        Some((docs, rest)) => format!("{docs}\n\n{import}{rest}"),
        None => program,
    }
}
