//! The meaning of a flow's graph (its `config`): whether it is valid, and what a run of it costs and yields.
//!
//! No source describes the format. The README says what is known, and what this sandbox invents.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::Connectors;
use crate::{
    catalog::{Outcome, Param, Quote, enrichments::Enrichment, is_empty, offers, waterfalls::Waterfall},
    credits::Credits,
    dice::Seed,
    profile::StepResult,
    refusal::{FieldErrors, REQUIRED},
};

/// A graph as far as it can be read, and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    inputs: Vec<Input>,
    input_ids: HashSet<String>,
    nodes: Vec<Node>,
    node_places: HashMap<String, usize>,
    output: Vec<(String, Source)>,
    pub(crate) problems: Vec<Problem>,
}

/// A reason why a graph is not valid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) node: Option<String>,
    pub(crate) message: String,
}

#[derive(Debug)]
struct Input {
    id: String,
    description: String,
    kind: String,
    required: bool,
}

#[derive(Debug)]
struct Node {
    id: String,
    step: Step,
    inputs: Vec<(String, Source)>,
    /// The names that the node gives to fields of its result.
    outputs: BTreeMap<String, String>,
}

#[derive(Debug)]
enum Step {
    Enrichment(Box<Enrichment>),
    Waterfall(&'static Waterfall),
    /// A kind of node that the sandbox does not know.
    Nothing,
    /// A reference to something that does not exist, or no longer exists.
    Broken(String),
}

/// The source of a value.
#[derive(Debug)]
enum Source {
    Text(String),
    Place(String),
}

impl Problem {
    pub(crate) fn json(&self) -> Value {
        json!({ "node_id": self.node, "message": self.message })
    }

    pub(crate) fn text(&self) -> String {
        match &self.node {
            Some(node) => format!("Node {node}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

impl Graph {
    pub(crate) fn read(config: &Map<String, Value>, connectors: &Connectors) -> Self {
        let mut graph = Self::default();
        for value in graph.list(config, "inputs") {
            graph.read_input(value);
        }
        for value in graph.list(config, "nodes") {
            graph.read_node(value, connectors);
        }
        graph.output = graph.sources(None, config.get("output"), "output");
        graph
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, node: Option<&str>, message: impl Into<String>) {
        self.problems.push(Problem {
            node: node.map(str::to_owned),
            message: message.into(),
        });
    }

    fn list<'a>(&mut self, config: &'a Map<String, Value>, name: &str) -> &'a [Value] {
        match config.get(name) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.problem(None, format!("`{name}` is not an array"));
                &[]
            }
        }
    }

    fn read_input(&mut self, value: &Value) {
        let Some(id) = id_of(value) else {
            return self.problem(None, "An input has no `id`");
        };
        if !self.input_ids.insert(id.to_owned()) {
            return self.problem(None, format!("There are two inputs {id}"));
        }
        let text = |name: &str, default: &str| value[name].as_str().unwrap_or(default).to_owned();
        self.inputs.push(Input {
            id: id.to_owned(),
            description: text("description", ""),
            kind: text("type", "text"),
            required: value["required"].as_bool().unwrap_or(true),
        });
    }

    fn read_node(&mut self, value: &Value, connectors: &Connectors) {
        let Some(id) = id_of(value) else {
            return self.problem(None, "A node has no `id`");
        };
        if self.node_places.contains_key(id) {
            return self.problem(Some(id), "There is another node with this id");
        }
        let step = match (value.get("enrichment"), value.get("waterfall")) {
            (Some(_), Some(_)) => Err("It is an enrichment and a waterfall".to_owned()),
            (Some(number), None) => number
                .as_i64()
                .and_then(|number| connectors.enrichment(number))
                .filter(|found| found.authorized)
                .map(|found| Step::Enrichment(Box::new(found.into_owned())))
                .ok_or_else(|| format!("There is no enrichment {number} that the workspace can run")),
            (None, Some(identifier)) => identifier
                .as_str()
                .and_then(offers::waterfall)
                .map(Step::Waterfall)
                .ok_or_else(|| format!("There is no waterfall {identifier}")),
            (None, None) => Ok(Step::Nothing),
        };
        let step = step.unwrap_or_else(|message| {
            self.problem(Some(id), message.as_str());
            Step::Broken(message)
        });
        let inputs = self.sources(Some(id), value.get("inputs"), "inputs");
        let unmapped = |param: &&Param| param.required && !inputs.iter().any(|(name, _)| *name == param.name);
        for param in step.params().iter().filter(unmapped) {
            self.problem(Some(id), format!("{}: {REQUIRED}", param.name));
        }
        let outputs = value["outputs"].as_object().into_iter().flatten();
        let outputs = outputs.filter_map(|(name, field)| Some((name.clone(), field.as_str()?.to_owned())));
        self.node_places.insert(id.to_owned(), self.nodes.len());
        self.nodes.push(Node {
            id: id.to_owned(),
            step,
            inputs,
            outputs: outputs.collect(),
        });
    }

