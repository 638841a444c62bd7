//! Renames components, and moves schemas into components and out of them.

use fastrand::Rng;
use heck::{ToKebabCase, ToPascalCase, ToSnakeCase};
use openapi_document::pointer;
use serde_json::{Value, json};

use super::places::{self, Fixed, Object, Role, is_3_0, referred};
use crate::place::readable;

/// Names that have another meaning for generators.
const TAKEN: [&str; 24] = [
    "3D-Model",
    "Box",
    "Client",
    "Default",
    "Error",
    "None",
    "Nullable",
    "Option",
    "Response",
    "Result",
    "Self",
    "Some",
    "String",
    "Timestamp",
    "Value",
    "Vec",
    "_",
    "crate",
    "i64",
    "serde",
    "std",
    "type",
    "types",
    "v1.Any_Of",
];

/// The sections whose members only `$ref` refers to.
const SECTIONS: [&str; 5] = ["headers", "parameters", "requestBodies", "responses", "schemas"];

/// Renames a component, with all references to it.
pub(super) fn rename(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let filled: Vec<&str> = SECTIONS
        .into_iter()
        .filter(|section| {
            document["components"][section]
                .as_object()
                .is_some_and(|named| !named.is_empty())
        })
        .collect();
    // Most documents have most of their components in `schemas`.
    let section = match rng.bool() {
        true if filled.contains(&"schemas") => "schemas",
        _ => rng.choice(filled)?,
    };
    let old = rng.choice(
        document["components"][section]
            .as_object()?
            .keys()
            .cloned()
            .collect::<Vec<_>>(),
    )?;
    let new = free(document, section, &old, rng)?;
    if section == "schemas" {
        name_branches(document, &old);
    }
    let named = places::section(document, section)?;
    *named = std::mem::take(named)
        .into_iter()
        .map(|(name, value)| {
            if name == old {
                (new.clone(), value)
            } else {
                (name, value)
            }
        })
        .collect();
    let (from, to) = (
        format!("/components/{section}/{}", pointer::escape(&old)),
        format!("/components/{section}/{new}"),
    );
    each_reference(document, &mut |reference| {
        if section == "schemas" && *reference == old {
            // The mapping of a discriminator may refer to a schema by its name alone.
            reference.clone_from(&new);
        } else if let Some(rest) =
            pointer::of_reference(reference).and_then(|at| Some(at.strip_prefix(&from)?.to_owned()))
            && (rest.is_empty() || rest.starts_with('/'))
        {
            *reference = format!("#{to}{rest}");
        }
    });
    Some(format!("rename {} to {new}", readable(&from)))
}

/// Adds entries to the mapping of a discriminator where it went by the name of the schema.
fn name_branches(document: &mut Value, name: &str) {
    let is_it = |schema: &Value| referred(schema, "schemas").as_deref() == Some(name);
    let bases: Vec<String> = document["components"]["schemas"][name]["allOf"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|part| referred(part, "schemas"))
        .map(|base| format!("/components/schemas/{}", pointer::escape(&base)))
        .collect();
    for place in places::schemas(document) {
        let Some(schema) = places::object_at(document, &place.pointer) else {
            continue;
        };
        let branches = ["anyOf", "oneOf"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword)?.as_array());
        let holds = branches.flatten().any(is_it) || bases.contains(&place.pointer);
        let Some(discriminator) = schema
            .get_mut("discriminator")
            .filter(|_| holds)
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let mapping = discriminator.entry("mapping").or_insert_with(|| json!({}));
        let Some(mapping) = mapping.as_object_mut() else {
            continue;
        };
        let leads_there = |target: &Value| target == name || is_it(&json!({ "$ref": target }));
        if !mapping.values().any(leads_there) {
            mapping.insert(
                name.to_owned(),
                json!(format!("#/components/schemas/{}", pointer::escape(name))),
            );
        }
    }
}

