//! What is installed on a table: an enrichment, a waterfall or an exporter, with the sources of its inputs.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Connectors, Row, Table, filter::text_of};
use crate::{
    catalog::{Outcome, Quote, offers, waterfalls::Cascade},
    dice::Seed,
    profile::StepResult,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Processor {
    /// The id of the installation, not of the catalogue entry.
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) offer: Offer,
    pub(crate) mapping: BTreeMap<String, Source>,
    pub(crate) launch: Launch,
    /// The fields of the result, each with the column that shows it.
    pub(crate) outputs: Vec<(String, Uuid)>,
}

/// The installed catalogue entry, by its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Offer {
    Enrichment(i64),
    Waterfall(String, Cascade),
    Exporter,
}

/// The source of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Source {
    Column(Uuid),
    /// The same text for every row, except that `{internal_name}` is replaced by the row's cell.
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Launch {
    #[default]
    RunOnClick,
    /// Runs when a mapped column of a row changes.
    RunOnUpdate,
}

impl Processor {
    /// The same installation under another id, on a copy of the table whose columns have other ids.
    pub(super) fn copy(&self, id: i64, columns: &HashMap<Uuid, Uuid>) -> Self {
        let here = |column: &Uuid| columns.get(column).copied().unwrap_or(*column);
        let source = |source: &Source| match source {
            Source::Column(column) => Source::Column(here(column)),
            Source::Text(text) => Source::Text(text.clone()),
        };
        Self {
            id,
            mapping: self
                .mapping
                .iter()
                .map(|(param, from)| (param.clone(), source(from)))
                .collect(),
            outputs: self
                .outputs
                .iter()
                .map(|(field, column)| (field.clone(), here(column)))
                .collect(),
            ..self.clone()
        }
    }

    pub(crate) fn reads(&self, columns: &[Uuid]) -> bool {
        self.mapping
            .values()
            .any(|source| matches!(source, Source::Column(id) if columns.contains(id)))
    }

    /// The result for a row. A row that lacks a required input is a miss, and no provider is asked.
    pub(super) fn quote(&self, seed: Seed, connectors: &Connectors, table: &Table, row: &Row) -> Quote {
        let params: Map<String, Value> = self
            .mapping
            .iter()
            .map(|(param, source)| {
                let value = match source {
                    Source::Column(column) => row.cell(*column).clone(),
                    Source::Text(text) => fill_in(text, table, row).into(),
                };
                (param.clone(), value)
            })
            .collect();
        let quote = match &self.offer {
            Offer::Enrichment(id) => {
                let Some(enrichment) = connectors.enrichment(*id) else {
                    return Quote::free(Outcome::Failed(format!("{} was deleted", self.name)));
                };
                let fits = enrichment.complaints(&params).is_empty();
                fits.then(|| enrichment.quote(seed, &params, 1))
            }
            Offer::Waterfall(identifier, cascade) => offers::waterfall(identifier)
                .filter(|waterfall| waterfall.complaints(&params).is_empty())
                .map(|waterfall| {
                    let mut quote = waterfall.quote(seed, &params, cascade, StepResult::Object);
                    if let Outcome::Found(found) = &mut quote.outcome {
                        *found = found["result"].take();
                    }
                    quote
                }),
            Offer::Exporter => Some(Quote::free(Outcome::Found(Value::Null))),
        };
        quote.unwrap_or_else(|| Quote::free(Outcome::Missing))
    }
}

fn fill_in(text: &str, table: &Table, row: &Row) -> String {
    table.columns.iter().fold(text.to_owned(), |text, column| {
        let cell = || text_of(row.cell(column.id));
        let (plain, optional) = (
            format!("{{{}}}", column.internal_name),
            format!("{{?{}}}", column.internal_name),
        );
        match text.contains(&plain) || text.contains(&optional) {
            true => text.replace(&plain, &cell()).replace(&optional, &cell()),
            false => text,
        }
    })
}
