//! The OpenAPI document with its overlay, as a routing table: which operation a method and a path mean, what
//! it takes and what it answers. The sandbox has no other list of routes. Values are checked in `validate`.

use std::sync::OnceLock;

use http::Method;
use openapi_document::{At, essence};
use openapi_overlay::Overlay;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{StartError, validate::Schemas};

const DOCUMENT: &str = include_str!("../openapi.json");
const OVERLAY: &str = include_str!("../openapi.overlay.json");

#[derive(Debug)]
pub(crate) struct Document {
    operations: Vec<Operation>,
    pub(crate) schemas: Schemas,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// The path template, split at its slashes. A path with a trailing slash ends in an empty literal.
    segments: Vec<Segment>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) responses: Vec<Response>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    /// JSON pointer to the schema.
    pub(crate) schema: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    /// JSON pointer to the schema of the JSON form.
    pub(crate) schema: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Response {
    /// `200`, `4XX` or `default`.
    status: String,
    pub(crate) content: Content,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// No body at all.
    None,
    /// JSON; of any shape if there is no pointer to a schema.
    Json(Option<String>),
}

/// The meaning of a method and a path.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    /// An operation, and its decoded path parameters.
    Found(&'a Operation, Vec<(String, String)>),
    /// The document spells this path with one slash more or less.
    Respelled(String),
    /// The path exists, but not with this method. These are its methods.
    WrongMethod(Vec<&'a Method>),
    /// No such path.
    Unknown,
}

impl Document {
    /// The embedded document, read once per process.
    pub(crate) fn embedded() -> Result<&'static Self, StartError> {
        static EMBEDDED: OnceLock<Result<Document, StartError>> = OnceLock::new();
        EMBEDDED.get_or_init(Self::load).as_ref().map_err(Clone::clone)
    }

    /// Another document. `file` is its name in errors.
    pub(crate) fn from_text(file: &str, text: &str) -> Result<Self, StartError> {
        let document = serde_json::from_str(text).map_err(|error| error.to_string());
        document
            .and_then(Self::read)
            .map_err(|reason| StartError::Document {
                file: file.to_owned(),
                reason,
            })
    }

    fn load() -> Result<Self, StartError> {
        let bad = |file: &str, reason: &dyn std::fmt::Display| StartError::Document {
            file: file.to_owned(),
            reason: reason.to_string(),
        };
        let mut document: Value =
            serde_json::from_str(DOCUMENT).map_err(|error| bad("openapi.json", &error))?;
        Overlay::from_json(OVERLAY)
            .and_then(|overlay| overlay.apply(&mut document))
            .map_err(|error| bad("openapi.overlay.json", &error))?;
        Self::read(document).map_err(|reason| bad("openapi.json", &reason))
    }

    fn read(document: Value) -> Result<Self, String> {
        let operations = read_operations(&document)?;
        Ok(Self {
            operations,
            schemas: Schemas::new(document)?,
        })
    }

    pub(crate) fn has_operation(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| operation.id == id)
    }

    /// The operations with the names most similar to an unknown one.
    pub(crate) fn operations_near(&self, id: &str) -> [&str; 3] {
        let likeness = |name: &str| strsim::jaro_winkler(name, id);
        let mut names: Vec<&str> = self
            .operations
            .iter()
            .map(|operation| operation.id.as_str())
            .collect();
        names.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
        let mut names = names.into_iter();
        [(); 3].map(|()| names.next().unwrap_or_default())
    }

    #[cfg(test)]
    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    pub(crate) fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let mut fitting: Vec<(&Operation, Vec<(String, String)>)> = self.fitting(path).collect();
        // `/v1/table/create` is not the table `create`: the most literal path wins.
        let most_literal = fitting.iter().map(|(_, parameters)| parameters.len()).min();
        fitting.retain(|(_, parameters)| Some(parameters.len()) == most_literal);
        let allowed: Vec<&Method> = fitting.iter().map(|(operation, _)| &operation.method).collect();
        let mut fitting = fitting.into_iter();
        if let Some((operation, parameters)) = fitting.find(|(operation, _)| operation.method == *method) {
            return Route::Found(operation, parameters);
        }
        if !allowed.is_empty() {
            return Route::WrongMethod(allowed);
        }
        let respelled = match path.strip_suffix('/') {
            Some(shorter) => shorter.to_owned(),
            None => format!("{path}/"),
        };
        if self.fitting(&respelled).next().is_some() {
            return Route::Respelled(respelled);
        }
        Route::Unknown
    }

    /// The operations whose template matches, with their path parameters.
    fn fitting(&self, path: &str) -> impl Iterator<Item = (&Operation, Vec<(String, String)>)> {
        let given: Vec<&str> = path.split('/').collect();
        self.operations
            .iter()
            .filter_map(move |operation| Some((operation, fit(&operation.segments, &given)?)))
    }
}

