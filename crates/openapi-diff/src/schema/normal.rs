//! The normal form of a schema: what it accepts, no matter how it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Number, Value};

use crate::schema::{node::PlaceId, number, types::Types};

/// Places that must all be satisfied. Without places, everything is accepted.
pub(super) type Places = Vec<PlaceId>;

/// What a schema accepts. Keywords that have no effect on the accepted types, or no effect at all, are
/// absent.
#[derive(Debug, Clone)]
pub(super) struct Normal<'a> {
    /// The accepted types.
    pub(super) types: Types,
    /// The accepted types before unions were evaluated.
    pub(super) stated: Types,
    /// The types for which only `values` are accepted.
    pub(super) enumerated: Types,
    pub(super) values: Vec<&'a Value>,
    pub(super) numbers: Numbers<'a>,
    /// The format of strings, or of other types than numbers.
    pub(super) format: Option<&'a str>,
    pub(super) strings: Strings<'a>,
    pub(super) content: Content<'a>,
    pub(super) arrays: Arrays,
    pub(super) objects: Objects<'a>,
    pub(super) unions: Vec<Union>,
    pub(super) nots: Places,
    pub(super) conditions: Vec<Condition>,
    pub(super) spelling: Spelling,
    pub(super) annotations: Annotations<'a>,
}

/// The accepted numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Numbers<'a> {
    pub(super) minimum: Option<Bound<'a>>,
    pub(super) maximum: Option<Bound<'a>>,
    pub(super) multiples: Vec<&'a Number>,
    pub(super) format: Option<&'a str>,
}

/// The accepted strings, apart from listed values and formats.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Strings<'a> {
    pub(super) min_length: u64,
    pub(super) max_length: Option<u64>,
    pub(super) patterns: BTreeSet<&'a str>,
}

/// The content of strings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Content<'a> {
    pub(super) media_type: Option<&'a str>,
    pub(super) encoding: Option<&'a str>,
    pub(super) schema: Places,
}

/// The accepted arrays.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Arrays {
    pub(super) min_items: u64,
    pub(super) max_items: Option<u64>,
    pub(super) unique_items: bool,
    pub(super) prefix_items: Vec<Places>,
    pub(super) items: Places,
    pub(super) contains: Vec<Contains>,
    pub(super) unevaluated_items: Places,
}

/// The accepted objects.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Objects<'a> {
    pub(super) min_properties: u64,
    pub(super) max_properties: Option<u64>,
    pub(super) properties: BTreeMap<&'a str, Places>,
    pub(super) required: BTreeSet<&'a str>,
    pub(super) additional_properties: Places,
    pub(super) pattern_properties: BTreeMap<&'a str, Places>,
    pub(super) property_names: Places,
    pub(super) dependent_required: BTreeMap<&'a str, BTreeSet<&'a str>>,
    pub(super) dependent_schemas: BTreeMap<&'a str, Places>,
    pub(super) unevaluated_properties: Places,
}

/// How the schema is written. This affects messages, but not whether there is a change.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spelling {
    /// Whether the schema consists only of unions.
    pub(super) bare: bool,
    /// Whether numbers are integers because they must be multiples of one, although the type is `number`.
    pub(super) only_multiples: bool,
    /// Whether the keyword `type` gives the types, not the values of an enumeration.
    pub(super) typed: bool,
    /// Whether the types are written as a union.
    pub(super) listed: bool,
    /// Whether the values are written as `const`.
    pub(super) constant: bool,
    /// Whether there is a pattern that every string matches.
    pub(super) any_pattern: bool,
}

/// Keywords that do not affect which values are accepted, but are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Annotations<'a> {
    pub(super) default: Option<&'a Value>,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) deprecated: bool,
    pub(super) sunset: Option<&'a Value>,
    pub(super) stability: Option<&'a str>,
    pub(super) extensible_enum: Vec<&'a Value>,
    pub(super) discriminator: Option<&'a Value>,
    pub(super) xml: Option<&'a Value>,
}

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound<'a> {
    pub(super) value: &'a Number,
    /// Whether the value itself is excluded.
    pub(super) strict: bool,
}

/// The keyword `contains` with its limits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contains {
    pub(super) schema: PlaceId,
    pub(super) min: u64,
    pub(super) max: Option<u64>,
}

/// An `anyOf` or a `oneOf`.
#[derive(Debug, Clone)]
pub(super) struct Union {
    pub(super) one: bool,
    pub(super) branches: Places,
    /// Whether null is allowed in addition to the branches.
    pub(super) or_null: bool,
}