    /// Reads an object of mappings. The inputs and nodes that they refer to must have been read before.
    fn sources(&mut self, node: Option<&str>, value: Option<&Value>, name: &str) -> Vec<(String, Source)> {
        let entries = match value {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Object(entries)) => entries,
            Some(_) => {
                self.problem(node, format!("`{name}` is not an object"));
                return Vec::new();
            }
        };
        let mut sources = Vec::new();
        for (param, entry) in entries {
            match (entry["type"].as_str(), entry["value"].as_str()) {
                (Some("simple"), Some(text)) => sources.push((param.clone(), Source::Text(text.to_owned()))),
                (Some("mapping"), Some(place)) if self.has(place) => {
                    sources.push((param.clone(), Source::Place(place.to_owned())));
                }
                (Some("mapping"), Some(place)) => {
                    self.problem(
                        node,
                        format!("{param}: there is nothing named {place} to read from"),
                    );
                }
                _ => self.problem(
                    node,
                    format!("{param}: it takes a `type`, which is mapping or simple, and a `value`"),
                ),
            }
        }
        sources
    }

    fn has(&self, place: &str) -> bool {
        let node = place.split_once('.').map_or(place, |(node, _)| node);
        self.input_ids.contains(place) || self.node_places.contains_key(node)
    }

    pub(crate) fn inputs_json(&self) -> Value {
        let shown = |input: &Input| {
            json!({
                "id": input.id,
                "description": input.description,
                "type": input.kind,
                "required": input.required,
            })
        };
        self.inputs.iter().map(shown).collect()
    }

    pub(crate) fn outputs_json(&self) -> Value {
        let shown = |(name, _): &(String, Source)| json!({ "id": name, "response_field_id": null });
        self.output.iter().map(shown).collect()
    }

    pub(crate) fn steps(&self) -> usize {
        self.nodes.len()
    }

    /// The maximum price of a run. The minimum is zero, since misses are free.
    pub(crate) fn highest_price(&self) -> Credits {
        let price = |node: &Node| match &node.step {
            Step::Enrichment(enrichment) => enrichment.highest_price(&node.texts()),
            Step::Waterfall(waterfall) => waterfall.highest_price(),
            Step::Nothing | Step::Broken(_) => Credits::ZERO,
        };
        self.nodes.iter().map(price).sum()
    }

    /// What is wrong with the inputs of a run.
    pub(crate) fn complaints(&self, inputs: &Map<String, Value>) -> FieldErrors {
        let missing = |input: &&Input| input.required && inputs.get(&input.id).is_none_or(is_empty);
        let complaint = |input: &Input| (input.id.clone(), vec![REQUIRED.to_owned()]);
        self.inputs.iter().filter(missing).map(complaint).collect()
    }

    /// The result of a run, and its price: runs the nodes in order until one fails. A node that lacks a
    /// required input is skipped.
    pub(crate) fn quote(&self, seed: Seed, inputs: &Map<String, Value>, shown: StepResult) -> Quote {
        let mut cost = Credits::ZERO;
        let outcome = self.outcome(seed, inputs, shown, &mut cost);
        Quote {
            outcome,
            reserve: self.highest_price(),
            cost,
        }
    }

