//! What the call of an operation is made of: the preparing passes collect it from the document, the writer makes code of it.

use std::collections::BTreeMap;

/// The calls of all operations, by the name of their method.
pub(crate) type Calls = BTreeMap<String, Call>;

/// How one operation is called.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    /// The place of the operation in the document, as a JSON pointer.
    pub(crate) pointer: String,
    /// The path template, as the document has it.
    pub(crate) path: String,
    /// Its parameters, in the order in which they stand in the prepared operation.
    pub(crate) parameters: Vec<Parameter>,
    /// Its request body, if it has one.
    pub(crate) body: Option<Body>,
    /// What a success has for a body.
    pub(crate) success: Success,
    /// The media type to ask for.
    pub(crate) accept: Option<String>,
}

/// What a success has for a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Success {
    /// A value, as JSON.
    Json,
    /// A stream of bytes; so is what the document does not describe.
    #[default]
    Bytes,
    /// Nothing that matters.
    Empty,
}

/// One parameter of a call.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// Its name in the prepared operation.
    pub(crate) name: String,
    /// Where the document describes it: in the operation or its path item, and what a reference there leads to.
    pub(crate) pointers: Vec<String>,
    /// Its name in requests.
    pub(crate) api_name: String,
    pub(crate) place: Place,
    pub(crate) style: Style,
}

/// Where an argument of a call is sent: where a parameter is (OAS 3.0.3, Parameter Object, `in`), or in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
    /// A member of the body.
    Member,
    /// All members of the body that the document does not name.
    Further,
    /// The whole body.
    Body,
}

impl Place {
    pub(crate) fn of(text: &str) -> Option<Self> {
        match text {
            "path" => Some(Self::Path),
            "query" => Some(Self::Query),
            "header" => Some(Self::Header),
            "cookie" => Some(Self::Cookie),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Member | Self::Further | Self::Body => "body",
        }
    }
}

/// How a parameter that is not a single value is written. `{:?}` gives the variant of `runtime::Style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Form,
    FormExploded,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Simple,
    SimpleExploded,
    Label,
    LabelExploded,
    Matrix,
    MatrixExploded,
    Json,
}

/// A request body.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) kind: BodyKind,
    /// The `Content-Type` to send; `None` if it is an argument of the call.
    pub(crate) content_type: Option<String>,
    pub(crate) optional: bool,
}

/// How a body is made from its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// A value, as JSON.
    Json,
    /// A value, as a form that is URL-encoded.
    Form,
    /// Bytes, as they are.
    Raw,
}
