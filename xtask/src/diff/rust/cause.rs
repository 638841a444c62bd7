//! Which finding caused the change of an item: names in the bindings are made of names in the document.

use std::collections::HashMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use openapi_diff::{Diff, Finding};

use super::{bindings::Bindings, rows::Item};

/// Gives each item the gravest finding about what its name is made of, where there is one.
pub(super) fn attribute(items: &mut [Item], old: &Bindings, new: &Bindings, diff: &Diff) {
    let mut index = Index::default();
    let mut methods: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    for (id, method) in old.methods.iter().chain(&new.methods) {
        methods
            .entry(&method.operation)
            .or_default()
            .push((id, &method.builder));
    }
    for finding in &diff.findings {
        let of_operation = finding
            .operation
            .as_deref()
            .and_then(|operation| methods.get(operation))
            .map_or(&[][..], Vec::as_slice);
        index.add(finding, of_operation);
    }
    for item in items {
        let names = [Some(&item.item), item.renamed_from.as_ref()];
        item.cause = names
            .into_iter()
            .flatten()
            .flat_map(|name| [Some(name.as_str()), renamed_builder(name)])
            .flatten()
            .find_map(|name| index.0.get(&key(name)))
            .cloned();
    }
}

/// `builder::CreateTable` of its arguments: an operation that takes over the name of another one changes them all.
fn renamed_builder(name: &str) -> Option<&str> {
    let (parent, _) = name.rsplit_once("::")?;
    parent.starts_with("builder::").then_some(parent)
}

/// Fingerprints by the key of what a finding is about. The first is the gravest.
#[derive(Default)]
struct Index(HashMap<String, String>);

/// Items that are found by the same words have the same key, however Rust wants them written.
fn key(path: &str) -> String {
    let path = match path.split_once("::") {
        // A method is known by its name: which trait it is in follows from its tag.
        Some((start, name)) if start.starts_with("Client") => name,
        _ => path,
    };
    path.chars()
        .filter(|c| c.is_alphanumeric() || *c == ':')
        .flat_map(char::to_lowercase)
        .collect()
}

impl Index {
    fn insert(&mut self, path: &str, finding: &Finding) {
        self.0
            .entry(key(path))
            .or_insert_with(|| finding.fingerprint.clone());
    }

    fn add(&mut self, finding: &Finding, methods: &[(&str, &str)]) {
        for pointer in [&finding.old, &finding.new] {
            let tokens: Vec<String> = pointer
                .split('/')
                .skip(1)
                .map(|token| token.replace("~1", "/").replace("~0", "~"))
                .collect();
            if let [components, schemas, name, rest @ ..] = tokens.as_slice()
                && components == "components"
                && schemas == "schemas"
            {
                self.schema(&name.to_upper_camel_case(), rest, finding);
            }
            for (id, _) in methods {
                let part = if finding.id.starts_with("response") {
                    "Response"
                } else {
                    "Body"
                };
                self.schema(&format!("{}{part}", id.to_upper_camel_case()), &tokens, finding);
            }
        }
        for (id, builder) in methods {
            if finding.id.starts_with("api-operation-id") {
                self.insert(&format!("builder::{builder}"), finding);
            }
            if is_about_operation(&finding.id) {
                self.insert(id, finding);
            } else if finding.id.starts_with("response") {
                self.insert(&format!("builder::{builder}::send"), finding);
            } else if finding.id.starts_with("request-body") {
                self.insert(&format!("builder::{builder}::body"), finding);
            }
            if finding.id.contains("parameter") {
                for word in words(finding) {
                    self.insert(&format!("builder::{builder}::{}", word.to_snake_case()), finding);
                }
            }
        }
    }

    /// What stands below a schema whose type has this name.
    fn schema(&mut self, name: &str, tokens: &[String], finding: &Finding) {
        let mut name = name.to_owned();
        let mut field = None;
        let mut tokens = tokens.iter();
        while let Some(token) = tokens.next() {
            match token.as_str() {
                "properties" => {
                    let Some(property) = tokens.next() else { break };
                    if let Some(field) = field.replace(property) {
                        name.push_str(&field.to_upper_camel_case());
                    }
                }
                "items" => {
                    if let Some(field) = field.take() {
                        name.push_str(&field.to_upper_camel_case());
                    }
                    name.push_str("Item");
                }
                _ => {}
            }
        }
        let inner = match field {
            Some(field) => {
                self.insert(&format!("types::{name}::{}", field.to_snake_case()), finding);
                format!("{name}{}", field.to_upper_camel_case())
            }
            None => name.clone(),
        };
        self.insert(&format!("types::{inner}"), finding);
        for word in words(finding) {
            self.insert(
                &format!("types::{inner}::{}", word.to_upper_camel_case()),
                finding,
            );
            self.insert(&format!("types::{name}::{}", word.to_snake_case()), finding);
        }
    }
}

/// Whether a finding is about an operation as a whole.
fn is_about_operation(id: &str) -> bool {
    ["api-", "endpoint-"].iter().any(|start| id.starts_with(start)) && !id.contains("schema")
}

/// The names that a finding mentions.
fn words(finding: &Finding) -> impl Iterator<Item = &str> {
    finding
        .arguments
        .values()
        .map(String::as_str)
        .chain(finding.subject.split([' ', '.']))
        .map(|word| word.trim_matches(['"', '`', '\'', ',']))
        .filter(|word| !word.is_empty() && word.len() < 100)
}
