//! Runs progenitor, and turns its panics into errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use serde_json::{Value, json};

use crate::{Error, Settings, prepare::ERROR_BODY};

pub(crate) fn generate(document: &Value, settings: &Settings) -> Result<TokenStream, Error> {
    let transport: TokenStream = settings
        .transport
        .parse()
        .map_err(|error| Error::Generator(format!("the transport type {:?}: {error}", settings.transport)))?;
    let mut options = GenerationSettings::new();
    options
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Separate)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(transport)
        .with_map_type("::std::collections::BTreeMap")
        .with_replacement(ERROR_BODY, &settings.error_body, std::iter::empty())
        .with_conversion(
            from_json(json!({ "type": "string", "format": "date-time" }))?,
            format!("{}::runtime::Timestamp", settings.module),
            [
                TypeImpl::Display,
                TypeImpl::FromStr,
                TypeImpl::FromStringIrrefutable,
            ]
            .into_iter(),
        );
    for (schema, replacement) in &settings.replacements {
        options.with_replacement(schema, replacement, std::iter::empty());
    }
    let document = from_json(document.clone())?;
    quietly(|| Generator::new(&options).generate_tokens(&document))?
        .map_err(|error| Error::Generator(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer: String = error
            .path()
            .iter()
            .map(|segment| format!("/{}", segment.to_string().trim_matches(['[', ']'])))
            .collect();
        Error::document(pointer, error.into_inner().to_string())
    })
}

/// Runs `work`; a panic in it is an error with its message, and prints nothing.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(hook);
    result.map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Error::Generator(format!("it panicked: {message}"))
    })
}
