//! Runs operations of every kind through the chain, for a separate crate: what the code does, what is
//! recorded, and what is left out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use openapi_bindgen::{Change, Generated, Loss, Settings, generate};
use serde_json::{Value, json};

fn client(paths: Value) -> Generated {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Shop", "version": "1" },
        "paths": paths,
        "components": { "schemas": {
            "Order": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } },
            "Note": { "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } } },
        } },
    });
    generate(document, &Settings::standalone()).unwrap()
}

/// A client with one operation, called `call`.
fn one(path: &str, method: &str, operation: Value) -> Generated {
    let mut operation = operation;
    operation["operationId"] = json!("call");
    client(json!({ path: { method: operation } }))
}

fn flat(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Removes the formatter's line breaks, spaces and trailing commas.
fn tight(code: &str) -> String {
    code.split_whitespace().collect::<String>().replace(",)", ")")
}

/// The code for the operation `call`: its entry in the table, its methods and its builder.
fn builder(generated: &Generated) -> String {
    let code = &generated.code;
    let between = |begin: &str, end: &str| {
        let begin = code.find(begin).unwrap_or_else(|| panic!("no {begin} in {code}"));
        let end = code[begin..].find(end).unwrap_or(code.len() - begin);
        tight(&code[begin..begin + end])
    };
    let row = between("    id: \"call\"", "success: Success::");
    row + &between("pub fn call(", "\n}\n") + &between("pub struct Call {", "impl ::std::future::IntoFuture")
}

fn of<'a>(generated: &'a Generated, pass: &str) -> Vec<&'a Change> {
    generated
        .changes
        .iter()
        .filter(|change| change.pass == pass)
        .collect()
}

fn json_of(name: &str) -> Value {
    json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } })
}

fn ok() -> Value {
    json!({ "200": { "description": "ok", "content": json_of("Order") } })
}

#[test]
fn ids_and_names_of_the_generated_code_stay_apart() {
    let operation = |id: &str| json!({ "get": { "operationId": id, "responses": {} } });
    let generated = client(json!({
        "/a": operation("getThing"), "/b": operation("get-thing"), "/c": operation("new"), "/d": operation("Response"),
        "/e": operation("self"), "/f": operation("2fa"), "/g": operation(""), "/h": operation("größe"),
        "/i": operation("a1b"), "/j": operation("a_1b"), "/k": { "get": { "responses": {} } },
    }));
    let ids: Vec<_> = generated
        .operations
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "get_thing",
            "get_thing_2",
            "new_operation",
            "response_operation",
            "self_operation",
            "op_2fa",
            "get_g",
            "größe",
            "a1b",
            "a_1b_operation",
            "get_k",
        ]
    );
    assert!(generated.skipped.is_empty());
}

#[test]
fn tags_that_are_one_in_rust_are_one_module() {
    let operation =
        |id: &str, tags: Value| json!({ "get": { "operationId": id, "tags": tags, "responses": {} } });
    let generated = client(json!({
        "/a": operation("a", json!(["User Admin"])), "/b": operation("b", json!(["user-admin", "Other"])),
        "/c": operation("c", json!(["!"])),
    }));
    let code = flat(&generated.code);
    assert_eq!(code.matches("pub mod user_admin {").count(), 1);
    assert!(code.contains("pub fn a(&self) -> builder::user_admin::A {"));
    assert!(code.contains("pub fn b(&self) -> builder::user_admin::B {"));
    assert!(code.contains("pub fn c(&self) -> builder::C {"), "without a tag");
    assert_eq!(of(&generated, "tags").len(), 2);
}

