//! How the runtime of generated code writes parameters: the tables of OpenAPI 3.0.4 and 3.1.1 (Parameter Object, "Style
//! Examples"), and what they leave open.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use reqwest::header::HeaderMap;
use runtime::Style;
use serde_json::{Value, json};

/// As it stands in generated code.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "generated code has public items, and not all are tested here"
)]
mod runtime {
    include!("../runtime/encode_path.rs");
    include!("../runtime/parameters.rs");
    include!("../runtime/request.rs");
}

/// The query as it is sent.
fn query(style: Style, value: Value) -> String {
    let request = runtime::Request::new(
        &reqwest::Client::new(),
        reqwest::Method::GET,
        "https://example.com/".to_owned(),
    );
    let request = request.query("color", style, &value).unwrap().build().unwrap();
    request.url().query().unwrap_or_default().to_owned()
}

fn path(style: Style, value: Value) -> String {
    runtime::path("color", style, &value).unwrap()
}

fn header(style: Style, value: Value) -> Option<String> {
    let mut headers = HeaderMap::new();
    runtime::header(&mut headers, "color", style, &value).unwrap();
    headers
        .get("color")
        .map(|value| value.to_str().unwrap().to_owned())
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
    let error = runtime::path("color", Style::Simple, &None::<String>).unwrap_err();
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
    let error = runtime::header(&mut HeaderMap::new(), "color", Style::Simple, &"a\nb").unwrap_err();
    assert!(error.starts_with("color: "), "{error}");

    let mut headers = HeaderMap::new();
    runtime::cookie(&mut headers, "session", Style::FormExploded, &"a;b").unwrap();
    runtime::cookie(&mut headers, "none", Style::FormExploded, &None::<u8>).unwrap();
    runtime::cookie(&mut headers, "page", Style::FormExploded, &2).unwrap();
    let cookies: Vec<_> = headers.get_all("cookie").iter().collect();
    assert_eq!(cookies, ["session=a%3Bb; page=2"], "one header holds all cookies");
}

/// The body and the content type of a request with this form.
fn form(value: Option<Value>) -> Result<(Option<String>, Option<String>), String> {
    let url = "http://localhost/".to_owned();
    let request = runtime::Request::new(&reqwest::Client::new(), reqwest::Method::POST, url);
    let request = request.form(value.as_ref())?.build()?;
    let kind = request.headers().get("content-type");
    let body = request.body().and_then(reqwest::Body::as_bytes);
    Ok((
        kind.map(|kind| kind.to_str().unwrap().to_owned()),
        body.map(|body| String::from_utf8_lossy(body).into_owned()),
    ))
}

#[test]
fn forms_repeat_lists_and_are_left_out_when_there_is_none() {
    let kind = Some("application/x-www-form-urlencoded".to_owned());
    let value = json!({ "a": "x y", "b": [1, 2], "c": null, "d": { "e": 1 } });
    let body = "a=x+y&b=1&b=2&d=%7B%22e%22%3A1%7D".to_owned();
    assert_eq!(form(Some(value)), Ok((kind, Some(body))));
    assert_eq!(form(None), Ok((None, None)));
    assert!(form(Some(json!([1]))).is_err());
}
