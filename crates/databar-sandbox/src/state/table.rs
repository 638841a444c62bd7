//! A table: columns, rows, and what is installed on it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Connectors, Ids, Launch, Offer, Processor, Source, Strategy, filter::text_of, jobs::Job};
use crate::{
    catalog::{Field, Outcome, Quote, is_empty},
    clock::{Moment, timestamp},
    dice::Seed,
    refusal::Refusal,
    validate::Finding,
};

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    created: Moment,
    updated: Moment,
    workbook: Uuid,
    pub(crate) columns: Vec<Column>,
    /// In the order of their insertion.
    pub(crate) rows: Vec<Row>,
    pub(crate) processors: Vec<Processor>,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) id: Uuid,
    pub(crate) internal_name: String,
    /// The readable key; it stays when the column is renamed.
    slug: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    /// The installed enrichment that fills it.
    processor: Option<i64>,
}

#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    cells: HashMap<Uuid, Value>,
    /// What became of the last run, by what was run.
    marks: HashMap<i64, Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Waiting,
    Found,
    Missing,
    Failed,
}

impl Row {
    pub(crate) fn new(ids: &mut Ids) -> Self {
        Self {
            id: ids.next("row"),
            cells: HashMap::new(),
            marks: HashMap::new(),
        }
    }

    pub(crate) fn cell(&self, column: Uuid) -> &Value {
        self.cells.get(&column).unwrap_or(&Value::Null)
    }

    /// Sets a cell; whether that changed it.
    pub(crate) fn set(&mut self, column: Uuid, value: Value) -> bool {
        let changed = *self.cell(column) != value;
        self.cells.insert(column, value);
        changed
    }
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

