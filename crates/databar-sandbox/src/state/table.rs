//! A table: its columns, its rows, and what is installed on it.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexSet;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Connectors, Export, Ids, Launch, Offer, Processor, Row, Rows, Source, Strategy, jobs::Job, rows::Mark,
};
use crate::{
    catalog::{Field, Outcome, Quote, is_empty},
    clock::{Moment, timestamp},
    dice::Seed,
    refusal::Refusal,
};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    created: Moment,
    updated: Moment,
    /// The id of the workbook that the table is, or was, a sheet of.
    pub(super) workbook: String,
    pub(super) binned: Option<Binned>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Rows,
    pub(crate) processors: Vec<Processor>,
    /// The latest export.
    pub(crate) export: Option<Export>,
}

/// A table in the trash.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Binned {
    pub(super) at: Moment,
    /// Whether it was deleted with its workbook, and is restored with it.
    pub(super) with_workbook: bool,
}

/// The maximum number of columns in a table: a limit of the sandbox, so that one request cannot keep it busy
/// for long.
const MOST_COLUMNS: usize = 1000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) id: Uuid,
    pub(crate) internal_name: String,
    /// The readable key, which does not change when the column is renamed.
    slug: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    /// The installed enrichment that fills the column.
    processor: Option<i64>,
}

impl Column {
    pub(crate) fn json(&self) -> Value {
        json!({
            "identifier": self.id,
            "internal_name": self.internal_name,
            "additional_intenal_name": self.slug,
            "name": self.name,
            "type_of_value": self.kind,
            "data_processor_id": self.processor,
        })
    }

    /// The short form in the answers to creating and renaming.
    pub(crate) fn summary(&self) -> Value {
        json!({ "identifier": self.id, "name": self.name, "type_of_value": self.kind })
    }
}

impl Table {
    pub(super) fn new(ids: &mut Ids, name: String, now: Moment) -> Self {
        Self {
            id: ids.next("table"),
            name,
            created: now,
            updated: now,
            workbook: String::new(),
            binned: None,
            columns: Vec::new(),
            rows: Rows::default(),
            processors: Vec::new(),
            export: None,
        }
    }

    /// A copy with the same columns, rows and installations, all with new ids. The internal names of columns
    /// are kept, because the texts of mappings contain them.
    pub(super) fn copy(&self, ids: &mut Ids, now: Moment) -> Self {
        let mut copy = Self::new(ids, self.name.clone(), now);
        let columns: HashMap<Uuid, Uuid> = self
            .columns
            .iter()
            .map(|column| (column.id, ids.next("column")))
            .collect();
        let processors: HashMap<i64, i64> = self
            .processors
            .iter()
            .map(|one| (one.id, ids.next_processor()))
            .collect();
        copy.columns = self
            .columns
            .iter()
            .filter_map(|column| {
                Some(Column {
                    id: *columns.get(&column.id)?,
                    processor: column.processor.and_then(|one| processors.get(&one).copied()),
                    ..column.clone()
                })
            })
            .collect();
        copy.processors = self
            .processors
            .iter()
            .filter_map(|one| Some(one.copy(*processors.get(&one.id)?, &columns)))
            .collect();
        for row in self.rows.iter() {
            copy.rows.add(row.copy(ids, &columns, &processors));
        }
        copy
    }

    pub(crate) fn json(&self, workspace: Uuid) -> Value {
        json!({
            "identifier": self.id,
            "name": self.name,
            "created_at": timestamp(self.created),
            "updated_at": timestamp(self.updated),
            "workspace_identifier": workspace,
            "workbook": self.workbook,
            "table_url": format!("https://databar.ai/table/{}", self.id),
        })
    }

    pub(crate) fn updated(&self) -> Moment {
        self.updated
    }

    pub(crate) fn touch(&mut self, now: Moment) {
        self.updated = now;
    }

    /// The column that a name means in row operations: by display name, or else by readable key.
    pub(crate) fn column_named(&self, name: &str) -> Option<&Column> {
        let by_name = self.columns.iter().find(|column| column.name == name);
        by_name.or_else(|| self.columns.iter().find(|column| column.slug == name))
    }