/// `if`, with `then` or `else`.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) condition: PlaceId,
    pub(super) then: Option<PlaceId>,
    pub(super) otherwise: Option<PlaceId>,
}

impl Default for Normal<'_> {
    /// Everything is accepted.
    fn default() -> Self {
        Self {
            types: Types::ANY,
            stated: Types::ANY,
            enumerated: Types::NONE,
            values: Vec::new(),
            numbers: Numbers::default(),
            format: None,
            strings: Strings::default(),
            content: Content::default(),
            arrays: Arrays::default(),
            objects: Objects::default(),
            unions: Vec::new(),
            nots: Vec::new(),
            conditions: Vec::new(),
            spelling: Spelling::default(),
            annotations: Annotations::default(),
        }
    }
}

impl<'a> Normal<'a> {
    /// Whether only listed values are accepted, apart from null.
    pub(super) fn is_enumeration(&self) -> bool {
        !self.types.values().is_empty() && self.enumerated.contains(self.types.values())
    }

    /// Whether the only accepted numbers are integers.
    pub(super) fn is_integral(&self) -> bool {
        !self.types.meets(Types::FRACTION)
    }

    /// Whether everything is accepted, apart from unions.
    pub(super) fn is_open(&self) -> bool {
        self.types == Types::ANY && self.asks_nothing_of_values()
    }

    /// Whether the type is the only constraint.
    pub(super) fn is_of_types_only(&self) -> bool {
        self.asks_nothing_of_values() && self.unions.is_empty()
    }

    /// Whether the type and unions are the only constraints.
    pub(super) fn asks_nothing_of_values(&self) -> bool {
        self.enumerated.is_empty()
            && self.numbers == Numbers::default()
            && self.format.is_none()
            && self.strings == Strings::default()
            && self.content == Content::default()
            && self.arrays == Arrays::default()
            && self.objects == Objects::default()
            && self.nots.is_empty()
            && self.conditions.is_empty()
    }

    /// Whether every constraint applies to a single type, and none applies to objects.
    pub(super) fn is_plain(&self) -> bool {
        self.objects == Objects::default()
            && self.unions.is_empty()
            && self.nots.is_empty()
            && self.conditions.is_empty()
    }

    /// The number of unions, and the number of branches in all of them.
    pub(super) fn size_of_unions(&self) -> [usize; 2] {
        let branches = self.unions.iter().map(|union| union.branches.len());
        [self.unions.len(), branches.sum()]
    }

    /// The schema that accepts what both accept.
    pub(super) fn and(mut self, other: Self) -> Self {
        let types = self.types & other.types;
        self.values = self
            .values
            .iter()
            .chain(&other.values)
            .copied()
            .filter(|value| self.admits(value) && other.admits(value))
            .fold(Vec::new(), with);
        self.enumerated = self.enumerated | other.enumerated;
        self.types = types;
        self.numbers = self.numbers.and(other.numbers);
        self.format = self.format.or(other.format);
        self.strings = self.strings.and(other.strings);
        self.content = self.content.and(other.content);
        self.arrays = self.arrays.and(other.arrays);
        self.objects = self.objects.and(other.objects);
        self.unions.extend(other.unions);
        self.nots.extend(other.nots);
        self.conditions.extend(other.conditions);
        self.spelling = self.spelling.and(other.spelling);
        self.annotations = self.annotations.and(other.annotations);
        self
    }

    /// The schema that accepts what either accepts, for two that have no type in common: each constraint
    /// stays with its type.
    pub(super) fn or_of_other_types(mut self, other: Self) -> Self {
        let types = self.types | other.types;
        let enumerated = self.enumerated | other.enumerated;
        // Neither side constrains the types that it does not accept, so all constraints can be combined.
        let values: Vec<_> = self.values.iter().chain(&other.values).copied().collect();
        self.types = types;
        self.values.clear();
        self.enumerated = Types::NONE;
        let mut both = self.and(Self {
            types,
            enumerated: Types::NONE,
            values: Vec::new(),
            ..other
        });
        both.enumerated = enumerated;
        both.values = values;
        both
    }

    fn admits(&self, value: &Value) -> bool {
        let types = Types::of(value);
        self.types.contains(types)
            && (!self.enumerated.contains(types)
                || self.values.iter().any(|known| number::same(known, value)))
    }