    /// The short form that creating and renaming answer with.
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
            workbook: ids.next("workbook"),
            columns: Vec::new(),
            rows: Vec::new(),
            processors: Vec::new(),
        }
    }

    pub(crate) fn json(&self, workspace: Uuid) -> Value {
        json!({
            "identifier": self.id,
            "name": self.name,
            "created_at": timestamp(self.created),
            "updated_at": timestamp(self.updated),
            "workspace_identifier": workspace,
            "workbook": format!("wb_{}", self.workbook.simple()),
            "table_url": format!("https://databar.ai/table/{}", self.id),
        })
    }

    pub(crate) fn touch(&mut self, now: Moment) {
        self.updated = now;
    }

    /// The column that row operations mean by a name: its display name, else its readable key.
    pub(crate) fn column_named(&self, name: &str) -> Option<&Column> {
        let by_name = self.columns.iter().find(|column| column.name == name);
        by_name.or_else(|| self.columns.iter().find(|column| column.slug == name))
    }

    /// The column that a mapping means: by UUID, or as rows name it.
    pub(crate) fn column_mapped(&self, handle: &str) -> Option<&Column> {
        let by_id = handle
            .parse()
            .ok()
            .and_then(|id: Uuid| self.columns.iter().find(|column| column.id == id));
        by_id.or_else(|| self.column_named(handle))
    }

    pub(crate) fn add_column(
        &mut self,
        ids: &mut Ids,
        name: &str,
        kind: &str,
        processor: Option<i64>,
    ) -> Result<&Column, Refusal> {
        self.check_name(name)?;
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
        self.columns.last().ok_or_else(Refusal::not_found)
    }

    pub(crate) fn rename_column(&mut self, id: Uuid, name: &str) -> Result<&Column, Refusal> {
        if self
            .columns
            .iter()
            .any(|column| column.id == id && column.name != name)
        {
            self.check_name(name)?;
        }
        let column = self
            .columns
            .iter_mut()
            .find(|column| column.id == id)
            .ok_or_else(Refusal::not_found)?;
        name.clone_into(&mut column.name);
        Ok(column)
    }

    /// Rows are keyed by name, so a name is used once; `id` is the row's own.
    fn check_name(&self, name: &str) -> Result<(), Refusal> {
        let message = if name.trim().is_empty() {
            "A column needs a name".to_owned()
        } else if name == "id" || self.columns.iter().any(|column| column.name == name) {
            format!("There is a column named {name} already")
        } else {
            return Ok(());
        };
        let finding = Finding {
            pointer: "/name".into(),
            keyword: "format".into(),
            message,
        };
        Err(Refusal::unprocessable([("body", &finding)]))
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
        for row in &mut self.rows {
            row.cells.remove(&id);
        }
        Ok(())
    }

    /// A row as the service shows it: keyed by column name, and `id`.
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

    /// Where the rows are whose cells read like these.
    pub(crate) fn places(&self, cells: &[(Uuid, Value)]) -> Vec<usize> {
        let alike = |row: &Row| {
            cells
                .iter()
                .all(|(column, value)| text_of(row.cell(*column)) == text_of(value))
        };
        self.rows
            .iter()
            .enumerate()
            .filter(|(_, row)| alike(row))
            .map(|(place, _)| place)
            .collect()
    }

    /// Removes all rows but the oldest of those that read the same in these columns; how many are removed.
    pub(crate) fn dedupe(&mut self, columns: &[Uuid]) -> usize {
        let before = self.rows.len();
        let mut seen = HashSet::new();
        self.rows.retain(|row| {
            seen.insert(
                columns
                    .iter()
                    .map(|id| text_of(row.cell(*id)))
                    .collect::<Vec<_>>(),
            )
        });
        before - self.rows.len()
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

    /// Installs an offer, with a column for each of its fields; its id.
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
            let column = self.add_column(ids, &name, field.kind, Some(id))?;
            outputs.push((field.name.clone(), column.id));
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

    /// What each row that a run is for will get.
    pub(super) fn quotes(
        &self,
        seed: Seed,
        connectors: &Connectors,
        processor: i64,
        strategy: Strategy,
        rows: Option<&[Uuid]>,
    ) -> Result<Vec<(Uuid, Quote)>, Refusal> {
        let processor = self.processor(processor)?;
        let named: Option<HashSet<&Uuid>> = rows.map(|rows| rows.iter().collect());
        let wanted = |row: &&Row| {
            let mark = row.marks.get(&processor.id);
            let by_strategy = match strategy {
                Strategy::All => true,
                Strategy::Errors => mark == Some(&Mark::Failed),
                Strategy::Empty => {
                    !matches!(mark, Some(Mark::Waiting | Mark::Found))
                        && processor
                            .outputs
                            .iter()
                            .all(|(_, column)| is_empty(row.cell(*column)))
                }
            };
            by_strategy && named.as_ref().is_none_or(|named| named.contains(&row.id))
        };
        Ok(self
            .rows
            .iter()
            .filter(wanted)
            .map(|row| (row.id, processor.quote(seed, connectors, self, row)))
            .collect())
    }

    pub(super) fn await_results(&mut self, processor: i64, rows: impl Iterator<Item = Uuid>) {
        let waiting: HashSet<Uuid> = rows.collect();
        for row in self.rows.iter_mut().filter(|row| waiting.contains(&row.id)) {
            row.marks.insert(processor, Mark::Waiting);
        }
    }

    /// Shows results. The row, the columns or the installation may be gone by now.
    pub(super) fn show(&mut self, jobs: Vec<Job>, now: Moment) {
        let places: HashMap<Uuid, usize> = self
            .rows
            .iter()
            .enumerate()
            .map(|(at, row)| (row.id, at))
            .collect();
        for job in jobs {
            let Some(row) = places.get(&job.row).and_then(|at| self.rows.get_mut(*at)) else {
                continue;
            };
            let mark = match &job.quote.outcome {
                Outcome::Found(_) => Mark::Found,
                Outcome::Missing => Mark::Missing,
                Outcome::Failed(_) => Mark::Failed,
            };
            row.marks.insert(job.processor, mark);
            if let Outcome::Found(mut found) = job.quote.outcome
                && let Some(processor) = self
                    .processors
                    .iter()
                    .find(|processor| processor.id == job.processor)
            {
                for (field, column) in &processor.outputs {
                    if self.columns.iter().any(|one| one.id == *column) {
                        row.set(*column, found[field].take());
                    }
                }
            }
        }
        self.touch(now);
    }
}