#[test]
fn several_successes_are_a_union_that_may_be_empty() {
    let responses = json!({
        "200": { "description": "ok", "content": json_of("Order") },
        "202": { "description": "later", "content": json_of("Note") },
        "204": { "description": "nothing" },
        "302": { "description": "elsewhere" },
    });
    let generated = one("/a", "get", json!({ "responses": responses }));
    let call = builder(&generated);
    assert!(
        call.contains(&tight("Response<::std::option::Option<types::CallResponse>>")),
        "{call}"
    );
    assert!(call.contains(&tight(".json().await")), "{call}");
    let union = flat(&generated.code);
    assert!(
        union.contains("pub enum CallResponse { Order(Order), Note(Note), }"),
        "{union}"
    );
    let losses: Vec<_> = of(&generated, "success-responses")
        .iter()
        .map(|change| change.loss)
        .collect();
    assert_eq!(
        losses,
        [Loss::Dropped, Loss::Widened],
        "the redirect, and the union"
    );
}

#[test]
fn successes_of_several_kinds_are_bytes() {
    let responses = json!({
        "200": { "description": "ok", "content": json_of("Order") },
        "206": { "description": "part", "content": { "application/pdf": {} } },
    });
    let call = builder(&one("/a", "get", json!({ "responses": responses })));
    assert!(
        call.contains(&tight("Response<crate::runtime::ByteStream>")),
        "{call}"
    );
}

#[test]
fn a_default_alone_is_the_success_and_no_response_at_all_is_bytes() {
    let responses = json!({ "default": { "description": "ok", "content": json_of("Order") } });
    assert!(
        builder(&one("/a", "get", json!({ "responses": responses })))
            .contains(&tight("Response<types::Order>"))
    );
    assert!(builder(&one("/a", "get", json!({}))).contains(&tight("Response<crate::runtime::ByteStream>")));
    let responses = json!({ "400": { "description": "bad", "content": json_of("Note") } });
    assert!(
        builder(&one("/a", "get", json!({ "responses": responses })))
            .contains(&tight("Response<crate::runtime::ByteStream>"))
    );
}

#[test]
fn responses_are_json_if_they_can_be_and_bytes_if_not() {
    let with = |content: Value| {
        builder(&one(
            "/a",
            "get",
            json!({ "responses": { "200": { "description": "ok", "content": content } } }),
        ))
    };
    let order = json!({ "schema": { "$ref": "#/components/schemas/Order" } });
    for media_type in [
        "application/json; charset=utf-8",
        "application/vnd.shop+json",
        "text/json",
        "*/*",
    ] {
        let call = with(json!({ "text/event-stream": {}, media_type: order }));
        assert!(
            call.contains(&tight("Response<types::Order>")),
            "{media_type}: {call}"
        );
    }
    let call = with(json!({ "application/vnd.shop+json": order }));
    assert!(
        call.contains(&tight(
            r#"accept: ::std::option::Option::Some("application/vnd.shop+json")"#
        )),
        "{call}"
    );
    for media_type in [
        "text/plain",
        "application/xml",
        "image/*",
        "application/x-ndjson",
        "text/event-stream",
    ] {
        assert!(
            with(json!({ media_type: order })).contains("Response<crate::runtime::ByteStream>"),
            "{media_type}"
        );
    }
    let call = builder(&one("/a", "head", json!({ "responses": ok() })));
    assert!(call.contains(&tight("Response<()>")), "{call}");
}

#[test]
fn all_errors_are_bodies_as_they_came() {
    let responses = json!({
        "200": { "description": "ok", "content": json_of("Order") },
        "400": { "description": "bad", "content": json_of("Note") },
        "404": { "description": "gone", "content": { "text/html": {} } },
        "default": { "description": "else" },
    });
    let generated = one("/a", "get", json!({ "responses": responses }));
    let call = builder(&generated);
    assert!(call.contains(&tight("Response<types::Order>, Error>")), "{call}");
    assert!(
        call.contains(&tight(
            "self.call.send(::std::option::Option::None).await?.json().await"
        )),
        "{call}"
    );
}

fn sending(content: Value, required: bool) -> String {
    let body = json!({ "content": content, "required": required });
    builder(&one(
        "/a",
        "post",
        json!({ "requestBody": body, "responses": ok() }),
    ))
}

