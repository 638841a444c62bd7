//! JSON Pointers ([RFC 6901]) as text, and references that contain one.
//!
//! Messages and reports show pointers as text, and [`Value::pointer`] takes them as text. To walk over many
//! values, use a [`Pointer`](crate::Pointer) instead.
//!
//! [RFC 6901]: https://www.rfc-editor.org/rfc/rfc6901
//! [`Value::pointer`]: serde_json::Value::pointer

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// Characters that the fragment of a URI cannot contain unencoded (RFC 3986, section 3.5).
const NO_FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Escapes a member name as a token of a pointer.
///
/// ```
/// assert_eq!(openapi_document::pointer::escape("/v1/~me"), "~1v1~1~0me");
/// ```
#[must_use]
pub fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    }
}

/// The member name that a token of a pointer stands for. A `~` that does not begin an escape stands for
/// itself.
///
/// ```
/// assert_eq!(openapi_document::pointer::unescape("~1v1~1~0me"), "/v1/~me");
/// assert_eq!(openapi_document::pointer::unescape("~01"), "~1");
/// ```
#[must_use]
pub fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

/// Builds a pointer from member names and array indexes.
///
/// ```
/// use openapi_document::pointer;
///
/// assert_eq!(pointer::from_names(["paths", "/books", "get"]), "/paths/~1books/get");
/// ```
pub fn from_names<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let mut pointer = String::new();
    for name in names {
        push(&mut pointer, name.as_ref());
    }
    pointer
}

/// The member names and array indexes that a pointer consists of.
///
/// ```
/// use openapi_document::pointer;
///
/// assert!(pointer::names("/paths/~1books/get").eq(["paths", "/books", "get"]));
/// assert_eq!(pointer::names("").count(), 0);
/// ```
pub fn names(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(unescape)
}

/// Extends a pointer by one step, to the member with this name or the item at this index.
pub fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&escape(name));
}

/// Extends a pointer by one step, calls `visit` with it, and removes the step again.
///
/// ```
/// use openapi_document::pointer;
///
/// let mut place = "/paths".to_owned();
/// pointer::with(&mut place, "/books", |place| assert_eq!(place, "/paths/~1books"));
/// assert_eq!(place, "/paths");
/// ```
pub fn with<T>(pointer: &mut String, name: &str, visit: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    push(pointer, name);
    let value = visit(pointer);
    pointer.truncate(length);
    value
}

/// Whether `pointer` is `outer` or a place inside it.
///
/// ```
/// use openapi_document::pointer;
///
/// assert!(pointer::is_within("/paths/~1books", "/paths"));
/// assert!(!pointer::is_within("/pathsOfOurs", "/paths"));
/// ```
#[must_use]
pub fn is_within(pointer: &str, outer: &str) -> bool {
    pointer
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The pointer in a reference into the same document, which is `#` followed by a percent-encoded pointer.
/// `None` for a reference to another document or to an anchor.
///
/// ```
/// use openapi_document::pointer;
///
/// let pointer = pointer::of_reference("#/components/schemas/a%20b");
/// assert_eq!(pointer.as_deref(), Some("/components/schemas/a b"));
/// assert_eq!(pointer::of_reference("books.yaml#/Book"), None);
/// ```
#[must_use]
pub fn of_reference(reference: &str) -> Option<String> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?)
        .decode_utf8()
        .ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}

/// The reference into the same document for a pointer. [`of_reference`] is the inverse.
///
/// ```
/// use openapi_document::pointer;
///
/// assert_eq!(pointer::to_reference("/components/schemas/a b"), "#/components/schemas/a%20b");
/// ```
#[must_use]
pub fn to_reference(pointer: &str) -> String {
    format!("#{}", utf8_percent_encode(pointer, NO_FRAGMENT))
}

/// The name of the component that a pointer leads to. `None` if the pointer does not lead to a component in
/// this section of `components`.
///
/// ```
/// use openapi_document::pointer::component;
///
/// assert_eq!(component("/components/schemas/a~1b", "schemas").as_deref(), Some("a/b"));
/// assert_eq!(component("/components/schemas/Book/items", "schemas"), None);
/// ```
#[must_use]
pub fn component<'a>(pointer: &'a str, section: &str) -> Option<Cow<'a, str>> {
    let token = pointer
        .strip_prefix("/components/")?
        .strip_prefix(section)?
        .strip_prefix('/')?;
    (!token.contains('/')).then(|| unescape(token))
}

/// A step from a value to a value that it contains. [`Display`](fmt::Display) writes that part of a pointer.
///
/// ```
/// use openapi_document::pointer::Step;
///
/// assert_eq!(Step::Key("/books".to_owned()).to_string(), "/~1books");
/// assert_eq!(Step::Index(3).to_string(), "/3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// To the member with this name.
    Key(String),
    /// To the item at this index.
    Index(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Key(key) => write!(formatter, "/{}", escape(key)),
            Step::Index(index) => write!(formatter, "/{index}"),
        }
    }
}
