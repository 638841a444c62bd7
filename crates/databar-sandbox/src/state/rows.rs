//! Rows of a table, found by id and by the values of their cells.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Ids, filter::text_of};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    cells: HashMap<Uuid, Value>,
    /// The outcome of the last run of each installation.
    marks: HashMap<i64, Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mark {
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

    /// Sets a cell. Returns whether it changed.
    pub(crate) fn set(&mut self, column: Uuid, value: Value) -> bool {
        let changed = *self.cell(column) != value;
        self.cells.insert(column, value);
        changed
    }

    pub(super) fn mark(&self, processor: i64) -> Option<Mark> {
        self.marks.get(&processor).copied()
    }

    /// A copy with a new id. Results that are pending for this row are not pending for the copy.
    pub(super) fn copy(
        &self,
        ids: &mut Ids,
        columns: &HashMap<Uuid, Uuid>,
        processors: &HashMap<i64, i64>,
    ) -> Self {
        let cells = self.cells.iter();
        let marks = self.marks.iter().filter(|(_, mark)| **mark != Mark::Waiting);
        Self {
            id: ids.next("row"),
            cells: cells
                .filter_map(|(column, value)| Some((*columns.get(column)?, value.clone())))
                .collect(),
            marks: marks
                .filter_map(|(processor, mark)| Some((*processors.get(processor)?, *mark)))
                .collect(),
        }
    }

    fn texts(&self, columns: &[Uuid]) -> Vec<String> {
        columns.iter().map(|column| text_of(self.cell(*column))).collect()
    }
}

/// Maps the values of some columns to the rows that have them.
type Index = HashMap<Vec<String>, HashSet<Uuid>>;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rows {
    /// In the order of insertion.
    rows: IndexMap<Uuid, Row>,
    /// By columns in ascending order. An index is built when rows are first looked up by its columns. Every
    /// change of a cell goes through [`Rows::set`], which keeps the indexes up to date.
    #[serde(skip)]
    indexes: HashMap<Vec<Uuid>, Index>,
}

/// The maximum number of indexes of a table: each costs memory, and clients look rows up by few keys.
const MOST_INDEXES: usize = 4;

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.rows.values()
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// The rows with these ids, each once, in the order of the table.
    pub(super) fn named(&self, ids: &[Uuid]) -> Vec<&Row> {
        let mut places: Vec<usize> = ids.iter().filter_map(|id| self.rows.get_index_of(id)).collect();
        places.sort_unstable();
        places.dedup();
        places
            .into_iter()
            .filter_map(|place| self.rows.get_index(place))
            .map(|(_, row)| row)
            .collect()
    }

    pub(crate) fn add(&mut self, row: Row) {
        for (columns, index) in &mut self.indexes {
            index.entry(row.texts(columns)).or_default().insert(row.id);
        }
        self.rows.insert(row.id, row);
    }

    /// Sets a cell. Returns whether it changed. An unknown row does not change.
    pub(crate) fn set(&mut self, id: Uuid, column: Uuid, value: Value) -> bool {
        let Some(row) = self.rows.get_mut(&id) else {
            return false;
        };
        let mut concerned: Vec<_> = self
            .indexes
            .iter_mut()
            .filter(|(columns, _)| columns.contains(&column))
            .collect();
        for (columns, index) in &mut concerned {
            let texts = row.texts(columns);
            if let Some(alike) = index.get_mut(&texts) {
                alike.remove(&id);
                if alike.is_empty() {
                    index.remove(&texts);
                }
            }
        }
        let changed = row.set(column, value);
        for (columns, index) in concerned {
            index.entry(row.texts(columns)).or_default().insert(id);
        }
        changed
    }

    pub(super) fn set_mark(&mut self, id: Uuid, processor: i64, mark: Mark) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.marks.insert(processor, mark);
        }
    }

    /// The rows whose cells have these values; without any cells, all rows.
    pub(crate) fn matching(&mut self, cells: &[(Uuid, Value)]) -> Vec<Uuid> {
        let mut wanted: Vec<(Uuid, String)> = cells
            .iter()
            .map(|(column, value)| (*column, text_of(value)))
            .collect();
        wanted.sort_unstable();
        let (columns, texts): (Vec<Uuid>, Vec<String>) = wanted.into_iter().unzip();
        if !self.indexes.contains_key(&columns) {
            if self.indexes.len() >= MOST_INDEXES {
                self.indexes.clear();
            }
            let mut index = Index::new();
            for row in self.rows.values() {
                index.entry(row.texts(&columns)).or_default().insert(row.id);
            }
            self.indexes.insert(columns.clone(), index);
        }
        let alike = self.indexes.get(&columns).and_then(|index| index.get(&texts));
        alike.into_iter().flatten().copied().collect()
    }

    /// Keeps the wanted rows. Returns how many were removed.
    pub(crate) fn keep(&mut self, mut wanted: impl FnMut(&Row) -> bool) -> usize {
        let before = self.rows.len();
        self.rows.retain(|_, row| wanted(row));
        self.indexes.clear();
        before - self.rows.len()
    }

    /// Keeps the oldest of the rows with the same values in these columns. Returns how many were removed.
    pub(crate) fn dedupe(&mut self, columns: &[Uuid]) -> usize {
        let mut seen = HashSet::new();
        self.keep(|row| seen.insert(row.texts(columns)))
    }

    pub(super) fn drop_column(&mut self, column: Uuid) {
        for row in self.rows.values_mut() {
            row.cells.remove(&column);
        }
        self.indexes.retain(|columns, _| !columns.contains(&column));
    }
}
