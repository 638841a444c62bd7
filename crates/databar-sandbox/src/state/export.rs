//! An export of a table to a file.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Table, filter::text_of};
use crate::clock::Moment;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    #[default]
    Csv,
    Xlsx,
    /// A Google sheet, which only the service can create. In the sandbox, its address gives the rows as CSV.
    Sheets,
}

/// The table as it was when the export was requested.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Export {
    pub(crate) id: i64,
    pub(crate) format: Format,
    ready: Moment,
    /// The names of the columns, followed by the rows.
    pub(crate) lines: Vec<Vec<String>>,
}

impl Export {
    pub(super) fn new(id: i64, format: Format, ready: Moment, table: &Table) -> Self {
        let names = table.columns.iter().map(|column| column.name.clone()).collect();
        let cells = table.rows.iter().map(|row| {
            let cells = table.columns.iter().map(|column| row.cell(column.id));
            cells.map(text_of).collect()
        });
        Self {
            id,
            format,
            ready,
            lines: std::iter::once(names).chain(cells).collect(),
        }
    }

    pub(crate) fn is_ready(&self, now: Moment) -> bool {
        self.ready <= now
    }

    pub(crate) fn file_name(&self) -> String {
        let ending = match self.format {
            Format::Csv | Format::Sheets => "csv",
            Format::Xlsx => "xlsx",
        };
        format!("{}.{ending}", self.id)
    }

    /// The state of the export. Once it is ready, its file is found under `folder`.
    pub(crate) fn json(&self, now: Moment, folder: &str) -> Value {
        let ready = self.is_ready(now);
        json!({
            "status": if ready { "completed" } else { "waiting" },
            "file_id": self.id,
            "file": ready.then(|| format!("{folder}/{}", self.file_name())),
            "message": null,
        })
    }
}
