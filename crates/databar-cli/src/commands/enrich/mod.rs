//! `databar enrich`: enriches the rows of a file or of a table.

mod check;
mod file;
mod output;
mod progress;
mod table;

use std::fmt;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use databar::{Client, EnrichmentId, FlowId, WaterfallId};
use databar_jobs::Target;
use serde_json::Map;

use super::Run;
use crate::context::Context;
use crate::failure::{Failure, no_column};
use file::OfFile;
use table::OfTable;

/// `enrich FILE`, and `enrich table TABLE`.
#[derive(Debug)]
pub(super) enum Enrich {
    File(OfFile),
    Table(OfTable),
}

impl Args for Enrich {
    fn augment_args(command: Command) -> Command {
        OfFile::augment_args(command)
            .args_conflicts_with_subcommands(true)
            .subcommand_negates_reqs(true)
            .subcommand(OfTable::augment_args(Command::new("table")))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Enrich {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        match matches.subcommand_matches("table") {
            Some(matches) => OfTable::from_arg_matches(matches).map(Self::Table),
            None => OfFile::from_arg_matches(matches).map(Self::File),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Run for Enrich {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::File(of_file) => of_file.run(context).await,
            Self::Table(of_table) => of_table.run(context).await,
        }
    }
}

/// What to run.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Run the enrichment with this number; `databar enrichment search` finds one
    #[arg(long, value_name = "ENRICHMENT")]
    with: Option<i64>,
    /// Run the waterfall with this name
    #[arg(long, value_name = "WATERFALL")]
    waterfall: Option<WaterfallId>,
    /// Run the flow with this id
    #[arg(long, value_name = "FLOW")]
    flow: Option<FlowId>,
}

impl What {
    fn target(&self) -> Result<Target, Failure> {
        match (self.with, &self.waterfall, &self.flow) {
            (Some(id), ..) => Ok(Target::enrichment(EnrichmentId(id))),
            (_, Some(id), _) => Ok(Target::waterfall(id.clone())),
            (.., Some(id)) => Ok(Target::flow(id.clone())),
            _ => Err(Failure::Usage("give --with, --waterfall or --flow".to_owned())),
        }
    }
}

/// The maximum price of one input, in credits; infinite if it depends on the values of the input.
async fn price(client: &Client, target: &Target) -> Result<f64, Failure> {
    let price = match target {
        Target::Enrichment { id, .. } => client.enrichment(*id).price().await?,
        Target::Waterfall { id, .. } => client.waterfall(id.clone()).price().await?,
        Target::Flow { id } => client.flow(id.clone()).price().await?,
        _ => return Ok(f64::INFINITY),
    };
    Ok(price.of(&Map::new()))
}

/// Checks that every mapped column exists.
fn check_columns(
    map: &[(String, String)],
    whose: impl fmt::Display,
    known: &[String],
) -> Result<(), Failure> {
    match map.iter().find(|(_, column)| !known.contains(column)) {
        Some((_, unknown)) => Err(no_column(whose, unknown, known)),
        None => Ok(()),
    }
}

/// Parses a parameter and its column or value.
fn mapping(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((parameter, column)) if !parameter.is_empty() && !column.is_empty() => {
            Ok((parameter.to_owned(), column.to_owned()))
        }
        _ => Err("expected a parameter and its column or value, separated by `=`".to_owned()),
    }
}
