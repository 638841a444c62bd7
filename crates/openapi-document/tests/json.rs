//! Which JSON is read, and which is refused.

use std::time::{Duration, Instant};

use openapi_document::{ErrorKind, MAX_DEPTH, from_slice};
use serde_json::{Value, json};

#[test]
fn numbers_are_exact_within_64_bits_and_near_beyond() {
    let text = format!(
        r#"{{"a": {}, "b": {}, "c": 1.0, "d": 1e2, "e": 36893488147419103232}}"#,
        u64::MAX,
        i64::MIN
    );
    let expected =
        json!({ "a": u64::MAX, "b": i64::MIN, "c": 1.0, "d": 100.0, "e": 36_893_488_147_419_103_232_f64 });
    assert_eq!(from_slice(text.as_bytes()).unwrap(), expected);
}

#[test]
fn the_order_of_members_is_kept() {
    let document = from_slice(br#"{"z": 1, "a": {"y": 1, "b": 2}}"#).unwrap();
    assert_eq!(document.to_string(), r#"{"z":1,"a":{"y":1,"b":2}}"#);
}

#[test]
fn a_key_that_is_there_twice_with_different_values_is_refused() {
    let error = from_slice(b"{\"paths\": {\"/a\": [{}, {\"x\": 1,\n \"x\": 2}]}}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DuplicateKey);
    assert_eq!(error.pointer(), Some("/paths/~1a/1/x"));
    assert_eq!(error.line(), Some(2));
    assert!(error.message().contains(r#"duplicate key "x""#), "{error}");
}

#[test]
fn a_key_that_is_there_twice_with_the_same_value_is_taken_once() {
    let document = from_slice(br#"{"a": {"b": [1]}, "a": {"b": [1]}}"#).unwrap();
    assert_eq!(document, json!({ "a": { "b": [1] } }));
}

#[test]
fn text_that_is_cut_short_says_where() {
    let error = from_slice(b"{\n  \"info\": {\n    \"title\": \"Bo").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
    assert_eq!((error.line(), error.pointer()), (Some(3), Some("/info/title")));
    assert!(error.message().contains("cut short"), "{error}");
}

#[test]
fn what_is_not_json_says_where() {
    let cases: [(&str, usize, usize); 5] = [
        (r#"{"a": 1,}"#, 1, 9),
        ("{\"a\":\n\"\u{e9}\u{e9}\" x}", 2, 6),
        (r#"{"a": 1} {"b": 2}"#, 1, 10),
        (r#"{"a": 1e999}"#, 1, 11),
        (r#"{"a": "\ud800"}"#, 1, 14),
    ];
    for (text, line, column) in cases {
        let error = from_slice(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax, "{text}: {error}");
        assert_eq!(
            (error.line(), error.column()),
            (Some(line), Some(column)),
            "{text}: {error}"
        );
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |arrays: usize| format!("{{\"a\":{}{}}}", "[".repeat(arrays), "]".repeat(arrays));
    let deepest = from_slice(nested(MAX_DEPTH - 1).as_bytes()).unwrap();
    assert!(matches!(deepest, Value::Object(_)));
    let error = from_slice(nested(MAX_DEPTH).as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooDeep);

    let start = Instant::now();
    for text in ["[".repeat(30_000_000), r#"{"a":"#.repeat(100_000)] {
        assert_eq!(
            from_slice(text.as_bytes()).unwrap_err().kind(),
            ErrorKind::TooDeep
        );
    }
    // Parsing stops at the limit; a parser that does not would take a minute.
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn the_number_of_values_is_bounded() {
    let text = format!("{{\"a\":[{}0]}}", "0,".repeat(2_000_000));
    let error = from_slice(text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany, "{error}");
}