impl Operation {
    pub(crate) fn parameter(&self, place: Place, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.place == place
                && match place {
                    Place::Header => parameter.name.eq_ignore_ascii_case(name),
                    Place::Path | Place::Query => parameter.name == name,
                }
        })
    }

    pub(crate) fn required(&self, place: Place) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(move |parameter| parameter.place == place && parameter.required)
    }

    /// The response that the document has for a status: for the status itself, its class, or the default.
    pub(crate) fn response(&self, status: u16) -> Option<&Response> {
        let wanted = [
            status.to_string(),
            format!("{}XX", status / 100),
            "default".to_owned(),
        ];
        wanted
            .iter()
            .find_map(|key| self.responses.iter().find(|response| response.status == *key))
    }

    /// The status of a success. If there are several, it is the most specific, such as 201 rather than 200.
    pub(crate) fn success(&self) -> u16 {
        self.responses
            .iter()
            .filter_map(|response| response.status.parse().ok())
            .filter(|status| (200..300).contains(status))
            .max()
            .unwrap_or(200)
    }
}

fn fit(template: &[Segment], given: &[&str]) -> Option<Vec<(String, String)>> {
    if template.len() != given.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (segment, given) in template.iter().zip(given) {
        let decoded = percent_decode_str(given).decode_utf8_lossy();
        match segment {
            Segment::Literal(literal) if *literal == decoded => {}
            Segment::Parameter(name) if !decoded.is_empty() => {
                parameters.push((name.clone(), decoded.into_owned()));
            }
            Segment::Literal(_) | Segment::Parameter(_) => return None,
        }
    }
    Some(parameters)
}

fn read_operations(document: &Value) -> Result<Vec<Operation>, String> {
    if !document["paths"].is_object() {
        return Err("`/paths` is not an object".to_owned());
    }
    let mut operations = Vec::new();
    for operation in openapi_document::operations(document) {
        let method = operation.method.to_ascii_uppercase();
        let Ok(method) = Method::from_bytes(method.as_bytes()) else {
            continue;
        };
        let mut parameters = read_parameters(document, &operation.at);
        for shared in read_parameters(document, &operation.item) {
            if !parameters
                .iter()
                .any(|own| own.place == shared.place && own.name == shared.name)
            {
                parameters.push(shared);
            }
        }
        operations.push(Operation {
            id: operation
                .id()
                .ok_or_else(|| format!("`{}` has no operationId", operation.at.pointer))?
                .to_owned(),
            method,
            segments: operation.path.split('/').map(segment).collect(),
            parameters,
            body: read_body(document, &operation.at),
            responses: read_responses(document, &operation.at),
        });
    }
    Ok(operations)
}

fn segment(part: &str) -> Segment {
    match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => Segment::Parameter(name.to_owned()),
        None => Segment::Literal(part.to_owned()),
    }
}

fn read_parameters(document: &Value, holder: &At<'_>) -> Vec<Parameter> {
    let parameters = holder.get("parameters");
    let parameters = parameters.iter().flat_map(At::items);
    parameters
        .filter_map(|parameter| {
            let parameter = parameter.follow(document).ok()?;
            let place = match parameter.text("in")? {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" => Place::Header,
                _ => return None,
            };
            Some(Parameter {
                name: parameter.text("name")?.to_owned(),
                place,
                required: parameter.flag("required"),
                schema: schema(&parameter),
            })
        })
        .collect()
}

