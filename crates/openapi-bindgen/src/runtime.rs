//! The hand-written part of the generated code: real Rust files in `runtime/`.

use std::collections::BTreeSet;

use syn::{Item, parse_quote};

use crate::{Error, Operation, Settings, operations};

/// What generated code can use. Of these, only what occurs in it is needed.
const CRATES: [&str; 11] = [
    "bytes",
    "chrono",
    "futures",
    "percent_encoding",
    "progenitor_client",
    "regress",
    "reqwest",
    "schemars",
    "serde",
    "serde_json",
    "uuid",
];

/// The modules that the generated code leans on.
pub(crate) fn items(all: &[Operation], settings: &Settings) -> Result<Vec<Item>, Error> {
    let mut files = vec![
        ("encode_path.rs", include_str!("../runtime/encode_path.rs")),
        ("optional_body.rs", include_str!("../runtime/optional_body.rs")),
        (
            "optional_response.rs",
            include_str!("../runtime/optional_response.rs"),
        ),
        ("parameters.rs", include_str!("../runtime/parameters.rs")),
        ("request_body.rs", include_str!("../runtime/request_body.rs")),
        ("timestamp.rs", include_str!("../runtime/timestamp.rs")),
        ("union.rs", include_str!("../runtime/union.rs")),
    ];
    if settings.error_body.is_none() {
        files.push(("error_body.rs", include_str!("../runtime/error_body.rs")));
    }
    let mut runtime = Vec::new();
    for (name, source) in files {
        runtime.extend(parse(name, source)?);
    }
    let mut items: Vec<Item> = vec![parse_quote! {
        /// What the bindings lean on beside the types of the document.
        // Not every document needs all of it.
        #[allow(dead_code)]
        pub mod runtime {
            #(#runtime)*
        }
    }];
    if settings.operation_table {
        let operation = parse("operation.rs", include_str!("../runtime/operation.rs"))?;
        let table = operations::table(all);
        items.push(parse_quote! {
            /// The table of operations.
            pub mod operations {
                #(#operation)*
                #table
            }
        });
    }
    Ok(items)
}

/// The crates that code uses by path.
pub(crate) fn crates(code: &str) -> BTreeSet<String> {
    let uses = |name: &&str| {
        code.match_indices(&format!("{name}::")).any(|(at, _)| {
            let before = code[..at].trim_end_matches("::");
            !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    };
    CRATES.into_iter().filter(uses).map(ToOwned::to_owned).collect()
}

fn parse(name: &str, source: &str) -> Result<Vec<Item>, Error> {
    match syn::parse_file(source) {
        Ok(file) => Ok(file.items),
        Err(error) => Err(Error::Shape(format!("runtime/{name}: {error}"))),
    }
}
