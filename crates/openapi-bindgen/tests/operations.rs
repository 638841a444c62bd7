//! Operations of every kind through the chain, for a crate of its own: what the code does, what is recorded, and what is
//! left out.

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

/// Without the formatter's line breaks, spaces and commas at the end of lines.
fn tight(code: &str) -> String {
    code.split_whitespace().collect::<String>().replace(",)", ")")
}

/// The builder of the operation `call`.
fn builder(generated: &Generated) -> String {
    let code = &generated.code;
    let begin = code
        .find("pub struct Call<'a>")
        .unwrap_or_else(|| panic!("no builder in {code}"));
    let end = code[begin..].find("\n}\n").unwrap();
    tight(&code[begin..begin + end])
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
fn tags_that_are_one_in_rust_are_one_trait() {
    let operation =
        |id: &str, tags: Value| json!({ "get": { "operationId": id, "tags": tags, "responses": {} } });
    let generated = client(json!({
        "/a": operation("a", json!(["User Admin"])), "/b": operation("b", json!(["user-admin", "Other"])),
        "/c": operation("c", json!(["!"])),
    }));
    let code = flat(&generated.code);
    assert_eq!(code.matches("pub trait ").count(), 1, "the tag's");
    assert!(code.contains("pub trait ClientUserAdminExt"));
    assert!(
        code.contains("pub fn c(&self)"),
        "without a tag, it is a method of the client"
    );
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
        call.contains(&tight(r#".accept("application/vnd.shop+json")"#)),
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
            "crate::runtime::Answer::to(\"call\", &client.client, request).await?.json().await"
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
    assert!(
        call.contains(&tight(
            "body: ::std::result::Result<types::builder::Order, ::std::string::String"
        )) && call.contains(&tight(
            r#".json("application/json", ::std::option::Option::Some("#
        )),
        "{call}"
    );
    assert!(!call.contains(&tight("CONTENT_TYPE")), "{call}");
    let call = sending(json!({ "application/merge-patch+json": order }), false);
    assert!(
        call.contains(&tight(r#".json("application/merge-patch+json", (self"#)),
        "{call}"
    );
}

#[test]
fn forms_are_written_by_the_runtime() {
    let order = json!({ "schema": { "$ref": "#/components/schemas/Order" }, "encoding": { "id": { "style": "form" } } });
    let call = sending(json!({ "application/x-www-form-urlencoded": order }), true);
    assert!(
        call.contains(&tight(".form(::std::option::Option::Some(")),
        "{call}"
    );
}

#[test]
fn other_bodies_are_bytes_under_the_type_of_the_document_or_of_the_caller() {
    let call = sending(
        json!({ "application/xml": { "schema": { "type": "object" } } }),
        true,
    );
    assert!(
        call.contains(&tight(
            "body: ::std::result::Result<::reqwest::Body, ::std::string::String"
        )),
        "{call}"
    );
    assert!(
        call.contains(&tight(
            r#".bytes(::std::option::Option::Some(self.body?), ::std::option::Option::Some("application/xml")"#
        )),
        "{call}"
    );
    let call = sending(json!({ "text/csv": {} }), false);
    assert!(
        call.contains(&tight(
            "body: ::std::result::Result<::std::option::Option<::reqwest::Body>, ::std::string::String"
        )),
        "{call}"
    );
    assert!(
        call.contains(&tight(
            r#".bytes(self.body?, ::std::option::Option::Some("text/csv")"#
        )),
        "{call}"
    );
    for media_type in ["multipart/form-data", "image/*"] {
        let call = sending(json!({ media_type: { "schema": { "type": "object" } } }), true);
        assert!(
            call.contains(&tight(
                "content_type: ::std::result::Result<::std::string::String, ::std::string::String"
            )),
            "{call}"
        );
        assert!(call.contains(&tight(r#".header("content-type","#)), "{call}");
    }
}

#[test]
fn a_body_without_a_media_type_is_not_sent() {
    let generated = one(
        "/a",
        "post",
        json!({ "requestBody": { "content": {} }, "responses": ok() }),
    );
    assert!(!builder(&generated).contains(&tight("body:")));
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
        r#"let ids = crate::runtime::path("ids", crate::runtime::Style::MatrixExploded, &self.ids?"#,
        r#"format!("{}/a/{}.json", self.client.baseurl, ids"#,
        "filter: ::std::result::Result<types::CallFilter, ::std::string::String",
        r#".query("filter", crate::runtime::Style::DeepObject, &self.filter?"#,
        r#".query("sort", crate::runtime::Style::PipeDelimited, &self.sort?"#,
        "where_: ::std::result::Result<::std::option::Option<types::Order>, ::std::string::String",
        r#".query("where", crate::runtime::Style::Json, &self.where_?"#,
        r#".cookie("session", crate::runtime::Style::FormExploded, &self.session?"#,
        r#".header("x-trace", crate::runtime::Style::Simple, &self.x_trace?"#,
        "x_trace: ::std::result::Result<::std::option::Option<::std::string::String>, ::std::string::String",
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
        r#".query("id", crate::runtime::Style::FormExploded, &self.id_query?"#,
        r#""id", crate::runtime::Style::Simple, &self.id_header?"#,
        r#"let send_path = crate::runtime::path("send""#,
        r#"format!("{}/a/{}/{}", self.client.baseurl, id, send_path"#,
        "Sends a `GET` request to `/a/{id}/{send}`",
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
        call.contains(&tight(r#"format!("{}/a/{}//{{c", self.client.baseurl, b"#)),
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
        assert!(!builder(&generated).contains(&tight(".header(")), "{name}");
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
    for (method, expected) in [
        ("options", "::reqwest::Method::OPTIONS, url"),
        ("trace", "::reqwest::Method::TRACE, url"),
        ("delete", "::reqwest::Method::DELETE, url"),
    ] {
        let body = json!({ "content": json_of("Order"), "required": true });
        let call = builder(&one(
            "/a",
            method,
            json!({ "requestBody": body, "responses": ok() }),
        ));
        assert!(call.contains(&tight(expected)), "{call}");
        assert!(
            call.contains(&tight(
                r#".json("application/json", ::std::option::Option::Some("#
            )),
            "{call}"
        );
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
