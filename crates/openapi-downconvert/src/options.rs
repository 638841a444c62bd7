//! What can be chosen.

/// How to convert; by default like [`downconvert`](crate::downconvert()).
///
/// ```
/// use openapi_downconvert::{ExternalReferences, Options};
/// # let document = serde_json::json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" } });
///
/// let options = Options::default().external_references(ExternalReferences::Remove);
/// let converted = options.downconvert(document)?;
/// # Ok::<(), openapi_downconvert::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    pub(crate) external_references: ExternalReferences,
    pub(crate) unknown_dialect: UnknownDialect,
}

/// What to do with references that lead out of the document. They are never fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExternalReferences {
    /// Refuse the document, naming all of them.
    #[default]
    Refuse,
    /// Treat them like references to nothing: a schema accepts everything, anything else is removed, and each is
    /// recorded. A document that has no operation left then is still refused.
    Remove,
}

/// What to do with a document whose `jsonSchemaDialect` is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnknownDialect {
    /// Refuse the document.
    #[default]
    Refuse,
    /// Read its schemas as JSON Schema 2020-12, and record that. Most such dialects are that one with keywords of their own. Where
    /// one is not, a schema may accept fewer values than was meant.
    ReadAsJsonSchema,
}
