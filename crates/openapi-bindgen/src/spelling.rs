//! Writes tokens as text: as code that compiles, and in a short form for readers.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Writes tokens as code.
pub(crate) fn code(tokens: &impl ToTokens) -> String {
    spelled(tokens.to_token_stream(), |tokens| tokens.into_iter().collect())
}

/// Writes tokens as people do, with paths into the standard library shortened to the last name.
pub(crate) fn short(tokens: &impl ToTokens) -> String {
    spelled(tokens.to_token_stream(), without_std)
}

fn spelled(tokens: TokenStream, of_group: fn(TokenStream) -> Vec<TokenTree>) -> String {
    let mut out = String::new();
    write(of_group(tokens), of_group, &mut out);
    // Formatters differ on a comma after the last of several arguments.
    out.replace(", >", ">")
        .replace(", )", ")")
        .replace(",  }", " }")
        .replace(")->", ") ->")
        .replace("->&", "-> &")
        .replace("impl::", "impl ::")
        .replace("dyn::", "dyn ::")
        .replace("= ", "=")
        .replace('=', " = ")
}

/// `::std::option::Option` becomes `Option`, and `::uuid::Uuid` becomes `uuid::Uuid`.
fn without_std(tokens: TokenStream) -> Vec<TokenTree> {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    while let Some(token) = tokens.next() {
        let starts_path = !matches!(&out[..], [.., first, second] if colon(first) && colon(second));
        if matches!(&token, TokenTree::Ident(ident) if starts_path && ident == "std") {
            // Skips everything up to the name that no `::` follows.
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
        Some(TokenTree::Ident(word)) => word != "as" && word != "dyn" && word != "impl",
        // This is not the `>` of an arrow.
        Some(TokenTree::Punct(punct)) => {
            punct.as_char() == '>'
                && !matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '-')
        }
        _ => false,
    }
}

fn write(tokens: Vec<TokenTree>, of_group: fn(TokenStream) -> Vec<TokenTree>, out: &mut String) {
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
                write(of_group(group.stream()), of_group, out);
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
