//! The provider's site in tests: a document, and its operations as Markdown pages.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::support::{Answer, Copy, Server};

/// The vendored document with another version, and without components that no operation needs, because no
/// page has them.
pub(crate) fn upstream(copy: &Copy) -> Value {
    let mut document = copy.document();
    document["info"]["version"] = "0.9.0".into();
    let mut needed = Map::new();
    collect(&document["paths"].to_string(), &document, &mut needed);
    document["components"] = json!({ "schemas": needed });
    document
}

/// A page for each operation with the components that it needs, and pages without an operation, forty in all.
pub(crate) fn pages(document: &Value) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let mut single = document.clone();
            single["paths"] = json!({ path: { method: operation } });
            let mut needed = Map::new();
            collect(&operation.to_string(), document, &mut needed);
            single["components"] = json!({ "schemas": needed });
            let name = format!("{method}{}.md", path.replace(['/', '{', '}'], "-"));
            // JSON is valid YAML.
            let block = serde_json::to_string_pretty(&single).unwrap();
            let spelling = if pages.len() % 2 == 0 {
                "/api-reference/openapi.json "
            } else {
                ""
            };
            let method = method.to_uppercase();
            let page = format!("# A page\n\nProse.\n\n````yaml {spelling}{method} {path}\n{block}\n````\n");
            pages.push((name, page));
        }
    }
    for number in pages.len()..40 {
        pages.push((
            format!("guide-{number}.md"),
            format!("# Guide {number}\n\n```sh\ncurl\n```\n"),
        ));
    }
    pages
}

fn collect(text: &str, document: &Value, needed: &mut Map<String, Value>) {
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if text.contains(&format!("\"#/components/schemas/{name}\"")) && !needed.contains_key(name) {
            needed.insert(name.clone(), schema.clone());
            collect(&schema.to_string(), document, needed);
        }
    }
}

pub(crate) fn index(pages: &[(String, String)]) -> String {
    pages
        .iter()
        .fold("# Docs\n\n".to_owned(), |mut index, (name, _)| {
            writeln!(index, "- [A page](/endpoint/{name}): what it is for").unwrap();
            index
        })
}

/// Serves a document as a whole and as pages.
pub(crate) fn serve(server: &Server, document: &Value) {
    server.route("/openapi.json", Answer::ok(document.to_string()));
    let pages = pages(document);
    server.route("/llms.txt", Answer::ok(index(&pages)));
    for (name, page) in pages {
        server.route(&format!("/endpoint/{name}"), Answer::ok(page));
    }
}
