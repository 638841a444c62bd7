//! Asks for the media type that the document names, and reads a success without a body as `None` where the document
//! has one with and one without.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Expr, ExprCall, ExprMethodCall, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::builders::{Builder, function};

/// Runs after `error_responses`: what `ResponseValue` still reads itself is a success.
pub(super) fn run(builder: &mut Builder<'_>, runtime: &TokenStream) {
    let mut pass = Pass {
        accept: builder.call.accept.as_deref(),
        may_be_empty: builder.call.may_be_empty,
        runtime,
    };
    if let Some(send) = function(builder.methods, "send")
        && (pass.accept.is_some() || pass.may_be_empty)
    {
        pass.visit_impl_item_fn_mut(send);
    }
}

struct Pass<'a> {
    accept: Option<&'a str>,
    may_be_empty: bool,
    runtime: &'a TokenStream,
}

impl VisitMut for Pass<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        if self.may_be_empty && call.func.to_token_stream().to_string() == "ResponseValue :: from_response" {
            let runtime = self.runtime;
            call.func = parse_quote!(#runtime::optional_response);
        }
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if let Some(accept) = self.accept
            && call.method == "header"
            && let Some(Expr::Path(name)) = call.args.first()
            && name
                .path
                .segments
                .last()
                .is_some_and(|name| name.ident == "ACCEPT")
        {
            call.args = parse_quote! {
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static(#accept),
            };
        }
    }
}
