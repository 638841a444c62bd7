//! The specification's rules about several fields of an object: which are required, and which exclude each
//! other.

use serde_json::{Map, Value, json};

use super::super::Site;
use crate::change::Loss;
use crate::grammar::Kind;
use crate::schema::Object;

/// Completes the object. Returns whether this is possible.
pub(super) fn complete(object: &mut Object, kind: Kind, site: &mut Site<'_>) -> bool {
    match kind {
        Kind::Document => fill(object, site, "info", &json!({ "title": "", "version": "" })),
        Kind::Info => {
            fill(object, site, "title", &json!(""));
            fill(object, site, "version", &json!(""));
        }
        Kind::License => fill(object, site, "name", &json!("")),
        Kind::RequestBody => fill(object, site, "content", &json!({})),
        Kind::Response => fill(object, site, "description", &json!("")),
        Kind::Server | Kind::ExternalDocs => return needs(object, site, &["url"]),
        Kind::Tag => return needs(object, site, &["name"]),
        Kind::Discriminator => return needs(object, site, &["propertyName"]),
        Kind::ServerVariable => {
            if let Some(first) = object.get("enum").and_then(|values| values.get(0)).cloned() {
                fill(object, site, "default", &first);
            }
            return needs(object, site, &["default"]);
        }
        Kind::Parameter => {
            if !needs(object, site, &["name", "in"]) {
                return false;
            }
            location(object, site);
            schema_or_content(object, site);
        }
        Kind::Header => schema_or_content(object, site),
        Kind::MediaType => one_of_two(object, site, "examples", "example"),
        Kind::Link => one_of_two(object, site, "operationId", "operationRef"),
        Kind::Example => one_of_two(object, site, "value", "externalValue"),
        Kind::SecurityScheme => return security_scheme(object, site),
        Kind::OAuthFlows => flows(object, site),
        _ => {}
    }
    true
}

/// The scopes of each scheme must be an array of strings.
pub(super) fn requirement(object: &mut Object, site: &mut Site<'_>) {
    let is_good = |scopes: &Value| {
        scopes
            .as_array()
            .is_some_and(|scopes| scopes.iter().all(Value::is_string))
    };
    for (name, scopes) in object.iter_mut().filter(|(_, scopes)| !is_good(scopes)) {
        let loss = if scopes.is_null() {
            Loss::None
        } else {
            Loss::Dropped
        };
        site.record(name, loss, "-> `[]`: it is not an array of strings");
        *scopes = json!([]);
    }
}

fn fill(object: &mut Object, site: &mut Site<'_>, field: &str, value: &Value) {
    if object.get(field).is_none_or(Value::is_null) {
        object.insert(field.to_owned(), value.clone());
        site.record_here(Loss::None, format!("`{field}: {value}` added: it is required"));
    }
}

fn needs(object: &Object, site: &mut Site<'_>, fields: &[&str]) -> bool {
    match fields.iter().find(|field| !object.contains_key(**field)) {
        None => true,
        Some(missing) => {
            site.record_here(Loss::Dropped, format!("removed: it has no `{missing}`"));
            false
        }
    }
}

fn remove(object: &mut Object, site: &mut Site<'_>, field: &str, note: &str) {
    if object.shift_remove(field).is_some() {
        site.record(field, Loss::Dropped, format!("removed: {note}"));
    }
}

fn one_of_two(object: &mut Object, site: &mut Site<'_>, kept: &str, other: &str) {
    if object.contains_key(kept) {
        remove(object, site, other, &format!("`{kept}` is present too"));
    }
}

/// OAS 3.0.3, Parameter Object: the rules that depend on `in`.
fn location(object: &mut Object, site: &mut Site<'_>) {
    let styles: &[&str] = match object.get("in").and_then(Value::as_str) {
        Some("path") => {
            if object.get("required") != Some(&json!(true)) {
                object.insert("required".to_owned(), json!(true));
                site.record(
                    "in",
                    Loss::None,
                    "`required: true` added: the parameter is in the path",
                );
            }
            &["matrix", "label", "simple"]
        }
        Some("query") => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        Some("header") => &["simple"],
        _ => &["form"],
    };
    if object
        .get("style")
        .and_then(Value::as_str)
        .is_some_and(|style| !styles.contains(&style))
    {
        remove(
            object,
            site,
            "style",
            "the location of the parameter does not allow this style",
        );
    }
}

