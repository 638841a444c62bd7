//! The table of operations: what the document says about each, for the transport and the facade.

use serde_json::{Map, Value};

use crate::{
    Error,
    call::{Calls, Place, Success},
    fill::{fill, lines, literal},
    rust_name,
    surface::{Item, Kind},
    write::{self, Argument, Limited, Step},
};

/// One operation of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The id in snake case, which is the name of the operation's method.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The first tag; empty if it has none.
    pub tag: String,
    /// The name on a command line: the marker `command`, or else the tag and the id.
    pub command: String,
    /// Whether it may be sent twice: by the HTTP rule for the method, or by the marker `idempotent` (see
    /// [`Settings::marker_prefix`](crate::Settings::marker_prefix)).
    pub idempotent: bool,
    /// Whether it costs credits: the marker `billable`.
    pub billable: bool,
    /// The maximum number of items in one request: the marker `batch`.
    pub max_batch: Option<u32>,
    /// How its list is divided into pages: the marker `pagination`.
    pub pages: Option<Pages>,
}

/// How a list is divided into pages.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pages {
    /// The query parameter with the page number.
    pub number: String,
    /// The query parameter with the page size.
    pub size: String,
    /// The maximum page size.
    pub max_size: u32,
    /// The member of the response with the items.
    pub items: String,
    /// The member that says whether there are more items.
    pub more: Option<String>,
    /// The member with the total number of items on all pages.
    pub total: Option<String>,
}

