//! Merges two schemas into one that says what both say.
//!
//! What one schema cannot express is left out. A value that is valid under both is valid under each, so the
//! result is never narrower than the two together.

use serde_json::{Value, json};

use super::{
    Object,
    tags::MARK,
    walk::{is_annotation, is_anything, is_nullable, reference, type_of},
};

/// How deep references and members are followed, because recursive schemas have no end.
const DEEPEST: usize = 6;

/// The maximum number of branches in a union of unions.
const MOST_BRANCHES: usize = 64;

pub(super) struct Intersection<'a> {
    /// The components that references lead to.
    pub(super) components: &'a Object,
}

impl Intersection<'_> {
    /// Merges two schemas. The annotations of `one` come first.
    pub(super) fn of(&self, one: Object, other: Object) -> Object {
        self.at(one, other, 0)
    }

    fn at(&self, one: Object, other: Object, depth: usize) -> Object {
        let nullable = takes_null(&one) && takes_null(&other);
        let mut both = self.kind(one, other, depth);
        if !is_anything(&both) {
            both.shift_remove("nullable");
            if nullable {
                both.insert("nullable".to_owned(), json!(true));
            }
        }
        both
    }

    fn kind(&self, one: Object, other: Object, depth: usize) -> Object {
        if is_anything(&other) {
            return annotated(one, &other);
        }
        if is_anything(&one) {
            return annotated(other, &one);
        }
        let (first, second) = (reference(&one), reference(&other));
        if (first.is_some() && first == second) || depth > DEEPEST {
            return one;
        }
        if first.is_some() || second.is_some() {
            let (Some(one), Some(other)) = (self.resolved(one.clone()), self.resolved(other)) else {
                return one;
            };
            return self.at(one, other, depth + 1);
        }
        for keyword in ["oneOf", "anyOf"] {
            if one.contains_key(keyword) {
                return self.distributed(one, other, keyword, depth);
            }
            if other.contains_key(keyword) {
                return self.distributed(other, one, keyword, depth);
            }
        }
        match (is_object(&one), is_object(&other)) {
            (true, true) => self.objects(one, other, depth),
            _ => scalars(one, other),
        }
    }

    /// Returns whether one schema says everything that another does, as far as types show it, so the other
    /// may be left out.
    pub(super) fn says_all(&self, schema: &Object, other: &Object) -> bool {
        let Some(schema) = self.resolved(schema.clone()) else {
            return false;
        };
        let within = |keyword: &str, part: &Value| match (keyword, part, schema.get(keyword)) {
            ("required", Value::Array(names), Some(Value::Array(others))) => {
                names.iter().all(|name| others.contains(name))
            }
            ("properties", Value::Object(members), Some(Value::Object(others))) => {
                members.iter().all(|(name, member)| {
                    others
                        .get(name)
                        .is_some_and(|other| self.says_at_least(other, member))
                })
            }
            (_, part, Some(other)) => part == other,
            (_, _, None) => false,
        };
        !schema.contains_key("oneOf")
            && !schema.contains_key("anyOf")
            && other
                .iter()
                .all(|(keyword, part)| is_annotation(keyword) || within(keyword, part))
    }

    fn says_at_least(&self, schema: &Value, other: &Value) -> bool {
        match (schema.as_object(), other.as_object()) {
            (Some(schema), Some(other)) => {
                let bare = |(keyword, _): &(&String, &Value)| !is_annotation(keyword);
                schema.iter().filter(bare).eq(other.iter().filter(bare)) || self.says_all(schema, other)
            }
            _ => schema == other,
        }
    }

    /// Follows a reference, or returns the schema itself.
    pub(super) fn resolved(&self, mut schema: Object) -> Option<Object> {
        for _ in 0..=DEEPEST {
            let Some(name) = reference(&schema) else {
                return Some(schema);
            };
            let outer = schema;
            schema = self.components.get(&name)?.as_object()?.clone();
            if is_nullable(&outer) {
                schema.insert("nullable".to_owned(), json!(true));
            }
            if let Some(mark) = outer.get(MARK) {
                schema.insert(MARK.to_owned(), mark.clone());
            }
        }
        None
    }

    /// Merges a union with a schema that applies to each of its branches.
    fn distributed(&self, union: Object, common: Object, keyword: &str, depth: usize) -> Object {
        let mut union = union;
        let Some(Value::Array(branches)) = union.shift_remove(keyword) else {
            return common;
        };
        // What is next to the branches applies to each of them too.
        let common = if is_anything(&union) {
            common
        } else {
            self.at(union.clone(), common, depth + 1)
        };
        if branches.len() > MOST_BRANCHES
            || branches.iter().filter_map(Value::as_object).all(says_nothing_new)
        {
            return common;
        }
        let each = branches
            .into_iter()
            .filter_map(|branch| match branch {
                Value::Object(branch) => Some(self.at(common.clone(), branch, depth + 1)),
                _ => None,
            })
            .map(Value::Object)
            .collect();
        let mut union: Object = union.into_iter().filter(|(key, _)| is_annotation(key)).collect();
        union.insert("oneOf".to_owned(), Value::Array(each));
        union
    }

    fn objects(&self, one: Object, mut other: Object, depth: usize) -> Object {
        let mut both = one;
        let theirs = other.shift_remove("properties");
        let mine = both.shift_remove("properties");
        let mut properties = members(mine);
        for (name, theirs) in members(theirs) {
            let merged = match (properties.shift_remove(&name), theirs) {
                (Some(Value::Object(mine)), Value::Object(theirs)) => {
                    Value::Object(self.at(mine, theirs, depth + 1))
                }
                (_, theirs) => theirs,
            };
            properties.insert(name, merged);
        }
        let mut required = texts(both.shift_remove("required"));
        for name in texts(other.shift_remove("required")) {
            if !required.contains(&name) {
                required.push(name);
            }
        }
        let further = match (
            both.shift_remove("additionalProperties"),
            other.shift_remove("additionalProperties"),
        ) {
            // Both are closed: one does not know the members of the other.
            (Some(Value::Object(mine)), Some(Value::Object(theirs))) => {
                Some(Value::Object(self.at(mine, theirs, depth + 1)))
            }
            (Some(Value::Object(mine)), _) | (_, Some(Value::Object(mine))) => Some(Value::Object(mine)),
            (Some(Value::Bool(true)), _) | (_, Some(Value::Bool(true))) => Some(Value::Bool(true)),
            _ => None,
        };
        both = annotated(both, &other);
        both.insert("type".to_owned(), json!("object"));
        if !properties.is_empty() {
            both.insert("properties".to_owned(), Value::Object(properties));
        }
        if !required.is_empty() {
            both.insert("required".to_owned(), json!(required));
        }
        if let Some(further) = further {
            both.insert("additionalProperties".to_owned(), further);
        }
        both
    }
}

