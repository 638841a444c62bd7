//! Documents full of odd names. `bindgen-fidelity` compiles the code for one of them.

use openapi_document::pointer;
use serde_json::{Map, Value, json};

/// Names that a step may change, or that mean something else in Rust.
pub(crate) const ODD: [&str; 98] = [
    "List«User»",
    "Map<String,X>",
    "Page[User]",
    "a name",
    "größe",
    "ß",
    "İ",
    "名前",
    "Ünï-cøde",
    "users'",
    "a/b",
    "a~b",
    "a%20b",
    "+1",
    "-1",
    "",
    "_",
    "__",
    "-",
    ".",
    "1",
    "1a",
    "2FA",
    "²",
    "x1",
    "x",
    "X",
    "A_B",
    "AB",
    "Ab",
    "aB",
    "a.b.c",
    "Abc",
    "A.B_C",
    "v1.X",
    "V1X",
    "i.o.k8s",
    "io.k8s.api.core.v1.Pod",
    "I_B_M",
    "IBM",
    "a1B2",
    "A1b2",
    "A1_B2",
    "Body_read_v2_v2_limits_post",
    "AccountType_a-zA-Z0-9_",
    "Foo-Bar",
    "FooBar",
    "foo_bar",
    "FooBar2",
    "FooBar_2",
    "FooBarInner",
    "FooBarItem",
    "FooBarItemItem",
    "FooBarValue",
    "FooBarVariant0",
    "FooBarNext",
    "AbInner",
    "self",
    "Self",
    "Self_",
    "crate",
    "super",
    "type",
    "gen",
    "try",
    "Option",
    "option",
    "OptionSchema",
    "String",
    "Vec",
    "Box",
    "Result",
    "Ok",
    "Err",
    "None",
    "Some",
    "Default",
    "Clone",
    "Value",
    "Timestamp",
    "date_time",
    "Error",
    "error",
    "ConversionError",
    "Client",
    "client",
    "Builder",
    "builder",
    "defaults",
    "ByteStream",
    "Response",
    "Answer",
    "ErrorKind",
    "Unknown",
    "body",
    "Vec<u8>",
    "i64",
    "str",
];

/// The number of forms that a schema may have. Each has a mark, in itself or in what is inside it.
pub(crate) const FORMS: usize = 11;
/// From this form on, a schema is only another schema, or none of the document's.
pub(crate) const LIST: usize = 8;
pub(crate) const TEXT: usize = 9;
pub(crate) const INSTANT: usize = 10;

fn refer(name: &str) -> Value {
    let place = pointer::from_names(["components", "schemas", name]);
    json!({ "$ref": pointer::to_reference(&place) })
}

/// The member or value that distinguishes a schema from all others.
pub(crate) fn mark(index: usize) -> String {
    format!("mark{index}")
}

/// The `index`th schema. `next` is another one, and `before` is one that does not lead back here.
fn schema(form: usize, index: usize, next: &str, before: Option<&String>) -> Value {
    let mark = mark(index);
    let inner = json!({
        "title": next,
        "type": "object",
        "required": [mark],
        "properties": { mark.clone(): { "type": "string" } },
    });
    match form {
        0 => json!({ "type": "object", "properties": { mark: { "type": "string" }, "next": refer(next) } }),
        1 => json!({ "type": "string", "enum": [mark, "other"] }),
        2 => json!({ "type": "array", "items": inner }),
        3 => json!({ "type": "object", "additionalProperties": inner }),
        4 => {
            json!({ "type": ["object", "null"], "properties": { mark: { "type": "string" }, "next": refer(next) } })
        }
        5 => json!({ "type": ["string", "null"], "enum": [mark, "other", null] }),
        6 => json!({ "oneOf": [inner, before.map_or(json!({ "type": "integer" }), |before| refer(before))] }),
        7 => {
            json!({ "type": "array", "items": { "type": "array", "items": { "oneOf": [inner, { "type": "integer" }] } } })
        }
        LIST => json!({ "type": "array", "items": refer(next) }),
        TEXT => json!({ "type": "string" }),
        _ => json!({ "type": "string", "format": "date-time" }),
    }
}

/// A document with schemas of these names and an operation for each; the first operation has the parameters.
pub(crate) fn document(names: &[String], forms: &[usize], ids: &[String], parameters: &[String]) -> Value {
    let mut schemas = Map::new();
    let mut paths = Map::new();
    for (index, name) in names.iter().enumerate() {
        let next = &names[(index + 1) % names.len()];
        let before = index.checked_sub(1).map(|before| &names[before]);
        schemas.insert(name.clone(), schema(forms[index], index, next, before));
        let content = json!({ "application/json": { "schema": refer(name) } });
        let operation = json!({
            "operationId": ids[index % ids.len()],
            "parameters": parameters
                .iter()
                .filter(|_| index == 0)
                .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string", "enum": ["a", "b"] } }))
                .collect::<Vec<_>>(),
            "requestBody": { "content": content },
            "responses": { "200": { "description": "", "content": content } },
        });
        paths.insert(format!("/{index}"), json!({ "post": operation }));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Names", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// The forms of the schemas with the odd names.
pub(crate) fn odd_forms() -> Vec<usize> {
    (0..ODD.len()).map(|index| index % FORMS).collect()
}

/// A value of the `index`th schema that is recognised by its mark. If `within` is not a string, the value is
/// not valid.
#[allow(dead_code, reason = "for bindgen-fidelity")]
pub(crate) fn value(form: usize, index: usize, within: &Value) -> Value {
    let object = json!({ mark(index): within });
    match form {
        0 | 4 | 6 => object,
        1 | 5 if within.is_string() => json!(mark(index)),
        2 => json!([object]),
        3 => json!({ "key": object }),
        7 => json!([[object]]),
        // Of the odd schemas, a string comes next.
        LIST => json!([within]),
        INSTANT if within.is_string() => json!("2026-01-02T03:04:05Z"),
        _ => within.clone(),
    }
}
