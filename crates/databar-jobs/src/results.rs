//! Reads results from the ledger as flat records, and writes them to files and tables.

use std::collections::BTreeSet;
use std::io::Write;

use databar::{Kind, Table, WriteError, WriteReport};
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Map, Value};

use crate::{Error, InputOutcome, Job, Outcome, Target};

/// The columns of a file of results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    /// The members of the inputs, in order of first appearance.
    pub(crate) inputs: Vec<String>,
    /// The members of the results, in order of first appearance.
    pub(crate) results: Vec<String>,
}

/// The column with the name of an input's outcome.
const OUTCOME: &str = "outcome";
/// The column for a result that is not an object.
const RESULT: &str = "result";

/// How many rows are written to a table at a time. If that fails, the error says which of them were written.
const ROWS: usize = 500;

impl Job {
    /// Writes a CSV file with a line for each input: the input's members, `outcome` (see [`Outcome::name`]),
    /// and the members of the result. A member of a result with the name of another column gets the prefix
    /// `result_`. Values other than text, numbers and booleans are written as JSON.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # use databar::EnrichmentId;
    /// # use databar_jobs::{Inputs, Plan, Target};
    /// # use serde_json::json;
    /// # let inputs = Inputs::new(["stripe.com", "nobody.test"].map(|domain| json!({ "domain": domain })));
    /// # let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123)));
    /// # let job = ledger.plan(&databar, plan, inputs).await?;
    /// # job.run(&databar).await?;
    /// let mut file = Vec::new();
    /// job.write_csv(&mut file).await?;
    /// let text = String::from_utf8(file)?;
    /// assert!(text.starts_with("domain,outcome,company_name,"));
    /// assert!(text.contains("stripe.com,found,Stripe,"));
    /// assert!(text.contains("nobody.test,nothing,,"));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Output`] when writing fails; [`Error::Ledger`] when the database does not answer. The job
    /// itself does not change.
    pub async fn write_csv(&self, writer: impl Write) -> Result<(), Error> {
        let columns = self.columns().await?;
        let mut csv = csv::Writer::from_writer(writer);
        csv.write_record(columns.names()).map_err(output)?;
        let mut outcomes = self.outcomes::<Value>();
        while let Some(one) = outcomes.try_next().await? {
            let record = columns.record(&self.target, one);
            let cells = record.into_iter().map(|value| match value {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text,
                Some(other) => other.to_string(),
            });
            csv.write_record(cells).map_err(output)?;
        }
        Ok(csv.flush()?)
    }

    /// Writes JSON Lines: a line for each input with `position`, `input` and `outcome` (see
    /// [`Outcome::name`]), and `result` or `note` where there is one.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let ledger = databar_jobs::Ledger::open_file(folder.path().join("ledger")).await?;
    /// # use databar::EnrichmentId;
    /// # use databar_jobs::{Inputs, Plan, Target};
    /// # use serde_json::json;
    /// # let inputs = Inputs::new(["nobody.test"].map(|domain| json!({ "domain": domain })));
    /// # let plan = Plan::new("leads", Target::enrichment(EnrichmentId(123)));
    /// # let job = ledger.plan(&databar, plan, inputs).await?;
    /// # job.run(&databar).await?;
    /// let mut file = Vec::new();
    /// job.write_json_lines(&mut file).await?;
    /// let line = r#"{"position":0,"input":{"domain":"nobody.test"},"outcome":"nothing"}"#;
    /// assert_eq!(String::from_utf8(file)?, format!("{line}\n"));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`write_csv`](Self::write_csv).
    pub async fn write_json_lines(&self, mut writer: impl Write) -> Result<(), Error> {
        let mut outcomes = self.outcomes::<Value>();
        while let Some(one) = outcomes.try_next().await? {
            let mut line = Map::new();
            line.insert("position".to_owned(), one.position.into());
            line.insert("input".to_owned(), one.input.into());
            line.insert(OUTCOME.to_owned(), one.outcome.name().into());
            match one.outcome {
                Outcome::Found(result) => drop(line.insert(RESULT.to_owned(), result)),
                Outcome::Refused(note) | Outcome::Failed(Some(note)) => {
                    drop(line.insert("note".to_owned(), note.into()))
                }
                _ => {}
            }
            writeln!(writer, "{}", Value::from(line))?;
        }
        Ok(writer.flush()?)
    }

