//! The builder of an operation: its arguments, a setter for each, and `send`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Item, parse_quote};

use super::{
    Surroundings,
    arguments::{Argument, Body},
    docs,
    operation::Operation,
    optional, request,
};
use crate::call::{BodyKind, Success};

/// `index` is the place of the operation in the table.
pub(super) fn items(operation: &Operation<'_>, index: usize, surroundings: &Surroundings) -> [Item; 2] {
    let builder = &operation.builder;
    let method = operation.method_path();
    let description = format!("Builder for [`{method}`](super::{method})");
    // `reqwest::Body` may be a stream.
    let derives = match &operation.body {
        Some(body) if body.body.kind == BodyKind::Raw => quote!(#[derive(Debug)]),
        _ => quote!(#[derive(Debug, Clone)]),
    };
    let arguments = operation.arguments.iter().map(field);
    let starts = operation.arguments.iter().map(start);
    let setters = operation.arguments.iter().map(setter);
    let body = operation.body.as_ref();
    let body_field = body.map(body_field);
    let body_start = body.map(body_start);
    let body_setter = body.map(body_setter);
    let request = request::function(operation, surroundings);
    let send = send(operation, index, surroundings);
    [
        parse_quote! {
            #[doc = #description]
            #derives
            pub struct #builder<'a> {
                client: &'a super::Client,
                #(#arguments,)*
                #body_field
            }
        },
        parse_quote! {
            impl<'a> #builder<'a> {
                pub fn new(client: &'a super::Client) -> Self {
                    Self { client, #(#starts,)* #body_start }
                }
                #(#setters)*
                #body_setter
                #request
                #send
            }
        },
    ]
}

fn field(
    Argument {
        name,
        ty,
        is_optional,
        ..
    }: &Argument<'_>,
) -> TokenStream {
    let ty = optional(ty, *is_optional);
    quote!(#name: ::std::result::Result<#ty, ::std::string::String>)
}

fn start(
    Argument {
        name, is_optional, ..
    }: &Argument<'_>,
) -> TokenStream {
    if *is_optional {
        quote!(#name: Ok(::std::option::Option::None))
    } else {
        let missing = format!("{name} was not initialized");
        quote!(#name: Err(#missing.to_string()))
    }
}

fn setter(
    Argument {
        name,
        ty,
        is_optional,
        description,
        ..
    }: &Argument<'_>,
) -> TokenStream {
    let failed = format!("conversion to `{}` for {name} failed", docs::type_name(ty));
    let wrapped = is_optional.then(|| quote!(.map(::std::option::Option::Some)));
    let description = docs::clean(description);
    let description = (!description.is_empty()).then(|| quote!(#[doc = #description]));
    quote! {
        #description
        pub fn #name<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<#ty>,
        {
            self.#name = value.try_into()#wrapped.map_err(|_| #failed.to_string());
            self
        }
    }
}

/// The type that the builder holds: for an object of the document, that object's builder.
fn held(body: &Body<'_>) -> TokenStream {
    match &body.builder {
        Some(builder) => quote!(types::builder::#builder),
        None => body.ty.to_token_stream(),
    }
}

fn body_field(body: &Body<'_>) -> TokenStream {
    let held = held(body);
    let held = optional(&parse_quote!(#held), body.body.optional);
    quote!(body: ::std::result::Result<#held, ::std::string::String>,)
}

fn body_start(body: &Body<'_>) -> TokenStream {
    if body.body.optional {
        quote!(body: Ok(::std::option::Option::None),)
    } else if body.builder.is_some() {
        quote!(body: Ok(::std::default::Default::default()),)
    } else {
        quote!(body: Err("body was not initialized".to_string()),)
    }
}

fn body_setter(body: &Body<'_>) -> TokenStream {
    let ty = &body.ty;
    let is_optional = body.body.optional;
    let wrapped = is_optional.then(|| quote!(.map(::std::option::Option::Some)));
    let failed = format!("conversion to `{}` for body failed", docs::type_name(ty));
    let Some(builder) = &body.builder else {
        let parameter = format_ident!("{}", if body.body.kind == BodyKind::Raw { "B" } else { "V" });
        return quote! {
            pub fn body<#parameter>(mut self, value: #parameter) -> Self
            where
                #parameter: ::std::convert::TryInto<#ty>,
            {
                self.body = value.try_into()#wrapped.map_err(|_| #failed.to_string());
                self
            }
        };
    };
    let failed = format!("{failed}: {{}}");
    let mapped = if is_optional {
        // A body that is changed exists from then on.
        quote!(
            self.body
                .map(|body| ::std::option::Option::Some(f(body.unwrap_or_default())))
        )
    } else {
        quote!(self.body.map(f))
    };
    quote! {
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<#ty>,
            <V as ::std::convert::TryInto<#ty>>::Error: ::std::fmt::Display,
        {
            self.body = value.try_into().map(::std::convert::From::from)#wrapped.map_err(|s| format!(#failed, s));
            self
        }

        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(types::builder::#builder) -> types::builder::#builder,
        {
            self.body = #mapped;
            self
        }
    }
}

fn send(operation: &Operation<'_>, index: usize, surroundings: &Surroundings) -> TokenStream {
    let Surroundings {
        runtime, error_body, ..
    } = surroundings;
    let success = &operation.success;
    let answer = if surroundings.has_transport {
        let operation = if surroundings.has_table {
            quote!(&super::operations::ALL[#index])
        } else {
            let id = operation.id();
            quote!(#id)
        };
        quote!(client.inner.call(#operation, request).await?)
    } else {
        quote!(client.client.execute(request).await?)
    };
    let read = match operation.call.success {
        Success::Json if operation.call.may_be_empty => quote!(optional_json),
        Success::Json => quote!(json),
        Success::Bytes => quote!(bytes),
        Success::Empty => quote!(empty),
    };
    let description = docs::sends(operation);
    let invalid = format!("{}: {{}}", operation.name);
    quote! {
        #[doc = #description]
        pub async fn send(self) -> Result<ResponseValue<#success>, Error<#error_body>> {
            let client = self.client;
            let request = self
                .request()
                .map_err(|error| Error::InvalidRequest(format!(#invalid, error)))?;
            let response = #answer;
            #runtime::#read(response).await
        }
    }
}
