//! Reads schemas into their normal form.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use serde_json::{Map, Value};

use crate::schema::{
    node::{NodeId, PlaceId, Schemas, stated_types},
    normal::{self, Annotations, Bound, Condition, Contains, Normal, Places, Spelling, Union},
    number,
    types::Types,
};

/// The maximum depth of nested unions that are examined to find their types.
const DEPTH: usize = 32;

impl<'a> Schemas<'a> {
    /// The normal form of a schema. With `fold`, unions of plain schemas without common types become sets of
    /// types.
    pub(super) fn normal(&mut self, node: NodeId, fold: bool) -> Rc<Normal<'a>> {
        if let Some(known) = self.normals.get(&(node, fold)) {
            return Rc::clone(known);
        }
        if self.reading.len() >= DEPTH || self.reading.contains(&node) {
            return Rc::default();
        }
        self.reading.push(node);
        let parts = self.node(node).parts.clone();
        let own = parts
            .into_iter()
            .map(|part| self.read(part.place, part.or_null))
            .reduce(Normal::and)
            .unwrap_or_default();
        let mut own = self.with_unevaluated(node, own);
        // A constraint in two places is the same as in one.
        retain_first(&mut own.nots, |place| self.value(*place));
        retain_first(&mut own.conditions, |it| {
            let value = |place: Option<PlaceId>| place.map(|place| self.value(place));
            (self.value(it.condition), value(it.then), value(it.otherwise))
        });
        retain_first(&mut own.arrays.contains, |it| {
            (self.value(it.schema), it.min, it.max)
        });
        let normal = Rc::new(self.with_unions(own, fold).settle());
        self.reading.pop();
        self.normals.insert((node, fold), Rc::clone(&normal));
        normal
    }

    /// Treats unevaluated members as additional, if everything that evaluates members is a conjunction at the
    /// same place.
    fn with_unevaluated(&mut self, node: NodeId, mut own: Normal<'a>) -> Normal<'a> {
        if own.objects.unevaluated_properties.is_empty() && own.arrays.unevaluated_items.is_empty() {
            return own;
        }
        let root = self.behind_wrappers(self.node(node).origin);
        let node = self.node(node);
        let says = |place: PlaceId, keyword: &str| self.value(place).get(keyword).is_some();
        let only_origin_says = |keyword: &str| {
            node.parts
                .iter()
                .all(|part| part.place == root || !says(part.place, keyword))
        };
        let conjunction = node.whole
            && node.opaque.is_empty()
            && own.unions.is_empty()
            && own.conditions.is_empty()
            && own.objects.dependent_schemas.is_empty();
        if !conjunction {
            return own;
        }
        let evaluated = |keyword: &str| node.parts.iter().any(|part| says(part.place, keyword));
        if only_origin_says("unevaluatedProperties") {
            let unevaluated = std::mem::take(&mut own.objects.unevaluated_properties);
            if !evaluated("additionalProperties") {
                own.objects.additional_properties.extend(unevaluated);
            }
        }
        if only_origin_says("unevaluatedItems") && own.arrays.contains.is_empty() {
            let unevaluated = std::mem::take(&mut own.arrays.unevaluated_items);
            if !evaluated("items") {
                own.arrays.items.extend(unevaluated);
            }
        }
        own
    }

    /// Folds the unions that can be folded, and restricts the types by the others.
    fn with_unions(&mut self, mut own: Normal<'a>, fold: bool) -> Normal<'a> {
        let unions = std::mem::take(&mut own.unions);
        own.spelling.bare = own.is_open();
        own = own.settle();
        let mut types = Types::ANY;
        for mut union in unions {
            // An `anyOf` with a branch that accepts everything has no effect.
            if !union.one && union.branches.iter().any(|place| self.is_open(*place)) {
                continue;
            }
            let mut opaque = false;
            let mut branches = Vec::new();
            for place in &union.branches {
                let node = self.node_at(*place);
                opaque |= !self.node(node).opaque.is_empty();
                branches.push(self.normal(node, fold));
            }
            let null = if union.or_null { Types::NULL } else { Types::NONE };
            // A branch whose types no value can have does not count.
            let mut possible = branches.iter().map(|branch| branch.types.meets(own.types));
            union.branches.retain(|_| possible.next().unwrap_or(true));
            let all = branches.len();
            branches.retain(|branch| branch.types.meets(own.types));
            if branches.is_empty() && all > 0 {
                own.types = own.types & null;
                continue;
            }
            if let ([branch], true, false) = (&branches[..], branches.len() < all, opaque) {
                let branch = Normal::clone(branch);
                own.spelling.bare &= branch.is_of_types_only();
                own = own.and(Normal {
                    types: branch.types | null,
                    annotations: Annotations {
                        discriminator: branch.annotations.discriminator,
                        ..Annotations::default()
                    },
                    ..branch
                });
                continue;
            }
            if let ([branch], true, false) = (&branches[..], fold, opaque) {
                let branch = Normal::clone(branch);
                own.spelling.bare &= branch.is_of_types_only();
                own = own.and(Normal {
                    types: branch.types | null,
                    spelling: Spelling {
                        listed: true,
                        ..branch.spelling
                    },
                    ..branch
                });
                continue;
            }
            let folded = if fold && !opaque {
                folded(&union, &branches)
            } else {
                None
            };
            match folded {
                Some(folded) => {
                    own = own.and(Normal {
                        types: folded.types | null,
                        annotations: Annotations::default(),
                        ..folded
                    });
                }
                None => {
                    // A type that all branches have does not need to be stated in addition to them.
                    let within = branches.iter().all(|branch| own.types.contains(branch.types));
                    own.spelling.bare |= within && own.is_of_types_only();
                    let all = match types_of_one(&union, &branches) {
                        Some(once) => once,
                        None => branches
                            .iter()
                            .fold(Types::NONE, |types, branch| types | branch.types),
                    };
                    types = types & (all | null);
                    own.unions.push(union);
                }
            }
        }
        own.stated = own.types;
        own.types = own.types & types;
        own
    }

    /// The normal form of one place, without the schemas that it refers to.
    fn read(&mut self, place: PlaceId, or_null: bool) -> Normal<'a> {
        let mut normal = match self.value(place) {
            Value::Bool(false) => Normal {
                types: Types::NONE,
                ..Normal::default()
            },
            Value::Object(schema) => self.read_object(place, schema),
            _ => Normal::default(),
        };
        if or_null {
            normal.types = normal.types | Types::NULL;
            if normal.enumerated.meets(Types::NULL) && !normal.values.contains(&&Value::Null) {
                normal.values.push(&Value::Null);
            }
            for union in &mut normal.unions {
                union.or_null = true;
            }
        }
        normal
    }

    fn read_object(&mut self, place: PlaceId, schema: &'a Map<String, Value>) -> Normal<'a> {
        let mut normal = Normal {
            annotations: annotations(schema),
            ..Normal::default()
        };
        self.read_types(schema, &mut normal);
        read_number(schema, &mut normal);
        self.read_string(place, schema, &mut normal);
        self.read_array(place, schema, &mut normal);
        self.read_properties(place, schema, &mut normal);
        self.read_unions(place, schema, &mut normal);
        let mut member = |keyword: &'static str| {
            schema
                .get(keyword)
                .map(|value| self.member(place, keyword, value))
        };
        normal.nots.extend(member("not"));
        if let Some(condition) = member("if") {
            let (then, otherwise) = (member("then"), member("else"));
            if then.is_some() || otherwise.is_some() {
                normal.conditions.push(Condition {
                    condition,
                    then,
                    otherwise,
                });
            }
        }
        normal
    }

    fn read_types(&self, schema: &'a Map<String, Value>, normal: &mut Normal<'a>) {
        let nullable = self.is_nullable(schema);
        if let Some(types) = stated_types(schema) {
            normal.spelling.typed = true;
            normal.types = types;
            if nullable {
                normal.types = normal.types | Types::NULL;
            }
        }
        let listed = schema
            .get("enum")
            .and_then(Value::as_array)
            .map(|values| values.iter().fold(Vec::new(), normal::with));
        let values: Option<Vec<&Value>> = match schema.get("const") {
            Some(value) => {
                normal.spelling.constant = true;
                let refused = listed.is_some_and(|listed| !listed.iter().any(|it| number::same(it, value)));
                Some(if refused { Vec::new() } else { vec![value] })
            }
            None => listed,
        };
        if let Some(mut values) = values {
            normal.enumerated = Types::ANY;
            // By the letter, a nullable enumeration must list null. But an author who writes `nullable` means
            // that null is allowed.
            if nullable && !values.contains(&&Value::Null) {
                values.push(&Value::Null);
            }
            normal.values = values;
        }
        let (numeric, textual) = (
            normal.types.meets(Types::NUMBER),
            normal.types.meets(Types::STRING),
        );
        if let Some(format) = text(schema, "format") {
            if numeric && (!textual || is_numeric(format)) {
                normal.numbers.format = Some(format);
            } else if !HINTS.contains(&format) {
                normal.format = Some(format);
            }
        }
    }

    fn read_string(&mut self, place: PlaceId, schema: &'a Map<String, Value>, normal: &mut Normal<'a>) {
        normal.strings.min_length = count(schema, "minLength").unwrap_or(0);
        normal.strings.max_length = count(schema, "maxLength");
        if let Some(pattern) = text(schema, "pattern") {
            if matches!(pattern, "" | ".*" | "^.*$" | "^.*" | ".*$" | "^") {
                normal.spelling.any_pattern = true;
            } else {
                normal.strings.patterns.insert(pattern);
            }
        }
        normal.content.media_type = text(schema, "contentMediaType");
        normal.content.encoding = text(schema, "contentEncoding");
        if let Some(content) = schema.get("contentSchema") {
            let content = self.member(place, "contentSchema", content);
            normal.content.schema.push(content);
        }
    }

    fn read_array(&mut self, place: PlaceId, schema: &'a Map<String, Value>, normal: &mut Normal<'a>) {
        let arrays = &mut normal.arrays;
        arrays.min_items = count(schema, "minItems").unwrap_or(0);
        arrays.max_items = count(schema, "maxItems");
        arrays.unique_items = flag(schema, "uniqueItems");
        for (index, item) in list(schema, "prefixItems").iter().enumerate() {
            let item = self.item(place, "prefixItems", index, item);
            arrays.prefix_items.push(vec![item]);
        }
        if let Some(items) = schema.get("items") {
            let items = self.member(place, "items", items);
            arrays.items.push(items);
        }
        if let Some(contains) = schema.get("contains") {
            let schema_of_item = self.member(place, "contains", contains);
            let contains = Contains {
                schema: schema_of_item,
                min: count(schema, "minContains").unwrap_or(1),
                max: count(schema, "maxContains"),
            };
            if contains.min > 0 || contains.max.is_some() {
                arrays.contains.push(contains);
            }
        }
        let unevaluated = self.restriction(place, schema, "unevaluatedItems");
        if schema.contains_key("items") {
            // All items are evaluated.
        } else if evaluates_alone(schema) && !schema.contains_key("contains") {
            arrays.items = unevaluated;
        } else {
            arrays.unevaluated_items = unevaluated;
        }
    }

    fn read_properties(&mut self, place: PlaceId, schema: &'a Map<String, Value>, normal: &mut Normal<'a>) {
        let objects = &mut normal.objects;
        objects.min_properties = count(schema, "minProperties").unwrap_or(0);
        objects.max_properties = count(schema, "maxProperties");
        objects.properties = self.map(place, schema, "properties");
        objects.required = names(schema.get("required"));
        objects.additional_properties = self.restriction(place, schema, "additionalProperties");
        objects.pattern_properties = self.map(place, schema, "patternProperties");
        objects.property_names = self.restriction(place, schema, "propertyNames");
        objects.dependent_schemas = self.map(place, schema, "dependentSchemas");
        objects.dependent_required = members(schema, "dependentRequired")
            .map(|(name, required)| (name.as_str(), names(Some(required))))
            .filter(|(_, required)| !required.is_empty())
            .collect();
        let unevaluated = self.restriction(place, schema, "unevaluatedProperties");
        if schema.contains_key("additionalProperties") {
            // All properties are evaluated.
        } else if evaluates_alone(schema) {
            objects.additional_properties = unevaluated;
        } else {
            objects.unevaluated_properties = unevaluated;
        }
    }

    fn read_unions(&mut self, place: PlaceId, schema: &'a Map<String, Value>, normal: &mut Normal<'a>) {
        let unwrapped = self.null_union(place).map(|(keyword, ..)| keyword);
        for (keyword, one) in [("anyOf", false), ("oneOf", true)] {
            let schemas = list(schema, keyword);
            if schemas.is_empty() || unwrapped == Some(keyword) {
                continue;
            }
            let mut nulls = Vec::new();
            let mut branches = Vec::new();
            for (index, branch) in schemas.iter().enumerate() {
                let place = self.item(place, keyword, index, branch);
                if self.is_null_at(place) {
                    nulls.push(place);
                } else {
                    branches.push(place);
                }
            }
            let mut or_null = self.is_nullable(schema);
            let separable = match nulls.len() {
                0 => false,
                1 => !one || branches.iter().all(|place| self.rejects_null(*place)),
                _ => !one,
            };
            if separable && !branches.is_empty() {
                or_null = true;
            } else {
                branches.extend(nulls);
            }
            normal.unions.push(Union {
                one,
                branches,
                or_null,
            });
        }
    }

    /// The schema of a keyword that has no effect if the schema accepts everything.
    fn restriction(
        &mut self,
        place: PlaceId,
        schema: &'a Map<String, Value>,
        keyword: &'static str,
    ) -> Places {
        let place = schema
            .get(keyword)
            .map(|value| self.member(place, keyword, value));
        place.filter(|place| !self.is_open(*place)).into_iter().collect()
    }

    fn map(
        &mut self,
        place: PlaceId,
        schema: &'a Map<String, Value>,
        keyword: &'static str,
    ) -> BTreeMap<&'a str, Places> {
        members(schema, keyword)
            .map(|(name, value)| (name.as_str(), vec![self.named(place, keyword, name, value)]))
            .collect()
    }
}

