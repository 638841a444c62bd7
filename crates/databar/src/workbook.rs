//! Workbooks, which group tables in an order.

use databar_api::builder::workbook::{
    AddWorkbookTable, DeleteWorkbook, DuplicateWorkbook, GetWorkbook, ListWorkbooks, MergeWorkbooks,
    RenameWorkbook, ReorderWorkbookTables,
};
use databar_api::types;
use serde_json::Value;

use crate::created::Create;
use crate::table::Table;
use crate::{Client, Error, ErrorKind, TableId, WorkbookId};

/// A handle on a workbook, created by [`Client::workbook`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let table = databar.create_table("Leads").await?;
/// let id = table.data.workbook.clone().ok_or("a table without a workbook")?;
/// let workbook = databar.workbook(id);
/// workbook.rename("Sales").await?;
/// let detail = workbook.get().await?;
/// assert_eq!((detail.name.as_str(), &detail.identifier), ("Sales", workbook.id()));
/// assert_eq!(detail.tables[0].identifier, table.id());
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Workbook {
    client: Client,
    id: WorkbookId,
}

impl Client {
    /// Lists all workbooks of the workspace, each with its tables.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// databar.create_table("Leads").await?; // It comes in a workbook of its own.
    /// let workbooks = databar.workbooks().await?;
    /// assert_eq!(workbooks[0].tables[0].name, "Leads");
    /// # Ok(()) });
    /// ```
    pub fn workbooks(&self) -> ListWorkbooks {
        self.api().list_workbooks()
    }

    /// Returns a handle on the workbook with this id, without a request.
    #[must_use]
    pub fn workbook(&self, id: WorkbookId) -> Workbook {
        Workbook {
            client: self.clone(),
            id,
        }
    }
}

impl Workbook {
    /// The workbook's id.
    #[must_use]
    pub fn id(&self) -> &WorkbookId {
        &self.id
    }

    /// Reads the workbook's name, folder and tables.
    pub fn get(&self) -> GetWorkbook {
        self.client.api().get_workbook(self.id.clone())
    }

    /// Renames the workbook.
    pub fn rename(&self, name: impl Into<String>) -> RenameWorkbook {
        self.client.api().rename_workbook(self.id.clone(), name)
    }

    /// Moves the workbook to the trash with its tables; [`Client::restore`] restores it.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// # let workbook = databar.workbook(table.data.workbook.clone().unwrap());
    /// workbook.delete().await?;
    /// assert!(databar.workbooks().await?.is_empty());
    /// databar.restore([], [workbook.id().clone()]).await?;
    /// assert_eq!(workbook.get().await?.tables.len(), 1);
    /// # Ok(()) });
    /// ```
    pub fn delete(&self) -> DeleteWorkbook {
        self.client.api().delete_workbook(self.id.clone())
    }

    /// Copies the workbook with its tables.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// # let workbook = databar.workbook(table.data.workbook.clone().unwrap());
    /// let copy = workbook.duplicate().await?;
    /// copy.rename("A copy").await?;
    /// assert_eq!(copy.get().await?.tables.len(), 1);
    /// # Ok(()) });
    /// ```
    pub fn duplicate(&self) -> Create<DuplicateWorkbook, Workbook, types::Workbook> {
        let client = self.client.clone();
        let request = client.api().duplicate_workbook(self.id.clone());
        Create::new(request, move |workbook: &types::Workbook| {
            Ok(client.workbook(workbook.identifier.clone()))
        })
    }

    /// Moves the tables of other workbooks to the end of this one. The other workbooks no longer exist after
    /// that.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let one = databar.create_table("Leads").await?.data.workbook.clone().unwrap();
    /// # let other = databar.create_table("More leads").await?.data.workbook.clone().unwrap();
    /// let merged = databar.workbook(one).merge([other]).await?;
    /// assert_eq!(merged.tables.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn merge(&self, sources: impl IntoIterator<Item = WorkbookId>) -> MergeWorkbooks {
        self.client.api().merge_workbooks(self.id.clone(), sources)
    }

    /// Creates a table in the workbook.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// # let workbook = databar.workbook(table.data.workbook.clone().unwrap());
    /// let second = workbook.add_table().with(|table| table.name("Companies")).await?;
    /// let tables = workbook.get().await?.tables;
    /// assert_eq!((tables[1].identifier, tables[1].name.as_str()), (second.id(), "Companies"));
    /// # Ok(()) });
    /// ```
    pub fn add_table(&self) -> Create<AddWorkbookTable, Table, Value> {
        let client = self.client.clone();
        let request = client.api().add_workbook_table(self.id.clone());
        // The document does not describe the answer. It has at least the id of the table.
        Create::new(request, move |table: &Value| {
            let id = table["identifier"]
                .as_str()
                .and_then(|id| id.parse::<TableId>().ok());
            match id {
                Some(id) => Ok(client.table(id)),
                None => Err(
                    Error::new(ErrorKind::Decode, "the answer has no id of the new table")
                        .with_operation("add_workbook_table")
                        .with_may_have_run(true)
                        .with_data(Some(table.clone())),
                ),
            }
        })
    }

    /// Reorders the tables. The order must name each table of the workbook once.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// # let workbook = databar.workbook(table.data.workbook.clone().unwrap());
    /// let second = workbook.add_table().await?;
    /// workbook.reorder_tables([second.id(), table.id()]).await?;
    /// assert_eq!(workbook.get().await?.tables[0].identifier, second.id());
    /// # Ok(()) });
    /// ```
    pub fn reorder_tables(&self, tables: impl IntoIterator<Item = TableId>) -> ReorderWorkbookTables {
        self.client.api().reorder_workbook_tables(self.id.clone(), tables)
    }
}
