//! JSON Pointers (RFC 6901) as text, and references that hold one as a URI fragment.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::grammar::Kind;

/// `token` as part of a pointer.
pub(crate) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        token.replace('~', "~0").replace('/', "~1").into()
    } else {
        token.into()
    }
}

/// The token that `escape` was given.
pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The pointer that a reference into the same document holds (`#` and a percent-encoded pointer). `None` for
/// references into other documents and to anchors.
pub(crate) fn of_reference(reference: &str) -> Option<String> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?)
        .decode_utf8()
        .ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}

/// The name of the component that the pointer leads to, if it leads to one in this section of `components`.
pub(crate) fn component<'p>(pointer: &'p str, section: &str) -> Option<&'p str> {
    let name = pointer
        .strip_prefix("/components/")?
        .strip_prefix(section)?
        .strip_prefix('/')?;
    (!name.contains('/')).then_some(name)
}

/// What cannot stand in the fragment of a URI (RFC 3986, section 3.5).
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

/// The reference that holds this pointer.
pub(crate) fn to_reference(pointer: &str) -> String {
    format!("#{}", utf8_percent_encode(pointer, NO_FRAGMENT))
}

/// A reference to the component of this kind and name.
pub(crate) fn to_component(kind: Kind, name: &str) -> String {
    let section = kind.section().unwrap_or("schemas");
    to_reference(&format!("/components/{section}/{}", escape(name)))
}

/// Whether the place is the other one, or inside of it.
pub(crate) fn is_below(place: &str, outer: &str) -> bool {
    place
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