#[test]
fn json_is_preferred_and_sent_under_its_own_type() {
    let order = json!({ "schema": { "$ref": "#/components/schemas/Order" } });
    let call = sending(
        json!({ "multipart/form-data": order, "application/xml": order, "application/json": order }),
        true,
    );
    for expected in [
        "pub fn call(&self, id: i128) -> builder::Call",
        ".set(0, &id)",
        "pub fn call_with(&self, body: types::Order) -> builder::Call",
        ".whole(&body)",
        r#"Parameter::of("id", Place::Member, Style::Json, "integer", true)"#,
        r#"kind: BodyKind::Json, media_type: ::std::option::Option::Some("application/json"), required: true"#,
    ] {
        assert!(call.contains(&tight(expected)), "{expected}\n{call}");
    }
    let call = sending(json!({ "application/merge-patch+json": order }), false);
    assert!(
        call.contains(&tight(
            r#"media_type: ::std::option::Option::Some("application/merge-patch+json"), required: false"#
        )),
        "{call}"
    );
}

#[test]
fn forms_are_written_by_the_runtime() {
    let order = json!({ "schema": { "$ref": "#/components/schemas/Order" }, "encoding": { "id": { "style": "form" } } });
    let call = sending(json!({ "application/x-www-form-urlencoded": order }), true);
    assert!(call.contains("kind:BodyKind::Form"), "{call}");
}

#[test]
fn other_bodies_are_bytes_under_the_type_of_the_document_or_of_the_caller() {
    let call = sending(
        json!({ "application/xml": { "schema": { "type": "object" } } }),
        true,
    );
    for expected in [
        "pub fn call(&self, body: ::reqwest::Body)",
        "call, raw: ::std::option::Option::Some(body)",
        r#"kind: BodyKind::Raw, media_type: ::std::option::Option::Some("application/xml"), required: true"#,
    ] {
        assert!(call.contains(&tight(expected)), "{expected}\n{call}");
    }
    let call = sending(json!({ "text/csv": {} }), false);
    for expected in [
        "pub fn call(&self) -> builder::Call",
        "pub fn body(self, body: ::reqwest::Body) -> Self",
        r#"kind: BodyKind::Raw, media_type: ::std::option::Option::Some("text/csv"), required: false"#,
    ] {
        assert!(call.contains(&tight(expected)), "{expected}\n{call}");
    }
    for media_type in ["multipart/form-data", "image/*"] {
        let call = sending(json!({ media_type: { "schema": { "type": "object" } } }), true);
        for expected in [
            "pub fn call(&self, required: builder::CallRequired)",
            ".set(0, &required.content_type)",
            r#"Parameter::of("content-type", Place::Header, Style::Simple, "string", true)"#,
        ] {
            assert!(call.contains(&tight(expected)), "{expected}\n{call}");
        }
    }
}

#[test]
fn a_body_without_a_media_type_is_not_sent() {
    let generated = one(
        "/a",
        "post",
        json!({ "requestBody": { "content": {} }, "responses": ok() }),
    );
    assert!(builder(&generated).contains("body:::std::option::Option::None"));
    assert_eq!(of(&generated, "request-bodies")[0].loss, Loss::Dropped);
}

fn taking(path: &str, parameters: Value) -> Generated {
    one(
        path,
        "get",
        json!({ "parameters": parameters, "responses": ok() }),
    )
}