/// Visits the values of `$ref` and of the mappings of discriminators.
fn each_reference(value: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_reference(item, visit)),
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("$ref", Value::String(reference)) => {
                        if reference.starts_with('#') {
                            visit(reference);
                        }
                    }
                    ("discriminator", Value::Object(discriminator)) => {
                        let mapping = discriminator.get_mut("mapping").and_then(Value::as_object_mut);
                        for target in mapping.into_iter().flat_map(Object::values_mut) {
                            if let Value::String(reference) = target {
                                visit(reference);
                            }
                        }
                    }
                    (_, value) => each_reference(value, visit),
                }
            }
        }
        _ => {}
    }
}

/// A name that is free in the section: `like` or the name of another component in another spelling, or one of
/// [`TAKEN`].
fn free(document: &Value, section: &str, like: &str, rng: &mut Rng) -> Option<String> {
    let named = document["components"][section].as_object();
    let other = named
        .and_then(|named| rng.choice(named.keys()))
        .map_or(like, String::as_str);
    let candidates = [
        like.to_snake_case(),
        like.to_kebab_case(),
        like.to_pascal_case(),
        format!("acme.v1.{like}"),
        format!("{like}_Output"),
        format!("{like}-2"),
        other.to_snake_case(),
        other.to_pascal_case(),
        format!("{other}Inner"),
        format!("{other}Variant0"),
        rng.choice(TAKEN)?.to_owned(),
    ];
    let is_name = |name: &String| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
    };
    let is_free = |name: &String| named.is_none_or(|named| !named.contains_key(name));
    rng.choice(
        candidates
            .into_iter()
            .filter(is_name)
            .filter(is_free)
            .collect::<Vec<_>>(),
    )
}

/// Turns a schema inside another one or in an operation into a component.
pub(super) fn into_component(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let fixed = Fixed::of(document);
    let (place, schema) = places::pick(document, rng, |place, schema| {
        !matches!(place.role, Role::Component | Role::TaggedBranch)
            && !schema.contains_key("$ref")
            && fixed.is_free(&place.pointer)
    })?;
    let last = place.pointer.rsplit('/').next().unwrap_or_default();
    let like = if last.parse::<usize>().is_ok() {
        "Part"
    } else {
        last
    };
    let name = free(document, "schemas", like, rng)?;
    places::section(document, "schemas")?.insert(name.clone(), Value::Object(schema));
    *document.pointer_mut(&place.pointer)? = json!({ "$ref": format!("#/components/schemas/{name}") });
    Some(format!(
        "move {} into the component {name}",
        readable(&place.pointer)
    ))
}

/// Replaces a reference to a component with a copy of it.
pub(super) fn out_of_component(document: &mut Value, rng: &mut Rng) -> Option<String> {
    let fixed = Fixed::of(document);
    let target = |schema: &Object| {
        let name = referred(
            schema
                .get("$ref")
                .map(|target| json!({ "$ref": target }))
                .as_ref()?,
            "schemas",
        )?;
        let target = document["components"]["schemas"].get(&name)?.as_object()?;
        // A discriminator goes by the names of components.
        let stays = target.contains_key("$ref") || target.contains_key("discriminator");
        (!stays).then(|| (name, target.clone()))
    };
    let (place, schema) = places::pick(document, rng, |place, schema| {
        let is_alone = |target: &Object| {
            schema.len() == 1
                || !is_3_0(document)
                    && schema
                        .keys()
                        .all(|key| key == "$ref" || places::is_annotation(key) && !target.contains_key(key))
        };
        place.role != Role::TaggedBranch
            && fixed.is_free(&place.pointer)
            && target(schema).is_some_and(|(_, target)| is_alone(&target))
    })?;
    let (name, mut copy) = target(&schema)?;
    copy.extend(schema.into_iter().filter(|(key, _)| key != "$ref"));
    *document.pointer_mut(&place.pointer)? = Value::Object(copy);
    Some(format!(
        "replace the reference at {} with the component {name}",
        place.pointer
    ))
}
