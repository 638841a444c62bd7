//! The hand-written part of the generated code: real Rust files in `runtime/`.

use quote::quote;
use syn::Item;

use crate::{Error, Operation, operations};

/// The modules that the generated code leans on.
pub(crate) fn items(all: &[Operation]) -> Result<Vec<Item>, Error> {
    let files = [
        ("encode_path.rs", include_str!("../runtime/encode_path.rs")),
        ("optional_body.rs", include_str!("../runtime/optional_body.rs")),
        ("timestamp.rs", include_str!("../runtime/timestamp.rs")),
    ];
    let mut runtime = Vec::new();
    for (name, source) in files {
        runtime.extend(parse(name, source)?);
    }
    let operation = parse("operation.rs", include_str!("../runtime/operation.rs"))?;
    let table = operations::table(all);
    let file: syn::File = syn::parse2(quote! {
        /// What the bindings lean on beside the types of the document.
        pub mod runtime {
            #(#runtime)*
        }

        /// The table of operations.
        pub mod operations {
            #(#operation)*
            #table
        }
    })
    .map_err(|error| Error::Shape(format!("the runtime modules do not parse: {error}")))?;
    Ok(file.items)
}

fn parse(name: &str, source: &str) -> Result<Vec<Item>, Error> {
    match syn::parse_file(source) {
        Ok(file) => Ok(file.items),
        Err(error) => Err(Error::Shape(format!("runtime/{name}: {error}"))),
    }
}
