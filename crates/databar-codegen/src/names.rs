//! Names as progenitor writes them: passes must know them to keep two from becoming one.

use heck::{ToPascalCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The name of a method, an argument or a module.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, |name| name.to_snake_case())
}

/// The name of a type or a trait.
pub(crate) fn pascal(name: &str) -> String {
    identifier(name, |name| name.to_pascal_case())
}

/// Whether an identifier cannot be used as it is.
pub(crate) fn is_keyword(name: &str) -> bool {
    // `gen` is one since edition 2024, which `syn` does not know.
    name == "gen" || syn::parse_str::<syn::Ident>(name).is_err()
}

fn identifier(name: &str, case: impl Fn(&str) -> String) -> String {
    let cased = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => case(&name.replace('\'', "").replace(|c: char| !is_xid_continue(c), "-")),
    };
    let identifier = match cased.chars().next() {
        None => case("x"),
        Some(first) if is_xid_start(first) => cased,
        Some(_) => format!("_{cased}"),
    };
    if is_keyword(&identifier) {
        format!("{identifier}_")
    } else {
        identifier
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers() {
        for (name, expected_snake, expected_pascal) in [
            ("listThings", "list_things", "ListThings"),
            ("user's-id", "users_id", "UsersId"),
            ("filter[name]", "filter_name", "FilterName"),
            ("2fa", "_2fa", "_2fa"),
            ("type", "type_", "Type"),
            ("", "x", "X"),
            ("+1", "plus1", "plus1"),
            ("größe", "größe", "Größe"),
            ("self", "self_", "Self_"),
        ] {
            assert_eq!(
                (snake(name).as_str(), pascal(name).as_str()),
                (expected_snake, expected_pascal)
            );
        }
    }
}
