use serde_json::{Value, json};

use crate::{assert_documents, assert_operations, compare, operation, verdicts};

fn parameters(parameters: Value) -> Value {
    json!({ "parameters": parameters })
}

/// A single parameter, with these members in addition to its name and location.
fn with(members: Value) -> Value {
    let mut parameter = json!({"name": "a", "in": "query", "schema": {"type": "string"}});
    parameter
        .as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    parameters(json!([parameter]))
}

#[test]
fn parameters_come_and_go() {
    let a = json!({"name": "a", "in": "query"});
    assert_operations(&[
        (
            "new, required",
            json!({}),
            with(json!({"required": true})),
            &["breaking new-required-request-parameter"],
        ),
        (
            "new, required, with a default",
            json!({}),
            with(json!({"required": true, "schema": {"type": "string", "default": "x"}})),
            &["breaking new-required-request-parameter"],
        ),
        (
            "new, optional",
            json!({}),
            with(json!({})),
            &["info new-optional-request-parameter"],
        ),
        (
            "new path parameter",
            json!({}),
            with(json!({"in": "path", "required": true})),
            &["breaking new-request-path-parameter"],
        ),
        (
            "gone",
            with(json!({})),
            json!({}),
            &["warning request-parameter-removed"],
        ),
        (
            "removed, was required",
            with(json!({"required": true})),
            json!({}),
            &["warning request-parameter-removed"],
        ),
        (
            "moved to another location",
            with(json!({})),
            with(json!({"in": "header"})),
            &[
                "info new-optional-request-parameter",
                "warning request-parameter-removed",
            ],
        ),
        (
            "moved, and required there",
            with(json!({"required": true})),
            with(json!({"in": "cookie", "required": true})),
            &[
                "breaking new-required-request-parameter",
                "warning request-parameter-removed",
            ],
        ),
        (
            "renamed",
            with(json!({})),
            with(json!({"name": "b"})),
            &[
                "info new-optional-request-parameter",
                "warning request-parameter-removed",
            ],
        ),
        (
            "query names are case-sensitive",
            with(json!({})),
            with(json!({"name": "A"})),
            &[
                "info new-optional-request-parameter",
                "warning request-parameter-removed",
            ],
        ),
        (
            "header names are case-insensitive",
            with(json!({"in": "header", "name": "X-A"})),
            with(json!({"in": "header", "name": "x-a"})),
            &[],
        ),
        (
            "ignored headers",
            json!({}),
            parameters(json!([
                {"name": "Accept", "in": "header", "required": true},
                {"name": "content-type", "in": "header", "required": true},
                {"name": "AUTHORIZATION", "in": "header", "required": true},
            ])),
            &[],
        ),
        (
            "the same name in two locations",
            parameters(json!([a, {"name": "a", "in": "header"}])),
            parameters(json!([{"name": "a", "in": "header"}, a])),
            &[],
        ),
        (
            "malformed parameters are ignored",
            json!({}),
            parameters(json!([1, {}, {"name": "a"}, {"name": "a", "in": "nowhere"}, {"$ref": "#/nothing"}])),
            &[],
        ),
        (
            "optional to required",
            with(json!({})),
            with(json!({"required": true})),
            &["breaking request-parameter-became-required"],
        ),
        (
            "required to optional",
            with(json!({"required": true})),
            with(json!({})),
            &["info request-parameter-became-optional"],
        ),
    ]);
}

#[test]
fn a_parameter_that_moved_is_named_with_its_new_place() {
    let rows = [
        (
            json!({"name": "A", "in": "header"}),
            "; it is the header parameter A now",
        ),
        (
            json!({"name": "b", "in": "query", "schema": {"type": "string"}}),
            "; it may be the query parameter b now",
        ),
        (
            json!({"name": "b", "in": "query", "schema": {"type": "integer"}}),
            "",
        ),
    ];
    for (new, expected) in rows {
        let old = operation(with(json!({})));
        let diff = compare(&old, &operation(parameters(json!([new]))));
        let gone = diff
            .findings
            .iter()
            .find(|finding| finding.id == "request-parameter-removed")
            .unwrap();
        assert_eq!(gone.arguments["instead"], expected);
        assert_eq!(gone.subject, "query parameter a");
    }
}