fn read_body(document: &Value, operation: &At<'_>) -> Option<Body> {
    let body = operation.get("requestBody")?.follow(document).ok()?;
    Some(Body {
        required: body.flag("required"),
        schema: json_schema(&body),
    })
}

fn read_responses(document: &Value, operation: &At<'_>) -> Vec<Response> {
    let responses = operation.get("responses");
    let responses = responses.iter().flat_map(At::members);
    responses
        .filter_map(|(status, response)| {
            let response = response.follow(document).ok()?;
            let has_content = response
                .get("content")
                .is_some_and(|content| content.members().next().is_some());
            Some(Response {
                status: status.to_owned(),
                content: if has_content {
                    Content::Json(json_schema(&response))
                } else {
                    Content::None
                },
            })
        })
        .collect()
}

/// The pointer to the schema of the JSON form of a body.
fn json_schema(holder: &At<'_>) -> Option<String> {
    let mut media_types = holder.get("content")?.members();
    let (_, json) = media_types.find(|(name, _)| essence(name) == "application/json")?;
    schema(&json)
}

fn schema(holder: &At<'_>) -> Option<String> {
    holder.get("schema").map(|schema| schema.pointer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_of_every_operation_can_be_used() {
        let document = Document::embedded().unwrap();
        assert_eq!(document.operations().len(), 78);
        for operation in document.operations() {
            let parameters = operation
                .parameters
                .iter()
                .filter_map(|parameter| parameter.schema.as_ref());
            let body = operation.body.iter().filter_map(|body| body.schema.as_ref());
            let responses = operation
                .responses
                .iter()
                .filter_map(|response| match &response.content {
                    Content::Json(schema) => schema.as_ref(),
                    Content::None => None,
                });
            for schema in parameters.chain(body).chain(responses) {
                document.schemas.validator(schema).unwrap();
            }
        }
    }

    #[test]
    fn literal_paths_come_before_parameters() {
        let document = Document::embedded().unwrap();
        let Route::Found(operation, _) = document.route(&Method::POST, "/v1/flows/cost-estimate") else {
            panic!("no route");
        };
        assert_eq!(operation.id, "estimate_flow_cost");
        let Route::Found(operation, parameters) = document.route(&Method::GET, "/v1/flows/a%20b") else {
            panic!("no route");
        };
        assert_eq!(
            (operation.id.as_str(), parameters[0].1.as_str()),
            ("get_flow", "a b")
        );
    }

    #[test]
    fn paths_that_are_nearly_right_are_told_apart_from_unknown_ones() {
        let document = Document::embedded().unwrap();
        let route = |method, path| document.route(&method, path);
        assert!(
            matches!(route(Method::GET, "/v1/enrichments"), Route::Respelled(path) if path == "/v1/enrichments/")
        );
        assert!(
            matches!(route(Method::GET, "/v1/user/me/"), Route::Respelled(path) if path == "/v1/user/me")
        );
        assert!(
            matches!(route(Method::POST, "/v1/enrichments"), Route::Respelled(path) if path == "/v1/enrichments/")
        );
        assert!(
            matches!(route(Method::DELETE, "/v1/user/me"), Route::WrongMethod(allowed) if allowed == [Method::GET])
        );
        assert!(
            matches!(route(Method::PATCH, "/v1/table/create"), Route::WrongMethod(allowed) if allowed == [Method::POST])
        );
        assert!(matches!(
            route(Method::PUT, "/v1/folders"),
            Route::WrongMethod(allowed) if allowed == [Method::GET, Method::POST]
        ));
        assert!(matches!(
            route(Method::GET, "/v1/flows//versions"),
            Route::Unknown
        ));
        assert!(matches!(route(Method::GET, ""), Route::Unknown));
    }

    #[test]
    fn a_document_without_operation_ids_is_named_as_such() {
        let reason = Document::read(serde_json::json!({ "paths": { "/a": { "get": {} } } })).unwrap_err();
        assert!(reason.contains("/paths/~1a/get"), "{reason}");
        assert!(Document::read(serde_json::json!({})).is_err());
    }
}
