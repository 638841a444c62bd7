//! Flows: saving, editing and running graphs. The meaning of a graph is in `state::Graph`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Answer, deleted,
    runs::{accept, check},
};
use crate::{
    call::Call,
    refusal::Refusal,
    state::{Content, Flow, Graph, State},
};

type Object = Map<String, Value>;

/// How many versions a page has by default: the number that the Python SDK 2.8.0 asks for.
const LIMIT: u64 = 50;

fn numbered(state: &State) -> bool {
    state.profile.answers().numbered_flows
}

fn flow<'a>(state: &'a State, call: &Call) -> Result<&'a Flow, Refusal> {
    state.flows.get(call.text("flow_id"), numbered(state))
}

/// Saves a new content of a flow, and returns the flow.
fn save(state: &mut State, call: &Call, content: Content) -> Answer {
    let (numbered, now) = (numbered(state), state.now);
    let flow = state.flows.get_mut(call.text("flow_id"), numbered)?;
    flow.save(&mut state.ids, &state.connectors, content, now)?;
    get(state, call)
}

#[derive(Deserialize)]
struct Create {
    name: String,
    #[serde(default)]
    description: String,
    config: Object,
    ui: Option<Object>,
}

impl From<Create> for Content {
    fn from(create: Create) -> Self {
        let Create {
            name,
            description,
            config,
            ui,
        } = create;
        Self {
            name,
            description,
            config,
            ui: ui.unwrap_or_default(),
        }
    }
}

pub(super) fn list(state: &mut State, _: &Call) -> Answer {
    let numbered = numbered(state);
    let flows = state.flows.all.iter();
    Ok(flows
        .map(|flow| flow.summary(&state.connectors, numbered))
        .collect())
}

pub(super) fn create(state: &mut State, call: &Call) -> Answer {
    let create: Create = call.body()?;
    let (numbered, now) = (numbered(state), state.now);
    let flow = state
        .flows
        .create(&mut state.ids, &state.connectors, create.into(), now)?;
    Ok(flow.detail(&state.connectors, numbered))
}

pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    Ok(flow(state, call)?.detail(&state.connectors, numbered(state)))
}

#[derive(Deserialize)]
struct Replace {
    #[serde(flatten)]
    content: Create,
    internal_version: String,
}

pub(super) fn replace(state: &mut State, call: &Call) -> Answer {
    let replace: Replace = call.body()?;
    flow(state, call)?.check_token(Some(&replace.internal_version))?;
    save(state, call, replace.content.into())
}

#[derive(Deserialize)]
struct Update {
    name: Option<String>,
    description: Option<String>,
    config: Option<Object>,
    ui: Option<Object>,
    internal_version: Option<String>,
}

pub(super) fn update(state: &mut State, call: &Call) -> Answer {
    let update: Update = call.body()?;
    let flow = flow(state, call)?;
    if update.config.is_some() && update.internal_version.is_none() {
        return Err(Refusal::rejected(
            "A new config needs the internal_version that it is based on",
        ));
    }
    flow.check_token(update.internal_version.as_deref())?;
    let now = flow.content().clone();
    let content = Content {
        name: update.name.unwrap_or(now.name),
        description: update.description.unwrap_or(now.description),
        config: update.config.unwrap_or(now.config),
        ui: update.ui.unwrap_or(now.ui),
    };
    save(state, call, content)
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let numbered = numbered(state);
    state.flows.delete(call.text("flow_id"), numbered)?;
    deleted()
}

#[derive(Deserialize)]
struct Edits {
    ops: Vec<Object>,
    #[serde(default)]
    validate_only: bool,
    internal_version: Option<String>,
}

