//! Makes the body of a request an option where the document lets it be left out. progenitor takes every body for
//! required. How such a body is sent is the business of the pass `bodies`.

use quote::ToTokens;
use syn::{
    Expr, ExprMethodCall, FieldValue, ImplItem, ImplItemFn, ItemImpl, ItemStruct, Member, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::builders::Builder;
use crate::Error;

pub(super) fn run(builder: &mut Builder<'_>) -> Result<(), Error> {
    let optional = builder.call.body.as_ref().is_some_and(|body| body.optional);
    if optional && !(field(builder.item) && methods(builder.methods)) {
        let pointer = &builder.call.pointer;
        return Err(Error::Shape(format!("the builder for {pointer} has no body")));
    }
    Ok(())
}

/// `body: Result<X, String>` becomes `body: Result<Option<X>, String>`.
fn field(item: &mut ItemStruct) -> bool {
    for field in &mut item.fields {
        if field.ident.as_ref().is_some_and(|ident| ident == "body")
            && let Type::Path(path) = &mut field.ty
            && let Some(segment) = path.path.segments.last_mut()
            && let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments
            && let Some(syn::GenericArgument::Type(value)) = arguments.args.first_mut()
        {
            *value = parse_quote!(::std::option::Option<#value>);
            return true;
        }
    }
    false
}

/// Tells whether the body starts as none.
fn methods(item: &mut ItemImpl) -> bool {
    let mut starts_empty = false;
    for member in &mut item.items {
        let ImplItem::Fn(function) = member else { continue };
        match function.sig.ident.to_string().as_str() {
            "new" => {
                let mut initial = Initial { mended: false };
                initial.visit_impl_item_fn_mut(function);
                starts_empty = initial.mended;
            }
            "body" => setter(function),
            "body_map" => Mapper.visit_impl_item_fn_mut(function),
            "send" => Build.visit_impl_item_fn_mut(function),
            _ => {}
        }
    }
    starts_empty
}

/// A body that has no default starts as `Err("body was not initialized")`; now it starts as no body.
struct Initial {
    mended: bool,
}

impl VisitMut for Initial {
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if matches!(&field.member, Member::Named(name) if name == "body") {
            field.expr = parse_quote!(Ok(::std::option::Option::None));
            self.mended = true;
        }
    }
}

fn setter(function: &mut ImplItemFn) {
    let mut setter = Setter { converted: false };
    setter.visit_impl_item_fn_mut(function);
    if !setter.converted {
        Wrapper.visit_impl_item_fn_mut(function);
    }
}

/// With a nested builder: `.map(From::from)`.
struct Setter {
    converted: bool,
}

impl VisitMut for Setter {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "map" && call.args.to_token_stream().to_string() == "From :: from" {
            call.args = parse_quote!(|body| ::std::option::Option::Some(From::from(body)));
            self.converted = true;
        }
    }
}

/// Without one: `value.try_into()`.
struct Wrapper;

impl VisitMut for Wrapper {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if matches!(expr, Expr::MethodCall(call) if call.method == "try_into") {
            *expr = parse_quote!(#expr.map(::std::option::Option::Some));
        }
    }
}

/// `self.body.map(f)`: a body that is changed exists from then on.
struct Mapper;

impl VisitMut for Mapper {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "map" && call.args.to_token_stream().to_string() == "f" {
            call.args = parse_quote!(|body| ::std::option::Option::Some(f(body.unwrap_or_default())));
        }
    }
}

/// `body.and_then(..)` builds the body.
struct Build;

impl VisitMut for Build {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "and_then" && call.receiver.to_token_stream().to_string() == "body" {
            let build = &call.args;
            call.args = parse_quote!(|body| body.map(#build).transpose());
        }
    }
}
