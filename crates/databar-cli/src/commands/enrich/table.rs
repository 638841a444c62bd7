//! A table's own rows, enriched by the service.

use clap::Args;
use databar::TableId;
use databar_jobs::Target;
use indicatif::ProgressBar;
use serde_json::Map;

use super::{What, mapping};
use crate::ask::confirm;
use crate::commands::table::style;
use crate::context::Context;
use crate::failure::Failure;

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
        let price = match &target {
            Target::Enrichment { id, .. } => client.enrichment(*id).price().await?.of(&Map::new()),
            Target::Waterfall { id, .. } => client.waterfall(id.clone()).price().await?.of(&Map::new()),
            _ => {
                return Err(Failure::Usage(
                    "a flow is not run on a table; enrich a file with it".to_owned(),
                ));
            }
        };
        let cost = match price.is_finite() {
            true => format!("up to {} credits", price * rows as f64),
            false => "a price that depends on the rows".to_owned(),
        };
        let balance = client.user().await?.balance;
        context
            .output
            .note(&format!("{rows} rows, {cost}; the balance is {balance}"));
        if self.dry_run {
            context.output.note("nothing was sent");
            return Ok(());
        }
        confirm("Run it?", self.yes)?;
        let id = match target {
            Target::Enrichment { id, .. } => {
                let add = table.add_enrichment(id);
                self.map
                    .iter()
                    .fold(add, |add, (parameter, column)| {
                        add.map_column(parameter, column.as_str())
                    })
                    .await?
                    .id
            }
            Target::Waterfall { id, .. } => {
                let add = table.add_waterfall(id);
                self.map
                    .iter()
                    .fold(add, |add, (parameter, column)| {
                        add.map_column(parameter, column.as_str())
                    })
                    .await?
                    .id
            }
            _ => return Err(Failure::Usage("a flow is not run on a table".to_owned())),
        };
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
}
