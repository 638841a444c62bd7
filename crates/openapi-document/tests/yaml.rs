//! Which YAML is read, and which is refused.

use openapi_document::{ErrorKind, MAX_DEPTH, from_slice};
use serde_json::{Value, json};

fn read(text: &str) -> Value {
    let read = from_slice(text.as_bytes());
    assert!(read.is_ok(), "{text}: {read:?}");
    read.unwrap_or_default()
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    let cases = [
        ("", json!(null)),
        ("~", json!(null)),
        ("Null", json!(null)),
        ("nULL", json!("nULL")),
        ("true", json!(true)),
        ("FALSE", json!(false)),
        ("yes", json!("yes")),
        ("no", json!("no")),
        ("on", json!("on")),
        ("y", json!("y")),
        ("12", json!(12)),
        ("-12", json!(-12)),
        ("+12", json!(12)),
        ("0123", json!(123)),
        ("0o17", json!(15)),
        ("0x1F", json!(31)),
        ("0xFFFFFFFFFFFFFFFFFF", json!(4_722_366_482_869_645_213_695_f64)),
        ("-0x1F", json!("-0x1F")),
        ("1_000", json!("1_000")),
        ("12:30:45", json!("12:30:45")),
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("36893488147419103232", json!(36_893_488_147_419_103_232_f64)),
        ("1.0", json!(1.0)),
        ("1.", json!(1.0)),
        (".5", json!(0.5)),
        ("-.5e-3", json!(-0.0005)),
        ("1e3", json!(1000.0)),
        (".", json!(".")),
        ("e3", json!("e3")),
        ("1e", json!("1e")),
        ("1.2.3", json!("1.2.3")),
        ("2024-01-31", json!("2024-01-31")),
        ("2024-01-31T10:20:30Z", json!("2024-01-31T10:20:30Z")),
        ("'12'", json!("12")),
        ("\"true\"", json!("true")),
        ("!!str 12", json!("12")),
        ("!!str", json!("")),
        ("!!int \"12\"", json!(12)),
        ("!!float 12", json!(12.0)),
        ("!!bool 'true'", json!(true)),
        ("!!null ''", json!(null)),
        ("!!timestamp 2024-01-31", json!("2024-01-31")),
        ("!<tag:yaml.org,2002:str> 1", json!("1")),
        ("! 12", json!("12")),
        ("!!seq [1]", json!([1])),
        ("!!map {a: 1}", json!({ "a": 1 })),
        ("|\n  a\n  b", json!("a\nb\n")),
        (">-\n  a\n  b", json!("a b")),
        ("\"\\u00e9\\n\\x41\"", json!("\u{e9}\nA")),
    ];
    for (text, expected) in cases {
        assert_eq!(read(&format!("a: {text}\n")), json!({ "a": expected }), "{text}");
    }
}

#[test]
fn keys_are_taken_by_their_text() {
    let document = read("200: a\non: b\ny: c\nnull: d\n1.0: e\n'200 ': f\n? g\n: h\n<x>: i\n");
    let expected = json!({
        "200": "a", "on": "b", "y": "c", "null": "d", "1.0": "e", "200 ": "f", "g": "h", "<x>": "i"
    });
    assert_eq!(document, expected);
    assert_eq!(document.to_string(), expected.to_string(), "the order is kept");
}

#[test]
fn flow_mappings_are_yaml() {
    assert_eq!(read("{a: 1, 'b': [x, y], }"), json!({ "a": 1, "b": ["x", "y"] }));
}

#[test]
fn aliases_and_merge_keys_are_replaced_by_what_they_stand_for() {
    let document = read(
        "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nlist: &list [x]\nname: &name key\n\
         one: *list\ntwo: {<<: *base, b: 5}\nthree: {<<: [*more, *base]}\nfour: {'<<': 1}\n*name : 6\n",
    );
    assert_eq!(document["one"], json!(["x"]));
    assert_eq!(document["two"], json!({ "a": 1, "b": 5 }));
    assert_eq!(document["three"], json!({ "a": 1, "b": 3, "c": 4 }));
    assert_eq!(document["four"], json!({ "<<": 1 }));
    assert_eq!(document["key"], json!(6));
}

#[test]
fn an_anchor_that_is_set_again_counts_from_there() {
    assert_eq!(
        read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n"),
        json!({ "a": 1, "b": 1, "c": 2, "d": 2 })
    );
}

#[test]
fn a_document_may_be_marked_and_ended() {
    assert_eq!(read("%YAML 1.2\n---\na: 1\n...\n# the end\n"), json!({ "a": 1 }));
}