    /// The columns by the names that row operations may use; see [`Table::column_named`].
    pub(crate) fn names(&self) -> HashMap<String, Uuid> {
        let slugs = self.columns.iter().map(|column| (column.slug.clone(), column.id));
        let names = self.columns.iter().map(|column| (column.name.clone(), column.id));
        slugs.chain(names).collect()
    }

    pub(crate) fn column(&self, id: Uuid) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// The column that a mapping means: by UUID, or by a name that row operations may use.
    pub(crate) fn column_mapped(&self, handle: &str) -> Option<&Column> {
        let by_id = handle.parse().ok().and_then(|id: Uuid| self.column(id));
        by_id.or_else(|| self.column_named(handle))
    }

    /// Adds a column, and returns its id. The error says what is wrong with the name.
    pub(crate) fn add_column(
        &mut self,
        ids: &mut Ids,
        name: &str,
        kind: &str,
        processor: Option<i64>,
    ) -> Result<Uuid, String> {
        self.check_name(name)?;
        self.check_room(1)?;
        let slug = self.free_slug(name);
        let id = ids.next("column");
        let internal_name = format!("c{}", &id.simple().to_string()[..10]);
        self.columns.push(Column {
            id,
            internal_name,
            slug,
            name: name.to_owned(),
            kind: kind.to_owned(),
            processor,
        });
        Ok(id)
    }

    pub(crate) fn rename_column(&mut self, id: Uuid, name: &str) -> Result<&Column, Refusal> {
        if self
            .columns
            .iter()
            .any(|column| column.id == id && column.name != name)
        {
            self.check_name(name)
                .map_err(|message| Refusal::invalid(["body".into(), "name".into()], message))?;
        }
        let column = self
            .columns
            .iter_mut()
            .find(|column| column.id == id)
            .ok_or_else(Refusal::not_found)?;
        name.clone_into(&mut column.name);
        Ok(column)
    }

    /// Checks that a column can have this name. Rows are keyed by name, so each name is used once, and `id`
    /// belongs to the row itself.
    fn check_name(&self, name: &str) -> Result<(), String> {
        if name.trim().is_empty() {
            Err("a column needs a name".to_owned())
        } else if name == "id" || self.columns.iter().any(|column| column.name == name) {
            Err(format!("there is a column named {name} already"))
        } else {
            Ok(())
        }
    }

    fn check_room(&self, more: usize) -> Result<(), String> {
        if self.columns.len() + more > MOST_COLUMNS {
            return Err(format!("a table has at most {MOST_COLUMNS} columns"));
        }
        Ok(())
    }

    /// What would be wrong with adding these columns.
    pub(crate) fn check_new_columns(&self, names: &IndexSet<String>) -> Result<(), String> {
        self.check_room(names.len())?;
        names.iter().try_for_each(|name| self.check_name(name))
    }

    fn free_slug(&self, name: &str) -> String {
        let words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let base = if words.is_empty() {
            "column".to_owned()
        } else {
            words.join("_")
        };
        self.first_free(
            &base,
            |slug| self.columns.iter().any(|column| column.slug == slug),
            "_",
        )
    }

    fn first_free(&self, base: &str, taken: impl Fn(&str) -> bool, separator: &str) -> String {
        let mut candidate = base.to_owned();
        let mut number = 1_u32;
        while taken(&candidate) {
            number += 1;
            candidate = format!("{base}{separator}{number}");
        }
        candidate
    }

    pub(crate) fn delete_column(&mut self, id: Uuid) -> Result<(), Refusal> {
        if !self.columns.iter().any(|column| column.id == id) {
            return Err(Refusal::not_found());
        }
        self.columns.retain(|column| column.id != id);
        self.rows.drop_column(id);
        Ok(())
    }

    /// Moves a column to an index among the columns, or to the end if there are fewer.
    pub(crate) fn reorder_column(&mut self, id: Uuid, index: usize) -> Result<(), Refusal> {
        let from = self
            .columns
            .iter()
            .position(|column| column.id == id)
            .ok_or_else(Refusal::not_found)?;
        let column = self.columns.remove(from);
        self.columns.insert(index.min(self.columns.len()), column);
        Ok(())
    }

