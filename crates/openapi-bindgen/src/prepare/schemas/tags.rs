//! Finds the member that distinguishes the branches of a union, and which of its values belongs to which
//! branch. It uses the discriminator with its mapping, the names of the schemas, or constants and enums that
//! a member has in each branch.
//!
//! Other passes rename and merge schemas, and remove the values of enums that are not strings. So [`mark`]
//! writes the discriminator's information into each branch, and the pass `enums` keeps values under
//! [`VALUES`]. Both are extensions that no document can contain, because unknown keywords have been removed
//! by then.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Object,
    walk::{components, each, refer, reference, target, type_of},
};

/// Next to a branch: `{"mapped": ["cat"], "implied": "Cat"}`.
pub(super) const MARK: &str = "x-tag";

/// The values of an enum that does not shape a type.
pub(super) const VALUES: &str = "x-values";

/// How deep references and nested unions are followed.
const DEEPEST: usize = 8;

/// The member that distinguishes the branches of a union.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    /// The name of the member.
    pub(crate) member: String,
    /// The member's values as JSON text, each with the position of its branch.
    pub(crate) branches: Vec<(String, usize)>,
    /// The number of branches in the union.
    pub(crate) count: usize,
    /// Whether every branch has a value, so that another value belongs to none of them.
    pub(crate) complete: bool,
}

/// The unions whose branches are distinguished by a member, by Rust name.
pub(crate) type Tags = BTreeMap<String, Tag>;

/// Writes next to each branch of a union which values of the discriminator belong to it.
pub(super) fn mark(document: &mut Value) {
    each(document, &mut |schema, _| {
        let mapping = match schema.get("discriminator") {
            Some(discriminator) => discriminator.get("mapping").cloned(),
            None => return,
        };
        for keyword in ["oneOf", "anyOf"] {
            let branches = schema.get_mut(keyword).and_then(Value::as_array_mut);
            for branch in branches.into_iter().flatten().filter_map(Value::as_object_mut) {
                let Some(target) = reference(branch) else { continue };
                let name = match branch.get(MARK).and_then(|mark| mark["implied"].as_str()) {
                    Some(implied) => implied.to_owned(),
                    None => target,
                };
                let mut marked = marked_as(std::mem::take(branch), &name);
                marked[MARK]["mapped"] = json!(mapped(mapping.as_ref(), &name));
                *branch = marked;
            }
        }
    });
}

/// A branch that is referred to by the name of a schema.
pub(super) fn marked_as(mut branch: Object, name: &str) -> Object {
    if branch.contains_key("$ref") {
        branch = Object::from_iter([("allOf".to_owned(), json!([branch]))]);
    }
    branch.insert(MARK.to_owned(), json!({ "mapped": [], "implied": name }));
    branch
}

/// The values that a mapping has for a schema. A mapping contains references or plain names.
fn mapped(mapping: Option<&Value>, name: &str) -> Vec<String> {
    let mapping = mapping.and_then(Value::as_object);
    let leads_here = |to: &Value| {
        let link = Object::from_iter([("$ref".to_owned(), to.clone())]);
        to.as_str() == Some(name) || target(&link).as_deref() == Some(name)
    };
    mapping
        .into_iter()
        .flatten()
        .filter(|(_, to)| leads_here(to))
        .map(|(value, _)| value.clone())
        .collect()
}

/// Finds the tags of the components, and removes from the document what was recorded for them. Every union is
/// a component here.
pub(super) fn take(document: &mut Value) -> Tags {
    let mut tags = Tags::new();
    if let Some(schemas) = components(document) {
        let known = Known(schemas);
        for (name, schema) in schemas.iter() {
            if let Some(tag) = schema.as_object().and_then(|union| known.tag(union)) {
                tags.insert(name.clone(), tag);
            }
        }
    }
    each(document, &mut |schema, _| {
        schema.shift_remove(VALUES);
        schema.shift_remove("discriminator");
        if schema.shift_remove(MARK).is_some()
            && schema.len() == 1
            && let Some(name) = reference(schema)
        {
            *schema = refer(&name);
        }
    });
    tags
}

struct Known<'a>(&'a Object);

impl<'a> Known<'a> {
    fn tag(&self, union: &'a Object) -> Option<Tag> {
        let branches = branches(union)?;
        let objects: Vec<usize> = (0..branches.len())
            .filter(|index| self.is_object(branches[*index], DEEPEST))
            .collect();
        if objects.len() < 2 {
            return None;
        }
        let by_discriminator = discriminator(union).map(|member| {
            let constants = |index: &usize| {
                self.constants(branches[*index], member, DEEPEST)
                    .unwrap_or_default()
            };
            let mapped = |index: &usize| marked(branches[*index], "mapped");
            let implied = |index: &usize| match constants(index).is_empty() {
                true => marked(branches[*index], "implied"),
                false => Vec::new(),
            };
            let mut tag = Tag::new(member, branches.len());
            tag.add(&objects, mapped);
            tag.add(&objects, constants);
            tag.add(&objects, implied);
            tag
        });
        let tag = by_discriminator
            .filter(|tag| !tag.branches.is_empty())
            .or_else(|| self.by_constants(&branches, &objects))?;
        let complete = objects
            .iter()
            .all(|index| tag.branches.iter().any(|(_, branch)| branch == index));
        Some(Tag { complete, ..tag })
    }

