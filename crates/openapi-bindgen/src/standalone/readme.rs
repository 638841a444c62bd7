//! Writes the README of a standalone crate: how to create the client with the document's credential, and a
//! first call with real names.

use std::collections::HashMap;

use serde_json::Value;

use super::manifest::REQWEST;
use crate::{Generated, Item, Kind};

pub(super) fn readme(title: &str, package: &str, document: &Value, generated: &Generated) -> String {
    let title = match title {
        "" => "a service",
        title => title,
    };
    let server = document["servers"][0]["url"].as_str().unwrap_or_default();
    let address = match server.starts_with("http") {
        true => server.trim_end_matches('/'),
        false => "https://api.example.com",
    };
    let header = credential(document);
    let headers = match &header {
        Some((name, value)) => format!(
            "    let mut headers = reqwest::header::HeaderMap::new();\n    \
             let mut key = reqwest::header::HeaderValue::from_str(&format!({value:?}, std::env::var(\"API_KEY\")?))?;\n    \
             key.set_sensitive(true);\n    headers.insert({name:?}, key);\n"
        ),
        None => String::new(),
    };
    let with_headers = match header {
        Some(_) => ".default_headers(headers)",
        None => "",
    };
    let call = first_call(generated).unwrap_or_default();
    let library = package.replace('-', "_");
    format!(
        "# {package}\n\n\
         A client of {title}, generated from its OpenAPI document. `REPORT.md` lists what was left out of the\n\
         document; `report.json` also has each place where the types accept more than the document.\n\n\
         ```sh\n\
         cargo add --path ../{package}\n\
         cargo add reqwest@{REQWEST}\n\
         cargo add tokio --features macros,rt-multi-thread\n\
         ```\n\n\
         ```rust\n\
         #[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n\
         {headers}    let http = reqwest::Client::builder(){with_headers}\n        \
         // A credential must not follow a redirect to another host.\n        \
         .redirect(reqwest::redirect::Policy::none())\n        .build()?;\n    \
         let client = {library}::Client::new_with_client({address:?}, http);\n\
         {call}    Ok(())\n}}\n\
         ```\n\n\
         A method of `Client` takes the required arguments and returns a call, which has a method for each\n\
         option. Awaiting the call sends the request; `.send()` also returns the status and the headers. Every\n\
         failure is an `Error`, whose `may_have_run` says whether the work may have been done.\n"
    )
}

/// The header of the first credential that is sent in a header, and the text around its key.
fn credential(document: &Value) -> Option<(String, &'static str)> {
    let schemes = document["components"]["securitySchemes"].as_object()?;
    schemes.values().find_map(|scheme| {
        let text = |key: &str| scheme[key].as_str().unwrap_or_default();
        match (
            text("type"),
            text("in"),
            text("scheme").to_ascii_lowercase().as_str(),
        ) {
            ("apiKey", "header", _) => Some((text("name").to_ascii_lowercase(), "{}")),
            ("http", _, "bearer") | ("oauth2" | "openIdConnect", ..) => {
                Some(("authorization".to_owned(), "Bearer {}"))
            }
            _ => None,
        }
    })
}

/// A call of the operation that needs the fewest arguments, preferably one that reads.
fn first_call(generated: &Generated) -> Option<String> {
    let items = generated.surface.items.iter();
    let functions: HashMap<&str, &Item> = items
        .filter(|item| item.kind == Kind::Fn)
        .map(|item| (item.path.as_str(), item))
        .collect();
    let methods = generated.operations.iter().filter_map(|operation| {
        let item = functions.get(format!("Client::{}", operation.id).as_str())?;
        let arguments = arguments(item)?;
        Some((
            operation.method != "GET",
            arguments.len(),
            &operation.id,
            arguments,
        ))
    });
    let (_, _, id, arguments) = methods.min_by_key(|(writes, count, ..)| (*writes, *count))?;
    let arguments = arguments.join(", ");
    Some(format!(
        "\n    let answer = client.{id}({arguments}).await?;\n    println!(\"{{answer:?}}\");\n"
    ))
}

/// A value for each argument of a method; `None` if an argument's type takes more than one word.
fn arguments(method: &Item) -> Option<Vec<&'static str>> {
    let (given, _) = method.signature.strip_prefix("(&self")?.rsplit_once(") -> ")?;
    given
        .split(", ")
        .filter(|argument| !argument.is_empty())
        .map(|argument| match argument.split_once(": ")?.1 {
            "impl Into<String>" => Some("\"...\""),
            "i64" | "u64" | "i128" => Some("1"),
            "f64" => Some("1.0"),
            "bool" => Some("true"),
            _ => None,
        })
        .collect()
}