    fn outcome(
        &self,
        seed: Seed,
        inputs: &Map<String, Value>,
        shown: StepResult,
        cost: &mut Credits,
    ) -> Outcome {
        // By the position of the node.
        let mut results: Vec<Value> = Vec::new();
        let values = |sources: &[(String, Source)], results: &[Value]| -> Map<String, Value> {
            let value = |source| self.value(source, inputs, results);
            sources
                .iter()
                .map(|(name, source)| (name.clone(), value(source)))
                .collect()
        };
        for node in &self.nodes {
            let params = values(&node.inputs, &results);
            let quote = node.step.quote(seed, &params, shown);
            let quote = quote.unwrap_or_else(|| Quote::free(Outcome::Missing));
            *cost = *cost + quote.cost;
            match quote.outcome {
                Outcome::Found(found) => results.push(found),
                Outcome::Missing => results.push(Value::Null),
                Outcome::Failed(message) => return Outcome::Failed(format!("Node {}: {message}", node.id)),
            }
        }
        let found: Map<String, Value> = if self.output.is_empty() {
            let ids = self.nodes.iter().map(|node| node.id.clone());
            ids.zip(results).collect()
        } else {
            values(&self.output, &results)
        };
        if !found.is_empty() && found.values().all(Value::is_null) {
            Outcome::Missing
        } else {
            Outcome::Found(found.into())
        }
    }

    fn value(&self, source: &Source, inputs: &Map<String, Value>, results: &[Value]) -> Value {
        let place = match source {
            Source::Text(text) => return text.as_str().into(),
            Source::Place(place) => place,
        };
        if self.input_ids.contains(place) {
            return inputs.get(place).cloned().unwrap_or_default();
        }
        let (id, field) = place
            .split_once('.')
            .map_or((place.as_str(), None), |(id, field)| (id, Some(field)));
        let found = self.node_places.get(id);
        let Some((node, result)) = found.and_then(|at| Some((self.nodes.get(*at)?, results.get(*at)?)))
        else {
            return Value::Null;
        };
        field.map_or_else(|| result.clone(), |field| node.field(result, field))
    }
}

impl Node {
    /// The inputs that are the same in every run.
    fn texts(&self) -> Map<String, Value> {
        let text = |(param, source): &(String, Source)| match source {
            Source::Text(text) => Some((param.clone(), text.as_str().into())),
            Source::Place(_) => None,
        };
        self.inputs.iter().filter_map(text).collect()
    }

    fn field(&self, result: &Value, name: &str) -> Value {
        let name = self.outputs.get(name).map_or(name, String::as_str);
        let of_one = |one: &Value| one.get(name).cloned().unwrap_or_default();
        match result {
            Value::Array(list) => list.iter().map(of_one).collect(),
            one => of_one(one),
        }
    }
}

impl Step {
    fn params(&self) -> &[Param] {
        match self {
            Self::Enrichment(enrichment) => &enrichment.params,
            Self::Waterfall(waterfall) => &waterfall.params,
            Self::Nothing | Self::Broken(_) => &[],
        }
    }

    /// `None` if there is nothing to run, or if it cannot be run with these parameters.
    fn quote(&self, seed: Seed, params: &Map<String, Value>, shown: StepResult) -> Option<Quote> {
        match self {
            Self::Enrichment(enrichment) if enrichment.complaints(params).is_empty() => {
                Some(enrichment.quote(seed, params, 1))
            }
            Self::Waterfall(waterfall) if waterfall.complaints(params).is_empty() => {
                let cascade = waterfall.cascade(None, None).ok()?;
                let mut quote = waterfall.quote(seed, params, &cascade, shown);
                if let Outcome::Found(found) = &mut quote.outcome {
                    *found = found["result"].take();
                }
                Some(quote)
            }
            Self::Broken(message) => Some(Quote::free(Outcome::Failed(message.clone()))),
            Self::Enrichment(_) | Self::Waterfall(_) | Self::Nothing => None,
        }
    }
}

fn id_of(value: &Value) -> Option<&str> {
    value["id"].as_str().filter(|id| !id.is_empty())
}