    /// Finds the first member that has constants or an enum in every branch, with no value in two of them. A
    /// member that all branches require is preferred.
    fn by_constants(&self, branches: &[&'a Object], objects: &[usize]) -> Option<Tag> {
        let first = self.struct_of(branches[*objects.first()?], DEEPEST)?;
        let members = first.get("properties")?.as_object()?.keys();
        let tags = members.filter_map(|member| {
            let mut tag = Tag::new(member, branches.len());
            for index in objects {
                for value in self.constants(branches[*index], member, DEEPEST)? {
                    if tag
                        .branches
                        .iter()
                        .any(|(known, branch)| *known == value && branch != index)
                    {
                        return None;
                    }
                    tag.branches.push((value, *index));
                }
            }
            Some(tag)
        });
        let is_required = |tag: &Tag| {
            objects
                .iter()
                .all(|index| self.requires(branches[*index], &tag.member, DEEPEST))
        };
        let (required, optional): (Vec<Tag>, Vec<Tag>) = tags.partition(is_required);
        required.into_iter().chain(optional).next()
    }

    /// Follows a reference, or returns the schema itself.
    fn resolved(&self, mut schema: &'a Object) -> Option<&'a Object> {
        for _ in 0..DEEPEST {
            let Some(name) = reference(schema) else {
                return Some(schema);
            };
            schema = self.0.get(&name)?.as_object()?;
        }
        None
    }

    fn is_object(&self, schema: &'a Object, depth: usize) -> bool {
        let Some(schema) = self.resolved(schema).filter(|_| depth > 0) else {
            return false;
        };
        match branches(schema) {
            Some(branches) => branches.iter().any(|branch| self.is_object(branch, depth - 1)),
            None => type_of(schema) == Some("object"),
        }
    }

    /// The first object that a branch may be.
    fn struct_of(&self, schema: &'a Object, depth: usize) -> Option<&'a Object> {
        let schema = self.resolved(schema).filter(|_| depth > 0)?;
        match branches(schema) {
            Some(branches) => branches
                .iter()
                .find_map(|branch| self.struct_of(branch, depth - 1)),
            None => Some(schema),
        }
    }

    fn requires(&self, schema: &'a Object, member: &str, depth: usize) -> bool {
        let Some(schema) = self.resolved(schema).filter(|_| depth > 0) else {
            return false;
        };
        match branches(schema) {
            Some(branches) => branches
                .iter()
                .all(|branch| self.requires(branch, member, depth - 1)),
            None => schema
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|name| name == member)),
        }
    }

    /// The only values that a member of this schema may have, as JSON text.
    fn constants(&self, schema: &'a Object, member: &str, depth: usize) -> Option<Vec<String>> {
        let schema = self.resolved(schema).filter(|_| depth > 0)?;
        if let Some(branches) = branches(schema) {
            let of_discriminator = discriminator(schema) == Some(member);
            let mut values = Vec::new();
            for branch in branches {
                let mut known = self.constants(branch, member, depth - 1).unwrap_or_default();
                if of_discriminator {
                    known.extend(marked(branch, "mapped"));
                    if known.is_empty() {
                        known = marked(branch, "implied");
                    }
                }
                if known.is_empty() {
                    return None;
                }
                values.extend(known);
            }
            return Some(values);
        }
        let member = self.resolved(schema.get("properties")?.get(member)?.as_object()?)?;
        let values = member.get("enum").or_else(|| member.get(VALUES))?.as_array()?;
        Some(values.iter().map(ToString::to_string).collect())
    }
}

impl Tag {
    fn new(member: &str, count: usize) -> Self {
        Self {
            member: member.to_owned(),
            count,
            ..Self::default()
        }
    }

    /// Adds the values that belong to a branch. A value that already belongs to another branch stays there.
    fn add(&mut self, objects: &[usize], values: impl Fn(&usize) -> Vec<String>) {
        let mut known: BTreeSet<String> = self.branches.iter().map(|(value, _)| value.clone()).collect();
        for index in objects {
            for value in values(index) {
                if known.insert(value.clone()) {
                    self.branches.push((value, *index));
                }
            }
        }
    }
}

fn branches(union: &Object) -> Option<Vec<&Object>> {
    let branches = union.get("oneOf")?.as_array()?;
    Some(branches.iter().filter_map(Value::as_object).collect())
}

fn discriminator(union: &Object) -> Option<&str> {
    union.get("discriminator")?.get("propertyName")?.as_str()
}

/// Reads what [`mark`] wrote into a branch, as JSON text.
fn marked(branch: &Object, what: &str) -> Vec<String> {
    match branch.get(MARK).map(|mark| &mark[what]) {
        Some(Value::Array(values)) => values.iter().map(ToString::to_string).collect(),
        Some(value @ Value::String(_)) => vec![value.to_string()],
        _ => Vec::new(),
    }
}
