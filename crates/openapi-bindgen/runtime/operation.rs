use super::runtime::Style;

/// What the document says of one operation, for code that treats operations alike: retries, limits, logs, command lines.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id in snake case: the name of the method that calls it.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template, such as `/v1/table/{table_uuid}/rows`.
    pub path: &'static str,
    /// The first tag of the operation; empty if it has none.
    pub tag: &'static str,
    /// What a command line calls it, such as `table rename`: from the general to the special, each word in kebab case.
    pub command: &'static str,
    /// What it does, in a line; empty if the document does not say.
    pub summary: &'static str,
    /// What it does, in CommonMark; empty if the document does not say.
    pub description: &'static str,
    /// Whether sending it twice has the effect of sending it once: by the HTTP method (RFC 9110, section
    /// 9.2.2) unless the document marks it otherwise.
    pub idempotent: bool,
    /// Whether it spends credits of the account.
    pub billable: bool,
    /// The largest number of items that one request may carry, where there is such a limit.
    pub max_batch: ::std::option::Option<u32>,
    /// How its list is divided into pages, where it is.
    pub pages: ::std::option::Option<Pages>,
    /// What a call of it can be given.
    pub parameters: &'static [Parameter],
    /// The request body, if it has one.
    pub body: ::std::option::Option<Body>,
    /// The media type to ask for.
    pub accept: ::std::option::Option<&'static str>,
    /// What a success has for a body.
    pub success: Success,
}

/// One thing that a call can be given: a parameter, a member of the body, or the whole body.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name in the request; `body` for a whole body.
    pub name: &'static str,
    /// Where it stands in the request.
    pub place: Place,
    /// Its type in JSON Schema's words, such as `string` or `array`; `any` where it may be of several.
    pub ty: &'static str,
    /// The type of its items, in the same words, if it is an array; otherwise empty.
    pub items: &'static str,
    /// Its format in the document's words, such as `uuid`; empty if it has none.
    pub format: &'static str,
    /// Whether the request cannot do without it.
    pub required: bool,
    /// What it means, in CommonMark; empty if the document does not say.
    pub description: &'static str,
    /// What values of it are within; nothing else is sent.
    pub limits: &'static [Limit],
    /// Limits of what is inside of it, such as of a member of an object.
    pub inner: &'static [Inner],
    pub(super) style: Style,
}

/// What a value is within, in the terms of JSON Schema 2020-12 (Validation, sections 6.2 and 6.3).
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
    /// The text has so many characters or more.
    Shortest(u64),
    /// The text has so many characters or fewer.
    Longest(u64),
}

impl Limit {
    /// Whether a value is within it. One of another type is: a text is not too great, a number not too long.
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

/// What a value within it is, such as `500 or less`.
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

/// Limits of something inside of a parameter. Those of the prices in `[{"price": 1}, {"price": 2}]` have the way
/// `[Step::Items, Step::Member("price")]`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Inner {
    /// The steps from the value of the parameter to what is limited.
    pub way: &'static [Step],
    /// What it is within; nothing else is sent.
    pub limits: &'static [Limit],
}

/// A step into a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// To the member of an object that has this name.
    Member(&'static str),
    /// To each member of an object, whatever its name.
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

/// Where a part of a request stands.
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
    /// A member of the body, which is an object.
    Member,
    /// The whole body.
    Body,
}

/// A request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// How it is written.
    pub kind: BodyKind,
    /// Its `Content-Type`; `None` where it is a parameter of the call.
    pub media_type: ::std::option::Option<&'static str>,
    /// Whether it is sent also when no member of it is given.
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
    /// As bytes that are given as they are.
    Raw,
}

/// What a success has for a body.
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
    /// The query parameter that holds the page number, from 1.
    pub number: &'static str,
    /// The query parameter that holds the number of items per page.
    pub size: &'static str,
    /// The largest allowed number of items per page.
    pub max_size: u32,
    /// The member of the response that holds the items.
    pub items: &'static str,
    /// The member that says whether there are more.
    pub more: ::std::option::Option<&'static str>,
    /// The member that says how many items there are on all pages.
    pub total: ::std::option::Option<&'static str>,
}

/// The operation with this id, in snake case.
pub fn find(id: &str) -> ::std::option::Option<&'static Operation> {
    ALL.iter().find(|operation| operation.id == id)
}
