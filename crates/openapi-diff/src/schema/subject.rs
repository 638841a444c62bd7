//! The subject of a change, the same for every use of its place: `User.email`, `request body: items[].id`.

use openapi_document::{At, Pointer};

use crate::document::Document;

/// The subject for the schema at `pointer`.
pub(super) fn subject(document: &Document<'_>, pointer: &Pointer) -> String {
    let tokens = pointer.names();
    if let ["components", "schemas", name, steps @ ..] = &tokens[..] {
        return format!("{name}{}", path(steps));
    }
    let Some(schema) = tokens.iter().position(|token| *token == "schema") else {
        return path(&tokens).trim_start_matches('.').to_owned();
    };
    let (around, steps) = (&tokens[..schema], path(&tokens[schema + 1..]));
    let steps = steps.trim_start_matches('.');
    let root = root(document, around);
    if steps.is_empty() {
        root
    } else {
        format!("{root}: {steps}")
    }
}

/// The object that contains a schema: a body, a parameter, a header.
fn root(document: &Document<'_>, around: &[&str]) -> String {
    let holder = match around {
        [holder @ .., "content", _] => holder,
        _ => around,
    };
    match holder {
        [.., "headers", name] => format!("response header {name}"),
        [.., "requestBody"] | ["components", "requestBodies", _] => "request body".to_owned(),
        [.., "responses", status] => format!("response {status}"),
        [.., "parameters", _] => {
            let parameter = holder
                .iter()
                .try_fold(document.root(), |at: At<'_>, token| at.get(token));
            let text = |name| {
                parameter
                    .as_ref()
                    .and_then(|parameter| parameter.text(name))
                    .unwrap_or("unnamed")
            };
            format!("{} parameter {}", text("in"), text("name"))
        }
        _ => holder.last().map_or_else(String::new, |last| (*last).to_owned()),
    }
}

/// The path from a schema to a schema below it.
fn path(steps: &[&str]) -> String {
    let mut path = String::new();
    let mut rest = steps;
    loop {
        rest = match rest {
            [] => return path,
            ["properties", name, rest @ ..] => {
                path.push('.');
                path.push_str(name);
                rest
            }
            ["items", rest @ ..] => {
                path.push_str("[]");
                rest
            }
            ["prefixItems", index, rest @ ..] => {
                path.push_str(&format!("[{index}]"));
                rest
            }
            ["additionalProperties", rest @ ..] => {
                path.push_str(".*");
                rest
            }
            ["allOf", _, rest @ ..] => rest,
            ["anyOf" | "oneOf", index, rest @ ..] => {
                path.push_str(&format!("({index})"));
                rest
            }
            [
                keyword @ ("patternProperties" | "dependentSchemas" | "$defs" | "definitions"),
                name,
                rest @ ..,
            ] => {
                path.push_str(&format!(".{keyword}({name})"));
                rest
            }
            [keyword, rest @ ..] => {
                path.push('.');
                path.push_str(keyword);
                rest
            }
        };
    }
}
