use super::runtime::Style;

/// What the document says about an operation, for code that handles all operations alike, such as retries,
/// limits, logs and command lines.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id in snake case, which is the name of the method that calls it.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path template, such as `/v1/table/{table_uuid}/rows`.
    pub path: &'static str,
    /// The first tag of the operation; empty if it has none.
    pub tag: &'static str,
    /// The name of the operation on a command line, such as `table rename`: from the general to the specific,
    /// each word in kebab case.
    pub command: &'static str,
    /// What the operation does, in one line; empty if the document does not say.
    pub summary: &'static str,
    /// What the operation does, in CommonMark; empty if the document does not say.
    pub description: &'static str,
    /// Whether sending it twice has the same effect as sending it once. This follows from the HTTP method
    /// (RFC 9110, section 9.2.2), unless the document says otherwise.
    pub idempotent: bool,
    /// Whether it costs credits.
    pub billable: bool,
    /// The maximum number of items in one request, if there is a limit.
    pub max_batch: ::std::option::Option<u32>,
    /// How its list is divided into pages, if it is.
    pub pages: ::std::option::Option<Pages>,
    /// The arguments of a call.
    pub parameters: &'static [Parameter],
    /// The request body, if it has one.
    pub body: ::std::option::Option<Body>,
    /// The media type to request.
    pub accept: ::std::option::Option<&'static str>,
    /// The body of a success.
    pub success: Success,
}

/// An argument of a call: a parameter, a member of the body, or the whole body.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// The argument's name in the request; `body` for a whole body.
    pub name: &'static str,
    /// The part of the request that it goes into.
    pub place: Place,
    /// Its JSON Schema type, such as `string` or `array`; `any` if it may have several types.
    pub ty: &'static str,
    /// The JSON Schema type of its items, if it is an array; otherwise empty.
    pub items: &'static str,
    /// Its format in the document, such as `uuid`; empty if it has none.
    pub format: &'static str,
    /// Whether it is required.
    pub required: bool,
    /// What it means, in CommonMark; empty if the document does not say.
    pub description: &'static str,
    /// The limits of its value. A value that exceeds them is not sent.
    pub limits: &'static [Limit],
    /// The limits of values inside it, such as members of an object.
    pub inner: &'static [Inner],
    pub(super) style: Style,
}

/// A limit of a value, in the terms of JSON Schema 2020-12 (Validation, sections 6.2 and 6.3).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// The number is this or more.
    AtLeast(f64),
    /// The number is more than this.
    MoreThan(f64),
    /// The number is this or less.
    AtMost(f64),
    /// The number is less than this.
    LessThan(f64),
    /// The string has at least this many characters.
    Shortest(u64),
    /// The string has at most this many characters.
    Longest(u64),
}

impl Limit {
    /// Returns whether a value is within the limit. A value of another type always is: a string is never too
    /// great, and a number never too long.
    pub fn admits(&self, value: &::serde_json::Value) -> bool {
        let number = |is_within: fn(f64, f64) -> bool, bound| value.as_f64().is_none_or(|number| is_within(number, bound));
        let length = |is_within: fn(&u64, &u64) -> bool, bound| {
            value.as_str().is_none_or(|text| is_within(&(text.chars().count() as u64), &bound))
        };
        match *self {
            Self::AtLeast(bound) => number(|number, bound| number >= bound, bound),
            Self::MoreThan(bound) => number(|number, bound| number > bound, bound),
            Self::AtMost(bound) => number(|number, bound| number <= bound, bound),
            Self::LessThan(bound) => number(|number, bound| number < bound, bound),
            Self::Shortest(bound) => length(u64::ge, bound),
            Self::Longest(bound) => length(u64::le, bound),
        }
    }
}

/// Describes the values within the limit, such as `500 or less`.
impl ::std::fmt::Display for Limit {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(f, "{bound} or more"),
            Self::MoreThan(bound) => write!(f, "more than {bound}"),
            Self::AtMost(bound) => write!(f, "{bound} or less"),
            Self::LessThan(bound) => write!(f, "less than {bound}"),
            Self::Shortest(bound) => write!(f, "at least {bound} characters"),
            Self::Longest(bound) => write!(f, "at most {bound} characters"),
        }
    }
}

/// The limits of something inside a parameter. For example, the limits of the prices in `[{"price": 1},
/// {"price": 2}]` have the path `[Step::Items, Step::Member("price")]`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Inner {
    /// The path from the parameter's value to the limited value.
    pub way: &'static [Step],
    /// The limits. A value that exceeds them is not sent.
    pub limits: &'static [Limit],
}

/// A step into a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// To the member of an object with this name.
    Member(&'static str),
    /// To each member of an object.
    Members,
    /// To each item of a list.
    Items,
}

impl Parameter {
    const fn of(
        name: &'static str,
        place: Place,
        style: Style,
        ty: &'static str,
        required: bool,
    ) -> Self {
        Self { name, place, ty, items: "", format: "", required, description: "", limits: &[], inner: &[], style }
    }

    const fn of_items(self, items: &'static str) -> Self {
        Self { items, ..self }
    }

    const fn in_format(self, format: &'static str) -> Self {
        Self { format, ..self }
    }

    const fn described(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    const fn within(self, limits: &'static [Limit]) -> Self {
        Self { limits, ..self }
    }

    const fn with(self, inner: &'static [Inner]) -> Self {
        Self { inner, ..self }
    }
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In the headers.
    Header,
    /// In the header `Cookie`.
    Cookie,
    /// A member of the body, which is then an object.
    Member,
    /// The whole body.
    Body,
}

/// A request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// How the body is written.
    pub kind: BodyKind,
    /// The `Content-Type` of the body; `None` if it is an argument of the call.
    pub media_type: ::std::option::Option<&'static str>,
    /// Whether the body is sent even if no member of it is set.
    pub required: bool,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// As JSON.
    Json,
    /// As a URL-encoded form.
    Form,
    /// As bytes, which are given as they are.
    Raw,
}

/// The body of a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Success {
    /// A value, as JSON.
    Json,
    /// Bytes.
    Bytes,
    /// Nothing.
    Empty,
}

/// How a list operation is divided into numbered pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pages {
    /// The query parameter with the page number, counted from 1.
    pub number: &'static str,
    /// The query parameter with the number of items per page.
    pub size: &'static str,
    /// The maximum number of items per page.
    pub max_size: u32,
    /// The member of the response with the items.
    pub items: &'static str,
    /// The member that says whether there are more items.
    pub more: ::std::option::Option<&'static str>,
    /// The member with the total number of items on all pages.
    pub total: ::std::option::Option<&'static str>,
}

/// Returns the operation with this id, in snake case.
pub fn find(id: &str) -> ::std::option::Option<&'static Operation> {
    ALL.iter().find(|operation| operation.id == id)
}