#[test]
fn parameters_are_written_in_the_style_of_the_document() {
    let object = json!({ "type": "object", "properties": { "min": { "type": "integer" } } });
    let generated = taking(
        "/a/{ids}.json",
        json!([
            { "name": "ids", "in": "path", "required": true, "style": "matrix", "explode": true,
              "schema": { "type": "array", "items": { "type": "integer" } } },
            { "name": "filter", "in": "query", "style": "deepObject", "required": true, "schema": object },
            { "name": "sort", "in": "query", "style": "pipeDelimited", "schema": { "type": "array", "items": { "type": "string" } } },
            { "name": "where", "in": "query", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } },
            { "name": "session", "in": "cookie", "schema": { "type": "string" } },
            { "name": "X-Trace", "in": "header", "schema": { "type": ["string", "null"] } },
        ]),
    );
    let call = builder(&generated);
    for expected in [
        "pub fn call(&self, ids: impl ::std::iter::IntoIterator<Item = i64>, filter: types::CallFilter)",
        r#"Parameter::of("ids", Place::Path, Style::MatrixExploded, "array", true)"#,
        r#"Parameter::of("filter", Place::Query, Style::DeepObject, "object", true)"#,
        r#"Parameter::of("sort", Place::Query, Style::PipeDelimited, "array", false)"#,
        r#"Parameter::of("where", Place::Query, Style::Json, "object", false)"#,
        r#"Parameter::of("session", Place::Cookie, Style::FormExploded, "string", false)"#,
        r#"Parameter::of("X-Trace", Place::Header, Style::Simple, "string", false)"#,
        "pub fn where_(self, where_: types::Order) -> Self",
        "pub fn x_trace(self, x_trace: impl ::std::convert::Into<::std::string::String>) -> Self",
    ] {
        assert!(call.contains(&tight(expected)), "{expected}\n{call}");
    }
    assert_eq!(of(&generated, "parameter-styles").len(), 4);
}

#[test]
fn parameters_that_are_one_in_rust_stay_apart() {
    let text = json!({ "type": "string" });
    let generated = taking(
        "/a/{id}/{send}",
        json!([
            { "name": "id", "in": "path", "required": true, "schema": text },
            { "name": "send", "in": "path", "required": true, "schema": text },
            { "name": "id", "in": "query", "schema": text },
            { "name": "ID", "in": "header", "schema": text },
        ]),
    );
    let call = builder(&generated);
    for expected in [
        "id: impl ::std::convert::Into<::std::string::String>",
        "send_path: impl ::std::convert::Into<::std::string::String>",
        "pub fn id_query(self,",
        "pub fn id_header(self,",
    ] {
        assert!(call.contains(&tight(expected)), "{expected}\n{call}");
    }
    assert_eq!(generated.operations[0].path, "/a/{id}/{send}");
}

#[test]
fn the_parameters_of_a_path_are_those_of_its_template() {
    let generated = taking(
        "/a/{b}//{c",
        json!([{ "name": "gone", "in": "path", "required": true, "schema": { "type": "string" } }]),
    );
    let call = builder(&generated);
    assert!(
        call.contains(&tight(
            r#"Parameter::of("b", Place::Path, Style::Simple, "string", true)"#
        )),
        "{call}"
    );
    assert!(!call.contains(&tight("gone")), "{call}");
    let losses: Vec<_> = of(&generated, "path-parameters")
        .iter()
        .map(|change| change.loss)
        .collect();
    assert_eq!(losses, [Loss::Dropped, Loss::Widened]);
}

#[test]
fn headers_that_openapi_ignores_are_no_arguments_and_names_that_http_forbids_cannot_be_sent() {
    let header = |name: &str, required: bool| json!([{ "name": name, "in": "header", "required": required, "schema": { "type": "string" } }]);
    for name in ["Authorization", "accept", "Content-Type"] {
        let generated = taking("/a", header(name, true));
        assert!(!builder(&generated).contains("Place::Header"), "{name}");
        assert_eq!(of(&generated, "sent-headers").len(), 1);
    }
    assert_eq!(
        of(&taking("/a", header("a b", false)), "sent-headers")[0].loss,
        Loss::Dropped
    );
    let generated = client(json!({
        "/a": { "get": { "parameters": header("a b", true), "responses": {} } },
        "/b": { "get": { "responses": {} } },
    }));
    let [skipped] = generated.skipped.as_slice() else {
        panic!("{:?}", generated.skipped)
    };
    assert_eq!(
        (skipped.operation.as_str(), skipped.pointer.as_str()),
        ("GET /a", "/paths/~1a/get")
    );
    assert!(skipped.reason.contains("\"a b\""));
    assert_eq!(generated.operations.len(), 1, "the rest is there");
}

