//! Reads JSON with serde_json's parser, and checks limits and duplicate keys on the way.

use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Error, ErrorKind, LONGEST_TEXT, MAX_VALUES, excerpt, place::Place};
use crate::{MAX_DEPTH, pointer::Step};

pub(crate) fn parse(text: &str) -> Result<Value, Error> {
    let mut reading = Reading::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // `Node` stops at MAX_DEPTH.
    deserializer.disable_recursion_limit();
    Node(&mut reading)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| {
            let reason = error.to_string();
            let reason = reason
                .rsplit_once(" at line ")
                .map_or(&*reason, |(reason, _)| reason);
            let (kind, message) = match reading.problem {
                Some(kind) => (kind, reason.to_owned()),
                None if error.is_eof() => (ErrorKind::Syntax, format!("the JSON is cut short: {reason}")),
                None => (ErrorKind::Syntax, format!("not JSON: {reason}")),
            };
            Error::new(kind, message)
                .at(place(text, &error))
                .under(reading.path.iter().map(Step::to_string).collect())
        })
}

/// serde_json counts columns in bytes.
fn place(text: &str, error: &serde_json::Error) -> Place {
    let line = text
        .split('\n')
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    let before = &line.as_bytes()[..error.column().min(line.len())];
    Place {
        line: error.line(),
        column: String::from_utf8_lossy(before).chars().count().max(1),
    }
}

#[derive(Default)]
struct Reading {
    /// The path to the value that is being read. After an error, the path to where it happened.
    path: Vec<Step>,
    values: usize,
    /// What is wrong, if it is not a syntax error.
    problem: Option<ErrorKind>,
}

impl Reading {
    fn refuse<E: serde::de::Error>(&mut self, kind: ErrorKind, message: String) -> E {
        self.problem = Some(kind);
        E::custom(message)
    }

    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        if self.path.len() < MAX_DEPTH {
            return Ok(());
        }
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        Err(self.refuse(ErrorKind::TooDeep, message))
    }
}

/// A value that is about to be read.
struct Node<'a>(&'a mut Reading);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.values += 1;
        if self.0.values > MAX_VALUES {
            let message = format!("more than {MAX_VALUES} values");
            return Err(self.0.refuse(ErrorKind::TooMany, message));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let reading = self.0;
        reading.enter()?;
        let mut items = Vec::new();
        loop {
            reading.path.push(Step::Index(items.len()));
            let item = access.next_element_seed(Node(reading))?;
            reading.path.pop();
            match item {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let reading = self.0;
        reading.enter()?;
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            reading.path.push(Step::Key(key.clone()));
            let value = access.next_value_seed(Node(reading))?;
            if let Some(first) = members.get(&key) {
                if *first != value {
                    let message = format!(
                        "duplicate key {:?}, with different values",
                        excerpt(&key, LONGEST_TEXT)
                    );
                    return Err(reading.refuse(ErrorKind::DuplicateKey, message));
                }
            } else {
                members.insert(key, value);
            }
            reading.path.pop();
        }
        Ok(Value::Object(members))
    }
}
