//! Enrichments, waterfalls and exporters on a table: installing and running them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Answer;
use crate::{
    call::Call,
    catalog::{Param, offers},
    refusal::{FieldErrors, REQUIRED, Refusal},
    state::{Launch, Offer, Source, State, Strategy, Table},
};

#[derive(Deserialize)]
struct Entry {
    r#type: EntryType,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum EntryType {
    Mapping,
    Simple,
}

type Entries = BTreeMap<String, Entry>;

#[derive(Deserialize)]
struct AddEnrichment {
    enrichment: i64,
    mapping: Entries,
    #[serde(default)]
    launch_strategy: Launch,
}

#[derive(Deserialize)]
struct UpdateEnrichment {
    mapping: Option<Entries>,
    launch_strategy: Option<Launch>,
}

#[derive(Deserialize)]
struct AddWaterfall {
    waterfall: String,
    enrichments: Option<Vec<i64>>,
    mapping: BTreeMap<String, String>,
    email_verifier: Option<i64>,
}

#[derive(Deserialize)]
struct AddExporter {
    exporter: i64,
    mapping: Entries,
    #[serde(default)]
    launch_strategy: Launch,
    authorization: Option<i64>,
    additional_mapping: Option<Entries>,
}

#[derive(Default, Deserialize)]
struct Run {
    run_strategy: Option<Strategy>,
    row_ids: Option<Vec<Uuid>>,
}

/// What is wrong with a mapping: pairs of parameter and message.
type Complaints = Vec<(String, String)>;

fn sources(
    table: &Table,
    params: &[Param],
    entries: Entries,
) -> Result<BTreeMap<String, Source>, Complaints> {
    let mut complaints = unmapped(params, |name| entries.contains_key(name));
    let mut mapping = BTreeMap::new();
    for (param, entry) in entries {
        let source = match entry.r#type {
            EntryType::Simple => Ok(Source::Text(entry.value)),
            EntryType::Mapping => column(table, &entry.value),
        };
        match source {
            Ok(source) => drop(mapping.insert(param, source)),
            Err(message) => complaints.push((param, message)),
        }
    }
    if complaints.is_empty() {
        Ok(mapping)
    } else {
        Err(complaints)
    }
}

fn column(table: &Table, handle: &str) -> Result<Source, String> {
    let column = table
        .column_mapped(handle)
        .ok_or_else(|| format!("The table has no column {handle}."))?;
    Ok(Source::Column(column.id))
}

fn unmapped(params: &[Param], mapped: impl Fn(&str) -> bool) -> Complaints {
    let missing = params
        .iter()
        .filter(|param| param.required && !mapped(&param.name));
    missing
        .map(|param| (param.name.clone(), REQUIRED.to_owned()))
        .collect()
}

/// The status is 400, or 422 for operations without a 400 in the document.
fn invalid_mapping(status: u16, complaints: Complaints) -> Refusal {
    let fields: FieldErrors = complaints
        .into_iter()
        .map(|(param, message)| (param, vec![message]))
        .collect();
    Refusal::invalid_params(status, &[(1, fields)])
}

fn invalid(field: &str, message: String) -> Refusal {
    Refusal::invalid(["body".into(), field.into()], message)
}

pub(super) fn list_enrichments(state: &mut State, call: &Call) -> Answer {
    let mut listed = list(state, call, "name", |offer| matches!(offer, Offer::Enrichment(_)))?;
    if state.profile.answers().table_enrichment_id_as_text {
        for one in listed.as_array_mut().into_iter().flatten() {
            one["id"] = one["id"].to_string().into();
        }
    }
    Ok(listed)
}

pub(super) fn list_waterfalls(state: &mut State, call: &Call) -> Answer {
    list(state, call, "waterfall_name", |offer| {
        matches!(offer, Offer::Waterfall(..))
    })
}

pub(super) fn list_exporters(state: &mut State, call: &Call) -> Answer {
    list(state, call, "name", |offer| matches!(offer, Offer::Exporter))
}

fn list(state: &State, call: &Call, name: &str, wanted: fn(&Offer) -> bool) -> Answer {
    let installed = state
        .table(call.uuid("table_uuid")?)?
        .processors
        .iter()
        .filter(|one| wanted(&one.offer));
    Ok(installed
        .map(|one| json!({ "id": one.id, name: one.name }))
        .collect::<Vec<Value>>()
        .into())
}

