//! The parts of an operation's call. The preparing passes collect them from the document, and the writer
//! turns them into code.

use std::collections::BTreeMap;

/// The calls of all operations, by the name of the method.
pub(crate) type Calls = BTreeMap<String, Call>;

/// How one operation is called.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    /// The place of the operation in the document, as a JSON pointer.
    pub(crate) pointer: String,
    /// The path template, as the document has it.
    pub(crate) path: String,
    /// The parameters, in the order of the prepared operation.
    pub(crate) parameters: Vec<Parameter>,
    /// Its request body, if it has one.
    pub(crate) body: Option<Body>,
    /// The body of a success.
    pub(crate) success: Success,
    /// The media type to request.
    pub(crate) accept: Option<String>,
}

/// The body of a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Success {
    /// A value, as JSON.
    Json,
    /// A stream of bytes. This includes bodies that the document does not describe.
    #[default]
    Bytes,
    /// No body, or one that is ignored.
    Empty,
}

/// One parameter of a call.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// The name in the prepared operation.
    pub(crate) name: String,
    /// The places where the document describes it: in the operation or its path item, and the target of a
    /// reference there.
    pub(crate) pointers: Vec<String>,
    /// The name in requests.
    pub(crate) api_name: String,
    pub(crate) place: Place,
    pub(crate) style: Style,
}

/// The part of a request that an argument goes into: the place of a parameter (OAS 3.0.3, Parameter Object,
/// `in`), or the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
    /// A member of the body.
    Member,
    /// All members of the body that the document does not declare.
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

/// How a parameter that is not a single value is written. `{:?}` prints the variant of `runtime::Style`.
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
    /// A value, as a URL-encoded form.
    Form,
    /// Bytes, as they are.
    Raw,
}