/// Removes all but the first of the items with the same key.
fn retain_first<T, K: PartialEq>(all: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = Vec::new();
    all.retain(|it| {
        let key = key(it);
        let fresh = !seen.contains(&key);
        seen.push(key);
        fresh
    });
}

/// Whether only the keywords of one schema object decide what is evaluated in it (JSON Schema 2020-12, 11).
fn evaluates_alone(schema: &Map<String, Value>) -> bool {
    const APPLICATORS: [&str; 7] = [
        "$ref",
        "$dynamicRef",
        "allOf",
        "anyOf",
        "oneOf",
        "if",
        "dependentSchemas",
    ];
    APPLICATORS.iter().all(|keyword| !schema.contains_key(*keyword))
}

/// A single normal form for a union of plain branches. The constraints can be kept apart if the branches have
/// no type in common. In an `anyOf` without constraints, this does not matter.
fn folded<'a>(union: &Union, branches: &[Rc<Normal<'a>>]) -> Option<Normal<'a>> {
    let bare = branches.iter().all(|branch| branch.asks_nothing_of_values());
    if let Some(values) = folded_values(union, branches) {
        return Some(values);
    }
    if let (true, Some(once)) = (bare, types_of_one(union, branches)) {
        return Some(Normal {
            types: once,
            spelling: Spelling {
                listed: branches.len() > 1,
                typed: true,
                ..Spelling::default()
            },
            ..Normal::default()
        });
    }
    let mut seen = Types::NONE;
    for branch in branches {
        let told = !branch.types.is_empty() && branch.types != Types::ANY;
        let apart = !branch.types.meets(seen) || (bare && !union.one);
        if !branch.is_plain() || !told || !apart {
            return None;
        }
        // Bounds of integers would also apply to listed fractions.
        seen = seen | branch.types;
        if branch.types.meets(Types::NUMBER) {
            seen = seen | Types::NUMBER;
        }
    }
    let folded = branches
        .iter()
        .map(|branch| Normal::clone(branch).without_strays())
        .reduce(Normal::or_of_other_types)?;
    let told = branches.iter().filter(|branch| branch.types != Types::NULL);
    Some(Normal {
        spelling: Spelling {
            listed: told.count() > 1,
            typed: true,
            ..folded.spelling
        },
        ..folded
    })
}

