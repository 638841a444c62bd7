//! What a call is made of, beyond what a document can tell progenitor: the preparing passes write it down, the finishing
//! passes put it into the code.

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
    /// The path that it has in the prepared document, where that is another.
    pub(crate) moved_to: Option<String>,
    /// Its parameters, in the order in which they stand in the prepared operation.
    pub(crate) parameters: Vec<Parameter>,
    /// Its request body, if it has one.
    pub(crate) body: Option<Body>,
    /// The media type to ask for, where it is another than progenitor's.
    pub(crate) accept: Option<String>,
    /// Whether a success may come without the JSON that others have.
    pub(crate) may_be_empty: bool,
}

/// One parameter of a call.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// Its name in the prepared operation.
    pub(crate) name: String,
    /// Its name in requests.
    pub(crate) api_name: String,
    pub(crate) place: Place,
    pub(crate) style: Style,
    /// Whether its type stands in the prepared operation as the item of an array: progenitor panics on parameters
    /// with a builder of their own, as structs have.
    pub(crate) boxed: bool,
}

/// Where a parameter is sent (OAS 3.0.3, Parameter Object, `in`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
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
        }
    }
}

/// How a parameter that is not a single value is written; the variants of `runtime::Style`.
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

impl Style {
    /// The variant of `runtime::Style`.
    pub(crate) fn variant(self) -> syn::Ident {
        quote::format_ident!("{self:?}")
    }
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
