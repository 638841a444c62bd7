//! The operations of a document.

use serde_json::Value;

use crate::At;

/// The fields of a Path Item Object that hold operations, named by HTTP method, in the order of the
/// specification.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation of a document.
#[derive(Debug, Clone)]
pub struct Operation<'a> {
    /// Its path. For a webhook, its name; for a callback, its expression.
    pub path: &'a str,
    /// Its HTTP method, in lower case.
    pub method: &'static str,
    /// The path item that contains it.
    pub item: At<'a>,
    /// The operation itself.
    pub at: At<'a>,
}

impl<'a> Operation<'a> {
    /// Its `operationId`, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.at.text("operationId")
    }

    /// Its method and path, such as `GET /books`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }
}

/// The operations under `paths`, in document order.
///
/// ```
/// use serde_json::json;
///
/// let document = json!({ "paths": { "/books": { "summary": "Books", "post": {}, "get": {} }, "x-note": { "get": {} } } });
/// let names: Vec<_> = openapi_document::operations(&document)
///     .map(|operation| operation.name())
///     .collect();
/// assert_eq!(names, ["POST /books", "GET /books"]);
/// ```
pub fn operations(document: &Value) -> impl Iterator<Item = Operation<'_>> {
    let paths = At::root(document).get("paths");
    let items = paths.into_iter().flat_map(|paths| paths.members());
    items
        .filter(|(path, _)| !path.starts_with("x-"))
        .flat_map(|(path, item)| operations_of(document, path, item))
}

/// The operations of one path item of a path, webhook or callback, in document order.
///
/// If the path item is a reference, these are the operations of the path item that it refers to.
pub fn operations_of<'a>(
    document: &'a Value,
    path: &'a str,
    item: At<'a>,
) -> impl Iterator<Item = Operation<'a>> {
    let item = item.follow(document).unwrap_or_else(|broken| broken.at);
    item.members().filter_map(move |(name, at)| {
        at.object()?;
        Some(Operation {
            path,
            method: METHODS.into_iter().find(|method| *method == name)?,
            item: item.clone(),
            at,
        })
    })
}