/// The types that a `oneOf` of plain types accepts. A value whose type is in two branches matches both and is
/// refused.
fn types_of_one(union: &Union, branches: &[Rc<Normal<'_>>]) -> Option<Types> {
    if !union.one || !branches.iter().all(|branch| branch.is_of_types_only()) {
        return None;
    }
    let (once, _) = branches
        .iter()
        .fold((Types::NONE, Types::NONE), |(once, twice), branch| {
            let twice = twice | (once & branch.types);
            ((once | branch.types) - twice, twice)
        });
    Some(once)
}

/// The listed values of all branches, if each branch is only an enumeration.
fn folded_values<'a>(union: &Union, branches: &[Rc<Normal<'a>>]) -> Option<Normal<'a>> {
    let lists = |branch: &Rc<Normal<'a>>| {
        branch.is_enumeration()
            && branch.enumerated.contains(branch.types.values())
            && !branch.types.meets(Types::NULL | Types::ARRAY | Types::OBJECT)
            && branch.unions.is_empty()
            && branch.nots.is_empty()
            && branch.conditions.is_empty()
    };
    if branches.is_empty() || !branches.iter().all(lists) {
        return None;
    }
    let count = |value: &Value| {
        branches
            .iter()
            .filter(|branch| branch.values.iter().any(|other| number::same(other, value)))
            .count()
    };
    let mut values: Vec<&Value> = Vec::new();
    for value in branches.iter().flat_map(|branch| branch.values.iter().copied()) {
        // A value that two branches of a `oneOf` list is not accepted.
        let refused = union.one && count(value) > 1;
        if !refused && !values.iter().any(|known| number::same(known, value)) {
            values.push(value);
        }
    }
    let types = values
        .iter()
        .fold(Types::NONE, |types, value| types | Types::of(value));
    Some(Normal {
        types,
        spelling: Spelling {
            listed: branches.len() > 1,
            typed: branches.iter().all(|branch| branch.spelling.typed),
            ..Spelling::default()
        },
        enumerated: types,
        values,
        ..Normal::default()
    })
}

