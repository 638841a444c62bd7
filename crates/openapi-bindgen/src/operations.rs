//! The table of operations: what the document says of each, for the transport and the facade.

use serde_json::Value;

use crate::{
    Error,
    call::Calls,
    fill::{fill, lines, literal},
    prepare::prepared_operations,
    surface::{Item, Kind},
};

/// One operation of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its id in snake case, which is the name of its method.
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Its first tag, or nothing.
    pub tag: String,
    /// Whether it may be sent twice: by HTTP's rule for the method, or by the marker `idempotent` (see [`Settings::marker_prefix`](crate::Settings::marker_prefix)).
    pub idempotent: bool,
    /// Whether it spends credits: the marker `billable`.
    pub billable: bool,
    /// The largest number of items of one request: the marker `batch`.
    pub max_batch: Option<u32>,
    /// How its list is divided into pages: the marker `pagination`.
    pub pages: Option<Pages>,
}

/// How a list is divided into pages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pages {
    /// The query parameter with the number of the page.
    pub number: String,
    /// The query parameter with the size of a page.
    pub size: String,
    /// The largest size.
    pub max_size: u32,
    /// The member of the response that holds the items.
    pub items: String,
}

/// `prefix` stands before the names of the markers.
pub(crate) fn collect(document: &Value, calls: &Calls, prefix: &str) -> Result<Vec<Operation>, Error> {
    let mut found = Vec::new();
    for at in prepared_operations(document) {
        let call = at.id().and_then(|id| calls.get(id));
        let pointer = call.map_or("", |call| call.pointer.as_str());
        let text = |key: &str| at.value.get(key).and_then(Value::as_str).unwrap_or_default();
        let member = |name: &str| at.value.get(&format!("{prefix}{name}"));
        let flag = |name: &str| -> Result<Option<bool>, Error> {
            match member(name) {
                None => Ok(None),
                Some(Value::Bool(flag)) => Ok(Some(*flag)),
                Some(_) => Err(Error::document(
                    format!("{}/{prefix}{name}", pointer),
                    "must be true or false",
                )),
            }
        };
        found.push(Operation {
            id: text("operationId").to_owned(),
            method: at.method.to_ascii_uppercase(),
            path: call.map_or(at.path, |call| &call.path).to_owned(),
            tag: at
                .value
                .get("tags")
                .and_then(|tags| tags.get(0))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            idempotent: flag("idempotent")?.unwrap_or(!matches!(at.method, "post" | "patch")),
            billable: flag("billable")?.unwrap_or(false),
            max_batch: member("batch")
                .map(|marker| max(marker, &format!("{}/{prefix}batch", pointer)))
                .transpose()?,
            pages: member("pagination")
                .map(|marker| pages(marker, &format!("{}/{prefix}pagination", pointer)))
                .transpose()?,
        });
    }
    Ok(found)
}

fn pages(marker: &Value, pointer: &str) -> Result<Pages, Error> {
    let text = |key: &str| {
        marker
            .get(key)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
            .ok_or_else(|| Error::document(format!("{pointer}/{key}"), "is missing or is no text"))
    };
    Ok(Pages {
        number: text("page")?,
        size: text("size")?,
        max_size: max(marker, pointer)?,
        items: text("items")?,
    })
}

fn max(marker: &Value, pointer: &str) -> Result<u32, Error> {
    marker
        .get("max")
        .and_then(Value::as_u64)
        .and_then(|max| u32::try_from(max).ok())
        .ok_or_else(|| Error::document(format!("{pointer}/max"), "is missing or is no positive number"))
}

const TABLE: &str = "
/// All operations, in the order of the document.
pub const ALL: &[Operation] = &[
    $rows
];
";

const ROW: &str = "
Operation {
    id: $id,
    method: $method,
    path: $path,
    tag: $tag,
    idempotent: $idempotent,
    billable: $billable,
    max_batch: $max_batch,
    pages: $pages,
},
";

/// The table as Rust, in the terms of `runtime/operation.rs`.
pub(crate) fn table(operations: &[Operation]) -> String {
    let rows = operations.iter().map(|operation| {
        let pages = operation.pages.as_ref().map(|pages| {
            format!(
                "Pages {{ number: {}, size: {}, max_size: {}, items: {} }}",
                literal(&pages.number),
                literal(&pages.size),
                pages.max_size,
                literal(&pages.items),
            )
        });
        fill(
            ROW,
            &[
                ("id", &literal(&operation.id)),
                ("method", &literal(&operation.method)),
                ("path", &literal(&operation.path)),
                ("tag", &literal(&operation.tag)),
                ("idempotent", &operation.idempotent.to_string()),
                ("billable", &operation.billable.to_string()),
                (
                    "max_batch",
                    &option(operation.max_batch.map(|max| max.to_string())),
                ),
                ("pages", &option(pages)),
            ],
        )
    });
    fill(TABLE, &[("rows", &lines(rows))])
}

/// The public item of that text.
pub(crate) fn surface() -> Item {
    Item::new(
        Kind::Const,
        "operations::ALL".to_owned(),
        ": &[Operation]".to_owned(),
    )
}

fn option(value: Option<String>) -> String {
    match value {
        Some(value) => format!("::std::option::Option::Some({value})"),
        None => "::std::option::Option::None".to_owned(),
    }
}
