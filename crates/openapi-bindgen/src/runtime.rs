//! The hand-written part of the generated code, which is in the Rust files in `runtime/`.

use std::collections::BTreeSet;

use syn::{Item, parse_quote};

use crate::{
    Settings, finish,
    write::{Hand, Surroundings},
};

/// The crates that generated code can use. It needs only those that occur in it.
const CRATES: [&str; 12] = [
    "bytes",
    "chrono",
    "futures_core",
    "percent_encoding",
    "regress",
    "reqwest",
    "schemars",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "tokio",
    "uuid",
];

/// The modules that the generated code depends on.
pub(crate) fn items(settings: &Settings, surroundings: &Surroundings) -> Vec<Item> {
    let mut files = vec![
        ("by_data.rs", include_str!("../runtime/by_data.rs")),
        ("call.rs", include_str!("../runtime/call.rs")),
        ("encode_path.rs", include_str!("../runtime/encode_path.rs")),
        ("integers.rs", include_str!("../runtime/integers.rs")),
        ("limits.rs", include_str!("../runtime/limits.rs")),
        ("misfit.rs", include_str!("../runtime/misfit.rs")),
        ("nullable.rs", include_str!("../runtime/nullable.rs")),
        ("pages.rs", include_str!("../runtime/pages.rs")),
        ("parameters.rs", include_str!("../runtime/parameters.rs")),
        ("refusal.rs", include_str!("../runtime/refusal.rs")),
        ("response.rs", include_str!("../runtime/response.rs")),
        ("timestamp.rs", include_str!("../runtime/timestamp.rs")),
        ("union.rs", include_str!("../runtime/union.rs")),
    ];
    if surroundings.transport.is_none() {
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
        runtime.push(parse_quote! {
            #[cfg(feature = "schemars")]
            impl<T: ::schemars::JsonSchema> ::schemars::JsonSchema for Nullable<T> {
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    ::std::option::Option::<T>::schema_name()
                }
                fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                    ::std::option::Option::<T>::json_schema(generator)
                }
            }
        });
    }
    let mut items: Vec<Item> = Vec::new();
    match &surroundings.transport {
        Some(Hand { error, answer }) => {
            items.push(parse_quote!(
                pub use runtime::{Arguments, Items, Nullable, Request, Response};
            ));
            items.push(parse_quote!(
                #[allow(unused_imports)]
                use #error as Error;
            ));
            runtime.push(parse_quote!(
                use #answer as Answer;
            ));
            runtime.push(parse_quote! {
                /// Sends the request of an operation.
                fn send(
                    client: &Client,
                    operation: &'static Operation,
                    request: ::reqwest::Request,
                    again: impl FnMut() -> ::std::option::Option<::reqwest::Request> + Send + 'static,
                ) -> Sending<Answer> {
                    client.inner.clone().call(operation, request, again)
                }
            });
            runtime.push(parse_quote! {
                /// The error for an item of a page that does not fit its type.
                fn unfit(
                    client: &Client,
                    operation: &'static Operation,
                    what: &str,
                    misfit: Misfit,
                    item: ::std::string::String,
                ) -> Error {
                    client.inner.unfit(operation, what, misfit, item)
                }
            });
        }
        None => items.push(parse_quote!(
            pub use runtime::{Arguments, ByteStream, Error, ErrorKind, Items, Nullable, Request, Response};
        )),
    }
    let bytes = &surroundings.bytes;
    runtime.push(parse_quote!(
        type Body = #bytes;
    ));
    let imported: Item = match surroundings.transport {
        Some(_) => parse_quote!(
            use super::{Client, Error};
        ),
        None => parse_quote!(
            use super::Client;
        ),
    };
    let operation = parse("operation.rs", include_str!("../runtime/operation.rs"));
    items.push(parse_quote! {
        /// The parts of the bindings that do not depend on the document.
        // Not every document needs all of it.
        #[allow(dead_code)]
        pub mod runtime {
            #imported
            use super::operations::{BodyKind, Inner, Limit, Operation, Pages, Parameter, Place, Step, Success};
            #(#runtime)*
        }
    });
    items.push(parse_quote! {
        /// The table of operations.
        #[allow(dead_code)]
        pub mod operations {
            #(#operation)*
        }
    });
    items
}

/// Finds the crates that code uses by path.
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
