//! The options of a conversion.

/// Options for a conversion. The default is what [`downconvert`](crate::downconvert()) does.
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
    /// Refuse the document, with an error that lists all of them.
    #[default]
    Refuse,
    /// Treat them like references without a target: a schema then accepts everything, any other object is
    /// removed, and each change is recorded. A document that has no operation left after this is still
    /// refused.
    Remove,
}

/// What to do with a document whose `jsonSchemaDialect` is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnknownDialect {
    /// Refuse the document.
    #[default]
    Refuse,
    /// Read its schemas as JSON Schema 2020-12, and record this. Most such dialects are JSON Schema 2020-12
    /// with additional keywords. If a dialect is not, a schema may accept fewer values than intended.
    ReadAsJsonSchema,
}
