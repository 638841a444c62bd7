//! Tables, the workbooks that contain them as sheets, the folders that contain workbooks, and the trash.
//!
//! A deleted table stays in its place and is only marked, so that it can be restored completely. Only
//! [`Library::purge`] removes it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Ids, Table, table::Binned};
use crate::{
    clock::{Moment, timestamp},
    refusal::Refusal,
};

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Library {
    /// In the order of creation, like workbooks and folders. Tables in the trash are included.
    tables: IndexMap<Uuid, Table>,
    workbooks: IndexMap<String, Workbook>,
    folders: BTreeMap<i64, Folder>,
    /// In the order in which they are due.
    clearings: VecDeque<Clearing>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Workbook {
    pub(crate) id: String,
    pub(crate) name: String,
    created: Moment,
    updated: Moment,
    folder: Option<i64>,
    binned: Option<Moment>,
    /// In the order of the sheets. Sheets in the trash are included.
    tables: Vec<Uuid>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Folder {
    name: String,
    created: Moment,
    updated: Moment,
}

/// Rows to be deleted: those that existed when it was requested.
#[derive(Debug, Serialize, Deserialize)]
struct Clearing {
    due: Moment,
    table: Uuid,
    rows: BTreeSet<Uuid>,
}

/// Tables that are not in the trash.
impl Library {
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().filter(|table| table.binned.is_none())
    }

    pub(crate) fn table(&self, id: Uuid) -> Result<&Table, Refusal> {
        self.tables
            .get(&id)
            .filter(|table| table.binned.is_none())
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn table_mut(&mut self, id: Uuid) -> Result<&mut Table, Refusal> {
        self.tables
            .get_mut(&id)
            .filter(|table| table.binned.is_none())
            .ok_or_else(Refusal::not_found)
    }

    /// A table even if it is in the trash, for results that were pending when it was deleted.
    pub(super) fn table_or_binned(&mut self, id: Uuid) -> Option<&mut Table> {
        self.tables.get_mut(&id)
    }

    /// Adds a table as the last sheet of a workbook, or of a new workbook with the table's name.
    pub(super) fn add(
        &mut self,
        ids: &mut Ids,
        mut table: Table,
        workbook: Option<&str>,
        now: Moment,
    ) -> Result<&Table, Refusal> {
        let workbook = match workbook {
            Some(id) => self.workbook_mut(id)?,
            None => self.new_workbook(ids, table.name.clone(), now),
        };
        workbook.tables.push(table.id);
        workbook.updated = now;
        table.workbook.clone_from(&workbook.id);
        let id = table.id;
        self.tables.insert(id, table);
        self.table(id)
    }

    pub(super) fn duplicate(&mut self, ids: &mut Ids, id: Uuid, now: Moment) -> Result<&Table, Refusal> {
        let copy = self.table(id)?.copy(ids, now);
        self.add(ids, copy, None, now)
    }

    pub(super) fn clear_later(&mut self, id: Uuid, due: Moment) -> Result<(), Refusal> {
        let rows = self.table(id)?.rows.iter().map(|row| row.id).collect();
        self.clearings.push_back(Clearing { due, table: id, rows });
        Ok(())
    }

    pub(super) fn settle(&mut self, now: Moment) {
        while self.clearings.front().is_some_and(|clearing| clearing.due <= now)
            && let Some(clearing) = self.clearings.pop_front()
        {
            if let Some(table) = self.tables.get_mut(&clearing.table) {
                table.rows.keep(|row| !clearing.rows.contains(&row.id));
                table.touch(now);
            }
        }
    }
}

/// Workbooks.
impl Library {
    fn new_workbook(&mut self, ids: &mut Ids, name: String, now: Moment) -> &mut Workbook {
        let id = format!("wb_{}", ids.next("workbook").simple());
        self.workbooks.entry(id.clone()).or_insert(Workbook {
            id,
            name,
            created: now,
            updated: now,
            folder: None,
            binned: None,
            tables: Vec::new(),
        })
    }

    pub(crate) fn workbook(&self, id: &str) -> Result<&Workbook, Refusal> {
        self.workbooks
            .get(id)
            .filter(|workbook| workbook.binned.is_none())
            .ok_or_else(Refusal::not_found)
    }

    fn workbook_mut(&mut self, id: &str) -> Result<&mut Workbook, Refusal> {
        self.workbooks
            .get_mut(id)
            .filter(|workbook| workbook.binned.is_none())
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn workbooks(&self) -> impl Iterator<Item = &Workbook> {
        self.workbooks
            .values()
            .filter(|workbook| workbook.binned.is_none())
    }

    /// The sheets of a workbook that are not in the trash.
    fn sheets<'a>(&'a self, workbook: &'a Workbook) -> impl Iterator<Item = &'a Table> {
        workbook
            .tables
            .iter()
            .filter_map(|id| self.tables.get(id))
            .filter(|table| table.binned.is_none())
    }

    pub(crate) fn workbook_json(&self, workbook: &Workbook) -> Value {
        let sheets: Vec<Value> = self
            .sheets(workbook)
            .enumerate()
            .map(|(position, table)| json!({ "identifier": table.id, "name": table.name, "position": position }))
            .collect();
        json!({
            "identifier": workbook.id,
            "name": workbook.name,
            "created_at": timestamp(workbook.created),
            "updated_at": timestamp(workbook.updated),
            "folder_id": workbook.folder,
            "tables_count": sheets.len(),
            "tables": sheets,
        })
    }

    pub(crate) fn rename_workbook(&mut self, id: &str, name: String, now: Moment) -> Result<(), Refusal> {
        let workbook = self.workbook_mut(id)?;
        workbook.name = name;
        workbook.updated = now;
        Ok(())
    }

    /// Copies a workbook, sheet by sheet, to a new one in the same folder. Returns the id of the copy.
    pub(super) fn duplicate_workbook(
        &mut self,
        ids: &mut Ids,
        id: &str,
        now: Moment,
    ) -> Result<String, Refusal> {
        let workbook = self.workbook(id)?;
        let (name, folder) = (workbook.name.clone(), workbook.folder);
        let copies: Vec<Table> = self.sheets(workbook).map(|table| table.copy(ids, now)).collect();
        let copy = self.new_workbook(ids, name, now);
        copy.folder = folder;
        let id = copy.id.clone();
        for table in copies {
            self.add(ids, table, Some(&id), now)?;
        }
        Ok(id)
    }

    /// Moves a table to the end of a workbook, or to a new workbook with this name.
    pub(super) fn move_table(
        &mut self,
        ids: &mut Ids,
        id: Uuid,
        workbook: Destination,
        now: Moment,
    ) -> Result<&Table, Refusal> {
        let name = self.table(id)?.name.clone();
        let workbook = match workbook {
            Destination::Existing(workbook) => self.workbook(&workbook)?.id.clone(),
            Destination::New(given) => self.new_workbook(ids, given.unwrap_or(name), now).id.clone(),
        };
        self.put(id, &workbook, now);
        self.table(id)
    }

    /// Makes a table the last sheet of a workbook.
    fn put(&mut self, id: Uuid, workbook: &str, now: Moment) {
        let Some(table) = self.tables.get_mut(&id) else {
            return;
        };
        if let Some(before) = self.workbooks.get_mut(&table.workbook) {
            before.tables.retain(|sheet| *sheet != id);
            before.updated = now;
        }
        if let Some(after) = self.workbooks.get_mut(workbook) {
            after.tables.push(id);
            after.updated = now;
        }
        workbook.clone_into(&mut table.workbook);
    }

    /// Moves the sheets of other workbooks to the end of this one. The emptied workbooks go to the trash.
    pub(crate) fn merge(&mut self, target: &str, sources: &[String], now: Moment) -> Result<(), Refusal> {
        self.workbook(target)?;
        for source in sources {
            self.workbook(source)?;
        }
        for source in sources {
            // A workbook that is named twice is already empty and in the trash.
            let Ok(workbook) = self.workbook(source) else {
                continue;
            };
            let sheets: Vec<Uuid> = self.sheets(workbook).map(|table| table.id).collect();
            for sheet in sheets {
                self.put(sheet, target, now);
            }
            self.bin_workbook(source, now)?;
        }
        Ok(())
    }

    /// Puts the sheets into this order, which must name each of them once.
    pub(crate) fn reorder(&mut self, id: &str, order: &[Uuid], now: Moment) -> Result<(), Refusal> {
        let workbook = self.workbook(id)?;
        let sheets: HashSet<Uuid> = self.sheets(workbook).map(|table| table.id).collect();
        let named: HashSet<Uuid> = order.iter().copied().collect();
        if named != sheets || named.len() != order.len() {
            let place = ["body".into(), "table_ids".into()];
            return Err(Refusal::invalid(
                place,
                "every table of the workbook must be named once",
            ));
        }
        let workbook = self.workbook_mut(id)?;
        let binned = workbook.tables.iter().filter(|id| !sheets.contains(*id));
        workbook.tables = order.iter().chain(binned).copied().collect();
        workbook.updated = now;
        Ok(())
    }
}

/// The destination of a table that is moved.
#[derive(Debug)]
pub(crate) enum Destination {
    Existing(String),
    /// A new workbook with this name, or else with the name of the table.
    New(Option<String>),
}

/// Folders. A folder contains workbooks, so a table is in the folder of its workbook.
impl Library {
    pub(super) fn create_folder(&mut self, id: i64, name: String, now: Moment) {
        let folder = Folder {
            name,
            created: now,
            updated: now,
        };
        self.folders.insert(id, folder);
    }

    pub(crate) fn rename_folder(&mut self, id: i64, name: String, now: Moment) -> Result<(), Refusal> {
        let folder = self.folders.get_mut(&id).ok_or_else(Refusal::not_found)?;
        folder.name = name;
        folder.updated = now;
        Ok(())
    }

    /// Deletes a folder. Its workbooks are then in no folder.
    pub(crate) fn delete_folder(&mut self, id: i64) -> Result<(), Refusal> {
        self.folders.remove(&id).ok_or_else(Refusal::not_found)?;
        for workbook in self.workbooks.values_mut().filter(|one| one.folder == Some(id)) {
            workbook.folder = None;
        }
        Ok(())
    }

    /// Moves the workbook of a table to a folder, or out of its folder.
    pub(crate) fn move_to_folder(&mut self, table: Uuid, folder: Option<i64>) -> Result<(), Refusal> {
        let workbook = self.table(table)?.workbook.clone();
        if folder.is_some_and(|id| !self.folders.contains_key(&id)) {
            return Err(Refusal::not_found());
        }
        self.workbook_mut(&workbook)?.folder = folder;
        Ok(())
    }

    pub(crate) fn folders_json(&self) -> Vec<Value> {
        let mut counts: HashMap<i64, usize> = HashMap::new();
        for workbook in self.workbooks() {
            if let Some(folder) = workbook.folder {
                *counts.entry(folder).or_default() += self.sheets(workbook).count();
            }
        }
        let shown = self.folders.iter().map(|(id, folder)| {
            json!({
                "id": id,
                "name": folder.name,
                "created_at": timestamp(folder.created),
                "updated_at": timestamp(folder.updated),
                "table_count": counts.get(id).copied().unwrap_or_default(),
            })
        });
        shown.collect()
    }

    pub(crate) fn folder_json(&self, id: i64) -> Result<Value, Refusal> {
        let mut folders = self.folders_json().into_iter();
        folders
            .find(|folder| folder["id"] == id)
            .ok_or_else(Refusal::not_found)
    }
}

/// The trash.
impl Library {
    pub(crate) fn bin_table(&mut self, id: Uuid, now: Moment) -> Result<(), Refusal> {
        self.table_mut(id)?.binned = Some(Binned {
            at: now,
            with_workbook: false,
        });
        Ok(())
    }

    /// Moves a workbook to the trash, together with its sheets.
    pub(crate) fn bin_workbook(&mut self, id: &str, now: Moment) -> Result<(), Refusal> {
        let workbook = self.workbook_mut(id)?;
        workbook.binned = Some(now);
        for sheet in workbook.tables.clone() {
            if let Ok(table) = self.table_mut(sheet) {
                table.binned = Some(Binned {
                    at: now,
                    with_workbook: true,
                });
            }
        }
        Ok(())
    }

    /// The content of the trash, latest first. Sheets that were deleted with their workbook are counted with
    /// it.
    pub(crate) fn trash_json(&self) -> Vec<Value> {
        let with_workbook = |id: &Uuid| {
            self.tables
                .get(id)
                .and_then(|table| table.binned)
                .is_some_and(|one| one.with_workbook)
        };
        let workbooks = self.workbooks.values().filter_map(|workbook| {
            let at = workbook.binned?;
            let count = workbook.tables.iter().filter(|id| with_workbook(id)).count();
            let shown = json!({
                "kind": "workbook",
                "identifier": workbook.id,
                "name": workbook.name,
                "trashed_at": timestamp(at),
                "tables_count": count,
                "workbook": null,
            });
            Some((at, shown))
        });
        let tables = self.tables.values().filter_map(|table| {
            let binned = table.binned.filter(|binned| !binned.with_workbook)?;
            let workbook = self.workbooks.get(&table.workbook);
            let shown = json!({
                "kind": "table",
                "identifier": table.id,
                "name": table.name,
                "trashed_at": timestamp(binned.at),
                "tables_count": null,
                "workbook": workbook.map(|one| json!({ "identifier": one.id, "name": one.name })),
            });
            Some((binned.at, shown))
        });
        let mut items: Vec<(Moment, Value)> = workbooks.chain(tables).collect();
        items.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        items.into_iter().map(|(_, shown)| shown).collect()
    }

    /// Restores workbooks with the sheets that were deleted with them, and single tables: to their workbook,
    /// or to a new one if that no longer exists. Ids that are not in the trash are ignored.
    pub(super) fn restore(&mut self, ids: &mut Ids, workbooks: &[String], tables: &[Uuid], now: Moment) {
        for id in workbooks {
            let Some(workbook) = self.workbooks.get_mut(id).filter(|one| one.binned.is_some()) else {
                continue;
            };
            workbook.binned = None;
            for sheet in &workbook.tables {
                if let Some(table) = self.tables.get_mut(sheet)
                    && table.binned.is_some_and(|binned| binned.with_workbook)
                {
                    table.binned = None;
                }
            }
        }
        for id in tables {
            let Some(table) = self.tables.get_mut(id).filter(|one| one.binned.is_some()) else {
                continue;
            };
            table.binned = None;
            let (name, workbook) = (table.name.clone(), table.workbook.clone());
            if self.workbook(&workbook).is_err() {
                let new = self.new_workbook(ids, name, now).id.clone();
                self.put(*id, &new, now);
            }
        }
    }

    /// Removes workbooks with the sheets that were deleted with them, and tables, from the trash for ever.
    /// Ids that are not in the trash are ignored.
    pub(crate) fn purge(&mut self, workbooks: &[String], tables: &[Uuid]) {
        for id in workbooks {
            if self.workbooks.get(id).is_some_and(|one| one.binned.is_some())
                && let Some(workbook) = self.workbooks.shift_remove(id)
            {
                for sheet in &workbook.tables {
                    self.remove_if(*sheet, |binned| binned.with_workbook);
                }
            }
        }
        for id in tables {
            if let Some(table) = self.remove_if(*id, |_| true)
                && let Some(workbook) = self.workbooks.get_mut(&table.workbook)
            {
                workbook.tables.retain(|sheet| sheet != id);
            }
        }
    }

    fn remove_if(&mut self, id: Uuid, wanted: impl Fn(Binned) -> bool) -> Option<Table> {
        self.tables.get(&id)?.binned.filter(|binned| wanted(*binned))?;
        self.tables.shift_remove(&id)
    }
}
