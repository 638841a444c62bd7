//! Runs progenitor, and turns its panics into errors.
//!
//! progenitor makes the types of the document and the client. It sees only the parts of an operation that
//! need types: each parameter as a query parameter, a JSON body, and a JSON success. It returns a method in
//! the positional style, whose signature has the types; the method itself is not used.

use std::{
    cell::Cell,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use openapi_document::pointer;
use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor::{GenerationSettings, InterfaceStyle, TagStyle, TypeImpl};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serde_path_to_error::Segment;
use syn::{
    FnArg, ImplItem, ImplItemFn, Item, Pat, ReturnType, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use crate::{
    Error, Settings,
    call::{BodyKind, Calls, Success},
    items,
    sabotage::{self, Stage},
};

/// progenitor with our settings.
pub(crate) struct Generator {
    options: GenerationSettings,
}

/// The output of progenitor for a document.
pub(crate) struct Made {
    /// The client and the items that belong to it.
    pub(crate) client: Vec<Item>,
    /// The items of the module `types`.
    pub(crate) types: Vec<Item>,
    /// The types in each operation, by the name of its method.
    pub(crate) signatures: BTreeMap<String, Signature>,
}

/// The types in an operation.
pub(crate) struct Signature {
    arguments: BTreeMap<String, (Type, bool)>,
    /// The type of a JSON success.
    pub(crate) success: Type,
}

/// The argument for the body.
pub(crate) const BODY: &str = "body";

impl Signature {
    /// The type of an argument, and whether it is optional.
    pub(crate) fn argument(&self, name: &str) -> Option<(Type, bool)> {
        self.arguments.get(name).cloned()
    }

    fn of(method: &ImplItemFn) -> Option<Self> {
        let mut arguments = BTreeMap::new();
        for input in &method.sig.inputs {
            if let FnArg::Typed(argument) = input
                && let Pat::Ident(name) = &*argument.pat
            {
                let mut ty = (*argument.ty).clone();
                Owned.visit_type_mut(&mut ty);
                let inner = items::argument_of(&ty, "Option").cloned();
                let is_optional = inner.is_some();
                arguments.insert(name.ident.to_string(), (inner.unwrap_or(ty), is_optional));
            }
        }
        // `Result<ResponseValue<T>, Error<E>>`
        let ReturnType::Type(_, output) = &method.sig.output else {
            return None;
        };
        let success = items::argument_of(items::argument_of(output, "Result")?, "ResponseValue")?.clone();
        Some(Self { arguments, success })
    }
}

/// `&'a T` becomes `T`, and `&'a str` a `String`.
struct Owned;

impl VisitMut for Owned {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Reference(reference) = ty {
            *ty = match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") => parse_quote!(::std::string::String),
                owned => owned.clone(),
            };
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

impl Generator {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let mut options = GenerationSettings::new();
        options
            .with_interface(InterfaceStyle::Positional)
            .with_tag(TagStyle::Merged)
            .with_map_type("::std::collections::BTreeMap")
            .with_conversion(
                from_json(&json!({ "type": "string", "format": "date-time" }))?,
                format!("{}::runtime::Timestamp", settings.module),
                [
                    TypeImpl::Display,
                    TypeImpl::FromStr,
                    TypeImpl::FromStringIrrefutable,
                ]
                .into_iter(),
            );
        if settings.lossless {
            // `prepare` removes bounds, and sets the format `uint64` where negative numbers are excluded.
            let integer = from_json(&json!({ "type": "integer" }))?;
            let impls = [TypeImpl::Display, TypeImpl::FromStr].into_iter();
            options.with_conversion(integer, "i128", impls);
        }
        if let Some(transport) = &settings.transport {
            let transport = &transport.path;
            let transport: TokenStream = transport
                .parse()
                .map_err(|error| Error::Settings(format!("the transport type {transport:?}: {error}")))?;
            options.with_inner_type(transport);
        }
        for (schema, replacement) in &settings.replacements {
            options.with_replacement(schema, replacement, std::iter::empty());
        }
        Ok(Self { options })
    }

    /// Runs progenitor on an OpenAPI 3.0 document.
    pub(crate) fn run(&self, document: &Value, calls: &Calls) -> Result<Made, Error> {
        for (name, _) in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, schema)| **schema != json!({}))
        {
            sabotage::check(Stage::Generating, name).map_err(Error::Generator)?;
        }
        let model = model(document, calls)?;
        let tokens = quietly(|| progenitor::Generator::new(&self.options).generate_tokens(&model))?
            .map_err(|error| Error::Generator(one_line(&error.to_string())))?;
        drop(model);
        let file: syn::File = syn::parse2(without_bodies_of_methods(tokens))
            .map_err(|error| Error::Generator(format!("its output is not Rust: {error}")))?;
        Ok(Made::of(file.items))
    }
}

