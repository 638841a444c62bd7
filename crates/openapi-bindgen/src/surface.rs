//! The public surface of generated code: one line per public item, sorted. It is the trace of a regeneration that a person
//! can review, and it does not change with formatting, private items, documentation or the order of items.
//!
//! A line is the kind of the item, its path, and what of its signature callers see: the type of a field, the parameters
//! and the result of a function, the payload of a variant. Types of the standard library are written without their path.

use std::collections::BTreeSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Fields, FnArg, ImplItem, Item, Pat, Signature, TraitItem, Type, Visibility};

use crate::Error;

/// The lines of the surface of `code`, each with a line break.
///
/// # Errors
///
/// [`Error::Code`] when `code` is not Rust.
pub fn surface(code: &str) -> Result<String, Error> {
    let file = syn::parse_file(code).map_err(Error::Code)?;
    let mut lines = BTreeSet::new();
    items(&file.items, "", &mut lines);
    Ok(lines
        .into_iter()
        .flat_map(|line| [line, "\n".to_owned()])
        .collect())
}

fn items(all: &[Item], path: &str, lines: &mut BTreeSet<String>) {
    for item in all {
        match item {
            Item::Mod(item) if public(&item.vis) => {
                if let Some((_, inner)) = &item.content {
                    items(inner, &format!("{path}{}::", item.ident), lines);
                }
            }
            Item::Struct(item) if public(&item.vis) => {
                lines.insert(format!("struct {path}{}", item.ident));
                fields(&item.fields, &format!("{path}{}", item.ident), lines);
            }
            Item::Enum(item) if public(&item.vis) => {
                lines.insert(format!("enum {path}{}", item.ident));
                for variant in &item.variants {
                    let payload = match &variant.fields {
                        Fields::Unit => String::new(),
                        fields => text(fields),
                    };
                    lines.insert(format!(
                        "variant {path}{}::{}{payload}",
                        item.ident, variant.ident
                    ));
                }
            }
            Item::Trait(item) if public(&item.vis) => {
                lines.insert(format!("trait {path}{}", item.ident));
                for member in &item.items {
                    if let TraitItem::Fn(function) = member {
                        lines.insert(function_line(&format!("{path}{}::", item.ident), &function.sig));
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                for member in &item.items {
                    if let ImplItem::Fn(function) = member
                        && public(&function.vis)
                    {
                        lines.insert(function_line(
                            &format!("{path}{}::", name(&item.self_ty)),
                            &function.sig,
                        ));
                    }
                }
            }
            Item::Fn(item) if public(&item.vis) => {
                lines.insert(function_line(path, &item.sig));
            }
            Item::Const(item) if public(&item.vis) => {
                lines.insert(format!("const {path}{}: {}", item.ident, text(&item.ty)));
            }
            Item::Type(item) if public(&item.vis) => {
                lines.insert(format!("type {path}{} = {}", item.ident, text(&item.ty)));
            }
            Item::Static(item) if public(&item.vis) => {
                lines.insert(format!("static {path}{}: {}", item.ident, text(&item.ty)));
            }
            Item::Use(item) if public(&item.vis) => {
                lines.insert(format!("use {path}{}", text(&item.tree)));
            }
            _ => {}
        }
    }
}

fn fields(fields: &Fields, path: &str, lines: &mut BTreeSet<String>) {
    for (index, field) in fields.iter().enumerate().filter(|(_, field)| public(&field.vis)) {
        let name = field
            .ident
            .as_ref()
            .map_or_else(|| index.to_string(), ToString::to_string);
        lines.insert(format!("field {path}::{name}: {}", text(&field.ty)));
    }
}

fn function_line(path: &str, signature: &Signature) -> String {
    let parameters: Vec<String> = signature
        .inputs
        .iter()
        .map(|input| match input {
            // `mut self` is the function's own business.
            FnArg::Receiver(receiver) => text(receiver).trim_start_matches("mut ").to_owned(),
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pat) => format!("{}: {}", pat.ident, text(&typed.ty)),
                _ => text(&typed.ty),
            },
        })
        .collect();
    let generics = &signature.generics;
    format!(
        "{}fn {path}{}{}({}){}{}",
        if signature.asyncness.is_some() {
            "async "
        } else {
            ""
        },
        signature.ident,
        text(generics),
        parameters.join(", "),
        spaced(&text(&signature.output)),
        spaced(&text(&generics.where_clause)),
    )
}

fn spaced(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(" {}", text.trim_end_matches([',', ' ']))
    }
}

fn name(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default(),
        other => text(other),
    }
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tokens as people write them, with paths into the standard library cut to their last name.
fn text(tokens: &impl ToTokens) -> String {
    let mut out = String::new();
    write(without_std(tokens.to_token_stream()), &mut out);
    // A formatter may set a comma after the last of several arguments, or not.
    out.replace(", >", ">").replace(", )", ")").replace(")->", ") ->")
}

/// `::std::option::Option` becomes `Option`, `::uuid::Uuid` becomes `uuid::Uuid`.
fn without_std(tokens: TokenStream) -> Vec<TokenTree> {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    while let Some(token) = tokens.next() {
        let starts_path = !matches!(&out[..], [.., first, second] if colon(first) && colon(second));
        if matches!(&token, TokenTree::Ident(ident) if starts_path && ident == "std") {
            // Everything up to the name that no `::` follows.
            while tokens.peek().is_some_and(colon) {
                tokens.next();
                tokens.next();
                if let Some(next) = tokens.next()
                    && !tokens.peek().is_some_and(colon)
                {
                    out.push(next);
                    break;
                }
            }
        } else if colon(&token) && tokens.peek().is_some_and(colon) && !ends_in_name(&out) {
            tokens.next();
        } else {
            out.push(token);
        }
    }
    out
}

fn ends_in_name(tokens: &[TokenTree]) -> bool {
    let before = tokens.len().checked_sub(2).and_then(|index| tokens.get(index));
    match tokens.last() {
        Some(TokenTree::Ident(word)) => word != "as",
        // Not the one of an arrow.
        Some(TokenTree::Punct(punct)) => {
            punct.as_char() == '>'
                && !matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '-')
        }
        _ => false,
    }
}

fn write(tokens: Vec<TokenTree>, out: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::Brace => ("{ ", " }"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(without_std(group.stream()), out);
                out.push_str(close);
            }
            TokenTree::Punct(punct) => {
                out.push(punct.as_char());
                let lone_colon =
                    out.ends_with(':') && !out.ends_with("::") && punct.spacing() == Spacing::Alone;
                if punct.as_char() == ',' || lone_colon {
                    out.push(' ');
                }
            }
            token => {
                let glued = out.is_empty() || out.ends_with([' ', '<', '(', '[', ':', '&', '\'', '!']);
                if !glued {
                    out.push(' ');
                }
                out.push_str(&token.to_string());
            }
        }
    }
}
