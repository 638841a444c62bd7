//! Enriches the rows of a table, which the service does itself.

use std::time::Duration;

use clap::Args;
use databar::{Client, Table, TableEnrichmentId, TableId};
use databar_jobs::Target;

use super::{What, check_columns, mapping, price};
use crate::ask::confirm;
use crate::bar::bar;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::credits;
use crate::source;
use crate::stop::stopped;

/// Enrich a table's own rows: the results become columns of it
///
/// A row without a result stays empty, and the service does not report that it is done. The command therefore
/// stops waiting when no new result has arrived for two minutes.
#[derive(Debug, Args)]
pub(crate) struct OfTable {
    /// The UUID of the table
    table: TableId,
    #[command(flatten)]
    what: What,
    /// Take a parameter from a column: `--map email=Email`
    #[arg(long, required_unless_present = "reuse", value_name = "PARAMETER=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// The maximum that the run may cost, in credits
    #[arg(long, value_name = "CREDITS")]
    max_credits: Option<f64>,
    /// Run the enrichment of this name that the table already has, for rows that are still empty
    #[arg(long, conflicts_with = "map")]
    reuse: bool,
    /// Also run rows that already have a result; they are paid for again
    #[arg(long)]
    all: bool,
    /// Show what the run would cost, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

impl OfTable {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let table = client.table(self.table);
        let rows = table.rows().count().await?;
        let target = self.what.target()?;
        if matches!(target, Target::Flow { .. }) {
            return Err(Failure::Usage(
                "a flow cannot be run on a table; use it to enrich a file".to_owned(),
            ));
        }
        let columns = table.columns().await?.into_iter().map(|column| column.name);
        check_columns(&self.map, "the table", &columns.collect::<Vec<_>>())?;
        let cost = price(&client, &target).await? * rows as f64;
        let balance = client.user().await?.balance;
        let told = match cost.is_finite() {
            true => format!("up to {}", credits(cost)),
            false => "a price that depends on the rows".to_owned(),
        };
        context.output.note(&format!(
            "{}, {told}; the balance is {balance}",
            source::rows(rows)
        ));
        if let Some(max) = self.max_credits
            && (cost.is_nan() || cost > max)
        {
            return Err(Failure::Credits(format!(
                "it may cost {told}, but --max-credits allows {max}; nothing was sent"
            )));
        }
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        let installed = self.installed(&client, &table, &target).await?;
        confirm("Run it?", self.yes)?;
        let id = match installed {
            Some(id) => id,
            None => self.install(&table, &target).await?,
        };
        let run = table.run(id);
        if self.all {
            run.all().await?;
            context.output.note(&format!(
                "started; new results replace the existing ones. `databar table rows {}` shows them",
                table.id()
            ));
            return Ok(());
        }
        let run = run.only_empty().await?;
        let bar = bar(rows, "{bar:20} {pos}/{len} rows filled, {elapsed}");
        let mut watch = run.watch();
        let show = async {
            while let Ok(Some(progress)) = watch.try_next().await {
                bar.set_position(progress.filled);
            }
            std::future::pending::<()>().await;
        };
        let end = tokio::select! {
            end = run.wait().deadline(DAY).patience(PATIENCE).into_future() => end.map_err(|error| {
                Failure::Because(
                    error.kind(),
                    format!("{error}; the service continues the run. `databar table rows {}` shows it", table.id()),
                )
            })?,
            () = show => return Err(Failure::Other("the progress ended before the run".to_owned())),
            () = stopped() => {
                bar.abandon();
                return Err(Failure::Interrupted(format!(
                    "stopped waiting; the service continues the run. `databar table rows {}` shows its progress",
                    table.id()
                )));
            }
        };
        bar.finish_and_clear();
        context.output.note(&format!(
            "{} filled, {} empty; `databar table rows {}` shows them",
            source::rows(end.filled),
            end.open,
            table.id()
        ));
        Ok(())
    }

    /// The id of the enrichment if the table already has it. Adding it again would pay for all rows once
    /// more, so that needs --reuse or an explicit command.
    async fn installed(
        &self,
        client: &Client,
        table: &Table,
        target: &Target,
    ) -> Result<Option<TableEnrichmentId>, Failure> {
        let (name, there) = match target {
            Target::Waterfall { id, .. } => {
                let there = table.waterfalls().await?.into_iter();
                let there = there.map(|there| (there.waterfall_name, there.id));
                (
                    client.waterfall(id.clone()).get().await?.name,
                    there.collect::<Vec<_>>(),
                )
            }
            Target::Enrichment { id, .. } => {
                let there = table.enrichments().await?.into_iter();
                let there = there.map(|there| (there.name, there.id));
                (client.enrichment(*id).get().await?.name, there.collect())
            }
            _ => return Ok(None),
        };
        match there.into_iter().find(|(there, _)| *there == name) {
            Some((_, id)) if !self.reuse => Err(Failure::Usage(format!(
                "the table already has {name:?}, as {id}; --reuse runs it for the rows that are still empty, with its existing \
                 mapping. `databar table add-enrichment` adds it a second time"
            ))),
            None if self.reuse => Err(Failure::Usage(format!(
                "the table does not have {name:?} yet; add it with --map instead of --reuse"
            ))),
            there => Ok(there.map(|(_, id)| id)),
        }
    }

    async fn install(&self, table: &Table, target: &Target) -> Result<TableEnrichmentId, Failure> {
        let map = self
            .map
            .iter()
            .map(|(parameter, column)| (parameter, column.as_str()));
        Ok(match target {
            Target::Waterfall { id, .. } => {
                let add = table.add_waterfall(id.clone());
                map.fold(add, |add, (parameter, column)| add.map_column(parameter, column))
                    .await?
                    .id
            }
            Target::Enrichment { id, .. } => {
                let add = table.add_enrichment(*id);
                map.fold(add, |add, (parameter, column)| add.map_column(parameter, column))
                    .await?
                    .id
            }
            _ => return Err(Failure::Usage("a flow cannot be run on a table".to_owned())),
        })
    }
}

/// After this time without a new result, no more are expected.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
/// The maximum time to wait for a run.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
