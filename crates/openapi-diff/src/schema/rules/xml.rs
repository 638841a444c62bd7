//! How a value is written in XML (OpenAPI 3.1.0, XML Object).

use serde_json::Value;

use crate::{
    rule::{BREAKING, INFO, Mirror, Rule},
    schema::{
        Wire,
        compare::Compare,
        node::{NodeId, Schemas},
        types::Types,
    },
};

pub(super) static RULES: &[&Rule] = &[&XML_CHANGED, &XML_PREFIX_CHANGED];

static XML_CHANGED: Rule = Rule::schema(
    "xml-changed",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "in XML it is {new} instead of {old}",
);
static XML_PREFIX_CHANGED: Rule = Rule::schema(
    "xml-prefix-changed",
    INFO,
    INFO,
    Mirror::Itself,
    "the prefix of the namespace in XML was changed from {old} to {new}",
);

/// Compares how the values of a schema are written in XML. For other formats there is nothing to compare.
pub(super) fn compare(pair: &mut Compare<'_, '_>) {
    if pair.usage.wire != Wire::Xml {
        return;
    }
    let (old, new) = (pair.old.annotations.xml, pair.new.annotations.xml);
    if old.is_none() && new.is_none() {
        return;
    }
    let lists = pair.old.types.meets(Types::ARRAY) && pair.new.types.meets(Types::ARRAY);
    // An omitted name is the name of the property or the component, which is compared separately.
    let (old_name, new_name) = (text(old, "name"), text(new, "name"));
    let name = match (old_name, new_name) {
        (None, None) => [String::new(), String::new()],
        (old, new) => {
            let own = |schemas: &Schemas<'_>, node| name(schemas, node).unwrap_or_default();
            [
                old.map_or_else(|| own(&pair.engine.old, pair.old_node), str::to_owned),
                new.map_or_else(|| own(&pair.engine.new, pair.new_node), str::to_owned),
            ]
        }
    };
    let [old_name, new_name] = name;
    let old_told = told(old, &old_name, lists);
    let new_told = told(new, &new_name, lists);
    if old_told != new_told {
        pair.report_values(&XML_CHANGED, "xml", old_told, new_told);
    } else if text(old, "prefix") != text(new, "prefix") {
        let prefix = |xml| text(xml, "prefix").unwrap_or("none").to_owned();
        pair.report_values(&XML_PREFIX_CHANGED, "xml", prefix(old), prefix(new));
    }
}

fn text<'a>(xml: Option<&'a Value>, member: &str) -> Option<&'a str> {
    xml.and_then(|xml| xml.get(member)).and_then(Value::as_str)
}

fn flag(xml: Option<&Value>, member: &str) -> bool {
    xml.and_then(|xml| xml.get(member)) == Some(&Value::Bool(true))
}

/// `attribute id`, `element item of https://example.com/, wrapped`.
fn told(xml: Option<&Value>, name: &str, list: bool) -> String {
    let mut told = if flag(xml, "attribute") {
        "an attribute"
    } else {
        "an element"
    }
    .to_owned();
    // OpenAPI 3.1.0, XML Object: the name of an array is the name of its wrapping element, if there is one.
    let wrapped = flag(xml, "wrapped");
    if !name.is_empty() && (!list || wrapped) {
        told.push_str(&format!(" {name}"));
    }
    if let Some(namespace) = text(xml, "namespace") {
        told.push_str(&format!(" of the namespace {namespace}"));
    }
    if list && wrapped {
        told.push_str(" around its items");
    }
    told
}

/// The name of an element without an explicit name: the name of its property or its component.
fn name(schemas: &Schemas<'_>, node: NodeId) -> Option<String> {
    let node = schemas.node(node);
    let pointer = schemas.pointer(node.origin);
    match &pointer.names()[..] {
        [.., "properties", name] => Some((*name).to_owned()),
        ["components", "schemas", name] => Some((*name).to_owned()),
        _ => node
            .reference
            .and_then(|reference| reference.rsplit('/').next())
            .map(str::to_owned),
    }
}