/// OAS 3.0.3, Parameter Object: either `schema` or `content`, which has exactly one entry.
fn schema_or_content(object: &mut Object, site: &mut Site<'_>) {
    one_of_two(object, site, "examples", "example");
    if object.contains_key("schema") {
        return remove(object, site, "content", "`schema` is present too");
    }
    let content = object.get_mut("content").and_then(Value::as_object_mut);
    let first = content.as_ref().and_then(|content| {
        let mut usable = content.iter().filter(|(_, described)| !described.is_null());
        usable.next().map(|(media_type, _)| media_type.clone())
    });
    match (content, first) {
        (Some(content), Some(first)) => {
            if content.len() > 1 {
                content.retain(|media_type, _| *media_type == first);
                site.record(
                    "content",
                    Loss::Dropped,
                    "only the first media type kept: only one is allowed",
                );
            }
            for field in ["style", "explode", "allowReserved", "example", "examples"] {
                remove(object, site, field, "not allowed next to `content`");
            }
        }
        _ => {
            object.shift_remove("content");
            fill(object, site, "schema", &json!({}));
        }
    }
}

/// OAS 3.0.3, Security Scheme Object: the required and the optional fields of each type.
fn security_scheme(object: &mut Object, site: &mut Site<'_>) -> bool {
    let (required, optional): (&[&str], &[&str]) = match object.get("type").and_then(Value::as_str) {
        Some("apiKey") => (&["name", "in"], &[]),
        Some("http") => (&["scheme"], &["bearerFormat"]),
        Some("oauth2") => (&["flows"], &[]),
        Some("openIdConnect") => (&["openIdConnectUrl"], &[]),
        Some(_) => (&[], &[]),
        None => return needs(object, site, &["type"]),
    };
    if object.get("flows").is_some_and(Value::is_null) {
        object.shift_remove("flows");
    }
    if !needs(object, site, required) {
        return false;
    }
    for field in [
        "name",
        "in",
        "scheme",
        "bearerFormat",
        "flows",
        "openIdConnectUrl",
    ] {
        if !required.contains(&field) && !optional.contains(&field) {
            remove(
                object,
                site,
                field,
                "the type of the scheme does not have this field",
            );
        }
    }
    let is_bearer = object
        .get("scheme")
        .and_then(Value::as_str)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
    if !is_bearer {
        remove(object, site, "bearerFormat", "the scheme is not bearer");
    }
    true
}

/// OAS 3.0.3, OAuth Flow Object: the URLs that each flow requires.
fn flows(flows: &mut Object, site: &mut Site<'_>) {
    let urls: [(&str, &[&str], &[&str]); 4] = [
        ("implicit", &["authorizationUrl"], &["tokenUrl"]),
        ("password", &["tokenUrl"], &["authorizationUrl"]),
        ("clientCredentials", &["tokenUrl"], &["authorizationUrl"]),
        ("authorizationCode", &["authorizationUrl", "tokenUrl"], &[]),
    ];
    for (name, needed, foreign) in urls {
        let Some(value) = flows.get_mut(name) else {
            continue;
        };
        let Some(flow) = value.as_object_mut() else {
            continue;
        };
        if let Some(missing) = needed.iter().find(|url| !flow.contains_key(**url)) {
            site.record(name, Loss::Dropped, format!("removed: it has no `{missing}`"));
            *value = Value::Null;
            continue;
        }
        for field in foreign {
            if flow.shift_remove(*field).is_some() {
                site.record(
                    name,
                    Loss::Dropped,
                    format!("`{field}` removed: the flow does not have this field"),
                );
            }
        }
        if !flow.contains_key("scopes") {
            flow.insert("scopes".to_owned(), Value::Object(Map::new()));
            site.record(name, Loss::None, "`scopes: {}` added: `scopes` is required");
        }
    }
}