/// Text, kind of error, line, pointer, and part of the message.
type Refused = (&'static str, ErrorKind, usize, &'static str, &'static str);

#[test]
fn what_json_cannot_hold_is_refused_with_its_place() {
    let cases: [Refused; 23] = [
        ("a:\n  ? [1]\n  : 2\n", ErrorKind::NotJson, 2, "/a", "the key is"),
        ("a:\n  {b: 1}: 2\n", ErrorKind::NotJson, 2, "/a", "the key is"),
        (
            "a: &a [1]\nb:\n  *a : 1\n",
            ErrorKind::NotJson,
            3,
            "/b",
            "the key is",
        ),
        ("a:\n  : 1\n", ErrorKind::Syntax, 2, "/a", "a key is missing"),
        (
            "p:\n  /x: 1\n  /y: 2\n  /x: 1\n",
            ErrorKind::DuplicateKey,
            4,
            "/p/~1x",
            "duplicate key \"/x\", on lines 2 and 4",
        ),
        ("{a: 1, 'a': 2}", ErrorKind::DuplicateKey, 1, "/a", "\"a\""),
        (
            "200: 1\n'200': 2\n",
            ErrorKind::DuplicateKey,
            2,
            "/200",
            "\"200\"",
        ),
        (
            "a: 1\n---\nb: 2\n",
            ErrorKind::NotJson,
            2,
            "",
            "second YAML document",
        ),
        ("a: &a [1, *a]\n", ErrorKind::NotJson, 1, "/a/1", "part of"),
        ("a: *nothing\n", ErrorKind::Syntax, 1, "/a", "not YAML"),
        ("a: [.inf]\n", ErrorKind::NotJson, 1, "/a/0", ".inf"),
        ("a: -.INF\n", ErrorKind::NotJson, 1, "/a", "-.INF"),
        ("a: .NaN\n", ErrorKind::NotJson, 1, "/a", ".NaN"),
        ("a: 1e999\n", ErrorKind::NotJson, 1, "/a", "out of range"),
        ("a: !custom 1\n", ErrorKind::NotJson, 1, "/a", "!custom"),
        ("a: !!set {b}\n", ErrorKind::NotJson, 1, "/a", "!!set"),
        ("a: !!int twelve\n", ErrorKind::NotJson, 1, "/a", "!!int"),
        ("a: {<<: 1}\n", ErrorKind::NotJson, 1, "/a/<<", "only mappings"),
        (
            "a: {<<: [{b: 1}, 2]}\n",
            ErrorKind::NotJson,
            1,
            "/a/<<",
            "only mappings",
        ),
        ("a:\n\tb: 1\n", ErrorKind::Syntax, 2, "/a", "a tab"),
        ("a:\n  b: 1\n\tc: 2\n", ErrorKind::Syntax, 3, "/a/b", "a tab"),
        ("a: [1, 2\n", ErrorKind::Syntax, 1, "/a/1", "not YAML"),
        ("a: 'x\n", ErrorKind::Syntax, 1, "/a", "not YAML"),
    ];
    for (text, kind, line, pointer, says) in cases {
        let error = match from_slice(text.as_bytes()) {
            Ok(value) => panic!("{text:?} was read as {value}"),
            Err(error) => error,
        };
        let found = (error.kind(), error.line(), error.pointer());
        assert_eq!(found, (kind, Some(line), Some(pointer)), "{text:?}: {error}");
        assert!(error.message().contains(says), "{text:?}: {error}");
    }
}

#[test]
fn a_billion_laughs_are_refused() {
    let mut text = String::from("a0: &a0 [lol, lol]\n");
    for level in 1..40 {
        text += &format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1);
    }
    let error = from_slice(text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany, "{error}");
    assert!(error.line().is_some());

    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(40));
    let error = from_slice(text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany, "{error}");
    assert!(error.message().contains("text"), "{error}");
}

#[test]
fn aliases_cannot_nest_without_bound() {
    let mut text = String::from("a0: &a0 []\n");
    for level in 1..MAX_DEPTH {
        text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    let error = from_slice(text.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooDeep, "{error}");
}

#[test]
fn nesting_is_bounded() {
    let nested = |arrays: usize| format!("a: {}{}", "[".repeat(arrays), "]".repeat(arrays));
    assert!(from_slice(nested(250).as_bytes()).is_ok());
    let mappings = (0..100_000).fold(String::new(), |text, level| {
        text + &" ".repeat(level % 300) + "a:\n"
    });
    for text in [nested(MAX_DEPTH), nested(100_000), "- ".repeat(100_000), mappings] {
        let error = from_slice(text.as_bytes()).unwrap_err();
        assert!(
            matches!(
                error.kind(),
                ErrorKind::TooDeep | ErrorKind::Syntax | ErrorKind::DuplicateKey
            ),
            "{error}"
        );
    }
    let blocks = (0..MAX_DEPTH).fold(String::new(), |text, level| text + &" ".repeat(level) + "a:\n");
    assert!(from_slice(blocks.as_bytes()).is_ok());
    let error = from_slice((blocks + &" ".repeat(MAX_DEPTH) + "a:\n").as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooDeep, "{error}");
}

/// Other readers accept it, and people write it.
#[test]
fn a_flow_collection_may_close_at_the_indentation_of_its_parent() {
    let expected = json!({ "a": { "b": ["x", "y"], "c": { "d": 1 } }, "e": [{ "f": [1] }] });
    let text = "a:\n  b: [\n    x,\n    y\n]\n  c: {\n    d: 1\n}\ne:\n- f: [\n    1\n]\n";
    assert_eq!(read(text), expected);
}
