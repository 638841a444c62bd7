//! The objects of an OpenAPI document and their places: the specification's [tables] of fixed fields,
//! as data. Values that the tables do not describe (examples, defaults, enum values, extensions) are never
//! visited.

mod tables;

use openapi_document::pointer;
use serde_json::Value;

/// An object of the OpenAPI specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Tag,
    ExternalDocs,
    SecurityRequirement,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Callback,
    Link,
    Example,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    Schema,
    Discriminator,
    Xml,
}

/// The minor version that a document declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V3_0,
    V3_1,
}

/// Which fields of an object are visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    /// In 3.0, a schema with a `$ref` has no other effective keywords.
    pub(crate) version: Version,
    /// Whether schemas in keywords that OpenAPI 3.0 cannot express are visited too.
    pub(crate) lost: bool,
}

/// The form of the value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Anything,
    Text,
    Flag,
    Number,
    /// A number greater than zero.
    Positive,
    /// A non-negative integer.
    Count,
    /// A number, or a boolean as in OpenAPI 3.0.
    Bound,
    /// An ECMA-262 regular expression.
    Pattern,
    /// The name of a type, or an array of names.
    Types,
    /// An array with at least one element.
    Values,
    AnyList,
    AnyMap,
    Texts,
    /// An array of distinct strings.
    Names,
    MapOfText,
    OneOf(&'static [&'static str]),
    Object(Kind),
    /// A schema, or a boolean that OpenAPI 3.0 also understands.
    ObjectOrFlag(Kind),
    List(Kind),
    Map(Kind),
    /// A map that may also contain extensions (`x-`).
    MapWithExtensions(Kind),
}

impl Form {
    /// The kind of the objects in the value.
    fn object(self) -> Option<Kind> {
        match self {
            Object(kind) | ObjectOrFlag(kind) | List(kind) | Map(kind) | MapWithExtensions(kind) => {
                Some(kind)
            }
            _ => None,
        }
    }
}

/// The versions that have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    V3_0,
    /// OpenAPI 3.1; 3.0 can express it in a different way.
    V3_1,
    /// OpenAPI 3.1; 3.0 cannot express it.
    Lost,
}

/// One row of a table of fixed fields.
pub(crate) type Field = (&'static str, Form, Since);

use Form::{List, Map, MapWithExtensions, Object, ObjectOrFlag};
use Kind::*;

impl Kind {
    /// The fixed fields, in OpenAPI 3.0 and 3.1.
    pub(crate) fn fields(self) -> &'static [Field] {
        tables::of(self)
    }

    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        // Called for every member, and a schema has about sixty fields. Comparing first letters rules out
        // most.
        let first = name.as_bytes().first();
        self.fields()
            .iter()
            .find(|(field, ..)| field.as_bytes().first() == first && *field == name)
    }

    /// The kinds of the objects directly below an object of this kind.
    fn below(self) -> impl Iterator<Item = Kind> {
        let fields = self.fields().iter().filter_map(|(_, form, _)| form.object());
        fields.chain((self == Callback).then_some(PathItem))
    }

    /// The kinds of the objects that an object of this kind may contain, at any depth.
    fn within(self) -> Vec<Kind> {
        let mut found = Vec::new();
        let mut to_visit = vec![self];
        while let Some(outer) = to_visit.pop() {
            for kind in outer.below() {
                if !found.contains(&kind) {
                    found.push(kind);
                    to_visit.push(kind);
                }
            }
        }
        found
    }

    /// The kinds of the objects that may contain an object of this kind, at any depth.
    pub(crate) fn holders(self) -> Vec<Kind> {
        let mut holders = Document.within();
        holders.push(Document);
        holders.retain(|kind| kind.within().contains(&self));
        holders
    }

    /// Whether the document chooses the names of its fields.
    pub(crate) fn is_map(self) -> bool {
        matches!(self, Callback | SecurityRequirement)
    }

    /// Whether a Reference Object may replace it. A Reference Object has no other effective fields.
    pub(crate) fn may_be_reference_object(self) -> bool {
        matches!(
            self,
            Parameter | RequestBody | Response | Header | Callback | Link | Example | SecurityScheme
        )
    }

    /// Whether it may have a `$ref`, which then refers to an object of the same kind.
    pub(crate) fn has_reference(self) -> bool {
        self.may_be_reference_object() || matches!(self, Schema | PathItem)
    }

    /// The field of `components` for objects of this kind.
    pub(crate) fn section(self) -> Option<&'static str> {
        let is_section =
            |(name, form, _): &&Field| matches!(form, Map(of) if *of == self).then_some(name).is_some();
        Components
            .fields()
            .iter()
            .find(is_section)
            .map(|(name, ..)| *name)
    }

    /// A reference to the component of this kind and name.
    pub(crate) fn reference_to(self, name: &str) -> String {
        let section = self.section().unwrap_or("schemas");
        pointer::to_reference(&pointer::from_names(["components", section, name]))
    }

    /// The name of the kind in messages, with its article.
    pub(crate) fn one(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").replace("OAuth", "Oauth").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push(' ');
            }
            name.push(letter.to_ascii_lowercase());
        }
        let article = if name.starts_with(['a', 'e', 'i', 'o', 'x']) {
            "an"
        } else {
            "a"
        };
        format!("{article} {name}")
    }
}