    /// Removes constraints that have no effect on the accepted types.
    pub(super) fn settle(mut self) -> Self {
        self.settle_values();
        let multiples = &mut self.numbers.multiples;
        if multiples
            .iter()
            .any(|multiple| number::integer(multiple).is_some())
        {
            self.spelling.only_multiples |= self.types.meets(Types::FRACTION);
            self.types = self.types - Types::FRACTION;
        }
        if !self.types.meets(Types::FRACTION) {
            let one = Number::from(1u8);
            multiples.retain(|multiple| !number::is_multiple(&one, multiple));
        }
        // Listed values fully describe their type.
        let open = self.types - self.enumerated;
        if !open.meets(Types::NUMBER) {
            self.numbers = Numbers::default();
        }
        if !open.meets(Types::STRING) {
            self.strings = Strings::default();
            self.spelling.any_pattern = false;
            // If strings are not accepted at all, the format is for other types.
            if self.types.meets(Types::STRING) {
                self.format = None;
            }
        }
        if !self.types.meets(Types::STRING) {
            self.content = Content::default();
        }
        if !self.types.meets(Types::ARRAY) {
            self.arrays = Arrays::default();
        }
        self.arrays.settle();
        if !self.types.meets(Types::OBJECT) {
            self.objects = Objects::default();
        }
        self
    }

    /// Removes the format if it applies only to types that are not accepted.
    pub(super) fn without_strays(mut self) -> Self {
        if !self.types.meets(Types::STRING) {
            self.format = None;
        }
        self
    }

    /// Whether a value satisfies the constraints that are cheap to check: ranges, multiples and lengths.
    pub(super) fn is_in_range(&self, value: &Value) -> bool {
        match value {
            Value::Number(number) => self.numbers.admit(number),
            Value::String(text) => self.strings.admit_length(text.chars().count() as u64),
            _ => true,
        }
    }

    /// Removes listed values that the types or the cheap constraints rule out, and enumerated types without a
    /// value left.
    fn settle_values(&mut self) {
        // Null is the only value of its type, so listing it has no effect.
        if self.enumerated.meets(Types::NULL) && !self.values.contains(&&Value::Null) {
            self.types = self.types - Types::NULL;
        }
        self.enumerated = self.enumerated - Types::NULL;
        let possible = self.types & self.enumerated;
        let mut values = std::mem::take(&mut self.values);
        values.retain(|value| possible.contains(Types::of(value)) && self.is_in_range(value));
        self.values = values;
        let listed = self
            .values
            .iter()
            .fold(Types::NONE, |types, value| types | Types::of(value));
        self.types = (self.types - self.enumerated) | listed;
        self.enumerated = self.enumerated & self.types;
        let booleans = self.values.iter().filter(|value| value.is_boolean()).count();
        if booleans == 2 {
            self.values.retain(|value| !value.is_boolean());
            self.enumerated = self.enumerated - Types::BOOLEAN;
        }
    }
}

impl Numbers<'_> {
    fn admit(&self, number: &Number) -> bool {
        self.minimum.is_none_or(|bound| bound.admits_above(number))
            && self.maximum.is_none_or(|bound| bound.admits_below(number))
            && self
                .multiples
                .iter()
                .all(|multiple| number::is_multiple(number, multiple))
    }

    fn and(mut self, other: Self) -> Self {
        self.minimum = tighter(self.minimum, other.minimum, Bound::is_above);
        self.maximum = tighter(self.maximum, other.maximum, Bound::is_below);
        for multiple in other.multiples {
            if !self.multiples.contains(&multiple) {
                self.multiples.push(multiple);
            }
        }
        self.format = self.format.or(other.format);
        self
    }
}

impl Strings<'_> {
    fn admit_length(&self, length: u64) -> bool {
        length >= self.min_length && self.max_length.is_none_or(|most| length <= most)
    }

    fn and(mut self, other: Self) -> Self {
        self.min_length = self.min_length.max(other.min_length);
        self.max_length = least(self.max_length, other.max_length);
        self.patterns.extend(other.patterns);
        self
    }
}

impl Content<'_> {
    fn and(mut self, other: Self) -> Self {
        self.media_type = self.media_type.or(other.media_type);
        self.encoding = self.encoding.or(other.encoding);
        self.schema.extend(other.schema);
        self
    }
}

