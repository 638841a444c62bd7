//! What is installed on a table: an enrichment, a waterfall or an exporter, and where its inputs come from.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Row, Table, filter::text_of};
use crate::{
    catalog::{
        Field, Outcome, Quote,
        enrichments::Enrichment,
        exporters::Exporter,
        waterfalls::{Cascade, Waterfall},
    },
    credits::Credits,
    dice::Seed,
};

#[derive(Debug)]
pub(crate) struct Processor {
    /// Not the id in the catalogue.
    pub(crate) id: i64,
    pub(crate) offer: Offer,
    pub(crate) mapping: BTreeMap<String, Source>,
    pub(crate) launch: Launch,
    /// Field of the result, and the column that shows it.
    pub(crate) outputs: Vec<(&'static str, Uuid)>,
}

#[derive(Debug, Clone)]
pub(crate) enum Offer {
    Enrichment(&'static Enrichment),
    Waterfall(&'static Waterfall, Cascade),
    Exporter(&'static Exporter),
}

/// Where a parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Column(Uuid),
    /// The same text for every row; `{internal_name}` in it stands for the row's cell.
    Text(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Launch {
    #[default]
    RunOnClick,
    /// When a mapped column of a row changes.
    RunOnUpdate,
}

impl Offer {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Enrichment(enrichment) => enrichment.name,
            Self::Waterfall(waterfall, _) => waterfall.name,
            Self::Exporter(exporter) => exporter.name,
        }
    }

    /// The fields that become columns; an exporter fills none.
    pub(crate) fn fields(&self) -> &'static [Field] {
        match self {
            Self::Enrichment(enrichment) => enrichment.fields,
            Self::Waterfall(waterfall, _) => waterfall.fields,
            Self::Exporter(_) => &[],
        }
    }
}

impl Processor {
    /// The same installation under another id, on a copy of the table whose columns have ids of their own.
    pub(super) fn copy(&self, id: i64, columns: &HashMap<Uuid, Uuid>) -> Self {
        let here = |column: &Uuid| columns.get(column).copied().unwrap_or(*column);
        let source = |source: &Source| match source {
            Source::Column(column) => Source::Column(here(column)),
            Source::Text(text) => Source::Text(text.clone()),
        };
        Self {
            id,
            offer: self.offer.clone(),
            mapping: self
                .mapping
                .iter()
                .map(|(param, from)| (param.clone(), source(from)))
                .collect(),
            launch: self.launch,
            outputs: self
                .outputs
                .iter()
                .map(|(field, column)| (*field, here(column)))
                .collect(),
        }
    }

    pub(crate) fn reads(&self, columns: &[Uuid]) -> bool {
        self.mapping
            .values()
            .any(|source| matches!(source, Source::Column(id) if columns.contains(id)))
    }

    /// What the row will get. A row that lacks a required input is a miss, and nobody is asked.
    pub(super) fn quote(&self, seed: Seed, table: &Table, row: &Row) -> Quote {
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
        let free = |outcome| Quote {
            outcome,
            reserve: Credits::ZERO,
            cost: Credits::ZERO,
        };
        match &self.offer {
            Offer::Enrichment(enrichment) if enrichment.complaints(&params).is_empty() => {
                enrichment.quote(seed, &params, 1)
            }
            Offer::Waterfall(waterfall, cascade) if waterfall.complaints(&params).is_empty() => {
                let mut quote = waterfall.quote(seed, &params, cascade);
                if let Outcome::Found(found) = &mut quote.outcome {
                    *found = found["result"].take();
                }
                quote
            }
            Offer::Exporter(_) => free(Outcome::Found(Value::Null)),
            Offer::Enrichment(_) | Offer::Waterfall(..) => free(Outcome::Missing),
        }
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
