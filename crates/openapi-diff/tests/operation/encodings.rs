//! The encoding of parameters, headers and the parts of forms.

use serde_json::{Value, json};

use crate::{assert_documents, assert_operations};

/// The findings, such as `breaking request-body-removed`.
type Expected = &'static [&'static str];

fn form(media_type: &str, encoding: Value) -> Value {
    let schema = json!({"type": "object", "properties": {
        "title": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "cover": {"type": "object", "properties": {"width": {"type": "integer"}}},
    }});
    json!({"requestBody": {"content": {media_type: {"schema": schema, "encoding": encoding}}}})
}

const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data";

#[test]
fn parts_of_bodies() {
    let row = |name, media_type, old: Value, new: Value, expected: Expected| {
        (name, form(media_type, old), form(media_type, new), expected)
    };
    let none = || json!({});
    assert_operations(&[
        row(
            "another content type",
            PARTS,
            json!({"cover": {"contentType": "application/json"}}),
            json!({"cover": {"contentType": "application/xml"}}),
            &["breaking request-body-encoding-content-type-changed"],
        ),
        row(
            "the default content type",
            PARTS,
            none(),
            json!({"cover": {"contentType": "application/json"}, "title": {"contentType": "text/plain; charset=utf-8"}}),
            &[],
        ),
        row(
            "more content types",
            PARTS,
            json!({"title": {"contentType": "text/plain"}}),
            json!({"title": {"contentType": "text/plain, text/markdown"}}),
            &["info request-body-encoding-content-type-widened"],
        ),
        row(
            "fewer content types",
            PARTS,
            json!({"title": {"contentType": "text/*"}}),
            json!({"title": {"contentType": "text/markdown"}}),
            &["breaking request-body-encoding-content-type-narrowed"],
        ),
        row(
            "an undeclared part",
            PARTS,
            none(),
            json!({"other": {"contentType": "text/html"}}),
            &[],
        ),
        row(
            "an array that is not exploded",
            FORM,
            json!({"tags": {"explode": true}}),
            json!({"tags": {"explode": false}}),
            &["breaking request-body-encoding-style-changed"],
        ),
        row(
            "the default style",
            FORM,
            none(),
            json!({"tags": {"style": "form", "explode": true}}),
            &[],
        ),
        row(
            "another style",
            FORM,
            none(),
            json!({"tags": {"style": "pipeDelimited"}}),
            &["breaking request-body-encoding-style-changed"],
        ),
        row(
            "a single value is not an array",
            FORM,
            none(),
            json!({"title": {"explode": false}}),
            &[],
        ),
        row(
            "reserved characters",
            FORM,
            json!({"title": {"allowReserved": true}}),
            none(),
            &["warning request-body-encoding-allow-reserved-removed"],
        ),
        row(
            "reserved characters are allowed",
            FORM,
            none(),
            json!({"title": {"allowReserved": true}}),
            &["info request-body-encoding-allow-reserved-added"],
        ),
        row(
            "a header becomes required",
            PARTS,
            none(),
            json!({"cover": {"headers": {"X-Width": {"required": true, "schema": {"type": "string"}}}}}),
            &["breaking request-part-header-added"],
        ),
        row(
            "a header is removed",
            PARTS,
            json!({"cover": {"headers": {"X-Width": {"schema": {"type": "string"}}}}}),
            none(),
            &["warning request-part-header-removed"],
        ),
        row(
            "a header of a form",
            FORM,
            json!({"cover": {"headers": {"X-Width": {"schema": {"type": "string"}}}}}),
            none(),
            &[],
        ),
        row(
            "JSON has no parts",
            "application/json",
            json!({"tags": {"explode": true}}),
            json!({"tags": {"explode": false}}),
            &[],
        ),
    ]);
}

fn parameter(location: &str, members: Value) -> Value {
    let mut parameter = json!({"name": "tag", "in": location});
    parameter
        .as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    json!({"parameters": [parameter]})
}

