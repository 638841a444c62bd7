//! Writes the parameters of a request: path, query, headers and cookies, in the style and under the name that the document
//! gives them. progenitor knows one style for each place, asks for `Display` where types may have none, leaves the
//! backslash in paths, which URL parsers take for a slash, and adds a header `api-version` of its own.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Block, Expr, ExprMethodCall, GenericArgument, Ident, Local, Pat, PathArguments, Stmt, Type,
    visit_mut::{self, VisitMut},
};

use super::builders::{Builder, function};
use crate::{
    Error,
    call::{Call, Parameter, Place},
    rust_name,
    template::{self, Piece},
};

pub(super) fn run(builder: &mut Builder<'_>, runtime: &TokenStream) -> Result<(), Error> {
    for parameter in builder.call.parameters.iter().filter(|parameter| parameter.boxed) {
        unbox(builder, &ident(parameter))?;
    }
    let call = builder.call;
    let send = function(builder.methods, "send").ok_or_else(|| shape(call, "has no `send`"))?;
    url(&mut send.block, call, runtime)?;
    headers(&mut send.block, call, runtime)?;
    let mut queries = Queries {
        call,
        runtime,
        written: 0,
    };
    queries.visit_block_mut(&mut send.block);
    if queries.written != of_place(call, &[Place::Query]).count() {
        return Err(shape(call, "does not write each query parameter once"));
    }
    Ok(())
}

fn shape(call: &Call, what: &str) -> Error {
    Error::Shape(format!("the builder for {} {what}", call.pointer))
}

fn ident(parameter: &Parameter) -> Ident {
    quote::format_ident!("{}", rust_name::method(&parameter.name))
}

fn of_place<'a>(call: &'a Call, places: &'a [Place]) -> impl Iterator<Item = &'a Parameter> {
    call.parameters
        .iter()
        .filter(move |parameter| places.contains(&parameter.place))
}

/// `let url = format!(..)`, with the document's path and its parameters as they are written there.
fn url(block: &mut Block, call: &Call, runtime: &TokenStream) -> Result<(), Error> {
    let found = block
        .stmts
        .iter_mut()
        .enumerate()
        .find_map(|(index, stmt)| match stmt {
            Stmt::Local(Local { init: Some(init), .. }) => match &*init.expr {
                Expr::Macro(expr) if expr.mac.path.is_ident("format") => Some((index, &mut init.expr)),
                _ => None,
            },
            _ => None,
        });
    let Some((index, url)) = found else {
        return Err(shape(call, "does not format its URL"));
    };
    let mut format = "{}".to_owned();
    let mut values = Vec::new();
    for piece in template::parse(&call.path) {
        match piece {
            Piece::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Parameter(name) => {
                let parameter = of_place(call, &[Place::Path])
                    .find(|parameter| parameter.api_name == name)
                    .ok_or_else(|| shape(call, "lacks a parameter of its path"))?;
                format.push_str("{}");
                values.push(ident(parameter));
            }
        }
    }
    **url = syn::parse_quote!(format!(#format, client.baseurl, #(#values),*));
    let written: Vec<Stmt> = of_place(call, &[Place::Path])
        .map(|parameter| {
            let (ident, name, style) = (ident(parameter), &parameter.api_name, parameter.style.variant());
            syn::parse_quote! {
                let #ident = #runtime::path(#name, #runtime::Style::#style, &#ident)
                    .map_err(Error::InvalidRequest)?;
            }
        })
        .collect();
    block.stmts.splice(index..index, written);
    Ok(())
}

/// The statements that fill `header_map`; without headers, there is none.
fn headers(block: &mut Block, call: &Call, runtime: &TokenStream) -> Result<(), Error> {
    let declared = block.stmts.iter().position(
        |stmt| matches!(stmt, Stmt::Local(Local { pat: Pat::Ident(pat), .. }) if pat.ident == "header_map"),
    );
    let Some(declared) = declared else {
        return Err(shape(call, "declares no headers"));
    };
    block
        .stmts
        .retain(|stmt| !matches!(stmt, Stmt::Expr(..)) || !is_append(stmt));
    let statements: Vec<Stmt> = of_place(call, &[Place::Header, Place::Cookie])
        .map(|parameter| {
            let (ident, style) = (ident(parameter), parameter.style.variant());
            let (function, name) = match parameter.place {
                Place::Cookie => (quote!(cookie), parameter.api_name.clone()),
                _ => (quote!(header), parameter.api_name.to_ascii_lowercase()),
            };
            syn::parse_quote! {
                #runtime::#function(&mut header_map, #name, #runtime::Style::#style, &#ident)
                    .map_err(Error::InvalidRequest)?;
            }
        })
        .collect();
    if statements.is_empty() {
        block.stmts.remove(declared);
        WithoutHeaders.visit_block_mut(block);
    } else {
        block.stmts.splice(declared + 1..declared + 1, statements);
    }
    Ok(())
}

fn is_append(stmt: &Stmt) -> bool {
    stmt.to_token_stream().to_string().contains("header_map . append")
}

/// Takes the call `.headers(header_map)` out of a chain.
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::MethodCall(call) = expr
            && call.method == "headers"
            && call.args.to_token_stream().to_string() == "header_map"
        {
            *expr = (*call.receiver).clone();
        }
    }
}