#[test]
fn parameters_of_a_path_belong_to_its_operations() {
    let required = json!([{"name": "a", "in": "query", "required": true}]);
    let optional = json!([{"name": "a", "in": "query"}]);
    let both = |parameters: &Value, own: Value| json!({"paths": {"/x": {"parameters": parameters, "get": own, "put": {}}}});
    assert_documents(&[
        (
            "new, required: one finding for each operation",
            both(&json!([]), json!({})),
            both(&required, json!({})),
            &[
                "breaking new-required-request-default-parameter-to-existing-path",
                "breaking new-required-request-default-parameter-to-existing-path",
            ],
        ),
        (
            "new, optional",
            both(&json!([]), json!({})),
            both(&optional, json!({})),
            &[
                "info new-optional-request-default-parameter-to-existing-path",
                "info new-optional-request-default-parameter-to-existing-path",
            ],
        ),
        (
            "one operation had it already",
            both(&json!([]), json!({"parameters": required})),
            both(&required, json!({})),
            &["breaking new-required-request-default-parameter-to-existing-path"],
        ),
        (
            "one operation overrides it",
            both(&optional, json!({"parameters": optional})),
            both(&required, json!({"parameters": optional})),
            &["breaking request-parameter-became-required"],
        ),
        (
            "copied into the operations",
            both(&optional, json!({})),
            json!({"paths": {"/x": {"get": {"parameters": optional}, "put": {"parameters": optional}}}}),
            &[],
        ),
        (
            "gone",
            both(&optional, json!({})),
            both(&json!([]), json!({})),
            &[
                "warning request-parameter-removed",
                "warning request-parameter-removed",
            ],
        ),
    ]);
}

#[test]
fn how_a_parameter_is_written_is_on_the_wire() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let written = |members: Value| {
        let mut parameter = json!({"schema": list});
        parameter
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        with(parameter)
    };
    assert_operations(&[
        (
            "explicit defaults",
            written(json!({})),
            written(json!({"style": "form", "explode": true})),
            &[],
        ),
        (
            "style",
            written(json!({})),
            written(json!({"style": "pipeDelimited"})),
            &["breaking request-parameter-style-changed"],
        ),
        (
            "explode",
            written(json!({})),
            written(json!({"explode": false})),
            &["breaking request-parameter-explode-changed"],
        ),
        (
            "explode of a header is false",
            written(json!({"in": "header"})),
            written(json!({"in": "header", "style": "simple", "explode": false})),
            &[],
        ),
        (
            "explode of a single value",
            with(json!({})),
            with(json!({"explode": false})),
            &[],
        ),
        (
            "as JSON",
            with(json!({})),
            parameters(json!([
                {"name": "a", "in": "query", "content": {"application/json": {"schema": {"type": "string"}}}}
            ])),
            &["breaking request-parameter-content-changed"],
        ),
        (
            "another media type",
            parameters(json!([{"name": "a", "in": "query", "content": {"application/json": {}}}])),
            parameters(json!([{"name": "a", "in": "query", "content": {"text/plain": {}}}])),
            &["breaking request-parameter-content-changed"],
        ),
    ]);
}

#[test]
fn an_exploded_object_is_the_parameters_that_its_properties_are() {
    let single = parameters(json!([
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
        {"name": "size", "in": "query", "schema": {"type": "integer"}},
    ]));
    let object = parameters(json!([{
        "name": "paging", "in": "query", "style": "form", "explode": true,
        "schema": {"type": "object", "properties": {"page": {"type": "integer"}, "size": {"type": "integer"}}},
    }]));
    let required = parameters(json!([{
        "name": "paging", "in": "query", "required": true,
        "schema": {
            "type": "object", "required": ["page"],
            "properties": {"page": {"type": "integer"}, "sort": {"type": "integer"}},
        },
    }]));
    assert_operations(&[
        ("put together", single.clone(), object.clone(), &[]),
        ("taken apart", object, single.clone(), &[]),
        (
            "put together, and changed",
            single,
            required,
            &[
                "breaking request-parameter-became-required",
                "info new-optional-request-parameter",
                "warning request-parameter-removed",
            ],
        ),
    ]);
}

#[test]
fn a_parameter_behind_a_reference_is_one_cause() {
    let document = |required: bool| {
        let mut document = crate::document(json!({"paths": {
            "/x": {"get": {"parameters": [{"$ref": "#/components/parameters/A"}]}},
            "/y": {"get": {"parameters": [{"$ref": "#/components/parameters/A"}]}},
        }}));
        document["components"] =
            json!({"parameters": {"A": {"name": "a", "in": "query", "required": required}}});
        document
    };
    let diff = compare(&document(false), &document(true));
    assert_eq!(verdicts(&diff), ["breaking request-parameter-became-required"; 2]);
    for finding in &diff.findings {
        assert_eq!(*finding.used_by, ["GET /x", "GET /y"]);
        assert_eq!(finding.old, "/components/parameters/A");
    }
}
