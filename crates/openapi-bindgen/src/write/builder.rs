//! The builder of an operation: its arguments, a setter for each, and `send`.

use super::{
    Surroundings,
    arguments::{Argument, Body},
    docs,
    operation::Operation,
    optional, request,
};
use crate::{
    call::{BodyKind, Success},
    fill::{fill, lines, literal},
    spelling::code,
};

const BUILDER: &str = "
/// Builder for [`$method`](super::$method)
#[derive($derives)]
pub struct $builder<'a> {
    client: &'a super::Client,
    $fields
}
impl<'a> $builder<'a> {
    pub fn new(client: &'a super::Client) -> Self {
        Self {
            client,
            $starts
        }
    }
    $setters
    $request
    $send
}
";

const SETTER: &str = "
$docs
pub fn $name<V>(mut self, value: V) -> Self
where
    V: ::std::convert::TryInto<$type>,
{
    self.$name = value.try_into()$wrapped.map_err(|_| $failed.to_string());
    self
}
";

const BODY_OF_A_BUILDER: &str = "
pub fn body<V>(mut self, value: V) -> Self
where
    V: ::std::convert::TryInto<$type>,
    <V as ::std::convert::TryInto<$type>>::Error: ::std::fmt::Display,
{
    self.body = value
        .try_into()
        .map(::std::convert::From::from)$wrapped
        .map_err(|s| format!($failed, s));
    self
}
pub fn body_map<F>(mut self, f: F) -> Self
where
    F: ::std::ops::FnOnce($held) -> $held,
{
    self.body = self.body.map($mapped);
    self
}
";

const SEND: &str = "
$docs
pub async fn send(self) -> ::std::result::Result<Response<$success>, Error> {
    let client = self.client;
    let request = self
        .request()
        .map_err(|reason| Error::invalid_request($operation, reason))?;
    $answer
}
";

const SOME: &str = ".map(::std::option::Option::Some)";

/// `index` is the place of the operation in the table.
pub(super) fn text(operation: &Operation<'_>, index: usize, surroundings: &Surroundings) -> String {
    let arguments = operation.arguments.iter();
    let body = operation.body.as_ref();
    // `reqwest::Body` may be a stream.
    let derives = match body {
        Some(body) if body.body.kind == BodyKind::Raw => "Debug",
        _ => "Debug, Clone",
    };
    fill(
        BUILDER,
        &[
            ("builder", &operation.builder.to_string()),
            ("method", &operation.method_path()),
            ("derives", derives),
            (
                "fields",
                &lines(arguments.clone().map(field).chain(body.map(body_field))),
            ),
            (
                "starts",
                &lines(arguments.clone().map(start).chain(body.map(body_start))),
            ),
            (
                "setters",
                &lines(arguments.map(setter).chain(body.map(body_setter))),
            ),
            ("request", &request::function(operation, surroundings)),
            ("send", &send(operation, index, surroundings)),
        ],
    )
}

fn field(argument: &Argument<'_>) -> String {
    let ty = optional(code(&argument.ty), argument.is_optional);
    format!(
        "{}: ::std::result::Result<{ty}, ::std::string::String>,",
        argument.name
    )
}

fn start(argument: &Argument<'_>) -> String {
    let name = &argument.name;
    if argument.is_optional {
        format!("{name}: Ok(::std::option::Option::None),")
    } else {
        let missing = literal(&format!("{name} was not initialized"));
        format!("{name}: Err({missing}.to_string()),")
    }
}

fn setter(argument: &Argument<'_>) -> String {
    let name = argument.name.to_string();
    let ty = code(&argument.ty);
    let failed = format!("conversion to `{}` for {name} failed", docs::type_name(&ty));
    fill(
        SETTER,
        &[
            ("docs", &docs::comment(&argument.description)),
            ("name", &name),
            ("type", &ty),
            ("wrapped", if argument.is_optional { SOME } else { "" }),
            ("failed", &literal(&failed)),
        ],
    )
}

/// The type that the builder holds: for an object of the document, that object's builder.
fn held(body: &Body<'_>) -> String {
    match &body.builder {
        Some(builder) => format!("types::builder::{builder}"),
        None => code(&body.ty),
    }
}

fn body_field(body: &Body<'_>) -> String {
    let held = optional(held(body), body.body.optional);
    format!("body: ::std::result::Result<{held}, ::std::string::String>,")
}

fn body_start(body: &Body<'_>) -> String {
    let start = if body.body.optional {
        "Ok(::std::option::Option::None)"
    } else if body.builder.is_some() {
        "Ok(::std::default::Default::default())"
    } else {
        "Err(\"body was not initialized\".to_string())"
    };
    format!("body: {start},")
}

fn body_setter(body: &Body<'_>) -> String {
    let ty = code(&body.ty);
    let failed = format!("conversion to `{}` for body failed", docs::type_name(&ty));
    let wrapped = if body.body.optional { SOME } else { "" };
    if body.builder.is_none() {
        return fill(
            SETTER,
            &[
                ("docs", ""),
                ("name", "body"),
                ("type", &ty),
                ("wrapped", wrapped),
                ("failed", &literal(&failed)),
            ],
        );
    }
    let mapped = if body.body.optional {
        // A body that is changed exists from then on.
        "|body| ::std::option::Option::Some(f(body.unwrap_or_default()))"
    } else {
        "f"
    };
    fill(
        BODY_OF_A_BUILDER,
        &[
            ("type", &ty),
            ("wrapped", wrapped),
            ("failed", &literal(&format!("{failed}: {{}}"))),
            ("held", &held(body)),
            ("mapped", mapped),
        ],
    )
}

fn send(operation: &Operation<'_>, index: usize, surroundings: &Surroundings) -> String {
    let (runtime, id) = (code(&surroundings.runtime), literal(&operation.id()));
    let read = match operation.call.success {
        Success::Json => "json",
        Success::Bytes => "bytes",
        Success::Empty => "empty",
    };
    let answer = if surroundings.error.is_some() {
        format!("client.inner.call(&super::operations::ALL[{index}], request).await?.{read}()")
    } else {
        format!("{runtime}::Answer::to({id}, &client.client, request).await?.{read}().await")
    };
    fill(
        SEND,
        &[
            ("docs", &docs::comment(&docs::sends(operation))),
            ("success", &code(&operation.success)),
            ("operation", &id),
            ("answer", &answer),
        ],
    )
}
