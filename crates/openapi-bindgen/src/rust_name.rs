//! Rust names, made from the names of a document.
//!
//! A name is a fixed point of the case rules of typify and progenitor: they do not change it. So each thing
//! has the name that is chosen here, and nothing has to predict what typify and progenitor would make of it.

use std::collections::HashSet;

use heck::{ToPascalCase, ToSnakeCase};
use syn::Ident;
use unicode_ident::{is_xid_continue, is_xid_start};

/// The name of a type: `a.b.c` becomes `Abc`.
pub(crate) fn pascal(name: &str) -> String {
    // rustc treats `e` followed by a combining accent as `é`. Without the accent they are two names.
    let bare = name.replace(|c| ('\u{300}'..='\u{36f}').contains(&c), "");
    fixed_point(&bare, variant)
}

/// The name that typify gives a variant.
pub(crate) fn variant(name: &str) -> String {
    identifier(name, |words| words.to_pascal_case(), "X")
}

/// The name that typify gives a field.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, |words| words.to_snake_case(), "x")
}

/// The name of a builder, and the part of a trait's name that comes from its tag.
pub(crate) fn builder(name: &str) -> String {
    identifier(name, |words| words.to_pascal_case(), "_")
}

/// The name of a method, and of an argument.
pub(crate) fn method(name: &str) -> String {
    fixed_point(name, |name| identifier(name, |words| words.to_snake_case(), "_"))
}

/// A name as an identifier.
///
/// # Errors
///
/// A message, when the name is not valid in Rust.
pub(crate) fn ident(name: &str) -> Result<Ident, String> {
    syn::parse_str(name).map_err(|_| format!("{name:?} is not a valid name in Rust"))
}

/// Applies a case rule until it changes nothing. If a rule never settles on a name, as can happen in some
/// scripts, the result is a name that no rule changes.
fn fixed_point(name: &str, rule: impl Fn(&str) -> String) -> String {
    let mut current = rule(name);
    for _ in 0..MOST_ROUNDS {
        let next = rule(&current);
        if next == current && ident(&current).is_ok() {
            return current;
        }
        current = next;
    }
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    rule(&format!("x{}", letters.to_ascii_lowercase()))
}

/// Each round can only remove word boundaries, and few names have boundaries that come and go.
const MOST_ROUNDS: usize = 8;

/// `prefix` is put before characters that may not start a name; typify and progenitor use different ones.
fn identifier(name: &str, case: impl Fn(&str) -> String, prefix: &str) -> String {
    let word = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => case(&name.replace('\'', "").replace(|c: char| !is_xid_continue(c), "-")),
    };
    let word = match word.chars().next() {
        None => case("x"),
        Some(first) if is_xid_start(first) => word,
        Some(_) => format!("{prefix}{word}"),
    };
    if is_reserved(&word) {
        format!("{word}_")
    } else {
        word
    }
}

/// Words that cannot be the name of an item; `gen` is one since the 2024 edition.
fn is_reserved(word: &str) -> bool {
    // Keywords have only lower-case letters, except for `Self`. This is checked first because asking syn is
    // slow.
    let may_be_keyword = word == "Self" || word.bytes().all(|byte| byte.is_ascii_lowercase());
    word == "_" || word == "gen" || may_be_keyword && syn::parse_str::<syn::Ident>(word).is_err()
}

/// Returns whether typify finds a different name for each value of an enum.
pub(crate) fn variants_are_distinct(values: &[&str]) -> bool {
    let distinct = |name: &dyn Fn(&str) -> String| {
        let names: HashSet<String> = values.iter().map(|value| name(value)).collect();
        names.len() == values.len()
    };
    // typify's second try: characters that it would leave out become an `X`.
    let marked = |value: &str| variant(&value.replace(|c: char| c == '_' || !is_xid_continue(c), "X"));
    distinct(&variant) || distinct(&marked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_typify() {
        assert_eq!(pascal("foo-bar_baz"), "FooBarBaz");
        assert_eq!(pascal("Page[User]"), "PageUser");
        assert_eq!(pascal("2fa"), "X2fa");
        assert_eq!(pascal(""), "X");
        assert_eq!(pascal("self"), "Self_");
        assert_eq!(
            [pascal("Caf\u{e9}"), pascal("Cafe\u{301}")],
            ["Caf\u{e9}", "Cafe"]
        );
        assert_eq!(snake("type"), "type_");
        assert_eq!(snake("+1"), "plus1");
        assert_eq!(snake("$ref"), "ref_");
    }

    #[test]
    fn names_are_those_of_progenitor() {
        assert_eq!(
            (method("listThings"), builder("listThings")),
            ("list_things".to_owned(), "ListThings".to_owned())
        );
        assert_eq!(
            (method("user's-id"), builder("user's-id")),
            ("users_id".to_owned(), "UsersId".to_owned())
        );
        assert_eq!(
            (method("2fa"), builder("2fa")),
            ("_2fa".to_owned(), "_2fa".to_owned())
        );
        assert_eq!(
            (method("self"), builder("self")),
            ("self_".to_owned(), "Self_".to_owned())
        );
        assert_eq!((method(""), builder("")), ("x".to_owned(), "X".to_owned()));
        assert_eq!(method("größe²"), "größe");
    }

    #[test]
    fn values_that_differ_in_punctuation_alone_can_be_told_apart_and_in_case_cannot() {
        assert!(variants_are_distinct(&["<", "<="]));
        assert!(variants_are_distinct(&["a b", "ab"]));
        assert!(!variants_are_distinct(&["asc", "ASC"]));
        assert!(!variants_are_distinct(&["<", ">"]));
    }
}