/// `.query(&QueryParam::new("name", &name))`
struct Queries<'a> {
    call: &'a Call,
    runtime: &'a TokenStream,
    written: usize,
}

impl VisitMut for Queries<'_> {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method != "query" {
            return;
        }
        let Some(ident) = call.args.first().and_then(argument) else {
            return;
        };
        let runtime = self.runtime;
        if let Some(parameter) =
            of_place(self.call, &[Place::Query]).find(|known| self::ident(known) == ident)
        {
            let (name, style) = (&parameter.api_name, parameter.style.variant());
            call.args = syn::parse_quote! {
                &#runtime::query(#name, #runtime::Style::#style, &#ident).map_err(Error::InvalidRequest)?
            };
            self.written += 1;
        }
    }
}

/// The name of the argument in `&QueryParam::new("name", &name)`.
fn argument(expr: &Expr) -> Option<Ident> {
    let Expr::Reference(reference) = expr else {
        return None;
    };
    let Expr::Call(call) = &*reference.expr else {
        return None;
    };
    let Some(Expr::Reference(value)) = call.args.iter().nth(1) else {
        return None;
    };
    match &*value.expr {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// Takes the array off the type of a parameter, in the field and in its setter.
fn unbox(builder: &mut Builder<'_>, name: &Ident) -> Result<(), Error> {
    let call = builder.call;
    let mut unboxed = Unbox { found: 0 };
    for field in &mut builder.item.fields {
        if field.ident.as_ref() == Some(name) {
            unboxed.visit_type_mut(&mut field.ty);
        }
    }
    if let Some(setter) = function(builder.methods, &name.to_string())
        && let Some(bounds) = &mut setter.sig.generics.where_clause
    {
        unboxed.visit_where_clause_mut(bounds);
    }
    if unboxed.found == 2 {
        Ok(())
    } else {
        Err(shape(call, &format!("has no list for the parameter {name}")))
    }
}

/// `Vec<T>` becomes `T`, the outermost only.
struct Unbox {
    found: usize,
}

impl VisitMut for Unbox {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let item = match &*ty {
            Type::Path(path) => path.path.segments.last().filter(|segment| segment.ident == "Vec"),
            _ => None,
        };
        if let Some(PathArguments::AngleBracketed(arguments)) = item.map(|segment| &segment.arguments)
            && let Some(GenericArgument::Type(item)) = arguments.args.first()
        {
            let item = item.clone();
            *ty = item;
            self.found += 1;
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}
