//! Runs progenitor, and turns its panics into errors.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use serde_json::{Value, json};
use serde_path_to_error::Segment;

use crate::{
    Error, Settings,
    prepare::{ERROR_BODY, pointer_token},
};

/// progenitor with our options.
pub(crate) struct Generator {
    options: GenerationSettings,
}

impl Generator {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let mut options = GenerationSettings::new();
        options
            .with_interface(InterfaceStyle::Builder)
            .with_tag(TagStyle::Separate)
            .with_map_type("::std::collections::BTreeMap")
            .with_replacement(ERROR_BODY, settings.error_body(), std::iter::empty())
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
        if let Some(transport) = &settings.transport {
            let transport: TokenStream = transport
                .parse()
                .map_err(|error| Error::Settings(format!("the transport type {transport:?}: {error}")))?;
            options.with_inner_type(transport).with_hooks(HooksMode::Expected);
        }
        for (schema, replacement) in &settings.replacements {
            options.with_replacement(schema, replacement, std::iter::empty());
        }
        Ok(Self { options })
    }

    /// progenitor's tokens for an OpenAPI 3.0 document.
    pub(crate) fn run(&self, document: &Value) -> Result<TokenStream, Error> {
        let document = from_json(document.clone())?;
        quietly(|| progenitor::Generator::new(&self.options).generate_tokens(&document))?
            .map_err(|error| Error::Generator(one_line(&error.to_string())))
    }
}

fn from_json<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer: String = error
            .path()
            .iter()
            .map(|segment| match segment {
                Segment::Seq { index } => format!("/{index}"),
                Segment::Map { key } => format!("/{}", pointer_token(key)),
                Segment::Enum { variant } => format!("/{variant}"),
                Segment::Unknown => String::new(),
            })
            .collect();
        Error::document(pointer, one_line(&error.into_inner().to_string()))
    })
}

thread_local! {
    /// Whether a panic of this thread is ours to report.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it is an error with its message, and prints nothing. Panics of other threads are printed as ever.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result.map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Error::Generator(format!("it panicked: {}", one_line(message)))
    })
}

/// A message without its line breaks, and not without end: progenitor prints whole structures.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(300)
        .collect()
}
