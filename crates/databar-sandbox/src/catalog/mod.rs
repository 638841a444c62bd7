//! What can be bought: enrichments, waterfalls, exporters, and what one input yields. The catalogue never changes;
//! what is installed on a table is state.

pub(crate) mod enrichments;
pub(crate) mod exporters;
mod offers;
pub(crate) mod waterfalls;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{credits::Credits, invent::Fact};

/// What became of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// An object; an array of objects from an enrichment that lists.
    Found(Value),
    Missing,
    Failed(String),
}

/// One input, worked out ahead of the time at which it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Quote {
    pub(crate) outcome: Outcome,
    /// Taken from the balance at the start.
    pub(crate) reserve: Credits,
    /// What stays taken in the end.
    pub(crate) cost: Credits,
}

#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) kind: &'static str,
    pub(crate) description: &'static str,
    pub(crate) choices: Option<Choices>,
}

/// Value to send and label to show.
type Choice = (&'static str, &'static str);

#[derive(Debug)]
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

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) fact: Fact,
}

impl Param {
    const fn required(name: &'static str, kind: &'static str, description: &'static str) -> Self {
        Self {
            name,
            required: true,
            kind,
            description,
            choices: None,
        }
    }

    const fn optional(name: &'static str, kind: &'static str, description: &'static str) -> Self {
        Self {
            name,
            required: false,
            kind,
            description,
            choices: None,
        }
    }

    const fn choose(mut self, choices: Choices) -> Self {
        self.choices = Some(choices);
        self
    }

    /// `owner` is the path of what has this parameter, for the address of choices that are asked for on their own.
    fn json(&self, owner: &str) -> Value {
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

    /// What is wrong with a value of this parameter.
    fn complaint(&self, value: Option<&Value>) -> Option<String> {
        let Some(value) = value.filter(|value| !is_empty(value)) else {
            return self.required.then(|| crate::refusal::REQUIRED.to_owned());
        };
        if matches!(self.kind, "integer" | "number") {
            let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
            return match number {
                Some(number) if number < 1.0 => {
                    Some("Ensure this value is greater than or equal to 1.".into())
                }
                Some(number) if number > 100.0 => {
                    Some("Ensure this value is less than or equal to 100.".into())
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
    const fn new(name: &'static str, display_name: &'static str, kind: &'static str, fact: Fact) -> Self {
        Self {
            name,
            display_name,
            kind,
            fact,
        }
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "display_name": self.display_name, "type_field": self.kind })
    }
}

/// Choices as the service lists them.
pub(crate) fn items(choices: &[Choice]) -> Vec<Value> {
    choices
        .iter()
        .map(|(id, name)| json!({ "id": id, "name": name }))
        .collect()
}

/// Null and blank text: what the service takes for no value.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn complaints(params: &[Param], given: &Map<String, Value>) -> crate::refusal::FieldErrors {
    params
        .iter()
        .filter_map(|param| {
            Some((
                param.name.to_owned(),
                vec![param.complaint(given.get(param.name))?],
            ))
        })
        .collect()
}