    /// A row as the service shows it: keyed by column name, plus `id`.
    pub(crate) fn row_json(&self, row: &Row) -> Value {
        let cells = self
            .columns
            .iter()
            .map(|column| (column.name.clone(), row.cell(column.id).clone()));
        let shown: Map<String, Value> = [("id".to_owned(), json!(row.id))]
            .into_iter()
            .chain(cells)
            .collect();
        shown.into()
    }

    pub(crate) fn processor(&self, id: i64) -> Result<&Processor, Refusal> {
        self.processors
            .iter()
            .find(|processor| processor.id == id)
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn processor_mut(&mut self, id: i64) -> Result<&mut Processor, Refusal> {
        self.processors
            .iter_mut()
            .find(|processor| processor.id == id)
            .ok_or_else(Refusal::not_found)
    }

    /// Installs an offer with a column for each of its fields. Returns its id.
    pub(crate) fn install(
        &mut self,
        ids: &mut Ids,
        offer: Offer,
        offer_name: &str,
        fields: &[Field],
        mapping: BTreeMap<String, Source>,
        launch: Launch,
    ) -> Result<i64, Refusal> {
        let id = ids.next_processor();
        let mut outputs = Vec::new();
        for field in fields {
            let taken = |name: &str| self.columns.iter().any(|column| column.name == name);
            let name = match taken(&field.display_name) {
                false => field.display_name.clone(),
                true => self.first_free(&format!("{} ({offer_name})", field.display_name), taken, " "),
            };
            let column = self
                .add_column(ids, &name, field.kind, Some(id))
                .map_err(|message| Refusal::invalid(["body".into()], message))?;
            outputs.push((field.name.clone(), column));
        }
        self.processors.push(Processor {
            id,
            name: offer_name.to_owned(),
            offer,
            mapping,
            launch,
            outputs,
        });
        Ok(id)
    }

    pub(super) fn launched_by(&self, columns: &[Uuid]) -> Vec<i64> {
        let wanted = |one: &&Processor| one.launch == Launch::RunOnUpdate && one.reads(columns);
        self.processors.iter().filter(wanted).map(|one| one.id).collect()
    }

    /// The results for each row that a run is for.
    pub(super) fn quotes(
        &self,
        seed: Seed,
        connectors: &Connectors,
        processor: i64,
        strategy: Strategy,
        rows: Option<&[Uuid]>,
    ) -> Result<Vec<(Uuid, Quote)>, Refusal> {
        let processor = self.processor(processor)?;
        let wanted = |row: &&Row| {
            let mark = row.mark(processor.id);
            match strategy {
                Strategy::All => true,
                Strategy::Errors => mark == Some(Mark::Failed),
                Strategy::Empty => {
                    !matches!(mark, Some(Mark::Waiting | Mark::Found))
                        && processor
                            .outputs
                            .iter()
                            .all(|(_, column)| is_empty(row.cell(*column)))
                }
            }
        };
        let quote = |row: &Row| (row.id, processor.quote(seed, connectors, self, row));
        Ok(match rows {
            Some(named) => self
                .rows
                .named(named)
                .into_iter()
                .filter(wanted)
                .map(quote)
                .collect(),
            None => self.rows.iter().filter(wanted).map(quote).collect(),
        })
    }

    pub(super) fn await_results(&mut self, processor: i64, rows: impl Iterator<Item = Uuid>) {
        for row in rows {
            self.rows.set_mark(row, processor, Mark::Waiting);
        }
    }

    /// Shows results. The row, the columns or the installation may no longer exist.
    pub(super) fn show(&mut self, jobs: Vec<Job>, now: Moment) {
        for job in jobs {
            let mark = match &job.quote.outcome {
                Outcome::Found(_) => Mark::Found,
                Outcome::Missing => Mark::Missing,
                Outcome::Failed(_) => Mark::Failed,
            };
            self.rows.set_mark(job.row, job.processor, mark);
            if let Outcome::Found(mut found) = job.quote.outcome
                && let Some(processor) = self
                    .processors
                    .iter()
                    .find(|processor| processor.id == job.processor)
            {
                for (field, column) in &processor.outputs {
                    if self.columns.iter().any(|one| one.id == *column) {
                        self.rows.set(job.row, *column, found[field].take());
                    }
                }
            }
        }
        self.touch(now);
    }
}
