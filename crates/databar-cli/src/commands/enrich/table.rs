//! A table's own rows, enriched by the service.

use clap::Args;
use databar::{Client, Table, TableEnrichmentId, TableId};
use databar_jobs::Target;
use indicatif::ProgressBar;

use super::{What, mapping, price};
use crate::ask::confirm;
use crate::commands::table::style;
use crate::context::Context;
use crate::failure::Failure;
use crate::source;
use crate::stop::stopped;

/// Enrich a table's own rows: the results become columns of it
#[derive(Debug, Args)]
pub(crate) struct OfTable {
    /// The table
    table: TableId,
    #[command(flatten)]
    what: What,
    /// A parameter, and the column that its values are in: `--map email=Email`
    #[arg(long, required = true, value_name = "PARAMETER=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// The most that it may cost, in credits
    #[arg(long, value_name = "CREDITS")]
    max_credits: Option<f64>,
    /// Also rows that have a result already
    #[arg(long)]
    all: bool,
    /// Show what it would cost, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
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
                "a flow is not run on a table; enrich a file with it".to_owned(),
            ));
        }
        let cost = price(&client, &target).await? * rows as f64;
        let balance = client.user().await?.balance;
        let told = match cost.is_finite() {
            true => format!("up to {cost} credits"),
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
                "it may cost {told}, and --max-credits allows {max}; nothing was sent"
            )));
        }
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        confirm("Run it?", self.yes)?;
        let id = self.installed(&client, &table, &target, context).await?;
        let run = table.run(id);
        let run = match self.all {
            true => run.all().await?,
            false => run.only_empty().await?,
        };
        let bar = ProgressBar::new(rows).with_style(style("{bar:20} {pos}/{len} rows filled, {elapsed}"));
        let mut watch = run.watch();
        let show = async {
            while let Ok(Some(progress)) = watch.try_next().await {
                bar.set_position(progress.filled);
            }
            std::future::pending::<()>().await;
        };
        let end = tokio::select! {
            end = run.wait().into_future() => end?,
            () = show => return Err(Failure::Other("the progress has ended before the run".to_owned())),
            () = stopped() => {
                bar.abandon();
                return Err(Failure::Interrupted(format!(
                    "stopped waiting; the service goes on with the run. `databar table rows {}` shows how far it is",
                    table.id()
                )));
            }
        };
        bar.finish_and_clear();
        context.output.note(&format!(
            "{} rows filled, {} open; `databar table rows {}` shows them",
            end.filled,
            end.open,
            table.id()
        ));
        Ok(())
    }

    /// The id of the enrichment on the table. One that is there under the same name is used again: a second one would pay for
    /// all rows once more.
    async fn installed(
        &self,
        client: &Client,
        table: &Table,
        target: &Target,
        context: &Context,
    ) -> Result<TableEnrichmentId, Failure> {
        let name = match target {
            Target::Enrichment { id, .. } => client.enrichment(*id).get().await?.name,
            Target::Waterfall { id, .. } => client.waterfall(id.clone()).get().await?.name,
            _ => String::new(),
        };
        let there = table.enrichments().await?;
        if let Some(there) = there.into_iter().find(|there| there.name == name) {
            context.output.note(&format!(
                "the table has {name:?} already, as {}: its mapping and its columns are used",
                there.id
            ));
            return Ok(there.id);
        }
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
            _ => return Err(Failure::Usage("a flow is not run on a table".to_owned())),
        })
    }
}