/// Makes all edits or none. For a trial, the problems of a batch that cannot be saved are the answer.
pub(super) fn update_config(state: &mut State, call: &Call) -> Answer {
    let edits: Edits = call.body()?;
    let flow = flow(state, call)?;
    flow.check_token(edits.internal_version.as_deref())?;
    let content = flow.content();
    let (config, errors) = match flow.edited(&edits.ops) {
        Ok(config) => {
            let problems = Graph::read(&config, &state.connectors).problems;
            (config, problems.iter().map(|problem| problem.text()).collect())
        }
        Err(error) => (content.config.clone(), vec![error]),
    };
    let valid = errors.is_empty();
    if edits.validate_only {
        return Ok(json!({ "valid": valid, "errors": errors, "config": config, "flow": null }));
    }
    if !valid {
        return Err(Refusal::rejected(errors.join("; ")));
    }
    let content = Content {
        config: config.clone(),
        ..content.clone()
    };
    let flow = save(state, call, content)?;
    Ok(json!({ "valid": true, "errors": [], "config": config, "flow": flow }))
}

#[derive(Deserialize)]
struct Draft {
    config: Object,
}

pub(super) fn validate_config(state: &mut State, call: &Call) -> Answer {
    let Draft { config } = call.body()?;
    let graph = Graph::read(&config, &state.connectors);
    let errors: Vec<Value> = graph.problems.iter().map(|problem| problem.json()).collect();
    Ok(json!({ "valid": graph.is_valid(), "errors": errors }))
}

pub(super) fn estimate_cost(state: &mut State, call: &Call) -> Answer {
    let Draft { config } = call.body()?;
    let highest = Graph::read(&config, &state.connectors).highest_price();
    Ok(json!({ "min": "0", "max": highest.text(), "currency": "credits" }))
}

#[derive(Deserialize)]
struct Paging {
    page: Option<u64>,
    limit: Option<u64>,
}

pub(super) fn list_versions(state: &mut State, call: &Call) -> Answer {
    let Paging { page, limit } = call.query()?;
    let limit = limit.unwrap_or(LIMIT);
    let start = page.unwrap_or(1).saturating_sub(1).saturating_mul(limit);
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let versions = flow(state, call)?.versions();
    Ok(versions.skip(size(start)).take(size(limit)).collect())
}

/// Parses a version number. Only positive numbers exist.
fn number(call: &Call) -> Result<u64, Refusal> {
    u64::try_from(call.number("number")?).map_err(|_| Refusal::not_found())
}

pub(super) fn get_version(state: &mut State, call: &Call) -> Answer {
    flow(state, call)?.version_json(number(call)?)
}

#[derive(Deserialize)]
struct Restore {
    internal_version: Option<String>,
}

pub(super) fn restore_version(state: &mut State, call: &Call) -> Answer {
    let Restore { internal_version } = call.body()?;
    let (numbered, now) = (numbered(state), state.now);
    let flow = state.flows.get_mut(call.text("flow_id"), numbered)?;
    flow.check_token(internal_version.as_deref())?;
    let version = flow.restore(&mut state.ids, &state.connectors, number(call)?, now)?;
    Ok(json!({ "flow": get(state, call)?, "version": version }))
}

/// The maximum of nodes times inputs in a run: a limit of the sandbox, so that one request cannot fill the
/// memory.
const MAX_STEPS: usize = 100_000;

#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    inputs: Object,
}

#[derive(Deserialize)]
struct BulkRun {
    inputs: Vec<Object>,
}

pub(super) fn run(state: &mut State, call: &Call) -> Answer {
    let Run { inputs } = call.body()?;
    start(state, call, &[inputs], false)
}

pub(super) fn bulk_run(state: &mut State, call: &Call) -> Answer {
    let BulkRun { inputs } = call.body()?;
    start(state, call, &inputs, true)
}

fn start(state: &mut State, call: &Call, inputs: &[Object], bulk: bool) -> Answer {
    let graph = flow(state, call)?.graph(&state.connectors);
    check(inputs, |inputs| graph.complaints(inputs))?;
    if graph.steps().saturating_mul(inputs.len()) > MAX_STEPS {
        return Err(Refusal::bad_request(format!(
            "The sandbox takes at most {MAX_STEPS} steps in a run"
        )));
    }
    state.ledger.check(graph.highest_price() * inputs.len() as u64)?;
    let shown = state.profile.answers().step_result;
    let quote = |inputs: &Object| graph.quote(state.seed, inputs, shown);
    let quotes = inputs.iter().map(quote).collect();
    accept(state, quotes, bulk)
}