impl Arrays {
    fn and(mut self, mut other: Self) -> Self {
        self.min_items = self.min_items.max(other.min_items);
        self.max_items = least(self.max_items, other.max_items);
        self.unique_items |= other.unique_items;
        // A position that one side does not list is covered by its other items.
        let length = self.prefix_items.len().max(other.prefix_items.len());
        self.prefix_items.resize(length, self.items.clone());
        other.prefix_items.resize(length, other.items.clone());
        for (all, more) in self.prefix_items.iter_mut().zip(other.prefix_items) {
            all.extend(more);
        }
        self.items.extend(other.items);
        self.contains.extend(other.contains);
        self.unevaluated_items.extend(other.unevaluated_items);
        self
    }

    /// Removes positions that no array can have. With at most one item, it does not matter whether items may
    /// be repeated.
    fn settle(&mut self) {
        let Some(most) = self.max_items else { return };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        self.prefix_items.truncate(most);
        if self.prefix_items.len() == most {
            self.items.clear();
        }
        if most <= 1 {
            self.unique_items = false;
        }
    }
}

impl Objects<'_> {
    fn and(mut self, other: Self) -> Self {
        self.min_properties = self.min_properties.max(other.min_properties);
        self.max_properties = least(self.max_properties, other.max_properties);
        // A property that one side does not declare is an additional property of that side.
        if other.pattern_properties.is_empty() {
            for (name, all) in &mut self.properties {
                if !other.properties.contains_key(name) {
                    all.extend(&other.additional_properties);
                }
            }
        }
        let of_self = if self.pattern_properties.is_empty() {
            self.additional_properties.clone()
        } else {
            Vec::new()
        };
        for (name, schemas) in other.properties {
            self.properties
                .entry(name)
                .or_insert_with(|| of_self.clone())
                .extend(schemas);
        }
        self.additional_properties.extend(other.additional_properties);
        for (pattern, schemas) in other.pattern_properties {
            self.pattern_properties
                .entry(pattern)
                .or_default()
                .extend(schemas);
        }
        self.required.extend(other.required);
        self.property_names.extend(other.property_names);
        for (name, required) in other.dependent_required {
            self.dependent_required.entry(name).or_default().extend(required);
        }
        for (name, schemas) in other.dependent_schemas {
            self.dependent_schemas.entry(name).or_default().extend(schemas);
        }
        self.unevaluated_properties.extend(other.unevaluated_properties);
        self
    }
}

impl Spelling {
    fn and(self, other: Self) -> Self {
        Self {
            bare: self.bare,
            only_multiples: self.only_multiples || other.only_multiples,
            typed: self.typed || other.typed,
            listed: self.listed || other.listed,
            constant: self.constant || other.constant,
            any_pattern: self.any_pattern || other.any_pattern,
        }
    }
}

impl<'a> Annotations<'a> {
    fn and(self, other: Self) -> Self {
        Self {
            default: self.default.or(other.default),
            read_only: self.read_only || other.read_only,
            write_only: self.write_only || other.write_only,
            deprecated: self.deprecated || other.deprecated,
            sunset: self.sunset.or(other.sunset),
            stability: self.stability.or(other.stability),
            discriminator: self.discriminator.or(other.discriminator),
            xml: self.xml.or(other.xml),
            extensible_enum: self
                .extensible_enum
                .into_iter()
                .chain(other.extensible_enum)
                .fold(Vec::new(), with),
        }
    }
}

impl Bound<'_> {
    /// Whether this lower bound accepts less than the other.
    pub(super) fn is_above(self, other: Self) -> bool {
        number::compare(self.value, other.value)
            .then(self.strict.cmp(&other.strict))
            .is_gt()
    }

    /// Whether this upper bound accepts less than the other.
    pub(super) fn is_below(self, other: Self) -> bool {
        number::compare(self.value, other.value)
            .then(other.strict.cmp(&self.strict))
            .is_lt()
    }

    fn admits_above(self, number: &Number) -> bool {
        let order = number::compare(number, self.value);
        order.is_gt() || (order.is_eq() && !self.strict)
    }

    fn admits_below(self, number: &Number) -> bool {
        let order = number::compare(number, self.value);
        order.is_lt() || (order.is_eq() && !self.strict)
    }
}

fn tighter<'a>(
    a: Option<Bound<'a>>,
    b: Option<Bound<'a>>,
    admits_less: fn(Bound<'a>, Bound<'a>) -> bool,
) -> Option<Bound<'a>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if admits_less(b, a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn least(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The values with one more, unless it is already among them.
pub(super) fn with<'a>(mut values: Vec<&'a Value>, value: &'a Value) -> Vec<&'a Value> {
    if !values.iter().any(|known| number::same(known, value)) {
        values.push(value);
    }
    values
}