#[test]
fn every_method_can_be_sent() {
    for method in ["options", "trace", "delete"] {
        let body = json!({ "content": json_of("Order"), "required": true });
        let call = builder(&one(
            "/a",
            method,
            json!({ "requestBody": body, "responses": ok() }),
        ));
        let expected = format!("method: {:?}", method.to_ascii_uppercase());
        assert!(call.contains(&tight(&expected)), "{call}");
        assert!(call.contains("kind:BodyKind::Json"), "{call}");
    }
}

/// Otherwise the order of several required members would be the provider's, who may swap two strings.
#[test]
fn several_required_members_have_names_or_the_order_of_the_overlay() {
    let body = json!({ "required": true, "content": { "application/json": { "schema": {
        "type": "object", "required": ["to", "from"], "properties": {
            "from": { "type": "string" }, "to": { "type": "string" }, "note": { "type": ["string", "null"] } } } } } });
    let operation = |order: Value| {
        let mut operation = json!({ "requestBody": body, "responses": ok() });
        if !order.is_null() {
            operation["x-arguments"] = order;
        }
        one("/a", "post", operation)
    };
    let call = builder(&operation(Value::Null));
    assert!(
        call.contains(&tight("pub fn call(&self, required: builder::CallRequired)")),
        "{call}"
    );
    assert!(call.contains(&tight("pub fn note_null(self) -> Self")), "{call}");
    let text = "impl ::std::convert::Into<::std::string::String>";
    let call = builder(&operation(json!(["to", "from"])));
    assert!(
        call.contains(&tight(&format!("pub fn call(&self, to: {text}, from: {text})"))),
        "{call}"
    );
    for wrong in [json!(["to"]), json!(["to", "from", "note"]), json!("to")] {
        let generated = operation(wrong);
        assert_eq!(generated.operations.len(), 0);
        let reason = &generated.skipped[0].reason;
        assert!(
            reason.contains("x-arguments") && reason.contains("exactly"),
            "{reason}"
        );
    }
}

/// The call checks the limits that the type does not.
#[test]
fn bounds_and_lengths_are_limits_of_the_call() {
    let generated = taking(
        "/a",
        json!([
            { "name": "page", "in": "query", "schema": { "type": "integer", "minimum": 1, "exclusiveMaximum": 500 } },
            { "name": "q", "in": "query", "schema": { "type": "string", "minLength": 1, "maxLength": 80 } },
        ]),
    );
    let call = builder(&generated);
    for expected in [
        ".within(&[Limit::AtLeast(1.0), Limit::LessThan(500.0)])",
        ".within(&[Limit::Shortest(1), Limit::Longest(80)])",
        "pub fn page(self, page: i64) -> Self",
    ] {
        assert!(call.contains(&tight(expected)), "{expected}\n{call}");
    }
}

/// This includes members of a body, and types that refer to themselves.
#[test]
fn bounds_inside_of_an_argument_are_limits_of_the_call() {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Limits", "version": "1" },
        "paths": { "/orders": { "post": {
            "operationId": "order",
            "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } },
            "responses": { "204": { "description": "done" } },
        } } },
        "components": { "schemas": {
            "Order": {
                "type": "object",
                "required": ["lines"],
                "properties": {
                    "lines": { "type": "array", "items": { "$ref": "#/components/schemas/Line" } },
                    "tags": { "type": "object", "additionalProperties": { "type": "string", "maxLength": 8 } },
                },
            },
            "Line": {
                "type": "object",
                "properties": {
                    "count": { "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "null" }] },
                    "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Line" } },
                },
            },
        } },
    });
    let generated = generate(document, &Settings::standalone()).unwrap();
    let table = tight(&generated.code);
    for expected in [
        "Inner { way: &[Step::Items, Step::Member(\"count\")], limits: &[Limit::AtLeast(1.0)] }",
        "Step::Items, Step::Member(\"parts\"), Step::Items, Step::Member(\"count\")",
        "Inner { way: &[Step::Members], limits: &[Limit::Longest(8)] }",
    ] {
        assert!(table.contains(&tight(expected)), "{expected}\n{table}");
    }
}