/// Empties the bodies of async methods. There is one such method for each operation, and only its signature
/// is read.
fn without_bodies_of_methods(items: TokenStream) -> TokenStream {
    let mut in_client = false;
    items
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(block) if in_client && block.delimiter() == Delimiter::Brace => {
                in_client = false;
                TokenTree::Group(Group::new(Delimiter::Brace, without_async_blocks(block.stream())))
            }
            TokenTree::Ident(word) => {
                // `impl Client {`, not `impl .. for Client {`.
                in_client = word == "impl" || in_client && word == "Client";
                TokenTree::Ident(word)
            }
            token => {
                in_client = false;
                token
            }
        })
        .collect()
}

fn without_async_blocks(members: TokenStream) -> TokenStream {
    let mut is_async = false;
    members
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(block) if is_async && block.delimiter() == Delimiter::Brace => {
                is_async = false;
                TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()))
            }
            TokenTree::Ident(word) => {
                is_async |= word == "async";
                TokenTree::Ident(word)
            }
            token => token,
        })
        .collect()
}

impl Made {
    fn of(mut all: Vec<Item>) -> Self {
        let types = items::take_module(&mut all, "types").unwrap_or_default();
        items::take_module(&mut all, "prelude");
        let mut signatures = BTreeMap::new();
        all.retain_mut(|item| match item {
            // Only needed by methods that are not used.
            Item::Use(_) => false,
            Item::Impl(block) if block.trait_.is_none() => {
                block.items.retain(|member| match member {
                    ImplItem::Fn(method) if method.sig.asyncness.is_some() => {
                        if let Some(signature) = Signature::of(method) {
                            signatures.insert(method.sig.ident.to_string(), signature);
                        }
                        false
                    }
                    // It panics when TLS cannot be set up, and its HTTP client follows redirects, which would
                    // send a credential to another host. `new_with_client` stays.
                    ImplItem::Fn(method) => method.sig.ident != "new",
                    _ => true,
                });
                !block.items.is_empty()
            }
            // These are the traits of progenitor's own client.
            Item::Impl(_) => false,
            _ => true,
        });
        Self {
            client: all,
            types,
            signatures,
        }
    }
}

/// The part of a document that progenitor sees.
fn model(document: &Value, calls: &Calls) -> Result<OpenAPI, Error> {
    let mut paths = Map::new();
    for prepared in openapi_document::operations(document) {
        let Some((id, call)) = prepared.id().and_then(|id| calls.get_key_value(id)) else {
            continue;
        };
        let parameters = prepared.at.value.get("parameters").and_then(Value::as_array);
        let parameters: Vec<Value> = parameters
            .into_iter()
            .flatten()
            .map(|parameter| {
                json!({
                    "name": parameter["name"],
                    "in": "query",
                    "required": parameter["required"] == true,
                    "schema": parameter["schema"],
                })
            })
            .collect();
        let mut operation = json!({ "operationId": id, "parameters": parameters });
        if call.body.as_ref().is_some_and(|body| body.kind != BodyKind::Raw)
            && let Some(schema) = media_schema(&prepared.at.value["requestBody"])
        {
            operation["requestBody"] = json!({ "content": json_body(schema) });
        }
        let mut success = json!({ "description": "" });
        if call.success == Success::Json
            && let Some(schema) = media_schema(&prepared.at.value["responses"]["2XX"])
        {
            success["content"] = json_body(schema);
        }
        operation["responses"] = json!({ "2XX": success });
        paths.insert(format!("/{id}"), json!({ "post": operation }));
    }
    let empty = json!({});
    Ok(OpenAPI {
        openapi: "3.0.3".to_owned(),
        info: from_json(document.get("info").unwrap_or(&empty))?,
        paths: from_json(&Value::Object(paths))?,
        components: document.get("components").map(from_json).transpose()?,
        ..OpenAPI::default()
    })
}

/// The schema of the only media type of a body.
pub(crate) fn media_schema(body: &Value) -> Option<&Value> {
    body.get("content")?.as_object()?.values().next()?.get("schema")
}

fn json_body(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn from_json<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer: String = error
            .path()
            .iter()
            .map(|segment| match segment {
                Segment::Seq { index } => format!("/{index}"),
                Segment::Map { key } => pointer::from_names([key]),
                Segment::Enum { variant } => format!("/{variant}"),
                Segment::Unknown => String::new(),
            })
            .collect();
        Error::document(pointer, one_line(&error.into_inner().to_string()))
    })
}

thread_local! {
    /// Whether panics of this thread become errors.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`. A panic in it becomes an error with the panic's message, and prints nothing. Panics of other
/// threads are printed as usual.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                usual(panic);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result.map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Error::Generator(format!("it panicked: {}", one_line(message)))
    })
}

/// Removes the line breaks of a message and cuts it, because progenitor prints whole structures.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(300)
        .collect()
}