#[test]
fn parameters() {
    let list = || json!({"type": "array", "items": {"type": "string"}});
    let row = |name, location, old: Value, new: Value, expected: Expected| {
        (name, parameter(location, old), parameter(location, new), expected)
    };
    assert_operations(&[
        row(
            "an array in a header",
            "header",
            json!({"schema": list(), "explode": false}),
            json!({"schema": list(), "explode": true}),
            &[],
        ),
        row(
            "an object in a header",
            "header",
            json!({"schema": {"type": "object"}, "explode": false}),
            json!({"schema": {"type": "object"}, "explode": true}),
            &["breaking request-parameter-explode-changed"],
        ),
        row(
            "an array in the query",
            "query",
            json!({"schema": list()}),
            json!({"schema": list(), "explode": false}),
            &["breaking request-parameter-explode-changed"],
        ),
        row(
            "an array with one item",
            "query",
            json!({"schema": {"type": "array", "maxItems": 1}}),
            json!({"schema": {"type": "array", "maxItems": 1}, "explode": false}),
            &[],
        ),
        row(
            "a string behind an allOf",
            "query",
            json!({"schema": {"allOf": [{"type": "string"}]}}),
            json!({"schema": {"allOf": [{"type": "string"}]}, "explode": false}),
            &[],
        ),
        row(
            "a deep object",
            "query",
            json!({"schema": {"type": "object"}, "style": "deepObject"}),
            json!({"schema": {"type": "object"}, "style": "deepObject", "explode": true}),
            &[],
        ),
        row(
            "reserved characters refused",
            "query",
            json!({"schema": {}, "allowReserved": true}),
            json!({"schema": {}}),
            &["warning request-parameter-allow-reserved-removed"],
        ),
        row(
            "reserved characters allowed",
            "query",
            json!({"schema": {}}),
            json!({"schema": {}, "allowReserved": true}),
            &["info request-parameter-allow-reserved-added"],
        ),
        row(
            "not in the query",
            "header",
            json!({"schema": {}}),
            json!({"schema": {}, "allowReserved": true}),
            &[],
        ),
        row(
            "no value refused",
            "query",
            json!({"schema": {}, "allowEmptyValue": true}),
            json!({"schema": {}}),
            &["breaking request-parameter-allow-empty-value-removed"],
        ),
        row(
            "no value allowed",
            "query",
            json!({"schema": {}}),
            json!({"schema": {}, "allowEmptyValue": true}),
            &["info request-parameter-allow-empty-value-added"],
        ),
        row(
            "a default without effect",
            "query",
            json!({"required": true, "schema": {}}),
            json!({"required": true, "schema": {"default": 1}}),
            &["info request-parameter-default-value-added"],
        ),
    ]);
}

#[test]
fn parameters_of_media_types() {
    let response = |name: &str| json!({"responses": {"200": {"description": "", "content": {name: {}}}}});
    let row = |name, old, new, expected: Expected| (name, response(old), response(new), expected);
    assert_operations(&[
        row(
            "a version",
            "application/vnd.shop+json; version=1",
            "application/vnd.shop+json; version=2",
            &["warning response-media-type-name-changed"],
        ),
        row(
            "a profile is added",
            "application/json",
            "application/json; profile=\"a;b\"",
            &["warning response-media-type-name-changed"],
        ),
        row(
            "the same, written differently",
            "application/json;profile=\"a;b\"; q=0.5",
            "Application/JSON ; Profile=\"a;b\"",
            &[],
        ),
        row("a charset", "text/csv; charset=utf-8", "text/csv", &[]),
    ]);
}

#[test]
fn xml() {
    let document = |media_type: &str, xml: Value| {
        let schema = json!({"type": "object", "properties": {"name": {"type": "string", "xml": xml}}});
        json!({"paths": {"/things": {"get": {"responses": {"200": {"description": "", "content": {media_type: {"schema": schema}}}}}}}})
    };
    let row = |name, old: Value, new: Value, expected: Expected| {
        (
            name,
            document("application/atom+xml", old),
            document("application/atom+xml", new),
            expected,
        )
    };
    assert_documents(&[
        row(
            "another name",
            json!({"name": "one"}),
            json!({"name": "two"}),
            &["breaking response-property-xml-changed"],
        ),
        row("the name that it has", json!({}), json!({"name": "name"}), &[]),
        row(
            "an attribute",
            json!({}),
            json!({"attribute": true}),
            &["breaking response-property-xml-changed"],
        ),
        row(
            "a namespace",
            json!({"namespace": "urn:a"}),
            json!({"namespace": "urn:b"}),
            &["breaking response-property-xml-changed"],
        ),
        row(
            "a prefix",
            json!({"namespace": "urn:a", "prefix": "a"}),
            json!({"namespace": "urn:a", "prefix": "b"}),
            &["info response-property-xml-prefix-changed"],
        ),
        row("only a list is wrapped", json!({}), json!({"wrapped": true}), &[]),
        (
            "JSON has no elements",
            document("application/json", json!({"name": "one"})),
            document("application/json", json!({"name": "two"})),
            &[],
        ),
    ]);
}

#[test]
fn servers_of_operations() {
    let document = |whole: Value, own: Value| {
        let mut document = json!({"servers": whole, "paths": {"/things": {"get": {"responses": {}}}}});
        if !own.is_null() {
            document["paths"]["/things"]["get"]["servers"] = own;
        }
        document
    };
    let (a, b) = (
        || json!([{"url": "https://a.example"}]),
        || json!([{"url": "https://b.example"}]),
    );
    assert_documents(&[
        (
            "servers of its own",
            document(a(), Value::Null),
            document(a(), b()),
            &["warning api-operation-servers-changed"],
        ),
        (
            "servers removed",
            document(a(), b()),
            document(a(), Value::Null),
            &["warning api-operation-servers-changed"],
        ),
        (
            "the servers of the document",
            document(a(), Value::Null),
            document(a(), a()),
            &[],
        ),
        (
            "it stays where it was",
            document(a(), Value::Null),
            document(b(), a()),
            &[],
        ),
    ]);
}
