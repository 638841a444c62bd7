//! The request of an operation: path, query, headers, cookies and body, from the arguments that were given.

use super::{
    Surroundings,
    arguments::{Argument, Body},
    operation::Operation,
};
use crate::{
    call::{BodyKind, Place, Success},
    fill::{fill, lines, literal},
    spelling::code,
    template::{self, Piece},
};

const REQUEST: &str = "
fn request(self) -> ::std::result::Result<::reqwest::Request, ::std::string::String> {
    $parts
    let url = format!($url);
    $runtime::Request::new(&self.client.client, ::reqwest::Method::$method, url)
        $calls
        .build()
}
";

/// `fn request(self)`, which fails when an argument is missing or cannot be sent.
pub(super) fn function(operation: &Operation<'_>, surroundings: &Surroundings) -> String {
    let runtime = code(&surroundings.runtime);
    let parts = operation.of_place(&[Place::Path]).map(|argument| {
        let name = &argument.name;
        format!(
            "let {name} = {runtime}::path{};",
            given_to(argument, &runtime, None)
        )
    });
    let arguments = operation
        .of_place(&[Place::Query, Place::Header, Place::Cookie])
        .map(|argument| match argument.parameter.place {
            Place::Query => format!(".query{}", given_to(argument, &runtime, None)),
            Place::Cookie => format!(".cookie{}", given_to(argument, &runtime, None)),
            _ => {
                let name = argument.parameter.api_name.to_ascii_lowercase();
                format!(".header{}", given_to(argument, &runtime, Some(&name)))
            }
        });
    let usual = (operation.call.success != Success::Bytes).then_some("application/json");
    let accept = operation.call.accept.as_deref().or(usual);
    let accept = accept.map(|media_type| format!(".accept({})", literal(media_type)));
    let body = operation.body.as_ref().map(body);
    fill(
        REQUEST,
        &[
            ("parts", &lines(parts)),
            ("url", &url(operation)),
            ("runtime", &runtime),
            ("method", &operation.method.to_ascii_uppercase()),
            ("calls", &lines(arguments.chain(accept).chain(body))),
        ],
    )
}

/// What the functions of the runtime that write a parameter are given: `name`, or else the name in the document.
fn given_to(argument: &Argument<'_>, runtime: &str, name: Option<&str>) -> String {
    let style = argument.parameter.style;
    let name = literal(name.unwrap_or(&argument.parameter.api_name));
    format!("({name}, {runtime}::Style::{style:?}, &self.{}?)?", argument.name)
}

/// The arguments of `format!`.
fn url(operation: &Operation<'_>) -> String {
    let mut format = "{}".to_owned();
    let mut values = String::new();
    for piece in template::parse(&operation.call.path) {
        match piece {
            Piece::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Parameter(name) => {
                format.push_str("{}");
                let written = operation
                    .of_place(&[Place::Path])
                    .find(|argument| argument.parameter.api_name == name);
                if let Some(argument) = written {
                    values.push_str(&format!(", {}", argument.name));
                }
            }
        }
    }
    format!("{}, self.client.baseurl{values}", literal(&format))
}

fn body(Body { body, ty, builder }: &Body<'_>) -> String {
    let value = match builder {
        Some(_) => {
            let build = format!(
                "|body| {}::try_from(body).map_err(|error| error.to_string())",
                code(ty)
            );
            if body.optional {
                format!("self.body?.map({build}).transpose()?")
            } else {
                format!("self.body.and_then({build})?")
            }
        }
        None => "self.body?".to_owned(),
    };
    match body.kind {
        BodyKind::Json => {
            let media_type = body.content_type.as_deref().unwrap_or("application/json");
            format!(
                ".json({}, {})?",
                literal(media_type),
                borrowed(&value, body.optional)
            )
        }
        BodyKind::Form => format!(".form({})?", borrowed(&value, body.optional)),
        BodyKind::Raw => {
            let value = if body.optional {
                value
            } else {
                format!("::std::option::Option::Some({value})")
            };
            let media_type = match &body.content_type {
                Some(media_type) => format!("::std::option::Option::Some({})", literal(media_type)),
                None => "::std::option::Option::None".to_owned(),
            };
            format!(".bytes({value}, {media_type})")
        }
    }
}

fn borrowed(value: &str, is_optional: bool) -> String {
    if is_optional {
        format!("({value}).as_ref()")
    } else {
        format!("::std::option::Option::Some(&{value})")
    }
}