    /// Inserts a row into a Databar table for each input with a result. A row has those members of the input
    /// and of its result for which the table has a column of the same name. Returns one report for every 500
    /// rows, in the order of the inputs.
    ///
    /// Calling it again inserts the rows again; [`upsert_into`](Self::upsert_into) does not.
    ///
    /// # Errors
    ///
    /// [`Error::Table`], with what was written and what was not; [`Error::Ledger`] when the database does not
    /// answer.
    pub async fn insert_into(&self, table: &Table) -> Result<Vec<WriteReport>, Error> {
        self.write_table(table, |rows| table.insert(rows)).await
    }

    /// Writes results into a Databar table as [`insert_into`](Self::insert_into) does, but updates the rows
    /// that have the same value in the column `key`. It can be called repeatedly.
    ///
    /// # Errors
    ///
    /// Those of [`insert_into`](Self::insert_into).
    pub async fn upsert_into(&self, table: &Table, key: &str) -> Result<Vec<WriteReport>, Error> {
        self.write_table(table, |rows| table.upsert(key, rows)).await
    }

    async fn write_table<K>(
        &self,
        table: &Table,
        write: impl Fn(Vec<Map<String, Value>>) -> databar::Write<K>,
    ) -> Result<Vec<WriteReport>, Error>
    where
        K: Kind,
        databar::Write<K>: IntoFuture<Output = Result<WriteReport, WriteError<K>>>,
        WriteError<K>: std::error::Error + Send + Sync + 'static,
    {
        let columns = self.columns().await?;
        let names = columns.names();
        let of_table = table.columns().await?;
        let is_column = |name: &str| name != OUTCOME && of_table.iter().any(|column| column.name == name);
        let rows = self.outcomes::<Value>().try_filter_map(|one| {
            let row = one.outcome.found().is_some().then(|| {
                let values = names.iter().cloned().zip(columns.record(&self.target, one));
                let values = values.filter(|(name, _)| is_column(name));
                values
                    .filter_map(|(name, value)| Some((name, value?)))
                    .collect::<Map<_, _>>()
            });
            std::future::ready(Ok(row))
        });
        let mut rows = rows.chunks(ROWS);
        let mut reports = Vec::new();
        while let Some(rows) = rows.next().await {
            let rows = rows.into_iter().collect::<Result<Vec<_>, _>>()?;
            match write(rows).await {
                Ok(report) => reports.push(report),
                Err(error) => {
                    reports.push(error.written().clone());
                    return Err(Error::Table {
                        written: reports,
                        in_doubt: error.in_doubt_rows().to_vec(),
                        source: Box::new(error),
                    });
                }
            }
        }
        Ok(reports)
    }

    /// The columns of all inputs and results.
    pub(crate) async fn columns(&self) -> Result<Columns, Error> {
        let mut columns = Columns::default();
        let (mut inputs, mut results) = (BTreeSet::new(), BTreeSet::new());
        let mut outcomes = self.outcomes::<Value>();
        while let Some(one) = outcomes.try_next().await? {
            for name in one.input.keys() {
                if inputs.insert(name.clone()) {
                    columns.inputs.push(name.clone());
                }
            }
            for (name, _) in one
                .outcome
                .found()
                .into_iter()
                .flat_map(|result| members(&self.target, result))
            {
                if results.insert(name.to_owned()) {
                    columns.results.push(name.to_owned());
                }
            }
        }
        Ok(columns)
    }
}

impl Columns {
    /// The names of the columns: inputs, the outcome, results.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = self.inputs.clone();
        names.push(OUTCOME.to_owned());
        for result in &self.results {
            let mut name = result.clone();
            while names.contains(&name) {
                name.insert_str(0, "result_");
            }
            names.push(name);
        }
        names
    }

    /// The values for one input, in the order of the columns.
    pub(crate) fn record(&self, target: &Target, one: InputOutcome) -> Vec<Option<Value>> {
        let result: Map<String, Value> = one
            .outcome
            .found()
            .into_iter()
            .flat_map(|result| members(target, result))
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect();
        let inputs = self.inputs.iter().map(|name| one.input.get(name).cloned());
        let results = self.results.iter().map(|name| result.get(name).cloned());
        inputs
            .chain([Some(one.outcome.name().into())])
            .chain(results)
            .collect()
    }
}

/// The members of a result. For a waterfall, those of the data that was found.
fn members<'a>(target: &Target, result: &'a Value) -> Vec<(&'a str, &'a Value)> {
    let found = match target {
        Target::Waterfall { .. } => result.get("result").unwrap_or(result),
        _ => result,
    };
    match found {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect(),
        other => vec![(RESULT, other)],
    }
}

fn output(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        // Every record has as many cells as there are columns.
        other => std::io::Error::other(format!("{other:?}")).into(),
    }
}
