//! Sends the body of a request under the content type that the document gives it: progenitor knows one JSON, one form
//! (flat, without lists) and one type of bytes. A body that was not given is not sent.

use quote::{ToTokens, quote};
use syn::{
    Expr, ExprMethodCall, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::builders::{Builder, function};
use crate::{
    Error,
    call::{Body, BodyKind},
};

pub(super) fn run(builder: &mut Builder<'_>) -> Result<(), Error> {
    let Some(body) = &builder.call.body else {
        return Ok(());
    };
    let mut pass = Pass { body, sent: 0 };
    if let Some(send) = function(builder.methods, "send") {
        pass.visit_impl_item_fn_mut(send);
    }
    if pass.sent == 1 {
        Ok(())
    } else {
        let pointer = &builder.call.pointer;
        Err(Error::Shape(format!(
            "the body of {pointer} is sent {} times",
            pass.sent
        )))
    }
}

struct Pass<'a> {
    body: &'a Body,
    sent: usize,
}

impl VisitMut for Pass<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let replaced: Option<Expr> = match (self.body.kind, &*expr) {
            (BodyKind::Json, Expr::MethodCall(call)) if sends_body(call, "json") => {
                let receiver = &call.receiver;
                let receiver = match self.body.content_type.as_deref() {
                    None | Some("application/json") => quote!(#receiver),
                    // `json` keeps a content type that is set.
                    Some(other) => quote! {
                        #receiver.header(
                            ::reqwest::header::CONTENT_TYPE,
                            ::reqwest::header::HeaderValue::from_static(#other),
                        )
                    },
                };
                Some(if self.body.optional {
                    parse_quote!(#receiver.optional_json(&body))
                } else {
                    parse_quote!(#receiver.json(&body))
                })
            }
            (BodyKind::Form, Expr::Try(attempt)) => match &*attempt.expr {
                Expr::MethodCall(call) if sends_body(call, "form_urlencoded") => {
                    let receiver = &call.receiver;
                    Some(parse_quote!(#receiver.form(&body).map_err(Error::InvalidRequest)?))
                }
                _ => None,
            },
            (BodyKind::Raw, Expr::MethodCall(call)) if call.method == "body" => match &*call.receiver {
                Expr::MethodCall(header) if header.method == "header" => {
                    let (receiver, optional) = (&header.receiver, self.body.optional);
                    Some(match (self.body.content_type.as_deref(), optional) {
                        (Some(kind), false) => parse_quote! {
                            #receiver
                                .header(
                                    ::reqwest::header::CONTENT_TYPE,
                                    ::reqwest::header::HeaderValue::from_static(#kind),
                                )
                                .body(body)
                        },
                        (Some(kind), true) => parse_quote!(#receiver.optional_bytes(body, Some(#kind))),
                        (None, false) => parse_quote!(#receiver.body(body)),
                        (None, true) => parse_quote!(#receiver.optional_bytes(body, None)),
                    })
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(replaced) = replaced {
            *expr = replaced;
            self.sent += 1;
        }
    }
}

/// `.method(&body)`
fn sends_body(call: &ExprMethodCall, method: &str) -> bool {
    call.method == method && call.args.to_token_stream().to_string() == "& body"
}
