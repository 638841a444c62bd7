//! Runs outside of a table, and the tasks that they start.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Answer;
use crate::{
    call::Call,
    catalog::{Outcome, Quote, offers},
    refusal::{FieldErrors, Refusal},
    state::State,
};

type Params = Map<String, Value>;

/// The body of a run: one set of parameters, or many.
#[derive(Deserialize)]
struct Run<P> {
    params: P,
    pagination: Option<Pagination>,
    enrichments: Option<Vec<i64>>,
    email_verifier: Option<i64>,
}

#[derive(Deserialize)]
struct Pagination {
    pages: Option<u64>,
}

impl<P> Run<P> {
    fn pages(&self) -> u64 {
        self.pagination
            .as_ref()
            .and_then(|pagination| pagination.pages)
            .unwrap_or(1)
    }
}

impl From<Run<Params>> for Run<Vec<Params>> {
    fn from(one: Run<Params>) -> Self {
        let Run {
            params,
            pagination,
            enrichments,
            email_verifier,
        } = one;
        Self {
            params: vec![params],
            pagination,
            enrichments,
            email_verifier,
        }
    }
}

pub(super) fn run_enrichment(state: &mut State, call: &Call) -> Answer {
    enrich(state, call, &call.body::<Run<Params>>()?.into(), false)
}

pub(super) fn bulk_run_enrichment(state: &mut State, call: &Call) -> Answer {
    enrich(state, call, &call.body()?, true)
}

fn enrich(state: &mut State, call: &Call, run: &Run<Vec<Params>>, bulk: bool) -> Answer {
    let id = call.number("enrichment_id")?;
    let enrichment = state.connectors.enrichment(id).ok_or_else(Refusal::not_found)?;
    if !enrichment.authorized {
        return Err(Refusal::bad_request(format!(
            "{} needs a key of your own",
            enrichment.source
        )));
    }
    check(&run.params, |params| enrichment.complaints(params))?;
    // A list can be long, so it is generated only if it can be paid for.
    let reserve = run
        .params
        .iter()
        .map(|params| enrichment.reserve(params, run.pages()));
    state.ledger.check(reserve.sum())?;
    let quote = |params: &Params| enrichment.quote(state.seed, params, run.pages());
    let quotes = run.params.iter().map(quote).collect();
    accept(state, quotes, bulk)
}

pub(super) fn run_waterfall(state: &mut State, call: &Call) -> Answer {
    fall(state, call, &call.body::<Run<Params>>()?.into(), false)
}

pub(super) fn bulk_run_waterfall(state: &mut State, call: &Call) -> Answer {
    fall(state, call, &call.body()?, true)
}

fn fall(state: &mut State, call: &Call, run: &Run<Vec<Params>>, bulk: bool) -> Answer {
    let waterfall = offers::waterfall(call.text("waterfall_identifier")).ok_or_else(Refusal::not_found)?;
    let cascade = waterfall
        .cascade(run.enrichments.as_deref(), run.email_verifier)
        .map_err(Refusal::bad_request)?;
    check(&run.params, |params| waterfall.complaints(params))?;
    let answers = state.profile.answers();
    let quote = |params: &Params| {
        let quote = waterfall.quote(state.seed, params, &cascade, answers.step_result);
        if answers.waterfall_in_array && !bulk {
            listed(quote)
        } else {
            quote
        }
    };
    let quotes = run.params.iter().map(quote).collect();
    accept(state, quotes, bulk)
}

fn listed(mut quote: Quote) -> Quote {
    if let Outcome::Found(data) = &mut quote.outcome {
        *data = json!([data.take()]);
    }
    quote
}

pub(super) fn accept(state: &mut State, quotes: Vec<Quote>, bulk: bool) -> Answer {
    let task = state.start_task(quotes, bulk)?;
    Ok(json!({ "task_id": task, "status": state.profile.answers().first_status }))
}

pub(super) fn check<P>(inputs: &[P], complaints: impl Fn(&P) -> FieldErrors) -> Result<(), Refusal> {
    let wrong: Vec<(usize, FieldErrors)> = inputs
        .iter()
        .enumerate()
        .map(|(index, params)| (index + 1, complaints(params)))
        .filter(|(_, complaints)| !complaints.is_empty())
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid_params(400, &wrong))
    }
}

#[derive(Deserialize)]
struct TaskQuery {
    include_partial: Option<bool>,
}

pub(super) fn get_task(state: &mut State, call: &Call) -> Answer {
    let query: TaskQuery = call.query()?;
    state.show_task(call.text("task_id"), query.include_partial.unwrap_or(false))
}

pub(super) fn cancel_task(state: &mut State, call: &Call) -> Answer {
    state.cancel_task(call.text("task_id"))?;
    state.show_task(call.text("task_id"), false)
}
