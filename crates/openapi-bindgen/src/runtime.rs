//! The hand-written part of the generated code: real Rust files in `runtime/`.

use std::collections::BTreeSet;

use syn::{Item, Path, parse_quote};

use crate::{Settings, finish};

/// What generated code can use. Of these, only what occurs in it is needed.
const CRATES: [&str; 11] = [
    "bytes",
    "chrono",
    "futures",
    "percent_encoding",
    "regress",
    "reqwest",
    "schemars",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "uuid",
];

/// The modules that the generated code leans on.
/// `error` is the hand-written error type, if there is one.
pub(crate) fn items(settings: &Settings, error: Option<&Path>) -> Vec<Item> {
    let mut files = vec![
        ("encode_path.rs", include_str!("../runtime/encode_path.rs")),
        ("integers.rs", include_str!("../runtime/integers.rs")),
        ("parameters.rs", include_str!("../runtime/parameters.rs")),
        ("refusal.rs", include_str!("../runtime/refusal.rs")),
        ("request.rs", include_str!("../runtime/request.rs")),
        ("response.rs", include_str!("../runtime/response.rs")),
        ("timestamp.rs", include_str!("../runtime/timestamp.rs")),
        ("union.rs", include_str!("../runtime/union.rs")),
    ];
    if error.is_none() {
        files.push(("answer.rs", include_str!("../runtime/answer.rs")));
        files.push(("error.rs", include_str!("../runtime/error.rs")));
    }
    let mut runtime: Vec<Item> = Vec::new();
    for (name, source) in files {
        runtime.extend(parse(name, source));
    }
    if settings.schemars {
        for item in &mut runtime {
            if let Item::Struct(item) = item
                && item.ident == "Timestamp"
            {
                item.attrs.push(finish::derive_schemars());
            }
        }
    }
    let mut items: Vec<Item> = match error {
        Some(error) => vec![
            parse_quote!(
                pub use runtime::Response;
            ),
            parse_quote!(
                #[allow(unused_imports)]
                use #error as Error;
            ),
        ],
        None => vec![parse_quote!(
            pub use runtime::{ByteStream, Error, ErrorKind, Response};
        )],
    };
    items.push(parse_quote! {
        /// What the bindings lean on beside the types of the document.
        // Not every document needs all of it.
        #[allow(dead_code)]
        pub mod runtime {
            #(#runtime)*
        }
    });
    if settings.operation_table {
        let operation = parse("operation.rs", include_str!("../runtime/operation.rs"));
        items.push(parse_quote! {
            /// The table of operations.
            pub mod operations {
                #(#operation)*
            }
        });
    }
    items
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

#[expect(
    clippy::panic,
    reason = "the files are part of this crate, and its tests generate code with each of them"
)]
fn parse(name: &str, source: &str) -> Vec<Item> {
    match syn::parse_file(source) {
        Ok(file) => file.items,
        Err(error) => panic!("runtime/{name}: {error}"),
    }
}
