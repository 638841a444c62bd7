//! Parameters and result fields of catalogue entries: their descriptions and the values that they take.

use serde_json::{Map, Value, json};

use crate::{
    invent::{Fact, Subject},
    refusal::{FieldErrors, REQUIRED},
};

/// The maximum of a parameter that is a number.
pub(super) const MAX_COUNT: u64 = 100;

#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: &'static str,
    pub(crate) description: String,
    pub(crate) choices: Option<Choices>,
}

/// A value to send, and its label.
type Choice = (&'static str, &'static str);

#[derive(Debug, Clone)]
pub(crate) enum Choices {
    Inline(&'static [Choice]),
    Remote(&'static [Choice]),
}

impl Choices {
    pub(crate) fn all(&self) -> &'static [Choice] {
        match self {
            Self::Inline(all) | Self::Remote(all) => all,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) kind: &'static str,
    /// The fact that the field shows; `None` to repeat the parameter of the same name.
    fact: Option<Fact>,
}

impl Param {
    pub(crate) fn required(name: &str, kind: &'static str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            required: true,
            kind,
            description: description.to_owned(),
            choices: None,
        }
    }

    pub(crate) fn optional(name: &str, kind: &'static str, description: &str) -> Self {
        Self {
            required: false,
            ..Self::required(name, kind, description)
        }
    }

    pub(super) fn choose(mut self, choices: Choices) -> Self {
        self.choices = Some(choices);
        self
    }

    /// `owner` is the path of the entry with this parameter; the address of remote choices starts with it.
    pub(super) fn json(&self, owner: &str) -> Value {
        let choices = self.choices.as_ref().map(|choices| match choices {
            Choices::Inline(all) => json!({ "mode": "inline", "items": items(all), "endpoint": null }),
            Choices::Remote(_) => {
                json!({ "mode": "remote", "items": null, "endpoint": format!("{owner}/params/{}/choices", self.name) })
            }
        });
        json!({
            "name": self.name,
            "is_required": self.required,
            "type_field": self.kind,
            "description": self.description,
            "choices": choices,
        })
    }

    /// What is wrong with a value of this parameter, if anything.
    fn complaint(&self, value: Option<&Value>) -> Option<String> {
        let Some(value) = value.filter(|value| !is_empty(value)) else {
            return self.required.then(|| REQUIRED.to_owned());
        };
        if matches!(self.kind, "integer" | "number") {
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            return match number {
                Some(number) if number < 1.0 => {
                    Some("Ensure this value is greater than or equal to 1.".into())
                }
                Some(number) if number > MAX_COUNT as f64 => {
                    Some(format!("Ensure this value is less than or equal to {MAX_COUNT}."))
                }
                Some(_) => None,
                None => Some("A valid number is required.".into()),
            };
        }
        let choices = self.choices.as_ref()?.all();
        let values = match value {
            Value::Array(values) if self.kind == "mselect" => values.as_slice(),
            other => std::slice::from_ref(other),
        };
        let known = |value: &Value| choices.iter().any(|(id, _)| value.as_str() == Some(id));
        let stranger = values.iter().find(|value| !known(value))?;
        Some(format!("{stranger} is not a valid choice."))
    }
}

impl Field {
    pub(crate) fn new(name: &str, display_name: &str, kind: &'static str, fact: Fact) -> Self {
        Self {
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            kind,
            fact: Some(fact),
        }
    }

    /// A field that repeats the parameter of the same name.
    pub(crate) fn echo(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            display_name: name.to_owned(),
            kind: "text",
            fact: None,
        }
    }

    pub(super) fn value(&self, subject: &Subject, params: &Map<String, Value>) -> Value {
        self.fact.map_or_else(
            || params.get(&self.name).cloned().unwrap_or_default(),
            |fact| subject.fact(fact),
        )
    }

    pub(super) fn json(&self) -> Value {
        json!({ "name": self.name, "display_name": self.display_name, "type_field": self.kind })
    }
}

/// Choices in the form in which the service lists them.
pub(crate) fn items(choices: &[Choice]) -> Vec<Value> {
    choices
        .iter()
        .map(|(id, name)| json!({ "id": id, "name": name }))
        .collect()
}

/// Whether the service treats a value as missing: null and blank text.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// What is wrong with the values given for these parameters.
pub(super) fn complaints(params: &[Param], given: &Map<String, Value>) -> FieldErrors {
    params
        .iter()
        .filter_map(|param| Some((param.name.clone(), vec![param.complaint(given.get(&param.name))?])))
        .collect()
}
