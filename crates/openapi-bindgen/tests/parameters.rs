//! How the runtime of generated code writes parameters: the tables of OpenAPI 3.0.4 and 3.1.1 (Parameter
//! Object, "Style Examples"), and the cases that they leave open.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use runtime::Style;
use serde_json::{Value, json};

/// Included in the same way as in generated code.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "generated code has public items, and not all are tested here"
)]
mod runtime {
    include!("../runtime/encode_path.rs");
    include!("../runtime/parameters.rs");
}

/// The query string as it is sent.
fn query(style: Style, value: Value) -> String {
    runtime::query("color", style, value).join("&")
}

fn path(style: Style, value: Value) -> String {
    runtime::path("color", style, &value).unwrap()
}

fn header(style: Style, value: Value) -> Option<String> {
    runtime::header("color", style, &value).unwrap()
}

fn list() -> Value {
    json!(["blue", "black", "brown"])
}

fn object() -> Value {
    json!({ "R": 100, "G": 200, "B": 150 })
}

#[test]
fn queries_are_written_in_their_style() {
    use Style::{DeepObject, Form, FormExploded, Json, PipeDelimited, SpaceDelimited};
    for (style, value, expected) in [
        (Form, json!("blue"), "color=blue"),
        (Form, json!(""), "color="),
        (Form, list(), "color=blue,black,brown"),
        (Form, json!(["a,b", "c d"]), "color=a%2Cb,c%20d"),
        (Form, object(), "color=R,100,G,200,B,150"),
        (FormExploded, json!(1.5), "color=1.5"),
        (FormExploded, list(), "color=blue&color=black&color=brown"),
        (FormExploded, object(), "R=100&G=200&B=150"),
        (SpaceDelimited, list(), "color=blue%20black%20brown"),
        (SpaceDelimited, object(), "color=R%20100%20G%20200%20B%20150"),
        (PipeDelimited, list(), "color=blue%7Cblack%7Cbrown"),
        (
            DeepObject,
            object(),
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
        (
            DeepObject,
            json!({ "a": { "b": [1, 2] }, "c": null }),
            "color%5Ba%5D%5Bb%5D=1&color%5Ba%5D%5Bb%5D=2",
        ),
        (
            Json,
            object(),
            "color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D",
        ),
        (Json, json!("blue"), "color=%22blue%22"),
    ] {
        assert_eq!(query(style, value.clone()), expected, "{style:?} {value}");
    }
}

#[test]
fn what_is_not_given_is_not_sent() {
    for style in [Style::Form, Style::FormExploded, Style::DeepObject, Style::Json] {
        assert_eq!(query(style, Value::Null), "");
    }
    assert_eq!(query(Style::FormExploded, json!([])), "");
    assert_eq!(header(Style::Simple, Value::Null), None);
    let error = runtime::path("color", Style::Simple, &Value::Null).unwrap_err();
    assert!(error.starts_with("color: "), "{error}");
}

#[test]
fn paths_are_written_in_their_style_and_encoded() {
    use Style::{Json, Label, LabelExploded, Matrix, MatrixExploded, Simple, SimpleExploded};
    for (style, value, expected) in [
        (Simple, json!(r"a/b\c?"), "a%2Fb%5Cc%3F"),
        (Simple, json!(7), "7"),
        (Simple, list(), "blue,black,brown"),
        (Simple, object(), "R,100,G,200,B,150"),
        (SimpleExploded, list(), "blue,black,brown"),
        (SimpleExploded, object(), "R=100,G=200,B=150"),
        (Label, json!("blue"), ".blue"),
        (Label, list(), ".blue,black,brown"),
        (Label, object(), ".R,100,G,200,B,150"),
        (LabelExploded, list(), ".blue.black.brown"),
        (LabelExploded, object(), ".R=100.G=200.B=150"),
        (Matrix, json!(""), ";color"),
        (Matrix, json!("blue"), ";color=blue"),
        (Matrix, list(), ";color=blue,black,brown"),
        (Matrix, object(), ";color=R,100,G,200,B,150"),
        (MatrixExploded, list(), ";color=blue;color=black;color=brown"),
        (MatrixExploded, object(), ";R=100;G=200;B=150"),
        (Json, json!("a b"), "%22a%20b%22"),
    ] {
        assert_eq!(path(style, value.clone()), expected, "{style:?} {value}");
    }
}

#[test]
fn a_path_argument_that_leads_elsewhere_is_refused() {
    for value in [json!(""), json!("."), json!(".."), json!([]), json!(null)] {
        let error = runtime::path("color", Style::Simple, &value).unwrap_err();
        assert!(error.starts_with("color: "), "{error}");
    }
    assert!(runtime::path("color", Style::Label, &json!("")).is_err());
    assert_eq!(path(Style::Simple, json!("...")), "...");
    assert_eq!(path(Style::Simple, json!("a/../b")), "a%2F..%2Fb");
}

#[test]
fn headers_and_cookies_are_written_in_their_style() {
    assert_eq!(header(Style::Simple, list()).as_deref(), Some("blue,black,brown"));
    assert_eq!(
        header(Style::Simple, object()).as_deref(),
        Some("R,100,G,200,B,150")
    );
    assert_eq!(
        header(Style::SimpleExploded, object()).as_deref(),
        Some("R=100,G=200,B=150")
    );
    assert_eq!(header(Style::Json, json!([1])).as_deref(), Some("[1]"));
    let error = runtime::header("color", Style::Simple, &json!("a\nb")).unwrap_err();
    assert!(error.starts_with("color: "), "{error}");

    let cookie = |name: &str, value: Value| runtime::cookie(name, Style::FormExploded, value);
    assert_eq!(cookie("session", json!("a;b")), ["session=a%3Bb"]);
    assert!(cookie("none", Value::Null).is_empty());
}

fn form(value: &Value) -> Result<String, String> {
    runtime::form(value.to_string().as_bytes())
}

#[test]
fn forms_repeat_lists() {
    let value = json!({ "a": "x y", "b": [1, 2], "c": null, "d": { "e": 1 } });
    let body = "a=x+y&b=1&b=2&d=%7B%22e%22%3A1%7D".to_owned();
    assert_eq!(form(&value), Ok(body));
    assert!(form(&json!([1])).is_err());
}