/// Collects the table. `prefix` is the prefix of the markers' names.
pub(crate) fn collect(document: &Value, calls: &Calls, prefix: &str) -> Result<Vec<Operation>, Error> {
    let mut found = Vec::new();
    for prepared in openapi_document::operations(document) {
        let call = prepared.id().and_then(|id| calls.get(id));
        let pointer = call.map_or("", |call| call.pointer.as_str());
        let text = |key: &str| {
            prepared
                .at
                .value
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let member = |name: &str| prepared.at.value.get(format!("{prefix}{name}"));
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
        let id = text("operationId");
        let tag = prepared
            .at
            .value
            .get("tags")
            .and_then(|tags| tags.get(0))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let command = member("command").map_or_else(|| Ok(usual_command(tag, id)), command);
        let command =
            command.map_err(|reason| Error::document(format!("{pointer}/{prefix}command"), reason))?;
        let same = found.iter().find(|other: &&Operation| other.command == command);
        if let Some(other) = same {
            return Err(Error::document(
                format!("{pointer}/{prefix}command"),
                format!("{command:?} is already the command of {}", other.id),
            ));
        }
        found.push(Operation {
            id: id.to_owned(),
            method: prepared.method.to_ascii_uppercase(),
            path: call.map_or(prepared.path, |call| &call.path).to_owned(),
            tag: tag.to_owned(),
            command,
            idempotent: flag("idempotent")?.unwrap_or(!matches!(prepared.method, "post" | "patch")),
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

/// Reads the words of a marker, each in kebab case.
fn command(marker: &Value) -> Result<String, &'static str> {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    match marker.as_str() {
        Some(words) if words.split(' ').all(is_word) => Ok(words.to_owned()),
        _ => Err("must be words such as \"table rename\", with lower-case letters, digits and hyphens"),
    }
}

fn usual_command(tag: &str, id: &str) -> String {
    let tag = rust_name::method(tag).replace('_', "-");
    let id = id.replace('_', "-");
    match tag.is_empty() {
        true => id,
        false => format!("{tag} {id}"),
    }
}

fn pages(marker: &Value, pointer: &str) -> Result<Pages, Error> {
    let text = |key: &str| {
        marker
            .get(key)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
            .ok_or_else(|| Error::document(format!("{pointer}/{key}"), "is missing or is not a string"))
    };
    Ok(Pages {
        number: text("page")?,
        size: text("size")?,
        max_size: max(marker, pointer)?,
        items: text("items")?,
        more: marker.get("more").and_then(Value::as_str).map(ToOwned::to_owned),
        total: marker.get("total").and_then(Value::as_str).map(ToOwned::to_owned),
    })
}

fn max(marker: &Value, pointer: &str) -> Result<u32, Error> {
    marker
        .get("max")
        .and_then(Value::as_u64)
        .and_then(|max| u32::try_from(max).ok())
        .ok_or_else(|| Error::document(format!("{pointer}/max"), "is missing or is not a positive number"))
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
    command: $command,
    summary: $summary,
    description: $description,
    idempotent: $idempotent,
    billable: $billable,
    max_batch: $max_batch,
    pages: $pages,
    parameters: &[
        $parameters
    ],
    body: $body,
    accept: $accept,
    success: Success::$success,
},
";

/// Writes the table as Rust, in the terms of `runtime/operation.rs`. `written` are the same operations.
pub(crate) fn table(operations: &[Operation], written: &[write::Operation<'_>]) -> String {
    let rows = operations.iter().zip(written).map(|(operation, written)| {
        let pages = operation.pages.as_ref().map(|pages| {
            format!(
                "Pages {{ number: {}, size: {}, max_size: {}, items: {}, more: {}, total: {} }}",
                literal(&pages.number),
                literal(&pages.size),
                pages.max_size,
                literal(&pages.items),
                option(pages.more.as_deref().map(literal)),
                option(pages.total.as_deref().map(literal)),
            )
        });
        let call = written.call;
        let body = call.body.as_ref().map(|body| {
            let media_type = body.content_type.as_deref().map(literal);
            format!(
                "Body {{ kind: BodyKind::{:?}, media_type: {}, required: {} }}",
                body.kind,
                option(media_type),
                !body.optional
            )
        });
        let usual = (call.success != Success::Bytes).then_some("application/json");
        let accept = call.accept.as_deref().or(usual);
        fill(
            ROW,
            &[
                ("id", &literal(&operation.id)),
                ("method", &literal(&operation.method)),
                ("path", &literal(&operation.path)),
                ("tag", &literal(&operation.tag)),
                ("command", &literal(&operation.command)),
                ("summary", &literal(written.summary.trim())),
                ("description", &literal(written.description.trim())),
                ("idempotent", &operation.idempotent.to_string()),
                ("billable", &operation.billable.to_string()),
                (
                    "max_batch",
                    &option(operation.max_batch.map(|max| max.to_string())),
                ),
                ("pages", &option(pages)),
                (
                    "parameters",
                    &lines(written.arguments.iter().filter_map(parameter)),
                ),
                ("body", &option(body)),
                ("accept", &option(accept.map(literal))),
                ("success", &format!("{:?}", call.success)),
            ],
        )
    });
    fill(TABLE, &[("rows", &lines(rows))])
}

fn parameter(argument: &Argument) -> Option<String> {
    (argument.place != Place::Further).then(|| {
        let shape = &argument.shape;
        let limited = limited(&shape.limits);
        let with = |method: &str, text: &str| match text.is_empty() {
            true => String::new(),
            false => format!(".{method}({})", literal(text)),
        };
        let items = with("of_items", shape.items);
        let format = with("in_format", &shape.format);
        let described = with("described", argument.description.trim());
        format!(
            "Parameter::of({}, Place::{:?}, Style::{:?}, {}, {}){items}{format}{described}{limited},",
            literal(&argument.api_name),
            argument.place,
            argument.style,
            literal(shape.json_type),
            argument.is_required,
        )
    })
}

/// Writes the limits of an argument and of the values inside it, in the terms of `runtime/operation.rs`.
fn limited(all: &[Limited]) -> String {
    let mut of_itself = String::new();
    let mut inner = Vec::new();
    for Limited { way, keywords } in all {
        let limits = limits(keywords).collect::<Vec<_>>().join(", ");
        if limits.is_empty() {
            continue;
        }
        if way.is_empty() {
            of_itself = format!(".within(&[{limits}])");
        } else {
            let way = way.iter().map(step).collect::<Vec<_>>().join(", ");
            inner.push(format!("Inner {{ way: &[{way}], limits: &[{limits}] }}"));
        }
    }
    match inner.is_empty() {
        true => of_itself,
        false => format!("{of_itself}.with(&[{}])", inner.join(", ")),
    }
}

fn step(step: &Step) -> String {
    match step {
        Step::Member(name) => format!("Step::Member({})", literal(name)),
        Step::Members => "Step::Members".to_owned(),
        Step::Items => "Step::Items".to_owned(),
    }
}

/// Writes keywords as limits.
fn limits(keywords: &Map<String, Value>) -> impl Iterator<Item = String> {
    let of_number = |name: &'static str, strict: &'static str, exclusive: &str| {
        let bound = keywords
            .get(if name == "AtLeast" { "minimum" } else { "maximum" })?
            .as_f64()?;
        let is_exclusive = keywords.get(exclusive) == Some(&Value::Bool(true));
        Some(format!(
            "Limit::{}({bound:?})",
            if is_exclusive { strict } else { name }
        ))
    };
    let of_text = |name: &str, keyword: &str| {
        let length = keywords.get(keyword)?.as_u64()?;
        Some(format!("Limit::{name}({length})"))
    };
    [
        of_number("AtLeast", "MoreThan", "exclusiveMinimum"),
        of_number("AtMost", "LessThan", "exclusiveMaximum"),
        of_text("Shortest", "minLength"),
        of_text("Longest", "maxLength"),
    ]
    .into_iter()
    .flatten()
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
