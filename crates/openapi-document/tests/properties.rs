//! Properties of every text and every document.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::fmt::Write as _;

use openapi_document::from_slice;
use proptest::prelude::*;
use serde_json::{Value, json};

const FRAGMENTS: &[&str] = &[
    "a", "1", ":", " ", "\n", "\n  ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "<<", "!!str ", "! ", "|",
    ">", "'", "\"", "\\", "#", "?", "\t", "---\n", "~", ".inf", "%", "\u{e9}", "\u{feff}", "200", "\"k\":",
];

fn document() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        prop::sample::select(FRAGMENTS).prop_map(str::to_owned),
        prop::sample::select(
            &[
                "true", "null", "12", "1e3", "0x1", "", " a ", "a: b", "a #b", "- a"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    });
    value.prop_map(|value| json!({ "document": value }))
}

/// Block style, with plain scalars where that is safe.
fn block(value: &Value, indent: usize, yaml: &mut String) {
    let indentation = " ".repeat(indent);
    match value {
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                write!(yaml, "\n{indentation}-").unwrap();
                block(item, indent + 2, yaml);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                write!(yaml, "\n{indentation}{}:", scalar(key)).unwrap();
                block(value, indent + 2, yaml);
            }
        }
        Value::Array(_) => yaml.push_str(" []"),
        Value::Object(_) => yaml.push_str(" {}"),
        Value::String(text) => write!(yaml, " {}", scalar(text)).unwrap(),
        Value::Null => yaml.push_str(" ~"),
        other => write!(yaml, " {other}").unwrap(),
    }
}

fn scalar(text: &str) -> String {
    let is_word = text.len() > 5 && text.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_word {
        return text.to_owned();
    }
    if !text.contains(|character: char| character.is_control() || character == '\u{feff}') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let escaped = text.chars().map(|character| match character {
        ' '..='~' if !matches!(character, '"' | '\\') => character.to_string(),
        other => format!("\\U{:08x}", u32::from(other)),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = from_slice(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(fragments in prop::collection::vec(prop::sample::select(FRAGMENTS), 0..40)) {
        if let Err(error) = from_slice(fragments.concat().as_bytes()) {
            prop_assert!(!error.message().is_empty());
            prop_assert!(error.line().is_none_or(|line| line >= 1) && error.column().is_none_or(|column| column >= 1));
        }
    }

    #[test]
    fn json_is_read_as_it_was_written(document in document()) {
        let read = from_slice(document.to_string().as_bytes());
        prop_assert_eq!(read.unwrap().to_string(), document.to_string());
        let read = from_slice(&serde_json::to_vec_pretty(&document).unwrap());
        prop_assert_eq!(read.unwrap(), document);
    }

    #[test]
    fn yaml_is_read_as_it_was_written(document in document()) {
        let mut yaml = String::new();
        block(&document, 0, &mut yaml);
        let read = from_slice(yaml.as_bytes());
        prop_assert!(read.is_ok(), "{:?}: {}", yaml, read.unwrap_err());
        prop_assert_eq!(read.unwrap().to_string(), document.to_string(), "{:?}", yaml);
    }

    #[test]
    fn text_that_is_cut_short_is_never_read_as_whole(document in document(), cut in any::<prop::sample::Index>()) {
        let text = document.to_string();
        let cut = cut.index(text.len());
        prop_assert!(from_slice(&text.as_bytes()[..cut]).is_err());
    }
}