/// Returns whether null is valid. A schema without a type allows null.
fn takes_null(schema: &Object) -> bool {
    is_nullable(schema) || is_anything(schema)
}

fn is_object(schema: &Object) -> bool {
    type_of(schema) == Some("object") || (type_of(schema).is_none() && schema.contains_key("required"))
}

/// Returns whether a branch only requires members that are declared elsewhere.
pub(super) fn says_nothing_new(branch: &Object) -> bool {
    branch.iter().all(|(keyword, value)| {
        keyword == "required" || keyword == "type" && value == "object" || is_annotation(keyword)
    })
}

/// Strings and numbers: the keywords of both if they have the same type, otherwise those of the first.
fn scalars(one: Object, mut other: Object) -> Object {
    match (type_of(&one), type_of(&other)) {
        (Some("number"), Some("integer")) => return annotated(other, &one),
        (Some("integer"), Some("number")) => return annotated(one, &other),
        (Some(first), Some(second)) if first != second => return one,
        _ => {}
    }
    let mut both = one;
    if let Some(theirs) = other.shift_remove("enum").as_ref().and_then(Value::as_array) {
        match both.get_mut("enum").and_then(Value::as_array_mut) {
            Some(mine) if mine.iter().any(|value| theirs.contains(value)) => {
                mine.retain(|value| theirs.contains(value));
            }
            Some(_) => {}
            None => {
                both.insert("enum".to_owned(), json!(theirs));
                both.shift_remove("format");
                other.shift_remove("format");
            }
        }
    }
    for (keyword, value) in other {
        both.entry(keyword).or_insert(value);
    }
    both
}

/// Adds the annotations of another schema that this one does not have.
fn annotated(mut schema: Object, other: &Object) -> Object {
    if reference(&schema).is_some() && schema.contains_key("$ref") {
        if !other.contains_key("description") && !is_nullable(other) {
            return schema;
        }
        let mut around = Object::new();
        around.insert("allOf".to_owned(), json!([schema]));
        schema = around;
    }
    for (keyword, value) in other {
        if is_annotation(keyword) && keyword != "discriminator" {
            schema.entry(keyword).or_insert_with(|| value.clone());
        }
    }
    schema
}

fn members(value: Option<Value>) -> Object {
    match value {
        Some(Value::Object(members)) => members,
        _ => Object::new(),
    }
}

fn texts(value: Option<Value>) -> Vec<String> {
    let Some(Value::Array(items)) = value else {
        return Vec::new();
    };
    items
        .into_iter()
        .filter_map(|item| item.as_str().map(ToOwned::to_owned))
        .collect()
}
