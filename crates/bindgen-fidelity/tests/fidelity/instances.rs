//! Values after a schema of JSON Schema 2020-12, from a seed. Not every one is valid: the caller checks that.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Deeper values leave out what they may leave out.
const DEEP: usize = 4;

const TEXTS: [&str; 10] = [
    "",
    "a",
    "A1",
    "null",
    "ünï ☃",
    "line\nbreak \"quoted\" \\",
    "2024-02-29",
    "2024-02-29T12:30:00Z",
    "2024-02-29T12:30:00",
    "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
];

const INTEGERS: [i64; 9] = [0, 1, -1, 2, 7, 100, 2_147_483_648, i64::MIN, i64::MAX];

pub(crate) struct Instances<'a> {
    document: &'a Value,
    rng: Rng,
}

impl<'a> Instances<'a> {
    pub(crate) fn new(document: &'a Value, seed: u64) -> Self {
        Self {
            document,
            rng: Rng::with_seed(seed),
        }
    }

    pub(crate) fn of(&mut self, schema: &Value) -> Value {
        self.at(schema, 0)
    }

    fn at(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > 12 {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str() {
            let document = self.document;
            let target = document.pointer(target.trim_start_matches('#')).unwrap();
            return self.at(target, depth);
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return self.rng.choice(values).unwrap().clone();
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(branches) = schema[keyword].as_array() {
                let branch = self.rng.choice(branches).unwrap();
                let chosen = self.at(branch, depth);
                return self.with_members(schema, chosen, depth);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Value::Null;
            for part in parts {
                let made = self.at(part, depth);
                whole = merged(whole, made);
            }
            return self.with_members(schema, whole, depth);
        }
        let named = match &schema["type"] {
            Value::String(name) => name.clone(),
            Value::Array(names) => self.rng.choice(names).unwrap().as_str().unwrap().to_owned(),
            _ if schema.get("properties").is_some() || schema.get("required").is_some() => {
                "object".to_owned()
            }
            _ => return self.anything(depth),
        };
        match named.as_str() {
            "string" => Value::String(self.text(schema)),
            "integer" => self.integer(schema),
            "number" => json!(self.number()),
            "boolean" => Value::Bool(self.rng.bool()),
            "array" => self.list(schema, depth),
            "object" => Value::Object(self.object(schema, depth)),
            _ => Value::Null,
        }
    }

    /// The members that stand beside a union or an `allOf`.
    fn with_members(&mut self, schema: &Value, value: Value, depth: usize) -> Value {
        if schema.get("properties").is_none() {
            return value;
        }
        let own = self.object(schema, depth);
        merged(value, Value::Object(own))
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Map<String, Value> {
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = required.contains(&name.as_str()) || depth < DEEP && self.rng.bool();
            if wanted {
                members.insert(name.clone(), self.at(member, depth + 1));
            }
        }
        for name in required {
            if !members.contains_key(name) {
                let value = self.anything(DEEP);
                members.insert(name.to_owned(), value);
            }
        }
        if depth < DEEP
            && schema.get("additionalProperties") != Some(&Value::Bool(false))
            && self.rng.u8(..4) == 0
        {
            let value = match schema.get("additionalProperties") {
                Some(further) if further.is_object() => self.at(further, depth + 1),
                _ => self.anything(DEEP - 1),
            };
            members.insert(format!("further{}", self.rng.u8(..3)), value);
        }
        members
    }

    fn list(&mut self, schema: &Value, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = if depth < DEEP { least.max(3) } else { least };
        let mut items = Vec::new();
        let any = json!({});
        for index in 0..self.rng.u64(least..=most) {
            let item = schema["prefixItems"]
                .get(usize::try_from(index).unwrap())
                .or_else(|| schema.get("items").filter(|items| items.is_object()))
                .unwrap_or(&any);
            items.push(self.at(item, depth + 1));
        }
        Value::Array(items)
    }

    fn text(&mut self, schema: &Value) -> String {
        let mut text = match (schema["format"].as_str(), self.rng.bool()) {
            (Some("uuid"), true) => "6ba7b810-9dad-11d1-80b4-00c04fd430c8".to_owned(),
            (Some("date"), true) => "2024-02-29".to_owned(),
            (Some("date-time"), true) => "2024-02-29T12:30:00.5+02:00".to_owned(),
            (Some("email"), true) => "a@b.test".to_owned(),
            (Some("uri"), true) => "https://a.test/b?c=d".to_owned(),
            _ => (*self.rng.choice(TEXTS.iter()).unwrap()).to_owned(),
        };
        let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap();
        while text.chars().count() < least {
            text.push('x');
        }
        text
    }

    fn integer(&mut self, schema: &Value) -> Value {
        let bound = |name: &str| schema[name].as_i64();
        let (least, most) = (bound("minimum"), bound("maximum"));
        match self.rng.u8(..4) {
            0 => least.map_or(json!(0), |least| json!(least)),
            1 if schema["maximum"].is_u64() => schema["maximum"].clone(),
            2 => json!(
                self.rng
                    .i64(least.unwrap_or(-9)..=most.unwrap_or(1_000_000).max(least.unwrap_or(-9)))
            ),
            _ => json!(self.rng.choice(INTEGERS.iter()).unwrap()),
        }
    }

    fn number(&mut self) -> f64 {
        match self.rng.u8(..5) {
            0 => 0.0,
            1 => f64::from(self.rng.i32(..)),
            2 => f64::MAX,
            3 => 0.1 + 0.2,
            _ => self.rng.f64(),
        }
    }

    fn anything(&mut self, depth: usize) -> Value {
        match self.rng.u8(..if depth < DEEP { 7 } else { 5 }) {
            0 => Value::Null,
            1 => Value::Bool(self.rng.bool()),
            2 => self.integer(&json!({})),
            3 => json!(self.number()),
            4 => Value::String(self.text(&json!({}))),
            5 => json!([self.anything(depth + 1), self.anything(depth + 1)]),
            _ => json!({ "a": self.anything(depth + 1), "b": self.anything(depth + 1) }),
        }
    }
}

/// The members of both objects; else the second value.
fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, Value::Null) => one,
        (_, other) => other,
    }
}
