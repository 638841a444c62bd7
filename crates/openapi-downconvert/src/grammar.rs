//! Which objects an OpenAPI 3.1 document consists of and where they are: what the specification's tables of
//! fixed fields say, as data. Everything that is not named here (examples, defaults, enum values, extensions)
//! is never looked into.

use serde_json::Value;

use crate::pointer::escape;

/// An object of the OpenAPI 3.1 specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Info,
    License,
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
    Schema,
}

/// Which of the fields of a schema are looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those that have a counterpart in OpenAPI 3.0.
    Convertible,
    /// All that hold schemas.
    All,
}

#[derive(Clone, Copy)]
enum Shape {
    One,
    /// A schema, or a boolean that OpenAPI 3.0 understands too.
    OneOrBoolean,
    List,
    Map,
    /// A map that also has extensions (`x-`) in it.
    MapWithExtensions,
}

use Kind::*;
use Shape::*;

type Fields = &'static [(&'static str, Shape, Kind)];

const DOCUMENT: Fields = &[
    ("info", One, Info),
    ("paths", MapWithExtensions, PathItem),
    ("webhooks", Map, PathItem),
    ("components", One, Components),
];
const INFO: Fields = &[("license", One, License)];
const COMPONENTS: Fields = &[
    ("schemas", Map, Schema),
    ("responses", Map, Response),
    ("parameters", Map, Parameter),
    ("examples", Map, Example),
    ("requestBodies", Map, RequestBody),
    ("headers", Map, Header),
    ("securitySchemes", Map, SecurityScheme),
    ("links", Map, Link),
    ("callbacks", Map, Callback),
    ("pathItems", Map, PathItem),
];
const PATH_ITEM: Fields = &[
    ("parameters", List, Parameter),
    ("get", One, Operation),
    ("put", One, Operation),
    ("post", One, Operation),
    ("delete", One, Operation),
    ("options", One, Operation),
    ("head", One, Operation),
    ("patch", One, Operation),
    ("trace", One, Operation),
];
const OPERATION: Fields = &[
    ("parameters", List, Parameter),
    ("requestBody", One, RequestBody),
    ("responses", MapWithExtensions, Response),
    ("callbacks", Map, Callback),
];
const PARAMETER: Fields = &[
    ("schema", One, Schema),
    ("examples", Map, Example),
    ("content", Map, MediaType),
];
const REQUEST_BODY: Fields = &[("content", Map, MediaType)];
const RESPONSE: Fields = &[
    ("headers", Map, Header),
    ("content", Map, MediaType),
    ("links", Map, Link),
];
const MEDIA_TYPE: Fields = &[
    ("schema", One, Schema),
    ("examples", Map, Example),
    ("encoding", Map, Encoding),
];
const ENCODING: Fields = &[("headers", Map, Header)];
const SCHEMA_CONVERTIBLE: Fields = &[
    ("properties", Map, Schema),
    ("patternProperties", Map, Schema),
    ("additionalProperties", OneOrBoolean, Schema),
    ("items", One, Schema),
    ("prefixItems", List, Schema),
    ("allOf", List, Schema),
    ("anyOf", List, Schema),
    ("oneOf", List, Schema),
    ("not", One, Schema),
];
const SCHEMA_OTHER: Fields = &[
    ("$defs", Map, Schema),
    ("if", One, Schema),
    ("then", One, Schema),
    ("else", One, Schema),
    ("dependentSchemas", Map, Schema),
    ("contains", One, Schema),
    ("propertyNames", One, Schema),
    ("unevaluatedItems", One, Schema),
    ("unevaluatedProperties", One, Schema),
    ("contentSchema", One, Schema),
];

impl Kind {
    fn fields(self) -> Fields {
        match self {
            Document => DOCUMENT,
            Info => INFO,
            Components => COMPONENTS,
            PathItem => PATH_ITEM,
            Operation => OPERATION,
            Parameter | Header => PARAMETER,
            RequestBody => REQUEST_BODY,
            Response => RESPONSE,
            MediaType => MEDIA_TYPE,
            Encoding => ENCODING,
            Schema => SCHEMA_CONVERTIBLE,
            License | Callback | Link | Example | SecurityScheme => &[],
        }
    }

    /// Whether a Reference Object may stand in its place, which then is all there is.
    pub(crate) fn may_be_reference_object(self) -> bool {
        matches!(
            self,
            Parameter | RequestBody | Response | Header | Callback | Link | Example | SecurityScheme
        )
    }

    /// Whether `$ref` in it refers to an object of the same kind.
    pub(crate) fn has_reference(self) -> bool {
        self.may_be_reference_object() || matches!(self, Schema | PathItem)
    }
}

/// The objects directly below one: their pointers from there, and what they are.
pub(crate) fn children(value: &Value, kind: Kind, scope: Scope) -> Vec<(String, Kind)> {
    let Value::Object(object) = value else {
        return Vec::new();
    };
    if kind.may_be_reference_object() && object.contains_key("$ref") {
        return Vec::new();
    }
    if kind == Callback {
        let expressions = object.keys().filter(|key| !key.starts_with("x-"));
        return expressions
            .map(|key| (format!("/{}", escape(key)), PathItem))
            .collect();
    }
    let more = if kind == Schema && scope == Scope::All {
        SCHEMA_OTHER
    } else {
        &[]
    };
    let mut children = Vec::new();
    for (name, shape, child) in kind.fields().iter().chain(more) {
        match (object.get(*name), shape) {
            (None, _) | (Some(Value::Bool(_)), OneOrBoolean) => {}
            (Some(_), One | OneOrBoolean) => children.push((format!("/{name}"), *child)),
            (Some(Value::Array(items)), List) => {
                children.extend((0..items.len()).map(|index| (format!("/{name}/{index}"), *child)));
            }
            (Some(Value::Object(members)), Map) => {
                children.extend(
                    members
                        .keys()
                        .map(|key| (format!("/{name}/{}", escape(key)), *child)),
                );
            }
            (Some(Value::Object(members)), MapWithExtensions) => {
                let patterned = members.keys().filter(|key| !key.starts_with("x-"));
                children.extend(patterned.map(|key| (format!("/{name}/{}", escape(key)), *child)));
            }
            (Some(_), List | Map | MapWithExtensions) => {}
        }
    }
    children
}
