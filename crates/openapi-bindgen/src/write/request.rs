//! The request of an operation: path, query, headers, cookies and body, from the arguments that were given.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::{Surroundings, arguments::Body, operation::Operation};
use crate::{
    call::{BodyKind, Place, Success},
    template::{self, Piece},
};

/// `fn request(self)`, which fails when an argument is missing or cannot be sent.
pub(super) fn function(operation: &Operation<'_>, surroundings: &Surroundings) -> TokenStream {
    let runtime = &surroundings.runtime;
    let parts = operation.of_place(&[Place::Path]).map(|argument| {
        let (ident, style, name) = (
            &argument.name,
            argument.parameter.style.variant(),
            &argument.parameter.api_name,
        );
        quote!(let #ident = #runtime::path(#name, #runtime::Style::#style, &self.#ident?)?;)
    });
    let (format, values) = url(operation);
    let method = match operation.method {
        "get" => quote!(GET),
        "put" => quote!(PUT),
        "post" => quote!(POST),
        "delete" => quote!(DELETE),
        "head" => quote!(HEAD),
        "patch" => quote!(PATCH),
        "options" => quote!(OPTIONS),
        _ => quote!(TRACE),
    };
    let arguments = operation
        .of_place(&[Place::Query, Place::Header, Place::Cookie])
        .map(|argument| {
            let (ident, style) = (&argument.name, argument.parameter.style.variant());
            let api_name = &argument.parameter.api_name;
            let (function, name) = match argument.parameter.place {
                Place::Query => (quote!(query), api_name.clone()),
                Place::Cookie => (quote!(cookie), api_name.clone()),
                _ => (quote!(header), api_name.to_ascii_lowercase()),
            };
            quote!(.#function(#name, #runtime::Style::#style, &self.#ident?)?)
        });
    let usual = (operation.call.success != Success::Bytes).then_some("application/json");
    let accept = operation
        .call
        .accept
        .as_deref()
        .or(usual)
        .map(|media_type| quote!(.accept(#media_type)));
    let body = operation.body.as_ref().map(body);
    quote! {
        fn request(self) -> ::std::result::Result<::reqwest::Request, ::std::string::String> {
            #(#parts)*
            let url = format!(#format, self.client.baseurl, #(#values),*);
            #runtime::Request::new(&self.client.client, ::reqwest::Method::#method, url)
                #(#arguments)*
                #accept
                #body
                .build()
        }
    }
}

/// The format of the URL, and the variables in it.
fn url<'a>(operation: &'a Operation<'_>) -> (String, Vec<&'a Ident>) {
    let mut format = "{}".to_owned();
    let mut values = Vec::new();
    for piece in template::parse(&operation.call.path) {
        match piece {
            Piece::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Parameter(name) => {
                let written = operation
                    .of_place(&[Place::Path])
                    .find(|argument| argument.parameter.api_name == name);
                values.extend(written.map(|argument| &argument.name));
                format.push_str("{}");
            }
        }
    }
    (format, values)
}

fn body(Body { body, ty, builder }: &Body<'_>) -> TokenStream {
    let value = match builder {
        Some(_) => {
            let build = quote!(|body| #ty::try_from(body).map_err(|error| error.to_string()));
            if body.optional {
                quote!(self.body?.map(#build).transpose()?)
            } else {
                quote!(self.body.and_then(#build)?)
            }
        }
        None => quote!(self.body?),
    };
    match (body.kind, body.optional) {
        (BodyKind::Json, is_optional) => {
            let media_type = body.content_type.as_deref().unwrap_or("application/json");
            let value = given(&value, is_optional);
            quote!(.json(#media_type, #value)?)
        }
        (BodyKind::Form, is_optional) => {
            let value = given(&value, is_optional);
            quote!(.form(#value)?)
        }
        (BodyKind::Raw, is_optional) => {
            let value = if is_optional {
                value
            } else {
                quote!(::std::option::Option::Some(#value))
            };
            let media_type = match &body.content_type {
                Some(media_type) => quote!(::std::option::Option::Some(#media_type)),
                None => quote!(::std::option::Option::None),
            };
            quote!(.bytes(#value, #media_type))
        }
    }
}

fn given(value: &TokenStream, is_optional: bool) -> TokenStream {
    if is_optional {
        quote!((#value).as_ref())
    } else {
        quote!(::std::option::Option::Some(&#value))
    }
}