pub(super) fn add_enrichment(state: &mut State, call: &Call) -> Answer {
    let add: AddEnrichment = call.body()?;
    let enrichment = state
        .connectors
        .enrichment(add.enrichment)
        .filter(|found| found.fits_a_row());
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let enrichment = enrichment.ok_or_else(Refusal::not_found)?;
    if !enrichment.authorized {
        return Err(Refusal::bad_request(format!(
            "{} needs a key of your own",
            enrichment.source
        )));
    }
    let mapping = sources(table, &enrichment.params, add.mapping)
        .map_err(|complaints| invalid_mapping(400, complaints))?;
    let id = table.install(
        ids,
        Offer::Enrichment(enrichment.id),
        &enrichment.name,
        &enrichment.fields,
        mapping,
        add.launch_strategy,
    )?;
    Ok(json!({ "id": id, "enrichment_name": enrichment.name }))
}

pub(super) fn update_enrichment(state: &mut State, call: &Call) -> Answer {
    let update: UpdateEnrichment = call.body()?;
    let uuid = call.uuid("table_uuid")?;
    let id = call.number("enrichment_id")?;
    let table = state.table(uuid)?;
    let Offer::Enrichment(offer) = table.processor(id)?.offer else {
        return Err(Refusal::not_found());
    };
    let enrichment = state
        .connectors
        .enrichment(offer)
        .ok_or_else(Refusal::not_found)?;
    let mapping = update
        .mapping
        .map(|entries| sources(table, &enrichment.params, entries));
    let mapping = mapping
        .transpose()
        .map_err(|complaints| invalid_mapping(422, complaints))?;
    let processor = state.table_mut(uuid)?.processor_mut(id)?;
    processor.mapping = mapping.unwrap_or_else(|| std::mem::take(&mut processor.mapping));
    processor.launch = update.launch_strategy.unwrap_or(processor.launch);
    Ok(json!({ "id": id, "enrichment_name": enrichment.name }))
}

pub(super) fn add_waterfall(state: &mut State, call: &Call) -> Answer {
    let add: AddWaterfall = call.body()?;
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let waterfall = offers::waterfall(&add.waterfall).ok_or_else(Refusal::not_found)?;
    let cascade = waterfall
        .cascade(add.enrichments.as_deref(), add.email_verifier)
        .map_err(|message| invalid("enrichments", message))?;
    let mut complaints = unmapped(&waterfall.params, |name| add.mapping.contains_key(name));
    let mut mapping = BTreeMap::new();
    for (param, handle) in add.mapping {
        match column(table, &handle) {
            Ok(source) => drop(mapping.insert(param, source)),
            Err(message) => complaints.push((param, message)),
        }
    }
    if !complaints.is_empty() {
        return Err(invalid_mapping(422, complaints));
    }
    let id = table.install(
        ids,
        Offer::Waterfall(waterfall.identifier.to_owned(), cascade),
        waterfall.name,
        &waterfall.fields,
        mapping,
        Launch::RunOnClick,
    )?;
    Ok(json!({ "id": id, "waterfall_name": waterfall.name }))
}

pub(super) fn add_exporter(state: &mut State, call: &Call) -> Answer {
    let add: AddExporter = call.body()?;
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let exporter = offers::exporter(add.exporter).ok_or_else(Refusal::not_found)?;
    if let Some(stranger) = add.authorization.filter(|id| !exporter.has_connection(*id)) {
        return Err(invalid(
            "authorization",
            format!("There is no connection {stranger}"),
        ));
    }
    let refused = |complaints| invalid_mapping(422, complaints);
    let mut mapping = sources(table, &exporter.params, add.mapping).map_err(refused)?;
    let additional = add.additional_mapping.unwrap_or_default();
    mapping.extend(sources(table, &[], additional).map_err(refused)?);
    let id = table.install(
        ids,
        Offer::Exporter,
        exporter.name,
        &[],
        mapping,
        add.launch_strategy,
    )?;
    Ok(json!({ "id": id, "exporter_name": exporter.name }))
}

pub(super) fn run(state: &mut State, call: &Call) -> Answer {
    start(state, call, call.number("enrichment_id"))
}

pub(super) fn run_exporter(state: &mut State, call: &Call) -> Answer {
    let exporter = call.number("exporter_id")?;
    if !matches!(
        state.table(call.uuid("table_uuid")?)?.processor(exporter)?.offer,
        Offer::Exporter
    ) {
        return Err(Refusal::not_found());
    }
    start(state, call, Ok(exporter))
}

fn start(state: &mut State, call: &Call, processor: Result<i64, Refusal>) -> Answer {
    let run: Run = call.body()?;
    let table = state.table(call.uuid("table_uuid")?)?.id;
    let strategy = run.run_strategy.unwrap_or_default();
    let count = state.run_processor(table, processor?, strategy, run.row_ids.as_deref())?;
    Ok(json!({ "status": "queued", "processing_rows": count }))
}