/// Whether the object is a reference, and nothing else in it has an effect.
pub(crate) fn is_reference_alone(value: &Value, kind: Kind, version: Version) -> bool {
    let is_alone = kind.may_be_reference_object() || (kind == Schema && version == Version::V3_0);
    is_alone && value.get("$ref").is_some_and(Value::is_string)
}

fn is_in(scope: Scope, since: Since) -> bool {
    since != Since::Lost || scope.lost
}

/// The step from an object to an object directly below it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'a> {
    Field(&'a str),
    Item(&'a str, usize),
    Entry(&'a str, &'a str),
}

impl Step<'_> {
    /// Extends a pointer to the object so that it points to the object below.
    pub(crate) fn push_to(self, pointer: &mut String) {
        let (Self::Field(name) | Self::Item(name, _) | Self::Entry(name, _)) = self;
        pointer::push(pointer, name);
        match self {
            Self::Field(_) => {}
            Self::Item(_, index) => pointer::push(pointer, &index.to_string()),
            Self::Entry(_, key) => pointer::push(pointer, key),
        }
    }
}

/// Defines the two functions that visit the objects directly below an object.
macro_rules! each_below {
    ($(#[$doc:meta])* $name:ident, $value:ty, $act:ty, $iter:ident) => {
        $(#[$doc])*
        pub(crate) fn $name(value: $value, kind: Kind, scope: Scope, act: $act) {
            if is_reference_alone(value, kind, scope.version) {
                return;
            }
            let Value::Object(object) = value else {
                return;
            };
            for (name, value) in object {
                if kind == Callback {
                    if !name.starts_with("x-") {
                        act(Step::Field(name), value, PathItem);
                    }
                    continue;
                }
                let Some((_, form, _)) = kind.field(name).filter(|(.., since)| is_in(scope, *since)) else {
                    continue;
                };
                match (value, form) {
                    (Value::Bool(_), ObjectOrFlag(_)) => {}
                    (value, Object(child) | ObjectOrFlag(child)) => act(Step::Field(name), value, *child),
                    (Value::Array(items), List(child)) => {
                        for (index, item) in items.$iter().enumerate() {
                            act(Step::Item(name, index), item, *child);
                        }
                    }
                    (Value::Object(members), Map(child) | MapWithExtensions(child)) => {
                        let has_extensions = matches!(form, MapWithExtensions(_));
                        for (key, member) in members {
                            if !(has_extensions && key.starts_with("x-")) {
                                act(Step::Entry(name, key), member, *child);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    };
}

each_below! {
    /// Calls `act` with each object directly below an object.
    each_below, &Value, &mut dyn FnMut(Step<'_>, &Value, Kind), iter
}
each_below! {
    /// Like [`each_below`](fn@each_below), but lets `act` change the objects.
    each_below_mut, &mut Value, &mut dyn FnMut(Step<'_>, &mut Value, Kind), iter_mut
}

/// The kind of the object that a pointer leads to, from an object of this kind. `None` if it is not an object
/// of the specification.
pub(crate) fn kind_at(mut value: &Value, mut kind: Kind, pointer: &str, scope: Scope) -> Option<Kind> {
    let mut names = pointer::names(pointer);
    while let Some(name) = names.next() {
        if is_reference_alone(value, kind, scope.version) {
            return None;
        }
        value = value.get(&*name)?;
        if kind == Callback {
            kind = PathItem;
            continue;
        }
        let (_, form, since) = kind.field(&name)?;
        if !is_in(scope, *since) {
            return None;
        }
        kind = match form {
            Object(child) | ObjectOrFlag(child) => *child,
            List(child) => {
                value = value.as_array()?.get(names.next()?.parse::<usize>().ok()?)?;
                *child
            }
            Map(child) | MapWithExtensions(child) => {
                let key = names.next()?;
                value = value.as_object()?.get(&*key)?;
                *child
            }
            _ => return None,
        };
    }
    Some(kind)
}
