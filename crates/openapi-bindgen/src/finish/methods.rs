//! Sends `OPTIONS` and `TRACE`, for which `reqwest::Client` has no functions of their own.

use quote::{ToTokens, format_ident};
use syn::{
    ExprMethodCall, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::builders::{Builder, function};

pub(super) fn run(builder: &mut Builder<'_>) {
    if let Some(send) = function(builder.methods, "send") {
        Pass.visit_impl_item_fn_mut(send);
    }
}

struct Pass;

impl VisitMut for Pass {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if (call.method == "options" || call.method == "trace")
            && call.receiver.to_token_stream().to_string() == "client . client"
        {
            let method = format_ident!("{}", call.method.to_string().to_ascii_uppercase());
            let url = &call.args;
            call.args = parse_quote!(::reqwest::Method::#method, #url);
            call.method = format_ident!("request");
        }
    }
}