#[test]
fn what_is_not_what_openapi_says_costs_no_more_than_itself() {
    let generated = client(json!({
        "/a": { "get": {
            "operationId": [], "summary": [], "tags": "none", "security": 7, "servers": {}, "callbacks": 1, "deprecated": "no",
            "parameters": [5, { "in": "query" }, { "name": "q", "in": "query", "required": "yes", "example": {}, "examples": [],
                "schema": { "type": "string" } }],
            "responses": { "200": { "description": 1, "headers": 5, "links": [], "content": json_of("Order") }, "20": {}, "x-a": 1 },
            "x-dropshot-pagination": { "required": [] },
        } },
        "/b": 5,
        "/c": { "get": "nothing", "summary": 5, "parameters": 5, "post": { "responses": [] } },
        "x-extension": 5,
    }));
    let called: Vec<_> = generated
        .operations
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    assert_eq!(called, ["get_a", "post_c"]);
    let repaired = generated
        .changes
        .iter()
        .filter(|change| change.loss == Loss::Dropped);
    assert!(repaired.count() >= 7, "{:#?}", generated.changes);
}

#[test]
fn a_reference_to_nothing_costs_its_operation() {
    let generated = client(json!({
        "/a": { "get": { "parameters": [{ "$ref": "#/components/parameters/None" }], "responses": {} } },
        "/b": { "get": { "responses": {} } },
    }));
    assert_eq!(generated.operations.len() + generated.skipped.len(), 2);
    assert!(
        generated
            .operations
            .iter()
            .any(|operation| operation.path == "/b")
    );
}

#[test]
fn the_code_names_the_crates_that_it_uses() {
    let crates = one("/a", "get", json!({ "responses": ok() })).crates;
    for name in ["bytes", "reqwest", "serde", "serde_json", "serde_path_to_error"] {
        assert!(crates.contains(name), "{name} in {crates:?}");
    }
    assert!(
        !crates.contains("uuid") && !crates.contains("schemars"),
        "{crates:?}"
    );
}

#[test]
fn a_misspelled_marker_is_an_error() {
    let problem = |operation: Value| {
        let document = json!({
            "openapi": "3.1.0",
            "info": { "title": "Shop", "version": "1" },
            "paths": { "/orders/{id}": { "post": operation } },
        });
        let mut settings = Settings::within("crate::generated");
        settings.marker_prefix = "x-shop-".to_owned();
        settings.replacements = vec![("OrderId".to_owned(), "crate::OrderId".to_owned())];
        generate(document, &settings).err().map(|error| error.to_string())
    };
    let operation = |marker: &str, ty: &str| {
        let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "x-shop-type": ty } });
        let body = json!({ "type": "object", "properties": { "x-shop-note": { "type": "string" } } });
        json!({
            "operationId": "pay",
            marker: true,
            "parameters": [id],
            "requestBody": { "content": { "application/json": { "schema": body } } },
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "type": "object" } } } } },
        })
    };
    assert_eq!(problem(operation("x-shop-billable", "OrderId")), None);
    let words = problem(operation("x-shop-bilable", "OrderId")).unwrap();
    assert!(
        words.contains("/paths/~1orders~1{id}/post/x-shop-bilable"),
        "{words}"
    );
    assert!(
        words.contains("is not a marker; the markers are x-shop-arguments, "),
        "{words}"
    );
    let words = problem(operation("x-shop-billable", "OderId")).unwrap();
    assert!(
        words.contains("\"OderId\" is neither a hand-written type"),
        "{words}"
    );
}