fn read_number<'a>(schema: &'a Map<String, Value>, normal: &mut Normal<'a>) {
    let bound = |keyword: &str, exclusive: &str, tighter: fn(Bound<'a>, Bound<'a>) -> bool| {
        let value = schema.get(keyword).and_then(Value::as_number).map(|value| Bound {
            value,
            // OpenAPI 3.0: a flag next to the bound.
            strict: flag(schema, exclusive),
        });
        // OpenAPI 3.1: a separate bound.
        let strict = schema
            .get(exclusive)
            .and_then(Value::as_number)
            .map(|value| Bound { value, strict: true });
        match (value, strict) {
            (Some(value), Some(strict)) => Some(if tighter(value, strict) { value } else { strict }),
            (value, strict) => value.or(strict),
        }
    };
    normal.numbers.minimum = bound("minimum", "exclusiveMinimum", Bound::is_above);
    normal.numbers.maximum = bound("maximum", "exclusiveMaximum", Bound::is_below);
    normal
        .numbers
        .multiples
        .extend(schema.get("multipleOf").and_then(Value::as_number));
}

fn annotations(schema: &Map<String, Value>) -> Annotations<'_> {
    Annotations {
        default: schema.get("default"),
        read_only: flag(schema, "readOnly"),
        write_only: flag(schema, "writeOnly"),
        deprecated: flag(schema, "deprecated"),
        sunset: schema.get("x-sunset"),
        stability: text(schema, "x-stability-level"),
        discriminator: schema.get("discriminator"),
        xml: schema.get("xml"),
        extensible_enum: list(schema, "x-extensible-enum").iter().collect(),
    }
}

/// Formats that affect how a string is shown, not which values it can have.
const HINTS: &[&str] = &["password", "textarea", "multiline"];

fn is_numeric(format: &str) -> bool {
    matches!(
        format,
        "int8"
            | "int16"
            | "int32"
            | "int64"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "bigint"
            | "float"
            | "double"
            | "decimal"
            | "double-int"
    )
}

fn text<'a>(schema: &'a Map<String, Value>, keyword: &str) -> Option<&'a str> {
    schema.get(keyword).and_then(Value::as_str)
}

fn flag(schema: &Map<String, Value>, keyword: &str) -> bool {
    schema.get(keyword) == Some(&Value::Bool(true))
}

fn list<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn members<'a>(
    schema: &'a Map<String, Value>,
    keyword: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    schema
        .get(keyword)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn names(value: Option<&Value>) -> BTreeSet<&str> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// A count in either JSON notation: `5` or `5.0`.
fn count(schema: &Map<String, Value>, keyword: &str) -> Option<u64> {
    let number = schema.get(keyword)?.as_number()?;
    number
        .as_u64()
        .or_else(|| u64::try_from(super::number::integer(number)?).ok())
}
