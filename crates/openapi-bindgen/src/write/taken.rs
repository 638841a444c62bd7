//! The types that arguments accept: anything that converts to a string for a string, any iterator for a list
//! or a map, and anything that serde can write for any JSON.

use syn::{GenericArgument, PathArguments, PathSegment, Type, parse_quote};

/// What happens to an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is written into the request.
    Sent,
    /// It is kept as a value of its type.
    Kept,
}

/// The argument type that converts to a `ty`.
pub(super) fn accepted(ty: &Type, used: Use) -> Type {
    match Shape::of(ty) {
        Shape::AnyJson if used == Use::Kept => ty.clone(),
        Shape::Text => parse_quote!(impl ::std::convert::Into<::std::string::String>),
        Shape::AnyJson => parse_quote!(impl ::serde::Serialize),
        Shape::Boxed(inner) => accepted(inner, used),
        Shape::List(item) => {
            let item = accepted(item, used);
            parse_quote!(impl ::std::iter::IntoIterator<Item = #item>)
        }
        Shape::Map(value) => {
            let value = accepted(value, used);
            parse_quote!(impl ::std::iter::IntoIterator<Item = (impl ::std::convert::Into<::std::string::String>, #value)>)
        }
        Shape::Other => ty.clone(),
    }
}

/// The expression that converts an argument to a `ty`.
pub(super) fn converted(ty: &Type, value: &str) -> String {
    match Shape::of(ty) {
        Shape::Text => format!("::std::convert::Into::<::std::string::String>::into({value})"),
        Shape::Boxed(inner) => format!("::std::boxed::Box::new({})", converted(inner, value)),
        Shape::List(item) => match converted(item, "item").as_str() {
            "item" => format!("{value}.into_iter().collect::<::std::vec::Vec<_>>()"),
            item => format!("{value}.into_iter().map(|item| {item}).collect::<::std::vec::Vec<_>>()"),
        },
        Shape::Map(item) => format!(
            "{value}.into_iter().map(|(name, item)| (name.into(), {})).collect::<{MAP}>()",
            converted(item, "item")
        ),
        Shape::AnyJson | Shape::Other => value.to_owned(),
    }
}

/// The type of an argument for members by name, of which `ty` is a map, and the expression that turns it into
/// pairs.
pub(super) fn members(ty: &Type, value: &str) -> (Type, String) {
    let any: Type = parse_quote!(::serde_json::Value);
    let of_map = match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .and_then(|last| arguments(last).last().copied()),
        _ => None,
    };
    let item = of_map.unwrap_or(&any);
    let accepted = accepted(item, Use::Sent);
    let converted = converted(item, "item");
    (
        parse_quote!(impl ::std::iter::IntoIterator<Item = (impl ::std::convert::Into<::std::string::String>, #accepted)>),
        format!("{value}.into_iter().map(|(name, item)| (name.into(), {converted}))"),
    )
}

const MAP: &str = "::std::collections::BTreeMap<::std::string::String, _>";

enum Shape<'a> {
    Text,
    /// Any value, or any object.
    AnyJson,
    Boxed(&'a Type),
    List(&'a Type),
    /// A map with string keys.
    Map(&'a Type),
    Other,
}

impl<'a> Shape<'a> {
    fn of(ty: &'a Type) -> Self {
        let Type::Path(path) = ty else { return Self::Other };
        let Some(last) = path.path.segments.last() else {
            return Self::Other;
        };
        let of_json = path
            .path
            .segments
            .first()
            .is_some_and(|first| first.ident == "serde_json");
        match (last.ident.to_string().as_str(), arguments(last).as_slice()) {
            ("String", []) => Self::Text,
            ("Value", []) | ("Map", [_, _]) if of_json => Self::AnyJson,
            ("Box", [inner]) => Self::Boxed(inner),
            ("Vec", [item]) => Self::List(item),
            ("BTreeMap", [key, value]) if matches!(Self::of(key), Self::Text) => Self::Map(value),
            _ => Self::Other,
        }
    }
}

fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}
